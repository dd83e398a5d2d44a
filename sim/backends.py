"""What can compute a run: NumPy, or machine code made from the same text (`compiled/`).

Imports only `errors.py`.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata

from .errors import WedgeError

BACKENDS = ("numpy", "compiled")
"""What can compute a run; NumPy unless another is chosen."""


@cache
def libraries(backend: str) -> dict[str, str]:
    """The versions of what a backend computes with, beside NumPy.

    Raises WedgeError where a library is missing, or there is no such backend.
    """
    if backend not in BACKENDS:
        raise WedgeError(f"there is no backend called {backend!r}; choose {' or '.join(BACKENDS)}")
    if backend == "numpy":
        return {}
    try:
        found = {name: metadata.version(name) for name in ("llvmlite", "platformdirs")}
    except metadata.PackageNotFoundError as error:
        raise WedgeError(
            f"the compiled backend needs {error.name}: pip install 'wedge-sim[compiled]'"
        ) from None
    return {"llvmlite": found["llvmlite"]}


def compiles(backend: str) -> bool:
    """Whether a backend is the compiled one. Raises WedgeError where it is missing or unknown."""
    return bool(libraries(backend))
