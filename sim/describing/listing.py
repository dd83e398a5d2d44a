"""What there is: shipped scenarios and experiments, and the results in a folder."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from .. import experiment, yamltext
from ..experiment.plan import Plan
from ..scenario import DEFAULT, case_names, names, shipped
from ..sweeping.parts import runs_named
from ..sweeping.saved import KIND, OUTCOMES, read_manifest
from ..sweeping.sweep import WHOLE, shard_of
from .telling import Told


def listed(folder: Path) -> Told:
    """The shipped scenarios, cases and experiments, and the results in a folder."""
    scenarios = {name: _title(name) for name in sorted(names(), key=lambda each: (each != DEFAULT, each))}
    cases = {name: _title(f"cases/{name}") for name in case_names()}
    experiments = _experiments()
    results, damaged = _results(folder)
    lines = ["Scenarios (the first is the default; wedge run NAME):", *_rows(scenarios)]
    lines += ["  They extend base, as yours may: wedge describe base"]
    lines += ["", "Historical cases (wedge cases NAME, or wedge run NAME):", *_rows(cases)]
    lines += ["", *_experiment_rows(experiments)]
    lines += ["", f"Results in {folder}/:" if results else f"No results in {folder}/ yet."]
    told = {name: _said(each) for name, each in results.items()}
    known = list(told.values())
    told = {name: said + _since(results[name]) * (known.count(said) > 1) for name, said in told.items()}
    told |= dict.fromkeys(damaged, "damaged (its manifest cannot be read)")
    wide = max(map(len, told), default=0)
    lines += [f"  {name:<{wide}}  {said}" for name, said in told.items()]
    data = {
        "scenarios": scenarios,
        "cases": cases,
        "experiments": experiments,
        "results": results,
        "damaged": damaged,
    }
    return Told(lines, data)


def experiments_listed() -> Told:
    """The shipped experiments with their questions."""
    found = _experiments()
    return Told(_experiment_rows(found), {"experiments": found})


def _experiments() -> dict[str, str]:
    return {name: _question(name) for name in experiment.names()}


def _experiment_rows(found: dict[str, str]) -> list[str]:
    return ["Experiments (wedge sweep NAME):", *_rows(found)]


def _rows(told: dict[str, str]) -> list[str]:
    return [f"  {name:<26} {text}" for name, text in told.items()]


def _title(name: str) -> str:
    """The title as the file gives it; whether the scenario is sound is for `wedge check` to say."""
    document, faults = yamltext.load(str(shipped() / f"{name}.yaml"))
    if document is None:
        return f"(has faults: {len(faults)})"
    return str(document.data.get("title", ""))


def _question(name: str) -> str:
    return experiment.question_of(name) or "(cannot be read)"


def _results(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What is known of each results folder, and the folders whose manifest cannot be read."""
    found, damaged = {}, []
    for file in sorted(folder.glob("*/manifest.json")):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            facts = _swept(told, file.parent) if told.get("kind") == KIND else _ran(told)
            found[str(file.parent)] = facts | {"written": _written(file)}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            damaged.append(str(file.parent))
    return found, damaged


def _written(file: Path) -> str:
    """When results were written, local time to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(file.stat().st_mtime))


def _ran(told: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"scenario": str(told["scenario"]), "sets": list(map(str, told["sets"]))}
    facts |= {"runs": int(told["runs"]), "seed": int(told["seed"])}
    if "luck" in told:
        facts["luck"] = str(told["luck"])
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
    sets = "".join(f", {each}" for each in facts["sets"] if each != f"seed={facts['seed']}")
    if "experiment" in facts:
        shard = f"shard {facts['shard']} of a " if facts["shard"] else ""
        done = "" if facts["done"] >= facts["runs"] else f"{facts['done']:,} of "
        size = f"{done}{facts['runs']:,} runs in {facts['options']} options"
        return f"{shard}sweep of {facts['experiment']}, {size}, seed {facts['seed']}{sets}"
    against = f" against {', '.join(facts['against'])}" if facts.get("against") else ""
    luck = f", {facts['luck'].replace('_', '-')} luck" if facts.get("luck") else ""
    since = f" from {facts['branch_at']}" if facts.get("branch_at") else ""
    return f"{facts['scenario']}{against}{since}, {facts['runs']:,} runs, seed {facts['seed']}{luck}{sets}"


def _since(facts: dict[str, Any]) -> str:
    """When it was written, for results that nothing else tells apart."""
    return f", written {facts['written']}"


def unfinished(folder: Path) -> str:
    """How far a sweep is that has no answer yet, and what to do; '' for one that is finished."""
    if (folder / OUTCOMES).is_file():
        return ""
    told = read_manifest(folder)
    facts = _swept(told, folder)
    done = f"{facts['done']:,} of {facts['runs']:,} runs are done"
    if facts["shard"] is None:
        again = f"go on with the same command (wedge sweep {facts['experiment']} ...)"
        return f"this sweep is not finished, {done}; {again}"
    whole = folder.name.partition(".shard-")[0]
    number, _, of = facts["shard"].partition(" of ")
    if (folder.parent / whole / OUTCOMES).is_file():
        return (
            f"shard {number} of {of}, {done}; merged already in {folder.parent / whole}, which has the answer"
        )
    shards = folder.parent / f"{whole}.shard-*-of-{of}"
    return f"shard {number} of {of}, {done}; the answer comes when all are merged: wedge merge {shards}"
