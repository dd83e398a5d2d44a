"""A user's own policies and outcomes, from Python files named on the command line.

A scenario file by itself never runs code: it can only name what is registered. Python comes in by
``--plugin file.py`` or by an installed package's entry point in the group ``wedge.plugins``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from importlib import metadata
from pathlib import Path

from .checking.sheet import NAME
from .errors import WedgeError
from .outcomes import Outcome
from .policies import Policy

LOADED: dict[str, str] = {}
"""Fingerprints (SHA-256) of the plugin files in use, by file name; they are part of a manifest."""


TEXTS: dict[str, str] = {}
"""The text of each plugin file in use, by file name, so that it can travel to workers."""


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
    TEXTS[file.name] = text.decode("utf-8", "surrogateescape")


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


def _registered() -> list[type[Policy] | type[Outcome]]:
    """The class of every policy and outcome there is, in the order in which they came."""
    found: list[type] = []
    for base, named in ((Policy, "name"), (Outcome, "measure")):
        waiting = [base]
        while waiting:
            kind = waiting.pop(0)
            waiting += kind.__subclasses__()
            found += [kind] if named in vars(kind) else []
    return found


def _inspect(file: Path, before: list[type[Policy] | type[Outcome]]) -> None:
    """Refuse classes that cannot be used, or that take the name of another."""
    from .checking.schema import document

    known = {_called(kind) for kind in before}
    try:
        for kind in (each for each in _registered() if each not in before):
            if wrong := _unusable(kind, known):
                raise WedgeError(wrong)
            known.add(_called(kind))
        document()
    except WedgeError as error:
        raise WedgeError(f"--plugin {file}: {error}") from None
    except Exception as error:
        raise WedgeError(f"--plugin {file}: its classes cannot be used ({_said(error)})") from error


def _called(kind: type[Policy] | type[Outcome]) -> tuple[str, str]:
    return ("policy", kind.name) if issubclass(kind, Policy) else ("outcome", kind.measure)


def _unusable(kind: type[Policy] | type[Outcome], known: set[tuple[str, str]]) -> str:
    """Why a class cannot be used, or ''."""
    what, name = _called(kind)
    if (what, name) in known:
        return f"there is a {what} called {name!r} already; choose another name"
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        return f"{name!r} cannot be a name; use small letters, digits and _"
    if "__dataclass_fields__" not in vars(kind):
        return f"the class {kind.__name__} must be a dataclass, @dataclass(frozen=True)"
    return ""


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
