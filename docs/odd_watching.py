"""What a step does, seen while a world takes one: its calls in order, its terms, its luck.

For docs/odd.md, which is made from it, so that the schedule told there is the one in code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from sim.axes import Array, Terms
from sim.build import build, dealt, distributions
from sim.events import struck
from sim.foresight import foresee, observe
from sim.luck import Luck, Names, Shape, drawn
from sim.mechanisms import MECHANISMS, Changes
from sim.moves import acted, answered
from sim.policies import policies
from sim.rest import struck_stances, with_guarantees
from sim.scenario import Scenario, from_data, load
from sim.setting import Conduct
from sim.world import World

SMALL = Path(__file__).parent / "odd_world.yaml"
"""A scenario in which every part of the model is at work."""

HOOKS = ("pressures", "acts", "forces", "changes")
"""What a mechanism may do in a step."""

TOLD: tuple[Callable[..., Any], ...] = (
    World.step, World.look, World.rules_at, struck, Conduct.routine, World.decide, observe, foresee,
    World.respond, acted, struck_stances, answered, with_guarantees,
    *(kind.decide for kind in policies().values()),
    *(vars(kind)[hook] for kind in MECHANISMS.values() for hook in HOOKS if hook in vars(kind)),
)  # fmt: skip
"""The calls worth telling. Which of them happen, in which order and within which, is seen."""

SEALED = foresee
"""Takes steps of its own, which are not looked into."""


@dataclass
class Call:
    """A call worth telling, what was called within it, and how often in a row it happened."""

    function: Callable[..., Any] | None
    times: int = 1
    within: list[Call] = field(default_factory=list)

    def flat(self, depth: int = 0) -> list[tuple[int, Callable[..., Any], int]]:
        """All calls in order, with depth and number; this one left out."""
        found = []
        for each in self.within:
            assert each.function is not None
            found += [(depth, each.function, each.times), *each.flat(depth + 1)]
        return found


class Watch:
    """A profiler that notes the calls of `TOLD`, and the terms at the end of each half of a step."""

    def __init__(self) -> None:
        self.root = Call(None)
        self.halves: dict[str, dict[str, list[str]]] = {}
        self._open = [self.root]
        self._known: dict[CodeType, Callable[..., Any]] = {each.__code__: each for each in TOLD}

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """What `sys.setprofile` calls at each call and return."""
        function = self._known.get(frame.f_code)
        if function is None or (self._open[-1].function is SEALED and function is not SEALED):
            return
        if event == "call":
            self._open.append(Call(function))
        elif event == "return":
            done = self._open.pop()
            same = [each for each in self._open[-1].within if each.function is function]
            if same:
                same[0].times += 1
                same[0].within = same[0].within or done.within
            else:
                self._open[-1].within.append(done)
            if function in (acted, answered):
                self.halves[function.__name__] = _terms(frame.f_locals["changes"])


def _terms(changes: Changes) -> dict[str, list[str]]:
    return {quantity: list(terms) for quantity, terms in changes.items()}


def watched(scenario: Scenario) -> Watch:
    """The first step of a scenario, watched."""
    world, watch = build(scenario), Watch()
    start, before = world.start, sys.getprofile()
    sys.setprofile(watch)
    try:
        world.step(start, 0, [])
    finally:
        sys.setprofile(before)
    return watch


def moved(watch: Watch) -> dict[str, tuple[str, list[str]]]:
    """Each quantity that moves by terms -> the half of the step in which it does, and its terms in order."""
    found = {}
    before: dict[str, list[str]] = {}
    for half, terms in watch.halves.items():
        for quantity, names in terms.items():
            if names != before.get(quantity):
                found[quantity] = half, names
        before = terms
    return found


class NotedLuck:
    """Luck that notes which streams are asked for, by whom each number belongs to."""

    def __init__(self, luck: Luck) -> None:
        self.luck = luck
        self.asked: dict[str, tuple[str, list[Names]]] = {}

    def normal(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """As `Luck.normal`."""
        self._note(stream, "normal", rows)
        return self.luck.normal(stream, rows, step)

    def uniform(self, stream: str, rows: Sequence[Names | None], step: int) -> Array:
        """As `Luck.uniform`."""
        self._note(stream, "uniform", rows)
        return self.luck.uniform(stream, rows, step)

    def table(
        self, stream: str, shape: Shape, rows: Sequence[Names | None], first_step: int, last_step: int
    ) -> Array:
        """As `Luck.table`."""
        self._note(stream, shape, rows)
        return self.luck.table(stream, shape, rows, first_step, last_step)

    def part(self, begin: int, end: int) -> Luck:
        """As `Luck.part`."""
        return self.luck.part(begin, end)

    def _note(self, stream: str, shape: str, rows: Sequence[Names | None]) -> None:
        _, known = self.asked.setdefault(stream, (shape, []))
        known += [row for row in rows if row is not None and row not in known]


def streams(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Each stream of luck that a run of a scenario asks for -> its shape, and what has a number of its own."""
    noted = NotedLuck(dealt(scenario, 0, 1))
    draws: Terms = {path: shape.draw(drawn(noted, path)) for path, shape in distributions(scenario).items()}
    world = build(scenario, luck=noted, drawn=draws)
    state = world.start
    for k in range(world.calendar.steps):
        state = world.step(state, k)
    return {name: (shape, _owner(scenario, rows)) for name, (shape, rows) in noted.asked.items()}


def _owner(scenario: Scenario, rows: list[Names]) -> str:
    """What the rows of a stream belong to, in words."""
    ties, parts = scenario.spec.ties, []
    for name in rows[0]:
        kinds = {
            "actor": scenario.actors, "flashpoint": ties.flashpoints, "dispute": ties.disputes,
            "event": scenario.spec.events, "path of an uncertainty": scenario.data["uncertainties"],
        }  # fmt: skip
        parts += [kind for kind, names in kinds.items() if name in names] or ["number"]
    if parts == ["actor", "actor"] and all(list(row) == sorted(row) for row in rows):
        return "pair of actors, in alphabetical order"
    return " and ".join(["actor", "target", *parts[2:]] if parts[:2] == ["actor", "actor"] else parts)


def small() -> Scenario:
    """The scenario that is watched."""
    return load(SMALL)


def routine() -> Scenario:
    """The same with everybody on routine, and no event."""
    return from_data({**small().data, "policies": {}, "events": {}})
