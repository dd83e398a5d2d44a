"""The compiled backend: the text of the model, translated to machine code, eight runs side by side.

No equation stands here. The step of `world.py` is run once on numbers yet to come (`coming.py`), which
writes it down as graphs (`traced.py`); these are translated (`module.py`, `loop.py`) and kept (`kept.py`).
Luck is NumPy's, bit for bit, whoever deals it (`dealing.py`). Results are NumPy's but for the last digits of powers
and exponentials, and do not depend on which runs are computed together. Read `graph.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..axes import Array
from ..backends import libraries
from ..branching import Branched, handed_over
from ..errors import Unknowable, WedgeError
from ..outcomes import Cells
from ..world import World
from .kept import kernel_of
from .kernel import state_at_end
from .traced import Stretch

if TYPE_CHECKING:
    from ..state import State


WINDOW = 200
"""Runs whose paths are handed out together, few enough for all of them to stay in cache; by measurement."""


def windows_of(
    world: World,
    wanted: Mapping[str, Cells],
    runs: int,
    into: dict[str, Array] | None = None,
    most: int = WINDOW,
) -> Iterator[dict[str, Array]]:
    """Quantities after every computed step, `(time, ..., run)`, the start first, at `most` so many runs at a time.

    The same as the world itself gives; cells that are not `wanted` (None: all are) may be NaN. They are in
    memory that the next ones overwrite; arrays of `into` are used again. Raises WedgeError where llvmlite
    is missing, or a policy cannot be compiled.
    """
    libraries("compiled")
    memory: dict[str, Array] = {} if into is None else into
    try:
        if isinstance(world, Branched):
            paths = _branched(world, wanted, runs)
            for first in range(0, runs, most):
                yield {name: each[..., first : first + most] for name, each in paths.items()}
            return
        stretch = Stretch(world, world.start, 0, world.calendar.steps)
        for found, _ in kernel_of(stretch, wanted, False).windows(stretch, runs, memory, most):
            yield found
    except Unknowable as error:
        raise WedgeError(f"{error}; choose --backend numpy") from error


def paths_of(
    world: World, names: Sequence[str], runs: int, into: dict[str, Array] | None = None
) -> dict[str, Array]:
    """The same for all runs at once."""
    return next(windows_of(world, dict.fromkeys(names), runs, into, runs))


def _branched(world: Branched, wanted: Mapping[str, Cells], runs: int) -> dict[str, Array]:
    before, state = _whole(world.trunk, world.start, (0, world.at), wanted, runs)
    state = handed_over(state, world.fresh)
    after, _ = _whole(world.own, state, (world.at, world.calendar.steps), wanted, runs)
    return {name: np.concatenate([before[name][:-1], after[name]]) for name in wanted}


def _whole(
    world: World, state: State, span: tuple[int, int], wanted: Mapping[str, Cells], runs: int
) -> tuple[dict[str, Array], State]:
    """The paths of some steps, and the state after the last."""
    stretch = Stretch(world, state, *span)
    kernel = kernel_of(stretch, wanted, True)
    paths, end = next(kernel.windows(stretch, runs, {}, runs))
    return paths, state_at_end(kernel.layout, end)
