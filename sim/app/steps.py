"""One run, quarter by quarter: who is aligned with whom, what each decided, and why."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..build import build
from ..charts import Chart
from ..charts.accounts import account_chart, change_chart, decision_chart
from ..charts.network import board
from ..errors import WedgeError, nearest
from ..explaining import Trace, traced
from ..looks import colours, pairs
from ..scenario import Scenario
from ..seat.news import News, happened
from ..state import State, quantities
from .explore import Asked, asked, minus
from .setting import Form, Options

PATH = "/run"

LAST_RUN = 999_999
"""Highest number of a run that can be asked for."""


class _Run:
    """One run of a scenario; equal ones are one and the same to the cache."""

    def __init__(self, scenario: Scenario, number: int) -> None:
        self.scenario, self.number = scenario, number
        self.key = repr((scenario.data, number))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Run) and self.key == other.key


@lru_cache(maxsize=12)
def _traced(run: _Run) -> Trace:
    return traced(run.scenario, first=run.number)


def page(form: Form, options: Options) -> dict[str, Any]:
    """What the page begins with."""
    question = asked(form, options)
    scenario = question.scenario
    last = scenario.calendar.steps
    return {
        "source": question.source, "scenario": scenario, "run": whole(form, "run", 0, LAST_RUN), "last": last,
        "which": form.get("which") or "b", "k": min(whole(form, "k", 1, 10_000), last),
        "actor": form.get("who") or scenario.actors[0], "pairs": pairs(scenario), "settings": _settings(question),
    }  # fmt: skip


def answer(form: Form, options: Options) -> tuple[dict[str, Any], list[Chart], str]:
    """The answer to a form: what its piece of the page holds, its charts, and a word on what was done."""
    question = asked(form, options)
    scenario = question.there if form.get("which") == "a" else question.here
    number = whole(form, "run", 0, LAST_RUN)
    trace = _traced(_Run(scenario, number))
    k = whole(form, "k", 1, scenario.calendar.steps)
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
    """Who is aligned with whom after step `k`, and how each treats each other."""
    scenario, arrays = trace.scenario, trace.paths.arrays
    names, colour = scenario.actors, colours(scenario)
    actors = {
        name: (scenario.title(name), colour[name], float(arrays["capability"][k, i, 0, 0]))
        for i, name in enumerate(names)
    }
    alignment = {
        (one, other): float(arrays["alignment"][k, i, j, 0])
        for i, one in enumerate(names)
        for j, other in enumerate(names)
        if i < j
    }
    return board(f"Who is aligned with whom in {trace.dates[k]}?", actors, alignment)


def _rows(trace: Trace, actor: str, k: int) -> list[tuple[str, ...]]:
    """What an actor intended and did toward each other in a step: intent, stance before and after, sanction."""
    found = []
    for other in trace.scenario.actors:
        if other != actor:
            stance, sanction = trace.stance(actor, other), trace.sanction(actor, other)
            intent = trace.decision(actor, other).values[k - 1, 0]
            cells = (minus(f"{each:+.2f}") for each in (intent, stance.values[k - 1, 0], stance.values[k, 0]))
            found.append((trace.scenario.title(other), *cells, f"{sanction.values[k, 0]:.2f}"))
    return found


def whole(form: Form, name: str, low: int, high: int) -> int:
    """A whole number of the form within bounds, the lowest where none is given. Raises WedgeError for another."""
    text = form.get(name, "") or str(low)
    if not text.isdigit() or not low <= int(text) <= high:
        raise WedgeError(f"{name}: expected a whole number from {low} to {high:,}, not {text!r}")
    return int(text)


def _actor(scenario: Scenario, name: str | None) -> str:
    if name and name not in scenario.actors:
        raise WedgeError(f"no actor called {name!r}{nearest(name, scenario.actors)}")
    return name or scenario.actors[0]


def _pair(scenario: Scenario, name: str | None) -> tuple[str, str]:
    known = {f"{one},{other}": (one, other) for one, other in pairs(scenario)}
    return known.get(name or "", pairs(scenario)[0])
