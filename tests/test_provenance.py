"""Shares of variance of groups are those of closed forms; what does not vary has none; the ledger adds up."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import WedgeError
from sim.plots.ledger import ledger_sheet, write_ledger
from sim.plots.style import drawing
from sim.provenance import ledger
from sim.provenance.ledger import GROUPS
from sim.provenance.shares import indices, sample
from sim.provenance.varied import held, varied
from sim.scenario import load
from tests.worlds import founding, scenario

A, B = 7.0, 0.1
VARIANCE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
FIRST = 0.5 * (1 + B * np.pi**4 / 5) ** 2 / VARIANCE
SECOND = A**2 / 8 / VARIANCE
JOINT = B**2 * np.pi**8 * (1 / 18 - 1 / 50) / VARIANCE
"""Ishigami & Homma 1990: the indices of the first and second input, and of the first with the third."""


def ishigami(points):
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def shares_of(function, groups, base=2048, seed=3):
    table, sums, _ = indices(function, groups, base, seed)
    return {row["input"]: row for row in table.to_dict("records")}, sums


# --- groups ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "first", "total"),
    [
        (["a", "b", "a"], {"a": FIRST + JOINT, "b": SECOND}, {"a": FIRST + JOINT, "b": SECOND}),
        (["a", "b", "b"], {"a": FIRST, "b": SECOND}, {"a": FIRST + JOINT, "b": SECOND + JOINT}),
        (["a", "a", "b"], {"a": FIRST + SECOND, "b": 0.0}, {"a": FIRST + SECOND + JOINT, "b": JOINT}),
        (
            ["a", "b", "c"],
            {"a": FIRST, "b": SECOND, "c": 0.0},
            {"a": FIRST + JOINT, "b": SECOND, "c": JOINT},
        ),
    ],
)
def test_closed_and_total_shares_of_groups_are_those_of_the_ishigami_function(groups, first, total):
    """2,048 quasi-random points settle an index to within .02; intervals hold the truth."""
    found, _ = shares_of(ishigami, groups)
    for name in first:
        assert found[name]["first_order"] == pytest.approx(first[name], abs=0.02)
        assert found[name]["total"] == pytest.approx(total[name], abs=0.02)
        assert found[name]["first_order_low"] <= first[name] <= found[name]["first_order_high"]
        assert found[name]["total_low"] <= total[name] <= found[name]["total_high"]


def test_shares_of_a_sum_are_the_shares_of_its_variance():
    """y = 3 a + 2 b + 2 c + d of equal uniforms: 9, 8 (b and c) and 1 of 18, no interactions."""
    found, sums = shares_of(lambda points: points @ [3.0, 2.0, 2.0, 1.0], ["a", "bc", "bc", "d"])
    for name, share in (("a", 9 / 18), ("bc", 8 / 18), ("d", 1 / 18)):
        assert found[name]["first_order"] == pytest.approx(share, abs=0.01)
        assert found[name]["total"] == pytest.approx(share, abs=0.01)
    assert sums["low"] <= 1.0 <= sums["high"]


def test_a_group_that_does_nothing_has_exactly_no_share():
    found, _ = shares_of(lambda points: points[:, 0] ** 2, ["a", "idle"], base=64)
    assert (found["idle"]["first_order"], found["idle"]["total"]) == (0.0, 0.0)
    assert (found["idle"]["total_low"], found["idle"]["total_high"]) == (0.0, 0.0)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """95 % intervals of 40 designs of 128 points: a binomial with p = .95 gives fewer than 33 hits once in 10,000."""
    hits = 0
    for seed in range(40):
        found, _ = shares_of(ishigami, ["a", "b", "b"], base=128, seed=seed)
        hits += found["a"]["total_low"] <= FIRST + JOINT <= found["a"]["total_high"]
    assert hits >= 33


def test_both_samples_are_drawn_and_one_group_swapped_at_a_time():
    points = sample(["a", "b", "a"], 8, 1).reshape(8, 4, 3)
    first, a, b, second = (points[:, k] for k in range(4))
    assert np.array_equal(a, np.column_stack([second[:, 0], first[:, 1], second[:, 2]]))
    assert np.array_equal(b, np.column_stack([first[:, 0], second[:, 1], first[:, 2]]))
    assert len(np.unique(points[:, [0, 3], 0])) == 16


# --- what varies ----------------------------------------------------------------------------------

OUTCOME = {
    "outcomes": {"bond": {"measure": "alignment", "pair": ["a", "b"]}},
    "question": {"text": "?", "outcome": "bond"},
}


def small(*changes, **more):
    return scenario(OUTCOME, *changes, years=3, **more)


def kinds(given):
    return {each.path: each.kind for each in varied(given)[1]}


def test_an_uncertainty_is_sourced_or_assumed_by_its_own_note():
    told = {"value": [0.1, 0.5], "source": "Smith 2010"}
    guessed = {"value": [0.1, 0.5], "source": "assumed, after Smith 2010"}
    found = kinds(
        small(
            {
                "uncertainties": {
                    "parameters.threat.weight": {"uniform": told},
                    "parameters.isolation.weight": {"uniform": guessed},
                }
            }
        )
    )
    assert found["parameters.threat.weight"] == "sourced"
    assert found["parameters.isolation.weight"] == "assumed"


def test_numbers_and_defaults_vary_over_their_plausible_range_by_their_source():
    given = {"value": 0.4, "source": "Jones 2001"}
    made, inputs = varied(small({"parameters": {"threat": {"weight": given}}}))
    found = {each.path: each for each in inputs}
    assert found["parameters.threat.weight"].kind == "sourced"
    assert found["parameters.threat.weight"].shape.numbers == (0.1, 0.6)
    assert found["parameters.isolation.weight"].kind == "assumed"
    assert list(made.uncertainties) == list(found)


def test_switches_shares_of_a_whole_and_what_is_found_from_the_start_are_held():
    found = kinds(founding(OUTCOME_OF_FOUNDING))
    for path in (
        "reciprocity.weight",
        "commitment.weight",
        "norms.weight",
        "crisis.weight",
        "territory.weight",
    ):
        assert f"parameters.{path}" not in found
    names = {path.split(".")[2] for path in found if path.startswith("parameters")}
    assert not names & {"opportunity", "rest", "order_rest", "disposition"}
    assert not [path for path in found if path.startswith(("initial", "actors", "policies"))]
    assert found["parameters.setting.proximity.japan.china"] == "assumed"
    assert found["ties.alliances.pact.commitment"] == "assumed"


OUTCOME_OF_FOUNDING = {
    "outcomes": {"bond": {"measure": "alignment", "pair": ["russia", "china"]}},
    "question": {"text": "?", "outcome": "bond"},
}


def test_a_number_that_an_event_would_take_out_of_its_range_is_held():
    """Inertia is plausible up to .8 and allowed up to .999, so that .3 more on top is too much."""
    event = {"events": {"more": {"at": 2001, "add": {"parameters.conduct.inertia": 0.3}}}}
    assert "parameters.conduct.inertia" in kinds(small())
    assert "parameters.conduct.inertia" not in kinds(small(event))


def test_what_does_not_vary_is_counted_by_its_source():
    given = founding(
        OUTCOME_OF_FOUNDING, {"actors": {"japan": {"capability": {"value": 0.08, "source": "CINC 2016"}}}}
    )
    _, inputs = varied(given)
    counted = held(given, inputs)
    assert counted["sourced"] == 1
    assert counted["unsaid"] == 3 + 12 + 6 + 12


# --- the ledger -----------------------------------------------------------------------------------


def test_where_nothing_sourced_or_calibrated_varies_their_shares_are_exactly_none():
    found = ledger(founding(OUTCOME_OF_FOUNDING, years=3), runs=400)
    for group in ("sourced", "calibrated"):
        assert found.of(group).inputs == ()
        assert (found.of(group).first_order, found.of(group).total) == (0.0, 0.0)
    assert found.of("assumed").total > 0.3
    assert [each.group for each in found.shares] == list(GROUPS)
    assert found.runs == 256


def test_without_luck_all_of_it_is_the_inputs():
    """Noise, events by chance and crises are off, so that equal inputs give equal outcomes."""
    still = {
        "parameters": {
            "conduct": {"noise": 0.0}, "alignment": {"noise": 0.0}, "crisis": {"weight": 0.0}, "norms": {"weight": 0.0},
        }
    }  # fmt: skip
    given = founding(OUTCOME_OF_FOUNDING, still, years=3)
    silent = {f"parameters.{each}.noise": {"choice": [0.0]} for each in ("conduct", "alignment")}
    found = ledger(founding(OUTCOME_OF_FOUNDING, still, {"uncertainties": silent}, years=3), runs=400)
    assert (found.of("luck").first_order, found.of("luck").total) == (0.0, 0.0)
    assert found.of("assumed").first_order == pytest.approx(1.0, abs=0.25)
    assert ledger(given, runs=400).of("luck").total > 0.0


def test_groups_share_the_variance_of_their_inputs_however_they_are_named():
    """The same world with one uncertainty called sourced: a whole lies between its larger part and the sum of both."""
    named = {
        "uncertainties": {
            "parameters.balance.weight": {"uniform": {"value": [0.0, 1.5], "source": "Smith 2010"}}
        }
    }
    plain_ = {"uncertainties": {"parameters.balance.weight": {"uniform": [0.0, 1.5]}}}
    one = ledger(founding(OUTCOME_OF_FOUNDING, named, years=3), runs=1_280)
    other = ledger(founding(OUTCOME_OF_FOUNDING, plain_, years=3), runs=1_024)
    assert one.of("sourced").inputs == ("parameters.balance.weight",)
    parts = [one.of(each).total for each in ("sourced", "assumed")]
    assert 0.0 < max(parts) - 0.05 <= other.of("assumed").total <= sum(parts) + 0.05
    assert one.of("luck").total == pytest.approx(other.of("luck").total, abs=1e-12)


def test_a_posterior_is_the_calibrated_group_drawn_by_row(tmp_path):
    rng = np.random.default_rng(1)
    values = rng.uniform(0.1, 1.0, 40)
    lines = [f"{each},{1.1 - each}" for each in values]
    (tmp_path / "fit.csv").write_text(
        "parameters.balance.weight,parameters.isolation.weight\n" + "\n".join(lines)
    )
    given = load("abe_engagement", [f"parameters.posterior={tmp_path / 'fit.csv'}", "question="])
    found = ledger(given, "sino_russian", runs=200)
    assert found.of("calibrated").inputs == ("parameters.balance.weight", "parameters.isolation.weight")
    assert found.of("calibrated").total > 0.0
    assert not set(found.of("calibrated").inputs) & set(found.of("assumed").inputs)


def test_the_ledger_is_the_same_every_time():
    given = founding(OUTCOME_OF_FOUNDING, years=3)
    assert ledger(given, runs=200) == ledger(given, runs=200)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"outcome": "bont"}, "there is no outcome called 'bont'; did you mean 'bond'"),
        ({"runs": 20}, "runs is 20; at least 96 are needed"),
    ],
)
def test_what_cannot_be_told_is_said(how, words):
    with pytest.raises(WedgeError, match=words):
        ledger(small(), **how)


def test_an_outcome_that_some_runs_lack_is_refused():
    with pytest.raises(WedgeError, match="front.first has no value in .* choose an outcome that all have"):
        ledger("abe_engagement", "front.first", runs=96)


def test_a_scenario_without_a_question_needs_an_outcome():
    given = scenario({"outcomes": OUTCOME["outcomes"]}, years=3)
    with pytest.raises(WedgeError, match="asks no question; name an outcome: bond"):
        ledger(given)


# --- shown ----------------------------------------------------------------------------------------


def test_the_command_prints_a_table_a_sentence_and_writes_a_figure(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    more = ["provenance", "--outcome", "sino_russian", "--runs", "100"]
    done = CliRunner().invoke(main, [*more, "--out", "ledger"])
    assert done.exit_code == 0, done.output
    assert "Of the variance of sino_russian each explains by itself" in " ".join(done.output.split())
    assert {each.name for each in (tmp_path / "ledger").iterdir()} == {
        "ledger.json",
        "ledger.png",
        "ledger.svg",
    }
    asked = CliRunner().invoke(main, [*more, "--json"])
    assert json.loads(asked.stdout) == json.loads((tmp_path / "ledger" / "ledger.json").read_text())
    again = CliRunner().invoke(main, [*more, "--out", "ledger"])
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_the_command_takes_a_posterior_by_file_or_none_and_what_is_set_comes_on_top_of_it(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fit.csv").write_text(
        "parameters.isolation.weight,parameters.balance.weight\n0.1,0.2\n0.9,0.6\n1.2,0.1\n"
    )
    asked = ["provenance", "--outcome", "sino_russian", "--runs", "100", "--json"]

    def calibrated(*more):
        done = CliRunner().invoke(main, [*asked, *more])
        assert done.exit_code == 0, done.output
        shares = {each["group"]: each for each in json.loads(done.stdout)["shares"]}
        return sorted(shares["calibrated"]["inputs"])

    assert calibrated() == calibrated("--posterior", "prior") == []
    assert calibrated("--posterior", "fit.csv") == [
        "parameters.balance.weight",
        "parameters.isolation.weight",
    ]
    laid = ("--posterior", "fit.csv", "--set", "parameters.balance.weight=0.3")
    assert calibrated(*laid) == ["parameters.isolation.weight"]
    done = CliRunner().invoke(main, [*asked, "--posterior", "postrior"])
    assert done.exit_code == 2
    assert "--posterior postrior: there is no shipped posterior called 'postrior'" in done.output


def test_the_figure_shows_every_group_with_its_interval():
    found = ledger(founding(OUTCOME_OF_FOUNDING, years=3), runs=200)
    with drawing():
        made = ledger_sheet(found)
    (axes,) = made.axes
    labels = [each.get_text().split("\n")[0] for each in axes.get_yticklabels()]
    assert labels == list(reversed(GROUPS))
    widths = [each.get_width() for each in axes.patches]
    assert pytest.approx(100 * found.of("luck").total) in widths
    assert pytest.approx(100 * found.of("assumed").first_order) in widths


def test_nothing_is_left_behind_where_the_ledger_cannot_be_written(tmp_path):
    found = ledger(small(), runs=96)
    (tmp_path / "file").write_text("")
    with pytest.raises(WedgeError, match="cannot be written"):
        write_ledger(found, tmp_path / "file" / "ledger")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
