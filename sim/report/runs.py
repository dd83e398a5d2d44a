"""The report of a run or of a comparison: what was asked, what came of it, and all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..answer import FEWEST, SHARE
from ..calendar import date_of
from ..charts import (
    Chart,
    alignments,
    all_alignments,
    contrasts,
    front,
    front_thresholds,
    gaps,
    network,
    outcomes,
    stage,
    stances,
)
from ..charts.outcomes import measured, per_chart
from ..describing.results import decimals
from ..describing.results import figure as rounded
from ..describing.scenarios import warnings_of
from ..looks import front_of, looks, name_in_words, signed, story, true_minus
from ..results import Results, load
from .again import again, files, told
from .glossary import assumed, meanings
from .page import Block, Page, Section, Table, to_copy
from .setting import events, in_words, kinds, noted, sources
from .verdict import answer, asked, background

FEW_RUNS = 200
"""Under so many runs a share of runs may be off by more than 7 percentage points."""


def page_of_folder(folder: Path) -> Page:
    """The report of saved results. Raises WedgeError where the folder holds none."""
    return page_of(load(folder))


def page_of(results: Results) -> Page:
    """The report of a run or of a comparison."""
    spec = results.scenario.spec
    question = spec.question.text if spec.question is not None else f"What comes of '{spec.title}'?"
    compared = (
        [Section("What each alternative would have changed", _changed(results))]
        if results.alternatives
        else []
    )
    return Page(
        title=_title(results),
        kind="A run of a scenario" if results.comparison is None else "A comparison of scenarios",
        question=question,
        answer=answer(results),
        beware=list(_cautions(results)),
        facts=_facts(results),
        sections=[
            *compared,
            Section("What happens", _course(results)),
            Section("Who is aligned with whom", _maps(results)),
            Section("What comes of it", _outcomes(results)),
            *_in_full(results),
            Section("The scenario in words", in_words(results), folded=True),
            Section("Every number and its source", [_counted(results), sources(results)], folded=True),
            assumed(_of_these(results)),
            meanings(),
            Section("How to make this again", again(results)),
            to_copy("The files to copy", files(results)),
        ],
    )


def _title(results: Results) -> str:
    """The scenario's title; of a comparison the titles of all that is held against each other."""
    others = [arm.scenario.spec.title for arm in results.alternatives.values()]
    first = results.scenario.spec.title
    if results.comparison is None or not others:
        return first
    return f"{first}, against {others[0] if len(others) == 1 else f'{len(others)} others'}"


def _in_full(results: Results) -> list[Section]:
    """The answer sentence by sentence, as every command tells it."""
    lines = [true_minus(each) for each in results.summary["answer"]]
    note = "As `wedge show` tells it: each difference is the scenario less the alternative."
    return [Section("The answer sentence by sentence", [note, *lines], folded=True)] if lines else []


# --- beside the answer ----------------------------------------------------------------------------


def _facts(results: Results) -> dict[str, str]:
    """What identifies the results."""
    spec, made = results.scenario.spec, told(results)
    facts = {
        "Scenario": results.scenario.name,
        "From": date_of(spec.start, spec.step),
        "To": date_of(spec.end, spec.step),
        "Runs": f"{results.finished:,}",
        "Seed": str(spec.seed),
    }
    facts |= {"Luck": results.luck} if results.luck else {}
    facts |= {"Changed": ", ".join(results.scenario.sets)} if results.scenario.sets else {}
    table = results.scenario.posterior
    facts |= {"Posterior": f"{table.name} ({table.fingerprint})"} if table is not None else {}
    return facts | {"Wedge": made["versions"]["wedge-sim"]}


def _cautions(results: Results) -> Iterator[str]:
    """What a reader must beware of, as far as it is true of these results."""
    scenario = noted(results)
    if results.finished < results.asked:
        yield f"The run was stopped: {results.finished:,} of {results.asked:,} runs were finished."
    if results.finished < FEW_RUNS:
        off = 98.0 / results.finished**0.5
        yield (
            f"There are only {results.finished:,} runs. A share of runs may be off by {off:.0f} "
            f"percentage points or so "
            "by chance alone."
        )
    found = kinds(scenario)
    judged, whole = found["assumed"] + found["unsaid"], sum(found.values())
    if judged:
        yield (
            f"{judged} of the scenario's {whole} numbers are assumed, not sourced. Intervals tell what "
            f"follows if the numbers lie in "
            "their ranges, not that they do; and no interval tells whether the model is right."
        )
    if scenario.posterior is None:
        yield "The parameters are not fitted to the record: they are drawn from judged ranges (the prior)."
    if plugins := told(results)["plugins"]:
        yield f"A part of the model is not Wedge's own; it comes from {', '.join(plugins)}."
    for line in dict.fromkeys(
        line for each in (scenario, *scenario.arms.values()) for line in warnings_of(each)
    ):
        yield _sentence(line.strip().removeprefix("beware: "))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


# --- figures --------------------------------------------------------------------------------------


def _changed(results: Results) -> list[Block]:
    """Each alternative in sentences, then the differences in figures and numbers."""
    outcome, blocks = asked(results), list[Block]()
    notes = results.comparison.notes(results.scenario.spec.title) if results.comparison is not None else []
    if outcome is not None:
        for name in results.alternatives:
            blocks.append(" ".join(background(results, name, outcome)))
        blocks = [each for each in blocks if each]
    blocks = [*notes, *blocks]
    if front_of(results.scenario) is not None:
        blocks.append(front_thresholds(results))
    blocks += [gaps(results)] if results.comparison is not None else []
    return [*blocks, *_all(results, contrasts, len(results.arms)), *_contrast_tables(results)]


def _all(results: Results, draw: Any, arms: int) -> list[Chart]:
    """A chart of panels for every outcome, as many as are needed."""
    names, most = measured(results), per_chart(arms)
    return [draw(results, names[k : k + most]) for k in range(0, len(names), most)]


def _course(results: Results) -> list[Block]:
    """What happens through time, and the key to the events."""
    shown = events(noted(results))
    blocks: list[Block] = [alignments(results), stage(results)]
    blocks += [front(results)] if front_of(results.scenario) is not None else []
    wedge = next(iter(results.scenario.spec.ties.wedges.values()), None)
    blocks += (
        [stances(results, wedge.divider, wedge.target), stances(results, wedge.target, wedge.divider)]
        if wedge
        else []
    )
    blocks += [all_alignments(results)] if len(results.scenario.actors) > 2 else []
    key = Table(
        ("number", "date", "what happened"),
        [row[:3] for row in shown.rows if row[0]],
        "Events, numbered as in the figures",
        words=3,
    )
    return [blocks[0], *([key] if key.rows else []), *blocks[1:]]


def _maps(results: Results) -> list[Block]:
    dates = results.scenario.calendar.dates()
    return [network(results, dates[0]), network(results, dates[-1])]


def _outcomes(results: Results) -> list[Block]:
    return [*_all(results, outcomes, len(looks(results))), _outcome_table(results)]


# --- tables ---------------------------------------------------------------------------------------


def _outcome_table(results: Results) -> Table:
    """Every column of every outcome in the scenario: its middle and its spread."""
    rows = []
    for each in results.summary["outcomes"]:
        share, scale = each["unit"] == SHARE, 100.0 if each["unit"] == SHARE else 1.0
        unit = "% of runs" if share else true_minus(each["unit"])
        middle = each["mean"] if share else each["median"]
        cells = [
            ("" if v is None else true_minus(rounded(scale * v))) for v in (middle, each["low"], each["high"])
        ]
        rows.append(
            (each["name"], each["meaning"], unit, *(cells if each["runs"] else ("in no run", "", "")))
        )
    caption = (
        f"All outcomes of the {story(results)}: medians, with 90% of runs; of what happens or not the "
        f"share of runs, with its "
        "95% Monte Carlo interval"
    )
    return Table(("outcome", "meaning", "unit", "middle", "from", "to"), rows, caption, words=3)


def _contrast_tables(results: Results) -> list[Table]:
    """The paired differences from each alternative, a table each."""
    units = {each["name"]: each["unit"] for each in results.summary["outcomes"]}
    shown = measured(results)
    tables = []
    for name, arm in results.alternatives.items():
        found = [
            each for each in results.summary["contrasts"] if each["against"] == name and each["name"] in shown
        ]
        rows = [_contrast_row(results, each, units[each["name"]]) for each in found]
        rows += [
            _contrast_row(results, each, "years", f"years to {each['name']} (none: {each['horizon']:g})")
            for each in results.summary["waits"]
            if each["against"] == name
        ]
        caption = (
            f"The {story(results)} less '{arm.scenario.spec.title}', run by run: means, "
            f"difference, 95% Monte Carlo interval"
        )
        head = (
            "outcome",
            "unit",
            f"the {story(results)}",
            "the other",
            "difference",
            "from",
            "to",
            "runs that differ",
        )
        tables.append(Table(head, rows, caption, words=2))
    return tables


def _contrast_row(results: Results, row: dict[str, Any], unit: str, name: str = "") -> tuple[str, ...]:
    share = unit == SHARE
    scale, told_unit = (100.0, "% of runs, points") if share else (1.0, true_minus(unit))
    name = name or name_in_words(results.scenario, row["name"])
    if row["difference"] is None:
        return name, told_unit, "not known", "", "", "", "", ""
    means = [f"{100 * row[key]:.1f}" if share else true_minus(rounded(row[key])) for key in ("here", "there")]
    if not row["differing"]:
        return name, told_unit, *means, "0", "", "", "0"
    ends = [None if row[key] is None else scale * row[key] for key in ("low", "high")]
    known = [each for each in ends if each is not None]
    size = (known[-1] - known[0]) / 2 if known else abs(scale * row["difference"])
    digits = decimals(size or abs(scale * row["difference"]))
    gap, *cells = [signed(each, digits) for each in (scale * row["difference"], *known)]
    if not known or row["differing"] < FEWEST:
        cells = ["too few to tell" if row["differing"] < FEWEST else "not known", ""]
    return name, told_unit, *means, gap, *cells, f"{row['differing']:,}"


def _counted(results: Results) -> str:
    """How far the numbers are sourced."""
    found = kinds(noted(results))
    words = {
        "sourced": "sourced",
        "assumed": "assumed",
        "calibrated": "calibrated",
        "unsaid": "without a word",
    }
    return (
        f"{sum(found.values())} numbers: "
        + ", ".join(f"{found[k]} {word}" for k, word in words.items() if found[k])
        + "."
    )


def _of_these(results: Results) -> str:
    made = told(results)["versions"]["wedge-sim"]
    return (
        f"What stands in the model without a published number behind it, by number, as Wedge lists "
        f"it (results of version {made})."
    )
