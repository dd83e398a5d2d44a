"""A posterior is one uncertainty drawn by row: what is fitted together stays together, in every run and backend."""

import csv
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.agents import WedgeModel, path_of
from sim.build import build, distributions, nominal, sampled
from sim.cli import main
from sim.compiled import target  # noqa: F401
from sim.ensemble import run_arms, simulate
from sim.errors import ScenarioError, WedgeError
from sim.experiment import load as load_experiment
from sim.functions import as_function
from sim.luck import draws
from sim.results import load as load_results
from sim.results import manifest, run, save
from sim.scenario import from_data, load
from sim.sweeping import study_of
from tests.test_scenario_files import TINY
from tests.test_sweeps import EXPERIMENT, swept

ISOLATION, BALANCE, INERTIA = (
    "parameters.isolation.weight",
    "parameters.balance.weight",
    "parameters.conduct.inertia",
)
PATH = "parameters.posterior"
ROWS = 200
MINE = "format: 1\nextends: tiny.yaml\nparameters: {posterior: fitted.csv}\n"
backends = pytest.mark.parametrize(
    "backend",
    [
        "numpy",
        pytest.param(
            "compiled",
            marks=pytest.mark.skipif(importlib.util.find_spec("llvmlite") is None, reason="needs llvmlite"),
        ),
    ],
)


def written(rows=ROWS, header=(ISOLATION, BALANCE, INERTIA), file="fitted.csv"):
    """A table in which balance is twice isolation and inertia its complement, and its rows."""
    isolation = np.linspace(0.1, 0.45, rows)
    table = np.column_stack([isolation, 2.0 * isolation, 1.0 - isolation])
    lines = ["# a fit for tests, 2012-2020", "# 200 draws", ",".join(header)]
    lines += [",".join(map(repr, map(float, row))) for row in table]
    Path(file).write_text("\n".join(lines) + "\n")
    return table


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with the tiny scenario, a table, a scenario that uses it, and an experiment."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)
    Path("mine.yaml").write_text(MINE)
    Path("e.yaml").write_text(EXPERIMENT.replace("tiny.yaml", "mine.yaml"))
    written()
    return tmp_path


def told(*arguments):
    done = CliRunner().invoke(main, [str(each) for each in arguments])
    return done.exit_code, done.output


def faults(text="", sets=(), table=None):
    """What is wrong with a scenario of this text, or with this table."""
    if table is not None:
        Path("fitted.csv").write_text(table)
    Path("file.yaml").write_text(MINE + text)
    with pytest.raises(ScenarioError) as caught:
        load("file.yaml", sets)
    return [str(each) for each in caught.value.faults]


def used(scenario, runs=300):
    """Isolation, balance and inertia as the world of each run has them, `(run, 3)`."""
    groups = build(scenario, 0, runs).given.groups
    values = groups["isolation"].weight, groups["balance"].weight, groups["conduct"].inertia
    return np.column_stack([np.broadcast_to(each.ravel(), runs) for each in values])


# --- rows -----------------------------------------------------------------------------------------


def test_every_run_has_a_whole_row_so_that_what_was_fitted_together_stays_together():
    values = used(load("mine.yaml"))
    rows = {tuple(each) for each in np.round(written(), 12)}
    assert {tuple(each) for each in np.round(values, 12)} <= rows
    assert np.corrcoef(values[:, 0], values[:, 1])[0, 1] == pytest.approx(1.0)
    assert np.corrcoef(values[:, 0], values[:, 2])[0, 1] == pytest.approx(-1.0)


def test_all_rows_are_alike_likely():
    """Counts of 200 rows in 20,000 runs: a chi-square of 199 degrees, within five standard deviations."""
    drawn = sampled(load("mine.yaml"), 0, 20_000)[PATH]
    counts = np.bincount(drawn.astype(int), minlength=ROWS + 1)
    assert counts[0] == 0
    assert len(counts) == ROWS + 1
    chi = ((counts[1:] - 100.0) ** 2 / 100.0).sum()
    assert abs(chi - 199.0) < 5.0 * np.sqrt(2.0 * 199.0)


def test_it_is_one_uncertainty_with_a_stream_of_luck_of_its_own():
    scenario = load("mine.yaml")
    assert list(distributions(scenario)) == [PATH]
    drawn = sampled(scenario, 0, 50)[PATH]
    assert np.array_equal(drawn, 1.0 + np.floor(draws(scenario.spec.seed, PATH, 0, 50) * ROWS))


def test_beside_it_other_uncertainties_keep_their_luck():
    more = ["uncertainties.parameters.threat.weight=plausible"]
    with_, without = (sampled(load(each, more), 0, 40) for each in ("mine.yaml", "tiny.yaml"))
    assert np.array_equal(with_["parameters.threat.weight"], without["parameters.threat.weight"])


@backends
def test_run_17_has_the_same_row_and_paths_however_many_run_beside_it(backend):
    scenario = load("mine.yaml")
    whole = simulate(scenario, first=0, runs=40, backend=backend).arrays
    for first, runs in ((17, 1), (10, 20)):
        part = simulate(scenario, first=first, runs=runs, backend=backend).arrays
        for name in whole:
            assert np.array_equal(part[name][..., 17 - first], whole[name][..., 17]), name
    assert sampled(scenario, 17, 1)[PATH] == sampled(scenario, 0, 40)[PATH][17]


@backends
def test_it_is_the_same_as_handing_in_the_values_of_the_rows(backend):
    scenario, bare = load("mine.yaml"), load("tiny.yaml")
    rows = sampled(scenario, 0, 30)[PATH].astype(int) - 1
    table = written()
    given = dict(zip((ISOLATION, BALANCE, INERTIA), table[rows].T, strict=True))
    one = simulate(scenario, runs=30, backend=backend).arrays
    other = simulate(bare, runs=30, drawn=given, backend=backend).arrays
    for name in one:
        assert np.array_equal(one[name], other[name]), name


def test_a_mesa_model_has_the_row_of_the_same_run():
    scenario = load("mine.yaml")
    whole = simulate(scenario, runs=20).arrays["alignment"]
    assert np.array_equal(path_of(WedgeModel(scenario, run=13), "alignment")[..., 0], whole[..., 13])


@backends
def test_both_arms_of_a_question_have_the_same_rows(backend):
    found, _ = run_arms({"scenario": load("mine.yaml"), **load("mine.yaml").arms}, 20, backend=backend)
    assert np.array_equal(found["scenario"].inputs[PATH], found["calm"].inputs[PATH])


def test_quasi_random_luck_takes_rows_evenly():
    """Of 128 balanced runs each half of the rows gets 64."""
    drawn = sampled(load("mine.yaml", ["luck=quasi_random"]), 0, 128)[PATH]
    assert (drawn <= ROWS / 2).sum() == 64


# --- who wins -------------------------------------------------------------------------------------


def test_it_replaces_the_number_and_the_uncertainty_of_its_paths():
    Path("own.yaml").write_text(MINE.replace("fitted.csv}", "fitted.csv, conduct: {inertia: 0.05}}"))
    scenario = load("own.yaml")
    assert list(scenario.uncertainties) == [PATH]
    assert used(scenario)[:, 2].min() >= 0.3


@pytest.mark.parametrize(
    "change",
    ["parameters.isolation.weight=0.25", "uncertainties.parameters.isolation.weight={uniform: [0.9, 1.0]}"],
)
def test_what_is_said_on_top_of_it_takes_its_path_out_of_the_row(change):
    scenario = load("mine.yaml", [change])
    values = used(scenario)
    assert scenario.posterior.without == (ISOLATION,)
    assert values[0, 0] in (0.25,) or values[:, 0].min() >= 0.9
    assert np.corrcoef(values[:, 1], values[:, 2])[0, 1] == pytest.approx(-1.0)


def test_a_posterior_named_again_replaces_what_was_said_before():
    scenario = load("mine.yaml", ["parameters.isolation.weight=0.25", "parameters.posterior=fitted.csv"])
    assert scenario.posterior.without == ()
    assert np.array_equal(used(scenario), used(load("mine.yaml")))


def test_an_event_still_changes_what_the_posterior_gave():
    Path("event.yaml").write_text(MINE + f"events: {{turn: {{at: 2001, set: {{{INERTIA}: 0.0}}}}}}\n")
    struck, calm = (
        simulate(load(each), runs=10).arrays["engagement"] for each in ("event.yaml", "mine.yaml")
    )
    assert np.array_equal(struck[:4], calm[:4])
    assert not np.array_equal(struck[-1], calm[-1])


def test_null_takes_it_away_and_gives_back_what_it_replaced():
    for where, sets in (("mine.yaml", ["parameters.posterior="]), ("tiny.yaml", [])):
        assert list(load(where, sets).uncertainties) == [ISOLATION]
    assert np.array_equal(used(load("mine.yaml", ["parameters.posterior="])), used(load("tiny.yaml")))


def test_a_word_in_place_of_all_parameters_keeps_those_of_the_parent():
    Path("word.yaml").write_text("format: 1\nextends: tiny.yaml\nparameters: fitted.csv\n")
    assert load("word.yaml").data["parameters"] == load("mine.yaml").data["parameters"]
    assert load("word.yaml").data["parameters"]["norms"] == {"hazard": {"ceres": 0.1}}
    assert load("tiny.yaml", ["parameters=fitted.csv"]).posterior == load("mine.yaml").posterior


def test_an_alternative_may_do_without_it_or_have_another_or_change_one_of_its_numbers():
    written(header=(BALANCE, ISOLATION, "parameters.threat.weight"), file="other.csv")
    against = (
        "question:\n  against:\n    none: {parameters: {posterior: null}}\n    other: {parameters: other.csv}\n"
        "    fixed: {parameters: {isolation: {weight: 0}}}\n    one: {parameters: {posterior: {row: 3}}}\n"
    )
    Path("arms.yaml").write_text(MINE + against)
    arms = load("arms.yaml").arms
    assert arms["none"].posterior is None
    assert arms["other"].posterior.paths[0] == BALANCE
    assert arms["fixed"].posterior.kept == (BALANCE, INERTIA)
    assert used(arms["fixed"])[:, 0].max() == 0.0
    assert np.array_equal(used(arms["one"]), np.tile(written()[2], (300, 1)))
    again = from_data(json.loads(json.dumps(load("arms.yaml").data)))
    assert {name: each.data for name, each in again.arms.items()} == {
        name: each.data for name, each in arms.items()
    }


def test_a_column_for_an_actor_that_the_scenario_lacks_is_left_out_and_said():
    written(header=(ISOLATION, "parameters.norms.hazard.mars", INERTIA))
    assert np.corrcoef(used(load("mine.yaml"))[:, 0], used(load("mine.yaml"))[:, 2])[0, 1] < -0.99
    assert "no such actor, tie or policy: parameters.norms.hazard.mars" in told("check", "mine.yaml")[1]


def test_a_cell_of_one_actor_can_be_a_column():
    written(header=(ISOLATION, "parameters.norms.hazard.ares", INERTIA))
    hazard = build(load("mine.yaml"), 0, 50).given.groups["norms"].hazard
    assert np.allclose(hazard[0, 0], 2.0 * used(load("mine.yaml"), 50)[:, 0])
    assert (hazard[2, 0] == 0.1).all()


def test_it_reaches_what_a_posterior_may_not_do_together_with_an_event():
    text = f"events: {{up: {{at: 2001, add: {{{INERTIA}: 0.5}}}}}}\n"
    assert any("may come to 1.4 by then" in each for each in faults(text))


# --- one fixed value ------------------------------------------------------------------------------


def test_its_nominal_row_is_the_one_nearest_to_the_medians():
    """An odd number of rows along a line: the middle one is at the median of every column."""
    written(rows=51)
    scenario = load("mine.yaml")
    assert nominal(scenario, PATH) == 26
    middle = build(scenario, 0, 1, drawn={}).given.groups["isolation"].weight.item()
    assert middle == pytest.approx(0.275)


def test_one_row_can_be_used_in_all_runs():
    scenario = load("mine.yaml", ["parameters.posterior.row=7"])
    assert not scenario.uncertainties
    assert np.array_equal(used(scenario, 4), np.tile(written()[6], (4, 1)))


def test_as_a_function_it_takes_the_number_of_a_row():
    """Equal to the run that drew this row; fixed it is the median row, and a path by itself can be given."""
    scenario = load("mine.yaml")
    simple = as_function(scenario, ["bond"])
    assert simple.inputs == (PATH,)
    bonds = run(scenario, runs=12).runs
    for number in (0, 7, 11):
        row = float(bonds[PATH][number])
        assert simple({PATH: row}, run=number)["bond"] == bonds["bond"][number]
        assert simple(run=number)["bond"] == bonds["bond"][number]
    fixed = as_function(scenario, ["bond"], others="fixed")
    assert fixed(run=3) == simple({PATH: nominal(scenario, PATH)}, run=3)
    own = {BALANCE: 0.2}
    assert simple({PATH: 5.0, **own}, run=3) != simple({PATH: 5.0}, run=3)
    for wrong, words in ((0.0, "is 0, outside 1 to 200"), (2.5, "is 2.5; expected the number of a row")):
        with pytest.raises(WedgeError, match=words):
            simple({PATH: wrong})


# --- experiments ----------------------------------------------------------------------------------


def test_a_sweep_has_it_as_one_input_and_its_numbers_are_those_of_the_rows():
    sets = [
        "uncertainties.parameters.posterior=scenario",
        f"uncertainties.{ISOLATION}=",
        "levers=",
        "replications=1",
    ]
    found = load_experiment("e.yaml", sets)
    assert [each.path for each in found.plan.inputs] == ["parameters.threat.weight", PATH]
    study = swept(sets=sets).study
    values = study.points
    assert set(values[:, 1]) <= set(range(1, ROWS + 1))
    assert len(set(values[:, 1])) > 5
    by_hand = as_function("mine.yaml", ["bond"], sets=["seed=3"])
    for k in range(3):
        given = {"parameters.threat.weight": values[k, 0], PATH: values[k, 1]}
        assert by_hand(given, run=0)["bond"] == study.values("bond")[k, 0]


def test_an_input_of_an_experiment_is_taken_out_of_the_row():
    found = load_experiment("e.yaml")
    assert [each.path for each in found.plan.inputs] == [ISOLATION, "parameters.threat.weight"]
    assert all(each.posterior.without == (ISOLATION,) for each in found.scenarios)
    assert all(PATH in each.uncertainties for each in found.scenarios)


def test_where_others_are_fixed_every_run_has_the_median_row():
    found = load_experiment("e.yaml", ["others=fixed"])
    assert all(each.posterior.only == each.posterior.median for each in found.scenarios)
    assert all(PATH not in each.uncertainties for each in found.scenarios)


def test_a_design_from_a_file_has_a_column_of_row_numbers():
    sets = [
        "uncertainties.parameters.posterior=scenario", f"uncertainties.{ISOLATION}=",
        "uncertainties.parameters.threat.weight=", "levers=", "design={kind: csv, file: points.csv}",
    ]  # fmt: skip
    Path("points.csv").write_text(f"{PATH}\n5\n200\n")
    study = swept(sets=sets).study
    assert study.points.tolist() == [[5.0], [200.0]]
    by_hand = as_function("mine.yaml", ["bond"], sets=["seed=3"])
    assert by_hand({PATH: 200}, run=2)["bond"] == study.values("bond")[1, 2]
    for wrong, words in (
        ("201", "is 201, outside 1 to 200"),
        ("1.5", "is 1.5; expected the number of a row"),
    ):
        Path("points.csv").write_text(f"{PATH}\n{wrong}\n")
        code, output = told("check", "e.yaml", *[f"--set={each}" for each in sets])
        assert code == 2
        assert words in output


def test_another_table_is_another_sweep():
    before = load_experiment("e.yaml").fingerprint
    assert load_experiment("e.yaml").fingerprint == before
    written(rows=100)
    assert load_experiment("e.yaml").fingerprint != before


def test_a_sweep_reads_back_without_the_table():
    folder = swept().folder
    Path("fitted.csv").unlink()
    assert study_of(folder).values("bond").shape == (8, 3)


def test_an_analysis_that_rests_on_order_says_that_rows_have_none():
    sets = [
        "uncertainties.parameters.posterior=scenario", f"uncertainties.{ISOLATION}=", "levers=", "replications=1",
        "design={kind: latin_hypercube, points: 60}", "analyses={s: {analysis: sensitivity, outcome: bond}}",
    ]  # fmt: skip
    (finding,) = (
        each.of(swept(sets=sets).study) for each in load_experiment("e.yaml", sets).analyses.values()
    )
    assert "posterior is the number of a row: its order means nothing" in " ".join(finding.answer)


def test_an_experiment_may_name_a_table_beside_itself_and_fix_one_of_its_parameters():
    Path("e.yaml").write_text(EXPERIMENT + "changes: {parameters: fitted.csv}\n")
    found = load_experiment("e.yaml", [f"fixed.{BALANCE}=0.5"])
    assert {each.posterior.without for each in found.scenarios} == {(BALANCE, ISOLATION)}
    assert all(PATH in each.uncertainties for each in found.scenarios)


@pytest.mark.skipif(importlib.util.find_spec("ema_workbench") is None, reason="needs EMA Workbench")
def test_ema_workbench_takes_it_as_a_whole_number():
    from sim.ema import wedge_model

    sets = ["uncertainties.parameters.posterior=scenario", f"uncertainties.{ISOLATION}="]
    model = wedge_model(load_experiment("e.yaml", sets))
    (rows,) = [each for each in model.uncertainties if each.name == PATH]
    assert (type(rows).__name__, rows.lower_bound, rows.upper_bound) == ("IntegerParameter", 1, ROWS)


# --- results --------------------------------------------------------------------------------------


def test_results_hold_the_row_numbers_and_run_again_without_the_file():
    results = run(load("mine.yaml"), runs=15)
    save(results, Path("saved"), seconds=0.0)
    Path("fitted.csv").unlink()
    with Path("saved/runs.csv").open() as stream:
        rows = [float(each[PATH]) for each in csv.DictReader(stream)]
    assert rows == sampled(load_results("saved").scenario, 0, 15)[PATH].tolist()
    again = run(load("saved/scenario.yaml"), runs=15)
    assert again.runs.equals(results.runs)
    assert again.paths.equals(results.paths)
    read = load_results("saved")
    assert read.scenario.data == results.scenario.data
    assert read.scenario.posterior.comments == ("a fit for tests, 2012-2020", "200 draws")
    assert manifest(results)["posterior"] == {
        "table": "fitted.csv",
        "fingerprint": results.scenario.posterior.fingerprint,
    }


def test_the_fingerprint_is_of_the_numbers_not_of_the_comments():
    first = load("mine.yaml").posterior.fingerprint
    text = Path("fitted.csv").read_text()
    Path("fitted.csv").write_text(text.replace("200 draws", "made on a Tuesday"))
    assert load("mine.yaml").posterior.fingerprint == first
    Path("fitted.csv").write_text(text.replace("0.1,", "0.11,", 1))
    assert load("mine.yaml").posterior.fingerprint != first


def test_check_and_describe_say_what_it_is_and_what_it_replaces():
    for command in ("check", "describe"):
        code, output = told(command, "mine.yaml")
        assert code == 0
        assert (
            "parameters.posterior: fitted.csv, 200 equally likely rows of 3 parameters, one row a run"
            in output
        )
        assert "# a fit for tests, 2012-2020" in output
        assert f"replaces the uncertainty of {ISOLATION}" in output
    assert "1 calibrated" not in told("check", "tiny.yaml")[1]


def test_diff_tells_tables_apart_by_their_fingerprint():
    written(rows=100, file="other.csv")
    Path("yours.yaml").write_text(MINE.replace("fitted", "other"))
    _, output = told("diff", "mine.yaml", "yours.yaml")
    lines = output.strip().split("\n")
    assert len(lines) == 2
    assert '"fitted.csv" -> "other.csv"' in lines[0]
    assert "200 rows, fingerprint" in lines[1]
    assert "100 rows, fingerprint" in lines[1]


def test_what_a_difference_turns_on_is_told_by_parameter_not_by_the_number_of_a_row():
    against = "{against: {b: {policies: {boreas: {ceres: {stance: -0.6}}}}}}"
    Path("turn.yaml").write_text(f"{MINE}question: {against}\n")
    answer = "\n".join(run(load("turn.yaml"), runs=200).summary["answer"])
    assert "turns most on parameters.conduct.inertia" in answer.replace("\n", " ")


# --- faults ---------------------------------------------------------------------------------------

HEAD = f"{ISOLATION},{BALANCE}\n"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", ["fitted.csv:1:1: there is no table here; expected a header of paths, then rows of numbers"]),
        (
            "# only words\n",
            ["fitted.csv:1:1: there is no table here; expected a header of paths, then rows of numbers"],
        ),
        (HEAD, ["fitted.csv:1:1: there are no rows under this header; expected rows of numbers"]),
        (HEAD + "0.1,0.2\n0.1\n", ["fitted.csv:3:1: 1 values under 2 columns"]),
        (
            HEAD + "0.1, much\nnan,0.1\n",
            [
                f"fitted.csv:2:6: {BALANCE} is 'much'; expected a finite number",
                f"fitted.csv:3:1: {ISOLATION} is 'nan'; expected a finite number",
            ],
        ),
        (HEAD.replace(",", ";") + "0.1;0.2\n", ["fitted.csv:1:1: columns are separated by commas"]),
        (
            f"{ISOLATION},,{ISOLATION}\n1,2,3\n",
            [
                "fitted.csv:1:29: this column has no name",
                f"fitted.csv:1:30: the column '{ISOLATION}' stands here twice",
            ],
        ),
        (
            "# a\nparameters.isolation.wieght,parameters.balanse.weight,isolation.weight\n0.1,0.2,0.3\n",
            [
                "fitted.csv:2:1: 'parameters.isolation.wieght': isolation has no parameter called 'wieght'; "
                "did you mean 'weight'?",
                "fitted.csv:2:29: 'parameters.balanse.weight': there is no group of parameters called 'balanse'; "
                "did you mean 'balance'?",
                "fitted.csv:2:55: 'isolation.weight' is nothing that can be uncertain; "
                "did you mean 'parameters.isolation.weight'?",
            ],
        ),
        (
            f"{ISOLATION},{INERTIA}\n0.1,0.2\n0.1,1.5\n0.1,-3\n",
            [f"fitted.csv:3:5: {INERTIA} is 1.5, outside 0 to 0.999 (and in 1 more rows)"],
        ),
    ],
)
def test_a_faulty_table_gives_its_faults_at_their_places(table, words):
    assert [each.replace(PATH, "") for each in faults(table=table)] == words


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ("parameters.posterior=fited.csv", "there is no file 'fited.csv'; did you mean 'fitted.csv'?"),
        ("parameters.posterior=none_such", "there is no shipped posterior called 'none_such'; a file ends in .csv"),
        ("parameters.posterior=5", "posterior is 5; expected the name of a posterior, or a CSV file"),
        ("parameters.posterior.row=201", "row is 201; expected a whole number, 1 to 200"),
        ("parameters.posterior.raw=2", "there is no setting called 'raw' here; did you mean 'row'?"),
        ("parameters.posterior.without=[parameters.isolation.wait]", "the posterior has no 'parameters.isolation.wait'"),
        ("uncertainties.parameters.posterior=plausible", "parameters.posterior is drawn row by row as it is"),
    ],
)  # fmt: skip
def test_a_faulty_use_gives_its_fault(sets, words):
    found = faults(sets=[sets])
    assert len(found) == 1
    assert words in found[0]


def test_a_table_from_a_spreadsheet_reads_as_well():
    """With a byte order mark, carriage returns, spaces and an empty line."""
    text = Path("fitted.csv").read_text()
    before = load("mine.yaml").posterior
    Path("fitted.csv").write_bytes(
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").replace(",", ", ").encode() + b"\r\n"
    )
    assert np.array_equal(load("mine.yaml").posterior.rows, before.rows)


def test_a_table_too_long_to_keep_is_refused():
    assert "expected at most 5,000" in faults(table=HEAD + "0.1,0.2\n" * 5_001)[0]
    assert "larger than 512 KiB" in faults(table=HEAD + "0.1,0.2\n" * 70_000)[0]


def test_a_missing_table_is_told_where_it_is_named():
    Path("fitted.csv").rename("fixed.csv")
    assert faults() == ["file.yaml:3:25: there is no file 'fitted.csv'; did you mean 'fixed.csv'?"]
    assert told("run", "file.yaml")[0] == 2
    assert not Path("results").exists()


def test_all_faults_of_scenario_and_table_are_told_together():
    found = faults("step: dya\n", table=HEAD + "0.1,x\n")
    assert [each.split(":")[0] for each in found] == ["file.yaml", "fitted.csv"]
