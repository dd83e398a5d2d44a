"""A claim: what is said, what is manipulated, what must follow, and the rule of its verdict.

`load` reads and checks a claim file, by number (C4), by name or by path. Read `verdicts.py` next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..distributions import Distribution
from ..errors import WedgeError, nearest
from ..experiment import shipped as shipped_experiments
from ..scenario import Scenario
from ..yamltext import load as load_text
from ..yamltext import shown
from .reading import read


@dataclass(frozen=True)
class Claim:
    """A claim that has passed every check.

    `arms` are scenarios by name; the effect is the first less the last, or of four the interaction.
    `zero` and `alternative` are the same with the sign-carrying parameters set. `weights` are free
    weights of outcomes; `columns` gives unit and meaning of each outcome; `text` is the file as it was read.
    """

    name: str
    spec: Any = field(repr=False)
    arms: Mapping[str, Scenario] = field(repr=False)
    zero: Mapping[str, Scenario] = field(repr=False)
    alternative: Mapping[str, Scenario] = field(repr=False)
    weights: Mapping[str, Distribution] = field(repr=False)
    columns: Mapping[str, tuple[str, str]] = field(repr=False)
    text: str = field(default="", repr=False)

    @property
    def number(self) -> str:
        """What the ledger calls it."""
        return str(self.spec.number)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The column that is judged, and those reported beside it."""
        return tuple(dict.fromkeys((self.spec.outcome, *self.spec.beside)))

    @property
    def unit(self) -> str:
        """The unit of the column that is judged."""
        return self.columns[self.spec.outcome][0]


def folder() -> Path:
    """The folder of the claims that come with the package."""
    return shipped_experiments() / "claims"


def names() -> list[str]:
    """Names of the shipped claims, in the order of their numbers."""
    return sorted(each.stem for each in folder().glob("*.yaml"))


def load(where: str | Path) -> Claim:
    """A claim by number, shipped name or file.

    Raises ScenarioError with every fault at file:line:column, or WedgeError where there is no such claim.
    """
    path = _located(str(where))
    found = read(path)
    return Claim(
        name=path.stem, spec=found.spec, arms=found.arms, zero=found.zero, alternative=found.alternative,
        weights=found.weights, columns=found.columns, text=path.read_text(encoding="utf-8-sig"),
    )  # fmt: skip


def load_all(wanted: tuple[str, ...] = ()) -> list[Claim]:
    """Some claims, all shipped ones unless named. Raises WedgeError with the faults of all, or for a repeat."""
    found = [load(each) for each in wanted or names()]
    numbers = [each.number for each in found]
    twice = [each for each in numbers if numbers.count(each) > 1]
    if twice:
        raise WedgeError(f"two claims have the number {twice[0]}; give each a number of its own")
    return found


def _located(where: str) -> Path:
    if Path(where).suffix in (".yaml", ".yml"):
        return Path(where)
    known = {name: name for name in names()} | {number_of(name): name for name in names()}
    wanted = where if where in known else where.upper()
    if wanted in known:
        return folder() / f"{known[wanted]}.yaml"
    raise WedgeError(
        f"there is no claim called {shown(where)}{nearest(where, known)}; "
        f"give a file that ends in .yaml, or one of {', '.join(map(number_of, names()))}"
    )


def number_of(name: str) -> str:
    """The number that a shipped claim's file gives, or its name where it cannot be read."""
    document, _ = load_text(str(folder() / f"{name}.yaml"))
    return str(document.data.get("number", name)) if document is not None else name
