"""Charts of a seat: the course so far and what has come of it, and how it compares with the policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .chart import INK, QUIET, RULE, Chart, Trace, axis, figure

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..seat import Against, Position, Score, Standing

MINUS = "\N{MINUS SIGN}"
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Of lines that would otherwise differ in colour alone."""

SPARE = ("#0077BB", "#CC3311", "#009988", "#AA3377", "#B15928", "#5A5A5A")
"""Colours of actors that the scenario gives none; each has 4.5:1 against white or nearly so."""

SHARE = "0 or 1"
"""Unit of what either happens in a run or does not (`sim.answer`)."""

BETTER = {1: "higher is better", -1: "lower is better", 0: "no better way"}

INTERVAL = "95 % interval of the difference from yours on equal luck, all policies together"


def course(position: Position, target: str) -> Chart:
    """What was chosen toward a target, how far the government got, and how the target answered, up to now."""
    game, scenario = position.game, position.game.scenario
    me, other = scenario.title(game.actor), scenario.title(target)
    stance, answer = (
        position.lines[f"stance:{i}:{j}"] for i, j in ((game.actor, target), (target, game.actor))
    )
    traces = [
        _line(f"{me} toward {other}, as it is", position.years, stance, _colour(position, game.actor)),
        _line(f"{other} toward {me}", position.years, answer, _colour(position, target), dash="dash"),
    ]
    if chosen := position.chosen[target]:
        traces.insert(0, _chosen(position, chosen))
    told = f"You chose {signed(chosen[-1])} last. " if chosen else "Nothing is chosen yet. "
    return Chart(
        f"course-{target}",
        f"What did you choose toward {other}, and how did it answer?",
        figure(traces, xaxis=_time(position), yaxis=_unit("stance")),
        f"{told}On {position.date} {me}'s stance toward {other} is {signed(float(stance[-1]))} and {other}'s toward "
        f"{me} {signed(float(answer[-1]))}, from {signed(float(answer[0]))} at the start.",
        "A stance is engagement less sanctions: \N{MINUS SIGN}1 confront, +1 accommodate. Conduct follows a choice "
        "slowly, and luck moves it; sanctions come on top of what you choose.",
        ("date", "chosen", f"{me} toward {other}", f"{other} toward {me}"),
        _rows(position, target, stance, answer),
    )


def alignments(position: Position) -> Chart:
    """How aligned the actors of the game are with each other, up to now."""
    scenario = position.game.scenario
    pairs = pairs_of(position)
    lines = {pair: position.lines[f"alignment:{pair[0]}:{pair[1]}"] for pair in pairs}
    names = {pair: " and ".join(map(scenario.title, pair)) for pair in pairs}
    traces = [
        _line(names[pair], position.years, each, SPARE[k % 6], dash=DASHES[k % 6])
        for k, (pair, each) in enumerate(lines.items())
    ]
    told = "; ".join(
        f"{names[pair]} {signed(float(each[-1]))}, from {signed(float(each[0]))}"
        for pair, each in lines.items()
    )
    return Chart(
        "alignments",
        "Who is aligned with whom by now?",
        figure(traces, xaxis=_time(position), yaxis=_unit("alignment")),
        f"Alignment on {position.date}: {told}.",
        f"{MINUS}1 is hostile camps, 0 indifference, +1 integrated allies.",
        ("date", *names.values()),
        [
            (_date(position, k), *(signed(float(each[k])) for each in lines.values()))
            for k in _shown(position)
        ],
    )


def pairs_of(position: Position) -> list[tuple[str, str]]:
    """The pairs that a game is about: of seat, targets, and others in their wedges; in the scenario's order."""
    game, scenario = position.game, position.game.scenario
    ring = [game.actor, *game.targets]
    for each in scenario.spec.ties.wedges.values():
        members = (each.divider, each.target, each.adversary)
        if game.actor in members:
            ring += members
    ring += [each.patron for each in scenario.spec.ties.alliances.values() if each.client == game.actor]
    kept = [each for each in scenario.actors if each in ring][:4]
    return [(one, other) for k, one in enumerate(kept) for other in kept[k + 1 :]]


def comparison(score: Score, name: str) -> Chart:
    """One outcome of the choices and of every policy, best first: means over many runs, and the game's own run.

    Raises KeyError where the score has no such outcome.
    """
    standing = score[name]
    who = score.game.scenario.title(score.game.actor)
    ranked = standing.ranked
    titles = ["You" if each is None else each.rival.title for each in ranked]
    policies = [each for each in ranked if each is not None]
    traces = [
        _dots("policy, distinguishable", [each for each in policies if each.difference.direction]),
        _dots("policy, not distinguishable", [each for each in policies if not each.difference.direction]),
        _you(standing),
    ]
    if standing.unit != SHARE:
        traces.append(_once(standing, ranked, titles, score.game.run))
    unit = "share of runs" if standing.unit == SHARE else standing.unit.replace("-", MINUS)
    line = {
        "type": "line", "x0": standing.mean, "x1": standing.mean, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": INK, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip
    return Chart(
        f"score-{name.replace('.', '-')}",
        f"{words(score.game.scenario, name)}: where do you stand among the policies for {who}?",
        figure(
            [each for each in traces if each["x"]],
            height=150 + 26 * len(ranked),
            xaxis=axis(f"{unit}<br>{BETTER[standing.aim.way]}"),
            yaxis=axis(
                "", type="category", categoryorder="array", categoryarray=titles[::-1], tickfont={"size": 12}
            ),
            shapes=[line],
            hovermode="closest",
        ),
        _told(score, standing),
        f"Dots are means over {score.runs} runs, the dotted line is yours; whiskers the {INTERVAL}: a whisker that "
        "crosses the line cannot be told apart from you."
        + (" Crosses are the one run that you played." if standing.unit != SHARE else ""),
        ("policy", f"mean of {score.runs} runs", "yours less its", "interval", "run played", "verdict"),
        [_row(standing, each) for each in ranked],
    )


def comparisons(score: Score) -> list[Chart]:
    """A comparison for every outcome of a score."""
    return [comparison(score, each.name) for each in score.standings]


def words(scenario: Scenario, name: str) -> str:
    """The name of an outcome for readers: front.index becomes Front, index."""
    from ..plots.words import name_in_words

    outcome, _, column = name.partition(".")
    return name_in_words(scenario, outcome) + (f", {column}" if column else "")


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, a true minus among them; 0 without."""
    text = f"{value:+.{digits}f}"
    return text[1:] if not text.strip("+-0.") else text.replace("-", MINUS)


def number(value: float) -> str:
    """A number as short as its size allows, with a true minus."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3f}".replace("-", MINUS)


def _line(name: str, x: Sequence[float], y: Any, colour: str, *, dash: str = "solid") -> Trace:
    return {
        "type": "scatter", "mode": "lines" if len(x) > 1 else "markers", "name": name,
        "x": list(map(float, x)), "y": [round(float(each), 4) for each in y],
        "line": {"color": colour, "width": 2, "dash": dash}, "marker": {"color": colour, "size": 8},
        "hovertemplate": "%{y:+.2f}",
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


def _unit(what: str) -> dict[str, Any]:
    return axis(f"{what}, {MINUS}1 to 1", range=[-1.05, 1.05], tickvals=[-1, -0.5, 0, 0.5, 1], zeroline=True,
                zerolinecolor=RULE)  # fmt: skip


def _colour(position: Position, actor: str) -> str:
    scenario = position.game.scenario
    return scenario.spec.actors[actor].colour or SPARE[scenario.actors.index(actor) % len(SPARE)]


def _shown(position: Position) -> list[int]:
    """The steps at dates of decision, and now."""
    months = {*position.game.months, position.month}
    return [k for k, year in enumerate(position.years) if round(12 * year) in months]


def _date(position: Position, k: int) -> str:
    from ..calendar import date_of

    return date_of(round(12 * position.years[k]), "quarter")


def _rows(position: Position, target: str, stance: Any, answer: Any) -> list[tuple[str, ...]]:
    chosen = [signed(each) for each in position.chosen[target]]
    rows = zip(_shown(position), [*chosen, ""], strict=True)
    return [
        (_date(position, k), each, signed(float(stance[k])), signed(float(answer[k]))) for k, each in rows
    ]


def _dots(name: str, policies: Sequence[Against]) -> Trace:
    """Means of policies, each with the interval of its difference from the choices."""
    filled = name.endswith(", distinguishable")
    return {
        "type": "scatter", "mode": "markers", "name": name,
        "x": [each.mean for each in policies],
        "y": [each.rival.title for each in policies],
        "marker": {"color": QUIET if filled else "#FFFFFF", "size": 9, "symbol": "circle",
                   "line": {"color": QUIET, "width": 1.6}},
        "error_x": {
            "type": "data", "symmetric": False, "color": QUIET, "thickness": 1.4, "width": 4,
            "array": [each.difference.high - each.difference.difference for each in policies],
            "arrayminus": [each.difference.difference - each.difference.low for each in policies],
        },
        "customdata": [
            [signed(each.difference.difference, 3), signed(each.difference.low, 3), signed(each.difference.high, 3)]
            for each in policies
        ],
        "hovertemplate": "%{y}: %{x:.3f}<br>yours less its: %{customdata[0]} "
                         "(%{customdata[1]} to %{customdata[2]})<extra></extra>",
    }  # fmt: skip


def _you(standing: Standing) -> Trace:
    return {
        "type": "scatter", "mode": "markers", "name": "you", "x": [standing.mean], "y": ["You"],
        "marker": {"color": "#CC3311", "size": 13, "symbol": "diamond", "line": {"color": INK, "width": 1}},
        "hovertemplate": "You: %{x:.3f}<extra></extra>",
    }  # fmt: skip


def _once(standing: Standing, ranked: Sequence[Against | None], titles: Sequence[str], run: int) -> Trace:
    values = [standing.once if each is None else each.once for each in ranked]
    known = [(value, title) for value, title in zip(values, titles, strict=True) if value == value]
    return {
        "type": "scatter", "mode": "markers", "name": f"run {run} alone",
        "x": [value for value, _ in known], "y": [title for _, title in known],
        "marker": {"color": "#0077BB", "size": 8, "symbol": "x-thin", "line": {"color": "#0077BB", "width": 2}},
        "hovertemplate": "%{y}, in the run played: %{x:.3f}<extra></extra>",
    }  # fmt: skip


def _told(score: Score, standing: Standing) -> str:
    """What a comparison shows, with its numbers."""
    best, last = standing.ranked[0], standing.ranked[-1]
    ends = [
        f"{'you' if each is None else each.rival.title} {number(standing.mean if each is None else each.mean)}"
        for each in (best, last)
    ]
    what = f"{words(score.game.scenario, standing.name)} ({standing.unit.replace('-', MINUS)})"
    return (
        f"{what}, means over {score.runs} runs: you {number(standing.mean)}; "
        f"from {ends[0]} to {ends[1]}. {standing.place}"
    )


def _row(standing: Standing, each: Against | None) -> tuple[str, ...]:
    if each is None:
        return ("You", number(standing.mean), "", "", number(standing.once), "")
    gap = each.difference
    verdict = {1: "lower than yours", -1: "higher than yours", 0: "not distinguishable"}[gap.direction]
    return (
        each.rival.title,
        number(each.mean),
        signed(gap.difference, 3),
        f"{signed(gap.low, 3)} to {signed(gap.high, 3)}",
        number(each.once),
        "the same in every run" if gap.same else verdict,
    )
