"""The command that says what drove an alignment, a stance or a decision: explain. Parse, call, print."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ..errors import WedgeError
from .common import luck_option, plugged, scenario_options
from .common import told as printed

FIGURES = (".png", ".svg")


@click.command(short_help="Say what drove an alignment, a stance or a decision.")
@scenario_options
@click.option("--dyad", metavar="A,B", help="The pair whose alignment is explained, e.g. china,russia.")
@click.option("--stance", metavar="A,B", help="Explain the stance of A toward B instead, e.g. japan,russia.")
@click.option("--decision", metavar="A,B", help="Explain what A intended toward B, and why, instead.")
@click.option("--run", type=click.IntRange(0, 10**9), help="Number of the run to explain, from 0.")
@click.option(
    "--runs", type=click.IntRange(1, 10_000), help="Explain the mean of so many runs, with 90 % of runs. Unless "
    "--run or --runs is given: the mean of 200 runs, or of all in a results folder that holds fewer.",
)  # fmt: skip
@click.option(
    "--arm", metavar="NAME", help="Explain this alternative, or no_events, instead of the scenario."
)
@click.option(
    "--against",
    metavar="SCENARIO|ARM",
    help="Explain how it differs from another, term by term on equal luck.",
)
@click.option(
    "--from", "begin", metavar="DATE", help="Begin with the step that holds this date, e.g. 2014Q2."
)
@click.option("--to", "end", metavar="DATE", help="End where the step begins that holds this date.")
@click.option("--by", type=click.Choice(["step", "year", "all"]), default="year", show_default=True,
              help="Span of time that terms are added up over.")  # fmt: skip
@click.option("--whole", is_flag=True, help="Tell whole terms, not what goes beyond those of the start.")
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; the scenario's unless given.")
@luck_option
@click.option(
    "--csv", "table", type=click.Path(path_type=Path), help="New file for every run and span, in full."
)
@click.option(
    "--plot", "figure", type=click.Path(path_type=Path), help="New file, .png or .svg, for a figure."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def explain(
    scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], dyad: str | None, stance: str | None,
    decision: str | None, run: int | None, runs: int | None, arm: str | None, against: str | None,
    begin: str | None, end: str | None, by: str, whole: bool, seed: int | None, luck: str | None,
    table: Path | None, figure: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Say what drove an alignment, a stance or a decision: the terms that the model added up.

    SCENARIO may be a results folder too: its runs are computed again, the same to the bit. Unless told
    whose, it is the alignment that the scenario's question is about.

    \b
      wedge explain --run 17 --dyad china,russia
      wedge explain --stance japan,russia --from 2014 --to 2018 --by step
      wedge explain --decision japan,russia --run 17
      wedge explain abe_engagement --against firm_line --plot why.png
      wedge explain results/abe_engagement-001 --arm no_engagement
    """
    must_be_new_file("--csv", table)
    must_be_new_file("--plot", figure, FIGURES)
    plugged(plugins)
    from ..explaining.asking import Question, explained, numbered, rival, source, subject
    from ..explaining.asking import arm as named_arm
    from ..explaining.saving import facts
    from ..explaining.saving import table as rows
    from ..explaining.telling import lines
    from ..scenario import dealing

    found = source(scenario, sets, dealing(seed, luck))
    chosen = found.scenario if arm is None else named_arm(found, arm)
    what, whose = subject(chosen, dyad, stance, decision)
    if what == "decision" and whole:
        raise WedgeError("--whole: the terms of a decision are always whole; leave it out")
    first, count = numbered(found, run, runs)
    other = None if against is None else rival(found, chosen, against, sets)
    asked = Question(chosen, what, whose, first, count, begin, end, by, other, whole)  # type: ignore[arg-type]
    told = explained(asked)
    files: list[tuple[str, Path, bytes]] = []
    if table is not None:
        files.append(("Table", table, rows(asked, told).encode()))
    if figure is not None:
        from ..plots.accounts import drawn

        files.append(("Figure", figure, drawn(asked, told, figure.suffix.lower()[1:])))
    for _, file, content in files:
        written(file, content)
    printed([json.dumps(facts(asked, told), indent=1, ensure_ascii=False)] if as_json else lines(asked, told))
    for name, file, _ in files:
        click.echo(f"{name}: {file}", err=True)


def must_be_new_file(option: str, file: Path | None, kinds: tuple[str, ...] = ()) -> None:
    """Refuse, before anything is run, a file that is there already, cannot be written, or is of no known kind."""
    if file is None:
        return
    if kinds and file.suffix.lower() not in kinds:
        raise WedgeError(f"{option} {file}: expected a name that ends in {' or '.join(kinds)}")
    if os.path.lexists(file):
        raise WedgeError(f"{option} {file}: exists already; nothing is overwritten. Choose another name")
    if not file.absolute().parent.is_dir() or not os.access(file.absolute().parent, os.W_OK):
        raise WedgeError(
            f"{option} {file}: cannot be written; {file.absolute().parent} is no folder to write to"
        )


def written(file: Path, content: bytes) -> None:
    """Write a new file, whole or not at all."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.link(part, file)
    except OSError as error:
        raise WedgeError(f"{file}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)
