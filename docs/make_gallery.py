"""Draw results/gallery: overview figure and summary of every shipped scenario (`make gallery`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim.plots import draw_all
from sim.results import run
from sim.scenario import load, names

GALLERY = Path(__file__).parent.parent / "results" / "gallery"


def show(name: str) -> None:
    """One scenario: run it as it is shipped, draw the overview, write the summary."""
    results = run(load(name))
    folder = GALLERY / name
    draw_all(results, folder, kinds=("png",), only=("overview",))
    text = json.dumps(results.summary, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    print(f"{name}: {' '.join(results.summary['answer'][:1])}")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or names():
        show(chosen)
