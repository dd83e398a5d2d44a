"""Machine code that is kept: in this process, and on disk between processes.

The name of what is kept says what it was made from: the structure of a stretch, the text of the model,
the versions of what translates it, and the processor. So an edit anywhere makes new code.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import Unknowable
from ..outcomes import Cells
from ..policies import Policy
from .kernel import Kernel, made
from .stretch import PLAIN, Stretch, open_numbers
from .target import object_code, processor

FOLDER = "WEDGE_CACHE"
"""Variable of the environment that names the folder for machine code; empty to keep none on disk."""

MOST = 200
"""Files kept on disk; those used longest ago go."""

DIGEST = 32
"""Bytes at the head of a file that tell whether the rest is whole."""

_KNOWN: dict[str, Kernel] = {}
_MAKING = threading.Lock()


def kernel_of(stretch: Stretch, wanted: Mapping[str, Cells], whole: bool) -> Kernel:
    """The machine code for a stretch, made unless it is known. Raises `graph.Unknowable`."""
    key = structure(stretch, wanted, whole)
    with _MAKING:
        if key not in _KNOWN:
            _KNOWN[key] = _kept(key, stretch, wanted, whole)
        return _KNOWN[key]


def _kept(key: str, stretch: Stretch, wanted: Mapping[str, Cells], whole: bool) -> Kernel:
    file = None if _foreign(stretch) else _file(key)
    if file is not None:
        with suppress(Exception):  # a file that cannot be used is made anew
            return Kernel(*_read(file))
    layout, text = made(stretch, wanted, whole)
    if file is None and _foreign(stretch) and made(stretch, wanted, whole)[1] != text:
        raise Unknowable(
            "a policy decides otherwise each time it is asked (by a counter, or numbers of chance that are not "
            "`luck`); write with `memory` and `luck`"
        )
    code = object_code(text)
    if file is not None:
        with suppress(OSError):
            _save(file, (layout, code))
    return Kernel(layout, code)


def structure(stretch: Stretch, wanted: Mapping[str, Cells], whole: bool) -> str:
    """All that machine code depends on, the text of the model and the machine apart."""
    world = stretch.world
    kinds = {
        path: [each.shape[-1] > 1 for each in arrays] if any(each.shape[-1] > 1 for each in arrays)
        else [[value if value in PLAIN else None for value in each.ravel().tolist()] for each in arrays]
        for path, arrays in stretch.values.items()
    }  # fmt: skip
    parts = (
        world.ties, world.calendar, world.events, stretch.first, stretch.last, whole,
        [(name, cells and sorted(cells)) for name, cells in wanted.items()],
        [(dyad, _frame(each)) for dyad, each in world.policies.items()],
        kinds, stretch.plain, sorted(stretch.same),
        [(tuple(each.terms), tuple(each.memory), each.condemn is None) for each in stretch.state.decisions],
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _frame(policy: Policy) -> str:
    """What of a policy is part of the code: its rule, and all that is not a number handed in."""
    given = {place[0] for place in open_numbers(policy)}
    rest = [
        (each.name, _dates(policy, each.name) if each.name in given else _plainly(getattr(policy, each.name)))
        for each in fields(policy)
    ]
    return repr(
        (type(policy).__module__, type(policy).__qualname__, id(type(policy)) if _own(policy) else 0, rest)
    )


def _plainly(value: object) -> object:
    """A value as its text shows it in full."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def _dates(policy: Policy, name: str) -> list[object]:
    """The dates of a field that is handed in, if it has any."""
    value = getattr(policy, name)
    return list(value) if isinstance(value, dict) else []


def _own(policy: Policy) -> bool:
    """Whether a policy is a user's own, whose text we do not know."""
    return not type(policy).__module__.startswith("sim.")


def _foreign(stretch: Stretch) -> bool:
    return any(_own(each) for each in stretch.world.policies.values())


def _file(key: str) -> Path | None:
    folder = os.environ.get(FOLDER)
    if folder == "":
        return None
    base = Path(folder).expanduser() if folder else _user_folder()
    return base / f"{hashlib.sha256(f'{key} {_origin()}'.encode()).hexdigest()[:40]}.kernel"


def _user_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("wedge-sim", appauthor=False)) / "kernels"


@cache
def _origin() -> str:
    """The text of the model, what translates it, and the processor."""
    text = hashlib.sha256()
    package = Path(__file__).parent.parent
    for file in sorted(package.rglob("*.py")):
        if not {"plots", "analyses", "describing", "cli"} & set(file.relative_to(package).parts):
            text.update(file.read_bytes())
    versions = [metadata.version(name) for name in ("llvmlite", "numpy")]
    machine = [*processor(), sys.platform, platform.machine(), platform.python_version()]
    return " ".join([text.hexdigest(), *versions, *machine])


def _read(file: Path) -> Any:
    """What a file holds. Raises an exception where it is not whole."""
    data = file.read_bytes()
    os.utime(file)
    if hashlib.sha256(data[DIGEST:]).digest() != data[:DIGEST]:
        raise ValueError("the file is not whole")
    return pickle.loads(data[DIGEST:])


def _save(file: Path, content: Any) -> None:
    """Write a file at once or not at all, and let those go that were used longest ago."""
    data = pickle.dumps(content)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(data).digest() + data)
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    old = sorted(file.parent.glob("*.kernel"), key=lambda each: each.stat().st_mtime)
    for each in old[:-MOST]:
        each.unlink(missing_ok=True)
