"""What the analyses of choices share: resampling, options by their settings, and amounts in words.

Resampling answers how far a mean over worlds hangs on which worlds, and which luck, were looked at. It
says nothing of how much worlds differ from each other, which tables give apart as `q05` and `q95`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..answer import FEWEST, share_interval
from ..axes import Array
from ..errors import WedgeError, nearest
from ..study import Lever, Option, Study
from . import telling
from .telling import count, listed

RESAMPLES = 1000
"""Resamples of a bootstrap; fewer, but never under 200, where there are more than 50,000 points."""

INTERVAL = (0.025, 0.975)
SURE = 0.95
"""Share of resamples in which an option must come first before that is told."""


# --- resampling -----------------------------------------------------------------------------------


def resamples(study: Study) -> Iterator[tuple[Array, Array]]:
    """How often each point `(point,)` and each replication `(replication,)` counts, by resample.

    Points are drawn anew, as worlds. Where all points share the luck of the same replications these
    are drawn anew too, apart from the points (Owen 2007), which errs on the wide side; where each
    point has luck of its own, drawing points is enough.
    """
    generator = np.random.default_rng([study.seed % 2**63, 1979])
    points, replications = len(study.points), study.replications
    crossed = replications > 1 and (points == 1 or not study.own_luck)
    for _ in range(int(np.clip(5e7 / points, 200, RESAMPLES))):
        yield _drawn(generator, points, points > 1), _drawn(generator, replications, crossed)


def _drawn(generator: np.random.Generator, size: int, anew: bool) -> Array:
    if not anew:
        return np.ones(size)
    return np.bincount(generator.integers(size, size=size), minlength=size).astype(float)


def resampled_means(study: Study, columns: Array) -> Array:
    """The mean over runs of each of `(column, point, replication)`, resample by resample, `(resample, column)`.

    Runs without a value are left out. Raises nothing; NaN where a resample has no run with a value.
    """
    known = ~np.isnan(columns)
    filled, complete = np.where(known, columns, 0.0), bool(known.all())
    found = []
    for points, replications in resamples(study):
        total = np.matmul(points, filled) @ replications
        runs = points.sum() * replications.sum() if complete else np.matmul(points, known) @ replications
        with np.errstate(invalid="ignore"):
            found.append(total / runs)
    return np.array(found)


def percentiles(resampled: Array) -> tuple[Array, Array]:
    """The 95 % percentile interval along the first axis; infinite where what is sought lies beyond."""
    low, high = np.quantile(resampled, INTERVAL, axis=0, method="inverted_cdf")
    return np.asarray(low), np.asarray(high)


def mean_of(columns: Array) -> Array:
    """The mean over all runs of `(..., point, replication)`, runs without a value left out."""
    known = ~np.isnan(columns)
    with np.errstate(invalid="ignore"):
        return np.where(known, columns, 0.0).sum(axis=(-2, -1)) / known.sum(axis=(-2, -1))


def by_world(values: Array) -> Array:
    """The mean over replications of `(..., point, replication)`, NaN where no run has a value."""
    known = ~np.isnan(values)
    runs = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(runs > 0, total / np.maximum(runs, 1), np.nan)


def level_interval(study: Study, values: Array, resampled: Array, unit: str) -> tuple[float, float]:
    """Interval of a mean level; where all runs agree on 0 or 1 that of a share (Agresti & Coull 1998)."""
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    if unit == "0 or 1" and np.ptp(known) == 0.0:
        units = len(study.points) if len(study.points) > 1 else known.size
        return share_interval(np.full(units, known[0]))
    low, high = percentiles(resampled)
    return float(low), float(high)


def direction(low: float, high: float, differing: int) -> int:
    """1 or -1 where an interval excludes none and enough runs differ at all, else 0."""
    told = differing >= FEWEST
    return int(told and low > 0.0) - int(told and high < 0.0)


def spread(worlds: Array) -> tuple[float, float]:
    """The 5 % and 95 % quantiles over worlds, which more runs would not shrink; NaN for one world."""
    known = worlds[~np.isnan(worlds)]
    if known.size < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(known, (0.05, 0.95))
    return float(low), float(high)


# --- options --------------------------------------------------------------------------------------


def option_with(study: Study, settings: Mapping[str, str], why: str) -> str:
    """The option with just these settings. Raises WedgeError where the sweep has none."""
    for each in study.options:
        if dict(each.settings) == dict(settings):
            return each.name
    told = ", ".join(f"{lever}={setting}" for lever, setting in settings.items())
    raise WedgeError(f"{why}, but this sweep has none with {told}")


def option_named(study: Study, name: str | None) -> Option:
    """An option by name; the first unless given."""
    return study.options[study.index(name)]


def rival_named(study: Study, option: str | None, against: str | None, who: str) -> Option:
    """What an option is held against: as asked for, else the only other one."""
    here = study.index(option)
    others = [k for k in range(len(study.options)) if k != here]
    if against is None and len(others) != 1:
        known = ", ".join(each.name for each in study.options[:8])
        told = f"this sweep has {known}" + (" and more" if len(study.options) > 8 else "")
        raise WedgeError(f"{who} compares two options; give against ({told})")
    rival = others[0] if against is None else study.index(against)
    if rival == here:
        raise WedgeError(
            f"{who} compares two options, but option and against are both {study.options[here].name}"
        )
    return study.options[rival]


def numeric(study: Study, name: str, who: str) -> Lever:
    """A lever whose settings are numbers, at least two. Raises WedgeError for others."""
    lever = study.lever(name)
    if len(lever.values) != len(lever.settings) or len(set(lever.values)) < 2:
        numbers = ", ".join(each.name for each in study.levers if len(set(each.values)) > 1)
        hint = f"; levers with numbers are {numbers}" if numbers else "; no lever of this sweep has numbers"
        raise WedgeError(f"{who} needs a lever with two numbers or more, and {name} has none{hint}")
    return lever


def directions(study: Study, less: Sequence[str], more: Sequence[str], who: str) -> dict[str, int]:
    """Each outcome named, with 1 where more of it is better and -1 where less is."""
    if isinstance(less, str) or isinstance(more, str):
        raise WedgeError(f"{who}: less and more are lists of outcomes, not one text")
    if twice := sorted(set(less) & set(more)) or sorted({each for each in less if less.count(each) > 1}):
        raise WedgeError(f"{who}: {twice[0]} is named twice; is less or more of it better?")
    for each in (*less, *more):
        check_outcome(study, each)
    return dict.fromkeys(less, -1) | dict.fromkeys(more, 1)


def check_outcome(study: Study, name: str) -> None:
    """Refuse a name that is no column of outcomes."""
    if name not in study.columns:
        raise WedgeError(f"there is no outcome called {name!r}{nearest(name, study.columns)}")


# --- words ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Amounts:
    """How amounts of a column are written: shares in percent and points, others as they are.

    `gap` says between which options it is a difference, where it is one.
    """

    name: str
    unit: str
    gap: str = ""

    @property
    def share(self) -> bool:
        """Whether the column is 0 or 1, so that its mean is a probability."""
        return self.unit == "0 or 1"

    @property
    def what(self) -> str:
        """What its mean is."""
        what = f"the probability of '{self.name}'" if self.share else f"the mean of '{self.name}' ({self.unit})"
        return f"{what} {self.gap}" if self.gap else what

    def level(self, value: float, width: float = 0.0) -> str:
        """A level, no more exact than an interval so wide."""
        if self.gap:
            return self.size(value, width)
        return f"{percent(value)}%" if self.share else number(value, width)

    def size(self, value: float, width: float = 0.0) -> str:
        """A difference without a sign."""
        return f"{percent(value)} points" if self.share else number(value, width)

    def change(self, value: float, width: float = 0.0) -> str:
        """A difference with its sign."""
        return ("+" if value > 0 else "") + self.size(value, width)

    def between(self, low: float, high: float) -> str:
        """An interval of levels."""
        return f"95% interval {self.level(low, high - low)} to {self.level(high, high - low)}"

    def changes(self, low: float, high: float) -> str:
        """An interval of differences, the unit once."""
        width = high - low
        return f"95% interval {self.change(low, width).removesuffix(' points')} to {self.change(high, width)}"


def amounts(study: Study, outcome: str) -> Amounts:
    """The words for a column. Raises WedgeError where there is none."""
    check_outcome(study, outcome)
    return Amounts(outcome, study.columns[outcome][0])


def gap_told(study: Study, option: str | None, against: str, apart: str) -> str:
    """Between which options a difference is, by the levers in which they differ `apart` from one."""
    here, there = option_named(study, option).settings, option_named(study, against).settings
    others = [each for each in study.levers if here[each.name] != there[each.name] and each.name != apart]
    ends = [
        listed([f"{each.title} {each.told(one[each.name])}" for each in others]) or option_named(study, against).title
        for one in (here, there)
    ]
    return f"with {ends[0]}, less that with {ends[1]}," if others else f"less that with {ends[1]},"


def number(value: float, width: float = 0.0) -> str:
    """A number as exact as its 95 % interval is wide; four digits at most where it has none."""
    if np.isfinite(width) and width > 1e-6 * abs(value):
        return telling.number(value, width)
    return plain_number(value) if np.isfinite(value) else "not known"


def percent(value: float) -> str:
    """A share in percent, to a tenth; more where that would round it away."""
    hundred = 100 * value
    return f"{hundred:.1g}" if hundred and abs(hundred) < 0.05 else f"{round(hundred, 1) + 0.0:.1f}"


def plain_number(value: float) -> str:
    """A setting or an input's value, four digits at most."""
    return f"{value + 0.0:.4g}" if abs(value) < 9999.5 else f"{value:,.0f}"


def looked_at(study: Study, runs: int) -> str:
    """How many runs in how many worlds."""
    points = len(study.points)
    return count(runs, "run") + (f" in {points:,} worlds" if points > 1 else "")


def cautions(study: Study, left_out: int = 0) -> list[str]:
    """What a reader must know of the sample: runs without a value, and luck that all worlds share."""
    told = []
    if left_out:
        told.append(f"{count(left_out, 'run')} without a value {'is' if left_out == 1 else 'are'} left out.")
    few = study.replications
    if len(study.points) > 1 and not study.own_luck and few < FEWEST:
        held = "is not in the intervals" if few == 1 else "is only roughly in the intervals"
        told.append(
            f"All points share the luck of the same {count(few, 'run')}, so what hangs on luck {held}."
        )
    return told
