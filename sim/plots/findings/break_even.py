"""`break_even`: the curve of an outcome along a lever, where it passes the level, and how far worlds have to go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...analyses.base import unit_of
from ...analyses.break_even import falls
from ...analyses.telling import number
from ...answer import SHARE
from ..style import FAN, INK, RULE, heading, legend_height, sheet
from ..words import SIZE, plain, true_minus, wrapped

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

LEVEL, OUTSIDE = "#B2182B", "#EFEFEF"


def figure(study: Study, finding: Finding) -> Figure:
    """The curve with its interval and its spread over worlds; below, how far each world has to go."""
    asks: Any = finding.analysis
    curve, several = finding.tables["curve"], "worlds" in finding.tables
    unit = study.columns[asks.outcome][0]
    scale = 100.0 if unit == SHARE else 1.0
    worlds = len(study.points)
    width, tall, low = 8.4, 3.3, (1.15 if worlds >= 30 else 0.5) if several else 0.0
    handles, labels = _key(
        asks, several, scale, _limits(curve, asks), crossed=len(finding.tables["crossings"]) > 0
    )
    below = legend_height(labels, width - 0.8)
    note = "Dots are settings that were run; between them the mean is taken as straight. Band" + (
        ", and the bar at the foot" if len(finding.tables["crossings"]) else ""
    )
    note += ": 95% bootstrap intervals, which more runs would shrink."
    if several:
        runs = f"{study.replications:,} run{'s' if study.replications > 1 else ''}"
        note += f" Dotted: 5% and 95% quantiles over worlds, each the mean of {runs}."
    body = tall + 0.85 + below + (low + 0.75 if several else 0.0)
    made = sheet(study.origin, true_minus(finding.question), note, width=width, body=body)
    falling = falls(study.lever(asks.lever))
    top = made.axes(0.85, made.high - tall - 0.1, width - 1.15, tall)
    _curve(top, curve, asks, scale, several)
    _crossings(top, finding.tables["crossings"], asks, scale)
    told = true_minus(plain(unit_of(study, asks.outcome, asks.against)))
    top.set_ylabel("\n".join(wrapped(told, tall - 0.2)))
    title = study.lever(asks.lever).title + (" (falls: read from right to left)" if falling else "")
    lever = "\n".join(map(plain, wrapped(title, width - 1.3, most=2)))
    top.set_xlabel(lever)
    if several:
        bottom = made.axes(0.85, made.high - tall - 0.1 - low - 0.95, width - 1.15, low)
        _needed(bottom, finding, asks, curve, top.get_xlim(), falling=falling)
        bottom.set_xlabel(lever)
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure


def _limits(curve: Any, asks: Any) -> tuple[float, float]:
    """What is feasible, as far as it was tried."""
    least, most = float(curve["amount"].min()), float(curve["amount"].max())
    low = least if asks.feasible_from is None else max(least, asks.feasible_from)
    high = most if asks.feasible_to is None else min(most, asks.feasible_to)
    return low, high


def _key(
    asks: Any, several: bool, scale: float, limits: tuple[float, float], *, crossed: bool
) -> tuple[list[Any], list[str]]:
    side = "under it" if asks.below is not None else "above it"
    level = f"{scale * asks.level:.4g}{_sign(asks, scale)}"
    handles: list[Any] = [
        Line2D([], [], color=FAN, marker="o", ms=4, lw=1.6),
        Line2D([], [], color=LEVEL, lw=1.2, ls=(0, (5, 2))),
        Line2D([], [], color=LEVEL, lw=2.6, marker="|", ms=7, mew=1.6),
    ]
    labels = [
        "mean over runs",
        true_minus(f"the level, {level} ({side} is asked for)"),
        "crossing, with its 95% interval",
    ]
    if not crossed:
        handles, labels = handles[:-1], labels[:-1]
    if several:
        handles.append(Line2D([], [], color=INK, lw=0.9, ls=(0, (1, 1.5))))
        labels.append("90% of worlds lie between")
    if asks.feasible_from is not None or asks.feasible_to is not None:
        handles.append(Patch(color=OUTSIDE))
        labels.append(true_minus(f"outside what is feasible ({limits[0]:.4g} to {limits[1]:.4g})"))
    return handles, labels


def _sign(asks: Any, scale: float) -> str:
    return "" if scale == 1.0 else "%" if asks.against is None else " points"


def _curve(axes: Axes, curve: Any, asks: Any, scale: float, several: bool) -> None:
    at = curve["amount"].to_numpy()
    axes.fill_between(at, scale * curve["low"], scale * curve["high"], color=FAN, alpha=0.3, lw=0)
    if several:
        for name in ("q05", "q95"):
            axes.plot(at, scale * curve[name], color=INK, lw=0.9, ls=(0, (1, 1.5)))
    axes.plot(at, scale * curve["mean"], color=FAN, marker="o", ms=4, lw=1.6)
    axes.axhline(scale * asks.level, color=LEVEL, lw=1.2, ls=(0, (5, 2)))
    pad = 0.03 * (at.max() - at.min())
    axes.set_xlim(at.min() - pad, at.max() + pad)
    _reach(axes, curve, asks, scale, several)
    _outside(axes, _limits(curve, asks))
    axes.grid(axis="y", color=RULE, lw=0.4)
    axes.set_axisbelow(True)


def _reach(axes: Axes, curve: Any, asks: Any, scale: float, several: bool) -> None:
    """As high as what is drawn and the level; shares from 0 unless all of them are far above it."""
    names = ["mean", "low", "high", *(["q05", "q95"] if several else [])]
    values = [*curve[names].to_numpy().ravel().tolist(), asks.level]
    known = [scale * each for each in values if np.isfinite(each)]
    low, high = min(known), max(known)
    if scale == 100.0 and asks.against is None and low < 0.5 * high:
        low = 0.0
    pad = 0.06 * ((high - low) or 1.0)
    axes.set_ylim(low - pad, high + pad)


def _outside(axes: Axes, limits: tuple[float, float]) -> None:
    left, right = axes.get_xlim()
    pad = 0.03 / 1.06 * (right - left) * 1.01
    for a, b in ((left, limits[0]), (limits[1], right)):
        if b - a > pad:
            axes.axvspan(a, b, color=OUTSIDE, lw=0, zorder=0)
    axes.set_xlim(left, right)


def _crossings(axes: Axes, crossings: Any, asks: Any, scale: float) -> None:
    """A drop from each crossing to its interval at the foot, one above the other where they would touch."""
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    room = 0.09 * (top - bottom)
    rows: list[float] = []
    places = []
    for each in crossings.to_dict("records"):
        low, high = max(each["low"], left), min(each["high"], right)
        wide = 0.06 * (right - left)
        ends = min(low, each["amount"] - wide), max(high, each["amount"] + wide)
        row = next((k for k, end in enumerate(rows) if ends[0] > end), len(rows))
        rows[row : row + 1] = [ends[1]]
        places.append((each, low, high, row))
    if places:
        axes.axhline(bottom, color=RULE, lw=0.6)
        axes.set_ylim(bottom - room * len(rows), top)
    for each, low, high, row in places:
        y = bottom - room * (row + 0.72)
        level = scale * asks.level
        axes.plot([each["amount"]] * 2, [y, level], color=LEVEL, lw=0.8, ls=(0, (1, 1.5)), zorder=5)
        axes.plot(each["amount"], level, "D", color=LEVEL, ms=4, mec="white", mew=0.6, zorder=6)
        axes.plot([low, high], [y, y], color=LEVEL, lw=2.6, solid_capstyle="butt", zorder=5)
        axes.plot(each["amount"], y, "|", color=LEVEL, ms=7, mew=1.6, zorder=6)
        for end, value, mark in ((low, each["low"], "<"), (high, each["high"], ">")):
            if not np.isfinite(value):
                axes.plot(end, y, mark, color=LEVEL, ms=6, zorder=6, clip_on=False)
        axes.annotate(
            true_minus(number(each["amount"], high - low)),
            (each["amount"], y),
            xytext=(0, 3.5),
            textcoords="offset points",
            ha="center",
            color=LEVEL,
            fontsize=SIZE - 0.5,
            weight="bold",
            zorder=7,
            bbox={"fc": "white", "ec": "none", "pad": 0.5, "alpha": 0.9},
        )


def _needed(
    axes: Axes, finding: Finding, asks: Any, curve: Any, limits: tuple[float, float], *, falling: bool
) -> None:
    """How many worlds have to go how far; those that hold at the first setting apart."""
    needed = finding.tables["worlds"]["needed"].dropna().to_numpy()
    low, high = _limits(curve, asks)
    first = high if falling else low
    found, never = needed[np.isfinite(needed)], int(np.isinf(needed).sum())
    there = found == first
    axes.set_xlim(*limits)
    if len(needed) < 30:
        axes.plot(found, np.zeros(len(found)), "|", color=INK, ms=14, mew=1.2)
        axes.set_ylim(-1, 1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    else:
        edges = np.linspace(low, high, 25).tolist()
        weight = 100.0 / len(needed)
        axes.hist(found[~there], edges, weights=np.full((~there).sum(), weight), color=FAN, alpha=0.75)
        if there.any():
            axes.bar(first, weight * there.sum(), width=(edges[1] - edges[0]) * 0.45, color=INK)
        axes.set_ylabel("% of worlds")
    _outside(axes, (low, high))
    told = "How far it must fall" if falling else "Least amount needed"
    told += (
        f", world by world: {100 * len(found) / max(1, len(needed)):.0f}% of {len(needed):,} worlds reach it"
    )
    if there.any():
        bar = ", the black bar" if len(needed) >= 30 else ""
        told += f" ({100 * there.sum() / len(needed):.0f}% at the first setting{bar})"
    told += f"; {100 * never / len(needed):.0f}% never do within the range" if never else ""
    heading(axes, told, size=SIZE - 0.5, rise=0.05)
