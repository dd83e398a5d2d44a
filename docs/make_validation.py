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
from sim.hindcast import MODES, Hindcast, hindcast, summary, verdict
from sim.hindcast.scoring import REFERENCES
from sim.hindcast.telling import NAMES, parts
from sim.history import load
from sim.plots.calibrations import draw as draw_calibration
from sim.plots.hindcasts import draw as draw_hindcast
from sim.provenance import ledger as provenance
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
    return [
        f"Of {len(found.learned)} inputs and ratios **{informed} are informed** by the record from 2000 to {found.origin}; "
        "all others keep their prior.",
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
        lines += [f"### {mode.capitalize()}", "", *_verdicts(found, mode), "", *_series(found, mode), ""]
        lines += [f"![Fans from {cut}, {mode}](validation/fans_{cut}_{mode}.png)\n" for cut in found.cuts]
        lines += [f"![Skill by series, {mode}](validation/skill_{mode}.png)", ""]
    worth = ", ".join(f"{year}: {each.effective:,.0f}" for year, each in found.posteriors.items())
    return [*lines, f"Worth of the posteriors in equally likely draws, by origin: {worth}."]


def _verdicts(found: Hindcast, mode: str) -> list[str]:
    rows = [
        "| from | "
        + " | ".join(f"better than {NAMES[name]}" for name in REFERENCES)
        + " | 90 % held | 50 % held |"
    ]
    rows.append("|---" * (len(REFERENCES) + 3) + "|")
    for title, scores in parts(found, mode):
        if scores:
            told = verdict(scores, 1)
            cells = [
                f"{told.better[name]} of {told.series} ({told.skill[name].value:+.2f}, {told.skill[name].low:+.2f} to {told.skill[name].high:+.2f})"
                for name in REFERENCES
            ]
            held = [f"{each.share:.0%} of {each.of}" for each in (told.coverage_90, told.coverage_50)]
            rows.append("| " + " | ".join([title, *cells, *held]) + " |")
    return [
        *rows,
        "",
        "In how many series the model scores better, with its skill over all of them and a 95 % interval over series.",
    ]


def _series(found: Hindcast, mode: str) -> list[str]:
    rows = [
        "| series, every origin | scored | "
        + " | ".join(f"vs {NAMES[name]}" for name in REFERENCES)
        + " | 90 % | 50 % | signs |"
    ]
    rows.append("|---" * (len(REFERENCES) + 5) + "|")
    for each in summary(found.of(mode), 1):
        cells = [f"{each.skill[name].value:+.2f}" for name in REFERENCES]
        held = [
            f"{each.coverage_90.share:.0%}",
            f"{each.coverage_50.share:.0%}",
            f"{each.sign_hits:.0%} of {each.signs}",
        ]
        rows.append(
            "| "
            + " | ".join([found.history.series[each.series].title, str(each.observations), *cells, *held])
            + " |"
        )
    return rows


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
    "provenance": the_provenance,
}


def main(names: Sequence[str]) -> None:
    """Write these parts anew, all unless told."""
    FIGURES.mkdir(exist_ok=True)
    for name in names or PARTS:
        text = PAGE.read_text(encoding="utf-8")
        between = re.compile(rf"(<!-- made: {name} -->\n).*?(<!-- end: {name} -->)", re.DOTALL)
        made = "\n".join(PARTS[name]()).rstrip()
        PAGE.write_text(
            between.sub(lambda found, made=made: f"{found[1]}{made}\n{found[2]}", text), encoding="utf-8"
        )
        print(f"{name}: written")


if __name__ == "__main__":
    main(sys.argv[1:])
