"""What only the whole file can tell: names, matrices, dates and paths that must fit together.

Each check yields faults at file:line:column, section by section, and works as far as a file's form
is sound; all faults together are shown to the user. Imports `cells.py` (numbers by name), `paths.py`
(what a path names), `drift.py` (what events add up to) and `sheet.py` (what stands where).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from typing import Any

from ..calendar import MONTHS, date_of
from ..distributions import SHAPES, Distribution, problem
from ..errors import Fault
from ..outcomes import outcomes
from ..parameters import Parameter, parameters_of
from ..posterior import PATH
from ..rules import GROUPS
from ..state import quantities
from ..yamltext import Document, Path, shown
from .case import case_faults
from .cells import OPPORTUNITY, Cells
from .drift import Drift
from .form import MOST_FAULTS
from .paths import INITIAL, Limits, Paths, Target
from .rows import WHOLE, Rows
from .schema import MOST_STEPS
from .sheet import EVERYONE, MOST_ACTORS, MOST_EVENTS, Sheet, is_number, month, offer, outside

__all__ = ["EVERYONE", "INITIAL", "Checker"]

MEMBERS = {
    "alliances": ("patron", "client"),
    "flashpoints": ("attacker", "defender"),
    "wedges": ("divider", "target", "adversary"),
    "disputes": ("holder", "claimant"),
}
"""The roles of each kind of tie; whoever plays them must be different actors."""

RESERVED_ARMS = ("scenario", "no_events")
"""Arms that every run has, so that no alternative can be called so."""

RESERVED_OUTCOMES = ("run", "parameters", "initial", "actors", "ties", "policies")
"""Names of columns that a table of runs has besides outcomes."""


@dataclass(frozen=True)
class Checker:
    """The checks of one file; `strangers` are its sections that hold a key nobody knows."""

    doc: Document
    strangers: frozenset[Path] = frozenset()

    @cached_property
    def sheet(self) -> Sheet:
        """The file, read as far as it can be."""
        return Sheet(self.doc, self.strangers)

    @cached_property
    def paths(self) -> Paths:
        """The paths that the file may use."""
        return Paths(self.sheet)

    @cached_property
    def cells(self) -> Cells:
        """The checks of numbers by name."""
        return Cells(self.sheet)

    @cached_property
    def table(self) -> Rows:
        """The checks of the posterior's table."""
        return Rows(self.sheet)

    def faults(self) -> list[Fault]:
        """Every fault, or the first few hundred."""
        return list(islice(self._faults(), MOST_FAULTS))

    def _faults(self) -> Iterator[Fault]:
        yield from self._dates()
        yield from self._ties()
        yield from self._initial()
        yield from self._parameters()
        yield from self.table.faults()
        yield from self._policies()
        yield from self._events()
        yield from self._uncertainties()
        yield from self._outcomes()
        yield from self._question()
        yield from case_faults(self.sheet)

    def sampled(self, path: str) -> tuple[Limits | None, str]:
        """Plausible and allowed range of what an uncertainty's path names, or None and what is wrong."""
        found = self.table.limits if path == PATH else self.paths.sampled(path)
        return (None, found) if isinstance(found, str) else (found, "")

    def _dates(self) -> Iterator[Fault]:
        start, end = self.sheet.month("start"), self.sheet.month("end")
        step = self.sheet.value("step") or "quarter"
        if start is not None and end is not None and step in tuple(MONTHS):
            yield from self._span(start, end, step)
        if EVERYONE in (self.sheet.actors or ()):
            yield self.sheet.key("actors", EVERYONE).fault(
                "'everyone' means all actors; no actor can be called that"
            )

    def _span(self, start: int, end: int, step: Any) -> Iterator[Fault]:
        steps, rest = divmod(end - start, MONTHS[step])
        last = self.sheet.at("end")
        if steps < 0 or (steps, rest) == (0, 0):
            yield last.fault(f"end is {date_of(end)}; expected a date after the start, {date_of(start)}")
        elif rest:
            yield last.fault(
                f"{date_of(start)} to {date_of(end)} is {end - start} months; "
                f"expected a whole number of {step}s of {MONTHS[step]} months"
            )
        elif steps > MOST_STEPS:
            yield last.fault(
                f"{date_of(start)} to {date_of(end)} is {steps} {step}s; expected at most {MOST_STEPS}"
            )

    def _ties(self) -> Iterator[Fault]:
        for section, roles in MEMBERS.items():
            for name, tie in self.sheet.sections("ties", section):
                yield from self._tie(("ties", section, name), tie, roles)
        yield from self._twice_allied()
        for name in self.sheet.mapping("ties", "disputes"):
            if name in self.sheet.mapping("ties", "flashpoints"):
                yield self.sheet.key("ties", "disputes", name).fault(
                    f"{shown(name)} is a flashpoint already; give the dispute another name"
                )

    def _tie(self, path: Path, tie: dict[str, Any], roles: tuple[str, ...]) -> Iterator[Fault]:
        played = [tie[role] for role in roles if isinstance(tie.get(role), str)]
        for role in roles:
            yield from self.sheet.strange(tie.get(role), "actor", self.sheet.at(*path, role))
        if len(set(played)) < len(played):
            twice = next(each for each in played if played.count(each) > 1)
            yield self.sheet.key(*path).fault(
                f"{shown(path[-1])} names {shown(twice)} twice; "
                f"expected different actors as {', '.join(roles)}"
            )
        yield from self._rivals(path, tie.get("rivals"), played)
        if path[-1] == EVERYONE:
            yield self.sheet.key(*path).fault("'everyone' means all; no tie can be called that")

    def _rivals(self, path: Path, rivals: Any, played: list[str]) -> Iterator[Fault]:
        for k, name in enumerate(rivals if isinstance(rivals, list) else ()):
            mark = self.sheet.at(*path, "rivals", str(k))
            yield from self.sheet.strange(name, "actor", mark)
            if name in played:
                yield mark.fault(f"{shown(name)} is a member of the alliance, so it cannot be its rival")
            if name in rivals[: min(k, MOST_ACTORS)]:
                yield mark.fault(f"{shown(name)} is named twice among the rivals")

    def _twice_allied(self) -> Iterator[Fault]:
        first: dict[tuple[Any, Any], str] = {}
        for name, each in self.sheet.sections("ties", "alliances"):
            pair = each.get("patron"), each.get("client")
            if all(isinstance(role, str) for role in pair) and first.setdefault(pair, name) != name:
                yield self.sheet.key("ties", "alliances", name).fault(
                    f"{shown(name)} has the patron and client of {shown(first[pair])}; one alliance is enough"
                )

    def _initial(self) -> Iterator[Fault]:
        ranges = {each.name: (each.low, min(each.high, 100.0)) for each in quantities()}
        for name, over in INITIAL.items():
            yield from self.cells.faults(("initial", name), over, ranges[name])

    def _parameters(self) -> Iterator[Fault]:
        for group, kind in GROUPS.items():
            for each in parameters_of(kind):
                if each.over != "world":
                    path = ("parameters", group, each.name)
                    yield from self.cells.faults(path, each.over, (each.floor, each.ceiling))
        yield from self.cells.opportunities()

    def _policies(self) -> Iterator[Fault]:
        for actor, row in self.sheet.sections("policies"):
            yield from self.sheet.strange(actor, "actor", self.sheet.key("policies", actor))
            for target, given in row.items():
                here = ("policies", actor, target)
                if target != EVERYONE:
                    yield from self.sheet.strange(target, "actor", self.sheet.key(*here))
                if target == actor:
                    yield self.sheet.key(*here).fault(f"{shown(actor)} needs no policy toward itself")
                if isinstance(given, dict):
                    yield from self._policy(here, given)

    def _policy(self, path: Path, given: dict[str, Any]) -> Iterator[Fault]:
        for key, value in given.items():
            if key == "adversary":
                yield from self.sheet.strange(value, "actor", self.sheet.at(*path, key))
                if value in path[1:]:
                    yield self.sheet.at(*path, key).fault(
                        f"{shown(value)} cannot be the adversary of its own wedge"
                    )
            elif isinstance(value, dict):
                yield from self._dated((*path, key), value)
        if given.get("policy") == "bind" and self._binds():
            yield self.sheet.at(*path, "policy").fault(
                "'bind' says the same as parameters.norms.counter_binding, which is not 0; use one of the two"
            )

    def _binds(self) -> bool:
        """Whether counter-binding is on, or may be in some run."""
        path = ("parameters", "norms", "counter_binding")
        return bool(self.sheet.value(*path)) or ".".join(path) in self.sheet.uncertain

    def _dated(self, path: Path, levels: dict[str, Any]) -> Iterator[Fault]:
        """Faults of numbers by date."""
        seen: dict[int, str] = {}
        for text in levels:
            try:
                first = seen.setdefault(month(text), text)
            except ValueError as error:
                yield self.sheet.key(*path, text).fault(str(error))
                continue
            if first != text:
                yield self.sheet.key(*path, text).fault(f"{shown(text)} is the same date as {shown(first)}")

    def _events(self) -> Iterator[Fault]:
        for name, event in self.sheet.sections("events"):
            yield from self._when(("events", name))
            for how in ("set", "add"):
                for path, value in self.sheet.mapping("events", name, how).items():
                    yield from self._change(("events", name, how, path), value, "until" in event)
            for path in self.sheet.mapping("events", name, "add"):
                if path in self.sheet.mapping("events", name, "set"):
                    yield self.sheet.key("events", name, "add", path).fault(
                        f"{shown(path)} is both set and added to; use one of the two"
                    )
        if len(self.sheet.mapping("events")) <= MOST_EVENTS:
            yield from Drift(self.sheet, self.paths).faults()

    def _when(self, here: Path) -> Iterator[Fault]:
        start, end, at, until = (
            self.sheet.month(*path) for path in (("start",), ("end",), (*here, "at"), (*here, "until"))
        )
        if at is not None and start is not None and end is not None and start < end and not start <= at < end:
            yield self.sheet.at(*here, "at").fault(
                f"the event is at {date_of(at)}, outside the scenario, {date_of(start)} up to {date_of(end)} "
                f"('{here[-1]}: null' removes an event)"
            )
        if at is not None and until is not None and until <= at:
            yield self.sheet.at(*here, "until").fault(
                f"until is {date_of(until)}; expected a date after {date_of(at)}, when the event begins"
            )

    def _change(self, here: Path, value: Any, ends: bool) -> Iterator[Fault]:
        path, target = here[-1], self.paths.changed(here[-1])
        if isinstance(target, str):
            yield self.sheet.key(*here).fault(target)
            return
        if path == "parameters.setting.opportunity":
            yield self.sheet.key(*here).fault(
                f"{path}: name whose share, and of whom; a row adds up to 1 at most"
            )
        if ends and not isinstance(target.what, Parameter):
            yield self.sheet.key(*here).fault(
                f"{path} is moved once, so 'until' means nothing for it; change a parameter instead"
            )
        if is_number(value):
            yield from self._size(here, value, target)

    def _size(self, here: Path, value: float, target: Target) -> Iterator[Fault]:
        """Faults of how much an event sets or adds."""
        path, adds = here[-1], here[-2] == "add"
        if isinstance(target.what, Parameter) and target.what.kind == "hazard" and adds:
            yield self.sheet.key(*here).fault(f"{path} is a probability; use 'set'")
        elif isinstance(target.what, Parameter):
            low, high = target.what.floor, target.what.ceiling
            limits = (low - high, high - low) if adds else (low, high)
            if wrong := outside(path, value, limits):
                yield self.sheet.at(*here).fault(wrong)
        elif path.startswith("crisis") and value != 1:
            yield self.sheet.at(*here).fault(f"{path} is {value:g}; expected 1, a crisis for certain")
        else:
            low, high = target.what.low, min(target.what.high, 100.0)
            once = path.startswith("violation")
            if wrong := outside(path, value, (low - high, high) if adds and not once else (low, high)):
                yield self.sheet.at(*here).fault(wrong)

    def _uncertainties(self) -> Iterator[Fault]:
        for path, given in self.sheet.mapping("uncertainties").items():
            here = ("uncertainties", path)
            limits = WHOLE if path == PATH else self.paths.sampled(path)
            if isinstance(limits, str):
                yield self.sheet.key(*here).fault(limits)
            else:
                yield from self._distribution(here, given, limits)
        yield from self._mirrored()
        yield from self._crowded()

    def _distribution(self, here: Path, given: Any, limits: Limits) -> Iterator[Fault]:
        if given == "plausible":
            return
        if not isinstance(given, dict) or len(given) != 1:
            what = f"{len(given)} distributions" if isinstance(given, dict) else shown(given)
            yield self.sheet.at(*here).fault(
                f"{here[-1]} is {what}; expected 'plausible', or one of {', '.join(SHAPES)} with its numbers"
            )
            return
        ((shape, numbers),) = given.items()
        if shape not in SHAPES:
            yield self.sheet.key(*here, shape).fault(
                f"there is no distribution called {shown(shape)}{offer(shape, SHAPES)}"
            )
        elif wrong := problem(shape, numbers) or _beyond(here[-1], shape, numbers, limits):
            yield self.sheet.at(*here, shape).fault(wrong)

    def _mirrored(self) -> Iterator[Fault]:
        """Faults of pairs that are drawn both ways round."""
        drawn = self.sheet.uncertain
        for path in drawn:
            head, _, last = path.rpartition(".")
            stem, _, first = head.rpartition(".")
            symmetric = stem == "initial.alignment" or self._over(stem) == "pair"
            if symmetric and first > last and f"{stem}.{last}.{first}" in drawn:
                yield self.sheet.key("uncertainties", path).fault(
                    f"{path} is the same both ways and is drawn already as {stem}.{last}.{first}"
                )

    def _over(self, path: str) -> str:
        found = self.paths.parameter(path) if path.startswith("parameters.") else ""
        return "" if isinstance(found, str) else found.over

    def _crowded(self) -> Iterator[Fault]:
        """Faults of shares of one actor that may be drawn to more than 1 together."""
        stem, cells = ".".join(OPPORTUNITY), self.sheet.value(*OPPORTUNITY)
        drawn = {path: _highest(each) for path, each in self.sheet.uncertain.items()}
        for i in self.sheet.actors or ():
            paths = [f"{stem}.{i}.{j}" for j in self.sheet.actors or () if j != i]
            own = [path for path in paths if path in drawn]
            open_ = [path for path in paths if path not in drawn and _unsaid(cells, path)]
            total = sum(drawn[path] for path in own) + len(open_) * drawn.get(stem, 0.0)
            if total > 1.0 + 1e-9:
                yield self.sheet.key("uncertainties", own[-1] if own else stem).fault(
                    f"the opportunities of {i} may be drawn to add up to {total:g}; expected at most 1"
                )

    def _outcomes(self) -> Iterator[Fault]:
        kinds = outcomes()
        for name, given in self.sheet.sections("outcomes"):
            if name in RESERVED_OUTCOMES:
                yield self.sheet.key("outcomes", name).fault(
                    f"no outcome can be called {shown(name)}; tables of results have such a column already"
                )
            measure = given.get("measure")
            for each in fields(kinds[measure]) if isinstance(measure, str) and measure in kinds else ():
                if kind := each.metadata.get("names"):
                    yield from self._members(("outcomes", name, each.name), kind, given.get(each.name))
            yield from self._roles(("outcomes", name), given)

    def _members(self, path: Path, kind: str, named: Any) -> Iterator[Fault]:
        if not isinstance(named, list):
            yield from self.sheet.strange(named, kind, self.sheet.at(*path))
            return
        for k, member in enumerate(named):
            yield from self.sheet.strange(member, kind, self.sheet.at(*path, str(k)))
        exact = path[-1] == "pair"
        if len(named) < 2 or (exact and len(named) > 2):
            wanted = "2" if exact else "two or more"
            yield self.sheet.at(*path).fault(f"{path[-1]} has {len(named)} names; expected {wanted}")
        elif any(each in named[:k] for k, each in enumerate(named[:MOST_ACTORS])):
            yield self.sheet.at(*path).fault(f"{path[-1]} names one {kind} twice; expected different ones")

    def _roles(self, path: Path, given: dict[str, Any]) -> Iterator[Fault]:
        """Faults of an outcome in which one actor plays two roles, or the roles of no alliance."""
        roles = {key: value for key, value in given.items() if isinstance(value, str) and key != "measure"}
        several = [each for value in given.values() if isinstance(value, list) for each in value]
        played = list(roles.values())
        if twice := [name for k, name in enumerate(played) if name in played[:k] or name in several]:
            yield self.sheet.key(*path).fault(
                f"{shown(path[-1])} names {shown(twice[0])} twice; expected different names"
            )
        elif given.get("measure") == "abandonment" and set(played) <= set(self.sheet.actors or ()):
            pair, allied = (given.get("patron"), given.get("client")), self.sheet.allied
            if allied is not None and len(played) == 2 and pair not in allied:
                yield self.sheet.key(*path).fault(
                    f"there is no alliance with {pair[0]} as patron and {pair[1]} as client"
                )

    def _question(self) -> Iterator[Fault]:
        named, valid = self.sheet.value("question", "outcome"), self.sheet.names("outcomes")
        if isinstance(named, str) and valid is not None and named not in valid:
            yield self.sheet.at("question", "outcome").fault(
                f"there is no outcome called {shown(named)}{offer(named, valid)}"
            )
        for name in self.sheet.mapping("question", "against"):
            if name in RESERVED_ARMS:
                yield self.sheet.key("question", "against", name).fault(
                    f"no alternative can be called {shown(name)}; every run has one of that name"
                )


def _beyond(path: str, shape: str, numbers: list[float], limits: Limits) -> str:
    """That a distribution reaches where it must not, or ''."""
    floor, ceiling = limits[2:]
    if shape == "normal":
        inside = floor <= numbers[0] <= ceiling
        return (
            ""
            if inside
            else f"the mean is {numbers[0]:g}, but {path} must be within {floor:g} to {ceiling:g}"
        )
    low, high = Distribution(shape, tuple(map(float, numbers))).extremes()
    inside = floor <= low <= high <= ceiling
    reach = f"the draws lie within {low:g} to {high:g}"
    return "" if inside else f"{reach}, but {path} must be within {floor:g} to {ceiling:g}"


def _highest(given: Any) -> float:
    """The highest share that can be drawn."""
    numbers = [each for each in next(iter(given.values()), ()) if is_number(each)] if _is_one(given) else []
    return 1.0 if not numbers or "normal" in given else min(max(numbers), 1.0)


def _is_one(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(each, list) for each in given.values())


def _unsaid(cells: Any, path: str) -> bool:
    """Whether a cell is left to the number for all."""
    i, j = path.split(".")[-2:]
    row = cells.get(i) if isinstance(cells, dict) else None
    return not (isinstance(row, dict) and is_number(row.get(j)))
