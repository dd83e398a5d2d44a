"""The benchmark itself: what it compares is the same model, and it runs, and tells what it cannot measure."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import measuring, page, scaling, targets
from benchmarks.batch import BatchModel, DriverModel
from benchmarks.held import HeldLuck
from benchmarks.measuring import Found
from benchmarks.plain_mesa import PlainModel
from benchmarks.scaling import Scaling, crowd
from benchmarks.subjects import DEFAULT, SUBJECTS, Bare
from benchmarks.timing import Missing, available
from sim import backends
from sim.build import sampled
from sim.ensemble import simulate
from sim.scenario import load

ROOT = Path(__file__).parent.parent


def benchmark(*words: str) -> str:
    asked = [sys.executable, "-m", "benchmarks", *words]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        asked, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_quick_run_gives_the_page_and_writes_nothing():
    before = page.PAGE.read_bytes()
    told = benchmark("--quick", "--only", "own", "numpy", "numpy-held", "compiled-kept-2", "c-alone")
    assert page.PAGE.read_bytes() == before
    rows = [line for line in told.splitlines() if line.startswith("| NumPy: simulation alone | 1 |")]
    assert len(rows) == 1
    assert "plain agents under Mesa's `batch_run`, luck of its own | 1 |" in told
    assert "| C: the kernel alone" in told
    assert "numpy-held" not in told


def test_held_luck_replays_what_is_dealt_to_the_bit():
    scenario = load(DEFAULT)
    expected = simulate(scenario, first=30, runs=120)
    held = HeldLuck(scenario.spec.seed, 30, 120, scenario.calendar.steps)
    for _ in range(2):
        found = simulate(scenario, first=30, runs=120, luck=held, drawn=sampled(scenario, 30, 120))
        for name, each in expected.arrays.items():
            np.testing.assert_array_equal(found.arrays[name], each)


def test_tables_of_held_luck_are_its_steps():
    held, rows = HeldLuck(3, 0, 7, 5), [("a", "b"), None]
    table = held.table("engagement", "normal", rows, 1, 4)
    assert table.shape == (3, 2, 7)
    for k in range(3):
        np.testing.assert_array_equal(table[k], held.normal("engagement", rows, k + 1)[:, 0])


@pytest.mark.parametrize("luck", ["dealt", "shared"])
def test_models_under_batch_run_are_the_plain_model(luck):
    scenario, run = load(DEFAULT), 103
    model, other = BatchModel(DEFAULT, run, luck), PlainModel(scenario, run)
    while model.running:
        model.step()
        other.step()
    assert model.steps == scenario.calendar.steps
    assert model.now.alignment == other.now.alignment
    assert model.datacollector.model_vars["alignment"][-1] == model.now.alignment
    ensemble = simulate(scenario, first=run, runs=1, only=["alignment"]).arrays["alignment"]
    np.testing.assert_allclose(model.now.alignment, ensemble[-1, ..., 0], rtol=0.0, atol=1e-10)


def test_models_with_luck_of_their_own_are_as_spread_as_those_with_ours():
    """The same model under another generator: the same distribution at the end."""
    ends = {}
    for luck in ("shared", "own"):
        found = []
        for run in range(120):
            model = BatchModel(DEFAULT, run, luck)
            while model.running:
                model.step()
            found.append(model.now.alignment[1][2])
        ends[luck] = np.array(found)
    gap = abs(ends["own"].mean() - ends["shared"].mean())
    noise = math.sqrt(sum(each.var() / len(each) for each in ends.values()))
    assert gap < 4.0 * noise
    assert 0.6 < ends["own"].std() / ends["shared"].std() < 1.6


def test_our_mesa_model_is_measured_to_its_end():
    model = DriverModel(DEFAULT, 2)
    while model.running:
        model.step()
    assert model.ended


@pytest.mark.parametrize("held", [False, True])
def test_the_bare_simulation_says_how_many_runs_it_did(held):
    assert Bare(250, held=held).prepare(1)() == 250


def test_a_backend_that_is_not_installed_is_missing(monkeypatch):
    def absent(name):
        raise backends.metadata.PackageNotFoundError(name)

    assert available("numpy") == "numpy"
    monkeypatch.setattr(backends.metadata, "version", absent)
    backends.libraries.cache_clear()
    with pytest.raises(Missing, match="needs llvmlite"):
        available("compiled")
    backends.libraries.cache_clear()


def test_what_is_missing_is_told_in_its_row(monkeypatch):
    monkeypatch.setattr(measuring, "asked", lambda *_: {"missing": "no compiler"})
    found = measuring.everything(["numpy", "c"], 2, quick=True)
    assert all("not available: no compiler" in line for line in page.table(found)[2:])


def test_targets_are_held_against_medians():
    names = ("plain", "plain-2", "own", "own-2", "numpy", "compiled", "compiled-2", "compiled-held", "c-held")
    times = (8e-3, 4e-3, 5e-3, 2.5e-3, 2e-4, 4e-5, 2e-5, 4e-5, 1e-5)
    found = {name: Found([each, each * 1.1, each * 0.5]) for name, each in zip(names, times)}
    rows = {each.asked: each for each in targets.ratios(found)}
    assert next(each for name, each in rows.items() if "150 times" in name).met
    assert next(each for name, each in rows.items() if "250 times" in name).met is False
    assert next(each for name, each in rows.items() if "NumPy at least" in name).measured == "40.0 times"
    assert rows["the same over the C kernel with its start handed in too"].met is None
    assert all(each.row().count("|") == 4 for each in rows.values())


def test_missing_subjects_leave_targets_open():
    found = {"plain": Found([1.0]), "compiled": Found(missing="x")}
    assert {each.met for each in targets.ratios(found)} == {None}


def test_the_power_of_growth_is_found_and_drawn(tmp_path):
    found = Scaling(missing={"compiled": "not here"})
    for balance, power in (("on", 3.0), ("off", 2.0)):
        found.times["actors", "numpy", balance] = {n: 1e-7 * n**power for n in scaling.ACTORS}
    found.times["runs", "numpy", "on"] = {1000: 1e-5, 10_000: 9e-6}
    found.times["steps", "numpy", "on"] = {20: 1e-5, 40: 9e-6}
    assert found.power("numpy", "on") == pytest.approx(3.0)
    assert found.power("numpy", "off", 2) == pytest.approx(2.0)
    assert any("| NumPy | 3.00 | 3.00 | 3 |" in line for line in scaling.page(found))
    scaling.draw(found, tmp_path / "growth.png")
    assert (tmp_path / "growth.png").stat().st_size > 10_000


@pytest.mark.parametrize("n", [4, 9])
def test_a_crowd_has_every_mechanism_at_work(n):
    paths = simulate(crowd(n, "on"), runs=60).arrays
    for name in ("alignment", "sanction", "crisis", "violation", "activity"):
        assert paths[name][1:].any(), name
    off = simulate(crowd(n, "off"), runs=60, only=["alignment"]).arrays
    assert not np.array_equal(off["alignment"], paths["alignment"])


def test_the_page_names_every_subject_that_another_is_paired_with():
    for each in SUBJECTS.values():
        assert not each.bare or not SUBJECTS[each.bare].shown


def test_what_is_said_inside_is_one_line_of_json():
    told = json.loads(benchmark("--inside", "subject", "numpy", "--quick").splitlines()[-1])
    assert told["seconds"] > 0.0
    assert told["peak"] > 2**24
