"""What only the whole file can tell: names, matrices, dates and paths that must fit together.

Each check yields faults at file:line:column; all of them together are shown to the user.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .calendar import MONTHS, date_of
from .distributions import SHAPES, Distribution, problem
from .errors import Fault, nearest
from .outcomes import outcomes
from .parameters import Parameter, parameters_of
from .policies import policies
from .rules import GROUPS
from .schema import document
from .state import Quantity, quantities
from .yamltext import Document, Path, shown

EVERYONE = "everyone"
OUTCOME_TIES = {"flashpoint": "flashpoints", "dispute": "disputes"}
INITIAL = {"engagement": "dyad", "alignment": "pair", "grievance": "actor", "deterrent": "actor"}
"""What the initial state gives by cell, and over what."""

JUMPS = ("engagement", "alignment", "commitment", "capability", "grievance", "deterrent", "order")
"""Quantities that an event can move at once."""


def form(doc: Document) -> tuple[BaseModel | None, list[Fault]]:
    """The file as a model, and the faults of its form."""
    try:
        return document().model_validate(doc.data), []
    except ValidationError as error:
        return None, [_fault(doc, each) for each in error.errors(include_url=False)]


def _fault(doc: Document, error: ErrorDetails) -> Fault:
    path = _path(doc, error["loc"])
    kind, key = error["type"], str(error["loc"][-1])
    if kind == "extra_forbidden":
        mark = doc.key_marks.get(path, doc.marks[()])
        valid = _valid(error["loc"][:-1])
        return mark.fault(f"there is no setting called {key!r} here{nearest(key, valid)}{_choices(valid)}")
    if kind == "missing":
        inside = f" in {'.'.join(path)}" if path else ""
        return _mark(doc, path).fault(f"{key!r} is missing{inside}")
    where, value = path[-1] if path else "the file", error["input"]
    if "[key]" in error["loc"]:
        told = f"{path[-1]!r} cannot be a name; use small letters, digits and _, beginning with a letter"
        return doc.key_marks.get(path, _mark(doc, path)).fault(told)
    return _mark(doc, path).fault(_words(kind, where, value, error.get("ctx", {})))


def _words(kind: str, where: str, value: Any, facts: dict[str, Any]) -> str:
    """What is wrong with a value, and what was expected."""
    given = shown(value)
    if kind == "date":
        return f"{where}: {facts['reason']}"
    if kind == "literal_error":
        near = nearest(
            str(value),
            [each.strip("'") for each in facts["expected"].replace(" or ", ", ").split(", ")],
        )
        return f"{where} is {given}; expected {facts['expected']}{near}"
    if kind == "union_tag_invalid":
        tag, valid = facts["tag"], [each.strip(" '") for each in facts["expected_tags"].split(",")]
        what = facts["discriminator"].strip("'")
        return f"there is no {what} called {tag!r}{nearest(tag, valid)}; there are {', '.join(valid)}"
    if kind == "union_tag_not_found":
        return f"{facts['discriminator']} is missing in {where}"
    wanted = {
        "greater_than_equal": lambda: f"at least {facts['ge']:g}",
        "less_than_equal": lambda: f"at most {facts['le']:g}",
        "float_type": lambda: "a number",
        "finite_number": lambda: "a finite number",
        "int_type": lambda: "a whole number",
        "int_from_float": lambda: "a whole number",
        "string_type": lambda: "text",
        "bool_type": lambda: "true or false",
        "list_type": lambda: "a list, [a, b]",
        "dict_type": lambda: "a mapping, 'name: value'",
        "model_type": lambda: "a mapping, 'name: value'",
        "model_attributes_type": lambda: "a mapping, 'name: value'",
        "too_short": lambda: f"at least {facts['min_length']} entries",
        "too_long": lambda: f"at most {facts['max_length']} entries",
        "string_too_long": lambda: f"at most {facts['max_length']} characters",
        "string_pattern_mismatch": lambda: _pattern(facts["pattern"]),
    }.get(kind, lambda: "something else")()
    return f"{where} is {given}; expected {wanted}"


def _pattern(pattern: str) -> str:
    if pattern.startswith("^#"):
        return "a colour, '#rrggbb'"
    return "a name in small letters, digits and _, beginning with a letter"


def _path(doc: Document, loc: tuple[int | str, ...]) -> Path:
    """The path in the file of a place in the models, which also counts alternatives as steps."""
    path: Path = ()
    node: Any = doc.data
    for step in loc:
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node, path = node[step], (*path, str(step))
    return path


def _mark(doc: Document, path: Path) -> Any:
    while path and path not in doc.marks:
        path = path[:-1]
    return doc.marks[path]


def _valid(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that a section at this place of the models may have."""
    kind: Any = document()
    for step in loc:
        kind = _below(kind, step)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _below(kind: Any, step: int | str) -> Any:
    """The type one step down: a field, a value of a mapping, or the alternative with this tag."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        kind = kind.model_fields[str(step)].annotation
    else:
        parts = [each for each in getattr(kind, "__args__", ()) if each is not type(None)]
        tagged = [each for each in parts if _tag(each) == step]
        kind = tagged[0] if tagged else parts[-1] if parts else kind
    while getattr(kind, "__metadata__", None):
        kind = kind.__origin__
    optional = [each for each in getattr(kind, "__args__", ()) if each is not type(None)]
    if type(None) in getattr(kind, "__args__", ()) and len(optional) == 1:
        return optional[0]
    return kind


def _tag(kind: Any) -> str | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for key in ("policy", "measure"):
            if key in kind.model_fields:
                return kind.model_fields[key].annotation.__args__[0]  # type: ignore[union-attr]
    return None


def _choices(valid: list[str]) -> str:
    return f"; there are {', '.join(valid)}" if 0 < len(valid) <= 12 else ""


@dataclass
class Checker:
    """The checks of one file whose form is right."""

    doc: Document
    spec: Any

    def faults(self) -> Iterator[Fault]:
        """Every fault."""
        yield from self._dates()
        yield from self._ties()
        yield from self._initial()
        yield from self._parameters()
        yield from self._policies()
        yield from self._events()
        yield from self._uncertainties()
        yield from self._outcomes()
        yield from self._question()

    @property
    def actors(self) -> list[str]:
        """The actors' names."""
        return list(self.spec.actors)

    def at(self, *path: str) -> Any:
        """The place of a value, or of what encloses it."""
        return _mark(self.doc, path)

    def key(self, *path: str) -> Any:
        """The place of a key, or of what encloses it."""
        return self.doc.key_marks.get(path, self.at(*path))

    def _known(self, name: str, valid: list[str], what: str, mark: Any) -> Iterator[Fault]:
        if name not in valid:
            yield mark.fault(f"there is no {what} called {name!r}{nearest(name, valid)}{_choices(valid)}")

    def _dates(self) -> Iterator[Fault]:
        start, end, step = self.spec.start, self.spec.end, MONTHS[self.spec.step]
        if not start < end:
            yield self.at("end").fault(
                f"end is {date_of(end)}, which is not after the start, {date_of(start)}"
            )
        elif (end - start) % step:
            yield self.at("end").fault(
                f"from {date_of(start)} to {date_of(end)} is no whole number of steps of a {self.spec.step}"
            )
        elif (end - start) // step > 1200:
            yield self.at("end").fault(f"{(end - start) // step} steps are too many; at most 1200")
        if EVERYONE in self.spec.actors:
            yield self.key("actors", EVERYONE).fault(
                "'everyone' means all actors; no actor can be called that"
            )

    def _ties(self) -> Iterator[Fault]:
        for section in ("alliances", "flashpoints", "wedges", "disputes"):
            for name, tie in getattr(self.spec.ties, section).items():
                yield from self._tie(("ties", section, name), tie.model_dump())
        pairs: dict[tuple[str, str], str] = {}
        for name, each in self.spec.ties.alliances.items():
            other = pairs.setdefault((each.patron, each.client), name)
            if other != name:
                yield self.key("ties", "alliances", name).fault(
                    f"{name!r} has the patron and client of {other!r}; one is enough"
                )
        shared = set(self.spec.ties.flashpoints) & set(self.spec.ties.disputes)
        for name in sorted(shared):
            yield self.key("ties", "disputes", name).fault(
                f"{name!r} is a flashpoint already; give the dispute another name"
            )

    def _tie(self, path: Path, parts: dict[str, Any]) -> Iterator[Fault]:
        roles = {key: value for key, value in parts.items() if isinstance(value, str)}
        for role, name in roles.items():
            yield from self._known(name, self.actors, "actor", self.at(*path, role))
        if len(set(roles.values())) < len(roles):
            yield self.key(*path).fault(f"{path[-1]!r} needs different actors as {', '.join(roles)}")
        for k, name in enumerate(parts.get("rivals", [])):
            mark = self.at(*path, "rivals", str(k))
            yield from self._known(name, self.actors, "actor", mark)
            if name in roles.values():
                yield mark.fault(f"{name!r} is a member of the alliance, so it cannot be its rival")

    def _initial(self) -> Iterator[Fault]:
        ranges = {each.name: each for each in quantities()}
        for name, over in INITIAL.items():
            each = ranges[name]
            limits = (each.low, min(each.high, 100.0))
            yield from self._cells(("initial", name), getattr(self.spec.initial, name), over, limits)
        yield from self._conflicts(("initial", "alignment"), self.spec.initial.alignment)

    def _conflicts(self, path: Path, cells: Any) -> Iterator[Fault]:
        for i, row in cells.items() if isinstance(cells, dict) else ():
            for j, value in row.items() if isinstance(row, dict) else ():
                back = cells.get(j)
                if isinstance(back, dict) and i in back and back[i] != value and i < j:
                    yield self.at(*path, j, i).fault(
                        f"the pair {i}, {j} is given twice, as {value} and as {back[i]}; alignment is symmetric"
                    )

    def _cells(self, path: Path, cells: Any, over: str, limits: tuple[float, float]) -> Iterator[Fault]:
        """Faults of numbers given by name: for `over` actor one deep, for dyad and pair two."""
        if cells is None or _is_number(cells):
            yield from self._number(path, cells, limits)
            return
        if not isinstance(cells, dict):
            yield self.at(*path).fault(f"{path[-1]} is {shown(cells)}; expected a number, or numbers by name")
            return
        ties = {"flashpoint": self.spec.ties.flashpoints, "dispute": self.spec.ties.disputes}
        valid = list(ties[over]) if over in ties else self.actors
        deep = over in ("dyad", "pair", "alliance")
        for name, value in cells.items():
            here = (*path, name)
            if name != EVERYONE:
                yield from self._known(name, valid, over if over in ties else "actor", self.key(*here))
            if isinstance(value, dict) and deep:
                yield from self._row(here, value, over, limits)
            elif isinstance(value, dict):
                yield self.at(*here).fault(f"{name} is a mapping; expected a number")
            elif deep and over == "alliance":
                yield self.at(*here).fault(
                    f"{name} is {shown(value)}; expected a mapping of clients, 'client: number'"
                )
            else:
                yield from self._number(here, value, limits)

    def _row(
        self, path: Path, row: dict[str, Any], over: str, limits: tuple[float, float]
    ) -> Iterator[Fault]:
        allied = {(each.patron, each.client) for each in self.spec.ties.alliances.values()}
        for name, value in row.items():
            here = (*path, name)
            if name != EVERYONE:
                yield from self._known(name, self.actors, "actor", self.key(*here))
            if name == path[-1]:
                yield self.key(*here).fault(f"{name} toward itself means nothing; leave it out")
            elif (
                over == "alliance"
                and name in self.actors
                and path[-1] in self.actors
                and (path[-1], name) not in allied
            ):
                yield self.key(*here).fault(
                    f"there is no alliance with {path[-1]} as patron and {name} as client"
                )
            yield from self._number(here, value, limits)

    def _number(self, path: Path, value: Any, limits: tuple[float, float]) -> Iterator[Fault]:
        if value is None:
            return
        if not _is_number(value):
            yield self.at(*path).fault(f"{path[-1]} is {shown(value)}; expected a number")
        elif not limits[0] <= value <= limits[1]:
            yield self.at(*path).fault(f"{path[-1]} is {value:g}, outside {limits[0]:g} to {limits[1]:g}")

    def _parameters(self) -> Iterator[Fault]:
        given = self.doc.data.get("parameters", {})
        for group, kind in GROUPS.items():
            for each in parameters_of(kind):
                value = given.get(group, {}).get(each.name)
                if each.over != "world" and value is not None:
                    yield from self._cells(
                        ("parameters", group, each.name),
                        value,
                        each.over,
                        (each.floor, each.ceiling),
                    )
        yield from self._opportunities(given.get("setting", {}).get("opportunity", {}))

    def _opportunities(self, rows: Any) -> Iterator[Fault]:
        if isinstance(rows, dict):
            for name, row in rows.items():
                numbers = [each for each in row.values() if _is_number(each)] if isinstance(row, dict) else []
                if EVERYONE not in (row if isinstance(row, dict) else {}) and sum(numbers) > 1.0 + 1e-9:
                    yield self.key("parameters", "setting", "opportunity", name).fault(
                        f"the opportunities of {name} add up to {sum(numbers):g}, more than 1"
                    )

    def _policies(self) -> Iterator[Fault]:
        known = policies()
        for actor, row in self.doc.data.get("policies", {}).items():
            yield from self._known(actor, self.actors, "actor", self.key("policies", actor))
            for target, given in row.items():
                here = ("policies", actor, target)
                if target != EVERYONE:
                    yield from self._known(target, self.actors, "actor", self.key(*here))
                if target == actor:
                    yield self.key(*here).fault(f"{actor} needs no policy toward itself")
                yield from self._policy(here, given, known[given["policy"]])

    def _policy(self, path: Path, given: dict[str, Any], kind: type) -> Iterator[Fault]:
        for key, value in given.items():
            if key == "adversary":
                yield from self._known(value, self.actors, "actor", self.at(*path, key))
                if value in path[1:]:
                    yield self.at(*path, key).fault(f"{value!r} cannot be the adversary of its own wedge")
            elif isinstance(value, dict):
                for date in value:
                    yield from self._date(date, (*path, key, date))
        binding = self.doc.data.get("parameters", {}).get("norms", {}).get("counter_binding", 0.0)
        sampled = "parameters.norms.counter_binding" in self.doc.data.get("uncertainties", {})
        if given["policy"] == "bind" and (binding or sampled):
            yield self.at(*path).fault(
                "'bind' says the same as norms.counter_binding, which is not 0; use one of the two"
            )

    def _date(self, text: str, path: Path) -> Iterator[Fault]:
        from .calendar import month_of

        try:
            month_of(text)
        except ValueError as error:
            yield self.key(*path).fault(str(error))

    def _events(self) -> Iterator[Fault]:
        for name, event in self.spec.events.items():
            here = ("events", name)
            if not self.spec.start <= event.at < self.spec.end:
                told = f"{date_of(self.spec.start)} to {date_of(self.spec.end)}"
                yield self.at(*here, "at").fault(
                    f"the event is at {date_of(event.at)}, outside the scenario ({told}); null removes an event"
                )
            if event.until is not None and event.until <= event.at:
                yield self.at(*here, "until").fault(
                    f"until is {date_of(event.until)}, which is not after {date_of(event.at)}"
                )
            for how in ("set", "add"):
                for path, value in getattr(event, how).items():
                    yield from self._change((*here, how, path), path, value, how, event.until is not None)

    def _change(self, here: Path, path: str, value: float, how: str, ends: bool) -> Iterator[Fault]:
        target, told = self.target(path)
        if target is None:
            yield self.key(*here).fault(told)
        elif isinstance(target, Parameter):
            if target.over == "world" or how == "set":
                yield from (self._number(here, value, (target.floor, target.ceiling)) if how == "set" else ())
            if target.kind == "hazard" and how == "add":
                yield self.key(*here).fault(f"{path} is a probability; use 'set'")
        else:
            if ends:
                yield self.key(*here).fault(
                    f"{path} is moved once, so 'until' means nothing for it; change a parameter instead"
                )
            if how == "set" and target.name not in ("violation", "crisis"):
                yield from self._number(here, value, (target.low, target.high))

    def target(self, path: str) -> tuple[Parameter | Quantity | None, str]:
        """What an event's path names, or None and what is wrong with the path."""
        first, *rest = path.split(".")
        if first == "parameters":
            return self.parameter(rest, path)
        states = {each.name: each for each in quantities()}
        if first == "violation" and len(rest) == 1:
            return self._named(states["violation"], rest, [self.actors], path)
        if first == "crisis" and len(rest) == 1:
            return self._named(states["crisis"], rest, [list(self.spec.ties.flashpoints)], path)
        if first in JUMPS:
            return self._named(states[first], rest, [self.actors] * len(states[first].axes), path)
        valid = ["parameters", *JUMPS, "violation", "crisis"]
        return (
            None,
            f"{path!r} names nothing that an event can change{nearest(first, valid)}; paths begin with {', '.join(valid)}",
        )

    def _named(self, found: Any, rest: list[str], valid: list[list[str]], path: str) -> tuple[Any, str]:
        if len(rest) != len(valid):
            return None, f"{path!r} must name {len(valid)} actor(s) or tie(s) after {found.name!r}"
        for name, names in zip(rest, valid, strict=True):
            if name not in names:
                return (
                    None,
                    f"{path!r}: there is no actor or tie called {name!r}{nearest(name, names)}",
                )
        if len(rest) == 2 and rest[0] == rest[1]:
            return None, f"{path!r} names an actor and itself"
        if found.name == "commitment":
            allied = {(each.patron, each.client) for each in self.spec.ties.alliances.values()}
            if tuple(rest) not in allied:
                return (
                    None,
                    f"{path!r}: there is no alliance with {rest[0]} as patron and {rest[1]} as client",
                )
        return found, ""

    def parameter(self, rest: list[str], path: str) -> tuple[Parameter | None, str]:
        """The parameter that `group.name[.actor[.target]]` names."""
        if len(rest) < 2:
            return None, f"{path!r} must go on as parameters.group.name"
        group, name, *cell = rest
        if group not in GROUPS:
            return (
                None,
                f"{path!r}: there is no group of parameters called {group!r}{nearest(group, GROUPS)}",
            )
        known = {each.name: each for each in parameters_of(GROUPS[group])}
        if name not in known:
            return None, f"{path!r}: {group} has no parameter called {name!r}{nearest(name, known)}"
        depth = {"world": 0, "actor": 1, "flashpoint": 1, "dispute": 1}.get(known[name].over, 2)
        if not cell:
            return known[name], ""
        ties = {"flashpoint": self.spec.ties.flashpoints, "dispute": self.spec.ties.disputes}
        valid = list(ties.get(known[name].over, self.actors))
        found, told = self._named(known[name], cell, [valid] * depth, path)
        if found is not None and known[name].over == "alliance":
            allied = {(each.patron, each.client) for each in self.spec.ties.alliances.values()}
            if tuple(cell) not in allied:
                return (
                    None,
                    f"{path!r}: there is no alliance with {cell[0]} as patron and {cell[1]} as client",
                )
        return found, told

    def _uncertainties(self) -> Iterator[Fault]:
        for path, given in self.doc.data.get("uncertainties", {}).items():
            here = ("uncertainties", path)
            limits, told = self.sampled(path)
            if limits is None:
                yield self.key(*here).fault(told)
            elif given == "plausible":
                continue
            elif not isinstance(given, dict) or len(given) != 1:
                yield self.at(*here).fault(
                    f"an uncertainty is 'plausible' or one of {', '.join(SHAPES)} with its numbers"
                )
            else:
                yield from self._distribution(here, given, limits)

    def _distribution(
        self, here: Path, given: dict[str, Any], limits: tuple[float, float, float, float]
    ) -> Iterator[Fault]:
        ((shape, numbers),) = given.items()
        if shape not in SHAPES:
            yield self.key(*here, shape).fault(
                f"there is no distribution called {shape!r}{nearest(shape, SHAPES)}{_choices(list(SHAPES))}"
            )
            return
        wrong = problem(shape, numbers)
        if wrong:
            yield self.at(*here, shape).fault(wrong)
            return
        low, high = Distribution(shape, tuple(map(float, numbers))).extremes()
        if shape != "normal" and not limits[2] <= low <= high <= limits[3]:
            yield self.at(*here, shape).fault(
                f"the draws lie within {low:g} to {high:g}, but {here[-1]} must be within {limits[2]:g} to {limits[3]:g}"
            )

    def sampled(self, path: str) -> tuple[tuple[float, float, float, float] | None, str]:
        """Plausible and allowed range of what an uncertainty's path names, or None and what is wrong."""
        first, *rest = path.split(".")
        if first == "parameters":
            found, told = self.parameter(rest, path)
            if found is None:
                return None, told
            if found.name == "horizon":
                return None, f"{path!r} cannot differ from run to run"
            return (found.low, found.high, found.floor, found.ceiling), ""
        if first == "initial":
            return self._sampled_start(rest, path)
        if first == "actors" and len(rest) == 2 and rest[0] in self.actors and rest[1] == "capability":
            return (0.0, 1.0, 0.0, 100.0), ""
        if first == "ties" and len(rest) == 3 and rest[0] == "alliances" and rest[2] == "commitment":
            return (
                ((0.2, 0.95, 0.0, 1.0), "")
                if rest[1] in self.spec.ties.alliances
                else (
                    None,
                    f"{path!r}: there is no alliance called {rest[1]!r}{nearest(rest[1], self.spec.ties.alliances)}",
                )
            )
        if first == "policies" and len(rest) == 3:
            return self._sampled_policy(rest, path)
        forms = "parameters.group.name[.actor[.target]], initial.quantity.actor[.target], actors.name.capability, ties.alliances.name.commitment, policies.actor.target.parameter"
        return None, f"{path!r} names nothing that can be uncertain; expected one of {forms}"

    def _sampled_start(self, rest: list[str], path: str) -> tuple[Any, str]:
        states = {each.name: each for each in quantities()}
        valid = [*INITIAL, "order"]
        if not rest or rest[0] not in valid:
            return (
                None,
                f"{path!r}: there is no initial quantity of that name{nearest(rest[0] if rest else '', valid)}{_choices(valid)}",
            )
        found, told = self._named(states[rest[0]], rest[1:], [self.actors] * len(states[rest[0]].axes), path)
        each = states[rest[0]]
        return ((each.low, min(each.high, 10.0)) * 2, "") if found is not None else (None, told)

    def _sampled_policy(self, rest: list[str], path: str) -> tuple[Any, str]:
        actor, target, name = rest
        given = self.doc.data.get("policies", {}).get(actor, {}).get(target)
        if given is None:
            return None, f"{path!r}: {actor} has no policy toward {target!r}"
        known = {each.name: each for each in parameters_of(policies()[given["policy"]])}
        if name not in known or name == "horizon":
            return (
                None,
                f"{path!r}: {given['policy']} has no parameter called {name!r} that can be uncertain{nearest(name, known)}",
            )
        each = known[name]
        return (each.low, each.high, each.floor, each.ceiling), ""

    def _outcomes(self) -> Iterator[Fault]:
        from dataclasses import fields

        kinds = outcomes()
        for name, given in self.spec.outcomes.items():
            for each in fields(kinds[given.measure]):
                kind = each.metadata.get("names")
                if kind:
                    held = getattr(given, each.name)
                    yield from self._members(("outcomes", name, each.name), kind, held, each.name)

    def _members(self, path: Path, kind: str, held: Any, field: str) -> Iterator[Fault]:
        valid = list(getattr(self.spec.ties, OUTCOME_TIES[kind])) if kind in OUTCOME_TIES else self.actors
        for k, member in enumerate(held if isinstance(held, list) else [held]):
            yield from self._known(
                member,
                valid,
                kind,
                self.at(*path, str(k)) if isinstance(held, list) else self.at(*path),
            )
        if isinstance(held, list):
            if field == "pair" and len(held) != 2:
                yield self.at(*path).fault(f"pair has {len(held)} actors; expected 2")
            elif len(held) < 2 or len(set(held)) < len(held):
                yield self.at(*path).fault(f"{field} needs two or more different actors")

    def _question(self) -> Iterator[Fault]:
        if self.spec.question is not None:
            named = self.spec.question.outcome
            yield from self._known(named, list(self.spec.outcomes), "outcome", self.at("question", "outcome"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
