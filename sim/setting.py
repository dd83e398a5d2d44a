"""What holds in every world, whatever mechanisms are on: the setting, conduct and alignment.

Frozen dataclasses of parameters, like the mechanisms, but never switched off. Read
`mechanisms/__init__.py` next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .axes import Array, Terms, matters, xp
from .equations import reciprocal_stance
from .parameters import parameter
from .state import State


@dataclass(frozen=True)
class Setting:
    """The board: how near actors are, what each could gain from each, how they grow."""

    name: ClassVar[str] = "setting"

    proximity: Array = parameter(
        0.5, unit="1", plausible=(0.0, 1.0), over="pair",
        meaning="nearness of a pair for military purposes; 1 is next door",
        source="Walt 1987 for the factor; values are assumption A4")  # fmt: skip
    opportunity: Array = parameter(
        0.0, unit="share", plausible=(0.0, 1.0), over="dyad",
        meaning="share of an actor's (row's) outside opportunities that lie with the target; 1 a row at most",
        source="trade shares where given; else assumption A7")  # fmt: skip
    growth: Array = parameter(
        0.0, unit="1/quarter", plausible=(-0.02, 0.02), over="actor", kind="growth",
        allowed=(-0.5, 0.5),
        meaning="growth of capability relative to the rest of the world",
        source="assumption A3")  # fmt: skip
    size_exponent: Array = parameter(
        1.0, unit="1", plausible=(0.0, 1.0),
        meaning="how far size counts where actors are weighed: 0 all alike, 1 by capability",
        source="assumption A6")  # fmt: skip
    spillover: Array = parameter(
        0.0, unit="1", plausible=(0.0, 1.0),
        meaning="how far punishment of one violator teaches the others",
        source="assumption A11")  # fmt: skip


@dataclass(frozen=True)
class Conduct:
    """How a stance moves: routine, reciprocity's counterpart, and noise."""

    name: ClassVar[str] = "conduct"

    inertia: Array = parameter(
        0.5, unit="1/quarter", plausible=(0.2, 0.8), allowed=(0.0, 0.999), kind="memory",
        meaning="share of last quarter's engagement that routine keeps",
        source="own lags .39 to .51 (weekly) and .58 to .64 (13-week means) in VARs on Goldstein scores "
               "of the Israel-Palestine conflict data of Brandt & Freeman 2006: assumption A1")  # fmt: skip
    noise: Array = parameter(
        0.05, unit="1", plausible=(0.0, 0.15), allowed=(0.0, 1.0), kind="memory noise",
        meaning="standard deviation of the quarterly shock to an engagement",
        source="assumption A2")  # fmt: skip
    feedback: Array = parameter(
        0.0, unit="1", plausible=(0.0, 0.5), allowed=(-1.0, 2.0),
        meaning="how far a change of alignment changes dispositions (security dilemma of alliances)",
        source="Snyder 1984 for the mechanism; strength is assumption A8")  # fmt: skip
    disposition: Array = parameter(
        None, unit="1", plausible=(-1.0, 1.0), allowed=(-5.0, 5.0), over="dyad",
        meaning="engagement an actor tends to, before reciprocity; found from the start unless given",
        source="derived: the start is a rest point (A12)")  # fmt: skip

    def routine(self, state: State, start: State, response: Array) -> Terms:
        """What routine calls for, before pressures: disposition, reciprocity, feedback; `(n, n, R)` each.

        The first two by `equations.reciprocal_stance` from the disposition, the `response` r in force
        `(n, n, 1|R)` and the stance received; then ``(1 - |r_ij|) feedback (x_ij - x_ij(0))``, (0) the start.
        """
        own, answer = reciprocal_stance(self.disposition, response, state.stance.swapaxes(0, 1))
        terms = {"disposition": own, "reciprocity": answer}
        if matters(self.feedback):
            drift = self.feedback * (state.alignment - start.alignment)
            terms["alignment feedback"] = (1.0 - xp.abs(response)) * drift
        return terms


@dataclass(frozen=True)
class Alignment:
    """How an alignment follows the forces on it."""

    name: ClassVar[str] = "alignment"

    adjustment: Array = parameter(
        0.2, unit="1/quarter", plausible=(0.05, 0.4), allowed=(0.0, 1.0), kind="rate",
        meaning="speed of alignment; its half-life is about 3 to 7 quarters at the default",
        source="assumption A2")  # fmt: skip
    reversion: Array = parameter(
        0.5, unit="1", plausible=(0.3, 0.8), allowed=(0.01, 5.0),
        meaning="pull back to rest affinity; sets the scale of all weights",
        source="assumption A2")  # fmt: skip
    noise: Array = parameter(
        0.01, unit="1", plausible=(0.0, 0.05), allowed=(0.0, 0.5), kind="diffusion",
        meaning="standard deviation of the quarterly shock to an alignment",
        source="assumption A2")  # fmt: skip
    rest: Array = parameter(
        None, unit="1", plausible=(-1.0, 1.0), allowed=(-5.0, 5.0), over="pair",
        meaning="affinity without any force (history, regimes, economies); found from the start unless given",
        source="derived: the start is a rest point (A12)")  # fmt: skip
