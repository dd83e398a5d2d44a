"""What balanced luck gains: `python -m benchmarks.luck_gain` writes its table into docs/luck.md.

For each kind of luck the default scenario and its alternative without courtship are run with many
seeds. The spread of an estimate over seeds is its true error, whatever an interval says; the gain of a
kind is the variance with plain luck over its own, so how many times as many plain runs are as sure.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
from scipy import stats

from sim.answer import SHARE, contrast, described, runs_worth, share_interval
from sim.balanced import GROUP, Kind
from sim.build import outcomes_of, ties_of
from sim.ensemble import measured, simulate
from sim.groups import mean_error
from sim.outcomes import reads
from sim.scenario import Scenario, load

PAGE = Path(__file__).parent.parent / "docs" / "luck.md"
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
KINDS = get_args(Kind)
ARM = "no_courtship"
MEANS = {
    "sino_russian": "alignment of China and Russia at the end",
    "front": "probability of a front",
    "order": "order",
    "japan_russia": "alignment of Japan and Russia at the end",
    "tokyo_to_moscow": "Tokyo's stance toward Moscow",
    "nightmare": "probability of the nightmare",
    "settlement": "probability of a settlement",
    "northern_activity": "activity in the north",
}
DIFFERENCES = ("sino_russian", "front", "japan_russia", "tokyo_to_moscow", "nightmare", "settlement")
"""Outcomes whose difference between courtship and none is estimated too."""

Estimates = dict[str, tuple[float, float, float]]
"""By row of the table: an estimate and the ends of its 95 % interval."""


def estimates(scenario: Scenario, runs: int) -> Estimates:
    """The means of a scenario, and its differences from the alternative, run by run."""
    here, there = (_columns(each, runs) for each in (scenario, scenario.arms[ARM]))
    group, units = GROUP[scenario.spec.luck], described(scenario)
    found: Estimates = {}
    for name, title in MEANS.items():
        found[title] = _mean(here[name], units[name][0], group)
    for name in DIFFERENCES:
        gap = contrast(name, ARM, here[name], there[name], unit=units[name][0], group=group)
        found[f"{MEANS[name]}: courtship less none"] = gap.difference, gap.low, gap.high
    return found


def _columns(scenario: Scenario, runs: int) -> dict[str, np.ndarray]:
    outcomes = outcomes_of(scenario)
    return measured(outcomes, simulate(scenario, runs=runs, only=reads(outcomes, ties_of(scenario))))


def _mean(values: np.ndarray, unit: str, group: int) -> tuple[float, float, float]:
    mean = float(values.mean())
    if unit == SHARE:
        return mean, *share_interval(mean, runs_worth(values, group))
    error = mean_error(values, group)
    return mean, mean - error, mean + error


def everything(seeds: int, runs: int) -> tuple[dict[str, list[Estimates]], dict[str, float]]:
    """All estimates by kind, one a seed, and the seconds of processor time that each kind took."""
    found: dict[str, list[Estimates]] = {kind: [] for kind in KINDS}
    seconds = dict.fromkeys(KINDS, 0.0)
    for seed in range(1, seeds + 1):
        for kind in KINDS:
            scenario = load("abe_engagement", [f"seed={seed}", f"luck={kind}"])
            begun = time.process_time()
            found[kind].append(estimates(scenario, runs))
            seconds[kind] += time.process_time() - begun
    return found, seconds


def table(found: dict[str, list[Estimates]], seconds: dict[str, float], runs: int) -> Iterator[str]:
    """The lines of the table, with 95 % intervals of the ratios (F distribution)."""
    seeds = len(found["plain"])
    yield f"Default scenario, {seeds} seeds, {runs:,} runs each; 95 % intervals of the gain in brackets."
    yield ""
    yield "| estimate | plain: standard error | antithetic: gain | quasi-random: gain |"
    yield "|---|---|---|---|"
    for row in found["plain"][0]:
        spread = {kind: np.var([each[row][0] for each in found[kind]], ddof=1) for kind in KINDS}
        gains = [_gain(spread["plain"], spread[kind], seeds) for kind in KINDS[1:]]
        yield f"| {row} | {np.sqrt(spread['plain']):.2g} | {' | '.join(gains)} |"
    held = " | ".join(f"{100 * _held(found[kind]):.1f} %" for kind in KINDS)
    effort = " | ".join(f"{seconds[kind] / seconds['plain']:.2f}" for kind in KINDS)
    yield f"| *intervals that hold the mean over all seeds* | {held} |"
    yield f"| *processor time, against plain* | {effort} |"


def _gain(plain: float, other: float, seeds: int) -> str:
    wide = stats.f.ppf(0.975, seeds - 1, seeds - 1)
    ratio = plain / other
    middle, low, high = (f"{float(f'{each:.2g}'):g}" for each in (ratio, ratio / wide, ratio * wide))
    return f"{middle} ({low} to {high})"


def _held(given: list[Estimates]) -> float:
    """The share of intervals that hold the mean of their estimate over all seeds."""
    truth = {row: np.mean([each[row][0] for each in given]) for row in given[0]}
    return float(
        np.mean([low <= truth[row] <= high for each in given for row, (_, low, high) in each.items()])
    )


def main() -> None:
    """Measure, print, and put the table into the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.luck_gain", description=__doc__)
    parser.add_argument("--seeds", type=int, default=120, help="how many seeds of each kind (120)")
    parser.add_argument("--runs", type=int, default=1024, help="runs of each seed (1024)")
    asked = parser.parse_args()
    lines = "\n".join(table(*everything(asked.seeds, asked.runs), asked.runs))
    print(lines)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
