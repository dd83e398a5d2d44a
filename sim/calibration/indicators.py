"""A series as seen from an origin: what was known then, what was to come, and the latent paths beside it.

Two-year means are counted back from the origin and on from it. Values stand on the scale on which the
relation to the latent quantity is linear. Read `worlds.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from ..axes import Array
from ..history import History, Series
from .measurement import Observed

LEAST = 6
"""Points before the origin that a series needs to be evidence, or to be forecast."""

FIRST_ORIGIN = 2011
"""The first year up to which UN votes have so many two-year means."""

LEVEL, BREAK, DRIVER = 20.0, 10.0, 5.0
"""Spread beforehand of a series' level, of a jump of it, and of the effect of a driver's logarithm, in errors (A22)."""

Years = tuple[int, ...]


@dataclass(frozen=True)
class Panel:
    """A series from an origin: years averaged (`before`, `after`) and the observations of both.

    The values of `ahead` are NaN where nothing was observed.
    """

    series: Series
    before: tuple[Years, ...]
    after: tuple[Years, ...]
    known: Observed
    ahead: Observed
    centre: float

    def unscaled(self, values: Array) -> Array:
        """Values on the scale of the panel as they are observed."""
        return np.clip(back(self.series.scale, values + self.centre), *self.series.limits)


def scaled(scale: str, values: Array) -> Array:
    """Observed values on the scale on which they are linear."""
    if scale == "log":
        return np.log(values)
    if scale == "logit":
        return np.log(values / (1.0 - values))
    return np.sqrt(values) if scale == "root" else np.asarray(values, dtype=float)


LARGEST = 700.0
"""The largest logarithm of a number that a computer holds."""


def back(scale: str, values: Array) -> Array:
    """The inverse of `scaled`; a square root below 0 is a count of 0."""
    if scale == "log":
        return np.exp(np.minimum(values, LARGEST))
    if scale == "logit":
        return 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
    return np.maximum(values, 0.0) ** 2 if scale == "root" else values


def panels(history: History, origin: int, last: int, *uses: str) -> list[Panel]:
    """The series of these uses that have enough points up to the origin, forecast up to the year `last`."""
    found = (panel(history, each, origin, last) for each in history.used(*uses))
    return [each for each in found if each is not None]


def panel(history: History, series: Series, origin: int, last: int) -> Panel | None:
    """A series from an origin, or None where it has fewer than LEAST points up to it."""
    seen = history.values[series.series]
    before = [each for each in _bins(series, origin, origin, -1) if all(year in seen for year in each)]
    if len(before) < LEAST:
        return None
    before.reverse()
    seen_last = before[-1][-1]
    after = [each for each in _bins(series, origin, last, 1) if _comparable(series, each, seen_last)]
    values = np.array([_mean(series, seen, each) for each in before])
    centre = float(values.mean())
    known = _observed(history, series, tuple(before), tuple(before), origin, values - centre)
    to_come = np.array([_mean(series, seen, each) - centre for each in after])
    ahead = _observed(history, series, tuple(after), tuple(before), origin, to_come)
    return Panel(series, tuple(before), tuple(after), known, ahead, centre)


def evidence(history: History, origin: int) -> list[Panel]:
    """The indicators up to an origin: series that share their errors count once, by their mean."""
    groups: dict[str, list[Panel]] = {}
    for each in panels(history, origin, origin, "likelihood"):
        groups.setdefault(each.series.joint or each.series.series, []).append(each)
    return [_merged(history, each, origin) for each in groups.values()]


def _merged(history: History, found: list[Panel], origin: int) -> Panel:
    """One indicator of series that share their errors: in each bin the mean of what was observed in it."""
    first = found[0]
    if len(found) == 1:
        return first
    seen = [dict(zip(each.before, each.known.values, strict=True)) for each in found]
    bins = tuple(sorted({years for each in seen for years in each}))
    values = np.array([np.mean([each[years] for each in seen if years in each]) for years in bins])
    known = _observed(history, first.series, bins, bins, origin, values)
    return replace(first, before=bins, known=known)


def latent_of(paths: Mapping[int, Array], bins: tuple[Years, ...]) -> Array:
    """The mean of a latent quantity over the years of each bin, `(draw, bin)`; `paths` are `(draw,)` by year."""
    return np.stack([np.mean([paths[year] for year in each], axis=0) for each in bins], axis=1)


def _bins(series: Series, origin: int, last: int, way: int) -> Iterator[Years]:
    """The years averaged, from the origin backwards (-1) or onwards (1)."""
    width = series.years
    if way < 0:
        for end in range(origin, series.first + width - 2, -width):
            yield tuple(range(end - width + 1, end + 1))
    else:
        for start in range(origin + 1, last - width + 2, width):
            yield tuple(range(start, start + width))


def _comparable(series: Series, years: Years, seen: int) -> bool:
    """Whether the level of the last year that was seen still holds."""
    return not any(seen < each <= years[-1] for each in series.breaks)


def _mean(series: Series, seen: Mapping[int, float], years: Years) -> float:
    if not all(year in seen for year in years):
        return np.nan
    return float(scaled(series.scale, np.array([seen[year] for year in years])).mean())


def _observed(
    history: History,
    series: Series,
    bins: tuple[Years, ...],
    known: tuple[Years, ...],
    origin: int,
    values: Array,
) -> Observed:
    columns, spreads = [np.ones(len(bins))], [LEVEL]
    for year in series.breaks:
        if known[0][0] < year <= known[-1][-1]:
            columns.append(np.array([float(each[0] >= year) for each in bins]))
            spreads.append(BREAK)
    if series.driver:
        middle = np.mean([_driver(history, series, each) for each in known])
        columns.append(np.array([_driver(history, series, each) - middle for each in bins]))
        spreads.append(DRIVER)
    times = np.array([ceil((each[-1] - origin) / series.years) for each in bins])
    return Observed(times, values, np.stack(columns, axis=1), np.array(spreads), series.error)


def _driver(history: History, series: Series, years: Years) -> float:
    """The mean logarithm of a driver: between its years on a line, beyond them as in the last five."""
    seen = history.values[series.driver]
    known = np.array(sorted(seen))
    logs = np.log([seen[year] for year in known])
    last = known[-1]
    growth = (logs[-1] - np.interp(last - 5, known, logs)) / 5.0
    wanted = np.array(years)
    return float(np.mean(np.interp(wanted, known, logs) + growth * np.maximum(wanted - last, 0)))
