"""Numbers behind `sensitivity`: indices, effects, screens, and how much luck adds to them.

Arrays and tables in, tables out; no words. SALib gives the indices; intervals are percentiles of a
bootstrap over the design's own units (rows of the base sample, walks, points). Where an input does
nothing at all, equal luck makes its rows equal to the last bit, so that it gets exactly 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..answer import contrast, rank_correlation
from ..axes import Array
from ..designs import Inputs
from ..study import by_world
from .resampling import RESAMPLES, percentiles, seeded

if TYPE_CHECKING:
    import pandas as pd

DUMMIES = 200
"""Inputs that do nothing, made up to see what chance gives."""

STREAM = 20_107
"""Stream of the numbers that resample for `sensitivity` and `discovery`."""

SLICES = 10
"""Slices of an input's range for PAWN (Pianosi & Wagener 2018 advise about 10)."""


def problem(inputs: Inputs) -> dict[str, Any]:
    """The inputs as SALib sees them, as shares of their distributions."""
    names = [each.path for each in inputs]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


# --- luck -----------------------------------------------------------------------------------------


def parts(values: Array, *, own_luck: bool) -> tuple[float, float]:
    """Variance between points and variance of luck at a point, `(point, replication)` in.

    Unbiased: the mean over R replications holds 1/R of the variance of luck that differs by point;
    luck that is the same at every point (shared luck's main effect) moves no point against another.
    """
    points, replications = values.shape
    within = float(values.var(axis=1, ddof=1).mean())
    between = float(values.mean(axis=1).var(ddof=1)) if points > 1 else 0.0
    noise = within if own_luck else crossed(values)
    return max(0.0, between - noise / replications), within


def crossed(values: Array) -> float:
    """Mean square of luck that acts differently from point to point (two-way table without repeats).

    `values` are `(point, replication)`; 0 where there is but one point or one replication.
    """
    points, replications = values.shape
    if min(points, replications) < 2:
        return 0.0
    gap = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    return float((gap**2).sum() / ((points - 1) * (replications - 1)))


def luck_share(values: Array, seed: int, *, own_luck: bool) -> dict[str, float]:
    """Variances, and the share of their sum that is luck with its interval over points; NaN where unknown.

    `left_in_means` is the share of the variance of the points' means that is luck not averaged out.
    """
    points, replications = values.shape
    keys = ("variance_inputs", "variance_luck", "luck", "luck_low", "luck_high", "left_in_means")
    if replications < 2 or not points:
        return dict.fromkeys(keys, float("nan"))
    inputs, luck = parts(values, own_luck=own_luck)
    rng, found = seeded(seed, STREAM), []
    for _ in range(200):
        found.append(_ratio(*parts(values[rng.integers(points, size=points)], own_luck=own_luck)[::-1]))
    low, high = np.nanquantile(found, (0.025, 0.975)) if np.isfinite(found).any() else (np.nan, np.nan)
    noise = (luck if own_luck else crossed(values)) / replications
    left = min(1.0, _ratio(noise, inputs)) if points > 1 else float("nan")
    share = _ratio(luck, inputs)
    return dict(zip(keys, (inputs, luck, share, float(low), float(high), left), strict=True))


def _ratio(part: float, rest: float) -> float:
    """A part as a share of itself and the rest."""
    return part / (part + rest) if part + rest else float("nan")


# --- Sobol indices --------------------------------------------------------------------------------


def base_rows(size: int, inputs: int, *, second_order: bool) -> Array:
    """Rows `(row,)` of a Saltelli design of so many points that are its two base samples, independent of each other."""
    step = (2 * inputs if second_order else inputs) + 2
    return np.array([k for k in range(size) if k % step in (0, step - 1)])


def sobol(
    names: Sequence[str], mean: Array, seed: int, *, second_order: bool
) -> tuple[pd.DataFrame, dict[str, float], pd.DataFrame | None]:
    """Indices of each input, their sum and what is left for interactions, and indices of pairs.

    `mean` is the outcome by point, `(point,)`, in the order of the design. Indices have no unit.
    Saltelli et al. 2010 (first order), Jansen's form (total), Saltelli 2002 (pairs), as in SALib.
    """
    import pandas as pd
    from SALib.analyze import sobol as salib

    size = len(names)
    y = (mean - mean.mean()) / mean.std()
    a, b, ab, ba = salib.separate_output_values(y, size, len(y) // _step(size, second_order), second_order)
    wide = np.ones((1, size))
    a_wide, b_wide = a[:, None] * wide, b[:, None] * wide
    first = salib.first_order(a_wide, ab, b_wide) + 0.0
    total = salib.total_order(a_wide, ab, b_wide) + 0.0
    rng, firsts, totals = seeded(seed, STREAM), np.zeros((RESAMPLES, size)), np.zeros((RESAMPLES, size))
    for k in range(RESAMPLES):
        rows = rng.integers(len(a), size=len(a))
        firsts[k] = salib.first_order(a_wide[rows], ab[rows], b_wide[rows])
        totals[k] = salib.total_order(a_wide[rows], ab[rows], b_wide[rows])
    table: dict[str, Any] = {"input": list(names)}
    for name, value, resampled in (
        ("first_order", first, firsts),
        ("total", total, totals),
        ("interaction", total - first, totals - firsts),
    ):
        table[name] = value
        table[f"{name}_low"], table[f"{name}_high"] = percentiles(resampled)
    low, high = percentiles(firsts.sum(axis=1))
    sums = {"first_orders": float(first.sum()), "low": float(low), "high": float(high)}
    pairs = _pairs(names, (a, b, ab, ba), rng) if second_order else None
    return pd.DataFrame(table), sums, pairs


def _step(size: int, second_order: bool) -> int:
    return (2 * size if second_order else size) + 2


def _pairs(names: Sequence[str], parts_: tuple[Array, Array, Array, Array], rng: np.random.Generator) -> Any:
    """Second-order indices; exactly 0 for a pair with an input that does nothing."""
    import pandas as pd
    from SALib.analyze import sobol as salib

    a, b, ab, ba = parts_
    one, other = np.triu_indices(len(names), 1)
    idle = np.array([np.array_equal(ab[:, k], a) and np.array_equal(ba[:, k], b) for k in range(len(names))])
    wide = np.ones((1, len(one)))
    columns = [a[:, None] * wide, ab[:, one], ab[:, other], ba[:, one], b[:, None] * wide]
    dead = idle[one] | idle[other]
    value = np.where(dead, 0.0, salib.second_order(*columns))
    found = np.zeros((RESAMPLES // 5, len(one)))
    for k in range(len(found)):
        rows = rng.integers(len(a), size=len(a))
        found[k] = salib.second_order(*(each[rows] for each in columns))
    low, high = percentiles(np.where(dead, 0.0, found))
    paths = np.array(names)
    table = {"input": paths[one], "with": paths[other], "second_order": value, "low": low, "high": high}
    return pd.DataFrame(table).sort_values("second_order", ascending=False, kind="stable", ignore_index=True)


# --- elementary effects ---------------------------------------------------------------------------


def morris(inputs: Inputs, shares: Array, mean: Array, levels: int, seed: int) -> pd.DataFrame:
    """mu, mu_star and sigma of each input: change of the outcome over its whole range (Morris 1991).

    `shares` are the points as shares of the inputs' ranges, `(point, input)`, walk after walk; `mean` is
    the outcome, `(point,)`. In the outcome's unit, with 95 % intervals over walks for mu and mu_star.
    """
    import pandas as pd
    from SALib.analyze import morris as salib

    found = salib.analyze(
        problem(inputs), shares, mean, num_levels=levels, num_resamples=2, seed=seed % 2**32
    )
    effects = elementary(shares, mean)
    rng, walks = seeded(seed, STREAM), len(effects)
    some = [effects[rng.integers(walks, size=walks)] for _ in range(RESAMPLES)]
    resampled = {
        "mu_star": [np.abs(each).mean(axis=0) for each in some],
        "mu": [each.mean(axis=0) for each in some],
    }
    table: dict[str, Any] = {"input": [each.path for each in inputs]}
    for name in ("mu_star", "mu"):
        table[name] = np.asarray(found[name], dtype=float) + 0.0
        table[f"{name}_low"], table[f"{name}_high"] = percentiles(np.array(resampled[name]))
    table["sigma"] = np.asarray(found["sigma"], dtype=float)
    return pd.DataFrame(table)


def elementary(shares: Array, mean: Array) -> Array:
    """The elementary effects, `(walk, input)`, for their resampling: each step of a walk moves one input.

    `shares` are `(walk * (inputs + 1), input)`, `mean` one number for each of these points.
    """
    size = shares.shape[1]
    points, values = shares.reshape(-1, size + 1, size), mean.reshape(-1, size + 1)
    moves, changes = np.diff(points, axis=1), np.diff(values, axis=1)
    moved = np.abs(moves).argmax(axis=2)
    steps = np.take_along_axis(moves, moved[:, :, None], axis=2)[:, :, 0]
    effects = np.zeros((len(points), size))
    np.put_along_axis(effects, moved, changes / steps, axis=1)
    return effects


# --- rank-based screen ----------------------------------------------------------------------------


def ranks(inputs: Inputs, points: Array, mean: Array, seed: int) -> tuple[pd.DataFrame, float]:
    """Partial and plain rank correlations and PAWN of each input, and what PAWN chance gives.

    `points` are `(point, input)`, `mean` is the outcome, `(point,)`. All without a unit.
    `above_chance` is true where either test, `pawn_above` or `rank_above`, is; it is false for all of
    as many inputs that do nothing in 95 % of studies: half of the 5 % goes to PAWN, whose floor is
    found with dummies (Khorashadi Zadeh et al. 2017; a gamma distribution fits them well), half to the
    partial correlation (Student's t).
    """
    import pandas as pd
    from scipy.special import gammaincinv, stdtr
    from scipy.stats import rankdata

    ranked = np.column_stack([rankdata(points, axis=0), rankdata(mean)])
    rng = seeded(seed, STREAM)
    some = [partial(ranked[rng.integers(len(mean), size=len(mean))]) for _ in range(RESAMPLES // 2)]
    low, high = percentiles(np.array(some))
    index, dummies = pawn(points, mean, rng)
    once = 1.0 - 0.975 ** (1 / len(inputs))
    shape = (dummies.mean() / dummies.std(ddof=1)) ** 2
    floor = float(dummies.mean() / shape * gammaincinv(shape, 1.0 - once))
    both, freedom = partial(ranked), max(1, len(mean) - 1 - len(inputs))
    size = np.abs(both) * np.sqrt(freedom / np.maximum(1.0 - both**2, 1e-12))
    table = {
        "input": [each.path for each in inputs],
        "pawn": index,
        "chance": floor,
        "partial_rank": both,
        "partial_rank_low": low,
        "partial_rank_high": high,
        "rank": [rank_correlation(each, mean) for each in points.T],
        "pawn_above": index > floor,
        "rank_above": stdtr(freedom, -size) < once / 2,
    }
    found = pd.DataFrame(table)
    return found.assign(above_chance=found["pawn_above"] | found["rank_above"]), floor


def partial(ranked: Array) -> Array:
    """Rank correlation of each column with the last one, all other columns held fixed; 0 for constants.

    `ranked` are ranks `(point, input + 1)`, the outcome last; gives `(input,)`, -1 to 1.
    """
    alive = np.ptp(ranked, axis=0) > 0
    found = np.zeros(ranked.shape[1] - 1)
    if alive[-1] and alive.sum() > 1:
        # A hair of ridge keeps a perfectly monotone response solvable; it moves nothing else.
        matrix = np.corrcoef(ranked[:, alive], rowvar=False) + 1e-10 * np.eye(int(alive.sum()))
        inverse = np.linalg.inv(matrix)
        found[alive[:-1]] = -inverse[:-1, -1] / np.sqrt(np.diag(inverse)[:-1] * inverse[-1, -1])
    return np.clip(found, -1.0, 1.0) + 0.0


def pawn(points: Array, mean: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """PAWN (mean over slices) of each input, and of inputs made up to do nothing; SALib's estimator.

    `points` are `(point, input)`, `mean` is the outcome, `(point,)`; gives `(input,)` and `(dummy,)`, 0 to 1.
    Inputs go in as order numbers, ties broken by lot, so that choices have slices too.
    """
    from SALib.analyze import pawn as salib

    lots = rng.random((len(mean), points.shape[1]))
    order = np.column_stack(
        [np.lexsort((lots[:, k], points[:, k])).argsort() for k in range(points.shape[1])]
    )
    dummies = np.column_stack([rng.permutation(len(mean)) for _ in range(DUMMIES)])
    both = np.column_stack([order, dummies]).astype(float)
    names = [str(k) for k in range(both.shape[1])]
    asked = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    index = np.asarray(salib.analyze(asked, both, mean, S=SLICES)["mean"])
    constant = np.ptp(points, axis=0) == 0
    return np.where(constant, 0.0, index[: points.shape[1]]), index[points.shape[1] :]


# --- one at a time --------------------------------------------------------------------------------


def one_at_a_time(
    inputs: Inputs, points: Array, values: Array, levels: list[int], *, unit: str
) -> pd.DataFrame:
    """What each input does by itself to an outcome of this unit, against the scenario's own numbers on equal luck.

    `points` are `(point, input)`, the scenario's own numbers first, then each input at its `levels` in
    turn; `values` are `(point, replication)`. `swing` is from its least to its most, wherever they lie,
    with the interval of that paired difference over replications; `at_low` and `at_high` are the changes
    at its ends. All in the outcome's unit.
    """
    import pandas as pd

    rows, first = [], 1
    for k, each in enumerate(inputs):
        here = slice(first, first + levels[k])
        place, mine = points[here, k], values[here]
        rows.append(_swing(each.path, place, mine, values[0], each.nominal, unit))
        first += levels[k]
    return pd.DataFrame(rows)


def _swing(path: str, place: Array, mine: Array, nominal: Array, at: float, unit: str) -> dict[str, Any]:
    where, all_ = np.concatenate([[at], place]), np.vstack([nominal, mine])
    means = by_world(all_)
    least, most = int(np.nanargmin(means)), int(np.nanargmax(means))
    swing = contrast(path, "", all_[most], all_[least], unit=unit)
    ends = [
        contrast(path, "", mine[int(end)], nominal, unit=unit) for end in (np.argmin(place), np.argmax(place))
    ]
    row: dict[str, Any] = {"input": path, "swing": 0.0 if swing.same else swing.difference}
    row |= {"swing_low": 0.0 if swing.same else swing.low, "swing_high": 0.0 if swing.same else swing.high}
    for name, value, end in zip(("low", "high"), (place.min(), place.max()), ends, strict=True):
        none = end.same
        row |= {f"{name}_value": float(value), f"at_{name}": 0.0 if none else end.difference}
        row |= {f"at_{name}_low": 0.0 if none else end.low, f"at_{name}_high": 0.0 if none else end.high}
    row |= {"least": float(means[least]), "least_at": float(where[least])}
    row |= {"most": float(means[most]), "most_at": float(where[most])}
    row["differing"] = max(swing.differing, *(each.differing for each in ends))
    inner = (place.min(), place.max(), at)
    row["turns"] = bool(swing.direction and not {where[least], where[most]} <= set(inner))
    row["told"] = bool(swing.direction)
    return row
