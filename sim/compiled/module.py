"""The functions of a stretch as LLVM's text: begin, settle, steps, blows and end.

There is no fused multiplication in what a step does and no reordering, so that sums, products, quotients
and roots have NumPy's bits on every processor. What a step needs of a run and never changes is worked
out once for a run and kept beside its state. Read `loop.py` next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .functions import LANES, LIBRARY, V, splat
from .graph import SETTLED, Number, Part
from .loop import GIVEN, PASSED, loop_text
from .stretch import Slot
from .traced import Written
from .writing import Writer, at, instruction, ordered, pointed, spread, vector

HANDED = {"own", "common", "luck", "fate", "state", "step"}
"""Numbers that come from outside."""


PIECE = 4000
"""Operations of one function: what has more is cut in pieces, for a compiler's time grows faster than its task."""


@dataclass
class Code:
    """LLVM's text of a stretch, and the memory that eight runs need, in doubles."""

    text: str
    scratch: int
    spare: int


class _Module:
    """The functions of a stretch: begin, settle, steps, blows and end; `loop.py` calls them."""

    def __init__(self, found: Written, recorded: Sequence[tuple[int, dict[int, Slot]]], whole: bool) -> None:
        self.found, self.recorded = found, recorded
        self.settled: dict[Number, int] = {}
        self.spare: dict[Number, int] = {}
        self.functions: dict[str, str] = {}
        steps = [self._named("step", self._step(changed)) for changed in found.steps]
        for k, changed in enumerate(found.blows.values()):
            self.functions[f"blow{k}"] = self._blow(changed)
        self.functions |= {
            "settle": self._settle(),
            "begin": self._begin(),
            "end": self._end() if whole else "",
        }
        self.loop = loop_text(steps, len(found.blows), self.memory)

    @property
    def memory(self) -> int:
        """What is kept of eight runs, in doubles."""
        return (len(self.found.slots) + len(self.settled)) * LANES

    def code(self) -> Code:
        """All of it."""
        functions = [
            f"define internal void @{name}({GIVEN}) #0 {{\nentry:\n{body}\n  ret void\n}}"
            for name, body in self.functions.items()
        ]
        return Code("\n".join([LIBRARY, *functions, self.loop]), self.memory, len(self.spare) * LANES)

    def _named(self, kind: str, body: str) -> str:
        """The name of a function with this text, which stands once."""
        for name, known in self.functions.items():
            if known == body:
                return name
        name = f"{kind}{len(self.functions)}"
        self.functions[name] = body
        return name

    def _step(self, changed: dict[Slot, Part]) -> str:
        found = self.found
        kept = {slot: part for slot, part in changed.items() if slot in found.slots}
        shown = [
            (quantity, cells, cell, changed[found.same.get(slot, slot)])
            for quantity, (cells, where) in enumerate(self.recorded)
            for cell, slot in where.items()
        ]
        parts = [*kept.values(), *(each[3] for each in shown)]
        calls, writer = self._in_pieces([each for each in parts if isinstance(each, Number)])
        values = {part: writer.value(part) for part in parts}
        self._keep(writer, kept, values)
        last: tuple[int, str] | None = None
        for quantity, cells, cell, part in shown:
            if last is None or last[0] != quantity:
                last = (quantity, _frame(writer, quantity, cells))
            row = writer.line(f"mul i64 {writer.job('runs')}, {cell}")
            writer.say(f"store {V} {values[part]}, ptr {at(writer, last[1], row)}, align 8")
        return "\n".join([*calls, *writer.lines])

    def _in_pieces(self, wanted: Sequence[Number]) -> tuple[list[str], Writer]:
        """Calls of functions that work out a long step piece by piece, and a writer that has what they found."""
        order = [each for each in ordered(wanted, _given) if each.op != "after"]
        if len(order) <= PIECE or any(each.op == "loop" for each in order):
            return [], Writer(self._load, _given)
        pieces, handed = cut(order, wanted)
        for each in handed:
            self.spare.setdefault(each, len(self.spare))
        bodies = [self._piece(piece, handed) for piece in pieces]
        calls = [f"  call void @{self._named('piece', body)}({PASSED})" for body in bodies]
        return calls, Writer(self._load_or_spare, lambda each: _given(each) or each in handed)

    def _piece(self, piece: Sequence[Number], handed: Collection[Number]) -> str:
        """Some numbers of a step worked out from what earlier pieces hand on, and handed on in turn."""
        own = set(piece)
        writer = Writer(self._load_or_spare, lambda each: each not in own)
        for each in piece:
            name = writer.value(each)
            if each in handed:
                name = writer.line(instruction("real", [name])) if each.truth else name
                writer.say(f"store {V} {name}, ptr {self._spare_of(writer, each)}, align 8")
        return "\n".join(writer.lines)

    def _spare_of(self, writer: Writer, number: Number) -> str:
        return at(writer, writer.job("spare"), self.spare[number] * LANES)

    def _load_or_spare(self, writer: Writer, number: Number) -> str:
        if _given(number):
            return self._load(writer, number)
        return _truly(writer, number, self._spare_of(writer, number))

    def _blow(self, changed: dict[Slot, Part]) -> str:
        writer = Writer(self._load, _given)
        kept = {slot: part for slot, part in changed.items() if slot in self.found.slots}
        self._keep(writer, kept, {part: writer.value(part) for part in kept.values()})
        return "\n".join(writer.lines)

    def _keep(self, writer: Writer, kept: dict[Slot, Part], values: dict[Part, str]) -> None:
        for slot, part in kept.items():
            if isinstance(part, Number) and part.op == "state" and part.args[0] == slot:
                continue
            address = at(writer, "%scratch", self.found.slots[slot] * LANES)
            writer.say(f"store {V} {values[part]}, ptr {address}, align 8")

    def _settle(self) -> str:
        """What is worked out once for a run."""
        writer = Writer(_from_job, _handed)
        for number, place in self.settled.items():
            address = at(writer, "%scratch", (len(self.found.slots) + place) * LANES)
            name = writer.value(number)
            name = writer.line(instruction("real", [name])) if number.truth else name
            writer.say(f"store {V} {name}, ptr {address}, align 8")
        return "\n".join(writer.lines)

    def _load(self, writer: Writer, number: Number) -> str:
        """A number that a step does not work out itself."""
        if number.home == SETTLED:
            place = len(self.found.slots) + self.settled.setdefault(number, len(self.settled))
            return _truly(writer, number, at(writer, "%scratch", place * LANES))
        if number.op == "state":
            return vector(writer, at(writer, "%scratch", self.found.slots[number.args[0]] * LANES))
        return _from_job(writer, number)

    def _begin(self) -> str:
        """The state at the start from its addresses, one a slot."""
        writer = Writer(self._load, _given)
        for place in range(len(self.found.slots)):
            held = vector(writer, at(writer, pointed(writer, writer.job("start"), place), writer.column()))
            writer.say(f"store {V} {held}, ptr {at(writer, '%scratch', place * LANES)}, align 8")
        return "\n".join(writer.lines)

    def _end(self) -> str:
        """The state at the end, slot by slot."""
        writer = Writer(self._load, _given)
        for place in range(len(self.found.slots)):
            held = vector(writer, at(writer, "%scratch", place * LANES))
            row = writer.line(f"mul i64 {writer.job('runs')}, {place}")
            shift = writer.line(f"add i64 {row}, %r")
            writer.say(f"store {V} {held}, ptr {at(writer, writer.job('end'), shift)}, align 8")
        return "\n".join(writer.lines)


def cut(order: Sequence[Number], wanted: Collection[Number]) -> tuple[list[list[Number]], set[Number]]:
    """Numbers in pieces, and those that later pieces, or what is wanted in the end, need of earlier ones."""
    piece = {number: k // PIECE for k, number in enumerate(order)}
    handed = set(wanted) & set(piece)
    for number in order:
        handed |= {each for each in number.args if each in piece and piece[each] < piece[number]}
    return [list(order[k : k + PIECE]) for k in range(0, len(order), PIECE)], handed


def _truly(writer: Writer, number: Number, address: str) -> str:
    """A number that is kept somewhere; truth values are kept as 1 or 0."""
    held = vector(writer, address)
    return writer.line(f"fcmp une {V} {held}, {splat(0.0)}") if number.truth else held


def _frame(writer: Writer, quantity: int, cells: int) -> str:
    """Where the frame of this step of a recorded quantity begins, for these runs."""
    rows = writer.line(f"mul i64 %k, {cells}")
    later = writer.line(f"add i64 {rows}, {cells}")
    size = writer.line(f"mul i64 {later}, {writer.job('runs')}")
    shift = writer.line(f"add i64 {size}, %r")
    return at(writer, pointed(writer, writer.job("paths"), quantity), shift)


def _from_job(writer: Writer, number: Number) -> str:
    """A number that is handed in with the job, or a number of the step."""
    if number.op == "step":
        whole = writer.line(f"add i64 {writer.job('first')}, %k")
        return spread(writer, writer.line(f"sitofp i64 {whole} to double"))
    if number.op == "common":
        first = writer.line(f"mul i64 {writer.turn()}, {writer.job('common_width')}")
        address = at(writer, at(writer, writer.job("common"), first), number.args[0])
        return spread(writer, writer.line(f"load double, ptr {address}, align 8"))
    if number.op == "own":
        first = writer.line(f"mul i64 {writer.turn()}, {writer.job('own_width')}")
        row = pointed(writer, at(writer, writer.job("own"), first), number.args[0])
        return vector(writer, at(writer, row, writer.column()))
    table, row, rows = number.args
    base = pointed(writer, writer.job("luck"), table)
    if number.op == "luck":
        before = writer.line(f"mul i64 %k, {rows}")
        row = writer.line(f"add i64 {before}, {row}")
    skipped = writer.line(f"mul i64 {writer.job('runs')}, {row}")
    return vector(writer, at(writer, base, writer.line(f"add i64 {skipped}, %r")))


def _handed(number: Number) -> bool:
    """Whether a number comes from outside."""
    return number.op in HANDED


def _given(number: Number) -> bool:
    """Whether a step does not work it out."""
    return number.home == SETTLED or number.op in HANDED


def code_of(found: Written, recorded: Sequence[tuple[int, dict[int, Slot]]], whole: bool) -> Code:
    """LLVM's text of a stretch.

    `recorded` gives, for each quantity, how many cells it has, and the slots of those that are written;
    with `whole` the state at the end is written too.
    """
    return _Module(found, recorded, whole).code()
