"""`trade_off`: where options stand in all outcomes at once, and in the two that set them most against each other."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.trade_off import unbeaten
from ...answer import SHARE
from ...axes import Array
from ...looks import INK, RULE, UP
from ..chart import Chart, Trace, axis, figure
from .decision import COLOURS, SYMBOLS
from .parts import across, dots, hover, known, lines_of, spans, stated, text

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

ON, OFF = UP, "#767676"
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
MOST = 12
"""Options drawn as lines at most, those that no other beats first."""


def chart(study: Study, finding: Finding) -> list[Chart]:  # noqa: ARG001
    """All outcomes side by side where there are more than two, and the sharpest pair as a plane."""
    table, options = finding.tables["outcomes"], finding.tables["options"].to_dict("records")
    outcomes = list(dict.fromkeys(table["outcome"]))
    pair = sharpest(table, outcomes)
    whole = [_profiles(finding, table, outcomes, options)] if len(outcomes) > 2 else []
    return [*whole, _plane(finding, pair, options, alone=len(outcomes) == 2)]


def sharpest(table: Any, outcomes: list[str]) -> tuple[str, str]:
    """The two outcomes by which most options are unbeaten by another; the first such pair."""

    def front(pair: tuple[str, str]) -> int:
        return int(unbeaten(np.array([_good(table, each) for each in pair])).sum())

    return max(combinations(outcomes, 2), key=front)


def _good(table: Any, outcome: str) -> Array:
    """Means of an outcome by option, more always better."""
    rows = table[table["outcome"] == outcome]
    sign = 1.0 if rows["better"].iloc[0] == "more" else -1.0
    return np.asarray(sign * rows["mean"].to_numpy())


def _letter(k: int) -> str:
    return chr(65 + k) if k < 26 else chr(65 + k // 26 - 1) + chr(65 + k % 26)


def _key(options: list[dict]) -> str:
    return "; ".join(f"{_letter(k)}: {each['title']}" for k, each in enumerate(options))


def _named(options: list[dict], on: bool) -> str:
    found = [each["title"] for each in options if bool(each["unbeaten"]) == on]
    return ", ".join(found) or "none"


def _table(
    table: Any, outcomes: list[str], options: list[dict]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows: an option's mean in each outcome, and how surely it is unbeaten."""
    head = (
        "option",
        *(f"{each} ({_unit(table, each)})" for each in outcomes),
        "unbeaten in resamples",
        "in worlds",
    )
    rows = []
    for k, each in enumerate(options):
        means = [table[table["outcome"] == one].iloc[k] for one in outcomes]
        told = [stated(one["mean"], one["low"], one["high"], _scale(one["unit"])) for one in means]
        sure = [f"{100 * each[share]:.0f}%" for share in ("in_resamples", "in_worlds")]
        rows.append((f"{_letter(k)}  {each['title']}", *told, *sure))
    return head, rows


def _scale(unit: str) -> float:
    return 100.0 if unit == SHARE else 1.0


def _unit(table: Any, outcome: str) -> str:
    unit = table[table["outcome"] == outcome]["unit"].iloc[0]
    return "% of runs" if unit == SHARE else str(unit)


# --- all outcomes side by side --------------------------------------------------------------------


def _profiles(finding: Finding, table: Any, outcomes: list[str], options: list[dict]) -> Chart:
    order = sorted(range(len(options)), key=lambda k: not options[k]["unbeaten"])[:MOST]
    placed = {each: _placed(table, each) for each in outcomes}
    head, rows = _table(table, outcomes, options)
    traces: list[Trace] = []
    for n, k in enumerate(sorted(order)):
        on = bool(options[k]["unbeaten"])
        colour, title = COLOURS[n % len(COLOURS)], options[k]["title"]
        told = [hover(title, f"{each}: {cell}") for each, cell in zip(outcomes, rows[k][1:], strict=False)]
        y = [placed[each][k] for each in outcomes]
        made = dots(list(range(len(outcomes))), y, f"{_letter(k)} {text(title)}", told, colour=colour, size=10,
                    symbol=SYMBOLS[n % len(SYMBOLS)], hollow=not on)  # fmt: skip
        line = {"color": colour, "width": 2.4 if on else 1.4, "dash": DASHES[n % len(DASHES)]}
        traces.append({**made, "mode": "lines+markers", "line": line})
    ends = [f"<b>{lines_of(each, 18)}</b><br>{_better(table, each)}" for each in outcomes]
    made = figure(
        traces, height=480, hovermode="closest",
        xaxis={"tickvals": list(range(len(outcomes))), "ticktext": ends, "range": [-0.3, len(outcomes) - 0.7],
               "tickangle": 0, "gridcolor": RULE, "zeroline": False, "automargin": True, "ticks": ""},
        yaxis=axis("worst (0) to best (1) of the options", range=[-0.06, 1.06]),
    )  # fmt: skip
    left = f" {MOST} of {len(options)} options are drawn." * (len(options) > MOST)
    return Chart(
        name="profiles", title=finding.question, figure=made,
        alt=f"{len(options)} options in {len(outcomes)} outcomes, each from worst to best. Beaten by no other: "
        f"{_named(options, True)}. Beaten: {_named(options, False)}.",
        reading="Each line is an option; in every outcome up is better, 1 the best option's mean over worlds "
        "and 0 the worst's, so that lines that cross are a trade-off. Filled marks: no other option beats it "
        "in all outcomes at once; hollow: one does. How far the ends lie apart stands in the table, with "
        f"intervals.{left}",
        head=head, rows=rows,
    )  # fmt: skip


def _placed(table: Any, outcome: str) -> list[float]:
    """Means from worst, 0, to best, 1; the middle where all are alike."""
    good = _good(table, outcome)
    span = float(np.ptp(good))
    return ((good - good.min()) / span if span > 0 else np.full(len(good), 0.5)).tolist()


def _better(table: Any, outcome: str) -> str:
    """The worst and the best mean of an outcome."""
    rows = table[table["outcome"] == outcome]
    good, scale = _good(table, outcome), _scale(rows["unit"].iloc[0])
    ends = [scale * rows["mean"].iloc[int(pick)] for pick in (good.argmin(), good.argmax())]
    sign = "%" if scale == 100.0 else ""
    return text(f"{ends[0]:.3g}{sign} to {ends[1]:.3g}{sign}")


# --- two outcomes ---------------------------------------------------------------------------------


def _plane(finding: Finding, pair: tuple[str, str], options: list[dict], *, alone: bool) -> Chart:
    table = finding.tables["outcomes"]
    one, other = (table[table["outcome"] == each].reset_index(drop=True) for each in pair)
    scales = [_scale(each["unit"].iloc[0]) for each in (one, other)]
    x, y = scales[0] * one["mean"].to_numpy(), scales[1] * other["mean"].to_numpy()
    on = unbeaten(np.array([_good(table, each) for each in pair]))
    head, rows = _table(table, list(pair), options)
    told = [hover(each["title"], *(f"{name}: {cell}" for name, cell in zip(pair, row[1:], strict=False)))
            for each, row in zip(options, rows, strict=True)]  # fmt: skip
    traces = [
        spans(list(y), *(list(scales[0] * one[end]) for end in ("low", "high")), name="95% interval", colour="#8A8A8A"),
        spans(list(x), *(list(scales[1] * other[end]) for end in ("low", "high")), colour="#8A8A8A", upright=True),
        _step(x, y, on, [1.0 if each["better"].iloc[0] == "more" else -1.0 for each in (one, other)]),
    ]  # fmt: skip
    labels = _labels(x, y)
    sides = _sides(x, labels)
    for kept, name in ((True, "best two by two"), (False, "another option beats it in both")):
        some = np.flatnonzero(on == kept)
        if len(some):
            made = dots(
                x[some],
                y[some],
                name,
                [told[k] for k in some],
                colour=ON if kept else OFF,
                size=11,
                hollow=not kept,
            )
            made |= {"mode": "markers+text", "text": [f"<b>{labels[int(k)]}</b>" for k in some],
                     "textposition": [sides[int(k)] for k in some],
                     "textfont": {"size": 13}}  # fmt: skip
            traces.append(made)
    made = figure(
        traces,
        height=480,
        hovermode="closest",
        xaxis=across(_axis(one, pair[0]), range=_reach(one, scales[0])),
        yaxis=axis(lines_of(_axis(other, pair[1]), 50), range=_reach(other, scales[1])),
    )
    which = "" if alone else " Of all pairs of outcomes this is one in which most options are unbeaten."
    return Chart(
        name="plane", figure=made,
        title=finding.question if alone else f"How do options trade {pair[0]} against {pair[1]}?",
        alt=f"{len(options)} options by {pair[0]} and {pair[1]}. Unbeaten in these two: "
        + ", ".join(options[int(k)]["title"] for k in np.flatnonzero(on)) + ".",
        reading=f"{_key(options)}. Each point is an option's mean over {options[0]['worlds']:,} worlds; lines: "
        "95% bootstrap intervals, which overstate the doubt between options, since these share worlds and "
        f"luck. Dashed: the step through the options that no other beats in both.{which}",
        head=head, rows=rows,
    )  # fmt: skip


def _labels(x: Array, y: Array) -> list[str]:
    """Letters of the points; those of points that all but coincide together, beside the first of them."""
    near = 0.03
    at = np.column_stack([(each - each.min()) / (np.ptp(each) or 1.0) for each in (x, y)])
    labels: list[str] = []
    for k, here in enumerate(at):
        first = next((j for j in range(k) if labels[j] and np.abs(at[j] - here).max() < near), None)
        labels.append(_letter(k) if first is None else "")
        if first is not None:
            labels[first] += f", {_letter(k)}"
    return labels


def _sides(x: Array, labels: list[str]) -> list[str]:
    """Where labels stand, from left to right above and below their points in turn."""
    named = [int(k) for k in np.argsort(x, kind="stable") if labels[k]]
    return [
        "top center" if k not in named or named.index(k) % 2 == 0 else "bottom center" for k in range(len(x))
    ]


def _reach(rows: Any, scale: float) -> list[float | None]:
    """Ends of an axis, with room for every interval and its label."""
    low, high = scale * float(rows["low"].min()), scale * float(rows["high"].max())
    pad = 0.05 * (high - low) or 1.0
    return known([low - pad, high + pad])


def _axis(rows: Any, name: str) -> str:
    unit, better = rows["unit"].iloc[0], rows["better"].iloc[0]
    arrow = "more" if better == "more" else "less"
    return f"{name}, {'% of runs' if unit == SHARE else unit} ({arrow} is better)"


def _step(x: Array, y: Array, on: Array, signs: list[float]) -> Trace:
    """The step through unbeaten options; its corners are what two neighbours both fall short of."""
    front = sorted(np.flatnonzero(on).tolist(), key=lambda k: x[k])
    xs, ys = [x[front[0]]], [y[front[0]]]
    for a, b in pairwise(front):
        xs += [min(x[a], x[b]) if signs[0] > 0 else max(x[a], x[b]), x[b]]
        ys += [min(y[a], y[b]) if signs[1] > 0 else max(y[a], y[b]), y[b]]
    return {"type": "scatter", "mode": "lines", "x": known(xs), "y": known(ys), "showlegend": False,
            "hoverinfo": "skip", "line": {"color": INK, "width": 1.2, "dash": "dash"}}  # fmt: skip
