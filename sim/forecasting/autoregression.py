"""A small vector autoregression, shrunk toward "no change": `vector_autoregression`.

    y(t) - y(t-1) = c + A y(t-1) + G (x(t) - x(t-1)) + error,   error ~ N(0, S)

Beforehand A is about zero, the random walk of Litterman (1986) and Doan, Litterman & Sims (1984), in
the natural conjugate form, which holds all series' lags equally tight (Kadiyala & Karlsson 1997;
Banbura, Giannone & Reichlin 2010). Series are in units of the standard deviation of their yearly
change, and from their mean in training. Nothing keeps a draw from growing without bound; over some
ten years the prior does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..axes import Array
from ..errors import WedgeError
from .training import Training

TIGHTNESS = (0.025, 0.05, 0.1, 0.2, 0.4)
"""Prior standard deviations of a coefficient in A, as likely beforehand; 0.2 is Litterman's (1986).

The more series, the tighter it must be (De Mol, Giannone & Reichlin 2008), so the data choose: each
draw takes one by how well it foretells the training (Giannone, Lenza & Primiceri 2015).
"""

DRIFT = 5.0
"""The constant is held so many times as loosely: at 0.2, by one yearly change a year."""

EFFECT = 1.0
"""Prior standard deviation of a regressor's effect, in yearly changes, at its largest move in training."""

WARMING = 200
"""First draws that are left out where there are missing years."""


def vector_autoregression(
    training: Training,
    ahead: Array,
    *,
    draws: int,
    generator: np.random.Generator,
    tightness: Sequence[float] = TIGHTNESS,
) -> Array:
    """Paths of all series jointly, `(draws, horizons, series)`, coefficients and errors drawn anew in each.

    Missing values inside, before or after a series are drawn together with the coefficients (Tanner &
    Wong 1987), so that no year is lost and none is taken as known. A regressor holds its value over
    missing years; one that stands still in training has no effect. `tightness` (0,) is a random walk.
    Raises WedgeError where a series has fewer than three values or never changes.
    """
    ahead = np.asarray(ahead, dtype=float)
    panel, moves = _by_year(training, ahead)
    centre, scale = np.nanmean(panel, axis=0), _yearly_change(panel)
    seen = moves[: len(panel) - 1]
    priors = [_looseness(panel.shape[1], seen, each) for each in tightness]
    kept = _posterior((panel - centre) / scale, seen, priors, draws, generator)
    coefficients, errors, level = (np.stack(each) for each in zip(*kept, strict=True))
    path = []
    for move in moves[len(panel) - 1 :]:
        known = np.concatenate([level, np.broadcast_to([1.0, *move], (draws, 1 + len(move)))], axis=1)
        shocks = generator.standard_normal(level.shape)
        level = level + np.einsum("dk,dks->ds", known, coefficients) + np.einsum("dsk,dk->ds", errors, shocks)
        path.append(level)
    chosen = (ahead - training.times[-1]).astype(int) - 1
    return centre + scale * np.stack(path, axis=1)[:, chosen]


def _by_year(training: Training, ahead: Array) -> tuple[Array, Array]:
    """Values of every year of training `(years, series)`, and the regressors' moves to the last one ahead."""
    before, after = training.regressors(ahead)
    years = np.arange(training.times[0], ahead[-1] + 1)
    panel = np.full((int(training.times[-1] - training.times[0]) + 1, training.panel.shape[1]), np.nan)
    panel[(training.times - years[0]).astype(int)] = training.panel
    given = np.concatenate([training.times, ahead])
    held = np.searchsorted(given, years, side="right") - 1
    return panel, np.diff(np.concatenate([before, after])[held], axis=0)


def _yearly_change(panel: Array) -> Array:
    """Root mean square change a year of each series, a change over g years counted as one of g times the variance."""
    found = []
    for k, column in enumerate(panel.T):
        seen = np.flatnonzero(~np.isnan(column))
        changes = np.diff(column[seen]) / np.sqrt(np.diff(seen))
        if changes.size < 2 or not changes.any():
            raise WedgeError(
                f"vector autoregression: series {k + 1} has {seen.size} values; expected three that differ"
            )
        found.append(np.sqrt(np.mean(changes**2)))
    return np.array(found)


def _looseness(series: int, moves: Array, tightness: float) -> Array:
    """Prior standard deviations of the coefficients: lags, constant, regressors. 0 for what is not told of."""
    largest = np.abs(moves).max(axis=0, initial=0.0)
    effects = np.divide(EFFECT, largest, out=np.zeros_like(largest), where=largest > 0.0)
    return np.concatenate([np.full(series, tightness), [DRIFT * tightness], effects])


def _posterior(
    panel: Array, moves: Array, priors: Sequence[Array], draws: int, generator: np.random.Generator
) -> Iterator[tuple[Array, Array, Array]]:
    """Draws of the coefficients, of a root of the errors' covariance, and of the last year's values."""
    missing = np.isnan(panel)
    filled, early = _first_guess(panel)
    warming = WARMING if missing.any() else 0
    for k in range(warming + draws):
        fits = [_fit(filled, moves, each) for each in priors]
        chosen = fits[_chosen(np.array([each.evidence for each in fits]), generator)]
        coefficients, covariance = _drawn(chosen, generator)
        if missing.any():
            drift = coefficients[len(panel.T)] + moves @ coefficients[len(panel.T) + 1 :]
            lags = coefficients[: len(panel.T)]
            filled = _filled(filled, missing, early, (lags, drift, covariance), generator)
        if k >= warming:
            yield coefficients, np.linalg.cholesky(covariance), filled[-1]


def _first_guess(panel: Array) -> tuple[Array, Array]:
    """Missing values on straight lines, flat at the ends; and how many years each series begins late."""
    years, filled, early = np.arange(len(panel)), panel.copy(), []
    for column in filled.T:
        seen = np.flatnonzero(~np.isnan(column))
        column[:] = np.interp(years, seen, column[seen])
        early.append(max(1, seen[0]))
    return filled, np.array(early, dtype=float)


@dataclass(frozen=True)
class Fit:
    """What is known of the coefficients `(regressor, series)` under one prior, no value missing.

    Given the errors' covariance they are normal around `middle`, with `precision` `(regressor,
    regressor)` among regressors, times `looseness`; the covariance is inverse Wishart of `scale` and
    `freedom`. `evidence` is the logarithm of how well the prior foretold the training, up to a constant.
    """

    looseness: Array
    middle: Array
    precision: Array
    scale: Array
    freedom: int
    evidence: float


def _fit(panel: Array, moves: Array, looseness: Array) -> Fit:
    """Normal and inverse Wishart (Kadiyala & Karlsson 1997, sec. 2.3).

    Beforehand the covariance has mean 1, with the fewest degrees of freedom that have a mean.
    """
    changes, series = np.diff(panel, axis=0), panel.shape[1]
    known = np.column_stack([panel[:-1], np.ones(len(changes)), moves]) * looseness
    precision = known.T @ known + np.eye(len(looseness))
    middle = np.linalg.solve(precision, known.T @ changes)
    scale = np.eye(series) + changes.T @ (changes - known @ middle)
    scale, freedom = (scale + scale.T) / 2, series + 2 + len(changes)
    evidence = -series / 2 * np.linalg.slogdet(precision)[1] - freedom / 2 * np.linalg.slogdet(scale)[1]
    return Fit(looseness, middle, precision, scale, freedom, float(evidence))


def _chosen(evidence: Array, generator: np.random.Generator) -> int:
    """One of several priors, by their evidence."""
    weight = np.exp(evidence - evidence.max())
    return int(generator.choice(len(weight), p=weight / weight.sum()))


def _drawn(fit: Fit, generator: np.random.Generator) -> tuple[Array, Array]:
    """A draw of the coefficients `(regressor, series)` and of the errors' covariance."""
    from scipy.stats import invwishart

    drawn = invwishart.rvs(fit.freedom, fit.scale, random_state=generator)
    covariance = np.reshape(drawn, fit.scale.shape)
    shocks = generator.standard_normal(fit.middle.shape) @ np.linalg.cholesky(covariance).T
    spread = np.linalg.solve(np.linalg.cholesky(fit.precision).T, shocks)
    return fit.looseness[:, None] * (fit.middle + spread), covariance


def _filled(
    panel: Array,
    missing: Array,
    early: Array,
    fitted: tuple[Array, Array, Array],
    generator: np.random.Generator,
) -> Array:
    """A joint draw of all missing values, given the others and the coefficients.

    All values are one normal vector whose precision is banded, as a year hangs on the one before.
    A series that begins late has walked at random from its first year to its first value.
    """
    lags, drift, covariance = fitted
    years, series = panel.shape
    weight, forward = np.linalg.inv(covariance), np.eye(series) + lags.T
    first, last, link = np.eye(years)[0], np.eye(years)[-1], np.eye(years, k=1)
    across = np.kron(link, -forward.T @ weight)
    precision = (
        np.kron(np.diag(1 - first), weight)
        + np.kron(np.diag(1 - last), forward.T @ weight @ forward)
        + np.kron(np.diag(first), np.diag(1 / early))
        + across
        + across.T
    )
    pull = np.zeros((years, series))
    pull[1:] += drift @ weight
    pull[:-1] -= drift @ weight @ forward
    begun = np.array([column[int(late)] for column, late in zip(panel.T, early, strict=True)])
    pull[0] += begun / early
    free = missing.ravel()
    aim = pull.ravel()[free] - precision[np.ix_(free, ~free)] @ panel.ravel()[~free]
    root = np.linalg.cholesky(precision[np.ix_(free, free)])
    shocks = generator.standard_normal(len(aim))
    drawn = panel.copy()
    drawn[missing] = np.linalg.solve(root.T, np.linalg.solve(root, aim) + shocks)
    return drawn
