"""Cases and their score for readers: a table, and plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..columns import columns, markdown
from ..scenario import Scenario
from ..weights import PRIOR
from .running import Row
from .scoring import Score, score

HEADER = {
    "case": "case", "parts": "divider > target / adversary", "observed": "observed", "rises": "P(rise)",
    "predicted": "predicted", "hit": "", "answered": "told", "effect": "effect", "spread": "90 % of runs",
    "attempt": "attempt",
}  # fmt: skip
"""The columns of the table, and what stands above them."""

NARROW = ("case", "observed", "rises", "predicted", "hit", "answered", "effect", "attempt")
"""The columns that a terminal has room for."""


def cases_table(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The table of cases for readers, one mapping a row with the keys of `HEADER`.

    `hit` is hit, miss, or - where nothing is counted; `answered` is the probability of a rise where the
    forecast is told of the adversary's answer; `effect` is that of the wedge, its mean, `spread` that of 90 % of runs.
    """
    return [_cells(row) for row in rows]


def _cells(row: Row) -> dict[str, str]:
    case, scenario, effect = row.case, row.case.scenario, row.effect
    parts = [scenario.title(each) for each in (case.divider, case.target, case.adversary)]
    return {
        "case": case.name,
        "parts": f"{parts[0]} > {parts[1]} / {parts[2]}",
        "observed": case.observed,
        "rises": f"{row.rises:.2f}",
        "predicted": row.predicted,
        "hit": "-" if row.hit is None else "hit" if row.hit else "miss",
        "answered": "-" if row.answered is None else f"{row.answered:.2f}",
        "effect": "-" if effect is None else f"{effect.mean:+.3f}",
        "spread": "-" if effect is None else f"{effect.low:+.2f} to {effect.high:+.2f}",
        "attempt": case.attempt or "-",
    }


def table_lines(rows: Sequence[Row]) -> list[str]:
    """The table in lines, its columns one below the other."""
    whole = [HEADER, *cases_table(rows)]
    return columns([[each[key] for key in NARROW] for each in whole])


def cases_markdown(rows: Sequence[Row]) -> list[str]:
    """The whole table in lines of Markdown."""
    return markdown(list(HEADER.values()), [list(each.values()) for each in cases_table(rows)])


def sentences(rows: Sequence[Row]) -> list[str]:
    """What the score of rows is, in plain sentences."""
    found = score(rows)
    if found is None:
        return ["No case is counted: in none of them did the alignment rise or fall."]
    told = [_hits(found), _rival(found), _brier(found)]
    if any(row.answered is not None for row in rows):
        said = "Told of what the adversary did, where the file has it, the model hits"
        told.append(f"{said} {found.answered_hits} of {found.counted}.")
    told += _lowered(found)
    told += [f"{name} hits {hits} of {found.counted}." for name, hits in found.rivals.items()]
    return [*told, _weights(rows[0])]


def _hits(found: Score) -> str:
    undecided = f" ({found.undecided} undecided)" if found.undecided else ""
    return (
        f"The model hits the sign in {found.hits} of {found.counted} cases{undecided}: "
        f"{found.hits / found.counted:.0%}, 95 % interval {found.low:.0%} to {found.high:.0%}."
    )


def _rival(found: Score) -> str:
    always = (
        f"Always guessing a {found.commoner}, the commoner sign, hits {found.guessing} of {found.counted}"
    )
    return f"{always}; it knows the results."


def _brier(found: Score) -> str:
    return (
        f"Brier score {found.brier:.3f}; the share of rises said of every case has {found.brier_guessing:.3f}, "
        "one half .250; lower is better."
    )


def _lowered(found: Score) -> list[str]:
    """What the wedge does in attempts that are coded, if any are."""
    said = [f"{less} of {all_} coded a {result}" for result, (less, all_) in found.lowered.items() if all_]
    what = "What the divider did lowers the alignment on average in"
    return [f"{what} {' and in '.join(said)}; nobody has observed this."] if said else []


def _weights(row: Row) -> str:
    """Which weights these are, of how many runs."""
    called, sets = row.case.weights, [each for each in row.case.scenario.sets if "posterior" not in each]
    named = "the ranges of the scenarios, no posterior" if called == PRIOR else called
    more = f"; with {', '.join(sets)}" if sets else ""
    return f"Weights: {named}{more}. {row.runs:,} runs a case."


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
        "attempt_source": case.attempt_told.source or None, "weights": case.weights, "runs": row.runs,
        "rises": row.rises, "predicted": row.predicted, "hit": row.hit, "answered": row.answered,
        "change": asdict(row.change), "effect": None if row.effect is None else asdict(row.effect),
        "rivals": dict(row.rivals),
    }  # fmt: skip


def _span(scenario: Scenario) -> list[str]:
    dates = scenario.calendar.dates()
    return [dates[0], dates[-1]]
