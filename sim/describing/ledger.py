"""A ledger of provenance as a table and sentences."""

from __future__ import annotations

from ..provenance import Ledger
from ..provenance.ledger import LUCK, Share
from .telling import wrapped


def ledger_lines(ledger: Ledger) -> list[str]:
    """The table with intervals, and what it says."""
    head = f"{'group':<12} {'inputs':>6}  {'by itself':>24}  {'with the rest':>24}"
    return [
        f"{ledger.title}: {ledger.outcome}, mean {ledger.mean:.3g}, standard deviation {ledger.deviation:.3g} "
        f"({ledger.unit}; {ledger.runs:,} runs)",
        "",
        "Shares of the variance over runs, with 95% intervals of sampling error:",
        head,
        *(_row(each) for each in ledger.shares),
        "",
        *(line for each in ledger.sentences() for line in wrapped(each, 2)),
    ]


def _row(share: Share) -> str:
    inputs = "" if share.group == LUCK else str(len(share.inputs))
    return f"{share.group:<12} {inputs:>6}  {_told(share, 'first_order'):>24}  {_told(share, 'total'):>24}"


def _told(share: Share, index: str) -> str:
    value, low, high = (100 * getattr(share, index + end) for end in ("", "_low", "_high"))
    return f"{value:.1f}% ({low:.1f} to {high:.1f})" if share.inputs or share.group == LUCK else "0%"
