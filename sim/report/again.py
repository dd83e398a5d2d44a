"""How to make the same results again: commands, and the scenario as a file to copy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ..comparing import BEARING, CHANGED
from ..errors import WedgeError
from ..results import Results, manifest, plain_yaml, with_notes
from ..scenario import Scenario, case_names, load, names
from .page import Block, Code
from .setting import noted

SHARED = ("start", "end", "step", "actors", "events", *BEARING)
"""Sections in which two scenarios must be alike to be the same model."""

ASKED = ("outcomes", "question")
"""Sections in which two scenarios must be alike, too, for a run of them to answer the same."""

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
    if results.comparison is not None:
        found += [f"--branch-at {results.comparison.branch_at}"] if results.comparison.branch_at else []
        found += [f"--outcome {spec.question.outcome}"]
    return " ".join(
        [*found, *(f"--plugin {shlex.quote(each)}" for each in made["plugins"] if each.endswith(".py"))]
    )


def by_name(results: Results) -> str | None:
    """The command with shipped scenarios by name; None where these are not what was run.

    An arm that `--change` made is given so, where its title tells what was changed.
    """
    story, sets = results.scenario, results.scenario.sets
    arms = {story.name: story}
    if results.comparison is not None:
        arms |= {name: arm.scenario for name, arm in results.alternatives.items()}
    others = {name: arm for name, arm in arms.items() if name != story.name}
    changes = {name: found for name, arm in others.items() if (found := changed(story, arm))}
    shipped = [name for name in arms if name not in changes]
    if len(changes) > 1 or not all(_is_made(name, arms[name], sets) for name in shipped):
        return None
    if results.comparison is None and not _is_made(story.name, story, sets, keys=ASKED):
        return None
    given = [f"--set {shlex.quote(each)}" for each in sets]
    given += [f"--change {shlex.quote(each)}" for found in changes.values() for each in found]
    word = "run" if results.comparison is None else "compare"
    alone = ["--alone"] if results.comparison is None and not results.arms else []
    return " ".join(["wedge", word, *shipped, *given, _options(results), *alone])


def changed(first: Scenario, other: Scenario) -> list[str]:
    """The changes ``path=value`` that make another scenario of a shipped one, by the other's title.

    Empty where its title tells none, or where these make something else of it.
    """
    _, told, text = other.spec.title.rpartition(CHANGED)
    found = [each.replace(" = ", "=", 1) for each in re.split(r", (?=[a-z_][\w.]* = )", text)] if told else []
    return found if found and _is_made(first.name, other, first.sets, found) else []


def _is_made(
    name: str,
    scenario: Scenario,
    sets: Sequence[str],
    changes: Sequence[str] = (),
    *,
    keys: Sequence[str] = SHARED,
) -> bool:
    """Whether a shipped scenario with overrides and changes is another in these sections."""
    if name not in (*names(), *case_names()):
        return False
    try:
        found = load(name, sets, changes).data
    except WedgeError:
        return False
    return all(found.get(key) == scenario.data.get(key) for key in keys)


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
