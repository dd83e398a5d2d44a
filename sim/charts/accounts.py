"""What drove an alignment or a stance, and why an actor decided as it did: stacked terms, as Plotly's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from ..calendar import month_of
from ..explaining import Account, Makeup, Trace
from ..explaining.sums import By
from ..state import BOUNDS
from .chart import INK, QUIET, Chart, axis, faded, figure

LOOKS = {
    "mutual posture": ("#0072B2", ""), "common threat": ("#E69F00", "/"), "mutual threat": ("#D55E00", "x"),
    "unshared quarrels": ("#CC79A7", "-"), "third parties": ("#009E73", "\\"), "outside option": ("#332288", "."),
    "return to rest": ("#8A8A8A", "|"), "luck": ("#56B4E9", "+"), "event": ("#1A1A1A", "/"), "bound": ("#DDCC77", "x"),
    "disposition": ("#0072B2", ""), "reciprocity": ("#E69F00", "/"), "alignment feedback": ("#CC79A7", "-"),
    "hedging": ("#009E73", "\\"), "detachment": ("#44AA99", "x"), "emboldenment": ("#D55E00", "."),
    "counter-binding": ("#882255", "|"), "limit of intent": ("#DDCC77", "/"), "inertia": ("#8A8A8A", "|"),
    "crisis": ("#661100", "x"), "punishment": ("#AA4499", "\\"), "lapse": ("#117733", "."),
}  # fmt: skip
"""One colour and pattern a term in every figure, so that colour is never the only sign; colours after Okabe and
Ito 2008 and Tol 2021."""

OTHER, PATTERNS = "#332288", ("/", "-", "x", "|", "\\", ".", "+", "")
"""What terms of policies and of other quantities are drawn in, one pattern after another."""

MINUS = "\N{MINUS SIGN}"

NOTHING = 5e-5
"""Terms that stay below this have no bar: nobody could see it."""

MOST = 8
"""Pairs that a figure of one step shows."""

READING = (
    "Bars up raised it, bars down lowered it; the diamond is what they add up to. {beyond}A term is what the model "
    "added up, not what would be missing without it."
)
BEYOND = "Each term is shown beyond what it was at the start, where all of them balance. "


EACH = {"step": "each step", "year": "each year", "all": "all"}
"""What a bar adds up over, in words."""


def look_of(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and pattern of each term of a figure, in their order."""
    others = [name for name in names if name not in LOOKS]
    spare = {name: (OTHER, PATTERNS[k % len(PATTERNS)]) for k, name in enumerate(others)}
    return {name: LOOKS.get(name) or spare[name] for name in names}


def shown(terms: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The terms of a mean, `(spans,)`, that can be seen."""
    return {name: term[:, 0] for name, term in terms.items() if np.abs(term).max() > NOTHING}


def years(dates: Sequence[str]) -> list[float]:
    """Dates as years, for axes: 2014.25 is April 2014."""
    return [month_of(each) / 12.0 for each in dates]


def account_chart(account: Account, by: By = "year") -> Chart:
    """How a quantity moved, and what moved it span by span: a line above stacked bars.

    Of many runs the mean, with the band that holds 90 % of them. `account` is step by step.
    """
    mean = account.mean.by(by)
    terms, looks = shown(mean.terms), look_of(list(shown(mean.terms)))
    ends = years(mean.dates)
    middles, widths = [0.5 * (a + b) for a, b in pairwise(ends)], list(0.84 * np.diff(ends))
    spans = [f"{a} to {b}" for a, b in pairwise(mean.dates)]
    marks = [_bars(name, middles, term, looks[name], widths, spans) for name, term in terms.items()]
    net = np.diff(mean.values[:, 0])
    marks.append(
        {"type": "scatter", "mode": "markers", "name": "change", "x": middles, "y": _round(net), "yaxis": "y2",
         "marker": {"symbol": "diamond", "size": 9, "color": "#FFFFFF", "line": {"color": INK, "width": 2}},
         "hovertemplate": "change %{y:+.3f}<extra></extra>"}
    )  # fmt: skip
    layout = {
        "barmode": "relative",
        "xaxis": axis("year", anchor="y2", range=[ends[0], ends[-1]], hoverformat=".2f", tickformat="d"),
        "yaxis": axis(_unit(account), domain=[0.66, 1.0]),
        "yaxis2": axis(f"change in {EACH[by]}", domain=[0.0, 0.56], zeroline=True, zerolinecolor=QUIET),
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "y": -0.16,
            "yanchor": "top",
            "font": {"size": 13},
        },
    }
    drawn = figure([*_line(account), *marks], height=620, **layout)
    return Chart(
        name=_name("account", account, by),
        title=f"{'What lies behind' if account.against else 'What drove'} {_whose(account)}?",
        figure=drawn,
        alt=_alt(account, mean, terms),
        reading=READING.format(beyond=BEYOND if account.beyond else ""),
        head=("from", "to", *terms, "change", "at the end"),
        rows=[
            (*mean.dates[k : k + 2], *(f"{term[k]:+.3f}" for term in terms.values()), f"{net[k]:+.3f}",
             f"{mean.values[k + 1, 0]:.3f}")
            for k in range(len(net))
        ],
    )  # fmt: skip


def decision_chart(trace: Trace, actor: str, step: int) -> Chart:
    """Why an actor intended what it did toward each other one in a step: the terms of its decisions.

    Of many runs the mean. Raises ValueError where there is no such step.
    """
    must_have(trace, step)
    titles = {each: trace.scenario.title(each) for each in trace.scenario.actors if each != actor}
    made = {titles[each]: trace.decision(actor, each).mean for each in titles}
    date = trace.dates[step]
    intents = {name: float(each.values[step, 0]) for name, each in made.items()}
    rows = _by_term(
        {name: {t: float(v[step, 0]) for t, v in each.terms.items()} for name, each in made.items()}
    )
    return _rows_chart(
        rows, intents, f"decision-{_which(trace)}-{actor}-{step}", "intent",
        f"What did {trace.scenario.title(actor)} intend in {date}, and why?",
        f"{trace.scenario.title(actor)} intended in {date}",
        "Bars to the right warm it to the other actor, bars to the left cool it; the diamond is the intent that they "
        "add up to, from -1 (confront) to 1 (accommodate).",
        f"intended engagement, {MINUS}1 to 1",
    )  # fmt: skip


def change_chart(trace: Trace, step: int, most: int = MOST) -> Chart:
    """Which alignments moved most in a step, and what moved them; terms beyond what they were at the start.

    Of many runs the mean; at most so many pairs, most moved first. Raises ValueError where there is no such step.
    """
    must_have(trace, step)
    name = trace.scenario.title
    found = {
        f"{name(one)} and {name(other)}": trace.alignment(one, other).beyond_rest.mean
        for one, other in combinations(trace.scenario.actors, 2)
    }
    moves = {pair: float(each.values[step + 1, 0] - each.values[step, 0]) for pair, each in found.items()}
    first = sorted(moves, key=lambda pair: -abs(moves[pair]))[:most]
    terms = {pair: {t: float(v[step, 0]) for t, v in found[pair].terms.items()} for pair in first}
    begin, end = trace.dates[step : step + 2]
    return _rows_chart(
        _by_term(terms), {pair: moves[pair] for pair in first}, f"changes-{_which(trace)}-{step}-{most}", "change",
        f"Which alignments moved most from {begin} to {end}, and why?",
        f"From {begin} to {end} alignments changed",
        READING.format(beyond=BEYOND).replace("Bars up", "Bars to the right").replace("bars down", "bars to the left"),
        "change of alignment",
    )  # fmt: skip


def must_have(trace: Trace, step: int) -> None:
    """Raise ValueError where a trace has no such step."""
    if not 0 <= step < len(trace.changes):
        raise ValueError(f"step is {step}; there are steps 0 to {len(trace.changes) - 1}")


def _rows_chart(
    terms: dict[str, dict[str, float]], sums: dict[str, float], name: str, whole: str, title: str, begun: str,
    reading: str, unit: str,
) -> Chart:  # fmt: skip
    """Stacked bars from left to right, a row each for what `sums` names, with their sums as diamonds."""
    looks, places = look_of(list(terms)), list(sums)
    marks = [
        _bars(term, [row[each] for each in places], places, looks[term], None, None, flat=True)
        for term, row in terms.items()
    ]
    marks.append(
        {"type": "scatter", "mode": "markers", "name": whole, "y": places, "x": _round(sums.values()),
         "marker": {"symbol": "diamond", "size": 10, "color": "#FFFFFF", "line": {"color": INK, "width": 2}},
         "hovertemplate": whole + " %{x:+.3f}<extra></extra>"}
    )  # fmt: skip
    layout = {
        "barmode": "relative",
        "hovermode": "y unified",
        "xaxis": axis(unit, zeroline=True, zerolinecolor=QUIET),
        "yaxis": axis("", autorange="reversed", automargin=True),
    }
    return Chart(
        name=name, title=title, figure=figure(marks, height=170 + 44 * len(places), **layout),
        alt=f"{begun}: {_rows_alt(terms, sums)}.", reading=reading, head=("", *terms, whole),
        rows=[(each, *(f"{row[each]:+.3f}" for row in terms.values()), f"{sums[each]:+.3f}") for each in places],
    )  # fmt: skip


def _rows_alt(terms: dict[str, dict[str, float]], sums: dict[str, float]) -> str:
    """Each row's sum with the term that weighs most in it."""
    said = []
    for each, total in sums.items():
        if not terms:
            said.append(f"{each} {total:+.3f}")
            continue
        most = max(terms, key=lambda term: abs(terms[term][each]))
        said.append(f"{each} {total:+.3f}, most of it {most} ({terms[most][each]:+.3f})")
    return "; ".join(said)


def _by_term(rows: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """The same numbers by term, 0 where a row lacks one; terms that nobody could see are left out."""
    names = dict.fromkeys(name for row in rows.values() for name in row)
    found = {name: {each: row.get(name, 0.0) for each, row in rows.items()} for name in names}
    return {name: row for name, row in found.items() if max(map(abs, row.values())) > NOTHING}


def _bars(
    name: str, x: Any, y: Any, look: tuple[str, str], widths: Any, spans: Any, *, flat: bool = False
) -> dict[str, Any]:
    colour, pattern = look
    drawn = {"color": colour, "line": {"color": "#FFFFFF", "width": 0.5}}
    drawn["pattern"] = {"shape": pattern, "bgcolor": colour, "fgcolor": "#FFFFFF", "size": 7, "solidity": 0.2}
    shared = {"type": "bar", "name": name, "marker": drawn}
    if flat:
        told = {
            "x": _round(x),
            "y": y,
            "orientation": "h",
            "hovertemplate": name + " %{x:+.3f}<extra></extra>",
        }
    else:
        told = {"x": x, "y": _round(y), "yaxis": "y2", "width": widths, "customdata": spans}
        told["hovertemplate"] = name + " %{y:+.3f}<extra></extra>"
    return {**shared, **told}


def _line(account: Account) -> list[dict[str, Any]]:
    """The value through time, with the band of 90 % of runs where there are several."""
    x, middle = years(account.dates), account.mean.values[:, 0]
    marks: list[dict[str, Any]] = []
    if account.runs > 1:
        low, high = np.quantile(account.values, (0.05, 0.95), axis=1)
        edge = {"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0}, "hoverinfo": "skip"}
        marks.append({**edge, "y": _round(low), "showlegend": False})
        band = {"fill": "tonexty", "fillcolor": faded("#35587A", 0.2), "name": "90 % of runs"}
        marks.append({**edge, **band, "y": _round(high)})
    told = "mean of runs" if account.runs > 1 else account.what
    line = {"color": INK, "width": 2.5}
    return [*marks, {"type": "scatter", "mode": "lines", "name": told, "x": x, "y": _round(middle), "line": line,
                     "hovertemplate": told + " %{y:.3f}<extra></extra>"}]  # fmt: skip


def _alt(account: Account, mean: Account, terms: Mapping[str, np.ndarray]) -> str:
    sums = {name: float(term.sum()) for name, term in terms.items()}
    most = sorted(sums, key=lambda name: -abs(sums[name]))[:4]
    said = ", ".join(f"{name} {sums[name]:+.3f}" for name in most) or "nothing"
    moved = f"went from {mean.values[0, 0]:.3f} in {mean.dates[0]} to {mean.values[-1, 0]:.3f} in {mean.dates[-1]}"
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
    return f"{account.what}, {low:g} to {high:g}".replace("-", MINUS).replace(" to inf", " and above")


def _which(told: Trace | Account) -> str:
    return f"{told.scenario.name}-{told.first}-{told.runs}".replace(" ", "_").replace(",", "")


def _name(kind: str, told: Account, by: By) -> str:
    """A name that differs where anything shown does."""
    less = f"-less-{told.against.name}" if told.against is not None else ""
    span = f"{told.dates[0]}-{told.dates[-1]}"
    whole = "beyond" if told.beyond else "whole"
    return "-".join((kind, _which(told) + less, told.what, *told.whose, span, by, whole))


def _round(values: Any) -> list[float]:
    """Numbers as short as the eye needs."""
    return [round(float(each), 5) for each in values]
