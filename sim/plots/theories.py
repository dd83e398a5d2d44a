"""Who stands in one camp through time, in the model and as each theory reads it: one panel each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .. import __version__
from ..axes import Array
from ..theories.reading import THEORIES
from . import saved
from .style import drawing, heading, pairs, sheet
from .words import SIZE, plain, short, width_of

if TYPE_CHECKING:
    from ..theories.states import Moment

MOST_PAIRS = 15
"""Pairs that are shown; those that the scenario is about come first."""

PAINT = "RdBu"


def camps(moments: Sequence[Moment], axes: Axes, name: str) -> Axes:
    """Share of runs in which pairs (rows) are in the same camp, by date (columns); grey where nothing is said.

    `name` is a theory, or "model": whether the alignment is above 0.
    """
    chosen, dates = shown(moments), [each.date for each in moments]
    values = np.array([[_shares(each, name)[pair] for each in moments] for pair in chosen])
    paint = colormaps[PAINT].with_extremes(bad="#BDBDBD")
    axes.imshow(np.ma.masked_invalid(values), cmap=paint, vmin=0.0, vmax=1.0, aspect="auto")
    every = max(1, -(-len(dates) // 4))
    axes.set_xticks(range(0, len(dates), every), [each[:4] for each in dates[::every]])
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return axes


def shown(moments: Sequence[Moment]) -> list[tuple[int, int]]:
    """The pairs that are drawn, by index."""
    names = moments[0].scenario.actors
    return [(names.index(one), names.index(other)) for one, other in pairs(moments[0].scenario)[:MOST_PAIRS]]


def _shares(moment: Moment, name: str) -> Array:
    return moment.friendly if name == "model" else moment.readings[name].shares


def camps_sheet(moments: Sequence[Moment]) -> Figure:
    """The model and every theory beside each other, on the same pairs."""
    scenario, rows = moments[0].scenario, shown(moments)
    told = [
        " and ".join(short(scenario.title(scenario.actors[k]), 18) for k in pair).replace(" and ", " – ")
        for pair in rows
    ]
    label = max(width_of(each, SIZE - 0.5) for each in told) + 0.12
    wide, tall, gap = 1.55, 0.24 * len(rows), 0.14
    titles = {
        "model": "The model: alignment above 0",
        **{name: each.title for name, each in THEORIES.items()},
    }
    width = 0.7 + label + len(titles) * (wide + gap)
    total = len(scenario.actors) * (len(scenario.actors) - 1) // 2
    note = (
        "Colour: share of runs in which two are in the same camp. Grey: the theory says nothing of any run."
    )
    note += f" {total - len(rows)} other pairs are left out." if total > len(rows) else ""
    source = (
        f"Scenario {scenario.name}: {short(scenario.spec.title, 70)}. {len(moments[0].alignment):,} runs, "
        f"seed {scenario.spec.seed}. wedge-sim {__version__}."
    )
    question = "Who stands in one camp, year by year, and do rival theories agree with the model?"
    made = sheet(source, question, note, width=width, body=tall + 1.5)
    bottom = made.high - 0.55 - tall
    for k, (name, title) in enumerate(titles.items()):
        panel = camps(moments, made.axes(0.4 + label + k * (wide + gap), bottom, wide, tall), name)
        heading(panel, title, rise=0.06, size=SIZE)
        panel.set_xlabel("year")
        if k == 0:
            panel.set_yticks(range(len(rows)), [plain(each) for each in told], fontsize=SIZE - 0.5)
    _bar(made.axes(0.4 + label, made.low + 0.38, 2 * wide + gap, 0.1))
    return made.figure


def _bar(axes: Axes) -> None:
    shades = ScalarMappable(Normalize(0.0, 100.0), colormaps[PAINT])
    bar = axes.figure.colorbar(shades, cax=axes, orientation="horizontal", ticks=[0, 50, 100])
    bar.outline.set_visible(False)
    bar.set_label("in the same camp, % of runs", fontsize=SIZE - 1)


def draw(moments: Sequence[Moment], folder: Path) -> list[Path]:
    """Write the sheet to a folder as PNG and SVG; gives the files."""
    with drawing():
        return saved(camps_sheet(moments), folder, "through_time", ("png", "svg"))
