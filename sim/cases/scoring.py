"""How good forecasts of cases are: hits out of n, Brier scores, and the rival that knows the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..forecasting.scores import coverage
from .running import FALL, RISE, UNDECIDED, Row, predicted


@dataclass(frozen=True)
class Score:
    """Forecasts of the cases counted: those in which an alignment rose or fell.

    `low` and `high` bound the share of hits (Clopper & Pearson 1934, 95 %), as if cases were a random
    sample, which they are not. `commoner` is the sign most often observed, `guessing` how often always
    guessing it hits. Brier scores (Brier 1950) are mean squared errors of the probability of a rise: the
    model's, and that of the share of rises among these very cases, said of each. Lower is better; one
    half said of each gives .25.
    `answered_hits` counts the forecasts that are told of the adversary's answer, where the file has one.
    `lowered` says of attempts coded success and failure in how many the wedge lowers the alignment on
    average, and of how many: no test, as nobody has observed it. `rivals` are hits of other theories.
    """

    counted: int
    hits: int
    undecided: int
    low: float
    high: float
    commoner: str
    guessing: int
    brier: float
    brier_guessing: float
    answered_hits: int
    lowered: dict[str, tuple[int, int]]
    rivals: dict[str, int] = field(default_factory=dict)


def score(rows: Sequence[Row]) -> Score | None:
    """The score of rows; None where no case counts."""
    counted = [row for row in rows if row.counted]
    if not counted:
        return None
    rises = [float(row.case.observed == RISE) for row in counted]
    share = sum(rises) / len(rises)
    held = coverage(np.array([row.hit is True for row in counted], dtype=float))
    theories = Counter(
        name for row in counted for name, said in row.rivals.items() if said == row.case.observed
    )
    return Score(
        counted=len(counted), hits=held.held, undecided=sum(row.predicted == UNDECIDED for row in counted),
        low=held.low, high=held.high, commoner=RISE if share > 0.5 else FALL,
        guessing=round(max(share, 1.0 - share) * len(counted)),
        brier=sum((row.rises - rose) ** 2 for row, rose in zip(counted, rises, strict=True)) / len(counted),
        brier_guessing=share * (1.0 - share),
        answered_hits=sum(_told(row) == row.case.observed for row in counted),
        lowered={result: _lowered(rows, result) for result in ("success", "failure")},
        rivals={name: theories[name] for name in dict.fromkeys(n for row in counted for n in row.rivals)},
    )  # fmt: skip


def _lowered(rows: Sequence[Row], result: str) -> tuple[int, int]:
    """In how many attempts of a kind the wedge lowers the alignment on average, and of how many."""
    effects = [row.effect.mean for row in rows if row.case.attempt == result and row.effect is not None]
    return sum(each < 0.0 for each in effects), len(effects)


def _told(row: Row) -> str:
    """The sign predicted by a forecast that is told of the adversary's answer."""
    return row.predicted if row.answered is None else predicted(row.answered)
