"""What a run says: the table of outcomes, the contrasts between arms, and one plain sentence.

Works on saved columns; nothing is run. Intervals of two kinds are kept apart: the spread over runs
(what is not known of the world) and the Monte Carlo error (what more runs would shrink).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .axes import Array
from .build import outcomes_of
from .outcomes import STAGE_WIDTH, THRESHOLDS
from .scenario import Scenario

Z95 = 1.959963984540054
"""Half width of a 95 % normal interval, in standard errors."""

NONE = float("nan")


@dataclass(frozen=True)
class Row:
    """One column of outcomes: its middle and spread over runs; for shares, their Monte Carlo error."""

    name: str
    unit: str
    meaning: str
    mean: float
    error: float
    low: float
    median: float
    high: float
    runs: int

    @property
    def is_share(self) -> bool:
        """Whether the column is 0 or 1, so that its mean is a probability."""
        return self.unit == "0 or 1"


@dataclass(frozen=True)
class Contrast:
    """One column in the scenario less the same column in an alternative, run by run on equal luck.

    `low` and `high` are the 95 % Monte Carlo interval of the mean difference; `q05` and `q95` its
    spread over runs; `same` says that no run differed at all.
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
    same: bool

    @property
    def direction(self) -> int:
        """1 or -1 where the difference is distinguishable from none, else 0."""
        return int(self.low > 0.0) - int(self.high < 0.0)


def described(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Unit and meaning of every column of outcomes."""
    return {
        f"{name}.{column}" if column else name: facts
        for name, outcome in outcomes_of(scenario).items()
        for column, facts in outcome.columns.items()
    }


def table(scenario: Scenario, columns: Mapping[str, Array]) -> list[Row]:
    """The outcomes of one arm; runs without a value (no front, say) are left out of a row."""
    return [_row(name, *facts, columns[name]) for name, facts in described(scenario).items()]


def _row(name: str, unit: str, meaning: str, values: Array) -> Row:
    known = values[~np.isnan(values)]
    if not known.size:
        return Row(name, unit, meaning, NONE, NONE, NONE, NONE, NONE, 0)
    low, median, high = map(float, np.quantile(known, (0.05, 0.5, 0.95)))
    mean, error = float(known.mean()), _error(known, unit)
    return Row(name, unit, meaning, mean, error, low, median, high, known.size)


def _error(values: Array, unit: str) -> float:
    """Half width of the 95 % Monte Carlo interval of a mean (Agresti-Coull for a share)."""
    if unit == "0 or 1":
        n = values.size + Z95**2
        p = (values.sum() + Z95**2 / 2) / n
        return float(Z95 * np.sqrt(p * (1 - p) / n))
    return float(Z95 * values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else float("nan")


def contrast(name: str, against: str, here: Array, there: Array) -> Contrast:
    """The paired difference of a column between two arms."""
    known = ~(np.isnan(here) | np.isnan(there))
    gap = (here - there)[known]
    if not gap.size:
        return Contrast(name, against, NONE, NONE, NONE, NONE, NONE, NONE, NONE, same=False)
    error = Z95 * gap.std(ddof=1) / np.sqrt(gap.size) if gap.size > 1 else float("inf")
    q05, q95 = np.quantile(gap, (0.05, 0.95))
    mean = float(gap.mean())
    means = float(here[known].mean()), float(there[known].mean())
    same = bool(np.array_equal(here, there, equal_nan=True))
    return Contrast(
        name, against, *means, mean, mean - float(error), mean + float(error), float(q05), float(q95), same
    )


def contrasts(arms: Mapping[str, Mapping[str, Array]], against: list[str]) -> list[Contrast]:
    """Every outcome column of the scenario against each alternative."""
    story = arms["scenario"]
    return [
        contrast(name, each, story[name], arms[each][name])
        for each in against
        for name in story
        if name in arms[each]
        and not name.startswith(("parameters.", "initial.", "actors.", "ties.", "policies."))
    ]


def sentences(scenario: Scenario, arms: Mapping[str, Mapping[str, Array]]) -> list[str]:
    """The answer to the scenario's question, one sentence an alternative, then how sure it is."""
    question = scenario.spec.question
    if question is None:
        return []
    known = [name for name in question.against if name in arms]
    return [line for name in known for line in _verdict(scenario, arms, question.outcome, name)]


def _verdict(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str
) -> list[str]:
    found = contrast(outcome, name, arms["scenario"][outcome], arms[name][outcome])
    other = scenario.arms[name].spec.title
    runs = len(arms["scenario"][outcome])
    if found.same:
        return [f"Compared with '{other}': no run differs in {outcome}; the two are the same."]
    unit, _ = described(scenario)[outcome]
    lines = [_main(found, other, unit, runs)]
    lines += _by_threshold(arms, outcome, name)
    lines += _by_alignment(scenario, arms, outcome, name)
    return lines


def _main(found: Contrast, other: str, unit: str, runs: int) -> str:
    share = unit == "0 or 1"
    levels = f"{_level(found.here, share)} against {_level(found.there, share)}"
    change = _change(found.difference, share)
    interval = (
        f"95% Monte Carlo interval {_change(found.low, share)} to {_change(found.high, share)}, {runs:,} runs"
    )
    what = f"the probability of {found.name}" if share else f"the mean of {found.name}"
    if found.direction == 0:
        return f"Compared with '{other}': {what} is not distinguishable, {levels} ({change}; {interval})."
    verb = "higher" if found.direction > 0 else "lower"
    return f"Compared with '{other}': {what} is {verb}, {levels} ({change}; {interval})."


def _by_threshold(arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str) -> list[str]:
    """Whether the verdict holds at other thresholds of a front."""
    columns = {level: f"{outcome}.at_{round(100 * level)}" for level in THRESHOLDS}
    if not all(each in arms["scenario"] for each in columns.values()):
        return []
    signs = {
        level: contrast(each, name, arms["scenario"][each], arms[name][each]).direction
        for level, each in columns.items()
    }
    up, down = [level for level in signs if signs[level] > 0], [level for level in signs if signs[level] < 0]
    told = "; ".join(
        f"{verb} {_listed(levels)}"
        for verb, levels in (
            ("lower at", down),
            ("higher at", up),
            ("not distinguishable at", _rest(up, down)),
        )
        if levels
    )
    sure = max(len(up), len(down)) >= 3 and not (up and down)
    head = "The direction holds across thresholds" if sure else "The verdict depends on the threshold"
    return [f"{head}: {told}."]


def _rest(up: list[float], down: list[float]) -> list[float]:
    return [level for level in THRESHOLDS if level not in up and level not in down]


def _listed(levels: list[float]) -> str:
    return ", ".join(f"{level:.2f}" for level in levels)


def _by_alignment(
    scenario: Scenario, arms: Mapping[str, Mapping[str, Array]], outcome: str, name: str
) -> list[str]:
    """The same in alignment, as a part of one stage's width, with its spread over runs."""
    pair = getattr(outcomes_of(scenario)[outcome], "pair", None)
    measures = outcomes_of(scenario).items()
    same = [
        key
        for key, each in measures
        if each.measure == "alignment" and set(getattr(each, "pair", ())) == set(pair or ())
    ]
    if not same:
        return []
    found = contrast(same[0], name, arms["scenario"][same[0]], arms[name][same[0]])
    names = " and ".join(scenario.title(each) for each in pair or ())
    return [
        f"In alignment of {names} that is {_change(found.difference, False)} on a scale from -1 to 1, "
        f"{abs(found.difference) / STAGE_WIDTH:.2f} of the width of a stage "
        f"(90% of runs between {_change(found.q05, False)} and {_change(found.q95, False)})."
    ]


def _level(value: float, share: bool) -> str:
    return f"{100 * value:.1f}%" if share else f"{round(value, 3) + 0.0:.3f}"


def _change(value: float, share: bool) -> str:
    return f"{round(100 * value, 1) + 0.0:+.1f} points" if share else f"{round(value, 3) + 0.0:+.3f}"


def as_data(rows: list[Row] | list[Contrast]) -> list[dict[str, Any]]:
    """Rows as plain data; what is not known is None."""
    return [
        {
            key: None if isinstance(value, float) and not np.isfinite(value) else value
            for key, value in asdict(each).items()
        }
        for each in rows
    ]
