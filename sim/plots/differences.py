"""`differences`: a comparison run by run, the first scenario less each other on equal luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..answer import described, least_runs, same_pair, share_intervals, time_within
from ..axes import Array
from ..balanced import GROUP
from ..calendar import month_of
from .events import mark_events
from .front import NO_ALTERNATIVE, NO_FRONT, front_difference
from .style import (
    INK,
    QUIET,
    Look,
    blank,
    front_of,
    heading,
    inches,
    legend_height,
    looks,
    pairs,
    sheet,
    time_axis,
)
from .words import SIZE, plain, short, true_minus

if TYPE_CHECKING:
    from ..results import Results

BINS = 60
MOST_BANDS = 3
"""Alternatives whose spread is shaded through time; with more, only medians are drawn."""

MOST_MEANS = 6
"""Arms whose mean time to a front is written into the figure."""

LEAST_ROW = 0.16
"""Inches a row must be high for its shares to be written."""

NO_PATHS = "How far this pair's paths lie apart was not kept; compare the scenarios with wedge compare."


def gap_spread(results: Results, axes: Axes) -> Axes:
    """How the difference at the end is spread over runs, one row an alternative.

    Of the alignment of the pair that is asked about; of the outcome asked about where that has none.
    """
    arms = looks(results, eventless=False)[1:]
    if not arms:
        return blank(axes, NO_ALTERNATIVE)
    name = _column(results)
    gaps = [results.runs[name].to_numpy(float) - arm.runs[name].to_numpy(float) for _, arm in arms]
    known = [each[~np.isnan(each)] for each in gaps]
    reach = max([1e-6, *(float(np.abs(each).max()) for each in known if each.size)])
    edges = np.linspace(-1.02 * reach, 1.02 * reach, BINS + 1)
    for k, ((look, _), values) in enumerate(zip(arms, known, strict=True)):
        _spread(axes, values, edges, len(arms) - 1 - k, look)
        if inches(axes)[1] / len(arms) > LEAST_ROW:
            _ways(axes, values, len(arms) - 1 - k)
    axes.axvline(0, color=INK, lw=0.7)
    axes.set_xlim(-1.05 * reach, 1.05 * reach)
    axes.set_ylim(-0.5, (len(arms) - 0.4) * (1.0 + 0.22 / inches(axes)[1]))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    unit, _ = described(results.scenario)[name]
    _sides(axes)
    axes.set_xlabel(true_minus(plain(f"difference in {short(unit.partition(',')[0], 40)}")))
    return axes


def _spread(axes: Axes, values: Array, edges: Array, row: int, look: Look) -> None:
    """One row: a histogram, the median, the middle half and 90 % of runs."""
    if not values.size:
        return
    counts, _ = np.histogram(values, edges)
    tall = 0.55 * counts / max(1, counts.max())
    axes.stairs(row + tall, edges, baseline=row, fill=True, color=look.colour, alpha=0.30, lw=0)
    q05, q25, q50, q75, q95 = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
    low = row - 0.12
    axes.plot([q05, q95], [low, low], color=look.colour, lw=0.9)
    axes.plot([q25, q75], [low, low], color=look.colour, lw=4, alpha=0.45, solid_capstyle="butt")
    axes.plot(q50, low, marker=look.marker, color=look.colour, ms=4.5)


def _ways(axes: Axes, values: Array, row: int) -> None:
    """The shares of runs below and above 0, at the sides of a row."""
    if not values.size:
        return
    for side, share, align in ((-0.02, (values < 0).mean(), "right"), (1.02, (values > 0).mean(), "left")):
        axes.text(side, row + 0.12, f"{100 * share:.0f}%", transform=axes.get_yaxis_transform(), ha=align,
                  fontsize=SIZE - 1, color=INK)  # fmt: skip


def gap_path(results: Results, axes: Axes) -> Axes:
    """The difference in the pair's alignment through time: median, 50 % and 90 % of runs at each date."""
    scenario = results.scenario
    line = "alignment:{}:{}".format(*pairs(scenario)[0])
    arms = [
        (look, found)
        for look, arm in looks(results, eventless=False)[1:]
        if arm.gaps is not None and not (found := arm.gaps[arm.gaps["line"] == line]).empty
    ]
    if not arms:
        return blank(axes, NO_PATHS)
    for look, found in reversed(arms):
        if len(arms) <= MOST_BANDS:
            axes.fill_between(found["year"], found["q05"], found["q95"], color=look.colour, alpha=0.14, lw=0)
            axes.fill_between(found["year"], found["q25"], found["q75"], color=look.colour, alpha=0.22, lw=0)
        axes.plot(found["year"], found["q50"], color=look.colour, ls=look.dash, lw=1.5)
    axes.axhline(0, color=INK, lw=0.7)
    mark_events(axes, scenario, numbers=False)
    _mark_branch(results, axes)
    axes.set_ylabel("difference in alignment")
    return time_axis(axes, scenario.calendar)


def _mark_branch(results: Results, axes: Axes) -> None:
    """Where the others leave the first scenario."""
    at = results.comparison.branch_at if results.comparison is not None else ""
    if at:
        axes.axvline(month_of(at) / 12.0, color=INK, lw=1.0, ls=(0, (1, 1.5)), zorder=0.6)


def waiting(results: Results, axes: Axes) -> Axes:
    """Share of runs in which no front has formed yet, in each arm, with its Monte Carlo error."""
    found, calendar = front_of(results.scenario), results.scenario.calendar
    if found is None:
        return blank(axes, NO_FRONT)
    horizon, labels = (calendar.end - calendar.start) / 12.0, []
    years = np.arange(calendar.computed.records + 1) / calendar.computed.per_year
    arms, group = looks(results, eventless=False), GROUP[results.scenario.spec.luck]
    for look, arm in arms:
        first = arm.runs[f"{found[0]}.first"].to_numpy(float)
        share = np.array([np.mean(~(first <= year)) for year in years])
        low, high = share_intervals(share, least_runs(arm.finished, group))
        at = calendar.start / 12.0 + years
        axes.fill_between(at, 100 * low, 100 * high, color=look.colour, alpha=0.13, lw=0, step="post")
        wide = 1.8 if look.name == "scenario" else 1.2
        axes.step(at, 100 * share, where="post", color=look.colour, ls=look.dash, lw=wide)
        labels.append(f"{time_within(first, horizon).mean():.2f} years")
    _means(axes, [look for look, _ in arms], labels, horizon)
    _mark_branch(results, axes)
    lowest = axes.get_ylim()[0]
    axes.set_ylim(0.0 if lowest < 50 else 10.0 * float(np.floor(lowest / 10 - 0.5)), 101)
    axes.set_ylabel("% of runs still without a front")
    return time_axis(axes, calendar)


def _means(axes: Axes, arms: list[Look], labels: list[str], horizon: float) -> None:
    """The mean time to a front of each arm, where they are few."""
    if len(arms) > MOST_MEANS:
        return
    handles = [Line2D([], [], color=each.colour, ls=each.dash, lw=1.4) for each in arms]
    told = f"mean time to a front,\nnone counted as {horizon:g} years"
    box = axes.legend(handles, labels, loc="lower left", title=told, title_fontsize=SIZE - 1.5,
                      fontsize=SIZE - 1, labelspacing=0.3, handlelength=2.6, alignment="left",
                      frameon=True, facecolor="white", edgecolor="none", framealpha=1.0)  # fmt: skip
    box.get_title().set_color(QUIET)


def _column(results: Results) -> str:
    """The outcome whose spread of differences is drawn."""
    question, found = results.scenario.spec.question, front_of(results.scenario)
    asked = question.outcome if question is not None else found[0] if found is not None else ""
    asked = asked or next(iter(described(results.scenario)))
    return same_pair(results.scenario, asked) or asked


def differences_sheet(results: Results) -> Figure:
    """Four panels: the spread over runs, fronts by threshold, the path of the difference, the wait."""
    scenario, width, tall, wide = results.scenario, 10.8, 2.35, 4.15
    arms = looks(results, eventless=False)
    labels = [short(look.title, 90) for look, _ in arms]
    below = legend_height(labels, width - 0.8) + 0.05
    question = scenario.spec.question.text if scenario.spec.question is not None else scenario.spec.title
    made = sheet(results, question, _note(results), width=width, body=2 * tall + 2.0 + below)
    top, left, right = made.high - 0.55, 0.8, 6.25
    low = top - 2 * tall - 0.85
    names = " and ".join(scenario.title(each) for each in pairs(scenario)[0])
    front, column = front_of(scenario), _column(results)
    who = f" of {' and '.join(scenario.title(each) for each in front[1].pair)}" if front else ""
    same = same_pair(scenario, column) == column
    first = f"{names} at the end" if same else f"Outcome '{column}'"
    panels = [
        (gap_spread, left, top - tall, f"{first}: which way do runs differ?"),
        (gap_path, right, top - tall, f"{names} through time: when do runs differ?"),
        (front_difference, left, low, f"Does a front{who} ever form?"),
        (waiting, right, low, f"How long until a front{who}?"),
    ]
    for k, (draw, x, y, text) in enumerate(panels):
        panel = draw(results, made.axes(x, y, wide, tall))
        heading(panel, f"{'abcd'[k]}  {text}", rise=0.1)
    handles = [
        Line2D([], [], color=each.colour, ls=each.dash, marker=each.marker, ms=4, lw=1.4) for each, _ in arms
    ]
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure


def _sides(axes: Axes) -> None:
    """What the shares at both ends of the rows mean."""
    for side, text, align in ((-0.02, "first\nlower", "right"), (1.02, "first\nhigher", "left")):
        axes.text(side, 1.0, text, transform=axes.transAxes, ha=align, va="top", fontsize=SIZE - 1.5,
                  color=QUIET)  # fmt: skip


def _note(results: Results) -> str:
    branch = results.comparison.branch_at if results.comparison is not None else ""
    return (
        "All differences: the first scenario less the other in the same run, on equal luck. a: histogram, median, "
        "50% and 90% of runs; at the sides the share of runs below and above 0. b: median; shaded, 50% and 90% of "
        "runs at each date; thin upright lines, events of the first. c, d: bars and shades are 95% Monte Carlo "
        "intervals, which more runs would shrink; arms share their luck, so differences are surer than the overlap "
        "in d suggests."
        + (f" Dotted: the branch at {branch}; until then all arms are the same." if branch else "")
    )
