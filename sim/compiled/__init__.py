"""The compiled backend: the text of the model, translated to machine code, eight runs side by side.

No equation stands here. The step of `world.py` is run once on numbers yet to come (`coming.py`), which
writes it down as graphs (`traced.py`); these are translated (`module.py`, `loop.py`) and kept (`kept.py`).
Luck is dealt by NumPy, the same numbers as ever. Results are NumPy's but for the last digits of powers
and exponentials, and do not depend on which runs are computed together. Read `graph.py` next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..axes import Array
from ..backends import libraries
from ..branching import Branched, handed_over
from ..errors import Unknowable, WedgeError
from ..world import World
from .kept import kernel_of
from .kernel import state_at_end
from .traced import Stretch

if TYPE_CHECKING:
    from ..state import State


def paths_of(
    world: World, names: Sequence[str], runs: int, into: dict[str, Array] | None = None
) -> dict[str, Array]:
    """Quantities after every computed step, `(time, ..., run)`, the start first, as the world itself gives them.

    Arrays of `into` are used again. Raises WedgeError where llvmlite is missing, or the scenario has a
    policy that cannot be compiled.
    """
    libraries("compiled")
    memory: dict[str, Array] = {} if into is None else into
    try:
        if isinstance(world, Branched):
            return _branched(world, names, runs)
        stretch = Stretch(world, world.start, 0, world.calendar.steps)
        return kernel_of(stretch, names, False).paths(stretch, runs, memory)[0]
    except Unknowable as error:
        raise WedgeError(f"{error}; choose --backend numpy") from error


def _branched(world: Branched, names: Sequence[str], runs: int) -> dict[str, Array]:
    before, state = _whole(world.trunk, world.start, (0, world.at), names, runs)
    state = handed_over(state, world.fresh)
    after, _ = _whole(world.own, state, (world.at, world.calendar.steps), names, runs)
    return {name: np.concatenate([before[name][:-1], after[name]]) for name in names}


def _whole(
    world: World, state: State, span: tuple[int, int], names: Sequence[str], runs: int
) -> tuple[dict[str, Array], State]:
    """The paths of some steps, and the state after the last."""
    stretch = Stretch(world, state, *span)
    kernel = kernel_of(stretch, names, True)
    paths, end = kernel.paths(stretch, runs, {})
    return paths, state_at_end(kernel.layout, end)
