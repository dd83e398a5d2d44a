"""Small worlds to test claims in."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.build import build
from sim.luck import NoLuck
from sim.scenario import Scenario, from_data
from sim.state import State
from sim.world import World

OFF = {
    "reciprocity": {"weight": 0.0},
    "threat": {"weight": 0.0},
    "balance": {"weight": 0.0},
    "isolation": {"weight": 0.0},
    "commitment": {"weight": 0.0},
    "norms": {"weight": 0.0},
    "crisis": {"weight": 0.0},
    "territory": {"weight": 0.0},
}
QUIET = {"conduct": {"noise": 0.0}, "alignment": {"noise": 0.0}}


def deep(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """A nested mapping with another's differences."""
    out = dict(base)
    for key, value in more.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = deep(out[key], value) if both else value
    return out


def scenario(*changes: dict[str, Any], n: int = 3, years: int = 10) -> Scenario:
    """A scenario of actors a, b, c, ... without ties, with mutual openness, and these differences."""
    names = [f"a{k}" if n > 26 else "abcdefghijklmnopqrstuvwxyz"[k] for k in range(n)]
    data: dict[str, Any] = {
        "format": 1,
        "title": "test",
        "start": 2000,
        "end": 2000 + years,
        "seed": 5,
        "runs": 10,
        "actors": {name: {"capability": 0.3 + 0.05 * k} for k, name in enumerate(names)},
    }
    for each in changes:
        data = deep(data, each)
    return from_data(data)


def world(*changes: dict[str, Any], n: int = 3, years: int = 10, luck: bool = False) -> World:
    """The world of run 0, without luck unless asked for."""
    return build(scenario(*changes, n=n, years=years), 0, 1, None if luck else NoLuck())


def run(here: World, steps: int | None = None) -> State:
    """The state after so many steps, or at the end."""
    state = here.start
    for k in range(here.calendar.steps if steps is None else steps):
        state = here.step(state, k)
    return state


def path(here: World, quantity: str, steps: int | None = None) -> np.ndarray:
    """A quantity step by step, the start first, `(time, ..., run)`."""
    state = here.start
    found = [getattr(state, quantity)]
    for k in range(here.calendar.steps if steps is None else steps):
        state = here.step(state, k)
        found.append(getattr(state, quantity))
    return np.stack([np.broadcast_to(each, found[-1].shape) for each in found])


def parameters(**groups: dict[str, Any]) -> dict[str, Any]:
    """Parameters as a difference of a scenario."""
    return {"parameters": groups}


FOUNDING: dict[str, Any] = {
    "actors": {
        "japan": {"capability": 0.08},
        "russia": {"capability": 0.17},
        "china": {"capability": 0.38},
        "america": {"capability": 0.37},
    },
    "ties": {
        "alliances": {
            "pact": {"patron": "america", "client": "japan", "commitment": 0.8, "rivals": ["russia"]}
        },
        "flashpoints": {"isles": {"attacker": "china", "defender": "japan"}},
        "wedges": {"north": {"divider": "japan", "target": "russia", "adversary": "china"}},
        "disputes": {"chain": {"holder": "russia", "claimant": "japan"}},
    },
    "initial": {
        "engagement": {
            "japan": {"russia": 0.0, "china": -0.3, "america": 0.8},
            "russia": {"japan": -0.1, "china": 0.5, "america": -0.3},
            "china": {"japan": -0.4, "russia": 0.5, "america": -0.2},
            "america": {"japan": 0.7, "russia": -0.2, "china": -0.2},
        },
        "alignment": {
            "japan": {"russia": -0.1, "china": -0.4, "america": 0.8},
            "russia": {"china": 0.45, "america": -0.2},
            "china": {"america": -0.2},
        },
    },
    "parameters": {
        "setting": {
            "proximity": {
                "japan": {"russia": 0.6, "china": 0.9, "america": 0.3},
                "russia": {"america": 0.8, "china": 0.6},
                "china": {"america": 0.6},
            },
            "opportunity": {
                "japan": {"russia": 0.05, "china": 0.45, "america": 0.5},
                "russia": {"japan": 0.06, "china": 0.18, "america": 0.76},
                "china": {"japan": 0.25, "russia": 0.1, "america": 0.65},
                "america": {"japan": 0.25, "russia": 0.1, "china": 0.65},
            },
        },
        "norms": {"resolve": {"japan": {"russia": 0.05}, "america": {"russia": 0.35}}},
    },
}
"""The founding case with four actors; readings of the record, for tests only."""


def founding(*changes: dict[str, Any], years: int = 10) -> Scenario:
    """The founding case as a scenario, with these differences."""
    data: dict[str, Any] = {
        "format": 1,
        "title": "founding",
        "start": 2012,
        "end": 2012 + years,
        "seed": 5,
        "runs": 10,
    }
    for each in (FOUNDING, *changes):
        data = deep(data, each)
    return from_data(data)
