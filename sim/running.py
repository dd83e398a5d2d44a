"""Run a scenario and save it: what `wedge run` does, for notebooks and scripts too."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from .ensemble import Report, arms_of, run_arms
from .errors import WedgeError
from .results import Results, gathered, next_folder, save
from .scenario import Scenario


def run_and_save(
    scenario: Scenario,
    *,
    runs: int | None = None,
    out: Path | None = None,
    contrast: bool = True,
    trajectories: bool = False,
    report: Report = lambda _: None,
) -> Results:
    """Run a scenario with the arms of its question, write a results folder, and give the results.

    `out` must not exist; without it the folder is the next `results/NAME-NNN`. Interrupted by
    Ctrl-C, it keeps the chunks that are finished. Raises WedgeError where nothing can be written.
    """
    if out is not None and out.exists():
        raise WedgeError(f"{out} exists already; results are never overwritten. Choose another --out")
    asked, begun = runs or scenario.spec.runs, time.perf_counter()
    arms = arms_of(scenario, contrasts=contrast)
    with ExitStack() as stack:
        keep, whole = None, None
        if trajectories:
            from .trajectories import TrajectoryWriter

            whole = Path(tempfile.mkdtemp(prefix=".trajectories-", dir=_parent(out)))
            stack.callback(shutil.rmtree, whole, ignore_errors=True)
            writer = TrajectoryWriter(whole)
            keep = writer.add
            stack.callback(writer.__exit__, None, None, None)
        found, done = run_arms(arms, asked, report=report, keep=keep)
        if trajectories:
            writer.__exit__(None, None, None)
        results = gathered(found, done, asked)
        folder = out or next_folder(Path("results"), scenario.name)
        seconds = time.perf_counter() - begun
        return replace(results, folder=save(results, folder, seconds=seconds, trajectories=whole))


def _parent(out: Path | None) -> Path:
    parent = out.parent if out is not None else Path("results")
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WedgeError(f"{parent}: cannot be written ({error.strerror})") from None
    return parent
