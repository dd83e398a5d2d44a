"""How pieces of work are timed: what is done once (imports, pools, compiling) is left out."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from typing import Any, Protocol

from sim.backends import libraries
from sim.errors import WedgeError


class Missing(Exception):
    """A subject cannot be measured here; the message says why."""


class Job(Protocol):
    """Work that can be sent to another process."""

    def prepare(self, part: int) -> Callable[[], int]:
        """Make ready, warmed up; gives what does the work and says how many runs that was."""


BUSY = "WEDGE_BENCH_BUSY"
"""Set where the machine is busy with other work: what runs on one core is then timed by the processor's own time."""


def clock() -> float:
    """Seconds, of the wall or of the processor."""
    return time.process_time() if os.environ.get(BUSY) else time.perf_counter()


def seconds(work: Callable[[], Any]) -> float:
    """How long something takes."""
    begun = clock()
    work()
    return clock() - begun


def per_run(job: Job, cores: int = 1) -> float:
    """Seconds a run of a job, on one core, or by several processes that begin together."""
    return _alone(job) if cores == 1 else _beside(job, cores)


def _alone(job: Job) -> float:
    work, begun = job.prepare(0), clock()
    runs = work()
    return (clock() - begun) / runs


def _beside(job: Job, cores: int) -> float:
    """All processes' runs over the time from the first beginning to the last end."""
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(cores), context.Queue()
    workers = [context.Process(target=_worker, args=(job, part, gate, told)) for part in range(cores)]
    for each in workers:
        each.start()
    found = [told.get(timeout=300) for _ in workers]
    for each in workers:
        each.join()
    begun, ended, runs, reasons = zip(*found)
    if not all(runs):
        raise Missing(next(filter(None, reasons), "a worker failed"))
    return (max(ended) - min(begun)) / sum(runs)


def _worker(job: Job, part: int, gate: Any, told: Any) -> None:
    """One process: ready, wait for the others, work. Its clock is the machine's."""
    try:
        work = job.prepare(part)
        gate.wait(240)
        begun = time.perf_counter()
        runs = work()
        told.put((begun, time.perf_counter(), runs, ""))
    except Exception as error:
        gate.abort()
        told.put((0.0, 0.0, 0, str(error)))


def slope(work: Callable[[int], Any], runs: int, few: int) -> float:
    """Seconds a run beyond the first few, once all is imported: what a pool takes to start is left out too."""
    work(few)
    short = seconds(lambda: work(few))
    return (seconds(lambda: work(few + runs)) - short) / runs


def available(backend: str) -> str:
    """The backend. Raises Missing where it is not installed."""
    try:
        libraries(backend)
    except WedgeError as error:
        raise Missing(str(error)) from None
    return backend
