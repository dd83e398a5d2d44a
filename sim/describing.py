"""What there is, in words: parameters, policies, outcomes, scenarios, differences, results.

Every line is made from the declarations or from saved results, so that it cannot go stale.
"""

from __future__ import annotations

import inspect
import json
import math
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .answer import SHARE
from .build import loop_gain, outcomes_of
from .calendar import date_of
from .errors import ScenarioError, WedgeError, nearest
from .mechanisms import MECHANISMS
from .outcomes import CUTS, STAGES, Outcome, outcomes
from .parameters import Parameter, parameters_of
from .policies import Policy, policies
from .results import Results
from .rules import GROUPS, declared
from .scenario import DEFAULT, Scenario, load, names
from .state import quantities
from .yamltext import walk

WIDTH = 100
WORDS = ("parameters", "mechanisms", "policies", "outcomes", "quantities", "stages", "scenarios")


@dataclass(frozen=True)
class Told:
    """The same thing for people and for machines."""

    lines: list[str]
    data: Any


def described(what: str | None) -> Told:
    """What a word stands for. Raises WedgeError, with the nearest word, where it stands for nothing."""
    kinds: dict[str, type] = {**policies(), **outcomes()}
    what = what if what is None or what.endswith((".yaml", ".yml")) else what.lower()
    if what == "scenarios":
        return listed(Path("results"))
    if what == "stages":
        return _stages()
    if what is None or what == "parameters":
        return _parameters(list(declared()))
    if what == "mechanisms":
        return _kinds(dict(MECHANISMS))
    if what == "policies":
        return _kinds(dict(policies()))
    if what == "outcomes":
        return _kinds(dict(outcomes()))
    if what == "quantities":
        return _quantities()
    if what in GROUPS:
        told = _parameters([(group, each) for group, each in declared() if group == what])
        return Told([*_manual(GROUPS[what]), "", *told.lines], told.data)
    group, _, name = what.partition(".")
    one = [(key, each) for key, each in declared() if key == group and each.name == name]
    if one:
        return _parameters(one)
    if what in kinds:
        return _kind(what, kinds[what])
    if what in (*names(), "base") or what.endswith((".yaml", ".yml")):
        return _scenario(load(what))
    chosen = outcomes_of(load(DEFAULT))
    if what in chosen:
        return _kind(what, type(chosen[what]))
    known = [*WORDS, *GROUPS, *(f"{key}.{each.name}" for key, each in declared()), *kinds, *names()]
    raise WedgeError(
        f"nothing is called {what!r}{nearest(what, known)}; try {', '.join(WORDS)} or a scenario"
    )


def _manual(kind: type) -> list[str]:
    return inspect.cleandoc(kind.__doc__ or "").splitlines()


def _parameters(found: list[tuple[str, Parameter]]) -> Told:
    lines: list[str] = []
    last = ""
    for group, each in found:
        if group != last and len(found) > 1:
            lines += (
                ["", f"{group}: {_manual(GROUPS[group])[0]}"]
                if lines
                else [f"{group}: {_manual(GROUPS[group])[0]}"]
            )
        last = group
        lines += _parameter(group, each)
    return Told(lines, [{"group": group, **_facts(each)} for group, each in found])


def _facts(each: Parameter) -> dict[str, Any]:
    return {
        key: getattr(each, key)
        for key in ("name", "default", "unit", "low", "high", "over", "kind", "meaning", "source")
    }


def _parameter(group: str, each: Parameter) -> list[str]:
    default = "found from the start" if each.default is None else f"{each.default:g}"
    over = "" if each.over == "world" else f", one for each {each.over}"
    head = f"  {group}.{each.name} = {default}  [{each.unit}; plausible {each.low:g} to {each.high:g}{over}]"
    return [head, *_wrapped(each.meaning, 6), *_wrapped(f"Source: {each.source}", 6)]


def _wrapped(text: str, indent: int) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=pad, subsequent_indent=pad)


def _kinds(kinds: dict[str, type]) -> Told:
    lines = [f"  {name:<18} {_manual(kind)[0]}" for name, kind in kinds.items()]
    return Told(lines, {name: _manual(kind)[0] for name, kind in kinds.items()})


def _kind(name: str, kind: type) -> Told:
    lines = [*_manual(kind), ""]
    facts: dict[str, Any] = {"name": name, "manual": "\n".join(_manual(kind))}
    if issubclass(kind, Policy):
        lines += [line for each in parameters_of(kind) for line in _parameter(name, each)]
        facts["parameters"] = [_facts(each) for each in parameters_of(kind)]
    if issubclass(kind, Outcome):
        for each in fields(kind):
            lines.append(f"  {each.name}: {each.metadata['meaning']}")
        lines += ["", "Columns:"]
        lines += [
            f"  {name}{'.' + c if c else ''}: {meaning} [{unit}]"
            for c, (unit, meaning) in kind.columns.items()
        ]
        facts["columns"] = {
            c: {"unit": unit, "meaning": meaning} for c, (unit, meaning) in kind.columns.items()
        }
    return Told(lines, facts)


def _stages() -> Told:
    """The ladder of alignment, from which alignment each rung begins."""
    begins = ["below", *(f"{cut:.2f}" for cut in CUTS)]
    lines = [
        f"  {k}  {begin:>5}  {name}"
        for k, (begin, name) in enumerate(zip(begins, STAGES, strict=True), start=1)
    ]
    return Told(
        ["Stages of alignment (Korolev 2018; where each begins is assumption A16):", *lines], list(STAGES)
    )


def _quantities() -> Told:
    lines = []
    for each in quantities():
        lines += [
            f"  {each.name} ({', '.join(each.axes) or 'world'})  [{each.unit}]",
            *_wrapped(each.meaning, 6),
        ]
    return Told(
        lines,
        [
            {"name": each.name, "axes": each.axes, "unit": each.unit, "meaning": each.meaning}
            for each in quantities()
        ],
    )


def _scenario(scenario: Scenario) -> Told:
    spec = scenario.spec
    lines = [spec.title, *_wrapped(spec.description, 2), ""]
    lines += [
        f"  {date_of(spec.start)} to {date_of(spec.end)} by {spec.step}s, {spec.runs:,} runs, seed {spec.seed}"
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
    lines += [f"  {path}: {_spread(given)}" for path, given in scenario.data.get("uncertainties", {}).items()]
    return Told(lines, scenario.data)


def _spread(given: Any) -> str:
    return (
        given
        if isinstance(given, str)
        else " ".join(f"{shape} {numbers}" for shape, numbers in given.items())
    )


def check_lines(scenario: Scenario) -> list[str]:
    """That a scenario is sound, how far its numbers are sourced, and what to beware of."""
    spec, kinds = scenario.spec, Counter(_standing(note.source) for _, _, note in scenario.numbers())
    total, uncertain = sum(kinds.values()), len(scenario.data.get("uncertainties", {}))
    return [
        f"{scenario.name}: sound",
        f"  {len(spec.actors)} actors, {len(spec.events)} events, {uncertain} uncertainties, "
        f"{len(spec.outcomes)} outcomes; {scenario.calendar.records} steps",
        f"  {total} numbers: {kinds['sourced']} sourced, {kinds['assumed']} assumed, {kinds['unsaid']} without a word"
        " (see --sources)",
        *warnings_of(scenario),
    ]


def _standing(source: str) -> str:
    return "unsaid" if not source else "assumed" if "assumed" in source.lower() else "sourced"


def warnings_of(scenario: Scenario) -> Iterator[str]:
    """Things that are allowed but rarely meant."""
    gain, given = loop_gain(scenario), scenario.data.get("parameters", {}).get("setting", {})
    if gain >= 1.0:
        yield (
            f"  beware: alignment feeds back into stances with a gain of up to {gain:.2f}; at 1 or above it runs away "
            "(lower conduct.feedback or reciprocity.pull)"
        )
    if not scenario.data.get("uncertainties"):
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
        f"{'.'.join(path)} = {value if isinstance(value, list) else f'{value:g}'}  [{note.source or 'NO SOURCE'}]"
        for path, value, note in scenario.numbers()
    ]


def diff_lines(first: Scenario, second: Scenario) -> list[str]:
    """How two scenarios differ, value by value, everything they extend included."""
    left, right = (_leaves(each.data) for each in (first, second))
    lines = [
        f"{path}: {left.get(path, '(none)')} -> {right.get(path, '(none)')}"
        for path in [*left, *(each for each in right if each not in left)]
        if left.get(path) != right.get(path)
    ]
    return lines or ["no difference"]


def _leaves(data: dict[str, Any]) -> dict[str, str]:
    return {
        ".".join(path): json.dumps(value, ensure_ascii=False)
        for path, value in walk(data, ())
        if path and not isinstance(value, dict) and not path[-1].isdigit()
    }


def listed(folder: Path) -> Told:
    """The shipped scenarios, and the results in a folder."""
    lines, found = ["Scenarios (the first is the default):"], {}
    for name in sorted(names(), key=lambda each: (each != DEFAULT, each)):
        try:
            found[name] = load(name).spec.title
        except ScenarioError as error:
            found[name] = f"(has faults: {len(error.faults)})"
        lines.append(f"  {name:<24} {found[name]}")
    results, damaged = {}, []
    for file in sorted(folder.glob("*/manifest.json")):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            facts: dict[str, Any] = {"scenario": str(told["scenario"]), "sets": list(map(str, told["sets"]))}
            facts |= {"runs": int(told["runs"]), "seed": int(told["seed"])}
            if "comparison" in told:
                facts |= {"against": list(told["arms"]), "branch_at": str(told["comparison"]["branch_at"])}
            results[str(file.parent)] = facts
        except (OSError, ValueError, LookupError, TypeError):
            damaged.append(str(file.parent))
    lines += ["", f"Results in {folder}/:" if results else f"No results in {folder}/ yet."]
    lines += [
        " ".join(
            [
                f"  {name:<36} {_compared(each)}, {each['runs']:,} runs, seed {each['seed']}",
                *each["sets"],
            ]
        )
        for name, each in results.items()
    ]
    lines += [f"  {name:<36} damaged (its manifest cannot be read)" for name in damaged]
    return Told(lines, {"scenarios": found, "results": results, "damaged": damaged})


def _compared(facts: dict[str, Any]) -> str:
    """The scenario of some results, with those it was compared with and from when on."""
    against = f" against {', '.join(facts['against'])}" if facts.get("against") else ""
    return f"{facts['scenario']}{against}" + (f" from {facts['branch_at']}" if facts.get("branch_at") else "")


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
        lines += [*_wrapped(summary["question"], 0), ""]
        lines += [line for sentence in summary["answer"] for line in _wrapped(sentence, 2)] + [""]
    if results.comparison is not None:
        notes = results.comparison.notes(summary["title"])
        lines += [line for each in notes for line in _wrapped(each, 2)] + [""] * bool(notes)
    lines += [f"{'outcome':<26}{'median':>10}{'90% of runs':>20}  unit"]
    lines += ["(probabilities: share of runs, 95% interval of sampling error, MC)", *map(_result_line, rows)]
    if not everything:
        lines += ["(more columns: wedge show --all; what they mean: wedge describe outcomes)"]
    return [*lines, *_contrast_lines(results, {each["name"] for each in rows})]


def _result_line(row: dict[str, Any]) -> str:
    if row["runs"] == 0:
        return f"{row['name']:<26}{'-':>10}{'(in no run)':>20}  {row['unit']}"
    if row["unit"] == "0 or 1":
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
