"""Every way an experiment file can be wrong gives one clear line a fault, at its place, and nothing else."""

from pathlib import Path

import jsonschema
import pytest

from sim.errors import ScenarioError, WedgeError
from sim.experiment import load
from sim.experiment.constraints import problem
from sim.experiment.form import json_schema
from sim.yamltext import load as load_yaml
from tests.test_scenario_files import TINY

BASE = {
    "format": "1",
    "title": "Small",
    "question": "Why so",
    "scenario": "tiny.yaml",
    "design": "{kind: sobol, points: 8}",
    "uncertainties": "{parameters.isolation.weight: scenario, parameters.threat.weight: plausible}",
    "levers": "{wooing: {settings: {much: {}, none: {policies: {boreas: {ceres: null}}}}}}",
}
"""What a sound experiment needs, and a little more."""


def whole(difference=""):
    """Lines of an experiment, and after them what they do not give."""
    given = {line.partition(":")[0] for line in difference.splitlines()}
    return (
        "\n".join([difference, *(f"{key}: {value}" for key, value in BASE.items() if key not in given)])
        + "\n"
    )


def malformed():
    """The cases of malformed_experiments.txt: some lines of an experiment, and its faults."""
    text = (Path(__file__).parent / "malformed_experiments.txt").read_text(encoding="utf-8")
    for case in text.split("\n--\n")[1:]:
        lines = case.strip("\n").split("\n")
        faults = [each.removeprefix("    ") for each in lines if each.startswith("    ")]
        yield pytest.param("\n".join(lines[: -len(faults)]), faults, id=lines[0][:60])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with the tiny scenario, a faulty one, one that measures a dispute, and a table."""
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    Path("tiny.yaml").write_text(TINY)
    Path("../tiny.yaml").write_text(TINY)
    Path("bad.yaml").write_text("format: 1\nextends: tiny.yaml\nsed: 5\n")
    Path("isle.yaml").write_text(
        "format: 1\nextends: tiny.yaml\noutcomes: {isle: {measure: settlement, dispute: isles}}\n"
    )
    Path("points.csv").write_text("parameters.isolation.weight,parameters.threat.weight\n0.5,0.5\n0.5,50\n")


def loaded(difference="", sets=()):
    Path("file.yaml").write_text(whole(difference))
    return load("file.yaml", sets)


def faults_of(difference, sets=()):
    with pytest.raises(ScenarioError) as caught:
        loaded(difference, sets)
    return [str(each).removeprefix("file.yaml:") for each in caught.value.faults]


@pytest.mark.parametrize(("difference", "faults"), list(malformed()))
def test_a_malformed_experiment_gives_its_faults_at_their_places(difference, faults):
    assert faults_of(difference) == faults
    assert not Path("owned").exists()


def test_there_are_many_ways_to_be_wrong_and_no_message_speaks_of_python():
    cases = [each.values for each in malformed()]
    assert len(cases) >= 60
    jargon = (
        "pydantic",
        "Traceback",
        "None",
        "True",
        "False",
        "<class",
        "dict",
        "tuple",
        "NaN",
        "Error",
        "something else",
    )
    for _, faults in cases:
        assert faults
        assert not [each for each in faults for word in jargon if word in each]
        assert all(len(each) < 400 for each in faults)


# --- what is sound ----------------------------------------------------------------------------------


def test_the_options_are_every_combination_of_settings_and_causes():
    found = loaded("levers: {deal: {path: parameters.norms.weight, values: [0, 0.123456789, 1]}}\n"
                   "causes: {raid: {without: {events: {raid: null}}}}")  # fmt: skip
    assert [each.name for each in found.options] == [
        f"{deal}/{raid}" for deal in ("0", "0.123456789", "1") for raid in ("present", "absent")
    ]
    assert [len(each.data["events"]) for each in found.scenarios] == [1, 0] * 3
    assert [each.data["parameters"]["norms"]["weight"] for each in found.scenarios[::2]] == [
        0,
        0.123456789,
        1,
    ]


def test_without_levers_there_is_one_option_the_scenario_as_it_is():
    (option,) = loaded("levers: {}").options
    assert (option.name, option.title) == ("as_it_is", "Tiny")


def test_all_outcomes_are_kept_unless_some_are_chosen():
    assert {each.partition(".")[0] for each in loaded().outcomes} == {"bond", "clash"}
    assert {each.partition(".")[0] for each in loaded("outcomes: [clash]").outcomes} == {"clash"}


def test_the_other_uncertainties_are_drawn_fixed_or_in_the_design():
    one = "uncertainties: {parameters.threat.weight: plausible}\nothers: "
    assert [each.path for each in loaded(one + "drawn").plan.inputs] == ["parameters.threat.weight"]
    assert "parameters.isolation.weight" in loaded(one + "drawn").scenarios[0].data["uncertainties"]
    assert list(loaded(one + "fixed").scenarios[0].data["uncertainties"]) == ["parameters.threat.weight"]
    assert len(loaded(one + "in_design").plan.inputs) == 2


def test_a_fixed_number_is_no_longer_uncertain():
    found = loaded(
        "fixed: {parameters.isolation.weight: 0.5}\nuncertainties: {parameters.threat.weight: plausible}"
    )
    assert list(found.scenarios[0].data["uncertainties"]) == ["parameters.threat.weight"]
    assert found.scenarios[0].data["parameters"]["isolation"]["weight"] == 0.5


def test_an_experiment_may_stand_in_another_folder_than_this():
    Path("../elsewhere").mkdir()
    for name, text in (("tiny.yaml", TINY), ("e.yaml", whole())):
        (Path("../elsewhere") / name).write_text(text)
    assert load("../elsewhere/e.yaml").name == "e"


WHERE = {
    "nowhere": "there is no experiment called 'nowhere'",
    "missing.yaml": "missing.yaml:1:1: there is no such file",
    "empty.yaml": "empty.yaml:1:1: the file is empty",
}


@pytest.mark.parametrize(("where", "said"), WHERE.items())
def test_an_experiment_that_cannot_be_read_is_told(where, said):
    Path("empty.yaml").touch()
    with pytest.raises(WedgeError) as caught:
        load(where)
    assert str(caught.value).startswith(said)


# --- overrides --------------------------------------------------------------------------------------

SETS = {
    "replications=0": "--set replications:1:1: replications is 0; expected a number of at least 1",
    "rep=5": "--set rep:1:1: there is no setting called 'rep' here",
    "design.points=100": "--set design.points:1:1: points is 100; expected a power of two, 64 or 128",
    "design.pionts=64": "--set design.pionts:1:1: there is no setting called 'pionts' here; did you mean 'points'?",
    "design={kind: grid, levels: 1}": "--set design:1:1: levels is 1; expected a number of at least 2",
    "design.kind=grd": "--set design.kind:1:1: there is no kind called 'grd'; did you mean 'grid'?",
    "levers.woing=": "--set levers.woing:1:1: 'woing' is null, but there is nothing called 'woing' to remove; "
    "did you mean 'wooing'?",
    "changes.events.riad=": "--set changes.events.riad:1:1: 'riad' is null, but there is nothing called 'riad' to "
    "remove; did you mean 'raid'?",
    "fixed.parameters.norms.wieght=0.5": "--set fixed.parameters.norms.wieght:1:1: there is no setting called "
    "'wieght' here; did you mean 'weight'?",
    "isolation.weight=0.5": "--set isolation.weight=0.5: did you mean changes.parameters.isolation.weight=0.5?",
    "parameters.isolation.weight=0.5": "--set parameters.isolation.weight=0.5: did you mean "
    "changes.parameters.isolation.weight=0.5?",
    "events.raid=": "--set events.raid=: did you mean changes.events.raid=?",
    "=5": "--set '=5': expected path=value, for instance replications=5",
    "a..b=1": "--set 'a..b=1': expected path=value, for instance replications=5",
    "replications": "--set 'replications': expected path=value, for instance replications=5",
    "": "--set '': expected path=value, for instance replications=5",
    "uncertainties=": "file.yaml:6:9: sobol needs inputs; list some under uncertainties",
}


@pytest.mark.parametrize(("given", "said"), SETS.items())
def test_a_wrong_override_is_told_like_a_fault_in_the_file(given, said):
    with pytest.raises(WedgeError) as caught:
        loaded(sets=[given])
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "given",
    [
        "levers.wooing=",
        "uncertainties.parameters.norms.weight=plausible",
        "changes.events.raid.add.violation.ceres=2",
        "levers.wooing.settings.none.events.raid.add.violation.ceres=2",
        "seed=7",
    ],
)
def test_an_override_reaches_paths_with_dots(given):
    assert loaded(sets=[given]).fingerprint != loaded().fingerprint


def test_an_override_does_what_its_text_in_the_file_would_do():
    for line, given in (
        ("replications: 4", "replications=4"),
        ("changes: {events: {raid: null}}", "changes.events.raid="),
        ("fixed: {parameters.norms.weight: 0.5}", "fixed.parameters.norms.weight=0.5"),
        ("levers: {wooing: {settings: {much: {}}}}", "levers.wooing.settings.none="),
        ("design: {kind: grid}", "design.kind=grid"),
        (
            "uncertainties: {parameters.isolation.weight: scenario, parameters.threat.weight: {uniform: [0, 1]}}",
            "uncertainties.parameters.threat.weight={uniform: [0, 1]}",
        ),
    ):
        assert loaded(line).fingerprint == loaded(sets=[given]).fingerprint != loaded().fingerprint


def test_faults_of_file_and_overrides_are_told_together():
    assert len(faults_of("titel: x", ["replications=0", "fixed.parameters.norms.wieght=1"])) == 3


# --- constraints ------------------------------------------------------------------------------------

INPUTS = ["p.a", "p.b"]
HOSTILE = {
    "call": "__import__('os').system('touch owned') < p.a",
    "comprehension": "[open('owned', 'w') for _ in 'a'] < p.a",
    "walrus": "(x := p.a) < 1",
    "subscript": "p.a[0] < 1",
    "attribute of a call": "p.a.b().c < 1",
    "attribute of a number": "(1).__class__ < p.a",
    "text": "p.a < 'x'",
    "truth": "p.a < True",
    "imaginary": "p.a < 1j",
    "dots": "p.a < ...",
    "f-string": "p.a < f'{p.b}'",
    "await": "await p.a < 1",
    "two lines": "p.a < 1\np.b < 2",
    "assignment": "p.a = 1",
    "equality": "p.a == 1",
    "power": "p.a ** 9 < 1",
    "modulo": "p.a % 2 < 1",
    "matrix product": "p.a @ p.b < 1",
    "not": "not p.a < 1",
    "empty": "",
    "blank": "   ",
    "deep parentheses": "(" * 500 + "p.a" + ")" * 500 + " < 1",
    "many signs": "-" * 1900 + "p.a < 1",
    "vast number": "p.a < " + "9" * 1900,
    "vaster number": "p.a < " + "9" * 6000,
    "overflow": "p.a < 1e999",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_comparison_is_refused_and_never_run(text):
    said = problem(text, INPUTS)
    assert said.endswith("is no constraint; expected a comparison such as 'path < 2 * path'")
    assert len(said) < 200
    assert not Path("owned").exists()


def test_a_very_long_sum_is_read_or_refused():
    """Whether Python's parser reads it depends on its version; either way nothing breaks."""
    for length in (100, 480, 1900):
        assert "\n" not in problem("+".join(["p.a"] * length) + " < 1", INPUTS)


@pytest.mark.parametrize("text", ["p.a < 1", " p.a<=p.b ", "0 < p.a < p.b + 1", "-p.a > -2 * (p.b - 1) / 3"])
def test_a_comparison_of_sums_and_products_is_a_constraint(text):
    assert problem(text, INPUTS) == ""


# --- the schema for editors -------------------------------------------------------------------------

SOUND = (
    "",
    "uncertainties: {parameters.threat.weight: {uniform: [0, 1], why: so, source: here}, why: so}",
    "uncertainties: {parameters.isolation.weight: scenario}",
    "levers: {deal: {title: Deal, path: parameters.norms.weight, values: [0, 1]}}",
    "causes: {raid: {title: Raid, without: {why: so, events: {raid: null}}}}",
    "design: {kind: saltelli, points: 4, second_order: true}",
    "design: {kind: grid}",
    "analyses: {drivers: {analysis: sensitivity, outcome: bond}}",
    "fixed: {parameters.norms.weight: 0.2}\nchanges: {events: {raid: null}}\nseed: 3\nluck: own\nothers: fixed",
    "constraints: [parameters.threat.weight < 1]\noutcomes: [bond]\nreplications: {value: 3, why: enough}",
)
MISSPELT = (
    "titel: x",
    "design: {kind: sobol, point: 8}",
    "design: {kind: sobl}",
    "analyses: {drivers: {analysis: sensitivity, outcom: bond}}",
    "levers: {deal: {pth: x}}",
    "levers: {Deal: {settings: {much: {}}}}",
    "causes: {raid: {wihtout: {}}}",
    "uncertainties: {parameters.threat.weight: {unifrom: [0, 1]}}",
    "luck: mine",
    "replications: 0",
)


def accepted(difference):
    Path("file.yaml").write_text(whole(difference))
    document, faults = load_yaml("file.yaml")
    assert not faults
    return jsonschema.Draft202012Validator(json_schema()).is_valid(document.data)


@pytest.mark.parametrize("difference", SOUND)
def test_the_schema_accepts_what_loads(difference):
    loaded(difference)
    assert accepted(difference)


@pytest.mark.parametrize("difference", MISSPELT)
def test_the_schema_refuses_what_is_misspelt(difference):
    assert faults_of(difference)
    assert not accepted(difference)
