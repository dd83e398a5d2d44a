"""The shipped scenarios: each loads, is sourced number by number, asks a question, and runs soundly."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.build import outcomes_of
from sim.ensemble import measured, simulate
from sim.luck import NoLuck
from sim.results import run
from sim.scenario import DEFAULT, Scenario, load, names, shipped
from sim.yamltext import read

SHIPPED = names()
FILES = sorted(shipped().rglob("*.yaml"))
SHORT = [file for file in FILES if file.stem not in ("base", DEFAULT, "record")]
MOST_LINES, MOST_FILES = 120, 4

HEADER = "# yaml-language-server: $schema="
RUNS = 20
RARELY = 0.02
"""Share of all cells and steps of a quantity that a bound may hold. The most is 0.8 %, between states at
war; a bound that held much more would shape results in place of the model."""


@cache
def loaded(name: str) -> Scenario:
    return load(name)


def related(file: Path) -> str:
    return str(file.relative_to(shipped()))


def chain(file: Path) -> list[Path]:
    """The files that a file extends, itself first."""
    found = [file]
    while "extends" in (data := read(found[-1]).data):
        parent = data["extends"]
        found.append(found[-1].parent / parent if parent.endswith(".yaml") else shipped() / f"{parent}.yaml")
    return found


def unlike(first: Scenario, second: Scenario) -> bool:
    sections = ("ties", "initial", "parameters", "policies", "events", "uncertainties")
    return any(first.data.get(each) != second.data.get(each) for each in sections)


def routine(scenario: Scenario) -> bool:
    rows = scenario.data.get("policies", {}).values()
    return all(each["policy"] == "routine" for row in rows for each in row.values())


def test_the_scenarios_that_are_promised_are_shipped():
    promised = {
        "abe_engagement", "america_first", "diversified_partners", "firm_line", "neutrality_pact_1941",
        "no_isolation", "north_korea_g7", "outlook_2036", "principled_engagement", "senkaku_crisis",
    }  # fmt: skip
    assert promised <= set(SHIPPED)


@pytest.mark.parametrize("file", FILES, ids=related)
def test_a_file_begins_with_its_schema_for_editors_and_a_comment(file):
    first, second, *_ = file.read_text(encoding="utf-8").splitlines()
    assert first.startswith(HEADER)
    assert (
        file.parent / first.removeprefix(HEADER)
    ).resolve() == shipped().resolve() / "scenario.schema.json"
    assert second.startswith("# ")


@pytest.mark.parametrize("file", SHORT, ids=related)
def test_a_file_is_a_small_difference_over_few_others(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) < MOST_LINES
    followed = chain(file)
    assert 2 <= len(followed) <= MOST_FILES
    assert followed[-1].stem == "base"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_asks_a_question_with_alternatives(name):
    scenario = loaded(name)
    question = scenario.spec.question
    assert scenario.spec.title
    assert scenario.spec.description
    assert question is not None
    assert question.text.endswith("?")
    assert question.outcome in scenario.spec.outcomes
    assert scenario.arms
    assert all(each.spec.title for each in scenario.arms.values())


@pytest.mark.parametrize("name", SHIPPED)
def test_every_alternative_differs_from_its_scenario_and_from_the_others(name):
    scenario = loaded(name)
    arms = [scenario, *scenario.arms.values()]
    assert all(unlike(one, other) for k, one in enumerate(arms) for other in arms[:k])
    assert len({each.spec.title for each in arms}) == len(arms)


def test_titles_tell_the_scenarios_apart():
    told = [(loaded(name).spec.title, loaded(name).spec.description) for name in SHIPPED]
    assert len({title for title, _ in told}) == len({text for _, text in told}) == len(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_has_a_source_or_is_called_assumed(name):
    base = load(shipped() / "base.yaml").data
    ranges_of_base = {("uncertainties", path) for path in base["uncertainties"]}
    scenario = loaded(name)
    silent = [
        f"{arm.name}: {'.'.join(path)}"
        for arm in (scenario, *scenario.arms.values())
        for path, _, note in arm.numbers()
        if not note.source and path[:2] not in ranges_of_base
    ]
    assert silent == []


@pytest.mark.parametrize("name", SHIPPED)
def test_without_events_and_luck_nothing_moves(name):
    """At rest up to rounding: 40 steps of about 1e-16 each, with room for their growth."""
    scenario = loaded(name)
    if not routine(scenario) or scenario.data["initial"].get("grievance"):
        pytest.skip("a policy or a standing grievance moves it")
    if any(path.startswith("parameters.alignment.rest") for path in scenario.uncertainties):
        pytest.skip("where it was heading is drawn, so its start is no rest point")
    paths = simulate(scenario.eventless, runs=1, luck=NoLuck())
    for quantity in ("alignment", "engagement"):
        path = paths.arrays[quantity]
        assert np.abs(path - path[:1]).max() < 1e-9


@pytest.mark.parametrize("name", SHIPPED)
def test_paths_are_finite_and_bounds_are_seldom_met(name):
    scenario, trace = loaded(name), []
    paths = simulate(scenario, runs=RUNS, trace=trace)
    assert all(np.isfinite(each).all() for each in paths.arrays.values())
    values = measured(outcomes_of(scenario), paths)
    assert all(np.isfinite(each).all() for key, each in values.items() if not key.endswith(".first"))
    for quantity in ("engagement", "sanction", "alignment", "commitment", "order", "deterrent"):
        held = [terms[quantity]["bound"] for terms in trace if quantity in terms]
        full = (len(held), *paths.arrays[quantity].shape[1:])
        count = sum(np.broadcast_to(each != 0.0, full[1:]).sum() for each in held)
        assert count <= RARELY * np.prod(full), quantity


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_gives_an_answer_for_each_alternative(name):
    scenario = loaded(name)
    results = run(scenario, runs=RUNS)
    answers = [each for each in results.summary["answer"] if each.startswith("Compared with '")]
    assert len(answers) == len(scenario.arms)
    first = [each for each in results.runs.columns if each.endswith(".first")]
    assert np.isfinite(results.runs.drop(columns=first).to_numpy()).all()
