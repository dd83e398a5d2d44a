"""How the house is built: floors, one place for each equation, parameters that live and are told of."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from sim.build import build, outcomes_of
from sim.ensemble import measured, simulate
from sim.parameters import Parameter, parameters_of
from sim.policies import policies
from sim.rules import declared
from sim.state import quantities
from sim.timescale import per_step
from tests.worlds import deep, founding, parameters

ROOT = Path(__file__).parent.parent
FLOORS = [
    "errors axes parameters backends executors folders columns wording",
    "yamltext luck calendar timescale history",
    "balanced groups",
    "layers equations state distributions posterior",
    "setting",
    "mechanisms policies",
    "rules",
    "events rest outcomes spread",
    "lines",
    "foresight moves",
    "world",
    "branching",
    "compiled",
    "checking",
    "plugins",
    "scenario",
    "build numbers parcels weights",
    "ensemble agents sharing",
    "answer calibration",
    "designs forecasting",
    "study hindcast",
    "analyses theories",
    "results trajectories",
    "experiment",
    "sweeping",
    "functions",
    "provenance",
    "ema",
    "exporting",
    "running",
    "comparing",
    "looks",
    "explaining",
    "seat",
    "describing starter plots charts",
    "claims",
    "understanding",
    "cases",
    "report",
    "app",
    "cli",
    "__main__",
]
"""From the ground up: a room imports only from lower floors, or from its own floor's other rooms."""
HEAVY = {
    "mesa", "matplotlib", "pandas", "xarray", "h5netcdf", "scipy", "networkx", "SALib", "pyarrow", "ema_workbench",
    "distributed", "llvmlite", "platformdirs", "jinja2", "plotly", "flask", "waitress",
}  # fmt: skip
MAY_BE_HEAVY = {"agents": {"mesa"}, "plots": {"matplotlib", "networkx"}, "trajectories": {"h5netcdf"}}


def rooms():
    return [
        each
        for each in sorted((ROOT / "sim").rglob("*.py"))
        if each.name != "__init__.py" or each.parent.name != "sim"
    ]


def room_of(file):
    return file.relative_to(ROOT / "sim").parts[0].removesuffix(".py")


def imported(tree, file):
    """Modules of the package that a file imports, by top name; those for type checking left out."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    depth = len(file.relative_to(ROOT / "sim").parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in skipped and node.level:
            if node.level == depth:
                names = [node.module.split(".")[0]] if node.module else [each.name for each in node.names]
                yield from names
            elif node.level < depth:
                yield room_of(file)


@pytest.mark.parametrize("file", rooms(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_room_imports_only_from_its_floor_or_below(file):
    level = {name: k for k, floor in enumerate(FLOORS) for name in floor.split()}
    here = room_of(file)
    for name in imported(ast.parse(file.read_text()), file):
        if name in ("__version__", here):
            continue
        assert name in level, f"{name} has no floor"
        assert level[name] <= level[here], f"{here} imports {name} from above"


def test_every_room_has_a_floor():
    placed = {name for floor in FLOORS for name in floor.split()}
    assert {room_of(each) for each in rooms()} <= placed


@pytest.mark.parametrize("file", rooms(), ids=lambda file: str(file.relative_to(ROOT)))
def test_heavy_libraries_are_imported_where_they_are_used(file):
    tree = ast.parse(file.read_text())
    allowed = MAY_BE_HEAVY.get(room_of(file), set())
    for node in tree.body:
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        assert not ({each.split(".")[0] for each in names} & HEAVY) - allowed


SCIENCE = [
    each
    for each in rooms()
    if room_of(each)
    in ("equations", "mechanisms", "policies", "setting", "world", "moves", "rest", "foresight", "events")
]


@pytest.mark.parametrize("file", SCIENCE, ids=lambda file: str(file.relative_to(ROOT)))
def test_equations_use_no_reduction_product_or_bare_power(file):
    """These give other bits for other numbers of runs (axes.py says why)."""
    for node in ast.walk(ast.parse(file.read_text())):
        assert not isinstance(node, ast.MatMult)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            banned = {"sum", "mean", "prod", "dot", "einsum", "matmul", "power", "tanh", "cumsum"}
            assert node.func.attr not in banned, ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "sum", ast.unparse(node)
        assert not isinstance(node, ast.Pow)


@pytest.mark.parametrize("file", SCIENCE, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_science_names_no_country(file):
    code = file.read_text()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
            assert node.value.lower() not in ("japan", "russia", "china", "united_states", "usa"), node.value


def test_every_parameter_is_told_of_in_full():
    everything = [each for _, each in declared()] + [
        each for kind in policies().values() for each in parameters_of(kind)
    ]
    for each in everything:
        assert each.unit
        assert len(each.meaning) > 15, each.name
        assert each.source, each.name
        assert each.floor <= each.low <= each.high <= each.ceiling, each.name
        if each.default is not None:
            assert each.floor <= each.default <= each.ceiling, each.name


def test_every_assumption_cited_is_listed_and_every_one_listed_is_cited():
    text = (ROOT / "docs" / "assumptions.md").read_text()
    listed = set(re.findall(r"^#+ A(\d+)\b", text, re.MULTILINE))
    code = "\n".join(each.read_text() for each in rooms())
    cited = set(re.findall(r"\bA(\d{1,2})\b", code))
    assert cited == listed


LIVELY = {
    "parameters": {
        "conduct": {"feedback": 0.1},
        "threat": {"entanglement": 0.3, "hostility_exponent": 1.5},
        "commitment": {"detachment": 0.2},
        "setting": {"spillover": 0.3},
        "norms": {"emboldenment": 0.3, "counter_binding": 0.3, "hazard": {"russia": 0.2, "china": 0.1}},
        "crisis": {"hazard": 0.3, "deterrence": 0.3},
        "territory": {"settlement_base": -2.0},
    },
    "policies": {"japan": {"russia": {"policy": "schedule", "stances": {"2013": 0.4}}}},
    "outcomes": {"safety": {"measure": "security", "actor": "japan"}},
    "events": {"seizure": {"at": 2013, "add": {"violation.russia": 1.0, "engagement.russia.japan": -0.4}}},
}


def everything_of(given):
    block = simulate(given, runs=150)
    recorded = {each.name: block.arrays[each.name] for each in quantities()}
    return recorded | measured(outcomes_of(given), block)


@pytest.mark.parametrize(
    ("group", "each"), list(declared()), ids=lambda value: value if isinstance(value, str) else value.name
)
def test_no_parameter_is_dead(group, each: Parameter):
    """Moving it within its plausible range moves something that is recorded (or measured)."""
    low, high = each.low, each.high
    if each.over == "dyad" and each.name == "opportunity":
        low, high = 0.01, 0.06
    if each.over == "alliance":
        values = [{"america": {"japan": level}} for level in (low, high)]
    elif each.over in ("actor",):
        values = [{"russia": level} for level in (low, high)]
    elif each.over in ("dyad", "pair"):
        ends = ("russia", "japan") if each.name == "opportunity" else ("japan", "russia")
        values = [{ends[0]: {ends[1]: level}} for level in (low, high)]
    else:
        values = [low, high]
    one, other = (
        everything_of(founding(LIVELY, parameters(**{group: {each.name: value}}), years=6))
        for value in values
    )
    assert any(not np.array_equal(one[name], other[name]) for name in one)


def test_a_mechanism_at_weight_zero_is_exactly_off():
    from sim.mechanisms import MECHANISMS

    for name in MECHANISMS:
        off = founding(LIVELY, parameters(**{name: {"weight": 0.0}}), years=5)
        drawn = deep(LIVELY, {"uncertainties": {f"parameters.{name}.weight": {"choice": [0, 0]}}})
        sampled = founding(drawn, years=5)
        one, other = (simulate(each, runs=20).arrays for each in (off, sampled))
        for quantity in one:
            assert np.array_equal(one[quantity], other[quantity]), (name, quantity)


@pytest.mark.parametrize("h", [1 / 3, 1.0])
def test_rates_are_rescaled_by_kind(h):
    world = build(founding(), 0, 1)
    scaled = {name: per_step(group, h) for name, group in world.given.groups.items()}
    assert scaled["conduct"].inertia.item() == pytest.approx(0.5**h)
    assert scaled["alignment"].adjustment.item() == pytest.approx(0.2 * h)
    assert scaled["alignment"].noise.item() == pytest.approx(0.01 * np.sqrt(h))
    assert scaled["norms"].recovery.item() == pytest.approx(1 - 0.97**h)
    assert 1 - np.exp(-scaled["crisis"].hazard.item()) == pytest.approx(1 - 0.97**h)
    assert scaled["conduct"].noise.item() == pytest.approx(0.05 * (1 if h == 1 else 0.702), abs=1e-4)
    assert scaled["territory"].activity_noise.item() == pytest.approx(0.45 / np.sqrt(h))
    assert scaled["crisis"].resentment.item() == 0.25
