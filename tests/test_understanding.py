"""What drives an outcome, where it happens, and how two inputs act together: planted answers found again."""

import builtins
import re
import sys

import numpy as np
import pytest

from sim.analyses import effects
from sim.analyses.boxes import Box, chosen, found, pruned, quasi_p, score
from sim.analyses.discovery import Discovery
from sim.analyses.effects import elementary, luck_share, partial, pawn
from sim.analyses.map import Map
from sim.analyses.plane import passes, widened
from sim.analyses.sensitivity import Sensitivity
from sim.analyses.telling import amount, between, number, percent
from sim.designs import Grid, Input, LatinHypercube, MonteCarlo, OneAtATime, Saltelli
from sim.designs import Morris as MorrisDesign
from sim.distributions import Distribution
from sim.errors import WedgeError
from sim.experiment import load
from sim.plots.findings import figure_of
from sim.plots.findings.paths import broken
from sim.plots.style import drawing
from sim.plots.words import width_of
from sim.study import Lever, Option, Study

LUCK = np.random.default_rng(99).standard_normal(20)
STORY, NONE = (
    Option("story", "Courtship", {"what": "story"}),
    Option("none", "No courtship", {"what": "none"}),
)
COLUMNS = {"y": ("level, 0 to 1", "a response"), "y.share": ("share of time", "the same without gaps")}


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Fewer than users get, for speed; no expected number hangs on them."""
    monkeypatch.setattr(effects, "RESAMPLES", 200)
    monkeypatch.setattr(effects, "DUMMIES", 100)


def inputs(count, low=0.0, high=1.0):
    return tuple(
        Input(f"parameters.x{k}", Distribution("uniform", (low, high)), (low + high) / 2)
        for k in range(count)
    )


def study(design, given, f, *, luck=0.1, reps=20, seed=3, options=(STORY, NONE), levers=(), columns=None):
    """A study whose outcome is `f(points, option, luck)`, luck the same at every point and option."""
    points, z = design.block(given, seed, 0, design.size(given)), luck * LUCK[:reps]

    def read(column, option):
        values = f(points, option, z)
        return np.array(np.broadcast_to(values, (len(points), reps)), dtype=float)

    return Study(
        name="made", title="Made", question="Does it?", origin="Sweep made.", design=design, seed=seed, inputs=given,
        points=points, levers=levers, options=options, columns=columns or COLUMNS, replications=reps, read=read,
    )  # fmt: skip


def legends(figure):
    """The labels of every sign that a figure explains."""
    every = [*figure.legends, *(each.get_legend() for each in figure.axes if each.get_legend())]
    return {text.get_text() for each in every for text in each.get_texts()}


def by_input(finding):
    return finding.tables["inputs"].set_index("input")


def ishigami(x, option, z):
    """Ishigami & Homma 1990 with a = 7, b = 0.1; the second option has luck only; x3 idles."""
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return (y[:, None] if option == 0 else 0.0) + z


ISHIGAMI = {"first_order": (0.3139, 0.4424, 0.0, 0.0), "total": (0.5576, 0.4424, 0.2437, 0.0)}
"""Closed form, as in Saltelli et al. 2008, with a fourth input that does nothing."""


# --- Sobol ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("against", [None, "none"])
def test_sobol_indices_of_the_ishigami_function_are_those_of_the_closed_form(against):
    made = study(Saltelli(points=1024), inputs(4, -np.pi, np.pi), ishigami)
    table = by_input(Sensitivity("y", against=against).of(made))
    for column, expected in ISHIGAMI.items():
        for k, value in enumerate(expected):
            row = table.loc[f"parameters.x{k}"]
            assert row[column] == pytest.approx(value, abs=0.05), (column, k)
            assert row[f"{column}_low"] - 0.03 <= value <= row[f"{column}_high"] + 0.03


def test_an_input_that_does_nothing_has_indices_of_exactly_zero():
    made = study(Saltelli(points=64, second_order=True), inputs(4, -np.pi, np.pi), ishigami, luck=3.0)
    found = Sensitivity("y").of(made)
    row = by_input(found).loc["parameters.x3"]
    assert (row.to_numpy() == 0.0).all()
    pairs = found.tables["pairs"]
    idle = pairs[(pairs["input"] == "parameters.x3") | (pairs["with"] == "parameters.x3")]
    assert len(idle) == 3
    assert (idle[["second_order", "low", "high"]].to_numpy() == 0.0).all()
    assert any("does nothing at all, exactly: x3" in line for line in found.answer)


def test_the_pair_that_interacts_is_named():
    """Ishigami: x0 and x2 share 0.2437 of the variance, no other pair any."""
    made = study(Saltelli(points=1024, second_order=True), inputs(3, -np.pi, np.pi), ishigami)
    pairs = Sensitivity("y").of(made).tables["pairs"]
    assert tuple(pairs.iloc[0][["input", "with"]]) == ("parameters.x0", "parameters.x2")
    assert pairs["second_order"][0] == pytest.approx(0.2437, abs=0.06)
    assert (pairs["low"][1:] < 0.0).all()


def test_an_additive_outcome_is_told_to_have_no_interactions():
    """Variances of 3u and 4u stand as 9 to 16, so the indices are 0.36 and 0.64."""
    made = study(Saltelli(points=1024), inputs(2), lambda x, o, z: (3 * x[:, 0] + 4 * x[:, 1])[:, None] + z)
    found = Sensitivity("y").of(made)
    assert list(found.tables["inputs"]["input"]) == ["parameters.x1", "parameters.x0"]
    assert found.tables["inputs"]["first_order"].to_numpy() == pytest.approx([0.64, 0.36], abs=0.03)
    assert any("interactions are not distinguishable from none" in line for line in found.answer)


def test_luck_is_told_beside_the_indices_as_a_share_of_the_total_variance():
    """A uniform input has variance 1/12; luck of variance 1/4 then makes 3 in 4."""
    z = (LUCK - LUCK.mean()) / LUCK.std(ddof=1) / 2
    made = study(Saltelli(points=512), inputs(2), lambda x, o, _: x[:, :1] + z)
    luck = Sensitivity("y").of(made).tables["luck"].iloc[0]
    assert luck["luck"] == pytest.approx(0.75, abs=0.01)
    assert luck["luck_low"] < 0.75 < luck["luck_high"]
    assert luck["left_in_means"] == pytest.approx(0.0, abs=1e-12)


def test_luck_that_acts_differently_from_point_to_point_is_taken_out_of_the_inputs_variance():
    rng = np.random.default_rng(5)
    points = rng.standard_normal((4000, 1)) * 2.0
    found = luck_share(points + rng.standard_normal((4000, 5)) * 3.0, 1, own_luck=True)
    assert found["variance_inputs"] == pytest.approx(4.0, abs=0.3)
    assert found["variance_luck"] == pytest.approx(9.0, abs=0.3)
    assert found["left_in_means"] == pytest.approx((9 / 5) / (4 + 9 / 5), abs=0.03)


def test_a_constant_outcome_has_no_indices():
    made = study(Saltelli(points=16), inputs(2), lambda x, o, z: 0.25 + 0 * x[:, :1] + z)
    found = Sensitivity("y", against="none").of(made)
    assert "inputs" not in found.tables
    assert found.answer[0].startswith(
        "Nothing varies: 'y' with Courtship, less that with No courtship, is 0 at each of 64 points"
    )


def test_gaps_in_a_saltelli_design_are_refused_with_a_column_that_has_none():
    columns = {
        "y.first": ("years", "time to it"),
        "x": ("points", "no gaps"),
        "y.share": ("share of time", "time with it"),
    }

    def gappy(column):
        return lambda x, o, z: np.where((x[:, :1] > 0.9) & (column == "y.first"), np.nan, x[:, :1]) + z

    made = study(Saltelli(points=16), inputs(2), gappy("x"), columns=columns)
    points = made.points
    read = {name: gappy(name) for name in columns}
    made = Study(
        **{**vars(made), "read": lambda c, k: np.broadcast_to(read[c](points, k, 0.1 * LUCK), (64, 20))}
    )
    with pytest.raises(
        WedgeError, match=r"y.first has no value in [\d,]+ of 1,280 runs, .* use 'y.share' instead"
    ):
        Sensitivity("y.first").of(made)


def test_a_small_sample_says_that_it_is_small_and_a_large_one_that_it_is_not():
    small = Sensitivity("y").of(study(Saltelli(points=32), inputs(3, -np.pi, np.pi), ishigami)).answer
    assert any("have not converged" in line or "too small" in line for line in small)
    large = study(Saltelli(points=4096), inputs(2), lambda x, o, z: (x[:, 0] + 0.2 * x[:, 1])[:, None] + z)
    assert any("large enough" in line for line in Sensitivity("y").of(large).answer)


@pytest.mark.parametrize(
    ("method", "design", "message"),
    [
        (
            "sobol",
            Grid(),
            "sensitivity with method sobol needs a design of kind saltelli; this sweep's is grid",
        ),
        (
            "morris",
            Grid(),
            "sensitivity with method morris needs a design of kind morris; this sweep's is grid",
        ),
        ("ranks", OneAtATime(), "design is one_at_a_time, so use method one_at_a_time"),
        ("guess", Grid(), "method is 'guess'; expected one of auto, sobol, morris, ranks, one_at_a_time"),
    ],
)
def test_a_method_that_the_design_cannot_feed_is_refused(method, design, message):
    with pytest.raises(WedgeError, match=message):
        Sensitivity("y", method=method).of(study(design, inputs(2), ishigami_free))


def ishigami_free(x, option, z):
    return x[:, :1] + z


def test_a_study_without_inputs_is_refused():
    made = study(Grid(), (), lambda x, o, z: z[None, :])
    with pytest.raises(WedgeError, match="no uncertain inputs"):
        Sensitivity("y").of(made)


# --- Morris ---------------------------------------------------------------------------------------


def test_elementary_effects_of_a_linear_outcome_are_its_slopes_over_the_range():
    """From 2 to 6 an input of slope 3 moves the outcome by 12, whatever the others."""
    slopes = np.array([3.0, -2.0, 0.5, 0.0])
    made = study(MorrisDesign(), inputs(4, 2.0, 6.0), lambda x, o, z: (x @ slopes)[:, None] * (o == 0) + z)
    for against in (None, "none"):
        table = by_input(Sensitivity("y", against=against).of(made))
        for k, slope in enumerate(slopes):
            row = table.loc[f"parameters.x{k}"]
            assert row["mu"] == pytest.approx(4 * slope, abs=1e-9)
            assert row["mu_star"] == pytest.approx(4 * abs(slope), abs=1e-9)
            assert row["sigma"] == pytest.approx(0.0, abs=1e-9)
    assert list(table.index) == ["parameters.x0", "parameters.x1", "parameters.x2", "parameters.x3"]


def test_an_input_that_does_nothing_has_no_elementary_effect_to_the_last_bit():
    made = study(MorrisDesign(), inputs(3), lambda x, o, z: (x[:, 0] * x[:, 1])[:, None] + z, luck=2.0)
    row = by_input(Sensitivity("y").of(made)).loc["parameters.x2"]
    assert (row.to_numpy() == 0.0).all()


def test_resampled_elementary_effects_are_those_of_salib():
    design, given = MorrisDesign(), inputs(3)
    made = study(design, given, lambda x, o, z: np.sin(3 * x[:, :1]) * x[:, 1:2] + z)
    moves = elementary(design.shares(given, 3), made.mean("y"))
    table = by_input(Sensitivity("y").of(made)).loc[[f"parameters.x{k}" for k in range(3)]]
    assert np.abs(moves).mean(axis=0) == pytest.approx(table["mu_star"].to_numpy(), abs=1e-9)
    assert ((table["mu_star_low"] <= table["mu_star"]) & (table["mu_star"] <= table["mu_star_high"])).all()


def test_an_effect_that_depends_on_another_input_is_told_to_bend_or_interact():
    made = study(MorrisDesign(), inputs(3), lambda x, o, z: ((x[:, 0] - 0.5) * (x[:, 1] - 0.5))[:, None] + z)
    answer = Sensitivity("y").of(made).answer
    assert any("up in some places and down in others" in line for line in answer)
    assert any("bends or interacts" in line for line in answer)


# --- ranks ----------------------------------------------------------------------------------------


def test_the_screen_finds_a_planted_monotone_ranking():
    made = study(
        LatinHypercube(points=600),
        inputs(6),
        lambda x, o, z: np.exp(3 * x[:, 0] - 2 * x[:, 1] + x[:, 2])[:, None] + z,
    )
    table = Sensitivity("y").of(made).tables["inputs"]
    assert list(table["input"][:3]) == ["parameters.x0", "parameters.x1", "parameters.x2"]
    assert list(table["above_chance"]) == [True] * 3 + [False] * 3
    assert (np.sign(table["partial_rank"][:3]) == [1, -1, 1]).all()
    assert ((table["partial_rank_low"][3:] < 0) & (table["partial_rank_high"][3:] > 0)).all()


def test_the_screen_finds_an_input_that_acts_without_any_correlation():
    made = study(
        LatinHypercube(points=600), inputs(3), lambda x, o, z: np.abs(x[:, :1] - 0.5) + 0.05 * x[:, 1:2] + z
    )
    row = by_input(Sensitivity("y").of(made)).loc["parameters.x0"]
    assert abs(row["rank"]) < 0.1
    assert row["above_chance"]


def test_no_input_stands_out_where_none_acts_but_in_few_studies(monkeypatch):
    """The bound is 5 % a study; 4 of 15 or more would have a chance of 0.6 % (binomial)."""
    monkeypatch.setattr(effects, "DUMMIES", 60)
    monkeypatch.setattr(effects, "RESAMPLES", 20)
    wrong = 0
    for seed in range(15):
        points = np.random.default_rng(seed).random((100, 5))
        noise = np.random.default_rng(1000 + seed).standard_normal(100)
        wrong += bool(effects.ranks(inputs(5), points, noise, seed)[0]["above_chance"].any())
    assert wrong < 4


def test_an_input_stands_out_where_either_of_its_two_tests_says_so():
    """An input that acts without any correlation stands out by PAWN alone."""
    made = study(LatinHypercube(points=600), inputs(2), lambda x, o, z: np.abs(x[:, :1] - 0.5) + 0 * z)
    row = by_input(Sensitivity("y").of(made)).loc["parameters.x0"]
    assert (row["pawn_above"], row["rank_above"], row["above_chance"]) == (True, False, True)


def test_sentences_name_two_options_by_what_sets_them_apart():
    options, levers, f = stances()
    made = study(LatinHypercube(points=100), inputs(1), f, options=options, levers=levers)
    found = Sensitivity("y", option="s0.5_on", against="s0.5_off").of(made)
    assert found.question == "What drives 'y' with Cause on, less that with Cause off?"


def test_partial_rank_correlation_agrees_with_residuals_of_regressions():
    rng = np.random.default_rng(2)
    ranked = rng.random((200, 4)).argsort(axis=0).argsort(axis=0).astype(float)
    ranked[:, 3] += 2 * ranked[:, 0]
    others = np.column_stack([np.ones(200), ranked[:, 1:3]])
    gaps = [
        column - others @ np.linalg.lstsq(others, column, rcond=None)[0]
        for column in (ranked[:, 0], ranked[:, 3])
    ]
    assert partial(ranked)[0] == pytest.approx(np.corrcoef(*gaps)[0, 1], abs=1e-8)


def test_a_choice_of_two_values_has_slices_too():
    """SALib's own slices are empty for two values; half the points then differ in all of their outcomes by 0.5."""
    points = np.repeat([[0.0], [1.0]], 200, axis=0)
    index, dummies = pawn(points, points[:, 0] * 10 + np.arange(400) / 1000, np.random.default_rng(1))
    assert index[0] == pytest.approx(0.5, abs=0.06)
    assert index[0] > dummies.max()


def test_too_few_points_for_a_screen_are_refused():
    made = study(LatinHypercube(points=20), inputs(2), ishigami_free)
    with pytest.raises(
        WedgeError, match="20 points with a value of y are too few to screen 2 inputs; at least 50"
    ):
        Sensitivity("y").of(made)


def test_points_without_a_value_are_left_out_of_a_screen_and_counted():
    made = study(
        LatinHypercube(points=200), inputs(2), lambda x, o, z: np.where(x[:, 1:] > 0.9, np.nan, x[:, :1]) + z
    )
    answer = Sensitivity("y").of(made).answer
    assert "20 points of 200 without a value are left out." in answer


def test_one_replication_cannot_tell_luck_apart():
    made = study(MonteCarlo(points=100), inputs(2), ishigami_free, reps=1)
    answer = Sensitivity("y").of(made).answer
    assert "With one replication at a point, luck cannot be told apart from the inputs." in answer


# --- one at a time --------------------------------------------------------------------------------


def test_a_tornado_gives_what_each_input_changes_at_its_ends():
    """From 0.5 a slope of 2 changes the outcome by -1 at 0 and +1 at 1; a square by +0.25 at both."""
    made = study(
        OneAtATime(levels=5),
        inputs(3),
        lambda x, o, z: (2.5 * x[:, 0] + 4 * (x[:, 1] - 0.5) ** 2)[:, None] + z,
    )
    table = by_input(Sensitivity("y").of(made))
    assert list(table.index) == ["parameters.x0", "parameters.x1", "parameters.x2"]
    assert table.loc["parameters.x0", ["at_low", "at_high", "swing"]].tolist() == pytest.approx(
        [-1.25, 1.25, 2.5]
    )
    assert table.loc["parameters.x1", ["at_low", "at_high"]].tolist() == pytest.approx([1.0, 1.0], abs=1e-9)
    assert table.loc["parameters.x1", ["swing", "least_at"]].tolist() == pytest.approx([1.0, 0.5])
    numbers = [
        "swing",
        "swing_low",
        "swing_high",
        "at_low",
        "at_high",
        "at_low_low",
        "at_high_high",
        "differing",
    ]
    assert (table.loc["parameters.x2", numbers].astype(float) == 0.0).all()


def test_a_tornado_sees_an_extreme_inside_the_range():
    made = study(OneAtATime(levels=9), inputs(1), lambda x, o, z: np.sin(4 * x[:, :1]) + z)
    found = Sensitivity("y").of(made)
    assert found.tables["inputs"]["most_at"][0] == 0.375
    assert any("lies inside the range" in line for line in found.answer)


def test_few_replications_tell_no_swing():
    made = study(OneAtATime(), inputs(1), ishigami_free, reps=5)
    found = Sensitivity("y").of(made)
    assert found.answer[0].endswith("5 replications; at least 10 are needed to tell: raise replications.")
    with drawing():
        shown = legends(figure_of(made, found))
    assert "grey: too few runs to tell" in shown
    assert "95% interval over replications" not in shown
    assert "an extreme inside the range" not in shown


# --- discovery ------------------------------------------------------------------------------------


def corner(x, option, z):
    """Happens where x0 is below 0.4 and x1 above 0.5: a fifth of the space."""
    return ((x[:, 0] < 0.4) & (x[:, 1] > 0.5)).astype(float)[:, None] * (option == 0) - 0.5 + z


def test_a_planted_box_is_found_with_its_coverage_and_density():
    made = study(LatinHypercube(points=500), inputs(4), corner)
    found = Discovery("y", above=0.0, resamples=2).of(made)
    limits = found.tables["limits"].set_index("input")
    assert list(limits.index[limits["restricted"]]) == ["parameters.x0", "parameters.x1"]
    low, high = limits.loc["parameters.x1", "low"], limits.loc["parameters.x0", "high"]
    assert (high, low) == pytest.approx((0.4, 0.5), abs=0.03)
    inside = (made.points[:, 0] <= high) & (made.points[:, 1] >= low)
    truth = (made.points[:, 0] < 0.4) & (made.points[:, 1] > 0.5)
    seen, unseen = (row for _, row in found.tables["box"].iterrows())
    assert seen["coverage"] == (inside & truth).sum() / truth.sum()
    assert seen["density"] == (inside & truth).sum() / inside.sum()
    assert min(seen["coverage"], seen["density"]) > 0.95
    assert seen["mass"] == inside.mean()
    assert seen["base_rate"] == truth.mean()
    assert unseen["density"] > 0.85
    assert (limits.loc[["parameters.x0", "parameters.x1"], "chosen_again"] == 1.0).all()
    assert found.tables["trajectory"]["coverage"][0] == 1.0


def test_on_a_grid_the_planted_box_is_found_exactly():
    made = study(Grid(levels=20), inputs(2), corner)
    found = Discovery("y", above=0.0, resamples=0).of(made)
    assert found.tables["box"]["coverage"][0] == 1.0
    assert found.tables["box"]["density"][0] == 1.0


def test_a_difference_below_zero_is_told_in_words():
    made = study(
        LatinHypercube(points=400), inputs(3), lambda x, o, z: -corner(x, o, z) * (o == 0) - 0.5 * (o == 0)
    )
    hits = (made.points[:, 0] < 0.4) & (made.points[:, 1] > 0.5)
    answer = Discovery("y", against="none", below=-0.5, resamples=2).of(made).answer
    assert answer[0].startswith(
        "'y' with Courtship, less that with No courtship, is below -0.5 where x0 is below 0."
    )
    assert "(density; " in answer[0]
    assert f"(coverage); the base rate is {100 * hits.mean():.0f}% of 400 worlds." in answer[0]
    assert any("held-out points" in line for line in answer)
    assert any("2 resamples" in line for line in answer)


def test_where_no_box_is_told_the_figure_says_so_and_explains_no_signs():
    noise = np.random.default_rng(1).random((300, 1))
    made = study(LatinHypercube(points=300), inputs(4), lambda x, o, z: noise + 0 * z)
    found = Discovery("y", above=0.7, resamples=0).of(made)
    with drawing():
        figure = figure_of(made, found)
    assert "such a world" not in legends(figure)
    said = " ".join(text.get_text().replace("\n", " ") for axes in figure.axes for text in axes.texts)
    assert "No box" in said


def test_no_box_is_told_where_the_outcome_has_nothing_to_do_with_the_inputs():
    for seed in (1, 2):
        noise = np.random.default_rng(seed).random((300, 1))
        made = study(LatinHypercube(points=300), inputs(4), lambda x, o, z, noise=noise: noise + 0 * z)
        found = Discovery("y", above=0.7, resamples=0).of(made)
        assert found.answer[0].startswith("No box")
        assert not found.tables["box"]["found"].any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "exactly one of above and below; neither is given"),
        ({"above": 0.0, "below": 1.0}, "exactly one of above and below; both are given"),
        ({"above": 0.0, "rule": "luck"}, "rule is 'luck'; expected one of balance, density, coverage"),
    ],
)
def test_discovery_asked_in_a_wrong_way_is_refused(settings, message):
    with pytest.raises(WedgeError, match=message):
        Discovery("y", **settings).of(study(LatinHypercube(points=50), inputs(2), corner))


@pytest.mark.parametrize(
    ("design", "message"),
    [
        (OneAtATime(), "fill the space of inputs.*this sweep's is one_at_a_time"),
        (MorrisDesign(), "fill the space of inputs.*this sweep's is morris"),
        (Grid(levels=3), "at least 5 levels of each input in a grid; this sweep's has 3"),
    ],
)
def test_discovery_refuses_points_that_do_not_fill_the_space(design, message):
    with pytest.raises(WedgeError, match=message):
        Discovery("y", above=0.0).of(study(design, inputs(2), corner))


def test_too_few_cases_are_told_and_not_boxed():
    made = study(LatinHypercube(points=100), inputs(2), lambda x, o, z: x[:, :1] + 0 * z)
    never, seldom = (Discovery("y", above=level).of(made).answer for level in (2.0, 0.95))
    assert never == ["In no world of 100 'y' with Courtship is above 2, so there is nothing to tell apart."]
    assert seldom[0].startswith(
        "In 5 of 100 worlds 'y' with Courtship is above 0.95: too few to find a box with"
    )


def test_without_the_workbench_discovery_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("ema_workbench"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        WedgeError, match=r"discovery needs the EMA Workbench: pip install 'wedge-sim\[ema\]'"
    ):
        Discovery("y", above=0.0).of(study(LatinHypercube(points=50), inputs(2), corner))


def test_the_workbench_is_kept_quiet(capfd, recwarn, monkeypatch):
    """Imported anew: it warns of what is not installed."""
    for name in [each for each in sys.modules if each.startswith("ema_workbench")]:
        monkeypatch.delitem(sys.modules, name)
    x = np.random.default_rng(1).random((100, 2))
    assert list(found(x, x[:, 0] < 0.4, "balance", 0.8)[0].restricted) == [True, False]
    assert "ema_workbench" in sys.modules
    assert capfd.readouterr() == ("", "")
    assert not len(recwarn)


def test_a_limit_that_does_nothing_has_a_quasi_p_by_the_binomial_sum():
    """8 of 10 in the box where 10 of 20 are cases without it: P(X >= 8) = 56/1024 for n = 10, p = 1/2."""
    points = np.arange(20.0)[:, None]
    cases = np.array([True] * 8 + [False] * 2 + [True] * 2 + [False] * 8)
    box = Box(np.array([-np.inf]), np.array([9.5]))
    assert quasi_p(box, points, cases, 0, "high") == pytest.approx(56 / 1024)
    assert not pruned(box, points, cases).restricted.any()


def test_each_rule_takes_its_own_box():
    cases = np.arange(100) < 20
    wide, middle, narrow = (score(np.arange(100) < k, cases) for k in (60, 25, 10))
    steps = [score(np.ones(100, dtype=bool), cases), wide, middle, narrow]
    assert chosen(steps, "balance", 0.8) == 2
    assert chosen(steps, "density", 0.9) == 3
    assert chosen(steps, "density", 0.3) == 2
    assert chosen(steps, "coverage", 0.9) == 2
    assert chosen(steps, "density", 1.1) == 3


# --- map ------------------------------------------------------------------------------------------


def tilted(x, option, z):
    """A plane that is 0 where x0 + x1 = 1."""
    return (x[:, 0] + x[:, 1] - 1.0)[:, None] * (option == 0) + z * (1.5 if option == 0 else 1.0)


def test_a_map_finds_a_planted_zero_line():
    made = study(Grid(levels=7), inputs(2), tilted)
    cells = Map("parameters.x0", "parameters.x1", "y", against="none").of(made).tables["cells"]
    planted = cells["x"] + cells["y"] - 1.0
    luck = 0.05 * LUCK.mean()
    assert cells["mean"].to_numpy() == pytest.approx(planted.to_numpy() + luck, abs=1e-12)
    on_line = np.abs(planted) < 1e-9
    assert (cells["side"][on_line] == 0).all()
    assert (cells["side"][~on_line] == np.sign(planted[~on_line])).all()
    assert on_line.sum() == 7


def test_on_a_grid_all_other_inputs_are_averaged_exactly():
    """The third input adds its mean over the levels 0, 0.5 and 1 squared: 1.25 / 3."""
    made = study(
        Grid(levels=3), inputs(3), lambda x, o, z: (x[:, 0] - x[:, 1] + x[:, 2] ** 2)[:, None] + 0 * z
    )
    cells = Map("parameters.x0", "parameters.x1", "y").of(made).tables["cells"]
    assert cells["mean"].to_numpy() == pytest.approx(
        (cells["x"] - cells["y"] + 1.25 / 3).to_numpy(), abs=1e-12
    )
    assert (cells["high"] - cells["low"]).max() < 1e-12
    assert (cells["points"] == 3).all()


def test_bins_of_a_sample_hold_their_points_and_their_interval_the_truth():
    made = study(LatinHypercube(points=900), inputs(3), tilted)
    cells = Map("parameters.x0", "parameters.x1", "y", against="none", bins=5).of(made).tables["cells"]
    assert cells["points"].sum() == 900
    middle = (
        (cells["x_from"] + cells["x_to"] + cells["y_from"] + cells["y_to"]) / 2 - 1.0 + 0.05 * LUCK.mean()
    )
    inside = (cells["low"] <= middle) & (middle <= cells["high"])
    assert inside.mean() >= 0.8


def test_an_interaction_that_changes_sign_is_told():
    made = study(
        Grid(levels=5),
        inputs(2),
        lambda x, o, z: ((x[:, 0] - 0.5) * (x[:, 1] - 0.5))[:, None] * (o == 0) + z * (1 + o),
    )
    found = Map("parameters.x0", "parameters.x1", "y", against="none").of(made)
    assert sum("the effect of raising it changes sign" in line for line in found.answer) == 2
    assert re.search("(100|more than 99)% is interaction", found.answer[-1])
    across = found.tables["effects"].query("of == 'parameters.x0'")
    assert across["effect"].to_numpy() == pytest.approx([-0.5, -0.25, 0.0, 0.25, 0.5], abs=1e-12)
    assert list(across["direction"]) == [-1, -1, 0, 1, 1]


def stances(cause=("on", "off")):
    settings = {"s-0.5": -0.5, "s0": 0.0, "s0.5": 0.5}
    options = tuple(
        Option(f"{s}_{c}", f"{s}, {c}", {"stance": s, "cause": c}) for s in settings for c in cause
    )
    levers = (
        Lever("stance", "Stance", tuple(settings), tuple(settings.values())),
        Lever("cause", "Cause", cause),
    )

    def f(x, option, z):
        return (list(settings.values())[option // 2] * (x[:, 0] - 0.5) * (option % 2 == 0))[:, None] + z

    return options, levers, f


def test_along_a_lever_what_is_compared_with_moves_along_where_only_another_lever_differs():
    options, levers, f = stances()
    made = study(Grid(levels=5), inputs(1), f, options=options, levers=levers)
    found = Map("stance", "parameters.x0", "y", option="s-0.5_on", against="s-0.5_off").of(made)
    cells = found.tables["cells"]
    assert cells["mean"].to_numpy() == pytest.approx((cells["x"] * (cells["y"] - 0.5)).to_numpy(), abs=1e-12)
    assert found.question == "How does 'y' with Cause on, less that with Cause off, depend on Stance and x0?"


def test_along_a_lever_what_is_compared_with_stays_where_the_lever_itself_differs():
    options, levers, f = stances()
    made = study(Grid(levels=5), inputs(1), f, options=options, levers=levers)
    cells = Map("stance", "parameters.x0", "y", option="s0_on", against="s0.5_on").of(made).tables["cells"]
    others = cells[~cells["baseline"]]
    assert others["mean"].to_numpy() == pytest.approx(
        ((others["x"] - 0.5) * (others["y"] - 0.5)).to_numpy(), abs=1e-12
    )


def test_cells_compared_with_themselves_are_left_out_of_the_counts_and_drawn_blank():
    """Of three settings by five levels one column, of five cells, is what the others are compared with."""
    options, levers, f = stances()
    made = study(Grid(levels=5), inputs(1), f, options=options, levers=levers)
    for option in (None, "s0_on", "s0.5_on"):
        found = Map("stance", "parameters.x0", "y", option=option, against="s0.5_on").of(made)
        cells = found.tables["cells"]
        assert (cells["baseline"] == (cells["x"] == 0.5)).all()
        assert cells.loc[cells["baseline"], ["mean", "low", "high"]].isna().all(axis=None)
    assert "Of 10 cells of the plane (5 cells compared with themselves left out)" in found.answer[1]
    assert any(line.startswith("Raising x0") and "where it is 0;" in line for line in found.answer)
    with drawing():
        assert "what the others are compared with" in legends(figure_of(made, found))


def test_where_a_map_passes_the_level_is_told_where_both_sides_are():
    """x0 - 0.3 - 0.1 x1 is 0 at x0 = 0.3 where x1 is 0, and at 0.4 where it is 1."""
    made = study(
        Grid(levels=11), inputs(2), lambda x, o, z: (x[:, 0] - 0.3 - 0.1 * x[:, 1])[:, None] * (o == 0) + z
    )
    found = Map("parameters.x0", "parameters.x1", "y", against="none").of(made)
    assert (
        "It passes 0 at x0 about 0.30 where x1 is lowest, and about 0.40 where it is highest." in found.answer
    )
    raised = next(line for line in found.answer if line.startswith("Raising x0"))
    assert raised.endswith("the effect of raising it has the same sign at both ends.")
    rival = Map("parameters.x0", "parameters.x1", "y", against="none", level=5.0).of(made)
    assert not any(line.startswith("It passes") for line in rival.answer)


def test_a_level_is_passed_half_way_between_two_cells_as_far_apart_from_it():
    places, sides = np.array([0.0, 1.0, 2.0, 3.0]), np.array([-1, -1, 1, 1])
    assert passes(places, np.array([-2.0, -1.0, 1.0, 2.0]), sides, 0.0) == [1.5]
    assert passes(places, np.array([-2.0, -0.5, 1.5, 2.0]), np.array([-1, 0, 1, 1]), 0.0) == [1.25]
    assert passes(places, np.array([-2.0, -1.0, 1.0, 2.0]), np.array([-1, -1, 0, 0]), 0.0) == []


def test_a_sample_of_few_points_has_few_bins_and_says_so():
    """64 points hold two bins a side with ten points each, as 2 * 2 * 10 <= 64 < 3 * 3 * 10."""
    made = study(LatinHypercube(points=64), inputs(2), tilted)
    found = Map("parameters.x0", "parameters.x1", "y", against="none").of(made)
    assert len(found.tables["cells"]) == 4
    assert "2 bins instead of 6: with 64 points a cell would hold fewer than 10." in found.answer
    many = Map("parameters.x0", "parameters.x1", "y", against="none").of(
        study(LatinHypercube(points=360), inputs(2), tilted)
    )
    assert len(many.tables["cells"]) == 36
    assert not any("instead of" in line for line in many.answer)


def test_cells_of_one_world_and_one_run_are_told_to_have_no_interval():
    made = study(Grid(levels=4), inputs(2), tilted, reps=1)
    found = Map("parameters.x0", "parameters.x1", "y", against="none").of(made)
    assert found.tables["cells"]["few"].all()
    assert "None of 16 cells of the plane has enough worlds for an interval." in found.answer
    with drawing():
        shown = legends(figure_of(made, found))
    assert shown == {"too few worlds for an interval"}


def test_the_ends_of_a_map_are_told_without_an_interval_where_their_cells_have_too_few_runs():
    """Of five runs a cell fewer than ten differ, whatever their spread."""
    few, enough = (
        Map("parameters.x0", "parameters.x1", "y", against="none").of(
            study(Grid(levels=3), inputs(2), lambda x, o, z: 2 + 4 * (x[:, :1] + z) * (o == 0), reps=reps)
        )
        for reps in (5, 12)
    )
    for each in (few, enough):
        ends = each.tables["cells"].sort_values("mean").iloc[[0, -1]]
        assert (each is few) == ends["few"].iloc[-1]
        told = each.answer[0].split(" goes from ")[1].split(" to +")[1]
        assert ("(too few runs to tell) at" in told) == (each is few)
        assert ("(95% interval " in told) == (each is enough)


def test_a_side_that_does_nothing_at_all_is_told_to():
    made = study(Grid(levels=3), inputs(2), lambda x, o, z: x[:, :1] * (o == 0) + z)
    found = Map("parameters.x0", "parameters.x1", "y", against="none").of(made)
    assert "X1: exactly 0 in every run: it does not bear on this outcome." in found.answer
    still = study(Grid(levels=3), inputs(2), lambda x, o, z: x[:, :1] + z)
    found = Map("parameters.x0", "parameters.x1", "y", against="none").of(still)
    assert "is exactly 0 in every run: what sets them apart does not bear on this outcome." in found.answer[0]


@pytest.mark.parametrize(
    ("asks", "message"),
    [
        (
            Map("parameters.x0", "parameters.x1", "y", level=12.5),
            "y is a probability, 0 to 1; did you mean 0.125",
        ),
        (Discovery("y", above=20.0), "y is a probability, 0 to 1; did you mean 0.2?"),
        (Discovery("y", above=-0.1), "y is a probability, 0 to 1; -0.1 is outside that"),
        (Discovery("y", against="none", below=-20), "a difference of two is -1 to 1; did you mean -0.2?"),
        (Map("parameters.x0", "parameters.x1", "y", against="none", level=300), "300 is outside that"),
    ],
)
def test_a_level_that_no_probability_can_have_is_refused(asks, message):
    made = study(
        LatinHypercube(points=60), inputs(2), lambda x, o, z: (x[:, :1] > 0.5) + 0 * z,
        columns={"y": ("0 or 1", "it happened")},
    )  # fmt: skip
    with pytest.raises(WedgeError, match=re.escape(message)):
        asks.of(made)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ("parameters.x0", "parameters.x0", "x and y are both parameters.x0; name two"),
        ("parameters.x0", "stanse", "no input or lever called 'stanse'; did you mean 'stance'"),
        ("parameters.x0", "cause", "the settings of the lever cause are not numbers"),
    ],
)
def test_sides_that_a_map_cannot_have_are_refused(x, y, message):
    options, levers, f = stances()
    with pytest.raises(WedgeError, match=message):
        Map(x, y, "y").of(study(Grid(levels=5), inputs(1), f, options=options, levers=levers))


def test_an_experiment_whose_map_has_a_misspelt_side_is_refused_before_it_is_run():
    with pytest.raises(
        WedgeError, match="no input or lever with numbers called 'counter_ofer'; did you mean 'counter_offer'"
    ):
        load("wedge_against_binding", ["analyses.sign_change.x=counter_ofer"])


def test_a_map_refuses_points_on_a_cross():
    with pytest.raises(WedgeError, match="fill the plane.*this sweep's is one_at_a_time"):
        Map("parameters.x0", "parameters.x1", "y").of(study(OneAtATime(), inputs(2), tilted))


def test_a_share_that_all_runs_agree_on_is_still_uncertain():
    """None of 20: Agresti and Coull give up to 0.19 (their table: 20 + z2 runs, z2/2 of them hits)."""
    made = study(
        Grid(levels=2),
        inputs(2),
        lambda x, o, z: 0 * x[:, :1] + 0 * z,
        columns={"y": ("0 or 1", "it happened")},
    )
    cells = Map("parameters.x0", "parameters.x1", "y", level=0.1).of(made).tables["cells"]
    n = 20 + 1.96**2
    middle = 1.96**2 / 2 / n
    assert cells["high"].to_numpy() == pytest.approx(
        middle + 1.96 * np.sqrt(middle * (1 - middle) / n), abs=1e-3
    )
    assert (cells["side"] == 0).all()


# --- all ------------------------------------------------------------------------------------------

KINDS = {
    "sobol": (Sensitivity("y", against="none"), Saltelli(points=32, second_order=True)),
    "morris": (Sensitivity("y"), MorrisDesign()),
    "ranks": (Sensitivity("y"), LatinHypercube(points=120)),
    "one_at_a_time": (Sensitivity("y"), OneAtATime()),
    "discovery": (Discovery("y", above=0.2, resamples=2), LatinHypercube(points=150)),
    "map": (Map("parameters.x0", "parameters.x1", "y", against="none"), LatinHypercube(points=150)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_equal_studies_give_equal_findings_and_a_figure_that_names_its_source(kind):
    analysis, design = KINDS[kind]
    made = study(design, inputs(4), tilted)
    one, other = analysis.of(made), analysis.of(made)
    assert one.answer == other.answer
    for name, table in one.tables.items():
        assert table.equals(other.tables[name]), name
    with drawing():
        words = [each.get_text() for each in figure_of(made, one).texts]
    assert any("Sweep made." in each for each in words)


def test_luck_shared_by_two_options_leaves_nothing_between_them():
    made = study(Saltelli(points=16), inputs(2), lambda x, o, z: x[:, :1] + z)
    assert Sensitivity("y", against="none").of(made).answer[0].startswith("Nothing varies")


@pytest.mark.parametrize(
    "path", ["parameters.crisis.weight.united_states.japan", "a" * 80, "initial.x_y_z." * 9]
)
def test_long_paths_keep_to_their_room(path):
    lines = broken(path, 1.6, 7.0)
    assert len(lines) <= 2
    assert all(width_of(line, 7.0) <= 1.6 for line in lines)


def test_numbers_are_no_more_exact_than_their_interval():
    assert number(0.123456, 0.05) == "0.123"
    assert number(0.123456, 0.5) == "0.12"
    assert number(-0.00001, 0.5) == "-1e-05"
    assert between(-0.012, 0.013) == "95% interval -0.012 to 0.013"
    assert amount(0.031, 0.01, 0.052, 100.0, "points") == "+3.1 points (95% interval 1.0 to 5.2)"
    assert (percent(0.004), percent(0.42), percent(0.999)) == ("less than 1%", "42%", "more than 99%")


def test_an_effect_looked_at_in_many_places_needs_a_wider_interval_by_students_quantiles():
    assert widened(10.0, 1) == 1.0
    assert widened(10.0, 5) == pytest.approx(3.169272667 / 2.228138852)  # Student's t, 99.5 and 97.5 %
