"""An ensemble's runs shared out to processes of this machine; what they give is taken in run by run.

So it is the same to the bit whatever the number of processes. Used by `ensemble.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from .axes import Array
from .ensemble import Ensemble, Report, chunks, gaps_of, uninterrupted
from .executors import cores, crew, needing_workers
from .numbers import Draws
from .parcels import UNPACKING, packed, unpacked
from .plugins import TEXTS
from .scenario import Scenario
from .spread import Spread

WORTH = 2.0
"""Seconds of work from which on processes are worth their start, by measurement."""

BLOCK = 2.0
"""Seconds of work that a process does before it hands over what it has; so long may Ctrl-C take."""

KEPT = "nothing was written; it may have lacked memory, so try fewer --workers"


@dataclass(frozen=True)
class Task:
    """What all blocks have in common: the arms, packed; all the runs; and how many to compute together.

    `compared` says whether gaps between the first arm and the others are wanted; `backend` what computes.
    """

    arms: bytes
    plugins: tuple[tuple[str, str], ...]
    runs: int
    size: int
    compared: bool
    backend: str


@dataclass(frozen=True)
class Block:
    """What some consecutive runs give: columns and lines of each arm, and the lines of each gap."""

    runs: int
    arms: dict[str, tuple[Draws, Mapping[str, Array], Spread]]
    gaps: dict[str, Spread]


def share(ensemble: Ensemble, size: int, seconds: float, workers: int | None, report: Report) -> bool:
    """Have so many processes do the runs that are left, and say whether they did.

    `seconds` is what the runs done took. One process a core where `workers` is None, and none where
    too little is left. Raises WedgeError where a worker is lost; on Ctrl-C keeps what is finished.
    """
    done, left = ensemble.done, ensemble.runs - ensemble.done
    work = left * seconds / done
    count = workers or (cores() if work >= WORTH else 1)
    if count == 1 or left == 0:
        return False
    span = size * max(1, min(round(BLOCK / (seconds * size / done)), -(-left // (4 * count * size))))
    task = Task(
        packed({name: arm.scenario for name, arm in ensemble.arms.items()}),
        tuple(TEXTS.items()), ensemble.runs, size, bool(ensemble.gaps), ensemble.backend,
    )  # fmt: skip
    with crew(count) as hands:
        spans = ((done + first, runs) for first, runs in chunks(left, span))
        _gather(ensemble, hands.executor, task, spans, count + 1, report)
    return True


def _gather(
    ensemble: Ensemble,
    executor: Executor,
    task: Task,
    spans: Iterator[tuple[int, int]],
    ahead: int,
    report: Report,
) -> None:
    """Take in block after block in the order of runs, some submitted ahead."""
    waiting: deque[Future[Block]] = deque()
    try:
        while True:
            with needing_workers(KEPT):
                for span in islice(spans, ahead - len(waiting)):
                    waiting.append(executor.submit(computed, task, *span))
            if not waiting:
                return
            _take(ensemble, waiting, report)
    except KeyboardInterrupt:
        for future in waiting:
            future.cancel()
        while waiting and not waiting[0].cancelled():
            _take(ensemble, waiting, report)
        raise


def _take(ensemble: Ensemble, waiting: deque[Future[Block]], report: Report) -> None:
    """Take in the block that comes next, once it is finished."""
    with needing_workers(KEPT):
        block = waiting[0].result()
    with uninterrupted() as interrupted:
        waiting.popleft()
        for name, part in block.arms.items():
            ensemble.arms[name].take(*part)
        for name, gap in block.gaps.items():
            ensemble.gaps[name].spread.merge(gap)
        ensemble.done += block.runs
    report(block.runs)
    if interrupted:
        raise KeyboardInterrupt


def computed(task: Task, first: int, runs: int) -> Block:
    """What these runs give, in a process of its own."""
    with UNPACKING:
        arms = _unpacked(task)
    gaps = gaps_of(arms, task.runs, room=runs) if task.compared else {}
    ensemble = Ensemble(arms, task.runs, gaps, runs, task.backend)
    for begin, count in chunks(runs, task.size):
        ensemble.run(first + begin, count)
    return Block(
        runs,
        {name: (arm.inputs, arm.outcomes, arm.spread) for name, arm in ensemble.arms.items()},
        {name: gap.spread for name, gap in ensemble.gaps.items()},
    )


@lru_cache(maxsize=1)
def _unpacked(task: Task) -> dict[str, Scenario]:
    return unpacked(task.arms, task.plugins)
