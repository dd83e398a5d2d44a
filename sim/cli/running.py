"""The commands that run scenarios: run, compare."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import (
    backend_option,
    loaded_scenario,
    luck_option,
    must_be_free,
    plugged,
    plugin_option,
    progress,
    scenario_options,
    workers_option,
)
from .reports import written
from .results import draw_results, tell_results

if TYPE_CHECKING:
    from ..results import Results
    from ..scenario import Scenario


@click.command(short_help="Run a scenario, answer its question, save the results.")
@scenario_options
@click.option(
    "--runs", type=click.IntRange(1, 10_000_000), help="Number of runs; the scenario's unless given."
)
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; the scenario's unless given.")
@luck_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/NAME-NNN unless given."
)
@click.option("--plot", "draw", is_flag=True, help="Draw the figures too.")
@click.option("--report", "reported", is_flag=True, help="Write the report too, one HTML file.")
@click.option("--alone", is_flag=True, help="Leave out the alternatives and the path without events.")
@click.option(
    "--trajectories", is_flag=True, help="Keep whole paths of every run, as netCDF; in one process."
)
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@backend_option
def run(
    scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], runs: int | None, seed: int | None,
    luck: str | None, out: Path | None, draw: bool, reported: bool, alone: bool, trajectories: bool,
    workers: int | None, as_json: bool, backend: str,
) -> None:  # fmt: skip
    """Run a scenario, the default one unless given, and save what comes of it.

    It is run beside the alternatives that its question names, and beside itself without any events,
    all on equal luck. Differences are the scenario less the alternative. The answer, the tables
    and, with --plot, the figures go to a new folder in ./results.
    """
    from ..running import run_and_save

    must_be_free(out)
    loaded = loaded_scenario(scenario, sets, plugins, seed, luck)
    warn(loaded)
    count = runs or loaded.spec.runs
    with ExitStack() as stack:
        report = progress(stack, count, quiet=as_json)
        results = run_and_save(
            loaded, runs=count, out=out, contrast=not alone, trajectories=trajectories, workers=workers,
            report=report, backend=backend,
        )  # fmt: skip
    finish(results, count, draw=draw, reported=reported, as_json=as_json)


@click.command(short_help="Compare scenarios on equal luck, the first with each other.")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option(
    "--runs",
    type=click.IntRange(1, 10_000_000),
    help="Number of runs; as many as the first scenario asks for unless given.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; that of the first scenario unless given."
)
@luck_option
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="PATH=VALUE",
    help="Override a value in all scenarios alike; may be repeated.",
)
@click.option(
    "--change", "changes", multiple=True, metavar="PATH=VALUE",
    help="Compare with the first scenario changed so, too; several changes make one scenario together.",
)  # fmt: skip
@click.option(
    "--branch-at",
    metavar="DATE",
    help="All follow the first scenario until this date, e.g. 2014, 2014Q2 or 2014-05.",
)
@click.option(
    "--outcome",
    metavar="NAME",
    help="The outcome that the answer is about, e.g. front; that of the first scenario's question unless given.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/A_vs_B-NNN unless given."
)
@click.option("--plot", "draw", is_flag=True, help="Draw the figures too.")
@click.option("--report", "reported", is_flag=True, help="Write the report too, one HTML file.")
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@plugin_option
@backend_option
def compare(
    scenarios: tuple[str, ...], sets: tuple[str, ...], changes: tuple[str, ...], plugins: tuple[Path, ...],
    runs: int | None, seed: int | None, luck: str | None, branch_at: str | None, outcome: str | None, out: Path | None,
    draw: bool, reported: bool, workers: int | None, as_json: bool, backend: str,
) -> None:  # fmt: skip
    """Compare scenarios on equal luck, run by run: the first with each other one.

    All differences are the FIRST scenario less the other: above 0 where the first has more.

    \b
      wedge compare abe_engagement firm_line
      wedge compare abe_engagement firm_line --branch-at 2014Q2
      wedge compare abe_engagement --change parameters.isolation.weight=0.2

    With --branch-at all follow the first until a date, and from then on their own policies,
    parameters and later events. With --change one scenario is enough: the first as it is, less the
    first with the change. A change of what the first draws run by run fixes it.
    """
    from ..comparing import compare_and_save, planned

    must_be_free(out)
    plugged(plugins)
    plan = planned(
        scenarios, sets=sets, changes=changes, seed=seed, luck=luck, branch_at=branch_at, outcome=outcome
    )
    warn(*plan.arms.values())
    count = runs or plan.arms["scenario"].spec.runs
    with ExitStack() as stack:
        report = progress(stack, count, quiet=as_json)
        results = compare_and_save(plan, count, out=out, workers=workers, report=report, backend=backend)
    finish(results, count, draw=draw, reported=reported, as_json=as_json)


def warn(*scenarios: Scenario) -> None:
    """Say what is allowed in these scenarios but rarely meant, each thing once."""
    from ..describing.scenarios import warnings_of

    for warning in dict.fromkeys(line.strip() for each in scenarios for line in warnings_of(each)):
        click.echo(warning, err=True)


INTERRUPTED = 130
"""Exit code of what Ctrl-C ended, though what is finished is kept."""


def finish(results: Results, asked: int, *, draw: bool, reported: bool, as_json: bool) -> None:
    """Draw results and report them if wanted, tell them, and say where they are."""
    if draw:
        draw_results(results)
    page = written(results.folder) if reported and results.folder is not None else None
    if as_json:
        places = {"folder": str(results.folder), **({"report": str(page)} if page is not None else {})}
        click.echo(json.dumps({**results.summary, **places}, indent=1, ensure_ascii=False))
        return
    tell_results(results)
    if results.finished < asked:
        click.echo(f"\nStopped: {results.finished:,} of {asked:,} runs were finished and are kept.")
    click.echo(f"\nResults: {results.folder}")
    click.echo(f"Figures: {results.folder}/figures" if draw else f"Figures: wedge plot {results.folder}")
    click.echo(f"Report: {page if page is not None else f'wedge report {results.folder}'}")
    if results.finished < asked:
        sys.exit(INTERRUPTED)
