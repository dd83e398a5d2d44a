"""A user's own policies, mechanisms and outcomes, from Python files named on the command line.

A scenario file by itself never runs code: it can only name what is registered. Python comes in by
``--plugin file.py`` or by an installed package's entry point in the group ``wedge.plugins``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from dataclasses import is_dataclass
from importlib import metadata
from pathlib import Path

from .errors import WedgeError
from .outcomes import outcomes
from .policies import policies

LOADED: dict[str, str] = {}
"""Fingerprints (SHA-256) of the plugin files in use, by file name; they are part of a manifest."""


def load_plugin(file: Path) -> None:
    """Run a plugin file, so that its classes are registered. Raises WedgeError where that fails.

    A file that is loaded already is not run again.
    """
    try:
        text = file.read_bytes()
    except (OSError, ValueError) as error:
        raise WedgeError(f"--plugin {file}: cannot be read ({getattr(error, 'strerror', error)})") from None
    fingerprint = hashlib.sha256(text).hexdigest()
    if LOADED.get(file.name) == fingerprint:
        return
    if file.suffix != ".py":
        raise WedgeError(f"--plugin {file}: a Python file is expected; its name must end in .py")
    before = _registered()
    _run(file)
    _inspect(file, before)
    LOADED[file.name] = fingerprint


def _run(file: Path) -> None:
    name, place = f"wedge_plugin_{file.stem}", file.resolve()
    spec = importlib.util.spec_from_file_location(name, place)
    if spec is None or spec.loader is None:
        raise WedgeError(f"--plugin {file}: a Python file is expected")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise WedgeError(f"--plugin {file}: {_place(error, place)}{_said(error)}") from error


def _registered() -> dict[tuple[str, str], type]:
    """Every policy and outcome there is, by kind and name."""
    return {("policy", name): kind for name, kind in policies().items()} | {
        ("outcome", name): kind for name, kind in outcomes().items()
    }


def _inspect(file: Path, before: dict[tuple[str, str], type]) -> None:
    """Refuse classes that cannot be used, or that take the name of another."""
    from .schema import NAME, document

    try:
        after = _registered()
        for (kind, name), each in after.items():
            if before.get((kind, name), each) is not each:
                raise WedgeError(f"there is a {kind} called {name!r} already; choose another name")
            if not re.fullmatch(NAME, name):
                raise WedgeError(f"{name!r} cannot be a name; use small letters, digits and _")
            if not is_dataclass(each) or "__dataclass_fields__" not in vars(each):
                raise WedgeError(f"the class {each.__name__} must be a dataclass, @dataclass(frozen=True)")
        document()
    except WedgeError as error:
        raise WedgeError(f"--plugin {file}: {error}") from None
    except Exception as error:
        raise WedgeError(f"--plugin {file}: its classes cannot be used ({_said(error)})") from error


def load_entry_points() -> None:
    """Load the plugins of installed packages."""
    for each in metadata.entry_points(group="wedge.plugins"):
        try:
            each.load()
        except (Exception, SystemExit) as error:
            raise WedgeError(f"plugin {each.name} ({each.value}): {_said(error)}") from error
        LOADED[f"{each.name} ({each.value})"] = each.dist.version if each.dist else ""


def _said(error: BaseException) -> str:
    """An error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def _place(error: BaseException, file: Path) -> str:
    """The line of the plugin that failed, if it is known."""
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: " if error.lineno else ""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"line {line}: " if line else ""
