"""The plane of two inputs or levers: its sides, its cells, and what crossing a side changes. Used by `map.py`.

Arrays and tables in, tables out; no sentences but the name of what is mapped.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..answer import FEWEST, SHARE, Z95, share_interval
from ..axes import Array
from ..designs import Grid
from ..errors import WedgeError, nearest
from ..study import Study
from .base import apart, response_name, side_name
from .effects import crossed
from .sensitivity import sampled

if TYPE_CHECKING:
    import pandas as pd

    from .map import Map

CELL = 10
"""Points that a cell of bins should hold at least; fewer hardly give an interval."""


@dataclass(frozen=True)
class Axis:
    """One side of the plane: its places, the edges between them, and what lies at each.

    `place` gives the place of every point `(point,)` for an input, and None for a lever, whose
    places are settings.
    """

    name: str
    title: str
    places: Array
    edges: Array
    settings: tuple[str, ...] = ()
    place: Array | None = None
    binned: bool = False


@dataclass(frozen=True)
class Cell:
    """The mean of a cell with its 95 % interval, and how many runs differ from none.

    `baseline` marks one that is compared with itself.
    """

    mean: float
    low: float
    high: float
    points: int
    runs: int
    differing: int
    freedom: float
    baseline: bool = False


def itself(each: Cell) -> Cell:
    """A cell that is compared with itself, without a mean and an interval."""
    nan = float("nan")
    return replace(each, mean=nan, low=nan, high=nan, baseline=True)


def bins_of(study: Study, sides: tuple[str, str], most: int) -> int:
    """Bins of each sampled side, so few that a cell holds at least 10 points if it can; never under 2."""
    points = len(sampled(study, np.arange(len(study.points)))[1])
    sides_in = sum(each in study.names for each in sides)
    fit = int((points / CELL) ** (1 / max(1, sides_in)) + 1e-9)
    return int(np.clip(fit, 2, most))


def axis(study: Study, name: str, bins: int, levels: int) -> Axis:
    """A side of the plane: an input of at most so many levels by level, else in bins.

    Raises WedgeError where there is no such input or numeric lever.
    """
    levers = [each.name for each in study.levers]
    if name in study.names:
        return _input(study, name, bins, levels)
    if name not in levers:
        known = [*study.names, *levers]
        raise WedgeError(f"there is no input or lever called {name!r}{nearest(name, known)}")
    lever = study.lever(name)
    if len(lever.values) < 2:
        raise WedgeError(f"the settings of the lever {name} are not numbers, so it cannot be a side of a map")
    order = np.argsort(lever.values)
    places = np.array(lever.values, dtype=float)[order]
    return Axis(name, lever.title, places, _midway(places), tuple(lever.settings[k] for k in order))


def _input(study: Study, name: str, bins: int, levels: int) -> Axis:
    rows = sampled(study, np.arange(len(study.points)))[1]
    values = study.input(name)[rows]
    known = np.unique(values)
    if len(known) < 2:
        raise WedgeError(f"{name} does not vary in this sweep")
    title = side_name(study, name)
    if isinstance(study.design, Grid) or len(known) <= levels:
        return Axis(name, title, known, _midway(known), place=np.searchsorted(known, values))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    places = np.array([values[place == k].mean() for k in range(len(edges) - 1)])
    return Axis(name, title, places, edges, place=place, binned=True)


def _midway(places: Array) -> Array:
    """Edges halfway between places, and as far beyond the outermost."""
    inner = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - inner[0]], inner, [2 * places[-1] - inner[-1]]])


@dataclass(frozen=True)
class Plane:
    """What is mapped over which plane."""

    asked: Map
    study: Study
    x: Axis
    y: Axis
    known: dict[int, Array] = field(default_factory=dict, repr=False)

    @property
    def share(self) -> bool:
        """Whether the outcome happens or does not."""
        return self.study.columns[self.asked.outcome][0] == SHARE

    @property
    def exact(self) -> bool:
        """Whether all else is averaged exactly, so that only luck is uncertain."""
        return isinstance(self.study.design, Grid)

    def values(self, i: int, j: int) -> Array:
        """The runs of a cell, `(point, replication)`."""
        here = self._settled(self.asked.option, i, j)
        values = self._read(here)
        if self.asked.against is not None:
            values = values - self._read(self._settled(self.asked.against, i, j, rival=True))
        rows = np.ones(len(values), dtype=bool)
        for side, k in ((self.x, i), (self.y, j)):
            if side.place is not None:
                rows &= side.place == k
        return values[rows]

    def named(self) -> str:
        """What is mapped, in words; along a lever its own setting is left out."""
        study, asked_for = self.study, self.asked
        sides = [side.name for side in (self.x, self.y) if side.settings]
        if not sides:
            return response_name(study, asked_for.outcome, asked_for.option, asked_for.against)
        if asked_for.against is None:
            return f"'{asked_for.outcome}'"
        there = study.options[study.index(asked_for.against)]
        if not self._moves(dict.fromkeys(sides, "")):
            return f"'{asked_for.outcome}', less that with {there.title}"
        here = study.options[study.index(asked_for.option)]
        ends = apart(study, here.name, there.name, sides)
        return f"'{asked_for.outcome}' with {ends[0]}, less that with {ends[1]}"

    def baseline(self, i: int, j: int) -> bool:
        """Whether a cell is compared with itself, so that its difference is 0 by construction."""
        against = self.asked.against
        if against is None:
            return False
        return self._settled(self.asked.option, i, j) == self._settled(against, i, j, rival=True)

    def _read(self, option: int) -> Array:
        if option not in self.known:
            values = self.study.values(self.asked.outcome, self.study.options[option].name)
            self.known[option] = sampled(self.study, values)[1]
        return self.known[option]

    def _settled(self, name: str | None, i: int, j: int, *, rival: bool = False) -> int:
        """The option at a cell: as `name`, with the levers of the axes set as the cell says.

        What is compared with, the `rival`, stays where it is unless it moves along.
        """
        study = self.study
        option = study.options[study.index(name)]
        sides = {side.name: side.settings[k] for side, k in ((self.x, i), (self.y, j)) if side.settings}
        if rival and not self._moves(sides):
            sides = {}
        wanted = {**option.settings, **sides}
        for k, each in enumerate(study.options):
            if dict(each.settings) == wanted:
                return k
        told = ", ".join(f"{key}: {value}" for key, value in wanted.items())
        raise WedgeError(f"map needs an option with {told}, which this sweep did not run")

    def _moves(self, sides: dict[str, str]) -> bool:
        """Whether what is compared with moves along the levers of the axes."""
        study, asked_for = self.study, self.asked
        here = study.options[study.index(asked_for.option)].settings
        there = study.options[study.index(asked_for.against)].settings
        return dict(here) != dict(there) and all(here.get(each) == there.get(each) for each in sides)

    def cell(self, values: Array) -> Cell:
        """Mean and interval of a cell; points with a gap are left out."""
        whole = values[~np.isnan(values).any(axis=1)]
        points, runs = len(whole), whole.size
        if not points:
            nan = float("nan")
            return Cell(nan, nan, nan, points=0, runs=0, differing=0, freedom=nan)
        half, freedom = self._half(whole)
        mean = float(whole.mean())
        low, high = mean - half, mean + half
        if self.share and self.asked.against is None:
            units = np.nan_to_num(whole.mean(axis=0 if self.exact else 1))
            a, b = share_interval(units.mean(), units.size)
            low, high = max(0.0, min(low, a)), min(1.0, max(high, b))
        return Cell(mean, low, high, points, runs, int((whole != 0.0).sum()), freedom)

    def _half(self, values: Array) -> tuple[float, float]:
        """Half width of the 95 % interval of the mean, and degrees of freedom (Satterthwaite)."""
        from scipy.special import stdtrit

        points, replications = values.shape
        by_luck = values.mean(axis=0).var(ddof=1) / replications if replications > 1 else np.inf
        by_point = values.mean(axis=1).var(ddof=1) / points if points > 1 else np.inf
        if self.exact:
            parts = [(by_luck, replications - 1)]
        elif replications == 1 or self.study.own_luck:
            parts = [(by_point, points - 1)]
        else:
            # Luck that differs by point is in both; taken out once.
            both = crossed(values) / values.size
            parts = [(by_point, points - 1), (max(0.0, by_luck - both), replications - 1)]
        total = sum(each for each, _ in parts)
        if not np.isfinite(total):
            return float("inf"), 0.0
        if total == 0.0:
            # Runs that all agree still leave a share uncertain (Agresti & Min 2005 with none discordant).
            units = min(each for _, each in parts) + 1
            return (Z95 / (units + 2) if self.share else 0.0), float(units - 1)
        freedom = total**2 / sum(each**2 / max(of, 1) for each, of in parts)
        return float(stdtrit(max(1.0, freedom), 0.975) * np.sqrt(total)), float(freedom)

    def table(self, cells: list[list[Cell]], level: float | None) -> pd.DataFrame:
        """One row a cell; `side` is 1 above the level, -1 below, 0 where that cannot be told.

        `few` tells that this is so for want of runs or worlds, `baseline` that there is nothing to tell.
        """
        import pandas as pd

        rows = []
        for j, row in enumerate(cells):
            for i, each in enumerate(row):
                known = {"column": i, "row": j, "x": self.x.places[i], "y": self.y.places[j]}
                known |= {"x_from": self.x.edges[i], "x_to": self.x.edges[i + 1]}
                known |= {"y_from": self.y.edges[j], "y_to": self.y.edges[j + 1]}
                known |= {"mean": each.mean, "low": each.low, "high": each.high}
                known |= {"points": each.points, "runs": each.runs, "differing": each.differing}
                known |= {"side": self._side(each, level), "few": self._few(each, level)}
                rows.append(known | {"baseline": each.baseline})
        return pd.DataFrame(rows)

    def _side(self, each: Cell, level: float | None) -> int:
        if level is None or self._few(each, level) or not np.isfinite(each.high - each.low):
            return 0
        return int(each.low > level) - int(each.high < level)

    def _few(self, each: Cell, level: float | None) -> bool:
        """Whether there are too few runs for an interval, or too few that differ for one that excludes the level."""
        if each.baseline or np.isnan(each.mean):
            return False
        if not np.isfinite(each.high - each.low):
            return True
        few = self.asked.against is not None and each.differing < FEWEST
        return few and level is not None and not each.low <= level <= each.high

    def effects(self, grid: list[list[Array]]) -> pd.DataFrame:
        """What crossing one side changes, at each place of the other, with its interval."""
        import pandas as pd

        rows = []
        for k, place in enumerate(self.y.places):
            rows.append(self._effect(self.x, self.y, place, grid[k][0], grid[k][-1]))
        for k, place in enumerate(self.x.places):
            rows.append(self._effect(self.y, self.x, place, grid[0][k], grid[-1][k]))
        return pd.DataFrame(rows)

    def _effect(self, over: Axis, at: Axis, place: float, first: Array, last: Array) -> dict[str, Any]:
        """Paired run by run where the cells hold the same points or levels, else by adding variances.

        Its direction is told where it differs from none even after looking at every place (Bonferroni).
        """
        row: dict[str, Any] = {"of": over.name, "from": over.places[0], "to": over.places[-1]}
        row |= {"at": at.name, "place": place}
        if first.shape == last.shape and (self.exact or over.settings):
            found = replace(self, asked=replace(self.asked, against="paired")).cell(last - first)
            mean, half, freedom = found.mean, found.high - found.mean, found.freedom
        else:
            one, other = self.cell(first), self.cell(last)
            mean = other.mean - one.mean
            half = float(np.hypot((one.high - one.low) / 2, (other.high - other.low) / 2))
            freedom = min(one.freedom, other.freedom)
        wide = half * widened(freedom, len(at.places))
        row |= {"effect": mean, "low": mean - half, "high": mean + half}
        row["direction"] = int(mean - wide > 0) - int(mean + wide < 0)
        return row


def widened(freedom: float, tests: int) -> float:
    """By what a 95 % interval grows for so many of them to hold together (Bonferroni; Dunn 1961)."""
    from scipy.special import stdtrit

    once, together = stdtrit(max(1.0, freedom), [0.975, 1.0 - 0.025 / tests])
    return float(together / once)


def passes(places: Array, means: Array, sides: Array, level: float) -> list[float]:
    """Where means along places pass a level, straight between cells, each time both sides of it are told.

    `places`, `means` and `sides` are `(cell,)` along one side; `sides` 1, -1, or 0 where that is not told;
    means may be NaN where a side is not told.
    """
    told, found = [k for k in range(len(sides)) if sides[k]], []
    for here, there in pairwise(told):
        if sides[here] == sides[there]:
            continue
        gaps, at = means[here : there + 1] - level, places[here : there + 1]
        keep = ~np.isnan(gaps)
        gaps, at = gaps[keep], at[keep]
        crossed = np.flatnonzero((gaps[:-1] > 0) != (gaps[1:] > 0))
        k = crossed[len(crossed) // 2]
        found.append(float(at[k] + (at[k + 1] - at[k]) * gaps[k] / (gaps[k] - gaps[k + 1])))
    return found


def additive_gap(means: Array) -> Array:
    """What is left of a table (its first two axes) when rows and columns are taken off, shaped as `means`."""
    rows, columns = means.mean(axis=1, keepdims=True), means.mean(axis=0, keepdims=True)
    gap: Array = means - rows - columns + means.mean(axis=(0, 1), keepdims=True)
    return gap


def by_chance(plane: Plane, grid: list[list[Array]]) -> float:
    """Sum of squares of interaction that error alone would give: of luck, and of points drawn.

    `grid` holds the runs of each cell by x and y, `(point, replication)` each. NaN where too few runs tell it.
    """
    known = [[each[~np.isnan(each).any(axis=1)] for each in row] for row in grid]
    by_run = np.array([[each.mean(axis=0) for each in row] for row in known])
    rows, columns, replications = by_run.shape
    luck = additive_gap(by_run).var(axis=2, ddof=1).sum() / replications if replications > 1 else np.nan
    if plane.exact:
        return float(luck)
    points = [
        each.mean(axis=1).var(ddof=1) / len(each) if len(each) > 1 else np.nan
        for row in known
        for each in row
    ]
    drawn = sum(points) * (rows - 1) * (columns - 1) / (rows * columns)
    shared = replications > 1 and not plane.study.own_luck
    return float(drawn + luck) if shared else float(drawn)


def idle(plane: Plane, over: Axis, grid: list[list[Array]]) -> bool:
    """Whether moving along a side changes no run at all; known only where the same runs are met again."""
    if not (plane.exact or over.settings):
        return False
    rows = grid if over is plane.x else [list(each) for each in zip(*grid, strict=True)]
    return all(np.array_equal(row[0], each, equal_nan=True) for row in rows for each in row)


def own(plane: Plane, at: Axis, k: int) -> bool:
    """Whether all that lies at a place of a side is compared with itself."""
    places = range(len(plane.y.places if at is plane.x else plane.x.places))
    return all(plane.baseline(k, each) if at is plane.x else plane.baseline(each, k) for each in places)
