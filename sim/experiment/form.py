"""The form of an experiment file, as pydantic models made from the declarations of designs and analyses.

Checks shape only, and makes the JSON Schema for editors; names and paths are checked where the whole
is put together, in `definition.py`.
"""

from __future__ import annotations

from dataclasses import Field as DataField
from dataclasses import fields
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, WithJsonSchema, create_model

from ..analyses import Analysis, analyses
from ..checking.schema import MOST_UNCERTAINTIES, Name, Section, Text, known_format, spread, written
from ..designs import Design, designs
from ..parameters import has_default

MOST_LEVERS, MOST_SETTINGS, MOST_CAUSES = 8, 200, 10
MOST_REPLICATIONS = 1_000_000

SPREAD = "scenario"
"""Stands for the distribution that the scenario itself gives."""

Path = Annotated[str, Field(max_length=300)]
Differences = dict[str, Any]


class Lever(Section):
    """What a government may choose: named settings, or the values of one number of the scenario."""

    title: Text = ""
    settings: Annotated[dict[Name, Differences], Field(min_length=1, max_length=MOST_SETTINGS)] | None = (
        Field(default=None, description="differences over the scenario, by name")
    )
    path: Path | None = Field(default=None, description="what is set, e.g. policies.japan.russia.stance")
    values: Annotated[list[float], Field(min_length=1, max_length=MOST_SETTINGS)] | None = Field(
        default=None, description="the values that are tried"
    )


class Cause(Section):
    """A cause that can be taken away by a difference over the scenario."""

    title: Text = ""
    without: Differences


def _settings_of(kind: type[Design]) -> Any:
    known: dict[str, Any] = {"kind": (Literal[kind.kind], ...)}
    for each in (one for one in fields(kind) if one.metadata):
        facts = each.metadata
        limits = {} if isinstance(each.default, bool | str) or not has_default(each) else _limits(facts)
        base: Any = type(each.default) if has_default(each) else str
        known[each.name] = (
            Annotated[base, Field(description=facts["meaning"], **limits)],
            each.default if has_default(each) else ...,
        )
    return create_model(f"{kind.kind}_design", __base__=Section, __doc__=_first_line(kind), **known)


def _limits(facts: Any) -> dict[str, Any]:
    return {"ge": facts["low"], "le": facts["high"]}


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


_PLAIN: dict[str, Any] = {
    "outcome": Text, "option": Text, "input": Path, "lever": Name, "side": Path, "text": Text, "number": float,
    "whole": int,
}  # fmt: skip


def _asked(each: DataField[Any]) -> Any:
    facts = each.metadata
    if facts["asks"] == "word":
        kind: Any = Literal[tuple(facts["words"])]
    else:
        kind = _PLAIN[facts["asks"]]
        if facts["asks"] in ("number", "whole"):
            kind = Annotated[kind, Field(ge=facts["low"], le=facts["high"])]
    kind = Annotated[list[kind], Field(max_length=200)] if facts["many"] else kind
    told = Annotated[kind, Field(description=facts["meaning"])]
    if not has_default(each):
        return (told, ...)
    return (told | None if each.default is None else told, each.default)


def _analysis(kind: type[Analysis]) -> Any:
    known: dict[str, Any] = {"analysis": (Literal[kind.analysis], ...)}
    known |= {each.name: _asked(each) for each in fields(kind)}
    return create_model(f"{kind.analysis}_analysis", __base__=Section, __doc__=_first_line(kind), **known)


def document() -> type[BaseModel]:
    """The model of a whole experiment file, with the designs and analyses known at this moment."""
    return _document(tuple(designs().values()), tuple(analyses().values()))


@cache
def _document(known: tuple[type[Design], ...], kinds: tuple[type[Analysis], ...]) -> type[BaseModel]:
    design = _one_of(list(map(_settings_of, known)), "kind")
    analysis = _one_of(list(map(_analysis, kinds)), "analysis")
    uncertain: Any = Annotated[GenericAlias(dict, (Path, _spread())), Field(max_length=MOST_UNCERTAINTIES)]
    sections: dict[str, Any] = {
        "format": (Annotated[Literal[1], BeforeValidator(known_format)], ...),
        "title": (Text, ...),
        "question": (Text, ...),
        "description": (Text, ""),
        "scenario": (Annotated[str, Field(description="shipped scenario, or a file beside this one")], ...),
        "changes": (Annotated[Differences, Field(description="differences over the scenario")], {}),
        "seed": (Annotated[int, Field(ge=0, le=2**53)] | None, None),
        "design": (design, ...),
        "replications": (Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)], 1),
        "luck": (Literal["shared", "own"] | None, None),
        "uncertainties": (uncertain, {}),
        "others": (Literal["drawn", "fixed", "in_design"], "drawn"),
        "fixed": (dict[Path, float], {}),
        "constraints": (Annotated[list[Text], Field(max_length=50)], []),
        "levers": (Annotated[dict[Name, Lever], Field(max_length=MOST_LEVERS)], {}),
        "causes": (Annotated[dict[Name, Cause], Field(max_length=MOST_CAUSES)], {}),
        "outcomes": (Annotated[list[Text], Field(max_length=1000)], []),
        "analyses": (Annotated[GenericAlias(dict, (Name, analysis)), Field(max_length=50)], {}),
    }
    return create_model("Experiment", __base__=Section, __doc__="A Wedge experiment.", **sections)


def _one_of(kinds: list[Any], key: str) -> Any:
    return Annotated[Union[tuple(kinds)], Field(discriminator=key)]  # noqa: UP007


def _spread() -> Any:
    """The type of a distribution: as in a scenario, or the word for the scenario's own."""
    shapes = TypeAdapter(spread()).json_schema()["anyOf"]
    return Annotated[Any, WithJsonSchema({"anyOf": [{"const": SPREAD}, *shapes]})]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of an experiment file as it is written."""
    return written(document())
