"""The command `wedge` by another name: `python -m sim`."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main(prog_name="wedge")
