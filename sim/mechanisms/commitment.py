"""Alliance commitment: patrons waver, clients hedge, and loyalty is repaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, Terms, add_up
from ..equations import entrapment, solidarity
from ..luck import Luck
from ..parameters import parameter
from ..state import State
from .base import Changes, Mechanism, Scene, Ties, cell


@dataclass(frozen=True)
class Commitment(Mechanism):
    """The alliance security dilemma: fear of abandonment and of entrapment (Snyder 1984; Cha 2000).

    Commitment C moves to ``rest + solidarity * S``; a client hedges toward its patron's rivals as
    the guarantee falls, and as it is exposed to its patron's quarrel with them.
    """

    name: ClassVar[str] = "commitment"
    place: ClassVar[int] = 5

    weight: Array = parameter(
        1.0, unit="1", plausible=(0.0, 1.0), allowed=(0.0, 2.0),
        meaning="switch of the mechanism; multiplies its changes and pressures",
        source="0 is off, 1 as specified")  # fmt: skip
    adjustment: Array = parameter(
        0.2, unit="1/quarter", plausible=(0.05, 0.5), allowed=(0.0, 0.999), kind="decay",
        meaning="speed at which perceived commitment follows its rest value",
        source="assumption A9")  # fmt: skip
    rest: Array = parameter(
        None, unit="probability", plausible=(0.2, 0.95), allowed=(0.0, 1.0), over="alliance",
        meaning="commitment to expect of a patron, solidarity apart; found from the start unless given",
        source="22 to 75 % of commitments are honoured, by period and kind: Leeds et al. 2000; "
               "Berkemeier & Fuhrmann 2018")  # fmt: skip
    solidarity: Array = parameter(
        0.3, unit="1", plausible=(0.0, 0.8), allowed=(-2.0, 2.0),
        meaning="how far unlike sanctions cost a client its patron's commitment",
        source="assumption A9")  # fmt: skip
    hedging: Array = parameter(
        0.3, unit="1", plausible=(-0.5, 1.0), allowed=(-3.0, 3.0),
        meaning="how far a client warms to its patron's rivals as the guarantee falls",
        source="Brown 2018's causal claim, so both signs are swept; value is assumption A9")  # fmt: skip
    detachment: Array = parameter(
        0.0, unit="1", plausible=(0.0, 0.5), allowed=(-3.0, 3.0),
        meaning="how far a client warms to its patron's rivals as their quarrel could entrap it",
        source="Snyder 1984; strength is assumption A9")  # fmt: skip

    def pressures(self, scene: Scene) -> Terms:
        """Hedging against abandonment, detachment from entrapment; `(n, n, R)`, both 0 at the start.

        Where client i has a patron whose rival j is: ``w hedging (B_i(0) - B_i)``, B being the
        guarantee, and ``w detachment (E_ij - E_ij(0))``, E by `equations.entrapment`.
        """
        toward = self.weight * scene.ties.hedged
        doubt = scene.start.guarantee - scene.state.guarantee
        terms = {"hedging": toward * self.hedging * doubt}
        if self.uses("detachment"):
            exposure = _exposure(scene.state, scene.ties) - _exposure(scene.start, scene.ties)
            terms["detachment"] = toward * self.detachment * exposure
        return terms

    def changes(self, scene: Scene, luck: Luck, step: int) -> Changes:  # noqa: ARG002
        """Commitment returns to rest and answers to solidarity, `(n, n, R)`, patron first.

        ``w d (rest_pj - C_pj)`` and ``w d loyalty_pj``, d being `adjustment`.
        """
        gain = self.weight * self.adjustment
        return {
            "commitment": {
                "return to rest": gain * scene.ties.patrons * (self.rest - scene.state.commitment),
                "solidarity": gain * self.loyalty(scene),
            }
        }

    def loyalty(self, scene: Scene) -> Array:
        """What clients lose, or would gain back, by unlike sanctions, `(n, n, R)`, patron first.

        `solidarity` times `equations.solidarity` for each alliance; third parties weigh by the threat that
        the patron perceives from them, patron and client themselves not at all.
        """
        bonds = [
            cell(scene.ties, patron, client, _solidarity(scene, patron, client))
            for patron, client in scene.ties.alliances
        ]
        return self.solidarity * add_up(bonds)


def _exposure(state: State, ties: Ties) -> Array:
    return entrapment(state.commitment, state.stance, state.capability, ties.patrons)


def _solidarity(scene: Scene, patron: int, client: int) -> Array:
    """Solidarity of one alliance, third parties being all but its two members."""
    p, c = slice(patron, patron + 1), slice(client, client + 1)
    third = scene.state.threat[p] * scene.ties.off[c]
    return solidarity(scene.state.sanction[p], scene.state.sanction[c], third)
