"""Cases and their score for readers: a table, and plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..scenario import Scenario
from .reading import PRIOR
from .running import Row, Spread
from .scoring import Score, score

HEADER = {
    "case": "case", "parts": "divider > target / adversary", "observed": "observed", "rises": "P(rise)",
    "predicted": "predicted", "hit": "", "answered": "told", "effect": "effect of the wedge", "attempt": "attempt",
}  # fmt: skip
"""The columns of the table, and what stands above them."""


def cases_table(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The table of cases for readers, one mapping a row with the keys of `HEADER`.

    `hit` is hit, miss, or - where nothing is counted; `told` is the probability of a rise where the
    forecast is told of the adversary's answer; the effect is a mean and the spread of 90 % of runs.
    """
    return [_cells(row) for row in rows]


def _cells(row: Row) -> dict[str, str]:
    case, scenario = row.case, row.case.scenario
    parts = [scenario.title(each) for each in (case.divider, case.target, case.adversary)]
    return {
        "case": case.name,
        "parts": f"{parts[0]} > {parts[1]} / {parts[2]}",
        "observed": case.observed,
        "rises": f"{row.rises:.2f}",
        "predicted": row.predicted,
        "hit": "-" if row.hit is None else "hit" if row.hit else "miss",
        "answered": "-" if row.answered is None else f"{row.answered:.2f}",
        "effect": "-" if row.effect is None else _spread(row.effect),
        "attempt": case.attempt or "-",
    }


def _spread(each: Spread) -> str:
    return f"{each.mean:+.3f} ({each.low:+.2f} to {each.high:+.2f})"


def table_lines(rows: Sequence[Row]) -> list[str]:
    """The table in lines, its columns one below the other."""
    whole = [HEADER, *cases_table(rows)]
    wide = {key: max(len(each[key]) for each in whole) for key in HEADER}
    return ["  ".join(f"{each[key]:<{wide[key]}}" for key in HEADER).rstrip() for each in whole]


def sentences(rows: Sequence[Row]) -> list[str]:
    """What the score of rows is, in plain sentences."""
    found = score(rows)
    if found is None:
        return ["No case is counted: in none of them did the alignment rise or fall."]
    told = [_hits(found), _rival(found), _brier(found)]
    if any(row.answered is not None for row in rows):
        said = "Told of what the adversary did, where the file has it, the model hits"
        told.append(f"{said} {found.answered_hits} of {found.counted}.")
    told += [f"{name} hits {hits} of {found.counted}." for name, hits in found.rivals.items()]
    return [*told, _weights(rows[0])]


def _hits(found: Score) -> str:
    undecided = f" ({found.undecided} undecided)" if found.undecided else ""
    return (
        f"The model hits the sign in {found.hits} of {found.counted} cases{undecided}: "
        f"{found.hits / found.counted:.0%}, 95 % interval {found.low:.0%} to {found.high:.0%}."
    )


def _rival(found: Score) -> str:
    always = f"Always guessing a {found.commoner}, the commoner sign, hits {found.guessing} of {found.counted}"
    return f"{always}; it knows the results."


def _brier(found: Score) -> str:
    return (
        f"Brier score {found.brier:.3f}; the share of rises said of every case has {found.brier_guessing:.3f}, "
        "one half .250; lower is better."
    )


def _weights(row: Row) -> str:
    """Which weights these are, of how many runs."""
    named = "the ranges of the scenarios (no posterior)" if row.weights == PRIOR else row.weights
    sets = f", with {', '.join(row.case.scenario.sets)}" if row.case.scenario.sets and row.weights == PRIOR else ""
    return f"Weights: {named}{sets}. {row.runs:,} runs a case."


def data(rows: Sequence[Row]) -> dict[str, Any]:
    """Rows and score as plain data."""
    found = score(rows)
    return {"cases": [_plain(row) for row in rows], "score": None if found is None else asdict(found)}


def _plain(row: Row) -> dict[str, Any]:
    case = row.case
    return {
        "case": case.name, "title": case.scenario.spec.title, "divider": case.divider, "target": case.target,
        "adversary": case.adversary, "span": _span(case.scenario), "observed": case.observed,
        "observed_why": case.told.why, "observed_source": case.told.source, "attempt": case.attempt or None,
        "attempt_source": case.attempt_told.source or None, "weights": row.weights, "runs": row.runs,
        "rises": row.rises, "predicted": row.predicted, "hit": row.hit, "answered": row.answered,
        "change": asdict(row.change), "effect": None if row.effect is None else asdict(row.effect),
        "rivals": dict(row.rivals),
    }  # fmt: skip


def _span(scenario: Scenario) -> list[str]:
    dates = scenario.calendar.dates()
    return [dates[0], dates[-1]]
