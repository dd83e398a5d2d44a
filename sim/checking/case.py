"""Checks of the section `case`, which says what happened in a historical case.

Imports `sheet.py`. Read next: `sim/cases/reading.py`, which reads a sound case.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Fault, nearest
from .sheet import Sheet, offer

WITHOUT = "without"
"""The alternative in which the divider does not do what the case is about."""

ANSWERED = "answered"
"""The alternative in which the adversary's own dated moves toward the target are put in too; a case may lack it."""


def case_faults(sheet: Sheet) -> Iterator[Fault]:
    """What a case lacks: one wedge, an alternative without it where its question has any, and no name misspelt."""
    if sheet.value("case") is None:
        return
    wedges, against = sheet.names("ties", "wedges"), sheet.names("question", "against")
    if wedges is not None and len(wedges) != 1:
        yield sheet.key("case").fault(
            f"there are {len(wedges)} wedges; a case is about exactly one, "
            "'ties: {wedges: {name: {divider: ..., target: ..., adversary: ...}}}'"
        )
    if against and WITHOUT not in against:
        yield sheet.key("question", "against").fault(
            f"there is no alternative called {WITHOUT!r}, in which the divider does nothing{offer(WITHOUT, against)}"
        )
    for name in against or []:
        if against and ANSWERED not in against and name != WITHOUT and (meant := nearest(name, [ANSWERED])):
            yield sheet.key("question", "against", name).fault(
                f"a case reads no alternative called {name!r}{meant}"
            )
