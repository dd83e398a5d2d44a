"""Overrides of an experiment's own keys, ``path=value``. Read `definition.py` first."""

from __future__ import annotations

from functools import cache

from ..checking.schema import document as scenario_model
from ..errors import WedgeError
from ..rules import GROUPS
from ..scenario import keys_of, overriding
from ..yamltext import Document, shown
from .form import document as model

PATHS = ("uncertainties", "fixed")
"""Sections whose names are paths with dots themselves."""

DIFFERENCES = {"changes": 1, "causes": 3, "levers": 4}
"""Sections that hold differences over the scenario, and how many keys lead to these."""


def override(text: str) -> Document:
    """``path=value`` as a document; the value is read as in a file. Raises WedgeError for other text."""
    path, equals, _ = text.partition("=")
    keys = _keys(path.strip())
    if meant := _meant(keys[0]):
        raise WedgeError(f"--set {text}: did you mean {meant}.{text}?")
    if not equals or not all(keys):
        raise WedgeError(f"--set {shown(text)}: expected path=value, for instance replications=5")
    return overriding(keys, text)


def _keys(path: str) -> list[str]:
    keys = path.split(".")
    if keys[0] in PATHS:
        return [keys[0], *([".".join(keys[1:])] if keys[1:] else [])]
    lead = DIFFERENCES.get(keys[0], len(keys))
    return [*keys[:lead], *(keys_of(".".join(keys[lead:])) if keys[lead:] else [])]


@cache
def _meant(key: str) -> str:
    """What must stand before a key of the scenario to reach it from an experiment, or ''."""
    if key in model().model_fields:
        return ""
    if key in GROUPS:
        return "changes.parameters"
    return "changes" if key in scenario_model().model_fields else ""
