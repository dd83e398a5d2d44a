"""Intervals from runs that hang together in groups (`balanced.py`), where runs are no longer independent.

Groups are independent, so they are what is counted: a mean over runs is a mean over clusters, its
error is that of the sums of deviations group by group, and Student's t has one degree of freedom
less than there are groups. The last group may be cut short, and runs without a value are left out.
"""

from __future__ import annotations

import numpy as np

from .axes import Array

FEWEST_GROUPS = 8
"""Groups from which on an interval is told; the spread of fewer is hardly known."""

FEWEST_EVENTS = 10
"""Runs that must have, and lack, something for the spread of its share over groups to be believed."""

SUREST = 4.0
"""A share is never told as surer than so many times as many plain runs would make it."""

ALIKE = 2.0
"""Where groups do not tell the error of a share, so many runs count as one: pairs may be alike."""

Z95 = 1.959963984540054


def count(runs: int, size: int) -> int:
    """How many groups of a size so many runs make, one cut short among them."""
    return -(-runs // size)


def student_error(values: Array, size: int) -> tuple[float, float]:
    """Standard error of the mean of `values` `(run,)`, NaN left out, and the 97.5 % quantile of Student's t.

    The linearised ratio estimator of cluster samples (Cochran 1977, 11.8): the root of
    ``K / (K - 1) * sum(e**2) / n**2``, where e is a group's sum of deviations from the mean. Both NaN
    where there are too few groups.
    """
    from scipy.special import stdtrit

    known = ~np.isnan(values)
    group = (np.arange(values.size) // size)[known]
    groups = np.unique(group).size
    if groups < FEWEST_GROUPS:
        return float("nan"), float("nan")
    deviations = np.bincount(group, values[known] - values[known].mean())
    error = np.sqrt(groups / (groups - 1.0) * (deviations**2).sum()) / known.sum()
    return float(error), float(stdtrit(groups - 1, 0.975))


def mean_error(values: Array, size: int) -> float:
    """Half width of the 95 % interval of a mean of `values` `(run,)`; NaN where groups are too few."""
    error, quantile = student_error(values, size)
    return error * quantile


def worth(values: Array, size: int) -> float:
    """How many plain runs would make a share as sure as these `(run,)`, each 0, 1 or NaN; NaN where unknown.

    The effective number of runs (Korn & Graubard 1998), for the interval of Agresti & Coull.
    """
    error, quantile = student_error(values, size)
    known = values[~np.isnan(values)]
    plain = known.mean() * (1.0 - known.mean()) / known.size
    gain = SUREST if plain >= SUREST * error**2 else plain / error**2
    if min(known.sum(), (1.0 - known).sum()) < FEWEST_EVENTS:
        gain = min(gain, 1.0 / ALIKE)
    return float(known.size * gain * (Z95 / quantile) ** 2)


def paired_share_error(gap: Array, size: int) -> float:
    """Half width of the 95 % interval of a mean of paired differences of shares, each -1, 0, 1 or NaN.

    The variance over groups; but not under that of Agresti & Min 2005 over `SUREST`, and where few
    runs differ not under `ALIKE` times it.
    """
    error, quantile = student_error(gap, size)
    known = gap[~np.isnan(gap)]
    n = known.size + 2.0
    plain = ((known**2).sum() + 1.0 - known.sum() ** 2 / n) / n**2
    few = (known != 0.0).sum() < FEWEST_EVENTS
    return float(quantile * np.sqrt(max(error**2, plain * ALIKE if few else plain / SUREST)))
