"""Historical cases as they are read: a scenario, who plays which part, and what happened.

A case is a scenario file with a section `case`; docs/cases.md tells how to write one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Fault, ScenarioError, WedgeError, nearest
from ..scenario import Scenario, case_names, load, names
from ..weights import PRIOR, weights
from ..yamltext import Note, shown


@dataclass(frozen=True)
class Case:
    """A scenario with what happened: how the alignment of target and adversary changed.

    `observed` is rise, fall or none; `attempt` is how the wedge itself is coded, success, failure, or
    '' where nobody has. Each has its note: why, and the source. `weights` is what its weights are called.
    """

    scenario: Scenario = field(repr=False)
    divider: str
    target: str
    adversary: str
    observed: str
    told: Note
    attempt: str
    attempt_told: Note
    weights: str = PRIOR

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.scenario.name

    def arm(self, name: str) -> Scenario | None:
        """An alternative of its question, or None where the file has none of that name."""
        return self.scenario.arms.get(name)


def cases() -> list[str]:
    """Names of the shipped cases, in the order of time."""
    return case_names()


def read(where: str | Path, *, sets: Sequence[str] = (), posterior: str | Path | None = None) -> Case:
    """A case by shipped name or by file, with overrides ``path=value``.

    `posterior` is as in `sim.weights.weights`. Raises ScenarioError with every fault at file:line:column, or
    WedgeError where there is no file.
    """
    if not _known(str(where)):
        raise WedgeError(
            f"there is no case called {shown(str(where))}{nearest(str(where), cases())}; "
            f"give a file that ends in .yaml, or one of {', '.join(cases())}"
        )
    bare = load(where)
    if bare.spec.case is None:
        raise ScenarioError([_no_case(bare)])
    given = weights(posterior)
    scenario = load(where, (*given.sets, *sets))
    spec = scenario.spec.case
    (wedge,) = scenario.spec.ties.wedges.values()
    return Case(
        scenario, wedge.divider, wedge.target, wedge.adversary, spec.observed,
        scenario.note("case", "observed"), spec.attempt or "", scenario.note("case", "attempt"), given.name,
    )  # fmt: skip


def _known(where: str) -> bool:
    """Whether a case is meant that may be there: a file, or a shipped name; scenarios are told of when read."""
    return where.endswith((".yaml", ".yml")) or where in (*case_names(), *names())


def _no_case(scenario: Scenario) -> Fault:
    return scenario.document.marks[()].fault(
        f"{scenario.name} does not say what happened; expected a section "
        "'case: {observed: rise}' (docs/cases.md)"
    )
