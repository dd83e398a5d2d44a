"""The model in C (`kernel.c`): how fast it can be on one core, so that "close to the limit" is a number.

    python -m benchmarks.c_kernel            microseconds a run, part by part

It takes the luck that `sim.luck` deals, and the parameters and the start that `sim.build` gives, and
returns the paths that the ensemble records, or measures the united front on the way so that storing
paths is not what is timed. Held to the ensemble's trajectories by `tests/test_c_kernel.py`.

Compiled once for each board (its actors and ties), into a folder of the system's temporary ones, with
`-O3 -march=native -fno-math-errno -fno-trapping-math`, which change no result. Not with `-ffast-math`:
it cancels the additions that round to a whole number in exp and log, and results are then plainly
wrong; what of it would be harmless (`-fno-signed-zeros -ffinite-math-only -freciprocal-math`) is no
faster, for the loops are vectors already, and sums are arranged by hand.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.build import Draws, build, outcomes_of, ties_of
from sim.events import Change, Event
from sim.luck import DealtLuck, Luck
from sim.mechanisms import Ties
from sim.outcomes import THRESHOLDS, UnitedFront
from sim.scenario import Scenario, load
from sim.world import World

SOURCE = Path(__file__).with_name("kernel.c")
FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi")
LANES = 8
"""Runs that are computed together; blocks are filled up to a multiple of it."""
CHUNK = 1000


class NoCompiler(RuntimeError):
    """There is no C compiler here, or it cannot compile the kernel."""


class Uncovered(ValueError):
    """The scenario has something that the kernel leaves out."""


def compiler() -> str:
    """The system's C compiler."""
    found = next(
        (
            path
            for name in (os.environ.get("CC"), "cc", "gcc", "clang")
            if name and (path := shutil.which(name))
        ),
        None,
    )
    if found is None:
        raise NoCompiler(
            "the C kernel needs a C compiler (cc, gcc or clang, or one named in CC); there is none here"
        )
    return found


def compiled(ties: Ties, flags: tuple[str, ...] = FLAGS) -> ctypes.CDLL:
    """The kernel for a board, compiled unless it was before."""

    def rows(parts: Iterable[tuple[int, ...]]) -> str:
        return "".join("{" + ",".join(map(str, each)) + "}," for each in dict.fromkeys(parts))

    board = {
        "N": ties.n,
        "ALLIANCES": rows(ties.alliances),
        "HEDGES": rows(ties.rivals),
        "WEDGES": rows((each.divider, each.target, each.adversary) for each in ties.wedges),
        "FLASHPOINTS": rows((each.attacker, each.defender) for each in ties.flashpoints),
        "DISPUTES": rows((each.holder, each.claimant) for each in ties.disputes),
        "THRESHOLDS": 1 + len(THRESHOLDS),
    }
    asked = [compiler(), *flags, *(f"-D{name}={value}" for name, value in board.items()), "-shared", "-fPIC"]
    key = hashlib.blake2b(
        "\0".join([*asked, SOURCE.read_text(), _processor()]).encode(), digest_size=12
    ).hexdigest()
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"wedge-kernel-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise NoCompiler(f"{folder} belongs to somebody else; set TMPDIR to another folder")
    library = folder / f"{key}.so"
    if not library.exists():
        fresh = library.with_suffix(f".{os.getpid()}")
        done = subprocess.run([*asked, "-o", str(fresh), str(SOURCE), "-lm"], capture_output=True, text=True)
        if done.returncode:
            raise NoCompiler(f"{asked[0]} cannot compile {SOURCE.name}:\n{done.stderr[-2000:]}")
        fresh.replace(library)
    return ctypes.CDLL(str(library))


def _processor() -> str:
    """What the machine code is for."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return "".join(line for line in lines if line.startswith(("model name", "flags")))[:5000]


class _Front(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int64) for name in ("one", "other", "year", "last")),
        ("hostility", ctypes.c_double),
        ("at", ctypes.c_double * (1 + len(THRESHOLDS))),
        ("below", ctypes.c_double * (1 + len(THRESHOLDS))),
    ]


class _Job(ctypes.Structure):
    _fields_ = [
        ("runs", ctypes.c_int64),
        ("steps", ctypes.c_int64),
        *(
            (name, ctypes.c_void_p)
            for name in ("parameters", "start", "luck", "wide", "wide_start", "changes")
        ),
        ("many_changes", ctypes.c_int64),
        ("jumps", ctypes.c_void_p),
        ("many_jumps", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("paths", "front", "measured")),
    ]


CHANGE = np.dtype([*((name, np.int64) for name in ("row", "from", "until", "sets")), ("value", np.float64)])
JUMP = np.dtype([*((name, np.int64) for name in ("step", "violation", "row", "sets")), ("value", np.float64)])
NEVER = 2**60


@dataclass
class Inputs:
    """What the kernel is given for some runs: numbers at the start, and all luck."""

    runs: int
    parameters: list[np.ndarray]
    start: list[np.ndarray]
    luck: list[np.ndarray | None]

    def __post_init__(self) -> None:
        self.addresses = [_addresses(each) for each in (self.parameters, self.start, self.luck)]
        self.wide = [
            np.array([each.shape[1] > 1 for each in numbers], dtype=np.int64)
            for numbers in (self.parameters, self.start)
        ]


class CKernel:
    """A scenario's kernel. `run(first, runs)` gives paths `(time, ..., run)` as the ensemble records them."""

    def __init__(self, scenario: Scenario, flags: tuple[str, ...] = FLAGS) -> None:
        self.scenario, self.calendar, self.ties = scenario, scenario.calendar.computed, ties_of(scenario)
        world = build(scenario, 0, 1)
        _check(scenario, world)
        self.library = compiled(self.ties, flags)
        self.parameters = self._names("kernel_parameters")
        self.quantities = self._names("kernel_quantities")
        self.steps = scenario.calendar.steps
        events = sorted(world.events, key=lambda each: (each.at, each.name))
        self.changes = np.array(list(self._changes(events, world)), dtype=CHANGE)
        self.jumps = np.array(list(self._jumps(events)), dtype=JUMP)
        self.front = self._front()

    # - what is handed in -

    @staticmethod
    def whole(runs: int) -> int:
        """Runs filled up to whole lanes."""
        return -(-runs // LANES) * LANES

    def inputs(self, first: int, runs: int, luck: Luck | None = None, drawn: Draws | None = None) -> Inputs:
        """Parameters and the start, settled by `sim`, and luck, for a block of runs (filled up to whole lanes).

        Luck and draws may be handed in, for as many runs as `whole` says.
        """
        whole = self.whole(runs)
        world = build(self.scenario, first, whole, luck, drawn)
        rules, start = world.settled
        numbers = []
        for name in self.parameters:
            group, _, field = name.partition(".")
            value = getattr(rules.groups[group], field)
            numbers.append(_flat(-np.log1p(-value) if field == "hazard" else value))
        state = [_flat(getattr(start, name)) for name in self.quantities]
        return Inputs(whole, numbers, state, self._luck(world.luck))

    def _luck(self, luck: Any) -> list[np.ndarray | None]:
        """All numbers dealt, stream by stream and step by step, each `(row, run)`; memory is the dealer's."""
        ties = self.ties
        points = [(each.name,) for each in ties.flashpoints]
        disputes = [(each.name,) for each in ties.disputes]
        streams: list[tuple[Any, str, list]] = [
            (luck.normal, "engagement", ties.directed),
            (luck.normal, "alignment", ties.pairs),
            (luck.uniform, "violation", [(name,) for name in ties.names]),
            (luck.uniform, "crisis", points),
            (luck.uniform, "contest", points),
            (luck.uniform, "settlement", disputes),
            (luck.normal, "activity", disputes),
            *((luck.uniform, "joining", [(point[0], name) for name in ties.names]) for point in points),
        ]
        return [
            deal(stream, rows, k)[:, 0] if rows else None
            for deal, stream, rows in streams
            for k in range(self.steps)
        ]

    # - what is given back -

    def run(
        self, first: int = 0, runs: int = CHUNK, *, only: Iterable[str] | None = None,
        into: dict[str, np.ndarray] | None = None,
    ) -> dict[str, np.ndarray]:  # fmt: skip
        """The paths of these runs, all quantities unless `only` names some; `into` is memory to use again."""
        inputs = self.inputs(first, runs)
        return {name: each[..., :runs] for name, each in self.paths(inputs, only, into).items()}

    def paths(
        self, inputs: Inputs, only: Iterable[str] | None = None, into: dict[str, np.ndarray] | None = None
    ) -> dict[str, np.ndarray]:
        """The paths of runs whose numbers are ready, whole lanes."""
        names = self.quantities if only is None else [name for name in self.quantities if name in set(only)]
        memory = {} if into is None else into
        for name in names:
            shape = (self.steps + 1, *self._shape(name), inputs.runs)
            if name not in memory or memory[name].shape != shape:
                memory[name] = _aligned(shape)
        self._call(inputs, memory, names, None)
        return {name: memory[name] for name in names}

    def fronts(self, inputs: Inputs) -> dict[str, np.ndarray]:
        """The columns of the united front, measured on the way; no paths are kept."""
        if self.front is None:
            raise Uncovered("the scenario asks for no united front")
        columns = [
            "",
            "first",
            "share",
            "aligned",
            "index",
            *(f"at_{round(100 * each)}" for each in THRESHOLDS),
        ]
        found = np.empty((len(columns), inputs.runs))
        self._call(inputs, {}, [], found)
        return dict(zip(columns, found, strict=True))

    def _call(
        self, inputs: Inputs, memory: dict[str, np.ndarray], names: list[str], measured: np.ndarray | None
    ) -> None:
        paths = _addresses([memory[name] if name in names else None for name in self.quantities])
        given = (*inputs.addresses, *inputs.wide, self.changes)
        front = ctypes.addressof(self.front) if self.front is not None else None
        job = _Job(
            inputs.runs, self.steps,
            *(each.ctypes.data for each in given),
            len(self.changes), self.jumps.ctypes.data, len(self.jumps), paths.ctypes.data, front,
            None if measured is None else measured.ctypes.data,
        )  # fmt: skip
        self.library.kernel_run(ctypes.byref(job))

    # - what the kernel is told of the scenario -

    def _names(self, symbol: str) -> list[str]:
        """A list that the kernel keeps, so that the order of things is written down once."""
        pointer = ctypes.cast(getattr(self.library, symbol), ctypes.c_char_p)
        return (pointer.value or b"").decode().split()

    def _shape(self, name: str) -> tuple[int, int]:
        n, points, disputes = self.ties.n, len(self.ties.flashpoints), len(self.ties.disputes)
        matrices = ("engagement", "sanction", "stance", "threat", "alignment", "commitment")
        plain = {
            "order": (1, 1), "settlement": (disputes, 1), "activity": (disputes, 1),
            "crisis": (points, 1), "loss": (points, 1), "joined": (points, n),
        }  # fmt: skip
        return (n, n) if name in matrices else plain.get(name, (n, 1))

    def _changes(self, events: list[Event], world: World) -> Iterable[tuple]:
        """What events do to parameters, row by row, in the order of their dates."""
        sizes = [
            _flat(getattr(world.given.groups[a], b)).shape[0]
            for a, _, b in (each.partition(".") for each in self.parameters)
        ]
        first = dict(zip(self.parameters, np.cumsum([0, *sizes[:-1]]).tolist()))
        months = [self.calendar.months(k) for k in range(self.steps)]
        for event in events:
            begins = next((k for k, (_, last) in enumerate(months) if event.at < last), NEVER)
            ends = next(
                (
                    k
                    for k, (start, _) in enumerate(months)
                    if event.until is not None and start >= event.until
                ),
                NEVER,
            )
            for each in event.changes:
                if each.group is None:
                    continue
                value = float(-np.log1p(-each.value)) if each.name == "hazard" else each.value
                shape = getattr(world.given.groups[each.group], each.name).shape
                for i, j in _cells(each, shape):
                    row = first[f"{each.group}.{each.name}"] + i * shape[1] + j
                    yield row, begins, ends, each.how == "set", value

    def _jumps(self, events: list[Event]) -> Iterable[tuple]:
        """What events do to the state."""
        n = self.ties.n
        for event in events:
            step = next((k for k in range(self.steps) if event.falls(*self.calendar.months(k))), None)
            for each in event.changes if step is not None else ():
                if each.group is None:
                    shape = (n, n, 1) if each.name == "engagement" else (n, 1, 1)
                    for i, j in _cells(each, shape):
                        yield step, each.name == "violation", i * shape[1] + j, each.how == "set", each.value

    def _front(self) -> _Front | None:
        found = [each for each in outcomes_of(self.scenario).values() if isinstance(each, UnitedFront)]
        if not found:
            return None
        front, year = found[0], self.calendar.per_year
        levels = [front.threshold, *THRESHOLDS]
        one, other = (self.ties.names.index(each) for each in front.pair)
        kind = ctypes.c_double * len(levels)
        below = kind(*(each - front.margin for each in levels))
        return _Front(
            one, other, year, max(0, self.steps + 1 - 2 * year), front.hostility, kind(*levels), below
        )


def _check(scenario: Scenario, world: World) -> None:
    """Say what of a scenario the kernel does not cover."""
    if scenario.calendar.quarters != 1.0:
        raise Uncovered("the C kernel computes in quarters only")
    if world.policies or scenario.branch is not None:
        raise Uncovered("the C kernel knows routine conduct only, no policies")
    if not (world.initial.capability > 0.0).all():
        raise Uncovered("the C kernel takes capabilities above 0 only")
    for event in world.events:
        if event.probability < 1.0:
            raise Uncovered(f"the C kernel takes certain events only, not {event.name!r}")
        for each in event.changes:
            if each.group is None and each.name not in ("engagement", "violation"):
                raise Uncovered(f"the C kernel knows no jumps of {each.name} ({event.name})")
            if each.name == "opportunity" or (each.name == "hazard" and each.how == "add"):
                raise Uncovered(f"the C kernel knows no such change of {each.name} ({event.name})")


def _cells(change: Change, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """The cells that a change is made to: one, one and its mirror image, or all (but oneself)."""
    i, j = change.cell
    if isinstance(i, slice):
        square = shape[0] == shape[1] > 1
        return [(a, b) for a in range(shape[0]) for b in range(shape[1]) if not (square and a == b)]
    return [(i, j), (j, i)] if change.mirrored else [(i, j)]


def _flat(value: np.ndarray) -> np.ndarray:
    """Numbers as `(row, 1|R)`."""
    return np.ascontiguousarray(value, dtype=float).reshape(-1, value.shape[-1])


def _aligned(shape: tuple[int, ...]) -> np.ndarray:
    """Memory that begins where a line of the cache does."""
    size = 8 * int(np.prod(shape))
    raw = np.empty(size + 64, dtype=np.uint8)
    first = -raw.ctypes.data % 64
    return raw[first : first + size].view(np.float64).reshape(shape)


def _addresses(arrays: Sequence[np.ndarray | None]) -> np.ndarray:
    """Where arrays lie in memory; each row must follow the last."""
    for each in arrays:
        if each is not None and not each.flags.c_contiguous:
            raise ValueError("the kernel needs contiguous arrays")
    return np.array([0 if each is None else each.ctypes.data for each in arrays], dtype=np.uintp)


# --- how long it takes -------------------------------------------------------------------------


def timed(work: Any, times: int = 15) -> float:
    """The shortest of several, in seconds of one core (others may use the machine too)."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def main() -> None:
    """Microseconds a run on one core, luck handed in or dealt, paths stored or not."""
    from sim.lines import SHOWN
    from sim.outcomes import reads

    scenario = load()
    kernel = CKernel(scenario)
    needed = {*SHOWN, *reads(outcomes_of(scenario), ties_of(scenario)), "capability"}
    inputs = kernel.inputs(0, CHUNK)
    memory: dict[str, np.ndarray] = {}
    us = 1e6 / CHUNK
    steps, seed = kernel.steps, scenario.spec.seed

    def settle() -> None:
        _ = build(scenario, 0, CHUNK).settled

    rows = {
        "kernel alone, the front measured on the way": lambda: kernel.fronts(inputs),
        "kernel alone, paths of alignment stored": lambda: kernel.paths(inputs, ["alignment"], memory),
        "kernel alone, all paths that outcomes and figures need": lambda: kernel.paths(
            inputs, needed, memory
        ),
        "dealing luck": lambda: kernel._luck(DealtLuck(seed, 0, CHUNK, steps)),
        "drawing uncertainties, settling the start (NumPy)": settle,
        "all included, the front measured": lambda: kernel.fronts(kernel.inputs(0, CHUNK)),
        "all included, those paths stored": lambda: kernel.run(0, CHUNK, only=needed, into=memory),
    }
    print(f"default scenario, {CHUNK} runs, one core, {FLAGS}")
    for name, work in rows.items():
        print(f"{timed(work) * us:8.2f} us a run  {name}")


if __name__ == "__main__":
    main()
