"""Paths summed up: exact while few, histograms when many, the same bits whoever takes in what when."""

import math
import os
import tracemalloc

import numpy as np
import pytest

from sim import sharing
from sim.ensemble import Ensemble, arms_of, gaps_of, run_arms
from sim.errors import WedgeError
from sim.executors import Crew, Serial
from sim.scenario import load
from sim.spread import BINS, EXACT_RUNS, QUANTILES, Series, Spread, quantiles
from tests.worlds import founding

SHAPES = {
    "constant": (Series("x", -1.0, 1.0), lambda rng, n: np.full(n, 0.35)),
    "skew": (Series("x", -1.0, 1.0), lambda rng, n: rng.uniform(-1, 1, n) ** 3),
    "narrow": (Series("x", 0.0, 1.0), lambda rng, n: 0.4 + 1e-4 * rng.normal(size=n)),
    "either": (Series("x", 0.0, 1.0), lambda rng, n: (rng.uniform(size=n) < 0.3) * 1.0),
    "ends": (Series("x", -2.0, 2.0), lambda rng, n: rng.choice([-2.0, 0.0, 2.0], n)),
    "sorties": (Series("x", 0.0, 2000.0), lambda rng, n: np.minimum(rng.lognormal(6, 0.5, n), 2000.0)),
}


def taken(lines, values, sizes, runs):
    """A spread that has taken in values, so many runs at a time."""
    found, first = Spread(lines, values.shape[1], runs), 0
    for size in sizes:
        found.add(values[..., first : first + size])
        first += size
    return found


def same(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("runs", [1, 2, 3, 19, 20, 21, 100, 1000, 2300])
def test_quantiles_are_numpys_to_the_bit(runs):
    rng = np.random.default_rng(runs)
    values = np.stack([rng.normal(size=runs), rng.integers(0, 3, runs) / 7.0, np.full(runs, 0.1)])
    assert np.array_equal(quantiles(values.copy()), np.quantile(values, QUANTILES, axis=-1))


@pytest.mark.parametrize("shape", SHAPES)
def test_histograms_are_within_the_stated_error_of_exact_quantiles(shape):
    line, draw = SHAPES[shape]
    values = draw(np.random.default_rng(3), 30_000).reshape(1, 1, -1)
    streamed = taken([line], values, [1000] * 30, 30_000)
    assert not streamed.exact
    assert streamed.error == 1.0 / BINS
    table, width = streamed.table(), line.high - line.low
    for q in QUANTILES:
        exact = np.quantile(values[0, 0], q, method="inverted_cdf")
        assert abs(table[f"q{round(100 * q):02d}"].item() - exact) <= streamed.error * width
    assert table["mean"].item() == pytest.approx(math.fsum(values.ravel()) / 30_000, abs=1e-9 * width)


@pytest.mark.parametrize("runs", [2300, EXACT_RUNS + 1300])
def test_a_spread_does_not_depend_on_what_is_taken_in_together(runs):
    rng = np.random.default_rng(4)
    values = rng.uniform(-1, 1, (2, 3, runs))
    lines = [Series("x", -1.0, 1.0), Series("y", -1.0, 1.0)]
    whole = taken(lines, values, [runs], runs).table()
    for size in (100, 700, 1000):
        assert same(whole, taken(lines, values, [size] * (runs // size) + [runs % size], runs).table())
    merged = taken(lines, values, [900], runs)
    merged.merge(taken(lines, values[..., 900:], [300, runs - 1200], runs))
    assert same(whole, merged.table())


def told(arms, runs, **how):
    """All that a run gives: columns and paths of the arms, and paths of the gaps."""
    gaps = gaps_of(arms, runs)
    found, done = run_arms(arms, runs, gaps=gaps, **how)
    parts = {name: {"columns": arm.columns(), "paths": arm.spread.table()} for name, arm in found.items()}
    return done, {**parts, "gaps": {name: gap.spread.table() for name, gap in gaps.items()}}


@pytest.mark.parametrize("runs", [2300, EXACT_RUNS + 1300])
def test_results_do_not_depend_on_chunks_or_workers(runs, monkeypatch):
    arms = {
        "scenario": founding(years=1),
        "other": founding({"parameters": {"threat": {"weight": 0.5}}}, years=1),
    }
    monkeypatch.setattr("sim.ensemble.chunk_of", lambda *_: 1000)
    _, whole = told(arms, runs)
    for size, workers in ((100, 1), (700, 1), (1000, 2), (300, 2)):
        monkeypatch.setattr("sim.ensemble.chunk_of", lambda *_, size=size: size)
        assert same(whole, told(arms, runs, workers=workers)[1]), (size, workers)


def test_workers_know_what_the_arms_of_a_comparison_grow_from():
    from sim.comparing import planned

    plan = planned(["abe_engagement", "firm_line"], branch_at="2014Q2").arms
    assert same(told(plan, 60)[1], _shared_here(plan, 60))


def _shared_here(arms, runs):
    """The same by way of what travels to workers."""
    task = sharing.Task(sharing.packed(arms), (), runs, 20, True, "numpy")
    block = sharing.computed(task, 0, runs)
    parts = {
        name: {"columns": {**inputs, **outcomes}, "paths": spread.table()}
        for name, (inputs, outcomes, spread) in block.arms.items()
    }
    return {**parts, "gaps": {name: spread.table() for name, spread in block.gaps.items()}}


def test_a_little_work_starts_no_processes(monkeypatch):
    monkeypatch.setattr(sharing, "crew", None)
    monkeypatch.setattr(sharing, "cores", lambda: 8)
    _, done = run_arms({"scenario": founding(years=1)}, 2500, workers=None)
    assert done == 2500


def lose(*_):
    """A worker that ends."""
    os._exit(1)


def test_a_lost_worker_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(sharing, "computed", lose)
    with pytest.raises(
        WedgeError, match=r"^a worker was lost \(BrokenProcessPool.*; nothing was written.*"
    ) as told:
        run_arms({"scenario": founding(years=1)}, 3000, workers=2)
    assert "\n" not in str(told.value)


def test_ctrl_c_keeps_what_workers_have_finished(monkeypatch):
    arms, reports = {"scenario": founding(years=1)}, []

    def stop(count):
        reports.append(count)
        if len(reports) == 3:
            raise KeyboardInterrupt

    whole, _ = run_arms(arms, 9000)
    monkeypatch.setattr(sharing, "crew", lambda _: Here())
    found, done = run_arms(arms, 9000, workers=2, report=stop)
    assert sum(reports) == done < 9000
    assert all(
        np.array_equal(values, whole["scenario"].columns()[name][:done], equal_nan=True)
        for name, values in found["scenario"].columns().items()
    )


class Here:
    """A crew of this process alone."""

    def __enter__(self):
        return Crew(Serial(), 1)

    def __exit__(self, *_):
        return None


def peak(work):
    """The most memory held at once by some work, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_for_paths_does_not_grow_with_the_runs():
    lines, values = [Series("x", -1.0, 1.0)] * 5, np.random.default_rng(5).uniform(-1, 1, (5, 9, 1000))

    def summed(runs):
        spread = Spread(lines, 9, runs)
        for _ in range(runs // 1000):
            spread.add(values)
        spread.table()

    few, many = (peak(lambda runs=runs: summed(runs)) for runs in (20_000, 80_000))
    assert many < 1.01 * few + 4096


def test_memory_of_a_run_grows_by_its_columns_alone(monkeypatch):
    monkeypatch.setattr("sim.spread.EXACT_RUNS", 0)
    arms = {"scenario": founding(years=1)}
    found, _ = run_arms(arms, 1000)
    row = sum(values.itemsize for values in found["scenario"].columns().values())
    few, many = (peak(lambda runs=runs: run_arms(arms, runs)) for runs in (3000, 6000))
    assert many - few < 1.1 * 3000 * row + 2**16


def test_arms_share_their_luck_and_still_give_what_each_gives_alone():
    arms = arms_of(load("abe_engagement"))
    together = Ensemble(arms, 30)
    together.run(0, 30)
    for name, each in arms.items():
        alone = Ensemble({"scenario": each}, 30)
        alone.run(0, 30)
        assert same(alone.arms["scenario"].columns(), together.arms[name].columns())
