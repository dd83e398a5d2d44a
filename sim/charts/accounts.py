"""What drove an alignment or a stance, and why an actor decided as it did: stacked terms, as Plotly's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from ..calendar import month_of
from ..explaining import Account, Makeup
from ..explaining import Trace as Traced
from ..explaining.printed import VISIBLE, visible
from ..explaining.sums import By
from ..explaining.telling import AT_REST, EACH
from ..looks import FAN, INK, PAPER, QUIET, terms_of
from ..state import BOUNDS
from ..wording import MINUS, decimal, signed, true_minus
from .chart import Chart, Trace, axis, faded, figure

MOST = 8
"""Pairs that a figure of one step shows."""

READING = (
    "Bars up raised it, bars down lowered it; the diamond is what they add up to. {beyond}A term is what the model "
    "added up, not what would be missing without it."
)


def years(dates: Sequence[str]) -> list[float]:
    """Dates as years, for axes: 2014.25 is April 2014."""
    return [month_of(each) / 12.0 for each in dates]


def account_chart(account: Account, by: By = "year") -> Chart:
    """How a quantity moved, and what moved it span by span: a line above stacked bars.

    Of many runs the mean, with the band that holds 90% of them. `account` is step by step.
    """
    mean = account.mean.by(by)
    terms, net = visible(mean.terms), np.diff(mean.values[:, 0])
    return Chart(
        name=_name("account", account, by),
        title=f"{'What lies behind' if account.against else 'What drove'} {_whose(account)}?",
        figure=_account_figure(account, mean, by),
        alt=_alt(account, mean, terms),
        reading=READING.format(beyond=AT_REST if account.beyond else ""),
        head=("from", "to", *terms, "change", "at the end"),
        rows=[
            (*mean.dates[k : k + 2], *(signed(term[k], 3) for term in terms.values()), signed(net[k], 3),
             decimal(mean.values[k + 1, 0], 3))
            for k in range(len(net))
        ],
    )  # fmt: skip


def _account_figure(account: Account, mean: Account, by: By) -> dict[str, Any]:
    """The value through time above, its terms span by span below, as Plotly's JSON."""
    terms, ends = visible(mean.terms), years(mean.dates)
    middles, widths = [0.5 * (a + b) for a, b in pairwise(ends)], list(0.84 * np.diff(ends))
    bars = [
        _bar(name, look, terms[name])
        | {"x": middles, "y": _round(terms[name]), "width": widths, "yaxis": "y2"}
        for name, look in terms_of(list(terms)).items()
    ]
    net = np.diff(mean.values[:, 0])
    marks = _diamonds("change", net) | {"x": middles, "y": _round(net), "yaxis": "y2"}
    below = {
        "orientation": "h",
        "traceorder": "normal",
        "x": 0,
        "y": -0.16,
        "yanchor": "top",
        "font": {"size": 13},
    }
    return figure(
        [*_line(account), *bars, marks],
        height=620,
        barmode="relative",
        xaxis=axis("year", anchor="y2", range=[ends[0], ends[-1]], hoverformat=".2f", tickformat="d"),
        yaxis=axis(_unit(account), domain=[0.66, 1.0]),
        yaxis2=axis(f"change in {EACH[by]}", domain=[0.0, 0.56], zeroline=True, zerolinecolor=QUIET),
        legend=below,
    )


def decision_chart(trace: Traced, actor: str, step: int) -> Chart:
    """Why an actor intended what it did toward each other one in a step: the terms of its decisions.

    Of many runs the mean. Raises ValueError where there is no such step.
    """
    must_have(trace, step)
    titles = {each: trace.scenario.title(each) for each in trace.scenario.actors if each != actor}
    made = {titles[each]: trace.decision(actor, each).mean for each in titles}
    who, date = trace.scenario.title(actor), trace.dates[step]
    terms = _by_term(
        {name: {t: float(v[step, 0]) for t, v in each.terms.items()} for name, each in made.items()}
    )
    intents = {name: float(each.values[step, 0]) for name, each in made.items()}
    return Chart(
        name=f"decision-{_which(trace)}-{actor}-{step}",
        title=f"What did {who} intend in {date}, and why?",
        figure=_rows_figure(terms, intents, "intent", f"intended engagement, {MINUS}1 to 1"),
        alt=f"{who} intended in {date}: {_rows_alt(terms, intents)}.",
        reading="Bars to the right warm it to the other actor, bars to the left cool it; the diamond is the intent "
        f"that they add up to, from {MINUS}1 (confront) to 1 (accommodate).",
        head=("toward", *terms, "intent"),
        rows=_table(terms, intents),
    )


def change_chart(trace: Traced, step: int, most: int = MOST) -> Chart:
    """Which alignments moved most in a step, and what moved them; terms beyond what they were at the start.

    Of many runs the mean; at most so many pairs, most moved first. Raises ValueError where there is no such step.
    """
    must_have(trace, step)
    terms, moves = _moved(trace, step, most)
    begin, end = trace.dates[step : step + 2]
    return Chart(
        name=f"changes-{_which(trace)}-{step}-{most}",
        title=f"Which alignments moved most from {begin} to {end}, and why?",
        figure=_rows_figure(terms, moves, "change", "change of alignment"),
        alt=f"From {begin} to {end} alignments changed: {_rows_alt(terms, moves)}.",
        reading=READING.format(beyond=AT_REST)
        .replace("Bars up", "Bars to the right")
        .replace("bars down", "bars to the left"),
        head=("pair", *terms, "change"),
        rows=_table(terms, moves),
    )


def _moved(trace: Traced, step: int, most: int) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """The terms and the changes of the pairs that moved most in a step."""
    name = trace.scenario.title
    found = {
        f"{name(one)} and {name(other)}": trace.alignment(one, other).beyond_rest.mean
        for one, other in combinations(trace.scenario.actors, 2)
    }
    moves = {pair: float(each.values[step + 1, 0] - each.values[step, 0]) for pair, each in found.items()}
    first = sorted(moves, key=lambda pair: -abs(moves[pair]))[:most]
    terms = {pair: {t: float(v[step, 0]) for t, v in found[pair].terms.items()} for pair in first}
    return _by_term(terms), {pair: moves[pair] for pair in first}


def must_have(trace: Traced, step: int) -> None:
    """Raise ValueError where a trace has no such step."""
    if not 0 <= step < len(trace.changes):
        raise ValueError(f"step is {step}; there are steps 0 to {len(trace.changes) - 1}")


def _rows_figure(
    terms: Mapping[str, Mapping[str, float]], sums: Mapping[str, float], whole: str, unit: str
) -> dict[str, Any]:
    """Stacked bars from left to right, a row each for what `sums` names, with their sums as diamonds."""
    places, looks = list(sums), terms_of(list(terms))
    bars = [
        _bar(term, looks[term], row.values())
        | {"x": _round(row[each] for each in places), "y": places, "orientation": "h"}
        for term, row in terms.items()
    ]
    marks = _diamonds(whole, sums.values()) | {"x": _round(sums.values()), "y": places}
    return figure(
        [*bars, marks],
        height=170 + 44 * len(places),
        barmode="relative",
        hovermode="y unified",
        xaxis=axis(unit, zeroline=True, zerolinecolor=QUIET),
        yaxis=axis("", autorange="reversed", automargin=True),
    )


def _table(terms: Mapping[str, Mapping[str, float]], sums: Mapping[str, float]) -> list[tuple[str, ...]]:
    """A row each for what `sums` names: its terms, and what they add up to."""
    return [
        (each, *(signed(row[each], 3) for row in terms.values()), signed(total, 3))
        for each, total in sums.items()
    ]


def _rows_alt(terms: Mapping[str, Mapping[str, float]], sums: Mapping[str, float]) -> str:
    """Each row's sum with the term that weighs most in it."""
    said = []
    for each, total in sums.items():
        most = max(terms, key=lambda term: abs(terms[term][each]), default=None)
        of = f", most of it {most} ({signed(terms[most][each], 3)})" if most is not None else ""
        said.append(f"{each} {signed(total, 3)}{of}")
    return "; ".join(said)


def _by_term(rows: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """The same numbers by term, 0 where a row lacks one; terms that nobody could see are left out."""
    names = dict.fromkeys(name for row in rows.values() for name in row)
    found = {name: {each: row.get(name, 0.0) for each, row in rows.items()} for name in names}
    return {name: row for name, row in found.items() if max(map(abs, row.values())) > VISIBLE}


def _bar(name: str, look: tuple[str, str], values: Iterable[float]) -> Trace:
    """A term's bars but for their places; under the pointer, its numbers."""
    colour, pattern = look
    drawn = {"shape": pattern, "bgcolor": colour, "fgcolor": PAPER, "size": 7, "solidity": 0.2}
    return {
        "type": "bar",
        "name": name,
        "marker": {"color": colour, "line": {"color": PAPER, "width": 0.5}, "pattern": drawn},
        "customdata": [signed(each, 3) for each in values],
        "hovertemplate": name + " %{customdata}<extra></extra>",
    }


def _diamonds(name: str, values: Iterable[float]) -> Trace:
    """What terms add up to, but for the places."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "marker": {"symbol": "diamond", "size": 9, "color": PAPER, "line": {"color": INK, "width": 2}},
        "customdata": [signed(each, 3) for each in values],
        "hovertemplate": name + " %{customdata}<extra></extra>",
    }


def _line(account: Account) -> list[Trace]:
    """The value through time, with the band of 90% of runs where there are several."""
    x, middle = years(account.dates), account.mean.values[:, 0]
    told = "mean of runs" if account.runs > 1 else account.what
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": told,
        "x": x,
        "y": _round(middle),
        "line": {"color": INK, "width": 2.5},
        "customdata": [decimal(each, 3) for each in middle],
        "hovertemplate": told + " %{customdata}<extra></extra>",
    }
    return [*_band(account, x), line] if account.runs > 1 else [line]


def _band(account: Account, x: Sequence[float]) -> list[Trace]:
    low, high = np.quantile(account.values, (0.05, 0.95), axis=1)
    edge = {"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0}, "hoverinfo": "skip"}
    fill = {"fill": "tonexty", "fillcolor": faded(FAN, 0.2), "name": "90% of runs"}
    return [{**edge, "y": _round(low), "showlegend": False}, {**edge, **fill, "y": _round(high)}]


def _alt(account: Account, mean: Account, terms: Mapping[str, np.ndarray]) -> str:
    sums = {name: float(term.sum()) for name, term in terms.items()}
    most = sorted(sums, key=lambda name: -abs(sums[name]))[:4]
    said = ", ".join(f"{name} {signed(sums[name], 3)}" for name in most) or "nothing"
    first, last = (decimal(mean.values[k, 0], 3) for k in (0, -1))
    moved = f"went from {first} in {mean.dates[0]} to {last} in {mean.dates[-1]}"
    return f"{_whose(account, capital=True)} {moved}. In all: {said}."


def _whose(told: Account | Makeup, *, capital: bool = False) -> str:
    """What is told of, and of whom, in words."""
    names = [told.scenario.title(each) if each in told.scenario.actors else each for each in told.whose]
    link = " and " if told.what == "alignment" else " toward "
    of = f" of {link.join(names)}" if names else ""
    less = f"difference between {told.scenario.name} and {told.against.name} in the " if told.against else ""
    text = f"the {less}{told.what}{of}"
    return text[:1].upper() + text[1:] if capital else text


def _unit(account: Account) -> str:
    """What is on the axis, with its range."""
    if account.against is not None:
        return f"{account.what}, difference"
    low, high = BOUNDS[account.what]
    return true_minus(f"{account.what}, {low:g} to {high:g}").replace(" to inf", " and above")


def _which(told: Traced | Account) -> str:
    return f"{told.scenario.name}-{told.first}-{told.runs}".replace(" ", "_").replace(",", "")


def _name(kind: str, told: Account, by: By) -> str:
    """A name that differs where anything shown does."""
    less = f"-less-{told.against.name}" if told.against is not None else ""
    span = f"{told.dates[0]}-{told.dates[-1]}"
    whole = "beyond" if told.beyond else "whole"
    return "-".join((kind, _which(told) + less, told.what, *told.whose, span, by, whole))


def _round(values: Iterable[float]) -> list[float]:
    """Numbers as short as the eye needs."""
    return [round(float(each), 5) for each in values]
