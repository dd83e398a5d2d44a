"""A map of plain numbers: actors round a circle, edges by alignment. Nothing of results is known here.

Actors stand in the order of `ring` unless an order is given. Whoever draws several dates gives them all the
order of the start, so that an actor has one place in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin, sqrt
from typing import Any

from ..looks import ALIGNED, HOSTILE, INK, PAPER
from ..wording import UNKNOWN, decimal, escaped, short, signed
from .chart import Chart, Trace, figure

FAINT, FAINTEST = 0.05, 0.25
"""Alignments nearer to 0 than this have no edge, with few actors and with more than ten."""

WIDEST, DISC, SMALLEST = 12.0, 46.0, 10.0
"""Pixels: an edge of alignment 1 or -1, the disc of the most capable actor, the smallest disc."""

HOLDS = 8
"""Points along an edge at which the pointer finds it."""

TOLD = 6
"""Pairs that the alternative text tells of."""

HEAD = ("pair", "alignment", "stance of the first toward the second", "stance of the second toward the first")

Pair = tuple[str, str]
Place = tuple[float, float]
Stances = Mapping[Pair, float | None]
Faces = Mapping[str, tuple[str, str, float]]
"""Title, colour and capability of each actor, by its name."""


def ring(names: Sequence[str], alignment: Mapping[Pair, float]) -> list[str]:
    """Actors in order round the circle: beside each, whoever is most aligned with it."""
    left, order = list(names[1:]), [names[0]]
    while left:
        here = order[-1]
        order.append(
            max(left, key=lambda other: (between(alignment, here, other) or 0.0, -left.index(other)))
        )
        left.remove(order[-1])
    return order


def between(values: Mapping[Pair, Any], one: str, other: str) -> Any:
    """What a pair has, whatever the order of its names; None where nothing is given."""
    return values.get((one, other), values.get((other, one)))


def faintest(actors: Faces) -> float:
    """How near to 0 an alignment may be before it has no edge."""
    return FAINTEST if len(actors) > 10 else FAINT


def board(
    title: str,
    actors: Faces,
    alignment: Mapping[Pair, float],
    stance: Stances | None = None,
    *,
    order: Sequence[str] = (),
    name: str = "board",
    sure: Mapping[Pair, bool] | None = None,
    reading: str = "",
) -> Chart:
    """A map of plain numbers: actors round a circle, edges by alignment from -1 to 1.

    Actors stand in `order`, that of `ring` by these alignments unless given. Blue and solid above 0, red and
    dashed below, as wide as it is far from 0, pale where `sure` says that not even its sign is. `stance` from
    -1 to 1, of the first toward the second of a pair, is told under the pointer and in the table; None where
    it is not known to the reader.
    """
    stance, values = stance or {}, _pairs(actors, alignment)
    placed = order or ring(list(actors), alignment)
    faces = {each: actors[each] for each in placed}
    return Chart(
        name=name,
        title=title,
        figure=_drawn(faces, values, stance, sure),
        alt=_alt(actors, values),
        reading=reading
        or f"Edges: alignment; none within {faintest(actors):g} of 0. Area of a disc: capability. Places mean nothing.",
        head=HEAD,
        rows=[
            (f"{actors[a][0]}, {actors[b][0]}", signed(value), _stance(stance, a, b), _stance(stance, b, a))
            for (a, b), value in values.items()
        ],
    )


def _pairs(actors: Faces, alignment: Mapping[Pair, float]) -> dict[Pair, float]:
    """The alignments that are given, by pairs in the order of the actors."""
    names = list(actors)
    pairs = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    return {each: float(value) for each in pairs if (value := between(alignment, *each)) is not None}


def _alt(actors: Faces, values: Mapping[Pair, float]) -> str:
    """The strongest alignments in words."""
    if not values:
        return "No alignment is given."
    order = sorted(values, key=lambda each: -abs(values[each]))
    told = "; ".join(f"{actors[a][0]} and {actors[b][0]} {signed(values[a, b])}" for a, b in order[:TOLD])
    more = f"; {len(order) - TOLD} other pairs are nearer to 0" if len(order) > TOLD else ""
    return f"Alignments, strongest first: {told}{more}."


def _drawn(
    actors: Faces, values: Mapping[Pair, float], stance: Stances, sure: Mapping[Pair, bool] | None
) -> dict[str, Any]:
    """Edges, what the pointer finds along them, their numbers and the discs, as Plotly's JSON."""
    places = _places(list(actors))
    shown = {pair: value for pair, value in values.items() if abs(value) >= faintest(actors)}
    certain = {each: sure is None or bool(between(sure, *each)) for each in shown}
    texts = {each: _edge_text(actors, each, value, stance) for each, value in values.items()}
    traces = [
        *_edges(shown, certain, places),
        _holds(texts, places),
        *_numbers(shown, places),
        _nodes(actors, places, values),
    ]
    wide, tall = _room(places)
    hidden = {"visible": False, "fixedrange": True}
    ends = {"xaxis": {**hidden, "range": [-wide, wide]}, "yaxis": {**hidden, "range": [-tall, tall]}}
    margin = {"l": 8, "r": 8, "t": 16, "b": 8}
    return figure([*traces, *_legend()], height=470, hovermode="closest", margin=margin, **ends)


def _places(order: Sequence[str]) -> dict[str, Place]:
    """Where actors are on a circle of radius 1, the first at the top; two lie side by side."""
    turn = pi if len(order) == 2 else pi / 2
    angles = [turn - 2 * pi * k / max(1, len(order)) for k in range(len(order))]
    return {each: (round(cos(a), 4), round(sin(a), 4)) for each, a in zip(order, angles, strict=True)}


def _room(places: Mapping[str, Place]) -> tuple[float, float]:
    """Half the width and height that the map needs, names included."""
    return 1.75, 1.35 if len(places) > 2 else 0.8


def _edges(
    values: Mapping[Pair, float], sure: Mapping[Pair, bool], places: Mapping[str, Place]
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


def _edge_text(actors: Faces, pair: Pair, value: float, stance: Stances) -> str:
    """What stands under the pointer at an edge."""
    one, other = (escaped(actors[each][0]) for each in pair)
    told = [f"<b>{one} and {other}</b>", f"alignment {signed(value)}"]
    for (a, b), who, whom in ((pair, one, other), (pair[::-1], other, one)):
        if (a, b) in stance:
            told.append(f"stance of {who} toward {whom}: {_stance(stance, a, b)}")
    return "<br>".join(told)


def _stance(stance: Stances, one: str, other: str) -> str:
    value = stance.get((one, other))
    return signed(float(value)) if value is not None else UNKNOWN if (one, other) in stance else ""


def _holds(texts: Mapping[Pair, str], places: Mapping[str, Place]) -> Trace:
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


def _numbers(values: Mapping[Pair, float], places: Mapping[str, Place]) -> list[Trace]:
    """The alignments in figures beside their edges, where there are few."""
    if len(places) > 6:
        return []
    spots = [_beside(places[a], places[b], len(places)) for a, b in values]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "hoverinfo": "skip",
            "showlegend": False,
            "text": [signed(value) for value in values.values()],
            "x": [round(x, 3) for x, _ in spots],
            "y": [round(y, 3) for _, y in spots],
            "marker": {"size": 30, "color": "rgba(255,255,255,0.9)", "symbol": "circle"},
            "textfont": {"size": 12, "color": [ALIGNED if v > 0 else HOSTILE for v in values.values()]},
        }
    ]


def _beside(one: Place, other: Place, actors: int) -> Place:
    """Where the number of an edge stands: in its middle, but aside of where all edges through the centre cross."""
    (x, y), (u, v) = one, other
    part = 0.34 if actors > 2 and hypot(x + u, y + v) < 1e-6 else 0.5
    return x + part * (u - x), y + part * (v - y)


def _nodes(actors: Faces, places: Mapping[str, Place], values: Mapping[Pair, float]) -> Trace:
    """Discs with names outside of the circle; under the pointer, what the actor is and has."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "showlegend": False,
        "x": [places[each][0] for each in actors],
        "y": [places[each][1] for each in actors],
        "text": [escaped(short(title, 22)) for title, *_ in actors.values()],
        "textposition": [_side(*places[each]) for each in actors],
        "textfont": {"size": 14 if len(actors) <= 8 else 11, "color": INK},
        "marker": {
            "size": _sizes(actors),
            "color": [colour for _, colour, _ in actors.values()],
            "line": {"color": PAPER, "width": 1.5},
            "opacity": 1,
        },
        "customdata": [_node_text(actors, each, values) for each in actors],
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
    }


def _sizes(actors: Faces) -> list[float]:
    """Diameters of discs in pixels, whose areas go by capability."""
    most = DISC * min(1.0, 9 / len(actors))
    largest = max([capability for *_, capability in actors.values()] + [1e-9])
    return [
        round(max(SMALLEST, most * sqrt(max(0.0, capability) / largest)), 1)
        for *_, capability in actors.values()
    ]


def _node_text(actors: Faces, name: str, values: Mapping[Pair, float]) -> str:
    """What stands under the pointer at an actor: its capability, and its alignments, highest first."""
    title, _, capability = actors[name]
    found = {actors[each][0]: between(values, name, each) for each in actors}
    bonds = sorted(((float(v), other) for other, v in found.items() if v is not None), reverse=True)
    tale = [f"with {escaped(other)} {signed(value)}" for value, other in bonds]
    return "<br>".join([f"<b>{escaped(title)}</b>", f"capability {decimal(capability)}", *tale])


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
