"""A scenario file as its checks read it: what stands where, as far as that can be told.

A sheet answers even where a file is faulty: what has no sound form reads as nothing, and a list of
names that cannot be told reads as None, so that one fault does not bring forth others.
Imports `yamltext.py` and `calendar.py`. Read next: `paths.py` and `checks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..calendar import month_of
from ..errors import MOST_NAMES, Fault, nearest
from ..posterior import marginals
from ..yamltext import Document, Mark, Path, shown

EVERYONE = "everyone"
MOST_ACTORS, MOST_TIES, MOST_EVENTS = 30, 100, 200
NAME = r"^[a-z][a-z0-9_]{0,39}$"
SECTIONS = {"flashpoint": "flashpoints", "dispute": "disputes"}
"""Kinds of ties that numbers and outcomes are given for, and where they stand under `ties`."""

_PLAIN_NAME = re.compile(r"[\w.\-]{1,60}")


@dataclass(frozen=True)
class Sheet:
    """One file; `strangers` are its sections that hold a key nobody knows."""

    doc: Document
    strangers: frozenset[Path] = frozenset()

    def at(self, *path: str) -> Mark:
        """The place of a value, or of what encloses it."""
        while path and path not in self.doc.marks:
            path = path[:-1]
        return self.doc.marks[path]

    def key(self, *path: str) -> Mark:
        """The place of a key, or of what encloses it."""
        return self.doc.key_marks.get(path) or self.at(*path)

    def value(self, *path: str) -> Any:
        """What stands at a path, or None."""
        node: Any = self.doc.data
        for key in path:
            node = node.get(key) if isinstance(node, dict) else None
        return node

    def mapping(self, *path: str) -> dict[str, Any]:
        """The mapping at a path, empty where there is none."""
        found = self.value(*path)
        return found if isinstance(found, dict) else {}

    def sections(self, *path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The mappings below a path, with their names."""
        return ((name, each) for name, each in self.mapping(*path).items() if isinstance(each, dict))

    @cached_property
    def uncertain(self) -> dict[str, Any]:
        """What is drawn by path, each column of a posterior by itself."""
        return marginals(self.doc.data)

    def month(self, *path: str) -> int | None:
        """The date at a path, or None where there is none that can be read."""
        try:
            return month(self.value(*path))
        except ValueError:
            return None

    def names(self, *path: str) -> list[str] | None:
        """The names in a mapping; None where they cannot be told, or are too many."""
        found: Any = self.doc.data
        above: Path = ()
        for key in path:
            if not isinstance(found, dict) or (key not in found and above in self.strangers):
                return None
            found, above = found.get(key, {}), (*above, key)
        most = MOST_ACTORS if path == ("actors",) else MOST_NAMES
        return list(found) if isinstance(found, dict) and len(found) <= most else None

    @cached_property
    def actors(self) -> list[str] | None:
        """The actors' names, or None."""
        return self.names("actors") if "actors" in self.doc.data else None

    def known(self, kind: str) -> list[str] | None:
        """The names of a kind, a tie's or actors', or None."""
        return self.names("ties", SECTIONS[kind]) if kind in SECTIONS else self.actors

    @cached_property
    def allied(self) -> set[tuple[Any, Any]] | None:
        """Patron and client of each alliance; None where one of them cannot be told."""
        names = self.names("ties", "alliances")
        pairs = [
            tuple(self.value("ties", "alliances", name, role) for role in ("patron", "client"))
            for name in names or ()
        ]
        sound = names is not None and all(isinstance(each, str) for pair in pairs for each in pair)
        return {(patron, client) for patron, client in pairs} if sound else None

    def strange(self, name: Any, kind: str, mark: Mark) -> Iterator[Fault]:
        """The fault of a name that is none of its kind; text that no name can be is told by the form."""
        if isinstance(name, str) and re.fullmatch(NAME, name) and (wrong := self.no_such(name, kind)):
            yield mark.fault(wrong)

    def no_such(self, name: str, kind: str) -> str:
        """That nothing of a kind has this name, or ''."""
        valid = self.known(kind)
        if valid is None or name in valid:
            return ""
        return f"there is no {kind} called {shown(name)}{offer(name, valid)}"


def month(value: Any) -> int:
    """A date of a file as a month. Raises ValueError where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 40:
        raise ValueError(f"{shown(value)} is no date; write 2014, 2014Q2, 2014-05 or 2014-05-18")
    return month_of(str(value))


def offer(name: str, valid: Iterable[str]) -> str:
    """The valid name nearest to one that is not, or, where none is near, all that are valid."""
    names = list(valid)
    return nearest(name, names) or choices(names)


def choices(valid: Iterable[str]) -> str:
    """Give "; there are a, b" for names that are few."""
    names = list(valid)
    return f"; there are {', '.join(map(told, names))}" if 0 < len(names) <= 12 else ""


def told(name: str) -> str:
    """A name as it stands where it is plain, else in quotes, on one line and not too long."""
    return name if _PLAIN_NAME.fullmatch(name) else shown(name)


def is_number(value: Any) -> bool:
    """Whether a value of a file is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def outside(where: str, value: Any, limits: tuple[float, float]) -> str:
    """What is wrong with a number, or ''."""
    if not is_number(value):
        return f"{told(where)} is {shown(value)}; expected a number"
    low, high = limits
    return "" if low <= value <= high else f"{told(where)} is {value:g}, outside {low:g} to {high:g}"
