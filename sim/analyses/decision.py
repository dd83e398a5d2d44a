"""`decision`: how options fare over many worlds: what each would be regretted for, and what it secures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..answer import FEWEST, share_interval
from ..axes import Array
from ..errors import WedgeError, nearest
from ..study import Study, by_world
from .base import Analysis, Finding, asked, check_level
from .deciding import directions
from .resampling import SURE, level_interval, mean_of, percentiles, resampled_means, resamples, seeded, spread
from .telling import amounts, cautions, count, listed, no_sample, tenths

if TYPE_CHECKING:
    import pandas as pd

CRITERIA = {"mean": "mean regret", "p90": "90th percentile of regret", "maximum": "largest regret"}
REQUIREMENT = re.compile(r"\s*([^\s<>=]+)\s*(<=|>=|<|>)\s*([^\s<>=]+)\s*")
COMBINED = "all, equal weights"
EVERY = "all of them"

WEIGHTS = 1951
"""Stream of the numbers that weigh outcomes at random."""


@dataclass(frozen=True)
class Decision(Analysis):
    """Compares options over worlds by regret (Savage 1951) and by what they satisfy (Starr 1962).

    Regret is how much better the best option would have done in the same world, in the outcome's own
    unit; told as mean over worlds, 90th percentile and maximum. The order by mean regret is that by
    mean outcome. The largest regret hangs on a single world, and its interval understates that.
    Over several outcomes together, each is scaled by its range over options and worlds, which is a
    choice and not a fact: weights are equal, then drawn at random (uniform over all weightings) to see
    whether the order survives. A world's outcome is its mean over replications; luck that is left in
    it adds to regrets. An option is called first only where it is in 95 % of resamples of worlds
    (and luck that they share) and enough worlds differ.
    """

    analysis: ClassVar[str] = "decision"

    less: tuple[str, ...] = asked("outcome", "outcomes of which less is better", (), many=True)
    more: tuple[str, ...] = asked("outcome", "outcomes of which more is better", (), many=True)
    satisfied: tuple[str, ...] = asked("text", "requirements, such as 'front <= 0.2'", (), many=True)

    def of(self, study: Study) -> Finding:
        """Regret, satisficing, ranks by every criterion, and how ranks hang on weights."""
        better = directions(study, self.less, self.more, "decision")
        required = [requirement(study, each) for each in self.satisfied]
        if not better and not required:
            raise WedgeError(
                "decision needs less or more (lists of outcomes), or satisfied (a list of requirements)"
            )
        if len(study.options) < 2:
            raise WedgeError("decision compares options, and this sweep has only one; give it levers")
        found = _Found(study, better, required)
        tables: dict[str, pd.DataFrame] = {}
        if better:
            tables |= {"outcomes": found.outcomes(), "regret": found.regret(), "ranking": found.ranking()}
        if len(better) > 1:
            tables["weights"] = found.weightings()
        if required:
            tables["satisficing"] = found.satisficing()
        told = _sentences(found, tables)
        question = f"Which of {len(study.options)} options would be regretted least, and which secure what is required?"
        if not required:
            question = f"Which of {len(study.options)} options would be regretted least?"
        if not better:
            question = f"Which of {len(study.options)} options secure what is required?"
        return Finding(self, question, told + no_sample(study) + cautions(study, 0), tables)


@dataclass(frozen=True)
class Requirement:
    """A column of outcomes that must be on one side of a level."""

    text: str
    outcome: str
    sign: str
    level: float

    def met(self, values: Array) -> Array:
        """Whether each value meets it, 0 or 1, same shape; NaN, where it is not known, stays NaN."""
        tests = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
        return np.where(np.isnan(values), np.nan, tests[self.sign](values, self.level))


def requirement(study: Study, text: str) -> Requirement:
    """A requirement read strictly. Raises WedgeError that says what is wrong with it."""
    form = "expected outcome, <, <=, > or >=, number, such as 'front <= 0.2'"
    matched = REQUIREMENT.fullmatch(str(text))
    if matched is None:
        raise WedgeError(f"satisfied: {text!r} is no requirement; {form}")
    name, sign, level = matched.groups()
    if name not in study.columns:
        raise WedgeError(
            f"satisfied: {text!r}: there is no outcome called {name!r}{nearest(name, study.columns)}"
        )
    try:
        value = float(level)
    except ValueError:
        raise WedgeError(f"satisfied: {text!r}: {level!r} is no number; {form}") from None
    if not np.isfinite(value):
        raise WedgeError(f"satisfied: {text!r}: {level!r} is no finite number")
    try:
        check_level(study, name, value)
    except WedgeError as error:
        raise WedgeError(f"satisfied: {text!r}: {error}") from None
    return Requirement(f"{name} {sign} {level}", name, sign, value)


# --- regret ---------------------------------------------------------------------------------------


def regrets(values: Array, sign: int) -> Array:
    """How much better the best option does in the same world, `(option, world)`; NaN where one is not known.

    `values` are `(option, world)`; `sign` is 1 where more is better, -1 where less is. Source: Savage 1951.
    """
    good = sign * values
    return np.asarray(good.max(axis=0) - good)


def criteria(regret: Array) -> Array:
    """Mean, 90th percentile and maximum over worlds, `(criterion, ...)`; worlds are the last axis."""
    if not regret.shape[-1]:
        return np.full((3, *regret.shape[:-1]), np.nan)
    return np.array([regret.mean(axis=-1), np.quantile(regret, 0.9, axis=-1), regret.max(axis=-1)])


def firsts(values: Array) -> Array:
    """Which option has the least `(..., option)`, as shares that add up to 1; ties are split."""
    least = values == values.min(axis=-1, keepdims=True)
    return np.asarray(least / least.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class _Found:
    study: Study
    better: Mapping[str, int]
    required: list[Requirement]
    _cache: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.study.options]

    @property
    def titles(self) -> list[str]:
        return [each.title for each in self.study.options]

    def runs(self, outcome: str) -> Array:
        """An outcome, `(option, point, replication)`."""
        if outcome not in self._cache:
            values = np.array([self.study.values(outcome, each) for each in self.names], dtype=float)
            if np.isnan(values).all():
                raise WedgeError(f"no run has a value of {outcome}")
            self._cache[outcome] = values
        return self._cache[outcome]

    def of_worlds(self, outcome: str, luck: Array | None = None) -> Array:
        """An outcome's mean over replications, each counted as often as `luck` says, `(option, point)`."""
        values = self.runs(outcome)
        if luck is None:
            return by_world(values)
        known = ~np.isnan(values)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((np.nan_to_num(values) @ luck) / (known @ luck))

    @cached_property
    def ranges(self) -> dict[str, float]:
        """The range of each outcome over options and worlds, by which it is scaled."""
        return {
            each: float(np.nanmax(v) - np.nanmin(v)) for each in self.better for v in [self.of_worlds(each)]
        }

    def scaled(self, luck: Array | None = None) -> Array:
        """Every outcome, more always better, in parts of its range, `(outcome, option, point)`."""
        columns = [
            sign * self.of_worlds(each, luck) / (self.ranges[each] or 1.0)
            for each, sign in self.better.items()
        ]
        return np.array(columns)

    def all_regrets(self, luck: Array | None = None) -> dict[str, Array]:
        """Regret in every outcome, and together where there are several, `(option, point)`."""
        found = {each: regrets(self.of_worlds(each, luck), sign) for each, sign in self.better.items()}
        if len(found) > 1:
            found[COMBINED] = regrets(self.scaled(luck).mean(axis=0), 1)
        return found

    @cached_property
    def estimated(self) -> dict[str, Array]:
        """The criteria by outcome, `(criterion, option)`."""
        return {name: criteria(_known(each)) for name, each in self.all_regrets().items()}

    @cached_property
    def resampled(self) -> dict[str, Array]:
        """The same by resample, `(resample, criterion, option)`."""
        made: dict[str, list[Array]] = {name: [] for name in self.estimated}
        steady = self.all_regrets()
        for points, luck in resamples(self.study):
            found = steady if (luck == 1.0).all() else self.all_regrets(luck)
            drawn = np.repeat(np.arange(len(points)), points.astype(int))
            for name, each in found.items():
                made[name].append(criteria(_known(each[:, drawn])))
        return {name: np.array(each) for name, each in made.items()}

    def outcomes(self) -> pd.DataFrame:
        """The mean of each outcome over worlds, for each option."""
        import pandas as pd

        rows = []
        for outcome in self.better:
            values, unit = self.runs(outcome), self.study.columns[outcome][0]
            boots = resampled_means(self.study, values)
            for k, name in enumerate(self.names):
                low, high = level_interval(self.study, values[k], boots[:, k], unit)
                q05, q95 = spread(by_world(values[k]))
                row = {
                    "option": name,
                    "outcome": outcome,
                    "mean": float(mean_of(values[k])),
                    "low": low,
                    "high": high,
                }
                left = int(np.isnan(values[k]).sum())
                rows.append(row | {"q05": q05, "q95": q95, "unit": unit, "left_out": left})
        return pd.DataFrame(rows)

    def regret(self) -> pd.DataFrame:
        """Regret by option and outcome, in the outcome's own unit; together in parts of the ranges."""
        import pandas as pd

        rows = []
        found = self.all_regrets()
        for outcome, values in self.estimated.items():
            low, high = percentiles(self.resampled[outcome])
            worlds = _known(found[outcome]).shape[1]
            for k, name in enumerate(self.names):
                row: dict[str, Any] = {"option": name, "outcome": outcome}
                for c, criterion in enumerate(CRITERIA):
                    row |= {criterion: float(values[c, k])}
                    row |= {f"{criterion}_low": float(low[c, k]), f"{criterion}_high": float(high[c, k])}
                rows.append(
                    row | {"worlds": worlds, "unit": self.unit(outcome), "range": self.reach(outcome)}
                )
        return pd.DataFrame(rows)

    def reach(self, outcome: str) -> float:
        """By what regret is shaded: the outcome's range over options and worlds; 1 for all together."""
        return 1.0 if outcome == COMBINED else self.ranges[outcome]

    def unit(self, outcome: str) -> str:
        """The unit of regret."""
        return "parts of the range" if outcome == COMBINED else self.study.columns[outcome][0]

    def ranking(self) -> pd.DataFrame:
        """Ranks by each criterion, and the share of resamples in which an option is first."""
        import pandas as pd

        rows = []
        for outcome, values in self.estimated.items():
            shares = firsts(self.resampled[outcome]).mean(axis=0)
            for c, criterion in enumerate(CRITERIA):
                order = np.argsort(values[c], kind="stable")
                sure = shares[c, order[0]] >= SURE and self.differing(outcome, order) >= FEWEST
                for k, name in enumerate(self.names):
                    row = {
                        "outcome": outcome,
                        "criterion": criterion,
                        "option": name,
                        "value": float(values[c, k]),
                    }
                    rank = int((values[c] < values[c, k]).sum()) + 1
                    row |= {"rank": rank, "first_in_resamples": float(shares[c, k])}
                    rows.append(row | {"first": bool(sure and k == order[0])})
        return pd.DataFrame(rows)

    def differing(self, outcome: str, order: Array) -> int:
        """How many runs differ between the first option and the second, in this outcome or in any."""
        outcomes = list(self.better) if outcome == COMBINED else [outcome]
        gaps = [self.runs(each)[order[0]] != self.runs(each)[order[1]] for each in outcomes]
        return int(np.any(gaps, axis=0).sum())

    def weightings(self) -> pd.DataFrame:
        """The share of random weightings of the outcomes in which each option is first."""
        import pandas as pd

        scaled = self.scaled()
        scaled = scaled[:, :, ~np.isnan(scaled).any(axis=(0, 1))]
        size = int(np.clip(2e7 / max(1, scaled[0].size), 200, 1000))
        weights = seeded(self.study.seed, WEIGHTS).dirichlet(np.ones(len(scaled)), size)
        found = np.mean([firsts(criteria(regrets(np.tensordot(w, scaled, 1), 1))) for w in weights], axis=0)
        return pd.DataFrame(
            {
                "criterion": criterion,
                "option": name,
                "first_in_weightings": float(found[c, k]),
                "weightings": size,
            }
            for c, criterion in enumerate(CRITERIA)
            for k, name in enumerate(self.names)
        )

    # --- satisficing

    def satisficing(self) -> pd.DataFrame:
        """The share of worlds in which each requirement, and all of them, hold, for each option."""
        import pandas as pd

        rows, firsts_met = [], self._first_met()
        for text, each in self._met().items():
            shares, sure = firsts_met[text]
            for k, name in enumerate(self.names):
                known = each[k][~np.isnan(each[k])]
                low, high = share_interval(known.mean(), known.size) if known.size else (np.nan, np.nan)
                row: dict[str, Any] = {"requirement": text, "option": name}
                row |= {"share": float(known.mean()) if known.size else np.nan, "low": low, "high": high}
                row |= {"worlds": known.size, "first_in_resamples": float(shares[k]), "first": bool(sure[k])}
                rows.append(row)
        return pd.DataFrame(rows)

    def _met(self, luck: Array | None = None) -> dict[str, Array]:
        """Whether each requirement, and all of them, hold in each world, `(option, world)`."""
        met = {each.text: each.met(self.of_worlds(each.outcome, luck)) for each in self.required}
        if len(met) > 1:
            met[EVERY] = np.min(list(met.values()), axis=0)
        return met

    def _first_met(self) -> dict[str, tuple[Array, Array]]:
        """The share of resamples in which each option meets it in most worlds; and whether that is sure."""
        steady, drawn = self._met(), dict[str, list[Array]]()
        for points, luck in resamples(self.study):
            for text, met in (steady if (luck == 1.0).all() else self._met(luck)).items():
                known = ~np.isnan(met).any(axis=0)
                drawn.setdefault(text, []).append(firsts(-(met[:, known] @ points[known])))
        shares = {text: np.mean(each, axis=0) for text, each in drawn.items()}
        return {text: (shares[text], _surely_first(_known(steady[text]), shares[text])) for text in steady}


def _surely_first(met: Array, shares: Array) -> Array:
    """Whether each option surely meets a requirement most often: in resamples, and in worlds enough."""
    order = np.argsort(-met.sum(axis=1), kind="stable")
    differing = int((met[order[0]] != met[order[1]]).sum())
    sure = shares[order[0]] >= SURE and differing >= FEWEST
    return np.arange(len(met)) == (order[0] if sure else -1)


def _known(values: Array) -> Array:
    """The worlds in which every option has a value."""
    return values[:, ~np.isnan(values).any(axis=0)]


# --- sentences ------------------------------------------------------------------------------------


def _sentences(found: _Found, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    told = [_regret(found, tables["ranking"], each) for each in found.better] if found.better else []
    if "weights" in tables:
        told += _combined(found, tables["ranking"], tables["weights"])
    if found.required:
        told += _satisficing(found, tables["satisficing"])
    for each, values in (found.all_regrets() if found.better else {}).items():
        gone = int(np.isnan(values).any(axis=0).sum())
        if gone and each != COMBINED:
            told.append(f"{count(gone, 'world')} without '{each}' in some option: left out of its regret.")
    return told


def _regret(found: _Found, ranking: pd.DataFrame, outcome: str) -> str:
    words = amounts(found.study, outcome)
    more = "more" if found.better[outcome] > 0 else "less"
    part, boots = ranking[ranking["outcome"] == outcome], found.resampled[outcome][:, 0]
    width = float(np.median(np.subtract(*np.quantile(boots, (0.975, 0.025), axis=0))))
    worlds = _known(found.all_regrets()[outcome]).shape[1]
    runs = f"{count(worlds, 'world')}, {count(found.study.replications, 'run')} each"
    told = _by_criteria(found, part, lambda value: words.size(value, width))
    return f"'{outcome}' ({more} is better; {runs}): {told}."


def _by_criteria(found: _Found, part: pd.DataFrame, size: Any) -> str:
    """What each criterion says; said once where none of them tells options apart."""
    if not part["value"].any():
        return "no option does better than another in any world"
    told = {each: _criterion(found, part, each, size) for each in CRITERIA}
    if part["first"].any():
        return "; ".join(told.values())
    return f"no option is distinguishably first by any criterion; {told['mean']}"


def _criterion(found: _Found, part: pd.DataFrame, criterion: str, size: Any) -> str:
    rows = part[part["criterion"] == criterion].sort_values("rank", kind="stable").to_dict("records")
    titles = dict(zip(found.names, found.titles, strict=True))
    best, second = rows[0], rows[1]
    if best["first"]:
        return (
            f"{CRITERIA[criterion]} is least with {titles[best['option']]}, {size(best['value'])} against "
            f"{size(second['value'])} with {titles[second['option']]}"
        )
    near = [each for each in rows if each["first_in_resamples"] >= 1 - SURE] or rows[:2]
    near = near if len(near) > 1 else rows[:2]
    few = ", ".join(f"{titles[each['option']]} {size(each['value'])}" for each in near[:3])
    more = f" and {len(near) - 3} more" if len(near) > 3 else ""
    return f"the least {CRITERIA[criterion]} is not distinguishable ({few}{more})"


def _combined(found: _Found, ranking: pd.DataFrame, weights: pd.DataFrame) -> list[str]:
    part = ranking[ranking["outcome"] == COMBINED]
    titles = dict(zip(found.names, found.titles, strict=True))
    told = _by_criteria(found, part, lambda value: f"{value:.3f}")
    head = f"All {len(found.better)} outcomes together, in parts of their ranges over options and worlds, equal weights"
    rows = weights[weights["criterion"] == "mean"].sort_values(
        "first_in_weightings", ascending=False, kind="stable"
    )
    few = [
        f"{titles[each['option']]} in {100 * each['first_in_weightings']:.0f}%"
        for each in rows.to_dict("records")[:3]
        if each["first_in_weightings"] > 0
    ]
    drawn = f"Of {rows['weightings'].iloc[0]:,} random weightings of these outcomes"
    return [f"{head}: {told}.", f"{drawn}, least mean regret: {listed(few)}."]


def _satisficing(found: _Found, table: pd.DataFrame) -> list[str]:
    titles = dict(zip(found.names, found.titles, strict=True))
    told = []
    for text, part in table.groupby("requirement", sort=False):
        rows = part.sort_values("share", ascending=False, kind="stable").to_dict("records")
        what = "All requirements hold" if text == EVERY else f"'{text}' holds"
        if not part["share"].any():
            told.append(f"{what} with no option in any of {count(rows[0]['worlds'], 'world')}.")
            continue
        shares = [
            f"{titles[each['option']]} {tenths(each['share'])}% "
            f"({tenths(each['low'])}% to {tenths(each['high'])}%)"
            for each in rows[:4]
        ]
        rest = f", {len(rows) - 4} more" if len(rows) > 4 else ""
        sure = "" if rows[0]["first"] else "; which holds it most often is not distinguishable"
        told.append(f"{what} in this share of {rows[0]['worlds']:,} worlds: {', '.join(shares)}{rest}{sure}.")
    return told
