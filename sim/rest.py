"""The start as a rest point: what a scenario leaves open is found so that nothing moves by itself.

Without this, a run would show its own relaxation from an arbitrary start and call it history.
Dispositions and rest affinities come from the engagements and alignments given (assumption A12).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .axes import add_up, mirror, power, xp
from .equations import alignment_at_rest, disposition_at_rest, guarantee
from .mechanisms import Scene, Ties
from .rules import Rules
from .state import State


def struck_stances(state: State, rules: Rules) -> State:
    """The state with stances as others now see them, and the threats that these pose."""
    stance = xp.clip(state.engagement - state.sanction, -1.0, 1.0)
    state = replace(state, stance=stance)
    return replace(state, threat=rules.groups["threat"].perceived(state, rules.setting.proximity))


def with_guarantees(state: State, ties: Ties) -> State:
    """The state with how far each client can count on its patrons."""
    backing = guarantee(state.commitment, state.capability, ties.patrons)
    return replace(state, guarantee=backing)


def at_rest(rules: Rules, state: State, ties: Ties, step: float) -> tuple[Rules, State]:
    """Rules and state at the start, with every open value (NaN) set so that the start is at rest.

    In this order: `norms.order_rest` is the order given; sanctions are those due on the grievances given;
    stances, threats and guarantees follow; ``commitment.rest_pj = C_pj - loyalty_pj``; dispositions by
    `equations.disposition_at_rest`, pushed by the pressures of the start; rest affinities by
    `equations.alignment_at_rest` under its forces; activity is its mean. What a scenario gives is kept.
    """
    norms = rules.groups["norms"]
    rules = rules.filled("norms", "order_rest", state.order)
    scene = scene_of(state, state, rules, ties, step)
    state = replace(state, sanction=norms.sanctions_due(scene, state.grievance))
    state = with_guarantees(struck_stances(state, rules), ties)
    scene = scene_of(state, state, rules, ties, step)
    loyalty = rules.groups["commitment"].loyalty(scene)
    rules = rules.filled("commitment", "rest", state.commitment - loyalty)
    rules = _with_dispositions(rules, scene)
    rules = _with_affinities(rules, scene)
    return rules, _with_activity(state, rules, ties)


def scene_of(state: State, start: State, rules: Rules, ties: Ties, step: float) -> Scene:
    """What mechanisms look at under these rules, with no dated violation or crisis."""
    return Scene(
        state=state,
        start=start,
        ties=ties,
        setting=rules.setting,
        conduct=rules.conduct,
        size=power(state.capability, rules.setting.size_exponent),
        step=step,
        resolve=rules.groups["norms"].resolve,
        incidents=np.zeros((ties.n, 1, 1)),
        outbreaks=np.zeros((len(ties.flashpoints), 1, 1)),
    )


def _with_dispositions(rules: Rules, scene: Scene) -> Rules:
    derived = disposition_at_rest(
        scene.state.engagement,
        rules.groups["reciprocity"].answer,
        mirror(scene.state.stance),
        add_up(rules.pressures(scene).values()),
    )
    return rules.filled("conduct", "disposition", derived * scene.ties.off)


def _with_affinities(rules: Rules, scene: Scene) -> Rules:
    derived = alignment_at_rest(
        scene.state.alignment, add_up(rules.forces(scene).values()), rules.alignment.reversion
    )
    return rules.filled("alignment", "rest", derived * scene.ties.off)


def _with_activity(state: State, rules: Rules, ties: Ties) -> State:
    if not ties.disputes:
        return state
    return replace(state, activity=add_up(rules.groups["territory"].activity(state, ties).values()))
