"""Scenarios packed to travel to workers: plain data, so that any process or machine can unpack them."""

from __future__ import annotations

import json
import tempfile
import threading
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .plugins import load_entry_points, load_plugin
from .scenario import Branch, Scenario, from_data

Texts = tuple[tuple[str, str], ...]
"""The name and text of each plugin file."""

UNPACKING = threading.Lock()
"""Held while something is unpacked: its plugins must be loaded only once."""


def packed(scenarios: Mapping[str, Scenario]) -> bytes:
    """Scenarios as bytes that hold all that a worker needs."""
    text = json.dumps({name: _plain(each) for name, each in scenarios.items()}, allow_nan=False)
    return zlib.compress(text.encode(), 6)


def _plain(scenario: Scenario) -> list[Any]:
    """The data of a scenario, what it shares luck with, and what it grows from, if anything."""
    branch = scenario.branch
    return [scenario.data, scenario.kin, branch and [branch.trunk.name, _plain(branch.trunk), branch.month]]


def unpacked(scenarios: bytes, plugins: Texts) -> dict[str, Scenario]:
    """The scenarios by name, these plugins loaded before."""
    load_entry_points()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in plugins:
            file = Path(folder) / name
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
            load_plugin(file)
    return {name: _scenario(name, *plain) for name, plain in json.loads(zlib.decompress(scenarios)).items()}


def _scenario(name: str, data: Any, kin: Any, branch: Any) -> Scenario:
    scenario = replace(from_data(data, name), kin=None if kin is None else tuple(kin))
    if branch is None:
        return scenario
    trunk, plain, month = branch
    return replace(scenario, branch=Branch(_scenario(trunk, *plain), month))
