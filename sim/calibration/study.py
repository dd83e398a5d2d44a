"""The calibration as a whole: draws of the record, weighed by all that was observed up to a year."""

from __future__ import annotations

from ..ensemble import Report
from ..errors import WedgeError
from ..history import History
from .indicators import FIRST_ORIGIN, evidence
from .posterior import Posterior, calibrated
from .ranks import Ranks, ranked
from .worlds import record, worlds

RANKED = 10_000
"""Draws among which made-up records are weighed, at most."""


def calibration(
    history: History, until: int | None = None, *, draws: int, truths: int | None = None, workers: int | None = 1,
    backend: str = "numpy", report: Report = lambda _: None,
) -> tuple[Posterior, Ranks | None]:  # fmt: skip
    """The posterior given observations up to a year, the last unless told, and ranks of `truths` known inputs.

    Raises WedgeError for a year that leaves nothing to learn from.
    """
    origin = history.last if until is None else until
    if not FIRST_ORIGIN <= origin <= history.last:
        raise WedgeError(
            f"the last year to learn from is {origin}; expected {FIRST_ORIGIN} to {history.last}"
        )
    scenario, series = record(history), history.used("likelihood", "forecast")
    drawn = worlds(scenario, series, draws, workers=workers, backend=backend, report=report)
    found = calibrated(drawn, history, origin)
    if truths is None:
        return found, None
    some = drawn.first(RANKED)
    return found, ranked(evidence(history, origin), some, min(truths, len(some)), scenario.spec.seed)
