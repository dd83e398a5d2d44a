"""What is measured: `outcomes` of all arms, `contrasts` between them run by run, and `trade_off` of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ..answer import (
    FEWEST,
    SHARE,
    Contrast,
    contrast,
    described,
    row_of,
    runs_worth,
    share_interval,
    unbounded,
)
from ..balanced import GROUP
from ..build import outcomes_of
from ..describing.results import decimals
from ..describing.results import figure as rounded
from ..errors import WedgeError, nearest
from ..looks import DASH, Look, looks, name_in_words, short, signed, story, true_minus
from ..wording import escaped
from .chart import LEGEND_ROW, QUIET, Chart, Trace, axis, faded, figure, nothing
from .time import SYMBOLS, legend_of

if TYPE_CHECKING:
    from ..results import Results

TALLEST = 820
"""Pixels that a chart of panels may be high, so that a sheet of paper holds it."""

ROW, ROOM, TOP = 17, 76, 72
"""Pixels of an arm in a panel, of its heading and axis, and of the margins."""

MOST_DOTS = 400
"""Runs of an arm drawn as dots, the first so many; all are in the means."""

NO_OUTCOMES = "The scenario measures no outcomes."
NO_OTHER = "Nothing was run beside the scenario, so there is nothing to compare with."


@dataclass(frozen=True)
class Panel:
    """One outcome of a chart: what stands over it, its unit, and its marks, the first arm at the top."""

    heading: str
    unit: str
    traces: Sequence[Trace]
    reach: tuple[float, float] | None = None


def measured(results: Results) -> list[str]:
    """The outcomes whose main column was measured, in the order of the scenario."""
    return [name for name in outcomes_of(results.scenario) if name in results.columns]


def about(results: Results, name: str) -> str:
    """What an outcome measures, and on whom, in words."""
    outcome, told = outcomes_of(results.scenario)[name], ""
    _, meaning = described(results.scenario)[name]
    for each in fields(outcome):
        if "names" in each.metadata:
            joint = " toward " if each.name in ("target", "toward") else ", " if told else ""
            told += joint + _titles(results, getattr(outcome, each.name))
    if hasattr(outcome, "years"):
        meaning = meaning.replace("the last years", f"the last {outcome.years:g} years")
    return f"{outcome.measure.replace('_', ' ')}{f' ({told})' if told else ''}: {meaning}"


def _titles(results: Results, value: str | Sequence[str]) -> str:
    known, scenario = [value] if isinstance(value, str) else list(value), results.scenario
    return DASH.join(scenario.title(k) if k in scenario.actors else name_in_words(scenario, k) for k in known)


def unit_of(results: Results, name: str) -> str:
    """The unit of an outcome for an axis."""
    unit, _ = described(results.scenario)[name]
    if unit == SHARE:
        return "% of runs"
    bare = f"{outcomes_of(results.scenario)[name].measure.replace('_', ' ')}, " if unit[:1].isdigit() else ""
    return true_minus(bare + unit)


def chosen(results: Results, names: Sequence[str] | None, arms: int) -> list[str]:
    """The outcomes of a chart: those asked for, or as many as a sheet of paper holds.

    Raises WedgeError where one is not measured.
    """
    known = measured(results)
    for each in names or ():
        if each not in known:
            raise WedgeError(f"no outcome called {each!r}{nearest(each, known)}")
    return list(names) if names is not None else known[: per_chart(arms)]


def per_chart(arms: int) -> int:
    """How many panels with a row for each of so many arms a chart may have."""
    return max(1, (TALLEST - TOP - LEGEND_ROW * arms) // (ROW * arms + ROOM))


# --- outcomes -------------------------------------------------------------------------------------


def outcomes(results: Results, names: Sequence[str] | None = None) -> Chart:
    """Each outcome in the scenario and in what it is held against: shares of runs, or their spread.

    `names` are those that fit a sheet of paper unless given. Raises WedgeError where one is not measured.
    """
    arms = looks(results)
    shown = chosen(results, names, len(arms))
    title = (
        "What comes of it, and what changes it, outcome by outcome?" if len(arms) > 1 else "What comes of it?"
    )
    if not shown:
        return nothing("outcomes", title, NO_OUTCOMES)
    panels, rows, told = [], [], []
    for name in shown:
        traces = [_summed(results, look, arm, name, len(arms) - 1 - k) for k, (look, arm) in enumerate(arms)]
        marks = [each for found in traces for each in found]
        panels.append(Panel(about(results, name), unit_of(results, name), marks, _reach(marks)))
        cells = [_spread(arm, name, described(results.scenario)[name][0]) for _, arm in arms]
        rows.append((name_in_words(results.scenario, name), unit_of(results, name), *cells))
        told.append(f"{name_in_words(results.scenario, name)} {cells[0]} ({unit_of(results, name)})")
    heads = [short(_title(look, arm), 40) for look, arm in arms]
    return Chart(
        name="outcomes" if names is None else f"outcomes-{_dashed(shown[0])}",
        title=title,
        figure=stacked(panels, len(arms), _keys(results, arms)),
        alt=f"In the {story(results)}: {'; '.join(told)}.",
        reading="Where a thing happens in a run or does not: the share of runs, "
        f"{unbounded(results.scenario, results.finished) or 'with its 95% Monte Carlo interval'}. Otherwise: "
        "symbol, the median over runs; upright tick, the mean; thick and thin bars, 50% and 90% of runs.",
        head=("outcome", "unit", *heads),
        rows=rows,
    )


def _title(look: Look, arm: Results) -> str:
    return arm.scenario.spec.title if look.name == "scenario" else look.title


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def values_of(arm: Results, name: str) -> np.ndarray:
    """An outcome in every run, `(run,)`; NaN where it has no value."""
    return np.asarray(arm.columns[name], dtype=float)


def _reach(marks: Sequence[Trace]) -> tuple[float, float] | None:
    """As far as marks go, with some air; None where there are none."""
    ends = [x for each in marks for x in each["x"]]
    if not ends:
        return None
    air = 0.04 * (max(ends) - min(ends)) or 0.01
    return min(ends) - air, max(ends) + air


def _share(arm: Results, name: str) -> tuple[float, float, float]:
    """The share of runs in per cent, with its interval."""
    values = values_of(arm, name)
    known = values[~np.isnan(values)]
    low, high = share_interval(float(known.mean()), runs_worth(values, GROUP[arm.scenario.spec.luck]))
    return 100 * float(known.mean()), 100 * low, 100 * high


def _spread(arm: Results, name: str, unit: str) -> str:
    """The middle and the spread of an outcome in words."""
    values = values_of(arm, name)
    known = values[~np.isnan(values)]
    if not known.size:
        return "in no run"
    if unit == SHARE:
        share, low, high = _share(arm, name)
        return f"{share:.1f}" if low != low else f"{share:.1f} ({low:.1f} to {high:.1f})"
    told = [true_minus(rounded(float(k))) for k in np.quantile(known, (0.05, 0.5, 0.95))]
    return f"{told[1]} ({told[0]} to {told[2]})"


def _summed(results: Results, look: Look, arm: Results, name: str, row: int) -> list[Trace]:
    """The marks of one arm of one outcome."""
    unit, values = described(results.scenario)[name][0], values_of(arm, name)
    known, who = values[~np.isnan(values)], legend_of(results, look)
    if not known.size:
        return []
    if unit == SHARE:
        share, low, high = _share(arm, name)
        reach = "" if low != low else f"<br>95% Monte Carlo interval {low:.1f} to {high:.1f}%"
        mark = _dot(share, row, look, f"{who}<br>{share:.1f}% of runs{reach}")
        return [mark] if low != low else [_bar(low, high, row, look.colour, 2), mark]
    low, first, middle, third, high = map(float, np.quantile(known, (0.05, 0.25, 0.5, 0.75, 0.95)))
    mean = float(known.mean())
    told = [true_minus(rounded(k)) for k in (middle, mean, first, third, low, high)]
    text = (
        f"{who}<br>median {told[0]}, mean {told[1]}<br>50% of runs {told[2]} to {told[3]}<br>90% "
        f"{told[4]} to {told[5]}"
    )
    tick = _dot(mean, row, look, text) | {
        "marker": {"symbol": "line-ns-open", "size": 12, "color": look.colour, "line": {"width": 1.5}}
    }
    return [
        _bar(low, high, row, look.colour, 1.2),
        _bar(first, third, row, faded(look.colour, 0.45), 6),
        tick,
        _dot(middle, row, look, text),
    ]


def _dot(x: float, row: float, look: Look, text: str, *, hollow: bool = False) -> Trace:
    symbol = SYMBOLS[look.marker]
    ink = {
        "color": "#FFFFFF" if hollow else look.colour,
        "symbol": symbol,
        "size": 9,
        "line": {"color": look.colour, "width": 1.5},
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_short(x)],
        "y": [row],
        "marker": ink,
        "showlegend": False,
        "customdata": [text],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _bar(low: float, high: float, row: float, colour: str, width: float) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_short(low), _short(high)],
        "y": [row, row],
        "hoverinfo": "skip",
        "line": {"color": colour, "width": width},
        "showlegend": False,
    }


def _short(value: float) -> float:
    """A number with six figures, as many as are drawn."""
    return float(f"{value:.6g}")


def _keys(results: Results, arms: Sequence[tuple[Look, Results]]) -> list[Trace]:
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


def stacked(panels: Sequence[Panel], rows: int, keys: Sequence[Trace]) -> dict[str, Any]:
    """Panels one below the other, each with its own scale, heading and unit, as Plotly's JSON."""
    tall, room = ROW * rows + 8, ROOM - 8
    whole = len(panels) * (tall + room)
    traces, layout, notes = list(keys), dict[str, Any](), []
    for k, panel in enumerate(panels):
        n = "" if k == 0 else str(k + 1)
        top = 1 - (k * (tall + room) + 20) / whole
        span = [round(max(0.0, top - tall / whole), 4), round(top, 4)]
        traces += [{**each, "xaxis": f"x{n}", "yaxis": f"y{n}"} for each in panel.traces]
        ends = {"range": list(panel.reach)} if panel.reach else {}
        unit = axis(panel.unit, anchor=f"y{n}", nticks=7, **ends)
        layout[f"xaxis{n}"] = unit | {
            "title": {"text": escaped(panel.unit), "standoff": 4, "font": {"size": 12}}
        }
        layout[f"yaxis{n}"] = {
            "domain": span,
            "anchor": f"x{n}",
            "range": [-0.7, rows - 0.3],
            "visible": False,
        }
        notes.append(
            {
                "text": f"<b>{escaped(short(panel.heading, 98))}</b>",
                "x": 0,
                "y": span[1],
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "align": "left",
                "font": {"size": 13},
            }
        )
    return figure(traces, height=whole + TOP, hovermode="closest", annotations=notes, **layout)


# --- contrasts ------------------------------------------------------------------------------------


def contrasts(results: Results, names: Sequence[str] | None = None) -> Chart:
    """Each outcome in the scenario less each alternative, run by run, each in its own unit.

    `names` are those that fit a sheet of paper unless given. Raises WedgeError where one is not measured.
    """
    arms, first = looks(results)[1:], story(results)
    title = f"What does the {first} change, run by run, in each outcome?"
    shown = chosen(results, names, len(arms))
    if not arms or not shown:
        return nothing("contrasts", title, NO_OUTCOMES if arms else NO_OTHER)
    panels, rows, told = [], [], []
    for name in shown:
        found = [
            (look, difference(results, look.name, arm, name)) for look, arm in arms if name in arm.columns
        ]
        scale, unit = (
            (100.0, "percentage points") if _is_share(results, name) else (1.0, unit_of(results, name))
        )
        marks = [
            t
            for k, (look, each) in enumerate(found)
            for t in _difference(each, len(arms) - 1 - k, look, scale, unit)
        ]
        ends = [v for _, each in found for v in (each.difference, each.low, each.high) if np.isfinite(v)]
        reach = 1.15 * scale * max(map(abs, ends), default=0.0) or 0.01 * scale
        zero = {
            "type": "scatter",
            "mode": "lines",
            "x": [0, 0],
            "y": [-0.7, len(arms) - 0.3],
            "hoverinfo": "skip",
            "showlegend": False,
            "line": {"color": QUIET, "width": 1},
        }
        panels.append(Panel(about(results, name), f"difference, {unit}", [zero, *marks], (-reach, reach)))
        rows.append((name_in_words(results.scenario, name), unit, *(_cell(each, scale) for _, each in found)))
        told.append(f"{name_in_words(results.scenario, name)} {_cell(found[0][1], scale)} ({unit})")
    return Chart(
        name="contrasts" if names is None else f"contrasts-{_dashed(shown[0])}",
        title=title,
        figure=stacked(panels, len(arms), _keys(results, arms)),
        alt=f"The {first} less '{short(_title(*arms[0]), 60)}': {'; '.join(told)}.",
        reading=f"Right of the line the {first} has more than what it is held against, on equal luck. "
        f"{_bars(results, 'of the mean difference')}. Hollow: not distinguishable from no difference, or fewer "
        f"than {FEWEST} runs differ, too few to tell.",
        head=(
            "outcome",
            "unit",
            *(f"less {short(_title(look, arm), 40)} (95% interval)" for look, arm in arms),
        ),
        rows=rows,
    )


def _bars(results: Results, whose: str) -> str:
    """What bars are, or why there are none."""
    why = unbounded(results.scenario, results.finished)
    return why[:1].upper() + why[1:] if why else f"Bars: 95% Monte Carlo intervals {whose}"


def _is_share(results: Results, name: str) -> bool:
    return described(results.scenario)[name][0] == SHARE


def difference(results: Results, against: str, arm: Results, name: str) -> Contrast:
    """The paired difference of an outcome between the scenario and an arm."""
    unit, group = described(results.scenario)[name][0], GROUP[results.scenario.spec.luck]
    return contrast(name, against, values_of(results, name), values_of(arm, name), unit=unit, group=group)


def _difference(found: Contrast, row: int, look: Look, scale: float, unit: str) -> list[Trace]:
    """The marks of one difference: hollow where it cannot be told from none."""
    if np.isnan(found.difference):
        return []
    name, runs = escaped(short(look.title, 60)), f"{found.differing:,} runs differ"
    text = f"{name}<br>{_cell(found, scale)} {escaped(unit)}<br>{runs}"
    dot = _dot(scale * found.difference, row, look, text, hollow=not found.direction)
    known = np.isfinite(found.low) and np.isfinite(found.high)
    return [_bar(scale * found.low, scale * found.high, row, look.colour, 2), dot] if known else [dot]


def _cell(found: Contrast, scale: float) -> str:
    """A difference with its interval."""
    if np.isnan(found.difference):
        return "not known"
    if found.same:
        return "no run differs"
    known = np.isfinite(found.low) and np.isfinite(found.high)
    half = scale * (found.high - found.low) / 2 if known else abs(scale * found.difference)
    digits = decimals(half or abs(scale * found.difference))
    told = [
        signed(scale * each, digits)
        for each in (found.difference, found.low, found.high)
        if known or each is found.difference
    ]
    return f"{told[0]} ({told[1]} to {told[2]})" if known else told[0]


# --- trade-off ------------------------------------------------------------------------------------


def trade_off(results: Results, x: str, y: str) -> Chart:
    """Two outcomes against each other: the mean of each arm with its interval, over the cloud of its runs.

    Raises WedgeError where either is not measured.
    """
    chosen(results, (x, y), 1)
    arms, scales = looks(results), [100.0 if _is_share(results, each) else 1.0 for each in (x, y)]
    cloud = not any(_is_share(results, each) for each in (x, y))
    dots, means, rows = [], [], []
    for look, arm in arms:
        both = [scale * values_of(arm, each) for scale, each in zip(scales, (x, y), strict=True)]
        middle = [_mean(arm, each, scale) for scale, each in zip(scales, (x, y), strict=True)]
        if cloud:
            dots.append(_cloud(both, look))
        means.append(_cross(middle, look, legend_of(results, look)))
        rows.append((short(_title(look, arm), 60), *(_middle(each) for each in middle)))
    names = [name_in_words(results.scenario, each) for each in (x, y)]
    told = "; ".join(f"'{row[0]}' {row[1]} and {row[2]}" for row in rows)
    drawn = min(MOST_DOTS, results.finished)
    behind = (
        f"Behind: {'the first ' if drawn < results.finished else ''}{drawn:,} runs of each. " if cloud else ""
    )
    return Chart(
        name=f"trade-off-{_dashed(x)}-{_dashed(y)}",
        title=f"Is there a trade-off between {names[0]} and {names[1]}?",
        figure=figure(
            [*dots, *means],
            height=460,
            hovermode="closest",
            xaxis=axis(f"{names[0]}: {unit_of(results, x)}"),
            yaxis=axis(f"{names[1]}: {unit_of(results, y)}"),
        ),
        alt=f"Means of {names[0]} ({unit_of(results, x)}) and {names[1]} ({unit_of(results, y)}): {told}.",
        reading=f"Large: the mean of each arm, "
        f"{unbounded(results.scenario, results.finished) or 'with 95% Monte Carlo intervals'}. {behind}"
        "Arms share their luck run by run, so that their difference is surer than overlapping intervals suggest.",
        head=(
            "arm",
            *(
                f"{name}, mean, {unit_of(results, each)} (95% interval)"
                for name, each in zip(names, (x, y), strict=True)
            ),
        ),
        rows=rows,
    )


def _mean(arm: Results, name: str, scale: float) -> tuple[float, float, float]:
    """The mean over runs with its 95 % Monte Carlo interval, times `scale`."""
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
    bars = [
        {
            "type": "data",
            "symmetric": False,
            "array": [_gap(b - m)],
            "arrayminus": [_gap(m - a)],
            "color": look.colour,
            "thickness": 2,
            "width": 4,
        }
        for m, a, b in ((x, left, right), (y, low, high))
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [None if x != x else _short(x)],
        "y": [None if y != y else _short(y)],
        "error_x": bars[0],
        "error_y": bars[1],
        "marker": {
            "color": look.colour,
            "symbol": SYMBOLS[look.marker],
            "size": 12,
            "line": {"color": look.colour, "width": 1.5},
        },
        "hovertemplate": f"{name}<br>{_middle(middle[0])}, {_middle(middle[1])}<extra></extra>",
    }


def _gap(value: float) -> float:
    return _short(max(0.0, value)) if value == value else 0.0
