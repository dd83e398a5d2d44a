"""Whatever there is, described by its name: parameters, policies, outcomes, designs, scenarios and more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .. import experiment
from ..analyses import analyses
from ..build import outcomes_of
from ..designs import designs
from ..errors import WedgeError, nearest
from ..mechanisms import MECHANISMS
from ..outcomes import outcomes
from ..policies import policies
from ..rules import GROUPS, declared
from ..scenario import DEFAULT, case_names, load, names
from .experiments import experiment_told
from .kinds import kind_told, kinds_told, parameters_told, quantities_told, stages
from .listing import experiments_listed, listed
from .scenarios import scenario_told
from .telling import Told, manual

_WORDS: dict[str, Callable[[], Told]] = {
    "parameters": lambda: parameters_told(list(declared())),
    "mechanisms": lambda: kinds_told(dict(MECHANISMS)),
    "policies": lambda: kinds_told(dict(policies())),
    "outcomes": lambda: kinds_told(dict(outcomes())),
    "quantities": quantities_told,
    "stages": stages,
    "designs": lambda: kinds_told(dict(designs())),
    "analyses": lambda: kinds_told(dict(analyses())),
    "scenarios": lambda: listed(Path("results")),
    "experiments": experiments_listed,
}
WORDS = tuple(_WORDS)


def described(what: str | None) -> Told:
    """What a word stands for. Raises WedgeError, with the nearest word, where it stands for nothing."""
    if what is not None and what.endswith((".yaml", ".yml")):
        return _file(what)
    what = "parameters" if what is None else what.lower()
    if what in _WORDS:
        return _WORDS[what]()
    kinds: dict[str, type] = {**policies(), **outcomes(), **designs(), **analyses()}
    if what in GROUPS:
        told = parameters_told([(group, each) for group, each in declared() if group == what])
        return Told([*manual(GROUPS[what]), "", *told.lines], told.data)
    group, _, name = what.partition(".")
    if one := [(key, each) for key, each in declared() if key == group and each.name == name]:
        return parameters_told(one)
    if what in kinds:
        return kind_told(what, kinds[what])
    if what in (*names(), *case_names(), "base"):
        return scenario_told(load(what))
    if what in experiment.names():
        return experiment_told(experiment.load(what))
    chosen = outcomes_of(load(DEFAULT))
    if what in chosen:
        return kind_told(what, type(chosen[what]))
    parameters = [f"{key}.{each.name}" for key, each in declared()]
    known = [*WORDS, *GROUPS, *parameters, *kinds, *names(), *case_names(), *experiment.names()]
    raise WedgeError(
        f"nothing is called {what!r}{nearest(what, known)}; try {', '.join(WORDS)}, a scenario or an experiment"
    )


def _file(what: str) -> Told:
    return (
        experiment_told(experiment.load(what))
        if experiment.is_experiment(what)
        else scenario_told(load(what))
    )
