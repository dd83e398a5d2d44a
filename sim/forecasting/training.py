"""What a baseline may learn from: years, values, and regressors known beforehand. Read `baselines.py` next."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..axes import Array
from ..errors import WedgeError


@dataclass(frozen=True)
class Training:
    """Observations up to a cut.

    `times` `(T,)`: whole years, rising; years may be missing. `values` `(T,)`, or `(T, series)` of
    several; NaN where nothing was observed. They are on the scale on which changes are of one size:
    counts, say, as their square roots. `exogenous` `(T + horizons, regressors)`: numbers known
    beforehand, such as 0 before a dated event and 1 from it on, in the years of training and then
    in the years to forecast. Raises WedgeError where shapes or years do not fit.
    """

    times: Array
    values: Array
    exogenous: Array | None = None

    def __post_init__(self) -> None:
        times = np.asarray(self.times, dtype=float)
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "values", np.asarray(self.values, dtype=float))
        if self.exogenous is not None:
            object.__setattr__(self, "exogenous", np.asarray(self.exogenous, dtype=float))
        if times.ndim != 1 or self.values.ndim not in (1, 2) or len(self.values) != len(times):
            raise WedgeError(f"training has times {times.shape} and values {self.values.shape}")
        if not times.size or np.any(times != np.round(times)) or np.any(np.diff(times) <= 0):
            raise WedgeError("training times must be whole years, each later than the one before")
        if np.isinf(self.values).any():
            raise WedgeError("training values must be finite, or NaN where nothing was observed")

    @property
    def panel(self) -> Array:
        """The values as `(T, series)`."""
        return self.values if self.values.ndim == 2 else self.values[:, None]

    def of(self, series: int) -> Training:
        """One series alone."""
        return replace(self, values=self.panel[:, series])

    def regressors(self, ahead: Array) -> tuple[Array, Array]:
        """Regressors in the years of training `(T, regressors)` and of the forecast `(horizons, regressors)`.

        Raises WedgeError where these years do not follow the training, or there are not as many.
        """
        if (
            not ahead.size
            or np.any(np.diff([self.times[-1], *ahead]) <= 0)
            or np.any(ahead != np.round(ahead))
        ):
            raise WedgeError("years to forecast must be whole, and each later than the one before")
        rows = len(self.times) + len(ahead)
        given = np.zeros((rows, 0)) if self.exogenous is None else self.exogenous
        if given.ndim != 2 or len(given) != rows or not np.isfinite(given).all():
            raise WedgeError(
                f"exogenous is {given.shape}; expected numbers, ({rows}, regressors): the years of training, "
                "then those to forecast"
            )
        return given[: len(self.times)], given[len(self.times) :]
