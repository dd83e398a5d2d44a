"""Axes and arithmetic that every equation shares.

Arrays have three axes: actor first, target second, run last and always there (length 1 or R).
A scalar is ``(1, 1, 1|R)``, an actor quantity ``(n, 1, 1|R)``, a dyad ``(n, n, 1|R)``. One text of
an equation thus serves one world and a hundred thousand.

Results must not depend on how many runs are computed together, so nothing here (and nothing in an
equation) calls a library reduction, a matrix product or a scalar power: those add in another
order, or take another code path, for another number of runs. Nor does an equation ask for a value
that may not be known yet (`matters`, `everywhere`): the same text is compiled too (`compiled/`), on
arrays of numbers yet to come. Read `equations.py` next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray
Terms: TypeAlias = dict[str, Array]
Step: TypeAlias = Callable[[Terms], tuple[Terms, list[Terms]]]


class Library:
    """The array library that equations run on: NumPy, unless another is put in its place."""

    def __init__(self, module: Any) -> None:
        self.use(module)

    def use(self, module: Any) -> None:
        """Take every function from `module` (NumPy, or a library with NumPy's names)."""
        names = "abs arange broadcast_to clip concatenate maximum minimum round sqrt where zeros_like exp"
        self.__dict__.update({name: getattr(module, name) for name in names.split()})

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"equations may not use {name}: it is not in axes.Library")


xp = Library(np)


def known(value: Array) -> bool:
    """Whether the numbers are here to be looked at; while a step is being compiled, inputs are not."""
    return value.dtype != object


def matters(value: Array) -> bool:
    """Whether a number differs from 0 in some run; where that is not known, it may."""
    coming: Any = value
    return bool(np.any(value)) if known(value) else bool(coming.may_matter())


def everywhere(value: Array, number: float) -> bool:
    """Whether it is known to be this number in all runs."""
    return bool(np.all(value == number)) if known(value) else not matters(value != number)


def scalar(value: float | Array) -> Array:
    """A number, or one number a run `(R,)`, as `(1, 1, 1|R)`."""
    coming = isinstance(value, np.ndarray) and not known(value)
    array: Any = value if coming else np.asarray(value, dtype=float)
    return array.reshape(1, 1, -1)


def mirror(dyads: Array) -> Array:
    """Dyads seen from the other side: `(j, i)` at `(i, j)`. Turns an actor column into a row."""
    return dyads.swapaxes(0, 1)


def others(n: int) -> Array:
    """1 off the diagonal, 0 on it, `(n, n, 1)`: nobody is aligned with, or hostile to, itself."""
    return (1.0 - np.eye(n))[:, :, None]


def add_up(terms: Iterable[Array]) -> Array:
    """The terms added one after another, in the order given; bits do not depend on the run count."""
    total: Array | None = None
    own = False
    for term in terms:
        if total is None:
            total = term
        elif (
            own and known(term) and total.shape[-1] >= term.shape[-1] and total.shape[:-1] == term.shape[:-1]
        ):
            total += term
        else:
            total, own = total + term, True
    return np.zeros((1, 1, 1)) if total is None else total


def over_actors(quantity: Array) -> Array:
    """Sum over the first axis, kept with length 1, added in actor order."""
    return add_up(quantity[k : k + 1] for k in range(len(quantity)))


def over_targets(quantity: Array) -> Array:
    """Sum over the second axis, kept with length 1, added in target order."""
    return add_up(quantity[:, k : k + 1] for k in range(quantity.shape[1]))


def over_third_parties(tie: Array) -> Array:
    """For each pair `(i, j)`, the sum over k of ``tie[i, k] * tie[j, k]``, in the order of k.

    Third parties are k other than i and j, so the diagonal must be 0. `(n, n, R)`; symmetric to the
    bit.
    """
    columns = (tie[:, k : k + 1] for k in range(len(tie)))
    return add_up(column * mirror(column) for column in columns)


def largest(quantity: Array) -> Array:
    """Largest value over the first axis, kept with length 1."""
    top = quantity[:1]
    for k in range(1, len(quantity)):
        top = xp.maximum(top, quantity[k : k + 1])
    return top


def positive(value: Array) -> Array:
    """The part above 0."""
    return xp.maximum(value, 0.0)


def ratio(part: Array, whole: Array) -> Array:
    """Part over whole, and 0 where there is no whole."""
    some = whole > 0.0
    return xp.where(some, part / xp.where(some, whole, 1.0), 0.0)


def power(base: Array, exponent: Array) -> Array:
    """``base ** exponent`` with the same bits however many runs are computed together.

    NumPy squares when an exponent is a lone 2 and calls `pow` otherwise; here 1 and 2 are exact
    products for every run, and `pow` always sees full, contiguous arrays.
    """
    if not (known(base) and known(exponent)):
        return np.power(base, exponent)
    one, two = exponent == 1.0, exponent == 2.0
    if np.all(one):
        return base
    if np.all(two):
        return base * base
    shape = np.broadcast_shapes(base.shape, exponent.shape)
    full = [np.ascontiguousarray(np.broadcast_to(side, shape)) for side in (base, exponent)]
    raised = np.power(*full)
    return xp.where(one, base, xp.where(two, base * base, raised)) if np.any(one | two) else raised


def exp(value: Array) -> Array:
    """Exponential of contiguous values (one code path for every run count)."""
    return xp.exp(np.ascontiguousarray(value) if known(value) else value)


def logistic(value: Array) -> Array:
    """``1 / (1 + exp(-value))``."""
    return 1.0 / (1.0 + exp(-value))


def widened(array: Array, runs: int) -> Array:
    """An array with a run axis of this length, or of 1 widened to it."""
    return array if array.shape[-1] == runs else xp.broadcast_to(array, (*array.shape[:-1], runs))


def put(array: Array, where: tuple[Any, ...], value: Array) -> Array:
    """A copy of `array` with `value` at `where`, widened over runs if `value` is."""
    copy = widened(array, max(array.shape[-1], value.shape[-1])).copy()
    if known(copy) and not known(value):
        coming: Any = value
        copy = coming.holding(copy)
    copy[where] = value
    return copy


def stack(rows: Sequence[Array]) -> Array:
    """Rows `(1, m, 1|R)` one under another, `(rows, m, R)`."""
    runs = max(row.shape[-1] for row in rows)
    return xp.concatenate([widened(row, runs) for row in rows])


def joined_rows(rows: Sequence[Array]) -> Array:
    """The rows of a square put together again; where they are its own rows in order, the square."""
    whole = rows[0].base if known(rows[0]) else None
    if whole is None or whole.ndim != 3 or whole.shape[:2] != (len(rows), len(rows)):
        return stack(rows)
    for i, row in enumerate(rows):
        if not _same_place(row, whole[i : i + 1]):
            return stack(rows)
    return whole


def _same_place(one: Array, other: Array) -> bool:
    """Whether two arrays are the same view of the same memory."""
    place = [each.__array_interface__["data"][0] for each in (one, other)]
    return one.shape == other.shape and one.strides == other.strides and place[0] == place[1]


def summed(step: Step, state: Terms, times: int) -> tuple[Terms, list[Terms]]:
    """The state after so many rounds of ``step(state) -> state, parts``, and parts that add up to all.

    State and parts are arrays by name. Where steps are compiled the parts come added up.
    """
    coming: Any = next((each for each in state.values() if not known(each)), None)
    if coming is not None:
        found: tuple[Terms, list[Terms]] = coming.rounds(step, state, times)
        return found
    parts: list[Terms] = []
    for _ in range(times):
        state, more = step(state)
        parts += more
    return state, parts


def accumulate(before: Array, terms: Mapping[str, Array]) -> Array:
    """What there was plus its named terms, added in the order given."""
    return add_up([before, *terms.values()])
