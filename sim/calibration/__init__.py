"""What the record says of the model's inputs.

measurement.py   the likelihood of a latent path, and the forecast that follows (pure)
indicators.py    a series as seen from an origin
worlds.py        many drawn worlds of the record, the prior
posterior.py     draws weighed by the observations; what was learned
ranks.py         simulation-based calibration
"""

from .indicators import LEAST, Panel, evidence, panels
from .posterior import Learned, Posterior, calibrated
from .ranks import Ranks, ranked
from .worlds import RECORD, Worlds, record, worlds

__all__ = [
    "LEAST",
    "RECORD",
    "Learned",
    "Panel",
    "Posterior",
    "Ranks",
    "Worlds",
    "calibrated",
    "evidence",
    "panels",
    "ranked",
    "record",
    "worlds",
]
