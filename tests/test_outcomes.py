"""Outcomes by truth table, by hand and by limits."""

import numpy as np
import pytest

from sim import outcomes as oc
from sim.calendar import Calendar
from sim.ensemble import simulate
from sim.mechanisms import Ties
from sim.mechanisms.base import Dispute, Flashpoint
from tests.worlds import founding, parameters

NAMES = ("china", "russia", "america", "japan")
TIES = Ties(
    NAMES,
    alliances=((2, 3),),
    flashpoints=(Flashpoint("isles", 0, 3),),
    disputes=(Dispute("chain", 1, 3),),
)


def paths(bond, hostile=-0.5, *, step="quarter", strong=0.4, **more):
    """Paths in which China and Russia are as aligned as `bond` says and both face America."""
    bond = np.asarray(bond, dtype=float)
    times = len(bond)
    x = np.zeros((times, 4, 4, 1))
    x[:, 0, 1, 0] = x[:, 1, 0, 0] = bond
    for k in (0, 1):
        x[:, k, 2, 0] = x[:, 2, k, 0] = hostile
    capability = np.tile(np.array([0.4, 0.2, strong, 0.1])[None, :, None, None], (times, 1, 1, 1))
    return oc.Paths(TIES, Calendar(0, 12 * 50, step), {"alignment": x, "capability": capability, **more}, {})


FRONT = oc.UnitedFront(("china", "russia"))


def ever(bond, **more):
    return FRONT.of(paths(bond, **more))[""].item()


def test_a_front_needs_a_full_year_over_the_threshold():
    assert ever([0.5] * 4 + [0.61] * 3 + [0.5] * 4) == 0.0
    assert ever([0.5] * 4 + [0.61] * 4 + [0.5] * 4) == 1.0
    assert ever([0.5] * 4 + [0.61, 0.61, 0.59, 0.61, 0.61] + [0.5] * 4) == 0.0


def test_a_year_is_twelve_months_and_four_quarters_and_one_year():
    assert ever([0.5] * 12 + [0.7] * 11, step="month") == 0.0
    assert ever([0.5] * 12 + [0.7] * 12, step="month") == 1.0
    assert ever([0.5, 0.7, 0.5], step="year") == 1.0


def test_a_front_dissolves_only_after_a_year_well_below():
    on = FRONT.on(np.array([0.7] * 4 + [0.56] * 8)[:, None], np.ones((12, 1)), 0.6, 4)[:, 0]
    assert on.tolist() == [0, 0, 0] + [1] * 9
    on = FRONT.on(np.array([0.7] * 4 + [0.54] * 8)[:, None], np.ones((12, 1)), 0.6, 4)[:, 0]
    assert on.tolist() == [0, 0, 0] + [1] * 4 + [0] * 5


def test_a_front_needs_an_adversary_that_both_are_at_odds_with():
    assert ever([0.7] * 8, hostile=-0.5) == 1.0
    assert ever([0.7] * 8, hostile=-0.19) == 0.0
    assert ever([0.7] * 8, hostile=0.2) == 0.0
    assert FRONT.of(paths([0.7] * 8, hostile=0.2))["aligned"].item() == 1.0


def test_the_adversary_is_the_strongest_actor_negative_to_both():
    here = paths([0.7] * 8, hostile=-0.1, strong=0.4)
    x = here.arrays["alignment"]
    x[:, 0, 3] = x[:, 3, 0] = x[:, 1, 3] = x[:, 3, 1] = -0.9
    assert FRONT.of(here)[""].item() == 0.0
    weak = paths([0.7] * 8, hostile=-0.1, strong=0.05)
    weak.arrays["alignment"][:] = x
    assert FRONT.of(weak)[""].item() == 1.0


def test_time_to_the_front_is_counted_in_years_and_empty_where_none_formed():
    found = FRONT.of(paths([0.5] * 6 + [0.65] * 10))
    assert found["first"].item() == pytest.approx(9 / 4)
    assert np.isnan(FRONT.of(paths([0.5] * 9))["first"].item())


def test_a_front_is_less_likely_at_a_higher_threshold():
    found = FRONT.of(paths([0.5] * 2 + [0.62] * 8))
    assert [found[f"at_{level}"].item() for level in (50, 55, 60, 65, 70)] == [1, 1, 1, 0, 0]


def test_stages_begin_at_their_cut_points():
    levels = np.array([-0.5, 0.14, 0.15, 0.3, 0.45, 0.55, 0.75, 0.88, 0.951])
    assert oc.stage(levels).tolist() == [1, 1, 2, 3, 4, 5, 6, 7, 8]


def test_alignment_at_the_end_is_the_mean_of_the_last_two_years():
    bond = np.linspace(0, 0.4, 21)
    found = oc.AlignmentOutcome(("china", "russia")).of(paths(bond))
    assert found[""].item() == pytest.approx(bond[-8:].mean())
    assert found["change"].item() == pytest.approx(bond[-8:].mean())


def test_without_restraint_a_bribe_buys_nothing():
    conduct = oc.CrisisConduct("isles", "russia")
    for restraint, bought in ((0.0, False), (2.0, True)):
        law = parameters(crisis={"restraint": restraint})
        court = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.8}}}}
        found = conduct.of(simulate(founding(law, court), runs=20))
        assert np.allclose(found["alliance"] + found["bribe"], found[""])
        assert bool(np.all(found["bribe"] < -0.01)) is bought
        assert bool(np.allclose(found["bribe"], 0.0)) is not bought


def test_a_nightmare_is_a_crisis_with_a_foe_in_and_the_patron_out():
    joined = np.zeros((6, 1, 4, 1))
    crisis = np.zeros((6, 1, 1, 1))
    crisis[1:4] = 1.0
    joined[1, 0, 1], joined[1, 0, 2] = -1, 1
    joined[2, 0, 1], joined[2, 0, 2] = -1, 0
    joined[3, 0, 1], joined[3, 0, 2] = 0, 0
    found = oc.Nightmare("isles", "russia", "america").of(
        paths([0.0] * 6, crisis=crisis, joined=joined, loss=crisis * 0)
    )
    assert (found[""].item(), found["count"].item(), found["aside"].item()) == (1, 1, 2)


def test_cohesion_is_full_when_all_sanction_alike_and_ignores_posture():
    sanction, stance = np.zeros((8, 4, 4, 1)), np.zeros((8, 4, 4, 1))
    stance[:, 2, 1] = -0.8
    group = oc.Cohesion(("america", "japan"), "russia")
    found = group.of(paths([0.0] * 8, sanction=sanction, stance=stance))
    assert (found[""].item(), found["stance"].item()) == (1.0, pytest.approx(0.6))
    sanction[:, 2, 1] = 0.7
    assert group.of(paths([0.0] * 8, sanction=sanction, stance=stance))[""].item() == pytest.approx(0.3)


def test_every_outcome_says_what_its_columns_are_and_gives_just_these():
    here = founding(
        {
            "outcomes": {
                "a": {"measure": "alignment", "pair": ["russia", "china"]},
                "b": {"measure": "stance", "actor": "japan", "target": "russia"},
                "c": {"measure": "united_front", "pair": ["russia", "china"]},
                "d": {"measure": "crisis_conduct", "flashpoint": "isles", "actor": "russia"},
                "e": {"measure": "nightmare", "flashpoint": "isles", "third": "russia", "patron": "america"},
                "f": {"measure": "security", "actor": "japan"},
                "g": {"measure": "abandonment", "patron": "america", "client": "japan"},
                "h": {"measure": "cohesion", "members": ["america", "japan"], "toward": "russia"},
                "i": {"measure": "order"},
                "j": {"measure": "activity", "dispute": "chain"},
                "k": {"measure": "settlement", "dispute": "chain"},
                "l": {"measure": "issue_help", "seeker": "japan", "helper": "russia", "opponent": "china"},
            }
        }
    )
    from sim.build import outcomes_of

    found = outcomes_of(here)
    assert {each.measure for each in found.values()} == set(oc.outcomes())
    block = simulate(here, runs=30)
    for each in found.values():
        columns = each.of(block)
        assert set(columns) == set(each.columns)
        for name, values in columns.items():
            assert values.shape == (30,), (each.measure, name)
            assert name == "first" or np.all(np.isfinite(values))


def test_security_counts_lost_crises_by_their_stakes():
    law = parameters(crisis={"hazard": 0.2, "stake": 0.5}, conduct={"noise": 0.02})
    block = simulate(founding(law), runs=200)
    found = oc.Security("japan").of(block)
    assert np.allclose(found[""], np.maximum(1 - 0.5 * found["losses"], 0.0))
    assert np.all(found["losses"] <= found["crises"])
    assert oc.Security("china").of(block)["crises"].max() == 0
