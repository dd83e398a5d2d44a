"""The ledger: each claim with its verdict under the prior and under the posterior.

Each row is one claim's outcome under one body of assumptions: the prior, the posterior, or the prior
with the sign-carrying parameters at zero or at their alternative. Read `telling.py` for how it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..axes import Array
from ..ensemble import Report
from ..errors import Fault, WedgeError
from ..executors import Crew, crew
from ..scenario import Scenario, examined, merged
from ..yamltext import override
from . import verdicts
from .definition import Claim
from .running import Ran, run
from .verdicts import Rule, Split

PRIOR, POSTERIOR, ZERO, ALTERNATIVE = "prior", "posterior", "signs at zero", "signs at alternative"
UNDER = (PRIOR, POSTERIOR, ZERO, ALTERNATIVE)

KNOCK_OUT = 4
"""The sign-carrying parameters are looked at with so many times fewer draws."""


@dataclass(frozen=True)
class Row:
    """One outcome of a claim under one body of assumptions.

    effect: mean over draws, in `unit`; low, high: central 90 % of draws; luck_error: standard error of
    the mean from luck. up, down, tied: shares of draws whose effect has that sign for sure, or not.
    as_claimed, against: shares by the claim's own rule (NaN for outcomes reported beside it). `split`
    separates the two best. regret, regret_last: expected regret of the first arm and of the last, where
    the claim recommends the first. identity: why the outcome is true by arithmetic, or ''. caveat: what
    proved badly posed about the claim, or ''.
    """

    number: str
    name: str
    title: str
    claim: str
    outcome: str
    unit: str
    under: str
    main: bool
    expected: str
    smallest: float
    probability: float
    draws: int
    lucks: int
    effect: float
    low: float
    high: float
    luck_error: float
    up: float
    down: float
    tied: float
    as_claimed: float
    against: float
    tested: bool
    verdict: str
    split: Split | None
    regret: float
    regret_last: float
    identity: str
    caveat: str


BESIDE: dict[str, Any] = {
    "main": False, "expected": "", "smallest": np.nan, "probability": np.nan, "as_claimed": np.nan, "against": np.nan,
    "tested": False, "verdict": "", "split": None, "regret": np.nan, "regret_last": np.nan,
}  # fmt: skip
"""What a row says of an outcome that is reported beside the judged one: nothing but its effect."""


def ledger(
    claims: Sequence[Claim],
    posterior: str | Path | None = None,
    *,
    runs: int | None = None,
    workers: int | None = 1,
    backend: str = "numpy",
    report: Report = lambda _: None,
) -> list[Row]:
    """Test claims under the prior and, where one is given, under a posterior of the parameters.

    `posterior` is what a scenario's `parameters.posterior` may name. `runs` is the number of draws of the
    parameters; the claims' own unless given. With more than one of
    `workers` a script must call it under ``if __name__ == "__main__":``. Raises WedgeError where a
    posterior does not fit.
    """
    laid = [None if posterior is None else informed(each, posterior) for each in claims]
    tests = [_Testing(each, runs, backend, report, arms) for each, arms in zip(claims, laid, strict=True)]
    with crew(workers) as working:
        return [row for each in tests for row in each.rows(working)]


def size(claims: Sequence[Claim], runs: int | None = None, *, posterior: bool = False) -> int:
    """Runs of all arms that a ledger takes."""
    found = 0
    for each in claims:
        draws = runs or each.spec.draws
        whole = draws * (1 + posterior) + 2 * max(1, draws // KNOCK_OUT)
        found += whole * each.spec.lucks * len(each.arms)
    return found


@dataclass(frozen=True)
class _Testing:
    """One claim at work."""

    claim: Claim
    runs: int | None
    backend: str
    report: Report
    informed: Mapping[str, Scenario] | None

    @property
    def draws(self) -> int:
        return self.runs or int(self.claim.spec.draws)

    @property
    def rule(self) -> Rule:
        decision = self.claim.spec.decision
        return Rule(self.claim.spec.expected, decision.smallest, decision.probability)

    def rows(self, working: Crew) -> Iterator[Row]:
        prior = self._run(working, self.claim.arms, self.draws)
        could = verdicts.tested(self._answers(prior))
        yield from self._told(prior, PRIOR, tested=could)
        if self.informed is not None:
            yield from self._told(self._run(working, self.informed, self.draws), POSTERIOR, tested=could)
        for under, arms in ((ZERO, self.claim.zero), (ALTERNATIVE, self.claim.alternative)):
            ran = self._run(working, arms, max(1, self.draws // KNOCK_OUT), set_=self.claim.spec.signs)
            yield from self._told(ran, under, tested=could)

    def _run(
        self,
        working: Crew,
        arms: Mapping[str, Scenario],
        draws: int,
        *,
        set_: Collection[str] = (),
    ) -> Ran:
        weights = {path: each for path, each in self.claim.weights.items() if path not in set_}
        return run(
            arms, self.claim.outcomes, draws=draws, lucks=self.claim.spec.lucks, crew=working, weights=weights,
            backend=self.backend, report=self.report,
        )  # fmt: skip

    def _answers(self, ran: Ran) -> Array:
        mean, error = self._means(ran, 0)
        return verdicts.answers(mean, error, self.claim.spec.lucks, self.rule)

    def _means(self, ran: Ran, column: int) -> tuple[Array, Array]:
        return verdicts.means(verdicts.effect(ran.values[:, column], self.rule.expected))

    def _told(self, ran: Ran, under: str, *, tested: bool) -> Iterator[Row]:
        for k, outcome in enumerate(self.claim.outcomes):
            mean, error = self._means(ran, k)
            found = self._judged(ran, mean, error, under, tested=tested) if k == 0 else BESIDE
            if outcome in self.claim.spec.identity:
                found = {**found, "verdict": verdicts.IDENTITY}
            yield Row(**self._facts(outcome, under), **self._spread(mean, error), **found)

    def _facts(self, outcome: str, under: str) -> dict[str, Any]:
        spec = self.claim.spec
        return {
            "number": spec.number, "name": self.claim.name, "title": spec.title, "claim": spec.claim,
            "outcome": outcome, "unit": self.claim.columns[outcome][0], "under": under, "lucks": spec.lucks,
            "identity": spec.identity.get(outcome, ""), "caveat": spec.caveat,
        }  # fmt: skip

    def _spread(self, mean: Array, error: Array) -> dict[str, Any]:
        low, high = verdicts.interval(mean)
        sign = verdicts.signs(mean, error, self.claim.spec.lucks)
        known = mean[~np.isnan(mean)]
        return {
            "draws": len(mean), "effect": float(known.mean()) if known.size else np.nan, "low": low, "high": high,
            "luck_error": verdicts.luck_error(error), "up": _share(sign, 1.0), "down": _share(sign, -1.0),
            "tied": _share(sign, 0.0),
        }  # fmt: skip

    def _judged(self, ran: Ran, mean: Array, error: Array, under: str, *, tested: bool) -> dict[str, Any]:
        spec, rule = self.claim.spec, self.rule
        answer = verdicts.answers(mean, error, spec.lucks, rule)
        split = verdicts.split(answer, ran.inputs)
        if under in (ZERO, ALTERNATIVE):
            word = verdicts.at_value(mean, answer, rule)
        else:
            word = verdicts.verdict(mean, answer, rule, split, could_be_either=tested)
        first, last = verdicts.regrets(mean, rule) if spec.recommends else (np.nan, np.nan)
        return {
            "main": True, "expected": rule.expected, "smallest": rule.smallest, "probability": rule.probability,
            "as_claimed": _share(answer, 1.0), "against": _share(answer, -1.0), "tested": tested, "verdict": word,
            "split": split, "regret": first, "regret_last": last,
        }  # fmt: skip


def _share(answer: Array, way: float) -> float:
    return float(np.mean(answer == way))


def informed(claim: Claim, posterior: str | Path) -> dict[str, Scenario]:
    """The arms of a claim with their parameters drawn from a posterior, save those that the claim itself sets.

    What is said last wins: the posterior is laid over the arms, and the claim's own numbers over it.
    Raises WedgeError where an arm has no place for it.
    """
    return {name: _informed(claim, name, str(posterior)) for name in claim.arms}


def _informed(claim: Claim, name: str, posterior: str) -> Scenario:
    document = claim.arms[name].document
    own = [given.get("parameters", {}) for given in (claim.spec.changes, claim.spec.arms[name])]
    faults: list[Fault] = []
    for each in ({"posterior": posterior}, *own):
        if each:
            document, more = merged(document, override({"parameters": each}, file="--posterior"))
            faults += more
    spec, found = examined(document, faults)
    if found:
        raise WedgeError(f"--posterior {posterior}: {found[0].message}")
    return Scenario(name, document, spec)


def origin(rows: Sequence[Row], posterior: str | None) -> str:
    """Where a ledger comes from, in one line."""
    prior = [each for each in rows if each.main and each.under == PRIOR]
    low, high = min(each.draws for each in prior), max(each.draws for each in prior)
    draws = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    beside = f"posterior: {posterior}" if posterior else "no posterior"
    return f"{len(prior)} claims, {draws} draws of the parameters each, {beside}. wedge-sim {__version__}."
