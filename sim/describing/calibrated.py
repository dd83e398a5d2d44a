"""A scenario's posterior in words: where it comes from, and what it replaces and leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..build import nominal
from ..checking.rows import left_out
from ..posterior import PATH
from ..scenario import Scenario
from ..yamltext import Path


def is_calibrated(scenario: Scenario, path: Path) -> bool:
    """Whether the posterior replaces a number of the scenario, or an uncertainty's."""
    found = scenario.posterior
    named = path[1] if path[0] == "uncertainties" else ".".join(path)
    return found is not None and named in found.kept


def posterior_lines(scenario: Scenario) -> list[str]:
    """What the posterior is; nothing where there is none."""
    found = scenario.posterior
    if found is None:
        return []
    size = f"{len(found.rows):,} equally likely rows of {len(found.kept)} parameters"
    used = f"row {found.only} in all runs" if found.only else "one row a run"
    first = (
        f"  {PATH}: {found.name}, {size}, {used} (nominal {nominal(scenario, PATH):.0f}; {found.fingerprint})"
    )
    return [first, *(f"    # {each}" for each in found.comments if each), *_uses(scenario)]


def _uses(scenario: Scenario) -> Iterator[str]:
    """What the posterior's paths meet in the scenario."""
    found = scenario.posterior
    assert found is not None
    own = scenario.data.get("uncertainties", {})
    given = [".".join(path) for path, _, _ in scenario.numbers() if path[0] != "uncertainties"]
    lacking = left_out(scenario.document)
    yield from _listed("replaces the uncertainty of", [path for path in found.kept if path in own])
    yield from _listed("replaces the number of", [path for path in found.kept if path in given])
    yield from _listed("has for the rest", [p for p in found.kept if p not in (*own, *given, *lacking)])
    yield from _listed("not taken from it, as the scenario says otherwise:", found.without)
    yield from _listed("left out, as the scenario has no such actor, tie or policy:", lacking)
    if struck := [path for path in found.kept if path in _struck(scenario)]:
        yield from _listed("events still change", struck)


def _struck(scenario: Scenario) -> set[str]:
    return {path for each in scenario.spec.events.values() for path in (*each.set, *each.add)}


def _listed(what: str, paths: Sequence[str]) -> Iterator[str]:
    if paths:
        yield f"    {what} {', '.join(paths)}"
