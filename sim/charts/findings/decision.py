"""`decision`: regret by option and outcome, and the share of worlds in which requirements hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.decision import COMBINED
from ...answer import SHARE
from ...looks import ALTERNATIVES, DOWN, FAN, INK, PAPER, QUIET
from ..chart import Chart, Trace, figure
from .parts import across, dots, height_of, hover, known, lines_of, percent, row_axis, spans, stated, text

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

HEAT = [[0.0, PAPER], [0.45, "#F6D9A8"], [1.0, "#E08A50"]]
"""From no regret to half of the outcome's range; light enough for dark numbers on it."""

FEW = 4
"""Outcomes in one heat table at most; more go to a next one."""

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")
COLOURS = (FAN, *ALTERNATIVES[:3], DOWN, *ALTERNATIVES[4:], QUIET)
"""Marks and colours of requirements; each has both of its own."""


def chart(study: Study, finding: Finding) -> list[Chart]:
    """Heat tables of regret, and marks of what is satisfied."""
    found = []
    if "regret" in finding.tables:
        outcomes = list(dict.fromkeys(finding.tables["regret"]["outcome"]))
        size = -(-len(outcomes) // -(-len(outcomes) // FEW))
        blocks = [outcomes[k : k + size] for k in range(0, len(outcomes), size)]
        found += [_regret(study, finding, each, k, len(blocks)) for k, each in enumerate(blocks, 1)]
    if "satisficing" in finding.tables:
        found.append(_satisficing(study, finding))
    return found


# --- regret ---------------------------------------------------------------------------------------


def told_apart(rows: list[Any]) -> bool:
    """Whether the interval of the least mean regret lies below that of the largest."""
    least, most = (pick(rows, key=lambda each: each["mean"]) for pick in (min, max))
    return bool(least["mean_high"] < most["mean_low"])


def _regret(study: Study, finding: Finding, outcomes: list[str], number: int, of: int) -> Chart:
    titles = [each.title for each in study.options]
    columns = [_column(finding, each) for each in outcomes]
    shades = [[column[k]["shade"] for column in columns] for k in range(len(titles))]
    heat: Trace = {
        "type": "heatmap", "z": [known(row) for row in shades], "zmin": 0, "zmax": 1, "colorscale": HEAT,
        "showscale": False, "xgap": 2, "ygap": 2, "x": list(range(len(outcomes))), "y": list(range(len(titles))),
        "text": [[column[k]["shown"] for column in columns] for k in range(len(titles))], "texttemplate": "%{text}",
        "textfont": {"size": 12, "color": INK}, "hoverinfo": "text",
        "hovertext": [[column[k]["told"](title) for column in columns] for k, title in enumerate(titles)],
    }  # fmt: skip
    rows = {**row_axis(titles, room=18), "range": [len(titles) - 0.5, -0.5]}
    heads = [f"<b>{lines_of('all outcomes together' if each == COMBINED else each, 16)}</b><br>{_unit(finding, each)}"
             for each in outcomes]  # fmt: skip
    made = figure(
        [heat], margin={"l": 64, "r": 20, "t": 16, "b": 12}, height=height_of(len(titles), each=52, more=90),
        hovermode="closest", yaxis=rows,
        xaxis={"tickvals": list(range(len(outcomes))), "ticktext": heads, "side": "top", "ticks": "", "showgrid": False,
               "zeroline": False, "range": [-0.5, len(outcomes) - 0.5], "tickfont": {"size": 12}, "tickangle": 0,
               "automargin": True},
    )  # fmt: skip
    which = f", part {number} of {of}" if of > 1 else ""
    return Chart(
        name=f"regret-{number}", title=f"What would each option be regretted for{which}?", figure=made,
        alt=" ".join(_least(finding, each, titles) for each in outcomes),
        reading="Regret: how much better the best option does in the same world, in the outcome's own unit. In "
        "a cell: mean over worlds, its 95% interval below it; ★: least mean regret, in 95% of resamples. "
        "Shade: mean regret as a part of the outcome's range over options and worlds, darkest from half of it "
        "on; none where a column's regrets are within their error.",
        head=("option", *(f"{each}: mean (95% interval); 90th percentile; maximum" for each in outcomes)),
        rows=[(title, *(column[k]["row"] for column in columns)) for k, title in enumerate(titles)],
    )  # fmt: skip


def _unit(finding: Finding, outcome: str) -> str:
    """The unit of an outcome's regret and which way is better, in two lines."""
    asked: Any = finding.analysis
    if outcome == COMBINED:
        return "parts of their ranges"
    regret = finding.tables["regret"]
    unit = regret[regret["outcome"] == outcome]["unit"].iloc[0]
    aim = "more is better" if outcome in asked.more else "less is better"
    return f"{lines_of('percentage points' if unit == SHARE else unit, 20)}<br>{aim}"


def _column(finding: Finding, outcome: str) -> list[dict[str, Any]]:
    """The cells of one outcome, option by option: shade, words, and what the table says."""
    regret, ranking = finding.tables["regret"], finding.tables["ranking"]
    rows = regret[regret["outcome"] == outcome].to_dict("records")
    first = ranking[(ranking["outcome"] == outcome) & (ranking["criterion"] == "mean")]["first"]
    apart = told_apart(rows)
    return [_cell(each, bool(best), apart=apart) for each, best in zip(rows, first, strict=True)]


def _cell(each: Any, best: bool, *, apart: bool) -> dict[str, Any]:
    scale = 100.0 if each["unit"] == SHARE else 1.0
    whole = stated(each["mean"], each["mean_low"], each["mean_high"], scale)
    mean, _, interval = whole.partition(" (")
    more = [f"90th percentile {scale * each['p90']:.3g}", f"maximum {scale * each['maximum']:.3g}"]
    part = each["mean"] / (each["range"] or 1.0) if apart else 0.0
    return {
        "shade": min(1.0, 2.0 * part) if np.isfinite(part) else 0.0,
        "shown": f"<b>{'★ ' * best}{mean}</b><br>{interval.removesuffix(')')}",
        "told": lambda title: hover(
            title, f"mean regret {whole}", *more, *["least, in 95% of resamples"] * best
        ),
        "row": "; ".join([("★ " if best else "") + whole, *(word.split()[-1] for word in more)]),
    }


def _least(finding: Finding, outcome: str, titles: list[str]) -> str:
    """The option of least mean regret, in a sentence."""
    regret = finding.tables["regret"]
    rows = regret[regret["outcome"] == outcome].to_dict("records")
    k = int(np.argmin([each["mean"] for each in rows]))
    scale = 100.0 if rows[k]["unit"] == SHARE else 1.0
    least = stated(rows[k]["mean"], rows[k]["mean_low"], rows[k]["mean_high"], scale)
    return f"{outcome}: least mean regret {least}, with {titles[k]}."


# --- what is satisfied ----------------------------------------------------------------------------


def _satisficing(study: Study, finding: Finding) -> Chart:
    met, titles = finding.tables["satisficing"], [each.title for each in study.options]
    required = list(dict.fromkeys(met["requirement"]))
    names = [each.replace("<=", "≤").replace(">=", "≥") for each in required]
    traces: list[Trace] = []
    for n, (each, name) in enumerate(zip(required, names, strict=True)):
        rows = met[met["requirement"] == each].to_dict("records")
        at = [k + 0.64 * ((n + 0.5) / len(required) - 0.5) for k in range(len(rows))]
        told = [hover(title, name, f"{_share(row)} of {row['worlds']:,} worlds")
                for title, row in zip(titles, rows, strict=True)]  # fmt: skip
        colour = COLOURS[n % len(COLOURS)]
        between = ([100 * row[end] for row in rows] for end in ("low", "high"))
        traces.append(spans(at, *between, colour=colour))
        traces.append(dots([100 * row["share"] for row in rows], at, text(name), told, colour=colour, size=10,
                           symbol=SYMBOLS[n % len(SYMBOLS)]))  # fmt: skip
    made = figure(
        traces, height=height_of(len(titles), each=30 + 14 * len(required), more=140), hovermode="closest",
        yaxis=row_axis(titles), xaxis=across("% of worlds", range=[-2, 102]),
    )  # fmt: skip
    last = met[met["requirement"] == required[-1]].to_dict("records")
    return Chart(
        name="satisfied", title="In how many worlds does each option secure what is required?", figure=made,
        alt=f"Shares of worlds in which '{names[-1]}' holds: "
        + "; ".join(f"{title} {_share(row)}" for title, row in zip(titles, last, strict=True)) + ".",
        reading="One mark for each requirement; lines: 95% intervals (Agresti and Coull 1998). In the table ★ "
        "marks the option that meets a requirement in most worlds, where it does so in 95% of resamples.",
        head=("option", *(f"{each}, % of worlds" for each in names)),
        rows=[(title, *(_starred(met, each, k) for each in required)) for k, title in enumerate(titles)],
    )  # fmt: skip


def _share(row: Any) -> str:
    return percent(row["share"], row["low"], row["high"])


def _starred(met: Any, requirement: str, k: int) -> str:
    row = met[met["requirement"] == requirement].iloc[k].to_dict()
    return ("★ " if row["first"] else "") + _share(row)
