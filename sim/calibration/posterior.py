"""What the record says of the inputs: draws weighed by how likely they make the observations.

Importance sampling from the prior: each draw of the inputs has one latent path (chance is left to the
errors of measurement, A23), whose likelihood is known, so the weights are exact and only the number of
draws limits them. The effective number of draws is Kong's (1992). Read `ranks.py` next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..axes import Array
from ..history import History
from ..parameters import parameters_of
from ..rules import GROUPS
from .indicators import Panel, evidence, latent_of
from .measurement import fit
from .worlds import Worlds

FEW = 200.0
"""Equally likely draws below which a posterior is too rough to use."""

INFORMED = 0.1
"""Shrinkage below which a parameter counts as not informed."""

SCALE = "parameters.alignment.reversion"

COMPOSITES = {
    f"{name} / alignment.reversion": (f"parameters.{name}", SCALE)
    for name in ("reciprocity.pull", "threat.weight", "balance.weight", "isolation.weight")
}
"""Ratios of weights that decide where alignments rest, while their parts may trade off."""


@dataclass(frozen=True)
class Learned:
    """How far the data move and shrink a parameter: means, spreads, and 1 less the ratio of the spreads.

    `error` is the sampling error of the shrinkage.
    """

    name: str
    prior_mean: float
    prior_sd: float
    mean: float
    sd: float
    error: float

    @property
    def shrinkage(self) -> float:
        """0 where the data say nothing, 1 where they settle it; below 0 where they widen it."""
        return 1.0 - self.sd / self.prior_sd

    @property
    def shift(self) -> float:
        """How far the data move its mean, in standard deviations of the prior."""
        return (self.mean - self.prior_mean) / self.prior_sd

    @property
    def informed(self) -> bool:
        """Whether the data surely shrink it by a tenth or more: by two sampling errors."""
        return self.shrinkage - 2.0 * self.error >= INFORMED

    @property
    def open(self) -> bool:
        """Whether more draws must tell if it is informed."""
        return not self.informed and self.shrinkage + 2.0 * self.error >= INFORMED


@dataclass(frozen=True)
class Posterior:
    """Draws of the record with weights (N,) that add up to 1, given observations up to `origin`."""

    worlds: Worlds
    origin: int
    weights: Array
    indicators: tuple[str, ...]

    @property
    def effective(self) -> float:
        """How many equally likely draws the weighted ones are worth."""
        return float(1.0 / (self.weights**2).sum())

    def rows(self, count: int, seed: int) -> Array:
        """So many draws, equally likely, by systematic resampling: positions (count,)."""
        start = np.random.default_rng([seed, self.origin]).random()
        places = (np.arange(count) + start) / count
        return np.searchsorted(np.cumsum(self.weights), places).clip(0, len(self.weights) - 1)

    @cached_property
    def learned(self) -> list[Learned]:
        """Every uncertain input and composite, with what the data say of it."""
        inputs = self.worlds.inputs
        ratios = {name: inputs[a] / inputs[b] for name, (a, b) in COMPOSITES.items() if {a, b} <= set(inputs)}
        return [self._learned(name, values) for name, values in {**inputs, **ratios}.items()]

    def _learned(self, name: str, values: Array) -> Learned:
        mean = float((self.weights * values).sum())
        spread = float(np.sqrt((self.weights * (values - mean) ** 2).sum()))
        prior = float(values.std())
        error = spread / prior / np.sqrt(2.0 * self.effective)
        return Learned(name, float(values.mean()), prior, mean, spread, float(error))

    @property
    def columns(self) -> list[str]:
        """The parameters of the whole world that are informed, or part of an informed composite."""
        told = {each.name: each.informed for each in self.learned}
        parts = {path for name, both in COMPOSITES.items() if told.get(name) for path in both}
        return [path for path in general(self.worlds.inputs) if told[path] or path in parts]


def general(inputs: Mapping[str, Array]) -> list[str]:
    """The inputs that are one number for the whole world, so that any scenario can use them."""
    world = {
        f"parameters.{group}.{each.name}"
        for group, kind in GROUPS.items()
        for each in parameters_of(kind)
        if each.over in ("world", "dyad") and each.name != "opportunity"
    }
    return [path for path in inputs if path in world]


def likelihood(panels: Sequence[Panel], worlds: Worlds) -> Array:
    """Log likelihood of each draw, summed over indicators, `(draw,)`."""
    return np.sum([fit(each.known, centred(each, worlds)).likelihood for each in panels], axis=0)


def centred(panel: Panel, worlds: Worlds) -> Array:
    """The latent paths beside a panel's known values `(draw, T)`, less their mean over all draws."""
    paths = latent_of(worlds.of(panel.series), panel.before)
    centre: Array = paths - paths.mean()
    return centre


def calibrated(worlds: Worlds, history: History, origin: int) -> Posterior:
    """The draws weighed by the observations up to a year."""
    panels = evidence(history, origin)
    weights = softened(likelihood(panels, worlds))
    return Posterior(worlds, origin, weights, tuple(each.series.series for each in panels))


def softened(logarithms: Array) -> Array:
    """Weights that add up to 1 from their logarithms, along the first axis."""
    weights = np.exp(logarithms - logarithms.max(axis=0))
    whole: Array = weights / weights.sum(axis=0)
    return whole
