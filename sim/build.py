"""From a scenario to a world: numbers by name become arrays, and uncertainties are drawn.

Imports `numbers.py`. Read `world.py` next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from . import posterior
from .axes import Array, put, scalar
from .backends import compiles
from .balanced import luck_of
from .branching import Dyad, branched
from .calendar import month_of
from .checking.checks import EVERYONE, Checker
from .distributions import Distribution
from .events import Change, Event
from .luck import Dealer, Luck, drawn
from .mechanisms import Ties, Triangle
from .mechanisms.base import Dispute, Flashpoint
from .numbers import Draws, Numbers, for_all, joined
from .outcomes import Outcome, outcomes
from .parameters import Parameter, parameters_of
from .policies import Policy, policies
from .rules import GROUPS, Rules
from .scenario import Scenario
from .state import State, quantities
from .world import World


def build(
    scenario: Scenario,
    first: int = 0,
    runs: int = 1,
    luck: Luck | None = None,
    drawn: Draws | None = None,
) -> World:
    """The world of runs `first` to `first + runs - 1` of a scenario.

    A sweep hands in `luck` and the values `drawn` for every uncertainty, `(R,)` each, of its own.
    """
    drawn = sampled(scenario, first, runs) if drawn is None else drawn
    ties = ties_of(scenario)
    numbers = Numbers(scenario.data, ties, by_path(scenario, drawn))
    world = World(
        ties=ties,
        calendar=scenario.calendar,
        given=rules_of(numbers),
        initial=state_of(numbers),
        luck=luck or dealt(scenario, first, runs),
        policies=policies_of(scenario, numbers),
        events=events_of(scenario, ties),
    )
    if scenario.branch is None:
        return world
    trunk = build(scenario.branch.trunk, first, runs, world.luck)
    return branched(trunk, world, scenario.branch.step, taking_over(scenario.branch.trunk, scenario))


def sampled(
    scenario: Scenario, first: int, runs: int, shapes: Mapping[str, Distribution] | None = None
) -> dict[str, Array]:
    """The uncertainties of these runs, each `(R,)`, by path; every one has luck of its own.

    `shapes` are the scenario's `distributions`, where they are known already.
    """
    shapes = distributions(scenario) if shapes is None else shapes
    luck = dealt(scenario, first, runs, 1)
    return {path: shape.draw(drawn(luck, path)) for path, shape in shapes.items()}


def by_path(scenario: Scenario, drawn: Draws) -> Draws:
    """Drawn values by path, a row of the posterior as the values in it; its median row where none is drawn."""
    if scenario.posterior is None:
        return drawn
    return {**scenario.posterior.values(drawn.get(posterior.PATH)), **drawn}


def dealt(
    scenario: Scenario, first: int, runs: int, steps: int | None = None, backend: str = "numpy"
) -> Luck:
    """The luck of runs `first` to `first + runs - 1`, of the scenario's kind, over all its steps unless told.

    The same whatever the `backend` that deals it.
    """
    spec, over = scenario.spec, scenario.calendar.steps if steps is None else steps
    return luck_of(spec.luck, spec.seed, first, runs, over, scenario.coordinates, dealer_of(backend))


def dealer_of(backend: str) -> Dealer | None:
    """Who deals luck for a backend, if not NumPy."""
    if not compiles(backend):
        return None
    from .compiled.dealing import dealer

    return dealer()


def distributions(scenario: Scenario) -> dict[str, Distribution]:
    """The distributions that a scenario's uncertainties are drawn from, by path."""
    checker, found = Checker(scenario.document), {}
    for path, given in scenario.uncertainties.items():
        limits, told = checker.sampled(path)
        if limits is None:
            raise ValueError(told)
        low, high, floor, ceiling = limits
        if given == "plausible":
            found[path] = Distribution("uniform", (low, high), floor, ceiling)
        else:
            ((shape, numbers),) = given.items()
            found[path] = Distribution(shape, tuple(map(float, numbers)), floor, ceiling)
    return found


def nominal(scenario: Scenario, path: str) -> float:
    """The number that a scenario gives at the path of an uncertainty, else its default; NaN if neither.

    Of the posterior it is the row for all runs, if the scenario has one, else the median row.
    """
    if path == posterior.PATH and scenario.posterior is not None:
        return float(scenario.posterior.only or scenario.posterior.median)
    first, *rest = path.split(".")
    numbers = Numbers(scenario.data, ties_of(scenario), {})
    if first == "policies":
        actor, target, name = rest
        kind = policies()[numbers.at(first, actor, target, "policy")]
        default = next(each.default for each in parameters_of(kind) if each.name == name)
        return for_all(numbers.at(first, *rest), [()], default)
    if first not in ("parameters", "initial"):
        return float(numbers.at(first, *rest))
    depth = 2 if first == "parameters" else 1
    head, cell = rest[:depth], tuple(rest[depth:])
    default, symmetric = _default(first, *head)
    ways = [cell, cell[::-1]] if symmetric else [cell]
    return for_all(numbers.at(first, *head), ways, default)


def _default(section: str, *names: str) -> tuple[float | None, bool]:
    """The default of a parameter or of an initial quantity, and whether it is the same both ways."""
    if section == "initial":
        return (0.8 if names == ("order",) else 0.0), names == ("alignment",)
    group, name = names
    found = next(each for each in parameters_of(GROUPS[group]) if each.name == name)
    return found.default, found.over == "pair"


def ties_of(scenario: Scenario) -> Ties:
    """Who plays which part, by index."""
    spec, names = scenario.spec.ties, scenario.actors
    index = {name: k for k, name in enumerate(names)}
    alliances = spec.alliances.values()
    return Ties(
        names=names,
        alliances=tuple((index[each.patron], index[each.client]) for each in alliances),
        rivals=tuple((index[each.client], index[rival]) for each in alliances for rival in each.rivals),
        flashpoints=tuple(
            Flashpoint(name, index[each.attacker], index[each.defender])
            for name, each in spec.flashpoints.items()
        ),
        wedges=tuple(
            Triangle(name, index[each.divider], index[each.target], index[each.adversary])
            for name, each in spec.wedges.items()
        ),
        disputes=tuple(
            Dispute(name, index[each.holder], index[each.claimant]) for name, each in spec.disputes.items()
        ),
    )


def rules_of(numbers: Numbers) -> Rules:
    """Every parameter as an array."""
    return Rules(
        {
            group: kind(**{each.name: _parameter(numbers, group, each) for each in parameters_of(kind)})
            for group, kind in GROUPS.items()
        }
    )


def _parameter(numbers: Numbers, group: str, each: Parameter) -> Array:
    path, ties = ("parameters", group, each.name), numbers.ties
    if each.over == "world":
        return numbers.one(each.default, *path)
    if each.over in ("actor", "flashpoint", "dispute"):
        names = {
            "actor": ties.names,
            "flashpoint": tuple(tie.name for tie in ties.flashpoints),
            "dispute": tuple(tie.name for tie in ties.disputes),
        }[each.over]
        return numbers.column(names, each.default, *path)
    values = numbers.square(each.default, *path, symmetric=each.over == "pair")
    return _simplex(values, numbers, path) if each.name == "opportunity" else values


def _simplex(values: Array, numbers: Numbers, path: tuple[str, ...]) -> Array:
    """Rows of shares in which a drawn share makes room among the row's other shares."""
    names = numbers.ties.names
    whole = {name: each for name, each in numbers.drawn.items() if name == ".".join(path)}
    plain = Numbers(numbers.data, numbers.ties, whole).square(0.0, *path)
    for i, me in enumerate(names):
        drawn = [j for j, other in enumerate(names) if ".".join((*path, me, other)) in numbers.drawn]
        if not drawn:
            continue
        rest = [j for j in range(len(names)) if j not in drawn and j != i]
        total = plain[i].sum(axis=0)
        room = np.maximum(total - values[i, drawn].sum(axis=0), 0.0)
        held = plain[i, rest].sum(axis=0)
        scale = np.where(held > 0.0, room / np.where(held > 0.0, held, 1.0), 1.0)
        for j in rest:
            values = put(values, (i, j), plain[i, j] * scale)
    return values


def state_of(numbers: Numbers) -> State:
    """The state at the start as far as the scenario gives it; `rest.py` finds the rest."""
    ties = numbers.ties
    n, flashpoints, disputes = ties.n, len(ties.flashpoints), len(ties.disputes)
    shapes = {"actor": n, "target": n, "flashpoint": flashpoints, "dispute": disputes}
    blank: dict[str, Any] = {}
    for each in quantities():
        first = shapes[each.axes[0]] if each.axes else 1
        second = shapes[each.axes[1]] if len(each.axes) > 1 else 1
        blank[each.name] = np.zeros((first, second, 1))
    engagement = numbers.square(0.0, "initial", "engagement")
    given = {
        "engagement": engagement,
        "intent": engagement,
        "alignment": numbers.square(0.0, "initial", "alignment", symmetric=True),
        "commitment": _commitments(numbers),
        "capability": _capabilities(numbers),
        "grievance": numbers.column(ties.names, 0.0, "initial", "grievance"),
        "deterrent": numbers.column(ties.names, 0.0, "initial", "deterrent"),
        "order": numbers.one(0.8, "initial", "order"),
    }
    return State(**{**blank, **given})


def _capabilities(numbers: Numbers) -> Array:
    names = numbers.ties.names
    return joined([[numbers.one(None, "actors", name, "capability")] for name in names])


def _commitments(numbers: Numbers) -> Array:
    values = np.zeros((numbers.ties.n, numbers.ties.n, 1))
    alliances = numbers.at("ties", "alliances") or {}
    for (patron, client), name in zip(numbers.ties.alliances, alliances, strict=True):
        level = numbers.one(None, "ties", "alliances", name, "commitment")
        values = put(values, (patron, client), level[0, 0])
    return values


def policies_of(scenario: Scenario, numbers: Numbers) -> dict[tuple[int, int], Policy]:
    """The policy of each directed dyad that has one; routine is the policy of all others."""
    known, names, found = policies(), scenario.actors, {}
    for actor, row in scenario.data.get("policies", {}).items():
        for j, target in enumerate(names):
            key = target if target in row else EVERYONE
            if key in row and target != actor and row[key]["policy"] != "routine":
                kind = known[row[key]["policy"]]
                found[names.index(actor), j] = _policy(kind, numbers, ("policies", actor, key))
    return found


def taking_over(before: Scenario, after: Scenario) -> set[Dyad]:
    """The dyads, by index, whose policy is not the same in two scenarios of the same actors."""
    names = before.actors
    return {
        (i, j)
        for i, actor in enumerate(names)
        for j, target in enumerate(names)
        if i != j and _written(before, actor, target) != _written(after, actor, target)
    }


def _written(scenario: Scenario, actor: str, target: str) -> tuple[Any, dict[str, Any]]:
    """A policy as it is written, and what is uncertain of it."""
    row = scenario.data.get("policies", {}).get(actor, {})
    key = target if target in row else EVERYONE
    head = f"policies.{actor}.{key}."
    uncertain = scenario.uncertainties.items()
    spread = {path.removeprefix(head): shape for path, shape in uncertain if path.startswith(head)}
    return row.get(key, {"policy": "routine"}), spread


def _policy(kind: type[Policy], numbers: Numbers, path: tuple[str, ...]) -> Policy:
    given = numbers.at(*path)
    values: dict[str, Any] = {}
    numeric = {each.name: each for each in parameters_of(kind)}
    for each in fields(kind):
        if each.name in numeric:
            default = numeric[each.name].default
            left_open = (
                default is None
                and each.name not in given
                and ".".join((*path, each.name)) not in numbers.drawn
            )
            values[each.name] = None if left_open else numbers.one(default, *path, each.name)
        elif each.name in given and "actor" in each.metadata:
            values[each.name] = numbers.ties.names.index(given[each.name])
        elif "dated" in each.metadata:
            values[each.name] = {month_of(date): scalar(level) for date, level in given[each.name].items()}
    return kind(**values)


def events_of(scenario: Scenario, ties: Ties) -> tuple[Event, ...]:
    """The dated events that change something; those that only mark a figure are left out."""
    found = []
    for name, each in scenario.spec.events.items():
        changes = [
            _change(path, how, value, ties)
            for how, given in (("set", each.set), ("add", each.add))
            for path, value in given.items()
        ]
        if changes:
            found.append(Event(name, each.label, each.at, each.until, each.probability, tuple(changes)))
    return tuple(found)


def _change(path: str, how: Any, value: float, ties: Ties) -> Change:
    first, *rest = path.split(".")
    group = rest.pop(0) if first == "parameters" else None
    name = rest.pop(0) if group else first
    names = {
        "flashpoint": [tie.name for tie in ties.flashpoints],
        "dispute": [tie.name for tie in ties.disputes],
    }
    over = _over(group, name)
    cell = [names.get(over, list(ties.names)).index(each) for each in rest]
    if not cell:
        return Change(group, name, (slice(None), slice(None)), how, value)
    both_ways = over == "pair" or name == "alignment"
    full = (cell[0], cell[1] if len(cell) > 1 else 0)
    return Change(group, name, full, how, value, mirrored=both_ways)


def _over(group: str | None, name: str) -> str:
    if group is None:
        return "flashpoint" if name == "crisis" else "actor"
    return next(each.over for each in parameters_of(GROUPS[group]) if each.name == name)


def outcomes_of(scenario: Scenario) -> dict[str, Outcome]:
    """The outcomes that a scenario asks for, by name."""
    kinds = outcomes()
    return {
        name: kinds[given.measure](
            **{each.name: _frozen(getattr(given, each.name)) for each in fields(kinds[given.measure])}
        )
        for name, given in scenario.spec.outcomes.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def loop_gain(scenario: Scenario, runs: int = 1000) -> float:
    """Largest gain, over runs and pairs, with which alignment feeds back into itself through stances.

    ``f w_A (1 - x**2) / (m + 2 F x)`` at the start; the response cancels at rest. At 1 or above a
    small change of alignment grows instead of dying out. Posture only: what feeds back through
    threat and the outside option comes on top.
    """
    world = build(scenario, 0, runs)
    rules, state = world.settled
    law, mutual = rules.alignment, rules.groups["reciprocity"]
    x = state.alignment
    room = 1.0 - x * x
    force = law.reversion * (x - law.rest) / np.maximum(room, 1e-9)
    stiffness = law.reversion + 2.0 * force * x
    gain = rules.conduct.feedback * mutual.weight * mutual.pull * room / np.maximum(stiffness, 1e-9)
    return float((gain * world.ties.off).max())
