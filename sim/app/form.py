"""The form: all that a reader has set. Numbers in it, and what of it belongs to another scenario."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from ..errors import WedgeError

MOVED = ("start", "against", "pinned", "fix", "course", "stance", "lines")
"""Fields of the two settings."""

BELONGING = (*MOVED, "x", "y", "which", "k", "who", "pair", "actor", "target", "game", "choice")
"""Fields that mean something in one scenario only."""

HEADS = ("at:", "now:")
"""How the names of sliders' fields begin."""


class Form(Protocol):
    """What a form gives: fields by name, some of them repeated."""

    def get(self, name: str, default: Any = None, /) -> Any:
        """The first value of a field, else the default."""

    def getlist(self, name: str) -> list[str]:
        """All values of a field."""


def fields(given: Iterable[tuple[str, str]], scenario: str) -> list[tuple[str, str]]:
    """The fields of a form that hold for a scenario: those of another one that was left are dropped.

    `of` is the scenario that the form was made for. With `act` restart the settings begin anew.
    """
    listed = list(given)
    one = dict(listed)
    gone: tuple[str, ...] = MOVED if one.get("act") == "restart" else ()
    if one.get("of", scenario) != scenario:
        gone = BELONGING
    heads = HEADS if gone else ()
    return [(name, value) for name, value in listed if name not in gone and not name.startswith(heads)]


def number(told: str, text: str) -> float:
    """A finite number in a field. Raises WedgeError, which tells what it is, for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value or value in (float("inf"), float("-inf")):
        raise WedgeError(f"{told}: expected a number, not {text[:40]!r}")
    return value


def whole(told: str, text: str | None, low: int, high: int) -> int:
    """A whole number within bounds, the lowest where none is given. Raises WedgeError for anything else."""
    text = text or str(low)
    plain = text.isascii() and text.isdigit() and len(text) < 10
    if not plain or not low <= int(text) <= high:
        raise WedgeError(f"{told}: expected a whole number from {low} to {high:,}, not {text[:40]!r}")
    return int(text)
