"""Constraints between inputs, as text: `parameters.a.b < parameters.c.d + 0.1`.

A comparison of sums, products and quotients of paths and numbers, read with Python's own parser and
worked out here, so that nothing in a file is ever run.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..axes import Array
from ..checking.sheet import offer
from ..yamltext import shown

LARGEST = 10**300
_SUMS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_ORDERS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Constraint:
    """A relation that inputs must keep."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tree", _parsed(self.text))

    def holds(self, values: Mapping[str, Array]) -> Array:
        """Where it holds, `(point,)`; a quotient by zero never holds."""
        tree = self._tree  # type: ignore[attr-defined]
        sides = [tree.left, *tree.comparators]
        with np.errstate(all="ignore"):
            found = [_value(each, values) for each in sides]
            steps = [
                _ORDERS[type(order)](*pair) for order, pair in zip(tree.ops, pairwise(found), strict=True)
            ]
        return np.logical_and.reduce(np.broadcast_arrays(*steps))


def _value(node: ast.expr, values: Mapping[str, Array]) -> Any:
    if isinstance(node, ast.BinOp):
        return _SUMS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, values)
    if isinstance(node, ast.Constant):
        return np.float64(node.value)  # type: ignore[arg-type]
    return values[ast.unparse(node)]


def problem(text: str, inputs: list[str]) -> str:
    """What is wrong with a constraint over these inputs, or ''."""
    found: list[Any] = [None]
    try:
        tree = _parsed(text)
        compares = isinstance(tree, ast.Compare) and all(type(each) in _ORDERS for each in tree.ops)
        found = (
            [name for side in (tree.left, *tree.comparators) for name in _names(side)] if compares else [None]
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    if None in found:
        return f"{shown(text)} is no constraint; expected a comparison such as 'path < 2 * path'"
    strange = [name for name in found if name not in inputs]
    if strange:
        return f"{shown(text)}: there is no input called {shown(strange[0])}{offer(strange[0], inputs)}"
    return "" if found else f"{shown(text)} names no input"


def _parsed(text: str) -> Any:
    return ast.parse(text.strip(), mode="eval").body


def _names(node: ast.expr) -> Iterator[str | None]:
    """The paths in a side of a comparison; None for what has no place there."""
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        yield from _names(node.left)
        yield from _names(node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield from _names(node.operand)
    elif isinstance(node, ast.Attribute | ast.Name):
        yield ast.unparse(node) if _plain(node) else None
    elif not _number(node):
        yield None


def _number(node: ast.expr) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _plain(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
