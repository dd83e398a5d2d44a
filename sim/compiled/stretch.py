"""Steps of a world on one structure, and the numbers that are handed in for them.

What two stretches have in common that share their machine code: `kept.py` says. Read `traced.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from ..axes import Array
from ..events import Event
from ..parameters import parameters_of
from ..policies import Policy
from ..rules import Rules
from ..state import State, quantities
from ..world import World
from .coming import Coming, coming
from .graph import SETTLED, Maker, Part

PLAIN = (0.0, 1.0, 2.0)
"""A number that is one of these in all runs is part of what is compiled; all others are inputs of it."""

NAMES = tuple(each.name for each in quantities())

Slot = tuple[Any, ...]
"""Where a number of the state is kept: the name of what it belongs to, and its indices."""

Supposed = tuple[dict[Slot, float], dict[Slot, Slot]]
"""Slots that hold one number all along, and slots that equal others."""

Path = tuple[Any, ...]
"""What a number that is handed in belongs to: rules, start or a policy, and the name there."""

Values = dict[Path, list[Array]]
"""The arrays that are handed in, one for each turn of the rules."""


@dataclass(frozen=True)
class Stretch:
    """Steps `first` to `last - 1` of a world from a state on, with rules that take turns.

    `before` tells what has stayed as it was until then; without it, that is seen from the numbers.
    """

    world: World
    state: State
    first: int
    last: int
    before: Supposed | None = None

    @cached_property
    def plain(self) -> dict[Slot, float]:
        """What is supposed to stay as it is: what did before, or what is plain at the start."""
        return plain_cells(self.state) if self.before is None else self.before[0]

    @cached_property
    def same(self) -> dict[Slot, Slot]:
        """Cells supposed to stay equal to others."""
        return mirrored(self.state.alignment) if self.before is None else self.before[1]

    @cached_property
    def turns(self) -> tuple[list[Rules], list[int]]:
        """The rules that take turns, and whose turn it is at each step."""
        found: dict[Any, int] = {}
        rules: list[Rules] = []
        turns: list[int] = []
        for k in range(self.first, self.last):
            each = self.world.rules_at(k)
            key = tuple(map(id, each.groups.values()))
            if key not in found:
                found[key] = len(rules)
                rules.append(each)
            turns.append(found[key])
        return rules, turns

    @cached_property
    def falling(self) -> list[tuple[Event, ...]]:
        """The events of each step."""
        return [self.world.falling(k) for k in range(self.first, self.last)]

    @cached_property
    def deciding(self) -> list[bool]:
        """Whether governments decide in each step."""
        return [self.world.calendar.decides(k) for k in range(self.first, self.last)]

    @cached_property
    def values(self) -> Values:
        """Every array that is handed in."""
        rules, _ = self.turns
        found: Values = {
            ("rules", group, each.name): [getattr(one.groups[group], each.name) for one in rules]
            for group, kind in rules[0].groups.items()
            for each in parameters_of(kind)
        }
        found |= {("start", name): [getattr(self.world.start, name)] for name in NAMES}
        for dyad, policy in self.world.policies.items():
            found |= {("policy", dyad, *place): [array] for place, array in open_numbers(policy).items()}
        return found


def open_numbers(policy: Policy) -> dict[tuple[Any, ...], Array]:
    """The numbers of a policy that are handed in: by field, or by field and date."""
    found: dict[tuple[Any, ...], Array] = {}
    for each in fields(policy):
        value = getattr(policy, each.name)
        if isinstance(value, np.ndarray) and each.name not in policy.structural:
            found[each.name,] = value
        elif isinstance(value, dict):
            found |= {(each.name, key): one for key, one in value.items()}
    return found


@dataclass
class Inputs:
    """Numbers handed in: the same in all runs (`common`), or one a run (`own`), each a path and a cell."""

    values: Values
    common: list[tuple[Path, tuple[int, int]]] = field(default_factory=list)
    own: list[tuple[Path, tuple[int, int]]] = field(default_factory=list)

    def coming(self, make: Maker, path: Path, symmetric: bool = False) -> Coming:
        """An array of inputs; those that are plain are known."""
        shape = self.values[path][0].shape[:2]
        parts = np.empty((*shape, 1), dtype=object)
        for i, j in cells_of(parts):
            twin = symmetric and j < i
            parts[i, j, 0] = parts[j, i, 0] if twin else self._part(make, path, (i, j))
        return coming(parts, make)

    def _part(self, make: Maker, path: Path, cell: tuple[int, int]) -> Part:
        values = [each[cell] for each in self.values[path]]
        if any(each.size > 1 for each in values):
            self.own.append((path, cell))
            return make.graph.input("own", len(self.own) - 1, home=SETTLED)
        if values[0][0] in PLAIN and all(each[0] == values[0][0] for each in values):
            return float(values[0][0])
        self.common.append((path, cell))
        return make.graph.input("common", len(self.common) - 1, home=SETTLED)


def plain_cells(state: State) -> dict[Slot, float]:
    """The numbers of a state that are plain, the same in all runs."""
    found: dict[Slot, float] = {}
    for name in NAMES:
        array = getattr(state, name)
        same = (array == array[..., :1]).all(axis=-1)
        for i, j in cells_of(array):
            if same[i, j] and array[i, j, 0] in PLAIN:
                found["state", name, i, j] = float(array[i, j, 0])
    return found


def cells_of(array: Array) -> Iterator[tuple[int, int]]:
    """The places of an array's rows and columns, one after another."""
    return ((i, j) for i in range(array.shape[0]) for j in range(array.shape[1]))


def mirrored(alignment: Array) -> dict[Slot, Slot]:
    """Each pair's second cell, and the first, where both start alike."""
    return {
        ("state", "alignment", j, i): ("state", "alignment", i, j)
        for i, j in cells_of(alignment)
        if i < j and np.array_equal(alignment[i, j], alignment[j, i])
    }
