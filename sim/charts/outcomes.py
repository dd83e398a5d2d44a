"""What is measured: `outcomes` in the scenario and in whatever it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..answer import SHARE, described, runs_worth, share_interval, unbounded
from ..balanced import GROUP
from ..describing.results import figure as rounded
from ..looks import Look, about, looks, measured, name_in_words, story
from ..wording import short, true_minus
from .chart import Chart, Trace, faded, nothing
from .contrasts import contrasts, difference
from .measures import NO_OUTCOMES, chart_name, chosen, title_of, unit_of, values_of
from .panels import Panel, bar, dot, keys_of, per_chart, stacked
from .time import legend_of
from .trade_off import trade_off

if TYPE_CHECKING:
    from ..results import Results

__all__ = [
    "about", "contrasts", "difference", "measured", "outcomes", "per_chart", "trade_off", "unit_of", "values_of",
]  # fmt: skip

READING = (
    "Where a thing happens in a run or does not: the share of runs, {intervals}. Otherwise: symbol, the median over "
    "runs; upright tick, the mean; thick and thin bars, 50% and 90% of runs."
)


def outcomes(results: Results, names: Sequence[str] | None = None) -> Chart:
    """Each outcome in the scenario and in what it is held against: shares of runs, or their spread.

    `names` are those that fit a sheet of paper unless given. Raises WedgeError where one is not measured.
    """
    arms, rows = looks(results), []
    shown = chosen(results, names, len(arms))
    title = f"What comes of it{', and what changes it, outcome by outcome' if len(arms) > 1 else ''}?"
    if not shown:
        return nothing("outcomes", title, NO_OUTCOMES)
    for name in shown:
        cells = [_spread(arm, name, described(results.scenario)[name][0]) for _, arm in arms]
        rows.append((name_in_words(results.scenario, name), unit_of(results, name), *cells))
    why = unbounded(results.scenario, results.finished)
    return Chart(
        name=chart_name("outcomes", names),
        title=title,
        figure=stacked([_panel(results, name) for name in shown], len(arms), keys_of(results, arms)),
        alt=f"In the {story(results)}: {'; '.join(f'{name} {first} ({unit})' for name, unit, first, *_ in rows)}.",
        reading=READING.format(intervals=why or "with its 95% Monte Carlo interval"),
        head=("outcome", "unit", *(short(title_of(look, arm), 40) for look, arm in arms)),
        rows=rows,
    )


def _panel(results: Results, name: str) -> Panel:
    """One outcome, an arm a row."""
    arms = looks(results)
    marks = [
        each
        for k, (look, arm) in enumerate(arms)
        for each in _summed(results, look, arm, name, len(arms) - 1 - k)
    ]
    return Panel(about(results, name), unit_of(results, name), marks, _reach(marks))


def _reach(marks: Sequence[Trace]) -> tuple[float, float] | None:
    """As far as marks go, with some air; None where there are none."""
    ends = [x for each in marks for x in each["x"]]
    if not ends:
        return None
    air = 0.04 * (max(ends) - min(ends)) or 0.01
    return min(ends) - air, max(ends) + air


def _share(arm: Results, name: str) -> tuple[float, float, float]:
    """The share of runs in per cent, with its interval."""
    values = values_of(arm, name)
    known = values[~np.isnan(values)]
    low, high = share_interval(float(known.mean()), runs_worth(values, GROUP[arm.scenario.spec.luck]))
    return 100 * float(known.mean()), 100 * low, 100 * high


def _spread(arm: Results, name: str, unit: str) -> str:
    """The middle and the spread of an outcome in words."""
    values = values_of(arm, name)
    known = values[~np.isnan(values)]
    if not known.size:
        return "in no run"
    if unit == SHARE:
        share, low, high = _share(arm, name)
        return f"{share:.1f}" if low != low else f"{share:.1f} ({low:.1f} to {high:.1f})"
    told = [true_minus(rounded(float(k))) for k in np.quantile(known, (0.05, 0.5, 0.95))]
    return f"{told[1]} ({told[0]} to {told[2]})"


def _summed(results: Results, look: Look, arm: Results, name: str, row: int) -> list[Trace]:
    """The marks of one arm of one outcome."""
    values = values_of(arm, name)
    known, who = values[~np.isnan(values)], legend_of(results, look)
    if not known.size:
        return []
    if described(results.scenario)[name][0] == SHARE:
        return _share_marks(_share(arm, name), who, look, row)
    return _spread_marks(known, who, look, row)


def _share_marks(found: tuple[float, float, float], who: str, look: Look, row: int) -> list[Trace]:
    """A share of runs with its interval, where that is known."""
    share, low, high = found
    text = f"{who}<br>{share:.1f}% of runs"
    if low != low:
        return [dot(share, row, look, text)]
    text += f"<br>95% Monte Carlo interval {low:.1f} to {high:.1f}%"
    return [bar(low, high, row, look.colour, 2), dot(share, row, look, text)]


def _spread_marks(known: np.ndarray, who: str, look: Look, row: int) -> list[Trace]:
    """The median and the mean over runs, with the middle 50% and 90% of them."""
    low, first, middle, third, high = map(float, np.quantile(known, (0.05, 0.25, 0.5, 0.75, 0.95)))
    mean = float(known.mean())
    told = [true_minus(rounded(k)) for k in (middle, mean, first, third, low, high)]
    text = f"{who}<br>median {told[0]}, mean {told[1]}<br>50% of runs {told[2]} to {told[3]}"
    text += f"<br>90% {told[4]} to {told[5]}"
    tick = {"symbol": "line-ns-open", "size": 12, "color": look.colour, "line": {"width": 1.5}}
    return [
        bar(low, high, row, look.colour, 1.2),
        bar(first, third, row, faded(look.colour, 0.45), 6),
        dot(mean, row, look, text) | {"marker": tick},
        dot(middle, row, look, text),
    ]
