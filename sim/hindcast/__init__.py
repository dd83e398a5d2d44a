"""Forecasts of what has since been observed, scored against simple baselines.

forecasts.py   the model's and the baselines' forecasts from an origin
scoring.py     how they fared
study.py       the whole: cuts and rolling origins
"""

from .forecasts import MODEL, MODES, Forecast
from .scoring import METHODS, Score, Summary, Verdict, scores, summary, verdict
from .study import CUTS, DRAWS, Hindcast, hindcast

__all__ = [
    "CUTS",
    "DRAWS",
    "METHODS",
    "MODEL",
    "MODES",
    "Forecast",
    "Hindcast",
    "Score",
    "Summary",
    "Verdict",
    "hindcast",
    "scores",
    "summary",
    "verdict",
]
