"""Scenario discovery: in which worlds something happens, as a box in the space of the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..answer import FEWEST, SHARE, share_interval, student
from ..axes import Array
from ..designs import Grid, Morris, OneAtATime
from ..errors import WedgeError
from ..study import Study
from . import boxes
from .base import Analysis, Finding, asked, check_level, check_outcome, must_vary, response
from .boxes import Box, Score
from .effects import STREAM
from .resampling import seeded
from .sensitivity import sampled, thin
from .telling import capital, count, listed, no_order, percent, rows, subject

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 20_000
"""Points that PRIM is given; more would take an hour and hardly move a limit."""

COARSE = 10
"""Levels of an input below which a limit between two of them says little."""


@dataclass(frozen=True)
class Discovery(Analysis):
    """Where in the space of inputs something happens: an outcome, or its change, above or below a number.

    A world is a point of the design; what happens in it is the mean over its replications. PRIM
    peels slices off the space until a box holds mostly worlds in which it happens (Friedman & Fisher
    1999; Bryant & Lempert 2010). Density is the share of the box's worlds in which it happens,
    coverage the share of all such worlds that the box holds, mass the share of all worlds. Limits
    that chance explains (quasi-p above 0.05) are taken back from each box of the trajectory, and one
    is taken by `rule`: `balance` takes the one with most cases beyond what the base rate would give
    (weighted relative accuracy), `density` the one of most coverage with at least a density of
    `least`, `coverage` the densest with at least a coverage of `least`. The same points find a box
    and flatter it, so it is also scored on held-out points, in five-fold cross-validation, and
    sought again in resampled points. It is told as found only where the held-out density is above
    the base rate (95 % interval, Agresti & Coull 1998).

    Needs points that fill the space: latin_hypercube, sobol, monte_carlo or saltelli (of which only
    the two base samples are used); a fine grid will do.
    """

    analysis: ClassVar[str] = "discovery"

    outcome: str = asked("outcome", "the outcome that happens")
    option: str | None = asked("option", "the option to look at; the first unless given", None)
    against: str | None = asked("option", "look at the difference from this option instead", None)
    above: float | None = asked("number", "it happens where the outcome is above this", None)
    below: float | None = asked("number", "it happens where the outcome is below this", None)
    rule: str = asked("word", "how a box is chosen on the trajectory", "balance", words=boxes.RULES)
    least: float = asked("number", "density or coverage that the rule asks for", 0.8, low=0.0, high=1.0)
    resamples: int = asked("whole", "resamples for the stability of the box", 20, low=0, high=1000)

    def of(self, study: Study) -> Finding:
        """The box, its limits, its scores on seen and on held-out points, and its stability."""
        must_vary(study)
        self._check(study)
        points, values, thinned = cases_of(self, study)
        happens, (subject, predicate) = self.happens(values), self.told(study)
        question, name = f"In which worlds is {subject} {predicate}?", f"{subject} is {predicate}"
        cases = int(happens.sum())
        if min(cases, len(happens) - cases) < FEWEST:
            return Finding(self, question, [_too_few(name, cases, len(happens))])
        box, trajectory, place = boxes.found(points, happens, self.rule, self.least)
        rng = seeded(study.seed, STREAM)
        inside = boxes.held_out(points, happens, self.rule, self.least, rng)
        often = boxes.resampled(points, happens, self.rule, self.least, self.resamples, rng)
        seen, unseen = boxes.score(box.holds(points), happens), boxes.score(inside, happens)
        limits = _limits(study, box, points, happens, often)
        tables = {
            "limits": limits,
            "box": _scores(seen, unseen),
            "trajectory": _trajectory(trajectory, place, points, happens),
        }
        answer = _said(self, name, seen, unseen, limits, bool(tables["box"]["found"][0]))
        answer += [
            *_unsure(self, study, values),
            *_gaps(study, self),
            *_grid(study),
            *no_order(study),
            *thinned,
        ]
        return Finding(self, question, answer, tables)

    def happens(self, values: Array) -> Array:
        """In which worlds it happens, `(point,)`."""
        mean = values.mean(axis=1)
        return mean > self.above if self.above is not None else mean < self.below

    def told(self, study: Study) -> tuple[str, str]:
        """What happens, in words: subject and predicate."""
        name = subject(study, self.outcome, self.option, self.against)
        side, level = ("above", self.above) if self.above is not None else ("below", self.below)
        return name, f"{side} {level:g}"

    def _check(self, study: Study) -> None:
        if (self.above is None) == (self.below is None):
            given = "neither is given" if self.above is None else "both are given"
            raise WedgeError(f"discovery takes exactly one of above and below; {given}")
        check_outcome(study, self.outcome)
        level = float(self.above if self.above is not None else self.below)  # type: ignore[arg-type]
        check_level(study, self.outcome, level, difference=self.against is not None)
        if isinstance(study.design, Morris | OneAtATime):
            raise WedgeError(
                f"discovery needs points that fill the space of inputs, as a design of kind latin_hypercube gives; "
                f"this sweep's is {study.design.kind}"
            )
        if isinstance(study.design, Grid) and study.design.levels < 5:
            raise WedgeError(
                f"discovery needs at least 5 levels of each input in a grid; this sweep's has {study.design.levels}"
            )
        boxes.workbench()


def cases_of(asked_for: Discovery, study: Study) -> tuple[Array, Array, list[str]]:
    """Points and values of the worlds where the outcome is known in every replication, not too many.

    `(point, input)` and `(point, replication)`, with notes on what was left out. Raises WedgeError where
    there is no such world.
    """
    values = response(study, asked_for.outcome, asked_for.option, asked_for.against)
    points, values = sampled(study, values)
    known = ~np.isnan(values).any(axis=1)
    if not known.any():
        raise WedgeError(f"{asked_for.outcome} has a value at no point in every replication")
    return thin(points[known], values[known], MOST_POINTS, study.seed)


# --- tables ---------------------------------------------------------------------------------------


def _limits(study: Study, box: Box, points: Array, happens: Array, often: Array) -> pd.DataFrame:
    """Every input: its range, the box's limits in it with their quasi-p, and how often it is restricted."""
    import pandas as pd

    rows = []
    for k, each in enumerate(study.inputs):
        row: dict[str, Any] = {"input": each.path, "restricted": bool(box.restricted[k])}
        row |= {"minimum": points[:, k].min(), "maximum": points[:, k].max()}
        for side in ("low", "high"):
            limit = getattr(box, side)[k]
            there = np.isfinite(limit)
            row[side] = limit if there else np.nan
            row[f"quasi_p_{side}"] = boxes.quasi_p(box, points, happens, k, side) if there else np.nan
        row["chosen_again"] = float(often[:, k].mean()) if len(often) else np.nan
        row["narrowed"] = 1.0 - float((_within(row, points[:, k])).mean())
        rows.append(row)
    table = pd.DataFrame(rows)
    order = ["restricted", "narrowed", "chosen_again"]
    return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _within(row: dict[str, Any], values: Array) -> Array:
    low = -np.inf if np.isnan(row["low"]) else row["low"]
    high = np.inf if np.isnan(row["high"]) else row["high"]
    inside: Array = (values >= low) & (values <= high)
    return inside


def _scores(seen: Score, unseen: Score) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for where, each in (("the points that found it", seen), ("held-out points", unseen)):
        low, high = _share(each.hits, each.inside)
        row = {"scored_on": where, "coverage": each.coverage, "density": each.density}
        row |= {"density_low": low, "density_high": high, "mass": each.mass, "base_rate": each.base}
        rows.append(row | {"worlds_in_box": each.inside, "cases_in_box": each.hits, "cases": each.cases})
    table = pd.DataFrame(rows)
    table["found"] = bool(seen.mass < 1.0 and rows[1]["density_low"] > unseen.base)
    return table


def _share(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share."""
    return share_interval(hits / of, of) if of else (float("nan"), float("nan"))


def _trajectory(found: list[Box], place: int, points: Array, happens: Array) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for k, each in enumerate(found):
        worth = boxes.score(each.holds(points), happens)
        row = {"box": k, "coverage": worth.coverage, "density": worth.density, "mass": worth.mass}
        rows.append(row | {"restricted": int(each.restricted.sum()), "chosen": k == place})
    return pd.DataFrame(rows)


# --- sentences ------------------------------------------------------------------------------------


def _too_few(name: str, cases: int, worlds: int) -> str:
    if cases in (0, worlds):
        return f"In {'no' if not cases else 'every'} world of {worlds:,} {name}, so there is nothing to tell apart."
    which = "in" if cases <= worlds - cases else "in all but"
    few = min(cases, worlds - cases)
    return (
        f"{capital(which)} {few:,} of {count(worlds, 'world')} {name}: too few to find a box with; at least "
        f"{FEWEST} are needed."
    )


def limit_told(row: Any) -> str:
    """The limits of one input, in words; as many digits as its range asks for."""
    span = row.maximum - row.minimum
    low, high = (rounded(each, span) for each in (row.low, row.high))
    if np.isnan(row.low):
        return f"below {high}"
    return f"above {low}" if np.isnan(row.high) else f"between {low} and {high}"


def rounded(value: float, span: float) -> str:
    """A number with digits as its range asks for."""
    places = int(np.clip(np.ceil(-np.log10(span)) + 2, 0, 8)) if span > 0 else 3
    return f"{value:.{places}f}"


def _said(
    asked_for: Discovery, name: str, seen: Score, unseen: Score, limits: pd.DataFrame, sure: bool
) -> list[str]:
    base = f"the base rate is {percent(seen.base)} of {count(seen.points, 'world')}"
    low, high = _share(unseen.hits, unseen.inside)
    held = (
        "On held-out points (five-fold cross-validation) boxes found this way have a density of "
        f"{percent(unseen.density)} "
        f"(95% interval {percent(low)} to {percent(high)}) and a coverage of {percent(unseen.coverage)}"
    )
    restricted = limits[limits["restricted"]]
    if not len(restricted):
        return [f"No box: nothing in the inputs tells worlds in which {name} from the others; {base}."]
    if not sure:
        return [
            f"No box: the inputs do not tell in which worlds {name}. {held}, "
            f"which is not above the base rate distinguishably; {base}."
        ]
    told = [f"{row.input} is {limit_told(row)}" for row in rows(restricted)]
    lines = [
        f"{capital(name)} where {listed(told)}: of the worlds in this box {percent(seen.density)} are such "
        f"(density; {seen.hits:,} of {seen.inside:,}), which holds {percent(seen.coverage)} of all such "
        f"worlds (coverage); {base}.",
        f"{held}.",
        _rule(asked_for, seen),
    ]
    return lines + _stability(restricted, limits, asked_for.resamples)


def _rule(asked_for: Discovery, seen: Score) -> str:
    if asked_for.rule == "balance":
        return (
            "Of PRIM's boxes, less limits that chance explains (quasi-p above 0.05), it is the one with "
            "most such worlds "
            "beyond what the base rate would give."
        )
    other = "coverage" if asked_for.rule == "density" else "density"
    reached = getattr(seen, asked_for.rule) >= asked_for.least
    head = "Of PRIM's boxes, less limits that chance explains (quasi-p above 0.05),"
    if not reached:
        return f"{head} none has a {asked_for.rule} of {percent(asked_for.least)}; this one comes nearest."
    return (
        f"{head} it has the highest {other} among those with a {asked_for.rule} of at least "
        f"{percent(asked_for.least)}."
    )


def _stability(restricted: pd.DataFrame, limits: pd.DataFrame, times: int) -> list[str]:
    if not times:
        return []
    told = [f"{row.input} in {percent(row.chosen_again)}" for row in rows(restricted)]
    others = limits[~limits["restricted"] & (limits["chosen_again"] >= 0.5)]["input"]
    rival = (
        f"; so {'is' if len(others) == 1 else 'are'} {listed(list(others))}, though not in this box"
        if len(others)
        else ""
    )
    return [
        f"Sought again in {times} resamples of the points, a box restricts {listed(told)} of them{rival}."
    ]


def _unsure(asked_for: Discovery, study: Study, values: Array) -> list[str]:
    """How many worlds lie within their own Monte Carlo error of the number that divides them."""
    replications = values.shape[1]
    if replications < 2:
        return ["Each world is one run, with one luck of many."] if study.replications < 2 else []
    level = asked_for.above if asked_for.above is not None else asked_for.below
    error = student(replications) * values.std(axis=1, ddof=1) / np.sqrt(replications)
    if study.columns[asked_for.outcome][0] == SHARE:
        # Runs that all agree still leave a share uncertain: an error of a share by the rule of three.
        error = np.maximum(error, np.where(np.ptp(values, axis=1) == 0, 3.0 / replications, 0.0))
    near = float((np.abs(values.mean(axis=1) - level) <= error).mean())
    if not near:
        return [
            f"No world's mean over {replications} replications is within its own error (95%) of {level:g}."
        ]
    return [
        f"In {percent(near)} of worlds the mean over {replications} replications is within its own error (95%) of "
        f"{level:g}, so that luck may have put them on either side."
    ]


def _gaps(study: Study, asked_for: Discovery) -> list[str]:
    values = response(study, asked_for.outcome, asked_for.option, asked_for.against)
    gone = int(np.isnan(sampled(study, values)[1]).any(axis=1).sum())
    return (
        [
            f"{count(gone, 'world')} without a value in every replication {'is' if gone == 1 else 'are'} left out."
        ]
        if gone
        else []
    )


def _grid(study: Study) -> list[str]:
    if not isinstance(study.design, Grid):
        return []
    coarse = (
        f", and limits lie midway between two of only {study.design.levels}"
        if study.design.levels < COARSE
        else ""
    )
    return [f"The points are a grid: shares count its levels alike{coarse}."]
