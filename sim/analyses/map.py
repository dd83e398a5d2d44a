"""`map`: two inputs or levers at a time: the outcome over their plane, all else averaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..axes import Array
from ..designs import Morris, OneAtATime
from ..errors import WedgeError
from ..study import Study
from .base import Analysis, Finding, asked, check_level, check_outcome
from .plane import CELL, Axis, Cell, Plane, additive_gap, axis, bins_of, by_chance, idle, itself, own, passes
from .sensitivity import sampled
from .telling import amount, capital, count, listed, percent, scale_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Map(Analysis):
    """The outcome, or what an option changes, over the plane of two inputs or numeric levers.

    Each cell holds the mean over its replications and over all other inputs: exact on a grid and along
    levers, in bins of equally many points on samples, fewer than asked for where a cell would hold less
    than 10 points. Its interval holds luck and, on samples, the other inputs; luck is shared by the
    points of a cell, and is counted so (two-way variance, Student's t). Along a lever the options are
    those whose other levers are set as in `option`; what they are compared with moves along too where
    `against` differs from `option` in other levers only, and stays fixed otherwise; a cell that would
    be compared with itself is left out. About one cell in twenty misses its interval by chance; that an
    effect changes sign along the other side is told only where both signs hold all the same.
    """

    analysis: ClassVar[str] = "map"

    x: str = asked("side", "the input or numeric lever across")
    y: str = asked("side", "the input or numeric lever upward")
    outcome: str = asked("outcome", "the outcome to map")
    option: str | None = asked("option", "the option to look at; the first unless given", None)
    against: str | None = asked("option", "map the difference from this option instead", None)
    bins: int = asked("whole", "bins of an input that was sampled, at most", 6, low=2, high=100)
    level: float | None = asked("number", "the contour to find; 0 for differences unless given", None)

    def of(self, study: Study) -> Finding:
        """Means and intervals cell by cell, where they lie above or below, and how the two interact."""
        if self.x == self.y:
            raise WedgeError(f"x and y are both {self.x}; name two")
        check_outcome(study, self.outcome)
        if self.level is not None:
            check_level(study, self.outcome, self.level, difference=self.against is not None)
        bins = bins_of(study, (self.x, self.y), self.bins)
        across, upward = (axis(study, each, bins, self.bins) for each in (self.x, self.y))
        if isinstance(study.design, Morris | OneAtATime) and not (across.settings and upward.settings):
            raise WedgeError(
                f"map needs points that fill the plane, as a design of kind grid or latin_hypercube gives; "
                f"this sweep's is {study.design.kind}"
            )
        plane = Plane(self, study, across, upward)
        grid = [[plane.values(i, j) for i in range(len(across.places))] for j in range(len(upward.places))]
        cells = [
            [
                itself(plane.cell(each)) if plane.baseline(i, j) else plane.cell(each)
                for i, each in enumerate(row)
            ]
            for j, row in enumerate(grid)
        ]
        table, level = plane.table(cells, self.divide), self.divide
        effects = plane.effects(grid)
        asked_about = plane.named()
        name = asked_about + ("," if self.against is not None else "")
        answer = _still(plane, table, name) or [_range(plane, table, name)]
        if not _unmoved(plane, table):
            answer += [] if level is None else [*_sides(table, level), *_passes(plane, table, level)]
            answer += [*_across(plane, effects, grid), *_apart(plane, grid, cells)]
        answer += [*_empty(table), *_fewer(plane, self.bins, bins)]
        tables = {"cells": table, "effects": effects}
        return Finding(self, f"How does {name} depend on {across.title} and {upward.title}?", answer, tables)

    @property
    def divide(self) -> float | None:
        """The number that the contour to find is at."""
        return 0.0 if self.level is None and self.against is not None else self.level


# --- sentences ------------------------------------------------------------------------------------


def _place(plane: Plane, row: Any) -> str:
    sides = ((plane.x, row["x"]), (plane.y, row["y"]))
    return " and ".join(f"{side.title} {'about ' if side.binned else ''}{place:.3g}" for side, place in sides)


def _unmoved(plane: Plane, table: pd.DataFrame) -> bool:
    """Whether a difference is 0 in every run of every cell."""
    return plane.asked.against is not None and not table["differing"].any()


def _still(plane: Plane, table: pd.DataFrame, name: str) -> list[str]:
    if not _unmoved(plane, table) or not table["runs"].any():
        return []
    asked_for, study = plane.asked, plane.study
    here, there = (study.options[study.index(each)] for each in (asked_for.option, asked_for.against))
    sides = {each.name for each in (plane.x, plane.y) if each.settings}
    levers = [
        each.title
        for each in study.levers
        if here.settings.get(each.name) != there.settings.get(each.name) or each.name in sides
    ]
    what = listed(levers) if levers else "what sets them apart"
    does = "do" if len(levers) > 1 else "does"
    return [f"{capital(name)} is exactly 0 in every run: {what} {does} not bear on this outcome."]


def _range(plane: Plane, table: pd.DataFrame, name: str) -> str:
    known = table.dropna(subset=["mean"])
    if not len(known):
        raise WedgeError(f"{plane.asked.outcome} has a value in no cell")
    scale, unit = scale_of(plane.study, plane.asked.outcome)
    ends = [known.iloc[int(known["mean"].argmin())], known.iloc[int(known["mean"].argmax())]]
    told = []
    for each in ends:
        size = amount(each["mean"], each["low"], each["high"], scale, unit)
        if each["few"] and np.isfinite(each["high"] - each["low"]):
            size = f"{size.split(' (')[0]} (too few runs to tell)"
        if plane.asked.against is None:
            size = size.lstrip("+").replace(" points", "% of runs" if plane.share else "", 1)
        told.append(f"{size} at {_place(plane, each)}")
    return f"The mean of {name} goes from {told[0]} to {told[1]}."


def _sides(table: pd.DataFrame, level: float) -> list[str]:
    """On which share of the plane it lies above, below, or cannot be told."""
    known = table[~table["mean"].isna()]
    words = {-1: "negative", 1: "positive"} if level == 0 else {-1: f"below {level:g}", 1: f"above {level:g}"}
    shares = {side: percent(float((known["side"] == side).mean())) for side in (-1, 1)}
    few = float(known["few"].mean())
    rest = percent(float(((known["side"] == 0) & ~known["few"]).mean()))
    own = int(table["baseline"].sum())
    left = f" ({count(own, 'cell')} compared with {'itself' if own == 1 else 'themselves'} left out)" * bool(
        own
    )
    if few == 1.0:
        return [f"None of {count(len(known), 'cell')} of the plane{left} has enough worlds for an interval."]
    untold = f"; {percent(few)} have too few runs to tell" if few else ""
    return [
        f"Of {count(len(known), 'cell')} of the plane{left} it is {words[-1]} in {shares[-1]}, {words[1]} in "
        f"{shares[1]}, and not distinguishable from {level:g} in {rest}{untold}."
    ]


def _passes(plane: Plane, table: pd.DataFrame, level: float) -> list[str]:
    """Where the outcome passes the level along one side, at the ends of the other."""
    shape = (len(plane.y.places), len(plane.x.places))
    means, sides = (table[name].to_numpy().reshape(shape) for name in ("mean", "side"))
    for over, at, m, s in ((plane.x, plane.y, means, sides), (plane.y, plane.x, means.T, sides.T)):
        found = [passes(over.places, m[k], s[k], level) for k in range(len(at.places))]
        there = [k for k, each in enumerate(found) if each]
        if not there:
            continue
        head = f"It passes {level:g} at {over.title} about"
        ends = [" and ".join(_along(over, each) for each in found[k]) for k in (0, -1)]
        if all(ends):
            return [f"{head} {ends[0]} where {at.title} is lowest, and about {ends[1]} where it is highest."]
        values = sorted(each for row in found for each in row)
        span = " to ".join(dict.fromkeys(_along(over, values[k]) for k in (0, -1)))
        where = f"{at.title} from {at.places[there[0]]:.3g} to {at.places[there[-1]]:.3g}"
        return [f"{head} {span}, as far as both sides of it are told ({where})."]
    return []


def _along(over: Axis, value: float) -> str:
    """A place along a side, to about a hundredth of its length."""
    span = over.places[-1] - over.places[0]
    told = f"{value:.{int(np.clip(np.ceil(-np.log10(span)) + 2, 0, 6))}f}"
    return told if told.strip("-0.") else told.lstrip("-")


def _across(plane: Plane, effects: pd.DataFrame, grid: list[list[Array]]) -> list[str]:
    """Whether the effect of each side changes sign along the other."""
    scale, unit = scale_of(plane.study, plane.asked.outcome)
    lines = []
    for over, at in ((plane.x, plane.y), (plane.y, plane.x)):
        if idle(plane, over, grid):
            lines.append(f"{capital(over.title)}: exactly 0 in every run: it does not bear on this outcome.")
            continue
        mine = effects[effects["of"] == over.name]
        known = [k for k in range(len(mine)) if not own(plane, at, k)]
        mine = mine.iloc[known]
        ends = [
            amount(each["effect"], each["low"], each["high"], scale, unit)
            + f" where {at.title if j == 0 else 'it'} is {_end(at, known[j])}"
            for j, each in ((j, mine.iloc[j]) for j in (0, -1))
        ]
        lines.append(
            f"Raising {over.title} from {over.places[0]:.3g} to {over.places[-1]:.3g} changes the mean by "
            f"{ends[0]} and by {ends[1]}; {_verdict(list(mine['direction']))}."
        )
    return lines


def _end(at: Axis, k: int) -> str:
    """A place of a side in words."""
    return "lowest" if k == 0 else "highest" if k == len(at.places) - 1 else f"{at.places[k]:.3g}"


def _verdict(signs: list[int]) -> str:
    """What the signs of an effect, place by place, come to."""
    if {1, -1} <= set(signs):
        return "the effect of raising it changes sign"
    if signs[0] and signs[0] == signs[-1]:
        return "the effect of raising it has the same sign at both ends"
    if any(signs):
        return "the effect of raising it has one sign where it can be told, which is not at both ends"
    return "the effect of raising it is nowhere distinguishable from none"


def _apart(plane: Plane, grid: list[list[Array]], cells: list[list[Cell]]) -> list[str]:
    """How much of the differences between cells the two make only together."""
    mine = np.array([[each.baseline for each in row] for row in cells])
    rows, columns = (np.flatnonzero(~np.asarray(mine.all(axis=1 - side))).tolist() for side in (0, 1))
    means = np.array([[0.0 if each.baseline else each.mean for each in row] for row in cells])
    means, grid = means[np.ix_(rows, columns)], [[grid[j][i] for i in columns] for j in rows]
    if np.isnan(means).any() or min(means.shape) < 2:
        return []
    gap, total = additive_gap(means), float(((means - means.mean()) ** 2).sum())
    if total <= 1e-20:
        return ["All cells are alike."]
    share, chance = float((gap**2).sum()) / total, by_chance(plane, grid) / total
    head = f"Of the variance between cells {percent(share)} is interaction, what the two do only together"
    if not np.isfinite(chance):
        return [f"{head}; how much of it is error is not known."]
    told = f"error alone would give {percent(min(1.0, chance))}"
    if share <= max(2 * chance, 1e-9):
        return [f"{head}; {told if chance < 0.01 else 'error alone could give as much'}."]
    j, i = np.unravel_index(np.abs(gap).argmax(), gap.shape)
    scale, unit = scale_of(plane.study, plane.asked.outcome)
    at = _place(plane, {"x": plane.x.places[columns[i]], "y": plane.y.places[rows[j]]})
    most = amount(float(gap[j, i]), float(gap[j, i]) - 0.05, float(gap[j, i]) + 0.05, scale, unit).split(
        " ("
    )[0]
    return [f"{head} ({told}); it is largest at {at}, {most}."]


def _empty(table: pd.DataFrame) -> list[str]:
    gone = int((table["mean"].isna() & ~table["baseline"]).sum())
    return (
        [f"{count(gone, 'cell')} without a run that has a value {'is' if gone == 1 else 'are'} left empty."]
        if gone
        else []
    )


def _fewer(plane: Plane, asked_for: int, bins: int) -> list[str]:
    """That there are fewer bins than asked for, and why."""
    if bins >= asked_for or not (plane.x.binned or plane.y.binned):
        return []
    points = count(len(sampled(plane.study, plane.study.points)[1]), "point")
    return [f"{bins} bins instead of {asked_for}: with {points} a cell would hold fewer than {CELL}."]
