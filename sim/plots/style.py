"""What all figures share: colours, readings of the results, and the sheet with title and footer.

Sheets are laid out in inches, so that every word's room is known before it is drawn. May import
results and below; read `fans.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import style as mpl_style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea

from .. import __version__
from ..calendar import Calendar
from ..looks import (  # noqa: F401
    ACTORS,
    ALIGNED,
    ALTERNATIVES,
    DASHES,
    FAN,
    HOSTILE,
    INK,
    MARKERS,
    QUIET,
    RULE,
    Look,
    colours,
    front_of,
    looks,
    pairs,
    pairs_of,
    story,
    whose,
)  # fmt: skip
from .words import SIZE, line_height, plain, short, width_of, wrapped

if TYPE_CHECKING:
    from ..results import Results
    from ..scenario import Scenario

RC: dict[str, Any] = {
    "font.family": ["DejaVu Sans"], "font.size": SIZE, "text.color": INK, "svg.hashsalt": "wedge",
    "axes.edgecolor": QUIET, "axes.labelcolor": INK, "axes.linewidth": 0.6, "axes.spines.top": False,
    "axes.spines.right": False, "axes.labelsize": SIZE - 0.5, "xtick.color": QUIET, "ytick.color": QUIET,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "xtick.labelsize": SIZE - 1, "ytick.labelsize": SIZE - 1,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.major.size": 2.5, "ytick.major.size": 2.5,
    "legend.frameon": False, "legend.fontsize": SIZE - 1, "savefig.facecolor": "white",
}  # fmt: skip

MOST_ROWS = 3
"""Scenarios of a comparison, the first among them, that a figure shows one below the other."""

_LOCK = RLock()


@contextmanager
def drawing() -> Iterator[None]:
    """The look of the figures, whatever the user's own matplotlib settings; one thread at a time."""
    with _LOCK, mpl_style.context(["default", RC]):
        yield


def scenarios(results: Results) -> list[tuple[Look, Results]]:
    """The scenarios that have a row each in a figure: the first, and others of the same actors, if few.

    Of a run only the story.
    """
    first, *others = looks(results, eventless=False)
    if results.comparison is None:
        return [first]
    return [first, *(each for each in others if each[1].scenario.actors == results.scenario.actors)][
        :MOST_ROWS
    ]


def left_out(results: Results) -> str:
    """How many scenarios of a comparison have no row of their own, for the footer."""
    rest = 0 if results.comparison is None else 1 + len(results.alternatives) - len(scenarios(results))
    return f" {rest} other scenario{'s are' if rest > 1 else ' is'} left out." if rest else ""


def readable(background: tuple[float, ...]) -> str:
    """Black or white, whichever has the better contrast (WCAG 2 relative luminance)."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in background[:3]]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if (light + 0.05) / 0.06 > 1.05 / (light + 0.05) else "white"


# --- axes -----------------------------------------------------------------------------------------


def inches(axes: Axes) -> tuple[float, float]:
    """Width and height of axes."""
    box, size = axes.get_position(), axes.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    return float(box.width * size[0]), float(box.height * size[1])


def blank(axes: Axes, why: str) -> Axes:
    """Axes that hold nothing but the reason."""
    axes.set_axis_off()
    width, _ = inches(axes)
    told = "\n".join(plain(line) for line in wrapped(why, 0.85 * width))
    axes.text(0.5, 0.5, told, transform=axes.transAxes, ha="center", va="center", color=QUIET, style="italic")
    return axes


def time_axis(axes: Axes, calendar: Calendar, *, label: bool = True) -> Axes:
    """Years on the horizontal axis, as many as there is room for; dates where the run is short."""
    start, end = calendar.start / 12.0, calendar.end / 12.0
    axes.set_xlim(start, end)
    most = max(2, int(inches(axes)[0] / (0.5 if end - start >= 3 else 0.7)))
    if end - start < 3:
        every = -(-calendar.records // (most - 1))
        axes.set_xticks(calendar.years()[::every], calendar.dates()[::every])
        axes.get_xticklabels()[0].set_horizontalalignment("left")
        if calendar.records % every == 0:
            axes.get_xticklabels()[-1].set_horizontalalignment("right")
    else:
        step = next(
            each * 10**k for k in range(9) for each in (1, 2, 5) if (end - start) / (each * 10**k) <= most
        )
        axes.set_xticks(np.arange(np.ceil(start / step) * step, end + 1e-9, step))
        axes.xaxis.set_major_formatter("{x:.0f}")
    if label:
        axes.set_xlabel("year" if end - start >= 3 else "date")
    return axes


def heading(
    axes: Axes,
    text: str,
    *,
    size: float = SIZE,
    rise: float = 0.06,
    most: int = 2,
    left: float = 0.0,
    room: float = 0.0,
) -> Axes:
    """A panel's title, `left` inches from its left and `rise` above it, wrapped to its width or `room`."""
    width, height = inches(axes)
    lines = wrapped(text, room or width, size, weight="bold", most=most)
    axes.text(left / width, 1 + rise / height, "\n".join(map(plain, lines)), transform=axes.transAxes,
              ha="left", va="bottom", fontsize=size, weight="bold", linespacing=1.15)  # fmt: skip
    return axes


def pair_heading(axes: Axes, scenario: Scenario, pair: tuple[str, str], *, rise: float = 0.04) -> Axes:
    """Two actors' names over a panel, each after a dot of its colour."""
    width, height = inches(axes)
    names = [scenario.title(each) for each in pair]
    size = next(
        (s for s in (SIZE, SIZE - 1, SIZE - 2) if sum(width_of(n, s) for n in names) < width - 0.6), SIZE - 2
    )
    room = max(6, int((width - 0.6) / (2 * width_of("n", size))))
    parts: list[Artist] = []
    for each, name in zip(pair, names, strict=True):
        parts.append(TextArea("●", textprops={"color": colours(scenario)[each], "fontsize": size}))
        fits = sum(width_of(n, size) for n in names) < width - 0.6
        parts.append(TextArea(plain(name if fits else short(name, room)), textprops={"fontsize": size}))
    box = HPacker(children=parts, pad=0, sep=3, align="baseline")
    axes.add_artist(AnnotationBbox(box, (0, 1 + rise / height), xycoords="axes fraction", frameon=False,
                                   box_alignment=(0, 0), pad=0, annotation_clip=False))  # fmt: skip
    return axes


# --- the sheet ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A figure with its question above and its origin below; `low` to `high` is free, in inches."""

    figure: Figure
    width: float
    height: float
    low: float
    high: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Axes at a place given in inches."""
        return self.figure.add_axes(
            (left / self.width, bottom / self.height, width / self.width, height / self.height)
        )

    def grid(
        self,
        rows: int,
        columns: int,
        *,
        left: float,
        top: float,
        size: tuple[float, float],
        gap: tuple[float, float],
    ) -> list[Axes]:
        """Equal axes row by row from a top left corner."""
        (wide, tall), (across, down) = size, gap
        return [
            self.axes(left + c * (wide + across), top - tall - r * (tall + down), wide, tall)
            for r in range(rows)
            for c in range(columns)
        ]

    def legend(
        self, handles: Sequence[Any], labels: Sequence[str], *, left: float, top: float, room: float
    ) -> None:
        """A legend in as many columns as `room` inches hold, at a place in inches."""
        self.figure.legend(
            handles, [plain(each) for each in labels], loc="upper left", borderaxespad=0, borderpad=0,
            bbox_to_anchor=(left / self.width, top / self.height), ncols=legend_columns(labels, room),
            handlelength=2.4, columnspacing=1.6,
        )  # fmt: skip


def legend_columns(labels: Sequence[str], room: float) -> int:
    """Columns of a legend that fit into a width; matplotlib fills them one after the other."""
    widths = [width_of(each, SIZE - 1) + 0.5 for each in labels]
    for count in range(len(labels), 1, -1):
        if sum(float(each.max()) for each in np.array_split(widths, count)) <= room:
            return count
    return 1


def legend_height(labels: Sequence[str], room: float) -> float:
    """Height of such a legend, in inches."""
    return -(-len(labels) // legend_columns(labels, room)) * 0.16 + 0.08


def origin(results: Results) -> str:
    """Where a figure comes from: scenario, runs, seed, version."""
    spec, done = results.scenario.spec, results.finished
    runs = f"{done:,} run{'s' if done != 1 else ''}"
    asked = f" of {results.asked:,} asked for" if results.asked > done else ""
    sets = results.scenario.sets
    asked += f", with {short(', '.join(sets), 60)}" if sets else ""
    if results.comparison is not None and results.comparison.branch_at:
        asked += f", branched at {results.comparison.branch_at}"
    luck = f", {results.luck}" if results.luck else ""
    title = short(spec.title, 70)
    return f"Scenario {results.scenario.name}: {title}. {runs}{asked}, seed {spec.seed}{luck}. wedge-sim {__version__}."


def sheet(
    source: Results | str,
    question: str,
    notes: str,
    *,
    width: float,
    body: float = 0.0,
    page: float = 0.0,
    size: float = 13.0,
) -> Sheet:
    """A sheet with `body` inches between title and footer, or of `page` inches in all.

    `source` are the results that are shown, or a line that says where the numbers come from.
    """
    told = source if isinstance(source, str) else origin(source)
    title = wrapped(question, width - 0.7, size, weight="bold", most=3)
    foot = [*(wrapped(notes, width - 0.7, 6.5) if notes else []), *wrapped(told, width - 0.7, 6.5)]
    above, below = 0.28 + len(title) * line_height(size), 0.2 + len(foot) * line_height(6.5)
    height = page or body + above + below
    figure = Figure(figsize=(width, height))
    figure.text(0.35 / width, 1 - 0.2 / height, "\n".join(map(plain, title)), fontsize=size, weight="bold",
                va="top", linespacing=1.2)  # fmt: skip
    figure.text(0.35 / width, 0.12 / height, "\n".join(map(plain, foot)), fontsize=6.5, color=QUIET, va="bottom",
                linespacing=1.2)  # fmt: skip
    return Sheet(figure, width, height, below, height - above)


def row_name(made: Sheet, look: Look, bottom: float, *, shown: bool) -> None:
    """The title of a scenario above its row, where there are several rows."""
    if shown:
        lines = wrapped(look.title, made.width - 0.7, SIZE + 1, weight="bold", most=1)
        made.figure.text(0.35 / made.width, bottom / made.height, plain(lines[0]), color=look.colour,
                         fontsize=SIZE + 1, weight="bold", va="bottom")  # fmt: skip


def nothing(results: Results, question: str, why: str) -> Figure:
    """A small sheet that says why there is nothing to draw."""
    made = sheet(results, question, "", width=8.0, body=1.2)
    blank(made.axes(0.4, made.low, 7.2, 1.2), why)
    return made.figure
