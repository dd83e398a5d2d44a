"""Exponential, logarithm and power of eight numbers at once, in LLVM's text, which has none for vectors.

Arguments are reduced as in Cody & Waite 1980, *Software Manual for the Elementary Functions*; the
series that remain are Taylor's. Errors are a few units in the last place (`tests/test_compiled.py`).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

LANES = 8
"""Runs side by side: a vector of 512 bits, or two or four smaller ones."""

V, W, M = f"<{LANES} x double>", f"<{LANES} x i64>", f"<{LANES} x i1>"

HIGH, LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 in two parts; the first has 20 bits of 0 at its end, so that whole multiples of it are exact."""

GROWS, FADES = 709.0, -708.0
"""Arguments of the exponential beyond these are taken for these."""


def literal(value: float) -> str:
    """A double in LLVM's notation, exact."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def splat(value: float | bool) -> str:
    """A constant in every lane."""
    if isinstance(value, bool):
        return "<" + ", ".join([f"i1 {str(value).lower()}"] * LANES) + ">"
    return "<" + ", ".join([f"double {literal(float(value))}"] * LANES) + ">"


def _whole(value: int) -> str:
    return "<" + ", ".join([f"i64 {value}"] * LANES) + ">"


def _fused(one: str, other: str, added: str) -> str:
    """``one * other + added``, rounded once (on every processor: an old one takes longer)."""
    return f"call {V} @llvm.fma.v{LANES}f64({V} {one}, {V} {other}, {V} {added})"


def _series(name: str, argument: str, terms: Sequence[float]) -> list[str]:
    """``terms[0] + terms[1] x + ...`` by Horner's scheme, as `%name`."""
    lines, sum_ = [], splat(terms[-1])
    for k, term in reversed(list(enumerate(terms[:-1]))):
        to = f"%{name}" if k == 0 else f"%{name}{k}"
        lines.append(f"{to} = {_fused(sum_, argument, splat(term))}")
        sum_ = to
    return lines


def _defined(name: str, arguments: Sequence[str], lines: Sequence[str], result: str) -> str:
    head = ", ".join(f"{V} {each}" for each in arguments)
    body = "\n".join(f"  {each}" for each in lines)
    return f"define internal {V} @{name}({head}) #0 noinline {{\n{body}\n  ret {V} {result}\n}}"


_EXP = _defined("exp", ["%x"], [
    f"%high = fcmp ogt {V} %x, {splat(GROWS)}",
    f"%x1 = select {M} %high, {V} {splat(GROWS)}, {V} %x",
    f"%low = fcmp olt {V} %x1, {splat(FADES)}",
    f"%x2 = select {M} %low, {V} {splat(FADES)}, {V} %x1",
    f"%twos = fmul {V} %x2, {splat(1.0 / math.log(2.0))}",
    f"%k = call {V} @llvm.rint.v{LANES}f64({V} %twos)",
    f"%r1 = {_fused('%k', splat(-HIGH), '%x2')}",
    f"%r = {_fused('%k', splat(-LOW), '%r1')}",
    *_series("sum", "%r", [1.0 / math.factorial(k) for k in range(14)]),
    f"%n = fptosi {V} %k to {W}",
    f"%raised = add {W} %n, {_whole(1023)}",
    f"%bits = shl {W} %raised, {_whole(52)}",
    f"%scale = bitcast {W} %bits to {V}",
    f"%e = fmul {V} %sum, %scale",
], "%e")  # fmt: skip

_LOG = _defined("log", ["%x"], [
    f"%bits = bitcast {V} %x to {W}",
    f"%over = sub {W} %bits, {_whole(0x3FE6A09E667F3BCD)}",
    f"%n = ashr {W} %over, {_whole(52)}",
    f"%power = shl {W} %n, {_whole(52)}",
    f"%rest = sub {W} %bits, %power",
    f"%m = bitcast {W} %rest to {V}",
    f"%k = sitofp {W} %n to {V}",
    f"%f = fsub {V} %m, {splat(1.0)}",
    f"%g = fadd {V} %f, {splat(2.0)}",
    f"%s = fdiv {V} %f, %g",
    f"%z = fmul {V} %s, %s",
    *_series("sum", "%z", [2.0 / (2 * k + 3) for k in range(10)]),
    f"%zs = fmul {V} %z, %sum",
    f"%two = fadd {V} %s, %s",
    f"%small = fmul {V} %k, {splat(LOW)}",
    f"%t1 = {_fused('%s', '%zs', '%small')}",
    f"%t2 = fadd {V} %two, %t1",
    f"%l = {_fused('%k', splat(HIGH), '%t2')}",
    f"%none = fcmp oeq {V} %x, {splat(0.0)}",
    f"%zero = select {M} %none, {V} {splat(-math.inf)}, {V} %l",
    f"%below = fcmp olt {V} %x, {splat(0.0)}",
    f"%end = select {M} %below, {V} {splat(math.nan)}, {V} %zero",
], "%end")  # fmt: skip

_POW = _defined("pow", ["%x", "%y"], [
    f"%some = fcmp ogt {V} %x, {splat(0.0)}",
    f"%safe = select {M} %some, {V} %x, {V} {splat(1.0)}",
    f"%l = call {V} @log({V} %safe)",
    f"%yl = fmul {V} %y, %l",
    f"%e = call {V} @exp({V} %yl)",
    f"%flat = fcmp oeq {V} %y, {splat(0.0)}",
    f"%steep = fcmp olt {V} %y, {splat(0.0)}",
    f"%least = select {M} %steep, {V} {splat(math.inf)}, {V} {splat(0.0)}",
    f"%none = fcmp oeq {V} %x, {splat(0.0)}",
    f"%other = select {M} %none, {V} %least, {V} {splat(math.nan)}",
    f"%zero = select {M} %flat, {V} {splat(1.0)}, {V} %other",
    f"%p = select {M} %some, {V} %e, {V} %zero",
], "%p")  # fmt: skip

LIBRARY = "\n".join([
    f"declare {V} @llvm.fma.v{LANES}f64({V}, {V}, {V})",
    *(f"declare {V} @llvm.{name}.v{LANES}f64({V})" for name in ("rint", "fabs", "sqrt", "floor", "ceil")),
    'attributes #0 = { nounwind "min-legal-vector-width"="512" "prefer-vector-width"="512" }',
    _EXP, _LOG, _POW,
])  # fmt: skip
"""All of them, and what else a module needs to declare."""
