"""Two inputs or levers at a time: a map of the outcome over their plane, all else averaged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..answer import FEWEST, SHARE, Z95, share_interval
from ..axes import Array
from ..designs import Grid, Morris, OneAtATime
from ..errors import WedgeError, nearest
from ..study import Study
from .base import Analysis, Finding, asked, response_name
from .effects import crossed
from .sensitivity import sampled
from .telling import amount, count, listed, percent, scale_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Axis:
    """One side of the plane: its places, the edges between them, and what lies at each.

    `place` gives the place of every point `(point,)` for an input, and None for a lever, whose
    places are settings.
    """

    name: str
    places: Array
    edges: Array
    settings: tuple[str, ...] = ()
    place: Array | None = None
    binned: bool = False


@dataclass(frozen=True)
class Cell:
    """The mean of a cell with its 95 % interval, and how many runs differ from none."""

    mean: float
    low: float
    high: float
    points: int
    runs: int
    differing: int
    freedom: float


@dataclass(frozen=True)
class Map(Analysis):
    """The outcome, or what an option changes, over the plane of two inputs or numeric levers.

    Each cell holds the mean over its replications and over all other inputs: exact on a grid and
    along levers, in bins of equally many points on samples. Its interval holds luck and, on samples,
    the other inputs; luck is shared by the points of a cell, and is counted so (two-way variance,
    Student's t). Along a lever the options are those whose other levers are set as in `option`; what
    they are compared with moves along too where `against` differs from `option` in other levers
    only, and stays fixed otherwise. About one cell in twenty misses its interval by chance; that an
    effect changes sign along the other side is told only where both signs hold all the same.
    """

    analysis: ClassVar[str] = "map"

    x: str = asked("text", "the input or numeric lever across")
    y: str = asked("text", "the input or numeric lever upward")
    outcome: str = asked("outcome", "the outcome to map")
    option: str | None = asked("option", "the option to look at; the first unless given", None)
    against: str | None = asked("option", "map the difference from this option instead", None)
    bins: int = asked("whole", "bins of an input that was sampled", 6, low=2, high=100)
    level: float | None = asked("number", "the contour to find; 0 for differences unless given", None)

    def of(self, study: Study) -> Finding:
        """Means and intervals cell by cell, where they lie above or below, and how the two interact."""
        if self.x == self.y:
            raise WedgeError(f"x and y are both {self.x}; name two")
        across, upward = axis(study, self.x, self.bins), axis(study, self.y, self.bins)
        if isinstance(study.design, Morris | OneAtATime) and not (across.settings and upward.settings):
            raise WedgeError(
                f"map needs points that fill the plane, as a design of kind grid or latin_hypercube gives; "
                f"this sweep's is {study.design.kind}"
            )
        plane = Plane(self, study, across, upward)
        grid = [[plane.values(i, j) for i in range(len(across.places))] for j in range(len(upward.places))]
        cells = [[plane.cell(each) for each in row] for row in grid]
        table, level = plane.table(cells, self.divide), self.divide
        effects = plane.effects(grid)
        asked_about = plane.named()
        name = asked_about + ("," if self.against is not None else "")
        answer = [_range(plane, table, name)]
        answer += [] if level is None else [_sides(table, level)]
        answer += [*_across(plane, effects), *_apart(plane, grid, cells), *_empty(table)]
        tables = {"cells": table, "effects": effects}
        return Finding(self, f"How does {name} depend on {self.x} and {self.y}?", answer, tables)

    @property
    def divide(self) -> float | None:
        """The number that the contour to find is at."""
        return 0.0 if self.level is None and self.against is not None else self.level


def axis(study: Study, name: str, bins: int) -> Axis:
    """A side of the plane. Raises WedgeError where there is no such input or numeric lever."""
    levers = [each.name for each in study.levers]
    if name in study.names:
        return _input(study, name, bins)
    if name not in levers:
        known = [*study.names, *levers]
        raise WedgeError(f"there is no input or lever called {name!r}{nearest(name, known)}")
    lever = study.lever(name)
    if len(lever.values) < 2:
        raise WedgeError(f"the settings of the lever {name} are not numbers, so it cannot be a side of a map")
    order = np.argsort(lever.values)
    places = np.array(lever.values, dtype=float)[order]
    return Axis(name, places, _midway(places), tuple(lever.settings[k] for k in order))


def _input(study: Study, name: str, bins: int) -> Axis:
    rows = sampled(study, np.arange(len(study.points)))[1]
    values = study.input(name)[rows]
    known = np.unique(values)
    if len(known) < 2:
        raise WedgeError(f"{name} does not vary in this sweep")
    if isinstance(study.design, Grid) or len(known) <= bins:
        return Axis(name, known, _midway(known), place=np.searchsorted(known, values))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    places = np.array([values[place == k].mean() for k in range(len(edges) - 1)])
    return Axis(name, places, edges, place=place, binned=True)


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
            values = values - self._read(self._settled(self.asked.against, i, j))
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
        others = [each for each in study.levers if here.settings[each.name] != there.settings[each.name]]
        ends = [
            listed([f"{each.title} {each.told(one.settings[each.name])}" for each in others])
            for one in (here, there)
        ]
        return f"'{asked_for.outcome}' with {ends[0]}, less that with {ends[1]}"

    def _read(self, option: int) -> Array:
        if option not in self.known:
            values = self.study.values(self.asked.outcome, self.study.options[option].name)
            self.known[option] = sampled(self.study, values)[1]
        return self.known[option]

    def _settled(self, name: str | None, i: int, j: int) -> int:
        """The option at a cell: as `name`, with the levers of the axes set as the cell says."""
        study = self.study
        option = study.options[study.index(name)]
        sides = {side.name: side.settings[k] for side, k in ((self.x, i), (self.y, j)) if side.settings}
        if name is not None and name == self.asked.against and not self._moves(sides):
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
        """One row a cell; `side` is 1 above the level, -1 below, 0 where that cannot be told."""
        import pandas as pd

        rows = []
        for j, row in enumerate(cells):
            for i, each in enumerate(row):
                known = {"column": i, "row": j, "x": self.x.places[i], "y": self.y.places[j]}
                known |= {"x_from": self.x.edges[i], "x_to": self.x.edges[i + 1]}
                known |= {"y_from": self.y.edges[j], "y_to": self.y.edges[j + 1]}
                known |= {"mean": each.mean, "low": each.low, "high": each.high}
                known |= {"points": each.points, "runs": each.runs, "differing": each.differing}
                rows.append(known | {"side": self._side(each, level)})
        return pd.DataFrame(rows)

    def _side(self, each: Cell, level: float | None) -> int:
        few = self.asked.against is not None and each.differing < FEWEST
        if level is None or few or not np.isfinite(each.high - each.low):
            return 0
        return int(each.low > level) - int(each.high < level)

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
        wide = half * _widened(freedom, len(at.places))
        row |= {"effect": mean, "low": mean - half, "high": mean + half}
        row["direction"] = int(mean - wide > 0) - int(mean + wide < 0)
        return row


def _widened(freedom: float, tests: int) -> float:
    """By what a 95 % interval grows for so many of them to hold together (Bonferroni; Dunn 1961)."""
    from scipy.special import stdtrit

    once, together = stdtrit(max(1.0, freedom), [0.975, 1.0 - 0.025 / tests])
    return float(together / once)


# --- sentences ------------------------------------------------------------------------------------


def _place(plane: Plane, row: Any) -> str:
    sides = ((plane.x, row["x"]), (plane.y, row["y"]))
    return " and ".join(f"{side.name} {'about ' if side.binned else ''}{place:.3g}" for side, place in sides)


def _range(plane: Plane, table: pd.DataFrame, name: str) -> str:
    known = table.dropna(subset=["mean"])
    if not len(known):
        raise WedgeError(f"{plane.asked.outcome} has a value in no cell")
    scale, unit = scale_of(plane.study, plane.asked.outcome)
    ends = [known.iloc[int(known["mean"].argmin())], known.iloc[int(known["mean"].argmax())]]
    told = []
    for each in ends:
        size = amount(each["mean"], each["low"], each["high"], scale, unit)
        if plane.asked.against is None:
            size = size.lstrip("+").replace(" points", "% of runs" if plane.share else "", 1)
        told.append(f"{size} at {_place(plane, each)}")
    return f"The mean of {name} goes from {told[0]} to {told[1]}."


def _sides(table: pd.DataFrame, level: float) -> str:
    """On which share of the plane it lies above, below, or cannot be told."""
    known = table.dropna(subset=["mean"])
    shares = {side: float((known["side"] == side).mean()) for side in (-1, 1, 0)}
    words = {-1: "negative", 1: "positive"} if level == 0 else {-1: f"below {level:g}", 1: f"above {level:g}"}
    what = "0" if level == 0 else f"{level:g}"
    return (
        f"Of {count(len(known), 'cell')} of the plane it is {words[-1]} in {percent(shares[-1])}, {words[1]} in "
        f"{percent(shares[1])}, and not distinguishable from {what} in {percent(shares[0])}."
    )


def _across(plane: Plane, effects: pd.DataFrame) -> list[str]:
    """Whether the effect of each side changes sign along the other."""
    scale, unit = scale_of(plane.study, plane.asked.outcome)
    lines = []
    for over, at in ((plane.x, plane.y), (plane.y, plane.x)):
        mine = effects[effects["of"] == over.name]
        ends = [
            amount(each["effect"], each["low"], each["high"], scale, unit)
            for _, each in mine.iloc[[0, -1]].iterrows()
        ]
        signs = set(mine["direction"])
        verdict = (
            "it changes sign"
            if {1, -1} <= signs
            else "it does not change sign distinguishably"
            if signs & {1, -1}
            else "it is distinguishable from none nowhere"
        )
        lines.append(
            f"Raising {over.name} from {over.places[0]:.3g} to {over.places[-1]:.3g} changes it by "
            f"{ends[0]} where {at.name} is lowest "
            f"and by {ends[1]} where it is highest; {verdict}."
        )
    return lines


def _apart(plane: Plane, grid: list[list[Array]], cells: list[list[Cell]]) -> list[str]:
    """How much of the differences between cells the two make only together."""
    means = np.array([[each.mean for each in row] for row in cells])
    if np.isnan(means).any():
        return []
    apart, total = additive_gap(means), float(((means - means.mean()) ** 2).sum())
    if total <= 1e-20:
        return ["All cells are alike."]
    share, chance = float((apart**2).sum()) / total, by_chance(plane, grid) / total
    head = f"Of the variance between cells {percent(share)} is interaction, what the two do only together"
    if not np.isfinite(chance):
        return [f"{head}; how much of it is error is not known."]
    told = f"error alone would give {percent(min(1.0, chance))}"
    if share <= max(2 * chance, 1e-9):
        return [f"{head}; {told if chance < 0.01 else 'error alone could give as much'}."]
    j, i = np.unravel_index(np.abs(apart).argmax(), apart.shape)
    scale, unit = scale_of(plane.study, plane.asked.outcome)
    at = _place(plane, {"x": plane.x.places[i], "y": plane.y.places[j]})
    most = amount(
        float(apart[j, i]), float(apart[j, i]) - 0.05, float(apart[j, i]) + 0.05, scale, unit
    ).split(" (")[0]
    return [f"{head} ({told}); it is largest at {at}, {most}."]


def additive_gap(means: Array) -> Array:
    """What is left of a table (its first two axes) when rows and columns are taken off."""
    rows, columns = means.mean(axis=1, keepdims=True), means.mean(axis=0, keepdims=True)
    gap: Array = means - rows - columns + means.mean(axis=(0, 1), keepdims=True)
    return gap


def by_chance(plane: Plane, grid: list[list[Array]]) -> float:
    """Sum of squares of interaction that error alone would give: of luck, and of points drawn."""
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


def _empty(table: pd.DataFrame) -> list[str]:
    gone = int(table["mean"].isna().sum())
    return (
        [f"{count(gone, 'cell')} without a run that has a value {'is' if gone == 1 else 'are'} left empty."]
        if gone
        else []
    )
