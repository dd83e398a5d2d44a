"""A scenario: a checked, frozen description of a world and of what is asked of it.

`load` reads a YAML file with all that it extends, applies overrides, checks everything, and raises
one `ScenarioError` with every fault. Read `build.py` next, which turns a scenario into a world.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from . import layers, yamltext
from .calendar import Calendar
from .checks import Checker, form
from .errors import Fault, ScenarioError, WedgeError, nearest
from .yamltext import Document, Note, Path

ARMS = ("question", "against")
DEFAULT = "abe_engagement"
NOT_IN_ARMS = (
    "format",
    "extends",
    "actors",
    "start",
    "end",
    "step",
    "seed",
    "runs",
    "question",
    "outcomes",
)
"""What the arms of one question must have in common."""


@dataclass(frozen=True)
class Scenario:
    """A scenario that has passed every check. `data` is plain, resolved and complete."""

    name: str
    document: Document
    spec: Any

    @property
    def data(self) -> dict[str, Any]:
        """The resolved file as plain data."""
        return self.document.data

    @property
    def calendar(self) -> Calendar:
        """Start, end and step."""
        return Calendar(self.spec.start, self.spec.end, self.spec.step)

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
        if self.spec.question is None:
            return {}
        return {name: arm(self, name) for name in self.spec.question.against}

    @cached_property
    def eventless(self) -> Scenario:
        """The same scenario without any event."""
        data = {key: value for key, value in self.data.items() if key not in ("events", "question")}
        return _checked(f"{self.name}, no events", Document(data, *yamltext.layers_of(self.document)))


def shipped() -> FilePath:
    """The folder of the scenarios that come with the package."""
    inside = FilePath(str(importlib.resources.files("sim"))) / "shipped" / "scenarios"
    return inside if inside.is_dir() else FilePath(__file__).parent.parent / "scenarios"


def names() -> list[str]:
    """Names of the shipped scenarios; `base` is what they extend, no scenario of its own."""
    return sorted(file.stem for file in shipped().glob("*.yaml") if file.stem != "base")


def load(where: str | FilePath = DEFAULT, sets: Sequence[str] = ()) -> Scenario:
    """A scenario by shipped name or by file, with overrides ``path=value``.

    Raises ScenarioError with every fault at file:line:column, or WedgeError where there is no file.
    """
    path = _located(str(where))
    resolved = layers.resolve(path, shipped=shipped(), merging=merged, keep_null=(ARMS,))
    for each in sets:
        resolved, faults = merged(resolved, _override(each))
        if faults:
            raise ScenarioError(faults)
    scenario = _checked(path.stem, resolved)
    _ = scenario.arms
    return scenario


def from_data(data: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """A scenario from plain data (a resolved file, as in a manifest)."""
    return _checked(name, yamltext.override(dict(data), file=name))


def arm(scenario: Scenario, name: str) -> Scenario:
    """The scenario changed by one alternative of its question."""
    changes = yamltext.subtree(scenario.document, (*ARMS, name))
    shared = [key for key in changes.data if key in NOT_IN_ARMS]
    if shared:
        raise ScenarioError(
            [
                changes.key_marks[key,].fault(
                    f"an alternative cannot change {key!r}; write a scenario of its own"
                )
                for key in shared
            ]
        )
    data = {key: value for key, value in changes.data.items() if key != "title"}
    inner = Document(data, changes.key_marks, changes.marks, changes.notes)
    result, faults = merged(scenario.document, inner)
    if faults:
        raise ScenarioError(faults)
    bare = {key: value for key, value in result.data.items() if key != "question"}
    title = changes.data.get("title", name.replace("_", " "))
    return _checked(name, Document({**bare, "title": title}, *yamltext.layers_of(result)))


def merged(parent: Document, child: Document) -> tuple[Document, list[Fault]]:
    """A document with another's differences; a number that the child gives is no longer uncertain."""
    fixed = [path for path in parent.data.get("uncertainties", {}) if _gives(child.data, path.split("."))]
    again = child.data.get("uncertainties", {})
    kept = {
        path: value
        for path, value in parent.data.get("uncertainties", {}).items()
        if path not in fixed or path in (again if isinstance(again, dict) else {})
    }
    if fixed and isinstance(parent.data["uncertainties"], dict):
        parent = Document({**parent.data, "uncertainties": kept}, *yamltext.layers_of(parent))
    return layers.merge(parent, child, whole=_whole, keep_null=(ARMS,))


def _gives(data: Any, path: list[str]) -> bool:
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True


def _whole(path: Path, parent: Any, child: Any) -> bool:
    """Whether a mapping replaces its parent's: another policy, any distribution, another measure."""
    if path[:1] == ("uncertainties",):
        return len(path) == 2
    if path[:1] == ("policies",) and len(path) == 3:
        return child.get("policy", parent.get("policy")) != parent.get("policy")
    if path[:1] == ("outcomes",) and len(path) == 2:
        return child.get("measure", parent.get("measure")) != parent.get("measure")
    return False


def _checked(name: str, document: Document) -> Scenario:
    spec, faults = form(document)
    if spec is None:
        raise ScenarioError(faults)
    faults = list(Checker(document, spec).faults())
    if faults:
        raise ScenarioError(faults)
    return Scenario(name, document, spec)


def _located(where: str) -> FilePath:
    if FilePath(where).suffix not in (".yaml", ".yml"):
        file = shipped() / f"{where}.yaml"
        if not file.is_file():
            raise WedgeError(
                f"{where}: no such scenario; give a .yaml file or one of {', '.join(names())}{nearest(where, names())}"
            )
        return file
    return FilePath(where)


def _override(text: str) -> Document:
    """``path=value`` as a document; the value is read as in a file."""
    path, equals, value = text.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise WedgeError(f"--set {text}: expected path=value, for instance parameters.isolation.weight=0.5")
    read = yamltext.from_text(f"value_given: {value.strip() or '~'}", f"--set {path}").data["value_given"]
    for key in reversed(keys):
        read = {key: read}
    return yamltext.override(read, file=f"--set {text}")
