"""A sweep's runs for other tools: CSV and Parquet tables, labelled arrays, an archive of EMA Workbench.

A table has one row a run: the option and the settings of its levers, point and replication, the number
whose luck the run has, every input by its path, every column of outcomes. All is read and written in
slabs, so the size of a sweep does not matter. Reads `sweeping/saved.py`; see docs/interoperation.md.
"""

from __future__ import annotations

import csv
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .axes import Array
from .ema import ema_name, model_name
from .errors import WedgeError, nearest
from .experiment.plan import Plan
from .parameters import Parameter, parameters_of
from .policies import policies
from .rules import GROUPS
from .state import Quantity, quantities
from .study import Study
from .sweeping.parts import appearing, writing
from .sweeping.saved import OUTCOMES, read_manifest, study_of

CELLS = 2**20
"""Numbers of a table held at once (8 MiB, some times that as text)."""

DIMENSIONS = ("option", "point", "replication")

Slab = tuple[int, int, int, int, int]
"""An option, points from and to, and replications from and to."""


@dataclass(frozen=True)
class Column:
    """A column of the table: its name there, unit and meaning; `numeric` or text."""

    name: str
    unit: str
    meaning: str
    numeric: bool = True


def export(folder: Path, kind: str, out: Path | None = None) -> Path:
    """Write the runs of a finished sweep as csv, parquet, netcdf or ema, and give the file.

    It goes beside the sweep's outcomes unless told, appears only when it is whole, and takes no other's
    place. Raises WedgeError where there is one, where the sweep is not finished, or where a library
    is missing.
    """
    if kind not in KINDS:
        raise WedgeError(
            f"there is no format called {kind!r}{nearest(kind, KINDS)}; there are {', '.join(KINDS)}"
        )
    name, write = KINDS[kind]
    table = Table(folder, study_of(folder))
    place = out or folder / name
    if place.exists():
        raise WedgeError(f"{place}: is there already; choose another file with --out")
    with writing(place.parent):
        place.parent.mkdir(parents=True, exist_ok=True)
        with appearing(place) as part:
            write(table, part)
    return place


@dataclass(frozen=True)
class Table:
    """The runs of a sweep as a table that is read slab by slab."""

    folder: Path
    study: Study

    @cached_property
    def told(self) -> dict[str, Any]:
        """What the sweep is."""
        return read_manifest(self.folder)

    @cached_property
    def plan(self) -> Plan:
        """Its points, replications and luck."""
        return Plan.from_data(self.told["definition"]["plan"])

    @cached_property
    def keys(self) -> list[Column]:
        """The columns that say which run a row is."""
        named = [
            Column("point", "1", "number of the point, from 0"),
            Column("replication", "1", "number of the replication at the point, from 0"),
            Column("run", "1", "number of the run whose luck this one has"),
        ]
        return [
            Column("option", "", "combination of the levers' settings", numeric=False),
            *self.levers,
            *named,
        ]

    @cached_property
    def levers(self) -> list[Column]:
        """One column a lever; one whose name is taken is called `lever.NAME`."""
        taken = {*DIMENSIONS, "run", *self.study.columns}
        return [
            Column(
                f"lever.{each.name}" if each.name in taken else each.name,
                "",
                each.title,
                numeric=bool(each.values),
            )
            for each in self.study.levers
        ]

    @cached_property
    def inputs(self) -> list[Column]:
        """One column an input."""
        options = self.told["definition"]["options"].values()
        return [
            Column(path, *_told(path, [each.get("policies", {}) for each in options]))
            for path in self.study.names
        ]

    @cached_property
    def outcomes(self) -> list[Column]:
        """The columns of outcomes."""
        return [Column(name, unit, meaning) for name, (unit, meaning) in self.study.columns.items()]

    @property
    def columns(self) -> list[Column]:
        """All columns in their order."""
        return [*self.keys, *self.inputs, *self.outcomes]

    def setting(self, lever: int, option: int) -> str | float:
        """Where a lever stands in an option: a number where its settings are numbers."""
        each = self.study.levers[lever]
        setting = self.study.options[option].settings[each.name]
        return each.values[each.settings.index(setting)] if each.values else setting

    def slabs(self) -> Iterator[Slab]:
        """The whole table in pieces of some points, or of some replications of one."""
        points, deep = len(self.study.points), max(1, CELLS // len(self.columns))
        wide = max(1, deep // self.study.replications)
        for option in range(len(self.study.options)):
            for point in range(0, points, wide):
                for first in range(0, self.study.replications, deep):
                    yield (
                        option, point, min(point + wide, points), first, min(first + deep, self.study.replications),
                    )  # fmt: skip

    @contextmanager
    def reading(self) -> Iterator[Callable[[str, Slab], Array]]:
        """A function that reads a column of outcomes in a slab, `(point, replication)`."""
        import h5netcdf

        file = self.folder / OUTCOMES

        def read(name: str, slab: Slab) -> Array:
            option, *span = slab
            try:
                return np.asarray(opened.variables[name][option, span[0] : span[1], span[2] : span[3]])
            except (OSError, RuntimeError, KeyError) as error:
                raise WedgeError(f"{file}: is damaged; delete it, and sweep again") from error

        with h5netcdf.File(file, "r") as opened:
            yield read

    def rows(self, slab: Slab, read: Callable[[str, Slab], Array]) -> dict[str, Any]:
        """The columns of a slab by name, `(row,)` each; what is the same in every row is one value."""
        option, first, last, begin, end = slab
        point, replication = (
            each.ravel() for each in np.meshgrid(np.arange(first, last), np.arange(begin, end), indexing="ij")
        )
        found: dict[str, Any] = {"option": self.study.options[option].name}
        found |= {each.name: self.setting(k, option) for k, each in enumerate(self.levers)}
        found |= {"point": point, "replication": replication, "run": self.luck(point, replication)}
        found |= {each.name: self.study.points[point, k] for k, each in enumerate(self.inputs)}
        return found | {each.name: read(each.name, slab).ravel() for each in self.outcomes}

    def luck(self, point: Array, replication: Array) -> Array:
        """The numbers of the runs whose luck these runs have."""
        if not self.plan.own_luck:
            return replication
        first = int(point[0]) * self.plan.replications
        numbers = self.plan.runs(first, (int(point[-1]) + 1) * self.plan.replications - first)[1]
        return numbers[point * self.plan.replications + replication - first]


def _told(path: str, given: list[Mapping[str, Any]]) -> tuple[str, str]:
    """Unit and meaning of what an input's path names; `given` are the policies of the options."""
    found = _named(path, given)
    return (found.unit, found.meaning) if found else ("", "")


def _named(path: str, given: list[Mapping[str, Any]]) -> Parameter | Quantity | None:
    first, *rest = path.split(".")
    if first in ("initial", "actors", "ties"):
        name = {"initial": rest[0], "actors": "capability", "ties": "commitment"}[first]
        return next((each for each in quantities() if each.name == name), None)
    if first == "parameters":
        kinds = [GROUPS[rest[0]]]
    else:
        names = {each.get(rest[0], {}).get(rest[1], {}).get("policy") for each in given}
        kinds = [kind for name, kind in policies().items() if name in names]
    name = rest[1] if first == "parameters" else rest[2]
    return next((each for kind in kinds for each in parameters_of(kind) if each.name == name), None)


# --- CSV ---------------------------------------------------------------------------------------------


def _csv(table: Table, part: Path) -> None:
    """UTF-8, a header, numbers that read back to the same bits, and nothing where there is no value."""
    with part.open("w", encoding="utf-8", newline="") as stream, table.reading() as read:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([each.name for each in table.columns])
        for slab in table.slabs():
            found = table.rows(slab, read)
            writer.writerows(zip(*(_texts(each, len(found["run"])) for each in found.values()), strict=True))


def _texts(values: Any, rows: int) -> list[Any]:
    """Values as CSV holds them; the writer writes a float as its shortest exact text."""
    if not isinstance(values, np.ndarray):
        return [values] * rows
    return ["" if each != each else each for each in values.tolist()]


# --- Parquet -----------------------------------------------------------------------------------------


def _parquet(table: Table, part: Path) -> None:
    """Columns with unit and meaning as their metadata; null where there is no value."""
    pa, pq = _arrow()
    text = pa.dictionary(pa.int32(), pa.string())
    whole = {"point", "replication", "run"}
    schema = pa.schema(
        [
            pa.field(
                each.name, (pa.int64() if each.name in whole else pa.float64()) if each.numeric else text,
                metadata={"unit": each.unit, "meaning": each.meaning},
            )
            for each in table.columns
        ],
        metadata=_facts(table),
    )  # fmt: skip
    with pq.ParquetWriter(part, schema) as writer, table.reading() as read:
        for slab in table.slabs():
            found = table.rows(slab, read)
            arrays = [_column(pa, found[each.name], len(found["run"]), each.type) for each in schema]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise WedgeError("Parquet needs PyArrow: pip install 'wedge-sim[parquet]'") from None
    return pyarrow, pyarrow.parquet


def _column(pa: Any, values: Any, rows: int, kind: Any) -> Any:
    if isinstance(values, str):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, "i4")), [values])
    return pa.array(np.broadcast_to(values, (rows,)), kind, from_pandas=True)


def _facts(table: Table) -> dict[str, str]:
    study = table.study
    return {"title": study.title, "question": study.question, "origin": study.origin}


# --- netCDF ------------------------------------------------------------------------------------------


def _netcdf(table: Table, part: Path) -> None:
    """The sweep's own arrays (option, point, replication) with everything named, for xarray.

    Unlike `outcomes.nc` it has the levers' settings and all numbers as coordinates, the inputs under
    their own paths, and what the file is.
    """
    import h5netcdf

    study = table.study
    sizes = dict(zip(DIMENSIONS, (len(study.options), len(study.points), study.replications), strict=True))
    with h5netcdf.File(part, "w") as file, table.reading() as read:
        file.dimensions = sizes
        named = " ".join(each.name for each in [*table.levers, table.keys[-1]])
        file.attrs.update({**_facts(table), "coordinates": named})
        _coordinates(file, table)
        for k, each in enumerate(table.inputs):
            _variable(file, each, ("point",), study.points[:, k])
        made = {each.name: _variable(file, each, DIMENSIONS) for each in table.outcomes}
        for slab in table.slabs():
            option, first, last, begin, end = slab
            for name, variable in made.items():
                variable[option, first:last, begin:end] = read(name, slab)
            if option == 0 and table.plan.own_luck:
                rows = table.rows(slab, lambda *_: np.zeros(0))
                file.variables["run"][first:last, begin:end] = rows["run"].reshape(last - first, end - begin)


def _coordinates(file: Any, table: Table) -> None:
    named = {each.name: each for each in table.keys}
    study = table.study
    _variable(file, named["option"], ("option",), [each.name for each in study.options])
    for k, each in enumerate(table.levers):
        _variable(file, each, ("option",), [table.setting(k, option) for option in range(len(study.options))])
    _variable(file, named["point"], ("point",), np.arange(len(study.points)))
    _variable(file, named["replication"], ("replication",), np.arange(study.replications))
    if table.plan.own_luck:
        _variable(file, named["run"], ("point", "replication"), kind="i8")
    else:
        _variable(file, named["run"], ("replication",), np.arange(study.replications))


def _variable(file: Any, each: Column, axes: tuple[str, ...], values: Any = None, kind: Any = "f8") -> Any:
    """A variable with its unit and meaning; one that is filled later is compressed in slabs."""
    import h5py

    array = None if values is None else np.array(values, dtype=object if not each.numeric else None)
    if array is None:
        shape = tuple(file.dimensions[name].size for name in axes)
        chunks = (*(1 for _ in shape[:-2]), max(1, min(shape[-2], 4096)), min(shape[-1], 4096))
        variable = file.create_variable(
            each.name, axes, dtype=kind, chunks=chunks, compression="gzip", compression_opts=1, shuffle=True
        )
    else:
        kind = array.dtype if each.numeric else h5py.string_dtype()
        variable = file.create_variable(each.name, axes, data=array, dtype=kind)
    variable.attrs["units"], variable.attrs["long_name"] = each.unit, each.meaning
    return variable


# --- EMA Workbench -----------------------------------------------------------------------------------


def _ema(table: Table, part: Path) -> None:
    """What `ema_workbench.load_results` loads: a table of experiments, and arrays over replications.

    With one replication each outcome is a list of numbers, as EMA's `Model` makes them; with more an
    array (experiment, replication), as its `ReplicatorModel` does.
    """
    with tempfile.TemporaryDirectory(dir=part.parent, prefix=".ema-") as place, table.reading() as read:
        folder = Path(place)
        kinds = _experiments(table, folder / "experiments.csv")
        outcomes = [_outcome(table, each.name, read, folder) for each in table.outcomes]
        metadata = {"version": 0.1, "outcomes": outcomes, "experiments": kinds}
        (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
        with tarfile.open(part, "w:gz") as archive:
            for name in ["experiments.csv", *(file for _, _, file in outcomes), "metadata.json"]:
                archive.add(folder / name, arcname=name)


def _experiments(table: Table, file: Path) -> dict[str, str]:
    """Write one row a point and option, as EMA does, and give the kind of each column."""
    study, names = table.study, [ema_name(each.name) for each in table.study.levers]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*study.names, *names, "scenario", "policy", "model"])
        for k, option in enumerate(study.options):
            settings = [table.setting(lever, k) for lever in range(len(names))]
            told = (option.name, model_name(study.name))
            writer.writerows(
                [*row.tolist(), *settings, point, *told] for point, row in enumerate(study.points)
            )
    kinds = {
        name: "float64" if each.values else "category" for name, each in zip(names, study.levers, strict=True)
    }
    text = dict.fromkeys(("scenario", "policy", "model"), "category")
    return {**dict.fromkeys(study.names, "float64"), **kinds, **text}


def _outcome(
    table: Table, name: str, read: Callable[[str, Slab], Array], folder: Path
) -> tuple[str, str, str]:
    """Write one column of outcomes, and give its EMA class, its name and its file."""
    study = table.study
    shape = (len(study.options), len(study.points), study.replications)
    if study.replications == 1:
        with (folder / f"{name}.cls").open("w", encoding="utf-8") as stream:
            for slab in table.slabs():
                stream.writelines(f"{each!r}\n" for each in read(name, slab).ravel().tolist())
        return "ScalarOutcome", name, f"{name}.cls"
    array = np.lib.format.open_memmap(
        folder / f"{name}.npy", mode="w+", dtype="f8", shape=(shape[0] * shape[1], shape[2])
    )
    for slab in table.slabs():
        option, first, last, begin, end = slab
        array[option * shape[1] + first : option * shape[1] + last, begin:end] = read(name, slab)
    array.flush()
    return "ArrayOutcome", name, f"{name}.npy"


KINDS: dict[str, tuple[str, Callable[[Table, Path], None]]] = {
    "csv": ("runs.csv", _csv),
    "parquet": ("runs.parquet", _parquet),
    "netcdf": ("runs.nc", _netcdf),
    "ema": ("runs.tar.gz", _ema),
}
"""Every format: the name of its file beside the outcomes, and what writes it."""
