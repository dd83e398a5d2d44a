"""Run the arms of a claim: draws of the parameters by luck, alike in all arms.

Draw k is the same world in every arm, its runs have the same luck in every arm, and what a draw gives
depends on its number alone, never on how many are computed together or by whom. Read `ledger.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ..axes import Array
from ..build import Draws, by_path, dealt, outcomes_of, sampled, ties_of
from ..distributions import Distribution
from ..ensemble import Report, chunk_of, measured, windows
from ..executors import Crew, needing_workers
from ..luck import drawn
from ..outcomes import Outcome, reads
from ..parcels import UNPACKING, packed, unpacked
from ..plugins import TEXTS
from ..posterior import PATH
from ..scenario import Scenario
from .reading import OUTCOMES


@dataclass(frozen=True)
class Task:
    """What all blocks of a run have in common, packed to travel.

    `weights` are free weights of outcomes.
    """

    scenarios: bytes
    columns: tuple[str, ...]
    lucks: int
    weights: tuple[tuple[str, Distribution], ...]
    plugins: tuple[tuple[str, str], ...]
    backend: str


@dataclass(frozen=True)
class Ran:
    """What a run gives: outcomes `(arm, column, draw, luck)`, and the inputs of each draw by path."""

    values: Array
    inputs: Draws


def run(
    arms: Mapping[str, Scenario],
    columns: tuple[str, ...],
    *,
    draws: int,
    lucks: int,
    crew: Crew,
    weights: Mapping[str, Distribution] | None = None,
    backend: str = "numpy",
    report: Report = lambda _: None,
) -> Ran:
    """Run arms at so many draws of their parameters, with so many runs of other luck at each.

    `report` is told of finished runs of all arms. Raises WedgeError where a worker is lost.
    """
    task = Task(packed(arms), columns, lucks, tuple((weights or {}).items()), tuple(TEXTS.items()), backend)
    first = next(iter(arms.values()))
    together = max(1, min(chunk_of(first, len(arms), backend) // lucks, -(-draws // crew.width)))
    waiting: list[tuple[int, Future[Ran]]] = []
    with needing_workers("nothing of this claim is kept"):
        for begin in range(0, draws, together):
            count = min(together, draws - begin)
            waiting.append((count, crew.executor.submit(computed, task, begin, count)))
        parts = []
        for count, future in waiting:
            parts.append(future.result())
            report(count * lucks * len(arms))
    inputs = {path: np.concatenate([each.inputs[path] for each in parts]) for path in parts[0].inputs}
    return Ran(np.concatenate([each.values for each in parts], axis=2), inputs)


@lru_cache(maxsize=2)
def _unpacked(scenarios: bytes, plugins: tuple[tuple[str, str], ...]) -> dict[str, Scenario]:
    return unpacked(scenarios, plugins)


def computed(task: Task, first: int, count: int) -> Ran:
    """Some consecutive draws of all arms; the number of a posterior's row is left out, as its order means nothing."""
    with UNPACKING:
        arms = _unpacked(task.scenarios, task.plugins)
    values: list[Array] = []
    inputs: dict[str, Array] = {}
    for scenario in arms.values():
        mine = sampled(scenario, first, count)
        weights = _weights(scenario, task, first, count)
        every = {**by_path(scenario, mine), **weights}
        inputs |= {path: np.asarray(each).reshape(-1) for path, each in every.items() if path != PATH}
        values.append(_arm(scenario, task, (first, count), mine, weights))
    return Ran(np.stack(values), inputs)


def _weights(scenario: Scenario, task: Task, first: int, count: int) -> dict[str, Array]:
    luck = dealt(scenario, first, count, 1)
    return {path: shape.draw(drawn(luck, path)) for path, shape in task.weights}


def _arm(scenario: Scenario, task: Task, span: tuple[int, int], inputs: Draws, weights: Draws) -> Array:
    """The columns of one arm, `(column, draw, luck)`."""
    (first, count), lucks = span, task.lucks
    wanted = {each.partition(".")[0] for each in task.columns}
    outcomes = {name: each for name, each in outcomes_of(scenario).items() if name in wanted}
    runs = {path: np.repeat(each, lucks) for path, each in inputs.items()}
    parts = list(_pieces(scenario, task, first * lucks, count * lucks, outcomes, runs, weights))
    return np.concatenate(parts, axis=1).reshape(len(task.columns), count, lucks)


def _pieces(
    scenario: Scenario, task: Task, first: int, count: int, outcomes: Mapping[str, Outcome], runs: Draws,
    weights: Draws,
) -> Iterator[Array]:  # fmt: skip
    """The columns of consecutive runs, `(column, run)`, some runs at a time."""
    luck = dealt(scenario, first, count, None, task.backend)
    only, begin = reads(outcomes, ties_of(scenario)), 0
    whole = {path: np.repeat(each, task.lucks) for path, each in weights.items()}
    for paths in windows(scenario, 0, count, luck, dict(runs), only, {}, task.backend):
        size = paths.arrays[next(iter(only))].shape[-1]
        weighed = _weighed(outcomes, {path: each[begin : begin + size] for path, each in whole.items()})
        found = measured(weighed, paths)
        yield np.stack([found[column] for column in task.columns])
        begin += size


def _weighed(outcomes: Mapping[str, Outcome], weights: Draws) -> dict[str, Outcome]:
    """Outcomes with their free weights, one number a run."""
    found = dict(outcomes)
    for path, values in weights.items():
        name, _, weight = path.removeprefix(OUTCOMES).partition(".")
        if name in found:
            found[name] = replace(found[name], **{weight: values})
    return found
