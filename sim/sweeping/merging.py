"""Merge the shards of a sweep that were run apart, as by the jobs of a cluster's array."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import WedgeError
from ..experiment.plan import Plan
from .parts import Part, gaps, sound_parts
from .saved import OUTCOMES, join, read_manifest, write_manifest
from .sweep import locked, sessions_of, write_sessions


def merge(folders: Sequence[Path], out: Path | None = None) -> Path:
    """Join shards into one finished sweep beside them (or in `out`), and give its folder.

    The shards are left as they are. Raises WedgeError where they are of different sweeps, or where
    runs are missing.
    """
    told = _same(folders)
    if strange := [each for each in folders if not (each / "parts").is_dir()]:
        raise WedgeError(f"{strange[0]}: no shard, but a finished sweep; see wedge show {strange[0]}")
    folder = (out or folders[0].parent) / _name(folders[0], told)
    if (folder / OUTCOMES).is_file() and read_manifest(folder)["fingerprint"] == told["fingerprint"]:
        return folder
    parts = _whole(folders, Plan.from_data(told["definition"]["plan"]).size)
    with locked(folder):
        write_manifest(folder, told)
        write_sessions(folder, [session for each in folders for session in sessions_of(each)])
        join(folder, told, parts)
    return folder


def _name(shard: Path, told: dict[str, Any]) -> str:
    """What the whole is called: as its shards are, unless these were renamed."""
    name, mark, _ = shard.name.partition(".shard-")
    return name if mark else f"{told['experiment']}-{told['fingerprint']}"


def _same(folders: Sequence[Path]) -> dict[str, Any]:
    """What all shards are shards of."""
    first, *others = [read_manifest(each) for each in folders]
    for folder, other in zip(folders[1:], others, strict=True):
        if other["fingerprint"] != first["fingerprint"]:
            raise WedgeError(f"{folder}: a shard of another sweep than {folders[0]}")
    return first


def _whole(folders: Sequence[Path], size: int) -> list[Part]:
    """The parts that make up the whole, in order. Raises WedgeError where runs are missing."""
    parts = _covering([part for each in folders for part in sound_parts(each / "parts")[0]])
    if missing := list(gaps(parts, 0, size)):
        spans = ", ".join(f"{first:,} to {last - 1:,}" for first, last in missing[:5])
        more = f" and {len(missing) - 5} more stretches" if len(missing) > 5 else ""
        raise WedgeError(f"runs {spans}{more} are in none of these folders; finish their shards first")
    return parts


def _covering(parts: list[Part]) -> list[Part]:
    """Parts in order, without those that others hold already."""
    found: list[Part] = []
    for each in sorted(parts):
        if not found or each.last > found[-1].last:
            found.append(each)
    return found
