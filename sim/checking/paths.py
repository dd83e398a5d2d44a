"""What a path with dots names: a parameter, a quantity of the state, a number of the start.

Events and uncertainties name what they change by paths (`parameters.norms.hazard.russia`). Each
function gives what a path names, or a text that says what is wrong with it. Imports `sheet.py`.
Read next: `checks.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from ..errors import nearest
from ..parameters import Parameter, parameters_of
from ..policies import policies
from ..rules import GROUPS
from ..state import Quantity, quantities
from ..yamltext import shown
from .sheet import EVERYONE, Sheet, offer

Limits: TypeAlias = tuple[float, float, float, float]
"""Lowest and highest plausible value, lowest and highest allowed value."""

ROLES: dict[str, tuple[str, ...]] = {
    "world": (), "actor": ("actor",), "dyad": ("actor", "target"), "pair": ("actor", "target"),
    "alliance": ("patron", "client"), "flashpoint": ("flashpoint",), "dispute": ("dispute",),
}  # fmt: skip
"""The names that a path must go on with, by what a number is given over."""

JUMPS = {
    "engagement": "dyad", "alignment": "pair", "commitment": "alliance", "capability": "actor",
    "grievance": "actor", "deterrent": "actor", "order": "world", "violation": "actor",
    "crisis": "flashpoint",
}  # fmt: skip
"""Quantities that an event can move at once, and what they are given over."""

INITIAL = {"engagement": "dyad", "alignment": "pair", "grievance": "actor", "deterrent": "actor"}
"""What the initial state gives by name, and over what."""

SAMPLED_FORMS = (
    "parameters.group.name[.actor[.target]]", "initial.quantity.actor[.target]", "actors.name.capability",
    "ties.alliances.name.commitment", "policies.actor.target.parameter",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """What an event's path names: a parameter or a quantity, over what, and for whom (empty: all)."""

    what: Parameter | Quantity
    over: str
    cell: tuple[str, ...]


@dataclass(frozen=True)
class Paths:
    """The paths that a file may use, given the names in it."""

    sheet: Sheet

    def changed(self, path: str) -> Target | str:
        """What an event's path names, or what is wrong with it."""
        first, *rest = path.split(".")
        if first == "parameters":
            return self.parameter(path)
        if first not in JUMPS:
            valid = ["parameters", *JUMPS]
            return f"{shown(path)} is nothing that an event can change{_group(path) or offer(first, valid)}"
        found = next(each for each in quantities() if each.name == first)
        wrong = self._misnamed(path, first, JUMPS[first], rest)
        return wrong or Target(found, JUMPS[first], tuple(rest))

    def parameter(self, path: str) -> Target | str:
        """The parameter that `parameters.group.name[.actor[.target]]` names, or what is wrong."""
        _, *rest = path.split(".")
        if len(rest) < 2:
            return f"{shown(path)} must go on as parameters.group.name"
        group, name, *cell = rest
        if group not in GROUPS:
            near = nearest(group, GROUPS)
            return f"{shown(path)}: there is no group of parameters called {shown(group)}{near}"
        known = {each.name: each for each in parameters_of(GROUPS[group])}
        if name not in known:
            return f"{shown(path)}: {group} has no parameter called {shown(name)}{nearest(name, known)}"
        over = known[name].over
        wrong = self._misnamed(path, f"parameters.{group}.{name}", over, cell) if cell else ""
        return wrong or Target(known[name], over, tuple(cell))

    def _misnamed(self, path: str, head: str, over: str, cell: list[str]) -> str:
        """What is wrong with the names at the end of a path, or ''."""
        roles = ROLES[over]
        if len(cell) != len(roles):
            few = "few" if len(cell) < len(roles) else "many"
            return f"{shown(path)} has too {few} names; expected {'.'.join([head, *roles])}"
        if EVERYONE in cell:
            whole = f"; {head} alone means all" if head.startswith("parameters") else ""
            return f"{shown(path)}: 'everyone' cannot stand in a path{whole}"
        for name, role in zip(cell, roles, strict=True):
            kind = role if role in ("flashpoint", "dispute") else "actor"
            if wrong := self.sheet.no_such(name, kind):
                return f"{shown(path)}: {wrong}"
        return self._unrelated(path, over, cell)

    def _unrelated(self, path: str, over: str, cell: list[str]) -> str:
        if len(cell) == 2 and cell[0] == cell[1]:
            return f"{shown(path)} names {cell[0]} twice; expected two different actors"
        allied = self.sheet.allied
        if over == "alliance" and allied is not None and tuple(cell) not in allied:
            return f"{shown(path)}: there is no alliance with {cell[0]} as patron and {cell[1]} as client"
        return ""

    def sampled(self, path: str) -> Limits | str:
        """The range of what an uncertainty's path names, or what is wrong with it."""
        first, *rest = path.split(".")
        if first == "parameters":
            found = self.parameter(path)
            return found if isinstance(found, str) else _limits(found.what)
        if first == "initial":
            return self._start(path, rest)
        if first == "actors" and len(rest) == 2 and rest[1] == "capability":
            wrong = self.sheet.no_such(rest[0], "actor")
            return f"{shown(path)}: {wrong}" if wrong else (0.0, 1.0, 0.0, 100.0)
        if first == "ties" and len(rest) == 3 and (rest[0], rest[2]) == ("alliances", "commitment"):
            return self._alliance(path, rest[1])
        if first == "policies" and len(rest) == 3:
            return self._policy(path, *rest)
        near = _group(path) or f"; expected {', '.join(SAMPLED_FORMS)}"
        return f"{shown(path)} is nothing that can be uncertain{near}"

    def _start(self, path: str, rest: list[str]) -> Limits | str:
        valid, name = [*INITIAL, "order"], rest[0] if rest else ""
        if name not in valid:
            return f"{shown(path)}: there is no initial quantity called {shown(name)}{offer(name, valid)}"
        found = next(each for each in quantities() if each.name == name)
        wrong = self._misnamed(path, f"initial.{name}", INITIAL.get(name, "world"), rest[1:])
        return wrong or (found.low, min(found.high, 10.0), found.low, min(found.high, 10.0))

    def _alliance(self, path: str, name: str) -> Limits | str:
        valid = self.sheet.names("ties", "alliances")
        if valid is not None and name not in valid:
            return f"{shown(path)}: there is no alliance called {shown(name)}{nearest(name, valid)}"
        return (0.2, 0.95, 0.0, 1.0)

    def _policy(self, path: str, actor: str, target: str, name: str) -> Limits | str:
        kind = self.sheet.value("policies", actor, target, "policy")
        if kind is None:
            return f"{shown(path)}: {shown(actor)} has no policy toward {shown(target)}"
        if not isinstance(kind, str) or kind not in policies():
            return (0.0, 0.0, -1e15, 1e15)  # an unknown policy is a fault of its own, told elsewhere
        known = {each.name: each for each in parameters_of(policies()[kind])}
        if name not in known or name == "horizon":
            near = nearest(name, [each for each in known if each != "horizon"])
            return f"{shown(path)}: {kind} has no parameter called {shown(name)} that can be uncertain{near}"
        return _limits(known[name])


def _limits(each: Any) -> Limits:
    return (each.low, each.high, each.floor, each.ceiling)


def _group(path: str) -> str:
    """A hint where only the first word is missing."""
    return f"; did you mean {shown('parameters.' + path)}?" if path.partition(".")[0] in GROUPS else ""
