"""What there is: shipped scenarios and experiments, and the results in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .. import experiment
from ..errors import ScenarioError
from ..experiment.plan import Plan
from ..scenario import DEFAULT, load, names
from ..sweeping.parts import runs_named
from ..sweeping.saved import KIND, OUTCOMES
from ..sweeping.sweep import WHOLE, shard_of
from .telling import Told


def listed(folder: Path) -> Told:
    """The shipped scenarios and experiments, and the results in a folder."""
    scenarios = {name: _title(name) for name in sorted(names(), key=lambda each: (each != DEFAULT, each))}
    experiments = {name: _question(name) for name in experiment.names()}
    results, damaged = _results(folder)
    lines = ["Scenarios (the first is the default; wedge run NAME):", *_rows(scenarios)]
    lines += ["", "Experiments (wedge sweep NAME):", *_rows(experiments)]
    lines += ["", f"Results in {folder}/:" if results else f"No results in {folder}/ yet."]
    lines += [f"  {name:<40} {_said(each)}" for name, each in results.items()]
    lines += [f"  {name:<40} damaged (its manifest cannot be read)" for name in damaged]
    data = {"scenarios": scenarios, "experiments": experiments, "results": results, "damaged": damaged}
    return Told(lines, data)


def _rows(told: dict[str, str]) -> list[str]:
    return [f"  {name:<26} {text}" for name, text in told.items()]


def _title(name: str) -> str:
    try:
        return str(load(name).spec.title)
    except ScenarioError as error:
        return f"(has faults: {len(error.faults)})"


def _question(name: str) -> str:
    return experiment.question_of(name) or "(cannot be read)"


def _results(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What is known of each results folder, and the folders whose manifest cannot be read."""
    found, damaged = {}, []
    for file in sorted(folder.glob("*/manifest.json")):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            found[str(file.parent)] = _swept(told, file.parent) if told.get("kind") == KIND else _ran(told)
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            damaged.append(str(file.parent))
    return found, damaged


def _ran(told: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"scenario": str(told["scenario"]), "sets": list(map(str, told["sets"]))}
    facts |= {"runs": int(told["runs"]), "seed": int(told["seed"])}
    if "comparison" in told:
        facts |= {"against": list(told["arms"]), "branch_at": str(told["comparison"]["branch_at"])}
    return facts


def _swept(told: dict[str, Any], folder: Path) -> dict[str, Any]:
    plan, shard = Plan.from_data(told["definition"]["plan"]), shard_of(folder)
    first, last = shard.span(plan.size)
    whole = (folder / OUTCOMES).is_file()
    return {
        "experiment": str(told["experiment"]),
        "sets": list(map(str, told["sets"])),
        "options": len(told["choices"]),
        "seed": plan.seed,
        "shard": f"{shard.number} of {shard.of}" if shard != WHOLE else None,
        "runs": last - first,
        "done": last - first if whole else runs_named(folder / "parts"),
    }


def _said(facts: dict[str, Any]) -> str:
    sets = " ".join(["", *facts["sets"]])
    if "experiment" in facts:
        shard = f"shard {facts['shard']} of a " if facts["shard"] else ""
        done = "" if facts["done"] >= facts["runs"] else f"{facts['done']:,} of "
        size = f"{done}{facts['runs']:,} runs in {facts['options']} options"
        return f"{shard}sweep of {facts['experiment']}, {size}, seed {facts['seed']}{sets}"
    against = f" against {', '.join(facts['against'])}" if facts.get("against") else ""
    since = f" from {facts['branch_at']}" if facts.get("branch_at") else ""
    return f"{facts['scenario']}{against}{since}, {facts['runs']:,} runs, seed {facts['seed']}{sets}"
