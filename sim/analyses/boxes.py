"""Boxes in the space of inputs: PRIM's trajectory, the choice of a box on it, and how sure it is.

The EMA Workbench peels (Friedman & Fisher 1999; Bryant & Lempert 2010); what is here keeps it quiet,
chooses, prunes, and scores on points that the box has not seen. Arrays in, arrays out; no words.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..axes import Array
from ..errors import WedgeError

RULES = ("balance", "density", "coverage")
PEEL = 0.05
"""Share of the points in a box that one peel takes off (Bryant & Lempert 2010)."""

SIGNIFICANT = 0.05
"""Restrictions whose quasi-p is above this are taken back."""

FOLDS = 5


@dataclass(frozen=True)
class Box:
    """Limits of each input, infinite where it is free, `(input,)`."""

    low: Array
    high: Array

    @property
    def restricted(self) -> Array:
        """Which inputs it restricts, `(input,)`."""
        return np.isfinite(self.low) | np.isfinite(self.high)

    def holds(self, points: Array) -> Array:
        """Which points lie in it, `(point,)`."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))

    def without(self, k: int, side: str) -> Box:
        """The same with one limit taken back."""
        low, high = self.low.copy(), self.high.copy()
        if side == "low":
            low[k] = -np.inf
        else:
            high[k] = np.inf
        return Box(low, high)

    def limits(self) -> Iterator[tuple[int, str]]:
        """Every limit: which input, and `low` or `high`."""
        for k in np.flatnonzero(self.restricted):
            for side in ("low", "high"):
                if np.isfinite(getattr(self, side)[k]):
                    yield int(k), side


def everything(points: Array) -> Box:
    """The box without limits, for points `(point, input)`."""
    size = points.shape[1]
    return Box(np.full(size, -np.inf), np.full(size, np.inf))


@dataclass(frozen=True)
class Score:
    """What a box is worth: cases in it of all cases (coverage), of all points in it (density)."""

    inside: int
    hits: int
    points: int
    cases: int

    @property
    def coverage(self) -> float:
        """Share of all cases that the box holds."""
        return self.hits / self.cases if self.cases else float("nan")

    @property
    def density(self) -> float:
        """Share of the box's points that are cases."""
        return self.hits / self.inside if self.inside else float("nan")

    @property
    def mass(self) -> float:
        """Share of all points that the box holds."""
        return self.inside / self.points

    @property
    def base(self) -> float:
        """Share of all points that are cases."""
        return self.cases / self.points

    @property
    def balance(self) -> float:
        """Cases in the box beyond those that the base rate would give, as a share of all points.

        Weighted relative accuracy (Lavrac, Flach & Zupan 1999): mass times what density exceeds the
        base rate by. Unlike the mean of coverage and density it does not favour the whole space
        where the base rate is high.
        """
        return (self.hits - self.inside * self.base) / self.points


def score(inside: Array, cases: Array) -> Score:
    """The worth of a box from which points it holds and which are cases, both booleans `(point,)`."""
    return Score(int(inside.sum()), int((inside & cases).sum()), len(cases), int(cases.sum()))


@contextmanager
def quiet() -> Iterator[None]:
    """The EMA Workbench warns, prints and logs when it is imported and at work; none of it is news."""
    log = logging.getLogger("EMA")
    passed, log.propagate = log.propagate, False
    handler = logging.NullHandler()
    log.addHandler(handler)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        log.removeHandler(handler)
        log.propagate = passed


def workbench() -> Any:
    """PRIM of the EMA Workbench. Raises WedgeError where it is not installed."""
    with quiet():
        try:
            from ema_workbench.analysis import prim
        except ImportError:
            raise WedgeError("discovery needs the EMA Workbench: pip install 'wedge-sim[ema]'") from None
    return prim


def trajectory(points: Array, cases: Array) -> list[Box]:
    """The boxes that PRIM goes through, from everything to the smallest (Friedman & Fisher 1999).

    `points` are `(point, input)`, `cases` booleans `(point,)`. Only the box without limits where all
    points are cases, or none. Raises WedgeError where the EMA Workbench is not installed.
    """
    import pandas as pd

    if cases.all() or not cases.any():
        return [everything(points)]
    prim = workbench()
    names = [str(k) for k in range(points.shape[1])]
    smallest = max(5 / len(cases), min(0.05, cases.mean() / 2))
    with quiet():
        # A threshold of nearly 0 keeps the last box whatever its density; we choose ourselves.
        found = prim.Prim(
            pd.DataFrame(points, columns=names),
            cases.astype(int),
            threshold=1e-9,
            peel_alpha=PEEL,
            mass_min=smallest,
        ).find_box()
    least, most = points.min(axis=0), points.max(axis=0)
    boxes = []
    for limits in found.box_lims:
        low, high = limits[names].to_numpy(dtype=float)
        boxes.append(Box(np.where(low > least, low, -np.inf), np.where(high < most, high, np.inf)))
    return boxes


def chosen(scores: list[Score], rule: str, least: float) -> int:
    """Which box of a trajectory a rule takes; the nearest to it where none fulfils it.

    balance: most cases beyond what the base rate would give. density: most coverage among those at
    least so dense. coverage: densest among those that cover at least so much.
    """
    if rule == "balance":
        return int(np.argmax([each.balance for each in scores]))
    wanted, other = ("density", "coverage") if rule == "density" else ("coverage", "density")
    fits = [k for k, each in enumerate(scores) if getattr(each, wanted) >= least]
    if not fits:
        return int(np.argmax([getattr(each, wanted) for each in scores]))
    return max(fits, key=lambda k: (getattr(scores[k], other), getattr(scores[k], wanted), -k))


def quasi_p(box: Box, points: Array, cases: Array, k: int, side: str) -> float:
    """How likely at least as many cases as in the box are, if this limit did nothing; 0 to 1.

    `points` are `(point, input)`, `cases` booleans `(point,)`, the limit that of input `k` on a `side`.
    One-sided binomial test (Bryant & Lempert 2010, eq. 1); "quasi" as the box was sought for.
    """
    from scipy.special import bdtrc

    here, wider = score(box.holds(points), cases), score(box.without(k, side).holds(points), cases)
    return float(bdtrc(here.hits - 1, here.inside, wider.density)) if here.hits else 1.0


def pruned(box: Box, points: Array, cases: Array) -> Box:
    """The box without limits that chance explains, the least significant taken back first.

    `points` are `(point, input)`, `cases` booleans `(point,)`.
    """
    while limits := list(box.limits()):
        worst = max(limits, key=lambda each: quasi_p(box, points, cases, *each))
        if quasi_p(box, points, cases, *worst) <= SIGNIFICANT:
            break
        box = box.without(*worst)
    return box


def found(points: Array, cases: Array, rule: str, least: float) -> tuple[Box, list[Box], int]:
    """The box that the rule takes, all of PRIM's boxes pruned first; the trajectory; the place on it.

    `points` are `(point, input)`, `cases` booleans `(point,)`; `least` is the density or coverage that
    the rule asks for, 0 to 1.
    """
    boxes = trajectory(points, cases)
    candidates = [pruned(each, points, cases) for each in boxes]
    place = chosen([score(each.holds(points), cases) for each in candidates], rule, least)
    return candidates[place], boxes, place


def held_out(points: Array, cases: Array, rule: str, least: float, rng: np.random.Generator) -> Array:
    """Whether each point is in the box that was found without it and its fold, `(point,)`."""
    fold, inside = rng.permutation(len(cases)) % FOLDS, np.zeros(len(cases), dtype=bool)
    for k in range(FOLDS):
        box, _, _ = found(points[fold != k], cases[fold != k], rule, least)
        inside[fold == k] = box.holds(points[fold == k])
    return inside


def resampled(
    points: Array, cases: Array, rule: str, least: float, times: int, rng: np.random.Generator
) -> Array:
    """Which inputs the box restricts when it is sought among points drawn anew, `(time, input)`."""
    restricted = []
    for _ in range(times):
        rows = rng.integers(len(cases), size=len(cases))
        restricted.append(found(points[rows], cases[rows], rule, least)[0].restricted)
    return np.array(restricted).reshape(times, points.shape[1])
