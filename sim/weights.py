"""Which parameters a command runs with: the ranges of the scenario, or a table that was fitted to history.

Imports `scenario.py` and `posterior`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .errors import WedgeError
from .posterior import located
from .scenario import shipped

PRIOR = "prior"
"""The name under which the ranges of the scenario itself are asked for."""

SHIPPED = "posterior"
"""The name of the table that comes with the package."""


@dataclass(frozen=True)
class Weights:
    """A table of parameters as `parameters.posterior` may name it; None for the scenario as it is."""

    table: str | None = None

    @property
    def name(self) -> str:
        """What they are called."""
        return self.table or PRIOR

    @property
    def sets(self) -> tuple[str, ...]:
        """The overrides ``path=value`` that lay the table over a scenario; none for the scenario as it is."""
        return () if self.table is None else (f"parameters.posterior={json.dumps(self.table)}",)


def weights(asked: str | Path | None = None) -> Weights:
    """The weights asked for: a shipped table by name, a CSV file, or `prior`.

    None is the shipped table where there is one, else the scenario as it is. Raises WedgeError where
    there is no such table.
    """
    if asked is None:
        return Weights(SHIPPED if (shipped() / f"{SHIPPED}.csv").is_file() else None)
    if asked == PRIOR:
        return Weights()
    try:
        located(str(asked), "", shipped())
    except WedgeError as error:
        raise WedgeError(f"--posterior {asked}: {error}; {PRIOR} is the scenario as it is") from None
    return Weights(str(asked))
