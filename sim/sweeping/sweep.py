"""Sweep an experiment: what `wedge sweep` does, for notebooks and scripts too.

Blocks of runs are computed by an executor in any order and written part by part by this process alone,
under a lock. The same call goes on where a killed one was; nothing finished is done again, and a
changed experiment has another folder. Read `blocks.py` for what is computed, `saved.py` for what stays.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..ensemble import chunk_of, uninterrupted
from ..errors import WedgeError
from ..executors import Crew, crew, needing_workers
from ..experiment import Experiment
from ..experiment.definition import versions
from ..parcels import packed
from ..plugins import TEXTS
from ..results import provenance
from ..study import Study
from .blocks import Block, Task, computed
from .parts import KEPT, Part, cleared, gaps, sound_parts, write_part, writing, written
from .saved import OUTCOMES, as_text, join, manifest, study_of, write_manifest

Report = Callable[[int], None]


@dataclass(frozen=True)
class Shard:
    """One of `of` equal shares of a sweep's runs; `number` counts from 1."""

    number: int
    of: int

    def span(self, size: int) -> tuple[int, int]:
        """First run, and one past the last."""
        return size * (self.number - 1) // self.of, size * self.number // self.of

    @property
    def suffix(self) -> str:
        """What its folder's name ends in."""
        return f".shard-{self.number}-of-{self.of}"


WHOLE = Shard(1, 1)


def shard_of(folder: Path) -> Shard:
    """Which shard a folder holds, by its name; the whole where it is none."""
    named = re.search(r"\.shard-(\d+)-of-(\d+)$", folder.name)
    return Shard(int(named[1]), int(named[2])) if named else WHOLE


@dataclass
class Swept:
    """How a sweep went: its folder, and how many runs of each option were finished before, now, and are wanted.

    `cleared` are files that were damaged, half written or strange, so that their runs were done again.
    """

    folder: Path
    before: int
    wanted: int
    options: int = 1
    now: int = 0
    cleared: list[Path] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list, repr=False)

    @property
    def study(self) -> Study:
        """What it found. Raises WedgeError where it is not finished, or only a shard."""
        return study_of(self.folder)


def sweep(
    experiment: Experiment,
    *,
    out: Path = Path("results"),
    workers: int | None = None,
    dask: str | None = None,
    with_crew: Crew | None = None,
    shard: Shard = WHOLE,
    fresh: bool = False,
    chunk: int | None = None,
    report: Report = lambda _: None,
) -> Swept:
    """Run an experiment, or the rest of it, into `out`/NAME-FINGERPRINT, and give what was done.

    A script must call it under ``if __name__ == "__main__":`` unless `workers` is 1, because each
    process imports the script anew.

    `workers` processes of this machine (all its cores unless told) compute it, or a `dask` cluster at
    an address, or any executor handed in `with_crew`; `chunk` runs at a time. None of these, nor
    the order in which blocks finish, bears on the numbers. `report` is told of runs as they finish.
    Raises WedgeError where another process writes there, the disk is full or a worker is lost, and
    KeyboardInterrupt on Ctrl-C; what is finished is kept, and the same call goes on.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise WedgeError("a sweep in a script must stand under if __name__ == '__main__':")
    folder = folder_of(experiment, out, shard, fresh=fresh)
    with locked(folder):
        swept = _resumed(folder, experiment, shard)
        report(swept.before)
        if not (folder / OUTCOMES).is_file() and (shard == WHOLE or swept.before < swept.wanted):
            with _stopping(swept):
                _complete(swept, experiment, shard, _at_work(with_crew, workers, dask), chunk, report)
    return swept


def folder_of(experiment: Experiment, out: Path, shard: Shard = WHOLE, *, fresh: bool = False) -> Path:
    """Where an experiment's sweep goes; with `fresh`, the first of its numbered folders without a finished one."""
    name, suffix = f"{experiment.name}-{experiment.fingerprint}", "" if shard == WHOLE else shard.suffix
    if not fresh:
        return out / (name + suffix)
    number = 2
    while _is_finished(out / f"{name}-{number}{suffix}", experiment, shard):
        number += 1
    return out / f"{name}-{number}{suffix}"


def _is_finished(folder: Path, experiment: Experiment, shard: Shard) -> bool:
    if shard == WHOLE:
        return (folder / OUTCOMES).is_file()
    parts = sound_parts(folder / "parts")[0]
    return bool(parts) and not any(gaps(parts, *shard.span(experiment.plan.size)))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder to this process alone. Raises WedgeError where another has it, or it cannot be made."""
    import filelock

    lock = filelock.FileLock(folder / ".lock", timeout=0)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except filelock.Timeout:
            told = f"{folder}: another process is writing there; wait for it, or choose another --out"
            raise WedgeError(told) from None
    try:
        yield
    finally:
        lock.release()


def _resumed(folder: Path, experiment: Experiment, shard: Shard) -> Swept:
    """What is there already; what is damaged, half written or strange is cleared away."""
    first, last = shard.span(experiment.plan.size)
    with writing(folder):
        write_manifest(folder, manifest(experiment))
        cleared(folder.glob(".*.part"))
        if (folder / OUTCOMES).is_file():
            shutil.rmtree(folder / "parts", ignore_errors=True)
            return Swept(folder, last - first, last - first, len(experiment.options))
        (folder / "parts").mkdir(exist_ok=True)
        parts, others = sound_parts(folder / "parts")
        cleared(others)
    there = sum(max(0, min(each.last, last) - max(each.first, first)) for each in parts)
    return Swept(folder, there, last - first, len(experiment.options), cleared=others, parts=parts)


@contextmanager
def _stopping(swept: Swept) -> Iterator[None]:
    """Let Ctrl-C say what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        each = " of each option" if swept.options > 1 else ""
        kept = f"{swept.before + swept.now:,} of {swept.wanted:,} runs{each} are kept in {swept.folder}"
        raise KeyboardInterrupt(f"stopped; {kept}, and the same command goes on") from None


def _complete(
    swept: Swept,
    experiment: Experiment,
    shard: Shard,
    at_work: AbstractContextManager[Crew],
    chunk: int | None,
    report: Report,
) -> None:
    """Compute what is missing, and join it unless it is a shard."""
    begun = time.perf_counter()
    with at_work as crew_:
        _fill(swept, experiment, shard, crew_, chunk, report)
    if shard == WHOLE:
        finish(swept.folder, manifest(experiment), sorted(swept.parts))
    _record(swept.folder, seconds=time.perf_counter() - begun, runs=swept.now, width=crew_.width)


@contextmanager
def _at_work(given: Crew | None, workers: int | None, dask: str | None) -> Iterator[Crew]:
    if given is not None:
        yield given
        return
    with crew(workers, dask) as made:
        yield made


def task_of(experiment: Experiment) -> Task:
    """What all blocks of an experiment have in common."""
    named = {option.name: each for option, each in zip(experiment.options, experiment.scenarios, strict=True)}
    inputs = tuple(each.path for each in experiment.plan.inputs)
    agreed = tuple(versions(experiment.backend).items())
    return Task(
        packed(named), inputs, tuple(experiment.outcomes), tuple(TEXTS.items()), agreed, experiment.backend
    )


def _fill(
    swept: Swept, experiment: Experiment, shard: Shard, crew_: Crew, chunk: int | None, report: Report
) -> None:
    """Compute the runs that are missing, some blocks ahead of what is written."""
    task = task_of(experiment)
    waiting: dict[Future[Any], Block] = {}
    try:
        for block in _blocks(experiment, shard, swept.parts[:], chunk or _chunk(experiment, crew_)):
            with needing_workers(KEPT):
                waiting[crew_.executor.submit(computed, task, block)] = block
            if len(waiting) >= 2 * crew_.width or crew_.width == 1:
                _keep_finished(waiting, swept, report)
        while waiting:
            _keep_finished(waiting, swept, report)
    finally:
        for future in waiting:
            future.cancel()


def _keep_finished(waiting: dict[Future[Any], Block], swept: Swept, report: Report) -> None:
    """Write the blocks that are finished, at least one."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        block = waiting.pop(future)
        with needing_workers(KEPT):
            values = future.result()
        with uninterrupted() as interrupted:
            swept.parts.append(write_part(swept.folder / "parts", block.first, values))
            swept.now += block.runs
        report(block.runs)
        if interrupted:
            raise KeyboardInterrupt


def _chunk(experiment: Experiment, crew_: Crew) -> int:
    """Runs computed together: as the ensemble does, but so that all of a crew have some."""
    share = -(-experiment.plan.size // (4 * crew_.width))
    return max(1, min(chunk_of(experiment.scenarios[0], backend=experiment.backend), max(share, 50)))


def _blocks(experiment: Experiment, shard: Shard, parts: list[Part], chunk: int) -> Iterator[Block]:
    for low, high in gaps(parts, *shard.span(experiment.plan.size)):
        for first in range(low, high, chunk):
            yield Block(first, *experiment.plan.runs(first, min(chunk, high - first)))


def finish(folder: Path, told: dict[str, Any], parts: list[Part]) -> None:
    """Join the parts, which cover every run, into one file, and clear them away."""
    join(folder, told, parts)
    shutil.rmtree(folder / "parts", ignore_errors=True)


def _record(folder: Path, *, seconds: float, runs: int, width: int) -> None:
    """Note where and when some of a sweep was run."""
    entry = {**provenance(seconds), "runs": runs, "width": width}
    write_sessions(folder, [*sessions_of(folder), entry])


def sessions_of(folder: Path) -> list[Any]:
    """Where and when a sweep was run, as far as that is known."""
    try:
        found: list[Any] = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["sessions"]
    except (OSError, ValueError, KeyError):
        return []
    return found


def write_sessions(folder: Path, sessions: list[Any]) -> None:
    """Keep where and when a sweep was run."""
    written(folder / "provenance.json", as_text({"sessions": sessions}))
