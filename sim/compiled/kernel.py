"""Runs computed by machine code: what is handed in is gathered, and paths come out.

A `Layout` says what the code expects where. Both are kept by what a stretch is made of, not by its
numbers (`kept.py`), so that chunks and settings share them.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..axes import Array
from ..outcomes import Cells
from ..policies import Decision
from ..state import State
from .functions import LANES
from .loop import JOB
from .module import code_of
from .stretch import NAMES, Path, Slot, Stretch
from .target import loaded
from .traced import Table, written

Cell = tuple[int, int]

GROUP = 4
"""Vectors of runs that go through all steps together, chosen by measurement."""


@dataclass(frozen=True)
class Layout:
    """What the machine code of a stretch expects, and where.

    `slots` have a place each in the state; `same` and `kept` say what the others hold. `tables` of luck,
    numbers in `common` and those of each run (`own`) are handed in by order. `kinds` say what kind each
    step is; sets of events (`blows`) have numbers too. `moving` are the cells of each recorded quantity
    that the code writes; `frames` are the shapes of what was decided at the end. `scratch` and `spare` are in doubles.
    """

    shapes: dict[str, tuple[int, int]]
    moving: dict[str, dict[int, Slot]]
    slots: dict[Slot, int]
    same: dict[Slot, Slot]
    kept: dict[Slot, float]
    tables: tuple[Table, ...]
    common: tuple[tuple[Path, Cell], ...]
    own: tuple[tuple[Path, Cell], ...]
    kinds: tuple[int, ...]
    blows: dict[tuple[str, ...], int]
    frames: Any
    scratch: int
    spare: int

    def stays(self, slot: Slot) -> bool:
        """Whether a slot holds the same number all along."""
        return self.same.get(slot, slot) in self.kept


def made(stretch: Stretch, wanted: Mapping[str, Cells], whole: bool) -> tuple[Layout, str]:
    """The layout and LLVM's text of a stretch; with `whole`, all of its state can be had at its end.

    Raises `graph.Unknowable` where the text cannot be compiled.
    """
    found = written(stretch, wanted, whole)
    shapes = {name: getattr(stretch.state, name).shape[:2] for name in wanted}
    moving = {
        name: {
            cell: ("state", name, *divmod(cell, shape[1]))
            for cell in range(shape[0] * shape[1])
            if _in(wanted[name], divmod(cell, shape[1]))
            and not found.stays(("state", name, *divmod(cell, shape[1])))
        }
        for name, shape in shapes.items()
    }
    code = code_of(found, [(shape[0] * shape[1], moving[name]) for name, shape in shapes.items()], whole)
    layout = Layout(
        shapes=shapes, moving=moving, slots=found.slots, same=found.same, kept=found.kept,
        tables=tuple(found.tables), common=tuple(found.inputs.common), own=tuple(found.inputs.own),
        kinds=tuple(found.kinds),
        blows={named: k for k, named in enumerate(found.blows)},
        frames=found.frames, scratch=code.scratch, spare=code.spare,
    )  # fmt: skip
    return layout, code.text


def _in(cells: Cells, cell: Cell) -> bool:
    return cells is None or cell in cells


class Kernel:
    """Machine code ready to run."""

    def __init__(self, layout: Layout, code: bytes) -> None:
        self.layout = layout
        self._engine, address = loaded(code)
        self._run = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)

    def windows(
        self, stretch: Stretch, runs: int, into: dict[str, Array], most: int
    ) -> Iterator[tuple[dict[str, Array], Array]]:
        """The runs, at `most` so many at a time: quantities before the first step and after each, `(time, ..., run)`,
        and the slots at the end.

        All are in memory that the next ones overwrite; arrays of `into` are used again where they fit.
        """
        call = _Call(self.layout, stretch, runs)
        parts = call.parts()
        for begin in range(0, runs, most):
            end = min(begin + most, runs)
            width = max(end - begin, LANES)
            first = max(end, LANES) - width
            arrays = call.framed(into, first, width)
            last = np.empty((len(self.layout.slots) + 1, width))
            luck = [call.dealt(table, first, width) for table in self.layout.tables]
            parts |= {"luck": _places(luck), "paths": _places(arrays.values()), "end": last}
            parts |= {"from": first, "runs": width}
            job = _job(parts)
            self._run(_address(job))
            shown = slice(begin - first, end - first)
            yield {name: array[..., shown] for name, array in arrays.items()}, last[..., shown]


def _job(parts: Mapping[str, Any]) -> Array:
    """A job for the loop: addresses of parts, which must be held on to, and numbers, in its order."""
    return np.array(
        [_address(parts[name]) if isinstance(parts[name], np.ndarray) else parts[name] for name in JOB]
    )


class _Call:
    """What is handed in for one call; holds on to all that machine code will read."""

    def __init__(self, layout: Layout, stretch: Stretch, runs: int) -> None:
        self.layout, self.stretch, self.runs = layout, stretch, runs
        self.width = max(runs, LANES)
        self.held: list[Array] = []
        self.fresh = set(layout.shapes)

    def parts(self) -> dict[str, Any]:
        """The parts of a job that are the same for all runs."""
        common, own = self.handed()
        turns, kinds, blows = self.steps()
        return {
            "start": self.started(), "common": common, "own": own,
            "turns": turns, "kinds": kinds, "blows": blows,
            "scratch": _room(self.layout.scratch * GROUP), "spare": _room(self.layout.spare),
            "first": self.stretch.first, "steps": self.stretch.last - self.stretch.first,
            "common_width": common.shape[1], "own_width": own.shape[1], "group": GROUP,
        }  # fmt: skip

    def framed(self, into: dict[str, Array], first: int, width: int) -> dict[str, Array]:
        """Room for the paths of some runs, with what is known of them: the start, and what never changes."""
        steps = self.stretch.last - self.stretch.first
        for name, shape in self.layout.shapes.items():
            before, moving = getattr(self.stretch.state, name), self.layout.moving[name]
            full = (steps + 1, *shape, width)
            if name not in into or into[name].shape != full:
                into[name] = _room(*full)
                self.fresh.add(name)
            if name in self.fresh:
                for i, j in (divmod(cell, shape[1]) for cell in range(shape[0] * shape[1])):
                    if i * shape[1] + j not in moving:
                        stays = self.layout.stays(("state", name, i, j))
                        into[name][1:, i, j] = before[i, j, 0] if stays else np.nan
            into[name][0] = _filled(before, self.width)[..., first : first + width]
        self.fresh.clear()
        return {name: into[name] for name in self.layout.shapes}

    def dealt(self, table: Table, first: int, width: int) -> Array:
        """The luck of some runs, `(step, row, run)`."""
        stream, shape, rows, anew = table
        steps = (self.stretch.first, self.stretch.last) if anew else (0, 1)
        luck = self.stretch.world.luck.part(first, min(first + width, self.runs))
        return np.ascontiguousarray(_filled(luck.table(stream, shape, rows, *steps), width))

    def handed(self) -> tuple[Array, Array]:
        """The numbers that are the same in all runs, turn by turn, and the addresses of the others."""
        turns = len(self.stretch.turns[0])
        common = np.zeros((turns, len(self.layout.common) + 1))
        own = np.zeros((turns, len(self.layout.own) + 1), dtype=np.int64)
        for turn in range(turns):
            common[turn, :-1] = [self._values(path, turn)[*cell, 0] for path, cell in self.layout.common]
            own[turn, :-1] = self._addresses(turn)
        return common, own

    def _values(self, path: Path, turn: int) -> Array:
        values = self.stretch.values[path]
        return values[turn] if len(values) > 1 else values[0]

    def _addresses(self, turn: int) -> list[int]:
        wide: dict[Path, tuple[int, tuple[int, ...]]] = {}
        found = []
        for path, (i, j) in self.layout.own:
            if path not in wide:
                wide[path] = self._place(_filled(self._values(path, turn), self.width))
            base, strides = wide[path]
            found.append(base + i * strides[0] + j * strides[1])
        return found

    def _place(self, array: Array) -> tuple[int, tuple[int, ...]]:
        """Where an array lies, with its runs one after another."""
        if array.dtype != np.float64 or array.strides[-1] != array.itemsize:
            array = np.ascontiguousarray(array, dtype=np.float64)
        self.held.append(array)
        return _address(array), array.strides

    def started(self) -> Array:
        """The addresses of the slots at the start."""
        rows = [_filled(_values_of(self.stretch.state, slot), self.width) for slot in self.layout.slots]
        return np.array([self._place(each)[0] for each in rows] + [0], dtype=np.int64)

    def steps(self) -> tuple[Array, Array, Array]:
        """Step by step: whose turn, what kind, and which events strike (-1: none)."""
        stretch, layout = self.stretch, self.layout
        named = [tuple(event.name for event in each) for each in stretch.falling]
        columns = (
            stretch.turns[1],
            layout.kinds,
            [layout.blows.get(each, -1) for each in named],
        )
        turns, kinds, blows = (np.array(each, dtype=np.int64) for each in columns)
        return turns, kinds, blows


def _places(arrays: Iterable[Array]) -> Array:
    """Where arrays begin, which must be held on to."""
    return np.array([_address(each) for each in arrays] + [0], dtype=np.int64)


def _address(array: Any) -> int:
    where: int = array.__array_interface__["data"][0]
    return where


def _room(*shape: int) -> Array:
    """Memory for numbers that begins where a vector's place in the cache begins."""
    size = math.prod(shape)
    bare = np.empty(size + LANES)
    skipped = -_address(bare) % (8 * LANES) // 8
    return bare[skipped : skipped + size].reshape(shape)


def _filled(array: Array, width: int) -> Array:
    """An array with a number for each of so many runs; the last stands for those beyond it."""
    runs = array.shape[-1]
    if runs == width:
        return array
    if runs == 1:
        return np.broadcast_to(array, (*array.shape[:-1], width))
    return np.concatenate([array, np.repeat(array[..., -1:], width - runs, axis=-1)], axis=-1)


def _values_of(state: State, slot: Slot) -> Array:
    """The values of a slot in a state, `(R,)`; 0 for what has not come up yet."""
    kind, *place, i, j = slot
    if kind == "state":
        cells: Array = getattr(state, place[0])[i, j]
        return cells
    if kind == "brought" or place[0] >= len(state.decisions):
        return np.zeros(1)
    decision: Decision = state.decisions[place[0]]
    if kind == "condemn":
        return np.zeros(1) if decision.condemn is None else decision.condemn[i, j]
    found = (decision.terms if kind == "term" else decision.memory).get(place[1])
    return np.zeros(1) if found is None else found[i, j]


def state_at_end(layout: Layout, end: Array) -> State:
    """The state that the slots hold at the end of a stretch compiled whole."""

    def held(name: Slot, shape: tuple[int, int]) -> Array:
        cells = [[_held(layout, (*name, i, j), end) for j in range(shape[1])] for i in range(shape[0])]
        return np.array(cells).reshape(*shape, end.shape[-1])

    shapes, decided = layout.frames
    decisions = tuple(
        Decision(
            {name: held(("term", i, name), shape) for name, shape in terms},
            {name: held(("memory", i, name), shape) for name, shape in memory},
            held(("condemn", i), condemn) if condemn else None,
        )
        for i, (terms, memory, condemn) in enumerate(decided)
    )
    state: dict[str, Any] = {name: held(("state", name), shapes[name]) for name in NAMES}
    return State(**state, decisions=decisions)


def _held(layout: Layout, slot: Slot, end: Array) -> Array:
    slot = layout.same.get(slot, slot)
    return np.full(end.shape[-1], layout.kept[slot]) if slot in layout.kept else end[layout.slots[slot]]
