"""Write docs/reference.md from the declarations in the code: `make docs`."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import FunctionType

from sim import equations
from sim.analyses import analyses
from sim.designs import designs
from sim.mechanisms import MECHANISMS
from sim.outcomes import outcomes
from sim.parameters import Parameter, parameters_of
from sim.policies import policies
from sim.rules import GROUPS
from sim.state import quantities

PAGE = Path(__file__).parent / "reference.md"
HEAD = (
    "| name | default | unit | plausible | one for each | meaning | source |\n|---|---|---|---|---|---|---|"
)


def reference() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Reference",
            "",
            "Made from the code by `make docs`; do not edit. The same is printed by `wedge describe`.",
            "",
            *_quantities(),
            *_parameters(),
            *_equations(),
            *_policies(),
            *_outcomes(),
            *_settings("Designs", designs()),
            *_settings("Analyses", analyses()),
        ]
    )


def _manual(kind: object) -> list[str]:
    return [*inspect.cleandoc(kind.__doc__ or "").splitlines(), ""]


def _quantities() -> list[str]:
    rows = [
        f"| `{each.name}` | {', '.join(each.axes) or 'world'} | {each.unit} | {each.low:g} to {each.high:g} | {each.meaning} |"
        for each in quantities()
    ]
    return [
        "## Quantities",
        "",
        "| name | axes | unit | range | meaning |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]


def _row(each: Parameter) -> str:
    default = "from the start" if each.default is None else f"{each.default:g}"
    cells = [
        f"`{each.name}`",
        default,
        each.unit,
        f"{each.low:g} to {each.high:g}",
        each.over,
        each.meaning,
        each.source,
    ]
    return "| " + " | ".join(cells) + " |"


def _parameters() -> list[str]:
    lines = ["## Parameters", ""]
    for name, kind in GROUPS.items():
        mechanism = " (mechanism)" if name in MECHANISMS else ""
        lines += [f"### {name}{mechanism}", "", *_manual(kind), HEAD, *map(_row, parameters_of(kind)), ""]
    return lines


def _equations() -> list[str]:
    lines = ["## Equations", ""]
    for name, function in vars(equations).items():
        if (
            isinstance(function, FunctionType)
            and function.__module__ == equations.__name__
            and name[0] != "_"
        ):
            lines += [f"### `{name}`", "", *_manual(function)]
    return lines


def _policies() -> list[str]:
    lines = ["## Policies", ""]
    for name, kind in policies().items():
        rows = list(parameters_of(kind))
        lines += [f"### `{name}`", "", *_manual(kind), *([HEAD, *map(_row, rows), ""] if rows else [])]
    return lines


def _outcomes() -> list[str]:
    lines = ["## Outcomes", ""]
    for name, kind in outcomes().items():
        columns = [
            f"| `{column or '(the outcome itself)'}` | {unit} | {meaning} |"
            for column, (unit, meaning) in kind.columns.items()
        ]
        lines += [
            f"### `{name}`",
            "",
            *_manual(kind),
            "| column | unit | meaning |",
            "|---|---|---|",
            *columns,
            "",
        ]
    return lines


def _settings(title: str, kinds: dict[str, type]) -> list[str]:
    """Designs or analyses, each with its manual and its settings."""
    lines = [f"## {title}", ""]
    for name, kind in kinds.items():
        rows = [
            f"| `{each.name}` | {_unless_given(each)} | {_asked(each)} |"
            for each in fields(kind)
            if each.metadata
        ]
        head = ["| setting | unless given | meaning |", "|---|---|---|"]
        lines += [f"### `{name}`", "", *_manual(kind), *head, *rows, ""]
    return lines


def _unless_given(each: Field) -> str:
    if each.default is MISSING:
        return "(must be given)"
    return "" if each.default in (None, ()) else str(each.default).lower()


def _asked(each: Field) -> str:
    words = each.metadata.get("words")
    several = "; a list" if each.metadata.get("many") else ""
    return each.metadata["meaning"] + several + (f"; one of {', '.join(words)}" if words else "")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
