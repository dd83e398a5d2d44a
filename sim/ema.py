"""Experiments as models of EMA Workbench, the field's tool for exploratory modelling.

`wedge_model` gives an EMA model whose uncertainties, levers, outcomes and replications are those of an
experiment; `policies` gives its options; `ensemble_evaluator` computes all of EMA's experiments
together. Replication r has the luck of run r at every point, as in a sweep, so the numbers are a
sweep's, bit for bit. The only import of ema_workbench, and only where it is used. Read `functions.py` next.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from .designs import Input, Inputs
from .distributions import Distribution
from .errors import WedgeError, nearest
from .experiment import Experiment, load
from .experiment.constraints import Constraint
from .functions import Function, as_function
from .study import Lever, Option

KEPT = frozenset(
    {
        "run", "name", "unique_id", "scenario", "policy", "model", "uncertainties", "levers", "outcomes", "constants",
        "function", "replications", "nreplications", "output", "output_variables", "outcomes_output",
        "constraints_output", "working_directory", "as_dict", "cleanup", "initialized", "model_init", "reset_model",
        "retrieve_output", "run_experiment", "run_model",
    }
)  # fmt: skip
"""Names that EMA keeps for itself; a lever that is called so gets an underscore behind its name."""

EDGE = 1e-12
"""Share of a range by which rounding in EMA's samplers may miss its ends; a few bits would be 1e-15."""


def wedge_model(
    experiment: str | Path | Experiment, *, sets: Sequence[str] = (), replications: int | None = None
) -> Any:
    """An experiment (by name, file or itself, with overrides `sets`) as a model of EMA Workbench.

    A `ReplicatorModel`, whose outcomes are arrays over replications, or with one replication a
    `Model`, whose outcomes are numbers. Uncertainties keep their distributions, levers are
    categories, and points that do not keep the experiment's constraints get NaN. Raises WedgeError
    where EMA Workbench is missing, or where `replications` must be told.
    """
    found = experiment if isinstance(experiment, Experiment) else load(experiment, sets)
    ema, count = workbench(), _replications(found, replications)
    runs = _runs_of(found, count)
    if count == 1:
        model = ema.Model(model_name(found.name), function=runs)
    else:
        model = ema.ReplicatorModel(model_name(found.name), function=runs)
        model.replications = [{"run": k} for k in range(count)]
    parts = [_uncertainty(ema, each) for each in found.plan.inputs]
    model.uncertainties = [each for each in parts if not isinstance(each, ema.Constant)]
    model.constants = [each for each in parts if isinstance(each, ema.Constant)]
    model.levers = [
        ema.CategoricalParameter(ema_name(each.name), list(_categories(each)), default=_categories(each)[0])
        for each in found.levers
        if len(each.settings) > 1
    ]
    model.outcomes = _outcomes(ema, found, count)
    return model


def policies(model: Any) -> list[Any]:
    """The options of a model's experiment, each combination of settings, as EMA policies by name."""
    runs = _wedge(model)
    return [
        workbench().Policy(
            each.name, **{ema_name(lever.name): _category(lever, each) for lever in runs.levers}
        )
        for each in runs.options
    ]


def ensemble_evaluator(models: Any) -> Any:
    """An evaluator of EMA Workbench that computes all experiments of a call together, in this process.

    Gives what EMA's own evaluators give, many times quicker than one experiment after another.
    """
    ema = workbench()

    class EnsembleEvaluator(ema.SequentialEvaluator):  # type: ignore[name-defined]
        def evaluate_experiments(
            self, scenarios: Any, policies: Any, callback: Any, combine: str = "factorial"
        ) -> None:
            scenarios, policies = list(scenarios), list(policies)
            asked: dict[str, list[dict[str, Any]]] = {model.name: [] for model in self._msis}
            models = {model.name: model for model in self._msis}
            generator = import_module("ema_workbench.em_framework.points").experiment_generator
            for each in generator(scenarios, self._msis, policies, combine=combine):
                asked[each.model_name].append(_given(models[each.model_name], each))
            for name, many in asked.items():
                _wedge(models[name]).prepare(many)
            super().evaluate_experiments(scenarios, policies, callback, combine=combine)
            for each in self._msis:
                each.function.known.clear()

    return EnsembleEvaluator(models)


def workbench() -> Any:
    """EMA Workbench, imported without its warnings. Raises WedgeError where it is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module("ema_workbench")
    except ImportError:
        raise WedgeError("EMA Workbench is needed: pip install 'wedge-sim[ema]'") from None


def ema_name(name: str) -> str:
    """A lever's name as EMA can take it."""
    return f"{name}_" if name in KEPT else name


def model_name(name: str) -> str:
    """An experiment's name as EMA can take it: letters and digits alone."""
    return "".join(each for each in name if each.isalnum()) or "wedge"


def _replications(experiment: Experiment, asked: int | None) -> int:
    plan = experiment.plan
    if asked is None and plan.own_luck and plan.replications == 1:
        told = "every point of this experiment has luck of its own, which EMA's points cannot have"
        raise WedgeError(f"{told}; say how many runs of equal luck each is to have, e.g. replications=10")
    count = plan.replications if asked is None else asked
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise WedgeError(f"replications is {count!r}; expected a whole number, 1 or more")
    return count


def _uncertainty(ema: Any, each: Input) -> Any:
    """An input as EMA's parameter, the value itself over its range, drawn from its own distribution."""
    default = each.nominal if np.isfinite(each.nominal) else None
    shape, numbers = each.shape.shape, each.shape.numbers
    if shape == "choice":
        return _choice(ema, each.path, numbers, default)
    if shape == "row":
        return ema.IntegerParameter(each.path, *map(int, numbers), default=default and int(default))
    if shape == "uniform":
        return ema.RealParameter(each.path, *numbers, default=default)
    made = ema.RealParameter.from_dist(each.path, _frozen(each.shape), default=default, pff=False)
    made.lower_bound, made.upper_bound = (
        float(np.clip(end, each.shape.low, each.shape.high)) for end in each.shape.extremes()
    )
    return made


def _frozen(shape: Distribution) -> Any:
    """A distribution as one of SciPy's, from which EMA draws."""
    from scipy import stats

    numbers = shape.numbers
    if shape.shape == "log_uniform":
        return stats.loguniform(*numbers)
    if shape.shape == "triangular":
        low, mode, high = numbers
        return stats.triang((mode - low) / (high - low), low, high - low)
    mean, sd = numbers
    return stats.truncnorm((shape.low - mean) / sd, (shape.high - mean) / sd, mean, sd)


def _choice(ema: Any, path: str, numbers: Sequence[float], default: float | None) -> Any:
    """A choice as categories, a value that stands there twice drawn twice as often; one value is a constant."""
    from scipy import stats

    values = list(dict.fromkeys(numbers))
    if len(values) == 1:
        return ema.Constant(path, values[0])
    made = ema.CategoricalParameter(path, values, default=default if default in values else None)
    if len(values) < len(numbers):
        shares = [numbers.count(each) / len(numbers) for each in values]
        made.dist = stats.rv_discrete(values=(range(len(values)), shares))()
    return made


def _categories(lever: Lever) -> tuple[Any, ...]:
    return lever.values or lever.settings


def _category(lever: Lever, option: Option) -> Any:
    return _categories(lever)[lever.settings.index(option.settings[lever.name])]


def _outcomes(ema: Any, experiment: Experiment, count: int) -> list[Any]:
    kind = ema.ScalarOutcome if count == 1 else ema.ArrayOutcome
    try:
        return [kind(name) for name in experiment.outcomes]
    except ValueError:
        raise WedgeError(
            "EMA Workbench knows an outcome of this name in this process already, with another number of "
            "replications (one, or several); start a new process for this model"
        ) from None


def _runs_of(experiment: Experiment, count: int) -> Runs:
    """What an experiment's options compute, as the function behind an EMA model."""
    functions = {
        option.name: as_function(scenario, list(experiment.outcomes))
        for option, scenario in zip(experiment.options, experiment.scenarios, strict=True)
    }
    return Runs(
        experiment.plan.inputs,
        experiment.levers,
        experiment.options,
        functions,
        experiment.plan.constraints,
        count,
    )


@dataclass
class Runs:
    """The function behind an EMA model: one run of an option at a point, its replications computed at once.

    `known` holds what was computed last, `(column, replication)` by what was given.
    """

    inputs: Inputs
    levers: tuple[Lever, ...]
    options: tuple[Option, ...]
    functions: Mapping[str, Function]
    constraints: tuple[Constraint, ...]
    replications: int
    known: dict[Hashable, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, run: int | None = None, **given: Any) -> dict[str, float]:
        """Every column of outcomes of one replication."""
        run = 0 if run is None and self.replications == 1 else run
        if run is None or not 0 <= run < self.replications:
            raise WedgeError(
                f"this model has {self.replications} replications; for others make it anew: "
                "wedge_model(..., replications=N)"
            )
        key = _key(given)
        if key not in self.known:
            self.prepare([given])
        return {name: float(each[run]) for name, each in self.known[key].items()}

    def prepare(self, many: Iterable[dict[str, Any]]) -> None:
        """Compute all replications of these at once, in place of what was known."""
        groups: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
        for each in many:
            groups.setdefault((self._option(each), tuple(self._paths(each))), []).append(each)
        self.known = {
            key: found for group, some in groups.items() for key, found in self._computed(*group, some)
        }

    def _computed(
        self, option: str, paths: tuple[str, ...], some: list[dict[str, Any]]
    ) -> Iterator[tuple[Hashable, dict[str, Any]]]:
        """The outcomes of some points of an option."""
        points = {path: np.array([float(each[path]) for each in some]) for path in paths}
        function = self.functions[option]
        # A setting may give a number that is uncertain in the other options.
        values = {
            path: _within(each, *function.limits(path))[:, None]
            for path, each in points.items()
            if path in function.inputs
        }
        runs = np.broadcast_to(np.arange(self.replications), (len(some), self.replications))
        found = function(values, run=runs)
        kept = self._kept(points, len(some))
        for k, each in enumerate(some):
            yield _key(each), {name: np.where(kept[k], value[k], np.nan) for name, value in found.items()}

    def _kept(self, points: Mapping[str, Any], count: int) -> Any:
        """Where the constraints hold, `(point,)`."""
        missing = [each.path for each in self.inputs if each.path not in points]
        if self.constraints and missing:
            raise WedgeError(f"{missing[0]} must be given, as the experiment has constraints")
        return np.logical_and.reduce(
            [np.ones(count, bool), *(each.holds(points) for each in self.constraints)]
        )

    def _paths(self, given: Mapping[str, Any]) -> Iterator[str]:
        known, levers = [each.path for each in self.inputs], [ema_name(each.name) for each in self.levers]
        for name in given:
            if name in known:
                yield name
            elif name not in levers:
                raise WedgeError(
                    f"there is no input or lever called {name!r}{nearest(name, [*known, *levers])}"
                )

    def _option(self, given: Mapping[str, Any]) -> str:
        """The option of these settings; a lever that is not given is at its first."""
        chosen = {}
        for lever in self.levers:
            known = _categories(lever)
            value = given.get(ema_name(lever.name), known[0])
            if value not in known:
                told = ", ".join(map(str, known))
                raise WedgeError(f"the lever {lever.name!r} is {value!r}; expected one of {told}")
            chosen[lever.name] = lever.settings[known.index(value)]
        return next(each.name for each in self.options if dict(each.settings) == chosen)


def _within(values: Any, low: float, high: float) -> Any:
    """Values, with those that miss an end of their range by rounding put there."""
    inside = np.clip(values, low, high)
    slack = EDGE * max(abs(low), abs(high)) if np.isfinite([low, high]).all() else 0.0
    return np.where(np.abs(values - inside) <= slack, inside, values)


def _key(given: Mapping[str, Any]) -> Hashable:
    return frozenset(given.items())


def _wedge(model: Any) -> Runs:
    """What is behind an EMA model. Raises WedgeError where it is not one of ours."""
    runs = getattr(model, "function", None)
    if not isinstance(runs, Runs):
        raise WedgeError(f"the model {getattr(model, 'name', model)!s:.60} was not made by wedge_model")
    return runs


def _given(model: Any, experiment: Any) -> dict[str, Any]:
    """What EMA hands to a model's function in one of its experiments."""
    sides = ((model.uncertainties, experiment.scenario), (model.levers, experiment.policy))
    pairs = [(each.name, point.get(each.name, each.default)) for known, point in sides for each in known]
    fixed = {each.name: each.value for each in model.constants}
    return fixed | {name: value for name, value in pairs if value is not None}
