"""Many worlds at once: runs in chunks, outcomes measured on their paths, paths summed up as they come.

What a run gives depends on (scenario, seed, run number) alone, never on how many are run together.
Arms of a question are run chunk by chunk side by side, on equal luck. Read `results.py` next.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .axes import Array, add_up
from .build import Draws, build, outcomes_of, sampled, ties_of
from .luck import Luck
from .mechanisms import Changes, Ties
from .outcomes import Outcome, Paths, reads
from .scenario import Scenario
from .spread import Series, Spread
from .state import State, quantities
from .world import World

CHUNK, CHUNK_BYTES = 1000, 2**30
"""Runs computed together, chosen by measurement, or fewer where their paths would take more memory;
without effect on what a run gives."""

EVENTLESS = "no_events"
"""Name of the arm that is the path without events."""

SHOWN = ("alignment", "stance", "order", "commitment", "activity")
"""Quantities whose paths are always summed up."""

Report = Callable[[int], None]


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
) -> Paths:
    """The paths of runs `first` to `first + runs - 1`, recorded step by step.

    `only` names the quantities to keep (all unless given); `trace` collects every term of every
    computed step. Arrays are `(time, ..., run)`, the start first. With `into`, memory of an earlier
    call is used again, so that its paths are lost.
    """
    world = build(scenario, first, runs, luck, drawn)
    names = [each.name for each in quantities() if only is None or each.name in set(only)]
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


def lines_of(paths: Paths, lines: list[Series], outcomes: Mapping[str, Outcome]) -> list[Array]:
    """The values of the lines at every computed step, `(time, run)` each."""
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
    return found


def shown(values: list[Array], lines: list[Series], stride: int) -> list[Array]:
    """Lines at the dates that the scenario shows; activity is the mean since the date before."""
    if stride == 1:
        return values
    return [
        _since(each, stride) if line.name.startswith("activity:") else each[::stride]
        for each, line in zip(values, lines, strict=True)
    ]


def _since(values: Array, stride: int) -> Array:
    """Means of the steps since the date before, `(time, run)`; the start as it is."""
    kept = values[::stride].copy()
    kept[1:] = add_up(values[k::stride] for k in range(1, stride + 1)) / float(stride)
    return kept


@dataclass
class Arm:
    """What one arm of a question gives: inputs and outcomes run by run, and the spread of its paths."""

    scenario: Scenario
    inputs: dict[str, Array]
    outcomes: dict[str, Array]
    spread: Spread

    def columns(self) -> dict[str, Array]:
        """Every input and outcome, one value a run."""
        done = self.spread.seen
        return {name: values[:done] for name, values in {**self.inputs, **self.outcomes}.items()}


@dataclass
class Gap:
    """How far the lines of the first arm lie from another's, run by run: those lines that both have."""

    here: list[int]
    there: list[int]
    spread: Spread

    def add(self, first: Sequence[Array], other: Sequence[Array]) -> None:
        """Take in the next runs of both arms, one `(time, run)` for each of their lines."""
        self.spread.add([first[i] - other[j] for i, j in zip(self.here, self.there, strict=True)])


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
                name: _chunk(each, measures[name], first, count, keep is not None, memory[name])
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
) -> tuple[Draws, dict[str, Array], list[Array], Paths]:
    only = None if whole else {*reads(outcomes), *SHOWN, "capability"}
    drawn = sampled(scenario, first, runs)
    paths = simulate(scenario, first=first, runs=runs, drawn=drawn, only=only, into=memory)
    lines = series_of(paths.ties, outcomes)
    values = shown(lines_of(paths, lines, outcomes), lines, scenario.calendar.stride)
    return drawn, measured(outcomes, paths), values, paths


def measured(outcomes: Mapping[str, Outcome], paths: Paths) -> dict[str, Array]:
    """Every column of every outcome, `(run,)` each, by `outcome` or `outcome.column`."""
    return {
        f"{name}.{column}" if column else name: values
        for name, outcome in outcomes.items()
        for column, values in outcome.of(paths).items()
    }


def _gather(arm: Arm, inputs: Draws, values: Mapping[str, Array], lines: list[Array]) -> None:
    _append(arm.inputs, inputs, arm.spread)
    _append(arm.outcomes, values, arm.spread)
    arm.spread.add(lines)


def _append(columns: dict[str, Array], values: Mapping[str, Array], spread: Spread) -> None:
    """Write the next runs into columns, which have room for all from the first on."""
    done, room = spread.seen, spread.runs if spread.room is None else spread.room
    for name, each in values.items():
        if name not in columns:
            columns[name] = np.empty(room, dtype=each.dtype)
        columns[name][done : done + len(each)] = each
