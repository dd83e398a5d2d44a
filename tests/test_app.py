"""The page: what can be moved, what is answered, in whose words faults are told, and who may ask."""

import io
import json
import re
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner

from sim.app import levers, setting
from sim.app.answers import answered
from sim.app.server import made
from sim.checking import schema
from sim.cli import main
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
    assert "A and B are the same so far" in told(page, runs="200", start="")["html"]


def test_a_setting_can_be_kept_and_held_against(page):
    kept = setting.Setting(course="fixed", stance=-0.5).query
    found = told(page, runs="200", against="pinned", pinned=kept, course="fixed", stance="0.5")
    assert "holds a stance of \N{MINUS SIGN}0.50" in found["html"]
    assert "holds a stance of +0.50" in found["html"]


def test_equal_forms_give_equal_answers_to_the_bit(page):
    found = []
    for _ in range(2):
        answered.cache_clear()
        found.append(told(page, start="firm_line", runs="200")["figures"])
    assert found[0] == found[1]


def test_a_policy_has_its_own_stance_until_another_is_chosen():
    """Of 0.5 for a wedge, 0.2 for engage-and-condemn; a wedge that offers nothing is none."""
    assert setting.takes_stance() == {"fixed": 0.0, "wedge": 0.5, "principled": 0.2}


def test_of_a_slider_and_an_override_of_the_same_number_the_one_in_force_is_told(page):
    lines = "parameters.isolation.weight=1\nparameters.isolation.weight=0.9"
    moved = {"fix": "parameters.isolation.weight", "at:parameters.isolation.weight": "0.2", "lines": lines}
    found = told(page, runs="200", start="", **moved)["html"]
    assert "but parameters.isolation.weight=0.9</p>" in found
    assert told(page, runs="200", lines="runs=5")["faults"] == [
        "Changes runs=5: runs is the same in both settings; it cannot be changed in one"
    ]


def test_where_b_starts_elsewhere_than_a_a_move_is_told_to_be_one_of_two(page):
    moved = {"fix": "hostility", "at:hostility": "0.1", "runs": "200"}
    said = "B differs from A in where it starts, too"
    assert said in told(page, start="firm_line", **moved)["html"]
    assert said not in told(page, start="", **moved)["html"]
    assert said not in told(page, start="firm_line", runs="200")["html"]


def test_the_figures_call_the_settings_b_and_a(page):
    found = told(page, start="firm_line", runs="200")
    text = json.dumps(found["figures"]) + found["html"]
    assert "first scenario" not in text
    assert "Tokyo sanctions like" not in json.dumps(found["figures"])
    long = told(page, start="firm_line", runs="200", course="fixed", stance="0.5", against="no_courtship")
    text = json.dumps(long["figures"], ensure_ascii=False)
    assert "Tokyo s" not in text
    assert "holds a stance" not in text
    marked = told(page, runs="200", against="firm_line", start="", lines="title=Give & take <more>")
    assert "take" not in json.dumps(marked["figures"])


def test_ones_own_scenario_is_used_while_it_is_chosen_and_kept_while_another_is(page):
    text = "format: 1\nextends: abe_engagement\ntitle: A louder Tokyo\n"
    assert (
        "A louder Tokyo" in told(page, own=text, scenario="yours.yaml", runs="200", start="firm_line")["html"]
    )
    assert "A louder Tokyo" not in told(page, own=text, scenario="abe_engagement", runs="200")["html"]
    assert "A louder Tokyo" in page.get("/", query_string={"own": text, "scenario": "abe_engagement"}).text


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"scenario": "abe_engagment"}, "there is no scenario called 'abe_engagment'; did you mean 'abe_engagement'?"),
        ({"start": "firm_lin"}, "there is no alternative called 'firm_lin'; did you mean 'firm_line'?"),
        ({"course": "hedgeing"}, "there is no course called 'hedgeing'; did you mean 'hedge'?"),
        ({"fix": "hostilty", "at:hostilty": "1"}, "there is no slider called 'hostilty'; did you mean 'hostility'?"),
        ({"fix": "hostility", "at:hostility": "much"}, "How firmly others punish Russia: expected a number, not 'much'"),
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


STRANGE = [
    ("/answer", {"runs": "\N{SUPERSCRIPT TWO}"}),
    ("/answer", {"runs": "9" * 5000}),
    ("/answer", {"start": "", "against": "pinned", "pinned": "fixed=a"}),
    ("/answer", {"x": "nothing", "y": "nothing"}),
    ("/run/answer", {"k": "\N{SUPERSCRIPT TWO}"}),
    ("/run/answer", {"k": "99999"}),
    ("/run/answer", {"run": "9" * 5000}),
    ("/run/answer", {"run": "-1"}),
    ("/run/answer", {"who": "nobody"}),
    ("/run/answer", {"pair": "japan,japan"}),
    ("/seat/answer", {"actor": "nobody"}),
    ("/seat/answer", {"actor": "japan", "target": "nobody"}),
    ("/seat/answer", {"actor": "russia", "target": "russia"}),
    ("/seat/answer", {"act": "decide"}),
    ("/seat/answer", {"act": "decide", "now:russia": "2"}),
    ("/seat/answer", {"act": "back"}),
    ("/seat/answer", {"game": "another", "choice": "2012Q1|russia=0.5"}),
    ("/seat/answer", {"seat_run": "1e3"}),
    ("/course", {}),
]


@pytest.mark.parametrize(("path", "fields"), STRANGE)
def test_a_strange_form_is_answered_or_told_in_words(page, path, fields):
    got = page.post(path, data=fields)
    assert got.status_code == 200, got.text
    page_of = path.removesuffix("answer").rstrip("/") or "/"
    if path != "/course":
        assert page.get(page_of, query_string=fields).status_code == 200
        assert json.loads(got.text).keys() in ({"faults"}, {"html", "figures", "status"})


NO_OUTCOMES = """\
format: 1
title: Two
start: 2012Q1
end: 2014Q1
actors: {here: {capability: 0.5}, there: {capability: 0.5}}
"""

SCALARS = """\
format: 1
extends: abe_engagement
title: 'One number for "all"'
parameters: {setting: {opportunity: 0.2}, norms: {resolve: 0.4}}
"""


@pytest.mark.parametrize("text", [NO_OUTCOMES, SCALARS], ids=["no outcomes", "one number for all"])
@pytest.mark.parametrize("path", ["/", "/run", "/seat"])
def test_every_page_takes_any_sound_scenario(page, text, path):
    assert page.post(path, data={"own": text}).status_code == 200
    found = told(
        page, f"{path.rstrip('/')}/answer", own=text, runs="200", start="", stance="0.5", course="fixed"
    )
    if path == "/" and text is NO_OUTCOMES:
        assert "no outcome is the same in all scenarios (yours: none; yours: none)" in found["faults"][0]
    else:
        assert "html" in found, found


def test_a_number_given_for_several_at_once_has_no_slider_of_its_own(tmp_path):
    (tmp_path / "all.yaml").write_text(SCALARS)
    known = levers.levers_of(load(tmp_path / "all.yaml")).sliders
    assert "hostility" not in known
    assert not [each for each in known if "opportunity" in each]
    assert "parameters.isolation.weight" in known


def test_a_fitted_number_is_told_by_what_it_was_fitted_to():
    scenario = load("abe_engagement", ["parameters.posterior=posterior"])
    slider = levers.levers_of(scenario).sliders["parameters.balance.weight"]
    low, high = np.quantile(scenario.posterior.column("parameters.balance.weight"), [0.05, 0.95])
    assert slider.told == f"fitted, 90% of {low:.2f} to {high:.2f}"


def test_a_game_is_played_to_its_end_and_scored_where_nothing_is_measured(page):
    fields = {"own": NO_OUTCOMES}
    for _ in range(3):
        found = told(page, "/seat/answer", **fields, **{"act": "decide", "now:there": "0.5"})
        fields["game"] = re.search(r'name="game" value="([^"]+)"', found["html"])[1]
        fields["choice"] = re.findall(r'name="choice" value="([^"]+)"', found["html"])
    assert "measures no outcomes" in found["html"]


def test_choices_do_not_go_over_into_another_model(page):
    """The same title, the same seat, other numbers."""
    found = told(page, "/seat/answer", **{"act": "decide", "now:russia": "0.5"})
    kept = {key: re.findall(rf'name="{key}" value="([^"]+)"', found["html"]) for key in ("game", "choice")}
    assert kept["choice"] == ["2012Q1|russia=0.5"]
    assert re.findall(r'name="choice" value="([^"]+)"', told(page, "/seat/answer", **kept)["html"])
    fitted = told(page, "/seat/answer", posterior="1", **kept)
    assert not re.findall(r'name="choice"', fitted["html"])


def test_what_was_moved_in_one_scenario_is_dropped_in_another(page):
    fields = {
        "of": "abe_engagement",
        "start": "no_courtship",
        "fix": "hostility",
        "at:hostility": "0.1",
        "runs": "200",
    }
    assert "html" in told(page, scenario="us_egypt_1973", **fields)
    got = page.post("/", data={"scenario": "us_egypt_1973", **fields}).text
    assert 'value="no_courtship"' not in got


def test_a_file_that_was_broken_since_the_start_is_told_and_the_page_stays(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("format: 1\nextends: abe_engagement\ntitle: Mine\n")
    client = made(setting.Options({"mine": file})).test_client()
    assert '<option value="mine" selected>Mine</option>' in client.get("/").text
    file.write_text("format: 1\nextends: abe_engagement\nevnts: 1\n")
    for path in ("/", "/run", "/seat"):
        got = client.get(path)
        assert got.status_code == 200
        assert "did you mean &#39;events&#39;?" in got.text


def test_a_title_of_ones_own_and_quotes_are_kept(page):
    found = told(page, runs="200", lines='policies.japan.russia={policy: "fixed", stance: 0.3}\ntitle=Mine')
    assert '<strong class="b">B</strong> Mine' in found["html"]


def test_few_runs_that_differ_are_told_as_too_few(page):
    """A hair's breadth of a change moves hardly any run across the threshold of a front."""
    found = told(page, runs="200", start="", lines="parameters.alignment.noise=0.0100001")
    assert re.search(r"only \d runs? differ, too few to tell|no run differs", found["html"])


# --- who may ask ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_a_browser_of_this_machine_is_answered(page, host):
    assert page.get("/", base_url=f"http://{host}").status_code == 200


def test_a_page_that_poses_as_this_one_is_refused(page):
    assert page.get("/", base_url="http://wedge.example:8050").status_code == 403
    assert page.post("/answer", headers={"Origin": "http://wedge.example"}).status_code == 403
    for site in ("cross-site", "same-site"):
        assert page.get("/seat", headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/run", "/seat"])
def test_a_page_names_no_address_beyond_its_own(page, path):
    got = page.get(path)
    assert got.status_code == 200
    assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", got.text)
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]


def test_a_form_too_large_is_refused(page):
    assert page.post("/answer", data={"own": "x" * 2_000_000}).status_code == 413


def command(*words):
    done = CliRunner().invoke(main, ["app", *map(str, words)])
    return done.exit_code, done.output


def test_without_the_extra_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr("sim.cli.pages.find_spec", lambda _: None)
    assert command() == (
        2,
        "wedge: the page needs flask and waitress; install it with: pip install 'wedge-sim[app]'\n",
    )


def test_a_port_that_is_taken_is_told(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = command("--port", port, "--no-browser")
    assert code == 2
    assert re.match(rf"wedge: port {port} cannot be used \(.+\); choose another --port\n", said)


def test_two_files_of_one_name_and_files_with_faults_are_refused(tmp_path):
    for place in ("one", "other"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "mine.yaml").write_text("format: 1\nextends: abe_engagement\ntitle: Mine\n")
    one, other = (tmp_path / place / "mine.yaml" for place in ("one", "other"))
    code, said = command("--no-browser", one, other)
    assert (code, said) == (2, f"wedge: {other}: the name mine is taken by {one}; rename one\n")
    shipped = tmp_path / "firm_line.yaml"
    shipped.write_text(one.read_text())
    assert (
        "the name firm_line is taken by a shipped scenario; rename one" in command("--no-browser", shipped)[1]
    )
    one.write_text("format: 1\nextends: abe_engagement\nevnts: 1\n")
    code, said = command("--no-browser", one)
    assert code == 2
    assert f"{one}:3:1: there is no setting called 'evnts' here; did you mean 'events'?" in said


# --- taking it away -------------------------------------------------------------------------------


def test_the_scenarios_taken_away_give_the_same_numbers_again(page, tmp_path):
    fields = {"start": "firm_line", "fix": "hostility", "at:hostility": "0.2", "runs": "200"}
    files = []
    for letter in "ba":
        got = page.post(f"/scenario_{letter}", data=fields)
        name = re.search(r'filename="(.+)"', got.headers["Content-Disposition"])[1]
        assert name.endswith(f"_{letter}.yaml")
        files.append(tmp_path / name)
        files[-1].write_bytes(got.data)
    again = compare(files, outcome="front", runs=200)
    gap = next(each for each in again.summary["contrasts"] if each["name"] == "front")["difference"]
    assert f"{100 * gap:+.1f} points".replace("-", "\N{MINUS SIGN}") in told(page, **fields)["html"]
    assert load(files[0]).spec.question.text.startswith(
        "What does 'Tokyo sanctions like the other G7 members"
    )


def test_the_data_taken_away_are_a_results_folder(page, tmp_path):
    got = page.post("/data", data={"start": "firm_line", "runs": "200"})
    zipfile.ZipFile(io.BytesIO(got.data)).extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    results = load_results(folder)
    assert results.finished == 200
    assert np.isfinite(results.columns["front"]).all()


def test_the_report_taken_away_is_one_page(page):
    got = page.post("/report", data={"start": "firm_line", "runs": "200"})
    assert got.headers["Content-Type"].startswith("text/html")
    assert len(got.data) < 6_000_000
    assert "Tokyo sanctions like the other G7 members and does not court Moscow" in got.text
    assert got.text.count('class="plot"') > 3


def test_a_download_of_what_cannot_be_is_told_in_words(page):
    got = page.post("/report", data={"start": "nothing"})
    assert json.loads(got.text) == {"faults": ["there is no alternative called 'nothing'"]}


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

    with served("compiled") as (pid, address):
        times, memory = measured(address, pid, 500)
    assert len(times) == 500
    assert memory[2] - memory[1] < 40, memory
