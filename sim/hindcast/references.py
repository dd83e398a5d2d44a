"""What the model is compared with: forecasts from the same observations without it.

Baselines of `forecasting`, and two that share the model's measurement: its level, driver and lasting
errors without the latent path, and a random walk with its prior on the size of errors. Samples are on
the scale of a panel, `(draws, H)`. Read `scoring.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..axes import Array
from ..calibration.indicators import Panel
from ..calibration.measurement import forecast as measured
from ..calibration.measurement import walk
from ..forecasting import BASELINES, Training, forecast
from ..luck import key_of
from ..scenario import Scenario

ALONE, AS_SURE = "measurement_alone", "no_change_as_sure"

REFERENCES = (*BASELINES, AS_SURE, ALONE)
"""Names of the references, in the order in which they are told."""

TOGETHER = "vector_autoregression"
"""The baseline that takes series together, and is told of violations in conditional forecasts.

The others have no place for events: a forecast of no change that changes is none, and a straight line
through some ten points cannot tell an event from its slope.
"""

Violations = Mapping[int, tuple[Array, Array]]


def luck(seed: int, origin: int, mode: str, *names: str) -> np.random.Generator:
    """A generator of its own for a forecast, by its names, whatever else is forecast."""
    return np.random.default_rng(key_of(seed, "forecast", (f"{origin}", mode, *names)))


def references(
    found: Sequence[Panel], events: Violations, draws: int, seed: int, origin: int, mode: str
) -> Iterator[tuple[str, str, Array]]:
    """The reference's name, the series, and samples of the series, for every one of both."""
    for each in found:
        name, ahead = each.series.series, each.ahead.times
        for kind in REFERENCES:
            if kind != TOGETHER:
                yield kind, name, _alone(kind, each, ahead, draws, luck(seed, origin, mode, name, kind))
    for group in _grouped(found):
        width = f"{group[0].series.years}"
        for name, samples in _together(group, events, draws, luck(seed, origin, mode, TOGETHER, width)):
            yield TOGETHER, name, samples


def _alone(kind: str, panel: Panel, ahead: Array, draws: int, draw: np.random.Generator) -> Array:
    if kind == AS_SURE:
        return walk(panel.known, ahead, draws, draw)
    if kind == ALONE:
        before, after = np.zeros((draws, len(panel.known.times))), np.zeros((draws, len(ahead)))
        return measured(panel.known, before, panel.ahead, after, draw)
    training = Training(panel.known.times, panel.known.values)
    return forecast(kind, training, ahead, draws=draws, generator=draw)


def _grouped(found: Sequence[Panel]) -> list[list[Panel]]:
    """Series that are averaged over as many years."""
    groups: dict[int, list[Panel]] = {}
    for each in found:
        groups.setdefault(each.series.years, []).append(each)
    return list(groups.values())


def _together(
    group: Sequence[Panel], events: Violations, draws: int, draw: np.random.Generator
) -> Iterator[tuple[str, Array]]:
    times = np.unique(np.concatenate([each.known.times for each in group]))
    ahead = np.unique(np.concatenate([each.ahead.times for each in group]))
    values = np.full((len(times), len(group)), np.nan)
    for k, each in enumerate(group):
        values[np.searchsorted(times, each.known.times), k] = each.known.values
    training = Training(times, values)
    if group[0].series.years in events:
        given, sizes = events[group[0].series.years]
        laid = sizes[np.searchsorted(given, np.concatenate([times, ahead]))]
        training = replace(training, exogenous=laid[:, None])
    samples = forecast(TOGETHER, training, ahead, draws=draws, generator=draw)
    for k, each in enumerate(group):
        yield each.series.series, samples[:, np.searchsorted(ahead, each.ahead.times), k]


def violations(scenario: Scenario, origin: int, found: Sequence[Panel]) -> Violations:
    """Sizes of the dated violations of the order so far at the end of each time, by years averaged.

    `(times, sizes)`, times counted from the origin.
    """
    dated = [
        (each.at / 12.0, size)
        for each in scenario.spec.events.values()
        for path, size in each.add.items()
        if path.startswith("violation.")
    ]
    made = {}
    for group in _grouped(found):
        width = group[0].series.years
        times = np.unique(np.concatenate([[*each.known.times, *each.ahead.times] for each in group]))
        ends = origin + 1 + times * width
        made[width] = times, np.array([sum(size for at, size in dated if at < end) for end in ends])
    return made
