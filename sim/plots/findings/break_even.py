"""`break_even`: the curve of an outcome along a lever, where it passes the level, and what worlds need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...analyses.telling import number
from ...answer import SHARE
from ..style import FAN, INK, RULE, heading, legend_height, sheet
from ..words import SIZE, plain, true_minus, wrapped

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

LEVEL, OUTSIDE = "#B2182B", "#EFEFEF"


def figure(study: Study, finding: Finding) -> Figure:
    """The curve with its interval and its spread over worlds; below, the least amount by world."""
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
    note = (
        "Dots are settings that were run; between them the mean is taken as straight. Band, and the bar at a "
    )
    note += "crossing: 95% bootstrap intervals, which more runs would shrink."
    if several:
        runs = f"{study.replications:,} run{'s' if study.replications > 1 else ''}"
        note += f" Dotted: 5% and 95% quantiles over worlds, each the mean of {runs}."
    body = tall + 0.85 + below + (low + 0.75 if several else 0.0)
    made = sheet(study.origin, true_minus(finding.question), note, width=width, body=body)
    top = made.axes(0.85, made.high - tall - 0.1, width - 1.15, tall)
    _curve(top, curve, asks, scale, several)
    _crossings(top, finding.tables["crossings"], asks, scale)
    told = true_minus(plain(unit)) if scale == 1.0 else "% of runs" if asks.against is None else "points"
    top.set_ylabel("\n".join(wrapped(told, tall - 0.2)))
    lever = "\n".join(map(plain, wrapped(study.lever(asks.lever).title, width - 1.3, most=2)))
    top.set_xlabel(lever)
    if several:
        bottom = made.axes(0.85, made.high - tall - 0.1 - low - 0.95, width - 1.15, low)
        _needed(bottom, finding, asks, curve, top.get_xlim())
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
        Line2D([], [], color=LEVEL, lw=2.6, marker="D", ms=5),
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
    if scale == 100.0 and asks.against is None:
        axes.set_ylim(-2, 102)
    _outside(axes, _limits(curve, asks))
    axes.grid(axis="y", color=RULE, lw=0.4)
    axes.set_axisbelow(True)


def _outside(axes: Axes, limits: tuple[float, float]) -> None:
    left, right = axes.get_xlim()
    pad = 0.03 / 1.06 * (right - left) * 1.01
    for a, b in ((left, limits[0]), (limits[1], right)):
        if b - a > pad:
            axes.axvspan(a, b, color=OUTSIDE, lw=0, zorder=0)
    axes.set_xlim(left, right)


def _crossings(axes: Axes, crossings: Any, asks: Any, scale: float) -> None:
    left, right = axes.get_xlim()
    ends: list[float] = []
    for each in crossings.to_dict("records"):
        low, high = max(each["low"], left), min(each["high"], right)
        axes.plot([low, high], [scale * asks.level] * 2, color=LEVEL, lw=2.6, solid_capstyle="butt", zorder=5)
        for end, value, mark in ((low, each["low"], "<"), (high, each["high"], ">")):
            if not np.isfinite(value):
                axes.plot(end, scale * asks.level, mark, color=LEVEL, ms=6, zorder=6, clip_on=False)
        axes.plot(each["amount"], scale * asks.level, "D", color=LEVEL, ms=5, mec="white", mew=0.6, zorder=6)
        wide = 0.075 * (right - left)
        level = sum(abs(each["amount"] - other) < wide for other in ends[-1:]) and 1
        lift = 7 + 11 * level
        axes.annotate(
            true_minus(number(each["amount"], high - low)),
            (each["amount"], scale * asks.level),
            xytext=(0, lift),
            textcoords="offset points",
            ha="center",
            color=LEVEL,
            fontsize=SIZE,
            weight="bold",
            zorder=7,
            bbox={"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.8},
        )
        ends.append(each["amount"])


def _needed(axes: Axes, finding: Finding, asks: Any, curve: Any, limits: tuple[float, float]) -> None:
    needed = finding.tables["worlds"]["needed"].dropna().to_numpy()
    low, high = _limits(curve, asks)
    found, never = needed[np.isfinite(needed)], int(np.isinf(needed).sum())
    axes.set_xlim(*limits)
    if len(needed) < 30:
        axes.plot(found, np.zeros(len(found)), "|", color=INK, ms=14, mew=1.2)
        axes.set_ylim(-1, 1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    else:
        start = found[found == low]
        edges = np.linspace(low, high, 25).tolist()
        weight = 100.0 / len(needed)
        axes.hist(
            found[found > low], edges, weights=np.full((found > low).sum(), weight), color=FAN, alpha=0.75
        )
        if len(start):
            axes.bar(low, weight * len(start), width=(edges[1] - edges[0]) * 0.45, color=INK)
        axes.set_ylabel("% of worlds")
    _outside(axes, (low, high))
    start_share = 100.0 * (found == low).mean() * len(found) / len(needed) if len(needed) else 0.0
    told = f"Least amount needed, world by world: {100 * len(found) / len(needed):.0f}% of {len(needed):,} "
    told += "worlds reach it"
    told += f" ({start_share:.0f}% at the start, the black bar)" if start_share and len(needed) >= 30 else ""
    told += f"; {100 * never / len(needed):.0f}% never do within the range" if never else ""
    heading(axes, told, size=SIZE - 0.5, rise=0.05)
