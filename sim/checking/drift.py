"""What events add up to: at every date a parameter must stay within what is allowed.

Nothing bounds a parameter while a world runs, so events that move one too far, alone or together,
are refused when a file is read. Imports `paths.py` and `cells.py`. Read next: `checks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import Fault
from ..parameters import Parameter
from ..yamltext import walk
from .cells import held
from .paths import Paths
from .sheet import Sheet, is_number

Span = tuple[float, float]


@dataclass(frozen=True, order=True)
class Move:
    """What one event does to a parameter, from month to month; unsure where it may not happen."""

    at: int
    event: str
    until: float
    how: str
    path: str
    value: float
    sure: bool
    cell: tuple[str, ...]

    def in_force(self, date: float) -> bool:
        """Whether it holds at a date."""
        return self.at <= date < self.until

    def on(self, span: Span | None) -> Span | None:
        """Where a parameter may lie after it; None where that is found from the start."""
        if self.how == "set" and (self.sure or span is None):
            return self.value, self.value
        if span is None:
            return None
        adds = self.how == "add"
        low, high = (end + self.value if adds else self.value for end in span)
        return (low, high) if self.sure else (min(low, span[0]), max(high, span[1]))


@dataclass(frozen=True)
class Drift:
    """The moves of all events of a file."""

    sheet: Sheet
    paths: Paths

    def faults(self) -> Iterator[Fault]:
        """Every event that takes a parameter out of its range, at the place of the number."""
        by_parameter: dict[str, list[Move]] = {}
        found: dict[str, Parameter] = {}
        for stem, what, move in self._moves():
            by_parameter.setdefault(stem, []).append(move)
            found[stem] = what
        for stem, moves in by_parameter.items():
            for cell in dict.fromkeys(each.cell for each in moves):
                own = sorted(each for each in moves if each.cell in ((), cell))
                yield from self._followed(stem, found[stem], cell, own)

    def _moves(self) -> Iterator[tuple[str, Parameter, Move]]:
        for name, event in self.sheet.sections("events"):
            at, until = self.sheet.month("events", name, "at"), self.sheet.month("events", name, "until")
            end, sure = float("inf") if until is None else until, event.get("probability", 1.0) == 1.0
            for how in ("set", "add"):
                for path, value in self.sheet.mapping("events", name, how).items():
                    target = self.paths.changed(path)
                    if isinstance(target, str) or not isinstance(what := target.what, Parameter):
                        continue
                    cell = tuple(sorted(target.cell)) if target.over == "pair" else target.cell
                    if at is not None and self._fits(what, how, value):
                        stem = ".".join(path.split(".")[:3])
                        yield stem, what, Move(at, name, end, how, path, value, sure, cell)

    def _fits(self, what: Parameter, how: str, value: Any) -> bool:
        """Whether a change is sound by itself; if not, that is told elsewhere."""
        if not is_number(value):
            return False
        return (
            abs(value) <= what.ceiling - what.floor if how == "add" else what.floor <= value <= what.ceiling
        )

    def _followed(
        self, stem: str, what: Parameter, cell: tuple[str, ...], moves: list[Move]
    ) -> Iterator[Fault]:
        """The first event, if any, that takes a parameter out of its range."""
        start = self._start(stem, what, cell)
        dates = sorted({date for each in moves for date in (each.at, each.until) if date < float("inf")})
        for date in dates:
            span = start
            for move in (each for each in moves if each.in_force(date)):
                span = move.on(span)
                if span and not what.floor - 1e-9 <= span[0] <= span[1] <= what.ceiling + 1e-9:
                    yield self._too_far(move, what, span)
                    return

    def _too_far(self, move: Move, what: Parameter, span: Span) -> Fault:
        end = span[0] if span[0] < what.floor else span[1]
        return self.sheet.at("events", move.event, move.how, move.path).fault(
            f"{move.path} may come to {end:g} by then, outside {what.floor:g} to {what.ceiling:g}"
        )

    def _start(self, stem: str, what: Parameter, cell: tuple[str, ...]) -> Span | None:
        """Where a parameter may lie before any event; None where it is found from the start."""
        given, default = self.sheet.value(*stem.split(".")), what.default
        if cell or is_number(given):
            ways = (cell, cell[::-1]) if what.over == "pair" else (cell,)
            own = [number for way in ways if (number := held(given, *way)) is not None]
            known = [*own, default][:1]
        else:
            known = [default, *(value for _, value in walk(given, ()) if is_number(value))]
        numbers = [each for each in known if each is not None]
        drawn = self._drawn(stem, what, cell)
        if drawn and cell:
            return drawn[0]
        ends = [end for span in drawn for end in span] + numbers
        ends = [end for end in ends if what.floor <= end <= what.ceiling]
        return (min(ends), max(ends)) if ends else None

    def _drawn(self, stem: str, what: Parameter, cell: tuple[str, ...]) -> list[Span]:
        """What a parameter's uncertainties span: of its cell, or of all, its own first."""
        own = [".".join((stem, *way)) for way in (cell, cell[::-1])]
        return [
            _span(each, what)
            for path, each in sorted(self.sheet.uncertain.items(), key=lambda item: -len(item[0]))
            if path in own or path == stem or (not cell and path.startswith(f"{stem}."))
        ]


def _span(given: Any, what: Parameter) -> Span:
    """The range that an uncertainty draws from; of a normal distribution, three standard deviations."""
    shapes = list(given.items()) if isinstance(given, dict) else []
    numbers = shapes[0][1] if len(shapes) == 1 and isinstance(shapes[0][1], list) else []
    if not numbers or not all(is_number(each) for each in numbers):
        return what.low, what.high
    low, high = min(numbers), max(numbers)
    if shapes[0][0] == "normal" and len(numbers) == 2:
        low, high = numbers[0] - 3 * numbers[1], numbers[0] + 3 * numbers[1]
    return max(low, what.floor), min(high, what.ceiling)
