"""`map`: means over the plane of two inputs or levers as cells, with contours and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ...answer import SHARE
from ..style import INK, QUIET, legend_height, readable, sheet
from ..words import SIZE, plain, true_minus
from .paths import axis_label, in_title

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

WIDTH, SIDE = 7.6, 4.7
MOST_UNTOLD = 2 / 3
"""Share of cells that cannot be told from the level above which only its own contour is drawn."""

MOST_NUMBERED = 50
"""Cells up to which each mean is written into its cell."""


def figure(study: Study, finding: Finding) -> Figure:
    """One square map with its colour bar."""
    asked: Any = finding.analysis
    level, share = asked.divide, study.columns[asked.outcome][0] == SHARE
    scale = 100.0 if share else 1.0
    labels = []
    if level is not None:
        told = f"{scale * level:g}{'%' if share and asked.against is None else ''}"
        sure = _sure(finding.tables["cells"]["side"].to_numpy())
        doubt = "" if sure else ", not both sides of which can be told"
        labels = [f"interval covers {told}", f"contour at {told}{doubt}"]
    labels += ["other contours" if level is not None else "contours"]
    below = legend_height(labels, WIDTH - 0.8) + 0.65
    title = in_title(finding.question, [asked.x, asked.y], WIDTH - 0.7)
    made = sheet(study.origin, title, _note(finding), width=WIDTH, body=SIDE + 0.35 + below)
    bottom = made.high - 0.15 - SIDE
    axes = made.axes(1.0, bottom, SIDE, SIDE)
    shown, drawn = plane(axes, finding, scale, level)
    axes.set_xlabel(axis_label(asked.x, axes))
    axes.set_ylabel(axis_label(asked.y, axes, upright=True))
    bar = made.figure.colorbar(shown, cax=made.axes(1.0 + SIDE + 0.25, bottom, 0.18, SIDE))
    bar.outline.set_visible(False)
    bar.ax.set_ylabel(plain(true_minus(_unit(study, asked, share))))
    handles: list[Any] = []
    if level is not None:
        style: Any = "-" if _sure(finding.tables["cells"]["side"].to_numpy()) else (0, (3, 1.5))
        handles = [
            Patch(fc="white", ec=QUIET, hatch="////", lw=0.5),
            Line2D([], [], color=INK, lw=2.2, ls=style),
        ]
    handles += [Line2D([], [], color=INK, lw=0.7)]
    wanted = [drawn[1]] if level is None else [True, *drawn]
    keep = [k for k, each in enumerate(wanted) if each]
    made.legend(
        [handles[k] for k in keep],
        [true_minus(labels[k]) for k in keep],
        left=1.0,
        top=bottom - 0.6,
        room=WIDTH - 1.4,
    )
    return made.figure


def _unit(study: Study, asked: Any, share: bool) -> str:
    unit = study.columns[asked.outcome][0]
    if asked.against is not None:
        return f"difference in '{asked.outcome}', {'percentage points' if share else unit}"
    return f"'{asked.outcome}', {'% of runs' if share else unit}"


def _note(finding: Finding) -> str:
    cells = finding.tables["cells"]
    runs = cells["runs"]
    span = f"{runs.min():,}" if runs.min() == runs.max() else f"{runs.min():,} to {runs.max():,}"
    return (
        f"Each cell: mean over {span} runs, all other inputs averaged. Contours run through the means at the cells' "
        "middles. Intervals (95%) hold luck and, on samples, the other inputs; about one in twenty misses by chance."
    )


def plane(
    axes: Axes, finding: Finding, scale: float, level: float | None
) -> tuple[ScalarMappable, tuple[bool, bool]]:
    """Cells, numbers where there is room, contours, and hatching where the interval covers the level."""
    table = finding.tables["cells"]
    columns, rows = int(table["column"].max()) + 1, int(table["row"].max()) + 1
    means = scale * table["mean"].to_numpy().reshape(rows, columns)
    sides = table["side"].to_numpy().reshape(rows, columns)
    first = table[table["row"] == 0]
    upward = table[table["column"] == 0]
    x_edges = np.append(first["x_from"], first["x_to"].iloc[-1])
    y_edges = np.append(upward["y_from"], upward["y_to"].iloc[-1])
    colours, norm = _colours(means, None if level is None else scale * level)
    axes.pcolormesh(
        x_edges, y_edges, means, cmap=colours, norm=norm, rasterized=False, edgecolors="face", linewidth=0.2
    )
    if level is not None:
        for j, i in zip(*np.nonzero((sides == 0) & ~np.isnan(means)), strict=True):
            corner = (x_edges[i], y_edges[j])
            size = (x_edges[i + 1] - x_edges[i], y_edges[j + 1] - y_edges[j])
            axes.add_patch(Rectangle(corner, *size, fill=False, ec=QUIET, lw=0, hatch="////", alpha=0.55))
    for j, i in zip(*np.nonzero(np.isnan(means)), strict=True):
        middle = (x_edges[i] + x_edges[i + 1]) / 2, (y_edges[j] + y_edges[j + 1]) / 2
        axes.text(*middle, "no run", ha="center", va="center", fontsize=SIZE - 2, color=QUIET)
    at = None if level is None else scale * level
    drawn = _contours(axes, first["x"].to_numpy(), upward["y"].to_numpy(), means, sides, at)
    if columns * rows <= MOST_NUMBERED:
        _numbers(axes, x_edges, y_edges, means, colours, norm)
    for side, places in ((axes.xaxis, first["x"]), (axes.yaxis, upward["y"])):
        if len(places) <= 9 and _midway(
            places.to_numpy(), first if side is axes.xaxis else upward, side.axis_name
        ):
            side.set_ticks(places, [true_minus(f"{each:.3g}") for each in places])
    axes.set_xlim(x_edges[0], x_edges[-1])
    axes.set_ylim(y_edges[0], y_edges[-1])
    return ScalarMappable(norm, colours), drawn


def _midway(places: np.ndarray, cells: Any, side: str) -> bool:
    """Whether cells stand for levels, which lie in their middles, rather than for bins."""
    return bool(
        np.allclose(cells[f"{side}_to"].to_numpy()[:-1], (places[1:] + places[:-1]) / 2, rtol=1e-9, atol=0)
    )


def _colours(means: np.ndarray, level: float | None) -> tuple[Any, Normalize]:
    """Blue below and red above the level, as far to both sides; else from dark to light."""
    low, high = float(np.nanmin(means)), float(np.nanmax(means))
    if level is None:
        return colormaps["cividis"], Normalize(low, high if high > low else low + 1e-9)
    reach = max(abs(low - level), abs(high - level), 1e-9)
    return colormaps["RdBu_r"], Normalize(level - reach / 0.85, level + reach / 0.85)


def _contours(
    axes: Axes, x: np.ndarray, y: np.ndarray, means: np.ndarray, sides: np.ndarray, level: float | None
) -> tuple[bool, bool]:
    """Labelled lines through the means; gives whether the level's own and any others were drawn.

    The level's own is thick, but dashed where not both sides of it can be told; the others are left
    out where most of the plane cannot be told, as they would draw noise.
    """
    known = means[~np.isnan(means)]
    if min(means.shape) < 2 or np.ptp(known) == 0:
        return False, False
    ticks = MaxNLocator(6).tick_values(known.min(), known.max())
    step = float(np.diff(ticks).min())
    inner = [t for t in ticks if known.min() < t < known.max()]
    if level is not None:
        clear = (sides[~np.isnan(means)] == 0).mean() <= MOST_UNTOLD
        inner = [t for t in inner if clear and abs(t - level) > step / 4]
    main = [level] if level is not None and known.min() < level < known.max() else []
    masked = np.ma.masked_invalid(means)
    for levels, width, style in ((inner, 0.7, "-"), (main, 2.2, "-" if _sure(sides) else (0, (3, 1.5)))):
        if levels:
            lines = axes.contour(
                x, y, masked, levels=levels, colors=INK, linewidths=width, linestyles=[style]
            )
            lines.set_path_effects([withStroke(linewidth=width + 1.4, foreground="white", alpha=0.7)])
            for each in axes.clabel(lines, fmt=_label, fontsize=SIZE - 1, inline_spacing=3):
                each.set_path_effects([withStroke(linewidth=2, foreground="white")])
    return bool(main), bool(inner)


def _label(value: float) -> str:
    return true_minus(f"{value:.4g}")


def _sure(sides: np.ndarray) -> bool:
    """Whether some cells are told to be above the level and some below it."""
    return bool((sides > 0).any() and (sides < 0).any())


def _numbers(
    axes: Axes, x: np.ndarray, y: np.ndarray, means: np.ndarray, colours: Any, norm: Normalize
) -> None:
    """Means, small, in the lower left of their cells, clear of the contours' labels."""
    spread = float(np.nanmax(np.abs(means))) or 1.0
    digits = int(np.clip(1 - np.floor(np.log10(spread)), 0, 4))
    for j in range(means.shape[0]):
        for i in range(means.shape[1]):
            if np.isnan(means[j, i]):
                continue
            place = (x[i] + 0.06 * (x[i + 1] - x[i]), y[j] + 0.08 * (y[j + 1] - y[j]))
            text = f"{means[j, i]:.{digits}f}"
            text = text if text.strip("-0.") else text.lstrip("-")
            behind = colours(norm(means[j, i]))
            halo = [withStroke(linewidth=2.5, foreground=behind)]
            axes.text(*place, true_minus(text), ha="left", va="bottom", fontsize=SIZE - 2, color=readable(behind),
                      clip_on=True, path_effects=halo, zorder=6)  # fmt: skip
