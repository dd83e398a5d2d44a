"""Results in words: the answer, a table of outcomes, and the contrasts with each alternative."""

from __future__ import annotations

import math
from typing import Any

from ..answer import SHARE
from ..results import Results
from .telling import wrapped


def result_lines(results: Results, *, everything: bool = False) -> list[str]:
    """The answer in words, and tables: each outcome with its middle and spread, and each contrast.

    Shows the main column of each outcome, or `everything`.
    """
    summary = results.summary
    main = set(results.scenario.spec.outcomes)
    rows = [each for each in summary["outcomes"] if everything or each["name"] in main]
    lines = [f"{summary['title']}  ({results.finished:,} runs, seed {results.scenario.spec.seed})"]
    lines += [f"  with {each}" for each in summary["sets"]] + [""]
    if summary["question"]:
        lines += [*wrapped(summary["question"], 0), ""]
        lines += [line for sentence in summary["answer"] for line in wrapped(sentence, 2)] + [""]
    if results.comparison is not None:
        notes = results.comparison.notes(summary["title"])
        lines += [line for each in notes for line in wrapped(each, 2)] + [""] * bool(notes)
    lines += [f"{'outcome':<26}{'median':>10}{'90% of runs':>20}  unit"]
    lines += ["(probabilities: share of runs, 95% interval of sampling error, MC)", *map(_result_line, rows)]
    if not everything:
        lines += ["(more columns: wedge show --all; what they mean: wedge describe outcomes)"]
    return [*lines, *_contrast_lines(results, {each["name"] for each in rows})]


def _result_line(row: dict[str, Any]) -> str:
    if row["runs"] == 0:
        return f"{row['name']:<26}{'-':>10}{'(in no run)':>20}  {row['unit']}"
    if row["unit"] == SHARE:
        spread = f"{100 * row['low']:.1f} to {100 * row['high']:.1f} (MC)"
        return f"{row['name']:<26}{100 * row['mean']:>9.1f}%{spread:>20}  probability"
    spread = f"{row['low']:.3g} to {row['high']:.3g}"
    return f"{row['name']:<26}{row['median']:>10.3g}{spread:>20}  {row['unit']}"


def _contrast_lines(results: Results, shown: set[str]) -> list[str]:
    """Means, paired differences with their 95 % Monte Carlo interval, their spread and how many runs differ."""
    summary, lines = results.summary, list[str]()
    units = {each["name"]: each["unit"] for each in summary["outcomes"]}
    for name in dict.fromkeys(each["against"] for each in summary["contrasts"]):
        title = results.arms[name].scenario.spec.title
        lines += ["", f"Difference from '{title}', run by run on equal luck:", CONTRAST_HEAD]
        for each in summary["contrasts"]:
            if each["against"] == name and each["name"] in shown and each["difference"] is not None:
                lines.append(_contrast_line(each, each["name"], share=units[each["name"]] == SHARE))
        for each in summary["waits"]:
            if each["against"] == name and each["name"] in shown:
                lines.append(_contrast_line(each, f"years to {each['name']} *", share=False))
                rest = f"  * time to the first front; runs without one count as all {each['horizon']:g} years"
                lines.append(f"{rest} (restricted mean)")
    return lines


HEADS = {"here": 9, "there": 9, "less": 9, "95% interval (MC)": 23, "90% of runs": 20, "differ": 8}
CONTRAST_HEAD = f"{'outcome':<22}" + "".join(f"{text:>{width}}" for text, width in HEADS.items())
"""The heads of a table of contrasts, with the widths of its columns."""


def _contrast_line(row: dict[str, Any], name: str, *, share: bool) -> str:
    if row["differing"] == 0:
        return f"{name:<22}{_mean(row['here'], share):>9}{_mean(row['there'], share):>9}{'0':>9}{'no run differs':>23}"
    scale = 100.0 if share else 1.0
    mark = " pts" if share else ""
    span = _span(scale * row["low"], scale * row["high"]) + mark if row["low"] is not None else ""
    spread = "" if share else _span(row["q05"], row["q95"])
    means = f"{_mean(row['here'], share):>9}{_mean(row['there'], share):>9}"
    return f"{name:<22}{means}{scale * row['difference']:>+9.2g}{span:>23}{spread:>20}{row['differing']:>8,}"


def _span(low: float, high: float) -> str:
    """Two signed ends with the same decimals, three figures of the larger one."""
    size = max(abs(low), abs(high))
    digits = min(5, max(0, 2 - math.floor(math.log10(size)))) if size else 0
    return f"{low:+.{digits}f} to {high:+.{digits}f}"


def _mean(value: float, share: bool) -> str:
    return f"{100 * value:.1f}%" if share else f"{value:.3g}"
