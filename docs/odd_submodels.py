"""The submodels of docs/odd.md: each group of parameters with the equations of what uses them."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from odd_watching import HOOKS

from sim.foresight import belief, foresee
from sim.mechanisms import MECHANISMS
from sim.moves import acted, answered
from sim.parameters import parameters_of
from sim.policies import policies
from sim.policies.learning import Calculating
from sim.rules import GROUPS
from sim.setting import Alignment, Conduct


def submodels() -> Iterator[str]:
    """All of them, line by line."""
    yield from _submodel("Conduct", Conduct, Conduct.routine, acted)
    for kind in MECHANISMS.values():
        yield from _submodel(kind.__name__, kind, *_methods(kind))
    yield from _submodel("Alignment", Alignment, answered)
    yield "### Look-ahead\n"
    for each in (foresee, belief, Calculating.payoff):
        yield from told(each.__qualname__, each)
    yield "\n### Policies\n"
    yield (
        "Where a policy is set, its terms take the place of routine toward its target. What each does, with its "
        "parameters, stands in the [reference](reference.md#policies); these numbers are fixed in code:\n"
    )
    for module in dict.fromkeys(inspect.getmodule(kind) for kind in policies().values()):
        yield from _constants(module)


def _submodel(title: str, kind: type, *functions: Callable[..., Any]) -> Iterator[str]:
    """A group of parameters, with the functions that use them."""
    name = next(each for each, known in GROUPS.items() if known is kind)
    anchor = f"{name}-mechanism" if kind in MECHANISMS.values() else name
    yield f"### {title}\n"
    yield from inspect.cleandoc(kind.__doc__ or "").splitlines()
    numbers = (
        f"`{each.name}` {'from the start' if each.default is None else f'{each.default:g}'}"
        for each in parameters_of(kind)
    )
    yield f"\nParameters, as they are by default ([meaning and source](reference.md#{anchor})): {', '.join(numbers)}.\n"
    for each in functions:
        yield from told(each.__qualname__, each)
    yield from _constants(inspect.getmodule(kind) if kind in MECHANISMS.values() else None)
    yield ""


def _methods(kind: type) -> list[Callable[..., Any]]:
    """What a mechanism does, hooks first in the order of a step, then what they are made of."""
    own = {
        name: each.fget if isinstance(each, property) else each
        for name, each in vars(kind).items()
        if name[0] != "_" and (inspect.isfunction(each) or isinstance(each, property))
    }
    module = inspect.getmodule(kind)
    loose = [
        each
        for name, each in vars(module).items()
        if name[0] != "_" and inspect.isfunction(each) and inspect.getmodule(each) is module
    ]
    ordered = [name for name in HOOKS if name in own] + [name for name in own if name not in HOOKS]
    return [own[name] for name in ordered] + loose


def told(name: str, function: object) -> list[str]:
    """A function's docstring as an item of a list, under a name."""
    text = re.sub(r"`equations\.(\w+)`", r"[`\1`](reference.md#\1)", inspect.cleandoc(function.__doc__ or ""))
    first, *rest = text.splitlines()
    return [f"- **`{name}`** {first}", *(f"  {line}" if line else "" for line in rest)]


def _constants(module: Any) -> Iterator[str]:
    """The numbers of a module that have a name and a docstring, in its words."""
    if module is None:
        return
    source = inspect.getsource(module)
    body = ast.parse(source).body
    for one, following in pairwise(body):
        if isinstance(one, ast.Assign) and isinstance(following, ast.Expr):
            words = ast.literal_eval(following.value)
            yield f"- `{ast.get_source_segment(source, one)}`: {' '.join(words.split())}"
