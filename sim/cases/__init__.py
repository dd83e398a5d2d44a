"""Historical cases: would the model have said which way a pair of states moved? (docs/cases.md)

reading.py    `cases`, `read`: a case is a scenario that says what happened
running.py    `run_cases`: what the model forecasts, case by case
scoring.py    `score`: hits out of n, against always guessing the commoner sign
telling.py    `cases_table`, `sentences`: the same for readers
picture.py    `draw`: forecasts and what happened in one figure
saving.py     `save`: a folder with table, score and figure
"""

from .reading import Case, cases, read
from .running import Row, run_cases
from .scoring import Score, score
from .telling import cases_table, sentences

__all__ = [
    "Case",
    "Row",
    "Score",
    "cases",
    "cases_table",
    "read",
    "run_cases",
    "score",
    "sentences",
]
