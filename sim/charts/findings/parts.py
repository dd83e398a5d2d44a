"""What the charts of findings share: colours, rows, intervals, and numbers as JSON and readers take them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.base import short_paths
from ...analyses.telling import ROUNDING, digits, number
from ...answer import SHARE
from ...looks import FAN, INK, PAPER, QUIET, RULE
from ...wording import UNKNOWN, decimal, escaped, true_minus
from ...wording import true_minus as minus  # noqa: F401
from ..chart import Trace, axis

if TYPE_CHECKING:
    from ...study import Study

Numbers = Iterable[float]

ROOM = 20
"""Characters in a line of a row's name, so that a narrow screen has room for the row."""

NARROW = 28
"""Characters in a line below an axis, on a screen held in a hand."""


# --- numbers --------------------------------------------------------------------------------------


def known(values: Iterable[float]) -> list[float | None]:
    """Numbers as JSON takes them, to six figures; None for those that are not finite."""
    return [float(f"{each:.6g}") if np.isfinite(each) else None for each in map(float, values)]


def stated(value: float, low: float, high: float, scale: float = 1.0) -> str:
    """A number with its interval, no more exact than that: "0.45 (0.31 to 0.60)"; alone where that has no width."""
    if not np.isfinite(value):
        return UNKNOWN
    ends = [scale * each for each in (value, low, high)]
    if high - low <= ROUNDING * abs(value):
        return true_minus(number(ends[0]))
    places = digits(ends[2] - ends[1], max(map(abs, ends)) if np.isfinite(ends).all() else abs(ends[0]))
    return f"{plain(ends[0], places)} ({plain(ends[1], places)} to {plain(ends[2], places)})"


def percent(value: float, low: float, high: float) -> str:
    """A share in percent with its interval: "29% (20 to 36)"."""
    return stated(value, low, high, 100.0).replace(" (", "% (", 1)


def plain(value: float, places: int) -> str:
    """A number with so many decimals and a true minus; words for one that is not finite."""
    return "beyond what was tried" if np.isinf(value) else decimal(value, places)


def scale_of(study: Study, outcome: str) -> float:
    """By what numbers of a column are multiplied for readers: shares are told in percent."""
    return 100.0 if study.columns[outcome][0] == SHARE else 1.0


# --- words ----------------------------------------------------------------------------------------


def text(said: str) -> str:
    """Text that Plotly shows as it is: nothing in it is taken for markup."""
    return true_minus(escaped(said))


def hover(*lines: str) -> str:
    """What is told when a mark is pointed at, line by line."""
    return "<br>".join(map(text, lines))


def lines_of(said: str, room: int = ROOM) -> str:
    """A name in lines of about so many letters: a path broken after dots and underscores, words at spaces."""
    found = [""]
    for part in re.split(r"(?<=[._ ])", short_paths(said)):
        if found[-1] and len(found[-1]) + len(part.rstrip()) > room:
            found.append("")
        found[-1] += part
    return "<br>".join(text(each.rstrip(" ")) for each in found)


# --- rows -----------------------------------------------------------------------------------------


def row_axis(names: Sequence[str], *, room: int = ROOM, more: Sequence[str] = ()) -> dict[str, Any]:
    """The axis of rows 0, 1, 2, ... from above, with their names, and below each what `more` says of it, in bold."""
    told = [lines_of(each, room) for each in names]
    for k, said in enumerate(more):
        told[k] += "".join(f"<br><b>{text(line)}</b>" for line in said.split("\n") if line)
    return {
        "tickvals": list(range(len(names))), "ticktext": told,
        "range": [len(names) - 0.4, -0.6], "showgrid": False, "zeroline": False, "ticks": "", "automargin": True,
        "linecolor": RULE, "tickfont": {"size": 13},
    }  # fmt: skip


def across(title: str, **more: Any) -> dict[str, Any]:
    """A horizontal axis, its title in lines that a narrow screen holds; further keys are Plotly's own."""
    return axis(lines_of(title, NARROW), **more)


def height_of(rows: int, *, each: int = 38, more: int = 150) -> int:
    """Pixels for so many rows, with room for the axis and the legend."""
    return each * max(1, rows) + more


def spans(
    at: Numbers, low: Numbers, high: Numbers, *, name: str = "", upright: bool = False, colour: str = INK,
) -> Trace:  # fmt: skip
    """Intervals as lines along rows, or `upright` over places, those known; with a name they are in the legend."""
    along: list[float | None] = []
    across: list[float | None] = []
    for place, a, b in zip(at, known(low), known(high), strict=True):
        if a is not None and b is not None:
            along += [a, b, None]
            across += [float(place), float(place), None]
    x, y = (across, along) if upright else (along, across)
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": {"color": colour, "width": 1.8},
        "hoverinfo": "skip", "showlegend": bool(name and along),
    }  # fmt: skip


def bars(
    at: Numbers, sizes: Numbers, name: str, told: Sequence[str], *, base: Numbers | None = None,
    width: float = 0.6, colour: str = FAN, edge: str | None = None, pattern: str = "",
) -> Trace:  # fmt: skip
    """Horizontal bars; a `pattern` is drawn in the edge's colour on the bar's."""
    edge = edge or colour
    marker: dict[str, Any] = {"color": colour, "line": {"color": edge, "width": 1}}
    if pattern:
        marker["pattern"] = {"shape": pattern, "fgcolor": edge, "bgcolor": colour, "size": 6, "solidity": 0.3}
    found: Trace = {
        "type": "bar", "orientation": "h", "y": list(at), "x": known(sizes), "width": width, "name": name,
        "marker": marker, "hovertext": list(told), "hoverinfo": "text",
    }  # fmt: skip
    return found if base is None else {**found, "base": known(base)}


def dots(
    x: Numbers, y: Numbers, name: str, told: Sequence[str], *, colour: str = FAN,
    symbol: str = "circle", size: int = 9, hollow: bool = False, shown: bool = True,
) -> Trace:  # fmt: skip
    """Marks at places; `hollow` ones are white inside."""
    marker = {"symbol": symbol, "size": size, "color": PAPER if hollow else colour,
              "line": {"color": colour, "width": 1.6}}  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "x": known(x), "y": known(y), "name": name, "marker": marker,
        "hovertext": list(told), "hoverinfo": "text", "showlegend": shown, "cliponaxis": False,
    }  # fmt: skip


def upright_line(x: float, *, colour: str = INK, dash: str = "solid") -> dict[str, Any]:
    """A line over the whole height at a place, as a shape of the layout."""
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "layer": "below",
            "line": {"color": colour, "width": 1.2, "dash": dash}}  # fmt: skip


def note(x: float, y: float, said: str, **more: Any) -> dict[str, Any]:
    """Words at a place, without an arrow; further keys are Plotly's own."""
    look = {"x": x, "y": y, "text": text(said), "showarrow": False, "font": {"size": 12, "color": QUIET}}
    return {**look, **more}
