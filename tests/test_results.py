"""Results on disk: whole or not at all, never over another, the same bytes for equal runs."""

import json
import re

import h5py
import numpy as np
import pandas as pd
import pytest

from sim.answer import SHARE, contrast, described, paired_error, sentences, share_interval, share_intervals
from sim.describing.results import _signed, _span, figure, result_lines
from sim.ensemble import simulate
from sim.errors import WedgeError
from sim.folders import next_folder
from sim.results import load, run, save
from sim.running import run_and_save
from sim.scenario import load as load_scenario

RUNS = 30


@pytest.fixture(scope="module")
def results():
    return run(load_scenario(), runs=RUNS)


def test_results_read_back_as_they_were_written(results, tmp_path):
    again = load(save(results, tmp_path / "r", seconds=1.0))
    pd.testing.assert_frame_equal(again.runs, results.runs, check_exact=True)
    pd.testing.assert_frame_equal(again.paths, results.paths, check_exact=True, check_dtype=False)
    assert set(again.arms) == set(results.arms) == {"no_courtship", "firm_line", "no_events"}
    for name, arm in again.arms.items():
        pd.testing.assert_frame_equal(arm.runs, results.arms[name].runs, check_exact=True)
    assert again.summary == results.summary
    assert (again.finished, again.asked) == (RUNS, RUNS)


def variables(file):
    """Every variable of a netCDF file: kind, shape, bytes and attributes, but for references inside the file."""
    with h5py.File(file) as opened:
        return {
            name: (each.dtype.str, each.shape, each[()].tobytes(),
                   {key: str(told) for key, told in each.attrs.items() if not key.endswith("_LIST")})
            for name, each in opened.items()
        }  # fmt: skip


def test_equal_runs_give_equal_bytes_and_provenance_stands_apart(tmp_path):
    scenario = load_scenario()
    for name in ("one", "two"):
        run_and_save(scenario, runs=20, out=tmp_path / name, trajectories=True)
    files = sorted(
        each.relative_to(tmp_path / "one") for each in (tmp_path / "one").rglob("*") if each.is_file()
    )
    assert len(files) >= 12
    for file in files:
        if file.name == "provenance.json":
            continue
        one, two = ((tmp_path / name / file) for name in ("one", "two"))
        if file.suffix == ".nc":
            assert variables(one) == variables(two)
        else:
            assert one.read_bytes() == two.read_bytes(), file


def test_nothing_is_ever_overwritten(results, tmp_path):
    folder = save(results, tmp_path / "r", seconds=1.0)
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    with pytest.raises(WedgeError, match="exists already; results are never overwritten"):
        save(results, folder, seconds=1.0)
    assert all(each.read_bytes() == text for each, text in before.items())
    assert [each.name for each in tmp_path.iterdir()] == ["r"]
    assert next_folder(tmp_path, "x").name == "x-001"
    (tmp_path / "x-001").mkdir()
    assert next_folder(tmp_path, "x").name == "x-002"


def test_a_failed_write_leaves_nothing_behind(results, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.results._tables", full)
    with pytest.raises(WedgeError, match="No space left on device"):
        save(results, tmp_path / "r", seconds=1.0)
    assert list(tmp_path.iterdir()) == []


def test_many_runs_are_kept_by_columns(results, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.results.MOST_CSV_RUNS", 10)
    folder = save(results, tmp_path / "r", seconds=1.0)
    assert (folder / "runs.nc").is_file()
    assert not (folder / "runs.csv").exists()
    pd.testing.assert_frame_equal(load(folder).runs, results.runs, check_exact=True, check_like=True)


def test_whole_paths_are_kept_with_named_dimensions(tmp_path):
    scenario = load_scenario()
    saved = run_and_save(scenario, runs=15, out=tmp_path / "r", contrast=False, trajectories=True)
    data = saved.trajectories()
    assert dict(data.sizes)["run"] == 15
    assert data["alignment"].dims == ("time", "actor", "target", "run")
    assert data["order"].dims == ("time", "run")
    wanted = simulate(scenario, first=7, runs=1).of("alignment", "russia", "china")[:, 0]
    found = data["alignment"].sel(actor=b"russia", target=b"china", run=7)
    assert np.array_equal(found.values, wanted)
    assert data["threat"].attrs["long_name"]


def test_whole_paths_that_were_not_kept_are_missed_politely(results, tmp_path):
    with pytest.raises(WedgeError, match="run again with --trajectories"):
        load(save(results, tmp_path / "r", seconds=1.0)).trajectories()


def test_a_folder_without_results_or_from_the_future_is_refused(results, tmp_path):
    with pytest.raises(WedgeError, match="no results here"):
        load(tmp_path)
    folder = save(results, tmp_path / "r", seconds=1.0)
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**told, "format": 99}))
    with pytest.raises(WedgeError, match="format 99"):
        load(folder)


def test_the_resolved_scenario_of_a_run_runs_again_to_the_same_results(results, tmp_path):
    folder = save(results, tmp_path / "r", seconds=1.0)
    again = run(load_scenario(folder / "scenario.yaml"), runs=RUNS)
    pd.testing.assert_frame_equal(again.runs, results.runs, check_exact=True)
    assert set(again.arms) == set(results.arms)


def test_a_paired_contrast_is_the_mean_of_differences_with_its_error():
    here, there = np.array([1.5, 2.0, 4.0, 3.0]), np.array([0.0, 2.0, 1.5, 3.0])
    found = contrast("x", "y", here, there, unit="years")
    gaps = here - there
    half = 3.182446305284263 * gaps.std(ddof=1) / 2
    assert found.difference == pytest.approx(1.0)
    assert (found.low, found.high) == pytest.approx((1 - half, 1 + half))
    assert (found.direction, found.differing) == (0, 2)


def test_paired_shares_have_the_interval_of_agresti_and_min():
    here, there = np.zeros(100), np.zeros(100)
    here[:30], there[20:35] = 1.0, 1.0
    b, c, n = 20, 5, 102
    half = 1.959963984540054 * np.sqrt(b + c + 1 - (b - c) ** 2 / n) / n
    found = contrast("x", "y", here, there, unit=SHARE)
    assert found.difference == pytest.approx(0.15)
    assert (found.low, found.high) == pytest.approx((0.15 - half, 0.15 + half))
    few = contrast("x", "y", np.eye(1, 50)[0], np.zeros(50), unit=SHARE)
    assert (few.direction, few.differing) == (0, 1)


def test_the_interval_of_a_share_is_that_of_agresti_and_coull():
    """By hand: of 81 in 263, (81 + 1.9207) / 266.8415 = 0.31075, plus and minus 1.96 of its error 0.02833."""
    assert share_interval(81 / 263, 263) == pytest.approx((0.25522, 0.36628), abs=1e-5)
    assert share_interval(0.0, 20) == pytest.approx((0.0, 0.18981), abs=1e-5)
    assert share_interval(1.0, 20) == pytest.approx((0.81019, 1.0), abs=1e-5)
    low, high = share_intervals(np.array([81 / 263, 0.0]), 263)
    assert (low[0], high[0]) == pytest.approx((0.25522, 0.36628), abs=1e-5)
    assert low[1] == 0.0 < high[1]


def test_arms_that_do_not_differ_are_called_the_same():
    values = np.array([0.0, 1.0, np.nan])
    assert contrast("x", "y", values, values.copy(), unit=SHARE).same


def test_a_column_that_is_no_share_never_has_the_interval_of_shares():
    """Its gaps may happen to be whole: with none but 0 there is no spread to tell of."""
    none = contrast("x", "y", np.zeros(40), np.zeros(40), unit="alignment")
    assert (none.low, none.high) == (0.0, 0.0)
    gaps = np.repeat([1.0, 0.0], [10, 30])
    half = 2.022690911734728 * np.sqrt(0.25 * 0.75 / 39)  # Student's t, 39 degrees of freedom
    found = contrast("x", "y", gaps, np.zeros(40), unit="stage 1 to 8")
    assert found.high - found.difference == pytest.approx(half)


def test_intervals_that_hold_together_are_wider_by_the_quantile_of_bonferroni():
    gaps = np.array([1.5, 0.0, 2.5, 0.0])
    error = gaps.std(ddof=1) / 2
    assert paired_error(gaps, "years", tests=5) == pytest.approx(5.840909309733355 * error)  # t(3), 99.5 %
    shares = np.repeat([1.0, 0.0], [20, 80])
    once = paired_error(shares, SHARE) / 1.959963984540054
    assert paired_error(shares, SHARE, tests=5) == pytest.approx(2.5758293035489004 * once)


def test_the_answer_tells_direction_interval_and_error_or_that_nothing_can_be_told():
    scenario = load_scenario()
    rng = np.random.default_rng(1)
    names = ["front", *(f"front.at_{level}" for level in (50, 55, 60, 65, 70)), "sino_russian"]
    base = {name: (rng.random(4000) < 0.3) * 1.0 for name in names}
    lower = {name: np.where(rng.random(4000) < 0.3, 0.0, values) for name, values in base.items()}
    told = " ".join(sentences(scenario, {"scenario": lower, "no_courtship": base}))
    assert "the probability of 'front' is lower" in told
    assert "95% Monte Carlo interval" in told
    assert "The verdict holds at 5 of 5 thresholds: lower at 0.50, 0.55, 0.60, 0.65, 0.70." in told
    mixed = {
        **lower,
        "front.at_50": base["front.at_50"],
        "front.at_55": 1.0 - base["front.at_55"],
        "front.at_65": base["front.at_65"],
    }
    assert "depends on the threshold" in " ".join(
        sentences(scenario, {"scenario": mixed, "no_courtship": base})
    )
    flips = {name: np.where(rng.random(4000) < 0.01, 1.0 - values, values) for name, values in base.items()}
    noise = {**flips, "front": np.roll(base["front"], 1)}
    assert "not distinguishable" in " ".join(sentences(scenario, {"scenario": noise, "no_courtship": base}))


def columns_of(front, levels, tie):
    """Columns of the default scenario's answer, from shares at the five thresholds."""
    at = {f"front.at_{level}": values for level, values in zip((50, 55, 60, 65, 70), levels, strict=True)}
    return {"front": front, "sino_russian": tie, **at}


def test_without_a_verdict_none_is_said_to_hold():
    """5 runs of 100 differ at the front's own threshold, 20 at 0.55, none elsewhere."""
    few, many, none = ((np.arange(100) < count) * 1.0 for count in (5, 20, 0))
    here = columns_of(none, [none] * 5, np.zeros(100))
    there = columns_of(few, [none, many, none, none, none], np.zeros(100))
    told = " ".join(sentences(load_scenario(), {"scenario": here, "no_courtship": there}))
    assert "only 5 of 100 runs differ, too few to tell" in told
    assert "verdict" not in told
    assert (
        "A direction can be told at 1 of 5 thresholds of a front: lower at 0.55; not distinguishable" in told
    )
    nowhere = columns_of(few, [few] * 5, np.zeros(100))
    told = " ".join(sentences(load_scenario(), {"scenario": here, "no_courtship": nowhere}))
    assert "At none of the five thresholds of a front is there a difference that can be told." in told


def answer_of(scenario, here, there):
    """The answer on made columns of a scenario and of its first alternative; what is not given is 0."""
    zeros = np.zeros(len(here["sino_russian"]))
    other = dict.fromkeys(described(scenario), zeros)
    return " ".join(sentences(scenario, {"scenario": {**other, **here}, "no_courtship": {**other, **there}}))


def test_what_one_side_fixes_and_the_other_draws_is_ranked_too_and_chance_is_no_driver():
    """The gap is the fixed input and half of one that both draw; a third does nothing."""
    scenario = load_scenario()
    fixed, real, idle = list(scenario.data["uncertainties"])[:3]
    x, y, z = np.random.default_rng(3).random((3, 400)) - 0.5
    drawn, both = {fixed: x, real: y, idle: z}, {real: y, idle: z}
    hangs = "So the difference is that between an uncertain and a certain value, and hangs on the range drawn from."
    told = answer_of(scenario, {"sino_russian": x + 0.5 * y, **drawn}, {"sino_russian": 0 * x, **both})
    assert f"The alternative fixes what is drawn here run by run: {fixed}. {hangs}" in told
    assert f"It turns most on {fixed} (rank correlation +0.8" in told
    told = answer_of(scenario, {"sino_russian": 0 * x, **both}, {"sino_russian": x + 0.5 * y, **drawn})
    assert f"The scenario fixes what is drawn in the alternative run by run: {fixed}. {hangs}" in told
    assert f"It turns most on {fixed} (rank correlation -0.8" in told
    told = answer_of(scenario, {"sino_russian": 0.1 * x + y, **drawn}, {"sino_russian": 0 * x, **both})
    assert f"It turns most on {real} " in told
    few = ({"sino_russian": x[:12] * z[:12], idle: y[:12]}, {"sino_russian": 0 * x[:12], idle: y[:12]})
    assert "turns most" not in answer_of(scenario, *few)


@pytest.mark.parametrize(("more", "told"), [(9, False), (10, True)])
def test_a_difference_turns_on_what_moves_its_direction_by_ten_points(more, told):
    """Of thirds of 100 runs 30 are higher in the lowest, so many more in the highest; sizes follow the input."""
    scenario = load_scenario()
    path = next(iter(scenario.data["uncertainties"]))
    values = np.arange(300) / 300
    higher = np.concatenate([np.arange(100) < count for count in (30, 30, 30 + more)])
    gap = np.where(higher, 1.0, -1.0) * 0.01 + np.where(higher, values, values - 1.0)
    said = answer_of(scenario, {"sino_russian": gap, path: values}, {"sino_russian": 0 * gap, path: values})
    assert (f"It turns most on {path} " in said) == told
    assert ("turns most" in said) == told


def test_the_alignment_of_the_pair_is_told_with_its_own_sign_beside_what_is_asked():
    """The front forms less often here, while the two are nearer by 0.02 in every run."""
    scenario, runs = load_scenario(), 400
    often, seldom = ((np.arange(runs) < count) * 1.0 for count in (200, 100))
    wide = 0.1 * np.random.default_rng(5).standard_normal(runs)
    here, there = columns_of(seldom, [seldom] * 5, wide + 0.02), columns_of(often, [often] * 5, wide)
    told = answer_of(scenario, here, there)
    assert "the probability of 'front' is lower" in told
    size = "on a scale from -1 to 1, 0.10 of the width of a stage (90% of runs between +0.020 and +0.020)"
    assert f"The alignment of China and Russia itself is higher by 0.020 {size}." in told
    told = answer_of(scenario, there, here)
    assert "The alignment of China and Russia itself is lower by 0.020 on a scale" in told
    here["sino_russian"] = wide[::-1]
    told = answer_of(scenario, here, there)
    assert "The alignment of China and Russia itself is not distinguishable, +0.000 on a scale" in told


def test_columns_of_the_tables_never_touch_and_have_no_powers_of_ten(results):
    lines = result_lines(results, everything=True)
    head = next(k for k, line in enumerate(lines) if "mean here" in line)
    assert "mean there" in lines[head]
    table = lines[head : next(k for k, line in enumerate(lines[head:], head) if not line or line[0] == "*")]
    assert len(table) > 20
    assert not [line for line in table if re.search(r"\de[-+]\d", line)]
    starts = [m.start() for m in re.finditer(r"\S+( \S+)*", table[0])]
    last = starts[-1]
    assert all(line[last - 2 : last].strip() == "" for line in table)


def test_numbers_in_tables_have_the_digits_that_their_interval_bears():
    assert (figure(0.00001234), figure(358.4), figure(-0.0369), figure(1.0)) == (
        "0.000012",
        "358",
        "-0.0369",
        "1",
    )
    assert figure(-1e-9) == "0"
    assert _span(0.00089, 0.00314) == "+0.0009 to +0.0031"
    assert _span(-0.0000131, -0.0000032) == "-0.000013 to -0.000003"
    assert _span(0.0, 0.0) == "0 to 0"
    assert (_signed(-7.8e-6, 5e-6), _signed(2e-9, 1e-9), _signed(3.33, 2.5)) == (
        "-0.000008",
        "+<0.000001",
        "+3.3",
    )


def test_a_difference_that_is_the_same_in_every_run_has_the_digits_of_its_interval():
    from sim.describing.results import _contrast_cells

    row = dict(
        here=0.5,
        there=0.4269,
        difference=0.0731,
        low=0.0731,
        high=0.0731,
        differing=5,
        q05=0.0731,
        q95=0.0731,
    )
    assert _contrast_cells(row, "order", "1")[3:5] == ("+0.073", "+0.073 to +0.073")
