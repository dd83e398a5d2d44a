"""What if? Two settings side by side on equal luck: what is asked, and what is shown."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..answer import FEWEST, SHARE
from ..charts import Chart, contrasts, trade_off
from ..charts.fans import alignments
from ..charts.front import front, front_thresholds
from ..charts.network import network
from ..charts.stage import stage
from ..looks import about, front_of
from ..report.setting import events, kinds
from ..results import Results
from ..scenario import Scenario
from ..wording import DASH, decimal, escaped, signed, true_minus
from .answers import Posed, answered
from .form import Form
from .levers import levers_of
from .setting import Options, Setting, Source, loaded, remembered, scenario_of, setting_of, source_of

PATH = "/"

RUNS = (200, 400, 1000, 2000)
"""Numbers of runs that can be asked for; more belong on the command line."""

PINNED = "pinned"
"""The reference is a setting that was kept."""


@dataclass(frozen=True)
class Asked:
    """What a form asks: the scenario, B (what if) and A (what it is held against), and how many runs."""

    source: Source
    scenario: Scenario
    setting: Setting
    against: str
    pinned: Setting
    runs: int
    backend: str

    @property
    def here(self) -> Scenario:
        """The setting B."""
        return scenario_of(self.scenario, self.setting)

    @property
    def there(self) -> Scenario:
        """The setting A."""
        kept = self.pinned if self.against == PINNED else Setting(start=self.against)
        return scenario_of(self.scenario, kept)

    @property
    def twofold(self) -> bool:
        """Whether B, with something moved, starts from elsewhere than A."""
        moved = replace(self.setting, start="") != Setting(stance=self.setting.stance)
        return moved and self.against != PINNED and self.setting.start != self.against

    @property
    def posed(self) -> Posed:
        """The question as it is computed. Raises WedgeError or ScenarioError for what cannot be."""
        return Posed(self.here, self.there, self.runs, self.backend)


@dataclass(frozen=True)
class Tile:
    """One number at a glance: what it is, in B, in A, and their difference, with what is sure of it."""

    name: str
    meaning: str
    here: str
    there: str
    difference: str
    sure: str


@dataclass(frozen=True)
class Answer:
    """What is shown of a question: sentences, numbers at a glance, and charts; `seconds` is what it took.

    `question` is the scenario's own; `twofold` whether B differs from A in more than in what was moved.
    """

    titles: tuple[str, str]
    question: str
    twofold: bool
    sentences: Sequence[str]
    caution: str
    tiles: Sequence[Tile]
    charts: Sequence[Chart]
    maps: Sequence[Chart]
    events: Sequence[tuple[str, ...]]
    query: str
    seconds: float
    same: bool


def asked(form: Form, options: Options) -> Asked:
    """What a form asks. Raises WedgeError or ScenarioError with every fault."""
    source = source_of(form, options)
    scenario = loaded(source, options)
    runs = form.get("runs", "")
    return Asked(
        source,
        scenario,
        setting_of(form, scenario),
        form.get("against", ""),
        remembered(form.get("pinned", "")),
        next((each for each in RUNS if str(each) == runs), RUNS[1]),
        options.backend,
    )


def page(form: Form, options: Options) -> dict[str, Any]:
    """What the page begins with; B starts from the last alternative of the question, if there is any."""
    source = source_of(form, options)
    scenario = loaded(source, options)
    arms = {name: each.spec.title or name.replace("_", " ") for name, each in scenario.arms.items()}
    setting = setting_of(form, scenario)
    levers = levers_of(scenario)
    outcomes = {name: name.replace("_", " ") for name in scenario.spec.outcomes}
    return {
        "source": source, "scenario": scenario, "arms": arms, "setting": setting, "levers": levers,
        "fixed": dict(setting.fixed), "runs": RUNS, "outcomes": outcomes,
    }  # fmt: skip


def answer(form: Form, options: Options) -> tuple[dict[str, Any], list[Chart], str]:
    """The answer to a form: what its piece of the page holds, its charts, and a word on what was done."""
    found = shown(asked(form, options), form)
    fitted = ", parameters fitted to the record" if form.get("posterior") else ""
    done = (
        f"Answered with {asked(form, options).runs:,} runs on equal luck{fitted}, in {found.seconds:.1f} s."
    )
    return {"answer": found}, [*found.charts, *found.maps], done


def shown(question: Asked, form: Form) -> Answer:
    """The answer with its charts."""
    begun = time.perf_counter()
    posed = question.posed
    results = answered(posed)
    axes = _axes(results, form)
    charts = [_lettered(each, results) for each in _charts(results, axes)]
    return Answer(
        titles=(posed.here.spec.title, posed.there.spec.title),
        question=question.scenario.spec.question.text if question.scenario.spec.question is not None else "",
        twofold=question.twofold,
        sentences=_named(results, posed),
        caution=_caution(posed.here),
        tiles=_tiles(results),
        charts=charts,
        maps=[_lettered(each, results) for each in _maps(results)],
        events=[each[:3] for each in events(posed.here).rows],
        query=question.setting.query,
        seconds=time.perf_counter() - begun,
        same=posed.same,
    )


MOST_TILES = 5


def _named(results: Results, posed: Posed) -> list[str]:
    """The answer's sentences, with B and A in place of the settings' titles."""
    titles = [each.scenario.spec.title for each in (results, *results.arms.values())]
    named = {f"'{title}'": letter for letter, title in zip("BA", titles, strict=False)}
    named |= {f"'{name}'": f"'{_name(results, name)}'" for name in results.scenario.spec.outcomes}
    found = []
    for sentence in results.summary["answer"]:
        for old, new in named.items():
            sentence = sentence.replace(old, new)
        found.append(true_minus(sentence))
    return found if not posed.same else found[:1]


def _name(results: Results, outcome: str) -> str:
    """An outcome's name in words: what is measured, of whom."""
    return about(results, outcome).partition(": ")[0]


def _caution(scenario: Scenario) -> str:
    """What the numbers rest on, in one sentence."""
    found = kinds(scenario)
    fitted = f", {found['calibrated']} fitted to the record" if found["calibrated"] else ""
    return (
        f"Of the scenario's {found.total()} numbers {found['sourced']} are sourced{fitted}, the others judged. "
        "The intervals say what more runs would settle, not whether the model is right."
    )


def _tiles(results: Results) -> list[Tile]:
    """The outcome asked about, and the next few, at a glance."""
    summary, question = results.summary, results.scenario.spec.question
    first = question.outcome if question is not None else ""
    names = sorted(results.scenario.spec.outcomes, key=lambda each: each != first)[:MOST_TILES]
    rows = {each["name"]: each for each in summary["outcomes"]}
    gaps = {each["name"]: each for each in summary["contrasts"]}
    return [_tile(about(results, name), rows[name], gaps.get(name)) for name in names if name in rows]


def _tile(told: str, row: Mapping[str, Any], gap: Mapping[str, Any] | None) -> Tile:
    """One outcome; shares in per cent, their differences in points."""
    share = row["unit"] == SHARE
    name, _, meaning = told.partition(": ")
    name = name[:1].upper() + name[1:]
    if gap is None or gap["difference"] is None:
        return Tile(name, meaning, _told(row["mean"], share), "", "", "")
    ends, differing = (gap["low"], gap["high"]), gap["differing"]
    if differing == 0:
        sure = "no run differs"
    elif differing < FEWEST:
        sure = f"only {differing} runs differ, too few to tell"
    elif None in ends:
        sure = "too few groups of runs to say how sure"
    else:
        known = ends[0] > 0.0 or ends[1] < 0.0
        span = f"{_gap(ends[0], share)} to {_gap(ends[1], share)}"
        sure = f"{'' if known else 'not distinguishable; '}95% interval {span}"
    here, there = (_told(gap[key], share) for key in ("here", "there"))
    return Tile(name, meaning, here, there, _gap(gap["difference"], share) + " points" * share, sure)


def _told(value: float | None, share: bool) -> str:
    if value is None or value != value:
        return DASH
    return f"{decimal(100 * value, 1)}%" if share else decimal(value)


def _gap(value: float, share: bool) -> str:
    return signed(100 * value, 1) if share else signed(value, 3)


def _charts(results: Results, axes: tuple[str, str]) -> list[Chart]:
    """What is drawn, best first."""
    found = [contrasts(results)] if results.arms else []
    if front_of(results.scenario) is not None:
        found += [front(results), front_thresholds(results)]
    found += [alignments(results), stage(results)]
    return [*found, trade_off(results, *axes)] if len(set(axes)) == 2 else found


CUT, KNOWN = r"the (?:first scenario|story): [^<]*", 30
"""How a legend names the first setting, and so many letters by which a title that was cut is known."""


def _lettered(chart: Chart, results: Results) -> Chart:
    """A chart that calls the settings B and A, as the page does."""
    titles = [each.scenario.spec.title for each in (results, *results.arms.values())]
    pairs = [pair for pair in zip("BA", titles, strict=False) if pair[1]]
    named = {told: letter for letter, title in pairs for told in (title, escaped(title))}
    named |= {f"{the} {what}": "B" for the in ("the", "The") for what in ("first scenario", "story")}

    def lettered(node: Any) -> Any:
        if isinstance(node, str):
            node = re.sub(CUT, "B", node)
            for old, new in named.items():
                node = re.sub(rf"{re.escape(old[:KNOWN])}[^…<]{{,120}}…", new, node.replace(old, new))
            return node
        if isinstance(node, dict):
            return {key: lettered(each) for key, each in node.items()}
        return [lettered(each) for each in node] if isinstance(node, list | tuple) else node

    told = {key: lettered(getattr(chart, key)) for key in ("title", "figure", "alt", "reading")}
    return replace(
        chart, **told, head=tuple(lettered(chart.head)), rows=[tuple(lettered(each)) for each in chart.rows]
    )


def _maps(results: Results) -> list[Chart]:
    """Who is aligned with whom at the end, B first."""
    here = replace(network(results), name="map-b")
    return [here, *(replace(network(each), name="map-a") for each in results.arms.values())][:2]


CLOSE = ("united_front", "alignment", "stance")
"""Measures that follow each other, so that one against the other shows no trade-off."""


def _same_thing(results: Results, one: str, other: str) -> bool:
    """Whether two outcomes measure much the same."""
    measures = [results.scenario.spec.outcomes[each].measure for each in (one, other)]
    return measures[0] == measures[1] or all(each in CLOSE for each in measures)


def _axes(results: Results, form: Form) -> tuple[str, str]:
    """The two outcomes of the trade-off: those chosen, else the one asked about and the next."""
    names = list(results.scenario.spec.outcomes)
    question = results.scenario.spec.question
    first = (
        question.outcome if question is not None and question.outcome in names else names[0] if names else ""
    )
    rest = [each for each in names if each != first and not _same_thing(results, each, first)] or names
    x, y = form.get("x", ""), form.get("y", "")
    return (x if x in names else first), (y if y in names else rest[0])
