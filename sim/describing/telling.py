"""How things are told: the same for people and for machines, in lines that fit a terminal."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from typing import Any

WIDTH = 100


@dataclass(frozen=True)
class Told:
    """The same thing for people and for machines."""

    lines: list[str]
    data: Any


def manual(kind: type) -> list[str]:
    """A class's docstring, line by line."""
    return inspect.cleandoc(kind.__doc__ or "").splitlines()


def wrapped(text: str, indent: int) -> list[str]:
    """Text in lines that fit, each indented."""
    pad = " " * indent
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=pad, subsequent_indent=pad)
