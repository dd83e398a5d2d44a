"""What is measured: each subject gives seconds a run of the default scenario, in a process of its own.

All draw the scenario's uncertainties. Imports come where they are used, so that a subject's memory is its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.timing import Missing, available, per_run, slope

DEFAULT = "abe_engagement"
KEPT = ("alignment",)
"""What those that keep no outcomes record: the alignment of every pair at every step."""


@dataclass(frozen=True)
class Subject:
    """Something to measure. `work` takes a number of runs and gives seconds a run.

    `bare` names the subject that is the same with luck handed in.
    """

    title: str
    work: Callable[[int], float]
    runs: int
    cores: int = 1
    bare: str = ""
    shown: bool = True


# --- Mesa ---------------------------------------------------------------------------------------


def batched(runs: int, luck: str = "dealt", processes: int = 1) -> float:
    """Plain agents under Mesa's own `batch_run`."""
    from benchmarks.batch import BatchModel, ClockedBatch, block

    if processes > 1:
        return _throughput(ClockedBatch, runs, processes, luck=luck)

    def work(count: int) -> None:
        block.cache_clear()
        _batch(BatchModel, count, luck=luck)

    return slope(work, runs, 100 if luck == "shared" else 5)


def _batch(model: Any, runs: int, processes: int = 1, **more: str) -> list[dict[str, Any]]:
    from mesa import batch_run

    parameters = {"name": DEFAULT, "run": range(runs), **more}
    return batch_run(model, parameters, number_processes=processes, display_progress=False)


def _throughput(model: Any, runs: int, processes: int, **more: str) -> float:
    """Seconds a run of a pool while all its processes are at work, by when each run ended."""
    ended: dict[int, set[float]] = {}
    for row in _batch(model, runs, processes, **more):  # several rows a run, where agents report
        process, moment = row["ended"]
        ended.setdefault(process, set()).add(moment)
    if len(ended) < processes:
        raise Missing("too few runs to keep all processes at work")
    begun, over = max(map(min, ended.values())), min(map(max, ended.values()))
    inside = sum(begun < moment <= over for each in ended.values() for moment in each)
    if inside < runs / 3:
        raise Missing("too few runs to keep all processes at work")
    return (over - begun) / inside


def looped(runs: int) -> float:
    """The same models as those of `batched`, in a bare loop, nothing collected."""
    from benchmarks.batch import reading
    from benchmarks.plain_mesa import Block, PlainModel

    read = reading(DEFAULT)
    scenario = read.scenario

    def work(count: int) -> None:
        for run in range(count):
            model = PlainModel(scenario, run, Block(scenario, run, 1, read))
            for _ in range(scenario.calendar.records):
                model.step()

    return slope(work, runs, 5)


def driver(runs: int, processes: int = 1) -> float:
    """Our Mesa model over the array equations, under `batch_run`."""
    from benchmarks.batch import ClockedDriver, DriverModel

    if processes > 1:
        return _throughput(ClockedDriver, runs, processes)
    return slope(partial(_batch, DriverModel), runs, 2)


# --- the ensemble -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bare:
    """The simulation alone, alignments recorded; with `held`, luck and draws are handed in, the same again."""

    runs: int
    backend: str = "numpy"
    held: bool = False

    def prepare(self, part: int) -> Callable[[], int]:
        from benchmarks.held import HeldLuck
        from sim.build import dealt, sampled
        from sim.ensemble import chunk_of, chunks, windows
        from sim.scenario import load

        scenario, memory, backend = load(DEFAULT), {}, available(self.backend)  # type: ignore[var-annotated]
        size = min(chunk_of(scenario, backend=backend), self.runs)
        luck = HeldLuck(scenario.spec.seed, part * size, size, scenario.calendar.steps)
        drawn = sampled(scenario, part * size, size)

        def work(runs: int = self.runs) -> int:
            for first, count in chunks(runs // size * size, size):
                where = part * self.runs + first
                mine = luck if self.held else dealt(scenario, where, count, None, backend)
                draws = drawn if self.held else sampled(scenario, where, count)
                for _ in windows(scenario, where, count, mine, draws, dict.fromkeys(KEPT), memory, backend):
                    pass
            return runs // size * size

        work(2 * size)
        return work


def bare(runs: int, backend: str = "numpy", held: bool = False, cores: int = 1) -> float:
    """The bare simulation; two cores are two processes side by side."""
    return per_run(Bare(runs // cores, backend, held), cores)


def ensemble(runs: int, backend: str = "numpy", workers: int = 1) -> float:
    """Outcomes and path quantiles kept, one arm."""
    from sim.ensemble import chunk_of, run_arms
    from sim.scenario import load

    scenario, more = load(DEFAULT), {"backend": available(backend), "workers": workers}

    def work(count: int) -> None:
        arms, _ = run_arms({"scenario": scenario}, count, **more)
        arms["scenario"].spread.table()

    few = min(chunk_of(scenario, backend=backend), runs)
    return slope(work, runs, few if workers == 1 else runs // 2)


# --- sweeps -------------------------------------------------------------------------------------

EXPERIMENT = """\
format: 1
title: Every uncertainty of the default scenario
question: How long does it take?
scenario: abe_engagement
design: {{kind: monte_carlo, points: {runs}}}
others: in_design
"""


def sweep(runs: int, backend: str = "numpy", workers: int = 1) -> float:
    """A sweep over all uncertainties, from its file to one file of outcomes."""
    from sim.sweeping import sweep as swept

    available(backend)

    def work(count: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            swept(experiment(Path(folder), count, backend), out=Path(folder), workers=workers)

    few = min(runs, 1000) * workers
    return slope(work, runs, few)


def experiment(folder: Path, runs: int, backend: str = "numpy") -> Any:
    """An experiment with so many points, each with luck of its own."""
    from sim.experiment import load

    file = folder / "bench.yaml"
    file.write_text(EXPERIMENT.format(runs=runs))
    return load(file, backend=backend)


def workbench(runs: int, how: str = "sequential") -> float:
    """The same experiment swept by EMA Workbench, one replication a point."""
    import ema_workbench as ema

    from sim.ema import ensemble_evaluator, policies, wedge_model

    with tempfile.TemporaryDirectory() as folder:
        model = wedge_model(experiment(Path(folder), 10), replications=1)
    evaluators = {
        "sequential": ema.SequentialEvaluator,
        "processes": partial(ema.MultiprocessingEvaluator, n_processes=2),
        "ensemble": ensemble_evaluator,
    }
    with evaluators[how](model) as evaluator:

        def work(count: int) -> None:
            evaluator.perform_experiments(count, policies(model))

        return slope(work, runs, 4)


# --- C ------------------------------------------------------------------------------------------


def kernel(runs: int, what: str = "all", outcomes: bool = False) -> float:
    """The model in C, one core: `all` included, with luck `held`, or the kernel `alone` (start held too)."""
    from benchmarks.c_kernel import CHUNK, CKernel, NoCompiler
    from benchmarks.held import HeldLuck
    from sim.build import sampled
    from sim.scenario import load

    scenario = load(DEFAULT)
    try:
        made = CKernel(scenario)
    except NoCompiler as error:
        raise Missing(str(error)) from None
    size, memory, names = min(CHUNK, runs), {}, _recorded(scenario) if outcomes else KEPT  # type: ignore[var-annotated]
    whole = made.whole(size)
    luck = HeldLuck(scenario.spec.seed, 0, whole, made.steps)
    drawn = sampled(scenario, 0, whole)
    inputs = made.inputs(0, size, luck, drawn)
    works: dict[str, Callable[[int], Any]] = {
        "alone": lambda _: made.paths(inputs, names, memory),
        "held": lambda _: made.paths(made.inputs(0, size, luck, drawn), names, memory),
        "all": lambda first: made.paths(made.inputs(first, size), names, memory),
    }

    def work(count: int) -> None:
        for first in range(0, count, size):
            works[what](first)

    return slope(work, runs, size)


def _recorded(scenario: Any) -> set[str]:
    """What an ensemble that keeps outcomes and path quantiles records."""
    from sim.build import outcomes_of, ties_of
    from sim.lines import SHOWN
    from sim.outcomes import reads

    return {*SHOWN, *reads(outcomes_of(scenario), ties_of(scenario)), "capability"}


# --- the list -----------------------------------------------------------------------------------

PLAIN = "plain agents under Mesa's `batch_run`"
SUBJECTS = {
    "plain": Subject(f"{PLAIN}, the same luck as ours, dealt for each run", batched, 60),
    "plain-2": Subject("the same", partial(batched, processes=2), 200, 2),
    "own": Subject(f"{PLAIN}, luck of its own", partial(batched, luck="own"), 150),
    "own-2": Subject("the same", partial(batched, luck="own", processes=2), 400, 2),
    "shared": Subject(f"{PLAIN}, our luck, shared by 100 runs", partial(batched, luck="shared"), 200),
    "shared-2": Subject("the same", partial(batched, luck="shared", processes=2), 400, 2),
    "loop": Subject("plain agents in a bare loop, our luck dealt for each run", looped, 60),
    "mesa": Subject("our Mesa model (array equations) under `batch_run`", driver, 12),
    "mesa-2": Subject("the same", partial(driver, processes=2), 60, 2),
    "numpy": Subject("NumPy: simulation alone", bare, 4000, bare="numpy-held"),
    "numpy-2": Subject("the same", partial(bare, cores=2), 8000, 2, bare="numpy-held-2"),
    "numpy-held": Subject("", partial(bare, held=True), 4000, shown=False),
    "numpy-held-2": Subject("", partial(bare, held=True, cores=2), 8000, 2, shown=False),
    "numpy-kept": Subject("NumPy: outcomes and path quantiles kept", ensemble, 4000),
    "numpy-kept-2": Subject("the same", partial(ensemble, workers=2), 16_000, 2),
    "compiled": Subject(
        "compiled: simulation alone", partial(bare, backend="compiled"), 20_000, bare="compiled-held"
    ),
    "compiled-2": Subject(
        "the same", partial(bare, backend="compiled", cores=2), 40_000, 2, bare="compiled-held-2"
    ),
    "compiled-held": Subject("", partial(bare, backend="compiled", held=True), 20_000, shown=False),
    "compiled-held-2": Subject(
        "", partial(bare, backend="compiled", held=True, cores=2), 40_000, 2, shown=False
    ),
    "compiled-kept": Subject(
        "compiled: outcomes and path quantiles kept", partial(ensemble, backend="compiled"), 20_000
    ),
    "compiled-kept-2": Subject("the same", partial(ensemble, backend="compiled", workers=2), 120_000, 2),
    "sweep": Subject("a sweep, written to disk and joined", sweep, 4000),
    "sweep-2": Subject("the same", partial(sweep, workers=2), 8000, 2),
    "sweep-compiled": Subject("a compiled sweep", partial(sweep, backend="compiled"), 10_000),
    "sweep-compiled-2": Subject("the same", partial(sweep, backend="compiled", workers=2), 20_000, 2),
    "ema": Subject("the same experiment in EMA Workbench, one run after another", workbench, 16),
    "ema-2": Subject("the same", partial(workbench, how="processes"), 40, 2),
    "ema-ensemble": Subject(
        "the same, by our evaluator for EMA Workbench", partial(workbench, how="ensemble"), 2000
    ),
    "c": Subject(
        "C: simulation alone (luck dealt, and starts settled, by `sim`)", kernel, 20_000, bare="c-held"
    ),
    "c-held": Subject("", partial(kernel, what="held"), 50_000, shown=False),
    "c-kept": Subject("C: all that outcomes and paths need recorded", partial(kernel, outcomes=True), 20_000),
    "c-alone": Subject(
        "C: the kernel alone (luck, draws and the start handed in)", partial(kernel, what="alone"), 100_000
    ),
}
