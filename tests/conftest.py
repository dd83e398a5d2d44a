"""What holds for every test: machine code is kept in a folder of the tests' own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("WEDGE_CACHE", str(Path(tempfile.gettempdir()) / f"wedge-tests-{os.getuid()}"))
