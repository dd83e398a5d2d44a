"""A line through time counted into bins by machine code."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

from ..axes import Array
from .target import loaded, object_code

_TEXT = """
declare double @llvm.maxnum.f64(double, double)
declare double @llvm.minnum.f64(double, double)

define i64 @run(ptr %values, i64 %stride, i64 %times, i64 %runs, double %low, double %scale, double %top,
                 i64 %shift, ptr %counts, i64 %width, ptr %totals) {
entry:
  br label %time
time:
  %t = phi i64 [ 0, %entry ], [ %next_t, %timed ]
  %lost_then = phi i64 [ 0, %entry ], [ %lost_now, %timed ]
  %at = mul i64 %t, %stride
  %row = getelementptr double, ptr %values, i64 %at
  %first = mul i64 %t, %width
  %bins = getelementptr i32, ptr %counts, i64 %first
  br label %run
run:
  %r = phi i64 [ 0, %time ], [ %next_r, %run ]
  %sum = phi i64 [ 0, %time ], [ %next_sum, %run ]
  %lost_before = phi i64 [ %lost_then, %time ], [ %lost_now, %run ]
  %value_at = getelementptr double, ptr %row, i64 %r
  %value = load double, ptr %value_at
  %none = fcmp uno double %value, %value
  %lost_one = zext i1 %none to i64
  %lost_now = add i64 %lost_before, %lost_one
  %above = fsub double %value, %low
  %part = fmul double %above, %scale
  %held = call double @llvm.maxnum.f64(double %part, double 0.0)
  %within = call double @llvm.minnum.f64(double %held, double %top)
  %whole = fptosi double %within to i64
  %next_sum = add i64 %sum, %whole
  %bin = lshr i64 %whole, %shift
  %bin_at = getelementptr i32, ptr %bins, i64 %bin
  %before = load i32, ptr %bin_at
  %after = add i32 %before, 1
  store i32 %after, ptr %bin_at
  %next_r = add i64 %r, 1
  %more_r = icmp slt i64 %next_r, %runs
  br i1 %more_r, label %run, label %timed
timed:
  %total_at = getelementptr i64, ptr %totals, i64 %t
  %total = load i64, ptr %total_at
  %new = add i64 %total, %next_sum
  store i64 %new, ptr %total_at
  %next_t = add i64 %t, 1
  %more_t = icmp slt i64 %next_t, %times
  br i1 %more_t, label %time, label %out
out:
  ret i64 %lost_now
}
"""


@cache
def _counter() -> tuple[Any, Any]:
    engine, address = loaded(object_code(_TEXT))
    whole, real, place = ctypes.c_int64, ctypes.c_double, ctypes.c_void_p
    kinds = (place, whole, whole, whole, real, real, real, whole, place, whole, place)
    return engine, ctypes.CFUNCTYPE(whole, *kinds)(address)


def count(
    values: Array, low: float, scale: float, top: float, shift: int, counts: Array, totals: Array
) -> None:
    """What `spread.count` does with the same arguments, to the bit: `values` `(time, run)` counted."""
    if values.dtype != np.float64 or values.strides[-1] != values.itemsize:
        values = np.ascontiguousarray(values, dtype=np.float64)
    _, run = _counter()
    places = [each.__array_interface__["data"][0] for each in (values, counts, totals)]
    stride = values.strides[0] // values.itemsize
    lost = run(
        places[0], stride, *values.shape, low, scale, top, shift, places[1], counts.shape[1], places[2]
    )
    if lost:
        raise ValueError("a line has values that are not numbers")
