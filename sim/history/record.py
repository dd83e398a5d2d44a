"""The record as tables: series, observations, capabilities. Imports nothing of the model.

A user's own observations are laid over the shipped ones row by row. Read `calibration/indicators.py` next.
"""

from __future__ import annotations

import csv
import importlib.resources
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import Fault, ScenarioError, WedgeError, nearest

FIRST_YEAR = 2000
"""The first year that is looked at, unless a series begins later."""

YEARS = (1900, 2100)
"""Years that an observation may be of."""

USES = ("likelihood", "forecast", "input")
SCALES = ("level", "log", "logit", "root")


class Term(NamedTuple):
    """One latent quantity within a sum: its sign, name, and whose it is."""

    sign: int
    quantity: str
    actors: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """A yearly series and how it is read.

    `use` is `likelihood` (evidence on the model), `forecast` (scored, but moved by too much else to be
    evidence) or `input` (given to the model). `latent` sums the quantities that it indicates, with
    `sign` the known sign of the loading. `scale` is that on which the relation is linear: the value
    itself, its logarithm, logit or (counts) square root; `error` the usual size of its errors there.
    `years` are averaged; a year begins in month `starts`. In the years `breaks` its level may jump.
    `driver` is an input whose logarithm bears on it too. Series with the same `joint` name share their
    errors, so their mean is what counts as evidence.
    """

    series: str
    title: str
    concept: str
    description: str
    unit: str
    source: str
    caveat: str
    use: str
    latent: tuple[Term, ...]
    sign: int
    scale: str
    years: int
    starts: int
    error: float
    first: int
    breaks: tuple[int, ...]
    driver: str
    joint: str

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value that its unit allows."""
        if self.unit.startswith("days"):
            return 0.0, 366.0
        if self.unit.startswith("%"):
            return 0.0, 100.0
        return (0.0, 1.0) if self.unit == "share" else (0.0, math.inf)


@dataclass(frozen=True)
class Sighting:
    """A dated act of one state toward another, with a count; `month` is None where only the year is known."""

    year: int
    month: int | None
    actor: str
    target: str
    event: str
    value: float
    unit: str
    source: str
    note: str


@dataclass(frozen=True)
class History:
    """Yearly observations by series, with what is known of each series, and states' capabilities.

    `sightings` are dated acts, that events of a scenario can be held against.
    """

    series: Mapping[str, Series]
    values: Mapping[str, Mapping[int, float]]
    capability: Mapping[str, Mapping[int, float]]
    sightings: tuple[Sighting, ...] = ()

    @property
    def last(self) -> int:
        """The last year with an observation that is not an input."""
        own = [name for name, each in self.series.items() if each.use != "input"]
        return max(year for name in own for year in self.values[name])

    def used(self, *uses: str) -> list[Series]:
        """The series of these uses, in the order of the table."""
        return [each for each in self.series.values() if each.use in uses]

    def given_until(self, year: int) -> History:
        """The same, but of what the model is given, capabilities among it, nothing after a year."""
        inputs = _before({each.series: self.values[each.series] for each in self.used("input")}, year)
        given = _before(self.capability, year)
        return replace(self, values={**self.values, **inputs}, capability=given)

    def with_rows(self, file: Path) -> History:
        """The same with a user's observations (`year,series,value`) laid over, or shares of world capability
        (`year,state,share`), from which ratios of capability follow.

        Raises ScenarioError with every fault of the file.
        """
        if _head(file) == SHARES:
            return self._with_shares(_capability(file, self.capability))
        own = _observations(file, self.series)
        merged = {name: {**self.values[name], **own.get(name, {})} for name in self.series}
        return replace(self, values=merged)

    def _with_shares(self, own: Mapping[str, Mapping[int, float]]) -> History:
        shares = {state: {**row, **own.get(state, {})} for state, row in self.capability.items()}
        ratios = {each.series: dict(self.values[each.series]) for each in self.used("input")}
        for name, row in ratios.items():
            above, below = (shares[state] for state in name.split("_")[-2:])
            row |= {year: above[year] / below[year] for year in above if year in below and year > max(row)}
        return replace(self, values={**self.values, **ratios}, capability=shares)


def load(*files: Path) -> History:
    """The shipped record, with users' observations laid over it in turn.

    Raises ScenarioError with every fault of a file, WedgeError where there is no such file.
    """
    place = Path(str(importlib.resources.files(__package__)))
    series = {each.series: each for each in _all_series(place / "series.csv")}
    found = _observations(place / "observations.csv", series)
    history = History(
        series, {name: found.get(name, {}) for name in series}, _capability(place / "capability.csv"),
        tuple(_sightings(place / "sightings.csv")),
    )  # fmt: skip
    for file in files:
        history = history.with_rows(file)
    return history


def _before(table: Mapping[str, Mapping[int, float]], year: int) -> dict[str, dict[int, float]]:
    return {name: {y: value for y, value in row.items() if y <= year} for name, row in table.items()}


def _observations(file: Path, series: Mapping[str, Series]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    faults = []
    for row in _rows(file, ("year", "series", "value")):
        year, value = row.number("year", whole=True), row.number("value")
        name = row.cells["series"]
        if name not in series:
            row.wrong("series", f"there is no series called {name!r}{nearest(name, series)}")
        elif value is not None and not _fits(series[name].scale, value):
            row.wrong("value", f"{name} is {value:g}; expected {EXPECTED[series[name].scale]}")
        elif value is not None and not series[name].limits[0] <= value <= series[name].limits[1]:
            low, high = series[name].limits
            row.wrong("value", f"{name} is {value:g}, outside {low:g} to {high:g} ({series[name].unit})")
        elif year is not None and not YEARS[0] <= year <= YEARS[1]:
            row.wrong("year", f"year is {year:g}; expected {YEARS[0]} to {YEARS[1]}")
        elif year in found.get(name, {}):
            row.wrong("year", f"{name} has two values for {year}")
        elif year is not None and value is not None:
            found.setdefault(name, {})[int(year)] = value
        faults += row.faults
    if faults:
        raise ScenarioError(faults)
    return found


EXPECTED = {
    "level": "a number",
    "log": "a number above 0",
    "logit": "a share between 0 and 1, neither included",
    "root": "a count, 0 or more",
}


def _fits(scale: str, value: float) -> bool:
    return {"level": True, "log": value > 0.0, "logit": 0.0 < value < 1.0, "root": value >= 0.0}[scale]


SHARES = ("year", "state", "share")


def _capability(file: Path, known: Iterable[str] = ()) -> dict[str, dict[int, float]]:
    """Shares by state and year; of `known` states alone where they are told."""
    found: dict[str, dict[int, float]] = {}
    faults, states = [], list(known)
    for row in _rows(file, SHARES):
        year, share, state = row.number("year", whole=True), row.number("share"), row.cells["state"]
        if states and state not in states:
            row.wrong("state", f"there is no state called {state!r}{nearest(state, states)}")
        elif year is not None and not YEARS[0] <= year <= YEARS[1]:
            row.wrong("year", f"year is {year:g}; expected {YEARS[0]} to {YEARS[1]}")
        elif share is not None and not 0.0 < share < 1.0:
            row.wrong("share", f"share is {share:g}; expected a share between 0 and 1, neither included")
        elif year is not None and share is not None:
            found.setdefault(state, {})[int(year)] = share
        faults += row.faults
    if faults:
        raise ScenarioError(faults)
    return found


def _sightings(file: Path) -> Iterator[Sighting]:
    for row in _rows(file, tuple(each.name for each in fields(Sighting))):
        month = row.cells["month"]
        cells: dict[str, Any] = {**row.cells, "month": int(month) if month else None}
        yield Sighting(**{**cells, "year": int(cells["year"]), "value": float(cells["value"])})


def _all_series(file: Path) -> Iterator[Series]:
    names = tuple(each.name for each in fields(Series))
    for row in _rows(file, names):
        cells: dict[str, Any] = dict(row.cells)
        cells["latent"] = tuple(terms(cells["latent"]))
        cells["sign"] = -1 if cells["sign"] == "-" else 1
        cells["breaks"] = tuple(int(each) for each in cells["breaks"].split())
        cells |= {name: int(cells[name]) for name in ("years", "starts", "first")}
        cells["error"] = float(cells["error"] or math.nan)
        yield Series(**cells)


def terms(text: str) -> Iterator[Term]:
    """The terms of a sum of latent quantities, written as `alignment china russia - stance russia japan`."""
    for sign, words in re.findall(r"(?:^|([+-]))\s*([^+-]+)", text):
        quantity, *actors = words.split()
        yield Term(-1 if sign == "-" else 1, quantity, tuple(actors))


@dataclass
class _Row:
    """A row of a table with its place, collecting what is wrong with it."""

    file: str
    line: int
    cells: dict[str, str]
    columns: tuple[str, ...]
    faults: list[Fault]

    def wrong(self, column: str, message: str) -> None:
        before = [self.cells[each] for each in self.columns[: self.columns.index(column)]]
        self.faults.append(Fault(self.file, self.line, sum(len(each) + 1 for each in before) + 1, message))

    def number(self, column: str, *, whole: bool = False) -> float | None:
        text = self.cells[column].strip()
        try:
            number = int(text) if whole else float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self.wrong(column, f"{column} is {text!r}; expected a {'whole ' if whole else ''}number")
        return None


def _head(file: Path) -> tuple[str, ...]:
    """The columns of a table."""
    return tuple(each.strip() for each in next(csv.reader(_text(file).splitlines()), []))


def _text(file: Path) -> str:
    """A table's text. Raises WedgeError where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text in UTF-8"
        raise WedgeError(f"{file}: {said}") from None


def _rows(file: Path, columns: tuple[str, ...]) -> Iterable[_Row]:
    """The rows of a table. Raises ScenarioError where its head or the length of a row is wrong."""
    reader, head = csv.reader(_text(file).splitlines()), _head(file)
    next(reader, None)
    if head != columns:
        raise ScenarioError(
            [Fault(str(file), 1, 1, f"the columns are {','.join(head)}; expected {','.join(columns)}")]
        )
    found, faults = [], []
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(columns):
            told = f"{len(cells)} cells; expected {len(columns)}: {','.join(columns)}"
            faults.append(Fault(str(file), reader.line_num, 1, told))
        else:
            found.append(
                _Row(str(file), reader.line_num, dict(zip(columns, cells, strict=True)), columns, [])
            )
    if faults:
        raise ScenarioError(faults)
    return found
