"""The page under load: `python -m benchmarks.readers [INTERACTIONS] [BACKEND]`.

Starts `wedge app` on the loopback interface, has ten sessions move sliders at once, and prints how long
answers take and how much memory the server holds. Linux only (it reads /proc).
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SESSIONS = 10
SERVER = [sys.executable, "-m", "sim", "app", "--no-browser"]


@contextmanager
def served(backend="numpy"):
    """A server, and its address; ended afterwards."""
    process = subprocess.Popen([*SERVER, "--backend", backend], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield process.pid, line.split()[4]
    finally:
        process.terminate()
        process.wait(30)


def asked(address, path, fields):
    """Seconds that an answer took, and the answer."""
    begun = time.perf_counter()
    with urlopen(Request(f"{address}{path}", urlencode(fields).encode()), timeout=120) as got:
        told = json.loads(got.read())
    assert "html" in told, told
    return time.perf_counter() - begun, told


def moved(deal):
    """A form with sliders moved."""
    return [
        ("scenario", "abe_engagement"), ("start", deal.choice(["", "no_courtship", "firm_line"])), ("runs", "400"),
        ("course", "fixed"), ("stance", f"{deal.uniform(-1, 1):.2f}"),
        ("fix", "parameters.isolation.weight"), ("at:parameters.isolation.weight", f"{deal.uniform(0, 1.5):.3f}"),
        ("fix", "hostility"), ("at:hostility", f"{deal.uniform(0, 0.6):.3f}"),
    ]  # fmt: skip


def resident(pid):
    """Memory that a process holds, in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as told:
        return next(int(line.split()[1]) / 1024 for line in told if line.startswith("VmRSS"))


def session(address, seed, count):
    """Seconds of each of the answers that one reader gets."""
    deal, times = random.Random(seed), []
    for k in range(count):
        path, fields = ("answer", moved(deal))
        if k % 5 == 4:
            path, fields = "run/answer", [*moved(deal), ("run", str(deal.randrange(100))), ("k", "12")]
        times.append(asked(address, path, fields)[0])
    return times


def measured(address, pid, interactions, sessions=SESSIONS):
    """Sorted seconds of all answers, and memory at the beginning, after a fifth and at the end."""
    memory, times = [resident(pid)], []
    for part, share in ((0, 0.2), (1, 0.8)):
        each = max(1, round(interactions * share / sessions))
        with ThreadPoolExecutor(sessions) as crew:
            found = crew.map(lambda k, n=each, p=part: session(address, 100 * p + k, n), range(sessions))
            times += [time for one in found for time in one]
        memory.append(resident(pid))
    return sorted(times), memory


def main(interactions=500, backend="numpy"):
    with served(backend) as (pid, address):
        alone = sorted(session(address, 1, 20))
        times, memory = measured(address, pid, interactions)
    print(f"one session: median {alone[len(alone) // 2]:.2f} s, slowest {alone[-1]:.2f} s")
    middle, late = times[len(times) // 2], times[int(0.95 * len(times))]
    print(
        f"{SESSIONS} sessions at once, {len(times)} answers: median {middle:.2f} s, 95 % within {late:.2f} s"
    )
    print(
        "memory, MiB: "
        + ", ".join(f"{each:.0f}" for each in memory)
        + " (at first, after a fifth, at the end)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
