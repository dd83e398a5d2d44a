"""The form of a scenario file, as pydantic models made from the model's own declarations.

Checks the shape of every section and makes the JSON Schema that editors use. What needs to know the
whole file (names of actors, cells of matrices, paths of events) is checked in `checks.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from functools import cache
from threading import Lock
from types import GenericAlias
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from ..balanced import Kind
from ..distributions import SHAPES
from ..outcomes import Outcome, outcomes
from ..parameters import Parameter, has_default, parameters_of
from ..policies import Policy, policies
from ..rules import GROUPS
from .sheet import MOST_ACTORS, MOST_EVENTS, MOST_TIES, NAME, month

FORMAT = 1
MOST_RUNS, MOST_STEPS = 10_000_000, 1200
MOST_OUTCOMES, MOST_UNCERTAINTIES, MOST_ARMS = 200, 500, 24
"""With those of `sheet.py` limits far above any use, so that no file asks for days of work."""


def _date(value: Any) -> int:
    try:
        return month(value)
    except ValueError as error:
        raise PydanticCustomError("date", "{reason}", {"reason": str(error)}) from None


def known_format(value: Any) -> int:
    """The format of a file. Raises PydanticCustomError for one that this version does not read."""
    if type(value) is not int or value != FORMAT:  # true and 1.0 are no 1
        raise PydanticCustomError("format", "another format")
    return value


def _schema(**facts: Any) -> Any:
    return WithJsonSchema(facts)


Name = Annotated[str, Field(pattern=NAME)]
Text = Annotated[str, Field(max_length=2000)]
Date = Annotated[
    int, BeforeValidator(_date),
    _schema(type=["string", "integer"], description="2014, 2014Q2, 2014-05 or 2014-05-18"),
]  # fmt: skip
Share = Annotated[float, Field(ge=0.0, le=1.0)]
NUMBER = {"type": "number"}
ROW = {"type": "object", "additionalProperties": NUMBER}
Cells = Annotated[
    Any,
    _schema(anyOf=[NUMBER, {"type": "object", "additionalProperties": {"anyOf": [NUMBER, ROW]}}]),
]
"""A number for all, or numbers by name, or by two names; `everyone` stands for all not named."""


class Section(BaseModel):
    """A mapping with known keys only; text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Actor(Section):
    """A state, or a bloc that acts as one."""

    title: Text = ""
    capability: float = Field(
        ge=0.0, le=100.0, description="material capability, in the unit of threat.scale"
    )
    colour: str | None = Field(default=None, pattern=r"^#[0-9a-fA-F]{6}$", description="#rrggbb, for figures")


class Alliance(Section):
    """A patron pledged to defend a client; the client may hedge toward the patron's rivals."""

    patron: Name
    client: Name
    commitment: Share = Field(description="commitment as the client sees it at the start")
    rivals: Annotated[list[Name], Field(max_length=MOST_ACTORS)] = []


class Flashpoint(Section):
    """Where an attacker may bring a crisis on a defender."""

    attacker: Name
    defender: Name


class Wedge(Section):
    """A divider that woos a target away from an adversary."""

    divider: Name
    target: Name
    adversary: Name


class Dispute(Section):
    """Territory that a holder keeps and a claimant wants."""

    holder: Name
    claimant: Name


class Ties(Section):
    """Who plays which part."""

    alliances: Annotated[dict[Name, Alliance], Field(max_length=MOST_TIES)] = {}
    flashpoints: Annotated[dict[Name, Flashpoint], Field(max_length=MOST_TIES)] = {}
    wedges: Annotated[dict[Name, Wedge], Field(max_length=MOST_TIES)] = {}
    disputes: Annotated[dict[Name, Dispute], Field(max_length=MOST_TIES)] = {}


class Initial(Section):
    """The state at the start."""

    engagement: Cells = {}
    alignment: Cells = {}
    grievance: Cells = {}
    deterrent: Cells = {}
    order: Share = 0.8


class Event(Section):
    """A dated change: certain, or with a probability; for good, or until a date."""

    at: Date
    until: Date | None = None
    label: Text = Field(default="", description="what the figures say at this date")
    probability: Share = 1.0
    set: dict[str, float] = {}
    add: dict[str, float] = {}


class Question(Section):
    """What the scenario is to answer, and against which alternatives."""

    text: Text
    outcome: Name
    against: Annotated[dict[Name, dict[str, Any]], Field(max_length=MOST_ARMS)] = {}


def _word(*words: str) -> Any:
    """The type of one of some words, which may be written with why and source as a number may."""
    one = {"enum": list(words)}
    noted = {"type": "object", "properties": {"value": one}, "additionalProperties": False}
    return Annotated[Literal[words], _schema(anyOf=[one, noted])]


class Case(Section):
    """What happened, where a scenario is a historical case; `wedge cases` holds the runs against it."""

    observed: _word("rise", "fall", "none") = Field(  # type: ignore[valid-type]
        description="what the alignment of target and adversary did from start to end"
    )
    attempt: _word("success", "failure") | None = Field(  # type: ignore[valid-type]
        default=None, description="how the attempt at a wedge is coded"
    )


def _number(each: Parameter) -> Any:
    """The type of a parameter: a bounded number, or cells."""
    told = f"{each.meaning} [{each.unit}; plausible {each.low:g} to {each.high:g}; {each.source}]"
    if each.over == "world":
        return Annotated[float, Field(ge=each.floor, le=each.ceiling, description=told)]
    return Annotated[Cells, Field(description=told)]


def _group(name: str, kind: type) -> Any:
    """The section of one group of parameters, every one of them optional."""
    known: dict[str, Any] = {each.name: (_number(each), None) for each in parameters_of(kind)}
    return create_model(name, __base__=Section, __doc__=_first_line(kind), **known)


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _policy(kind: type[Policy]) -> Any:
    """The section of one policy: its name and its parameters."""
    known: dict[str, Any] = {"policy": (Literal[kind.name], ...)}
    numbers = {each.name: each for each in parameters_of(kind)}
    for each in fields(kind):
        if each.name in numbers:
            known[each.name] = (_number(numbers[each.name]), None)
        elif "actor" in each.metadata:
            known[each.name] = (Annotated[Name, Field(description=each.metadata["actor"])], None)
        elif "dated" in each.metadata:
            known[each.name] = (_by_date(each.metadata["dated"]), ...)
    return create_model(f"{kind.name}_policy", __base__=Section, __doc__=_first_line(kind), **known)


def _by_date(facts: dict[str, Any]) -> Any:
    level = Annotated[float, Field(ge=facts["low"], le=facts["high"])]
    return Annotated[dict[str, level], Field(description=facts["meaning"], min_length=1)]


def _outcome(kind: type[Outcome]) -> Any:
    """The section of one outcome: what it measures, and on whom."""
    known: dict[str, Any] = {"measure": (Literal[kind.measure], ...)}
    for each in fields(kind):
        told = each.metadata["meaning"]
        if "number" in each.metadata:
            low, high = each.metadata["number"]
            known[each.name] = (
                Annotated[float, Field(ge=low, le=high, description=told)],
                each.default,
            )
        else:
            several = Annotated[list[Name], Field(max_length=MOST_ACTORS)]
            base: Any = several if each.metadata["many"] else Name
            known[each.name] = (
                Annotated[base, Field(description=told)],
                each.default if has_default(each) else ...,
            )
    return create_model(f"{kind.measure}_outcome", __base__=Section, __doc__=_first_line(kind), **known)


def _one_of(kinds: list[Any], key: str) -> Any:
    return Annotated[Union[tuple(kinds)], Field(discriminator=key)]  # noqa: UP007


def spread() -> Any:
    """The type of a distribution: `plausible`, or one shape with its numbers."""
    shapes = {
        name: {"type": "array", "items": NUMBER, "minItems": 1, "description": told}
        for name, told in SHAPES.items()
    }
    whole = {
        "type": "object",
        "properties": shapes,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    return Annotated[Any, _schema(anyOf=[{"const": "plausible"}, whole])]


def _posterior() -> Any:
    """The type of a posterior: its name alone, or a mapping; what is in it is checked in `rows.py`."""
    text, told = (
        {"type": "string"},
        "rows of parameters that were fitted together: a shipped name, or a CSV file",
    )
    listed = {"type": "array", "items": text}
    settings = {"table": text, "without": listed, "row": {"type": "integer", "minimum": 1}, "lines": listed}
    whole = {"type": "object", "properties": settings, "additionalProperties": False}
    return Annotated[Any, _schema(anyOf=[text, whole], description=told)]


def _by_name(kind: Any, most: int) -> Any:
    """The type of a mapping from names to something, not too long."""
    return Annotated[GenericAlias(dict, (Name, kind)), Field(max_length=most)]


def document() -> type[BaseModel]:
    """The model of a whole scenario file, with the policies and outcomes known at this moment.

    One and the same for all threads: what is read by two models would never be equal.
    """
    with _ONE_AT_A_TIME:
        return _document(tuple(policies().values()), tuple(outcomes().values()), tuple(GROUPS.items()))


_ONE_AT_A_TIME = Lock()


@cache
def _document(
    known: tuple[type[Policy], ...],
    measures: tuple[type[Outcome], ...],
    groups: tuple[tuple[str, type], ...],
) -> type[BaseModel]:
    sections_of: Any = {name: (_group(f"{name}_parameters", kind), None) for name, kind in groups}
    about = "Parameters of the model, group by group; what is left out keeps its default."
    sections_of["posterior"] = (_posterior(), None)
    parameters = create_model("Parameters", __base__=Section, __doc__=about, **sections_of)
    policy = _one_of([_policy(each) for each in known], "policy")
    outcome = _one_of([_outcome(each) for each in measures], "measure")
    uncertain: Any = Annotated[GenericAlias(dict, (str, spread())), Field(max_length=MOST_UNCERTAINTIES)]
    sections: dict[str, Any] = {
        "format": (Annotated[Literal[1], BeforeValidator(known_format)], ...),
        "title": (Text, ...),
        "description": (Text, ""),
        "start": (Date, ...),
        "end": (Date, ...),
        "step": (Literal["month", "quarter", "year"], "quarter"),
        "runs": (Annotated[int, Field(ge=1, le=MOST_RUNS)], 1000),
        "seed": (Annotated[int, Field(ge=0, le=2**53)], 0),
        "luck": (Kind, "plain"),
        "actors": (Annotated[dict[Name, Actor], Field(min_length=2, max_length=MOST_ACTORS)], ...),
        "ties": (Ties, Ties()),
        "initial": (Initial, Initial()),
        "parameters": (parameters, None),
        "policies": (_by_name(_by_name(policy, MOST_ACTORS), MOST_ACTORS), {}),
        "events": (_by_name(Event, MOST_EVENTS), {}),
        "uncertainties": (uncertain, {}),
        "outcomes": (_by_name(outcome, MOST_OUTCOMES), {}),
        "question": (Question | None, None),
        "case": (Case | None, None),
    }
    return create_model("Scenario", __base__=Section, __doc__="A Wedge scenario.", **sections)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file as written: notes allowed, `extends`, and `null` to remove."""
    schema = written(document())
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "shipped scenario, or path of a file beside this one",
    }
    schema["required"] = ["format"]
    schema["properties"]["parameters"]["anyOf"].append({"type": "string"})
    return schema


def written(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a file of this form as it is written: with notes, and null to remove."""
    schema = deepcopy(model.model_json_schema())  # the parts that are shared are changed below
    _each_object(schema, _with_notes)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def _each_object(node: Any, change: Callable[[dict[str, Any]], None]) -> None:
    if isinstance(node, dict):
        for each in list(node.values()):
            _each_object(each, change)
        change(node)
    elif isinstance(node, list):
        for each in node:
            _each_object(each, change)


def _with_notes(node: dict[str, Any]) -> None:
    """Let a section carry why and source, and a number be written with them; nothing is required."""
    if "oneOf" in node:  # what a difference leaves out is in the file that it extends
        node["anyOf"] = node.pop("oneOf")
        node.pop("discriminator", None)
    notes = {"why": {"type": "string"}, "source": {"type": "string"}}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node["properties"] = {
            key: {"anyOf": [value, {"type": "null"}]} if key not in ("format", "measure", "policy") else value
            for key, value in node["properties"].items()
        } | notes
        node.pop("required", None)
    elif isinstance(node.get("patternProperties"), dict):
        _named_with_notes(node, notes)
    elif isinstance(node.get("additionalProperties"), dict) and node.get("type") == "object":
        node["additionalProperties"] = {"anyOf": [node["additionalProperties"], {"type": ["null", "string"]}]}
    if node.get("type") in ("number", "integer") and "anyOf" not in node:
        bare = dict(node)
        node.clear()
        kept = {"value": bare, **notes}
        node["anyOf"] = [
            bare,
            {
                "type": "object",
                "properties": kept,
                "required": ["value"],
                "additionalProperties": False,
            },
        ]


def _named_with_notes(node: dict[str, Any], notes: dict[str, Any]) -> None:
    """Let null remove a named entry, and notes stand beside named entries."""
    node["patternProperties"] = {
        f"^(?!(why|source)$){pattern.removeprefix('^')}": {"anyOf": [each, {"type": "null"}]}
        for pattern, each in node["patternProperties"].items()
    }
    node |= {"properties": notes, "additionalProperties": False}
