"""Dated events: changes of parameters, jumps of the state, violations and crises.

An event happens for certain or with a probability, at the step that holds its date. What it does to
a parameter lasts until its end date, if it has one; what it does to the state is done once. Several
events on one parameter take effect in the order of their dates. Read `world.py` next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from .axes import Array, accumulate, others, over_targets, positive, put, ratio, scalar, xp
from .luck import Luck
from .mechanisms.base import happens
from .rules import Rules
from .state import BOUNDS, FLOWS, State

Cell = tuple[Any, Any]


@dataclass(frozen=True)
class Change:
    """One thing that an event does: set, or add to, a cell of a parameter or of a quantity."""

    group: str | None
    name: str
    cell: Cell
    how: Literal["set", "add"]
    value: float
    mirrored: bool = False

    def on(self, array: Array, occurred: Array) -> Array:
        """The array after the change, in the runs where the event occurred."""
        old = array[self.cell]
        new = xp.zeros_like(old) + self.value if self.how == "set" else old + self.value
        new = xp.where(occurred[0, 0] > 0.0, new, old)
        if isinstance(self.cell[0], slice):
            return new * others(len(array)) if array.shape[0] == array.shape[1] > 1 else new
        after = put(array, self.cell, new)
        return put(after, self.cell[::-1], new) if self.mirrored else after


@dataclass(frozen=True)
class Event:
    """A dated happening; months count from year 0. `until` is None where it lasts."""

    name: str
    label: str
    at: int
    until: int | None
    probability: float
    changes: tuple[Change, ...]

    def occurred(self, luck: Luck) -> Array:
        """1 in the runs where the event happens, `(1, 1, R)`."""
        if self.probability >= 1.0:
            return scalar(1.0)
        return happens(luck.uniform("event", [(self.name,)], 0), scalar(self.probability))

    def in_force(self, first: float, last: float) -> bool:
        """Whether its changes of parameters hold in a step from month `first` up to `last`."""
        return self.at < last and (self.until is None or first < self.until)

    def falls(self, first: float, last: float) -> bool:
        """Whether its date lies in a step from month `first` up to `last`."""
        return first <= self.at < last


def rules_under(events: tuple[Event, ...], rules: Rules, luck: Luck) -> Rules:
    """The rules with the changes of these events in force, in the order of their dates."""
    for event in sorted(events, key=lambda each: (each.at, each.name)):
        occurred, before, shares = event.occurred(luck), rules, []
        for change in event.changes:
            if change.group is not None:
                old = getattr(rules.groups[change.group], change.name)
                rules = rules.altered(change.group, change.name, change.on(old, occurred))
                shares += [change.cell] if change.name == "opportunity" else []
        if shares:
            room = _made_room(before.setting.opportunity, rules.setting.opportunity, shares)
            rules = rules.altered("setting", "opportunity", room)
    return rules


def _made_room(before: Array, after: Array, cells: list[Cell]) -> Array:
    """Shares after some of them have changed: the others of their rows shrink or grow in proportion."""
    for i in dict.fromkeys(cell[0] for cell in cells):
        row, set_ = slice(i, i + 1), [j for k, j in cells if k == i]
        free = others(len(before))[row] * 1.0
        free[0, set_] = 0.0
        fixed = over_targets(after[row] * (1.0 - free))
        room = positive(over_targets(before[row]) - fixed)
        shares = before[row] * free * ratio(room, over_targets(before[row] * free))
        after = put(after, (i,), (shares + after[row] * (1.0 - free))[0])
    return after


def jump(events: tuple[Event, ...], quantity: str, before: Array, luck: Luck) -> Array:
    """A quantity of the state after the events of a step."""
    after = before
    for event in sorted(events, key=lambda each: (each.at, each.name)):
        for change in event.changes:
            if change.group is None and change.name == quantity:
                after = change.on(after, event.occurred(luck))
    return after


def struck(
    state: State, events: tuple[Event, ...], rules: Rules, luck: Luck
) -> tuple[State, dict[str, dict[str, Array]]]:
    """The state after the jumps that these events bring, and the jumps as terms.

    A violation counts as a grievance at once; what else it does is up to the norms mechanism.
    """
    touched = [change.name for each in events for change in each.changes if change.group is None]
    after = {
        name: jump(events, name, getattr(state, name), luck)
        for name in dict.fromkeys(touched)
        if name not in FLOWS
    }
    if "violation" in touched:
        broken = jump(events, "violation", np.zeros((len(state.grievance), 1, 1)), luck)
        after["grievance"] = (
            after.get("grievance", state.grievance) + (rules.groups["norms"].weight > 0.0) * broken
        )
    jumps = {
        name: {"event": xp.clip(value, *BOUNDS[name]) - getattr(state, name)} for name, value in after.items()
    }
    moved: dict[str, Any] = {name: accumulate(getattr(state, name), terms) for name, terms in jumps.items()}
    return replace(state, **moved), jumps
