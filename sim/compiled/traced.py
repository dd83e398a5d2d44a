"""A world's step written down: the text of `world.py`, run once on numbers yet to come.

`written` gives the functions that a stretch of steps consists of: what its events do to the state, and
the step itself, each as a graph from inputs to the slots that hold the state. What a slot keeps all
along (0 where there is no alliance) is a constant, and a pair's alignment stands once. Read
`module.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from ..axes import Array
from ..events import Event
from ..luck import Names, Shape
from ..outcomes import Cells
from ..parameters import parameters_of
from ..policies import Decision, Policy
from ..rules import Rules
from ..state import State
from ..world import Struck, View, World
from .coming import Coming, coming
from .graph import SETTLED, Graph, Maker, Number, Part
from .stretch import NAMES, Inputs, Slot, Stretch, cells_of, mirrored, open_numbers

Table = tuple[str, Shape, tuple[Names | None, ...], bool]
"""Stream, shape and rows of some luck, and whether it is dealt anew in each step."""


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
        for i, j in cells_of(parts):
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
            changed |= {("brought", name, i, j): 0.0 for i, j in cells_of(array)}
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
            changed |= {("brought", name, i, j): array[i, j, 0] for i, j in cells_of(array)}
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
            for i, j in cells_of(array):
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
