"""What can be wrong with a posterior: how it is named, its table, and what the columns stand for.

A column for an actor, a tie or a policy that the scenario lacks is left out, so that one table serves
many scenarios; any other that names no input of the model is a fault. Imports `paths.py` and
`posterior/`. Read next: `checks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..errors import Fault
from ..posterior import KEY, PATH, Posterior, begins, of, table
from ..yamltext import Document, shown
from .paths import Limits, Paths
from .sheet import Sheet, offer, outside

SETTINGS = ("table", "without", "row", "lines")
WHOLE = f"{PATH} is drawn row by row as it is; leave it out here"
NOWHERE = Paths(Sheet(Document({}, {}, {}, {}), frozenset({(), ("ties",)})))
"""The paths of a scenario of which no name is known, so that any name will do."""


@dataclass(frozen=True)
class Rows:
    """The checks of the posterior that a file names, if any."""

    sheet: Sheet

    @property
    def limits(self) -> Limits | str:
        """The range of the numbers of rows, or that there are none."""
        found = of(self.sheet.doc.data)
        if found is None:
            return f"the scenario has no {PATH}"
        return (1.0, float(len(found.rows)), 1.0, float(len(found.rows)))

    def faults(self) -> Iterator[Fault]:
        """Every fault."""
        if KEY[1] not in self.sheet.mapping(KEY[0]):
            return
        told = self.sheet.value(*KEY)
        if not isinstance(told, dict):
            wanted = "the name of a posterior, or a CSV file"
            yield self.sheet.at(*KEY).fault(f"posterior is {shown(told)}; expected {wanted}")
            return
        yield from self._form(told)
        if isinstance(lines := told.get("lines"), list) and all(isinstance(each, str) for each in lines):
            yield from self._table(tuple(lines), told)

    def _form(self, told: dict[str, Any]) -> Iterator[Fault]:
        for key in told:
            if key not in SETTINGS:
                yield self.sheet.key(*KEY, key).fault(
                    f"there is no setting called {shown(key)} here{offer(key, SETTINGS[:3])}"
                )
        if "table" not in told:
            yield self.sheet.at(*KEY).fault("'table' is missing in posterior")
        for key, kind, wanted in (("table", str, "text"), ("without", list, "a list, [a, b]")):
            if key in told and not isinstance(told[key], kind):
                yield self.sheet.at(*KEY, key).fault(f"{key} is {shown(told[key])}; expected {wanted}")

    def _table(self, lines: tuple[str, ...], told: dict[str, Any]) -> Iterator[Fault]:
        found = table(lines)
        if not isinstance(found, Posterior):
            yield from (self._fault(each.line, each.column, each.message) for each in found)
            return
        for path in told["without"] if isinstance(told.get("without"), list) else ():
            if path not in found.paths:
                near = offer(str(path), found.paths)
                yield self.sheet.at(*KEY, "without").fault(f"the posterior has no {shown(path)}{near}")
        row, last = told.get("row", 1), len(found.rows)
        if type(row) is not int or not 1 <= row <= last:
            yield self.sheet.at(*KEY, "row").fault(
                f"row is {shown(row)}; expected a whole number, 1 to {last}"
            )
        for path in found.paths:
            yield from self._column(lines, found, path)

    def _column(self, lines: tuple[str, ...], found: Posterior, path: str) -> Iterator[Fault]:
        """Faults of a column: what it names, and the first number that is not allowed."""
        limits = self.limits_of(path)
        if isinstance(limits, str):
            yield self._at(lines, found, 0, path, limits)
        elif limits is not None:
            column = found.column(path)
            wrong = [k for k, each in enumerate(column) if not limits[2] <= each <= limits[3]]
            if wrong:
                more = f" (and in {len(wrong) - 1:,} more rows)" if len(wrong) > 1 else ""
                said = outside(path, float(column[wrong[0]]), limits[2:])
                yield self._at(lines, found, wrong[0] + 1, path, said + more)

    def limits_of(self, path: str) -> Limits | str | None:
        """The range of what a column names; None where only this scenario lacks it; or what is wrong."""
        here = Paths(self.sheet).sampled(path)
        if not isinstance(here, str):
            return here
        parts = path.split(".")
        if parts[0] == "policies" and len(parts) == 4:
            return None
        return here if isinstance(NOWHERE.sampled(path), str) else None

    def _at(self, lines: tuple[str, ...], found: Posterior, row: int, path: str, message: str) -> Fault:
        """A fault at a path's cell in a row, 0 the header."""
        line = found.places[row]
        return self._fault(line, begins(lines[line])[found.paths.index(path)], message)

    def _fault(self, line: int, column: int, message: str) -> Fault:
        mark = self.sheet.at(*KEY, "lines", str(line))
        return replace(mark, column=mark.column + column - 1).fault(message)


def left_out(doc: Document) -> list[str]:
    """The columns of a sound file's posterior for actors, ties or policies that it lacks."""
    found, rows = of(doc.data), Rows(Sheet(doc))
    return [path for path in found.kept if rows.limits_of(path) is None] if found else []
