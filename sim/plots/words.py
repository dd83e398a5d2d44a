"""Words in figures: measured, wrapped to their place, and written as a reader expects them."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

if TYPE_CHECKING:
    from ..scenario import Scenario

SIZE = 8.0
"""Size of words in points, unless a place is small."""

HINTING = 1.03
"""Letters set in pixels are up to so much wider than their outlines."""


def plain(text: str) -> str:
    """Text to be shown as it is: no dollar sign begins a formula."""
    return text.replace("$", r"\$")


def short(text: str, most: int) -> str:
    """Text on one line of at most so many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip(" ,;:") + "…"


@lru_cache(20_000)
def width_of(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """How wide a line of text will be, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text or " ", font, False)
    return HINTING * float(width) / 72.0


def line_height(size: float = SIZE) -> float:
    """Distance between lines of text, in inches."""
    return 1.32 * size / 72.0


MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
ALIGNMENT = f"alignment, {MINUS}1 to 1"


def wrapped(
    text: str, room: float, size: float = SIZE, *, weight: str = "normal", most: int = 99
) -> list[str]:
    """Text in lines no wider than `room` inches; at most so many, the last one cut with an ellipsis."""
    average = max(1e-6, width_of("abcdefghij klmnopqrst", size, weight) / 21)
    count = max(4, int(1.25 * room / average))
    while True:
        lines = textwrap.wrap(text, count) or [""]
        if count <= 4 or all(width_of(line, size, weight) <= room for line in lines):
            break
        count -= 1
    return (
        lines
        if len(lines) <= most
        else [*lines[: most - 1], lines[most - 1][: count - 1].rstrip(" ,;:") + "…"]
    )


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, a true minus among them."""
    text = f"{value:+.{digits}f}"
    return (text.replace("+", "") if not text.strip("+-0.") else text.replace("-", "\N{MINUS SIGN}")).lstrip(
        "-"
    )


def name_in_words(scenario: Scenario, name: str) -> str:
    """An identifier for readers, findable in the tables: tokyo_to_moscow becomes Tokyo to Moscow.

    Words that the scenario's own texts write with a capital only are names.
    """
    spec = scenario.spec
    texts = [spec.title, spec.description, *(each.title for each in spec.actors.values())]
    texts += [each.label for each in spec.events.values()]
    texts += [spec.question.text] if spec.question is not None else []
    known = set(re.findall(r"[^\W\d_]+", " ".join(texts)))
    proper = {each.lower(): each for each in known if each[0].isupper() and each.lower() not in known}
    words = " ".join(proper.get(each, each) for each in name.split("_"))
    return words[:1].upper() + words[1:]


def true_minus(text: str) -> str:
    """Text whose negative numbers carry a minus sign, not a hyphen."""
    return re.sub(r"(?<![\w)])-(?=\d)", "\N{MINUS SIGN}", text)
