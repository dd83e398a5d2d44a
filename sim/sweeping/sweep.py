"""Sweep an experiment: what `wedge sweep` does, for notebooks and scripts too.

Blocks of runs are computed by an executor in any order and written part by part by this process alone,
under a lock. The same call goes on where a killed one was; nothing finished is done again, and a
changed experiment has another folder. Read `blocks.py` for what is computed, `saved.py` for what stays.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..ensemble import chunk_of, uninterrupted
from ..errors import WedgeError
from ..experiment import Experiment
from ..plugins import TEXTS
from ..results import provenance
from ..study import Study
from .blocks import Block, Task, computed, packed
from .executors import Crew, crew
from .parts import Part, gaps, sound_parts, write_part, written
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


@dataclass
class Swept:
    """How a sweep went: its folder, runs finished before and now, and parts that had to be done again."""

    folder: Path
    before: int = 0
    now: int = 0
    damaged: list[Path] = field(default_factory=list)

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

    `workers` processes of this machine (all its cores unless told) compute it, or a `dask` cluster at
    an address, or any executor handed in `with_crew`; `chunk` runs at a time. None of these, nor
    the order in which blocks finish, bears on the numbers. `report` is told of runs as they finish.
    Raises WedgeError where another process writes there, the disk is full or a worker is lost; what
    is finished is kept, and the same call goes on.
    """
    folder = folder_of(experiment, out, shard, fresh=fresh)
    with locked(folder):
        swept = _resumed(folder, experiment, shard, report)
        if not (folder / OUTCOMES).is_file():
            begun = time.perf_counter()
            with _at_work(with_crew, workers, dask) as crew_:
                _fill(swept, experiment, shard, crew_, chunk, report)
            if shard == WHOLE:
                finish(folder, manifest(experiment), sound_parts(folder / "parts")[0])
            _record(folder, seconds=time.perf_counter() - begun, runs=swept.now, width=crew_.width)
    return swept


def folder_of(experiment: Experiment, out: Path, shard: Shard = WHOLE, *, fresh: bool = False) -> Path:
    """Where an experiment's sweep goes; with `fresh`, the first of its numbered folders that is free."""
    name = f"{experiment.name}-{experiment.fingerprint}"
    if fresh:
        number = 2
        while (out / f"{name}-{number}{shard.suffix if shard != WHOLE else ''}").exists():
            number += 1
        name = f"{name}-{number}"
    return out / (name if shard == WHOLE else name + shard.suffix)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder to this process alone. Raises WedgeError where another has it, or it cannot be made."""
    import filelock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock", timeout=0):
            yield
    except filelock.Timeout:
        raise WedgeError(f"{folder}: another process is writing there; wait for it, or choose another --out") from None
    except OSError as error:
        raise WedgeError(f"{folder}: cannot be written ({error.strerror or error})") from None


def _resumed(folder: Path, experiment: Experiment, shard: Shard, report: Report) -> Swept:
    """What is there already; what is damaged is cleared away."""
    write_manifest(folder, manifest(experiment))
    if (folder / OUTCOMES).is_file():
        shutil.rmtree(folder / "parts", ignore_errors=True)
        report(experiment.plan.size)
        return Swept(folder, before=experiment.plan.size)
    (folder / "parts").mkdir(exist_ok=True)
    parts, damaged = sound_parts(folder / "parts")
    for each in [*damaged, *(folder / "parts").glob(".*.part"), *folder.glob(".*.part")]:
        each.unlink()
    first, last = shard.span(experiment.plan.size)
    swept = Swept(folder, sum(min(e.last, last) - max(e.first, first) for e in parts), damaged=damaged)
    report(swept.before)
    return swept


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
    return Task(packed(named), inputs, tuple(experiment.outcomes), tuple(TEXTS.items()))


def _fill(
    swept: Swept, experiment: Experiment, shard: Shard, crew_: Crew, chunk: int | None, report: Report
) -> None:
    """Compute the runs that are missing, some blocks ahead of what is written."""
    task, folder = task_of(experiment), swept.folder / "parts"
    waiting: dict[Future[Any], Block] = {}
    blocks = _blocks(experiment, shard, sound_parts(folder)[0], chunk or _chunk(experiment, crew_))
    try:
        for block in blocks:
            waiting[crew_.executor.submit(computed, task, block)] = block
            if len(waiting) >= 2 * crew_.width or crew_.width == 1:
                _keep_finished(waiting, swept, folder, report)
        while waiting:
            _keep_finished(waiting, swept, folder, report)
    finally:
        for future in waiting:
            future.cancel()


def _keep_finished(
    waiting: dict[Future[Any], Block], swept: Swept, folder: Path, report: Report
) -> None:
    """Write the blocks that are finished, at least one."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        block = waiting.pop(future)
        values = _result(future)
        with uninterrupted() as interrupted:
            write_part(folder, block.first, values)
            swept.now += block.runs
        report(block.runs)
        if interrupted:
            raise KeyboardInterrupt


def _result(future: Future[Any]) -> np.ndarray:
    """What a worker found. Raises WedgeError where the worker was lost."""
    try:
        found: np.ndarray = future.result()
    except WedgeError:
        raise
    except Exception as error:
        foreign = type(error).__module__.partition(".")[0] in ("distributed", "dask", "asyncio")
        if foreign or isinstance(error, BrokenExecutor | OSError):
            said = " ".join(f"{type(error).__name__}: {error}".split())[:160]
            raise WedgeError(f"a worker was lost ({said}); what is finished is kept, the same command goes on") from None
        raise
    return found


def _chunk(experiment: Experiment, crew_: Crew) -> int:
    """Runs computed together: as the ensemble does, but so that all of a crew have some."""
    share = -(-experiment.plan.size // (4 * crew_.width))
    return max(1, min(chunk_of(experiment.scenarios[0]), max(share, 50)))


def _blocks(experiment: Experiment, shard: Shard, parts: list[Part], chunk: int) -> Iterator[Block]:
    for low, high in gaps(parts, *shard.span(experiment.plan.size)):
        for first in range(low, high, chunk):
            yield Block(first, *experiment.plan.runs(first, min(chunk, high - first)))


def finish(folder: Path, told: dict[str, Any], parts: list[Part]) -> None:
    """Join the parts, which cover every run, into one file, and clear them away."""
    join(folder, told, parts)
    shutil.rmtree(folder / "parts", ignore_errors=True)


def _record(folder: Path, **facts: Any) -> None:
    """Note where and when some of a sweep was run."""
    file = folder / "provenance.json"
    try:
        sessions = json.loads(file.read_text(encoding="utf-8"))["sessions"]
    except (OSError, ValueError, KeyError):
        sessions = []
    entry = {**provenance(facts.pop("seconds")), **facts}
    written(file, as_text({"sessions": [*sessions, entry]}))
