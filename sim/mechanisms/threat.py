"""Balance of threat: a common threat draws a pair together, a mutual one drives it apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, Terms
from ..equations import common_threat, mutual_threat, threat, unshared_threat
from ..parameters import parameter
from ..state import State
from .base import Mechanism, Scene


@dataclass(frozen=True)
class Threat(Mechanism):
    """States align against whoever is strong, near and hostile (Walt 1987)."""

    name: ClassVar[str] = "threat"
    place: ClassVar[int] = 2

    weight: Array = parameter(
        0.3, unit="1", plausible=(0.1, 0.6), allowed=(-5.0, 5.0),
        meaning="how strongly threats move alignment; below 0 states bandwagon",
        source="assumption A2")  # fmt: skip
    scale: Array = parameter(
        0.25, unit="capability share", plausible=(0.15, 0.4), allowed=(0.01, 10.0),
        meaning="capability of a hostile neighbour that counts as a threat of 1",
        source="assumption A4")  # fmt: skip
    hostility_exponent: Array = parameter(
        2.0, unit="1", plausible=(1.0, 3.0), allowed=(0.1, 10.0),
        meaning="how steeply threat rises with shown hostility; at 1 neutral giants threaten",
        source="assumption A4")  # fmt: skip
    entanglement: Array = parameter(
        0.0, unit="1", plausible=(0.0, 1.0), allowed=(0.0, 5.0),
        meaning="dislike of being drawn into quarrels that only the other has",
        source="Snyder 1984; Brown 2018, why no full alliance formed; strength is assumption A5")  # fmt: skip

    def perceived(self, state: State, proximity: Array) -> Array:
        """Threat each actor perceives from each other, `(n, n, R)`; felt even at weight 0.

        By `equations.threat` from capabilities, `proximity` `(n, n, 1|R)` and stances, with
        `hostility_exponent` and `scale`. Made anew whenever stances are struck.
        """
        return threat(state.capability, proximity, state.stance, self.hostility_exponent, self.scale)

    def forces(self, scene: Scene) -> Terms:
        """Common threat together; mutual and unshared threat apart; `(n, n, R)` each.

        ``w`` times `equations.common_threat`, ``-w`` times `equations.mutual_threat`, and
        ``-w entanglement`` times `equations.unshared_threat`.
        """
        threats = scene.state.threat
        terms = {
            "common threat": self.weight * common_threat(threats),
            "mutual threat": -self.weight * mutual_threat(threats),
        }
        if self.uses("entanglement"):
            terms["unshared quarrels"] = -self.weight * self.entanglement * unshared_threat(threats)
        return terms
