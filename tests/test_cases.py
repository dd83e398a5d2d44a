"""Historical cases: each reads and runs, their score is arithmetic, and a case of one's own works as told."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim import yamltext
from sim.build import build
from sim.cases import cases, cases_table, read, run_cases, score, sentences
from sim.cases.picture import draw
from sim.cases.reading import PRIOR
from sim.cases.running import Row, Spread, changes, predicted
from sim.cases.saving import save
from sim.cases.telling import table_lines
from sim.errors import ScenarioError, WedgeError
from sim.luck import NoLuck
from sim.scenario import from_data, load, names, shipped

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
WEDGE = [sys.executable, "-c", "from sim.cli import main; main(prog_name='wedge')"]
QUIET = ("parameters.conduct.noise=0", "parameters.alignment.noise=0")


@pytest.fixture
def mine(tmp_path):
    """The case of the page, as a file."""
    file = tmp_path / "mine.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    return file


def wedge(*words, cwd):
    return subprocess.run([*WEDGE, *map(str, words)], cwd=cwd, capture_output=True, text=True)


# --- the shipped cases ----------------------------------------------------------------------------


def test_there_are_enough_cases_and_both_signs_among_them():
    observed = [read(name).observed for name in cases()]
    assert len(observed) >= 10
    assert {"rise", "fall"} <= set(observed)


@pytest.mark.parametrize("name", cases())
def test_a_case_says_what_happened_and_who_says_so_and_runs(name):
    case = read(name)
    assert case.told.why
    assert case.told.source
    assert not case.attempt or case.attempt_told.source
    assert "without" in case.scenario.arms
    (row,) = run_cases([case], runs=20)
    assert 0.0 <= row.rises <= 1.0
    assert row.change.low <= row.change.mean <= row.change.high
    assert row.effect.low < row.effect.high


@pytest.mark.parametrize("name", cases())
def test_every_number_of_a_case_has_a_source_or_is_called_assumed(name):
    ranges_of_base = {("uncertainties", path) for path in load("base").data["uncertainties"]}
    scenario = read(name, posterior=PRIOR).scenario
    silent = [
        ".".join(path)
        for arm in (scenario, *scenario.arms.values())
        for path, _, note in arm.numbers()
        if not note.source and path[:2] not in ranges_of_base
    ]
    assert silent == []


WEIGHTS = ("reciprocity", "threat", "balance", "isolation", "commitment", "norms", "conduct", "alignment")


@pytest.mark.parametrize("name", cases())
def test_the_general_weights_of_a_case_are_those_of_base(name):
    """Only nearness, opportunities and dispositions may be a case's own."""
    case, base = read(name, posterior=PRIOR).scenario.data, load("base").data
    given = {group: values for group, values in case["parameters"].items() if values}
    assert set(given) <= {"setting"}
    assert set(given["setting"]) == {"proximity", "opportunity"}
    for path, spread in case["uncertainties"].items():
        own = path.startswith(("initial", "parameters.setting.opportunity"))
        assert own or base["uncertainties"][path] == spread, path
    dropped = set(base["uncertainties"]) - set(case["uncertainties"])
    old = name == "japan_soviet_1941"  # has the ranges of an older scenario, as docs/cases.md says
    assert old or not {path for path in dropped if path.split(".")[1] in WEIGHTS}


@pytest.mark.parametrize("name", cases())
def test_nothing_between_target_and_adversary_and_nothing_of_the_target_is_put_in(name):
    case = read(name)
    pair = {case.target, case.adversary}
    for arm, told in (("scenario", False), ("without", False), ("answered", True)):
        scenario = case.scenario if arm == "scenario" else case.arm(arm)
        for label, event in (scenario.data.get("events", {}) if scenario else {}).items():
            for path in {**event.get("set", {}), **event.get("add", {})}:
                two = path.split(".")[-2:]
                by_target = set(two) == pair and two[0] == case.target
                mutual = set(two) == pair and not path.startswith("parameters.conduct.disposition")
                answer = set(two) == pair and not told
                assert [by_target, mutual, answer] == [False] * 3, (arm, label, path)


@pytest.mark.parametrize("name", cases())
def test_a_case_starts_at_rest(name):
    scenario = read(name).scenario.eventless
    world = build(scenario, 0, 1, NoLuck())
    state = world.start
    for k in range(world.calendar.steps):
        state = world.step(state, k)
    assert np.abs(state.alignment - world.start.alignment).max() < 1e-9


def test_cases_are_found_by_name_but_are_no_scenarios_of_the_gallery():
    assert load(cases()[0]).name == cases()[0]
    assert not set(cases()) & set(names())
    assert "board" not in names()
    with pytest.raises(WedgeError, match="did you mean 'us_egypt_1973'"):
        load("us_egypt_1937")


# --- what is counted ------------------------------------------------------------------------------


def row(observed, rises, answered=None, attempt="", effect=None, rivals=None):
    case = SimpleNamespace(observed=observed, attempt=attempt)
    spread = None if effect is None else Spread(effect, effect, effect)
    return Row(case, 100, rises, Spread(0.0, 0.0, 0.0), spread, answered, rivals or {})


@pytest.mark.parametrize(
    ("share", "sign"),
    [(1.0, "rise"), (0.6, "rise"), (0.59, "undecided"), (0.41, "undecided"), (0.4, "fall"), (0.0, "fall")],
)
def test_a_sign_is_predicted_from_three_fifths_of_the_runs_on(share, sign):
    assert predicted(share) == sign


def test_the_score_is_that_of_a_hand_count():
    """Four counted: hits 1 and 2; one undecided, one wrong; the fifth saw neither sign."""
    rows = [
        row("rise", 0.9),
        row("fall", 0.2),
        row("rise", 0.5, answered=0.8),
        row("rise", 0.1),
        row("none", 0.9),
    ]
    found = score(rows)
    assert (found.counted, found.hits, found.undecided) == (4, 2, 1)
    assert (found.commoner, found.guessing) == ("rise", 3)
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.25 + 0.81) / 4)
    assert found.brier_guessing == pytest.approx(0.75 * 0.25)
    assert found.answered_hits == 3
    assert [each.hit for each in rows] == [True, True, False, False, None]


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (4, 17, 0.0681, 0.4990)],
)
def test_the_interval_is_that_of_clopper_and_pearson(hits, of, low, high):
    """The first two in closed form, 1 - .025**(1/n); the third of Newcombe's tables."""
    found = score([row("rise", 0.9)] * hits + [row("rise", 0.1)] * (of - hits))
    assert (found.hits, found.low, found.high) == (
        hits,
        *(pytest.approx(each, abs=5e-5) for each in (low, high)),
    )


def test_a_forecast_of_the_share_of_rises_scores_as_the_rival_does():
    rows = [row("rise", 0.25), row("fall", 0.25), row("fall", 0.25), row("fall", 0.25)]
    assert score(rows).brier == pytest.approx(score(rows).brier_guessing)


def test_without_a_sign_nothing_is_scored():
    assert score([row("none", 0.9)]) is None
    assert "No case is counted" in sentences([row("none", 0.9)])[0]


def test_the_effect_of_the_wedge_is_told_by_how_its_attempt_is_coded():
    rows = [row("fall", 0.1, attempt="success", effect=-0.1), row("rise", 0.1, attempt="failure", effect=0.1)]
    assert score(rows).lowered == {"success": (1, 1), "failure": (0, 1)}


def test_another_theory_is_held_against_the_same_cases(mine):
    rows = run_cases(
        [mine], runs=5, rivals={"All fall": lambda case: "fall", "All rise": lambda case: "rise"}
    )
    assert score(rows).rivals == {"All fall": 1, "All rise": 0}
    assert "All fall hits 1 of 1." in sentences(rows)


# --- what is run ----------------------------------------------------------------------------------


def test_the_change_is_that_of_the_pair_and_the_effect_is_on_equal_luck(mine):
    """A wedge that does nothing has no effect in any run; one that does has one in the direction of the model."""
    idle = mine.with_name("idle.yaml")
    idle.write_text(EXAMPLE.replace("britain.portugal: 0.2", "britain.portugal: 0.0"), encoding="utf-8")
    assert run_cases([idle], runs=30)[0].effect == Spread(0.0, 0.0, 0.0)
    assert run_cases([mine], runs=30)[0].effect.mean != 0.0


def test_what_the_adversary_offers_the_target_makes_a_rise_likelier(mine):
    (found,) = run_cases([mine], runs=200)
    assert found.answered > found.rises


def test_runs_are_the_same_however_many_are_run(mine):
    few, many = (changes(read(mine), runs, lambda _: None)["scenario"] for runs in (50, 120))
    assert np.array_equal(few, many[:50])


def test_backends_agree(mine):
    pytest.importorskip("llvmlite")
    one, other = (changes(read(mine), 100, lambda _: None, each) for each in ("numpy", "compiled"))
    assert all(np.allclose(one[name], other[name], atol=1e-9) for name in one)


def test_relabelling_actors_changes_nothing(mine):
    """Without luck of its own a pair moves alike whatever the actors are called."""
    case = read(mine, sets=QUIET)
    new = {"britain": "zeta", "portugal": "alpha", "germany": "mu"}
    text = re.sub("|".join(new), lambda found: new[found[0]], EXAMPLE)
    file = mine.with_name("relabelled.yaml")
    file.write_text(text, encoding="utf-8")
    again = read(file, sets=QUIET)
    assert again.target == "alpha"
    one, other = (changes(each, 40, lambda _: None) for each in (case, again))
    assert all(np.allclose(one[name], other[name], atol=1e-12) for name in one)
    assert np.ptp(one["scenario"]) > 0.0


def test_a_case_with_another_question_is_no_case_any_more():
    from sim.comparing import compare

    found = compare(["us_china_1954"], changes=["parameters.balance.weight=0"], runs=5)
    assert "case" not in found.scenario.data
    assert from_data(read("us_china_1954").scenario.data).spec.case.observed == "fall"


def test_the_weights_are_the_shipped_table_if_any_and_else_the_ranges(tmp_path, monkeypatch):
    from sim import weights

    monkeypatch.setattr(weights, "shipped", lambda: tmp_path)
    asked = weights.weights
    assert asked() == asked("prior") == weights.Weights(None)
    assert (asked("prior").name, asked("prior").sets) == ("prior", ())
    (tmp_path / "posterior.csv").write_text("")
    assert asked() == asked("posterior") == weights.Weights("posterior")
    assert asked().sets == ('parameters.posterior="posterior"',)
    assert asked("prior").table is None


def test_a_table_of_weights_is_a_shipped_name_or_a_file_and_else_told_with_the_nearest(tmp_path, monkeypatch):
    from sim.weights import weights

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("parameters.isolation.weight\n1.2\n")
    assert weights("mine.csv").name == "mine.csv"
    assert read("us_egypt_1973", posterior="mine.csv").scenario.posterior.name == "mine.csv"
    assert read("us_egypt_1973", posterior=tmp_path / "mine.csv").scenario.posterior.column(
        "parameters.isolation.weight"
    ).tolist() == [1.2]
    with pytest.raises(
        WedgeError, match="--posterior mien.csv: there is no file 'mien.csv'; did you mean 'mine.csv'"
    ):
        weights("mien.csv")
    with pytest.raises(
        WedgeError, match="--posterior mine: there is no shipped posterior called 'mine'.*; prior is"
    ):
        weights("mine")


# --- what is told ---------------------------------------------------------------------------------


def test_the_case_of_the_page_runs_from_its_text(mine):
    done = wedge("check", "mine.yaml", cwd=mine.parent)
    assert done.returncode == 0, done.stderr
    done = wedge("cases", "mine.yaml", "us_egypt_1973", "--runs", "20", "--out", "held", cwd=mine.parent)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^mine +fall +0\.\d\d", done.stdout, re.MULTILINE)
    assert "of 2 cases" in done.stdout
    assert {each.name for each in (mine.parent / "held").iterdir()} == {
        "cases.csv",
        "cases.png",
        "summary.json",
    }
    again = wedge("cases", "mine.yaml", "--runs", "20", "--out", "held", cwd=mine.parent)
    assert again.returncode == 2
    assert "never overwritten" in again.stderr


def test_the_python_of_the_page_runs():
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(code.replace("runs=500", "runs=10"), "page", "exec"), {})


def test_the_table_of_the_page_is_made_from_the_files():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from make_cases import MARK, the_cases
    finally:
        sys.path.pop(0)
    assert "\n".join(the_cases()) in PAGE.partition(MARK)[2], "run `make cases`"


@pytest.mark.slow
def test_the_results_of_the_page_come_out_again():
    rows = run_cases(cases(), posterior=PRIOR)
    made = PAGE.partition("## As they came out")[2]
    assert all(each in made for each in sentences(rows))
    found = score(rows)
    assert found.hits < found.guessing, "the page says that the model does not earn belief"
    assert found.brier > 0.25


def test_as_json_and_in_python_the_same_is_told(mine):
    done = wedge("cases", mine, "--runs", "20", "--json", cwd=mine.parent)
    told = json.loads(done.stdout)
    (found,) = run_cases([mine], runs=20)
    assert told["cases"][0]["rises"] == found.rises
    assert told["answer"] == sentences([found])
    assert cases_table([found])[0]["parts"] == "Britain > Portugal / Germany"


def test_the_table_fits_a_terminal():
    rows = run_cases(cases()[:3], runs=5)
    assert max(map(len, table_lines(rows))) <= 100


def test_the_figure_has_a_mark_for_each_case(mine, tmp_path):
    rows = run_cases([mine, "us_egypt_1973"], runs=10)
    axes = draw(rows).axes[0]
    assert [each.get_text() for each in axes.get_yticklabels()] == [
        each.case.scenario.spec.title for each in rows
    ]
    marks = [line for line in axes.lines if line.get_marker() in ("^", "v", "s")]
    assert [line.get_xdata()[0] for line in marks] == [each.rises for each in rows]
    assert (save(rows, tmp_path / "held") / "cases.png").stat().st_size > 10_000


# --- faults ---------------------------------------------------------------------------------------

FAULTS = [
    ("value: fall", "value: fell", "observed is 'fell'; expected 'rise', 'fall' or 'none'; did you mean 'fall'?"),
    ("value: success", "value: win", "attempt is 'win'; expected 'success' or 'failure'"),
    ("  observed:", "  obsreved:", "there is no setting called 'obsreved' here; did you mean 'observed'?"),
    ("target: portugal", "target: portgual", "there is no actor called 'portgual'; did you mean 'portugal'?"),
    ("    without:", "    witout:", "there is no alternative called 'without', in which the divider does nothing; did you mean 'witout'?"),
    ("    answered:", "    answerd:", "a case reads no alternative called 'answerd'; did you mean 'answered'?"),
    ("    london_lisbon:", "    other: {divider: germany, target: portugal, adversary: britain}\n    london_lisbon:",
     "there are 2 wedges; a case is about exactly one, 'ties: {wedges: {name: {divider: ..., target: ..., adversary: ...}}}'"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), FAULTS, ids=[each[1].strip()[:20] for each in FAULTS])
def test_a_faulty_case_gives_its_line(mine, right, wrong, said):
    mine.write_text(EXAMPLE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read(mine)
    assert said in [each.message for each in caught.value.faults], str(caught.value)
    (fault,) = [each for each in caught.value.faults if each.message == said]
    assert fault.file == str(mine)
    assert fault.line > 10


def test_a_scenario_that_says_nothing_of_what_happened_is_refused(tmp_path):
    done = wedge("cases", "abe_engagement", cwd=tmp_path)
    assert done.returncode == 2
    assert re.search(r"abe_engagement\.yaml:\d+:1: abe_engagement does not say what happened", done.stderr)
    assert "case: {observed: rise}" in done.stderr


def test_a_name_that_is_no_case_is_told_with_the_nearest(tmp_path):
    done = wedge("cases", "us_egypt", cwd=tmp_path)
    assert done.returncode == 2
    assert "there is no case called 'us_egypt'; did you mean 'us_egypt_1973'?; give" in done.stderr
    with pytest.raises(WedgeError, match="there is no such file"):
        read("nowhere.yaml")


def test_a_case_needs_no_more_than_what_happened(mine):
    text = re.sub(r"^question:\n.*", "case: {observed: fall}\n", EXAMPLE, flags=re.MULTILINE | re.DOTALL)
    mine.write_text(text, encoding="utf-8")
    assert read(mine).observed == "fall"
    (found,) = run_cases([mine], runs=5)
    assert found.effect is None
    assert found.answered is None
    assert cases_table([found])[0]["effect"] == "-"


def test_the_board_is_base_without_anybody(tmp_path):
    document = yamltext.read(shipped() / "board.yaml")
    assert document.data["extends"] == "base"
    with pytest.raises(ScenarioError, match="'actors' is missing"):
        load("board" if "board" in names() else shipped() / "board.yaml")
