"""What the whole model must do whatever its numbers: rest, limits, invariances, time steps."""

import numpy as np
import pytest

from sim.build import build
from sim.calendar import date_of, month_of
from sim.luck import NoLuck
from tests.worlds import OFF, QUIET, deep, founding, parameters, path, run, scenario, world

SADDLE = [(2.59, 0.0), (2.62, 0.6200), (3.0, 0.7422), (4.0, 0.8376)]


def camps(n, level):
    """Initial alignments of two hostile camps."""
    names = "abcdefghij"[:n]
    return {
        "initial": {
            "alignment": {
                i: {
                    j: level if (k < n // 2) == (m < n // 2) else -level for m, j in enumerate(names) if m > k
                }
                for k, i in enumerate(names[:-1])
            }
        }
    }


@pytest.mark.parametrize(("ratio", "level"), SADDLE)
@pytest.mark.parametrize("n", [4, 6])
def test_balance_alone_polarises_only_above_three_root_three_halves(ratio, level, n):
    law = parameters(
        balance={"weight": 0.5 * ratio}, alignment={"rest": 0.0, "reversion": 0.5, "adjustment": 0.4}
    )
    off = {key: value for key, value in OFF.items() if key != "balance"}
    end = run(world({"parameters": off}, QUIET_ALL, law, camps(n, 0.9), n=n, years=300)).alignment
    assert np.abs(end[0, 1, 0]) == pytest.approx(level, abs=2e-4)
    assert np.abs(end[0, -1, 0]) == pytest.approx(level, abs=2e-4)


QUIET_ALL = {"parameters": QUIET}


def test_an_unpolarised_world_stays_unpolarised_however_strong_balance_is():
    law = parameters(balance={"weight": 5.0}, alignment={"rest": 0.0})
    off = {key: value for key, value in OFF.items() if key != "balance"}
    end = run(world({"parameters": off}, QUIET_ALL, law, camps(4, 0.01), n=4)).alignment
    assert np.abs(end).max() < 0.01


def test_the_start_is_a_rest_point_of_every_mechanism():
    everything = parameters(
        norms={"counter_binding": 0.4, "emboldenment": 0.5},
        threat={"entanglement": 0.7},
        conduct={"feedback": 0.2},
        commitment={"detachment": 0.3},
    )
    grudge = {"initial": {"grievance": {"russia": 0.7}, "deterrent": {"russia": 0.3}}}
    still = parameters(norms={"forgetting": 0.0, "learning": 0.0})
    for changes in ({}, everything, deep(deep(everything, grudge), still)):
        solid = {"parameters": {"commitment": {"solidarity": 0.0}}} if "initial" in changes else {}
        here = build(founding(changes, solid), 0, 1, NoLuck())
        end = run(here)
        for quantity in ("engagement", "stance", "alignment", "commitment", "order", "threat", "activity"):
            drift = np.abs(getattr(end, quantity) - getattr(here.start, quantity)).max()
            assert drift < 1e-9 * max(1.0, np.abs(getattr(end, quantity)).max()), (quantity, drift)


def test_with_every_mechanism_off_alignments_go_to_their_affinity_and_stances_to_disposition():
    free = parameters(
        alignment={"rest": 0.3}, conduct={"disposition": {"a": {"b": 0.6}, "everyone": {"everyone": -0.2}}}
    )
    end = run(world({"parameters": OFF}, QUIET_ALL, free, n=3, years=50))
    assert end.alignment[0, 1, 0] == pytest.approx(0.3)
    assert end.engagement[0, 1, 0] == pytest.approx(0.6)
    assert end.engagement[2, 1, 0] == pytest.approx(-0.2)


def test_a_pair_under_constant_force_comes_to_the_closed_form():
    pull = parameters(reciprocity={"weight": 1.0, "pull": 0.8, "response": 0.0}, alignment={"rest": 0.1})
    fixed = {
        "policies": {
            "a": {"b": {"policy": "fixed", "stance": 0.5}},
            "b": {"a": {"policy": "fixed", "stance": 0.5}},
        }
    }
    off = {key: value for key, value in OFF.items() if key != "reciprocity"}
    end = run(world({"parameters": off}, QUIET_ALL, pull, fixed, n=2, years=60))
    assert end.alignment[0, 1, 0] == pytest.approx(0.6061072, abs=1e-7)


def test_near_rest_a_gap_shrinks_at_the_rate_stated():
    pull = parameters(reciprocity={"pull": 0.8, "response": 0.0}, alignment={"rest": 0.1, "adjustment": 0.2})
    fixed = {
        "policies": {
            "a": {"b": {"policy": "fixed", "stance": 0.5}},
            "b": {"a": {"policy": "fixed", "stance": 0.5}},
        }
    }
    off = {key: value for key, value in OFF.items() if key != "reciprocity"}
    x = path(world({"parameters": off}, QUIET_ALL, pull, fixed, n=2, years=20), "alignment")[:, 0, 1, 0]
    rest, z = 0.606107219, 0.2 * (0.5 + 2 * 0.4 * 0.606107219)
    gaps = x - rest
    assert gaps[61] / gaps[60] == pytest.approx((1 - z / 2) / (1 + z / 2), abs=1e-3)


@pytest.mark.parametrize(("r1", "r2"), [(0.6, 0.3), (0.8, -0.5), (-0.4, -0.4)])
def test_two_reciprocating_states_are_a_richardson_race(r1, r2):
    """With a = b = 1 - k, k = m = (1 - k) r, g = (1 - k)(1 - |r|) b: same fixed point, same speed."""
    kept, b1, b2 = 0.5, 0.4, -0.5
    law = parameters(
        reciprocity={"weight": 1.0, "response": {"a": {"b": r1}, "b": {"a": r2}}},
        conduct={"disposition": {"a": {"b": b1}, "b": {"a": b2}}, "inertia": kept},
    )
    e = path(world({"parameters": OFF}, QUIET_ALL, law, n=2, years=30), "engagement")[:, [0, 1], [1, 0], 0]
    alpha, k, m = 1 - kept, (1 - kept) * r1, (1 - kept) * r2
    g, h = (1 - kept) * (1 - abs(r1)) * b1, (1 - kept) * (1 - abs(r2)) * b2
    assert alpha * alpha > k * m
    rest = np.array([k * h + alpha * g, m * g + alpha * h]) / (alpha * alpha - k * m)
    assert np.allclose(e[-1], rest, atol=1e-12)
    step = np.array([[kept, k], [m, kept]])
    assert np.allclose(e[2] - rest, step @ (e[1] - rest), atol=1e-14)


def test_alignment_stays_within_bounds_without_clipping_while_the_step_is_small():
    pull = parameters(reciprocity={"pull": 1.0, "response": 0.0}, alignment={"rest": 1.0, "reversion": 0.01})
    fixed = {
        "policies": {
            "a": {"b": {"policy": "fixed", "stance": 1.0}},
            "b": {"a": {"policy": "fixed", "stance": 1.0}},
        }
    }
    here, trace = (
        world({"parameters": OFF}, QUIET_ALL, parameters(reciprocity={"weight": 1.0}), pull, fixed, n=2),
        [],
    )
    state = here.start
    for k in range(here.calendar.steps):
        state = here.step(state, k, trace)
    assert all(np.all(step["alignment"]["bound"] == 0.0) for step in trace)
    assert 0.9 < state.alignment[0, 1, 0] <= 1.0


def test_where_japan_weighs_nothing_its_stance_moves_nobody_else():
    nothing = parameters(
        setting={"opportunity": {each: {"japan": 0.0} for each in ("russia", "china", "america")}},
        commitment={"weight": 0.0},
    )
    small = {"actors": {"japan": {"capability": 0.0}}}
    ends = []
    for stance in (-0.5, 0.5):
        policy = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": stance}}}}
        ends.append(run(build(founding(small, nothing, policy, CALM), 0, 1, NoLuck())).alignment[1, 2, 0])
    assert ends[0] == ends[1]


CALM = {"parameters": {"crisis": {"weight": 0.0}}}


def test_without_isolation_opportunities_do_not_matter():
    ends = []
    for share in (0.06, 0.2):
        law = parameters(
            isolation={"weight": 0.0}, setting={"opportunity": {"russia": {"japan": share, "america": 0.6}}}
        )
        events = {"events": {"seizure": {"at": 2014, "add": {"violation.russia": 1.0}}}}
        ends.append(run(build(founding(law, events, CALM), 0, 1, NoLuck())).alignment)
    assert np.array_equal(*ends)


def test_western_hostility_drives_russia_to_china_where_isolation_does():
    ends = []
    for resolve in (0.0, 0.35, 0.7):
        law = parameters(norms={"resolve": {"america": {"russia": resolve}}})
        events = {"events": {"seizure": {"at": 2014, "add": {"violation.russia": 1.0}}}}
        ends.append(run(build(founding(law, events), 0, 1, NoLuck())).alignment[1, 2, 0])
    assert ends[0] < ends[1] < ends[2]


def test_token_sanctions_cost_a_client_its_patrons_commitment():
    ends = []
    for resolve in (0.0, 0.2, 0.35):
        law = parameters(norms={"resolve": {"japan": {"russia": resolve}}})
        events = {"events": {"seizure": {"at": 2014, "add": {"violation.russia": 1.0}}}}
        ends.append(run(build(founding(law, events), 0, 1, NoLuck())).commitment[3, 0, 0])
    assert ends[0] < ends[1] < ends[2]


def test_commitment_comes_to_rest_at_its_rest_value_plus_solidarity():
    law = parameters(
        norms={"forgetting": 0.0, "resolve": {"japan": {"russia": 0.0}, "america": {"russia": 0.4}}}
    )
    events = {"events": {"seizure": {"at": 2012, "add": {"violation.russia": 1.0}}}}
    here = build(founding(law, events, years=40), 0, 1, NoLuck())
    end = run(here)
    threats = end.threat[3, :, 0]
    loyal = -0.5 * threats[1] * abs(end.sanction[3, 1, 0] - end.sanction[0, 1, 0]) / threats[[1, 2]].sum()
    assert end.commitment[3, 0, 0] == pytest.approx(0.8 + 0.3 * loyal, abs=1e-6)


def test_without_violations_the_order_returns_to_rest_geometrically():
    law = parameters(norms={"order_rest": 0.9, "recovery": 0.05})
    order = path(world(law, QUIET_ALL, {"initial": {"order": 0.5}}, n=3), "order")[:, 0, 0, 0]
    assert np.allclose(0.9 - order, 0.4 * 0.95 ** np.arange(len(order)))


def test_a_baseline_of_hostility_without_a_violation_punishes_nobody():
    end = run(
        build(
            founding({"policies": {"america": {"russia": {"policy": "fixed", "stance": -0.9}}}}),
            0,
            1,
            NoLuck(),
        )
    )
    assert np.all(end.sanction == 0.0)
    assert end.deterrent.max() == 0.0


def test_one_can_engage_and_condemn():
    events = {"events": {"seizure": {"at": 2013, "add": {"violation.russia": 1.0}}}}
    principled = {"policies": {"japan": {"russia": {"policy": "principled", "stance": 0.3, "condemn": 0.35}}}}
    harsh = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": -0.05}}}}
    both = [run(build(founding(events, each), 0, 1, NoLuck())) for each in (principled, harsh)]
    assert both[0].engagement[0, 1, 0] == pytest.approx(0.3, abs=1e-3)
    assert both[0].sanction[0, 1, 0] > 0.2 > 0.05 > both[1].sanction[0, 1, 0]
    assert both[0].commitment[3, 0, 0] > both[1].commitment[3, 0, 0]


def test_counter_binding_turns_the_sign_of_a_wedge():
    """The adversary's counter-offer can outweigh the divider's reward (Izumikawa 2018)."""
    effect = {}
    for bid in (0.0, 5.0):
        ends = []
        for stance in (0.0, 0.5):
            policy = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": stance}}}}
            law = parameters(norms={"counter_binding": bid}, isolation={"weight": 0.0})
            ends.append(run(build(founding(law, policy, CALM), 0, 1, NoLuck())).alignment[1, 2, 0])
        effect[bid] = ends[1] - ends[0]
    assert effect[0.0] < 0.0 < effect[5.0]


@pytest.mark.parametrize("n", [2, 3, 5])
def test_any_number_of_actors_runs(n):
    end = run(world(n=n, luck=True))
    for quantity in ("alignment", "stance", "threat", "order"):
        assert np.all(np.isfinite(getattr(end, quantity)))


def test_relabelling_the_actors_relabels_the_paths_luck_included():
    plain = founding({"events": {"seizure": {"at": 2014, "add": {"violation.russia": 1.0}}}})
    order = ["america", "china", "japan", "russia"]
    data = deep(plain.data, {})
    data["actors"] = {name: plain.data["actors"][name] for name in order}
    from sim.scenario import from_data

    turned = from_data(data)
    first, second = run(build(plain, 3, 1)), run(build(turned, 3, 1))
    index = [plain.actors.index(name) for name in order]
    for quantity in ("alignment", "stance", "threat", "commitment"):
        assert np.allclose(
            getattr(first, quantity)[index][:, index], getattr(second, quantity), atol=1e-12
        ), quantity
    assert first.order.item() == pytest.approx(second.order.item(), abs=1e-12)


def test_an_actor_without_capability_opportunity_or_nearness_changes_nothing():
    speck = {
        "actors": {"speck": {"capability": 0.0}},
        "parameters": {"setting": {"proximity": {"speck": {"everyone": 0.0}}}},
    }
    events = {"events": {"seizure": {"at": 2014, "add": {"violation.russia": 1.0}}}}
    alone, beside = (run(build(founding(events, each), 2, 1)) for each in ({}, speck))
    assert np.allclose(alone.alignment, beside.alignment[:4, :4], atol=1e-12)
    assert np.allclose(alone.stance, beside.stance[:4, :4], atol=1e-12)


def test_months_and_quarters_tell_the_same_story_without_noise():
    quiet = {"parameters": deep(QUIET, {"crisis": {"weight": 0.0}, "norms": {"hazard": 0.0}})}
    events = {"events": {"seizure": {"at": "2014Q1", "add": {"violation.russia": 1.0}}}}
    ends = {}
    for step in ("month", "quarter"):
        here = build(founding(quiet, events, {"step": step}), 0, 1, NoLuck())
        every = 3 if step == "month" else 1
        ends[step] = {q: path(here, q)[::every] for q in ("alignment", "stance", "order", "commitment")}
    for quantity, tolerance in (
        ("alignment", 0.006),
        ("stance", 0.04),
        ("order", 0.02),
        ("commitment", 0.01),
    ):
        gap = np.abs(ends["month"][quantity] - ends["quarter"][quantity])
        assert gap.max() < tolerance, (quantity, gap.max())
        assert gap[-1].max() < 0.006, (quantity, gap[-1].max())


def test_a_year_is_four_quarters_to_the_bit_outcomes_included():
    from sim.build import outcomes_of
    from sim.ensemble import measured, simulate
    from sim.scenario import load

    yearly, quarterly = (simulate(founding({"step": step}), runs=5) for step in ("year", "quarter"))
    for quantity in ("alignment", "stance", "order", "grievance", "crisis", "joined"):
        assert np.array_equal(yearly.arrays[quantity], quarterly.arrays[quantity])
    found = []
    for step in ("year", "quarter"):
        given = load("abe_engagement", [f"step={step}", "parameters.crisis.hazard.senkaku=0.3"])
        found.append(measured(outcomes_of(given), simulate(given, runs=40)))
    assert all(np.array_equal(found[0][name], found[1][name], equal_nan=True) for name in found[0])
    assert found[0]["nightmare.count"].sum() > 0


@pytest.mark.parametrize("step", ["month", "quarter"])
def test_noise_has_the_same_spread_whatever_the_step(step):
    law = {"parameters": deep(OFF, {"conduct": {"noise": 0.05, "inertia": 0.5}, "alignment": {"noise": 0.0}})}
    here = build(scenario(law, {"step": step}, n=2, years=40), 0, 500)
    values = path(here, "engagement")[24 if step == "quarter" else 72 :, 0, 1]
    assert values.std() == pytest.approx(0.05 / np.sqrt(1 - 0.25), rel=0.03)


def test_crises_and_violations_come_as_often_by_months_as_by_quarters():
    """Up to the 2 % that two crises in one quarter count as one, and Monte Carlo error."""
    law = parameters(norms={"hazard": {"russia": 0.03}}, crisis={"hazard": 0.02}, conduct={"noise": 0.0})
    counts = {}
    for step in ("month", "quarter"):
        here = build(founding(law, {"step": step}), 0, 2000)
        counts[step] = [path(here, q).sum(axis=(0, 1, 2)).mean() for q in ("violation", "crisis")]
    assert counts["month"] == pytest.approx(counts["quarter"], rel=0.06)


def test_capabilities_grow_at_the_rate_given_and_are_never_renormalised():
    here = build(founding(parameters(setting={"growth": {"china": 0.01}})), 0, 1, NoLuck())
    end = run(here)
    assert end.capability[2].item() == pytest.approx(0.38 * 1.01**40)
    assert end.capability[0].item() == 0.08


def test_dates_are_read_and_written_alike():
    assert month_of("2014Q2") == month_of("2014-04") == month_of("2014-05-18") - 1 == 12 * 2014 + 3
    assert date_of(month_of("2014Q2"), "quarter") == "2014Q2"
    assert date_of(month_of("2014"), "year") == "2014"
    for wrong in ("2014Q5", "14", "2014-13", "spring", "2014-05-32", "-5"):
        with pytest.raises(ValueError, match="is no date"):
            month_of(wrong)
