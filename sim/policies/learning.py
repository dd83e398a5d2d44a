"""Rules that weigh consequences: quantal response with look-ahead, and Roth-Erev learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, add_up, over_actors, scalar, stack, xp
from ..equations import quantal_response
from ..parameters import parameter
from .base import Belief, Decision, Observation, Policy, PolicyLuck, Remembered

MENU = (-0.5, 0.0, 0.5)
"""The engagements that a calculating actor chooses among (assumption A15)."""

SPREAD = 0.0355
"""One payoff unit: the spread of payoffs over the menu for Tokyo toward Moscow at the start of the
default scenario (assumption A15; a test recomputes it)."""


def _weight(default: float, meaning: str) -> Array:
    return parameter(
        default, unit="1", plausible=(0.0, 2.0), allowed=(-100.0, 100.0),
        meaning=meaning, source="assumption A15")  # fmt: skip


@dataclass(frozen=True)
class Calculating(Policy):
    """What a calculating actor cares about; base of the two rules below."""

    safety: Array = _weight(1.0, "importance of a low sum of threats")
    support: Array = _weight(1.0, "importance of a guarantee that holds")
    lawfulness: Array = _weight(0.5, "importance of the rules-based order")
    isolation: Array = _weight(1.0, "importance of facing an attacker alone, not two")
    territory: Array = _weight(0.5, "importance of settling a claim")

    def payoff(self, belief: Belief) -> Array:
        """What a belief is worth, `(1, 1, R)`.

        ``U = -safety threat - support doubt - lawfulness disorder - isolation encircled + territory settled``.
        """
        return (
            -self.safety * belief.threat
            - self.support * belief.doubt
            - self.lawfulness * belief.disorder
            - self.isolation * belief.encircled
            + self.territory * belief.settled
        )


@dataclass(frozen=True)
class QuantalResponse(Calculating):
    """Choose a stance with odds that rise with what it is expected to bring (McKelvey & Palfrey 1995).

    Looks ahead `horizon` years with no luck, its own stance held, all others on routine (level-0).
    Draws one of the stances -0.5, 0 and 0.5 with ``P ~ exp(precision U / 0.0355)``, U being the payoff
    of what it foresees.
    """

    name: ClassVar[str] = "quantal_response"
    structural: ClassVar[tuple[str, ...]] = ("horizon",)

    precision: Array = parameter(
        4.0, unit="1/payoff unit", plausible=(0.0, 20.0), allowed=(0.0, 1000.0),
        meaning="how surely the best stance is chosen; 0 is blind chance",
        source="assumption A15: estimates in the literature carry payoff units and do not travel")  # fmt: skip
    horizon: Array = parameter(
        1.0, unit="years", plausible=(0.25, 5.0), allowed=(0.25, 25.0),
        meaning="how far ahead it looks",
        source="assumption A15")  # fmt: skip

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """One stance of the menu, drawn by quantal response."""
        years = float(self.horizon.flat[0])
        expected = [self.payoff(seen.foresee(scalar(stance), years)) for stance in MENU]
        odds = quantal_response(stack(expected), self.precision, SPREAD)
        return Decision({"quantal response": _level(_drawn(odds, luck.uniform()))})


@dataclass(frozen=True)
class RothErev(Calculating):
    """Repeat what paid: propensities grow with reward and fade with time (Erev & Roth 1998).

    The reward is the change of payoff over a year, in payoff units, within 0 to 2 around 1.

    Draws one of the stances -0.5, 0 and 0.5 in proportion to its propensity q, ``strength / 3`` each at
    first. Before each later choice ``R = clip(1 + (U - U a year ago) / 0.0355, 0, 2)``, and
    ``q = (1 - forgetting) q + (1 - experimentation) R`` for the stance last chosen, with
    ``experimentation R / 2`` for the two others; never under 1e-9. In the first year U a year ago is
    that of the first choice.
    """

    name: ClassVar[str] = "roth_erev"

    strength: Array = parameter(
        9.0, unit="1", plausible=(1.0, 54.0), allowed=(0.01, 1000.0),
        meaning="sum of initial propensities; more learns more slowly",
        source="Erev & Roth 1998, three-parameter model")  # fmt: skip
    experimentation: Array = parameter(
        0.2, unit="1", plausible=(0.0, 0.5), allowed=(0.0, 1.0),
        meaning="share of a reward that goes to the other stances",
        source="Erev & Roth 1998, three-parameter model")  # fmt: skip
    forgetting: Array = parameter(
        0.1, unit="1/quarter", plausible=(0.0, 0.5), allowed=(0.0, 0.99),
        meaning="share of a propensity lost each quarter",
        source="Erev & Roth 1998, three-parameter model")  # fmt: skip

    def begin(self, seen: Observation) -> Remembered:
        """Even propensities, and four quarters of the present payoff."""
        none = xp.zeros_like(seen.received)
        even = stack([none + self.strength / len(MENU)] * len(MENU))
        return {
            "propensities": even,
            "chosen": xp.zeros_like(even),
            "payoffs": stack([none + self.payoff(seen.now())] * 4),
        }

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:
        """Learn from the year past, then draw by propensity."""
        paid = self.payoff(seen.now())
        reward = xp.clip(1.0 + (paid - memory["payoffs"][:1]) / SPREAD, 0.0, 2.0)
        propensities = self._learnt(memory["propensities"], memory["chosen"], reward)
        chosen = _drawn(propensities / over_actors(propensities), luck.uniform())
        payoffs = stack([*(memory["payoffs"][k : k + 1] for k in range(1, 4)), paid])
        learnt = {"propensities": propensities, "chosen": chosen, "payoffs": payoffs}
        return Decision({"roth-erev": _level(chosen)}, learnt)

    def _learnt(self, propensities: Array, chosen: Array, reward: Array) -> Array:
        """Propensities after a reward, never quite 0; before the first choice there is nothing to learn."""
        others = (1.0 - chosen) * self.experimentation / (len(MENU) - 1)
        acted = over_actors(chosen)
        gain = reward * (chosen * (1.0 - self.experimentation) + others)
        learnt = propensities * (1.0 - self.forgetting * acted) + gain * acted
        return xp.maximum(learnt, 1e-9)


def _drawn(odds: Array, uniform: Array) -> Array:
    """1 at the stance drawn, `(menu, 1, R)`, by where the uniform number falls in the running sum."""
    drawn, below = [], scalar(0.0)
    for k in range(len(MENU)):
        above = below + odds[k : k + 1] if k < len(MENU) - 1 else scalar(2.0)
        drawn.append(((uniform >= below) & (uniform < above)) * 1.0)
        below = above
    return stack(drawn)


def _level(drawn: Array) -> Array:
    """The stance drawn, `(1, 1, R)`."""
    return add_up(drawn[k : k + 1] * MENU[k] for k in range(len(MENU)))
