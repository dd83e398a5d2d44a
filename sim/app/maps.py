"""Who is aligned with whom at one date, as a map: of a run that is stepped through, and of a game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

from ..charts import Chart
from ..charts.board import board, ring
from ..looks import colours
from ..scenario import Scenario

Alignments = Callable[[str, str], float]
"""The alignment of two actors, the first of them first in the scenario."""


def map_of(
    scenario: Scenario, date: str, size: Mapping[str, float], now: Alignments, at_start: Alignments
) -> Chart:
    """The map at a date; `size` is each actor's capability.

    Who is where follows from the alignments at the start, so that nobody jumps from date to date.
    """
    names, colour = scenario.actors, colours(scenario)
    actors = {name: (scenario.title(name), colour[name], size[name]) for name in names}
    pairs = list(combinations(names, 2))
    order = ring(names, {pair: at_start(*pair) for pair in pairs})
    return board(
        f"Who is aligned with whom in {date}?", actors, {pair: now(*pair) for pair in pairs}, order=order
    )
