"""`make bench`: the drivers side by side, in one process after another, as times a run and ratios.

Each subject runs in a process of its own, several times in turn; the table gives medians and the
spread. All run the default scenario with its uncertainties, luck included. The plain model is held to
the same trajectories by tests/test_reference.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def plain(runs: int) -> float:
    """Plain Mesa agents with scalar Python, as `batch_run` runs them: each reads and deals for itself."""
    from benchmarks.plain_mesa import PlainModel
    from sim.scenario import load

    scenario = load()
    begun = time.perf_counter()
    for run in range(runs):
        model = PlainModel(scenario, run)
        for _ in range(scenario.calendar.records):
            model.step()
    return (time.perf_counter() - begun) / runs


def shared(runs: int) -> float:
    """The same, with the reading of the scenario and the dealing of luck shared by 100 runs."""
    from benchmarks.plain_mesa import Block, PlainModel
    from sim.scenario import load

    scenario = load()
    begun = time.perf_counter()
    for first in range(0, runs, 100):
        block = Block(scenario, first, min(100, runs - first))
        for run in range(first, min(first + 100, runs)):
            model = PlainModel(scenario, run, block)
            for _ in range(scenario.calendar.records):
                model.step()
    return (time.perf_counter() - begun) / runs


def mesa(runs: int) -> float:
    """Our Mesa model over the array equations, one run after another; seconds a run."""
    from sim.agents import WedgeModel
    from sim.scenario import load

    scenario = load()
    begun = time.perf_counter()
    for run in range(runs):
        WedgeModel(scenario, run).run_model()
    return (time.perf_counter() - begun) / runs


def ensemble(runs: int) -> float:
    """The ensemble with outcomes and path quantiles kept, one arm; seconds a run."""
    from sim.ensemble import run_arms
    from sim.scenario import load

    scenario = load()
    begun = time.perf_counter()
    run_arms({"scenario": scenario}, runs)
    return (time.perf_counter() - begun) / runs


def simulate(runs: int) -> float:
    """The bare simulation, nothing kept but alignment; seconds a run."""
    from sim.ensemble import CHUNK, chunks
    from sim.ensemble import simulate as simulated
    from sim.scenario import load

    scenario, memory = load(), {}
    begun = time.perf_counter()
    for first, count in chunks(runs, CHUNK):
        simulated(scenario, first=first, runs=count, only=["alignment"], into=memory)
    return (time.perf_counter() - begun) / runs


EXPERIMENT = """\
format: 1
title: Every uncertainty of the default scenario
question: How long does it take?
scenario: abe_engagement
design: {{kind: monte_carlo, points: {runs}}}
others: in_design
"""


def sweep(runs: int) -> float:
    """A sweep over all uncertainties, from its file to one file of outcomes, one process; seconds a run."""
    import tempfile

    from sim.experiment import load
    from sim.sweeping import sweep as swept

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.yaml"
        file.write_text(EXPERIMENT.format(runs=runs))
        experiment = load(file)
        begun = time.perf_counter()
        swept(experiment, out=Path(folder), workers=1)
        return (time.perf_counter() - begun) / runs


SUBJECTS = {
    "plain": (plain, 50),
    "shared": (shared, 200),
    "mesa": (mesa, 20),
    "simulate": (simulate, 10_000),
    "ensemble": (ensemble, 10_000),
    "sweep": (sweep, 10_000),
}
TITLES = {
    "plain": "plain Mesa agents, scalar Python, one model a run as under `batch_run`",
    "shared": "the same, reading and luck shared by 100 runs",
    "mesa": "our Mesa model (array equations)",
    "simulate": "the ensemble, simulation alone",
    "ensemble": "the ensemble, outcomes and path quantiles kept",
    "sweep": "a sweep of as many points, written to disk and joined, one process",
}


def measured(name: str, runs: int) -> dict[str, float]:
    """One subject in a process of its own: seconds a run, and the process's peak memory in bytes."""
    asked = [sys.executable, "-m", "benchmarks", "--subject", name, "--runs", str(runs)]
    done = subprocess.run(
        asked, capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    return json.loads(done.stdout)


def one(name: str, runs: int) -> None:
    """Measure one subject here and print it for the parent process."""
    import resource

    seconds = SUBJECTS[name][0](runs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if platform.system() == "Darwin" else 1024)
    print(json.dumps({"seconds": seconds, "peak": peak}))


def everything(rounds: int) -> str:
    """All subjects in turn, round after round, as a page."""
    times: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    for _ in range(rounds):
        for name, (_, runs) in SUBJECTS.items():
            times[name].append(measured(name, runs)["seconds"] * 1e6)
    big = measured("ensemble", 100_000)
    middle = {name: median(each) for name, each in times.items()}
    rows = [
        f"| {TITLES[name]} | {median(each):,.0f} | {min(each):,.0f} to {max(each):,.0f} "
        f"| {middle['plain'] / middle[name]:.1f} | {middle['shared'] / middle[name]:.1f} |"
        for name, each in times.items()
    ]
    return "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench` on one machine in one go; the ratios travel, the times do not.",
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}. One process",
            f"each, one core; medians of {rounds} rounds. The default scenario: 5 actors, 40 quarters, its uncertainties drawn,",
            "luck included. The last columns say how many times faster a run is than plain Mesa agents, which are an",
            "independent implementation, profiled, and held to the same trajectories by `tests/test_reference.py`.",
            "",
            "| how | us a run | spread | against plain | against plain, shared |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"The ensemble is {middle['mesa'] / middle['ensemble']:.0f} times faster a run than our own Mesa model, which calls the same array",
            "equations for one run at a time: use the Mesa model to look, the ensemble to count.",
            "",
            f"A sweep takes {middle['sweep'] / middle['ensemble']:.2f} times as long a run as the bare ensemble.",
            "",
            f"100,000 runs with their outcomes and path quantiles kept: {big['seconds'] * 1e5:.0f} s on one core, peak",
            f"memory {big['peak'] / 2**20:,.0f} MiB.",
            "",
        ]
    )


def main() -> None:
    """Parse, measure, print, and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed and memory, side by side."
    )
    parser.add_argument("--subject", choices=SUBJECTS, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    asked = parser.parse_args()
    if asked.subject:
        one(asked.subject, asked.runs)
        return
    page = everything(asked.rounds)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
