"""The same model as plain Mesa agents and plain Python floats, written apart from `sim/`.

Two uses: `tests/test_reference.py` holds it to the trajectories of the vectorised model, and the
speed benchmark takes it as the baseline that a competent Mesa user would have written. Only what a
scenario says (`sim.scenario`, `sim.build.sampled`, declared defaults) and the luck are shared; no
equation is. Countries are agents that `decide` and `act`; what is between them is in `Relations`,
lists of floats by actor index. All rates are those of a computed step, as in `sim/timescale.py`.

    python benchmarks/plain_mesa.py scenario.yaml      milliseconds a run
"""

from __future__ import annotations

import sys
import time
from math import ceil, exp, log1p, sqrt
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from sim.build import distributions
from sim.calendar import month_of
from sim.luck import DealtLuck
from sim.parameters import parameters_of
from sim.policies import policies as declared_policies
from sim.policies.learning import SPREAD as PAYOFF_UNIT
from sim.rules import declared
from sim.scenario import Scenario, load

EVERYONE = "everyone"
MENU = (-0.5, 0.0, 0.5)
STANDING = 0.05
OVER = {
    "setting.proximity": "pair", "setting.opportunity": "dyad", "setting.growth": "actor",
    "conduct.disposition": "dyad", "alignment.rest": "pair", "reciprocity.response": "dyad",
    "commitment.rest": "dyad", "norms.resolve": "dyad", "norms.hazard": "actor",
    "crisis.hazard": "flashpoint", "crisis.stake": "flashpoint",
}  # fmt: skip
"""What a parameter has one value for, where not one for all."""
COUNTED, AVERAGED = ("violation", "crisis", "loss", "joined"), ("activity",)
"""What is added up, or averaged, over a recorded step that holds several computed ones."""
DECAYS = {"commitment": ("adjustment",), "norms": ("recovery", "forgetting", "learning")}
"""Parameters that are shares lost."""
MATRIX = ("engagement", "sanction", "stance", "threat", "alignment", "commitment")
RANGES = {
    "engagement": (-1.0, 1.0), "alignment": (-1.0, 1.0), "commitment": (0.0, 1.0),
    "capability": (0.0, float("inf")), "grievance": (0.0, float("inf")),
    "deterrent": (0.0, 1.0), "order": (0.0, 1.0),
}  # fmt: skip


def clip(value: float, low: float, high: float) -> float:
    return low if value < low else high if value > high else value


def square(n: int) -> list[list[float]]:
    return [[0.0] * n for _ in range(n)]


# --- what the scenario says --------------------------------------------------------------------


class Numbers:
    """The numbers of a scenario for one run: drawn, or given, or declared."""

    def __init__(self, scenario: Scenario, drawn: dict[str, float]) -> None:
        self.data, self.drawn, self.names = scenario.data, drawn, scenario.actors

    def given(self, path: tuple[str, ...]) -> Any:
        node: Any = self.data
        for key in path:
            node = node.get(key) if isinstance(node, dict) else None
        return node

    def one(self, path: tuple[str, ...], default: float | None) -> float | None:
        name = ".".join(path)
        if name in self.drawn:
            return self.drawn[name]
        given = self.given(path)
        return default if given is None else float(given)

    def cell(self, path: tuple[str, ...], default: float | None, *ways: tuple[str, ...]) -> float | None:
        """A cell by its name; else what holds for all cells, or for all of its row."""
        for way in ways:
            if ".".join(path + way) in self.drawn:
                return self.drawn[".".join(path + way)]
        for way in ways:
            given = self.given(path + way)
            if given is not None:
                return float(given)
        if ".".join(path) in self.drawn:
            return self.drawn[".".join(path)]
        for way in ways:
            node = self.given(path)
            for key in way:
                if isinstance(node, dict):
                    node = node.get(key, node.get(EVERYONE))
            if node is not None and not isinstance(node, dict):
                return float(node)
        return default

    def column(self, path: tuple[str, ...], default: float | None, names: tuple[str, ...]) -> list:
        return [self.cell(path, default, (name,)) for name in names]

    def dyads(self, path: tuple[str, ...], default: float | None) -> list[list]:
        return [[0.0 if i == j else self.cell(path, default, (i, j)) for j in self.names] for i in self.names]

    def pairs(self, path: tuple[str, ...], default: float | None) -> list[list]:
        values = square(len(self.names))
        for i, one in enumerate(self.names):
            for j in range(i):
                other = self.names[j]
                values[i][j] = values[j][i] = self.cell(path, default, (other, one), (one, other))
        return values


def crowded(
    scenario: Scenario, drawn: dict[str, float], values: list[list[float]], plain: list[list[float]]
) -> list[list[float]]:
    """Shares of opportunity in which a drawn one makes room among the others of its row."""
    path = ("parameters", "setting", "opportunity")
    for i, me in enumerate(scenario.actors):
        fixed = [j for j, you in enumerate(scenario.actors) if ".".join((*path, me, you)) in drawn]
        rest = [j for j in range(len(plain)) if j != i and j not in fixed]
        held = sum(plain[i][j] for j in rest)
        if fixed and held > 0.0:
            room = max(sum(plain[i]) - sum(values[i][j] for j in fixed), 0.0)
            for j in rest:
                values[i][j] = plain[i][j] * room / held
        elif fixed:
            for j in rest:
                values[i][j] = plain[i][j]
    return values


def parameter(scenario: Scenario, drawn: dict[str, float], group: str, each: Any) -> Any:
    numbers, path = Numbers(scenario, drawn), ("parameters", group, each.name)
    over = OVER.get(f"{group}.{each.name}")
    if over == "dyad":
        return numbers.dyads(path, each.default)
    if over == "pair":
        return numbers.pairs(path, each.default)
    if over == "actor":
        return numbers.column(path, each.default, scenario.actors)
    if over == "flashpoint":
        return numbers.column(path, each.default, tuple(scenario.spec.ties.flashpoints))
    return numbers.one(path, each.default)


class Parts:
    """Who plays which part, by index."""

    def __init__(self, scenario: Scenario) -> None:
        ties, names = scenario.spec.ties, scenario.actors
        at = {name: k for k, name in enumerate(names)}
        self.names, self.n = names, len(names)
        self.alliances = [(at[each.patron], at[each.client]) for each in ties.alliances.values()]
        self.alliance_names = list(ties.alliances)
        self.patrons = [[p for p in range(self.n) if (p, c) in self.alliances] for c in range(self.n)]
        self.hedges = sorted(
            {(at[each.client], at[rival]) for each in ties.alliances.values() for rival in each.rivals}
        )
        self.allies = [
            {j for j in range(self.n) if (i, j) in self.alliances or (j, i) in self.alliances}
            for i in range(self.n)
        ]
        self.flashpoints = [
            (name, at[each.attacker], at[each.defender]) for name, each in ties.flashpoints.items()
        ]
        self.wedges = [
            (at[each.divider], at[each.target], at[each.adversary]) for each in ties.wedges.values()
        ]
        self.disputes = [(name, at[each.holder], at[each.claimant]) for name, each in ties.disputes.items()]
        everybody = range(self.n)
        self.others = [[j for j in everybody if j != i] for i in everybody]
        self.pairs = [
            (i, j, [k for k in everybody if k not in (i, j)])
            for i in everybody for j in everybody if i < j
        ]  # fmt: skip


class Happening:
    """A dated event, read once: what it changes of the parameters and of the state."""

    def __init__(self, name: str, event: Any) -> None:
        self.name, self.at, self.until, self.probability = name, event.at, event.until, event.probability
        moves = [(path.split("."), "set", value) for path, value in event.set.items()]
        moves += [(path.split("."), "add", value) for path, value in event.add.items()]
        self.rules = [(*path[1:3], path[3:], *how) for path, *how in moves if path[0] == "parameters"]
        self.jumps = [(path[0], path[1:], *how) for path, *how in moves if path[0] != "parameters"]

    def in_force(self, first: int, last: int) -> bool:
        return self.at < last and (self.until is None or first < self.until)


class Reading:
    """What all runs of a scenario have in common, prepared once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.parts = scenario, Parts(scenario)
        self.declared = list(declared())
        self.policies = {
            name: {each.name: each.default for each in parameters_of(kind)}
            for name, kind in declared_policies().items()
        }
        events = [Happening(name, each) for name, each in scenario.spec.events.items()]
        self.events = sorted(events, key=lambda each: (each.at, each.name))
        self.regimes = self._regimes()
        self.shapes = distributions(scenario)
        self.shared = {
            (group, each.name): parameter(scenario, {}, group, each) for group, each in self.declared
        }
        self.initial = self._initial()

    def _regimes(self) -> list[tuple[Happening, ...]]:
        """The events that change parameters in each step."""
        calendar, changing = self.scenario.calendar, [each for each in self.events if each.rules]
        return [
            tuple(each for each in changing if each.in_force(*calendar.months(k)))
            for k in range(calendar.steps)
        ]

    def _initial(self) -> Relations:
        """The state at the start before anything is drawn."""
        now, numbers, n = Relations(), Numbers(self.scenario, {}), self.parts.n
        points, disputes = len(self.parts.flashpoints), len(self.parts.disputes)
        now.engagement = numbers.dyads(("initial", "engagement"), 0.0)
        now.alignment = numbers.pairs(("initial", "alignment"), 0.0)
        now.commitment, now.sanction, now.stance, now.threat = (square(n) for _ in range(4))
        now.violation, now.crisis, now.loss = [0.0] * n, [0.0] * points, [0.0] * points
        now.joined = [[0.0] * n for _ in range(points)]
        now.settlement, now.activity = [0.0] * disputes, [0.0] * disputes
        return now


class Block:
    """Some runs prepared together: draws, and luck as plain lists; the luck that `sim` deals, or any other."""

    def __init__(
        self, scenario: Scenario, first: int = 0, runs: int = 1,
        reading: Reading | None = None, numbers: Any = None,
    ) -> None:  # fmt: skip
        self.__dict__.update((reading or Reading(scenario)).__dict__)
        self.first, self.runs = first, runs
        numbers = numbers or Dealt(scenario.spec.seed, first, runs, scenario.calendar.steps)
        self.draws = {
            path: shape.draw(numbers.once("uncertainty", path)).tolist()
            for path, shape in self.shapes.items()
        }
        self.fates = self._fates(numbers)

    def _fates(self, numbers: Any) -> SimpleNamespace:
        """Every random number, as lists `[step][run][row]`."""
        parts, names = self.parts, self.parts.names
        both = [(i, j) if i != j else None for i in names for j in names]
        points, disputes = ([(each[0],) for each in ties] for ties in (parts.flashpoints, parts.disputes))
        normal, uniform = numbers.normal, numbers.uniform
        return SimpleNamespace(
            engagement=normal("engagement", both),
            alignment=normal("alignment", [each and tuple(sorted(each)) for each in both]),
            violation=uniform("violation", [(name,) for name in names]),
            crisis=uniform("crisis", points),
            contest=uniform("contest", points),
            joining=[uniform("joining", [(point[0], name) for name in names]) for point in parts.flashpoints],
            settlement=uniform("settlement", disputes),
            activity=normal("activity", disputes),
            event={name: numbers.once("event", name).tolist() for name in self.scenario.spec.events},
            policy={
                (i, j): uniform("policy", [(one, other, "0")])
                for i, one in enumerate(names)
                for j, other in enumerate(names)
                if i != j and self.policy_of(one, other) in ("quantal_response", "roth_erev")
            },
        )

    def policy_key(self, actor: str, target: str) -> str | None:
        row = self.scenario.data.get("policies", {}).get(actor, {})
        return target if target in row else EVERYONE if EVERYONE in row else None

    def policy_of(self, actor: str, target: str) -> str:
        key = self.policy_key(actor, target)
        return self.scenario.data["policies"][actor][key]["policy"] if key else "routine"


class Dealt:
    """The luck that `sim` deals to these runs, as lists `[step][run][row]`."""

    def __init__(self, seed: int, first: int, runs: int, steps: int) -> None:
        self.luck, self.runs, self.steps = DealtLuck(seed, first, runs, steps), runs, steps

    def normal(self, stream: str, rows: list) -> list:
        return self._lists(self.luck.normal, stream, rows)

    def uniform(self, stream: str, rows: list) -> list:
        return self._lists(self.luck.uniform, stream, rows)

    def _lists(self, deal: Any, stream: str, rows: list) -> list:
        if not rows:
            return [[[]] * self.runs] * self.steps
        return [deal(stream, rows, k)[:, 0, :].T.tolist() for k in range(self.steps)]

    def once(self, stream: str, name: str) -> Any:
        """One uniform number a run, `(R,)`."""
        return self.luck.uniform(stream, [(name,)], 0)[0, 0]


class Drawn:
    """Luck of its own for one run, from NumPy's generator, as most Mesa models draw theirs."""

    def __init__(self, seed: int, run: int, steps: int) -> None:
        self.generator, self.steps = np.random.default_rng([seed, run]), steps

    def normal(self, _: str, rows: list) -> list:
        return self.generator.standard_normal((self.steps, 1, len(rows))).tolist()

    def uniform(self, _: str, rows: list) -> list:
        return self.generator.random((self.steps, 1, len(rows))).tolist()

    def once(self, *_: str) -> Any:
        return self.generator.random(1)


# --- time --------------------------------------------------------------------------------------


def per_step(group: dict[str, Any], name: str, h: float) -> SimpleNamespace:
    """A group of parameters, given per quarter, for steps of `h` quarters."""
    scaled = dict(group)
    if name == "conduct":
        kept = group["inertia"]
        scaled["inertia"] = kept**h
        scaled["noise"] = group["noise"] * sqrt((1.0 - (kept * kept) ** h) / (1.0 - kept * kept))
    elif name == "alignment":
        scaled["adjustment"] = group["adjustment"] * h
        scaled["noise"] = group["noise"] * sqrt(h)
    elif name == "setting":
        scaled["growth"] = [(1.0 + each) ** h - 1.0 for each in group["growth"]]
    elif name in ("norms", "crisis"):
        scaled["hazard"] = [-log1p(-each) * h for each in group["hazard"]]
    elif name == "territory":
        scaled["activity_noise"] = group["activity_noise"] / sqrt(h)
    for lost in DECAYS.get(name, ()):
        scaled[lost] = 1.0 - (1.0 - group[lost]) ** h
    return SimpleNamespace(**scaled)


class Rules:
    """The parameters in force in a step, and what follows from them alone."""

    def __init__(self, groups: dict[str, dict[str, Any]], h: float, base: Rules | None = None) -> None:
        self.__dict__.update(base.__dict__ if base else {})
        for name, group in groups.items():
            setattr(self, name, per_step(group, name, h))
        weight, response = self.reciprocity.weight, self.reciprocity.response
        self.answer = [[clip(weight * each, -0.95, 0.95) for each in row] for row in response]
        self.kept = [[1.0 - abs(each) for each in row] for row in self.answer]
        if not any(each is None for row in self.conduct.disposition for each in row):
            both = zip(self.kept, self.conduct.disposition)
            self.own = [[kept * each for kept, each in zip(*rows)] for rows in both]
        self.grows = any(self.setting.growth)


# --- the state ---------------------------------------------------------------------------------


class Relations:
    """All that stands between and about countries at a moment; lists by actor index."""

    __slots__ = (
        *MATRIX, "activity", "capability", "crisis", "deterrent", "expects", "grievance", "guarantee",
        "joined", "loss", "order", "settlement", "size", "violation", "whole",
    )  # fmt: skip

    def copy(self) -> Relations:
        twin = Relations()
        for name in self.__slots__:
            value = getattr(self, name, None)
            if name in MATRIX:
                value = [row[:] for row in value]
            elif isinstance(value, list):
                value = value[:]
            setattr(twin, name, value)
        return twin


class Fate:
    """What comes from outside in one step: numbers dealt, and what events bring about."""

    __slots__ = (
        "activity", "alignment", "contest", "crisis", "engagement", "incidents", "joining",
        "outbreaks", "settlement", "violation",
    )  # fmt: skip

    def __init__(self, fates: SimpleNamespace, k: int, run: int, incidents: list, outbreaks: list) -> None:
        self.engagement, self.alignment = fates.engagement[k][run], fates.alignment[k][run]
        self.violation, self.crisis = fates.violation[k][run], fates.crisis[k][run]
        self.contest, self.settlement = fates.contest[k][run], fates.settlement[k][run]
        self.activity = fates.activity[k][run]
        self.joining = [each[k][run] for each in fates.joining]
        self.incidents, self.outbreaks = incidents, outbreaks


def no_fate(parts: Parts) -> Fate:
    """A step in which nothing happens by chance."""
    fate = Fate.__new__(Fate)
    n, points, disputes = parts.n, len(parts.flashpoints), len(parts.disputes)
    fate.engagement = fate.alignment = [0.0] * (n * n)
    fate.violation, fate.crisis, fate.contest = [1.0] * n, [1.0] * points, [1.0] * points
    fate.joining = [[1.0] * n] * points
    fate.settlement, fate.activity = [1.0] * disputes, [0.0] * disputes
    fate.incidents, fate.outbreaks = [0.0] * n, [0.0] * points
    return fate


# --- countries ---------------------------------------------------------------------------------


class Country(mesa.Agent):
    """A state: it decides how to treat each other one, then acts on it."""

    def __init__(self, model: PlainModel, index: int, name: str) -> None:
        super().__init__(model)
        self.index, self.name = index, name
        self.others = model.parts.others[index]
        self.policies: dict[int, Policy] = {}
        self.intent = [0.0] * model.parts.n
        self.condemn, self.will_condemn = 0.0, 0.0

    def adopt(self, policies: dict[int, Policy]) -> None:
        """Take up policies, by target."""
        self.policies = policies
        self.will_condemn = max((policy.condemn for policy in policies.values()), default=0.0)

    def decide(self) -> None:
        """Make up its mind for a quarter, on what it saw at the end of the last step."""
        intent = self.routine(self.model.now, self.model.pushes)
        for target, policy in self.policies.items():
            intent[target] = policy.decide()
        self.intent = intent

    @property
    def resolve(self) -> list[float]:
        """How firmly it punishes each other for a violation."""
        resolve = self.model.rules.norms.resolve[self.index]
        return [max(each, self.condemn) for each in resolve] if self.condemn else resolve

    def habit(self, now: Relations, j: int) -> float:
        """What disposition, alignment and reciprocity call for toward `j`."""
        i, model = self.index, self.model
        rules = model.rules
        drift = rules.conduct.feedback * (now.alignment[i][j] - model.start.alignment[i][j])
        return rules.own[i][j] + rules.kept[i][j] * drift + rules.answer[i][j] * now.stance[j][i]

    def routine(self, now: Relations, pushes: dict[tuple[int, int], float]) -> list[float]:
        """What it intends toward each other without a policy."""
        i, rules, stance = self.index, self.model.rules, now.stance
        own, kept, answer, feedback = rules.own[i], rules.kept[i], rules.answer[i], rules.conduct.feedback
        intent = [0.0] * len(own)
        for j in self.others:
            intent[j] = own[j] + answer[j] * stance[j][i]
        if feedback:
            before, after = self.model.start.alignment[i], now.alignment[i]
            for j in self.others:
                intent[j] += kept[j] * (feedback * (after[j] - before[j]))
        if pushes:
            for (me, j), push in pushes.items():
                if me == i:
                    intent[j] += push
        return intent

    def act(self, now: Relations, intent: list, resolve: list, shocks: list, hits: dict) -> None:
        """Move engagement and sanctions toward what was decided, and show the stance that results."""
        i, rules = self.index, self.model.rules
        engagement, sanction, stance = now.engagement[i], now.sanction[i], now.stance[i]
        gain, noise, first = 1.0 - rules.conduct.inertia, rules.conduct.noise, i * len(engagement)
        weight, grievance = rules.norms.weight, now.grievance
        for j in self.others:
            aim, before, held = intent[j], engagement[j], sanction[j]
            aim = -1.0 if aim < -1.0 else 1.0 if aim > 1.0 else aim
            after = before + gain * aim - gain * before + noise * shocks[first + j]
            if hits:
                after += hits.get((i, j), 0.0)
            engagement[j] = after = -1.0 if after < -1.0 else 1.0 if after > 1.0 else after
            if weight and (held or grievance[j]):
                due = weight * resolve[j] * grievance[j]
                held = held + gain * (due if due < 1.0 else 1.0) - gain * held
                sanction[j] = held = 0.0 if held < 0.0 else 1.0 if held > 1.0 else held
            after -= held
            stance[j] = -1.0 if after < -1.0 else 1.0 if after > 1.0 else after


# --- policies ----------------------------------------------------------------------------------


class Policy:
    """A rule by which a country decides what to show one other."""

    condemn = 0.0

    def __init__(self, country: Country, target: int, given: dict[str, Any]) -> None:
        self.country, self.target, self.given = country, target, SimpleNamespace(**given)
        self.model, self.me = country.model, country.index

    def decide(self) -> float:
        raise NotImplementedError

    @property
    def received(self) -> float:
        return self.model.now.stance[self.target][self.me]

    @property
    def habit(self) -> float:
        return self.country.habit(self.model.now, self.target)

    @property
    def routine(self) -> float:
        return self.habit + self.model.pushes.get((self.me, self.target), 0.0)


class Fixed(Policy):
    def decide(self) -> float:
        return self.given.stance


class Principled(Policy):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.condemn = self.given.condemn

    def decide(self) -> float:
        return self.given.stance


class Schedule(Policy):
    def decide(self) -> float:
        begun = [month for month in self.given.stances if month <= self.model.month]
        return self.given.stances[max(begun)] if begun else self.routine


class Reciprocity(Policy):
    """Tit for tat; with a gesture, GRIT: hold it two quarters, repeat if answered, else wait four."""

    gesturing, left, before = True, 2, None

    def decide(self) -> float:
        response, tendency, received = self.given.response, self.given.disposition, self.received
        if tendency is None:
            tendency = self.model.rules.conduct.disposition[self.me][self.target]
        intent = (1.0 - abs(response)) * tendency + response * received
        if self.gesturing:
            intent += self.given.gesture
        self._wait(received)
        return intent

    def _wait(self, received: float) -> None:
        if self.before is None:
            self.before = received
        self.left -= 1
        if not self.left:
            self.gesturing = not self.gesturing or received - self.before >= 0.05
            self.left, self.before = (2 if self.gesturing else 4), received


class Hedge(Policy):
    def decide(self) -> float:
        model, me = self.model, self.me
        lost = model.start.guarantee[me] - model.now.guarantee[me]
        mechanical = model.hedges.get((me, self.target), 0.0)
        return self.routine - mechanical + self.given.strength * lost


class BalanceThreat(Policy):
    def decide(self) -> float:
        threat = self.model.now.threat[self.me]
        foes = [j for j in self.country.others if j not in self.model.parts.allies[self.me]]
        mean = sum(threat[j] for j in foes) / len(foes) if foes else 0.0
        most = max(self.model.start.threat[self.me])
        lean = (mean - threat[self.target]) / most if most > 0.0 else 0.0
        return self.routine + self.given.strength * lean


class Wedge(Policy):
    on = 0.0

    def decide(self) -> float:
        now, target, me = self.model.now, self.target, self.me
        threat, adversaries = now.threat[me], self._adversaries()
        bond = sum(part * now.alignment[target][k] for k, part in adversaries.items())
        danger = sum(part * threat[k] for k, part in adversaries.items())
        reward = self.model.rules.setting.opportunity[target][me]
        if reward >= self.given.least_opportunity and danger > threat[target] and bond > 0.0:
            self.on = 1.0
        elif bond < -0.05 or danger < 0.9 * threat[target]:
            self.on = 0.0
        if self.given.adversary is None and not self._worth(adversaries):
            self.on = 0.0
        return self.given.stance if self.on else self.routine

    def _adversaries(self) -> dict[int, float]:
        """Who is to be kept from the target: the one named, or who threatens most (shared in a tie)."""
        if self.given.adversary is not None:
            return {self.given.adversary: 1.0}
        threat = self.model.now.threat[self.me]
        most = [k for k, each in enumerate(threat) if each == max(threat)]
        return {k: 1.0 / len(most) for k in most}

    def _worth(self, adversaries: dict[int, float]) -> bool:
        """Whether the target is the one to woo among those close to the adversary."""
        now, opportunity = self.model.now, self.model.rules.setting.opportunity
        fit = {}
        for k in self.country.others:
            if k not in self.model.parts.allies[self.me]:
                bond = sum(part * now.alignment[k][a] for a, part in adversaries.items())
                fit[k] = opportunity[k][self.me] * max(bond, 0.0) * (1.0 - adversaries.get(k, 0.0))
        return fit.get(self.target, 0.0) > 0.0 and fit[self.target] == max(fit.values())


class Bind(Policy):
    def decide(self) -> float:
        bids = self.model.bids(self.model.now)
        return self.routine + self.given.strength * bids.get((self.me, self.target), 0.0)


class Calculating(Policy):
    """Base of those who weigh consequences."""

    def payoff(self, belief: dict[str, float]) -> float:
        return (
            -self.given.safety * belief["threat"]
            - self.given.support * belief["doubt"]
            - self.given.lawfulness * belief["disorder"]
            - self.given.isolation * belief["encircled"]
            + self.given.territory * belief["settled"]
        )

    def drawn(self, odds: list[float]) -> int:
        """Which stance of the menu is drawn."""
        uniform = self.model.policy_luck(self.me, self.target)
        below = 0.0
        for k, each in enumerate(odds[:-1]):
            below += each
            if uniform < below:
                return k
        return len(odds) - 1


class QuantalResponse(Calculating):
    def decide(self) -> float:
        foresee, years = self.model.foresee, self.given.horizon
        seen = [foresee(self.me, self.target, stance, years) for stance in MENU]
        expected = [round(self.payoff(each) * 1e9) * 1e-9 for each in seen]
        best = max(expected)
        weights = [exp(self.given.precision * (each - best) / PAYOFF_UNIT) for each in expected]
        return MENU[self.drawn([each / sum(weights) for each in weights])]


class RothErev(Calculating):
    payoffs: list[float] | None = None

    def decide(self) -> float:
        given, paid = self.given, self.payoff(self.model.belief(self.model.now, self.me))
        if self.payoffs is None:
            self.payoffs, self.chosen = [paid] * 4, None
            self.propensities = [given.strength / len(MENU)] * len(MENU)
        if self.chosen is not None:
            reward = clip(1.0 + (paid - self.payoffs[0]) / PAYOFF_UNIT, 0.0, 2.0)
            share = given.experimentation
            for k, held in enumerate(self.propensities):
                part = 1.0 - share if k == self.chosen else share / (len(MENU) - 1)
                self.propensities[k] = held * (1.0 - given.forgetting) + reward * part
        self.payoffs = [*self.payoffs[1:], paid]
        total = sum(self.propensities)
        self.chosen = self.drawn([each / total for each in self.propensities])
        return MENU[self.chosen]


POLICIES: dict[str, type[Policy]] = {
    "fixed": Fixed, "schedule": Schedule, "principled": Principled, "reciprocity": Reciprocity,
    "hedge": Hedge, "balance_threat": BalanceThreat, "wedge": Wedge, "bind": Bind,
    "quantal_response": QuantalResponse, "roth_erev": RothErev,
}  # fmt: skip


# --- the model ---------------------------------------------------------------------------------


class PlainModel(mesa.Model):
    """One run of a scenario. `block` shares what many runs have in common."""

    def __init__(self, scenario: Scenario, run: int = 0, block: Block | None = None) -> None:
        super().__init__(rng=run)
        self.block = block or Block(scenario, run)
        self.row = run - self.block.first
        self.source, self.calendar, self.parts = scenario, scenario.calendar, self.block.parts
        self.taken, self.month, self.quiet = 0, scenario.spec.start, no_fate(self.parts)
        self.drawn = {path: each[self.row] for path, each in self.block.draws.items()}
        self.numbers = Numbers(scenario, self.drawn)
        self.countries = [Country(self, k, name) for k, name in enumerate(scenario.actors)]
        self.pushes: dict[tuple[int, int], float] = {}
        self.hedges: dict[tuple[int, int], float] = {}
        self.groups = self._groups()
        self.now = self._initial()
        self._come_to_rest()
        self.start = self.now.copy()
        self.exposed0 = {cell: self.exposure(self.start, *cell) for cell in self.parts.hedges}
        self.counts: dict[str, Any] = {}
        self.incidents, self.outbreaks = self.quiet.incidents, self.quiet.outbreaks
        self.events = self._happening()
        self.given = Rules(self.groups, self.calendar.quarters)
        self.regime, self.rules = (), self.given
        self._with_policies()

    def value(self, name: str, *where: int) -> float:
        """A quantity now, by index of the actor (or tie) it belongs to; flows over the recorded step."""
        return _at(self.counts[name] if name in self.counts else getattr(self.now, name), where)

    def step(self) -> None:
        """One recorded step: a month, a quarter, or four quarters in turn."""
        self.advance()
        stride = self.calendar.stride
        if stride == 1:
            return
        self.counts = {name: getattr(self.now, name) for name in (*COUNTED, *AVERAGED)}
        for _ in range(stride - 1):
            self.advance()
            for name in self.counts:
                self.counts[name] = _added(self.counts[name], getattr(self.now, name))
        for name in AVERAGED:
            self.counts[name] = [each / stride for each in self.counts[name]]

    def advance(self) -> None:
        """One computed step: events strike, all decide at once, all act, then the rest answers."""
        self.look()
        self.move()

    def look(self) -> None:
        """Events strike; `month` is the last of the quarter that a decision holds for."""
        first, last = self.calendar.months(self.taken)
        self.month, regime = first + 2, self.block.regimes[self.taken]
        if regime != self.regime:
            self.regime, self.rules = regime, self._rules_under(regime)
        self.incidents, self.outbreaks = self._struck(first, last)
        self.weigh(self.now)

    def move(self) -> None:
        """All make up their minds if a quarter begins, then all act."""
        if self.calendar.decides(self.taken):
            self.hedges = self.hedging(self.now)
            self.pushes = self.pressures(self.now)
            for country in self.countries:
                country.decide()
            for country in self.countries:
                country.condemn = country.will_condemn
        fate = Fate(self.block.fates, self.taken, self.row, self.incidents, self.outbreaks)
        self.respond(self.now, [country.intent for country in self.countries], fate)
        self.taken += 1

    def respond(self, now: Relations, intents: list, fate: Fate) -> None:
        """Crises break out and all act, then everything answers to the stances just struck."""
        hits, resolve = self.crises(now, fate), [country.resolve for country in self.countries]
        for country, intent, firm in zip(self.countries, intents, resolve):
            country.act(now, intent, firm, fate.engagement, hits)
        self.perceive(now)
        self.answer(now, resolve, fate)

    # - what is seen and felt -

    def weigh(self, now: Relations) -> None:
        """How much each actor counts, and what punishment it has learnt to expect."""
        exponent, spillover = self.rules.setting.size_exponent, self.rules.setting.spillover
        now.size = now.capability if exponent == 1.0 else [each**exponent for each in now.capability]
        now.whole, now.expects = sum(now.size), now.deterrent
        if spillover and now.whole > 0.0:
            pooled = spillover * sum([q * p for q, p in zip(now.size, now.deterrent)]) / now.whole
            now.expects = [(1.0 - spillover) * own + pooled for own in now.deterrent]
        elif spillover:
            now.expects = [(1.0 - spillover) * own for own in now.deterrent]

    def strike(self, now: Relations) -> None:
        """Stances as they follow from engagements and sanctions, and what they mean to others."""
        for i, others in enumerate(self.parts.others):
            for j in others:
                now.stance[i][j] = clip(now.engagement[i][j] - now.sanction[i][j], -1.0, 1.0)
        self.perceive(now)
        now.guarantee = self.guaranteed(now)

    def perceive(self, now: Relations) -> None:
        """The threat that each perceives from each other."""
        rules, stance, capability = self.rules.threat, now.stance, now.capability
        exponent, scale, proximity = rules.hostility_exponent, rules.scale, self.rules.setting.proximity
        for i, (row, others) in enumerate(zip(now.threat, self.parts.others)):
            near = proximity[i]
            for j in others:
                hostility = (1.0 - stance[j][i]) * 0.5
                if exponent == 2.0:
                    hostility *= hostility
                elif exponent != 1.0:
                    hostility **= exponent
                row[j] = capability[j] * near[j] * hostility / scale

    def guaranteed(self, now: Relations) -> list[float]:
        """How far each client can count on its patrons; the strongest counts in full."""
        found = []
        for client, patrons in enumerate(self.parts.patrons):
            doubt = 1.0
            most = max([now.capability[p] for p in patrons]) if patrons else 0.0
            for p in patrons if most > 0.0 else ():
                doubt *= 1.0 - now.capability[p] / most * now.commitment[p][client]
            found.append(1.0 - doubt)
        return found

    def exposure(self, now: Relations, client: int, rival: int) -> float:
        """How far a client could be drawn into its patrons' quarrel with a rival."""
        part = whole = 0.0
        for p in self.parts.patrons[client]:
            part += now.capability[p] * now.commitment[p][client] * max(-now.stance[p][rival], 0.0)
            whole += now.capability[p]
        return part / whole if whole > 0.0 else 0.0

    def punished(self, now: Relations, actor: int) -> float:
        """The share of the others, by size, that sanctions an actor."""
        part, whole, size, sanction = 0.0, 0.0, now.size, now.sanction
        for k in self.parts.others[actor]:
            part += size[k] * sanction[k][actor]
            whole += size[k]
        return part / whole if whole > 0.0 else 0.0

    def pressures(self, now: Relations) -> dict[tuple[int, int], float]:
        """What mechanisms add to intents, by (actor, target)."""
        pushes, norms = self.hedging(now), self.rules.norms
        if norms.weight and norms.emboldenment:
            for cell, push in self.emboldened(now):
                pushes[cell] = pushes.get(cell, 0.0) - norms.weight * norms.emboldenment * push
        if norms.weight and norms.counter_binding:
            for cell, bid in self.bids(now).items():
                pushes[cell] = pushes.get(cell, 0.0) + norms.weight * norms.counter_binding * bid
        return pushes

    def hedging(self, now: Relations) -> dict[tuple[int, int], float]:
        """How clients warm to their patrons' rivals, out of doubt and to stay out of quarrels."""
        pushes: dict[tuple[int, int], float] = {}
        rules = self.rules.commitment
        if rules.weight and (rules.hedging or rules.detachment):
            for cell in self.parts.hedges:
                push = rules.hedging * (self.start.guarantee[cell[0]] - now.guarantee[cell[0]])
                if rules.detachment:
                    push += rules.detachment * (self.exposure(now, *cell) - self.exposed0[cell])
                pushes[cell] = rules.weight * push
        return pushes

    def emboldened(self, now: Relations) -> list[tuple[tuple[int, int], float]]:
        """Impunity of each standing violator, toward its strongest opponent (shared in a tie)."""
        found, capability, alignment = [], now.capability, now.alignment
        for v, standing in enumerate(now.grievance):
            if standing > STANDING:
                force = [
                    -capability[k] * alignment[k][v] if alignment[k][v] < 0.0 else 0.0
                    for k in range(len(capability))
                ]
                most = max(force)
                if most > 0.0:
                    leaders = [k for k, each in enumerate(force) if each == most]
                    free = (1.0 - self.punished(now, v)) / len(leaders)
                    found += [((v, k), free) for k in leaders]
        return found

    def bids(self, now: Relations) -> dict[tuple[int, int], float]:
        """Counter-offers that wedges call for, by (adversary, target)."""
        found: dict[tuple[int, int], float] = {}
        for d, t, e in self.parts.wedges:
            reward, rival = (self.rules.setting.opportunity[t][k] for k in (d, e))
            rise = now.engagement[d][t] - self.start.engagement[d][t]
            if rise > 0.0 and reward > 0.0 and now.alignment[d][e] < 0.0:
                relative = min(reward / rival, 1.0) if rival > 0.0 else 1.0
                found[e, t] = found.get((e, t), 0.0) + rise * relative
        return found

    # - what answers -

    def answer(self, now: Relations, resolve: list, fate: Fate) -> None:
        """Alignments, commitments, norms and territory answer, all to the same moment."""
        aligned = self.aligned(now, fate)
        pledged = self.pledged(now)
        order, grievance, deterrent, broken = self.judged(now, resolve, fate)
        struck, flown = self.claimed(now, fate)
        if self.rules.grows:
            now.capability = [
                max(k + k * growth, 0.0) for k, growth in zip(now.capability, self.rules.setting.growth)
            ]
        now.alignment, now.order, now.grievance, now.deterrent = aligned, order, grievance, deterrent
        now.settlement, now.activity, now.violation = struck, flown, broken
        now.commitment = pledged
        now.guarantee = self.guaranteed(now)

    def aligned(self, now: Relations, fate: Fate) -> list[list[float]]:
        """Alignments after a step in which every force has pulled."""
        law, shocks, x, n = self.rules.alignment, fate.alignment, now.alignment, self.parts.n
        rate, reversion, noise = law.adjustment, law.reversion, law.noise
        after = square(n)
        for (i, j, _), force in zip(self.parts.pairs, self.forces(now)):
            bond = x[i][j]
            damping = 1.0 + rate * (force * bond + 0.5 * reversion)
            gain = rate / (damping if damping > 0.5 else 0.5)
            room = 1.0 - bond * bond
            moved = bond + gain * room * force - gain * reversion * (bond - law.rest[i][j])
            moved += noise * shocks[i * n + j] * room
            after[i][j] = after[j][i] = -1.0 if moved < -1.0 else 1.0 if moved > 1.0 else moved
        return after

    def forces(self, now: Relations) -> list[float]:
        """What pulls each pair together (above 0) or apart."""
        rules, stance, threat, x, size = self.rules, now.stance, now.threat, now.alignment, now.size
        pull = rules.reciprocity.weight * rules.reciprocity.pull
        danger, triads, lonely = rules.threat.weight, rules.balance.weight, rules.isolation.weight
        tangled = danger * rules.threat.entanglement
        roots = [[sqrt(each) for each in row] for row in threat]
        offers = self.offers(now) if lonely else []
        forces = []
        for i, j, thirds in self.parts.pairs:
            force = pull * (0.5 * (stance[i][j] + stance[j][i]))
            ours, theirs, mine, yours = roots[i], roots[j], x[i], x[j]
            common = part = whole = 0.0
            for k in thirds:
                common += ours[k] * theirs[k]
                part += mine[k] * size[k] * yours[k]
                whole += size[k]
            force += danger * common - danger * (0.5 * (threat[i][j] + threat[j][i]))
            if tangled:
                ours, theirs = threat[i], threat[j]
                unshared = 0.0
                for k in thirds:
                    unshared += abs(ours[k] - theirs[k])
                force -= tangled * (0.5 * unshared)
            if whole > 0.0:
                force += triads * (part / whole)
            if lonely:
                force += lonely * (0.5 * (offers[i][j] + offers[j][i]))
            forces.append(force)
        return forces

    def offers(self, now: Relations) -> list[list[float]]:
        """What draws each isolated actor to each suitor, by the suitor's reward power."""
        found, engagement, stance = square(self.parts.n), now.engagement, now.stance
        for i, others in enumerate(self.parts.others):
            shares = self.rules.setting.opportunity[i]
            shut = whole = 0.0
            for k in others:
                shut -= shares[k] * stance[k][i]
            if shut > 0.0:
                for k in others:
                    offer = engagement[k][i]
                    if offer > 0.0:
                        whole += shares[k] * offer
                if whole > 0.0:
                    row = found[i]
                    for k in others:
                        offer = engagement[k][i]
                        if offer > 0.0:
                            row[k] = shut * offer * (shares[k] * offer / whole)
        return found

    def pledged(self, now: Relations) -> list[list[float]]:
        """Commitments: back to rest, by solidarity, and less of a patron that stood aside in a crisis."""
        rules, after = self.rules.commitment, square(self.parts.n)
        gain = rules.weight * rules.adjustment
        for p, c in self.parts.alliances:
            held = now.commitment[p][c]
            if gain:
                loyalty = rules.solidarity * self.loyalty(now, p, c)
                held = held + gain * (rules.rest[p][c] - held) + gain * loyalty
            for (_, a, d), broke, joined in zip(self.parts.flashpoints, now.crisis, now.joined):
                if broke and d == c and a != p:
                    held -= self.rules.crisis.desertion * broke * (1.0 - max(joined[p], 0.0))
            after[p][c] = clip(held, 0.0, 1.0)
        return after

    def loyalty(self, now: Relations, p: int, c: int) -> float:
        """How far a client sanctions whoever threatens its patron as the patron does; 0 is alike."""
        part = whole = 0.0
        for k in self.parts.others[p]:
            if k != c:
                part += now.threat[p][k] * abs(now.sanction[c][k] - now.sanction[p][k])
                whole += now.threat[p][k]
        return -0.5 * (part / whole) if whole > 0.0 else 0.0

    def judged(self, now: Relations, resolve: list, fate: Fate) -> tuple[float, list, list, list]:
        """Order, grievances and deterrents after the step, and the violations in it.

        Dated violations are among the grievances since the step began (`_struck`).
        """
        rules, size = self.rules.norms, now.size
        if not rules.weight:
            return now.order, now.grievance, now.deterrent, [0.0] * self.parts.n
        weight, weakness = rules.weight, 1.0 + rules.recklessness * (1.0 - now.order)
        fade, learning = weight * rules.forgetting, weight * rules.learning
        grievance, deterrent, broken, lost = [], [], [], 0.0
        for v, standing in enumerate(now.grievance):
            violation, known, dated = 0.0, now.deterrent[v], fate.incidents[v]
            if rules.hazard[v]:
                fear = 1.0 - rules.deterrence * now.expects[v]
                if fear > 0.0 and fate.violation[v] < 1.0 - exp(-weight * rules.hazard[v] * weakness * fear):
                    violation = 1.0
            happened = violation + dated
            if happened:
                part = whole = 0.0
                for k in self.parts.others[v]:
                    part += size[k] * min(weight * resolve[k][v] * (standing + violation), 1.0)
                    whole += size[k]
                lost += happened * (1.0 - (part / whole if whole > 0.0 else 0.0))
            if standing > STANDING:
                known = clip(known + learning * (self.punished(now, v) - known), 0.0, 1.0)
            if standing or violation:
                standing = max(standing + violation - fade * standing, 0.0)
            grievance.append(standing)
            deterrent.append(known)
            broken.append(happened if happened > 0.0 else 0.0)
        order = (
            now.order
            - weight * rules.erosion * lost
            + weight * rules.recovery * (rules.order_rest - now.order)
        )
        return clip(order, 0.0, 1.0), grievance, deterrent, broken

    def crises(self, now: Relations, fate: Fate) -> dict[tuple[int, int], float]:
        """Let crises break out, others join, and defenders lose; gives what engagements lose by it."""
        now.crisis, now.loss, now.joined = [], [], []
        hits: dict[tuple[int, int], float] = {}
        n, rules = self.parts.n, self.rules.crisis
        for row, (_, a, d) in enumerate(self.parts.flashpoints):
            broke, joined, lost = 0.0, [0.0] * n, 0.0
            if rules.weight:
                broke = 1.0 if fate.crisis[row] < 1.0 - exp(-self.brewing(now, row, a, d)) else 0.0
                broke = max(broke, fate.outbreaks[row])
            if broke:
                against, behind = self.joining(now, a, d)
                for k, uniform in enumerate(fate.joining[row]):
                    if uniform < behind[k]:
                        joined[k] = broke
                    elif uniform < behind[k] + against[k]:
                        joined[k] = -broke
                force = now.capability
                attack = force[a] + sum(k * max(-side, 0.0) for k, side in zip(force, joined))
                defence = force[d] + sum(k * max(side, 0.0) for k, side in zip(force, joined))
                if not fate.contest[row] < self.prevails(attack, defence):
                    lost = broke
                for cell in ((a, d), (d, a)):
                    hits[cell] = hits.get(cell, 0.0) - rules.resentment * broke
            now.crisis.append(clip(broke, 0.0, 1.0))
            now.loss.append(clip(lost, 0.0, 1.0))
            now.joined.append([clip(side, -1.0, 1.0) for side in joined] if broke else joined)
        return hits

    def brewing(self, now: Relations, row: int, a: int, d: int) -> float:
        """Crises to expect at a flashpoint in a step."""
        rules = self.rules.crisis
        weakness = 1.0 + rules.recklessness * (1.0 - now.order)
        hostility = 1.0 + max(-now.alignment[a][d], 0.0)
        fear = max(1.0 - rules.deterrence * now.expects[a], 0.0)
        return rules.weight * rules.hazard[row] * weakness * hostility * fear

    def joining(self, now: Relations, a: int, d: int) -> tuple[list[float], list[float]]:
        """Each actor's chances to join the attacker and the defender of a crisis."""
        rules, n = self.rules.crisis, self.parts.n
        against, behind = [0.0] * n, [0.0] * n
        for k in range(n):
            if k in (a, d):
                continue
            loyal = now.commitment[k][d] if k in self.parts.patrons[d] else 0.0
            pledged = now.commitment[k][a] if k in self.parts.patrons[a] else 0.0
            against[k], behind[k] = (1.0 - loyal) * pledged, loyal
            if k not in self.parts.patrons[d] and k not in self.parts.patrons[a]:
                near, far = now.alignment[a][k], now.alignment[d][k]
                one = rules.affinity * near - rules.restraint * far - rules.aloofness
                other = rules.affinity * far - rules.restraint * near - rules.aloofness
                top = max(one, other, 0.0)
                whole = exp(one - top) + exp(other - top) + exp(-top)
                against[k], behind[k] = exp(one - top) / whole, exp(other - top) / whole
        return against, behind

    def prevails(self, attack: float, defence: float) -> float:
        """The defender's chance, by the ratio of forces."""
        strongest, m = max(attack, defence), self.rules.crisis.decisiveness
        if strongest <= 0.0:
            return 0.5 if m == 0.0 else 0.0
        attack, defence = (attack / strongest) ** m, (defence / strongest) ** m
        return defence / (defence + attack)

    def claimed(self, now: Relations, fate: Fate) -> tuple[list[float], list[float]]:
        """Settlements and military activity."""
        settled, flown, rules = list(now.settlement), [], self.rules.territory
        step = self.calendar.quarters
        for row, (_, h, c) in enumerate(self.parts.disputes):
            if rules.weight and fate.settlement[row] < rules.weight * self.settling(now, h, c, step):
                settled[row] = 1.0
            mean = self.flying(now, h, c)
            swing = clip(1.0 + rules.activity_noise * fate.activity[row], 0.0, 2.0)
            flown.append(max(mean + mean * (swing - 1.0), 0.0) if rules.weight else 0.0)
        return settled, flown

    def settling(self, now: Relations, h: int, c: int, quarters: float) -> float:
        """Chance in so many quarters that a holder settles with a claimant."""
        rules = self.rules.territory
        weight = self.rules.setting.opportunity[h][c] / rules.reference_opportunity
        logit = (
            rules.settlement_base
            + rules.settlement_offer * max(now.engagement[c][h], 0.0) * weight
            + rules.settlement_alignment * now.alignment[h][c]
            - rules.settlement_guarantee * now.guarantee[c]
        )
        quarterly = 1.0 / (1.0 + exp(-logit))
        return 1.0 - (1.0 - quarterly) ** quarters

    def flying(self, now: Relations, h: int, c: int) -> float:
        """Mean activity of a holder near a claimant."""
        rules, part, whole = self.rules.territory, 0.0, 0.0
        for p in self.parts.patrons[c]:
            if p != h:
                part += now.capability[p] * max(-now.stance[h][p], 0.0)
                whole += now.capability[p]
        patron = part / whole if whole > 0.0 else 0.0
        return rules.weight * (
            rules.activity_base
            + rules.activity_patron * patron
            + rules.activity_claimant * max(-now.stance[h][c], 0.0)
        )

    # - looking ahead -

    def foresee(self, me: int, target: int, stance: float, years: float) -> dict[str, float]:
        """What `me` may expect on average if it holds a stance: no luck, no events, others on routine."""
        now, taken = self.now.copy(), max(1, round(4 * years / self.calendar.quarters))
        total: dict[str, float] = {}
        first = no_fate(self.parts)
        first.incidents = self.incidents
        for k in range(taken):
            self.weigh(now)
            if self.calendar.decides(k):
                pushes = self.pressures(now)
                intents = [country.routine(now, pushes) for country in self.countries]
                intents[me][target] = stance
            self.respond(now, intents, self.quiet if k else first)
            for name, each in self.belief(now, me).items():
                total[name] = total.get(name, 0.0) + each
        return {name: each / taken for name, each in total.items()}

    def belief(self, now: Relations, me: int) -> dict[str, float]:
        """What an actor expects for itself at a moment."""
        self.weigh(now)
        before = sum(self.start.threat[me])
        encircled = settled = 0.0
        step, territory = self.calendar.quarters, self.rules.territory
        for row, (_, a, d) in enumerate(self.parts.flashpoints):
            if d == me and self.rules.crisis.weight:
                aside = 1.0
                for each in self.joining(now, a, d)[0]:
                    aside *= 1.0 - each
                encircled += (1.0 - exp(-self.brewing(now, row, a, d) / step)) * (1.0 - aside)
        for row, (_, h, c) in enumerate(self.parts.disputes):
            if c == me and territory.weight:
                done = now.settlement[row]
                settled += done + (1.0 - done) * territory.weight * self.settling(now, h, c, 1.0)
        return {
            "threat": sum(now.threat[me]) / before if before > 0.0 else 0.0,
            "doubt": 1.0 - now.guarantee[me],
            "disorder": 1.0 - now.order,
            "encircled": encircled,
            "settled": settled,
        }

    def policy_luck(self, me: int, target: int) -> float:
        """The uniform number of a decision."""
        return self.block.fates.policy[me, target][self.taken][self.row][0]

    # - events -

    def _happening(self) -> list[Happening]:
        """The events that happen in this run, in the order of their dates."""
        lots = self.block.fates.event
        return [
            each
            for each in self.block.events
            if each.probability >= 1.0 or lots[each.name][self.row] < each.probability
        ]

    def _rules_under(self, regime: tuple[Happening, ...]) -> Rules:
        """The rules under the events in force, with rates per step."""
        groups = dict(self.groups)
        for event in regime:
            if event in self.events:
                self._change(groups, event.rules)
        changed = {name: group for name, group in groups.items() if group is not self.groups[name]}
        return Rules(changed, self.calendar.quarters, self.given)

    def _change(self, groups: dict[str, dict[str, Any]], changes: list) -> None:
        """Change parameters in new groups, in the order given."""
        shares = groups["setting"]["opportunity"]
        for group, name, cell, how, value in changes:
            new = self._changed(groups, group, name, cell, how, value)
            groups[group] = {**groups[group], name: new}
        self._make_room(shares, groups["setting"]["opportunity"], changes)

    def _changed(self, groups: dict, group: str, name: str, cell: list, how: str, value: float) -> Any:
        """A parameter after one change: of one cell, or of all there are."""
        held, over = groups[group][name], OVER.get(f"{group}.{name}")

        def new(old: float) -> float:
            return value if how == "set" else old + value

        if over is None:
            return new(held)
        if over in ("dyad", "pair"):
            held = [row[:] for row in held]
            index = [self.parts.names.index(each) for each in cell]
            everywhere = [(i, j) for i, row in enumerate(self.parts.others) for j in row]
            cells = [tuple(index)] if cell else everywhere
            if cell and over == "pair":
                cells.append(cells[0][::-1])
            for i, j in cells:
                held[i][j] = new(held[i][j])
            return held
        names = [each[0] for each in self.parts.flashpoints] if over == "flashpoint" else self.parts.names
        return [new(old) if not cell or names[k] == cell[0] else old for k, old in enumerate(held)]

    def _make_room(self, before: list, after: list, changes: list) -> None:
        """Shares of opportunity that an event names take their room from the others of their row."""
        named: dict[int, set[int]] = {}
        for _, name, cell, _, _ in changes:
            if name == "opportunity" and cell:
                i, j = (self.parts.names.index(each) for each in cell)
                named.setdefault(i, set()).add(j)
        for i, fixed in named.items():
            rest = [j for j in self.parts.others[i] if j not in fixed]
            held = sum(before[i][j] for j in rest)
            room = max(sum(before[i]) - sum(after[i][j] for j in fixed), 0.0)
            for j in rest if held > 0.0 else ():
                after[i][j] = before[i][j] * room / held

    def _struck(self, first: int, last: int) -> tuple[list[float], list[float]]:
        """Let the events of a step move the state; its dated violations and crises are handed back."""
        falling = [each.jumps for each in self.events if each.jumps and first <= each.at < last]
        if not falling:
            return self.quiet.incidents, self.quiet.outbreaks
        now, names = self.now, self.parts.names
        points = [each[0] for each in self.parts.flashpoints]
        stocks = {"violation": [0.0] * len(names), "crisis": [0.0] * len(points)}
        moved: dict[tuple[str, tuple[int, ...]], float] = {}
        for name, cell, how, value in [each for jumps in falling for each in jumps]:
            where = tuple((points if name == "crisis" else names).index(one) for one in cell)
            old = moved.get((name, where))
            if old is None:
                old = 0.0 if name in stocks else _at(getattr(now, name), where)
            moved[name, where] = value if how == "set" else old + value
            if name == "alignment":
                moved[name, where[::-1]] = moved[name, where]
        for (name, where), value in list(moved.items()):
            if name in stocks:
                stocks[name][where[0]] = value
            if name == "violation":
                held = moved.get(("grievance", where), now.grievance[where[0]])
                moved["grievance", where] = held + (value if self.rules.norms.weight > 0.0 else 0.0)
        for (name, where), value in moved.items():
            if name not in stocks:
                value = clip(value, *RANGES[name])
                if not where:
                    now.order = value
                elif len(where) == 1:
                    getattr(now, name)[where[0]] = value
                else:
                    getattr(now, name)[where[0]][where[1]] = value
        if any(name not in stocks for name, _ in moved):
            self.strike(now)
        return stocks["violation"], stocks["crisis"]

    # - the start -

    def _groups(self) -> dict[str, dict[str, Any]]:
        """Every parameter of this run, group by group, per quarter."""
        groups: dict[str, dict[str, Any]] = {}
        touched = {tuple(path.split(".")[1:3]) for path in self.drawn if path.startswith("parameters.")}
        for group, each in self.block.declared:
            key = (group, each.name)
            value = plain = self.block.shared[key]
            if key in touched:
                value = parameter(self.source, self.drawn, group, each)
            if key in touched and each.name == "opportunity":
                whole = {
                    path: level
                    for path, level in self.drawn.items()
                    if path == f"parameters.{group}.{each.name}"
                }
                plain = parameter(self.source, whole, group, each)
                value = crowded(self.source, self.drawn, value, plain)
            groups.setdefault(group, {})[each.name] = value
        return groups

    def _initial(self) -> Relations:
        """The state as far as the scenario gives it; what no draw touches is only copied."""
        now, touched = self.block.initial.copy(), {tuple(path.split(".")[:2]) for path in self.drawn}
        numbers, parts, names = self.numbers, self.parts, self.parts.names
        if ("initial", "engagement") in touched:
            now.engagement = numbers.dyads(("initial", "engagement"), 0.0)
        if ("initial", "alignment") in touched:
            now.alignment = numbers.pairs(("initial", "alignment"), 0.0)
        for (p, c), name in zip(parts.alliances, parts.alliance_names):
            now.commitment[p][c] = numbers.one(("ties", "alliances", name, "commitment"), None)
        now.capability = [numbers.one(("actors", name, "capability"), None) for name in names]
        now.grievance = numbers.column(("initial", "grievance"), 0.0, names)
        now.deterrent = numbers.column(("initial", "deterrent"), 0.0, names)
        now.order = numbers.one(("initial", "order"), 0.8)
        return now

    def _come_to_rest(self) -> None:
        """Find the sanctions in force, and every open parameter so that nothing moves by itself."""
        now, groups = self.now, {name: dict(group) for name, group in self.groups.items()}
        self.groups, self.start = groups, now
        if groups["norms"]["order_rest"] is None:
            groups["norms"]["order_rest"] = now.order
        rules = self.rules = Rules(groups, 1.0)
        self.weigh(now)
        for i, others in enumerate(self.parts.others):
            for j in others:
                due = rules.norms.weight * rules.norms.resolve[i][j] * now.grievance[j]
                now.sanction[i][j] = min(due, 1.0)
        self.strike(now)
        self._fill("commitment", "rest", self._credits(now))
        self.exposed0 = {cell: self.exposure(now, *cell) for cell in self.parts.hedges}
        pushes = self.pressures(now)
        self._fill("conduct", "disposition", [
            [self._tended(now, i, j, pushes) if i != j else 0.0 for j in range(self.parts.n)]
            for i in range(self.parts.n)
        ])  # fmt: skip
        self._fill("alignment", "rest", self._affinities(now))
        now.activity = [self.flying(now, h, c) for _, h, c in self.parts.disputes]

    def _fill(self, group: str, name: str, derived: list[list[float]]) -> None:
        both = zip(self.groups[group][name], derived)
        filled = [[new if old is None else old for old, new in zip(*rows)] for rows in both]
        self.groups[group][name] = filled

    def _credits(self, now: Relations) -> list[list[float]]:
        """The rest commitments under which commitments stay as they are."""
        rest = square(self.parts.n)
        for p, c in self.parts.alliances:
            rest[p][c] = now.commitment[p][c] - self.rules.commitment.solidarity * self.loyalty(now, p, c)
        return rest

    def _tended(self, now: Relations, i: int, j: int, pushes: dict) -> float:
        """The disposition under which an engagement stays as it is."""
        called_for = self.rules.answer[i][j] * now.stance[j][i] + pushes.get((i, j), 0.0)
        return (now.engagement[i][j] - called_for) / self.rules.kept[i][j]

    def _affinities(self, now: Relations) -> list[list[float]]:
        """The rest affinities under which alignments stay as they are."""
        rest, reversion, x = square(self.parts.n), self.rules.alignment.reversion, now.alignment
        for (i, j, _), force in zip(self.parts.pairs, self.forces(now)):
            rest[i][j] = rest[j][i] = x[i][j] - force * (1.0 - x[i][j] * x[i][j]) / reversion
        return rest

    # - policies -

    def _with_policies(self) -> None:
        names = self.parts.names
        for country in self.countries:
            policies = {}
            for j in country.others:
                kind = self.block.policy_of(country.name, names[j])
                if kind != "routine":
                    policies[j] = POLICIES[kind](country, j, self._given(kind, country.name, names[j]))
            country.adopt(policies)

    def _given(self, kind: str, actor: str, target: str) -> dict[str, Any]:
        """The numbers of a policy, drawn, given or declared."""
        path = ("policies", actor, self.block.policy_key(actor, target))
        written, defaults = self.numbers.given(path), self.block.policies[kind]
        given = {name: self.numbers.one((*path, name), each) for name, each in defaults.items()}
        if kind == "wedge":
            named = written.get("adversary")
            given["adversary"] = None if named is None else self.parts.names.index(named)
        if kind == "schedule":
            given["stances"] = {month_of(date): float(level) for date, level in written["stances"].items()}
        return given


def _at(held: Any, where: tuple[int, ...]) -> float:
    for index in where:
        held = held[index]
    return held


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [_added(*each) for each in zip(one, other)]
    return one + other


def main() -> None:
    """Milliseconds a run, everything included, over a block of 100 runs."""
    scenario = load(sys.argv[1]) if len(sys.argv) > 1 else load()
    runs, begun = 100, time.perf_counter()
    block = Block(scenario, 0, runs)
    prepared = time.perf_counter() - begun
    for run in range(runs):
        model = PlainModel(scenario, run, block)
        for _ in range(scenario.calendar.records):
            model.step()
    took = time.perf_counter() - begun
    print(f"{1000 * took / runs:.2f} ms a run ({1000 * prepared / runs:.2f} of it luck and reading)")
    print(f"{ceil(1e6 * took / runs / scenario.calendar.steps)} us a computed step")


if __name__ == "__main__":
    main()
