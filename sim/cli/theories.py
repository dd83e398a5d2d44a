"""The command that asks rival theories about a scenario: theories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import backend_option, loaded_scenario, luck_option, must_be_free, scenario_options
from .common import told as printed

if TYPE_CHECKING:
    from ..theories.states import Moment


@click.command(short_help="Ask rival theories who sides with whom.")
@scenario_options
@click.option(
    "--at", metavar="DATE", help="Date of the state that is read, e.g. 2018, 2018Q2 or 2018-05; the end unless given."
)  # fmt: skip
@click.option(
    "--runs", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Number of runs."
)
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; the scenario's unless given.")
@luck_option
@click.option("--through-time", is_flag=True, help="Read the state of every year too.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create for tables and, with --through-time, a figure."
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@backend_option
def theories(
    scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], at: str | None, runs: int, seed: int | None,
    luck: str | None, through_time: bool, out: Path | None, as_json: bool, backend: str,
) -> None:  # fmt: skip
    """Ask rival theories who sides with whom, in the states that a scenario's runs reach.

    Structural balance, landscape theory, bilateral Shapley values and expected-utility bargaining read
    the same alignments and capabilities and predict camps; the strategic triangle gives roles. The pairs
    on which they differ are told beside the model's own alignments.

    \b
      wedge theories abe_engagement --at 2018Q2
      wedge theories abe_engagement --through-time --out camps
    """
    from ..theories.states import at as date_at
    from ..theories.states import moments, yearly
    from ..theories.telling import facts, lines, yearly_lines
    from ..theories.telling import through_time as rows_of

    if out is not None:
        must_be_free(out)
    loaded = loaded_scenario(scenario, sets, plugins, seed, luck)
    date = date_at(loaded, at)
    dates = yearly(loaded) if through_time else []
    moment, *years = moments(loaded, [date, *dates], runs, backend)
    if out is not None:
        _write(out, moment, years)
    if as_json:
        found = facts(moment) | ({"through_time": rows_of(years)} if years else {})
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    printed(lines(moment) + (["", *yearly_lines(years)] if years else []))
    if out is not None:
        click.echo(f"\nWritten to {out}")


def _write(out: Path, moment: Moment, years: list[Moment]) -> None:
    """Write tables, and the figure of the years, into a new folder."""
    from ..folders import new_folder
    from ..theories.saving import write

    with new_folder(out) as folder:
        write(folder, moment, years)
        if years:
            from ..plots.theories import draw

            draw(years, folder)
