"""From a value per quarter to a value per step: the only place where time is rescaled.

All rates are declared per quarter. A month is a third of a quarter; a year is four quarters in
turn, so it needs no scaling of its own. Each parameter declares its kind, and this table says how
that kind scales over a step of `h` quarters. Source: closed forms; see docs/model.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from .axes import Array, power, scalar
from .parameters import Kind, parameters_of

Owner = TypeVar("Owner")


def memory(kept: Array, h: float) -> Array:
    """The share of a state kept over `h` quarters when `kept` is kept over one."""
    return power(kept, np.full_like(kept, h))


def decay(lost: Array, h: float) -> Array:
    """The share lost over `h` quarters when `lost` goes in one."""
    return lost if h == 1.0 else 1.0 - memory(1.0 - lost, h)


def growth(gained: Array, h: float) -> Array:
    """Relative growth over `h` quarters when it is `gained` over one."""
    return gained if h == 1.0 else memory(1.0 + gained, h) - 1.0


def hazard(probability: Array, h: float) -> Array:
    """Events expected in `h` quarters when one quarter sees at least one with `probability`."""
    return -np.log1p(-np.ascontiguousarray(probability)) * h


def memory_noise(sigma: Array, kept: Array, h: float) -> Array:
    """Shock per step that leaves a state with memory `kept` its stationary spread.

    ``sigma * sqrt((1 - kept**2h) / (1 - kept**2))``: exact for a first-order autoregression.
    """
    if h == 1.0:
        return sigma
    return sigma * np.sqrt((1.0 - memory(kept * kept, h)) / (1.0 - kept * kept))


SCALES: dict[Kind, Callable[[Array, float], Array]] = {
    "constant": lambda value, _: value,
    "memory": memory,
    "decay": decay,
    "rate": lambda value, h: value * h,
    "growth": growth,
    "hazard": hazard,
    "diffusion": lambda value, h: value * np.sqrt(h),
    "flow noise": lambda value, h: value / np.sqrt(h),
}


def per_step(owner: Owner, h: float) -> Owner:
    """A mechanism whose parameters, given per quarter, are those of a step of `h` quarters."""
    values = {}
    for each in parameters_of(owner):
        value = getattr(owner, each.name)
        if each.kind == "memory noise":
            values[each.name] = memory_noise(value, getattr(owner, "inertia", scalar(0.0)), h)
        else:
            values[each.name] = SCALES[each.kind](value, h)
    return replace(owner, **values)  # type: ignore[type-var]
