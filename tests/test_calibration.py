"""What the record says of the model: the likelihood, the draws it weighs, and whether known inputs come back."""

import importlib

import numpy as np
import pytest

from sim.calibration import indicators, measurement, posterior, ranks
from sim.calibration.measurement import Observed, covariance, fit, forecast, imagined
from sim.errors import WedgeError
from sim.history import load

worlds = importlib.import_module("sim.calibration.worlds")
HISTORY = load()
SERIES = HISTORY.used("likelihood", "forecast")
TIMES = np.array([-5, -3, -2, -1, 0])


def observed(values, times=TIMES, error=0.5):
    fixed = np.stack([np.ones(len(times)), times / 5.0], axis=1)
    return Observed(times, np.asarray(values), fixed, np.array([2.0, 1.0]), error)


@pytest.fixture(scope="module")
def prior():
    return worlds.worlds(worlds.record(HISTORY), SERIES, 3000)


# --- the measurement ------------------------------------------------------------------------------


def test_the_likelihood_of_a_path_is_the_integral_over_loading_and_errors():
    """Held against a quadrature that knows nothing of conjugate forms."""
    values = np.array([0.3, -0.2, 0.4, 0.5, 0.9])
    given, paths = observed(values), np.array([[0.0, 0.1, 0.1, 0.2, 0.3], [0.3, 0.2, 0.0, -0.1, -0.2]])
    loadings = np.linspace(1e-4, 60.0, 4001)
    variances = np.exp(np.linspace(np.log(0.02), np.log(60.0), 1201))
    found = []
    for path in paths:
        total = 0.0
        for r in measurement.PERSISTENCE:
            spread = covariance(TIMES, TIMES, given.fixed, given.fixed, given.spreads, r)
            inverse, size = np.linalg.inv(spread), np.linalg.det(spread)
            left = values[None, :] / given.error - loadings[:, None] * path
            square = np.einsum("lt,ts,ls->l", left, inverse, left)
            for_loading = np.exp(
                -0.5 * square[:, None] / variances
                - 0.5 * (loadings[:, None] / measurement.LOADING) ** 2 / variances
            )
            inner = np.trapezoid(for_loading, loadings, axis=0) / np.sqrt(variances)
            shape = measurement.SHAPE
            density = variances ** (-shape - 1.0) * np.exp(-(shape - 1.0) / variances)
            total += np.trapezoid(inner * density * variances ** (-len(TIMES) / 2.0), variances) / np.sqrt(
                size
            )
        found.append(np.log(total))
    told = fit(given, paths).likelihood
    assert told[0] - told[1] == pytest.approx(found[0] - found[1], abs=2e-3)


def test_a_path_that_moves_with_the_series_is_likelier_than_one_that_moves_against_it():
    path = np.array([0.0, 0.1, 0.2, 0.3, 0.5])
    told = fit(observed(3.0 * path - 0.5, error=0.1), np.array([path, -path, 0.0 * path])).likelihood
    assert told[0] > told[2] > told[1]


def test_forecasts_are_as_sure_as_they_say():
    """Records drawn from the measurement itself fall anywhere in their forecast alike often."""
    draw = np.random.default_rng(5)
    times, ahead = TIMES, np.array([1, 2, 4])
    path, to_come = np.array([0.0, 0.1, 0.1, 0.2, 0.3]), np.array([0.3, 0.4, 0.2])
    whole = observed(np.zeros(8), np.concatenate([times, ahead]))
    records = imagined(whole, np.tile(np.append(path, to_come), (400, 1)), draw)
    places = []
    for record in records:
        known, later = observed(record[:5]), observed(record[5:], ahead)
        samples = forecast(known, np.tile(path, (200, 1)), later, np.tile(to_come, (200, 1)), draw)
        places.append((samples < record[5:]).mean(axis=0))
    inside = np.mean((np.array(places) > 0.05) & (np.array(places) < 0.95), axis=0)
    assert inside == pytest.approx(0.9, abs=0.05)
    assert np.mean(places, axis=0) == pytest.approx(0.5, abs=0.05)


def test_a_forecast_does_not_look_at_what_came():
    known, path = observed([0.1, 0.2, 0.1, 0.3, 0.2]), np.tile(np.linspace(0, 0.2, 5), (50, 1))
    made = [
        forecast(known, path, observed(came, np.array([1, 2])), path[:, :2], np.random.default_rng(1))
        for came in ([0.0, 0.0], [9.0, np.nan])
    ]
    assert np.array_equal(*made)


# --- indicators -----------------------------------------------------------------------------------


def test_votes_are_averaged_over_two_years_counted_back_from_the_origin():
    series = HISTORY.series["unga_dist_CHN_RUS"]
    found = indicators.panel(HISTORY, series, 2013, 2020)
    assert found.before[-1] == (2012, 2013)
    assert found.before[0] == (2000, 2001)
    assert found.after == ((2014, 2015), (2016, 2017), (2018, 2019))
    values = HISTORY.values["unga_dist_CHN_RUS"]
    assert found.known.values[-1] + found.centre == pytest.approx((values[2012] + values[2013]) / 2.0)
    assert list(found.ahead.times) == [1, 2, 3]


def test_counts_are_compared_as_square_roots():
    found = indicators.panel(HISTORY, HISTORY.series["jasdf_RUS_fy"], 2013, 2020)
    assert found.unscaled(found.known.values)[-1] == pytest.approx(359.0)
    assert (found.known.values[-1] + found.centre) ** 2 == pytest.approx(359.0)


@pytest.mark.parametrize("scale", ["level", "log", "logit", "root"])
def test_a_scale_can_be_undone(scale):
    values = np.array([0.1, 0.5, 0.9])
    assert indicators.back(scale, indicators.scaled(scale, values)) == pytest.approx(values)


def test_a_series_with_too_few_points_is_neither_evidence_nor_forecast():
    assert indicators.panel(HISTORY, HISTORY.series["senkaku_contig_days"], 2017, 2020) is None
    assert indicators.panel(HISTORY, HISTORY.series["senkaku_contig_days"], 2018, 2020) is not None


def test_a_level_that_breaks_after_the_origin_is_not_scored(tmp_path):
    series = HISTORY.series["cao_friendly_USA"]
    assert indicators.panel(HISTORY, series, 2016, 2020).after == ((2017,), (2018,), (2019,))
    file = tmp_path / "more.csv"
    file.write_text("year,series,value\n2021,cao_friendly_USA,88\n")
    later = indicators.panel(load(file), series, 2020, 2021)
    assert later.after == ((2021,),)
    assert list(later.known.fixed[:, 1]) == [0.0] * 8 + [1.0]
    assert later.ahead.fixed[0, 1] == 1.0


def test_a_series_that_ended_before_its_level_broke_is_not_scored_after(tmp_path):
    """Polls of the old kind say nothing of the level of the new."""
    file = tmp_path / "more.csv"
    file.write_text("year,series,value\n2021,cao_friendly_RUS,13\n2022,cao_friendly_RUS,5\n")
    found = indicators.panel(load(file), HISTORY.series["cao_friendly_RUS"], 2020, 2022)
    assert found.after == ()


def test_one_of_two_series_that_share_their_errors_may_end_earlier(tmp_path):
    file = tmp_path / "more.csv"
    file.write_text("year,series,value\n2021,unga_dist_fp_CHN_RUS,0.5\n2022,unga_dist_fp_CHN_RUS,0.5\n")
    found = [each for each in indicators.evidence(load(file), 2022) if each.series.joint == "votes_CHN_RUS"]
    assert found[0].before[-1] == (2021, 2022)
    assert len(found[0].known.values) == 11


def test_a_driver_may_have_gaps_and_grows_on_beyond_its_last_year(tmp_path):
    file = tmp_path / "more.csv"
    file.write_text(
        "year,series,value\n2021,jasdf_CHN_fy,722\n2022,jasdf_CHN_fy,575\n2023,cinc_ratio_CHN_JPN,10\n"
    )
    found = indicators.panel(load(file), HISTORY.series["jasdf_CHN_fy"], 2022, 2022)
    ratios = HISTORY.values["cinc_ratio_CHN_JPN"]
    steps = np.diff(found.known.fixed[-3:, 1])
    assert steps == pytest.approx(np.log(10.0 / ratios[2020]) / 3.0)
    later = indicators.panel(HISTORY, HISTORY.series["jasdf_CHN_fy"], 2018, 2024)
    growth = np.log(ratios[2020] / ratios[2015]) / 5.0
    assert np.diff(later.ahead.fixed[-4:, 1]) == pytest.approx(growth)


def test_series_that_share_their_errors_count_once_by_their_mean():
    found = [each for each in indicators.evidence(HISTORY, 2013) if each.series.joint == "votes_CHN_RUS"]
    assert len(found) == 1
    both = [HISTORY.values[name][2013] for name in ("unga_dist_CHN_RUS", "unga_dist_fp_CHN_RUS")]
    both += [HISTORY.values[name][2012] for name in ("unga_dist_CHN_RUS", "unga_dist_fp_CHN_RUS")]
    assert found[0].known.values[-1] + found[0].known.values[:0].sum() == pytest.approx(
        np.mean(both) - np.mean([_mean(name) for name in ("unga_dist_CHN_RUS", "unga_dist_fp_CHN_RUS")])
    )


def _mean(name):
    return np.mean([HISTORY.values[name][year] for year in range(2000, 2014)])


def test_polls_trade_levels_and_capability_ratios_are_no_evidence():
    used = {each.series.series for each in indicators.evidence(HISTORY, 2020)}
    assert not {name for name in used if name.startswith(("cao", "cinc", "trade_CHN", "trade_JPN"))}


# --- the draws ------------------------------------------------------------------------------------


def test_there_is_no_chance_in_the_record_before_the_origin(prior):
    """Equal inputs give equal paths whatever the run, and differ after the origin alone."""
    inputs = {path: np.repeat(each[:1], 6) for path, each in prior.inputs.items()}
    found = worlds.worlds(worlds.record(HISTORY, 2013), SERIES, inputs)
    for own in found.latents.values():
        for year in range(2000, 2013):
            assert np.ptp(own[year]) == 0.0
    votes = found.latents[worlds.key_of(HISTORY.series["unga_dist_CHN_RUS"])]
    assert np.ptp(votes[2018]) > 0.0


def test_blind_draws_are_those_of_the_record_up_to_the_origin(prior):
    inputs = {path: each[:40] for path, each in prior.inputs.items()}
    blind = worlds.worlds(worlds.record(HISTORY, 2012, blind=True), SERIES, inputs)
    told = worlds.worlds(worlds.record(HISTORY, 2012), SERIES, inputs)
    for key, own in blind.latents.items():
        for year in range(2000, 2012):
            assert np.array_equal(own[year], told.latents[key][year])
    sanctions = blind.latents[worlds.key_of(HISTORY.series["unga_gap_G7exJPN_RUS"])]
    known = told.latents[worlds.key_of(HISTORY.series["unga_gap_G7exJPN_RUS"])]
    assert sanctions[2018].mean() > known[2018].mean()


def test_nothing_dated_after_the_origin_is_in_a_blind_record():
    found = worlds.record(HISTORY, 2013, blind=True)
    late = {name: each.at for name, each in found.spec.events.items() if each.at >= 12 * 2014}
    assert set(late) == {"capability_trend", "chance"}
    assert found.data["events"]["chance"]["set"]["parameters.norms.hazard.russia"] == pytest.approx(
        1.5 / 56.0
    )


def test_draws_are_the_same_whatever_the_number_of_workers(prior):
    again = worlds.worlds(worlds.record(HISTORY), SERIES, 3000, workers=2)
    for key, own in prior.latents.items():
        for year, path in own.items():
            assert np.array_equal(path, again.latents[key][year])


@pytest.mark.parametrize("states", [["CHN", "JPN"], ["CHN", "JPN", "RUS", "USA", "DEU", "FRA", "GBR", "ITA"]])
def test_capabilities_count_from_the_years_given_for_all_and_may_have_gaps(tmp_path, states):
    file = tmp_path / "shares.csv"
    rows = [f"2022,{state},{HISTORY.capability[state][2020]}" for state in states]
    file.write_text("\n".join(["year,state,share", *rows]) + "\n")
    events = worlds.record(load(file), last=2022).data["events"]
    every = len(states) == 8
    assert ("capability_2022" in events) == every
    assert "capability_2021" not in events
    growth = events["capability_trend"]["set"]["parameters.setting.growth.china"]
    shares = HISTORY.capability["CHN"]
    expected = (
        np.log(shares[2020] / shares[2017]) / 20.0 if every else np.log(shares[2020] / shares[2015]) / 20.0
    )
    assert growth == pytest.approx(expected)


def test_a_series_that_a_scenario_knows_nothing_of_is_refused():
    with pytest.raises(WedgeError, match="has no europe"):
        worlds.worlds(worlds.load("neutrality_pact_1941"), [HISTORY.series["unga_gap_G7exJPN_RUS"]], 10)


# --- what is learned ------------------------------------------------------------------------------


def test_weights_add_up_and_the_evidence_shrinks_what_it_bears_on(prior):
    found = posterior.calibrated(prior, HISTORY, 2020)
    assert found.weights.sum() == pytest.approx(1.0)
    assert 20 < found.effective < len(prior)
    told = {each.name: each for each in found.learned}
    balance = told["parameters.balance.weight"]
    assert balance.mean - balance.prior_mean > 3.0 * balance.sd / np.sqrt(found.effective)
    assert not told["parameters.crisis.affinity"].informed, "no crisis was observed"


def test_what_no_observation_bears_on_keeps_its_prior(prior):
    found = posterior.calibrated(prior, HISTORY, 2020)
    told = {each.name: each for each in found.learned}["parameters.territory.settlement_offer"]
    assert abs(told.shrinkage) < 4.0 * told.error
    assert "parameters.territory.settlement_offer" not in found.columns


def test_rows_of_the_posterior_are_draws_as_often_as_their_weight(prior):
    found = posterior.calibrated(prior, HISTORY, 2013)
    rows = found.rows(5000, 1)
    balance = prior.inputs["parameters.balance.weight"]
    assert balance[rows].mean() == pytest.approx((found.weights * balance).sum(), abs=0.01)
    assert np.array_equal(rows, found.rows(5000, 1))


def test_only_parameters_of_the_whole_world_go_into_a_table(prior):
    general = posterior.general(prior.inputs)
    assert "parameters.balance.weight" in general
    assert not [path for path in general if "russia" in path or path.startswith("initial")]


def test_a_later_year_cannot_bear_on_an_earlier_posterior(prior, tmp_path):
    file = tmp_path / "other.csv"
    rows = [f"{year},{each.series},0.5" for year in range(2014, 2021) for each in SERIES]
    file.write_text("\n".join(["year,series,value", *rows]) + "\n")
    one, other = (posterior.calibrated(prior, each, 2013) for each in (HISTORY, load(file)))
    assert np.array_equal(one.weights, other.weights)


def test_known_inputs_are_recovered_as_often_as_they_should_be(prior):
    found = ranks.ranked(indicators.evidence(HISTORY, 2013)[:3], prior, 60, 3)
    assert found.flat


@pytest.mark.parametrize("factor", [2.0, 0.3, 0.0])
def test_a_wrong_likelihood_shows_in_the_ranks(prior, factor):
    """Most inputs are not informed, so that only the fit of the truth's own record tells (Modrak et al. 2023)."""
    draw = np.random.default_rng(7)
    which = draw.choice(len(prior), size=60, replace=False)
    total = np.zeros((len(prior), 60))
    for each in indicators.evidence(HISTORY, 2013)[:4]:
        total += ranks._likelihoods(each, prior, which, draw)
    right, wrong = (
        ranks.placed(each * total, prior, which, np.random.default_rng(8)).chances() for each in (1.0, factor)
    )
    assert right[ranks.FITTING] > 0.001
    assert wrong[ranks.FITTING] < 0.001


def test_ranks_that_are_not_flat_are_told():
    uneven = ranks.Ranks({"a": np.zeros(60, dtype=int), "b": np.arange(60) % 20}, np.ones(60))
    assert not uneven.flat
    assert uneven.chances()["b"] == pytest.approx(1.0)


def test_a_posterior_of_too_few_draws_is_told_to_be_rough(prior):
    from sim.calibration.telling import cautions

    few = posterior.calibrated(prior.first(300), HISTORY, 2020)
    assert any("too rough to use" in line for line in cautions(few, "place"))


@pytest.mark.slow
def test_known_inputs_are_recovered_from_all_indicators(prior):
    assert ranks.ranked(indicators.evidence(HISTORY, 2020), prior, 200, 4).flat
