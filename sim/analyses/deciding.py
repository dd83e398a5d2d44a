"""What the analyses of choices share: options and levers by their settings, and which way is better.

Imports only lower floors. How far their means can be trusted is in `resampling.py`, how they are said in
`telling.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import WedgeError
from ..study import Lever, Option, Study
from .base import apart, check_outcome


def option_with(study: Study, settings: Mapping[str, str], why: str) -> str:
    """The option with just these settings. Raises WedgeError where the sweep has none."""
    for each in study.options:
        if dict(each.settings) == dict(settings):
            return each.name
    told = ", ".join(f"{lever}={setting}" for lever, setting in settings.items())
    raise WedgeError(f"{why}, but this sweep has none with {told}")


def option_named(study: Study, name: str | None) -> Option:
    """An option by name; the first unless given."""
    return study.options[study.index(name)]


def rival_named(study: Study, option: str | None, against: str | None, who: str) -> Option:
    """What an option is held against: as asked for, else the only other one."""
    here = study.index(option)
    others = [k for k in range(len(study.options)) if k != here]
    if against is None and len(others) != 1:
        known = ", ".join(each.name for each in study.options[:8])
        told = f"this sweep has {known}" + (" and more" if len(study.options) > 8 else "")
        raise WedgeError(f"{who} compares two options; give against ({told})")
    rival = others[0] if against is None else study.index(against)
    if rival == here:
        raise WedgeError(
            f"{who} compares two options, but option and against are both {study.options[here].name}"
        )
    return study.options[rival]


def numeric(study: Study, name: str, who: str) -> Lever:
    """A lever whose settings are numbers, at least two. Raises WedgeError for others."""
    lever = study.lever(name)
    if len(lever.values) != len(lever.settings) or len(set(lever.values)) < 2:
        numbers = ", ".join(each.name for each in study.levers if len(set(each.values)) > 1)
        hint = f"; levers with numbers are {numbers}" if numbers else "; no lever of this sweep has numbers"
        raise WedgeError(f"{who} needs a lever with two numbers or more, and {name} has none{hint}")
    return lever


def directions(study: Study, less: Sequence[str], more: Sequence[str], who: str) -> dict[str, int]:
    """Each outcome named, with 1 where more of it is better and -1 where less is."""
    if isinstance(less, str) or isinstance(more, str):
        raise WedgeError(f"{who}: less and more are lists of outcomes, not one text")
    if twice := sorted(set(less) & set(more)) or sorted({each for each in less if less.count(each) > 1}):
        raise WedgeError(f"{who}: {twice[0]} is named twice; is less or more of it better?")
    for each in (*less, *more):
        check_outcome(study, each)
    return dict.fromkeys(less, -1) | dict.fromkeys(more, 1)


def gap_told(study: Study, option: str | None, against: str, moved: str) -> str:
    """Between which options a difference is, by the levers in which they differ, but for one moved along."""
    here, there = apart(study, option, against, (moved,))
    fixed = option_named(study, against).title
    return f"with {here}, less that with {there}," if here else f"less that with {fixed},"
