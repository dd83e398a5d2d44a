"""Who is aligned with whom, as a map: `network` of results, drawn as a `board` of their medians."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..calendar import month_of
from ..errors import WedgeError
from ..looks import colours, looks, story
from .board import Faces, Pair, board, faintest, ring
from .chart import Chart
from .time import record_at

if TYPE_CHECKING:
    from ..results import Results

__all__ = ["board", "medians", "network", "ring"]


def network(results: Results, date: str | None = None) -> Chart:
    """The map of median alignments at a date (2014, 2014Q2, 2014-05), at the end unless given.

    An actor has its place by the medians at the start, the same at all dates. Raises WedgeError where it is
    no date, or outside the run.
    """
    scenario = results.scenario
    record = scenario.calendar.records if date is None else _record(results, date)
    middle, faces = medians(results, record), _faces(results)
    stamp = scenario.calendar.dates()[record]
    whose = "" if len(looks(results, eventless=False)) == 1 else f" (the {story(results)})"
    return board(
        f"Who is aligned with whom in {stamp}{whose}?",
        faces,
        _pairs(middle),
        {(key[1], key[2]): value for key, value in middle.items() if key[0] == "stance"},
        order=ring(scenario.actors, _pairs(medians(results, 0))),
        name=f"network-{stamp.lower()}",
        sure=_sure(results, record),
        reading=f"Edges: median alignment over runs, as wide as it is far from 0, none within {faintest(faces):g} of "
        "it; pale where the sign is not the same in 95% of runs. Area of a disc: capability at the start. "
        "Places are the same at all dates and mean nothing.",
    )


def _faces(results: Results) -> Faces:
    """Title, colour and capability at the start of each actor."""
    scenario, paint = results.scenario, colours(results.scenario)
    return {
        each: (scenario.title(each), paint[each], scenario.spec.actors[each].capability)
        for each in scenario.actors
    }


def _sure(results: Results, record: int) -> dict[Pair, bool]:
    """Whether a pair's alignment has one sign in at least 95% of runs."""
    low, high = (_pairs(medians(results, record, each)) for each in ("q05", "q95"))
    return {each: low[each] > 0 or high[each] < 0 for each in low}


def _record(results: Results, date: str) -> int:
    try:
        return record_at(results.scenario, month_of(date))
    except ValueError as error:
        raise WedgeError(f"date: {error}") from None


def medians(results: Results, record: int, kind: str = "q50") -> dict[tuple[str, str, str], float]:
    """Alignments and stances at a record, by quantity and the two actors; `kind` is mean or a quantile."""
    records = results.scenario.calendar.records + 1
    names = np.asarray(results.lines["line"][::records])
    values = np.asarray(results.lines[kind][record::records], dtype=float)
    found = {}
    for name, value in zip(names.tolist(), values.tolist(), strict=True):
        quantity, *cell = name.split(":")
        if quantity in ("alignment", "stance") and len(cell) == 2:
            found[(quantity, cell[0], cell[1])] = value
    return found


def _pairs(found: Mapping[tuple[str, str, str], float]) -> dict[Pair, float]:
    """The alignments among medians."""
    return {(a, b): value for (quantity, a, b), value in found.items() if quantity == "alignment"}
