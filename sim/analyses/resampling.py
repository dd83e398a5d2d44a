"""How far a mean over worlds hangs on which worlds, and which luck, were looked at.

It says nothing of how much worlds differ from each other, which tables give apart as `q05` and `q95`.
Arrays in, arrays out; no words. Imports only lower floors.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..answer import FEWEST, SHARE, share_interval
from ..axes import Array
from ..study import Study

RESAMPLES = 1000
"""Resamples of a bootstrap: the percentiles at 2.5 and 97.5 % then rest on 25 resamples each.

Fewer, but never under 200, where there are more than 50,000 points.
"""

INTERVAL = (0.025, 0.975)
SURE = 0.95
"""Share of resamples in which an option must come first before that is told."""

WORLDS = 1979
"""Stream of the numbers that draw worlds and luck anew; other uses have streams of their own."""


def seeded(seed: int, stream: int) -> np.random.Generator:
    """A generator for resampling. The model's own luck is dealt elsewhere (`luck.py`)."""
    return np.random.default_rng([seed % 2**63, stream])


def resamples(study: Study) -> Iterator[tuple[Array, Array]]:
    """How often each point `(point,)` and each replication `(replication,)` counts, by resample.

    Points are drawn anew, as worlds. Where all points share the luck of the same replications these
    are drawn anew too, apart from the points (Owen 2007), which errs on the wide side; where each
    point has luck of its own, drawing points is enough.
    """
    generator = seeded(study.seed, WORLDS)
    points, replications = len(study.points), study.replications
    crossed = replications > 1 and (points == 1 or not study.own_luck)
    for _ in range(int(np.clip(5e7 / points, 200, RESAMPLES))):
        yield _drawn(generator, points, points > 1), _drawn(generator, replications, crossed)


def _drawn(generator: np.random.Generator, size: int, anew: bool) -> Array:
    if not anew:
        return np.ones(size)
    return np.bincount(generator.integers(size, size=size), minlength=size).astype(float)


def resampled_means(study: Study, columns: Array) -> Array:
    """The mean over runs of each of `(column, point, replication)`, resample by resample, `(resample, column)`.

    Runs without a value are left out. Raises nothing; NaN where a resample has no run with a value.
    """
    known = ~np.isnan(columns)
    filled, complete = np.where(known, columns, 0.0), bool(known.all())
    found = []
    for points, replications in resamples(study):
        total = np.matmul(points, filled) @ replications
        runs = points.sum() * replications.sum() if complete else np.matmul(points, known) @ replications
        with np.errstate(invalid="ignore"):
            found.append(total / runs)
    return np.array(found)


def percentiles(resampled: Array) -> tuple[Array, Array]:
    """The 95 % percentile interval of `(resample, ...)`, `(...)` each; infinite where what is sought lies beyond."""
    low, high = np.quantile(resampled, INTERVAL, axis=0, method="inverted_cdf")
    return np.asarray(low), np.asarray(high)


def mean_of(columns: Array) -> Array:
    """The mean over all runs of `(..., point, replication)`, `(...)`, runs without a value left out; NaN for none."""
    known = ~np.isnan(columns)
    with np.errstate(invalid="ignore"):
        return np.where(known, columns, 0.0).sum(axis=(-2, -1)) / known.sum(axis=(-2, -1))


def level_interval(study: Study, values: Array, resampled: Array, unit: str) -> tuple[float, float]:
    """Interval of a mean level; where all runs agree on 0 or 1 that of a share (Agresti & Coull 1998).

    `values` are runs of any shape, `resampled` their mean by resample, `(resample,)`. NaN without a value.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    if unit == SHARE and np.ptp(known) == 0.0:
        units = len(study.points) if len(study.points) > 1 else known.size
        return share_interval(known[0], units)
    low, high = percentiles(resampled)
    return float(low), float(high)


def direction(low: float, high: float, differing: int) -> int:
    """1 or -1 where an interval excludes none and enough runs differ at all, else 0."""
    told = differing >= FEWEST
    return int(told and low > 0.0) - int(told and high < 0.0)


def spread(worlds: Array) -> tuple[float, float]:
    """The 5 % and 95 % quantiles over worlds `(world,)`, which more runs would not shrink; NaN for one world."""
    known = worlds[~np.isnan(worlds)]
    if known.size < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(known, (0.05, 0.95))
    return float(low), float(high)
