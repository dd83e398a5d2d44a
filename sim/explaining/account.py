"""What an account is: a quantity through time, and the named terms that every change of it is the sum of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from ..axes import Array, Terms, add_up
from ..errors import WedgeError
from ..moves import BEYOND
from ..scenario import Scenario
from .sums import (
    BOUND,
    By,
    apart,
    beside,
    closed,
    edges,
    lengths,
    made_up,
    over_all_runs,
    over_spans,
    part,
    with_end,
)

PULLS = ("return to rest", "inertia", "lapse", "recovery", "forgetting")
"""Terms that pull a quantity back to where it rests, by their right to be told of a start that is not at rest."""

NOTHING = 1e-12
"""Below this a change is what rounding leaves."""

Told = TypeVar("Told", "Account", "Makeup")


@dataclass(frozen=True)
class Account:
    """A quantity of some runs through time, and what each of its changes is made of.

    `what` is the quantity and `whose` the actors (or the tie) it belongs to; `values` are `(time, R)`, one a
    date; each of the `terms` is `(time - 1, R)`. A value plus the terms in their order is the next value:
    ``values[k] + terms[0][k] + terms[1][k] + ... == values[k + 1]``. To the bit (the sign of a zero apart) for
    what the model itself adds up; of a stance, a mean, a difference or a sum over years to 2 ** -52.
    Runs are those from number `first` on. Of a difference of two scenarios `against` is the second one.
    `rest` is what each term would be in a step from the start without luck, events and policies, `(R,)`:
    together nothing, where the start is at rest. `beyond` tells that the terms are less that already.
    """

    scenario: Scenario = field(repr=False)
    what: str
    whose: tuple[str, ...]
    dates: tuple[str, ...]
    values: Array = field(repr=False)
    terms: Terms = field(repr=False)
    first: int = 0
    against: Scenario | None = field(default=None, repr=False)
    rest: Terms = field(default_factory=dict, repr=False)
    beyond: bool = False

    @property
    def runs(self) -> int:
        """How many runs it tells of."""
        return int(self.values.shape[-1])

    @property
    def change(self) -> Array:
        """The last value less the first, `(R,)`."""
        return self.values[-1] - self.values[0]

    @property
    def totals(self) -> Terms:
        """Each term added up over the whole time, `(R,)`; together they are the change, but for rounding."""
        return {name: add_up(list(term)) for name, term in self.terms.items()}

    @property
    def mean(self) -> Account:
        """The mean over runs, as an account of one run."""
        terms, rest = (_averaged(each) for each in (self.terms, self.rest))
        return replace(self._made(self.dates, over_all_runs(self.values), terms), rest=rest)

    @property
    def beyond_rest(self) -> Account:
        """The same with each term less what it was at the start, where all of them balance.

        Where the start was given and is not at rest, what it moves by itself stays with the term that pulls the
        quantity to rest. A quantity that nothing holds, such as capability, is told whole. Raises ValueError of
        an account whose terms are added up over time already, or that is beyond rest itself.
        """
        if not self.rest:
            raise ValueError("what goes beyond rest is told step by step, and once")
        none = np.zeros_like(self.values[1:])
        terms = apart(self.terms, {name: none + each for name, each in _balanced(self.rest).items()}, none)
        return replace(self._made(self.dates, self.values, terms), rest={}, beyond=True)

    def spread(self, low: float = 0.05, high: float = 0.95) -> dict[str, tuple[float, float]]:
        """Quantiles over runs of each term's total."""
        return {name: quantiles(total, low, high) for name, total in self.totals.items()}

    def by(self, period: By) -> Account:
        """The same with terms added up over calendar years, or over all; dates are the periods' ends."""
        if period == "step":
            return self
        ends = edges(self.dates, period)
        terms = {name: over_spans(term, ends) for name, term in self.terms.items()}
        return replace(self._made(tuple(self.dates[k] for k in ends), self.values[ends], terms), rest={})

    def between(self, begin: str | None = None, end: str | None = None) -> Account:
        """The part between two dates: from the step that holds the first up to the step that holds the second.

        Raises WedgeError where a date is none, or lies outside, or nothing lies between.
        """
        one, other = part(self.dates, begin, end)
        terms = {name: term[one:other] for name, term in self.terms.items()}
        return self._made(self.dates[one : other + 1], self.values[one : other + 1], terms)

    def run(self, number: int) -> Account:
        """One of its runs alone, by its number. Raises WedgeError where it is none of them."""
        if not self.first <= number < self.first + self.runs:
            raise WedgeError(f"run {number} is none of runs {self.first} to {self.first + self.runs - 1}")
        k = slice(number - self.first, number - self.first + 1)
        terms, rest = (
            {name: term[..., k] for name, term in each.items()} for each in (self.terms, self.rest)
        )
        return replace(self, values=self.values[:, k], terms=terms, first=number, rest=rest)

    def less(self, other: Account) -> Account:
        """How far it lies above another account of the same runs and dates, term by term.

        A term that only one of them has counts as 0 in the other. Raises ValueError where they do not match.
        """
        must_match(self, other)
        terms = apart(self.terms, other.terms, np.zeros_like(self.values[1:]))
        made = self._made(self.dates, self.values - other.values, terms)
        rest = apart(self.rest, other.rest, np.zeros(self.runs))
        return replace(made, against=other.scenario, rest=rest)

    def _made(self, dates: tuple[str, ...], values: Array, terms: Terms) -> Account:
        return replace(self, dates=dates, values=values, terms=closed(values[:-1], values[1:], terms))


@dataclass(frozen=True)
class Makeup:
    """What a quantity consists of at each step, for what is made anew in each: an intent, a flow.

    `dates` are those at which the steps begin; `values` and each of the `terms` are `(steps, R)`. The terms in
    their order add up to the value, to the bit: ``0 + terms[0][k] + terms[1][k] + ... == values[k]``.
    """

    scenario: Scenario = field(repr=False)
    what: str
    whose: tuple[str, ...]
    dates: tuple[str, ...]
    values: Array = field(repr=False)
    terms: Terms = field(repr=False)
    first: int = 0
    against: Scenario | None = field(default=None, repr=False)

    @property
    def runs(self) -> int:
        """How many runs it tells of."""
        return int(self.values.shape[-1])

    @property
    def last(self) -> str:
        """The term that closes the sum: a limit."""
        return BEYOND if self.what == "intent" else BOUND

    @property
    def mean(self) -> Makeup:
        """The mean over runs, as that of one run."""
        return self._made(self.dates, over_all_runs(self.values), _averaged(self.terms))

    def by(self, period: By) -> Makeup:
        """The mean over calendar years, or over all steps."""
        if period == "step":
            return self
        ends = edges(with_end(self.dates), period)
        values = over_spans(self.values, ends) / lengths(ends)
        terms = {name: over_spans(term, ends) / lengths(ends) for name, term in self.terms.items()}
        return self._made(tuple(self.dates[k] for k in ends[:-1]), values, terms)

    def between(self, begin: str | None = None, end: str | None = None) -> Makeup:
        """The steps from the one that holds a date up to, not with, the one that holds another.

        Raises WedgeError where a date is none, or lies outside, or nothing lies between.
        """
        one, other = part(with_end(self.dates), begin, end)
        terms = {name: term[one:other] for name, term in self.terms.items()}
        return self._made(self.dates[one:other], self.values[one:other], terms)

    def less(self, other: Makeup) -> Makeup:
        """How far it lies above another of the same runs and dates, term by term.

        Raises ValueError where they do not match.
        """
        must_match(self, other)
        terms = apart(self.terms, other.terms, np.zeros_like(self.values))
        made = self._made(self.dates, self.values - other.values, terms)
        return replace(made, against=other.scenario)

    def _made(self, dates: tuple[str, ...], values: Array, terms: Terms) -> Makeup:
        return replace(self, dates=dates, values=values, terms=made_up(values, terms, self.last))


def _balanced(rest: Terms) -> Terms:
    """Terms of a quiet step with the pull to rest that would balance them; none where there is no such pull."""
    pull = next((name for name in PULLS if name in rest), None)
    if pull is None:
        return {}
    return {**rest, pull: rest[pull] - add_up(rest.values())}


def must_match(one: Told, other: Told) -> None:
    """Raise ValueError where two accounts are not of the same quantity, actors, dates and runs."""
    mine, theirs = ((each.what, each.whose, each.dates, each.first, each.runs) for each in (one, other))
    if mine != theirs:
        raise ValueError(f"accounts of other things: {mine} and {theirs}")


def joined(parts: Sequence[Told]) -> Told:
    """What is told of runs that follow one another, as one; a term that one part lacks is 0 there."""
    first, *_ = parts
    values = np.concatenate([each.values for each in parts], axis=-1)
    made = replace(first, values=values, terms=beside([each.terms for each in parts]))
    if not isinstance(made, Account):
        return made
    return replace(made, rest=beside([each.rest for each in parts if isinstance(each, Account)]))


def quantiles(values: Array, low: float, high: float) -> tuple[float, float]:
    """Two quantiles of some values."""
    one, other = np.quantile(values, (low, high))
    return float(one), float(other)


def _averaged(terms: Terms) -> Terms:
    return {name: over_all_runs(term) for name, term in terms.items()}
