"""Analyses of a study: each file one kind, found by its name. Read `base.py` first."""

from .attribution import Attribution
from .base import Analysis, Finding, analyses, asked, response, response_name
from .break_even import BreakEven
from .decision import Decision
from .discovery import Discovery
from .flip import Flip
from .map import Map
from .sensitivity import Sensitivity
from .trade_off import TradeOff

__all__ = [
    "Analysis", "Attribution", "BreakEven", "Decision", "Discovery", "Finding", "Flip", "Map", "Sensitivity",
    "TradeOff", "analyses", "asked", "response", "response_name",
]  # fmt: skip
