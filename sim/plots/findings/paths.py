"""Paths of inputs beside and below axes: without their leading `parameters.`, broken at their dots.

They are never wider than their room.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from ...analyses.base import short_paths, side_name
from ..style import inches
from ..words import SIZE, plain, width_of, wrapped

if TYPE_CHECKING:
    from ...study import Study


def broken(path: str, room: float, size: float = SIZE - 1, most: int = 2) -> list[str]:
    """A path in lines no wider than `room` inches, broken after dots, else after underscores; cut if it must be."""
    path = short_paths(path)
    if width_of(path, size) <= room:
        return [path]
    by_dots = _filled(re.split(r"(?<=\.)", path), room, size)
    fits = len(by_dots) <= most and all(width_of(line, size) <= room for line in by_dots)
    lines = by_dots if fits else _filled(re.split(r"(?<=[._])", path), room, size)
    lines = [*lines[: most - 1], "".join(lines[most - 1 :])]
    return [cut(line, room, size) for line in lines]


def _filled(parts: list[str], room: float, size: float) -> list[str]:
    """Parts put together as long as a line holds them."""
    lines = [""]
    for part in parts:
        if lines[-1] and width_of(lines[-1] + part, size) > room:
            lines.append("")
        lines[-1] += part
    return lines


def cut(line: str, room: float, size: float) -> str:
    """A line that fits, its middle left out: the end of a path says most."""
    if width_of(line, size) <= room:
        return line
    for keep in range(len(line) - 1, 1, -1):
        shorter = line[: keep // 3] + "…" + line[len(line) - (keep - keep // 3) :]
        if width_of(shorter, size) <= room:
            return shorter
    return "…"


def row_labels(axes: Axes, names: list[str], room: float) -> Axes:
    """Paths at the left of rows 0, -1, -2, ... of an axis."""
    told = ["\n".join(map(plain, broken(each, room))) for each in names]
    axes.set_yticks([-k for k in range(len(names))], told, fontsize=SIZE - 1, linespacing=1.1)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return axes


def axis_label(path: str, axes: Axes, *, upright: bool = False) -> str:
    """A path as the label of an axis, in lines as long as the axis."""
    width, height = inches(axes)
    return "\n".join(map(plain, broken(path, height if upright else width, SIZE - 0.5)))


def side_label(study: Study, name: str, axes: Axes, *, upright: bool = False) -> str:
    """An input's path or a lever's title as the label of an axis."""
    if name in study.names:
        return axis_label(name, axes, upright=upright)
    width, height = inches(axes)
    return "\n".join(
        map(plain, wrapped(side_name(study, name), height if upright else width, SIZE - 0.5, most=2))
    )


def in_title(question: str, paths: list[str], room: float, size: float = 13.0, most: int = 3) -> str:
    """A question whose paths are cut until it fits into the lines of a title, and none is broken anywhere."""
    for part in (0.88, 0.7, 0.55, 0.4, 0.3, 0.2):
        told = question
        for path in paths:
            told = told.replace(path, cut(path, part * room, size))
        if len(wrapped(told, room, size, weight="bold")) <= most:
            break
    return told
