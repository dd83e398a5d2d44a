"""What a mechanism is, and what it may look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from ..axes import Array, Terms, everywhere, matters, others, put
from ..equations import expected_punishment
from ..luck import Luck, Names
from ..setting import Conduct, Setting
from ..state import State

Changes = dict[str, Terms]
"""Quantity of the state -> its named terms of change in this step."""


@dataclass(frozen=True)
class Flashpoint:
    """Where an attacker may bring a crisis on a defender (actors by index)."""

    name: str
    attacker: int
    defender: int


@dataclass(frozen=True)
class Triangle:
    """A wedge: a divider woos a target away from an adversary (actors by index)."""

    name: str
    divider: int
    target: int
    adversary: int


@dataclass(frozen=True)
class Dispute:
    """Territory that a holder keeps and a claimant wants (actors by index)."""

    name: str
    holder: int
    claimant: int


@dataclass(frozen=True)
class Ties:
    """Who plays which part. The only place where actors are more than rows of an array."""

    names: tuple[str, ...]
    alliances: tuple[tuple[int, int], ...] = ()
    rivals: tuple[tuple[int, int], ...] = ()
    flashpoints: tuple[Flashpoint, ...] = ()
    wedges: tuple[Triangle, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self.names)

    @cached_property
    def off(self) -> Array:
        """1 off the diagonal, `(n, n, 1)`."""
        return others(self.n)

    @cached_property
    def patrons(self) -> Array:
        """1 where the actor (row) is patron of the target, `(n, n, 1)`."""
        return self._mask(self.alliances)

    @cached_property
    def hedged(self) -> Array:
        """1 where a client (row) hedges toward a rival of its patron, `(n, n, 1)`."""
        return self._mask(self.rivals)

    @cached_property
    def directed(self) -> list[Names | None]:
        """Names of each directed dyad, row by row, to key luck with; None on the diagonal."""
        return [(i, j) if i != j else None for i in self.names for j in self.names]

    @cached_property
    def pairs(self) -> list[Names | None]:
        """Names of each pair, once, and None at the end for the diagonal."""
        names, n = self.names, self.n
        inside = [(names[i], names[j]) for i in range(n) for j in range(i + 1, n)]
        return [*((min(pair), max(pair)) for pair in inside), None]

    @cached_property
    def pair_rows(self) -> Array:
        """Where in `pairs` each dyad stands, `(n, n)`."""
        rows = np.full((self.n, self.n), len(self.pairs) - 1)
        above = np.triu_indices(self.n, 1)
        rows[above] = rows[above[::-1]] = np.arange(len(self.pairs) - 1)
        return rows

    def _mask(self, cells: Sequence[tuple[int, int]]) -> Array:
        mask = np.zeros((self.n, self.n, 1))
        for cell in cells:
            mask[cell] = 1.0
        return mask


@dataclass(frozen=True)
class Scene:
    """The moment that mechanisms look at: before stances are struck (`acts`), or just after.

    `state` is the world now and `start` the world at the beginning of the run; `size` is how much
    each actor counts, `(n, 1, R)`; `step` is the length of the step in quarters; `resolve` is how
    firmly each actor punishes each other, `(n, n, R)`; `incidents` are violations and `outbreaks`
    crises that the scenario's events bring about in this step.
    """

    state: State
    start: State
    ties: Ties
    setting: Setting
    conduct: Conduct
    size: Array
    step: float
    resolve: Array
    incidents: Array
    outbreaks: Array

    @property
    def expected_punishment(self) -> Array:
        """Punishment each actor expects, its own lessons and those of others, `(n, 1, R)`."""
        return expected_punishment(self.state.deterrent, self.size, self.setting.spillover)


@dataclass(frozen=True)
class Mechanism:
    """Base of all mechanisms. At `weight` 0 a mechanism does exactly nothing."""

    name: ClassVar[str]
    place: ClassVar[int]
    weight: Array

    def uses(self, parameter: str) -> bool:
        """Whether a parameter differs from 0 in some run; what it multiplies can be left out if not."""
        return matters(getattr(self, parameter))

    @property
    def idle(self) -> bool:
        """Whether the mechanism is switched off in every run."""
        return everywhere(self.weight, 0.0)

    def pressures(self, scene: Scene) -> Terms:  # noqa: ARG002
        """Named additions to intents, `(n, n, R)`, 0 on the diagonal; they sway whoever follows routine."""
        return {}

    def acts(self, scene: Scene, luck: Luck, step: int) -> Changes:  # noqa: ARG002
        """Named changes that come with the stances of the step: sanctions, crises and their marks."""
        return {}

    def forces(self, scene: Scene) -> Terms:  # noqa: ARG002
        """Named pulls on alignment, `(n, n, R)`, symmetric."""
        return {}

    def changes(self, scene: Scene, luck: Luck, step: int) -> Changes:  # noqa: ARG002
        """Named changes of its stocks, and flows (which start from 0 in each step)."""
        return {}


def cell(ties: Ties, i: int, j: int, value: Array) -> Array:
    """A dyad array that holds `value` at `(i, j)` and 0 elsewhere, `(n, n, R)`."""
    return put(np.zeros((ties.n, ties.n, 1)), (i, j), value[0, 0])


def happens(uniform: Array, probability: Array) -> Array:
    """1 where an event of this probability happens, else 0."""
    return (uniform < probability) * 1.0
