"""A folder of the ledger: ledger.csv, ledger.md, ledger.json and the figure; and its rows read again."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..errors import WedgeError
from ..folders import new_folder
from .definition import Claim
from .figure import draw
from .ledger import Row, origin
from .telling import ledger_data, ledger_markdown, ledger_table
from .verdicts import Split


def save(rows: Sequence[Row], folder: Path, posterior: str | None, claims: Sequence[Claim] = ()) -> Path:
    """Write tables and figure to a folder that must not exist yet; all of it appears at once.

    What was asked in each of the `claims`, and under which rule, goes into ledger.json with the rows. Raises
    WedgeError where the folder exists or cannot be written; then nothing is left behind.
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


def saved(folder: Path) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a ledger in a folder, and all of its ledger.json. Raises WedgeError where there is none."""
    try:
        data = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
        return [_row(each) for each in data["rows"]], data
    except (OSError, ValueError, TypeError, KeyError):
        raise WedgeError(f"{folder}: no ledger of claims here (no readable ledger.json)") from None


def _row(told: dict[str, Any]) -> Row:
    """A row of the ledger from its plain data; numbers that are null are none."""
    facts: dict[str, Any] = {each.name: told.get(each.name) for each in fields(Row) if each.name != "split"}
    facts |= {name: math.nan for name, value in facts.items() if value is None}
    where = told["splits_on"]
    found = Split(where, told["splits_at"], told["holds"] == "above", told["youden_index"]) if where else None
    return Row(**facts, split=found)
