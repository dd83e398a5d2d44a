"""Many worlds at once: runs in chunks, outcomes measured on their paths, paths summed up as they come.

What a run gives depends on (scenario, seed, run number) alone, never on how many are run together.
Arms of a question are run chunk by chunk side by side, on equal luck. Read `results.py` next.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .axes import Array
from .backends import compiles
from .build import build, dealt, distributions, outcomes_of, ties_of
from .lines import lines_of, series_of, shown, shown_cells
from .luck import BLOCK, Luck, drawn
from .mechanisms import Changes
from .numbers import Draws
from .outcomes import Cells, Outcome, Paths, all_of, reads
from .scenario import Scenario
from .spread import Counter, Series, Spread, count
from .state import State, quantities
from .world import World

CHUNK, CELLS, CHUNK_BYTES = 1000, 2**16, 2**30
"""Runs computed together: at most so many; as many hundreds (blocks of luck) as keep an array of all
dyads near so many cells, within a processor's cache; fewer where paths would take more memory. Chosen
by measurement, without effect on what a run gives. Microseconds of CPU a run, NumPy, 2 MiB of cache:

runs together   50      100     200    500    1000   2000
5 actors                829     476*   341    283    319     *250 runs
10 actors       2136    1360    1060   944    1018
30 actors       15326   14112   14794  15853*                *400 runs
"""

COMPILED_CHUNK, LUCK_BYTES = 4000, 2**26
WINDOW, WINDOW_CELLS = 200, 5000
"""The compiled backend computes a chunk window by window, whose paths stay in cache until they are
measured, and deals luck to a chunk. Chosen by measurement too, and without effect as well."""

EVENTLESS = "no_events"
"""Name of the arm that is the path without events."""

Only = Iterable[str] | Mapping[str, Cells] | None
"""Names of quantities, or the cells of quantities, to record; all (None)."""

Report = Callable[[int], None]
Keep = Callable[[str, int, Paths], None]


def simulate(
    scenario: Scenario,
    *,
    first: int = 0,
    runs: int = CHUNK,
    luck: Luck | None = None,
    drawn: Draws | None = None,
    only: Only = None,
    trace: list[Changes] | None = None,
    into: dict[str, Array] | None = None,
    backend: str = "numpy",
) -> Paths:
    """The paths of runs `first` to `first + runs - 1`, recorded step by step.

    `only` names the quantities to keep (all unless given), or tells the cells of each that are needed:
    others may be NaN. `trace` collects every term of every computed step, which NumPy alone can do.
    Arrays are `(time, ..., run)`, the start first. With `into`, memory of an earlier call is used again,
    so that its paths are lost.
    """
    world = build(scenario, first, runs, luck or dealt(scenario, first, runs, None, backend), drawn)
    if compiles(backend):
        if trace is not None:
            raise ValueError("terms are traced by the numpy backend alone")
        return next(_compiled(world, runs, runs, only, into))
    return _stepped(world, runs, only, trace, into)


def windows(
    scenario: Scenario,
    first: int,
    runs: int,
    luck: Luck,
    drawn: Draws,
    only: Only,
    into: dict[str, Array],
    backend: str,
    most: int | None = None,
) -> Iterator[Paths]:
    """The same, handed out some runs at a time where they are better for being few; each is lost to the next.

    These are at `most` so many, or as `window_of` says.
    """
    world = build(scenario, first, runs, luck, drawn)
    if compiles(backend):
        yield from _compiled(world, runs, most or window_of(scenario), only, into)
    else:
        yield _stepped(world, runs, only, None, into)


def _stepped(
    world: World,
    runs: int,
    only: Only,
    trace: list[Changes] | None,
    into: dict[str, Array] | None,
) -> Paths:
    record = _Record(world, _names(only), runs, {} if into is None else into)
    state = world.start
    record.take(state, 0)
    for k in range(world.calendar.steps):
        state = world.step(state, k, trace)
        record.take(state, k + 1)
    return Paths(world.ties, world.calendar.computed, record.arrays, _parameters(world))


def _compiled(
    world: World, runs: int, most: int, only: Only, into: dict[str, Array] | None
) -> Iterator[Paths]:
    from .compiled import windows_of

    parameters, first = _parameters(world), 0
    cells = only if isinstance(only, Mapping) else dict.fromkeys(_names(only))
    wanted = {name: cells[name] for name in _names(only)}
    for arrays in windows_of(world, wanted, runs, {} if into is None else into, most):
        end = min(first + most, runs)
        mine = {
            name: each if each.shape[-1] == 1 else each[..., first:end] for name, each in parameters.items()
        }
        yield Paths(world.ties, world.calendar.computed, arrays, mine)
        first = end


def _names(only: Iterable[str] | None) -> list[str]:
    """The quantities to record, in the order of the table."""
    wanted = None if only is None else set(only)
    return [each.name for each in quantities() if wanted is None or each.name in wanted]


class _Record:
    """Quantities after every computed step, `(time, ..., run)`: quarters where the scenario shows years."""

    def __init__(self, world: World, names: list[str], runs: int, memory: dict[str, Array]) -> None:
        self.arrays = {}
        for name in names:
            shape = (world.calendar.steps + 1, *getattr(world.start, name).shape[:-1], runs)
            if name not in memory or memory[name].shape != shape:
                memory[name] = np.empty(shape)
            self.arrays[name] = memory[name]

    def take(self, state: State, k: int) -> None:
        """Take in the state after `k` computed steps."""
        for name, array in self.arrays.items():
            array[k] = getattr(state, name)


def _parameters(world: World) -> dict[str, Array]:
    """The parameters at the start by `group.name`, for outcomes that need them."""
    crisis = world.settled[0].groups["crisis"]
    return {
        f"crisis.{name}": getattr(crisis, name) for name in ("aloofness", "affinity", "restraint", "stake")
    }


@dataclass
class Arm:
    """What one arm of a question gives: inputs and outcomes run by run, and the spread of its paths."""

    scenario: Scenario
    spread: Spread
    inputs: dict[str, Array] = field(default_factory=dict)
    outcomes: dict[str, Array] = field(default_factory=dict)

    def columns(self) -> dict[str, Array]:
        """Every input and outcome, one value a run."""
        done = self.spread.seen
        return {name: values[:done] for name, values in {**self.inputs, **self.outcomes}.items()}

    def take(self, inputs: Draws, outcomes: Mapping[str, Array], lines: Sequence[Array] | Spread) -> None:
        """Take in the next runs: their columns, and their lines or what another spread has of these."""
        for columns, values in ((self.inputs, inputs), (self.outcomes, outcomes)):
            for name, each in values.items():
                if name not in columns:
                    columns[name] = np.empty(self.spread.room, dtype=each.dtype)
                columns[name][self.spread.seen : self.spread.seen + len(each)] = each
        if isinstance(lines, Spread):
            self.spread.merge(lines)
        else:
            self.spread.add(lines)


@dataclass
class Gap:
    """How far the lines of the first arm lie from another's, run by run: those lines that both have."""

    here: list[int]
    there: list[int]
    spread: Spread

    def take(self, first: Sequence[Array], other: Sequence[Array]) -> None:
        """Take in the next runs of both arms, one `(time, run)` for each of their lines."""
        self.spread.add([first[i] - other[j] for i, j in zip(self.here, self.there, strict=True)])


def gaps_of(arms: Mapping[str, Scenario], runs: int, *, room: int = 0) -> dict[str, Gap]:
    """The gaps, nothing taken in yet, between the first of these arms and each further one.

    `runs` is how many there will be in all; there is `room` for so many, for all unless told.
    """
    (_, first), *others = arms.items()
    return {name: _gap(_lines_of(first), _lines_of(each), first, runs, room) for name, each in others}


def _gap(here: list[Series], there: list[Series], first: Scenario, runs: int, room: int) -> Gap:
    shared = [each for each in here if each in there]
    reach = [Series(each.name, each.low - each.high, each.high - each.low) for each in shared]
    spread = Spread(reach, first.calendar.records + 1, runs, room)
    return Gap([here.index(each) for each in shared], [there.index(each) for each in shared], spread)


def _lines_of(scenario: Scenario) -> list[Series]:
    return series_of(ties_of(scenario), outcomes_of(scenario))


def arms_of(scenario: Scenario, *, contrasts: bool = True) -> dict[str, Scenario]:
    """The scenario itself, the alternatives its question names, and the path without events."""
    arms = {"scenario": scenario}
    if contrasts:
        arms |= scenario.arms
        if scenario.spec.events:
            arms[EVENTLESS] = scenario.eventless
    return arms


def run_arms(
    arms: Mapping[str, Scenario],
    runs: int,
    *,
    report: Report = lambda _: None,
    keep: Keep | None = None,
    gaps: Mapping[str, Gap] | None = None,
    workers: int | None = 1,
    backend: str = "numpy",
) -> tuple[dict[str, Arm], int]:
    """Run every arm on equal luck, chunk by chunk; Ctrl-C ends it after the chunks that are finished.

    `report` is told of finished runs; `keep` is given whole paths; `gaps` take in how far the first
    arm lies from others. What is left after the first chunk is done by so many processes (`workers`
    None: one a core, where they are worth their start), but by this one alone where paths are kept.
    Gives the arms and the number of runs that all of them finished. Raises WedgeError where a worker
    is lost.
    """
    ensemble, begun = Ensemble(arms, runs, gaps, backend=backend), time.perf_counter()
    size = min(chunk_of(each, len(arms), backend) for each in arms.values())
    try:
        for first, count in chunks(runs, size):
            with uninterrupted() as waiting:
                ensemble.run(first, count, keep)
            report(count)
            if waiting:
                break
            if first == 0 and keep is None and workers != 1:
                from .sharing import share

                if share(ensemble, size, time.perf_counter() - begun, workers, report):
                    break
    except KeyboardInterrupt:
        if ensemble.done == 0:
            raise
    return ensemble.arms, ensemble.done


Lucks = dict[tuple[Any, ...], Luck]
"""Luck by what it is dealt from."""


class Piece(NamedTuple):
    """What some consecutive runs give in one arm: columns `(run,)`, lines `(time, run)`, whole paths."""

    inputs: Draws
    outcomes: Mapping[str, Array]
    lines: list[Array]
    paths: Paths


class Ensemble:
    """Arms side by side, on equal luck, and what they have given so far: `done` runs of all `runs`.

    There is room for so many, for all unless told. `gaps` take in how far arms lie from the first.
    """

    def __init__(
        self,
        arms: Mapping[str, Scenario],
        runs: int,
        gaps: Mapping[str, Gap] | None = None,
        room: int = 0,
        backend: str = "numpy",
    ) -> None:
        self.runs, self.done, self.gaps, self.backend = runs, 0, dict(gaps or {}), backend
        self.arms = {name: _arm(each, runs, room, backend) for name, each in arms.items()}
        self.outcomes = {name: outcomes_of(each) for name, each in arms.items()}
        self.shapes = {name: distributions(each) for name, each in arms.items()}
        self.window = min(map(window_of, arms.values()))
        self.needed = {name: _needed(each, self.outcomes[name]) for name, each in arms.items()}
        self.memory: dict[str, dict[str, Array]] = {name: {} for name in arms}

    def run(self, first: int, runs: int, keep: Keep | None = None) -> None:
        """Run the next runs in every arm and take in what they give; `keep` is given their whole paths."""
        lucks: Lucks = {}
        arms = [self._pieces(name, first, runs, lucks, keep is not None) for name in self.arms]
        for pieces in zip(*arms, strict=True):
            batch = dict(zip(self.arms, pieces, strict=True))
            for name, each in batch.items():
                self.arms[name].take(each.inputs, each.outcomes, each.lines)
                if keep is not None:
                    keep(name, self.done, each.paths)
            story, *_ = pieces
            for name, gap in self.gaps.items():
                gap.take(story.lines, batch[name].lines)
            self.done += len(story.lines[0][0])

    def _pieces(self, name: str, first: int, runs: int, lucks: Lucks, whole: bool) -> Iterator[Piece]:
        """These runs of an arm, some at a time, all quantities recorded if `whole`; each good until the next."""
        scenario, outcomes = self.arms[name].scenario, self.outcomes[name]
        once, always = (
            _shared(lucks, scenario, first, runs, steps, self.backend)
            for steps in (1, scenario.calendar.steps)
        )
        inputs = {path: shape.draw(drawn(once, path)) for path, shape in self.shapes[name].items()}
        only = None if whole else self.needed[name]
        lines, begin = self.arms[name].spread.lines, 0
        for paths in windows(
            scenario, first, runs, always, inputs, only, self.memory[name], self.backend, self.window
        ):
            values = shown(lines_of(paths, lines, outcomes), lines, scenario.calendar.stride)
            end = begin + values[0].shape[-1]
            mine = {path: each[begin:end] for path, each in inputs.items()}
            yield Piece(mine, measured(outcomes, paths), values, paths)
            begin = end


def _needed(scenario: Scenario, outcomes: Mapping[str, Outcome]) -> dict[str, Cells]:
    """The cells that outcomes and lines are made of."""
    ties = ties_of(scenario)
    return all_of([shown_cells(ties), reads(outcomes, ties), {"capability": None}])


def _shared(lucks: Lucks, scenario: Scenario, first: int, runs: int, steps: int, backend: str) -> Luck:
    """The luck of an arm, dealt once for all arms that have the same."""
    key = (scenario.spec.luck, scenario.spec.seed, scenario.coordinates, steps)
    if key not in lucks:
        lucks[key] = dealt(scenario, first, runs, steps, backend)
    return lucks[key]


@contextmanager
def uninterrupted() -> Iterator[list[int]]:
    """Hold Ctrl-C back until something is kept in full; gives a list that is not empty once it came."""
    waiting: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield waiting
        return
    before = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        yield waiting
    finally:
        signal.signal(signal.SIGINT, before)


def chunk_of(scenario: Scenario, arms: int = 1, backend: str = "numpy") -> int:
    """How many runs of a scenario to deal luck to together and, on NumPy or from a branch on, to compute together."""
    dyads, steps = len(scenario.actors) ** 2, scenario.calendar.steps
    if compiles(backend) and scenario.branch is None:
        return max(BLOCK, min(COMPILED_CHUNK, LUCK_BYTES // (16 * dyads * steps) // BLOCK * BLOCK))
    fitting = max(1, CELLS // (dyads * BLOCK)) * BLOCK
    return max(1, min(CHUNK, fitting, CHUNK_BYTES // (80 * arms * dyads * (steps + 1))))


def window_of(scenario: Scenario) -> int:
    """How many runs the compiled backend hands out together."""
    return max(BLOCK, min(WINDOW, WINDOW_CELLS // len(scenario.actors) ** 2 // BLOCK * BLOCK))


def chunks(runs: int, size: int) -> Iterator[tuple[int, int]]:
    """First run and number of runs of each chunk."""
    for first in range(0, runs, size):
        yield first, min(size, runs - first)


def measured(outcomes: Mapping[str, Outcome], paths: Paths) -> dict[str, Array]:
    """Every column of every outcome, `(run,)` each, by `outcome` or `outcome.column`."""
    return {
        f"{name}.{column}" if column else name: values
        for name, outcome in outcomes.items()
        for column, values in outcome.of(paths).items()
    }


def _arm(scenario: Scenario, runs: int, room: int, backend: str) -> Arm:
    times = scenario.calendar.records + 1
    return Arm(scenario, Spread(_lines_of(scenario), times, runs, room, _counter(backend)))


def _counter(backend: str) -> Counter:
    if not compiles(backend):
        return count
    from .compiled import counting

    return counting.count
