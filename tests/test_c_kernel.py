"""The model in C against the ensemble's trajectories: the same luck and parameters, equations of its own.

Quantities agree to about 1e-15 (activity, in sorties of some hundred a year, to about 1e-13), so they
are held to 1e-12 of their size; crises, who joined, losses, violations and settlements are the same ones.
"""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks import c_kernel
from benchmarks.c_kernel import CKernel, NoCompiler, Uncovered
from sim.build import outcomes_of
from sim.ensemble import measured, simulate
from sim.outcomes import Paths
from sim.scenario import Scenario, load

TOLERANCE = 1e-12
"""Some hundred roundings of 1e-16 of a quantity's size, with room to spare."""

RUNS = 404
DISCRETE = ("crisis", "loss", "joined", "violation", "settlement")

STIRRED = (
    "parameters.setting.spillover=0.4",
    "parameters.conduct.noise=0.1",
    "parameters.alignment.noise=0.03",
    "parameters.reciprocity.weight=0.8",
    "parameters.commitment.detachment=0.4",
    "parameters.commitment.weight=0.8",
    "parameters.norms.weight=0.9",
    "parameters.norms.hazard.japan=0.1",
    "parameters.norms.resolve.japan.china=0.9",
    "parameters.crisis.hazard.senkaku=0.2",
    "parameters.crisis.weight=0.9",
    "parameters.crisis.decisiveness=1.7",
    "parameters.crisis.aloofness=1.5",
    "parameters.territory.weight=0.8",
    "parameters.territory.settlement_base=-3",
    "ties.alliances.us_japan.commitment=0.5",
    "ties.alliances.paris_tokyo={patron: europe, client: japan, commitment: 0.4, rivals: [china]}",
    "ties.alliances.paris_beijing={patron: europe, client: china, commitment: 0.5}",
    "ties.flashpoints.baltic={attacker: russia, defender: europe}",
    "ties.wedges.washington_moscow={divider: united_states, target: russia, adversary: china}",
    "ties.disputes.senkakus={holder: japan, claimant: china}",
    "initial.grievance.china=0.8",
    "events.nearer={at: 2019, set: {parameters.threat.scale: 0.3}}",
    "events.shift={at: 2015, until: 2018Q2, set: {parameters.setting.size_exponent: 0.5}, "
    "add: {parameters.reciprocity.response: 0.1, parameters.setting.growth.russia: 0.01}}",
)
"""The default with everything on, and often, so that no term is idle."""

CASES = {"default": ("abe_engagement", ()), "stirred": ("abe_engagement", STIRRED)}
CASES |= {name: (name, ()) for name in ("base", "firm_line", "no_isolation", "north_korea_g7")}


@pytest.fixture(scope="module", autouse=True)
def _compiler() -> None:
    try:
        CKernel(load())
    except NoCompiler as error:
        pytest.skip(str(error))


@cache
def scenario(case: str) -> Scenario:
    name, sets = CASES[case]
    return load(name, sets)


@cache
def expected(case: str) -> Paths:
    return simulate(scenario(case), first=96, runs=RUNS)


def worst(case: str, found: dict[str, np.ndarray]) -> dict[str, float]:
    """The largest gap of each quantity, relative to its largest value where that is above 1."""
    gaps = {}
    for name, each in found.items():
        other = expected(case).arrays[name]
        assert each.shape == other.shape
        gaps[name] = float(np.abs(each - other).max(initial=0.0) / max(1.0, np.abs(other).max(initial=0.0)))
    return gaps


@pytest.mark.parametrize("case", CASES)
def test_paths_are_those_of_the_ensemble(case: str) -> None:
    found = CKernel(scenario(case)).run(96, RUNS)
    assert {name: gap for name, gap in worst(case, found).items() if not gap <= TOLERANCE} == {}
    for name in DISCRETE:
        np.testing.assert_array_equal(found[name], expected(case).arrays[name])


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="flags of x86-64 processors")
@pytest.mark.parametrize("flag", ["-mno-avx512f", "-mno-avx"])
def test_shorter_vectors_give_the_same(flag: str) -> None:
    found = CKernel(scenario("default"), (*c_kernel.FLAGS, flag)).run(96, RUNS)
    assert max(worst("default", found).values()) <= TOLERANCE


def test_every_quantity_but_the_intent_is_compared() -> None:
    assert set(CKernel(scenario("default")).quantities) == set(expected("default").arrays) - {"intent"}


@pytest.mark.parametrize("quantity", DISCRETE)
def test_what_happens_by_chance_does_happen_in_what_is_compared(quantity: str) -> None:
    assert expected("stirred").arrays[quantity].any()


@pytest.mark.parametrize("case", ["default", "stirred", "no_isolation"])
def test_the_front_measured_on_the_way_is_the_outcome(case: str) -> None:
    kernel = CKernel(scenario(case))
    outcomes = measured(outcomes_of(scenario(case)), expected(case))
    found = kernel.fronts(kernel.inputs(96, RUNS))
    assert found[""][:RUNS].any()
    for column, values in found.items():
        other = outcomes["front." + column if column else "front"]
        tolerance = TOLERANCE if column == "index" else 0.0
        np.testing.assert_allclose(values[:RUNS], other, rtol=0.0, atol=tolerance)


def test_runs_are_the_same_whatever_they_are_computed_with() -> None:
    kernel = CKernel(scenario("default"))
    whole, part = kernel.run(0, 60), kernel.run(17, 3, only=["alignment", "joined"])
    assert sorted(part) == ["alignment", "joined"]
    for name, each in part.items():
        np.testing.assert_array_equal(each, whole[name][..., 17:20])


@pytest.mark.parametrize(
    ("name", "sets"),
    [
        ("outlook_2036", ()),
        ("senkaku_crisis", ()),
        ("abe_engagement", ("step=month",)),
        ("abe_engagement", ("events.crimea.probability=0.5",)),
        ("abe_engagement", ("policies.japan.russia={policy: fixed, stance: 0.1}",)),
    ],
)
def test_what_the_kernel_leaves_out_is_refused(name: str, sets: tuple[str, ...]) -> None:
    with pytest.raises(Uncovered, match="C kernel"):
        CKernel(load(name, sets))


def test_no_compiler_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(NoCompiler, match="needs a C compiler"):
        c_kernel.compiler()
