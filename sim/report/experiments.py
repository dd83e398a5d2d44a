"""An experiment in words, from a sweep's manifest: ranges and who says so, levers, design, luck, scenario.

Manifests of before sources were kept have none; then that is said in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .. import experiment, yamltext
from ..analyses.base import short_paths
from ..analyses.telling import count, listed, plain_number
from ..answer import SHARE
from ..calendar import Calendar
from ..charts.findings.parts import minus
from ..distributions import Distribution
from ..errors import ScenarioError
from ..experiment.plan import Plan
from ..rules import declared
from ..yamltext import Document, Note, Path
from .page import Block, Section, Table

UNSAID = "not said"
SHAPES = {
    "uniform": "{0} to {1}",
    "log_uniform": "{0} to {1}, in logarithms",
    "triangular": "{0} to {2}, most likely {1}",
    "normal": "normal, mean {0}, standard deviation {1}",
}
"""Distributions in words, uniform ones by their ends alone; the others are a list of values."""


def said_of(told: Mapping[str, Any]) -> Document | None:
    """The experiment's file with its notes; None where the manifest does not hold it."""
    return _document(str(told.get("file", "")))


@lru_cache(maxsize=1)
def _document(text: str) -> Document | None:
    try:
        return yamltext.from_text(text, "experiment") if text else None
    except ScenarioError:
        return None


def file_of(told: Mapping[str, Any]) -> str:
    """What `wedge sweep` is to be given: the name of a shipped experiment, else a file."""
    name = str(told["experiment"])
    if name in experiment.names():
        text = (experiment.shipped() / f"{name}.yaml").read_text(encoding="utf-8-sig")
        if text == told.get("file"):
            return name
    return f"{name}.yaml"


# --- inputs ---------------------------------------------------------------------------------------


def inputs_of(told: Mapping[str, Any]) -> list[dict[str, str]]:
    """Every uncertain input: path, range, the scenario's own number, why and source, in words."""
    plan = Plan.from_data(told["definition"]["plan"])
    notes = _notes(told)
    found = []
    for each in plan.inputs:
        said = notes.get(each.path, Note())
        known = _declared(each.path)
        found.append({
            "path": short_paths(each.path), "range": minus(spread(each.shape)),
            "nominal": minus(plain_number(each.nominal)) if each.nominal == each.nominal else "none",
            "why": said.why, "source": said.source or known,
        })  # fmt: skip
    return found


def _notes(told: Mapping[str, Any]) -> dict[str, Note]:
    """Notes of uncertainties by path: the experiment's own, else the scenario's."""
    found: dict[str, Note] = {}
    for each in told.get("numbers", []):
        head, _, rest = each["path"].partition(".")
        if head == "uncertainties":
            # The last word is that of the distribution.
            found[rest.rpartition(".")[0]] = Note(each["why"], each["source"])
    document = said_of(told)
    for path, note in document.notes.items() if document is not None else ():
        if path[0] == "uncertainties" and len(path) > 1:
            found[path[1]] = note
    return found


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    """Who says what is plausible, by group and name of a parameter."""
    return {f"{group}.{each.name}": each.source for group, each in declared()}


def _declared(path: str) -> str:
    """The declared source of the parameter that a path sets, or ''."""
    words = path.removeprefix("parameters.").split(".")
    return _sources().get(".".join(words[:2]), "") if len(words) > 1 else ""


def spread(shape: Distribution) -> str:
    """A distribution in words."""
    numbers = [plain_number(each) for each in shape.numbers]
    if shape.shape == "row":
        return f"a row of a table, 1 to {shape.high:,.0f}"
    told = SHAPES.get(shape.shape)
    return f"one of {', '.join(numbers)}" if told is None else told.format(*numbers)


# --- levers ---------------------------------------------------------------------------------------


def _levers(told: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Every setting of every lever, with what it is called, what it sets, and why."""
    document = said_of(told)
    rows: list[tuple[str, ...]] = []
    for lever in told["levers"]:
        section = "causes" if lever["cause"] else "levers"
        sets = ""
        if document is not None and not lever["cause"]:
            sets = str(document.data.get("levers", {}).get(lever["name"], {}).get("path", ""))
        if lever["values"]:
            words = "; ".join(
                [
                    *_said_about(document, section, lever["name"], ""),
                    *([f"sets {short_paths(sets)}"] if sets else []),
                ]
            )
            rows.append((lever["title"], minus(", ".join(lever["settings"])), words))
            continue
        for k, setting in enumerate(lever["settings"]):
            title = lever["titles"].get(setting, setting.replace("_", " "))
            words = "; ".join(_said_about(document, section, lever["name"], setting))
            rows.append((lever["title"] if k == 0 else "", minus(title), words))
    return rows


def _said_about(document: Document | None, section: str, lever: str, setting: str) -> list[str]:
    """Why and source of a setting, each once, and what it changes where it is a difference."""
    if document is None:
        return []
    inside = ("without",) if section == "causes" else ("settings", setting)
    if section == "causes" and setting == "present":
        return []
    here: Path = (section, lever, *inside)
    notes = [note for path, note in document.notes.items() if path[: len(here)] == here]
    if not notes and section == "levers":
        notes = [note for path, note in document.notes.items() if path == (section, lever, "values")]
    words = [each for note in notes for each in (note.why, note.source) if each]
    return list(dict.fromkeys(words))


# --- sections -------------------------------------------------------------------------------------


def the_experiment(told: Mapping[str, Any]) -> Section:
    """Design, luck, levers, uncertainties and outcomes."""
    plan = Plan.from_data(told["definition"]["plan"])
    design = " ".join((type(plan.design).__doc__ or "").partition("\n\n")[0].split())
    options = len(told["choices"])
    blocks: list[Block] = [
        f"Each of {count(options, 'option')} (what governments may choose) was run in each of "
        f"{count(plan.points, 'world')} (what nobody controls), {count(plan.replications, 'time')} with other "
        f"luck: {plan.size * options:,} runs in all. The worlds are a design of kind {plan.design.kind}: "
        f"{design[:1].lower()}{design[1:]}",
        _luck(plan, options),
    ]
    if plan.constraints:
        blocks.append(f"Only worlds that keep {listed([each.text for each in plan.constraints])} were run.")
    if told["levers"]:
        head = ("lever", "setting", "why, and who says so")
        blocks.append(Table(head, _levers(told), "What governments may choose", words=3))
    inputs = inputs_of(told)
    if inputs:
        rows = [(each["path"], each["range"], each["nominal"], _because(each)) for each in inputs]
        caption = "What nobody controls: uncertain inputs and their ranges (values alike likely unless told otherwise)"
        names = ("input", "range", "in the scenario", "source of the range, and why it is asked about")
        blocks.append(Table(names, rows, caption, words=4))
    columns = [(name, "share of runs" if unit == SHARE else minus(unit), meaning, of_whom(told, name))
               for name, (unit, meaning) in told["columns"].items()]  # fmt: skip
    blocks.append(Table(("outcome", "unit", "meaning", "of whom"), columns, "What is measured", words=4))
    return Section("The experiment", blocks)


def _because(each: Mapping[str, str]) -> str:
    """Who says so, and why an input is asked about."""
    return "; ".join(filter(None, (each["source"] or UNSAID, each["why"])))


def of_whom(told: Mapping[str, Any], column: str) -> str:
    """What an outcome measures and the actors in it, by their parts; '' for a column beside an outcome's first."""
    data = next(iter(told["definition"]["options"].values()))
    given = data.get("outcomes", {}).get(column, {})
    parts = []
    for key, value in given.items():
        names = value if isinstance(value, list) else [value]
        if key != "measure" and all(each in data["actors"] for each in names):
            parts.append(f"{key} {listed([_actor(data, each) for each in names])}")
    measure = str(given.get("measure", "")).replace("_", " ")
    return f"{measure}: {', '.join(parts)}" if parts else measure


def _luck(plan: Plan, options: int) -> str:
    """Whose luck runs have."""
    between = "All options of a world have the same luck, so that a difference between options is due to them alone. "
    head = between if options > 1 else ""
    return head + (
        "Every world has luck of its own."
        if plan.own_luck
        else "All worlds share the luck of the same replications, so that a difference between worlds is due "
        "to them alone."
    )


def base_scenario(told: Mapping[str, Any]) -> list[Section]:
    """The scenario behind an experiment, as its first option has it; and its numbers with their sources, folded."""
    data = next(iter(told["definition"]["options"].values()))
    actors = [each.get("title") or name.replace("_", " ").title() for name, each in data["actors"].items()]
    first, step = told["choices"][0]["title"], data.get("step", Calendar.step)
    blocks: list[Block] = [
        *([told["description"]] if told.get("description") else []),
        f"The scenario {told['scenario']} goes from {data['start']} to {data['end']} by {step}s, with "
        f"{count(len(actors), 'actor')}: {listed(actors)}. Told as the first option has it: {minus(first)}.",
    ]
    if data.get("events"):
        order = sorted(data["events"].items(), key=lambda item: str(item[1].get("at", "")))
        rows = [
            (_date(each), each.get("label") or name.replace("_", " "), minus(_moves(each)))
            for name, each in order
        ]
        blocks.append(Table(("from", "event", "what it changes"), rows, "Events of the scenario", words=3))
    policies = [(_actor(data, actor), _actor(data, target), str(each["policy"]))
                for actor, row in data.get("policies", {}).items() for target, each in row.items()]  # fmt: skip
    if policies:
        blocks.append(Table(("actor", "toward", "policy"), policies, "Policies that are set", words=3))
    return [Section("The scenario behind it", blocks), _numbers(told)]


def _actor(data: Mapping[str, Any], name: str) -> str:
    return str(data["actors"].get(name, {}).get("title") or name.replace("_", " ").title())


def _date(event: Mapping[str, Any]) -> str:
    """When an event comes, on one line."""
    return str(event.get("at", "")).replace("-", "\N{NON-BREAKING HYPHEN}")


def _moves(event: Mapping[str, Any]) -> str:
    """What an event sets and adds."""
    sets = [
        f"{short_paths(path)} = {plain_number(value)}" for path, value in (event.get("set") or {}).items()
    ]
    adds = [f"{short_paths(path)} {value:+g}" for path, value in (event.get("add") or {}).items()]
    return "; ".join([*sets, *adds])


def _numbers(told: Mapping[str, Any]) -> Section:
    """Every number of the scenario with its source."""
    title = "Numbers of the scenario and their sources"
    if "numbers" not in told:
        return Section(
            title,
            [f"This sweep has kept no sources; see: wedge check {told['scenario']} --sources"],
            folded=True,
        )
    rows = [(short_paths(each["path"]), minus(_value(each["value"])), each["why"], each["source"] or UNSAID)
            for each in told["numbers"]]  # fmt: skip
    return Section(title, [Table(("number", "value", "why", "source"), rows, words=4)], folded=True)


def _value(value: Any) -> str:
    return ", ".join(map(_value, value)) if isinstance(value, list) else f"{value:g}"
