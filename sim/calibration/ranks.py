"""Simulation-based calibration: known inputs are recovered as often as they should be (Talts et al. 2018).

A draw is taken for the truth, a record is made up from its path, and the draw's inputs are ranked among
those of the posterior given that record. Over many truths each rank must be alike likely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..axes import Array
from .indicators import Panel
from .measurement import Observed, fit, imagined
from .posterior import centred, softened
from .worlds import Worlds

DRAWS = 19
"""Draws of each posterior that the truth is ranked among, so that there are 20 ranks."""

BINS = 5

FITTING = "log likelihood"
"""How well a draw fits the made-up record is ranked too: inputs that the data do not inform have flat ranks
whatever the likelihood, this has not (Modrak et al. 2023)."""


@dataclass(frozen=True)
class Ranks:
    """Ranks of the truth from 0 to DRAWS by input and FITTING, `(truth,)` each, and the posteriors' effective draws."""

    ranks: dict[str, Array]
    effective: Array

    def chances(self) -> dict[str, float]:
        """For each input, the chance of ranks at least as uneven as these if all were alike likely (chi square)."""
        from scipy.stats import chisquare

        return {
            path: float(chisquare(np.bincount(each * BINS // (DRAWS + 1), minlength=BINS)).pvalue)
            for path, each in self.ranks.items()
        }

    @property
    def flat(self) -> bool:
        """Whether no input's ranks are uneven at one in a hundred, corrected for their number (Bonferroni)."""
        chances = self.chances().values()
        return min(chances) > 0.01 / len(chances)


def ranked(
    panels: Sequence[Panel],
    worlds: Worlds,
    truths: int,
    seed: int,
    report: Callable[[int], None] = lambda _: None,
) -> Ranks:
    """Ranks of so many truths, each a draw of these worlds; `report` is told of indicators done."""
    draw = np.random.default_rng([seed, truths])
    which = draw.choice(len(worlds), size=truths, replace=False)
    total = np.zeros((len(worlds), truths))
    for each in panels:
        total += _likelihoods(each, worlds, which, draw)
        report(1)
    return placed(total, worlds, which, draw)


def placed(total: Array, worlds: Worlds, which: Array, draw: np.random.Generator) -> Ranks:
    """Ranks of the truths `which` (truth,) given each draw's log likelihood of their records `(draw, truth)`."""
    columns = np.arange(len(which))
    weights = softened(np.where(np.arange(len(worlds))[:, None] == which, -np.inf, total))
    chosen = _chosen(weights, draw)
    ranks = {path: (values[chosen] < values[which]).sum(axis=0) for path, values in worlds.inputs.items()}
    ranks[FITTING] = (total[chosen, columns] < total[which, columns]).sum(axis=0)
    return Ranks(ranks, 1.0 / (weights**2).sum(axis=0))


def _likelihoods(panel: Panel, worlds: Worlds, which: Array, draw: np.random.Generator) -> Array:
    """Log likelihood of every draw given the record that each truth makes up, `(draw, truth)`."""
    paths = centred(panel, worlds)
    made = imagined(panel.known, paths[which], draw)
    known = panel.known
    records = (Observed(known.times, each, known.fixed, known.spreads, known.error) for each in made)
    return np.stack([fit(each, paths).likelihood for each in records], axis=1)


def _chosen(weights: Array, draw: np.random.Generator) -> Array:
    """Draws picked by weight for each truth, `(DRAWS, truth)`."""
    picked = [
        np.searchsorted(np.cumsum(each), draw.random(DRAWS)).clip(0, len(each) - 1) for each in weights.T
    ]
    return np.stack(picked, axis=1)
