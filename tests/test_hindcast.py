"""Forecasts of what has since been observed: blind to it, reproducible, and scored as they fared."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from sim.calibration import posterior
from sim.errors import WedgeError
from sim.hindcast import METHODS, MODEL, hindcast, scores, summary, verdict
from sim.history import load

worlds = importlib.import_module("sim.calibration.worlds")
forecasts = importlib.import_module("sim.hindcast.forecasts").forecasts
HISTORY = load()
SERIES = HISTORY.used("likelihood", "forecast")


@pytest.fixture(scope="module")
def found():
    prior = worlds.worlds(worlds.record(HISTORY), SERIES, 1000)
    return posterior.calibrated(prior, HISTORY, 2013)


@pytest.fixture(scope="module")
def both(found):
    return {mode: forecasts(found, HISTORY, mode, 2020) for mode in ("conditional", "unconditional")}


def samples(made):
    return {(each.panel.series.series, name): own for each in made for name, own in each.samples.items()}


def altered(tmp_path):
    """The record with every observation after 2013 replaced."""
    rows = [f"{year},{each.series},0.5" for year in range(2014, 2021) for each in SERIES]
    file = tmp_path / "other.csv"
    file.write_text("\n".join(["year,series,value", *rows]) + "\n")
    return load(file)


@pytest.mark.parametrize("mode", ["conditional", "unconditional"])
def test_no_forecast_knows_what_was_observed_after_the_cut(mode, found, both, tmp_path):
    other = forecasts(found, altered(tmp_path), mode, 2020)
    one, two = samples(both[mode]), samples(other)
    assert set(one) == set(two)
    for key in one:
        assert np.array_equal(one[key], two[key]), key


def test_an_unconditional_forecast_knows_no_later_capabilities(found, both):
    """Nor the drivers that the measurement uses."""
    changed = {state: {year: share * (3.0 if year > 2013 else 1.0) for year, share in row.items()}
               for state, row in HISTORY.capability.items()}  # fmt: skip
    values = dict(HISTORY.values)
    values["cinc_ratio_CHN_JPN"] = {
        year: ratio * (5.0 if year > 2013 else 1.0) for year, ratio in values["cinc_ratio_CHN_JPN"].items()
    }
    other = replace(HISTORY, capability=changed, values=values)
    # The record of the posterior is as it was; only what is given afterwards differs.
    made = samples(forecasts(found, other, "unconditional", 2020))
    for key, own in samples(both["unconditional"]).items():
        assert np.array_equal(own, made[key]), key


def test_a_conditional_forecast_is_told_of_the_sanctions(both):
    """The gap between Russia and the G7 is expected wider by who knows of Crimea."""
    gap = {mode: samples(made)["unga_gap_G7exJPN_RUS", MODEL][:, -1].mean() for mode, made in both.items()}
    assert gap["conditional"] > gap["unconditional"]


def test_forecasts_are_reproducible_to_the_bit(found, both):
    again = samples(forecasts(found, HISTORY, "conditional", 2020))
    for key, own in samples(both["conditional"]).items():
        assert np.array_equal(own, again[key])


def test_every_series_with_enough_points_is_forecast_by_every_method(both):
    names = {each.panel.series.series for each in both["conditional"]}
    assert "unga_dist_CHN_RUS" in names
    assert "senkaku_contig_days" not in names, "two points before the cut"
    for each in both["conditional"]:
        assert set(each.samples) == set(METHODS)
        assert all(np.isfinite(own).all() for own in each.samples.values())


def test_scores_are_of_what_came(both):
    rows = list(scores(both["conditional"]))
    assert {row.years for row in rows if row.series == "unga_sd_G7"} == {
        "2014-2015",
        "2016-2017",
        "2018-2019",
    }
    row = next(
        row for row in rows if row.series == "jasdf_RUS_fy" and row.years == "2014" and row.method == MODEL
    )
    assert row.came == pytest.approx(473.0)
    assert row.last == pytest.approx(359.0)
    assert row.low < row.median < row.high
    assert row.inside_90 == float(row.low <= 473.0 <= row.high)


def test_a_summary_adds_up_the_rows(both):
    rows = list(scores(both["conditional"]))
    for each in summary(rows, 1):
        mine = [row.crps for row in rows if row.series == each.series and row.method == MODEL]
        other = [row.crps for row in rows if row.series == each.series and row.method == "no_change"]
        assert each.crps == pytest.approx(np.mean(mine))
        assert each.skill["no_change"].value == pytest.approx(1.0 - np.mean(mine) / np.mean(other))
    told = verdict(rows, 1)
    assert told.series == len({row.series for row in rows})
    assert told.coverage_90.of == sum(row.method == MODEL for row in rows)


@pytest.mark.parametrize("cut", [1999, 2020])
def test_a_cut_that_leaves_nothing_is_refused(cut):
    with pytest.raises(WedgeError, match=f"the cut is {cut}; expected a year from 2011 to 2019"):
        hindcast(HISTORY, [cut], draws=1000)


@pytest.mark.slow
def test_the_command_scores_every_series_and_draws_what_it_forecast(tmp_path):
    from click.testing import CliRunner

    from sim.cli import main

    out = tmp_path / "made"
    done = CliRunner().invoke(main, ["hindcast", "--draws", "1000", "--workers", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "every origin 2011-2019" in done.output
    assert len((out / "scores.csv").read_text().splitlines()) > 1000
    names = {file.name for file in out.glob("*.png")}
    assert names >= {"fans_2013_conditional.png", "fans_2018_unconditional.png", "skill_conditional.png"}
    again = CliRunner().invoke(main, ["hindcast", "--out", str(out)])
    assert again.exit_code == 2
    assert "exists already" in again.output
