"""Whole paths on disk, written chunk by chunk as netCDF with named dimensions.

Dimensions: time, actor, target, flashpoint, dispute, run. xarray opens the file in one call.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import h5netcdf
import numpy as np

from .outcomes import Paths
from .state import Quantity, quantities


class TrajectoryWriter:
    """Files of whole paths, one an arm, that grow by the runs of each chunk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, h5netcdf.File] = {}

    def __enter__(self) -> TrajectoryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self.files.values():
            file.close()

    def add(self, arm: str, first: int, paths: Paths) -> None:
        """Append the runs of a chunk; `first` is the number of the first."""
        if arm not in self.files:
            self.files[arm] = _opened(self.folder / f"{arm}.nc", paths)
        file, runs = self.files[arm], next(iter(paths.arrays.values())).shape[-1]
        file.resize_dimension("run", first + runs)
        file.variables["run"][first : first + runs] = np.arange(first, first + runs)
        for each in quantities():
            values = paths.arrays[each.name]
            file.variables[each.name][..., first : first + runs] = values.reshape(*_kept(values, each), runs)


def _dimensions(each: Quantity) -> tuple[str, ...]:
    return ("time", *each.axes, "run")


def _kept(values: np.ndarray, each: Quantity) -> tuple[int, ...]:
    """Shape without the run axis and without axes of length 1 that carry no name."""
    return values.shape[: 1 + len(each.axes)]


def _opened(name: Path, paths: Paths) -> h5netcdf.File:
    file = h5netcdf.File(name, "w")
    ties = paths.ties
    labels = {
        "time": paths.calendar.dates(),
        "actor": list(ties.names),
        "target": list(ties.names),
        "flashpoint": [each.name for each in ties.flashpoints],
        "dispute": [each.name for each in ties.disputes],
    }
    file.dimensions = {**{key: max(1, len(held)) for key, held in labels.items()}, "run": None}
    for key, held in labels.items():
        text = np.array(held or [""], dtype="S40")
        file.create_variable(key, (key,), text.dtype, data=text)
    file.create_variable("run", ("run",), np.int64)
    for each in quantities():
        variable = file.create_variable(each.name, _dimensions(each), np.float64, chunks=_chunk(paths, each))
        variable.attrs["units"] = each.unit
        variable.attrs["long_name"] = each.meaning
    return file


def _chunk(paths: Paths, each: Quantity) -> tuple[int, ...]:
    shape = paths.arrays[each.name].shape[: 1 + len(each.axes)]
    return (*(max(1, size) for size in shape), 100)
