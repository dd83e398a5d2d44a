"""Charts of a seat: the course so far and what has come of it, and how it compares with the policies."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..answer import SHARE
from ..calendar import date_of
from ..looks import (
    ALIGNMENT,
    ALTERNATIVES,
    DASHES,
    FAN,
    INK,
    PAPER,
    QUIET,
    RULE,
    colours,
    name_in_words,
)
from ..wording import MINUS, UNKNOWN, decimal, signed, true_minus
from .chart import Chart, Trace, axis, figure
from .time import dashed

if TYPE_CHECKING:
    from ..seat import Against, Position, Score, Standing

BETTER = {1: "higher is better", -1: "lower is better", 0: "no better way"}

INTERVAL = "95% interval of the difference from yours on equal luck, all policies together"

LACKING = (
    " Some runs have no value: a dot is as far from the line as in those where both have one; the table has the mean "
    "over all that have one."
)

ROUNDING = 1e-9
"""Parts of an outcome that are the arithmetic's."""

VERDICTS = {1: "lower than yours", -1: "higher than yours", 0: "not distinguishable"}
"""What a policy's outcome is, by the sign of yours less its."""


def course(position: Position, target: str) -> Chart:
    """What was chosen toward a target, how far the government got, and how the target answered, up to now."""
    game, scenario = position.game, position.game.scenario
    me, other = scenario.title(game.actor), scenario.title(target)
    stance, answer = (
        position.lines[f"stance:{i}:{j}"] for i, j in ((game.actor, target), (target, game.actor))
    )
    chosen, paint = position.chosen[target], colours(scenario)
    traces = [
        *([_chosen(position, chosen)] if chosen else []),
        _line(f"{me} toward {other}, as it is", position.years, stance, paint[game.actor]),
        _line(f"{other} toward {me}", position.years, answer, paint[target], dash="dash"),
    ]
    told = f"You chose {signed(chosen[-1])} last. " if chosen else "Nothing is chosen yet. "
    return Chart(
        f"course-{target}",
        f"What did you choose toward {other}, and how did it answer?",
        figure(traces, xaxis=_time(position), yaxis=_unit(f"stance, {MINUS}1 to 1")),
        f"{told}On {position.date} {me}'s stance toward {other} is {signed(float(stance[-1]))} and {other}'s toward "
        f"{me} {signed(float(answer[-1]))}, from {signed(float(answer[0]))} at the start.",
        f"A stance is engagement less sanctions: {MINUS}1 confront, +1 accommodate. Conduct follows a choice "
        "slowly, and luck moves it; sanctions come on top of what you choose.",
        ("date", "chosen", f"{me} toward {other}", f"{other} toward {me}"),
        _rows(position, target, stance, answer),
    )


def alignments(position: Position) -> Chart:
    """How aligned the actors of the game are with each other, up to now."""
    lines = {pair: position.lines["alignment:{}:{}".format(*pair)] for pair in pairs_of(position)}
    names = [" and ".join(map(position.game.scenario.title, pair)) for pair in lines]
    strokes = ["solid", *map(dashed, DASHES)]
    traces = [
        _line(name, position.years, each, ALTERNATIVES[k], dash=strokes[k])
        for k, (name, each) in enumerate(zip(names, lines.values(), strict=True))
    ]
    told = "; ".join(
        f"{name} {signed(float(each[-1]))}, from {signed(float(each[0]))}"
        for name, each in zip(names, lines.values(), strict=True)
    )
    return Chart(
        "alignments",
        "Who is aligned with whom by now?",
        figure(traces, xaxis=_time(position), yaxis=_unit(ALIGNMENT)),
        f"Alignment on {position.date}: {told}.",
        f"{MINUS}1 is hostile camps, 0 indifference, +1 integrated allies.",
        ("date", *names),
        [
            (_date(position, k), *(signed(float(each[k])) for each in lines.values()))
            for k in _shown(position)
        ],
    )


def pairs_of(position: Position) -> list[tuple[str, str]]:
    """The pairs that a game is about, at most six: of seat, targets, and others in their wedges.

    They are in the scenario's order.
    """
    game, scenario = position.game, position.game.scenario
    ring = [game.actor, *game.targets]
    for each in scenario.spec.ties.wedges.values():
        members = (each.divider, each.target, each.adversary)
        if game.actor in members:
            ring += members
    ring += [each.patron for each in scenario.spec.ties.alliances.values() if each.client == game.actor]
    kept = [each for each in scenario.actors if each in ring][:4]
    return [(one, other) for k, one in enumerate(kept) for other in kept[k + 1 :]]


# --- against policies -----------------------------------------------------------------------------


def comparison(score: Score, name: str) -> Chart:
    """One outcome of the choices and of every policy, best first: means over many runs, and the game's own run.

    What has no value in any run is told in words and not drawn. Raises KeyError where the score has no such
    outcome.
    """
    standing, game = score[name], score.game
    who, outcome = game.scenario.title(game.actor), name_in_words(game.scenario, name)
    alone = " Crosses are the one run that you played." if standing.unit != SHARE else ""
    apart = any(abs(each.mean - _place(standing, each)) > ROUNDING for each in standing.against)
    return Chart(
        f"score-{name.replace('.', '-')}",
        f"{outcome}: where do you stand among the policies for {who}?",
        _compared(score, standing),
        _told(outcome, score, standing),
        f"Dots are means over {score.runs} runs, the dotted line is yours; whiskers the {INTERVAL}: a whisker that "
        f"crosses the line cannot be told apart from you.{alone}{LACKING if apart else ''}",
        ("policy", f"mean of {score.runs} runs", "yours less its", "interval", "run played", "verdict"),
        [_row(standing, each) for each in standing.ranked],
    )


def comparisons(score: Score) -> list[Chart]:
    """A comparison for every outcome of a score."""
    return [comparison(score, each.name) for each in score.standings]


def _compared(score: Score, standing: Standing) -> dict[str, Any]:
    """Rows of policies and of the choices, as Plotly's JSON."""
    game, ranked = score.game, standing.ranked
    policies = [each for each in ranked if each is not None]
    titles = ["You" if each is None else each.rival.title for each in ranked]
    unit = "share of runs" if standing.unit == SHARE else true_minus(standing.unit)
    traces = [
        _dots(standing, [each for each in policies if each.difference.direction]),
        _dots(standing, [each for each in policies if not each.difference.direction], hollow=True),
        _you(standing, colours(game.scenario)[game.actor]),
        *([_once(standing, ranked, titles, game.run)] if standing.unit != SHARE else []),
    ]
    return figure(
        [each for each in traces if any(x is not None for x in each["x"])],
        height=150 + 26 * len(ranked),
        xaxis=axis(f"{unit}<br>{BETTER[standing.aim.way]}"),
        yaxis=axis(
            "", type="category", categoryorder="array", categoryarray=titles[::-1], tickfont={"size": 12}
        ),
        shapes=[_upright(standing.mean)] if isfinite(standing.mean) else [],
        hovermode="closest",
    )


def _upright(x: float) -> dict[str, Any]:
    """The dotted line of the choices."""
    return {
        "type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": INK, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _known(value: float) -> float | None:
    """A number for JSON; None where there is none."""
    return float(value) if isfinite(value) else None


def _amount(value: float) -> str:
    """A number as short as its size allows, with a true minus."""
    return decimal(value, 0 if abs(value) >= 100 else 3)


def _place(standing: Standing, each: Against) -> float:
    """Where a policy lies: its mean over the runs in which the choices have a value too, beside their mean."""
    beside = standing.mean - each.difference.difference
    return beside if isfinite(beside) else each.mean


def _dots(standing: Standing, policies: Sequence[Against], *, hollow: bool = False) -> Trace:
    """Means of policies; a whisker crosses the line of the choices where the interval of the difference holds 0."""
    gaps = [each.difference for each in policies]
    return {
        "type": "scatter", "mode": "markers", "name": f"policy, {'not ' if hollow else ''}distinguishable",
        "x": [_known(_place(standing, each)) for each in policies],
        "y": [each.rival.title for each in policies],
        "marker": {"color": PAPER if hollow else QUIET, "size": 9, "symbol": "circle",
                   "line": {"color": QUIET, "width": 1.6}},
        "error_x": {
            "type": "data", "symmetric": False, "color": QUIET, "thickness": 1.4, "width": 4,
            "array": [_known(each.difference - each.low) for each in gaps],
            "arrayminus": [_known(each.high - each.difference) for each in gaps],
        },
        "customdata": [
            [_amount(each.mean), signed(each.difference.difference, 3), _interval(each)] for each in policies
        ],
        "hovertemplate": "%{y}: %{customdata[0]}<br>yours less its: %{customdata[1]} "
                         "(%{customdata[2]})<extra></extra>",
    }  # fmt: skip


def _interval(each: Against) -> str:
    """The interval of the difference between the choices and a policy."""
    low, high = each.difference.low, each.difference.high
    return f"{signed(low, 3)} to {signed(high, 3)}" if isfinite(low) and isfinite(high) else UNKNOWN


def _you(standing: Standing, colour: str) -> Trace:
    return {
        "type": "scatter", "mode": "markers", "name": "you", "x": [_known(standing.mean)], "y": ["You"],
        "marker": {"color": colour, "size": 13, "symbol": "diamond", "line": {"color": INK, "width": 1}},
        "customdata": [_amount(standing.mean)], "hovertemplate": "You: %{customdata}<extra></extra>",
    }  # fmt: skip


def _once(standing: Standing, ranked: Sequence[Against | None], titles: Sequence[str], run: int) -> Trace:
    values = [standing.once if each is None else each.once for each in ranked]
    known = [(value, title) for value, title in zip(values, titles, strict=True) if isfinite(value)]
    return {
        "type": "scatter", "mode": "markers", "name": f"run {run} alone",
        "x": [value for value, _ in known], "y": [title for _, title in known],
        "marker": {"color": FAN, "size": 8, "symbol": "x-thin", "line": {"color": FAN, "width": 2}},
        "customdata": [_amount(value) for value, _ in known],
        "hovertemplate": "%{y}, in the run played: %{customdata}<extra></extra>",
    }  # fmt: skip


def _told(outcome: str, score: Score, standing: Standing) -> str:
    """What a comparison shows, with its numbers."""
    known = [each for each in standing.ranked if isfinite(standing.mean if each is None else each.mean)]
    what = (
        f"{outcome} ({true_minus(standing.unit)}), means over {score.runs} runs: you {_amount(standing.mean)}"
    )
    if not known or not isfinite(standing.mean):
        return f"{what}."
    ends = [
        f"you {_amount(standing.mean)}" if each is None else f"{each.rival.title} {_amount(each.mean)}"
        for each in (known[0], known[-1])
    ]
    return f"{what}; from {ends[0]} to {ends[1]}. {standing.place}"


def _row(standing: Standing, each: Against | None) -> tuple[str, ...]:
    if each is None:
        return ("You", _amount(standing.mean), "", "", _amount(standing.once), "")
    gap = each.difference
    verdict = "the same in every run" if gap.same else VERDICTS[gap.direction]
    return (
        each.rival.title,
        _amount(each.mean),
        signed(gap.difference, 3),
        _interval(each),
        _amount(each.once),
        verdict if isfinite(gap.difference) else UNKNOWN,
    )


# --- through time ---------------------------------------------------------------------------------


def _line(name: str, x: Sequence[float], y: Any, colour: str, *, dash: str = "solid") -> Trace:
    return {
        "type": "scatter", "mode": "lines" if len(x) > 1 else "markers", "name": name,
        "x": list(map(float, x)), "y": [round(float(each), 4) for each in y],
        "line": {"color": colour, "width": 2, "dash": dash}, "marker": {"color": colour, "size": 8},
        "customdata": [signed(float(each)) for each in y], "hovertemplate": "%{customdata}",
    }  # fmt: skip


def _chosen(position: Position, chosen: Sequence[float]) -> Trace:
    """The choices as steps, from each date of decision to the next."""
    game = position.game
    months = [*game.months[: len(chosen)], position.month]
    made = _line("your choice", [each / 12.0 for each in months], [*chosen, chosen[-1]], INK)
    return {**made, "line": {"color": INK, "width": 3, "shape": "hv"}}


def _time(position: Position) -> dict[str, Any]:
    spec = position.game.scenario.spec
    return axis("year", range=[spec.start / 12.0, spec.end / 12.0], hoverformat=".2f", tickformat="d")


def _unit(told: str) -> dict[str, Any]:
    return axis(told, range=[-1.05, 1.05], tickvals=[-1, -0.5, 0, 0.5, 1], zeroline=True, zerolinecolor=RULE)


def _shown(position: Position) -> list[int]:
    """The steps at dates of decision, and now."""
    months = {*position.game.months, position.month}
    return [k for k, year in enumerate(position.years) if round(12 * year) in months]


def _date(position: Position, k: int) -> str:
    return date_of(round(12 * position.years[k]), "quarter")


def _rows(position: Position, target: str, stance: Any, answer: Any) -> list[tuple[str, ...]]:
    chosen = [signed(each) for each in position.chosen[target]]
    rows = zip(_shown(position), [*chosen, ""], strict=True)
    return [
        (_date(position, k), each, signed(float(stance[k])), signed(float(answer[k]))) for k, each in rows
    ]
