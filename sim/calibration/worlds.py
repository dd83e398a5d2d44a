"""Many drawn worlds of the record: inputs and yearly latent paths of each, the prior that data weigh.

A draw is a run of the record's scenario, with its uncertainties and its luck, so draw 17 is run 17.
Read `posterior.py` next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ..axes import Array
from ..build import sampled, ties_of
from ..calendar import date_of
from ..ensemble import Report, chunks, simulate
from ..errors import WedgeError
from ..executors import crew, needing_workers
from ..history import History, Series, Term
from ..outcomes import Cells, Paths, cell_of
from ..parcels import UNPACKING, packed, unpacked
from ..plugins import TEXTS
from ..rules import declared
from ..scenario import Scenario, altered, load

RECORD = "record"
"""The scenario that is held against the record."""

STATES = {
    "japan": ("JPN",),
    "russia": ("RUS",),
    "china": ("CHN",),
    "united_states": ("USA",),
    "europe": ("DEU", "FRA", "GBR", "ITA"),
}
"""The states whose capabilities make up an actor's."""

REFERENCE = 2012
"""The year of which the scenario's capabilities are."""

CHUNK = 2000

THOUSAND = 1000.0
"""Activity is counted in thousands of sorties, so that its movements are about as large as an alignment's."""

Key = tuple[tuple[Term, ...], int]
"""A latent quantity, and the month in which its years begin."""


@dataclass(frozen=True)
class Worlds:
    """Draws of the record: values of the uncertainties (N,) by path, and yearly latents (N,)."""

    scenario: Scenario = field(repr=False)
    inputs: Mapping[str, Array]
    latents: Mapping[Key, Mapping[int, Array]]

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values())))

    def first(self, count: int) -> Worlds:
        """The first so many draws."""
        inputs = {path: each[:count] for path, each in self.inputs.items()}
        latents = {
            key: {year: each[:count] for year, each in own.items()} for key, own in self.latents.items()
        }
        return Worlds(self.scenario, inputs, latents)

    def of(self, series: Series) -> Mapping[int, Array]:
        """The latent quantity that a series indicates, by year, larger where the series is."""
        own = self.latents[key_of(series)]
        return {year: series.sign * path for year, path in own.items()}


def key_of(series: Series) -> Key:
    """Under which latent a series is found."""
    return series.latent, series.starts


def record(
    history: History,
    origin: int | None = None,
    *,
    blind: bool = False,
    last: int | None = None,
    where: str = RECORD,
) -> Scenario:
    """The record's scenario up to `last`, the last year observed unless told, given the history's capabilities.

    There is no chance in it up to the year `origin` (none at all unless told). `blind`, nothing dated
    after the origin happens: capabilities grow as they did in the five years before, and violations and
    crises come by chance, violations as often as up to then.
    """
    scenario = load(where)
    end = max(last or history.last, history.last) + 2
    until = origin + 1 if blind and origin else end
    events = {
        name: each
        for name, each in scenario.data.get("events", {}).items()
        if not name.startswith("capability_") and scenario.spec.events[name].at < 12 * until
    }
    given = history.given_until(origin) if blind and origin else history
    events |= _capabilities(scenario, given, history)
    data = deepcopy(scenario.data)
    if origin:
        chance = _noises(data) | (_hazards(scenario, origin) if blind else {})
        events["chance"] = {"at": f"{origin + 1}", "label": "", "set": chance}
    for group in NOISY:
        data["parameters"].setdefault(group, {})["noise"] = 0.0
    sections = {"events": events, "question": None, "end": f"{end}", "parameters": data["parameters"]}
    return altered(scenario, scenario.name, sections)


NOISY = ("conduct", "alignment")


def _noises(data: Mapping[str, Any]) -> dict[str, float]:
    """The noises that the scenario has, else their defaults."""
    defaults = {group: each.default for group, each in declared() if group in NOISY and each.name == "noise"}
    return {
        f"parameters.{group}.noise": data["parameters"].get(group, {}).get("noise", default)
        for group, default in defaults.items()
    }


def _capabilities(scenario: Scenario, given: History, history: History) -> dict[str, Any]:
    """Events that set capabilities in the years given for all actors, and let them grow on after the last.

    The scenario's capabilities are those of the history's year REFERENCE, which fixes the unit.
    """
    members = {actor: states for actor, states in STATES.items() if actor in scenario.actors}
    shares = {actor: _shares(given, states) for actor, states in members.items()}
    units = {
        actor: scenario.data["actors"][actor]["capability"] / _shares(history, states)[REFERENCE]
        for actor, states in members.items()
    }
    start = scenario.calendar.start // 12
    years = [year for year in sorted(set.intersection(*map(set, shares.values()))) if year >= start]
    last = years[-1]
    before = max(year for year in years if year <= last - 5)
    found = {
        f"capability_{year}": {
            "at": f"{year}", "label": "",
            "set": {f"capability.{actor}": units[actor] * own[year] for actor, own in shares.items()},
        }
        for year in years
    }  # fmt: skip
    growth = {
        f"parameters.setting.growth.{actor}": float(np.log(own[last] / own[before]) / (4.0 * (last - before)))
        for actor, own in shares.items()
    }
    return {**found, "capability_trend": {"at": f"{last + 1}", "label": "", "set": growth}}


def _shares(history: History, states: tuple[str, ...]) -> dict[int, float]:
    tables = [history.capability[state] for state in states]
    shared = set(tables[0]).intersection(*tables[1:])
    return {year: sum(each[year] for each in tables) for year in sorted(shared)}


CRISIS = 0.01
"""Hazard of a crisis at a flashpoint by quarter, as in the scenario that the record extends."""


def _hazards(scenario: Scenario, known: int) -> dict[str, float]:
    """Violations per quarter up to a year by actor, half of one more counted (Jeffreys' prior); crises."""
    start = scenario.calendar.start
    quarters = (12 * (known + 1) - start) / 3.0
    found = {f"parameters.crisis.hazard.{name}": CRISIS for name in scenario.spec.ties.flashpoints}
    for actor in scenario.actors:
        dated = sum(
            f"violation.{actor}" in each.add and start <= each.at < 12 * (known + 1)
            for each in scenario.spec.events.values()
        )
        if dated:
            found[f"parameters.norms.hazard.{actor}"] = (dated + 0.5) / quarters
    return found


def worlds(
    scenario: Scenario,
    series: Iterable[Series],
    draws: int | Mapping[str, Array],
    *,
    workers: int | None = 1,
    backend: str = "numpy",
    report: Report = lambda _: None,
) -> Worlds:
    """So many draws, or one for each of these inputs `(N,)` by path, and the latents that these series indicate.

    The same to the bit whatever the number of workers. Raises WedgeError where the scenario lacks what a
    series indicates, or a worker is lost.
    """
    given = None if isinstance(draws, int) else draws
    count = draws if isinstance(draws, int) else len(next(iter(draws.values())))
    keys = tuple(dict.fromkeys(key_of(each) for each in series))
    for latent, _ in keys:
        _must_know(scenario, latent)
    task = _Task(packed({scenario.name: scenario}), tuple(TEXTS.items()), keys, backend)
    inputs: dict[str, list[Array]] = {}
    latents: list[Array] = []
    with needing_workers("nothing was written"), crew(workers) as hands:
        parts = [(first, runs, _part(given, first, runs)) for first, runs in chunks(count, CHUNK)]
        for future in [hands.executor.submit(_simulated, task, *part) for part in parts]:
            values, paths = future.result()
            for path, each in values.items():
                inputs.setdefault(path, []).append(each)
            latents.append(paths)
            report(paths.shape[-1])
    joined = np.concatenate(latents, axis=2)
    years = _years(scenario)
    return Worlds(
        scenario, {path: np.concatenate(each) for path, each in inputs.items()},
        {key: dict(zip(years, joined[k], strict=True)) for k, key in enumerate(keys)},
    )  # fmt: skip


@dataclass(frozen=True)
class _Task:
    scenario: bytes
    plugins: tuple[tuple[str, str], ...]
    keys: tuple[Key, ...]
    backend: str


@lru_cache(maxsize=2)
def _unpacked(task: _Task) -> Scenario:
    return next(iter(unpacked(task.scenario, task.plugins).values()))


def _part(given: Mapping[str, Array] | None, first: int, runs: int) -> dict[str, Array] | None:
    return None if given is None else {path: each[first : first + runs] for path, each in given.items()}


def _simulated(
    task: _Task, first: int, runs: int, given: dict[str, Array] | None
) -> tuple[dict[str, Array], Array]:
    """The inputs of these runs, and their latents `(key, year, run)`."""
    with UNPACKING:
        scenario = _unpacked(task)
    inputs = sampled(scenario, first, runs) if given is None else given
    only = _cells(scenario, task.keys)
    paths = simulate(scenario, first=first, runs=runs, drawn=inputs, only=only, backend=task.backend)
    return inputs, np.array([_yearly(paths, scenario, key) for key in task.keys])


def _cells(scenario: Scenario, keys: tuple[Key, ...]) -> dict[str, Cells]:
    ties = ties_of(scenario)
    found: dict[str, set[tuple[int, int]]] = {}
    for latent, _ in keys:
        for term in latent:
            cell = (
                _cell(scenario, term)
                if term.quantity == "activity"
                else cell_of(ties, term.quantity, *term.actors)
            )
            found.setdefault(term.quantity, set()).add(cell)
    return {quantity: frozenset(cells) for quantity, cells in found.items()}


def _cell(scenario: Scenario, term: Term) -> tuple[int, int]:
    """Where the activity about a dispute stands."""
    return [each.name for each in ties_of(scenario).disputes].index(term.actors[0]), 0


def _yearly(paths: Paths, scenario: Scenario, key: Key) -> Array:
    """A latent quantity, mean over the records of each year, `(year, run)`.

    Of a year that begins later, such as a fiscal one, only the months in its calendar year: what lies
    beyond would tell of the year to come.
    """
    latent, starts = key
    total = np.sum([term.sign * _path(paths, scenario, term) for term in latent], axis=0) / len(latent)
    shift = (starts - 1) * paths.year // 12
    first = np.arange(len(_years(scenario))) * paths.year + 1
    rows = [total[k + shift : k + paths.year] for k in first]
    return np.array([each.mean(axis=0) for each in rows])


def _path(paths: Paths, scenario: Scenario, term: Term) -> Array:
    if term.quantity == "activity":
        first, second = _cell(scenario, term)
        return paths.arrays["activity"][:, first, second] / THOUSAND
    return paths.of(term.quantity, *term.actors)


def _years(scenario: Scenario) -> range:
    """The calendar years that a run holds."""
    return range(scenario.calendar.start // 12, scenario.calendar.end // 12)


def _must_know(scenario: Scenario, latent: tuple[Term, ...]) -> None:
    known = {*scenario.actors, *(each.name for each in ties_of(scenario).disputes)}
    for term in latent:
        for name in term.actors:
            if name not in known:
                at = date_of(scenario.calendar.start)
                raise WedgeError(f"{scenario.name} (from {at}) has no {name}, which a series indicates")
