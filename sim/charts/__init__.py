"""Interactive figures: results in, data for Plotly out; nothing of the model is computed here.

A `Chart` is plain data, which the report and the page show alike: a question, a figure as Plotly's
JSON, what it shows in a sentence for those who cannot see it, and its numbers as a table. Colours and
words are those of `plots/`. Plotly itself is not imported: it is wanted by the browser alone.

    chart.py     `Chart`, and the layout that all of them share
    accounts.py  what drove an alignment or a stance, and why an actor decided as it did
"""

from .accounts import account_chart, change_chart, decision_chart
from .chart import Chart

__all__ = ["Chart", "account_chart", "change_chart", "decision_chart"]
