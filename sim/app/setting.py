"""A setting: a scenario as it is, or with what was moved on the page; made from a form, and told in words."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from ..errors import ScenarioError, WedgeError, nearest
from ..parameters import parameters_of
from ..policies import policies
from ..scenario import DEFAULT, Scenario, case_names, load, names, overridden
from ..wording import signed
from .form import Form, number
from .levers import Levers, Slider, courtship, levers_of

OWN = "yours.yaml"
"""What a scenario written on the page is called in messages."""

COURSES = {
    "fixed": "holds a stance", "routine": "does as at the start (routine)",
    "hedge": "hedges as its guarantee falls (hedge)", "wedge": "woos while that divides (wedge)",
    "balance_threat": "balances against threat (balance_threat)",
    "bind": "outbids the divider (bind)", "reciprocity": "answers in kind (reciprocity)",
    "principled": "engages and condemns (principled)", "quantal_response": "looks ahead and weighs (quantal_response)",
    "roth_erev": "learns from what paid (roth_erev)",
}  # fmt: skip
"""The policies that can be chosen on the page, with their titles; a schedule needs dates, and so a file."""

SHARED = ("runs", "seed", "luck", "format", "extends")
"""What both settings have in common, and so none of them can change."""


@dataclass(frozen=True)
class Options:
    """How the page was started: scenario files of the reader's own by name, and what computes the runs."""

    files: Mapping[str, Path] = field(default_factory=dict)
    backend: str = "numpy"

    @property
    def first(self) -> str:
        """The scenario that a page opens with: the first file, else the default one."""
        return next(iter(self.files), DEFAULT)


@dataclass(frozen=True)
class Source:
    """Where the scenario comes from: a shipped name or a file given at the start, or text of the reader's own."""

    name: str = DEFAULT
    text: str = ""
    posterior: bool = False

    @property
    def known(self) -> str:
        """What tells it from another scenario, whose sliders and alternatives may be others."""
        return OWN if self.text else self.name


@dataclass(frozen=True)
class Setting:
    """What is moved: another alternative to start from, a course, fixed numbers by slider, further overrides."""

    start: str = ""
    course: str = ""
    stance: float = 0.0
    fixed: tuple[tuple[str, float], ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The setting on one line, from which `remembered` makes it again."""
        fields = [("start", self.start), ("course", self.course), ("stance", f"{self.stance:g}")]
        fields += [("fixed", f"{name}={value:g}") for name, value in self.fixed]
        fields += [("line", each) for each in self.lines]
        return urlencode([(name, value) for name, value in fields if value])


def source_of(form: Form, options: Options) -> Source:
    """The scenario that a form names."""
    text, name = form.get("own", "").replace("\r\n", "\n"), form.get("scenario", "")
    used = text.strip() and name in ("", OWN)
    named = options.first if name in ("", OWN) else name
    return Source(named, text if used else "", bool(form.get("posterior")))


def setting_of(form: Form, scenario: Scenario) -> Setting:
    """What a form has moved; where it says nothing, the last alternative of the scenario's question, if any.

    Raises WedgeError for a number that is none.
    """
    start = form.get("start", next(reversed(scenario.arms), ""))
    sliders = levers_of(scenario).sliders
    fixed = tuple(
        (name, number(sliders[name].label if name in sliders else name, form.get(f"at:{name}", "")))
        for name in form.getlist("fix")
    )
    lines = tuple(each.strip() for each in form.get("lines", "").splitlines() if each.strip())
    stance = number("stance", form.get("stance", "") or "0")
    return Setting(start, form.get("course", ""), stance, fixed, lines)


def remembered(query: str) -> Setting:
    """A setting from its line. Raises WedgeError for a number that is none."""
    fields = parse_qsl(query)
    one = dict(fields)
    pairs = [each.rpartition("=") for name, each in fields if name == "fixed"]
    fixed = tuple((name, number(name, value)) for name, _, value in pairs)
    lines = tuple(each for name, each in fields if name == "line")
    return Setting(
        one.get("start", ""), one.get("course", ""), number("stance", one.get("stance", "0")), fixed, lines
    )


def loaded(source: Source, options: Options) -> Scenario:
    """The scenario itself. Raises ScenarioError with every fault, at file:line:column."""
    sets = ("parameters.posterior=posterior",) if source.posterior else ()
    if source.text:
        return _written(source.text, sets)
    if source.name in options.files:
        return load(options.files[source.name], sets)
    return _shipped(source.name, sets)


@lru_cache(maxsize=32)
def _shipped(name: str, sets: tuple[str, ...]) -> Scenario:
    if name not in (*names(), *case_names()):
        raise WedgeError(f"there is no scenario called {name!r}{nearest(name, [*names(), *case_names()])}")
    return load(name, sets)


@lru_cache(maxsize=8)
def _written(text: str, sets: tuple[str, ...]) -> Scenario:
    """A scenario from the text of a file; its faults name the file `OWN`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / OWN
        file.write_text(text, encoding="utf-8")
        try:
            return load(file, sets)
        except ScenarioError as error:
            here = f"{folder}/"
            raise ScenarioError(
                replace(each, file=each.file.replace(here, ""), message=each.message.replace(here, ""))
                for each in error.faults
            ) from None
        except WedgeError as error:
            raise WedgeError(str(error).replace(f"{folder}/", "")) from None


def scenario_of(scenario: Scenario, setting: Setting) -> Scenario:
    """The scenario that a setting makes of a loaded one, its title saying what was moved.

    Raises WedgeError or ScenarioError for what cannot be, in the words of a file's or an override's faults.
    """
    if setting.start and setting.start not in scenario.arms:
        raise WedgeError(
            f"there is no alternative called {setting.start!r}{nearest(setting.start, scenario.arms)}"
        )
    start = scenario.arms[setting.start] if setting.start else scenario
    sets = sets_of(scenario, setting)
    if not sets:
        return start
    title = f"{start.spec.title or start.name}, but {'; '.join(moved(scenario, setting))}"
    named = [] if any(each.startswith("title") for each in setting.lines) else [f"title={json.dumps(title)}"]
    return overridden(start, start.name, [*sets, *named], "Changes")


def sets_of(scenario: Scenario, setting: Setting) -> list[str]:
    """The overrides ``path=value`` that make a setting of its start. Raises WedgeError for a strange name."""
    levers, lines = levers_of(scenario), _lines(setting)
    sets = [_course(levers, setting)] if setting.course else []
    for name, value in setting.fixed:
        sets += _slider(levers, name).sets(value)
    return [*(each for each in sets if _path(each) not in lines), *lines.values()]


def _path(line: str) -> str:
    return line.partition("=")[0].strip()


def _lines(setting: Setting) -> dict[str, str]:
    """The overrides by path, the last one of each. Raises WedgeError for what both settings have in common."""
    for each in setting.lines:
        if _path(each) in SHARED:
            raise WedgeError(
                f"Changes {each}: {_path(each)} is the same in both settings; it cannot be changed in one"
            )
    return {_path(each): each for each in setting.lines}


def _course(levers: Levers, setting: Setting) -> str:
    if setting.course not in COURSES:
        raise WedgeError(f"there is no course called {setting.course!r}{nearest(setting.course, COURSES)}")
    has = {each.name for each in parameters_of(policies()[setting.course])}
    stance = f", stance: {setting.stance:g}" if "stance" in has else ""
    return f"policies.{levers.actor}.{levers.target}={{policy: {setting.course}{stance}}}"


def takes_stance() -> dict[str, float]:
    """The courses that the slider of the stance belongs to, with the stance that each has by itself."""
    known = policies()
    found = {each: {one.name: one.default for one in parameters_of(known[each])} for each in COURSES}
    return {each: float(has["stance"] or 0.0) for each, has in found.items() if "stance" in has}


def _slider(levers: Levers, name: str) -> Slider:
    if name not in levers.sliders:
        raise WedgeError(f"there is no slider called {name!r}{nearest(name, levers.sliders)}")
    return levers.sliders[name]


def moved(scenario: Scenario, setting: Setting) -> list[str]:
    """What a setting moves, in words."""
    levers, lines, found = levers_of(scenario), _lines(setting), list[str]()
    if setting.course:
        actor, target = (scenario.title(each) for each in courtship(scenario))
        held = f" of {signed(setting.stance)}" if setting.course in takes_stance() else ""
        found.append(f"{actor} {COURSES[setting.course]}{held} toward {target}")
    for name, value in setting.fixed:
        slider = _slider(levers, name)
        if not set(slider.paths) & set(lines):
            found.append(f"{slider.label}: {value:g}")
    return [*found, *lines.values()]


def titles(found: Iterable[str], options: Options) -> dict[str, str]:
    """Titles of scenarios by name; the name itself where a file cannot be read."""
    return {each: _title(each, options) for each in found}


def _title(name: str, options: Options) -> str:
    try:
        return loaded(Source(name), options).spec.title or name
    except WedgeError:
        return name
