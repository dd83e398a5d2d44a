"""What can be wrong with what a user wrote, and how it is said.

Imports only the standard library, so that every other module may import it.
Read next: `sim.yamltext`, which finds most of the faults.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

MOST_NAMES = 1_000  # above this a search for a near name is slow, and a user cannot use the answer


class WedgeError(Exception):
    """Anything a user can mend; `str()` is one clear line."""


class Unknowable(WedgeError):
    """What is to be compiled asks for the value of a number that is not known before it runs."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: the place (line and column count from 1) and what is wrong there."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioError(WedgeError):
    """All faults of a scenario, by place and without repeats; `str()` is one per line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def nearest(name: str, valid: Iterable[str]) -> str:
    """Give "; did you mean 'x'?" for the valid name most like `name`, or "" when none is near.

    Case is ignored, and `-` and spaces count as `_`.
    """
    known = {_folded(other): other for other in valid if other != name}
    if len(known) > MOST_NAMES:
        return ""
    near = difflib.get_close_matches(_folded(name), known, n=1)
    return f"; did you mean {known[near[0]]!r}?" if near else ""


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
