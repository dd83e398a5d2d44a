"""`attribution`: how much of an outcome each of several causes accounts for, by knocking them out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..answer import FEWEST
from ..axes import Array
from ..errors import WedgeError
from ..study import Lever, Study, by_world
from .base import Analysis, Finding, asked
from .deciding import option_named, option_with
from .resampling import direction, level_interval, mean_of, percentiles, resampled_means, spread
from .telling import Amounts, amounts, cautions, count, looked_at, no_sample

if TYPE_CHECKING:
    import pandas as pd

MOST_CAUSES = 12
TOLD = 6
"""Causes that get a sentence each; tables hold them all."""


@dataclass(frozen=True)
class Attribution(Analysis):
    """Divides an outcome among causes by knock-out, as Shapley (1953) divides what a coalition earns.

    Needs levers marked `cause`, each with two settings, the first with the cause at work, the second
    with it taken away, and every combination of them. A cause's share is what adding it changes,
    averaged over all orders in which the causes can be added, run by run on equal luck; shares add up
    to the outcome with all causes less that with none. `alone` is what a cause does by itself, `last`
    what it does on top of all others; where these differ, causes overlap or reinforce each other, and
    no single number is *the* effect. Pairs are told by the Shapley interaction index (Grabisch &
    Roubens 1999). Intervals: 95 % bootstrap over worlds (and luck that they share); `q05`, `q95`:
    spread over worlds. Shares divide the model's outcome among these causes only, not history.
    """

    analysis: ClassVar[str] = "attribution"

    outcome: str = asked("outcome", "the outcome to divide among the causes")
    option: str | None = asked(
        "option", "whose settings levers that are no causes keep; else the first", None
    )

    def of(self, study: Study) -> Finding:
        """Shares by cause; the outcome of every combination; interactions of pairs."""
        words, causes = amounts(study, self.outcome), _causes(study)
        values = self._coalitions(study, causes)
        found = _Found(study, causes, values, resampled_means(study, values).T, words)
        shares = found.shares()
        tables = {"shares": shares, "combinations": found.combinations()}
        if len(causes) > 1:
            tables["pairs"] = found.pairs()
        question = f"How much of {words.what} does each of {len(causes)} causes account for?"
        if len(causes) == 1:
            question = f"How much of {words.what} does {causes[0].title} account for?"
        return Finding(self, question, _sentences(found, tables), tables)

    def _coalitions(self, study: Study, causes: list[Lever]) -> Array:
        """The outcome with each set of causes at work, `(set, point, replication)`; bit i is cause i.

        A run that lacks a value in any combination has none in all, so that all compare the same runs.
        """
        kept = dict(option_named(study, self.option).settings)
        why = f"attribution needs all {2 ** len(causes)} combinations of the causes"
        stack = []
        for members in range(2 ** len(causes)):
            chosen = {each.name: each.settings[0 if members >> k & 1 else 1] for k, each in enumerate(causes)}
            stack.append(study.values(self.outcome, option_with(study, kept | chosen, why)))
        values = np.array(stack, dtype=float)
        values[:, np.isnan(values).any(axis=0)] = np.nan
        if np.isnan(values).all():
            raise WedgeError(f"no run has a value of {self.outcome} in every combination of the causes")
        return values


def _causes(study: Study) -> list[Lever]:
    causes = [each for each in study.levers if each.cause]
    if not causes:
        raise WedgeError("attribution needs levers marked as causes; this sweep has none")
    if len(causes) > MOST_CAUSES:
        raise WedgeError(f"attribution takes at most {MOST_CAUSES} causes; this sweep has {len(causes)}")
    for each in causes:
        if len(each.settings) != 2:
            raise WedgeError(
                f"the cause {each.name} has {count(len(each.settings), 'setting')}; expected two, at work and away"
            )
    return causes


# --- the division ---------------------------------------------------------------------------------


def shapley(values: Array) -> Array:
    """Shapley's shares `(cause, ...)` of `values` by set of causes `(2 ** causes, ...)`; bit i is cause i."""
    causes = _count(values)
    shares = np.zeros((causes, *values.shape[1:]))
    for cause in range(causes):
        for members in _without(causes, cause):
            size = members.bit_count()
            orders = factorial(size) * factorial(causes - size - 1)
            shares[cause] += orders * (values[members | 1 << cause] - values[members])
    return shares / factorial(causes)


def interaction(values: Array, one: int, other: int) -> Array:
    """Shapley interaction index of two causes, by index: how much one adds to what the other does.

    `values` by set of causes are `(2 ** causes, ...)`, as in `shapley`; the index is `(...)`, in the
    outcome's unit. Source: Grabisch & Roubens 1999.
    """
    causes = _count(values)
    a, b = 1 << one, 1 << other
    total = np.zeros(values.shape[1:])
    for members in _without(causes, one, other):
        size = members.bit_count()
        orders = factorial(size) * factorial(causes - size - 2)
        joint = (values[members | a | b] - values[members | a]) - (values[members | b] - values[members])
        total = total + orders * joint
    return total / factorial(causes - 1)


def _count(values: Array) -> int:
    return len(values).bit_length() - 1


def _without(causes: int, *missing: int) -> list[int]:
    """Every set of causes that holds none of these."""
    banned = sum(1 << each for each in missing)
    return [members for members in range(2**causes) if not members & banned]


# --- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """Values by set of causes `(set, point, replication)`, and their means by resample `(set, resample)`."""

    study: Study
    causes: list[Lever]
    values: Array
    resampled: Array
    words: Amounts

    @property
    def known(self) -> Array:
        return ~np.isnan(self.values[0])

    @property
    def runs(self) -> int:
        return int(self.known.sum())

    def shares(self) -> pd.DataFrame:
        """One row a cause, the largest share first."""
        import pandas as pd

        by_run, means, boots = shapley(self.values), shapley(mean_of(self.values)), shapley(self.resampled)
        total = self.total()
        order = sorted(range(len(self.causes)), key=lambda k: -abs(means[k]))
        rows = []
        for rank, k in enumerate(order, 1):
            low, high = map(float, percentiles(boots[k]))
            differing = self._differing(by_run[k])
            q05, q95 = spread(by_world(by_run[k]))
            row = {"cause": self.causes[k].name, "title": self.causes[k].title, "rank": rank}
            row |= {"share": float(means[k]), "low": low, "high": high, "q05": q05, "q95": q95}
            row |= {"direction": direction(low, high, differing), "differing": differing}
            row |= self._of_total(means[k], boots[k], total) | self._ends(k)
            row["above_next"] = self._above(by_run, boots, order[rank - 1 : rank + 1])
            rows.append(row)
        return pd.DataFrame(rows)

    def total(self) -> dict[str, float]:
        """The outcome with all causes less that with none."""
        gap = self.values[-1] - self.values[0]
        low, high = map(float, percentiles(self.resampled[-1] - self.resampled[0]))
        told = direction(low, high, self._differing(gap))
        return {
            "all_less_none": float(mean_of(gap)),
            "low": low,
            "high": high,
            "direction": told,
            "differing": self._differing(gap),
        }

    def _of_total(self, mean: float, boot: Array, total: dict[str, float]) -> dict[str, float]:
        """A share as a part of the whole, where the whole is distinguishable from none."""
        if not total["direction"]:
            return dict.fromkeys(("of_total", "of_total_low", "of_total_high"), float("nan"))
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = percentiles(boot / (self.resampled[-1] - self.resampled[0]))
        part = float(mean / total["all_less_none"])
        return {"of_total": part, "of_total_low": float(low), "of_total_high": float(high)}

    def _ends(self, cause: int) -> dict[str, float]:
        """What the cause does alone, on top of all others, and at least and most in any company."""
        bit, everyone = 1 << cause, len(self.values) - 1
        row: dict[str, float] = {}
        for name, members in (("alone", 0), ("last", everyone ^ bit)):
            low, high = percentiles(self.resampled[members | bit] - self.resampled[members])
            row[name] = float(mean_of(self.values[members | bit] - self.values[members]))
            row |= {f"{name}_low": float(low), f"{name}_high": float(high)}
        means = mean_of(self.values)
        added = [float(means[each | bit] - means[each]) for each in _without(len(self.causes), cause)]
        return row | {"least": min(added), "most": max(added)}

    def _above(self, by_run: Array, boots: Array, pair: list[int]) -> bool | None:
        """Whether a share is distinguishably larger in size than the next; None for the last."""
        if len(pair) < 2:
            return None
        one, other = pair
        low, high = map(float, percentiles(abs(boots[one]) - abs(boots[other])))
        return direction(low, high, self._differing(abs(by_run[one]) - abs(by_run[other]))) > 0

    def _differing(self, gap: Array) -> int:
        return int((gap[self.known] != 0.0).sum())

    def combinations(self) -> pd.DataFrame:
        """The mean outcome with each set of causes at work."""
        import pandas as pd

        rows = []
        for members, values in enumerate(self.values):
            low, high = level_interval(self.study, values, self.resampled[members], self.words.unit)
            row: dict[str, object] = {each.name: bool(members >> k & 1) for k, each in enumerate(self.causes)}
            rows.append(row | {"mean": float(mean_of(values)), "low": low, "high": high, "runs": self.runs})
        return pd.DataFrame(rows)

    def pairs(self) -> pd.DataFrame:
        """How two causes together differ from the sum of both, on average over the company they keep."""
        import pandas as pd

        rows = []
        for one, other in combinations(range(len(self.causes)), 2):
            by_run = interaction(self.values, one, other)
            low, high = map(float, percentiles(interaction(self.resampled, one, other)))
            row = {"cause": self.causes[one].name, "other": self.causes[other].name}
            told = direction(low, high, self._differing(by_run))
            index = float(interaction(mean_of(self.values), one, other))
            rows.append(row | {"interaction": index, "low": low, "high": high, "direction": told})
        return pd.DataFrame(rows)


# --- sentences ------------------------------------------------------------------------------------


def _sentences(found: _Found, tables: dict[str, pd.DataFrame]) -> list[str]:
    words, shares = found.words, tables["shares"]
    told = [_whole(found)]
    told += [_share(words, row) for row in shares.head(TOLD).to_dict("records")]
    if len(shares) > TOLD:
        told.append(f"The other {count(len(shares) - TOLD, 'cause')} have smaller shares.")
    told += _ranks(shares) + _together(found, tables.get("pairs"))
    return told + no_sample(found.study) + cautions(found.study, int((~found.known).sum()))


def _whole(found: _Found) -> str:
    words, total, means = found.words, found.total(), mean_of(found.values)
    many, width = len(found.causes), total["high"] - total["low"]
    levels = [words.level(float(each), width) for each in (means[0], means[-1])]
    head = (
        f"{words.what[0].upper()}{words.what[1:]} is {levels[0]} with none of the causes and {levels[1]} with"
    )
    head += f" all {many}" if many > 1 else " the one cause"
    told = f"{words.change(total['all_less_none'], width)}, {words.changes(total['low'], total['high'])}, "
    told += f"{looked_at(found.study, found.runs)} of each combination"
    if 0 < total["differing"] < FEWEST:
        told += f", of which only {count(int(total['differing']), 'run')} differ"
    return f"{head} ({told})." if total["direction"] else f"{head}: not distinguishable ({told})."


def _share(words: Amounts, row: dict) -> str:
    interval, width = words.changes(row["low"], row["high"]), row["high"] - row["low"]
    if row["differing"] == 0:
        return f"{row['title']}: nothing; no run differs with and without it."
    share = words.change(row["share"], width)
    if not row["direction"]:
        few = f"; only {count(row['differing'], 'run')} differ" if row["differing"] < FEWEST else ""
        return f"{row['title']}: not distinguishable from none ({share}; {interval}{few})."
    part = f", {100 * row['of_total']:.0f}% of the whole" if np.isfinite(row["of_total"]) else ""
    ends = (
        f"{words.change(row['alone'], width)} alone, {words.change(row['last'], width)} on top of all others"
    )
    return f"{row['title']}: {share} ({interval}){part}; {ends}."


def _ranks(shares: pd.DataFrame) -> list[str]:
    """Which neighbours in rank can be told apart."""
    titles = list(shares["title"])
    same = [
        f"{a} and {b}"
        for a, b, sure in zip(titles, titles[1:], shares["above_next"], strict=False)
        if not sure
    ]
    if len(titles) < 2:
        return []
    if not same:
        return ["In this order each share is distinguishably larger than the next."]
    return [f"Ranked by size of share, neighbours that cannot be told apart: {'; '.join(same)}."]


def _together(found: _Found, pairs: pd.DataFrame | None) -> list[str]:
    """The pair that overlaps or reinforces most."""
    if pairs is None:
        return []
    sure = pairs[pairs["direction"] != 0]
    if sure.empty:
        return ["No two causes distinguishably overlap or reinforce each other."]
    row = max(sure.to_dict("records"), key=lambda each: abs(each["interaction"]))
    titles = {each.name: each.title for each in found.causes}
    much = found.words.change(row["interaction"], row["high"] - row["low"])
    how = "reinforce each other" if row["interaction"] > 0 else "overlap"
    pair = f"{titles[row['cause']]} and {titles[row['other']]}"
    interval = found.words.changes(row["low"], row["high"])
    return [f"Most of all pairs {pair} {how}: {much} beyond the sum of both ({interval})."]
