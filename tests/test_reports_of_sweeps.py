"""Reports of sweeps and of claims: what was asked, what was answered, and all that bears it, in one file."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import __version__
from sim.charts.ledger import MOST, charts_of
from sim.claims import ledger, load_all
from sim.claims.saving import save, saved
from sim.cli import main
from sim.errors import WedgeError
from sim.experiment import load, shipped
from sim.report import claims as claims_
from sim.report import html_of, sweeps
from sim.report.experiments import file_of, inputs_of, spread
from sim.report.page import Code, Table
from sim.sweeping import sweep
from sim.sweeping.saved import as_text, read_manifest
from sim.understanding import understood
from tests.test_claims import mine
from tests.test_scenario_files import TINY

EXPERIMENT = """\
format: 1
title: Small & <b>bold</b>
question: Does wooing bind?
scenario: tiny.yaml
seed: 3
design: {kind: latin_hypercube, points: 40}
replications: 4
uncertainties:
  parameters.isolation.weight: {uniform: [-0.5, 1.0]}
  parameters.norms.emboldenment: {why: moral hazard, source: Author 1999, uniform: [0.0, 0.9]}
levers:
  wooing:
    title: Wooing
    settings:
      much: {title: Much of it, why: as in the story, source: Author 2001}
      none: {policies: {boreas: {ceres: null}}}
  bond:
    title: Bond
    source: assumed
    path: parameters.commitment.rest.ares.boreas
    values: [0.4, 0.8]
constraints: [parameters.isolation.weight < 0.9]
outcomes: [bond]
analyses:
  turning: {analysis: break_even, lever: bond, outcome: bond, above: 0.5}
  drivers: {analysis: sensitivity, outcome: bond}
  choice: {analysis: decision, more: [bond]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished sweep of the small experiment, too small for one of its analyses."""
    place = tmp_path_factory.mktemp("swept")
    (place / "tiny.yaml").write_text(TINY)
    (place / "small.yaml").write_text(EXPERIMENT)
    return sweep(load(place / "small.yaml", ["replications=3"]), out=place, workers=1).folder


@pytest.fixture(scope="module")
def page(folder):
    return sweeps.page_of(folder)


def section(page, title):
    return next(each for each in page.sections if each.title == title)


def cells(page, title):
    """Every cell of the tables of a section, row by row."""
    tables = [each for each in section(page, title).blocks if isinstance(each, Table)]
    return [row for each in tables for row in each.rows]


# --- sweeps ---------------------------------------------------------------------------------------


def test_the_answer_is_what_the_analyses_say_first(page, folder):
    found = understood(folder)
    assert page.question == "Does wooing bind?"
    assert page.answer[0].replace("\N{MINUS SIGN}", "-") == found.findings["turning"].answer[0]
    assert "95% interval" in " ".join(page.answer)


def test_of_a_decision_the_answer_is_what_is_said_of_all_outcomes_together():
    class Choice:
        analysis = "decision"

    class Finding:
        analysis = Choice()
        answer = (
            "'front': least with A.",
            "All 2 outcomes together: B.",
            "'x <= 1' holds.",
            "All requirements hold with B.",
        )

    assert sweeps._leading(Finding()) == ["All 2 outcomes together: B.", "All requirements hold with B."]


def test_a_reader_is_told_what_to_beware_of(page, folder):
    told = "\n".join(page.beware)
    assert "It was run with replications=3, other than the experiment's file says." in told
    assert "The analysis drivers has no answer: " in told
    assert "are too few to screen 2 inputs" in told
    assert "points of the design are left out by the constraints." in told
    assert "1 of 2 ranges are assumed, not measured; a share of worlds is a share of what was thought" in told
    noted = sweeps.page_of(folder, replace(understood(folder), notes=("The options are twins.",)))
    assert noted.beware[0] == "The options are twins."


def test_each_analysis_has_a_section_with_its_answer_charts_and_files(page):
    blocks = section(page, "Turning").blocks
    assert {each.name for each in page.charts} == {"turning-curve", "turning-needed", "choice-regret-1"}
    words = " ".join(each for each in blocks if isinstance(each, str))
    assert "analyses/turning/curve.csv" in words
    assert (
        "'bond': mean over the last years (alignment: pair Ares and Boreas; alignment, \N{MINUS SIGN}1 to 1)."
        in words
    )
    assert not any(each.title == "Drivers" for each in page.sections)


def test_ranges_are_told_with_who_says_so(page):
    rows = {row[0]: row for row in cells(page, "The experiment")}
    assert rows["norms.emboldenment"][1:] == ("0 to 0.9", "0", "Author 1999; moral hazard")
    assert rows["isolation.weight"][1] == "\N{MINUS SIGN}0.5 to 1"
    assert "assumption" in rows["isolation.weight"][3]  # the parameter's own source


def test_levers_are_told_with_their_settings_and_why(page):
    rows = cells(page, "The experiment")
    assert ("Wooing", "Much of it", "as in the story; Author 2001") in rows
    assert ("", "none", "") in rows
    assert ("Bond", "0.4, 0.8", "assumed; sets commitment.rest.ares.boreas") in rows


def test_design_and_luck_are_told_in_sentences(page):
    words = " ".join(each for each in section(page, "The experiment").blocks if isinstance(each, str))
    assert "Each of 4 options (what governments may choose) was run in each of " in words
    assert (
        "a Latin hypercube: each input's range cut into as many slices as points, one point in each." in words
    )
    assert "Only worlds that keep parameters.isolation.weight < 0.9 were run." in words
    assert "All options of a world have the same luck" in words


def test_the_scenario_and_its_sources_are_told(page):
    assert ("2001", "raid", "violation.ceres +1") in cells(page, "The scenario behind it")
    assert ("Boreas", "Ceres", "fixed") in cells(page, "The scenario behind it")
    sources = section(page, "Numbers of the scenario and their sources")
    assert sources.folded
    assert any(row[0] == "actors.ares.capability" and row[3] == "not said" for row in sources.blocks[0].rows)


def test_tables_show_their_first_rows_and_name_their_files(page):
    tables = [each for each in section(page, "Tables of the analyses").blocks if isinstance(each, Table)]
    worlds = next(each for each in tables if each.caption.startswith("analyses/turning/worlds.csv"))
    assert len(worlds.rows) == 10
    assert worlds.caption.endswith("rows")
    assert all(len(row) == len(each.head) for each in tables for row in each.rows)


def test_the_commands_and_the_file_that_make_it_again_are_given(page, folder):
    (commands,) = [
        each for each in section(page, "How to have the same again").blocks if isinstance(each, Code)
    ]
    assert commands.text.splitlines()[0] == "wedge sweep small.yaml --set replications=3 --report"
    (file,) = section(page, "The experiment's file").blocks
    assert file.text == EXPERIMENT
    assert folder.name in commands.text


def test_commands_hold_whatever_a_name_or_an_override_has_in_it(folder):
    """A shell takes each word back as it was given, quotation marks and blanks too."""
    told = read_manifest(folder)
    words = ["title=Abe's own", "design={kind: grid, levels: 2}"]
    definition = {**told["definition"], "plugins": {"my rules.py": "0"}}
    made = sweeps._reproduced({**told, "sets": words, "experiment": "my own", "definition": definition})
    first, second, _ = made.blocks[0].text.splitlines()
    assert shlex.split(first) == [
        "wedge", "sweep", "my own.yaml", "--set", words[0], "--set", words[1], "--plugin", "my rules.py", "--report",
    ]  # fmt: skip
    assert shlex.split(second) == ["wedge", "plot", f"results/my own-{told['fingerprint']}"]


def test_a_shipped_experiment_is_named_and_one_that_was_changed_is_a_file():
    text = (shipped() / "knock_out.yaml").read_text()
    assert file_of({"experiment": "knock_out", "file": text}) == "knock_out"
    assert file_of({"experiment": "knock_out", "file": text + "# mine"}) == "knock_out.yaml"


def test_equal_sweeps_give_equal_bytes_and_what_a_user_wrote_is_shown_not_run(folder):
    one, other = (html_of(sweeps.page_of(folder)) for _ in range(2))
    assert one == other
    assert len(one) < 3_000_000
    assert "Small &amp; &lt;b&gt;bold&lt;/b&gt;" in one
    assert "<b>bold</b>" not in one


def test_a_sweep_that_kept_no_sources_has_a_report_that_says_so(folder, tmp_path):
    told = read_manifest(folder)
    for key in ("file", "numbers", "description"):
        del told[key]
    (tmp_path / "manifest.json").write_bytes(as_text(told))
    (tmp_path / "outcomes.nc").write_bytes((folder / "outcomes.nc").read_bytes())
    page = sweeps.page_of(tmp_path)
    (said,) = section(page, "Numbers of the scenario and their sources").blocks
    assert said == "This sweep has kept no sources; see: wedge check tiny.yaml --sources"
    assert not any(each.title == "The experiment's file" for each in page.sections)
    assert inputs_of(told)[1]["source"]


def test_a_sweep_that_is_not_finished_has_no_report(folder, tmp_path):
    (tmp_path / "manifest.json").write_bytes((folder / "manifest.json").read_bytes())
    with pytest.raises(WedgeError, match="this sweep is not finished; run the same command again to go on"):
        sweeps.page_of(tmp_path)
    with pytest.raises(WedgeError, match="no sweep here"):
        sweeps.page_of(tmp_path / "nowhere")


def test_distributions_are_told_in_words():
    from sim.distributions import Distribution

    assert spread(Distribution("log_uniform", (0.1, 10.0))) == "0.1 to 10, in logarithms"
    assert spread(Distribution("triangular", (0.0, 0.2, 1.0))) == "0 to 1, most likely 0.2"
    assert spread(Distribution("choice", (1.0, 2.0))) == "one of 1, 2"
    assert spread(Distribution("row", (1.0, 300.0), 1.0, 300.0)) == "a row of a table, 1 to 300"


def test_the_command_writes_the_report_and_says_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)
    Path("small.yaml").write_text(EXPERIMENT.replace("points: 40", "points: 12"))
    words = ["sweep", "small.yaml", "--workers", "1", "--report"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    (file,) = Path("results").glob("small-*/report.html")
    assert f"Report: {file}" in done.output
    first = file.read_bytes()
    again = CliRunner().invoke(main, [*words, "--json"])
    assert json.loads(again.stdout)["report"] == str(file)
    assert file.read_bytes() == first
    assert b"Does wooing bind?" in first


# --- claims ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledgered(tmp_path_factory):
    """A ledger of two shipped claims with few draws, and a made posterior."""
    place = tmp_path_factory.mktemp("claims")
    table = place / "made.csv"
    table.write_text("parameters.isolation.weight,parameters.threat.weight\n1.2,0.3\n1.3,0.4\n")
    chosen = load_all(("C3", "C7"))
    return save(ledger(chosen, table, runs=20), place / "out", str(table), chosen)


@pytest.fixture(scope="module")
def told(ledgered):
    return claims_.page_of(ledgered)


def test_a_saved_ledger_is_read_again_as_it_was(ledgered):
    rows, data = saved(ledgered)
    assert {row.number for row in rows} == {"C3", "C7"}
    assert [each["number"] for each in data["claims"]] == ["C3", "C7"]
    main_ = next(row for row in rows if row.main)
    assert main_.draws == 20
    assert main_.regret != main_.regret  # it recommends nothing


def test_the_answer_counts_verdicts_and_gives_each_effect_with_its_interval(told, ledgered):
    rows = {row.number: row for row in saved(ledgered)[0] if row.main and row.under == "posterior"}
    alternative = next(row for row in saved(ledgered)[0] if row.main and row.under == "signs at alternative")
    assert told.answer[0].startswith("Of 2 claims under the posterior, ")
    assert rows["C3"].verdict in told.answer[0]
    assert f"central 90% of 20 draws; signs at alternative: {alternative.verdict}." in told.answer[1]
    assert alternative.verdict == "against"
    assert "'sino_russian' (alignment, \N{MINUS SIGN}1 to 1) is " in told.answer[1]


def test_a_verdict_not_examined_for_a_split_is_told_so_in_the_answer_and_with_the_claim(ledgered, tmp_path):
    data = json.loads((ledgered / "ledger.json").read_text(encoding="utf-8"))
    for each in data["rows"]:
        each["verdict"] = "supported" if each["under"] == "posterior" and each["main"] else each["verdict"]
    (tmp_path / "ledger.json").write_text(json.dumps(data))
    told = claims_.page_of(tmp_path)
    said = "supported, but not examined for a split: 20 draws, the rule asks for 80 (40 of each answer)"
    assert f"': {said} (under the prior: " in told.answer[1]
    claim = section(told, "C3: Isolation by the West drove Russia to China")
    assert any(isinstance(each, str) and said in each for each in claim.blocks)


def test_few_draws_caveats_and_what_is_assumed_are_told_beside_the_answer(told):
    words = "\n".join(told.beware)
    assert "C3 and C7 had fewer draws than the claim's file asks for (as few as 20)" in words
    assert "C7: the bar of five in a hundred is about the most" in words


def test_a_claim_is_told_with_its_articles_its_arms_its_rule_and_its_ranges(told):
    title = "C3: Isolation by the West drove Russia to China"
    rows = cells(told, title)
    assert (
        "Brown 2017",
        "11",
        '"isolation from the West forced Russia to embrace China more tightly"',
    ) in rows
    assert ("isolation.weight", "\N{MINUS SIGN}0.5 to 1.5") in rows
    words = " ".join(each for each in section(told, title).blocks if isinstance(each, str))
    assert (
        "over the scenario abe_engagement, 'Sanctions as in the record' and 'The United States and Europe"
        in words
    )
    assert (
        "expected: rises; it counts as found where 80% of draws agree and the mean effect is at least 0.02"
        in words
    )
    assert "(a tenth of the width of a stage of alignment (A16); assumed)." in words
    assert {row[0] for row in rows} >= {"prior", "posterior", "signs at zero", "signs at alternative"}


def test_what_is_true_by_arithmetic_beside_a_claim_is_told(told):
    rows = {row[0]: row for row in cells(told, "C7: Sparing Russia costs Japan its allies' commitment")}
    assert rows["g7_cohesion"][2] == "cohesion is made of the members' sanctions, and Japan's are set"
    assert rows["order"][2] == "no"


def test_effects_are_drawn_in_smallest_effects_of_interest_with_verdicts_in_words(told, ledgered):
    rows = {(row.number, row.under): row for row in saved(ledgered)[0] if row.main}
    effects, shares = told.charts
    prior = next(each for each in effects.figure["data"] if each["name"] == "prior")
    assert prior["x"][0] == pytest.approx(rows["C3", "prior"].effect / 0.02, rel=1e-4)
    assert prior["x"][1] == pytest.approx(rows["C7", "prior"].effect / 0.05, rel=1e-4)
    symbols = {
        each["name"]: each["marker"]["symbol"] for each in effects.figure["data"] if each.get("showlegend")
    }
    assert len(set(symbols.values())) == len(symbols) == 4
    assert rows["C3", "prior"].verdict in effects.figure["layout"]["yaxis"]["ticktext"][0]
    as_claimed = next(each for each in shares.figure["data"] if each["name"] == "as claimed")
    assert as_claimed["x"][0] == pytest.approx(100 * rows["C3", "prior"].as_claimed, rel=1e-4)
    for k in range(4):
        assert sum(each["x"][k] for each in shares.figure["data"]) == pytest.approx(100.0)


def test_an_effect_beyond_what_is_drawn_is_cut_off_at_an_arrow(told, ledgered):

    (row, *_) = [vars(row) for row in saved(ledgered)[0] if row.main]
    far = {**row, "told": "supported", "effect": 1.0, "low": -1.0, "high": 3.0}
    (effects, _) = charts_of([{"prior": far}])
    arrows = [
        each for each in effects.figure["data"] if isinstance(each.get("marker", {}).get("symbol"), list)
    ]
    assert arrows[0]["marker"]["symbol"] == ["triangle-right", "triangle-left"]
    assert all(abs(x) > MOST for x in arrows[0]["x"])


def test_the_rules_and_the_leanings_of_the_model_are_told(told):
    words = " ".join(each for each in section(told, "How claims are tested").blocks if isinstance(each, str))
    assert "at least 10% of the prior's draws answer as claimed and 10% against" in words
    assert "a Youden index of at least 0.5 and there are at least 40 draws of each" in words
    assert len(section(told, "What the form of the model leans to, whatever its numbers").blocks) >= 4


def test_equal_ledgers_give_equal_bytes_and_the_command_to_make_them(told, ledgered):
    assert html_of(told) == html_of(claims_.page_of(ledgered))
    (command, _) = section(told, "How to have the same again").blocks
    assert command.text.startswith("wedge claims C3 C7 --runs 20 --posterior ")
    assert [each.caption for each in section(told, "The claims' files").blocks] == [
        "c03_isolation.yaml", "c07_divided_g7.yaml",
    ]  # fmt: skip


def test_the_version_told_is_that_which_made_the_ledger(told, ledgered, tmp_path):
    """Not that which writes the report, perhaps years later."""
    data = json.loads((ledgered / "ledger.json").read_text())
    assert data["version"] == told.facts["Version"] == __version__
    for version, fact, said in (
        ("0.0.7", "0.0.7", "With version 0.0.7 and the same libraries"),
        (None, "not kept", "With the version that made the ledger (not kept) and the same libraries"),
    ):
        kept = {key: each for key, each in data.items() if key != "version"}
        (tmp_path / "ledger.json").write_text(json.dumps(kept | ({"version": version} if version else {})))
        page = claims_.page_of(tmp_path)
        assert page.facts["Version"] == fact
        (_, words) = section(page, "How to have the same again").blocks
        assert words == f"{said} the numbers are the same, on any number of processes."


def test_the_command_of_claims_holds_whatever_a_name_has_in_it(ledgered, tmp_path):
    data = json.loads((ledgered / "ledger.json").read_text())
    data["posterior"] = "Abe's own/table 1.csv"
    for each in [*data["rows"], *data["claims"]]:
        each["name"] = f"my {each['name']}"
    (tmp_path / "ledger.json").write_text(json.dumps(data))
    (command, _) = section(claims_.page_of(tmp_path), "How to have the same again").blocks
    assert shlex.split(command.text) == [
        "wedge", "claims", "my c03_isolation.yaml", "my c07_divided_g7.yaml", "--runs", "20",
        "--posterior", "Abe's own/table 1.csv", "--report",
    ]  # fmt: skip


def test_a_ledger_that_kept_no_files_has_a_report_without_the_articles(ledgered, tmp_path):
    data = json.loads((ledgered / "ledger.json").read_text())
    del data["claims"]
    (tmp_path / "ledger.json").write_text(json.dumps(data))
    page = claims_.page_of(tmp_path)
    assert not any("files" in each.title for each in page.sections)
    words = [
        each
        for each in section(page, "C3: Isolation by the West drove Russia to China").blocks
        if isinstance(each, str)
    ]
    assert any(each.startswith("The rule, fixed before; expected: rises") for each in words)


def test_a_folder_without_a_ledger_is_told(tmp_path):
    with pytest.raises(WedgeError, match="no ledger of claims here"):
        claims_.page_of(tmp_path)
    (tmp_path / "ledger.json").write_text("[]")
    with pytest.raises(WedgeError, match=r"no ledger of claims here \(no readable ledger.json\)"):
        claims_.page_of(tmp_path)


def test_the_command_of_claims_writes_a_report_of_a_claim_of_ones_own(tmp_path):
    out = tmp_path / "out"
    words = ["claims", str(mine(tmp_path)), "--runs", "20", "--workers", "1", "--posterior", "prior"]
    done = CliRunner().invoke(main, [*words, "--out", str(out), "--report"])
    assert done.exit_code == 0, done.output
    assert f"Report: {out / 'report.html'}" in done.output
    text = (out / "report.html").read_text()
    assert "A newspaper" in text
    assert "wedge claims mine.yaml --runs 20 --posterior prior --report" in text
    assert "There is no posterior: only the prior was asked." in text
