"""How much of the variance of a scenario's main outcome comes from sourced, calibrated and assumed inputs, and luck.

Groups of inputs are compared on the scenario's own runs: an input is varied over what the scenario draws it
from, or over its plausible range; luck is a group like the others. Nothing is written. Read `varied.py`
first; `plots/provenance.py` draws the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .. import __version__
from ..analyses.telling import between, number
from ..answer import described
from ..axes import Array
from ..errors import WedgeError, nearest
from ..functions import Function, as_function
from ..scenario import Scenario, load
from .shares import indices
from .varied import Varied, held, varied

LUCK = "luck"
GROUPS = ("sourced", "calibrated", "assumed", LUCK)
RUNS, FEWEST_RUNS = 6_144, 96
"""Runs unless told, and the fewest of which shares can be told at all."""


@dataclass(frozen=True)
class Share:
    """A group's share of the variance, by itself and with what it takes part in, and its inputs.

    Intervals hold 95 % of bootstrap resamples; more runs would narrow them.
    """

    group: str
    inputs: tuple[str, ...]
    first_order: float
    first_order_low: float
    first_order_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class Ledger:
    """The ledger of one outcome; `sets` are the scenario's overrides.

    `by_themselves` is the sum of all first orders, with its interval. `held` counts the scenario's numbers
    that do not vary, by how they are known.
    """

    scenario: str
    sets: tuple[str, ...]
    title: str
    outcome: str
    unit: str
    mean: float
    deviation: float
    shares: tuple[Share, ...]
    by_themselves: tuple[float, float, float]
    held: Mapping[str, int]
    runs: int
    seed: int
    backend: str

    def of(self, group: str) -> Share:
        """The share of sourced, calibrated, assumed or luck."""
        return next(each for each in self.shares if each.group == group)

    @property
    def origin(self) -> str:
        """Where the numbers come from, in a line."""
        more = f" with {', '.join(self.sets)}" if self.sets else ""
        return (
            f"Scenario {self.scenario}{more}, {self.runs:,} runs, seed {self.seed}. wedge-sim {__version__}."
        )

    def data(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {**asdict(self), "answer": self.sentences()}

    def sentences(self) -> list[str]:
        """What it says, in plain words."""
        if not np.isfinite(self.by_themselves[0]):
            return [f"Nothing varies: {self.outcome} is {number(self.mean)} in every run."]
        head = ", ".join(f"{_named(each)} {_percent(each, 'first_order')}" for each in self.shares)
        first, low, high = self.by_themselves
        rest = (
            "what they do only together is not distinguishable from none"
            if low <= 1.0 <= high
            else f"the rest, {100 * (1 - first):.0f}%, they explain only together"
        )
        guess = self.of("assumed")
        return [
            f"Of the variance of {self.outcome} each explains by itself: {head}; {rest}.",
            "Were all but the assumed inputs known, luck included, they would still leave "
            f"{_percent(guess, 'total')} of it open.",
            *self._holding(),
        ]

    def _holding(self) -> list[str]:
        kinds = {"sourced": "sourced", "assumed": "assumed", "unsaid": "without a source"}
        told = [f"{self.held[key]} {words}" for key, words in kinds.items() if self.held.get(key)]
        return [f"Held as they are, for want of a plausible range: {', '.join(told)}."] if told else []


def _named(share: Share) -> str:
    return "luck" if share.group == LUCK else f"{share.group} inputs ({len(share.inputs)})"


def _percent(share: Share, index: str) -> str:
    value, low, high = (100 * getattr(share, index + end) for end in ("", "_low", "_high"))
    if not share.inputs and share.group != LUCK:
        return "0%"
    return f"{number(value, high - low)}% ({between(low, high)})"


def ledger(
    scenario: Scenario | str,
    outcome: str | None = None,
    *,
    runs: int = RUNS,
    backend: str = "numpy",
) -> Ledger:
    """The ledger of a scenario (or a shipped one by name) for an outcome, the question's unless given.

    `runs` is how many there may be in all; used is the largest design that fits. Raises WedgeError for an
    unknown outcome, one without a value in some run, and fewer runs than 96.
    """
    scenario = load(scenario) if isinstance(scenario, str) else scenario
    name = _outcome(scenario, outcome)
    made, inputs = varied(scenario)
    groups = [*(each.kind for each in inputs), LUCK]
    base = _base(runs, len(set(groups)))
    function = as_function(made, [name], [each.path for each in inputs], backend=backend)

    def respond(points: Array) -> Array:
        return _respond(function, name, inputs, points)

    table, sums, samples = indices(respond, groups, base, scenario.spec.seed)
    found: dict[str, Any] = {row["input"]: row for row in table.to_dict("records")}
    return Ledger(
        scenario=scenario.name, sets=scenario.sets, title=scenario.spec.title, outcome=name,
        unit=function.outcomes[name][0], mean=float(samples.mean()), deviation=float(samples.std(ddof=1)),
        shares=tuple(_share(group, inputs, found.get(group)) for group in GROUPS),
        by_themselves=(sums["first_orders"], sums["low"], sums["high"]), held=held(scenario, inputs),
        runs=base * (len(set(groups)) + 2), seed=scenario.spec.seed, backend=backend,
    )  # fmt: skip


def _outcome(scenario: Scenario, asked: str | None) -> str:
    """The column to explain. Raises WedgeError where there is none of that name, or none is asked for."""
    question, known = scenario.spec.question, list(described(scenario))
    name = asked or (question.outcome if question is not None else None)
    if name is None:
        raise WedgeError(f"{scenario.name} asks no question; name an outcome: {', '.join(known[:8])}")
    if name not in known:
        raise WedgeError(f"there is no outcome called {name!r}{nearest(name, known)}")
    return name


def _base(runs: int, groups: int) -> int:
    """The largest power of two such that both samples and each group's swap fit into so many runs."""
    if runs < FEWEST_RUNS:
        raise WedgeError(f"runs is {runs}; at least {FEWEST_RUNS} are needed to tell shares")
    return 1 << ((runs // (groups + 2)).bit_length() - 1)


def _respond(function: Function, name: str, inputs: tuple[Varied, ...], points: Array) -> Array:
    """The outcome at uniform numbers `(row, input)`, the last of which stands for a run's luck."""
    _, luck = np.unique(points[:, -1], return_inverse=True)
    values = {each.path: each.shape.draw(points[:, k]) for k, each in enumerate(inputs)}
    found = function(values, run=luck.astype(np.int64).ravel())[name]
    if gaps := int(np.isnan(found).sum()):
        raise WedgeError(
            f"{name} has no value in {gaps:,} of {len(found):,} runs; choose an outcome that all have"
        )
    return np.asarray(found)


def _share(group: str, inputs: tuple[Varied, ...], row: Mapping[str, float] | None) -> Share:
    """A group's line of the ledger; a group without inputs has no share."""
    paths = tuple(path for each in inputs if each.kind == group for path in each.paths)
    keys = [f"{index}{end}" for index in ("first_order", "total") for end in ("", "_low", "_high")]
    return Share(group, paths, *(0.0 if row is None else float(row[key]) for key in keys))
