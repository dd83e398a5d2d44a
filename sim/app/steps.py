"""One run, quarter by quarter: who is aligned with whom, what each decided, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from itertools import combinations
from typing import Any

from ..axes import Array
from ..build import build
from ..charts import Chart
from ..charts.accounts import account_chart, change_chart, decision_chart
from ..errors import WedgeError, nearest
from ..explaining import Trace, traced
from ..looks import pairs
from ..scenario import Scenario
from ..seat.game import LATEST_RUN
from ..seat.news import News, happened
from ..state import State, quantities
from ..wording import signed
from .explore import Asked, asked
from .form import Form, whole
from .keeping import Keyed
from .maps import map_of
from .setting import Options

PATH = "/run"

MOST_STEPS = 100_000
"""A step beyond the end is the last one; one beyond this is a mistake."""


class _Run(Keyed):
    """One run of a scenario."""

    def __init__(self, scenario: Scenario, number: int) -> None:
        self.scenario, self.number = scenario, number
        self.key = repr((scenario.data, number))


@lru_cache(maxsize=12)
def _traced(run: _Run) -> Trace:
    return traced(run.scenario, first=run.number)


def page(form: Form, options: Options) -> dict[str, Any]:
    """What the page begins with."""
    question = asked(form, options)
    scenario = question.scenario
    last = scenario.calendar.steps
    run = whole("Number of the run", form.get("run"), 0, LATEST_RUN)
    return {
        "source": question.source, "scenario": scenario, "run": run, "last": last,
        "which": form.get("which") or "b", "k": min(whole("Step", form.get("k"), 1, MOST_STEPS), last),
        "actor": form.get("who") or scenario.actors[0], "pairs": pairs(scenario), "settings": _settings(question),
    }  # fmt: skip


def answer(form: Form, options: Options) -> tuple[dict[str, Any], list[Chart], str]:
    """The answer to a form: what its piece of the page holds, its charts, and a word on what was done."""
    question = asked(form, options)
    scenario = question.there if form.get("which") == "a" else question.here
    number = whole("Number of the run", form.get("run"), 0, LATEST_RUN)
    trace = _traced(_Run(scenario, number))
    k = min(whole("Step", form.get("k"), 1, MOST_STEPS), scenario.calendar.steps)
    actor, pair = _actor(scenario, form.get("who")), _pair(scenario, form.get("pair"))
    date = trace.dates[k]
    made = {
        "map": _map(trace, k),
        "why": decision_chart(trace, actor, k - 1),
        "moved": change_chart(trace, k - 1),
        "path": account_chart(trace.alignment(*pair).beyond_rest),
    }
    charts = {name: replace(each, name=name) for name, each in made.items()}
    told = {
        "title": scenario.spec.title, "from": trace.dates[k - 1], "date": date, "news": news(trace, k),
        "charts": charts, "actor": scenario.title(actor), "rows": _rows(trace, actor, k),
    }  # fmt: skip
    return told, list(charts.values()), f"Run {number}, {date}: step {k} of {scenario.calendar.steps}."


def news(trace: Trace, k: int) -> tuple[News, ...]:
    """What happened in step `k`, counted from 1."""
    world = build(trace.scenario, trace.first, 1)
    fields = [each.name for each in quantities()]
    states = [State(**{name: trace.paths.arrays[name][t] for name in fields}) for t in range(k + 1)]
    return happened(trace.scenario, world, states, world.calendar.months(k - 1)[0])


def _settings(question: Asked) -> dict[str, str]:
    try:
        return {"b": question.here.spec.title, "a": question.there.spec.title}
    except WedgeError:
        return {"b": question.scenario.spec.title}


def _map(trace: Trace, k: int) -> Chart:
    """Who is aligned with whom after step `k`."""
    arrays, names = trace.paths.arrays, trace.scenario.actors
    size = {name: float(arrays["capability"][k, i, 0, 0]) for i, name in enumerate(names)}
    bonds = {pair: trace.alignment(*pair).values[:, 0] for pair in combinations(names, 2)}
    now, start = (partial(_bond, bonds, t) for t in (k, 0))
    return map_of(trace.scenario, trace.dates[k], size, now, start)


def _bond(bonds: Mapping[tuple[str, str], Array], t: int, one: str, other: str) -> float:
    return float(bonds[one, other][t])


def _rows(trace: Trace, actor: str, k: int) -> list[tuple[str, ...]]:
    """What an actor intended and did toward each other in a step: intent, stance before and after, sanction."""
    found = []
    for other in trace.scenario.actors:
        if other != actor:
            stance, sanction = trace.stance(actor, other), trace.sanction(actor, other)
            intent = trace.decision(actor, other).values[k - 1, 0]
            cells = map(signed, (intent, stance.values[k - 1, 0], stance.values[k, 0]))
            found.append((trace.scenario.title(other), *cells, f"{sanction.values[k, 0]:.2f}"))
    return found


def _actor(scenario: Scenario, name: str | None) -> str:
    if name and name not in scenario.actors:
        raise WedgeError(f"no actor called {name!r}{nearest(name, scenario.actors)}")
    return name or scenario.actors[0]


def _pair(scenario: Scenario, name: str | None) -> tuple[str, str]:
    known = {f"{one},{other}": (one, other) for one, other in pairs(scenario)}
    return known.get(name or "", pairs(scenario)[0])
