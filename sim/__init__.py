"""Wedge: who ends up aligned with whom when a state accommodates or confronts a rival."""

__version__ = "0.1.0"
