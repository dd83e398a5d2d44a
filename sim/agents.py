"""The Mesa face: each country an agent that decides. The only module that imports Mesa.

A `WedgeModel` is an ordinary Mesa model: step it, look at its agents, collect its data. It calls
the same `look`, `decide` and `respond` as the ensemble, so run 17 here is run 17 there, bit for bit.
"""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from .axes import Array
from .build import build
from .calendar import date_of
from .mechanisms import Changes
from .policies import Decision
from .scenario import Scenario
from .state import State, spanned
from .world import View


class Country(mesa.Agent):
    """A state that decides how to treat each other one. Subclass it to change how it decides."""

    def __init__(self, model: WedgeModel, name: str) -> None:
        super().__init__(model)
        self.name = name
        self.index = model.countries.index(name)
        self.decision: Decision | None = None

    def decide(self) -> None:
        """Make up its mind from what it sees at the end of the last step."""
        self.decision = self.model.world.decide(self.index, self.model.view, self.model.taken)

    def stance(self, other: str) -> float:
        """Its posture toward another; -1 confront, +1 accommodate."""
        return self.model.value("stance", self.name, other)

    def threat(self, other: str) -> float:
        """The threat it perceives from another."""
        return self.model.value("threat", self.name, other)

    def alignment(self, other: str) -> float:
        """How aligned it is with another, -1 to 1."""
        return self.model.value("alignment", self.name, other)

    @property
    def capability(self) -> float:
        """Its material capability."""
        return self.model.value("capability", self.name)

    @property
    def intents(self) -> dict[str, dict[str, float]]:
        """What its last decision was made of: other actor -> term -> engagement."""
        if self.decision is None:
            return {}
        return {
            other: {name: float(term[0, j, 0]) for name, term in self.decision.terms.items()}
            for j, other in enumerate(self.model.countries)
            if other != self.name
        }


class WedgeModel(mesa.Model):
    """One run of a scenario, step by step.

    `run` is the number of the run, whose luck and uncertain inputs are those of the same run in an
    ensemble. A step is a month, quarter or year, as the scenario says; `run_model()` goes to the end.
    """

    def __init__(self, scenario: Scenario, run: int = 0, country: type[Country] = Country) -> None:
        if run < 0:
            raise ValueError(f"run is {run}; runs are numbered from 0")
        super().__init__(rng=0)
        self.source = scenario
        self.world = build(scenario, run, 1)
        self.countries = scenario.actors
        self.taken = 0
        self.state: State = self.world.start
        self.view: View = self.world.look(self.state, 0)
        self.trace: list[Changes] = []
        for name in self.countries:
            country(self, name)
        self.datacollector = mesa.DataCollector(
            model_reporters={"date": lambda model: model.date, **self._reporters()},
            agent_reporters={"country": "name", "capability": "capability"},
        )
        self.datacollector.collect(self)

    @property
    def date(self) -> str:
        """The date of the present state."""
        calendar = self.world.calendar
        return date_of(calendar.months(self.taken)[0], calendar.step)

    @property
    def ended(self) -> bool:
        """Whether the scenario's end is reached."""
        return self.taken >= self.world.calendar.steps

    def value(self, quantity: str, *names: str) -> float:
        """A quantity now, by the names of the actors (or tie) it belongs to."""
        where = [self._place(each) for each in names] + [0, 0]
        return float(getattr(self.state, quantity)[where[0], where[1], 0])

    def step(self) -> None:
        """Everybody decides at once; then the world responds. Does nothing past the scenario's end."""
        if self.ended:
            return
        span = []
        for _ in range(self.world.calendar.stride):
            self.view = self.world.look(self.state, self.taken)
            self.agents.do("decide")
            self.state = self.world.respond(self.view, self._decisions(), self.taken, self.trace)
            self.taken += 1
            span.append(self.state)
        self.state = span[0] if len(span) == 1 else spanned(span)
        self.datacollector.collect(self)
        if self.ended:
            self.running = False

    def run_model(self) -> None:
        """Step to the scenario's end."""
        while not self.ended:
            self.step()

    def _decisions(self) -> list[Decision]:
        countries: Any = self.agents
        made = {each.index: each.decision for each in countries}
        return [made[k] for k in range(len(self.countries))]

    def _place(self, name: str) -> int:
        if name in self.countries:
            return self.countries.index(name)
        ties = self.world.ties
        for listed in ([each.name for each in ties.flashpoints], [each.name for each in ties.disputes]):
            if name in listed:
                return listed.index(name)
        raise KeyError(name)

    def _reporters(self) -> dict[str, Any]:
        names = self.countries
        pairs = [(one, other) for k, one in enumerate(names) for other in names[k + 1 :]]
        return {"order": lambda model: model.value("order")} | {
            f"alignment {one} {other}": (lambda model, a=one, b=other: model.value("alignment", a, b))
            for one, other in pairs
        }


def path_of(model: WedgeModel, quantity: str) -> Array:
    """A quantity along a model run from here to the end, `(time, ..., 1)`, the present first."""
    frames = [getattr(model.state, quantity)]
    while not model.ended:
        model.step()
        frames.append(getattr(model.state, quantity))
    return np.stack(frames)
