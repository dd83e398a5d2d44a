"""What an analysis is, what it may ask for, and what it finds.

An analysis is a frozen dataclass: its fields are its settings (in an experiment's YAML and as options
of `wedge analyse`), its docstring is its manual, and `of` turns a study into a `Finding`. It works on
saved outcomes; nothing is run again. Each file of this folder holds one kind, found by its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..answer import SHARE
from ..axes import Array
from ..errors import WedgeError, nearest
from ..parameters import kinds_of
from ..study import Study

if TYPE_CHECKING:
    import pandas as pd

Ask = Literal["outcome", "option", "input", "lever", "side", "number", "whole", "word", "text"]
"""What a setting of an analysis names or is: a column of outcomes, an option, an input, a lever, an input or
a lever with numbers, a number, a whole number, one of some words, or free text."""

BOUNDED = {
    SHARE: "a probability",
    "probability": "a probability",
    "share of time": "a share",
    "0 to 1": "a number",
}
"""What columns of these units are; all of them lie between 0 and 1."""


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

    Each number in a table is a column's value with its interval beside it where it has one. Sentences
    name paths shortly (`short_paths`), tables in full.
    """

    analysis: Analysis
    question: str
    answer: list[str]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "question", short_paths(self.question))
        object.__setattr__(self, "answer", [short_paths(each) for each in self.answer])


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
    """The same in words; settings that both options share are left out."""
    here = study.options[study.index(option)].title
    if against is None:
        return f"'{outcome}' with {here}" if len(study.options) > 1 else f"'{outcome}'"
    here, there = apart(study, option, against)
    return f"'{outcome}' with {here}, less that with {there}"


def apart(
    study: Study, option: str | None, against: str | None, moved: Collection[str] = ()
) -> tuple[str, str]:
    """Two options by the levers that set them apart, but for those `moved` along; empty where there are none."""
    one, other = (study.options[study.index(each)] for each in (option, against))
    levers = [each for each in study.levers if one.settings[each.name] != other.settings[each.name]]
    if not moved and len(levers) in (0, len(study.levers)):
        return one.title, other.title
    ends = [
        [f"{each.title} {each.told(end.settings[each.name])}" for each in levers if each.name not in moved]
        for end in (one, other)
    ]
    return _listed(ends[0]), _listed(ends[1])


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def short_paths(text: str) -> str:
    """Text in which paths of parameters go without their first word, as `wedge describe` takes them."""
    return re.sub(r"(?<![\w.])parameters\.(?=\w)", "", text)


def side_name(study: Study, name: str) -> str:
    """A side of a plane for readers: a lever by its title, an input by its short path."""
    titles = {each.name: each.title for each in study.levers}
    return short_paths(name) if name in study.names else titles.get(name, name)


def unit_of(study: Study, outcome: str, against: str | None) -> str:
    """The unit of a response in words: shares as % of runs, a difference as such, without the range of levels."""
    unit, _ = study.columns[outcome]
    if against is None:
        return "% of runs" if unit == SHARE else unit
    kind = re.sub(r",? ?-?\d+ to -?\d+$", "", unit)
    return "percentage points" if unit == SHARE else f"difference in {kind}" if kind else "difference"


def check_level(study: Study, outcome: str, level: float, *, difference: bool = False) -> None:
    """Refuse a level that a number between 0 and 1, or a difference of two, cannot have."""
    kind = BOUNDED.get(study.columns[outcome][0])
    if kind is None or -float(difference) <= level <= 1.0:
        return
    range_ = "0 to 1, and a difference of two is -1 to 1" if difference else "0 to 1"
    percent = (-100.0 if difference else 0.0) <= level <= 100.0
    meant = f"did you mean {level / 100:g}?" if percent else f"{level:g} is outside that"
    raise WedgeError(f"{outcome} is {kind}, {range_}; {meant}")


def must_vary(study: Study) -> None:
    """Refuse a study without uncertain inputs."""
    if not study.inputs:
        raise WedgeError(f"{study.name} has no uncertain inputs; list some under uncertainties")


def check_outcome(study: Study, name: str) -> None:
    """Refuse a name that is no column of outcomes."""
    if name not in study.columns:
        raise WedgeError(f"there is no outcome called {name!r}{nearest(name, study.columns)}")
