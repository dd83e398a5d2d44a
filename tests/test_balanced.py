"""Balanced luck: each run by itself as lucky as any, groups that cancel out, intervals that go by groups."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from sim.agents import WedgeModel, path_of
from sim.answer import SHARE, contrast, runs_worth, share_interval, table
from sim.balanced import GROUP, TOP, AntitheticLuck, Kind, QuasiLuck, grouped, luck_of
from sim.build import dealt, sampled
from sim.cli import main
from sim.cli.common import LUCK
from sim.comparing import compare
from sim.ensemble import simulate
from sim.errors import ScenarioError, WedgeError
from sim.experiment import load as load_experiment
from sim.functions import as_function
from sim.groups import ALIKE, FEWEST_GROUPS, SUREST, mean_error, paired_share_error, worth
from sim.luck import UNCERTAINTY, DealtLuck
from sim.results import load, run
from sim.running import run_and_save
from sim.scenario import load as load_scenario
from tests.test_luck import ALARM, moments
from tests.worlds import deep, founding

ROWS = [("japan", "russia"), None, ("china", "russia")]
PATHS = ("parameters.norms.hazard.russia", "parameters.threat.weight", "initial.order")
BALANCED = ("antithetic", "quasi_random")
SIZE = GROUP["quasi_random"]
DRAWN = {
    "uncertainties": {"parameters.threat.weight": "plausible", "parameters.isolation.weight": "plausible"}
}
QUESTION = {
    "outcomes": {
        "front": {"measure": "united_front", "pair": ["russia", "china"], "threshold": 0.5},
        "pair": {"measure": "alignment", "pair": ["russia", "china"]},
    },
    "question": {
        "text": "Which?",
        "outcome": "front",
        "against": {
            "firm": {"title": "Firm", "parameters": {"threat": {"weight": 0.5}}},
            "open": {"title": "Open", "initial": {"engagement": {"japan": {"russia": 0.4}}}},
        },
    },
}
FIRM = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.5}}}}


def luck(kind, first=0, runs=300, steps=6):
    return luck_of(kind, 7, first, runs, steps, PATHS)


def asked(kind, **span):
    """All that may be asked for, the last axis the runs."""
    found = luck(kind, **span)
    drawn = [found.uniform(UNCERTAINTY, [(path,)], 0)[0] for path in (*PATHS, "parameters.crisis.stake")]
    return np.concatenate(
        [found.table("s", shape, ROWS, 0, 6).reshape(18, -1) for shape in ("normal", "uniform")] + drawn
    )


# --- luck -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BALANCED)
@pytest.mark.parametrize(("first", "runs"), [(0, 1), (1, 1), (127, 2), (128, 128), (37, 200), (299, 1)])
def test_a_run_has_the_same_luck_whatever_is_computed_beside_it(kind, first, runs):
    assert np.array_equal(asked(kind, first=first, runs=runs), asked(kind)[:, first : first + runs])


@pytest.mark.parametrize("kind", BALANCED)
@pytest.mark.parametrize("shape", ["normal", "uniform"])
def test_a_table_holds_the_numbers_of_its_steps_and_nothing_in_rows_of_nobody(kind, shape):
    found = luck(kind).table("s", shape, ROWS, 1, 5)
    assert found.flags.c_contiguous
    assert not found[:, 1].any()
    assert not np.signbit(found[:, 1]).any()
    for k, each in enumerate(found):
        assert np.array_equal(each[:, None], getattr(luck(kind), shape)("s", ROWS, 1 + k))


@pytest.mark.parametrize("kind", BALANCED)
def test_a_shorter_horizon_is_a_prefix_and_rows_are_named(kind):
    long, short = luck(kind, steps=60), luck(kind, steps=2)
    more = long.normal("s", [*ROWS, ("x", "y")], 1)
    assert np.array_equal(more[:3], short.normal("s", ROWS, 1))
    assert not np.array_equal(more[0], more[3])
    assert not np.array_equal(more[:3], luck_of(kind, 8, 0, 300, 2).normal("s", ROWS, 1))


def test_plain_luck_is_dealt_luck():
    assert isinstance(luck("plain"), DealtLuck)
    assert GROUP["plain"] == 1


def test_antithetic_runs_mirror_each_other():
    both = AntitheticLuck(7, 0, 400, 6)
    plain = DealtLuck(7, 0, 200, 6)
    for step in range(6):
        normal, uniform = both.normal("s", ROWS, step), both.uniform("s", ROWS, step)
        assert np.array_equal(normal[..., ::2], plain.normal("s", ROWS, step))
        assert np.array_equal(normal[..., 1::2], -normal[..., ::2])
        assert np.array_equal(uniform[..., ::2], plain.uniform("s", ROWS, step))
        assert np.all((uniform[..., ::2] + uniform[..., 1::2])[::2] == TOP)
        assert uniform.min() >= 0.0
        assert uniform.max() < 1.0


def test_the_mirror_keeps_the_grid_of_uniform_numbers():
    edges = np.array([0.0, 2.0**-53, 0.5, 0.5 - 2.0**-53, TOP])
    assert np.array_equal(TOP - (TOP - edges), edges)
    assert np.array_equal(TOP - edges[[0, -1]], [TOP, 0.0])
    assert TOP < 1.0


def test_quasi_random_numbers_are_balanced_in_each_group():
    found = QuasiLuck(7, 0, 3 * SIZE, 6, PATHS)
    strata = np.arange(SIZE)
    for group in range(3):
        runs = slice(group * SIZE, (group + 1) * SIZE)
        for step in range(6):
            assert np.abs(found.normal("s", ROWS, step)[..., runs].sum(axis=-1)).max() < 1e-11
            uniform = found.uniform("s", ROWS, step)[::2, 0, runs]
            assert np.array_equal(np.sort((SIZE * uniform).astype(int)), np.stack([strata, strata]))
        for path in PATHS:
            drawn = found.uniform(UNCERTAINTY, [(path,)], 0)[0, 0, runs]
            assert np.array_equal(np.sort((SIZE * drawn).astype(int)), strata)


def test_sobol_points_fill_planes_evenly():
    """Two coordinates: 16 by 8 boxes hold one point each; stratified ones would leave a third empty."""
    found = QuasiLuck(7, 0, 20 * SIZE, 1, PATHS)
    one, other = (found.uniform(UNCERTAINTY, [(path,)], 0)[0, 0].reshape(20, SIZE) for path in PATHS[:2])
    boxes = [np.unique(8 * (16 * x).astype(int) + (8 * y).astype(int)).size for x, y in zip(one, other)]
    assert min(boxes) == SIZE


@pytest.mark.parametrize("kind", BALANCED)
def test_a_run_by_itself_is_as_lucky_as_any(kind):
    """Of each group one run, so that all are independent; false alarms as in the battery of plain luck."""
    size = GROUP[kind]
    found = luck_of(kind, 3, 0, 800 * size, 4, PATHS)
    for place in {0, 1, size - 1}:
        normal = found.table("s", "normal", ROWS, 0, 4)[:, ::2, place::size]
        uniform = found.table("s", "uniform", ROWS, 0, 4)[:, ::2, place::size]
        drawn = found.uniform(UNCERTAINTY, [PATHS[:1]], 0)[0, 0, place::size]
        told = {**moments(normal), "normal": stats.kstest(normal.ravel(), "norm").pvalue}
        told["uniform"] = stats.kstest(uniform.ravel(), "uniform").pvalue
        told["drawn"] = stats.kstest(drawn, "uniform").pvalue
        told["steps"] = stats.pearsonr(normal[1:].ravel(), normal[:-1].ravel()).pvalue
        told["rows"] = stats.pearsonr(normal[:, 0].ravel(), normal[:, 1].ravel()).pvalue
        told["groups"] = stats.pearsonr(normal[..., 1:].ravel(), normal[..., :-1].ravel()).pvalue
        told["points"] = stats.pearsonr(drawn[1:], drawn[:-1]).pvalue
        assert min(told.values()) > ALARM, told


def test_groups_are_told_in_words():
    assert grouped("plain", 500) == ""
    assert grouped("antithetic", 1000) == "antithetic luck in 500 pairs"
    assert grouped("antithetic", 1) == "antithetic luck in 1 pair, the last of 1, too few for intervals"
    assert grouped("quasi_random", 2000) == "quasi-random luck in 16 groups of 128, the last of 80"
    assert grouped("quasi_random", 128) == "quasi-random luck in 1 group of 128, too few for intervals"


# --- scenarios ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BALANCED)
def test_the_mesa_model_and_any_chunk_have_the_same_trajectory(kind):
    given = founding(DRAWN, {"luck": kind}, years=2)
    whole = simulate(given, runs=140).arrays["alignment"]
    for number in (1, 131):
        alone = path_of(WedgeModel(given, number), "alignment")
        assert np.array_equal(alone[..., 0], whole[..., number])
    assert np.array_equal(simulate(given, first=100, runs=40).arrays["alignment"], whole[..., 100:])


@pytest.mark.parametrize("kind", BALANCED)
def test_the_arms_of_a_question_have_equal_luck(kind):
    """Though one of them fixes what is first among the uncertainties of the scenario."""
    given = founding(DRAWN, QUESTION, {"luck": kind})
    first, second = DRAWN["uncertainties"]
    here = sampled(given, 0, 200)
    assert list(given.arms["firm"].data["uncertainties"]) == [second]
    for arm in (*given.arms.values(), given.eventless, replace(given).arms["firm"]):
        there = sampled(arm, 0, 200)
        assert np.array_equal(here[second], there[second])
        for one, other in ((dealt(given, 0, 200), dealt(arm, 0, 200)),):
            assert np.array_equal(one.normal("s", ROWS, 3), other.normal("s", ROWS, 3))
    assert first in here


def test_an_uncertainty_of_an_alternative_alone_is_stratified():
    own = {
        "uncertainties": {**DRAWN["uncertainties"], "parameters.balance.weight": {"uniform": [0.25, 0.75]}}
    }
    plan = compare([founding(DRAWN, QUESTION, {"luck": "quasi_random"}), founding(own, QUESTION)], runs=SIZE)
    (arm,) = plan.arms.values()
    for path in DRAWN["uncertainties"]:
        assert np.array_equal(plan.runs[path], arm.runs[path])
    strata = np.floor(SIZE * (arm.runs["parameters.balance.weight"] - 0.25) / 0.5)
    assert np.array_equal(np.sort(strata), np.arange(SIZE))


def test_a_comparison_takes_the_luck_of_the_first():
    first, other = founding(QUESTION, DRAWN), founding(QUESTION, {"luck": "antithetic"})
    plain = compare([first, other], runs=16)
    assert {each.scenario.spec.luck for each in (plain, *plain.arms.values())} == {"plain"}
    assert "luck" not in plain.scenario.data
    told = compare(["abe_engagement", "firm_line"], runs=16, luck="antithetic")
    assert {each.scenario.spec.luck for each in (told, *told.arms.values())} == {"antithetic"}
    alone = run(load_scenario(), runs=1, contrast=False).runs.iloc[0]
    assert np.array_equal(told.runs.iloc[0], alone[told.runs.columns], equal_nan=True)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_scenarios_of_other_luck_may_branch_from_the_first(kind):
    spread = {"uncertainties": {"initial.engagement.japan.russia": {"uniform": [-0.2, 0.2]}}}
    first = founding(QUESTION, spread, {"luck": kind, "seed": 3})
    other = founding(
        QUESTION, spread, {"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.5}}}}
    )
    found = compare([first, other], runs=16, branch_at=2014)
    name = "initial.engagement.japan.russia"
    assert np.array_equal(found.runs[name], next(iter(found.arms.values())).runs[name])


def test_luck_is_the_same_for_the_whole_question():
    with pytest.raises(ScenarioError, match="an alternative cannot change 'luck'"):
        founding(deep(QUESTION, {"question": {"against": {"open": {"luck": "antithetic"}}}}))


def test_other_words_are_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="luck is 'antithetical'.*did you mean 'antithetic'"):
        load_scenario("abe_engagement", ["luck=antithetical"])
    with pytest.raises(ScenarioError, match="expected 'plain', 'antithetic' or 'quasi_random'"):
        founding({"luck": 3})


def test_results_tell_of_their_groups_and_are_read_back(tmp_path):
    given = founding(DRAWN, QUESTION, {"luck": "quasi_random"})
    made = run_and_save(given, runs=200, out=tmp_path / "r")
    found = load(tmp_path / "r")
    assert (
        found.luck
        == made.luck
        == "quasi-random luck in 2 groups of 128, the last of 72, too few for intervals"
    )
    assert found.summary == made.summary
    said = CliRunner().invoke(main, ["show", str(tmp_path / "r")]).output
    assert "seed 5, quasi-random luck in 2 groups of 128, the last of 72, too few for intervals)" in " ".join(
        said.split()
    )
    assert "no interval, as the runs hang together in fewer than 8 groups" in " ".join(said.split())


@pytest.mark.parametrize("runs", [200, 8 * SIZE])
def test_figures_say_whose_luck_they_show_with_many_groups_and_with_few(runs):
    from sim.plots import figure

    first, other = founding(QUESTION, DRAWN, {"luck": "quasi_random"}), founding(QUESTION, FIRM)
    found = compare([first, other], runs=runs)
    for name in ("front", "outcomes", "differences"):
        told = " ".join(each.get_text() for each in figure(found, name).texts)
        assert found.luck in " ".join(told.split())


def test_plain_results_say_nothing_of_luck(tmp_path):
    made = run_and_save(founding(DRAWN, QUESTION), runs=20, out=tmp_path / "r")
    assert "luck" not in made.summary
    assert "luck" not in (tmp_path / "r" / "manifest.json").read_text()


def test_the_command_line_offers_every_kind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert get_args(Kind) == LUCK == tuple(GROUP)
    words = ["--runs", "16", "--luck", "antithetic", "--out"]
    for command in (["run", "--alone"], ["compare", "abe_engagement", "firm_line"]):
        done = CliRunner().invoke(main, [*command, *words, command[0]])
        assert done.exit_code == 0, done.output
        assert "antithetic luck in 8 pairs" in done.output
        assert "with luck=" not in done.output
    (tmp_path / "results").mkdir()
    (tmp_path / "run").rename(tmp_path / "results" / "run")
    assert "16 runs, seed 2018, antithetic luck\n" in CliRunner().invoke(main, ["list"]).output
    assert CliRunner().invoke(main, ["run", "--luck", "good"]).exit_code == 2


def test_what_has_points_of_its_own_refuses_luck_that_is_not_plain(tmp_path):
    (tmp_path / "paired.yaml").write_text("format: 1\nextends: abe_engagement\ntitle: P\nluck: antithetic\n")
    design = "format: 1\ntitle: T\nquestion: Q?\nscenario: {}\ndesign: {{kind: monte_carlo, points: 4}}\n{}"
    (tmp_path / "e.yaml").write_text(design.format("paired.yaml", ""))
    with pytest.raises(ScenarioError, match=r"e.yaml:4:11: the scenario's luck is 'antithetic', but an exp"):
        load_experiment(tmp_path / "e.yaml")
    (tmp_path / "f.yaml").write_text(design.format("abe_engagement", "changes: {luck: antithetic}\n"))
    with pytest.raises(ScenarioError, match="an experiment cannot change 'luck'"):
        load_experiment(tmp_path / "f.yaml")
    with pytest.raises(WedgeError, match="luck is antithetic, but a function has plain luck"):
        as_function(tmp_path / "paired.yaml")


# --- intervals ------------------------------------------------------------------------------------


def groups_of(rng, groups, size, tie):
    """Standard normal values `(run,)` whose correlation within groups is `tie`, and 0 between them."""
    own, common = rng.normal(size=(groups, size)), rng.normal(size=(groups, 1))
    if tie >= 0:
        return (np.sqrt(1 - tie) * own + np.sqrt(tie) * common).ravel()
    centred_ = (own - own.mean(axis=1, keepdims=True)) * np.sqrt(size / (size - 1))
    share = -tie * (size - 1)
    return (np.sqrt(share) * centred_ + np.sqrt(1 - share) * rng.normal(size=(groups, size))).ravel()


@pytest.mark.parametrize("tie", [0.5, 0.0, -0.6, -0.95])
@pytest.mark.parametrize(("groups", "size", "cut"), [(16, 16, 5), (200, 2, 1)])
def test_intervals_hold_the_truth_in_95_of_100_cases(tie, groups, size, cut):
    """Values, shares and paired differences, however runs hang together; the last group is cut short.

    Of 600 cases 95 % miss at most 49 but in one of 10,000; too wide an interval is no fault here.
    """
    rng, missed = np.random.default_rng(1), np.zeros(3)
    for _ in range(600):
        values = groups_of(rng, groups, size, tie if tie >= 0 else tie / (size - 1))[: groups * size - cut]
        missed[0] += abs(values.mean()) > mean_error(values, size)
        happens = (values < stats.norm.ppf(0.2)).astype(float)
        low, high = share_interval(happens.mean(), worth(happens, size))
        missed[1] += not low <= 0.2 <= high
        gap = happens - (values > stats.norm.ppf(0.8))
        missed[2] += abs(gap.mean()) > paired_share_error(gap, size)
    assert missed.max() <= 49
    assert missed[0] >= 14


def test_intervals_of_runs_that_do_not_hang_together_are_those_of_plain_runs():
    values = np.random.default_rng(2).normal(size=4000)
    plain = 1.96 * values.std(ddof=1) / np.sqrt(values.size)
    assert mean_error(values, 2) == pytest.approx(plain, rel=0.05)
    happens = (values > 1).astype(float)
    assert worth(happens, 2) == pytest.approx(values.size, rel=0.1)
    assert runs_worth(happens, 1) == values.size


def test_a_mean_error_is_that_of_the_means_of_groups():
    values = np.random.default_rng(3).normal(size=(10, 16)).cumsum(axis=1)
    means = values.mean(axis=1)
    by_hand = stats.t.ppf(0.975, 9) * means.std(ddof=1) / np.sqrt(10)
    assert mean_error(values.ravel(), 16) == pytest.approx(by_hand)
    with_gaps = np.append(values.ravel(), [np.nan] * 5)
    assert mean_error(with_gaps, 16) == pytest.approx(by_hand)


def test_few_groups_give_no_interval():
    values = np.random.default_rng(4).normal(size=(FEWEST_GROUPS - 1) * 16)
    assert np.isnan(mean_error(values, 16))
    assert np.isnan(worth((values > 0).astype(float), 16))
    found = contrast("x", "y", values, np.zeros_like(values), unit="years", group=16)
    assert not found.bounded
    assert found.direction == 0
    more = np.append(values, 0.1)
    assert contrast("x", "y", more, np.zeros_like(more), unit="years", group=16).bounded


def test_a_share_is_never_told_as_sure_where_groups_cannot_show_it():
    """None of the runs has it, or each group the same number: no spread over groups, but no certainty."""
    none = np.zeros(1024)
    assert worth(none, 2) == pytest.approx(1024 / ALIKE, rel=0.01)
    even = np.tile([0.0, 1.0], 512)
    assert worth(even, 2) == pytest.approx(1024 * SUREST, rel=0.01)
    few = none.copy()
    few[:5] = 1.0
    assert worth(few, 2) <= 1024 / ALIKE
    alone = contrast("x", "y", few, none, unit=SHARE, group=2)
    assert alone.low < 0.0 < alone.high
    assert contrast("x", "y", none, none, unit=SHARE, group=2).same


def test_rows_and_contrasts_of_a_run_go_by_its_groups():
    given = founding(DRAWN, QUESTION, {"luck": "antithetic"})
    found = run(given, runs=400)
    columns = {name: found.runs[name].to_numpy() for name in found.runs}
    rows = {each.name: each for each in table(given, columns)}
    assert rows["pair"].error == mean_error(columns["pair"], 2)
    there = found.arms["open"].runs["pair"].to_numpy()
    (told,) = (
        each for each in found.summary["contrasts"] if (each["name"], each["against"]) == ("pair", "open")
    )
    assert told["high"] - told["difference"] == pytest.approx(mean_error(columns["pair"] - there, 2))
    plain = contrast("pair", "open", columns["pair"], there, unit="alignment")
    assert told["high"] - told["difference"] != pytest.approx(plain.high - plain.difference, rel=1e-3)


def test_balanced_luck_is_surer_of_what_adds_up():
    """A difference that is all but linear in luck: far less error than plain runs have."""
    errors = {}
    for kind in get_args(Kind):
        found = run(founding(DRAWN, QUESTION, {"luck": kind}, years=3), runs=8 * SIZE)
        (row,) = (each for each in found.summary["outcomes"] if each["name"] == "pair")
        errors[kind] = row["error"]
    assert errors["antithetic"] < 0.6 * errors["plain"]
    assert errors["quasi_random"] < 0.6 * errors["plain"]
