"""The plan of a sweep: which runs there are, with which values of the inputs and whose luck.

Runs are numbered point by point, replication by replication. A plan is rebuilt from a manifest as well
as from an experiment, so that shards can be merged and sweeps read without the experiment's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..axes import Array
from ..designs import Csv, Design, Input, Inputs, designs
from ..distributions import Distribution
from ..errors import WedgeError
from .constraints import Constraint

SLAB = 2**16
"""Points looked at together for constraints."""


@dataclass(frozen=True)
class Plan:
    """Points, replications and luck. `own_luck`: whether every point has luck of its own."""

    design: Design
    inputs: Inputs
    seed: int
    constraints: tuple[Constraint, ...]
    replications: int
    own_luck: bool

    @cached_property
    def admitted(self) -> Array | None:
        """The points of the design that keep all constraints; None where there are no constraints.

        Raises WedgeError where no point does.
        """
        if not self.constraints:
            return None
        whole = self.design.size(self.inputs)
        found = np.concatenate([self._keeping(first) for first in range(0, whole, SLAB)])
        if not found.size:
            raise WedgeError("no point of the design keeps the constraints")
        return found

    def _keeping(self, first: int) -> Array:
        count = min(SLAB, self.design.size(self.inputs) - first)
        values = self.design.block(self.inputs, self.seed, first, count)
        columns = {each.path: values[:, k] for k, each in enumerate(self.inputs)}
        return first + np.flatnonzero(
            np.logical_and.reduce([each.holds(columns) for each in self.constraints])
        )

    @property
    def points(self) -> int:
        """Points at which something is run."""
        return self.design.size(self.inputs) if self.admitted is None else len(self.admitted)

    @property
    def size(self) -> int:
        """Runs in each option."""
        return self.points * self.replications

    def rows(self, first: int, count: int) -> tuple[Array, Array]:
        """Values of the inputs at some points, `(point, input)`, and the points' numbers in the design."""
        if self.admitted is None:
            count = min(count, self.points - first)
            values = self.design.block(self.inputs, self.seed, first, count)
            return values, np.arange(first, first + count)
        numbers = self.admitted[first : first + count]
        return self._at(numbers), numbers

    def _at(self, numbers: Array) -> Array:
        """Values at these points of the design, which may lie far apart."""
        values = np.empty((len(numbers), len(self.inputs)))
        for first in range(int(numbers[0]), int(numbers[-1]) + 1, SLAB):
            here = (numbers >= first) & (numbers < first + SLAB)
            if here.any():
                count = int(numbers[here][-1]) + 1 - first
                values[here] = self.design.block(self.inputs, self.seed, first, count)[numbers[here] - first]
        return values

    def runs(self, first: int, count: int) -> tuple[Array, Array]:
        """Values of the inputs in some runs, `(run, input)`, and the number whose luck each has."""
        run = np.arange(first, first + count)
        point, replication = run // self.replications, run % self.replications
        low = int(point[0])
        values, numbers = self.rows(low, int(point[-1]) - low + 1)
        own = numbers[point - low] * self.replications + replication
        return values[point - low], own if self.own_luck else replication

    def data(self) -> dict[str, Any]:
        """The plan as plain data."""
        settings = {"kind": self.design.kind, **asdict(self.design)}
        return {
            "design": {**settings, "file": None} if isinstance(self.design, Csv) else settings,
            "inputs": [
                {"path": each.path, "nominal": _finite(each.nominal), **_shape(each.shape)}
                for each in self.inputs
            ],
            "seed": self.seed,
            "constraints": [each.text for each in self.constraints],
            "replications": self.replications,
            "luck": "own" if self.own_luck else "shared",
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        """The plan that `data` was made of."""
        settings = dict(data["design"])
        kind = designs()[settings.pop("kind")]
        if "rows" in settings:
            settings["rows"] = tuple(map(tuple, settings["rows"]))
        inputs = tuple(
            Input(each["path"], _distribution(each), _open(each["nominal"], np.nan))
            for each in data["inputs"]
        )
        return cls(
            kind(**settings), inputs, data["seed"], tuple(map(Constraint, data["constraints"])), data["replications"],
            data["luck"] == "own",
        )  # fmt: skip


def with_rows(design: Csv, inputs: Inputs) -> Csv:
    """A design from a file that holds the file's points, so that the file is no longer needed."""
    return replace(design, rows=tuple(map(tuple, design.all(inputs, 0).tolist())))


def _shape(shape: Distribution) -> dict[str, Any]:
    return {
        "shape": shape.shape,
        "numbers": list(shape.numbers),
        "low": _finite(shape.low),
        "high": _finite(shape.high),
    }


def _distribution(data: Mapping[str, Any]) -> Distribution:
    low, high = _open(data["low"], -np.inf), _open(data["high"], np.inf)
    return Distribution(data["shape"], tuple(data["numbers"]), low, high)


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _open(number: float | None, instead: float) -> float:
    return instead if number is None else number
