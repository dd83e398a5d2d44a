"""Whether a scenario file is sound: its form, and what only the whole file can tell.

`schema.py` is the form, made from the model's declarations; `form.py` tells its faults in plain
words; `checks.py` goes through the sections, with `paths.py` and `cells.py` for names and matrices
`drift.py` for where events may push a parameter, and `case.py` for historical cases. All faults of a
file are told together.
"""
