"""The ledger of provenance: how much of the spread of an outcome rests on sources, and how much on guesses.

varied.py    which numbers of a scenario vary, over what, and how each is known
shares.py    shares of variance of groups of inputs: sampled, estimated, with intervals
ledger.py    the two together, for a scenario's main outcome
"""

from .ledger import Ledger as Ledger
from .ledger import ledger as ledger
