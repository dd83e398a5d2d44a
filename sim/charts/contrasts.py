"""Each outcome in the scenario less each alternative, run by run on equal luck: `contrasts`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..answer import FEWEST, Contrast, contrast, described, unbounded
from ..balanced import GROUP
from ..describing.results import decimals
from ..looks import QUIET, Look, about, looks, name_in_words, story
from ..wording import UNKNOWN, escaped, short, signed
from .chart import Chart, Trace, nothing
from .measures import NO_OUTCOMES, chart_name, chosen, is_share, title_of, unit_of, values_of
from .panels import Panel, bar, dot, keys_of, stacked

if TYPE_CHECKING:
    from ..results import Results

NO_OTHER = "Nothing was run beside the scenario, so there is nothing to compare with."
HOLLOW = (
    f"Hollow: not distinguishable from no difference, or fewer than {FEWEST} runs differ, too few to tell."
)


def contrasts(results: Results, names: Sequence[str] | None = None) -> Chart:
    """Each outcome in the scenario less each alternative, run by run, each in its own unit.

    `names` are those that fit a sheet of paper unless given. Raises WedgeError where one is not measured.
    """
    arms, first = looks(results)[1:], story(results)
    title = f"What does the {first} change, run by run, in each outcome?"
    shown = chosen(results, names, len(arms))
    if not arms or not shown:
        return nothing("contrasts", title, NO_OUTCOMES if arms else NO_OTHER)
    rows = [_row(results, name) for name in shown]
    told = "; ".join(f"{name} {cell} ({unit})" for name, unit, cell, *_ in rows)
    return Chart(
        name=chart_name("contrasts", names),
        title=title,
        figure=stacked([_panel(results, name) for name in shown], len(arms), keys_of(results, arms)),
        alt=f"The {first} less '{short(title_of(*arms[0]), 60)}': {told}.",
        reading=f"Right of the line the {first} has more than what it is held against, on equal luck. "
        f"{_bars(results)}. {HOLLOW}",
        head=("outcome", "unit", *(f"less {short(title_of(*each), 40)} (95% interval)" for each in arms)),
        rows=rows,
    )


def _bars(results: Results) -> str:
    """What bars are, or why there are none."""
    why = unbounded(results.scenario, results.finished)
    return why[:1].upper() + why[1:] if why else "Bars: 95% Monte Carlo intervals of the mean difference"


def _scale(results: Results, name: str) -> tuple[float, str]:
    """By what a difference is multiplied for readers, and its unit then."""
    return (100.0, "percentage points") if is_share(results, name) else (1.0, unit_of(results, name))


def _differences(results: Results, name: str) -> list[tuple[Look, Contrast]]:
    """The difference from each arm, with its look."""
    arms = looks(results)[1:]
    return [(look, difference(results, look.name, arm, name)) for look, arm in arms if name in arm.columns]


def _row(results: Results, name: str) -> tuple[str, ...]:
    scale, unit = _scale(results, name)
    cells = (_cell(each, scale) for _, each in _differences(results, name))
    return (name_in_words(results.scenario, name), unit, *cells)


def _panel(results: Results, name: str) -> Panel:
    """One outcome, an arm a row, on a scale with no difference in its middle."""
    found, (scale, unit) = _differences(results, name), _scale(results, name)
    marks = [
        mark
        for k, (look, each) in enumerate(found)
        for mark in _marks(each, len(looks(results)) - 2 - k, look, scale, unit)
    ]
    ends = [v for _, each in found for v in (each.difference, each.low, each.high) if np.isfinite(v)]
    reach = 1.15 * scale * max(map(abs, ends), default=0.0) or 0.01 * scale
    return Panel(about(results, name), f"difference, {unit}", [_zero(len(found)), *marks], (-reach, reach))


def _zero(rows: int) -> Trace:
    """The line of no difference."""
    return {
        "type": "scatter", "mode": "lines", "x": [0, 0], "y": [-0.7, rows - 0.3], "hoverinfo": "skip",
        "showlegend": False, "line": {"color": QUIET, "width": 1},
    }  # fmt: skip


def difference(results: Results, against: str, arm: Results, name: str) -> Contrast:
    """The paired difference of an outcome between the scenario and an arm."""
    unit, group = described(results.scenario)[name][0], GROUP[results.scenario.spec.luck]
    return contrast(name, against, values_of(results, name), values_of(arm, name), unit=unit, group=group)


def _marks(found: Contrast, row: int, look: Look, scale: float, unit: str) -> list[Trace]:
    """The marks of one difference: hollow where it cannot be told from none."""
    if np.isnan(found.difference):
        return []
    name, runs = escaped(short(look.title, 60)), f"{found.differing:,} runs differ"
    text = f"{name}<br>{_cell(found, scale)} {escaped(unit)}<br>{runs}"
    mark = dot(scale * found.difference, row, look, text, hollow=not found.direction)
    known = np.isfinite(found.low) and np.isfinite(found.high)
    return [bar(scale * found.low, scale * found.high, row, look.colour, 2), mark] if known else [mark]


def _cell(found: Contrast, scale: float) -> str:
    """A difference with its interval."""
    if np.isnan(found.difference):
        return UNKNOWN
    if found.same:
        return "no run differs"
    known = np.isfinite(found.low) and np.isfinite(found.high)
    half = scale * (found.high - found.low) / 2 if known else abs(scale * found.difference)
    digits = decimals(half or abs(scale * found.difference))
    told = [
        signed(scale * each, digits)
        for each in (found.difference, found.low, found.high)
        if known or each is found.difference
    ]
    return f"{told[0]} ({told[1]} to {told[2]})" if known else told[0]
