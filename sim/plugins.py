"""A user's own policies, mechanisms and outcomes, from Python files named on the command line.

A scenario file by itself never runs code: it can only name what is registered. Python comes in by
``--plugin file.py`` or by an installed package's entry point in the group ``wedge.plugins``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from importlib import metadata
from pathlib import Path

from .errors import WedgeError

LOADED: dict[str, str] = {}
"""Fingerprints (SHA-256) of the plugin files in use, by file name; they are part of a manifest."""


def load_plugin(file: Path) -> None:
    """Run a plugin file, so that its classes are registered. Raises WedgeError where that fails."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise WedgeError(f"--plugin {file}: cannot be read ({error.strerror})") from None
    name = f"wedge_plugin_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise WedgeError(f"--plugin {file}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise WedgeError(f"--plugin {file}: {_place(error, file)}{type(error).__name__}: {error}") from error
    LOADED[file.name] = hashlib.sha256(text).hexdigest()


def load_entry_points() -> None:
    """Load the plugins of installed packages."""
    for each in metadata.entry_points(group="wedge.plugins"):
        try:
            each.load()
        except Exception as error:
            raise WedgeError(f"plugin {each.name} ({each.value}): {type(error).__name__}: {error}") from error
        LOADED[f"{each.name} ({each.value})"] = each.dist.version if each.dist else ""


def _place(error: Exception, file: Path) -> str:
    """The line of the plugin that failed, if it is known."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"line {line}: " if line else ""
