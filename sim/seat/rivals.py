"""The policies that the same seat could have been left to: every shipped rule that its part has a use for.

A rule acts toward each target that it applies to, and routine toward the others. Numbers are the
policies' own defaults, but for the levels of `LEVELS` and for bullying and GRIT, which are settings of one
policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..checking.checks import Checker
from ..scenario import Scenario
from ..wording import signed
from .course import Written, as_it_is, under
from .game import Game

LEVELS = (-0.5, -0.25, 0.0, 0.25, 0.5)
"""Engagements that are tried as fixed ones."""

OWN = "course"
"""The name of what the scenario itself has the seat's government do."""


@dataclass(frozen=True)
class Rival:
    """A policy for the seat, its title short enough to stand beside a figure.

    `policies` are those toward each target, None for the scenario as it is.
    """

    name: str
    title: str
    policies: dict[str, Written] | None

    def scenario(self, game: Game) -> Scenario:
        """The scenario under this policy."""
        return as_it_is(game, self.name) if self.policies is None else under(game, self.name, self.policies)


Rule = Callable[[Game, str], Written | None]
"""The policy toward one target, or None where the rule has nothing to go by."""


def rivals(game: Game) -> tuple[Rival, ...]:
    """Every policy that applies to at least one target; what the scenario itself has comes first."""
    return (Rival(OWN, "As in the scenario", None), *_rules(game))


def _rules(game: Game) -> Iterator[Rival]:
    for name, title, rule in RULES:
        found = {target: rule(game, target) for target in game.targets}
        if any(found.values()):
            yield Rival(name, title, {each: made or {"policy": "routine"} for each, made in found.items()})


def _always(**written: object) -> Rule:
    return lambda _, __: dict(written)


def _hedge(game: Game, target: str) -> Written | None:
    """For a client, toward whoever is none of its patrons."""
    patrons = {
        each.patron for each in game.scenario.spec.ties.alliances.values() if each.client == game.actor
    }
    return {"policy": "hedge"} if patrons - {target} and target not in patrons else None


def _wedge(game: Game, target: str) -> Written | None:
    """For a divider toward its target, to keep it from the adversary."""
    for each in game.scenario.spec.ties.wedges.values():
        if (each.divider, each.target) == (game.actor, target):
            return {"policy": "wedge", "adversary": each.adversary}
    return None


def _bind(game: Game, target: str) -> Written | None:
    """For an adversary toward the target that a divider woos, unless the scenario has all adversaries do so."""
    path, sheet = ("parameters", "norms", "counter_binding"), Checker(game.scenario.document).sheet
    if sheet.value(*path) or ".".join(path) in sheet.uncertain:
        return None
    wedges = game.scenario.spec.ties.wedges.values()
    wooed = any((each.adversary, each.target) == (game.actor, target) for each in wedges)
    return {"policy": "bind"} if wooed else None


def _fixed() -> Iterator[tuple[str, str, Rule]]:
    for level in LEVELS:
        sign = "minus_" if level < 0 else ""
        told = signed(level) if level else "0"
        yield (
            f"fixed_{sign}{abs(round(100 * level))}",
            f"Fixed at {told}",
            _always(policy="fixed", stance=level),
        )


RULES: tuple[tuple[str, str, Rule], ...] = (
    ("routine", "Routine", _always(policy="routine")),
    *_fixed(),
    ("tit_for_tat", "Answer in kind", _always(policy="reciprocity")),
    ("bullying", "Bullying", _always(policy="reciprocity", response=-0.35)),
    ("grit", "GRIT gestures", _always(policy="reciprocity", gesture=0.2)),
    ("hedge", "Hedge", _hedge),
    ("balance_threat", "Balance of threat", _always(policy="balance_threat")),
    ("wedge", "Wedge", _wedge),
    ("bind", "Bind", _bind),
    ("principled", "Engage and condemn", _always(policy="principled")),
    ("quantal_response", "Look ahead, weigh", _always(policy="quantal_response")),
    ("roth_erev", "Learn what pays", _always(policy="roth_erev")),
)
"""Every rule by name, with its title for readers."""
