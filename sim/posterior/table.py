"""The table of a posterior: read, and found sound or not as a table; what its paths name is checked elsewhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from ..axes import Array
from ..yamltext import shown

MOST_ROWS, MOST_BYTES = 5_000, 512 * 1024
"""So large may a table be; a thousand rows are plenty, and each result holds them all."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a table: the line (from 0), the column (from 1), and the words."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Posterior:
    """A table `rows`, `(row, path)`, as a scenario uses it: without some paths, or with one row for all runs.

    `comments` are the lines above the table, which say where it comes from; `places` are the lines, from 0,
    that the header and each row stand in.
    """

    paths: tuple[str, ...]
    rows: Array = field(repr=False)
    comments: tuple[str, ...]
    fingerprint: str
    places: tuple[int, ...] = field(repr=False)
    name: str = ""
    without: tuple[str, ...] = ()
    only: int | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """The paths that the posterior gives values to in this scenario."""
        return tuple(path for path in self.paths if path not in self.without)

    @cached_property
    def median(self) -> int:
        """The row nearest to the medians of all columns, in standard deviations; the nominal row."""
        scale = self.rows.std(axis=0)
        away = (self.rows - np.median(self.rows, axis=0)) / np.where(scale > 0.0, scale, 1.0)
        return 1 + int(np.argmin((away * away).sum(axis=1)))

    def values(self, rows: Array | None) -> dict[str, Array]:
        """The values in these rows, `(R,)` by path; in the row for all runs, else the median row, for None."""
        chosen = np.array([self.only or self.median]) if rows is None else rows
        return {path: self.column(path)[chosen.astype(int) - 1] for path in self.kept}

    def column(self, path: str) -> Array:
        """The values of a path, `(row,)`."""
        return self.rows[:, self.paths.index(path)]


@lru_cache(maxsize=16)
def table(lines: tuple[str, ...]) -> Posterior | tuple[Wrong, ...]:
    """The table in the lines of a file, or all that is wrong with it as a table."""
    filled = [(k, line) for k, line in enumerate(lines) if line.strip() and not line.startswith("#")]
    if not filled:
        return (Wrong(0, 1, "there is no table here; expected a header of paths, then rows of numbers"),)
    (first, header), *body = filled
    paths = tuple(each.strip() for each in header.split(","))
    wrong = [*_header(first, paths, header), *_size(first, body, lines)]
    rows = [] if wrong else [_row(k, line, paths, wrong) for k, line in body]
    if wrong:
        return tuple(wrong)
    comments = tuple(line.removeprefix("#").strip() for line in lines if line.startswith("#"))
    mark = hashlib.sha256("\n".join(line for _, line in filled).encode()).hexdigest()[:10]
    values = np.array(rows)
    values.setflags(write=False)
    return Posterior(paths, values, comments, mark, (first, *(k for k, _ in body)))


def _header(line: int, paths: tuple[str, ...], header: str) -> list[Wrong]:
    if len(paths) == 1 and (";" in header or "\t" in header):
        return [Wrong(line, 1, "columns are separated by commas")]
    places = begins(header)
    empty = [Wrong(line, places[k], "this column has no name") for k, each in enumerate(paths) if not each]
    twice = [
        Wrong(line, places[k], f"the column {shown(each)} stands here twice")
        for k, each in enumerate(paths)
        if each and each in paths[:k]
    ]
    return empty + twice


def _size(line: int, body: list[tuple[int, str]], lines: tuple[str, ...]) -> list[Wrong]:
    if not body:
        return [Wrong(line, 1, "there are no rows under this header; expected rows of numbers")]
    if len(body) > MOST_ROWS:
        return [Wrong(line, 1, f"there are {len(body):,} rows; expected at most {MOST_ROWS:,} (thin them)")]
    size = sum(len(each.encode()) + 1 for each in lines)
    return [Wrong(line, 1, f"the table has {size:,} bytes; expected at most {MOST_BYTES:,}")] * (
        size > MOST_BYTES
    )


def _row(line: int, text: str, paths: tuple[str, ...], wrong: list[Wrong]) -> list[float]:
    """The numbers of a row; what is wrong with it is added to what was found before."""
    cells = text.split(",")
    if len(cells) != len(paths):
        wrong.append(Wrong(line, 1, f"{len(cells)} values under {len(paths)} columns"))
        return []
    numbers = [_number(each) for each in cells]
    for cell, number, path, place in zip(cells, numbers, paths, begins(text), strict=True):
        if not np.isfinite(number):
            wrong.append(Wrong(line, place, f"{path} is {shown(cell.strip())}; expected a finite number"))
    return numbers


def _number(text: str) -> float:
    try:
        return np.nan if "_" in text else float(text)
    except ValueError:
        return np.nan


def begins(line: str) -> list[int]:
    """Where each cell of a line begins, from 1."""
    cells = line.split(",")
    starts = np.cumsum([1, *(len(each) + 1 for each in cells[:-1])])
    return [int(at) + len(cell) - len(cell.lstrip()) for at, cell in zip(starts, cells, strict=True)]
