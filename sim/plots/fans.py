"""Lines through time with their spread over runs: `alignments`, `security` and `stage`."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..build import outcomes_of
from ..outcomes import CUTS, STAGES, AlignmentOutcome
from .events import key, mark_events, marks
from .style import (
    FAN,
    INK,
    QUIET,
    RULE,
    Look,
    blank,
    heading,
    inches,
    legend_height,
    looks,
    nothing,
    pair_heading,
    pairs,
    readable,
    sheet,
    time_axis,
    whose,
)
from .words import ALIGNMENT, DASH, MINUS, SIZE, name_in_words, plain, short, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from ..results import Results

MOST_PAIRS = 15
MOST_BESIDE = 3
"""Scenarios of a comparison whose medians are drawn beside the first one's spread."""

NO_STAGES = "No alignment is among the outcomes of this scenario, so there are no stages to show."
SPREAD = "Shaded: 90% (pale) and 50% (dark) of runs at each date; line: the median."


def fan(axes: Axes, results: Results, line: str, *, colour: str = FAN, eventless: bool = True) -> Axes:
    """One line's median, 50 % and 90 % of runs; dashed, its median without events.

    In a comparison these are the first scenario's, with dashed medians of the first few others.
    """
    found = results.line(line)
    year = found["year"].to_numpy()
    axes.fill_between(year, found["q05"], found["q95"], color=colour, alpha=0.20, lw=0)
    axes.fill_between(year, found["q25"], found["q75"], color=colour, alpha=0.35, lw=0)
    axes.plot(year, found["q50"], color=colour, lw=1.4)
    other = results.arms.get("no_events")
    if eventless and other is not None:
        bare = other.line(line)
        axes.plot(bare["year"], bare["q50"], color=INK, lw=0.9, ls=(0, (4, 2)))
    for look, arm in others(results):
        beside = _kept_line(arm, line)
        if beside is not None:
            axes.plot(beside["year"], beside["q50"], color=look.colour, lw=1.2, ls=look.dash)
    return axes


def others(results: Results) -> list[tuple[Look, Results]]:
    """The scenarios of a comparison whose medians are drawn beside the first one's; none of a run."""
    return [] if results.comparison is None else looks(results, eventless=False, most=MOST_BESIDE)[1:]


def _kept_line(arm: Results, line: str) -> pd.DataFrame | None:
    """A line of an arm; None where it has other actors or ties, and no such line."""
    found = arm.paths[arm.paths["line"] == line]
    return None if found.empty else found


def reach(results: Results, line: str) -> tuple[float, float]:
    """The lowest and the highest of what a fan draws of a line."""
    found = results.line(line)
    beside = [rows["q50"] for _, arm in others(results) if (rows := _kept_line(arm, line)) is not None]
    low = min(float(each.min()) for each in [found["q05"], *beside])
    return low, max(float(each.max()) for each in [found["q95"], *beside])


def fan_handles(results: Results, *, colour: str = FAN) -> tuple[list[Any], list[str]]:
    """Handles and labels of a legend for fans."""
    handles: list[Any] = [Line2D([], [], color=colour, lw=1.4), Patch(color=colour, alpha=0.5, lw=0)]
    handles.append(Patch(color=colour, alpha=0.2, lw=0))
    of = "" if results.comparison is None else f" of the first: {short(results.scenario.spec.title, 60)}"
    labels = [f"median{of}", "50% of runs", "90% of runs"]
    for look, _ in others(results):
        handles.append(Line2D([], [], color=look.colour, lw=1.2, ls=look.dash))
        labels.append(f"median of {short(look.title, 60)}")
    if "no_events" in results.arms:
        handles.append(Line2D([], [], color=INK, lw=0.9, ls=(0, (4, 2))))
        labels.append("median without any of the events")
    if marks(results.scenario):
        handles.append(Line2D([], [], color="#B4B4B4", lw=0.5, marker="|", ms=8, ls="none"))
        labels.append("event, numbered as below")
    return handles, labels


# --- alignments -----------------------------------------------------------------------------------


def alignments(results: Results, axes: Sequence[Axes]) -> Sequence[Axes]:
    """One pair in each of the axes, those that matter first; scale from -1 to 1 in all of them."""
    for panel, pair in zip(axes, pairs(results.scenario), strict=False):
        alignment(results, panel, pair)
    return axes


def alignment(results: Results, axes: Axes, pair: tuple[str, str], *, numbers: bool = False) -> Axes:
    """The alignment of one pair through time, whatever the order of its names."""
    one, other = sorted(pair, key=results.scenario.actors.index)
    axes.axhline(0, color=RULE, lw=0.8, zorder=0.4)
    fan(axes, results, f"alignment:{one}:{other}")
    mark_events(axes, results.scenario, numbers=numbers)
    axes.set_ylim(-1, 1)
    axes.set_yticks([-1, -0.5, 0, 0.5, 1])
    time_axis(axes, results.scenario.calendar)
    pair_heading(axes, results.scenario, pair, rise=0.27 if numbers and marks(results.scenario) else 0.05)
    return axes


def alignments_sheet(results: Results) -> Figure:
    """Small multiples of all pairs, with the key to the events below."""
    found = pairs(results.scenario)
    count = min(len(found), MOST_PAIRS)
    columns = count if count < 4 else min((5, 4, 3), key=lambda each: (-count % each, -each))
    rows = -(-count // columns)
    numbered, width = bool(marks(results.scenario)), max(6.6, 1.05 + columns * 2.45)
    told = key(results.scenario, width - 0.8)
    handles, labels = fan_handles(results)
    below = legend_height(labels, width - 0.8) + told.height + (0.15 if numbered else 0.02)
    down, rise = (0.62, 0.42) if numbered else (0.5, 0.28)
    left_out = f" {len(found) - count} of {len(found)} pairs are left out." if count < len(found) else ""
    question = "How does each pair of states move together or apart"
    question += ", and how much of it is due to events?" if "no_events" in results.arms else "?"
    question += whose(results)
    note = f"{SPREAD} Alignment runs from {MINUS}1 (adversaries) to 1 (allies).{left_out}"
    made = sheet(
        results, question, note, width=width, body=rows * 1.45 + (rows - 1) * down + rise + 0.5 + below
    )
    wide = (width - 1.05 - (columns - 1) * 0.35) / columns
    grid = made.grid(rows, columns, left=0.75, top=made.high - rise, size=(wide, 1.45), gap=(0.35, down))
    for k, (panel, pair) in enumerate(zip(grid, found, strict=False)):
        alignment(results, panel, pair, numbers=k < columns and numbered)
        panel.set_ylabel(ALIGNMENT if k % columns == 0 else "")
        if k % columns:
            panel.tick_params(axis="y", labelleft=False)
        if k < count - columns:
            panel.set_xlabel("")
    for panel in grid[count:]:
        panel.set_axis_off()
    bottom = made.low + below
    made.legend(handles, labels, left=0.4, top=bottom, room=width - 0.8)
    if numbered:
        told.draw(made.axes(0.4, made.low + 0.05, width - 0.8, told.height))
    return made.figure


# --- security -------------------------------------------------------------------------------------


def _kept(results: Results) -> list[tuple[str, str, str]]:
    """Line, heading and unit of what alliances, disputes and the order have."""
    lines, scenario = [], results.scenario
    for each in scenario.spec.ties.alliances.values():
        told = f"Commitment of {scenario.title(each.patron)}, as {scenario.title(each.client)} sees it"
        lines.append((f"commitment:{each.patron}:{each.client}", told, "commitment, 0 to 1"))
    for name, each in scenario.spec.ties.disputes.items():
        whom = f"{scenario.title(each.holder)} near {scenario.title(each.claimant)}"
        told = f"Military activity of {whom} ({name_in_words(scenario, name)})"
        lines.append((f"activity:{name}", told, "sorties a year"))
    return [("order", "Strength of the rules-based order", "order, 0 to 1"), *lines]


def security(results: Results, axes: Sequence[Axes]) -> Sequence[Axes]:
    """The order, then the commitment of each alliance and the activity in each dispute."""
    for panel, (line, told, unit) in zip(axes, _kept(results), strict=False):
        fan(panel, results, line)
        numbered = bool(marks(results.scenario))
        mark_events(panel, results.scenario)
        heading(panel, told, rise=0.27 if numbered else 0.06)
        panel.set_ylabel(unit)
        panel.set_ylim(0, 1 if unit.endswith("0 to 1") else None)
        time_axis(panel, results.scenario.calendar)
    return axes


def security_sheet(results: Results) -> Figure:
    """The order, alliances and disputes, at most nine of them."""
    lines, width = _kept(results), 10.6
    count = min(len(lines), 9)
    columns = 2 if count in (2, 4) else min(3, count)
    rows, numbered = -(-count // columns), bool(marks(results.scenario))
    told = key(results.scenario, width - 0.8)
    handles, labels = fan_handles(results)
    below = legend_height(labels, width - 0.8) + told.height + (0.15 if numbered else 0.02)
    left_out = f" {len(lines) - count} of {len(lines)} lines are left out." if count < len(lines) else ""
    none = "" if results.scenario.spec.ties.alliances else " The scenario has no alliances."
    question = f"Do alliances hold, does the order hold, and what do military forces do?{whose(results)}"
    made = sheet(
        results,
        question,
        SPREAD + left_out + none,
        width=width,
        body=rows * 1.7 + (rows - 1) * 1.0 + 1.1 + below,
    )
    wide = (width - 1.1 - (columns - 1) * 0.7) / columns
    grid = made.grid(rows, columns, left=0.75, top=made.high - 0.62, size=(wide, 1.7), gap=(0.7, 1.0))
    security(results, grid[:count])
    for panel in grid[count:]:
        panel.set_axis_off()
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    if numbered:
        told.draw(made.axes(0.4, made.low + 0.05, width - 0.8, told.height))
    return made.figure


# --- stage ----------------------------------------------------------------------------------------


def _staged(results: Results) -> list[tuple[str, AlignmentOutcome]]:
    """The alignments that are measured, that of the question's pair first."""
    found = [
        (k, each) for k, each in outcomes_of(results.scenario).items() if isinstance(each, AlignmentOutcome)
    ]
    order = [set(each) for each in pairs(results.scenario)]
    return sorted(found, key=lambda each: order.index(set(each[1].pair)))


def stage(results: Results, axes: Axes, name: str | None = None, *, numbers: bool = True) -> Axes:
    """Alignment of a measured pair through time over the bands that are the stages.

    A stage is a band of alignment, so the quantiles of the stage are the stages of the quantiles.
    """
    known = dict(_staged(results))
    if not known:
        return blank(axes, NO_STAGES)
    pair = known[name or next(iter(known))].pair
    one, other = sorted(pair, key=results.scenario.actors.index)
    fan(axes, results, f"alignment:{one}:{other}")
    low, high = reach(results, f"alignment:{one}:{other}")
    low, high = low - 0.06, high + 0.06
    below, above = [c for c in CUTS if c < low], [c for c in CUTS if c > high]
    low, high = min(low, below[-1] if below else low), max(high, above[0] if above else 1.0)
    axes.set_ylim(max(-1.0, low), min(1.0, high))
    stage_bands(axes)
    mark_events(axes, results.scenario, numbers=numbers)
    time_axis(axes, results.scenario.calendar)
    axes.set_ylabel(ALIGNMENT)
    return axes


def stage_bands(axes: Axes, *, size: float = SIZE - 1, names: bool = True) -> Axes:
    """Bands of alignment, shaded in turn and named at the right, for the stages in view."""
    low, high = axes.get_ylim()
    edges = [-1.0, *CUTS, 1.0]
    for k, name in enumerate(STAGES):
        bottom, top = max(edges[k], low), min(edges[k + 1], high)
        if top <= bottom:
            continue
        if k % 2:
            axes.axhspan(bottom, top, color="#F1F1F1", lw=0, zorder=0.1)
        tall = (top - bottom) / (high - low) * inches(axes)[1]
        told = f"{k + 1} {fill(name, 24)}" if names else f"stage {k + 1}"
        if tall > (1.25 * size / 72) * (1 + told.count("\n")):
            axes.text(1.015, (bottom + top) / 2, told, transform=axes.get_yaxis_transform(), fontsize=size,
                      va="center", color=QUIET, linespacing=1.05)  # fmt: skip
    return axes


def stage_shares(results: Results, axes: Axes, name: str | None = None) -> Axes:
    """Share of runs at each stage over the last years, in the story and in each alternative."""
    known = dict(_staged(results))
    if not known:
        return blank(axes, NO_STAGES)
    chosen = name or next(iter(known))
    arms = looks(results)
    for k, (_, arm) in enumerate(arms):
        _stacked(axes, arm.runs[f"{chosen}.stage"].to_numpy(), len(arms) - 1 - k)
    _shared_labels(axes, [look for look, _ in arms])
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of runs")
    return axes


def _stacked(axes: Axes, stages: np.ndarray, row: int) -> None:
    left = 0.0
    for k in range(1, 9):
        share = 100 * float(np.mean(stages == k))
        colour = colormaps["viridis_r"](0.02 + 0.93 * (k - 1) / 7)
        axes.barh(row, share, left=left, height=0.7, color=colour, edgecolor="white", lw=0.5)
        if share >= 6:
            dark = readable(colour)
            axes.text(left + share / 2, row, f"{k}\n{share:.0f}%", ha="center", va="center", fontsize=SIZE - 1.5,
                      color=dark, linespacing=1.0)  # fmt: skip
        left += share


def _shared_labels(axes: Axes, shown: list[Look]) -> None:
    told = ["\n".join(map(plain, wrapped(short(each.title, 60), 1.75, SIZE - 1, most=3))) for each in shown]
    axes.set_yticks(range(len(shown) - 1, -1, -1), told)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def stage_sheet(results: Results) -> Figure:
    """The pair of the question, and others that leave the first stage, with the shares at the end."""
    found = _staged(results)
    still = [each for each in found[1:] if results.line(f"{each[0]}:stage")["q95"].max() <= 1]
    shown = [each for each in found if each not in still][:3] or found[:1]
    numbered, width, arms = bool(marks(results.scenario)), 11.4, len(looks(results))
    told, tall = key(results.scenario, width - 0.8), max(2.6, 0.42 * arms + 0.3)
    handles, labels = fan_handles(results)
    below = legend_height(labels, width - 0.8) + told.height + (0.15 if numbered else 0.02)
    names = [DASH.join(map(results.scenario.title, each.pair)) for _, each in still]
    more = f" At the first stage in 95% of runs throughout: {', '.join(names)}." if names else ""
    title = " and ".join(results.scenario.title(each) for each in found[0][1].pair) if found else "they"
    question = f"How far up the ladder of military alignment do {title} climb?{whose(results)}"
    if not found:
        return nothing(results, question, NO_STAGES)
    note = (
        f"{SPREAD} Stages after Korolev 2018; where in alignment each begins is an assumption. "
        f"Slices under 6% are not labelled.{more}"
    )
    rows = len(shown)
    made = sheet(results, question, note, width=width, body=rows * (tall + 1.0) + below + 0.05)
    for r in range(rows):
        name = shown[r][0]
        bottom = made.high - 0.5 - tall - r * (tall + 1.0)
        left = stage(results, made.axes(0.75, bottom, 4.1, tall), name, numbers=numbered)
        right = stage_shares(results, made.axes(8.15, bottom, 2.9, tall), name)
        pair_heading(left, results.scenario, shown[r][1].pair, rise=0.27 if numbered else 0.06)
        heading(right, f"Stage over the last {shown[r][1].years:g} years")
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    if numbered:
        told.draw(made.axes(0.4, made.low + 0.05, width - 0.8, told.height))
    return made.figure
