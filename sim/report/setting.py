"""A scenario in words: who is in it, what binds them, what they do, what happens, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from ..calendar import date_of
from ..describing.calibrated import is_calibrated
from ..describing.scenarios import diff_lines
from ..describing.telling import manual
from ..errors import WedgeError
from ..looks import marks, name_in_words, true_minus
from ..policies import policies
from ..posterior import PATH
from ..provenance.varied import standing
from ..results import Results
from ..rules import declared
from ..scenario import Scenario, altered, load
from ..yamltext import Note, Path
from .page import Block, Table


def noted(results: Results) -> Scenario:
    """The scenario with the notes of its file, which stand in the results folder beside the plain data."""
    scenario = results.scenario
    if scenario.document.notes or results.folder is None:
        return scenario
    try:
        found = load(results.folder / "scenario.yaml")
    except (WedgeError, OSError):
        return scenario
    return found if found.data == scenario.data else scenario


def in_words(results: Results) -> list[Block]:
    """The scenario: description, actors, ties, policies, events, what is drawn, what the alternatives change."""
    scenario = noted(results)
    spec = scenario.spec
    length = f"{date_of(spec.start, spec.step)} to {date_of(spec.end, spec.step)}, by {spec.step}s."
    told: list[Block] = [" ".join(spec.description.split())] if spec.description.strip() else []
    blocks: list[Block] = [*told, f"The run goes from {length}", _actors(scenario)]
    blocks += [
        each
        for each in (_ties(scenario), _policies(scenario), events(scenario), _drawn(scenario))
        if each.rows
    ]
    return [*blocks, *changes(results)]


def _actors(scenario: Scenario) -> Table:
    """Who is in it, with capability and its source."""
    rows = []
    for name in scenario.actors:
        note = scenario.note("actors", name, "capability")
        said = "; ".join(each for each in (note.why, note.source) if each)
        rows.append((scenario.title(name), said, f"{scenario.spec.actors[name].capability:g}"))
    return Table(("actor", "why and source", "capability (share, relative)"), rows, "Actors", words=2)


def _ties(scenario: Scenario) -> Table:
    """What binds and divides them."""
    ties, title, rows = scenario.spec.ties, scenario.title, []
    for name, each in ties.alliances.items():
        rivals = (
            f"; rivals that {title(each.client)} may hedge toward: {', '.join(map(title, each.rivals))}"
            if each.rivals
            else ""
        )
        told = (
            f"{title(each.patron)} is pledged to defend {title(each.client)}; commitment, as the "
            f"client sees it, {each.commitment:g}"
        )
        rows.append((name_in_words(scenario, name), "alliance", told + rivals))
    for name, each in ties.flashpoints.items():
        told = f"{title(each.attacker)} may bring a crisis on {title(each.defender)}"
        rows.append((name_in_words(scenario, name), "flashpoint", told))
    for name, each in ties.wedges.items():
        told = f"{title(each.divider)} woos {title(each.target)} away from {title(each.adversary)}"
        rows.append((name_in_words(scenario, name), "wedge", told))
    for name, each in ties.disputes.items():
        told = f"{title(each.holder)} holds what {title(each.claimant)} claims"
        rows.append((name_in_words(scenario, name), "dispute", told))
    return Table(("tie", "kind", "who"), rows, "Ties", words=3)


def _policies(scenario: Scenario) -> Table:
    """What actors do otherwise than habit and pressures have it."""
    known, rows = policies(), []
    for actor, row in scenario.data.get("policies", {}).items():
        for target, given in row.items():
            own = ", ".join(f"{key} {_shown(value)}" for key, value in given.items() if key != "policy")
            meaning = manual(known[given["policy"]])[0] if given["policy"] in known else ""
            who = f"{scenario.title(actor)} toward {scenario.title(target)}"
            rows.append((who, given["policy"], f"{meaning} {f'Here: {own}.' if own else ''}".strip()))
    return Table(
        ("who", "policy", "what it does"),
        rows,
        "Policies; all others follow habit and what presses on them",
        words=3,
    )


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return (
        true_minus(f"{value:g}")
        if isinstance(value, int | float) and not isinstance(value, bool)
        else str(value)
    )


def events(scenario: Scenario) -> Table:
    """What happens, by date, numbered as in the figures, with why and source."""
    numbers = {each.name: str(each.number) for each in marks(scenario)}
    rows = []
    for name, each in sorted(scenario.spec.events.items(), key=lambda item: item[1].at):
        note, start = scenario.note("events", name, "at"), date_of(each.at)
        ends = f" to {date_of(each.until)}" if each.until is not None else ""
        chance = f" (probability {each.probability:g})" if each.probability < 1 else ""
        moves = [f"{key} = {true_minus(f'{v:g}')}" for key, v in each.set.items()]
        moves += [f"{key} {true_minus(f'{v:+g}')}" for key, v in each.add.items()]
        said = "; ".join(k for k in (note.why, f"source: {note.source}" if note.source else "") if k)
        rows.append(
            (
                numbers.get(name, ""),
                start + ends,
                (each.label or name_in_words(scenario, name)) + chance,
                "; ".join(moves) or "moves nothing; a mark",
                said,
            )
        )
    return Table(
        ("number in figures", "date", "what happened", "what it moves in the model", "why and source"),
        rows,
        "Events",
        words=5,
    )


def _drawn(scenario: Scenario) -> Table:
    """What is drawn run by run, and from which range."""
    known = {f"parameters.{group}.{each.name}": each for group, each in declared()}
    rows = []
    for path, given in scenario.uncertainties.items():
        if path == PATH:
            found = scenario.posterior
            told = (
                f"one of {len(found.rows):,} rows of the table {found.name}, fitted to the record"
                if found
                else _shown(given)
            )
            rows.append((path, told, ", ".join(found.kept) if found else ""))
            continue
        each = known.get(path)
        if given == "plausible" and each is not None:
            told = f"plausible: {true_minus(f'{each.low:g}')} to {each.high:g}"
        else:
            told = _shown(given)
        rows.append((path, told, f"{each.meaning} ({each.unit})" if each is not None else ""))
    return Table(
        ("number", "drawn from", "meaning"), rows, "What is not known, and drawn anew in each run", words=3
    )


# --- what the alternatives change -----------------------------------------------------------------


def changes(results: Results) -> list[Table]:
    """How each alternative differs from the scenario, value by value; events left out are told as such."""
    return [_changed(results.scenario, arm.scenario) for arm in results.alternatives.values()]


def _changed(first: Scenario, other: Scenario) -> Table:
    """One alternative's differences."""
    gone = [name for name in first.spec.events if name not in other.spec.events]
    rows = [
        ("event", first.spec.events[each].label or name_in_words(first, each), "does not happen")
        for each in gone
    ]
    bare = {"question": None, "title": "", "description": "", "case": None}
    kept = {k: v for k, v in first.data.get("events", {}).items() if k not in gone}
    pair = altered(first, first.name, {**bare, "events": kept or None}), altered(other, other.name, bare)
    for line in diff_lines(*pair):
        path, _, values = line.partition(": ")
        before, arrow, after = values.partition(" -> ")
        if arrow:
            rows.append((path, true_minus(before.strip('"')), true_minus(after.strip('"'))))
    return Table(
        ("what", "in the scenario", "in the alternative"), rows, f"What '{other.spec.title}' changes", words=3
    )


# --- numbers and their sources --------------------------------------------------------------------


def kinds(scenario: Scenario) -> Counter[str]:
    """How many numbers are sourced, assumed, calibrated, or given without a word."""
    return Counter(_standing(scenario, path) for path, _, _ in scenario.numbers())


def _standing(scenario: Scenario, path: Path) -> str:
    return "calibrated" if is_calibrated(scenario, path) else standing(scenario.note(*path).source)


def sources(results: Results) -> Table:
    """Every number of the scenario with how it is known, why, and its source; neighbours that share these together."""
    scenario, rows = noted(results), []
    for (section, kind, said), found in groupby(scenario.numbers(), lambda each: _shared(scenario, each)):
        numbers = [f"{'.'.join(path[2:]) or path[-1]} {_shown(value)}" for path, value, _ in found]
        rows.append((section, kind, said, "; ".join(numbers)))
    return Table(("of", "how it is known", "why and source", "numbers"), rows, words=4)


def _shared(scenario: Scenario, each: tuple[Path, Any, Note]) -> tuple[str, str, str]:
    """What neighbouring numbers may share: the section, how they are known, and the note."""
    path, _, note = each
    said = "; ".join(part for part in (note.why, note.source) if part)
    return ".".join(path[:2]), _kind(scenario, path), said


def _kind(scenario: Scenario, path: Path) -> str:
    found = _standing(scenario, path)
    return "without a word" if found == "unsaid" else found
