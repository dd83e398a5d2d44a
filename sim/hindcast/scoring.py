"""How forecasts fared: a row for each series, origin, time ahead and method, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..axes import Array
from ..forecasting.scores import (
    Coverage,
    Skill,
    brier,
    chance_of_rise,
    coverage,
    crps,
    fan,
    inside,
    pit,
    sign_hit,
    skill,
    skill_over_series,
)  # fmt: skip
from .forecasts import MODEL, Forecast
from .references import REFERENCES

METHODS = (MODEL, *REFERENCES)


@dataclass(frozen=True)
class Score:
    """How one method fared in one series at one time ahead; scores that need a change are NaN without one.

    `times` counts times ahead of the origin, `years` are those averaged. `crps` is on the scale on which the
    series is measured: forecasts of a logarithm have no mean in its unit.
    """

    mode: str
    origin: int
    series: str
    years: str
    times: int
    method: str
    last: float
    came: float
    low: float
    median: float
    high: float
    crps: float
    inside_50: float
    inside_90: float
    rise: float
    sign_hit: float
    brier: float
    pit: float


def scores(forecasts: Iterable[Forecast]) -> Iterator[Score]:
    """A row for each observation that came and each method."""
    for each in forecasts:
        for method, samples in each.samples.items():
            yield from _of(each, method, samples)


def _of(each: Forecast, method: str, samples: Array) -> Iterator[Score]:
    came, quantiles = each.came, fan(samples)
    rise = chance_of_rise(samples, each.last)
    columns = (
        crps(each.scaled(samples), each.scaled(came)), inside(quantiles, came, 0.5), inside(quantiles, came, 0.9), rise,
        sign_hit(rise, came, each.last), brier(rise, came, each.last), pit(samples, came),
    )  # fmt: skip
    for k in np.flatnonzero(~np.isnan(came)):
        years = each.panel.after[k]
        yield Score(
            each.mode, each.origin, each.panel.series.series, "-".join(map(str, dict.fromkeys((years[0], years[-1])))),
            int(each.panel.ahead.times[k]), method, each.last, float(came[k]), float(quantiles[0, k]),
            float(quantiles[2, k]), float(quantiles[4, k]), *(float(column[k]) for column in columns),
        )  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """One series over some origins: the model's mean score, skill against each baseline, coverage, signs."""

    series: str
    origins: tuple[int, ...]
    observations: int
    crps: float
    skill: dict[str, Skill]
    coverage_50: Coverage
    coverage_90: Coverage
    baseline_90: dict[str, Coverage]
    sign_hits: float
    signs: int
    baseline_signs: dict[str, float]


def summary(rows: Sequence[Score], seed: int) -> list[Summary]:
    """What the rows (of one mode) say of each series; series in the order of the rows."""
    return [
        _summed([row for row in rows if row.series == name], seed)
        for name in dict.fromkeys(r.series for r in rows)
    ]


def _summed(rows: Sequence[Score], seed: int) -> Summary:
    by = {method: [row for row in rows if row.method == method] for method in METHODS}
    mine = by[MODEL]
    origins = np.array([row.origin for row in mine])
    own = np.array([row.crps for row in mine])
    skills = {
        name: skill(own, np.array([row.crps for row in by[name]]), origins, np.random.default_rng([seed, k]))
        for k, name in enumerate(REFERENCES)
    }
    hits = {name: np.array([row.sign_hit for row in by[name]]) for name in METHODS}
    return Summary(
        mine[0].series, tuple(int(each) for each in np.unique(origins)), len(mine), float(own.mean()), skills,
        coverage(np.array([row.inside_50 for row in mine])), coverage(np.array([row.inside_90 for row in mine])),
        {name: coverage(np.array([row.inside_90 for row in by[name]])) for name in REFERENCES},
        _mean(hits[MODEL]), int((~np.isnan(hits[MODEL])).sum()), {name: _mean(hits[name]) for name in REFERENCES},
    )  # fmt: skip


def _mean(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


@dataclass(frozen=True)
class Verdict:
    """All series together: in how many the model scores better than each reference, its skill, its coverage.

    Series with fewer than `least` scores are left out of count and skill. `observations` are those
    scored, however many origins score them.
    """

    series: int
    least: int
    observations: int
    better: dict[str, int]
    skill: dict[str, Skill]
    coverage_50: Coverage
    coverage_90: Coverage


def verdict(rows: Sequence[Score], seed: int, least: int = 1) -> Verdict:
    """What the rows (of one mode) say of all series together."""
    found = [each for each in summary(rows, seed) if each.observations >= least]
    ratios = {name: np.array([1.0 - each.skill[name].value for each in found]) for name in REFERENCES}
    mine = [row for row in rows if row.method == MODEL]
    return Verdict(
        len(found), least, len({(row.series, row.years) for row in mine}),
        {name: int((ratios[name] < 1.0).sum()) for name in REFERENCES},
        {name: skill_over_series(ratios[name], np.random.default_rng([seed, k])) for k, name in enumerate(REFERENCES)},
        coverage(np.array([row.inside_50 for row in mine])), coverage(np.array([row.inside_90 for row in mine])),
    )  # fmt: skip
