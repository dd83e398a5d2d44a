"""How a state moves: decisions become stances, and everything answers; each change a sum of terms.

The two halves of `World.respond`, and what a policy does to a row of intents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .axes import Array, Terms, bounded, put, stack, xp
from .equations import alignment_terms
from .luck import Luck
from .mechanisms import Changes, Scene, Ties
from .policies import Decision, Observation, Policy, PolicyLuck
from .rest import struck_stances, with_guarantees
from .rules import Rules
from .state import BOUNDS, FLOWS, State

BEYOND = "limit of intent"
"""Term of an engagement: what an intent beyond -1 or 1 is cut by."""


def acted(
    scene: Scene, rules: Rules, decisions: Sequence[Decision], luck: Luck, k: int, changes: Changes | None
) -> Scene:
    """The scene once crises have broken out and engagements and sanctions have moved."""
    state, conduct, ties = scene.state, rules.conduct, scene.ties
    terms = _rows(decisions)
    free, intent = bounded(np.zeros((1, 1, 1)), terms, -1.0, 1.0)
    gain = 1.0 - conduct.inertia
    noise = luck.normal("engagement", ties.directed, k).reshape(ties.n, ties.n, -1)
    moves = {
        **{name: gain * each for name, each in terms.items()},
        BEYOND: gain * (intent - free),
        "inertia": -gain * state.engagement,
        "luck": conduct.noise * noise,
    }
    scene = replace(scene, resolve=_firmer(scene.resolve, decisions, ties))
    acts: Changes = {"engagement": moves}
    for mechanism in rules.active:
        _join(acts, mechanism.acts(scene, luck, k))
    quiet: dict[str, Any] = {name: xp.zeros_like(getattr(state, name)) for name in FLOWS}
    state = _moved(replace(state, intent=intent, **quiet), acts, changes)
    return replace(scene, state=struck_stances(state, rules))


def answered(scene: Scene, rules: Rules, luck: Luck, k: int, changes: Changes | None) -> State:
    """The state once alignments, commitments, norms, crises and territory have answered."""
    state, law, ties = scene.state, rules.alignment, scene.ties
    forces: Terms = {}
    answers: Changes = {"capability": {"growth": state.capability * rules.setting.growth}}
    for mechanism in rules.active:
        _join({"": forces}, {"": mechanism.forces(scene)})
        _join(answers, mechanism.changes(scene, luck, k))
    noise = luck.normal("alignment", ties.pairs, k).reshape(ties.n, ties.n, -1)
    room = 1.0 - state.alignment * state.alignment
    answers["alignment"] = {
        **alignment_terms(state.alignment, forces, law.rest, law.reversion, law.adjustment, ties.off),
        "luck": law.noise * noise * room,
    }
    return with_guarantees(_moved(state, answers, changes), ties)


def overruled(decision: Decision, policy: Policy, seen: Observation, luck: PolicyLuck) -> Decision:
    """A row of intents with one target decided by a policy instead of routine."""
    made = policy.decide(seen, seen.memory or policy.begin(seen), luck)
    blank, none = np.zeros((1, len(seen.names), 1)), np.zeros((1, 1, 1))
    terms = {
        name: put(decision.terms.get(name, blank), (0, seen.target), made.terms.get(name, none)[0, 0])
        for name in dict.fromkeys([*decision.terms, *made.terms])
    }
    memory = decision.memory | {f"{seen.target}.{name}": each for name, each in made.memory.items()}
    firmer = [each for each in (decision.condemn, made.condemn) if each is not None]
    return Decision(terms, memory, xp.maximum(firmer[0], firmer[-1]) if firmer else None)


def _join(found: Changes, more: Changes) -> None:
    """Add a mechanism's terms; two mechanisms may not call a term of one quantity the same."""
    for quantity, terms in more.items():
        known = found.setdefault(quantity, {})
        for name, term in terms.items():
            if name in known:
                raise ValueError(f"two mechanisms call a term of {quantity or 'the forces'} {name!r}")
            known[name] = term


def _moved(state: State, moves: Changes, changes: Changes | None) -> State:
    """The state plus the moves of each quantity, within bounds; the terms are added to `changes`."""
    after: dict[str, Any] = {}
    for name, terms in moves.items():
        free, after[name] = bounded(getattr(state, name), terms, *BOUNDS[name])
        if changes is not None:
            changes[name] = {**changes.get(name, {}), **terms, "bound": after[name] - free}
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
