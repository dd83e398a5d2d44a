"""Expected-utility bargaining: who challenges whom over an issue, and where positions move.

Bueno de Mesquita's model as reconstructed by Scholz, Calbert & Smith 2011, "Unravelling Bueno De
Mesquita's group decision model", Journal of Theoretical Politics 23. Actors have a position, a
capability and a salience in 0 to 1, `(..., n)` each; what concerns a challenger and the challenged is
`(..., n, n)` in that order. Reconstructions differ in the chance of success and in whom an actor answers;
these are those of D. Masad's, whose numbers on emission standards it gives (docs/theories.md). Not validated
on forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..axes import Array

STILL = 1e-3
"""Bargaining is over where nobody moves by more than this share of the range of positions."""


@dataclass(frozen=True)
class Issue:
    """Who wants what, `(..., n)` each, and the range of positions at the outset, `(...)`."""

    positions: Array
    capabilities: Array
    saliences: Array
    span: Array

    @property
    def distances(self) -> Array:
        """Distance between positions, 0 to 1 at the outset."""
        apart = np.abs(self.positions[..., :, None] - self.positions[..., None, :])
        return np.minimum(apart / np.where(self.span > 0.0, self.span, 1.0)[..., None, None], 1.0)


def issue(positions: Array, capabilities: Array, saliences: Array) -> Issue:
    """An issue as it is at the outset."""
    positions = np.asarray(positions, dtype=float)
    span = positions.max(axis=-1) - positions.min(axis=-1)
    return Issue(positions, np.asarray(capabilities, dtype=float), np.asarray(saliences, dtype=float), span)


def mean(given: Issue) -> Array:
    """Mean position, weighted by capability times salience, `(...)`."""
    weight = given.capabilities * given.saliences
    return (weight * given.positions).sum(axis=-1) / weight.sum(axis=-1)


def votes(given: Issue) -> Array:
    """Votes of each (last axis) for one position (first) over another (second), `(..., n, n, n)`.

    ``v = c s (|x - x_k| - |x - x_j|) / span``. Scholz et al. 2011, section 3.2.
    """
    weight, apart = given.capabilities * given.saliences, given.distances
    return weight[..., None, None, :] * (apart[..., None, :, :] - apart[..., :, None, :])


def condorcet(given: Issue) -> Array:
    """The position that no other beats by votes, `(...)`; the first of several."""
    beaten = (votes(given).sum(axis=-1) < 0.0).sum(axis=-1)
    first = beaten.argmin(axis=-1)
    return np.take_along_axis(given.positions, first[..., None], axis=-1)[..., 0]


def chance(given: Issue) -> Array:
    """Chance that a challenge succeeds: votes for it less those against, over all cast, at least 0.

    Scholz et al. 2011, section 4. 0 between equal positions, which do not challenge each other.
    """
    each = votes(given)
    cast = np.abs(each).sum(axis=-1)
    return np.maximum(each.sum(axis=-1), 0.0) / np.where(cast > 0.0, cast, 1.0)


def expected(given: Issue, risk: Array) -> Array:
    """What challengers expect of a challenge over the status quo, `(..., n, n)`, 0 on the diagonal.

    ``E = s_j (P U_s + (1-P) U_f) + (1-s_j) U_s - U_q`` with utilities ``2 - 4 (1/2 -+ d/2)^r`` of success
    and failure and ``2 - 4 (1/2)^r`` of no change, r the challenger's `risk` exponent. Scholz et al. 2011,
    sections 2.2 and 3; nobody is expected to move unchallenged (Q = 1).
    """
    apart, r, resists = given.distances, risk[..., :, None], given.saliences[..., None, :]
    success, failure = 2.0 - 4.0 * (0.5 - apart / 2.0) ** r, 2.0 - 4.0 * (0.5 + apart / 2.0) ** r
    odds = chance(given)
    gain = resists * (odds * success + (1.0 - odds) * failure) + (1.0 - resists) * success
    return (gain - (2.0 - 4.0 * 0.5**r)) * (1.0 - np.eye(apart.shape[-1]))


def risks(given: Issue) -> Array:
    """Risk exponent of each, 1/2 to 2: ``r = (1 - R/3) / (1 + R/3)``, `(..., n)`.

    R, from -1 to 1, is how much others stand to gain by challenging it, between the least and the most
    that they gain by challenging anybody. Scholz et al. 2011, section 5. 1 where all are alike.
    """
    danger = expected(given, np.ones_like(given.positions)).sum(axis=-2)
    most, least = danger.max(axis=-1, keepdims=True), danger.min(axis=-1, keepdims=True)
    spread = np.where(most > least, most - least, 1.0)
    sought = np.where(most > least, (2.0 * danger - most - least) / spread, 0.0)
    return (1.0 - sought / 3.0) / (1.0 + sought / 3.0)


def bargain(given: Issue) -> Issue:
    """The issue after a round in which each answers the challenger that expects most of challenging it.

    It takes over that position where both want a contest and it expects less of it, or where it expects
    to lose more than the other gains; it meets the other part of the way, ``|E_i / E_j|``, where it loses
    less. Scholz et al. 2011, section 6. Of equal challengers it answers the nearest, then the first.
    """
    wants = expected(given, risks(given))
    toward = wants.swapaxes(-1, -2)
    strongest = toward.max(axis=-1, keepdims=True)
    nearness = np.where(toward == strongest, -given.distances, -np.inf)
    rival = nearness.argmax(axis=-1)[..., None]
    theirs, mine = strongest[..., 0], np.take_along_axis(wants, rival, axis=-1)[..., 0]
    there = np.take_along_axis(given.positions, rival[..., 0], axis=-1)
    part = np.where(mine < 0.0, np.minimum(np.abs(mine) / np.where(theirs > 0.0, theirs, 1.0), 1.0), 1.0)
    yields = (theirs > 0.0) & ((mine < 0.0) | ((mine > 0.0) & (mine < theirs)))
    return replace(given, positions=given.positions + np.where(yields, part * (there - given.positions), 0.0))


def settled(given: Issue, most: int) -> Issue:
    """The issue once its positions are still, or after so many rounds; each run for itself."""
    moving = np.ones_like(given.span, dtype=bool)
    for _ in range(most):
        after = np.where(moving[..., None], bargain(given).positions, given.positions)
        moving = np.abs(after - given.positions).max(axis=-1) > STILL * given.span
        given = replace(given, positions=after)
        if not np.any(moving):
            break
    return given
