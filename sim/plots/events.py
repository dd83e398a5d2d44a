"""Events in figures: numbered marks above the axes, and a key that says what the numbers mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from ..looks import Mark, bundles, marks, spread
from .style import QUIET, inches
from .words import DASH, line_height, plain, width_of, wrapped

if TYPE_CHECKING:
    from ..scenario import Scenario

MOST_TOLD = 48
"""Events in a key; a figure with more says how many are left out."""


def mark_events(axes: Axes, scenario: Scenario, *, numbers: bool = True, size: float = 6.0) -> Axes:
    """A thin line at each event and, above the axes, its number, moved aside where they are dense."""
    shown = marks(scenario)
    for year in sorted({each.year for each in shown}):
        axes.axvline(year, color="#C9C9C9", lw=0.45, zorder=0.5)
    if numbers and shown:
        _number(axes, scenario, shown, size)
    return axes


def _number(axes: Axes, scenario: Scenario, shown: list[Mark], size: float) -> None:
    width, height = inches(axes)
    start, end = scenario.spec.start / 12.0, scenario.spec.end / 12.0
    scale = (end - start) / width
    groups = bundles(
        shown,
        int(width / (width_of(f"00{DASH}00", size) + 0.03)),
        int(width / (width_of("00", size) + 0.025)),
    )
    told = [_span(group) for group in groups]
    room = [width_of(each, size) + 0.025 for each in told]
    at = [float(np.mean([each.year for each in group])) for group in groups]
    places = spread([(each - start) / scale for each in at], room)
    transform, rise = axes.get_xaxis_transform(), 1 / height
    for year, place, text in zip(at, places, told, strict=True):
        x = start + place * scale
        axes.plot([year, year, x], [1, 1 + 0.03 * rise, 1 + 0.10 * rise], transform=transform, clip_on=False,
                  color="#9A9A9A", lw=0.4, solid_joinstyle="round")  # fmt: skip
        axes.text(
            x,
            1 + 0.11 * rise,
            text,
            transform=transform,
            ha="center",
            va="bottom",
            fontsize=size,
            color=QUIET,
        )


def _span(group: list[Mark]) -> str:
    first, last = group[0].number, group[-1].number
    return f"{first}" if first == last else f"{first}{DASH}{last}"


@dataclass(frozen=True)
class Key:
    """The key to the numbers, set in columns; `height` is the room it takes, in inches."""

    columns: list[list[list[str]]]
    width: float
    size: float

    @property
    def height(self) -> float:
        """Inches from its top to its bottom."""
        return max((sum(map(len, each)) for each in self.columns), default=0) * line_height(self.size)

    def draw(self, axes: Axes) -> Axes:
        """Write the key into axes, from the top left."""
        axes.set_axis_off()
        width, height = inches(axes)
        for k, column in enumerate(self.columns):
            down = 0
            for lines in column:
                number, _, rest = lines[0].partition(" ")
                for line in [rest, *lines[1:]]:
                    down += 1
                    place = (k * self.width / width, 1 - (down - 0.25) * line_height(self.size) / height)
                    if line is rest:
                        axes.text(*place, number, transform=axes.transAxes, fontsize=self.size, weight="bold")
                    axes.text(
                        place[0] + 0.2 / width,
                        place[1],
                        plain(line),
                        transform=axes.transAxes,
                        fontsize=self.size,
                    )
        return axes


def key(
    scenario: Scenario, room: float, *, size: float = 6.5, widest: float = 2.9, most: int = MOST_TOLD
) -> Key:
    """The key for a width of `room` inches."""
    shown = marks(scenario)
    count = max(1, int(room / widest))
    column = room / count
    items = [
        _hung(f"{each.number}", f"{each.date}  {each.label}", column - 0.3, size) for each in shown[:most]
    ]
    if len(shown) > most:
        items.append(_hung("…", f"and {len(shown) - most} more events", column - 0.3, size))
    return Key(_columns(items, count), column, size)


def _hung(number: str, text: str, room: float, size: float) -> list[str]:
    first, *others = wrapped(text, room, size)
    return [f"{number} {first}", *others]


def _columns(items: list[list[str]], count: int) -> list[list[list[str]]]:
    """Items in order, in columns as even as can be."""
    lines = sum(map(len, items))
    for tall in range(-(-lines // count), lines + 1):
        columns: list[list[list[str]]] = [[]]
        for item in items:
            if sum(map(len, columns[-1])) + len(item) > tall and columns[-1]:
                columns.append([])
            columns[-1].append(item)
        if len(columns) <= count:
            return columns
    return [items]
