"""Checks of numbers given by name: one for all, one for each actor, or one for each pair.

`build.py` reads such numbers into arrays; what it would have to guess is refused here. Imports
`sheet.py` and `paths.py`. Read next: `checks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ..errors import Fault
from ..yamltext import Mark, Path, shown
from .paths import ROLES
from .sheet import EVERYONE, Sheet, is_number, outside, told

Range = tuple[float, float]
OPPORTUNITY = ("parameters", "setting", "opportunity")


@dataclass(frozen=True)
class Cells:
    """The checks of all numbers by name in a file."""

    sheet: Sheet

    def faults(self, path: Path, over: str, limits: Range) -> Iterator[Fault]:
        """Every fault of what stands at a path: a number for all, or numbers by one or two names."""
        cells = self.sheet.value(*path)
        if not isinstance(cells, dict):
            yield from self._whole(path, cells, limits)
            return
        for name, value in cells.items():
            yield from self._entry((*path, name), value, over, limits)
        if over == "pair":
            yield from self._both_ways(path, cells)

    def _whole(self, path: Path, value: Any, limits: Range) -> Iterator[Fault]:
        if value is not None and not is_number(value):
            said = f"{path[-1]} is {shown(value)}; expected a number, or numbers by name"
            yield self.sheet.at(*path).fault(said)
        else:
            yield from self._number(path, value, limits)

    def _entry(self, here: Path, value: Any, over: str, limits: Range) -> Iterator[Fault]:
        kind = over if over in ("flashpoint", "dispute") else "actor"
        yield from self._named(here, kind)
        deep = len(ROLES[over]) == 2
        if isinstance(value, dict) and not deep:
            yield self.sheet.at(*here).fault(f"{told(here[-1])} is a mapping; expected a number")
        elif isinstance(value, dict):
            for name, number in value.items():
                yield from self._cell((*here, name), number, over, limits)
        elif deep:
            wanted = f"a number for each {ROLES[over][1]}, 'name: number'"
            yield self.sheet.at(*here).fault(f"{told(here[-1])} is {shown(value)}; expected {wanted}")
        else:
            yield from self._number(here, value, limits)

    def _cell(self, here: Path, value: Any, over: str, limits: Range) -> Iterator[Fault]:
        first, second = here[-2:]
        yield from self._named(here, "actor")
        if first == second != EVERYONE:
            yield self.sheet.key(*here).fault(f"{told(first)} toward itself means nothing; leave it out")
        elif over == "alliance" and not self._allied(first, second):
            yield self.sheet.key(*here).fault(
                f"there is no alliance with {first} as patron and {second} as client"
            )
        yield from self._number(here, value, limits)

    def _allied(self, patron: str, client: str) -> bool:
        """Whether two are allied, as far as that can be told."""
        known, allied = {patron, client} <= set(self.sheet.actors or ()), self.sheet.allied
        return not known or allied is None or (patron, client) in allied

    def _named(self, here: Path, kind: str) -> Iterator[Fault]:
        if here[-1] != EVERYONE:
            wrong = self.sheet.no_such(here[-1], kind)
            yield from (self.sheet.key(*here).fault(wrong),) if wrong else ()

    def _number(self, path: Path, value: Any, limits: Range) -> Iterator[Fault]:
        if value is not None and (wrong := outside(path[-1], value, limits)):
            yield self.sheet.at(*path).fault(wrong)

    def _both_ways(self, path: Path, cells: dict[str, Any]) -> Iterator[Fault]:
        """Faults of numbers that say two things of one pair, where both ways round must be the same."""
        for i, j in combinations(self.sheet.actors or (), 2):
            there, back = _own(cells, i, j), _own(cells, j, i)
            if there is None and back is None:
                there, back = for_all(cells, i, j), for_all(cells, j, i)
            if there is not None and back is not None and there != back:
                yield self._later(path, i, j).fault(
                    f"{path[-1]} of {i} and {j} is given twice, as {there:g} and as {back:g}; "
                    "it is the same both ways, so give it once"
                )

    def _later(self, path: Path, i: str, j: str) -> Mark:
        """Of two places that contradict each other, the one in the file itself, or else the lower one."""
        own = self.sheet.at().file
        marks = [self.sheet.at(*path, *cell) for cell in ((i, j), (j, i))]
        return max(marks, key=lambda mark: (mark.file == own, mark.line, mark.column))

    def opportunities(self) -> Iterator[Fault]:
        """Faults of rows of shares that add up to more than 1."""
        cells = self.sheet.value(*OPPORTUNITY)
        for i in self.sheet.actors or ():
            total = sum(held(cells, i, j) or 0.0 for j in self.sheet.actors or () if j != i)
            if total > 1.0 + 1e-9:
                yield self.sheet.key(*OPPORTUNITY, i).fault(
                    f"the opportunities of {i} add up to {total:g}; expected at most 1"
                )


def held(cells: Any, *names: str) -> float | None:
    """The number that a file gives for names: their own, or the one for all; None where it gives none."""
    own = _own(cells, *names)
    return for_all(cells, *names) if own is None else own


def _own(cells: Any, *names: str) -> float | None:
    for name in names:
        cells = cells.get(name) if isinstance(cells, dict) else None
    return cells if is_number(cells) else None


def for_all(cells: Any, *names: str) -> float | None:
    """The number that holds for names not given: a plain number, or what `everyone` says."""
    for name in names:
        if isinstance(cells, dict):
            cells = cells.get(name, cells.get(EVERYONE))
    return cells if is_number(cells) else None
