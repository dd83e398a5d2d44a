"""The chance of a united front: through time, and by the alignment from which a front counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..answer import NONE, least_runs, runs_worth, share_interval, share_intervals, unbounded
from ..balanced import GROUP
from ..looks import Look, front_of, looks, marks, short, threshold
from ..outcomes import THRESHOLDS, UnitedFront
from .chart import Chart, axis, faded, figure, nothing
from .time import (
    NUMBERED,
    SYMBOLS,
    as_json,
    band,
    dash_of,
    dates,
    event_layout,
    event_marks,
    legend_of,
    line,
    path_of,
    span,
    yearly,
)

if TYPE_CHECKING:
    from ..results import Results

NO_FRONT = "No united front is among the outcomes of this scenario."
INTERVALS = "95% Monte Carlo intervals, which more runs would shrink"
PAIRED = (
    " All share their luck run by run, so that a difference between them is surer than overlapping "
    "intervals suggest."
)


def front(results: Results) -> Chart:
    """The share of runs in which the front is on, through time, in each arm, with its Monte Carlo error."""
    found = front_of(results.scenario)
    if found is None:
        return nothing("front", "How likely is a united front?", NO_FRONT)
    scenario, at, level = results.scenario, dates(results.scenario), threshold(results.scenario)
    group = GROUP[scenario.spec.luck]
    arms = [
        (look, arm, each["mean"])
        for look, arm in looks(results)
        if (each := path_of(arm, f"{found[0]}:on at {level:.2f}")) is not None
    ]
    bands, lines = [], []
    for look, arm, share in arms:
        low, high = share_intervals(share, least_runs(arm.finished, group))
        bands += band(at, 100 * low, 100 * high, faded(look.colour, 0.14))
        lines.append(
            line(at, 100 * share, legend_of(results, look), look.colour, dash=dash_of(look), digits=1)
            | {"hovertemplate": "%{y:.1f}%"}
        )
    most = max(float(share.max()) for _, _, share in arms)
    layout = event_layout(scenario, "% of runs with a front on", range=[0, min(101.0, max(5.0, 118 * most))])
    first, last = span(scenario)
    told = "; ".join(
        f"{100 * share[-1]:.1f}% in '{short(_title(look, arm), 60)}'" for look, arm, share in arms
    )
    stamps = scenario.calendar.dates()
    own = found[1].threshold
    other = (
        f" The front's own threshold is {own:g}; the nearest whose path is kept is shown."
        if abs(own - level) > 1e-9
        else ""
    )
    return Chart(
        name="front",
        title=f"How likely is a united front of {_who(results, found[1])}, and when?",
        figure=figure([*bands, *lines, *event_marks(scenario)], height=420, **layout),
        alt=f"Share of runs with a front on at threshold {level:.2f}: {100 * arms[0][2][0]:.1f}% in "
        f"{first}; in {last} {told}.",
        reading=f"A front counts from an alignment of {level:.2f} on, held for a year against a common adversary. "
        f"{_drawn(results, 'Shaded')}.{_paired(results)}{NUMBERED if marks(scenario) else ''}{other}",
        head=("date", *(f"{short(_title(look, arm), 40)}, % of runs" for look, arm, _ in arms)),
        rows=[(stamps[k], *(f"{100 * share[k]:.1f}" for _, _, share in arms)) for k in yearly(scenario)],
    )


def front_thresholds(results: Results) -> Chart:
    """The share of runs in which a front ever forms, by the threshold from which it counts, in each arm."""
    found = front_of(results.scenario)
    if found is None:
        return nothing("front-thresholds", "Does what counts as a front decide the verdict?", NO_FRONT)
    group, arms = GROUP[results.scenario.spec.luck], looks(results)
    shares = [
        [_ever(arm, f"{found[0]}.at_{round(100 * each)}", group) for each in THRESHOLDS] for _, arm in arms
    ]
    apart = min(0.006, 0.036 / len(arms))
    traces = []
    for k, ((look, _), row) in enumerate(zip(arms, shares, strict=True)):
        middle, low, high = (100 * np.array(each) for each in zip(*row, strict=True))
        place = np.array(THRESHOLDS) + (k - (len(arms) - 1) / 2) * apart
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": legend_of(results, look),
                "x": np.round(place, 4).tolist(),
                "y": as_json(middle, 2),
                "line": {"color": faded(look.colour, 0.6), "width": 1, "dash": dash_of(look)},
                "marker": {
                    "color": look.colour,
                    "symbol": SYMBOLS[look.marker],
                    "size": 9,
                    "line": {"color": look.colour, "width": 1},
                },
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": _gaps(high - middle),
                    "arrayminus": _gaps(middle - low),
                    "color": look.colour,
                    "thickness": 1.5,
                    "width": 0,
                },
                "customdata": [
                    [level, _ends(a, b)]
                    for level, a, b in zip(THRESHOLDS, low.tolist(), high.tolist(), strict=True)
                ],
                "hovertemplate": "threshold %{customdata[0]:.2f}: %{y:.1f}% (95% MC: %{customdata[1]})",
            }
        )
    ends = [THRESHOLDS[0] - 0.03, THRESHOLDS[-1] + 0.03]
    told = "; ".join(
        f"'{short(_title(look, arm), 60)}' from {_percent(row[0][0])} at {THRESHOLDS[0]:.2f} to "
        f"{_percent(row[-1][0])} at {THRESHOLDS[-1]:.2f}"
        for (look, arm), row in zip(arms, shares, strict=True)
    )
    return Chart(
        name="front-thresholds",
        title=f"Does what counts as a front of {_who(results, found[1])} decide the verdict?",
        figure=figure(
            traces,
            height=400,
            hovermode="closest",
            xaxis=axis(
                "alignment from which a front counts (threshold)",
                tickvals=list(THRESHOLDS),
                tickformat=".2f",
                range=ends,
            ),
            yaxis=axis("% of runs in which a front ever forms", range=[-2, 102]),
        ),
        alt=f"Share of runs in which a front ever forms, by threshold: {told}.",
        reading=f"The same runs, read with five definitions of a front. {_drawn(results, 'Bars')}; "
        f"marks at one threshold are set beside each other.{_paired(results)}",
        head=(
            "threshold",
            *(f"{short(_title(look, arm), 40)}, % of runs (95% interval)" for look, arm in arms),
        ),
        rows=[(f"{level:.2f}", *(_cell(row[k]) for row in shares)) for k, level in enumerate(THRESHOLDS)],
    )


def _drawn(results: Results, how: str) -> str:
    """How intervals are drawn, or why there are none."""
    why = unbounded(results.scenario, results.finished)
    return why[:1].upper() + why[1:] if why else f"{how}: {INTERVALS}"


def _paired(results: Results) -> str:
    """What intervals say of a difference, where there are intervals and another arm."""
    drawn = not unbounded(results.scenario, results.finished)
    return PAIRED if drawn and len(looks(results)) > 1 else ""


def _ever(arm: Results, column: str, group: int) -> tuple[float, float, float]:
    """A share of runs with its interval, NaN where they are not known."""
    values = np.asarray(arm.columns[column], dtype=float)
    known = values[~np.isnan(values)]
    if not known.size:
        return NONE, NONE, NONE
    share = float(known.mean())
    return share, *share_interval(share, runs_worth(values, group))


def _gaps(values: np.ndarray) -> list[float]:
    return [0.0 if each != each else round(max(0.0, each), 2) for each in values.tolist()]


def _ends(low: float, high: float) -> str:
    """The ends of an interval in words."""
    return "not known" if low != low else f"{low:.1f} to {high:.1f}"


def _percent(share: float) -> str:
    return "not known" if share != share else f"{100 * share:.1f}%"


def _cell(row: tuple[float, float, float]) -> str:
    share, low, high = (100 * each for each in row)
    return "not known" if share != share else f"{share:.1f} ({_ends(low, high)})"


def _who(results: Results, found: UnitedFront) -> str:
    return " and ".join(map(results.scenario.title, found.pair))


def _title(look: Look, arm: Results) -> str:
    return arm.scenario.spec.title if look.name == "scenario" else look.title
