"""Which way of an outcome is better for an actor. Judgements, made only where they are plain.

Plain is what an actor's part in the scenario says: a defender wants no crisis lost, a client a patron that
stands by it, a claimant its claim met, and whoever is at odds with two others does not want them to unite.
What an actor does itself, what is only a means, and what is in dispute among scholars has no better way.
No outcome is weighed against another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..build import build, outcomes_of
from ..scenario import Scenario


@dataclass(frozen=True)
class Aim:
    """1 where more of an outcome is better for an actor, -1 where less is, 0 where that is not plain; and why."""

    way: int
    why: str


NOT_PLAIN = Aim(0, "which way is better is not plain")


def aim(scenario: Scenario, actor: str, outcome: str, column: str = "") -> Aim:
    """Which way of an outcome, or of one of its columns, is better for an actor."""
    found = outcomes_of(scenario)[outcome]
    judge = JUDGED.get((found.measure, column))
    return judge(scenario, actor, found) if judge is not None else NOT_PLAIN


def _union(scenario: Scenario, actor: str, outcome: Any) -> Aim:
    """Of two others: less, where the actor is at odds with both at the start, or is the divider who parts them."""
    pair = set(outcome.pair)
    wedges = scenario.spec.ties.wedges.values()
    if actor in pair:
        return NOT_PLAIN
    if any(each.divider == actor and {each.target, each.adversary} == pair for each in wedges):
        return Aim(-1, "a divider wants target and adversary apart")
    if all(_alignment(scenario, actor, each) < 0.0 for each in pair):
        return Aim(-1, "it is at odds with both at the start")
    return NOT_PLAIN


def _alignment(scenario: Scenario, one: str, other: str) -> float:
    """The alignment of a pair at the start of run 0."""
    i, j = (scenario.actors.index(each) for each in (one, other))
    return float(build(scenario, 0, 1).start.alignment[i, j, 0])


def _treatment(scenario: Scenario, actor: str, outcome: Any) -> Aim:  # noqa: ARG001
    """Of the actor by another: more."""
    return Aim(1, "it is better to be accommodated") if outcome.target == actor else NOT_PLAIN


def _joining(scenario: Scenario, actor: str, outcome: Any) -> Aim:
    """In a crisis: that nobody joins the other side."""
    at = scenario.spec.ties.flashpoints[outcome.flashpoint]
    if actor == at.defender:
        return Aim(-1, "a defender wants nobody to join the attacker")
    if actor == at.attacker:
        return Aim(1, "an attacker wants to be joined")
    return NOT_PLAIN


def _safety(scenario: Scenario, actor: str, outcome: Any) -> Aim:  # noqa: ARG001
    return Aim(1, "its own security") if outcome.actor == actor else NOT_PLAIN


def _danger(scenario: Scenario, actor: str, outcome: Any) -> Aim:  # noqa: ARG001
    return Aim(-1, "the threats to itself") if outcome.actor == actor else NOT_PLAIN


def _abandoned(scenario: Scenario, actor: str, outcome: Any) -> Aim:  # noqa: ARG001
    return Aim(-1, "a client wants its patron to stand by it") if outcome.client == actor else NOT_PLAIN


def _lawful(scenario: Scenario, actor: str, outcome: Any) -> Aim:  # noqa: ARG001
    """For whoever punishes violations in the scenario: more."""
    resolve = build(scenario, 0, 1).given.groups["norms"].resolve[scenario.actors.index(actor)]
    upholds = bool((resolve > 0.0).any())
    return Aim(1, "it punishes violations of the order") if upholds else NOT_PLAIN


def _provoked(scenario: Scenario, actor: str, outcome: Any) -> Aim:
    at = scenario.spec.ties.disputes[outcome.dispute]
    return Aim(-1, "a claimant wants no sorties against it") if at.claimant == actor else NOT_PLAIN


def _claimed(scenario: Scenario, actor: str, outcome: Any) -> Aim:
    at = scenario.spec.ties.disputes[outcome.dispute]
    return Aim(1, "a claimant wants its claim met") if at.claimant == actor else NOT_PLAIN


def _helped(scenario: Scenario, actor: str, outcome: Any) -> Aim:  # noqa: ARG001
    if actor == outcome.seeker:
        return Aim(1, "it asks for the help")
    return Aim(-1, "the help is against it") if actor == outcome.opponent else NOT_PLAIN


JUDGED: dict[tuple[str, str], Callable[[Scenario, str, Any], Aim]] = {
    ("united_front", ""): _union,
    ("united_front", "index"): _union,
    ("alignment", ""): _union,
    ("stance", ""): _treatment,
    ("crisis_conduct", ""): _joining,
    ("nightmare", ""): _joining,
    ("security", ""): _safety,
    ("security", "threat"): _danger,
    ("abandonment", ""): _abandoned,
    ("order", ""): _lawful,
    ("activity", ""): _provoked,
    ("settlement", ""): _claimed,
    ("issue_help", ""): _helped,
}
"""Who judges which column of which measure; all others, plugins' own among them, have no better way."""
