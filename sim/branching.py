"""A world that follows one scenario until a date, and goes on under another from then on.

Until the branch the trunk computes every step, so that the state at the branch is the trunk's, bit
for bit. From then on a world of its own does: its policies, parameters and events, on what the
trunk found at the start. Both drivers step it as any other world. Read `build.py` next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from .axes import xp
from .mechanisms import Changes
from .policies import Decision, Remembered
from .rest import at_rest
from .rules import Rules
from .state import State
from .world import View, World

OPEN = (("conduct", "disposition"), ("alignment", "rest"), ("commitment", "rest"), ("norms", "order_rest"))
"""Parameters that a scenario may leave open (NaN), to be found from the start (`rest.py`)."""

Dyad = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Branched(World):
    """A world that is the `trunk` before step `at`, and `own` from then on.

    `fresh` are the dyads whose policy is not the trunk's: whoever takes over remembers nothing.
    """

    trunk: World
    own: World
    at: int
    fresh: frozenset[Dyad]

    @cached_property
    def settled(self) -> tuple[Rules, State]:
        """The rules from the branch on, and the state at the start of the trunk."""
        return self.own.settled

    def look(self, state: State, k: int) -> View:
        """The moment of decision; at the branch the policies change hands."""
        if k == self.at:
            state = handed_over(state, self.fresh)
        return self._of(k).look(state, k)

    def decide(self, i: int, view: View, k: int) -> Decision:
        """What actor `i` intends toward each other."""
        return self._of(k).decide(i, view, k)

    def respond(
        self, view: View, decisions: Sequence[Decision], k: int, trace: list[Changes] | None = None
    ) -> State:
        """The state after all decisions."""
        return self._of(k).respond(view, decisions, k, trace)

    def rules_at(self, k: int) -> Rules:
        """The rules of a step."""
        return self._of(k).rules_at(k)

    def _of(self, k: int) -> World:
        return self.trunk if k < self.at else self.own


def branched(trunk: World, own: World, at: int, fresh: Collection[Dyad]) -> Branched:
    """The trunk's world until step `at`, then one with the other's rules, policies and later events.

    Events of the trunk dated before the branch stay, and what they changed stays in force. Both
    worlds must have the same ties, calendar, luck and start.
    """
    begin = trunk.calendar.months(at)[0]
    early = tuple(each for each in trunk.events if each.at < begin)
    late = tuple(each for each in own.events if each.at >= begin)
    own = replace(own, initial=trunk.initial, luck=trunk.luck, events=early + late)
    own.__dict__["settled"] = (_found_by(trunk, own.given), trunk.start)
    kept = {each.name: getattr(own, each.name) for each in fields(World)}
    return Branched(**kept, trunk=trunk, own=own, at=at, fresh=frozenset(fresh))


def _found_by(trunk: World, given: Rules) -> Rules:
    """Rules whose open values are what the trunk finds for them from its start."""
    opened = trunk.given
    for group, name in OPEN:
        mine, theirs = (getattr(rules.groups[group], name) for rules in (given, trunk.given))
        opened = opened.altered(group, name, xp.where(np.isnan(mine), np.nan, theirs))
    found, _ = at_rest(opened, trunk.initial, trunk.ties, trunk.calendar.quarters)
    for group, name in OPEN:
        given = given.filled(group, name, getattr(found.groups[group], name))
    return given


def handed_over(state: State, fresh: Collection[Dyad]) -> State:
    """The state in which policies that take over on these dyads find no memory of those before.

    What everybody decided last stays known; where decisions hold for a quarter, it holds to its end.
    """
    decisions = [
        replace(each, memory=_without(each.memory, {str(j) for me, j in fresh if me == i}))
        for i, each in enumerate(state.decisions)
    ]
    return replace(state, decisions=tuple(decisions))


def _without(memory: Remembered, targets: Collection[str]) -> Remembered:
    """What is remembered of all but some targets."""
    return {name: each for name, each in memory.items() if name.partition(".")[0] not in targets}
