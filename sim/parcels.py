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
    """The data of a scenario, and of what it grows from, if of anything."""
    branch = scenario.branch
    return [scenario.data, branch and [branch.trunk.name, branch.trunk.data, branch.month]]


def unpacked(scenarios: bytes, plugins: Texts) -> dict[str, Scenario]:
    """The scenarios by name, these plugins loaded before."""
    load_entry_points()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in plugins:
            file = Path(folder) / name
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
            load_plugin(file)
    return {
        name: _grown(from_data(data, name), branch)
        for name, (data, branch) in json.loads(zlib.decompress(scenarios)).items()
    }


def _grown(scenario: Scenario, branch: Any) -> Scenario:
    if branch is None:
        return scenario
    name, data, month = branch
    return replace(scenario, branch=Branch(from_data(data, name), month))
