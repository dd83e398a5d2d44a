"""Landscape theory: each division into two sides has an energy, and states slide downhill.

Axelrod & Bennett 1993, "A landscape theory of aggregation", British Journal of Political Science 23.
A configuration is a number: bit k is 1 where actor k + 1 is not on the side of actor 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..axes import Array
from ..errors import WedgeError

MOST_ACTORS = 20
"""More have more than half a million configurations to look at."""

LEVEL = 1e-12
"""Energies that differ by less than this share of all that is at stake are the same, but for rounding."""


@dataclass(frozen=True)
class Landscape:
    """Every configuration's `energies` (..., 2^(n-1)), and the configuration where its descent `ends`."""

    energies: Array
    ends: Array
    actors: int

    @property
    def stable(self) -> Array:
        """Whether a configuration is a local minimum, `(..., 2^(n-1))`: nobody lowers the energy by switching."""
        return self.ends == np.arange(self.energies.shape[-1])

    @property
    def deepest(self) -> Array:
        """The configuration of lowest energy, `(...)`; the first of equals."""
        return self.energies.argmin(axis=-1)

    def basin(self, configuration: Array) -> Array:
        """The share of all configurations from which the steepest descent ends in this one, `(...)`."""
        return (self.ends == configuration[..., None]).mean(axis=-1)


def sides(actors: int) -> Array:
    """All divisions of so many actors, `(2^(n-1), n)` of 1 and -1, actor 0 always at 1.

    Raises WedgeError where there are too many to look at each.
    """
    if actors > MOST_ACTORS:
        raise WedgeError(
            f"landscape theory looks at every division into two sides; {actors} actors are too many, "
            f"at most {MOST_ACTORS}"
        )
    bits = np.arange(2 ** (actors - 1))[:, None] >> np.arange(actors - 1) & 1
    return np.hstack([np.ones((len(bits), 1)), 1.0 - 2.0 * bits])


def frustration(sizes: Array, propensities: Array, side: Array) -> Array:
    """How ill each actor is placed, `(..., n)`: ``F_i = sum_j s_j p_ij d_ij``, d 1 across sides and 0 within.

    Axelrod & Bennett 1993. `sizes` (..., n), `propensities` (..., n, n), `side` (..., n) of 1 and -1.
    """
    apart = (1.0 - side[..., :, None] * side[..., None, :]) / 2.0
    return (sizes[..., None, :] * propensities * apart).sum(axis=-1)


def energy(sizes: Array, propensities: Array, side: Array) -> Array:
    """Energy of a configuration, `(...)`: ``E = sum_i s_i F_i``. Axelrod & Bennett 1993."""
    return (sizes * frustration(sizes, propensities, side)).sum(axis=-1)


def landscape(sizes: Array, propensities: Array) -> Landscape:
    """The whole landscape of `sizes` (..., n) and symmetric `propensities` (..., n, n) to work together.

    A descent switches, one at a time, the actor that lowers the energy most (the first of equals) until
    nobody lowers it. Raises WedgeError where there are too many actors.
    """
    n = sizes.shape[-1]
    every = sides(n)
    stakes = sizes[..., :, None] * sizes[..., None, :] * propensities * (1.0 - np.eye(n))
    energies = (stakes.sum(axis=(-2, -1))[..., None] - (np.matmul(every, stakes) * every).sum(axis=-1)) / 2.0
    around = _neighbours(n)
    lower = energies[..., around]
    best = lower.argmin(axis=-1)
    least = LEVEL * np.abs(stakes).sum(axis=(-2, -1))[..., None]
    downhill = lower.min(axis=-1) < energies - least
    here = np.arange(len(every))
    return Landscape(energies, _ends(np.where(downhill, around[here, best], here)), n)


def _neighbours(actors: int) -> Array:
    """The configuration after each actor's switch, `(2^(n-1), n)`; that of actor 0 turns all the others."""
    here = np.arange(2 ** (actors - 1))
    flips = np.array([len(here) - 1, *(2**k for k in range(actors - 1))])
    return here[:, None] ^ flips


def _ends(then: Array) -> Array:
    """Where following `then` (..., configurations) leads in the end, by doubling the stride."""
    while True:
        further = np.take_along_axis(then, then, axis=-1)
        if np.array_equal(further, then):
            return then
        then = further
