"""Run a scenario and save it: what `wedge run` does, for notebooks and scripts too."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from .backends import libraries
from .ensemble import Arm, Report, arms_of, run_arms, uninterrupted
from .errors import WedgeError
from .folders import next_folder
from .results import Results, gathered, save
from .scenario import Scenario


def run_and_save(
    scenario: Scenario,
    *,
    runs: int | None = None,
    out: Path | None = None,
    contrast: bool = True,
    trajectories: bool = False,
    workers: int | None = 1,
    report: Report = lambda _: None,
    backend: str = "numpy",
) -> Results:
    """Run a scenario with the arms of its question, write a results folder, and give the results.

    `out` must not exist; without it the folder is the next `results/NAME-NNN`. `workers` processes
    do it, as in `run_arms`; with `trajectories` this one alone. Interrupted by Ctrl-C, it keeps the
    chunks that are finished. `backend` is numpy, or compiled where llvmlite is installed. Raises
    WedgeError where nothing can be written or a worker is lost.
    """
    must_be_new(out)
    libraries(backend)
    asked, begun = runs or scenario.spec.runs, time.perf_counter()
    arms = arms_of(scenario, contrasts=contrast)
    with ExitStack() as stack:
        whole = stack.enter_context(_beside(out)) if trajectories else None
        found, done = _all(arms, asked, workers, report, whole, backend)
        results = gathered(found, done, asked, backend=backend)
        folder = out or next_folder(Path("results"), scenario.name)
        seconds = time.perf_counter() - begun
        with uninterrupted():
            return replace(results, folder=save(results, folder, seconds=seconds, trajectories=whole))


def must_be_new(out: Path | None) -> None:
    """Raise WedgeError where results would be written over something."""
    if out is not None and out.exists():
        raise WedgeError(f"{out} exists already; results are never overwritten. Choose another --out")


def _all(
    arms: dict[str, Scenario],
    asked: int,
    workers: int | None,
    report: Report,
    whole: Path | None,
    backend: str,
) -> tuple[dict[str, Arm], int]:
    """Every arm, its whole paths written to a folder if one is given."""
    if whole is None:
        return run_arms(arms, asked, workers=workers, report=report, backend=backend)
    from .trajectories import TrajectoryWriter

    with TrajectoryWriter(whole) as writer:
        return run_arms(arms, asked, report=report, keep=writer.add, backend=backend)


@contextmanager
def _beside(out: Path | None) -> Iterator[Path]:
    """A folder for a while, on the disk where results will be."""
    folder = Path(tempfile.mkdtemp(prefix=".trajectories-", dir=_parent(out)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parent(out: Path | None) -> Path:
    parent = out.parent if out is not None else Path("results")
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WedgeError(f"{parent}: cannot be written ({error.strerror})") from None
    return parent
