"""One block of a sweep: some consecutive runs in every option, from values to columns of outcomes.

This is what travels to workers: a task is plain data, so any process or machine that has this package
can do it. What a run gives depends on its point and its replication alone, never on its block.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..axes import Array
from ..backends import compiles
from ..build import dealer_of, distributions, outcomes_of, ties_of
from ..ensemble import measured, window_of, windows
from ..errors import WedgeError
from ..experiment.definition import versions
from ..luck import ChosenLuck, Dealer, DealtLuck, Luck, drawn
from ..outcomes import Outcome, reads
from ..parcels import UNPACKING, unpacked
from ..scenario import Scenario


@dataclass(frozen=True)
class Task:
    """What all blocks of a sweep have in common, packed to travel.

    `plugins` holds the name and text of each file; `versions` those with which all must be computed.
    """

    scenarios: bytes
    inputs: tuple[str, ...]
    columns: tuple[str, ...]
    plugins: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    backend: str = "numpy"


@dataclass(frozen=True)
class Block:
    """Consecutive runs of a sweep: the first, the values of the inputs `(run, input)`, and the luck.

    `numbers` says whose luck each run has.
    """

    first: int
    values: Array
    numbers: Array

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.numbers)


@dataclass(frozen=True)
class _Ready:
    """An option as a worker keeps it: its scenario and the outcomes to measure."""

    scenario: Scenario
    outcomes: Mapping[str, Outcome]


_MEMORY = threading.local()
"""Memory for paths that each block uses again; one a thread, since Dask workers have several.

On NumPy options use the same, one after another; compiled they take turns, each with its own.
"""


@lru_cache(maxsize=2)
def _unpacked(task: Task) -> list[_Ready]:
    _must_agree(task)
    wanted = {each.partition(".")[0] for each in task.columns}
    found = []
    for scenario in unpacked(task.scenarios, task.plugins).values():
        outcomes = {key: each for key, each in outcomes_of(scenario).items() if key in wanted}
        found.append(_Ready(scenario, outcomes))
    return found


def _must_agree(task: Task) -> None:
    """Refuse to compute with other versions than the sweep's own, which might give other bits."""
    here = versions(task.backend)
    for name, version in task.versions:
        if here[name] != version:
            raise WedgeError(
                f"a worker has {name} {here[name]} instead of {version}; install the same everywhere"
            )


def computed(task: Task, block: Block) -> Array:
    """The columns of outcomes of a block, `(option, column, run)`."""
    with UNPACKING:
        ready = _unpacked(task)
    luck = _luck(ready[0].scenario, block.numbers, dealer_of(task.backend))
    most = min(window_of(each.scenario) for each in ready)
    options = [_option(k, option, task, block, luck, most) for k, option in enumerate(ready)]
    return np.concatenate([np.stack(parts) for parts in zip(*options, strict=True)], axis=2)


def _luck(scenario: Scenario, numbers: Array, dealer: Dealer | None) -> Luck:
    """The luck of these runs, the same in all options; consecutive runs need no choosing."""
    seed, steps, runs = scenario.spec.seed, scenario.calendar.steps, len(numbers)
    if np.array_equal(numbers, numbers[0] + np.arange(runs)):
        return DealtLuck(seed, int(numbers[0]), runs, steps, dealer)
    return ChosenLuck(seed, numbers, steps, dealer)


def _option(k: int, option: _Ready, task: Task, block: Block, luck: Luck, most: int) -> Iterator[Array]:
    """The columns of an option, `(column, run)`, some runs at a time, so that options share their luck."""
    values = inputs_of(option.scenario, task.inputs, block)
    only = reads(option.outcomes, ties_of(option.scenario))
    place = str(k) if compiles(task.backend) else "all"
    memory: dict[str, Array] = vars(_MEMORY).setdefault(place, {})
    for paths in windows(option.scenario, 0, block.runs, luck, values, only, memory, task.backend, most):
        found = measured(option.outcomes, paths)
        yield np.stack([found[column] for column in task.columns])


def inputs_of(scenario: Scenario, inputs: tuple[str, ...], block: Block) -> dict[str, Array]:
    """The values of a scenario's uncertainties, `(run,)` each: of the design, else drawn by run."""
    luck = ChosenLuck(scenario.spec.seed, block.numbers, 1)
    return {
        path: block.values[:, inputs.index(path)] if path in inputs else shape.draw(drawn(luck, path))
        for path, shape in distributions(scenario).items()
    }
