"""Figures of a calibration: `learned_sheet`, prior against posterior, and `ranks_sheet`, known inputs recovered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .. import __version__
from ..axes import Array
from ..calibration.posterior import INFORMED, Learned, Posterior
from ..calibration.ranks import BINS, DRAWS, Ranks
from ..calibration.telling import ranking
from . import saved
from .style import FAN, INK, QUIET, RULE, drawing, heading, legend_height, sheet
from .words import SIZE, plain, short, width_of

STEP = 0.2
KINDS = ("png",)
COLUMNS = 6


def draw(found: Posterior, ranks: Ranks | None, folder: Path) -> None:
    """Write the figures of a calibration to a folder."""
    source = (
        f"Wedge {__version__}, scenario {found.worlds.scenario.name}, {len(found.worlds):,} draws, seed "
        f"{found.worlds.scenario.spec.seed}; observations to {found.origin}"
    )
    note = f"The weighted draws are worth {found.effective:,.0f} equally likely ones."
    with drawing():
        asked = f"What does the record from 2000 to {found.origin} say of the model's inputs?"
        saved(learned_sheet(source, asked, ranking(found.learned), note=note), folder, "learned", KINDS)
        if ranks is not None:
            made = ranks_sheet(source, "Does the calibration recover inputs that are known?", ranks.ranks)
            saved(made, folder, "ranks", KINDS)


def learned_sheet(source: str, question: str, rows: Sequence[Learned], *, note: str = "") -> Figure:
    """A line for each parameter, the most informed first: prior and posterior in prior standard deviations."""
    titles = [short(each.name.removeprefix("parameters."), 60) for each in rows]
    width, left = 7.4, 0.5 + max(width_of(each) for each in titles)
    handles = [Line2D([], [], color=RULE, lw=4), Line2D([], [], color=FAN, lw=1.8, marker="o", ms=4),
               Line2D([], [], color=QUIET, lw=1.0, marker="o", ms=3, mfc="white")]  # fmt: skip
    labels = ["prior", "posterior, informed", f"posterior, not surely shrunk by {INFORMED:g}: not informed"]
    key, tall = legend_height(labels, width - 0.8), STEP * len(rows)
    told = f"Mean and one standard deviation either way, in standard deviations of the prior. {note}"
    made = sheet(source, question, told.strip(), width=width, body=tall + key + 0.75)
    axes = made.axes(left, made.low + key + 0.55, width - left - 0.75, tall)
    for k, each in enumerate(rows):
        _learned(axes, each, len(rows) - 1 - k)
    axes.set_yticks(range(len(rows)), [plain(each) for each in reversed(titles)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlim(-1.9, 1.9)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("standard deviations of the prior, from its mean")
    axes.text(1.02, len(rows) - 0.4, "shrinkage", transform=axes.get_yaxis_transform(), va="bottom",
              fontsize=SIZE - 1.5, color=QUIET)  # fmt: skip
    made.legend(handles, labels, left=0.35, top=made.low + key, room=width - 0.8)
    return made.figure


def _learned(axes: Axes, each: Learned, height: float) -> None:
    middle, spread = (each.mean - each.prior_mean) / each.prior_sd, each.sd / each.prior_sd
    style = {"color": FAN, "lw": 1.8} if each.informed else {"color": QUIET, "lw": 1.0}
    axes.plot([-1.0, 1.0], [height, height], color=RULE, lw=4, solid_capstyle="butt")
    axes.plot([middle - spread, middle + spread], [height, height], solid_capstyle="butt", **style)  # type: ignore[arg-type]
    axes.plot(middle, height, "o", ms=4 if each.informed else 3, color=style["color"],
              mfc=style["color"] if each.informed else "white")  # fmt: skip
    said = f"{each.shrinkage:.2f}" if each.informed else ""
    axes.text(
        1.02, height, said, transform=axes.get_yaxis_transform(), va="center", fontsize=SIZE - 1, color=INK
    )


def ranks_sheet(source: str, question: str, ranks: dict[str, Array]) -> Figure:
    """A histogram of ranks for each input, with the band that 99 of 100 bars of flat ranks stay within."""
    from scipy.stats import binom

    truths = len(next(iter(ranks.values())))
    low, high = binom.ppf([0.005, 0.995], truths, 1.0 / BINS)
    rows = -(-len(ranks) // COLUMNS)
    wide, tall, gap = 1.25, 0.7, (0.3, 0.5)
    width = 0.75 + COLUMNS * (wide + gap[0])
    note = (
        f"{truths} known truths, ranked among {DRAWS} draws of the posterior that their made-up record gives. "
        "Flat: recovered as often as should be. Shaded: where 99 of 100 bars lie if ranks are flat."
    )
    made = sheet(source, question, note, width=width, body=rows * (tall + gap[1]) + 0.1)
    grid = made.grid(rows, COLUMNS, left=0.55, top=made.high - 0.3, size=(wide, tall), gap=gap)
    for k, axes in enumerate(grid):
        if k >= len(ranks):
            axes.set_visible(False)
            continue
        name, found = list(ranks.items())[k]
        counts = np.bincount(found * BINS // (DRAWS + 1), minlength=BINS)
        axes.axhspan(low, high, color=RULE, lw=0)
        axes.bar(np.arange(BINS) + 0.5, counts, width=0.85, color=FAN)
        axes.set(xlim=(0, BINS), ylim=(0, 2.2 * truths / BINS), xticks=[])
        axes.set_yticks([0, truths // BINS], ["0", f"{truths // BINS}"] if k % COLUMNS == 0 else ["", ""])
        if k % COLUMNS == 0:
            axes.set_ylabel("truths", fontsize=SIZE - 2)
        if k >= len(ranks) - COLUMNS:
            axes.set_xlabel("rank, low to high", fontsize=SIZE - 2)
        words = name.removeprefix("parameters.").replace(".", " ").replace("_", " ")
        heading(axes, short(words, 44), size=SIZE - 2.5)
    return made.figure
