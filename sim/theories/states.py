"""States of a scenario's runs at chosen dates, and what the theories say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from ..axes import Array
from ..calendar import MONTHS, date_of, month_of
from ..ensemble import chunk_of, chunks, simulate
from ..errors import WedgeError
from ..scenario import Scenario
from .landscape import sides
from .reading import Reading, readings, signs
from .triangle import PATTERNS, Triangle, triangles


@dataclass(frozen=True)
class Moment:
    """The states of all runs at a date: `alignment` (runs, n, n) and `capability` (runs, n)."""

    scenario: Scenario
    date: str
    alignment: Array
    capability: Array

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """What each theory says, by its name."""
        return readings(self.alignment, self.capability)

    @property
    def friendly(self) -> Array:
        """Share of runs in which the alignment of two is above 0, `(n, n)`: the model's own word."""
        return np.mean(self.alignment > 0.0, axis=0)

    @cached_property
    def agreed(self) -> Array:
        """Share of runs in which all theories that speak say the same of two, `(n, n)`."""
        told = np.stack([each.together for each in self.readings.values()])
        speaks = np.stack([each.speaks for each in self.readings.values()])[:, :, None, None]
        return ((told | ~speaks).all(axis=0) | (~told | ~speaks).all(axis=0)).mean(axis=0)

    @property
    def disputed(self) -> list[tuple[int, int]]:
        """The pairs whom one theory has in the same camp in most runs, and another not."""
        shares = np.stack([each.shares for each in self.readings.values()])
        yes, no, n = np.sum(shares > 0.5, axis=0), np.sum(shares <= 0.5, axis=0), len(self.scenario.actors)
        return [(i, j) for i, j in combinations(range(n), 2) if yes[i, j] and no[i, j]]

    @cached_property
    def threes(self) -> dict[tuple[int, int, int], Counter[Triangle | None]]:
        """For each three actors, how many runs make which triangle; None where a side is neutral."""
        threes = combinations(range(len(self.scenario.actors)), 3)
        found: dict[tuple[int, int, int], Counter[Triangle | None]] = {each: Counter() for each in threes}
        for run in signs(self.alignment):
            made = {each.actors: each for each in triangles(run)}
            for actors, counts in found.items():
                counts[made.get(actors)] += 1
        return found

    @property
    def patterns(self) -> dict[str, float]:
        """Share of all threes in all runs that make each pattern; what is missing to 1 has a neutral side."""
        counts = Counter(
            each.pattern for kinds in self.threes.values() for each in kinds.elements() if each is not None
        )
        total = sum(kinds.total() for kinds in self.threes.values()) or 1
        return {name: counts[name] / total for name in PATTERNS}


def moments(scenario: Scenario, dates: Sequence[str], runs: int, backend: str = "numpy") -> list[Moment]:
    """The states of `runs` runs at some dates of a scenario's calendar.

    Raises WedgeError where there are too many actors, before anything is run.
    """
    sides(len(scenario.actors))
    steps = [_step(scenario, each) for each in dates]
    parts = [
        simulate(scenario, first=first, runs=count, only=["alignment", "capability"], backend=backend).arrays
        for first, count in chunks(runs, chunk_of(scenario, 1, backend))
    ]
    found = []
    for date, k in zip(dates, steps):
        upper = np.triu(np.concatenate([each["alignment"][k].T for each in parts]).swapaxes(1, 2), 1)
        capability = np.concatenate([each["capability"][k, :, 0].T for each in parts])
        found.append(Moment(scenario, date, upper + upper.swapaxes(1, 2), capability))
    return found


def at(scenario: Scenario, date: str | None = None) -> str:
    """The recorded date of the state that held on a date, the last one unless told.

    Raises WedgeError where it is no date, or outside the scenario.
    """
    calendar = scenario.calendar.computed
    if date is None:
        return calendar.dates()[-1]
    try:
        month = month_of(date)
    except ValueError as error:
        raise WedgeError(f"--at: {error}") from None
    if not calendar.start <= month <= calendar.end:
        first, last = calendar.dates()[0], calendar.dates()[-1]
        raise WedgeError(f"--at: {date} is outside {scenario.name}, which goes from {first} to {last}")
    return calendar.dates()[(month - calendar.start) // MONTHS[calendar.step]]


def yearly(scenario: Scenario) -> list[str]:
    """The recorded dates at the start, and every year after it."""
    calendar = scenario.calendar.computed
    return [date_of(month, calendar.step) for month in range(calendar.start, calendar.end + 1, 12)]


def _step(scenario: Scenario, date: str) -> int:
    return scenario.calendar.computed.dates().index(date)
