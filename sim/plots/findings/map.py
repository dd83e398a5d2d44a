"""`map`: means over the plane of two inputs or levers as cells, with contours and what cannot be told."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ...analyses.base import short_paths, unit_of
from ...answer import SHARE
from ..style import INK, QUIET, RULE, inches, legend_height, readable, sheet
from ..words import SIZE, plain, true_minus, width_of
from .paths import in_title, side_label

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

WIDTH, SIDE = 7.6, 4.7
UNTOLD, FEW = "////", "xxxx"
"""How cells are hatched whose interval covers the level, and those that have too few runs for one."""

MOST_UNTOLD = 2 / 3
"""Share of cells that cannot be told from the level above which only its own contour is drawn."""

MOST_NUMBERED = 50
"""Cells up to which each mean is written into its cell."""


def figure(study: Study, finding: Finding) -> Figure:
    """One square map with its colour bar."""
    asked: Any = finding.analysis
    level, share = asked.divide, study.columns[asked.outcome][0] == SHARE
    scale = 100.0 if share else 1.0
    cells = finding.tables["cells"]
    told = "" if level is None else f"{scale * level:g}{'%' if share and asked.against is None else ''}"
    inner, main = _levels(*_of_contours(cells, scale), None if level is None else scale * level)
    handles, labels = _key(cells, (bool(main), bool(inner)), level, told)
    below = legend_height(labels, WIDTH - 1.4) + 0.65
    title = in_title(finding.question, [short_paths(each) for each in (asked.x, asked.y)], WIDTH - 0.7)
    made = sheet(
        study.origin,
        true_minus(title),
        _note(study, finding, contours=bool(inner or main)),
        width=WIDTH,
        body=SIDE + 0.35 + below,
    )
    bottom = made.high - 0.15 - SIDE
    axes = made.axes(1.0, bottom, SIDE, SIDE)
    shown = plane(axes, finding, scale, level)
    axes.set_xlabel(side_label(study, asked.x, axes))
    axes.set_ylabel(side_label(study, asked.y, axes, upright=True))
    bar = made.figure.colorbar(shown, cax=made.axes(1.0 + SIDE + 0.25, bottom, 0.18, SIDE))
    bar.outline.set_visible(False)
    bar.ax.set_ylabel(plain(true_minus(f"'{asked.outcome}', {unit_of(study, asked.outcome, asked.against)}")))
    if labels:
        made.legend(handles, labels, left=1.0, top=bottom - 0.6, room=WIDTH - 1.4)
    return made.figure


def _key(cells: Any, drawn: tuple[bool, bool], level: float | None, told: str) -> tuple[list[Any], list[str]]:
    """Signs of what is drawn, and of nothing else."""
    sure = _sure(cells["side"].to_numpy())
    style: Any = "-" if sure else (0, (3, 1.5))
    known = ~cells["mean"].isna() & ~cells["few"]
    worlds = not np.isfinite((cells["high"] - cells["low"])[cells["few"]]).any()
    entries: list[tuple[bool, Any, str]] = [
        (level is not None and bool((known & (cells["side"] == 0)).any()),
         Patch(fc="white", ec=QUIET, hatch=UNTOLD, lw=0.5), f"interval covers {told}"),
        (bool(cells["few"].any()), Patch(fc="white", ec=QUIET, hatch=FEW, lw=0.5),
         "too few worlds for an interval" if worlds else "too few runs to tell"),
        (bool(cells["baseline"].any()), Patch(fc="white", ec=RULE, lw=0.8), "what the others are compared with"),
        (drawn[0], Line2D([], [], color=INK, lw=2.2, ls=style),
         f"contour at {told}{'' if sure else ', not both sides of which can be told'}"),
        (drawn[1], Line2D([], [], color=INK, lw=0.7), "contours" if level is None else "other contours"),
    ]  # fmt: skip
    kept = [(handle, true_minus(label)) for there, handle, label in entries if there]
    return [handle for handle, _ in kept], [label for _, label in kept]


def _note(study: Study, finding: Finding, *, contours: bool) -> str:
    cells = finding.tables["cells"]
    cells = cells[~cells["baseline"]]
    worlds, runs = (_span(cells[each]) for each in ("points", "runs"))
    held = f"{worlds} worlds, {runs} runs" if cells["points"].max() > 1 else f"{runs} runs in one world"
    others = ", all other inputs averaged" if len(study.inputs) > 2 or cells["points"].max() > 1 else ""
    note = f"Each cell: mean over {held}{others}."
    if not cells["few"].all():
        note += " Intervals (95%) hold luck and, on samples, the other inputs; about one in twenty misses by chance."
    return note + (" Contours run through the means at the cells' middles." if contours else "")


def _span(counts: Any) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _of_contours(table: Any, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """The means that contours run through, and which side of the level they are told to be on, `(row, column)`."""
    shape = int(table["row"].max()) + 1, int(table["column"].max()) + 1
    means = np.where(table["few"], np.nan, scale * table["mean"])
    return means.reshape(shape), table["side"].to_numpy().reshape(shape)


def plane(axes: Axes, finding: Finding, scale: float, level: float | None) -> ScalarMappable:
    """Cells, numbers where there is room, contours, and hatching where the interval covers the level."""
    table = finding.tables["cells"]
    columns, rows = int(table["column"].max()) + 1, int(table["row"].max()) + 1
    means = scale * table["mean"].to_numpy().reshape(rows, columns)
    sides, few, own = (table[name].to_numpy().reshape(rows, columns) for name in ("side", "few", "baseline"))
    first = table[table["row"] == 0]
    upward = table[table["column"] == 0]
    x_edges = np.append(first["x_from"], first["x_to"].iloc[-1])
    y_edges = np.append(upward["y_from"], upward["y_to"].iloc[-1])
    colours, norm = _colours(means, None if level is None else scale * level)
    axes.pcolormesh(
        x_edges, y_edges, means, cmap=colours, norm=norm, rasterized=False, edgecolors="face", linewidth=0.2
    )
    untold = (sides == 0) & ~few & ~np.isnan(means) & (level is not None)
    for cells, hatch in ((untold, UNTOLD), (few, FEW)):
        for j, i in zip(*np.nonzero(cells), strict=True):
            corner = (x_edges[i], y_edges[j])
            size = (x_edges[i + 1] - x_edges[i], y_edges[j + 1] - y_edges[j])
            axes.add_patch(Rectangle(corner, *size, fill=False, ec=QUIET, lw=0, hatch=hatch, alpha=0.55))
    for j, i in zip(*np.nonzero(own), strict=True):
        size = (x_edges[i + 1] - x_edges[i], y_edges[j + 1] - y_edges[j])
        axes.add_patch(Rectangle((x_edges[i], y_edges[j]), *size, fill=False, ec=RULE, lw=0.8))
    for j, i in zip(*np.nonzero(np.isnan(means) & ~own), strict=True):
        middle = (x_edges[i] + x_edges[i + 1]) / 2, (y_edges[j] + y_edges[j + 1]) / 2
        axes.text(*middle, "no run", ha="center", va="center", fontsize=SIZE - 2, color=QUIET)
    at = None if level is None else scale * level
    _contours(axes, first["x"].to_numpy(), upward["y"].to_numpy(), *_of_contours(table, scale), at)
    for side, places in ((axes.xaxis, first["x"]), (axes.yaxis, upward["y"])):
        if len(places) <= 9 and _midway(
            places.to_numpy(), first if side is axes.xaxis else upward, side.axis_name
        ):
            side.set_ticks(places, [true_minus(f"{each:.3g}") for each in places])
    axes.set_xlim(x_edges[0], x_edges[-1])
    axes.set_ylim(y_edges[0], y_edges[-1])
    if columns * rows <= MOST_NUMBERED:
        _numbers(axes, x_edges, y_edges, means, colours, norm)
    return ScalarMappable(norm, colours)


def _midway(places: np.ndarray, cells: Any, side: str) -> bool:
    """Whether cells stand for levels, which lie in their middles, rather than for bins."""
    return bool(
        np.allclose(cells[f"{side}_to"].to_numpy()[:-1], (places[1:] + places[:-1]) / 2, rtol=1e-9, atol=0)
    )


def _colours(means: np.ndarray, level: float | None) -> tuple[Any, Normalize]:
    """Blue below and red above the level, as far to both sides; else from dark to light."""
    known = means[~np.isnan(means)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if level is None:
        return colormaps["cividis"], Normalize(low, high if high > low else low + 1e-9)
    reach = max(abs(low - level), abs(high - level), 1e-9)
    return colormaps["RdBu_r"], Normalize(level - reach / 0.85, level + reach / 0.85)


def _levels(means: np.ndarray, sides: np.ndarray, level: float | None) -> tuple[list[float], list[float]]:
    """At which numbers to draw contours, and the level's own where it is among the means.

    Others are left out on planes of two places, and where most of the plane cannot be told, as they
    would draw noise.
    """
    known = means[~np.isnan(means)]
    if min(means.shape) < 2 or not known.size or np.ptp(known) == 0:
        return [], []
    low, high = float(known.min()), float(known.max())
    ticks = MaxNLocator(6).tick_values(low, high)
    step = float(np.diff(ticks).min())
    inner = [float(t) for t in ticks if low < t < high] if min(means.shape) > 2 else []
    if level is not None:
        clear = (sides[~np.isnan(means)] == 0).mean() <= MOST_UNTOLD
        inner = [t for t in inner if clear and abs(t - level) > step / 4]
    return inner, [level] if level is not None and low < level < high else []


def _contours(
    axes: Axes, x: np.ndarray, y: np.ndarray, means: np.ndarray, sides: np.ndarray, level: float | None
) -> None:
    """Labelled lines through the means; the level's own is thick, but dashed where not both sides can be told."""
    inner, main = _levels(means, sides, level)
    masked = np.ma.masked_invalid(means)
    for levels, width, style in ((inner, 0.7, "-"), (main, 2.2, "-" if _sure(sides) else (0, (3, 1.5)))):
        if levels:
            lines = axes.contour(
                x, y, masked, levels=levels, colors=INK, linewidths=width, linestyles=[style]
            )
            lines.set_path_effects([withStroke(linewidth=width + 1.4, foreground="white", alpha=0.7)])
            for each in axes.clabel(lines, fmt=_label, fontsize=SIZE - 1, inline_spacing=3):
                each.set_path_effects([withStroke(linewidth=2, foreground="white")])


def _label(value: float) -> str:
    return true_minus(f"{value:.4g}")


def _sure(sides: np.ndarray) -> bool:
    """Whether some cells are told to be above the level and some below it."""
    return bool((sides > 0).any() and (sides < 0).any())


def _numbers(
    axes: Axes, x: np.ndarray, y: np.ndarray, means: np.ndarray, colours: Any, norm: Normalize
) -> None:
    """Means, small, in a corner of their cells through which no contour or its label runs, if there is one."""
    spread = float(np.nanmax(np.abs(means))) or 1.0 if not np.isnan(means).all() else 1.0
    digits = int(np.clip(1 - np.floor(np.log10(spread)), 0, 4))
    scale = np.array(inches(axes)) / (x[-1] - x[0], y[-1] - y[0])
    lines = _drawn(axes, scale, np.array([x[0], y[0]]))
    for j, i in zip(*np.nonzero(~np.isnan(means)), strict=True):
        text = f"{means[j, i]:.{digits}f}"
        text = true_minus(text if text.strip("-0.") else text.lstrip("-"))
        behind = colours(norm(means[j, i]))
        box = np.array([width_of(text, SIZE - 2), 0.09])
        low, high = (
            np.array([x[i] - x[0], y[j] - y[0]]) * scale,
            np.array([x[i + 1] - x[0], y[j + 1] - y[0]]) * scale,
        )
        for right, top in ((0, 0), (0, 1), (1, 0), (1, 1)):
            at = np.where([right, top], high - box - 0.05, low + 0.05)
            if not ((lines > at - 0.04) & (lines < at + box + 0.04)).all(axis=1).any():
                place = at / scale + (x[0], y[0])
                look: Any = {"ha": "left", "va": "bottom", "fontsize": SIZE - 2, "clip_on": True, "zorder": 6}
                halo = [withStroke(linewidth=2.5, foreground=behind)]
                axes.text(place[0], place[1], text, color=readable(behind), path_effects=halo, **look)
                break


def _drawn(axes: Axes, scale: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Points close together along the contours and their labels, in inches from the lower left, `(point, 2)`."""
    found = [np.empty((0, 2))]
    for each in axes.collections:
        if isinstance(each, ContourSet):
            for path in each.get_paths():
                for line in path.to_polygons(closed_only=False):
                    at = (line - start) * scale
                    found += [a + (b - a) * np.linspace(0, 1, 40)[:, None] for a, b in pairwise(at)]
            for text in each.labelTexts:
                middle, half = (
                    (np.array(text.get_position()) - start) * scale,
                    width_of(text.get_text(), SIZE - 1) / 2,
                )
                found.append(middle + np.linspace(-half, half, 20)[:, None] * [1.0, 0.0])
                found.append(middle + np.linspace(-half, half, 20)[:, None] * [0.0, 1.0])
    return np.concatenate(found)
