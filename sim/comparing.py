"""Compare scenarios on equal luck, run by run: what `wedge compare` does, for notebooks and scripts.

All scenarios get the first one's seed, luck and runs. The first is held against each other; with a branch
all follow the first until a date. A comparison is a `Results` whose arms are the other scenarios.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .answer import described
from .build import build, ties_of
from .calendar import date_of
from .checking.sheet import month
from .checking.sheet import told as plain
from .ensemble import EVENTLESS, Report, gaps_of, run_arms, uninterrupted
from .errors import WedgeError, nearest
from .folders import next_folder
from .results import Comparison, Results, gathered, save, through_time
from .running import must_be_new
from .scenario import Branch, Scenario, altered, dealing, load
from .state import quantities

STORY = "scenario"
"""Name of the first arm, as in every run."""

CHANGED = "the first with "
"""How the title of the first scenario with changes begins; what was changed follows."""

TRIED = 100
"""Runs whose start is looked at to see whether two scenarios begin alike."""

BEARING = ("ties", "initial", "parameters", "policies", "uncertainties")
"""Sections that bear on the model whole; of actors and events only a part does."""


@dataclass(frozen=True)
class Plan:
    """Which arms to run, the first scenario among them, and what to tell of the comparison."""

    arms: dict[str, Scenario]
    comparison: Comparison


def compare(
    scenarios: Sequence[str | Path | Scenario],
    *,
    sets: Sequence[str] = (),
    changes: Sequence[str] = (),
    runs: int | None = None,
    seed: int | None = None,
    luck: str | None = None,
    branch_at: str | int | None = None,
    outcome: str | None = None,
    workers: int | None = 1,
    report: Report = lambda _: None,
    backend: str = "numpy",
) -> Results:
    """Run scenarios (names, files, or loaded ones) against the first of them, in memory.

    `sets` are overrides ``path=value`` of all of them; `changes` make one more arm, the first with
    these. `runs`, `seed` and `luck` (its kind) are the first's unless given. With `branch_at` (2014, 2014Q2, 2014-05)
    all follow the first until the step that holds this date. `outcome` is the one asked about;
    `workers` processes do it, as in `run_arms`, by the `backend`, numpy or compiled.
    Raises WedgeError where they cannot be compared, or where an arm changes nothing; ValueError
    where `runs` is below 1.
    """
    plan = planned(
        scenarios, sets=sets, changes=changes, seed=seed, luck=luck, branch_at=branch_at, outcome=outcome
    )
    return run_plan(plan, runs, workers=workers, report=report, backend=backend)


def compare_and_save(
    plan: Plan,
    runs: int | None = None,
    *,
    out: Path | None = None,
    workers: int | None = 1,
    report: Report = lambda _: None,
    backend: str = "numpy",
) -> Results:
    """Run a plan and write a results folder, `out` or the next `results/FIRST_vs_SECOND-NNN`.

    Raises WedgeError where an arm changes nothing, or nothing can be written; then nothing is left.
    """
    must_be_new(out)
    begun = time.perf_counter()
    results = run_plan(plan, runs, workers=workers, report=report, backend=backend)
    folder = out or next_folder(Path("results"), name_of(plan))
    with uninterrupted():
        return replace(results, folder=save(results, folder, seconds=time.perf_counter() - begun))


def run_plan(
    plan: Plan,
    runs: int | None = None,
    *,
    workers: int | None = 1,
    report: Report = lambda _: None,
    backend: str = "numpy",
) -> Results:
    """Run the arms of a plan on equal luck, in so many processes, as in `run_arms`.

    Raises WedgeError where an arm differs in no run, or a worker is lost.
    """
    asked = plan.arms[STORY].spec.runs if runs is None else runs
    if asked < 1:
        raise ValueError(f"runs is {asked}; at least 1 is needed")
    gaps = gaps_of(plan.arms, asked)
    found, done = run_arms(plan.arms, asked, report=report, gaps=gaps, workers=workers, backend=backend)
    results = gathered(found, done, asked, backend=backend)
    _refuse([_idle(results, name) for name in results.arms])
    arms = {
        name: replace(arm, apart=through_time(gaps[name].spread, arm.scenario.calendar))
        for name, arm in results.arms.items()
    }
    return replace(results, arms=arms, comparison=plan.comparison)


def name_of(plan: Plan) -> str:
    """What to call the results of a plan."""
    first, second, *more = (plan.arms[STORY].name, *list(plan.arms)[1:])
    return f"{first}_vs_{second}" + (f"_and_{len(more)}_more" if more else "")


# --- the plan -------------------------------------------------------------------------------------


def planned(
    scenarios: Sequence[str | Path | Scenario],
    *,
    sets: Sequence[str] = (),
    changes: Sequence[str] = (),
    seed: int | None = None,
    luck: str | None = None,
    branch_at: str | int | None = None,
    outcome: str | None = None,
) -> Plan:
    """The arms of a comparison, made comparable. Raises WedgeError with all that forbids it."""
    if len(scenarios) + bool(changes) < 2 or not scenarios:
        raise WedgeError(
            "nothing to compare with; give two scenarios or more, or one with --change PATH=VALUE"
        )
    sets = [*sets, *dealing(seed, luck)]
    loaded = _named([_loaded(each, sets) for each in scenarios])
    if changes:
        loaded |= _changed(scenarios[0], sets, changes, loaded)
    first, others = loaded[STORY], {name: each for name, each in loaded.items() if name != STORY}
    _refuse([line for name, each in others.items() for line in unlike(first, each, name)])
    shared = [name for name in first.spec.outcomes if _in_all(name, list(loaded.values()))]
    asked = _asked(first, shared, loaded, outcome)
    branch = _branch(first, branch_at)
    if branch is not None:
        _refuse([line for name, each in others.items() for line in _rooted(first, each, name)])
    _refuse([line for name, each in others.items() for line in _same(first, each, name, branch)])
    return _plan(first, others, shared, asked, branch)


def _plan(
    first: Scenario, others: Mapping[str, Scenario], shared: list[str], asked: str, branch: Branch | None
) -> Plan:
    """The arms with what they share: seed, luck, runs, outcomes; only the first has a question, the comparison's."""
    titles = _titles({STORY: first, **others})
    at = "" if branch is None else _date(branch.month)
    question = {"text": _question(list(titles.values()), at), "outcome": asked}
    common = {"seed": first.spec.seed, "runs": first.spec.runs, "luck": first.data.get("luck")}
    arms = {}
    for name, each in {STORY: first, **others}.items():
        kept = {key: each.data["outcomes"][key] for key in shared}
        sections = {**common, "title": titles[name], "outcomes": kept, "question": None}
        made = altered(each, each.name if name == STORY else name, sections)
        arms[name] = replace(made, kin=first.coordinates)
    story = altered(arms[STORY], first.name, {"question": question})
    if branch is not None:
        grown = Branch(story, branch.month)
        arms = {name: replace(each, branch=grown) for name, each in arms.items()}
    left = dict.fromkeys(key for each in (first, *others.values()) for key in each.spec.outcomes)
    comparison = Comparison(at, tuple(key for key in left if key not in shared))
    return Plan({**arms, STORY: story}, comparison)


def _question(titles: list[str], at: str) -> str:
    """What a comparison asks, in one sentence."""
    first, *others = (_short(each) for each in titles)
    other = f"'{others[0]}'" if len(others) == 1 else "the others"
    if at:
        return f"What does it change to stay with '{first}' from {at} on, rather than turn to {other}?"
    if len(others) == 1 and others[0].startswith(CHANGED):
        return f"What does it change to leave '{first}' as it is, compared with {other}?"
    return f"What does '{first}' change, compared with {other}?"


def _short(text: str, most: int = 90) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _loaded(each: str | Path | Scenario, sets: Sequence[str], changes: Sequence[str] = ()) -> Scenario:
    """A scenario by name or file, or one that is loaded already, which takes no overrides."""
    if not isinstance(each, Scenario):
        return load(each, sets, changes)
    if sets or changes:
        raise ValueError("a loaded scenario takes no overrides; give its name or file instead")
    return each


def _named(loaded: Sequence[Scenario]) -> dict[str, Scenario]:
    """Scenarios by the names of their arms, each a name of its own."""
    first, *others = loaded
    arms = {STORY: first}
    for each in others:
        arms[_free(each.name, {*arms, EVENTLESS, first.name})] = each
    return arms


def _free(name: str, taken: set[str]) -> str:
    """A name that is not taken: itself, or numbered from 2."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _changed(
    first: str | Path | Scenario, sets: Sequence[str], changes: Sequence[str], arms: Mapping[str, Scenario]
) -> dict[str, Scenario]:
    """One more arm: the first scenario with these changes, which its title tells."""
    made = _loaded(first, sets, changes)
    if "title" not in {each.partition("=")[0].strip() for each in changes}:
        what = ", ".join(" = ".join(part.strip() for part in each.split("=", 1)) for each in changes)
        made = altered(made, made.name, {"title": CHANGED + _short(what, 200)})
    return {_free(f"{made.name}_changed", {*arms, EVENTLESS}): made}


def _titles(arms: Mapping[str, Scenario]) -> dict[str, str]:
    """The titles of arms; where two have the same one, their names tell them apart."""
    given = {name: each.spec.title or each.name for name, each in arms.items()}
    known = {name: arms[name].name if name == STORY else name for name in arms}
    shared = [each for each in given.values() if list(given.values()).count(each) > 1]
    return {
        name: f"{known[name]}: {_short(title, 200)}" if title in shared else title
        for name, title in given.items()
    }


# --- what forbids a comparison --------------------------------------------------------------------


def _refuse(lines: Sequence[str]) -> None:
    """Raise WedgeError with these lines, if any is more than nothing."""
    if told := [each for each in lines if each]:
        raise WedgeError("\n".join(told))


def unlike(first: Scenario, other: Scenario, name: str) -> list[str]:
    """That another scenario has other dates or steps than the first, a line each."""
    pairs = {
        "starts at": (_date(other.spec.start), _date(first.spec.start)),
        "ends at": (_date(other.spec.end), _date(first.spec.end)),
        "goes by": (other.spec.step, first.spec.step),
    }
    return [
        f"{name}: cannot be compared; it {what} {its}, but {first.name} {what} {firsts}"
        for what, (its, firsts) in pairs.items()
        if its != firsts
    ]


def _date(month: int) -> str:
    return date_of(month, "quarter")


def _in_all(name: str, arms: Collection[Scenario]) -> bool:
    """Whether all scenarios measure the same under a name."""
    found = [each.spec.outcomes.get(name) for each in arms]
    return all(each == found[0] for each in found)


def _asked(first: Scenario, shared: list[str], arms: Mapping[str, Scenario], outcome: str | None) -> str:
    """The outcome that is asked about. Raises WedgeError where it is not the same in all, or none is."""
    if not shared:
        raise WedgeError(
            "nothing to compare; no outcome is the same in all scenarios "
            f"({'; '.join(f'{each.name}: {_measures(each)}' for each in arms.values())})"
        )
    question = first.spec.question
    wanted = outcome or (
        question.outcome if question is not None and question.outcome in shared else shared[0]
    )
    if wanted in shared:
        return wanted
    everywhere = {name for each in arms.values() for name in each.spec.outcomes}
    near = nearest(wanted, shared)
    why = "is not the same in all scenarios" if wanted in everywhere else f"is no outcome{near}"
    raise WedgeError(f"--outcome {plain(wanted)}: {why}; there are {', '.join(shared)}")


def _measures(scenario: Scenario) -> str:
    """The names of a scenario's outcomes on one line."""
    return ", ".join(scenario.spec.outcomes) or "none"


def _branch(first: Scenario, at: str | int | None) -> Branch | None:
    """The branch at a date, moved to the beginning of the step that holds it."""
    if at is None:
        return None
    try:
        when = month(at)
    except ValueError as error:
        raise WedgeError(f"--branch-at: {error}") from None
    start, end = first.spec.start, first.spec.end
    if not start <= when < end:
        raise WedgeError(
            f"--branch-at {plain(str(at))}: outside the run, which goes from {_date(start)} up to {_date(end)}"
        )
    step = Branch(first, when).step
    return Branch(first, first.calendar.months(step)[0])


def _rooted(first: Scenario, other: Scenario, name: str) -> list[str]:
    """That another scenario does not begin as the first does, so that it cannot follow it."""
    if first.actors != other.actors:
        return [f"{name}: cannot branch from {first.name}; it has other actors, or in another order"]
    if ties_of(first) != ties_of(other):
        return [f"{name}: cannot branch from {first.name}; it has other ties"]
    mine, theirs = (build(each, 0, TRIED).initial for each in (as_lucky(other, first), first))
    unlike = [
        each.name
        for each in quantities()
        if each.name != "intent" and not _equal(getattr(mine, each.name), getattr(theirs, each.name))
    ]
    told = f"{name}: cannot branch from {first.name}; it starts with another "
    return [told + " and another ".join(unlike)] if unlike else []


def as_lucky(other: Scenario, first: Scenario) -> Scenario:
    """Another scenario with the luck of the first."""
    dealt = {"seed": first.spec.seed, "luck": first.data.get("luck")}
    return replace(altered(other, other.name, dealt), kin=first.coordinates)


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays hold the same in every run."""
    return bool(np.all(one == other))


def _same(first: Scenario, other: Scenario, name: str, branch: Branch | None) -> list[str]:
    """That another scenario is the first in all that bears on the model."""
    if bearing(first, branch) != bearing(other, branch):
        return []
    if branch is not None and bearing(first, None) != bearing(other, None):
        return [f"{name}: the same as {first.name} from {_date(branch.month)} on; it differs only before"]
    return [f"{name}: the same as {first.name} in all that bears on the model; nothing to compare"]


def bearing(scenario: Scenario, branch: Branch | None = None) -> dict[str, Any]:
    """What of a scenario bears on the model, by path: no titles, labels or marks; from a branch on, if any.

    An event is one thing.
    """
    events = {
        f"events.{name}": (each.at, each.until, each.probability, dict(each.set), dict(each.add))
        for name, each in scenario.spec.events.items()
        if (each.set or each.add) and (branch is None or each.at >= branch.month)
    }
    actors = {f"actors.{name}.capability": each.capability for name, each in scenario.spec.actors.items()}
    return {**actors, **dict(_leaves({key: scenario.data.get(key, {}) for key in BEARING}, ())), **events}


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Every value of nested mappings with its path."""
    if not isinstance(node, dict):
        yield ".".join(path), node
        return
    for key, each in node.items():
        yield from _leaves(each, (*path, key))


def _idle(results: Results, name: str) -> str:
    """That no run of an arm differs in anything measured, or ''."""
    other = results.arms[name]
    if any(
        not np.array_equal(results.columns[column], other.columns[column], equal_nan=True)
        for column in described(results.scenario)
    ):
        return ""
    return (
        f"{name}: changes nothing; no run differs from {results.scenario.name} in any outcome, though it changes "
        f"{_what(results.scenario, other.scenario)}{_overriders(other.scenario)}"
    )


def _what(first: Scenario, other: Scenario) -> str:
    """The paths of what differs, the first few of them."""
    one, two = (bearing(each) for each in (first, other))
    paths = [path for path in {**one, **two} if one.get(path) != two.get(path)]
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(map(plain, paths[:3])) + more


def _overriders(scenario: Scenario) -> str:
    """The policies that may override what was changed, as a question."""
    rows = scenario.data.get("policies", {})
    found = [
        f"{actor} toward {target}"
        for actor, row in rows.items()
        for target, each in row.items()
        if each["policy"] != "routine"
    ]
    return f"; does a policy override it ({', '.join(found[:3])})?" if found else ""
