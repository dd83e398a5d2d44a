"""The compiled backend: the text of the model, translated to machine code, eight runs side by side.

No equation stands here. The step of `world.py` is run once on numbers yet to come (`coming.py`), which
writes it down as graphs (`traced.py`); these are translated (`module.py`, `loop.py`) and kept (`kept.py`).
Luck is NumPy's, bit for bit, whoever deals it (`dealing.py`). Results are NumPy's but for the last digits of powers
and exponentials, and do not depend on which runs are computed together. Read `graph.py` next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from .stretch import Stretch, Supposed

if TYPE_CHECKING:
    from ..state import State


def windows_of(
    world: World,
    wanted: Mapping[str, Cells],
    runs: int,
    into: dict[str, Array],
    most: int,
) -> Iterator[dict[str, Array]]:
    """Quantities after every computed step, `(time, ..., run)`, the start first, at `most` so many runs at a time.

    The same as the world itself gives; cells that are not `wanted` (None: all are) may be NaN. They are in
    memory that the next ones overwrite; arrays of `into` are used again. Raises WedgeError where llvmlite
    is missing, or a policy cannot be compiled.
    """
    libraries("compiled")
    try:
        if isinstance(world, Branched):
            paths = _branched(world, wanted, runs)
            for first in range(0, runs, most):
                yield {name: each[..., first : first + most] for name, each in paths.items()}
            return
        stretch = Stretch(world, world.start, 0, world.calendar.steps)
        for found, _ in kernel_of(stretch, wanted, False).windows(stretch, runs, into, most):
            yield found
    except Unknowable as error:
        raise WedgeError(f"{error}; choose --backend numpy") from error


def _branched(world: Branched, wanted: Mapping[str, Cells], runs: int) -> dict[str, Array]:
    state, supposed = world.start, None
    before: dict[str, Array] | None = None
    if world.at > 0:
        stretch = Stretch(world.trunk, world.start, 0, world.at)
        before, state, supposed = _whole(stretch, wanted, runs)
    own = Stretch(world.own, handed_over(state, world.fresh), world.at, world.calendar.steps, supposed)
    after, _, _ = _whole(own, wanted, runs)
    return (
        after
        if before is None
        else {name: np.concatenate([before[name][:-1], after[name]]) for name in wanted}
    )


def _whole(
    stretch: Stretch, wanted: Mapping[str, Cells], runs: int
) -> tuple[dict[str, Array], State, Supposed]:
    """The paths of some steps, the state after the last, and what stayed as it was."""
    kernel = kernel_of(stretch, wanted, True)
    paths, end = next(kernel.windows(stretch, runs, {}, runs))
    layout = kernel.layout
    return paths, state_at_end(layout, end), (layout.kept, layout.same)
