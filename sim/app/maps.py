"""Who is aligned with whom at one date, as a map: of a run that is stepped through, and of a game."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..charts import Chart
from ..charts.network import board
from ..looks import colours
from ..scenario import Scenario


def map_of(
    scenario: Scenario, date: str, size: Mapping[str, float], alignment: Callable[[int, int], float]
) -> Chart:
    """The map at a date; `size` is each actor's capability, `alignment` that of two actors by their numbers."""
    names, colour = scenario.actors, colours(scenario)
    actors = {name: (scenario.title(name), colour[name], size[name]) for name in names}
    pairs = {
        (one, names[j]): alignment(i, j) for i, one in enumerate(names) for j in range(i + 1, len(names))
    }
    return board(f"Who is aligned with whom in {date}?", actors, pairs)
