"""Lines through time with their spread over runs: `alignments` of a pair, and `stances` of one toward another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import WedgeError, nearest
from ..looks import ALIGNMENT, FAN, QUIET, RULE, Look, looks, marks, pairs
from ..wording import DASH, MINUS, decimal, short
from .chart import Chart, Trace, axis, figure
from .panels import heading
from .time import (
    NUMBERED,
    Path,
    beside,
    dash_of,
    dates,
    event_layout,
    event_marks,
    fan,
    legend_of,
    line,
    path_of,
    span,
    time_axis,
    yearly,
)

if TYPE_CHECKING:
    from ..results import Results
    from ..scenario import Scenario

MOST_PAIRS = 6
"""Pairs in the small multiples."""

SPREAD = "Shaded: 90% (pale) and 50% (dark) of the runs at each date; line: the median over runs."
Pair = tuple[str, str]


def alignments(results: Results, pair: Pair | None = None) -> Chart:
    """How a pair moves together or apart; the pair that matters most unless given.

    Raises WedgeError where an actor is not in the scenario.
    """
    (one, other), _ = alignment_of(results, pair)
    title = results.scenario.title
    names = f"{title(one)} and {title(other)}"
    question = f"How aligned are {names}, and how sure is it?"
    scale = f"Alignment runs from {MINUS}1 (adversaries) to 1 (allies)."
    return _fans(results, f"alignment:{one}:{other}", f"Alignment of {names}", question, ALIGNMENT, scale)


def stances(results: Results, actor: str, target: str) -> Chart:
    """How one actor treats another through time. Raises WedgeError where either is not in the scenario."""
    _known(results, (actor, target))
    here, there = results.scenario.title(actor), results.scenario.title(target)
    question = f"How does {here} treat {there}, and how sure is it?"
    scale = f"Stance runs from {MINUS}1 (confronts) to 1 (accommodates)."
    unit = f"stance, {MINUS}1 to 1"
    return _fans(
        results, f"stance:{actor}:{target}", f"Stance of {here} toward {there}", question, unit, scale
    )


def alignment_of(results: Results, pair: Pair | None = None) -> tuple[Pair, Path]:
    """A pair in the order of the scenario's actors, and its alignment; the pair that matters unless given.

    Raises WedgeError where an actor is not in the scenario.
    """
    one, other = pair or pairs(results.scenario)[0]
    _known(results, (one, other))
    names = results.scenario.actors
    ordered = (one, other) if names.index(one) < names.index(other) else (other, one)
    return ordered, _line(results, "alignment:{}:{}".format(*ordered))


def _line(results: Results, name: str) -> Path:
    found = path_of(results, name)
    if found is None:
        raise WedgeError(f"no line called {name!r} in these results")
    return found


def _known(results: Results, actors: Pair) -> None:
    names = results.scenario.actors
    for each in actors:
        if each not in names:
            raise WedgeError(f"no actor called {each!r}{nearest(each, list(names))}")
    if actors[0] == actors[1]:
        raise WedgeError(f"{actors[0]!r} is given twice; two actors are needed")


def _fans(results: Results, name: str, what: str, question: str, unit: str, scale: str) -> Chart:
    """The chart of a line from -1 to 1: the fan of the story, and the medians of its alternatives."""
    scenario, found = results.scenario, _line(results, name)
    at, others = dates(scenario), beside(results, name)
    traces = fan(at, found, "median, " + legend_of(results, looks(results)[0][0]), FAN)
    traces += [
        line(
            at, each["q50"], f"median, {legend_of(results, look)}", look.colour, width=1.8, dash=dash_of(look)
        )
        for look, each in others
    ]
    low = min(
        float(each["q05" if each is found else "q50"].min()) for each in (found, *(p for _, p in others))
    )
    high = max(
        float(each["q95" if each is found else "q50"].max()) for each in (found, *(p for _, p in others))
    )
    ends = [max(-1.02, low - 0.08), min(1.02, high + 0.08)]
    layout = event_layout(
        scenario, unit, range=ends, nticks=7, zeroline=True, zerolinecolor=QUIET, zerolinewidth=1
    )
    reading = SPREAD + (" Dashed: medians of what it is held against." if others else "")
    reading += (NUMBERED if marks(scenario) else "") + f" {scale}"
    head, rows = _table(results, found, others)
    return Chart(
        name=name.replace(":", "-").replace("_", "-"),
        title=question,
        figure=figure([*traces, *event_marks(scenario)], height=420, **layout),
        alt=_alt(results, what, found, others),
        reading=reading,
        head=head,
        rows=rows,
    )


def _alt(results: Results, what: str, found: Path, others: Sequence[tuple[Look, Path]]) -> str:
    """The start, the end and the spread in words."""
    first, last = span(results.scenario)
    alone = (
        f"{what}: median {decimal(found['q50'][0])} in {first} and {decimal(found['q50'][-1])} in {last}, "
    )
    alone += f"90% of runs then between {decimal(found['q05'][-1])} and {decimal(found['q95'][-1])}."
    if not others:
        return alone
    rest = "; ".join(f"{decimal(each['q50'][-1])} with '{short(look.title, 60)}'" for look, each in others)
    return f"{alone} Medians in {last} otherwise: {rest}."


def _table(
    results: Results, found: Path, others: Sequence[tuple[Look, Path]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The median and the spread year by year, and the medians of the others."""
    at = results.scenario.calendar.dates()
    head = (
        "date",
        "median",
        "50% from",
        "to",
        "90% from",
        "to",
        *(f"median, {short(k.title, 40)}" for k, _ in others),
    )
    values = [found[each] for each in ("q50", "q25", "q75", "q05", "q95")] + [
        each["q50"] for _, each in others
    ]
    return head, [(at[k], *(decimal(each[k]) for each in values)) for k in yearly(results.scenario)]


# --- small multiples ------------------------------------------------------------------------------


def all_alignments(results: Results, most: int = MOST_PAIRS) -> Chart:
    """Small multiples of the pairs that matter, at most so many, all on the scale from -1 to 1."""
    scenario = results.scenario
    kept = {pair: alignment_of(results, pair)[1] for pair in pairs(scenario)[:most]}
    last, stamps = span(scenario)[1], scenario.calendar.dates()
    alt = "; ".join(
        f"{scenario.title(a)} and {scenario.title(b)} {decimal(each['q50'][-1])}"
        for (a, b), each in kept.items()
    )
    return Chart(
        name="alignments",
        title="How does each pair that matters move together or apart?",
        figure=_panels(results, kept),
        alt=f"Median alignments in {last}: {alt}.",
        reading=f"{SPREAD} Alignment runs from {MINUS}1 (adversaries) to 1 (allies)."
        + _left_out(len(pairs(scenario)) - len(kept)),
        head=("date", *(f"{_dashed(scenario, pair)}, median" for pair in kept)),
        rows=[(stamps[k], *(decimal(each["q50"][k]) for each in kept.values())) for k in yearly(scenario)],
    )


def _left_out(more: int) -> str:
    return f" {more} other pair{'s are' if more > 1 else ' is'} left out." if more else ""


def _dashed(scenario: Scenario, pair: Pair) -> str:
    return DASH.join(map(scenario.title, pair))


def _panels(results: Results, kept: Mapping[Pair, Path]) -> dict[str, Any]:
    """A panel a pair, two beside each other, as Plotly's JSON."""
    columns = min(2, len(kept))
    rows = -(-len(kept) // columns)
    traces: list[Trace] = []
    layout: dict[str, Any] = {"annotations": [], "meta": {"panels": len(kept)}}
    for k, (pair, found) in enumerate(kept.items()):
        across, down = _part(k % columns, columns), _part(rows - 1 - k // columns, rows, 0.34)
        suffix = "" if k == 0 else str(k + 1)
        place: dict[str, Any] = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        traces += _lines(results, pair, found, first=k == 0, place=place)
        layout[f"xaxis{suffix}"] = time_axis(
            results.scenario, domain=across, anchor=place["yaxis"], nticks=5, title=""
        )
        layout[f"yaxis{suffix}"] = _scale(domain=down, anchor=place["xaxis"], titled=k % columns == 0)
        layout["annotations"].append(heading(_dashed(results.scenario, pair), across[0], down[1]))
    return figure(traces, height=90 + 190 * rows, **layout)


def _lines(
    results: Results, pair: Pair, found: Path, *, first: bool, place: Mapping[str, Any]
) -> list[Trace]:
    """The fan of a pair and the medians of the arms, which only the first panel has in the legend."""
    at = dates(results.scenario)
    medians = [
        line(at, other["q50"], legend_of(results, look), look.colour, width=1.5, dash=dash_of(look),
             legendgroup=look.name, showlegend=first, **place)
        for look, other in beside(results, "alignment:{}:{}".format(*pair))
    ]  # fmt: skip
    return [*fan(at, found, "median", FAN, **place, showlegend=False), *medians]


def _scale(*, domain: Sequence[float], anchor: str, titled: bool) -> dict[str, Any]:
    """The upright axis of a panel."""
    return axis(ALIGNMENT if titled else "", domain=domain, anchor=anchor, range=[-1.02, 1.02], nticks=5,
                zeroline=True, zerolinecolor=RULE)  # fmt: skip


def _part(k: int, count: int, gap: float = 0.12) -> list[float]:
    """The `k`-th of equal parts of 0 to 1 with gaps between them, as a share of a part."""
    wide = 1.0 / (count + gap * (count - 1))
    return [round(k * wide * (1 + gap), 4), round(min(1.0, k * wide * (1 + gap) + wide), 4)]
