"""The model's forecast from an origin, beside what it is compared with.

Conditional forecasts are told of the dated events and capabilities after the origin; unconditional ones
know nothing of what came after. Read `references.py` next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..axes import Array
from ..calibration.indicators import Panel, latent_of, panels, scaled
from ..calibration.measurement import forecast
from ..calibration.posterior import Posterior
from ..calibration.worlds import Worlds, record, worlds
from ..history import History
from .references import luck, references, violations

MODES = ("conditional", "unconditional")

MODEL = "model"

DRAWS = 1000
"""Draws of each forecast."""


@dataclass(frozen=True)
class Forecast:
    """A series from an origin: samples `(DRAWS, H)` by method, in the unit of the series."""

    panel: Panel
    mode: str
    origin: int
    samples: Mapping[str, Array]

    @property
    def came(self) -> Array:
        """What was observed at each time ahead `(H,)`, NaN where nothing was."""
        return self.panel.unscaled(self.panel.ahead.values)

    @property
    def last(self) -> float:
        """The last value that the forecast has seen."""
        return float(self.panel.unscaled(self.panel.known.values[-1:])[0])

    def scaled(self, values: Array) -> Array:
        """Values in the unit of the series on the scale on which it is measured (a logarithm, a root)."""
        return scaled(self.panel.series.scale, values)


def forecasts(
    posterior: Posterior, history: History, mode: str, last: int, *, backend: str = "numpy"
) -> list[Forecast]:
    """Forecasts up to the year `last`, `conditional` on dated events and capabilities or not."""
    blind, origin = mode == "unconditional", posterior.origin
    seed = posterior.worlds.scenario.spec.seed
    rows = posterior.rows(DRAWS, seed)
    inputs = {path: each[rows] for path, each in posterior.worlds.inputs.items()}
    scenario = record(history, origin, blind=blind, last=last)
    chosen = worlds(scenario, history.used("likelihood", "forecast"), inputs, backend=backend)
    given = history.given_until(origin) if blind else history
    found = [each for each in panels(given, origin, last, "likelihood", "forecast") if each.after]
    events = {} if blind else violations(posterior.worlds.scenario, origin, found)
    samples: dict[str, dict[str, Array]] = {each.series.series: {} for each in found}
    for each in found:
        known, ahead = _paths(each, posterior, chosen)
        draw = luck(seed, origin, mode, each.series.series, MODEL)
        samples[each.series.series][MODEL] = forecast(each.known, known, each.ahead, ahead, draw)
    for kind, name, made in references(found, events, DRAWS, seed, origin, mode):
        samples[name][kind] = made
    return [
        Forecast(
            each,
            mode,
            origin,
            {kind: each.unscaled(own) for kind, own in samples[each.series.series].items()},
        )
        for each in found
    ]


def _paths(panel: Panel, posterior: Posterior, chosen: Worlds) -> tuple[Array, Array]:
    """The latent paths of the chosen draws before and after the origin, centred as they were when weighed."""
    centre = latent_of(posterior.worlds.of(panel.series), panel.before).mean()
    own = chosen.of(panel.series)
    return latent_of(own, panel.before) - centre, latent_of(own, panel.after) - centre
