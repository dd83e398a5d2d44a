"""Figures of what analyses found: one file a kind of analysis, found by the analysis's name.

Each file has `figure(study, finding)`, a whole sheet. Reads findings; computes nothing of the model.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...analyses import Finding
    from ...study import Study


def figure_of(study: Study, finding: Finding) -> Figure | None:
    """The figure of a finding, or None for a kind of analysis that has none."""
    name = f"{__name__}.{finding.analysis.analysis}"
    if find_spec(name) is None:
        return None
    made: Figure = import_module(name).figure(study, finding)
    return made
