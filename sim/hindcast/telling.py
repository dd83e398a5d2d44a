"""A hindcast in words and tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from ..forecasting.scores import Coverage, Skill
from ..history import History
from .forecasts import MODES
from .scoring import REFERENCES, Score, Summary, summary, verdict
from .study import Hindcast

NAMES = {
    "no_change": "no change",
    "linear_trend": "linear trend",
    "vector_autoregression": "autoregression",
    "measurement_alone": "measurement alone",
}

TOLD = {
    "conditional": "told of dated events and capabilities after the origin, as is the vector autoregression",
    "unconditional": "nothing after the origin is known; violations and crises come by chance",
}


def lines(found: Hindcast) -> Iterator[str]:
    """Every cut and the rolling origins of each mode: what all series say together, then each one."""
    seed = _seed(found)
    for mode in MODES:
        yield f"{mode.capitalize()} forecasts ({TOLD[mode]})"
        yield ""
        for title, rows in parts(found, mode):
            if rows:
                yield from _verdict(title, rows, seed)
        yield ""
        yield from _table(found.history, summary(found.of(mode), seed))
        yield ""
    yield f"Worth of the posteriors, in equally likely draws: {_worth(found)}"
    yield "Skill: 1 - CRPS / CRPS of the baseline; above 0 the model is better. Coverage: share of observations that"
    yield "the 90 % (50 %) interval held. Signs: share of changes whose sign was foretold. Measurement alone: level,"
    yield "driver and lasting errors of each series as in the model's forecast, without the model's path."


def parts(found: Hindcast, mode: str) -> list[tuple[str, list[Score]]]:
    """Each cut, and the rolling origins, with their scores in a mode."""
    single = [(f"cut {cut}", found.of(mode, cut)) for cut in found.cuts]
    origins = sorted({row.origin for row in found.scores})
    return [*single, (f"every origin {origins[0]}-{origins[-1]}", found.of(mode))]


def _seed(found: Hindcast) -> int:
    return int(next(iter(found.posteriors.values())).worlds.scenario.spec.seed)


def _worth(found: Hindcast) -> str:
    return ", ".join(f"{origin} {each.effective:,.0f}" for origin, each in found.posteriors.items())


def _verdict(title: str, rows: Sequence[Score], seed: int) -> Iterator[str]:
    found = verdict(rows, seed)
    better = ", ".join(
        f"{NAMES[name]} in {found.better[name]} (skill {_skill(found.skill[name])})" for name in REFERENCES
    )
    yield f"  {title}: of {found.series} series better than {better}"
    yield f"    coverage 90 %: {_coverage(found.coverage_90)}; 50 %: {_coverage(found.coverage_50)}"


def _skill(skill: Skill) -> str:
    interval = "" if skill.low != skill.low else f", {skill.low:+.2f} to {skill.high:+.2f}"
    return f"{skill.value:+.2f}{interval}"


def _coverage(found: Coverage) -> str:
    return f"{found.share:.0%} of {found.of} ({found.low:.0%} to {found.high:.0%})"


def _table(history: History, rows: Sequence[Summary]) -> Iterator[str]:
    against = [f"vs {NAMES[name]}" for name in REFERENCES]
    yield _row(["series, every origin", "scored", *against, "90 %", "50 %", "signs"])
    for each in rows:
        skills = [f"{each.skill[name].value:+.2f}" for name in REFERENCES]
        held = [f"{each.coverage_90.share:.0%}", f"{each.coverage_50.share:.0%}"]
        signs = f"{each.sign_hits:.0%} of {each.signs}"
        yield _row([history.series[each.series].title, f"{each.observations}", *skills, *held, signs])


WIDTHS = (41, 7, 13, 16, 18, 21, 6, 6, 12)


def _row(cells: Sequence[str]) -> str:
    first, *rest = zip(cells, WIDTHS, strict=True)
    return first[0].ljust(first[1]) + "".join(cell.rjust(width) for cell, width in rest)


def save(found: Hindcast, folder: Path) -> None:
    """Write every score, and the words, to a folder."""
    with (folder / "scores.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([each.name for each in fields(Score)])
        for row in found.scores:
            writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in astuple(row)])
    (folder / "hindcast.txt").write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
