"""An experiment: uncertainties by levers by replications, over a scenario; checked and frozen.

`load` reads a YAML file, lays its changes over the scenario, makes one scenario of every option (a
combination of the levers' settings), and checks all of it; every fault is told at its place. What an
experiment is to a sweep stands in `definition`, whose fingerprint names the sweep's folder.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path as FilePath
from typing import Any

from .. import __version__, yamltext
from .. import scenario as scenarios
from ..analyses import Analysis
from ..backends import libraries
from ..errors import ScenarioError, WedgeError, nearest
from ..luck import BLOCK
from ..plugins import LOADED
from ..scenario import Scenario
from ..study import Lever, Option
from ..yamltext import shown
from .overrides import override
from .plan import Plan
from .reading import WORDS_ONLY, Reader, read

FORMAT = 1
LIBRARIES = ("numpy", "scipy", "salib")
"""Libraries whose version may change a sweep's bits: arithmetic and designs."""


@dataclass(frozen=True)
class Experiment:
    """An experiment that has passed every check.

    `scenarios` holds one scenario an option, in the order of `options`; `outcomes` the columns that
    are kept, with unit and meaning. `spec` is the file's own form, `sets` what overrode it, `text` the file
    as it was read.
    """

    name: str
    spec: Any = field(repr=False)
    plan: Plan
    levers: tuple[Lever, ...]
    options: tuple[Option, ...]
    scenarios: tuple[Scenario, ...] = field(repr=False)
    outcomes: Mapping[str, tuple[str, str]] = field(repr=False)
    analyses: Mapping[str, Analysis]
    sets: tuple[str, ...] = ()
    backend: str = "numpy"
    text: str = field(default="", repr=False)

    @cached_property
    def definition(self) -> dict[str, Any]:
        """All that bears on the numbers, as plain data."""
        return {
            "format": FORMAT,
            "plan": self.plan.data(),
            "options": {
                option.name: {key: value for key, value in each.data.items() if key not in WORDS_ONLY}
                for option, each in zip(self.options, self.scenarios, strict=True)
            },
            "outcomes": list(self.outcomes),
            "plugins": dict(LOADED),
            "backend": self.backend,
            "versions": versions(self.backend),
            "luck_block": BLOCK,
        }

    @cached_property
    def fingerprint(self) -> str:
        """Ten hexadecimal digits that change with anything that bears on the numbers."""
        text = json.dumps(self.definition, sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:10]


def versions(backend: str = "numpy") -> dict[str, str]:
    """The version of all that may change a sweep's bits."""
    found = {"wedge-sim": __version__, **{name: metadata.version(name) for name in LIBRARIES}}
    return found | libraries(backend)


def shipped() -> FilePath:
    """The folder of the experiments that come with the package."""
    inside = FilePath(str(importlib.resources.files("sim"))) / "shipped" / "experiments"
    return inside if inside.is_dir() else FilePath(__file__).parent.parent.parent / "experiments"


def names() -> list[str]:
    """Names of the shipped experiments."""
    return sorted(file.stem for file in shipped().glob("*.yaml"))


def is_experiment(where: str | FilePath) -> bool:
    """Whether a YAML file holds an experiment rather than a scenario."""
    document, _ = yamltext.load(str(where))
    return document is not None and bool({"scenario", "design"} & set(document.data))


def question_of(name: str) -> str:
    """The question of a shipped experiment, or '' where it cannot be read."""
    document, _ = yamltext.load(str(shipped() / f"{name}.yaml"))
    return str(document.data.get("question", "")) if document is not None else ""


def load(where: str | FilePath, sets: Sequence[str] = (), backend: str = "numpy") -> Experiment:
    """An experiment by shipped name or by file, with overrides ``path=value`` of its own keys.

    `backend` is what is to compute it: numpy, or compiled where llvmlite is installed. Raises ScenarioError
    with every fault at file:line:column, or WedgeError where there is no file.
    """
    libraries(backend)
    path = _located(str(where))
    found = read(path, list(map(override, sets)))
    if found.faults:
        raise ScenarioError(found.faults)
    text = path.read_text(encoding="utf-8-sig")
    return _experiment(path.stem, found, tuple(each.strip() for each in sets), backend, text)


def _experiment(name: str, found: Reader, sets: tuple[str, ...], backend: str, text: str) -> Experiment:
    return Experiment(
        name=name, spec=found.spec, plan=found.plan, levers=found.levers, options=found.options,
        scenarios=found.scenarios, outcomes=found.outcomes, analyses=found.analyses,
        sets=sets, backend=backend, text=text,
    )  # fmt: skip


def _located(where: str) -> FilePath:
    if FilePath(where).suffix in (".yaml", ".yml"):
        return FilePath(where)
    if where in names():
        return shipped() / f"{where}.yaml"
    if where in scenarios.names():
        raise WedgeError(f"{where} is a scenario, not an experiment; try: wedge run {where}")
    raise WedgeError(
        f"there is no experiment called {shown(where)}{nearest(where, names())}; "
        f"give a file that ends in .yaml, or one of {', '.join(names())}"
    )
