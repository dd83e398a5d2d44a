"""A posterior as a scenario uses it, from the scenario's plain data.

Works on faulty data too, as far as these can be read: what is no sound posterior is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .table import Posterior, table

KEY = ("parameters", "posterior")
PATH = ".".join(KEY)
"""The path of the one uncertainty: the number of a row, 1 the first."""


def of(data: Any) -> Posterior | None:
    """The posterior of a resolved scenario; None where there is none, or none that is sound."""
    told = _told(data)
    lines = told.get("lines")
    if not isinstance(lines, list) or not all(isinstance(each, str) for each in lines):
        return None
    found = table(tuple(lines))
    if not isinstance(found, Posterior):
        return None
    without, only = told.get("without"), told.get("row")
    fits = type(only) is int and 1 <= only <= len(found.rows)
    left = tuple(each for each in without if isinstance(each, str)) if isinstance(without, list) else ()
    return replace(found, name=str(told.get("table", "")), without=left, only=only if fits else None)


def _told(data: Any) -> Mapping[str, Any]:
    """What a scenario says of its posterior; empty where it is not in full form."""
    for key in KEY:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def uncertainties(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is uncertain in a scenario by path, less what the posterior replaces, and the posterior itself."""
    given, found = data.get("uncertainties"), of(data)
    own = given if isinstance(given, dict) else {}
    if found is None or not found.kept:
        return dict(own)
    left = {path: each for path, each in own.items() if path not in found.kept}
    return left if found.only else {**left, PATH: {"row": [1, len(found.rows)]}}


def marginals(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with each column of the posterior by itself, as a choice among its values."""
    found = of(data)
    left = {path: each for path, each in uncertainties(data).items() if path != PATH}
    return left | ({path: {"choice": found.column(path).tolist()} for path in found.kept} if found else {})


def freed(data: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A scenario's data with these paths, where the posterior has them, taken out of it."""
    found = of(data)
    out = [path for path in paths if found is not None and path in found.kept]
    return _saying(data, without=[*found.without, *out]) if found is not None and out else data


def pinned(data: dict[str, Any]) -> dict[str, Any]:
    """A scenario's data with one row for all runs: that which it names, else the median row."""
    found = of(data)
    return data if found is None else _saying(data, row=found.only or found.median)


def brief(data: dict[str, Any]) -> dict[str, Any]:
    """A scenario's data with a word in place of the lines of the table."""
    found = of(data)
    if found is None:
        return data
    return _saying(data, lines=f"{len(found.rows):,} rows, fingerprint {found.fingerprint}")


def _saying(data: dict[str, Any], **more: Any) -> dict[str, Any]:
    parameters = {**data["parameters"], "posterior": {**_told(data), **more}}
    return {**data, "parameters": parameters}
