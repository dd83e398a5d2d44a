"""Every way a scenario file can be wrong gives one clear line a fault, at its place, and nothing else."""

import copy
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.build import build, outcomes_of
from sim.errors import ScenarioError, WedgeError
from sim.plugins import load_plugin
from sim.scenario import DEFAULT, from_data, load
from sim.starter import write_starter
from sim.yamltext import from_text

TINY = """\
format: 1
title: Tiny
start: 2000
end: 2002
runs: 10
seed: 1
actors:
  ares: {capability: 0.4}
  boreas: {capability: 0.3}
  ceres: {capability: 0.3}
ties:
  alliances: {pact: {patron: ares, client: boreas, commitment: 0.8}}
  flashpoints: {strait: {attacker: ceres, defender: boreas}}
  wedges: {wooing: {divider: boreas, target: ceres, adversary: ares}}
  disputes: {isles: {holder: ceres, claimant: boreas}}
initial:
  engagement: {ares: {boreas: 0.5}}
  alignment: {ares: {boreas: 0.6, ceres: -0.3}}
parameters:
  setting: {opportunity: {ares: {boreas: 0.5, ceres: 0.4}}}
  norms: {hazard: {ceres: 0.1}}
policies: {boreas: {ceres: {policy: fixed, stance: 0.2}}}
events: {raid: {at: 2001, add: {violation.ceres: 1}}}
uncertainties: {parameters.isolation.weight: plausible}
outcomes:
  bond: {measure: alignment, pair: [ares, boreas]}
  clash: {measure: security, actor: boreas}
question: {text: Why so, outcome: bond, against: {calm: {events: {raid: null}}}}
"""


def malformed():
    """The cases of malformed.txt: a difference over the tiny scenario, and its faults."""
    text = (Path(__file__).parent / "malformed.txt").read_text(encoding="utf-8")
    for case in text.split("\n--\n")[1:]:
        lines = case.strip("\n").split("\n")
        faults = [each.removeprefix("    ") for each in lines if each.startswith("    ")]
        yield pytest.param("\n".join(lines[: -len(faults)]), faults, id=lines[0][:60])


def whole(difference):
    """A difference as a file that extends the tiny scenario."""
    if difference.startswith("{") and not difference.startswith("{a:"):
        return difference[:-1] + ", format: 1, extends: tiny.yaml}"
    keys = [f"{key}: {value}" for key, value in (("format", 1), ("extends", "tiny.yaml"))]
    return "\n".join([difference, *(each for each in keys if not difference.startswith(each[:6]))]) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with the tiny scenario in it."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)
    Path("self.yaml").write_text("format: 1\nextends: self.yaml\n")
    Path("circle.yaml").write_text("format: 1\nextends: file.yaml\n")
    return tmp_path


def faults_of(text, sets=()):
    Path("file.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load("file.yaml", sets)
    return [str(each).removeprefix("file.yaml:") for each in caught.value.faults]


def test_the_tiny_scenario_is_sound(folder):
    assert list(load("tiny.yaml").arms) == ["calm"]


@pytest.mark.parametrize(("difference", "faults"), list(malformed()))
def test_a_malformed_file_gives_its_faults_at_their_places(folder, difference, faults):
    assert faults_of(whole(difference)) == faults


def test_there_are_many_ways_to_be_wrong_and_no_message_speaks_of_python():
    cases = [each.values for each in malformed()]
    assert len(cases) >= 150
    jargon = ("pydantic", "Traceback", "None", "True", "False", "<class", "dict", "tuple", "NaN", "Error")
    for _, faults in cases:
        assert faults
        assert not [each for each in faults for word in jargon if word in each]
        assert all(len(each) < 400 for each in faults)


def test_faults_of_every_kind_are_told_together(folder):
    """An alias, a misspelt key, a form fault, a cross-reference, an alternative: all in one go."""
    text = whole("seed: *x\ntitle: 5\nevent: {}\npolicies: {ares: {cerse: {policy: fixed}}}\n"
                 "question: {against: {new: {initial: {order: 5}}}}")  # fmt: skip
    assert faults_of(text) == [
        "1:7: '*x' is an alias, which scenario files do not use",
        "2:8: title is 5; expected text; put it in quotes",
        "3:1: there is no setting called 'event' here; did you mean 'events'?",
        "4:19: there is no actor called 'cerse'; did you mean 'ceres'?",
        "5:45: order is 5; expected a number of at most 1",
    ]


def test_a_fault_is_told_once_though_alternatives_share_it(folder):
    text = whole("seed: -1\nquestion: {against: {one: {}, two: {}, three: {}}}")
    assert faults_of(text) == ["1:7: seed is -1; expected a number of at least 0"]


def test_a_fault_does_not_bring_forth_others(folder):
    """Where actors cannot be told, nothing is said of the names that refer to them."""
    assert faults_of(whole("actors: 5")) == ["1:9: actors is 5; expected a mapping, 'name: value'"]
    lone = "format: 1\ntitle: x\nstart: 2000\nend: 2001\nactros: {a: {capability: 1}}\n"
    policy = "policies: {a: {b: {policy: fixed}}}\n"
    assert faults_of(lone + policy) == [
        "5:1: there is no setting called 'actros' here; did you mean 'actors'?"
    ]


def test_what_an_alternative_breaks_elsewhere_names_the_alternative(folder):
    text = whole("outcomes: {isle: {measure: settlement, dispute: isles}}\n"
                 "question: {against: {ceded: {ties: {disputes: {isles: null}}}}}")  # fmt: skip
    assert faults_of(text) == ["1:49: in the alternative 'ceded': there is no dispute called 'isles'"]


def test_null_removes_an_inherited_alternative(folder):
    Path("file.yaml").write_text(whole("question: {against: {calm: null, new: {initial: {order: 0.5}}}}"))
    assert list(load("file.yaml").arms) == ["new"]
    text = whole("question: {against: {clam: null}}")
    assert faults_of(text)[0].startswith("1:22: 'clam' is null, but there is nothing called 'clam' to remove")


def test_null_removes_what_goes_with_a_replaced_policy(folder):
    Path("file.yaml").write_text(whole("policies: {boreas: {ceres: {policy: hedge, stance: null}}}"))
    assert load("file.yaml").data["policies"]["boreas"]["ceres"] == {"policy": "hedge"}


def test_null_in_an_alternative_removes_when_the_alternative_is_made(folder):
    scenario = load("tiny.yaml")
    assert "raid" in scenario.data["events"]
    assert scenario.arms["calm"].data["events"] == {}


def test_yaml_is_read_by_version_1_2(folder):
    """No is a word, 010 is ten, 1_000 and 12:30 are text."""
    Path("file.yaml").write_text(whole("title: No\nseed: 010"))
    scenario = load("file.yaml")
    assert (scenario.spec.title, scenario.spec.seed) == ("No", 10)
    assert faults_of(whole("runs: 12:30")) == ["1:7: runs is '12:30'; expected a whole number"]


SETS = {
    "runs=0": "--set runs:1:1: runs is 0; expected a number of at least 1",
    "seed=-1": "--set seed:1:1: seed is -1; expected a number of at least 0",
    "runs=many": "--set runs:1:1: runs is 'many'; expected a whole number",
    "sed=1": "--set sed:1:1: there is no setting called 'sed' here; did you mean 'seed'?",
    "runs.x=1": "--set runs.x:1:1: runs is a mapping; expected a whole number",
    "extends=base": "--set extends:1:1: there is no setting called 'extends' here; did you mean 'events'?",
    "parameters.threat.wieght=1": "--set parameters.threat.wieght:1:1: "
    "there is no setting called 'wieght' here; did you mean 'weight'?",
    "parameters.threat.weight=[1": "--set parameters.threat.weight:1:26: this '[' is not closed: "
    "',' or ']' is expected at line 1, column 28",
    "runs=1e400": "--set runs:1:6: must be a finite number, not '1e400', which overflows",
    "runs=!!int 5": "--set runs:1:6: 'tag:yaml.org,2002:int' is a tag ('!'), which scenario files do not use",
    "actors.dione=": "--set actors.dione:1:1: 'dione' is null, but there is nothing called 'dione' to remove",
    "uncertainties.parameters.threat.wieght=plausible": "--set uncertainties.parameters.threat.wieght:1:1: "
    "'parameters.threat.wieght': threat has no parameter called 'wieght'; did you mean 'weight'?",
    "events.raid.add.violation.seres=2": "--set events.raid.add.violation.seres:1:1: 'violation.seres': "
    "there is no actor called 'seres'; did you mean 'ceres'?",
    "=5": "--set '=5': expected path=value, for instance parameters.isolation.weight=0.5",
    "a..b=1": "--set 'a..b=1': expected path=value, for instance parameters.isolation.weight=0.5",
    "runs": "--set 'runs': expected path=value, for instance parameters.isolation.weight=0.5",
    "": "--set '': expected path=value, for instance parameters.isolation.weight=0.5",
    "runs=1\nseed: 2": "--set runs: the value must be one value on one line",
}


@pytest.mark.parametrize(("given_", "said"), SETS.items())
def test_a_wrong_override_is_told_like_a_fault_in_a_file(folder, given_, said):
    with pytest.raises(WedgeError) as caught:
        load("tiny.yaml", [given_])
    assert str(caught.value) == said


def test_overrides_reach_paths_with_dots(folder):
    sets = ["uncertainties.parameters.threat.weight=plausible", "events.raid.add.violation.ceres=2"]
    data = load("tiny.yaml", sets).data
    assert data["uncertainties"]["parameters.threat.weight"] == "plausible"
    assert data["events"]["raid"]["add"]["violation.ceres"] == 2


def test_faults_of_all_overrides_are_told_together(folder):
    with pytest.raises(ScenarioError) as caught:
        load("tiny.yaml", ["runs=0", "sed=1", "events.raids="])
    assert len(caught.value.faults) == 3


WHERE = {
    "nowhere": "there is no scenario called 'nowhere'; give a file",
    "abe_engagment": "there is no scenario called 'abe_engagment'; did you mean 'abe_engagement'?",
    "tiny": "there is no scenario called 'tiny'; did you mean 'tiny.yaml'?",
    "../tiny": "there is no scenario called '../tiny'",
    "": "there is no scenario called ''",
    "missing.yaml": "missing.yaml:1:1: there is no such file",
    "folder.yaml": "folder.yaml:1:1: this is a folder; a YAML file is expected",
    "pipe.yaml": "pipe.yaml:1:1: this is a pipe or a device; a YAML file is expected",
    "empty.yaml": "empty.yaml:1:1: the file is empty; 'name: value' lines are expected",
    "bytes.yaml": "bytes.yaml:1:1: byte 0xFF is not UTF-8 text",
    "large.yaml": "large.yaml:1:1: the file is larger than 1 MiB",
    "nul\0.yaml": "nul\0.yaml:1:1: the file cannot be read",
}


@pytest.mark.parametrize(("where", "said"), WHERE.items())
def test_a_file_that_cannot_be_read_is_told(folder, where, said):
    Path("folder.yaml").mkdir()
    os.mkfifo("pipe.yaml")
    Path("empty.yaml").touch()
    Path("bytes.yaml").write_bytes(b"\xff\xfe")
    Path("large.yaml").write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(WedgeError) as caught:
        load(where)
    assert str(caught.value).startswith(said)


def test_a_link_out_of_the_folder_is_not_followed_by_extends(folder):
    inner = folder / "inner"
    inner.mkdir()
    (inner / "link.yaml").symlink_to(folder / "tiny.yaml")
    (inner / "file.yaml").write_text("format: 1\nextends: link.yaml\n")
    with pytest.raises(ScenarioError, match="extends must stay inside the file's own folder"):
        load(inner / "file.yaml")


def test_nothing_in_a_file_is_run(folder):
    evil = "title: !!python/object/apply:os.mkdir [owned]\nseed: !!python/name:os.system\n"
    assert len(faults_of(evil + "format: 1\nextends: tiny.yaml\n")) == 2
    assert not Path("owned").exists()


HOSTILE = {
    "keys": "".join(f"key{k}: 1\n" for k in range(20_000)),
    "alternatives": "question:\n  against:\n" + "".join(f"    x{k}: {{seed: 1}}\n" for k in range(5_000)),
    "events": "events:\n" + "".join(f"  x{k}: {{at: 2001, set: {{o.k: 1}}}}\n" for k in range(4_000)),
    "actors": "actors:\n" + "".join(f"  x{k}: {{capability: 1}}\n" for k in range(10_000)),
    "nested": "a: " + "[" * 3_000,
    "one long word": "title: " + "x" * 300_000,
    "digits": "seed: " + "9" * 300_000,
    "aliases": "a: &a [x]\n" + "".join(f"b{k}: [*a, *a, *a]\n" for k in range(1_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_absurdly_large_file_is_refused_soon_and_in_few_words(folder, text):
    faults = faults_of(text + "\nformat: 1\nextends: tiny.yaml\n")
    assert faults
    assert max(map(len, faults)) < 400


DATA = {
    "nothing": ({}, "'format' is missing"),
    "not a number": ({"seed": float("nan")}, "a number is not finite"),
    "infinite": ({"runs": float("inf")}, "a number is not finite"),
    "huge": ({"seed": 10**5000}, "a number is not finite"),
    "an object": ({"seed": object()}, "expected text, a number, true, false or null"),
    "bytes": ({"title": b"x"}, "expected text, a number, true, false or null"),
    "a number as key": ({1: 2}, "there is no setting called '1' here"),
}


@pytest.mark.parametrize(("data", "said"), DATA.values(), ids=DATA)
def test_plain_data_is_checked_like_a_file(data, said):
    with pytest.raises(ScenarioError) as caught:
        from_data(data, "given")
    assert [each for each in caught.value.faults if said in each.message]


def test_data_that_hold_themselves_are_refused():
    data = {}
    data["actors"] = data
    with pytest.raises(ScenarioError, match="nesting is deeper than 24 levels"):
        from_data(data)


def test_the_resolved_data_of_a_scenario_are_a_scenario():
    scenario = load(DEFAULT)
    assert from_data(scenario.data).data == scenario.data
    assert json.loads(json.dumps(scenario.data)) == scenario.data


PLUGINS = {
    "missing.py": (None, "cannot be read (No such file or directory)"),
    "words.txt": ("x = 1", "a Python file is expected; its name must end in .py"),
    "syntax.py": ("x = 1\ndef", "line 2: SyntaxError: "),
    "raises.py": ("x = 1\n\nraise ValueError('one\\ntwo')", "line 3: ValueError: one two"),
    "leaves.py": ("import sys\nsys.exit(0)", "line 2: SystemExit: 0"),
    "imports.py": ("import no_such_module", "line 1: ModuleNotFoundError: No module named 'no_such_module'"),
    "binary.py": ("\0\0", "source code string cannot contain null bytes"),
}


@pytest.mark.parametrize(("name", "case"), PLUGINS.items())
def test_a_broken_plugin_is_told_in_one_line(folder, name, case):
    text, said = case
    if text is not None:
        Path(name).write_text(text)
    with pytest.raises(WedgeError) as caught:
        load_plugin(Path(name))
    assert str(caught.value).startswith(f"--plugin {name}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


POLICY = """\
from dataclasses import dataclass
from typing import ClassVar
from sim.policies import Decision, Policy
{decorator}
class Mine(Policy):
    name: ClassVar[str] = "{name}"
    def decide(self, seen, memory, luck):
        return Decision({{"mine": seen.received * 0.0}})
"""
OWN = {
    "taken": ("@dataclass(frozen=True)", "fixed", "there is a policy called 'fixed' already"),
    "misnamed": ("@dataclass(frozen=True)", "My Policy", "'My Policy' cannot be a name"),
    "plain": ("", "mine", "the class Mine must be a dataclass"),
    "sound": ("@dataclass(frozen=True)", "mine", ""),
}


@pytest.mark.parametrize(("decorator", "name", "said"), OWN.values(), ids=OWN)
def test_a_plugin_policy_is_inspected_before_it_is_used(folder, decorator, name, said):
    """In a process of its own, because a class once registered stays."""
    Path("own.py").write_text(POLICY.format(decorator=decorator, name=name))
    Path("file.yaml").write_text(whole("policies: {ares: {ceres: {policy: mine}}}"))
    asked = ["check", "file.yaml", "--plugin", "own.py", "--plugin", "own.py"]
    done = subprocess.run(
        [sys.executable, "-c", "from sim.cli import main; main()", *asked],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    assert done.returncode == (2 if said else 0), done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["plain.yaml", "a: b # c.yaml", '"quoted".yaml', "null.yaml", "élan.yml"])
def test_the_starter_is_sound_whatever_its_name(folder, name):
    write_starter(Path(name))
    assert load(name).spec.runs == 1000


JUNK = [
    None, True, 0, 1, -1, 0.5, 2.5, 1e9, -1e300, float("nan"), float("inf"), 10**30, "", "x", "ares",
    "boreas", "everyone", "plausible", "2001", "2001Q3", "month", "fixed", "bind", "hedge", "é" * 5000, b"x",
    1 + 2j, [], {}, [1, 2], ["ares", "boreas"], (1, 2), {"a": 1}, {"everyone": 0.3}, {"uniform": [0, 1]},
    {"ares": {"everyone": 1}}, {"policy": "quantal_response"}, {"policy": "roth_erev"}, {"policy": "wedge"},
    {"policy": "schedule", "stances": {"2000": 0.5}}, {"policy": "reciprocity", "gesture": 0.5},
    {"policy": "balance_threat"},
]  # fmt: skip
KEYS = [
    "ares", "boreas", "ceres", "everyone", "value", "why", "source", "parameters", "policy", "measure", "a b",
    "parameters.threat.weight", "order", "alignment.ares.boreas", "initial.order", "x" * 300, "2001", "set",
    "add", "until", "step", "capability", "strait", "isles", "weight", "scenario", "run",
]  # fmt: skip


def places(node, path=()):
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def at(node, path):
    for key in path:
        node = node[key]
    return node


def mutate(data, draw):
    """Replace, delete, rename, copy or rescale something, wherever it is."""
    path = draw(st.sampled_from([each for each in places(data) if each] or [()]))
    if not path:
        return
    parent, key = at(data, path[:-1]), path[-1]
    deed = draw(st.sampled_from(["replace", "delete", "rename", "copy", "rescale"]))
    if deed == "replace":
        parent[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    elif deed == "delete":
        del parent[key]
    elif deed == "rename" and isinstance(parent, dict):
        parent[draw(st.sampled_from(KEYS))] = parent.pop(key)
    elif deed == "copy":
        mappings = [each for each in places(data) if isinstance(at(data, each), dict)]
        at(data, draw(st.sampled_from(mappings)))[draw(st.sampled_from([*KEYS, key]))] = copy.deepcopy(
            parent[key]
        )
    elif isinstance(parent[key], int | float):
        parent[key] = draw(st.sampled_from([0, 1, -1, 0.999, 2, 100, parent[key] * 1.3, -parent[key]]))


@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mutated_data_are_a_sound_scenario_or_give_faults(data):
    """Never anything else: whatever is accepted builds, runs and stays finite and symmetric."""
    given_ = from_text(TINY, "tiny.yaml").data
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(given_, data.draw)
    try:
        scenario = from_data(given_)
    except ScenarioError as error:
        lines = [str(each) for each in error.faults]
    else:
        take_two_steps(scenario)
        return
    assert lines
    assert not [each for each in lines if "\n" in each or len(each) > 600]


def take_two_steps(scenario):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for each in (scenario, *scenario.arms.values(), scenario.eventless):
            outcomes_of(each)
            world = build(each, 0, 3)
            state = world.start
            for k in range(2):
                state = world.step(state, k)
            assert np.isfinite(state.engagement).all()
            assert np.allclose(state.alignment, state.alignment.swapaxes(0, 1))
