"""The rules in force: every parameter of a world, and how events change them.

`Rules` bundles the setting, conduct, alignment and mechanisms. Events change a parameter by making
new rules; nothing is ever changed in place. Read `world.py` next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .axes import Array, Terms, xp
from .mechanisms import MECHANISMS, Mechanism, Scene
from .parameters import Parameter, parameters_of
from .setting import Alignment, Conduct, Setting
from .timescale import per_step

Group = Any
"""A dataclass of parameters: setting, conduct, alignment, or a mechanism."""

GROUPS: dict[str, type] = {each.name: each for each in (Setting, Conduct, Alignment)} | MECHANISMS
"""Every group of parameters, by the name that scenarios use."""


def declared() -> Iterator[tuple[str, Parameter]]:
    """Every parameter of the model with the group it belongs to."""
    for group, kind in GROUPS.items():
        for each in parameters_of(kind):
            yield group, each


@dataclass(frozen=True)
class Rules:
    """The parameters in force, group by group; arrays as in `axes.py`."""

    groups: Mapping[str, Group]

    @property
    def setting(self) -> Setting:
        """The board."""
        return self.groups["setting"]

    @property
    def conduct(self) -> Conduct:
        """How stances move."""
        return self.groups["conduct"]

    @property
    def alignment(self) -> Alignment:
        """How alignments move."""
        return self.groups["alignment"]

    @cached_property
    def active(self) -> list[Mechanism]:
        """The mechanisms that are on in some run, in the order of the table."""
        return [self.groups[name] for name in MECHANISMS if not self.groups[name].idle]

    def pressures(self, scene: Scene) -> Terms:
        """What all mechanisms add to intents, `(n, n, R)` by name."""
        return _joined(each.pressures(scene) for each in self.active)

    def forces(self, scene: Scene) -> Terms:
        """How all mechanisms pull on alignment, `(n, n, R)` by name."""
        return _joined(each.forces(scene) for each in self.active)

    def per_step(self, h: float, known: dict[int, tuple[Group, Group]]) -> Rules:
        """The same rules with every rate given per step of `h` quarters.

        Groups that stay the same from one set of rules to the next are rescaled once (`known`).
        """
        for group in self.groups.values():
            if id(group) not in known:
                known[id(group)] = (group, per_step(group, h))
        return Rules({name: known[id(group)][1] for name, group in self.groups.items()})

    def altered(self, group: str, name: str, value: Array) -> Rules:
        """The same rules with one parameter replaced."""
        changed = replace(self.groups[group], **{name: value})
        return Rules({**self.groups, group: changed})

    def filled(self, group: str, name: str, derived: Array) -> Rules:
        """The same rules with a parameter's open values (NaN) found from the start."""
        given = getattr(self.groups[group], name)
        return self.altered(group, name, xp.where(np.isnan(given), derived, given))


def _joined(parts: Iterable[Terms]) -> Terms:
    """Terms of several mechanisms; no two may have one name."""
    found: Terms = {}
    for terms in parts:
        for name, term in terms.items():
            if name in found:
                raise ValueError(f"two mechanisms have a term called {name!r}")
            found[name] = term
    return found
