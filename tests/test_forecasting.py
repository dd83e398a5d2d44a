"""Baselines forecast what their textbooks say, and scores are what closed forms say."""

import numpy as np
import pytest
from scipy.stats import binom, multivariate_t, norm, t

from sim.errors import WedgeError
from sim.forecasting import (
    BASELINES,
    Training,
    forecast,
    linear_trend,
    no_change,
    vector_autoregression,
)
from sim.forecasting.scores import (
    Skill,
    brier,
    chance_of_rise,
    coverage,
    crps,
    fan,
    inside,
    pit,
    sign_hit,
    skill,
    skill_over_series,
)
from sim.plots.forecasts import Forecast, SkillRow, forecasts_sheet, skills_sheet
from sim.plots.style import drawing
from tests.test_plots import clipped, overlapping, written

YEARS = np.arange(2005, 2014)
VALUES = np.array([3.0, 4.5, 4.0, 5.5, 6.5, 5.0, 7.0, 8.0, 7.5])
AHEAD = np.array([2014, 2015, 2018])
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
MANY = 200_000


def generator(seed=1):
    return np.random.default_rng(seed)


def walks(count, years, series=1, seed=2):
    return generator(seed).standard_normal((count, years, series)).cumsum(axis=1)


def assert_student(samples, freedom, middle, scale):
    """Quantiles of a Student t, within four Monte Carlo standard errors of each."""
    for k in range(samples.shape[1]):
        exact = middle[k] + scale[k] * t.ppf(LEVELS, freedom)
        density = t.pdf(t.ppf(LEVELS, freedom), freedom) / scale[k]
        error = np.sqrt(LEVELS * (1 - LEVELS) / len(samples)) / density
        assert np.all(np.abs(np.quantile(samples[:, k], LEVELS) - exact) < 4 * error)


# --- baselines ------------------------------------------------------------------------------------


def test_no_change_is_a_student_t_around_the_last_value_that_widens_with_the_root_of_time():
    found = no_change(Training(YEARS, VALUES), AHEAD, draws=MANY, generator=generator())
    scale = np.sqrt(np.mean(np.diff(VALUES) ** 2) * (AHEAD - YEARS[-1]))
    assert_student(found, len(VALUES) - 1, np.full(3, VALUES[-1]), scale)


def test_a_change_over_a_gap_counts_as_one_of_so_many_times_the_variance():
    times, values = np.array([2000, 2001, 2005, 2006, 2007]), np.array([1.0, 2.0, 5.0, 4.0, 4.5])
    found = no_change(Training(times, values), AHEAD, draws=MANY, generator=generator())
    variance = (1 + 9 / 4 + 1 + 0.25) / 4
    assert_student(found, 4, np.full(3, 4.5), np.sqrt(variance * np.array([7, 8, 11])))


@pytest.mark.parametrize("kind", ["no_change", "linear_trend"])
def test_a_missing_year_and_a_year_without_a_value_are_the_same(kind):
    empty = VALUES.copy()
    empty[[2, 8]] = np.nan
    seen = ~np.isnan(empty)
    one = forecast(kind, Training(YEARS, empty), AHEAD, draws=50, generator=generator())
    other = forecast(kind, Training(YEARS[seen], VALUES[seen]), AHEAD, draws=50, generator=generator())
    assert np.array_equal(one, other)


def test_linear_trend_is_the_student_t_of_the_textbook():
    found = linear_trend(Training(YEARS, VALUES), AHEAD, draws=MANY, generator=generator())
    n, mean = len(YEARS), YEARS.mean()
    slope = ((YEARS - mean) * VALUES).sum() / ((YEARS - mean) ** 2).sum()
    rest = VALUES - VALUES.mean() - slope * (YEARS - mean)
    spread = np.sqrt(rest @ rest / (n - 2))
    far = (AHEAD - mean) ** 2 / ((YEARS - mean) ** 2).sum()
    assert_student(found, n - 2, VALUES.mean() + slope * (AHEAD - mean), spread * np.sqrt(1 + 1 / n + far))


def test_years_of_a_linear_trend_share_what_is_not_known_of_its_slope():
    found = linear_trend(Training(YEARS, VALUES), AHEAD, draws=MANY, generator=generator())
    x = np.column_stack([np.ones(len(YEARS)), YEARS - 2009.0])
    ahead = np.column_stack([np.ones(3), AHEAD - 2009.0])
    shape = np.eye(3) + ahead @ np.linalg.inv(x.T @ x) @ ahead.T
    root = np.sqrt(np.diag(shape))
    assert np.corrcoef(found.T) == pytest.approx(shape / np.outer(root, root), abs=0.02)


def test_no_change_covers_as_often_as_it_says_on_random_walks():
    ahead, hits = np.arange(10, 15), {0.5: [], 0.9: []}
    for k, walk in enumerate(walks(600, 15)[..., 0]):
        found = fan(no_change(Training(np.arange(10), walk[:10]), ahead, draws=400, generator=generator(k)))
        for level, each in hits.items():
            each.append(inside(found, walk[10:], level))
    for level, each in hits.items():
        for horizon in range(5):
            held = sum(one[horizon] for one in each)
            assert binom.cdf(held, 600, level) > 0.001
            assert binom.sf(held - 1, 600, level) > 0.001


@pytest.mark.parametrize("kind", BASELINES)
def test_forecasts_are_the_same_under_a_seed_and_others_under_another(kind):
    training = Training(YEARS, walks(1, 9, 3)[0])
    one, again, other = (
        forecast(kind, training, AHEAD, draws=20, generator=generator(seed)) for seed in (5, 5, 6)
    )
    assert one.shape == (20, 3, 3)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", BASELINES)
def test_a_unit_of_measurement_does_not_matter(kind):
    panel = walks(1, 9, 2)[0]
    panel[3, 1] = np.nan
    one, other = (
        forecast(kind, Training(YEARS, given), AHEAD, draws=20, generator=generator())
        for given in (panel, 7 + 1000 * panel)
    )
    assert other == pytest.approx(7 + 1000 * one, rel=1e-6)


# --- dated events ---------------------------------------------------------------------------------

STEP = np.array([[0.0]] * 4 + [[1.0]] * 8)
"""An event in 2009, in training."""


def test_no_change_learns_the_jump_of_a_dated_event_and_ends_it_when_it_ends():
    values = np.array([1.0, 1.1, 0.9, 1.0, 6.0, 6.1, 5.9, 6.0, 6.1])
    ended = STEP.copy()
    ended[-1] = 0.0
    found = no_change(Training(YEARS, values, ended), AHEAD, draws=20_000, generator=generator())
    assert np.median(found, axis=0) == pytest.approx([6.1, 6.1, 6.1 - 5.0], abs=0.02)
    without = no_change(Training(YEARS, values), AHEAD, draws=20_000, generator=generator())
    assert (
        np.ptp(np.quantile(found, (0.05, 0.95), axis=0), axis=0)[0]
        < 0.1 * np.ptp(np.quantile(without, (0.05, 0.95), axis=0), axis=0)[0]
    )


def test_linear_trend_with_an_event_is_least_squares_with_a_dummy():
    found = linear_trend(Training(YEARS, VALUES, STEP), AHEAD, draws=MANY, generator=generator())
    design = np.column_stack([np.ones(9), YEARS - 2009.0, STEP[:9, 0]])
    ahead = np.column_stack([np.ones(3), AHEAD - 2009.0, np.ones(3)])
    coefficients = np.linalg.solve(design.T @ design, design.T @ VALUES)
    rest = VALUES - design @ coefficients
    wide = np.diag(ahead @ np.linalg.inv(design.T @ design) @ ahead.T)
    assert_student(found, 6, ahead @ coefficients, np.sqrt(rest @ rest / 6 * (1 + wide)))


def test_the_vector_autoregression_learns_in_part_from_a_dated_event():
    values = np.array([1.0, 1.1, 0.9, 1.0, 6.0, 6.1, 5.9, 6.0, 6.1])
    ended = STEP.copy()
    ended[-1] = 0.0
    found = vector_autoregression(
        Training(YEARS, values, ended), AHEAD, draws=4000, generator=generator(), tightness=(0.0,)
    )[..., 0]
    middle = np.median(found, axis=0)
    assert middle[:2] == pytest.approx([6.1, 6.1], abs=0.1)
    assert 6.1 - 5.0 < middle[2] < 6.1 - 2.0, "as far as a single event can teach"


@pytest.mark.parametrize("kind", BASELINES)
@pytest.mark.parametrize("before", [0.0, 1.0])
def test_an_event_first_seen_after_the_cut_teaches_a_baseline_nothing(kind, before):
    later = np.full((12, 1), before)
    later[10:] = 1.0 - before
    one, other = (
        forecast(kind, Training(YEARS, VALUES, given), AHEAD, draws=2000, generator=generator())
        for given in (None, later)
    )
    if kind == "vector_autoregression":  # an effect of none is drawn too, so other numbers come after it
        assert fan(other) == pytest.approx(fan(one), abs=0.6)
        assert fan(other)[2] == pytest.approx(fan(one)[2], abs=0.15)
    else:
        assert other == pytest.approx(one, rel=1e-9)


# --- vector autoregression ------------------------------------------------------------------------


def test_shrunk_to_the_limit_a_vector_autoregression_is_a_random_walk():
    """Its spread is the root mean square change times the root of time: prior and data agree on it."""
    panel = np.column_stack([VALUES, 30 * VALUES[::-1] + np.cos(YEARS)])
    found = vector_autoregression(
        Training(YEARS, panel), AHEAD, draws=20_000, generator=generator(), tightness=(0.0,)
    )
    mean_square = np.mean(np.diff(panel, axis=0) ** 2, axis=0)
    # inverse Wishart of 2 + 2 + 8 degrees of freedom: a Student t of one fewer, of this variance
    freedom = 2 + 2 + 8 - 1
    scale = np.sqrt(np.outer(mean_square * (freedom - 2) / freedom, AHEAD - YEARS[-1]))
    for k in range(2):
        assert_student(found[..., k], freedom, np.full(3, panel[-1, k]), scale[k])


def test_a_loose_vector_autoregression_finds_the_coefficients_of_a_long_history():
    lags, values = np.array([[0.5, 0.3], [0.0, 0.8]]), np.zeros((2000, 2))
    luck = generator(3).standard_normal(values.shape)
    for k in range(1, len(values)):
        values[k] = lags @ values[k - 1] + luck[k]
    found = vector_autoregression(
        Training(np.arange(2000), values),
        np.array([2000, 2001]),
        draws=3000,
        generator=generator(),
        tightness=(10.0,),
    )
    assert found[:, 0].mean(axis=0) == pytest.approx(lags @ values[-1], abs=0.15)
    assert np.cov(found[:, 0].T) == pytest.approx(np.eye(2), abs=0.12)
    assert np.cov(found[:, 1].T) == pytest.approx(np.eye(2) + lags @ lags.T, abs=0.15)


def test_the_data_choose_how_tightly_a_vector_autoregression_is_held():
    """Its evidence is the density of the training under the prior: here against a multivariate Student t."""
    from sim.forecasting.autoregression import _fit

    panel = generator(3).standard_normal((8, 1))
    gaps = []
    for looseness in (np.array([0.1, 0.5]), np.array([0.4, 2.0])):
        known = np.column_stack([panel[:-1], np.ones(7)]) * looseness
        shape = (np.eye(7) + known @ known.T) / 3
        gaps.append(
            _fit(panel, np.zeros((7, 0)), looseness).evidence
            - multivariate_t(np.zeros(7), shape, df=3).logpdf(np.diff(panel[:, 0]))
        )
    assert gaps[0] == pytest.approx(gaps[1])


def test_a_vector_autoregression_covers_as_often_as_it_says_where_years_are_missing():
    held = []
    for k, panel in enumerate(walks(40, 14, 2)):
        known = panel[:11].copy()
        known[[0, 5, 6, 10], [0, 1, 1, 0]] = np.nan
        found = vector_autoregression(
            Training(np.arange(11), known), np.array([12, 13]), draws=100, generator=generator(k)
        )
        held.append(inside(fan(found), panel[12:], 0.9).mean())
    assert np.mean(held) == pytest.approx(0.9, abs=4 * np.std(held) / np.sqrt(len(held)))


def test_a_value_missing_between_two_is_drawn_from_a_bridge_and_one_missing_last_from_a_walk():
    from sim.forecasting.autoregression import _filled

    panel = np.array([[0.0], [9.0], [2.0], [9.0]])
    missing = np.array([[False], [True], [False], [True]])
    fitted = np.zeros((1, 1)), np.zeros((3, 1)), np.eye(1)
    luck = generator()
    drawn = np.array([_filled(panel, missing, np.ones(1), fitted, luck)[:, 0] for _ in range(4000)])
    assert np.array_equal(drawn[0, [0, 2]], [0.0, 2.0])
    assert drawn[:, [1, 3]].mean(axis=0) == pytest.approx([1.0, 2.0], abs=0.07)
    assert drawn[:, [1, 3]].var(axis=0) == pytest.approx([0.5, 1.0], rel=0.1)


def test_missing_values_are_drawn_as_the_joint_normal_of_all_years_has_them():
    """Here with the covariance of all years, unrolled step by step, in place of their precision."""
    from sim.forecasting.autoregression import _filled

    lags, covariance = np.array([[-0.4, 0.2], [0.3, -0.1]]), np.array([[1.0, 0.6], [0.6, 2.0]])
    drift = np.array([[0.5, -1.0], [0.0, 0.3], [1.0, 0.0]])
    panel = np.array([[0.4, 9.0], [9.0, 9.0], [1.5, -0.7], [9.0, 0.2]])
    missing, early = panel == 9.0, np.array([1.0, 2.0])
    forward = np.eye(2) + lags.T
    mean = [np.array([9.0, -0.7])]  # the second series begins at its first value, two years on
    unrolled = np.zeros((8, 8))
    unrolled[:2, :2] = np.diag(np.sqrt(early))
    for k in range(3):
        mean.append(forward @ mean[-1] + drift[k])
        unrolled[2 * k + 2 : 2 * k + 4] = forward @ unrolled[2 * k : 2 * k + 2]
        unrolled[2 * k + 2 : 2 * k + 4, 2 * k + 2 : 2 * k + 4] = np.linalg.cholesky(covariance)
    wide, free, middle = unrolled @ unrolled.T, missing.ravel(), np.concatenate(mean)
    gain = wide[np.ix_(free, ~free)] @ np.linalg.inv(wide[np.ix_(~free, ~free)])
    exact = middle[free] + gain @ (panel.ravel() - middle)[~free]
    spread = wide[np.ix_(free, free)] - gain @ wide[np.ix_(~free, free)]
    luck = generator()
    drawn = np.array([_filled(panel, missing, early, (lags, drift, covariance), luck) for _ in range(6000)])
    found = drawn.reshape(-1, 8)[:, free]
    assert found.mean(axis=0) == pytest.approx(exact, abs=4 * np.sqrt(spread.max() / 6000))
    assert np.cov(found.T) == pytest.approx(spread, abs=0.1 * spread.max())


def test_a_series_that_ends_early_is_forecast_from_where_it_ended_with_a_wider_spread():
    panel = walks(1, 12, 2, seed=8)[0]
    ended = panel.copy()
    ended[8:, 1] = np.nan
    whole, early = (
        vector_autoregression(
            Training(np.arange(12), given),
            np.array([12]),
            draws=3000,
            generator=generator(),
            tightness=(0.0,),
        )[:, 0, 1]
        for given in (panel, ended)
    )
    assert np.median(whole) == pytest.approx(panel[11, 1], abs=0.2)
    assert np.std(early) > 1.5 * np.std(whole)


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (lambda: Training(YEARS, VALUES[1:]), r"times \(9,\) and values \(8,\)"),
        (lambda: Training(YEARS + 0.5, VALUES), "whole years"),
        (lambda: Training(YEARS, np.full(9, np.inf)), "finite"),
        (lambda: forecast("no_chang", Training(YEARS, VALUES), AHEAD, draws=2, generator=generator()), "did you mean 'no_change'"),
        (lambda: no_change(Training(YEARS, VALUES), YEARS[-2:], draws=2, generator=generator()), "each later than the one before"),
        (lambda: no_change(Training(YEARS[:2], VALUES[:2]), AHEAD, draws=2, generator=generator()), "no change: too few values to learn from; expected 1 more"),
        (lambda: linear_trend(Training(YEARS[:3], VALUES[:3]), AHEAD, draws=2, generator=generator()), "linear trend: too few .* 1 more"),
        (lambda: no_change(Training(YEARS, np.full(9, np.nan)), AHEAD, draws=2, generator=generator()), "no value to learn from"),
        (lambda: no_change(Training(YEARS, VALUES[:, None]), AHEAD, draws=2, generator=generator()), "takes one series"),
        (lambda: no_change(Training(YEARS, VALUES, STEP[:9]), AHEAD, draws=2, generator=generator()), r"expected numbers, \(12, regressors\)"),
        (lambda: vector_autoregression(Training(YEARS, np.ones(9)), AHEAD, draws=2, generator=generator()), "series 1 has 9 values; expected three that differ"),
        (lambda: crps(np.ones((1, 3)), np.ones(3)), "two draws"),
        (lambda: skill(np.full(2, np.nan), np.ones(2), np.arange(2), generator()), "no score to compare"),
        (lambda: skill_over_series(np.array([1.0, 0.0]), generator()), "above 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_forecast_or_scored_is_told(given, told):
    with pytest.raises(WedgeError, match=told):
        given()


# --- scores ---------------------------------------------------------------------------------------


def test_the_score_of_a_sample_is_the_closed_form_of_the_normal():
    """Gneiting & Raftery 2007, eq. 5."""
    observed = np.array([-3.0, 1.0, 1.5, 2.0, 8.0])
    z = (observed - 1) / 2
    exact = 2 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    samples = generator().normal(1.0, 2.0, (MANY, 1))
    assert crps(np.broadcast_to(samples, (MANY, 5)), observed) == pytest.approx(exact, abs=0.02)


def test_the_score_is_the_same_on_average_for_few_draws_as_for_many():
    exact = 2 * norm.pdf(0.0) - 1 / np.sqrt(np.pi)
    scores = crps(generator().standard_normal((3, MANY)), np.zeros(MANY))
    assert scores.mean() == pytest.approx(exact, abs=4 * scores.std() / np.sqrt(MANY))


def test_the_score_is_the_mean_over_pairs_of_draws():
    samples, observed = generator().standard_normal((7, 4)), np.array([0.3, -2.0, 5.0, np.nan])
    pairs = np.abs(samples[:, None] - samples[None]).sum(axis=(0, 1)) / (7 * 6)
    assert crps(samples, observed) == pytest.approx(
        np.abs(samples - observed).mean(axis=0) - pairs / 2, nan_ok=True
    )


def test_a_fan_holds_a_further_draw_as_often_as_it_says_even_of_few_draws():
    drawn = generator().standard_normal((20, MANY))
    for level in (0.5, 0.9):  # of 20 ranks among 19 draws, between the 5th and 15th, the 1st and 19th
        found = inside(fan(drawn[:-1]), drawn[-1], level)
        assert found.mean() == pytest.approx(level, abs=0.005)
    assert np.isnan(inside(fan(drawn[:, :2]), np.array([np.nan, 0.0]), 0.9)[0])


def test_coverage_has_the_exact_binomial_interval():
    """Clopper & Pearson's limits are where the binomial leaves 2.5 % on each side."""
    found = coverage(np.array([1.0] * 8 + [0.0] * 2 + [np.nan]))
    assert (found.held, found.of, found.share) == (8, 10, 0.8)
    assert binom.sf(7, 10, found.low) == pytest.approx(0.025)
    assert binom.cdf(8, 10, found.high) == pytest.approx(0.025)
    nothing = coverage(np.array([np.nan]))
    assert (nothing.of, nothing.low, nothing.high) == (0, 0.0, 1.0)
    assert np.isnan(nothing.share)


def test_sign_of_change_counts_hits_misses_and_neither():
    samples = np.array([[1.0, 1.0, 1.0, 1.0, 1.0], [2.0, 2.0, -1.0, 0.0, 1.0], [3.0, -1.0, -1.0, -1.0, 1.0]])
    rise = chance_of_rise(samples, 0.0)
    assert rise == pytest.approx([1, 2 / 3, 1 / 3, 0.5, 1])
    observed = np.array([1.0, -1.0, -2.0, 5.0, 0.0])
    assert np.array_equal(sign_hit(rise, observed, 0.0), [1, 0, 1, 0.5, np.nan], equal_nan=True)
    assert brier(rise, observed, 0.0) == pytest.approx([0, 4 / 9, 1 / 9, 0.25, np.nan], nan_ok=True)


def test_the_probability_integral_transform_of_a_right_forecast_is_even():
    drawn = generator().standard_normal((51, 20_000))
    found = pit(drawn[:-1], drawn[-1])
    assert np.histogram(found, np.arange(-0.05, 1.1, 0.1))[0].sum() == 20_000
    assert np.quantile(found, (0.1, 0.5, 0.9)) == pytest.approx([0.1, 0.5, 0.9], abs=0.021)
    assert np.array_equal(pit(np.zeros((4, 2)), np.array([0.0, np.nan])), [0.5, np.nan], equal_nan=True)


def test_skill_is_one_less_the_ratio_of_mean_scores_and_doubts_it_by_whole_groups():
    score, reference = np.array([1.0, 1.0, 3.0, 3.0, np.nan]), np.array([2.0, 2.0, 4.0, 4.0, 1.0])
    found = skill(score, reference, np.array([1, 1, 2, 2, 3]), generator())
    assert found.value == pytest.approx(1 - 8 / 12)
    assert (found.low, found.high) == pytest.approx((1 - 6 / 8, 1 - 2 / 4))  # a group drawn twice
    alone = skill(score, reference, np.ones(5), generator())
    assert alone.value == found.value
    assert np.isnan(alone.low)


def test_skill_over_series_turns_round_when_forecast_and_reference_change_places():
    ratios = np.array([0.5, 0.8, 1.6])
    one, other = (skill_over_series(each, generator()) for each in (ratios, 1 / ratios))
    assert 1 - one.value == pytest.approx(0.64 ** (1 / 3))
    assert 1 - one.value == pytest.approx(1 / (1 - other.value))
    assert one.low < one.value < one.high


def test_the_interval_of_a_skill_holds_the_truth_about_as_often_as_it_says():
    luck, held = generator(4), 0
    for _ in range(200):
        score, reference = luck.exponential(1.0, 40), luck.exponential(2.0, 40)
        found = skill(score, reference, np.arange(40), luck)
        held += found.low <= 0.5 <= found.high
    assert held / 200 == pytest.approx(0.93, abs=0.05)


# --- figures --------------------------------------------------------------------------------------


def shown(title="Trade of two states", unit="constant 2010 US$, million", *, came=True, baseline=True):
    years, luck = np.arange(2000, 2021), generator(7)
    values = 5 + luck.standard_normal(21).cumsum()
    if not came:
        values[14:] = np.nan
    samples = no_change(Training(years[:14], values[:14]), years[14:], draws=500, generator=luck)
    return Forecast(
        title, unit, years, values, 2013, years[14:], fan(samples), fan(samples) if baseline else None
    )


def assert_legible(figure):
    found = written(figure)
    assert not overlapping(found)
    assert not clipped(figure, found)
    return " ".join(" ".join(told.split()) for told, _ in found)


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_forecasts_are_drawn_over_what_came_in_a_panel_for_each_series(count):
    long = "Distance between the ideal points of one state and of another, in all roll calls of a session"
    with drawing():
        figure = forecasts_sheet("Made-up data", "Do the forecasts hold what came?", [shown(long)] * count)
    told = assert_legible(figure)
    assert sum(each.axison for each in figure.axes) == count
    assert r"constant 2010 US\$, million" in told
    assert "no change: 90%" in told


def test_a_panel_counts_what_its_intervals_hold():
    given = shown()
    after = given.observed[14:]
    told = [f"{level:.0%} holds {int(inside(given.model, after, level).sum())}" for level in (0.5, 0.9)]
    with drawing():
        one = assert_legible(forecasts_sheet("Made-up data", "Do they?", [given]))
        other = assert_legible(
            forecasts_sheet("Made-up data", "Do they?", [shown(came=False, baseline=False)])
        )
    assert f"{told[0]}, {told[1]}, of 7" in one
    assert "nothing observed after the cut" in other
    assert "no change" not in other


def test_skill_is_drawn_against_each_baseline_and_what_is_off_the_scale_is_told():
    good, bad, alone = Skill(0.3, 0.1, 0.5), Skill(-2.4, -5.0, -0.2), Skill(-0.2, np.nan, np.nan)
    rows = [
        SkillRow(
            f"Series no. {k} of a rather long name, in one unit or another",
            {"no change": good, "linear trend": alone},
        )
        for k in range(12)
    ]
    rows.append(SkillRow("A series far worse", {"no change": bad}))
    with drawing():
        figure = skills_sheet(
            "Made-up data", "Where is the model better than the baselines?", rows, note="Over origins."
        )
    told = assert_legible(figure)
    assert "−2.4" in told
    assert "Over origins." in told
    assert "against linear trend" in told
