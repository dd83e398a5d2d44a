"""A new folder of what the theories say, which appears whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import WedgeError
from .states import Moment
from .telling import facts, lines, pairs, table, through_time, yearly_lines


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


def write(folder: Path, moment: Moment, years: Sequence[Moment]) -> None:
    """Write a moment as `theories.json`, `theories.txt` and `pairs.csv`, and the years as `through_time.csv`."""
    told = lines(moment) + (["", *yearly_lines(years)] if years else [])
    files = {
        "theories.json": json.dumps(facts(moment), indent=1, ensure_ascii=False) + "\n",
        "theories.txt": "\n".join(told) + "\n",
        "pairs.csv": table(pairs(moment)),
        **({"through_time.csv": table(through_time(years))} if years else {}),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
