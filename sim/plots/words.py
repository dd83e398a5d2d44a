"""Words in figures: measured, wrapped to their place, and written as a reader expects them."""

from __future__ import annotations

import textwrap
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from ..looks import ALIGNMENT, DASH, MINUS, name_in_words, short, signed, true_minus  # noqa: F401

SIZE = 8.0
"""Size of words in points, unless a place is small."""

HINTING = 1.03
"""Letters set in pixels are up to so much wider than their outlines."""


def plain(text: str) -> str:
    """Text to be shown as it is: no dollar sign begins a formula."""
    return text.replace("$", r"\$")


@lru_cache(20_000)
def width_of(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """How wide a line of text will be, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text or " ", font, False)
    return HINTING * float(width) / 72.0


def line_height(size: float = SIZE) -> float:
    """Distance between lines of text, in inches."""
    return 1.32 * size / 72.0


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
