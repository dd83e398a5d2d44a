"""What the model forecasts for historical cases: the change of an alignment, run by run.

The scenario, the alternative without what the divider did, and the one that is told of the adversary's
answer run on equal luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..axes import Array
from ..checking.case import ANSWERED, WITHOUT
from ..ensemble import Report, chunk_of, chunks, simulate
from ..scenario import Scenario
from .reading import Case, read

RISE, FALL, UNDECIDED = "rise", "fall", "undecided"

CLEAR = 0.6
"""Share of runs from which on one sign is predicted (fixed before any case was run)."""

Rival = Callable[[Case], str]
"""Another theory's forecast of a case: rise, fall or undecided."""


@dataclass(frozen=True)
class Spread:
    """A quantity over the runs: its mean and the spread of 90 % of them."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """A case, and what the model says of it.

    `rises` is the share of runs in which the alignment of target and adversary is higher on the last day
    than on the first; `answered` the same where the adversary's moves are told, None where the file has
    none. `effect` is the change less that without what the divider did, run by run on equal luck, in
    units of alignment (-1 to 1); nobody has observed it. `rivals` are other theories' forecasts by name.
    """

    case: Case
    runs: int
    rises: float
    change: Spread
    effect: Spread | None
    answered: float | None
    rivals: Mapping[str, str] = field(default_factory=dict)

    @property
    def predicted(self) -> str:
        """The sign that is predicted: rise, fall or undecided."""
        return predicted(self.rises)

    @property
    def counted(self) -> bool:
        """Whether anything happened that a forecast can be held against."""
        return self.case.observed in (RISE, FALL)

    @property
    def hit(self) -> bool | None:
        """Whether the forecast came true; None where it cannot be told."""
        return self.predicted == self.case.observed if self.counted else None


def predicted(share: float) -> str:
    """The sign that a share of runs in which an alignment rises predicts."""
    if share >= CLEAR:
        return RISE
    return FALL if share <= 1.0 - CLEAR else UNDECIDED


def run_cases(
    named: Sequence[str | Path | Case],
    *,
    runs: int | None = None,
    sets: Sequence[str] = (),
    posterior: str | Path | None = None,
    rivals: Mapping[str, Rival] | None = None,
    report: Report = lambda _: None,
    backend: str = "numpy",
) -> list[Row]:
    """Run cases (shipped ones by name, files, or what `read` gave) and say what the model forecasts of each.

    All are read before any is run. `runs` are those of each case unless given; `sets` and `posterior` are
    as in `read`, for those that are not read yet; `report` is told of finished runs. Raises WedgeError
    where a case cannot be read, ValueError where `runs` is below 1.
    """
    if runs is not None and runs < 1:
        raise ValueError(f"runs is {runs}; at least 1 is needed")
    found = [each if isinstance(each, Case) else read(each, sets=sets, posterior=posterior) for each in named]
    return [_row(each, runs or each.scenario.spec.runs, rivals or {}, report, backend) for each in found]


def arms_of(case: Case) -> dict[str, Scenario]:
    """The scenario of a case, and those of its alternatives that are run."""
    others = {name: case.arm(name) for name in (WITHOUT, ANSWERED)}
    return {"scenario": case.scenario, **{name: arm for name, arm in others.items() if arm is not None}}


def _row(case: Case, runs: int, rivals: Mapping[str, Rival], report: Report, backend: str) -> Row:
    found = changes(case, runs, report, backend)
    change, without, answered = (found.get(name) for name in ("scenario", WITHOUT, ANSWERED))
    assert change is not None
    return Row(
        case, runs, _rises(change), _spread(change),
        None if without is None else _spread(change - without),
        None if answered is None else _rises(answered),
        {name: theory(case) for name, theory in rivals.items()},
    )  # fmt: skip


def changes(case: Case, runs: int, report: Report, backend: str = "numpy") -> dict[str, Array]:
    """Change of the alignment of target and adversary from the first to the last day, `(run,)` for each arm."""
    arms = arms_of(case)
    parts: dict[str, list[Array]] = {name: [] for name in arms}
    pair = tuple(case.scenario.actors.index(name) for name in (case.target, case.adversary))
    for first, count in chunks(runs, chunk_of(case.scenario, len(arms), backend)):
        for name, arm in arms.items():
            paths = simulate(arm, first=first, runs=count, only=("alignment",), backend=backend)
            alignment = paths.arrays["alignment"][:, pair[0], pair[1], :]
            parts[name].append(alignment[-1] - alignment[0])
        report(count)
    return {name: np.concatenate(each) for name, each in parts.items()}


def _rises(change: Array) -> float:
    return float(np.mean(change > 0.0))


def _spread(values: Array) -> Spread:
    low, high = np.quantile(values, (0.05, 0.95))
    return Spread(float(values.mean()), float(low), float(high))
