"""The command of the evidence: claims. Parse, call, print."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import click

from .common import (
    backend_option,
    must_be_free,
    plugged,
    plugin_option,
    posterior_option,
    progress,
    report_option,
    told,
    workers_option,
)


@click.command(short_help="Test the articles' claims, or your own, and print the ledger.")
@click.argument("claims_", nargs=-1, metavar="[CLAIM]...")
@click.option(
    "--runs",
    type=click.IntRange(20, 1_000_000),
    help="Draws of the parameters for each claim; as many as the claim's file says unless given.",
)
@posterior_option("the shipped one if there is any; claims are tested under the prior in any case")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/claims-NNN unless given."
)
@click.option("--check", "only_check", is_flag=True, help="Check the files for faults, and run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
@report_option
@workers_option
@plugin_option
@backend_option
def claims(
    claims_: tuple[str, ...], runs: int | None, posterior: str | None, out: Path | None,
    only_check: bool, as_json: bool, report_too: bool, workers: int | None, plugins: tuple[Path, ...], backend: str,
) -> None:  # fmt: skip
    """Test claims under the prior and the posterior, and print, save and draw the ledger.

    CLAIM is the number of a shipped claim (C4), its name, or a YAML file; all shipped ones unless given.
    A claim counts as tested only if its prior could have given either answer; else it is assumed.

    \b
      wedge claims
      wedge claims C3 C7 --runs 200
      wedge claims mine.yaml

    How claims are tested, and how to write one: docs/claims.md.
    """
    from ..backends import libraries
    from ..claims import ledger, load_all
    from ..claims.ledger import size
    from ..claims.saving import save
    from ..claims.telling import ledger_data, ledger_lines
    from ..folders import next_folder
    from ..report import write
    from ..report.claims import page_of
    from ..weights import weights

    must_be_free(out)
    plugged(plugins)
    libraries(backend)
    given = weights(posterior).table
    chosen = load_all(claims_)
    if only_check:
        sound = [{"number": each.number, "title": each.spec.title} for each in chosen]
        told([json.dumps({"sound": sound}, indent=1, ensure_ascii=False)] if as_json else _sound(sound))
        return
    with ExitStack() as stack:
        report = progress(stack, size(chosen, runs, posterior=given is not None), quiet=as_json)
        rows = ledger(chosen, given, runs=runs, workers=workers, backend=backend, report=report)
    folder = save(rows, out or next_folder(Path("results"), "claims"), given, chosen)
    file = write(page_of(folder), folder / "report.html") if report_too else None
    if as_json:
        data = {**ledger_data(rows, given), "folder": str(folder), **({"report": str(file)} if file else {})}
        click.echo(json.dumps(data, indent=1, ensure_ascii=False))
        return
    told(["", *ledger_lines(rows, chosen, given), "", f"Ledger: {folder}/ledger.csv, ledger.md"])
    told([f"Figure: {each}" for each in sorted((folder / "figures").iterdir())])
    told([f"Report: {file}"] if file else [])


def _sound(claims: list[dict[str, str]]) -> list[str]:
    return [f"{each['number']} is sound: {each['title']}" for each in claims]
