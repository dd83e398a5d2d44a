"""A comparison through time: how far the first scenario lies from each other one, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..calendar import month_of
from ..looks import QUIET, Look, looks, marks
from ..wording import short, signed
from .chart import Chart, Trace, faded, figure, nothing
from .fans import Pair, alignment_of
from .time import (
    NUMBERED,
    Path,
    band,
    dash_of,
    dates,
    day,
    event_layout,
    event_marks,
    legend_of,
    line,
    path,
    span,
    thinned,
    yearly,
)

if TYPE_CHECKING:
    from ..results import Results

MOST_BANDS = 3
"""Alternatives whose spread is shaded; with more, only medians are drawn."""

ENDS = ("q50", "q05", "q95")
"""What is told of a difference: its median, and the ends of 90% of runs."""

NO_PATHS = "How far paths lie apart through time is kept by wedge compare only."


def gaps(results: Results, pair: Pair | None = None) -> Chart:
    """The difference in a pair's alignment, the first scenario less each other, through time.

    The pair that matters most unless given. Raises WedgeError where an actor is not in the scenario.
    """
    (one, other), _ = alignment_of(results, pair)
    scenario, found = results.scenario, _found(results, f"alignment:{one}:{other}")
    names = f"{scenario.title(one)} and {scenario.title(other)}"
    title = f"When do runs come to differ in how aligned {names} are?"
    if not found:
        return nothing("gaps", title, NO_PATHS)
    head, rows = _table(results, found)
    return Chart(
        name=f"gaps-{one}-{other}".replace("_", "-"),
        title=title,
        figure=_drawn(results, found),
        alt=f"Difference in alignment of {names} at {span(scenario)[1]}, '{short(scenario.spec.title, 60)}' "
        f"{_alt(found)}.",
        reading=_reading(results, found),
        head=head,
        rows=rows,
    )


def _found(results: Results, name: str) -> list[tuple[Look, Path]]:
    """The difference from each arm that has one, with its look."""
    records = results.scenario.calendar.records + 1
    arms = [(look, arm.apart) for look, arm in looks(results, eventless=False)[1:] if arm.apart is not None]
    found = [(look, path(apart, name, records)) for look, apart in arms]
    return [(look, each) for look, each in found if each is not None]


def _drawn(results: Results, found: Sequence[tuple[Look, Path]]) -> dict[str, Any]:
    """Medians, spreads where there are few, the branch and the events, as Plotly's JSON."""
    scenario, at = results.scenario, dates(results.scenario)
    shades = [
        each
        for look, gap in (found if len(found) <= MOST_BANDS else ())
        for low, high, pale in (("q05", "q95", 0.14), ("q25", "q75", 0.22))
        for each in band(at, gap[low], gap[high], faded(look.colour, pale))
    ]
    lines = [_median(results, look, each) for look, each in found]
    layout = event_layout(
        scenario, "difference in alignment", zeroline=True, zerolinecolor=QUIET, zerolinewidth=1
    )
    layout["shapes"] += _branch(results)
    return figure([*shades, *lines, *event_marks(scenario)], height=420, **layout)


def _median(results: Results, look: Look, found: Path) -> Trace:
    """The median difference from an arm; under the pointer, its spread too."""
    name = f"less {legend_of(results, look)}"
    made = line(dates(results.scenario), found["q50"], name, look.colour, dash=dash_of(look), digits=3)
    told = [[signed(float(found[kind][r]), 3) for kind in ENDS] for r in range(len(found["q50"]))]
    text = "%{customdata[0]} (90%: %{customdata[1]} to %{customdata[2]})"
    return made | {"customdata": thinned(told), "hovertemplate": text}


def _branch(results: Results) -> list[dict[str, Any]]:
    """A dotted line where the scenarios part, if they do so at a date."""
    if results.comparison is None or not results.comparison.branch_at:
        return []
    month = day(month_of(results.comparison.branch_at))
    look = {"color": QUIET, "width": 2, "dash": "dot"}
    return [{"type": "line", "x0": month, "x1": month, "y0": 0, "y1": 1, "yref": "y domain", "line": look}]


def _alt(found: Sequence[tuple[Look, Path]]) -> str:
    """The differences at the end in words."""
    ends = [[signed(float(each[kind][-1]), 3) for kind in ENDS] for _, each in found]
    return "; ".join(
        f"less '{short(look.title, 60)}' {middle} (90% of runs {low} to {high})"
        for (look, _), (middle, low, high) in zip(found, ends, strict=True)
    )


def _reading(results: Results, found: Sequence[tuple[Look, Path]]) -> str:
    few = len(found) <= MOST_BANDS
    branch = results.comparison.branch_at if results.comparison is not None else ""
    return (
        "The first scenario less the other in the same run, on equal luck. Line: the median difference;"
        + (" shaded, 50% and 90% of runs at each date." if few else " spreads are left out, being too many.")
        + (f" Dotted: the branch at {branch}; until then they are the same." if branch else "")
        + (NUMBERED if marks(results.scenario) else "")
    )


def _table(
    results: Results, found: Sequence[tuple[Look, Path]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The median and the spread of each difference year by year."""
    stamps = results.scenario.calendar.dates()
    heads = [f"{what} less {short(look.title, 40)}" for look, _ in found for what in ("median", "5%", "95%")]
    rows = [
        (stamps[r], *(signed(float(each[kind][r]), 3) for _, each in found for kind in ENDS))
        for r in yearly(results.scenario)
    ]
    return ("date", *heads), rows
