"""What is asked: of which scenario, whom, how many runs, and against what; checked at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..build import outcomes_of, ties_of
from ..comparing import as_lucky, unlike
from ..ensemble import arms_of
from ..errors import WedgeError, nearest
from ..results import load as load_results
from ..scenario import Scenario, case_names, load, names
from ..sweeping import is_sweep
from .account import Account, Makeup
from .sums import By
from .trace import Trace, must_be_known, over_runs

RUNS = 200
"""Runs that are explained on average unless told."""

What = Literal["alignment", "stance", "decision"]


@dataclass(frozen=True)
class Source:
    """A scenario, what it may be held against by name, and how many runs there are of it, if that is settled."""

    scenario: Scenario
    arms: Mapping[str, Scenario]
    finished: int | None = None


@dataclass(frozen=True)
class Question:
    """What is to be explained: a pair's alignment, or the stance or decision of one actor toward another.

    Of run `first` alone or, on average, of so many `runs` from it on; between two dates, added up `by` step,
    year or all; term by term against another scenario on equal luck, if one is given. `whole` terms, or what
    goes beyond what they were at the start.
    """

    scenario: Scenario
    what: What
    whose: tuple[str, str]
    first: int = 0
    runs: int = RUNS
    begin: str | None = None
    end: str | None = None
    by: By = "year"
    against: Scenario | None = None
    whole: bool = False


def source(where: str, sets: Sequence[str] = (), dealt: Sequence[str] = ()) -> Source:
    """A scenario by name or file, or that of a results folder, whose runs are the same again.

    `sets` and `dealt` (seed and luck) are overrides, which results do not take. Raises WedgeError, ScenarioError.
    """
    folder = Path(where)
    if not (folder / "manifest.json").is_file() and not (folder.is_dir() and where not in names()):
        scenario = load(where, (*sets, *dealt))
        return Source(scenario, _by_name(scenario, {**arms_of(scenario)}))
    if sets or dealt:
        given = [f"--set {each}" for each in sets] + [f"--{each.replace('=', ' ')}" for each in dealt]
        raise WedgeError(f"{where}: results are explained as they were run; leave out {', '.join(given)}")
    if is_sweep(folder):
        raise WedgeError(f"{where}: the folder of a sweep; expected results of a run or a comparison")
    results = load_results(folder)
    arms = {
        name: replace(arm.scenario, kin=results.scenario.coordinates) for name, arm in results.arms.items()
    }
    return Source(results.scenario, _by_name(results.scenario, arms), results.finished)


def _by_name(scenario: Scenario, arms: Mapping[str, Scenario]) -> dict[str, Scenario]:
    """Arms by name, the scenario itself by its own."""
    others = {name: each for name, each in arms.items() if name != "scenario"}
    return {scenario.name: scenario, **others}


def arm(found: Source, name: str) -> Scenario:
    """An arm of a source. Raises WedgeError, with the nearest name, where there is none."""
    if name not in found.arms:
        there = ", ".join(found.arms)
        raise WedgeError(f"--arm {name}: no such arm{nearest(name, found.arms)}; there are {there}")
    return found.arms[name]


def rival(found: Source, scenario: Scenario, name: str, sets: Sequence[str] = ()) -> Scenario:
    """What a scenario is held against on equal luck: an arm of its source, or another scenario.

    Raises WedgeError where it has other dates or steps, or is the scenario itself.
    """
    known = [*found.arms, *names(), *case_names()]
    if name not in known and not Path(name).suffix and not Path(name).exists():
        there = ", ".join(found.arms)
        raise WedgeError(f"--against {name}: no such arm or scenario{nearest(name, known)}; arms are {there}")
    other = found.arms[name] if name in found.arms else as_lucky(load(name, sets), scenario)
    if lines := unlike(scenario, other, name):
        raise WedgeError("\n".join(lines))
    if other.data == scenario.data and other.branch == scenario.branch:
        raise WedgeError(f"--against {name}: the same as {scenario.name}; nothing to compare")
    return other


def subject(
    scenario: Scenario, dyad: str | None = None, stance: str | None = None, decision: str | None = None
) -> tuple[What, tuple[str, str]]:
    """What is asked about, and whose: the alignment that the scenario's question is about unless told.

    Each is two actors with a comma between. Raises WedgeError where they are not, or more than one is given.
    """
    given = {"dyad": dyad, "stance": stance, "decision": decision}
    named = [(option, text) for option, text in given.items() if text is not None]
    if len(named) > 1:
        raise WedgeError(
            f"{' and '.join('--' + option for option, _ in named)}: ask for one of them at a time"
        )
    if not named:
        return "alignment", asked_pair(scenario)
    option, text = named[0]
    what: What = "alignment" if option == "dyad" else "stance" if option == "stance" else "decision"
    return what, _two(scenario, option, text)


def _two(scenario: Scenario, option: str, text: str) -> tuple[str, str]:
    parts = [each.strip() for each in text.split(",")]
    if len(parts) != 2:
        raise WedgeError(f"--{option} {text}: expected two actors, as in {','.join(scenario.actors[:2])}")
    for each in parts:
        try:
            must_be_known(ties_of(scenario), "actor", each)
        except WedgeError as error:
            raise WedgeError(f"--{option} {text}: {error}") from None
    if parts[0] == parts[1]:
        raise WedgeError(f"--{option} {text}: one actor twice; expected two")
    return parts[0], parts[1]


def asked_pair(scenario: Scenario) -> tuple[str, str]:
    """The pair that a scenario's question is about; else that of its first wedge; else its first two actors."""
    question = scenario.spec.question
    outcome = outcomes_of(scenario)[question.outcome] if question is not None else None
    pair: Sequence[str] = getattr(outcome, "pair", ())
    if pair:
        one, other = pair
        return one, other
    for each in scenario.spec.ties.wedges.values():
        return each.target, each.adversary
    return scenario.actors[0], scenario.actors[1]


def numbered(found: Source, run: int | None, runs: int | None) -> tuple[int, int]:
    """The first run that is explained, and how many: all that there are, up to 200, unless told.

    Raises WedgeError where both are given, or where the results hold no such run.
    """
    if run is not None and runs is not None:
        raise WedgeError("--run and --runs: give the number of one run, or how many to average over")
    most = found.finished
    if most is not None and run is not None and run >= most:
        raise WedgeError(f"--run {run}: the results hold {most:,} runs, numbered 0 to {most - 1}")
    if most is not None and runs is not None and runs > most:
        raise WedgeError(f"--runs {runs}: the results hold only {most:,} runs")
    return (run, 1) if run is not None else (0, runs or min(RUNS, most or RUNS))


def explained(asked: Question) -> Account | Makeup:
    """The answer to a question, for every run of it, step by step."""
    if asked.what == "decision":
        made = over_runs(asked.scenario, lambda trace: trace.decision(*asked.whose), asked.runs, asked.first)
        if asked.against is not None:
            with_ = _named(asked.against, asked.whose)
            made = made.less(
                over_runs(with_, lambda trace: trace.decision(*asked.whose), asked.runs, asked.first)
            )
        return made.between(asked.begin, asked.end)

    def ask(trace: Trace) -> Account:
        return trace.account(asked.what, *asked.whose)

    account = over_runs(asked.scenario, ask, asked.runs, asked.first)
    if asked.against is not None:
        account = account.less(over_runs(_named(asked.against, asked.whose), ask, asked.runs, asked.first))
    account = account if asked.whole else account.beyond_rest
    return account.between(asked.begin, asked.end)


def _named(other: Scenario, whose: Sequence[str]) -> Scenario:
    """The other scenario, if it has these actors too."""
    for each in whose:
        try:
            must_be_known(ties_of(other), "actor", each)
        except WedgeError as error:
            raise WedgeError(f"--against {other.name}: {error}") from None
    return other
