"""A scenario: a checked, frozen description of a world and of what is asked of it.

`load` reads a YAML file with all that it extends, applies overrides, checks everything, and raises
one `ScenarioError` with every fault. Read `build.py` next, which turns a scenario into a world.
"""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from . import layers, posterior, yamltext
from .calendar import Calendar
from .checking.checks import Checker
from .checking.form import form
from .checking.schema import MOST_ARMS
from .checking.sheet import told
from .errors import Fault, ScenarioError, WedgeError, nearest
from .posterior import Posterior
from .rules import GROUPS
from .yamltext import Document, Note, Path, shown

ARMS = ("question", "against")
DEFAULT = "abe_engagement"
KEEP_NULL = ((*ARMS, "*"),)
"""Where null is kept, to be applied later: inside an alternative, but not in place of one."""

NOT_IN_ARMS = (
    "format",
    "extends",
    "actors",
    "start",
    "end",
    "step",
    "seed",
    "runs",
    "luck",
    "question",
    "outcomes",
    "case",
)
"""What the arms of one question must have in common."""

ASKED = ("question", "case")
"""Sections that only a whole scenario has: its arms answer nothing by themselves."""

SHOWN_APART = ("seed=", "luck=")
"""Overrides that are told with the runs, not among the changes of a scenario."""


@dataclass(frozen=True)
class Scenario:
    """A scenario that has passed every check. `data` is plain, resolved and complete.

    `sets` are the overrides it was loaded with, beyond its file; `branch` tells of another scenario
    that it follows until a date; `kin` are the uncertainties of the scenario that it is held against.
    """

    name: str
    document: Document = field(repr=False)
    spec: Any = field(repr=False)
    sets: tuple[str, ...] = ()
    branch: Branch | None = None
    kin: tuple[str, ...] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The resolved file as plain data."""
        return self.document.data

    @property
    def calendar(self) -> Calendar:
        """Start, end and step."""
        return Calendar(self.spec.start, self.spec.end, self.spec.step)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The uncertainties that are dealt as quasi-random points, in order: alike in all arms of a question."""
        return tuple(self.uncertainties) if self.kin is None else self.kin

    @cached_property
    def posterior(self) -> Posterior | None:
        """The rows of parameters that runs are given, if any."""
        return posterior.of(self.data)

    @cached_property
    def uncertainties(self) -> dict[str, Any]:
        """What is drawn run by run, by path; the posterior, which replaces what it has values for, comes last."""
        return posterior.uncertainties(self.data)

    @property
    def actors(self) -> tuple[str, ...]:
        """Names of the actors, in the order of the file."""
        return tuple(self.spec.actors)

    def title(self, actor: str) -> str:
        """An actor's name for readers."""
        return self.spec.actors[actor].title or actor.replace("_", " ").title()

    def note(self, *path: str) -> Note:
        """Why a value is what it is, and its source, as far as the file says."""
        return self.document.notes.get(path, Note())

    def numbers(self) -> Iterator[tuple[Path, float, Note]]:
        """Every number of the scenario that bears on results, with its note."""
        for section in (
            "actors",
            "ties",
            "initial",
            "parameters",
            "policies",
            "events",
            "uncertainties",
        ):
            for path, value in yamltext.walk(self.data.get(section, {}), (section,)):
                listed = isinstance(value, list) and all(isinstance(each, int | float) for each in value)
                single = isinstance(value, int | float) and not isinstance(value, bool)
                if (single and path[-1] != "at" and not path[-1].isdigit()) or (listed and value):
                    yield path, value, self.note(*path)

    @cached_property
    def arms(self) -> dict[str, Scenario]:
        """The alternatives that the question asks about, by name, each a scenario of its own."""
        question = self.spec.question
        return {name: arm(self, name) for name in question.against} if question is not None else {}

    @cached_property
    def eventless(self) -> Scenario:
        """The same scenario without any event."""
        data = {key: value for key, value in self.data.items() if key not in ("events", *ASKED)}
        made = _sound(f"{self.name}, no events", Document(data, *yamltext.layers_of(self.document)))
        return replace(made, kin=self.coordinates)


@dataclass(frozen=True)
class Branch:
    """What a scenario grows from: it follows the trunk until a month, counted from year 0."""

    trunk: Scenario
    month: int

    @property
    def step(self) -> int:
        """The computed step that begins in that month."""
        calendar = self.trunk.calendar
        return next(k for k in range(calendar.steps) if calendar.months(k)[1] > self.month)


def shipped() -> FilePath:
    """The folder of the scenarios that come with the package."""
    inside = FilePath(str(importlib.resources.files("sim"))) / "shipped" / "scenarios"
    return inside if inside.is_dir() else FilePath(__file__).parent.parent / "scenarios"


def names() -> list[str]:
    """Names of the shipped scenarios; `base` and `board` are what they extend, no scenarios of their own."""
    return sorted(file.stem for file in shipped().glob("*.yaml") if file.stem not in ("base", "board"))


def case_names() -> list[str]:
    """Names of the shipped historical cases, which are scenarios too, in the order of the years they end in."""
    found = (file.stem for file in (shipped() / "cases").glob("*.yaml"))
    return sorted(found, key=lambda name: (name[-4:], name))


def load(where: str | FilePath = DEFAULT, sets: Sequence[str] = (), changes: Sequence[str] = ()) -> Scenario:
    """A scenario by shipped name or by file, with overrides ``path=value``.

    `changes` are further overrides, whose faults are told as those of ``--change``. Raises
    ScenarioError with every fault at file:line:column, or WedgeError where there is no file.
    """
    path = _located(str(where))
    document, faults = layers.attempt(path, shipped=shipped(), merging=merged, keep_null=KEEP_NULL)
    if document is None:
        raise ScenarioError(faults)
    for each, option in [*((each, "--set") for each in sets), *((each, "--change") for each in changes)]:
        document, more = merged(document, override(each, option))
        faults += more
    kept = tuple(each.strip() for each in (*sets, *changes) if not each.startswith(SHOWN_APART))
    return replace(_sound(path.stem, document, faults), sets=kept)


def dealing(seed: int | None, luck: str | None) -> list[str]:
    """The overrides that deal other luck: another seed, another kind, or neither."""
    given = {"seed": seed, "luck": luck}
    return [f"{key}={value}" for key, value in given.items() if value is not None]


def from_data(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """A scenario from plain data (a resolved file, as in a manifest).

    Raises ScenarioError with every fault, all at the beginning of a file of that name.
    """
    return _sound(name, yamltext.override(dict(data), file=name))


def altered(scenario: Scenario, name: str, sections: Mapping[str, Any]) -> Scenario:
    """The scenario under another name with whole sections replaced, or left out where they are None.

    With another question it is no historical case any more. Raises ScenarioError with every fault that comes of it.
    """
    sections = {"case": None, **sections} if "question" in sections else sections
    data = {key: value for key, value in {**scenario.data, **sections}.items() if value is not None}
    made = _sound(name, Document(data, *_layers(scenario.document)))
    return replace(made, sets=scenario.sets, kin=scenario.kin)


def overridden(scenario: Scenario, name: str, changes: Sequence[str], option: str = "--set") -> Scenario:
    """A loaded scenario under another name with overrides ``path=value``, whose faults are told as those of `option`.

    Raises ScenarioError with every fault that comes of it, or WedgeError for what is no override.
    """
    document, faults = scenario.document, list[Fault]()
    for each in changes:
        document, more = merged(document, override(each, option))
        faults += more
    return replace(_sound(name, document, faults), sets=(*scenario.sets, *changes))


def arm(scenario: Scenario, name: str) -> Scenario:
    """The scenario changed by one alternative of its question."""
    document, faults = _changed(scenario.document, name)
    return replace(_sound(name, document, faults), kin=scenario.coordinates)


def _changed(document: Document, name: str) -> tuple[Document, list[Fault]]:
    """A file changed by one alternative, and what is wrong with the change itself."""
    return differing(document, yamltext.subtree(document, (*ARMS, name)), name.replace("_", " "))


def differing(document: Document, changes: Document, title: str) -> tuple[Document, list[Fault]]:
    """A file with differences laid over it and without its question, and what is wrong with them."""
    faults = [
        changes.key_marks[key,].fault(f"an alternative cannot change {key!r}; write a scenario of its own")
        for key in changes.data
        if key in NOT_IN_ARMS
    ]
    data = {key: value for key, value in changes.data.items() if key not in NOT_IN_ARMS}
    result, more = merged(document, Document({"title": title, **data}, *_layers(changes)))
    bare = {key: value for key, value in result.data.items() if key not in ASKED}
    return Document(bare, *_layers(result)), faults + more


def merged(parent: Document, child: Document) -> tuple[Document, list[Fault]]:
    """A document with another's differences; a number that the child gives is no longer uncertain.

    What it gives, number or uncertainty, is no longer taken from its parent's posterior either; but a
    posterior that it names replaces all that is said of its paths, by itself and by its parent.
    """
    (parent, faults), (child, more) = (posterior.inlined(each, shipped()) for each in (parent, child))
    uncertain, again = (each.data.get("uncertainties") for each in (parent, child))
    parent = Document(posterior.freed(parent.data, _given(parent, child)), *_layers(parent))
    if isinstance(uncertain, dict):
        kept = {
            path: value
            for path, value in uncertain.items()
            if not _gives(child.data, path.split(".")) or path in (again if isinstance(again, dict) else {})
        }
        parent = Document({**parent.data, "uncertainties": kept}, *_layers(parent))
    result, others = layers.merge(parent, child, whole=_whole, keep_null=KEEP_NULL)
    return result, [*faults, *more, *others]


def _given(parent: Document, child: Document) -> list[str]:
    """The paths of the parent's posterior that the child gives a number or an uncertainty for."""
    found, uncertain = posterior.of(parent.data), child.data.get("uncertainties")
    again = uncertain if isinstance(uncertain, dict) else {}
    kept = found.kept if found is not None else ()
    return [path for path in kept if _gives(child.data, path.split(".")) or again.get(path) is not None]


def _gives(data: Any, path: list[str]) -> bool:
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True


def _whole(path: Path, parent: Any, child: Any) -> bool:
    """Whether a mapping replaces its parent's: another policy or measure, a distribution, alternatives."""
    if path == ARMS:
        return True
    if path == posterior.KEY:
        return "table" in child
    if path[:1] == ("uncertainties",):
        return len(path) == 2
    if path[:1] == ("policies",) and len(path) == 3:
        return child.get("policy", parent.get("policy")) != parent.get("policy")
    if path[:1] == ("outcomes",) and len(path) == 2:
        return child.get("measure", parent.get("measure")) != parent.get("measure")
    return False


def _sound(name: str, document: Document, faults: Sequence[Fault] = ()) -> Scenario:
    """The scenario; raises ScenarioError with these faults and all others, its alternatives' included."""
    document, more = posterior.inlined(document, shipped())
    spec, found = examined(document, [*faults, *more])
    alternatives = dict(_alternatives(document, found))
    if found := found + [fault for _, others in alternatives.values() for fault in others]:
        raise ScenarioError(found)
    scenario = Scenario(name, document, spec)
    kin = scenario.coordinates
    scenario.__dict__["arms"] = {key: replace(each, kin=kin) for key, (each, _) in alternatives.items()}
    return scenario


def examined(document: Document, faults: Sequence[Fault]) -> tuple[Any, list[Fault]]:
    """A file as a model, and its faults; at places where reading it failed nothing more is said."""
    shape = form(document)
    found = shape.faults + Checker(document, shape.strangers).faults()
    places = {_place(each) for each in faults}
    return shape.spec, [*faults, *(each for each in found if _place(each) not in places)]


def _alternatives(
    document: Document, known: Sequence[Fault]
) -> Iterator[tuple[str, tuple[Scenario, list[Fault]]]]:
    """Each alternative of a file's question as a scenario, with the faults that the file has not."""
    question = document.data.get("question")
    against = question.get("against") if isinstance(question, dict) else None
    named = against if isinstance(against, dict) and len(against) <= MOST_ARMS else {}
    for name, changes in named.items():
        if isinstance(changes, dict):
            changed, faults = _changed(document, name)
            spec, found = examined(changed, faults)
            new = [each for each in found if not _said(each, known)]
            yield name, (Scenario(name, changed, spec), _of_arm(document, name, new))


def _said(fault: Fault, known: Sequence[Fault]) -> bool:
    """Whether a fault, or another at its place, is told already; plain data has only one place."""
    return any(
        fault.message == each.message or (_place(fault) == _place(each) and fault.column > 1)
        for each in known
    )


def _of_arm(document: Document, name: str, faults: Sequence[Fault]) -> list[Fault]:
    """Faults of an alternative; those that stand outside of it are told with its name."""
    if not faults:
        return []
    path = (*ARMS, name)
    layers_ = yamltext.layers_of(document)[:2]
    marks = {(m.file, m.line, m.column) for layer in layers_ for at, m in layer.items() if at[:3] == path}
    told_ = f"in the alternative {shown(name)}: "
    return [each if _place(each) in marks else replace(each, message=told_ + each.message) for each in faults]


def _place(fault: Fault) -> tuple[str, int, int]:
    return fault.file, fault.line, fault.column


def _layers(document: Document) -> tuple[dict[Path, Any], dict[Path, Any], dict[Path, Any]]:
    return yamltext.layers_of(document)


def _located(where: str) -> FilePath:
    if FilePath(where).suffix in (".yaml", ".yml"):
        return FilePath(where)
    if where in (*names(), "base"):
        return shipped() / f"{where}.yaml"
    if where in case_names():
        return shipped() / "cases" / f"{where}.yaml"
    if (shipped().parent / "experiments" / f"{where}.yaml").is_file():
        raise WedgeError(f"{where} is an experiment, not a scenario; try: wedge sweep {where}")
    beside = shown(f"{where}.yaml") if len(where) < 200 and os.path.isfile(f"{where}.yaml") else ""
    near = f"; did you mean {beside}?" if beside else nearest(where, [*names(), *case_names()])
    raise WedgeError(
        f"there is no scenario called {shown(where)}{near}; "
        f"give a file that ends in .yaml, or one of {', '.join(names())}"
    )


def override(text: str, option: str = "--set") -> Document:
    """``path=value`` as a document; the value is read as in a file. Raises WedgeError for other text."""
    path, equals, _ = text.partition("=")
    keys = keys_of(path.strip())
    if keys[0] in GROUPS:
        raise WedgeError(f"{option} {text}: did you mean parameters.{text}?")
    if not equals or not all(keys):
        raise WedgeError(
            f"{option} {shown(text)}: expected path=value, for instance parameters.isolation.weight=0.5"
        )
    return overriding(keys, text, option)


def overriding(keys: list[str], text: str, option: str = "--set") -> Document:
    """``path=value`` as a document, its path made of these keys."""
    path, _, value = text.partition("=")
    named = f"{option} {told(path)}"
    given = yamltext.from_text(f"{'v:':<{max(len(path) + 1, 3)}}{value.strip() or '~'}", named).data
    if list(given) != ["v"]:
        raise WedgeError(f"{named}: the value must be one value on one line")
    data = given["v"]
    for key in reversed(keys):
        data = {key: data}
    return yamltext.override(data, file=named)


def keys_of(path: str) -> list[str]:
    """The keys of a path; what is itself a path, under uncertainties and in events, is one key."""
    keys = path.split(".")
    whole = {"uncertainties": 1, "events": 3 if keys[2:3] in (["set"], ["add"]) else len(keys)}
    first = whole.get(keys[0], len(keys))
    return [*keys[:first], ".".join(keys[first:])] if len(keys) > first else keys
