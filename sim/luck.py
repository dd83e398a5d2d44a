"""Luck is dealt, not drawn: run 17 has the same luck wherever and beside whatever it is computed.

Every stream of random numbers is keyed by (seed, stream, actor name, target name) and cut into
blocks of 100 runs, each filled in the order (step, run) by a counter-based generator (Philox).
So a run's luck is the same in a Mesa model, in an ensemble of any size or chunking, under any
policy, beside any further actor, and on a shorter horizon. Imports nothing of the science.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np

from .axes import Array

BLOCK = 100
"""Runs that share one generator; part of the definition of luck, so changing it changes results."""

SLAB = 2**22
"""Numbers held ahead per table (32 MiB): long horizons are dealt slab by slab."""

Shape = Literal["normal", "uniform"]
Names = tuple[str, ...]


def state_of(seed: int, stream: str, names: Names, block: int) -> dict[str, Any]:
    """Where the generator of one block of runs of one named stream begins (a state of Philox)."""
    text = "\x1f".join([str(seed), stream, *names]).encode()
    key = np.frombuffer(hashlib.blake2b(text, digest_size=16).digest(), dtype=np.uint64)
    counter = np.array([0, 0, 0, block], dtype=np.uint64)
    return {
        "bit_generator": "Philox",
        "state": {"counter": counter, "key": key},
        "buffer": np.zeros(4, dtype=np.uint64),
        "buffer_pos": 4,
        "has_uint32": 0,
        "uinteger": 0,
    }


class Luck(Protocol):
    """What a world may ask for: numbers for named rows at a step, `(rows, 1, R)`."""

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers; a row of None gets zeros."""

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers in [0, 1); a row of None gets zeros."""


class DealtLuck:
    """The luck of runs `first` to `first + runs - 1` of a seed, over `steps` steps."""

    def __init__(self, seed: int, first: int, runs: int, steps: int) -> None:
        self.seed, self.first, self.runs, self.steps = seed, first, runs, steps
        self._tables: dict[tuple[str, Shape, tuple[Names | None, ...]], _Table] = {}

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers for each row at a step, `(rows, 1, R)`."""
        return self._at(stream, "normal", rows, step)

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers for each row at a step, `(rows, 1, R)`."""
        return self._at(stream, "uniform", rows, step)

    def _at(self, stream: str, shape: Shape, rows: Sequence[Names | None], step: int) -> Array:
        key = (stream, shape, tuple(rows))
        if key not in self._tables:
            self._tables[key] = _Table(self, *key)
        return self._tables[key].at(step)[:, None, :]


class _Table:
    """Numbers `(step, row, run)` of one stream, dealt in slabs of steps as they are reached.

    Holds nothing of the luck it belongs to, so that both go as soon as they are no longer needed.
    """

    def __init__(self, luck: DealtLuck, stream: str, shape: Shape, rows: tuple[Names | None, ...]):
        self.seed, self.first, self.runs = luck.seed, luck.first, luck.runs
        self.stream, self.shape, self.rows = stream, shape, rows
        self.depth = max(1, min(luck.steps, SLAB // max(1, len(rows) * luck.runs)))
        self._rewind()

    def at(self, step: int) -> Array:
        """The numbers of one step, `(row, run)`."""
        if step < self.start:
            self._rewind()
        while step >= self.start + len(self.slab):
            self._deal()
        return self.slab[step - self.start]

    def _rewind(self) -> None:
        blocks = range(self.first // BLOCK, -(-(self.first + self.runs) // BLOCK))
        self.states = {
            (row, block): state_of(self.seed, self.stream, names, block)
            for row, names in enumerate(self.rows)
            if names is not None
            for block in blocks
        }
        self.start = 0
        self.slab = np.zeros((0, len(self.rows), self.runs))

    def _deal(self) -> None:
        self.start += len(self.slab)
        self.slab = np.zeros((self.depth, len(self.rows), self.runs))
        first, last = self.first, self.first + self.runs
        philox: Any = np.random.Philox(0)
        dealer = np.random.Generator(philox)
        deal = dealer.standard_normal if self.shape == "normal" else dealer.random
        for (row, block), state in self.states.items():
            philox.state = state
            dealt = deal((self.depth, BLOCK))
            low, high = max(first, block * BLOCK), min(last, (block + 1) * BLOCK)
            shift = block * BLOCK
            self.slab[:, row, low - first : high - first] = dealt[:, low - shift : high - shift]
            self.states[row, block] = philox.state


class ChosenLuck:
    """The luck of the runs of these numbers, `(R,)`, in any order and as often as wanted.

    So the rows of a design can share the luck of the same few runs, dealt only once. Of the runs
    between numbers that lie far apart nothing is dealt.
    """

    def __init__(self, seed: int, numbers: Array, steps: int) -> None:
        blocks = np.unique(numbers // BLOCK)
        stretches = np.split(blocks, np.flatnonzero(np.diff(blocks) > 1) + 1)
        self._dealt = [DealtLuck(seed, int(each[0]) * BLOCK, len(each) * BLOCK, steps) for each in stretches]
        self._columns = np.searchsorted(blocks, numbers // BLOCK) * BLOCK + numbers % BLOCK

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers for each row at a step, `(rows, 1, R)`."""
        return self._chosen([each.normal(stream, rows, step) for each in self._dealt])

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers for each row at a step, `(rows, 1, R)`."""
        return self._chosen([each.uniform(stream, rows, step) for each in self._dealt])

    def _chosen(self, dealt: list[Array]) -> Array:
        return np.concatenate(dealt, axis=2)[:, :, self._columns]


class NoLuck:
    """A world in which nothing happens by chance: shocks are 0 and no hazard strikes."""

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:  # noqa: ARG002
        """Zeros, `(rows, 1, 1)`."""
        return np.zeros((len(rows), 1, 1))

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:  # noqa: ARG002
        """Ones, `(rows, 1, 1)`: above every probability."""
        return np.ones((len(rows), 1, 1))


def draws(seed: int, name: str, first: int, runs: int) -> Array:
    """One uniform number a run for the uncertainty called `name`, `(R,)`."""
    return drawn(DealtLuck(seed, first, runs, 1), name)


def drawn(luck: Luck, name: str) -> Array:
    """The same for the runs of this luck."""
    return luck.uniform("uncertainty", [(name,)], 0)[0, 0]
