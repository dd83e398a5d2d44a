"""A posterior: equally likely rows of parameters that were fitted together, used as one uncertainty.

The table is a CSV file: comments that begin with ``#``, a header of paths of the scenario, then rows of
numbers. A run takes a whole row, so that what is known of several parameters together is kept. The lines
of the file become part of the scenario that names it, so that nothing else must be kept to run it again.
Read next: `checking/rows.py` (what can be wrong with a table) and `build.py`.

table.py     the table: read and checked
using.py     what a scenario makes of it: its one uncertainty, its values, what is left out
naming.py    from a name in a file to the lines of the table
"""

from .naming import inlined as inlined
from .naming import located as located
from .table import Posterior as Posterior
from .table import begins as begins
from .table import table as table
from .using import KEY as KEY
from .using import PATH as PATH
from .using import brief as brief
from .using import freed as freed
from .using import marginals as marginals
from .using import of as of
from .using import pinned as pinned
from .using import uncertainties as uncertainties
