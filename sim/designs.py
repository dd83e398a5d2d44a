"""Designs: at which points of its uncertain inputs an experiment looks at the world.

A design is one small class: its fields are its settings, its docstring is its manual, and `block`
gives some of its points. Points are the same whatever the block size. Designs that only need a
stretch of a sequence make just that stretch, so a million points take no memory. SciPy and SALib
draw the samples; what is here maps them to the inputs' distributions. Read `study.py` next.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from .axes import Array
from .distributions import Distribution
from .errors import WedgeError, nearest
from .luck import draws
from .parameters import kinds_of

MOST_POINTS = 10_000_000
MOST_HELD = 100_000_000
"""Numbers (points by inputs) of a design that is made at once: 0.8 GB."""

BELOW_ONE = float(np.nextafter(1.0, 0.0))


@dataclass(frozen=True)
class Input:
    """An uncertain input of an experiment: its path, its distribution, and what the scenario says.

    `nominal` is the number that the scenario itself gives at this path.
    """

    path: str
    shape: Distribution
    nominal: float

    def levels(self, count: int) -> list[float]:
        """Values evenly spaced in probability, ends included; every value of a choice."""
        if self.shape.shape == "choice":
            return list(dict.fromkeys(self.shape.numbers))
        levels = [float(each) for each in self.at_levels(np.linspace(0.0, 1.0, count), count)]
        return list(dict.fromkeys(levels)) if self.shape.discrete else levels

    def at_levels(self, shares: Array, count: int) -> Array:
        """Values at these shares of `count` levels, 0 the lowest and 1 the highest.

        A normal distribution has no ends, so its levels are the middles of slices of equal probability.
        """
        if self.shape.shape == "normal":
            shares = (shares * (count - 1) + 0.5) / count
        return self.shape.draw(np.minimum(shares, BELOW_ONE) if self.shape.discrete else shares)


Inputs = tuple[Input, ...]


def setting(default: Any, meaning: str, *, low: float = 0.0, high: float = MOST_POINTS) -> Any:
    """A field of a design: a number (of the kind of its default) within bounds, or text."""
    facts = {"meaning": meaning, "low": low, "high": high}
    return field(metadata=facts) if default is ... else field(default=default, metadata=facts)


@dataclass(frozen=True)
class Design:
    """Base of all designs. `own_luck`: whether each point has luck of its own unless told otherwise.

    Where luck is shared, replication r has the luck of run r at every point. `structured`: whether
    an analysis needs every point, so that constraints cannot leave any out. `at_once`: whether all
    points are made, and held, at once.
    """

    kind: ClassVar[str]
    own_luck: ClassVar[bool] = False
    at_once: ClassVar[bool] = True
    structured: ClassVar[bool] = False

    def size(self, inputs: Inputs) -> int:
        """How many points there are."""
        raise NotImplementedError

    def block(self, inputs: Inputs, seed: int, first: int, count: int) -> Array:
        """Points `first` to `first + count - 1`, `(point, input)`."""
        return _whole(self, inputs, seed)[first : first + count]

    def all(self, inputs: Inputs, seed: int) -> Array:
        """Every point, `(point, input)`, for designs that are made at once."""
        raise NotImplementedError


@lru_cache(maxsize=1)
def _whole(design: Design, inputs: Inputs, seed: int) -> Array:
    points = design.all(inputs, seed)
    points.setflags(write=False)
    return points


def _shaped(inputs: Inputs, uniform: Array) -> Array:
    """Uniform numbers `(point, input)` as values of the inputs."""
    within = np.minimum(uniform, BELOW_ONE)
    return np.column_stack([each.shape.draw(within[:, k]) for k, each in enumerate(inputs)])


def _problem(inputs: Inputs) -> dict[str, Any]:
    """The inputs as SALib sees them: uniform shares, which our distributions then turn into values."""
    return {
        "num_vars": len(inputs),
        "names": [each.path for each in inputs],
        "bounds": [[0.0, 1.0]] * len(inputs),
    }


def _must_be_power_of_two(points: int) -> None:
    if points & (points - 1):
        above = 1 << points.bit_length()
        raise WedgeError(f"points is {points}; expected a power of two, {above // 2} or {above}")


@dataclass(frozen=True)
class MonteCarlo(Design):
    """Independent draws; every point is a world of its own, with luck of its own.

    Point k has the draws that run k of the scenario has, so the sweep is the scenario's own ensemble.
    """

    kind: ClassVar[str] = "monte_carlo"
    own_luck: ClassVar[bool] = True
    at_once: ClassVar[bool] = False

    points: int = setting(1000, "number of points", low=1)

    def size(self, inputs: Inputs) -> int:  # noqa: ARG002
        """As many as asked for."""
        return self.points

    def block(self, inputs: Inputs, seed: int, first: int, count: int) -> Array:
        """Drawn by name, as the scenario's uncertainties are."""
        values = [each.shape.draw(draws(seed, each.path, first, count)) for each in inputs]
        return np.column_stack(values) if values else np.zeros((count, 0))


@dataclass(frozen=True)
class LatinHypercube(Design):
    """A Latin hypercube: each input's range cut into as many slices as points, one point in each.

    McKay, Beckman & Conover 1979; SciPy's sampler. All points are made at once.
    """

    kind: ClassVar[str] = "latin_hypercube"

    points: int = setting(500, "number of points", low=1, high=1_000_000)

    def size(self, inputs: Inputs) -> int:  # noqa: ARG002
        """As many as asked for."""
        return self.points

    def all(self, inputs: Inputs, seed: int) -> Array:
        """Every point."""
        from scipy.stats import qmc

        return _shaped(inputs, qmc.LatinHypercube(len(inputs), rng=seed).random(self.points))


@dataclass(frozen=True)
class Sobol(Design):
    """A scrambled Sobol sequence, which fills the space evenly (Owen 1998; SciPy's sampler)."""

    kind: ClassVar[str] = "sobol"
    at_once: ClassVar[bool] = False

    points: int = setting(512, "number of points, a power of two", low=1, high=2**23)

    def __post_init__(self) -> None:
        _must_be_power_of_two(self.points)

    def size(self, inputs: Inputs) -> int:  # noqa: ARG002
        """As many as asked for."""
        return self.points

    def block(self, inputs: Inputs, seed: int, first: int, count: int) -> Array:
        """A stretch of the sequence."""
        from scipy.stats import qmc

        count = max(0, min(count, self.points - first))
        sampler = qmc.Sobol(len(inputs), rng=seed)
        with warnings.catch_warnings():  # the whole is a power of two, a stretch need not be
            warnings.simplefilter("ignore", UserWarning)
            if first:
                sampler.fast_forward(first)
            return _shaped(inputs, sampler.random(count))


@dataclass(frozen=True)
class Grid(Design):
    """Every combination of some levels of each input; for two or three inputs. The last varies fastest."""

    kind: ClassVar[str] = "grid"
    at_once: ClassVar[bool] = False

    levels: int = setting(5, "levels of each input; a choice has as many as it has values", low=2, high=1000)

    def size(self, inputs: Inputs) -> int:
        """The product of the numbers of levels."""
        return prod(len(each.levels(self.levels)) for each in inputs)

    def block(self, inputs: Inputs, seed: int, first: int, count: int) -> Array:  # noqa: ARG002
        """A stretch of the combinations."""
        points = np.arange(first, min(first + count, self.size(inputs)))
        values, later = np.empty((len(points), len(inputs))), 1
        for k in reversed(range(len(inputs))):
            levels = np.array(inputs[k].levels(self.levels))
            values[:, k] = levels[points // later % len(levels)]
            later *= len(levels)
        return values


@dataclass(frozen=True)
class OneAtATime(Design):
    """The scenario's own numbers first, then each input in turn at some levels, all others kept.

    Shows what each input does by itself, and where along it a verdict flips; no interactions.
    """

    kind: ClassVar[str] = "one_at_a_time"
    structured: ClassVar[bool] = True

    levels: int = setting(9, "levels of each input, ends included", low=2, high=1000)

    def size(self, inputs: Inputs) -> int:
        """One, and the levels of all inputs."""
        return 1 + sum(len(each.levels(self.levels)) for each in inputs)

    def all(self, inputs: Inputs, seed: int) -> Array:  # noqa: ARG002
        """The nominal point, then input by input."""
        nominal = np.array([each.nominal for each in inputs])
        rows = [nominal]
        for k, each in enumerate(inputs):
            for level in each.levels(self.levels):
                rows.append(np.where(np.arange(len(inputs)) == k, level, nominal))
        return np.array(rows)


@dataclass(frozen=True)
class Saltelli(Design):
    """Saltelli's scheme for Sobol indices: two samples, and each with one input swapped at a time.

    Saltelli 2002; SALib's sampler. Takes `points` times (inputs + 2) points, or (2 inputs + 2) with
    second-order indices.
    """

    kind: ClassVar[str] = "saltelli"
    structured: ClassVar[bool] = True

    points: int = setting(256, "size of the base sample, a power of two", low=2, high=2**20)
    second_order: bool = setting(default=False, meaning="whether to ask for interactions of two inputs")

    def __post_init__(self) -> None:
        _must_be_power_of_two(self.points)

    def size(self, inputs: Inputs) -> int:
        """Base sample times the swaps."""
        return self.points * (len(inputs) * (2 if self.second_order else 1) + 2)

    def all(self, inputs: Inputs, seed: int) -> Array:
        """SALib's order of points."""
        from SALib.sample import sobol

        sample = sobol.sample(
            _problem(inputs), self.points, calc_second_order=self.second_order, seed=seed % 2**32
        )
        return _shaped(inputs, sample)


@dataclass(frozen=True)
class Morris(Design):
    """Random walks in which one input moves at a time, for elementary effects (Morris 1991; SALib)."""

    kind: ClassVar[str] = "morris"
    structured: ClassVar[bool] = True

    trajectories: int = setting(20, "number of walks", low=2, high=100_000)
    levels: int = setting(4, "levels of each input, an even number", low=2, high=100)

    def __post_init__(self) -> None:
        if self.levels % 2:
            raise WedgeError(f"levels is {self.levels}; expected an even number")

    def size(self, inputs: Inputs) -> int:
        """Each walk has one point more than there are inputs."""
        return self.trajectories * (len(inputs) + 1)

    def all(self, inputs: Inputs, seed: int) -> Array:
        """SALib's order of points."""
        shares = self.shares(inputs, seed)
        return np.column_stack([each.at_levels(shares[:, k], self.levels) for k, each in enumerate(inputs)])

    def shares(self, inputs: Inputs, seed: int) -> Array:
        """The points as shares of each distribution, as the analysis of elementary effects needs them."""
        from SALib.sample import morris

        return np.asarray(
            morris.sample(_problem(inputs), self.trajectories, num_levels=self.levels, seed=seed % 2**32)
        )


@dataclass(frozen=True)
class Csv(Design):
    """Points of your own, from a CSV file whose header holds the paths of the inputs."""

    kind: ClassVar[str] = "csv"

    file: str = setting(..., "CSV file beside the experiment's")
    rows: tuple[tuple[float, ...], ...] = field(default=(), repr=False)

    def size(self, inputs: Inputs) -> int:
        """Rows of the file."""
        return len(self.all(inputs, 0))

    def all(self, inputs: Inputs, seed: int) -> Array:  # noqa: ARG002
        """The file's columns in the order of the inputs. Raises WedgeError where it does not fit."""
        if self.rows:
            return np.array(self.rows)
        return _table(Path(self.file), inputs)


def _table(file: Path, inputs: Inputs) -> Array:
    """The values in a CSV file, `(point, input)`. Raises WedgeError at the line that does not fit."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            order = _columns(file, next(lines, []), [each.path for each in inputs])
            rows = [_row(f"{file}:{lines.line_num}", row, order, inputs) for row in lines if any(row)]
    except OSError as error:
        raise WedgeError(f"{file}: cannot be read ({error.strerror})") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise WedgeError(f"{file}: cannot be read as CSV ({error})") from None
    if not rows:
        raise WedgeError(f"{file}: holds no points")
    return np.array(rows)


def _columns(file: Path, header: list[str], wanted: Sequence[str]) -> list[int]:
    """Which column holds each input."""
    names = [each.strip() for each in header]
    for each in names:
        if each not in wanted:
            comma = (
                "; columns are separated by commas" if ";" in each or "\t" in each else nearest(each, wanted)
            )
            raise WedgeError(f"{file}:1: there is no input called {each!r}{comma}")
        if names.count(each) > 1:
            raise WedgeError(f"{file}:1: the column {each!r} stands there twice")
    if missing := [each for each in wanted if each not in names]:
        raise WedgeError(f"{file}:1: the column {missing[0]!r} is missing")
    return [names.index(each) for each in wanted]


def _row(place: str, row: list[str], order: list[int], inputs: Inputs) -> list[float]:
    """One point of a CSV file."""
    if len(row) != len(order):
        raise WedgeError(f"{place}: {len(row)} values under {len(order)} columns")
    return [_number(place, row[k], each) for k, each in zip(order, inputs, strict=True)]


def _number(place: str, text: str, each: Input) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise WedgeError(f"{place}: {each.path} is {text.strip()!r}; expected a finite number")
    if each.shape.shape == "row" and value % 1:
        raise WedgeError(f"{place}: {each.path} is {value:g}; expected the number of a row, a whole number")
    if not each.shape.low <= value <= each.shape.high:
        raise WedgeError(
            f"{place}: {each.path} is {value:g}, outside {each.shape.low:g} to {each.shape.high:g}"
        )
    return value


def designs() -> dict[str, type[Design]]:
    """Every kind of design, by name."""
    return kinds_of(Design, "kind")
