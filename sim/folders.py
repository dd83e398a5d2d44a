"""New folders for what a command writes: whole or not at all, and never over something.

Imports only `errors.py`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import WedgeError


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A place to write in, which becomes `folder` at the end, or is removed where something fails.

    Raises WedgeError where the folder is there already or cannot be written.
    """
    if os.path.lexists(folder):
        raise WedgeError(f"{folder} exists already; results are never overwritten. Choose another --out")
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        yield part
        os.rename(part, folder)
    except OSError as error:
        raise WedgeError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def next_folder(parent: Path, name: str) -> Path:
    """The first folder `name-001`, `name-002`, ... that does not exist yet."""
    number = 1
    while (parent / f"{name}-{number:03d}").exists():
        number += 1
    return parent / f"{name}-{number:03d}"
