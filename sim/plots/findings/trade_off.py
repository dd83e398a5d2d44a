"""`trade_off`: options by two outcomes at a time, with those that no other beats joined."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...answer import SHARE
from ..style import INK, QUIET, RULE, inches, legend_height, sheet
from ..words import SIZE, line_height, plain, short, true_minus, width_of, wrapped

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

ON, OFF = "#0072B2", "#9A9A9A"
MOST = 4


def figure(study: Study, finding: Finding) -> Figure:
    """A panel for each pair of outcomes, at most four of them; letters name the options."""
    table, options = finding.tables["outcomes"], finding.tables["options"].to_dict("records")
    outcomes = list(dict.fromkeys(table["outcome"]))
    pairs = list(combinations(outcomes[:MOST], 2))
    columns = min(3, len(pairs))
    rows, wide, tall = -(-len(pairs) // columns), 2.75 if columns > 1 else 5.7, 2.5 if columns > 1 else 3.4
    width = max(7.0, 0.5 + columns * (wide + 0.85))
    names = [_letter(k) for k in range(len(options))]
    key = _key_lines(options, names, width - 0.8)
    handles, labels = _key()
    below = legend_height(labels, width - 0.8) + len(key) * line_height(SIZE - 1) + 0.25
    note = (
        "Each point is an option's mean over worlds; bars: 95% bootstrap intervals, which more runs would shrink, and "
        "which overstate the doubt between options, since these share worlds and luck. The step joins the options that "
        "no other beats in the two outcomes of a panel; filled are those that none beats in all outcomes together."
    )
    if len(outcomes) > MOST:
        note += f" The first {MOST} of {len(outcomes)} outcomes are drawn."
    made = sheet(
        study.origin, true_minus(finding.question), note, width=width, body=rows * (tall + 0.75) + 0.1 + below
    )
    grid = made.grid(rows, columns, left=0.85, top=made.high - 0.15, size=(wide, tall), gap=(0.85, 0.75))
    for axes, pair in zip(grid, pairs, strict=False):
        _panel(axes, table, pair, options, names)
    for axes in grid[len(pairs) :]:
        axes.set_axis_off()
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    top = made.low + below - legend_height(labels, width - 0.8) - 0.05
    for k, line in enumerate(key):
        made.figure.text(0.4 / width, (top - k * line_height(SIZE - 1)) / made.height, plain(line), fontsize=SIZE - 1,
                         va="top")  # fmt: skip
    return made.figure


def _letter(k: int) -> str:
    return chr(65 + k) if k < 26 else chr(65 + k // 26 - 1) + chr(65 + k % 26)


def _key() -> tuple[list[Any], list[str]]:
    handles = [
        Line2D([], [], color=ON, marker="o", ls="", ms=6),
        Line2D([], [], color=OFF, marker="o", mfc="white", ls="", ms=6),
        Line2D([], [], color=INK, lw=0.9, ls=(0, (4, 2))),
        Line2D([], [], color=INK, marker=r"$\nearrow$", ls="", ms=8),
    ]
    return handles, [
        "no other option beats it",
        "another option beats it",
        "best two by two",
        "better this way",
    ]


def _key_lines(options: list[dict], names: list[str], room: float) -> list[str]:
    """What the letters stand for: title, and the share of resamples in which it is unbeaten."""
    told = [
        f"{name}  {short(each['title'], 90)} (unbeaten in {100 * each['in_resamples']:.0f}% of resamples, "
        f"{100 * each['in_worlds']:.0f}% of worlds)"
        for name, each in zip(names, options, strict=True)
    ]
    return [line for each in told for line in wrapped(each, room, SIZE - 1, most=2)]


def _panel(axes: Axes, table: Any, pair: tuple[str, str], options: list[dict], names: list[str]) -> None:
    one, other = (table[table["outcome"] == each].reset_index(drop=True) for each in pair)
    scales = [100.0 if each["unit"].iloc[0] == SHARE else 1.0 for each in (one, other)]
    x, y = scales[0] * one["mean"].to_numpy(), scales[1] * other["mean"].to_numpy()
    for k, each in enumerate(options):
        colour = ON if each["unbeaten"] else OFF
        axes.plot(
            [scales[0] * one["low"][k], scales[0] * one["high"][k]],
            [y[k]] * 2,
            color=colour,
            lw=0.9,
            alpha=0.7,
        )
        axes.plot(
            [x[k]] * 2,
            [scales[1] * other["low"][k], scales[1] * other["high"][k]],
            color=colour,
            lw=0.9,
            alpha=0.7,
        )
        face = colour if each["unbeaten"] else "white"
        axes.plot(x[k], y[k], "o", color=colour, mfc=face, ms=6, zorder=4)
    signs = [1.0 if each["better"].iloc[0] == "more" else -1.0 for each in (one, other)]
    axes.margins(0.12)
    _front(axes, x, y, signs)
    for which, part, name in (("x", one, pair[0]), ("y", other, pair[1])):
        _label(axes, which, name, part["unit"].iloc[0])
    axes.locator_params(nbins=5)
    axes.grid(color=RULE, lw=0.4)
    axes.set_axisbelow(True)
    _arrow(axes, signs)
    _letters(axes, x, y, names)


def _label(axes: Axes, which: str, name: str, unit: str) -> None:
    width, height = inches(axes)
    told = f"{name}, % of runs" if unit == SHARE else f"{name}: {unit}"
    lines = [
        true_minus(plain(each)) for each in wrapped(told, width if which == "x" else height, SIZE - 1, most=2)
    ]
    (axes.set_xlabel if which == "x" else axes.set_ylabel)("\n".join(lines), fontsize=SIZE - 1)


def _front(axes: Axes, x: np.ndarray, y: np.ndarray, signs: list[float]) -> None:
    """The step through the options that none beats in these two outcomes."""
    good = np.stack([signs[0] * x, signs[1] * y])
    beaten = [
        bool(((good >= good[:, [k]]).all(axis=0) & (good > good[:, [k]]).any(axis=0)).any())
        for k in range(len(x))
    ]
    on = sorted((k for k in range(len(x)) if not beaten[k]), key=lambda k: x[k])
    # The corner between two such points is what both fall short of: the worse of each outcome.
    xs, ys = [x[on[0]]], [y[on[0]]]
    for a, b in pairwise(on):
        xs += [min(x[a], x[b]) if signs[0] > 0 else max(x[a], x[b]), x[b]]
        ys += [min(y[a], y[b]) if signs[1] > 0 else max(y[a], y[b]), y[b]]
    axes.plot(xs, ys, color=INK, lw=0.9, ls=(0, (4, 2)), zorder=3)


def _arrow(axes: Axes, signs: list[float]) -> None:
    """An arrow in the corner toward which both outcomes get better."""
    across, upward = ((0.98, 0.9) if sign > 0 else (0.02, 0.1) for sign in signs)
    tip, tail = (across[0], upward[0]), (across[1], upward[1])
    axes.annotate("", tip, xytext=tail, xycoords="axes fraction", textcoords="axes fraction",
                  arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.0})  # fmt: skip


def _letters(axes: Axes, x: np.ndarray, y: np.ndarray, names: list[str]) -> None:
    """A letter beside each point, where it covers neither points nor other letters."""
    width, height = inches(axes)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    at = np.column_stack([(x - left) / (right - left) * width, (y - low) / (high - low) * height])
    taken: list[tuple[float, float, float]] = [(*each, 0.06) for each in at.tolist()]
    for k, name in enumerate(names):
        size = max(0.07, width_of(name, SIZE - 0.5, "bold") / 2 + 0.015)
        spots = [
            (at[k, 0] + reach * np.cos(turn), at[k, 1] + reach * np.sin(turn))
            for reach in (0.14, 0.2, 0.28, 0.38, 0.5)
            for turn in np.deg2rad([45, 135, -45, -135, 0, 90, 180, -90])
        ]
        own = (*at[k].tolist(), 0.06)
        clash = [_clash(spot, size, [each for each in taken if each != own], width, height) for spot in spots]
        spot = spots[int(np.argmin(clash))]
        taken.append((float(spot[0]), float(spot[1]), size))
        place = (left + spot[0] / width * (right - left), low + spot[1] / height * (high - low))
        if np.hypot(spot[0] - at[k, 0], spot[1] - at[k, 1]) > 0.19:
            axes.plot([x[k], place[0]], [y[k], place[1]], color=QUIET, lw=0.5, zorder=2)
        axes.text(*place, plain(name), ha="center", va="center", fontsize=SIZE - 0.5, weight="bold", zorder=5,
                  bbox={"fc": "white", "ec": "none", "pad": 0.4, "alpha": 0.75})  # fmt: skip
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)


def _clash(
    spot: tuple[float, float],
    size: float,
    taken: list[tuple[float, float, float]],
    width: float,
    height: float,
) -> float:
    """How much a letter would cover, 0 for nothing; outside the axes counts most."""
    over = sum(max(0.0, size + other - float(np.hypot(spot[0] - a, spot[1] - b))) for a, b, other in taken)
    out = max(0.0, size - spot[0], spot[0] + size - width, size - spot[1], spot[1] + size - height)
    return over + 10 * out
