"""The vectorised model against `benchmarks/plain_mesa.py`, written apart from it as plain Mesa agents.

The two share the scenario, the draws and the luck, and no equation. Rounding differs (the order of
some sums does), so they are held to 1e-10; they agree to about 1e-13.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from benchmarks.plain_mesa import PlainModel
from sim import moves as moving
from sim.axes import scalar
from sim.build import build
from sim.foresight import foresee
from sim.mechanisms import Changes
from sim.scenario import Scenario, from_data
from sim.state import quantities, spanned
from sim.yamltext import from_text

TOLERANCE = 1e-10
"""Some hundred roundings of 1e-16, times sorties of a few hundred a year, with room to spare."""

RUNS = 3
TIES = {"actor": "actors", "target": "actors", "flashpoint": "flashpoints", "dispute": "disputes"}

DUEL = """
format: 1
title: two actors, quarters, learning against gestures, a flashpoint and a dispute
start: 2010
end: 2020
seed: 11
actors: {east: {capability: 0.4}, west: {capability: 0.5}}
ties:
  flashpoints: {strait: {attacker: east, defender: west}}
  disputes: {isle: {holder: east, claimant: west}}
initial:
  engagement: {east: {west: -0.6}, west: {east: -0.1}}
  alignment: {east: {west: -0.3}}
  order: 0.3
parameters:
  setting:
    proximity: 0.8
    opportunity: {east: {west: 0.4}, west: {east: 0.3}}
    growth: {east: 0.004}
    size_exponent: 0.5
  conduct: {inertia: 0.3, noise: 0.15, feedback: 0.4}
  alignment: {noise: 0.4, adjustment: 0.9, reversion: 0.3}
  reciprocity: {weight: 0.8, response: {east: {west: -0.4}}}
  threat: {weight: 0.5, hostility_exponent: 1, entanglement: 0.3}
  norms: {hazard: 0.15, resolve: 0.3, erosion: 0.4, recovery: 0.1, weight: 0.9, deterrence: 1}
  crisis: {hazard: 0.15, resentment: 0.9, decisiveness: 2, deterrence: 0.8}
  territory: {activity_patron: -400, activity_claimant: -100, activity_base: 20, settlement_base: -3}
policies:
  east: {west: {policy: roth_erev, forgetting: 0.05, strength: 3, territory: 0, isolation: 2}}
  west: {east: {policy: reciprocity, response: 0.3, disposition: 0.6, gesture: 0.9}}
"""

TRIANGLE = """
format: 1
title: three actors, months, uncertainties, events of every kind
start: 2012-04
end: 2016-01
step: month
seed: 5
actors: {home: {capability: 0.2}, bear: {capability: 0.3}, dragon: {capability: 0.6}}
ties:
  alliances: {pact: {patron: dragon, client: home, commitment: 0.7, rivals: [bear]}}
  flashpoints:
    gap: {attacker: bear, defender: home}
    pass: {attacker: dragon, defender: bear}
  wedges: {woo: {divider: home, target: bear, adversary: dragon}}
  disputes: {ridge: {holder: bear, claimant: home}}
initial:
  engagement: {home: {bear: 0.1, dragon: 0.4}, bear: {home: -0.4, dragon: 0.3}, dragon: {everyone: 0.2}}
  alignment: {home: {bear: -0.2, dragon: 0.5}, bear: {dragon: 0.3}}
  grievance: {bear: 1.2}
  deterrent: {bear: 0.2, everyone: 0.1}
parameters:
  setting:
    proximity: {home: {bear: 0.9}, everyone: {everyone: 0.6}}
    opportunity: {home: {bear: 0.2, dragon: 0.7}, bear: {home: 0.1, dragon: 0.6}, dragon: {everyone: 0.3}}
    growth: {home: -0.01, dragon: 0.01}
    spillover: 0.4
  conduct: {feedback: 0.3, disposition: {home: {dragon: 0.5}}}
  alignment: {noise: 0.03, rest: {bear: {dragon: 0.2}}}
  reciprocity: {response: {home: {everyone: 0.2}, everyone: {bear: 0.5, everyone: 0.3}}}
  threat: {hostility_exponent: 1.7, entanglement: 0.5}
  balance: {weight: 0.9}
  commitment: {detachment: 0.4, hedging: 0.6}
  norms:
    {resolve: {home: {bear: 0.1}, dragon: {everyone: 0.4}}, hazard: {bear: 0.1}, emboldenment: 0.5,
     counter_binding: 0.5, deterrence: 0.9}
  crisis: {hazard: {gap: 0.1, pass: 0.05}, deterrence: 0.5, aloofness: 1}
  territory: {settlement_base: -4}
policies:
  home:
    bear: {policy: schedule, stances: {2013Q2: 0.5, 2014-09: -0.2}}
    dragon: {policy: balance_threat, strength: 0.7}
  bear: {everyone: {policy: wedge, least_opportunity: 0.05}, dragon: {policy: routine}}
events:
  cell: {at: 2012-08, until: 2013-02, set: {parameters.norms.resolve.home.bear: 0.6}}
  all: {at: 2012-11, add: {parameters.reciprocity.response: 0.1, parameters.norms.resolve: 0.05}, until: 2014}
  pair: {at: 2013-03, set: {parameters.setting.proximity.dragon.bear: 1}, add: {alignment.bear.home: -0.2}}
  coin: {at: 2013Q1, probability: 0.5, add: {parameters.threat.weight: 0.3, engagement.home.bear: 0.4}}
  again: {at: 2013Q1, set: {parameters.threat.weight: 0.5, engagement.home.bear: -0.9}}
  stocks:
    at: 2013-07
    set: {order: 0.5, commitment.dragon.home: 0.9, deterrent.home: 0.3}
    add: {capability.home: 0.05, grievance.dragon: 0.4}
  strike: {at: 2014-02, add: {violation.dragon: 1.5}, set: {crisis.pass: 1}}
  flare: {at: 2014-05, probability: 0.7, add: {crisis.gap: 1, violation.home: 0.5}}
uncertainties:
  parameters.isolation.weight: plausible
  parameters.setting.opportunity.bear.home: {uniform: [0.05, 0.3]}
  parameters.reciprocity.response: {normal: [0.3, 0.1]}
  parameters.setting.proximity.dragon.home: {triangular: [0.2, 0.5, 0.9]}
  parameters.norms.hazard.bear: {choice: [0.02, 0.2]}
  parameters.conduct.inertia: {log_uniform: [0.2, 0.8]}
  initial.alignment.dragon.home: {uniform: [0.2, 0.6]}
  initial.grievance.bear: {uniform: [0.0, 2.0]}
  actors.bear.capability: {uniform: [0.1, 0.5]}
  ties.alliances.pact.commitment: plausible
  policies.home.dragon.strength: plausible
"""

QUARTET = """
format: 1
title: four actors, quarters, foresight, everything on
start: 2012
end: 2018
seed: 3
actors:
  japan: {capability: 0.08}
  russia: {capability: 0.17}
  china: {capability: 0.38}
  us: {capability: 0.37}
ties:
  alliances:
    treaty: {patron: us, client: japan, commitment: 0.8, rivals: [russia, china]}
    bloc: {patron: russia, client: china, commitment: 0.15}
  flashpoints: {senkaku: {attacker: china, defender: japan}, gulf: {attacker: us, defender: china}}
  wedges:
    w: {divider: japan, target: russia, adversary: china}
    v: {divider: us, target: russia, adversary: china}
  disputes: {kurils: {holder: russia, claimant: japan}, rocks: {holder: japan, claimant: china}}
initial:
  engagement:
    japan: {russia: 0, china: -.3, us: .8}
    russia: {japan: -.1, china: .5, us: -.3}
    china: {japan: -.4, russia: .5, us: -.2}
    us: {japan: .7, russia: -.2, china: -.2}
  alignment:
    japan: {russia: -.1, china: -.4, us: .8}
    russia: {china: .45, us: -.2}
    china: {us: -.2}
  grievance: {russia: .6}
parameters:
  setting:
    proximity: {japan: {russia: .6, china: .9, us: .3}, russia: {us: .8, china: .6}, china: {us: .6}}
    opportunity:
      japan: {russia: .05, china: .45, us: .5}
      russia: {japan: .06, china: .18, us: .76}
      china: {japan: .25, russia: .1, us: .65}
      us: {japan: .25, russia: .1, china: .65}
    spillover: .3
  conduct: {feedback: .3}
  threat: {entanglement: .6}
  commitment: {detachment: .3, solidarity: .6}
  norms:
    {resolve: {japan: {russia: .1}, us: {russia: .4, china: .2}}, hazard: {russia: .1, china: .05},
     emboldenment: .6, counter_binding: .4}
  crisis: {hazard: .08, deterrence: .5, desertion: .3}
policies:
  japan:
    russia: {policy: quantal_response, precision: 2}
    us: {policy: fixed, stance: 0.7}
  china:
    japan: {policy: quantal_response, horizon: 0.5, territory: 2, isolation: 3}
    us: {policy: hedge, strength: 0.6}
  russia:
    us: {policy: balance_threat}
    japan: {policy: roth_erev}
uncertainties:
  parameters.isolation.weight: plausible
  policies.japan.russia.precision: plausible
"""

SEXTET = """
format: 1
title: six actors, years, bloc politics
start: 2000
end: 2016
step: year
seed: 8
actors:
  a: {capability: 0.30}
  b: {capability: 0.25}
  c: {capability: 0.12}
  d: {capability: 0.10}
  e: {capability: 0.05}
  f: {capability: 0.03}
ties:
  alliances:
    ac: {patron: a, client: c, commitment: 0.7, rivals: [b]}
    dc: {patron: d, client: c, commitment: 0.3, rivals: [b, e]}
    be: {patron: b, client: e, commitment: 0.5, rivals: [a]}
    bf: {patron: b, client: f, commitment: 0.9}
  flashpoints:
    one: {attacker: b, defender: c}
    two: {attacker: c, defender: f}
    three: {attacker: b, defender: e}
  wedges: {w: {divider: a, target: e, adversary: b}, x: {divider: c, target: f, adversary: b}}
  disputes: {y: {holder: b, claimant: c}, z: {holder: f, claimant: e}}
initial:
  engagement: {everyone: {everyone: 0.1}, a: {b: -0.5, c: 0.7}, b: {a: -0.4, c: -0.6, e: 0.5}, c: {b: -0.5, a: 0.6}}
  alignment: {everyone: {everyone: 0.05}, a: {b: -0.6, c: 0.6, d: 0.4}, b: {c: -0.5, e: 0.5, f: 0.3}}
  order: 0.7
parameters:
  setting:
    proximity: 0.4
    opportunity: {everyone: {everyone: 0.15}, e: {a: 0.3, b: 0.2, everyone: 0.1}}
    growth: {a: -0.004, b: 0.008}
    size_exponent: 0
    spillover: 1
  conduct: {noise: 0.2, feedback: -0.2}
  threat: {weight: -0.2, entanglement: 0.2, scale: 0.15}
  balance: {weight: 1.5}
  isolation: {weight: 1.2}
  reciprocity: {pull: 0.6}
  commitment: {detachment: -0.5, hedging: -0.4, rest: {a: {c: 0.4}}}
  norms:
    {weight: 0.8, resolve: {everyone: {everyone: 0.2}, a: {b: 1.5}}, hazard: {b: 0.1, everyone: 0.01},
     emboldenment: 0.4, erosion: 0.6}
  crisis: {hazard: 0.1, decisiveness: 0, aloofness: 0, affinity: 3, desertion: 0.6, resentment: 0.7}
  territory: {settlement_guarantee: -1, settlement_base: -3.5}
policies:
  a:
    e: {policy: wedge, adversary: b, stance: 0.6}
    b: {policy: principled, stance: 0.1, condemn: 0.5}
    f: {policy: wedge, stance: 0.4, least_opportunity: 0}
  b: {everyone: {policy: bind, strength: 0.5}}
  c: {b: {policy: reciprocity, response: -0.4}, e: {policy: hedge, strength: -0.5}}
  d: {everyone: {policy: principled}, a: {policy: routine}}
  e: {everyone: {policy: schedule, stances: {2004: 0.3, 2008-03: -0.4}}}
  f: {b: {policy: reciprocity, gesture: 0.4}, a: {policy: quantal_response, horizon: 0.25}}
events:
  rise: {at: 2003, add: {capability.e: 0.1}, set: {parameters.balance.weight: 0}}
  fall: {at: 2009Q3, until: 2012Q1, set: {parameters.norms.weight: 0.3, parameters.crisis.hazard.two: 0.6}}
  shock: {at: 2010Q2, probability: 0.6, set: {engagement.b.a: 1, alignment.a.b: 0.4}}
"""

SCENARIOS = {"duel": DUEL, "triangle": TRIANGLE, "quartet": QUARTET, "sextet": SEXTET}
UNBOUND = (
    "capability",
    "violation",
    "joined",
    "loss",
    "crisis",
    "settlement",
    "deterrent",
    "sanction",
    "grievance",
)
"""Quantities that no term can drive past their bounds, as long as events do not."""


@cache
def scenario(name: str) -> Scenario:
    if name not in SCENARIOS:
        raise KeyError(name)
    return read(SCENARIOS[name])


def read(text: str, **changes: object) -> Scenario:
    data = from_text(text, "test").data
    for path, value in changes.items():
        keys, node = path.split("__"), data
        for key in keys[:-1]:
            node = node.setdefault(key, {})
        node[keys[-1]] = value
    return from_data(data)


@cache
def expected(name: str, run: int) -> list[dict[str, np.ndarray]]:
    return list(plain_frames(scenario(name), run))


def plain_frames(given: Scenario, run: int) -> Iterator[dict[str, np.ndarray]]:
    """Every quantity at every recorded step, as the plain Mesa model has it."""
    model = PlainModel(given, run)
    yield _plain(given, model)
    for _ in range(given.calendar.records):
        model.step()
        yield _plain(given, model)


def _plain(given: Scenario, model: PlainModel) -> dict[str, np.ndarray]:
    size = {"actors": len(given.actors), "flashpoints": len(given.spec.ties.flashpoints)}
    size["disputes"] = len(given.spec.ties.disputes)
    return {
        each.name: np.array(
            [
                model.value(each.name, *where)
                for where in np.ndindex(*(size[TIES[axis]] for axis in each.axes))
            ]
        )
        for each in quantities()
        if each.name != "intent"
    }


def fast_frames(given: Scenario, run: int, runs: int = 1) -> Iterator[dict[str, np.ndarray]]:
    """The same as the vectorised model has it; `run` is looked up among `runs` computed together."""
    first = run if runs == 1 else 0
    world = build(given, first, runs)
    state = world.start
    names = [each.name for each in quantities() if each.name != "intent"]
    yield {name: _of(state, name, run - first) for name in names}
    for record in range(given.calendar.records):
        span = []
        for k in range(given.calendar.stride):
            state = world.step(state, record * given.calendar.stride + k)
            span.append(state)
        seen = spanned(span) if len(span) > 1 else state
        yield {name: _of(seen, name, run - first) for name in names}


def _of(state: object, name: str, run: int) -> np.ndarray:
    array = getattr(state, name)
    return array[..., run if array.shape[-1] > 1 else 0].ravel()


def gaps(one: Iterator[dict], other: Iterator[dict]) -> Iterator[tuple[int, str, float]]:
    """The largest difference of each quantity at each step."""
    for step, (left, right) in enumerate(zip(one, other, strict=True)):
        for name in left:
            yield step, name, float(np.max(np.abs(left[name] - right[name]), initial=0.0))


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("name", SCENARIOS)
def test_plain_mesa_agents_walk_the_same_paths(name: str, run: int) -> None:
    seen = list(gaps(fast_frames(scenario(name), run), iter(expected(name, run))))
    assert len(seen) > 16 * scenario(name).calendar.records
    assert [each for each in seen if not each[2] <= TOLERANCE] == []


def test_a_run_among_many_walks_the_same_path_as_plain_mesa_agents() -> None:
    for run in range(RUNS):
        seen = gaps(fast_frames(scenario("triangle"), run, runs=RUNS), iter(expected("triangle", run)))
        assert max(each[2] for each in seen) <= TOLERANCE


def test_every_policy_and_every_event_kind_takes_part() -> None:
    from sim.policies import policies

    used = {
        each["policy"]
        for name in SCENARIOS
        for row in scenario(name).data["policies"].values()
        for each in row.values()
    }
    assert used == {name for name, kind in policies().items() if kind.__module__.startswith("sim.")}
    steps = {scenario(name).spec.step for name in SCENARIOS}
    assert steps == {"month", "quarter", "year"}


@cache
def traces() -> dict[tuple[str, int], list[Changes]]:
    """Every term of every step of all scenarios and runs."""
    found: dict[tuple[str, int], list[Changes]] = {}
    for name in SCENARIOS:
        for run in range(RUNS):
            world, found[name, run] = build(scenario(name), run, 1), []
            state = world.start
            for k in range(world.calendar.steps):
                state = world.step(state, k, found[name, run])
    return found


def test_every_term_of_every_equation_is_at_work_somewhere() -> None:
    """Otherwise the comparison would be vacuous for it."""
    largest: dict[tuple[str, str], float] = {}
    for trace in traces().values():
        for changes in trace:
            for quantity, terms in changes.items():
                for term, value in terms.items():
                    size = float(np.max(np.abs(value), initial=0.0))
                    largest[quantity, term] = max(largest.get((quantity, term), 0.0), size)
    idle = {key for key, size in largest.items() if size < 1e-6}
    assert idle <= {(quantity, "bound") for quantity in UNBOUND}
    assert len(largest) > 45


def _moves() -> dict[tuple[str, str], tuple[int, str, int]]:
    """Each term that moves a quantity -> the first step, scenario and run in which it is not 0."""
    found: dict[tuple[str, str], tuple[int, str, int]] = {}
    for (name, run), trace in traces().items():
        for k, changes in enumerate(trace):
            for quantity, terms in changes.items():
                for term in terms.keys() - {"bound", "event"}:
                    if np.max(np.abs(terms[term]), initial=0.0) > 1e-4:
                        found[quantity, term] = min(
                            found.get((quantity, term), (k, name, run)), (k, name, run)
                        )
    return found


def test_deleting_any_term_of_any_equation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, missed, moves = moving._moved, [], _moves()
    assert len(moves) > 40
    for (quantity, term), (_, name, run) in moves.items():
        deleted: list[str] = []

        def without(state, moves, changes, quantity=quantity, term=term, deleted=deleted):
            kept = {which: dict(terms) for which, terms in moves.items()}
            if kept.get(quantity, {}).pop(term, None) is not None:
                deleted.append(term)
            return plain(state, {which: terms.items() for which, terms in kept.items()}, changes)

        monkeypatch.setattr(moving, "_moved", without)
        seen = gaps(fast_frames(scenario(name), run), iter(expected(name, run)))
        if not any(each[2] > TOLERANCE for each in seen) or not deleted:
            missed.append((quantity, term))
    assert missed == []


def test_deleting_the_jumps_of_events_is_noticed() -> None:
    changed = from_data({**scenario("triangle").data, "events": {}})
    seen = gaps(fast_frames(changed, 0), iter(expected("triangle", 0)))
    assert any(each[2] > TOLERANCE for each in seen)


@pytest.mark.parametrize("step", ["quarter", "year"])
def test_foresight_agrees_in_every_belief_not_only_in_what_is_chosen(step: str) -> None:
    given = read(QUARTET, step=step)
    assert _foreseen_gap(given, steps=6) <= TOLERANCE


def _foreseen_gap(given: Scenario, steps: int) -> float:
    """The largest difference of any belief, over steps, actors and stances held."""
    world, model, largest = build(given, 0, 1), PlainModel(given, 0), 0.0
    state = world.start
    for k in range(steps):
        view = world.look(state, k)
        model.look()
        if world.calendar.decides(k):
            for me, target, stance, years in ((0, 1, -0.5, 0.5), (2, 0, 0.5, 1.25), (1, 3, 0.2, 2.0)):
                one = foresee(world, view, me, target, scalar(stance), years)
                other = model.foresee(me, target, stance, years)
                gap = max(abs(float(getattr(one, name).flat[0]) - each) for name, each in other.items())
                largest = max(largest, gap)
        state = world.step(state, k)
        model.move()
    return largest


def _worst(given: Scenario, run: int = 0, runs: int = 1) -> float:
    return max(each[2] for each in gaps(fast_frames(given, run, runs), plain_frames(given, run)))


def test_growth_moves_threats_alike_with_crises_switched_off() -> None:
    assert _worst(read(DUEL, parameters__crisis={"weight": 0})) <= TOLERANCE


def test_foresight_sees_capability_grow() -> None:
    given = read(QUARTET, parameters__setting__growth={"china": 0.05, "russia": -0.05})
    assert _foreseen_gap(given, steps=4) <= TOLERANCE


def test_foresight_in_months_decides_once_a_quarter() -> None:
    assert _foreseen_gap(read(QUARTET, step="month"), steps=4) <= TOLERANCE


def test_foresight_knows_the_violations_of_today_but_no_crisis_to_come() -> None:
    strike = {"at": "2012Q2", "add": {"violation.russia": 1.5}, "set": {"crisis.senkaku": 1}}
    assert _foreseen_gap(read(QUARTET, events={"strike": strike}), steps=4) <= TOLERANCE


def test_foresight_keeps_everybody_as_firm_as_they_last_were() -> None:
    firm = {"policy": "principled", "condemn": 0.6}
    given = read(QUARTET, policies__us={"russia": firm}, policies__japan__china=firm)
    assert _foreseen_gap(given, steps=4) <= TOLERANCE


@pytest.mark.parametrize("path", ["setting.proximity", "conduct.disposition"])
def test_an_event_on_all_cells_leaves_actors_themselves_alone(path: str) -> None:
    events = {"x": {"at": "2013", "set": {f"parameters.{path}": 0.4}}}
    assert _worst(read(QUARTET, events=events)) <= TOLERANCE


def test_norms_switched_off_by_chance_do_the_same_alone_and_among_others() -> None:
    events = {"x": {"at": "2013", "probability": 0.5, "set": {"parameters.norms.weight": 0}}}
    given = read(QUARTET, events=events, end="2014", policies={}, uncertainties={})
    assert max(_worst(given, run, runs=4) for run in range(4)) <= TOLERANCE


@pytest.mark.parametrize("how", [{"set": 0.55}, {"add": 0.2}])
def test_an_event_on_one_share_takes_its_room_from_the_others_of_the_row(how: dict[str, float]) -> None:
    path = "parameters.setting.opportunity.russia.china"
    given = _shut_out({"x": {"at": "2013", **{key: {path: value} for key, value in how.items()}}})
    assert build(given).rules_at(6).setting.opportunity[1].sum() == pytest.approx(1.0)
    assert _worst(given) <= TOLERANCE


def test_an_adversary_with_nothing_to_offer_bids_as_hard_as_the_divider() -> None:
    shares = {"japan": {"us": 0.5}, "russia": {"japan": 0.06, "us": 0.5}}
    given = read(QUARTET, parameters__setting__opportunity=shares, initial__engagement__japan={"us": 0.8})
    assert _worst(given) <= TOLERANCE


def test_answers_stay_short_of_running_away() -> None:
    response = {"east": {"west": 0.9}, "west": {"east": -0.8}}
    given = read(DUEL, policies={}, parameters__reciprocity={"weight": 1.5, "response": response})
    assert _worst(given) <= TOLERANCE


def test_a_hedge_takes_the_place_of_the_mechanism_and_keeps_the_other_pressures() -> None:
    hedge = {"everyone": {"policy": "hedge", "strength": 0.6}}
    given = read(
        QUARTET, policies={"japan": hedge, "russia": hedge, "china": hedge}, uncertainties={},
        parameters__commitment={"hedging": 0.5, "detachment": 0.3},
    )  # fmt: skip
    assert _worst(given) <= TOLERANCE


@pytest.mark.parametrize("policy", ["balance_threat", "bind", "wedge"])
def test_a_policy_that_builds_on_routine_keeps_its_pressures(policy: str) -> None:
    norms = {"emboldenment": 0.9, "counter_binding": 0 if policy == "bind" else 0.4}
    given = read(
        QUARTET, policies={each: {"everyone": {"policy": policy}} for each in ("china", "japan", "russia")},
        uncertainties={}, parameters__norms={"resolve": 0.3, **norms},
    )  # fmt: skip
    assert _worst(given) <= TOLERANCE


def test_who_forgets_almost_everything_still_learns_alike() -> None:
    assert _worst(read(DUEL, policies__east__west={"policy": "roth_erev", "forgetting": 0.99})) <= TOLERANCE


def test_policies_see_at_once_what_an_event_has_done() -> None:
    jump = {
        "at": "2013",
        "set": {"engagement.us.japan": -0.9, "commitment.us.japan": 0.1},
        "add": {"capability.us": 0.3},
    }
    policies = {"japan": {"china": {"policy": "balance_threat"}, "russia": {"policy": "hedge"}}}
    assert _worst(read(QUARTET, events={"jump": jump}, policies=policies, uncertainties={})) <= TOLERANCE


def _shut_out(events: dict[str, dict]) -> Scenario:
    """The quartet with Russia shut out by the United States, so that its opportunities matter."""
    cold = {"japan": 0.7, "russia": -0.5, "china": -0.2}
    return read(QUARTET, events=events, policies={}, uncertainties={}, initial__engagement__us=cold)


def test_an_event_that_does_not_happen_leaves_no_trace() -> None:
    events = {"coin": {"at": "2013", "probability": 0.5, "add": {"engagement.us.china": 0.4}}}
    policies = {"japan": {"russia": {"policy": "balance_threat"}}}
    growth = {"china": 0.05}
    given = read(
        QUARTET, events=events, policies=policies, uncertainties={}, parameters__setting__growth=growth
    )
    assert max(_worst(given, run) for run in range(4)) <= TOLERANCE


def test_an_event_on_two_shares_of_a_row_sets_both() -> None:
    path = "parameters.setting.opportunity.russia"
    given = _shut_out({"x": {"at": "2013", "set": {f"{path}.us": 0.5, f"{path}.china": 0.4}}})
    assert _worst(given) <= TOLERANCE
