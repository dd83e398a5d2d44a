"""How findings are said: numbers with as many digits as their interval bears, names in a row, units.

Imports only lower floors. Whole percent where what is told is rough (`percent`), tenths where it is an
amount with its interval (`Amounts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..answer import FEWEST, SHARE
from ..designs import Morris, OneAtATime
from ..study import Study
from ..wording import listed as listed
from .base import check_outcome, response_name

if TYPE_CHECKING:
    import pandas as pd


ROUNDING = 1e-6
"""Width of an interval, in parts of its number, below which it is the arithmetic's and not the sample's."""


def rows(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, their columns as attributes."""
    return table.itertuples()


def capital(text: str) -> str:
    """Text that begins a sentence."""
    return text[:1].upper() + text[1:]


def count(number: int, noun: str, plural: str = "") -> str:
    """A number of things: "1 input", "1,024 points"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def digits(width: float, size: float) -> int:
    """Decimals worth telling of a number of this size whose 95 % interval is so wide; four figures at most."""
    most = 3 - int(np.floor(np.log10(size))) if size > 0 else 3
    if not np.isfinite(width) or width <= 0:
        return int(np.clip(most, 0, 6))
    return int(np.clip(min(np.ceil(-np.log10(width)) + 1, most), 0, 6))


def number(value: float, width: float = 0.0) -> str:
    """A number, no more exact than its interval; at least one digit that is not 0.

    Four figures at most where it has no interval, or one no wider than rounding.
    """
    if not np.isfinite(value):
        return "not known"
    width = width if np.isfinite(width) and width > ROUNDING * abs(value) else 0.0
    told = f"{value:,.{digits(width, abs(value))}f}"
    if value and not told.strip("-0.,"):
        told = f"{value:.1g}"
    if width <= 0 and "." in told:
        told = told.rstrip("0").rstrip(".")
    return told if told.strip("-0.,") else told.lstrip("-")


def between(low: float, high: float) -> str:
    """An interval in words, both ends with the same decimals."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return "interval not known"
    places = digits(high - low, max(abs(low), abs(high)))
    ends = [f"{each + 0.0:,.{places}f}" for each in (low, high)]
    ends = [each if each.strip("-0.,") else each.lstrip("-") for each in ends]
    if ends[0] == ends[1] and low != high:
        ends = [number(low, high - low), number(high, high - low)]
    return f"95% interval {ends[0]} to {ends[1]}"


def percent(share: float) -> str:
    """A share as %, without false precision near its ends."""
    if not np.isfinite(share):
        return "an unknown part"
    hundred = 100 * share
    if 0 < hundred < 1 or 99 < hundred < 100:
        edge = "less than 1" if hundred < 1 else "more than 99"
        return f"{edge}%"
    return f"{hundred:.0f}%"


def subject(study: Study, outcome: str, option: str | None, against: str | None) -> str:
    """A response as the subject of a sentence: a comma closes what sets two options apart."""
    return response_name(study, outcome, option, against) + ("" if against is None else ",")


def scale_of(study: Study, outcome: str) -> tuple[float, str]:
    """By what to multiply changes of an outcome for readers, and their unit: points for shares."""
    unit, _ = study.columns[outcome]
    return (100.0, "points") if unit == SHARE else (1.0, unit)


def amount(value: float, low: float, high: float, scale: float, unit: str) -> str:
    """A change with its unit and interval, for readers."""
    width = scale * (high - low)
    told = f" {unit}" if unit and not unit[:1].isdigit() and " to " not in unit else ""
    sign = "+" if value > 0 else ""
    if width <= 1e-9 * scale * abs(value):
        return f"{sign}{number(scale * value)}{told}"
    return f"{sign}{number(scale * value, width)}{told} ({between(scale * low, scale * high)})"


# --- amounts of a column ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Amounts:
    """How amounts of a column are written: shares in percent and points, others as they are.

    `gap` says between which options it is a difference, where it is one.
    """

    name: str
    unit: str
    gap: str = ""

    @property
    def share(self) -> bool:
        """Whether the column is 0 or 1, so that its mean is a probability."""
        return self.unit == SHARE

    @property
    def what(self) -> str:
        """What its mean is."""
        unit = re.sub(r",? ?-?\d+ to -?\d+$", "", self.unit) if self.gap else self.unit
        what = f"the mean of '{self.name}'" + (f" ({unit})" if unit else "")
        what = f"the probability of '{self.name}'" if self.share else what
        return f"{what} {self.gap}" if self.gap else what

    def level(self, value: float, width: float = 0.0) -> str:
        """A level, no more exact than an interval so wide."""
        if self.gap:
            return self.size(value, width)
        return f"{tenths(value)}%" if self.share else number(value, width)

    def size(self, value: float, width: float = 0.0) -> str:
        """A difference without a sign."""
        return f"{tenths(value)} points" if self.share else number(value, width)

    def change(self, value: float, width: float = 0.0) -> str:
        """A difference with its sign."""
        return ("+" if value > 0 else "") + self.size(value, width)

    def between(self, low: float, high: float) -> str:
        """An interval of levels."""
        return f"95% interval {self.level(low, high - low)} to {self.level(high, high - low)}"

    def changes(self, low: float, high: float) -> str:
        """An interval of differences, the unit once."""
        width = high - low
        return f"95% interval {self.change(low, width).removesuffix(' points')} to {self.change(high, width)}"


def amounts(study: Study, outcome: str) -> Amounts:
    """The words for a column. Raises WedgeError where there is none."""
    check_outcome(study, outcome)
    return Amounts(outcome, study.columns[outcome][0])


def tenths(value: float) -> str:
    """A share in percent, to a tenth; more where that would round it away."""
    hundred = 100 * value
    return f"{hundred:.1g}" if hundred and abs(hundred) < 0.05 else f"{round(hundred, 1) + 0.0:.1f}"


def plain_number(value: float) -> str:
    """A setting or an input's value, four digits at most."""
    return f"{value + 0.0:.4g}" if abs(value) < 9999.5 else f"{value:,.0f}"


def looked_at(study: Study, runs: int) -> str:
    """How many runs in how many worlds."""
    points = len(study.points)
    return count(runs, "run") + (f" in {points:,} worlds" if points > 1 else "")


def cautions(study: Study, left_out: int = 0) -> list[str]:
    """What a reader must know of the sample: runs without a value, and luck that all worlds share."""
    told = []
    if left_out:
        told.append(f"{count(left_out, 'run')} without a value {'is' if left_out == 1 else 'are'} left out.")
    few = study.replications
    if len(study.points) > 1 and not study.own_luck and few < FEWEST:
        held = "is not in the intervals" if few == 1 else "is only roughly in the intervals"
        told.append(
            f"All points share the luck of the same {count(few, 'run')}, so what hangs on luck {held}."
        )
    return told


def no_order(study: Study) -> list[str]:
    """That the order of an input's values means nothing, where it is the row of a table."""
    rows = [each.path for each in study.inputs if each.shape.shape == "row"]
    told = "is the number of a row: its order means nothing, what rests on order tells nothing of it; Sobol indices do"
    return [f"{rows[0]} {told}."] if rows else []


def no_sample(study: Study) -> list[str]:
    """A warning where means over the points are no means over worlds."""
    if not isinstance(study.design, Morris | OneAtATime) or len(study.points) < 2:
        return []
    return [
        f"The points of a {study.design.kind} design are no sample of worlds, so means over them hang on the design; "
        "latin_hypercube, sobol and monte_carlo draw samples."
    ]


def turning(row: Any, unsure: str = " (the other sign is not distinguishable)") -> str:
    """What an input does to a verdict, in a line, from its row of `flip`; `unsure` where the other sign is not sure."""
    if row["verdict"] in ("higher", "lower"):
        return f"{row['verdict']} wherever it is told"
    if row["verdict"] == "nothing to turn":
        return "there is no verdict to turn"
    if row["verdict"] == "none":
        return "no value in its range turns it"
    if not np.isfinite(row["value"]):
        return "not distinguishable anywhere"
    told = f"turns at {row['value']:.3g}"
    share = row.get("share", np.nan)
    told += f", {100 * share:.0f}% of its range away" if np.isfinite(share) else ""
    told += f", the nearest of {row['turns']}" if row.get("turns", 1) > 1 else ""
    return told + ("" if row["verdict"] == "flips" else unsure)
