"""A folder of cases: cases.csv, summary.json and cases.png."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..folders import new_folder
from .running import Row
from .telling import data, sentences


def save(rows: Sequence[Row], folder: Path) -> Path:
    """Write table, score and figure to a folder that must not exist yet; all of it appears at once.

    Raises WedgeError where the folder exists or cannot be written; then nothing is left behind.
    """
    with new_folder(folder) as made:
        _write(rows, made)
    return folder


def _write(rows: Sequence[Row], folder: Path) -> None:
    from ..plots import saved
    from ..plots.style import drawing
    from .picture import draw

    found = data(rows)
    text = json.dumps({**found, "answer": sentences(rows)}, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as stream:
        flat = [_flat(each) for each in found["cases"]]
        writer = csv.DictWriter(stream, list(flat[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(flat)
    with drawing():
        saved(draw(rows), folder, "cases", ("png",))


def _flat(case: dict[str, Any]) -> dict[str, Any]:
    """A case as one row: spreads and lists in columns of their own."""
    change, effect = case.pop("change"), case.pop("effect") or {}
    start, end = case.pop("span")
    rivals = {f"rival.{name}": said for name, said in case.pop("rivals").items()}
    spreads = {
        f"{name}.{key}": each.get(key, "")
        for name, each in (("change", change), ("effect", effect))
        for key in ("mean", "low", "high")
    }
    return {**case, "start": start, "end": end, **spreads, **rivals}
