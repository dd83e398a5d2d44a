"""What has happened since the last decision, in words: events, violations, crises, sanctions, credit, conduct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..calendar import date_of
from ..scenario import Scenario
from ..state import State
from ..world import World
from .course import own_events
from .game import Game

NOTICED = 0.05
"""Least change of a stance, a sanction, a commitment or the order between two decisions that is told."""

EVENT, RECORD, VIOLATION, CRISIS, SANCTION, CREDIT, ORDER = (
    "event",
    "record",
    "violation",
    "crisis",
    "sanction",
    "credit",
    "order",
)


@dataclass(frozen=True)
class News:
    """One thing that happened: when, of what kind, and what it was.

    Kinds: `event` is dated in the scenario and changes something in this run; `record` is dated in the
    scenario, but nothing in the model follows from it, or it was the seat's own government that did it;
    `violation`, `crisis`, `sanction`, `credit` (of an alliance) and `order` come of the run.
    """

    date: str
    kind: str
    text: str


@dataclass(frozen=True)
class Conduct:
    """How another actor treats the one in the seat: its stance now and at the last decision, -1 to 1."""

    actor: str
    title: str
    before: float
    now: float

    @property
    def word(self) -> str:
        """Warmer, cooler, or much as before."""
        change = self.now - self.before
        return "much as before" if abs(change) < NOTICED else "warmer" if change > 0 else "cooler"


def conduct_of(game: Game, states: list[State], before: int) -> tuple[Conduct, ...]:
    """How each other actor treats the seat's in the last state, and did `before` so many steps."""
    names = game.scenario.actors
    me = names.index(game.actor)
    return tuple(
        Conduct(
            each,
            game.scenario.title(each),
            float(states[before].stance[names.index(each), me, 0]),
            float(states[-1].stance[names.index(each), me, 0]),
        )
        for each in game.others
    )


def news_of(
    game: Game, scenario: Scenario, world: World, states: list[State], first: int
) -> tuple[News, ...]:
    """What happened from month `first` to the last of the states, in order of date within each kind."""
    return happened(scenario, world, states, first, partial(_left_out, game))


def happened(
    scenario: Scenario,
    world: World,
    states: Sequence[State],
    first: int,
    more: Callable[[int, int], Iterable[tuple[int, News]]] = lambda *_: (),
) -> tuple[News, ...]:
    """The same of any run, from its start on; `more` gives further news of some months, with their dates."""
    calendar = world.calendar
    steps = [k for k in range(len(states) - 1) if calendar.months(k)[0] >= first]
    if not steps:
        return ()
    last, span = calendar.months(steps[-1])[1], (states[steps[0]], states[-1])
    dates = {k: date_of(calendar.months(k)[0], calendar.computed.step) for k in steps}
    now = date_of(last, "quarter")
    return (
        *_dated(scenario, world, first, last, more(first, last)),
        *(each for k in steps for each in _violations(scenario, states[k + 1], dates[k])),
        *(each for k in steps for each in _crises(scenario, world, states[k + 1], dates[k])),
        *_sanctions(scenario, *span, now),
        *_credit(scenario, world, *span, now),
        *_order(*span, now),
    )


def name_of(name: str) -> str:
    """An identifier for readers."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _dated(
    scenario: Scenario, world: World, first: int, last: int, more: Iterable[tuple[int, News]]
) -> list[News]:
    """Labelled events whose date falls into these months, and those that end in them."""
    done = {each.name: bool(each.occurred(world.luck)[0, 0, 0]) for each in world.events}
    found = list(more)
    for name, each in scenario.spec.events.items():
        label = " ".join(each.label.split())
        if label and first <= each.at < last and done.get(name, True):
            kind = EVENT if name in done else RECORD
            found.append((each.at, News(date_of(each.at), kind, label)))
        if label and each.until is not None and first <= each.until < last and done.get(name, False):
            found.append((each.until, News(date_of(each.until), EVENT, f"{label}: over")))
    return [news for _, news in sorted(found, key=lambda pair: pair[0])]


def _left_out(game: Game, first: int, last: int) -> Iterator[tuple[int, News]]:
    """What the scenario has the seat's own government do in these months, which it did not in this run."""
    who = game.scenario.title(game.actor)
    events: Mapping[str, Any] = game.scenario.spec.events
    for name in own_events(game):
        each = events[name]
        if each.label.strip() and first <= each.at < last:
            told = f"{' '.join(each.label.split())} ({who}'s own step in the scenario; here it is for you to decide)"
            yield each.at, News(date_of(each.at), RECORD, told)


def _violations(scenario: Scenario, state: State, date: str) -> Iterator[News]:
    for i, name in enumerate(scenario.actors):
        size = float(state.violation[i, 0, 0])
        if size > 0.0:
            told = f"{scenario.title(name)} violates the order"
            yield News(
                date, VIOLATION, told + ("." if size == 1.0 else f" (counts as {size:.1f} violations).")
            )


def _crises(scenario: Scenario, world: World, state: State, date: str) -> Iterator[News]:
    titles = [scenario.title(each) for each in scenario.actors]
    for row, at in enumerate(world.ties.flashpoints):
        if not state.crisis[row, 0, 0] > 0.0:
            continue
        attacker, defender = titles[at.attacker], titles[at.defender]
        sides = {1: f"joined {defender}", -1: f"joined {attacker}", 0: "stood aside"}
        conduct = [int(each) for each in state.joined[row, :, 0]]
        told = [
            f"{_and([titles[k] for k in _bystanders(conduct, side, at)])} {deed}"
            for side, deed in sides.items()
            if _bystanders(conduct, side, at)
        ]
        end = f"{defender} {'lost' if state.loss[row, 0, 0] > 0.0 else 'held'}"
        text = f"Crisis, {name_of(at.name)}: {attacker} against {defender}. "
        yield News(date, CRISIS, text + "; ".join([*told, end]) + ".")


def _bystanders(conduct: list[int], side: int, at: Any) -> list[int]:
    """Who took a side (1, -1) or none (0), attacker and defender apart."""
    return [k for k, each in enumerate(conduct) if each == side and k not in (at.attacker, at.defender)]


def _sanctions(scenario: Scenario, before: State, after: State, date: str) -> Iterator[News]:
    for i, actor in enumerate(scenario.actors):
        for j, target in enumerate(scenario.actors):
            was, now = (float(each.sanction[i, j, 0]) for each in (before, after))
            if abs(now - was) >= NOTICED:
                told = f"Sanctions of {scenario.title(actor)} on {scenario.title(target)}"
                yield News(date, SANCTION, f"{told}: {now:.2f}, {_was(now, was)} (1 would be a full break).")


def _credit(scenario: Scenario, world: World, before: State, after: State, date: str) -> Iterator[News]:
    for patron, client in world.ties.alliances:
        was, now = (float(each.commitment[patron, client, 0]) for each in (before, after))
        if abs(now - was) >= NOTICED:
            names = [scenario.title(scenario.actors[each]) for each in (patron, client)]
            told = f"Chance that {names[0]} stands by {names[1]}, as {names[1]} sees it"
            yield News(date, CREDIT, f"{told}: {now:.0%}, {_was(now, was, '.0%')}.")


def _order(before: State, after: State, date: str) -> Iterator[News]:
    was, now = (float(each.order[0, 0, 0]) for each in (before, after))
    if abs(now - was) >= NOTICED:
        yield News(
            date, ORDER, f"The strength of the rules-based order: {now:.2f}, {_was(now, was)} (of 1 at most)."
        )


def _was(now: float, was: float, form: str = ".2f") -> str:
    """Which way a number went, and from where."""
    return f"{'up' if now > was else 'down'} from {was:{form}}"


def _and(names: list[str]) -> str:
    """Names in a row: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
