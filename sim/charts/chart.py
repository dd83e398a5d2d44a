"""What a chart is, and the layout that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..looks import INK, PAPER, QUIET, RULE

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif"
"""What the reader's own machine has; no font is fetched."""

LEGEND_ROW = 20
"""Pixels that a name in the legend takes, where each has a row of its own."""

Trace = dict[str, Any]
"""One set of marks, as Plotly's JSON."""


@dataclass(frozen=True)
class Chart:
    """An interactive figure.

    `name` is unique on a page; `title` is the question that it answers; `figure` is Plotly's JSON
    (`data` and `layout`); `alt` tells in a sentence or two what is to be seen, with its numbers, for those
    who cannot see it; `reading` says how to read it. `head` and `rows` are its numbers as a table.
    """

    name: str
    title: str
    figure: dict[str, Any]
    alt: str
    reading: str = ""
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = field(default=(), repr=False)


def figure(traces: Sequence[Trace], *, height: int = 380, **layout: Any) -> dict[str, Any]:
    """Traces under the layout that all charts share, as Plotly's JSON.

    `height` is in pixels, the legend apart, which is given room above; the width is that of the page.
    Further keys are Plotly's own, such as `xaxis` and `yaxis`, for which see `axis`.
    """
    height += LEGEND_ROW * sum("name" in each and each.get("showlegend", True) for each in traces)
    shared: dict[str, Any] = {
        "height": height,
        "autosize": True,
        "margin": {"l": 64, "r": 20, "t": 16, "b": 48},
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "colorway": [INK],
        "hovermode": "x unified",
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 13},
            "traceorder": "normal",
        },
        "dragmode": False,
    }
    return {"data": list(traces), "layout": {**shared, **layout}}


def nothing(name: str, title: str, why: str) -> Chart:
    """A chart that holds nothing but the reason why."""
    told = {"text": why, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    hidden = {"visible": False}
    return Chart(name, title, figure([], height=120, annotations=[told], xaxis=hidden, yaxis=hidden), alt=why)


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with its title, the unit in it, and quiet rules; further keys are Plotly's own."""
    plain: dict[str, Any] = {
        "title": {"text": title, "standoff": 10, "font": {"size": 14}},
        "gridcolor": RULE,
        "linecolor": QUIET,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": QUIET,
        "automargin": True,
        "exponentformat": "none",
    }
    return {**plain, **more}


def faded(colour: str, opacity: float) -> str:
    """A colour ``#RRGGBB`` with an opacity from 0 to 1, as CSS writes it."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
