"""`network`: a map of alignments at one date, its layout the same at every date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from .style import (
    ALIGNED,
    HOSTILE,
    INK,
    QUIET,
    colours,
    heading,
    inches,
    left_out,
    legend_height,
    row_name,
    scenarios,
    sheet,
)
from .words import MINUS, SIZE, plain, short, signed, width_of, wrapped

if TYPE_CHECKING:
    from ..results import Results

FAINT, FAINTEST = 0.05, 0.25
"""Median alignments nearer to 0 than this have no edge, with few actors and with more than ten."""

POINTS = 6.5
"""Width in points of an edge of alignment 1 or -1."""


def ring(results: Results) -> list[str]:
    """The actors in order round the circle: beside each, whoever was most aligned with it at the start."""
    at = _at(results, 0)
    left, order = list(results.scenario.actors[1:]), [results.scenario.actors[0]]
    while left:
        here = order[-1]
        order.append(max(left, key=lambda other: (at[frozenset((here, other))][1], -left.index(other))))
        left.remove(order[-1])
    return order


def _at(results: Results, record: int) -> dict[frozenset[str], tuple[float, float, float]]:
    """Each pair's 5 % quantile, median and 95 % quantile of alignment at a record."""
    found = results.paths[results.paths["line"].str.startswith("alignment:")]
    rows = found.groupby("line", sort=False).nth(record)
    return {
        frozenset(str(line).split(":")[1:]): (float(low), float(mid), float(high))
        for line, low, mid, high in zip(rows["line"], rows["q05"], rows["q50"], rows["q95"], strict=True)
    }


def network(results: Results, axes: Axes, *, record: int = -1, order: list[str] | None = None) -> Axes:
    """Actors on a circle, area by capability; edges as wide as the median alignment is far from 0.

    `record` counts from 0 at the start, or from the end when negative. Dashed red edges are hostile,
    solid blue ones aligned; pale ones have another sign in more than one run of twenty. `order` is
    that of the actors round the circle, their own unless given.
    """
    order, at = order or ring(results), _at(results, record)
    places, reach = _places(axes, results, order)
    faintest = FAINTEST if len(order) > 10 else FAINT
    for pair, (low, mid, high) in sorted(at.items(), key=lambda each: abs(each[1][1])):
        one, other = sorted(pair, key=order.index)
        if abs(mid) >= faintest:
            sure = low > 0 or high < 0
            _edge(axes, places[one], places[other], mid, sure=sure, wide=POINTS * min(1.0, 8 / len(order)))
        if len(order) <= 5 and reach >= 0.62:
            _number(axes, places[one], places[other], mid, crossing=len(order) == 4)
    _nodes(axes, results, order, places, reach)
    return axes


def _places(axes: Axes, results: Results, order: list[str]) -> tuple[dict[str, Any], float]:
    """Where each actor is, in inches from the middle of the axes, and the radius of the circle."""
    width, height = inches(axes)
    axes.set_axis_off()
    axes.set_xlim(-width / 2, width / 2)
    axes.set_ylim(-height / 2, height / 2)
    label = max(width_of(line, _size(order)) for each in order for line in _label(results, each, len(order)))
    tall = label if len(order) > 10 else 0.3
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(order)) / len(order)
    angles = angles + np.pi / 2 if len(order) == 2 else angles
    side = max(0.2, width / 2 - label - 0.22)
    reach = max(0.25, min(side / max(np.abs(np.cos(angles)).max(), 0.2), height / 2 - tall - 0.2))
    places = {each: reach * np.array([np.cos(a), np.sin(a)]) for each, a in zip(order, angles, strict=True)}
    return places, reach


def _size(order: list[str]) -> float:
    return SIZE - 0.5 if len(order) <= 10 else SIZE - 2.0


def _label(results: Results, actor: str, count: int) -> list[str]:
    title = results.scenario.title(actor)
    return [short(title, 18)] if count > 10 else wrapped(short(title, 32), 0.66, SIZE - 0.5, most=3)


def _edge(axes: Axes, a: Any, b: Any, value: float, *, sure: bool, wide: float) -> None:
    friendly = value > 0
    width = max(0.4, wide * abs(value))
    dash: Any = "-" if friendly else (0, (max(1.2, 5 / width), max(0.6, 2.4 / width)))
    axes.plot([a[0], b[0]], [a[1], b[1]], color=ALIGNED if friendly else HOSTILE, lw=width, ls=dash,
              alpha=0.85 if sure else 0.35, solid_capstyle="butt", zorder=1)  # fmt: skip


def _number(axes: Axes, a: Any, b: Any, value: float, *, crossing: bool) -> None:
    across = crossing and float(np.hypot(*(a + b))) < 1e-9
    x, y = a + (0.34 if across else 0.5) * (b - a)
    colour = QUIET if abs(value) < FAINT else ALIGNED if value > 0 else HOSTILE
    box = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.9}
    axes.text(
        x, y, signed(value), ha="center", va="center", fontsize=SIZE - 1.5, color=colour, bbox=box, zorder=2
    )


def _nodes(axes: Axes, results: Results, order: list[str], places: dict[str, Any], reach: float) -> None:
    largest = max([results.scenario.spec.actors[each].capability for each in order] + [1e-9])
    most = min(0.2, 0.8 * reach * np.sin(np.pi / len(order)))
    for actor in order:
        share = results.scenario.spec.actors[actor].capability / largest
        radius = most * max(0.3, float(np.sqrt(share)))
        fill = colours(results.scenario)[actor]
        axes.add_patch(Circle(tuple(places[actor]), radius, fc=fill, ec="white", lw=1, zorder=3))
        _name(axes, results, actor, places[actor], radius, order)


def _name(axes: Axes, results: Results, actor: str, place: Any, radius: float, order: list[str]) -> None:
    out = place / np.hypot(*place)
    x, y = place + (radius + 0.06) * out
    text, size = "\n".join(map(plain, _label(results, actor, len(order)))), _size(order)
    if len(order) > 10:
        turn, left = np.degrees(np.arctan2(out[1], out[0])), out[0] < -1e-9
        axes.text(x, y, text, rotation=turn + 180 if left else turn, rotation_mode="anchor", fontsize=size,
                  ha="right" if left else "left", va="center", zorder=4)  # fmt: skip
        return
    ha = "center" if abs(out[0]) < 0.2 else "left" if out[0] > 0 else "right"
    va = "center" if abs(out[1]) < 0.5 else "bottom" if out[1] > 0 else "top"
    axes.text(x, y, text, ha=ha, va=va, fontsize=size, linespacing=1.0, zorder=4, color=INK)


def network_handles(results: Results) -> tuple[list[Any], list[str]]:
    """Handles and labels of the legend."""
    wide = POINTS * min(1.0, 8 / len(results.scenario.actors))
    handles = [
        Line2D([], [], color=ALIGNED, lw=wide * 0.8), Line2D([], [], color=ALIGNED, lw=wide * 0.3),
        Line2D([], [], color=HOSTILE, lw=wide * 0.3, ls=(0, (2, 1))), Line2D([], [], color="#BBBBBB", lw=wide * 0.4),
    ]  # fmt: skip
    labels = [
        "aligned, +0.8",
        "aligned, +0.3",
        f"hostile, {MINUS}0.3",
        "pale: the sign is not the same in 95% of runs",
    ]
    return handles, labels


def moments(results: Results) -> list[tuple[int, str]]:
    """Records to show: the start, a year after the first dated violation (else the middle), the end."""
    calendar, dates = results.scenario.calendar, results.scenario.calendar.dates()
    last = calendar.records
    chosen = {0: "at the start", last: "at the end"}
    shocks = sorted(
        (each.at, each.label) for each in results.scenario.spec.events.values()
        if any(path.startswith("violation.") for path in [*each.set, *each.add])
    )  # fmt: skip
    middle, told = last // 2, "halfway"
    if shocks:
        year = round((shocks[0][0] - calendar.start) / 12.0 * calendar.per_year + calendar.per_year + 0.49)
        if 0 < year < last:
            middle, told = (
                year,
                f"a year after: {short(shocks[0][1], 34)}"
                if shocks[0][1]
                else "a year after the first violation",
            )
    chosen.setdefault(middle, told)
    return [(record, f"{dates[record]}, {chosen[record]}") for record in sorted(chosen)]


def network_sheet(results: Results) -> Figure:
    """The map at three dates; in a comparison a row for each scenario, as many as there is room for."""
    shown, rows, count = moments(results), scenarios(results), len(results.scenario.actors)
    wide = 3.65 if count <= 10 else 4.6
    width = 0.7 + wide * len(shown) + 0.25 * (len(shown) - 1)
    tall = 3.1 if count <= 10 else 4.6
    handles, labels = network_handles(results)
    below = legend_height(labels, width - 0.8) + 0.1
    faintest = FAINTEST if count > 10 else FAINT
    note = (
        "Edges: median alignment over runs, as wide as it is far from 0; blue and solid above 0, red and dashed below; "
        f"none within {faintest:g} of 0. Area of a disc: capability at the start. Places are the same at all dates "
        f"and mean nothing.{left_out(results)}"
    )
    question, name = "Who is aligned with whom, and how does it change?", 0.25 if len(rows) > 1 else 0.0
    high = tall + 0.45 + name
    made = sheet(results, question, note, width=width, body=len(rows) * high + below)
    for r, (look, arm) in enumerate(rows):
        bottom = made.low + below + (len(rows) - 1 - r) * high
        row_name(made, look, bottom + tall + 0.3, shown=len(rows) > 1)
        for k, (record, told) in enumerate(shown):
            panel = made.axes(0.35 + k * (wide + 0.25), bottom, wide, tall)
            network(arm, panel, record=record, order=ring(results))
            heading(panel, told, rise=0.02)
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure
