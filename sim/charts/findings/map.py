"""`map`: means over the plane of two inputs or levers as cells, with the contour and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.base import side_name, unit_of
from ...analyses.telling import rows
from ...axes import Array
from ...looks import INK
from ...wording import true_minus
from ..chart import Chart, Trace, axis, figure
from .parts import NARROW, hover, known, lines_of, plain, scale_of, stated, text

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

WIDE = 6
"""Columns up to which numbers in cells are of common size; more are set smaller."""

MOST_NUMBERED = 64
"""Cells up to which each mean is written into its cell."""

MARGIN = {"l": 64, "r": 20, "t": 84, "b": 56}
"""Room for the colour bar above the plane, in pixels."""

DIVERGING = [[0.0, "#6FA8D8"], [0.5, "#FAFAFA"], [1.0, "#EE9A84"]]
RISING = [[0.0, "#FAFAFA"], [1.0, "#6FA3D2"]]
"""Blue below the level and red above it; light enough for dark numbers on them."""

UNTOLD, FEW, OWN = "interval covers the level", "too few runs to tell", "what the others are compared with"


def chart(study: Study, finding: Finding) -> list[Chart]:
    """One map; and what crossing either side changes, in its table."""
    asked: Any = finding.analysis
    cells, scale = finding.tables["cells"], scale_of(study, asked.outcome)
    level = None if asked.divide is None else scale * asked.divide
    shape = int(cells["row"].max()) + 1, int(cells["column"].max()) + 1
    means = scale * cells["mean"].to_numpy().reshape(shape)
    columns, upward = cells[cells["row"] == 0], cells[cells["column"] == 0]
    unit = unit_of(study, asked.outcome, asked.against)
    names = [side_name(study, each) for each in (asked.x, asked.y)]
    traces: list[Trace] = [_cells(study, finding, means, level, scale, unit)]
    traces += _contour(finding, means, level, columns["x"].to_numpy(), upward["y"].to_numpy())
    made = figure(
        traces, height=580, hovermode="closest", margin=MARGIN, xaxis=_side(columns, "x", names[0]),
        yaxis=_side(upward, "y", names[1]),
    )  # fmt: skip
    return [Chart(
        name="map", title=finding.question, figure=made, alt=_alt(finding, names, scale),
        reading=_reading(study, finding, level, contour=len(traces) > 1),
        head=(*names, f"mean ({unit}), 95% interval", "runs", "told"),
        rows=[(true_minus(f"{row.x:.3g}"), true_minus(f"{row.y:.3g}"),
               stated(row.mean, row.low, row.high, scale), f"{row.runs:,}", _told(row, level)) for row in rows(cells)],
    )]  # fmt: skip


def _told(row: Any, level: float | None) -> str:
    """In a word, where a cell lies."""
    if row.baseline:
        return OWN
    if np.isnan(row.mean):
        return "no run with a value"
    if row.few:
        return FEW
    if level is None:
        return ""
    at = true_minus(f"{level:g}")
    return {1: f"above {at}", -1: f"below {at}", 0: f"interval covers {at}"}[int(row.side)]


def _side(cells: Any, side: str, name: str) -> dict[str, Any]:
    """An axis; with the cells' places as ticks where they are few and stand in the middles of their cells."""
    places = cells[side].to_numpy()
    middles = (places[1:] + places[:-1]) / 2
    levels = np.allclose(cells[f"{side}_to"].to_numpy()[:-1], middles, rtol=1e-9, atol=0)
    ticks = {"tickvals": known(places), "ticktext": [true_minus(f"{each:.3g}") for each in places]}
    look = {"showgrid": False, "range": known([cells[f"{side}_from"].iloc[0], cells[f"{side}_to"].iloc[-1]])}
    return axis(lines_of(name, NARROW), **look, **(ticks if levels and len(places) <= 9 else {}))


def _cells(
    study: Study, finding: Finding, means: Array, level: float | None, scale: float, unit: str
) -> Trace:
    asked: Any = finding.analysis
    cells, shape = finding.tables["cells"], means.shape
    names = [side_name(study, each) for each in (asked.x, asked.y)]
    told = [
        hover(f"{names[0]} {row.x:.3g}", f"{names[1]} {row.y:.3g}",
              f"mean {stated(row.mean, row.low, row.high, scale)}, {row.runs:,} runs", _told(row, level))
        for row in rows(cells)
    ]  # fmt: skip
    shown = _numbers(cells, means, level)
    first, upward = cells[cells["row"] == 0], cells[cells["column"] == 0]
    made: Trace = {
        "type": "heatmap", "z": [known(row) for row in means], "x": known([*first["x_from"], first["x_to"].iloc[-1]]),
        "y": known([*upward["y_from"], upward["y_to"].iloc[-1]]), "text": np.reshape(shown, shape).tolist(),
        "texttemplate": "%{text}", "textfont": {"size": 12 if shape[1] <= WIDE else 10, "color": INK},
        "hovertext": np.reshape(told, shape).tolist(), "hoverinfo": "text", "xgap": 1, "ygap": 1,
        "colorscale": RISING if level is None else DIVERGING,
        "colorbar": {
            "title": {"text": text(f"'{asked.outcome}', {unit}"), "side": "top", "font": {"size": 13}}, "len": 1,
            "thickness": 12, "outlinewidth": 0, "orientation": "h", "x": 0.5, "y": 0.97, "yref": "container",
            "yanchor": "top",
        },
    }  # fmt: skip
    if level is not None:
        reach = max([1e-9, *np.abs(means[~np.isnan(means)] - level)])
        made |= {"zmin": known([level - reach])[0], "zmax": known([level + reach])[0]}
    return made


def _numbers(cells: Any, means: Array, level: float | None) -> list[str]:
    """What stands in the cells: the mean, in brackets where it cannot be told from the level; else a sign alone."""
    size = float(np.nanmax(np.abs(means))) if not np.isnan(means).all() else 1.0
    places = int(np.clip(1 - np.floor(np.log10(size or 1.0)), 0, 4))
    found = []
    for row, mean in zip(cells.itertuples(), means.ravel(), strict=True):
        untold = level is not None and row.side == 0 and not row.few
        number = plain(mean, places) if means.size <= MOST_NUMBERED else ""
        if np.isnan(mean):
            found.append("=" if row.baseline else "no run")
        elif row.few:
            found.append(f"{number}?")
        else:
            found.append(f"({number or '·'})" if untold else number)
    return found


def _contour(finding: Finding, means: Array, level: float | None, x: Array, y: Array) -> list[Trace]:
    """The line at the level through the means at the cells' middles, dashed where not both sides can be told."""
    cells = finding.tables["cells"]
    known_ = means[~np.isnan(means)]
    if level is None or min(means.shape) < 2 or not known_.size or not known_.min() < level < known_.max():
        return []
    sure = bool((cells["side"] > 0).any() and (cells["side"] < 0).any())
    kept = np.where(cells["few"].to_numpy().reshape(means.shape), np.nan, means)
    return [{
        "type": "contour", "z": [known(row) for row in kept], "x": known(x), "y": known(y), "showscale": False,
        "autocontour": False, "contours": {"coloring": "none", "start": level, "end": level, "size": 1,
                                           "showlabels": True, "labelfont": {"size": 12, "color": INK}},
        "line": {"color": INK, "width": 2.6, "smoothing": 0, "dash": "solid" if sure else "dash"}, "hoverinfo": "skip",
    }]  # fmt: skip


def _alt(finding: Finding, names: list[str], scale: float) -> str:
    cells = finding.tables["cells"].dropna(subset=["mean"])
    if not len(cells):
        return "A map without a value in any cell."
    ends = [cells.iloc[int(pick)] for pick in (cells["mean"].argmin(), cells["mean"].argmax())]
    told = [
        f"{stated(each['mean'], each['low'], each['high'], scale)} at {names[0]} "
        f"{true_minus(format(each['x'], '.3g'))} and {names[1]} {true_minus(format(each['y'], '.3g'))}"
        for each in ends
    ]
    sides = {side: int((cells["side"] == side).sum()) for side in (-1, 1)}
    return (
        f"{len(cells)} cells; the least mean is {told[0]}, the largest {told[1]}. Told to lie below the level: "
        f"{sides[-1]} cells; above: {sides[1]}."
    )


def _reading(study: Study, finding: Finding, level: float | None, *, contour: bool) -> str:
    cells = finding.tables["cells"]
    drawn = cells[~cells["baseline"]]
    worlds, runs = (_span(drawn[each]) for each in ("points", "runs"))
    many = drawn["points"].max() > 1
    held = f"{worlds} worlds, {runs} runs" if many else f"{runs} runs in one world"
    others = ", all other inputs averaged" if len(study.inputs) > 2 or many else ""
    said = [f"Each cell: mean over {held}{others}."]
    numbered = len(cells) <= MOST_NUMBERED
    if level is not None and ((cells["side"] == 0) & ~cells["few"] & ~cells["mean"].isna()).any():
        said.append(
            f"{'In brackets' if numbered else 'Brackets'}: the 95% interval covers {true_minus(f'{level:g}')}."
        )
    if cells["few"].any():
        said.append("With a question mark: too few runs for an interval.")
    if cells["baseline"].any():
        said.append(f"The sign =: {OWN}.")
    if contour:
        sure = (cells["side"] > 0).any() and (cells["side"] < 0).any()
        unsure = "" if sure else ", dashed because not both sides of it can be told"
        said.append(f"Thick line: where the mean passes {true_minus(f'{level:g}')}{unsure}.")
    return " ".join([*said, "About one interval in twenty misses by chance."])


def _span(counts: Any) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
