"""`sensitivity`: what drives an outcome, as bars of indices, a tornado, or effects against their spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...analyses.base import unit_of
from ...analyses.telling import rows
from ...answer import FEWEST, SHARE
from ..style import FAN, INK, QUIET, RULE, Sheet, blank, inches, legend_height, sheet
from ..words import MINUS, SIZE, plain, true_minus
from .paths import broken, row_labels

if TYPE_CHECKING:
    import pandas as pd

    from ...analyses import Finding
    from ...study import Study

MOST = 20
"""Inputs drawn at most; the rest are summed up in the note."""

LIGHT = "#B9CBDD"
LABELS, WIDTH = 2.75, 8.6
LUCK = "Luck: variance of replications at a point, % of the total variance over runs (left out above), 95% interval."

AT_HIGHEST: dict[str, Any] = {"facecolor": FAN, "edgecolor": FAN, "lw": 0.0}
AT_LOWEST: dict[str, Any] = {"facecolor": "white", "edgecolor": FAN, "hatch": "////", "lw": 0.6}
GREY: dict[str, Any] = {"edgecolor": "#A8A8A8"}
SOLID_GREY: dict[str, Any] = {"edgecolor": "#A8A8A8", "facecolor": "#D2D2D2"}
LUCK_ALONE: dict[str, Any] = {"facecolor": "white", "edgecolor": QUIET, "hatch": "....", "lw": 0.6}
"""How the bars of a tornado look: an input at its highest, at its lowest (both grey where it cannot be told),
and luck alone."""


def figure(study: Study, finding: Finding) -> Figure:
    """The sheet that fits the method."""
    if "inputs" not in finding.tables:
        made = sheet(study.origin, true_minus(finding.question), "", width=WIDTH, body=1.2)
        blank(made.axes(0.4, made.low, WIDTH - 0.8, 1.2), finding.answer[0])
        return made.figure
    columns = finding.tables["inputs"].columns
    draw = _indices if "total" in columns else _effects if "mu_star" in columns else _screen
    return (_tornado if "swing" in columns else draw)(study, finding)


TOLD = {"total": "total index", "mu_star": "μ*", "pawn": "PAWN", "swing": "swing"}


def _note(table: pd.DataFrame, column: str, told: str, scale: float = 1.0) -> str:
    """What is not drawn, in a sentence."""
    rest, told = table.iloc[MOST:], true_minus(told)
    if not len(rest):
        return told
    most = scale * float(rest[column].max())
    size = "0, exactly" if most == 0 else "below 0.001" if most < 0.001 else f"at most {most:.2g}"
    return f"{told} Not drawn: {len(rest)} more inputs, {TOLD[column]} {size}."


def _grid(axes: Axes) -> None:
    axes.grid(axis="x", color=RULE, lw=0.4)
    axes.set_axisbelow(True)
    axes.axvline(0, color=INK, lw=0.7)


def _rows(axes: Axes, table: pd.DataFrame, room: float = LABELS - 0.45) -> None:
    row_labels(axes, list(table["input"]), room)
    axes.set_ylim(-len(table) + 0.4, 0.6)


def _numbers(axes: Axes, told: list[str], head: str) -> None:
    """Numbers to the right of rows, under a heading."""
    width, height = inches(axes)
    where = axes.get_yaxis_transform()
    for k, text in enumerate(told):
        axes.text(1 + 0.12 / width, -k, true_minus(text), transform=where, va="center", fontsize=SIZE - 1.5)
    axes.text(
        1 + 0.12 / width,
        1 + 0.06 / height,
        head,
        transform=axes.transAxes,
        va="bottom",
        fontsize=SIZE - 1.5,
        color=QUIET,
    )


def _luck(made: Sheet, finding: Finding, bottom: float, wide: float, left: float = LABELS) -> None:
    """Luck's share of the variance over runs, as a bar of its own."""
    axes = made.axes(left, bottom, wide, 0.24)
    luck = finding.tables["luck"].iloc[0]
    axes.set_yticks([0], ["luck"], fontsize=SIZE - 1)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.5, 0.5)
    axes.set_xlabel("% of the total variance over runs")
    if np.isfinite(luck["luck"]):
        axes.barh(0, 100 * luck["luck"], 0.7, color="white", edgecolor=QUIET, hatch="////", lw=0.6)
        axes.plot([100 * luck["luck_low"], 100 * luck["luck_high"]], [0, 0], color=INK, lw=1.2)
        _numbers(axes, [f"{100 * luck['luck']:.1f}%"], "")
    else:
        axes.text(
            1,
            0,
            "not known: one replication, or nothing varies",
            va="center",
            fontsize=SIZE - 1.5,
            color=QUIET,
        )


def _bars(
    study: Study, finding: Finding, note: str, count: int, labels: list[str]
) -> tuple[Sheet, float, float]:
    """A sheet with room for rows, a legend below and luck's bar; gives its top and height of rows."""
    tall = max(0.7, 0.3 * count + 0.1)
    below = legend_height(labels, WIDTH - 0.8) + 1.35
    made = sheet(study.origin, true_minus(finding.question), note, width=WIDTH, body=tall + 0.35 + below)
    return made, made.high - 0.32, tall


# --- indices --------------------------------------------------------------------------------------


def _indices(study: Study, finding: Finding) -> Figure:
    table = finding.tables["inputs"]
    shown = table.head(MOST)
    labels = [
        "total index: with all interactions",
        "first-order index: by itself",
        "95% interval over the base sample",
    ]
    sums = finding.tables["sum"].iloc[0]
    rest = "; the rest is interactions" if sums["high"] < 1.0 else ""
    told = (
        "Indices are shares of the variance over points of the mean over replications. By themselves the "
        f"inputs explain {100 * sums['first_orders']:.0f}% ({100 * sums['low']:.0f} to "
        f"{100 * sums['high']:.0f}%){rest}. {LUCK}"
    )
    made, top, tall = _bars(study, finding, _note(table, "total", told), len(shown), labels)
    wide = WIDTH - LABELS - 1.75
    axes = made.axes(LABELS, top - tall, wide, tall)
    for k, row in enumerate(rows(shown)):
        axes.barh(-k, row.total, 0.72, color=LIGHT, edgecolor=FAN, lw=0.5)
        axes.barh(-k, row.first_order, 0.36, color=FAN)
        axes.plot([row.total_low, row.total_high], [-k + 0.27, -k + 0.27], color=INK, lw=1.1)
        axes.plot([row.first_order_low, row.first_order_high], [-k, -k], color=INK, lw=1.1)
    _rows(axes, shown)
    _grid(axes)
    axes.set_xlabel("share of the variance over points")
    _numbers(axes, [_both(row) for row in rows(shown)], "by itself / total")
    handles = [Patch(fc=LIGHT, ec=FAN, lw=0.5), Patch(fc=FAN), Line2D([], [], color=INK, lw=1.1)]
    made.legend(handles, labels, left=0.4, top=top - tall - 0.5, room=WIDTH - 0.8)
    _luck(made, finding, made.low + 0.42, wide)
    return made.figure


def _both(row: Any) -> str:
    if row.total == 0.0 == row.first_order:
        return "0, exactly"
    return f"{row.first_order:.2f} / {row.total:.2f}".replace("-0.00", "0.00")


# --- screen ---------------------------------------------------------------------------------------


def _screen(study: Study, finding: Finding) -> Figure:
    table = finding.tables["inputs"]
    shown = table.head(MOST)
    labels = [
        "stands out from chance by this measure",
        "does not",
        "what chance gives",
        "partial rank correlation, 95% interval",
    ]
    told = (
        "PAWN: mean distance (Kolmogorov and Smirnov) between the outcome's distribution and that in "
        "tenths of an input. "
        "Chance: what as many inputs that do nothing stay below. Partial rank correlation: all other "
        "inputs held fixed. "
        f"An input stands out if it does by either; those come first. {LUCK}"
    )
    made, top, tall = _bars(study, finding, _note(table, "pawn", told), len(shown), labels)
    wide = (WIDTH - LABELS - 0.75) / 2
    left = made.axes(LABELS, top - tall, wide, tall)
    right = made.axes(LABELS + wide + 0.3, top - tall, wide, tall)
    for k, row in enumerate(rows(shown)):
        look = (
            {"color": FAN}
            if row.pawn_above
            else {"color": "white", "edgecolor": QUIET, "hatch": "....", "lw": 0.6}
        )
        left.barh(-k, row.pawn, 0.6, **look)
        right.plot([row.partial_rank_low, row.partial_rank_high], [-k, -k], color=INK, lw=1.2)
        face = FAN if row.rank_above else "white"
        right.plot(row.partial_rank, -k, "o", color=face, mec=FAN if row.rank_above else QUIET, ms=4.5)
    floor = float(table["chance"].iloc[0])
    left.axvline(floor, color=INK, lw=1.0, ls=(0, (4, 2)))
    _rows(left, shown)
    _grid(left)
    left.set_xlabel("PAWN index, 0 to 1")
    right.set_ylim(left.get_ylim())
    right.set_yticks([])
    right.spines["left"].set_visible(False)
    right.set_xlim(-1.05, 1.05)
    _grid(right)
    right.set_xlabel(f"partial rank correlation, {MINUS}1 to 1")
    handles = [
        Patch(fc=FAN),
        Patch(fc="white", ec=QUIET, hatch="....", lw=0.6),
        Line2D([], [], color=INK, lw=1, ls=(0, (4, 2))),
        Line2D([], [], color=INK, lw=1.2, marker="o", mfc=FAN, mec=FAN, ms=4.5),
    ]
    made.legend(handles, labels, left=0.4, top=top - tall - 0.5, room=WIDTH - 0.8)
    _luck(made, finding, made.low + 0.42, WIDTH - LABELS - 1.75)
    return made.figure


# --- tornado --------------------------------------------------------------------------------------


def _unit(study: Study, finding: Finding) -> tuple[float, str]:
    outcome = getattr(finding.analysis, "outcome")  # noqa: B009
    scale = 100.0 if study.columns[outcome][0] == SHARE else 1.0
    return scale, unit_of(study, outcome, "").removeprefix("difference in ")


def _tornado(study: Study, finding: Finding) -> Figure:
    table = finding.tables["inputs"]
    shown, (scale, unit) = table.head(MOST), _unit(study, finding)
    luck = finding.tables["luck"].iloc[0]
    deviation, inside = scale * luck["deviation_of_luck"], _extremes(shown, luck["nominal"])
    handles, labels = _tornado_key(shown, luck=bool(np.isfinite(deviation)), inside=bool(inside))
    told = (
        f"Changes from the outcome at the scenario's own numbers ({scale * luck['nominal']:.3g}), one input "
        "moved, all others kept, run by run on equal luck. Nothing is said of interactions."
    )
    tall = 0.3 * (len(shown) + 1) + 0.1
    below = legend_height(labels, WIDTH - 0.8) + 0.55
    made = sheet(
        study.origin,
        true_minus(finding.question),
        _note(table, "swing", told, scale),
        width=WIDTH,
        body=tall + 0.35 + below,
    )
    top, wide = made.high - 0.32, WIDTH - LABELS - 1.75
    axes = made.axes(LABELS, top - tall, wide, tall)
    for k, row in enumerate(rows(shown)):
        _swings(axes, row, -k, scale)
    for k, value in inside:
        axes.plot(scale * value, -k, "D", color="white", mec=INK, ms=4.5, zorder=4)
    if np.isfinite(deviation):
        axes.barh(-len(shown), 2 * deviation, 0.4, left=-deviation, **LUCK_ALONE)
    row_labels(axes, [*shown["input"], "luck"], LABELS - 0.45)
    axes.set_ylim(-len(shown) - 0.6, 0.6)
    reach = 1.08 * max(abs(each) for each in axes.get_xlim())
    axes.set_xlim(-reach, reach)
    _grid(axes)
    axes.set_xlabel(true_minus(plain(f"change of '{getattr(finding.analysis, 'outcome')}', {unit}")))  # noqa: B009
    values = [f"{row.low_value:.3g} to {row.high_value:.3g}" for row in rows(shown)]
    _numbers(
        axes, [*values, f"± {deviation:.2g}" if np.isfinite(deviation) else "not known"], "lowest to highest"
    )
    made.legend(handles, labels, left=0.4, top=top - tall - 0.5, room=WIDTH - 0.8)
    return made.figure


def _tornado_key(shown: pd.DataFrame, *, luck: bool, inside: bool) -> tuple[list[Any], list[str]]:
    """Signs of what is drawn, and of nothing else."""
    moved = shown[shown["swing"] != 0.0]
    untold = moved[~moved["told"]]
    few = bool((untold["differing"] < FEWEST).all())
    all_grey = len(moved) > 0 and len(untold) == len(moved)
    high, low = (AT_HIGHEST | SOLID_GREY, AT_LOWEST | GREY) if all_grey else (AT_HIGHEST, AT_LOWEST)
    why = "too few runs to tell" if few else "not distinguishable from none"
    entries: list[tuple[bool, Any, str]] = [
        (True, Patch(**high), "input at its highest"),
        (True, Patch(**low), "input at its lowest"),
        (bool(len(untold)), Patch(**AT_HIGHEST | SOLID_GREY), f"grey: {why}"),
        (bool((moved["differing"] >= FEWEST).any()), Line2D([], [], color=INK, lw=1.1),
         "95% interval over replications"),
        (luck, Patch(**LUCK_ALONE), "luck alone: ± 1 standard deviation"),
        (inside, Line2D([], [], ls="", marker="D", color="white", mec=INK, ms=4.5), "an extreme inside the range"),
    ]  # fmt: skip
    kept = [(handle, label) for there, handle, label in entries if there]
    return [handle for handle, _ in kept], [label for _, label in kept]


def _swings(axes: Axes, row: Any, at: float, scale: float) -> None:
    """What an input does at both its ends, with intervals where runs are enough; one below the other on one side."""
    same = np.sign(row.at_low) == np.sign(row.at_high)
    for end, look, shift in (("low", AT_LOWEST, -0.14), ("high", AT_HIGHEST, 0.14)):
        place = at + shift * same
        drawn = look if row.told else look | (GREY if end == "low" else SOLID_GREY)
        axes.barh(place, scale * getattr(row, f"at_{end}"), 0.28 if same else 0.56, **drawn)
        ends = [scale * getattr(row, f"at_{end}_{side}") for side in ("low", "high")]
        if np.isfinite(ends).all() and row.differing >= FEWEST:
            axes.plot(ends, [place] * 2, color=INK, lw=1.1)


def _extremes(shown: pd.DataFrame, nominal: float) -> list[tuple[int, float]]:
    """Extremes that lie inside an input's range: its row, and the change there."""
    return [
        (k, value - nominal)
        for k, row in enumerate(rows(shown))
        for value, at in ((row.least, row.least_at), (row.most, row.most_at))
        if row.turns and row.low_value < at < row.high_value and value != nominal
    ]


# --- elementary effects ---------------------------------------------------------------------------


def _effects(study: Study, finding: Finding) -> Figure:
    table = finding.tables["inputs"]
    shown, (scale, unit) = table[table["mu_star"] > 0].head(MOST), _unit(study, finding)
    still = int((table["mu_star"] == 0).sum())
    told = (
        "Each point: an input, numbered by weight. μ*: mean change, whatever its sign, as the input "
        "crosses its whole range; "
        "bar, 95% interval over walks. σ: standard deviation of these changes; above the line σ = μ* an "
        "effect bends or "
        f"interacts. {f'Do nothing at all: {still}. ' if still else ''}{LUCK}"
    )
    side, listed_room = 3.4, WIDTH - 0.75 - 3.4 - 0.7
    key = _key(shown, scale, listed_room)
    tall = max(side + 1.35, sum(0.135 * len(lines) + 0.07 for lines, _ in key) + 0.3)
    made = sheet(
        study.origin,
        true_minus(finding.question),
        _note(table, "mu_star", told, scale),
        width=WIDTH,
        body=tall + 0.3,
    )
    top = made.high - 0.15
    axes = made.axes(0.75, top - side, side, side)
    _cloud(axes, shown, scale)
    axes.set_xlabel(true_minus(plain(f"μ*, {unit} over its range")))
    axes.set_ylabel("σ, the same unit")
    _listed(made, key, 0.75 + side + 0.3, top)
    _luck(made, finding, top - side - 1.05, side - 0.55, 0.75)
    return made.figure


def _listed(made: Sheet, key: list[tuple[list[str], str]], left: float, top: float) -> None:
    """The inputs by number, with their effects at the right edge; places in inches."""
    right, write = (WIDTH - 0.3) / WIDTH, made.figure.text
    head = "μ*, and μ with its sign"
    write(right, top / made.height, head, ha="right", va="top", fontsize=SIZE - 1.5, color=QUIET)
    y = top - 0.2
    for lines, numbers in key:
        named = "\n".join(map(plain, lines))
        write(left / WIDTH, y / made.height, named, va="top", fontsize=SIZE - 1, linespacing=1.05)
        write(right, y / made.height, true_minus(numbers), ha="right", va="top", fontsize=SIZE - 1)
        y -= 0.135 * len(lines) + 0.07


def _key(shown: pd.DataFrame, scale: float, room: float) -> list[tuple[list[str], str]]:
    told = []
    for k, row in enumerate(rows(shown), start=1):
        lines = broken(row.input, room - 1.15)
        head = [f"{k}  {lines[0]}", *("    " + each for each in lines[1:])]
        told.append((head, f"{scale * row.mu_star:.3g}, {scale * row.mu:+.3g}"))
    return told


def _cloud(axes: Axes, shown: pd.DataFrame, scale: float) -> None:
    """Points with intervals; numbers beside them where they do not touch."""
    x, y = scale * shown["mu_star"].to_numpy(), scale * shown["sigma"].to_numpy()
    reach = 1.1 * max(float(scale * shown["mu_star_high"].max()), 1e-9)
    high = max(1.15 * float(y.max()), 0.3 * reach)
    end = min(reach, high)
    axes.plot([0, end], [0, end], color=QUIET, lw=0.8, ls=(0, (4, 2)))
    axes.text(0.93 * end, 0.95 * end, "σ = μ* ", ha="right", va="top", fontsize=SIZE - 1.5, color=QUIET)
    placed: list[tuple[float, float]] = []
    points = [(a / reach, b / high) for a, b in zip(x, y, strict=True)]
    for k, row in enumerate(rows(shown)):
        axes.plot([scale * row.mu_star_low, scale * row.mu_star_high], [y[k], y[k]], color=FAN, lw=1.0)
        axes.plot(x[k], y[k], "o", color=FAN, ms=4.5, clip_on=False)
        for right, up in (
            (0.0, 0.045),
            (0.03, 0.03),
            (-0.03, 0.03),
            (0.03, -0.03),
            (0.0, 0.09),
            (0.05, 0.07),
        ):
            place = (points[k][0] + right, points[k][1] + up)
            free = all(abs(place[0] - a) > 0.04 or abs(place[1] - b) > 0.04 for a, b in placed)
            clear = all(abs(place[0] - a) > 0.022 or abs(place[1] - b) > 0.028 for a, b in points)
            if free and clear and 0.02 < place[1] < 0.98:
                placed.append(place)
                axes.text(
                    place[0] * reach,
                    place[1] * high,
                    str(k + 1),
                    ha="center",
                    va="center",
                    fontsize=SIZE - 1.5,
                )
                break
    axes.set_xlim(0, reach)
    axes.set_ylim(0, high)
    axes.grid(color=RULE, lw=0.4)
    axes.set_axisbelow(True)
