"""Why an alignment, a stance or a decision came to be as it is: the terms that the model itself added up.

Every step of the world is the state plus named terms. A `Trace` keeps them all of some runs; an `Account`
is a quantity through time with the terms of its changes, a `Makeup` what an intent or a flow consists of at
each step. Nothing is estimated. Says why only in the sense of the model's bookkeeping: a term may itself
answer to others. Read `trace.py`, then `account.py`.

    account.py   accounts and make-ups: sums over time, runs, and between scenarios
    sums.py      how terms are added up and closed
    trace.py     runs with every term of every step
    meanings.py  what each term means, and where it comes from
    asking.py    what may be asked, checked at the edge, and its answer
    telling.py   an answer in words and tables; printed.py rounds them so that they add up
    saving.py    an answer as plain data, and every run as CSV
"""

from .account import Account, Makeup
from .meanings import Meaning, meaning
from .sums import BOUND
from .trace import Trace, over_runs, traced

__all__ = ["BOUND", "Account", "Makeup", "Meaning", "Trace", "meaning", "over_runs", "traced"]
