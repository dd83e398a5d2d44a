"""How a latent path shows in a yearly series: the likelihood of a path, and the forecast that follows.

    y_t = f_t' c + l x_t + e_t,   l > 0,   e_t = r e_(t-1) + s n_t   with n standard normal, at rest

c (level, breaks, driver), the loading l and the size s of a new error are unknown and integrated out:
given s they have normal priors in units of s, and s^2 an inverse gamma one, so all but r is exact (the
conjugate regression; O'Hagan & Forster 2004, chapter 11); r is summed over a grid. Only the sign of a
loading is known. Sizes of the priors are assumption A22. Arrays are `(draw, time)`. Pure: imports
nothing of the model. Read `indicators.py` next.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..axes import Array

PERSISTENCE = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97)
"""Autocorrelations of errors from one time to the next, all alike likely beforehand (A22)."""

LOADING = 10.0
"""Spread of a loading beforehand, in errors per unit of the latent quantity (A22)."""

SHAPE = 2.0
"""Shape of the inverse gamma of the errors' variance: as sure as four observations (A22)."""


@dataclass(frozen=True)
class Observed:
    """Observations of one indicator at whole `times` (T,), on the scale on which it is linear.

    `fixed` (T, k) are the columns whose coefficients are free, `spreads` (k,) their spread beforehand in
    errors; `error` is the size of a new error to expect, and scales the whole.
    """

    times: Array
    values: Array
    fixed: Array
    spreads: Array
    error: float

    @cached_property
    def shapes(self) -> list[tuple[Array, float]]:
        """For each persistence the precision of the values given the loading, and half its log determinant."""
        found = []
        for r in PERSISTENCE:
            spread = covariance(self.times, self.times, self.fixed, self.fixed, self.spreads, r)
            found.append((np.linalg.inv(spread), 0.5 * float(np.linalg.slogdet(spread)[1])))
        return found


def covariance(
    times: Array, others: Array, fixed: Array, others_fixed: Array, spreads: Array, r: float
) -> Array:
    """Covariance of two sets of values in units of a new error's variance, coefficients integrated out."""
    gaps = np.abs(times[:, None] - others[None, :])
    errors: Array = np.where(gaps == 0, 1.0, np.float64(r) ** gaps) / (1.0 - r * r)
    return errors + (fixed * spreads**2) @ others_fixed.T


@dataclass(frozen=True)
class Fit:
    """What the values say given each path, for each persistence `(r, draw)`.

    `weight` is the log likelihood, `loading` and `precision` those of the loading before its sign is
    imposed, in units of the errors; `rate` that of the inverse gamma, of shape `shape`.
    """

    weight: Array
    loading: Array
    precision: Array
    rate: Array
    shape: float

    @property
    def likelihood(self) -> Array:
        """Log likelihood of each path, `(draw,)`, the persistence summed out."""
        top = self.weight.max(axis=0)
        return top + np.log(np.exp(self.weight - top).mean(axis=0))


def fit(observed: Observed, latent: Array) -> Fit:
    """What the values say given each path `latent` (draw, T), centred or not."""
    values = observed.values / observed.error
    shape = SHAPE + len(values) / 2.0
    rows = [_at(values, latent, *each, shape) for each in observed.shapes]
    weight, loading, precision, rate = (np.array(each) for each in zip(*rows, strict=True))
    return Fit(weight, loading, precision, rate, shape)


def _at(
    values: Array, latent: Array, inverse: Array, log_determinant: float, shape: float
) -> tuple[Array, Array, Array, Array]:
    from scipy.special import stdtr

    weighted = latent @ inverse
    precision = np.einsum("dt,dt->d", weighted, latent) + LOADING**-2
    loading = weighted @ values / precision
    left = values @ inverse @ values - loading**2 * precision
    rate = (SHAPE - 1.0) + left / 2.0
    positive = stdtr(2.0 * shape, loading * np.sqrt(precision * shape / rate))
    weight = (
        -log_determinant
        - 0.5 * np.log(LOADING**2 * precision)
        - shape * np.log(rate)
        + np.log(np.maximum(2.0 * positive, 1e-300))
    )
    return weight, loading, precision, rate


def forecast(
    observed: Observed, latent: Array, ahead: Observed, to_come: Array, draw: np.random.Generator
) -> Array:
    """Values at the times of `ahead`, one sample a path `(draw, H)`, on the scale of the values.

    `latent` (draw, T) and `to_come` (draw, H) are the same paths before and after; the values in `ahead`
    are not looked at.
    """
    found = fit(observed, latent)
    chance = np.exp(found.weight - found.weight.max(axis=0))
    which = (draw.random(latent.shape[0]) * chance.sum(axis=0) > np.cumsum(chance, axis=0)).sum(axis=0)
    made = np.empty_like(to_come)
    for k, r in enumerate(PERSISTENCE):
        mine = np.flatnonzero(which == k)
        if len(mine):
            made[mine] = _sampled(observed, latent[mine], ahead, to_come[mine], found, k, r, mine, draw)
    return made * observed.error


def _sampled(
    observed: Observed, latent: Array, ahead: Observed, to_come: Array,
    found: Fit, k: int, r: float, mine: Array, draw: np.random.Generator,
) -> Array:  # fmt: skip
    loading, variance = _coefficients(found, k, mine, draw)
    across = covariance(ahead.times, observed.times, ahead.fixed, observed.fixed, observed.spreads, r)
    own = covariance(ahead.times, ahead.times, ahead.fixed, ahead.fixed, observed.spreads, r)
    gain = across @ observed.shapes[k][0]
    spread = np.linalg.cholesky(own - gain @ across.T + 1e-9 * np.eye(len(own)))
    left = observed.values / observed.error - loading[:, None] * latent
    noise = draw.standard_normal(to_come.shape) @ spread.T
    return loading[:, None] * to_come + left @ gain.T + np.sqrt(variance)[:, None] * noise


def _coefficients(found: Fit, k: int, mine: Array, draw: np.random.Generator) -> tuple[Array, Array]:
    """A loading above 0 and a variance of the errors for each path, from what the values say."""
    from scipy.special import stdtr, stdtrit

    centre, precision, rate = (each[k, mine] for each in (found.loading, found.precision, found.rate))
    freedom = 2.0 * found.shape
    width = np.sqrt(rate / (found.shape * precision))
    below = stdtr(freedom, -centre / width)
    uniform = below + (1.0 - below) * draw.random(len(mine))
    loading = np.maximum(centre + width * stdtrit(freedom, np.clip(uniform, 1e-12, 1.0 - 1e-12)), 0.0)
    left = rate + 0.5 * precision * (loading - centre) ** 2
    return loading, left / draw.standard_gamma(found.shape + 0.5, len(mine))


def walk(observed: Observed, ahead: Array, draws: int, draw: np.random.Generator) -> Array:
    """A random walk from the last value to the times `ahead` (H,), `(draws, H)`: no latent path, no level.

    Its steps have the prior that errors have here, so that a comparison with it is not won by that prior.
    """
    values = observed.values / observed.error
    changes = np.diff(values) / np.sqrt(np.diff(observed.times))
    shape, rate = SHAPE + len(changes) / 2.0, (SHAPE - 1.0) + (changes**2).sum() / 2.0
    spread = np.sqrt(rate / draw.standard_gamma(shape, (draws, 1)))
    steps = np.sqrt(np.diff(ahead, prepend=observed.times[-1]))
    path = values[-1] + np.cumsum(spread * steps * draw.standard_normal((draws, len(ahead))), axis=1)
    return observed.error * path


def imagined(observed: Observed, latent: Array, draw: np.random.Generator) -> Array:
    """Values that paths `latent` (draw, T) could have shown, coefficients and errors drawn beforehand."""
    runs = len(latent)
    variance = (SHAPE - 1.0) / draw.standard_gamma(SHAPE, runs)
    loading = LOADING * np.sqrt(variance) * np.abs(draw.standard_normal(runs))
    which = draw.integers(len(PERSISTENCE), size=runs)
    noise = np.empty_like(latent)
    for k, r in enumerate(PERSISTENCE):
        mine = which == k
        spread = covariance(
            observed.times, observed.times, observed.fixed, observed.fixed, observed.spreads, r
        )
        noise[mine] = draw.standard_normal((int(mine.sum()), latent.shape[1])) @ np.linalg.cholesky(spread).T
    return observed.error * (loading[:, None] * latent + np.sqrt(variance)[:, None] * noise)
