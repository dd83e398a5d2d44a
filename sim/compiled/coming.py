"""Numbers yet to come: the text of the model, run once on these, is written down as a graph.

`Coming` is an array of such numbers. NumPy hands every operation on it over to the tables of a `Maker`,
so that the same text runs on it as on any array, indexing and broadcasting included; what text asks of a
number's value, which is not known yet, is refused in one line. Numbers that are known (masks, weights
of 0) are worked out at once, so that what does not apply leaves no trace. Read `stretch.py` next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..axes import Step, Terms
from ..errors import Unknowable
from .graph import Maker, Number, Part


class Coming(np.ndarray):
    """An array of numbers yet to come, in the graph of its maker."""

    make: Maker

    def __array_finalize__(self, other: Any) -> None:
        if other is not None and hasattr(other, "make"):
            self.make = other.make

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """One operation, element by element."""
        into = options.pop("out", (None,))[0]
        make = _maker_of(inputs)
        if method != "__call__" or options or ufunc.__name__ not in make.operations:
            raise Unknowable(
                f"numpy.{ufunc.__name__}{_way(method)} is not among the operations that can be compiled"
            )
        function = make.operations[ufunc.__name__]
        found = coming(np.frompyfunc(function, ufunc.nin, 1)(*map(_bare, inputs)), make)
        if into is None:
            return found
        if not isinstance(into, Coming):
            raise Unknowable(
                "it writes into an array of its own numbers that are not known before a run; write a = a + b"
            )
        into[...] = found
        return into

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """A function of NumPy that is not an operation element by element."""
        name = function.__name__
        make = _maker_of([*args, *(args[0] if args and isinstance(args[0], list | tuple) else ())])
        if name == "where" and len(args) == 3:
            return coming(np.frompyfunc(make.where, 3, 1)(*map(_bare, args)), make)
        if name == "clip":
            return _clipped(*args, **options)
        if name in ("zeros_like", "ones_like"):
            return coming(np.full(args[0].shape, float(name == "ones_like")), make)
        if name == "round":
            return _rounded(*args, **options)
        if name in ("broadcast_to", "reshape", "swapaxes", "transpose", "squeeze", "expand_dims"):
            return coming(function(_bare(args[0]), *args[1:], **options), make)
        if name in ("concatenate", "stack"):
            return coming(function([_bare(each) for each in args[0]], *args[1:], **options), make)
        raise Unknowable(f"numpy.{name} is not among the operations that can be compiled")

    def __getitem__(self, where: Any) -> Any:
        _must_be_known(where)
        return super().__getitem__(where)

    def __setitem__(self, where: Any, value: Any) -> None:
        _must_be_known(where)
        super().__setitem__(where, value)

    def __bool__(self) -> bool:
        return bool(Number("", (), 0, True, 0))

    def __float__(self) -> float:
        return float(Number("", (), 0, False, 0))

    __int__ = __index__ = __float__  # type: ignore[assignment]

    def clip(self, *limits: Any, **more: Any) -> Any:
        """Held within limits."""
        return _clipped(self, *limits, **more)

    def round(self, decimals: Any = 0, *_: Any) -> Any:  # type: ignore[override]
        """Rounded to so many decimals."""
        return _rounded(self, decimals)

    def may_matter(self) -> bool:
        """Whether some number is not known to be 0."""
        return any(isinstance(each, Number) or bool(each) for each in self.flat)

    def rounds(self, step: Step, state: Terms, times: int) -> tuple[Terms, list[Terms]]:
        """A loop of the step (`axes.summed`)."""
        return looped(self.make, step, state, times)

    def holding(self, array: np.ndarray) -> Coming:
        """An array that can hold such numbers too."""
        return coming(array, self.make)

    def any(self, *_: Any, **__: Any) -> Any:
        """Refused: runs are computed apart from each other."""
        raise Unknowable("it asks for one number of many runs, which depends on what is run together")

    all = max = min = sum = mean = any


def coming(parts: Any, make: Maker) -> Coming:
    """An array of numbers yet to come from an array of elements."""
    array = np.asarray(parts, dtype=object).view(Coming)
    array.make = make
    return array


def _rounded(array: Coming, decimals: int = 0) -> Any:
    tens = 10.0**decimals
    return np.rint(array * tens) / tens


def _clipped(array: Coming, a_min: Any = None, a_max: Any = None, **more: Any) -> Any:
    low, high = more.get("min", a_min), more.get("max", a_max)
    clipped: Any = array if low is None else np.maximum(array, low)
    return clipped if high is None else np.minimum(clipped, high)


def _must_be_known(where: Any) -> None:
    for each in where if isinstance(where, tuple) else (where,):
        if isinstance(each, Coming):
            raise Unknowable(
                "it indexes by numbers that are not known before a run; write numpy.where(condition, this, that)"
            )


def _bare(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Coming) else array


def _maker_of(inputs: Sequence[Any]) -> Maker:
    return next(each.make for each in inputs if isinstance(each, Coming))


def _way(method: str) -> str:
    return "" if method == "__call__" else f".{method}"


def looped(make: Maker, step: Step, state: Terms, times: int) -> tuple[Terms, list[Terms]]:
    """The state after so many rounds of a step, and the sums of its parts, as numbers that a loop works out.

    The text of the step is run once or twice: what is known at the start is supposed to stay, unless the
    step changes it.
    """
    arrays = {name: np.asarray(each, dtype=object) for name, each in state.items()}
    places = [(name, *cell) for name, array in arrays.items() for cell in np.ndindex(array.shape)]
    begun = {place: arrays[place[0]][place[1:]] for place in places}
    moving = {place for place, part in begun.items() if isinstance(part, Number)}
    home = make.graph.new_home()
    while True:
        inside = {
            place: make.graph.input("round", home, k, home=home) if place in moving else begun[place]
            for k, place in enumerate(places)
        }
        after, parts = step({name: _array(make, arrays[name].shape, name, inside) for name in arrays})
        ends = {place: after[place[0]][place[1:]] for place in places}
        more = {place for place in places if place not in moving and ends[place] is not begun[place]}
        if not {place for place in more if isinstance(ends[place], Number) or ends[place] != begun[place]}:
            break
        moving |= more
    rows = [(inside[each], begun[each], ends[each], each) for each in places if each in moving]
    shapes = {name: array.shape for name, array in arrays.items()}
    return _looped(make, home, times, rows, shapes, begun, parts)


def _looped(
    make: Maker, home: int, times: int, rows: list[tuple[Number, Part, Part, tuple[Any, ...]]],
    shapes: dict[str, tuple[int, ...]], begun: dict[tuple[Any, ...], Part], parts: list[Terms],
) -> tuple[Terms, list[Terms]]:  # fmt: skip
    sums: dict[tuple[Any, ...], tuple[Number, Part]] = {}
    totals: dict[str, tuple[int, ...]] = (
        {name: each.shape for name, each in parts[0].items()} if parts else {}
    )
    for name, shape in totals.items():
        for cell in np.ndindex(shape):
            held = make.graph.input("round", home, name, cell, home=home)
            total: Part = held
            for each in parts:
                total = make.add(total, np.asarray(each[name], dtype=object)[cell])
            sums[name, *cell] = (held, total)
    inner = [row[0] for row in rows] + [held for held, _ in sums.values()]
    first = [row[1] for row in rows] + [0.0 for _ in sums]
    last = [row[2] for row in rows] + [total for _, total in sums.values()]
    loop = make.graph.loop(home, times, inner, first, last)
    outer = [make.graph.made("after", loop, k) for k in range(len(inner))]
    found = dict(begun) | {row[3]: outer[k] for k, row in enumerate(rows)}
    added = {place: outer[len(rows) + k] for k, place in enumerate(sums)}
    ended: Terms = {name: _array(make, shape, name, found) for name, shape in shapes.items()}
    return ended, [{name: _array(make, shape, name, added) for name, shape in totals.items()}]


def _array(make: Maker, shape: tuple[int, ...], name: str, parts: Mapping[tuple[Any, ...], Part]) -> Coming:
    found = np.empty(shape, dtype=object)
    for cell in np.ndindex(shape):
        found[cell] = parts[name, *cell]
    return coming(found, make)
