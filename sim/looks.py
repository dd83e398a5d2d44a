"""What drawn and interactive figures share: colours, names, which pairs matter, how each arm and term looks.

No drawing library is imported. May import results and below; read `plots/` and `charts/` next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .answer import described
from .build import outcomes_of
from .calendar import date_of
from .outcomes import THRESHOLDS, Outcome, UnitedFront
from .wording import DASH, MINUS, short, signed, true_minus  # noqa: F401

if TYPE_CHECKING:
    from .results import Results
    from .scenario import Scenario

INK, QUIET, RULE, PAPER = "#1A1A1A", "#5A5A5A", "#D4D4D4", "#FFFFFF"
"""Of text, of axes, of rules, and of what they stand on."""

FAN, LIGHT = "#35587A", "#B9CBDD"
"""Of a spread and whatever stands alone, and of what lies behind it."""

ALIGNED, HOSTILE = "#2166AC", "#B2182B"
UP, DOWN, UNSURE = "#0072B2", "#D55E00", "#B0B0B0"
"""Of what raises, of what lowers, and of what cannot be told; each goes with a pattern, a mark or a word."""

ZONE = "#E3EFE3"
"""Of where an effect counts as claimed."""

ACTORS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#332288", "#999933", "#882255", "#44AA99",
    "#DDCC77", "#AA4499", "#117733", "#88CCEE", "#CC6677", "#661100", "#6699CC", "#888888",
)  # fmt: skip
"""For actors without a colour of their own: Okabe and Ito 2008, then Tol 2021 "muted"."""

ALTERNATIVES = ("#B87A00", "#6A3FA0", "#1B7F5C", "#5AA5D8", "#A0522D", "#C2559B")
DASHES: tuple[Any, ...] = (
    (0, (5, 1.5)), (0, (3, 1, 1, 1)), (0, (1.5, 1)), (0, (6, 1, 1, 1, 1, 1)), (0, (9, 1.5, 3, 1.5)),
)  # fmt: skip
MARKERS = "sD^vPXh"
"""Alternatives differ in colour, dash and marker, so that colour is never the only sign."""

PATTERNS = ("/", "-", "x", "|", "\\", ".", "+", "")
TERMS = {
    "mutual posture": ("#0072B2", ""), "common threat": ("#E69F00", "/"), "mutual threat": ("#D55E00", "x"),
    "unshared quarrels": ("#CC79A7", "-"), "third parties": ("#009E73", "\\"), "outside option": ("#332288", "."),
    "return to rest": ("#8A8A8A", "|"), "luck": ("#56B4E9", "+"), "event": ("#1A1A1A", "/"), "bound": ("#DDCC77", "x"),
    "disposition": ("#0072B2", ""), "reciprocity": ("#E69F00", "/"), "alignment feedback": ("#CC79A7", "-"),
    "hedging": ("#009E73", "\\"), "detachment": ("#44AA99", "x"), "emboldenment": ("#D55E00", "."),
    "counter-binding": ("#882255", "|"), "limit of intent": ("#DDCC77", "/"), "inertia": ("#8A8A8A", "|"),
    "crisis": ("#661100", "x"), "punishment": ("#AA4499", "\\"), "lapse": ("#117733", "."),
}  # fmt: skip
"""One colour and pattern a term of an account in every figure; colours after Okabe and Ito 2008 and Tol 2021."""

OTHER = "#332288"
"""What terms of policies and of other quantities are drawn in, one pattern after another."""

ALIGNMENT = f"alignment, {MINUS}1 to 1"


# --- names ----------------------------------------------------------------------------------------


def name_in_words(scenario: Scenario, name: str) -> str:
    """An identifier for readers, findable in the tables: tokyo_to_moscow becomes Tokyo to Moscow.

    The column of an outcome stands behind: front.index becomes Front, index. Words that the scenario's own
    texts write with a capital only are names.
    """
    spec = scenario.spec
    texts = [spec.title, spec.description, *(each.title for each in spec.actors.values())]
    texts += [each.label for each in spec.events.values()]
    texts += [spec.question.text] if spec.question is not None else []
    known = set(re.findall(r"[^\W\d_]+", " ".join(texts)))
    proper = {each.lower(): each for each in known if each[0].isupper() and each.lower() not in known}
    outcome, _, column = name.partition(".")
    words = " ".join(proper.get(each, each) for each in outcome.split("_"))
    return words[:1].upper() + words[1:] + (f", {column.replace('_', ' ')}" if column else "")


# --- colours --------------------------------------------------------------------------------------


def colours(scenario: Scenario) -> dict[str, str]:
    """One colour an actor, the same in every figure: its own, else the next that nobody has."""
    given = {name: actor.colour for name, actor in scenario.spec.actors.items()}
    taken = {each.upper() for each in given.values() if each}
    spare = [each for each in ACTORS if each not in taken] or list(ACTORS)
    bare = [name for name, colour in given.items() if not colour]
    return {name: colour or spare[bare.index(name) % len(spare)] for name, colour in given.items()}


def terms_of(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and pattern of each term of a figure, in their order."""
    others = [name for name in names if name not in TERMS]
    spare = {name: (OTHER, PATTERNS[k % len(PATTERNS)]) for k, name in enumerate(others)}
    return {name: TERMS.get(name) or spare[name] for name in names}


@dataclass(frozen=True)
class Look:
    """How the story or one of its alternatives is drawn, wherever it is."""

    name: str
    title: str
    colour: str
    marker: str
    dash: Any


def story(results: Results) -> str:
    """What figures call the scenario that all others are held against."""
    return "story" if results.comparison is None else "first scenario"


def whose(results: Results) -> str:
    """Of which scenario the spread in a figure is, where there are several; to go behind its question."""
    if results.comparison is None:
        return ""
    return f" Shaded: the first scenario, {short(results.scenario.spec.title, 80)}"


def looks(results: Results, *, eventless: bool = True, most: int = 99) -> list[tuple[Look, Results]]:
    """The story, its alternatives (at most so many), and the path without events, each with its look."""
    title = f"The {story(results)}: {results.scenario.spec.title}"
    found = [(Look("scenario", title, "#000000", "o", "-"), results)]
    alternatives = [(name, arm) for name, arm in results.arms.items() if name != "no_events"]
    for k, (name, arm) in enumerate(alternatives[:most]):
        title = arm.scenario.spec.title or name_in_words(results.scenario, name)
        look = Look(name, title, ALTERNATIVES[k % 6], MARKERS[k % 7], DASHES[k % 5])
        found.append((look, arm))
    if eventless and "no_events" in results.arms:
        last = Look("no_events", "The story without any of its events", "#8A8A8A", "x", (0, (1, 1.2)))
        found.append((last, results.arms["no_events"]))
    return found


# --- what is in the results -----------------------------------------------------------------------


def front_of(scenario: Scenario) -> tuple[str, UnitedFront] | None:
    """The united front to be drawn: that of the question, else the first, else none."""
    fronts = {name: each for name, each in outcomes_of(scenario).items() if isinstance(each, UnitedFront)}
    asked = scenario.spec.question.outcome if scenario.spec.question is not None else None
    name = asked if asked in fronts else next(iter(fronts), None)
    return (name, fronts[name]) if name is not None else None


def pairs_of(outcome: Outcome) -> list[tuple[str, str]]:
    """The pairs of actors that an outcome is about."""
    if hasattr(outcome, "pair"):
        return [tuple(outcome.pair)]
    if hasattr(outcome, "actor") and hasattr(outcome, "target"):
        return [(outcome.actor, outcome.target)]
    if hasattr(outcome, "patron") and hasattr(outcome, "client"):
        return [(outcome.patron, outcome.client)]
    toward = getattr(outcome, "toward", None)
    return [(each, toward) for each in getattr(outcome, "members", ())] if toward is not None else []


def pairs(scenario: Scenario) -> list[tuple[str, str]]:
    """Every pair of actors, in the scenario's order of names; those that matter come first.

    First the pair of the question, then those of outcomes, of wedges and of the other ties.
    """
    outcomes, ties, names = outcomes_of(scenario), scenario.spec.ties, scenario.actors
    asked = scenario.spec.question.outcome if scenario.spec.question is not None else None
    wanted = pairs_of(outcomes[asked]) if asked in outcomes else []
    wanted += [pair for each in outcomes.values() for pair in pairs_of(each)]
    for each in ties.wedges.values():
        wanted += [(each.target, each.adversary), (each.divider, each.target), (each.divider, each.adversary)]
    wanted += [(each.patron, each.client) for each in ties.alliances.values()]
    wanted += [(each.holder, each.claimant) for each in ties.disputes.values()]
    wanted += [(each.attacker, each.defender) for each in ties.flashpoints.values()]
    wanted += [(one, other) for k, one in enumerate(names) for other in names[k + 1 :]]
    ordered = (tuple(sorted(pair, key=names.index)) for pair in wanted if pair[0] != pair[1])
    return list(dict.fromkeys((pair[0], pair[1]) for pair in ordered))


def threshold(scenario: Scenario) -> float:
    """The threshold whose path is drawn: that of the front, or the nearest that was kept."""
    found = front_of(scenario)
    wanted = found[1].threshold if found is not None else 0.60
    return min(THRESHOLDS, key=lambda each: abs(each - wanted))


# --- events --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """A labelled event: its number in the figure, when it is, what it says, and its name."""

    number: int
    year: float
    date: str
    label: str
    name: str = ""


def marks(scenario: Scenario) -> list[Mark]:
    """The events that carry a label and fall into the run, in order of date, numbered from 1."""
    start, end = scenario.spec.start, scenario.spec.end
    given = scenario.spec.events.items()
    shown = [(name, each) for name, each in given if each.label.strip() and start <= each.at <= end]
    shown.sort(key=lambda pair: pair[1].at)
    return [
        Mark(k, each.at / 12.0, _dated(each), _labelled(each), name)
        for k, (name, each) in enumerate(shown, start=1)
    ]


def _dated(event: object) -> str:
    at, until = event.at, event.until  # type: ignore[attr-defined]
    return date_of(at) if until is None else f"{date_of(at)} to {date_of(until)}"


def _labelled(event: object) -> str:
    label, chance = short(event.label, 70), event.probability  # type: ignore[attr-defined]
    return label if chance >= 1.0 else f"{label} (probability {chance:g})"


def bundles(shown: list[Mark], most: int, most_single: int) -> list[list[Mark]]:
    """Events one by one where there is room for all, else neighbours in time put together."""
    groups = [[each] for each in shown]
    if len(groups) <= most_single:
        return groups
    while len(groups) > max(1, most):
        gaps = [after[-1].year - before[0].year for before, after in pairwise(groups)]
        k = int(np.argmin(gaps))
        groups[k : k + 2] = [groups[k] + groups[k + 1]]
    return groups


def spread(wanted: list[float], room: list[float]) -> list[float]:
    """Places in order, as near as can be to where they are wanted (least squares), none closer than its room."""
    ends = np.cumsum([0.0, *((a + b) / 2 for a, b in pairwise(room))]) if room else np.zeros(0)
    pools: list[list[float]] = []
    for target in np.asarray(wanted) - ends:
        pools.append([float(target), 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    level = [value for value, count in pools for _ in range(int(count))]
    return [float(each + end) for each, end in zip(level, ends, strict=True)]


# --- outcomes in words ----------------------------------------------------------------------------


def measured(results: Results) -> list[str]:
    """The outcomes whose main column was measured, in the order of the scenario."""
    return [name for name in outcomes_of(results.scenario) if name in results.columns]


def about(results: Results, name: str) -> str:
    """What an outcome measures, and on whom, in words."""
    outcome, told = outcomes_of(results.scenario)[name], ""
    _, meaning = described(results.scenario)[name]
    for each in fields(outcome):
        if "names" in each.metadata:
            joint = " toward " if each.name in ("target", "toward") else ", " if told else ""
            told += joint + _titles(results, getattr(outcome, each.name))
    if hasattr(outcome, "years"):
        meaning = meaning.replace("the last years", f"the last {outcome.years:g} years")
    return f"{outcome.measure.replace('_', ' ')}{f' ({told})' if told else ''}: {meaning}"


def _titles(results: Results, value: str | Sequence[str]) -> str:
    known, scenario = [value] if isinstance(value, str) else list(value), results.scenario
    return DASH.join(scenario.title(k) if k in scenario.actors else name_in_words(scenario, k) for k in known)
