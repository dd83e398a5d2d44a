"""`overview`: one page that answers the question, to be looked at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..answer import SHARE
from .events import key, mark_events, marks
from .fans import fan, reach, stage_bands
from .front import front, threshold
from .network import network
from .outcomes import contrasts, rival
from .style import QUIET, front_of, heading, inches, looks, pair_heading, pairs, sheet, story, time_axis
from .words import ALIGNMENT, SIZE, line_height, plain, short, true_minus, wrapped

if TYPE_CHECKING:
    from ..results import Results

PAGE = (11.7, 8.3)
"""A4, landscape, in inches."""

MOST_ARMS = 3
"""Alternatives in the panel of the front; the figure `front` has them all."""


def overview(results: Results, axes: Mapping[str, Axes]) -> Mapping[str, Axes]:
    """Fill the axes called `answer`, `pair`, `front`, `network` and `contrasts`, as many as are given."""
    drawn = {"answer": answer, "pair": pair, "front": _front, "network": network, "contrasts": contrasts}
    for name, panel in axes.items():
        drawn[name](results, panel)
    return axes


def _front(results: Results, axes: Axes) -> Axes:
    return front(results, axes, most=MOST_ARMS, numbers=False)


def answer(results: Results, axes: Axes) -> Axes:
    """The answer in words, as much of it as there is room for."""
    axes.set_axis_off()
    told = [true_minus(each) for each in results.summary["answer"] or _described(results)]
    titles = [true_minus(arm.scenario.spec.title) for arm in results.arms.values()]
    width, height = inches(axes)
    for size in (SIZE + 1.5, SIZE + 1, SIZE + 0.5, SIZE, SIZE - 0.5, SIZE - 1):
        blocks = [wrapped(each, width - 0.12, size) for each in told]
        gap = 0.45 * line_height(size)
        if sum(len(each) * line_height(size) + gap for each in blocks) <= height:
            break
    down = 0.0
    for k, lines in enumerate(blocks):
        tall = len(lines) * line_height(size) + gap
        rest = len(blocks) - k
        if down + tall + (line_height(size) if rest > 1 else 0) > height:
            _write(axes, [f"… {rest} more in summary.json"], down, size, QUIET)
            break
        _write(axes, lines, down, size, "#000000" if any(each in told[k] for each in titles) else "#444444")
        down += tall
    return axes


def _write(axes: Axes, lines: list[str], down: float, size: float, colour: str) -> None:
    text = "\n".join(map(plain, lines))
    axes.text(0, 1 - down / inches(axes)[1], text, transform=axes.transAxes, va="top", fontsize=size,
              color=colour, linespacing=1.2)  # fmt: skip


def _described(results: Results) -> list[str]:
    spec = results.scenario.spec
    none = (
        "The scenario asks no question."
        if spec.question is None
        else "No alternative was run, so there is no verdict."
    )
    told = [none, *([" ".join(spec.description.split())] if spec.description.strip() else [])]
    return [
        *told,
        *(_row(each) for each in results.summary["outcomes"] if "." not in each["name"] and each["runs"]),
    ]


def _row(row: Mapping[str, Any]) -> str:
    """One outcome in words."""
    name = row["name"]
    if row["unit"] == SHARE:
        return f"{name}: {100 * row['mean']:.1f}% of runs."
    spread = f"90% between {row['low']:.3g} and {row['high']:.3g} ({row['unit']})"
    return f"{name}: {row['median']:.3g} in the median run, {spread}."


def pair(results: Results, axes: Axes) -> Axes:
    """The alignment of the pair that matters most, over the stages of alignment, with events."""
    scenario = results.scenario
    one, other = pairs(scenario)[0]
    low, high = reach(results, f"alignment:{one}:{other}")
    fan(axes, results, f"alignment:{one}:{other}")
    axes.set_ylim(max(-1, low - 0.1), min(1, high + 0.1))
    stage_bands(axes, size=SIZE - 1.5, names=False)
    _front_line(results, axes)
    mark_events(axes, scenario)
    axes.set_ylabel(ALIGNMENT)
    time_axis(axes, scenario.calendar)
    return axes


def _front_line(results: Results, axes: Axes) -> None:
    """Where in alignment a front counts, if the pair is that of the front."""
    found, (low, high) = front_of(results.scenario), axes.get_ylim()
    if (
        found is None
        or set(found[1].pair) != set(pairs(results.scenario)[0])
        or not low < found[1].threshold < high
    ):
        return
    level = found[1].threshold
    axes.axhline(level, color="#444444", lw=0.8, ls=(0, (1, 2)))
    axes.text(0.008, level, f"a front may count from {level:.2f}", transform=axes.get_yaxis_transform(), va="bottom",
              fontsize=SIZE - 1.5, color="#444444")  # fmt: skip


def overview_sheet(results: Results) -> Figure:
    """The page: the question, the answer in words, the pair, the front, the map, the contrasts."""
    scenario, spec = results.scenario, results.scenario.spec
    question = spec.question.text if spec.question is not None else spec.title
    note = (
        "Shaded round medians: 90% and 50% of runs. Shaded round shares, and bars of contrasts: 95% Monte Carlo "
        f"intervals. {_dashed(results)}Contrasts: hollow where not distinguishable from 0. "
        "Map: width by median alignment, blue and solid aligned, red and dashed hostile, pale where the sign is not "
        "the same in 95% of runs."
    )
    made = sheet(results, question, note, width=PAGE[0], page=PAGE[1], size=14)
    told = key(scenario, 6.1, size=6.2, widest=2.0, most=18)
    split, top = made.low + 3.05, made.high - 0.08
    axes = {
        "answer": made.axes(0.4, split + 0.25, 3.9, top - split - 0.5),
        "pair": made.axes(5.05, split + 0.55 + told.height, 5.75, top - split - 1.05 - told.height),
        "front": made.axes(0.8, made.low + 0.95, 2.75, 1.65),
        "network": made.axes(3.95, made.low + 0.05, 2.9, 2.65),
        "contrasts": made.axes(8.4, made.low + 0.45, 1.75, 2.15),
    }
    overview(results, axes)
    _headings(results, axes)
    if told.columns and marks(scenario):
        told.draw(made.axes(5.05, split + 0.08, 6.1, told.height))
    return made.figure


def _dashed(results: Results) -> str:
    """What the dashed lines over the alignment of the pair are, if there are any."""
    if results.comparison is not None:
        return (
            "Alignment: shaded, the first scenario; dashed, the medians of others, coloured as fronts are. "
        )
    return "Dashed: median without any of the events. " if "no_events" in results.arms else ""


def _headings(results: Results, axes: Mapping[str, Axes]) -> None:
    scenario, numbered = results.scenario, bool(marks(results.scenario))
    heading(axes["answer"], "What the runs say", rise=0.06)
    pair_heading(axes["pair"], scenario, pairs(scenario)[0], rise=0.28 if numbered else 0.06)
    found = front_of(scenario)
    heading(
        axes["front"],
        f"United front at threshold {threshold(scenario):.2f}" if found else "United front",
        rise=0.28 if numbered else 0.06,
    )
    what = "Alignments at the end" if results.comparison is None else "First scenario, alignments at the end"
    heading(axes["network"], f"{what}, {scenario.calendar.dates()[-1]}", rise=0.0)
    other = rival(results)
    title = (
        f"What differs: the {story(results)} less '{short(other[0].title, 60)}'" if other else "What differs"
    )
    heading(axes["contrasts"], title, left=-1.25, room=4.0)
    if found:
        arms = looks(results, most=MOST_ARMS)
        axes["front"].legend(
            [Line2D([], [], color=each.colour, ls=each.dash, lw=1.4) for each, _ in arms],
            [plain(short(each.title, 56)) for each, _ in arms], loc="upper left", bbox_to_anchor=(-0.15, -0.22),
            fontsize=6.2, handlelength=2.4, borderaxespad=0, labelspacing=0.25,
        )  # fmt: skip
