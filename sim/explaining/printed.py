"""Numbers as they are printed: rounded so that what is printed adds up, in every row and in every column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..axes import Array
from .account import NOTHING, Account, Makeup
from .sums import By

DIGITS = 3
"""Digits after the point that numbers are printed with."""

UNIT = 10**DIGITS

VISIBLE = 5e-5
"""Terms that stay below this have no bar in a figure: nobody could see it."""


def in_units(told: Account | Makeup) -> tuple[Array, dict[str, Array]]:
    """Values `(time,)` and terms `(spans,)` of one run, or of a mean, in units of the last digit printed.

    Printed terms add up to the printed change (of a make-up: to the printed value) in each span; rounding that
    a term has suffered in one span is made good in the next, so that totals are off by little. A term that is
    nothing in a span is printed as nothing.
    """
    values = np.rint(UNIT * told.values[:, 0]).astype(int)
    made = isinstance(told, Makeup)
    needed = values if made else np.diff(values)
    exact = UNIT * np.stack([term[:, 0] for term in told.terms.values()], axis=1)
    owed, rows = np.zeros(exact.shape[1]), []
    for row, whole in zip(exact, needed, strict=True):
        rows.append(_shared(row + (0.0 if made else owed), int(whole), np.abs(row) > UNIT * NOTHING))
        owed = owed + row - rows[-1]
    found = np.stack(rows)
    return values, {name: found[:, k] for k, name in enumerate(told.terms)}


def _shared(exact: Array, whole: int, active: Array) -> Array:
    """Whole numbers near exact ones that add up to a whole, 0 where not active (largest remainders)."""
    found = np.where(active, np.floor(exact), 0.0).astype(int)
    places = np.flatnonzero(active)
    if not places.size:
        return found
    order = places[np.argsort(found[places] - exact[places], kind="stable")]
    each, more = divmod(whole - int(found.sum()), places.size)
    found[order] += each
    found[order[:more]] += 1
    return found


def units(value: float) -> int:
    """A number in units of the last digit."""
    return round(UNIT * value)


def seen(told: Account | Makeup, by: By) -> list[str]:
    """The terms that are more than nothing as printed, in some span of some run."""
    return [name for name, term in told.by(by).terms.items() if np.abs(term).max() >= 0.5 / UNIT]


def visible(terms: Mapping[str, Array]) -> dict[str, Array]:
    """The terms of a mean that a figure shows, `(spans,)` each."""
    return {name: term[:, 0] for name, term in terms.items() if np.abs(term).max() > VISIBLE}


def signed(units: int) -> str:
    """A change in units of the last digit, with its sign; nothing is 0."""
    return f"{units / UNIT:+.{DIGITS}f}" if units else "0"


def plain(units: int) -> str:
    """A value in units of the last digit."""
    return f"{units / UNIT:.{DIGITS}f}"
