"""Each subject in a process of its own, several times in turn with the others; medians and spreads."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.subjects import SUBJECTS
from benchmarks.timing import BUSY, Missing

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ROOT = Path(__file__).parent.parent


@dataclass
class Found:
    """What a subject gave: seconds a run, round by round, and its peak memory; or why there is nothing."""

    times: list[float] = field(default_factory=list)
    peak: float = 0.0
    missing: str = ""

    @property
    def middle(self) -> float:
        """The median, NaN where there is nothing."""
        return median(self.times) if self.times else float("nan")


def everything(names: Iterable[str], rounds: int, quick: bool) -> dict[str, Found]:
    """All subjects in turn, round after round."""
    found = {name: Found() for name in names}
    for k in range(rounds):
        for name, each in found.items():
            if not each.missing:
                note(f"round {k + 1} of {rounds}: {name}")
                _take(each, asked("subject", name, *(["--quick"] if quick else [])))
    return found


def _take(found: Found, told: dict[str, Any]) -> None:
    if "missing" in told:
        found.missing = told["missing"]
        return
    found.times.append(told["seconds"])
    found.peak = max(found.peak, told["peak"])


def asked(*words: str, **more: str) -> dict[str, Any]:
    """What another process of this benchmark says of a piece of work."""
    command = [sys.executable, "-m", "benchmarks", "--inside", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings(**more), cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def surroundings(**more: str) -> dict[str, str]:
    """The environment of what is measured: one thread in each process, and this very package."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": path, **more}


def inside(kind: str, *words: str, quick: bool) -> None:
    """Measure a piece of work here and print it for the parent process."""
    try:
        told = _subject(words[0], quick) if kind == "subject" else _scaled(*words)
    except Missing as reason:
        told = {"missing": str(reason)}
    print(json.dumps(told))


def _subject(name: str, quick: bool) -> dict[str, Any]:
    from sim.errors import WedgeError

    subject = SUBJECTS[name]
    if subject.cores == 1:
        pinned()
    else:
        os.environ.pop(BUSY, None)
    try:
        runs = max(2 * subject.cores, subject.runs // (20 if quick else 1))
        seconds = subject.work(runs)
    except (WedgeError, ImportError) as error:
        raise Missing(str(error)) from None
    return {"seconds": seconds, "peak": peak(subject.cores)}


def _scaled(*words: str) -> dict[str, Any]:
    from benchmarks.scaling import measured

    pinned()
    return measured(*words)


def pinned() -> None:
    """Stay on one core, where the system lets us."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def peak(processes: int) -> float:
    """The most memory of this process, and of its largest worker as often as there are any; bytes."""
    import resource

    unit = 1 if platform.system() == "Darwin" else 1024
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit if processes > 1 else 0
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        own = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return own + processes * workers


@dataclass(frozen=True)
class Told:
    """A command from outside: its seconds, the most memory of all its processes together, how it ended."""

    seconds: float
    peak: float
    code: int
    words: str


def command(words: list[str], folder: Path) -> Told:
    """Run a command in a folder and watch the memory of it and of all its children."""
    log = folder / "log.txt"
    with log.open("w") as to:
        begun = time.perf_counter()
        process = subprocess.Popen(words, stdout=to, stderr=subprocess.STDOUT, cwd=folder, env=surroundings())
        most = 0.0
        while process.poll() is None:
            most = max(most, _tree(process.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        taken = time.perf_counter() - begun
    return Told(taken, most, process.returncode, log.read_text()[-2000:])


def _tree(root: int) -> float:
    """Memory of a process and all below it, each page once where the system tells shares (Linux)."""
    parents: dict[int, int] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(each.parent.name)] = int(each.read_text().rpartition(")")[2].split()[1])
    family, grown = {root}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in family} - family
        family, grown = family | more, bool(more)
    return sum(_share(each) for each in family)


def _share(process: int) -> float:
    """Proportional set size of a process, or 0 where it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1]) * 1024
    return 0.0


def note(text: str) -> None:
    """Tell how far it is, beside what is printed."""
    print(text, file=sys.stderr, flush=True)
