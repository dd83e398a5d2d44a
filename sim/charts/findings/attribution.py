"""`attribution`: from none of the causes to all of them, one share after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...analyses.telling import number
from ...answer import SHARE
from ...looks import DOWN, INK, PAPER, QUIET, UNSURE, UP
from ..chart import Chart, Trace, figure
from .parts import across, bars, dots, height_of, hover, known, row_axis, scale_of, spans, stated

if TYPE_CHECKING:
    from ...analyses import Finding
    from ...study import Study

LOOKS: dict[int, tuple[str, dict[str, str]]] = {
    1: ("raises it", {"colour": UP}),
    -1: ("lowers it", {"colour": DOWN, "edge": PAPER, "pattern": "\\"}),
    0: ("not distinguishable from none", {"colour": PAPER, "edge": UNSURE, "pattern": "/"}),
}
"""How shares are drawn, by their direction: name, colour and pattern."""


def chart(study: Study, finding: Finding) -> list[Chart]:
    """A waterfall: rows are causes by size of share, with what each does first and last."""
    asked: Any = finding.analysis
    shares, combinations = (finding.tables[each].to_dict("records") for each in ("shares", "combinations"))
    scale, unit = scale_of(study, asked.outcome), study.columns[asked.outcome][0]
    none, everything = combinations[0], combinations[-1]
    begins = [none["mean"]]
    for each in shares:
        begins.append(begins[-1] + each["share"])
    last = f"all {len(shares)} causes" if len(shares) > 1 else "with the cause"
    names = ["none of the causes", *(each["title"] for each in shares), last]
    traces = [
        *_bars(shares, begins, scale), *_marks(shares, begins, scale), *_ends(none, everything, len(shares) + 1, scale)
    ]  # fmt: skip
    reach = _reach(shares, begins, (none, everything), scale)
    made = figure(
        traces,
        height=height_of(len(names), each=48, more=170), barmode="overlay", hovermode="closest", yaxis=row_axis(names),
        xaxis=across("% of runs" if unit == SHARE else f"mean: {unit}", range=reach),
    )  # fmt: skip
    told = [(each["title"], stated(each["share"], each["low"], each["high"], scale)) for each in shares]
    ends = [stated(each["mean"], each["low"], each["high"], scale) for each in (none, everything)]
    return [Chart(
        name="shares", title=finding.question, figure=made,
        alt=f"From {ends[0]} with none of the causes to {ends[1]} with all. Shares: "
        + "; ".join(f"{title} {share}" for title, share in told) + ".",
        reading="A cause's share is what adding it changes, averaged over all orders in which the causes can "
        "be added (Shapley 1953); shares add up to the whole. Lines: 95% bootstrap intervals, which more runs "
        "would shrink. Where the two triangles lie apart, causes overlap or reinforce each other, and no "
        "single number is the effect.",
        head=("cause", "share (95% interval)", "by itself", "on top of all others", "in any company"),
        rows=[(names[0], ends[0], "", "", ""), *(_row(each, scale) for each in shares), (last, ends[1], "", "", "")],
    )]  # fmt: skip


def _row(each: Any, scale: float) -> tuple[str, ...]:
    told = [stated(each[k], each[f"{k}_low"], each[f"{k}_high"], scale) for k in ("alone", "last")]
    reach = stated(each["share"], each["least"], each["most"], scale).partition("(")[2].removesuffix(")")
    return (each["title"], stated(each["share"], each["low"], each["high"], scale), *told, reach)


def _bars(shares: list[dict], begins: list[float], scale: float) -> list[Trace]:
    """Shares as bars from where the one before ends, and their intervals."""
    traces = []
    for sign, (name, look) in LOOKS.items():
        some = [
            k
            for k, each in enumerate(shares)
            if (each["direction"] and (1 if each["share"] > 0 else -1)) == sign
        ]
        told = [hover(*map(" ".join, zip(("", "share", "by itself", "on top of all others", "in any company"),
                                          _row(shares[k], scale), strict=True))) for k in some]  # fmt: skip
        if some:
            traces.append(bars([k + 1 for k in some], [scale * shares[k]["share"] for k in some], name, told,
                               base=[scale * begins[k] for k in some], width=0.44, **look))  # fmt: skip
    low, high = (
        [scale * (a + each[end]) for a, each in zip(begins, shares, strict=False)] for end in ("low", "high")
    )
    joints = [scale * each for each in begins]
    rows = range(len(joints))
    steps = spans(joints, rows, [k + 1 for k in rows], upright=True, colour=QUIET)
    steps["line"]["width"] = 0.8
    return [steps, *traces, spans([k + 1 for k in range(len(shares))], low, high, name="95% interval")]


def _reach(
    shares: list[dict], begins: list[float], ends: tuple[dict, dict], scale: float
) -> list[float | None]:
    """Ends of the axis, with room for every bar, interval and mark."""
    places = [each[name] for each in ends for name in ("low", "mean", "high")]
    for at, each in zip(begins, shares, strict=False):
        places += [at + each[name] for name in ("low", "share", "high", "least", "most", "alone", "last")]
    pad = 0.04 * (max(places) - min(places)) or 1.0 / scale
    return known([scale * (min(places) - pad), scale * (max(places) + pad)])


def _marks(shares: list[dict], begins: list[float], scale: float) -> list[Trace]:
    """What each cause does by itself and on top of all others, and from least to most in any company."""
    at = [k + 1.36 for k in range(len(shares))]
    places = {key: [scale * (a + each[key]) for a, each in zip(begins, shares, strict=False)]
              for key in ("alone", "last", "least", "most")}  # fmt: skip
    reach = spans(at, places["least"], places["most"], name="least to most, in any company", colour=QUIET)
    reach["line"] |= {"dash": "dot", "width": 1.2}
    said = [hover(each["title"], f"by itself {_change(scale * each['alone'])}",
                  f"on top of all others {_change(scale * each['last'])}") for each in shares]  # fmt: skip
    return [
        reach,
        dots(
            places["alone"],
            at,
            "by itself (added first)",
            said,
            colour=INK,
            symbol="triangle-right",
            hollow=True,
        ),
        dots(
            places["last"], at, "on top of all others (added last)", said, colour=INK, symbol="triangle-left"
        ),
    ]


def _ends(none: dict, everything: dict, last: int, scale: float) -> list[Trace]:
    both = (none, everything)
    told = [
        hover(f"{stated(each['mean'], each['low'], each['high'], scale)}", f"{each['runs']:,} runs")
        for each in both
    ]
    return [
        spans([0, last], [scale * each["low"] for each in both], [scale * each["high"] for each in both]),
        dots([scale * each["mean"] for each in both], [0, last], "with none, and with all", told, colour=INK),
    ]


def _change(value: float) -> str:
    """A change with its sign, to as many figures as it needs."""
    return f"{'+' if value > 0 else ''}{number(value)}"
