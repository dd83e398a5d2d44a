"""Explanations: every change is the sum of its terms, to the bit; and they are told as they are."""

import csv
import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.agents import WedgeModel
from sim.charts.accounts import account_chart, change_chart, decision_chart
from sim.cli import main
from sim.ensemble import simulate
from sim.errors import WedgeError
from sim.explaining import BOUND, over_runs, traced
from sim.explaining.asking import asked_pair
from sim.explaining.meanings import INTENDED, MEANINGS, OWN, meaning
from sim.explaining.printed import in_units
from sim.explaining.sums import closed, merged
from sim.looks import terms_of
from sim.policies import policies
from sim.report.page import number_like
from sim.rules import GROUPS
from sim.scenario import Branch, case_names, load, names
from sim.state import FLOWS, quantities
from tests import worlds
from tests.worlds import deep, founding, parameters

EVERYTHING = deep(
    {
        "policies": {"japan": {"russia": {"policy": "schedule", "stances": {"2013": 0.9}}}},
        "events": {
            "seizure": {"at": 2013, "add": {"violation.russia": 1.0, "engagement.russia.japan": -0.4}}
        },
    },
    parameters(
        conduct={"feedback": 0.1, "noise": 0.15},
        threat={"entanglement": 0.3},
        commitment={"detachment": 0.2},
        norms={"emboldenment": 0.3, "counter_binding": 0.3, "hazard": {"russia": 0.2, "china": 0.1}},
        crisis={"hazard": 0.5},
        territory={"settlement_base": -2.0},
    ),
)
"""A difference under which every mechanism moves something."""

DOCS = Path(__file__).parent.parent / "docs"
OF_TIES = {"flashpoint": "isles", "dispute": "chain"}


def added(account):
    """Where a sum of terms in order leads to, from each value."""
    total = account.values[:-1]
    for term in account.terms.values():
        total = total + term
    return total


ROUNDING = 2.0**-52
"""What a sum of sums may be off by, where terms stay below 2."""


def adds_up(account):
    """To the bit what the model itself adds up, and what is derived from it but for rounding."""
    if account.what != "stance":
        return np.array_equal(added(account), account.values[1:])
    return np.abs(added(account) - account.values[1:]).max() <= ROUNDING


def all_accounts(trace):
    actors = trace.scenario.actors
    for one in actors:
        for other in actors:
            if one != other:
                for quantity in ("alignment", "engagement", "sanction", "stance", "commitment"):
                    yield trace.account(quantity, one, other)
        for quantity in ("capability", "grievance", "deterrent"):
            yield trace.account(quantity, one)
    yield trace.order()


@pytest.mark.parametrize("name", [*names(), *case_names()])
def test_a_value_and_its_terms_are_the_next_value_to_the_bit(name):
    trace = traced(load(name), 3, runs=4)
    for account in all_accounts(trace):
        assert adds_up(account), (account.what, account.whose)


@pytest.mark.parametrize("step", ["month", "quarter", "year"])
def test_so_they_are_in_months_quarters_and_years_with_events_crises_and_bounds(step):
    trace = traced(founding(EVERYTHING, {"step": step}), runs=50)
    found = list(all_accounts(trace))
    for account in found:
        assert adds_up(account), (account.what, account.whose)
    assert any(np.any(each.terms[BOUND]) for each in found if each.what == "engagement")
    assert np.any(trace.engagement("russia", "japan").terms["event"])
    assert np.any(trace.engagement("china", "japan").terms["crisis"])


def test_so_they_are_on_a_branch_whose_terms_come_in_another_order():
    trunk = founding({"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.3}}}})
    other = founding({"policies": {"japan": {"russia": {"policy": "wedge", "adversary": "china"}}}})
    grown = replace(other, branch=Branch(trunk, 12 * 2015))
    trace = traced(grown, runs=5)
    account = trace.engagement("japan", "russia")
    assert np.array_equal(added(account), account.values[1:])
    assert np.any(account.terms["fixed"][:12])
    assert not np.any(account.terms["fixed"][12:])
    assert not np.any(account.terms["wedge"][:12])


def test_the_bound_holds_what_the_model_cut_off_and_no_forgotten_term():
    """What closes a sum is the model's own bound, up to rounding; else a missing term would hide in it."""
    trace = traced(founding(EVERYTHING), runs=50)
    for quantity in ("alignment", "engagement", "sanction"):
        account = trace.account(quantity, "russia", "japan")
        i, j = (trace.scenario.actors.index(each) for each in ("russia", "japan"))
        own = np.stack([np.broadcast_to(step[quantity][BOUND][i, j], 50) for step in trace.changes])
        assert np.abs(account.terms[BOUND] - own).max() < 1e-15


def test_the_bound_of_a_stance_acts_only_where_one_is_at_its_limit():
    trace = traced(founding(EVERYTHING, parameters(norms={"resolve": {"america": {"russia": 1.5}}})), runs=50)
    account = trace.stance("america", "russia")
    cut = np.abs(account.terms[BOUND]) > 1e-12
    ends = [trace.account(name, "america", "russia").values for name in ("engagement", "sanction", "stance")]
    at_limit = [np.isin(each[:-1], (-1.0, 0.0, 1.0)) | np.isin(each[1:], (-1.0, 0.0, 1.0)) for each in ends]
    assert cut.any()
    assert not (cut & ~np.any(at_limit, axis=0)).any()


@pytest.mark.parametrize("luck", ["plain", "antithetic", "quasi_random"])
def test_a_traced_run_is_the_run(luck):
    scenario = load("abe_engagement", [f"luck={luck}"])
    trace, whole = traced(scenario, 17, runs=2), simulate(scenario, first=10, runs=20)
    for each in quantities():
        assert np.array_equal(trace.paths.arrays[each.name], whole.arrays[each.name][..., 7:9]), each.name


def test_a_decision_adds_up_to_the_intent_to_the_bit():
    trace = traced(founding(EVERYTHING, {"step": "month"}), runs=20)
    for actor in trace.scenario.actors:
        for target in trace.scenario.actors:
            if actor != target:
                made = trace.decision(actor, target)
                total = np.zeros_like(made.values)
                for term in made.terms.values():
                    total = total + term
                assert np.array_equal(total, made.values)
                assert np.array_equal(made.values, trace.paths.of("intent", actor, target)[1:])


def test_a_decision_is_that_of_the_country_in_the_mesa_model():
    scenario = founding(EVERYTHING)
    made, model = traced(scenario, 3).decision("japan", "russia"), WedgeModel(scenario, run=3)
    for k in range(6):
        model.step()
        [japan] = [each for each in model.agents if each.name == "japan"]
        assert {
            name: term[k, 0] for name, term in made.terms.items() if name != "limit of intent"
        } == japan.intents["russia"]


def test_a_decision_shows_policy_in_place_of_routine():
    made = traced(founding(EVERYTHING)).decision("japan", "russia")
    assert np.all(made.terms["schedule"][:4] == 0.0)
    assert np.all(made.terms["schedule"][4:] == 0.9)
    assert np.all(made.terms["disposition"][4:] == 0.0)
    assert np.any(made.terms["reciprocity"][1:4])


def test_a_decision_of_a_monthly_world_holds_for_a_quarter():
    made = traced(founding(EVERYTHING, {"step": "month"})).decision("russia", "china")
    for term in made.terms.values():
        assert np.array_equal(term[0::3], term[1::3])
        assert np.array_equal(term[0::3], term[2::3])


def test_engagement_moves_half_way_to_the_intent_at_an_inertia_of_a_half():
    trace = traced(founding(EVERYTHING, parameters(conduct={"inertia": 0.5})), runs=3)
    account, made = trace.engagement("china", "russia"), trace.decision("china", "russia")
    assert np.allclose(account.terms["disposition"], 0.5 * made.terms["disposition"])
    assert np.allclose(account.terms["inertia"][4:], -0.5 * account.values[4:-1])


def test_flows_are_made_up_of_their_parts():
    trace = traced(founding(EVERYTHING), runs=10)
    made = trace.makeup("activity", "chain")
    assert np.allclose(sum(made.terms.values()), made.values, rtol=1e-14)
    assert np.all(made.terms["base"] == 150.0)
    assert trace.makeup("crisis", "isles").values.max() == 1.0
    assert trace.makeup("joined", "isles", "america").terms["joining"].shape == made.values.shape
    assert np.any(trace.account("settlement", "chain").terms["struck"])


# --- sums -----------------------------------------------------------------------------------------


def test_years_and_the_whole_add_up_to_the_change():
    account = traced(load("abe_engagement"), 17, runs=3).alignment("china", "russia")
    yearly, whole = account.by("year"), account.by("all")
    assert yearly.dates == tuple(f"{year}Q1" for year in range(2012, 2023))
    assert whole.dates == ("2012Q1", "2022Q1")
    for each in (yearly, whole):
        assert np.abs(added(each) - each.values[1:]).max() <= ROUNDING
        for name, term in each.terms.items():
            assert np.allclose(term.sum(axis=0), account.terms[name].sum(axis=0), atol=1e-14)
    assert np.allclose(sum(account.totals.values()), account.change, atol=1e-14)


def test_years_of_a_run_that_begins_within_one_are_cut_at_january():
    given = founding(EVERYTHING, {"start": "2012Q3", "end": "2015Q2"})
    assert traced(given).order().by("year").dates == ("2012Q3", "2013Q1", "2014Q1", "2015Q1", "2015Q2")


def test_the_part_between_two_dates_begins_and_ends_at_them():
    account = traced(load("abe_engagement")).order()
    part = account.between("2014", "2015-05")
    assert part.dates == ("2014Q1", "2014Q2", "2014Q3", "2014Q4", "2015Q1", "2015Q2")
    assert np.array_equal(part.values, account.values[8:14])


def test_the_mean_of_a_term_is_its_mean_over_runs_however_many_are_traced_together():
    scenario = load("abe_engagement")
    together = over_runs(scenario, lambda trace: trace.alignment("china", "russia"), 130)
    assert together.runs == 130
    alone = traced(scenario, 117).alignment("china", "russia")
    assert np.array_equal(together.run(117).values, alone.values)
    for name, term in together.mean.terms.items():
        assert np.allclose(term[:, 0], together.terms[name].mean(axis=1), atol=1e-15)
        assert np.array_equal(together.run(117).terms[name], alone.terms[name])
    low, high = together.spread()["luck"]
    inside = (together.totals["luck"] >= low) & (together.totals["luck"] <= high)
    assert inside.mean() == pytest.approx(0.9, abs=0.02)


def test_at_rest_nothing_goes_beyond_rest():
    quiet = founding(parameters(conduct={"noise": 0.0}, alignment={"noise": 0.0}, crisis={"weight": 0.0}))
    trace = traced(quiet)
    for account in (trace.alignment("china", "russia"), trace.stance("japan", "russia")):
        assert max(np.abs(each).max() for each in account.terms.values()) > 0.01
        assert max(np.abs(each).max() for each in account.beyond_rest.terms.values()) < 1e-12


def test_a_start_that_is_not_at_rest_shows_in_the_pull_to_rest():
    """China tends to .9 toward Russia, and is at .5: the pull brings in the gap, whatever the other terms do."""
    quiet = parameters(
        conduct={"noise": 0.0, "disposition": {"china": {"russia": 0.9}}}, reciprocity={"weight": 0.0}
    )
    account = traced(founding(quiet)).engagement("china", "russia")
    beyond = account.beyond_rest
    assert np.abs(added(beyond) - beyond.values[1:]).max() <= ROUNDING
    assert beyond.terms["inertia"][0, 0] == pytest.approx(0.5 * (0.9 - 0.5))
    assert np.abs(beyond.terms["disposition"]).max() < 1e-12
    assert beyond.totals["inertia"] == pytest.approx(account.change, abs=1e-12)


def test_growth_is_told_whole():
    grown = traced(founding(parameters(setting={"growth": {"china": 0.01}}))).account("capability", "china")
    assert np.array_equal(grown.beyond_rest.terms["growth"], grown.terms["growth"])
    assert grown.totals["growth"] == pytest.approx(0.38 * (1.01**40 - 1))


def test_beyond_rest_is_told_step_by_step_and_once():
    account = traced(founding()).order()
    for each in (account.by("year"), account.beyond_rest):
        with pytest.raises(ValueError, match="step by step, and once"):
            _ = each.beyond_rest


def test_a_difference_is_the_difference_of_each_term():
    firm, abe = (
        traced(load(each), 17, runs=2).alignment("china", "russia")
        for each in ("firm_line", "abe_engagement")
    )
    apart = abe.less(firm)
    assert apart.against is firm.scenario
    assert np.array_equal(apart.values, abe.values - firm.values)
    assert np.abs(added(apart) - apart.values[1:]).max() <= ROUNDING
    for name in ("common threat", "outside option", "luck"):
        assert np.array_equal(apart.terms[name], abe.terms[name] - firm.terms[name])
    assert np.abs(apart.terms["luck"]).max() < np.abs(abe.terms["luck"]).max()


def test_a_term_that_only_one_scenario_has_counts_whole():
    one = founding({"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.3}}}})
    mine, theirs = (traced(each).engagement("japan", "russia") for each in (one, founding()))
    assert np.array_equal(mine.less(theirs).terms["fixed"], mine.terms["fixed"])
    assert np.array_equal(theirs.less(mine).terms["fixed"], -mine.terms["fixed"])


def test_accounts_of_other_things_have_no_difference():
    trace = traced(founding())
    with pytest.raises(ValueError, match="accounts of other things"):
        trace.order().less(trace.alignment("china", "russia"))


def test_what_closes_a_sum_takes_in_rounding():
    before, after = np.array([[0.1]]), np.array([[0.3]])
    terms = closed(before, after, {"one": np.array([[0.1]]), "two": np.array([[0.1]])})
    assert 0.0 < abs(terms[BOUND][0, 0]) < 1e-16
    assert ((before + terms["one"]) + terms["two"]) + terms[BOUND] == after


def test_orders_of_terms_are_merged_without_breaking_any():
    assert merged([["a", "c"], ["event", "a", "b", "c"], ["c", "d"]]) == ["event", "a", "b", "c", "d"]


# --- meanings -------------------------------------------------------------------------------------

GIVEN = {
    "fixed": {"stance": 0.1},
    "schedule": {"stances": {"2012": 0.1}},
    "wedge": {"adversary": "china"},
    "reciprocity": {"gesture": 0.1},
}


def terms_met():
    """Every term of every quantity, with every mechanism on and every policy in turn."""
    found = {}
    for name in policies():
        plain = {key: value for key, value in EVERYTHING.items() if key != "policies"}
        chosen = {"policies": {"japan": {"russia": {"policy": name, **GIVEN.get(name, {})}}}}
        either = parameters(norms={"counter_binding": 0.0 if name == "bind" else 0.3})
        made = founding(plain, chosen, either, years=2)
        trace = traced(made)
        for step in trace.changes:
            for quantity, terms in step.items():
                found.setdefault(quantity, set()).update(terms)
        for decisions in trace.decided:
            found.setdefault("intent", {"limit of intent"}).update(*(each.terms for each in decisions))
    return found


def test_no_term_lacks_a_meaning_and_no_meaning_a_term():
    met = terms_met()
    told = {quantity: set(terms) for quantity, terms in MEANINGS.items()}
    assert {name: terms - {"event", BOUND} for name, terms in met.items()} == told


def test_meanings_come_from_parts_that_exist_and_are_sentences():
    for quantity, terms in MEANINGS.items():
        for name, each in terms.items():
            assert len(each.text) > 15, (quantity, name)
            assert not each.origin or each.origin in {**GROUPS, **policies()}, (quantity, name)
            assert bool(each.title) == bool(each.origin)


def test_a_stance_is_explained_by_engagement_and_sanctions():
    assert meaning("stance", "disposition") is INTENDED["disposition"]
    assert meaning("stance", "lapse") is MEANINGS["sanction"]["lapse"]
    assert meaning("engagement", "my own").text == "a term of a policy of your own"
    assert meaning("alignment", "common threat").title.startswith("States align against whoever is strong")


# --- faults ---------------------------------------------------------------------------------------

FAULTS = [
    (lambda each: each.alignment("chna", "russia"), "no actor called 'chna'; did you mean 'china'?; there are "),
    (lambda each: each.alignment("china", "china"), "china is named twice; expected two actors"),
    (lambda each: each.account("alinment", "china", "russia"), "no quantity called 'alinment'; did you mean 'alignment'?"),
    (lambda each: each.account("threat", "china", "russia"), "threat has no terms: it is made anew from capability"),
    (lambda each: each.account("order", "china"), "order belongs to nobody; 1 named"),
    (lambda each: each.account("activity", "chain"), "activity is made anew in each step; ask for its makeup"),
    (lambda each: each.makeup("order"), "order goes on from step to step; ask for its account"),
    (lambda each: each.makeup("crisis", "isle"), "no flashpoint called 'isle'; did you mean 'isles'?"),
    (lambda each: each.order().between("soon"), "--from: 'soon' is no date"),
    (lambda each: each.order().between("2099"), "--from 2099: outside what is told, which goes from 2012Q1"),
    (lambda each: each.order().between("2014", "2013"), "--to 2013: not later than --from 2014"),
    (lambda each: each.order().run(3), "run 3 is none of runs 0 to 0"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "message"), FAULTS)
def test_what_cannot_be_explained_is_told_in_one_line(ask, message):
    with pytest.raises(WedgeError) as found:
        ask(traced(founding(years=2)))
    assert message in str(found.value)
    assert "\n" not in str(found.value)


def test_impossible_runs_are_refused():
    with pytest.raises(ValueError, match="runs are numbered from 0"):
        traced(founding(), -1)


def whose(quantity):
    """Whom a quantity of the founding case may belong to."""
    return [{"actor": "china", "target": "russia", **OF_TIES}[axis] for axis in quantity.axes]


@pytest.mark.parametrize("quantity", quantities(), ids=lambda each: each.name)
def test_every_quantity_is_explained_or_says_why_not(quantity):
    trace = traced(founding(years=2))
    explain = trace.makeup if quantity.name in (*FLOWS, "intent") else trace.account
    if quantity.name in ("threat", "guarantee"):
        with pytest.raises(WedgeError, match="has no terms"):
            explain(quantity.name, *whose(quantity))
    else:
        assert explain(quantity.name, *whose(quantity)).what == quantity.name


# --- asking and telling ---------------------------------------------------------------------------


def explain(*words):
    return CliRunner().invoke(main, ["explain", *words])


NUMBERS = r"(?: +(?:0|[-+]?\d+\.\d{3}))+"


def tabled(output):
    """The rows of the table by name, all blocks one after another."""
    rows = {}
    for name, numbers in re.findall(rf"^([a-z][a-z ]*?)({NUMBERS})$", output, re.MULTILINE):
        rows.setdefault(name, []).extend(map(float, numbers.split()))
    return rows


def test_why_luck_differs_where_it_is_dealt_alike_is_told_where_it_does():
    why = (
        "Luck is dealt alike on both sides, but a shock to an alignment counts less the nearer this is to an end "
        "of its scale (by 1 - x²), so that luck differs a little where alignments do."
    )
    one, other, stance = (
        " ".join(explain("--run", "5", *more).output.split())
        for more in (["--against", "firm_line"], [], ["--against", "firm_line", "--stance", "japan,russia"])
    )
    assert why in one
    assert re.search(r"luck -0\.00[1-9]", one)
    assert "dealt alike" not in other + stance


@pytest.mark.parametrize("words", [["--run", "17"], ["--runs", "30"], ["--run", "3", "--stance", "japan,russia"],
                                   ["--run", "5", "--by", "step"], ["--run", "17", "--against", "firm_line"],
                                   ["--run", "17", "--whole"]])  # fmt: skip
def test_what_is_printed_adds_up(words):
    rows = tabled(explain(*words).output)
    change, ends = rows.pop("change"), rows.pop("at the end")
    assert len(rows) > 3
    for k, total in enumerate(change):
        assert sum(row[k] for row in rows.values()) == pytest.approx(total, abs=1e-9)
    for row in [*rows.values(), change]:
        assert sum(row[:-1]) == pytest.approx(row[-1], abs=1e-9)
    steps = np.diff(ends[:-1])
    assert np.allclose(steps, change[1:-1], atol=1e-9)


def test_what_is_printed_of_a_decision_adds_up_in_each_year():
    rows = tabled(explain("--decision", "japan,russia", "--run", "17").output)
    intents = rows.pop("intent")
    assert len(intents) == 11
    for k, intent in enumerate(intents):
        assert sum(row[k] for row in rows.values()) == pytest.approx(intent, abs=1e-9)


def test_printed_numbers_are_near_the_exact_ones_and_nothing_stays_nothing():
    account = traced(load("abe_engagement"), 17).alignment("china", "russia").beyond_rest.by("year")
    values, terms = in_units(account)
    assert np.abs(values - 1000 * account.values[:, 0]).max() <= 0.5
    for name, term in terms.items():
        exact = 1000 * account.terms[name][:, 0]
        assert np.abs(np.cumsum(term) - np.cumsum(exact)).max() < 2.0
        assert not np.any(term[np.abs(exact) < 1e-9])


def test_words_say_from_where_to_where_and_what_drove_it():
    account = traced(load("abe_engagement"), 17).alignment("china", "russia")
    beyond = {name: float(each[0]) for name, each in account.beyond_rest.totals.items()}
    assert max(beyond, key=beyond.get) == "outside option"
    told = " ".join(explain("--run", "17").output.split())
    begin, end = account.values[0, 0], account.values[-1, 0]
    assert f"It rose from {begin:.3f} in 2012Q1 to {end:.3f} in 2022Q1" in told
    raised = re.search(r"Most raised by outside option \(([-+.\d]+)\)", told)
    apart = re.search(r"return to rest ([-+.\d]+), luck ([-+.\d]+),", told)
    assert float(raised[1]) == pytest.approx(beyond["outside option"], abs=2e-3)
    assert float(apart[1]) == pytest.approx(beyond["return to rest"], abs=2e-3)
    assert float(apart[2]) == pytest.approx(beyond["luck"], abs=2e-3)
    assert "jumps of events nothing and cut off at bounds nothing" in told
    assert "2014-03 Crimea annexed: violation.russia" in told


def test_unless_told_the_question_is_explained_on_the_mean_of_200_runs():
    told = explain("firm_line").output
    assert told.startswith("Alignment of China and Russia: firm_line, mean of 200 runs, seed 2018")
    assert "90% of runs" in told


def test_a_scenario_without_a_question_is_explained_by_its_wedge_or_its_first_two_actors():
    assert asked_pair(founding()) == ("russia", "china")
    assert asked_pair(worlds.scenario()) == ("a", "b")


def test_json_carries_the_numbers_in_full_and_the_meanings():
    found = json.loads(explain("--run", "17", "--by", "all", "--whole", "--json").output)
    account = traced(load("abe_engagement"), 17).alignment("china", "russia")
    assert found["values"] == account.values[[0, -1], 0].tolist()
    assert found["terms"]["luck"]["total"] == pytest.approx(account.totals["luck"][0], abs=1e-15)
    assert found["terms"]["outside option"]["origin"] == "isolation"
    assert found["beyond_rest"] is False
    assert found["runs"] == 1


def test_the_table_of_runs_adds_up_row_by_row(tmp_path):
    file = tmp_path / "why.csv"
    assert explain("--runs", "5", "--csv", str(file)).exit_code == 0
    rows = list(csv.DictReader(file.open()))
    assert len(rows) == 5 * 10
    for row in rows:
        _, _, _, before, *terms, after = row.values()
        assert sum(map(float, [before, *terms])) == pytest.approx(float(after), abs=1e-14)
    decided = tmp_path / "decision.csv"
    explain("--runs", "2", "--decision", "japan,russia", "--by", "step", "--csv", str(decided))
    for row in csv.DictReader(decided.open()):
        _, _, *terms, intent = row.values()
        assert sum(map(float, terms)) == pytest.approx(float(intent), abs=1e-15)


def test_results_are_explained_as_they_were_run(tmp_path):
    folder = tmp_path / "kept"
    options = ["--runs", "30", "--set", "parameters.isolation.weight=0.2", "--seed", "9"]
    CliRunner().invoke(main, ["run", *options, "--out", str(folder)])
    told = json.loads(explain(str(folder), "--run", "17", "--by", "step", "--json").output)
    given = ("--set", "parameters.isolation.weight=0.2", "--seed", "9")
    again = json.loads(explain("--run", "17", "--by", "step", "--json", *given).output)
    assert told["values"] == again["values"]
    assert told["terms"] == again["terms"]
    runs = list(csv.DictReader((folder / "runs.csv").open()))
    mean = np.mean(told["values"][-8:])
    assert mean == pytest.approx(float(runs[17]["sino_russian"]), abs=1e-12)
    arm = json.loads(
        explain(str(folder), "--run", "17", "--arm", "no_courtship", "--by", "step", "--json").output
    )
    kept = list(csv.DictReader((folder / "arms" / "no_courtship" / "runs.csv").open()))
    assert np.mean(arm["values"][-8:]) == pytest.approx(float(kept[17]["sino_russian"]), abs=1e-12)
    assert "mean of 30 runs" in explain(str(folder)).output
    for words, message in [
        (["--run", "30"], "--run 30: the results hold 30 runs, numbered 0 to 29"),
        (["--runs", "31"], "--runs 31: the results hold only 30 runs"),
        (["--seed", "3"], "results are explained as they were run; leave out --seed 3"),
    ]:
        refused = explain(str(folder), *words)
        assert refused.exit_code == 2
        assert message in refused.stderr


def test_an_arm_of_a_comparison_follows_the_first_scenario_until_its_branch(tmp_path):
    folder = tmp_path / "two"
    words = [
        "compare",
        "abe_engagement",
        "firm_line",
        "--branch-at",
        "2015",
        "--runs",
        "20",
        "--out",
        str(folder),
    ]
    assert CliRunner().invoke(main, words).exit_code == 0
    told = json.loads(
        explain(str(folder), "--against", "firm_line", "--run", "3", "--by", "step", "--json").output
    )
    values = dict(zip(told["dates"], told["values"], strict=True))
    assert values["2015Q1"] == 0.0
    assert values["2022Q1"] != 0.0


WRONG = [
    (["--dyad", "china"], "--dyad china: expected two actors, as in japan,russia"),
    (["--dyad", "chna,russia"], "--dyad chna,russia: no actor called 'chna'; did you mean 'china'?; there are japan, "),
    (["--stance", "china,china"], "--stance china,china: one actor twice; expected two"),
    (["--dyad", "a,b", "--stance", "c,d"], "--dyad and --stance: ask for one of them at a time"),
    (["--run", "1", "--runs", "3"], "--run and --runs: give the number of one run, or how many to average over"),
    (["--arm", "nocourtship"], "--arm nocourtship: no such arm; did you mean 'no_courtship'?; there are "),
    (["--against", "firm_lin"], "--against firm_lin: no such arm or scenario; did you mean 'firm_line'?; arms are "),
    (["--against", "abe_engagement"], "--against abe_engagement: the same as abe_engagement; nothing to compare"),
    (["--against", "record"], "record: cannot be compared; it starts at 2000Q1, but abe_engagement starts at 2012Q1"),
    (["--csv", "/nowhere/x.csv"], "--csv /nowhere/x.csv: cannot be written; /nowhere is no folder to write to"),
    (["--plot", "x.jpg"], "--plot x.jpg: expected a name that ends in .png or .svg"),
    (["--csv", __file__], "exists already; nothing is overwritten. Choose another name"),
    (["--from", "2050"], "--from 2050: outside what is told, which goes from 2012Q1 to 2022Q1"),
    (["--from", "soon"], "--from: 'soon' is no date"),
    (["--from", "2015", "--to", "2015"], "--to 2015: not later than --from 2015"),
    (["--decision", "japan,russia", "--whole"], "--whole: the terms of a decision are always whole; leave it out"),
    (["abe_engagment"], "did you mean 'abe_engagement'?"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), WRONG, ids=lambda each: str(each)[:40])
def test_what_is_asked_wrongly_is_told_in_a_line_and_nothing_is_run(words, message):
    done = explain(*words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_scenario_that_lacks_the_actors_is_named(tmp_path):
    file = tmp_path / "other.yaml"
    file.write_text(
        "format: 1\ntitle: two\nstart: 2012\nend: 2022\nactors:\n  japan: {capability: 0.3}\n  tonga: {capability: 0.1}\n"
    )
    done = explain("--against", str(file))
    assert done.exit_code == 2
    assert "--against other: no actor called 'china'" in done.stderr


def test_a_sweep_is_no_run(tmp_path):
    (tmp_path / "manifest.json").write_text('{"kind": "sweep"}')
    done = explain(str(tmp_path))
    assert "the folder of a sweep; expected results of a run or a comparison" in done.stderr


CHARM = """
from dataclasses import dataclass

from sim.policies import Decision, Policy


@dataclass(frozen=True)
class Charm(Policy):
    '''Be as warm as the order is strong.'''

    name = "charm"

    def decide(self, seen, memory, luck):
        return Decision({"charm": 0.4 * seen.order, "thanks": 0.2 * seen.received})
"""


def test_a_policy_of_the_users_own_is_told_by_its_terms(tmp_path):
    """In a process of its own, so that no other test meets the policy."""
    plugin = tmp_path / "charm.py"
    plugin.write_text(CHARM)
    words = ["--set", "policies.japan.russia={policy: charm}", "--plugin", str(plugin), "--run", "1"]
    command = [
        sys.executable,
        "-c",
        "from sim.cli import main; main()",
        "explain",
        "--decision",
        "japan,russia",
    ]
    done = subprocess.run([*command, *words], cwd=DOCS.parent, capture_output=True, text=True)
    told = r"^charm +\+0\.\d{3} +a term of a policy of your own$"
    assert re.search(told, done.stdout, re.MULTILINE), done.stderr


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--run", "17"], ["--runs", "20", "--against", "firm_line"],
                                   ["--decision", "japan,russia", "--run", "3", "--by", "step"]])  # fmt: skip
def test_a_figure_is_drawn_and_is_the_same_again(words, tmp_path):
    for name in ("one.svg", "two.svg", "one.png"):
        done = explain(*words, "--plot", str(tmp_path / name))
        assert done.exit_code == 0, done.output
        assert f"Figure: {tmp_path / name}" in done.stderr
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one.png", "one.svg", "two.svg"]


def stacked(chart):
    """The sums of a chart's bars, and its diamonds."""
    bars = [each for each in chart.figure["data"] if each["type"] == "bar"]
    across = "x" if bars[0].get("orientation") == "h" else "y"
    [marks] = [
        each for each in chart.figure["data"] if each["type"] == "scatter" and each["mode"] == "markers"
    ]
    return np.sum([each[across] for each in bars], axis=0), np.array(marks[across])


def read(cell):
    """The number in a cell of a chart's table, which has a true minus."""
    return float(cell.replace("\N{MINUS SIGN}", "-"))


def test_bars_of_charts_add_up_to_their_diamonds():
    trace = traced(load("abe_engagement"), 17, runs=3)
    account = trace.alignment("china", "russia")
    charts = [account_chart(account), account_chart(account.beyond_rest, "step"),
              account_chart(trace.stance("japan", "russia")), decision_chart(trace, "japan", 20), change_chart(trace, 8)]  # fmt: skip
    for chart in charts:
        total, marks = stacked(chart)
        assert np.allclose(total, marks, atol=1e-3)
        json.dumps(chart.figure, allow_nan=False)
        looks = [each["marker"] for each in chart.figure["data"] if each["type"] == "bar"]
        assert len({(each["color"], each["pattern"]["shape"]) for each in looks}) == len(looks)
        assert len({each["pattern"]["shape"] for each in looks}) >= min(4, len(looks))
        assert all(chart.head)
        for row in chart.rows:
            assert len(row) == len(chart.head)
            for head, cell in zip(chart.head, row, strict=True):
                assert number_like(cell) == (head not in ("toward", "pair")), (head, cell)
                assert not re.fullmatch(r"[+−-]0\.0+", cell)
        assert "-0." not in json.dumps([chart.rows, chart.alt, chart.reading])
    assert len({each.name for each in charts}) == len(charts)


def test_a_term_looks_the_same_in_every_figure_and_like_no_other_beside_it():
    for quantity in ("alignment", "engagement"):
        names_ = [name for name in MEANINGS[quantity] if name not in OWN] + ["event", BOUND]
        assert len(set(terms_of(names_).values())) == len(names_)
    assert len(set(terms_of(list(OWN)[:8]).values())) == 8


def test_a_chart_of_changes_shows_few_pairs_most_moved_first():
    trace = traced(load("abe_engagement"), 17)
    chart = change_chart(trace, 8, most=3)
    moves = [abs(read(row[-1])) for row in chart.rows]
    assert len(moves) == 3
    assert moves == sorted(moves, reverse=True)
    names_, actors = [row[0] for row in chart.rows], trace.scenario.actors
    title = trace.scenario.title
    largest = max(
        ((one, other) for k, one in enumerate(actors) for other in actors[k + 1 :]),
        key=lambda pair: abs(np.diff(trace.paths.of("alignment", *pair)[8:10, 0])[0]),
    )
    assert names_[0] == " and ".join(map(title, largest))


def test_a_chart_of_a_decision_tells_the_intent_toward_each_other_actor():
    trace = traced(load("abe_engagement"), 17)
    chart = decision_chart(trace, "japan", 20)
    for row, target in zip(chart.rows, ("russia", "china", "united_states", "europe"), strict=True):
        assert row[0] == trace.scenario.title(target)
        assert read(row[-1]) == pytest.approx(trace.paths.of("intent", "japan", target)[21, 0], abs=1e-3)
        assert row[0] in chart.alt
    with pytest.raises(ValueError, match="there are steps 0 to 39"):
        decision_chart(trace, "japan", 40)


def test_names_of_charts_tell_whole_terms_spans_and_rivals_apart():
    mine, theirs = (
        traced(load(each), 17).alignment("china", "russia") for each in ("abe_engagement", "firm_line")
    )
    made = [account_chart(mine), account_chart(mine.beyond_rest), account_chart(mine, "all"),
            account_chart(mine.between("2014")), account_chart(mine.less(theirs)), account_chart(theirs)]  # fmt: skip
    assert len({each.name for each in made}) == len(made)


# --- the page -------------------------------------------------------------------------------------


def test_the_page_shows_what_the_command_prints():
    page = (DOCS / "explaining.md").read_text(encoding="utf-8")
    pairs = re.findall(r"```sh\n(wedge explain[^\n]*)\n```\n\n```text\n(.*?)```", page, re.DOTALL)
    assert len(pairs) == 2
    for command, output in pairs:
        assert explain(*shlex.split(command)[2:]).output == output


def test_the_python_of_the_page_works():
    page = (DOCS / "explaining.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "explaining.md", "exec"), {})
