"""Sums of terms: closed to what there is, merged in order, cut at years, averaged. Knows nothing of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from ..axes import Array, Terms, accumulate, add_up
from ..calendar import date_of, month_of
from ..errors import WedgeError

BOUND = "bound"
"""Term that a quantity is cut by at its limits; the last one of every account."""

By = Literal["step", "year", "all"]
"""Spans of time that terms can be added up over."""


def closed(before: Array, after: Array, terms: Mapping[str, Array], last: str = BOUND) -> Terms:
    """Terms in their order whose last one takes what there was, and the other terms, to what there is.

    All arrays are `(steps, R)`. It takes in what rounding leaves as well.
    """
    others = {name: term for name, term in terms.items() if name != last}
    return {**others, last: after - accumulate(before, others)}


def made_up(values: Array, terms: Mapping[str, Array], last: str) -> Terms:
    """The same of terms that add up to the values themselves, from 0."""
    return closed(np.zeros_like(values), values, terms, last)


def merged(orders: Iterable[Sequence[str]]) -> list[str]:
    """All names of some ordered lists, once, in an order that keeps to each list where they agree."""
    found: list[str] = []
    for order in orders:
        at = 0
        for name in order:
            if name not in found:
                found.insert(at, name)
            at = max(at, found.index(name) + 1)
    return found


def apart(one: Terms, other: Terms, none: Array) -> Terms:
    """How far terms lie above others; one that is missing counts as `none`."""
    return {name: one.get(name, none) - other.get(name, none) for name in merged([list(one), list(other)])}


def beside(parts: Sequence[Terms]) -> Terms:
    """Terms of runs that follow one another, as terms of all; a term that a part lacks is 0 there."""
    return {
        name: np.concatenate([each.get(name, _none(each)) for each in parts], axis=-1)
        for name in merged([list(each) for each in parts])
    }


def _none(terms: Terms) -> Array:
    return np.zeros_like(next(iter(terms.values())))


def over_spans(array: Array, ends: Sequence[int]) -> Array:
    """Sums of `(steps, R)` over the spans between these steps, `(spans, R)`, added in order of time."""
    return np.stack([add_up(list(array[begin:end])) for begin, end in pairwise(ends)])


def lengths(ends: Sequence[int]) -> Array:
    """How many steps each span holds, `(spans, 1)`."""
    return np.array([[float(end - begin)] for begin, end in pairwise(ends)])


def over_all_runs(array: Array) -> Array:
    """The mean over the last axis, kept with length 1, added run by run."""
    return add_up(array[..., k : k + 1] for k in range(array.shape[-1])) / float(array.shape[-1])


def edges(dates: Sequence[str], period: By) -> list[int]:
    """Where among dates a period begins, the first and the last date included."""
    last = len(dates) - 1
    if period == "step":
        return list(range(last + 1))
    inside = [k for k in range(1, last) if period == "year" and month_of(dates[k]) % 12 == 0]
    return [0, *inside, last]


def with_end(dates: Sequence[str]) -> tuple[str, ...]:
    """The dates at which steps begin, and the one at which the last step ends."""
    months = [month_of(each) for each in dates]
    length = months[1] - months[0] if len(months) > 1 else 3
    return (*dates, date_of(months[-1] + length, "quarter"))


def place(dates: Sequence[str], date: str, option: str) -> int:
    """Which of these dates begins the step that holds a date.

    Raises WedgeError, naming the option that gave it, where none does.
    """
    try:
        month = month_of(date)
    except ValueError as error:
        raise WedgeError(f"--{option}: {error}") from None
    months = [month_of(each) for each in dates]
    length = months[1] - months[0] if len(months) > 1 else 3
    if not months[0] <= month < months[-1] + length:
        raise WedgeError(
            f"--{option} {date}: outside what is told, which goes from {dates[0]} to {dates[-1]}"
        )
    return max(k for k, each in enumerate(months) if each <= month)


def part(dates: Sequence[str], begin: str | None, end: str | None) -> tuple[int, int]:
    """Where two dates stand among dates, each the ends unless given. Raises WedgeError where nothing lies between."""
    one = 0 if begin is None else place(dates, begin, "from")
    other = len(dates) - 1 if end is None else place(dates, end, "to")
    if one >= other:
        raise WedgeError(f"--to {end or dates[-1]}: not later than --from {begin or dates[0]}")
    return one, other
