"""Territory and military activity: what the courtship is said to be for. No feedback on the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, Terms, add_up, positive, ratio, stack, xp
from ..equations import settlement_chance
from ..luck import Luck
from ..parameters import parameter
from ..state import State
from .base import Changes, Dispute, Mechanism, Scene, Ties, happens


@dataclass(frozen=True)
class Territory(Mechanism):
    """A holder may settle with a claimant, and flies near it when relations are bad.

    Settlement is likelier with the claimant's offers (by their weight for the holder) and with
    alignment, less likely the firmer the claimant's patron stands behind it: bases might follow
    (Brown 2017, quoting the Russian president in June 2017).
    """

    name: ClassVar[str] = "territory"
    place: ClassVar[int] = 8

    weight: Array = parameter(
        1.0, unit="1", plausible=(0.0, 1.0),
        meaning="switch of the mechanism; multiplies the chance of settlement and activity",
        source="0 is off, 1 as specified")  # fmt: skip
    settlement_base: Array = parameter(
        -6.0, unit="logit/quarter", plausible=(-8.0, -3.0), allowed=(-50.0, 10.0),
        meaning="chance of a settlement in a quarter with nothing for or against it",
        source="none since 1956: assumption A14")  # fmt: skip
    settlement_offer: Array = parameter(
        1.0, unit="logit", plausible=(-1.0, 3.0), allowed=(-50.0, 50.0),
        meaning="effect of the claimant's offers at the reference weight",
        source="assumption A14; both signs are swept")  # fmt: skip
    settlement_alignment: Array = parameter(
        2.0, unit="logit", plausible=(0.0, 4.0), allowed=(-50.0, 50.0),
        meaning="effect of alignment between holder and claimant",
        source="assumption A14")  # fmt: skip
    settlement_guarantee: Array = parameter(
        2.0, unit="logit", plausible=(-1.0, 4.0), allowed=(-50.0, 50.0),
        meaning="how far the claimant's guarantee stands in the way (bases might follow)",
        source="Brown 2017; strength is assumption A14, both signs are swept")  # fmt: skip
    reference_opportunity: Array = parameter(
        0.06, unit="share", plausible=(0.02, 0.5), allowed=(0.001, 1.0),
        meaning="weight of the claimant in the holder's opportunities at which offers count once",
        source="Japan's share in Russia's trade with its main partners, January-August 2015 (A7)")  # fmt: skip
    activity_base: Array = parameter(
        150.0, unit="sorties/year", plausible=(50.0, 300.0), allowed=(0.0, 10000.0),
        meaning="the holder's activity when it confronts nobody",
        source="scrambles of 116 to 473 a year 2005-2020, Japan Joint Staff; split is A14")  # fmt: skip
    activity_patron: Array = parameter(
        250.0, unit="sorties/year", plausible=(0.0, 500.0), allowed=(-10000.0, 10000.0),
        meaning="added when the holder fully confronts the claimant's patron",
        source="assumption A14")  # fmt: skip
    activity_claimant: Array = parameter(
        100.0, unit="sorties/year", plausible=(-100.0, 400.0), allowed=(-10000.0, 10000.0),
        meaning="added when the holder fully confronts the claimant; both signs are swept",
        source="assumption A14")  # fmt: skip
    activity_noise: Array = parameter(
        0.45, unit="share of the mean", plausible=(0.2, 0.7), allowed=(0.0, 3.0), kind="flow noise",
        meaning="spread of activity around its mean from quarter to quarter",
        source="yearly scrambles have variance/mean 16, a negative binomial of size 20: spread .22 "
               "a year, .45 a quarter (A14); kept between none and twice the mean")  # fmt: skip

    def changes(self, scene: Scene, luck: Luck, step: int) -> Changes:
        """Settlements struck, and the activity of the step; `(disputes, 1, R)`.

        A dispute not yet settled is settled with the chance ``w [1 - (1 - logistic(L))**h]`` over h
        quarters, L being the `logit`. Activity is its mean times ``clip(1 + activity_noise z, 0, 2)``,
        z being standard normal.
        """
        ties = scene.ties
        if not ties.disputes:
            return {}
        rows = [(each.name,) for each in ties.disputes]
        chances = self._settlement_chances(scene)
        struck = happens(luck.uniform("settlement", rows, step), chances)
        parts = self.activity(scene.state, ties)
        noise = luck.normal("activity", rows, step)
        swing = xp.clip(1.0 + self.activity_noise * noise, 0.0, 2.0)
        return {
            "settlement": {"struck": struck * (1.0 - scene.state.settlement)},
            "activity": {**parts, "luck": add_up(parts.values()) * (swing - 1.0)},
        }

    def activity(self, state: State, ties: Ties) -> Terms:
        """Mean activity of each holder, part by part, `(disputes, 1, R)`, in sorties a year.

        ``w activity_base``, ``w activity_patron sum_p K_p max(0, -a_hp) / sum_p K_p`` over the claimant's
        patrons p other than the holder h, and ``w activity_claimant max(0, -a_hc)`` with claimant c.
        """
        cold = positive(-state.stance)
        claimant, patron = [], []
        for each in ties.disputes:
            h, c = each.holder, each.claimant
            backers = [
                (state.capability[p : p + 1], cold[h : h + 1, p : p + 1])
                for p in range(ties.n)
                if ties.patrons[p, c, 0] and p != h
            ]
            shares = add_up(weight * anger for weight, anger in backers)
            patron.append(ratio(shares, add_up(weight for weight, _ in backers)))
            claimant.append(cold[h : h + 1, c : c + 1])
        ones = xp.zeros_like(stack(claimant)) + 1.0
        return {
            "base": self.weight * self.activity_base * ones,
            "against the patron": self.weight * self.activity_patron * stack(patron),
            "against the claimant": self.weight * self.activity_claimant * stack(claimant),
        }

    def logit(self, scene: Scene, each: Dispute) -> Array:
        """What speaks for and against a settlement in a quarter, `(1, 1, R)`.

        ``L = settlement_base + settlement_offer max(0, e_ch) w_hc / reference_opportunity +
        settlement_alignment x_hc - settlement_guarantee B_c`` with holder h and claimant c.
        """
        h, c = slice(each.holder, each.holder + 1), slice(each.claimant, each.claimant + 1)
        state = scene.state
        weight = scene.setting.opportunity[h, c] / self.reference_opportunity
        return (
            self.settlement_base
            + self.settlement_offer * positive(state.engagement[c, h]) * weight
            + self.settlement_alignment * state.alignment[h, c]
            - self.settlement_guarantee * state.guarantee[c]
        )

    def _settlement_chances(self, scene: Scene) -> Array:
        logits = [self.logit(scene, each) for each in scene.ties.disputes]
        return self.weight * settlement_chance(stack(logits), scene.step)
