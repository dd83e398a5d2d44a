"""Write docs/validation.md and its figures anew, with the numbers as they come out (`make validation`).

    python docs/make_validation.py             all parts, some ten minutes on two cores
    python docs/make_validation.py hindcast    one part, or several

Each part stands between two marks of its name; what is written outside the marks is kept.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.calibration.indicators import evidence
from sim.calibration.posterior import Posterior
from sim.calibration.ranks import Ranks
from sim.calibration.study import calibration
from sim.calibration.telling import learned_lines, posterior_table, rank_lines
from sim.cases import cases, run_cases, score
from sim.cases.reading import PRIOR
from sim.cases.saving import save as save_cases
from sim.claims import ledger as claims_ledger
from sim.claims import load_all
from sim.claims.figure import draw as draw_claims
from sim.claims.ledger import origin
from sim.claims.telling import ledger_markdown
from sim.columns import markdown
from sim.hindcast import MODES, hindcast
from sim.hindcast.telling import NOTES, TOLD, by_series, verdicts, worth
from sim.history import load
from sim.plots.calibrations import draw as draw_calibration
from sim.plots.hindcasts import draw as draw_hindcast
from sim.provenance import ledger as provenance
from sim.results import run
from sim.scenario import load as scenario

HERE = Path(__file__).parent
PAGE, FIGURES, TABLE = (
    HERE / "validation.md",
    HERE / "validation",
    HERE.parent / "scenarios" / "posterior.csv",
)
BACKEND = "compiled" if importlib.util.find_spec("llvmlite") else "numpy"
WORKERS = None
DRAWS, TRUTHS = 400_000, 200


def the_calibration() -> list[str]:
    """What was learned, and whether known inputs are recovered; the shipped posterior is written too."""
    history = load()
    found, ranks = calibration(history, draws=DRAWS, truths=TRUTHS, workers=WORKERS, backend=BACKEND)
    assert ranks is not None
    TABLE.write_text("\n".join(posterior_table(found)) + "\n", encoding="utf-8")
    draw_calibration(found, ranks, FIGURES)
    return [*_learned(found), "", *_ranks(ranks), "", f"Indicators: {', '.join(_titles(found.origin))}."]


def _titles(year: int) -> list[str]:
    return [each.series.title for each in evidence(load(), year)]


def _learned(found: Posterior) -> list[str]:
    informed = sum(each.informed for each in found.learned)
    border = sum(each.open for each in found.learned)
    return [
        f"Of {len(found.learned)} inputs and ratios **{informed} are informed** by the record from 2000 to {found.origin}, "
        f"{border} stand at the border; all others keep their prior.",
        "",
        "```text",
        *learned_lines(found),
        "```",
        "",
        "![Prior and posterior of each input](validation/learned.png)",
    ]


def _ranks(ranks: Ranks) -> list[str]:
    return ["```text", *rank_lines(ranks), "```", "", "![Ranks of known inputs](validation/ranks.png)"]


def the_hindcast() -> list[str]:
    """Every cut and origin, each mode, each series."""
    found = hindcast(load(), workers=WORKERS, backend=BACKEND)
    draw_hindcast(found, FIGURES)
    lines = []
    for mode in MODES:
        lines += [f"### {mode.capitalize()}: {TOLD[mode]}", "", *_table(verdicts(found, mode)), ""]
        lines += [
            "Series in which the model is better, and its skill over them with a 95 % interval over series.",
            "",
        ]
        lines += [*_table(by_series(found, mode)), ""]
        lines += [f"![Fans from {cut}, {mode}](validation/fans_{cut}_{mode}.png)\n" for cut in found.cuts]
        lines += [f"![Skill by series, {mode}](validation/skill_{mode}.png)", ""]
    return [
        *lines,
        " ".join(NOTES),
        "",
        f"Worth of the posteriors in equally likely draws, by origin: {worth(found)}.",
    ]


def _table(rows: list[list[str]]) -> list[str]:
    return markdown(rows[0], rows[1:])


def the_claims() -> list[str]:
    """The ledger of claims under prior and posterior."""
    given = load_all()
    rows = claims_ledger(given, posterior="posterior", workers=WORKERS, backend=BACKEND)
    draw_claims(rows, FIGURES, origin(rows, "posterior"))
    return ["![Effect of each claim, and its verdict](validation/ledger.png)", "", ledger_markdown(rows)]


def the_cases() -> list[str]:
    """Hits of the historical cases under prior and posterior, against always guessing the commoner sign."""
    rows = [
        "| weights | hits | undecided | 95 % interval | always the commoner sign | told of the adversary's moves | Brier | Brier of the base rate |",
        "|---" * 8 + "|",
    ]
    for title, posterior in (("prior", PRIOR), ("posterior", "posterior")):
        run = run_cases(cases(), posterior=posterior, backend=BACKEND)
        found = score(run)
        assert found is not None
        rows.append(
            f"| {title} | {found.hits} of {found.counted} | {found.undecided} | {found.low:.0%} to {found.high:.0%} | "
            f"{found.guessing} ({found.commoner}) | {found.answered_hits} | {found.brier:.3f} | {found.brier_guessing:.3f} |"
        )
        if posterior != PRIOR:
            with tempfile.TemporaryDirectory() as place:
                save_cases(run, Path(place) / "cases")
                (FIGURES / "cases.png").write_bytes((Path(place) / "cases" / "cases.png").read_bytes())
    return [
        *rows,
        "",
        "![Probability of a rise in each case under the posterior, and what happened](validation/cases.png)",
    ]


def the_founding_question() -> list[str]:
    """What the default scenario answers under the prior and under the posterior."""
    rows = [["weights", "answer", "in alignment"]]
    for title, sets in (("prior", ()), ("posterior", ("parameters.posterior=posterior",))):
        answer = run(scenario("abe_engagement", sets), workers=WORKERS, backend=BACKEND).summary["answer"]
        rows.append([title, answer[0], next(each for each in answer if each.startswith("The alignment of"))])
    return _table(rows)


def the_provenance() -> list[str]:
    """Shares of the variance of the main outcome, under prior and posterior."""
    rows = ["| inputs | group | by itself | with the rest |", "|---|---|---|---|"]
    for title, sets in (("prior", ()), ("posterior", ("parameters.posterior=posterior",))):
        found = provenance(scenario("abe_engagement", sets), "sino_russian", runs=24_576, backend=BACKEND)
        for share in found.shares:
            alone = _percent(share.first_order, share.first_order_low, share.first_order_high)
            rest = _percent(share.total, share.total_low, share.total_high)
            rows.append(f"| {title} | {share.group} ({len(share.inputs)} inputs) | {alone} | {rest} |")
    return rows


def _percent(share: float, low: float, high: float) -> str:
    return f"{share:.0%} ({low:.0%} to {high:.0%})" if high > low else f"{share:.0%}"


PARTS: dict[str, Callable[[], list[str]]] = {
    "calibration": the_calibration,
    "hindcast": the_hindcast,
    "claims": the_claims,
    "cases": the_cases,
    "founding question": the_founding_question,
    "provenance": the_provenance,
}


def main(names: Sequence[str]) -> None:
    """Write these parts anew, all unless told. Exits where there is no such part, or no place for it."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"no part called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    FIGURES.mkdir(exist_ok=True)
    for name in names or PARTS:
        made = "\n".join(PARTS[name]()).rstrip()
        between = re.compile(rf"(<!-- made: {name} -->\n).*?(<!-- end: {name} -->)", re.DOTALL)
        text, count = between.subn(
            lambda found, made=made: f"{found[1]}{made}\n{found[2]}", PAGE.read_text("utf-8")
        )
        if not count:
            sys.exit(f"{PAGE} has no marks of the part {name}")
        PAGE.write_text(text, encoding="utf-8")
        print(f"{name}: written")


if __name__ == "__main__":
    main(sys.argv[1:])
