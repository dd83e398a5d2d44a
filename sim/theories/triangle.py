"""The strategic triangle: what part each of three plays, read from who is friend and foe.

Dittmer 1981, "The strategic triangle: an elementary game-theoretical analysis", World Politics 33, has
the first three patterns; the fourth, in which all are foes, is named so in the literature after him.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..axes import Array

PATTERNS = ("ménage à trois", "romantic triangle", "stable marriage", "unit veto")
"""By the number of hostile sides, 0 to 3."""

ROLES = {
    "ménage à trois": ("friend", "friend"),
    "romantic triangle": ("pivot", "suitor"),
    "stable marriage": ("outcast", "partner"),
    "unit veto": ("foe", "foe"),
}
"""In each pattern, the role of the one that faces the odd side, and that of the two others."""


@dataclass(frozen=True)
class Triangle:
    """Three actors by index, the pattern they make, the role of each, and whether Heider calls it balanced."""

    actors: tuple[int, int, int]
    pattern: str
    roles: tuple[str, str, str]

    @property
    def balanced(self) -> bool:
        """Whether the product of signs is positive (Heider 1946)."""
        return PATTERNS.index(self.pattern) % 2 == 0

    @property
    def disputed(self) -> bool:
        """Whether Dittmer's pivot profits from what Heider expects to give way: the romantic triangle."""
        return self.pattern == "romantic triangle"


def triangle(signs: Array, actors: tuple[int, int, int]) -> Triangle | None:
    """The triangle of three actors, from signs of relations `(n, n)`; None where a side is neutral (0)."""
    facing = [
        signs[b, c] for b, c in ((actors[1], actors[2]), (actors[0], actors[2]), (actors[0], actors[1]))
    ]
    if 0 in facing:
        return None
    hostile = sum(each < 0 for each in facing)
    pattern = PATTERNS[hostile]
    odd, plain = ROLES[pattern]
    unlike = {1: -1, 2: 1}.get(hostile)
    first, second, third = (odd if each == unlike else plain for each in facing)
    return Triangle(actors, pattern, (first, second, third))


def triangles(signs: Array) -> list[Triangle]:
    """Every triangle without a neutral side among the actors of `(n, n)`."""
    found = (triangle(np.asarray(signs), each) for each in combinations(range(len(signs)), 3))
    return [each for each in found if each is not None]
