"""Which numbers of a scenario vary in its ledger, over what, and how each of them is known.

All that the scenario draws, and every other number with a plausible range of its own: parameters of the
world, numbers by name that the scenario gives for parameters, and commitments of alliances. What has no
such range is held, and so are switches, shares that add up to a whole, policies (which a government
chooses) and events.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..build import distributions
from ..checking.cells import OPPORTUNITY
from ..checking.checks import EVERYONE, Checker
from ..distributions import Distribution
from ..errors import ScenarioError
from ..posterior import PATH
from ..rules import declared
from ..scenario import Scenario, altered
from ..yamltext import Path

Kind = Literal["sourced", "calibrated", "assumed"]
SWITCH = "0 is off"
"""How the source of a parameter begins that turns a mechanism on or off."""

CITED = re.compile(r"\bA\d+\b|assum", re.IGNORECASE)
"""What a declared source says where the number, or a part of it, is an assumption."""


@dataclass(frozen=True)
class Varied:
    """One input of the ledger: how it is known, what it is drawn from, who says so, and the numbers it gives."""

    path: str
    kind: Kind
    shape: Distribution
    source: str
    paths: tuple[str, ...]


def standing(source: str) -> str:
    """How a number is known by its note: sourced, assumed, or unsaid."""
    return "unsaid" if not source else "assumed" if "assumed" in source.lower() else "sourced"


def varied(scenario: Scenario) -> tuple[Scenario, tuple[Varied, ...]]:
    """The scenario with all that can vary uncertain, without its question, and these inputs in order."""
    own = scenario.data.get("uncertainties", {})
    bare = altered(scenario, scenario.name, {"question": None})
    free = [path for path in dict.fromkeys(_free(scenario)) if _fits(bare, path)]
    made = altered(bare, scenario.name, {"uncertainties": {**own, **dict.fromkeys(free, "plausible")}})
    inputs = ((path, shape, *_source(scenario, path)) for path, shape in distributions(made).items())
    rows = made.posterior.kept if made.posterior is not None else ()
    return made, tuple(
        Varied(path, kind, shape, said, rows if path == PATH else (path,))
        for path, shape, kind, said in inputs
    )


def held(scenario: Scenario, inputs: tuple[Varied, ...]) -> dict[str, int]:
    """How many numbers of the scenario do not vary, by how they are known; dates and events left out."""
    moving = {each.path for each in inputs}
    moving |= set(scenario.posterior.kept) if scenario.posterior is not None else set()
    kept = [
        standing(note.source)
        for path, _, note in scenario.numbers()
        if path[0] not in ("uncertainties", "events", "policies") and ".".join(path) not in moving
    ]
    return dict(Counter(kept))


def _free(scenario: Scenario) -> Iterator[str]:
    """The paths of numbers that the scenario does not draw and that have a plausible range."""
    taken = {*scenario.uncertainties, *(scenario.posterior.kept if scenario.posterior is not None else ())}
    given = {".".join(path): value for path, value, _ in scenario.numbers() if _by_name(path)}
    for group, each in declared():
        path = f"parameters.{group}.{each.name}"
        if each.over == "world" and each.default is not None:
            given.setdefault(path, each.default)
        if each.source.startswith(SWITCH):
            given.pop(path, None)
    checker = Checker(scenario.document)
    for path, value in given.items():
        limits, _ = checker.sampled(path)
        if (
            path not in taken
            and limits is not None
            and limits[0] < limits[1]
            and limits[0] <= value <= limits[1]
        ):
            yield path


def _by_name(path: Path) -> bool:
    """Whether a number is a parameter's or a commitment, and stands at a path that can be uncertain."""
    told = path[0] == "parameters" or (path[:2] == ("ties", "alliances") and path[-1] == "commitment")
    return told and path[:3] != OPPORTUNITY and EVERYONE not in path


def _fits(scenario: Scenario, path: str) -> bool:
    """Whether a number may vary over its plausible range, beside what events and others do to it."""
    own = scenario.data.get("uncertainties", {})
    try:
        altered(scenario, scenario.name, {"uncertainties": {**own, path: "plausible"}})
    except ScenarioError:
        return False
    return True


def _source(scenario: Scenario, path: str) -> tuple[Kind, str]:
    """How an input is known and by what: its own note in the scenario, else what the parameter declares."""
    if path == PATH:
        assert scenario.posterior is not None
        return "calibrated", scenario.posterior.name
    if said := _note(scenario, path):
        return ("sourced" if standing(said) == "sourced" else "assumed"), said
    known = {f"parameters.{group}.{each.name}": each.source for group, each in declared()}
    said = known.get(".".join(path.split(".")[:3]), "")
    return ("assumed" if not said or CITED.search(said) else "sourced"), said


def _note(scenario: Scenario, path: str) -> str:
    """The source beside an uncertainty, else beside the number itself."""
    drawn = scenario.data.get("uncertainties", {}).get(path)
    heads = [
        ("uncertainties", path),
        *(("uncertainties", path, each) for each in drawn or () if drawn != "plausible"),
    ]
    places: list[Path] = heads if drawn is not None else [tuple(path.split("."))]
    return next((said for place in places if (said := scenario.note(*place).source)), "")
