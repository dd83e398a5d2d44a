"""A scenario in words: what is in it, how far it is sourced, what to beware of, how it differs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..balanced import grouped
from ..build import loop_gain
from ..calendar import date_of
from ..posterior import PATH, brief
from ..provenance.varied import standing
from ..scenario import Scenario
from ..yamltext import Path
from .calibrated import is_calibrated, posterior_lines
from .telling import Told, wrapped


def scenario_told(scenario: Scenario) -> Told:
    """What is in a scenario."""
    spec = scenario.spec
    luck = "" if spec.luck == "plain" else f", {grouped(spec.luck, spec.runs)}"
    lines = [spec.title, *wrapped(spec.description, 2), ""]
    lines += [
        f"  {date_of(spec.start)} to {date_of(spec.end)} by {spec.step}s, {spec.runs:,} runs, seed {spec.seed}{luck}"
    ]
    lines += [f"  Actors: {', '.join(scenario.title(each) for each in scenario.actors)}"]
    if spec.question:
        lines += ["", f"Question: {spec.question.text}"]
        lines += [f"  against {name}: {each.spec.title}" for name, each in scenario.arms.items()]
    if spec.events:
        lines += ["", "Events:"]
        for name, each in sorted(spec.events.items(), key=lambda item: item[1].at):
            moves = "; ".join(
                [f"{k} = {v:g}" for k, v in each.set.items()] + [f"{k} {v:+g}" for k, v in each.add.items()]
            )
            lines.append(f"  {date_of(each.at):<8} {each.label or name}" + (f"  ({moves})" if moves else ""))
    if scenario.data.get("policies"):
        lines += ["", "Policies:"]
        for actor, row in scenario.data["policies"].items():
            lines += [f"  {actor} toward {target}: {given['policy']}" for target, given in row.items()]
    lines += ["", "Uncertain:"]
    lines += [f"  {path}: {_spread(given)}" for path, given in scenario.uncertainties.items() if path != PATH]
    lines += posterior_lines(scenario)
    return Told(lines, scenario.data)


def _spread(given: Any) -> str:
    return (
        given
        if isinstance(given, str)
        else " ".join(f"{shape} {numbers}" for shape, numbers in given.items())
    )


def check_lines(scenario: Scenario) -> list[str]:
    """That a scenario is sound, how far its numbers are sourced, and what to beware of."""
    spec, kinds = scenario.spec, Counter(_standing(scenario, path) for path, _, _ in scenario.numbers())
    total, uncertain = sum(kinds.values()), len(scenario.uncertainties)
    calibrated = f", {kinds['calibrated']} calibrated" if scenario.posterior else ""
    return [
        f"{scenario.name}: sound",
        f"  {len(spec.actors)} actors, {len(spec.events)} events, {uncertain} uncertainties, "
        f"{len(spec.outcomes)} outcomes; {scenario.calendar.records} steps",
        f"  {total} numbers: {kinds['sourced']} sourced, {kinds['assumed']} assumed, {kinds['unsaid']} without a word"
        f"{calibrated} (see --sources)",
        *posterior_lines(scenario),
        *warnings_of(scenario),
    ]


def _standing(scenario: Scenario, path: Path) -> str:
    """How a number is known: calibrated (replaced by the posterior), sourced, assumed, or unsaid."""
    if is_calibrated(scenario, path):
        return "calibrated"
    return standing(scenario.note(*path).source)


def warnings_of(scenario: Scenario) -> Iterator[str]:
    """Things that are allowed but rarely meant."""
    gain, given = loop_gain(scenario), scenario.data.get("parameters", {}).get("setting", {})
    if gain >= 1.0:
        yield (
            f"  beware: alignment feeds back into stances with a gain of up to {gain:.2f}; at 1 or above it runs away "
            "(lower conduct.feedback or reciprocity.pull)"
        )
    if not scenario.uncertainties:
        yield "  beware: nothing is uncertain, so intervals hold luck only"
    if not given.get("opportunity"):
        yield "  beware: no opportunity is given, so isolation and wooing have no effect (setting.opportunity)"
    if not given.get("proximity"):
        yield "  beware: every pair is as near as any other, 0.5 (setting.proximity)"
    for name, arm in scenario.arms.items():
        if _leaves(_bare(arm)) == _leaves(_bare(scenario)):
            yield f"  beware: the alternative '{name}' is the scenario itself; a policy may override what it changes"


def _bare(scenario: Scenario) -> dict[str, Any]:
    return {
        key: value for key, value in scenario.data.items() if key not in ("question", "title", "description")
    }


def source_lines(scenario: Scenario) -> list[str]:
    """Every number with its source, or that there is none."""
    return [
        f"{'.'.join(path)} = {value if isinstance(value, list) else f'{value:g}'}  [{_source(scenario, path)}]"
        for path, value, _ in scenario.numbers()
    ]


def _source(scenario: Scenario, path: Path) -> str:
    replaced = f"REPLACED BY {PATH}" if is_calibrated(scenario, path) else ""
    return replaced or scenario.note(*path).source or "NO SOURCE"


def diff_lines(first: Scenario, second: Scenario) -> list[str]:
    """How two scenarios differ, value by value, everything they extend included."""
    left, right = (_leaves(brief(each.data)) for each in (first, second))
    lines = [
        f"{path}: {left.get(path, '(none)')} -> {right.get(path, '(none)')}"
        for path in [*left, *(each for each in right if each not in left)]
        if left.get(path) != right.get(path)
    ]
    return lines or ["no difference"]


def _leaves(data: dict[str, Any], head: str = "") -> dict[str, str]:
    """Every value by its path; a list is one value."""
    found: dict[str, str] = {}
    for key, value in data.items():
        path = f"{head}{key}"
        found |= (
            _leaves(value, f"{path}.")
            if isinstance(value, dict)
            else {path: json.dumps(value, ensure_ascii=False)}
        )
    return found
