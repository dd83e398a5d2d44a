"""`outcomes`: what is measured, in the story and in each alternative; and the contrast between two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..answer import SHARE, Contrast, contrast, described, runs_worth, share_interval
from ..balanced import GROUP
from ..build import outcomes_of
from ..looks import about, measured
from .style import INK, QUIET, RULE, Look, blank, inches, legend_height, looks, sheet
from .words import SIZE, line_height, plain, short, signed, true_minus, wrapped

if TYPE_CHECKING:
    from ..results import Results


def outcome(results: Results, axes: Axes, name: str) -> Axes:
    """One outcome: for what is 0 or 1 the share of runs, for the rest its spread over runs."""
    unit, _ = described(results.scenario)[name]
    arms, group = looks(results), GROUP[results.scenario.spec.luck]
    for k, (look, arm) in enumerate(arms):
        values = arm.runs[name].to_numpy(dtype=float)
        known = values[~np.isnan(values)]
        if known.size and unit == SHARE:
            _share(axes, known, runs_worth(values, group), len(arms) - 1 - k, look)
        elif known.size:
            _interval(axes, known, len(arms) - 1 - k, look)
    axes.set_ylim(-0.6, len(arms) - 0.4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    bare = f"{outcomes_of(results.scenario)[name].measure.replace('_', ' ')}, " if unit[:1].isdigit() else ""
    axes.set_xlabel("% of runs" if unit == SHARE else true_minus(plain(bare + unit)))
    axes.locator_params(axis="x", nbins=5)
    axes.grid(axis="x", color=RULE, lw=0.4)
    axes.set_axisbelow(True)
    return axes


def _share(axes: Axes, values: np.ndarray, worth: float, row: int, look: Look) -> None:
    low, high = share_interval(float(values.mean()), worth)
    axes.plot([100 * low, 100 * high], [row, row], color=look.colour, lw=1.4)
    axes.plot(100 * values.mean(), row, marker=look.marker, color=look.colour, ms=5)


def _interval(axes: Axes, values: np.ndarray, row: int, look: Look) -> None:
    q05, q25, q50, q75, q95 = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
    axes.plot([q05, q95], [row, row], color=look.colour, lw=0.9)
    axes.plot([q25, q75], [row, row], color=look.colour, lw=4, alpha=0.45, solid_capstyle="butt")
    axes.plot(values.mean(), row, marker="|", color=look.colour, ms=9, mew=1.2)
    axes.plot(q50, row, marker=look.marker, color=look.colour, ms=4.5)


def outcomes(results: Results, axes: Sequence[Axes]) -> Sequence[Axes]:
    """One outcome in each of the axes, with its name and meaning above."""
    for panel, name in zip(axes, measured(results), strict=False):
        outcome(results, panel, name)
        _caption(panel, name, about(results, name))
    return axes


def _caption(axes: Axes, name: str, told: str) -> None:
    width, height = inches(axes)
    axes.text(
        0, 1 + 0.4 / height, plain(short(name, 34)), transform=axes.transAxes, weight="bold", fontsize=SIZE
    )
    for k, line in enumerate(wrapped(told, width + 0.1, SIZE - 2, most=3), start=1):
        y = 1 + (0.4 - k * line_height(SIZE - 2)) / height
        axes.text(0, y, plain(line), transform=axes.transAxes, fontsize=SIZE - 2, color=QUIET)


def outcomes_sheet(results: Results) -> Figure:
    """All main outcomes as small panels."""
    names, arms = measured(results), looks(results)
    count = max(1, len(names))
    columns = min(count, 4 if count > 6 else 3)
    rows, width = -(-count // columns), max(7.0, 0.7 + columns * 2.75)
    tall, labels = max(0.7, 0.2 * len(arms) + 0.15), [short(look.title, 90) for look, _ in arms]
    below = legend_height(labels, width - 0.8) + 0.12
    note = (
        "Shares (% of runs): symbol and bar, the share with its 95% Monte Carlo interval. Others: symbol, median; "
        "upright tick, mean; thick and thin bars, 50% and 90% of runs."
    )
    changed = "the policy" if results.comparison is None else "the scenario"
    question = f"What does {changed} change, outcome by outcome?" if len(arms) > 1 else "What comes of it?"
    down = 0.98
    made = sheet(results, question, note, width=width, body=rows * (tall + down) + 0.1 + below)
    wide = (width - 0.75 - (columns - 1) * 0.4) / columns
    grid = made.grid(rows, columns, left=0.4, top=made.high - 0.58, size=(wide, tall), gap=(0.4, down))
    outcomes(results, grid[: len(names)])
    for panel in grid[len(names) :]:
        panel.set_axis_off()
    if not names:
        blank(grid[0], "The scenario measures no outcomes.")
    handles = [Line2D([], [], color=each.colour, marker=each.marker, ms=5, lw=1.4) for each, _ in arms]
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure


# --- contrasts ------------------------------------------------------------------------------------


def rival(results: Results) -> tuple[Look, Results] | None:
    """What the story is held against: the first alternative, else the path without events."""
    return next(iter(looks(results)[1:]), None)


def contrasts(results: Results, axes: Axes, *, most: int = 14) -> Axes:
    """Difference of each main outcome from the first alternative, in standard deviations over runs.

    The numbers at the right are in the outcome's own unit; bars are 95 % Monte Carlo intervals.
    """
    other = rival(results)
    if other is None:
        return blank(
            axes,
            "Neither an alternative nor the path without events was run, so there is nothing to compare with.",
        )
    names = [each for each in measured(results) if each in other[1].runs.columns][:most]
    if not names:
        return blank(axes, "The scenario measures no outcomes.")
    axes.axvline(0, color=INK, lw=0.7)
    told = []
    for row, name in enumerate(reversed(names)):
        here, there = (each.runs[name].to_numpy(dtype=float) for each in (results, other[1]))
        unit, _ = described(results.scenario)[name]
        group = GROUP[results.scenario.spec.luck]
        found = contrast(name, other[0].name, here, there, unit=unit, group=group)
        _bar(axes, found, row, float(np.nanstd(np.concatenate([here, there]))) or 1.0)
        told.append(_amount(found, unit))
    axes.set_ylim(-0.7, len(names) - 0.3)
    reach = max(0.1, *map(abs, axes.get_xlim()))
    axes.set_xlim(-reach, reach)
    axes.set_yticks(
        range(len(names)),
        [plain(short(each, 20)) for each in reversed(names)],
    )
    axes.tick_params(axis="y", length=0, labelsize=SIZE - 1.5)
    axes.spines["left"].set_visible(False)
    for row, text in enumerate(told):
        axes.text(1.03, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=SIZE - 2)
    axes.set_xlabel("difference in standard deviations over runs")
    return axes


def _bar(axes: Axes, found: Contrast, row: int, scale: float) -> None:
    if np.isnan(found.difference):
        return
    colour = INK if found.direction else "#8A8A8A"
    if np.isfinite(found.low):
        axes.plot([found.low / scale, found.high / scale], [row, row], color=colour, lw=1.4)
    axes.plot(
        found.difference / scale, row, "o", color=colour if found.direction else "white", mec=colour, ms=4
    )


def _amount(found: Contrast, unit: str) -> str:
    """A difference and its interval in the outcome's own unit, short."""
    if found.same:
        return "no run differs"
    if np.isnan(found.difference):
        return "not known"
    scale = 100.0 if unit == SHARE else 1.0
    half = scale * (found.high - found.difference)
    size = half if np.isfinite(half) and half > 0 else scale * abs(found.difference) or 1.0
    leading = np.floor(np.log10(size))
    digits = int(np.clip(-leading + (size < 3 * 10**leading), 0, 4))
    if max(size, scale * abs(found.difference)) < 5e-5:
        return "below 0.0001"
    interval = f" ±{half:.{digits}f}" if np.isfinite(half) else ""
    of = (
        " points"
        if unit == SHARE
        else ""
        if unit == "probability" or " to " in unit
        else f" {short(unit, 16)}"
    )
    return f"{signed(scale * found.difference, digits)}{interval}{plain(of)}"
