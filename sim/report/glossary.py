"""What the words of a report mean, and what the model assumes, by number."""

from __future__ import annotations

import importlib.resources
import re
from pathlib import Path

from ..errors import WedgeError
from ..outcomes import CUTS, STAGES
from .page import Block, Section, Table

WORDS = (
    ("actor", "A state, or a bloc that acts as one."),
    ("alignment", "How close two actors stand, from −1 (adversaries) to 1 (allies). It belongs to the pair."),
    ("alternative", "The scenario with something changed, run on the same luck as the scenario."),
    ("arm", "The scenario or one of its alternatives; all arms of a run share their luck, run by run."),
    ("assumed", "A number that was judged, not measured; the text beside it says by what."),
    ("capability", "Material power, relative to the other actors."),
    ("commitment", "How sure a client is that its patron will defend it, from 0 to 1."),
    ("counterfactual", "What would have happened otherwise. No record can show it; a model can only say "
    "what follows from its assumptions."),
    ("event", "A dated change that is put in from outside: certain, or with a probability."),
    ("Monte Carlo interval", "How far a number may be off because the runs are finitely many. More runs "
    "shrink it; it says nothing of whether the model is right."),
    ("outcome", "What is measured in each run."),
    ("percentage point", "The difference between two shares given in per cent."),
    ("prior, posterior", "The ranges that numbers are drawn from before, and after, they are fitted to the record."),
    ("run", "One possible course of events: one draw of luck and of all numbers that are not known."),
    ("spread (50%, 90% of runs)", "Between which values so many of the runs lie: luck, and what is not known."),
    ("stage", "A rung on the ladder of military alignment (Korolev 2018), a band of alignment; see the "
    "table of stages."),
    ("stance", "How one actor treats another, from −1 (confronts) to 1 (accommodates). It has a direction."),
    ("story", "The scenario itself, beside its alternatives; in a comparison it is called the first scenario."),
    ("threshold", "The alignment from which two actors count as a front; no number is the right one, so "
    "five are given."),
    ("united front", "Two actors whose alignment has held the threshold for a year, while both are at "
    "odds with a common adversary."),
    ("wedge", "The attempt of one actor to keep two others apart by wooing one of them."),
)  # fmt: skip
"""Words and their meanings, in the order of the alphabet."""

HEADING = re.compile(r"^## (A\d+) (.+)$", re.MULTILINE)


def glossary() -> Table:
    """The words of a report."""
    return Table(("word", "meaning"), WORDS, words=2)


def meanings() -> Section:
    """What the words of a report mean, and the stages of alignment, folded."""
    return Section("What the words mean", [glossary(), stages()], folded=True)


def assumed(*before: Block) -> Section:
    """What the model assumes, by number, folded; what is to be said of these results comes `before`."""
    return Section("What the model assumes", [*before, assumptions()], folded=True)


def stages() -> Table:
    """The stages of alignment, with where each begins."""
    begins = ("−1", *(f"{each:.2f}" for each in CUTS))
    rows = [(f"{k + 1} {name}", begins[k]) for k, name in enumerate(STAGES)]
    return Table(("stage", "alignment from"), rows, "Stages of military alignment (assumption A16)")


def assumptions() -> Table:
    """The assumptions of the model by number, with their texts.

    Raises WedgeError where the text is missing, as in a damaged installation.
    """
    _, *parts = HEADING.split(_text())
    rows = [
        (number, title, _plain(body))
        for number, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
    return Table(("number", "assumption", "what is assumed, why, and what it decides"), rows, words=3)


def _text() -> str:
    """The list of assumptions, of the package or of a checkout."""
    inside = Path(str(importlib.resources.files("sim"))) / "shipped" / "assumptions.md"
    file = inside if inside.is_file() else Path(__file__).parent.parent.parent / "docs" / "assumptions.md"
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise WedgeError(
            f"{file}: the list of assumptions is missing ({error.strerror}); install Wedge again"
        ) from None


def _plain(markdown: str) -> str:
    """Text without the marks of Markdown, on one line."""
    bare = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", markdown)
    return " ".join(re.sub(r"[`*]", "", bare).split())
