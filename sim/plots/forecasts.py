"""Figures of forecasts held against what came: `forecasts_sheet` and `skills_sheet`.

Fans and scores in, whole sheets out. Draw them within `style.drawing()`, write them with `saved`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from ..axes import Array
from ..forecasting.scores import INTERVALS, Skill, inside
from .style import ALTERNATIVES, FAN, INK, MARKERS, QUIET, RULE, heading, legend_height, sheet
from .words import MINUS, SIZE, plain, short, width_of, wrapped

BASELINE = "#B85C00"
DASH = (0, (4, 2))
COLUMNS = 4
WORST = -1.0
"""Skill lower than this stands at the edge, with its number."""


@dataclass(frozen=True)
class Forecast:
    """One series: observed values `(T,)` at `times` `(T,)`, NaN where none, and fans `(5, H)` for `ahead` `(H,)`.

    Fans hold `forecasting.scores.QUANTILES`. `cut` is the last year that a forecast has seen; the lines
    start there, at the last value seen.
    """

    title: str
    unit: str
    times: Array
    observed: Array
    cut: float
    ahead: Array
    model: Array
    baseline: Array | None = None


@dataclass(frozen=True)
class SkillRow:
    """The skill of the model in one series against each baseline, by the baseline's name."""

    title: str
    against: Mapping[str, Skill]


# --- fans -----------------------------------------------------------------------------------------


def forecasts_sheet(
    source: str, question: str, shown: Sequence[Forecast], *, baseline: str = "no change"
) -> Figure:
    """A panel for each series; `source` says in a line where the numbers come from."""
    columns = min(COLUMNS, len(shown))
    rows, wide, tall, gap = -(-len(shown) // columns), 2.05, 1.45, (0.72, 0.95)
    width = max(6.4, 0.45 + columns * (wide + gap[0]))
    handles, labels = _fan_key(baseline if any(each.baseline is not None for each in shown) else "")
    key = legend_height(labels, width - 0.8)
    note = (
        "In each panel, how many of the observations after the cut the model's 50% and 90% intervals hold. "
        "Observations of one series hang together, so single panels tell little of whether the intervals are right."
    )
    made = sheet(source, question, note, width=width, body=rows * (tall + gap[1]) + key + 0.1)
    grid = made.grid(rows, columns, left=0.75, top=made.high - 0.6, size=(wide, tall), gap=gap)
    for k, axes in enumerate(grid):
        if k < len(shown):
            forecast_fan(axes, shown[k])
        else:
            axes.set_axis_off()
    made.legend(handles, labels, left=0.4, top=made.low + key + 0.02, room=width - 0.8)
    return made.figure


def forecast_fan(axes: Axes, shown: Forecast) -> Axes:
    """Observations before (open) and after the cut (full), the model's fan, and thin lines of the baseline."""
    years, model = _joined(shown, shown.model)
    axes.fill_between(years, model[0], model[4], color=FAN, alpha=0.20, lw=0)
    axes.fill_between(years, model[1], model[3], color=FAN, alpha=0.35, lw=0)
    axes.plot(years, model[2], color=FAN, lw=1.4)
    if shown.baseline is not None:
        _, other = _joined(shown, shown.baseline)
        axes.plot(years, other[2], color=BASELINE, lw=0.9)
        axes.plot(years, other[[0, 4]].T, color=BASELINE, lw=0.8, ls=DASH)
    axes.axvline(shown.cut, color=QUIET, lw=0.8)
    before = shown.times <= shown.cut
    axes.plot(shown.times[before], shown.observed[before], "o", ms=2.8, mfc="white", mec=INK, mew=0.7)
    axes.plot(shown.times[~before], shown.observed[~before], "o", ms=3.0, color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.set_xlabel("year")
    axes.set_ylabel(plain("\n".join(wrapped(shown.unit, 1.45, SIZE - 0.5, most=2))))
    heading(axes, shown.title, rise=0.22, left=-0.4, room=2.6)
    axes.text(
        -0.19, 1.03, _held(shown), transform=axes.transAxes, fontsize=SIZE - 1.5, color=QUIET, va="bottom"
    )
    return axes


def _joined(shown: Forecast, fan: Array) -> tuple[Array, Array]:
    """A fan that opens at the last value seen, if there is one."""
    seen = (shown.times <= shown.cut) & ~np.isnan(shown.observed)
    if not seen.any():
        return shown.ahead, fan
    last = np.full((len(fan), 1), shown.observed[seen][-1])
    return np.append(shown.times[seen][-1], shown.ahead), np.hstack([last, fan])


def _held(shown: Forecast) -> str:
    """How many of the observations after the cut each interval holds."""
    at = dict(zip(shown.times, shown.observed))
    came = np.array([at.get(year, np.nan) for year in shown.ahead], dtype=float)
    count = int((~np.isnan(came)).sum())
    if not count:
        return "nothing observed after the cut"
    parts = [f"{level:.0%} holds {np.nansum(inside(shown.model, came, level)):.0f}" for level in INTERVALS]
    return f"{', '.join(parts)}, of {count}"


def _fan_key(baseline: str) -> tuple[list[Any], list[str]]:
    handles: list[Any] = [
        Line2D([], [], marker="o", ls="", ms=4, mfc="white", mec=INK, mew=0.7),
        Line2D([], [], marker="o", ls="", ms=4, color=INK),
        Line2D([], [], color=QUIET, lw=0.8),
        Line2D([], [], color=FAN, lw=1.4),
        Patch(color=FAN, alpha=0.5, lw=0),
        Patch(color=FAN, alpha=0.2, lw=0),
    ]
    labels = ["observed, seen by the forecast", "observed afterwards", "cut", "model: median", "model: 50%"]
    labels.append("model: 90%")
    if baseline:
        handles += [Line2D([], [], color=BASELINE, lw=0.9), Line2D([], [], color=BASELINE, lw=0.8, ls=DASH)]
        labels += [f"{baseline}: median", f"{baseline}: 90%"]
    return handles, labels


# --- skill ----------------------------------------------------------------------------------------


def skills_sheet(source: str, question: str, rows: Sequence[SkillRow], *, note: str = "") -> Figure:
    """A line for each series, a dot for each baseline; `note` says what intervals are over."""
    names = list(dict.fromkeys(name for each in rows for name in each.against))
    width, step = 7.4, max(0.26, 0.12 + 0.1 * len(names))
    titles = [short(each.title, 80) for each in rows]
    left = 0.55 + min(2.9, max(width_of(each) for each in titles))
    handles, labels = _skill_key(names)
    key, tall = legend_height(labels, width - 0.8), step * len(rows)
    told = (
        f"Skill: 1 {MINUS} score / score of the baseline, by the continuous ranked probability score. 0: as good "
        f"as the baseline; 1: perfect; an arrow: below {MINUS}{-WORST:.0f}, with its number. {note}"
    )
    made = sheet(source, question, told.strip(), width=width, body=tall + key + 0.68)
    axes = made.axes(left, made.low + key + 0.55, width - left - 0.4, tall)
    _skills(axes, rows, names)
    lines = ["\n".join(map(plain, wrapped(each, left - 0.6, SIZE - 1, most=2))) for each in titles]
    axes.set_yticks(range(len(rows)), lines)
    made.legend(handles, labels, left=0.4, top=made.low + key + 0.02, room=width - 0.8)
    return made.figure


def _skills(axes: Axes, rows: Sequence[SkillRow], names: Sequence[str]) -> None:
    """The dots, row by row from the top; every second row is shaded."""
    for k, row in enumerate(rows):
        if k % 2:
            axes.axhspan(k - 0.5, k + 0.5, color=RULE, alpha=0.3, lw=0, zorder=0)
        for j, name in enumerate(names):
            if name in row.against:
                _dot(axes, row.against[name], k + (j - (len(names) - 1) / 2) * 0.8 / len(names), j)
    axes.axvline(0, color=INK, lw=0.9, zorder=0.9)
    axes.set_xlim(WORST - 0.22, 1.0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(f"skill (no unit)   {MINUS}: the baseline is better     +: the model is better")


def _dot(axes: Axes, skill: Skill, height: float, k: int) -> None:
    colour = ALTERNATIVES[k % len(ALTERNATIVES)]
    if not np.isnan(skill.low):
        ends = np.clip([skill.low, skill.high], WORST, 1.0)
        axes.plot(ends, [height, height], color=colour, lw=1.1, solid_capstyle="butt")
    if skill.value >= WORST:
        axes.plot(skill.value, height, MARKERS[k % len(MARKERS)], ms=4.5, color=colour, clip_on=False)
        return
    axes.plot(WORST - 0.18, height, "<", ms=4.5, color=colour)
    told = f"{skill.value:.1f}".replace("-", MINUS)
    axes.text(WORST - 0.145, height, told, fontsize=SIZE - 2, color=colour, va="center")


def _skill_key(names: Sequence[str]) -> tuple[list[Any], list[str]]:
    handles = []
    for k in range(len(names)):
        colour, marker = ALTERNATIVES[k % len(ALTERNATIVES)], MARKERS[k % len(MARKERS)]
        handles.append(Line2D([], [], color=colour, marker=marker, ms=4.5, lw=1.1))
    return handles, [f"against {name}, 95% interval" for name in names]
