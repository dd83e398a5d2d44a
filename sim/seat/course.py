"""A game's choices as a scenario: a small difference over the one that is played.

What the scenario itself has the seat's government do toward the targets goes: its policies, and whatever
dated events change in its own disposition or engagement. All else stays, sanctions included: these follow
from resolve (`norms.resolve`), which is not for the seat to choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import yamltext
from ..errors import ScenarioError
from ..results import plain_yaml, with_notes
from ..scenario import Scenario, altered, load, merged, names
from .game import Choices, Game

AS_IT_WAS = "as_it_was"
"""The alternative that a finished game is held against: the scenario that was played."""

Written = dict[str, Any]
"""A policy as a scenario file writes it."""


def course(game: Game, choices: Choices) -> Scenario:
    """The scenario that the choices make, asking whether they did better than what the scenario has.

    The last choice holds to the end. Raises WedgeError where a choice is not valid.
    """
    return _changed(game, _name(game), {**_asking(game, choices), **chosen(game, choices)})


def as_yaml(game: Game, choices: Choices) -> str:
    """The same as the text of a file: a few lines over a shipped scenario, else the whole of it."""
    name, given = game.scenario.name, game.scenario.data
    if name in names() and load(name).data == given:
        told = {**_asking(game, choices), **chosen(game, choices)}
        return plain_yaml({"format": 1, "extends": name, **told})
    return plain_yaml(with_notes(course(game, choices)))


def under(game: Game, name: str, policies: Mapping[str, Written]) -> Scenario:
    """The scenario under policies of the seat toward its targets; it asks nothing."""
    return _changed(game, name, {"question": None, **difference(game, policies)})


def as_it_is(game: Game, name: str) -> Scenario:
    """The scenario with what it has the seat's government do; it asks nothing."""
    return altered(game.scenario, name, {"question": None})


def chosen(game: Game, choices: Choices) -> dict[str, Any]:
    """What the choices change in the scenario, as a file would write it; before the first it is routine."""
    return difference(game, scheduled(game, choices))


def scheduled(game: Game, choices: Choices) -> dict[str, Written]:
    """The choices as a policy toward each target."""
    made = game.checked(choices)
    stances = {target: {date: each[target] for date, each in made.items()} for target in game.targets}
    return {
        target: {"policy": "schedule", "stances": dated} if dated else {"policy": "routine"}
        for target, dated in stances.items()
    }


def difference(game: Game, policies: Mapping[str, Written]) -> dict[str, Any]:
    """What it takes to put these policies in place of what the scenario has the seat's government do."""
    before = game.scenario.data.get("policies", {}).get(game.actor, {})
    row = {target: _over(before.get(target), each) for target, each in policies.items()}
    events = _without_own(game)
    heads = tuple(f"policies.{game.actor}.{target}." for target in policies)
    uncertain = {path: None for path in game.scenario.uncertainties if path.startswith(heads)}
    return {
        "policies": {game.actor: row},
        **({"events": events} if events else {}),
        **({"uncertainties": uncertain} if uncertain else {}),
    }


def own_changes(game: Game, event: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """What an event, as data, changes in the seat's own conduct toward its targets: how -> path -> value."""
    mine = {
        f"{quantity}.{game.actor}.{target}"
        for quantity in ("parameters.conduct.disposition", "engagement")
        for target in game.targets
    }
    found = {
        how: {path: value for path, value in event.get(how, {}).items() if path in mine}
        for how in ("set", "add")
    }
    return {how: paths for how, paths in found.items() if paths}


def own_events(game: Game) -> list[str]:
    """The events that do nothing but change the seat's own conduct toward its targets."""
    return [name for name, each in _without_own(game).items() if each is None]


def _without_own(game: Game) -> dict[str, dict[str, dict[str, None]] | None]:
    """The difference that takes out of events what the seat's own government does in them."""
    found: dict[str, dict[str, dict[str, None]] | None] = {}
    for name, event in game.scenario.data.get("events", {}).items():
        own = own_changes(game, event)
        if own:
            whole = all(own.get(how, {}) == event.get(how, {}) for how in ("set", "add"))
            nulls = {how: dict.fromkeys(paths) for how, paths in own.items()}
            found[name] = None if whole else nulls
    return found


def _with_own(game: Game) -> dict[str, Any]:
    """The difference that puts it back."""
    events = game.scenario.data.get("events", {})
    return {
        name: events[name] if gone is None else own_changes(game, events[name])
        for name, gone in _without_own(game).items()
    }


def _asking(game: Game, choices: Choices) -> dict[str, Any]:
    """Title, description and question of a finished game."""
    scenario, made = game.scenario, game.checked(choices)
    who, whom = scenario.title(game.actor), " and ".join(map(scenario.title, game.targets))
    told: dict[str, Any] = {
        "title": f"{who} toward {whom} as played: {scenario.spec.title}",
        "description": f"The course of a person in the seat of {who}, decided at {len(made)} dates in the luck of run "
        f"{game.run}. What the scenario has {who} do toward {whom} is left out.",
    }
    asked = scenario.spec.question
    outcome = asked.outcome if asked is not None else next(iter(scenario.spec.outcomes), None)
    if outcome is None:
        return told
    before = scenario.data.get("policies", {}).get(game.actor, {})
    back = {"policies": {game.actor: {target: before.get(target) for target in game.targets}}}
    events = _with_own(game)
    against = {"title": scenario.spec.title, **back, **({"events": events} if events else {})}
    text = f"What did the course of {who} toward {whom} change, compared with the scenario that was played?"
    return {**told, "question": {"text": text, "outcome": outcome, "against": {AS_IT_WAS: against}}}


def _over(before: Written | None, policy: Written) -> Written:
    """A policy that leaves nothing of the one before: of the same kind, what it does not say is removed."""
    if before is None or before.get("policy") != policy["policy"]:
        return policy
    dated = {
        key: {**dict.fromkeys(before[key]), **each}
        for key, each in policy.items()
        if isinstance(each, dict) and isinstance(before.get(key), dict)
    }
    return {**dict.fromkeys(before), **policy, **dated}


def _changed(game: Game, name: str, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with differences laid over it. Raises ScenarioError with all that is wrong with them."""
    plain = {key: each for key, each in changes.items() if each is not None}
    asked = {key: each for key, each in changes.items() if key == "question"}
    before = game.scenario.document
    document, faults = merged(before, yamltext.override(plain, file=name))
    if faults:
        raise ScenarioError(faults)
    sections = {key: each for key, each in document.data.items() if each != before.data.get(key)}
    return altered(game.scenario, name, {**sections, **asked})


def _name(game: Game) -> str:
    return f"{game.scenario.name}_{game.actor}"
