"""Runs with every term of every step, and the accounts that are drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..axes import Array, Terms, widened
from ..branching import Branched
from ..build import build, dealt
from ..ensemble import chunks
from ..errors import WedgeError, nearest
from ..luck import BLOCK, NoLuck
from ..mechanisms import Changes, Ties
from ..moves import BEYOND
from ..outcomes import Paths, cell_of
from ..policies import Decision
from ..scenario import Scenario
from ..state import FLOWS, State, quantities
from ..world import World
from .account import Account, Makeup, Told, joined
from .sums import BOUND, closed, made_up, merged

STANCE, INTENT = "stance", "intent"
MADE_ANEW = {
    "threat": "capability, nearness and stance",
    "guarantee": "the commitment of all patrons",
}
"""Quantities that no terms add up to."""


@dataclass(frozen=True)
class Trace:
    """Runs `first` to `first + runs - 1` of a scenario with all that moved them.

    `paths` holds every quantity, `changes` the terms of each computed step, `decided` what each actor decided
    in it; `rest` are the terms of a step from the start without luck, events and policies. Steps are the
    computed ones: quarters where the scenario shows years.
    """

    scenario: Scenario
    first: int
    runs: int
    paths: Paths = field(repr=False)
    changes: tuple[Changes, ...] = field(repr=False)
    decided: tuple[tuple[Decision, ...], ...] = field(repr=False)
    rest: Changes = field(repr=False)

    @property
    def dates(self) -> tuple[str, ...]:
        """The dates of the states, the start first."""
        return tuple(self.paths.calendar.dates())

    def alignment(self, one: str, other: str) -> Account:
        """The alignment of a pair, in whichever order they are named."""
        return self.account("alignment", one, other)

    def engagement(self, actor: str, target: str) -> Account:
        """What an actor offers or denies another, sanctions apart."""
        return self.account("engagement", actor, target)

    def sanction(self, actor: str, target: str) -> Account:
        """The punishment that an actor has in force against another."""
        return self.account("sanction", actor, target)

    def commitment(self, patron: str, client: str) -> Account:
        """The commitment of a patron as its client sees it."""
        return self.account("commitment", patron, client)

    def order(self) -> Account:
        """The strength of the rules-based order."""
        return self.account("order")

    def stance(self, actor: str, target: str) -> Account:
        """The posture of an actor toward another: its engagement less its sanctions, within bounds.

        Its terms are those of the engagement, then those of the sanctions with their sign turned. The bound
        is that of all three, and what is left of rounding.
        """
        engaged, punished = self.engagement(actor, target), self.sanction(actor, target)
        terms, rest = ({**each} for each in (engaged.terms, engaged.rest))
        for all_, more in ((terms, punished.terms), (rest, punished.rest)):
            for name, term in more.items():
                all_[name] = all_.get(name, np.zeros_like(term)) - term
        return self._account(STANCE, (actor, target), terms, rest)

    def account(self, quantity: str, *names: str) -> Account:
        """Any quantity that moves by terms, of an actor, a dyad, a tie or the world.

        Raises WedgeError where there is no such quantity or name, or where no terms add up to it.
        """
        self._known(quantity, names)
        if quantity == STANCE:
            return self.stance(*names)
        if quantity in (INTENT, *FLOWS):
            raise WedgeError(f"{quantity} is made anew in each step; ask for its makeup, not for its account")
        changes, quiet = (self._terms(quantity, names, steps) for steps in (self.changes, [self.rest]))
        return self._account(quantity, names, changes, {name: term[0] for name, term in quiet.items()})

    def decision(self, actor: str, target: str) -> Makeup:
        """Why an actor intended what it did toward another, step by step: the terms of its decisions.

        The last one, the limit of intent, is what an intent beyond -1 or 1 is cut by.
        """
        self._known(INTENT, (actor, target))
        i, j = (self.scenario.actors.index(each) for each in (actor, target))
        names = merged([list(_named(step)) for step in self.decided])
        terms = {name: self._along(_intended(step[i], name, j) for step in self.decided) for name in names}
        return self._makeup(INTENT, (actor, target), terms, BEYOND)

    def makeup(self, quantity: str, *names: str) -> Makeup:
        """What is made anew in each step: an intent, or a flow such as a holder's activity.

        Raises WedgeError where there is no such quantity or name, or where it is not made anew.
        """
        self._known(quantity, names)
        if quantity == INTENT:
            return self.decision(*names)
        if quantity not in FLOWS:
            raise WedgeError(f"{quantity} goes on from step to step; ask for its account, not for its makeup")
        return self._makeup(quantity, names, self._terms(quantity, names, self.changes), BOUND)

    def _account(self, what: str, whose: tuple[str, ...], terms: Terms, rest: Terms) -> Account:
        values = self._values(what, whose)
        sums = closed(values[:-1], values[1:], terms)
        return Account(self.scenario, what, whose, self.dates, values, sums, self.first, rest=rest)

    def _makeup(self, what: str, whose: tuple[str, ...], terms: Terms, last: str) -> Makeup:
        values = self._values(what, whose)[1:]
        sums = made_up(values, terms, last)
        return Makeup(self.scenario, what, whose, self.dates[:-1], values, sums, self.first)

    def _values(self, quantity: str, names: tuple[str, ...]) -> Array:
        first, second = _cell(self.paths.ties, quantity, names)
        return self.paths.arrays[quantity][:, first, second]

    def _terms(self, quantity: str, names: tuple[str, ...], steps: Sequence[Changes]) -> Terms:
        """The terms of a quantity at its place, `(steps, R)` each, 0 in steps that lack one."""
        first, second = _cell(self.paths.ties, quantity, names)
        found = merged([list(step.get(quantity, {})) for step in steps])
        none = np.zeros((1, 1, 1))
        return {
            name: self._along(_at(step.get(quantity, {}).get(name, none), first, second) for step in steps)
            for name in found
        }

    def _along(self, steps: Iterable[Array]) -> Array:
        """One array a step, `(1|R,)`, as `(steps, R)`."""
        return np.stack([np.broadcast_to(each, (self.runs,)) for each in steps])

    def _known(self, quantity: str, names: Sequence[str]) -> None:
        """Raise WedgeError where there is no such quantity, or it does not belong to what is named."""
        found = next((each for each in quantities() if each.name == quantity), None)
        if found is None:
            known = [each.name for each in quantities()]
            raise WedgeError(f"no quantity called {quantity!r}{nearest(quantity, known)}")
        if quantity in MADE_ANEW:
            raise WedgeError(f"{quantity} has no terms: it is made anew from {MADE_ANEW[quantity]}")
        if len(names) != len(found.axes):
            of = " and ".join("actor" if each == "target" else each for each in found.axes) or "nobody"
            raise WedgeError(f"{quantity} belongs to {of}; {len(names)} named")
        for axis, name in zip(found.axes, names, strict=True):
            must_be_known(self.paths.ties, axis, name)
        if len(set(names)) < len(names):
            raise WedgeError(f"{names[0]} is named twice; expected two actors")


def traced(scenario: Scenario, first: int = 0, runs: int = 1) -> Trace:
    """Runs `first` to `first + runs - 1` of a scenario, with every term of every step.

    The same runs as `ensemble.simulate` gives, by NumPy. About a third of a megabyte a run for five actors
    over ten years. Raises ValueError where a number of runs is impossible.
    """
    if first < 0 or runs < 1:
        raise ValueError(
            f"runs {first} to {first + runs - 1}; runs are numbered from 0, and there is at least one"
        )
    world = build(scenario, first, runs, dealt(scenario, first, runs))
    state, states, decided = world.start, [world.start], []
    changes: list[Changes] = []
    for k in range(world.calendar.steps):
        state = world.step(state, k, changes)
        states.append(state)
        decided.append(state.decisions)
    arrays = {each.name: _path(states, each.name, runs) for each in quantities()}
    paths = Paths(world.ties, world.calendar.computed, arrays, {})
    return Trace(scenario, first, runs, paths, tuple(changes), tuple(decided), _at_rest(world))


def _at_rest(world: World) -> Changes:
    """The terms of a first step without luck, events and policies."""
    begun = world.trunk if isinstance(world, Branched) else world
    quiet = replace(begun, luck=NoLuck(), events=(), policies={})
    quiet.__dict__["settled"] = begun.settled
    terms: list[Changes] = []
    quiet.step(quiet.start, 0, terms)
    return terms[0]


def over_runs(scenario: Scenario, ask: Callable[[Trace], Told], runs: int, first: int = 0) -> Told:
    """What `ask` says of many runs, as one; they are traced a hundred at a time, so that they need little memory."""
    parts = [ask(traced(scenario, first + begin, count)) for begin, count in chunks(runs, BLOCK)]
    return joined(parts)


def must_be_known(ties: Ties, axis: str, name: str) -> None:
    """Raise WedgeError, with the nearest name, where an actor or tie is none of a scenario's."""
    kind = "actor" if axis == "target" else axis
    known = _listed(ties, kind)
    if name not in known:
        there = f"there are {', '.join(known)}" if known else "there is none"
        raise WedgeError(f"no {kind} called {name!r}{nearest(name, known)}; {there}")


def _listed(ties: Ties, kind: str) -> list[str]:
    """The names of all actors, flashpoints or disputes."""
    if kind == "actor":
        return list(ties.names)
    return (
        [each.name for each in ties.flashpoints]
        if kind == "flashpoint"
        else [each.name for each in ties.disputes]
    )


def _path(states: Sequence[State], name: str, runs: int) -> Array:
    return np.stack([widened(getattr(each, name), runs) for each in states])


def _cell(ties: Ties, quantity: str, names: Sequence[str]) -> tuple[int, int]:
    """Where a quantity stands that belongs to actors, a tie and an actor, a tie, or the world."""
    axes = next(each.axes for each in quantities() if each.name == quantity)
    if not axes or axes[0] == "actor":
        return cell_of(ties, quantity, *names)
    return _listed(ties, axes[0]).index(names[0]), ties.names.index(names[1]) if len(axes) > 1 else 0


def _at(term: Array, first: int, second: int) -> Array:
    """A term at a place; where it is the same in all places, it stands in the only one."""
    return np.asarray(term[min(first, len(term) - 1), min(second, term.shape[1] - 1)])


def _named(decisions: Sequence[Decision]) -> list[str]:
    """The names of all terms of some decisions, in the order in which they are added up."""
    return list(dict.fromkeys(name for each in decisions for name in each.terms))


def _intended(decision: Decision, name: str, target: int) -> Array:
    """A term of a decision toward a target, `(1|R,)`; 0 where it has no such term."""
    return np.asarray(decision.terms[name][0, target]) if name in decision.terms else np.zeros(1)
