"""Who is aligned with whom, as a map: `network` of results, and `board` of plain numbers.

An actor has the same place in all figures of the same actors: on a circle, in the order of `ring`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calendar import month_of
from ..errors import WedgeError
from ..looks import ALIGNED, HOSTILE, QUIET, colours, looks, short, signed, story
from .chart import INK, Chart, Trace, figure
from .time import clean, record_at, told

if TYPE_CHECKING:
    from ..results import Results

FAINT, FAINTEST = 0.05, 0.25
"""Alignments nearer to 0 than this have no edge, with few actors and with more than ten."""

WIDEST, DISC, SMALLEST = 12.0, 46.0, 10.0
"""Pixels: an edge of alignment 1 or -1, the disc of the most capable actor, the smallest disc."""

HOLDS = 8
"""Points along an edge at which the pointer finds it."""

Pair = tuple[str, str]
Faces = Mapping[str, tuple[str, str, float]]
"""Title, colour and capability of each actor, by its name."""


def ring(names: Sequence[str], alignment: Mapping[Pair, float]) -> list[str]:
    """Actors in order round the circle: beside each, whoever is most aligned with it."""
    left, order = list(names[1:]), [names[0]]
    while left:
        here = order[-1]
        order.append(
            max(left, key=lambda other: (_between(alignment, here, other) or 0.0, -left.index(other)))
        )
        left.remove(order[-1])
    return order


def _between(values: Mapping[Pair, Any], one: str, other: str) -> Any:
    """What a pair has, whatever the order of its names; None where nothing is given."""
    return values.get((one, other), values.get((other, one)))


def board(
    title: str,
    actors: Faces,
    alignment: Mapping[Pair, float],
    stance: Mapping[Pair, float | None] | None = None,
    *,
    name: str = "board",
    sure: Mapping[Pair, bool] | None = None,
    reading: str = "",
) -> Chart:
    """A map of plain numbers: actors in the order given round a circle, edges by alignment from -1 to 1.

    Blue and solid above 0, red and dashed below, as wide as it is far from 0, pale where `sure` says that
    not even its sign is. `stance` from -1 to 1, of the first toward the second of a pair, is told under
    the pointer and in the table; None where it is not known to the reader.
    """
    stance, places = stance or {}, _places(list(actors))
    pairs = [
        (a, b)
        for k, a in enumerate(actors)
        for b in list(actors)[k + 1 :]
        if _between(alignment, a, b) is not None
    ]
    faintest = FAINTEST if len(actors) > 10 else FAINT
    shown = [each for each in pairs if abs(_between(alignment, *each)) >= faintest]
    certain = {each: sure is None or bool(_between(sure, *each)) for each in pairs}
    edges = _edges({each: float(_between(alignment, *each)) for each in shown}, certain, places)
    texts = {each: _edge_text(actors, each, float(_between(alignment, *each)), stance) for each in pairs}
    traces = [
        *edges,
        _holds(texts, places),
        *_numbers(actors, shown, alignment, places),
        _nodes(actors, places, alignment),
    ]
    wide, tall = _room(places)
    hidden = {"visible": False, "fixedrange": True}
    order = sorted(pairs, key=lambda each: -abs(_between(alignment, *each)))
    strongest = "; ".join(
        f"{actors[a][0]} and {actors[b][0]} {signed(float(_between(alignment, a, b)))}" for a, b in order[:6]
    )
    more = f"; {len(order) - 6} other pairs are nearer to 0" if len(order) > 6 else ""
    return Chart(
        name=name,
        title=title,
        figure=figure(
            [*traces, *_legend()],
            height=470,
            hovermode="closest",
            margin={"l": 8, "r": 8, "t": 16, "b": 8},
            xaxis={**hidden, "range": [-wide, wide]},
            yaxis={**hidden, "range": [-tall, tall]},
        ),
        alt=f"Alignments, strongest first: {strongest}{more}." if pairs else "No alignment is given.",
        reading=reading
        or f"Edges: alignment; none within {faintest:g} of 0. Area of a disc: capability. Places mean nothing.",
        head=(
            "pair",
            "alignment",
            "stance of the first toward the second",
            "stance of the second toward the first",
        ),
        rows=[
            (
                f"{actors[a][0]}, {actors[b][0]}",
                signed(float(_between(alignment, a, b))),
                _stance(stance, a, b),
                _stance(stance, b, a),
            )
            for a, b in pairs
        ],
    )


def _places(order: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Where actors are on a circle of radius 1, the first at the top; two lie side by side."""
    turn = pi if len(order) == 2 else pi / 2
    angles = [turn - 2 * pi * k / max(1, len(order)) for k in range(len(order))]
    return {each: (round(cos(a), 4), round(sin(a), 4)) for each, a in zip(order, angles, strict=True)}


def _room(places: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Half the width and height that the map needs, names included."""
    return 1.75, 1.35 if len(places) > 2 else 0.8


def _edges(
    values: Mapping[Pair, float], sure: Mapping[Pair, bool], places: Mapping[str, tuple[float, float]]
) -> list[Trace]:
    """Edges as lines; those that look alike share a trace, the faintest lie below."""
    crowd = min(1.0, 8 / len(places))
    alike: dict[tuple[float, bool, bool], list[Pair]] = {}
    for each, value in sorted(values.items(), key=lambda item: abs(item[1])):
        alike.setdefault((max(1.0, round(WIDEST * crowd * abs(value))), value > 0, sure[each]), []).append(
            each
        )
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "hoverinfo": "skip",
            "showlegend": False,
            "opacity": 0.85 if certain else 0.35,
            "x": [v for a, b in found for v in (places[a][0], places[b][0], None)],
            "y": [v for a, b in found for v in (places[a][1], places[b][1], None)],
            "line": {
                "color": ALIGNED if friendly else HOSTILE,
                "width": width,
                "dash": "solid" if friendly else "6px,4px",
            },
        }
        for (width, friendly, certain), found in alike.items()
    ]


def _edge_text(actors: Faces, pair: Pair, value: float, stance: Mapping[Pair, float | None]) -> str:
    """What stands under the pointer at an edge."""
    one, other = (clean(actors[each][0]) for each in pair)
    told = [f"<b>{one} and {other}</b>", f"alignment {signed(value)}"]
    for (a, b), who, whom in ((pair, one, other), (pair[::-1], other, one)):
        if (a, b) in stance:
            told.append(f"stance of {who} toward {whom}: {_stance(stance, a, b)}")
    return "<br>".join(told)


def _stance(stance: Mapping[Pair, float | None], one: str, other: str) -> str:
    value = stance.get((one, other))
    return signed(float(value)) if value is not None else "not known" if (one, other) in stance else ""


def _holds(texts: Mapping[Pair, str], places: Mapping[str, tuple[float, float]]) -> Trace:
    """Unseen points along the edges, which tell their numbers to the pointer."""
    parts = [(k + 1) / (HOLDS + 1) for k in range(HOLDS)]
    held = [(places[a], places[b], text, part) for (a, b), text in texts.items() for part in parts]
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "marker": {"size": 12, "color": "rgba(0,0,0,0)"},
        "x": [round(a[0] + part * (b[0] - a[0]), 3) for a, b, _, part in held],
        "y": [round(a[1] + part * (b[1] - a[1]), 3) for a, b, _, part in held],
        "text": [text for *_, text, _ in held],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _numbers(
    actors: Faces,
    pairs: Sequence[Pair],
    alignment: Mapping[Pair, float],
    places: Mapping[str, tuple[float, float]],
) -> list[Trace]:
    """The alignments in figures beside their edges, where there are few."""
    if len(actors) > 6:
        return []
    spots = []
    for a, b in pairs:
        (x, y), (u, v) = places[a], places[b]
        part = 0.34 if len(actors) % 2 == 0 and hypot(x + u, y + v) < 1e-6 and len(actors) > 2 else 0.5
        spots.append((x + part * (u - x), y + part * (v - y), float(_between(alignment, a, b))))
    notes = [signed(value) for *_, value in spots]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "hoverinfo": "skip",
            "showlegend": False,
            "text": notes,
            "x": [round(x, 3) for x, _, _ in spots],
            "y": [round(y, 3) for _, y, _ in spots],
            "marker": {"size": 30, "color": "rgba(255,255,255,0.9)", "symbol": "circle"},
            "textfont": {
                "size": 12,
                "color": [QUIET if abs(v) < FAINT else ALIGNED if v > 0 else HOSTILE for *_, v in spots],
            },
        }
    ]


def _nodes(
    actors: Faces, places: Mapping[str, tuple[float, float]], alignment: Mapping[Pair, float]
) -> Trace:
    """Discs with names outside of the circle; under the pointer, what the actor is and has."""
    largest = max([each[2] for each in actors.values()] + [1e-9])
    most = DISC * min(1.0, 9 / len(actors))
    texts = []
    for name, (title, _, capability) in actors.items():
        bonds = sorted(
            (
                (float(v), actors[o][0])
                for o in actors
                if o != name and (v := _between(alignment, name, o)) is not None
            ),
            reverse=True,
        )
        tale = [f"with {clean(other)} {signed(value)}" for value, other in bonds]
        texts.append("<br>".join([f"<b>{clean(title)}</b>", f"capability {told(capability)}", *tale]))
    return {
        "type": "scatter",
        "mode": "markers+text",
        "showlegend": False,
        "x": [places[each][0] for each in actors],
        "y": [places[each][1] for each in actors],
        "text": [clean(short(each[0], 22)) for each in actors.values()],
        "textposition": [_side(*places[each]) for each in actors],
        "textfont": {"size": 14 if len(actors) <= 8 else 11, "color": INK},
        "marker": {
            "size": [
                round(max(SMALLEST, most * sqrt(max(0.0, each[2]) / largest)), 1) for each in actors.values()
            ],
            "color": [each[1] for each in actors.values()],
            "line": {"color": "#FFFFFF", "width": 1.5},
            "opacity": 1,
        },
        "customdata": texts,
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
    }


def _side(x: float, y: float) -> str:
    """Where a name stands, beside its disc and outside of the circle."""
    if abs(x) < 0.35:
        return "top center" if y > 0 else "bottom center"
    return "middle right" if x > 0 else "middle left"


def _legend() -> list[Trace]:
    """The key to edges."""
    keys = (("aligned", ALIGNED, "solid", 8), ("hostile", HOSTILE, "6px,4px", 5))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [None],
            "y": [None],
            "name": name,
            "line": {"color": colour, "width": width, "dash": dash},
        }
        for name, colour, dash, width in keys
    ]


# --- of results -----------------------------------------------------------------------------------


def network(results: Results, date: str | None = None) -> Chart:
    """The map of median alignments at a date (2014, 2014Q2, 2014-05), at the end unless given.

    Raises WedgeError where it is no date, or outside the run.
    """
    scenario = results.scenario
    record = scenario.calendar.records if date is None else _record(results, date)
    middle, low, high = (medians(results, record, each) for each in ("q50", "q05", "q95"))
    order, paint = ring(scenario.actors, _pairs(medians(results, 0, "q50"))), colours(scenario)
    faces = {
        each: (scenario.title(each), paint[each], scenario.spec.actors[each].capability) for each in order
    }
    sure = {each: low[("alignment", *each)] > 0 or high[("alignment", *each)] < 0 for each in _pairs(middle)}
    stamp = scenario.calendar.dates()[record]
    stances = {(key[1], key[2]): value for key, value in middle.items() if key[0] == "stance"}
    whose = "" if len(looks(results, eventless=False)) == 1 else f" (the {story(results)})"
    return board(
        f"Who is aligned with whom in {stamp}{whose}?",
        faces,
        _pairs(middle),
        stances,
        name=f"network-{stamp.lower()}",
        sure=sure,
        reading=f"Edges: median alignment over runs, as wide as it is far from 0, none within "
        f"{FAINTEST if len(order) > 10 else FAINT:g} "
        "of it; pale where the sign is not the same in 95% of runs. Area of a disc: capability at the "
        "start. Places are the same at "
        "all dates and mean nothing.",
    )


def _record(results: Results, date: str) -> int:
    try:
        return record_at(results.scenario, month_of(date))
    except ValueError as error:
        raise WedgeError(f"date: {error}") from None


def medians(results: Results, record: int, kind: str = "q50") -> dict[tuple[str, str, str], float]:
    """Alignments and stances at a record, by quantity and the two actors; `kind` is mean or a quantile."""
    records = results.scenario.calendar.records + 1
    names = np.asarray(results.lines["line"][::records])
    values = np.asarray(results.lines[kind][record::records], dtype=float)
    found = {}
    for name, value in zip(names.tolist(), values.tolist(), strict=True):
        quantity, *cell = name.split(":")
        if quantity in ("alignment", "stance") and len(cell) == 2:
            found[(quantity, cell[0], cell[1])] = value
    return found


def _pairs(found: Mapping[tuple[str, str, str], float]) -> dict[Pair, float]:
    """The alignments among medians."""
    return {(a, b): value for (quantity, a, b), value in found.items() if quantity == "alignment"}
