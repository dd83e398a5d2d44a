"""Scores of forecasts that are samples, `(draws, ...)`, against what was observed, `(...)`.

NaN where nothing was observed. Scores of neighbouring horizons and years hang together, so intervals
that count them as independent err on the narrow side; `skill` draws whole groups of them instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..axes import Array
from ..errors import WedgeError

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""What a fan shows: the median and the ends of the central 50 and 90 % intervals."""

INTERVALS = {0.5: (1, 3), 0.9: (0, 4)}
"""Where the ends of a central interval stand among the quantiles."""

RESAMPLES = 2000
"""Resamples of a bootstrap: the percentiles at 2.5 and 97.5 % then rest on 50 resamples each."""


def crps(samples: Array, observed: Array) -> Array:
    """Continuous ranked probability score, in the unit of the series; lower is better. `(...)`

    mean |X - y| - mean |X - X'| / 2 over draws X and pairs of different draws (Gneiting & Raftery
    2007, eq. 21). Leaving out a draw's pair with itself makes it right on average for any number of
    draws (Ferro 2014), so samples of different size can be compared; a score can fall a little below 0.
    """
    draws = len(samples)
    if draws < 2:
        raise WedgeError(f"the score of a sample needs two draws; there are {draws}")
    ordered = np.sort(samples, axis=0)
    weight = 2.0 * np.arange(draws) - (draws - 1)
    apart = np.tensordot(weight, ordered, axes=(0, 0)) / (draws * (draws - 1) / 2)
    return np.abs(samples - observed).mean(axis=0) - apart / 2


def fan(samples: Array) -> Array:
    """The `QUANTILES` of a sample, `(5, ...)`.

    As ranks among draws and one more, so that a new draw lies inside as often as it should.
    """
    return np.quantile(samples, QUANTILES, axis=0, method="weibull")


def inside(quantiles: Array, observed: Array, level: float) -> Array:
    """1 where a fan's central interval (`level` 0.5 or 0.9) holds what was observed, else 0. `(...)`"""
    low, high = (quantiles[k] for k in INTERVALS[level])
    held = (low <= observed) & (observed <= high)
    return np.where(np.isnan(observed), np.nan, held)


@dataclass(frozen=True)
class Coverage:
    """How many of so many observations an interval held, and the 95 % interval of the share."""

    held: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share held; NaN of none."""
        return self.held / self.of if self.of else float("nan")


def coverage(held: Array) -> Coverage:
    """Coverage from 0, 1 or NaN for each observation; exact binomial interval (Clopper & Pearson 1934)."""
    from scipy.stats import binomtest

    known = held[~np.isnan(held)]
    if not known.size:
        return Coverage(0, 0, 0.0, 1.0)
    count = int(known.sum())
    bounds = binomtest(count, known.size).proportion_ci(0.95, method="exact")
    return Coverage(count, known.size, float(bounds.low), float(bounds.high))


def chance_of_rise(samples: Array, last: Array | float) -> Array:
    """Share of draws above the last value before the cut; those equal to it count half. `(...)`"""
    return (samples > last).mean(axis=0) + (samples == last).mean(axis=0) / 2


def sign_hit(rise: Array, observed: Array, last: Array | float) -> Array:
    """1 where the likelier sign of change came true, 0 where not, 0.5 where both were as likely. `(...)`

    NaN where nothing changed.
    """
    return (
        np.where(_rose(observed, last) == 1.0, 1.0, -1.0) * np.sign(rise - 0.5) / 2
        + 0.5
        + _unknown(observed, last)
    )


def brier(rise: Array, observed: Array, last: Array | float) -> Array:
    """Squared error of the chance of a rise (Brier 1950): 0 best, 0.25 for always saying a half. `(...)`

    NaN where nothing changed.
    """
    return (rise - _rose(observed, last)) ** 2 + _unknown(observed, last)


def _rose(observed: Array, last: Array | float) -> Array:
    return (np.asarray(observed) > last).astype(float)


def _unknown(observed: Array, last: Array | float) -> Array:
    """NaN where there is no change to foretell, else 0."""
    return np.where(np.isnan(observed) | (np.asarray(observed) == last), np.nan, 0.0)


def pit(samples: Array, observed: Array) -> Array:
    """Share of draws below what was observed, those equal to it counting half. `(...)`

    The probability integral transform (Dawid 1984): even between 0 and 1 for a forecast that is right.
    """
    below = (samples < observed).mean(axis=0) + (samples == observed).mean(axis=0) / 2
    return np.where(np.isnan(observed), np.nan, below)


@dataclass(frozen=True)
class Skill:
    """1 - score / score of the reference: above 0 is better than it. 95 % interval; NaN if unknown."""

    value: float
    low: float
    high: float


def skill(score: Array, reference: Array, groups: Array, generator: np.random.Generator) -> Skill:
    """Skill of one series' mean score `(n,)` against a reference's, with a bootstrap over `groups` `(n,)`.

    A group is drawn whole: an origin with all its horizons, say. Percentile interval; with fewer than
    some ten groups it is rough and too narrow, with one there is none. Where either score is NaN both
    are left out. Raises WedgeError where none is left.
    """
    known = ~(np.isnan(score) | np.isnan(reference))
    if not known.any():
        raise WedgeError("there is no score to compare")
    _, member = np.unique(np.asarray(groups)[known], return_inverse=True)
    sums = np.stack([np.bincount(member, each[known]) for each in (score, reference)])
    counts = _resampled(sums.shape[1], generator)
    own, other = sums @ counts.T
    return _skill(sums[0].sum() / sums[1].sum(), own / other, sums.shape[1])


def skill_over_series(ratios: Array, generator: np.random.Generator) -> Skill:
    """Skill over several series, from each one's score over its reference's `(series,)`; bootstrap over series.

    1 less the geometric mean of the ratios, which alone ranks alike whichever of two forecasts is the
    reference (Fleming & Wallace 1986), and in which units cancel.
    """
    if not ratios.size or not (ratios > 0.0).all():
        raise WedgeError("ratios of scores must be above 0, one a series")
    logs = np.log(ratios)
    drawn = _resampled(logs.size, generator) @ logs / logs.size
    return _skill(np.exp(logs.mean()), np.exp(drawn), logs.size)


def _resampled(size: int, generator: np.random.Generator) -> Array:
    """How often each of `size` counts, resample by resample, `(resample, size)`."""
    return generator.multinomial(size, np.full(size, 1 / size), RESAMPLES)


def _skill(ratio: float, resampled: Array, groups: int) -> Skill:
    low, high = np.quantile(resampled, (0.025, 0.975)) if groups > 1 else (np.nan, np.nan)
    return Skill(float(1 - ratio), float(1 - high), float(1 - low))
