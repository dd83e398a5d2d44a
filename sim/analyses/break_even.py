"""`break_even`: how much of a lever is needed for an outcome to pass a given level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..answer import share_interval
from ..axes import Array
from ..errors import WedgeError
from ..study import Lever, Option, Study, by_world
from .base import Analysis, Finding, asked, check_level, check_outcome
from .deciding import gap_told, numeric, option_named, option_with
from .resampling import level_interval, mean_of, percentiles, resampled_means
from .telling import Amounts, amounts, cautions, count, listed, looked_at, no_sample, number, plain_number

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class BreakEven(Analysis):
    """Finds where along a lever with numbers the mean of an outcome passes a level, and how surely.

    Between the settings tried the mean is taken as straight. All crossings are found, so a curve that
    turns back is told as such. The lever is followed in the order in which its settings are written:
    where they fall all along, the question is how far it must fall. The interval of a crossing is a 95
    % bootstrap over worlds (and luck that they share); where it is infinite, resamples have the
    crossing beyond the settings tried. Then each world by itself: the first feasible amount, along the
    way, at which it holds there, and the share of worlds in which there is one. A world's own mean
    rests on its replications only: with few of them a world seems to pass a level more easily than it
    does, the more so the more settings are tried. Intervals of shares: Agresti & Coull 1998; of
    quantiles over worlds: by order statistics. What is held against something else moves along the
    lever too where `against` differs from `option` in other levers only, and stays fixed otherwise.
    """

    analysis: ClassVar[str] = "break_even"

    outcome: str = asked("outcome", "the outcome whose mean is to pass a level")
    lever: str = asked("lever", "the lever whose settings are amounts")
    below: float | None = asked("number", "the level to fall under (a probability is 0 to 1)", None)
    above: float | None = asked("number", "the level to rise above", None)
    option: str | None = asked("option", "whose settings the other levers keep; the first unless given", None)
    against: str | None = asked("option", "look at the difference from this option instead", None)
    feasible_from: float | None = asked(
        "number", "the least amount that is feasible; else the least tried", None
    )
    feasible_to: float | None = asked(
        "number", "the largest amount that is feasible; else the largest tried", None
    )

    def of(self, study: Study) -> Finding:
        """The curve, its crossings, and what each world needs."""
        if (self.below is None) == (self.above is None):
            raise WedgeError("break_even needs a level: give either below or above")
        check_outcome(study, self.outcome)
        check_level(study, self.outcome, self.level, difference=self.against is not None)
        words = amounts(study, self.outcome)
        if self.against is not None:
            words = replace(words, gap=gap_told(study, self.option, self.against, self.lever))
        found = _Found(study, self, numeric(study, self.lever, "break_even"), words)
        tables = {"curve": found.curve(), "crossings": found.crossings()}
        told = _sentences(found, tables)
        if len(study.points) > 1:
            tables |= {"needed": found.needed(), "worlds": found.worlds()}
            told += _by_world(found, tables["needed"])
        told += no_sample(study) + cautions(study, int(np.isnan(found.values).sum()))
        verb = "fall under" if self.below is not None else "rise above"
        question = (
            f"At which value of {found.lever.title} does {words.what} {verb} {words.level(found.level)}?"
        )
        return Finding(self, question, told, tables)

    @property
    def level(self) -> float:
        """The level to pass."""
        return float(self.below if self.below is not None else self.above)  # type: ignore[arg-type]


def margin(asks: BreakEven, means: Array) -> Array:
    """By how much a mean is on the wanted side of the level, same shape and unit; what is just on it is not past it."""
    return asks.level - means if asks.below is not None else means - asks.level


def crossings(amount: Array, margins: Array) -> list[tuple[float, int]]:
    """Where a broken line changes sides: the place, and 1 where it comes to hold, -1 where it ceases to.

    `amount`, rising, and `margins` are `(amount,)`; it holds where the margin is above 0.
    """
    found = []
    for k in range(len(amount) - 1):
        here, there = margins[k], margins[k + 1]
        if (here > 0.0) != (there > 0.0):
            place = amount[k] + (amount[k + 1] - amount[k]) * here / (here - there)
            found.append((float(place), 1 if there > 0.0 else -1))
    return found


def least_amount(amount: Array, margins: Array) -> Array:
    """The least amount at which each of `(world, amount)` holds, infinite where it never does."""
    past = margins > 0.0
    first = past.argmax(axis=1)
    rows, before = np.arange(len(margins)), np.maximum(first - 1, 0)
    here, there = margins[rows, before], margins[rows, first]
    with np.errstate(divide="ignore", invalid="ignore"):
        between = amount[before] + (amount[first] - amount[before]) * here / (here - there)
    found = np.where(first == 0, amount[0], between)
    return np.where(past.any(axis=1), found, np.inf)


def falls(lever: Lever) -> bool:
    """Whether a lever's settings, as they are written, fall all along."""
    return bool(np.all(np.diff(lever.values) < 0.0))


@dataclass(frozen=True)
class _Found:
    """The outcome along the lever.

    Inside, amounts are counted along the way, so with their sign turned where the lever falls; tables
    hold them as they are. What is never reached is infinite along the way.
    """

    study: Study
    asks: BreakEven
    lever: Lever
    words: Amounts

    @property
    def level(self) -> float:
        return self.asks.level

    @property
    def unit(self) -> str:
        """The unit of the values; a difference of shares is no share."""
        return "points" if self.words.gap and self.words.share else self.words.unit

    @cached_property
    def sign(self) -> int:
        """-1 where the lever falls along the way."""
        return -1 if falls(self.lever) else 1

    def real(self, value: float) -> float:
        """An amount along the way as it is."""
        return self.sign * value + 0.0

    @cached_property
    def order(self) -> list[int]:
        """Settings along the way."""
        return [int(k) for k in np.argsort(self.sign * np.array(self.lever.values), kind="stable")]

    @cached_property
    def amount(self) -> Array:
        return self.sign * np.array([self.lever.values[k] for k in self.order], dtype=float)

    @cached_property
    def values(self) -> Array:
        """The outcome by amount, `(amount, point, replication)`."""
        here = option_named(self.study, self.asks.option)
        values = self._along(here)
        if self.asks.against is not None:
            there = option_named(self.study, self.asks.against)
            moves = there.settings[self.lever.name] == here.settings[self.lever.name]
            values = values - (self._along(there) if moves else self._read(there.name))
        if np.isnan(values).all(axis=(1, 2)).any():
            raise WedgeError(
                f"{self.asks.outcome} has no value in any run at some setting of {self.lever.name}"
            )
        return values

    def _along(self, option: Option) -> Array:
        """The outcome at every amount, the other levers as in an option, `(amount, point, replication)`."""
        kept = dict(option.settings)
        why = f"break_even needs every setting of {self.lever.name} with the other levers kept"
        names = [
            option_with(self.study, kept | {self.lever.name: self.lever.settings[k]}, why) for k in self.order
        ]
        return np.array([self._read(each) for each in names])

    def _read(self, option: str) -> Array:
        return np.asarray(self.study.values(self.asks.outcome, option), dtype=float)

    @cached_property
    def means(self) -> Array:
        return mean_of(self.values)

    @cached_property
    def resampled(self) -> Array:
        return resampled_means(self.study, self.values)

    @cached_property
    def feasible(self) -> tuple[float, float]:
        """What is feasible, as far as it was tried."""
        least, most = min(self.lever.values), max(self.lever.values)
        low = least if self.asks.feasible_from is None else self.asks.feasible_from
        high = most if self.asks.feasible_to is None else self.asks.feasible_to
        if not low <= high:
            raise WedgeError(f"feasible_from is {low:g}, above feasible_to, {high:g}")
        if low > most or high < least:
            tried = f"the settings of {self.lever.name} go from {least:g} to {most:g}"
            raise WedgeError(f"nothing between {low:g} and {high:g} was tried; {tried}")
        ends = sorted((self.sign * max(low, least), self.sign * min(high, most)))
        return float(ends[0]), float(ends[1])

    def curve(self) -> pd.DataFrame:
        """The mean at each amount."""
        import pandas as pd

        rows = []
        for k, amount in enumerate(self.amount):
            low, high = level_interval(self.study, self.values[k], self.resampled[:, k], self.unit)
            worlds = by_world(self.values[k])
            q05, q95 = np.nanquantile(worlds, (0.05, 0.95)) if len(worlds) > 1 else (np.nan, np.nan)
            row = {"setting": self.lever.settings[self.order[k]], "amount": self.real(float(amount))}
            row |= {"mean": float(self.means[k]), "low": low, "high": high}
            row |= {"q05": float(q05), "q95": float(q95), "runs": int((~np.isnan(self.values[k])).sum())}
            rows.append(row | {"holds": bool(margin(self.asks, self.means)[k] > 0.0)})
        return pd.DataFrame(rows)

    def crossings(self) -> pd.DataFrame:
        """Every crossing of the mean, with its interval and the share of resamples that have it."""
        import pandas as pd

        margins = margin(self.asks, self.resampled)
        by_resample = [crossings(self.amount, each) for each in margins]
        rows = []
        places = crossings(self.amount, margin(self.asks, self.means))
        for k, (place, sense) in enumerate(places):
            bounds = _bounds([each for each, _ in places], k, self.amount)
            after = [np.interp(bounds[1], self.amount, each) > 0.0 for each in margins]
            again = np.array(
                [_matched(place, sense, bounds, *each) for each in zip(after, by_resample, strict=True)]
            )
            low, high = map(float, percentiles(again))
            inside = bool(self.feasible[0] <= place <= self.feasible[1])
            low, high = sorted((self.real(low), self.real(high)))
            row = {
                "amount": self.real(place),
                "low": low,
                "high": high,
                "then": "holds" if sense > 0 else "ceases",
            }
            rows.append(row | {"feasible": inside, "in_resamples": float(np.isfinite(again).mean())})
        names = ["amount", "low", "high", "then", "feasible", "in_resamples"]
        return pd.DataFrame(rows, columns=names)

    @cached_property
    def by_world(self) -> Array:
        """The least feasible amount at which it holds in each world, `(point,)`; infinite where in none."""
        low, high = self.feasible
        inner = self.amount[(self.amount > low) & (self.amount < high)]
        places = np.unique([low, *inner, high])
        worlds = by_world(self.values)
        margins = margin(self.asks, np.array([_at(self.amount, worlds, each) for each in places]).T)
        return np.where(np.isnan(margins).any(axis=1), np.nan, least_amount(places, margins))

    def worlds(self) -> pd.DataFrame:
        """What each world needs."""
        import pandas as pd

        needed = self.sign * self.by_world + 0.0
        return pd.DataFrame(
            {"point": np.arange(len(needed)), "needed": needed, "reached": np.isfinite(needed)}
        )

    def needed(self) -> pd.DataFrame:
        """Over all worlds: the share that reach it, and quantiles of what is needed; infinite is never."""
        import pandas as pd

        known = np.sort(self.by_world[~np.isnan(self.by_world)])
        if not known.size:
            raise WedgeError(
                f"no world has a value of {self.asks.outcome} at every setting of {self.lever.name}"
            )
        rows = []
        for name, held in (("reached", np.isfinite(known)), ("from the first", known == self.feasible[0])):
            low, high = share_interval(held.mean(), held.size)
            rows.append(
                {"measure": f"share of worlds: {name}", "value": float(held.mean()), "low": low, "high": high}
            )
        for share in QUANTILES:
            value, *ends = map(self.real, quantile(known, share))
            low, high = sorted(ends)
            rows.append(
                {
                    "measure": f"amount for {100 * share:.0f}% of worlds",
                    "value": value,
                    "low": low,
                    "high": high,
                }
            )
        return pd.DataFrame(rows).assign(worlds=len(known))


def _at(amount: Array, worlds: Array, place: float) -> Array:
    """The broken lines `(amount, world)` at a place."""
    after = int(np.clip(np.searchsorted(amount, place), 1, len(amount) - 1))
    part = (place - amount[after - 1]) / (amount[after] - amount[after - 1])
    if part in (0.0, 1.0):
        return np.asarray(worlds[after - 1 + int(part)])
    return np.asarray(worlds[after - 1] + part * (worlds[after] - worlds[after - 1]))


def _bounds(places: list[float], k: int, amount: Array) -> tuple[float, float]:
    """Half way to the crossings before and after, or the ends of what was tried."""
    before = (places[k - 1] + places[k]) / 2 if k else float(amount[0])
    after = (places[k + 1] + places[k]) / 2 if k + 1 < len(places) else float(amount[-1])
    return before, after


def _matched(
    place: float, sense: int, bounds: tuple[float, float], after: bool, found: list[tuple[float, int]]
) -> float:
    """The crossing of a resample that answers to one of the mean's; infinite where it lies beyond its bounds.

    `after` is whether the resample holds at the upper bound.
    """
    alike = [each for each, way in found if way == sense and bounds[0] <= each <= bounds[1]]
    if alike:
        return min(alike, key=lambda each: abs(each - place))
    return float("-inf" if after == (sense > 0) else "inf")


def quantile(ordered: Array, share: float) -> tuple[float, float, float]:
    """A quantile of sorted values `(world,)` with its 95 % interval by order statistics (distribution-free).

    An end is infinite where no value is far enough out to bound it. `share` is 0 to 1.
    """
    from scipy.stats import binom

    n = len(ordered)
    low, high = (int(binom.ppf(each, n, share)) for each in (0.025, 0.975))
    place = max(0, int(np.ceil(share * n)) - 1)
    bottom = float(ordered[low - 1]) if low >= 1 else float("-inf")
    top = float(ordered[high]) if high < n else float("inf")
    return float(ordered[place]), bottom, top


# --- sentences ------------------------------------------------------------------------------------


def _sentences(found: _Found, tables: dict[str, pd.DataFrame]) -> list[str]:
    crossed = tables["crossings"]
    if crossed.empty:
        return [_uncrossed(found, tables["curve"])]
    return [_crossed(found, crossed), *_feasibility(found, crossed)]


def _verbs(found: _Found) -> tuple[str, str, str]:
    """Comes to hold, ceases to, and holds."""
    falls, rises = "falls under", "rises above"
    under = found.asks.below is not None
    return (falls, rises, "under") if under else (rises, falls, "above")


def _head(found: _Found) -> str:
    return found.words.what[0].upper() + found.words.what[1:]


def _place(found: _Found, row: dict) -> str:
    tried = min(found.lever.values), max(found.lever.values)
    width = min(row["high"], tried[1]) - max(row["low"], tried[0])
    low = number(row["low"], width) if np.isfinite(row["low"]) else f"less than {plain_number(tried[0])}"
    high = number(row["high"], width) if np.isfinite(row["high"]) else f"more than {plain_number(tried[1])}"
    return f"{number(row['amount'], width)} (95% interval {low} to {high})"


def _way(found: _Found) -> str:
    """How the lever comes to a place along the way."""
    return "falls to" if found.sign < 0 else "rises past"


def _first(found: _Found) -> str:
    """Where the way begins."""
    start = found.feasible[0]
    where = "at the first setting" if start == found.amount[0] else "at the start of what is feasible"
    return f"{where}, {plain_number(found.real(start))}"


def _crossed(found: _Found, crossed: pd.DataFrame) -> str:
    enters, leaves, side = _verbs(found)
    rows, level = crossed.to_dict("records"), found.words.level(found.level)
    runs = looked_at(found.study, int((~np.isnan(found.values[0])).sum())) + " at each amount"
    lever = found.lever.title
    if len(rows) > 1:
        steps = [
            f"{enters if each['then'] == 'holds' else leaves} it at {_place(found, each)}" for each in rows
        ]
        head = f"{_head(found)} is not monotone in {lever} and passes {level} {len(rows)} times"
        way = f" as {lever} falls" if found.sign < 0 else ""
        return f"{head}: it {listed(steps)}{way}; {runs}."
    place = _place(found, rows[0])
    if rows[0]["then"] == "holds":
        return f"{_head(found)} {enters} {level} as {lever} {_way(found)} {place}; {runs}."
    start = plain_number(found.real(found.amount[0]))
    return (
        f"{_head(found)} is {side} {level} already at the first setting of {lever}, {start}, and {leaves} it as "
        f"that {_way(found)} {place}; {runs}."
    )


def _feasibility(found: _Found, crossed: pd.DataFrame) -> list[str]:
    """Where what is needed stands to what is feasible; nothing where all that was tried is."""
    low, high = found.feasible
    given = found.asks.feasible_from is not None or found.asks.feasible_to is not None
    if (low, high) == (found.amount[0], found.amount[-1]) and not given:
        return _distinct(found, crossed)
    range_ = " to ".join(plain_number(each) for each in sorted(map(found.real, (low, high))))
    inside = least_amount(*_within(found))[0]
    verb = _verbs(found)[2]
    if np.isfinite(inside):
        away = "down" if found.sign < 0 else "on"
        far = f"from {number(found.real(inside), (high - low) / 10)} {away}"
        far = f"already {_first(found)}" if inside == low else far
        told = f"Within what is feasible ({range_}) it is {verb} the level {far}."
    else:
        told = f"Within what is feasible ({range_}) it is nowhere {verb} the level."
    return [told, *_distinct(found, crossed)]


def _within(found: _Found) -> tuple[Array, Array]:
    low, high = found.feasible
    places = np.unique([low, *found.amount[(found.amount > low) & (found.amount < high)], high])
    means = np.array([_at(found.amount, found.means[:, None], each)[0] for each in places])
    return places, margin(found.asks, means)[None, :]


def _distinct(found: _Found, crossed: pd.DataFrame) -> list[str]:
    """A warning where a curve that turns back may do so by chance."""
    if len(crossed) < 2:
        return []
    margins = margin(found.asks, found.resampled)
    again = np.mean([len(crossings(found.amount, each)) >= len(crossed) for each in margins])
    if again >= 0.95:
        return []
    return [f"Only {100 * again:.0f}% of resamples cross as often, so its turning back may be chance."]


def _uncrossed(found: _Found, curve: pd.DataFrame) -> str:
    under = found.asks.below is not None
    held = bool(curve["holds"].all())
    lowest = under != held
    row = curve.to_dict("records")[int(curve["mean"].argmin() if lowest else curve["mean"].argmax())]
    extreme = "at least" if lowest else "at most"
    tried = " to ".join(plain_number(found.real(found.amount[k])) for k in (0, -1))
    most = found.words.level(row["mean"], row["high"] - row["low"])
    best = f"it is {extreme} {most} ({found.words.between(row['low'], row['high'])}), at {plain_number(row['amount'])}"
    level, side = found.words.level(found.level), _verbs(found)[2]
    where = f"settings of {found.lever.title} tried, {tried}"
    if held:
        first = f"it already holds at the first setting, {plain_number(found.real(found.amount[0]))}"
        return f"{_head(found)} is {side} {level} at all {where}; {first}; {best}."
    may = float((margin(found.asks, found.resampled) > 0.0).any(axis=1).mean())
    doubt = f"; {100 * may:.0f}% of resamples do reach it" if may > 0.025 else ""
    return f"{_head(found)} is not {side} {level} at any of the {where}: {best}{doubt}."


def _by_world(found: _Found, needed: pd.DataFrame) -> list[str]:
    rows = {each["measure"]: each for each in needed.to_dict("records")}
    share = rows["share of worlds: reached"]
    ends = [plain_number(found.real(each)) for each in found.feasible]
    judged = count(found.study.replications, "run") + " at each amount"
    start = rows["share of worlds: from the first"]["value"]
    already = f", in {100 * start:.1f}% already {_first(found)}" if start else ""
    return [
        f"World by world, each judged on {judged}: it is {_verbs(found)[2]} the level at some amount from "
        f"{ends[0]} to {ends[1]} in {100 * share['value']:.1f}% of {share['worlds']:,} worlds "
        f"(95% interval {100 * share['low']:.1f}% to {100 * share['high']:.1f}%)"
        f"{already}{_half(found, start, rows['amount for 50% of worlds'])}."
    ]


def _half(found: _Found, start: float, row: dict) -> str:
    """How far half of all worlds have to go."""
    if start > 0.5:
        return "; more than half hold there already"
    middle, low, high = row["value"], row["low"], row["high"]
    if not np.isfinite(middle):
        return ""
    told = number(middle, high - low if np.isfinite(high - low) else 0.05 * float(np.ptp(found.amount)))
    if middle == found.real(found.feasible[0]):
        return "; half hold there already"
    return f"; half of all worlds need {'it to fall no lower than' if found.sign < 0 else 'at most'} {told}"
