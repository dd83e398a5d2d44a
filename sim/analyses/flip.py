"""`flip`: the smallest change of one assumption that turns a verdict between two options round."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..answer import FEWEST, contrast, paired_error
from ..axes import Array
from ..designs import Input, OneAtATime
from ..errors import WedgeError
from ..outcomes import THRESHOLDS
from ..study import Study, by_world
from .base import Analysis, Finding, apart, asked, check_outcome, must_vary, response
from .deciding import option_named, rival_named
from .resampling import RESAMPLES, direction, mean_of, percentiles, resampled_means, resamples, seeded, spread
from .telling import Amounts, amounts, cautions, count, listed, looked_at, no_order, number, plain_number

if TYPE_CHECKING:
    import pandas as pd

SAMPLED = ("monte_carlo", "latin_hypercube", "sobol", "grid", "csv")
LUCK = 1954
"""Stream of the numbers that draw replications anew."""

TOLD = 5
"""Inputs that get a sentence each; tables hold them all."""


@dataclass(frozen=True)
class Flip(Analysis):
    """Finds which assumption must change least for the sign of a mean difference between two options to turn.

    On a one_at_a_time sweep the verdict is that at the scenario's own numbers, and each input is moved
    from there until the sign turns; between levels the difference is taken as straight, in logarithms
    for log_uniform inputs. The size of a change is its part of the input's range, so it hangs on how
    wide that range was thought to be. The interval of the place is a 95 % bootstrap over replications.
    On sampled sweeps (monte_carlo, latin_hypercube, sobol; grid and csv as well) the verdict is that
    over all worlds, and each input's range is cut into bins alike full, so the difference in a bin is
    an average over everything else: a verdict that hangs on two inputs together does not show.
    A sign in a bin or at a level is told only where its interval excludes none even when widened for
    looking at so many of them (Bonferroni; Dunn 1961), and enough runs differ.
    """

    analysis: ClassVar[str] = "flip"

    outcome: str = asked("outcome", "the outcome whose difference is judged")
    option: str | None = asked("option", "the option judged; the first unless given", None)
    against: str | None = asked(
        "option", "the option it is held against; the other one where there are two", None
    )
    bins: int = asked("whole", "bins of each input, on sampled sweeps", 6, low=2, high=100)

    def of(self, study: Study) -> Finding:
        """The verdict, where each input turns it, and the verdict at other thresholds."""
        must_vary(study)
        check_outcome(study, self.outcome)
        rival = rival_named(study, self.option, self.against, "flip")
        kind = study.design.kind
        if not isinstance(study.design, OneAtATime) and kind not in SAMPLED:
            known = ", ".join(("one_at_a_time", *SAMPLED[:-1])) + f" or {SAMPLED[-1]}"
            raise WedgeError(f"flip needs a design of kind {known}; this sweep's is {kind}")
        found = _Found(study, self, option_named(study, self.option).name, rival.name)
        single = isinstance(study.design, OneAtATime)
        verdict, told = found.verdict(self.outcome), []
        if single:
            table, places = _levels(found)
            flips = _nearest(found, table, places, verdict)
        else:
            table, boots = _bins(found)
            flips = _turns(found, table, boots)
        tables = {"verdict": _thresholds(found, verdict), "flips": flips, "strips": table}
        told = [_verdict(found, verdict), *_by_threshold(tables["verdict"])]
        told += _single(found, verdict, flips) if single else _sampled(found, flips)
        here, there = apart(study, found.option, found.rival)
        question = f"Which assumption, changed least, turns the verdict on {here} against {there}?"
        return Finding(
            self, question, told + no_order(study) + cautions(study, int(np.isnan(found.gap).sum())), tables
        )


@dataclass(frozen=True)
class _Found:
    study: Study
    asks: Flip
    option: str
    rival: str

    @cached_property
    def gap(self) -> Array:
        """The difference, `(point, replication)`."""
        gap = np.asarray(response(self.study, self.asks.outcome, self.option, self.rival), dtype=float)
        if np.isnan(gap).all():
            raise WedgeError(f"no run has a value of {self.asks.outcome} in both options")
        return gap

    @property
    def words(self) -> Amounts:
        return amounts(self.study, self.asks.outcome)

    @property
    def single(self) -> bool:
        return isinstance(self.study.design, OneAtATime)

    def verdict(self, outcome: str) -> dict[str, Any]:
        """The mean difference: at the scenario's own numbers, or over all worlds."""
        gap = response(self.study, outcome, self.option, self.rival)
        if not self.single:
            boot = resampled_means(self.study, gap[None])[:, 0]
            low, high = map(float, percentiles(boot))
            q05, q95 = spread(by_world(gap))
            row: dict[str, Any] = {
                "outcome": outcome,
                "difference": float(mean_of(gap)),
                "low": low,
                "high": high,
            }
            row |= {"q05": q05, "q95": q95, "differing": int((np.nan_to_num(gap) != 0.0).sum())}
            return row | {"direction": direction(low, high, int(row["differing"]))}
        here, there = (self.study.values(outcome, each)[0] for each in (self.option, self.rival))
        one = contrast(outcome, self.rival, here, there, unit=self.study.columns[outcome][0])
        row = {"outcome": outcome, "difference": one.difference, "low": one.low, "high": one.high}
        row |= {"q05": one.q05, "q95": one.q95, "differing": one.differing}
        return row | {"direction": one.direction}


def _thresholds(found: _Found, main: dict[str, Any]) -> pd.DataFrame:
    """The verdict, and the verdict at every threshold of a front where there are such columns."""
    import pandas as pd

    names = [f"{found.asks.outcome}.at_{round(100 * each)}" for each in THRESHOLDS]
    known = names if all(each in found.study.columns for each in names) else []
    return pd.DataFrame([main, *(found.verdict(each) for each in known)])


# --- one input at a time --------------------------------------------------------------------------


def ends_of(one: Input, values: Array) -> tuple[float, float]:
    """The ends of an input's range, in its unit; of the values `(value,)` that were tried where it has none."""
    low, high = one.shape.extremes()
    low, high = max(low, one.shape.low), min(high, one.shape.high)
    if np.isfinite(low) and np.isfinite(high):
        return float(low), float(high)
    return float(np.min(values)), float(np.max(values))


def scaled(one: Input, values: Array, levels: Array) -> Array:
    """Values as places in an input's range, 0 at its lowest and 1 at its highest; logarithmic where it is.

    Shaped as `values`; `levels` `(level,)` are those that were tried. All 0 where the range has no width.
    """
    low, high = ends_of(one, levels)
    if high <= low:
        return np.zeros_like(np.asarray(values, dtype=float))
    if one.shape.shape == "log_uniform" and low > 0 and np.min(values) > 0:
        return np.log(np.asarray(values) / low) / np.log(high / low)
    return (np.asarray(values, dtype=float) - low) / (high - low)


def turning(
    places: Array, gaps: Array, start: float, sign: int, *, steps: bool = False
) -> tuple[float, float]:
    """The nearest places below and above `start` where `gaps` turn to the other sign than `sign`.

    `places` and `gaps` are `(level,)`, in any order; `sign` is 1 or -1.
    Infinite where there is none. Between places the difference is taken as straight, or with `steps`
    as not being there, so that the first place of the other sign is given.
    """
    ends = []
    for way in (-1, 1):
        outward = np.argsort(way * places, kind="stable")
        outward = outward[way * (places[outward] - start) >= 0.0]
        ends.append(_first_turn(places[outward], sign * gaps[outward], way, steps))
    return ends[0], ends[1]


def _first_turn(places: Array, gaps: Array, way: int, steps: bool) -> float:
    for k in range(1, len(places)):
        if gaps[k] < 0.0:
            here, there = max(gaps[k - 1], 0.0), gaps[k]
            part = 1.0 if steps else here / (here - there)
            return float(places[k - 1] + (places[k] - places[k - 1]) * part)
    return way * float("inf")


def borders(at: Array, levels: pd.DataFrame, *, steps: bool) -> Array:
    """Where strips end, `(level - 1,)`: half way between levels; where the difference is none if signs are opposite.

    `at` are the levels' places in the input's range, `(level,)`, rising; `levels` their rows of the strips.
    """
    middle = (at[1:] + at[:-1]) / 2
    if steps:
        return middle
    gaps, signs = levels["difference"].to_numpy(), levels["sign"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = at[:-1] + (at[1:] - at[:-1]) * gaps[:-1] / (gaps[:-1] - gaps[1:])
    return np.asarray(np.where(signs[1:] * signs[:-1] < 0, crossed, middle))


def _levels(found: _Found) -> tuple[pd.DataFrame, list[Array]]:
    """The difference at every level, and for each input the rows of its points, the nominal one first."""
    import pandas as pd

    study, design = found.study, found.study.design
    assert isinstance(design, OneAtATime)
    if len(study.points) != design.size(study.inputs):
        wanted = design.size(study.inputs)
        raise WedgeError(
            f"flip needs all {wanted} points of the one_at_a_time design; there are {len(study.points)}"
        )
    at, rows, places = 1, [], []
    for k, each in enumerate(study.inputs):
        numbers = np.array([0, *range(at, at + len(each.levels(design.levels)))])
        places.append(numbers)
        at = int(numbers[-1]) + 1
        levels = study.points[numbers, k]
        where = scaled(each, levels, levels)
        for row, level, place in zip(numbers, levels, where, strict=True):
            told = _at_level(found.gap[row], found.words.unit, tests=len(study.points) - 1)
            rows.append(
                {"input": each.path, "value": float(level), "place": float(place), "nominal": row == 0} | told
            )
    return pd.DataFrame(rows), places


def _at_level(gap: Array, unit: str, tests: int) -> dict[str, Any]:
    """The mean difference over replications, its 95 % interval, and its sign where it can be told.

    The sign is told where the mean differs from none even after looking so often (Bonferroni).
    """
    one = contrast("", "", gap, np.zeros_like(gap), unit=unit)
    known = gap[~np.isnan(gap)]
    wide = paired_error(known, unit, tests=tests) if known.size else float("inf")
    row = {"difference": one.difference, "low": one.low, "high": one.high, "differing": one.differing}
    return row | {"sign": direction(one.difference - wide, one.difference + wide, one.differing)}


def _nearest(found: _Found, table: pd.DataFrame, rows: list[Array], verdict: dict[str, Any]) -> pd.DataFrame:
    """One row an input: the nearest value that turns the sign, as a part of its range; the smallest first."""
    import pandas as pd

    sign = verdict["direction"] or int(np.sign(np.nan_to_num(verdict["difference"])))
    boots = _resampled_points(found)
    made = []
    for k, each in enumerate(found.study.inputs):
        part = table[table["input"] == each.path]
        levels = part["value"].to_numpy()
        made.append(_nearest_of(each, levels, part, boots[:, rows[k]], sign, told=bool(verdict["direction"])))
    frame = pd.DataFrame(made)
    kinds = {"flips": 0, "not distinguishable": 1, "none": 2, "nothing to turn": 3}
    order = np.lexsort([frame["share"].fillna(np.inf).to_numpy(), frame["verdict"].map(kinds).to_numpy()])
    return frame.iloc[order].reset_index(drop=True)


def _resampled_points(found: _Found) -> Array:
    """The mean difference at each point, with the same replications drawn anew at all, `(resample, point)`."""
    gap, known = np.nan_to_num(found.gap), (~np.isnan(found.gap)).astype(float)
    weights = np.array([each for _, each in resamples_of_luck(found.study)])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((weights @ gap.T) / (weights @ known.T))


def resamples_of_luck(study: Study) -> list[tuple[Array, Array]]:
    """Resamples in which only the replications are drawn anew, and the points kept."""
    generator = seeded(study.seed, LUCK)
    size = study.replications
    drawn = generator.integers(size, size=(RESAMPLES, size))
    return [(np.ones(len(study.points)), np.bincount(each, minlength=size).astype(float)) for each in drawn]


def _nearest_of(
    each: Input, levels: Array, part: pd.DataFrame, boots: Array, sign: int, *, told: bool
) -> dict[str, Any]:
    nominal, gaps = float(levels[0]), part["difference"].to_numpy()
    row: dict[str, Any] = {
        "input": each.path,
        "nominal": nominal,
        "value": np.nan,
        "low": np.nan,
        "high": np.nan,
    }
    low, high = ends_of(each, levels)
    row |= {"change": np.nan, "share": np.nan, "from": low, "to": high}
    if not told or not sign:
        return row | {"verdict": "nothing to turn"}
    start, places = float(part["place"].iloc[0]), part["place"].to_numpy()
    steps = each.shape.discrete
    ends = turning(places, gaps, start, sign, steps=steps)
    if not np.isfinite(ends).any():
        return row | {"verdict": "none"}
    way = 1 if abs(ends[1] - start) <= abs(ends[0] - start) else 0
    place = ends[way]
    again = np.array([turning(places, one, start, sign, steps=steps)[way] for one in boots])
    low, high = (np.nan, np.nan) if steps else map(float, percentiles(again))
    beyond = (places - place) * (1 if way else -1) >= -1e-12
    sure = bool((part["sign"].to_numpy()[beyond] == -sign).any())
    value, low, high = (_unscaled(each, one, levels) for one in (place, low, high))
    row |= {"value": value, "low": low, "high": high, "change": value - nominal, "share": abs(place - start)}
    return row | {"verdict": "flips" if sure else "not distinguishable"}


def _unscaled(one: Input, place: float, levels: Array) -> float:
    """The value at a place in an input's range; infinite where the place is."""
    if not np.isfinite(place):
        return float(place)
    ends = np.array([levels.min(), levels.max()])
    at = scaled(one, ends, levels)
    if one.shape.shape == "log_uniform" and ends[0] > 0:
        return float(np.exp(np.interp(place, at, np.log(ends))))
    return float(np.interp(place, at, ends))


# --- sampled worlds -------------------------------------------------------------------------------


def edges_of(values: Array, bins: int) -> Array:
    """Edges of bins that hold about as many points each; one bin a value where there are few values.

    `values` are `(point,)`; the edges rise, one more than there are bins, which may be fewer than asked for.
    """
    few = np.unique(values)
    if len(few) <= bins:
        middle = (few[1:] + few[:-1]) / 2.0
        return np.array([few[0], *middle, few[-1]])
    return np.unique(np.quantile(values, np.linspace(0.0, 1.0, bins + 1)))


def _bins(found: _Found) -> tuple[pd.DataFrame, list[Array]]:
    """The mean difference in each bin of each input, over worlds and luck; and the same by resample."""
    import pandas as pd

    cuts = [edges_of(found.study.points[:, k], found.asks.bins) for k in range(len(found.study.inputs))]
    members = [
        np.clip(np.searchsorted(cut, found.study.points[:, k], side="right") - 1, 0, max(0, len(cut) - 2))
        for k, cut in enumerate(cuts)
    ]
    boots, tests, rows = _binned(found, cuts, members), sum(max(1, len(cut) - 1) for cut in cuts), []
    for k, each in enumerate(found.study.inputs):
        for b in range(max(1, len(cuts[k]) - 1)):
            inside = members[k] == b
            rows.append(_bin(found, each, cuts[k], b, inside, boots[k][:, b], tests))
    return pd.DataFrame(rows), boots


def _binned(found: _Found, cuts: list[Array], members: list[Array]) -> list[Array]:
    """The same resample by resample, for each input `(resample, bin)`."""
    gap, known = np.nan_to_num(found.gap), (~np.isnan(found.gap)).astype(float)
    made: list[list[Array]] = [[] for _ in cuts]
    for points, luck in resamples(found.study):
        total, runs = points * (gap @ luck), points * (known @ luck)
        for k, cut in enumerate(cuts):
            size = max(1, len(cut) - 1)
            sums = [np.bincount(members[k], each, minlength=size) for each in (total, runs)]
            with np.errstate(invalid="ignore", divide="ignore"):
                made[k].append(sums[0] / sums[1])
    return [np.array(each) for each in made]


def _bin(
    found: _Found, each: Input, cut: Array, b: int, inside: Array, boot: Array, tests: int
) -> dict[str, Any]:
    from scipy.special import ndtri

    gap, points = found.gap[inside], found.study.points[inside, found.study.names.index(each.path)]
    row: dict[str, Any] = {
        "input": each.path,
        "from": float(cut[b]),
        "to": float(cut[min(b + 1, len(cut) - 1)]),
    }
    mean = float(mean_of(gap))
    differing = int((np.nan_to_num(gap) != 0.0).sum())
    boot = boot[~np.isnan(boot)]
    low, high = map(float, percentiles(boot)) if boot.size else (np.nan, np.nan)
    wide = float(ndtri(1.0 - 0.025 / tests)) * float(boot.std()) if boot.size else np.inf
    told = direction(mean - wide, mean + wide, differing)
    row |= {"value": float(points.mean()), "difference": mean, "low": low, "high": high}
    return row | {"differing": differing, "sign": told, "worlds": int(inside.sum())}


def _turns(found: _Found, table: pd.DataFrame, boots: list[Array]) -> pd.DataFrame:
    """One row an input: whether bins of opposite sign can be told, and where it turns between them.

    Where it turns more than once the place is that nearest to the scenario's own number.
    """
    import pandas as pd

    made = []
    for k, each in enumerate(found.study.inputs):
        part = table[table["input"] == each.path]
        signs, middle, gaps = (part[name].to_numpy() for name in ("sign", "value", "difference"))
        sure = np.flatnonzero(signs)
        pairs = [(a, b) for a, b in pairwise(sure) if signs[a] != signs[b]]
        steps = each.shape.discrete
        places = [_between(middle[a : b + 1], gaps[a : b + 1]) for a, b in pairs]
        if steps:
            places = [
                max(middle[a], middle[b], key=lambda value: abs(value - each.nominal)) for a, b in pairs
            ]
        row: dict[str, Any] = {"input": each.path, "nominal": each.nominal, "value": np.nan}
        ends = ends_of(each, found.study.points[:, k])
        row |= {"low": np.nan, "high": np.nan, "from": ends[0], "to": ends[1]}
        if pairs:
            row["value"] = min(places, key=lambda place: abs(place - each.nominal))
            a, b = pairs[places.index(row["value"])]
            again = [_between(middle[a : b + 1], one[a : b + 1], signs[a]) for one in boots[k]]
            bounds = (np.nan, np.nan) if steps else percentiles(np.array(again))
            row["low"], row["high"] = map(float, bounds)
        row |= {"turns": len(pairs), "at_lowest": int(signs[sure[0]]) if len(sure) else 0}
        row |= {"at_highest": int(signs[sure[-1]]) if len(sure) else 0}
        row |= {"least": float(gaps.min()), "most": float(gaps.max())}
        made.append(row | {"verdict": "flips" if pairs else _steady(signs)})
    frame = pd.DataFrame(made)
    reach = (frame["most"] - frame["least"]).to_numpy()
    order = np.lexsort([-reach, frame["verdict"].ne("flips").to_numpy()])
    return frame.iloc[order].reset_index(drop=True)


def _steady(signs: Array) -> str:
    known = set(signs.tolist()) - {0}
    if not known:
        return "not distinguishable"
    return "higher" if known == {1} else "lower"


def _between(places: Array, gaps: Array, sign: int = 0) -> float:
    """Where a broken line that begins with `sign` first comes to none; infinite where it does not here.

    Without a sign, that of its first value.
    """
    gaps = gaps * (sign or np.sign(gaps[0]))
    if not gaps[0] > 0.0:
        return float("-inf")
    for k in range(1, len(gaps)):
        if gaps[k] <= 0.0:
            return float(places[k - 1] + (places[k] - places[k - 1]) * gaps[k - 1] / (gaps[k - 1] - gaps[k]))
    return float("inf")


# --- sentences ------------------------------------------------------------------------------------


def _verdict(found: _Found, verdict: dict[str, Any]) -> str:
    study, words = found.study, found.words
    here, there = apart(study, found.option, found.rival)
    known = found.gap[0] if found.single else found.gap
    where = "At the scenario's own numbers" if found.single else "Over all worlds"
    runs = count(int((~np.isnan(known)).sum()), "run") if found.single else looked_at(study, known.size)
    head = f"{where} {words.what} with {here}, held against {there}, is"
    change = words.change(verdict["difference"], verdict["high"] - verdict["low"])
    interval = words.changes(verdict["low"], verdict["high"])
    if verdict["differing"] < FEWEST:
        number = int((~np.isnan(known)).sum())
        if number < FEWEST:
            return f"{head} not told: {runs}; at least {FEWEST} are needed to tell: raise replications."
        return f"{head} not told: only {verdict['differing']} of {runs} differ, and at least {FEWEST} must."
    if not verdict["direction"]:
        return f"{head} not distinguishable ({change}; {interval}; {runs})."
    verb = "higher" if verdict["direction"] > 0 else "lower"
    return f"{head} {verb} ({change}; {interval}; {runs})."


def _by_threshold(table: pd.DataFrame) -> list[str]:
    rows = table.iloc[1:]
    if rows.empty:
        return []
    words = {1: "higher", -1: "lower", 0: "not distinguishable"}
    told = []
    for sign, word in words.items():
        levels = [f"0.{each[-2:]}" for each in rows.loc[rows["direction"] == sign, "outcome"]]
        told += [f"{word} at {', '.join(levels)}"] if levels else []
    return [f"By threshold of a front it is {'; '.join(told)}."]


def _single(found: _Found, verdict: dict[str, Any], flips: pd.DataFrame) -> list[str]:
    if not verdict["direction"]:
        return ["There the verdict cannot be told, so there is none to turn round.", *_told_elsewhere(found)]
    told = [_one_flip(row, first=k == 0) for k, row in enumerate(_rows(flips, "flips")[:TOLD])]
    few = len(_rows(flips, "flips")) - TOLD
    if few > 0:
        told.append(f"{count(few, 'other input')} turn it by larger changes.")
    weak, none = _rows(flips, "not distinguishable"), _rows(flips, "none")
    if weak:
        names = listed([each["input"] for each in weak[:TOLD]])
        told.append(f"With {names} the mean difference changes sign, but not distinguishably.")
    if none:
        every = len(none) == len(flips)
        who = f"none of the {len(flips)} inputs" if every else f"{count(len(none), 'input')} of {len(flips)}"
        told.append(
            "No value within its range of any input, by itself, turns it."
            if every
            else f"For {who} no value within the range turns it."
        )
    return told


def _told_elsewhere(found: _Found) -> list[str]:
    table, _ = _levels(found)
    signs = table.groupby("input", sort=False)["sign"].agg(["min", "max"])
    some = [str(each) for each in signs.index[(signs["min"] < 0) | (signs["max"] > 0)]]
    return [f"It can be told at some levels of {listed(some[:TOLD])}."] if some else []


def _rows(flips: pd.DataFrame, verdict: str) -> list[dict]:
    return flips[flips["verdict"] == verdict].to_dict("records")


def _one_flip(row: dict, *, first: bool) -> str:
    head = "The smallest change of one input that turns it is" if first else "Next is"
    return (
        f"{head} {row['input']} from {plain_number(row['nominal'])} to {_place(row)[0]} "
        f"({100 * row['share']:.0f}% of its range; {_place(row)[1]})."
    )


def _place(row: dict) -> tuple[str, str]:
    """The value that turns a verdict, no more exact than its interval, and that interval."""
    if np.isnan(row["low"]):
        return plain_number(row["value"]), "a step between two values"
    width = min(row["high"], row["to"]) - max(row["low"], row["from"])
    low = number(row["low"], width) if np.isfinite(row["low"]) else "below its range"
    high = number(row["high"], width) if np.isfinite(row["high"]) else "above its range"
    return number(row["value"], width), f"95% interval of the place {low} to {high}"


def _sampled(found: _Found, flips: pd.DataFrame) -> list[str]:
    told, bins = [], found.asks.bins
    words = {1: "higher", -1: "lower"}
    for row in _rows(flips, "flips")[:TOLD]:
        times = "" if row["turns"] == 1 else f" {row['turns']} times"
        nearest = "" if row["turns"] == 1 else ", the turn nearest to the scenario's own number"
        place, interval = _place(row)
        turn = "it is the other at" if np.isnan(row["low"]) else "none at about"
        told.append(
            f"It turns{times} with {row['input']}: {words[row['at_lowest']]} where that is lowest, "
            f"{words[row['at_highest']]} where it is highest, {turn} {place} ({interval}{nearest}); "
            "other inputs as they are drawn."
        )
    if not told:
        told.append(f"No input, cut into at most {bins} bins, has bins of opposite, distinguishable sign.")
    return told
