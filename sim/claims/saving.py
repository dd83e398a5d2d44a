"""A folder of the ledger: ledger.csv, ledger.md, ledger.json and the figure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..folders import new_folder
from .definition import Claim
from .figure import draw
from .ledger import Row, origin
from .telling import ledger_data, ledger_markdown, ledger_table


def save(
    rows: Sequence[Row], folder: Path, posterior: str | None, claims: Sequence[Claim] = ()
) -> Path:
    """Write tables and figure to a folder that must not exist yet; all of it appears at once.

    What was asked in each of the `claims`, and under which rule, goes into ledger.json with the rows. Raises WedgeError where the folder exists or cannot be written; then nothing is left behind.
    """
    with new_folder(folder) as made:
        ledger_table(rows).to_csv(made / "ledger.csv", index=False)
        (made / "ledger.md").write_text(ledger_markdown(rows), encoding="utf-8")
        data = {**ledger_data(rows, posterior), "claims": [asked(each) for each in claims]}
        text = json.dumps(data, indent=1, ensure_ascii=False)
        (made / "ledger.json").write_text(text + "\n", encoding="utf-8")
        draw(rows, made / "figures", origin(rows, posterior))
    return folder


def asked(claim: Claim) -> dict[str, Any]:
    """A claim's file as it was read, and what its names stand for, as plain data."""
    return {
        "number": claim.number,
        "name": claim.name,
        "scenario": str(claim.spec.scenario),
        "arms": {name: each.spec.title for name, each in claim.arms.items()},
        "said": [each.model_dump() for each in claim.spec.said],
        "outcomes": {name: list(claim.columns[name]) for name in claim.outcomes},
        "file": claim.text,
    }
