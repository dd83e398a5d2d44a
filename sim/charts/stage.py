"""How far up the ladder of military alignment a pair climbs: shares of runs at each stage through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..build import outcomes_of
from ..looks import QUIET, marks
from ..outcomes import CUTS, STAGES, AlignmentOutcome
from ..spread import QUANTILES
from .chart import Chart, figure
from .fans import alignment_of
from .time import NUMBERED, Path, as_json, dates, event_layout, event_marks, span, thinned, yearly

if TYPE_CHECKING:
    from ..results import Results

SHADES = ("#F7FBFF", "#E1ECF7", "#C6DBEF", "#9DC6E0", "#6AAED6", "#4088C0", "#1F61A0", "#08306B")
"""From the first stage to the eighth, pale to dark, so that the order is seen without colours."""

SHOWN = 0.005
"""A stage that never holds so large a share of runs is left out of the chart and its table."""

ALIKE = 1e-6
"""Runs nearer to each other than this are one value, which is below a cut or is not."""

READ_OFF = (
    "Shares are read off the five quantiles of alignment that are kept at each date, as if it were normal between "
    "them, so a boundary may be a few points off."
)


def stage(results: Results, pair: tuple[str, str] | None = None) -> Chart:
    """The share of runs at each stage through time, of the pair that matters most unless given.

    Stages are bands of alignment. Raises WedgeError where an actor is not in the scenario.
    """
    (one, other), found = alignment_of(results, pair)
    scenario, shares = results.scenario, stage_shares(found)
    at, names = dates(scenario), f"{scenario.title(one)} and {scenario.title(other)}"
    shown = [k for k in range(len(STAGES)) if shares[k].max() >= SHOWN]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "stackgroup": "stages",
            "name": f"{k + 1} {STAGES[k]}",
            "x": thinned(at),
            "y": thinned(as_json(100 * shares[k], 2)),
            "fillcolor": SHADES[k],
            "line": {"width": 0.8, "color": QUIET},
            "hovertemplate": "%{y:.0f}%",
        }
        for k in shown
    ]
    layout = event_layout(scenario, "% of runs", range=[0, 100])
    for each in layout["shapes"]:
        each["layer"] = "above"
    first, last = span(scenario)
    stamps = scenario.calendar.dates()
    return Chart(
        name=f"stage-{one}-{other}".replace("_", "-"),
        title=f"How far up the ladder of military alignment do {names} climb?",
        figure=figure([*traces, *event_marks(scenario)], height=460, **layout),
        alt=f"Stages of alignment of {names}, of eight. In {first}: {_told(shares[:, 0])}. In {last}: "
        f"{_told(shares[:, -1])}." + _measured(results, (one, other)),
        reading=f"Stages after Korolev 2018, dark is high; where in alignment each begins is an "
        f"assumption (A16). {READ_OFF}{_on_the_line(found)}" + (NUMBERED if marks(scenario) else ""),
        head=("date", *(f"{k + 1} {STAGES[k]}, % of runs" for k in shown)),
        rows=[(stamps[r], *(f"{100 * shares[k, r]:.0f}" for k in shown)) for r in yearly(scenario)],
    )


def stage_shares(found: Path) -> np.ndarray:
    """Shares of runs at each stage, `(stage, date)`, from the quantiles of alignment.

    Between quantiles, and beyond them, alignment is taken as normal: its normal score is a straight line.
    """
    below = np.stack([_below(found, cut) for cut in CUTS])
    edges = np.concatenate([np.zeros((1, below.shape[1])), below, np.ones((1, below.shape[1]))])
    return np.diff(edges, axis=0)


def _below(found: Path, cut: float) -> np.ndarray:
    """The share of runs whose alignment is below a cut, `(date,)`."""
    from scipy.special import ndtr, ndtri

    scores = ndtri(np.array(QUANTILES))
    knots = np.stack([found[f"q{round(100 * each):02d}"] for each in QUANTILES])
    knots = knots + 1e-12 * np.arange(len(knots))[:, None]
    part = np.clip((knots <= cut).sum(axis=0), 1, len(knots) - 1)
    low, high = (np.take_along_axis(knots, (part - k)[None], 0)[0] for k in (1, 0))
    slope = (cut - low) / (high - low)
    share = ndtr(scores[part - 1] + slope * (scores[part] - scores[part - 1]))
    return np.where(found["q95"] - found["q05"] < ALIKE, found["q50"] < cut, share)


def _on_the_line(found: Path) -> str:
    """That all runs begin so near a line between stages that the first step shares them out; '' elsewhere."""
    start, spread = found["q50"][0], found["q95"] - found["q05"]
    if len(spread) < 2 or spread[0] >= ALIKE:
        return ""
    near = [k for k, cut in enumerate(CUTS) if abs(start - cut) <= spread[1] / 2]
    return "".join(
        f" All runs begin at {start:.2f}, on the line between stages {k + 1} and {k + 2}: the least step up or down "
        "shares them out between the two, so the jump at the start is of that line and no rupture."
        for k in near
    )


def _told(shares: np.ndarray) -> str:
    """The largest shares, from the largest on."""
    order = [int(k) for k in np.argsort(-shares, kind="stable") if shares[k] >= 0.05][:3]
    return ", ".join(f"stage {k + 1} in {100 * shares[k]:.0f}% of runs" for k in order)


def _measured(results: Results, pair: tuple[str, str]) -> str:
    """The most frequent stage over the last years, counted run by run, where that is an outcome."""
    for name, each in outcomes_of(results.scenario).items():
        if isinstance(each, AlignmentOutcome) and set(each.pair) == set(pair):
            stages = np.asarray(results.columns[f"{name}.stage"], dtype=float)
            known = stages[~np.isnan(stages)].astype(int)
            if not known.size:
                return ""
            counts = np.bincount(known, minlength=9)
            top = int(counts.argmax())
            share = 100 * counts[top] / counts.sum()
            return (
                f" On average over the last {each.years:g} years stage {top} is the most frequent, "
                f"in {share:.0f}% of runs."
            )
    return ""
