"""Two outcomes against each other, arm by arm: `trade_off`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..answer import row_of
from ..describing.results import figure as rounded
from ..looks import Look, looks, name_in_words
from ..wording import short, true_minus
from .chart import Chart, Trace, axis, faded, figure
from .measures import chosen, intervals, is_share, title_of, unit_of, values_of
from .panels import figures
from .time import SYMBOLS, legend_of

if TYPE_CHECKING:
    from ..results import Results

MOST_DOTS = 400
"""Runs of an arm drawn as dots, the first so many; all are in the means."""

PAIRED = (
    "Arms share their luck run by run, so that their difference is surer than overlapping intervals suggest."
)


def trade_off(results: Results, x: str, y: str) -> Chart:
    """Two outcomes against each other: the mean of each arm with its interval, over the cloud of its runs.

    Raises WedgeError where either is not measured.
    """
    chosen(results, (x, y), 1)
    one, other = (name_in_words(results.scenario, each) for each in (x, y))
    units = unit_of(results, x), unit_of(results, y)
    rows = [
        (short(title_of(look, arm), 60), *(_middle(each) for each in _means(results, arm, (x, y))))
        for look, arm in looks(results)
    ]
    told = "; ".join(f"'{arm}' {here} and {there}" for arm, here, there in rows)
    return Chart(
        name=f"trade-off-{x}-{y}".replace("_", "-"),
        title=f"Is there a trade-off between {one} and {other}?",
        figure=_drawn(results, x, y),
        alt=f"Means of {one} ({units[0]}) and {other} ({units[1]}): {told}.",
        reading=f"Large: the mean of each arm, {intervals(results)}. {_behind(results, x, y)}{PAIRED}",
        head=("arm", f"{one}, mean, {units[0]} (95% interval)", f"{other}, mean, {units[1]} (95% interval)"),
        rows=rows,
    )


def _drawn(results: Results, x: str, y: str) -> dict[str, Any]:
    """The means of arms over their runs, as Plotly's JSON."""
    arms, names = looks(results), (x, y)
    dots = [_cloud([values_of(arm, each) for each in names], look) for look, arm in arms]
    means = [_cross(_means(results, arm, names), look, legend_of(results, look)) for look, arm in arms]
    titles = [f"{name_in_words(results.scenario, each)}: {unit_of(results, each)}" for each in names]
    return figure(
        [*(dots if _clouded(results, x, y) else []), *means],
        height=460,
        hovermode="closest",
        xaxis=axis(titles[0]),
        yaxis=axis(titles[1]),
    )


def _clouded(results: Results, x: str, y: str) -> bool:
    """Whether runs make a cloud; what happens or does not lies at 0 and 1 alone."""
    return not (is_share(results, x) or is_share(results, y))


def _behind(results: Results, x: str, y: str) -> str:
    """What the cloud shows."""
    drawn = min(MOST_DOTS, results.finished)
    first = "the first " if drawn < results.finished else ""
    return f"Behind: {first}{drawn:,} runs of each. " if _clouded(results, x, y) else ""


def _means(results: Results, arm: Results, names: tuple[str, str]) -> list[tuple[float, float, float]]:
    """The means of two outcomes in an arm with their intervals, shares in per cent."""
    return [_mean(arm, each, 100.0 if is_share(results, each) else 1.0) for each in names]


def _mean(arm: Results, name: str, scale: float) -> tuple[float, float, float]:
    """The mean over runs with its 95% Monte Carlo interval, times `scale`."""
    row = row_of(arm.scenario, {name: values_of(arm, name)}, name)
    if scale != 1.0:
        return scale * row.mean, scale * row.low, scale * row.high
    return row.mean, row.mean - row.error, row.mean + row.error


def _middle(found: tuple[float, float, float]) -> str:
    told = [true_minus(rounded(each)) if each == each else "" for each in found]
    return f"{told[0]} ({told[1]} to {told[2]})" if all(told) else told[0] or "in no run"


def _cloud(both: Sequence[np.ndarray], look: Look) -> Trace:
    """The runs of an arm as faint dots."""
    xs, ys = (np.round(each[:MOST_DOTS], 4).tolist() for each in both)
    known = [(a, b) for a, b in zip(xs, ys, strict=True) if a == a and b == b]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [a for a, _ in known],
        "y": [b for _, b in known],
        "hoverinfo": "skip",
        "showlegend": False,
        "marker": {
            "color": faded(look.colour, 0.16),
            "size": 5,
            "symbol": SYMBOLS[look.marker].removesuffix("-open"),
        },
    }


def _cross(middle: Sequence[tuple[float, float, float]], look: Look, name: str) -> Trace:
    """The means of an arm, with their intervals as a cross."""
    (x, left, right), (y, low, high) = middle
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [None if x != x else figures(x)],
        "y": [None if y != y else figures(y)],
        "error_x": _reach(x, left, right, look.colour),
        "error_y": _reach(y, low, high, look.colour),
        "marker": {
            "color": look.colour,
            "symbol": SYMBOLS[look.marker],
            "size": 12,
            "line": {"color": look.colour, "width": 1.5},
        },
        "hovertemplate": f"{name}<br>{_middle(middle[0])}, {_middle(middle[1])}<extra></extra>",
    }


def _reach(middle: float, low: float, high: float, colour: str) -> dict[str, Any]:
    """An interval about a mean, as Plotly takes it."""
    ends = {"array": [_gap(high - middle)], "arrayminus": [_gap(middle - low)]}
    return {"type": "data", "symmetric": False, **ends, "color": colour, "thickness": 2, "width": 4}


def _gap(value: float) -> float:
    return figures(max(0.0, value)) if value == value else 0.0
