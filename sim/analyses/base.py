"""What an analysis is, what it may ask for, and what it finds.

An analysis is a frozen dataclass: its fields are its settings (in an experiment's YAML and as options
of `wedge analyse`), its docstring is its manual, and `of` turns a study into a `Finding`. It works on
saved outcomes; nothing is run again. Each file of this folder holds one kind, found by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..axes import Array
from ..errors import WedgeError, nearest
from ..parameters import kinds_of
from ..study import Study

if TYPE_CHECKING:
    import pandas as pd

Ask = Literal["outcome", "option", "input", "lever", "number", "whole", "word", "text"]
"""What a setting of an analysis names or is: a column of outcomes, an option, an input, a lever, a
number, a whole number, one of some words, or free text."""


def asked(
    what: Ask,
    meaning: str,
    default: Any = ...,
    *,
    many: bool = False,
    words: tuple[str, ...] = (),
    low: float = -1e15,
    high: float = 1e15,
) -> Any:
    """A setting of an analysis; `many` makes it a list. Without a default it must be given."""
    facts = {"asks": what, "meaning": meaning, "many": many, "words": words, "low": low, "high": high}
    return field(metadata=facts) if default is ... else field(default=default, metadata=facts)


@dataclass(frozen=True)
class Finding:
    """What an analysis found: the answer in plain sentences, and tidy tables by name.

    Each number in a table is a column's value with its interval beside it where it has one.
    """

    analysis: Analysis
    question: str
    answer: list[str]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Analysis:
    """Base of all analyses. Raises WedgeError for a setting outside what it may be."""

    analysis: ClassVar[str]

    def __post_init__(self) -> None:
        for each in fields(self):
            _check(each.name, getattr(self, each.name), each.metadata)

    def of(self, study: Study) -> Finding:
        """What the study says. Raises WedgeError where the study cannot answer, and says which could."""
        raise NotImplementedError


def _check(name: str, value: Any, facts: Mapping[str, Any]) -> None:
    """Refuse a number outside its range, and a word that is none of those allowed."""
    asks = facts.get("asks")
    if asks == "word" and value not in facts["words"]:
        raise WedgeError(f"{name} is {value!r}; expected one of {', '.join(facts['words'])}")
    if asks not in ("number", "whole") or value is None:
        return
    if not isinstance(value, Integral if asks == "whole" else Real):
        raise WedgeError(f"{name} is {value!r}; expected a {'whole ' * (asks == 'whole')}number")
    if not facts["low"] <= float(value) <= facts["high"]:
        raise WedgeError(f"{name} is {value:g}, outside {facts['low']:g} to {facts['high']:g}")


def analyses() -> dict[str, type[Analysis]]:
    """Every kind of analysis, by name."""
    return kinds_of(Analysis, "analysis")


def response(study: Study, outcome: str, option: str | None, against: str | None) -> Array:
    """A column in an option, or how much it exceeds that in another, `(point, replication)`.

    The difference is taken run by run on equal luck.
    """
    here = study.values(outcome, option)
    return here if against is None else here - study.values(outcome, against)


def response_name(study: Study, outcome: str, option: str | None, against: str | None) -> str:
    """The same in words."""
    titles = {each.name: each.title for each in study.options}
    here = titles[study.options[study.index(option)].name]
    if against is None:
        return f"'{outcome}' with {here}" if len(titles) > 1 else f"'{outcome}'"
    return f"'{outcome}' with {here}, less that with {titles[study.options[study.index(against)].name]}"


def must_vary(study: Study) -> None:
    """Refuse a study without uncertain inputs."""
    if not study.inputs:
        raise WedgeError(f"{study.name} has no uncertain inputs; list some under uncertainties")


def check_outcome(study: Study, name: str) -> None:
    """Refuse a name that is no column of outcomes."""
    if name not in study.columns:
        raise WedgeError(f"there is no outcome called {name!r}{nearest(name, study.columns)}")
