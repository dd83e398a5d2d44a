"""Finished parts of a sweep on disk, each written whole or not at all.

A part's name holds its range of runs and a digest of both, so that what was cut short or damaged
is known and done again, and any gaps can be told whatever the size of the parts around them.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..axes import Array
from ..errors import WedgeError

KEPT = "what is finished is kept, and the same command goes on"
_NAME = re.compile(r"(\d{12})-(\d{12})-([0-9a-f]{16})\.npy")


@dataclass(frozen=True, order=True)
class Part:
    """Runs `first` to `last - 1`, in a file."""

    first: int
    last: int
    file: Path

    def array(self) -> Array:
        """Its values, `(option, column, run)`, read from disk as they are needed."""
        return np.load(self.file, mmap_mode="r")


def write_part(folder: Path, first: int, values: Array) -> Part:
    """Write the values of some runs, `(option, column, run)`; raises WedgeError where the disk refuses."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    whole = buffer.getvalue()  # not getbuffer(): collecting it after a failed write crashes Python 3.12.1
    span = f"{first:012d}-{first + values.shape[-1]:012d}"
    file = folder / f"{span}-{_digest(span, io.BytesIO(whole))}.npy"
    with writing(folder, KEPT), appearing(file) as part, part.open("wb") as stream:
        stream.write(whole)
    return Part(first, first + values.shape[-1], file)


def written(file: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises WedgeError where the disk refuses."""
    with writing(file.parent), appearing(file) as part, part.open("wb") as stream:
        stream.write(data)


@contextmanager
def writing(folder: Path, then: str = "") -> Iterator[None]:
    """Raise WedgeError in one line, with what to do `then`, where the disk refuses what is done here."""
    try:
        yield
    except OSError as error:
        said = f"{folder}: cannot be written ({error.strerror or error})"
        raise WedgeError(f"{said}; {then}" if then else said) from None


@contextmanager
def appearing(file: Path) -> Iterator[Path]:
    """Where to write a file that then appears at once, whole, and so that it outlives a crash."""
    part = file.with_name(f".{file.name}.part")
    try:
        yield part
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(part, file)
        settled(file.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def settled(folder: Path) -> None:
    """See to it that the names in a folder are on disk too, where the system can tell."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sound_parts(folder: Path) -> tuple[list[Part], list[Path]]:
    """The parts that are whole, in order and without overlap, and all else that lies there."""
    found: list[Part] = []
    others = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        part = _part(file)
        if part is None or (found and part.first < found[-1].last):
            others.append(file)
        else:
            found.append(part)
    return found, others


def runs_named(folder: Path) -> int:
    """How many runs the parts in a folder hold by their names alone, without reading them."""
    named = [found for each in folder.glob("*.npy") if (found := _NAME.fullmatch(each.name))]
    return sum(int(each[2]) - int(each[1]) for each in named)


def _part(file: Path) -> Part | None:
    named = _NAME.fullmatch(file.name)
    if named is None or not file.is_file():
        return None
    with file.open("rb") as stream:
        if _digest(f"{named[1]}-{named[2]}", stream) != named[3]:
            return None
    return Part(int(named[1]), int(named[2]), file)


def cleared(files: Iterable[Path]) -> None:
    """Remove what is no sound part, whatever it is."""
    for each in files:
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _digest(span: str, stream: BinaryIO) -> str:
    digest = hashlib.blake2b(span.encode(), digest_size=8)
    while piece := stream.read(2**20):
        digest.update(piece)
    return digest.hexdigest()


def gaps(parts: list[Part], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The ranges of runs between `first` and `last` that no part holds."""
    for each in parts:
        if first < min(each.first, last):
            yield first, min(each.first, last)
        first = max(first, each.last)
    if first < last:
        yield first, last
