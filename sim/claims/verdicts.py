"""The rules of a verdict: arrays of effects in, words out. Nothing here knows of files or runs.

A draw is one world of parameters, run several times with other luck, on equal luck in all arms. What
a draw says is its mean over luck, and only where luck cannot account for it. docs/claims.md says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..axes import Array

SUPPORTED, CONTRADICTED = "supported", "contradicted"
UNCLEAR, DEPENDS = "no clear effect", "depends"
ASSUMED, IDENTITY = "assumed", "identity"
WITH, AGAINST = "as claimed", "against"

TENTH = 0.1
"""Share of the prior's draws that each answer needs for a claim to count as tested."""

SEPARATES = 0.5
"""Least Youden index of a split for a verdict to depend on it; 1 is perfect, 0 useless."""

SURE = 0.95
"""One-sided confidence with which a draw's mean must differ from what luck alone would give."""

ROUNDING = 1e-9
"""Effects below this are rounding, and count as none."""

FEWEST = 40
"""Draws of each answer that a split needs.

A split is the best of many inputs and of all their values, so that of few draws some input separates them
by chance: where no input bears on the answer, one of 40 reaches `SEPARATES` in some four of ten cases with
10 draws of one answer and 90 of the other, and in fewer than one of a hundred with 40 of each.
"""

LEAST = 2 * FEWEST
"""Draws below which no split can be looked for, however they are divided between the answers."""


@dataclass(frozen=True)
class Rule:
    """What is expected (rises, falls, no_change, super_additive), and when it counts as found."""

    expected: str
    smallest: float
    probability: float

    @property
    def way(self) -> float:
        """-1 where the outcome is expected to fall, else 1."""
        return -1.0 if self.expected == "falls" else 1.0


@dataclass(frozen=True)
class Split:
    """The value of one input that separates the answers best; `above` says on which side the claim holds."""

    path: str
    value: float
    above: bool
    index: float


def effect(arms: Array, expected: str) -> Array:
    """The effect `(draw, luck)` of outcomes `(arm, draw, luck)`: first less last, or the interaction of four."""
    if expected == "super_additive":
        both, first, second, neither = arms
        return np.asarray(both - first - second + neither)
    return np.asarray(arms[0] - arms[-1])


def means(effects: Array) -> tuple[Array, Array]:
    """The mean over luck of each draw and its standard error, `(draw,)` each; NaN where no run has a value."""
    known = ~np.isnan(effects)
    runs = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, effects, 0.0).sum(axis=1) / runs
        apart = np.where(known, effects - mean[:, None], 0.0)
        error = np.sqrt((apart * apart).sum(axis=1) / (runs - 1) / runs)
    return mean, np.where(runs > 1, error, np.inf)


def signs(mean: Array, error: Array, lucks: int) -> Array:
    """1 or -1 where a draw's mean has that sign for sure, else 0 (a tie), `(draw,)`. Student's t, one-sided."""
    return _beyond(mean, ROUNDING + _margin(error, lucks))


def answers(mean: Array, error: Array, lucks: int, rule: Rule) -> Array:
    """1 where a draw answers as claimed, -1 where it answers against, 0 where it does not tell, `(draw,)`."""
    if rule.expected != "no_change":
        return rule.way * signs(mean, error, lucks)
    margin = _margin(error, lucks)
    inside, outside = np.abs(mean) + margin < rule.smallest, np.abs(mean) - margin > rule.smallest
    return inside * 1.0 - outside * 1.0


def _margin(error: Array, lucks: int) -> Array:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(lucks - 1, SURE) * error)


def _beyond(values: Array, margin: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return (values > margin) * 1.0 - (values < -margin) * 1.0


def tested(prior: Array) -> bool:
    """Whether each answer has a tenth of the prior's draws, ties counted for neither."""
    return bool(np.mean(prior > 0) >= TENTH and np.mean(prior < 0) >= TENTH)


def verdict(mean: Array, answer: Array, rule: Rule, split: Split | None, *, could_be_either: bool) -> str:
    """The verdict on the draws of a claim. Ties count among all draws and for neither answer."""
    if not could_be_either:
        return ASSUMED
    if _holds(mean, answer, rule, 1.0):
        return SUPPORTED
    if _holds(mean, answer, rule, -1.0):
        return CONTRADICTED
    if rule.expected != "no_change" and np.mean(np.abs(mean) < rule.smallest) >= rule.probability:
        return UNCLEAR
    return DEPENDS if split is not None and split.index >= SEPARATES else UNCLEAR


def _holds(mean: Array, answer: Array, rule: Rule, way: float) -> bool:
    """Whether enough draws give one answer and, for a direction, the mean effect is not too small."""
    agree = np.mean(answer == way) >= rule.probability
    large = rule.expected == "no_change" or way * rule.way * np.nanmean(mean) >= rule.smallest
    return bool(agree and large)


def at_value(mean: Array, answer: Array, rule: Rule) -> str:
    """What a claim's draws say where its sign-carrying parameters are set: as claimed, against, none or mixed."""
    for way, word in ((1.0, WITH), (-1.0, AGAINST)):
        if np.mean(answer == way) >= rule.probability:
            return word
    small = np.mean(np.nan_to_num(np.abs(mean)) < rule.smallest) >= rule.probability
    return "none" if small and rule.expected != "no_change" else "mixed"


def split(answer: Array, inputs: Mapping[str, Array]) -> Split | None:
    """The split of one input that separates the answers best, by the Youden index; None where few are told.

    Youden 1950: the share of draws as claimed on one side, less the share of those against there.
    """
    if min((answer > 0).sum(), (answer < 0).sum()) < FEWEST:
        return None
    found = [best for path, values in inputs.items() if (best := _best(path, values, answer))]
    return max(found, key=lambda each: each.index, default=None)


def _best(path: str, values: Array, answer: Array) -> Split | None:
    order = np.argsort(values, kind="stable")
    ranked, told = values[order], answer[order]
    places = np.flatnonzero(ranked[1:] > ranked[:-1])
    if not places.size:
        return None
    below = [np.cumsum(told == way) / np.sum(told == way) for way in (1.0, -1.0)]
    apart = (below[1] - below[0])[places]
    k = int(np.argmax(np.abs(apart)))
    value = float(0.5 * (ranked[places[k]] + ranked[places[k] + 1]))
    return Split(path, value, bool(apart[k] > 0), float(abs(apart[k])))


def regrets(mean: Array, rule: Rule) -> tuple[float, float]:
    """Expected regret of the first arm and of the last, in the outcome's unit, where `rule` says what is wanted."""
    wanted = rule.way * mean
    return float(np.nanmean(np.maximum(-wanted, 0.0))), float(np.nanmean(np.maximum(wanted, 0.0)))


def interval(mean: Array, share: float = 0.9) -> tuple[float, float]:
    """The central interval of draws; NaN where none has a value."""
    if np.isnan(mean).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(mean, ((1 - share) / 2, (1 + share) / 2))
    return float(low), float(high)


def luck_error(error: Sequence[float] | Array) -> float:
    """The standard error from luck of the mean over all draws."""
    known = np.asarray(error)[np.isfinite(error)]
    return float(np.sqrt((known * known).sum()) / max(1, len(known)))
