"""Write what came of the historical cases: the end of docs/cases.md, and docs/cases.png (`make cases`)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sim.cases import Row, cases, read, run_cases, score, sentences
from sim.cases.reading import PRIOR
from sim.cases.saving import save
from sim.cases.telling import cases_markdown
from sim.weights import weights

HERE = Path(__file__).parent
PAGE, FIGURE = HERE / "cases.md", HERE / "cases.png"
MARK = "<!-- What follows is made by docs/make_cases.py; do not edit. -->"
VARIANTS = (
    (),
    ("parameters.norms.counter_binding=0", "parameters.norms.emboldenment=0"),
    ("parameters.norms.counter_binding=0.6",),
    ("parameters.balance.weight=0",),
    ("parameters.balance.weight=1",),
    ("parameters.isolation.weight=0",),
    ("parameters.isolation.weight=1.5",),
)
"""Weights that carry signs, at zero and at the ends of their ranges."""


def the_cases() -> list[str]:
    """What happened in each case, and who says so; nothing is run."""
    lines = [
        "## The cases",
        "",
        "| case | what happened | source | attempt | source |",
        "|---|---|---|---|---|",
    ]
    for name in cases():
        case = read(name, posterior=PRIOR)
        happened = f"{case.observed}: {case.told.why}"
        link = f"[{name}](../scenarios/cases/{name}.yaml)"
        attempt = (case.attempt or "-", case.attempt_told.source or "-")
        lines.append(f"| {link} | {happened} | {case.told.source} | {attempt[0]} | {attempt[1]} |")
    return lines


def the_results(rows: list[Row]) -> list[str]:
    """The table and the score of one set of weights."""
    return [
        f"Weights: {rows[0].case.weights}.",
        "",
        *cases_markdown(rows),
        "",
        *(f"- {each}" for each in sentences(rows)),
    ]


def the_variants() -> list[str]:
    """How the score hangs on the weights that carry signs."""
    lines = ["| all else as in the ranges | hits | undecided | told, hits | Brier |", "|---|---|---|---|---|"]
    for sets in VARIANTS:
        found = score(run_cases(cases(), sets=sets, posterior=PRIOR))
        assert found is not None
        named = (
            ", ".join(each.removeprefix("parameters.").replace("=", " = ") for each in sets)
            or "nothing changed"
        )
        hits = (
            f"{found.hits} of {found.counted} | {found.undecided} | {found.answered_hits} | {found.brier:.3f}"
        )
        lines.append(f"| {named} | {hits} |")
    return lines


def main() -> None:
    """Run all cases and write page and figure."""
    rows = run_cases(cases(), posterior=PRIOR)
    told = [
        *the_cases(),
        "",
        "## As they came out",
        "",
        "![Probability of a rise in each case, and what happened](cases.png)",
        "",
    ]
    told += the_results(rows)
    if weights().name != PRIOR:
        rows = run_cases(cases())
        told += ["", *the_results(rows)]
    told += ["", "## How the score hangs on the weights", "", *the_variants()]
    with tempfile.TemporaryDirectory() as place:
        FIGURE.write_bytes((save(rows, Path(place) / "cases") / "cases.png").read_bytes())
    written = PAGE.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
    PAGE.write_text("\n".join([written, "", MARK, "", *told, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
