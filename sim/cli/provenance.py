"""The command that asks how far a scenario's outcome rests on sources: provenance. Parse, call, print."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .common import backend_option, loaded_scenario, must_be_free, posterior_option, scenario_options, told


@click.command(short_help="Tell how much of an outcome rests on guesses.")
@scenario_options
@click.option("--outcome", help="Outcome to explain; the question's unless given.")
@click.option("--runs", type=click.IntRange(96, 10_000_000), help="Runs at most; 6,144 unless given.")
@posterior_option("none")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create for the ledger and its figure."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@backend_option
def provenance(
    scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], outcome: str | None, runs: int | None,
    posterior: str | None, out: Path | None, as_json: bool, backend: str,
) -> None:  # fmt: skip
    """Tell how much of the variance of a scenario's main outcome rests on what.

    Its inputs vary in three groups: sourced, calibrated (the rows of a posterior) and assumed; luck is the
    fourth. Each input varies over what the scenario draws it from, else over its plausible range.
    """
    from ..describing.ledger import ledger_lines
    from ..provenance import ledger
    from ..provenance.ledger import RUNS
    from ..weights import PRIOR, weights

    if out is not None:
        must_be_free(out)
    given = weights(posterior or PRIOR)
    loaded = loaded_scenario(scenario, (*given.sets, *sets), plugins)
    found = ledger(loaded, outcome, runs=runs or RUNS, backend=backend)
    told([json.dumps(found.data(), indent=1, ensure_ascii=False)] if as_json else ledger_lines(found))
    if out is not None:
        from ..plots.ledger import write_ledger

        click.echo(f"Ledger and figure: {write_ledger(found, out)}", err=True)
