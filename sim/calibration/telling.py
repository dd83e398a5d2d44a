"""A calibration in words and tables, and the posterior as a table that any scenario can use."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from .. import __version__
from .posterior import FEW, INFORMED, Learned, Posterior
from .ranks import BINS, DRAWS, Ranks

ROWS = 1000
"""Rows of a posterior's table."""

DIGITS = 6


def posterior_table(posterior: Posterior, rows: int = ROWS) -> Iterator[str]:
    """The lines of the table: where it comes from, paths of the parameters, equally likely rows."""
    seed = posterior.worlds.scenario.spec.seed
    yield "# Posterior of the model's parameters, for `parameters: posterior` in a scenario. Rows are alike likely."
    yield f"# Observations from 2000 to {posterior.origin}: {', '.join(posterior.indicators)}"
    yield (
        f"# {len(posterior.worlds):,} draws of scenario {posterior.worlds.scenario.name}, worth "
        f"{posterior.effective:.0f}; seed {seed}; Wedge {__version__}"
    )
    yield "# Parameters that the data do not inform are left out, so that they keep a scenario's own prior."
    yield ",".join(posterior.columns)
    chosen = posterior.rows(rows, seed)
    columns = [posterior.worlds.inputs[path][chosen] for path in posterior.columns]
    for row in zip(*columns, strict=True):
        yield ",".join(f"{each:.{DIGITS}g}" for each in row)


def learned_lines(posterior: Posterior) -> Iterator[str]:
    """What was learned, the most informed first."""
    yield (
        f"{len(posterior.worlds):,} draws weighed by {len(posterior.indicators)} indicators up to "
        f"{posterior.origin}; worth {posterior.effective:,.0f} equally likely draws"
    )
    yield ""
    yield f"{'parameter':<41}{'prior':>17}{'posterior':>17}{'shift':>7}{'shrinkage':>13}"
    for each in ranking(posterior.learned):
        before, after = f"{each.prior_mean:.3g} ({each.prior_sd:.2g})", f"{each.mean:.3g} ({each.sd:.2g})"
        said = "informed" if each.informed else "at the border" if each.open else "not informed"
        size = f"{each.shrinkage:.2f} ± {each.error:.2f}"
        name = each.name.removeprefix("parameters.")
        yield f"{name:<41}{before:>17}{after:>17}{each.shift:>+7.2f}{size:>13}  {said}"
    yield ""
    yield "Means, with standard deviations. Shift of the mean, in standard deviations of the prior. Shrinkage: 1 less"
    yield "posterior over prior standard deviation, with its sampling error."
    yield f"Informed: {INFORMED:g} or more for sure, by two such errors. At the border: more draws must tell."


def ranking(learned: Iterable[Learned]) -> list[Learned]:
    """The most informed first."""
    return sorted(learned, key=lambda each: -each.shrinkage)


def cautions(posterior: Posterior, folder: Path) -> Iterator[str]:
    """Where the posterior is, or why there is none, and whether it is rough."""
    if posterior.effective < FEW:
        yield f"Worth {posterior.effective:.0f} draws it is too rough to use; {FEW:.0f} would do: ask for more --draws."
    if posterior.columns:
        yield f"Posterior: {folder}/posterior.csv"
    else:
        yield "Nothing that any scenario could use is informed: no posterior is written. More --draws may tell more."


def rank_lines(found: Ranks) -> Iterator[str]:
    """Whether known inputs are recovered as often as they should be."""
    chances = sorted(found.chances().items(), key=lambda each: each[1])
    truths, worth = len(found.effective), np.median(found.effective)
    yield f"Simulation-based calibration: {truths} known truths, each ranked among {DRAWS} draws of its posterior"
    yield f"(worth {worth:,.0f} draws, median), in {BINS} classes of ranks."
    low = sum(chance < 0.05 for _, chance in chances)
    expected = 0.05 * len(chances)
    yield f"Inputs whose ranks are uneven at 5 %: {low} of {len(chances)}; {expected:.0f} expected by chance."
    yield f"Least even: {chances[0][0]} (p = {chances[0][1]:.3f})."
    yield f"All together, at 1 % (Bonferroni): {'flat' if found.flat else 'NOT FLAT'}."


def save(posterior: Posterior, ranks: Ranks | None, folder: Path) -> None:
    """Write the posterior's table, what was learned, and ranks if there are any, to a folder."""
    if posterior.columns:
        (folder / "posterior.csv").write_text("\n".join(posterior_table(posterior)) + "\n", encoding="utf-8")
    head = ["name", "prior_mean", "prior_sd", "mean", "sd", "shift", "shrinkage", "error", "informed"]
    with (folder / "learned.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        for each in ranking(posterior.learned):
            numbers = (
                each.prior_mean,
                each.prior_sd,
                each.mean,
                each.sd,
                each.shift,
                each.shrinkage,
                each.error,
            )
            writer.writerow([each.name, *(f"{number:.{DIGITS}g}" for number in numbers), each.informed])
    if ranks is not None:
        lines = [
            ",".join(ranks.ranks),
            *(",".join(map(str, row)) for row in zip(*ranks.ranks.values(), strict=True)),
        ]
        (folder / "ranks.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
