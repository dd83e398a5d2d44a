"""`postures`: how each actor treats each other one, as matrices at the start, at the end, and their change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from ..axes import Array
from .style import QUIET, heading, left_out, readable, row_name, scenarios, sheet
from .words import DASH, MINUS, SIZE, plain, short, signed, width_of

if TYPE_CHECKING:
    from ..results import Results

When = Literal["start", "end", "change"]
MOST_NUMBERED = 10
MAPS: dict[When, str] = {"start": "RdBu", "end": "RdBu", "change": "PuOr"}


def matrix(results: Results, when: When, column: str = "q50") -> Array:
    """Stances `(actor, target)` over runs at the start, at the end, or the change; NaN on the diagonal."""
    names = results.scenario.actors
    found = np.full((len(names), len(names)), np.nan)
    by_line = {line: rows[column].to_numpy() for line, rows in results.paths.groupby("line", sort=False)}
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            if i != j:
                path = by_line[f"stance:{one}:{other}"]
                found[i, j] = {"start": path[0], "end": path[-1], "change": path[-1] - path[0]}[when]
    return found


def _reach(shown: Sequence[Results], when: When) -> float:
    """As far as colours must go for all that is shown."""
    if when != "change":
        return 1.0
    largest = max(float(np.nanmax(np.abs(matrix(each, "change")))) for each in shown)
    return float(max(0.1, np.ceil(largest * 10) / 10))


def postures(results: Results, axes: Axes, when: When = "end", *, reach: float = 0.0) -> Axes:
    """Medians as colours, rows toward columns; with few actors also as numbers, with 90 % of runs at the end.

    Colours go from -`reach` to `reach`, as far as needed unless given.
    """
    values, reach, names = matrix(results, when), reach or _reach([results], when), results.scenario.actors
    axes.imshow(values, cmap=colormaps[MAPS[when]], vmin=-reach, vmax=reach, aspect="equal")
    size = SIZE - 0.5 if len(names) <= MOST_NUMBERED else max(4.5, SIZE - 1 - len(names) / 12)
    told = [plain(short(results.scenario.title(each), 18)) for each in names]
    axes.set_xticks(range(len(names)), told, rotation=90 if len(names) > 3 else 0, fontsize=size)
    axes.set_yticks(range(len(names)), told, fontsize=size)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("toward")
    if len(names) <= MOST_NUMBERED:
        _numbers(results, axes, values, when, reach)
    return axes


def _numbers(results: Results, axes: Axes, values: Array, when: When, reach: float) -> None:
    few = len(values) <= 6
    low, high = (matrix(results, when, each) for each in ("q05", "q95"))
    paint = colormaps[MAPS[when]]
    for (i, j), value in np.ndenumerate(values):
        if i == j:
            axes.text(j, i, DASH, ha="center", va="center", color=QUIET, fontsize=SIZE - 1)
            continue
        colour = readable(paint((value + reach) / (2 * reach)))
        spread = when == "end" and few
        axes.text(j, i - (0.12 if spread else 0), signed(value), ha="center", va="center", color=colour,
                  fontsize=SIZE - 0.5 if few else SIZE - 2.5)  # fmt: skip
        if spread:
            told = f"{signed(float(low[i, j]))} to {signed(float(high[i, j]))}"
            axes.text(j, i + 0.22, told, ha="center", va="center", color=colour, fontsize=SIZE - 2.5)


def postures_sheet(results: Results) -> Figure:
    """Start, end and change beside each other."""
    scenario, count = results.scenario, len(results.scenario.actors)
    side = {True: max(1.7, 0.78 * count)}.get(
        count <= 6, max(3.0, 0.105 * count + 0.5, 0.36 * min(count, 10))
    )
    names = [short(scenario.title(each), 18) for each in scenario.actors]
    label = max(width_of(each, SIZE - 0.5) for each in names) + 0.12
    under = label if count > 3 else 0.2
    width = max(8.2, 0.5 + label + 3 * side + 1.3 + (0.0 if count <= MOST_NUMBERED else 0.2))
    note = "Colour and number: median over runs."
    if count <= 6:
        note += " Small numbers: 90% of runs."
    if count > MOST_NUMBERED:
        note += f" With more than {MOST_NUMBERED} actors numbers are left out."
    note += left_out(results)
    dates, rows = scenario.calendar.dates(), scenarios(results)
    question, name = "How does each state treat each other one, and whose posture changes?", 0.3
    high = side + under + 0.6 + (name if len(rows) > 1 else 0.0)
    made = sheet(results, question, note, width=width, body=len(rows) * high + 0.75)
    gap = (width - 0.45 - label - 3 * side - 0.35) / 2
    titles: Sequence[tuple[When, str]] = [
        ("start", f"At the start, {dates[0]}"), ("end", f"At the end, {dates[-1]}"), ("change", "Change of the median"),
    ]  # fmt: skip
    change = _reach([arm for _, arm in rows], "change")
    for r, (look, arm) in enumerate(rows):
        bottom = made.high - 0.5 - side - r * high - (name if len(rows) > 1 else 0.0)
        row_name(made, look, bottom + side + 0.3, shown=len(rows) > 1)
        for k, (when, told) in enumerate(titles):
            place = made.axes(0.45 + label + k * (side + gap), bottom, side, side)
            panel = postures(arm, place, when, reach=change if when == "change" else 1.0)
            heading(panel, told, rise=0.08)
            if k:
                panel.set_yticks([])
            else:
                panel.set_ylabel("stance of")
    told = f"stance, {MINUS}1 confronts to +1 accommodates"
    _bar(made.axes(0.45 + label, made.low + 0.42, 2 * side + gap, 0.1), "end", 1.0, told)
    place = made.axes(0.45 + label + 2 * (side + gap), made.low + 0.42, side, 0.1)
    _bar(place, "change", change, "change in stance")
    return made.figure


def _bar(axes: Axes, when: When, reach: float, label: str) -> None:
    shown = ScalarMappable(Normalize(-reach, reach), colormaps[MAPS[when]])
    bar = axes.figure.colorbar(shown, cax=axes, orientation="horizontal", ticks=[-reach, 0, reach])
    bar.outline.set_visible(False)
    bar.set_label(label, fontsize=SIZE - 1)
