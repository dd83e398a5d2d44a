"""`decision`: regret by option and outcome, and the share of worlds in which requirements hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...analyses.decision import COMBINED
from ...answer import SHARE
from ..style import FAN, INK, QUIET, RULE, Sheet, heading, readable, sheet
from ..words import SIZE, line_height, plain, true_minus, width_of, wrapped
from .paths import broken

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

HEAT = LinearSegmentedColormap.from_list("regret", ["#FFFFFF", "#F6D9A8", "#C4622D", "#7A1F0B"])
NAMES, CELL, BAR, GAP = 2.3, 1.45, 1.4, 0.45
FEW = 6
"""Columns of a block; more go to the next block below."""


def figure(study: Study, finding: Finding) -> Figure:
    """A heat table of regret, and below it bars of what is satisfied."""
    options = [each.title for each in study.options]
    regret, met = finding.tables.get("regret"), finding.tables.get("satisficing")
    heat = _blocks(list(dict.fromkeys(regret["outcome"])) if regret is not None else [])
    bars = _blocks(list(dict.fromkeys(met["requirement"])) if met is not None else [])
    most = max([len(each) * CELL for each in heat] + [len(each) * (BAR + GAP) for each in bars])
    width = max(7.6, NAMES + 0.3 + most + 0.4)
    lines = ["\n".join(map(plain, wrapped(each, NAMES - 0.5, SIZE - 0.5, most=3))) for each in options]
    tall = 0.46 * len(options)
    body = sum(tall + 0.72 for _ in heat) + sum(tall + 1.0 for _ in bars) + 0.1
    made = sheet(study.origin, true_minus(finding.question), _note(heat, bars), width=width, body=body)
    top = made.high - 0.1
    for block in heat:
        top -= 0.62
        _heat(made, top, tall, block, finding, lines)
        top -= tall + 0.1
    for block in bars:
        top -= 0.55
        for k, text in enumerate(block):
            axes = made.axes(NAMES + 0.1 + k * (BAR + GAP), top - tall, BAR, tall)
            _bars(axes, met[met["requirement"] == text], text)  # type: ignore[index]
            _options(axes, lines if k == 0 else [])
        top -= tall + 0.45
    return made.figure


def _blocks(names: list[str]) -> list[list[str]]:
    """Columns in as few rows as they need, alike long."""
    size = -(-len(names) // max(1, -(-len(names) // FEW)))
    return [names[k : k + size] for k in range(0, len(names), size or 1)]


def _note(heat: list[Any], bars: list[Any]) -> str:
    note = ""
    if heat:
        note += "Regret: how much better the best option does in the same world, in the outcome's own unit. Large: "
        note += (
            "mean over worlds, then its 95% interval; small: 90th percentile and maximum over worlds. Frame: "
        )
        note += "least mean regret, in 95% of resamples. Shade: mean regret as a part of the outcome's range over "
        note += "options and worlds, darkest from half of it on; none where a column's regrets are "
        note += "within their error. "
    if bars:
        note += "Bars: share of worlds in which a requirement holds, with its 95% interval (Agresti and Coull 1998); "
        note += "dark: the largest, in 95% of resamples."
    return note


def _options(axes: Axes, lines: list[str]) -> None:
    axes.set_yticks(range(len(lines))[::-1], lines, fontsize=SIZE - 0.5, linespacing=1.1)
    axes.tick_params(axis="y", length=0)


def _heat(made: Sheet, top: float, tall: float, block: list[str], finding: Finding, lines: list[str]) -> None:
    axes = made.axes(NAMES + 0.1, top - tall, CELL * len(block), tall)
    regret, ranking = finding.tables["regret"], finding.tables["ranking"]
    for column, outcome in enumerate(block):
        rows = regret[regret["outcome"] == outcome].to_dict("records")
        ranks = ranking[(ranking["outcome"] == outcome) & (ranking["criterion"] == "mean")]
        shown = told_apart(rows)
        for k, (each, first) in enumerate(zip(rows, ranks["first"], strict=True)):
            part = each["mean"] / (each["range"] or 1.0) if shown else 0.0
            _cell(axes, column, len(rows) - 1 - k, each, min(1.0, 2.0 * part), bool(first))
        unit = "parts of their ranges" if outcome == COMBINED else each["unit"]
        _head(axes, column, outcome, "percentage points" if unit == SHARE else unit, _aim(finding, outcome))
    axes.set_xlim(-0.5, len(block) - 0.5)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    axes.set_xticks([])
    _options(axes, lines)
    for side in axes.spines.values():
        side.set_visible(False)


def told_apart(rows: list[dict]) -> bool:
    """Whether the interval of the least mean regret lies below that of the largest."""
    least, most = (pick(rows, key=lambda each: each["mean"]) for pick in (min, max))
    return bool(least["mean_high"] < most["mean_low"])


def _aim(finding: Finding, outcome: str) -> str:
    asks: Any = finding.analysis
    return "" if outcome == COMBINED else "more is better" if outcome in asks.more else "less is better"


def _head(axes: Axes, column: int, outcome: str, unit: str, aim: str) -> None:
    name = broken(outcome, CELL - 0.2, SIZE - 0.5)
    told = [*wrapped(unit, CELL - 0.08, SIZE - 2, most=1), *([aim] if aim else [])]
    rise = 3.0 + 72.0 * len(told) * line_height(SIZE - 2)
    below = "\n".join(true_minus(plain(each)) for each in told)
    axes.annotate(below, (column, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(0, 3), textcoords="offset points",
                  ha="center", va="bottom", fontsize=SIZE - 2, color=QUIET, linespacing=1.15,
                  annotation_clip=False)  # fmt: skip
    axes.annotate("\n".join(map(plain, name)), (column, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(0, rise),
                  textcoords="offset points", ha="center", va="bottom", fontsize=SIZE - 0.5, weight="bold",
                  annotation_clip=False)  # fmt: skip


def _cell(axes: Axes, column: int, row: int, each: Any, part: float, first: bool) -> None:
    scale = 100.0 if each["unit"] == SHARE else 1.0
    shade = HEAT(0.85 * part if np.isfinite(part) else 0.0)
    axes.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=shade, lw=0))
    if first:
        axes.add_patch(
            Rectangle((column - 0.47, row - 0.45), 0.94, 0.9, fill=False, ec=INK, lw=1.4, zorder=4)
        )
    digits = _digits(scale * (each["mean_high"] - each["mean_low"]))
    ink = readable(shade)
    mean, low, high, p90, most = (
        f"{scale * each[name]:,.{digits}f}" for name in ("mean", "mean_low", "mean_high", "p90", "maximum")
    )
    for text, lift, size in (
        (f"{mean}  ({low} to {high})", 0.13, SIZE - 1),
        (f"90%: {p90}   max: {most}", -0.22, SIZE - 2),
    ):
        fits = min(1.0, 0.92 * CELL / width_of(text, size))
        axes.text(column, row + lift, text, ha="center", va="center", fontsize=size * fits, color=ink)


def _digits(width: float) -> int:
    if not np.isfinite(width) or width <= 0:
        return 1
    leading = np.floor(np.log10(width))
    return int(np.clip(-leading + (width < 3 * 10**leading), 0, 4))


def _bars(axes: Axes, rows: Any, text: str) -> None:
    last = len(rows) - 1
    for k, each in enumerate(rows.to_dict("records")):
        axes.barh(last - k, 100 * each["share"], height=0.5, color=FAN, alpha=1.0 if each["first"] else 0.55)
        axes.plot([100 * each["low"], 100 * each["high"]], [last - k] * 2, color=INK, lw=1.2)
        axes.text(103, last - k, f"{100 * each['share']:.0f}%", va="center", fontsize=SIZE - 2, clip_on=False)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, last + 0.6)
    axes.set_xticks([0, 50, 100])
    axes.set_yticks([])
    axes.set_xlabel("% of worlds", labelpad=1)
    axes.grid(axis="x", color=RULE, lw=0.4)
    axes.set_axisbelow(True)
    heading(axes, true_minus(text.replace("<=", "≤").replace(">=", "≥")), size=SIZE - 0.5, rise=0.04)
