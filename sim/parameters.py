"""How a parameter is declared, so that a program can check, print and rescale it.

Each field of a mechanism or a policy is made with `parameter(...)`: default, unit, plausible
range, kind of rate, meaning, and source or assumption number. `wedge describe`, the JSON Schema
and the reference pages are all made from these declarations. Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Literal, TypeVar

Kind_ = TypeVar("Kind_")

Over = Literal["world", "actor", "dyad", "pair", "alliance", "flashpoint", "dispute"]
Kind = Literal[
    "constant",
    "memory",
    "decay",
    "rate",
    "growth",
    "hazard",
    "diffusion",
    "memory noise",
    "flow noise",
]


@dataclass(frozen=True)
class Parameter:
    """What there is to know of one parameter.

    `low` and `high` bound what is plausible (sweeps and priors use them); `floor` and `ceiling`
    bound what is allowed at all. `over` says what it has one value for; `kind` how a value given
    per quarter turns into one per step (see `timescale.py`).
    """

    name: str
    default: float | None
    unit: str
    low: float
    high: float
    floor: float
    ceiling: float
    meaning: str
    source: str
    over: Over
    kind: Kind


def parameter(
    default: float | None,
    *,
    unit: str,
    plausible: tuple[float, float],
    meaning: str,
    source: str,
    allowed: tuple[float, float] | None = None,
    over: Over = "world",
    kind: Kind = "constant",
) -> Any:
    """A dataclass field that is a parameter. A default of None means: found from the start (at rest)."""
    low, high = plausible
    floor, ceiling = allowed or plausible
    facts = dict(
        default=default, unit=unit, low=low, high=high, floor=floor, ceiling=ceiling,
        meaning=meaning, source=source, over=over, kind=kind,
    )  # fmt: skip
    return field(default=default, metadata={"parameter": facts})


def parameters_of(owner: type | object) -> Iterator[Parameter]:
    """The parameters that a class (or one of its objects) declares, in the order declared."""
    for each in fields(owner):  # type: ignore[arg-type]
        if "parameter" in each.metadata:
            yield Parameter(name=each.name, **each.metadata["parameter"])


def kinds_of(base: type[Kind_], key: str) -> dict[str, type[Kind_]]:
    """Every class below a base that names itself under `key`, by that name, in alphabetical order."""
    found, waiting = {}, list(base.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if key in vars(kind):
            found[str(vars(kind)[key])] = kind
    return dict(sorted(found.items()))


def has_default(each: Field[Any]) -> bool:
    """Whether a dataclass field can be left out."""
    return each.default is not MISSING or each.default_factory is not MISSING
