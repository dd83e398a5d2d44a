"""A hindcast in words and tables."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from ..columns import columns
from ..forecasting.scores import Coverage, Skill
from .forecasts import MODES
from .references import REFERENCES
from .scoring import Score, summary, verdict
from .study import Hindcast

NAMES = {
    "no_change": "no change",
    "linear_trend": "linear trend",
    "vector_autoregression": "autoregression",
    "no_change_as_sure": "no change, same prior",
    "measurement_alone": "measurement alone",
}

SHORT = {
    "no_change": "no change",
    "linear_trend": "trend",
    "vector_autoregression": "autoregr.",
    "no_change_as_sure": "same prior",
    "measurement_alone": "alone",
}

TOLD = {
    "conditional": "told of dated events and capabilities after the origin; the autoregression of violations",
    "unconditional": "nothing after the origin is known; violations and crises come by chance",
}

LEAST = 4
"""Scores that a series needs to count where every origin is told of."""

Table = list[list[str]]


def lines(found: Hindcast) -> Iterator[str]:
    """Every cut and the rolling origins of each mode: what all series say together, then each one."""
    for mode in MODES:
        yield f"{mode.capitalize()} forecasts ({TOLD[mode]})"
        yield ""
        yield "Series in which the model is better than each reference, and its skill over them:"
        turned = [list(row) for row in zip(*verdicts(found, mode, intervals=False), strict=True)]
        yield from columns(turned, numbers=True)
        yield ""
        yield "Skill in each series, coverage of two intervals, signs foretold:"
        yield from columns(by_series(found, mode, SHORT), numbers=True)
        yield ""
    yield f"Worth of the posteriors: {worth(found)}"
    yield ""
    yield from NOTES


NOTES = (
    "Skill: 1 - CRPS / CRPS of the reference; above 0 the model is better. CRPS is taken on the scale on which a",
    "series is measured (logarithms of trade, roots of counts). Held: share of observations within an interval; from",
    "every origin the same observations are scored again and again. Signs: share of changes whose sign was foretold.",
    "No change, same prior: a random walk whose steps have the prior that errors have in the model's forecast.",
    "Measurement alone: level, driver and lasting errors as in the model's forecast, without the model's path.",
)


def verdicts(found: Hindcast, mode: str, *, intervals: bool = True) -> Table:
    """A head and a row for each cut and for every origin: counts and skill against each reference, coverage."""
    rows = [["from", *(f"vs {NAMES[name]}" for name in REFERENCES), "90 % held", "50 % held"]]
    for title, scores, least in _parts(found, mode):
        if scores:
            cells = _verdict(scores, seed_of(found), least)
            rows.append([title, *(cells if intervals else map(_plain, cells))])
    return rows


def _plain(cell: str) -> str:
    """A cell without its interval."""
    return re.sub(r", [+-][\d.]+ to [+-][\d.]+| \(\d+% to \d+%\)", "", cell)


def by_series(found: Hindcast, mode: str, names: Mapping[str, str] = NAMES) -> Table:
    """A head and a row for each series: scores from every origin, skill, coverage, signs."""
    rows = [["every origin", "scores", *(names[each] for each in REFERENCES), "90 %", "50 %", "signs"]]
    for each in summary(found.of(mode), seed_of(found)):
        skills = [f"{each.skill[name].value:+.2f}" for name in REFERENCES]
        held = [f"{each.coverage_90.share:.0%}", f"{each.coverage_50.share:.0%}"]
        signs = f"{each.sign_hits:.0%} of {each.signs}"
        rows.append([found.history.series[each.series].title, f"{each.observations}", *skills, *held, signs])
    return rows


def worth(found: Hindcast) -> str:
    """How many equally likely draws each posterior is worth, and by how many indicators it was made."""
    return ", ".join(
        f"{origin} {each.effective:,.0f} ({len(each.indicators)} indicators)"
        for origin, each in found.posteriors.items()
    )


def seed_of(found: Hindcast) -> int:
    """The seed of all luck."""
    return int(next(iter(found.posteriors.values())).worlds.scenario.spec.seed)


def _parts(found: Hindcast, mode: str) -> list[tuple[str, list[Score], int]]:
    """Each cut, and the rolling origins, with their scores in a mode and how many a series needs."""
    single = [(f"cut {cut}", found.of(mode, cut), 1) for cut in found.cuts]
    origins = sorted({row.origin for row in found.scores})
    return [*single, (f"every origin {origins[0]}-{origins[-1]}", found.of(mode), LEAST)]


def _verdict(rows: Sequence[Score], seed: int, least: int) -> list[str]:
    found = verdict(rows, seed, least)
    cells = [f"{found.better[name]} of {found.series} ({_skill(found.skill[name])})" for name in REFERENCES]
    return [*cells, *(_coverage(each, found.observations) for each in (found.coverage_90, found.coverage_50))]


def _skill(skill: Skill) -> str:
    interval = "" if skill.low != skill.low else f", {skill.low:+.2f} to {skill.high:+.2f}"
    return f"{skill.value:+.2f}{interval}"


def _coverage(found: Coverage, observations: int) -> str:
    """With its interval where each observation is scored once; else how many there are."""
    if found.of == observations:
        return f"{found.share:.0%} of {found.of} ({found.low:.0%} to {found.high:.0%})"
    return f"{found.share:.0%} of {found.of} scores of {observations}"


def save(found: Hindcast, folder: Path) -> None:
    """Write every score, and the words, to a folder."""
    with (folder / "scores.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([each.name for each in fields(Score)])
        for row in found.scores:
            writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in astuple(row)])
    (folder / "hindcast.txt").write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
