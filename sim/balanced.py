"""Luck that is balanced within groups of runs, so that fewer runs tell as much as many plain ones.

Antithetic: the two runs of a pair mirror each other. Quasi-random: in each group of 128 runs the
uncertainties are scrambled Sobol points, normal numbers add up to 0, and uniform numbers take one
value in each of 128 equal strata. A run by itself has luck like any other, and the same whatever is
computed beside it; but runs of one group hang together, so intervals go by groups (`groups.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from .axes import Array
from .groups import FEWEST_GROUPS, count
from .luck import UNCERTAINTY, Dealer, DealtLuck, Luck, Names, Shape, key_of

Kind = Literal["plain", "antithetic", "quasi_random"]

GROUP: dict[str, int] = {"plain": 1, "antithetic": 2, "quasi_random": 128}
"""Runs that hang together, by kind; part of the definition of luck, so changing one changes results."""

TOP = 1.0 - 2.0**-53
"""The largest uniform number that is dealt. Less u it is the mirror of u, on the same grid of [0, 1)."""

SPLIT = 2.0**27
"""A uniform number has 53 bits: the upper 27 all but decide its rank in a group, the rest are still free."""


def luck_of(
    kind: Kind,
    seed: int,
    first: int,
    runs: int,
    steps: int,
    paths: Sequence[str] = (),
    dealer: Dealer | None = None,
) -> Luck:
    """The luck of some runs of a seed, of any kind; `paths` are the uncertainties dealt as Sobol points."""
    if kind == "antithetic":
        return AntitheticLuck(seed, first, runs, steps, dealer)
    if kind == "quasi_random":
        return QuasiLuck(seed, first, runs, steps, paths, dealer)
    return DealtLuck(seed, first, runs, steps, dealer)


def grouped(kind: Kind, runs: int) -> str:
    """How so many runs are grouped, in words; '' for plain luck."""
    size = GROUP[kind]
    if size == 1:
        return ""
    rest = runs % size
    last = f", the last of {rest}" if rest else ""
    groups = count(runs, size)
    what = "pair" if size == 2 else f"group of {size}"
    several = what.replace("pair", "pairs").replace("group", "groups") if groups != 1 else what
    few = ", too few for intervals" if groups < FEWEST_GROUPS else ""
    return f"{kind.replace('_', '-')} luck in {groups:,} {several}{last}{few}"


class _Balanced:
    """Luck made of dealt luck, table by table; `_made` says how."""

    def __init__(self, dealt: DealtLuck, wanted: slice) -> None:
        self._dealt, self._wanted = dealt, wanted
        self._held: dict[Any, Array] | None = None
        self._parts: dict[Any, Array] | None = None

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers for each row at a step, `(rows, 1, R)`."""
        return self.table(stream, "normal", rows, step, step + 1)[0, :, None]

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers for each row at a step, `(rows, 1, R)`."""
        return self.table(stream, "uniform", rows, step, step + 1)[0, :, None]

    def table(
        self, stream: str, shape: Shape, rows: Sequence[Names | None], first_step: int, last_step: int
    ) -> Array:
        """Numbers of either shape for each row at these steps, `(steps, rows, R)`, contiguous."""
        asked = (stream, shape, tuple(rows), first_step, last_step)
        if self._held is None or asked not in self._held:
            dealt = self._dealt.table(stream, shape, rows, first_step, last_step)
            made = self._made(dealt, shape)
            made[:, [names is None for names in rows]] = 0.0
            if self._held is None:
                return np.ascontiguousarray(made[..., self._wanted])
            self._held[asked] = made
        return np.ascontiguousarray(self._held[asked][..., self._wanted])

    def part(self, begin: int, end: int) -> Luck:
        """The luck of some of these runs, out of what is dealt to their groups, which is held from then on."""
        if self._parts is None:
            self._parts = {}
        part = copy(self)
        part._held = self._parts
        part._wanted = slice(self._wanted.start + begin, self._wanted.start + end)
        return part

    def _made(self, dealt: Array, shape: Shape) -> Array:
        """Balanced numbers of whole groups, a new array, `(steps, rows, runs)`."""
        raise NotImplementedError


class AntitheticLuck(_Balanced):
    """Runs 2m and 2m + 1 mirror each other: the first has the luck of plain run m.

    The mirror of a normal z is -z, that of a uniform u is 1 - 2**-53 - u: again one of the numbers
    of 53 bits in [0, 1), each once.
    """

    def __init__(self, seed: int, first: int, runs: int, steps: int, dealer: Dealer | None = None) -> None:
        pair, last = first // 2, -(-(first + runs) // 2)
        super().__init__(
            DealtLuck(seed, pair, last - pair, steps, dealer),
            slice(first - 2 * pair, first - 2 * pair + runs),
        )

    def _made(self, dealt: Array, shape: Shape) -> Array:
        twice = np.repeat(dealt, 2, axis=-1)
        twice[..., 1::2] = (0.0 if shape == "normal" else TOP) - dealt
        return twice


class QuasiLuck(_Balanced):
    """Runs 128 g to 128 g + 127 make group g; groups are independent of each other.

    The uncertainties called `paths` are the coordinates of Sobol points, in this order, scrambled
    anew for each group; every other number is balanced by itself. `paths` must be the same wherever
    luck is to be the same.
    """

    def __init__(
        self,
        seed: int,
        first: int,
        runs: int,
        steps: int,
        paths: Sequence[str] = (),
        dealer: Dealer | None = None,
    ) -> None:
        size = GROUP["quasi_random"]
        self._groups = range(first // size, -(-(first + runs) // size))
        self._place = {path: k for k, path in enumerate(paths)}
        begin = first - size * self._groups[0] if self._groups else 0
        dealt = DealtLuck(seed, first - begin, size * len(self._groups), steps, dealer)
        super().__init__(dealt, slice(begin, begin + runs))

    def table(
        self, stream: str, shape: Shape, rows: Sequence[Names | None], first_step: int, last_step: int
    ) -> Array:
        """Numbers of either shape for each row at these steps, `(steps, rows, R)`, contiguous."""
        pointed = [self._coordinate(stream, shape, names) for names in rows]
        others = [names if k is None else None for names, k in zip(rows, pointed, strict=True)]
        found = super().table(stream, shape, others, first_step, last_step)
        for row, k in enumerate(pointed):
            if k is not None:
                found[:, row] = self._points()[self._wanted, k]
        return found

    def _coordinate(self, stream: str, shape: Shape, names: Names | None) -> int | None:
        drawn = stream == UNCERTAINTY and shape == "uniform" and names is not None
        return self._place.get(names[0]) if drawn and names is not None else None

    def _points(self) -> Array:
        points = [sobol(self._dealt.seed, each, len(self._place)) for each in self._groups]
        return np.concatenate(points)

    def _made(self, dealt: Array, shape: Shape) -> Array:
        by_group = dealt.reshape(*dealt.shape[:-1], -1, GROUP["quasi_random"])
        made = centred(by_group) if shape == "normal" else stratified(by_group)
        return made.reshape(dealt.shape)


@lru_cache(maxsize=64)
def sobol(seed: int, group: int, dimensions: int) -> Array:
    """The scrambled Sobol points of a group, `(128, dimensions)`, each uniform in [0, 1); not to be written to."""
    from scipy.stats import qmc

    key = key_of(seed, "sobol", (str(group),))
    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(key.tolist()))
    points: Array = engine.random(GROUP["quasi_random"])
    points.flags.writeable = False
    return points


def centred(normal: Array) -> Array:
    """Normal numbers less their mean over the last axis, stretched so that each is standard normal again.

    So what is linear in them cancels out over a group, and nothing else is made worse (Fishman & Huang
    1983). The length of the axis is a power of two: it is added by halves, with the same bits however
    many groups are computed together.
    """
    total, n = normal, normal.shape[-1]
    while total.shape[-1] > 1:
        half = total.shape[-1] // 2
        total = total[..., :half] + total[..., half:]
    return (normal - total / n) * np.sqrt(n / (n - 1.0))


def stratified(uniform: Array) -> Array:
    """Uniform numbers moved so that each of n equal strata holds one of the n along the last axis.

    A number keeps its rank, which becomes its stratum; its lower bits say where in it. That is a Latin
    hypercube over all numbers (McKay, Beckman & Conover 1979).
    """
    ranks = np.argsort(np.argsort(uniform, axis=-1), axis=-1)
    scaled = uniform * SPLIT
    return (ranks + (scaled - np.floor(scaled))) / uniform.shape[-1]
