"""Many worlds at once: runs in chunks, outcomes measured on their paths, paths summed up as they come.

What a run gives depends on (scenario, seed, run number) alone, never on how many are run together.
Arms of a question are run chunk by chunk side by side, on equal luck. Read `results.py` next.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from .axes import Array, add_up
from .backends import compiles
from .build import Draws, build, outcomes_of, sampled, ties_of
from .luck import Luck
from .mechanisms import Changes, Ties
from .outcomes import Outcome, Paths, reads
from .scenario import Scenario
from .state import State, quantities
from .world import World

CHUNK, CHUNK_BYTES = 1000, 2**30
"""Runs computed together, chosen by measurement, or fewer where their paths would take more memory;
without effect on what a run gives."""

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
EXACT_RUNS, EXACT_BYTES, BINS = 10_000, 2**28, 1000
"""Up to so many runs and bytes quantiles of paths are exact; beyond, they come from histograms with
this many bins, so their error is at most the range over the bins."""

EVENTLESS = "no_events"
"""Name of the arm that is the path without events."""

SHOWN = ("alignment", "stance", "order", "commitment", "activity")
"""Quantities whose paths are always summed up."""

Report = Callable[[int], None]


@dataclass(frozen=True)
class Series:
    """One line through time that is summed up over runs: its name and the range it lies in."""

    name: str
    low: float
    high: float


def simulate(
    scenario: Scenario,
    *,
    first: int = 0,
    runs: int = CHUNK,
    luck: Luck | None = None,
    drawn: Draws | None = None,
    only: Iterable[str] | None = None,
    trace: list[Changes] | None = None,
    into: dict[str, Array] | None = None,
    backend: str = "numpy",
) -> Paths:
    """The paths of runs `first` to `first + runs - 1`, recorded step by step.

    `only` names the quantities to keep (all unless given); `trace` collects every term of every
    computed step, which NumPy alone can do. Arrays are `(time, ..., run)`, the start first. With `into`,
    memory of an earlier call is used again, so that its paths are lost.
    """
    world = build(scenario, first, runs, luck, drawn)
    names = [each.name for each in quantities() if only is None or each.name in set(only)]
    if compiles(backend):
        from .compiled import paths_of

        if trace is not None:
            raise ValueError("terms are traced by the numpy backend alone")
        arrays = paths_of(world, names, runs, into)
        return Paths(world.ties, world.calendar.computed, arrays, _parameters(world))
    record = _Record(world, names, runs, {} if into is None else into)
    state = world.start
    record.take(state, 0)
    for k in range(world.calendar.steps):
        state = world.step(state, k, trace)
        record.take(state, k + 1)
    return Paths(world.ties, world.calendar.computed, record.arrays, _parameters(world))


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


def series_of(ties: Ties, outcomes: Mapping[str, Outcome]) -> list[Series]:
    """The lines that are summed up for a scenario, in a fixed order."""
    names, lines = ties.names, []
    for k, one in enumerate(names):
        lines += [Series(f"alignment:{one}:{other}", -1.0, 1.0) for other in names[k + 1 :]]
    lines += [Series(f"stance:{i}:{j}", -1.0, 1.0) for i in names for j in names if i != j]
    lines += [Series("order", 0.0, 1.0)]
    lines += [Series(f"commitment:{names[p]}:{names[c]}", 0.0, 1.0) for p, c in ties.alliances]
    lines += [Series(f"activity:{each.name}", 0.0, 2000.0) for each in ties.disputes]
    for name, outcome in outcomes.items():
        lines += [Series(f"{name}:{part}", low, high) for part, (low, high) in outcome.lines().items()]
    return lines


def lines_of(paths: Paths, lines: list[Series], outcomes: Mapping[str, Outcome]) -> Array:
    """The values of the lines, `(line, time, run)`, at every computed step."""
    derived = {
        f"{name}:{part}": values
        for name, outcome in outcomes.items()
        for part, values in outcome.series(paths).items()
    }
    rows = {each.name: k for k, each in enumerate(paths.ties.disputes)}
    found = []
    for line in lines:
        quantity, *cell = line.name.split(":")
        if line.name in derived:
            found.append(derived[line.name])
        elif quantity == "activity":
            found.append(paths.arrays["activity"][:, rows[cell[0]], 0])
        else:
            found.append(paths.of(quantity, *cell))
    return np.stack(found)


def shown(values: Array, lines: list[Series], stride: int) -> Array:
    """Lines at the dates that the scenario shows; activity is the mean since the date before."""
    if stride == 1:
        return values
    kept = values[:, ::stride].copy()
    for k, line in enumerate(lines):
        if line.name.startswith("activity:"):
            for t in range(1, kept.shape[1]):
                span = values[k, (t - 1) * stride + 1 : t * stride + 1]
                kept[k, t] = add_up(list(span)) / float(stride)
    return kept


@dataclass
class Spread:
    """Mean and quantiles of lines through time, in memory that does not grow past a limit.

    Exact while runs are few; beyond, from histograms over each line's range.
    """

    lines: list[Series]
    times: int
    runs: int
    exact: bool = field(init=False)
    kept: list[Array] = field(default_factory=list)
    counts: Array = field(init=False)
    total: Array = field(init=False)
    seen: int = 0

    def __post_init__(self) -> None:
        size = len(self.lines) * self.times
        self.exact = self.runs <= EXACT_RUNS and size * self.runs * 8 <= EXACT_BYTES
        self.total = np.zeros((len(self.lines), self.times))
        self.counts = np.zeros((0 if self.exact else size * BINS), dtype=np.int32)

    @property
    def error(self) -> float:
        """Largest error of a quantile, as a share of the line's range."""
        return 0.0 if self.exact else 1.0 / BINS

    def add(self, values: Array) -> None:
        """Take in the next runs, `(line, time, run)`."""
        self.seen += values.shape[-1]
        self.total = self.total + values.sum(axis=-1)
        if self.exact:
            self.kept.append(values)
            return
        low = np.array([each.low for each in self.lines])[:, None, None]
        width = np.array([each.high - each.low for each in self.lines])[:, None, None]
        bins = np.clip(((values - low) / width * BINS).astype(np.int64), 0, BINS - 1)
        offset = (np.arange(len(self.lines) * self.times) * BINS).reshape(len(self.lines), self.times, 1)
        self.counts += np.bincount((bins + offset).ravel(), minlength=self.counts.size).astype(np.int32)

    def table(self) -> dict[str, Array]:
        """Mean and quantiles, `(line, time)` each, by column name."""
        found = self._exact() if self.exact else self._binned()
        columns = {f"q{round(100 * q):02d}": values for q, values in zip(QUANTILES, found, strict=True)}
        return {"mean": self.total / max(1, self.seen), **columns}

    def _exact(self) -> Array:
        return np.stack(
            [np.quantile(np.concatenate([each[k] for each in self.kept], axis=-1), QUANTILES, axis=-1)
             for k in range(len(self.lines))], axis=1,
        )  # fmt: skip

    def _binned(self) -> list[Array]:
        counts = self.counts.reshape(len(self.lines), self.times, BINS).cumsum(axis=-1)
        low = np.array([each.low for each in self.lines])[:, None]
        width = np.array([each.high - each.low for each in self.lines])[:, None]
        places = [(counts >= q * self.seen).argmax(axis=-1) for q in QUANTILES]
        return [low + (place + 0.5) / BINS * width for place in places]


@dataclass
class Arm:
    """What one arm of a question gives: inputs and outcomes run by run, and the spread of its paths."""

    scenario: Scenario
    inputs: dict[str, list[Array]]
    outcomes: dict[str, list[Array]]
    spread: Spread

    def columns(self) -> dict[str, Array]:
        """Every input and outcome, one value a run."""
        parts = {**self.inputs, **self.outcomes}
        return {name: np.concatenate(pieces) if pieces else np.zeros(0) for name, pieces in parts.items()}


@dataclass
class Gap:
    """How far the lines of the first arm lie from another's, run by run: those lines that both have."""

    here: list[int]
    there: list[int]
    spread: Spread

    def add(self, first: Array, other: Array) -> None:
        """Take in the next runs of both arms, `(line, time, run)` each."""
        self.spread.add(first[self.here] - other[self.there])


def gaps_of(arms: Mapping[str, Scenario], runs: int) -> dict[str, Gap]:
    """The gaps, nothing taken in yet, between the first of these arms and each further one."""
    (_, first), *others = arms.items()
    return {name: _gap(_lines_of(first), _lines_of(each), first, runs) for name, each in others}


def _gap(here: list[Series], there: list[Series], first: Scenario, runs: int) -> Gap:
    shared = [each for each in here if each in there]
    reach = [Series(each.name, each.low - each.high, each.high - each.low) for each in shared]
    spread = Spread(reach, first.calendar.records + 1, runs)
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
    keep: Callable[[str, int, Paths], None] | None = None,
    gaps: Mapping[str, Gap] | None = None,
    backend: str = "numpy",
) -> tuple[dict[str, Arm], int]:
    """Run every arm on equal luck, chunk by chunk; Ctrl-C ends it after the chunks that are finished.

    `report` is told of each finished chunk's runs; `keep` is given whole paths; `gaps` take in how
    far the first arm lies from others. Gives the arms and the number of runs that all of them finished.
    """
    found = {name: _empty(each, runs) for name, each in arms.items()}
    measures = {name: outcomes_of(each) for name, each in arms.items()}
    memory: dict[str, dict[str, Array]] = {name: {} for name in arms}
    done = 0
    try:
        size = min(chunk_of(each, len(arms)) for each in arms.values())
        for first, count in chunks(runs, size):
            batch = {
                name: _chunk(each, measures[name], first, count, keep is not None, memory[name], backend)
                for name, each in arms.items()
            }
            with uninterrupted() as waiting:
                for name, (inputs, values, lines, paths) in batch.items():
                    _gather(found[name], inputs, values, lines)
                    if keep is not None:
                        keep(name, first, paths)
                story = next(iter(batch.values()))[2]
                for name, gap in (gaps or {}).items():
                    gap.add(story, batch[name][2])
                done += count
            report(count)
            if waiting:
                break
    except KeyboardInterrupt:
        if done == 0:
            raise
    return found, done


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


def chunk_of(scenario: Scenario, arms: int = 1) -> int:
    """How many runs of a scenario to compute together."""
    bytes_a_run = 80 * arms * len(scenario.actors) ** 2 * (scenario.calendar.steps + 1)
    return max(1, min(CHUNK, CHUNK_BYTES // bytes_a_run))


def chunks(runs: int, size: int) -> Iterator[tuple[int, int]]:
    """First run and number of runs of each chunk."""
    for first in range(0, runs, size):
        yield first, min(size, runs - first)


def _empty(scenario: Scenario, runs: int) -> Arm:
    return Arm(scenario, {}, {}, Spread(_lines_of(scenario), scenario.calendar.records + 1, runs))


def _chunk(
    scenario: Scenario,
    outcomes: Mapping[str, Outcome],
    first: int,
    runs: int,
    whole: bool,
    memory: dict[str, Array],
    backend: str,
) -> tuple[dict[str, Array], dict[str, Array], Array, Paths]:
    only = None if whole else {*reads(outcomes), *SHOWN, "capability"}
    paths = simulate(scenario, first=first, runs=runs, only=only, into=memory, backend=backend)
    lines = series_of(paths.ties, outcomes)
    values = shown(lines_of(paths, lines, outcomes), lines, scenario.calendar.stride)
    return sampled(scenario, first, runs), measured(outcomes, paths), values, paths


def measured(outcomes: Mapping[str, Outcome], paths: Paths) -> dict[str, Array]:
    """Every column of every outcome, `(run,)` each, by `outcome` or `outcome.column`."""
    return {
        f"{name}.{column}" if column else name: values
        for name, outcome in outcomes.items()
        for column, values in outcome.of(paths).items()
    }


def _gather(arm: Arm, inputs: dict[str, Array], values: dict[str, Array], lines: Array) -> None:
    for name, each in inputs.items():
        arm.inputs.setdefault(name, []).append(each)
    for name, each in values.items():
        arm.outcomes.setdefault(name, []).append(each.copy())
    arm.spread.add(lines)
