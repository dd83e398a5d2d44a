"""`discovery`: how coverage is traded for density, the box in each input's range, and the worlds in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ...analyses.discovery import cases_of, limit_told, rounded
from ..style import FAN, HOSTILE, INK, QUIET, RULE, blank, heading, inches, legend_height, sheet
from ..words import SIZE, plain, true_minus
from .paths import axis_label, row_labels

if TYPE_CHECKING:
    import pandas as pd

    from ...analyses import Finding
    from ...study import Study

WIDTH, LABELS = 9.4, 2.75
MOST = 12
"""Restricted inputs drawn at most, and worlds of either kind in the scatter."""

WORLDS = 1500


def figure(study: Study, finding: Finding) -> Figure:
    """Trajectory and scatter above, the box's limits below."""
    if "limits" not in finding.tables:
        made = sheet(study.origin, true_minus(finding.question), "", width=WIDTH, body=1.2)
        blank(made.axes(0.4, made.low, WIDTH - 0.8, 1.2), finding.answer[0])
        return made.figure
    limits, found = finding.tables["limits"], bool(finding.tables["box"]["found"][0])
    restricted = limits[limits["restricted"]].head(MOST)
    if not found:
        return _unfound(study, finding, restricted, limits)
    labels = ["such a world", "another world", "the box"]
    side, rows = 3.1, max(1, len(restricted))
    tall = 0.34 * rows + 0.1
    made = sheet(study.origin, true_minus(finding.question), _note(finding, restricted, limits), width=WIDTH,
                 body=side + tall + 2.15 + legend_height(labels, 4.0))  # fmt: skip
    top = made.high - 0.42
    left, right = made.axes(0.8, top - side, 3.5, side), made.axes(5.4, top - side, 3.5, side)
    trajectory(left, finding)
    heading(left, "a  Boxes on PRIM's trajectory", rise=0.12)
    scatter(right, study, finding)
    told = [
        "b  Worlds",
        "b  The input that it restricts, and another",
        "b  The two inputs that it restricts most",
    ]
    heading(right, told[min(len(restricted), len(limits) - 1, 2)], rise=0.12)
    handles = [
        Line2D([], [], ls="", marker="o", color=HOSTILE, ms=4),
        Line2D([], [], ls="", marker="x", color=QUIET, ms=3.5, mew=0.7),
        Rectangle((0, 0), 1, 1, fill=False, ec=INK, lw=1.6),
    ]
    made.legend(handles, labels, left=5.4, top=top - side - 0.62, room=4.0)
    below = made.axes(LABELS, made.low + 0.5, WIDTH - LABELS - 2.2, tall)
    box(below, restricted)
    heading(below, "c  The box, in each input's range", rise=0.12, left=-LABELS + 0.4)
    return made.figure


def _unfound(study: Study, finding: Finding, restricted: pd.DataFrame, limits: pd.DataFrame) -> Figure:
    """What there is to say where no box is told: a statement, and the trajectory where it has boxes that failed."""
    useful = len(restricted) > 0
    side = 2.9 if useful else 1.0
    note = _note(finding, restricted, limits) if useful else ""
    made = sheet(
        study.origin, true_minus(finding.question), note, width=WIDTH, body=side + (1.05 if useful else 0.2)
    )
    top = made.high - (0.42 if useful else 0.1)
    if useful:
        left = made.axes(0.8, top - side, 3.5, side)
        trajectory(left, finding)
        heading(left, "Boxes on PRIM's trajectory, which held-out worlds do not bear out", rise=0.1, room=8.0)
    room = 4.1 if useful else WIDTH - 0.8
    blank(made.axes(WIDTH - 0.4 - room, top - side, room, side), true_minus(finding.answer[0]))
    return made.figure


def _note(finding: Finding, restricted: pd.DataFrame, limits: pd.DataFrame) -> str:
    seen, unseen = (row for _, row in finding.tables["box"].iterrows())
    rest = int(limits["restricted"].sum()) - len(restricted)
    more = f" {rest} more restricted inputs are not drawn." if rest else ""
    return (
        "Coverage: share of all such worlds that lie in the box. Density: share of the box's worlds that "
        "are such. Box: coverage "
        f"{100 * seen['coverage']:.0f}%, density {100 * seen['density']:.0f}%, {int(seen['worlds_in_box']):,} of "
        f"{round(seen['worlds_in_box'] / seen['mass']):,} worlds. On held-out worlds (five-fold "
        "cross-validation): coverage "
        f"{100 * unseen['coverage']:.0f}%, density {100 * unseen['density']:.0f}% (95% interval "
        f"{100 * unseen['density_low']:.0f} to "
        f"{100 * unseen['density_high']:.0f}%). Base rate {100 * seen['base_rate']:.0f}%. Quasi-p: "
        "one-sided binomial test "
        f"of a limit (Bryant and Lempert 2010).{more}"
    )


def trajectory(axes: Axes, finding: Finding) -> Axes:
    """Coverage against density of every box, the chosen one and its held-out score marked."""
    table, scores = finding.tables["trajectory"], finding.tables["box"]
    axes.plot(100 * table["coverage"], 100 * table["density"], "-o", color=FAN, ms=3, lw=0.8)
    base = 100 * scores["base_rate"][0]
    axes.axhline(base, color=QUIET, lw=0.8, ls=(0, (4, 2)))
    seen, unseen = (row for _, row in scores.iterrows())
    axes.plot(
        100 * seen["coverage"], 100 * seen["density"], "s", color="white", mec=INK, mew=1.4, ms=8, zorder=4
    )
    axes.plot(100 * unseen["coverage"], 100 * unseen["density"], "D", color=HOSTILE, ms=5, zorder=5)
    axes.plot(
        [100 * unseen["coverage"]] * 2,
        [100 * unseen["density_low"], 100 * unseen["density_high"]],
        color=HOSTILE,
        lw=1.3,
        zorder=5,
    )
    axes.set_xlim(0, 103)
    axes.set_ylim(0, 103)
    axes.set_xlabel("coverage, % of all such worlds")
    axes.set_ylabel("density, % of the worlds in the box")
    axes.grid(color=RULE, lw=0.4)
    axes.set_axisbelow(True)
    handles = [
        Line2D([], [], color=FAN, marker="o", ms=3, lw=0.8),
        Line2D([], [], ls="", marker="s", color="white", mec=INK, mew=1.4, ms=7),
        Line2D([], [], ls="-", lw=1.3, marker="D", color=HOSTILE, ms=4.5),
        Line2D([], [], color=QUIET, lw=0.8, ls=(0, (4, 2))),
    ]
    names = ["one peel or paste each", "the box taken", "held out, 95% interval", "base rate"]
    place: Any = "upper left" if base > 55 and unseen["density_low"] < 0.6 else "lower left"
    axes.legend(
        handles, names, loc=place, fontsize=SIZE - 1.5, frameon=True, framealpha=0.9, edgecolor="none"
    )
    return axes


def scatter(axes: Axes, study: Study, finding: Finding) -> Axes:
    """Worlds in the plane of the two inputs that the box restricts most, the box as a rectangle."""
    limits = finding.tables["limits"]
    if len(limits) < 2:
        return _strip(axes, study, finding)
    x, y = limits.iloc[0], limits.iloc[1]
    points, values, _ = cases_of(finding.analysis, study)  # type: ignore[arg-type]
    happens = finding.analysis.happens(values)  # type: ignore[attr-defined]
    shown = np.linspace(0, len(points) - 1, min(WORLDS, len(points))).astype(int)
    across, upward = (points[shown, study.names.index(each["input"])] for each in (x, y))
    _worlds(axes, across, upward, happens[shown])
    if limits["restricted"].any():
        ends = [_ends(each) for each in (x, y)]
        (low, high), (down, up) = ends
        axes.add_patch(Rectangle((low, down), high - low, up - down, fill=False, ec=INK, lw=1.8, zorder=5))
    axes.set_xlabel(axis_label(x["input"], axes))
    axes.set_ylabel(axis_label(y["input"], axes, upright=True))
    axes.margins(0.03)
    return axes


def _worlds(axes: Axes, across: Any, upward: Any, happens: Any) -> None:
    size = 3.0 if len(across) > 400 else 4.0
    axes.plot(across[~happens], upward[~happens], "x", color=QUIET, ms=size - 0.5, mew=0.6, alpha=0.8)
    axes.plot(across[happens], upward[happens], "o", color=HOSTILE, ms=size, mew=0, alpha=0.85)


def _strip(axes: Axes, study: Study, finding: Finding) -> Axes:
    """With one input only: its values, against the outcome."""
    points, values, _ = cases_of(finding.analysis, study)  # type: ignore[arg-type]
    happens = finding.analysis.happens(values)  # type: ignore[attr-defined]
    _worlds(axes, points[:, 0], values.mean(axis=1), happens)
    row = finding.tables["limits"].iloc[0]
    if row["restricted"]:
        low, high = _ends(row)
        axes.axvspan(low, high, fill=False, ec=INK, lw=1.8)
    axes.set_xlabel(axis_label(row["input"], axes))
    axes.set_ylabel("outcome, mean over replications")
    return axes


def _ends(row: Any) -> tuple[float, float]:
    """Limits of the box for one input, a free side at the end of its range and a little beyond."""
    beyond = 0.02 * (row["maximum"] - row["minimum"])
    low = row["minimum"] - beyond if np.isnan(row["low"]) else row["low"]
    high = row["maximum"] + beyond if np.isnan(row["high"]) else row["high"]
    return float(low), float(high)


def box(axes: Axes, restricted: pd.DataFrame) -> Axes:
    """Each restricted input's range as a line, and the box's part of it as a bar with its numbers."""
    where = axes.get_yaxis_transform()
    width, height = inches(axes)
    for k, (_, row) in enumerate(restricted.iterrows()):
        span = row["maximum"] - row["minimum"]
        low = 0.0 if np.isnan(row["low"]) else (row["low"] - row["minimum"]) / span
        high = 1.0 if np.isnan(row["high"]) else (row["high"] - row["minimum"]) / span
        axes.plot([0, 1], [-k, -k], color=RULE, lw=2.5, solid_capstyle="butt")
        axes.barh(-k, high - low, 0.42, left=low, color=FAN, zorder=3)
        for value, place, side in ((row["minimum"], 0.0, "right"), (row["maximum"], 1.0, "left")):
            gap = -0.012 if side == "right" else 0.012
            axes.text(
                place + gap,
                -k,
                true_minus(rounded(value, 10 * span)),
                ha=side,
                va="center",
                fontsize=SIZE - 2,
                color=QUIET,
            )
        told = true_minus(limit_told(row))
        p = np.nanmax([row["quasi_p_low"], row["quasi_p_high"]])
        again = f", {100 * row['chosen_again']:.0f}%" if np.isfinite(row["chosen_again"]) else ""
        axes.text(1 + 0.35 / width, -k + 0.17, plain(told), transform=where, va="center", fontsize=SIZE - 1)
        small = f"quasi-p {_p(p)}{again}"
        axes.text(
            1 + 0.35 / width, -k - 0.23, small, transform=where, va="center", fontsize=SIZE - 2, color=QUIET
        )
    if restricted["chosen_again"].notna().any():
        axes.text(
            1 + 0.35 / width,
            1 + 0.12 / height,
            "limits; quasi-p, % of resamples",
            transform=axes.transAxes,
            fontsize=SIZE - 2,
            color=QUIET,
        )
    row_labels(axes, list(restricted["input"]), LABELS - 0.95)
    axes.tick_params(axis="y", pad=32)
    axes.set_ylim(-len(restricted) + 0.4, 0.6)
    axes.set_xlim(-0.005, 1.005)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.set_xlabel("% of the range that was looked at")
    return axes


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"
