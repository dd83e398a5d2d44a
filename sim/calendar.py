"""Dates and steps. Dates are counted in months from year 0; a model year is four quarters in turn."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

StepName = Literal["month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
DATE = re.compile(r"(\d{3,4})(?:[Qq]([1-4])|-(\d{1,2})(?:-(\d{1,2}))?)?")


def month_of(text: str) -> int:
    """The month that `2014`, `2014Q2`, `2014-05` or `2014-05-18` begins in or falls into.

    Raises ValueError where the text is no such date.
    """
    match = DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date; write 2014, 2014Q2, 2014-05 or 2014-05-18")
    year, quarter, month, day = match.groups()
    number = 3 * (int(quarter) - 1) + 1 if quarter else int(month or 1)
    if not 1 <= number <= 12 or not 1 <= int(day or 1) <= monthrange(int(year) or 4, number)[1]:
        raise ValueError(f"{text!r} is no date; there is no such month or day")
    return 12 * int(year) + number - 1


def date_of(month: int, step: StepName = "month") -> str:
    """A month as text, as coarse as the step allows: 2014, 2014Q2 or 2014-05."""
    year, index = divmod(int(month), 12)
    if step == "year" and index == 0:
        return f"{year}"
    if step != "month" and index % 3 == 0:
        return f"{year}Q{index // 3 + 1}"
    return f"{year}-{index + 1:02d}"


@dataclass(frozen=True)
class Calendar:
    """When a run starts, how long it is, and in what steps it is computed and recorded."""

    start: int
    end: int
    step: StepName = "quarter"

    @property
    def records(self) -> int:
        """Recorded steps after the start."""
        return (self.end - self.start) // MONTHS[self.step]

    @property
    def stride(self) -> int:
        """Computed steps to a recorded one."""
        return 4 if self.step == "year" else 1

    @property
    def steps(self) -> int:
        """Computed steps of a run."""
        return self.records * self.stride

    @property
    def computed(self) -> Calendar:
        """The calendar of the computed steps, in which outcomes are measured."""
        return Calendar(self.start, self.end, "quarter") if self.step == "year" else self

    @property
    def quarters(self) -> float:
        """Length of a computed step in quarters."""
        return 1.0 / 3.0 if self.step == "month" else 1.0

    @property
    def per_year(self) -> int:
        """Recorded steps in a year."""
        return 12 // MONTHS[self.step]

    @property
    def pace(self) -> int:
        """Computed steps that a decision holds for."""
        return 3 if self.step == "month" else 1

    def months(self, k: int) -> tuple[int, int]:
        """First month of computed step `k`, and the first month after it."""
        length = 1 if self.step == "month" else 3
        return self.start + k * length, self.start + (k + 1) * length

    def decides(self, k: int) -> bool:
        """Whether governments decide at the beginning of computed step `k`: once a quarter."""
        return k % self.pace == 0

    def dates(self) -> list[str]:
        """The dates of the recorded states, the start first."""
        length = MONTHS[self.step]
        return [date_of(self.start + k * length, self.step) for k in range(self.records + 1)]

    def years(self) -> list[float]:
        """The same as years, for axes: 2014.25 is April 2014."""
        return [(self.start + k * MONTHS[self.step]) / 12.0 for k in range(self.records + 1)]
