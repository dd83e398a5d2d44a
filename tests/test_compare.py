"""Comparisons: equal luck run by run, branches that share their past, and no zero that is none."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

from sim import plots
from sim.agents import WedgeModel, path_of
from sim.answer import THRESHOLDS, waits
from sim.build import build
from sim.cli import main
from sim.comparing import STORY, compare, compare_and_save, planned
from sim.ensemble import simulate
from sim.errors import WedgeError
from sim.policies.reciprocal import HOLD
from sim.results import load, run, save
from sim.scenario import Branch
from sim.scenario import load as load_scenario
from sim.state import quantities
from tests.test_plots import clipped, overlapping, written
from tests.worlds import founding, parameters

OUTCOMES = {
    "outcomes": {
        "front": {"measure": "united_front", "pair": ["china", "russia"], "threshold": 0.5},
        "tie": {"measure": "alignment", "pair": ["china", "russia"]},
        "flights": {"measure": "activity", "dispute": "chain"},
    }
}
CRIMEA = {"events": {"crimea": {"at": "2014-03", "add": {"violation.russia": 1.0}}}}
FIRM = parameters(norms={"resolve": {"japan": {"russia": 0.35}}})
COURT = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.4}}}}
AT = 9
"""The computed step that begins in 2014Q2."""


def world(*changes):
    return founding(OUTCOMES, CRIMEA, *changes)


def policy(kind, who="japan", whom="russia", **given):
    return {"policies": {who: {whom: {"policy": kind, **given}}}}


def branched(first, other, at="2014Q2"):
    """The other scenario as it goes on from the first at a date."""
    return list(planned([first, other], branch_at=at).arms.values())[1]


def same_paths(one, other, last=None):
    """Whether two blocks of paths are the same, bit for bit, up to a record."""
    return all(
        np.array_equal(one.arrays[each.name][:last], other.arrays[each.name][:last]) for each in quantities()
    )


# --- equal luck -----------------------------------------------------------------------------------


def test_what_a_change_cannot_reach_differs_by_exactly_nothing_in_every_run():
    found = compare([world(), world(parameters(territory={"activity_claimant": 2.0}))], runs=60)
    (other,) = found.arms.values()
    for name in ("front", "front.index", "tie", "tie.change"):
        assert np.array_equal(found.runs[name], other.runs[name], equal_nan=True)
    rows = {each["name"]: each for each in found.summary["contrasts"]}
    assert (rows["tie"]["difference"], rows["tie"]["low"], rows["tie"]["high"]) == (0.0, 0.0, 0.0)
    assert rows["tie"]["differing"] == 0
    assert rows["flights"]["differing"] == 60


def test_a_difference_is_that_of_the_two_scenarios_run_alone():
    one, other = world(), world(COURT)
    found = compare([one, other], runs=40)
    alone = [run(each, runs=40, contrast=False).runs["tie"] for each in (one, other)]
    rows = {each["name"]: each for each in found.summary["contrasts"]}
    assert np.array_equal(found.runs["tie"], alone[0])
    assert rows["tie"]["difference"] == pytest.approx((alone[0] - alone[1]).mean(), abs=1e-15)
    assert (rows["tie"]["here"], rows["tie"]["there"]) == pytest.approx([each.mean() for each in alone])


def test_all_arms_have_the_seed_and_the_runs_of_the_first():
    plan = planned([world({"seed": 7, "runs": 30}), world(FIRM, {"seed": 8, "runs": 50})])
    assert [(each.spec.seed, each.spec.runs) for each in plan.arms.values()] == [(7, 30), (7, 30)]


def test_an_uncertainty_added_to_one_arm_does_not_redraw_the_others():
    paths = ["parameters.isolation.weight", "parameters.conduct.inertia"]
    given = {"uncertainties": dict.fromkeys(paths, "plausible")}
    more = {"uncertainties": {"parameters.balance.weight": "plausible", paths[1]: "plausible"}}
    found = compare([world(given), world(more, given), world(FIRM, given)], runs=30)
    for arm in found.arms.values():
        for path in paths:
            assert np.array_equal(arm.runs[path], found.runs[path])
    added = found.arms["scenario_2"].runs["parameters.balance.weight"]
    assert np.unique(added).size == 30
    assert "parameters.balance.weight" not in found.runs


def test_scenarios_of_other_actors_compare_where_their_outcomes_agree():
    more = {"actors": {"korea": {"capability": 0.02}}, "initial": {"alignment": {"korea": {"china": 0.3}}}}
    found = compare([world(), world(more)], runs=20)
    assert found.comparison.left_out == ()
    assert len(found.summary["contrasts"]) == len(found.summary["outcomes"])


def test_outcomes_that_are_not_the_same_in_all_are_left_out_and_told():
    other = world(FIRM, {"outcomes": {"front": {"threshold": 0.6}, "order": {"measure": "order"}}})
    found = compare([world(), other], runs=20)
    assert found.comparison.left_out == ("front", "order")
    assert found.scenario.spec.question.outcome == "tie"
    assert found.comparison.notes("x") == ["Left out, as not the same in all: front, order."]


# --- what is said ---------------------------------------------------------------------------------


def test_the_time_to_a_front_counts_runs_without_one_as_the_whole_run():
    here, there = np.array([1.0, np.nan, 4.0]), np.array([2.0, np.nan, np.nan])
    columns = {"scenario": {"front.first": here}, "other": {"front.first": there}}
    (found,) = waits(world(), columns, ["other"])
    assert found.horizon == 10.0
    assert (found.here, found.there) == pytest.approx(((1 + 10 + 4) / 3, (2 + 10 + 10) / 3))
    gaps = np.array([-1.0, 0.0, -6.0])
    half = 4.302652729911275 * gaps.std(ddof=1) / np.sqrt(3)  # Student's t for 2 degrees of freedom
    assert found.difference == pytest.approx(-7 / 3)
    assert (found.low, found.high) == pytest.approx((-7 / 3 - half, -7 / 3 + half))
    assert (found.share_here, found.share_there) == pytest.approx((2 / 3, 1 / 3))
    assert found.differing == 2


@pytest.fixture(scope="module")
def courted():
    """The founding case against a courted Russia, branched, and a firm line."""
    return compare([world(COURT), world(), world(COURT, FIRM)], runs=120, branch_at="2014Q2")


def test_the_answer_tells_levels_thresholds_alignment_and_time_to_the_front(courted):
    told = courted.summary["answer"]
    for arm in courted.arms.values():
        head = f"'{courted.scenario.spec.title}' compared with '{arm.scenario.spec.title}': "
        assert sum(each.startswith(head) for each in told) == 1
    assert sum("threshold" in each for each in told) == 2
    assert (
        sum(each.startswith("The time to 'front', runs without one counted as all 10 years") for each in told)
        == 2
    )
    names = {each["name"] for each in courted.summary["contrasts"]}
    assert {"front", *(f"front.at_{round(100 * level)}" for level in THRESHOLDS)} <= names


def test_fronts_are_told_of_whatever_is_asked_about():
    found = compare([world(COURT), world()], runs=20, outcome="flights")
    told = " ".join(found.summary["answer"])
    assert "'flights'" in told
    assert "the probability of 'front'" in told or "in front" in told or "runs differ, too few" in told
    assert "The time to 'front'" in told


def test_the_differences_through_time_are_those_of_the_paths_run_by_run(courted):
    line, (one, other) = (
        "alignment:russia:china",
        list(planned([world(COURT), world()], branch_at="2014Q2").arms.values()),
    )
    gaps = simulate(one, runs=120).of("alignment", "russia", "china") - simulate(other, runs=120).of(
        "alignment", "russia", "china"
    )
    table = courted.arms["scenario_2"].gaps
    found = table[table["line"] == line]
    assert np.allclose(found["mean"], gaps.mean(axis=1), rtol=0, atol=1e-15)
    assert np.array_equal(found["q05"], np.quantile(gaps, 0.05, axis=1))
    assert (found["q95"][: AT + 1] == 0.0).all()


# --- branches -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        FIRM,
        COURT,
        policy("roth_erev"),
        policy("quantal_response"),
        policy("reciprocity", gesture=0.2),
        parameters(
            conduct={"disposition": {"japan": {"russia": 0.3}}},
            alignment={"rest": {"china": {"russia": 0.9}}},
        ),
        {"uncertainties": {"parameters.threat.weight": "plausible"}},
    ],
    ids=str,
)
def test_until_the_branch_an_arm_is_the_first_scenario_bit_for_bit_and_then_another(change):
    first = world({"uncertainties": {"parameters.isolation.weight": "plausible"}})
    other = world(first.data | {"title": "x"}, change)
    one, two = (simulate(each, runs=20) for each in (first, branched(first, other)))
    assert same_paths(one, two, AT + 1)
    assert not same_paths(one, two)


@pytest.mark.parametrize("step", ["month", "quarter", "year"])
def test_a_branch_in_a_parameter_is_an_event_that_sets_it(step):
    """Norms and reciprocity do not bear on what the first scenario found at its start."""
    paths = {"parameters.norms.resolve.japan.russia": 0.35, "parameters.isolation.weight": 1.4}
    change = parameters(norms={"resolve": {"japan": {"russia": 0.35}}}, isolation={"weight": 1.4})
    turn = {"events": {"turn": {"at": "2014Q2", "set": paths}}}
    first, other, evented = (world({"step": step}, each) for each in ({}, change, turn))
    assert same_paths(simulate(branched(first, other), runs=12), simulate(evented, runs=12))


def test_events_before_the_branch_are_the_firsts_and_later_ones_the_arms_own():
    """An event of the very month of the branch is a later one."""

    def warming(at):
        return {"at": at, "add": {"engagement.japan.russia": 0.3}}

    mine = {"talks": warming("2013-11"), "plan": warming("2014-04"), "loan": warming("2016-01")}
    others = {"early": warming("2013-02"), "last": warming("2014-03"), "dawn": warming("2014-04")}
    visit = {"visit": warming("2016-05")}
    first, other = world({"events": mine}), founding(OUTCOMES, {"events": others | visit})
    whole = world({"events": {"talks": mine["talks"], "dawn": others["dawn"], **visit}})
    assert same_paths(simulate(branched(first, other), runs=12), simulate(whole, runs=12))


def test_one_name_may_stand_for_an_event_of_the_first_and_a_later_one_of_the_arm():
    """Each in force in its own time, though not at once, so that rules must not be told apart by name."""
    path, cell = "parameters.norms.resolve.japan.russia", {"at": "2013Q1", "until": "2014Q4"}
    first = world({"events": {"turn": {**cell, "set": {path: 0.3}}}})
    late = {"at": "2015Q1", "set": {path: 0.1}}
    whole = world({"events": {"turn": {**cell, "set": {path: 0.3}}, "turn_2": late}})
    other = world({"events": {"turn": late}})
    assert same_paths(simulate(branched(first, other), runs=8), simulate(whole, runs=8))


def test_what_the_first_scenario_found_at_its_start_stays():
    """Another reciprocity from the start would have found other dispositions."""
    first, other = world(), world(parameters(reciprocity={"response": 0.6, "pull": 0.9}))
    trunk, arm, alone = (build(each, 0, 3).settled[0] for each in (first, branched(first, other), other))
    for group, name in (("conduct", "disposition"), ("alignment", "rest"), ("commitment", "rest")):
        kept, new = (getattr(each.groups[group], name) for each in (trunk, arm))
        assert np.array_equal(kept, new)
    assert not np.array_equal(trunk.conduct.disposition, alone.conduct.disposition)
    assert (arm.groups["reciprocity"].response == 0.6)[0, 1].all()


def test_a_value_that_the_arm_leaves_open_is_what_the_first_would_have_found():
    given = parameters(conduct={"disposition": {"japan": {"russia": 0.3}}})
    arm = build(branched(world(given), world()), 0, 3).settled[0]
    assert np.array_equal(arm.conduct.disposition, build(world(), 0, 3).settled[0].conduct.disposition)


def first_decision(first, other, runs=6):
    """What Tokyo decides, and remembers of Moscow, in the first quarter of the branch."""
    here = build(branched(first, other), 0, runs)
    state = here.start
    for k in range(AT):
        state = here.step(state, k)
    decision = here.decide(0, here.look(state, AT), AT)
    return decision, {name: each for name, each in decision.memory.items() if name.startswith("1.")}


PAST = {
    "routine": {},
    "wedge": policy("wedge", stance=0.5),
    "roth_erev": policy("roth_erev", strength=3.0),
    "reciprocity": policy("reciprocity", gesture=0.3),
}


@pytest.mark.parametrize("past", PAST.values(), ids=PAST)
def test_a_policy_that_takes_over_remembers_nothing_of_the_one_before(past):
    _, memory = first_decision(world(past), world(policy("roth_erev")))
    assert set(memory) == {"1.propensities", "1.chosen", "1.payoffs"}
    assert (memory["1.propensities"] == 9.0 / 3).all()
    assert (memory["1.payoffs"] == memory["1.payoffs"][:1]).all()
    _, memory = first_decision(world(past), world(policy("reciprocity", gesture=0.2)))
    assert set(memory) == {"1.gesturing", "1.left", "1.before"}
    assert (memory["1.gesturing"] == 1.0).all()
    assert (memory["1.left"] == HOLD - 1.0).all()
    decision, memory = first_decision(world(past), world(policy("quantal_response")))
    assert set(np.unique(decision.terms["quantal response"][0, 1])) <= {-0.5, 0.0, 0.5}
    assert memory == {}


def test_within_a_quarter_the_branch_waits_for_the_next_decision():
    """Months: what was decided in April holds to the end of June, then the new policy begins."""
    first, other = (world({"step": "month"}, policy(kind)) for kind in ("wedge", "roth_erev"))
    one, two = (simulate(each, runs=20) for each in (first, branched(first, other, "2014-05")))
    intents = [each.of("intent", "japan", "russia") for each in (one, two)]
    assert np.array_equal(intents[0][:31], intents[1][:31])  # May and June are steps 28 and 29
    assert set(np.unique(intents[1][31])) <= {-0.5, 0.0, 0.5}
    assert not np.array_equal(intents[0][31], intents[1][31])


def test_a_policy_that_is_the_same_in_both_goes_on_with_what_it_remembers():
    """Washington learns on while Tokyo's policy changes hands; its own next choice is as it would have been."""
    learning = policy("roth_erev", who="america")
    first, other = world(learning), world(learning, COURT)
    here, there = (build(each, 0, 20) for each in (first, branched(first, other)))
    state = here.start
    for k in range(AT):
        state = here.step(state, k)
    one, two = (each.decide(3, each.look(state, AT), AT) for each in (here, there))
    assert one.memory.keys() == two.memory.keys()
    assert all(np.array_equal(one.memory[name], two.memory[name]) for name in one.memory)
    assert (one.memory["1.propensities"] != 3.0).any()


def test_the_mesa_model_takes_the_same_branch():
    arm = branched(world(policy("roth_erev")), world(policy("reciprocity", gesture=0.2)))
    wanted = simulate(arm, runs=8).of("stance", "japan", "russia")[:, 5]
    assert np.array_equal(path_of(WedgeModel(arm, run=5), "stance")[:, 0, 1, 0], wanted)


def test_a_branch_within_a_step_is_at_its_beginning():
    plan = planned([world(), world(FIRM)], branch_at="2014-05")
    assert plan.comparison.branch_at == "2014Q2"
    assert plan.arms["scenario_2"].branch == Branch(plan.arms[STORY], 12 * 2014 + 3)
    monthly = planned([world({"step": "month"}), world(FIRM, {"step": "month"})], branch_at="2014-05-18")
    assert monthly.comparison.branch_at == "2014-05"


# --- what cannot be compared ----------------------------------------------------------------------

RENAMED = {"outcomes": {"other": {"measure": "order"}}}
REFUSED = {
    "nothing to compare with": (
        [world()], {},
        "nothing to compare with; give two scenarios or more, or one with --change PATH=VALUE",
    ),
    "the same twice": (
        [world(), world({"title": "another title", "seed": 9})], {},
        "scenario_2: the same as scenario in all that bears on the model; nothing to compare",
    ),
    "other dates and steps, all told": (
        [world(), founding(OUTCOMES, {"start": 2011, "step": "month"}), founding(OUTCOMES, years=5)], {},
        "scenario_2: cannot be compared; it starts at 2011Q1, but scenario starts at 2012Q1\n"
        "scenario_2: cannot be compared; it goes by month, but scenario goes by quarter\n"
        "scenario_3: cannot be compared; it ends at 2017Q1, but scenario ends at 2022Q1",
    ),
    "no outcome in common": (
        [world(), founding(FIRM, RENAMED)], {},
        "nothing to compare; no outcome is the same in all scenarios "
        "(scenario: front, tie, flights; scenario: other)",
    ),
    "an unknown outcome": (
        [world(), world(FIRM)], {"outcome": "frnt"},
        "--outcome frnt: is no outcome; did you mean 'front'?; there are front, tie, flights",
    ),
    "an outcome that differs": (
        [world(), world(FIRM, {"outcomes": {"front": {"threshold": 0.7}}})], {"outcome": "front"},
        "--outcome front: is not the same in all scenarios; there are tie, flights",
    ),
    "a branch outside the run": (
        [world(), world(FIRM)], {"branch_at": "2022Q1"},
        "--branch-at 2022Q1: outside the run, which goes from 2012Q1 up to 2022Q1",
    ),
    "a branch that is no date": (
        [world(), world(FIRM)], {"branch_at": "spring"},
        "--branch-at: 'spring' is no date; write 2014, 2014Q2, 2014-05 or 2014-05-18",
    ),
    "a branch from another start": (
        [world(), world({"initial": {"order": 0.5, "alignment": {"russia": {"china": 0.3}}}})],
        {"branch_at": 2014},
        "scenario_2: cannot branch from scenario; it starts with another alignment and another order",
    ),
    "a branch from another uncertain start": (
        [world(), world({"uncertainties": {"actors.japan.capability": {"uniform": [0.05, 0.1]}}})],
        {"branch_at": 2014},
        "scenario_2: cannot branch from scenario; it starts with another capability",
    ),
    "a branch with other actors": (
        [world(), world({"actors": {"korea": {"capability": 0.1}}})], {"branch_at": 2014},
        "scenario_2: cannot branch from scenario; it has other actors, or in another order",
    ),
    "a branch with other ties": (
        [world(), world({"ties": {"flashpoints": {"strait": {"attacker": "china", "defender": "america"}}}})],
        {"branch_at": 2014},
        "scenario_2: cannot branch from scenario; it has other ties",
    ),
    "a difference only before the branch": (
        [world(), founding(OUTCOMES)], {"branch_at": 2016},
        "scenario_2: the same as scenario from 2016Q1 on; it differs only before",
    ),
    "a change that a policy overrides": (
        [world(COURT), world(COURT, parameters(conduct={"disposition": {"japan": {"russia": 0.5}}}))], {},
        "scenario_2: changes nothing; no run differs from scenario in any outcome, though it changes "
        "parameters.conduct.disposition.japan.russia; does a policy override it (japan toward russia)?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("scenarios", "more", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_compared_is_refused_with_the_reason(scenarios, more, told):
    with pytest.raises(WedgeError) as caught:
        compare(scenarios, runs=5, **more)
    assert str(caught.value) == told


def test_overrides_of_a_loaded_scenario_and_no_runs_are_errors_of_the_program():
    with pytest.raises(ValueError, match="takes no overrides"):
        compare([world()], changes=["initial.order=0.5"])
    with pytest.raises(ValueError, match="runs is 0; at least 1 is needed"):
        compare([world(), world(FIRM)], runs=0)


# --- on disk and on the command line --------------------------------------------------------------


def test_a_comparison_reads_back_as_it_was_written(courted, tmp_path):
    again = load(save(courted, tmp_path / "r", seconds=1.0))
    assert again.comparison == courted.comparison
    assert again.summary == courted.summary
    for name, arm in courted.arms.items():
        pd.testing.assert_frame_equal(again.arms[name].runs, arm.runs, check_exact=True)
        pd.testing.assert_frame_equal(again.arms[name].gaps, arm.gaps, check_exact=True, check_dtype=False)
    paths = [simulate(each.arms["scenario_3"].scenario, runs=3) for each in (courted, again)]
    assert same_paths(*paths)


def test_equal_comparisons_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        compare_and_save(planned([world(COURT), world()]), 15, out=tmp_path / name)
    files = [each.relative_to(tmp_path / "one") for each in (tmp_path / "one").rglob("*") if each.is_file()]
    assert len(files) == 9
    for file in files:
        if file.name != "provenance.json":
            assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_a_comparison_has_a_figure_of_its_differences_and_all_those_of_a_run(courted, tmp_path):
    assert list(plots.figures_of(courted)) == ["differences", *plots.FIGURES]
    figure = plots.figure(courted, "differences")
    found = written(figure)
    assert overlapping(found) == []
    assert clipped(figure, found) == []
    told = " ".join(" ".join(text.split()) for text, _ in found)
    for unit in (
        "difference in alignment",
        "percentage points",
        "% of runs still without a front",
        "year",
        "10 years",
    ):
        assert unit in told
    assert "from 2014Q2 on, rather than turn to the others?" in told
    assert "branched at 2014Q2, seed 5. wedge-sim" in told
    for draw in (plots.gap_spread, plots.gap_path, plots.waiting):
        axes = Figure().subplots()
        assert draw(courted, axes) is axes
    with pytest.raises(WedgeError, match="no figure called 'differences'"):
        plots.figure(run(world(), runs=5), "differences")


def test_figures_of_odd_comparisons_hold_together():
    """Nine alternatives of one long title; no front, no alignment among the outcomes."""
    bare = {
        "title": "A very long title of a scenario " * 8,
        "outcomes": {"flights": OUTCOMES["outcomes"]["flights"]},
    }
    found = compare([founding(bare, parameters(territory={"weight": 0.1 * k})) for k in range(1, 11)], runs=4)
    for name in plots.figures_of(found):
        figure = plots.figure(found, name)
        words = written(figure)
        assert overlapping(words) == [], name
        assert clipped(figure, words) == [], name


def test_figures_say_which_scenario_they_show(courted):
    """The spread is that of the first; medians of the others are beside it, and rows have their titles."""
    first = courted.scenario.spec.title
    for name in ("alignments", "security", "stage"):
        told = " ".join(" ".join(text.split()) for text, _ in written(plots.figure(courted, name)))
        assert f"Shaded: the first scenario, {first}" in told
        if name != "stage":
            assert all(f"median of {arm.scenario.spec.title}" in told for arm in courted.arms.values())
    for name in ("network", "postures"):
        figure = plots.figure(courted, name)
        found = written(figure)
        assert overlapping(found) == []
        assert {
            f"The first scenario: {first}",
            *(arm.scenario.spec.title for arm in courted.arms.values()),
        } <= {text for text, _ in found}


def said(*words, code=0):
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def test_the_command_runs_shows_lists_and_draws_a_comparison(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    change = "parameters.norms.resolve.japan.russia=0.35"
    text = said(
        "compare",
        "abe_engagement",
        "america_first",
        "--change",
        change,
        "--branch-at",
        "2014Q2",
        "--runs",
        "20",
    )
    folder = "results/abe_engagement_vs_america_first_and_1_more-001"
    assert f"Results: {folder}" in text
    path, _, value = change.partition("=")
    assert (
        f"'Abe's engagement of Russia, 2012-2022' compared with 'the first with {path} = {value}': "
        in " ".join(text.split())
    )
    assert "Until 2014Q2 all follow 'Abe's engagement of Russia, 2012-2022', to the bit" in " ".join(
        text.split()
    )
    assert "years to front *" in text
    assert said("show") == text.partition("\n\nResults:")[0] + "\n"
    assert (
        f"{folder}  abe_engagement against america_first, abe_engagement_changed from 2014Q2, 20 runs"
        in said("list")
    )
    said("plot", "--only", "differences", "--format", "png")
    assert Path(folder, "figures/differences.png").is_file()
    told = json.loads(Path(folder, "manifest.json").read_text())
    assert (told["format"], told["comparison"]) == (1, {"branch_at": "2014Q2", "left_out": []})
    assert told["arms"]["abe_engagement_changed"]["parameters"]["norms"]["resolve"]["japan"]["russia"] == 0.35


def test_the_function_does_what_the_command_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    set_ = "parameters.isolation.weight=0.7"
    told = json.loads(said("compare", "abe_engagement", "firm_line", "--set", set_, "--runs", "12", "--seed", "3",
                           "--outcome", "order", "--json"))  # fmt: skip
    found = compare(["abe_engagement", "firm_line"], sets=[set_], runs=12, seed=3, outcome="order")
    assert json.loads(json.dumps(found.summary)) == {
        key: each for key, each in told.items() if key != "folder"
    }
    assert told["sets"] == [set_]
    assert found.scenario.spec.seed == found.arms["firm_line"].scenario.spec.seed == 3
    assert all(each.data["parameters"]["isolation"]["weight"] == 0.7
               for each in (found.scenario, found.arms["firm_line"].scenario))  # fmt: skip


MISUSED = {
    ("compare",): "Missing argument 'SCENARIO...'",
    ("compare", "abe_engagement"): "wedge: nothing to compare with; give two scenarios or more",
    ("compare", "abe_engagement", "firm_lime"): "there is no scenario called 'firm_lime'; did you mean 'firm_line'?",
    ("compare", "abe_engagement", "--change", "parameters.threat.wieght=1"): "did you mean 'weight'?",
    ("compare", "abe_engagement", "--change", "threat.weight=1"):
        "wedge: --change threat.weight=1: did you mean parameters.threat.weight=1?",
    ("compare", "abe_engagement", "--change", "events.loan.label=Loan"):
        "wedge: abe_engagement_changed: the same as abe_engagement in all that bears on the model",
    ("compare", "abe_engagement", "outlook_2036"):
        "wedge: outlook_2036: cannot be compared; it starts at 2026Q1, but abe_engagement starts at 2012Q1\n"
        "wedge: outlook_2036: cannot be compared; it ends at 2036Q1, but abe_engagement ends at 2022Q1\n",
    ("compare", "abe_engagement", "firm_line", "--out", "taken"): "taken exists already",
    ("compare", "abe_engagement", "--runs", "5", "--set", "policies.japan.russia={policy: fixed, stance: 0.2}",
     "--change", "parameters.conduct.disposition.japan.russia=0.3"):
        "wedge: abe_engagement_changed: changes nothing; no run differs from abe_engagement in any outcome",
}  # fmt: skip


@pytest.mark.parametrize(("words", "told"), MISUSED.items(), ids=" ".join)
def test_misuse_is_told_with_exit_code_2_and_leaves_nothing(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("a file")
    assert told in said(*words, code=2)
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_files_of_one_name_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder, weight in (("one", 0.2), ("two", 1.4)):
        Path(folder).mkdir()
        Path(folder, "mine.yaml").write_text(
            f"format: 1\nextends: abe_engagement\ntitle: Mine\nparameters: {{isolation: {{weight: {weight}}}}}\n"
        )
    found = compare(["one/mine.yaml", "two/mine.yaml"], runs=5)
    assert list(found.arms) == ["mine_2"]
    assert (found.summary["title"], found.arms["mine_2"].scenario.spec.title) == (
        "mine: Mine",
        "mine_2: Mine",
    )
    assert load_scenario("one/mine.yaml").spec.title == "Mine"
