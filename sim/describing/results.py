"""Results in words: the answer, a table of outcomes, and the contrasts with each alternative."""

from __future__ import annotations

import math
from typing import Any

from ..answer import SHARE
from ..columns import columns
from ..results import Results
from .telling import wrapped

MOST_DECIMALS = 6
"""Decimals in a table; smaller differences are told as smaller than the last of them."""


def result_lines(results: Results, *, everything: bool = False) -> list[str]:
    """The answer in words, and tables: each outcome with its middle and spread, and each contrast.

    Shows the main column of each outcome, or `everything`.
    """
    summary = results.summary
    main = set(results.scenario.spec.outcomes)
    rows = [each for each in summary["outcomes"] if everything or each["name"] in main]
    luck = f", {results.luck}" if results.luck else ""
    luck += f", {results.backend}" if results.backend != "numpy" else ""
    runs = f"{results.finished:,} runs"
    if results.finished < results.asked:
        runs += f", stopped before all {results.asked:,}"
    lines = [f"{summary['title']}  ({runs}, seed {results.scenario.spec.seed}{luck})"]
    lines += [f"  with {each}" for each in summary["sets"]] + [""]
    if summary["question"]:
        lines += [*wrapped(summary["question"], 0), ""]
        lines += [line for sentence in summary["answer"] for line in wrapped(sentence, 2)]
        lines += [""] * bool(summary["answer"])
    if results.comparison is not None:
        notes = results.comparison.notes(summary["title"])
        lines += [line for each in notes for line in wrapped(each, 2)] + [""] * bool(notes)
    lines += wrapped(f"Outcomes of '{summary['title']}' ({MIDDLE}):", 0)
    lines += columns([OUTCOME_HEAD, *map(_outcome_cells, rows)], numbers=True)
    if not everything:
        lines += ["(more columns: wedge show --all; what they mean: wedge describe outcomes)"]
    return [*lines, *_contrast_lines(results, {each["name"] for each in rows})]


# --- outcomes -------------------------------------------------------------------------------------

OUTCOME_HEAD = ("outcome", "median", "90% of runs", "unit")
MIDDLE = "medians; of what happens or not the share of runs, with its 95% interval of sampling error, MC"


def _outcome_cells(row: dict[str, Any]) -> tuple[str, ...]:
    if row["runs"] == 0:
        return row["name"], "-", "(in no run)", row["unit"]
    if row["unit"] == SHARE:
        known = row["low"] is not None
        spread = f"{100 * row['low']:.1f} to {100 * row['high']:.1f} (MC)" if known else "not known (MC)"
        return row["name"], f"{100 * row['mean']:.1f}%", spread, "share of runs"
    spread = f"{figure(row['low'])} to {figure(row['high'])}"
    return row["name"], figure(row["median"]), spread, row["unit"]


# --- contrasts ------------------------------------------------------------------------------------

CONTRAST_HEAD = (
    "outcome", "mean here", "mean there", "difference", "95% interval (MC)", "90% of runs", "runs differ", "unit",
)  # fmt: skip


def _contrast_lines(results: Results, shown: set[str]) -> list[str]:
    """Means, paired differences with their 95 % Monte Carlo interval, their spread and how many runs differ."""
    summary, lines = results.summary, list[str]()
    units = {each["name"]: each["unit"] for each in summary["outcomes"]}
    for name in dict.fromkeys(each["against"] for each in summary["contrasts"]):
        there = results.arms[name].scenario.spec.title
        found, waits = (
            [each for each in summary[key] if each["against"] == name and each["name"] in shown]
            for key in ("contrasts", "waits")
        )
        rows = [_contrast_cells(each, each["name"], units[each["name"]]) for each in found
                if each["difference"] is not None]  # fmt: skip
        rows += [_contrast_cells(each, f"years to {each['name']} *", "years") for each in waits]
        head = f"Difference: '{summary['title']}' (here) less '{there}' (there), run by run on equal luck:"
        lines += ["", *wrapped(head, 0), *columns([CONTRAST_HEAD, *rows], numbers=True)]
        if waits:
            rest = f"runs without one count as all {waits[0]['horizon']:g} years (restricted mean)"
            lines.append(f"* time to the first front; {rest}")
    return lines


def _contrast_cells(row: dict[str, Any], name: str, unit: str) -> tuple[str, ...]:
    share = unit == SHARE
    told = "points" if share else unit.partition(",")[0]
    means = [f"{100 * row[key]:.1f}%" if share else figure(row[key]) for key in ("here", "there")]
    if row["differing"] == 0:
        return name, *means, "0", "no run differs", "", "0", told
    scale = 100.0 if share else 1.0
    low, high = (None if row[key] is None else scale * row[key] for key in ("low", "high"))
    gap = scale * row["difference"]
    size = abs(gap) if low is None or high is None else (high - low) / 2.0 or abs(gap)
    span = "not known" if low is None or high is None else _span(low, high)
    spread = "" if share else _span(row["q05"], row["q95"])
    return name, *means, _signed(gap, size), span, spread, f"{row['differing']:,}", told


def figure(value: float) -> str:
    """A number of three figures, or all before the point; never in powers of ten."""
    digits = decimals(abs(value), figures=3)
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.removeprefix("-") if not text.strip("-0.") else text


def decimals(size: float, *, figures: int = 2) -> int:
    """Decimals with which a number of this size has so many figures."""
    if not size or not math.isfinite(size):
        return 0
    return min(MOST_DECIMALS, max(0, figures - 1 - math.floor(math.log10(size))))


def _signed(value: float, size: float) -> str:
    """A difference with as many decimals as an interval of half width `size` bears."""
    if value == 0.0:
        return "0"
    if abs(value) < 0.5 * 10.0**-MOST_DECIMALS:
        return f"{'-' if value < 0 else '+'}<{10.0**-MOST_DECIMALS:.{MOST_DECIMALS}f}"
    digits = decimals(size)
    while digits < MOST_DECIMALS and abs(value) < 0.5 * 10.0**-digits:
        digits += 1
    return f"{value:+.{digits}f}"


def _span(low: float, high: float) -> str:
    """Two signed ends with the same decimals, two figures of half their distance; no end is rounded to 0."""
    if low == high == 0.0:
        return "0 to 0"
    size = (high - low) / 2.0 or max(abs(low), abs(high))
    digits = decimals(size)
    ends = [abs(each) for each in (low, high) if each]
    while digits < MOST_DECIMALS and ends and min(ends) < 0.5 * 10.0**-digits:
        digits += 1
    return f"{low + 0.0:+.{digits}f} to {high + 0.0:+.{digits}f}"
