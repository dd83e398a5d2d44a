"""The command `wedge`: parse, call, print. No computing here, and nothing heavy until it is needed."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import __version__
from .cli_sweeps import analyse, export, merge, sweep
from .errors import ScenarioError, WedgeError

if TYPE_CHECKING:
    from .results import Results
    from .scenario import Scenario

Command = Callable[..., Any]


class Friendly(click.Group):
    """Commands whose faults end in one clear line each and exit code 2; Ctrl-C in 130."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; turn what the user can mend into plain lines."""
        _printable()
        try:
            return super().invoke(context)
        except ScenarioError as error:
            click.echo(str(error), err=True)
            context.exit(2)
        except WedgeError as error:
            for line in str(error).splitlines():
                click.echo(f"wedge: {line}", err=True)
            context.exit(2)
        except MemoryError:
            click.echo("wedge: not enough memory; ask for fewer actors, steps or runs", err=True)
            context.exit(2)
        except KeyboardInterrupt as stop:
            said = str(stop) or "stopped before anything was finished; nothing was written"
            click.echo(f"wedge: {said}", err=True)
            context.exit(130)

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """Find a command, or name the nearest one."""
        from .errors import nearest

        if args and self.get_command(context, args[0]) is None:
            known = self.list_commands(context)
            near = nearest(args[0], known)
            context.fail(f"no command called {args[0]!r}{near}; there are {', '.join(known)}")
        return super().resolve_command(context, args)


def _printable() -> None:
    """Let a terminal that lacks a character show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


DAMAGE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """Tell of results that are damaged in one line."""
    try:
        yield
    except ScenarioError as error:
        raise WedgeError(f"{folder}: the scenario in these results is damaged ({error.faults[0]})") from error
    except DAMAGE as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise WedgeError(f"{folder}: these results are damaged; run the scenario again ({said})") from error


plugin_option = click.option(
    "--plugin", "plugins", multiple=True, type=click.Path(path_type=Path),
    help="Python file with policies or outcomes of your own.",
)  # fmt: skip


def scenario_options(command: Command) -> Command:
    """The options of every command that reads a scenario."""
    command = plugin_option(command)
    command = click.option(
        "--set", "sets", multiple=True, metavar="PATH=VALUE",
        help="Override a value, e.g. parameters.isolation.weight=0.5; may be repeated.",
    )(command)  # fmt: skip
    return click.argument("scenario", default="abe_engagement")(command)


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="wedge")
def main() -> None:
    """Wedge: if a state accommodates or confronts a rival, who ends up aligned with whom?

    SCENARIO is the name of a shipped scenario (see `wedge list`) or a YAML file.
    """


@main.command()
@scenario_options
@click.option(
    "--runs", type=click.IntRange(1, 10_000_000), help="Number of runs; the scenario's unless given."
)
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; the scenario's unless given.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/NAME-NNN unless given."
)
@click.option("--plot", "draw", is_flag=True, help="Draw the figures too.")
@click.option("--alone", is_flag=True, help="Leave out the alternatives and the path without events.")
@click.option("--trajectories", is_flag=True, help="Keep whole paths of every run, as netCDF.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def run(
    scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], runs: int | None, seed: int | None,
    out: Path | None, draw: bool, alone: bool, trajectories: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run a scenario against the alternatives of its question; answer, and save the results."""
    from .running import run_and_save

    _must_be_free(out)
    loaded = _loaded(scenario, sets, plugins, seed)
    _warn(loaded)
    count = runs or loaded.spec.runs
    with ExitStack() as stack:
        report = _progress(stack, count, quiet=as_json)
        results = run_and_save(
            loaded, runs=count, out=out, contrast=not alone, trajectories=trajectories, report=report
        )
    _finish(results, count, draw=draw, as_json=as_json)


@main.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--runs", type=click.IntRange(1, 10_000_000), help="Number of runs; the first's unless given.")
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of all luck; the first's unless given.")
@click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE", help="Override a value in all; may be repeated."
)
@click.option(
    "--change", "changes", multiple=True, metavar="PATH=VALUE",
    help="Compare with the first scenario changed so, too; may be repeated.",
)  # fmt: skip
@click.option(
    "--branch-at", metavar="DATE", help="All follow the first scenario until this date, e.g. 2014Q2."
)
@click.option(
    "--outcome", metavar="NAME", help="Outcome asked about; that of the first's question unless given."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/A_vs_B-NNN unless given."
)
@click.option("--plot", "draw", is_flag=True, help="Draw the figures too.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@plugin_option
def compare(
    scenarios: tuple[str, ...], sets: tuple[str, ...], changes: tuple[str, ...], plugins: tuple[Path, ...],
    runs: int | None, seed: int | None, branch_at: str | None, outcome: str | None, out: Path | None,
    draw: bool, as_json: bool,
) -> None:  # fmt: skip
    """Compare scenarios on equal luck, run by run: the first against each other one.

    With --branch-at all follow the first until a date, and from then on their own policies,
    parameters and later events. With --change one scenario is enough.
    """
    from .comparing import compare_and_save, planned

    _must_be_free(out)
    _plug(plugins)
    plan = planned(
        scenarios, sets=sets, changes=changes, seed=seed, branch_at=branch_at, outcome=outcome
    )  # fmt: skip
    _warn(*plan.arms.values())
    count = runs or plan.arms["scenario"].spec.runs
    with ExitStack() as stack:
        report = _progress(stack, count, quiet=as_json)
        results = compare_and_save(plan, count, out=out, report=report)
    _finish(results, count, draw=draw, as_json=as_json)


@main.command()
@scenario_options
@click.option("--sources", is_flag=True, help="List every number with its source.")
def check(scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], sources: bool) -> None:
    """Check a scenario file, and say how far its numbers are sourced."""
    from .describing import check_lines, source_lines

    loaded = _loaded(scenario, sets, plugins)
    _print(source_lines(loaded) if sources else check_lines(loaded))


@main.command()
@click.argument("results", type=click.Path(path_type=Path), required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the figures; FOLDER/figures unless given."
)
@click.option(
    "--format", "kinds", multiple=True, type=click.Choice(["png", "svg"]), help="Both unless given."
)
@click.option("--only", multiple=True, help="Draw only the figures of this name; may be repeated.")
@plugin_option
def plot(
    results: Path | None, out: Path | None, kinds: tuple[str, ...], only: tuple[str, ...], plugins: tuple[Path, ...]
) -> None:  # fmt: skip
    """Draw the figures of a results folder (the latest unless given)."""
    from .results import load

    _plug(plugins)
    folder = _folder(results)
    with _reading(folder):
        loaded = load(folder)
        _ = loaded.summary  # whatever is wrong with the tables shows here
    _draw(loaded, out, kinds, only)


@main.command()
@click.argument("what", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@plugin_option
def describe(what: str | None, as_json: bool, plugins: tuple[Path, ...]) -> None:
    """Tell what there is: parameters, mechanisms, policies, outcomes, quantities, or one scenario.

    WHAT is one of these words, a group (threat), a parameter (threat.weight), a policy, an outcome,
    or a scenario. Without it: every parameter with unit, range, source and meaning.
    """
    from .describing import described

    _plug(plugins)
    told = described(what)
    click.echo(json.dumps(told.data, indent=1, ensure_ascii=False) if as_json else "\n".join(told.lines))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a commented scenario to start from."""
    from .starter import write_starter

    write_starter(file)
    click.echo(f"Wrote {file}. Check it with: wedge check {file}")


@main.command()
@click.argument("first")
@click.argument("second")
@plugin_option
def diff(first: str, second: str, plugins: tuple[Path, ...]) -> None:
    """Show how two scenarios (or the scenarios of two results folders) differ, all included."""
    from .describing import diff_lines

    _plug(plugins)
    _print(diff_lines(_either(first), _either(second)))


@main.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """List the shipped scenarios, and the results in ./results."""
    from .describing import listed

    with _reading(Path("results")):
        told = listed(Path("results"))
    click.echo(json.dumps(told.data, indent=1, ensure_ascii=False) if as_json else "\n".join(told.lines))


@main.command()
@click.argument("results", type=click.Path(path_type=Path), required=False)
@click.option("--all", "everything", is_flag=True, help="Show every column of every outcome.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@plugin_option
def show(results: Path | None, everything: bool, as_json: bool, plugins: tuple[Path, ...]) -> None:
    """Show the outcomes and the answer of a results folder (the latest unless given)."""
    from .results import load

    _plug(plugins)
    folder = _folder(results)
    with _reading(folder):
        loaded = load(folder)
        if as_json:
            click.echo(json.dumps(loaded.summary, indent=1, ensure_ascii=False))
        else:
            _tell(loaded, everything=everything)


@main.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from .checking.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))


def _warn(*scenarios: Scenario) -> None:
    """Say what is allowed in these scenarios but rarely meant, each thing once."""
    from .describing import warnings_of

    for warning in dict.fromkeys(line.strip() for each in scenarios for line in warnings_of(each)):
        click.echo(warning, err=True)


def _finish(results: Results, asked: int, *, draw: bool, as_json: bool) -> None:
    """Draw results if wanted, tell them, and say where they are."""
    if draw:
        _draw(results)
    if as_json:
        click.echo(
            json.dumps({**results.summary, "folder": str(results.folder)}, indent=1, ensure_ascii=False)
        )
        return
    _tell(results)
    if results.finished < asked:
        click.echo(f"\nStopped: {results.finished:,} of {asked:,} runs were finished and are kept.")
    click.echo(f"\nResults: {results.folder}")
    click.echo(f"Figures: {results.folder}/figures" if draw else f"Figures: wedge plot {results.folder}")


def _loaded(
    scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], seed: int | None = None
) -> Scenario:
    from .scenario import load

    _plug(plugins)
    return load(scenario, (*sets, *([] if seed is None else [f"seed={seed}"])))


def _plug(plugins: tuple[Path, ...]) -> None:
    from .plugins import load_entry_points, load_plugin

    load_entry_points()
    for file in plugins:
        load_plugin(file)


def _either(where: str) -> Scenario:
    """A scenario by name or file, or that of a results folder."""
    from .results import load as load_results
    from .scenario import load

    if not Path(where).is_dir():
        return load(where)
    with _reading(Path(where)):
        return load_results(where).scenario


def _must_be_free(out: Path | None) -> None:
    """Refuse, before anything is run, a place where no results can be written."""
    if out is not None and os.path.lexists(out):
        raise WedgeError(f"{out} exists already; results are never overwritten. Choose another --out")
    place = (out or Path("results") / "new").absolute()
    above = next(each for each in place.parents if os.path.lexists(each))
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise WedgeError(
            f"{out or 'results'}: cannot be written; {above} is no folder that can be written to"
        )


def _folder(results: Path | None) -> Path:
    """The results folder meant: the one named, the newest of a scenario's name, or the newest of all."""
    if results is None:
        return _latest()
    named = [] if results.exists() else sorted(Path("results").glob(f"{results}-*/manifest.json"))
    return named[-1].parent if named else results


def _latest() -> Path:
    """The newest results folder in ./results."""
    found = [each.parent for each in Path("results").glob("*/manifest.json")]
    if not found:
        raise WedgeError("no results in ./results; run a scenario first, or name a results folder")
    return max(found, key=lambda each: (each / "manifest.json").stat().st_mtime)


def _draw(
    results: Results, out: Path | None = None, kinds: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> None:
    from .plots import draw_all

    folder = out or (results.folder or Path()) / "figures"
    for file in draw_all(results, folder, kinds=kinds or ("png", "svg"), only=only):
        click.echo(f"Drew {file}", err=True)


def _tell(results: Results, *, everything: bool = False) -> None:
    from .describing import result_lines

    _print(result_lines(results, everything=everything))


def _print(lines: list[str]) -> None:
    click.echo("\n".join(lines))


def _progress(stack: ExitStack, runs: int, *, quiet: bool) -> Callable[[int], None]:
    """A progress bar on a terminal, with the time left; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    bar: Any = stack.enter_context(click.progressbar(length=runs, label="Running", file=sys.stderr))
    return lambda count: bar.update(count)


for each in (sweep, merge, analyse, export):
    main.add_command(each)
