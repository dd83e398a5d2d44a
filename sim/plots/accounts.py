"""`explain`: what drove an alignment or a stance, or made up a decision, as stacked bars of terms through time."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .. import __version__
from ..axes import Array
from ..calendar import Calendar, month_of
from ..explaining import Account, Makeup
from ..explaining.asking import Question
from ..explaining.printed import visible
from ..explaining.sums import with_end
from ..explaining.telling import AT_REST, BOOKS, EACH, heading, whom
from ..looks import terms_of
from ..wording import MINUS, decimal
from .style import FAN, INK, QUIET, RULE, drawing, legend_height, sheet, time_axis
from .style import heading as titled

HATCHES = {
    "": "",
    "/": "////",
    "x": "xxxx",
    "-": "----",
    "\\": "\\\\\\\\",
    ".": "....",
    "|": "||||",
    "+": "++++",
}
"""Matplotlib's word for each pattern of the interactive figures."""

WIDTH, LEFT, RIGHT = 8.6, 0.8, 0.35
BARS, VALUE, GAP, FOOT = 2.7, 1.4, 0.75, 0.55
"""Heights of the panels, of what is between them, and of the axis with its label, in inches."""

DPI = 200


def drawn(asked: Question, told: Account | Makeup, kind: str) -> bytes:
    """The figure of an explanation as a file, png or svg."""
    stamps: dict[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
    with drawing():
        content = io.BytesIO()
        account_sheet(asked, told).savefig(content, format=kind, dpi=DPI, metadata=stamps)
    return content.getvalue()


def account_sheet(asked: Question, told: Account | Makeup) -> Figure:
    """The value through time above, its terms below: positive ones up, negative ones down."""
    spans, made = told.mean.by(asked.by), isinstance(told, Makeup)
    terms = visible(spans.terms)
    handles, labels = _legend(terms, told)
    below, room = legend_height(labels, WIDTH - LEFT - RIGHT), WIDTH - LEFT - RIGHT
    body = BARS + 0.3 + FOOT + below + (0.0 if made else VALUE + GAP)
    notes = (AT_REST if isinstance(told, Account) and told.beyond else "") + BOOKS
    origin = f"{heading(asked)}. wedge-sim {__version__}."
    page = sheet(origin, question(asked), notes, width=WIDTH, body=body)
    bottom = page.low + below + FOOT
    _bars(page.axes(LEFT, bottom, room, BARS), asked, told, spans, terms)
    if isinstance(told, Account):
        _line(page.axes(LEFT, bottom + BARS + GAP, room, VALUE), told)
    page.legend(handles, labels, left=LEFT, top=page.low + below, room=room)
    return page.figure


def question(asked: Question) -> str:
    """What the figure answers."""
    subject = f"{'' if asked.what == 'decision' else 'the '}{whom(asked)}"
    if asked.against is not None:
        return f"Why does {subject} differ between {asked.scenario.name} and {asked.against.name}?"
    return f"Why is {subject} what it is?" if asked.what == "decision" else f"What drove {subject}?"


def ends_of(told: Account | Makeup, spans: Account | Makeup) -> Array:
    """Where spans begin and the last one ends, in years."""
    dates = (*spans.dates, with_end(told.dates)[-1]) if isinstance(told, Makeup) else spans.dates
    return np.array([month_of(each) for each in dates]) / 12.0


def _bars(
    axes: Axes, asked: Question, told: Account | Makeup, spans: Account | Makeup, terms: Mapping[str, Array]
) -> None:
    ends = ends_of(told, spans)
    middles, widths = 0.5 * (ends[:-1] + ends[1:]), 0.82 * np.diff(ends)
    up, down = np.zeros(len(middles)), np.zeros(len(middles))
    for name, (colour, pattern) in terms_of(list(terms)).items():
        term = terms[name]
        axes.bar(middles, term, widths, bottom=np.where(term >= 0, up, down), color=colour, edgecolor="white",
                 hatch=HATCHES[pattern], linewidth=0.4, zorder=2)  # fmt: skip
        up, down = up + np.maximum(term, 0.0), down + np.minimum(term, 0.0)
    whole = spans.values[:, 0] if isinstance(spans, Makeup) else np.diff(spans.values[:, 0])
    axes.plot(middles, whole, ls="", marker="D", ms=5, mfc="white", mec=INK, mew=1.3, zorder=4)
    axes.axhline(0.0, color=QUIET, lw=0.7, zorder=3)
    _dressed(axes, ends)
    made = isinstance(spans, Makeup)
    axes.set_ylabel(f"intent, {MINUS}1 to 1" if made else f"change in {EACH[asked.by]}")
    time_axis(axes, _calendar(ends))
    titled(axes, "What the intent was made of" if made else "What moved it", rise=0.08)


def _line(axes: Axes, told: Account) -> None:
    x, middle = np.array([month_of(each) / 12.0 for each in told.dates]), told.mean.values[:, 0]
    if told.runs > 1:
        low, high = np.quantile(told.values, (0.05, 0.95), axis=1)
        axes.fill_between(x, low, high, color=FAN, alpha=0.2, lw=0, zorder=1)
    axes.plot(x, middle, color=INK, lw=1.6, zorder=3)
    _dressed(axes, x)
    axes.set_ylabel(f"{told.what}{' difference' if told.against is not None else f', {MINUS}1 to 1'}")
    time_axis(axes, _calendar(x), label=False)
    said = "difference" if told.against is not None else told.what
    said += ", mean of runs" if told.runs > 1 else ""
    titled(
        axes, f"The {said}: {decimal(middle[0], 3)} in {told.dates[0]}, {decimal(middle[-1], 3)} in {told.dates[-1]}",
        rise=0.08,
    )  # fmt: skip


def _calendar(ends: Array) -> Calendar:
    first, last = round(12 * ends[0]), round(12 * ends[-1])
    return Calendar(first, last, "quarter" if first % 3 == last % 3 == 0 else "month")


def _dressed(axes: Axes, x: Sequence[float] | Array) -> None:
    axes.set_xlim(x[0], x[-1])
    axes.grid(axis="y", color=RULE, lw=0.4)
    axes.set_axisbelow(True)
    axes.margins(y=0.08)


def _legend(terms: Mapping[str, Array], told: Account | Makeup) -> tuple[list[Any], list[str]]:
    looks = terms_of(list(terms))
    handles: list[Any] = [
        Patch(facecolor=colour, edgecolor="white", hatch=HATCHES[pattern], lw=0.4)
        for colour, pattern in looks.values()
    ]
    diamond = Line2D([], [], ls="", marker="D", ms=5, mfc="white", mec=INK, mew=1.3)
    names = [*terms, "what they add up to"]
    if told.runs > 1 and isinstance(told, Account):
        return [*handles, diamond, Patch(color=FAN, alpha=0.2, lw=0)], [*names, "90% of runs"]
    return [*handles, diamond], names
