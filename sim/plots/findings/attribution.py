"""`attribution`: from none of the causes to all of them, one share after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...answer import SHARE
from ..style import INK, QUIET, RULE, legend_height, sheet
from ..words import SIZE, plain, signed, true_minus, wrapped

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

UP, DOWN, UNSURE = "#0072B2", "#D55E00", "#B0B0B0"
LEFT, RIGHT, ROW = 2.45, 1.95, 0.42


def figure(study: Study, finding: Finding) -> Figure:
    """A waterfall: rows are causes by size of share, with what each does first and last."""
    shares, ends = finding.tables["shares"].to_dict("records"), _ends(finding)
    unit = study.columns[finding.analysis.outcome][0]  # type: ignore[attr-defined]
    width, tall = 9.6, ROW * (len(shares) + 2) + 0.1
    handles, labels = _key(shares)
    below = legend_height(labels, width - 0.8)
    note = (
        "A cause's share is what adding it changes, averaged over all orders in which the causes can be added (Shapley "
        "1953); shares add up to the whole. Bars across: 95% bootstrap intervals of the shares, which more runs would "
        "shrink. Numbers at the right: share, with its interval."
    )
    made = sheet(study.origin, true_minus(finding.question), note, width=width, body=tall + 0.65 + below)
    axes = made.axes(LEFT, made.high - tall - 0.1, width - LEFT - RIGHT, tall)
    _rows(axes, shares, ends, 100.0 if unit == SHARE else 1.0)
    axes.set_xlabel("% of runs" if unit == SHARE else f"mean: {true_minus(plain(unit))}")
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure


def _ends(finding: Finding) -> tuple[Any, Any]:
    """The rows with none of the causes and with all."""
    rows = finding.tables["combinations"].to_dict("records")
    return rows[0], rows[-1]


def _key(shares: list[dict]) -> tuple[list[Any], list[str]]:
    """Signs of what is drawn, and of nothing else."""
    handles = [
        Patch(color=UP), Patch(color=DOWN), Patch(facecolor="white", edgecolor=UNSURE, hatch="////"),
        Line2D([], [], color=INK, marker=">", ls="", ms=5, mfc="white"),
        Line2D([], [], color=INK, marker="<", ls="", ms=5),
        Line2D([], [], color=QUIET, lw=0.8, ls=(0, (1, 1))),
    ]  # fmt: skip
    labels = [
        "raises it",
        "lowers it",
        "not distinguishable from none",
        "by itself (added first)",
        "on top of all others (added last)",
        "least to most, in any company",
    ]
    signs = {each["direction"] and (1 if each["share"] > 0 else -1) for each in shares}
    there = [1 in signs, -1 in signs, 0 in signs, True, True, True]
    kept = [k for k, each in enumerate(there) if each]
    return [handles[k] for k in kept], [labels[k] for k in kept]


def _rows(axes: Axes, shares: list[dict], ends: tuple[dict, dict], scale: float) -> None:
    count, at = len(shares) + 2, ends[0]["mean"]
    digits = _digits(shares, scale)
    _total(axes, count - 1, ends[0], scale)
    for k, each in enumerate(shares):
        row = count - 2 - k
        _share(axes, row, at, each, scale)
        told = f"{signed(scale * each['share'], digits)}  ({signed(scale * each['low'], digits)} to "
        told += f"{signed(scale * each['high'], digits)})"
        _told(axes, row, told)
        axes.plot([scale * (at + each["share"])] * 2, [row - 1, row], color=QUIET, lw=0.5, zorder=1)
        at += each["share"]
    axes.plot([scale * ends[0]["mean"]] * 2, [count - 2, count - 1], color=QUIET, lw=0.5, zorder=1)
    _total(axes, 0, ends[1], scale)
    for row, each in ((count - 1, ends[0]), (0, ends[1])):
        bounds = [f"{scale * each[name]:.{digits}f}" for name in ("mean", "low", "high")]
        _told(axes, row, true_minus(f"{bounds[0]}  ({bounds[1]} to {bounds[2]})"))
    _reach(axes, shares, ends, scale)
    _names(axes, ["none of the causes", *(each["title"] for each in shares), _everyone(len(shares))])


def _reach(axes: Axes, shares: list[dict], ends: tuple[dict, dict], scale: float) -> None:
    """Room for every bar, interval and mark."""
    places, at = [each[name] for each in ends for name in ("low", "mean", "high")], ends[0]["mean"]
    for each in shares:
        places += [at + each[name] for name in ("low", "share", "high", "least", "most", "alone", "last")]
        at += each["share"]
    low, high = scale * min(places), scale * max(places)
    pad = 0.04 * (high - low) or 1.0
    axes.set_xlim(low - pad, high + pad)


def _everyone(count: int) -> str:
    return f"all {count} causes" if count > 1 else "with the cause"


def _digits(shares: list[dict], scale: float) -> int:
    if scale == 100.0:
        return 1
    size = max((abs(each["high"] - each["low"]) for each in shares), default=1.0) or 1.0
    return int(np.clip(2 - np.floor(np.log10(size)), 0, 4))


def _total(axes: Axes, row: int, each: dict, scale: float) -> None:
    axes.plot([scale * each["low"], scale * each["high"]], [row, row], color=INK, lw=1.4)
    axes.plot(scale * each["mean"], row, "o", color=INK, ms=5)


def _share(axes: Axes, row: int, at: float, each: dict, scale: float) -> None:
    sure, colour = each["direction"], UP if each["share"] > 0 else DOWN
    look: dict[str, Any] = {"color": colour} if sure else {"fc": "white", "ec": UNSURE, "hatch": "////"}
    axes.barh(row, scale * each["share"], left=scale * at, height=0.5, lw=0.8, zorder=2, **look)
    axes.plot(
        [scale * (at + each["least"]), scale * (at + each["most"])],
        [row - 0.36, row - 0.36],
        color=QUIET,
        lw=0.8,
        ls=(0, (1, 1)),
    )
    axes.plot(
        [scale * (at + each["low"]), scale * (at + each["high"])], [row, row], color=INK, lw=1.2, zorder=3
    )
    axes.plot(
        scale * (at + each["alone"]), row - 0.36, ">", color=INK, mfc="white", ms=4.5, mew=0.8, zorder=4
    )
    axes.plot(scale * (at + each["last"]), row - 0.36, "<", color=INK, ms=4.5, mew=0.8, zorder=3)


def _told(axes: Axes, row: int, text: str) -> None:
    axes.text(1.02, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=SIZE - 1.5)


def _names(axes: Axes, names: list[str]) -> None:
    lines = ["\n".join(map(plain, wrapped(each, LEFT - 0.55, SIZE - 0.5, most=3))) for each in names]
    axes.set_yticks(range(len(names))[::-1], lines, fontsize=SIZE - 0.5, linespacing=1.1)
    axes.set_ylim(-0.6, len(names) - 0.45)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, lw=0.4)
    axes.set_axisbelow(True)
