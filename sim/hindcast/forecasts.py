"""The model's forecast from an origin, and the baselines' from the same observations.

Conditional forecasts are told the dated events and capabilities after the origin, and so are the
baselines; unconditional ones know nothing of what came after. Read `scoring.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..axes import Array
from ..calibration.indicators import Panel, latent_of, panels
from ..calibration.measurement import forecast as measured
from ..calibration.posterior import Posterior
from ..calibration.worlds import Worlds, record, worlds
from ..forecasting import BASELINES, Training, forecast
from ..history import History

MODES = ("conditional", "unconditional")

MODEL, ALONE = "model", "measurement_alone"
"""The model, and what measures it without it: level, driver and lasting errors, no latent path."""

DRAWS = 1000
"""Draws of each forecast."""

TOLD = ("vector_autoregression",)
"""Baselines that are told of dated events: the one that can tell how little a few events teach."""


@dataclass(frozen=True)
class Forecast:
    """A series from an origin: samples `(DRAWS, H)` by method, in the unit of the series.

    `last` is the last value seen; `came` (H,) what was observed, NaN where nothing was.
    """

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


def forecasts(
    posterior: Posterior, history: History, mode: str, last: int, *, backend: str = "numpy"
) -> list[Forecast]:
    """Forecasts up to the year `last`, `conditional` on dated events and capabilities or not."""
    blind = mode == "unconditional"
    rows = posterior.rows(DRAWS, posterior.worlds.scenario.spec.seed)
    inputs = {path: each[rows] for path, each in posterior.worlds.inputs.items()}
    scenario = record(history, posterior.origin, blind=blind, last=last)
    chosen = worlds(scenario, history.used("likelihood", "forecast"), inputs, backend=backend)
    given = history.given_until(posterior.origin) if blind else history
    found = [each for each in panels(given, posterior.origin, last, "likelihood", "forecast") if each.after]
    events = {} if blind else violations(posterior.worlds, posterior.origin, found)
    return _all(mode, posterior, chosen, found, events)


def _all(
    mode: str,
    posterior: Posterior,
    chosen: Worlds,
    found: Sequence[Panel],
    events: Mapping[int, tuple[Array, Array]],
) -> list[Forecast]:
    seed, origin = chosen.scenario.spec.seed, posterior.origin
    made: dict[str, dict[str, Array]] = {each.series.series: {} for each in found}
    for k, each in enumerate(found):
        draw = np.random.default_rng([seed, origin, MODES.index(mode), k])
        known, ahead = _paths(each, posterior, chosen)
        made[each.series.series][MODEL] = measured(each.known, known, each.ahead, ahead, draw)
        made[each.series.series][ALONE] = measured(each.known, 0.0 * known, each.ahead, 0.0 * ahead, draw)
    for k, group in enumerate(_grouped(found)):
        draw = np.random.default_rng([seed, origin, MODES.index(mode), k, 1])
        for name, column, samples in _baselines(group, events, draw):
            made[column][name] = samples
    return [
        Forecast(
            each, mode, origin, {name: each.unscaled(own) for name, own in made[each.series.series].items()}
        )
        for each in found
    ]


def _paths(panel: Panel, posterior: Posterior, chosen: Worlds) -> tuple[Array, Array]:
    """The latent paths of the chosen draws before and after the origin, centred as they were when weighed."""
    centre = latent_of(posterior.worlds.of(panel.series), panel.before).mean()
    own = chosen.of(panel.series)
    return latent_of(own, panel.before) - centre, latent_of(own, panel.after) - centre


def _grouped(found: Sequence[Panel]) -> list[list[Panel]]:
    """Series that are averaged over as many years, which a vector autoregression takes together."""
    groups: dict[int, list[Panel]] = {}
    for each in found:
        groups.setdefault(each.series.years, []).append(each)
    return list(groups.values())


def _baselines(
    group: Sequence[Panel], events: Mapping[int, tuple[Array, Array]], draw: np.random.Generator
) -> Iterator[tuple[str, str, Array]]:
    """Each baseline's samples of each series, on the scale of its panel."""
    times = np.unique(np.concatenate([each.known.times for each in group]))
    ahead = np.unique(np.concatenate([each.ahead.times for each in group]))
    values = np.full((len(times), len(group)), np.nan)
    for k, each in enumerate(group):
        values[np.searchsorted(times, each.known.times), k] = each.known.values
    regressors = events.get(group[0].series.years)
    exogenous = None if regressors is None else _laid(times, ahead, regressors)
    training = Training(times, values, exogenous)
    for name in BASELINES:
        told = training if name in TOLD else replace(training, exogenous=None)
        samples = forecast(name, told, ahead, draws=DRAWS, generator=draw)
        for k, each in enumerate(group):
            yield name, each.series.series, samples[:, np.searchsorted(ahead, each.ahead.times), k]


def _laid(times: Array, ahead: Array, regressors: tuple[Array, Array]) -> Array:
    given, values = regressors
    return values[np.searchsorted(given, np.concatenate([times, ahead]))][:, None]


def violations(
    posterior_worlds: Worlds, origin: int, found: Sequence[Panel]
) -> dict[int, tuple[Array, Array]]:
    """Dated violations of the order so far at the end of each time, by how many years are averaged.

    What the baselines are told of events: `(times, sizes)`, times counted from the origin.
    """
    events = posterior_worlds.scenario.spec.events.values()
    dated = [
        (each.at / 12.0, size)
        for each in events
        for path, size in each.add.items()
        if path.startswith("violation.")
    ]
    made = {}
    for group in _grouped(found):
        width = group[0].series.years
        times = np.unique(
            np.concatenate([np.concatenate([each.known.times, each.ahead.times]) for each in group])
        )
        ends = origin + 1 + times * width
        made[width] = times, np.array([sum(size for at, size in dated if at < end) for end in ends])
    return made
