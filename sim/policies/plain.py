"""The plain rules: routine, fixed, schedule, and principled engagement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..axes import Array, scalar, xp
from ..parameters import parameter
from .base import Decision, Observation, Policy, PolicyLuck, Remembered, dated


@dataclass(frozen=True)
class Routine(Policy):
    """Disposition, reciprocity and whatever presses: what an actor does without a policy."""

    name: ClassVar[str] = "routine"

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """Habit and pressures."""
        return Decision(seen.routine)


@dataclass(frozen=True)
class Fixed(Policy):
    """Intend one and the same engagement, whatever happens."""

    name: ClassVar[str] = "fixed"

    stance: Array = parameter(
        0.0, unit="1", plausible=(-1.0, 1.0),
        meaning="engagement to intend; -1 confront, +1 accommodate",
        source="a lever: chosen by the user")  # fmt: skip

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """The stance chosen."""
        return Decision({"fixed": self.stance})


@dataclass(frozen=True)
class Schedule(Policy):
    """Intend dated engagements: each holds from its date to the next; routine before the first.

    A date counts from the quarter on that it falls into.
    """

    name: ClassVar[str] = "schedule"

    stances: dict[int, Array] = dated(
        unit="1", low=-1.0, high=1.0, meaning="engagement to intend from each date on"
    )

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """The stance of the date."""
        begun = (seen.month >= min(self.stances)) * 1.0
        level = scalar(0.0)
        for month in sorted(self.stances):
            level = xp.where(seen.month >= month, self.stances[month], level)
        before = {name: (1.0 - begun) * term for name, term in seen.routine.items()}
        return Decision({**before, "schedule": begun * level})


@dataclass(frozen=True)
class Principled(Policy):
    """Engage and condemn: keep an engagement, and punish every violation whoever commits it.

    What Brown 2018 recommends to Tokyo: not to end engagement, but to condemn forcefully and to
    take countermeasures that mean something.
    """

    name: ClassVar[str] = "principled"

    stance: Array = parameter(
        0.2, unit="1", plausible=(-1.0, 1.0),
        meaning="engagement to intend, sanctions apart",
        source="a lever: chosen by the user")  # fmt: skip
    condemn: Array = parameter(
        0.35, unit="1/violation", plausible=(0.0, 0.6), allowed=(0.0, 2.0),
        meaning="sanction imposed on any actor for each standing violation",
        source="a lever; the default is the resolve of the other G7 members (A10)")  # fmt: skip

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:  # noqa: ARG002
        """The engagement chosen, with the resolve to condemn."""
        return Decision({"principled": self.stance}, condemn=self.condemn)
