"""The command `wedge`: parse, call, print. No computing here, and nothing heavy until it is needed.

common.py    faults in plain lines, plugins, folders, progress
running.py   run, compare
explaining.py  explain
files.py     check, describe, new, diff, schema
results.py   list, show, plot
reports.py   report
sweeps.py    sweep, merge, analyse, export
evidence.py  hindcast, calibrate
provenance.py  provenance
theories.py  theories
cases.py     cases
claims.py    claims
pages.py     app
"""

from __future__ import annotations

import click

from .. import __version__
from .cases import cases
from .claims import claims
from .common import Friendly
from .evidence import calibrate, hindcast
from .explaining import explain
from .files import check, describe, diff, new, schema
from .pages import app
from .provenance import provenance
from .reports import report
from .results import list_, plot, show
from .running import compare, run
from .sweeps import analyse, export, merge, sweep
from .theories import theories


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="wedge")
def main() -> None:
    """Wedge: if a state accommodates or confronts a rival, who ends up aligned with whom?

    SCENARIO is the name of a shipped scenario (see `wedge list`) or a YAML file; so is EXPERIMENT.
    To begin with: wedge run, then wedge compare abe_engagement firm_line. Help: wedge COMMAND --help.
    """


main.sections = {
    "Run": (run, compare, sweep),
    "Look at results": (list_, show, plot, report, explain, app),
    "Ask more of a sweep": (analyse, export, merge),
    "Weigh the evidence": (hindcast, calibrate, claims, cases, theories, provenance),
    "Read and write scenarios": (describe, new, check, diff, schema),
}
for _section in main.sections.values():
    for _command in _section:
        main.add_command(_command)
