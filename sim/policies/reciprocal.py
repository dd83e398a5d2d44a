"""Tit for tat in all its tempers: reciprocity, bullying, and GRIT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, xp
from ..equations import reciprocal_stance
from ..parameters import parameter
from .base import Decision, Observation, Policy, PolicyLuck, Remembered

HOLD, PAUSE, ROSE = 2.0, 4.0, 0.05
"""Quarters a gesture is held, quarters of pause if it was not answered, and what counts as an answer
(assumption A15)."""


@dataclass(frozen=True)
class Reciprocity(Policy):
    """Answer the other's stance in kind (response above 0) or bully (below 0).

    With a `gesture` it is GRIT (Osgood 1962): a unilateral step held for half a year, repeated if
    the other warmed by 0.05 or more, else paused for a year.

    ``(1 - |r|) b + r a_ji``, and the gesture while one is held; the first is held from the start.
    Whether the other warmed is judged by its stance now and where the gesture or pause began. No
    pressures: the policy takes the place of all routine.
    """

    name: ClassVar[str] = "reciprocity"

    response: Array = parameter(
        0.35, unit="1", plausible=(-0.5, 0.8), allowed=(-0.95, 0.95),
        meaning="weight of the other's stance; negative is bullying",
        source="as reciprocity.response (A1)")  # fmt: skip
    disposition: Array | None = parameter(
        None, unit="1", plausible=(-1.0, 1.0),
        meaning="engagement to tend to; the actor's own disposition unless given",
        source="a lever: chosen by the user")  # fmt: skip
    gesture: Array = parameter(
        0.0, unit="1", plausible=(0.0, 0.5), allowed=(-1.0, 1.0),
        meaning="size of a unilateral gesture (GRIT); 0 is plain reciprocity",
        source="a lever: chosen by the user; timing is assumption A15")  # fmt: skip

    def begin(self, seen: Observation) -> Remembered:
        """A first gesture is under way."""
        none = xp.zeros_like(seen.received)
        return {"gesturing": none + 1.0, "left": none + HOLD, "before": seen.received}

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """Disposition, answer and gesture."""
        tendency = seen.disposition if self.disposition is None else self.disposition
        own, answer = reciprocal_stance(tendency, self.response, seen.received)
        terms = {
            "disposition": own,
            "reciprocity": answer,
            "gesture": self.gesture * memory["gesturing"],
        }
        return Decision(terms, next_phase(memory, seen.received))


def next_phase(memory: Remembered, received: Array) -> Remembered:
    """Where GRIT stands a quarter later: gesture again if it was answered, else pause, then retry."""
    left = memory["left"] - 1.0
    over = left <= 0.0
    answered = received - memory["before"] >= ROSE
    again = xp.where(memory["gesturing"] > 0.0, answered * 1.0, 1.0)
    return {
        "gesturing": xp.where(over, again, memory["gesturing"]),
        "left": xp.where(over, xp.where(again > 0.0, HOLD, PAUSE), left),
        "before": xp.where(over, received, memory["before"]),
    }
