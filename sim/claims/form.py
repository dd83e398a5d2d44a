"""The form of a claim file, as pydantic models. Checks shape only; `reading.py` checks names and paths."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, create_model

from ..checking.schema import Name, Section, Text, known_format
from ..experiment.form import Differences, Path

Expected = Literal["rises", "falls", "no_change", "super_additive"]
DRAWS, LUCKS = 2000, 8
"""Draws of the parameters, and runs of different luck at each, unless a file says otherwise."""

MOST_DRAWS, MOST_LUCKS = 1_000_000, 10_000


class Said(Section):
    """Where a claim is made; a quotation has fewer than 15 words."""

    article: Text
    paragraph: Annotated[int, Field(ge=1, description="paragraph of the text, headings not counted")]
    quote: Text = ""


class Sign(Section):
    """A parameter on which the sign of the effect rests, and two values that it is set to."""

    zero: float = Field(default=0.0, description="where it does nothing")
    alternative: float = Field(description="where it does the opposite, or at the other end of its range")


class Decision(Section):
    """The rule by which the verdict is given, fixed before anything is run."""

    smallest: float = Field(
        ge=1e-9,
        description="smallest effect of interest, in the outcome's unit; for no_change the half width of the band",
    )
    probability: float = Field(ge=0.5, le=1.0, description="share of draws that must agree")


_Paths = Annotated[dict[Path, Any], Field(max_length=100)]


@cache
def document() -> type[BaseModel]:
    """The model of a whole claim file."""
    whole = Annotated[int, Field(ge=1, le=MOST_DRAWS, description="draws of the parameters")]
    lucks = Annotated[int, Field(ge=2, le=MOST_LUCKS, description="runs of different luck at each draw")]
    sections: dict[str, Any] = {
        "format": (Annotated[Literal[1], BeforeValidator(known_format)], ...),
        "number": (Annotated[str, Field(max_length=12, description="what the ledger calls it")], ...),
        "title": (Text, ...),
        "claim": (
            Annotated[str, Field(max_length=2000, description="one sentence, in words of one's own")],
            ...,
        ),
        "said": (Annotated[list[Said], Field(min_length=1, max_length=20)], ...),
        "scenario": (Annotated[str, Field(description="shipped scenario, or a file beside this one")], ...),
        "changes": (Annotated[Differences, Field(description="differences over it, in all arms")], {}),
        "seed": (Annotated[int, Field(ge=0, le=2**53)] | None, None),
        "arms": (Annotated[dict[Name, Differences], Field(min_length=2, max_length=4)], ...),
        "outcome": (Text, ...),
        "beside": (Annotated[list[Text], Field(max_length=20)], []),
        "identity": (dict[str, Text], {}),
        "expected": (Expected, ...),
        "recommends": (
            Annotated[bool, Field(description="whether the first arm is advised; tells regret")],
            False,
        ),
        "free": (_Paths, {}),
        "signs": (Annotated[dict[Path, Sign], Field(min_length=1, max_length=20)], ...),
        "decision": (Decision, ...),
        "caveat": (
            Annotated[Text, Field(description="what proved badly posed, told beside the verdict")],
            "",
        ),
        "draws": (whole, DRAWS),
        "lucks": (lucks, LUCKS),
    }
    return create_model("Claim", __base__=Section, __doc__="A claim, and how it is tested.", **sections)
