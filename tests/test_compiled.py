"""The compiled backend: the same numbers up to rounding, from the same text."""

import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim import backends
from sim.build import dealt, outcomes_of, ties_of
from sim.cli import main
from sim.compiled import kept, target
from sim.ensemble import arms_of, measured, run_arms, simulate
from sim.errors import WedgeError
from sim.experiment import load as load_experiment
from sim.lines import lines_of, series_of, shown_cells
from sim.luck import BLOCK, deal_block, key_of
from sim.outcomes import all_of, reads
from sim.policies import policies
from sim.results import load as load_results
from sim.results import run
from sim.running import run_and_save
from sim.scenario import load, names
from sim.sweeping import sweep
from tests.worlds import deep, founding, parameters, scenario

ROOT = Path(__file__).parent.parent
missing = importlib.util.find_spec("llvmlite") is None
needs_llvm = pytest.mark.skipif(
    missing, reason="llvmlite is not installed: pip install 'wedge-sim[compiled]'"
)

TOLERANCE = 1e-12
"""Relative above 1, absolute below. Sums, products, quotients, roots and choices have NumPy's bits, so
all that differs is the last digits of exponentials and powers (a few 1e-16 a step), which the dynamics
mostly damp. The largest gap seen is 4e-15; this leaves room for other processors' exponentials in NumPy."""


def gap(one, other):
    """The largest difference, relative where values are above 1."""
    return max(
        (np.abs(one[name] - other[name]) / np.maximum(1.0, np.abs(one[name]))).max(initial=0.0)
        for name in one
    )


def both(given, runs=30, **how):
    return (simulate(given, runs=runs, **how), simulate(given, runs=runs, backend="compiled", **how))


def agree(given, runs=30, **how):
    plain, fast = both(given, runs, **how)
    assert gap(plain.arrays, fast.arrays) < TOLERANCE
    one, other = (measured(outcomes_of(given), each) for each in (plain, fast))
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-9, atol=1e-9, err_msg=name)


@needs_llvm
@pytest.mark.parametrize("name", [each for each in names() if each != "base"])
def test_shipped_scenarios_agree_run_by_run(name):
    agree(load(name))


@needs_llvm
@pytest.mark.slow
@pytest.mark.parametrize("name", [each for each in names() if each != "base"])
def test_every_arm_of_shipped_scenarios_agrees_run_by_run(name):
    for each in arms_of(load(name)).values():
        agree(each, runs=200)


CHOSEN = {
    "fixed": {"stance": 0.3},
    "schedule": {"stances": {"2013": 0.4, "2013Q3": -0.2}},
    "reciprocity": {"gesture": 0.2},
}


@needs_llvm
@pytest.mark.parametrize("name", sorted(policies()))
def test_policies_agree(name):
    given = {"policy": name, **CHOSEN.get(name, {})}
    agree(founding({"policies": {"japan": {"russia": given}, "china": {"japan": given}}}, years=3))


@needs_llvm
@pytest.mark.parametrize("name", ["reciprocity", "roth_erev", "schedule", "quantal_response"])
def test_policies_decide_once_a_quarter_in_monthly_steps(name):
    given = {"policy": name, **CHOSEN.get(name, {})}
    agree(founding({"step": "month", "policies": {"japan": {"russia": given}}}, years=2))


@needs_llvm
@pytest.mark.parametrize("step", ["month", "quarter", "year"])
@pytest.mark.parametrize("n", [2, 4, 9])
def test_sizes_and_steps_agree(n, step):
    spread = {"uncertainties": {"parameters.threat.hostility_exponent": "plausible"}}
    agree(scenario({"step": step}, spread, n=n, years=3))


@needs_llvm
@pytest.mark.slow
def test_thirty_actors_agree():
    agree(scenario(n=30, years=3))


EVENTFUL = deep(
    parameters(norms={"hazard": {"russia": 0.2}, "emboldenment": 0.3, "counter_binding": 0.3}),
    {
        "events": {
            "seizure": {"at": 2013, "probability": 0.5, "add": {"violation.russia": 1.0}},
            "clash": {"at": 2013, "probability": 0.5, "add": {"crisis.isles": 1.0}},
            "turn": {
                "at": 2014,
                "until": 2015,
                "probability": 0.3,
                "set": {"parameters.isolation.weight": 0.0},
            },
            "visit": {"at": 2014, "add": {"engagement.russia.japan": -0.4}},
        }
    },
)


@needs_llvm
@pytest.mark.parametrize("step", ["month", "quarter", "year"])
def test_events_that_may_happen_agree(step):
    agree(founding(EVENTFUL, {"step": step}, years=4))


@needs_llvm
def test_every_mechanism_off_or_on_in_some_runs_agrees():
    from sim.mechanisms import MECHANISMS

    spread = {f"parameters.{name}.weight": {"choice": [0, 1]} for name in MECHANISMS}
    agree(founding(EVENTFUL, {"uncertainties": spread}, years=3))
    agree(founding(EVENTFUL, parameters(**{name: {"weight": 0.0} for name in MECHANISMS}), years=3))


@needs_llvm
@pytest.mark.parametrize("step", ["month", "quarter"])
def test_a_branch_agrees_and_hands_over_memory(step):
    from sim.calendar import month_of
    from sim.scenario import Branch

    grit = {"policies": {"japan": {"russia": {"policy": "reciprocity", "gesture": 0.2}}}}
    trunk = founding(EVENTFUL, {"step": step}, grit, years=4)
    own = founding(
        EVENTFUL, {"step": step}, grit, {"policies": {"china": {"japan": {"policy": "roth_erev"}}}}, years=4
    )
    for date in ("2013-05", "2014Q2"):
        agree(replace(own, branch=Branch(trunk, month_of(date))))


@needs_llvm
@pytest.mark.parametrize("name", ["abe_engagement", "neutrality_pact_1941"])
def test_what_a_run_gives_does_not_depend_on_the_runs_beside_it(name):
    given = load(name)
    whole = simulate(given, runs=250, backend="compiled").arrays
    for first, runs in ((0, 40), (100, 7), (93, 13), (249, 1)):
        some = simulate(given, first=first, runs=runs, backend="compiled").arrays
        for quantity, each in whole.items():
            assert np.array_equal(some[quantity], each[..., first : first + runs]), (quantity, first)


@needs_llvm
def test_settings_of_one_structure_share_their_machine_code():
    simulate(founding(years=2), runs=30, backend="compiled")
    known = len(kept._KNOWN)
    simulate(founding(years=2), first=30, runs=25, backend="compiled")
    simulate(founding({"seed": 6}, parameters(balance={"weight": 0.31}), years=2), runs=9, backend="compiled")
    assert len(kept._KNOWN) == known


@needs_llvm
def test_code_from_disk_gives_the_same_bits_and_spoilt_code_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv(kept.FOLDER, str(tmp_path))
    given, found = founding(EVENTFUL, years=4), []
    for spoil in (False, False, True):
        monkeypatch.setattr(kept, "_KNOWN", {})
        files = sorted(tmp_path.iterdir())
        assert len(files) == (1 if found else 0)
        if spoil:
            files[0].write_bytes(files[0].read_bytes()[:1000])
        found.append(simulate(given, runs=20, backend="compiled").arrays)
    for other in found[1:]:
        assert all(np.array_equal(found[0][name], other[name]) for name in other)


@needs_llvm
def test_an_edit_of_the_model_makes_new_code(tmp_path):
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    asked = [sys.executable, "-c", "from sim.compiled.kept import _file; print(_file('a structure').name)"]
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    found = []
    for edit in ("", "\n# nothing\n"):
        with (tmp_path / "sim" / "mechanisms" / "crisis.py").open("a") as text:
            text.write(edit)
        done = subprocess.run(asked, capture_output=True, text=True, check=True, env=env, cwd=tmp_path)
        found.append(done.stdout)
    assert found[0] != found[1]


@needs_llvm
@pytest.mark.parametrize("shape", ["normal", "uniform"])
def test_machine_code_deals_the_numbers_that_numpy_deals(shape):
    from sim.compiled.dealing import MachineDealer, dealer

    assert isinstance(dealer(), MachineDealer)
    for block in range(500):
        key = key_of(block % 7, "stream", (str(block),))
        ours, theirs = np.zeros((40, 3, BLOCK)), np.zeros((40, BLOCK))
        dealer().deal(key, block, shape, ours[:, 1])
        deal_block(key, block, shape, theirs)
        assert np.array_equal(ours[:, 1], theirs)
        assert not ours[:, ::2].any()


OLDER = ("haswell", "nehalem", "x86-64")


@needs_llvm
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="not a processor of this family")
@pytest.mark.parametrize("cpu", OLDER)
def test_older_processors_give_the_same_bits(monkeypatch, cpu):
    monkeypatch.setenv(kept.FOLDER, "")
    given, found = founding(EVENTFUL, years=4), []
    for each in (target.processor(), (cpu, "")):
        monkeypatch.setattr(kept, "_KNOWN", {})
        monkeypatch.setattr(target, "processor", lambda each=each: each)
        found.append(simulate(given, runs=50, backend="compiled").arrays)
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


@needs_llvm
def test_threads_deal_beside_each_other():
    from concurrent.futures import ThreadPoolExecutor

    given = load()
    wanted = [
        simulate(given, first=100 * k, runs=100, only=["alignment"], backend="compiled") for k in range(8)
    ]
    with ThreadPoolExecutor(4) as crew:
        found = crew.map(
            lambda k: simulate(given, first=100 * (k % 8), runs=100, only=["alignment"], backend="compiled"),
            range(40),
        )
    for k, each in enumerate(found):
        assert np.array_equal(each.arrays["alignment"], wanted[k % 8].arrays["alignment"])


@needs_llvm
@pytest.mark.parametrize("kind", ["plain", "antithetic", "quasi_random"])
def test_luck_of_every_kind_is_the_same_whoever_deals_it(kind):
    given = load("abe_engagement", sets=[f"luck={kind}"])
    for first, runs in ((0, 300), (170, 250)):
        asked = ("engagement", "normal", [("a", "b"), None, ("b", "a")], 0, given.calendar.steps)
        one, other = (dealt(given, first, runs, None, each).table(*asked) for each in ("numpy", "compiled"))
        assert np.array_equal(one, other)
        part = dealt(given, first, runs, None, "compiled").part(30, 200).table(*asked)
        assert np.array_equal(part, one[..., 30:200])


@needs_llvm
def test_where_words_run_out_numpy_deals(monkeypatch):
    from sim.compiled import dealing

    monkeypatch.setattr(dealing, "SPARE", 10**9)
    dealer = dealing.MachineDealer()
    key, ours, theirs = key_of(3, "stream", ()), np.empty((400, BLOCK)), np.empty((400, BLOCK))
    dealer.deal(key, 5, "normal", ours)
    deal_block(key, 5, "normal", theirs)
    assert np.array_equal(ours, theirs)


@needs_llvm
def test_where_numpy_deals_otherwise_numpy_deals(monkeypatch):
    from sim.compiled import dealing

    def otherwise(key, block, shape, out):
        deal_block(key, block + 1, shape, out)

    monkeypatch.setattr(dealing, "deal_block", otherwise)
    assert dealing.dealer.__wrapped__() is None


@needs_llvm
def test_bins_counted_by_machine_code_are_numpys():
    from sim.compiled import counting
    from sim.spread import BINS, count

    luck = np.random.default_rng(1)
    whole = luck.uniform(-1.2, 1.2, (41, 5, 777))
    whole[:, :, 0], whole[:, :, 1], whole[:, :, 2] = -1.0, 1.0, 1.0 - 1e-16
    for values in (whole[:, 2], whole[:, 3, ::2]):
        found = []
        for how in (count, counting.count):
            counts, totals = np.zeros((41, BINS + 1), dtype=np.int32), np.zeros(41, dtype=np.int64)
            for _ in range(2):
                how(values, -1.0, BINS * 2.0**20 / 2.0, BINS * 2.0**20, 20, counts, totals)
            found.append((counts, totals))
        assert np.array_equal(found[0][0], found[1][0])
        assert np.array_equal(found[0][1], found[1][1])
        assert found[0][0].sum() == 2 * values.size


@needs_llvm
@pytest.mark.parametrize("name", [each for each in names() if each != "base"])
def test_outcomes_and_lines_read_no_cell_that_is_not_recorded(name):
    given = load(name)
    outcomes, ties = outcomes_of(given), ties_of(given)
    needed = all_of([reads(outcomes, ties), shown_cells(ties), {"capability": None}])
    some, whole = (simulate(given, runs=30, only=each, backend="compiled") for each in (needed, None))
    one, other = measured(outcomes, some), measured(outcomes, whole)
    assert all(np.array_equal(one[column], other[column], equal_nan=True) for column in other)
    lines = series_of(ties, outcomes)
    for values, wanted in zip(lines_of(some, lines, outcomes), lines_of(whole, lines, outcomes), strict=True):
        assert np.array_equal(values, wanted)
    assert any(np.isnan(each).any() for each in some.arrays.values())


def called(name, *columns):
    """One of the functions of eight numbers at once, over columns of numbers."""
    import ctypes

    from sim.compiled.functions import LANES, LIBRARY, V
    from sim.compiled.target import loaded, object_code

    lines = [f"  %x{k} = load {V}, ptr %a{k}, align 8" for k in range(len(columns))]
    text = f"""{LIBRARY}
define void @run({", ".join(f"ptr %a{k}" for k in range(len(columns)))}, ptr %out) #0 {{
{chr(10).join(lines)}
  %y = call {V} @{name}({", ".join(f"{V} %x{k}" for k in range(len(columns)))})
  store {V} %y, ptr %out, align 8
  ret void
}}"""
    engine, address = loaded(object_code(text))
    run = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * (len(columns) + 1))(address)
    out = np.empty_like(columns[0])
    for at in range(0, len(out), LANES):
        run(*(each[at:].ctypes.data for each in (*columns, out)))
    assert engine is not None
    return out


@needs_llvm
def test_exponentials_logarithms_and_powers_are_right_to_the_last_places():
    exact = np.longdouble
    x = np.linspace(-700.0, 700.0, 80_000)
    small = np.linspace(-2.0, 2.0, 80_000)
    for each in (x, small):
        wanted = np.exp(each.astype(exact))
        assert np.max(np.abs(called("exp", each) - wanted) / wanted) < 2.5e-16
    y = np.concatenate([np.linspace(1e-3, 4.0, 40_000), np.geomspace(1e-300, 1e300, 40_000)])
    logs = np.log(y.astype(exact))
    assert np.max(np.abs(called("log", y) - logs) / np.maximum(np.abs(logs), 1e-300)) < 4e-16
    base = np.linspace(0.0, 1.0, 8_000)
    for exponent in (0.0, 0.3, 1.5, 2.5, 7.0):
        wanted = base.astype(exact) ** exact(exponent)
        gap_ = np.abs(called("pow", base, np.full_like(base, exponent)) - wanted)
        assert np.max(gap_ / np.maximum(wanted, 1e-30)) < 1e-14, exponent
    assert called("exp", np.full(8, -800.0))[0] < 1e-300
    assert np.isfinite(called("exp", np.full(8, 800.0))[0])


@needs_llvm
def test_discrete_outcomes_differ_only_within_the_tolerance_of_a_threshold():
    given = load()
    plain, fast = (simulate(given, runs=1000, backend=each) for each in ("numpy", "compiled"))
    for name in ("crisis", "loss", "joined", "violation", "settlement"):
        assert np.array_equal(plain.arrays[name], fast.arrays[name]), name


@needs_llvm
def test_results_say_what_computed_them(tmp_path):
    done = run_and_save(founding(years=2), runs=20, out=tmp_path / "fast", backend="compiled")
    told = json.loads((tmp_path / "fast" / "manifest.json").read_text())
    assert told["backend"] == "compiled"
    assert "llvmlite" in told["versions"]
    assert load_results(tmp_path / "fast").backend == done.backend == "compiled"
    assert run(founding(years=2), runs=5).backend == "numpy"


SMALL = """\
format: 1
title: Small
question: Does it run?
scenario: abe_engagement
design: {kind: monte_carlo, points: 30}
"""


@needs_llvm
def test_sweeps_of_two_backends_never_mix(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    slow, fast = (load_experiment(file, backend=each) for each in ("numpy", "compiled"))
    assert slow.fingerprint != fast.fingerprint
    assert fast.definition["versions"]["llvmlite"]
    assert "llvmlite" not in slow.definition["versions"]
    one, other = (sweep(each, out=tmp_path, workers=1).study for each in (slow, fast))
    for name in one.columns:
        np.testing.assert_allclose(one.values(name), other.values(name), rtol=1e-9, atol=1e-9)


@needs_llvm
def test_the_command_line_chooses_a_backend(tmp_path):
    asked = ["run", "neutrality_pact_1941", "--runs", "20", "--alone", "--backend", "compiled", "--out"]
    done = CliRunner().invoke(main, [*asked, str(tmp_path / "fast")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "fast" / "manifest.json").read_text())["backend"] == "compiled"


@needs_llvm
def test_a_comparison_from_a_common_past_agrees(tmp_path):
    from sim.comparing import compare

    asked = {"runs": 60, "branch_at": "2014Q2"}
    one, other = (
        compare(["abe_engagement", "firm_line"], **asked, backend=each) for each in ("numpy", "compiled")
    )
    assert other.backend == "compiled"
    for name, arm in one.arms.items():
        for column, values in arm.measured.items():
            np.testing.assert_allclose(values, other.arms[name].measured[column], rtol=1e-9, atol=1e-9)


@needs_llvm
def test_results_are_the_same_bytes_however_many_processes_compute_them(tmp_path):
    given = load()
    found = [
        run_arms({"scenario": given}, 12_500, backend="compiled", workers=workers)[0]["scenario"]
        for workers in (1, 2)
    ]
    one, other = (each.columns() for each in found)
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)
    tables = [each.spread.table() for each in found]
    assert all(np.array_equal(tables[0][name], tables[1][name]) for name in tables[0])


PLUGIN = '''\
from dataclasses import dataclass

import numpy as np

from sim.policies import Decision, Policy


@dataclass(frozen=True)
class {kind}(Policy):
    """Looks at numbers."""

    name = "{name}"

    def decide(self, seen, memory, luck):
        made = {text}
        return made if isinstance(made, Decision) else Decision({{"looked": made}})
'''


ELEMENTWISE = {
    "warm": "np.tanh(seen.order) * np.sign(seen.alignment[:1, 1:2])",
    "careful": "np.where(seen.month >= 24123, 0.2, np.sqrt(np.abs(seen.order)) / 2.0)",
    "measured_out": "np.clip(np.exp(-seen.order) + np.log(1.0 + seen.order), 0.1, 0.9) ** 1.5",
    "cubed": "seen.alignment[:1, 1:2] ** 3 + (2.0 + seen.stance[:1, 1:2]) ** -2 * 0.1 + (0.0 * seen.order) ** 0",
    "squared": "np.square(seen.alignment[:1, 1:2]) + np.power(np.abs(seen.stance[:1, 1:2]), 0.7)",
    "tenths": "np.round(seen.order * 0.7, 1) + (seen.order * 0.33).round(2) + np.round(seen.order)",
    "held": "seen.order.clip(0.2, 0.6) + np.clip(seen.order, None, 0.5) + np.clip(seen.order, a_min=0.3, a_max=None)",
    "chosen": "np.where(seen.order > 0.5, seen.order > 0.7, 0.3) + 0.0 * seen.order",
    "agreed": "((seen.order > 0.1) + (seen.order > 0.2)) * 0.4 + ((seen.order > 0.1) & ~(seen.order > 0.9)) * 0.1",
    "either": "((seen.order > 0.9) | (seen.alignment[:1, 1:2] < 0.0)) * 1 - (seen.order >= 0.3) * 0.5",
    "counted": "(seen.order > 0.5) * 1.0 + np.zeros_like(seen.order) + np.ones_like(seen.order) * 0.1",
    "whole": "np.floor(seen.order * 3) / 3 + np.ceil(-seen.order) + np.rint(seen.order * 2) * 0.1",
    "joined": "np.concatenate([seen.order, seen.order * 0.5])[1:2] - np.minimum(seen.order, 1) + 1",
    "compared": "(seen.order != 0.0) * 0.2 + (seen.order == 0.8) * 0.1 + (0.5 <= seen.order) * 0.05",
    "cyclic": "(seen.month % 4) * 0.1 + (seen.alignment[:1, 1:2] % 0.3) * 0.1",
    "plain_memory": "Decision({'n': 0.01 * memory.get('n', 0.0)}, {'n': memory.get('n', 0.0) + 1.0})",
    "foreseeing": "seen.foresee(0.3, 1.0).threat * 0.1",
    "memorial": "Decision({'angry': 0.3 * (seen.alignment[:1, 1:2] < 0.0)}, {'angry': seen.alignment[:1, 1:2] < 0.0})",
}


VALUE = "it asks for the value of a number that is not known before a run; write numpy.where(condition, this, that)"
TAKEN = "it takes a number that is not known before a run out of its array"
INDEX = "it indexes by numbers that are not known before a run; write numpy.where(condition, this, that)"
ASKING = {
    "0.3 if seen.order > 0.5 else 0.1": VALUE,
    "0.3 if seen.order[0, 0, 0] > 0.5 else 0.1": TAKEN,
    "float(seen.order[0, 0, 0])": TAKEN,
    "seen.order if seen.month == 24123 else -seen.order": VALUE,
    "seen.order[seen.order > 0.5].reshape(1, 1, -1)": INDEX,
    "seen.order * seen.order.mean()": "it asks for one number of many runs, which depends on what is run together",
    "np.sort(seen.order)": "numpy.sort is not among the operations that can be compiled",
    "np.arctan(seen.order)": "numpy.arctan is not among the operations that can be compiled",
    "np.add(seen.order, 1.0, out=np.zeros((1, 1, 1)))": "it writes into an array of its own numbers that are not known "
    "before a run; write a = a + b",
}


@needs_llvm
def test_scenarios_with_other_numbers_of_actors_are_compared():
    from sim.comparing import compare

    asked = {"runs": 250, "workers": 1}
    one, other = (
        compare(["abe_engagement", "diversified_partners"], **asked, backend=each)
        for each in ("numpy", "compiled")
    )
    for name, arm in one.arms.items():
        for column, values in arm.measured.items():
            np.testing.assert_allclose(values, other.arms[name].measured[column], rtol=1e-9, atol=1e-9)


@needs_llvm
def test_numbers_drawn_as_whole_or_short_are_taken_as_they_are():
    given = founding({"uncertainties": {"parameters.isolation.weight": {"choice": [0, 1]}}}, years=2)
    for kind in (np.int64, np.float32, bool):
        drawn = {"parameters.isolation.weight": (np.arange(16) % 2).astype(kind)}
        agree(given, runs=16, drawn=drawn)


@needs_llvm
def test_structural_numbers_are_told_apart_however_numbers_are_printed():
    def horizon(years):
        return founding(
            {"policies": {"japan": {"russia": {"policy": "quantal_response", "horizon": years}}}}, years=1
        )

    with np.printoptions(precision=0):
        for years in (0.75, 1.0):
            agree(horizon(years), runs=5)


@needs_llvm
def test_a_branch_at_the_start_agrees_and_chunks_of_a_branch_share_their_code(monkeypatch):
    from sim.calendar import month_of
    from sim.scenario import Branch

    trunk, own = load("abe_engagement"), load("firm_line")
    agree(replace(own, branch=Branch(trunk, month_of("2012"))))
    later = replace(own, branch=Branch(trunk, month_of("2015")))
    monkeypatch.setattr(kept, "_KNOWN", {})
    for first in range(0, 300, 50):
        simulate(later, first=first, runs=50, backend="compiled")
    assert len(kept._KNOWN) == 2


@needs_llvm
def test_luck_is_dealt_once_for_all_options_of_a_sweep(tmp_path, monkeypatch):
    from sim.compiled.dealing import MachineDealer

    file, dealt_ = tmp_path / "three.yaml", []
    file.write_text(THREE)
    deal = MachineDealer.deal
    monkeypatch.setattr(MachineDealer, "deal", lambda self, *how: (dealt_.append(how[1]), deal(self, *how)))
    counts = []
    for options in (1, 3):
        dealt_.clear()
        sets = ["levers.stance.values=[0.1]"] if options == 1 else []
        sweep(load_experiment(file, sets, backend="compiled"), out=tmp_path / str(options), workers=1)
        counts.append(len(dealt_))
    assert counts[0] == counts[1]


THREE = """\
format: 1
title: Three stances
question: Does it run?
scenario: abe_engagement
design: {kind: monte_carlo, points: 400}
levers:
  stance: {path: parameters.isolation.weight, values: [0.1, 0.2, 0.3]}
"""


ALONE = """
import json, sys
from pathlib import Path
import numpy as np
from sim.ensemble import simulate
from sim.errors import WedgeError
from sim.plugins import load_plugin
from tests.worlds import founding

told = {}
for file in map(Path, sys.argv[1:]):
    load_plugin(file)
    policies = {"japan": {"russia": {"policy": file.stem}}, "china": {"japan": {"policy": file.stem}}}
    asks = file.stem.startswith(("asking", "restless"))
    gaps = []
    for step in ("quarter",) if asks else ("quarter", "month"):
        given = founding({"policies": policies, "step": step}, years=2)
        plain = simulate(given, runs=1 if asks else 12).arrays
        try:
            fast = simulate(given, runs=1 if asks else 12, backend="compiled").arrays
            if file.stem == "rooted":
                fast, plain = ({"engagement": each["engagement"][1, 0, 1]} for each in (fast, plain))
            same = {each: np.isclose(plain[each], fast[each], rtol=0, atol=1e-12, equal_nan=True) for each in plain}
            gaps.append(0.0 if all(each.all() for each in same.values()) else 1.0)
        except WedgeError as error:
            told[file.stem] = str(error)
    told.setdefault(file.stem, max(gaps, default=None))
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def plugged(tmp_path_factory):
    """What comes of users' policies, each run on NumPy and compiled in a process that they do not leave."""
    folder, files = tmp_path_factory.mktemp("policies"), []
    texts = ELEMENTWISE | {f"asking_{k}": text for k, text in enumerate(ASKING)}
    texts["rooted"] = (
        "np.maximum(np.sqrt(seen.alignment[:1, 1:2]), 0.1) + np.minimum(0.3, np.log(seen.order - 2.0))"
    )
    texts["restless"] = "np.random.default_rng().uniform() * seen.order"
    for name, text in texts.items():
        files.append(folder / f"{name}.py")
        files[-1].write_text(PLUGIN.format(kind=name.title().replace("_", ""), name=name, text=text))
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *map(str, files)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return json.loads(done.stdout)


@needs_llvm
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_users_vectorised_policy_is_compiled_as_it_stands(plugged, name):
    assert plugged[name] < TOLERANCE


@needs_llvm
@pytest.mark.parametrize("text", ASKING)
def test_a_policy_that_cannot_be_compiled_says_why_and_runs_on_numpy(plugged, text):
    name = f"asking_{list(ASKING).index(text)}"
    assert plugged[name] == (
        f"the policy '{name}' cannot be compiled ({name}.py, line 15): {ASKING[text]}; choose --backend numpy"
    )


@needs_llvm
def test_what_is_not_a_number_stays_so_through_limits(plugged):
    assert plugged["rooted"] == 0.0


@needs_llvm
def test_a_policy_that_decides_otherwise_each_time_is_refused(plugged):
    assert plugged["restless"].startswith("a policy decides otherwise each time it is asked")


@needs_llvm
def test_a_trace_of_terms_is_for_numpy_alone():
    with pytest.raises(ValueError, match="numpy backend alone"):
        simulate(founding(years=1), runs=2, trace=[], backend="compiled")


def test_an_unknown_backend_is_refused():
    with pytest.raises(WedgeError, match="no backend called 'gpu'; choose numpy or compiled"):
        simulate(founding(years=1), runs=2, backend="gpu")


def test_without_llvmlite_it_says_what_to_install(monkeypatch):
    def absent(name):
        raise backends.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(backends.metadata, "version", absent)
    backends.libraries.cache_clear()
    with pytest.raises(WedgeError, match=r"needs llvmlite: pip install 'wedge-sim\[compiled\]'"):
        run_arms({"scenario": founding(years=1)}, 2, backend="compiled")
    backends.libraries.cache_clear()


def test_numpy_never_imports_llvmlite():
    code = "import sys; from sim.results import run; run('neutrality_pact_1941', runs=2); print('llvmlite' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
