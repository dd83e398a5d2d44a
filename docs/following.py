"""Follow a page: run each fenced block of it in a folder, in order, as a reader would.

```sh            each line is run in the folder; it must succeed, or end with code 2 after ```sh fails
```text          after sh or python: what was printed. `...` stands for whatever is left out, lines or words
```yaml FILE     the whole of a file, as are csv, python and others with a file's name
```yaml in FILE  sections of a file: in place of those of the same name, else at its end
```python        without a file's name: run, all such blocks of a page together
Any other language, or none, is only shown.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```(\w+)(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)

LONGEST = 600
"""Seconds that a command of a page may take."""


class Astray(AssertionError):
    """A page says what is not so."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words behind it, its text, and the line where it begins."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int

    @property
    def commands(self) -> list[str]:
        """The commands of a block of sh, comments left out."""
        lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in self.text.splitlines())
        return [line for line in lines if line]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page that name a language, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], tuple(found[2].split()), found[3], text.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(text)
    ]


def follow(
    page: Path, folder: Path, instead: Mapping[str, str] | None = None, file: str | None = None
) -> list[tuple[Block, str]]:
    """What each block that is run prints, in order. `instead` maps a command to another, or to "" for none.

    `file` is what a block of YAML or CSV is that does not say so itself.

    Raises Astray, with page and line, where a command fails or prints something else than the page shows.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    told: list[tuple[Block, str]] = []
    parts = blocks(page)
    with contextlib.chdir(folder):
        for block in parts:
            where = f"{page.name}:{block.line}"
            if block.language == "sh":
                told.append((block, _ran(block, where, instead or {})))
            elif block.language == "text" and told:
                _held(block, told[-1][1], where)
            elif block.language == "python" and not block.words:
                told.append((block, _executed(block, where, names)))
            elif block.words:
                _written(block)
            elif block.language in ("yaml", "csv") and file is None:
                raise Astray(f"{where}: say which file this is")
    return told


def _ran(block: Block, where: str, instead: Mapping[str, str]) -> str:
    printed = ""
    for command in block.commands:
        code, said = _done(instead.get(command, command))
        printed += said
        if code != (2 if block.words == ("fails",) else 0):
            raise Astray(f"{where}: {command}\n{printed}")
    return printed


def _done(command: str) -> tuple[int | str, str]:
    """How a command ended, and what it printed; one that does not end is ended, with all that it began."""
    job = subprocess.Popen(
        command, shell=True, env=_environment(), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        printed, _ = job.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, signal.SIGKILL)
        job.communicate()
        return "endless", f"still running after {LONGEST} seconds"
    return job.returncode, printed


def _environment() -> dict[str, str]:
    """That of this process, with `wedge` and `python` as this checkout and interpreter have them.

    In a folder with a package `sim` of its own they have that one.
    """
    place = Path.cwd() / ".bin"
    if not place.exists():
        place.mkdir()
        for name, words in (("wedge", "-m sim "), ("python", "")):
            (place / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
            (place / name).chmod(0o755)
    return {
        **os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(Path.cwd() if Path("sim").is_dir() else ROOT),
        "PATH": f"{place}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip


def _executed(block: Block, where: str, names: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile("\n" * block.line + block.text, where, "exec"), names)
    return printed.getvalue()


def _written(block: Block) -> None:
    file = Path(block.words[-1])
    file.parent.mkdir(parents=True, exist_ok=True)
    if block.words[0] != "in":
        file.write_text(block.text, encoding="utf-8")
        return
    kept = _sections(file.read_text(encoding="utf-8"))
    for name, text in _sections(block.text).items():
        kept[name] = text.strip("\n") + "\n" * (1 + kept.get(name, "\n\n").endswith("\n\n"))
    file.write_text("".join(kept.values()).strip("\n") + "\n", encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    """The sections of a YAML file by name; what stands before the first is part of it."""
    starts = [found.start() for found in re.finditer(r"^\w+:", text, re.MULTILINE)]
    ends = [*starts[1:], len(text)]
    if starts:
        starts[0] = 0
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    if parts:
        parts[-1] = parts[-1].strip("\n") + "\n\n"
    return {re.search(r"^(\w+):", part, re.MULTILINE)[1]: part for part in parts}  # type: ignore[index]


def _held(block: Block, printed: str, where: str) -> None:
    """Whether what is shown was printed: these lines, one after the other, `...` apart."""
    parts = re.split(r"^\s*\.\.\.\n", block.text, flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(part).replace(r"\.\.\.", ".*") for part in parts)
    lines = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    if not re.search(f"^{pattern}", lines, re.MULTILINE):
        raise Astray(f"{where}: shown\n{block.text}\nprinted\n{lines}")
