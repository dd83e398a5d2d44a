"""Crises: one breaks out, patrons keep or break their word, others join or stand aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, add_up, mirror, over_targets, positive, stack, xp
from ..equations import chance, contest, joining
from ..luck import Luck
from ..parameters import parameter
from .base import Changes, Flashpoint, Mechanism, Scene, Ties, cell, happens


@dataclass(frozen=True)
class Crisis(Mechanism):
    """A flashpoint flares up; each patron joins with its commitment, others by alignment.

    The defender prevails with ``D**m / (D**m + A**m)`` of the capabilities that joined. Stances
    between attacker and defender suffer, and a patron that stood aside loses credit.
    """

    name: ClassVar[str] = "crisis"
    place: ClassVar[int] = 7

    weight: Array = parameter(
        1.0, unit="1", plausible=(0.0, 1.0), allowed=(0.0, 10.0),
        meaning="switch of the mechanism; multiplies the hazard",
        source="0 is off, 1 as specified")  # fmt: skip
    hazard: Array = parameter(
        0.03, unit="probability/quarter", plausible=(0.005, 0.08), allowed=(0.0, 0.99),
        over="flashpoint", kind="hazard",
        meaning="chance of a crisis in a quarter, when order is full and the pair is not hostile",
        source="four naval incidents in 26 quarters near the Senkakus 2016-2022 bound it from above "
               "(.15); clashes are rarer: assumption A13")  # fmt: skip
    stake: Array = parameter(
        1.0, unit="1", plausible=(0.1, 3.0), allowed=(0.0, 100.0), over="flashpoint",
        meaning="what a lost crisis costs the defender, relative to others",
        source="assumption A13")  # fmt: skip
    recklessness: Array = parameter(
        1.0, unit="1", plausible=(0.0, 3.0), allowed=(0.0, 20.0),
        meaning="how far a weak order raises the hazard",
        source="assumption A13")  # fmt: skip
    deterrence: Array = parameter(
        0.0, unit="1", plausible=(0.0, 1.0),
        meaning="how far the punishment that the attacker expects lowers the hazard",
        source="assumption A13")  # fmt: skip
    aloofness: Array = parameter(
        3.5, unit="logit", plausible=(2.0, 5.0), allowed=(-10.0, 20.0),
        meaning="reluctance of an unallied and unaligned actor to join either side",
        source="assumption A13")  # fmt: skip
    affinity: Array = parameter(
        4.0, unit="logit", plausible=(2.5, 5.5), allowed=(-20.0, 20.0),
        meaning="how far alignment with a side makes joining it likelier",
        source="assumption A13")  # fmt: skip
    restraint: Array = parameter(
        2.0, unit="logit", plausible=(0.0, 3.0), allowed=(-20.0, 20.0),
        meaning="how far alignment with the other side holds back (what a bribe can buy)",
        source="assumption A13")  # fmt: skip
    decisiveness: Array = parameter(
        1.0, unit="1", plausible=(0.5, 2.0), allowed=(0.0, 50.0),
        meaning="how far superior capability decides a crisis",
        source="ratio-form contest, Tullock 1980; value is assumption A13")  # fmt: skip
    resentment: Array = parameter(
        0.25, unit="1", plausible=(0.1, 0.5), allowed=(0.0, 2.0),
        meaning="engagement lost between attacker and defender in a crisis",
        source="assumption A13")  # fmt: skip
    desertion: Array = parameter(
        0.2, unit="1", plausible=(0.0, 0.4), allowed=(0.0, 1.0),
        meaning="perceived commitment lost by a patron that stood aside",
        source="assumption A13")  # fmt: skip

    def acts(self, scene: Scene, luck: Luck, step: int) -> Changes:
        """Outbreaks, who joined, who lost, and the resentment they leave.

        A crisis breaks out with the chance ``1 - exp(-expected)``, or because an event says so. Each
        bystander draws one uniform number: below its chance to join the defender it does, else below the
        sum of both chances it joins the attacker, else it stands aside. The defender holds with the
        chance that `prospects` gives. Attacker and defender each lose `resentment` of engagement with
        the other. `(flashpoints, 1, R)`; joined `(flashpoints, n, R)`; engagement `(n, n, R)`.
        """
        if not scene.ties.flashpoints:
            return {}
        broke = self._outbreaks(scene, luck, step)
        joined = broke * stack([self._joins(scene, luck, step, each) for each in scene.ties.flashpoints])
        rows = [(each.name,) for each in scene.ties.flashpoints]
        held = happens(luck.uniform("contest", rows, step), self.prospects(scene, joined))
        return {
            "crisis": {"outbreak": broke},
            "joined": {"joining": joined},
            "loss": {"defeat": broke * (1.0 - held)},
            "engagement": {"crisis": self._resentments(scene.ties, broke)},
        }

    def changes(self, scene: Scene, luck: Luck, step: int) -> Changes:  # noqa: ARG002
        """A patron that stood aside loses credit with the client it left alone, `(n, n, R)`, patron first.

        ``dC_pj = -desertion`` for each crisis in which a patron of the defender, other than the attacker,
        did not join it. Not multiplied by the weight: without crises there is none.
        """
        ties, state = scene.ties, scene.state
        deserted = [
            cell(ties, patron, at.defender, state.crisis[row : row + 1] * _aside(state.joined, row, patron))
            for row, at in enumerate(ties.flashpoints)
            for patron, client in ties.alliances
            if client == at.defender and patron != at.attacker
        ]
        return {"commitment": {"desertion": -self.desertion * add_up(deserted)}} if deserted else {}

    def expected(self, scene: Scene, at: Flashpoint, row: int) -> Array:
        """Crises to expect at a flashpoint in this step, `(1, 1, R)`.

        ``w H_f (1 + recklessness (1 - N)) (1 + max(0, -x_ad)) max(0, 1 - deterrence X_a)`` with attacker a
        and defender d; H_f are the crises that `hazard` expects, X by `equations.expected_punishment`.
        """
        a, d = slice(at.attacker, at.attacker + 1), slice(at.defender, at.defender + 1)
        state = scene.state
        weakness = 1.0 + self.recklessness * (1.0 - state.order)
        hostility = 1.0 + positive(-state.alignment[a, d])
        expected = self.weight * self.hazard[row : row + 1] * weakness * hostility
        if not self.uses("deterrence"):
            return expected
        return expected * positive(1.0 - self.deterrence * scene.expected_punishment[a])

    def chances(self, scene: Scene, at: Flashpoint) -> tuple[Array, Array]:
        """Each actor's chance to join the attacker and the defender, `(1, n, R)` each.

        A patron of the defender joins it with C_kd, and else stands aside; a patron of the attacker joins
        that with C_ka; a patron of both defends with C_kd, else attacks with C_ka. All others go by
        their `inclinations`. 0 for attacker and defender themselves.
        """
        state, patrons = scene.state, scene.ties.patrons
        a, d = slice(at.attacker, at.attacker + 1), slice(at.defender, at.defender + 1)
        loyal = mirror(state.commitment[:, d] * patrons[:, d])
        pledged = (1.0 - loyal) * mirror(state.commitment[:, a] * patrons[:, a])
        free = 1.0 - mirror(xp.maximum(patrons[:, a], patrons[:, d]))
        drawn = self.inclinations(state.alignment[a], state.alignment[d])
        apart = _bystanders(scene.ties.n, at)
        return apart * (pledged + free * drawn[0]), apart * (loyal + free * drawn[1])

    def inclinations(self, attacker: Array, defender: Array) -> tuple[Array, Array]:
        """An unallied actor's chances to join either side, from its alignment with each, arrays of one shape.

        By `equations.joining`, its utilities ``affinity x_k,side - restraint x_k,other - aloofness`` for each side.
        """
        with_attacker = self.affinity * attacker - self.restraint * defender - self.aloofness
        with_defender = self.affinity * defender - self.restraint * attacker - self.aloofness
        return joining(with_attacker, with_defender)

    def prospects(self, scene: Scene, joined: Array) -> Array:
        """Chance that each defender prevails, given who joined `(flashpoints, n, R)`; `(flashpoints, 1, R)`.

        By `equations.contest` between the capabilities of each side with all who joined it.
        """
        rows = []
        force = mirror(scene.state.capability)
        for row, at in enumerate(scene.ties.flashpoints):
            sides = joined[row : row + 1]
            attack = force[:, at.attacker : at.attacker + 1] + over_targets(force * positive(-sides))
            defence = force[:, at.defender : at.defender + 1] + over_targets(force * positive(sides))
            rows.append(contest(attack, defence, self.decisiveness))
        return stack(rows)

    def _outbreaks(self, scene: Scene, luck: Luck, step: int) -> Array:
        rows = [(each.name,) for each in scene.ties.flashpoints]
        uniform = luck.uniform("crisis", rows, step)
        struck = [
            happens(uniform[row : row + 1], chance(self.expected(scene, at, row)))
            for row, at in enumerate(scene.ties.flashpoints)
        ]
        on = (self.weight > 0.0) * 1.0
        return xp.maximum(stack(struck), on * scene.outbreaks)

    def _joins(self, scene: Scene, luck: Luck, step: int, at: Flashpoint) -> Array:
        rows = [(at.name, name) for name in scene.ties.names]
        uniform = mirror(luck.uniform("joining", rows, step))
        with_attacker, with_defender = self.chances(scene, at)
        defends = happens(uniform, with_defender)
        return defends - happens(uniform, with_defender + with_attacker) * (1.0 - defends)

    def _resentments(self, ties: Ties, broke: Array) -> Array:
        terms = []
        for row, at in enumerate(ties.flashpoints):
            hit = -self.resentment * broke[row : row + 1]
            terms.append(cell(ties, at.attacker, at.defender, hit))
            terms.append(cell(ties, at.defender, at.attacker, hit))
        return add_up(terms)


def _aside(joined: Array, row: int, actor: int) -> Array:
    """1 where an actor did not join the defender, `(1, 1, R)`."""
    return 1.0 - positive(joined[row : row + 1, actor : actor + 1])


def _bystanders(n: int, at: Flashpoint) -> Array:
    """0 for the attacker and the defender, 1 for all others, `(1, n, 1)`."""
    index = xp.arange(n)
    return (((index != at.attacker) & (index != at.defender)) * 1.0)[None, :, None]
