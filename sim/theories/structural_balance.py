"""Structural balance: friends of friends become friends, and the flow that drives it.

A friend's friend and an enemy's enemy are friends (Heider 1946; Cartwright & Harary 1956). The flow is
that of Marvel, Kleinberg, Kleinberg & Strogatz 2011, "Continuous-time model of structural balance",
PNAS 108. Relations are symmetric `(..., n, n)`; the flow counts the diagonal, a state's relation to itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..axes import Array

NIL = 1e-9
"""Below this, relative to the largest, an eigenvector's entry or a gap of eigenvalues is rounding."""


@dataclass(frozen=True)
class Balance:
    """Where the flow leads: `sides` (..., n) in -1, 0, 1; `growth` the leading eigenvalue; when it blows up.

    `lead` (...) is how far the leading eigenvalue stands above the second, relative to the largest in size, and
    `firmness` (..., n) the size of each entry of the eigenvector, relative to the largest.
    """

    sides: Array
    growth: Array
    lead: Array
    firmness: Array

    @property
    def blow_up(self) -> Array:
        """Time at which relations grow beyond all bounds, ``1 / lambda_1``; infinite where none is above 0."""
        return np.where(self.growth > 0.0, 1.0 / np.where(self.growth > 0.0, self.growth, 1.0), np.inf)


def flow(start: Array, time: float) -> Array:
    """Relations at a time, from those at time 0 `(n, n)`: ``X(t) = X0 (I - t X0)^-1``.

    The solution of ``dX/dt = X^2`` (Marvel et al. 2011). Raises ValueError from the time on at which
    it blows up.
    """
    if time >= camps(start).blow_up:
        raise ValueError(f"relations have grown beyond all bounds by time {time}")
    return np.linalg.solve(np.eye(len(start)) - time * start, start)


def camps(relations: Array) -> Balance:
    """The camps in which the flow ends, ``sign(v_1 v_1^T)`` with v_1 the leading eigenvector (Marvel et al. 2011).

    All on one side where v_1 has one sign. An actor whose entry is 0 has side 0. Where no eigenvalue is
    above 0 relations die out, and where two lead together the end depends on more: sides are 0.
    """
    values, vectors = np.linalg.eigh(relations)
    leading, growth = vectors[..., :, -1], values[..., -1]
    largest = np.abs(values).max(axis=-1)
    firmness = np.abs(leading) / np.abs(leading).max(axis=-1, keepdims=True)
    above = growth - values[..., -2] if values.shape[-1] > 1 else growth
    decided = (growth > NIL * largest) & (above > NIL * largest)
    sides = np.where((firmness > NIL) & decided[..., None], np.sign(leading), 0.0)
    return Balance(sides, growth, above / np.where(largest > 0.0, largest, 1.0), firmness)


def triads(relations: Array) -> tuple[Array, Array]:
    """How many closed threes are balanced, and how many not, `(...)` each: by the sign of the product.

    Cartwright & Harary 1956. Threes in which two have no relation (0) are open and count as neither.
    """
    signs = np.sign(relations)
    products = [
        signs[..., i, j] * signs[..., j, k] * signs[..., i, k]
        for i, j, k in combinations(range(signs.shape[-1]), 3)
    ]
    every = np.stack(products, axis=-1) if products else np.zeros((*signs.shape[:-2], 0))
    return (every > 0).sum(axis=-1), (every < 0).sum(axis=-1)
