"""Inertia and reciprocity: states answer in kind, and cordial conduct draws a pair together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, Terms, mirror, xp
from ..parameters import parameter
from .base import Mechanism, Scene


@dataclass(frozen=True)
class Reciprocity(Mechanism):
    """Great powers mix routine with reciprocity (Goldstein & Freeman 1991).

    An intent is ``(1 - |r|) b + r a_ji``; r may be below 0, where toughness is met with softness
    (Goldstein & Pevehouse 1997). Cordial conduct pulls alignment: ``w_A (a_ij + a_ji) / 2``.
    """

    name: ClassVar[str] = "reciprocity"
    place: ClassVar[int] = 1

    weight: Array = parameter(
        1.0, unit="1", plausible=(0.0, 1.0), allowed=(0.0, 1.5),
        meaning="switch of the mechanism; multiplies response and pull",
        source="0 is off, 1 as specified")  # fmt: skip
    response: Array = parameter(
        0.35, unit="1", plausible=(-0.5, 0.8), allowed=(-0.95, 0.95), over="dyad",
        meaning="weight of the other's conduct in an actor's intent; negative is bullying",
        source="cross effects .29 to .40 in standard deviations, same VAR as inertia (A1)")  # fmt: skip
    pull: Array = parameter(
        0.4, unit="1", plausible=(0.2, 0.6), allowed=(-5.0, 5.0),
        meaning="how strongly mutual posture moves alignment",
        source="assumption A2")  # fmt: skip

    @property
    def answer(self) -> Array:
        """The response in force, `(n, n, R)`: ``r_ij = clip(w response_ij, -0.95, 0.95)``.

        Kept short of where two states would run away.
        """
        return xp.clip(self.weight * self.response, -0.95, 0.95)

    def forces(self, scene: Scene) -> Terms:
        """Mutual posture, `(n, n, R)`: ``w w_A (a_ij + a_ji) / 2``, w_A being `pull`."""
        stance = scene.state.stance
        return {"mutual posture": self.weight * self.pull * (0.5 * (stance + mirror(stance)))}
