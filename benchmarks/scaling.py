"""How time grows with runs, steps and actors: microseconds per run and step, and the power of the number of actors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import asked, note
from benchmarks.subjects import DEFAULT, KEPT
from benchmarks.timing import available, seconds

RUNS, STEPS, ACTORS = (1000, 10_000, 100_000), (20, 40, 80, 160), (4, 8, 16, 30)
BACKENDS, BALANCE = ("numpy", "compiled"), ("on", "off", "neither")
"""Neither: no balance, nor the pull of a common threat, the other sum over third parties."""
BESIDE = {"runs": 1000, "steps": 1000, "actors": 300}
"""Runs where it is not they that grow."""
PICTURE = Path(__file__).parent.parent / "docs" / "performance.png"
LINES = {
    ("numpy", "on"): ("NumPy", "#1f5a8c", "-", "o"),
    ("numpy", "off"): ("NumPy, no balance term", "#7fb0d6", "--", "o"),
    ("numpy", "neither"): ("NumPy, neither balance nor common threat", "#7fb0d6", ":", "o"),
    ("compiled", "on"): ("compiled", "#b3471d", "-", "s"),
    ("compiled", "off"): ("compiled, no balance term", "#e3a587", "--", "s"),
    ("compiled", "neither"): ("compiled, neither balance nor common threat", "#e3a587", ":", "s"),
}
AXES = {
    "runs": "runs (5 actors, 40 quarters)",
    "steps": "quarters (5 actors, 1,000 runs)",
    "actors": "actors (40 quarters, 300 runs)",
}


@dataclass
class Scaling:
    """Seconds per run and step, by (axis, backend, balance) and value; why what is missing is."""

    times: dict[tuple[str, str, str], dict[int, float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def power(self, backend: str, balance: str, last: int = 0) -> float:
        """The exponent of the number of actors in the cost of a step, by least squares; of the last few points only."""
        import numpy as np

        found = self.times[("actors", backend, balance)]
        sizes = sorted(found)[-last:]
        return float(np.polyfit(np.log(sizes), np.log([found[n] for n in sizes]), 1)[0])


def points(quick: bool) -> Iterator[tuple[str, str, str, int]]:
    """What is measured: axis, backend, the balance term, value."""
    for backend in BACKENDS:
        for axis, values in (("runs", RUNS), ("steps", STEPS), ("actors", ACTORS)):
            for value in values[:2] if quick else values:
                for balance in BALANCE if axis == "actors" else BALANCE[:1]:
                    yield axis, backend, balance, value


def everything(quick: bool) -> Scaling:
    """Each point in a process of its own."""
    found = Scaling()
    for axis, backend, balance, value in points(quick):
        if backend in found.missing:
            continue
        note(f"scaling: {axis} {value}, {backend}, balance {balance}")
        told = asked("scale", axis, backend, balance, str(value), "50" if quick else "0")
        if "missing" in told:
            found.missing[backend] = told["missing"]
        else:
            found.times.setdefault((axis, backend, balance), {})[value] = told["seconds"]
    return found


def measured(axis: str, backend: str, balance: str, value: str, most: str) -> dict[str, Any]:
    """Seconds per run and step of one point, the better of two after a first one."""
    from sim.build import dealt, sampled
    from sim.ensemble import chunk_of, chunks, windows

    runs = int(value) if axis == "runs" else BESIDE[axis]
    runs = min(runs, int(most) or runs)
    scenario, memory = world(axis, int(value), balance), {}  # type: ignore[var-annotated]
    size = min(chunk_of(scenario, backend=available(backend)), runs)

    def work(count: int = runs) -> None:
        for first, some in chunks(count, size):
            luck, drawn = dealt(scenario, first, some, None, backend), sampled(scenario, first, some)
            for _ in windows(scenario, first, some, luck, drawn, dict.fromkeys(KEPT), memory, backend):
                pass

    work(size)
    taken = min(seconds(work) for _ in range(1 if runs > 10_000 else 2))
    return {"seconds": taken / runs / scenario.calendar.steps}


def world(axis: str, value: int, balance: str) -> Any:
    """The default scenario, for so many quarters; or so many actors."""
    from sim.scenario import load

    if axis == "actors":
        return crowd(value, balance)
    return load("base", (f"end={2012 + value // 4}",)) if axis == "steps" else load(DEFAULT)


def crowd(n: int, balance: str) -> Any:
    """So many actors, every mechanism on, everybody in reach of everybody."""
    from sim.scenario import from_data

    names = [f"a{k}" for k in range(n)]
    return from_data(
        {
            "format": 1, "title": f"{n} actors", "start": 2000, "end": 2010, "seed": 5, "runs": 10,
            "actors": {name: {"capability": round((1 + k % 3) / n, 4)} for k, name in enumerate(names)},
            "ties": {
                "alliances": {"pact": {"patron": "a0", "client": "a1", "commitment": 0.7, "rivals": ["a2"]}},
                "flashpoints": {"strait": {"attacker": "a2", "defender": "a1"}},
                "wedges": {"woo": {"divider": "a1", "target": "a2", "adversary": "a3"}},
                "disputes": {"isle": {"holder": "a2", "claimant": "a1"}},
            },
            "initial": {"engagement": {"everyone": {"everyone": -0.1}}, "order": 0.7},
            "parameters": {
                "setting": {"proximity": 0.5, "opportunity": 0.9 / (n - 1)},
                "norms": {"hazard": {"a2": 0.05}, "resolve": {"everyone": {"everyone": 0.2}}},
                "balance": {"weight": 0.4 if balance == "on" else 0.0},
                "threat": {"weight": 0.0 if balance == "neither" else 0.5},
            },
            "uncertainties": {"parameters.isolation.weight": "plausible"},
        }
    )  # fmt: skip


def page(found: Scaling) -> list[str]:
    """The tables, and the powers."""
    lines = []
    for axis, label in AXES.items():
        known = {key[1:]: each for key, each in found.times.items() if key[0] == axis}
        values = sorted({value for each in known.values() for value in each})
        lines += [
            "",
            f"| {label} | " + " | ".join(f"{each:,}" for each in values) + " |",
            "|---" * (len(values) + 1) + "|",
        ]
        for key, each in known.items():
            cells = (f"{each[value] * 1e6:.3g}" if value in each else "" for value in values)
            lines.append(f"| {LINES[key][0]} | " + " | ".join(cells) + " |")
    return [*lines, "", *_powers(found)]


def _powers(found: Scaling) -> list[str]:
    lines = [
        "| cost of a step, as a power of the number of actors | fitted over all | between the last two | asked: at most | met? |",
        "|---|---|---|---|---|",
    ]
    for (axis, backend, balance), each in found.times.items():
        if axis == "actors" and len(each) > 1:
            most, last = (3 if balance == "on" else 2), found.power(backend, balance, 2)
            overall = found.power(backend, balance)
            met = "**no**" if overall > most else "yes" if last <= most else "over all, not at the last"
            name = LINES[backend, balance][0]
            lines.append(f"| {name} | {overall:.2f} | {last:.2f} | {most} | {met} |")
    return lines + [f"\n{backend}: not available ({reason})." for backend, reason in found.missing.items()]


def draw(found: Scaling, to: Path = PICTURE) -> None:
    """The same as a figure."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 3, figsize=(12, 4.8), layout="constrained")
    for panel, (axis, label) in zip(panels, AXES.items()):
        for (name, backend, balance), each in found.times.items():
            if name == axis:
                title, color, style, marker = LINES[backend, balance]
                sizes = sorted(each)
                panel.plot(
                    sizes, [each[n] * 1e6 for n in sizes], style, color=color, marker=marker, label=title
                )
        sizes = sorted({n for key, each in found.times.items() if key[0] == axis for n in each})
        panel.set(xscale="log", yscale="log", xlabel=label)
        panel.set_xticks(sizes, [f"{n:,}" for n in sizes])
        panel.minorticks_off()
        low, high = _reach(found, axis)
        panel.set_ylim(low, high)
        ticks = [each * 10.0**k for k in range(-4, 6) for each in (1, 2, 5) if low <= each * 10.0**k <= high]
        if len(ticks) > 8:
            ticks = [each for each in ticks if f"{each:e}"[0] == "1"]
        panel.set_yticks(ticks, [f"{each:g}" for each in ticks])
        panel.grid(alpha=0.3)
        panel.spines[["top", "right"]].set_visible(False)
    _guides(panels[2], found)
    panels[0].set_ylabel("microseconds per run and step")
    handles, labels = panels[2].get_legend_handles_labels()
    figure.legend(handles, labels, frameon=False, fontsize=9, loc="outside lower center", ncols=2)
    figure.suptitle("Time per run and step, luck included, one core", fontsize=12)
    figure.savefig(to, dpi=130)
    pyplot.close(figure)


def _reach(found: Scaling, axis: str) -> tuple[float, float]:
    """The range of a panel: the same for runs and quarters, with some room, in microseconds."""
    together = ("actors",) if axis == "actors" else ("runs", "steps")
    known = [1e6 * time for key, each in found.times.items() if key[0] in together for time in each.values()]
    return 0.4 * min(known), 2.5 * max(known)


def _guides(panel: Any, found: Scaling) -> None:
    """Slopes of n squared and n cubed, for the eye, above the measured lines."""
    known = [each for key, each in found.times.items() if key[0] == "actors" and len(each) > 2]
    if not known:
        return
    sizes = sorted(known[0])[-2:]
    top = max(each[sizes[-1]] for each in known) * 1e6
    for power, lift in ((2, 1.8), (3, 1.8)):
        start = top * lift / (sizes[1] / sizes[0]) ** power
        panel.plot(sizes, [start, top * lift], ":", color="#888888", linewidth=1)
        panel.annotate(
            f"n{'²' if power == 2 else '³'}", (sizes[0], start), color="#666666", ha="right", va="center",
            xytext=(-4, 0), textcoords="offset points",
        )  # fmt: skip
    low, high = panel.get_ylim()
    panel.set_ylim(low, max(high, top * lift * 1.5))
