"""What the model, its designs and its analyses declare: parameters, kinds, quantities, stages."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from ..analyses import Analysis
from ..designs import Design
from ..outcomes import CUTS, STAGES, Outcome
from ..parameters import Parameter, parameters_of
from ..policies import Policy
from ..rules import GROUPS
from ..state import quantities
from .telling import Told, manual, wrapped


def parameters_told(found: list[tuple[str, Parameter]]) -> Told:
    """Parameters with default, unit, range, meaning and source, group by group."""
    lines: list[str] = []
    last = ""
    for group, each in found:
        if group != last and len(found) > 1:
            lines += (
                ["", f"{group}: {manual(GROUPS[group])[0]}"]
                if lines
                else [f"{group}: {manual(GROUPS[group])[0]}"]
            )
        last = group
        lines += _parameter(group, each)
    return Told(lines, [{"group": group, **_facts(each)} for group, each in found])


def _facts(each: Parameter) -> dict[str, Any]:
    return {
        key: getattr(each, key)
        for key in ("name", "default", "unit", "low", "high", "over", "kind", "meaning", "source")
    }


def _parameter(group: str, each: Parameter) -> list[str]:
    default = "found from the start" if each.default is None else f"{each.default:g}"
    over = "" if each.over == "world" else f", one for each {each.over}"
    head = f"  {group}.{each.name} = {default}  [{each.unit}; plausible {each.low:g} to {each.high:g}{over}]"
    return [head, *wrapped(each.meaning, 6), *wrapped(f"Source: {each.source}", 6)]


def kinds_told(kinds: dict[str, type]) -> Told:
    """Some kinds of one thing, a line each."""
    lines = [f"  {name:<18} {manual(kind)[0]}" for name, kind in kinds.items()]
    return Told(lines, {name: manual(kind)[0] for name, kind in kinds.items()})


def kind_told(name: str, kind: type) -> Told:
    """One kind: its manual, and what it has to be told."""
    lines = [*manual(kind), ""]
    facts: dict[str, Any] = {"name": name, "manual": "\n".join(manual(kind))}
    if issubclass(kind, Policy):
        lines += [line for each in parameters_of(kind) for line in _parameter(name, each)]
        facts["parameters"] = [_facts(each) for each in parameters_of(kind)]
    if issubclass(kind, Outcome):
        for each in fields(kind):
            lines.append(f"  {each.name}: {each.metadata['meaning']}")
        lines += ["", "Columns:"]
        lines += [
            f"  {name}{'.' + c if c else ''}: {meaning} [{unit}]"
            for c, (unit, meaning) in kind.columns.items()
        ]
        facts["columns"] = {
            c: {"unit": unit, "meaning": meaning} for c, (unit, meaning) in kind.columns.items()
        }
    if issubclass(kind, Design | Analysis):
        settings = {each.name: _setting(each) for each in fields(kind) if each.metadata}
        lines += [f"  {key}: {told}" for key, told in settings.items()]
        facts["settings"] = settings
    return Told(lines, facts)


def _setting(each: Any) -> str:
    """What a setting of a design or an analysis is for, and what it is unless given."""
    words = f"; one of {', '.join(each.metadata['words'])}" if each.metadata.get("words") else ""
    several = "; a list" if each.metadata.get("many") else ""
    default = "" if each.default in (MISSING, None, ()) else f"; {each.default} unless given"
    return f"{each.metadata['meaning']}{words}{several}{default}"


def stages() -> Told:
    """The ladder of alignment, from which alignment each rung begins."""
    begins = ["below", *(f"{cut:.2f}" for cut in CUTS)]
    lines = [
        f"  {k}  {begin:>5}  {name}"
        for k, (begin, name) in enumerate(zip(begins, STAGES, strict=True), start=1)
    ]
    return Told(
        ["Stages of alignment (Korolev 2018; where each begins is assumption A16):", *lines], list(STAGES)
    )


def quantities_told() -> Told:
    """The quantities of the state."""
    lines = []
    for each in quantities():
        lines += [
            f"  {each.name} ({', '.join(each.axes) or 'world'})  [{each.unit}]",
            *wrapped(each.meaning, 6),
        ]
    return Told(
        lines,
        [
            {"name": each.name, "axes": each.axes, "unit": each.unit, "meaning": each.meaning}
            for each in quantities()
        ],
    )
