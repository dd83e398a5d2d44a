"""The experiments that come with Wedge: each answers its question, and the one sign that theory fixes."""

import json

import numpy as np
import pytest
from scipy.optimize import root

from sim.analyses import analyses
from sim.experiment import load, names
from sim.sweeping import study_of, sweep
from sim.understanding import understood

SMALL = {
    "where_it_works": [
        "design.points=128",
        "replications=2",
        "analyses.where_it_lowers.resamples=0",
        "analyses.where_it_backfires.resamples=1",
    ],
    "wedge_against_binding": ["design.levels=2", "replications=20"],
    "robust_policy": ["design.points=30", "replications=2"],
    "how_much": ["design.points=40", "replications=2"],
    "what_would_flip_it": ["design.levels=3", "replications=4"],
    "knock_out": ["design.points=12", "replications=2"],
    "sensitivity_of_everything": ["design.points=2", "replications=2"],
    "american_doubt": ["design.points=40", "replications=2"],
}


def test_every_shipped_experiment_is_tried_here():
    assert set(names()) == set(SMALL)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_shipped_experiment_answers_its_question(tmp_path, name):
    experiment = load(name, SMALL[name])
    swept = sweep(experiment, out=tmp_path, workers=1)
    found = understood(swept.folder)
    assert not found.failures
    assert set(found.findings) == set(experiment.analyses)
    assert all(each.answer and each.tables for each in found.findings.values())
    json.dumps(found.summary, allow_nan=False)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_shipped_experiment_looks_at_worlds_of_both_signs(name):
    """No input that carries a conclusion is held to one sign of its effect."""
    inputs = {each.path: each.shape.extremes() for each in load(name).plan.inputs}
    for path in ("parameters.isolation.weight", "parameters.commitment.hedging"):
        if path in inputs:
            assert inputs[path][0] < 0.0 < inputs[path][1]


def test_every_kind_of_analysis_but_those_for_other_designs_is_shown_by_a_shipped_experiment():
    used = {each.analysis for name in names() for each in load(name).analyses.values()}
    assert set(analyses()) - used == set()


# --- wedge against binding ------------------------------------------------------------------------

RESPONSE, PULL, BALANCE, REVERSION, OFFER, RELATIVE = 0.35, 0.4, 0.6, 0.5, 0.5, 0.5
START = {"ab": 0.0, "ac": -0.4, "bc": 0.3}

TRIANGLE = f"""
format: 1
title: A divider, a target, an adversary
start: 2000
end: 2100
actors: {{a: {{capability: 0.2}}, b: {{capability: 0.3}}, c: {{capability: 0.4}}}}
ties:
  wedges: {{wooing: {{divider: a, target: b, adversary: c}}}}
initial:
  alignment: {{a: {{b: 0.0, c: -0.4}}, b: {{c: 0.3}}}}
parameters:
  setting: {{size_exponent: 0.0, opportunity: {{b: {{a: 0.2, c: 0.4}}}}}}
  conduct: {{noise: 0.0}}
  alignment: {{noise: 0.0, reversion: {REVERSION}}}
  reciprocity: {{response: {RESPONSE}, pull: {PULL}}}
  balance: {{weight: {BALANCE}}}
  threat: {{weight: 0.0}}
  isolation: {{weight: 0.0}}
outcomes:
  target_adversary: {{measure: alignment, pair: [b, c]}}
"""


def predicted_change_of_sign():
    """The counter-offer at which the divider's offer leaves target and adversary exactly where they were.

    By hand: dispositions put the start at rest, so a stance deviates by what answers the offer v:
    d_ab = v, d_ba = r v, and with the counter-offer k w v (w: relative reward power) d_cb = k w v /
    (1 - r^2), d_bc = r d_cb. Alignment rests where F (1 - x^2) = m (x - x0); x_bc is unchanged if
    and only if the change of its force is none: w_A (d_bc + d_cb) / 2 = -w_B change(x_ab x_ac).
    """
    rest = {
        pair: START[pair] - _force(pair, START, 0.0) * (1 - START[pair] ** 2) / REVERSION
        for pair in ("ab", "ac")
    }

    def unrest(values):
        now = {"ab": values[0], "ac": values[1], "bc": START["bc"]}
        return [
            _force(pair, now, OFFER) * (1 - now[pair] ** 2) - REVERSION * (now[pair] - rest[pair])
            for pair in ("ab", "ac")
        ]

    x_ab, x_ac = root(unrest, [0.1, -0.4], tol=1e-13).x
    change = x_ab * x_ac - START["ab"] * START["ac"]
    return -2 * BALANCE * change * (1 - RESPONSE**2) / (PULL * RELATIVE * OFFER * (1 + RESPONSE))


def _force(pair, x, offer):
    """The force on a pair: mutual posture, and the third party (Heider; one third party, equal sizes)."""
    posture = PULL * 0.5 * (1 + RESPONSE) * offer if pair == "ab" else 0.0
    third = {"ab": x["ac"] * x["bc"], "ac": x["ab"] * x["bc"]}[pair]
    return posture + BALANCE * third


def test_the_effect_of_accommodation_changes_sign_at_the_counter_offer_that_theory_predicts(tmp_path):
    predicted = float(predicted_change_of_sign())
    assert 0.05 < predicted < 1.0
    tried = [0.0, round(predicted - 0.01, 6), round(predicted + 0.01, 6), 1.0]
    (tmp_path / "triangle.yaml").write_text(TRIANGLE)
    (tmp_path / "binding.yaml").write_text(f"""
format: 1
title: Wedge against binding, without luck
question: At which counter-offer does the effect of an offer change sign?
scenario: triangle.yaml
changes: {{policies: {{a: {{b: {{policy: fixed, stance: 0.0}}}}}}}}
design: {{kind: grid}}
levers:
  offer: {{path: policies.a.b.stance, values: [0.0, {OFFER}]}}
  counter: {{path: parameters.norms.counter_binding, values: {tried}}}
""")
    study = study_of(sweep(load(tmp_path / "binding.yaml"), out=tmp_path, workers=1).folder)
    effect = [
        float(
            study.values("target_adversary", f"0.5/{each:g}")[0, 0]
            - study.values("target_adversary", f"0/{each:g}")[0, 0]
        )
        for each in tried
    ]
    assert effect[0] < effect[1] < 0.0 < effect[2] < effect[3]
    low, high = effect[1], effect[2]
    crossing = tried[1] + (tried[2] - tried[1]) * (-low) / (high - low)
    assert crossing == pytest.approx(
        predicted, abs=1e-4
    )  # straight between values 0.02 apart; rest after 100 years


def test_the_shipped_binding_experiment_shows_the_change_of_sign(tmp_path):
    experiment = load("wedge_against_binding", ["design.levels=2", "replications=100"])
    study = study_of(sweep(experiment, out=tmp_path, workers=1).folder)
    effect = {
        each: study.values("sino_russian", f"0.5/{each}") - study.values("sino_russian", f"0/{each}")
        for each in ("0", "1.5")
    }
    error = {key: gap.std(ddof=1) / np.sqrt(gap.size) for key, gap in effect.items()}
    assert effect["0"].mean() < -3 * error["0"]
    assert effect["1.5"].mean() > 3 * error["1.5"]
