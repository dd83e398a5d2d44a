"""The form of a scenario file checked against its models, and the faults told in plain words.

What pydantic finds is translated here, one line a fault at its place in the file; no word of
pydantic or Python reaches the user. Imports `schema.py`. Read next: `checks.py`, which checks what
only the whole file can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..errors import Fault, nearest
from ..yamltext import Document, Path, shown
from .schema import FORMAT, document
from .sheet import Sheet, offer, told

MOST_FAULTS = 500
"""So many are told of one file; a user cannot use more, and to word millions would take minutes."""


@dataclass(frozen=True)
class Form:
    """A file's form: the model where it is sound, and the faults where it is not.

    `strangers` are the sections that hold a key nobody knows, so that what seems to be missing
    there may only be misspelt.
    """

    spec: Any
    faults: list[Fault]
    strangers: frozenset[Path]


def form(doc: Document, model: type[BaseModel] | None = None) -> Form:
    """The form of a file, by the model of a scenario unless another is given."""
    model = model or document()
    try:
        return Form(model.model_validate(doc.data), [], frozenset())
    except ValidationError as error:
        return _faulty(doc, model, error.errors(include_url=False))


def _faulty(doc: Document, model: type[BaseModel], errors: list[ErrorDetails]) -> Form:
    sheet = Sheet(doc)
    unknown = [each for each in errors if each["type"] == "extra_forbidden"]
    meant = {
        (each["loc"][:-1], nearest(str(each["loc"][-1]), _valid(model, each["loc"][:-1])))
        for each in unknown[:MOST_FAULTS]
    }
    faults = [_fault(sheet, model, each) for each in errors[:MOST_FAULTS] if not _only_misspelt(each, meant)]
    if len(errors) > MOST_FAULTS:
        faults.append(sheet.at().fault(f"there are {len(errors)} faults of form; here are {MOST_FAULTS}"))
    return Form(None, faults, frozenset(_path(doc, each["loc"][:-1]) for each in unknown))


def _only_misspelt(error: ErrorDetails, meant: set[tuple[Any, str]]) -> bool:
    """Whether what is missing stands there under a name so near that the one fault says it all."""
    *section, key = error["loc"]
    return error["type"] == "missing" and (tuple(section), f"; did you mean {key!r}?") in meant


def _fault(sheet: Sheet, model: type[BaseModel], error: ErrorDetails) -> Fault:
    loc, kind = error["loc"], error["type"]
    path, key = _path(sheet.doc, loc), str(loc[-1])
    if kind == "extra_forbidden":
        near = offer(key, _valid(model, loc[:-1]))
        return sheet.key(*path).fault(f"there is no setting called {shown(key)} here{near}")
    if kind == "missing":
        inside = f" in {'.'.join(map(told, path))}" if path else ""
        return sheet.at(*path).fault(f"{key!r} is missing{inside}")
    if kind == "union_tag_invalid":
        path = (*path, error["ctx"]["discriminator"].strip("'"))
    if "[key]" in loc:
        return sheet.key(*path).fault(f"{shown(path[-1])} cannot be a name; {NAMES}")
    where = _where(sheet, path)
    if kind == "union_tag_not_found":
        what, valid = error["ctx"]["discriminator"].strip("'"), _tags(model, loc)
        return sheet.at(*path).fault(f"{what!r} is missing in {where}; expected one of {', '.join(valid)}")
    return sheet.at(*path).fault(_words(kind, where, error["input"], error.get("ctx", {})))


def _where(sheet: Sheet, path: Path) -> str:
    """What a value is called: its key, or the list that it is an item of."""
    if not path:
        return "the file"
    listed = len(path) > 1 and isinstance(sheet.value(*path[:-1]), list)
    return f"an item of {told(path[-2])}" if listed else told(path[-1])


FREE_TEXT = ("title", "description", "text", "label", "question", "option", "against", "x", "y")
NAMES = "use at most 40 small letters, digits and _, beginning with a letter"

_EXPECTED: dict[str, Callable[[dict[str, Any]], str]] = {
    "greater_than_equal": lambda facts: f"a number of at least {facts['ge']:g}",
    "less_than_equal": lambda facts: f"a number of at most {facts['le']:g}",
    "float_type": lambda _: "a number",
    "finite_number": lambda _: "a finite number",
    "int_type": lambda _: "a whole number",
    "bool_type": lambda _: "true or false",
    "string_type": lambda _: "text",
    "list_type": lambda _: "a list, [a, b]",
    "dict_type": lambda _: "a mapping, 'name: value'",
    "model_type": lambda _: "a mapping, 'name: value'",
    "model_attributes_type": lambda _: "a mapping, 'name: value'",
    "string_too_long": lambda facts: f"at most {facts['max_length']} characters",
    "string_pattern_mismatch": lambda facts: _pattern(facts["pattern"]),
}


def _words(kind: str, where: str, value: Any, facts: dict[str, Any]) -> str:
    """What is wrong with a value, and what was expected."""
    if kind == "date":
        return f"{where}: {facts['reason']}"
    if kind == "format":
        return f"format is {shown(value)}; this version of wedge reads format {FORMAT}"
    if kind == "literal_error":
        return _literal(where, value, facts["expected"])
    if kind == "union_tag_invalid":
        return _tagged(facts["discriminator"].strip("'"), facts["tag"], facts["expected_tags"])
    if kind in ("too_short", "too_long"):
        few, count = kind == "too_short", len(value)
        wanted = f"at least {facts['min_length']}" if few else f"at most {facts['max_length']}"
        return f"{where} has {count} {'entry' if count == 1 else 'entries'}; expected {wanted}"
    expected = _EXPECTED[kind](facts) if kind in _EXPECTED else "something else"
    quotes = "; put it in quotes" if where in FREE_TEXT and isinstance(value, int | float) else ""
    return f"{where} is {shown(value)}; expected {expected}{quotes}"


def _literal(where: str, value: Any, expected: str) -> str:
    valid = [each.strip("'") for each in expected.replace(" or ", ", ").split(", ")]
    return f"{where} is {shown(value)}; expected {expected}{nearest(str(value), valid)}"


def _tagged(what: str, tag: Any, expected: str) -> str:
    valid = [each.strip(" '") for each in expected.split(",")]
    return f"there is no {what} called {shown(tag)}{offer(str(tag), valid)}"


def _pattern(pattern: str) -> str:
    if pattern.startswith("^#"):
        return "a colour, '#rrggbb' in quotes"
    return "a name in small letters, digits and _, beginning with a letter, at most 40"


def _path(doc: Document, loc: tuple[int | str, ...]) -> Path:
    """The path in the file of a place in the models, which also counts alternatives as steps."""
    path: Path = ()
    node: Any = doc.data
    for step in loc:
        listed = isinstance(node, list) and isinstance(step, int) and step < len(node)
        if listed or (isinstance(node, dict) and step in node):
            node, path = node[step], (*path, str(step))
    return path


def _valid(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that a section at this place of the models may have."""
    kind = _kind_at(model, loc)
    return list(kind.model_fields) if _is_section(kind) else []


def _tags(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The names of the alternatives at this place of the models."""
    return [tag for tag in map(_tag, _parts(_kind_at(model, loc))) if tag]


def _kind_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> Any:
    """The type at this place of the models."""
    kind: Any = model
    for step in loc:
        kind = _below(kind, step)
    return kind


def _below(kind: Any, step: int | str) -> Any:
    """The type one step down: a field, a value of a mapping, or the alternative with this tag."""
    if _is_section(kind):
        return _plain(kind.model_fields[str(step)].annotation)
    parts = list(_parts(kind))
    tagged = [each for each in parts if _tag(each) == step]
    return _plain(tagged[0] if tagged else parts[-1] if parts else kind)


def _plain(kind: Any) -> Any:
    """A type without its annotations, and without None beside it."""
    while getattr(kind, "__metadata__", None):
        kind = kind.__origin__
    parts = list(_parts(kind))
    return parts[0] if len(parts) == 1 and len(kind.__args__) == 2 and type(None) in kind.__args__ else kind


def _parts(kind: Any) -> Iterator[Any]:
    return (each for each in getattr(kind, "__args__", ()) if each is not type(None))


def _tag(kind: Any) -> str | None:
    for key in ("policy", "measure", "kind", "analysis"):
        if _is_section(kind) and key in kind.model_fields:
            return str(kind.model_fields[key].annotation.__args__[0])
    return None


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
