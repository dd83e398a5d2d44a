"""What there is, in words: parameters, policies, outcomes, designs, analyses, scenarios, results.

Every line is made from the declarations or from saved results, so that it cannot go stale.

    words.py        whatever there is, by its name
    telling.py      how things are told, for people and for machines
    kinds.py        what the model, designs and analyses declare
    scenarios.py    a scenario, its sources, warnings, differences
    experiments.py  an experiment
    results.py      results of a run
    listing.py      what is shipped, and what is in ./results
"""
