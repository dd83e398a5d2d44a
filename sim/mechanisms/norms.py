"""Norms: violations, punishment, what they do to the order, and what impunity teaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..axes import Array, Terms, add_up, matters, mirror, over_actors, positive, ratio, stack, xp
from ..equations import chance, leaders, punishment
from ..luck import Luck
from ..parameters import parameter
from .base import Changes, Mechanism, Scene, cell, happens

STANDING = 0.05
"""Violations below this size no longer count as standing (assumption A10)."""


@dataclass(frozen=True)
class Norms(Mechanism):
    """Violators are sanctioned by those who resolve to, or not; the order lives or erodes.

    Sanctions are a state apart from engagement, so that one can engage and condemn. Also here:
    emboldenment (impunity hardens a violator against its strongest opponent) and
    counter-binding (an adversary outbids a divider: Izumikawa 2018), both 0 by default, because
    any other value would pre-judge whether accommodation backfires.
    """

    name: ClassVar[str] = "norms"
    place: ClassVar[int] = 6

    weight: Array = parameter(
        1.0, unit="1", plausible=(0.0, 1.0), allowed=(0.0, 2.0),
        meaning="switch of the mechanism; multiplies hazards, sanctions, changes and pressures",
        source="0 is off, 1 as specified")  # fmt: skip
    resolve: Array = parameter(
        0.0, unit="1/violation", plausible=(0.0, 0.6), allowed=(0.0, 2.0), over="dyad",
        meaning="sanction that an actor (row) imposes for each standing violation of the target",
        source="token Japanese and firm Western sanctions: Brown 2017, 2018; values A10")  # fmt: skip
    hazard: Array = parameter(
        0.0, unit="probability/quarter", plausible=(0.01, 0.1), allowed=(0.0, 0.99),
        over="actor", kind="hazard",
        meaning="chance that an actor violates the order in a quarter, when order is full",
        source="about one major violation in six years (.04) for Russia since 2008; assumption A10")  # fmt: skip
    recklessness: Array = parameter(
        1.0, unit="1", plausible=(0.0, 3.0), allowed=(0.0, 20.0),
        meaning="how far a weak order raises the hazard",
        source="assumption A10")  # fmt: skip
    deterrence: Array = parameter(
        0.7, unit="1", plausible=(0.0, 1.0),
        meaning="how far expected punishment lowers the hazard",
        source="assumption A10")  # fmt: skip
    erosion: Array = parameter(
        0.15, unit="1/violation", plausible=(0.05, 0.3), allowed=(0.0, 1.0),
        meaning="order lost to a violation that nobody punishes",
        source="assumption A10")  # fmt: skip
    recovery: Array = parameter(
        0.03, unit="1/quarter", plausible=(0.01, 0.1), allowed=(0.0, 0.999), kind="decay",
        meaning="speed at which the order returns to its rest value",
        source="assumption A10")  # fmt: skip
    order_rest: Array = parameter(
        None, unit="1", plausible=(0.3, 1.0), allowed=(0.0, 1.0),
        meaning="strength of the order without violations; found from the start unless given",
        source="derived: the start is a rest point (A12)")  # fmt: skip
    forgetting: Array = parameter(
        0.01, unit="1/quarter", plausible=(0.0, 0.05), allowed=(0.0, 0.999), kind="decay",
        meaning="speed at which a violation that is not undone ceases to matter",
        source="assumption A10: the Crimea sanctions of 2014 still stood in 2022")  # fmt: skip
    learning: Array = parameter(
        0.1, unit="1/quarter", plausible=(0.03, 0.3), allowed=(0.0, 0.999), kind="decay",
        meaning="speed at which punishment, or its absence, is learnt while a violation stands",
        source="assumption A10")  # fmt: skip
    emboldenment: Array = parameter(
        0.0, unit="1", plausible=(0.0, 0.9), allowed=(0.0, 5.0),
        meaning="how far an unpunished violator hardens against its strongest opponent",
        source="moral hazard in Brown 2018, off so that the conclusion is not built in (A11)")  # fmt: skip
    counter_binding: Array = parameter(
        0.0, unit="1", plausible=(0.0, 0.6), allowed=(0.0, 10.0),
        meaning="how far the adversary of a wedge raises its own offer to the target",
        source="Izumikawa 2018, off so that the conclusion is not built in (A11)")  # fmt: skip

    def acts(self, scene: Scene, luck: Luck, step: int) -> Changes:  # noqa: ARG002
        """Sanctions move to what resolve calls for, as slowly as any conduct; `(n, n, R)`.

        ``ds_ij = (1 - k) (due_ij - s_ij)``, k being `conduct.inertia`; they stay where w is 0.
        """
        gain = (1.0 - scene.conduct.inertia) * (self.weight > 0.0)
        target = self.sanctions_due(scene, scene.state.grievance)
        return {"sanction": {"punishment": gain * target, "lapse": -gain * scene.state.sanction}}

    def pressures(self, scene: Scene) -> Terms:
        """Emboldenment of violators, counter-bids of adversaries; `(n, n, R)` each.

        ``-w emboldenment (1 - pi_v)`` of a violator v that still stands (``G_v > 0.05``) toward its
        strongest opponent, whoever has most of ``K_k max(0, -x_kv)``, shared evenly in a tie; pi is
        `equations.punishment` by the sanctions in force. ``w counter_binding * counter_bid``.
        """
        terms: Terms = {}
        if self.uses("emboldenment"):
            terms["emboldenment"] = self.weight * self.emboldenment * self._impunity(scene)
        if self.uses("counter_binding"):
            terms["counter-binding"] = self.weight * self.counter_binding * counter_bid(scene)
        return terms

    def changes(self, scene: Scene, luck: Luck, step: int) -> Changes:
        """Violations happen; the order, grievances and expectations follow; `(n, 1, R)`, order `(1, 1, R)`.

        An actor violates with the chance ``1 - exp(-w H_v (1 + recklessness (1 - N)) max(0, 1 -
        deterrence X_v))``: H_v are the violations that `hazard` expects in a step, X_v is what it expects
        as punishment (`equations.expected_punishment`). V_v counts chance and dated violations of the step.
        Dated ones count as grievances before anyone decides; chance ones from the next step on.
        ``dG_v = chance violation - w forgetting G_v``.
        ``dP_v = w learning (pi_v - P_v)`` while ``G_v > 0.05``, else 0.
        ``dN = -w erosion sum_v V_v (1 - pi'_v) + w recovery (order_rest - N)``, pi' being the punishment
        that resolve will come to: sanctions due on G_v with the chance violation of the step.
        """
        state = scene.state
        struck = self._violations(scene, luck, step)
        broken = struck + (self.weight > 0.0) * scene.incidents
        due = self.sanctions_due(scene, state.grievance + struck)
        impunity = 1.0 - punishment(due, scene.size)
        lesson = punishment(state.sanction, scene.size) - state.deterrent
        gain = self.weight * self.recovery
        return {
            "violation": {"violation": broken},
            "grievance": {
                "violation": struck,
                "forgetting": -self.weight * self.forgetting * state.grievance,
            },
            "deterrent": {"lesson": self.weight * self.learning * lesson * _standing(state.grievance)},
            "order": {
                "violations": -self.weight * self.erosion * over_actors(broken * impunity),
                "recovery": gain * (self.order_rest - state.order),
            },
        }

    def sanctions_due(self, scene: Scene, grievance: Array) -> Array:
        """The sanctions that resolve calls for on grievances `(n, 1, R)`: ``min(1, w resolve_ij G_j)``, `(n, n, R)`.

        `resolve` is that of the rules, or a policy's resolve to condemn where that is firmer.
        """
        return xp.minimum(self.weight * scene.resolve * mirror(grievance), 1.0)

    def _violations(self, scene: Scene, luck: Luck, step: int) -> Array:
        weakness = 1.0 + self.recklessness * (1.0 - scene.state.order)
        fear = positive(1.0 - self.deterrence * scene.expected_punishment)
        expected = self.weight * self.hazard * weakness * fear
        rows = [(name,) for name in scene.ties.names]
        return happens(luck.uniform("violation", rows, step), chance(expected))

    def _impunity(self, scene: Scene) -> Array:
        """Minus how little a standing violation is punished, toward the violator's strongest opponent."""
        state, rows = scene.state, []
        free = _standing(state.grievance) * (1.0 - punishment(state.sanction, scene.size))
        for v in range(scene.ties.n):
            if matters(state.grievance[v] > STANDING):
                opponent = leaders(state.capability * positive(-state.alignment[:, v : v + 1]))
                rows.append(-free[v : v + 1] * mirror(opponent))
            else:
                rows.append(np.zeros((1, scene.ties.n, 1)))
        return stack(rows)


def _standing(grievance: Array) -> Array:
    return (grievance > STANDING) * 1.0


def counter_bid(scene: Scene) -> Array:
    """How far adversaries' offers to targets are called for by the wedges against them, `(n, n, R)`.

    At (adversary, target): the sum over dividers of the rise in the divider's offer, scaled by its
    reward power relative to the adversary's, where divider and adversary are at odds:
    ``max(0, e_dt - e_dt(0)) min(1, w_td / w_te)`` where ``x_de < 0``, w being opportunities. An
    adversary with nothing to offer bids in full against a divider that has. Source: Izumikawa 2018;
    form assumption A11.
    """
    ties, now, start = scene.ties, scene.state, scene.start
    bids = [xp.zeros_like(now.engagement)]
    for wedge in ties.wedges:
        d, t, e = (slice(k, k + 1) for k in (wedge.divider, wedge.target, wedge.adversary))
        rise = positive(now.engagement[d, t] - start.engagement[d, t])
        power = scene.setting.opportunity
        relative = xp.minimum(
            ratio(power[t, d], power[t, e]) + (power[t, e] == 0.0) * (power[t, d] > 0.0), 1.0
        )
        at_odds = (now.alignment[d, e] < 0.0) * 1.0
        bids.append(cell(ties, wedge.adversary, wedge.target, rise * relative * at_odds))
    return add_up(bids)
