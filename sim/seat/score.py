"""What came of the choices, against what would have come of each policy: in one run, and in many on equal luck.

There is no total. Each outcome of the scenario stands for itself, and a difference from a policy counts only
where its interval over many runs leaves out 0, all policies of that outcome taken together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan

import numpy as np

from ..answer import SHARE, Contrast, Row, contrast, described, paired_error, table
from ..axes import Array
from ..build import outcomes_of
from ..ensemble import Ensemble
from ..errors import WedgeError
from ..scenario import Scenario
from .aims import Aim, aim
from .course import scheduled, under
from .game import Choices, Game
from .rivals import Rival, rivals

RUNS = 200
"""Runs that the choices and the policies are held against each other in."""

PLAYED = "played"
"""The name of the choices among the arms."""

COLUMNS = {"united_front": ("", "index"), "security": ("", "threat")}
"""Columns of a measure that are shown, where there are more than the main one."""


@dataclass(frozen=True)
class Against:
    """One policy against the choices in one outcome.

    `once` is the policy's value in the game's own run, `mean` that over all runs, within `low` and `high`
    (95% Monte Carlo interval). `difference` is the choices' less the policy's, run by run on equal luck;
    its interval is one of as many that hold together as there are policies (Bonferroni).
    """

    rival: Rival
    once: float
    mean: float
    low: float
    high: float
    difference: Contrast


@dataclass(frozen=True)
class Standing:
    """One outcome: what the choices gave, in the game's own run and over all, and what each policy gave."""

    name: str
    unit: str
    meaning: str
    aim: Aim
    once: float
    mean: float
    low: float
    high: float
    against: tuple[Against, ...]

    def told_apart(self, way: int) -> tuple[Against, ...]:
        """The policies under which the outcome is lower (`way` 1) or higher (-1) than under the choices, surely."""
        return tuple(each for each in self.against if each.difference.direction == way)

    @property
    def alike(self) -> tuple[Against, ...]:
        """The policies that cannot be told apart from the choices."""
        return self.told_apart(0)

    @property
    def ranked(self) -> tuple[Against | None, ...]:
        """Policies and choices (None) by their means: best first, or highest where no way is better.

        Whatever has no mean, as it has no value in any run, comes last.
        """
        everybody: list[Against | None] = [None, *self.against]
        sign = -1.0 if self.aim.way >= 0 else 1.0

        def place(each: Against | None) -> tuple[bool, float]:
            mean = self.mean if each is None else each.mean
            return isnan(mean), sign * mean

        return tuple(sorted(everybody, key=place))

    @property
    def place(self) -> str:
        """Where the choices stand among the policies, as far as that can be told; one sentence."""
        under_, over = len(self.told_apart(1)), len(self.told_apart(-1))
        less, more = ("worse", "better") if self.aim.way > 0 else ("lower", "higher")
        if self.aim.way < 0:
            under_, over, less, more = over, under_, "worse", "better"
        if not under_ and not over:
            return f"Cannot be told apart from any of {len(self.against)} policies."
        told = [
            f"{count} {'is' if count == 1 else 'are'} {word}"
            for count, word in ((under_, less), (over, more), (len(self.alike), "not distinguishable"))
            if count
        ]
        end = {True: f"None is {more}", False: f"None is {less}"}
        head = end[True] if not over else end[False] if not under_ else "Among them"
        return f"{head}: of {len(self.against)} policies {', '.join(told)}."


@dataclass(frozen=True)
class Score:
    """The outcomes of a finished game; `first` and `runs` say which runs it was held against the policies in."""

    game: Game
    choices: Mapping[str, Mapping[str, float]]
    first: int
    runs: int
    standings: tuple[Standing, ...] = field(repr=False)

    def __getitem__(self, name: str) -> Standing:
        """The standing in an outcome. Raises KeyError where there is no such one."""
        return {each.name: each for each in self.standings}[name]


def score(game: Game, choices: Choices, *, runs: int = RUNS) -> Score:
    """The choices of a finished game against each policy that applies, in the game's own run and in many.

    The runs are `runs` in a row with the game's own among them; policies are alike in the luck of each.
    Raises WedgeError where a choice is wanting or not valid, and ValueError where `runs` is below 2.
    """
    made = game.checked(choices)
    if len(made) < len(game.turns):
        raise WedgeError(f"the game is not over: no choice yet for {game.turns[len(made)]}")
    if runs < 2:
        raise ValueError(f"runs is {runs}; at least 2 are needed")
    first = game.run // runs * runs
    others = rivals(game)
    arms = {PLAYED: under(game, PLAYED, scheduled(game, made))}
    arms |= {each.name: each.scenario(game) for each in others}
    ensemble = Ensemble(arms, runs)
    ensemble.run(first, runs)
    columns = {name: arm.columns() for name, arm in ensemble.arms.items()}
    return Score(game, made, first, runs, _standings(game, arms[PLAYED], others, columns, game.run - first))


def _standings(
    game: Game,
    scenario: Scenario,
    others: tuple[Rival, ...],
    columns: Mapping[str, Mapping[str, Array]],
    here: int,
) -> tuple[Standing, ...]:
    """The standing in every outcome shown; `here` is the place of the game's own run."""
    facts = {name: {each.name: each for each in table(scenario, arm)} for name, arm in columns.items()}
    found = []
    for outcome, column, name in shown(scenario):
        unit, meaning = described(scenario)[name]
        values = {arm: np.asarray(each[name], dtype=float) for arm, each in columns.items()}
        span = {arm: _interval(each[name]) for arm, each in facts.items()}
        against = tuple(
            Against(
                each,
                float(values[each.name][here]),
                *span[each.name],
                _difference(name, each.name, values[PLAYED], values[each.name], unit, len(others)),
            )
            for each in others
        )
        mine = float(values[PLAYED][here])
        way = aim(game.scenario, game.actor, outcome, column)
        found.append(Standing(name, unit, meaning, way, mine, *span[PLAYED], against))
    return tuple(found)


def shown(scenario: Scenario) -> list[tuple[str, str, str]]:
    """The outcomes that a score tells of: outcome, column, and the name of both together."""
    return [
        (name, column, f"{name}.{column}" if column else name)
        for name, each in outcomes_of(scenario).items()
        for column in COLUMNS.get(each.measure, tuple(each.columns)[:1])
    ]


def _interval(row: Row) -> tuple[float, float, float]:
    """The mean of a row of the table of outcomes with its 95% Monte Carlo interval."""
    if row.unit == SHARE:
        return row.mean, row.low, row.high
    return row.mean, row.mean - row.error, row.mean + row.error


def _difference(name: str, rival: str, mine: Array, theirs: Array, unit: str, tests: int) -> Contrast:
    """The choices' less a policy's, with an interval that holds for all policies together."""
    found = contrast(name, rival, mine, theirs, unit=unit)
    gap = (mine - theirs)[~(np.isnan(mine) | np.isnan(theirs))]
    if not gap.size:
        return found
    error = paired_error(gap, unit, tests=tests)
    return replace(found, low=found.difference - error, high=found.difference + error)
