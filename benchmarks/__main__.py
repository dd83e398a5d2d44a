"""`make bench`: subjects side by side, each in processes of its own, and docs/performance.md from what they give.

python -m benchmarks                       everything, minutes
python -m benchmarks --only numpy c        some, printed
python -m benchmarks --quick               a smoke run that writes nothing
python -m benchmarks --million             a million runs of the default scenario, for the page's last table
"""

from __future__ import annotations

import argparse
import os
import sys

from benchmarks import measuring, page, scaling, targets
from benchmarks.subjects import SUBJECTS
from benchmarks.timing import BUSY


def main() -> None:
    """Parse, measure, print, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=[*SUBJECTS, "scaling", "wall"], metavar="NAME",
                        help=f"some of: {', '.join(SUBJECTS)}, scaling, wall")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--quick", action="store_true", help="little of everything, for a test")
    parser.add_argument("--busy", action="store_true",
                        help="others use the machine: time what is on one core by the processor's own time")  # fmt: skip
    parser.add_argument("--million", action="store_true", help="a million runs from the command line")
    parser.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.busy:
        os.environ[BUSY] = "1"
    if asked.inside:
        measuring.inside(*asked.inside, quick=asked.quick)
    elif asked.million:
        print(targets.million(1000 if asked.quick else 1_000_000, write=not asked.quick))
    else:
        everything(asked)


def everything(asked: argparse.Namespace) -> None:
    """The table, the scaling and the targets; the page is written if all was measured."""
    chosen = asked.only or [*SUBJECTS, "scaling", "wall"]
    rounds = 1 if asked.quick else asked.rounds
    found = measuring.everything([each for each in chosen if each in SUBJECTS], rounds, asked.quick)
    scaled = scaling.everything(asked.quick) if "scaling" in chosen else None
    walls = targets.walls(rounds) if "wall" in chosen else {}
    whole = not asked.only and not asked.quick
    told = page.whole(found, scaled, walls, rounds)
    if whole:
        page.PAGE.write_text(told, encoding="utf-8")
        if scaled is not None:
            scaling.draw(scaled)
    sys.stdout.write(told)


if __name__ == "__main__":
    main()
