"""Dated changes: certain or not, for good or for a while."""

import numpy as np
import pytest

from sim.build import build
from sim.luck import NoLuck
from tests.worlds import founding, parameters, path

CALM = {"parameters": {"crisis": {"weight": 0.0}}}


def stepped(event, quantity, *changes, luck=None, runs=1):
    return path(build(founding({"events": {"it": event}}, *changes), 0, runs, luck or NoLuck()), quantity)


def test_an_event_acts_in_the_step_that_holds_its_date():
    for date, first in (("2014-01", 9), ("2014-03", 9), ("2014-04", 10), ("2014Q4", 12)):
        jump = stepped({"at": date, "add": {"engagement.russia.japan": 0.4}}, "engagement", CALM)[:, 1, 0, 0]
        assert np.allclose(jump[:first], -0.1)
        assert jump[first] > 0.0


def test_a_parameter_goes_back_when_the_event_ends():
    event = {"at": 2013, "until": 2015, "set": {"parameters.conduct.disposition.russia.japan": 0.9}}
    e = stepped(event, "engagement", CALM, parameters(reciprocity={"weight": 0.0}))[:, 1, 0, 0]
    assert e[12] == pytest.approx(0.9, abs=0.01)
    assert e[-1] == pytest.approx(-0.1, abs=0.01)


def test_events_on_one_parameter_take_effect_in_the_order_of_their_dates():
    events = {
        "events": {
            "second": {"at": 2014, "add": {"parameters.conduct.disposition.russia.japan": 0.2}},
            "first": {"at": 2013, "set": {"parameters.conduct.disposition.russia.japan": 0.1}},
        }
    }
    law = parameters(reciprocity={"weight": 0.0})
    e = path(build(founding(events, CALM, law), 0, 1, NoLuck()), "engagement")[:, 1, 0, 0]
    assert e[-1] == pytest.approx(0.3, abs=1e-3)


def test_an_uncertain_event_happens_in_its_share_of_runs_and_the_same_runs_each_time():
    event = {"at": 2014, "probability": 0.3, "set": {"alignment.russia.china": -0.5}}
    x = stepped(event, "alignment", CALM, luck=None, runs=1)
    assert x[9, 1, 2, 0] > 0.4
    here = build(founding({"events": {"it": event}}, CALM), 0, 3000)
    struck = path(here, "alignment", 9)[9, 1, 2] < 0.0
    assert struck.mean() == pytest.approx(0.3, abs=0.03)
    again = build(founding({"events": {"it": {**event, "probability": 0.6}}}, CALM), 0, 3000)
    assert np.all(struck <= (path(again, "alignment", 9)[9, 1, 2] < 0.0))


def test_an_alignment_moved_by_an_event_stays_symmetric():
    x = stepped({"at": 2014, "add": {"alignment.china.russia": -0.3}}, "alignment", CALM)
    assert np.array_equal(x, x.swapaxes(1, 2))


def test_a_dated_violation_is_punished_by_those_resolved_to():
    s = stepped({"at": 2014, "add": {"violation.russia": 2.0}}, "sanction")
    assert s[8].max() == 0.0
    assert s[9, 3, 1, 0] == pytest.approx(0.5 * 0.7)
    assert s[9, 0, 1, 0] == pytest.approx(0.5 * 0.1)


def test_a_dated_crisis_breaks_out_even_without_luck():
    crises = stepped({"at": 2014, "set": {"crisis.isles": 1}}, "crisis")
    assert crises[:, 0, 0, 0].sum() == 1.0
    assert crises[9, 0, 0, 0] == 1.0


def test_the_order_falls_by_what_nobody_punishes():
    n = stepped({"at": 2014, "add": {"violation.russia": 1.0}}, "order", parameters(norms={"resolve": 0.0}))[
        :, 0, 0, 0
    ]
    assert n[9] - n[8] == pytest.approx(-0.15)
    law = parameters(norms={"resolve": {each: {"russia": 1.0} for each in ("japan", "china", "america")}})
    held = stepped({"at": 2014, "add": {"violation.russia": 1.0}}, "order", law)[:, 0, 0, 0]
    assert held[9] == pytest.approx(held[8], abs=1e-12)


def test_commitment_can_be_moved_and_its_rest_value_with_it():
    jolt = stepped({"at": 2014, "add": {"commitment.america.japan": -0.5}}, "commitment", CALM)[:, 3, 0, 0]
    assert jolt[9] < 0.5
    assert jolt[-1] == pytest.approx(0.8, abs=1e-2)


def test_an_event_that_only_marks_the_figures_changes_nothing():
    marked = stepped({"at": 2014, "label": "a visit"}, "alignment")
    assert np.array_equal(marked, path(build(founding(), 0, 1, NoLuck()), "alignment"))


def test_an_event_on_shares_makes_room_among_the_others():
    share = "parameters.setting.opportunity.russia"
    event = {"at": 2013, "set": {f"{share}.china": 0.5, f"{share}.japan": 0.2}}
    here = build(founding({"events": {"it": event}}), 0, 1, NoLuck())
    row = here.rules_at(8).setting.opportunity[1, :, 0]
    assert row.tolist() == pytest.approx([0.2, 0.0, 0.5, 0.3])


def test_an_event_that_does_not_happen_leaves_no_trace():
    coin = {"events": {"coin": {"at": 2013, "probability": 0.5, "add": {"engagement.america.china": 0.4}}}}
    rule = {"policies": {"japan": {"russia": {"policy": "balance_threat"}}}}
    grows = parameters(setting={"growth": {"china": 0.05}})
    plain = path(build(founding(rule, grows, CALM), 0, 8), "alignment")
    tossed = path(build(founding(coin, rule, grows, CALM), 0, 8), "alignment")
    same = [np.array_equal(plain[..., run], tossed[..., run]) for run in range(8)]
    assert any(same)
    assert not all(same)
