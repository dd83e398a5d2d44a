"""What the theories say of a scenario in words and tables: for the command, for files, for notebooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import combinations, groupby
from typing import Any

import numpy as np

from ..columns import columns
from .reading import THEORIES
from .states import Moment

NUMBER = "{:.4g}"
INDENT = "  "
THEORY_HEAD = ("theory", "commonest camps", "runs", "margin (5 to 95 %)")
TRIANGLES = "Triangles (Dittmer) that are commonest, in % of the runs, and whether they are balanced (Heider)"


def facts(moment: Moment) -> dict[str, Any]:
    """All that is told of a moment, as plain data."""
    spec = moment.scenario.spec
    return {
        "scenario": moment.scenario.name,
        "date": moment.date,
        "runs": len(moment.alignment),
        "seed": spec.seed,
        "theories": {name: _theory(moment, name) for name in THEORIES},
        "pairs": pairs(moment),
        "disputed": [_names(moment, pair) for pair in moment.disputed],
        "triangles": _threes(moment),
    }


def _theory(moment: Moment, name: str) -> dict[str, Any]:
    reading, theory = moment.readings[name], THEORIES[name]
    camps, share = reading.commonest
    margins = reading.margin[reading.speaks]
    low, middle, high = map(float, np.quantile(margins, (0.05, 0.5, 0.95))) if len(margins) else [None] * 3
    return {
        "title": theory.title,
        "camps": [_names(moment, each) for each in camps],
        "share_of_runs": share,
        "speaks_in": float(reading.speaks.mean()),
        "margin": {"meaning": theory.margin, "median": middle, "5%": low, "95%": high},
    }


def pairs(moment: Moment) -> list[dict[str, Any]]:
    """A row a pair: its median alignment, and the share of runs in which each theory puts it in one camp."""
    return [_pair(moment, i, j) for i, j in combinations(range(len(moment.scenario.actors)), 2)]


def _pair(moment: Moment, i: int, j: int) -> dict[str, Any]:
    one, other = _names(moment, (i, j))
    told = {name: _share(each.shares[i, j]) for name, each in moment.readings.items()}
    return {
        "one": one,
        "other": other,
        "alignment": float(np.median(moment.alignment[:, i, j])),
        "friendly": float(moment.friendly[i, j]),
        **told,
        "agreed": float(moment.agreed[i, j]),
    }


def _share(value: float) -> float | None:
    """A share, or nothing where the theory says nothing of any run."""
    return None if np.isnan(value) else float(value)


def _threes(moment: Moment) -> list[dict[str, Any]]:
    """A row for three actors: the triangle they make most often, its roles, and what Heider says of it."""
    rows = []
    for actors, kinds in moment.threes.items():
        (kind, count), *_ = kinds.most_common(1)
        rows.append(
            {
                "actors": _names(moment, actors),
                "pattern": kind.pattern if kind else "open",
                "roles": list(kind.roles) if kind else [],
                "balanced": kind.balanced if kind else None,
                "conflict": kind.disputed if kind else None,
                "share_of_runs": count / kinds.total(),
            }
        )
    return rows


def _names(moment: Moment, actors: Sequence[int]) -> list[str]:
    return [moment.scenario.actors[k] for k in actors]


def lines(moment: Moment) -> list[str]:
    """A moment in words: each theory's camps, the pairs, where they differ, and the triangles."""
    found, titles = facts(moment), {name: moment.scenario.title(name) for name in moment.scenario.actors}
    head = f"Who sides with whom in {found['scenario']} at {found['date']}"
    return [
        f"{head}: {found['runs']:,} runs, seed {found['seed']}",
        "",
        *columns([THEORY_HEAD, *_theory_rows(found, titles)], indent=INDENT),
        "",
        "Share of runs, in %, in which a pair is in the same camp (model: in which its alignment is above 0)",
        *columns([_pair_heads(), *(_pair_row(row, titles) for row in found["pairs"])], indent=INDENT),
        "",
        _disputes(found, titles),
        *(["", TRIANGLES] if found["triangles"] else []),
        *columns([_three_row(row, titles) for row in found["triangles"]], indent=INDENT),
    ]


def _theory_rows(found: dict[str, Any], titles: dict[str, str]) -> list[tuple[str, ...]]:
    return [_theory_row(each, titles) for each in found["theories"].values()]


def _theory_row(each: dict[str, Any], titles: dict[str, str]) -> tuple[str, ...]:
    if not each["camps"]:
        return (each["title"], "says nothing", "", "")
    silent = 1.0 - each["speaks_in"]
    camps = _camps(each["camps"], titles) + (f" (nothing in {_percent(silent)} % of runs)" if silent else "")
    return (each["title"], camps, _percent(each["share_of_runs"]), _margin(each["margin"]))


def _camps(camps: list[list[str]], titles: dict[str, str]) -> str:
    return " | ".join(", ".join(titles[name] for name in members) for members in camps)


def _margin(margin: dict[str, Any]) -> str:
    return f"{margin['median']:.2f} ({margin['5%']:.2f} to {margin['95%']:.2f})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def _pair_heads() -> tuple[str, ...]:
    return ("pair", "alignment", "model", *THEORIES, "all agree")


def _pair_row(row: dict[str, Any], titles: dict[str, str]) -> tuple[str, ...]:
    shares = (_percent(row[name]) for name in ("friendly", *THEORIES, "agreed"))
    return (f"{titles[row['one']]} and {titles[row['other']]}", f"{row['alignment']:+.2f}", *shares)


def _disputes(found: dict[str, Any], titles: dict[str, str]) -> str:
    if not found["disputed"]:
        return "The theories that speak agree on every pair in most runs."
    told = "; ".join(" and ".join(titles[name] for name in pair) for pair in found["disputed"])
    return f"The theories differ, in most runs, on: {told}."


def _three_row(row: dict[str, Any], titles: dict[str, str]) -> tuple[str, ...]:
    names = [titles[name] for name in row["actors"]]
    if not row["roles"]:
        return (", ".join(names), "open: a side is neutral", _percent(row["share_of_runs"]), "", "")
    roles = ", ".join(f"{name} {role}" for name, role in zip(names, row["roles"]))
    verdict = "balanced" if row["balanced"] else "not balanced" + ", yet the pivot gains" * row["conflict"]
    return (", ".join(names), row["pattern"], _percent(row["share_of_runs"]), roles, verdict)


def through_time(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """A row a date and pair, as `pairs`."""
    return [{"date": moment.date, **row} for moment in moments for row in pairs(moment)]


def yearly_lines(moments: Sequence[Moment]) -> list[str]:
    """Each theory's commonest camps for as long as they stay the same, and the patterns of triangles."""
    titles = {name: moments[0].scenario.title(name) for name in moments[0].scenario.actors}
    told = ["Commonest camps through time, and in how many of the runs, in %"]
    for name, theory in THEORIES.items():
        told += ["", theory.title, *columns(_spells(moments, name, titles), indent=INDENT)]
    told += ["", "Triangles, in % of all threes in all runs; the rest have a neutral side"]
    shares = [(each.date, *(_percent(share) for share in each.patterns.values())) for each in moments]
    return told + columns([("date", *moments[0].patterns), *shares], indent=INDENT)


def _spells(moments: Sequence[Moment], name: str, titles: dict[str, str]) -> list[tuple[str, str, str]]:
    """A row for each spell of the same camps: its dates, the camps, the least and the greatest share of runs."""
    found = [(each.date, *each.readings[name].commonest) for each in moments]
    rows = []
    for camps, spell in groupby(found, key=lambda each: each[1]):
        dates, _, shares = zip(*spell)
        named = _camps([_names(moments[0], each) for each in camps], titles) or "says nothing"
        rows.append((_span(dates[0], dates[-1]), named, _span(_percent(min(shares)), _percent(max(shares)))))
    return rows


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as text in CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {key: NUMBER.format(each) if isinstance(each, float) else each for key, each in row.items()}
        for row in rows
    )
    return text.getvalue()
