"""Designs look where they say they look, and at the same points whatever the size of a block."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import loguniform, norm, triang, truncnorm, uniform

from sim.designs import (
    Csv,
    Grid,
    Input,
    LatinHypercube,
    MonteCarlo,
    Morris,
    OneAtATime,
    Saltelli,
    Sobol,
    designs,
)
from sim.distributions import SHAPES, Distribution
from sim.errors import WedgeError
from sim.experiment.constraints import Constraint
from sim.experiment.plan import Plan, with_rows
from sim.luck import draws

PLAIN = tuple(Input(f"p.{name}", Distribution("uniform", (0.0, 1.0)), 0.3) for name in "abc")
MIXED = (
    Input("p.uniform", Distribution("uniform", (2.0, 6.0), 0.0, 10.0), 3.0),
    Input("p.log", Distribution("log_uniform", (0.01, 1.0)), 0.1),
    Input("p.normal", Distribution("normal", (0.0, 1.0), -1.5, np.inf), 0.0),
    Input("p.triangular", Distribution("triangular", (0.0, 1.0, 4.0)), 1.0),
    Input("p.choice", Distribution("choice", (5.0, 6.0, 9.0)), 6.0),
)
KINDS = {
    "monte_carlo": MonteCarlo(100),
    "latin_hypercube": LatinHypercube(100),
    "sobol": Sobol(128),
    "grid": Grid(3),
    "one_at_a_time": OneAtATime(5),
    "saltelli": Saltelli(16),
    "saltelli with interactions": Saltelli(8, second_order=True),
    "morris": Morris(6, 4),
    "csv": Csv("points.csv", tuple((2.0 + k, 0.1, 0.0, 1.0, 5.0) for k in range(4))),
}
every_kind = pytest.mark.parametrize("design", KINDS.values(), ids=KINDS)


def whole(design, inputs=MIXED, seed=7):
    return design.block(inputs, seed, 0, design.size(inputs))


def test_every_kind_is_tested_here():
    assert set(designs()) == {each.kind for each in KINDS.values()}


@every_kind
def test_points_are_the_same_whatever_the_size_of_a_block(design):
    points, size = whole(design), design.size(MIXED)
    assert points.shape == (size, len(MIXED))
    for step in (1, 7, 64):
        blocks = [design.block(MIXED, 7, first, min(step, size - first)) for first in range(0, size, step)]
        np.testing.assert_array_equal(np.concatenate(blocks), points)


@every_kind
def test_a_block_ends_where_the_design_ends(design):
    if design.kind != "monte_carlo":
        assert len(design.block(MIXED, 7, design.size(MIXED) - 1, 50)) == 1


@every_kind
def test_points_lie_in_their_distributions(design):
    points = whole(design)
    assert ((points[:, 0] >= 2.0) & (points[:, 0] <= 6.0)).all()
    assert ((points[:, 1] >= 0.01 * (1 - 1e-12)) & (points[:, 1] <= 1.0 + 1e-12)).all()
    assert (points[:, 2] >= -1.5).all()
    assert ((points[:, 3] >= 0.0) & (points[:, 3] <= 4.0)).all()
    assert set(points[:, 4]) <= {5.0, 6.0, 9.0}


@pytest.mark.parametrize("design", [MonteCarlo(50), LatinHypercube(50), Sobol(64), Saltelli(8), Morris(5)])
def test_another_seed_gives_other_points(design):
    assert (whole(design, seed=1) != whole(design, seed=2)).any()
    np.testing.assert_array_equal(whole(design, seed=1), whole(design, seed=1))


def test_monte_carlo_draws_each_input_by_its_name():
    points = whole(MonteCarlo(30), PLAIN)
    for k, each in enumerate(PLAIN):
        np.testing.assert_array_equal(points[:, k], draws(7, each.path, 0, 30))
    np.testing.assert_array_equal(whole(MonteCarlo(30), PLAIN[::-1]), points[:, ::-1])


def test_a_latin_hypercube_has_one_point_in_each_slice():
    points = whole(LatinHypercube(40), PLAIN)
    np.testing.assert_array_equal(
        np.sort(np.floor(points * 40), axis=0), np.tile(np.arange(40.0)[:, None], 3)
    )


@pytest.mark.parametrize("size", [16, 256])
def test_sobol_points_have_one_in_each_dyadic_interval(size):
    """Also each first part of them whose size is a power of two: a net in base two (Owen 1998)."""
    points = whole(Sobol(size), PLAIN)
    for part in (size // 4, size // 2, size):
        slices = np.sort(np.floor(points[:part] * part), axis=0)
        np.testing.assert_array_equal(slices, np.tile(np.arange(float(part))[:, None], 3))


def test_sobol_points_fill_squares_evenly():
    """Of the first two dimensions each 4 by 4 cell holds as many of 256 points: a (0, 8, 2)-net."""
    cells = np.floor(whole(Sobol(256), PLAIN)[:, :2] * 4) @ [4, 1]
    np.testing.assert_array_equal(np.bincount(cells.astype(int)), np.full(16, 16))


def test_a_grid_is_every_combination_with_the_last_input_fastest():
    inputs = (*PLAIN[:1], Input("p.choice", Distribution("choice", (7.0, 9.0)), 7.0))
    expected = [[0.0, 7.0], [0.0, 9.0], [0.5, 7.0], [0.5, 9.0], [1.0, 7.0], [1.0, 9.0]]
    np.testing.assert_array_equal(whole(Grid(3), inputs), expected)


def test_a_grid_without_inputs_is_one_point():
    assert whole(Grid(3), ()).shape == (1, 0)


def test_the_size_of_a_vast_grid_is_exact():
    assert Grid(1000).size(PLAIN * 100) == 1000**300


def test_levels_of_a_normal_input_are_the_middles_of_equal_slices():
    plain = Input("n", Distribution("normal", (0.0, 1.0)), 0.0)
    np.testing.assert_allclose(plain.levels(4), norm.ppf([0.125, 0.375, 0.625, 0.875]), rtol=1e-12)


def test_one_at_a_time_begins_with_the_scenario_and_moves_one_input_in_turn():
    points, nominal = whole(OneAtATime(3), PLAIN), [0.3, 0.3, 0.3]
    assert points[0].tolist() == nominal
    rows = points[1:].reshape(3, 3, 3)
    for k in range(3):
        assert rows[k][:, k].tolist() == [0.0, 0.5, 1.0]
        assert (np.delete(rows[k], k, axis=1) == 0.3).all()


def test_one_at_a_time_takes_every_value_of_a_choice():
    points = whole(OneAtATime(9))
    assert points[-3:, 4].tolist() == [5.0, 6.0, 9.0]


@pytest.mark.parametrize("second_order", [False, True])
def test_the_analysis_of_salib_finds_known_indices_on_saltelli_points(second_order):
    """An additive function: the shares of variance are 16/17, 1/17 and 0, without interactions."""
    from SALib.analyze import sobol

    points = whole(Saltelli(512, second_order=second_order), PLAIN)
    assert len(points) == 512 * (8 if second_order else 5)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    found = sobol.analyze(problem, 4 * points[:, 0] + points[:, 1], calc_second_order=second_order, seed=1)
    np.testing.assert_allclose(
        found["S1"], [16 / 17, 1 / 17, 0], atol=0.02
    )  # error of order 1/512 times a few
    np.testing.assert_allclose(found["ST"], [16 / 17, 1 / 17, 0], atol=0.02)


def test_saltelli_swaps_one_input_at_a_time():
    group = whole(Saltelli(4), PLAIN)[:5]
    a, *swapped, b = group
    for k, row in enumerate(swapped):
        assert row.tolist() == [b[j] if j == k else a[j] for j in range(3)]


def test_morris_walks_move_one_input_at_a_time():
    for walk in whole(Morris(10, 4), PLAIN).reshape(10, 4, 3):
        moved = np.diff(walk, axis=0) != 0
        assert (moved.sum(axis=1) == 1).all()
        assert (moved.sum(axis=0) == 1).all()


def test_morris_levels_of_a_normal_input_stay_within_its_bulk():
    """A normal distribution has no ends, so the lowest of 4 levels is its quantile 1/8."""
    inputs = (PLAIN[0], Input("n", Distribution("normal", (0.0, 1.0)), 0.0))
    found = np.unique(whole(Morris(30, 4), inputs)[:, 1])
    np.testing.assert_allclose(found, norm.ppf([0.125, 0.375, 0.625, 0.875]), rtol=1e-12)


# --- marginals --------------------------------------------------------------------------------------

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
MARGINALS = {
    "uniform": (Distribution("uniform", (2.0, 6.0)), uniform(2.0, 4.0)),
    "log_uniform": (Distribution("log_uniform", (0.01, 1.0)), loguniform(0.01, 1.0)),
    "triangular": (Distribution("triangular", (0.0, 1.0, 4.0)), triang(0.25, 0.0, 4.0)),
    "normal": (Distribution("normal", (3.0, 2.0)), norm(3.0, 2.0)),
    "truncated": (Distribution("normal", (0.0, 1.0), -0.5, 2.0), truncnorm(-0.5, 2.0)),
}


@pytest.mark.parametrize(
    "design", [MonteCarlo(4096), LatinHypercube(4096), Sobol(4096)], ids=lambda each: each.kind
)
@pytest.mark.parametrize(("shape", "true"), MARGINALS.values(), ids=MARGINALS)
def test_an_input_follows_its_distribution(design, shape, true):
    """Shares below quantiles; those of independent draws err by at most 4 standard errors, 0.032."""
    values = whole(design, (Input("p.x", shape, 0.0),))[:, 0]
    tolerance = 4 * 0.5 / math.sqrt(4096) if design.kind == "monte_carlo" else 2 / 4096
    for share in SHARES:
        assert abs((values <= true.ppf(share)).mean() - share) <= tolerance


def test_the_values_of_a_choice_are_alike_likely():
    values = whole(Sobol(512), (Input("p.x", Distribution("choice", (1.0, 2.0, 5.0, 9.0)), 1.0),))[:, 0]
    assert [int((values == each).sum()) for each in (1.0, 2.0, 5.0, 9.0)] == [128] * 4


def test_every_shape_is_tested_here():
    assert set(SHAPES) == {*MARGINALS, "choice"} - {"truncated"}


# --- settings that do not fit -----------------------------------------------------------------------

WRONG = {
    "points is 100; expected a power of two, 64 or 128": lambda: Sobol(100),
    "points is 3; expected a power of two, 2 or 4": lambda: Saltelli(3),
    "levels is 5; expected an even number": lambda: Morris(4, 5),
}


@pytest.mark.parametrize(("said", "make"), WRONG.items(), ids=WRONG)
def test_settings_that_do_not_fit_are_told(said, make):
    with pytest.raises(WedgeError) as caught:
        make()
    assert str(caught.value) == said


TABLES = {
    "unknown column": ("p.a,p.b,p.d\n1,2,3\n", ":1: there is no input called 'p.d'; did you mean 'p.c'?"),
    "column twice": ("p.a,p.b,p.a\n1,2,3\n", ":1: the column 'p.a' stands there twice"),
    "column missing": ("p.a,p.b\n1,2\n", ":1: the column 'p.c' is missing"),
    "empty": ("", ":1: the column 'p.a' is missing"),
    "no points": ("p.a,p.b,p.c\n", ": holds no points"),
    "text": ("p.a,p.b,p.c\n1,1,1\n1,much,1\n", ":3: p.b is 'much'; expected a finite number"),
    "empty cell": ("p.a,p.b,p.c\n1,,1\n", ":2: p.b is ''; expected a finite number"),
    "infinite": ("p.a,p.b,p.c\n1,inf,1\n", ":2: p.b is 'inf'; expected a finite number"),
    "after blank lines": ("p.a,p.b,p.c\n\n1,1,1\n\n1,1,nan\n", ":5: p.c is 'nan'; expected a finite number"),
    "short row": ("p.a,p.b,p.c\n1,2\n", ":2: 2 values under 3 columns"),
    "long row": ("p.a,p.b,p.c\n1,2,3,4\n", ":2: 4 values under 3 columns"),
    "outside": ("p.a,p.b,p.c\n1,1,1\n1,1,1.5\n", ":3: p.c is 1.5, outside 0 to 1"),
    "semicolons": ("p.a;p.b;p.c\n1;2;3\n", ":1: there is no input called 'p.a;p.b;p.c'"),
    "not text": (
        b"p.a,p.b,p.c\n\xff\xfe,1,1\n",
        ": cannot be read as CSV ('utf-8' codec can't decode byte 0xff",
    ),
    "missing file": (None, ": cannot be read (No such file or directory)"),
}
BOUNDED = tuple(Input(f"p.{name}", Distribution("uniform", (0.0, 1.0), 0.0, 1.0), 0.3) for name in "abc")


@pytest.mark.parametrize(("text", "said"), TABLES.values(), ids=TABLES)
def test_a_table_of_points_that_does_not_fit_is_told_at_its_line(tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("points.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WedgeError) as caught:
        Csv("points.csv").size(BOUNDED)
    assert str(caught.value).startswith(f"points.csv{said}")
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(WedgeError, match=r"cannot be read \(Is a directory\)"):
        Csv(str(tmp_path)).size(PLAIN)


def test_columns_of_a_table_may_stand_in_any_order(tmp_path):
    file = tmp_path / "points.csv"
    file.write_bytes("\ufeffp.c, p.a ,p.b\r\n0.3,0.1,0.2\r\n0.6,0.4,5e-1\r\n".encode())
    np.testing.assert_array_equal(whole(Csv(str(file)), PLAIN), [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])


# --- plans ------------------------------------------------------------------------------------------


def plan(design, *constraints, replications=2, own=False, inputs=MIXED):
    return Plan(design, inputs, 7, tuple(map(Constraint, constraints)), replications, own)


@every_kind
@pytest.mark.parametrize("own", [False, True])
def test_a_plan_outlives_its_experiment(design, own):
    made = plan(design, "p.uniform < 5.5", own=own) if not design.structured else plan(design, own=own)
    again = Plan.from_data(made.data())
    assert again.data() == made.data()
    assert again.size == made.size
    for one, other in zip(made.runs(0, made.size), again.runs(0, again.size), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_plan_keeps_the_points_of_a_table_and_not_its_place(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("p.a,p.b,p.c\n0.1,0.2,0.3\n")
    made = plan(with_rows(Csv(str(file)), PLAIN), inputs=PLAIN)
    file.unlink()
    assert str(tmp_path) not in str(made.data())
    np.testing.assert_array_equal(Plan.from_data(made.data()).rows(0, 9)[0], [[0.1, 0.2, 0.3]])


def test_runs_are_numbered_point_by_point():
    values, luck = plan(MonteCarlo(3), replications=2).runs(1, 4)
    points = whole(MonteCarlo(3))
    np.testing.assert_array_equal(values, points[[0, 1, 1, 2]])
    assert luck.tolist() == [1, 0, 1, 0]
    assert plan(MonteCarlo(3), own=True).runs(1, 4)[1].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "design", [MonteCarlo(300), Sobol(256), LatinHypercube(300), Grid(3)], ids=lambda e: e.kind
)
def test_constraints_keep_exactly_the_points_that_satisfy_them(design):
    made = plan(
        design,
        "p.uniform < 4.5 + p.normal / 2",
        "0.02 <= p.log <= 3 * -p.normal + 2",
        replications=1,
        own=True,
    )
    points = whole(design)
    u, log, n = points[:, 0], points[:, 1], points[:, 2]
    kept = np.flatnonzero((u < 4.5 + n / 2) & (log >= 0.02) & (log <= 2 - 3 * n))
    assert 0 < len(kept) < len(points)
    values, luck = made.runs(0, made.size)
    np.testing.assert_array_equal(values, points[kept])
    np.testing.assert_array_equal(luck, kept)


def test_blocks_of_a_constrained_plan_are_its_stretches():
    made = plan(Sobol(256), "p.uniform < 3", replications=3, own=True)
    values, luck = made.runs(0, made.size)
    for first in range(0, made.size, 7):
        some, numbers = made.runs(first, min(7, made.size - first))
        np.testing.assert_array_equal(some, values[first : first + 7])
        np.testing.assert_array_equal(numbers, luck[first : first + 7])


def test_constraints_that_nothing_keeps_are_told():
    with pytest.raises(WedgeError, match="no point of the design keeps the constraints"):
        _ = plan(MonteCarlo(10), "p.uniform < 1").points


def test_a_quotient_by_zero_keeps_no_constraint():
    values = {"p.a": np.array([0.0, 1.0, 2.0]), "p.b": np.array([0.0, 0.0, 1.0])}
    assert Constraint("p.a / p.b < 3").holds(values).tolist() == [False, False, True]


def test_constraints_keep_the_order_of_arithmetic():
    values = {"p.a": np.array([1.0, 2.0]), "p.b": np.array([3.0, 4.0])}
    assert Constraint(" 2 + 3 * p.a - 4 / (p.b - 1) <= 3").holds(values).tolist() == [True, False]
    assert Constraint("1 < p.a <= 2 < p.b").holds(values).tolist() == [False, True]
    assert Constraint("-p.a > -2").holds(values).tolist() == [True, False]
