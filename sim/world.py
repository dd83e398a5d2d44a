"""One step of the world: look, decide, respond. Read this file first.

A `World` holds what does not change along a run: who is who, the rules, the policies, the events,
the calendar and the luck. `step` takes a `State` to the next one. Both drivers, the ensemble and
the Mesa model, call the same `look`, `decide` and `respond`, and nothing else computes the model.
All governments decide at once, on what they saw at the end of the last step; then all mechanisms
answer to the stances just struck. Every change is a sum of named terms. Read `moves.py` next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from .axes import Array, Terms, over_actors, stack, xp
from .calendar import Calendar
from .events import Event, jump, rules_under, struck
from .foresight import observe
from .luck import Luck
from .mechanisms import Changes, Scene, Ties
from .moves import acted, answered, overruled
from .policies import Decision, Policy, PolicyLuck
from .rest import at_rest, scene_of, struck_stances, with_guarantees
from .rules import Group, Rules
from .state import State


@dataclass(frozen=True)
class View:
    """What a step begins with: the scene, the rules of the step, and what routine calls for.

    `month` is the last of the quarter that a decision holds for.
    """

    scene: Scene
    rules: Rules
    habit: Terms
    pressures: Terms
    month: int
    jumps: Changes


@dataclass(frozen=True)
class Struck:
    """A state after the events of a step, their jumps as terms, and the violations and crises they bring."""

    state: State
    jumps: Changes
    incidents: Array
    outbreaks: Array


@dataclass(frozen=True)
class World:
    """Everything that stays the same along a run; arrays hold all runs at once."""

    ties: Ties
    calendar: Calendar
    given: Rules
    initial: State
    luck: Luck
    policies: dict[tuple[int, int], Policy] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @cached_property
    def settled(self) -> tuple[Rules, State]:
        """The rules and the state at the start, what was left open found so that all is at rest."""
        return at_rest(self.given, self.initial, self.ties, self.calendar.quarters)

    @property
    def start(self) -> State:
        """The state at the beginning of the run."""
        return self.settled[1]

    def step(self, state: State, k: int, trace: list[Changes] | None = None) -> State:
        """The state one step on; `k` counts steps from 0. A `trace` keeps every term of the step."""
        view = self.look(state, k)
        decisions = [self.decide(i, view, k) for i in range(self.ties.n)]
        return self.respond(view, decisions, k, trace)

    def look(self, state: State, k: int) -> View:
        """The moment of decision: events have struck, habit and pressures are known."""
        rules, hit = self.rules_at(k), self.falling(k)
        return self.seen(self.struck_by(hit, state, rules), rules, k)

    def falling(self, k: int) -> tuple[Event, ...]:
        """The events dated within a step."""
        first, last = self.calendar.months(k)
        return tuple(each for each in self.events if each.falls(first, last))

    def struck_by(self, falling: tuple[Event, ...], state: State, rules: Rules) -> Struck:
        """What events that fall in a step do to the state, and the violations and crises they bring."""
        state, jumps = struck(state, falling, rules, self.luck)
        if jumps:
            state = self._renewed(state, falling, rules)
        none = np.zeros((self.ties.n, 1, 1)), np.zeros((len(self.ties.flashpoints), 1, 1))
        return Struck(
            state, jumps,
            incidents=jump(falling, "violation", none[0], self.luck),
            outbreaks=jump(falling, "crisis", none[1], self.luck),
        )  # fmt: skip

    def seen(self, struck: Struck, rules: Rules, k: int) -> View:
        """The moment of decision, once events have struck."""
        scene = scene_of(struck.state, self.start, rules, self.ties, self.calendar.quarters)
        scene = replace(scene, incidents=struck.incidents, outbreaks=struck.outbreaks)
        return self.view(scene, rules, self.calendar.months(k)[0] + 2, struck.jumps)

    def view(self, scene: Scene, rules: Rules, month: int, jumps: Changes | None = None) -> View:
        """A scene with the habit and the pressures that it calls for."""
        answer = rules.groups["reciprocity"].answer
        habit = rules.conduct.routine(scene.state, scene.start, answer)
        return View(scene, rules, habit, rules.pressures(scene), month, jumps or {})

    def decide(self, i: int, view: View, k: int) -> Decision:
        """What actor `i` intends toward each other, `(1, n, R)` a term; it holds for a quarter."""
        state = view.scene.state
        if state.decisions and not self.calendar.decides(k):
            return state.decisions[i]
        return self.decided(i, view, k)

    def decided(self, i: int, view: View, k: int) -> Decision:
        """What actor `i` makes up its mind to do."""
        decision = Decision({name: each[i : i + 1] for name, each in (view.habit | view.pressures).items()})
        for (me, target), policy in self.policies.items():
            if me == i:
                seen = observe(self, view, me, target)
                luck = PolicyLuck(self.luck, seen.names[me], seen.names[target], k)
                decision = overruled(decision, policy, seen, luck)
        return decision

    def respond(
        self, view: View, decisions: Sequence[Decision], k: int, trace: list[Changes] | None = None
    ) -> State:
        """The state after all decisions: stances are struck, then everything answers to them."""
        changes: Changes | None = None if trace is None else dict(view.jumps)
        scene = acted(view.scene, view.rules, decisions, self.luck, k, changes)
        state = answered(scene, view.rules, self.luck, k, changes)
        if trace is not None and changes is not None:
            trace.append(changes)
        return replace(state, decisions=tuple(decisions))

    def rules_at(self, k: int) -> Rules:
        """The rules of a step, with rates per step: those of the start under the events in force."""
        first, last = self.calendar.months(k)
        now = tuple(k for k, each in enumerate(self.events) if each.in_force(first, last))
        if now not in self._rules:
            under = rules_under(tuple(self.events[k] for k in now), self.settled[0], self.luck)
            self._rules[now] = under.per_step(self.calendar.quarters, self._scaled)
        return self._rules[now]

    def _renewed(self, state: State, falling: tuple[Event, ...], rules: Rules) -> State:
        """The state with what follows from its stances made anew, in the runs where events struck."""
        fresh = with_guarantees(struck_stances(state, rules), self.ties)
        moving = [each for each in falling if any(change.group is None for change in each.changes)]
        struck_by = stack([each.occurred(self.luck) for each in moving])
        touched = over_actors(struck_by) > 0.0
        derived: dict[str, Any] = {
            name: xp.where(touched, getattr(fresh, name), getattr(state, name))
            for name in ("stance", "threat", "guarantee")
        }
        return replace(state, **derived)

    @cached_property
    def _rules(self) -> dict[tuple[int, ...], Rules]:
        return {}

    @cached_property
    def _scaled(self) -> dict[int, tuple[Group, Group]]:
        return {}
