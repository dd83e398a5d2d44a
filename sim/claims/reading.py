"""How a claim file is read: as an experiment whose lever is the claim's arms.

A claim is a thin layer: its scenario, changes, arms and free ranges are an experiment's, read by the
experiment's own reader with the places of the claim file. What is a claim's alone is checked here.
All faults are told together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path as FilePath
from typing import Any

from .. import scenario as scenarios
from ..answer import described
from ..checking.form import form
from ..checking.sheet import Sheet, is_number, offer
from ..distributions import SHAPES, Distribution, problem
from ..errors import Fault, ScenarioError, WedgeError, nearest
from ..experiment.reading import WORDS_ONLY, Reader, placed
from ..outcomes import IssueHelp, outcomes
from ..scenario import Scenario, examined, merged
from ..yamltext import Document, Path, layers_of, load, shown
from .form import document as model

ARMS = {"super_additive": (4, 4, "four arms: both, the first alone, the second alone, neither")}
PAIR = (2, 3, "two or three arms; the effect is the first less the last")
OUTCOMES = "outcomes."
MOST_WORDS = 14

MOVED: dict[str, Path] = {
    "title": ("title",), "claim": ("question",), "scenario": ("scenario",), "changes": ("changes",),
    "seed": ("seed",), "arms": ("levers", "arm", "settings"), "outcome": ("outcomes", "0"), "free": ("uncertainties",),
}  # fmt: skip
"""Where in an experiment the parts of a claim belong."""


@dataclass
class ClaimReader:
    """What is found in a claim file, and what is wrong with it."""

    document: Document
    folder: FilePath
    faults: list[Fault] = field(default_factory=list)
    spec: Any = None
    arms: dict[str, Scenario] = field(default_factory=dict)
    zero: dict[str, Scenario] = field(default_factory=dict)
    alternative: dict[str, Scenario] = field(default_factory=dict)
    weights: dict[str, Distribution] = field(default_factory=dict)
    columns: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        """The file, read as far as it can be."""
        return Sheet(self.document)

    def everything(self) -> None:
        """Read the whole file."""
        found = form(self.document, model())
        self.spec = found.spec
        self._tell(found.faults)
        self._own()
        experiment = Reader(as_experiment(self.document), self.folder)
        experiment.everything()
        self._tell(experiment.faults)
        self.arms = {
            each.settings.get("arm", each.name): scenario
            for each, scenario in zip(experiment.options, experiment.scenarios, strict=False)
        }
        base = next(iter(self.arms.values()), None) or self._bare()
        if base is None:
            return
        self.columns = described(base)
        self._tell(self._names())
        self.weights = dict(self._weights(base))
        self.zero, self.alternative = (self._set(value) for value in ("zero", "alternative"))

    def _bare(self) -> Scenario | None:
        """The scenario without what the claim makes of it, to know its outcomes where the arms are faulty."""
        where = self.sheet.value("scenario")
        try:
            named = self.folder / where if where.endswith((".yaml", ".yml")) else where
            return scenarios.load(named)
        except (AttributeError, WedgeError):
            return None

    def _tell(self, faults: Any) -> None:
        """Take in faults at places where nothing is told yet."""
        known = {(each.file, each.line, each.column) for each in self.faults}
        self.faults += [each for each in faults if (each.file, each.line, each.column) not in known]

    def _own(self) -> None:
        """Check the arms' number and the length of quotations."""
        low, high, wanted = ARMS.get(str(self.sheet.value("expected")), PAIR)
        count = len(self.sheet.mapping("arms"))
        if count and not low <= count <= high:
            self._tell([self.sheet.key("arms").fault(f"there are {count} arms; expected {wanted}")])
        said = self.sheet.value("said")
        for k, each in enumerate(said if isinstance(said, list) else []):
            quote = each.get("quote") if isinstance(each, dict) else None
            if isinstance(quote, str) and len(quote.split()) > MOST_WORDS:
                told = f"the quotation has {len(quote.split())} words; expected at most {MOST_WORDS}"
                self._tell([self.sheet.at("said", str(k), "quote").fault(told)])

    def _names(self) -> Iterator[Fault]:
        """Check the outcomes that are named beside the main one."""
        for k, name in enumerate(self.sheet.value("beside") or []):
            if isinstance(name, str) and name not in self.columns:
                yield self.sheet.at("beside", str(k)).fault(no_outcome(name, self.columns))
        main = self.sheet.value("outcome")
        if isinstance(main, str) and main not in self.columns:
            yield self.sheet.at("outcome").fault(no_outcome(main, self.columns))
        judged = [self.sheet.value("outcome"), *(self.sheet.value("beside") or [])]
        for name in self.sheet.mapping("identity"):
            if name not in judged:
                told = f"{shown(name)} is no outcome of this claim{offer(name, list(map(str, judged)))}"
                yield self.sheet.key("identity", name).fault(told)

    # --- weights of an outcome that are free -------------------------------------------------------

    def _weights(self, base: Scenario) -> Iterator[tuple[str, Distribution]]:
        for path, shape in self.sheet.mapping("free").items():
            if path.startswith(OUTCOMES):
                wrong, found = self._weight(base, path, shape)
                if wrong:
                    self._tell([self.sheet.key("free", path).fault(wrong)])
                elif found is not None:
                    yield path, found

    def _weight(self, base: Scenario, path: str, given: Any) -> tuple[str, Distribution | None]:
        name, _, weight = path.removeprefix(OUTCOMES).partition(".")
        measured = base.data["outcomes"]
        if name not in measured:
            return f"{shown(path)}: there is no outcome called {shown(name)}{nearest(name, measured)}", None
        kind = outcomes()[measured[name]["measure"]]
        numbers = {each.name: each.metadata["number"] for each in fields(kind) if "number" in each.metadata}
        if kind is not IssueHelp or weight not in numbers:
            valid = [each for each in numbers if kind is IssueHelp]
            return f"{shown(path)} cannot be free; only weights of issue_help can{offer(weight, valid)}", None
        if not isinstance(given, dict) or len(given) != 1 or next(iter(given)) not in SHAPES:
            return f"{path} is {shown(given)}; expected one of {', '.join(SHAPES)} with its numbers", None
        ((shape, values),) = given.items()
        wrong = problem(shape, values)
        return wrong, None if wrong else Distribution(shape, tuple(map(float, values)), *numbers[weight])

    # --- the parameters that carry the sign ---------------------------------------------------------

    def _set(self, value: str) -> dict[str, Scenario]:
        """The arms with every sign-carrying parameter at one of its two values."""
        made = {name: self._arm(name, each, value) for name, each in self.arms.items()}
        if not self.faults and _plain(made) == _plain(self.arms):
            told = f"at {value} nothing changes; does a policy or an arm override it?"
            self._tell([self.sheet.key("signs").fault(told)])
        return made

    def _arm(self, name: str, scenario: Scenario, value: str) -> Scenario:
        document = scenario.document
        for path in self.sheet.mapping("signs"):
            number = self.sheet.mapping("signs", path).get(value, 0.0)
            if not is_number(number):
                continue
            mark = self.sheet.at("signs", path, value)
            document, faults = merged(document, placed(path, number, mark, self.sheet.key("signs", path)))
            self._tell(faults)
        spec, faults = examined(document, [])
        self._tell(faults)
        return Scenario(name, document, spec)


def no_outcome(name: str, columns: dict[str, Any]) -> str:
    """That there is no such column of outcomes."""
    return f"there is no outcome called {shown(name)}{nearest(name, columns)}"


def _plain(arms: dict[str, Scenario]) -> str:
    bare = [{key: part for key, part in each.data.items() if key not in WORDS_ONLY} for each in arms.values()]
    return json.dumps(bare, sort_keys=True)


def as_experiment(document: Document) -> Document:
    """The parts of a claim that are an experiment's, each with its place in the claim file."""
    data: dict[str, Any] = {
        "format": 1, "title": "-", "question": "-", "others": "in_design", "luck": "own",
        "design": {"kind": "monte_carlo", "points": 1},
    }  # fmt: skip
    for part, path in MOVED.items():
        if part in document.data:
            _put(data, path, document.data[part])
    free = data.get("uncertainties")
    if isinstance(free, dict):
        data["uncertainties"] = {key: each for key, each in free.items() if not key.startswith(OUTCOMES)}
    layers = [_moved(layer) for layer in layers_of(document)]
    layers[1][()] = document.marks[()]
    return Document(data, *layers)


def _put(data: dict[str, Any], path: Path, value: Any) -> None:
    if path == MOVED["outcome"]:
        data["outcomes"] = [value]
        return
    for key in path[:-1]:
        data = data.setdefault(key, {})
    data[path[-1]] = value


def _moved(layer: dict[Path, Any]) -> dict[Path, Any]:
    return {(*MOVED[path[0]], *path[1:]): each for path, each in layer.items() if path and path[0] in MOVED}


def read(path: FilePath) -> ClaimReader:
    """A claim file as far as it can be read. Raises ScenarioError with all faults where there are any."""
    document, faults = load(str(path))
    if document is None:
        raise ScenarioError(faults)
    found = ClaimReader(document, path.parent, list(faults))
    found.everything()
    if found.faults:
        raise ScenarioError([replace(each, message=_worded(each.message)) for each in found.faults])
    return found


def _worded(message: str) -> str:
    """An experiment's fault in a claim's words."""
    return message.replace("an experiment", "a claim").replace("the options ", "the arms ")
