"""Results on disk: a folder of its own for each run, written whole or not at all, read with one call.

manifest.json     what was run: resolved scenario, seed, runs, versions; equal runs, equal bytes
scenario.yaml     the resolved scenario, ready to run again
summary.json      outcomes, contrasts and the answer
runs.csv          one row a run: uncertain inputs and outcomes (runs.nc beyond 100,000 runs)
paths.csv         mean and quantiles of each line through time
arms/<name>/      runs and paths of each alternative and of the path without events; in a comparison
                  differences.csv too, as paths.csv, of the first scenario less this one run by run
trajectories.nc   whole paths with named dimensions, when asked for
provenance.json   commit, time taken, machine: all that differs between equal runs
"""

from __future__ import annotations

import csv
import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import yaml

from . import __version__
from .answer import as_data, compared, contrasts, sentences, table, waits
from .backends import libraries
from .balanced import grouped
from .calendar import Calendar, month_of
from .ensemble import EVENTLESS, Arm, Report, arms_of, run_arms
from .errors import WedgeError, nearest
from .folders import new_folder
from .plugins import LOADED
from .scenario import Branch, Scenario, from_data
from .scenario import load as load_scenario
from .spread import QUANTILES, Spread
from .yamltext import Note

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

FORMAT = 1
MOST_CSV_RUNS, CSV_ROWS = 100_000, 10_000
"""Runs up to which they are written as CSV, and rows that are turned into text at a time."""

Columns: TypeAlias = Mapping[str, Any]
"""Columns by name, as arrays, lists or series."""

LIBRARIES = ("numpy", "scipy")
"""Libraries whose version may change a result's bits."""


@dataclass(frozen=True)
class Comparison:
    """What makes results a comparison of scenarios, whose arms are the scenarios beside the first.

    `branch_at` is the date until which all follow the first, or ''; `left_out` are outcomes that
    are not the same in all scenarios.
    """

    branch_at: str = ""
    left_out: tuple[str, ...] = ()

    def notes(self, first: str) -> list[str]:
        """What a reader must know of it, in plain sentences; `first` is the first scenario's title."""
        shared = (
            f"Until {self.branch_at} all follow '{first}', to the bit; each goes its own way from then on."
        )
        missing = f"Left out, as not the same in all: {', '.join(self.left_out)}."
        return [shared] * bool(self.branch_at) + [missing] * bool(self.left_out)


@dataclass(frozen=True)
class Results:
    """A finished run, in memory or read back from disk.

    `runs` has one row a run, `paths` one row a line and date; `arms` holds the same for each
    alternative. `asked` is how many runs were asked for; fewer are `finished` after Ctrl-C.
    `trajectories` opens whole paths as an xarray Dataset. In a comparison `gaps` of an arm holds,
    as `paths`, how far the first scenario lies from it run by run. These are data frames; `columns`,
    `lines` and `apart` hold the same by column, from which the frames are made when asked for.
    `backend` is what computed it.
    """

    scenario: Scenario
    finished: int
    columns: Columns = field(repr=False)
    lines: Columns = field(repr=False)
    arms: dict[str, Results] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    asked: int = 0
    comparison: Comparison | None = None
    apart: Columns | None = field(default=None, repr=False)
    backend: str = "numpy"

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Inputs and outcomes, one row a run."""
        return _frame(self.columns)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Mean and quantiles through time, one row a line and date."""
        return _frame(self.lines)

    @cached_property
    def gaps(self) -> pd.DataFrame | None:
        """How far the first scenario of a comparison lies from this one, as `paths`; None in a run."""
        return None if self.apart is None else _frame(self.apart)

    @property
    def alternatives(self) -> dict[str, Results]:
        """The arms that the scenario is held against."""
        return {name: arm for name, arm in self.arms.items() if name != EVENTLESS}

    @property
    def luck(self) -> str:
        """How its runs hang together, in words; '' for plain luck, on which they do not."""
        return grouped(self.scenario.spec.luck, self.finished)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Outcomes, contrasts with each alternative, and the answer, as plain data."""
        columns = {name: each.measured for name, each in {"scenario": self, **self.arms}.items()}
        question, against = self.scenario.spec.question, list(self.alternatives)
        titles = {name: arm.scenario.spec.title for name, arm in self.alternatives.items()}
        whole = self.comparison is not None
        told = compared(self.scenario, columns, titles) if whole else sentences(self.scenario, columns)
        more = {"comparison": asdict(self.comparison)} if self.comparison is not None else {}
        return {
            "format": FORMAT,
            "scenario": self.scenario.name,
            "title": self.scenario.spec.title,
            "sets": list(self.scenario.sets),
            "question": question.text if question is not None else None,
            **more,
            "answer": told,
            "runs": self.finished,
            **({"luck": self.luck} if self.luck else {}),
            "outcomes": as_data(table(self.scenario, columns["scenario"])),
            "contrasts": as_data(contrasts(self.scenario, columns, against)),
            "waits": as_data(waits(self.scenario, columns, against)),
        }

    @property
    def measured(self) -> dict[str, np.ndarray]:
        """Inputs and outcomes, `(run,)` each."""
        return {name: np.asarray(self.columns[name]) for name in self.columns if name != "run"}

    def line(self, name: str) -> pd.DataFrame:
        """One line through time: year, date, mean and quantiles."""
        found = self.paths[self.paths["line"] == name]
        if found.empty:
            raise WedgeError(f"no line called {name!r}{nearest(name, list(self.paths['line'].unique()))}")
        return found

    def trajectories(self) -> xr.Dataset:
        """Whole paths, if they were kept. Raises WedgeError where they were not."""
        import xarray

        file = self.folder / "trajectories.nc" if self.folder else None
        if file is None or not file.is_file():
            raise WedgeError(f"{self.folder}: whole paths were not kept; run again with --trajectories")
        return xarray.open_dataset(file, engine="h5netcdf")


def _frame(columns: Columns) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns)


def run(
    scenario: Scenario | str,
    *,
    runs: int | None = None,
    contrast: bool = True,
    workers: int | None = 1,
    report: Report = lambda _: None,
    backend: str = "numpy",
) -> Results:
    """Run a scenario (or a shipped one by name) and the arms of its question, in memory.

    `runs` defaults to the scenario's; `workers` processes do them (None: one a core, where they are
    worth their start), so that a script must call it under ``if __name__ == "__main__":`` unless it
    is 1. `backend` is numpy, or compiled where llvmlite is installed. Raises ValueError where `runs` is
    below 1, and WedgeError where a worker is lost.
    """
    scenario = load_scenario(scenario) if isinstance(scenario, str) else scenario
    asked = scenario.spec.runs if runs is None else runs
    if asked < 1:
        raise ValueError(f"runs is {asked}; at least 1 is needed")
    arms = arms_of(scenario, contrasts=contrast)
    found, done = run_arms(arms, asked, workers=workers, report=report, backend=backend)
    return gathered(found, done, asked, backend=backend)


def gathered(arms: Mapping[str, Arm], done: int, asked: int, *, backend: str = "numpy") -> Results:
    """The arms of a run as results."""
    parts = {name: _one(arm, done) for name, arm in arms.items()}
    first, *others = parts
    story = parts[first]
    arms_ = {name: parts[name] for name in others}
    return Results(story.scenario, done, story.columns, story.lines, arms_, asked=asked, backend=backend)


def _one(arm: Arm, done: int) -> Results:
    columns = {"run": np.arange(done), **arm.columns()}
    return Results(arm.scenario, done, columns, through_time(arm.spread, arm.scenario.calendar))


def through_time(spread: Spread, calendar: Calendar) -> Columns:
    """Mean and quantiles of lines by column, one value a line and date."""
    count = len(spread.lines)
    return {
        "line": np.repeat([each.name for each in spread.lines], calendar.records + 1),
        "date": calendar.dates() * count,
        "year": calendar.years() * count,
        **{name: values.ravel() for name, values in spread.table().items()},
    }


def manifest(results: Results) -> dict[str, Any]:
    """What was run; the same bytes for equal runs."""
    scenario, kind, table = results.scenario, results.scenario.spec.luck, results.scenario.posterior
    more = {"comparison": asdict(results.comparison)} if results.comparison is not None else {}
    return {
        "format": FORMAT,
        "scenario": scenario.name,
        "seed": scenario.spec.seed,
        **({"luck": kind} if kind != "plain" else {}),
        "runs": results.finished,
        "asked": results.asked,
        "sets": list(scenario.sets),
        **(
            {"posterior": {"table": table.name, "fingerprint": table.fingerprint}}
            if table is not None
            else {}
        ),
        "plugins": dict(LOADED),
        "backend": results.backend,
        "versions": {
            "wedge-sim": __version__,
            **{name: metadata.version(name) for name in LIBRARIES},
            **libraries(results.backend),
        },
        "quantiles": list(QUANTILES),
        **more,
        "arms": {name: arm.scenario.data for name, arm in results.arms.items()},
        "resolved": scenario.data,
    }


def save(results: Results, folder: Path, *, seconds: float, trajectories: Path | None = None) -> Path:
    """Write results to a folder that must not exist yet; all of it appears at once.

    Raises WedgeError where the folder exists or cannot be written; then nothing is left behind.
    """
    with new_folder(folder) as made:
        _write(results, made, seconds=seconds)
        if trajectories is not None:
            for file in sorted(trajectories.glob("*.nc")):
                place = made if file.stem == "scenario" else made / "arms" / file.stem
                shutil.move(str(file), place / "trajectories.nc")
    return folder


def _write(results: Results, folder: Path, *, seconds: float) -> None:
    _json(folder / "manifest.json", manifest(results))
    _json(folder / "summary.json", results.summary)
    _json(folder / "provenance.json", provenance(seconds))
    (folder / "scenario.yaml").write_text(plain_yaml(with_notes(results.scenario)), encoding="utf-8")
    _tables(results, folder)
    for name, arm in results.arms.items():
        (folder / "arms" / name).mkdir(parents=True)
        _tables(arm, folder / "arms" / name)


def _tables(results: Results, folder: Path) -> None:
    _csv(folder / "paths.csv", results.lines)
    if results.apart is not None:
        _csv(folder / "differences.csv", results.apart)
    if results.finished <= MOST_CSV_RUNS:
        _csv(folder / "runs.csv", results.columns)
    else:
        _netcdf(folder / "runs.nc", results.columns)


def _csv(file: Path, columns: Columns) -> None:
    """Write columns as text that reads back to the same numbers; NaN is left empty."""
    listed = {name: np.asarray(columns[name]) for name in columns}
    size = max(map(len, listed.values()), default=0)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(listed)
        for first in range(0, size, CSV_ROWS):
            parts = (each[first : first + CSV_ROWS] for each in listed.values())
            writer.writerows(zip(*map(_cells, parts), strict=True))


def _cells(values: np.ndarray) -> list[Any]:
    if values.dtype.kind != "f" or not np.isnan(values).any():
        return list(values.tolist())
    return ["" if each != each else each for each in values.tolist()]


def _netcdf(file: Path, columns: Columns) -> None:
    """Write columns over the dimension run, one after another."""
    import h5netcdf

    with h5netcdf.File(file, "w") as opened:
        opened.dimensions = {"run": len(columns["run"])}
        for name in columns:
            values = np.asarray(columns[name])
            opened.create_variable(name, ("run",), values.dtype, data=values)


def load(folder: Path | str) -> Results:
    """Read results back. Raises WedgeError where the folder holds none, or of a later format."""
    place = Path(folder)
    file = place / "manifest.json"
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise WedgeError(f"{place}: {_none_here(place)}") from None
    if told.get("format") != FORMAT:
        raise WedgeError(
            f"{place}: results of format {told.get('format')}; this version reads format {FORMAT}"
        )
    _with_plugins(place, told["plugins"])
    scenario = replace(from_data(told["resolved"], told["scenario"]), sets=tuple(told["sets"]))
    comparison = _comparison(told)
    arms = {
        name: _read(_grown(from_data(data, name), scenario, comparison), place / "arms" / name, told["runs"])
        for name, data in told["arms"].items()
    }
    story = _read(scenario, place, told["runs"])
    return replace(story, arms=arms, asked=told["asked"], comparison=comparison, backend=told["backend"])


def _none_here(place: Path) -> str:
    """What a folder is that holds no results of runs, and what to do with it."""
    if (place / "ledger.json").is_file():
        return (
            "a ledger of claims, which keeps verdicts and no runs; read ledger.md in it, or write its report: "
            f"wedge report {place}"
        )
    return "no results here (no readable manifest.json)"


def _comparison(told: Mapping[str, Any]) -> Comparison | None:
    """What a manifest says of a comparison; None where it is of a run."""
    given = told.get("comparison")
    return given and Comparison(given["branch_at"], tuple(given["left_out"]))


def _grown(scenario: Scenario, first: Scenario, comparison: Comparison | None) -> Scenario:
    """An arm with what it follows until the branch, if it does."""
    if comparison is None or not comparison.branch_at:
        return scenario
    return replace(scenario, branch=Branch(first, month_of(comparison.branch_at)))


def _with_plugins(place: Path, used: Mapping[str, str]) -> None:
    """Refuse results whose plugins are not loaded; their policies and outcomes would be unknown."""
    missing = [name for name in used if name not in LOADED]
    if missing:
        raise WedgeError(f"{place}: made with the plugin {missing[0]}; give it with --plugin {missing[0]}")


def _read(scenario: Scenario, folder: Path, finished: int) -> Results:
    import pandas as pd

    if (folder / "runs.nc").is_file():
        import xarray

        with xarray.open_dataset(folder / "runs.nc", engine="h5netcdf") as opened:
            runs = opened.load().to_dataframe().reset_index()
    else:
        runs = pd.read_csv(folder / "runs.csv")
    paths = pd.read_csv(folder / "paths.csv", dtype={"date": str})
    file = folder / "differences.csv"
    gaps = pd.read_csv(file, dtype={"date": str}) if file.is_file() else None
    apart = None if gaps is None else _columns(gaps)
    return Results(scenario, finished, _columns(runs), _columns(paths), folder=folder, apart=apart)


def _columns(frame: pd.DataFrame) -> Columns:
    return {str(name): frame[name] for name in frame.columns}


def provenance(seconds: float) -> dict[str, Any]:
    """Where and when this was run."""
    return {
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "seconds": round(seconds, 3),
        "commit": _commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def _commit() -> str | None:
    here = Path(__file__).parent
    asked = ["git", "-C", str(here), "describe", "--always", "--dirty"]
    try:
        return (
            subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
            or None
        )
    except (OSError, subprocess.SubprocessError):
        return None


def _json(file: Path, data: Any) -> None:
    file.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def with_notes(scenario: Scenario) -> dict[str, Any]:
    """The data of a scenario with why and source beside each event, and each number that has its own."""
    return _noted(scenario.data, (), scenario, Note())


def _noted(value: Any, path: tuple[str, ...], scenario: Scenario, above: Note) -> Any:
    """A value with its note, unless what it stands in has told it (`above`)."""
    if isinstance(value, dict):
        here = scenario.note(*path, "at") if len(path) == 2 and path[0] == "events" else above
        told = {} if here == above else _kept(here)
        return told | {key: _noted(each, (*path, key), scenario, here) for key, each in value.items()}
    note = scenario.note(*path)
    plain = isinstance(value, str | bool) or (
        isinstance(value, list) and any(isinstance(each, str) for each in value)
    )
    return value if plain or note == above else {"value": value, **_kept(note, above)}


def _kept(note: Note, above: Note = Note()) -> dict[str, str]:  # noqa: B008
    """What a note says, and nothing where only what stands above it says something."""
    pairs = (("why", note.why, above.why), ("source", note.source, above.source))
    return {key: text for key, text, other in pairs if text or other}


def plain_yaml(data: Mapping[str, Any]) -> str:
    """Data as a scenario file that this package reads back to the same data."""
    return yaml.dump(dict(data), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


class _Plain(yaml.SafeDumper):
    """Quotes whatever a reader of YAML 1.1 or 1.2 might take for something else; no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    plain = value.replace("_", "a").replace("-", "a").isalnum() and not value[:1].isdigit()
    safe = plain and value.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if safe else '"')


_Plain.add_representer(str, _text)
