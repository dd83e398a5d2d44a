"""The loop over runs and steps, in LLVM's text: a group of runs goes through all steps before the next does.

Everything that a group needs stays in the processor's cache meanwhile. A group is a number of vectors,
eight runs each; the last vector of all begins early enough to be full, and works some runs out twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Template

from .functions import LANES

GIVEN = "ptr noalias %scratch, ptr %job, i64 %k, i64 %r"
"""Arguments of every function: the memory of eight runs, the job, the step, and the first of the runs."""

PASSED = GIVEN.replace("noalias ", "")
"""The same, handed on."""

JOB = (
    "luck", "paths", "start", "end", "common", "own", "turns", "kinds", "blows", "scratch", "spare",
    "first", "steps", "runs", "from", "common_width", "own_width", "group",
)  # fmt: skip
"""What a job consists of, eight bytes each: addresses, then whole numbers.

`scratch` is what is kept of a group of runs, `spare` what pieces of a long step hand each other. The
job's `runs` begin in column `from` of what is handed in, luck apart, which is theirs alone.
"""

_TEXT = Template("""
define internal void @one($given) #0 {
  %turns = job turns
  %turn_at = getelementptr i64, ptr %turns, i64 %k
  %turn = load i64, ptr %turn_at
  %begins = icmp eq i64 %k, 0
  br i1 %begins, label %begin, label %later
begin:
  call void @begin($passed)
  br label %settle
later:
  %before_at = getelementptr i64, ptr %turn_at, i64 -1
  %before = load i64, ptr %before_at
  %same = icmp eq i64 %turn, %before
  br i1 %same, label %hit, label %settle
settle:
  call void @settle($passed)
  br label %hit
hit:
  %blows = job blows
  %blow_at = getelementptr i64, ptr %blows, i64 %k
  %blow = load i64, ptr %blow_at
  switch i64 %blow, label %go [ $blow_labels ]
$blow_calls
go:
  %kinds = job kinds
  %kind_at = getelementptr i64, ptr %kinds, i64 %k
  %kind = load i64, ptr %kind_at
  switch i64 %kind, label %done [ $step_labels ]
$step_calls
done:
  %steps = job steps
  %last = sub i64 %steps, 1
  %ends = icmp eq i64 %k, %last
  br i1 %ends, label %end, label %out
end:
  call void @end($passed)
  br label %out
out:
  ret void
}

define void @run(ptr %job) #0 {
entry:
  %runs = job runs
  %steps = job steps
  %group = job group
  %scratches = job scratch
  %width = mul i64 %group, $lanes
  %full = sub i64 %runs, $lanes
  br label %groups
groups:
  %at = phi i64 [ 0, %entry ], [ %next_at, %grouped ]
  %next_at = add i64 %at, %width
  %whole = icmp slt i64 %next_at, %runs
  %to = select i1 %whole, i64 %next_at, i64 %runs
  br label %stepping
stepping:
  %k = phi i64 [ 0, %groups ], [ %next_k, %stepped ]
  br label %vectors
vectors:
  %from = phi i64 [ %at, %stepping ], [ %next_from, %vectors ]
  %scratch = phi ptr [ %scratches, %stepping ], [ %next_scratch, %vectors ]
  %early = icmp slt i64 %from, %full
  %r = select i1 %early, i64 %from, i64 %full
  call void @one($passed)
  %next_from = add i64 %from, $lanes
  %next_scratch = getelementptr double, ptr %scratch, i64 $memory
  %more_vectors = icmp slt i64 %next_from, %to
  br i1 %more_vectors, label %vectors, label %stepped
stepped:
  %next_k = add i64 %k, 1
  %more_steps = icmp slt i64 %next_k, %steps
  br i1 %more_steps, label %stepping, label %grouped
grouped:
  br i1 %whole, label %groups, label %out
out:
  ret void
}
""")


def loop_text(steps: Sequence[str], blows: int, memory: int) -> str:
    """The loop. `steps` are the names of the functions of each kind of step; `memory` is that of eight runs."""
    text = _TEXT.substitute(
        given=GIVEN, passed=PASSED, lanes=LANES, memory=memory,
        blow_labels=_labels("blow", blows), step_labels=_labels("step", len(steps)),
        blow_calls=_calls("blow", [f"blow{k}" for k in range(blows)], "go"),
        step_calls=_calls("step", steps, "done"),
    )  # fmt: skip
    return re.sub(r"%(\w+) = job (\w+)", _read, text)


def kind_of(part: str) -> str:
    """Whether a part of the job is an address or a whole number."""
    return "ptr" if JOB.index(part) < JOB.index("first") else "i64"


def _read(found: re.Match[str]) -> str:
    name, part = found.groups()
    address = f"%{name}_in_job = getelementptr i64, ptr %job, i64 {JOB.index(part)}"
    return f"{address}\n  %{name} = load {kind_of(part)}, ptr %{name}_in_job"


def _labels(name: str, count: int) -> str:
    return " ".join(f"i64 {k}, label %{name}{k}" for k in range(count))


def _calls(name: str, functions: Sequence[str], then: str) -> str:
    return "\n".join(
        f"{name}{k}:\n  call void @{function}({PASSED})\n  br label %{then}"
        for k, function in enumerate(functions)
    )
