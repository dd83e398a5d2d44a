"""What was asked of speed beforehand, held against what is measured."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.measuring import Found, Told, command, note

WEDGE = [sys.executable, "-c", "from sim.cli import main; main()"]
KEPT = Path(__file__).parent.parent / "docs" / "million.json"
"""What the last `--million` gave, so that the page can tell of it."""


@dataclass(frozen=True)
class Target:
    """Something asked, in words; what was measured, and whether it does; None where it cannot be told."""

    asked: str
    measured: str
    met: bool | None

    def row(self) -> str:
        """A row of the table."""
        return f"| {self.asked} | {self.measured} | {'yes' if self.met else 'not measured' if self.met is None else '**no**'} |"


def ratios(found: Mapping[str, Found]) -> list[Target]:
    """Targets that are ratios of subjects, each also against plain agents that draw luck of their own."""

    def middle(name: str) -> float:
        return found[name].middle if name in found else float("nan")

    def better(one: str, other: str) -> float:
        """The quicker of two, or the one there is."""
        known = [each for each in (middle(one), middle(other)) if each == each]
        return min(known, default=float("nan"))

    def least(words: str, ratio: float, over: float, ours: str) -> Target:
        return Target(words, _ratio(over / middle(ours)), _holds(over / middle(ours), lambda it: it >= ratio))

    alike, own = (
        "plain agents under `batch_run`, our luck",
        "plain agents under `batch_run`, luck of their own",
    )
    fast = better("plain", "plain-2"), better("own", "own-2")
    within = middle("compiled-held") / middle("c-held")
    alone = middle("compiled-held") / middle("c-alone")
    return [
        least(f"compiled at least 150 times {alike} (one process each)", 150, middle("plain"), "compiled"),
        least(f"the same over {own}", 150, middle("own"), "compiled"),
        least(f"NumPy at least 30 times {alike} (one process each)", 30, middle("plain"), "numpy"),
        least(f"the same over {own}", 30, middle("own"), "numpy"),
        least(f"compiled on two cores at least 250 times {alike} (the better of one and two processes)", 250, fast[0], "compiled-2"),
        least(f"the same over {own}", 250, fast[1], "compiled-2"),
        Target("compiled at most 5 times the C kernel, luck handed to both, each with its draws and start",
               _ratio(within), _holds(within, lambda it: it <= 5)),
        Target("the same over the C kernel with its start handed in too", _ratio(alone), _holds(alone, lambda it: it <= 5)),
    ]  # fmt: skip


def _ratio(value: float) -> str:
    return f"{value:.1f} times" if value == value else "not available"


def _holds(value: float, asked: Callable[[float], bool]) -> bool | None:
    return asked(value) if value == value else None


# --- from outside ---------------------------------------------------------------------------------


def walls(rounds: int) -> dict[str, Found]:
    """Wall time of `wedge run --runs 1000` as a user starts it, warm: after one that is not counted."""
    found = {"numpy": Found(), "compiled": Found()}
    for name, each in found.items():
        for k in range(rounds + 1):
            if each.missing:
                continue
            note(f"wedge run --runs 1000, {name}")
            told = wedge("--runs", "1000", *(["--backend", name] if name != "numpy" else []))
            if told.code:
                each.missing = _reason(told)
            elif k:
                each.times.append(told.seconds)
                each.peak = max(each.peak, told.peak)
    return found


def wedge(*words: str) -> Told:
    """`wedge run` with these words, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return command([*WEDGE, "run", *words, "--out", str(Path(folder) / "out")], Path(folder))


def _reason(told: Told) -> str:
    lines = [line for line in told.words.splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"exit code {told.code}"


def wall_targets(found: Mapping[str, Found]) -> list[Target]:
    """The targets of `walls`."""
    asked = "`wedge run --runs 1000`, warm, under 1.5 s: {}"
    return [
        Target(
            asked.format(name),
            f"not available ({each.missing})" if each.missing else f"{each.middle:.2f} s, {each.peak / 2**20:,.0f} MiB",
            None if each.missing else each.middle < 1.5,
        )
        for name, each in found.items()
    ]  # fmt: skip


def million(runs: int, write: bool) -> str:
    """So many runs of the default scenario from the command line, compiled, on two cores, timed from outside."""
    words = ["--runs", str(runs), "--backend", "compiled", "--workers", "2", "--alone"]
    note(f"wedge run {' '.join(words)}")
    told = wedge(*words)
    if told.code:
        return f"not available ({_reason(told)})"
    found: dict[str, Any] = {
        "runs": runs, "seconds": round(told.seconds, 1), "peak": int(told.peak), "machine": machine.described(),
    }  # fmt: skip
    if write:
        KEPT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return _told(found)


def _told(found: Mapping[str, Any]) -> str:
    return f"{found['seconds']:.1f} s, {found['peak'] / 2**20:,.0f} MiB in all processes together"


def million_target() -> Target:
    """What the last million gave."""
    asked = "1,000,000 runs, outcomes and path quantiles kept, compiled, two cores (`make bench-million`): under 30 s and 1.5 GB"
    if not KEPT.exists():
        return Target(asked, "not available", None)
    found = json.loads(KEPT.read_text())
    return Target(asked, _told(found), found["seconds"] < 30 and found["peak"] < 1.5e9)
