"""Write docs/odd.md, the model description, from its template and the code: `make docs`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from odd_submodels import submodels, told
from odd_watching import moved, routine, small, streams, watched

import sim
from sim.axes import Array
from sim.build import build
from sim.calendar import date_of
from sim.distributions import SHAPES
from sim.luck import NoLuck
from sim.outcomes import outcomes
from sim.rest import at_rest
from sim.rules import declared
from sim.scenario import load
from sim.state import FLOWS, Quantity, quantities

HERE = Path(__file__).parent
PAGE, TEMPLATE = HERE / "odd.md", HERE / "odd_template.md"

ENTITIES = {
    (): "world", ("actor",): "actor", ("actor", "target"): "dyad", ("dispute",): "dispute",
    ("flashpoint",): "flashpoint", ("flashpoint", "target"): "flashpoint and bystander",
}  # fmt: skip
"""What a quantity belongs to, by its axes."""

RESCALED = {
    "constant": "v",
    "memory": "v^h",
    "decay": "1 - (1 - v)^h",
    "rate": "v h",
    "growth": "(1 + v)^h - 1",
    "hazard": "-h log(1 - v), events expected in a step",
    "diffusion": "v sqrt(h)",
    "memory noise": "v sqrt((1 - k^(2h)) / (1 - k^2)), k being `conduct.inertia`",
    "flow noise": "v / sqrt(h)",
}
"""How a value v per quarter becomes one per step of h quarters, by kind (`sim/timescale.py`)."""

PARTS = (
    "patron", "client", "commitment", "rivals", "attacker", "defender", "divider", "target", "adversary",
    "holder", "claimant",
)  # fmt: skip
"""What a tie says."""

DECIDES = {
    "engagement": "the shock to an engagement",
    "alignment": "the shock to an alignment",
    "violation": "whether an actor violates the order",
    "crisis": "whether a crisis breaks out",
    "joining": "which side a bystander joins, or none",
    "contest": "whether the defender holds",
    "settlement": "whether a dispute is settled",
    "activity": "how activity swings around its mean",
    "policy": "what a policy that draws chooses",
    "event": "whether an event with a probability happens, once for the run",
    "uncertainty": "the value of an uncertain input, once for the run",
}
"""What each stream of luck decides."""


def odd() -> str:
    """The whole page."""
    made: dict[str, Callable[[], Iterable[str]]] = {
        "quantities": _quantities, "parameters": _parameters, "timescale": _timescale,
        "schedule": _schedule, "terms": _terms, "streams": _streams, "outcomes": _outcomes,
        "start": _start, "default": _default, "found": _found, "events": _events, "shapes": _shapes, "submodels": submodels,
    }  # fmt: skip
    text = TEMPLATE.read_text(encoding="utf-8").split("\n", 1)[1]
    asked = re.findall(r"^<!-- made: (\w+) -->$", text, re.MULTILINE)
    if sorted(asked) != sorted(made):
        raise ValueError(f"{TEMPLATE.name} asks for {asked}; expected each of {list(made)} once")
    for name in asked:
        text = text.replace(f"<!-- made: {name} -->", "\n".join(made[name]()).strip())
    return "<!-- Made by `make docs` from odd_template.md and the code; do not edit. -->\n" + text


def _table(head: str, rows: Iterable[Iterable[str]]) -> list[str]:
    columns = head.split(" | ")
    body = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {head} |", "|" + "---|" * len(columns), *body]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)


def _first_line(thing: object) -> str:
    return inspect.cleandoc(thing.__doc__ or "").splitlines()[0]


# --- entities and scales -----------------------------------------------------------------------


def _quantities() -> list[str]:
    moving = {name: f"`{half}`" for name, (half, _) in moved(watched(routine())).items()}
    anew = {
        "stance": "anew in `struck_stances`", "threat": "anew in `struck_stances`",
        "guarantee": "anew in `with_guarantees`", "intent": "`acted`, from decisions",
    }  # fmt: skip

    def row(each: Quantity) -> tuple[str, ...]:
        moves = (moving | anew)[each.name] + ("; a flow, from 0 in each step" if each.name in FLOWS else "")
        limits = f"{each.low:g} to {each.high:g}"
        return f"`{each.name}`", ENTITIES[each.axes], each.unit, limits, moves, each.meaning

    return _table("quantity | of each | unit | range | moves | meaning", map(row, quantities()))


def _parameters() -> list[str]:
    of_each: dict[str, list[str]] = {}
    for group, each in declared():
        of_each.setdefault(each.over, []).append(f"{group}.{each.name}")
    of_each["world"] = []
    return _table(
        "of each | parameters",
        ((over, _codes(names) or "all others") for over, names in sorted(of_each.items())),
    )


def _timescale() -> list[str]:
    of_kind: dict[str, list[str]] = {}
    for group, each in declared():
        of_kind.setdefault(each.kind, []).append(f"{group}.{each.name}")
    return _table(
        "kind | per step | parameters",
        (
            (kind, how, "all others" if kind == "constant" else _codes(of_kind[kind]))
            for kind, how in RESCALED.items()
        ),
    )


# --- schedule ----------------------------------------------------------------------------------


def _schedule() -> Iterator[str]:
    actors = len(small().actors)
    for depth, function, times in watched(small()).root.flat():
        often = " Once for each actor." if times == actors else ""
        name = f"`{function.__qualname__}` ({_file(function)})"
        yield f"{'   ' * depth}1. {name}: {_first_line(function)}{often}"


def _file(function: Callable[..., Any]) -> str:
    return Path(inspect.getfile(function)).relative_to(Path(sim.__file__).parent.parent).as_posix()


def _terms() -> list[str]:
    rows = (
        (f"`{name}`", f"`{half}`", ", ".join(term for term in terms if term != "bound"))
        for name, (half, terms) in moved(watched(routine())).items()
    )
    return _table("quantity | in | terms, in the order in which they are added", rows)


def _streams() -> list[str]:
    rows = ((name, shape, owner, DECIDES[name]) for name, (shape, owner) in streams(small()).items())
    return _table("stream | numbers | one for each | decides", rows)


def _outcomes() -> list[str]:
    return _table(
        "measure | what it tells", ((f"`{name}`", _first_line(kind)) for name, kind in outcomes().items())
    )


# --- the start ---------------------------------------------------------------------------------


def _start() -> list[str]:
    return told("at_rest", at_rest)


def _default() -> Iterator[str]:
    """What the default scenario gives, its alignments over its engagements."""
    scenario = load()
    start, ties = build(scenario, luck=NoLuck(), drawn={}).start, scenario.spec.ties
    yield from _table(
        "actor | capability | grievance | deterrent",
        (
            (
                each,
                *(f"{getattr(start, name)[k, 0, 0]:g}" for name in ("capability", "grievance", "deterrent")),
            )
            for k, each in enumerate(scenario.actors)
        ),
    )
    yield f"\nOrder: {start.order.item():g}. Ties:\n"
    for kind in ("alliances", "flashpoints", "wedges", "disputes"):
        for name, each in getattr(ties, kind).items():
            parts = (f"{part} {_listed(value)}" for part, value in each if part in PARTS and value)
            yield f"- {kind.removesuffix('s')} `{name}`: {', '.join(parts)}"
    yield "\nEngagements (row toward column):\n"
    yield from _square(scenario.actors, start.engagement)
    yield "\nAlignments:\n"
    yield from _square(scenario.actors, start.alignment)


def _listed(value: Any) -> str:
    return " and ".join(value) if isinstance(value, (list, tuple)) else f"{value}"


def _square(names: tuple[str, ...], values: Array) -> list[str]:
    """Dyads `(n, n, 1)` as a table, to two places."""
    return _table(
        " | ".join(["actor", *names]),
        (
            (name, *("" if i == j else f"{values[i, j, 0] + 0.0:.2f}" for j in range(len(names))))
            for i, name in enumerate(names)
        ),
    )


def _found() -> Iterator[str]:
    scenario = load()
    rules, _ = build(scenario, luck=NoLuck(), drawn={}).settled
    for title, values in (
        ("Dispositions", rules.conduct.disposition),
        ("Rest affinities", rules.alignment.rest),
    ):
        yield f"{title}:\n"
        yield from _square(scenario.actors, np.round(values, 2))
        yield ""


def _events() -> list[str]:
    rows = []
    for name, each in load().spec.events.items():
        changes = [f"`{path}` to {value:g}" for path, value in each.set.items()]
        changes += [f"`{path}` by {value:+g}" for path, value in each.add.items()]
        if changes:
            dates = date_of(each.at) + (f" to {date_of(each.until)}" if each.until is not None else "")
            rows.append((f"`{name}`", dates, f"{each.probability:g}", "; ".join(changes)))
    return _table("event | date | probability | changes", rows)


def _shapes() -> list[str]:
    return _table("distribution | numbers", ((f"`{name}`", words) for name, words in SHAPES.items()))


if __name__ == "__main__":
    PAGE.write_text(odd(), encoding="utf-8")
