"""The policies: how a government decides what to show one other state. One a file, found by itself.

A policy is a frozen dataclass whose fields are its parameters (and its keys in a scenario file). It
decides once a quarter from what it sees, what it remembers and its own luck, and returns named
terms that add up to the engagement it intends. It never sees the state of the world itself, others'
policies, or events to come. A user's own policy is a class like these in a file of its own, named
with ``--plugin file.py`` or through the entry point group ``wedge.plugins``.
"""

from __future__ import annotations

import importlib
import pkgutil

from ..parameters import kinds_of
from .base import Belief, Decision, Observation, Policy, PolicyLuck, Remembered, actor_name, dated

__all__ = [
    "Belief",
    "Decision",
    "Observation",
    "Policy",
    "PolicyLuck",
    "Remembered",
    "actor_name",
    "dated",
    "policies",
]

for _module in pkgutil.iter_modules(__path__):
    if _module.name != "base":
        importlib.import_module(f"{__name__}.{_module.name}")


def policies() -> dict[str, type[Policy]]:
    """Every policy there is, by the name that scenarios use."""
    return kinds_of(Policy, "name")
