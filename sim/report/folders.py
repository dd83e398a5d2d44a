"""The report of a results folder, whatever kind it is: add a kind here to have it reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import WedgeError
from ..sweeping import is_sweep
from . import claims, sweeps
from .page import Page, write
from .runs import page_of_folder

FILE = "report.html"
"""What the report in a results folder is called."""


@dataclass(frozen=True)
class Kind:
    """A kind of results folder: how it is known, and its report; None where there is none yet.

    `instead` is the command that tells of it where there is no report.
    """

    name: str
    known: Callable[[Path], bool]
    page: Callable[[Path], Page] | None = None
    instead: str = "wedge show"


def _holds(*files: str) -> Callable[[Path], bool]:
    """Whether a folder holds these files."""
    return lambda folder: all((folder / each).is_file() for each in files)


KINDS: tuple[Kind, ...] = (
    Kind("a sweep", is_sweep, sweeps.page_of),
    Kind("a ledger of claims", _holds("ledger.json", "ledger.md"), claims.page_of),
    Kind("historical cases", _holds("cases.csv", "cases.png"), instead="cases.png in that folder"),
    Kind("a run or a comparison", _holds("manifest.json"), page_of_folder),
)
"""Kinds of folders, tried in order."""


def page_of(folder: Path) -> Page:
    """The report of a results folder.

    Raises WedgeError where it holds no results, or results of a kind that has no report.
    """
    kind = next((each for each in KINDS if each.known(folder)), None)
    if kind is None:
        raise WedgeError(f"{folder}: no results here (no readable manifest.json)")
    if kind.page is None:
        able = ", ".join(each.name for each in KINDS if each.page is not None)
        raise WedgeError(
            f"{folder}: {kind.name} cannot be reported yet; see {kind.instead}. There are reports of {able}"
        )
    return kind.page(folder)


def report(folder: Path, out: Path | None = None) -> Path:
    """Write the report of a results folder, and give its place: `report.html` in the folder unless given.

    There an older report that Wedge made is replaced, as it holds nothing but what the results say; a file
    that Wedge did not make never is, nor is anything at a place that was given. Raises WedgeError so, and
    where the report cannot be made or written.
    """
    page = page_of(folder)
    return write(page, folder / FILE, again=True) if out is None else write(page, out)
