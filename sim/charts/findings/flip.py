"""`flip`: along each uncertain input, where the verdict between two options holds and where it turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...analyses.base import short_paths
from ...analyses.flip import borders, scaled
from ...analyses.telling import count, turning
from ...axes import Array
from ...looks import ACTORS, INK, PAPER, QUIET, UP
from ...wording import MINUS, true_minus
from ..chart import Chart, Trace, figure
from .parts import across, dots, height_of, hover, known, note, row_axis, scale_of, spans, stated

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

MOST = 16
"""Inputs drawn at most; the table of the section has them all."""

LOOKS: dict[int, tuple[str, str, str, str]] = {
    1: ("+  the first option is higher", UP, "+", PAPER),
    -1: (f"{MINUS}  it is lower", ACTORS[1], MINUS, INK),
    0: ("not distinguishable", "#E4E4E4", "", INK),
}
"""How a part of a strip is drawn, by its sign: name, colour, sign and the sign's colour."""


def chart(study: Study, finding: Finding) -> list[Chart]:
    """One strip an input, those that turn the verdict first; none where there is no verdict to turn."""
    flips = finding.tables["flips"].to_dict("records")
    if all(each["verdict"] == "nothing to turn" for each in flips):
        return []
    shown = flips[:MOST]
    parts = [_Strip(study, finding, each) for each in shown]
    names = [short_paths(each["input"]) for each in shown]
    made = figure(
        [*_strips(parts, names), *_marks(parts, names)], height=height_of(len(shown), each=66, more=150),
        barmode="overlay", hovermode="closest",
        yaxis=row_axis(names, more=[_place(each) for each in shown]), annotations=_words(parts),
        xaxis=across("place in each input's range, lowest to highest", range=[-0.01, 1.01],
                   showticklabels=False, ticks="", showgrid=False),
    )  # fmt: skip
    turned = [each for each in flips if each["verdict"] == "flips"]
    told = "; ".join(f"{short_paths(each['input'])} {true_minus(turning(each))}" for each in turned[:5])
    found = (
        f"{count(len(turned), 'input turns', 'inputs turn')} it: {told}."
        if turned
        else "No input turns it by itself."
    )
    asked: Any = finding.analysis
    verdict = finding.tables["verdict"].to_dict("records")[0]
    size = stated(verdict["difference"], verdict["low"], verdict["high"], scale_of(study, asked.outcome))
    more = f" The first {MOST} of {len(flips)} inputs are drawn." * (len(flips) > MOST)
    return [Chart(
        name="strips", title=finding.question, figure=made,
        alt=f"Strips of {len(shown)} inputs. The verdict is {_word(verdict['direction'])}, by {size}. {found}",
        reading=_reading(study, verdict) + more,
        head=("input", "scenario's number", "range", "what it does to the verdict", "95% interval of the place"),
        rows=[(short_paths(each["input"]), true_minus(f"{each['nominal']:.4g}"),
               true_minus(f"{each['from']:.3g} to {each['to']:.3g}"), true_minus(turning(each)), _interval(each))
              for each in shown],
    )]  # fmt: skip


def _word(direction: int) -> str:
    return {1: "that the first option is higher", -1: "that it is lower", 0: "not distinguishable"}[
        int(direction)
    ]


def _interval(each: Any) -> str:
    ends = [each["low"], each["high"]]
    if not np.isfinite(each["value"]) or np.isnan(ends).any():
        return ""
    return " to ".join(true_minus(f"{end:.3g}") if np.isfinite(end) else "beyond the range" for end in ends)


def _place(each: Any) -> str:
    """Where an input turns the verdict, for its row; '' where it does not."""
    if not np.isfinite(each["value"]):
        return ""
    return f"turns at {each['value']:.3g}" + ("" if each["verdict"] == "flips" else "\n(not surely)")


def _reading(study: Study, verdict: Any) -> str:
    words = {1: "higher", -1: "lower", 0: "not distinguishable"}[int(verdict["direction"])]
    if study.design.kind == "one_at_a_time":
        said = f"Each input by itself, all others at the scenario's own numbers, where the first option is {words}. A "
        said += "strip is an input's range (log_uniform inputs in logarithms); parts end where the difference is none, "
        said += "else half way between levels that were run."
    else:
        said = "Each input in bins alike full, all others as they are drawn; over all worlds the first option is "
        said += f"{words}. A strip is the range that was drawn."
    return said + (
        " A sign is shown where the 95% interval, widened for looking so often (Bonferroni), excludes none. "
        "Triangle: the scenario's own number. Upright line: where the verdict turns; bar below it: 95% "
        "interval of that place. Where no line stands, no value in the range turns it."
    )


# --- strips ---------------------------------------------------------------------------------------


class _Strip:
    """One input's strip: its parts `(left, right, sign)` and places, from 0 at its lowest to 1 at its highest."""

    def __init__(self, study: Study, finding: Finding, each: Any) -> None:
        self.each, self.one = each, next(k for k in study.inputs if k.path == each["input"])
        self.ends = np.array([each["from"], each["to"]])
        table = finding.tables["strips"]
        part = table[table["input"] == each["input"]]
        low, high = self.place(self.ends)
        if "place" in part:
            levels = part[~part["nominal"]].sort_values("value") if (~part["nominal"]).any() else part
            at = self.place(levels["value"].to_numpy())
            edges = np.array([low, *borders(at, levels, steps=self.one.shape.discrete), high])
        else:
            levels, edges = part, self.place([*part["from"], part["to"].iloc[-1]])
        self.parts = _joined(list(zip(edges, edges[1:], map(int, levels["sign"]), strict=False)))

    def place(self, values: Any) -> Array:
        """Where values lie in the range."""
        return np.clip(scaled(self.one, np.asarray(values, dtype=float), self.ends), 0.0, 1.0)


def _joined(parts: list[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    """Neighbours of one sign as one part."""
    found: list[tuple[float, float, int]] = []
    for a, b, sign in parts:
        if found and found[-1][2] == sign:
            found[-1] = (found[-1][0], b, sign)
        else:
            found.append((a, b, sign))
    return found


def _strips(parts: list[_Strip], names: list[str]) -> list[Trace]:
    """The parts of all strips, one trace a sign."""
    traces = []
    for sign, (name, colour, mark, ink) in LOOKS.items():
        here = [(k, a, b) for k, each in enumerate(parts) for a, b, its in each.parts if its == sign]
        marker: dict[str, Any] = {"color": colour, "line": {"color": PAPER, "width": 0.5}}
        if not sign:
            marker["pattern"] = {
                "shape": "/",
                "fgcolor": "#A0A0A0",
                "bgcolor": colour,
                "size": 6,
                "solidity": 0.2,
            }
        if here:
            traces.append({
                "type": "bar", "orientation": "h", "y": [k for k, _, _ in here], "base": known(a for _, a, _ in here),
                "x": known(b - a for _, a, b in here), "width": 0.34, "name": name, "marker": marker,
                "text": [mark] * len(here), "textposition": "inside", "insidetextanchor": "middle",
                "textfont": {"color": ink, "size": 14}, "textangle": 0, "hoverinfo": "text",
                "hovertext": [hover(names[k], name) for k, _, _ in here],
            })  # fmt: skip
    return traces


def _marks(parts: list[_Strip], names: list[str]) -> list[Trace]:
    """The scenario's own numbers, the places where the verdict turns, and their intervals."""
    own = [float(each.place([each.each["nominal"]])[0]) for each in parts]
    said = [hover(name, f"the scenario's own number, {each.each['nominal']:.4g}")
            for name, each in zip(names, parts, strict=True)]  # fmt: skip
    traces = [dots(own, [k - 0.24 for k in range(len(parts))], "the scenario's own number", said, colour=INK,
                   symbol="triangle-down")]  # fmt: skip
    turns = [k for k, each in enumerate(parts) if np.isfinite(each.each["value"])]
    if not turns:
        return traces
    at = [float(parts[k].place([parts[k].each["value"]])[0]) for k in turns]
    line = spans(at, [k - 0.2 for k in turns], [k + 0.2 for k in turns], name="where it turns", upright=True)
    line["line"]["width"] = 3
    between = [[float(parts[k].place([np.clip(parts[k].each[end], *parts[k].ends)])[0])
                if not np.isnan(parts[k].each[end]) else np.nan for k in turns] for end in ("low", "high")]  # fmt: skip
    return [
        *traces,
        line,
        spans([k + 0.22 for k in turns], *between, name="95% interval of that place", colour=QUIET),
    ]


def _words(parts: list[_Strip]) -> list[dict[str, Any]]:
    """Below the ends of each strip how far the range goes."""
    found = []
    for k, each in enumerate(parts):
        for x, end, anchor in ((0, "from", "left"), (1, "to", "right")):
            found.append(
                note(x, k + 0.35, f"{each.each[end]:.3g}", xanchor=anchor, font={"size": 11, "color": QUIET})
            )
    return found
