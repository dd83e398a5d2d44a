"""Experiments: uncertainties by levers by replications over a scenario. Read `definition.py` first."""

from .definition import Experiment, is_experiment, load, names, question_of, shipped

__all__ = ["Experiment", "is_experiment", "load", "names", "question_of", "shipped"]
