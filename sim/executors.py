"""Where blocks of runs are computed: here, in processes of this machine, or on a Dask cluster.

All are `concurrent.futures.Executor`s, so that anything that offers this interface will do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import WedgeError


@dataclass(frozen=True)
class Crew:
    """An executor, and how many blocks it can work on at once."""

    executor: Executor
    width: int


class Serial(Executor):
    """Computes each block here, when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result of a call, as a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def crew(workers: int | None = None, dask: str | None = None) -> Iterator[Crew]:
    """So many processes of this machine (as many as it has cores unless told), or a Dask cluster."""
    if dask is not None:
        with _cluster(dask) as found:
            yield found
        return
    count = workers or cores()
    if count == 1:
        yield Crew(Serial(), 1)
        return
    spawning = multiprocessing.get_context("spawn")
    pool = _Processes(count, mp_context=spawning, initializer=_settle, initargs=(os.getpid(),))
    try:
        yield Crew(pool, count)
    finally:
        with _undisturbed():
            pool.shutdown(wait=True, cancel_futures=True)


class _Processes(ProcessPoolExecutor):
    """Processes that Ctrl-C does not reach, not even while they start."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit a call; new processes start here, and inherit that the signal is held back."""
        with _undisturbed():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits until this is over: an executor that is cut off while it shuts down never ends."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def needing_workers(kept: str) -> Iterator[None]:
    """Raise WedgeError where a worker, or all of them, are lost; `kept` says what becomes of what is finished."""
    try:
        yield
    except (BrokenExecutor, CancelledError, OSError) as error:
        raise _lost(error, kept) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("distributed", "dask", "asyncio"):
            raise
        raise _lost(error, kept) from None


def _lost(error: BaseException, kept: str) -> WedgeError:
    said = " ".join(f"{type(error).__name__}: {error}".split())[:160]
    hint = ""
    if isinstance(error, BrokenExecutor) and not hasattr(sys, "ps1") and Path(sys.argv[0]).suffix == ".py":
        hint = "; in a script, the call must stand under if __name__ == '__main__':"
    return WedgeError(f"a worker was lost ({said}); {kept}{hint}")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _cluster(address: str) -> Iterator[Crew]:
    try:
        from distributed import Client
    except ImportError:
        raise WedgeError("a Dask cluster needs Dask: pip install 'wedge-sim[dask]'") from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise WedgeError(f"--dask {address}: no scheduler answers there ({type(error).__name__})") from None
    with client:
        width = sum(client.ncores().values())
        if not width:
            raise WedgeError(
                f"--dask {address}: the scheduler has no workers; start some with 'dask worker {address}'"
            )
        yield Crew(client.get_executor(pure=False), width)


def _settle(parent: int) -> None:
    """Let Ctrl-C be the parent's affair, and end when the parent is gone, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
