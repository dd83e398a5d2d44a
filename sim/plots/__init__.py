"""Figures of a run: results in, PNG and SVG files out; nothing of the model is computed here.

Every figure is a question, drawn by a function of its own name that takes Axes and gives them back,
so that a notebook can place it in a figure of its own. `draw_all` writes them to a folder; equal
results give equal bytes. Matplotlib's object API only, behind a lock, so that threads may draw.

    style.py     colours, readings of the results, the sheet with its title and footer
    words.py     text measured and wrapped to its place
    events.py    numbered marks of events, and their key
    fans.py      `alignments`, `security`, `stage`: lines through time with their spread
    front.py     `front`: the chance of a united front
    network.py   `network`: who is aligned with whom, as a map
    postures.py  `postures`: stances as matrices
    differences.py  `differences`: a comparison of scenarios, run by run
    outcomes.py  `outcomes`, and the contrasts of the overview
    overview.py  `overview`: the page to look at first
    forecasts.py  forecasts over what came, and their skill; drawn for hindcasts, not for a run
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import WedgeError, nearest
from .differences import differences_sheet, gap_path, gap_spread, waiting
from .fans import alignments, alignments_sheet, security, security_sheet, stage, stage_shares, stage_sheet
from .front import front, front_difference, front_ever, front_sheet, front_thresholds
from .network import network, network_sheet
from .outcomes import contrasts, outcomes, outcomes_sheet
from .overview import overview, overview_sheet
from .postures import postures, postures_sheet
from .style import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..results import Results

__all__ = [
    "FIGURES", "alignments", "contrasts", "draw_all", "figure", "front", "front_difference", "front_ever",
    "front_thresholds", "gap_path", "gap_spread", "network", "outcomes", "overview", "postures", "security", "stage",
    "stage_shares", "waiting",
]  # fmt: skip

FIGURES: dict[str, Callable[[Results], Figure]] = {
    "overview": overview_sheet,
    "alignments": alignments_sheet,
    "front": front_sheet,
    "stage": stage_sheet,
    "network": network_sheet,
    "postures": postures_sheet,
    "outcomes": outcomes_sheet,
    "security": security_sheet,
}
"""Every figure of a run, by the name of its file, in the order in which it is best read."""

COMPARED: dict[str, Callable[[Results], Figure]] = {"differences": differences_sheet}
"""The figures that only a comparison of scenarios has; they come first."""

NO_STAMPS: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Kinds of file, and what must not be written into them for equal results to give equal bytes."""

DPI = 200
"""Pixels an inch of PNG files."""


def figure(results: Results, name: str) -> Figure:
    """One figure, ready to be saved or shown. Raises WedgeError where there is no such figure."""
    known = figures_of(results)
    _known("figure", name, known)
    with drawing():
        return known[name](results)


def figures_of(results: Results) -> dict[str, Callable[[Results], Figure]]:
    """The figures that these results have, by name."""
    return {**COMPARED, **FIGURES} if results.comparison is not None else FIGURES


def draw_all(
    results: Results, folder: Path, *, kinds: Sequence[str] = ("png", "svg"), only: Sequence[str] = ()
) -> list[Path]:
    """Write every figure, or `only` some, to a folder, each in all `kinds` of file; gives the files.

    Files of the same name are replaced. Raises WedgeError for an unknown figure or kind, before
    anything is written, and where the folder cannot be written.
    """
    known = figures_of(results)
    for name in only:
        _known("figure", name, known)
    for kind in kinds:
        _known("kind of figure file", kind, NO_STAMPS)
    chosen = [name for name in known if not only or name in only]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [file for name in chosen for file in _written(results, name, folder, kinds)]
    except OSError as error:
        raise WedgeError(f"{folder}: figures cannot be written ({error.strerror or error})") from None


def _written(results: Results, name: str, folder: Path, kinds: Sequence[str]) -> list[Path]:
    with drawing():
        return saved(figures_of(results)[name](results), folder, name, kinds)


def saved(made: Figure, folder: Path, name: str, kinds: Sequence[str]) -> list[Path]:
    """Write a figure as `name` in each kind of file, whole or not at all; gives the files."""
    files = []
    for kind in kinds:
        file, part = folder / f"{name}.{kind}", folder / f".{name}.{os.getpid()}.part"
        try:
            made.savefig(part, format=kind, dpi=DPI, metadata=NO_STAMPS[kind])
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)
        files.append(file)
    return files


def _known(what: str, name: str, valid: Collection[str]) -> None:
    if name not in valid:
        raise WedgeError(f"no {what} called {name!r}{nearest(name, valid)}; there are {', '.join(valid)}")
