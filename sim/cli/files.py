"""The commands about files and words: check, describe, new, diff, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import loaded_scenario, plugged, plugin_option, reading, scenario_options, told

if TYPE_CHECKING:
    from ..scenario import Scenario


@click.command(short_help="Check a scenario or an experiment for faults and sources.")
@scenario_options
@click.option("--sources", is_flag=True, help="List every number with its source.")
def check(scenario: str, sets: tuple[str, ...], plugins: tuple[Path, ...], sources: bool) -> None:
    """Check a scenario file, and say how far its numbers are sourced; or an experiment file."""
    from ..describing.experiments import experiment_lines
    from ..describing.scenarios import check_lines, source_lines
    from ..experiment import is_experiment, load, names

    plugged(plugins)
    if is_experiment(scenario) if scenario.endswith((".yaml", ".yml")) else scenario in names():
        told(experiment_lines(load(scenario, sets)))
        return
    loaded = loaded_scenario(scenario, sets, plugins)
    told(source_lines(loaded) if sources else check_lines(loaded))


@click.command(short_help="Tell what a parameter, policy, outcome or scenario is.")
@click.argument("what", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@plugin_option
def describe(what: str | None, as_json: bool, plugins: tuple[Path, ...]) -> None:
    """Tell what there is: parameters, policies, outcomes, designs, analyses, a scenario, an experiment.

    WHAT is parameters, mechanisms, policies, outcomes, quantities, stages, designs, analyses, or one
    of them: a group (threat), a parameter (threat.weight), a policy, an outcome, a scenario, and so on.
    Without it: every parameter with unit, range, source and meaning.
    """
    from ..describing.words import described

    plugged(plugins)
    found = described(what)
    click.echo(json.dumps(found.data, indent=1, ensure_ascii=False) if as_json else "\n".join(found.lines))


@click.command(short_help="Write a commented scenario to start from.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--blank", is_flag=True, help="One that extends nothing, with three made-up actors.")
def new(file: Path, blank: bool) -> None:
    """Write a commented scenario to start from: a difference over the shipped `base`, or from nothing."""
    from ..starter import write_starter

    write_starter(file, blank=blank)
    click.echo(f"Wrote {file}. Check it with: wedge check {file}")


@click.command(short_help="Show how two scenarios differ.")
@click.argument("first")
@click.argument("second")
@plugin_option
def diff(first: str, second: str, plugins: tuple[Path, ...]) -> None:
    """Show how two scenarios (or the scenarios of two results folders) differ, all included."""
    from ..describing.scenarios import diff_lines

    plugged(plugins)
    told(diff_lines(either(first), either(second)))


@click.command(short_help="Print the JSON Schema of scenario files, for editors.")
@click.option("--experiment", is_flag=True, help="That of experiment files instead.")
def schema(experiment: bool) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    if experiment:
        from ..experiment.form import json_schema
    else:
        from ..checking.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))


def either(where: str) -> Scenario:
    """A scenario by name or file, or that of a results folder."""
    from ..results import load as load_results
    from ..scenario import load

    if not Path(where).is_dir():
        return load(where)
    with reading(Path(where)):
        return load_results(where).scenario
