"""Scenario text as plain data, with the place of every key and value and the notes beside them.

PyYAML only splits the text into events; the data are built here, so nothing in a file is ever
constructed or run. The pure-Python parser is used on purpose: its messages name what it found,
and they are the same on every machine, with or without libyaml.
Imports `sim.errors`, PyYAML and the standard library. Read next: `_Composer` (events to nodes),
`_Flattener` (nodes to a `Document`), and `layers.py` (a file and what it extends).
"""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

import yaml

from .errors import Fault, ScenarioError, WedgeError, nearest

Path = tuple[str, ...]
Where = str | os.PathLike[str]

MOST_BYTES = 1024 * 1024
MOST_NODES = 50_000
MOST_NESTING = 24
MOST_CHARACTERS = 10_000  # in one scalar
LARGEST_INTEGER = 10**15  # below 2**53, so that every integer is exact as a float

_NOTES = ("why", "source")
_UNPRINTABLE = re.compile(  # also BOMs past the start, and line breaks that editors do not count
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGERS = {10: r"[-+]?[0-9]+", 8: r"0o[0-7]+", 16: r"0x[0-9a-fA-F]+"}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
_UNUSED = "which scenario files do not use"

# What PyYAML says ("context: problem"), whether to point at the context, and what users are told.
_PLAIN_WORDS = (
    (r"found character '\\t'", False, "a tab is used for indentation or spacing; use spaces"),
    (r"found character (.+) that", False, "text cannot start with {0}; put it in quotes"),
    (r"expected ',' or ']'", True, "this '[' is not closed: ',' or ']' is expected at {place}"),
    (r"expected ',' or '}'", True, "this '{{' is not closed: ',' or '}}' is expected at {place}"),
    (r"quoted scalar: found unexpected", True, "this quote is never closed"),
    (r"found unknown escape", False, r"unknown escape after '\'; use single quotes or write '\\'"),
    (r"expected escape sequence", False, r"incomplete escape after '\'; write '\\' for a '\'"),
    (r"mapping values are", False, "a ':' cannot stand here; put text that holds ': ' in quotes, "
     "and start every name in the same column as its neighbours"),
    (r"sequence entries are", False, "a list item '-' cannot start here; give it its own line"),
    (r"mapping keys are", False, "text cannot start with '? '; put it in quotes"),
    (r"could not find expected ':'", True, "'name: value' is expected, but there is no ': ' here"),
    (r"but found ':'", False, "a name is expected before ':'"),
    (r"content, but found '<stream", False, "the file ends inside an open '[' or '{{'"),
    (r"content, but found (.+)", False, "a value is expected here, but there is {0}"),
    (r"expected '<document start>'", False, "'---' or the end of the file is expected here"),
    (r"found '<block \w+ start>'", False, "this line is indented unlike the lines around it"),
    (r"mapping: .* but found '-'", False, "a list item '-' cannot stand among 'name: value' lines"),
    (r"collection: .* but found", False, "only '- item' lines can stand in this list"),
    (r"<block end>, but found", False, "nothing can follow the value here; put all text in quotes"),
    (r"an alias", True, "text cannot start with '*'; put it in quotes"),
    (r"an anchor", True, "text cannot start with '&'; put it in quotes"),
    (r"directive|incompatible|duplicate", False, f"this line is a directive ('%'), {_UNUSED}"),
    (r"tag", True, f"'!' starts a tag, {_UNUSED}; put text that starts with '!' in quotes"),
    (r"block scalar", False, "after '|' or '>' the line must end; text follows on the next lines"),
    (r"(.*)", False, "this is not YAML ({0})"),
)  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def fault(self, message: str) -> Fault:
        """Give a fault at this place."""
        return Fault(self.file, self.line, self.column, message)


@dataclass(frozen=True)
class Note:
    """Why a value is what it is, and where it comes from, in the words of its file."""

    why: str = ""
    source: str = ""


@dataclass(frozen=True)
class Document:
    """Plain data with places and notes; list items are "0", "1", ... in a path.

    data: dict, list, str, int, float and bool, and None where a value is to be removed.
    key_marks, marks: where each key and each value stands; `marks[()]` is the whole.
    notes: for each scalar or list that has one, the note nearest to it in its own file.
    """

    data: dict[str, Any]
    key_marks: dict[Path, Mark]
    marks: dict[Path, Mark]
    notes: dict[Path, Note]


@dataclass(frozen=True)
class _Node:
    mark: Mark
    value: Any  # a scalar, a list of nodes, or {key: (mark of the key, node)}


def scalar(text: str) -> str | int | float | bool | None:
    """Give the value that unquoted `text` stands for by the YAML 1.2 core schema.

    Raises WedgeError for infinities, not-a-number, and integers beyond 10**15.
    """
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _NOT_FINITE.fullmatch(text):
        raise WedgeError(f"must be a finite number, not {text!r}")
    for base, pattern in _INTEGERS.items():
        if re.fullmatch(pattern, text):
            return _integer(text, base)
    return _float(text) if _FLOAT.fullmatch(text) else text


def _integer(text: str, base: int) -> int:
    digits = (text if base == 10 else text[2:]).lstrip("+-0") or "0"
    # The length is asked first, because Python refuses to convert thousands of digits.
    if len(digits) <= 20 and (size := int(digits, base)) <= LARGEST_INTEGER:
        return -size if text.startswith("-") else size
    raise WedgeError(f"must be a finite number of at most 10**15, not {shown(text)}")


def _float(text: str) -> float:
    number = float(text)
    if abs(number) == float("inf"):
        raise WedgeError(f"must be a finite number, not {shown(text)}, which overflows")
    return number


def shown(value: Any) -> str:
    """Give a value in the words of a message."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}...{text[-1]}"


def space_hint(text: str) -> str:
    """Give a hint where a name looks like `name:value` without the space."""
    return "; a space is needed after ':'" if re.search(r":\S", text) else ""


class _Composer:
    """One file's events as a tree of nodes; `faults` holds what did not stop the reading."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.loader = yaml.SafeLoader(text)
        self.faults: list[Fault] = []
        self.nodes = 0

    def mark(self, mark: Any) -> Mark:
        return Mark(self.name, mark.line + 1, mark.column + 1)

    def refuse(self, event: Any, message: str) -> None:
        self.faults.append(self.mark(event.start_mark).fault(message))

    def stop(self, mark: Any, message: str) -> ScenarioError:
        return ScenarioError([*self.faults, self.mark(mark).fault(message)])

    def event(self) -> Any:
        try:
            return self.loader.get_event()
        except yaml.MarkedYAMLError as error:
            raise self.stop(*_plain_words(error)) from None
        except (ValueError, OverflowError):  # a code point or %YAML version beyond Python's range
            raise self.stop(self.loader.get_mark(), "this escape or '%' line is invalid") from None

    def document(self) -> _Node:
        """Give the tree of the one document; raises ScenarioError where reading cannot go on."""
        self.event()
        start = self.event()
        if isinstance(start, yaml.StreamEndEvent):
            raise self.stop(start.start_mark, "the file is empty; 'name: value' lines are expected")
        if start.tags:
            self.refuse(start, f"this is a %TAG directive, {_UNUSED}")
        node = self.node(self.event(), 1)
        self.event()
        if not isinstance(after := self.event(), yaml.StreamEndEvent):
            self.refuse(after, "a second document starts here ('---'); a file holds only one")
        return node

    def node(self, event: Any, depth: int) -> _Node:
        self.count(event)
        mark = self.mark(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return _Node(mark, f"*{event.anchor}")
        if isinstance(event, yaml.ScalarEvent):
            return _Node(mark, self.scalar(event))
        if depth > MOST_NESTING:
            raise self.stop(event.start_mark, f"nesting is deeper than {MOST_NESTING} levels")
        if isinstance(event, yaml.SequenceStartEvent):
            return _Node(mark, self.items(depth + 1))
        return _Node(mark, self.entries(depth + 1))

    def count(self, event: Any) -> None:
        """Count one node; refuse what it must not carry."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.stop(event.start_mark, f"more than {MOST_NODES} keys and values in a file")
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event, f"{shown(f'*{event.anchor}')} is an alias, {_UNUSED}")
        elif event.anchor is not None:
            self.refuse(event, f"{shown(f'&{event.anchor}')} is an anchor, {_UNUSED}")
        if getattr(event, "tag", None) is not None:
            self.refuse(event, f"{shown(event.tag)} is a tag ('!'), {_UNUSED}")

    def items(self, depth: int) -> list[_Node]:
        items = []
        while not isinstance(event := self.event(), yaml.SequenceEndEvent):
            items.append(self.node(event, depth))
        return items

    def entries(self, depth: int) -> dict[str, tuple[Mark, _Node]]:
        entries: dict[str, tuple[Mark, _Node]] = {}
        while not isinstance(event := self.event(), yaml.MappingEndEvent):
            key = self.key(event, depth)
            entry = self.mark(event.start_mark), self.node(self.event(), depth)
            if key in entries:
                first = entries[key][0].line
                self.refuse(event, f"{shown(key)} is already given in line {first}")
            elif key is not None:
                entries[key] = entry
        return entries

    def key(self, event: Any, depth: int) -> str | None:
        """Give a key as written, or None where it is refused."""
        if not isinstance(event, yaml.ScalarEvent):
            value = self.node(event, depth).value
            if not isinstance(event, yaml.AliasEvent):
                self.refuse(event, f"a name must be text, not {shown(value)}; "
                            "put text that starts with '[' or '{' in quotes")  # fmt: skip
            return None
        self.count(event)
        if event.value == "<<" and event.implicit[0]:
            self.refuse(event, f"'<<' is a merge key, {_UNUSED}")
        elif not event.value.strip():
            self.refuse(event, "a name is empty")
        elif self.readable(event):
            return str(event.value)
        return None

    def scalar(self, event: Any) -> Any:
        if not self.readable(event) or not event.implicit[0]:
            return event.value
        try:
            return scalar(event.value)
        except WedgeError as error:
            self.refuse(event, str(error))
            return event.value

    def readable(self, event: Any) -> bool:
        if len(event.value) > MOST_CHARACTERS:
            self.refuse(event, f"this text has more than {MOST_CHARACTERS} characters")
        elif bad := _UNPRINTABLE.search(event.value):
            self.refuse(event, f"this text holds the control character U+{ord(bad[0]):04X}")
        else:
            return True
        return False


def _plain_words(error: yaml.MarkedYAMLError) -> tuple[Any, str]:
    said, at = f"{error.context}: {error.problem}", error.problem_mark
    assert at is not None
    place = f"line {at.line + 1}, column {at.column + 1}"
    for pattern, at_context, words in _PLAIN_WORDS:
        if found := re.search(pattern, said):
            mark = error.context_mark if at_context else at
            return mark, words.format(*found.groups(), place=place)
    raise AssertionError("the last pattern fits everything")


class _Flattener:
    """A tree of nodes as data, marks and notes; values written as `{value: ...}` are unwrapped."""

    def __init__(self, root: _Node) -> None:
        self.faults: list[Fault] = []
        self.key_marks: dict[Path, Mark] = {}
        self.marks: dict[Path, Mark] = {}
        self.notes: dict[Path, Note] = {}
        self.document = Document(self.value(root, (), Note()), self.key_marks, self.marks, self.notes)

    def value(self, node: _Node, path: Path, note: Note) -> Any:
        self.marks[path] = node.mark
        if isinstance(node.value, dict):
            return self.mapping(node.value, path, note)
        if note != Note():
            self.notes[path] = note
        if isinstance(node.value, list):
            return [self.item(item, (*path, str(i)), note) for i, item in enumerate(node.value)]
        return node.value

    def item(self, node: _Node, path: Path, note: Note) -> Any:
        """Give a list item; a bare scalar has no note of its own, the list has it."""
        bare = not isinstance(node.value, dict | list)
        return self.value(node, path, Note() if bare else note)

    def mapping(self, entries: dict[str, tuple[Mark, _Node]], path: Path, note: Note) -> Any:
        if path:
            note = self.nearer(entries, note)
            entries = {key: entry for key, entry in entries.items() if key not in _NOTES}
        if path and "value" in entries:
            return self.unwrapped(entries, path, note)
        self.key_marks.update({(*path, key): mark for key, (mark, _) in entries.items()})
        return {k: self.value(node, (*path, k), note) for k, (_, node) in entries.items()}

    def unwrapped(self, entries: dict[str, tuple[Mark, _Node]], path: Path, note: Note) -> Any:
        for key in entries.keys() - {"value"}:
            near = nearest(key, _NOTES)
            message = f"{shown(key)} cannot stand beside 'value'; only why and source can{near}"
            self.faults.append(entries[key][0].fault(message))
        return self.value(entries["value"][1], path, note)

    def nearer(self, entries: dict[str, tuple[Mark, _Node]], note: Note) -> Note:
        """Give `note` with what the mapping itself says in its place."""
        for name in _NOTES:
            if name not in entries:
                continue
            mark, value = entries[name][1].mark, entries[name][1].value
            if isinstance(value, str):
                note = replace(note, **{name: value})
            else:
                self.faults.append(mark.fault(f"{name} must be text, not {shown(value)}"))
        return note


def _parse(text: str, name: str) -> tuple[Document | None, list[Fault]]:
    """Give the document and its faults; None where the reading had to stop."""
    text = text.removeprefix("\ufeff")
    if bad := _UNPRINTABLE.search(text):
        code = f"U+{ord(bad[0]):04X}"
        message = f"{code} is a control character; delete it, and save the file as UTF-8 text"
        return None, [_mark_after(text[: bad.start()], name).fault(message)]
    composer = _Composer(text, name)
    try:
        root = composer.document()
    except ScenarioError as error:
        return None, list(error.faults)
    if not isinstance(root.value, dict):
        what = shown(root.value) + space_hint(str(root.value))
        message = f"the top level must be 'name: value' lines, but it is {what}"
        return None, [*composer.faults, root.mark.fault(message)]
    flat = _Flattener(root)
    return flat.document, composer.faults + flat.faults


def _mark_after(text: str, name: str) -> Mark:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Mark(name, len(lines), len(lines[-1]) + 1)


def load(name: str) -> tuple[Document | None, list[Fault]]:
    """Give a file as a document, or None, with all that is wrong with it."""
    start = Mark(name, 1, 1)
    try:
        data = _contents(FilePath(name))
        return _parse(data.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        mark = _mark_after(data[: error.start].decode("utf-8").removeprefix("\ufeff"), name)
        message = f"byte 0x{data[error.start]:02X} is not UTF-8 text; save the file as UTF-8"
        return None, [mark.fault(message)]
    except WedgeError as error:
        return None, [start.fault(str(error))]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return None, [start.fault(f"the file cannot be read: {reason}")]


def _contents(path: FilePath) -> bytes:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise WedgeError("there is no such file") from None
    if not stat.S_ISREG(mode):  # asked before opening: to open a pipe would wait for its writer
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise WedgeError(f"this is {what}; a YAML file is expected")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise WedgeError("the file is larger than 1 MiB, too large for a scenario")
    return data


def checked(document: Document | None, faults: list[Fault]) -> Document:
    """Give the document; raises ScenarioError where there are faults."""
    if faults or document is None:
        raise ScenarioError(faults)
    return document


def read(path: Where) -> Document:
    """Give one file's document; None values are kept. Raises ScenarioError with all faults."""
    return checked(*load(os.fspath(path)))


def from_text(text: str, name: str) -> Document:
    """Give the document in `text`, with marks in file `name`. Raises ScenarioError like `read`."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise ScenarioError([Fault(name, 1, 1, "the text is larger than 1 MiB")])
    return checked(*_parse(text, name))


def override(data: dict[str, Any], *, file: str, mark_line: int = 1) -> Document:
    """Give plain data as a document whose every mark is (file, mark_line, 1).

    Notes and `{value: ...}` are read as in a file. Raises ScenarioError where they are malformed.
    """
    mark = Mark(file, mark_line, 1)
    flat = _Flattener(_planted(data, mark, 1))
    return checked(flat.document, [*(mark.fault(each) for each in _unfit(data, 1)), *flat.faults])


def _planted(value: Any, mark: Mark, depth: int) -> _Node:
    if depth > MOST_NESTING:
        return _Node(mark, None)
    if isinstance(value, dict):
        return _Node(mark, {str(k): (mark, _planted(v, mark, depth + 1)) for k, v in value.items()})
    if isinstance(value, list | tuple):
        return _Node(mark, [_planted(item, mark, depth + 1) for item in value])
    return _Node(mark, value)


def _unfit(value: Any, depth: int) -> Iterator[str]:
    """Give what is wrong with plain data that no file could hold."""
    if depth > MOST_NESTING:
        yield f"nesting is deeper than {MOST_NESTING} levels"
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _unfit(each, depth + 1)
    elif isinstance(value, bool | str | None):
        return
    elif not isinstance(value, int | float):
        yield f"a value is of the type {type(value).__name__}; expected text, a number, true, false or null"
    elif not abs(value) <= LARGEST_INTEGER and (isinstance(value, int) or not abs(value) < float("inf")):
        yield "a number is not finite, or an integer beyond 10**15"


def subtree(document: Document, path: Path) -> Document:
    """Give the document below `path`, with its marks and notes.

    Raises KeyError where nothing stands at `path`, and ScenarioError where it is not a mapping.
    """
    data: Any = document.data
    for key in path:
        data = data[key]
    if not isinstance(data, dict):
        message = f"{shown(path[-1])} must be a mapping, not {shown(data)}"
        raise ScenarioError([document.marks[path].fault(message)])
    key_marks, marks, notes = (_below(layer, path) for layer in layers_of(document))
    key_marks.pop((), None)
    return Document(data, key_marks, marks, notes)


def layers_of(document: Document) -> tuple[dict[Path, Any], dict[Path, Any], dict[Path, Any]]:
    """Give what a document knows of places: marks of keys, marks of values, notes."""
    return document.key_marks, document.marks, document.notes


def _below(layer: dict[Path, Any], path: Path) -> dict[Path, Any]:
    size = len(path)
    return {place[size:]: value for place, value in layer.items() if place[:size] == path}


def walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Give a value and everything below it, each with its path."""
    yield path, value
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in inner:
            yield from walk(below, (*path, str(key)))
