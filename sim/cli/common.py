"""What all commands share: faults in plain lines, plugins, folders, printing, progress."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from ..errors import ScenarioError, WedgeError

if TYPE_CHECKING:
    from ..scenario import Scenario

Command = Callable[..., Any]


class Friendly(click.Group):
    """Commands whose faults end in one clear line each and exit code 2; Ctrl-C in 130.

    `sections` are its commands under their headings, in the order in which they are listed.
    """

    sections: Mapping[str, Sequence[click.Command]] = MappingProxyType({})

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the commands, in the order of the sections."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands under their headings, each with one line."""
        widest = max(map(len, self.commands))
        for heading, commands in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{each.name:<{widest}}", each.short_help or "") for each in commands])

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
        from ..errors import nearest

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
def reading(folder: Path) -> Iterator[None]:
    """Tell of results that are damaged in one line."""
    try:
        yield
    except ScenarioError as error:
        raise WedgeError(f"{folder}: the scenario in these results is damaged ({error.faults[0]})") from error
    except DAMAGE as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise WedgeError(f"{folder}: these results are damaged; {_mend(folder)} ({said})") from error


def _mend(folder: Path) -> str:
    """What to do about a damaged folder, of a run or of a sweep."""
    from ..sweeping import is_sweep

    try:
        return "run the sweep again with --fresh" if is_sweep(folder) else "run it again"
    except RecursionError:
        return "run it again"


EVERY = 30.0
"""Seconds between lines of progress where there is no terminal."""

plugin_option = click.option(
    "--plugin", "plugins", multiple=True, type=click.Path(path_type=Path),
    help="Python file with policies or outcomes of your own.",
)  # fmt: skip

backend_option = click.option(
    "--backend", type=click.Choice(["numpy", "compiled"]), default="numpy", show_default=True,
    help="What computes the runs; compiled computes runs several times faster, and needs the extra of that name.",
)  # fmt: skip


def posterior_option(default: str) -> Callable[[Command], Command]:
    """The option that says which table of parameters is used; `default` tells which, unless given."""
    return click.option(
        "--posterior", metavar="NAME|FILE|prior",
        help="Table of parameters fitted to history: a shipped one by name, or a CSV file; `prior`: none, the "
        f"scenario as it is. Unless given, {default}.",
    )  # fmt: skip


report_option = click.option(
    "--report", "report_too", is_flag=True,
    help="Write a report too, report.html in the results folder: one file that opens in a browser, to be passed on.",
)  # fmt: skip

workers_option = click.option(
    "--workers", type=click.IntRange(1, 1024),
    help="Processes to work in; one for each core unless given, if there is much to do.",
)  # fmt: skip


def plugged(plugins: tuple[Path, ...]) -> None:
    """Load the plugins of installed packages, and those named."""
    from ..plugins import load_entry_points, load_plugin

    load_entry_points()
    for file in plugins:
        load_plugin(file)


def told(lines: list[str]) -> None:
    """Print lines."""
    click.echo("\n".join(lines))


def progress(stack: ExitStack, runs: int, *, quiet: bool) -> Callable[[int], None]:
    """Progress with the time left: a bar on a terminal, a line now and then in a log."""
    if quiet:
        return lambda _: None
    if not sys.stderr.isatty():
        return _Log(runs).add
    bar: Any = stack.enter_context(
        click.progressbar(length=runs, label="Running", file=sys.stderr, show_pos=True)
    )
    return lambda count: bar.update(count)


class _Log:
    """Lines of progress; what was there at the beginning does not count for the time left."""

    def __init__(self, runs: int) -> None:
        self.runs, self.done, self.first = runs, 0, 0
        self.begun = self.last = time.monotonic()

    def add(self, count: int) -> None:
        """Take in finished runs."""
        now = time.monotonic()
        self.done += count
        if now - self.begun < 0.01:
            self.first = self.done
        if now - self.last >= EVERY and self.done > self.first:
            self.last = now
            left = (now - self.begun) / (self.done - self.first) * (self.runs - self.done)
            click.echo(f"{self.done:,} of {self.runs:,} runs, about {_span(left)} left", err=True)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


LUCK = ("plain", "antithetic", "quasi_random")
"""The kinds of luck; those of `balanced.py`, which takes longer to import than a command line may."""

luck_option = click.option(
    "--luck", type=click.Choice(LUCK), metavar="KIND",
    help="Kind of luck: plain, antithetic (pairs of runs mirror each other) or quasi_random (each group of 128 runs is "
    "spread evenly); the scenario's unless given.",
)  # fmt: skip


def scenario_options(command: Command) -> Command:
    """The options of every command that reads a scenario."""
    command = plugin_option(command)
    command = click.option(
        "--set", "sets", multiple=True, metavar="PATH=VALUE",
        help="Override a value of the scenario, e.g. parameters.isolation.weight=0.5; may be repeated.",
    )(command)  # fmt: skip
    return click.argument("scenario", default="abe_engagement")(command)


def loaded_scenario(
    scenario: str,
    sets: tuple[str, ...],
    plugins: tuple[Path, ...],
    seed: int | None = None,
    luck: str | None = None,
) -> Scenario:
    """A scenario with its overrides, the plugins loaded."""
    from ..scenario import dealing, load

    plugged(plugins)
    return load(scenario, (*sets, *dealing(seed, luck)))


def must_be_free(out: Path | None) -> None:
    """Refuse, before anything is run, a place where no results can be written."""
    if out is not None and os.path.lexists(out):
        raise WedgeError(f"{out} exists already; results are never overwritten. Choose another --out")
    place = (out or Path("results") / "new").absolute()
    above = next(each for each in place.parents if os.path.lexists(each))
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise WedgeError(
            f"{out or 'results'}: cannot be written; {above} is no folder that can be written to"
        )


def folder_of(results: Path | None) -> Path:
    """The results folder meant: the one named, the newest of a scenario's name, or the newest of all."""
    if results is None:
        return _latest()
    named = [] if results.exists() else sorted(_kept(f"{results}-*"))
    return named[-1].parent if named else results


KEPT = ("manifest.json", "ledger.json")
"""What a folder of results holds: of a run, a comparison or a sweep; of claims."""


def _kept(folders: str) -> list[Path]:
    """What makes folders in ./results, by a pattern of their names, results."""
    return [each for name in KEPT for each in Path("results").glob(f"{folders}/{name}")]


def _latest() -> Path:
    """The newest results folder in ./results, claims among them."""
    found = _kept("*")
    if not found:
        raise WedgeError("no results in ./results; run a scenario first, or name a results folder")
    return max(found, key=lambda each: each.stat().st_mtime).parent
