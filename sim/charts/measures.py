"""What a chart of outcomes measures: which outcomes, in what unit, on whom, and how many fit a sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..answer import SHARE, described, unbounded
from ..build import outcomes_of
from ..errors import WedgeError, nearest
from ..looks import Look, measured
from ..wording import true_minus
from .panels import per_chart

if TYPE_CHECKING:
    from ..results import Results

NO_OUTCOMES = "The scenario measures no outcomes."


def unit_of(results: Results, name: str) -> str:
    """The unit of an outcome for an axis."""
    unit, _ = described(results.scenario)[name]
    if unit == SHARE:
        return "% of runs"
    bare = f"{outcomes_of(results.scenario)[name].measure.replace('_', ' ')}, " if unit[:1].isdigit() else ""
    return true_minus(bare + unit)


def chosen(results: Results, names: Sequence[str] | None, arms: int) -> list[str]:
    """The outcomes of a chart: those asked for, or as many as a sheet of paper holds.

    Raises WedgeError where one is not measured.
    """
    known = measured(results)
    for each in names or ():
        if each not in known:
            raise WedgeError(f"no outcome called {each!r}{nearest(each, known)}")
    return list(names) if names is not None else known[: per_chart(arms)]


def is_share(results: Results, name: str) -> bool:
    """Whether an outcome happens in a run or does not."""
    return described(results.scenario)[name][0] == SHARE


def intervals(results: Results) -> str:
    """What there is beside a mean, or why there is nothing, to go into a sentence."""
    return unbounded(results.scenario, results.finished) or "with 95% Monte Carlo intervals"


def title_of(look: Look, arm: Results) -> str:
    """What an arm is called in words and tables."""
    return arm.scenario.spec.title if look.name == "scenario" else look.title


def chart_name(kind: str, names: Sequence[str] | None) -> str:
    """The name of a chart of outcomes: that of its kind, or with the first of the outcomes that were asked for."""
    return kind if names is None else f"{kind}-{names[0].replace('_', '-')}"


def values_of(arm: Results, name: str) -> np.ndarray:
    """An outcome in every run, `(run,)`; NaN where it has no value."""
    return np.asarray(arm.columns[name], dtype=float)
