"""One function as LLVM's text: the numbers of a graph, worked out in an order that works.

Every value is a vector of eight runs. Read `module.py` next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .functions import LANES, M, V, splat
from .graph import Number, Part
from .loop import JOB, kind_of

BINARY = {"fadd", "fsub", "fmul", "fdiv"}
COMPARED = {"olt", "ole", "ogt", "oge", "oeq", "une"}
INTRINSIC = {"abs": "fabs", "sqrt": "sqrt", "rint": "rint", "floor": "floor", "ceil": "ceil"}
CALLED = {"exp", "log", "pow"}
CHOSEN = {"max": "ogt", "min": "olt"}


@dataclass
class Writer:
    """The lines of one function, and the names of the numbers that they have worked out."""

    load: Callable[[Writer, Number], str]
    given: Callable[[Number], bool]
    block: str = "entry"
    lines: list[str] = field(default_factory=list)
    names: dict[Number, str] = field(default_factory=dict)
    count: int = 0
    results: dict[Number, list[str]] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)

    def line(self, text: str) -> str:
        """Write an instruction that gives a value, and give its name."""
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def job(self, name: str) -> str:
        """A part of the job, read once."""
        if name not in self.jobs:
            address = self.line(f"getelementptr i64, ptr %job, i64 {JOB.index(name)}")
            self.jobs[name] = self.line(f"load {kind_of(name)}, ptr {address}, align 8")
        return self.jobs[name]

    def column(self) -> str:
        """Where the runs begin in what is handed in."""
        if "column" not in self.jobs:
            self.jobs["column"] = self.line(f"add i64 {self.job('from')}, %r")
        return self.jobs["column"]

    def turn(self) -> str:
        """Whose turn it is among the rules."""
        if "turn" not in self.jobs:
            address = self.line(f"getelementptr i64, ptr {self.job('turns')}, i64 %k")
            self.jobs["turn"] = self.line(f"load i64, ptr {address}, align 8")
        return self.jobs["turn"]

    def say(self, text: str) -> None:
        """Write an instruction that gives nothing."""
        self.lines.append(f"  {text}")

    def value(self, part: Part) -> str:
        """The name of a part, worked out here if it has not been before."""
        if not isinstance(part, Number):
            return splat(part)
        todo = [part]
        while todo:
            number = todo[-1]
            if number in self.names:
                todo.pop()
                continue
            before = [each for each in self._needs(number) if each not in self.names]
            if before:
                todo += reversed(before)
            else:
                self.names[todo.pop()] = self._made(number)
        return self.names[part]

    def _needs(self, number: Number) -> list[Number]:
        """The numbers that must be worked out before this one."""
        if self.given(number):
            return []
        args = _captured(number) if number.op == "loop" else number.args
        return [each for each in args if isinstance(each, Number)]

    def _made(self, number: Number) -> str:
        if self.given(number):
            return self.load(self, number)
        if number.op == "loop":
            return self._looped(number)
        if number.op == "after":
            return self.results[number.args[0]][number.args[1]]
        args = [self.value(each) for each in number.args]
        if number.op in CHOSEN:
            return self._chosen(number, args)
        return self.line(instruction(number.op, args))

    def _chosen(self, number: Number, args: Sequence[str]) -> str:
        """The larger or smaller of two; what is not a number stays so, as in NumPy.

        A comparison with what is not a number fails and leaves the second: a constant comes first.
        """
        b, a = args
        first = self.line(f"fcmp {CHOSEN[number.op]} {V} {a}, {b}")
        chosen = self.line(instruction("where", [first, a, b]))
        if not isinstance(number.args[1], Number):
            return chosen
        lost = self.line(f"fcmp uno {V} {a}, {a}")
        return self.line(instruction("where", [lost, a, chosen]))

    def _looped(self, number: Number) -> str:
        """A loop of its own: what is worked out in it stays there, but for its results."""
        _, times, count, *rest = number.args
        inner, first, last = rest[:count], rest[count : 2 * count], rest[2 * count :]
        begun = [self.value(each) for each in first]
        self.count += 1
        label, before, outside = f"loop{self.count}", self.block, self.lines
        self.block, self.lines = label, []
        self.names |= {each: f"%{label}in{k}" for k, each in enumerate(inner)}
        ends = [self.value(each) for each in last]
        body, self.lines = self.lines, outside
        self.lines += [f"  br label %{label}", f"{label}:"]
        self.say(f"%{label}at = phi i64 [ 0, %{before} ], [ %{label}next, %{label} ]")
        for k in range(count):
            self.say(f"%{label}in{k} = phi {V} [ {begun[k]}, %{before} ], [ {ends[k]}, %{label} ]")
        self.lines += body
        self.say(f"%{label}next = add i64 %{label}at, 1")
        self.say(f"%{label}more = icmp slt i64 %{label}next, {times}")
        self.say(f"br i1 %{label}more, label %{label}, label %{label}done")
        self.lines.append(f"{label}done:")
        self.block = f"{label}done"
        self.results[number] = ends
        return label


def ordered(wanted: Sequence[Number], given: Callable[[Number], bool]) -> list[Number]:
    """All numbers that these are worked out from, themselves included, each after what it needs."""
    found: dict[Number, None] = {}
    todo = [(each, False) for each in reversed(wanted)]
    while todo:
        number, ready = todo.pop()
        if number in found or given(number):
            continue
        if ready:
            found[number] = None
            continue
        args = _captured(number) if number.op == "loop" else number.args
        todo.append((number, True))
        todo += [(each, False) for each in reversed(args) if isinstance(each, Number)]
    return list(found)


def _captured(loop: Number) -> list[Number]:
    """What a loop needs from outside: its first values, and all that its text takes from the step."""
    home, _, count, *rest = loop.args
    found, seen = [], set()
    todo = [each for each in rest[count:] if isinstance(each, Number)]
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        if each.home != home:
            found.append(each)
        else:
            todo += [one for one in each.args if isinstance(one, Number)]
    return found


def instruction(op: str, args: Sequence[str]) -> str:
    """LLVM's instruction for an operation."""
    a, b = args[0], args[-1]
    if op in BINARY:
        return f"{op} {V} {a}, {b}"
    if op in COMPARED:
        return f"fcmp {op} {V} {a}, {b}"
    if op in INTRINSIC:
        return f"call {V} @llvm.{INTRINSIC[op]}.v{LANES}f64({V} {a})"
    if op in CALLED:
        return f"call {V} @{op}({', '.join(f'{V} {each}' for each in args)})"
    return {
        "fneg": f"fneg {V} {a}",
        "where": f"select {M} {a}, {V} {args[min(1, len(args) - 1)]}, {V} {b}",
        "real": f"select {M} {a}, {V} {splat(1.0)}, {V} {splat(0.0)}",
        "and": f"and {M} {a}, {b}",
        "or": f"or {M} {a}, {b}",
        "not": f"xor {M} {a}, {splat(True)}",
    }[op]


def at(writer: Writer, base: str, offset: int | str) -> str:
    """The address of a number so many doubles from a base."""
    return writer.line(f"getelementptr double, ptr {base}, i64 {offset}")


def vector(writer: Writer, address: str) -> str:
    """The numbers of eight runs from an address."""
    return writer.line(f"load {V}, ptr {address}, align 8")


def spread(writer: Writer, one: str) -> str:
    """One number in every lane."""
    first = writer.line(f"insertelement {V} poison, double {one}, i32 0")
    return writer.line(f"shufflevector {V} {first}, {V} poison, <{LANES} x i32> zeroinitializer")


def pointed(writer: Writer, table: str, place: int) -> str:
    """The address at a place of a table of addresses."""
    where = writer.line(f"getelementptr ptr, ptr {table}, i64 {place}")
    return writer.line(f"load ptr, ptr {where}, align 8")
