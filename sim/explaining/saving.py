"""An explanation as plain data, and as a table of every run in full precision."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np

from .account import NOTHING, Account, Makeup, quantiles
from .asking import Question
from .meanings import meaning
from .telling import heading, intended, moved


def facts(asked: Question, told: Account | Makeup) -> dict[str, Any]:
    """All that is told, as plain data; numbers are means over the runs, in full precision.

    Terms that are nothing throughout are left out. Ranges hold 90% of runs.
    """
    spans = told.mean.by(asked.by)
    made = isinstance(told, Makeup)
    return {
        "title": heading(asked),
        "said": intended(asked, told) if isinstance(told, Makeup) else moved(asked, told),
        "scenario": asked.scenario.name,
        "against": asked.against.name if asked.against is not None else None,
        "seed": asked.scenario.spec.seed,
        "first_run": asked.first,
        "runs": asked.runs,
        "what": asked.what,
        "whose": list(asked.whose),
        "beyond_rest": not (made or asked.whole),
        "by": asked.by,
        "dates": list(spans.dates),
        "values": spans.values[:, 0].tolist(),
        "terms": {
            name: _term(told, spans, name)
            for name, term in told.terms.items()
            if np.any(np.abs(term) > NOTHING)
        },
    }


def _term(told: Account | Makeup, spans: Account | Makeup, name: str) -> dict[str, Any]:
    of_runs = told.terms[name].mean(axis=0) if isinstance(told, Makeup) else told.terms[name].sum(axis=0)
    low, high = quantiles(of_runs, 0.05, 0.95)
    what = meaning(told.what, name)
    return {
        "mean" if isinstance(told, Makeup) else "total": float(of_runs.mean()),
        "5%": low,
        "95%": high,
        "spans": spans.terms[name][:, 0].tolist(),
        "meaning": what.text,
        "origin": what.origin,
    }


def table(asked: Question, told: Account | Makeup) -> str:
    """Every run and span a row, as CSV: from, to, the value before, each term, and the value after.

    Of an intent the date, each term and the intent. In full precision, so that each row adds up.
    """
    spans = told.by(asked.by)
    names = list(spans.terms)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if isinstance(spans, Makeup):
        writer.writerow(["run", "date", *names, "intent"])
    else:
        writer.writerow(["run", "from", "to", "before", *names, "after"])
    for r in range(spans.runs):
        for k in range(len(spans.terms[names[0]])):
            terms = [float(spans.terms[name][k, r]) for name in names]
            if isinstance(spans, Makeup):
                writer.writerow([spans.first + r, spans.dates[k], *terms, float(spans.values[k, r])])
            else:
                ends = [float(each) for each in spans.values[k : k + 2, r]]
                row = [spans.first + r, spans.dates[k], spans.dates[k + 1], ends[0], *terms, ends[1]]
                writer.writerow(row)
    return text.getvalue()
