"""Luck is dealt, not drawn: run 17 has the same luck wherever and beside whatever it is computed.

Every stream of random numbers is keyed by (seed, stream, actor name, target name) and cut into
blocks of 100 runs, each filled in the order (step, run) by a counter-based generator (Philox).
So a run's luck is the same in a Mesa model, in an ensemble of any size or chunking, under any
policy, beside any further actor, and on a shorter horizon. Imports nothing of the science.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np

from .axes import Array

BLOCK = 100
"""Runs that share one generator; part of the definition of luck, so changing it changes results."""

SLAB = 2**22
"""Numbers held ahead per table (32 MiB): long horizons are dealt slab by slab."""

UNCERTAINTY = "uncertainty"
"""The stream of which each uncertainty takes its uniform number, by its path."""

Shape = Literal["normal", "uniform"]
Names = tuple[str, ...]
Rooms = dict[tuple[str, Shape, tuple[Names | None, ...]], Array]
"""Memory of tables, by what they hold."""


def key_of(seed: int, stream: str, names: Names) -> Array:
    """The key of one named stream, two words `(2,)`: what its generators share in all blocks."""
    text = "\x1f".join([str(seed), stream, *names]).encode()
    return np.frombuffer(hashlib.blake2b(text, digest_size=16).digest(), dtype=np.uint64)


def state_at(key: Array, block: int) -> dict[str, Any]:
    """Where the generator of one block of runs of a stream begins (a state of Philox)."""
    return {
        "bit_generator": "Philox",
        "state": {"counter": np.array([0, 0, 0, block], dtype=np.uint64), "key": key},
        "buffer": np.zeros(4, dtype=np.uint64),
        "buffer_pos": 4,
        "has_uint32": 0,
        "uinteger": 0,
    }


class Dealer(Protocol):
    """Who fills blocks with numbers in NumPy's stead, quicker: the same to the bit."""

    def deal(self, key: Array, block: int, shape: Shape, out: Array) -> None:
        """Fill `out`, `(step, BLOCK)` with any stride between steps, with a block's numbers from its beginning."""


def deal_block(key: Array, block: int, shape: Shape, out: Array) -> None:
    """The same by NumPy, whose numbers are the definition of luck."""
    philox: Any = np.random.Philox(0)
    philox.state = state_at(key, block)
    dealer = np.random.Generator(philox)
    out[...] = (dealer.standard_normal if shape == "normal" else dealer.random)(out.shape)


class Luck(Protocol):
    """What a world may ask for: numbers for named rows at a step, `(rows, 1, R)`.

    A stream is of one shape: its normal and its uniform numbers are made of the same bits.
    """

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers; a row of None gets zeros."""

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers in [0, 1); a row of None gets zeros."""

    def table(
        self, stream: str, shape: Shape, rows: Sequence[Names | None], first_step: int, last_step: int
    ) -> Array:
        """The same numbers of the steps from the first up to, not with, the last: `(steps, rows, R)`.

        Contiguous, of 64-bit floats, and not to be written to.
        """

    def part(self, begin: int, end: int) -> Luck:
        """The luck of some of these runs, by their places."""


class DealtLuck:
    """The luck of runs `first` to `first + runs - 1` of a seed, over `steps` steps."""

    def __init__(self, seed: int, first: int, runs: int, steps: int, dealer: Dealer | None = None) -> None:
        self.seed, self.first, self.runs, self.steps = seed, first, runs, steps
        self.dealer = dealer
        self._part: tuple[int, int, DealtLuck] | None = None
        self._rooms: Rooms = {}
        self._room: Rooms | None = None
        self._tables: dict[tuple[str, Shape, tuple[Names | None, ...]], _Table] = {}
        self._latest: dict[tuple[str, Shape], tuple[list[Names | None], _Table]] = {}

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers for each row at a step, `(rows, 1, R)`."""
        return self._of(stream, "normal", rows).at(step)

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers for each row at a step, `(rows, 1, R)`."""
        return self._of(stream, "uniform", rows).at(step)

    def table(
        self, stream: str, shape: Shape, rows: Sequence[Names | None], first_step: int, last_step: int
    ) -> Array:
        """Numbers of either shape for each row at these steps, `(steps, rows, R)`, contiguous."""
        return self._of(stream, shape, rows).between(first_step, last_step)

    def part(self, begin: int, end: int) -> Luck:
        """The luck of some of these runs; the part asked for last is held, for all who ask for the same.

        Its tables are lost to the next part, which is dealt in their place.
        """
        if self._part is None or self._part[:2] != (begin, end):
            part = DealtLuck(self.seed, self.first + begin, end - begin, self.steps, self.dealer)
            part._room = self._rooms
            self._part = (begin, end, part)
        return self._part[2]

    def _of(self, stream: str, shape: Shape, rows: Sequence[Names | None]) -> _Table:
        known = self._latest.get((stream, shape))
        if known is not None and known[0] == rows:
            return known[1]
        key = (stream, shape, tuple(rows))
        if key not in self._tables:
            self._tables[key] = _Table(self, *key)
        self._latest[stream, shape] = list(rows), self._tables[key]
        return self._tables[key]


class _Table:
    """Numbers `(step, row, run)` of one stream, dealt in slabs of steps as they are reached.

    Holds nothing of the luck it belongs to, so that both go as soon as they are no longer needed.
    """

    def __init__(self, luck: DealtLuck, stream: str, shape: Shape, rows: tuple[Names | None, ...]):
        self.first, self.runs, self.shape, self.dealer = luck.first, luck.runs, shape, luck.dealer
        self.room, self.place = luck._room, (stream, shape, rows)
        self.keys = [None if names is None else key_of(luck.seed, stream, names) for names in rows]
        self.depth = max(1, min(luck.steps, SLAB // max(1, len(rows) * luck.runs)))
        self._rewind(goes_on=self.depth < luck.steps)

    def at(self, step: int) -> Array:
        """The numbers of one step, `(row, 1, run)`."""
        if not self.start <= step < self.end:
            self._reach(step)
        return self.slab[step - self.start]

    def between(self, first: int, last: int) -> Array:
        """The numbers of the steps from `first` up to `last`, `(step, row, run)`."""
        if not self.start <= first < self.end:
            self._reach(first)
        if last <= self.end:
            return self.slab[first - self.start : max(first, last) - self.start, :, 0]
        found = np.empty((last - first, len(self.keys), self.runs))
        while first < last:
            some = self.between(first, min(last, self.end))
            found[len(found) - (last - first) :][: len(some)] = some
            first += len(some)
            if first < last:
                self._reach(first)
        return found

    def _reach(self, step: int) -> None:
        if step < self.start or (self.end and not self.goes_on):
            self._rewind(goes_on=True)
        while step >= self.end:
            self._deal()

    def _rewind(self, *, goes_on: bool) -> None:
        """Go back before the first step; where it is dealt slab by slab, states are kept in between."""
        self.goes_on, self.start, self.end = goes_on, 0, 0
        self.states: dict[tuple[int, int], dict[str, Any]] = {}

    def _deal(self) -> None:
        """The next slab: each block of a row in one go."""
        self.start, self.end = self.end, self.end + self.depth
        self.slab = self._memory((self.depth, len(self.keys), 1, self.runs))
        for row, key in enumerate(self.keys):
            if key is None:
                self.slab[:, row] = 0.0
        if self.dealer is None or self.goes_on:
            self._deal_by_numpy()
        else:
            self._deal_by(self.dealer)

    def _memory(self, shape: tuple[int, ...]) -> Array:
        """Room for a slab: that of the part before, if it fits."""
        if self.room is None or self.goes_on:
            return np.empty(shape)
        if self.room.get(self.place, np.empty(0)).shape != shape:
            self.room[self.place] = np.empty(shape)
        return self.room[self.place]

    def _deal_by(self, dealer: Dealer) -> None:
        dealt = np.empty((self.depth, BLOCK))
        for row, key in enumerate(self.keys):
            if key is None:
                continue
            for block, here, there in self._blocks:
                if there.stop - there.start == BLOCK:
                    dealer.deal(key, block, self.shape, self.slab[:, row, 0, here])
                else:
                    dealer.deal(key, block, self.shape, dealt)
                    self.slab[:, row, 0, here] = dealt[:, there]

    def _deal_by_numpy(self) -> None:
        """In memory that all blocks share; where slabs follow, states are kept."""
        philox: Any = np.random.Philox(0)
        dealer = np.random.Generator(philox)
        deal = dealer.standard_normal if self.shape == "normal" else dealer.random
        dealt = np.empty((self.depth, BLOCK))
        for row, key in enumerate(self.keys):
            if key is None:
                continue
            begin = state_at(key, 0)
            for block, here, there in self._blocks:
                begin["state"]["counter"][3] = block
                philox.state = self.states.get((row, block), begin)
                deal(out=dealt)
                self.slab[:, row, 0, here] = dealt[:, there]
                if self.goes_on:
                    self.states[row, block] = philox.state

    @cached_property
    def _blocks(self) -> list[tuple[int, slice, slice]]:
        """Each block with the place of its runs among those wanted, and theirs within the block."""
        first, last, found = self.first, self.first + self.runs, []
        for block in range(first // BLOCK, -(-last // BLOCK)):
            begin = block * BLOCK
            low, high = max(first, begin), min(last, begin + BLOCK)
            found.append((block, slice(low - first, high - first), slice(low - begin, high - begin)))
        return found


class ChosenLuck:
    """The luck of the runs of these numbers, `(R,)`, in any order and as often as wanted.

    So the rows of a design can share the luck of the same few runs, dealt only once. Of the runs
    between numbers that lie far apart nothing is dealt.
    """

    def __init__(self, seed: int, numbers: Array, steps: int, dealer: Dealer | None = None) -> None:
        blocks = np.unique(numbers // BLOCK)
        stretches = np.split(blocks, np.flatnonzero(np.diff(blocks) > 1) + 1)
        self._dealt = [
            DealtLuck(seed, int(each[0]) * BLOCK, len(each) * BLOCK, steps, dealer) for each in stretches
        ]
        self._columns = np.searchsorted(blocks, numbers // BLOCK) * BLOCK + numbers % BLOCK

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Standard normal numbers for each row at a step, `(rows, 1, R)`."""
        return self._chosen([each.normal(stream, rows, step) for each in self._dealt])

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """Uniform numbers for each row at a step, `(rows, 1, R)`."""
        return self._chosen([each.uniform(stream, rows, step) for each in self._dealt])

    def table(
        self, stream: str, shape: Shape, rows: Sequence[Names | None], first_step: int, last_step: int
    ) -> Array:
        """Numbers of either shape for each row at these steps, `(steps, rows, R)`, contiguous."""
        return self._chosen([each.table(stream, shape, rows, first_step, last_step) for each in self._dealt])

    def part(self, begin: int, end: int) -> Luck:
        """The luck of some of these runs, out of what is dealt to all."""
        part = copy(self)
        part._columns = self._columns[begin:end]
        return part

    def _chosen(self, dealt: list[Array]) -> Array:
        whole = dealt[0] if len(dealt) == 1 else np.concatenate(dealt, axis=2)
        return np.take(whole, self._columns, axis=2)


class NoLuck:
    """A world in which nothing happens by chance: shocks are 0 and no hazard strikes."""

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:  # noqa: ARG002
        """Zeros, `(rows, 1, 1)`."""
        return np.zeros((len(rows), 1, 1))

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:  # noqa: ARG002
        """Ones, `(rows, 1, 1)`: above every probability."""
        return np.ones((len(rows), 1, 1))

    def table(
        self,
        stream: str,  # noqa: ARG002
        shape: Shape,
        rows: Sequence[Names | None],
        first_step: int,
        last_step: int,
    ) -> Array:
        """Zeros or ones, `(steps, rows, 1)`."""
        return np.full((last_step - first_step, len(rows), 1), float(shape == "uniform"))

    def part(self, begin: int, end: int) -> Luck:  # noqa: ARG002
        """None either."""
        return self


def draws(seed: int, name: str, first: int, runs: int) -> Array:
    """One uniform number a run for the uncertainty called `name`, `(R,)`."""
    return drawn(DealtLuck(seed, first, runs, 1), name)


def drawn(luck: Luck, name: str) -> Array:
    """The same for the runs of this luck."""
    return luck.uniform(UNCERTAINTY, [(name,)], 0)[0, 0]
