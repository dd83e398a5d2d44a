"""An experiment in words: its question, its design, its levers, and what it will ask of the outcomes."""

from __future__ import annotations

from ..distributions import Distribution
from ..experiment import Experiment
from .telling import Told, wrapped


def experiment_lines(found: Experiment) -> list[str]:
    """That an experiment is sound, and how large it is."""
    plan = found.plan
    runs = plan.size * len(found.options)
    luck = "of its own" if plan.own_luck else "shared"
    return [
        f"{found.name}: sound",
        f"  {plan.points:,} points ({plan.design.kind}) by {plan.replications:,} replications by "
        f"{len(found.options):,} options: {runs:,} runs; luck {luck} at every point",
        f"  {len(plan.inputs)} inputs, {len(found.outcomes)} columns of outcomes, {len(found.analyses)} analyses; "
        f"fingerprint {found.fingerprint} (backend {found.backend})",
    ]


def experiment_told(found: Experiment) -> Told:
    """An experiment's question and all its parts."""
    spec = found.spec
    lines = [spec.title, *wrapped(spec.description, 2), "", f"Question: {spec.question}", ""]
    lines += [*experiment_lines(found)[1:], f"  over the scenario {spec.scenario}"]
    if found.plan.inputs:
        lines += ["", "Inputs:", *(f"  {each.path}: {_spread(each.shape)}" for each in found.plan.inputs)]
    if found.levers:
        lines += ["", "Levers:"]
    for lever in found.levers:
        lines.append(f"  {lever.name}: {lever.title}")
        lines += [f"    {each}" + _titled(lever.told(each), each) for each in lever.settings]
    if found.analyses:
        lines += ["", "Analyses:"]
        lines += [f"  {name}: {each.analysis}" for name, each in found.analyses.items()]
    return Told(lines, found.definition)


def _titled(title: str, name: str) -> str:
    return "" if title == name.replace("_", " ") else f": {title}"


def _spread(shape: Distribution) -> str:
    if shape.shape == "row":
        return f"one of {shape.high:,.0f} rows"
    return f"{shape.shape} {', '.join(f'{each:g}' for each in shape.numbers)}"
