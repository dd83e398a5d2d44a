"""What charts through time share: a line's numbers, its fan, the axis of dates, the marks of events.

Lines are read by column, without data frames, as a page draws them anew at each move of a slider.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..calendar import MONTHS, date_of
from ..looks import QUIET, RULE, Look, Mark, bundles, looks, marks, spread, story
from ..spread import QUANTILES
from ..wording import DASH, escaped, short
from .chart import Trace, axis, faded

if TYPE_CHECKING:
    from ..results import Columns, Results
    from ..scenario import Scenario

Path: TypeAlias = dict[str, np.ndarray]
"""One line through time: `mean` and quantiles `q05` to `q95`, `(date,)` each."""

STRIP = 0.93
"""Share of a chart's height below the strip in which events are numbered."""

MOST_POINTS = 240
"""Dates that a line is drawn at; of longer ones dates are left out evenly. A screen shows no more."""

LETTER, NEAREST = 0.017, 1 / 60
"""Room of a letter, and the least distance of two marks of events, as shares of a chart's width."""

MOST_ROWS = 60
"""Rows in the table of a chart through time; dates are left out evenly where there are more."""

NUMBERED = " Numbers above: events."
"""To go behind what a chart says of itself, where it has marks of events."""

KINDS = ("mean", *(f"q{round(100 * each):02d}" for each in QUANTILES))


def path(columns: Columns, line: str, records: int) -> Path | None:
    """A line's mean and quantiles; None where there is no such line. `records` counts its dates."""
    names = np.asarray(columns["line"][::records])
    found = np.flatnonzero(names == line)
    if not found.size:
        return None
    here = slice(int(found[0]) * records, (int(found[0]) + 1) * records)
    return {kind: np.asarray(columns[kind][here], dtype=float) for kind in KINDS}


def path_of(results: Results, line: str) -> Path | None:
    """A line of results, as `path`."""
    return path(results.lines, line, results.scenario.calendar.records + 1)


def dates(scenario: Scenario) -> list[str]:
    """The dates of the recorded states as Plotly reads them, the start first."""
    calendar = scenario.calendar
    length = MONTHS[calendar.step]
    return [day(calendar.start + k * length) for k in range(calendar.records + 1)]


def day(month: int) -> str:
    """The first day of a month, counted from year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}-01"


def time_axis(
    scenario: Scenario, *, title: str | None = None, nticks: int = 9, **more: Any
) -> dict[str, Any]:
    """An axis of dates; under the pointer they are as coarse as the steps. Further keys are Plotly's own."""
    calendar = scenario.calendar
    told = {"month": "%Y-%m", "quarter": "%YQ%q", "year": "%Y"}[calendar.step]
    ends = [day(calendar.start), day(calendar.end)]
    long = calendar.end - calendar.start >= 36
    few = {"tickformat": "%Y"} if long else {}
    title = title if title is not None else "year" if long else "date"
    return axis(title, type="date", range=ends, hoverformat=told, nticks=nticks, **few, **more)


def event_layout(scenario: Scenario, unit: str, **more: Any) -> dict[str, Any]:
    """Axes of a chart through time: dates, the quantity with its unit, and a strip for events above.

    Further keys are of the axis of the quantity.
    """
    upright = [
        {
            "type": "line",
            "x0": day(each),
            "x1": day(each),
            "y0": 0,
            "y1": STRIP,
            "yref": "paper",
            "layer": "below",
            "line": {"color": RULE, "width": 1},
        }
        for each in sorted({round(12 * each.year) for each in marks(scenario)})
    ]
    strip = {"domain": [STRIP, 1], "range": [0, 1], "visible": False, "fixedrange": True}
    return {
        "xaxis": time_axis(scenario, anchor="y"),
        "yaxis": axis(unit, **{"domain": [0, STRIP], **more}),
        "yaxis2": strip,
        "shapes": upright,
    }


def event_marks(scenario: Scenario) -> list[Trace]:
    """The numbers of events in their strip; under the pointer, what happened."""
    groups = _groups(scenario)
    if not groups:
        return []
    start, end = scenario.spec.start, scenario.spec.end
    middle = [12 * float(np.mean([each.year for each in group])) for group in groups]
    places = spread([(each - start) / (end - start) for each in middle], [_room(group) for group in groups])
    aside = [min(max(each, 0.0), 1.0) * (end - start) + start for each in places]
    leaders = {
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False, "yaxis": "y2",
        "x": [v for a, b in zip(middle, aside, strict=True) for v in (moment(a), moment(b), None)],
        "y": [v for _ in middle for v in (0, 0.35, None)], "line": {"color": QUIET, "width": 0.7},
    }  # fmt: skip
    numbers = {
        "type": "scatter", "mode": "text", "showlegend": False, "yaxis": "y2", "cliponaxis": False,
        "x": [moment(each) for each in aside], "y": [0.7] * len(groups),
        "text": [_numbers(group) for group in groups], "textfont": {"size": 11, "color": QUIET},
        "customdata": ["<br>".join(map(_event, group)) for group in groups],
        "hovertemplate": "%{customdata}<extra></extra>", "xhoverformat": "Events",
    }  # fmt: skip
    return [leaders, numbers]


def _event(mark: Mark) -> str:
    """What stands under the pointer at an event."""
    return f"{mark.number} {mark.date}: {escaped(mark.label)}"


def _groups(scenario: Scenario) -> list[list[Mark]]:
    """Events one by one where there is room for their numbers, else neighbours in time put together."""
    shown, near = marks(scenario), NEAREST * (scenario.spec.end - scenario.spec.start) / 12.0
    for most in range(len(shown), 0, -1):
        groups = bundles(shown, most, most)
        gaps = [after[0].year - before[-1].year for before, after in pairwise(groups)]
        if sum(map(_room, groups)) <= 1.0 and (not gaps or min(gaps) >= near):
            return groups
    return [shown] if shown else []


def _room(group: Sequence[Mark]) -> float:
    """Width of a group's numbers, as a share of a chart's."""
    return LETTER * (len(_numbers(group)) + 1)


def moment(month: float) -> str:
    """A day within a month, counted from year 0; parts of a month count."""
    whole = int(month)
    return f"{whole // 12:04d}-{whole % 12 + 1:02d}-{1 + int(27 * (month - whole)):02d}"


def _numbers(group: Sequence[Mark]) -> str:
    first, last = group[0].number, group[-1].number
    return f"{first}" if first == last else f"{first}{DASH}{last}"


def thinned(values: Sequence[Any]) -> list[Any]:
    """As many values as a line is drawn at, evenly, the first and the last among them."""
    every = -(-(len(values) - 1) // MOST_POINTS) or 1
    return [values[k] for k in sorted({*range(0, len(values), every), len(values) - 1})]


def as_json(values: np.ndarray, digits: int = 4) -> list[float | None]:
    """Numbers for JSON, no longer than a reader can see; NaN is None."""
    return [None if each != each else each for each in np.round(values, digits).tolist()]


def fan(
    at: Sequence[str],
    found: Path,
    name: str,
    colour: str,
    *,
    scale: float = 1.0,
    digits: int = 2,
    **more: Any,
) -> list[Trace]:
    """Bands of 90% and 50% of runs, and the median, whose text under the pointer tells them all.

    Values are multiplied by `scale`; further keys, such as the axes, are of every trace.
    """
    bands = [
        each
        for low, high, pale in (("q05", "q95", 0.20), ("q25", "q75", 0.35))
        for each in band(at, scale * found[low], scale * found[high], faded(colour, pale), **more)
    ]
    ends_of = np.stack([scale * found[each] for each in KINDS[1:] if each != "q50"], axis=1)
    told = "%{y:." + f"{digits}f" + "}"
    ends = [f"%{{customdata[{k}]:.{digits}f}}" for k in range(4)]
    median = {
        **line(at, scale * found["q50"], name, colour, width=2.2, **more),
        "customdata": thinned(np.round(ends_of, 4).tolist()),
        "hovertemplate": f"{told} (50%: {ends[1]} to {ends[2]}; 90%: {ends[0]} to {ends[3]})",
    }
    return [*bands, median]


def band(at: Sequence[str], low: np.ndarray, high: np.ndarray, fill: str, **more: Any) -> list[Trace]:
    """A filled band between two lines, silent under the pointer."""
    silent = {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"width": 0, "color": fill},
        "x": thinned(at),
        **more,
    }
    return [
        {**silent, "y": thinned(as_json(low))},
        {**silent, "y": thinned(as_json(high)), "fill": "tonexty", "fillcolor": fill},
    ]


def line(
    at: Sequence[str],
    values: np.ndarray,
    name: str,
    colour: str,
    *,
    width: float = 2.0,
    dash: str = "solid",
    digits: int = 2,
    **more: Any,
) -> Trace:
    """One line with its name in the legend."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": thinned(at),
        "y": thinned(as_json(values)),
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "%{y:." + f"{digits}f" + "}",
        **more,
    }


def dash_of(look: Look) -> str:
    """A look's dash as Plotly writes it."""
    return dashed(look.dash)


def dashed(dash: Any) -> str:
    """A dash of `looks.py` as Plotly writes it."""
    return "solid" if isinstance(dash, str) else ",".join(f"{2.4 * each:g}px" for each in dash[1])


SYMBOLS: Mapping[str, str] = {
    "o": "circle",
    "s": "square",
    "D": "diamond",
    "^": "triangle-up",
    "v": "triangle-down",
    "P": "cross",
    "X": "x",
    "h": "hexagon",
    "x": "x-thin-open",
}
"""Markers of looks as Plotly calls them."""


def legend_of(results: Results, look: Look, most: int = 68) -> str:
    """What a legend calls an arm, its title shortened, for Plotly."""
    if look.name == "scenario":
        return escaped(f"the {story(results)}: {short(results.scenario.spec.title, most)}")
    return escaped(short(look.title, most))


def beside(results: Results, line: str) -> list[tuple[Look, Path]]:
    """The arms that have a line, the story left out, each with its look."""
    found = ((look, path_of(arm, line)) for look, arm in looks(results)[1:])
    return [(look, each) for look, each in found if each is not None]


def yearly(scenario: Scenario) -> list[int]:
    """The records to tell in a table: one a year, the first and the last among them, and not too many."""
    calendar = scenario.calendar
    every = max(1, calendar.per_year) if calendar.records > 2 * calendar.per_year else 1
    every *= -(-(calendar.records // every + 2) // MOST_ROWS)
    return sorted({*range(0, calendar.records + 1, every), calendar.records})


def span(scenario: Scenario) -> tuple[str, str]:
    """The first and the last date, for sentences."""
    found = scenario.calendar.dates()
    return found[0], found[-1]


def record_at(scenario: Scenario, month: int) -> int:
    """The record of a month, or the last one before it. Raises ValueError outside the run."""
    calendar = scenario.calendar
    if not calendar.start <= month <= calendar.end:
        ends = date_of(calendar.start, calendar.step), date_of(calendar.end, calendar.step)
        raise ValueError(f"{date_of(month)} is outside the run, which goes from {ends[0]} to {ends[1]}")
    return (month - calendar.start) // MONTHS[calendar.step]
