"""The figure of cases: the probability of a rise in each, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .running import CLEAR, FALL, RISE, Row
from .telling import sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, LEFT, WIDTH = 0.27, 4.3, 10.0
"""Inches: height of a row, room for the names, width of the figure."""

MARKS = {RISE: "^", FALL: "v", "none": "s"}
WORDS = {RISE: "it rose", FALL: "it fell", "none": "neither"}
QUESTION = "Would the model have said which way target and adversary moved?"


def draw(rows: Sequence[Row]) -> Figure:
    """A dot for each case at the probability of a rise, its mark what happened, filled if the model hit."""
    from .. import __version__
    from ..plots.style import sheet

    notes = " ".join(sentences(rows))
    origin = f"{len(rows)} cases, coded by the rule of docs/cases.md. wedge-sim {__version__}."
    made = sheet(origin, QUESTION, notes, width=WIDTH, body=len(rows) * ROW + 1.05)
    axes = made.axes(LEFT, made.low + 0.55, WIDTH - LEFT - 0.4, len(rows) * ROW)
    _frame(axes, rows)
    for k, row in enumerate(rows):
        _dot(axes, k, row)
    handles, labels = _legend([each for each in MARKS if any(row.case.observed == each for row in rows)])
    made.legend(handles, labels, left=0.35, top=made.high - 0.05, room=WIDTH - 0.7)
    return made.figure


def _frame(axes: Axes, rows: Sequence[Row]) -> None:
    from ..plots.style import RULE

    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.case.scenario.spec.title for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.axvspan(1.0 - CLEAR, CLEAR, color=RULE, alpha=0.5, lw=0)
    axes.set_xlabel(
        "probability that the alignment of target and adversary rises (share of runs; grey: undecided)"
    )


def _dot(axes: Axes, k: int, row: Row) -> None:
    from ..plots.style import QUIET

    colour = _colours()[row.case.observed]
    if row.answered is not None:
        axes.plot([row.rises, row.answered], [k, k], color=QUIET, lw=0.6, zorder=1)
        axes.plot(row.answered, k, "|", color=QUIET, ms=7, zorder=2)
    filled = colour if row.hit else "white"
    axes.plot(row.rises, k, MARKS[row.case.observed], color=colour, mfc=filled, ms=7, zorder=3, clip_on=False)


def _colours() -> dict[str, str]:
    from ..plots.style import ALIGNED, HOSTILE, QUIET

    return {RISE: ALIGNED, FALL: HOSTILE, "none": QUIET}


def _legend(seen: Sequence[str]) -> tuple[list[object], list[str]]:
    """Handles and labels of the marks of what happened, and of how they are drawn."""
    from matplotlib.lines import Line2D

    from ..plots.style import QUIET

    marks: list[object] = [
        Line2D([], [], ls="", marker=MARKS[each], color=_colours()[each], mfc=_colours()[each], ms=7)
        for each in seen
    ]
    hollow = Line2D([], [], ls="", marker="o", color=QUIET, mfc="white", ms=7)
    told = Line2D([], [], ls="", marker="|", color=QUIET, ms=8)
    labels = [WORDS[each] for each in seen]
    return [*marks, hollow, told], [*labels, "not filled: no hit", "told of the adversary's answer"]
