"""One text, two drivers: a Mesa run is the ensemble's run of the same number, bit for bit."""

import numpy as np
import pytest

from sim.agents import Country, WedgeModel, path_of
from sim.build import build, sampled
from sim.ensemble import arms_of, run_arms, simulate
from sim.luck import NoLuck
from sim.scenario import load, names
from sim.spread import Series, Spread
from sim.state import FLOWS, quantities
from tests.worlds import deep, founding

EVERYTHING = {
    "parameters": {
        "conduct": {"feedback": 0.2},
        "threat": {"entanglement": 0.4, "hostility_exponent": 1.7},
        "commitment": {"detachment": 0.2},
        "norms": {"emboldenment": 0.3, "counter_binding": 0.3, "hazard": {"everyone": 0.05}},
        "crisis": {"hazard": 0.1, "decisiveness": 1.4, "deterrence": 0.3},
    },
    "uncertainties": {
        "parameters.setting.size_exponent": "plausible",
        "parameters.threat.hostility_exponent": {"choice": [1, 2, 1.5]},
        "parameters.reciprocity.response": {"uniform": [0, 0.6]},
    },
    "events": {
        "seizure": {"at": 2014, "probability": 0.5, "add": {"violation.russia": 1.0}},
        "thaw": {"at": 2015, "until": 2017, "set": {"parameters.conduct.disposition.america.russia": 0.3}},
        "shock": {"at": 2016, "add": {"alignment.russia.china": -0.2, "commitment.america.japan": -0.3}},
        "clash": {"at": 2018, "set": {"crisis.isles": 1}},
    },
}
POLICIES = {
    "fixed": {"policy": "fixed", "stance": 0.4},
    "schedule": {"policy": "schedule", "stances": {"2014": 0.1, "2016Q3": 0.5}},
    "reciprocity": {"policy": "reciprocity", "response": -0.4},
    "grit": {"policy": "reciprocity", "response": 0.5, "gesture": 0.2},
    "hedge": {"policy": "hedge", "strength": 0.6},
    "balance_threat": {"policy": "balance_threat"},
    "wedge": {"policy": "wedge"},
    "wedge_named": {"policy": "wedge", "adversary": "china", "stance": 0.6},
    "principled": {"policy": "principled"},
    "bind": {"policy": "bind", "strength": 0.5},
    "quantal_response": {"policy": "quantal_response"},
    "roth_erev": {"policy": "roth_erev"},
}


def many(n):
    """A world of n actors with everything on and dense ties."""
    listed = [f"a{k}" for k in range(n)]
    level = {
        i: {j: round(np.sin(3 * k + 5 * m) * 0.6, 3) for m, j in enumerate(listed) if m != k}
        for k, i in enumerate(listed)
    }
    bonds = {
        i: {j: round(np.cos(2 * k + 7 * m) * 0.7, 3) for m, j in enumerate(listed) if m > k}
        for k, i in enumerate(listed[:-1])
    }
    shares = {i: {"everyone": round(0.9 / n, 4)} for i in listed}
    data = {
        "format": 1,
        "title": "many",
        "start": 2000,
        "end": 2004,
        "seed": 1,
        "actors": {name: {"capability": round(0.5 / (k + 1), 4)} for k, name in enumerate(listed)},
        "ties": {
            "alliances": {"pact": {"patron": "a0", "client": "a1", "commitment": 0.7}},
            "flashpoints": {"strait": {"attacker": listed[-1], "defender": "a1" if n > 2 else "a0"}},
        },
        "initial": {"engagement": level, "alignment": bonds},
        "parameters": {
            "setting": {"opportunity": shares, "proximity": 0.6},
            "norms": {"hazard": 0.1, "resolve": 0.2, "emboldenment": 0.2},
            "crisis": {"hazard": 0.2},
            "threat": {"hostility_exponent": 1.6, "entanglement": 0.3},
        },
        "uncertainties": {"parameters.threat.hostility_exponent": {"choice": [1, 2, 1.6]}},
    }
    from sim.scenario import from_data

    return from_data(data)


def assert_same_run(given, run, runs):
    together = simulate(given, runs=runs)
    model = WedgeModel(given, run)
    for k in range(given.calendar.records + 1):
        for each in quantities():
            alone = getattr(model.state, each.name)
            wanted = together.arrays[each.name][k * given.calendar.stride][..., run : run + 1]
            if given.calendar.stride > 1 and each.name in FLOWS:
                continue
            assert np.array_equal(np.broadcast_to(alone, wanted.shape), wanted), (each.name, k)
        if k < given.calendar.records:
            model.step()


@pytest.mark.parametrize("n", [2, 4, 9, 30])
def test_a_mesa_run_is_the_ensembles_run_to_the_bit(n):
    assert_same_run(many(n), run=3, runs=n if n > 3 else 12)


@pytest.mark.parametrize("step", ["month", "quarter", "year"])
def test_drivers_agree_in_every_time_step(step):
    assert_same_run(founding(EVERYTHING, {"step": step}), run=5, runs=8)


@pytest.mark.parametrize("name", list(POLICIES))
def test_drivers_agree_for_every_policy(name):
    actor, target = ("china", "russia") if name == "bind" else ("japan", "russia")
    law = {"parameters": {"norms": {"counter_binding": 0.0}}} if name == "bind" else {}
    here = founding(EVERYTHING, law, {"policies": {actor: {target: POLICIES[name]}}}, years=7)
    if name == "bind":
        here = founding(deep(EVERYTHING, law), {"policies": {actor: {target: POLICIES[name]}}}, years=7)
    assert_same_run(here, run=2, runs=4)


@pytest.mark.parametrize("name", names())
def test_drivers_agree_for_every_shipped_scenario(name):
    assert_same_run(load(name), run=1, runs=3)


def test_a_runs_result_does_not_depend_on_how_many_run_beside_it():
    here = founding(EVERYTHING)
    alone = {R: simulate(here, first=0, runs=R) for R in (1, 2, 4, 10)}
    crowd = simulate(here, first=0, runs=10_000, only=["alignment", "order"])
    for R, paths in alone.items():
        for quantity in ("alignment", "order"):
            assert np.array_equal(paths.arrays[quantity], crowd.arrays[quantity][..., :R]), (R, quantity)
    far = simulate(here, first=9_876, runs=3, only=["alignment"])
    assert np.array_equal(far.arrays["alignment"], crowd.arrays["alignment"][..., 9_876:9_879])


def test_outcomes_do_not_depend_on_how_many_run_beside_it():
    from sim.build import outcomes_of
    from sim.ensemble import measured

    here = load("abe_engagement")
    outcomes = outcomes_of(here)
    one = measured(outcomes, simulate(here, first=7, runs=1))
    crowd = measured(outcomes, simulate(here, first=0, runs=130))
    for name, values in one.items():
        assert np.array_equal(values, crowd[name][7:8], equal_nan=True), name


def test_as_many_runs_as_actors_are_no_special_case():
    here = founding(EVERYTHING)
    assert np.array_equal(
        simulate(here, runs=4).arrays["alignment"], simulate(here, runs=9).arrays["alignment"][..., :4]
    )


def test_an_uncertainty_does_not_redraw_the_others():
    few = founding({"uncertainties": {"parameters.isolation.weight": "plausible"}})
    more = founding(
        {
            "uncertainties": {
                "parameters.balance.weight": "plausible",
                "parameters.isolation.weight": "plausible",
            }
        }
    )
    path = "parameters.isolation.weight"
    assert np.array_equal(sampled(few, 0, 50)[path], sampled(more, 0, 50)[path])


def test_a_sampled_number_widens_its_own_array_only():
    here = build(
        founding({"uncertainties": {"parameters.setting.proximity.japan.russia": "plausible"}}), 0, 20
    )
    assert here.given.setting.proximity.shape == (4, 4, 20)
    assert here.given.setting.opportunity.shape == (4, 4, 1)
    near = here.given.setting.proximity
    assert np.array_equal(near[0, 1], near[1, 0])
    assert np.ptp(near[0, 2]) == 0.0


def test_a_sampled_share_makes_room_among_the_others():
    here = build(
        founding(
            {"uncertainties": {"parameters.setting.opportunity.russia.japan": {"uniform": [0.02, 0.5]}}}
        ),
        0,
        50,
    )
    shares = here.given.setting.opportunity
    assert np.allclose(shares[1].sum(axis=0), 1.0)
    assert np.allclose(shares[1, 2] / shares[1, 3], 0.18 / 0.76)


def test_capability_shares_are_never_renormalised():
    here = build(founding({"uncertainties": {"actors.china.capability": {"uniform": [0.2, 0.5]}}}), 0, 50)
    assert np.all(here.initial.capability[0] == 0.08)


def test_equal_luck_makes_arms_differ_by_their_difference_alone():
    arms = arms_of(load("abe_engagement"))
    twin = {"scenario": arms["scenario"], "again": arms["scenario"]}
    found, done = run_arms(twin, 40)
    first, second = (found[name].columns() for name in twin)
    assert done == 40
    assert all(np.array_equal(first[name], second[name], equal_nan=True) for name in first)


def test_chunks_leave_no_trace_in_the_results(monkeypatch):
    arms = {"scenario": load("abe_engagement")}
    whole, _ = run_arms(arms, 250)
    monkeypatch.setattr("sim.ensemble.chunks", lambda runs, size: [(0, 90), (90, 160)])
    pieces, _ = run_arms(arms, 250)
    one, other = whole["scenario"].columns(), pieces["scenario"].columns()
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


def test_streamed_quantiles_are_within_a_bin_of_the_exact_ones():
    rng = np.random.default_rng(1)
    values = rng.uniform(-1, 1, (2, 3, 20_000)) ** 3
    lines = [Series("x", -1.0, 1.0), Series("y", -1.0, 1.0)]
    streamed = Spread(lines, 3, 20_000)
    for k in range(0, 20_000, 1000):
        streamed.add(values[..., k : k + 1000])
    assert not streamed.exact
    for name, q in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        assert np.abs(streamed.table()[name] - np.quantile(values, q, axis=-1)).max() <= 2 * streamed.error
    assert np.allclose(streamed.table()["mean"], values.mean(axis=-1))


def test_a_mesa_user_finds_what_he_knows():
    model = WedgeModel(load("abe_engagement"), run=4)
    model.step()
    model.step()
    japan = next(each for each in model.agents if each.name == "japan")
    assert -1 <= japan.stance("russia") <= 1
    assert japan.alignment("united_states") == model.value("alignment", "united_states", "japan")
    assert sum(japan.intents["russia"].values()) == pytest.approx(model.value("intent", "japan", "russia"))
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["date"]) == ["2012Q1", "2012Q2", "2012Q3"]
    assert len(model.agents.select(lambda each: each.capability > 0.1)) == 4
    model.run_model()
    assert model.ended
    assert not model.running
    assert model.date == "2022Q1"


def test_a_country_can_be_given_a_mind_of_its_own():
    class Stubborn(Country):
        def decide(self):
            super().decide()
            from dataclasses import replace

            if self.name == "japan":
                terms = {name: 0.0 * each for name, each in self.decision.terms.items()}
                self.decision = replace(self.decision, terms=terms)

    plain = path_of(WedgeModel(founding(), 0), "intent")
    stubborn = path_of(WedgeModel(founding(), 0, country=Stubborn), "intent")
    assert np.all(stubborn[1:, 0] == 0.0)
    assert np.any(plain[1:, 0] != 0.0)


def test_every_change_is_the_sum_of_its_terms_to_the_bit():
    for given in (founding(EVERYTHING), load("abe_engagement")):
        world = build(given, 0, 5)
        state, trace = world.start, []
        for k in range(world.calendar.steps):
            after = world.step(state, k, trace)
            for quantity in (
                "engagement",
                "sanction",
                "alignment",
                "commitment",
                "order",
                "grievance",
                "capability",
            ):
                total = getattr(state, quantity)
                for term in trace[-1].get(quantity, {}).values():
                    total = total + term
                assert np.array_equal(
                    np.broadcast_to(total, getattr(after, quantity).shape), getattr(after, quantity)
                ), quantity
            state = after


def test_alignment_is_symmetric_to_the_bit_and_nobody_is_aligned_with_itself():
    paths = simulate(founding(EVERYTHING), runs=50)
    x = paths.arrays["alignment"]
    assert np.array_equal(x, x.swapaxes(1, 2))
    for quantity in ("alignment", "stance", "engagement", "sanction", "threat"):
        assert np.all(paths.arrays[quantity][:, range(4), range(4)] == 0.0)


def test_bounds_hold_always():
    paths = simulate(founding(EVERYTHING), runs=200)
    for each in quantities():
        values = paths.arrays[each.name]
        assert values.min() >= each.low
        assert values.max() <= each.high


def test_without_luck_a_world_does_not_depend_on_its_seed():
    one, other = (
        simulate(founding(deep({"seed": seed}, {})), runs=1, luck=NoLuck()).arrays["alignment"]
        for seed in (1, 2)
    )
    assert np.array_equal(one, other)
