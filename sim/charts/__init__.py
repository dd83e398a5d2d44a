"""Interactive figures: results in, data for Plotly out; nothing of the model is computed here.

A `Chart` is plain data, which the report and the page show alike: a question, a figure as Plotly's
JSON, what it shows in a sentence for those who cannot see it, and its numbers as a table. Colours and
words are those of `looks.py`, as in `plots/`. Plotly itself is not imported: it is wanted by the browser
alone.

    chart.py     `Chart`, and the layout that all of them share
    time.py      lines, fans and marks of events through time
    fans.py      `alignments`, `all_alignments`, `stances`: lines through time with their spread
    front.py     `front`, `front_thresholds`: the chance of a united front
    stage.py     `stage`: shares of runs at each stage of alignment
    outcomes.py  `outcomes`: what is measured, in each arm
    contrasts.py `contrasts`: the same, one arm less each other
    trade_off.py `trade_off`: two outcomes against each other
    measures.py  which outcomes are measured, in what unit; panels.py draws them one below the other
    board.py     `board`: who is aligned with whom, as a map of plain numbers
    network.py   `network`: the map of the medians of results
    gaps.py      `gaps`: a comparison of scenarios through time, run by run
    seat.py      a person's course so far, and how it compares with the policies
    accounts.py  `account_chart`, `decision_chart`, `change_chart`: what drove an alignment, and why an actor decided so
    findings/    what the analyses of a sweep found, one file a kind
    ledger.py    a ledger of claims
"""

from .board import board, ring
from .chart import Chart
from .contrasts import contrasts
from .fans import alignments, all_alignments, stances
from .front import front, front_thresholds
from .gaps import gaps
from .network import network
from .outcomes import outcomes
from .stage import stage
from .trade_off import trade_off

__all__ = [
    "Chart",
    "alignments",
    "all_alignments",
    "board",
    "contrasts",
    "front",
    "front_thresholds",
    "gaps",
    "network",
    "outcomes",
    "ring",
    "stage",
    "stances",
    "trade_off",
]
