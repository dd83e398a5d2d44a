"""The table of quantities: what a world consists of at a moment, with axes, unit and meaning.

Every quantity is an array whose last axis is the run. Results, outcomes and `wedge describe` read
this table. Imports only `axes.py`; read `mechanisms/__init__.py` next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from .axes import Array, add_up

Axis = Literal["actor", "target", "flashpoint", "dispute"]


@dataclass(frozen=True)
class Quantity:
    """Name, axes, range and meaning of one quantity of the state."""

    name: str
    axes: tuple[Axis, ...]
    low: float
    high: float
    unit: str
    meaning: str


def quantity(*axes: Axis, within: tuple[float, float], meaning: str, unit: str = "1") -> Any:
    """A field of the state that is recorded along a path."""
    facts = dict(axes=axes, low=within[0], high=within[1], unit=unit, meaning=meaning)
    return field(metadata={"quantity": facts})


ANY = float("inf")


@dataclass(frozen=True)
class State:
    """All that one step hands to the next, for every run at once."""

    engagement: Array = quantity(
        "actor", "target", within=(-1, 1),
        meaning="what an actor offers (+) or denies (-) another, sanctions apart; Goldstein / 10")  # fmt: skip
    sanction: Array = quantity(
        "actor", "target", within=(0, 1),
        meaning="punishment in force for violations; 1 is a full break")  # fmt: skip
    stance: Array = quantity(
        "actor", "target", within=(-1, 1),
        meaning="posture as others see it, engagement less sanction; -1 confront, +1 accommodate")  # fmt: skip
    intent: Array = quantity(
        "actor", "target", within=(-1, 1),
        meaning="the engagement that an actor has decided to move to")  # fmt: skip
    threat: Array = quantity(
        "actor", "target", within=(0, ANY),
        meaning="threat that an actor perceives from another")  # fmt: skip
    alignment: Array = quantity(
        "actor", "target", within=(-1, 1),
        meaning="-1 hostile camps, 0 indifferent, +1 integrated allies; symmetric")  # fmt: skip
    commitment: Array = quantity(
        "actor", "target", within=(0, 1),
        meaning="probability, as seen by the client (target), that the patron (actor) stands by it")  # fmt: skip
    guarantee: Array = quantity(
        "actor",
        within=(0, 1),
        meaning="chance that some patron stands by a client, as the client sees it",
    )  # fmt: skip
    capability: Array = quantity(
        "actor", within=(0, ANY), unit="relative to the powers of reference",
        meaning="material capability; only ratios between actors, and to threat.scale, matter")  # fmt: skip
    grievance: Array = quantity(
        "actor", within=(0, ANY), unit="violations",
        meaning="violations of the order by an actor that still stand")  # fmt: skip
    deterrent: Array = quantity(
        "actor", within=(0, 1),
        meaning="punishment that an actor has learnt to expect")  # fmt: skip
    order: Array = quantity(within=(0, 1), meaning="strength of the rules-based order")
    settlement: Array = quantity("dispute", within=(0, 1), meaning="1 once a dispute is settled")
    activity: Array = quantity(
        "dispute", within=(0, ANY), unit="sorties a year",
        meaning="military activity of the holder near the claimant")  # fmt: skip
    violation: Array = quantity(
        "actor", within=(0, ANY), unit="violations",
        meaning="violations during the step")  # fmt: skip
    crisis: Array = quantity("flashpoint", within=(0, 1), meaning="1 if a crisis broke out in the step")
    loss: Array = quantity("flashpoint", within=(0, 1), meaning="1 if the defender lost a crisis in the step")
    joined: Array = quantity(
        "flashpoint", "target", within=(-1, 1),
        meaning="conduct of others in the crisis of the step: +1 with the defender, -1 with the attacker")  # fmt: skip
    decisions: tuple[Any, ...] = ()
    """What each actor decided last (`policies.Decision`), with what its policies remember."""


def quantities() -> tuple[Quantity, ...]:
    """The quantities of the state, in the order of the table."""
    return tuple(
        Quantity(name=each.name, **each.metadata["quantity"])
        for each in fields(State)
        if "quantity" in each.metadata
    )


BOUNDS = {each.name: (each.low, each.high) for each in quantities()}
"""Lowest and highest value of each quantity."""

COUNTED, AVERAGED = ("violation", "crisis", "loss", "joined"), ("activity",)
"""Flows that are added up, or averaged, where a recorded step holds several computed ones."""

FLOWS = (*COUNTED, *AVERAGED)
"""Quantities that start from 0 in each step."""


def spanned(states: Sequence[State]) -> State:
    """The last of these states, with what flowed in all of them: counted, or averaged."""
    total: dict[str, Any] = {name: add_up(getattr(each, name) for each in states) for name in FLOWS}
    mean = {name: total[name] / float(len(states)) for name in AVERAGED}
    return replace(states[-1], **{**total, **mean})
