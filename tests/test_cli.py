"""Each command as a stranger would use it, in an empty folder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from sim import ensemble
from sim.cli import main
from sim.describing.words import WORDS
from sim.experiment import names as experiments
from sim.outcomes import outcomes
from sim.policies import policies
from sim.rules import GROUPS
from sim.scenario import load, names, shipped
from sim.yamltext import read

ROOT = Path(__file__).parent.parent
SHORT = ["--runs", "20"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test has an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A results folder."""
    place = tmp_path_factory.mktemp("finished") / "results"
    done = CliRunner().invoke(main, ["run", *SHORT, "--out", str(place)])
    assert done.exit_code == 0, done.output
    return place


def wedge(*words):
    """What a command says and how it ends; it must never end in anything but an exit code."""
    done = CliRunner().invoke(main, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def said(*words, code=0):
    done = wedge(*words)
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def test_run_answers_saves_and_numbers_its_folders():
    text = said("run", *SHORT)
    assert "Compared with" in text
    assert "Results: results/abe_engagement-001" in text
    first = sorted(each.name for each in Path("results/abe_engagement-001").iterdir())
    assert {"manifest.json", "scenario.yaml", "summary.json", "runs.csv", "paths.csv"} <= set(first)
    said("run", *SHORT, "--alone", "--seed", "5")
    assert sorted(each.name for each in Path("results").iterdir()) == [
        "abe_engagement-001",
        "abe_engagement-002",
    ]
    assert json.loads(Path("results/abe_engagement-002/manifest.json").read_text())["seed"] == 5


def test_equal_runs_give_equal_bytes():
    for name in ("one", "two"):
        said("run", *SHORT, "--alone", "--out", name)
    for file in ("manifest.json", "scenario.yaml", "summary.json", "runs.csv", "paths.csv"):
        assert Path("one", file).read_bytes() == Path("two", file).read_bytes()


def test_run_as_json_is_json_and_nothing_else():
    told = json.loads(said("run", *SHORT, "--json"))
    assert told["runs"] == 20
    assert Path(told["folder"]).is_dir()
    assert told["outcomes"]


def test_a_saved_scenario_runs_again_to_the_same_results(finished):
    said("run", str(finished / "scenario.yaml"), "--runs", "20", "--out", "again")
    assert Path("again/runs.csv").read_bytes() == (finished / "runs.csv").read_bytes()


def test_check_and_its_sources():
    assert said("check").startswith("abe_engagement: sound")
    assert "parameters" in said("check", "base", "--sources")


def test_list_show_and_their_json(finished):
    shutil.copytree(finished, "results/mine-001")
    assert "results/mine-001" in said("list")
    assert set(json.loads(said("list", "--json"))["scenarios"]) == set(names())
    assert "outcome" in said("show")
    assert said("show", "results/mine-001") == said("show")
    assert json.loads(said("show", "--json"))["runs"] == 20


def test_list_reads_titles_only_and_tells_equal_names_apart(monkeypatch):
    for _ in range(2):
        said("run", "--alone", "--runs", "2", "--seed", "3")
    monkeypatch.setattr("sim.scenario.load", None)
    lines = [each for each in said("list").splitlines() if "results/abe" in each]
    assert len(lines) == 2
    for line in lines:
        assert line.count("seed") == 1
        assert ", seed 3, written 20" in line


def test_every_command_has_one_line_of_help_that_is_not_cut():
    text = said("--help").replace("COMMAND [ARGS]...", "")
    assert "..." not in text
    order = [
        text.index(f"\n  {name} ") for name in ("run", "compare", "sweep", "list", "analyse", "describe")
    ]
    assert order == sorted(order)
    for name in main.commands:
        (line,) = [each for each in text.splitlines() if each.startswith(f"  {name} ")]
        assert line.endswith(".")
    text = said("analyse", "--help").replace("COMMAND [ARGS]...", "").replace("american_doubt-...", "")
    assert "..." not in text


WORDS_TO_DESCRIBE = [
    *WORDS, *GROUPS, "threat.weight", *policies(), *outcomes(), "base", "abe_engagement",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS_TO_DESCRIBE)
def test_every_word_can_be_described(word):
    assert said("describe", word).strip()
    assert json.loads(said("describe", word, "--json"))


def test_describe_without_a_word_lists_every_parameter():
    text = said("describe")
    assert all(f"{group}." in text for group in GROUPS)
    assert "did you mean 'threat'?" in said("describe", "thret", code=2)


def test_experiments_are_described_by_themselves_and_the_list_names_what_others_extend():
    head, *lines = said("describe", "experiments").splitlines()
    assert head == "Experiments (wedge sweep NAME):"
    assert [each.split()[0] for each in lines] == experiments()
    assert all(each.endswith("?") for each in lines)
    assert set(json.loads(said("describe", "experiments", "--json"))["experiments"]) == set(experiments())
    listed = said("list")
    assert "\n".join([head, *lines]) in listed
    assert "\n  They extend base, as yours may: wedge describe base\n" in listed


def test_new_writes_a_scenario_that_runs_and_never_overwrites():
    assert "wedge check mine.yaml" in said("new", "mine.yaml")
    checked = said("check", "mine.yaml")
    assert checked.startswith("mine: sound")
    assert "0 without a word" in checked
    assert "Compared with" in said("run", "mine.yaml", "--runs", "5")
    Path("mine.yaml").write_text("kept")
    assert "exists already; nothing was written" in said("new", "mine.yaml", code=2)
    assert Path("mine.yaml").read_text() == "kept"
    assert "ends in .yaml" in said("new", "mine.txt", code=2)
    assert "cannot be written" in said("new", "no/such/folder/mine.yaml", code=2)
    assert not Path("no").exists()


@pytest.mark.parametrize("blank", [(), ("--blank",)])
def test_a_new_scenario_names_the_schema_beside_it_and_no_place_of_this_machine(blank):
    said("new", "mine.yaml", *blank)
    assert "schema" not in Path("mine.yaml").read_text()
    Path("scenario.schema.json").write_text(said("schema"))
    said("new", "other.yaml", *blank)
    first, rest = Path("other.yaml").read_text().split("\n", 1)
    assert first == "# yaml-language-server: $schema=./scenario.schema.json"
    assert rest.replace("Other", "Mine") == Path("mine.yaml").read_text()
    assert said("check", "other.yaml").startswith("other: sound")


def test_a_blank_scenario_extends_nothing_and_has_a_word_for_every_number():
    assert "wedge check mine.yaml" in said("new", "mine.yaml", "--blank")
    assert "\nextends" not in Path("mine.yaml").read_text()
    checked = said("check", "mine.yaml")
    assert checked.startswith("mine: sound")
    assert "0 without a word" in checked
    assert "beware" not in checked
    assert "Alpha goes on as before" in said("run", "mine.yaml", "--runs", "5")
    assert "exists already; nothing was written" in said("new", "mine.yaml", "--blank", code=2)


def test_diff_tells_what_differs(finished):
    assert "events" in said("diff", "abe_engagement", "base")
    assert said("diff", "base", "base") == "no difference\n"
    assert said("diff", "abe_engagement", str(finished)) == "no difference\n"


USAGE = {
    ("runn",): "no command called 'runn'; did you mean 'run'?; there are run, compare, sweep",
    ("check", "--sourcs"): "--sources",
    ("run", "--runs", "0"): "0 is not in the range",
    ("run", "--runs", "-5"): "-5 is not in the range",
    ("run", "--runs", "many"): "'many' is not a valid integer",
    ("run", "--runs", "1000000000000"): "1000000000000 is not in the range",
    ("run", "--seed", "-1"): "-1 is not in the range",
    ("run", "--seed", "1.5"): "'1.5' is not a valid integer",
    ("run", "abe_engagment"): "did you mean 'abe_engagement'?",
    ("run", "--set", "parameters.threat.wieght=1"): "did you mean 'weight'?",
    ("run", "--set", "runs=0"): "--set runs:1:1: runs is 0; expected a number of at least 1",
    ("run", "--plugin", "missing.py"): "--plugin missing.py: cannot be read",
    ("run", "missing.yaml"): "missing.yaml:1:1: there is no such file",
    ("run", "--out", "taken"): "taken exists already; results are never overwritten",
    ("run", "--out", "taken/inside"): "no folder that can be written to",
    ("check", "faulty.yaml"): "faulty.yaml:1:7: runs is 0; expected a number of at least 1",
    ("diff", "abe_engagement"): "Missing argument 'SECOND'",
    ("diff", "abe_engagement", "nowhere"): "there is no scenario called 'nowhere'",
    ("show",): "no results in ./results; run a scenario first",
    ("show", "nowhere"): "nowhere: no results here",
    ("show", "."): "no results here",
    ("plot", "nowhere"): "nowhere: no results here",
    ("plot", "--format", "gif"): "'gif' is not one of",
}


@pytest.mark.parametrize(("words", "told"), USAGE.items(), ids=" ".join)
def test_what_a_user_gets_wrong_is_told_with_exit_code_2_and_leaves_nothing(words, told):
    Path("taken").write_text("a file")
    Path("faulty.yaml").write_text("runs: 0\nformat: 1\nextends: base\n")
    assert told in said(*words, code=2)
    assert sorted(os.listdir()) == ["faulty.yaml", "taken"]
    assert Path("taken").read_text() == "a file"


def test_all_faults_of_a_file_are_printed_one_a_line():
    Path("faulty.yaml").write_text(
        "runs: 0\nsede: 1\nformat: 1\nextends: base\nactors: {a: {capability: x}}\n"
    )
    lines = said("check", "faulty.yaml", code=2).splitlines()
    assert [each.split(": ")[0] for each in lines] == [f"faulty.yaml:{at}" for at in ("1:7", "2:1", "5:26")]


def damaged_json(change):
    def damage(place):
        told = json.loads((place / "manifest.json").read_text())
        change(told)
        (place / "manifest.json").write_text(json.dumps(told))

    return damage


def emptied(name):
    return lambda place: (place / name).write_text("")


DAMAGES = {
    "no manifest": (lambda place: (place / "manifest.json").unlink(), "no results here"),
    "half a manifest": (
        lambda place: (place / "manifest.json").write_text('{"format": 1, '),
        "no results here",
    ),
    "a list": (lambda place: (place / "manifest.json").write_text("[1]"), "damaged"),
    "nested": (lambda place: (place / "manifest.json").write_text("[" * 100_000), "damaged"),
    "binary": (lambda place: (place / "manifest.json").write_bytes(b"\xff\xfe\x00"), "no results here"),
    "a later format": (
        damaged_json(lambda told: told.update(format=2)),
        "of format 2; this version reads format 1",
    ),
    "no scenario": (damaged_json(lambda told: told.pop("resolved")), "damaged"),
    "another scenario": (damaged_json(lambda told: told["resolved"].pop("actors")), "the scenario in these"),
    "faulty arms": (
        damaged_json(lambda told: told["arms"]["no_events"].update(runs=0)),
        "the scenario in these",
    ),
    "arms elsewhere": (damaged_json(lambda told: told["arms"].update(other=told["resolved"])), "damaged"),
    "no runs": (lambda place: (place / "runs.csv").unlink(), "damaged"),
    "empty runs": (emptied("runs.csv"), "damaged"),
    "half a table": (lambda place: (place / "runs.csv").write_text('run,front\n0,"'), "damaged"),
    "words for numbers": (lambda place: (place / "runs.csv").write_text("run,front\n0,x\n"), "damaged"),
    "no paths": (lambda place: (place / "paths.csv").unlink(), "damaged"),
    "empty paths": (emptied("paths.csv"), "damaged"),
    "binary paths": (lambda place: (place / "paths.csv").write_bytes(b"\xff\xfe\x00\x81"), "damaged"),
}


@pytest.mark.parametrize(("damage", "told"), DAMAGES.values(), ids=DAMAGES)
def test_damaged_results_are_told_in_one_line(finished, damage, told):
    shutil.copytree(finished, "broken")
    damage(Path("broken"))
    for command in ("show", "plot"):
        line = said(command, "broken", code=2)
        assert told in line
        assert line.startswith("wedge: broken")
        assert len(line.splitlines()) == 1


@pytest.mark.parametrize("text", ["{", "[1]", '{"scenario": "x"}', "\x00"])
def test_list_does_not_fall_over_damaged_results(text):
    Path("results/x-001").mkdir(parents=True)
    Path("results/x-001/manifest.json").write_text(text)
    done = wedge("list")
    assert done.exit_code in (0, 2)
    assert "results" in done.output


def test_diff_tells_of_damaged_results_too(finished):
    shutil.copytree(finished, "broken")
    DAMAGES["another scenario"][0](Path("broken"))
    assert "the scenario in these results is damaged" in said("diff", "broken", "base", code=2)


def interrupted(monkeypatch, after):
    """Ctrl-C once so many chunks are finished."""
    monkeypatch.setattr(ensemble, "CHUNK", 10)
    monkeypatch.setattr(ensemble.chunks, "__defaults__", (10,))
    windows = ensemble.windows

    def stopped(scenario, first, *more):
        if first >= 10 * after:
            raise KeyboardInterrupt
        return windows(scenario, first, *more)

    monkeypatch.setattr(ensemble, "windows", stopped)


def test_ctrl_c_keeps_the_chunks_that_are_finished(monkeypatch):
    interrupted(monkeypatch, after=2)
    done = wedge("run", "--runs", "50", "--workers", "1")
    text = done.stdout
    assert done.exit_code == 130
    assert "Stopped: 20 of 50 runs were finished and are kept." in text
    told = json.loads(Path("results/abe_engagement-001/manifest.json").read_text())
    assert (told["runs"], told["asked"]) == (20, 50)
    assert len(Path("results/abe_engagement-001/runs.csv").read_text().splitlines()) == 21
    assert "(20 runs, stopped before all 50, seed" in said("show")


def test_ctrl_c_before_the_first_chunk_leaves_nothing_behind(monkeypatch):
    interrupted(monkeypatch, after=0)
    assert "nothing was written" in said("run", "--runs", "50", code=130)
    assert os.listdir() == []


def test_ctrl_c_reported_after_a_chunk_keeps_it(monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.cli.running.progress", lambda *_, **__: stop)
    text = said("run", *SHORT)
    assert Path("results/abe_engagement-001").is_dir()
    assert "Results: results/abe_engagement-001" in text


def in_a_process(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, encoding="utf-8", env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
    )  # fmt: skip


def test_help_answers_at_once_without_heavy_libraries():
    code = """
import sys
from sim.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert end.code == 0
heavy = {"numpy", "mesa", "matplotlib", "pandas", "pydantic", "scipy", "xarray", "yaml"}
print("HEAVY", sorted(heavy & set(sys.modules)))
"""
    done = in_a_process(code)
    assert "HEAVY []" in done.stdout, done.stderr


def test_a_terminal_without_the_letters_is_no_reason_to_fail():
    done = in_a_process("from sim.cli import main; main(['describe'])", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert not done.stderr


def test_the_schema_file_is_what_wedge_schema_prints():
    assert said("schema") == (shipped() / "scenario.schema.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((shipped() / "scenario.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


FILES = sorted(shipped().rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=[each.stem for each in FILES])
def test_the_schema_accepts_every_shipped_scenario_as_written(validator, file):
    """As an editor sees it, with its notes, and as the parser gives it, without."""
    for data in (yaml.safe_load(file.read_text(encoding="utf-8")), read(file).data):
        assert [each.message for each in validator.iter_errors(data)] == []


def test_the_schema_accepts_a_resolved_scenario(validator):
    assert validator.is_valid(load("abe_engagement").data)


REJECTED = {
    "a misspelt section": {"format": 1, "actros": {}},
    "a misspelt key": {"format": 1, "actors": {"a": {"capability": 1, "colr": "#aabbcc"}}},
    "a misspelt parameter": {"format": 1, "parameters": {"threat": {"wieght": 1}}},
    "a misspelt policy": {"format": 1, "policies": {"a": {"b": {"policy": "fixd"}}}},
    "a field of another policy": {"format": 1, "policies": {"a": {"b": {"policy": "fixed", "strength": 1}}}},
    "a misspelt measure": {"format": 1, "outcomes": {"x": {"measure": "alinment"}}},
    "a capital in a name": {"format": 1, "actors": {"Japan": {"capability": 1}}},
    "text for a number": {"format": 1, "actors": {"a": {"capability": "a lot"}}},
    "a number out of range": {"format": 1, "runs": 0},
    "another format": {"format": 2},
    "no format": {},
}


@pytest.mark.parametrize("data", REJECTED.values(), ids=REJECTED)
def test_the_schema_rejects_what_the_program_rejects(validator, data):
    assert not validator.is_valid(data)


def test_a_careless_scenario_is_warned_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bare = (
        "format: 1\ntitle: Bare\nstart: 2000\nend: 2001\nactors: {a: {capability: 1}, b: {capability: 1}}\n"
    )
    (tmp_path / "bare.yaml").write_text(bare)
    told = CliRunner().invoke(main, ["check", "bare.yaml"]).output
    assert "nothing is uncertain" in told
    assert "isolation and wooing have no effect" in told
    assert "every pair is as near as any other" in told
    runaway = ["check", "--set", "parameters.conduct.feedback=2", "--set", "parameters.reciprocity.pull=2"]
    assert "it runs away" in CliRunner().invoke(main, runaway).output


def test_a_policy_that_overrides_an_alternative_is_asked_after(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["run", "--runs", "20", "--set", "policies.japan.russia={policy: fixed, stance: -0.4}"]
    told = CliRunner().invoke(main, words).output
    assert "no run differs in front; does a policy override what it changes?" in " ".join(told.split())
    assert "with policies.japan.russia={policy: fixed, stance: -0.4}" in told
    assert "policies.japan.russia" in CliRunner().invoke(main, ["list"]).output


def test_a_group_without_its_section_is_recognised():
    told = CliRunner().invoke(main, ["check", "--set", "isolation.weight=0"])
    assert told.exit_code == 2
    assert "did you mean parameters.isolation.weight=0?" in told.output


def test_a_scenarios_name_finds_its_newest_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert CliRunner().invoke(main, ["run", "firm_line", "--runs", "5"]).exit_code == 0
    assert "5 runs" in CliRunner().invoke(main, ["show", "firm_line"]).output


def test_the_ladder_of_stages_can_be_read():
    told = CliRunner().invoke(main, ["describe", "stages"]).output
    assert "interoperability" in told
    assert CliRunner().invoke(main, ["describe", "Threat.Weight"]).exit_code == 0
    assert "united front" in CliRunner().invoke(main, ["describe", "front"]).output


@pytest.mark.parametrize("words", [["export"], ["analyse", "flip", "--outcome", "front"], ["show"], ["plot"]])
@pytest.mark.parametrize(
    "text", ["[1]", "[" * 100_000, '{"kind": "sweep", "format": 1, "definition": {"plan": {}}}']
)
def test_a_damaged_sweep_is_told_in_one_line(tmp_path, words, text):
    place = tmp_path / "torn"
    place.mkdir()
    (place / "manifest.json").write_text(text)
    (place / "outcomes.nc").write_bytes(b"x")
    done = wedge(*words, str(place))
    assert done.exit_code == 2
    assert done.output.startswith(f"wedge: {place}: ")
    assert "damaged" in done.output
    assert len(done.output.splitlines()) == 1


def test_a_sweep_without_an_answer_says_how_far_it_is_and_what_to_do():
    few = ["sweep", "american_doubt", "--set", "design.points=4", "--set", "replications=2", "--workers", "1",
           "--set", "analyses={}"]  # fmt: skip
    for number in (1, 2):
        said(*few, "--shard", f"{number}/2")
    shards = sorted(map(str, Path("results").glob("*.shard-*")))
    for command in ("show", "plot"):
        told = said(command, shards[0], code=2)
        assert "shard 1 of 2, 4 of 4 runs are done; the answer comes when all are merged: wedge merge" in told
    assert "merged already" not in said("merge", *shards)
    assert "These shards are merged already in results/american_doubt-" in said("merge", *shards)
    assert "merged already in results/american_doubt-" in said("show", shards[0], code=2)
    whole = Path(shards[0].partition(".shard-")[0])
    (whole / "outcomes.nc").unlink()
    told = said("show", str(whole), code=2)
    assert "this sweep is not finished" in told
    assert "go on with the same command (wedge sweep american_doubt ...)" in told
