"""A graph of numbers: what a function does, operation by operation, with what is known worked out.

Read `coming.py` next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import Unknowable

Part = Any
"""An element: a `Number`, or a float or truth value that is known."""

SETTLED, STEP = 0, 1
"""Homes of a number: worked out once for a run, or in each step; further homes are loops of a step."""


WHOLE = 8
"""Known whole exponents up to this are worked out by products."""


class Number:
    """One number of the graph: an operation on others, or an input."""

    __slots__ = ("args", "home", "op", "order", "truth")

    def __init__(self, op: str, args: tuple[Any, ...], home: int, truth: bool, order: int) -> None:
        self.op, self.args, self.home, self.truth, self.order = op, args, home, truth, order

    def __bool__(self) -> bool:
        raise Unknowable(
            "it asks for the value of a number that is not known before a run; write numpy.where(condition, this, that)"
        )

    def __float__(self, *_: Any) -> Any:
        raise Unknowable("it takes a number that is not known before a run out of its array")

    __int__ = __index__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __float__
    __truediv__ = __rtruediv__ = __neg__ = __abs__ = __pow__ = __lt__ = __le__ = __gt__ = __ge__ = __float__
    __eq__ = __ne__ = __float__
    __hash__ = object.__hash__


class Graph:
    """The numbers of one function; what is the same is kept once."""

    def __init__(self) -> None:
        self.known: dict[Any, Number] = {}
        self.homes = STEP

    def input(self, kind: str, *place: Any, home: int = STEP) -> Number:
        """A number that comes from outside: a parameter, a piece of luck, a part of the state."""
        return self._kept(kind, place, home, False)

    def made(self, op: str, *args: Part, truth: bool = False) -> Number:
        """An operation on numbers."""
        home = max((each.home for each in args if isinstance(each, Number)), default=SETTLED)
        return self._kept(op, args, home, truth)

    def loop(
        self, home: int, times: int, inner: Sequence[Number], first: Sequence[Part], last: Sequence[Part]
    ) -> Number:
        """So many rounds in which numbers that are `inner` begin as `first` and become `last`.

        The number stands for the loop; the k-th of its results is ``made("after", loop, k)``.
        """
        return self._kept("loop", (home, times, len(inner), *inner, *first, *last), STEP, False)

    def new_home(self) -> int:
        """The home of the numbers within a loop."""
        self.homes += 1
        return self.homes

    def _kept(self, op: str, args: tuple[Any, ...], home: int, truth: bool) -> Number:
        key = (op, *(("n", each.order) if isinstance(each, Number) else each for each in args))
        if key not in self.known:
            self.known[key] = Number(op, args, home, truth, len(self.known))
        return self.known[key]


class Maker:
    """Operations on elements, in one graph: known ones are worked out, plain ones left out.

    A product with 0 is 0 and a sum with 0 the other part: all numbers of the model are finite.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def operations(self) -> dict[str, Callable[..., Part]]:
        """Every operation element by element, by NumPy's name."""
        return _operations(self)

    def add(self, a: Part, b: Part) -> Part:
        """The sum; of two truth values whether one holds, as in NumPy."""
        if _truthy(a) and _truthy(b):
            return self.either(a, b)
        a, b = self.real(a), self.real(b)
        if _is(a, 0.0):
            return b
        if _is(b, 0.0):
            return a
        return a + b if _plain(a, b) else self.graph.made("fadd", *_sorted(a, b))

    def subtract(self, a: Part, b: Part) -> Part:
        """The difference; 1 less a truth value is its opposite."""
        if _is(a, 1.0) and (opposite := self._opposite(b)) is not None:
            return opposite
        a, b = self.real(a), self.real(b)
        if _is(b, 0.0):
            return a
        return a - b if _plain(a, b) else self.graph.made("fsub", a, b)

    def multiply(self, a: Part, b: Part) -> Part:
        """The product; with a truth value, a choice between the other factor and 0."""
        for one, other in ((a, b), (b, a)):
            if (said := _truth(one)) is not None:
                return self.where(said, self.real(other), 0.0)
        a, b = self.real(a), self.real(b)
        if _is(a, 0.0) or _is(b, 0.0):
            return 0.0
        for one, other in ((a, b), (b, a)):
            if _is(one, 1.0):
                return other
            if _is(one, -1.0):
                return self.negative(other)
        return a * b if _plain(a, b) else self.graph.made("fmul", *_sorted(a, b))

    def divide(self, a: Part, b: Part) -> Part:
        """The quotient."""
        a, b = self.real(a), self.real(b)
        if _plain(a, b):
            with np.errstate(all="ignore"):
                return float(np.float64(a) / np.float64(b))
        if _is(b, 1.0):
            return a
        return 0.0 if _is(a, 0.0) else self.graph.made("fdiv", a, b)

    def negative(self, a: Part) -> Part:
        """The opposite."""
        a = self.real(a)
        if _plain(a):
            return -a
        return a.args[0] if a.op == "fneg" else self.graph.made("fneg", a)

    def maximum(self, a: Part, b: Part) -> Part:
        """The larger."""
        a, b = self.real(a), self.real(b)
        if a is b or _is(b, -math.inf):
            return a
        return max(a, b) if _plain(a, b) else self.graph.made("max", *_sorted(a, b))

    def minimum(self, a: Part, b: Part) -> Part:
        """The smaller."""
        a, b = self.real(a), self.real(b)
        if a is b or _is(b, math.inf):
            return a
        return min(a, b) if _plain(a, b) else self.graph.made("min", *_sorted(a, b))

    def compare(self, how: str) -> Callable[[Part, Part], Part]:
        """A comparison: olt, ole, ogt, oge, oeq or une."""

        def compared(a: Part, b: Part) -> Part:
            for one, other in ((a, b), (b, a)):
                if (said := _truth(one)) is not None and _plain(other):
                    return self._as_truth(said, _COMPARE[how], one is b, other)
            a, b = self.real(a), self.real(b)
            return _COMPARE[how](a, b) if _plain(a, b) else self.graph.made(how, a, b, truth=True)

        return compared

    def where(self, said: Part, yes: Part, no: Part) -> Part:
        """One or the other."""
        said = self.condition(said)
        if isinstance(said, bool):
            return yes if said else no
        if yes is no or (_plain(yes, no) and yes == no):
            return yes
        if _truthy(yes) and _truthy(no):
            return self.either(self.both(said, yes), self.both(self.invert(said), no))
        if _is(yes, 1.0) and _is(no, 0.0):
            return self.graph.made("real", said)
        return self.graph.made("where", said, self.real(yes), self.real(no))

    def both(self, a: Part, b: Part) -> Part:
        """Whether both hold."""
        a, b = self.condition(a), self.condition(b)
        if a is False or b is False:
            return False
        if a is True or b is True or a is b:
            return b if a is True else a
        return self.graph.made("and", *_sorted(a, b), truth=True)

    def either(self, a: Part, b: Part) -> Part:
        """Whether one of them holds."""
        a, b = self.condition(a), self.condition(b)
        if a is True or b is True:
            return True
        if a is False or b is False or a is b:
            return b if a is False else a
        return self.graph.made("or", *_sorted(a, b), truth=True)

    def invert(self, a: Part) -> Part:
        """Whether it does not hold."""
        a = self.condition(a)
        if isinstance(a, bool):
            return not a
        return a.args[0] if a.op == "not" else self.graph.made("not", a, truth=True)

    def power(self, base: Part, exponent: Part) -> Part:
        """``base ** exponent``; known whole exponents are products, 1 and 2 always (`axes.power`).

        NaN for a negative base and any other exponent.
        """
        base, exponent = self.real(base), self.real(exponent)
        if _is(exponent, 1.0):
            return base
        if _is(exponent, 2.0):
            return self.multiply(base, base)
        if _plain(exponent) and abs(exponent) <= WHOLE and float(exponent).is_integer():
            return self._multiplied(base, int(exponent))
        raised = self.graph.made("pow", base, exponent)
        if _plain(exponent):
            return raised
        one, two = (self.compare("oeq")(exponent, each) for each in (1.0, 2.0))
        return self.where(one, base, self.where(two, self.multiply(base, base), raised))

    def _multiplied(self, base: Part, times: int) -> Part:
        """A whole power, by products."""
        product: Part = 1.0
        for _ in range(abs(times)):
            product = self.multiply(product, base)
        return product if times >= 0 else self.divide(1.0, product)

    def exact(self, name: str, known: Callable[[float], float]) -> Callable[[Part], Part]:
        """A function of one number that every machine works out alike, by the name that ours has for it."""

        def of(a: Part) -> Part:
            a = self.real(a)
            return float(known(a)) if _plain(a) else self.graph.made(name, a)

        return of

    def rounded(self, name: str) -> Callable[[Part], Part]:
        """A function of one number that machines round differently, so that ours works it out even if known."""
        return lambda a: self.graph.made(name, self.real(a))

    def remainder(self, a: Part, b: Part) -> Part:
        """What is left of a division, with the sign of the divisor."""
        whole = self.exact("floor", math.floor)(self.divide(a, b))
        return self.subtract(a, self.multiply(whole, b))

    def tanh(self, a: Part) -> Part:
        """Hyperbolic tangent, ``1 - 2 / (1 + exp(2 a))``."""
        grown = self.rounded("exp")(self.multiply(2.0, a))
        return self.subtract(1.0, self.divide(2.0, self.add(1.0, grown)))

    def sign(self, a: Part) -> Part:
        """-1, 0 or 1."""
        above, below = self.compare("ogt")(a, 0.0), self.compare("olt")(a, 0.0)
        return self.subtract(self.real(above), self.real(below))

    def real(self, a: Part) -> Part:
        """A truth value as 1 or 0, and a number as it is."""
        if isinstance(a, Number):
            return self.graph.made("real", a) if a.truth else a
        return float(a)

    def condition(self, a: Part) -> Part:
        """A number as a truth value: whether it differs from 0."""
        if isinstance(a, Number):
            if a.truth:
                return a
            return a.args[0] if a.op == "real" else self.graph.made("une", a, 0.0, truth=True)
        return bool(a)

    def _opposite(self, a: Part) -> Part | None:
        said = _truth(a)
        return None if said is None else self.real(self.invert(said))

    def _as_truth(
        self, said: Number, compare: Callable[[Any, Any], bool], second: bool, other: float
    ) -> Part:
        """A comparison of a truth value, as 1 or 0, with a known number."""
        yes, no = (compare(other, each) if second else compare(each, other) for each in (1.0, 0.0))
        return yes if yes == no else (said if yes else self.invert(said))


def _operations(make: Maker) -> dict[str, Callable[..., Part]]:
    return {
        "add": make.add, "subtract": make.subtract, "multiply": make.multiply, "divide": make.divide,
        "negative": make.negative, "positive": make.real, "maximum": make.maximum, "minimum": make.minimum,
        "fmax": make.maximum, "fmin": make.minimum, "power": make.power, "float_power": make.power,
        "square": lambda a: make.multiply(a, a), "absolute": make.exact("abs", abs), "fabs": make.exact("abs", abs),
        "sqrt": make.exact("sqrt", math.sqrt), "exp": make.rounded("exp"),
        "log": make.rounded("log"), "tanh": make.tanh, "sign": make.sign,
        "rint": make.exact("rint", np.rint), "floor": make.exact("floor", np.floor),
        "ceil": make.exact("ceil", np.ceil),
        "remainder": make.remainder,
        "less": make.compare("olt"), "less_equal": make.compare("ole"), "greater": make.compare("ogt"),
        "greater_equal": make.compare("oge"), "equal": make.compare("oeq"), "not_equal": make.compare("une"),
        "bitwise_and": make.both, "logical_and": make.both, "bitwise_or": make.either, "logical_or": make.either,
        "invert": make.invert, "logical_not": make.invert,
    }  # fmt: skip


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "olt": lambda a, b: bool(a < b),
    "ole": lambda a, b: bool(a <= b),
    "ogt": lambda a, b: bool(a > b),
    "oge": lambda a, b: bool(a >= b),
    "oeq": lambda a, b: bool(a == b),
    "une": lambda a, b: bool(a != b),
}


def _plain(*parts: Part) -> bool:
    return not any(isinstance(each, Number) for each in parts)


def _is(part: Part, value: float) -> bool:
    return not isinstance(part, Number) and part == value


def _truthy(part: Part) -> bool:
    """Whether a part is a truth value, known or not."""
    return part.truth if isinstance(part, Number) else isinstance(part, bool)


def _truth(part: Part) -> Number | None:
    """The truth value behind a number that is 1 or 0, if there is one."""
    if not isinstance(part, Number):
        return None
    if part.truth:
        return part
    said: Number | None = part.args[0] if part.op == "real" else None
    return said


def _sorted(a: Part, b: Part) -> tuple[Part, Part]:
    """Two arguments whose order does not matter, in one order."""
    if not isinstance(a, Number):
        return b, a
    if not isinstance(b, Number):
        return a, b
    return (a, b) if a.order <= b.order else (b, a)
