"""The mechanisms: why stances and alignments change. One a file, found by itself.

Each is a frozen dataclass whose fields are its parameters. It may do four things, all of them
optional and all returning named terms: press on intents (`pressures`), act together with the
stances of the step (`acts`), pull a pair together or apart (`forces`), and change what it keeps
stock of (`changes`). All mechanisms read the same
moment, so their order matters only for rounding; it is that of each `place`.
Never names a country: who plays which part stands in `Ties`.
"""

from __future__ import annotations

import importlib
import pkgutil

from .base import Changes, Flashpoint, Mechanism, Scene, Ties, Triangle

__all__ = ["MECHANISMS", "Changes", "Flashpoint", "Mechanism", "Scene", "Ties", "Triangle"]


def _found() -> dict[str, type[Mechanism]]:
    for module in pkgutil.iter_modules(__path__):
        if module.name != "base":
            importlib.import_module(f"{__name__}.{module.name}")
    kinds = Mechanism.__subclasses__()
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: (kind.place, kind.name))}


MECHANISMS: dict[str, type[Mechanism]] = _found()
