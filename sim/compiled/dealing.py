"""NumPy's own luck, dealt faster: its Philox generator and its ziggurat in machine code, bit for bit.

Luck is what NumPy deals (`luck.py`); here the same words are made without a call for each, and turned
into the same numbers. The tables in `ziggurat.npz` are NumPy's (`ziggurat_constants.h`, BSD licence). In
each process the first blocks are held against NumPy's: where a version of NumPy deals otherwise, NumPy deals.
Sources: Salmon et al. 2011 (Philox 4x64-10); Marsaglia & Tsang 2000 (ziggurat).
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np

from ..axes import Array
from ..luck import BLOCK, Dealer, Shape, deal_block, key_of
from .functions import literal
from .target import loaded, object_code

MULTIPLIERS = 0xD2E7470EE14C6C93, 0xCA5A826395121157
STEPS = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
ROUNDS = 10
"""Constants of Philox 4x64-10."""

TAIL = 3.6541528853610087963519472518
INVERSE_TAIL = 0.27366123732975827203338247596
"""Where the tail of NumPy's ziggurat begins, and one over it."""

SPARE = 32
"""One word in so many more than there are numbers: a ziggurat needs a second word once in a hundred times."""

_ROUND = Template("""
  %a$k = zext i64 %c0_$k to i128
  %b$k = zext i64 %c2_$k to i128
  %m$k = mul i128 %a$k, $m0
  %n$k = mul i128 %b$k, $m1
  %mh$k = lshr i128 %m$k, 64
  %nh$k = lshr i128 %n$k, 64
  %lo0_$k = trunc i128 %m$k to i64
  %lo1_$k = trunc i128 %n$k to i64
  %hi0_$k = trunc i128 %mh$k to i64
  %hi1_$k = trunc i128 %nh$k to i64
  %x0_$k = xor i64 %hi1_$k, %c1_$k
  %c0_$j = xor i64 %x0_$k, %k0_$k
  %c1_$j = add i64 %lo1_$k, 0
  %x2_$k = xor i64 %hi0_$k, %c3_$k
  %c2_$j = xor i64 %x2_$k, %k1_$k
  %c3_$j = add i64 %lo0_$k, 0
""")

_KEYS = Template("""
  %k0_$j = add i64 %k0_$k, $w0
  %k1_$j = add i64 %k1_$k, $w1
""")

_TEXT = Template("""
declare double @exp(double)
declare double @log1p(double)

define internal void @words(ptr %words, i64 %count, i64 %key0, i64 %key1, i64 %block) {
entry:
  %k0_0 = add i64 %key0, 0
  %k1_0 = add i64 %key1, 0
$keys
  br label %next
next:
  %at = phi i64 [ 0, %entry ], [ %after, %next ]
  %four = lshr i64 %at, 2
  %c0_0 = add i64 %four, 1
  %c1_0 = add i64 0, 0
  %c2_0 = add i64 0, 0
  %c3_0 = add i64 %block, 0
$rounds
  %p0 = getelementptr i64, ptr %words, i64 %at
  %p1 = getelementptr i64, ptr %p0, i64 1
  %p2 = getelementptr i64, ptr %p0, i64 2
  %p3 = getelementptr i64, ptr %p0, i64 3
  store i64 %c0_$last, ptr %p0
  store i64 %c1_$last, ptr %p1
  store i64 %c2_$last, ptr %p2
  store i64 %c3_$last, ptr %p3
  %after = add i64 %at, 4
  %more = icmp slt i64 %after, %count
  br i1 %more, label %next, label %out
out:
  ret void
}

define internal double @uniform(ptr %words, i64 %at) {
  %place = getelementptr i64, ptr %words, i64 %at
  %word = load i64, ptr %place
  %high = lshr i64 %word, 11
  %whole = sitofp i64 %high to double
  %u = fmul double %whole, $unit
  ret double %u
}

define i64 @run(ptr %words, i64 %count, i64 %key0, i64 %key1, i64 %block, i64 %normal, ptr %out, i64 %steps,
                i64 %width, i64 %stride, ptr %k, ptr %w, ptr %f) {
entry:
  call void @words(ptr %words, i64 %count, i64 %key0, i64 %key1, i64 %block)
  br label %step
step:
  %t = phi i64 [ 0, %entry ], [ %next_t, %stepped ]
  %from = phi i64 [ 0, %entry ], [ %to, %stepped ]
  %shift = mul i64 %t, %stride
  %row = getelementptr double, ptr %out, i64 %shift
  br label %number
number:
  %r = phi i64 [ 0, %step ], [ %next_r, %done ]
  %begin = phi i64 [ %from, %step ], [ %to, %done ]
  %plain = icmp eq i64 %normal, 0
  br i1 %plain, label %flat, label %try
flat:
  %flat_at = getelementptr i64, ptr %words, i64 %begin
  %flat_word = load i64, ptr %flat_at
  %flat_high = lshr i64 %flat_word, 11
  %flat_whole = sitofp i64 %flat_high to double
  %u = fmul double %flat_whole, $unit
  %after_u = add i64 %begin, 1
  br label %done
try:
  %at = phi i64 [ %begin, %number ], [ %again, %rejected ]
  %place = getelementptr i64, ptr %words, i64 %at
  %word = load i64, ptr %place
  %layer = and i64 %word, 255
  %signed = and i64 %word, 256
  %rest = lshr i64 %word, 9
  %size = and i64 %rest, 4503599627370495
  %w_at = getelementptr double, ptr %w, i64 %layer
  %width_of = load double, ptr %w_at
  %k_at = getelementptr i64, ptr %k, i64 %layer
  %limit = load i64, ptr %k_at
  %whole = sitofp i64 %size to double
  %x = fmul double %whole, %width_of
  %sign_bit = shl i64 %signed, 55
  %x_bits = bitcast double %x to i64
  %y_bits = xor i64 %x_bits, %sign_bit
  %y = bitcast i64 %y_bits to double
  %after_one = add i64 %at, 1
  %inside = icmp ult i64 %size, %limit
  br i1 %inside, label %done, label %slow
slow:
  %bottom = icmp eq i64 %layer, 0
  br i1 %bottom, label %tail, label %wedge
wedge:
  %v = call double @uniform(ptr %words, i64 %after_one)
  %again = add i64 %at, 2
  %f_at = getelementptr double, ptr %f, i64 %layer
  %f_low = load double, ptr %f_at
  %f_before = getelementptr double, ptr %f_at, i64 -1
  %f_high = load double, ptr %f_before
  %f_gap = fsub double %f_high, %f_low
  %f_part = fmul double %f_gap, %v
  %f_here = fadd double %f_part, %f_low
  %half = fmul double %x, -0.5
  %square = fmul double %half, %x
  %density = call double @exp(double %square)
  %under = fcmp olt double %f_here, %density
  br i1 %under, label %done, label %rejected
rejected:
  br label %try
tail:
  %tail_at = phi i64 [ %after_one, %slow ], [ %tail_after, %tail ]
  %second = add i64 %tail_at, 1
  %tail_after = add i64 %tail_at, 2
  %u1 = call double @uniform(ptr %words, i64 %tail_at)
  %u2 = call double @uniform(ptr %words, i64 %second)
  %n1 = fneg double %u1
  %n2 = fneg double %u2
  %l1 = call double @log1p(double %n1)
  %l2 = call double @log1p(double %n2)
  %xx = fmul double %l1, $inverse
  %yy = fneg double %l2
  %twice = fadd double %yy, %yy
  %squared = fmul double %xx, %xx
  %kept = fcmp ogt double %twice, %squared
  br i1 %kept, label %outer, label %tail
outer:
  %far = fadd double %xx, $tail
  %minus = fneg double %far
  %ninth = and i64 %size, 256
  %left = icmp ne i64 %ninth, 0
  %z = select i1 %left, double %minus, double %far
  br label %done
done:
  %value = phi double [ %u, %flat ], [ %y, %try ], [ %y, %wedge ], [ %z, %outer ]
  %to = phi i64 [ %after_u, %flat ], [ %after_one, %try ], [ %again, %wedge ], [ %tail_after, %outer ]
  %value_at = getelementptr double, ptr %row, i64 %r
  store double %value, ptr %value_at
  %next_r = add i64 %r, 1
  %more_r = icmp slt i64 %next_r, %width
  br i1 %more_r, label %number, label %stepped
stepped:
  %next_t = add i64 %t, 1
  %more_t = icmp slt i64 %next_t, %steps
  br i1 %more_t, label %step, label %end
end:
  ret i64 %to
}
""")


def _text() -> str:
    numbers = dict(m0=MULTIPLIERS[0], m1=MULTIPLIERS[1], w0=STEPS[0], w1=STEPS[1])
    rounds, keys = (
        "".join(each.substitute(k=k, j=k + 1, **numbers) for k in range(ROUNDS)) for each in (_ROUND, _KEYS)
    )
    return _TEXT.substitute(
        rounds=rounds,
        keys=keys,
        last=ROUNDS,
        unit=literal(2.0**-53),
        inverse=literal(-INVERSE_TAIL),
        tail=literal(TAIL),
    )


@cache
def _machine() -> tuple[Any, Any, tuple[Array, ...]]:
    engine, address = loaded(object_code(_text()))
    tables = np.load(str(files(__package__) / "ziggurat.npz"))
    whole, place = ctypes.c_uint64, ctypes.c_void_p
    kinds = (place, *[whole] * 5, place, *[whole] * 3, *[place] * 3)
    run = ctypes.CFUNCTYPE(whole, *kinds)(address)
    return engine, run, tuple(np.ascontiguousarray(tables[name]) for name in "kwf")


class _Words(threading.local):
    """Room for the words of a block, each thread's own."""

    array = np.empty(0, dtype=np.uint64)

    def room(self, words: int) -> Array:
        """Room for so many words, and as many more for what one unlucky number may ask for."""
        if len(self.array) < 2 * words:
            self.array = np.empty(2 * words, dtype=np.uint64)
        return self.array


class MachineDealer:
    """Deals a block of luck by machine code: the numbers that NumPy deals."""

    def __init__(self) -> None:
        self._engine, self._run, self._tables = _machine()
        self._places = [_place(each) for each in self._tables]
        self._words = _Words()

    def deal(self, key: Array, block: int, shape: Shape, out: Array) -> None:
        """Fill `out`, `(step, BLOCK)` with any stride between steps, with a block's numbers from its beginning."""
        steps, width = out.shape
        count = steps * width + (steps * width // SPARE + 64) * (shape == "normal")
        first, second = key.tolist()
        used = self._run(
            _place(self._words.room(count)), count, first, second, block, shape == "normal", _place(out), steps,
            width, out.strides[0] // 8, *self._places,
        )  # fmt: skip
        if used > count:
            deal_block(key, block, shape, out)


def _place(array: Array) -> int:
    where: int = array.__array_interface__["data"][0]
    return where


@cache
def dealer() -> Dealer | None:
    """Who deals: machine code, where its numbers are NumPy's; else nobody but NumPy."""
    machine, key = MachineDealer(), key_of(0, "trial", ())
    shapes: tuple[Shape, Shape] = ("normal", "uniform")
    for block, shape in enumerate(shapes):
        ours, theirs = np.empty((40, BLOCK)), np.empty((40, BLOCK))
        machine.deal(key, block, shape, ours)
        deal_block(key, block, shape, theirs)
        if not np.array_equal(ours, theirs):
            return None
    return machine
