"""The claims ledger: what the articles say, tested under stated rules. Read `definition.py` first.

form.py, reading.py   a claim file, checked
verdicts.py           the rules
running.py            draws of the parameters, by luck
ledger.py             claims in, rows out
telling.py, figure.py rows in words, tables and a figure
saving.py             all of it in a new folder
"""

from .definition import Claim, load, load_all, names
from .ledger import Row, ledger
from .telling import ledger_markdown, ledger_table

__all__ = [
    "Claim", "Row", "ledger", "ledger_markdown", "ledger_table", "load", "load_all", "names",
]  # fmt: skip
