"""A scenario file and what it extends: differences merged layer by layer.

Imports `yamltext.py`. Nothing here knows what a scenario is. Read next: `scenario.py`.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path as FilePath
from typing import Any

from .errors import Fault, WedgeError, nearest
from .yamltext import Document, Path, Where, checked, layers_of, load, shown, space_hint, walk

Whole = Callable[[Path, Any, Any], bool]
Keep = tuple[Path, ...]
Merging = Callable[[Document, Document], tuple[Document, list[Fault]]]

LONGEST_CHAIN = 16  # files, each extending the next

_SHIPPED_NAME = re.compile(r"[a-z0-9_]+")


def _never_whole(path: Path, parent: Any, child: Any) -> bool:  # noqa: ARG001
    return False


def merge(
    parent: Document, child: Document, *, whole: Whole = _never_whole, keep_null: Keep = ()
) -> tuple[Document, list[Fault]]:
    """Give the parent's document with the child's differences, and what is wrong with these.

    Mappings merge key by key, parent's keys first; anything else of the child replaces. None in
    the child removes the parent's entry, but below the `keep_null` paths (where "*" stands for any
    name) it stays. A mapping for
    which `whole(path, parent's value, child's value)` holds replaces the parent's.
    """
    into = Document(parent.data, *(dict(layer) for layer in layers_of(parent)))
    merger = _Merger(into, child, whole, keep_null)
    data = merger.both(parent.data, child.data, ())
    return replace(into, data=data), merger.faults


@dataclass
class _Merger:
    into: Document  # its marks and notes are updated in place; its data are the parent's
    child: Document
    whole: Whole
    keep_null: Keep
    faults: list[Fault] = field(default_factory=list)

    def both(self, parent: Any, child: Any, path: Path) -> Any:
        mappings = isinstance(parent, dict) and isinstance(child, dict)
        if not mappings:
            self.forget(parent, path)
            return self.adopted(child, path)
        if self.whole(path, parent, child):
            self.forget(parent, path)
            return self.adopted(_without_nulls(child, parent), path)
        self.take(path)
        return self.entries(parent, child, path)

    def adopted(self, value: Any, path: Path) -> Any:
        """Give a value of the child where the parent has nothing to merge it with."""
        self.take(path)
        if isinstance(value, dict):
            return self.entries({}, value, path)
        if isinstance(value, list):
            return [self.adopted(item, (*path, str(i))) for i, item in enumerate(value)]
        if value is None and not _kept(path, self.keep_null):
            self.faults.append(_no_value(self.child, path))
        return value

    def entries(self, parent: dict[str, Any], child: dict[str, Any], path: Path) -> dict[str, Any]:
        merged = dict(parent)
        for key, value in child.items():
            below = (*path, key)
            if value is None and not _kept(below, self.keep_null):
                self.remove(merged, parent, below)
            elif key in parent:
                merged[key] = self.both(parent[key], value, below)
            else:
                merged[key] = self.adopted(value, below)
        return merged

    def remove(self, merged: dict[str, Any], parent: dict[str, Any], path: Path) -> None:
        key = path[-1]
        if key in parent:
            self.forget(merged.pop(key), path)
            return
        name = shown(key)
        near = nearest(key, parent) if len(self.faults) < 20 else ""  # a search per fault is slow
        message = f"{name} is null, but there is nothing called {name} to remove{near}"
        self.faults.append(self.child.key_marks[path].fault(message))

    def take(self, path: Path) -> None:
        for mine, theirs in zip(layers_of(self.into), layers_of(self.child)):
            if path in theirs:
                mine[path] = theirs[path]

    def forget(self, value: Any, path: Path) -> None:
        for below, _ in walk(value, path):
            for layer in layers_of(self.into):
                layer.pop(below, None)


def _without_nulls(child: dict[str, Any], parent: dict[str, Any]) -> dict[str, Any]:
    """A mapping that replaces its parent's; what it removes by null goes with the parent's anyway."""
    return {key: value for key, value in child.items() if value is not None or key not in parent}


def _kept(path: Path, keep_null: Keep) -> bool:
    return any(
        len(path) > len(kept) and all(name in ("*", key) for name, key in zip(kept, path))
        for kept in keep_null
    )


def _no_value(document: Document, path: Path) -> Fault:
    if path not in document.key_marks:
        return document.marks[path].fault("this list item has no value")
    message = f"{shown(path[-1])} has no value; write one, or leave the name out"
    return document.key_marks[path].fault(message + space_hint(path[-1]))


def resolve(
    path: Where, *, shipped: FilePath | None, merging: Merging | None = None, keep_null: Keep = ()
) -> Document:
    """Give a file merged onto all that it `extends:`, without nulls but below `keep_null` paths.

    `merging(parent, child)` is how a file goes onto what it extends; plain `merge` unless given.
    Raises ScenarioError with the faults of every file of the chain.
    """
    return checked(*attempt(path, shipped=shipped, merging=merging, keep_null=keep_null))


def attempt(
    path: Where, *, shipped: FilePath | None, merging: Merging | None = None, keep_null: Keep = ()
) -> tuple[Document | None, list[Fault]]:
    """Give what `resolve` gives, with all that is wrong; None where a file of the chain is missing."""
    merging = merging or partial(merge, keep_null=keep_null)
    chain = _Chain(shipped)
    chain.follow(os.fspath(path))
    if not chain.complete:
        return None, chain.faults
    document, *children = reversed(chain.documents)
    nulls = (p for p, value in walk(document.data, ()) if value is None)
    faults = chain.faults + [_no_value(document, p) for p in nulls if not _kept(p, keep_null)]
    for child in children:
        document, more = merging(document, child)
        faults += more
    return document, faults


@dataclass
class _Chain:
    """The files from a child to the file that extends nothing."""

    shipped: FilePath | None
    names: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    complete: bool = True

    def follow(self, name: str) -> None:
        document, faults = load(name)
        self.names.append(name)
        self.faults += faults
        if document is None:
            self.complete = False
            return
        self.documents.append(_without_extends(document))
        if "extends" in document.data:
            self.extend(document)

    def extend(self, document: Document) -> None:
        try:
            parent = _parent(self.names[-1], document.data["extends"], self.shipped)
            self.check(parent)
        except (WedgeError, ValueError) as error:  # ValueError: no name of a file holds such characters
            said = str(error) if isinstance(error, WedgeError) else "extends names no file"
            self.faults.append(document.marks["extends",].fault(said))
            self.complete = False
        else:
            self.follow(parent)

    def check(self, parent: str) -> None:
        said = " -> ".join([*self.names, parent])
        if os.path.realpath(parent) in map(os.path.realpath, self.names):
            raise WedgeError(f"these files extend each other in a circle: {said}")
        if len(self.names) >= LONGEST_CHAIN:
            raise WedgeError(f"more than {LONGEST_CHAIN} files extend each other: {said}")


def _without_extends(document: Document) -> Document:
    data = {key: value for key, value in document.data.items() if key != "extends"}
    layers = [dict(layer) for layer in layers_of(document)]
    for layer in layers:
        layer.pop(("extends",), None)
    return Document(data, *layers)


def _parent(name: str, extends: Any, shipped: FilePath | None) -> str:
    """Give the file that `extends` names in file `name`; raises WedgeError where there is none."""
    if not isinstance(extends, str):
        raise WedgeError(f"extends must be text, not {shown(extends)}")
    if _SHIPPED_NAME.fullmatch(extends):
        return _shipped(extends, shipped)
    if not extends.endswith((".yaml", ".yml")):
        near = nearest(extends, _stems(shipped))
        raise WedgeError(f"extends must be a shipped name or end in .yaml, not {shown(extends)}{near}")
    return _beside(name, extends)


def _stems(shipped: FilePath | None) -> list[str]:
    return sorted(file.stem for file in shipped.glob("*.yaml")) if shipped else []


def _shipped(extends: str, shipped: FilePath | None) -> str:
    stems = _stems(shipped)
    if shipped is None or extends not in stems:
        near = nearest(extends, stems)
        raise WedgeError(f"no shipped scenario is called {shown(extends)}{near}")
    return str(shipped / f"{extends}.yaml")


def _beside(name: str, extends: str) -> str:
    folder = FilePath(name).parent
    inside = FilePath(os.path.realpath(folder / extends)).is_relative_to(os.path.realpath(folder))
    if not inside:
        raise WedgeError(f"extends must stay inside the file's own folder, not {shown(extends)}")
    if not os.path.exists(folder / extends):
        near = nearest(extends, (file.name for file in folder.glob("*.y*ml")))
        raise WedgeError(f"there is no file {shown(extends)} beside this one{near}")
    return str(folder / extends)
