"""What can be moved on the page, read from a scenario: who courts whom, and the weights of the model.

Nothing here names a country: the seat, its target and its patron are those of the scenario's ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..mechanisms import MECHANISMS
from ..parameters import Parameter
from ..rules import declared
from ..scenario import Scenario
from ..wording import decimal, true_minus


@dataclass(frozen=True)
class Slider:
    """A number that can be fixed. `paths` are set alike; `told` says what the scenario itself has there.

    `value` is where the slider stands until it is moved, `meaning` what the number is, with its unit. `room`
    are shares by path that make room in proportion, so that all add up to what they did.
    """

    name: str
    label: str
    paths: tuple[str, ...]
    low: float
    high: float
    value: float
    told: str
    meaning: str
    room: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0

    @property
    def step(self) -> float:
        """How far one press of an arrow key moves it."""
        return 0.05 if self.high - self.low >= 1.0 else 0.01

    def sets(self, value: float) -> list[str]:
        """The overrides that give it a value."""
        held = sum(self.room.values())
        scale = max(self.total - value, 0.0) / held if held else 1.0
        rest = {path: share * scale for path, share in self.room.items()}
        return [f"{path}={each!r}" for path, each in {**dict.fromkeys(self.paths, value), **rest}.items()]


@dataclass(frozen=True)
class Levers:
    """The levers of a scenario: whose course toward whom is chosen, and the numbers that can be fixed."""

    actor: str
    target: str
    situation: Sequence[Slider]
    weights: Sequence[Slider]

    @property
    def sliders(self) -> dict[str, Slider]:
        """All of them by name."""
        return {each.name: each for each in (*self.situation, *self.weights)}


def courtship(scenario: Scenario) -> tuple[str, str]:
    """Who woos or confronts whom: divider and target of the first wedge, else the first two actors."""
    wedges = list(scenario.spec.ties.wedges.values())
    if wedges:
        return wedges[0].divider, wedges[0].target
    return scenario.actors[0], scenario.actors[1]


def levers_of(scenario: Scenario) -> Levers:
    """The levers of a scenario."""
    actor, target = courtship(scenario)
    situation = [*_hostility(scenario, actor, target), *_commitment(scenario, actor)]
    situation += [*_reward(scenario, actor, target), *_answers(scenario)]
    weights = [_slider(scenario, name, "weight", name.replace("_", " ").capitalize()) for name in MECHANISMS]
    situation, weights = ([each for each in row if _free(scenario, each)] for row in (situation, weights))
    return Levers(actor, target, situation, weights)


def _free(scenario: Scenario, slider: Slider) -> bool:
    """Whether its numbers can be set by themselves: the scenario gives none of them as one number for several."""
    return not any(_given_above(scenario, path) for path in slider.paths)


def _given_above(scenario: Scenario, path: str) -> bool:
    keys, node = path.split("."), scenario.data
    heads = {".".join(keys[:k]) for k in range(1, len(keys))}
    for key in keys[:-1]:
        node = node.get(key, {})
        if not isinstance(node, dict):
            return True
    return bool(heads & set(scenario.uncertainties))


def _hostility(scenario: Scenario, actor: str, target: str) -> Iterator[Slider]:
    """How firmly all others but the target's own partner punish the target."""
    wedges = [each for each in scenario.spec.ties.wedges.values() if each.target == target]
    apart = {actor, target, *(each.adversary for each in wedges)}
    others = [each for each in scenario.actors if each not in apart]
    if not others:
        return
    paths = tuple(f"parameters.norms.resolve.{each}.{target}" for each in others)
    whose = ", ".join(scenario.title(each) for each in others)
    label = f"How firmly others punish {scenario.title(target)}"
    meaning = f"Resolve to punish violations of {scenario.title(target)}, the same for: {whose}. 0 none, 1 the most."
    yield _common(scenario, "hostility", label, paths, _declared()["norms", "resolve"], meaning)


def _commitment(scenario: Scenario, actor: str) -> Iterator[Slider]:
    """How far the actor's patrons are believed to stand by it."""
    for name, each in scenario.spec.ties.alliances.items():
        if each.client == actor:
            path = f"ties.alliances.{name}.commitment"
            label = f"{scenario.title(each.patron)}'s commitment to {scenario.title(actor)}"
            meaning = (
                "Chance that the patron is believed to stand by its client, 0 to 1, at the start and at rest."
            )
            value = float(each.commitment)
            yield Slider(path, label, (path,), 0.0, 1.0, value, _plain(value), meaning)


def _reward(scenario: Scenario, actor: str, target: str) -> Iterator[Slider]:
    """What the actor can offer the target."""
    head, each = f"parameters.setting.opportunity.{target}", _declared()["setting", "opportunity"]
    path, row = (
        f"{head}.{actor}",
        scenario.data.get("parameters", {}).get("setting", {}).get("opportunity", {}),
    )
    if not isinstance(row, dict) or not isinstance(row.get(target), dict):
        return
    shares = {name: float(share) for name, share in row[target].items() if name != actor}
    drawn = [name for name in shares if f"{head}.{name}" in scenario.uncertainties]
    room = {f"{head}.{name}": share for name, share in shares.items() if name not in drawn}
    total = sum(room.values()) + float(row[target].get(actor, 0.0))
    label = f"{scenario.title(actor)}'s reward power over {scenario.title(target)}"
    meaning = (
        f"Share of {scenario.title(target)}'s opportunities abroad that {scenario.title(actor)} holds, 0 to 1; "
        "the others' shares make room."
    )
    made = _common(scenario, path, label, (path,), each, meaning, high=0.5)
    yield replace(made, room=room, total=total, high=min(made.high, round(total, 2)))


def _answers(scenario: Scenario) -> Iterator[Slider]:
    """What decides whether accommodation works or backfires."""
    for group, name, label in (
        ("norms", "counter_binding", "How far the adversary outbids an offer"),
        ("norms", "emboldenment", "How far accommodation emboldens"),
        ("conduct", "feedback", "How far alignment makes stances cordial"),
    ):
        yield _slider(scenario, group, name, label)


def _slider(scenario: Scenario, group: str, name: str, label: str) -> Slider:
    path, each = f"parameters.{group}.{name}", _declared()[group, name]
    unit = "" if each.unit == "1" else f"; {each.unit}"
    return _common(scenario, path, label, (path,), each, f"{each.meaning}{unit}.")


def _common(
    scenario: Scenario,
    name: str,
    label: str,
    paths: tuple[str, ...],
    each: Parameter,
    meaning: str,
    high: float | None = None,
) -> Slider:
    """A slider over what is plausible, what the scenario has, and the 0 at which nothing happens."""
    found = [_standing(scenario, path, each) for path in paths]
    bottom = min(0.0, each.low, *(low for low, _, _ in found))
    top = max(each.high if high is None else high, *(end for _, end, _ in found))
    value = sum((low + end) / 2.0 for low, end, _ in found) / len(found)
    told = ", ".join(dict.fromkeys(said for _, _, said in found))
    return Slider(name, label, paths, bottom, top, round(value, 3), told, meaning[:1].upper() + meaning[1:])


def _standing(scenario: Scenario, path: str, each: Parameter) -> tuple[float, float, str]:
    """The ends of what a scenario has at a path, one number or what it draws from, and how to tell it."""
    drawn, fitted = scenario.uncertainties.get(path), scenario.posterior
    if fitted is not None and path in fitted.kept:
        low, high = (float(end) for end in np.quantile(fitted.column(path), (0.05, 0.95)))
        return low, high, f"fitted, 90% of {decimal(low)} to {decimal(high)}"
    if drawn is not None:
        low, high = _range(drawn, each)
        return low, high, f"drawn, {_plain(low)} to {_plain(high)}"
    node: Any = scenario.data
    for key in path.split("."):
        node = node.get(key) if isinstance(node, dict) else node
    value = float(node if isinstance(node, int | float) else each.default or 0.0)
    return value, value, _plain(value)


def _range(drawn: Any, each: Parameter) -> tuple[float, float]:
    """The ends of a range given as such, else those of the plausible range."""
    given = drawn.get("uniform") if isinstance(drawn, dict) else None
    return (float(given[0]), float(given[1])) if given else (each.low, each.high)


def _declared() -> dict[tuple[str, str], Parameter]:
    return {(group, each.name): each for group, each in declared()}


def _plain(value: float) -> str:
    return true_minus(f"{value:g}")
