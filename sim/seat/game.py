"""The seat: who decides for whom, toward whom, when and on which luck; and what a choice may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from numbers import Real

from ..calendar import date_of
from ..errors import WedgeError, nearest
from ..scenario import Scenario
from ..yamltext import shown

Choices = Mapping[str, Mapping[str, float]]
"""Date of decision -> target -> engagement to intend from that date on, -1 confront to +1 accommodate."""

LATEST_RUN = 999_999
"""Highest number of a run that a game can be played on."""


@dataclass(frozen=True)
class Game:
    """A seat in a scenario: one actor's conduct toward some others, in one run.

    `run` is the number of the run whose luck and uncertain numbers the game has; `every` is how many
    years lie between two decisions. Raises WedgeError where the scenario has no such actor, a target is
    wanting, unknown, the actor itself or named twice, the run is no number of a run, or the scenario's luck
    is not plain (then runs hang together, and intervals from independent runs would be wrong).
    """

    scenario: Scenario = field(repr=False)
    actor: str
    targets: tuple[str, ...]
    run: int = 0
    every: int = 1

    def __post_init__(self) -> None:
        _known(self.actor, self.scenario.actors)
        if not self.targets:
            raise WedgeError(f"a seat needs at least one target; there are {_listed(self.others)}")
        for each in self.targets:
            _known(each, self.scenario.actors)
        if self.actor in self.targets:
            raise WedgeError(f"{self.actor} cannot be a target of its own; there are {_listed(self.others)}")
        if len(set(self.targets)) < len(self.targets):
            raise WedgeError(f"a target is named twice: {_listed(self.targets)}")
        if not 0 <= self.run <= LATEST_RUN:
            raise WedgeError(f"run is {self.run}; runs of a game are numbered from 0 to {LATEST_RUN}")
        if self.every < 1:
            raise WedgeError(f"every is {self.every}; decisions lie at least 1 year apart")
        if self.scenario.spec.luck != "plain":
            raise WedgeError(
                f"{self.scenario.name}: luck is {self.scenario.spec.luck}, but a seat has plain luck"
            )

    @property
    def others(self) -> tuple[str, ...]:
        """All actors but the one in the seat."""
        return tuple(each for each in self.scenario.actors if each != self.actor)

    @cached_property
    def months(self) -> tuple[int, ...]:
        """The dates of decision as months from year 0, the scenario's start first."""
        return tuple(range(self.scenario.spec.start, self.scenario.spec.end, 12 * self.every))

    @cached_property
    def turns(self) -> tuple[str, ...]:
        """The dates of decision, the scenario's start first: 2012Q1, 2013Q1, ..."""
        return tuple(date_of(each, "quarter") for each in self.months)

    @property
    def end(self) -> str:
        """The date at which the game is over."""
        return date_of(self.scenario.spec.end, "quarter")

    def month_after(self, decisions: int) -> int:
        """The month up to which so many decisions lead: that of the next one, or the end."""
        return (*self.months, self.scenario.spec.end)[decisions]

    def checked(self, choices: Choices) -> dict[str, dict[str, float]]:
        """The choices in order of date and target.

        Raises WedgeError where one is at no date of decision, an earlier one is left out, a target is
        wanting or unknown, or a stance is no number from -1 to 1.
        """
        for date in choices:
            if date not in self.turns:
                raise WedgeError(
                    f"{shown(date)} is no date of decision{nearest(str(date), self.turns)}; "
                    f"they are {', '.join(self.turns)}"
                )
        made = self.turns[: len(choices)]
        if missing := [each for each in made if each not in choices]:
            raise WedgeError(f"no choice for {missing[0]}, though there is one for a later date")
        return {date: self._stances(date, choices[date]) for date in made}

    def _stances(self, date: str, given: Mapping[str, float]) -> dict[str, float]:
        for each in given:
            if each not in self.targets:
                raise WedgeError(
                    f"{date}: {shown(each)} is no target of this seat{nearest(str(each), self.targets)}; "
                    f"they are {_listed(self.targets)}"
                )
        if missing := [each for each in self.targets if each not in given]:
            raise WedgeError(f"{date}: no stance toward {missing[0]}; choose a number from -1 to 1")
        return {each: _stance(date, each, given[each]) for each in self.targets}


def seated(
    scenario: Scenario, actor: str | None = None, targets: Sequence[str] = (), run: int = 0, every: int = 1
) -> Game:
    """A game; the seat is that of the first divider unless told, its targets those that its part suggests.

    A divider and an adversary decide on the target of their wedge, a target on both of these; anybody
    else on the first other actor. Raises WedgeError as `Game` does.
    """
    wedges = list(scenario.spec.ties.wedges.values())
    me = actor or (wedges[0].divider if wedges else scenario.actors[0])
    parts = [(each.divider, each.target, each.adversary) for each in wedges]
    wooed = [target for divider, target, adversary in parts if me in (divider, adversary)]
    courted = [each for divider, target, adversary in parts if me == target for each in (divider, adversary)]
    anybody = [each for each in scenario.actors if each != me][:1]
    return Game(scenario, me, tuple(targets) or tuple(dict.fromkeys(wooed or courted or anybody)), run, every)


def _known(name: str, actors: Sequence[str]) -> None:
    if name not in actors:
        raise WedgeError(
            f"there is no actor called {shown(name)}{nearest(name, actors)}; there are {_listed(actors)}"
        )


def _stance(date: str, target: str, value: float) -> float:
    number = isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
    if not number or not -1.0 <= value <= 1.0:
        raise WedgeError(
            f"{date}: the stance toward {target} is {shown(value)}; expected a number from -1 to 1"
        )
    return float(value)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
