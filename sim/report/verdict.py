"""What each alternative would have changed, in plain words with the uncertainty, for who asks only that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..answer import (
    FEWEST,
    NOWHERE,
    SHARE,
    TOO_FEW,
    Contrast,
    Driver,
    described,
    fixes,
    holds,
    same_pair,
    thirds,
    verdicts,
)
from ..build import outcomes_of
from ..charts.outcomes import about, difference, measured, unit_of, values_of
from ..describing.results import decimals
from ..describing.results import figure as rounded
from ..looks import name_in_words, pairs_of, signed, true_minus
from ..outcomes import STAGE_WIDTH, THRESHOLDS, UnitedFront
from ..parameters import Parameter
from ..results import Results
from ..rules import declared

NO_QUESTION = "The scenario asks no question, so this report only tells what comes of it."
NOTHING_BESIDE = (
    "No alternative was run beside the scenario, so nothing can be said of what would have changed it."
)


def asked(results: Results) -> str | None:
    """The outcome that the question is about; None where nothing is asked."""
    question = results.scenario.spec.question
    return question.outcome if question is not None else None


def answer(results: Results) -> list[str]:
    """The answer in paragraphs: the level in the scenario, then what each alternative would have changed.

    Without a question or alternatives: why there is no answer, and what comes of the scenario.
    """
    outcome = asked(results)
    if outcome is None or not results.alternatives:
        return [NO_QUESTION if outcome is None else NOTHING_BESIDE, *levels(results)]
    return [
        _level_here(results, outcome),
        *(" ".join(verdict(results, k, outcome)) for k in results.alternatives),
    ]


def _level_here(results: Results, outcome: str) -> str:
    """How the outcome that is asked about stands in the scenario."""
    spec, values = results.scenario.spec, values_of(results, outcome)
    share = _is_share(results, outcome)
    known = values[~np.isnan(values)]
    if not known.size:
        return f"In '{spec.title}' {_what(results, outcome, share)} not known: no run has a value."
    runs = f"{'of' if share else 'over'} {known.size:,} runs"
    runs += f", those of {results.finished:,} that have a value" if known.size < results.finished else ""
    return f"In '{spec.title}' {_what(results, outcome, share)} {_level(float(known.mean()), share)} {runs}."


def verdict(results: Results, against: str, outcome: str) -> list[str]:
    """What one alternative would have changed, in sentences: by how much, and at which thresholds of a front."""
    found = difference(results, against, results.arms[against], outcome)
    return [_difference(results, against, outcome, found), *_thresholds(results, against, outcome)]


def background(results: Results, against: str, outcome: str) -> list[str]:
    """The same in alignment, and what the difference turns on."""
    titles = {against: results.arms[against].scenario.spec.title}
    columns = {"scenario": results.measured, against: results.arms[against].measured}
    found = verdicts(results.scenario, columns, titles)[against]
    title = f"'{titles[against]}'"
    own = f"'{results.scenario.spec.title}'"
    told = [*fixes(found.fixed, title), *fixes(found.fixed_here, own, where=f"in {title}")]
    fixed = [true_minus(line) for line in told]
    turns = [_driven(results, found.driver, title)] if found.driver is not None else []
    return [*_alignment(results, against, outcome), *fixed, *turns]


def _driven(results: Results, found: Driver, title: str) -> str:
    """What the difference from an alternative turns on: in words, then by its path."""
    known = parameter_of(found.path)
    meaning, _, more = known.meaning.partition("; ") if known is not None else ("", "", "")
    rho = f"rank correlation {signed(found.correlation, 2)}"
    on = f"{meaning} ({found.path}; {rho})" if meaning else f"{found.path} ({rho})"
    head = f"difference from {title}, the scenario less it, turns most on {on}"
    if found.turns:
        told = f"The {head}: '{name_in_words(results.scenario, found.column)}' is {thirds(found)}."
    else:
        told = f"The size of the {head}, its direction on nothing drawn."
    return " ".join([told, *([_sentence(more)] if more else []), *([_open(known)] if known else [])])


def _open(known: Parameter) -> str:
    """How little is known of a parameter."""
    low, high = (true_minus(f"{each:g}") for each in (known.low, known.high))
    unit = "" if known.unit == "1" else f" ({true_minus(known.unit)})"
    return f"Plausible values go from {low} to {high}{unit}; it is not measured, so the answer is as open as it is."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def parameter_of(path: str) -> Parameter | None:
    """The declared parameter that a path is of, or is an entry of; None where it is of none."""
    return next(
        (each for group, each in declared() if f"{path}.".startswith(f"parameters.{group}.{each.name}.")),
        None,
    )


def _difference(results: Results, against: str, outcome: str, found: Contrast) -> str:
    """The level in the alternative, and which way it would have moved things, with the interval."""
    share, runs = _is_share(results, outcome), f"{results.finished:,} runs"
    title, there = f"With '{results.arms[against].scenario.spec.title}'", _level(found.there, share)
    if np.isnan(found.difference):
        return f"{title} nothing can be told: '{name_in_words(results.scenario, outcome)}' {NOWHERE}."
    if found.same:
        return f"{title} no run differs in this."
    changed = f"{found.differing:,} of {runs} differ"
    first = f"{title} it would be {'in ' if share else ''}{there}{' of runs' if share else ''}"
    if found.differing < FEWEST:
        return f"{first}: only {changed}, too few to tell."
    if not found.bounded:
        return f"{first}. {changed}; {TOO_FEW}."
    if not found.direction:
        gap, span = _signed_gap(found, share)
        return (
            f"{first}: no difference can be told from these runs; the alternative less the scenario is {gap} "
            f"(95% Monte Carlo interval {span}; {changed})."
        )
    gap, span = _gap(found, share)
    interval = f"95% Monte Carlo interval {span}; {changed}"
    verb = {(True, 1): "less often", (True, -1): "more often", (False, 1): "lower", (False, -1): "higher"}
    return f"{first}, {verb[share, found.direction]} by {gap} ({interval})."


def _signed_gap(found: Contrast, share: bool) -> tuple[str, str]:
    """The alternative less the scenario with its interval, all with their signs."""
    scale = 100.0 if share else 1.0
    digits = 1 if share else decimals(scale * (found.high - found.low) / 2)
    gap, low, high = (signed(-scale * each, digits) for each in (found.difference, found.high, found.low))
    return gap + (" percentage points" if share else ""), f"{low} to {high}"


def _thresholds(results: Results, against: str, outcome: str) -> list[str]:
    """At which thresholds of a front the alternative would have brought it more, or less, often."""
    columns = {level: f"{outcome}.at_{round(100 * level)}" for level in THRESHOLDS}
    if not all(each in results.columns for each in columns.values()):
        return []
    arm = results.arms[against]
    ways = {level: difference(results, against, arm, each).direction for level, each in columns.items()}
    kinds = (("more often at", -1), ("less often at", 1), ("not to be told at", 0))
    parts = [(verb, [f"{level:.2f}" for level, way in ways.items() if way == sign]) for verb, sign in kinds]
    told = "; ".join(f"{verb} {', '.join(levels)}" for verb, levels in parts if levels)
    up, down = ([level for level, way in ways.items() if way == sign] for sign in (1, -1))
    main = difference(results, against, arm, outcome).direction
    firm = holds(main, up, down) if main and (up or down) else ""
    head = firm or "By the threshold from which a front counts"
    return [f"{head}: {told}."]


def _alignment(results: Results, against: str, outcome: str) -> list[str]:
    """How much nearer or farther the alternative would have brought the pair, in parts of a stage."""
    column = same_pair(results.scenario, outcome)
    if column is None or column == outcome:
        return []
    found = difference(results, against, results.arms[against], column)
    if found.same or np.isnan(found.difference):
        return []
    names = " and ".join(map(results.scenario.title, pairs_of(outcomes_of(results.scenario)[column])[0]))
    title, size = f"With '{results.arms[against].scenario.spec.title}'", abs(found.difference)
    unsure = f"{title} it cannot be told whether {names} end closer together or farther apart"
    if found.differing < FEWEST:
        return [f"{unsure}: only {found.differing:,} of {results.finished:,} runs differ."]
    stage = f"{size / STAGE_WIDTH:.2f} of the width of a stage"
    spread = (
        f"in 90% of runs the alternative less the scenario is {signed(-found.q95, 3)} to "
        f"{signed(-found.q05, 3)}"
    )
    if not found.direction:
        less = f"on average {signed(-found.difference / STAGE_WIDTH, 2)} of the width of a stage"
        return [f"{unsure} ({less}; {spread}{'' if found.bounded else f'; {TOO_FEW}'})."]
    way = "farther apart" if found.difference > 0 else "closer together"
    scale = f"{size:.{decimals(size)}f} on the scale of alignment from −1 to 1"
    return [f"{title} {names} end {way}, by {scale}, which is {stage} ({spread})."]


def _is_share(results: Results, outcome: str) -> bool:
    return described(results.scenario)[outcome][0] == SHARE


def _what(results: Results, outcome: str, share: bool) -> str:
    """The subject and the verb of a sentence about an outcome."""
    found = outcomes_of(results.scenario)[outcome]
    if isinstance(found, UnitedFront):
        names = " and ".join(map(results.scenario.title, found.pair))
        return f"a united front of {names} (alignment {found.threshold:.2f} or more, for a year) forms in"
    name = f"'{name_in_words(results.scenario, outcome)}' ({about(results, outcome)})"
    return f"{name} comes about in" if share else f"the mean of {name} is"


def _level(value: float, share: bool) -> str:
    return f"{100 * value:.1f}%" if share else true_minus(rounded(value))


def _gap(found: Contrast, share: bool) -> tuple[str, str]:
    """The difference that the alternative makes, without its sign, and its interval from small to large."""
    scale = 100.0 if share else 1.0
    digits = 1 if share else decimals(scale * (found.high - found.low) / 2)
    sign = 1 if found.difference >= 0 else -1
    ends = sorted(sign * scale * each for each in (found.low, found.high))
    low, high = (true_minus(f"{each:.{digits}f}") for each in ends)
    unit = " percentage points" if share else ""
    return f"{scale * abs(found.difference):.{digits}f}{unit}", f"{low} to {high}"


def levels(results: Results) -> list[str]:
    """What comes of the scenario, one sentence an outcome."""
    rows = {each["name"]: each for each in results.summary["outcomes"]}
    return [_row(results, rows[name]) for name in measured(results)]


def _row(results: Results, row: Mapping[str, Any]) -> str:
    name = f"'{name_in_words(results.scenario, row['name'])}' ({about(results, row['name'])})"
    if not row["runs"]:
        return f"{name}: in no run."
    if row["unit"] == SHARE:
        span = (
            ""
            if row["low"] is None
            else f" (95% Monte Carlo interval {100 * row['low']:.1f} to {100 * row['high']:.1f}%)"
        )
        return f"{name}: in {100 * row['mean']:.1f}% of runs{span}."
    middle, low, high = (true_minus(rounded(row[key])) for key in ("median", "low", "high"))
    return (
        f"{name}: {middle} in the median run, 90% of runs between {low} and {high} "
        f"({unit_of(results, row['name'])})."
    )
