"""`front`: the chance of a united front through time, by threshold, and against the alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..answer import least_runs, share_intervals
from ..balanced import GROUP
from ..looks import threshold
from ..outcomes import THRESHOLDS
from .events import key, mark_events, marks, spread
from .style import (
    INK,
    QUIET,
    RULE,
    blank,
    front_of,
    heading,
    inches,
    legend_height,
    looks,
    nothing,
    sheet,
    story,
    time_axis,
)
from .words import SIZE, short

if TYPE_CHECKING:
    from ..results import Results

NO_FRONT = "No united front is among the outcomes of this scenario."
NO_ALTERNATIVE = "No alternative was run to compare with."


def front(results: Results, axes: Axes, *, numbers: bool = True, most: int = 99) -> Axes:
    """Share of runs in which the front is on, in each arm, with its Monte Carlo error.

    `most` is how many alternatives to draw.
    """
    found = front_of(results.scenario)
    if found is None:
        return blank(axes, NO_FRONT)
    group = GROUP[results.scenario.spec.luck]
    for look, arm in reversed(looks(results, most=most)):
        line = arm.line(f"{found[0]}:on at {threshold(results.scenario):.2f}")
        low, high = share_intervals(line["mean"].to_numpy(), least_runs(arm.finished, group))
        axes.fill_between(line["year"], 100 * low, 100 * high, color=look.colour, alpha=0.16, lw=0)
        wide = 1.8 if look.name == "scenario" else 1.2
        axes.plot(line["year"], 100 * line["mean"], color=look.colour, ls=look.dash, lw=wide)
    mark_events(axes, results.scenario, numbers=numbers)
    axes.set_ylim(0, max(5.0, axes.get_ylim()[1]))
    axes.set_ylabel("% of runs with a front on")
    return time_axis(axes, results.scenario.calendar)


def front_thresholds(results: Results, axes: Axes, *, numbers: bool = True) -> Axes:
    """The same in the story alone at all five thresholds: how much hangs on what counts as a front."""
    found = front_of(results.scenario)
    if found is None:
        return blank(axes, NO_FRONT)
    main, lines = threshold(results.scenario), []
    for level in THRESHOLDS:
        line = results.line(f"{found[0]}:on at {level:.2f}")
        lines.append(100 * line["mean"].to_numpy())
        axes.plot(line["year"], lines[-1], color=INK, lw=1.8 if level == main else 0.7)
    axes.fill_between(line["year"], lines[0], lines[-1], color="#777777", alpha=0.14, lw=0)
    axes.set_ylim(0, max(5.0, axes.get_ylim()[1]))
    _ends(
        axes,
        [float(each[-1]) for each in lines],
        [f"{level:.2f}" for level in THRESHOLDS],
        THRESHOLDS.index(main),
    )
    mark_events(axes, results.scenario, numbers=numbers)
    axes.set_ylabel("% of runs with a front on")
    return time_axis(axes, results.scenario.calendar)


def _ends(axes: Axes, values: list[float], labels: list[str], bold: int) -> None:
    """Labels at the right ends of lines, moved apart where they would touch."""
    low, high = axes.get_ylim()
    scale = inches(axes)[1] / (high - low)
    order = sorted(range(len(values)), key=lambda k: (values[k], -k))
    places = spread([values[k] * scale for k in order], [0.125] * len(order))
    down = min(0.0, min(places) - 0.02)
    highest = (max(places) - down + 0.09) / scale
    axes.text(
        1.04,
        highest,
        "threshold",
        transform=axes.get_yaxis_transform(),
        va="bottom",
        fontsize=SIZE - 1.5,
        color=QUIET,
    )
    for k, place in zip(order, places, strict=True):
        y, weight = (place - down) / scale, "bold" if k == bold else "normal"
        axes.plot(
            [1.0, 1.03],
            [values[k], y],
            transform=axes.get_yaxis_transform(),
            clip_on=False,
            color=RULE,
            lw=0.6,
        )
        axes.text(
            1.04,
            y,
            labels[k],
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=SIZE - 1,
            weight=weight,
        )


def front_ever(results: Results, axes: Axes) -> Axes:
    """Share of runs in which a front ever forms, by threshold, with 95 % Monte Carlo intervals."""
    found = front_of(results.scenario)
    if found is None:
        return blank(axes, NO_FRONT)
    arms, group = looks(results), GROUP[results.scenario.spec.luck]
    for k, (look, arm) in enumerate(arms):
        place = np.array(THRESHOLDS) + (k - (len(arms) - 1) / 2) * min(0.0045, 0.034 / len(arms))
        share = np.array([arm.runs[f"{found[0]}.at_{round(100 * level)}"].mean() for level in THRESHOLDS])
        low, high = share_intervals(share, least_runs(arm.finished, group))
        gaps = 100 * np.stack([share - low, high - share])
        axes.errorbar(
            place, 100 * share, yerr=gaps, fmt=look.marker, color=look.colour, ms=4, lw=1, capsize=0
        )
        axes.plot(place, 100 * share, color=look.colour, lw=0.5, alpha=0.6)
    axes.set_ylim(-2, 102)
    axes.set_ylabel("% of runs in which a front ever forms")
    return _threshold_axis(axes)


def front_difference(results: Results, axes: Axes) -> Axes:
    """The story less each alternative, in points, with 95 % intervals of the paired difference."""
    found = front_of(results.scenario)
    if found is None:
        return blank(axes, NO_FRONT)
    pairs = {(each["name"], each["against"]): each for each in results.summary["contrasts"]}
    arms = [look for look, _ in looks(results, eventless=False)[1:] if (found[0], look.name) in pairs]
    if not arms:
        return blank(axes, NO_ALTERNATIVE)
    axes.axhline(0, color=INK, lw=0.7)
    for k, look in enumerate(arms):
        rows = [pairs[f"{found[0]}.at_{round(100 * level)}", look.name] for level in THRESHOLDS]
        place = np.array(THRESHOLDS) + (k - (len(arms) - 1) / 2) * min(0.0045, 0.034 / len(arms))
        middle = np.array([100 * each["difference"] for each in rows])
        ends = [(each["low"], each["high"]) for each in rows]
        gaps = [[0.0 if a is None else m - 100 * a for (a, _), m in zip(ends, middle, strict=True)],
                [0.0 if b is None else 100 * b - m for (_, b), m in zip(ends, middle, strict=True)]]  # fmt: skip
        axes.errorbar(place, middle, yerr=gaps, fmt=look.marker, color=look.colour, ms=4, lw=1.2)
    reach = 1.25 * max(2.0, *map(abs, axes.get_ylim()))
    axes.set_ylim(-reach, reach)
    axes.text(
        0.015,
        0.985,
        f"the {story(results)} has more fronts",
        transform=axes.transAxes,
        va="top",
        fontsize=SIZE - 1,
    )
    axes.text(
        0.015,
        0.015,
        f"the {story(results)} has fewer fronts",
        transform=axes.transAxes,
        va="bottom",
        fontsize=SIZE - 1,
    )
    axes.set_ylabel("difference, percentage points")
    return _threshold_axis(axes)


def _threshold_axis(axes: Axes) -> Axes:
    axes.set_xlim(THRESHOLDS[0] - 0.025, THRESHOLDS[-1] + 0.025)
    axes.set_xticks(THRESHOLDS, [f"{each:.2f}" for each in THRESHOLDS])
    axes.set_xlabel("alignment from which a front counts (threshold)")
    return axes


def front_sheet(results: Results) -> Figure:
    """Four panels: through time by threshold and by alternative; ever, and the difference."""
    scenario, width, tall = results.scenario, 10.8, 2.35
    found, numbered = front_of(scenario), bool(marks(scenario))
    told, arms = key(scenario, width - 0.8), looks(results)
    labels = [short(look.title, 90) for look, _ in arms]
    below = legend_height(labels, width - 0.8) + told.height + (0.15 if numbered else 0.02)
    names = " and ".join(scenario.title(each) for each in found[1].pair) if found else "two states"
    changed = "the policy" if results.comparison is None else "the scenario"
    question = f"How likely is a united front of {names}, and does {changed} change it?"
    if found is None:
        return nothing(results, question, NO_FRONT)
    note = (
        "Shaded round coloured lines, and bars: 95% Monte Carlo intervals, which more runs would shrink. Arms share "
        "their luck run by run, so their difference is surer than the width of the bands suggests."
    )
    if abs(found[1].threshold - threshold(scenario)) > 1e-9:
        note += f" The front's own threshold is {found[1].threshold:g}; the nearest whose paths are kept is shown."
    made = sheet(results, question, note, width=width, body=2 * tall + 2.1 + below)
    wide = 4.15
    top, left, right = made.high - 0.65, 0.8, 6.25
    low = top - 2 * tall - 0.95
    level = threshold(scenario)
    panels = [
        (front_thresholds, left, top - tall, f"The {story(results)}, at five thresholds"),
        (front, right, top - tall, f"The {story(results)} and its alternatives, at threshold {level:.2f}"),
        (front_ever, left, low, "Does a front ever form?"),
        (front_difference, right, low, f"What {changed} changes: the {story(results)} less each alternative"),
    ]
    for k, (draw, x, y, text) in enumerate(panels):
        panel = draw(results, made.axes(x, y, wide, tall))
        heading(panel, f"{'abcd'[k]}  {text}", rise=0.3 if k < 2 and numbered else 0.08)
    handles = [
        Line2D([], [], color=each.colour, ls=each.dash, marker=each.marker, ms=4, lw=1.4) for each, _ in arms
    ]
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    if numbered:
        told.draw(made.axes(0.4, made.low + 0.05, width - 0.8, told.height))
    return made.figure
