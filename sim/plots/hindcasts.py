"""Figures of a hindcast: fans over what came, from each cut and in each mode, and the skill of every series."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .. import __version__
from ..axes import Array
from ..forecasting.scores import fan
from ..hindcast import MODEL, Forecast, Hindcast, summary
from ..hindcast.telling import NAMES
from . import saved
from .forecasts import Forecast as Shown
from .forecasts import SkillRow, forecasts_sheet, skills_sheet
from .style import drawing

KINDS = ("png",)

ASKED = {
    "conditional": "Told of the events after {cut}, does the model foresee the series?",
    "unconditional": "Knowing nothing after {cut}, does the model foresee the series?",
}


def draw(found: Hindcast, folder: Path) -> None:
    """Write the figures of a hindcast to a folder."""
    with drawing():
        for mode, asked in ASKED.items():
            for cut in found.cuts:
                shown = [_shown(each) for each in found.forecasts[mode, cut] if not np.isnan(each.came).all()]
                made = forecasts_sheet(_source(found), asked.format(cut=cut), shown)
                saved(made, folder, f"fans_{cut}_{mode}", KINDS)
            rows = list(_skills(found, mode))
            question = f"In which series is the model better than simple baselines ({mode} forecasts)?"
            note = "Lines: 95 % interval over origins; neighbouring origins share years, so it errs narrow."
            saved(skills_sheet(_source(found), question, rows, note=note), folder, f"skill_{mode}", KINDS)


def _source(found: Hindcast) -> str:
    worlds = next(iter(found.posteriors.values())).worlds
    scenario = worlds.scenario
    return f"Wedge {__version__}, scenario {scenario.name}, {len(worlds):,} draws, seed {scenario.spec.seed}"


def _skills(found: Hindcast, mode: str) -> Iterator[SkillRow]:
    seed = next(iter(found.posteriors.values())).worlds.scenario.spec.seed
    for each in summary(found.of(mode), seed):
        against = {NAMES[name]: skill for name, skill in each.skill.items()}
        title = found.history.series[each.series].title
        yield SkillRow(f"{title} ({each.observations})", against)


def _shown(each: Forecast) -> Shown:
    """A forecast for a figure; a mean of two years stands between them."""
    panel = each.panel
    before, after = (np.array([np.mean(years) for years in bins]) for bins in (panel.before, panel.after))
    observed = np.append(panel.unscaled(panel.known.values), each.came)
    fans: dict[str, Array] = {name: fan(samples) for name, samples in each.samples.items()}
    width = " (two-year means)" if panel.series.years == 2 else ""
    return Shown(
        panel.series.title, panel.series.unit + width, np.append(before, after), observed,
        each.origin - (panel.series.years - 1) / 2.0, after, fans[MODEL], fans["no_change"],
    )  # fmt: skip
