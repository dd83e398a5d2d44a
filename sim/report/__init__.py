"""Reports: one HTML file that opens from disk without a network, to be sent to whoever installs nothing.

page.py      what a report is made of, and the file that it becomes
templates/   its HTML, style and script
folders.py   `page_of`: the report of a results folder, whatever kind it is
runs.py      of a run or a comparison: verdict.py the answer in words, setting.py the scenario in words,
             again.py how to make it again
sweeps.py    of a sweep: experiments.py the experiment in words
claims.py    of a ledger of claims
glossary.py  words and assumptions, in all of them
"""

from .folders import page_of, report
from .page import Code, Page, Section, Table, html_of, write

__all__ = ["Code", "Page", "Section", "Table", "html_of", "page_of", "report", "write"]
