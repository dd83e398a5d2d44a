"""What the page computes: two settings on equal luck, and what of it is kept."""

from __future__ import annotations

from functools import lru_cache

from ..comparing import bearing, planned, run_plan
from ..results import Results, run
from ..scenario import Scenario
from .keeping import Keyed

KEPT = 24
"""Answers that are kept, some 300 KB each, so that going back to a setting costs nothing."""


class Posed(Keyed):
    """A question to compute: the setting that is asked about, the one that it is held against, and how many runs.

    `backend` computes them. Equal questions are one and the same to the cache.
    """

    def __init__(self, here: Scenario, there: Scenario, runs: int, backend: str = "numpy") -> None:
        self.here, self.there, self.runs, self.backend = here, there, runs, backend
        self.key = repr((here.data, there.data, runs, backend))

    @property
    def same(self) -> bool:
        """Whether nothing that bears on the model sets them apart."""
        return bearing(self.here) == bearing(self.there)


@lru_cache(maxsize=KEPT)
def answered(posed: Posed) -> Results:
    """The setting asked about, compared run by run with the other; alone where they are the same.

    Raises WedgeError where they cannot be compared, or where no run differs.
    """
    if posed.same:
        return run(posed.here, runs=posed.runs, contrast=False, backend=posed.backend)
    question = posed.there.spec.question or posed.here.spec.question
    plan = planned([posed.here, posed.there], outcome=question.outcome if question is not None else None)
    return run_plan(plan, posed.runs, backend=posed.backend)
