"""The yearly record: every series told of in full, years added by rows, faults by place."""

import pytest

from sim.build import ties_of
from sim.calibration.worlds import STATES
from sim.errors import ScenarioError, WedgeError
from sim.history import load
from sim.history.record import SCALES, USES, terms
from sim.scenario import load as scenario
from sim.state import quantities

HISTORY = load()


@pytest.mark.parametrize("name", HISTORY.series)
def test_every_series_is_told_of_in_full(name):
    each = HISTORY.series[name]
    assert each.unit
    assert each.title
    assert len(each.description) > 15
    assert len(each.source) > 15
    assert len(each.caveat) > 15
    assert each.use in USES
    assert each.scale in SCALES
    assert HISTORY.values[name], "no observations"
    if each.driver:
        assert HISTORY.series[each.driver].use == "input"


@pytest.mark.parametrize("each", HISTORY.used("likelihood", "forecast"), ids=lambda each: each.series)
def test_every_series_indicates_a_quantity_that_the_record_has(each):
    record = scenario("record")
    known = {*record.actors, *(tie.name for tie in ties_of(record).disputes)}
    for term in each.latent:
        assert term.quantity in {one.name for one in quantities()}
        assert set(term.actors) <= known
    assert each.error > 0.0


def test_capability_ratios_are_given_to_the_model_and_never_held_against_it():
    ratios = [each for each in HISTORY.series.values() if each.series.startswith("cinc")]
    assert len(ratios) == 3
    assert all(each.use == "input" and not each.latent for each in ratios)


def test_the_ratios_agree_with_the_shares_they_are_made_of():
    for year, ratio in HISTORY.values["cinc_ratio_CHN_JPN"].items():
        assert HISTORY.capability["CHN"][year] / HISTORY.capability["JPN"][year] == pytest.approx(
            ratio, rel=2e-3
        )


def test_chinas_share_of_trade_is_computed_from_both_trades():
    china, japan = (HISTORY.values[f"trade_{who}_RUS_2010usd"] for who in ("CHN", "JPN"))
    for year, share in HISTORY.values["trade_share_CHN_RUS"].items():
        assert share == pytest.approx(china[year] / (china[year] + japan[year]), abs=1e-5)


def test_every_actor_of_the_record_is_made_up_of_states_with_capabilities():
    assert set(scenario("record").actors) == set(STATES)
    for states in STATES.values():
        for state in states:
            assert set(range(2000, 2021)) <= set(HISTORY.capability[state])


DATED = {
    "talks_2013": ("two_plus_two_ordinal", 1),
    "talks_2017": ("two_plus_two_ordinal", 2),
    "talks_2018": ("two_plus_two_ordinal", 3),
    "skripal": ("diplomats_expelled_skripal", 60),
}


@pytest.mark.parametrize("name", DATED)
def test_events_of_the_record_are_dated_as_they_were_seen(name):
    event, value = DATED[name]
    seen = next(each for each in HISTORY.sightings if (each.event, each.value) == (event, value))
    at = scenario("record").spec.events[name].at
    assert (at // 12, at % 12 + 1) == (seen.year, seen.month)


def test_japan_alone_of_the_g7_expelled_nobody_in_2018():
    expelled = {
        each.actor: each.value for each in HISTORY.sightings if each.event == "diplomats_expelled_skripal"
    }
    assert [state for state, count in expelled.items() if not count] == ["JPN"]
    assert len(expelled) == 7


def test_every_sighting_names_its_source():
    assert len(HISTORY.sightings) > 60
    assert all(each.source and each.unit for each in HISTORY.sightings)


def test_a_sum_of_quantities_is_read_with_its_signs():
    found = list(terms("alignment china russia - stance russia japan + commitment united_states japan"))
    assert [each.sign for each in found] == [1, -1, 1]
    assert found[1].quantity == "stance"
    assert found[1].actors == ("russia", "japan")


def test_years_are_added_by_rows(tmp_path):
    file = tmp_path / "more.csv"
    file.write_text("year,series,value\n2021,jasdf_RUS_fy,300\n2020,jasdf_RUS_fy,259\n")
    found = load(file)
    assert found.last == 2021
    assert found.values["jasdf_RUS_fy"][2021] == 300.0
    assert found.values["jasdf_RUS_fy"][2020] == 259.0
    assert HISTORY.values["jasdf_RUS_fy"][2020] == 258.0


def test_shares_of_capability_are_added_by_rows_and_ratios_follow(tmp_path):
    file = tmp_path / "shares.csv"
    file.write_text("year,state,share\n2021,CHN,0.24\n2021,JPN,0.024\n2021,RUS,0.03\n")
    found = load(file)
    assert found.capability["CHN"][2021] == 0.24
    assert found.values["cinc_ratio_CHN_JPN"][2021] == pytest.approx(10.0)
    assert 2021 not in found.values["cinc_ratio_CHN_USA"]
    assert found.last == 2020


def test_a_faulty_share_is_told_by_its_place(tmp_path):
    file = tmp_path / "shares.csv"
    file.write_text("year,state,share\n2021,CHA,0.24\n2021,JPN,24\n")
    with pytest.raises(ScenarioError) as told:
        load(file)
    assert f"{file}:2:6: there is no state called 'CHA'; did you mean 'CHN'?" in str(told.value)
    assert f"{file}:3:10: share is 24; expected a share between 0 and 1" in str(told.value)


def test_what_the_model_is_given_can_be_cut_off_at_a_year():
    found = HISTORY.given_until(2013)
    assert max(found.values["cinc_ratio_CHN_RUS"]) == 2013
    assert max(found.capability["CHN"]) == 2013
    assert found.values["jasdf_RUS_fy"] == HISTORY.values["jasdf_RUS_fy"]


FAULTS = {
    "2021,jasdf_RUS,300": "2:6: there is no series called 'jasdf_RUS'; did you mean 'jasdf_RUS_fy'?",
    "2021,jasdf_RUS_fy,many": "2:19: value is 'many'; expected a number",
    "2021.5,jasdf_RUS_fy,3": "2:1: year is '2021.5'; expected a whole number",
    "2021,jasdf_RUS_fy,-3": "2:19: jasdf_RUS_fy is -3; expected a count, 0 or more",
    "2021,trade_share_CHN_RUS,1": "2:26: trade_share_CHN_RUS is 1; expected a share between 0 and 1",
    "2021,trade_CHN_RUS_2010usd,0": "2:28: trade_CHN_RUS_2010usd is 0; expected a number above 0",
    "20210,jasdf_RUS_fy,3": "2:1: year is 20210; expected 1900 to 2100",
    "2021,senkaku_contig_days,400": "2:26: senkaku_contig_days is 400, outside 0 to 366 (days per calendar year)",
    "2021,unga_sd_G7,-0.5": "2:17: unga_sd_G7 is -0.5, outside 0 to inf (ideal-point units)",
    "2021,cao_friendly_USA,140": "2:23: cao_friendly_USA is 140, outside 0 to 100 (% of respondents)",
    "2021,jasdf_RUS_fy": "2:1: 2 cells; expected 3: year,series,value",
    "2021,jasdf_RUS_fy,3\n2021,jasdf_RUS_fy,4": "3:1: jasdf_RUS_fy has two values for 2021",
}


@pytest.mark.parametrize("rows", FAULTS)
def test_a_faulty_row_is_told_by_its_place(tmp_path, rows):
    file = tmp_path / "more.csv"
    file.write_text(f"year,series,value\n{rows}\n")
    with pytest.raises(ScenarioError) as told:
        load(file)
    assert f"{file}:{FAULTS[rows]}" in str(told.value)


def test_all_faulty_rows_are_told_together(tmp_path):
    file = tmp_path / "more.csv"
    file.write_text("year,series,value\nx,jasdf_RUS_fy,3\n2021,nothing,3\n")
    with pytest.raises(ScenarioError) as told:
        load(file)
    assert len(told.value.faults) == 2


def test_a_table_with_other_columns_is_refused(tmp_path):
    file = tmp_path / "more.csv"
    file.write_text("series,year,value\n")
    with pytest.raises(ScenarioError, match="the columns are series,year,value; expected year,series,value"):
        load(file)


def test_a_missing_table_is_told(tmp_path):
    with pytest.raises(WedgeError, match="No such file"):
        load(tmp_path / "none.csv")
