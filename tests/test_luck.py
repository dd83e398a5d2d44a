"""Luck belongs to a run by name: nothing else about a computation may change it."""

import numpy as np
import pytest
from scipy import stats

from sim.luck import BLOCK, DealtLuck, NoLuck, draws

ROWS = [("japan", "russia"), None, ("china", "russia")]


def test_a_run_has_the_same_luck_alone_and_among_others():
    among = DealtLuck(7, 0, 350, 12)
    alone = DealtLuck(7, 217, 1, 12)
    for step in range(12):
        assert np.array_equal(among.normal("s", ROWS, step)[..., 217:218], alone.normal("s", ROWS, step))


def test_a_shorter_horizon_is_a_prefix():
    short, long = DealtLuck(7, 0, 5, 4), DealtLuck(7, 0, 5, 400)
    for step in range(4):
        assert np.array_equal(short.uniform("s", ROWS, step), long.uniform("s", ROWS, step))


def test_luck_can_be_asked_for_again_and_out_of_order(monkeypatch):
    monkeypatch.setattr("sim.luck.SLAB", 3 * 7 * 4)
    luck, other = DealtLuck(1, 0, 7, 40), DealtLuck(1, 0, 7, 40)
    later = luck.normal("s", ROWS, 31).copy()
    assert np.array_equal(luck.normal("s", ROWS, 2), other.normal("s", ROWS, 2))
    assert np.array_equal(luck.normal("s", ROWS, 31), later)


def test_further_rows_streams_and_seeds_have_luck_of_their_own():
    luck = DealtLuck(7, 0, 3, 2)
    more = luck.normal("s", [*ROWS, ("x", "y")], 0)
    assert np.array_equal(luck.normal("s", ROWS, 0), more[:3])
    assert not np.array_equal(luck.normal("other", ROWS, 0), more[:3])
    assert not np.array_equal(DealtLuck(8, 0, 3, 2).normal("s", ROWS, 0), more[:3])
    assert np.all(more[1] == 0.0)


def test_names_are_kept_apart_however_they_are_cut():
    luck = DealtLuck(7, 0, 3, 1)
    one, other = luck.normal("s", [("ab", "c")], 0), luck.normal("s", [("a", "bc")], 0)
    assert not np.array_equal(one, other)


def test_without_luck_no_hazard_strikes():
    none = NoLuck()
    assert np.all(none.normal("s", ROWS, 3) == 0.0)
    assert np.all(none.uniform("s", ROWS, 3) >= 1.0)


def test_luck_is_standard_normal_and_uniform_and_unrelated():
    luck = DealtLuck(11, 0, 40 * BLOCK, 25)
    steps = np.stack([luck.normal("s", ROWS, k)[::2, 0] for k in range(25)])
    values = steps.ravel()
    n = values.size
    assert abs(values.mean()) < 4.5 / np.sqrt(n)
    assert abs(values.var() - 1) < 4.5 * np.sqrt(2 / n)
    assert abs(stats.skew(values)) < 4.5 * np.sqrt(6 / n)
    assert abs(stats.kurtosis(values)) < 4.5 * np.sqrt(24 / n)
    rows, runs, time = steps[:, 0].ravel(), steps[:, :, ::2].ravel(), steps[:-1].ravel()
    assert abs(np.corrcoef(rows, steps[:, 1].ravel())[0, 1]) < 4.5 / np.sqrt(rows.size)
    assert abs(np.corrcoef(runs, steps[:, :, 1::2].ravel())[0, 1]) < 4.5 / np.sqrt(runs.size)
    assert abs(np.corrcoef(time, steps[1:].ravel())[0, 1]) < 4.5 / np.sqrt(time.size)
    uniform = draws(11, "parameters.x.y", 0, 50_000)
    assert stats.kstest(uniform, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("first", [0, 37, 99, 100, 101, 250])
def test_a_slice_of_runs_is_a_slice_of_luck(first):
    whole = draws(3, "name", 0, 400)
    assert np.array_equal(draws(3, "name", first, 120), whole[first : first + 120])


def test_luck_does_not_repeat_past_the_horizon_it_was_dealt_for():
    luck = DealtLuck(7, 0, 3, 4)
    seen = [luck.normal("s", ROWS, step).copy() for step in range(9)]
    assert all(not np.array_equal(one, other) for k, one in enumerate(seen) for other in seen[:k])
    longer = DealtLuck(7, 0, 3, 9)
    assert np.array_equal(seen[8], longer.normal("s", ROWS, 8))
