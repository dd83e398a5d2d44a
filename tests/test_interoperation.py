"""A sweep for other tools, and the model called by them: the same numbers, bit for bit."""

import glob
import pickle
import re
import shlex
import shutil
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from click.testing import CliRunner

import sim.exporting as exporting
from sim.cli import main
from sim.ema import KEPT, ema_name, ensemble_evaluator, policies, wedge_model, workbench
from sim.errors import WedgeError
from sim.experiment import load
from sim.exporting import export
from sim.functions import as_function
from sim.results import run
from sim.scenario import Branch
from sim.scenario import load as load_scenario
from sim.sweeping import sweep

PAGE = Path(__file__).parent.parent / "docs" / "interoperation.md"
WEIGHT, RESPONSE = "parameters.isolation.weight", "parameters.reciprocity.response"
SHORT = """
format: 1
extends: abe_engagement
title: A short stretch
end: 2015
question: null
events: null
"""
SMALL = """
format: 1
title: A small sweep
question: Does a warmer Tokyo lower Sino-Russian alignment?
scenario: short.yaml
changes: {policies: {japan: {russia: {policy: fixed, stance: 0.0}}}}
design: {kind: latin_hypercube, points: 5}
replications: 3
uncertainties:
  parameters.isolation.weight: plausible
  parameters.reciprocity.response: {triangular: [0.1, 0.2, 0.6]}
  parameters.conduct.inertia: {normal: [0.9, 0.05]}
  parameters.balance.weight: {choice: [0.0, 0.5, 0.5]}
  parameters.threat.hostility_exponent: {log_uniform: [0.5, 2.0]}
levers:
  tokyo: {path: policies.japan.russia.stance, values: [0, 0.1]}
  policy: {settings: {loose: {}, tight: {parameters: {isolation: {weight: 0.5}}}}}
outcomes: [front, sino_russian]
"""


def written(folder, text=SMALL, name="small.yaml", **changes):
    """An experiment in a folder, with some of its top-level lines replaced."""
    for key, line in changes.items():
        text = re.sub(rf"^{key}:.*\n", f"{key}: {line}\n", text, flags=re.MULTILINE)
    (folder / "short.yaml").write_text(SHORT)
    (folder / name).write_text(text)
    return folder / name


def swept(folder, **changes):
    experiment = load(written(folder, **changes))
    return experiment, sweep(experiment, out=folder / "results", workers=1).folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    experiment, folder = swept(tmp_path_factory.mktemp("small"))
    return experiment, folder, exporting.study_of(folder)


@pytest.fixture(scope="module")
def table(small):
    file = export(small[1], "csv")
    return pd.read_csv(file, engine="python", dtype={"option": "str"})


@pytest.fixture(scope="module")
def archive(small):
    return export(small[1], "ema")


def same(one, other):
    return np.array_equal(np.asarray(one, float), np.asarray(other, float), equal_nan=True)


def column(study, name):
    """A column of outcomes in every option, `(option, point, replication)`."""
    return np.stack([study.values(name, each.name) for each in study.options])


# --- tables ------------------------------------------------------------------------------------------


def test_a_table_has_one_row_a_run_and_reads_back_to_the_same_bits(small, table):
    experiment, _, study = small
    assert list(table.columns) == [
        *("option", "tokyo", "policy", "point", "replication", "run"), *study.names, *study.columns,
    ]  # fmt: skip
    assert len(table) == experiment.plan.size * len(experiment.options)
    for name in study.columns:
        assert same(table[name], column(study, name).ravel()), name
    for name in study.names:
        assert same(table[name][: study.replications * 5], np.repeat(study.input(name), study.replications))
    assert same(table["tokyo"].unique(), [0.0, 0.1])
    assert set(table["policy"]) == {"loose", "tight"}
    assert list(table["option"].unique()) == [each.name for each in study.options]


def test_a_run_without_a_value_has_an_empty_field(small, table):
    text = (small[1] / "runs.csv").read_text().splitlines()
    k = list(table.columns).index("front.first")
    empty = [line.split(",")[k] == "" for line in text[1:]]
    assert any(empty)
    assert empty == list(table["front.first"].isna())
    assert not re.search("nan", "".join(text), re.IGNORECASE)


def test_parquet_holds_the_same_table_with_units_and_meanings(small, table):
    import pyarrow.parquet as pq

    file = export(small[1], "parquet")
    found = pd.read_parquet(file)
    for name in table.columns:
        assert list(found[name].dropna()) == list(table[name].dropna()), name
    schema = pq.read_schema(file)
    assert pq.read_table(file)["front.first"].null_count == table["front.first"].isna().sum()
    assert schema.field("front.first").metadata[b"unit"] == b"years from the start"
    assert schema.field(WEIGHT).metadata[b"meaning"].startswith(b"how strongly isolation drives")
    assert schema.metadata[b"question"].startswith(b"Does a warmer Tokyo")


def test_netcdf_is_a_labelled_copy_for_xarray(small, table):
    _, folder, study = small
    with xr.open_dataset(export(folder, "netcdf")) as found:
        for name in study.columns:
            assert same(found[name], column(study, name)), name
            assert found[name].attrs["long_name"] == study.columns[name][1]
        assert set(found.coords) == {"option", "tokyo", "policy", "point", "replication", "run"}
        boxed = found.set_index(option=["tokyo", "policy"]).unstack("option")
        rows = table[(table["tokyo"] == 0.1) & (table["policy"] == "tight")]
        assert same(boxed["sino_russian"].sel(tokyo=0.1, policy="tight").values.ravel(), rows["sino_russian"])
        assert same(found[WEIGHT], study.input(WEIGHT))


def unpacked(file):
    with tarfile.open(file) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive}


@pytest.mark.parametrize("kind", ["csv", "parquet", "netcdf", "ema"])
def test_the_size_of_slabs_bears_on_no_export(small, tmp_path, monkeypatch, kind):
    read = {
        "csv": Path.read_text, "parquet": pd.read_parquet, "ema": unpacked,
        "netcdf": lambda file: xr.load_dataset(file).to_dataframe().reset_index(),
    }[kind]  # fmt: skip
    whole = read(export(small[1], kind, tmp_path / "whole"))
    monkeypatch.setattr(exporting, "CELLS", 60)
    slabs = read(export(small[1], kind, tmp_path / "slabs"))
    assert slabs.equals(whole) if isinstance(whole, pd.DataFrame) else slabs == whole


def test_a_lever_with_the_name_of_another_column_is_told_apart(tmp_path):
    text = SMALL.replace("  policy: {settings", "  front: {settings").replace("points: 5", "points: 1")
    folder = sweep(load(written(tmp_path, text)), out=tmp_path, workers=1).folder
    found = pd.read_csv(export(folder, "csv"))
    assert set(found["lever.front"]) == {"loose", "tight"}
    assert found["front"].dtype == float


@pytest.mark.parametrize("luck", ["own", "shared"])
def test_every_row_can_be_computed_again_by_the_plain_function(tmp_path, luck):
    """With the number in its column `run`, constraints or not."""
    constraints = f"2\nluck: {luck}\nconstraints: [{WEIGHT} < {RESPONSE} + 0.3]"
    experiment, folder = swept(tmp_path, replications=constraints)
    table = pd.read_csv(export(folder, "csv"), engine="python")
    with xr.open_dataset(export(folder, "netcdf")) as found:
        numbers = np.broadcast_to(found["run"], (len(experiment.options), experiment.plan.points, 2))
    assert same(table["run"], numbers.ravel())
    assert 0 < experiment.plan.points < 5
    assert (table["run"].max() > 1) == (luck == "own")
    for option, scenario in zip(experiment.options, experiment.scenarios, strict=True):
        rows = table[table["option"] == option.name]
        again = as_function(scenario, ["sino_russian", "front"])
        given = {path: rows[path] for path in again.inputs if path in rows}
        assert same(again(given, run=rows["run"])["sino_russian"], rows["sino_russian"])


# --- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "parquet", "netcdf", "ema"])
def test_a_file_that_is_there_is_left_alone(small, tmp_path, kind):
    place = tmp_path / "precious"
    place.write_text("precious")
    done = CliRunner().invoke(main, ["export", str(small[1]), "--format", kind, "--out", str(place)])
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [f"wedge: {place}: is there already; choose another file with --out"]
    assert place.read_text() == "precious"


@pytest.mark.parametrize("kind", ["csv", "parquet", "netcdf", "ema"])
def test_an_export_that_fails_leaves_nothing_behind(small, tmp_path, monkeypatch, kind):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting.Table, "slabs", full)
    with pytest.raises(WedgeError, match="cannot be written .No space left on device"):
        export(small[1], kind, tmp_path / "new" / "file")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_damaged_sweep_is_told_and_leaves_nothing_behind(small, tmp_path):
    import h5netcdf

    folder = shutil.copytree(small[1], tmp_path / "damaged")
    with h5netcdf.File(folder / "outcomes.nc", "r") as file:
        place = file.variables["sino_russian"]._h5ds.id.get_chunk_info(0).byte_offset
    with (folder / "outcomes.nc").open("r+b") as stream:
        stream.seek(place)
        stream.write(bytes(16))
    with pytest.raises(WedgeError, match=r"outcomes.nc: is damaged; delete it, and sweep again"):
        export(folder, "csv", tmp_path / "new" / "file")
    assert list((tmp_path / "new").iterdir()) == []


def test_what_cannot_be_exported_is_told_in_one_line(small, tmp_path, monkeypatch):
    with pytest.raises(WedgeError, match="no format called 'cvs'; did you mean 'csv'"):
        export(small[1], "cvs")
    with pytest.raises(WedgeError, match="no sweep here"):
        export(tmp_path, "csv")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(WedgeError, match=r"pip install 'wedge-sim\[parquet\]'"):
        export(small[1], "parquet", tmp_path / "x")
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(WedgeError, match=r"pip install 'wedge-sim\[ema\]'"):
        workbench()
    assert export(small[1], "ema", tmp_path / "without EMA").exists()


# --- the plain function ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    written(folder := tmp_path_factory.mktemp("short"))
    return folder / "short.yaml"


def test_the_function_gives_what_a_run_gives(short):
    told = run(load_scenario(short, [f"{WEIGHT}=0.4"]), runs=20).runs
    model = as_function(short)
    one = model(run=17, **{WEIGHT: 0.4})
    assert all(type(each) is float for each in one.values())
    for name, each in one.items():
        assert same(each, told[name].iloc[17]), name


def test_arrays_give_what_single_calls_give(short):
    model = as_function(short, ["sino_russian"])
    weights, runs = np.array([0.0, 0.4, 1.0]), np.array([3, 0, 1_000_000_007])
    plane = model({WEIGHT: weights[:, None]}, run=runs)["sino_russian"]
    assert plane.shape == (3, 3)
    for i, weight in enumerate(weights):
        for k, number in enumerate(runs):
            assert plane[i, k] == model({WEIGHT: weight}, run=int(number))["sino_russian"]
    assert model(run=np.zeros(0, int))["sino_russian"].shape == (0,)


def test_an_array_gives_the_inputs_in_their_order(short):
    model = as_function(short, ["sino_russian"], [RESPONSE, WEIGHT])
    points = np.array([[0.1, 0.4], [0.3, 0.9]])
    named = model({WEIGHT: points[:, 1], RESPONSE: points[:, 0]}, run=4)
    assert same(model(points, run=4)["sino_russian"], named["sino_russian"])
    assert same(
        model(pd.DataFrame(points, columns=model.inputs), run=4)["sino_russian"], named["sino_russian"]
    )


def test_what_is_left_out_is_drawn_or_fixed_as_in_an_experiment(tmp_path):
    for others in ("drawn", "fixed"):
        text = SMALL.partition("levers:")[0] + f"others: {others}\noutcomes: [sino_russian]\n"
        experiment = load(written(tmp_path, text))
        found = sweep(experiment, out=tmp_path, workers=1).study
        model = as_function(experiment.scenarios[0], ["sino_russian"], found.names)
        by_scenario = as_function(
            tmp_path / "short.yaml", ["sino_russian"], found.names, others=others,
            sets=["policies.japan.russia={policy: fixed, stance: 0.0}"],
        )  # fmt: skip
        for each in (model, by_scenario):
            again = each(found.points[:, None, :], run=np.arange(3))["sino_russian"]
            assert same(again, found.values("sino_russian")), others


def test_a_scenario_that_branches_off_another_is_no_function(short):
    scenario = load_scenario(short)
    with pytest.raises(WedgeError, match="branches off another scenario"):
        as_function(replace(scenario, branch=Branch(scenario, 0)))


def test_a_function_can_be_sent_to_workers_and_called_from_threads(short):
    model = as_function(short, ["sino_russian"])
    sent = pickle.loads(pickle.dumps(model))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda number: sent(run=number)["sino_russian"], range(8)))
    assert same(found, model(run=np.arange(8))["sino_russian"])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda m: m({"parameters.isolation.wieght": 1}), "did you mean 'parameters.isolation.weight'"),
        (lambda m: m(nonsense=1), "'nonsense' is nothing that can be uncertain"),
        (lambda m: m({WEIGHT: [0.1, 7.0]}), "parameters.isolation.weight is 7, outside -5 to 5"),
        (lambda m: m({WEIGHT: float("nan")}), "is nan, outside"),
        (lambda m: m({WEIGHT: "much"}), "is 'much'; expected a number"),
        (lambda m: m(run=-1), "run is -1; expected a whole number, 0 or more"),
        (lambda m: m(run=[0, 1.5]), "run is 0.0; expected a whole number"),
        (lambda m: m({WEIGHT: [0, 1]}, run=[1, 2, 3]), r"shapes \(3,\), \(2,\), which do not fit"),
        (lambda m: m([0.1, 0.2]), "the last axis of an array are the 26 inputs, but it has 2"),
        (lambda m: as_function("abe_engagement", ["frnt"]), "no outcome called 'frnt'; did you mean 'front'"),
        (lambda m: as_function("abe_engagement", others="fxied"), "'fxied'; expected drawn or fixed"),
        (lambda m: as_function("abe_engagment"), "did you mean 'abe_engagement'"),
    ],
)
def test_what_the_function_cannot_take_is_told_in_one_line(short, call, told):
    with pytest.raises(WedgeError, match=told) as caught:
        call(as_function(short))
    assert "\n" not in str(caught.value)


# --- EMA Workbench -----------------------------------------------------------------------------------


def test_ema_loads_what_is_exported_and_its_analyses_run_on_it(small, archive):
    from ema_workbench import load_results, process_replications
    from ema_workbench.analysis import feature_scoring, prim

    _, _, study = small
    experiments, outcomes = load_results(archive)
    assert list(experiments) == [*study.names, "tokyo", "policy_", "scenario", "policy", "model"]
    assert len(experiments) == len(study.options) * len(study.points)
    np.testing.assert_allclose(experiments[WEIGHT], np.tile(study.input(WEIGHT), 4), rtol=1e-15)
    assert experiments["tokyo"].dtype == float
    assert set(experiments["policy_"].cat.categories) == {"loose", "tight"}
    for name, each in outcomes.items():
        assert same(each, column(study, name).reshape(-1, study.replications)), name
    asked = experiments.drop(columns=["scenario", "policy", "model"])
    mean = process_replications(outcomes)["sino_russian"]
    box = prim.Prim(asked, mean > np.median(mean), threshold=0.6).find_box()
    assert box.density > 0.6
    scores = feature_scoring.get_feature_scores_all(asked, {"sino_russian": mean})
    assert set(scores.index) == set(asked)


def test_one_replication_gives_ema_lists_of_numbers(tmp_path):
    from ema_workbench import load_results

    _, folder = swept(tmp_path, replications="1", outcomes="[japan_russia, abandonment]")
    experiments, outcomes = load_results(export(folder, "ema"))
    found = column(exporting.study_of(folder), "japan_russia").ravel()
    assert outcomes["japan_russia"].shape == (len(experiments),)
    np.testing.assert_allclose(outcomes["japan_russia"], found, rtol=1e-15)


@pytest.mark.filterwarnings("ignore")
def test_what_ema_draws_gives_the_same_bits_inside_ema_and_in_a_sweep(small, tmp_path):
    from ema_workbench import perform_experiments

    model = wedge_model(small[0])
    experiments, outcomes = perform_experiments(
        model, scenarios=4, policies=policies(model), log_progress=True
    )
    names = [each.path for each in small[0].plan.inputs]
    assert len(experiments) == 16
    experiments[names].iloc[:4].astype(float).to_csv(tmp_path / "points.csv", index=False)
    _, folder = swept(tmp_path, design="{kind: csv, file: points.csv}")
    study = exporting.study_of(folder)
    assert same(study.points, experiments[names].iloc[:4].astype(float))
    for name, each in outcomes.items():
        assert same(each, column(study, name).reshape(16, 3)), name
    with ensemble_evaluator(model) as evaluator:
        scenarios = [workbench().Scenario(**dict(zip(names, row, strict=True))) for row in study.points]
        _, again = evaluator.perform_experiments(scenarios, policies(model), log_progress=True)
    assert all(same(again[name], outcomes[name]) for name in outcomes)


@pytest.mark.slow
def test_ema_with_several_processes_gives_the_same_bits(small):
    ema = workbench()
    model = wedge_model(small[0])
    scenarios = [ema.Scenario(**dict(zip(small[2].names, row, strict=True))) for row in small[2].points[:3]]
    with ema.MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios, policies(model))
    found = column(small[2], "sino_russian")[:, :3].reshape(12, 3)
    assert len(experiments) == 12
    assert same(outcomes["sino_russian"], found)


def test_ema_draws_from_the_experiments_own_distributions(small):
    model, shares = wedge_model(small[0]), np.linspace(0.01, 0.99, 50)
    for each in small[0].plan.inputs:
        found = model.uncertainties[each.path].dist.ppf(shares)
        if each.shape.shape == "choice":
            found = np.array([each.value for each in model.uncertainties[each.path].categories])[
                found.astype(int)
            ]
        np.testing.assert_allclose(found, each.shape.draw(shares), rtol=1e-9, err_msg=each.path)


def test_points_against_the_constraints_are_empty_inside_ema(tmp_path):
    model = wedge_model(written(tmp_path, replications=f"2\nconstraints: [{WEIGHT} < {RESPONSE}]"))
    given = {each.name: each.default or 0.5 for each in model.uncertainties}
    assert np.isnan(model.function(run=0, **{**given, WEIGHT: 1.0})["sino_russian"])
    assert np.isfinite(model.function(run=0, **{**given, WEIGHT: 0.0})["sino_russian"])
    with pytest.raises(WedgeError, match="must be given, as the experiment has constraints"):
        model.function(run=0)


def test_an_experiment_that_ema_cannot_replicate_must_say_how_often(tmp_path):
    file = written(tmp_path, design="{kind: monte_carlo, points: 5}", replications="1", outcomes="[front]")
    with pytest.raises(WedgeError, match="replications=10"):
        wedge_model(file)
    with pytest.raises(WedgeError, match="replications is 0; expected a whole number"):
        wedge_model(file, replications=0)
    model = wedge_model(file, replications=2)
    assert [dict(each) for each in model.replications] == [{"run": 0}, {"run": 1}]
    with pytest.raises(WedgeError, match="another number of replications"):
        wedge_model(file, replications=1)


def test_what_ema_may_get_wrong_is_told(small):
    model = wedge_model(small[0])
    for given, told in (
        ({"run": 3}, "has 3 replications"),
        ({}, "has 3 replications"),
        ({"run": 0, "tokio": 1}, "no input or lever called 'tokio'; did you mean 'tokyo'"),
        ({"run": 0, "tokyo": 0.3}, r"'tokyo' is 0.3; expected one of 0.0, 0.1"),
        ({"run": 0, WEIGHT: 99.0}, "is 99, outside -5 to 5"),
    ):
        with pytest.raises(WedgeError, match=told):
            model.function(**given)
    with pytest.raises(WedgeError, match="was not made by wedge_model"):
        policies(workbench().Model("other", function=print))


def test_no_lever_can_take_a_name_that_ema_keeps(small):
    ema = workbench()
    models = [wedge_model(small[0]), ema.Model("x", function=print)]
    assert {name for each in models for name in dir(each) if not name.startswith("_")} <= KEPT
    assert ema_name("policy") == "policy_"
    assert ema_name("tokyo") == "tokyo"


def test_ema_comes_in_without_its_warnings(tmp_path, monkeypatch, recwarn):
    (tmp_path / "ema_workbench.py").write_text(
        "import warnings\nwarnings.warn('not installed')\nfake = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ema_workbench", raising=False)
    assert workbench().fake
    assert not recwarn


# --- the page ----------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_everything_on_the_page_works(tmp_path, monkeypatch):
    """Its blocks one after another, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for language, code in re.findall(
        r"^```(\w+)\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        if language == "yaml":
            Path("warmer.yaml").write_text(code)
        elif language == "sh":
            for line in code.splitlines():
                words = [found for word in shlex.split(line)[1:] for found in glob.glob(word) or [word]]
                done = CliRunner().invoke(main, words)
                assert done.exit_code == 0, (line, done.output)
        else:
            assert language == "python"
            exec(compile(code, PAGE.name, "exec"), names)
    assert len(names["results"][0]) == 200
