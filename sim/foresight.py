"""What a government sees, expects, and foresees: the inputs of a policy, made from a view.

Foresight runs the same step as the world itself, with no luck and no events, the actor's own stance
held and every other actor on routine (level-0 reasoning; assumption A15).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .axes import Array, Terms, add_up, over_targets, power, put, ratio, scalar, summed, xp
from .equations import chance, settlement_chance
from .luck import NoLuck
from .mechanisms import Scene
from .mechanisms.norms import counter_bid
from .policies import Belief, Decision, Observation
from .state import BOUNDS, State

if TYPE_CHECKING:
    from .world import View, World


def observe(world: World, view: View, me: int, target: int) -> Observation:
    """What actor `me` sees when it decides on `target`."""
    scene, rules = view.scene, view.rules
    state, ties = scene.state, scene.ties
    row, cell = slice(me, me + 1), (slice(me, me + 1), slice(target, target + 1))
    memory = state.decisions[me].memory if state.decisions else {}
    return Observation(
        me=me,
        target=target,
        names=ties.names,
        month=view.month,
        stance=state.stance,
        engagement=state.engagement,
        sanction=state.sanction,
        alignment=state.alignment,
        capability=state.capability,
        order=state.order,
        grievance=state.grievance,
        opportunity=rules.setting.opportunity,
        allies=xp.maximum(ties.patrons, ties.patrons.swapaxes(0, 1)),
        threat=state.threat[row],
        threat_at_start=scene.start.threat[row],
        guarantee=state.guarantee[row],
        guarantee_at_start=scene.start.guarantee[row],
        disposition=rules.conduct.disposition[cell],
        habit={name: each[cell] for name, each in view.habit.items()},
        pressures={name: each[cell] for name, each in view.pressures.items()},
        bid=counter_bid(scene)[cell],
        memory={
            name.partition(".")[2]: each
            for name, each in memory.items()
            if name.partition(".")[0] == str(target)
        },
        now=partial(belief, view, me),
        foresee=partial(foresee, world, view, me, target),
    )


def foresee(world: World, view: View, me: int, target: int, stance: Array, years: float) -> Belief:
    """What to expect on average over the years to come if `me` holds a stance toward `target`.

    Takes as many steps of the model as there are in `years`, at least one, and averages the `belief`
    after each. No shock strikes, no hazard, no event, and no crisis dated today; violations dated today
    count in the first step. All policies are left out, but actors stay as firm in punishing as their last
    decisions were. `stance` is `(1, 1, 1|R)`.
    """
    stance = stance if isinstance(stance, np.ndarray) else scalar(stance)
    quiet = replace(world, luck=NoLuck(), events=(), policies={})
    quiet.__dict__["settled"] = world.settled
    firm = [each.condemn for each in view.scene.state.decisions] or [None] * world.ties.n
    view = replace(view, scene=replace(view.scene, outbreaks=view.scene.outbreaks * 0.0))

    def ahead(now: Terms, count: int) -> tuple[Terms, list[Terms]]:
        """Some steps on from a decision, and what is believed after each."""
        begun: dict[str, Any] = {name: now[name] for name in BOUNDS}
        state, beliefs = State(**begun), []
        for k in range(count):
            seen = _view(quiet, view, state, now)
            decisions = [replace(quiet.decide(i, seen, k), condemn=firm[i]) for i in range(world.ties.n)]
            decisions[me] = _holding(decisions[me], target, stance)
            state = quiet.respond(seen, decisions, k)
            now = {
                "size": power(state.capability, view.rules.setting.size_exponent),
                "incidents": 0.0 * now["incidents"],
            }
            scene = replace(view.scene, state=state, size=now["size"])
            beliefs.append(vars(belief(replace(view, scene=scene), me)))
        return {**now, **{name: getattr(state, name) for name in BOUNDS}}, beliefs

    steps = max(1, round(4 * years / world.calendar.quarters))
    rounds, rest = divmod(steps, world.calendar.pace)
    now = {name: getattr(view.scene.state, name) for name in BOUNDS}
    now |= {"size": view.scene.size, "incidents": view.scene.incidents}
    now, seen = summed(partial(ahead, count=world.calendar.pace), now, rounds) if rounds else (now, [])
    seen = seen + ahead(now, rest)[1]
    return Belief(
        **{name: add_up(each[name] for each in seen) / float(steps) for name in Belief.__dataclass_fields__}
    )


def _view(quiet: World, view: View, state: State, now: Terms) -> View:
    """What a later step begins with, in which no event falls."""
    scene = replace(view.scene, state=state, size=now["size"], incidents=now["incidents"])
    return quiet.view(scene, view.rules, view.month)


def _holding(decision: Decision, target: int, stance: Array) -> Decision:
    """A row of intents in which one target gets this stance and nothing else."""
    terms = {name: put(each, (0, target), np.zeros(1)) for name, each in decision.terms.items()}
    blank = np.zeros((1, next(iter(terms.values())).shape[1], 1))
    return replace(decision, terms={**terms, "held": put(blank, (0, target), stance[0, 0])})


def belief(view: View, me: int) -> Belief:
    """What an actor expects for itself at this moment, `(1, 1, R)` each.

    `threat`: the threats it perceives, added up, over their sum at the start. `doubt`: 1 less its
    guarantee. `disorder`: 1 less the order. `encircled`: for each flashpoint that it defends, the chance
    of a crisis in a quarter times the chance that at least one bystander joins the attacker, added up.
    `settled`: for each dispute in which it is the claimant, 1 if it is settled, else the chance that it
    is in a quarter, added up.
    """
    scene, row = view.scene, slice(me, me + 1)
    state, start = scene.state, scene.start
    return Belief(
        threat=ratio(over_targets(state.threat[row]), over_targets(start.threat[row])),
        doubt=1.0 - state.guarantee[row],
        disorder=1.0 - state.order,
        encircled=_encircled(view, scene, me),
        settled=_settled(view, scene, me),
    )


def _encircled(view: View, scene: Scene, me: int) -> Array:
    """Chance a quarter of a crisis against an actor in which a third party joins the attacker."""
    crisis, risks = view.rules.groups["crisis"], [np.zeros((1, 1, 1))]
    for row, at in enumerate(scene.ties.flashpoints):
        if at.defender == me and not crisis.idle:
            aside = 1.0
            against, _ = crisis.chances(scene, at)
            for k in range(scene.ties.n):
                aside = aside * (1.0 - against[:, k : k + 1])
            risks.append(chance(crisis.expected(scene, at, row) / scene.step) * (1.0 - aside))
    return add_up(risks)


def _settled(view: View, scene: Scene, me: int) -> Array:
    """Chance a quarter that a claim of an actor is met, or 1 once it is, added over its claims."""
    territory, hopes = view.rules.groups["territory"], [np.zeros((1, 1, 1))]
    for row, each in enumerate(scene.ties.disputes):
        if each.claimant == me and not territory.idle:
            done = scene.state.settlement[row : row + 1]
            hope = territory.weight * settlement_chance(territory.logit(scene, each), 1.0)
            hopes.append(done + (1.0 - done) * hope)
    return add_up(hopes)
