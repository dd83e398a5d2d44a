"""A seat at the table: a person decides for one country, year by year, and is held against the policies.

A game is what stands in the form: scenario, seat, run and the choices so far. Nothing is kept here.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from typing import Any

from ..answer import SHARE
from ..charts import Chart
from ..charts.seat import alignments, comparisons, course
from ..looks import name_in_words
from ..scenario import Scenario
from ..seat import Choices, Game, Position, Score, played, score, seated
from ..seat.game import LATEST_RUN
from ..wording import signed
from .form import Form, number, whole
from .keeping import Keyed
from .maps import map_of
from .setting import Options, loaded, source_of

PATH = "/seat"

Made = dict[str, dict[str, float]]
"""Choices: date of decision -> target -> stance."""


def page(form: Form, options: Options) -> dict[str, Any]:
    """What the page begins with."""
    source = source_of(form, options)
    scenario = loaded(source, options)
    game = game_of(form, scenario)
    return {
        "source": source, "scenario": scenario, "game": game, "run": game.run, "kept": written(_kept(form, game)),
        "key": key_of(game),
    }  # fmt: skip


def answer(form: Form, options: Options) -> tuple[dict[str, Any], list[Chart], str]:
    """The answer to a form: what its piece of the page holds, its charts, and a word on what was done."""
    game = game_of(form, loaded(source_of(form, options), options))
    choices = _after(form, game, _kept(form, game))
    position = played(game, choices)
    so_far = [alignments(position), *(course(position, each) for each in game.targets)] if choices else []
    charts = [_map(position), *so_far]
    found = _scored(_Finished(game, choices)) if position.finished else None
    ends = comparisons(found) if found is not None else []
    told = {
        "game": game,
        "position": position,
        "key": key_of(game),
        "kept": written(choices),
        "charts": charts,
        "ends": ends,
        "score": found,
        "debrief": _debrief(found) if found is not None else [],
        "sanctions": {each: position.now(f"sanction:{game.actor}:{each}") for each in game.targets},
        "before": _before(position),
        "who": game.scenario.title(game.actor),
    }
    turn = f"Decision {len(choices) + 1} of {len(game.turns)}" if found is None else "The game is over"
    return told, [*charts, *ends], f"{turn}, {position.date}."


def _debrief(found: Score) -> list[tuple[str, str, str, bool]]:
    """Each outcome: its name, how it came out in this game, where that stands, and whether policies differ in it."""
    told = []
    for each in found.standings:
        title = name_in_words(found.game.scenario, each.name)
        happened = {1.0: "it happened", 0.0: "it did not happen"}.get(each.once, "not measured")
        once = happened if each.unit == SHARE else f"{signed(each.once)} ({each.unit})"
        way = f" ({'more' if each.aim.way > 0 else 'less'} is better: {each.aim.why})" if each.aim.way else ""
        told.append((title + way, once, each.place, len(each.alike) < len(each.against)))
    return told


def game_of(form: Form, scenario: Scenario) -> Game:
    """The seat that a form names; who takes a target's own seat decides on others.

    Raises WedgeError for a strange actor, target or run.
    """
    actor = form.get("actor", "") or None
    targets = [each for each in form.getlist("target") if each != actor]
    return seated(scenario, actor, targets, whole("Number of the run", form.get("seat_run"), 0, LATEST_RUN))


def key_of(game: Game) -> str:
    """What tells one game from another."""
    model = hashlib.sha256(repr(game.scenario.data).encode()).hexdigest()[:12]
    return "|".join((model, game.actor, ",".join(game.targets), str(game.run)))


def written(choices: Choices) -> list[str]:
    """Choices as fields of a form, one a decision."""
    return [
        "|".join([date, *(f"{name}={value:g}" for name, value in each.items())])
        for date, each in choices.items()
    ]


def chosen(form: Form, options: Options) -> tuple[Game, Made]:
    """The game of a form and its choices so far."""
    game = game_of(form, loaded(source_of(form, options), options))
    return game, _kept(form, game)


def _kept(form: Form, game: Game) -> Made:
    """The choices in a form, if they belong to this game."""
    if form.get("game", "") != key_of(game):
        return {}
    found: Made = {}
    for each in form.getlist("choice"):
        date, *pairs = each.split("|")
        cells = [pair.rpartition("=") for pair in pairs]
        found[date] = {name: number(name, value) for name, _, value in cells}
    return game.checked(found)


def _after(form: Form, game: Game, choices: Made) -> Made:
    """The choices after what was just pressed: decided, taken back, or begun again."""
    act = form.get("act", "")
    if act == "again":
        return {}
    if act == "back":
        return dict(list(choices.items())[:-1])
    if act == "decide" and len(choices) < len(game.turns):
        made = {name: number(name, form.get(f"now:{name}", "")) for name in game.targets}
        return game.checked({**choices, game.turns[len(choices)]: made})
    return choices


def _before(position: Position) -> dict[str, float]:
    """Where the sliders stand: on the last choice, or on the stance at the start."""
    game = position.game
    if position.choices:
        return dict(list(position.choices.values())[-1])
    return {name: round(20.0 * position.now(f"stance:{game.actor}:{name}")) / 20.0 for name in game.targets}


class _Finished(Keyed):
    """A finished game."""

    def __init__(self, game: Game, choices: Choices) -> None:
        self.game, self.choices = game, choices
        self.key = repr((game.scenario.data, key_of(game), written(choices)))


@lru_cache(maxsize=8)
def _scored(over: _Finished) -> Score:
    return score(over.game, over.choices)


def _map(position: Position) -> Chart:
    """Who is aligned with whom now."""
    scenario, names = position.game.scenario, position.game.scenario.actors
    size = {name: float(scenario.spec.actors[name].capability) for name in names}

    def bond(t: int, one: str, other: str) -> float:
        return float(position.lines[f"alignment:{one}:{other}"][t])

    return map_of(scenario, position.date, size, partial(bond, -1), partial(bond, 0))
