"""What each theory reads from a state of the model, and the camps it predicts.

The same two arrays for all: `alignment` (runs, n, n), symmetric, and `capability` (runs, n). How they are
read is assumed: A19 for relations and sizes, A20 for what a coalition is worth, A21 for the issue that is
bargained over. Read `states.py` next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..axes import Array
from . import bargaining, landscape, shapley, structural_balance

NEUTRAL = 0.1
"""Alignments closer to 0 than this are neither friendship nor hostility in a triangle (A19)."""

TIED = 1e-9
"""Two strifes that differ by less than this share of the greatest are equal, but for rounding."""

ROUNDS = 10
"""Rounds of bargaining at most; positions may go on in circles (A21)."""

SILENT = -1
"""The camp of everybody in a run of which a theory says nothing."""

CELLS = 2**22
"""Configurations times actors times runs that are looked at together."""


@dataclass(frozen=True)
class Reading:
    """What a theory says, run by run: the `camps` (runs, n), by the index of the camp's first member; the margin.

    The `margin` (runs,) is 0 where a trifle would change the camps; its unit is the theory's own.
    """

    camps: Array
    margin: Array

    @property
    def speaks(self) -> Array:
        """Whether the theory says anything, `(runs,)`."""
        return self.camps[:, 0] != SILENT

    @property
    def together(self) -> Array:
        """Whether two are in the same camp, `(runs, n, n)`."""
        return self.camps[:, :, None] == self.camps[:, None, :]

    @property
    def shares(self) -> Array:
        """Share of the runs it speaks of in which two are in the same camp, `(n, n)`; NaN where there are none."""
        n, told = self.camps.shape[1], self.together[self.speaks]
        return told.mean(axis=0) if len(told) else np.full((n, n), np.nan)

    @property
    def commonest(self) -> tuple[tuple[tuple[int, ...], ...], float]:
        """The division that it predicts most often, and its share of the runs it speaks of; none if it is silent."""
        told = self.camps[self.speaks]
        if not len(told):
            return (), 0.0
        kinds, counts = np.unique(told, axis=0, return_counts=True)
        top = kinds[counts.argmax()]
        camps = tuple(tuple(map(int, np.flatnonzero(top == first))) for first in np.unique(top))
        return camps, float(counts.max() / len(told))


class Theory(NamedTuple):
    """A theory's name, what its margin is, and how it reads states."""

    title: str
    margin: str
    read: Callable[[Array, Array], Reading]


def balance(alignment: Array, capability: Array) -> Reading:  # noqa: ARG001
    """Camps by the leading eigenvector of alignments, none with itself (A19). Size does not count."""
    found = structural_balance.camps(alignment)
    apart = np.minimum(found.firmness.min(axis=-1), found.lead)
    return _reading(found.sides, apart, np.abs(found.sides).max(axis=-1) > 0.0)


def energy(alignment: Array, capability: Array) -> Reading:
    """The two sides of lowest energy, with capabilities as sizes and alignments as propensities (A19)."""
    n = capability.shape[1]
    every, sides, basins = landscape.sides(n), [], []
    for part in np.array_split(np.arange(len(capability)), max(1, capability.size * len(every) // CELLS)):
        found = landscape.landscape(capability[part], alignment[part])
        sides.append(every[found.deepest])
        basins.append(found.basin(found.deepest))
    return _reading(np.concatenate(sides), np.concatenate(basins), np.abs(alignment).max(axis=(1, 2)) > 0.0)


def coalitions(alignment: Array, capability: Array) -> Reading:
    """The coalitions in which bilateral mergers end, each worth what A20 says."""
    runs, n = capability.shape
    camps, margin = np.empty((runs, n), dtype=int), np.empty(runs)
    for k in range(runs):
        end = shapley.merge(n, shapley.worth(capability[k], alignment[k]))
        for members in end.coalitions:
            camps[k, list(members)] = members[0]
        margin[k] = end.closeness / capability[k].sum()
    return Reading(camps, margin)


def side_taken(alignment: Array, capability: Array) -> Reading:
    """Which of two poles each is nearer to after bargaining over whose side to take (A21)."""
    issue, at_odds = contested(alignment, capability)
    end = bargaining.settled(issue, ROUNDS)
    half = np.where(issue.span > 0.0, issue.span, 1.0) / 2.0
    return _reading(np.sign(end.positions), np.abs(end.positions).min(axis=1) / half, at_odds)


def contested(alignment: Array, capability: Array) -> tuple[bargaining.Issue, Array]:
    """The issue between the two poles, and whether there is one, `(runs,)` (A21).

    The poles are the two whose capabilities times hostility are greatest. There is no issue where nobody is
    hostile, and none where two pairs tie, since nothing says which it would be about. A position is half the alignment
    with the one less that with the other; salience is the larger of the two, whatever their signs.
    """
    runs, n = capability.shape
    strife = capability[:, :, None] * capability[:, None, :] * np.maximum(-alignment, 0.0)
    flat = np.triu(strife, 1).reshape(runs, -1)
    first, second = np.divmod(flat.argmax(axis=1), n)
    next_to, most = np.sort(flat, axis=1)[:, -2:].T
    own, here = alignment + np.eye(n), np.arange(runs)
    toward = np.stack([own[here, first], own[here, second]])
    positions = (toward[0] - toward[1]) / 2.0
    return bargaining.issue(positions, capability, np.abs(toward).max(axis=0)), most - next_to > TIED * most


def _reading(sides: Array, margin: Array, speaks: Array) -> Reading:
    """Camps from sides 1, -1 and 0, which is nobody's: who is at 0 is alone."""
    n = sides.shape[-1]
    same = (sides[:, :, None] == sides[:, None, :]) & (sides != 0.0)[:, :, None] | np.eye(n, dtype=bool)
    camps = np.where(speaks[:, None], same.argmax(axis=-1), SILENT)
    return Reading(camps, np.where(speaks, margin, np.nan))


THEORIES = {
    "balance": Theory(
        "Structural balance",
        "smaller of the eigenvector's smallest entry (of its largest) and the lead of its eigenvalue",
        balance,
    ),
    "landscape": Theory("Landscape", "share of all divisions that slide into this one", energy),
    "shapley": Theory(
        "Bilateral Shapley value",
        "smallest gain or loss that decided a merger, of all capability",
        coalitions,
    ),
    "bargaining": Theory(
        "Expected-utility bargaining",
        "smallest distance of a position from the middle, of half the range",
        side_taken,
    ),
}
"""The theories that predict camps. The strategic triangle gives roles, not camps: `triangle.py`."""


def readings(alignment: Array, capability: Array) -> dict[str, Reading]:
    """What every theory says of states, by its name. Raises WedgeError where there are too many actors."""
    return {name: each.read(alignment, capability) for name, each in THEORIES.items()}


def signs(alignment: Array) -> Array:
    """Friend (1), foe (-1) or neither (0), for the triangle (A19)."""
    return np.where(np.abs(alignment) < NEUTRAL, 0.0, np.sign(alignment))
