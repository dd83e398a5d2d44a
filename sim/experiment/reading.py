"""How an experiment file is read: form first, then the scenario, the options, the inputs, the analyses.

A `Reader` goes on as far as the file allows, so that all faults are told together, each at its place
in the experiment's file or in the scenario's. Read `definition.py` first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from math import isfinite
from pathlib import Path as FilePath
from typing import Any

from .. import posterior
from .. import scenario as scenarios_
from ..analyses import Analysis, analyses
from ..answer import described
from ..build import distributions, nominal
from ..checking.form import form
from ..checking.sheet import Sheet, is_number, offer
from ..designs import MOST_HELD, MOST_POINTS, Csv, Design, Input, Inputs, OneAtATime, designs
from ..errors import Fault, ScenarioError, WedgeError, nearest
from ..layers import merge
from ..scenario import Scenario, differing, examined, keys_of, merged
from ..study import Lever, Option
from ..yamltext import Document, Mark, Path, layers_of, load, shown, subtree
from .constraints import Constraint, problem
from .form import SPREAD
from .form import Lever as LeverForm
from .form import document as model
from .plan import Plan, with_rows

WORDS_ONLY = ("title", "description", "question")
"""What of a scenario does not bear on results."""

MOST_OPTIONS, MOST_RUNS = 2000, 10**9
AT_WORK, TAKEN_AWAY = "present", "absent"
"""The settings of a cause."""

NAMED = {"side": "input or lever with numbers"}
"""What a setting of an analysis names, where its own word would not do."""

LUCK = (
    "the scenario's luck is {}, but an experiment has points and replications of its own, on plain luck; name a "
    "scenario without it, or one that extends this one with luck: plain"
)
"""Why a scenario of runs that hang together cannot be swept."""

EMPTY = Document({}, {}, {}, {})
DIFFERENCES: tuple[Path, ...] = (("changes",), ("levers", "*", "settings", "*"), ("causes", "*", "without"))
"""Where null stands for the removal of something from the scenario."""


@dataclass
class Reader:
    """What is found in an experiment file, and what is wrong with it."""

    document: Document
    folder: FilePath
    faults: list[Fault] = field(default_factory=list)
    spec: Any = None
    levers: tuple[Lever, ...] = ()
    options: tuple[Option, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    inputs: Inputs = ()
    told: list[Fault] = field(default_factory=list)
    outcomes: dict[str, tuple[str, str]] = field(default_factory=dict)
    plan: Any = None
    analyses: dict[str, Analysis] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        """The file, read as far as it can be."""
        return Sheet(self.document)

    def everything(self) -> None:
        """Read the whole file."""
        found = form(self.document, model())
        self.spec = found.spec
        unread = {_place(each) for each in self.faults}
        self.faults += [each for each in found.faults if _place(each) not in unread]
        base = self._base()
        if base is None:
            return
        self.levers = tuple(self._levers())
        self._options(base)
        if self.scenarios:
            self._inputs(self.scenarios, posterior.uncertainties(base.data))
        if self.spec is not None and self.scenarios and not self.faults:
            self._whole()

    # --- the scenario -------------------------------------------------------------------------------

    def _base(self) -> Document | None:
        """The scenario with what the experiment changes in all options, or None where there is none."""
        where = self.sheet.value("scenario")
        if not isinstance(where, str):
            return None
        try:
            named = self._beside(where) if where.endswith((".yaml", ".yml")) else where
            document = scenarios_.load(named).document
        except ScenarioError as error:
            self.faults += error.faults
            return None
        except WedgeError as error:
            self.faults.append(self.sheet.at("scenario").fault(str(error)))
            return None
        if document.data.get("luck", "plain") != "plain":
            self.faults.append(self.sheet.at("scenario").fault(LUCK.format(shown(document.data["luck"]))))
            return None
        return self._uncertain(self._fixed(self._changed(self._seeded(document))))

    def _beside(self, name: str) -> FilePath:
        """A file beside the experiment's. Raises WedgeError for one elsewhere."""
        try:
            inside = (self.folder / name).resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError):
            inside = False
        if not inside:
            raise WedgeError(f"expected a file inside the experiment's own folder, not {shown(name)}")
        if not (self.folder / name).exists():
            near = nearest(name, (each.name for each in self.folder.glob(f"*{FilePath(name).suffix}")))
            raise WedgeError(f"there is no file {shown(name)} beside this one{near}")
        return self.folder / name

    def _seeded(self, document: Document) -> Document:
        seed = self.sheet.value("seed")
        found, _ = differing(document, EMPTY, str(document.data["title"]))
        return found if seed is None else self._merged(found, placed("seed", seed, self.sheet.at("seed")))

    def _changed(self, document: Document) -> Document:
        if not isinstance(self.sheet.value("changes"), dict):
            return document
        return self._differing(document, ("changes",), document.data["title"])

    def _fixed(self, document: Document) -> Document:
        for path, value in self.sheet.mapping("fixed").items():
            if is_number(value):
                document = self._merged(document, placed(path, value, self.sheet.at("fixed", path)))
        return document

    def _uncertain(self, document: Document) -> Document:
        """The scenario with the inputs of the experiment among its uncertainties."""
        given, own = self.sheet.mapping("uncertainties"), posterior.uncertainties(document.data)
        if self.sheet.value("others") == "fixed":
            kept = {path: each for path, each in own.items() if path in given and path != posterior.PATH}
            data = document.data if posterior.PATH in given else posterior.pinned(document.data)
            document = Document({**data, "uncertainties": kept}, *layers_of(document))
        for path, shape in given.items():
            mark = self.sheet.at("uncertainties", path)
            if path in self.sheet.mapping("fixed"):
                self.faults.append(mark.fault(f"{path} stands under 'fixed' too"))
            elif shape == SPREAD:
                if path not in own:
                    self.faults.append(
                        mark.fault(f"the scenario has no uncertainty {path}{nearest(path, own)}")
                    )
            else:
                document = self._merged(document, self._spread(path, shape))
        return document

    def _spread(self, path: str, shape: Any) -> Document:
        """One of the experiment's uncertainties as a difference, with its places in the file."""
        return Document({"uncertainties": {path: shape}}, *layers_of(self.document))

    # --- the options --------------------------------------------------------------------------------

    def _levers(self) -> Iterator[Lever]:
        for name, given in self.sheet.sections("levers"):
            if lever := self._lever(name, given):
                yield lever
        for name, given in self.sheet.sections("causes"):
            if name in self.sheet.mapping("levers"):
                self.faults.append(self.sheet.key("causes", name).fault(f"{shown(name)} is a lever already"))
            titles = {AT_WORK: "at work", TAKEN_AWAY: "taken away"}
            title = given.get("title") or name.replace("_", " ")
            yield Lever(name, title, (AT_WORK, TAKEN_AWAY), titles=titles, cause=True)

    def _lever(self, name: str, given: dict[str, Any]) -> Lever | None:
        title = given.get("title") or name.replace("_", " ")
        settings, values, path = (given.get(key) for key in ("settings", "values", "path"))
        if (settings is None) == (values is None) or (values is None) != (path is None):
            told = f"the lever {shown(name)} needs either settings, or a path and values"
            if given.keys() <= LeverForm.model_fields.keys():
                self.faults.append(self.sheet.key("levers", name).fault(told))
            return None
        if isinstance(settings, dict):
            titles = {key: each["title"] for key, each in settings.items() if _titled(each)}
            return Lever(name, title, tuple(settings), titles=titles)
        numbers = [each for each in values if is_number(each)] if isinstance(values, list) else []
        names = tuple(f"{each:g}" if float(f"{each:g}") == each else str(each) for each in numbers)
        if len(set(numbers)) < len(numbers):
            self.faults.append(self.sheet.at("levers", name, "values").fault("a value stands here twice"))
        return Lever(name, title, names, values=tuple(map(float, numbers)))

    def _options(self, base: Document) -> None:
        _, known = examined(base, [])
        self.faults += known
        count = 1
        for each in self.levers:
            count *= max(1, len(each.settings))
        if count > MOST_OPTIONS:
            told = f"the levers make {count} options; expected at most {MOST_OPTIONS}"
            self.faults.append(self.sheet.key("levers").fault(told))
            return
        made = [
            self._option(base, settings, known) for settings in product(*(e.settings for e in self.levers))
        ]
        self.options = tuple(option for option, _ in made)
        whole = [each for _, each in made if each is not None]
        self.scenarios = tuple(whole) if len(whole) == len(made) else ()
        if not self.faults:
            self._twins()

    def _twins(self) -> None:
        """Refuse options that are one and the same scenario: a setting that changes nothing."""
        first: dict[str, Option] = {}
        for option, scenario in zip(self.options, self.scenarios, strict=False):
            bare = {key: value for key, value in scenario.data.items() if key not in WORDS_ONLY}
            twin = first.setdefault(json.dumps(bare, sort_keys=True), option)
            if twin is not option:
                apart = next(
                    each for each in self.levers if twin.settings[each.name] != option.settings[each.name]
                )
                section = "causes" if apart.cause else "levers"
                told = f"the options {twin.name} and {option.name} are the same scenario; a setting changes nothing"
                self.faults.append(self.sheet.key(section, apart.name).fault(told))

    def _option(
        self, base: Document, settings: tuple[str, ...], known: Sequence[Fault]
    ) -> tuple[Option, Scenario | None]:
        """One combination of settings as an option, and its scenario unless it is faulty."""
        before, document = len(self.faults), base
        for lever, chosen in zip(self.levers, settings, strict=True):
            document = self._set(document, lever, chosen)
        option = self._named(settings, str(base.data["title"]))
        document = Document({**document.data, "title": option.title}, *layers_of(document))
        spec, faults = examined(document, [])
        new = [each for each in faults if each not in known]
        mine = {mark.file for mark in self.document.marks.values()}
        for each in (one for one in new if one not in self.told):
            inside = "" if each.file in mine or not settings else f"in the option {option.name}: "
            self.told.append(each)
            self._tell([replace(each, message=inside + each.message)])
        sound = len(self.faults) == before and not new and not known
        return option, Scenario(option.name, document, spec) if sound else None

    def _named(self, settings: tuple[str, ...], base: str) -> Option:
        told = [
            f"{lever.title} {chosen}" if lever.values or lever.cause else lever.told(chosen)
            for lever, chosen in zip(self.levers, settings, strict=True)
        ]
        chosen = {lever.name: each for lever, each in zip(self.levers, settings, strict=True)}
        return Option("/".join(settings) or "as_it_is", ", ".join(told) or base, chosen)

    def _set(self, document: Document, lever: Lever, chosen: str) -> Document:
        """A scenario with a lever at one of its settings."""
        if lever.cause:
            path = ("causes", lever.name, "without")
            return document if chosen == AT_WORK else self._differing(document, path, lever.title)
        if not lever.values:
            return self._differing(document, ("levers", lever.name, "settings", chosen), lever.told(chosen))
        k = lever.settings.index(chosen)
        path = self.sheet.value("levers", lever.name, "path")
        path_mark = self.sheet.at("levers", lever.name, "path")
        mark = self.sheet.at("levers", lever.name, "values", str(k))
        return self._merged(document, placed(str(path), lever.values[k], mark, path_mark))

    # --- the inputs ---------------------------------------------------------------------------------

    def _inputs(self, scenarios: Sequence[Scenario], base: Mapping[str, Any]) -> None:
        """The inputs of the design: those named here, and those that a setting adds to the base."""
        named = list(self.sheet.mapping("uncertainties"))
        for each in scenarios:
            own = each.uncertainties
            added = [path for path in own if path not in base or self.sheet.value("others") == "in_design"]
            named += [path for path in added if path not in named]
        self.inputs = tuple(found for path in named if (found := self._input(path, scenarios)))

    def _input(self, path: str, scenarios: Sequence[Scenario]) -> Input | None:
        shapes = {
            each.name: (distributions(each)[path], nominal(each, path))
            for each in scenarios
            if path in each.uncertainties
        }
        mark = self.sheet.key("uncertainties", path)
        if not shapes:
            if _place(self.sheet.at("uncertainties", path)) not in map(_place, self.faults):
                self.faults.append(
                    mark.fault(f"{path} is given a number in every option, so that it is not uncertain")
                )
            return None
        if len({shape for shape, _ in shapes.values()}) > 1:
            self.faults.append(mark.fault(f"{path} has different distributions in different options"))
            return None
        shape, given = next(iter(shapes.values()))
        return Input(path, shape, given)

    # --- the design and the analyses ----------------------------------------------------------------

    def _whole(self) -> None:
        """What can be checked once all else is sound."""
        design = self._design()
        self._constraints(design)
        self._outcomes(described(self.scenarios[0]))
        for name, given in self.spec.analyses.items():
            self._analysis(name, given)

    def _design(self) -> Design | None:
        given = self.spec.design.model_dump()
        kind = designs()[given.pop("kind")]
        mark = self.sheet.at("design")
        if not self.inputs and kind.kind not in ("monte_carlo", "grid"):
            self.faults.append(mark.fault(f"{kind.kind} needs inputs; list some under uncertainties"))
            return None
        try:
            if kind is Csv:
                given["file"] = str(self._beside(given["file"]))
            design: Design = kind(**given)
            design = with_rows(design, self.inputs) if isinstance(design, Csv) else design
            self._size(design)
        except WedgeError as error:
            self.faults.append(mark.fault(str(error)))
            return None
        return design

    def _size(self, design: Design) -> None:
        """Refuse a design that has too many points, or needs a number that the scenario does not give."""
        points, options = design.size(self.inputs), len(self.options)
        most = min(MOST_POINTS, MOST_HELD // max(1, len(self.inputs)) if design.at_once else MOST_POINTS)
        if points > most:
            told = f"{design.kind} makes {points:,} points of {len(self.inputs)} inputs"
            raise WedgeError(f"{told}; expected at most {most:,}")
        if (runs := points * self.spec.replications * options) > MOST_RUNS:
            told = f"{points:,} points, {self.spec.replications:,} replications and {options:,} options"
            raise WedgeError(f"{told} make {runs:,} runs; expected at most {MOST_RUNS:,}")
        open_ = [each.path for each in self.inputs if not isfinite(each.nominal)]
        if open_ and isinstance(design, OneAtATime):
            raise WedgeError(f"one_at_a_time needs the scenario's own number of {open_[0]}, which gives none")

    def _constraints(self, design: Design | None) -> None:
        before, names = len(self.faults), [each.path for each in self.inputs]
        for k, text in enumerate(self.spec.constraints):
            mark = self.sheet.at("constraints", str(k))
            if wrong := problem(text, names):
                self.faults.append(mark.fault(wrong))
            elif design is not None and design.structured:
                told = f"a design of kind {design.kind} needs all its points, so no constraint can stand beside it"
                self.faults.append(mark.fault(told))
        if design is not None and len(self.faults) == before:
            self.plan = self._planned(design)
            self._must_have_points(self.plan)

    def _must_have_points(self, plan: Plan) -> None:
        try:
            _ = plan.points
        except WedgeError as error:
            self.faults.append(self.sheet.at("constraints").fault(str(error)))

    def _planned(self, design: Design) -> Plan:
        luck = self.spec.luck
        return Plan(
            design, self.inputs, self.scenarios[0].spec.seed, tuple(map(Constraint, self.spec.constraints)),
            self.spec.replications, design.own_luck if luck is None else luck == "own",
        )  # fmt: skip

    def _outcomes(self, columns: dict[str, tuple[str, str]]) -> None:
        known = [*columns, *(each.partition(".")[0] for each in columns)]
        for k, name in enumerate(self.spec.outcomes):
            if name not in known:
                told = f"there is no outcome called {shown(name)}{nearest(name, known)}"
                self.faults.append(self.sheet.at("outcomes", str(k)).fault(told))
        chosen = self.spec.outcomes or known
        self.outcomes = {
            column: facts
            for column, facts in columns.items()
            if column in chosen or column.partition(".")[0] in chosen
        }

    def _analysis(self, name: str, given: Any) -> None:
        settings = given.model_dump()
        kind = analyses()[settings.pop("analysis")]
        valid = {
            "outcome": list(self.outcomes),
            "option": [each.name for each in self.options],
            "input": [each.path for each in self.inputs],
            "lever": [each.name for each in self.levers],
            "side": [
                *(each.path for each in self.inputs),
                *(each.name for each in self.levers if each.values),
            ],
        }
        for each in fields(kind):
            what, value = each.metadata["asks"], settings[each.name]
            for item in value if isinstance(value, list | tuple) else [value]:
                if what in valid and item is not None and item not in valid[what]:
                    told = (
                        f"there is no {NAMED.get(what, what)} called {shown(item)}{offer(item, valid[what])}"
                    )
                    if what == "outcome" and item in described(self.scenarios[0]):
                        told = f"the outcome {item} is not kept; add it to 'outcomes'"
                    self.faults.append(self.sheet.at("analyses", name, each.name).fault(told))
        self._different(name, settings)
        try:
            self.analyses[name] = kind(
                **{key: tuple(v) if isinstance(v, list) else v for key, v in settings.items()}
            )
        except WedgeError as error:
            self.faults.append(self.sheet.at("analyses", name).fault(str(error)))

    def _different(self, name: str, settings: dict[str, Any]) -> None:
        """Refuse an option held against itself; along a lever what is compared may differ all the same."""
        here = settings.get("option") or self.options[0].name
        if settings.get("against") == here and not {"x", "lever"} & set(settings):
            told = f"option and against are both {shown(here)}; expected two different options"
            self.faults.append(self.sheet.at("analyses", name, "against").fault(told))

    # --- merging ------------------------------------------------------------------------------------

    def _differing(self, document: Document, path: Path, title: str) -> Document:
        """A scenario with the differences that stand at a path of the experiment."""
        if not isinstance(self.sheet.value(*path), dict):
            return document
        found, faults = differing(document, subtree(self.document, path), title)
        self._tell(
            replace(each, message=each.message.replace("an alternative", "an experiment")) for each in faults
        )
        return found

    def _merged(self, document: Document, changes: Document) -> Document:
        found, faults = merged(document, changes)
        self._tell(faults)
        return found

    def _tell(self, faults: Any) -> None:
        """Take in faults that are not told yet; options share most of what is wrong with them."""
        self.faults += [each for each in faults if each not in self.faults]


def read(path: FilePath, changes: Sequence[Document] = ()) -> Reader:
    """An experiment file as far as it can be read. Raises ScenarioError where it cannot at all."""
    document, faults = load(str(path))
    if document is None:
        raise ScenarioError(faults)
    for each in changes:
        document, more = merge(document, each, whole=_replaces, keep_null=DIFFERENCES)
        faults += more
    found = Reader(document, path.parent, list(faults))
    found.everything()
    return found


def _replaces(path: Path, parent: Any, child: Any) -> bool:
    """Whether an override replaces what stands there: a distribution, another kind of design or analysis."""
    if path == ("design",):
        return bool(child.get("kind", parent.get("kind")) != parent.get("kind"))
    if path[:1] == ("analyses",) and len(path) == 2:
        return bool(child.get("analysis", parent.get("analysis")) != parent.get("analysis"))
    return path[:1] == ("uncertainties",) and len(path) == 2


def placed(path: str, value: Any, mark: Mark, path_mark: Mark | None = None) -> Document:
    """A value at a path with dots as a document, everything at the value's place, or the path at its own."""
    keys = tuple(keys_of(path))
    data: Any = value
    for key in reversed(keys):
        data = {key: data}
    heads = [keys[: k + 1] for k in range(len(keys))]
    return Document(
        data, dict.fromkeys(heads, path_mark or mark), {(): mark, **dict.fromkeys(heads, mark)}, {}
    )


def _place(each: Fault | Mark) -> tuple[str, int, int]:
    return each.file, each.line, each.column


def _titled(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("title"), str)
