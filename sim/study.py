"""A study: the outcomes of a sweep, point by point, as analyses see them.

A sweep runs every *option* (what governments may choose: one combination of the levers' settings)
at every *point* of the design (what nobody controls), some *replications* (luck) at each, on equal
luck across options. Values are read column by column when they are asked for. Read `analyses/` next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .axes import Array
from .designs import Design, Inputs
from .errors import WedgeError, nearest

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Lever:
    """What a government may choose, and the settings that are tried; `values` where these are numbers.

    `cause` marks a lever whose two settings are a cause at work and the same cause taken away.
    """

    name: str
    title: str
    settings: tuple[str, ...]
    values: tuple[float, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    cause: bool = False

    def told(self, setting: str) -> str:
        """A setting for readers."""
        return self.titles.get(setting) or setting.replace("_", " ")


@dataclass(frozen=True)
class Option:
    """One combination of settings, by lever; `name` is unique within a study."""

    name: str
    title: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Study:
    """The outcomes of a sweep.

    points: `(point, input)`, the inputs in their order. `read(column, option)` gives `(point,
    replication)`. `columns` maps each column of outcomes to its unit and meaning. `origin` tells in
    one line where the numbers come from.
    """

    name: str
    title: str
    question: str
    origin: str
    design: Design
    seed: int
    inputs: Inputs
    points: Array = field(repr=False)
    levers: tuple[Lever, ...]
    options: tuple[Option, ...]
    columns: Mapping[str, tuple[str, str]]
    replications: int
    read: Callable[[str, int], Array] = field(repr=False)
    own_luck: bool = False

    def values(self, column: str, option: str | None = None) -> Array:
        """A column of outcomes in one option (the first unless given), `(point, replication)`.

        Raises WedgeError, with the nearest name, where there is no such column or option.
        """
        if column not in self.columns:
            raise WedgeError(f"there is no outcome called {column!r}{nearest(column, self.columns)}")
        return self.read(column, self.index(option))

    def mean(self, column: str, option: str | None = None) -> Array:
        """The mean over replications, `(point,)`; empty runs left out, NaN where all are."""
        return by_world(self.values(column, option))

    def index(self, option: str | None) -> int:
        """The place of an option; the first unless given."""
        names = [each.name for each in self.options]
        if option is None:
            return 0
        if option not in names:
            few = f"; there are {', '.join(names)}" if len(names) <= 8 else ""
            raise WedgeError(f"there is no option called {option!r}{nearest(option, names) or few}")
        return names.index(option)

    def lever(self, name: str) -> Lever:
        """A lever by name."""
        known = {each.name: each for each in self.levers}
        if name not in known:
            told = nearest(name, known) or (
                f"; there are {', '.join(known)}" if known else "; there are none"
            )
            raise WedgeError(f"there is no lever called {name!r}{told}")
        return known[name]

    @cached_property
    def names(self) -> list[str]:
        """Paths of the inputs, in order."""
        return [each.path for each in self.inputs]

    def input(self, path: str) -> Array:
        """The values of one input, `(point,)`."""
        if path not in self.names:
            raise WedgeError(f"there is no input called {path!r}{nearest(path, self.names)}")
        return self.points[:, self.names.index(path)]

    @cached_property
    def table(self) -> pd.DataFrame:
        """The points as a table, one column an input."""
        import pandas as pd

        return pd.DataFrame(self.points, columns=self.names)


def by_world(values: Array) -> Array:
    """The mean over replications of `(..., point, replication)`, NaN where no run has a value."""
    known = ~np.isnan(values)
    runs = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(runs > 0, total / np.maximum(runs, 1), np.nan)
