"""Draw results/gallery: every shipped scenario and every shipped experiment (`make gallery [NAMES]`)."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from sim import experiment
from sim.plots import draw_all
from sim.results import run
from sim.scenario import load, names
from sim.sweeping import sweep
from sim.understanding import draw, understood

GALLERY = Path(__file__).parent.parent / "results" / "gallery"


def show(name: str) -> None:
    """One scenario: run it as it is shipped, draw the overview, write the summary."""
    results = run(load(name))
    folder = GALLERY / name
    draw_all(results, folder, kinds=("png",), only=("overview",))
    text = json.dumps(results.summary, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {' '.join(results.summary['answer'][:1])}")


def show_experiment(name: str) -> None:
    """One experiment: sweep it as it is shipped, draw what it finds, write the answers."""
    folder = GALLERY / "experiments" / name
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place:
        found = understood(sweep(experiment.load(name), out=Path(place)).folder)
        draw(found, folder, kinds=("png",))
    text = json.dumps(found.summary, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    for each in found.summary["answers"].values():
        print(f"{name}: {' '.join(each['answer'][:1])}")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or [*names(), *experiment.names()]:
        (show if chosen in names() else show_experiment)(chosen)
