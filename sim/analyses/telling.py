"""How findings are said: numbers with as many digits as their interval bears, names in a row, units.

Imports only lower floors. Used by `sensitivity.py`, `discovery.py` and `map.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..study import Study
from .base import response_name

if TYPE_CHECKING:
    import pandas as pd

SHARE = "0 or 1"
"""The unit of outcomes that happen or do not, which are told as % of runs."""


def rows(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, their columns as attributes."""
    return table.itertuples()


def capital(text: str) -> str:
    """Text that begins a sentence."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """Names in a row: "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def count(number: int, noun: str, plural: str = "") -> str:
    """A number of things: "1 input", "1,024 points"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def digits(width: float, size: float) -> int:
    """Decimals worth telling of a number of this size whose 95 % interval is so wide; four figures at most."""
    most = 3 - int(np.floor(np.log10(size))) if size > 0 else 3
    if not np.isfinite(width) or width <= 0:
        return int(np.clip(most, 0, 6))
    return int(np.clip(min(np.ceil(-np.log10(width)) + 1, most), 0, 6))


def number(value: float, width: float = 0.0) -> str:
    """A number, no more exact than its interval; at least one digit that is not 0."""
    if not np.isfinite(value):
        return "not known"
    told = f"{value:,.{digits(width, abs(value))}f}"
    if value and not told.strip("-0.,"):
        told = f"{value:.1g}"
    if width <= 0 and "." in told:
        told = told.rstrip("0").rstrip(".")
    return told if told.strip("-0.,") else told.lstrip("-")


def between(low: float, high: float) -> str:
    """An interval in words, both ends with the same decimals."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return "interval not known"
    places = digits(high - low, max(abs(low), abs(high)))
    ends = [f"{each + 0.0:,.{places}f}" for each in (low, high)]
    ends = [each if each.strip("-0.,") else each.lstrip("-") for each in ends]
    if ends[0] == ends[1] and low != high:
        ends = [number(low, high - low), number(high, high - low)]
    return f"95% interval {ends[0]} to {ends[1]}"


def percent(share: float) -> str:
    """A share as %, without false precision near its ends."""
    if not np.isfinite(share):
        return "an unknown part"
    hundred = 100 * share
    if 0 < hundred < 1 or 99 < hundred < 100:
        edge = "less than 1" if hundred < 1 else "more than 99"
        return f"{edge}%"
    return f"{hundred:.0f}%"


def subject(study: Study, outcome: str, option: str | None, against: str | None) -> str:
    """A response as the subject of a sentence: a comma closes what sets two options apart."""
    return response_name(study, outcome, option, against) + ("" if against is None else ",")


def scale_of(study: Study, outcome: str) -> tuple[float, str]:
    """By what to multiply changes of an outcome for readers, and their unit: points for shares."""
    unit, _ = study.columns[outcome]
    return (100.0, "points") if unit == SHARE else (1.0, unit)


def amount(value: float, low: float, high: float, scale: float, unit: str) -> str:
    """A change with its unit and interval, for readers."""
    width = scale * (high - low)
    told = f" {unit}" if unit and not unit[:1].isdigit() and " to " not in unit else ""
    sign = "+" if value > 0 else ""
    if width <= 1e-9 * scale * abs(value):
        return f"{sign}{number(scale * value)}{told}"
    return f"{sign}{number(scale * value, width)}{told} ({between(scale * low, scale * high)})"
