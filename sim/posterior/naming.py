"""From a name in a scenario file to the lines of the table, which become part of the scenario."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any

from ..errors import Fault, WedgeError, nearest
from ..yamltext import Document, Mark, Path, layers_of, shown
from .table import MOST_BYTES
from .using import KEY

AGAINST = ("question", "against")

_SHIPPED_NAME = re.compile(r"[a-z0-9_]+")


def inlined(document: Document, shipped: FilePath) -> tuple[Document, list[Fault]]:
    """A scenario file with the tables that it and its alternatives name, and what is wrong with these names.

    A name without ending is a shipped posterior; a file lies beside that which names it.
    """
    against = _below(document.data, AGAINST)
    heads: list[Path] = [(), *((*AGAINST, name) for name in (against if isinstance(against, dict) else ()))]
    faults: list[Fault] = []
    for head in heads:
        document = _unfolded(document, head)
        named = _below(document.data, (*head, *KEY))
        if isinstance(named, dict) and isinstance(named.get("table"), str) and "lines" not in named:
            document, more = _with_lines(document, (*head, *KEY), named, shipped)
            faults += more
    return document, faults


def _unfolded(document: Document, head: Path) -> Document:
    """A file in which a posterior named by a mere text stands in full."""
    above, here = (*head, KEY[0]), (*head, *KEY)
    if isinstance(name := _below(document.data, above), str):
        layers = [
            {**layer, **({here: layer[above]} if above in layer else {})} for layer in layers_of(document)
        ]
        return Document(_put(document.data, above, {KEY[1]: {"table": name}}), *layers)
    if isinstance(name := _below(document.data, here), str):
        return Document(_put(document.data, here, {"table": name}), *layers_of(document))
    return document


def _with_lines(
    document: Document, here: Path, named: dict[str, Any], shipped: FilePath
) -> tuple[Document, list[Fault]]:
    mark = document.marks[here]
    try:
        file = located(named["table"], mark.file, shipped)
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except WedgeError as error:
        return document, [mark.fault(str(error))]
    except UnicodeDecodeError:
        return document, [Mark(str(file), 1, 1).fault("this is no UTF-8 text; expected a CSV file")]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return document, [mark.fault(f"{shown(named['table'])} cannot be read: {reason}")]
    keys, marks, notes = layers_of(document)
    at = {(*here, "lines", str(k)): Mark(str(file), k + 1, 1) for k in range(len(lines))}
    at[*here, "lines"] = Mark(str(file), 1, 1)
    data = _put(document.data, here, {**named, "lines": lines})
    return Document(data, keys, {**marks, **at}, notes), []


def located(name: str, beside: str, shipped: FilePath) -> FilePath:
    """The file of a table, by shipped name or beside the file `beside`. Raises WedgeError where there is none."""
    if name.endswith(".csv"):
        file = FilePath(beside).parent / name
        near = nearest(FilePath(name).name, (each.name for each in file.parent.glob("*.csv")))
        missing = f"there is no file {shown(name)}{near}"
    else:
        file = shipped / f"{name}.csv" if _SHIPPED_NAME.fullmatch(name) else FilePath()
        near = nearest(name, (each.stem for each in shipped.glob("*.csv")))
        missing = f"there is no shipped posterior called {shown(name)}{near}; a file ends in .csv"
    if not file.is_file():
        raise WedgeError(missing)
    if file.stat().st_size > MOST_BYTES:
        raise WedgeError(f"{shown(name)} is larger than {MOST_BYTES // 1024} KiB, too large for a posterior")
    return file


def _below(node: Any, path: Path) -> Any:
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _put(data: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    first, *rest = path
    return {**data, first: _put(data[first], tuple(rest), value) if rest else value}
