"""Isolation and the outside option: who is shut out elsewhere turns to who offers something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, Terms
from ..equations import outside_option
from ..parameters import parameter
from .base import Mechanism, Scene


@dataclass(frozen=True)
class Isolation(Mechanism):
    """An isolated actor aligns with suitors by their reward power (Crawford 2011; Izumikawa 2013)."""

    name: ClassVar[str] = "isolation"
    place: ClassVar[int] = 4

    weight: Array = parameter(
        0.8, unit="1", plausible=(-0.5, 1.5), allowed=(-5.0, 5.0),
        meaning="how strongly isolation drives an actor to its suitors; below 0 it chastens",
        source="assumption A2; both signs are swept")  # fmt: skip

    def forces(self, scene: Scene) -> Terms:
        """The pull of the outside option, `(n, n, R)`: ``w`` times `equations.outside_option`."""
        state = scene.state
        pull = outside_option(state.stance, state.engagement, scene.setting.opportunity)
        return {"outside option": self.weight * pull}
