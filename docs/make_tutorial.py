"""Follow docs/tutorial.md from top to bottom, and keep in docs/tutorial/ what it makes (`make docs`)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from following import follow

HERE = Path(__file__).parent
FILES = ("turkey.yaml", "courtship.yaml")
FIGURES = {"overview.png": "results/turkey-004/figures", "needed.png": "results/courtship-*/figures"}


def tutorial() -> None:
    """The two finished files and the two figures."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        follow(HERE / "tutorial.md", place)
        for file in FILES:
            shutil.copy(place / file, HERE / "tutorial")
        for figure, where in FIGURES.items():
            (found,) = place.glob(f"{where}/{figure}")
            shutil.copy(found, HERE / "tutorial")


if __name__ == "__main__":
    tutorial()
