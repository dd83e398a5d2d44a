"""The bilateral Shapley value: coalitions merge two by two and share what the merger brings.

Ketchpel 1994, "Forming coalitions in the face of uncertain rewards", AAAI-94; Contreras, Klusch & Yen 1998,
"Multi-agent coalition formation in power transmission planning: a bilateral Shapley value approach",
AIPS-98. They leave open what a coalition is worth; here it is assumption A20.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..axes import Array

Coalition = tuple[int, ...]
Value = Callable[[Coalition], float]
"""What a coalition, its members in order, is worth."""

LEAST = 1e-12
"""A gain below this share of what all are worth alone is rounding."""


@dataclass(frozen=True)
class Merged:
    """The coalitions in which merging ends, what each actor gets `(n,)`, and how close it was.

    `gains` are those of the mergers made; `refused` is the gain of the best merger that nobody wanted.
    """

    coalitions: tuple[Coalition, ...]
    payoffs: Array
    gains: tuple[float, ...]
    refused: float

    @property
    def closeness(self) -> float:
        """The smallest change of a gain that would have made, or stopped, a merger."""
        return max(0.0, min([*self.gains, -self.refused]))


def worth(capability: Array, alignment: Array) -> Value:
    """Worth of a coalition: its capabilities, and for each pair its alignment times their geometric mean (A20).

    ``v(S) = sum_i s_i + sum_{i<j} x_ij sqrt(s_i s_j)``, with capability `(n,)` and alignment `(n, n)`.
    """
    ties = alignment * np.sqrt(np.outer(capability, capability))

    def value(members: Coalition) -> float:
        inside = list(members)
        pairs = sum(ties[i, j] for i, j in combinations(inside, 2))
        return float(capability[inside].sum() + pairs)

    return value


def bilateral(alone: float, other: float, together: float) -> float:
    """What the first of two gets: the mean of what it is worth alone and what it adds to the other.

    ``(v(A) + v(A u B) - v(B)) / 2``: Shapley's value of the game between the two (Ketchpel 1994).
    """
    return (alone + together - other) / 2.0


def merge(actors: int, value: Value) -> Merged:
    """Merge coalitions two by two until no two gain by it.

    In each round every coalition courts the one with which its bilateral value exceeds what it is worth
    alone by most (the first of equals), and those who court each other merge. A coalition's share of a
    gain is halved between the two that made it, and so on down to its members.
    """
    held: dict[Coalition, Array] = {(k,): np.eye(actors)[k] for k in range(actors)}
    payoffs = np.array([value((k,)) for k in range(actors)])
    gains: list[float] = []
    least = LEAST * float(np.abs(payoffs).sum())
    while True:
        courted = _courted(sorted(held), value, least)
        couples = [(a, b) for a, (b, _) in courted.items() if a < b and b in courted and courted[b][0] == a]
        if not couples:
            refused = max((_gain(a, b, value) for a, b in combinations(held, 2)), default=-np.inf)
            return Merged(tuple(sorted(held)), payoffs, tuple(gains), refused)
        for a, b in couples:
            gains.append(courted[a][1])
            share = (held.pop(a) + held.pop(b)) / 2.0
            payoffs = payoffs + courted[a][1] * share
            held[tuple(sorted(a + b))] = share


def _courted(
    coalitions: list[Coalition], value: Value, least: float
) -> dict[Coalition, tuple[Coalition, float]]:
    """The favourite of each coalition that gains at least so much by any merger, and what the two gain together."""
    gains = {(a, b): _gain(a, b, value) for a, b in combinations(coalitions, 2)}
    found = {}
    for a in coalitions:
        offers = [(b, gains[min(a, b), max(a, b)]) for b in coalitions if b != a]
        best = max(offers, key=lambda each: each[1], default=(a, 0.0))
        if best[1] > least:
            found[a] = best
    return found


def _gain(one: Coalition, other: Coalition, value: Value) -> float:
    """What two coalitions gain by merging: above 0 where both get more than alone, half of it each."""
    together = value(tuple(sorted(one + other)))
    return 2.0 * (bilateral(value(one), value(other), together) - value(one))
