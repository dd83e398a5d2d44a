"""Interactive figures: results in, data for Plotly out; nothing of the model is computed here.

A `Chart` is plain data, which the report and the page show alike: a question, a figure as Plotly's
JSON, what it shows in a sentence for those who cannot see it, and its numbers as a table. Colours and
words are those of `plots/`. Plotly itself is not imported: it is wanted by the browser alone.

    chart.py     `Chart`, and the layout that all of them share
    seat.py      a person's course so far, and how it compares with the policies
"""

from .chart import Chart

__all__ = ["Chart"]
