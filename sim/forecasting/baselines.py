"""Baselines of one series: what tomorrow would be if nothing but its own past mattered.

Both are linear regressions with normal errors and a prior flat in the coefficients and in the
logarithm of the error's spread, so that the forecast of each year is exactly a Student t, and the
years share what is not known of the coefficients (Zellner 1971, ch. 3; Gelman et al. 2013, ch. 14).

Regressors get what training tells of them. What it cannot tell gets no effect (the least-norm
solution): an event first seen after the cut leaves a baseline's forecast as it is.
"""

from __future__ import annotations

import numpy as np

from ..axes import Array
from ..errors import WedgeError
from .training import Training

FEWEST_FREE = 2
"""Degrees of freedom that a forecast needs: with fewer its Student t has no mean, and no finite score."""

NEGLIGIBLE = 1e-9
"""Directions of the regressors so much smaller than the largest are rounding."""


def no_change(training: Training, ahead: Array, *, draws: int, generator: np.random.Generator) -> Array:
    """A random walk from the last value, `(draws, horizons)`.

    A change over g years has g times the variance of a change over one, in training and ahead.
    Regressors move the walk by their own changes. Raises WedgeError for too few values.
    """
    times, values, before, after = _seen(training, ahead)
    root = np.sqrt(np.diff(times))
    changes, moves = np.diff(values) / root, np.diff(before, axis=0) / root[:, None]
    effects, spread = _posterior(changes, moves, draws, generator, "no change")
    steps = np.sqrt(np.diff([times[-1], *ahead]))
    walk = np.cumsum(generator.standard_normal((draws, len(ahead))) * steps, axis=1)
    return values[-1] + effects @ after.T + spread[:, None] * walk


def linear_trend(training: Training, ahead: Array, *, draws: int, generator: np.random.Generator) -> Array:
    """Least squares on the year, `(draws, horizons)`; errors are independent from year to year.

    That independence is an assumption that yearly series seldom keep; it makes the spread too narrow.
    Raises WedgeError for too few values.
    """
    times, values, before, after = _seen(training, ahead)
    design, future = (
        np.column_stack([np.ones(len(years)), years - times[-1], columns])
        for years, columns in ((times, before), (np.asarray(ahead, dtype=float), after))
    )
    coefficients, spread = _posterior(values, design, draws, generator, "linear trend")
    errors = generator.standard_normal((draws, len(future)))
    return coefficients @ future.T + spread[:, None] * errors


def _seen(training: Training, ahead: Array) -> tuple[Array, Array, Array, Array]:
    """Years and values that were observed, and regressors then and ahead as differences from the last year.

    As differences, a regressor that stood still in training is a column of zeros.
    """
    if training.values.ndim != 1:
        raise WedgeError("this baseline takes one series; expected values (T,)")
    before, after = training.regressors(np.asarray(ahead, dtype=float))
    seen = ~np.isnan(training.values)
    if not seen.any():
        raise WedgeError("there is no value to learn from")
    last = before[seen][-1]
    return training.times[seen], training.values[seen], before[seen] - last, after - last


def _posterior(
    target: Array, design: Array, draws: int, generator: np.random.Generator, name: str
) -> tuple[Array, Array]:
    """Draws of the coefficients `(draws, columns)` and of the error's standard deviation `(draws,)`."""
    left, size, right = np.linalg.svd(design, full_matrices=False)
    told = size > NEGLIGIBLE * size.max(initial=0.0)
    left, size, right = left[:, told], size[told], right[told]
    freedom = len(target) - len(size)
    if freedom < FEWEST_FREE:
        raise WedgeError(f"{name}: too few values to learn from; expected {FEWEST_FREE - freedom} more")
    fitted = target @ left
    rest = target - left @ fitted
    spread = np.sqrt(rest @ rest / generator.chisquare(freedom, draws))
    shocks = generator.standard_normal((draws, len(size)))
    return (fitted + spread[:, None] * shocks) / size @ right, spread
