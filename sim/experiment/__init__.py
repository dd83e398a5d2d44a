"""Experiments: uncertainties by levers by replications over a scenario. Read `definition.py` first."""

from .definition import Experiment, load, names, shipped

__all__ = ["Experiment", "load", "names", "shipped"]
