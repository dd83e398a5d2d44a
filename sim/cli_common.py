"""What all commands share: plugins, printing, progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

EVERY = 30.0
"""Seconds between lines of progress where there is no terminal."""

plugin_option = click.option(
    "--plugin", "plugins", multiple=True, type=click.Path(path_type=Path),
    help="Python file with policies or outcomes of your own.",
)  # fmt: skip


def plugged(plugins: tuple[Path, ...]) -> None:
    """Load the plugins of installed packages, and those named."""
    from .plugins import load_entry_points, load_plugin

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
    bar: Any = stack.enter_context(click.progressbar(length=runs, label="Running", file=sys.stderr, show_pos=True))
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
