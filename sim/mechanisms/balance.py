"""Structural balance: the friend of a friend and the enemy of an enemy become friends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, Terms
from ..equations import balance
from ..parameters import parameter
from .base import Mechanism, Scene


@dataclass(frozen=True)
class Balance(Mechanism):
    """Third parties pull (Heider 1946; Kulakowski et al. 2005).

    Alone and with no rest affinity it can polarise only above ``weight / reversion = 3 sqrt(3)/2``.
    The evidence for it among states is mixed to negative (Doreian & Mrvar 2015), so it is weak by
    default and easily switched off.
    """

    name: ClassVar[str] = "balance"
    place: ClassVar[int] = 3

    weight: Array = parameter(
        0.3, unit="1", plausible=(0.0, 1.5), allowed=(-5.0, 10.0),
        meaning="how strongly third parties move alignment; 2.598 times reversion is critical",
        source="weak by the evidence: Doreian & Mrvar 2015; value is assumption A2")  # fmt: skip

    def forces(self, scene: Scene) -> Terms:
        """The pull of third parties, `(n, n, R)`: ``w`` times `equations.balance` by sizes."""
        pull = balance(scene.state.alignment, scene.size)
        return {"third parties": self.weight * pull}
