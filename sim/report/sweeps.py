"""The report of a sweep: its question, what its analyses answer, and the experiment in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import takewhile
from pathlib import Path
from typing import Any

from ..analyses import Finding
from ..analyses.telling import count, listed, plain_number
from ..answer import SHARE
from ..charts.findings import charts_of
from ..charts.findings.parts import minus
from ..experiment.plan import Plan
from ..sweeping.saved import read_manifest
from ..understanding import Understood, understood
from .experiments import base_scenario, file_of, inputs_of, of_whom, said_of, the_experiment
from .glossary import assumed, meanings
from .page import Block, Code, Page, Section, Table, to_copy

LEADING = {"decision": "All ", "map": "It passes", "flip": "The smallest change"}
"""How sentences begin that belong into the answer too, beside an analysis's first, by its kind."""

MOST_ROWS = 10
"""Rows of an analysis's table that stand in the report."""


def page_of(folder: Path, found: Understood | None = None) -> Page:
    """The report of the finished sweep in a folder, from what was `found` there already if that is given.

    Raises WedgeError where there is no sweep, or it is not finished.
    """
    told, found = read_manifest(folder), found or understood(folder)
    sections = [_analysed(told, found, name, each) for name, each in found.findings.items()]
    sections += [the_experiment(told), *base_scenario(told)]
    sections += [_tables(found)] if found.findings else []
    sections += [assumed(), meanings(), _reproduced(told), *_file(told)]
    return Page(
        title=minus(told["title"]), kind="Report of a sweep: an experiment over many worlds", question=told["question"],
        answer=_answer(found), sections=sections, facts=_facts(told), beware=list(_beware(told, found)),
    )  # fmt: skip


def _answer(found: Understood) -> list[str]:
    """What the analyses say first."""
    if not found.findings:
        return ["No analysis of this sweep has an answer."]
    lines = [line for each in found.findings.values() for line in _leading(each)]
    return [minus(each) for each in dict.fromkeys(lines)]


def _leading(finding: Finding) -> list[str]:
    """The sentences of a finding that answer for all: of a decision what is said of all outcomes together."""
    kind = finding.analysis.analysis
    chosen = [each for each in finding.answer if kind in LEADING and each.startswith(LEADING[kind])]
    if kind == "decision" and chosen:
        return chosen
    # The largest share comes second, after the whole.
    return [*finding.answer[: 2 if kind == "attribution" else 1], *chosen]


def _facts(told: Mapping[str, Any]) -> dict[str, str]:
    plan = Plan.from_data(told["definition"]["plan"])
    options = len(told["choices"])
    return {
        "Experiment": told["experiment"],
        "Scenario": told["scenario"],
        "Points": f"{plan.points:,} ({plan.design.kind.replace('_', ' ')})",
        "Options": f"{options:,}",
        "Runs": f"{plan.size * options:,}",
        "Seed": str(plan.seed),
        "Fingerprint": told["fingerprint"],
    }


def _beware(told: Mapping[str, Any], found: Understood) -> Iterator[str]:
    """Cautions that belong beside the answer."""
    yield from found.notes
    for name, why in found.failures.items():
        yield f"The analysis {name} has no answer: {why}."
    if told["sets"]:
        yield f"It was run with {listed(told['sets'])}, other than the experiment's file says."
    plan = Plan.from_data(told["definition"]["plan"])
    dropped = plan.design.size(plan.inputs) - plan.points
    if dropped:
        yield f"{count(dropped, 'point')} of the design {'is' if dropped == 1 else 'are'} left out by the constraints."
    inputs = inputs_of(told)
    if assumed := sum("assum" in each["source"].lower() or not each["source"] for each in inputs):
        which = "The one range is" if len(inputs) == 1 else f"{assumed} of {len(inputs)} ranges are"
        which = f"All {assumed} ranges are" if assumed == len(inputs) > 1 else which
        yield (
            f"{which} assumed, not measured; a share of worlds is a share of what was thought possible, no "
            "probability of what will be."
        )


# --- analyses -------------------------------------------------------------------------------------


def _analysed(told: Mapping[str, Any], found: Understood, name: str, finding: Finding) -> Section:
    """One analysis: what it asks, what it answers, its charts, and where its tables are."""
    kind = finding.analysis
    manual = " ".join((kind.__doc__ or "").partition("\n\n")[0].split())
    charts, leading = charts_of(found.study, finding, name), _leading(finding)
    question = minus(finding.question)
    blocks: list[Block] = [] if question in [each.title for each in charts] else [question]
    blocks += [*(minus(each) for each in leading), *charts]
    blocks += [minus(each) for each in finding.answer if each not in leading]
    blocks += _measured(told, finding)
    tables = listed([f"analyses/{name}/{each}.csv" for each in finding.tables])
    blocks.append(f"The analysis is of the kind {kind.analysis}: {manual[:1].lower()}{manual[1:]}"
                  + (f" All numbers: {tables}." if tables else ""))  # fmt: skip
    return Section(_in_words(name), blocks)


def _measured(told: Mapping[str, Any], finding: Finding) -> list[str]:
    """What the names of the outcomes stand for that an analysis asks about."""
    asked = [getattr(finding.analysis, each.name) for each in fields(finding.analysis)
             if each.metadata.get("asks") == "outcome"]  # fmt: skip
    names = [name for each in asked for name in ([each] if isinstance(each, str) else each)]
    lines = []
    for name in dict.fromkeys(names):
        unit, meaning = told["columns"][name]
        whom = of_whom(told, name)
        lines.append(
            f"'{name}': {meaning} "
            f"({'; '.join(filter(None, (whom, 'share of runs' if unit == SHARE else unit)))})"
        )
    return [minus("; ".join(lines)) + "."] if lines else []


def _in_words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _tables(found: Understood) -> Section:
    """The first rows of every table, as it is in its file."""
    blocks: list[Block] = [
        f"The tables of the analyses as their files hold them, the first {MOST_ROWS} rows of each; shares are "
        "from 0 to 1."
    ]
    for name, finding in found.findings.items():
        for table, values in finding.tables.items():
            rows = [tuple(map(_cell, row)) for row in values.head(MOST_ROWS).itertuples(index=False)]
            more = f", the first {MOST_ROWS} of {len(values):,} rows" if len(values) > MOST_ROWS else ""
            words = sum(1 for _ in takewhile(lambda each: not _is_number(each), rows[0])) if rows else 1
            head = tuple(str(each).replace("_", " ") for each in values.columns)
            blocks.append(
                Table(head, rows, caption=f"analyses/{name}/{table}.csv{more}", words=max(1, words))
            )
    return Section("Tables of the analyses", blocks, folded=True)


def _cell(value: Any) -> str:
    """A cell as a reader takes it: numbers to four figures."""
    import numpy as np

    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return minus(plain_number(float(value))) if np.isfinite(value) else "beyond"
    return str(value)


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "").replace("\N{MINUS SIGN}", "-") or "0")
    except ValueError:
        return False
    return True


# --- reproducing ----------------------------------------------------------------------------------


def _reproduced(told: Mapping[str, Any]) -> Section:
    """The commands that make the same sweep, and what must be the same for that."""
    sets = "".join(f" --set {shlex.quote(each)}" for each in told["sets"])
    backend = told["definition"]["backend"]
    more = f" --backend {backend}" if backend != "numpy" else ""
    plugins = "".join(
        f" --plugin {shlex.quote(each)}" for each in told["definition"]["plugins"] if each.endswith(".py")
    )
    folder = shlex.quote(f"results/{told['experiment']}-{told['fingerprint']}")
    commands = [
        f"wedge sweep {shlex.quote(file_of(told))}{sets}{more}{plugins} --report",
        f"wedge plot {folder}",
        f"wedge export {folder}",
    ]
    versions = ", ".join(f"{name} {version}" for name, version in told["definition"]["versions"].items())
    return Section("How to have the same again", [
        Code("\n".join(commands), "The first runs the experiment, answers and writes this report; the second draws the "
             "figures; the third writes every run for other tools."),
        f"With the same versions ({versions}) the numbers are the same to the last bit, on any number of "
        f"processes; the fingerprint {told['fingerprint']} changes with anything that bears on them.",
    ])  # fmt: skip


def _file(told: Mapping[str, Any]) -> list[Section]:
    """The experiment's file, where the sweep has kept it."""
    if not said_of(told):
        return []
    return [to_copy("The experiment's file", {f"{told['experiment']}.yaml": told["file"]})]
