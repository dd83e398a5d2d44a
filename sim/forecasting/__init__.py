"""Forecasts from the observations alone, which a model must beat, and scores of any forecast.

Every forecast is a sample, `(draws, horizons)`. Arrays in, arrays out; imports only lower floors.

    training.py        `Training`: what a baseline may learn from
    baselines.py       `no_change`, `linear_trend`
    autoregression.py  `vector_autoregression`: several series jointly
    scores.py          continuous ranked probability score, coverage, sign of change, skill
"""

from __future__ import annotations

import numpy as np

from ..axes import Array
from ..errors import WedgeError, nearest
from .autoregression import vector_autoregression
from .baselines import linear_trend, no_change
from .training import Training

__all__ = ["BASELINES", "Training", "forecast", "linear_trend", "no_change", "vector_autoregression"]

ALONE = {"no_change": no_change, "linear_trend": linear_trend}
"""Baselines that take one series at a time."""

BASELINES = (*ALONE, "vector_autoregression")
"""Every baseline, the plainest first."""


def forecast(
    kind: str, training: Training, ahead: Array, *, draws: int, generator: np.random.Generator
) -> Array:
    """A baseline's forecast by name: `(draws, horizons)` of one series, `(draws, horizons, series)` of several.

    `ahead` are the years to forecast, `(horizons,)`. Raises WedgeError where there is no such baseline,
    or too little to learn from.
    """
    if kind not in BASELINES:
        raise WedgeError(
            f"no baseline called {kind!r}{nearest(kind, BASELINES)}; there are {', '.join(BASELINES)}"
        )
    series = training.panel.shape[1]
    if kind in ALONE:
        parts = [ALONE[kind](training.of(k), ahead, draws=draws, generator=generator) for k in range(series)]
        found = np.stack(parts, axis=-1)
    else:
        found = vector_autoregression(training, ahead, draws=draws, generator=generator)
    return found if training.values.ndim == 2 else found[..., 0]
