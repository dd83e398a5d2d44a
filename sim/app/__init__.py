"""The page: Wedge in a browser, served by this machine to itself alone.

Pages are made on the server, from a form whose fields are all there is to know: nothing is kept of a
reader, and any number of people may look at once. Controls are those that
browsers bring, so keyboards and screen readers know them; a small script sends the form when it
changes and puts the answer in its place. Flask and waitress are the extra `app`.

    form.py       the form: numbers in it, and what of it belongs to another scenario
    levers.py     what can be moved, read from a scenario
    setting.py    a scenario with what was moved: from a form, in words
    answers.py    two settings on equal luck, computed and kept; keeping.py what a cache finds again
    maps.py       who is aligned with whom at one date
    explore.py    what if?: two settings side by side
    steps.py      one run, quarter by quarter, and why
    seats.py      a seat at the table, to the end of the scenario
    downloads.py  scenario, data and report to take away
    server.py     the pages and their answers, and who may ask
"""
