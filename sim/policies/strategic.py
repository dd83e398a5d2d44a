"""Rules that weigh third parties: hedge, balance of threat, wedge, and bind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, add_up, largest, mirror, others, positive, ratio, xp
from ..parameters import parameter
from .base import Decision, Observation, Policy, PolicyLuck, Remembered, actor_name

ENDED, MARGIN = -0.05, 0.9
"""A wedge ends when target and adversary are this far apart, or when the adversary threatens less
than this share of what the target does (assumption A15)."""


@dataclass(frozen=True)
class Hedge(Policy):
    """Warm to the target as the patron's guarantee falls below what it was at the start.

    Routine without the mechanism's own hedging and detachment, plus ``strength (B_i(0) - B_i)``, B being
    the actor's guarantee and (0) the start.
    """

    name: ClassVar[str] = "hedge"

    strength: Array = parameter(
        0.3, unit="1", plausible=(-0.5, 1.0), allowed=(-3.0, 3.0),
        meaning="engagement gained when the guarantee falls from certain to none",
        source="Brown 2018's causal claim; value is assumption A9")  # fmt: skip

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """Routine, with this hedge in place of the mechanism's."""
        own = {"hedging", "detachment"}
        routine = {name: term for name, term in seen.routine.items() if name not in own}
        return Decision({**routine, "hedge": self.strength * (seen.guarantee_at_start - seen.guarantee)})


@dataclass(frozen=True)
class BalanceThreat(Policy):
    """Confront those who threaten more than the average, accommodate those who threaten less.

    Routine, plus ``strength (mean - T_ij) / M``: the mean is over all others that are no allies, M the
    largest threat that the actor perceived at the start.
    """

    name: ClassVar[str] = "balance_threat"

    strength: Array = parameter(
        0.5, unit="1", plausible=(0.0, 1.0), allowed=(-5.0, 5.0),
        meaning="engagement lost per largest threat at the start, above the average",
        source="Walt 1987 for the rule; value is assumption A15")  # fmt: skip

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """Routine, and a lean by threat; allies are left out of the average."""
        foes = _foes(seen)
        mean = ratio(_total(seen.threat * foes), _total(foes))
        most = largest(mirror(seen.threat_at_start))
        target = seen.threat[:, seen.target : seen.target + 1]
        return Decision({**seen.routine, "threat": self.strength * ratio(mean - target, most)})


@dataclass(frozen=True)
class Wedge(Policy):
    """Accommodate a target to keep it from an adversary (selective accommodation: Crawford 2011).

    With an `adversary` named, the target is the one the policy is written for. Without, the
    adversary is who threatens most, and the policy acts only where its target is the one to woo:
    the actor closest to the adversary among those whose opportunities it can weigh in. It starts
    while the adversary threatens more than the target and the two are aligned, and stops when that
    has clearly ended; otherwise routine.

    For actor i, target t and adversary k (shared evenly in a tie) it is on from where ``T_ik > T_it``,
    ``x_tk > 0`` and ``w_ti >= least_opportunity``, to where ``x_tk < -0.05`` or ``T_ik < 0.9 T_it``. The
    one to woo has most of ``w_ji max(0, x_jk)`` among the others that are neither allies nor k; where
    that is another, or nobody, the wedge is off.
    """

    name: ClassVar[str] = "wedge"

    stance: Array = parameter(
        0.5, unit="1", plausible=(-1.0, 1.0),
        meaning="engagement to intend while the wedge is on",
        source="a lever: chosen by the user")  # fmt: skip
    least_opportunity: Array = parameter(
        0.05, unit="share", plausible=(0.0, 0.5), allowed=(0.0, 1.0),
        meaning="smallest share of the target's opportunities that makes wooing worth while",
        source="relative reward power, Crawford 2011; value is assumption A15")  # fmt: skip
    adversary: int | None = actor_name(meaning="whom to keep the target from")

    def begin(self, seen: Observation) -> Remembered:
        """Not begun."""
        return {"on": xp.zeros_like(seen.received)}

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """The wedge where it is on, else routine."""
        adversary = self._adversary(seen)
        bond = _total(adversary * seen.alignment[seen.target : seen.target + 1])
        danger = _total(adversary * seen.threat)
        other = seen.threat[:, seen.target : seen.target + 1]
        reward = seen.opportunity[seen.target : seen.target + 1, seen.me : seen.me + 1]
        start = (reward >= self.least_opportunity) & (danger > other) & (bond > 0.0)
        stop = (bond < ENDED) | (danger < MARGIN * other)
        on = xp.where(start, 1.0, xp.where(stop, 0.0, memory["on"])) * self._wooed(seen, adversary)
        terms = {name: (1.0 - on) * term for name, term in seen.routine.items()}
        return Decision({**terms, "wedge": on * self.stance}, {"on": on})

    def _adversary(self, seen: Observation) -> Array:
        """1 in the adversary's place, shared in a tie, `(1, n, R)`."""
        if self.adversary is not None:
            return ((xp.arange(len(seen.names)) == self.adversary) * 1.0)[None, :, None]
        threat = mirror(seen.threat)
        most = (threat == largest(threat)) * 1.0
        return mirror(most / add_up(most[k : k + 1] for k in range(len(most))))

    def _wooed(self, seen: Observation, adversary: Array) -> Array:
        """1 where the target is the one to woo, `(1, 1, R)`."""
        if self.adversary is not None:
            return xp.zeros_like(seen.received) + 1.0
        bonds = add_up(adversary[:, k : k + 1] * seen.alignment[:, k : k + 1] for k in range(len(seen.names)))
        fit = (
            seen.opportunity[:, seen.me : seen.me + 1]
            * positive(bonds)
            * mirror(_foes(seen) * (1 - adversary))
        )
        chosen = fit[seen.target : seen.target + 1]
        return ((chosen == largest(fit)) & (chosen > 0.0)) * 1.0


@dataclass(frozen=True)
class Bind(Policy):
    """Outbid whoever woos the target away: routine, plus a counter-offer (Izumikawa 2018).

    Adds ``strength * counter_bid`` for each wedge tie in which the actor is the adversary. Not to be
    combined with ``norms.counter_binding``, which says the same of everybody.
    """

    name: ClassVar[str] = "bind"

    strength: Array = parameter(
        0.3, unit="1", plausible=(0.0, 0.6), allowed=(0.0, 10.0),
        meaning="own offer added per rise in the divider's, scaled by relative reward power",
        source="Izumikawa 2018 for the rule; value is a lever")  # fmt: skip

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """Routine, and the counter-offer."""
        return Decision({**seen.routine, "counter-offer": self.strength * seen.bid})


def _foes(seen: Observation) -> Array:
    """1 for others that are not allies, `(1, n, 1)`."""
    me = slice(seen.me, seen.me + 1)
    return others(len(seen.names))[me] * (1.0 - seen.allies[me])


def _total(row: Array) -> Array:
    """A row added up in actor order, `(1, 1, R)`."""
    return add_up(row[:, k : k + 1] for k in range(row.shape[1]))
