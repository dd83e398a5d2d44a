"""The page: what can be moved, what is answered, in whose words faults are told, and who may ask."""

import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sim.app import levers, setting
from sim.app.server import made
from sim.checking import schema
from sim.comparing import compare
from sim.errors import ScenarioError
from sim.results import load as load_results
from sim.scenario import case_names, load, names

pytest.importorskip("flask")


@pytest.fixture(scope="module")
def page():
    return made().test_client()


def told(page, path="/answer", **fields):
    got = page.post(path, data=fields)
    assert got.status_code == 200, got.text
    return json.loads(got.text)


# --- levers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*names(), *case_names()])
def test_every_shipped_scenario_has_levers_that_can_be_moved_to_both_ends(name):
    scenario = load(name)
    found = levers.levers_of(scenario)
    assert found.actor in scenario.actors
    assert found.target in scenario.actors
    assert {each.paths[0] for each in found.weights} >= {
        "parameters.isolation.weight",
        "parameters.balance.weight",
    }
    for slider in found.sliders.values():
        assert slider.low <= slider.value <= slider.high, slider
        assert slider.told
        assert slider.meaning


@pytest.mark.parametrize("name", ["abe_engagement", "neutrality_pact_1941"])
def test_a_slider_gives_its_number_to_the_scenario_and_to_nothing_else(name):
    scenario = load(name)
    for slider in levers.levers_of(scenario).sliders.values():
        at = slider.high
        changed = setting.scenario_of(scenario, setting.Setting(fixed=((slider.name, at),)))
        assert not set(slider.paths) & set(changed.uncertainties)
        for path in slider.paths:
            node = changed.data
            for key in path.split("."):
                node = node[key]
            assert node == at, path


def test_more_reward_power_makes_the_others_less_in_proportion():
    """As a drawn share does: Russia's others hold .18, .06 and .70 of .94; at .16 for Japan, .84 in all."""
    slider = levers.levers_of(load()).sliders["parameters.setting.opportunity.russia.japan"]
    changed = setting.scenario_of(load(), setting.Setting(fixed=((slider.name, 0.16),)))
    row = changed.data["parameters"]["setting"]["opportunity"]["russia"]
    assert row["japan"] == 0.16
    assert row["china"] == pytest.approx(0.18 * 0.84 / 0.94)
    assert sum(row.values()) == pytest.approx(1.0)


def test_a_setting_is_remembered_on_one_line():
    moved = setting.Setting("firm_line", "fixed", -0.25, (("hostility", 0.4),), ("order=1",))
    assert setting.remembered(moved.query) == moved


# --- what if --------------------------------------------------------------------------------------


def test_the_page_answers_as_the_comparison_does(page):
    """B less A, run by run: the numbers of `wedge compare` of the same two scenarios."""
    found = told(page, start="firm_line", runs="200")
    story = load()
    same = compare([story.arms["firm_line"], story], outcome="front", runs=200)
    row = next(each for each in same.summary["contrasts"] if each["name"] == "front")
    assert f"{100 * row['difference']:+.1f} points" in found["html"]
    assert f"{100 * row['here']:.1f}% against {100 * row['there']:.1f}%" in found["html"]


def test_moving_a_slider_moves_the_figures(page):
    low, high = (
        told(page, runs="200", course="fixed", stance=stance)["figures"] for stance in ("-0.5", "0.5")
    )
    assert low.keys() == high.keys()
    assert low["front"] != high["front"]


def test_two_equal_settings_are_told_to_be_the_same(page):
    assert "A and B are the same so far" in told(page, runs="200")["html"]


def test_a_setting_can_be_kept_and_held_against(page):
    kept = setting.Setting(course="fixed", stance=-0.5).query
    found = told(page, runs="200", against="pinned", pinned=kept, course="fixed", stance="0.5")
    assert "holds a stance of \N{MINUS SIGN}0.5" in found["html"]
    assert "holds a stance of +0.5" in found["html"]


def test_equal_forms_give_equal_answers_to_the_bit(page):
    one, other = (told(made().test_client(), start="firm_line", runs="200") for _ in range(2))
    assert one["figures"] == other["figures"]


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"scenario": "abe_engagment"}, "there is no scenario called 'abe_engagment'; did you mean 'abe_engagement'?"),
        ({"start": "firm_lin"}, "there is no alternative called 'firm_lin'; did you mean 'firm_line'?"),
        ({"course": "hedgeing"}, "there is no course called 'hedgeing'; did you mean 'hedge'?"),
        ({"fix": "hostilty", "at:hostilty": "1"}, "there is no slider called 'hostilty'; did you mean 'hostility'?"),
        ({"fix": "hostility", "at:hostility": "much"}, "at:hostility: expected a number, not 'much'"),
        ({"stance": "nan", "course": "fixed"}, "stance: expected a number, not 'nan'"),
        ({"lines": "parameters.isolation.wieght=1"}, "there is no setting called 'wieght' here; did you mean 'weight'?"),
        ({"lines": "isolation.weight=1"}, "did you mean parameters.isolation.weight=1?"),
        ({"lines": "order"}, "expected path=value"),
    ],
)  # fmt: skip
def test_a_fault_in_the_form_is_told_in_one_line(page, fields, said):
    found = told(page, runs="200", **fields)
    assert list(found) == ["faults"]
    assert said in "\n".join(found["faults"])


def test_a_scenario_written_on_the_page_has_the_faults_of_the_file(page, tmp_path):
    text = "format: 1\nextends: base\nevnts: 3\nruns: many\n"
    file = tmp_path / "yours.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as error:
        load(file)
    assert told(page, own=text)["faults"] == str(error.value).replace(f"{tmp_path}/", "").splitlines()


def test_a_scenario_written_on_the_page_is_answered(page):
    text = "format: 1\nextends: abe_engagement\ntitle: A louder Tokyo\nseed: 5\n"
    assert "A louder Tokyo" in told(page, own=text, runs="200", start="firm_line")["html"]


def test_what_a_user_wrote_is_shown_and_never_run(page):
    text = "format: 1\nextends: abe_engagement\ntitle: <img src=x onerror=alert(1)>\n"
    assert "<img" not in told(page, own=text, runs="200", start="firm_line")["html"]
    assert "<img" not in page.post("/", data={"own": text}).text


# --- who may ask ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_a_browser_of_this_machine_is_answered(page, host):
    assert page.get("/", base_url=f"http://{host}").status_code == 200


def test_a_page_that_poses_as_this_one_is_refused(page):
    assert page.get("/", base_url="http://wedge.example:8050").status_code == 403
    assert page.post("/answer", headers={"Origin": "http://wedge.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/run", "/seat"])
def test_a_page_names_no_address_beyond_its_own(page, path):
    got = page.get(path)
    assert got.status_code == 200
    assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", got.text)
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]


def test_a_form_too_large_is_refused(page):
    assert page.post("/answer", data={"own": "x" * 2_000_000}).status_code == 413


# --- taking it away -------------------------------------------------------------------------------


def test_the_scenarios_taken_away_give_the_same_numbers_again(page, tmp_path):
    fields = {"start": "firm_line", "fix": "hostility", "at:hostility": "0.2", "runs": "200"}
    for letter in "ab":
        got = page.post(f"/scenario_{letter}", data=fields)
        assert got.headers["Content-Disposition"] == f'attachment; filename="setting_{letter}.yaml"'
        (tmp_path / f"setting_{letter}.yaml").write_bytes(got.data)
    again = compare([tmp_path / "setting_b.yaml", tmp_path / "setting_a.yaml"], outcome="front", runs=200)
    gap = next(each for each in again.summary["contrasts"] if each["name"] == "front")["difference"]
    assert f"{100 * gap:+.1f} points".replace("-", "\N{MINUS SIGN}") in told(page, **fields)["html"]


def test_the_data_taken_away_are_a_results_folder(page, tmp_path):
    got = page.post("/data", data={"start": "firm_line", "runs": "200"})
    zipfile.ZipFile(io.BytesIO(got.data)).extractall(tmp_path)
    results = load_results(tmp_path / "wedge")
    assert results.finished == 200
    assert np.isfinite(results.columns["front"]).all()


def test_the_report_taken_away_is_one_page(page):
    got = page.post("/report", data={"start": "firm_line", "runs": "200"})
    assert got.headers["Content-Type"].startswith("text/html")
    assert 100_000 < len(got.data) < 6_000_000


def test_a_download_of_what_cannot_be_is_told_in_words(page):
    got = page.post("/report", data={"start": "nothing"})
    assert got.status_code == 400
    assert "there is no alternative called 'nothing'" in got.text


# --- many at once ---------------------------------------------------------------------------------


def test_scenarios_read_by_several_readers_at_once_are_of_one_form():
    """Else their outcomes would never be the same, and could not be compared."""
    schema._document.cache_clear()
    with ThreadPoolExecutor(8) as crew:
        forms = list(crew.map(lambda _: schema.document(), range(8)))
    assert len(set(map(id, forms))) == 1


@pytest.mark.slow
def test_ten_sessions_at_once_are_all_answered_and_memory_does_not_creep():
    """500 interactions; caches are full after a fifth of them, and hold no more at the end."""
    from benchmarks.readers import measured, served

    with served() as (pid, address):
        times, memory = measured(address, pid, 500)
    assert len(times) == 500
    assert memory[2] - memory[1] < 40, memory
