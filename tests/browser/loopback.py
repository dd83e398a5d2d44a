"""A command whose Python cannot reach beyond this machine, and what it tried.

The guard is an audit hook in a `sitecustomize` that comes first on PYTHONPATH, so that it holds in every Python that
the command starts, too. It does not hold where Python is told to leave PYTHONPATH or `site` alone (-I, -E, -S), nor for
programs that are not Python and libraries that open sockets of their own.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).parent / "guard"


@dataclass(frozen=True)
class Try:
    """Something that was asked of the network: the audit event, the host, and whether it was refused."""

    event: str
    host: str
    refused: bool


@dataclass(frozen=True)
class Guarded:
    """A command under guard; `process` is its Popen, with its output to be read as text."""

    process: subprocess.Popen
    log: Path

    @property
    def tries(self) -> list[Try]:
        """All that was asked of the network so far. Raises AssertionError where the guard is not there."""
        assert self.log.is_file(), "the guard was not there: was Python started with -I, -E or -S?"
        found = [Try(**json.loads(each)) for each in self.log.read_text().splitlines()]
        return [each for each in found if each.event != "guard"]

    @property
    def refused(self) -> list[Try]:
        """What was refused."""
        return [each for each in self.tries if each.refused]


@contextmanager
def guarded(command: Sequence[str], log: Path, *, cwd: Path | None = None) -> Iterator[Guarded]:
    """Start a command under guard, writing to a log that must not be there yet; at the end it is stopped."""
    assert not log.exists(), f"{log} exists already"
    path = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH", "")]))
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "WEDGE_GUARD": str(log), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Guarded(process, log)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
