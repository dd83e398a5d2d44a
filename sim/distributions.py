"""The distributions that uncertainties are drawn from, by inverting one uniform number a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .axes import Array
from .yamltext import shown

SHAPES = {
    "uniform": "[low, high]",
    "log_uniform": "[low, high], both above 0",
    "triangular": "[low, mode, high]",
    "normal": "[mean, standard deviation], cut off at the allowed range",
    "choice": "[value, value, ...], all alike likely",
}
"""Every shape with the numbers it takes."""

COUNTS = {"uniform": 2, "log_uniform": 2, "triangular": 3, "normal": 2}
"""How many numbers a shape takes; the others take one or more."""


@dataclass(frozen=True)
class Distribution:
    """A distribution of one number; `low` and `high` bound what may come out of it."""

    shape: str
    numbers: tuple[float, ...]
    low: float = -np.inf
    high: float = np.inf

    def draw(self, uniform: Array) -> Array:
        """The value at each uniform number in [0, 1), same shape."""
        return np.clip(getattr(self, f"_{self.shape}")(uniform), self.low, self.high)

    @property
    def discrete(self) -> bool:
        """Whether nothing lies between two values that can be drawn."""
        return self.shape in ("choice", "row")

    def extremes(self) -> tuple[float, float]:
        """The smallest and largest value that can be drawn, before any cut-off."""
        return (-np.inf, np.inf) if self.shape == "normal" else (min(self.numbers), max(self.numbers))

    def _uniform(self, u: Array) -> Array:
        low, high = self.numbers
        return low + (high - low) * u

    def _log_uniform(self, u: Array) -> Array:
        low, high = np.log(self.numbers)
        return np.exp(low + (high - low) * u)

    def _triangular(self, u: Array) -> Array:
        low, mode, high = self.numbers
        rise = (mode - low) / (high - low)
        left = low + np.sqrt(u * (high - low) * (mode - low))
        right = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
        return np.where(u < rise, left, right)

    def _normal(self, u: Array) -> Array:
        """Truncated by drawing only within the bounds, not by piling up on them."""
        from scipy.special import ndtr, ndtri

        mean, sd = self.numbers
        below, above = ndtr((self.low - mean) / sd), ndtr((self.high - mean) / sd)
        return mean + sd * ndtri(np.clip(below + (above - below) * u, 1e-300, 1.0 - 1e-16))

    def _choice(self, u: Array) -> Array:
        return np.asarray(self.numbers)[(u * len(self.numbers)).astype(int)]

    def _row(self, u: Array) -> Array:
        """The number of a row of a table, from the first to the last, all alike likely."""
        first, last = self.numbers
        return first + np.floor(u * (last - first + 1.0))


def problem(shape: str, numbers: Any) -> str:
    """What is wrong with the numbers of a distribution, or ''."""
    if not isinstance(numbers, list):
        return f"{shape} takes {SHAPES[shape]}, not {shown(numbers)}"
    for each in numbers:
        if isinstance(each, bool) or not isinstance(each, int | float):
            return f"{shape} takes {SHAPES[shape]}, but {shown(each)} is no number"
    wanted = COUNTS.get(shape, max(1, len(numbers)))
    if len(numbers) != wanted:
        count = f"{len(numbers)} {'number' if len(numbers) == 1 else 'numbers'}"
        return f"{shape} takes {SHAPES[shape]}, not {count}"
    return _disorder(shape, numbers)


def _disorder(shape: str, numbers: list[float]) -> str:
    """What is wrong with the order or the sign of a distribution's numbers, or ''."""
    if shape in ("uniform", "log_uniform") and not numbers[0] < numbers[1]:
        return f"{shape} takes {SHAPES[shape]}, but {numbers[0]:g} is not below {numbers[1]:g}"
    if shape == "log_uniform" and numbers[0] <= 0:
        return f"log_uniform takes numbers above 0, not {numbers[0]:g}"
    if shape == "triangular" and not (numbers[0] <= numbers[1] <= numbers[2] and numbers[0] < numbers[2]):
        low, mode, high = numbers
        return f"triangular takes {SHAPES[shape]} in rising order, not {low:g}, {mode:g}, {high:g}"
    if shape == "normal" and numbers[1] <= 0:
        return f"the standard deviation is {numbers[1]:g}; expected a number above 0"
    return ""
