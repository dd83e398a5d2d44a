"""What a finished sweep says: its experiment's analyses, answered, saved beside it, and drawn.

Nothing is run again. Tables go to `analyses/NAME/TABLE.csv`, the answers to `summary.json`, figures to
`figures/NAME.png`; equal sweeps give equal bytes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import __version__
from .analyses import Analysis, Finding
from .errors import WedgeError, nearest
from .study import Option, Study
from .sweeping.parts import written
from .sweeping.saved import analyses_of, as_text, read_manifest, study_of

FORMAT = 1


@dataclass(frozen=True)
class Understood:
    """The findings of a sweep by name, why those that are missing could not be had, and what to beware of."""

    study: Study
    findings: Mapping[str, Finding]
    failures: Mapping[str, str]
    asked: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, Any]:
        """Question and answers as plain data."""
        study = self.study
        answers = {
            name: {"analysis": each.analysis.analysis, "question": each.question, "answer": each.answer}
            for name, each in self.findings.items()
        }
        return {
            "format": FORMAT,
            "version": __version__,
            "experiment": study.name,
            "title": study.title,
            "question": study.question,
            "points": len(study.points),
            "replications": study.replications,
            "options": [each.name for each in study.options],
            "asked": dict(self.asked),
            "answers": answers,
            "unanswered": dict(self.failures),
            "notes": list(self.notes),
        }


def lines_of(summary: Mapping[str, Any]) -> list[str]:
    """Question and answers, as `summary` holds them, for readers."""
    told = [summary["question"], *(["", *summary["notes"]] if summary.get("notes") else [])]
    for name, each in summary["answers"].items():
        told += ["", f"{name}: {each['question']}", *(f"  {line}" for line in each["answer"])]
    return told + [
        line for name, why in summary["unanswered"].items() for line in ("", f"{name}: not answered: {why}")
    ]


def understood(folder: Path, only: Collection[str] = ()) -> Understood:
    """The analyses that a sweep's experiment asks for (those named, or all), carried out.

    Raises WedgeError where one named is none of them, or the sweep is not finished.
    """
    study, findings, failures = study_of(folder), {}, {}
    asked = analyses_of(folder)
    if strange := [each for each in only if each not in asked]:
        known = f"; there are {', '.join(asked)}" if asked else "; the experiment asks for none"
        raise WedgeError(f"there is no analysis called {strange[0]!r}{nearest(strange[0], asked) or known}")
    for name, analysis in asked.items():
        if only and name not in only:
            continue
        try:
            findings[name] = analysis.of(study)
        except WedgeError as error:
            failures[name] = str(error)
    return Understood(study, findings, failures, read_manifest(folder)["analyses"], tuple(notes_on(study)))


def notes_on(study: Study) -> Iterator[str]:
    """What a reader must beware of: options that gave the same as another in every run."""
    first: dict[tuple[float, ...], Option] = {}
    for option in study.options:
        mark = tuple(float(np.nansum(study.values(column, option.name))) for column in study.columns)
        twin = first.setdefault(mark, option)
        if twin is not option and _alike(study, twin, option):
            yield (
                f"The options {twin.name} and {option.name} gave the same in every run: "
                "does a policy override what sets them apart?"
            )


def _alike(study: Study, one: Option, other: Option) -> bool:
    return all(
        np.array_equal(study.values(column, one.name), study.values(column, other.name), equal_nan=True)
        for column in study.columns
    )


def summary_of(folder: Path) -> dict[str, Any]:
    """Question and answers of a sweep: as they were saved, else made anew and saved."""
    told, asked = _saved(folder), read_manifest(folder)["analyses"]
    if told.get("asked") == asked and told.get("version") == __version__:
        return told
    found = understood(folder)
    save(found, folder)
    return found.summary


def _saved(folder: Path) -> dict[str, Any]:
    """The summary in a sweep's folder; empty where there is none that can be read."""
    try:
        told: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def save(found: Understood, folder: Path) -> None:
    """Write tables and answers into a sweep's folder, in place of earlier ones.

    Tables and figures of an analysis that is no longer asked for, or asked otherwise, go with it.
    """
    for name, given in _saved(folder).get("asked", {}).items():
        if given != found.asked.get(name):
            shutil.rmtree(folder / "analyses" / name, ignore_errors=True)
            for figure in (folder / "figures").glob(f"{name}.*"):
                figure.unlink()
    for name, finding in found.findings.items():
        save_tables(finding, folder / "analyses" / name)
    written(folder / "summary.json", as_text(found.summary))


def save_asked(finding: Finding, folder: Path) -> None:
    """Write what was asked, the answer, and the tables into a folder."""
    save_tables(finding, folder)
    asked = {"analysis": finding.analysis.analysis, **asdict(finding.analysis)}
    told = {"asked": asked, "question": finding.question, "answer": finding.answer}
    written(folder / "answer.json", as_text(told))


def save_tables(finding: Finding, folder: Path) -> None:
    """Write each table of a finding as CSV. Raises WedgeError where the disk refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WedgeError(f"{folder}: cannot be written ({error.strerror})") from None
    for table, values in finding.tables.items():
        written(folder / f"{table}.csv", values.to_csv(index=False).encode())


def draw(found: Understood, folder: Path, *, kinds: Sequence[str] = ("png", "svg")) -> list[Path]:
    """Draw the figures of the findings into a folder, and give their files."""
    return [
        file
        for name, finding in found.findings.items()
        for file in draw_one(found.study, finding, folder, name, kinds=kinds)
    ]


def draw_one(
    study: Study, finding: Finding, folder: Path, name: str, *, kinds: Sequence[str] = ("png", "svg")
) -> list[Path]:
    """Draw one finding; no file for a kind of analysis that has no figure."""
    from .plots import saved
    from .plots.findings import figure_of
    from .plots.style import drawing

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with drawing():
            figure = figure_of(study, finding)
            return [] if figure is None else saved(figure, folder, name, kinds)
    except OSError as error:
        raise WedgeError(f"{folder}: figures cannot be written ({error.strerror or error})") from None


def asked_for(kind: type[Analysis], settings: Mapping[str, Any]) -> Analysis:
    """An analysis from settings as they come from a command; what is not given keeps its default."""
    return kind(**{key: value for key, value in settings.items() if value not in (None, ())})
