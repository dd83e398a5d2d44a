"""The distributions that uncertainties are drawn from, by inverting one uniform number a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .axes import Array

SHAPES = {
    "uniform": "[low, high]",
    "log_uniform": "[low, high], both above 0",
    "triangular": "[low, mode, high]",
    "normal": "[mean, standard deviation], cut off at the allowed range",
    "choice": "[value, value, ...], all alike likely",
}
"""Every shape with the numbers it takes."""


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


def problem(shape: Any, numbers: Any) -> str | None:
    """What is wrong with a distribution as written, or None."""
    if not isinstance(numbers, list) or not all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in numbers
    ):
        return f"{shape} takes {SHAPES[shape]}"
    counts = {"uniform": 2, "log_uniform": 2, "triangular": 3, "normal": 2}
    if len(numbers) != counts.get(shape, max(1, len(numbers))):
        return f"{shape} takes {SHAPES[shape]}, not {len(numbers)} numbers"
    if shape in ("uniform", "log_uniform") and not numbers[0] < numbers[1]:
        return f"{shape} goes from low to high, but {numbers[0]} is not below {numbers[1]}"
    if shape == "log_uniform" and numbers[0] <= 0:
        return f"log_uniform needs numbers above 0, not {numbers[0]}"
    if shape == "triangular" and not (numbers[0] <= numbers[1] <= numbers[2] and numbers[0] < numbers[2]):
        return "triangular goes low, mode, high in rising order"
    if shape == "normal" and numbers[1] <= 0:
        return f"the standard deviation must be above 0, not {numbers[1]}"
    return None
