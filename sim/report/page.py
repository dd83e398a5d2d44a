"""What a report is made of, and the one HTML file that it becomes.

Equal results give equal bytes: no time of writing stands in it. Texts are escaped; whatever a user
wrote in a scenario is shown, never run.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .. import __version__
from ..charts import Chart
from ..errors import WedgeError

MOST = 6_000_000
"""Bytes that a report may have: what can be sent."""


ALSO_NUMBERS = ("no run differs", "not known", "in no run")
"""What stands in a column of numbers where there is none."""

MADE = '<meta name="generator" content="wedge-sim '
"""How a report says that Wedge made it."""


@dataclass(frozen=True)
class Table:
    """A table; all columns but the first `words` hold numbers. Units stand in the heads, or in a column."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]] = field(repr=False)
    caption: str = ""
    words: int = 1


@dataclass(frozen=True)
class Code:
    """Commands or a file, as they are."""

    text: str
    caption: str = ""


Block = str | Table | Chart | Code
"""A paragraph, a table, a chart, or commands."""


@dataclass(frozen=True)
class Section:
    """A part of a report. With `folded` only its title is seen until the reader opens it.

    What is folded is printed all the same, but for files to copy, which are not `printed`.
    """

    title: str
    blocks: Sequence[Block]
    folded: bool = False
    printed: bool = True


def to_copy(title: str, files: Mapping[str, str]) -> Section:
    """Files to copy, by name: folded, and not printed."""
    return Section(title, [Code(text, name) for name, text in files.items()], folded=True, printed=False)


@dataclass(frozen=True)
class Page:
    """A report: the question, the answer, and what bears it.

    `kind` says what was done (a run, a comparison, a sweep, a ledger of claims); `answer` is in paragraphs;
    `facts` are what identifies it, such as runs and seed; `beware` are cautions that belong beside the answer.
    """

    title: str
    kind: str
    question: str
    answer: Sequence[str]
    sections: Sequence[Section]
    facts: Mapping[str, str] = field(default_factory=dict)
    beware: Sequence[str] = ()

    @property
    def charts(self) -> list[Chart]:
        """All charts, in order."""
        return [each for section in self.sections for each in section.blocks if isinstance(each, Chart)]


def number_like(cell: str) -> bool:
    """Whether a cell of a table holds a number, or says why there is none."""
    return cell[:1] in "+−0123456789" or cell in ALSO_NUMBERS


def html_of(page: Page) -> str:
    """The report as one HTML text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("sim.report", "templates")
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.tests |= {
        "chart": lambda each: isinstance(each, Chart),
        "table": lambda each: isinstance(each, Table),
        "code": lambda each: isinstance(each, Code),
        "number_like": number_like,
    }
    figures = {each.name: each.figure for each in page.charts}
    if len(figures) < len(page.charts):
        raise ValueError("two charts of a page have one name")
    return made.get_template("page.html").render(
        page=page, version=__version__, plotly=_packed() if figures else "", figures=_as_script(figures)
    )


def write(page: Page, file: Path, *, again: bool = False) -> Path:
    """Write a report, whole or not at all; with `again` in the place of one that Wedge made.

    Raises WedgeError where it would be too large to send, where the file exists, or cannot be written.
    """
    text = html_of(page)
    size = len(text.encode("utf-8"))
    if size > MOST:
        raise WedgeError(
            f"{file}: the report would have {size / 1e6:.1f} MB, more than the {MOST / 1e6:.0f} MB that can be sent; "
            "run it with fewer alternatives, actors or events, and report that"
        )
    if os.path.lexists(file) and not (again and _is_ours(file)):
        told = "it was not made by Wedge, so it is not overwritten" if again else "nothing is overwritten"
        raise WedgeError(f"{file} exists already; {told}. Choose another --out")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, file)
    except OSError as error:
        raise WedgeError(f"{file}: cannot be written ({error.strerror or error})") from None
    finally:
        with suppress(OSError):
            part.unlink()
    return file


def _is_ours(file: Path) -> bool:
    """Whether a file is a report that Wedge made."""
    try:
        with file.open("rb") as opened:
            return MADE.encode() in opened.read(4096) and not file.is_symlink()
    except OSError:
        return False


def _as_script(figures: Mapping[str, object]) -> str:
    """Data for a script element: nothing in it can end the element."""
    text = json.dumps(figures, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _packed() -> str:
    """Plotly's script, compressed, as text: a third of its size; the browser unpacks it."""
    import importlib.resources

    script = (importlib.resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    return base64.b64encode(gzip.compress(script, 9, mtime=0)).decode("ascii")
