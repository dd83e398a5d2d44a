"""Sweeps: an experiment run in blocks, anywhere, resumed, sharded and merged. Read `sweep.py` first."""

from .merging import merge
from .saved import analyses_of, is_sweep, study_of
from .sweep import Shard, Swept, sweep

__all__ = ["Shard", "Swept", "analyses_of", "is_sweep", "merge", "study_of", "sweep"]
