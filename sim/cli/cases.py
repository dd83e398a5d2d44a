"""The command `wedge cases`."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import click

from .common import backend_option, must_be_free, plugged, plugin_option, posterior_option, progress, told


@click.command(short_help="Hold the model against historical cases.")
@click.argument("named", nargs=-1, metavar="[CASE|FILE]...")
@click.option(
    "--runs", type=click.IntRange(1, 10_000_000), help="Runs of each case; the case's own unless given."
)
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; the case's own unless given.")
@posterior_option("the shipped one if there is any")
@click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE",
    help="Override a value in all cases alike; may be repeated.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create, with table, score and figure."
)
@click.option("--json", "as_json", is_flag=True, help="Print cases and score as JSON.")
@plugin_option
@backend_option
def cases(
    named: tuple[str, ...], runs: int | None, seed: int | None, posterior: str | None, sets: tuple[str, ...],
    out: Path | None, as_json: bool, plugins: tuple[Path, ...], backend: str,
) -> None:  # fmt: skip
    """Run historical cases, all the shipped ones unless named, and count how often the model hits.

    A case is a scenario of another time that says what happened; docs/cases.md tells how to write one.
    The forecast is the share of runs in which the alignment of target and adversary rises; what
    happened is not put in. `told` is the same forecast told of the adversary's own moves. The effect is the
    case less the same without what the divider did; nobody has observed it.
    """
    from ..cases import cases as shipped
    from ..cases import read, run_cases, sentences
    from ..cases.saving import save
    from ..cases.telling import data, table_lines
    from ..scenario import dealing

    must_be_free(out)
    plugged(plugins)
    given = (*sets, *dealing(seed, None))
    found = [read(each, sets=given, posterior=posterior) for each in named or shipped()]
    with ExitStack() as stack:
        count = sum(runs or each.scenario.spec.runs for each in found)
        rows = run_cases(found, runs=runs, report=progress(stack, count, quiet=as_json), backend=backend)
    if out is not None:
        save(rows, out)
    if as_json:
        click.echo(json.dumps({**data(rows), "answer": sentences(rows)}, indent=1, ensure_ascii=False))
        return
    told([*table_lines(rows), "", *sentences(rows)])
    if out is not None:
        click.echo(f"\nResults: {out}")
