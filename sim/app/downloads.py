"""What can be taken away: the scenarios as files, the data, and the report."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..report import html_of
from ..report.runs import page_of
from ..results import plain_yaml, save, with_notes
from ..scenario import Scenario
from ..seat import as_yaml
from .answers import answered
from .explore import asked
from .seats import chosen
from .setting import Form, Options


@dataclass(frozen=True)
class File:
    """Something to save."""

    name: str
    kind: str
    content: bytes


def scenario_a(form: Form, options: Options) -> File:
    """Setting A as a scenario file."""
    results = answered(asked(form, options).posed)
    return _yaml(next(iter(results.arms.values()), results).scenario, "a")


def scenario_b(form: Form, options: Options) -> File:
    """Setting B as a scenario file; it asks what it changes, compared with A."""
    return _yaml(answered(asked(form, options).posed).scenario, "b")


def data(form: Form, options: Options) -> File:
    """The results folder of the comparison, zipped; `wedge show` reads it once unpacked."""
    results, made = answered(asked(form, options).posed), io.BytesIO()
    name = f"{results.scenario.name}_page"
    with tempfile.TemporaryDirectory() as place:
        folder = save(results, Path(place) / name, seconds=0.0)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(each for each in folder.rglob("*") if each.is_file()):
                archive.write(file, file.relative_to(place))
    return File(f"{name}.zip", "application/zip", made.getvalue())


def report(form: Form, options: Options) -> File:
    """The report of the comparison, one HTML file."""
    results = answered(asked(form, options).posed)
    text = html_of(page_of(results))
    return File(f"{results.scenario.name}_report.html", "text/html; charset=utf-8", text.encode("utf-8"))


def course(form: Form, options: Options) -> File:
    """The choices of a game as a scenario file."""
    game, choices = chosen(form, options)
    text = as_yaml(game, choices)
    return File(f"{game.scenario.name}_{game.actor}_played.yaml", "application/yaml", text.encode("utf-8"))


def _yaml(scenario: Scenario, letter: str) -> File:
    """A scenario, resolved and with its sources, as a file that runs by itself."""
    name = f"{scenario.name}_{letter}"
    text = plain_yaml(with_notes(replace(scenario, name=name)))
    return File(f"{name}.yaml", "application/yaml", text.encode("utf-8"))


KINDS: dict[str, Callable[[Form, Options], File]] = {
    "scenario_a": scenario_a,
    "scenario_b": scenario_b,
    "data": data,
    "report": report,
    "course": course,
}
