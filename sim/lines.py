"""The lines through time that a scenario's runs are summed up in: which there are, and their values.

Read `spread.py` for what is kept of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from .axes import Array, add_up
from .mechanisms import Ties
from .outcomes import Cells, Outcome, Paths, pairs_of
from .spread import Series

SHOWN = ("alignment", "stance", "order", "commitment", "activity")
"""Quantities whose paths are always summed up."""


def shown_cells(ties: Ties) -> dict[str, Cells]:
    """The cells of quantities that the lines are made of."""
    return {**dict.fromkeys(SHOWN), "alignment": pairs_of(ties)}


def series_of(ties: Ties, outcomes: Mapping[str, Outcome]) -> list[Series]:
    """The lines that are summed up for a scenario, in a fixed order."""
    names, lines = ties.names, []
    for k, one in enumerate(names):
        lines += [Series(f"alignment:{one}:{other}", -1.0, 1.0) for other in names[k + 1 :]]
    lines += [Series(f"stance:{i}:{j}", -1.0, 1.0) for i in names for j in names if i != j]
    lines += [Series("order", 0.0, 1.0)]
    lines += [Series(f"commitment:{names[p]}:{names[c]}", 0.0, 1.0) for p, c in ties.alliances]
    lines += [Series(f"activity:{each.name}", 0.0, 2000.0) for each in ties.disputes]
    for name, outcome in outcomes.items():
        lines += [Series(f"{name}:{part}", low, high) for part, (low, high) in outcome.lines().items()]
    return lines


def lines_of(paths: Paths, lines: list[Series], outcomes: Mapping[str, Outcome]) -> list[Array]:
    """The values of the lines at every computed step, `(time, run)` each."""
    derived = {
        f"{name}:{part}": values
        for name, outcome in outcomes.items()
        for part, values in outcome.series(paths).items()
    }
    rows = {each.name: k for k, each in enumerate(paths.ties.disputes)}
    found = []
    for line in lines:
        quantity, *cell = line.name.split(":")
        if line.name in derived:
            found.append(derived[line.name])
        elif quantity == "activity":
            found.append(paths.arrays["activity"][:, rows[cell[0]], 0])
        else:
            found.append(paths.of(quantity, *cell))
    return found


def shown(values: list[Array], lines: list[Series], stride: int) -> list[Array]:
    """Lines at the dates that the scenario shows; activity is the mean since the date before."""
    if stride == 1:
        return values
    return [
        _since(each, stride) if line.name.startswith("activity:") else each[::stride]
        for each, line in zip(values, lines, strict=True)
    ]


def _since(values: Array, stride: int) -> Array:
    """Means of the steps since the date before, `(time, run)`; the start as it is."""
    kept = values[::stride].copy()
    kept[1:] = add_up(values[k::stride] for k in range(1, stride + 1)) / float(stride)
    return kept
