"""The model as a plain function: values of inputs in, outcomes out, for optimisers, samplers and notebooks.

A call computes runs just as a sweep does, so that equal run numbers and values give equal numbers, bit
for bit. Nothing is written. Read `sweeping/blocks.py` next; `ema.py` is built on this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .answer import described
from .axes import Array
from .build import distributions
from .checking.checks import Checker
from .ensemble import chunk_of
from .errors import WedgeError, nearest
from .experiment.definition import versions
from .parcels import packed
from .plugins import TEXTS
from .posterior import PATH, freed, pinned
from .scenario import Scenario, altered, from_data, load
from .sweeping.blocks import Block, Task, computed

OTHERS = ("drawn", "fixed")

SPREAD = 10
"""Runs computed together lie within so many times their number, as luck is dealt in blocks of runs."""


def as_function(
    scenario: str | Path | Scenario,
    outcomes: Sequence[str] | None = None,
    inputs: Sequence[str] | None = None,
    *,
    others: str = "drawn",
    backend: str = "numpy",
    sets: Sequence[str] = (),
) -> Function:
    """A scenario (by name, file or itself, with overrides `sets`) as a function of its inputs.

    `outcomes` names what it gives: outcomes with all their columns, or single columns; all unless
    told. `inputs` is the order in which arrays of values give them, the scenario's uncertainties
    unless told. Inputs that a call leaves out are `drawn` as the run draws them, or `fixed` at the
    scenario's own numbers, in the words of an experiment. `backend` is numpy, or compiled. Raises
    WedgeError for an unknown name, and for a scenario whose luck is not plain.
    """
    found = scenario if isinstance(scenario, Scenario) else load(scenario, sets)
    if found.branch is not None:
        raise WedgeError(f"{found.name} branches off another scenario, and cannot be a function")
    if found.spec.luck != "plain":
        raise WedgeError(f"{found.name}: luck is {found.spec.luck}, but a function has plain luck")
    if others not in OTHERS:
        raise WedgeError(f"others is {others!r}; expected drawn or fixed")
    bare = altered(found, found.name, {"question": None})
    made = Function(
        name=found.name, inputs=tuple(distributions(bare) if inputs is None else inputs),
        outcomes=_chosen(bare, outcomes), others=others, chunk=chunk_of(bare), data=bare.data,
        backend=backend,
    )  # fmt: skip
    for path in made.inputs:
        made.limits(path)
    return made


def _chosen(scenario: Scenario, wanted: Sequence[str] | None) -> dict[str, tuple[str, str]]:
    """The columns of these outcomes, with unit and meaning. Raises WedgeError for an unknown name."""
    columns = described(scenario)
    known = [*columns, *(each.partition(".")[0] for each in columns)]
    for name in wanted or ():
        if name not in known:
            raise WedgeError(f"there is no outcome called {name!r}{nearest(name, known)}")
    chosen = columns if wanted is None else wanted
    return {
        name: each for name, each in columns.items() if name in chosen or name.partition(".")[0] in chosen
    }


@dataclass(frozen=True)
class Function:
    """A scenario as a function, made by `as_function`; it can be pickled, and called from threads.

    `outcomes` maps the columns that it gives to their unit and meaning.
    """

    name: str
    inputs: tuple[str, ...]
    outcomes: Mapping[str, tuple[str, str]]
    others: str
    chunk: int = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    backend: str = "numpy"
    _limits: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False, compare=False)
    _tasks: dict[tuple[str, ...], Task] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, values: Any = None, /, *, run: Any = 0, **named: Any) -> dict[str, Any]:
        """Each outcome of run number `run` with these values, by column.

        Values are given by path, as a mapping or table or as keywords, or as an array whose last axis
        are `inputs`. Numbers give floats, arrays are laid beside each other (and beside `run`, whole
        numbers from 0) and give arrays. Raises WedgeError for an unknown name or a value that is not
        allowed.
        """
        given = {**self._by_name(values), **named}
        checked = [self._allowed(path, each) for path, each in given.items()]
        try:
            numbers, *laid = np.broadcast_arrays(_runs(run), *checked)
        except ValueError:
            shapes = ", ".join(str(each.shape) for each in (np.asarray(run), *checked))
            raise WedgeError(f"the values and runs have shapes {shapes}, which do not fit together") from None
        rows = np.column_stack([each.ravel() for each in laid]) if laid else np.zeros((numbers.size, 0))
        found = self._computed(self._task(tuple(given)), rows, numbers.ravel())
        columns = {name: each.reshape(numbers.shape) for name, each in zip(self.outcomes, found, strict=True)}
        return {name: each if numbers.ndim else float(each) for name, each in columns.items()}

    def limits(self, path: str) -> tuple[float, float]:
        """Lowest and highest allowed value of an input. Raises WedgeError where it is none."""
        if path not in self._limits:
            found, told = Checker(self._scenario.document).sampled(path)
            if found is None:
                near = nearest(path, [*self.inputs, *distributions(self._scenario)])
                raise WedgeError(f"there is no input called {path!r}{near}" if near else told)
            self._limits[path] = (found[2], found[3])
        return self._limits[path]

    @property
    def _scenario(self) -> Scenario:
        return from_data(self.data, self.name)

    def _by_name(self, values: Any) -> dict[str, Any]:
        if values is None or hasattr(values, "keys"):
            return {} if values is None else dict(values)
        array = np.asarray(values, dtype=float)
        if not array.ndim or array.shape[-1] != len(self.inputs):
            found = array.shape[-1] if array.ndim else 1
            raise WedgeError(
                f"the last axis of an array are the {len(self.inputs)} inputs, but it has {found}"
            )
        return {path: array[..., k] for k, path in enumerate(self.inputs)}

    def _allowed(self, path: str, value: Any) -> Array:
        low, high = self.limits(path)
        try:
            values = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise WedgeError(f"{path} is {value!r}; expected a number, or an array of numbers") from None
        wrong = ~((values >= low) & (values <= high) & np.isfinite(values))
        if wrong.any():
            raise WedgeError(f"{path} is {values[wrong][0]:g}, outside {low:g} to {high:g}")
        if path == PATH and (values % 1.0).any():
            raise WedgeError(f"{path} is {values[values % 1.0 > 0.0][0]:g}; expected the number of a row")
        return values

    def _task(self, given: tuple[str, ...]) -> Task:
        """What computes the outcomes where just these inputs are given."""
        if given not in self._tasks:
            base = self._scenario
            drawn = self.others == "drawn"
            data = freed(base.data if drawn or PATH in given else pinned(base.data), given)
            own = base.data.get("uncertainties", {}) if drawn else {}
            # A path must be uncertain to be handed in; what it would be drawn from bears on nothing.
            spread = {**own, **{path: {"choice": [self.limits(path)[0]]} for path in given if path != PATH}}
            sections = {"uncertainties": spread, "parameters": data.get("parameters")}
            scenario = altered(base, self.name, sections)
            self._tasks[given] = Task(
                packed({self.name: scenario}), given, tuple(self.outcomes), tuple(TEXTS.items()),
                tuple(versions(self.backend).items()), self.backend,
            )  # fmt: skip
        return self._tasks[given]

    def _computed(self, task: Task, rows: Array, numbers: Array) -> Array:
        """The columns of outcomes, `(column, run)`, of rows of values with the luck of these runs."""
        found = np.empty((len(self.outcomes), len(numbers)))
        order = np.argsort(numbers, kind="stable")
        for some in _near(numbers[order], self.chunk):
            here = order[some]
            found[:, here] = computed(task, Block(0, rows[here], numbers[here]))[0]
        return found


def _runs(run: Any) -> Array:
    numbers = np.asarray(run)
    if numbers.dtype.kind not in "iu" or (numbers < 0).any():
        first = (
            numbers if not numbers.ndim else next((n for n in numbers.ravel() if not _whole(n)), numbers[:0])
        )
        raise WedgeError(f"run is {first!s:.40}; expected a whole number, 0 or more")
    return numbers.astype(np.int64)


def _whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool) and bool(number >= 0)


def _near(numbers: Array, size: int) -> Iterator[slice]:
    """Stretches of sorted run numbers, few and close enough for their luck to be dealt at once."""
    first = 0
    while first < len(numbers):
        last = min(first + size, int(np.searchsorted(numbers, numbers[first] + SPREAD * size)))
        yield slice(first, last)
        first = last
