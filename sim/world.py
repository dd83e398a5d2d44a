"""One step of the world: look, decide, respond. Read this file first.

A `World` holds what does not change along a run: who is who, the rules, the policies, the events,
the calendar and the luck. `step` takes a `State` to the next one. Both drivers, the ensemble and
the Mesa model, call the same `look`, `decide` and `respond`, and nothing else computes the model.
All governments decide at once, on what they saw at the end of the last step; then all mechanisms
answer to the stances just struck. Every change is a sum of named terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .axes import Array, Terms, accumulate, bounded, power, put, stack, xp
from .calendar import Calendar
from .equations import alignment_terms
from .events import Event, jump, rules_under
from .foresight import observe
from .luck import Luck
from .mechanisms import Changes, Scene, Ties
from .policies import Decision, Observation, Policy, PolicyLuck
from .rest import at_rest, struck_stances
from .rules import Rules
from .state import State, quantities

BOUNDS = {each.name: (each.low, each.high) for each in quantities()}
FLOWS = ("violation", "crisis", "loss", "joined", "activity")
"""Quantities that start from 0 in each step."""
BEYOND = "limit of intent"
"""Term of an engagement: what an intent beyond -1 or 1 is cut by."""


@dataclass(frozen=True)
class View:
    """What a step begins with: the scene, the rules of the step, and what routine calls for."""

    scene: Scene
    rules: Rules
    habit: Terms
    pressures: Terms
    month: int
    jumps: Changes


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
        first, last = self.calendar.months(k)
        falling = tuple(each for each in self.events if each.falls(first, last))
        rules = self.rules_at(k)
        state, jumps = self._struck(state, falling, rules)
        return self.view(self._scene(state, rules, falling), rules, first, jumps)

    def view(self, scene: Scene, rules: Rules, month: int, jumps: Changes | None = None) -> View:
        """A scene with the habit and the pressures that it calls for."""
        answer = rules.groups["reciprocity"].answer
        habit = rules.conduct.routine(scene.state, scene.start, answer)
        pressures: Terms = {}
        for mechanism in rules.active:
            pressures |= mechanism.pressures(scene)
        pressures = {name: self.ties.off * each for name, each in pressures.items()}
        return View(scene, rules, habit, pressures, month, jumps or {})

    def decide(self, i: int, view: View, k: int) -> Decision:
        """What actor `i` intends toward each other, `(1, n, R)` a term; it holds for a quarter."""
        state = view.scene.state
        if state.decisions and not self.calendar.decides(k):
            return state.decisions[i]
        row = {name: each[i : i + 1] for name, each in (view.habit | view.pressures).items()}
        decision = Decision(row)
        for (me, target), policy in self.policies.items():
            if me == i:
                decision = self._overruled(decision, policy, observe(self, view, me, target), k)
        return decision

    def respond(
        self, view: View, decisions: Sequence[Decision], k: int, trace: list[Changes] | None = None
    ) -> State:
        """The state after all decisions: stances are struck, then everything answers to them."""
        changes: Changes = {name: dict(terms) for name, terms in view.jumps.items()}
        scene = self._acted(view, decisions, k, changes)
        state = self._answered(scene, view.rules, k, changes)
        if trace is not None:
            trace.append(changes)
        return replace(state, decisions=tuple(decisions))

    def rules_at(self, k: int) -> Rules:
        """The rules of a step, with rates per step: those of the start under the events in force."""
        first, last = self.calendar.months(k)
        now = tuple(each for each in self.events if each.in_force(first, last))
        names = tuple(each.name for each in now)
        if names not in self._rules:
            under = rules_under(now, self.settled[0], self.luck)
            self._rules[names] = under.per_step(self.calendar.quarters)
        return self._rules[names]

    @cached_property
    def _rules(self) -> dict[tuple[str, ...], Rules]:
        return {}

    def _scene(self, state: State, rules: Rules, falling: tuple[Event, ...]) -> Scene:
        actors, flashpoints = (np.zeros((n, 1, 1)) for n in (self.ties.n, len(self.ties.flashpoints)))
        return Scene(
            state=state,
            start=self.start,
            ties=self.ties,
            setting=rules.setting,
            conduct=rules.conduct,
            size=power(state.capability, rules.setting.size_exponent),
            step=self.calendar.quarters,
            resolve=rules.groups["norms"].resolve,
            incidents=jump(falling, "violation", actors, self.luck),
            outbreaks=jump(falling, "crisis", flashpoints, self.luck),
        )

    def _struck(self, state: State, falling: tuple[Event, ...], rules: Rules) -> tuple[State, Changes]:
        """The state after the jumps that events bring, and these jumps as terms."""
        touched = [change.name for each in falling for change in each.changes if change.group is None]
        after = {
            name: jump(falling, name, getattr(state, name), self.luck)
            for name in dict.fromkeys(touched)
            if name not in FLOWS
        }
        if "violation" in touched:
            broken = jump(falling, "violation", np.zeros((self.ties.n, 1, 1)), self.luck)
            after["grievance"] = after.get("grievance", state.grievance) + rules.groups["norms"].weight * broken
        jumps: Changes = {
            name: {"event": xp.clip(value, *BOUNDS[name]) - getattr(state, name)} for name, value in after.items()
        }
        return replace(state, **{name: accumulate(getattr(state, name), each) for name, each in jumps.items()}), jumps

    def _overruled(self, decision: Decision, policy: Policy, seen: Observation, k: int) -> Decision:
        """A row of intents with one target decided by a policy instead of routine."""
        luck = PolicyLuck(self.luck, seen.names[seen.me], seen.names[seen.target], k)
        held = seen.memory or policy.begin(seen)
        made = policy.decide(seen, held, luck)
        terms = {
            name: put(
                decision.terms.get(name, np.zeros((1, self.ties.n, 1))),
                (0, seen.target),
                made.terms.get(name, np.zeros((1, 1, 1)))[0, 0],
            )
            for name in dict.fromkeys([*decision.terms, *made.terms])
        }
        memory = decision.memory | {f"{seen.target}.{name}": each for name, each in made.memory.items()}
        firmer = [each for each in (decision.condemn, made.condemn) if each is not None]
        return Decision(terms, memory, xp.maximum(firmer[0], firmer[-1]) if firmer else None)

    def _acted(self, view: View, decisions: Sequence[Decision], k: int, changes: Changes) -> Scene:
        """The scene once engagements and sanctions have moved."""
        state, conduct = view.scene.state, view.rules.conduct
        intent, terms = bounded(np.zeros((1, 1, 1)), _rows(decisions), -1.0, 1.0)
        gain = 1.0 - conduct.inertia
        noise = self.luck.normal("engagement", self.ties.directed, k).reshape(self.ties.n, self.ties.n, -1)
        moves = {
            **{BEYOND if name == "bound" else name: gain * each for name, each in terms.items()},
            "inertia": -gain * state.engagement,
            "luck": conduct.noise * noise,
        }
        scene = replace(view.scene, resolve=_firmer(view.scene.resolve, decisions, self.ties))
        acts: Changes = {"engagement": moves}
        for mechanism in view.rules.active:
            acts |= mechanism.acts(scene)
        state = _moved(replace(state, intent=intent), acts, changes)
        return replace(scene, state=struck_stances(state, view.rules))

    def _answered(self, scene: Scene, rules: Rules, k: int, changes: Changes) -> State:
        """The state once alignments, commitments, norms, crises and territory have answered."""
        state, law, shape = scene.state, rules.alignment, (self.ties.n, self.ties.n, -1)
        forces: Terms = {}
        answers: Changes = {"capability": {"growth": state.capability * rules.setting.growth}}
        for mechanism in rules.active:
            forces |= mechanism.forces(scene)
            for name, terms in mechanism.changes(scene, self.luck, k).items():
                answers[name] = answers.get(name, {}) | terms
        noise = self.luck.normal("alignment", self.ties.pairs, k).reshape(shape)
        room = 1.0 - state.alignment * state.alignment
        answers["alignment"] = {
            **alignment_terms(
                state.alignment, forces, law.rest, law.reversion, law.adjustment, self.ties.off
            ),
            "luck": law.noise * noise * room,
        }
        quiet = {name: xp.zeros_like(getattr(state, name)) for name in FLOWS}
        state = _moved(replace(state, **quiet), answers, changes)
        return struck_stances(state, rules) if "engagement" in answers else state


def _moved(state: State, moves: Changes, changes: Changes) -> State:
    """The state plus the moves of each quantity, within bounds; the terms are added to `changes`."""
    after = {}
    for name, terms in moves.items():
        after[name], kept = bounded(getattr(state, name), terms, *BOUNDS[name])
        known = changes.setdefault(name, {})
        for term, value in kept.items():
            known[f"{term} again" if term in known else term] = value
    return replace(state, **after)


def _rows(decisions: Sequence[Decision]) -> Terms:
    """The actors' rows of intents as dyads, `(n, n, R)`, term by term."""
    names = dict.fromkeys(name for each in decisions for name in each.terms)
    blank = np.zeros((1, len(decisions), 1))
    return {name: stack([each.terms.get(name, blank) for each in decisions]) for name in names}


def _firmer(resolve: Array, decisions: Sequence[Decision], ties: Ties) -> Array:
    """Resolve to punish, where a policy condemns: whichever is firmer."""
    if all(each.condemn is None for each in decisions):
        return resolve
    none = np.zeros((1, 1, 1))
    condemn = stack([none if each.condemn is None else each.condemn for each in decisions])
    return xp.maximum(resolve, condemn) * ties.off
