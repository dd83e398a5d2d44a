"""An explanation in words and tables: for the command, for notebooks, for whoever reads it aloud."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from ..axes import Array
from ..calendar import date_of, month_of
from ..wording import listed
from .account import NOTHING, PULLS, Account, Makeup, quantiles
from .asking import Question
from .meanings import meaning
from .printed import in_units, plain, seen, signed, units
from .sums import BOUND, with_end

WIDTH, SPANS = 100, 11
"""Width of a page in characters, and how many columns of numbers stand side by side."""

MOST = 3
"""Terms of each sign that a sentence names."""

EACH = {"step": "each step", "year": "each year", "all": "all"}
"""What a term adds up over, in words."""

FEW = 2
"""Things changed by an event that are named."""

APART = {
    **{name: name for name in PULLS}, "luck": "luck", "event": "jumps of events",
    BOUND: "cut off at bounds",
}  # fmt: skip
"""Terms that a sentence tells apart from those that raise and lower: what only answers, and what no one meant."""

BEYOND = (
    "Each term is told beyond what it was at the start, where all balance; with --whole it is told whole."
)
ALL_OF_IT = (
    "Each term is told whole; many balance each other from the start on. Without --whole: what goes beyond."
)
AT_REST = "Each term is shown beyond what it was at the start, where all of them balance. "
"""To go before what a figure of such terms says of itself."""

UNLIKE = (
    "Luck is dealt alike on both sides, but a shock to an alignment counts less the nearer this is to an end of its "
    "scale (by 1 - x\u00b2), so that luck differs a little where alignments do."
)
"""Why luck is not the same on both sides of a difference."""

BOOKS = (
    "A term is what the model added up, not what would be missing without it: terms answer to one another."
)


def lines(asked: Question, told: Account | Makeup) -> list[str]:
    """An explanation: what happened and why in words, a table by period, and what each term is."""
    made = isinstance(told, Makeup)
    notes = [] if made else [ALL_OF_IT if asked.whole else BEYOND]
    notes += [
        BOOKS,
        *([f"Differences: {asked.scenario.name} less {asked.against.name}."] if asked.against else []),
        *([UNLIKE] if _luck_differs(asked, told) else []),
    ]
    return [
        *wrapped(heading(asked)),
        "",
        *wrapped(" ".join(intended(asked, told) if isinstance(told, Makeup) else moved(asked, told))),
        "",
        *table(asked, told),
        "",
        *terms_told(asked, told),
        "",
        *events_told(asked, told),
        *(line for note in notes for line in wrapped(note)),
    ]


def _luck_differs(asked: Question, told: Account | Makeup) -> bool:
    """Whether the luck of an alignment is told to differ between two sides that are dealt the same."""
    if asked.against is None or asked.what != "alignment" or "luck" not in told.terms:
        return False
    return bool(in_units(told.mean.by("all"))[1]["luck"].any())


def whom(asked: Question) -> str:
    """What is explained, and of whom, in words."""
    one, other = (asked.scenario.title(each) for each in asked.whose)
    if asked.what == "alignment":
        return f"alignment of {one} and {other}"
    return (
        f"stance of {one} toward {other}" if asked.what == "stance" else f"what {one} intended toward {other}"
    )


def heading(asked: Question) -> str:
    """What is explained of which runs, in one line."""
    which = f"run {asked.first}" if asked.runs == 1 else f"mean of {asked.runs:,} runs"
    less = f" less {asked.against.name}, on equal luck" if asked.against is not None else ""
    subject = whom(asked)
    return f"{subject[:1].upper()}{subject[1:]}: {asked.scenario.name}{less}, {which}, seed {asked.scenario.spec.seed}"


def moved(asked: Question, told: Account) -> list[str]:
    """How a quantity moved and what drove it, in a few sentences."""
    values, terms = in_units(told.mean.by(asked.by))
    change = int(values[-1] - values[0])
    verb = "It rose" if change > 0 else "It fell" if change < 0 else "It went"
    verb = "The difference went" if asked.against is not None else verb
    spread = "" if told.runs == 1 else f" (90% of runs: {_range(told.change)})"
    said = [
        f"{verb} from {plain(values[0])} in {told.dates[0]} to {plain(values[-1])} in {told.dates[-1]}, "
        f"by {signed(change)}{spread}."
    ]
    sums = {name: int(term.sum()) for name, term in terms.items()}
    said += _drivers({name: each for name, each in sums.items() if name not in APART}, "raised", "lowered")
    return [*said, _apart(told, sums)]


def intended(asked: Question, told: Makeup) -> list[str]:
    """What was intended, and what it was made of on average, in a few sentences."""
    values, _ = in_units(told.mean)
    mean = told.mean.by("all")
    level, sums = in_units(mean)
    middle = "" if told.runs == 1 else ", the mean over runs"
    less = "The difference of intents was" if asked.against is not None else "The intent was"
    said = [
        f"{less} {plain(values[0])} in {told.dates[0]} and {plain(values[-1])} in {told.dates[-1]}, "
        f"{plain(level[0])} on average{middle}."
    ]
    return said + _drivers({name: int(term[0]) for name, term in sums.items()}, "made up", "held down")


def _drivers(sums: dict[str, int], up: str, down: str) -> list[str]:
    """What raised most and what lowered most, largest first."""
    largest = sorted(sums, key=lambda name: -abs(sums[name]))
    ups, downs = ([name for name in largest if sign * sums[name] > 0][:MOST] for sign in (1, -1))
    parts = [
        f"most {verb} by {listed(f'{name} ({signed(sums[name])})' for name in chosen)}"
        for verb, chosen in ((up, ups), (down, downs))
        if chosen
    ]
    told = "; ".join(parts)
    return [f"{told[:1].upper()}{told[1:]}."] if told else ["Nothing else moved it."]


def _apart(told: Account, sums: dict[str, int]) -> str:
    """What only pulls back, and how much was luck, events and bounds."""
    parts = []
    for name, word in APART.items():
        acted = name in told.terms and bool(np.any(np.abs(told.terms[name]) > NOTHING))
        if acted or name in ("luck", "event", BOUND):
            parts.append(f"{word} {signed(sums[name]) if acted else 'nothing'}")
    return f"Apart from these: {listed(parts)}."


def events_told(asked: Question, told: Account | Makeup) -> list[str]:
    """The dated events within the time that is told, and what they change."""
    dates = with_end(told.dates) if isinstance(told, Makeup) else told.dates
    begin, end = month_of(dates[0]), month_of(dates[-1])
    rows = []
    for name, each in sorted(asked.scenario.spec.events.items(), key=lambda event: event[1].at):
        if (each.set or each.add) and begin <= each.at < end:
            chance = "" if each.probability >= 1.0 else f" (in {100 * each.probability:.0f}% of runs)"
            rows.append(
                (
                    date_of(each.at),
                    f"{each.label or name.replace('_', ' ')}{chance}: {_few([*each.set, *each.add])}",
                )
            )
    found = (
        [f"Dated events of {asked.scenario.name}, which act through the terms of what they change:"]
        if rows
        else []
    )
    for date, text in rows:
        found += textwrap.wrap(text, WIDTH, initial_indent=f"  {date}  ", subsequent_indent=" " * 11)
    return [*found, ""] if found else []


def table(asked: Question, told: Account | Makeup) -> list[str]:
    """Terms row by row, period by period, so many side by side; what is printed adds up."""
    spans = told.mean.by(asked.by)
    values, terms = in_units(spans)
    made = isinstance(spans, Makeup)
    shown = seen(told, asked.by)
    kept = {name: term for name, term in terms.items() if name in shown or np.any(term)}
    heads = [*labels(asked, told, spans), "mean" if made else "all"]
    heads = heads[:1] if len(heads) == 2 else heads
    ends = values if made else values[1:]
    last = (
        _means(spans) if isinstance(spans, Makeup) else {name: int(term.sum()) for name, term in kept.items()}
    )
    rows = {name: [signed(each) for each in (*term, last[name])] for name, term in kept.items()}
    if made:
        rows["intent"] = [signed(each) for each in (*ends, last["intent"])]
    else:
        changes = np.diff(values)
        rows["change"] = [signed(each) for each in (*changes, int(changes.sum()))]
        rows["at the end"] = [plain(each) for each in (*ends, ends[-1])]
    room = max(map(len, rows)) + 1
    places = range(len(heads))
    blocks = [_block(heads, rows, places[k : k + SPANS], room) for k in places[::SPANS]]
    return [line for k, block in enumerate(blocks) for line in ([""] if k else []) + block]


def _means(spans: Makeup) -> dict[str, int]:
    """The mean over all spans of each term, and of the intent, each span counting alike."""
    level, terms = in_units(spans.by("all"))
    return {name: int(term[0]) for name, term in terms.items()} | {"intent": int(level[0])}


def _block(heads: Sequence[str], rows: dict[str, list[str]], places: Sequence[int], room: int) -> list[str]:
    wide = max(6, *(len(heads[k]) for k in places)) + 1
    head = "".join(heads[k].rjust(wide) for k in places)
    body = [name.ljust(room) + "".join(cells[k].rjust(wide) for k in places) for name, cells in rows.items()]
    return [" " * room + head, *body]


def labels(asked: Question, told: Account | Makeup, spans: Account | Makeup) -> list[str]:
    """What periods are called: the year, the date at which a step begins, or both ends."""
    dates = (*spans.dates, with_end(told.dates)[-1]) if isinstance(told, Makeup) else spans.dates
    starts, ends = dates[:-1], dates[1:]
    if asked.by == "year":
        return [str(month_of(each) // 12) for each in starts]
    return list(starts) if asked.by == "step" else [f"{starts[0]}-{ends[-1]}"]


def terms_told(asked: Question, told: Account | Makeup) -> list[str]:
    """Each term that did something: its total or mean, over runs its spread, and what it is."""
    whole = told.mean.by("all")
    _, sums = in_units(whole)
    many = told.runs > 1
    quantity = told.what
    rows = [
        ("term", "mean" if isinstance(told, Makeup) else "all", "90% of runs" if many else "", "what it is")
    ]
    shown = seen(told, asked.by)
    for name, term in told.terms.items():
        if name in shown or np.any(sums[name]):
            spread = (
                _range(term.mean(axis=0) if isinstance(told, Makeup) else term.sum(axis=0)) if many else ""
            )
            rows.append((name, signed(int(sums[name].sum())), spread, meaning(quantity, name).text))
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    found: list[str] = []
    for name, total, spread, text in rows:
        head = f"{name.ljust(widths[0])}  {total.rjust(widths[1])}  "
        head += f"{spread.ljust(widths[2])}  " if many else ""
        found += textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    return found


def _range(values: Array) -> str:
    low, high = quantiles(values, 0.05, 0.95)
    return f"{signed(units(low))} to {signed(units(high))}"


def _few(paths: Sequence[str]) -> str:
    """The first few of some paths, and how many there are beside."""
    more = len(paths) - FEW
    return ", ".join(paths[:FEW]) + (f" and {more} more" if more > 0 else "")


def wrapped(text: str) -> list[str]:
    """Text in lines that fit."""
    return textwrap.wrap(text, WIDTH)
