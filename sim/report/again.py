"""How to make the same results again: commands, and the scenario as a file to copy."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from ..comparing import BEARING
from ..errors import WedgeError
from ..results import Results, manifest, plain_yaml, with_notes
from ..scenario import Scenario, case_names, load, names
from .page import Block, Code
from .setting import noted

SHARED = ("start", "end", "step", "actors", "events", *BEARING)
"""Sections in which two scenarios must be alike to be the same model."""

BITS = (
    "The same commands give the same numbers to the last bit, on any number of workers, with the "
    "versions and the backend named "
    "above. Other versions of NumPy or SciPy, or another kind of processor, may change the last bits of "
    "some numbers, and so now and "
    "then a run that stands on an edge."
)


def told(results: Results) -> Mapping[str, Any]:
    """What the results say of how they were made; of results in memory, what would be saved."""
    if results.folder is None:
        return manifest(results)
    try:
        return dict(json.loads((results.folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return manifest(results)


def again(results: Results) -> list[Block]:
    """The commands, and what they need."""
    made = told(results)
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    blocks: list[Block] = [f"Made with {versions}; backend {made['backend']}."]
    if made["plugins"]:
        blocks.append(f"Plugins are needed, which are not in this file: {', '.join(made['plugins'])}.")
    if results.finished < results.asked:
        blocks.append(
            f"The run was stopped after {results.finished:,} of {results.asked:,} runs; the commands ask for these."
        )
    if (short := by_name(results)) is not None:
        blocks.append(Code(short, "With what is shipped:"))
    blocks.append(Code(by_file(results), "Or with the files below, copied under these names:"))
    return [*blocks, BITS]


def _options(results: Results) -> str:
    """Runs, seed, luck, backend and plugins, as options."""
    spec, made = results.scenario.spec, told(results)
    found = [f"--runs {results.finished}", f"--seed {spec.seed}"]
    found += [f"--luck {spec.luck}"] if spec.luck != "plain" else []
    found += [f"--backend {results.backend}"] if results.backend != "numpy" else []
    found += (
        [f"--branch-at {results.comparison.branch_at}"]
        if results.comparison and results.comparison.branch_at
        else []
    )
    return " ".join(
        [*found, *(f"--plugin {shlex.quote(each)}" for each in made["plugins"] if each.endswith(".py"))]
    )


def by_name(results: Results) -> str | None:
    """The command with shipped scenarios by name; None where these are not what was run."""
    arms = {results.scenario.name: results.scenario}
    if results.comparison is not None:
        arms |= {name: arm.scenario for name, arm in results.alternatives.items()}
    sets = results.scenario.sets
    if not all(_is_shipped(name, each, sets) for name, each in arms.items()):
        return None
    given = " ".join(f"--set {shlex.quote(each)}" for each in sets)
    word = "run" if results.comparison is None else "compare"
    alone = " --alone" if results.comparison is None and not results.arms else ""
    return " ".join(f"wedge {word} {' '.join(arms)} {given} {_options(results)}{alone}".split())


def _is_shipped(name: str, scenario: Scenario, sets: tuple[str, ...]) -> bool:
    """Whether a scenario is the shipped one of its name with these overrides, in all that bears on the model."""
    if name not in (*names(), *case_names()):
        return False
    try:
        found = load(name, sets).data
    except WedgeError:
        return False
    return all(found.get(key) == scenario.data.get(key) for key in SHARED)


def files(results: Results) -> dict[str, str]:
    """The scenario, and of a comparison all others, as files by name."""
    found = {f"{results.scenario.name}.yaml": plain_yaml(with_notes(noted(results)))}
    if results.comparison is not None:
        found |= {
            f"{name}.yaml": plain_yaml(with_notes(arm.scenario)) for name, arm in results.alternatives.items()
        }
    return found


def by_file(results: Results) -> str:
    """The command with the files of the report."""
    word = "run" if results.comparison is None else "compare"
    alone = " --alone" if results.comparison is None and not results.arms else ""
    return f"wedge {word} {' '.join(map(shlex.quote, files(results)))} {_options(results)}{alone}"
