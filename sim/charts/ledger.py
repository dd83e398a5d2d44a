"""Interactive figures of a ledger of claims: each claim's effect, and how many draws bear it out.

Takes a ledger's judged rows as plain data, claim by claim and by the assumptions under which they stand
(`prior`, `posterior`, `signs at zero`, `signs at alternative`), each with its verdict in words under `told`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..looks import ALTERNATIVES, DOWN, FAN, INK, PAPER, QUIET, ZONE
from ..wording import true_minus
from .chart import Chart, Trace, figure
from .findings.parts import across, bars, dots, height_of, hover, row_axis, spans, stated

MOST = 6.0
"""Smallest effects of interest to either side that are drawn; what lies beyond is cut off at an arrow."""

LOOKS: dict[str, dict[str, Any]] = {
    "prior": {"colour": FAN, "symbol": "circle", "rise": -0.14},
    "posterior": {"colour": ALTERNATIVES[0], "symbol": "diamond", "rise": 0.06},
}
"""How effects are drawn, by the assumptions under which they stand; `rise` is where in a row."""

SIGNS = {
    "supported": "✓",
    "contradicted": "✗",
    "depends": "⇄",
    "no clear effect": "~",
    "assumed": "○",
    "identity": "=",
}
"""A mark for each verdict, always beside its word."""

Claims = Sequence[Mapping[str, Mapping[str, Any]]]
"""Claims, each a row by what it stands under."""


def marked(row: Mapping[str, Any]) -> str:
    """A verdict as mark and words."""
    return f"{SIGNS.get(str(row['verdict']), '')} {row['told']}".strip()


def charts_of(claims: Claims) -> list[Chart]:
    """Effects with their intervals, and shares of draws, claim by claim."""
    return [_effects(claims), _shares(claims)]


def _names(claims: Claims) -> list[str]:
    return [f"{each['prior']['number']} {each['prior']['title']}" for each in claims]


def _under(claims: Claims) -> list[str]:
    """Under what there are verdicts."""
    return [each for each in LOOKS if any(each in claim for claim in claims)]


def _scaled(row: Mapping[str, Any], value: float) -> float:
    """An effect in smallest effects of interest, to the right as expected."""
    way = -1.0 if row["expected"] == "falls" else 1.0
    return way * value / row["smallest"]


def told_effect(row: Mapping[str, Any]) -> str:
    """An effect with the central 90% of draws."""
    return stated(row["effect"], row["low"], row["high"])


# --- effects --------------------------------------------------------------------------------------


def _effects(claims: Claims) -> Chart:
    names, under = _names(claims), _under(claims)
    traces: list[Trace] = [each for name in under for each in _intervals(claims, name)]
    traces += [
        _knocked(claims, "signs at zero", "triangle-down"),
        _knocked(claims, "signs at alternative", "triangle-up"),
    ]
    made = figure(
        [each for each in traces if each["x"]], height=height_of(len(claims), each=108, more=190),
        hovermode="closest", yaxis=row_axis(names, more=[_verdict(each, "\n") for each in claims]),
        shapes=[_zone(k, each["prior"]) for k, each in enumerate(claims)],
        xaxis=across("effect, in smallest effects of interest (right: as expected)", range=[-MOST - 0.3, MOST + 0.3],
                   zeroline=True, zerolinecolor=QUIET),
    )  # fmt: skip
    rows = [(f"{name}: {row['outcome']}", each, f"{told_effect(row)} ({true_minus(row['unit'])})",
              f"{row['smallest']:g}", marked(row))
            for name, claim in zip(names, claims, strict=True) for each, row in claim.items()]  # fmt: skip
    return Chart(
        name="effects", title="Which claims does the model bear out, and which does it only assume?", figure=made,
        alt=" ".join(f"{name}: {_verdict(claim)}; effect under the prior {told_effect(claim['prior'])}."
                     for name, claim in zip(names, claims, strict=True)),
        reading="Marks: means over draws of the parameters; lines: the central 90% of draws, which more draws "
        "do not shrink. Green: where an effect counts as claimed. Triangles: the mean with the sign-carrying "
        f"parameters at zero, and at their alternative. Effects beyond {MOST:g} are cut off at an arrow.",
        head=("claim and outcome", "under", "effect (central 90% of draws)", "smallest of interest", "verdict"),
        rows=rows,
    )  # fmt: skip


def _verdict(claim: Mapping[str, Mapping[str, Any]], between: str = "; ") -> str:
    """The verdicts under prior and posterior, once where they are the same."""
    told = {each: marked(claim[each]) for each in LOOKS if each in claim}
    if len(set(told.values())) == 1:
        return f"{'both' if len(told) > 1 else 'prior'}: {told['prior']}"
    return between.join(f"{each}: {said}" for each, said in told.items())


def _zone(k: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Where an effect counts as claimed."""
    low, high = (-1.0, 1.0) if row["expected"] == "no_change" else (1.0, MOST)
    return {"type": "rect", "x0": low, "x1": high, "y0": k - 0.3, "y1": k + 0.4, "fillcolor": ZONE,
            "line": {"width": 0},
            "layer": "below"}  # fmt: skip


def _intervals(claims: Claims, under: str) -> list[Trace]:
    """The mean effects under one body of assumptions, their intervals, and arrows where these are cut off."""
    look = LOOKS[under]
    rows = [(k + look["rise"], claim[under]) for k, claim in enumerate(claims) if under in claim]
    at = [place for place, _ in rows]
    ends = [sorted((_scaled(row, row["low"]), _scaled(row, row["high"]))) for _, row in rows]
    middle = [_scaled(row, row["effect"]) for _, row in rows]
    told = [hover(f"{row['number']} under the {under}", f"{row['outcome']}: {told_effect(row)}", marked(row))
            for _, row in rows]  # fmt: skip
    low, high = (list(np.clip([each[side] for each in ends], -MOST, MOST)) for side in (0, 1))
    arrows = [
        (MOST + 0.12, place, "triangle-right") for place, each in zip(at, ends, strict=True) if each[1] > MOST
    ]
    arrows += [
        (-MOST - 0.12, place, "triangle-left")
        for place, each in zip(at, ends, strict=True)
        if each[0] < -MOST
    ]
    cut = dots([x for x, _, _ in arrows], [y for _, y, _ in arrows], "", [hover("goes on beyond")] * len(arrows),
               colour=look["colour"], shown=False)  # fmt: skip
    cut["marker"]["symbol"] = [symbol for _, _, symbol in arrows]
    inside = [k for k, each in enumerate(middle) if abs(each) <= MOST]
    marks = dots([middle[k] for k in inside], [at[k] for k in inside], under, [told[k] for k in inside],
                 colour=look["colour"], symbol=look["symbol"], size=11)  # fmt: skip
    return [spans(at, low, high, colour=look["colour"]), cut, marks]


def _knocked(claims: Claims, under: str, symbol: str) -> Trace:
    """The mean effects with the sign-carrying parameters set."""
    rows = [(k + 0.27, claim[under]) for k, claim in enumerate(claims) if under in claim]
    x = np.clip([_scaled(row, row["effect"]) for _, row in rows], -MOST, MOST)
    told = [
        hover(f"{row['number']}, {under}", f"{row['outcome']}: {told_effect(row)}", str(row["told"]))
        for _, row in rows
    ]
    return dots(
        list(x), [place for place, _ in rows], under, told, colour=INK, symbol=symbol, size=9, hollow=True
    )


# --- shares of draws ------------------------------------------------------------------------------


def _shares(claims: Claims) -> Chart:
    rows = [(f"{claim['prior']['number']}, {under}", claim[under]) for claim in claims for under in _under(claims)
            if under in claim]  # fmt: skip
    parts = [[100.0 * each for each in (row["as_claimed"], 1 - row["as_claimed"] - row["against"], row["against"])]
             for _, row in rows]  # fmt: skip
    looks: list[tuple[str, dict[str, str]]] = [
        ("as claimed", {"colour": ALTERNATIVES[2]}),
        ("neither", {"colour": PAPER, "edge": "#A0A0A0", "pattern": "."}),
        ("against", {"colour": DOWN, "edge": PAPER, "pattern": "\\"}),
    ]
    traces = []
    for n, (name, look) in enumerate(looks):
        told = [hover(f"{label}: {part[n]:.0f}% {name}", f"of {row['draws']:,} draws")
                for (label, row), part in zip(rows, parts, strict=True)]  # fmt: skip
        base = [sum(part[:n]) for part in parts]
        traces.append(bars(range(len(rows)), [part[n] for part in parts], name, told, base=base, **look))  # type: ignore[arg-type]
    made = figure(
        traces, height=height_of(len(rows), each=34), barmode="overlay", hovermode="closest",
        yaxis=row_axis([label for label, _ in rows]),
        xaxis=across("% of draws of the parameters", range=[0, 100]),
    )  # fmt: skip
    cells = [
        (label, *(f"{each:.0f}%" for each in part), marked(row))
        for (label, row), part in zip(rows, parts, strict=True)
    ]
    return Chart(
        name="shares", title="In how many draws does each claim hold?", figure=made,
        alt=" ".join(f"{label}: {part[0]:.0f}% of draws as claimed, {part[2]:.0f}% against."
                     for (label, _), part in zip(rows, parts, strict=True)),
        reading="A draw is one world of parameters. It answers as claimed or against only where luck cannot "
        "account for its effect. Where either answer has less than a tenth of the prior's draws, the claim is "
        "assumed, not tested.",
        head=("claim", "as claimed", "neither", "against", "verdict"), rows=cells,
    )  # fmt: skip
