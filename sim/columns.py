"""Rows of cells as lines: lined up for a terminal, or as a table of Markdown. Imports nothing of the package."""

from __future__ import annotations

from collections.abc import Sequence

GAP = "  "
"""Between columns, whatever stands in them."""


def columns(rows: Sequence[Sequence[str]], *, indent: str = "", numbers: bool = False) -> list[str]:
    """Rows of equal length with their columns lined up at the left; no lines for no rows.

    With `numbers` all columns but the first and the last line up at the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = range(1, len(widths) - 1) if numbers else range(0)
    return [
        indent
        + GAP.join(
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in lines of Markdown; a bar within a cell becomes a slash."""
    whole = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in whole]
