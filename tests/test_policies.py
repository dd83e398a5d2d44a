"""What each decision rule does, in the words that name it."""

import json
import subprocess
import sys
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.axes import scalar
from sim.build import build
from sim.errors import WedgeError
from sim.foresight import belief, foresee
from sim.luck import DealtLuck, NoLuck
from sim.plugins import load_plugin
from sim.policies import Decision, policies
from sim.policies.learning import MENU, SPREAD, QuantalResponse, _drawn
from sim.policies.reciprocal import next_phase
from sim.scenario import from_data, load
from tests.worlds import founding, parameters, path, run

CALM = {"parameters": {"crisis": {"weight": 0.0}}}


def toward_russia(policy, *changes, actor="japan", years=10, luck=None):
    here = founding({"policies": {actor: {"russia": policy}}}, *changes, years=years)
    return build(here, 0, 1, luck or NoLuck())


def engagement(world, i=0, j=1):
    return path(world, "engagement")[:, i, j, 0]


def test_fixed_goes_to_its_stance_by_inertia_alone():
    e = engagement(toward_russia({"policy": "fixed", "stance": 0.6}))
    assert np.allclose(0.6 - e, 0.6 * 0.5 ** np.arange(len(e)), atol=1e-12)


def test_a_schedule_holds_each_stance_from_its_date_and_routine_before():
    e = engagement(toward_russia({"policy": "schedule", "stances": {"2014": 0.2, "2018-04": -0.4}}))
    assert np.allclose(e[:9], 0.0, atol=1e-12)
    assert e[24] == pytest.approx(0.2, abs=1e-4)
    assert e[-1] == pytest.approx(-0.4, abs=1e-3)


def test_routine_is_what_an_actor_without_a_policy_does():
    named = build(founding({"policies": {"japan": {"russia": {"policy": "routine"}}}}), 0, 1)
    assert np.array_equal(run(named).engagement, run(build(founding(), 0, 1)).engagement)


def test_reciprocity_answers_in_kind_and_a_bully_the_other_way():
    harsh = {"policies": {"russia": {"japan": {"policy": "fixed", "stance": -0.8}}}}
    kind, bully = (
        engagement(toward_russia({"policy": "reciprocity", "response": r, "disposition": 0.0}, harsh))[-1]
        for r in (0.5, -0.5)
    )
    assert kind == pytest.approx(-0.4, abs=1e-6)
    assert bully == pytest.approx(0.4, abs=1e-6)


def test_grit_holds_a_gesture_half_a_year_pauses_a_year_and_repeats_what_was_answered():
    memory = {"gesturing": scalar(1.0), "left": scalar(2.0), "before": scalar(0.0)}
    seen = []
    for quarter in range(14):
        seen.append(memory["gesturing"].item())
        memory = next_phase(memory, scalar(0.0 if quarter < 7 else 0.3))
    assert seen == [1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]


def test_hedge_warms_as_the_guarantee_falls_and_not_otherwise():
    steady = engagement(toward_russia({"policy": "hedge", "strength": 0.6}))
    doubt = {"events": {"doubt": {"at": 2013, "set": {"parameters.commitment.rest.america.japan": 0.4}}}}
    wary = engagement(toward_russia({"policy": "hedge", "strength": 0.6}, doubt))
    assert np.abs(steady).max() < 1e-9
    assert wary[-1] > 0.2


def test_balance_of_threat_accommodates_whoever_threatens_less_than_the_average():
    toward = [
        engagement(
            build(founding({"policies": {"japan": {j: {"policy": "balance_threat"}}}}), 0, 1, NoLuck()), 0, k
        )[-1]
        - here
        for j, k, here in (("russia", 1, 0.0), ("china", 2, -0.3))
    ]
    assert toward[0] > 0.05
    assert toward[1] < -0.05


def test_a_wedge_starts_where_the_adversary_is_the_greater_threat_and_woos_its_friend():
    on = engagement(toward_russia({"policy": "wedge", "stance": 0.5}))
    assert on[-1] == pytest.approx(0.5, abs=1e-6)
    named = engagement(toward_russia({"policy": "wedge", "stance": 0.5, "adversary": "china"}))
    assert np.array_equal(on, named)


def test_a_wedge_does_not_start_without_reward_power_or_without_a_bond_to_break():
    small = parameters(setting={"opportunity": {"russia": {"japan": 0.01}}})
    apart = {"initial": {"alignment": {"russia": {"china": -0.3}}}}
    for changes in (small, apart):
        e = engagement(toward_russia({"policy": "wedge", "stance": 0.5, "adversary": "china"}, changes))
        assert np.abs(e).max() < 0.1


def test_a_wedge_does_not_start_where_the_target_is_the_greater_threat():
    bear = {"actors": {"russia": {"capability": 0.9}}, "initial": {"engagement": {"russia": {"japan": -0.9}}}}
    e = engagement(toward_russia({"policy": "wedge", "stance": 0.5, "adversary": "china"}, bear))
    assert e.max() < 0.1


def test_principled_condemns_every_violator_and_keeps_engaging_its_target():
    events = {"events": {"a": {"at": 2013, "add": {"violation.russia": 1.0, "violation.china": 1.0}}}}
    end = run(toward_russia({"policy": "principled", "stance": 0.3, "condemn": 0.4}, events))
    assert end.engagement[0, 1, 0] == pytest.approx(0.3, abs=1e-6)
    assert end.sanction[0, 1, 0] > 0.2
    assert end.sanction[0, 2, 0] > 0.2
    assert end.sanction[2, 1, 0] == 0.0


def test_bind_raises_the_adversarys_offer_when_a_divider_woos():
    court = {"policies": {"japan": {"russia": {"policy": "fixed", "stance": 0.6}}}}
    plain = run(build(founding(court, CALM), 0, 1, NoLuck()))
    bound = run(
        build(
            founding(court, CALM, {"policies": {"china": {"russia": {"policy": "bind", "strength": 2.0}}}}),
            0,
            1,
            NoLuck(),
        )
    )
    assert bound.engagement[2, 1, 0] > plain.engagement[2, 1, 0] + 0.1
    idle = run(
        build(
            founding(CALM, {"policies": {"china": {"russia": {"policy": "bind", "strength": 2.0}}}}),
            0,
            1,
            NoLuck(),
        )
    )
    assert idle.engagement[2, 1, 0] == pytest.approx(0.5, abs=1e-9)


def payoffs(world, me=0, target=1):
    rule = QuantalResponse(**{each.name: scalar(each.default) for each in fields(QuantalResponse)})
    view = world.look(world.start, 0)
    return [rule.payoff(foresee(world, view, me, target, scalar(each), 1.0)).item() for each in MENU]


def test_the_payoff_unit_is_the_spread_over_the_menu_at_the_start_of_the_default():
    given = load("abe_engagement").eventless.data
    plain = from_data({key: value for key, value in given.items() if key != "uncertainties"})
    world = build(plain, 0, 1, NoLuck())
    expected = payoffs(world, world.ties.names.index("japan"), world.ties.names.index("russia"))
    assert max(expected) - min(expected) == pytest.approx(SPREAD, abs=5e-5)


def test_foresight_of_the_present_stance_is_the_present_at_rest():
    world = build(founding(CALM), 0, 1, NoLuck())
    view = world.look(world.start, 0)
    seen, now = foresee(world, view, 0, 1, scalar(0.0), 2.0), belief(view, 0)
    for name in ("threat", "doubt", "disorder"):
        assert getattr(seen, name).item() == pytest.approx(getattr(now, name).item(), abs=1e-9)


def test_a_sure_calculator_takes_the_best_stance_and_a_blind_one_any():
    world = build(founding(), 0, 1, NoLuck())
    best = MENU[int(np.argmax(payoffs(world)))]
    sure = {"policy": "quantal_response", "precision": 1000.0}
    assert path(toward_russia(sure, CALM, luck=DealtLuck(5, 0, 1, 40)), "intent")[1, 0, 1, 0] == best
    blind = founding(
        {"policies": {"japan": {"russia": {"policy": "quantal_response", "precision": 0.0}}}}, years=1
    )
    chosen = path(build(blind, 0, 3000), "intent", 1)[1, 0, 1]
    for stance in MENU:
        assert np.isclose(chosen, stance).mean() == pytest.approx(1 / 3, abs=0.03)


def test_odds_are_drawn_as_they_stand():
    odds = np.array([0.2, 0.5, 0.3])[:, None, None]
    uniform = np.linspace(0, 1, 1000, endpoint=False)[None, None]
    assert np.allclose(_drawn(odds, uniform).mean(axis=-1).ravel(), [0.2, 0.5, 0.3], atol=0.002)


def test_roth_erev_repeats_what_paid_more_than_what_did_not():
    paying = parameters(threat={"scale": 0.1})
    rule = {"policy": "roth_erev", "strength": 1.0, "safety": 20.0, "support": 0.0, "lawfulness": 0.0}
    here = founding(paying, CALM, {"policies": {"japan": {"russia": rule}}}, years=25)
    intents = path(build(here, 0, 400), "intent")[:, 0, 1]
    early = np.isclose(intents[1:9], 0.5).mean()
    late = np.isclose(intents[-20:], 0.5).mean()
    assert abs(early - 1 / 3) < 0.08
    assert late > early


def test_a_decision_holds_for_a_quarter_when_steps_are_months():
    here = founding(
        {
            "step": "month",
            "policies": {"japan": {"russia": {"policy": "quantal_response", "precision": 0.0}}},
        },
        years=4,
    )
    intents = path(build(here, 0, 1), "intent")[1:, 0, 1, 0]
    blocks = intents.reshape(-1, 3)
    assert np.all(blocks == blocks[:, :1])
    assert len(set(blocks[:, 0])) > 1


def test_everyone_is_a_target_too():
    here = founding(
        {
            "policies": {
                "japan": {
                    "everyone": {"policy": "fixed", "stance": 0.1},
                    "china": {"policy": "fixed", "stance": -0.5},
                }
            }
        }
    )
    end = run(build(here, 0, 1, NoLuck())).engagement[0, :, 0]
    assert end[[1, 3]] == pytest.approx([0.1, 0.1], abs=1e-9)
    assert end[2] == pytest.approx(-0.5, abs=1e-9)


PLUGIN = '''
from dataclasses import dataclass
from sim.axes import Array
from sim.parameters import parameter
from sim.policies import Decision, Policy

@dataclass(frozen=True)
class Charm(Policy):
    """Be as warm as the order is strong."""

    name = "charm"
    warmth: Array = parameter(0.5, unit="1", plausible=(0.0, 1.0), meaning="warmth when the order is full", source="example")

    def decide(self, seen, memory, luck):
        return Decision({"charm": self.warmth * seen.order})
'''


def test_a_user_adds_a_policy_in_one_file_and_names_it_in_yaml(tmp_path):
    """In a process of its own, so that the policy is known nowhere else."""
    (tmp_path / "charm.py").write_text(PLUGIN)
    words = ["run", "--plugin", "charm.py", "--runs", "5", "--alone", "--json"]
    words += [
        "--set",
        "policies.japan.russia={policy: charm, warmth: 0.5}",
        "--set",
        "parameters.norms.weight=0",
    ]
    words += ["--set", "parameters.conduct.noise=0"]
    code = f"from sim.cli import main; main({words!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    found = {each["name"]: each["mean"] for each in summary["outcomes"]}
    assert found["tokyo_to_moscow"] == pytest.approx(0.4, abs=1e-6)
    assert "policies.japan.russia={policy: charm, warmth: 0.5}" in summary["sets"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("0.3", "must return a Decision, not float"),
        ("Decision({'x': seen.stance})", r"gives a term 'x' of shape \(4, 4, 1\); expected \(1, 1, runs\)"),
        ("seen.aligment", "failed .*AttributeError: 'Observation' object has no attribute 'aligment'"),
    ],
)
def test_a_policy_that_goes_wrong_is_told_in_one_line(made, said):
    rule = SimpleNamespace(
        name="odd",
        begin=lambda seen: {},
        decide=lambda seen, memory, luck: eval(made, {"Decision": Decision}, {"seen": seen}),
    )
    world = build(founding(), 0, 1, NoLuck())
    odd = replace(world, policies={(0, 1): rule})
    odd.__dict__["settled"] = world.settled
    with pytest.raises(WedgeError, match=said):
        odd.step(odd.start, 0)


def test_a_broken_plugin_says_where(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text("x = 1\nraise RuntimeError('no')\n")
    with pytest.raises(WedgeError, match="broken.py: line 2: RuntimeError: no"):
        load_plugin(file)


def test_policies_are_found_by_themselves():
    expected = {
        "routine", "fixed", "schedule", "principled", "reciprocity", "hedge", "balance_threat", "wedge", "bind",
        "quantal_response", "roth_erev",
    }  # fmt: skip
    assert expected <= set(policies())
