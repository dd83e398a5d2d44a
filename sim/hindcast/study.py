"""The hindcast: calibrate up to a cut, forecast what followed, score it; again from every year (rolling origin)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..calibration.indicators import FIRST_ORIGIN
from ..calibration.posterior import Posterior, calibrated
from ..calibration.worlds import Worlds, record, worlds
from ..errors import WedgeError
from ..history import History
from .forecasts import MODES, Forecast, forecasts
from .scoring import Score, scores

CUTS = (2013, 2016, 2018)
"""Cuts unless told. Up to 2013 no sanctions had been seen; up to 2016 two years of them."""

DRAWS = 100_000
"""Draws of the prior."""


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of each mode from each cut, and the scores of all origins."""

    history: History
    posteriors: dict[int, Posterior]
    forecasts: dict[tuple[str, int], list[Forecast]]
    scores: list[Score]
    cuts: tuple[int, ...]

    def of(self, mode: str, *origins: int) -> list[Score]:
        """The scores of a mode, from these origins or from all."""
        return [row for row in self.scores if row.mode == mode and (not origins or row.origin in origins)]


def hindcast(
    history: History, cuts: Sequence[int] | None = None, *, draws: int = DRAWS, workers: int | None = 1,
    backend: str = "numpy", report: Callable[[str], None] = lambda _: None,
) -> Hindcast:  # fmt: skip
    """Forecasts from each cut and from every year since FIRST_ORIGIN, up to the last year observed.

    `report` is told what begins. Raises WedgeError for a cut that leaves nothing to learn from, or to score.
    """
    last = history.last
    known = tuple(dict.fromkeys(cuts or [*CUTS, *([2020] if last > 2020 else [])]))
    for cut in known:
        if not FIRST_ORIGIN <= cut < last:
            raise WedgeError(f"the cut is {cut}; expected a year from {FIRST_ORIGIN} to {last - 1}")
    report(f"simulating {draws:,} draws of the record")
    prior = _prior(history, last, draws, workers, backend)
    posteriors: dict[int, Posterior] = {}
    made: dict[tuple[str, int], list[Forecast]] = {}
    for origin in range(FIRST_ORIGIN, last):
        report(f"forecasting from {origin}")
        posteriors[origin] = calibrated(prior, history, origin)
        for mode in MODES:
            made[mode, origin] = forecasts(posteriors[origin], history, mode, last, backend=backend)
    rows = [row for mode in MODES for origin in posteriors for row in scores(made[mode, origin])]
    return Hindcast(history, posteriors, made, rows, known)


def _prior(history: History, last: int, draws: int, workers: int | None, backend: str) -> Worlds:
    series = history.used("likelihood", "forecast")
    return worlds(record(history, last=last), series, draws, workers=workers, backend=backend)
