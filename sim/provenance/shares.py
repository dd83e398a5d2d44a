"""Shares of variance of groups of inputs: what each group explains by itself, and with all that it takes part in.

Two samples are drawn, and one group at a time is taken from the other (pick and freeze). SALib draws the
samples and gives the estimates: first-order (closed) indices of a group by Saltelli et al. 2010, total
indices by Jansen 1999; `analyses/effects.py` puts the bootstrap intervals beside them. Arrays in, table out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..analyses import effects
from ..axes import Array

if TYPE_CHECKING:
    import pandas as pd


def sample(groups: Sequence[str], base: int, seed: int) -> Array:
    """Uniform numbers `(base * (groups + 2), input)`; `groups` names the group of each input.

    Scrambled Sobol points in Saltelli's order: a row of the first sample, the same with each group from
    the second in turn, the row of the second. `base` is a power of two.
    """
    from SALib.sample import sobol

    names = [str(k) for k in range(len(groups))]
    told = {
        "num_vars": len(names),
        "names": names,
        "bounds": [[0.0, 1.0]] * len(names),
        "groups": list(groups),
    }
    points = sobol.sample(told, base, calc_second_order=False, seed=seed % 2**32)
    return np.minimum(np.asarray(points), np.nextafter(1.0, 0.0))


def indices(
    respond: Callable[[Array], Array], groups: Sequence[str], base: int, seed: int
) -> tuple[pd.DataFrame, dict[str, float], Array]:
    """Shares of variance by group, of what `respond` makes of uniform numbers `(row, input)`, `(row,)`.

    Gives a table with `first_order`, `total`, `interaction` and their 95 % intervals for each `input`
    (a group, in order of appearance), the sum of the first orders with its interval, and the responses of
    the two samples. A group that does nothing has exactly 0. All are NaN where nothing varies.
    """
    names = list(dict.fromkeys(groups))
    found = respond(sample(groups, base, seed))
    samples = found[effects.base_rows(len(found), len(names), second_order=False)]
    with np.errstate(invalid="ignore", divide="ignore"):
        table, sums, _ = effects.sobol(names, found, seed, second_order=False)
    return table, sums, samples
