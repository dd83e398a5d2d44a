"""What a run says: the table of outcomes, the contrasts between arms, and one plain sentence.

Works on saved columns; nothing is run. Intervals of two kinds are kept apart: the spread over runs
(what is not known of the world) and the Monte Carlo error (what more runs would shrink).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from .axes import Array
from .balanced import GROUP
from .build import by_path, outcomes_of
from .groups import ALIKE, FEWEST_GROUPS, count, mean_error, paired_share_error, worth
from .outcomes import STAGE_WIDTH, THRESHOLDS, UnitedFront
from .posterior import PATH
from .scenario import Scenario

Z95 = 1.959963984540054
"""Half width of a 95 % normal interval, in standard errors."""

FEWEST = 10
"""Runs that must differ between two arms before a direction is told."""

TELLING = 0.2
"""Least rank correlation of an input worth a sentence: it goes with 4 % of the variance of ranks."""

SURE = 0.95
"""Share of runs from which on nearly all of them are meant, and under 1 less it hardly any."""

APART = 0.1
"""Least difference between the shares in the lowest and the highest third of an input for a difference to turn on it.

About what the share of a third of 300 runs is uncertain by, either way.
"""

MAJORITY = 3
"""Of the five thresholds of a front, how many must agree for a verdict to hold."""

NONE = float("nan")

TOO_FEW = f"no interval, as the runs hang together in fewer than {FEWEST_GROUPS} groups"
"""Why the direction of a difference is not told."""

NOWHERE = "has a value in no run of both"
"""Why a difference is not known."""

SHARE = "0 or 1"
"""Unit of what either happens in a run or does not; its mean is a probability."""


@dataclass(frozen=True)
class Row:
    """One column of outcomes: its middle and the spread of 90 % of runs.

    For shares `low` and `high` are the 95 % Monte Carlo interval (Agresti-Coull) instead, NaN where runs
    hang together in too few groups.
    """

    name: str
    unit: str
    meaning: str
    mean: float
    error: float
    low: float
    median: float
    high: float
    runs: int


@dataclass(frozen=True)
class Contrast:
    """One column in the scenario less the same column in an alternative, run by run on equal luck.

    `low` and `high` are the 95 % Monte Carlo interval of the mean difference; `q05` and `q95` its
    spread over runs; `differing` counts the runs that differ at all. Both ends are NaN where runs hang
    together in too few groups.
    """

    name: str
    against: str
    here: float
    there: float
    difference: float
    low: float
    high: float
    q05: float
    q95: float
    differing: int

    @property
    def same(self) -> bool:
        """Whether no run differs."""
        return self.differing == 0

    @property
    def bounded(self) -> bool:
        """Whether its interval is known."""
        return not math.isnan(self.low)

    @property
    def direction(self) -> int:
        """1 or -1 where the difference is distinguishable from none, else 0.

        Where few runs differ an interval from their spread cannot be trusted, so nothing is told.
        """
        told = self.differing >= FEWEST
        return int(told and self.low > 0.0) - int(told and self.high < 0.0)


@dataclass(frozen=True)
class Wait(Contrast):
    """Time to the first front, in years: runs without a front count as the whole run (`horizon`).

    That is the restricted mean time (Royston & Parmar 2013), defined in every run, so that the runs
    without a front are not left out. `share_here` and `share_there` are the shares of runs with one.
    """

    horizon: float
    share_here: float
    share_there: float


@dataclass(frozen=True)
class Driver:
    """The uncertain input that the difference in a column of outcomes turns on most.

    `correlation` is Spearman's rank correlation over runs; `shares` are the shares of runs in which the
    scenario has more than the alternative, in the lowest and in the highest third of the input's values.
    """

    path: str
    correlation: float
    column: str
    shares: tuple[float, float]

    @property
    def turns(self) -> bool:
        """Whether the direction of the difference turns on it, not its size alone."""
        return min(self.shares) < SURE and max(self.shares) > 1.0 - SURE

    @property
    def telling(self) -> bool:
        """Whether it is worth a sentence: the direction turns on it by `APART` or more, or on nothing drawn."""
        return not self.turns or abs(self.shares[1] - self.shares[0]) >= APART


@dataclass(frozen=True)
class Verdict:
    """What is said of one alternative: `sentences` by kind, in the order in which they are told.

    Kinds are main, saturated, thresholds, alignment, fixed, driver, and in a comparison fronts. `fixed`
    are the paths that the alternative fixes and the scenario draws, `fixed_here` those that the scenario
    fixes and the alternative draws; `driver` is None where none is told.
    """

    sentences: Mapping[str, Sequence[str]]
    fixed: Sequence[str] = ()
    fixed_here: Sequence[str] = ()
    driver: Driver | None = None


def described(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Unit and meaning of every column of outcomes."""
    return {
        f"{name}.{column}" if column else name: facts
        for name, outcome in outcomes_of(scenario).items()
        for column, facts in outcome.columns.items()
    }


def table(scenario: Scenario, columns: Mapping[str, Array]) -> list[Row]:
    """The outcomes of one arm; runs without a value (no front, say) are left out of a row."""
    group = GROUP[scenario.spec.luck]
    return [_row(name, *facts, columns[name], group) for name, facts in described(scenario).items()]


def row_of(scenario: Scenario, columns: Mapping[str, Array], name: str) -> Row:
    """One row of that table. Raises KeyError where the outcome is not measured."""
    return _row(name, *described(scenario)[name], columns[name], GROUP[scenario.spec.luck])


def _row(name: str, unit: str, meaning: str, values: Array, group: int) -> Row:
    known = values[~np.isnan(values)]
    if not known.size:
        return Row(name, unit, meaning, NONE, NONE, NONE, NONE, NONE, 0)
    low, median, high = map(float, np.quantile(known, (0.05, 0.5, 0.95)))
    if unit == SHARE:
        low, high = share_interval(known.mean(), runs_worth(values, group))
    mean, error = float(known.mean()), _error(values, unit, group)
    return Row(name, unit, meaning, mean, error, low, median, high, known.size)


def share_interval(share: float, runs: float) -> tuple[float, float]:
    """95 % Monte Carlo interval of a share of so many runs (Agresti & Coull 1998)."""
    low, high = share_intervals(np.array(share), runs)
    return float(low), float(high)


def runs_worth(values: Array, group: int) -> float:
    """So many runs for such an interval of values 0, 1 or NaN, `(run,)`: fewer or more where they hang together."""
    return int((~np.isnan(values)).sum()) if group == 1 else worth(values, group)


def least_runs(runs: int, group: int) -> float:
    """The same where only the shares are known: as if the runs of a pair were alike; NaN for too few groups."""
    if group == 1:
        return runs
    return runs / ALIKE if count(runs, group) >= FEWEST_GROUPS else NONE


def unbounded(scenario: Scenario, runs: int) -> str:
    """Why so many runs of a scenario have no interval, as `TOO_FEW`; '' where they have one."""
    return TOO_FEW if math.isnan(least_runs(runs, GROUP[scenario.spec.luck])) else ""


def share_intervals(shares: Array, runs: float) -> tuple[Array, Array]:
    """The same of each of several shares, in their shape; they hold the share itself."""
    n = runs + Z95**2
    middle = (shares * runs + Z95**2 / 2) / n
    half = Z95 * np.sqrt(middle * (1 - middle) / n)
    return np.minimum(middle - half, shares).clip(0, 1), np.maximum(middle + half, shares).clip(0, 1)


def _error(values: Array, unit: str, group: int) -> float:
    """Half width of the 95 % Monte Carlo interval of a mean over runs, those without a value (NaN) left out."""
    known = values[~np.isnan(values)]
    if unit == SHARE:
        low, high = share_interval(known.mean(), runs_worth(values, group))
        return (high - low) / 2
    if group > 1:
        return mean_error(values, group)
    return float(Z95 * known.std(ddof=1) / np.sqrt(known.size)) if known.size > 1 else NONE


def contrast(name: str, against: str, here: Array, there: Array, *, unit: str, group: int = 1) -> Contrast:
    """The paired difference of a column between two arms; `unit` is the column's.

    `group` is how many runs hang together (`balanced.GROUP`).
    """
    known, gaps = ~(np.isnan(here) | np.isnan(there)), here - there
    gap = gaps[known]
    if not gap.size:
        return Contrast(name, against, NONE, NONE, NONE, NONE, NONE, NONE, NONE, differing=0)
    q05, q95 = np.quantile(gap, (0.05, 0.95))
    mean, error = float(gap.mean()), _paired_error(gaps, unit, group)
    means = float(here[known].mean()), float(there[known].mean())
    differing = int((gap != 0.0).sum() + (np.isnan(here) != np.isnan(there)).sum())
    return Contrast(
        name,
        against,
        *means,
        mean,
        mean - error,
        mean + error,
        float(q05),
        float(q95),
        differing,
    )


def _paired_error(gaps: Array, unit: str, group: int) -> float:
    """Half width of the 95 % interval of a mean of paired differences, NaN left out."""
    if group == 1:
        return paired_error(gaps[~np.isnan(gaps)], unit)
    return paired_share_error(gaps, group) if unit == SHARE else mean_error(gaps, group)


def paired_error(gap: Array, unit: str, *, tests: int = 1) -> float:
    """Half width of the 95 % interval of a mean of paired differences `(run,)` of a column of this unit.

    Runs must be independent. Student's; of shares that of Agresti & Min 2005. Infinite where a spread
    cannot be known. With `tests` so many such intervals hold together (Bonferroni; Dunn 1961).
    """
    from scipy.special import ndtri

    if unit != SHARE:
        error = gap.std(ddof=1) / np.sqrt(gap.size) if gap.size > 1 else float("inf")
        return float(student(gap.size, tests=tests) * error)
    n = gap.size + 2.0
    return float(ndtri(1.0 - 0.025 / tests) * np.sqrt((gap**2).sum() + 1.0 - gap.sum() ** 2 / n) / n)


def student(n: int, *, tests: int = 1) -> float:
    """The 97.5 % quantile of Student's t for a sample of `n`; 1 less 2.5 % over `tests` where these are many.

    Infinite for a sample of one.
    """
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 1.0 - 0.025 / tests)) if n > 1 else float("inf")


def contrasts(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], against: Sequence[str]
) -> list[Contrast]:
    """Every column of outcomes of the scenario against each alternative, run by run."""
    columns = described(scenario)
    return [
        _between(scenario, arms, name, each, unit) for each in against for name, (unit, _) in columns.items()
    ]


def _between(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], name: str, against: str, unit: str
) -> Contrast:
    here, there = arms["scenario"][name], arms[against][name]
    return contrast(name, against, here, there, unit=unit, group=GROUP[scenario.spec.luck])


def fronts(scenario: Scenario) -> list[str]:
    """The outcomes that measure a front and the time to it."""
    return [name for name, each in outcomes_of(scenario).items() if isinstance(each, UnitedFront)]


def waits(scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], against: Iterable[str]) -> list[Wait]:
    """The time to each front in the scenario against each alternative, run by run."""
    return [_wait(scenario, arms, name, each) for each in against for name in fronts(scenario)]


def _wait(scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], name: str, against: str) -> Wait:
    horizon = (scenario.calendar.end - scenario.calendar.start) / 12.0
    here, there = (arms[each][f"{name}.first"] for each in ("scenario", against))
    within = (time_within(each, horizon) for each in (here, there))
    found = contrast(name, against, *within, unit="years", group=GROUP[scenario.spec.luck])
    shares = [float((~np.isnan(each)).mean()) for each in (here, there)]
    return Wait(**asdict(found), horizon=horizon, share_here=shares[0], share_there=shares[1])


def time_within(first: Array, horizon: float) -> Array:
    """Times to a first event, the horizon where it did not come (NaN), same shape and unit."""
    return np.where(np.isnan(first), horizon, np.minimum(first, horizon))


def compared(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], titles: Mapping[str, str]
) -> list[str]:
    """What a scenario changes against each alternative (`titles` by name), the fronts always included."""
    asked = scenario.spec.question.outcome
    told = (_compared(scenario, arms, asked, name, titles[name]) for name in titles)
    return [line for each in told for line in _lines(each)]


def _compared(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], asked: str, name: str, title: str
) -> Verdict:
    found = _verdict(scenario, arms, asked, name, f"'{scenario.spec.title}' compared with '{title}'")
    lines = []
    for front in fronts(scenario):
        if front != asked:
            between, runs = _between(scenario, arms, front, name, SHARE), len(arms[name][front])
            lines += [
                _main(between, f"Compared with '{title}'", SHARE, runs),
                *_by_threshold(scenario, arms, front, name),
            ]
        lines.append(_waited(_wait(scenario, arms, front, name)))
    return replace(found, sentences={**found.sentences, "fronts": lines})


def _lines(found: Verdict) -> list[str]:
    """The sentences of a verdict one after another."""
    return [line for each in found.sentences.values() for line in each]


def _waited(found: Wait) -> str:
    """The time to a front in words."""
    head = f"The time to '{found.name}', runs without one counted as all {found.horizon:g} years"
    share = f"it forms in {_level(found.share_here, True)} of runs against {_level(found.share_there, True)}"
    if found.same:
        return f"{head}: the same in every run, {found.here:.2f} years on average ({share})."
    told = f"{found.here:.2f} years on average against {found.there:.2f}"
    if found.differing < FEWEST:
        return f"{head}: only {found.differing} runs differ, too few to tell, {told} ({share})."
    if not found.bounded:
        return f"{head}: {told} ({_change(found.difference, False)}; {share}); {TOO_FEW}."
    verb = {1: "longer", -1: "shorter", 0: "not distinguishable"}[found.direction]
    span = f"{_change(found.low, False)} to {_change(found.high, False)}"
    return f"{head}: {verb}, {told} ({_change(found.difference, False)}; 95% Monte Carlo interval {span}; {share})."


def sentences(scenario: Scenario, arms: Mapping[str, Mapping[str, Array]]) -> list[str]:
    """The answer to the scenario's question, one sentence an alternative, then how sure it is."""
    question = scenario.spec.question
    if question is None:
        return []
    titles = {name: scenario.arms[name].spec.title for name in question.against if name in arms}
    return [line for each in verdicts(scenario, arms, titles).values() for line in _lines(each)]


def verdicts(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], titles: Mapping[str, str]
) -> dict[str, Verdict]:
    """What is said of each alternative (`titles` by name), of the outcome that the scenario asks about."""
    asked = scenario.spec.question.outcome
    return {
        name: _verdict(scenario, arms, asked, name, f"Compared with '{title}'")
        for name, title in titles.items()
    }


def _verdict(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str, head: str
) -> Verdict:
    unit, _ = described(scenario)[outcome]
    found, runs = _between(scenario, arms, outcome, name, unit), len(arms["scenario"][outcome])
    if found.same and not _moves(scenario, arms, name):
        why = f"{head}: no run differs in {outcome}; does a policy override what it changes?"
        return Verdict({"main": [why]})
    if math.isnan(found.difference):
        return Verdict({"main": [f"{head}: '{found.name}' {NOWHERE}, so nothing can be told."]})
    fixed, fixed_here, driver = _inputs(scenario, arms, outcome, name)
    told = {
        "main": [_main(found, head, unit, runs)],
        "saturated": _saturated(found, unit),
        "thresholds": _by_threshold(scenario, arms, outcome, name),
        "alignment": _by_alignment(scenario, arms, outcome, name),
        "fixed": [
            *fixes(fixed, "The alternative"),
            *fixes(fixed_here, "The scenario", where="in the alternative"),
        ],
        "driver": _driven(driver),
    }
    return Verdict(told, fixed, fixed_here, driver)


def _moves(scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], name: str) -> bool:
    """Whether any outcome differs in any run."""
    return not all(
        np.array_equal(arms["scenario"][column], arms[name][column], equal_nan=True)
        for column in described(scenario)
    )


def _saturated(found: Contrast, unit: str) -> list[str]:
    """A warning where a probability is so near 0 or 1 in both arms that it can hardly move."""
    low, high = min(found.here, found.there), max(found.here, found.there)
    if unit != SHARE or (high > 1.0 - SURE and low < SURE):
        return []
    side = "nearly every run has it" if low >= SURE else "hardly any run has it"
    return [f"In both arms {side}, so look at alignment or at another threshold instead."]


def _inputs(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str
) -> tuple[list[str], list[str], Driver | None]:
    """The inputs that an alternative fixes, those that the scenario fixes, and which the difference turns on most.

    By rank correlation run by run, of the inputs that both arms draw alike and of those that one draws and
    the other fixes. The driver is None where none is worth a sentence.
    """
    column = same_pair(scenario, outcome) or outcome
    gap = arms["scenario"][column] - arms[name][column]
    here = _drawn(scenario, arms["scenario"])
    other = scenario.arms.get(name)
    there = _drawn(other, arms[name]) if other is not None else _told_inputs(scenario, arms[name])
    unknown = other is None and PATH in arms[name]
    fixed, fixed_here = [] if unknown else _only(here, there), _only(there, here)
    alike = [path for path in here if path in there and np.array_equal(here[path], there[path])]
    values = {**there, **here}
    ranked = [*alike, *fixed, *fixed_here]
    known = [(abs(rho), rho, path) for path in ranked if (rho := rank_correlation(values[path], gap))]
    size, rho, path = max(known, default=(0.0, 0.0, ""))
    runs = len(gap) if GROUP[scenario.spec.luck] == 1 else int(len(gap) / ALIKE)
    if size < max(TELLING, _by_chance(runs, len(ranked))):
        return fixed, fixed_here, None
    driver = Driver(path, rho, column, _by_third(values[path], gap))
    return fixed, fixed_here, driver if driver.telling else None


def _drawn(scenario: Scenario, columns: Mapping[str, Array]) -> dict[str, Array]:
    """The inputs that an arm draws run by run, by path, those of a posterior each by itself."""
    rows = scenario.posterior.kept if scenario.posterior is not None and PATH in columns else ()
    values = by_path(scenario, columns)
    paths = (*scenario.uncertainties, *rows)
    return {path: values[path] for path in paths if path in values and path != PATH}


def _told_inputs(scenario: Scenario, columns: Mapping[str, Array]) -> dict[str, Array]:
    """The inputs among the columns of another scenario, by the parts of a scenario that their paths begin with.

    What a posterior of its own draws is not among them.
    """
    outcomes = described(scenario)
    paths = (each for each in columns if each not in outcomes and each.partition(".")[0] in scenario.data)
    return {path: columns[path] for path in paths if path != PATH}


def _only(some: Mapping[str, Array], others: Mapping[str, Array]) -> list[str]:
    """The paths of some inputs that are not among others."""
    return [path for path in some if path not in others]


def _by_third(values: Array, gap: Array) -> tuple[float, float]:
    """Shares of runs with a gap above 0 in the lowest and in the highest third of an input's values."""
    low, high = np.quantile(values, (1 / 3, 2 / 3))
    return float((gap[values <= low] > 0.0).mean()), float((gap[values >= high] > 0.0).mean())


def _driven(found: Driver | None) -> list[str]:
    """What a difference turns on, in words."""
    if found is None:
        return []
    on = f"turns most on {found.path} (rank correlation {found.correlation:+.2f})"
    if not found.turns:
        return [f"Its size {on}, its direction on nothing drawn."]
    return [f"It {on}: '{found.column}' is {thirds(found)}."]


def thirds(found: Driver) -> str:
    """How often a difference is above 0 where its driver is low, and where it is high, in words."""
    low, high = (f"{100 * each:.0f}%" for each in found.shares)
    return (
        f"higher than in the alternative in {low} of runs in the lowest third of its values, in {high} "
        "in the highest"
    )


def _by_chance(runs: int, inputs: int) -> float:
    """The largest rank correlation that so many inputs which do nothing stay under in 95 % of cases.

    A rank correlation of nothing has the standard error 1 / sqrt(runs - 1) (Kendall 1938); Bonferroni.
    """
    from scipy.special import ndtri

    return float(ndtri(1.0 - 0.025 / max(1, inputs)) / np.sqrt(max(1, runs - 1)))


def fixes(paths: Sequence[str], who: str, *, where: str = "here", most: int = 3) -> list[str]:
    """That one arm, `who`, fixes what is drawn in the other, which is `where`; the first few paths of it."""
    if not paths:
        return []
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return [
        f"{who} fixes what is drawn {where} run by run: {', '.join(paths[:most])}{more}. So the difference "
        "is that between an uncertain and a certain value, and hangs on the range drawn from."
    ]


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's rank correlation over runs where both are known; 0 where either does not vary."""
    known = ~(np.isnan(one) | np.isnan(other))
    if known.sum() < 3 or np.ptp(one[known]) == 0.0 or np.ptp(other[known]) == 0.0:
        return 0.0
    return float(np.corrcoef(_ranks(one[known]), _ranks(other[known]))[0, 1])


def _ranks(values: Array) -> Array:
    """Ranks from 1, `(run,)`; equal values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (counts.cumsum() - (counts - 1) / 2.0)[places]


def same_pair(scenario: Scenario, outcome: str) -> str | None:
    """The outcome that measures the alignment of the pair that another outcome is about."""
    found = outcomes_of(scenario)
    pair = set(getattr(found[outcome], "pair", ()))
    same = [
        key
        for key, each in found.items()
        if each.measure == "alignment" and set(getattr(each, "pair", ())) == pair
    ]
    return same[0] if pair and same else None


def _main(found: Contrast, head: str, unit: str, runs: int) -> str:
    share = unit == SHARE
    levels = f"{_level(found.here, share)} against {_level(found.there, share)}"
    change = _change(found.difference, share)
    interval = (
        f"95% Monte Carlo interval {_change(found.low, share)} to {_change(found.high, share)}, {runs:,} runs"
    )
    what = f"the probability of '{found.name}'" if share else f"the mean of '{found.name}'"
    if found.same:
        return f"{head}: no run differs in '{found.name}' ({_level(found.here, share)} in both)."
    if found.differing < FEWEST:
        return f"{head}: only {found.differing} of {runs:,} runs differ, too few to tell ({levels})."
    if not found.bounded:
        return f"{head}: {what} is {levels} ({change}; {runs:,} runs); {TOO_FEW}."
    if found.direction == 0:
        return f"{head}: {what} is not distinguishable, {levels} ({change}; {interval})."
    verb = "higher" if found.direction > 0 else "lower"
    return f"{head}: {what} is {verb}, {levels} ({change}; {interval})."


def _by_threshold(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str
) -> list[str]:
    """Whether the verdict holds at other thresholds of a front; without a verdict, what they say."""
    columns = {level: f"{outcome}.at_{round(100 * level)}" for level in THRESHOLDS}
    if not all(each in arms["scenario"] for each in columns.values()):
        return []
    found = {level: _between(scenario, arms, each, name, SHARE) for level, each in columns.items()}
    main = _between(scenario, arms, outcome, name, SHARE).direction
    up, down = ([level for level in found if found[level].direction == sign] for sign in (1, -1))
    if not up and not down:
        return [_nowhere(found.values())]
    none = [level for level in THRESHOLDS if level not in up and level not in down]
    kinds = (("lower at", down), ("higher at", up), ("not distinguishable at", none))
    told = "; ".join(f"{verb} {_listed(levels)}" for verb, levels in kinds if levels)
    return [f"{holds(main, up, down)}: {told}."]


def _nowhere(found: Iterable[Contrast]) -> str:
    """That no threshold gives a verdict."""
    known = list(found)
    if all(each.same for each in known):
        return "No run differs at any of the five thresholds either."
    if not any(each.bounded for each in known):
        return f"At the five thresholds of a front nothing is told either: {TOO_FEW}."
    return "At none of the five thresholds of a front is there a difference that can be told."


def holds(main: int, up: Sequence[float], down: Sequence[float]) -> str:
    """At how many of the thresholds a verdict holds, if there is one.

    `main` is its direction, 1 or -1, or 0 without one; `up` and `down` are the thresholds at which the
    scenario has more fronts, and fewer.
    """
    if main == 0:
        return f"A direction can be told at {len(up) + len(down)} of {len(THRESHOLDS)} thresholds of a front"
    agreeing = len(up if main > 0 else down)
    at = f"at {agreeing} of {len(THRESHOLDS)} thresholds"
    sure = agreeing >= MAJORITY and not (up and down)
    return f"The verdict holds {at}" if sure else f"The verdict depends on the threshold, and holds {at}"


def _listed(levels: list[float]) -> str:
    return ", ".join(f"{level:.2f}" for level in levels)


def _by_alignment(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str
) -> list[str]:
    """The same in alignment, as a part of one stage's width, with its spread over runs."""
    column = same_pair(scenario, outcome)
    if column is None:
        return []
    found = _between(scenario, arms, column, name, described(scenario)[column][0])
    names = " and ".join(scenario.title(each) for each in getattr(outcomes_of(scenario)[outcome], "pair", ()))
    whose = f"The alignment of {names}{' itself' if column != outcome else ''} is"
    spread = f"90% of runs between {_change(found.q05, False)} and {_change(found.q95, False)}"
    return [
        f"{whose} {_moved(found)} on a scale from -1 to 1, {abs(found.difference) / STAGE_WIDTH:.2f} of the width of a "
        f"stage ({spread}{'' if found.bounded else f'; {TOO_FEW}'})."
    ]


def _moved(found: Contrast) -> str:
    """Which way an alignment differs, and by how much."""
    if found.bounded and not found.direction:
        return f"not distinguishable, {_change(found.difference, False)}"
    way = "higher" if found.difference > 0 else "lower"
    return f"{way} by {_change(abs(found.difference), False).lstrip('+')}"


def _level(value: float, share: bool) -> str:
    return f"{100 * value:.1f}%" if share else f"{round(value, 3) + 0.0:.3f}"


def _change(value: float, share: bool) -> str:
    """A difference with a sign, and digits enough not to round a bound away."""
    scaled, digits = (100 * value, 1) if share else (value, 3)
    if scaled and abs(scaled) < 0.5 * 10**-digits:
        digits = -math.floor(math.log10(abs(scaled)))
    return f"{round(scaled, digits) + 0.0:+.{digits}f}" + (" points" if share else "")


def as_data(rows: Sequence[Row | Contrast]) -> list[dict[str, Any]]:
    """Rows as plain data; what is not known is None."""
    return [
        {
            key: None if isinstance(value, float) and not np.isfinite(value) else value
            for key, value in asdict(each).items()
        }
        for each in rows
    ]
