"""Rival theories of who sides with whom, on the same states as the model.

Each theory is a file of its own, arrays in and arrays out, and knows nothing of scenarios:

    structural_balance.py  dX/dt = X^2, and camps from its leading eigenvector
    landscape.py           energy of every division into two sides, its minima and their basins
    shapley.py             coalitions that merge two by two, and what their members get
    bargaining.py          expected utility of challenges over one issue
    triangle.py            roles in each three: pivot, suitor, partner, outcast

    reading.py             what each theory reads from a state, and the camps it predicts
    states.py              states of a scenario's runs at a date, read by all of them
    telling.py             the same in words and tables

Read `reading.py` first.
"""
