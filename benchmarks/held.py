"""Luck dealt beforehand and held in memory, so that what comes after it can be timed alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.luck import DealtLuck

Names = tuple[str, ...]


class HeldLuck:
    """The luck of runs `first` to `first + runs - 1`, dealt when it is first asked for and replayed from then on."""

    def __init__(self, seed: int, first: int, runs: int, steps: int) -> None:
        self.steps, self._dealt = steps, DealtLuck(seed, first, runs, steps)
        self._tables: dict[tuple[str, str, tuple[Names | None, ...]], np.ndarray] = {}
        self._parts: dict[tuple[int, int], HeldPart] = {}

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> np.ndarray:
        """Standard normal numbers, `(rows, 1, R)`."""
        return self._table(stream, "normal", rows)[step]

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> np.ndarray:
        """Uniform numbers, `(rows, 1, R)`."""
        return self._table(stream, "uniform", rows)[step]

    def table(self, stream: str, shape: str, rows: Sequence[Names | None], first: int, last: int) -> Any:
        """Numbers of the steps from `first` up to `last`, `(steps, rows, R)`."""
        return self._table(stream, shape, rows)[first:last, :, 0]

    def _table(self, stream: str, shape: str, rows: Sequence[Names | None]) -> np.ndarray:
        key = (stream, shape, tuple(rows))
        if key not in self._tables:
            deal, steps = getattr(self._dealt, shape), range(1 if stream == "uncertainty" else self.steps)
            self._tables[key] = np.stack([deal(stream, rows, k) for k in steps])
        return self._tables[key]

    def part(self, begin: int, end: int) -> HeldPart:
        """The luck of some of these runs, held too."""
        if (begin, end) not in self._parts:
            self._parts[begin, end] = HeldPart(self, begin, end)
        return self._parts[begin, end]


class HeldPart:
    """Part of held luck, in tables of its own."""

    def __init__(self, whole: HeldLuck, begin: int, end: int) -> None:
        self._whole, self._runs = whole, slice(begin, end)
        self._tables: dict[Any, np.ndarray] = {}

    def table(self, *asked: Any) -> np.ndarray:
        """Numbers, `(steps, rows, R)`."""
        key = repr(asked)
        if key not in self._tables:
            self._tables[key] = np.ascontiguousarray(self._whole.table(*asked)[..., self._runs])
        return self._tables[key]
