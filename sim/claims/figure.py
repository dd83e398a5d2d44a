"""The ledger as a forest plot: every claim's effect under the prior and the posterior, with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..answer import SHARE
from .ledger import ALTERNATIVE, POSTERIOR, PRIOR, ZERO, Row
from .telling import judged, words
from .verdicts import ASSUMED, IDENTITY, Rule

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 6.0
"""Smallest effects of interest to either side that are drawn; an arrow says that an interval goes on."""

ROW, LEFT, RIGHT, WIDTH = 0.62, 3.1, 2.75, 11.0
"""Height of a row, room for names and for verdicts, and width of the sheet, in inches."""

ZONE, GREY = "#E3EFE3", "#A0A0A0"


def forest_figure(rows: Sequence[Row], origin: str) -> Figure:
    """Claims as rows; effects in units of each claim's smallest effect of interest, to the right as expected."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    from ..plots.style import ALTERNATIVES, FAN, sheet

    claims = judged(rows)
    notes = (
        "Bars: central 90% of draws of the parameters; dots: means over draws. To the right: as expected, or up. "
        "Green: where an effect counts as claimed. Triangles: the mean with the sign-carrying parameters at zero, and "
        "at their alternative. Grey: assumed or true by arithmetic. "
        f"Effects beyond {MOST:g} are cut off at an arrow."
    )
    question = "Which claims does the model bear out, and which does it only assume?"
    body = ROW * len(claims) + 1.05
    made = sheet(origin, question, notes, width=WIDTH, body=body)
    axes = made.axes(LEFT, made.low + 0.55, WIDTH - LEFT - RIGHT, ROW * len(claims))
    for k, claim in enumerate(claims):
        _row(axes, len(claims) - 1 - k, claim)
    _frame(axes, len(claims))
    informed = any(POSTERIOR in each for each in claims)
    handles: list[Any] = [Line2D([], [], color=FAN, marker="o", markersize=4, linewidth=2)]
    handles += [Line2D([], [], color=ALTERNATIVES[0], marker="D", markersize=4, linewidth=2)] * informed
    for marker in "v^":
        handles.append(Line2D([], [], linestyle="none", marker=marker, color="none", markeredgecolor="black"))
    handles.append(Patch(color=ZONE))
    labels = ["prior", *(["posterior"] * informed), "signs at zero", "signs at alternative", "as claimed"]
    made.legend(handles, labels, left=LEFT, top=made.high - 0.12, room=WIDTH - LEFT - 0.3)
    return made.figure


def draw(rows: Sequence[Row], folder: Path, origin: str) -> list[Path]:
    """Write the forest plot as PNG and SVG; gives the files. Raises OSError where that is not possible."""
    from ..plots import saved
    from ..plots.style import drawing

    folder.mkdir(parents=True, exist_ok=True)
    with drawing():
        return saved(forest_figure(rows, origin), folder, "ledger", ("png", "svg"))


def _row(axes: Axes, place: int, claim: dict[str, Row]) -> None:
    from matplotlib.patches import Rectangle

    from ..plots.style import ALTERNATIVES, FAN, INK

    prior = claim[PRIOR]
    low, high = (-1.0, 1.0) if prior.expected == "no_change" else (1.0, MOST)
    axes.add_patch(Rectangle((low, place - 0.44), high - low, 0.88, color=ZONE, linewidth=0, zorder=0))
    grey = prior.verdict in (ASSUMED, IDENTITY)
    shown = [(PRIOR, FAN, "o", 0.14)]
    shown += [(POSTERIOR, ALTERNATIVES[0], "D", -0.1)] if POSTERIOR in claim else []
    for under, colour, marker, rise in shown:
        _bar(axes, claim[under], place + rise, GREY if grey else colour, marker)
    for under, marker in ((ZERO, "v"), (ALTERNATIVE, "^")):
        x = float(np.clip(_scaled(claim[under], claim[under].effect), -MOST, MOST))
        axes.plot(
            x, place - 0.32, marker, color="none", markeredgecolor=GREY if grey else INK, markersize=4.5
        )
    _labels(axes, place, claim, grey=grey)


def _scaled(row: Row, value: float) -> float:
    return Rule(row.expected, row.smallest, row.probability).way * value / row.smallest


def _bar(axes: Axes, row: Row, height: float, colour: str, marker: str) -> None:
    low, high = sorted((_scaled(row, row.low), _scaled(row, row.high)))
    axes.plot(
        np.clip([low, high], -MOST, MOST), [height] * 2, color=colour, linewidth=2, solid_capstyle="butt"
    )
    for end, beyond, arrow in ((-MOST, low < -MOST, "<"), (MOST, high > MOST, ">")):
        if beyond:
            axes.plot(end, height, arrow, color=colour, markersize=5, clip_on=False)
    middle = _scaled(row, row.effect)
    if abs(middle) <= MOST:
        axes.plot(middle, height, marker, color=colour, markersize=4.5, zorder=4)


def _labels(axes: Axes, place: int, claim: dict[str, Row], *, grey: bool) -> None:
    from ..plots.style import INK, QUIET
    from ..plots.words import SIZE, plain, wrapped

    prior, colour = claim[PRIOR], QUIET if grey else INK
    across = axes.get_yaxis_transform()
    name = "\n".join(map(plain, wrapped(f"{prior.number}  {prior.title}", LEFT - 0.55, SIZE - 0.5, most=2)))
    kind = "probability" if prior.unit == SHARE else prior.unit.partition(",")[0]
    unit = f"{prior.outcome}; 1 is {prior.smallest:g} ({kind})"
    small = "\n".join(map(plain, wrapped(unit, LEFT - 0.5, SIZE - 2, most=1)))
    axes.text(
        -0.02,
        place + 0.13,
        name,
        transform=across,
        ha="right",
        va="center",
        fontsize=SIZE - 0.5,
        color=colour,
    )
    axes.text(
        -0.02, place - 0.36, small, transform=across, ha="right", va="center", fontsize=SIZE - 2, color=QUIET
    )
    told = words(prior)
    if POSTERIOR in claim:
        also = words(claim[POSTERIOR])
        told = f"both: {told}" if also == told else f"prior: {told}\nposterior: {also}"
    lines = [part for line in told.split("\n") for part in wrapped(line, RIGHT - 0.35, SIZE - 1, most=2)]
    axes.text(1.03, place, "\n".join(map(plain, lines)), transform=across, ha="left", va="center", fontsize=SIZE - 1,
              color=colour, style="italic" if grey else "normal")  # fmt: skip


def _frame(axes: Axes, count: int) -> None:
    from ..plots.style import QUIET, RULE

    axes.set_xlim(-MOST, MOST)
    axes.set_ylim(-0.5, count - 0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0.0, color=QUIET, linewidth=0.8, zorder=1)
    for x in (-1.0, 1.0):
        axes.axvline(x, color=QUIET, linewidth=0.6, linestyle=(0, (3, 2)), zorder=1)
    for k in range(1, count):
        axes.axhline(k - 0.5, color=RULE, linewidth=0.5, zorder=0)
    axes.set_xlabel("effect, in smallest effects of interest (right: as expected)")
