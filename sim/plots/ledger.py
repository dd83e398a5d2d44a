"""`ledger`: how much of an outcome's variance is sourced, calibrated, assumed, and luck."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..folders import new_folder
from . import saved
from .style import INK, QUIET, RULE, drawing, legend_height, sheet
from .words import SIZE, plain

if TYPE_CHECKING:
    from ..provenance import Ledger
    from ..provenance.ledger import Share

COLOURS = {"sourced": "#0072B2", "calibrated": "#009E73", "assumed": "#D55E00", "luck": "#888888"}
LEFT, RIGHT, ROW = 1.75, 1.9, 0.55


def ledger_sheet(ledger: Ledger) -> Figure:
    """Bars of what each group explains by itself, and of what it takes part in, with intervals."""
    width, tall = 8.6, ROW * len(ledger.shares) + 0.1
    note = (
        "By itself: first-order index of the group, what would vanish were it known. With the rest: total index, what "
        "would stay were all else known (Saltelli 2010; Jansen 1999). Lines: 95% bootstrap intervals, which more "
        "runs would shrink. Inputs vary over what the scenario draws them from, or over their plausible range; what "
        "has no such range is held as it is."
    )
    handles = [
        Patch(color=QUIET),
        Patch(facecolor="white", edgecolor=QUIET),
        Line2D([], [], color=INK, lw=1.2),
    ]
    labels = ["by itself", "with all that it takes part in", "95% interval"]
    below = legend_height(labels, width - 0.8)
    question = f"Where does the variance of '{ledger.outcome}' come from?"
    made = sheet(ledger.origin, question, note, width=width, body=tall + 0.7 + below)
    axes = made.axes(LEFT, made.high - tall - 0.1, width - LEFT - RIGHT, tall)
    for row, share in enumerate(reversed(ledger.shares)):
        _bar(axes, row, share)
    _dressed(axes, ledger)
    made.legend(handles, labels, left=0.4, top=made.low + below, room=width - 0.8)
    return made.figure


def _bar(axes: Axes, row: int, share: Share) -> None:
    if not share.inputs and share.group != "luck":
        axes.text(1.0, row, "no such input varies", va="center", color=QUIET, fontsize=SIZE - 1,
                  backgroundcolor="white")  # fmt: skip
        return
    colour = COLOURS[share.group]
    for index, up, fill in (("total", -0.17, "white"), ("first_order", 0.17, colour)):
        value, low, high = (100 * getattr(share, index + end) for end in ("", "_low", "_high"))
        axes.barh(row + up, value, height=0.3, facecolor=fill, edgecolor=colour, lw=0.9, zorder=2)
        axes.plot([low, high], [row + up] * 2, color=INK, lw=1.2, zorder=3)
    first, total = 100 * share.first_order, 100 * share.total
    told = f"{first:.0f}% by itself\n{total:.0f}% with the rest"
    axes.text(1.03, row, told, transform=axes.get_yaxis_transform(), va="center", fontsize=SIZE - 1)


def _dressed(axes: Axes, ledger: Ledger) -> None:
    names = [_name(each) for each in reversed(ledger.shares)]
    axes.set_yticks(range(len(names)), names, fontsize=SIZE - 0.5)
    axes.set_ylim(-0.5, len(names) - 0.5)
    low = min((100 * each.first_order_low for each in ledger.shares), default=0.0)
    high = max((100 * each.total_high for each in ledger.shares), default=100.0)
    axes.set_xlim(min(0.0, low), max(100.0, high) + 2)
    axes.set_xlabel(f"% of the variance over runs ({plain(ledger.unit)})")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.axvline(0.0, color=QUIET, lw=0.6)
    axes.grid(axis="x", color=RULE, lw=0.4)
    axes.set_axisbelow(True)


def _name(share: Share) -> str:
    if share.group == "luck":
        return "luck"
    return f"{share.group}\n({len(share.inputs)} input{'' if len(share.inputs) == 1 else 's'})"


def write_ledger(ledger: Ledger, folder: Path) -> Path:
    """Write the ledger and its figure to a folder that must not exist yet; all of it appears at once.

    Raises WedgeError where the folder exists or cannot be written; then nothing is left behind.
    """
    with new_folder(folder) as made:
        text = json.dumps(ledger.data(), indent=1, ensure_ascii=False)
        (made / "ledger.json").write_text(text + "\n", encoding="utf-8")
        with drawing():
            saved(ledger_sheet(ledger), made, "ledger", ("png", "svg"))
    return folder
