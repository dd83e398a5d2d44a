"""`sensitivity`: what drives an outcome, as bars of indices, a screen, a tornado, or effects against their spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.base import short_paths, unit_of
from ...analyses.telling import rows
from ...answer import FEWEST
from ...looks import FAN, INK, LIGHT, PAPER, QUIET
from ...wording import true_minus
from ..chart import Chart, Trace, axis, figure
from .parts import (
    across,
    bars,
    dots,
    height_of,
    hover,
    known,
    percent,
    plain,
    row_axis,
    scale_of,
    spans,
    stated,
)

if TYPE_CHECKING:
    import pandas as pd

    from ...analyses import Finding
    from ...study import Study

MOST = 20
"""Inputs drawn at most; the table of the section has them all."""


def chart(study: Study, finding: Finding) -> list[Chart]:
    """The charts that fit the method; none where nothing varies."""
    table = finding.tables.get("inputs")
    if table is None:
        return []
    made = {"total": _indices, "mu_star": _effects, "swing": _tornado, "pawn": _screen}
    draw = next(each for column, each in made.items() if column in table.columns)
    return draw(study, finding, table)


def _rest(table: pd.DataFrame) -> str:
    """That not all inputs are drawn, in a sentence to follow others."""
    more = len(table) - MOST
    return f" The {MOST} largest of {len(table)} inputs are drawn." if more > 0 else ""


def _luck(finding: Finding) -> str:
    luck = finding.tables["luck"].iloc[0]
    if not np.isfinite(luck["luck"]):
        return " How much luck adds is not known."
    share = percent(luck["luck"], luck["luck_low"], luck["luck_high"])
    return f" Luck, the variance of replications at a point, is left out: {share} of the variance over runs."


def _first(shown: pd.DataFrame, column: str, scale: float = 1.0) -> str:
    """The three largest, for those who cannot see the figure."""
    told = [
        f"{short_paths(row.input)} {_of(row, column, scale)}"
        for row in rows(shown.head(3))
        if getattr(row, column)
    ]
    return "; then ".join(told)


def _of(row: Any, column: str, scale: float = 1.0) -> str:
    """A number of an input with its interval."""
    value, low, high = (float(getattr(row, f"{column}{end}")) for end in ("", "_low", "_high"))
    return stated(value, low, high, scale)


def _names(shown: pd.DataFrame) -> list[str]:
    return [short_paths(each) for each in shown["input"]]


# --- indices --------------------------------------------------------------------------------------


def _indices(study: Study, finding: Finding, table: pd.DataFrame) -> list[Chart]:  # noqa: ARG001
    shown, at = table.head(MOST), range(min(MOST, len(table)))
    told = [hover(row.input, f"total index {_of(row, 'total')}", f"by itself {_of(row, 'first_order')}")
            for row in rows(shown)]  # fmt: skip
    traces = [
        bars(at, shown["total"], "total index: with all interactions", told, width=0.72, colour=LIGHT, edge=FAN),
        bars(at, shown["first_order"], "first-order index: by itself", told, width=0.34),
        spans([k - 0.27 for k in at], shown["total_low"], shown["total_high"], name="95% interval"),
        spans(at, shown["first_order_low"], shown["first_order_high"]),
    ]  # fmt: skip
    made = figure(
        traces, height=height_of(len(shown)), barmode="overlay", hovermode="closest", yaxis=row_axis(_names(shown)),
        xaxis=across("share of the variance over points", zeroline=True, zerolinecolor=INK),
    )  # fmt: skip
    sums = finding.tables["sum"].iloc[0]
    alone = percent(sums["first_orders"], sums["low"], sums["high"])
    reading = (
        "Indices are shares of the variance over points of the mean over replications; lines: 95% intervals "
        f"over the base sample. By themselves the inputs explain {alone}."
    )
    return [Chart(
        name="indices", title=finding.question, figure=made,
        alt=f"Bars of {len(shown)} inputs by total Sobol index. Largest: {_first(shown, 'total')}.",
        reading=true_minus(reading) + _luck(finding) + _rest(table),
        head=("input", "total index (95% interval)", "by itself (95% interval)"),
        rows=[(short_paths(row.input), _of(row, "total"), _of(row, "first_order")) for row in rows(shown)],
    )]  # fmt: skip


# --- screen ---------------------------------------------------------------------------------------


def _screen(study: Study, finding: Finding, table: pd.DataFrame) -> list[Chart]:  # noqa: ARG001
    return [_pawn(finding, table), _partial(table)]


def _pawn(finding: Finding, table: pd.DataFrame) -> Chart:
    shown, floor = table.head(MOST), float(table["chance"].iloc[0])
    traces = []
    for above, name, look in (
        (True, "stands out from chance by this measure", {}),
        (False, "does not", {"colour": PAPER, "edge": QUIET, "pattern": "."}),
    ):
        part = [(k, row) for k, row in enumerate(rows(shown)) if bool(row.pawn_above) == above]
        told = [hover(row.input, f"PAWN {row.pawn:.3f}, chance {floor:.3f}") for _, row in part]
        traces.append(bars([k for k, _ in part], [row.pawn for _, row in part], name, told, **look))  # type: ignore[arg-type]
    chance = {"type": "scatter", "mode": "lines", "x": [floor, floor], "y": [-0.6, len(shown) - 0.4],
              "name": "what chance gives", "line": {"color": INK, "dash": "dash"}, "hoverinfo": "skip"}  # fmt: skip
    made = figure(
        [each for each in traces if each["y"]] + [chance], height=height_of(len(shown), each=34), barmode="overlay",
        hovermode="closest", yaxis=row_axis(_names(shown)), xaxis=across("PAWN index, 0 to 1", rangemode="tozero"),
    )  # fmt: skip
    count = int(table["pawn_above"].sum())
    largest = "; then ".join(f"{short_paths(row.input)} {row.pawn:.3f}" for row in rows(shown.head(3)))
    return Chart(
        name="pawn", title=finding.question, figure=made,
        alt=f"Bars of {len(shown)} inputs by PAWN index; {count} of {len(table)} lie above the {floor:.3f} "
        f"that chance gives. First: {largest}.",
        reading="PAWN is the mean distance (Kolmogorov and Smirnov) between the outcome's distribution and "
        "that in tenths of an input's range: 0 where the input does nothing. Dashed: what as many inputs that "
        f"do nothing stay below in 95% of studies.{_luck(finding)}{_rest(table)}",
        head=("input", "PAWN index", "chance", "stands out"),
        rows=[(short_paths(row.input), f"{row.pawn:.3f}", f"{floor:.3f}", "yes" if row.pawn_above else "no")
              for row in rows(shown)],
    )  # fmt: skip


def _partial(table: pd.DataFrame) -> Chart:
    shown = table.head(MOST)
    traces: list[Trace] = [
        spans(range(len(shown)), shown["partial_rank_low"], shown["partial_rank_high"], name="95% interval")
    ]
    for above, name in ((True, "distinguishable from none"), (False, "not distinguishable")):
        part = [(k, row) for k, row in enumerate(rows(shown)) if bool(row.rank_above) == above]
        told = [hover(row.input, f"partial rank correlation {_of(row, 'partial_rank')}") for _, row in part]
        if part:
            traces.append(dots([row.partial_rank for _, row in part], [k for k, _ in part], name, told,
                               hollow=not above, colour=FAN if above else QUIET))  # fmt: skip
    made = figure(
        traces, height=height_of(len(shown), each=34), hovermode="closest", yaxis=row_axis(_names(shown)),
        xaxis=across(f"partial rank correlation, {true_minus('-1')} to 1", range=[-1.05, 1.05], zeroline=True,
                   zerolinecolor=INK),
    )  # fmt: skip
    return Chart(
        name="ranks", title="In which direction does each input work?", figure=made,
        alt=f"Partial rank correlations of {len(shown)} inputs with their intervals. First: "
        f"{_first(shown, 'partial_rank')}.",
        reading="The rank correlation of an input with the outcome, all other inputs held fixed. To the right: "
        "more of the input goes with more of the outcome. An input that works both ways shows near 0 here, and "
        "stands out above.",
        head=("input", "partial rank correlation (95% interval)", "distinguishable"),
        rows=[(short_paths(row.input), _of(row, "partial_rank"), "yes" if row.rank_above else "no")
              for row in rows(shown)],
    )  # fmt: skip


# --- tornado --------------------------------------------------------------------------------------


def _tornado(study: Study, finding: Finding, table: pd.DataFrame) -> list[Chart]:
    asked: Any = finding.analysis
    scale, shown = scale_of(study, asked.outcome), table.head(MOST)
    unit = unit_of(study, asked.outcome, "").removeprefix("difference in ")
    luck = finding.tables["luck"].iloc[0]
    deviation = scale * float(luck["deviation_of_luck"])
    made = figure(
        _swings(shown, scale, deviation), height=height_of(len(shown) + 1), barmode="overlay", hovermode="closest",
        yaxis=row_axis([*_names(shown), "luck"]),
        xaxis=across(f"change of '{asked.outcome}', {unit}", zeroline=True, zerolinecolor=INK),
    )  # fmt: skip
    nominal = plain(scale * float(luck["nominal"]), 1 if scale == 100.0 else 3)
    grey = (
        ""
        if shown["told"].all()
        else " Pale: not distinguishable from none, or too few runs that differ to tell."
    )
    return [Chart(
        name="tornado", title=finding.question, figure=made,
        alt=f"Bars of {len(shown)} inputs, each moved by itself over its range. Largest swings: "
        f"{_first(shown, 'swing', scale)}. Luck alone: {_deviation(deviation)}.",
        reading=f"Changes from the outcome at the scenario's own numbers ({nominal}), one input moved, all "
        "others kept, run by run on equal luck; lines: 95% intervals over replications. Nothing is said of "
        f"interactions.{grey}{_rest(table)}",
        head=("input", "its range", "change at its lowest", "change at its highest", "swing (95% interval)"),
        rows=[(short_paths(row.input), true_minus(f"{row.low_value:.3g} to {row.high_value:.3g}"),
               _of(row, "at_low", scale), _of(row, "at_high", scale), _of(row, "swing", scale)) for row in rows(shown)],
    )]  # fmt: skip


def _deviation(value: float) -> str:
    return f"a standard deviation of {value:.2g}" if np.isfinite(value) else "not known"


def _swings(shown: pd.DataFrame, scale: float, deviation: float) -> list[Trace]:
    """Bars at both ends of each input, one below the other where both go the same way, and luck's own."""
    traces, places, lows, highs = [], [], [], []
    for told, fade in ((True, 1.0), (False, 0.35)):
        for end, look in (("high", {}), ("low", {"colour": PAPER, "edge": FAN, "pattern": "/"})):
            part = [(k, row) for k, row in enumerate(rows(shown)) if bool(row.told) == told]
            at = [k + (0.16 if end == "low" else -0.16) for k, _ in part]
            said = [hover(row.input, f"at {getattr(row, f'{end}_value'):.4g}: {_of(row, f'at_{end}', scale)}")
                    for _, row in part]  # fmt: skip
            name = f"input at its {end}est" + ("" if told else ", not distinguishable")
            sizes = [scale * getattr(row, f"at_{end}") for _, row in part]
            if part:
                traces.append({**bars(at, sizes, name, said, width=0.3, **look), "opacity": fade})  # type: ignore[arg-type]
            for place, (_, row) in zip(at, part, strict=True):
                if row.differing >= FEWEST:
                    places.append(place)
                    lows.append(scale * getattr(row, f"at_{end}_low"))
                    highs.append(scale * getattr(row, f"at_{end}_high"))
    traces.append(spans(places, lows, highs, name="95% interval"))
    if np.isfinite(deviation):
        said = [hover("luck alone", f"± {deviation:.3g}, one standard deviation")]
        traces.append(bars([len(shown)], [2 * deviation], "luck alone: ± 1 standard deviation", said, width=0.4,
                           base=[-deviation], colour=PAPER, edge=QUIET, pattern="."))  # fmt: skip
    return traces


# --- elementary effects ---------------------------------------------------------------------------


def _effects(study: Study, finding: Finding, table: pd.DataFrame) -> list[Chart]:
    asked: Any = finding.analysis
    scale, shown = scale_of(study, asked.outcome), table[table["mu_star"] > 0].head(MOST)
    unit = unit_of(study, asked.outcome, "").removeprefix("difference in ")
    x, y = scale * shown["mu_star"].to_numpy(), scale * shown["sigma"].to_numpy()
    reach = float(max(x.max(), y.max())) if len(x) else 1.0
    told = [hover(f"{k}  {row.input}", f"mean change {_of(row, 'mu_star', scale)}", f"spread {scale * row.sigma:.3g}")
            for k, row in enumerate(rows(shown), 1)]  # fmt: skip
    points = dots(list(x), list(y), "an input, numbered by weight", told)
    points |= {
        "mode": "markers+text",
        "text": [str(k + 1) for k in range(len(shown))],
        "textposition": "top center",
    }
    line = {"type": "scatter", "mode": "lines", "x": [0.0, *known([reach])], "y": [0.0, *known([reach])],
            "name": "σ = μ*", "line": {"color": QUIET, "dash": "dash", "width": 1}, "hoverinfo": "skip"}  # fmt: skip
    between = spans(
        list(y), list(scale * shown["mu_star_low"]), list(scale * shown["mu_star_high"]), name="95% interval"
    )
    made = figure(
        [line, between, points], height=460, hovermode="closest",
        xaxis=across(f"mean change of '{asked.outcome}', μ*, {unit}", rangemode="tozero"),
        yaxis=axis(f"spread of the changes, σ, {unit}", rangemode="tozero"),
    )  # fmt: skip
    still = int((table["mu_star"] == 0).sum())
    key = "; ".join(f"{k} {short_paths(row.input)}" for k, row in enumerate(rows(shown.head(8)), 1))
    return [Chart(
        name="effects", title=finding.question, figure=made,
        alt=f"{len(shown)} inputs by mean change and its spread. Largest mean change: "
        f"{_first(shown, 'mu_star', scale)}.",
        reading=f"Numbers: {key}{'; and so on, in the table' if len(shown) > 8 else ''}. μ*: mean change, "
        "whatever its sign, as the input crosses its whole range; σ: standard deviation of these changes. "
        "Above the dashed line an effect bends or "
        f"interacts.{f' Do nothing at all: {still}.' if still else ''}{_luck(finding)}",
        head=("input", "mean change μ* (95% interval)", "spread σ"),
        rows=[(f"{k}  {short_paths(row.input)}", _of(row, "mu_star", scale), f"{scale * row.sigma:.3g}")
              for k, row in enumerate(rows(shown), 1)],
    )]  # fmt: skip
