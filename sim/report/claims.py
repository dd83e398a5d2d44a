"""The report of a ledger of claims: what was asked under which rules, the verdicts, and each claim in full."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..analyses.base import short_paths
from ..analyses.telling import count, listed
from ..answer import SHARE
from ..charts.findings.parts import minus
from ..charts.ledger import charts_of, marked, told_effect
from ..claims.definition import folder as shipped
from ..claims.form import DRAWS
from ..claims.ledger import ALTERNATIVE, KNOCK_OUT, POSTERIOR, PRIOR, Row
from ..claims.saving import saved
from ..claims.telling import EXPECTED, judged, number, qualified, reason, words
from ..claims.verdicts import AGAINST, FEWEST, SEPARATES, TENTH, WITH
from ..weights import weights
from ..yamltext import Document, Note, from_text
from .glossary import assumed, meanings
from .page import Block, Code, Page, Section, Table, to_copy

NOT_KEPT = "not kept"
"""What is said of the version of a ledger that does not tell it."""

SHOWN = 4
"""Claims up to which each has its sentence in the answer."""


def page_of(folder: Path) -> Page:
    """The report of the ledger in a folder of `wedge claims`. Raises WedgeError where there is none."""
    rows, data = saved(folder)
    claims, asked = judged(rows), {each["number"]: each for each in data.get("claims", [])}
    sections = [_ledger(claims), _rules(claims, data)]
    sections += [_claim(each, rows, asked.get(each[PRIOR].number)) for each in claims]
    sections += [_leanings(data), assumed(), meanings(), _reproduced(claims, asked, data)]
    files = {f"{each['name']}.yaml": each["file"] for each in asked.values()}
    sections += [to_copy("The claims' files", files)] if files else []
    numbers = [each[PRIOR].number for each in claims]
    return Page(
        title=f"Claims {listed(numbers)}, tested" if len(numbers) <= 6 else f"{len(numbers)} claims, tested",
        kind="Report of claims: what is said, tested under stated rules",
        question="Which claims does the model bear out, and which does it only assume?",
        answer=[minus(each) for each in _answer(claims)], sections=sections, facts=_facts(claims, data),
        beware=[minus(each) for each in _beware(claims, asked)],
    )  # fmt: skip


def _told(claim: Mapping[str, Row]) -> dict[str, dict[str, Any]]:
    """A claim's rows as charts take them."""
    return {under: {**asdict(row), "told": words(row)} for under, row in claim.items()}


def _mark(row: Row) -> str:
    return marked({**asdict(row), "told": words(row)})


def _qualified(row: Row) -> str:
    """A verdict with its mark, and that it was not examined for a split where it was not."""
    return _mark(row) + qualified(row).removeprefix(words(row))


def _effect(row: Row) -> str:
    return told_effect(asdict(row))


def _unit(row: Row) -> str:
    return "share of runs" if row.unit == SHARE else minus(row.unit)


def _last(claim: Mapping[str, Row]) -> tuple[str, Row]:
    """The row of a claim that says most: under the posterior where there is one."""
    under = POSTERIOR if POSTERIOR in claim else PRIOR
    return under, claim[under]


# --- the answer -----------------------------------------------------------------------------------


def _answer(claims: Sequence[Mapping[str, Row]]) -> list[str]:
    """How many claims have which verdict; and of few claims what each shows."""
    by_verdict: dict[str, list[str]] = {}
    for each in claims:
        row = _last(each)[1]
        by_verdict.setdefault(row.verdict, []).append(row.number)
    under = _last(claims[0])[0]
    told = "; ".join(f"{verdict}: {listed(numbers)}" for verdict, numbers in by_verdict.items())
    lines = [f"Of {count(len(claims), 'claim')} under the {under}, {told}."]
    return lines + [_sentence(each) for each in claims if len(claims) <= SHOWN]


def _sentence(claim: Mapping[str, Row]) -> str:
    row = _last(claim)[1]
    before = f" (under the prior: {words(claim[PRIOR])})" if words(claim[PRIOR]) != words(row) else ""
    return (
        f"{row.number}, '{row.title}': {qualified(row)}{before}; the mean effect on '{row.outcome}' "
        f"({_unit(row)}) is {_effect(row)}, central 90% of {row.draws:,} draws{_otherwise(claim)}."
    )


def _otherwise(claim: Mapping[str, Row]) -> str:
    """What comes of a claim with the parameters that carry its sign at their alternative, where that is told."""
    row = claim.get(ALTERNATIVE)
    return f"; {ALTERNATIVE}: {row.verdict}" if row is not None and row.verdict in (WITH, AGAINST) else ""


def _facts(claims: Sequence[Mapping[str, Row]], data: Mapping[str, Any]) -> dict[str, str]:
    draws = sorted({each[PRIOR].draws for each in claims})
    lucks = sorted({each[PRIOR].lucks for each in claims})
    return {
        "Claims": str(len(claims)),
        "Draws of each": " to ".join(f"{each:,}" for each in dict.fromkeys((draws[0], draws[-1]))),
        "Runs a draw": " to ".join(f"{each:,}" for each in dict.fromkeys((lucks[0], lucks[-1]))),
        "Posterior": str(data.get("posterior") or "none"),
        "Version": str(data.get("version", NOT_KEPT)),
    }


def _beware(claims: Sequence[Mapping[str, Row]], asked: Mapping[str, Any]) -> Iterator[str]:
    """Cautions that belong beside the answer."""
    fewer = [each for each in claims if each[PRIOR].draws < _draws(asked.get(each[PRIOR].number))]
    if fewer:
        least = min(each[PRIOR].draws for each in fewer)
        yield (
            f"{listed([each[PRIOR].number for each in fewer])} had fewer draws than the claim's file asks for "
            f"(as few as {least:,}); a split is told of no fewer than {FEWEST} draws of either answer."
        )
    if assumed := [
        each[PRIOR].number for each in claims if not each[PRIOR].tested and not each[PRIOR].identity
    ]:
        yield (
            f"{listed(assumed)} {'is' if len(assumed) == 1 else 'are'} assumed, not tested: the prior could "
            "hardly have given the other answer, so whatever follows was put in, or luck hides it."
        )
    if same := [each[PRIOR].number for each in claims if each[PRIOR].identity]:
        yield f"{listed(same)} {'is' if len(same) == 1 else 'are'} true by arithmetic, which is no finding."
    for each in claims:
        if each[PRIOR].caveat:
            yield f"{each[PRIOR].number}: {each[PRIOR].caveat}."


def _draws(asked: Mapping[str, Any] | None) -> int:
    """The draws that a claim's file asks for; 0 where the file is not known."""
    return int(_document(asked).data.get("draws", DRAWS)) if asked else 0


def _document(asked: Mapping[str, Any]) -> Document:
    return from_text(str(asked["file"]), str(asked["name"]))


# --- sections -------------------------------------------------------------------------------------


def _ledger(claims: Sequence[Mapping[str, Row]]) -> Section:
    """All claims as a table, and as figures."""
    informed = any(POSTERIOR in each for each in claims)
    head = ("claim", "what is claimed", "under the prior", *(["under the posterior"] if informed else []), "outcome",
            "effect under the prior", *(["under the posterior"] if informed else []))  # fmt: skip
    rows = []
    for each in claims:
        prior = each[PRIOR]
        after = each.get(POSTERIOR)
        verdicts = [_mark(prior), *([_mark(after) if after else ""] if informed else [])]
        effects = [_effect(prior), *([_effect(after) if after else ""] if informed else [])]
        rows.append((prior.number, prior.claim, *verdicts, f"{prior.outcome}, {_unit(prior)}", *effects))
    verdicts_end = 4 if informed else 3
    caption = "Verdicts, and mean effects with the central 90% of draws"
    return Section(
        "The ledger",
        [Table(head, rows, caption, words=verdicts_end + 1), *charts_of(list(map(_told, claims)))],
    )


def _rules(claims: Sequence[Mapping[str, Row]], data: Mapping[str, Any]) -> Section:
    """How claims are tested, in sentences."""
    posterior = data.get("posterior")
    informed = (
        f"Then the same with the parameters drawn from the table {posterior}, fitted to history."
        if posterior
        else "There is no posterior: only the prior was asked."
    )
    blocks: list[Block] = [
        "A claim is made into two or more arms, small differences over one scenario. A draw is one world: a "
        "value for every uncertain parameter, the same in all arms, run several times with other luck, the "
        "same luck in all arms. The effect of a draw is the first arm less the last (of four arms, their "
        "interaction), averaged over its luck.",
        "A draw answers as claimed, or against, only where luck cannot account for its effect (Student's t, "
        f"95%, one-sided). A claim counts as tested only if at least {TENTH:.0%} of the prior's draws answer "
        f"as claimed and {TENTH:.0%} against; else it is assumed, whatever the effect. {informed}",
        "Verdicts, the first that fits: identity, where the outcome is true by arithmetic; assumed; supported "
        "or contradicted, where the share of draws that the rule asks for agrees and the mean effect is no "
        "smaller than the smallest of interest; no clear effect, where that share of effects is smaller; "
        f"depends on an input, where it separates the answers with a Youden index of at least {SEPARATES:g} "
        f"and there are at least {FEWEST} draws of each; else no clear effect.",
        "Every claim is asked again with the parameters that carry its sign at zero and at their alternative, "
        f"with 1/{KNOCK_OUT} of the draws. The rules were fixed before anything was run. More: docs/claims.md.",
    ]
    rows = [(each[PRIOR].number, f"{each[PRIOR].outcome}, {_unit(each[PRIOR])}", EXPECTED[each[PRIOR].expected],
             f"{each[PRIOR].smallest:g}", f"{each[PRIOR].probability:.0%}") for each in claims]  # fmt: skip
    head = ("claim", "outcome", "expected", "smallest effect of interest", "share of draws that must agree")
    return Section("How claims are tested", [*blocks, Table(head, rows, "The rule of each claim", words=3)])


def _claim(claim: Mapping[str, Row], rows: Sequence[Row], asked: Mapping[str, Any] | None) -> Section:
    """One claim: what is said, how it is asked, its rule, and what came of it."""
    prior = claim[PRIOR]
    blocks: list[Block] = [prior.claim]
    blocks += _asked(prior, asked) if asked else [_rule(prior, Note())]
    blocks.append(f"Verdict under the prior: {_qualified(prior)}: {reason(prior)}.")
    if POSTERIOR in claim:
        blocks.append(
            f"Verdict under the posterior: {_qualified(claim[POSTERIOR])}: {reason(claim[POSTERIOR])}."
        )
    blocks.append(_results(claim))
    beside = [each for each in rows if each.number == prior.number and not each.main and each.under == PRIOR]
    if beside:
        blocks.append(_beside(beside))
    if prior.regret == prior.regret:
        blocks.append(
            f"Mean regret of the first arm {number(prior.regret)}, of the last {number(prior.regret_last)}."
        )
    if prior.caveat:
        blocks.append(f"Caveat: {prior.caveat}.")
    return Section(
        f"{prior.number}: {prior.title}", [minus(each) if isinstance(each, str) else each for each in blocks]
    )


def _asked(prior: Row, asked: Mapping[str, Any]) -> list[Block]:
    """The articles' words, the arms, the rule with its reason, and the free ranges with their sources."""
    document = _document(asked)
    said = [(each["article"], str(each["paragraph"]), f'"{each["quote"]}"' if each["quote"] else "")
            for each in asked["said"]]  # fmt: skip
    arms = listed([f"'{title}'" for title in asked["arms"].values()])
    how = "the interaction of all four" if prior.expected == "super_additive" else "the first less the last"
    unit, meaning = asked["outcomes"][prior.outcome]
    blocks: list[Block] = [
        Table(("article", "paragraph", "in its words"), said, "Where it is said", words=3),
        f"Asked as: over the scenario {asked['scenario']}, {arms}; the effect is {how}, in '{prior.outcome}' "
        f"({meaning}; {unit}).",
        _rule(prior, document.notes.get(("decision", "smallest"), Note())),
    ]
    return [*blocks, *_free(document)]


def _free(document: Document) -> list[Block]:
    """The ranges that are set free, with their sources; these once where all have the same."""
    given = document.data.get("free", {})
    if not given:
        return []
    caption, notes = "Set free, so that the answer could be either", [_note(document, path) for path in given]
    rows = [(short_paths(path), minus(_spread(each))) for path, each in given.items()]
    if len(set(notes)) == 1:
        because = "; ".join(filter(None, notes[0]))
        return [
            Table(("parameter", "range"), rows, f"{caption} ({because})" if because else caption, words=2)
        ]
    wide = [(*row, *note) for row, note in zip(rows, notes, strict=True)]
    return [Table(("parameter", "range", "why", "source"), wide, caption, words=4)]


def _rule(prior: Row, note: Note) -> str:
    because = "; ".join(filter(None, (note.why, note.source)))
    expected = EXPECTED[prior.expected]
    band = f" (within {number(prior.smallest)} either way)" if prior.expected == "no_change" else ""
    least = "" if band else f" and the mean effect is at least {number(prior.smallest)}"
    return (
        f"The rule, fixed before; expected: {expected}{band}; it counts as found where {prior.probability:.0%} "
        "of draws "
        f"agree{least}" + (f" ({because})." if because else ".")
    )


def _spread(given: Any) -> str:
    """A free range in words."""
    if not isinstance(given, dict):
        return str(given)
    return "; ".join(
        " to ".join(f"{each:g}" for each in numbers) if shape == "uniform" else f"{shape} {numbers}"
        for shape, numbers in given.items()
    )


def _note(document: Document, path: str) -> tuple[str, str]:
    found = next((note for where, note in document.notes.items() if where[:2] == ("free", path)), Note())
    return found.why, found.source


def _results(claim: Mapping[str, Row]) -> Table:
    """What came of it under each body of assumptions."""
    rows = [
        (under, _mark(row), _effect(row), number(row.luck_error), f"{row.as_claimed:.0%}", f"{row.against:.0%}",
         f"{row.draws:,}") for under, row in claim.items()
    ]  # fmt: skip
    first = next(iter(claim.values()))
    head = (
        "under",
        "verdict",
        "mean effect (central 90% of draws)",
        "error from luck",
        "as claimed",
        "against",
        "draws",
    )
    return Table(head, rows, f"Result: '{first.outcome}' ({_unit(first)})", words=2)


def _beside(rows: Sequence[Row]) -> Table:
    """Effects on what is reported beside, under the prior."""
    same = any(each.identity for each in rows)
    told = [(each.outcome, _unit(each), *([each.identity or "no"] if same else []), _effect(each), f"{each.up:.0%}",
             f"{each.down:.0%}") for each in rows]  # fmt: skip
    head = ("outcome", "unit", *(["true by arithmetic"] if same else []), "mean effect (central 90% of draws)",
            "up in draws", "down in draws")  # fmt: skip
    return Table(head, told, "Beside it, under the prior", words=3 if same else 2)


def _leanings(data: Mapping[str, Any]) -> Section:
    said = [each.replace("*", "").replace("`", "") for each in data.get("structural_priors", [])]
    return Section("What the form of the model leans to, whatever its numbers", said)


# --- reproducing ----------------------------------------------------------------------------------


def _reproduced(
    claims: Sequence[Mapping[str, Row]], asked: Mapping[str, Any], data: Mapping[str, Any]
) -> Section:
    """The command that makes the same ledger."""
    names = " ".join(shlex.quote(_named(each[PRIOR], asked.get(each[PRIOR].number))) for each in claims)
    draws = {each[PRIOR].draws for each in claims}
    other = any(each[PRIOR].draws != _draws(asked.get(each[PRIOR].number)) for each in claims)
    runs = f" --runs {min(draws)}" if other and len(draws) == 1 else ""
    table = data.get("posterior")
    posterior = "" if table == weights(None).table else f" --posterior {shlex.quote(table or 'prior')}"
    return Section("How to have the same again", [
        Code(f"wedge claims {names}{runs}{posterior} --report"),
        _version(data),
    ])  # fmt: skip


def _version(data: Mapping[str, Any]) -> str:
    """With what the numbers are the same."""
    made = data.get("version")
    with_ = f"With version {made}" if made else f"With the version that made the ledger ({NOT_KEPT})"
    return f"{with_} and the same libraries the numbers are the same, on any number of processes."


def _named(row: Row, asked: Mapping[str, Any] | None) -> str:
    """What `wedge claims` is to be given: the number of a shipped claim, else a file."""
    file = shipped() / f"{row.name}.yaml"
    same = file.is_file() and (asked is None or file.read_text(encoding="utf-8-sig") == asked["file"])
    return row.number if same else f"{row.name}.yaml"
