"""Write results/gallery/README.md from the summaries beside it: `make docs`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import experiment
from sim.cases import cases
from sim.scenario import load, names

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "results" / "gallery"
PAGE = GALLERY / "README.md"
HEAD = """\
# Gallery

Every shipped scenario and experiment with its question, the first sentence of its answer, and a figure. Made by `make docs` from the
summaries in this folder, which `make gallery` computes anew; do not edit. Each answer has more sentences than the first, and they
matter: what it turns on, and where it fails. `wedge run NAME` or `wedge sweep NAME` tells them all.

All results hang on judged numbers. Read directions and what they turn on ([honest limits](../../README.md#honest-limits)).
"""


def gallery() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_scenarios(), *_experiments(), *_cases()])


def _summary(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def _scenarios() -> Iterator[str]:
    yield "## Scenarios\n"
    for name in names():
        told = _summary(GALLERY / name)
        yield f"### {told['title']}\n"
        yield f"[{name}](../../scenarios/{name}.yaml) · `wedge run {name} --plot`\n"
        yield from _asked(told["question"], told["answer"][0])
        yield from _figure(f"{name}/overview.png", f"Overview of {name}", told["answer"][0])


def _experiments() -> Iterator[str]:
    yield "## Experiments\n"
    for name in experiment.names():
        told = _summary(GALLERY / "experiments" / name)
        yield f"### {told['title']}\n"
        yield f"[{name}](../../experiments/{name}.yaml) · `wedge sweep {name} --plot`\n"
        (first, answer), *more = ((key, each["answer"][0]) for key, each in told["answers"].items())
        yield from _asked(told["question"], answer)
        yield from _figure(f"experiments/{name}/{first}.png", f"Figure {first} of {name}", answer)
        for key, said in more:
            yield f"- [{key}](experiments/{name}/{key}.png): {_plain(said)}"
        yield from [""] * bool(more)


def _asked(question: str, answer: str) -> Iterator[str]:
    yield f"**{question}**\n"
    yield f"{_plain(answer)}\n"


def _figure(file: str, what: str, answer: str) -> Iterator[str]:
    yield f"![{_plain(what)}. {_plain(answer)}]({file})\n"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{each}" if each in "*[]<>|`" else each for each in text)


def _cases() -> Iterator[str]:
    yield "## Historical cases\n"
    yield "Each is a scenario of another time; `wedge run NAME` runs it. [How they are coded, and what came of them](../../docs/cases.md).\n"
    yield "![Probability of a rise in alignment in each of the cases, and what happened](../../docs/cases.png)\n"
    yield "| case | title | what happened |\n|---|---|---|"
    for name in cases():
        scenario = load(name)
        yield f"| [{name}](../../scenarios/cases/{name}.yaml) | {scenario.spec.title} | {scenario.data['case']['observed']} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(gallery(), encoding="utf-8")
