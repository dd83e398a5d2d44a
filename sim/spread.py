"""Lines through time summed up over runs as these come: their means and quantiles.

What comes of them depends on the runs alone, never on how many are taken in together, nor on which
process took them in. Read `ensemble.py` next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .axes import Array
from .errors import WedgeError

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
EXACT_RUNS, EXACT_BYTES, BINS = 10_000, 2**28, 1000
"""Up to so many runs and bytes quantiles of paths are exact; beyond, they come from histograms with
this many bins, so their error is at most the range over the bins."""

WHOLE = 2**62
"""Room for the sum of all runs, in whole numbers: sums of these have no order."""


Counter = Callable[[Array, float, float, float, int, Array, Array], None]


def count(
    values: Array, low: float, scale: float, top: float, shift: int, counts: Array, totals: Array
) -> None:
    """Add to `counts` `(time, bin)` and `totals` `(time,)` what `values` `(time, run)` are.

    A value less `low`, times `scale`, within 0 and `top`, is a whole number of parts; `shift` binary
    digits of it are parts of a bin. Raises ValueError where there is something that is not a number.
    """
    parts = np.subtract(values, low)
    parts *= scale
    if np.isnan(parts).any():
        raise ValueError("a line has values that are not numbers")
    np.clip(parts, 0.0, top, out=parts)
    places = parts.astype(np.int64)
    totals += places.sum(axis=-1)
    places >>= shift
    places += np.arange(0, counts.size, counts.shape[1])[:, None]
    np.add.at(counts.reshape(-1), places.reshape(-1), np.int32(1))


@dataclass(frozen=True)
class Series:
    """One line through time that is summed up over runs: its name and the range it lies in."""

    name: str
    low: float
    high: float


@dataclass
class Spread:
    """Mean and quantiles of lines through time, in memory that does not grow past a limit.

    Exact while runs are few; beyond, from histograms over each line's range, means too being kept as
    whole parts of a bin. `runs` is how many there will be in all; there is `room` for so many, for all
    unless told. The `counter` may be another than `count`, with the same result.
    """

    lines: list[Series]
    times: int
    runs: int
    room: int = 0
    counter: Counter = count
    exact: bool = field(init=False)
    seen: int = 0
    kept: list[Array] = field(default_factory=list)
    counts: Array = field(init=False)
    totals: Array = field(init=False)

    def __post_init__(self) -> None:
        shape = len(self.lines), self.times
        self.exact = self.runs <= EXACT_RUNS and len(self.lines) * self.times * self.runs * 8 <= EXACT_BYTES
        self.room = self.room or self.runs
        self.counts = np.zeros((*shape, 0 if self.exact else BINS + 1), dtype=np.int32)
        self.totals = np.zeros(shape, dtype=np.int64)

    @property
    def error(self) -> float:
        """Largest error of a quantile, as a share of the line's range."""
        return 0.0 if self.exact else 1.0 / BINS

    @property
    def shift(self) -> int:
        """Binary digits of the parts of a bin in which means are kept: as many as the runs leave room for."""
        return (WHOLE // (max(1, self.runs) * BINS)).bit_length() - 1

    def add(self, values: Sequence[Array] | Array) -> None:
        """Take in the next runs: one `(time, run)` for each line."""
        runs = values[0].shape[-1] if len(values) else 0
        if self.exact:
            self.kept.append(np.empty((len(self.lines), self.times, runs)))
            for kept, line in zip(self.kept[-1], values, strict=True):
                kept[...] = line
        else:
            self._count(values)
        self.seen += runs

    def _scale(self, line: Series) -> float:
        return BINS * 2.0**self.shift / (line.high - line.low)

    def _count(self, values: Sequence[Array] | Array) -> None:
        """Count each line's runs by bin and date."""
        top = BINS * 2.0**self.shift
        for line, given, counts, totals in zip(self.lines, values, self.counts, self.totals, strict=True):
            try:
                self.counter(given, line.low, self._scale(line), top, self.shift, counts, totals)
            except ValueError as error:
                raise WedgeError(f"{line.name}: {error}") from None

    def merge(self, part: Spread) -> None:
        """Take in what another of the same lines and `runs` has taken in: the runs that come next."""
        if self.exact:
            self.kept += part.kept
        else:
            self.counts += part.counts
            self.totals += part.totals
        self.seen += part.seen

    def table(self) -> dict[str, Array]:
        """Mean and quantiles, `(line, time)` each, by column name."""
        means, *found = self._exact() if self.exact else self._binned()
        return {"mean": means, **{f"q{round(100 * q):02d}": each for q, each in zip(QUANTILES, found)}}

    def _exact(self) -> Array:
        """Mean and quantiles of all values, `(1 + quantile, line, time)`."""
        found = np.zeros((1 + len(QUANTILES), len(self.lines), self.times))
        for k in range(len(self.lines)):
            values = np.concatenate([each[k] for each in self.kept], axis=-1)
            found[0, k] = values.sum(axis=-1) / self.seen
            found[1:, k] = quantiles(values)
        return found

    def _binned(self) -> list[Array]:
        counts = self.counts[..., :BINS].copy()
        counts[..., -1] += self.counts[..., BINS]
        below = counts.cumsum(axis=-1)
        low = np.array([each.low for each in self.lines])[:, None]
        width = np.array([each.high - each.low for each in self.lines])[:, None]
        places = [(below >= q * self.seen).argmax(axis=-1) + 0.5 for q in QUANTILES]
        means = self.totals / (max(1, self.seen) * 2.0**self.shift)
        return [low + place / BINS * width for place in (means, *places)]


def quantiles(values: Array) -> Array:
    """The quantiles of runs, `(quantile, ...)`, from values `(..., run)`, whose order is lost.

    The same to the bit as `numpy.quantile`, which looks for each place apart; to sort all is faster.
    """
    values.sort(axis=-1)
    last, found = values.shape[-1] - 1, []
    for each in QUANTILES:
        place = each * last
        below = int(place)
        one, other, share = values[..., below], values[..., min(below + 1, last)], place - below
        gap = other - one
        found.append(other - gap * (1.0 - share) if share >= 0.5 else one + gap * share)
    return np.stack(found)
