"""A scenario's numbers as arrays, by name: drawn where they are uncertain, else given, else by default.

A sampled number widens its own array over the runs and nothing else. Read `build.py` next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .axes import Array, scalar
from .checking.sheet import EVERYONE
from .mechanisms import Ties

Draws = Mapping[str, Array]
"""Values of the uncertainties by path, `(R,)` each."""


@dataclass(frozen=True)
class Numbers:
    """A scenario's numbers as arrays, with drawn values in place of those that are uncertain."""

    data: Mapping[str, Any]
    ties: Ties
    drawn: Draws

    def at(self, *path: str) -> Any:
        """What stands at a path of the scenario, or None."""
        return inner(self.data, path)

    def one(self, default: float | None, *path: str) -> Array:
        """A number as `(1, 1, 1|R)`; NaN where it is neither given nor drawn nor has a default."""
        name = ".".join(path)
        if name in self.drawn:
            return scalar(self.drawn[name])
        given = self.at(*path)
        fallback = np.nan if default is None else default
        return scalar(fallback if given is None else given)

    def column(self, names: tuple[str, ...], default: float | None, *path: str) -> Array:
        """Numbers by name as `(names, 1, 1|R)`."""
        rows = [self._cell(default, path, (name,)) for name in names]
        return joined([[row] for row in rows]) if rows else np.zeros((0, 1, 1))

    def square(self, default: float | None, *path: str, symmetric: bool = False) -> Array:
        """Numbers by two names as `(n, n, 1|R)`, 0 on the diagonal."""
        names = self.ties.names
        rows = [
            [scalar(0.0) if i == j else self._cell(default, path, (i, j), symmetric) for j in names]
            for i in names
        ]
        return joined(rows)

    def _cell(
        self,
        default: float | None,
        path: tuple[str, ...],
        cell: tuple[str, ...],
        symmetric: bool = False,
    ) -> Array:
        ways = [cell, cell[::-1]] if symmetric else [cell]
        head = ".".join(path)
        for way in ways:
            name = f"{head}.{'.'.join(way)}"
            if name in self.drawn:
                return scalar(self.drawn[name])
        cells = self.at(*path)
        for way in ways:
            given = inner(cells, way)
            if given is not None:
                return scalar(given)
        return scalar(self.drawn[head] if head in self.drawn else for_all(cells, ways, default))


def inner(node: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path within nested mappings, or None."""
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def for_all(cells: Any, ways: list[tuple[str, ...]], default: float | None) -> float:
    """The number that holds for cells not named: a plain number, or what `everyone` says."""
    for way in ways:
        node = cells
        for key in way:
            if isinstance(node, dict):
                node = node.get(key, node.get(EVERYONE))
        if node is not None and not isinstance(node, dict):
            return float(node)
    return np.nan if default is None else default


def joined(rows: list[list[Array]]) -> Array:
    """Cells `(1, 1, 1|R)` as one array, widened over runs where a cell is."""
    runs = max(cell.shape[-1] for row in rows for cell in row)
    joined = np.empty((len(rows), len(rows[0]), runs))
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            joined[i, j] = cell[0, 0]
    return joined
