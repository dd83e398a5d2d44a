"""`flip`: along each uncertain input, where the verdict between two options holds and where it turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from ...analyses.flip import borders, scaled
from ...analyses.telling import turning
from ..style import INK, QUIET, blank, legend_height, sheet
from ..words import MINUS, SIZE, plain, true_minus, width_of
from .paths import broken

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

HIGHER, LOWER, UNSURE = "#0072B2", "#E69F00", "#E4E4E4"
MOST, ROW, RIGHT = 24, 0.46, 2.5


def figure(study: Study, finding: Finding) -> Figure:
    """One strip an input, those that turn the verdict first."""
    flips = finding.tables["flips"].to_dict("records")
    if all(each["verdict"] == "nothing to turn" for each in flips):
        made = sheet(study.origin, true_minus(finding.question), "", width=8.4, body=1.2)
        blank(made.axes(0.4, made.low, 7.6, 1.2), true_minus(" ".join(finding.answer[:2])))
        return made.figure
    shown = flips[:MOST]
    names = [broken(each["input"], 2.3, SIZE - 0.5, most=3) for each in shown]
    left = 0.55 + max(width_of(line, SIZE - 0.5) for name in names for line in name)
    width, tall = left + 4.6 + RIGHT, ROW * len(shown)
    handles, labels = _key(finding, shown)
    below = legend_height(labels, width - 0.8)
    note = _note(study, finding, len(flips))
    made = sheet(study.origin, true_minus(finding.question), note, width=width, body=tall + 0.3 + below)
    axes = made.axes(left, made.high - tall - 0.1, width - left - RIGHT, tall)
    for k, (each, name) in enumerate(zip(shown, names, strict=True)):
        row = len(shown) - 1 - k
        _strip(axes, study, finding, each, row)
        axes.text(-0.02, row, "\n".join(map(plain, name)), transform=axes.get_yaxis_transform(), ha="right",
                  va="center", fontsize=SIZE - 0.5, linespacing=1.05)  # fmt: skip
        told = true_minus(turning(each, "\n(other sign not distinguishable)"))
        axes.text(1.02, row, told, transform=axes.get_yaxis_transform(), va="center",
                  fontsize=SIZE - 1, color=INK if each["verdict"] == "flips" else QUIET)  # fmt: skip
    axes.set_xlim(-0.005, 1.005)
    axes.set_ylim(-0.55, len(shown) - 0.45)
    axes.set_axis_off()
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure


def _key(finding: Finding, shown: list[dict]) -> tuple[list[Any], list[str]]:
    """Signs of what is drawn, and of nothing else."""
    strips = finding.tables["strips"]
    strips = strips[strips["input"].isin([each["input"] for each in shown])]
    signs, turns = set(strips["sign"]), any(np.isfinite(each["value"]) for each in shown)
    entries: list[tuple[bool, Any, str]] = [
        (1 in signs, Patch(color=HIGHER), "+ the first option is higher"),
        (-1 in signs, Patch(color=LOWER), f"{MINUS} it is lower"),
        (0 in signs, Patch(facecolor=UNSURE, edgecolor="#BBBBBB", hatch="////", lw=0), "not distinguishable"),
        (True, Line2D([], [], color=INK, marker="v", ls="", ms=6), "the scenario's own number"),
        (turns, Line2D([], [], color=INK, lw=1.6, marker="|", ms=11, mew=1.6), "where it turns, with its 95% interval"),
    ]  # fmt: skip
    kept = [(handle, label) for there, handle, label in entries if there]
    return [handle for handle, _ in kept], [label for _, label in kept]


def _note(study: Study, finding: Finding, count: int) -> str:
    verdict = finding.tables["verdict"].to_dict("records")[0]
    words = {1: "higher", -1: "lower", 0: "not distinguishable"}[verdict["direction"]]
    if study.design.kind == "one_at_a_time":
        note = f"Each input by itself, all others at the scenario's own numbers, where the first option is {words}. "
        note += "A strip is an input's range (log_uniform inputs in logarithms); colours change where the difference "
        note += "is none, else half way between levels that were run."
    else:
        note = "Each input in bins alike full, all others as they are drawn; over all worlds the first option is "
        note += f"{words}. "
        note += "A strip is the range that was drawn."
    note += (
        " A colour is shown where the 95% interval, widened for looking so often (Bonferroni), excludes none."
    )
    return note + (f" {count - MOST} more inputs are in the table." if count > MOST else "")


def _strip(axes: Axes, study: Study, finding: Finding, each: Any, row: int) -> None:
    one = next(k for k in study.inputs if k.path == each["input"])
    part = finding.tables["strips"]
    part = part[part["input"] == each["input"]]
    ends = np.array([each["from"], each["to"]])

    def place(values: Any) -> Any:
        return np.clip(scaled(one, np.asarray(values, dtype=float), ends), 0.0, 1.0)

    low, high = place(ends)
    if "place" in part:
        levels = part[~part["nominal"]].sort_values("value") if (~part["nominal"]).any() else part
        at = place(levels["value"].to_numpy())
        edges = np.array([low, *borders(at, levels, steps=one.shape.discrete), high])
    else:
        levels = part
        edges = place([*part["from"], part["to"].iloc[-1]])
    for a, b, sign in zip(edges, edges[1:], levels["sign"], strict=False):
        _cell(axes, a, b, row, int(sign))
    nominal = float(place([each["nominal"]])[0])
    axes.plot(nominal, row + 0.24, "v", color=INK, ms=6, zorder=5, clip_on=False)
    if np.isfinite(each["value"]):
        at = float(place([each["value"]])[0])
        known = [each[name] for name in ("low", "high") if not np.isnan(each[name])]
        bounds = [float(place([np.clip(bound, *ends)])[0]) for bound in known]
        axes.plot([at, at], [row - 0.17, row + 0.2], color=INK, lw=1.6, zorder=6)
        axes.plot(bounds, [row - 0.02] * len(bounds), color=INK, lw=1.6, zorder=6)
    for x, value, side in ((low, ends[0], "left"), (high, ends[1], "right")):
        axes.text(
            x, row - 0.2, true_minus(f"{value:.3g}"), ha=side, va="top", fontsize=SIZE - 2.5, color=QUIET
        )


def _cell(axes: Axes, a: float, b: float, row: int, sign: int) -> None:
    colour = {1: HIGHER, -1: LOWER, 0: UNSURE}[sign]
    look: dict[str, Any] = {} if sign else {"hatch": "////", "edgecolor": "#BBBBBB"}
    axes.add_patch(Rectangle((a, row - 0.17), b - a, 0.34, facecolor=colour, lw=0, **look))
    if sign and b - a > 0.03:
        axes.text((a + b) / 2, row, "+" if sign > 0 else "\N{MINUS SIGN}", ha="center", va="center",
                  fontsize=SIZE, color="white" if sign > 0 else INK)  # fmt: skip
