"""A world's step written down: the text of `world.py`, run once on numbers yet to come.

`written` gives the functions that a stretch of steps consists of: what its events do to the state, and
the step itself, each as a graph from inputs to the slots that hold the state. What a slot keeps all
along (0 where there is no alliance) is a constant, and a pair's alignment stands once. Read
`module.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..axes import Array
from ..events import Event
from ..luck import Names, Shape
from ..outcomes import Cells
from ..parameters import parameters_of
from ..policies import Decision, Policy
from ..rules import Rules
from ..state import State, quantities
from ..world import Struck, View, World
from .coming import Coming, coming
from .graph import SETTLED, Graph, Maker, Number, Part

PLAIN = (0.0, 1.0, 2.0)
"""A number that is one of these in all runs is part of what is compiled; all others are inputs of it."""

NAMES = tuple(each.name for each in quantities())

Slot = tuple[Any, ...]
"""Where a number of the state is kept: the name of what it belongs to, and its indices."""

Table = tuple[str, Shape, tuple[Names | None, ...], bool]
"""Stream, shape and rows of some luck, and whether it is dealt anew in each step."""

Supposed = tuple[dict[Slot, float], dict[Slot, Slot]]
"""Slots that hold one number all along, and slots that equal others."""

Path = tuple[Any, ...]
"""What a number that is handed in belongs to: rules, start or a policy, and the name there."""

Values = dict[Path, list[Array]]
"""The arrays that are handed in, one for each turn of the rules."""


@dataclass
class Inputs:
    """Numbers handed in: the same in all runs (`common`), or one a run (`own`), each a path and a cell."""

    values: Values
    common: list[tuple[Path, tuple[int, int]]] = field(default_factory=list)
    own: list[tuple[Path, tuple[int, int]]] = field(default_factory=list)

    def coming(self, make: Maker, path: Path, symmetric: bool = False) -> Coming:
        """An array of inputs; those that are plain are known."""
        shape = self.values[path][0].shape[:2]
        parts = np.empty((*shape, 1), dtype=object)
        for i, j in _cells(parts):
            twin = symmetric and j < i
            parts[i, j, 0] = parts[j, i, 0] if twin else self._part(make, path, (i, j))
        return coming(parts, make)

    def _part(self, make: Maker, path: Path, cell: tuple[int, int]) -> Part:
        values = [each[cell] for each in self.values[path]]
        if any(each.size > 1 for each in values):
            self.own.append((path, cell))
            return make.graph.input("own", len(self.own) - 1, home=SETTLED)
        if values[0][0] in PLAIN and all(each[0] == values[0][0] for each in values):
            return float(values[0][0])
        self.common.append((path, cell))
        return make.graph.input("common", len(self.common) - 1, home=SETTLED)


@dataclass
class TracedLuck:
    """Luck to be looked up in tables; notes what tables are asked for."""

    make: Maker
    tables: dict[Table, int] = field(default_factory=dict)

    def normal(self, stream: str, rows: Sequence[Names | None], step: Any) -> Coming:
        """Standard normal numbers for each row, `(rows, 1, 1)`."""
        return self._at(stream, "normal", rows, step)

    def uniform(self, stream: str, rows: Sequence[Names | None], step: Any) -> Coming:
        """Uniform numbers for each row, `(rows, 1, 1)`."""
        return self._at(stream, "uniform", rows, step)

    def _at(self, stream: str, shape: Shape, rows: Sequence[Names | None], step: Any) -> Coming:
        anew = not isinstance(step, int)
        named = [each for each in rows if each is not None]
        table = self.tables.setdefault((stream, shape, tuple(named), anew), len(self.tables))
        kind = ("luck", {}) if anew else ("fate", {"home": SETTLED})
        parts = np.zeros((len(rows), 1, 1), dtype=object)
        parts[:] = 0.0
        held = [k for k, each in enumerate(rows) if each is not None]
        for row, k in enumerate(held):
            parts[k, 0, 0] = self.make.graph.input(kind[0], table, row, len(named), **kind[1])
        return coming(parts, self.make)


@dataclass(frozen=True)
class TracedWorld(World):
    """A world at one step, its numbers yet to come: rules and start are those of the step."""

    deciding: bool = True

    def rules_at(self, k: Any) -> Rules:  # noqa: ARG002
        """The rules of the step."""
        return self.settled[0]

    def decide(self, i: int, view: View, k: Any) -> Decision:
        """What actor `i` intends: made up now, or what it decided before."""
        if isinstance(k, int):
            return super().decide(i, view, k)
        before = view.scene.state.decisions
        return self.decided(i, view, k) if self.deciding or not before else before[i]


@dataclass
class Written:
    """What a stretch of steps consists of: functions from inputs to slots, and what they need.

    `slots` are the numbers of the state that must be kept, in the order of their places; `same` and
    `kept` say which others equal one of them, or never change. `steps` and `blows` (sets of events by
    name) give the part at each slot that they change; `kinds` tells which of the steps each step is.
    `frames` are the shapes of the state and of what was decided.
    """

    graph: Graph
    inputs: Inputs
    tables: dict[Table, int]
    slots: dict[Slot, int]
    same: dict[Slot, Slot]
    kept: dict[Slot, float]
    steps: list[dict[Slot, Part]]
    kinds: list[int]
    blows: dict[tuple[str, ...], dict[Slot, Part]]
    frames: Any

    def stays(self, slot: Slot) -> bool:
        """Whether a slot holds the same number all along."""
        return self.same.get(slot, slot) in self.kept


@dataclass(frozen=True)
class Stretch:
    """Steps `first` to `last - 1` of a world from a state on, with rules that take turns.

    `before` tells what has stayed as it was until then; without it, that is seen from the numbers.
    """

    world: World
    state: State
    first: int
    last: int
    before: Supposed | None = None

    @cached_property
    def plain(self) -> dict[Slot, float]:
        """What is supposed to stay as it is: what did before, or what is plain at the start."""
        return plain_cells(self.state) if self.before is None else self.before[0]

    @cached_property
    def same(self) -> dict[Slot, Slot]:
        """Cells supposed to stay equal to others."""
        return mirrored(self.state.alignment) if self.before is None else self.before[1]

    @cached_property
    def turns(self) -> tuple[list[Rules], list[int]]:
        """The rules that take turns, and whose turn it is at each step."""
        found: dict[Any, int] = {}
        rules: list[Rules] = []
        turns: list[int] = []
        for k in range(self.first, self.last):
            each = self.world.rules_at(k)
            key = tuple(map(id, each.groups.values()))
            if key not in found:
                found[key] = len(rules)
                rules.append(each)
            turns.append(found[key])
        return rules, turns

    @cached_property
    def falling(self) -> list[tuple[Event, ...]]:
        """The events of each step."""
        return [self.world.falling(k) for k in range(self.first, self.last)]

    @cached_property
    def deciding(self) -> list[bool]:
        """Whether governments decide in each step."""
        return [self.world.calendar.decides(k) for k in range(self.first, self.last)]

    @cached_property
    def values(self) -> Values:
        """Every array that is handed in."""
        rules, _ = self.turns
        found: Values = {
            ("rules", group, each.name): [getattr(one.groups[group], each.name) for one in rules]
            for group, kind in rules[0].groups.items()
            for each in parameters_of(kind)
        }
        found |= {("start", name): [getattr(self.world.start, name)] for name in NAMES}
        for dyad, policy in self.world.policies.items():
            found |= {("policy", dyad, *place): [array] for place, array in open_numbers(policy).items()}
        return found


def open_numbers(policy: Policy) -> dict[tuple[Any, ...], Array]:
    """The numbers of a policy that are handed in: by field, or by field and date."""
    found: dict[tuple[Any, ...], Array] = {}
    for each in fields(policy):
        value = getattr(policy, each.name)
        if isinstance(value, np.ndarray) and each.name not in policy.structural:
            found[each.name,] = value
        elif isinstance(value, dict):
            found |= {(each.name, key): one for key, one in value.items()}
    return found


def written(stretch: Stretch, wanted: Mapping[str, Cells], whole: bool) -> Written:
    """The functions of a stretch, for these quantities to be recorded; with `whole`, all of the state is kept.

    Supposes at first that what is the same in all runs at the start stays so, and gives up what a
    step or an event then contradicts.
    """
    supposed, same = stretch.plain, stretch.same
    while True:
        found = _Tracing(stretch, supposed, same).found()
        wrong = list(_contradicted(found))
        if not wrong:
            return _needed(found, wanted, whole)
        supposed = {slot: value for slot, value in supposed.items() if slot not in wrong}
        same = {slot: twin for slot, twin in same.items() if slot not in wrong}


def plain_cells(state: State) -> dict[Slot, float]:
    """The numbers of a state that are plain, the same in all runs."""
    found: dict[Slot, float] = {}
    for name in NAMES:
        array = getattr(state, name)
        same = (array == array[..., :1]).all(axis=-1)
        for i, j in _cells(array):
            if same[i, j] and array[i, j, 0] in PLAIN:
                found["state", name, i, j] = float(array[i, j, 0])
    return found


def _cells(array: Array) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(array.shape[0]) for j in range(array.shape[1]))


def mirrored(alignment: Array) -> dict[Slot, Slot]:
    """Each pair's second cell, and the first, where both start alike."""
    return {
        ("state", "alignment", j, i): ("state", "alignment", i, j)
        for i, j in _cells(alignment)
        if i < j and np.array_equal(alignment[i, j], alignment[j, i])
    }


def _contradicted(found: Written) -> Iterator[Slot]:
    """What was supposed of slots, and is not so."""
    for changed in (*found.steps, *found.blows.values()):
        for slot, part in changed.items():
            twin = found.same.get(slot)
            if slot in found.kept:
                if isinstance(part, Number) or part != found.kept[slot]:
                    yield slot
            elif twin is not None and twin not in found.kept and changed.get(twin) is not part:
                yield slot


class _Tracing:
    """One pass over the text, with what is supposed of the state."""

    def __init__(self, stretch: Stretch, supposed: dict[Slot, float], same: dict[Slot, Slot]) -> None:
        self.stretch, self.supposed, self.same = stretch, supposed, same
        self.graph, self.inputs = Graph(), Inputs(stretch.values)
        self.make = Maker(self.graph)
        self.luck = TracedLuck(self.make)
        self.world = self._world()

    def found(self) -> Written:
        """Every function of the stretch."""
        frame = frame_of(self.stretch.state.decisions)
        known: dict[Any, tuple[int, Any]] = {}
        steps: list[dict[Slot, Part]] = []
        kinds = []
        for decides in self.stretch.deciding:
            kind = (repr(frame), decides)
            if kind not in known:
                changed, after = self._step(decides, frame)
                known[kind] = (len(steps), frame_of(after))
                steps.append(changed)
            number, frame = known[kind]
            kinds.append(number)
        blows = {
            tuple(each.name for each in falling): self._blow(falling)
            for falling in self.stretch.falling
            if falling
        }
        shapes = {name: getattr(self.stretch.state, name).shape[:2] for name in NAMES}
        return Written(
            graph=self.graph,
            inputs=self.inputs,
            tables=self.luck.tables,
            slots={},
            same=self.same,
            kept=self.supposed,
            steps=steps,
            kinds=kinds,
            blows=blows,
            frames=(shapes, frame),
        )

    def _world(self) -> TracedWorld:
        """The world with every number an input."""
        real, make, inputs = self.stretch.world, self.make, self.inputs
        groups = {
            group: replace(
                kind,
                **{
                    each.name: inputs.coming(make, ("rules", group, each.name), each.over == "pair")
                    for each in parameters_of(kind)
                },
            )
            for group, kind in self.stretch.turns[0][0].groups.items()
        }
        alike = len(mirrored(real.start.alignment)) == real.ties.n * (real.ties.n - 1) // 2
        start: dict[str, Any] = {
            name: inputs.coming(make, ("start", name), alike and name == "alignment") for name in NAMES
        }
        policies = {dyad: self._policy(dyad, each) for dyad, each in real.policies.items()}
        kept = {each.name: getattr(real, each.name) for each in fields(World)}
        world = TracedWorld(**{**kept, "luck": self.luck, "policies": policies})
        world.__dict__["settled"] = (Rules(groups), State(**start))
        return world

    def _policy(self, dyad: tuple[int, int], policy: Policy) -> Policy:
        changed: dict[str, Any] = {}
        for place in open_numbers(policy):
            array = self.inputs.coming(self.make, ("policy", dyad, *place))
            if len(place) == 1:
                changed[place[0]] = array
            else:
                changed.setdefault(place[0], {})[place[1]] = array
        return replace(policy, **changed)

    def _state(self, frame: Any) -> State:
        shapes = {name: getattr(self.stretch.state, name).shape for name in NAMES}
        held: dict[str, Any] = {name: self._held(("state", name), shape) for name, shape in shapes.items()}
        decisions = [
            Decision(
                {name: self._held(("term", i, name), shape) for name, shape in terms},
                {name: self._held(("memory", i, name), shape) for name, shape in kept},
                self._held(("condemn", i), condemn) if condemn else None,
            )
            for i, (terms, kept, condemn) in enumerate(frame)
        ]
        return State(**held, decisions=tuple(decisions))

    def _held(self, name: Slot, shape: tuple[int, ...]) -> Coming:
        parts = np.empty((*shape[:2], 1), dtype=object)
        for i, j in _cells(parts):
            slot = self.same.get((*name, i, j), (*name, i, j))
            known = slot in self.supposed
            parts[i, j, 0] = self.supposed[slot] if known else self.graph.input("state", slot)
        return coming(parts, self.make)

    def _step(self, decides: bool, frame: Any) -> tuple[dict[Slot, Part], tuple[Decision, ...]]:
        world = replace(self.world, deciding=decides)
        world.__dict__["settled"] = self.world.settled
        state, (rules, _) = self._state(frame), self.world.settled
        brings = {
            name: self._brought(name, rows)
            for name, rows in (("violation", world.ties.n), ("crisis", len(world.ties.flashpoints)))
        }
        struck = Struck(state, {}, incidents=brings["violation"], outbreaks=brings["crisis"])
        k: Any = coming([[[self.graph.input("step")]]], self.make)
        view = world.seen(struck, rules, k)
        decisions = [world.decide(i, view, k) for i in range(world.ties.n)]
        after = world.respond(view, decisions, k)
        changed = dict(self._parts(after))
        for name, array in brings.items():
            changed |= {("brought", name, i, j): 0.0 for i, j in _cells(array)}
        return changed, after.decisions

    def _brought(self, name: str, rows: int) -> Array:
        """Dated violations or crises of the step, where events ever bring any."""
        if any(change.name == name and change.group is None
               for falling in self.stretch.falling for each in falling for change in each.changes):  # fmt: skip
            return self._held(("brought", name), (rows, 1, 1))
        return np.zeros((rows, 1, 1))

    def _blow(self, falling: tuple[Event, ...]) -> dict[Slot, Part]:
        """What a set of events changes."""
        before = self._state([])
        struck = self.world.struck_by(falling, before, self.world.settled[0])
        changed = dict(self._parts(replace(struck.state, decisions=())))
        for name, array in (("violation", struck.incidents), ("crisis", struck.outbreaks)):
            changed |= {("brought", name, i, j): array[i, j, 0] for i, j in _cells(array)}
        untouched = dict(self._parts(replace(before, decisions=())))
        return {slot: part for slot, part in changed.items() if untouched.get(slot, 0.0) is not part}

    def _parts(self, state: State) -> Iterator[tuple[Slot, Part]]:
        """Every number of a state by its slot."""
        arrays: dict[Slot, Array] = {("state", name): getattr(state, name) for name in NAMES}
        for i, each in enumerate(state.decisions):
            arrays |= {("term", i, name): array for name, array in each.terms.items()}
            arrays |= {("memory", i, name): array for name, array in each.memory.items()}
            arrays |= {("condemn", i): each.condemn} if each.condemn is not None else {}
        for name, array in arrays.items():
            for i, j in _cells(array):
                part = array[i, j, 0]
                yield (*name, i, j), self.make.real(part)


def frame_of(decisions: Sequence[Decision]) -> Any:
    """What decisions consist of: the names and shapes of their terms and of what is remembered."""
    return [
        (
            tuple((name, each.shape[:2]) for name, each in one.terms.items()),
            tuple((name, each.shape[:2]) for name, each in one.memory.items()),
            None if one.condemn is None else one.condemn.shape[:2],
        )
        for one in decisions
    ]


def _needed(found: Written, recorded: Mapping[str, Cells], whole: bool) -> Written:
    """The same with places for the slots that something recorded, or the end of the stretch, depends on."""
    every = (*found.steps, *found.blows.values())
    seen: set[Number] = set()
    wanted = []
    for changed in found.steps:
        for slot, part in changed.items():
            if slot[0] == "state" and slot[1] in recorded and _among(slot, recorded[slot[1]]):
                wanted += _states_in(part, seen)
            if whole and slot[0] != "brought":
                wanted.append(slot)
    order: dict[Slot, None] = {}
    while wanted:
        slot = wanted.pop()
        slot = found.same.get(slot, slot)
        if slot in order or slot in found.kept:
            continue
        order[slot] = None
        for changed in every:
            wanted += _states_in(changed.get(slot), seen)
    places = {slot: place for place, slot in enumerate(sorted(order, key=repr))}
    return replace(found, slots=places)


def _among(slot: Slot, cells: Cells) -> bool:
    return cells is None or slot[2:] in cells


def _states_in(part: Part, seen: set[Number]) -> list[Slot]:
    """The slots that a part is made from."""
    found, todo = [], [part]
    while todo:
        each = todo.pop()
        if not isinstance(each, Number) or each in seen:
            continue
        seen.add(each)
        if each.op == "state":
            found.append(each.args[0])
        todo += each.args
    return found
