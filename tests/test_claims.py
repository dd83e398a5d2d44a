"""The claims ledger: its rules on made effects, its files, and that what it says could have been otherwise."""

import json
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.claims import ledger, ledger_markdown, ledger_table, load, load_all, names, verdicts
from sim.claims.ledger import ALTERNATIVE, POSTERIOR, PRIOR, ZERO
from sim.claims.priors import STRUCTURAL_PRIORS
from sim.claims.telling import judged, ledger_lines, qualified, reason, words
from sim.claims.verdicts import Rule, Split, answers, at_value, effect, means, signs, split, verdict
from sim.cli import main
from sim.errors import ScenarioError, WedgeError
from sim.weights import weights
from tests.worlds import scenario

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
RISES, FALLS, SAME = (Rule(each, 1.0, 0.8) for each in ("rises", "falls", "no_change"))
CHEAP = ("C1", "C3", "C7", "C14")
DEAR = ("C4", "C5")


@cache
def shipped():
    """The shipped claims, read once."""
    return load_all()


def judge(mean, rule=RISES, best=None):
    """The verdict on draws without luck, the prior being a tested one."""
    mean = np.asarray(mean, dtype=float)
    answer = answers(mean, np.zeros_like(mean), 8, rule)
    return verdict(mean, answer, rule, best, could_be_either=True)


# --- the rules, on made effects ---------------------------------------------------------------------


def test_a_claim_is_tested_only_with_a_tenth_of_the_prior_on_each_answer():
    assert verdicts.tested(np.array([1.0] * 90 + [-1.0] * 10))
    assert not verdicts.tested(np.array([1.0] * 91 + [-1.0] * 9))
    assert not verdicts.tested(np.array([1.0] * 9 + [-1.0] * 91))
    assert not verdicts.tested(np.array([1.0] * 9 + [0.0] * 82 + [-1.0] * 9))


def test_an_untested_claim_is_assumed_however_large_its_effect():
    mean = np.full(100, 50.0)
    assert verdict(mean, np.ones(100), RISES, None, could_be_either=False) == verdicts.ASSUMED


@pytest.mark.parametrize(
    ("mean", "rule", "expected"),
    [
        ([2.0] * 80 + [-0.5] * 20, RISES, "supported"),
        ([2.0] * 79 + [-0.5] * 21, RISES, "no clear effect"),
        ([-2.0] * 80 + [0.5] * 20, RISES, "contradicted"),
        ([-2.0] * 80 + [0.5] * 20, FALLS, "supported"),
        ([2.0] * 80 + [-0.5] * 20, FALLS, "contradicted"),
        ([0.9] * 85 + [-0.9] * 15, RISES, "no clear effect"),
        ([0.5] * 80 + [2.0] * 20, SAME, "supported"),
        ([-0.5] * 80 + [-2.0] * 20, SAME, "supported"),
        ([3.0] * 80 + [0.5] * 20, SAME, "contradicted"),
        ([-3.0] * 40 + [3.0] * 40 + [0.5] * 20, SAME, "contradicted"),
        ([3.0] * 50 + [0.5] * 50, SAME, "no clear effect"),
    ],
)
def test_the_verdict_follows_share_and_size(mean, rule, expected):
    assert judge(mean, rule) == expected


def test_most_draws_of_the_right_sign_do_not_support_a_claim_whose_mean_effect_is_too_small():
    assert judge([0.5] * 70 + [1.5] * 20 + [-0.1] * 10) == "no clear effect"


def test_a_verdict_depends_on_an_input_only_if_it_separates_the_answers():
    mixed = [3.0] * 50 + [-3.0] * 50
    assert judge(mixed, best=Split("x", 0.2, True, 0.5)) == "depends"
    assert judge(mixed, best=Split("x", 0.2, True, 0.49)) == "no clear effect"
    assert judge([3.0] * 90 + [-3.0] * 10, best=Split("x", 0.2, True, 1.0)) == "supported"


def test_the_split_is_where_the_sign_turns_and_says_on_which_side_the_claim_holds():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-1.0, 1.0, 2000), rng.uniform(size=2000)
    found = split(np.sign(x - 0.3), {"y": y, "x": x})
    assert (found.path, found.above, found.index) == ("x", True, 1.0)
    assert found.value == pytest.approx(0.3, abs=0.01)
    turned = split(np.sign(0.3 - x), {"x": x})
    assert not turned.above
    assert turned.value == found.value


def test_a_split_of_noise_separates_next_to_nothing():
    rng = np.random.default_rng(2)
    inputs = {f"x{k}": rng.uniform(size=2000) for k in range(30)}
    assert split(np.sign(rng.normal(size=2000)), inputs).index < 0.2


def test_the_youden_index_of_a_known_table():
    """Eight of ten as claimed above, two of ten against above: .8 - .2."""
    answer = np.array([1.0] * 40 + [-1.0] * 40)
    x = np.array([1.0] * 32 + [0.0] * 8 + [1.0] * 8 + [0.0] * 32)
    assert split(answer, {"x": x}) == Split("x", 0.5, True, pytest.approx(0.6))


def test_no_split_is_told_of_few_draws_or_of_an_input_that_does_not_vary():
    few = verdicts.FEWEST - 1
    for sides in ((50, few), (few, 50)):
        answer = np.repeat([1.0, -1.0], sides)
        assert split(answer, {"x": np.arange(50.0 + few)}) is None
    assert split(np.repeat([1.0, -1.0], (50, few + 1)), {"x": np.arange(51.0 + few)}).index == 1.0
    assert split(np.array([1.0] * 50 + [-1.0] * 50), {"x": np.ones(100)}) is None


@pytest.mark.parametrize("others", [verdicts.FEWEST, 9 * verdicts.FEWEST])
def test_of_forty_inputs_that_bear_on_nothing_hardly_ever_one_makes_a_verdict_depend_on_it(others):
    """At the least number of draws at which a split is told, evenly divided or a tenth against."""
    rng = np.random.default_rng(4)
    answer = np.repeat([1.0, -1.0], (others, verdicts.FEWEST))
    trials = [split(answer, dict(enumerate(rng.uniform(size=(40, answer.size))))) for _ in range(200)]
    assert np.mean([each.index >= verdicts.SEPARATES for each in trials]) <= 0.03


def test_pure_luck_gives_each_sign_to_five_draws_in_a_hundred():
    rng = np.random.default_rng(3)
    mean, error = means(rng.normal(size=(20000, 8)))
    found = signs(mean, error, 8)
    assert np.mean(found > 0) == pytest.approx(0.05, abs=0.006)
    assert np.mean(found < 0) == pytest.approx(0.05, abs=0.006)


def test_equal_luck_that_always_moves_an_outcome_alike_leaves_no_tie_and_no_change_is_one():
    mean, error = means(np.array([[0.25] * 8, [0.0] * 8, [1e-12] * 8]))
    assert signs(mean, error, 8).tolist() == [1.0, 0.0, 0.0]


def test_a_draw_near_the_edge_of_the_band_answers_nothing_while_luck_may_carry_it_over():
    spread = np.array([[0.9, 1.3] * 4, [0.1, 0.3] * 4, [2.9, 3.3] * 4])
    mean, error = means(spread)
    assert answers(mean, error, 8, SAME).tolist() == [0.0, 1.0, -1.0]


def test_runs_without_a_value_are_left_out_and_a_draw_without_any_answers_nothing():
    mean, error = means(np.array([[1.0, np.nan, 1.0, 1.0], [np.nan] * 4]))
    assert mean[0] == 1.0
    assert answers(mean, error, 4, RISES).tolist() == [1.0, 0.0]


def test_an_interaction_is_what_both_do_beyond_the_sum_of_each():
    arms = np.array([10.0, 4.0, 3.0, 1.0]).reshape(4, 1, 1)
    assert effect(arms, "super_additive") == 10.0 - 4.0 - 3.0 + 1.0
    assert effect(arms, "rises") == 9.0


def test_at_set_signs_a_claim_is_as_claimed_against_none_or_mixed():
    def said(mean, rule=RISES):
        mean = np.asarray(mean)
        return at_value(mean, answers(mean, np.zeros_like(mean), 8, rule), rule)

    assert said([2.0] * 10) == "as claimed"
    assert said([-2.0] * 10) == "against"
    assert said([0.0] * 10) == "none"
    assert said([2.0] * 5 + [-2.0] * 5) == "mixed"
    assert said([0.0] * 10, SAME) == "as claimed"


def test_regret_is_what_the_better_arm_would_have_given():
    assert verdicts.regrets(np.array([-2.0, 1.0, 0.0, -1.0]), FALLS) == (0.25, 0.75)


# --- the files --------------------------------------------------------------------------------------


def test_every_claim_of_the_articles_has_a_file():
    assert [each.number for each in shipped()] == [f"C{k}" for k in range(1, 15)]


def test_the_rules_that_the_page_gives_are_those_of_the_files():
    rows = re.findall(r"^\| (C\d+) \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", PAGE, re.MULTILINE)
    told = [(number, outcome, way, float(least), float(share)) for number, outcome, way, least, share in rows]
    assert told == [
        (
            each.number,
            each.spec.outcome,
            each.spec.expected,
            each.spec.decision.smallest,
            each.spec.decision.probability,
        )
        for each in shipped()
    ]


def test_claims_of_direction_whose_sign_can_turn_set_free_what_carries_it():
    for claim in shipped():
        assert set(claim.spec.signs) <= set(claim.spec.free), claim.number


def test_claims_are_no_experiments_to_wedge_list():
    listed = CliRunner().invoke(main, ["list"]).output
    assert not [name for name in names() if name in listed]


MALFORMED = {
    "an arm too few": ("  none:\n    parameters: {norms: {resolve: {united_states: {russia: 0.0}, europe: {russia: 0.0}}}}\n", "", "expected at least 2"),
    "a third key nobody knows": ("expected: falls", "expeced: falls", "did you mean 'expected'?"),
    "an unknown outcome": ("outcome: northern_activity", "outcome: northern_activty", "did you mean 'northern_activity'?"),
    "an unknown outcome beside": ("[sino_russian]", "[sino_rusian]", "did you mean 'sino_russian'?"),
    "an unknown way": ("expected: falls", "expected: sinks", "'sinks'"),
    "an unknown free parameter": ("parameters.territory.activity_patron: {uniform", "parameters.territory.activity_patrn: {uniform", "did you mean 'activity_patron'?"),
    "a free range upside down": ("[-200, 500]", "[500, -200]", "500 is not below -200"),
    "an unknown sign": ("activity_patron: {zero", "activity_patrn: {zero", "did you mean"),
    "a sign out of bounds": ("alternative: -200", "alternative: -200000", "at least -10000"),
    "a share below one half": ("probability: 0.8", "probability: 0.2", "at least 0.5"),
    "a scenario that is not there": ("scenario: abe_engagement", "scenario: abe_engagment", "did you mean 'abe_engagement'?"),
    "an arm that changes nothing": ("{united_states: {russia: 0.0}, europe: {russia: 0.0}}", "{united_states: {russia: 0.35}, europe: {russia: 0.35}}", "same scenario"),
    "a fault inside an arm": ("{united_states: {russia: 0.0}", "{united_sates: {russia: 0.0}", "did you mean 'united_states'?"),
    "a long quotation": ("paragraph: 3}", "paragraph: 3, quote: a b c d e f g h i j k l m n o}", "expected at most 14"),
    "an interaction of two": ("expected: falls", "expected: super_additive", "expected four arms"),
    "a weight of an outcome that has none": ("free:", "free:\n  outcomes.northern_activity.dispute: {uniform: [0, 1]}\n ", "only weights of issue_help"),
}  # fmt: skip


def mine(tmp_path, *changes):
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    return file


@pytest.mark.parametrize("case", MALFORMED, ids=str)
def test_a_faulty_claim_is_told_at_its_place(tmp_path, case):
    old, new, told = MALFORMED[case]
    with pytest.raises(ScenarioError, match=re.escape(told)) as caught:
        load(mine(tmp_path, (old, new)))
    assert all(re.match(r".*mine\.yaml:\d+:\d+: ", line) for line in str(caught.value).splitlines())


def test_all_faults_of_a_claim_are_told_together(tmp_path):
    faults = [
        MALFORMED[each][:2]
        for each in (
            "an unknown outcome beside",
            "an unknown way",
            "a free range upside down",
            "a fault inside an arm",
        )
    ]
    with pytest.raises(ScenarioError) as caught:
        load(mine(tmp_path, *faults))
    assert len(caught.value.faults) == len(faults)


def test_an_unknown_claim_is_told_with_the_nearest():
    with pytest.raises(WedgeError, match="did you mean 'C12'|did you mean 'C"):
        load("C112")
    assert load("c3").number == "C3"


# --- the claims at work -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [f"C{k}" for k in range(1, 15)])
def test_every_shipped_claim_runs_and_gets_a_verdict(number):
    claim = load(number)
    rows = ledger([claim], runs=2 if number in DEAR else 6)
    assert [row.under for row in rows if row.main] == [PRIOR, ZERO, ALTERNATIVE]
    assert len(rows) == 3 * len(claim.outcomes)
    for row in rows:
        assert np.isfinite(row.effect) or row.unit.startswith("years"), row
        assert row.low <= row.high
        assert row.up + row.down + row.tied == pytest.approx(1.0)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Some cheap claims, once, with a made posterior."""
    table = tmp_path_factory.mktemp("made") / "made.csv"
    table.write_text(
        "parameters.isolation.weight,parameters.threat.weight\n1.2,0.3\n1.3,0.4\n1.4,0.3\n1.5,0.4\n"
    )
    return ledger(load_all(CHEAP), table, runs=160)


def row_of(rows, number, under):
    return next(row for row in rows if row.main and (row.number, row.under) == (number, under))


def test_with_its_sign_carrying_parameters_at_their_alternative_a_claim_shows_the_other_sign(found):
    isolation = row_of(found, "C3", ALTERNATIVE)
    assert isolation.down > 0.7 > 0.3 > isolation.up
    assert row_of(found, "C3", PRIOR).up > 0.6
    assert row_of(found, "C7", ALTERNATIVE).down == 1.0
    assert row_of(found, "C7", PRIOR).up > 0.5
    assert row_of(found, "C14", ALTERNATIVE).down == 1.0


def test_without_counter_binding_and_emboldenment_courtship_seldom_backfires_and_with_them_often(found):
    """The structural prior that the ledger prints."""
    assert row_of(found, "C1", ZERO).down > 0.7
    assert row_of(found, "C1", ALTERNATIVE).up > 0.5


def test_commitment_is_untouched_where_solidarity_counts_for_nothing(found):
    assert row_of(found, "C7", ZERO).effect == pytest.approx(0.0, abs=1e-3)
    assert row_of(found, "C7", PRIOR).split.path == "parameters.commitment.solidarity"
    assert row_of(found, "C7", PRIOR).split.value == pytest.approx(0.0, abs=0.05)


def test_a_posterior_on_one_side_of_a_split_can_support_what_depends_under_the_prior(found):
    assert row_of(found, "C3", PRIOR).tested
    assert row_of(found, "C3", POSTERIOR).verdict == "supported"
    assert row_of(found, "C3", POSTERIOR).low > row_of(found, "C3", PRIOR).low


def test_a_verdict_of_fewer_draws_than_a_split_needs_says_that_it_was_not_examined_for_one(found):
    """A split needs 40 draws of each answer, which fewer than 80 cannot hold."""
    said = "supported, but not examined for a split: 79 draws, the rule asks for 80 (40 of each answer)"
    row = row_of(found, "C3", POSTERIOR)
    few = replace(row, draws=79)
    assert qualified(row) == qualified(replace(row, draws=80)) == "supported"
    assert qualified(few) == said
    assert words(few) == "supported"
    for verdict_ in ("assumed", "identity"):
        assert qualified(replace(few, verdict=verdict_)) == verdict_
    assert qualified(row_of(found, "C3", ALTERNATIVE)) == "against"
    rows = [few if each is row else each for each in found]
    assert said in ledger_markdown(rows)
    assert f": {said}\n" in "\n".join(ledger_lines(rows, load_all(CHEAP), "made.csv"))
    assert "not examined" not in ledger_markdown(found)


def test_the_table_and_the_markdown_hold_every_claim(found):
    table = ledger_table(found)
    assert len(table) == len(found)
    assert {"effect", "low", "high", "luck_error", "up", "down", "tied", "verdict", "splits_on"} <= set(table)
    whole, _, caveats = ledger_markdown(found).partition("\n\n")
    lines = whole.splitlines()
    assert caveats.startswith("- C7: the bar")
    assert len(lines) == 2 + len(CHEAP)
    assert len({line.count(" | ") for line in lines}) == 1
    assert all(words(each[PRIOR]) in line for each, line in zip(judged(found), lines[2:], strict=True))
    assert all(reason(each[PRIOR]) for each in judged(found))


def test_what_is_arithmetic_is_told_so_wherever_it_stands(found):
    marked = {(row.number, row.outcome) for row in found if row.verdict == "identity"}
    assert marked == {("C7", "g7_cohesion"), ("C7", "allied_cohesion")}
    assert {row.verdict for row in ledger([load("C13")], runs=4) if row.main} == {"identity"}


def test_the_lines_tell_where_it_is_said_and_what_the_model_leans_to(found):
    text = "\n".join(ledger_lines(found, load_all(CHEAP), "made.csv"))
    assert "Brown 2018, paragraph 13" in text
    assert "counter-binding" in text.splitlines()[-5]
    assert "identity" in text


def test_the_structural_priors_are_those_of_the_model_page():
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    part = page.split("## Structural priors")[1].split("\n## ")[0]
    bullets = [" ".join(each.split()) for each in part.split("\n- ")[1:]]
    assert bullets == list(STRUCTURAL_PRIORS)


def test_a_ledger_is_the_same_however_many_work_on_it():
    claims = [load("C3"), load("C14")]
    assert repr(ledger(claims, runs=30, workers=1)) == repr(ledger(claims, runs=30, workers=2))


def test_a_draw_does_not_hang_on_how_many_are_drawn():
    from sim.claims.running import run
    from sim.executors import Crew, Serial

    claim = load("C14")
    few, many = (
        run(claim.arms, claim.outcomes, draws=n, lucks=4, crew=Crew(Serial(), width), weights=claim.weights)
        for n, width in ((7, 1), (15, 4))
    )
    assert np.array_equal(few.values, many.values[:, :, :7])
    assert all(np.array_equal(each, many.inputs[path][:7]) for path, each in few.inputs.items())


def test_free_weights_of_an_outcome_are_drawn_and_bear_on_nothing_else():
    from sim.claims.running import run
    from sim.executors import Crew, Serial

    claim, crew = load("C14"), Crew(Serial(), 1)
    given, drawn = (
        run(claim.arms, claim.outcomes, draws=5, lucks=3, crew=crew, weights=weights)
        for weights in ({}, claim.weights)
    )
    assert not np.array_equal(given.values[:, 0], drawn.values[:, 0])
    assert np.array_equal(given.values[:, 1:], drawn.values[:, 1:])
    assert set(drawn.inputs) - set(given.inputs) == set(claim.weights)


def test_a_posterior_that_does_not_fit_is_told_before_anything_is_run(tmp_path):
    out = tmp_path / "out"
    done = CliRunner().invoke(
        main, ["claims", "C3", "--posterior", "nowhere.csv", "--out", str(out), "--workers", "1"]
    )
    assert done.exit_code == 2
    assert done.output.startswith("wedge: --posterior nowhere.csv: ")
    assert not out.exists()


def test_a_world_without_anything_uncertain_is_run_draw_by_draw_all_the_same(tmp_path):
    from sim.claims.running import run
    from sim.executors import Crew, Serial

    one, other = (
        scenario({"outcomes": {"tie": {"measure": "alignment", "pair": ["a", "b"]}}}) for _ in range(2)
    )
    found = run({"one": one, "other": other}, ("tie",), draws=3, lucks=2, crew=Crew(Serial(), 1))
    assert found.values.shape == (2, 1, 3, 2)
    assert len(np.unique(found.values[0])) == 6
    assert np.array_equal(found.values[0], found.values[1])


def test_the_command_prints_saves_and_draws_the_ledger_and_overwrites_nothing(tmp_path):
    file, out = mine(tmp_path), tmp_path / "out"
    words_ = ["claims", str(file), "--runs", "20", "--workers", "1", "--out", str(out)]
    done = CliRunner().invoke(main, words_)
    assert done.exit_code == 0, done.output
    assert "Sanctions calm the north" in done.output
    assert "whatever its numbers" in done.output
    assert {each.name for each in out.iterdir()} == {"ledger.csv", "ledger.md", "ledger.json", "figures"}
    assert {each.name for each in (out / "figures").iterdir()} == {"ledger.png", "ledger.svg"}
    again = CliRunner().invoke(main, words_)
    assert again.exit_code == 2
    assert "never overwritten" in again.output


def test_a_ledger_is_the_latest_of_results_and_says_what_it_is_where_runs_are_asked_for(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    older = Path("results/tiny-001/manifest.json")
    older.parent.mkdir(parents=True)
    older.write_text("{}")
    os.utime(older, (1, 1))
    for _ in range(2):
        done = CliRunner().invoke(main, ["claims", str(mine(tmp_path)), "--runs", "20", "--workers", "1"])
        assert done.exit_code == 0, done.output
        os.utime("results/claims-001/ledger.json", (2, 2))
    for named in ((), ("claims",)):
        done = CliRunner().invoke(main, ["report", *named])
        assert done.output == "Report: results/claims-002/report.html\n"
    said = (
        "wedge: results/claims-002: a ledger of claims, which keeps verdicts and no runs; read ledger.md in it, or "
        "write its report: wedge report results/claims-002\n"
    )
    for asked in (["show"], ["plot"], ["show", "claims"], ["explain", "results/claims-002"]):
        done = CliRunner().invoke(main, asked)
        assert (done.exit_code, done.output) == (2, said)


def test_the_ledger_as_json_is_json(tmp_path):
    words_ = [
        "claims",
        str(mine(tmp_path)),
        "--runs",
        "20",
        "--workers",
        "1",
        "--json",
        "--out",
        str(tmp_path / "out"),
    ]
    told = json.loads(CliRunner().invoke(main, words_).stdout)
    assert {row["under"] for row in told["rows"]} == {PRIOR, ZERO, ALTERNATIVE} | (
        {POSTERIOR} if weights().table else set()
    )


def test_the_command_checks_without_running(tmp_path):
    done = CliRunner().invoke(main, ["claims", str(mine(tmp_path)), "--check"])
    assert (done.exit_code, done.output) == (0, "M1 is sound: Sanctions calm the north\n")
    told = CliRunner().invoke(main, ["claims", str(mine(tmp_path)), "--check", "--json"])
    assert json.loads(told.stdout) == {"sound": [{"number": "M1", "title": "Sanctions calm the north"}]}


def test_the_prior_alone_can_be_asked_for(tmp_path):
    words_ = [
        "claims",
        str(mine(tmp_path)),
        "--runs",
        "20",
        "--workers",
        "1",
        "--json",
        "--posterior",
        "prior",
    ]
    told = json.loads(CliRunner().invoke(main, [*words_, "--out", str(tmp_path / "out")]).stdout)
    assert {row["under"] for row in told["rows"]} == {PRIOR, ZERO, ALTERNATIVE}
    assert told["posterior"] is None


def test_a_ledger_whose_figure_cannot_be_drawn_leaves_nothing_behind(tmp_path, monkeypatch, found):
    from sim.claims import saving

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving, "draw", full)
    with pytest.raises(WedgeError, match="out: cannot be written .No space left"):
        saving.save(found, tmp_path / "out", None)
    assert not list(tmp_path.iterdir())


def test_the_python_of_the_page_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    mine(tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(code.replace("runs=40", "runs=10"), "claims.md", "exec"), {})
