"""A sweep on disk: its manifest, the one file of outcomes that its parts are joined into, and a study
made of both.

`outcomes.nc` (netCDF-4) holds each column of outcomes as (option, point, replication) and the inputs
as (point); it appears whole, once every run is there. Read `sweep.py` next.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..analyses import Analysis, analyses
from ..axes import Array
from ..errors import WedgeError
from ..experiment import Experiment
from ..experiment.definition import FORMAT
from ..experiment.plan import Plan
from ..study import Lever, Option, Study
from .parts import KEPT, Part, appearing, writing, written

KIND = "sweep"
OUTCOMES = "outcomes.nc"
SLAB = 2**22
"""Numbers of a column joined at once (32 MiB)."""


def manifest(experiment: Experiment) -> dict[str, Any]:
    """What a sweep is, in full; the same bytes for equal experiments.

    `file` is the experiment's file, `numbers` those of its first option with their sources, for readers.
    """
    spec = experiment.spec
    return {
        "format": FORMAT,
        "kind": KIND,
        "experiment": experiment.name,
        "title": spec.title,
        "question": spec.question,
        "scenario": spec.scenario,
        "sets": list(experiment.sets),
        "fingerprint": experiment.fingerprint,
        "levers": [
            {
                "name": each.name, "title": each.title, "settings": list(each.settings), "values": list(each.values),
                "titles": dict(each.titles), "cause": each.cause,
            }
            for each in experiment.levers
        ],
        "choices": [
            {"name": each.name, "title": each.title, "settings": dict(each.settings)} for each in experiment.options
        ],
        "columns": {name: list(facts) for name, facts in experiment.outcomes.items()},
        "analyses": {name: each.model_dump() for name, each in spec.analyses.items()},
        "file": experiment.text,
        "description": str(experiment.scenarios[0].data.get("description", "")),
        "numbers": [
            {"path": ".".join(path), "value": value, "why": said.why, "source": said.source}
            for path, value, said in experiment.scenarios[0].numbers()
        ],
        "definition": experiment.definition,
    }  # fmt: skip


def as_text(data: Mapping[str, Any]) -> bytes:
    """Plain data as the text of a JSON file."""
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def write_manifest(folder: Path, data: Mapping[str, Any]) -> None:
    """Write what a sweep is, or see that what is there is the same. Raises WedgeError where it is not."""
    file, text = folder / "manifest.json", as_text(data)
    if file.is_file() and read_manifest(folder)["definition"] != json.loads(text)["definition"]:
        raise WedgeError(f"{folder}: holds another sweep; choose another --out")
    if not file.is_file() or file.read_bytes() != text:
        written(file, text)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the sweep in a folder is. Raises WedgeError where there is none, or one of a later format."""
    try:
        told: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise WedgeError(f"{folder}: no sweep here (no readable manifest.json)") from None
    if not isinstance(told, dict):
        raise WedgeError(f"{folder}: no sweep here (its manifest.json is damaged)")
    if told.get("kind") != KIND:
        raise WedgeError(f"{folder}: results of a single run, not of a sweep; see wedge show and wedge plot")
    if told.get("format") != FORMAT:
        raise WedgeError(
            f"{folder}: a sweep of format {told.get('format')}; this version reads format {FORMAT}"
        )
    return told


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds a sweep rather than the results of one run."""
    try:
        return bool(json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("kind") == KIND)
    except (OSError, ValueError, AttributeError):
        return False


def join(folder: Path, told: Mapping[str, Any], parts: Sequence[Part]) -> None:
    """Write all outcomes into one file, which appears whole; `parts` cover every run, in order."""
    import h5netcdf

    plan = Plan.from_data(told["definition"]["plan"])
    with (
        writing(folder, KEPT),
        appearing(folder / OUTCOMES) as place,
        _Unfailing(place, "w+") as stream,
        stream.telling_failure(),
        h5netcdf.File(stream, "w") as file,
    ):
        _write_points(file, plan, told)
        for k, column in enumerate(told["columns"]):
            with stream.telling_failure():
                _write_column(file, column, told, plan, parts, k)


class _Unfailing(io.FileIO):
    """A file that keeps a refusal of the disk to itself until it is asked.

    HDF5 cannot close a file after a write that failed: it prints traces, and may end the process.
    """

    failure: OSError | None = None

    def write(self, data: Any) -> int:
        """Write all of it, or let it go once the disk has refused."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        try:
            while self.failure is None and rest:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self.failure = error
        return size

    def truncate(self, size: int | None = None) -> int:
        """Cut or stretch the file, unless the disk has refused something."""
        try:
            return self.tell() if self.failure else super().truncate(size)
        except OSError as error:
            self.failure = error
            return self.tell()

    @contextmanager
    def telling_failure(self) -> Iterator[None]:
        """Raise what the disk refused, if it did, in place of whatever came of that."""
        try:
            yield
        finally:
            if self.failure is not None:
                raise self.failure from None


def _write_points(file: Any, plan: Plan, told: Mapping[str, Any]) -> None:
    file.dimensions = {"option": len(told["choices"]), "point": plan.points, "replication": plan.replications}
    file.attrs["fingerprint"] = told["fingerprint"]
    names = [each["name"] for each in told["choices"]]
    variable = file.create_variable("option", ("option",), data=np.array(names, dtype=object), dtype=_text())
    variable.attrs["long_name"] = "combination of the levers' settings"
    columns = [
        file.create_variable(f"input:{each.path}", ("point",), dtype="f8", fillvalue=np.nan)
        for each in plan.inputs
    ]
    slab = max(1, SLAB // (8 * max(1, len(columns))))
    for first in range(0, plan.points, slab):
        values, _ = plan.rows(first, slab)
        for k, each in enumerate(columns):
            each[first : first + len(values)] = values[:, k]


def _text() -> Any:
    import h5py

    return h5py.string_dtype()


def _write_column(
    file: Any, column: str, told: Mapping[str, Any], plan: Plan, parts: Sequence[Part], k: int
) -> None:
    """One column of outcomes, some whole points at a time."""
    unit, meaning = told["columns"][column]
    dims = ("option", "point", "replication")
    slab = max(1, SLAB // (plan.replications * len(told["choices"])))
    rows = min(plan.points, slab, 4096)
    variable = file.create_variable(
        column, dims, dtype="f8", fillvalue=np.nan, compression="gzip", compression_opts=1, shuffle=True,
        chunks=(1, rows, plan.replications), fletcher32=True,
    )  # fmt: skip
    variable.attrs["units"], variable.attrs["long_name"] = unit, meaning
    for first in range(0, plan.points, slab):
        last = min(first + slab, plan.points)
        span = (first * plan.replications, last * plan.replications)
        values = _gathered(parts, k, len(told["choices"]), *span)
        variable[:, first:last] = values.reshape(-1, last - first, plan.replications)


def _gathered(parts: Sequence[Part], column: int, options: int, first: int, last: int) -> Array:
    """A column of runs `first` to `last - 1` out of the parts that hold them, `(option, run)`."""
    found = np.empty((options, last - first))
    for part in parts:
        low, high = max(first, part.first), min(last, part.last)
        if low < high:
            found[:, low - first : high - first] = part.array()[
                :, column, low - part.first : high - part.first
            ]
    return found


def study_of(folder: Path) -> Study:
    """The study in a sweep's folder. Raises WedgeError where there is none, or it is not finished."""
    told = read_manifest(folder)
    if not (folder / OUTCOMES).is_file():
        then = (
            "merge it with the others" if ".shard-" in folder.name else "run the same command again to go on"
        )
        raise WedgeError(f"{folder}: this sweep is not finished; {then}")
    plan = Plan.from_data(told["definition"]["plan"])
    return Study(
        name=told["experiment"], title=told["title"], question=told["question"], origin=_origin(told, plan),
        design=plan.design, seed=plan.seed, inputs=plan.inputs, points=_points(folder, plan),
        levers=tuple(_lever(each) for each in told["levers"]),
        options=tuple(Option(**each) for each in told["choices"]),
        columns={name: (unit, meaning) for name, (unit, meaning) in told["columns"].items()},
        replications=plan.replications, read=_reader(folder / OUTCOMES), own_luck=plan.own_luck,
    )  # fmt: skip


def _points(folder: Path, plan: Plan) -> Array:
    with _opened(folder / OUTCOMES) as file:
        columns = [file.variables[f"input:{each.path}"][:] for each in plan.inputs]
    return np.column_stack(columns) if columns else np.zeros((plan.points, 0))


def _reader(file: Path) -> Any:
    @lru_cache(maxsize=8)  # columns of a large sweep take much memory
    def read(column: str, option: int) -> Array:
        with _opened(file) as opened:
            return np.asarray(opened.variables[column][option])

    return read


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    import h5netcdf

    try:
        with h5netcdf.File(file, "r") as opened:
            yield opened
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise WedgeError(f"{file}: is damaged; delete it, and the same command makes it again") from error


def _lever(data: Mapping[str, Any]) -> Lever:
    return Lever(**{**data, "settings": tuple(data["settings"]), "values": tuple(data["values"])})


def _origin(told: Mapping[str, Any], plan: Plan) -> str:
    options = f" in {len(told['choices'])} options" if len(told["choices"]) > 1 else ""
    sets = f", with {', '.join(told['sets'])}" if told["sets"] else ""
    what = plan.design.kind.replace("_", " ")
    title = told["title"] if told["title"][-1:] in ("?", "!", ".") else f"{told['title']}."
    return (
        f"Experiment {told['experiment']}{sets}: {title} {plan.points:,} points ({what}) by "
        f"{plan.replications:,} runs{options}, seed {plan.seed}. wedge-sim {__version__}."
    )


def analyses_of(folder: Path) -> dict[str, Analysis]:
    """The analyses that a sweep's experiment asks for, by name."""
    known, found = analyses(), {}
    for name, given in read_manifest(folder)["analyses"].items():
        settings = {
            key: tuple(v) if isinstance(v, list) else v for key, v in given.items() if key != "analysis"
        }
        found[name] = known[given["analysis"]](**settings)
    return found
