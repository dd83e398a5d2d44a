"""`discovery`: how coverage is traded for density, the worlds in the box, and the box in each input's range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.base import short_paths
from ...analyses.discovery import cases_of, limit_told, rounded
from ...analyses.telling import rows
from ...looks import FAN, HOSTILE, INK, QUIET, RULE
from ...wording import true_minus
from ..chart import Chart, Trace, axis, figure
from .parts import across, bars, dots, height_of, hover, known, lines_of, note, row_axis

if TYPE_CHECKING:
    import pandas as pd

    from ...analyses import Finding
    from ...study import Study

MOST = 12
"""Restricted inputs drawn at most."""

WORLDS = 1500
"""Worlds drawn at most, evenly spaced in the order of the design."""


def chart(study: Study, finding: Finding) -> list[Chart]:
    """Trajectory, worlds and limits; the trajectory alone where held-out worlds do not bear the box out."""
    if "limits" not in finding.tables:
        return []
    limits, found = finding.tables["limits"], bool(finding.tables["box"]["found"][0])
    restricted = limits[limits["restricted"]].head(MOST)
    if not found:
        return [_trajectory(finding)] if len(restricted) else []
    worlds = [_worlds(study, finding)] if len(limits) > 1 else []
    return [_limits(finding, restricted), *worlds, _trajectory(finding)]


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%" if np.isfinite(value) else "not known"


# --- the box --------------------------------------------------------------------------------------


def _limits(finding: Finding, restricted: pd.DataFrame) -> Chart:
    names = [short_paths(each) for each in restricted["input"]]
    whole, inside, told, shown = [], [], [], []
    for k, row in enumerate(rows(restricted)):
        span = row.maximum - row.minimum
        low = 0.0 if np.isnan(row.low) else (row.low - row.minimum) / span
        high = 1.0 if np.isnan(row.high) else (row.high - row.minimum) / span
        whole.append((0.0, 100.0))
        inside.append((100 * low, 100 * (high - low)))
        told.append(hover(names[k], limit_told(row), f"quasi-p {_p(row)}", *_again(row)))
        for x, end, anchor in ((0, row.minimum, "left"), (100, row.maximum, "right")):
            shown.append(
                note(x, k + 0.34, rounded(end, span), xanchor=anchor, font={"size": 11, "color": QUIET})
            )
    at = range(len(names))
    traces = [
        bars(at, [b for _, b in whole], "the whole range", told, width=0.16, colour=RULE),
        bars(at, [b for _, b in inside], "the box", told, base=[a for a, _ in inside], width=0.36),
    ]
    made = figure(
        traces, height=height_of(len(names), each=62), barmode="overlay", hovermode="closest", annotations=shown,
        yaxis=row_axis(names, more=list(map(limit_told, rows(restricted)))),
        xaxis=across("% of the range that was looked at", range=[-1, 101]),
    )  # fmt: skip
    where = "; ".join(
        f"{name} {true_minus(limit_told(row))}" for name, row in zip(names, rows(restricted), strict=True)
    )
    return Chart(
        name="box", title=finding.question, figure=made, alt=f"The box: {where}. {_scored(finding)}",
        reading=f"{_scored(finding)} Quasi-p: one-sided binomial test of a limit (Bryant and Lempert 2010).",
        head=("input", "in the box", "range looked at", "quasi-p", "restricted again in resamples"),
        rows=[(name, true_minus(limit_told(row)), true_minus(f"{row.minimum:.4g} to {row.maximum:.4g}"), _p(row),
               _percent(row.chosen_again)) for name, row in zip(names, rows(restricted), strict=True)],
    )  # fmt: skip


def _p(row: Any) -> str:
    value = float(np.nanmax([row.quasi_p_low, row.quasi_p_high]))
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _again(row: Any) -> list[str]:
    return [f"restricted again in {_percent(row.chosen_again)} of resamples"] * bool(
        np.isfinite(row.chosen_again)
    )


def _scored(finding: Finding) -> str:
    """What the box is worth, seen and held out, in two sentences."""
    seen, unseen = finding.tables["box"].to_dict("records")
    return (
        f"Coverage, the share of all such worlds that lie in it: {_percent(seen['coverage'])}; density, the "
        f"share of its worlds that are such: {_percent(seen['density'])}, against a base rate of "
        f"{_percent(seen['base_rate'])}. On held-out worlds: coverage {_percent(unseen['coverage'])}, density "
        f"{_percent(unseen['density'])} (95% interval {100 * unseen['density_low']:.0f} to "
        f"{_percent(unseen['density_high'])})."
    )


# --- the worlds -----------------------------------------------------------------------------------


def _worlds(study: Study, finding: Finding) -> Chart:
    asked: Any = finding.analysis
    x, y = (row for _, row in finding.tables["limits"].head(2).iterrows())
    points, values, _ = cases_of(asked, study)
    shown = np.linspace(0, len(points) - 1, min(WORLDS, len(points))).astype(int)
    happens, mean = asked.happens(values)[shown], values.mean(axis=1)[shown]
    x_places, y_places = (points[shown, study.names.index(each["input"])] for each in (x, y))
    traces = [
        _kind(x_places, y_places, mean, ~happens, "another world", colour=QUIET, symbol="x-thin", size=6),
        _kind(x_places, y_places, mean, happens, "such a world", colour=HOSTILE, symbol="circle", size=6),
        _rectangle(x, y),
    ]
    names = [short_paths(each["input"]) for each in (x, y)]
    made = figure(traces, height=520, hovermode="closest", xaxis=across(names[0]),
                  yaxis=axis(lines_of(names[1], 40)))  # fmt: skip
    both = bool(finding.tables["limits"]["restricted"].head(2).all())
    what = (
        "the two inputs that the box restricts most"
        if both
        else "the input that the box restricts, and another"
    )
    thinned = f" Drawn: {len(shown):,} of {len(points):,} worlds, evenly spaced in the order of the design."
    said, predicate = asked.told(study)
    return Chart(
        name="worlds", title=f"Where do such worlds lie, along {names[0]} and {names[1]}?", figure=made,
        alt=f"{len(shown):,} worlds by {names[0]} and {names[1]}; in {int(happens.sum()):,} of them {said} is "
        f"{true_minus(predicate)}.",
        reading=f"Each mark is a world, placed by {what}: filled dots where {said} is {true_minus(predicate)}, "
        "crosses elsewhere. The frame is the box, seen from this side; its other limits do not show here."
        + thinned * (len(shown) < len(points)),
    )  # fmt: skip


def _kind(x: Any, y: Any, mean: Any, some: Any, name: str, **look: Any) -> Trace:
    told = [f"{name}: {true_minus(f'{value:.3g}')}" for value in mean[some]]
    made = dots(x[some], y[some], f"{name} ({int(some.sum()):,})", told, **look)
    made["marker"] |= {"opacity": 0.75, "line": {"color": look["colour"], "width": 1}}
    return made


def _rectangle(x: Any, y: Any) -> Trace:
    (low, high), (down, up) = _ends(x), _ends(y)
    return {
        "type": "scatter", "mode": "lines", "x": known([low, high, high, low, low]),
        "y": known([down, down, up, up, down]), "name": "the box", "line": {"color": INK, "width": 2.4},
        "hoverinfo": "skip",
    }  # fmt: skip


def _ends(row: Any) -> tuple[float, float]:
    """Limits of the box for one input, a free side at the end of its range and a little beyond."""
    beyond = 0.02 * (row["maximum"] - row["minimum"])
    low = row["minimum"] - beyond if np.isnan(row["low"]) else row["low"]
    high = row["maximum"] + beyond if np.isnan(row["high"]) else row["high"]
    return float(low), float(high)


# --- the trajectory -------------------------------------------------------------------------------


def _trajectory(finding: Finding) -> Chart:
    table = finding.tables["trajectory"]
    seen, unseen = finding.tables["box"].to_dict("records")
    coverage, density = 100 * table["coverage"].to_numpy(), 100 * table["density"].to_numpy()
    told = [hover(f"coverage {a:.0f}%, density {b:.0f}%", f"{n} inputs restricted")
            for a, b, n in zip(coverage, density, table["restricted"], strict=True)]  # fmt: skip
    path = dots(coverage, density, "one peel or paste each", told, size=5) | {"mode": "lines+markers"}
    path["line"] = {"color": FAN, "width": 1}
    base = 100 * seen["base_rate"]
    traces: list[Trace] = [
        path,
        dots([100 * seen["coverage"]], [100 * seen["density"]], "the box taken", [hover("the box taken")],
             colour=INK, symbol="square", size=13, hollow=True),
        dots([100 * unseen["coverage"]], [100 * unseen["density"]], "held out, 95% interval", [hover("held out")],
             colour=HOSTILE, symbol="diamond", size=10),
        {"type": "scatter", "mode": "lines", "x": [0, 103], "y": known([base, base]), "name": "base rate",
         "line": {"color": QUIET, "dash": "dash", "width": 1.2}, "hoverinfo": "skip"},
    ]  # fmt: skip
    errors = [100 * (unseen[f"density_{end}"] - unseen["density"]) for end in ("high", "low")]
    if np.isfinite(errors).all():
        traces[2]["error_y"] = {"type": "data", "symmetric": False, "array": known([errors[0]]),
                                "arrayminus": known([-errors[1]]), "color": HOSTILE}  # fmt: skip
    made = figure(
        traces, height=460, hovermode="closest", xaxis=across("coverage, % of all such worlds", range=[0, 103]),
        yaxis=axis("density, % of the worlds in the box", range=[0, 103]),
    )  # fmt: skip
    found = bool(finding.tables["box"]["found"][0])
    title = (
        "What did a denser box cost in coverage?" if found else "Which boxes were tried, and do they hold?"
    )
    return Chart(
        name="trajectory", title=title, figure=made,
        alt=f"{len(table)} boxes by coverage and density. {_scored(finding)}",
        reading="Each small dot is a box on PRIM's trajectory: further left, fewer of the worlds looked for "
        "are held; further up, fewer others. The diamond tells what boxes found this way are worth on worlds "
        "that they have not "
        "seen" + ("." if found else "; it does not lie above the base rate, so that no box is told as found."),
        head=("coverage", "density", "inputs restricted", "taken"),
        rows=[(_percent(row.coverage), _percent(row.density), str(row.restricted), "yes" if row.chosen else "")
              for row in rows(table)],
    )  # fmt: skip
