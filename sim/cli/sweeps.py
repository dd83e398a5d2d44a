"""The commands of experiments: sweep, merge, analyse, export. Parse, call, print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import WedgeError, nearest
from .common import backend_option, plugged, plugin_option, progress, reading, report_option, told

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..sweeping import Shard, Swept
    from ..understanding import Understood

FILES = ("csv", "parquet", "netcdf", "ema")


@click.command(short_help="Run an experiment over many worlds, and answer its question.")
@click.argument("experiment")
@click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE",
    help="Override a key of the experiment, e.g. replications=5 or design.points=64; may be repeated.",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(1, 1024), help="Processes to work in; one for each core unless given."
)
@click.option("--dask", metavar="ADDRESS", help="A Dask scheduler to work on, e.g. tcp://10.0.0.5:8786.")
@click.option(
    "--shard",
    metavar="I/N",
    help="Run only the I-th of N shares, e.g. 2/5, on a machine of its own; then wedge merge.",
)
@click.option("--fresh", is_flag=True, help="Run all again, in a new folder.")
@click.option(
    "--chunk",
    type=click.IntRange(1, 10**6),
    help="Runs computed together; bears on memory and speed, on no result.",
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True,
              help="Folder in which the sweep's own folder goes.")  # fmt: skip
@click.option("--plot", "draw", is_flag=True, help="Draw the figures too.")
@report_option
@click.option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
@plugin_option
@backend_option
def sweep(
    experiment: str, sets: tuple[str, ...], workers: int | None, dask: str | None, shard: str | None, fresh: bool,
    chunk: int | None, out: Path, draw: bool, report_too: bool, as_json: bool, plugins: tuple[Path, ...], backend: str,
) -> None:  # fmt: skip
    """Run an experiment, its uncertainties by its levers, and answer its question.

    EXPERIMENT is the name of a shipped experiment (see `wedge list`) or a YAML file. A point is one
    world, drawn from the uncertainties (what nobody controls); an option is one setting of the levers
    (what a government chooses); each is run with several replications, which differ in luck alone.

    \b
      wedge sweep american_doubt --plot
      wedge sweep american_doubt --set design.points=64 --set replications=2

    The second is a quick try. A sweep that was stopped, however it was, goes on where it was with the
    same command; one that is finished is not run again. Then: wedge analyse, wedge export.
    """
    from ..experiment import load
    from ..sweeping import sweep as run_sweep
    from ..sweeping.sweep import WHOLE

    plugged(plugins)
    loaded = load(experiment, sets, backend)
    share = _shard(shard) if shard else WHOLE
    first, last = share.span(loaded.plan.size)
    if not as_json:
        click.echo(_plan(loaded))
    with ExitStack() as stack:
        report = progress(stack, last - first, quiet=as_json)
        swept = run_sweep(
            loaded, out=out, workers=workers, dask=dask, shard=share, fresh=fresh, chunk=chunk, report=report
        )
    _tell_resumed(swept, as_json=as_json)
    if share != WHOLE:
        click.echo(f"Shard {share.number} of {share.of} is finished: {swept.folder}")
        click.echo(f"When all are: wedge merge {_unsharded(swept.folder)}.shard-*-of-{share.of}")
        return
    _answer(swept.folder, draw=draw, as_json=as_json, report_too=report_too)


def _plan(experiment: Experiment) -> str:
    plan = experiment.plan
    dropped = plan.design.size(plan.inputs) - plan.points
    less = f" ({dropped:,} others do not keep the constraints)" if dropped else ""
    runs = plan.size * len(experiment.options)
    return (
        f"{plan.points:,} points{less} by {plan.replications:,} replications by "
        f"{len(experiment.options)} options: {runs:,} runs"
    )


def _shard(text: str) -> Shard:
    from ..sweeping import Shard

    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise WedgeError(f"--shard {text}: expected I/N, the I-th of N shares, for instance 2/5")
    return Shard(int(found[1]), int(found[2]))


def _unsharded(folder: Path) -> str:
    return str(folder).partition(".shard-")[0]


def _tell_resumed(swept: Swept, *, as_json: bool) -> None:
    if swept.cleared:
        told_ = f"{len(swept.cleared)} damaged, half-written or strange files"
        click.echo(f"{told_} in {swept.folder}/parts were removed, and their runs done again.", err=True)
    if as_json or not swept.before:
        return
    if swept.now:
        each = " of each option" if swept.options > 1 else ""
        click.echo(f"Went on: {swept.before:,} runs{each} were there already, {swept.now:,} were added.")
    else:
        click.echo("This sweep is finished already; nothing was run. (--fresh starts anew.)")


def _answer(folder: Path, *, draw: bool, as_json: bool, report_too: bool = False) -> None:
    """Answer, save and print what a finished sweep says."""
    from ..understanding import lines_of, summary_of

    try:
        anew = draw or report_too
        summary, file = (
            _anew(folder, draw=draw, report_too=report_too) if anew else (summary_of(folder), None)
        )
    except KeyboardInterrupt:
        said = f"stopped; the outcomes are kept in {folder}, and the same command answers"
        raise KeyboardInterrupt(said) from None
    if as_json:
        click.echo(
            json.dumps(
                {**summary, "folder": str(folder), **({"report": str(file)} if file else {})},
                indent=1,
                ensure_ascii=False,
            )
        )
        return
    told(["", *lines_of(summary), "", f"Results: {folder}", *([f"Report: {file}"] if file else [])])
    if summary["answers"]:
        click.echo(f"Tables: {folder}/analyses" + ("" if draw else f"    Figures: wedge plot {folder}"))
    elif not summary["asked"]:
        click.echo(f"The experiment asks for no analyses; try: wedge analyse --help, wedge export {folder}")


def _anew(folder: Path, *, draw: bool, report_too: bool) -> tuple[dict[str, Any], Path | None]:
    """The answers of a sweep made anew; its figures and its report written where asked for, and the report's file."""
    from ..understanding import draw as draw_figures
    from ..understanding import save, understood

    found = understood(folder)
    save(found, folder)
    for file in draw_figures(found, folder / "figures") if draw else []:
        click.echo(f"Drew {file}", err=True)
    return found.summary, _reported(folder, found) if report_too else None


def _reported(folder: Path, found: Understood) -> Path:
    """Write the report of a sweep into its folder, in place of an earlier one, and give its file."""
    from ..report import write
    from ..report.sweeps import page_of

    page, file = page_of(folder, found), folder / "report.html"
    file.unlink(missing_ok=True)
    return write(page, file)


@click.command(short_help="Join the shards of a sweep into one, and answer.")
@click.argument("shards", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the merged folder goes; beside the shards."
)
@click.option("--plot", "draw", is_flag=True, help="Draw the figures too.")
@plugin_option
def merge(shards: tuple[Path, ...], out: Path | None, draw: bool, plugins: tuple[Path, ...]) -> None:
    """Merge the shards of a sweep into one, and answer its question. The shards are left as they are."""
    from ..sweeping import merge as merge_shards
    from ..sweeping.saved import OUTCOMES

    plugged(plugins)
    there = set((out or shards[0].parent).glob(f"*/{OUTCOMES}"))
    folder = merge_shards(shards, out)
    if folder / OUTCOMES in there:
        click.echo(f"These shards are merged already in {folder}; nothing was written anew.\n")
    _answer(folder, draw=draw, as_json=False)


@click.command(short_help="Write a sweep's runs for R, Stata, xarray, EMA Workbench.")
@click.argument("study", metavar="SWEEP", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(FILES), default="csv", show_default=True,
              help="Tidy tables (csv, parquet), labelled arrays (netcdf), or an EMA Workbench archive.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="File to create; beside the sweep's outcomes.")
@plugin_option
def export(study: Path, kind: str, out: Path | None, plugins: tuple[Path, ...]) -> None:
    """Write a sweep's runs for other tools: one row a run, or an archive that EMA Workbench loads."""
    from ..exporting import export as write

    plugged(plugins)
    with reading(study):
        file = write(study, kind, out)
    click.echo(f"Wrote {file}")


class Analyses(click.Group):
    """One command a kind of analysis, its options made from the analysis's own settings."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every kind of analysis."""
        from ..analyses import analyses

        return list(analyses())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of one kind."""
        from ..analyses import analyses

        kind = analyses().get(cmd_name)
        return None if kind is None else _command(cmd_name, kind)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a kind, or name the nearest one."""
        if args and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            ctx.fail(f"no analysis called {args[0]!r}{nearest(args[0], known)}; there are {', '.join(known)}")
        return super().resolve_command(ctx, args)


@click.command(cls=Analyses, short_help="Ask a finished sweep something else; nothing is run.")
def analyse() -> None:
    """Ask a finished sweep something else, without running anything again.

    \b
      wedge sweep american_doubt
      wedge analyse trade_off results/american_doubt-... --more tokyo_to_moscow --less front

    What a sweep has to ask about, its outcomes, options, levers and inputs: wedge describe EXPERIMENT.
    """


def _command(name: str, kind: type) -> click.Command:
    params: list[click.Parameter] = [
        click.Argument(["study"], metavar="SWEEP", type=click.Path(path_type=Path))
    ]
    params += [_option(each) for each in fields(kind)]
    params.append(
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path),
            help="Folder for tables and figure; SWEEP/asked/NAME-NNN unless given.",
        )
    )
    params.append(click.Option(["--plot"], is_flag=True, help="Draw the figure too."))
    first, _, rest = (kind.__doc__ or "").partition("\n\n")
    text = "\n\n".join(" ".join(each.split()) for each in [first, *rest.split("\n\n")] if each.strip())
    needed = " ".join(f"--{each.name.replace('_', '-')} {each.metadata['asks'].upper()}"
                      for each in fields(kind) if each.default is MISSING)  # fmt: skip
    example = f"wedge analyse {name} results/FOLDER {needed}".strip()
    short = " ".join(first.split())
    return click.Command(name, params=params, callback=_callback(name, kind), help=text, short_help=short,
                         epilog=f"{MEANT} For instance: {example}")  # fmt: skip


MEANT = (
    "SWEEP is the folder of a finished sweep. An OPTION is one setting of its levers; what its options, outcomes, "
    "levers and inputs are called: wedge describe EXPERIMENT."
)
"""What the words in capitals mean, under the help of every analysis."""


_TYPES: dict[str, Any] = {"number": float, "whole": int}


def _option(each: Field[Any]) -> click.Option:
    facts = each.metadata
    words = facts["words"] if facts["asks"] == "word" else ()
    shown = "" if each.default in (MISSING, None, ()) else f"  [default: {each.default}]"
    return click.Option(
        [f"--{each.name.replace('_', '-')}", each.name],
        type=click.Choice(words) if words else _TYPES.get(facts["asks"], str),
        multiple=facts["many"], required=each.default is MISSING,
        help=f"{facts['meaning'][:1].upper()}{facts['meaning'][1:]}{'; may be repeated' * facts['many']}.{shown}",
        metavar=None if words else facts["asks"].upper(),
    )  # fmt: skip


def _callback(name: str, kind: type) -> Callable[..., None]:
    def ask(study: Path, out: Path | None, plot: bool, **settings: Any) -> None:
        from ..folders import next_folder
        from ..sweeping import study_of
        from ..understanding import asked_for, draw_one, save_asked

        with reading(study):
            found = study_of(study)
        finding = asked_for(kind, settings).of(found)
        told([finding.question, *(f"  {line}" for line in finding.answer)])
        folder = out or next_folder(study / "asked", name)
        if out is not None and out.exists():
            raise WedgeError(f"{out} exists already; nothing is overwritten. Choose another --out")
        save_asked(finding, folder)
        click.echo(f"\nTables: {folder}")
        for file in draw_one(found, finding, folder, name) if plot else []:
            click.echo(f"Drew {file}", err=True)

    return ask
