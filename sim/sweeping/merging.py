"""Merge the shards of a sweep that were run apart, as by the jobs of a cluster's array."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import WedgeError
from ..experiment.plan import Plan
from .parts import Part, gaps, sound_parts
from .saved import OUTCOMES, read_manifest, write_manifest
from .sweep import finish, locked


def merge(folders: Sequence[Path], out: Path | None = None) -> Path:
    """Join shards into one finished sweep beside them (or in `out`), and give its folder.

    The shards are left as they are. Raises WedgeError where they are of different sweeps, or where
    runs are missing.
    """
    told = _same(folders)
    parts = _covering([part for each in folders for part in sound_parts(each / "parts")[0]])
    missing = list(gaps(parts, 0, Plan.from_data(told["definition"]["plan"]).size))
    if missing:
        spans = ", ".join(f"{first:,} to {last - 1:,}" for first, last in missing[:5])
        raise WedgeError(f"runs {spans} are in none of these folders; finish their shards first")
    folder = (out or folders[0].parent) / folders[0].name.partition(".shard-")[0]
    with locked(folder):
        write_manifest(folder, told)
        if not (folder / OUTCOMES).is_file():
            finish(folder, told, parts)
    return folder


def _same(folders: Sequence[Path]) -> dict[str, Any]:
    """What all shards are shards of."""
    first, *others = [read_manifest(each) for each in folders]
    for folder, other in zip(folders[1:], others, strict=True):
        if other["fingerprint"] != first["fingerprint"]:
            raise WedgeError(f"{folder}: a shard of another sweep than {folders[0]}")
    return first


def _covering(parts: list[Part]) -> list[Part]:
    """Parts in order, without those that others hold already."""
    found: list[Part] = []
    for each in sorted(parts):
        if not found or each.last > found[-1].last:
            found.append(each)
    return found
