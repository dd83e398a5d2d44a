"""A comparison through time: how far the first scenario lies from each other one, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calendar import month_of
from ..looks import looks, marks, short
from .chart import QUIET, Chart, faded, figure, nothing
from .fans import Pair, alignment_of
from .time import (
    NUMBERED,
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
    told,
    yearly,
)

if TYPE_CHECKING:
    from ..results import Results

MOST_BANDS = 3
"""Alternatives whose spread is shaded; with more, only medians are drawn."""

NO_PATHS = "How far paths lie apart through time is kept by wedge compare only."


def gaps(results: Results, pair: Pair | None = None) -> Chart:
    """The difference in a pair's alignment, the first scenario less each other, through time.

    The pair that matters most unless given. Raises WedgeError where an actor is not in the scenario.
    """
    (one, other), _ = alignment_of(results, pair)
    scenario, at = results.scenario, dates(results.scenario)
    names, records = (
        f"{scenario.title(one)} and {scenario.title(other)}",
        results.scenario.calendar.records + 1,
    )
    title = f"When do runs come to differ in how aligned {names} are?"
    found = [
        (look, each)
        for look, arm in looks(results, eventless=False)[1:]
        if arm.apart is not None
        and (each := path(arm.apart, f"alignment:{one}:{other}", records)) is not None
    ]
    if not found:
        return nothing("gaps", title, NO_PATHS)
    shades, lines = [], []
    for look, each in found:
        for low, high, pale in (
            (("q05", "q95", 0.14), ("q25", "q75", 0.22)) if len(found) <= MOST_BANDS else ()
        ):
            shades += band(at, each[low], each[high], faded(look.colour, pale))
        made = line(
            at, each["q50"], f"less {legend_of(results, look)}", look.colour, dash=dash_of(look), digits=3
        )
        ends = [[round(float(each[k][r]), 4) for k in ("q05", "q95")] for r in range(records)]
        lines.append(
            made
            | {
                "customdata": thinned(ends),
                "hovertemplate": "%{y:+.3f} (90%: %{customdata[0]:+.3f} to %{customdata[1]:+.3f})",
            }
        )
    layout = event_layout(
        scenario, "difference in alignment", zeroline=True, zerolinecolor=QUIET, zerolinewidth=1
    )
    branch = results.comparison.branch_at if results.comparison is not None else ""
    if branch:
        month = day(month_of(branch))
        layout["shapes"].append(
            {
                "type": "line",
                "x0": month,
                "x1": month,
                "y0": 0,
                "y1": 1,
                "yref": "y domain",
                "line": {"color": QUIET, "width": 2, "dash": "dot"},
            }
        )
    stamps, last = scenario.calendar.dates(), span(scenario)[1]
    alt = "; ".join(
        f"less '{short(look.title, 60)}' {told(each['q50'][-1], 3)} (90% of runs "
        f"{told(each['q05'][-1], 3)} to {told(each['q95'][-1], 3)})"
        for look, each in found
    )
    shaded = " shaded, 50% and 90% of runs at each date." if len(found) <= MOST_BANDS else ""
    return Chart(
        name=f"gaps-{one}-{other}".replace("_", "-"),
        title=title,
        figure=figure([*shades, *lines, *event_marks(scenario)], height=420, **layout),
        alt=f"Difference in alignment of {names} at {last}, '{short(scenario.spec.title, 60)}' {alt}.",
        reading="The first scenario less the other in the same run, on equal luck. Line: the median difference;"
        + (shaded or " spreads are left out, being too many.")
        + (f" Dotted: the branch at {branch}; until then they are the same." if branch else "")
        + (NUMBERED if marks(scenario) else ""),
        head=(
            "date",
            *(
                f"{what} less {short(look.title, 40)}"
                for look, _ in found
                for what in ("median", "5%", "95%")
            ),
        ),
        rows=[
            (stamps[r], *(told(each[k][r], 3) for _, each in found for k in ("q50", "q05", "q95")))
            for r in yearly(scenario)
        ],
    )
