"""What a policy is, what it may see, and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..axes import Array, Terms
from ..luck import Luck

Remembered = dict[str, Array]
"""What a policy remembers from decision to decision: arrays whose last axis is the run."""


@dataclass(frozen=True)
class Belief:
    """What an actor expects for itself, each `(1, 1, R)`.

    `threat` is the sum of threats relative to the start, `doubt` the chance that its patrons fail
    it, `disorder` how far the order has gone, `encircled` the chance a quarter that a third party
    joins an attacker against it, `settled` the chance a quarter that its claim is met.
    """

    threat: Array
    doubt: Array
    disorder: Array
    encircled: Array
    settled: Array


@dataclass(frozen=True)
class Observation:
    """What actor `me` sees when it decides on `target`: the end of the last step, not the future.

    Dyads are `(n, n, R)`, actors `(n, 1, R)`; `threat` and `threat_at_start` are its own row,
    `(1, n, R)`; `guarantee` and `guarantee_at_start` are how far it can count on its patrons,
    `(1, 1, R)`. `habit` is what disposition and reciprocity call for toward the target and
    `pressures` what mechanisms add, term by term, `(1, 1, R)`. `bid` is the counter-offer that a
    wedge between it and the target calls for. `foresee(stance, years)` tells what to expect if it
    holds a stance toward the target while all others keep to routine.
    """

    me: int
    target: int
    names: tuple[str, ...]
    month: int
    stance: Array
    engagement: Array
    sanction: Array
    alignment: Array
    capability: Array
    order: Array
    grievance: Array
    opportunity: Array
    allies: Array
    threat: Array
    threat_at_start: Array
    guarantee: Array
    guarantee_at_start: Array
    disposition: Array
    habit: Terms
    pressures: Terms
    bid: Array
    memory: Remembered
    now: Callable[[], Belief]
    foresee: Callable[[Array, float], Belief]

    @property
    def routine(self) -> Terms:
        """What an actor without a policy of its own would do: habit and pressures."""
        return {**self.habit, **self.pressures}

    @property
    def received(self) -> Array:
        """The target's stance toward me, `(1, 1, R)`."""
        return self.stance[self.target : self.target + 1, self.me : self.me + 1]


@dataclass(frozen=True)
class PolicyLuck:
    """The luck of one decision: numbers that belong to this actor, target and step."""

    luck: Luck
    me: str
    target: str
    step: int

    def uniform(self, number: int = 0) -> Array:
        """A uniform number a run, `(1, 1, R)`; ask for further ones by number."""
        return self.luck.uniform("policy", [(self.me, self.target, str(number))], self.step)

    def normal(self, number: int = 0) -> Array:
        """A standard normal number a run, `(1, 1, R)`; ask for further ones by number."""
        return self.luck.normal("policy", [(self.me, self.target, str(number))], self.step)


@dataclass(frozen=True)
class Decision:
    """Named terms that add up to the intended engagement, `(1, 1, R)` each, and what to remember.

    `condemn` is a resolve to punish violations, of any violator, that goes with the policy.
    """

    terms: Terms
    memory: Remembered = field(default_factory=dict)
    condemn: Array | None = None


@dataclass(frozen=True)
class Policy:
    """Base of all policies.

    `structural` names parameters that decide what is computed, such as how far to look ahead, rather
    than with which numbers.
    """

    name: ClassVar[str]
    structural: ClassVar[tuple[str, ...]] = ()

    def begin(self, seen: Observation) -> Remembered:  # noqa: ARG002
        """What to remember before the first decision."""
        return {}

    def decide(self, seen: Observation, memory: Remembered, luck: PolicyLuck) -> Decision:
        """The engagement to intend toward the target, as named terms."""
        raise NotImplementedError


def actor_name(*, meaning: str) -> Any:
    """A policy field that names an actor (None: found by the policy). Holds the actor's index."""
    return field(default=None, metadata={"actor": meaning})


def dated(*, unit: str, low: float, high: float, meaning: str) -> Any:
    """A policy field that maps dates to numbers. Holds `{month: (1, 1, 1|R)}`."""
    return field(metadata={"dated": dict(unit=unit, low=low, high=high, meaning=meaning)})
