"""Numbers and names in sentences, tables and figures: signs, decimals, rows of names, and text for markup.

For whatever is read on a page or in a figure. What the command prints has plain hyphens, which programs
read back as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"

UNKNOWN = "not known"
"""Stands where there is no number."""


def true_minus(text: str) -> str:
    """Text whose negative numbers carry a minus sign, not a hyphen."""
    return re.sub(r"(?<![\w)])-(?=\d)", MINUS, text)


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, a true minus among them: "+0.25"; none before a zero, words for NaN."""
    text = decimal(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def decimal(value: float, digits: int = 2) -> str:
    """A number with so many decimals and a true minus; none before a zero, words for NaN."""
    if value != value:
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    return text.replace("-", MINUS) if text.strip("-0.") else text.lstrip("-")


def listed(names: Iterable[str]) -> str:
    """Names in a row: "a, b and c"."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def escaped(text: str) -> str:
    """Text that nothing takes for markup, neither a page nor Plotly, which knows some tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(text: str, most: int) -> str:
    """Text on one line of at most so many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip(" ,;:") + "…"
