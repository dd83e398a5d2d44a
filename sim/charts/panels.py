"""Panels one below the other, each an outcome with a row for each arm, and the marks in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..looks import PAPER, Look
from ..wording import escaped, short
from .chart import LEGEND_ROW, Trace, axis, figure
from .time import SYMBOLS, legend_of

if TYPE_CHECKING:
    from ..results import Results

TALLEST = 820
"""Pixels that a chart of panels may be high, so that a sheet of paper holds it."""

ROW, ROOM, TOP = 17, 76, 72
"""Pixels of an arm in a panel, of its heading and axis, and of the margins."""


@dataclass(frozen=True)
class Panel:
    """One outcome of a chart: what stands over it, its unit, and its marks, the first arm at the top."""

    heading: str
    unit: str
    traces: Sequence[Trace]
    reach: tuple[float, float] | None = None


def per_chart(arms: int) -> int:
    """How many panels with a row for each of so many arms fit a sheet of paper."""
    return max(1, (TALLEST - TOP - LEGEND_ROW * arms) // (ROW * arms + ROOM))


def stacked(panels: Sequence[Panel], rows: int, keys: Sequence[Trace]) -> dict[str, Any]:
    """Panels one below the other, each with its own scale, heading and unit, as Plotly's JSON."""
    tall, whole = ROW * rows + 8, len(panels) * (ROW * rows + ROOM)
    traces, layout, notes = list(keys), dict[str, Any](), []
    for k, panel in enumerate(panels):
        n = "" if k == 0 else str(k + 1)
        top = 1 - (k * (ROW * rows + ROOM) + 20) / whole
        span = [round(max(0.0, top - tall / whole), 4), round(top, 4)]
        traces += [{**each, "xaxis": f"x{n}", "yaxis": f"y{n}"} for each in panel.traces]
        layout[f"xaxis{n}"] = _scale(panel, n)
        layout[f"yaxis{n}"] = {
            "domain": span,
            "anchor": f"x{n}",
            "range": [-0.7, rows - 0.3],
            "visible": False,
        }
        notes.append(heading(short(panel.heading, 98), 0, span[1]))
    return figure(traces, height=whole + TOP, hovermode="closest", annotations=notes, **layout)


def _scale(panel: Panel, n: str) -> dict[str, Any]:
    """The axis of a panel's outcome."""
    ends = {"range": list(panel.reach)} if panel.reach else {}
    unit = {"text": escaped(panel.unit), "standoff": 4, "font": {"size": 12}}
    return axis(panel.unit, anchor=f"y{n}", nticks=7, **ends) | {"title": unit}


def heading(text: str, x: float, y: float) -> dict[str, Any]:
    """What stands over a panel, whose upper left corner is there, as shares of the figure."""
    return {
        "text": f"<b>{escaped(text)}</b>", "x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "left",
        "yanchor": "bottom", "showarrow": False, "align": "left", "font": {"size": 13},
    }  # fmt: skip


# --- marks ----------------------------------------------------------------------------------------


def dot(x: float, row: float, look: Look, text: str, *, hollow: bool = False) -> Trace:
    """An arm's mark, which tells `text` to the pointer."""
    symbol = SYMBOLS[look.marker]
    ink = {
        "color": PAPER if hollow else look.colour,
        "symbol": symbol,
        "size": 9,
        "line": {"color": look.colour, "width": 1.5},
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [figures(x)],
        "y": [row],
        "marker": ink,
        "showlegend": False,
        "customdata": [text],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def bar(low: float, high: float, row: float, colour: str, width: float) -> Trace:
    """A bar along a row, silent under the pointer."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [figures(low), figures(high)],
        "y": [row, row],
        "hoverinfo": "skip",
        "line": {"color": colour, "width": width},
        "showlegend": False,
    }


def figures(value: float) -> float:
    """A number with six figures, as many as are drawn."""
    return float(f"{value:.6g}")


def keys_of(results: Results, arms: Sequence[tuple[Look, Results]]) -> list[Trace]:
    """What a legend shows of each arm."""
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [None],
            "y": [None],
            "name": legend_of(results, look),
            "line": {"color": look.colour, "width": 1.5},
            "marker": {
                "color": look.colour,
                "symbol": SYMBOLS[look.marker],
                "size": 9,
                "line": {"color": look.colour, "width": 1.5},
            },
        }
        for look, _ in arms
    ]
