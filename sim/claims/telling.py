"""The ledger in words and tables: lines for a terminal, a data frame, Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..columns import markdown
from .ledger import ALTERNATIVE, POSTERIOR, PRIOR, ZERO, Row
from .priors import STRUCTURAL_PRIORS
from .verdicts import ASSUMED, CONTRADICTED, DEPENDS, FEWEST, IDENTITY, LEAST, SUPPORTED

if TYPE_CHECKING:
    import pandas as pd

    from .definition import Claim

EXPECTED = {
    "rises": "rises", "falls": "falls", "no_change": "no change", "super_additive": "more than the sum", "": "",
}  # fmt: skip
WIDE = {PRIOR: "prior", POSTERIOR: "posterior", ZERO: "signs at zero", ALTERNATIVE: "alternative"}


def ledger_table(rows: Sequence[Row]) -> pd.DataFrame:
    """The ledger as a table, one row an outcome under one body of assumptions."""
    import pandas as pd

    return pd.DataFrame([_flat(each) for each in rows])


def _flat(row: Row) -> dict[str, Any]:
    split = row.split
    found = {key: value for key, value in asdict(row).items() if key != "split"}
    return found | {
        "splits_on": split.path if split else "",
        "splits_at": split.value if split else math.nan,
        "holds": ("above" if split.above else "below") if split else "",
        "youden_index": split.index if split else math.nan,
    }


def words(row: Row) -> str:
    """A verdict in words; where it depends, on what and on which side of which value the claim holds."""
    if row.verdict != DEPENDS or row.split is None:
        return row.verdict
    side = "above" if row.split.above else "below"
    return f"depends on {short(row.split.path)}: holds {side} {row.split.value:.3g}"


def qualified(row: Row) -> str:
    """A verdict in words, and that it was not examined for a split where there are too few draws for one."""
    examined = row.draws >= LEAST or row.under not in (PRIOR, POSTERIOR)
    if examined or row.verdict in (ASSUMED, IDENTITY):
        return words(row)
    return (
        f"{words(row)}, but not examined for a split: {row.draws:,} draws, the rule asks for {LEAST} "
        f"({FEWEST} of each answer)"
    )


def reason(row: Row) -> str:
    """Why a verdict is what it is, in one line."""
    agree = f"{row.as_claimed:.0%} of draws answer as claimed, {row.against:.0%} against"
    if row.verdict == IDENTITY:
        return f"true by arithmetic: {row.identity}"
    if row.verdict == ASSUMED:
        return f"{agree}; under a tenth for either answer is no test, so whatever follows was put in, or luck hides it"
    if row.split is None or row.verdict in (SUPPORTED, CONTRADICTED):
        return agree
    return f"{agree}; {short(row.split.path)} separates them best (Youden index {row.split.index:.2f})"


def short(path: str) -> str:
    """The path of an input without what goes without saying."""
    return path.removeprefix("parameters.").removeprefix("policies.").removeprefix("outcomes.")


def ledger_markdown(rows: Sequence[Row]) -> str:
    """The verdicts as a Markdown table, one row a claim, and the caveats below; the judged outcomes only."""
    head = [
        "claim",
        "outcome",
        "expected",
        "prior: effect [90 % of draws]",
        "prior: up / down / tied",
        "under the prior",
    ]
    known = [each for each in (POSTERIOR,) if any(row.under == each for row in rows)]
    head += ["posterior: effect [90 % of draws]", "under the posterior"] if known else []
    head += ["signs at zero", "signs at alternative"]
    body = []
    for claim in judged(rows):
        prior = claim[PRIOR]
        cells = [
            f"{prior.number} {prior.title}",
            f"{prior.outcome} ({prior.unit})",
            _expected(prior),
            _effect(prior),
        ]
        cells += [f"{prior.up:.0%} / {prior.down:.0%} / {prior.tied:.0%}", qualified(prior)]
        cells += [_effect(claim[POSTERIOR]), qualified(claim[POSTERIOR])] if known else []
        cells += [f"{_effect(claim[each])}: {claim[each].verdict}" for each in (ZERO, ALTERNATIVE)]
        body.append(cells)
    caveats = [f"- {each[PRIOR].number}: {each[PRIOR].caveat}" for each in judged(rows) if each[PRIOR].caveat]
    return "\n".join([*markdown(head, body), *([""] if caveats else []), *caveats]) + "\n"


def judged(rows: Sequence[Row]) -> list[dict[str, Row]]:
    """The rows of judged outcomes, claim by claim, by the assumptions under which they stand."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row.main:
            found.setdefault(row.number, {})[row.under] = row
    return list(found.values())


def _expected(row: Row) -> str:
    band = f" (within {number(row.smallest)})" if row.expected == "no_change" else ""
    return EXPECTED[row.expected] + band


def number(value: float, *, sign: bool = False) -> str:
    """A number to three figures, without exponents where it can be helped."""
    if math.isnan(value):
        return "none"
    text = f"{value:+.3g}" if sign else f"{value:.3g}"
    return f"{value:+.5f}" if "e-" in text and sign else text


def _effect(row: Row) -> str:
    return f"{number(row.effect, sign=True)} [{number(row.low, sign=True)}, {number(row.high, sign=True)}]"


# --- lines for a terminal ---------------------------------------------------------------------------


def ledger_lines(rows: Sequence[Row], claims: Sequence[Claim], posterior: str | None) -> list[str]:
    """The whole ledger, claim by claim, and what the form of the model leans to."""
    known = {each.number: each for each in claims}
    under = (
        f"the prior and the posterior {posterior}" if posterior else "the prior alone (there is no posterior)"
    )
    lines = [f"Claims under {under}:", ""]
    for claim in judged(rows):
        mine = [row for row in rows if row.number == claim[PRIOR].number]
        lines += [*_claim_lines(claim, known[claim[PRIOR].number], mine), ""]
    lines += ["What the form of the model leans to, whatever its numbers:"]
    return [*lines, *(f"  - {each.replace('*', '').replace('`', '')}" for each in STRUCTURAL_PRIORS)]


def _claim_lines(claim: dict[str, Row], given: Claim, rows: Sequence[Row]) -> Iterator[str]:
    prior = claim[PRIOR]
    yield f"{prior.number}  {prior.title}"
    yield f"    {prior.claim}"
    yield f"    Said: {_said(given)}"
    yield f"    {_contrast(given)} in {prior.outcome} ({prior.unit}); expected: {_expected(prior)}"
    for under, row in claim.items():
        yield f"    {WIDE[under]:<14} {_effect(row)}, luck {number(row.luck_error)}; {_shares(row)}: {qualified(row)}"
    yield f"    Why: {reason(prior)}"
    if prior.caveat:
        yield f"    Caveat: {prior.caveat}"
    if not math.isnan(prior.regret):
        first, *_, last = given.arms
        yield f"    Mean regret: {number(prior.regret)} of {first}, {number(prior.regret_last)} of {last}"
    for row in rows:
        if not row.main and row.under == PRIOR:
            note = f" (identity: {row.identity})" if row.identity else ""
            yield f"    beside: {row.outcome} {_effect(row)}; {_shares(row)}{note}"


def _said(claim: Claim) -> str:
    return "; ".join(
        f"{each.article}, paragraph {each.paragraph}" + (f', "{each.quote}"' if each.quote else "")
        for each in claim.spec.said
    )


def _contrast(claim: Claim) -> str:
    first, *_, last = claim.arms
    if claim.spec.expected == "super_additive":
        return f"Interaction of {', '.join(claim.arms)}"
    return f"{first} less {last}"


def _shares(row: Row) -> str:
    return f"up in {row.up:.0%}, down in {row.down:.0%}, tied in {row.tied:.0%} of {row.draws:,} draws"


def ledger_data(rows: Sequence[Row], posterior: str | None) -> dict[str, Any]:
    """The ledger as plain data for JSON, with the version that made it; numbers that are none as null."""
    told = [{key: _plain(value) for key, value in _flat(each).items()} for each in rows]
    return {
        "version": __version__,
        "posterior": posterior,
        "rows": told,
        "structural_priors": list(STRUCTURAL_PRIORS),
    }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
