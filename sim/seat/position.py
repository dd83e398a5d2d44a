"""How things stand at the next date of decision. Nothing later is computed, so nothing later can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, permutations

import numpy as np

from ..axes import Array
from ..build import build
from ..calendar import date_of
from ..scenario import Scenario
from ..state import State
from ..world import World
from .course import scheduled, under
from .game import Choices, Game
from .news import Conduct, News, conduct_of, news_of


@dataclass(frozen=True)
class Position:
    """Where the choices have led: everything up to `date`, and nothing of what comes after.

    `lines` hold one number a step from the start to now: ``alignment:one:other`` for each pair, and
    ``stance:actor:target`` and ``sanction:actor:target`` for each directed dyad; `years` are their dates.
    `news` is what has happened since the last decision (empty before the first), `conduct` how each other
    actor now treats the one in the seat.
    """

    game: Game
    choices: Mapping[str, Mapping[str, float]]
    month: int
    years: tuple[float, ...] = field(repr=False)
    lines: Mapping[str, Array] = field(repr=False)
    news: tuple[News, ...] = ()
    conduct: tuple[Conduct, ...] = ()

    @property
    def date(self) -> str:
        """The date now: the next of decision, or the end."""
        return date_of(self.month, "quarter")

    @property
    def decisions(self) -> int:
        """How many decisions have been made."""
        return len(self.choices)

    @property
    def finished(self) -> bool:
        """Whether all decisions have been made and the end is reached."""
        return self.decisions == len(self.game.turns)

    def now(self, line: str) -> float:
        """The last value of a line. Raises KeyError where there is no such line."""
        return float(self.lines[line][-1])

    @cached_property
    def chosen(self) -> dict[str, tuple[float, ...]]:
        """The engagement chosen toward each target, decision by decision."""
        return {target: tuple(each[target] for each in self.choices.values()) for target in self.game.targets}


def played(game: Game, choices: Choices) -> Position:
    """The position after these choices: the run of the game up to the next date of decision.

    Raises WedgeError where a choice is not valid.
    """
    made = game.checked(choices)
    month, scenario = game.month_after(len(made)), under(game, "seat", scheduled(game, made))
    world = build(scenario, game.run, 1)
    states = stepped(world, month)
    first = game.month_after(len(made) - 1) if made else month
    return Position(
        game,
        made,
        month,
        tuple(world.calendar.months(k)[0] / 12.0 for k in range(len(states))),
        lines_of(scenario, world, states),
        news_of(game, scenario, world, states, first),
        conduct_of(game, states, _steps(world, first)),
    )


def stepped(world: World, month: int) -> list[State]:
    """The states of a world from its start up to a month."""
    states = [world.start]
    for k in range(_steps(world, month)):
        states.append(world.step(states[-1], k))
    return states


def _steps(world: World, month: int) -> int:
    """How many steps end by a month."""
    return sum(world.calendar.months(k)[1] <= month for k in range(world.calendar.steps))


def lines_of(scenario: Scenario, world: World, states: list[State]) -> dict[str, Array]:
    """The lines of a position, `(time,)` each."""
    names, n = scenario.actors, world.ties.n

    def line(quantity: str, i: int, j: int) -> Array:
        return np.array([getattr(each, quantity)[i, j, 0] for each in states])

    pairs, dyads = combinations(range(n), 2), permutations(range(n), 2)
    alignments = {f"alignment:{names[i]}:{names[j]}": line("alignment", i, j) for i, j in pairs}
    directed = {f"{names[i]}:{names[j]}": (i, j) for i, j in dyads}
    stances = {f"stance:{who}": line("stance", *at) for who, at in directed.items()}
    return alignments | stances | {f"sanction:{who}": line("sanction", *at) for who, at in directed.items()}
