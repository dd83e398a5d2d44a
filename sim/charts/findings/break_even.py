"""`break_even`: the outcome along a lever, where it passes the level, and how far worlds have to go."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.base import unit_of
from ...analyses.break_even import falls
from ...analyses.telling import rows
from ...looks import FAN, HOSTILE, INK, PAPER, RULE
from ...wording import true_minus
from ..chart import Chart, Trace, axis, faded, figure
from .parts import across, dots, hover, known, scale_of, spans, stated, text

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

OUTSIDE = "#EFEFEF"
BINS = 24
FEW = 30
"""Worlds below which each is marked by itself instead of counted in bins."""


def chart(study: Study, finding: Finding) -> list[Chart]:
    """The curve with its interval and its spread over worlds; and how far each world has to go."""
    made = [_curve(study, finding)]
    return [*made, _needed(study, finding)] if "worlds" in finding.tables else made


def _limits(finding: Finding) -> tuple[float, float]:
    """What is feasible, as far as it was tried."""
    asked: Any = finding.analysis
    amounts = finding.tables["curve"]["amount"]
    least, most = float(amounts.min()), float(amounts.max())
    low = least if asked.feasible_from is None else max(least, asked.feasible_from)
    return low, most if asked.feasible_to is None else min(most, asked.feasible_to)


def _lever(study: Study, finding: Finding) -> tuple[str, list[dict[str, Any]], list[float]]:
    """The lever's title, what is not feasible as shaded parts, and the ends of its axis."""
    asked: Any = finding.analysis
    amounts = finding.tables["curve"]["amount"]
    pad = 0.03 * (amounts.max() - amounts.min())
    left, right, limits = float(amounts.min() - pad), float(amounts.max() + pad), _limits(finding)
    shaded = [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": a, "x1": b, "y0": 0, "y1": 1, "fillcolor": OUTSIDE,
         "line": {"width": 0}, "layer": "below"}
        for a, b in ((left, limits[0]), (limits[1], right)) if b - a > 1.01 * pad
    ]  # fmt: skip
    lever = study.lever(asked.lever)
    title = lever.title + (" (it falls: read from right to left)" if falls(lever) else "")
    return title, shaded, [left, right]


def _outside(finding: Finding, shaded: list[Any]) -> str:
    low, high = _limits(finding)
    return f" Grey: outside what is feasible ({true_minus(f'{low:g} to {high:g}')})." if shaded else ""


def _curve(study: Study, finding: Finding) -> Chart:
    asked: Any = finding.analysis
    curve, crossings, scale = (
        finding.tables["curve"],
        finding.tables["crossings"],
        scale_of(study, asked.outcome),
    )
    curve = curve.sort_values("amount", kind="stable")
    title, shaded, ends = _lever(study, finding)
    level = scale * asked.level
    side = "under it" if asked.below is not None else "above it"
    several = bool(curve["q05"].notna().any())
    traces = [*_band(curve, scale), *(_spread(curve, scale) if several else []), _mean(curve, title, scale)]
    traces.append({"type": "scatter", "mode": "lines", "x": ends, "y": known([level, level]),
                   "name": text(f"the level, {level:.4g}{_sign(asked, scale)} ({side} is asked for)"),
                   "hoverinfo": "skip", "line": {"color": HOSTILE, "width": 1.6, "dash": "dash"}})  # fmt: skip
    traces += _crossings(crossings, level, ends)
    unit = unit_of(study, asked.outcome, asked.against)
    made = figure(
        traces, height=460, hovermode="closest", shapes=shaded, xaxis=across(title, range=ends),
        yaxis=axis(text(unit), **({"rangemode": "tozero"} if scale == 100.0 and asked.against is None else {})),
    )  # fmt: skip
    passed = [f"{true_minus(f'{row.amount:.3g}')} (95% interval {_ends(row)}), where it {_then(row, asked)}"
              for row in rows(crossings)]  # fmt: skip
    first, last = curve.iloc[0], curve.iloc[-1]
    told = [f"{stated(each['mean'], each['low'], each['high'], scale)} at {true_minus(each['setting'])}"
            for each in (first, last)]  # fmt: skip
    spread = (
        f" Dotted: 5% and 95% quantiles over worlds, each the mean of {study.replications:,} runs." * several
    )
    return Chart(
        name="curve", title=finding.question, figure=made,
        alt=f"The mean goes from {told[0]} to {told[1]}. "
        + (f"It passes the level at {'; at '.join(passed)}." if passed else "It passes the level nowhere."),
        reading="Dots are settings that were run; between them the mean is taken as straight. Band, and the "
        "bar through a crossing: 95% bootstrap intervals, which more runs would "
        f"shrink.{spread}{_outside(finding, shaded)}",
        head=(title, f"mean ({unit}), 95% interval", "90% of worlds lie between", "runs"),
        rows=[(true_minus(row.setting), stated(row.mean, row.low, row.high, scale),
               true_minus(f"{scale * row.q05:.3g} to {scale * row.q95:.3g}") if np.isfinite(row.q05) else "one world",
               f"{row.runs:,}") for row in rows(curve)],
    )  # fmt: skip


def _ends(row: Any) -> str:
    ends = [true_minus(f"{each:.3g}") for each in (row.low, row.high) if np.isfinite(each)]
    if len(ends) == 2:
        return f"{ends[0]} to {ends[1]}"
    return f"{ends[0]} to beyond what was tried" if ends else "wider than what was tried"


def _sign(asked: Any, scale: float) -> str:
    return "" if scale == 1.0 else "%" if asked.against is None else " points"


def _then(row: Any, asked: Any) -> str:
    side = "under" if asked.below is not None else "above"
    return f"comes to lie {side} it" if row.then == "holds" else f"ceases to lie {side} it"


def _band(curve: Any, scale: float) -> list[Trace]:
    """The interval of the mean, shaded."""
    x = known(curve["amount"])
    around = [*known(scale * curve["high"]), *known(scale * curve["low"])[::-1]]
    return [{
        "type": "scatter", "mode": "lines", "x": [*x, *x[::-1]], "y": around, "line": {"width": 0}, "fill": "toself",
        "fillcolor": faded(FAN, 0.3), "name": "95% interval", "hoverinfo": "skip",
    }]  # fmt: skip


def _spread(curve: Any, scale: float) -> list[Trace]:
    look = {"color": INK, "width": 1.3, "dash": "dot"}
    return [
        {"type": "scatter", "mode": "lines", "x": known(curve["amount"]), "y": known(scale * curve[each]),
         "line": look, "name": "90% of worlds lie between", "showlegend": each == "q05", "hoverinfo": "skip"}
        for each in ("q05", "q95")
    ]  # fmt: skip


def _mean(curve: Any, title: str, scale: float) -> Trace:
    told = [hover(f"{title} {row.setting}", f"mean {stated(row.mean, row.low, row.high, scale)}", f"{row.runs:,} runs")
            for row in rows(curve)]  # fmt: skip
    made = dots(curve["amount"], scale * curve["mean"], "mean over runs", told, size=8)
    return made | {"mode": "lines+markers", "line": {"color": FAN, "width": 2.2}}


def _crossings(crossings: Any, level: float, limits: list[float]) -> list[Trace]:
    """Where the mean passes the level, and the interval of that place as far as the axis goes."""
    if not len(crossings):
        return []
    told = [hover(f"crossing at {row.amount:.4g}", f"95% interval {_ends(row)}",
                  f"in {100 * row.in_resamples:.0f}% of resamples") for row in rows(crossings)]  # fmt: skip
    levels = [level] * len(crossings)
    low, high = (list(np.clip(crossings[end], limits[0], limits[1])) for end in ("low", "high"))
    bar = spans(levels, low, high, colour=HOSTILE)
    bar["line"]["width"] = 5
    at = dots(crossings["amount"], levels, "crossing, with its 95% interval", told, colour=HOSTILE, symbol="diamond",
              size=12, hollow=True)  # fmt: skip
    return [bar, at]


# --- worlds ---------------------------------------------------------------------------------------


def _needed(study: Study, finding: Finding) -> Chart:
    needed = finding.tables["worlds"]["needed"].dropna().to_numpy()
    title, shaded, ends = _lever(study, finding)
    asked: Any = finding.analysis
    falling, limits = falls(study.lever(asked.lever)), _limits(finding)
    first = limits[1] if falling else limits[0]
    found, never = needed[np.isfinite(needed)], int(np.isinf(needed).sum())
    there = int((found == first).sum())
    counts, edges = np.histogram(found[found != first], bins=BINS, range=limits)
    total = max(1, len(needed))
    told = (
        f"{100 * len(found) / total:.0f}% of {len(needed):,} worlds reach it within the range; "
        f"{100 * there / total:.0f}% do so at the first setting already ({true_minus(f'{first:g}')}), "
        f"{100 * never / total:.0f}% never do"
    )
    traces = _each(found) if len(needed) < FEW else _counted(counts, edges, there, first, total)
    yaxis = (
        {"visible": False, "range": [-1, 1]} if len(needed) < FEW else axis("% of worlds", rangemode="tozero")
    )
    made = figure(traces, height=220 if len(needed) < FEW else 320, hovermode="closest", shapes=shaded, bargap=0,
                  barmode="overlay", xaxis=across(title, range=ends), yaxis=yaxis)  # fmt: skip
    how = "How far must it fall, world by world?" if falling else "How much is needed, world by world?"
    spans_ = [f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges)]
    return Chart(
        name="needed", title=how, figure=made, alt=f"{told}.",
        reading=f"{told}. Each world is judged on its mean over {study.replications:,} runs at each setting: "
        "with few of them a world seems to pass the level more easily than it "
        f"does.{_outside(finding, shaded)}",
        head=("amount needed", "worlds", "% of worlds"),
        rows=[(f"{true_minus(f'{first:g}')}, the first setting", f"{there:,}", f"{100 * there / total:.1f}"),
              *((true_minus(span), f"{n:,}", f"{100 * n / total:.1f}")
                for span, n in zip(spans_, counts, strict=True) if n),
              ("never within the range", f"{never:,}", f"{100 * never / total:.1f}")],
    )  # fmt: skip


def _each(found: Any) -> list[Trace]:
    told = [hover(f"{each:.4g}") for each in found]
    return [dots(found, np.zeros(len(found)), "a world", told, colour=INK, symbol="line-ns-open", size=22)]


def _counted(counts: Any, edges: Any, there: int, first: float, total: int) -> list[Trace]:
    wide = float(edges[1] - edges[0])
    told = [hover(f"{a:.3g} to {b:.3g}", f"{n:,} worlds, {100 * n / total:.1f}%")
            for a, b, n in zip(edges, edges[1:], counts, strict=False)]  # fmt: skip
    traces: list[Trace] = [{
        "type": "bar", "x": known((edges[1:] + edges[:-1]) / 2), "y": known(100 * counts / total), "width": wide,
        "marker": {"color": faded(FAN, 0.75), "line": {"color": PAPER, "width": 1}},
        "name": "worlds that need so much", "hovertext": told, "hoverinfo": "text",
    }]  # fmt: skip
    if there:
        said = [hover(f"at the first setting, {first:g}", f"{there:,} worlds, {100 * there / total:.1f}%")]
        traces.append({
            "type": "bar", "x": known([first]), "y": known([100 * there / total]), "width": 0.5 * wide,
            "marker": {"color": INK, "pattern": {"shape": "/", "fgcolor": RULE, "bgcolor": INK}},
            "name": "already at the first setting", "hovertext": said, "hoverinfo": "text",
        })  # fmt: skip
    return traces
