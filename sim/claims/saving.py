"""A folder of the ledger: ledger.csv, ledger.md, ledger.json and the figure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ..folders import new_folder
from .figure import draw
from .ledger import Row, origin
from .telling import ledger_data, ledger_markdown, ledger_table


def save(rows: Sequence[Row], folder: Path, posterior: str | None) -> Path:
    """Write tables and figure to a folder that must not exist yet; all of it appears at once.

    Raises WedgeError where the folder exists or cannot be written; then nothing is left behind.
    """
    with new_folder(folder) as made:
        ledger_table(rows).to_csv(made / "ledger.csv", index=False)
        (made / "ledger.md").write_text(ledger_markdown(rows), encoding="utf-8")
        text = json.dumps(ledger_data(rows, posterior), indent=1, ensure_ascii=False)
        (made / "ledger.json").write_text(text + "\n", encoding="utf-8")
        draw(rows, made / "figures", origin(rows, posterior))
    return folder
