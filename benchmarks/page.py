"""What was measured, as docs/performance.md."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from benchmarks import machine, scaling, targets
from benchmarks.measuring import Found
from benchmarks.scaling import Scaling
from benchmarks.subjects import SUBJECTS
from benchmarks.timing import BUSY

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
HEAD = """\
# Performance

Written by `make bench` in one go on one machine, whose ratios travel and whose times do not:
{machine}

The default scenario: 5 actors, 40 quarters, {uncertain} uncertainties drawn for each run. Each subject in processes of its own, in
turn with the others, {rounds}; medians, and the lowest and highest. What is done once is left out: imports, the start of a pool
of processes, compiling. A subject on one core is kept on one; on two it is two processes. Where luck is left out, numbers and
draws are handed in, dealt beforehand, the same 1,000 runs again and again. Memory is the peak of a subject's process and of its workers.

Plain agents (`benchmarks/plain_mesa.py`) are an implementation of its own in scalar Python, profiled, and held to the same
trajectories by `tests/test_reference.py`; the model in C (`benchmarks/kernel.c`) is held to them by `tests/test_c_kernel.py`.
The last two columns say how many times quicker a run is than plain agents in one process of `batch_run`: with the luck that the
ensemble deals, of which one run can only be had with the 99 beside it; and with luck that each model draws for itself.
{busy}
"""
COLUMNS = (
    "how",
    "cores",
    "us a run",
    "lowest to highest",
    "without luck",
    "MiB",
    "× plain",
    "× plain, own luck",
)


def whole(found: Mapping[str, Found], scaled: Scaling | None, walls: Mapping[str, Found], rounds: int) -> str:
    """The page, or as much of it as was measured."""
    lines = table(found)
    if found or walls:
        lines += ["", "## Asked and measured", "", "| asked | measured | met? |", "|---|---|---|"]
        lines += [each.row() for each in targets.ratios(found)] if "plain" in found else []
        lines += [each.row() for each in [*targets.wall_targets(walls), targets.million_target()]]
        lines += ["", *remarks(found)]
    if scaled is not None:
        lines += ["", "## Growth", "", "Microseconds per run and step, luck included, one core.", "",
                  "![Time per run and step against runs, quarters and actors](performance.png)", *scaling.page(scaled)]  # fmt: skip
    head = HEAD.format(
        machine=machine.described(), rounds=_rounds(rounds), uncertain=_uncertain(), busy=_busy()
    )
    return head + "\n".join(lines).strip() + "\n"


def _rounds(rounds: int) -> str:
    return "one round" if rounds == 1 else f"{rounds} rounds"


def _busy() -> str:
    """What to know where others used the machine."""
    if not os.environ.get(BUSY):
        return ""
    return (
        f"\n**Others used the machine (load {machine.load()} at the end)**: what is on one core is timed by the processor's "
        "own time;\nwhat is on two cores, and commands, by the clock, and therefore far too slow.\n"
    )


def _uncertain() -> int:
    from sim.build import distributions
    from sim.scenario import load

    return len(distributions(load()))


def table(found: Mapping[str, Found]) -> list[str]:
    """A row for each subject that is shown."""
    rows = [_row(name, each, found) for name, each in found.items() if SUBJECTS[name].shown]
    return ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|", *rows]


def _row(name: str, each: Found, found: Mapping[str, Found]) -> str:
    subject = SUBJECTS[name]
    if each.missing:
        cells = [subject.title, str(subject.cores), f"not available: {each.missing}", *[""] * 5]
        return "| " + " | ".join(cells) + " |"
    times = [1e6 * one for one in each.times]
    cells = [
        subject.title, str(subject.cores), us(1e6 * each.middle), f"{us(min(times))} to {us(max(times))}",
        _middle(subject.bare, found), f"{each.peak / 2**20:,.0f}",
        _times("plain", each, found), _times("own", each, found),
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def us(value: float) -> str:
    """Microseconds, with as many digits as they deserve."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _middle(name: str, found: Mapping[str, Found]) -> str:
    return us(1e6 * found[name].middle) if name in found and found[name].times else ""


def _times(name: str, each: Found, found: Mapping[str, Found]) -> str:
    """How many times quicker than plain agents."""
    if name not in found or not found[name].times:
        return ""
    ratio = found[name].middle / each.middle
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def remarks(found: Mapping[str, Found]) -> list[str]:
    """What else the table says, in words."""

    def over(one: str, other: str) -> float | None:
        known = all(name in found and found[name].times for name in (one, other))
        return found[one].middle / found[other].middle if known else None

    said = {
        "`batch_run` itself, with the collecting of data that it needs, costs plain agents {} times what a bare loop does.": over("plain", "loop"),
        "Our Mesa model takes {} times as long a run as the NumPy ensemble, whose array equations it calls for one run at a time: use the Mesa model to look, the ensemble to count.": over("mesa", "numpy"),
        "A sweep takes {} times as long a run as the ensemble that keeps outcomes.": over("sweep", "numpy-kept"),
        "EMA Workbench, one run after another, takes {} times as long a run as our sweep.": over("ema", "sweep"),
        "Keeping outcomes and path quantiles makes a NumPy run {} times as long.": over("numpy-kept", "numpy"),
    }  # fmt: skip
    return [
        words.format(f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}")
        for words, ratio in said.items()
        if ratio is not None
    ]
