"""Interactive figures of what analyses found: one file a kind of analysis, found by the analysis's name.

Each file has `chart(study, finding)`, which gives charts in the order in which they are best read, none
where there is nothing to draw. Reads findings; computes nothing of the model. Readings, wording and
colours are those of `plots/findings/`.

    parts.py     colours, rows, intervals, and numbers as JSON and readers take them
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ...wording import true_minus
from ..chart import Chart

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study


def charts_of(study: Study, finding: Finding, name: str) -> list[Chart]:
    """The charts of a finding, their names led by its own `name`; none for a kind that has no figure."""
    module = f"{__name__}.{finding.analysis.analysis}"
    if find_spec(module) is None:
        return []
    found: list[Chart] = import_module(module).chart(study, finding)
    return [
        replace(
            each,
            name=f"{name}-{each.name}",
            title=true_minus(each.title),
            alt=true_minus(each.alt),
            reading=true_minus(each.reading),
        )
        for each in found
    ]
