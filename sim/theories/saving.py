"""What the theories say, as files in a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .states import Moment
from .telling import facts, lines, pairs, table, through_time, yearly_lines


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
