"""The machine, and the versions of all that bears on speed."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "mesa", "ema_workbench", "jax", "numba")


def described() -> str:
    """One paragraph."""
    return (
        f"{processor()}, {os.cpu_count()} cores{_caches()}; {_system()}. "
        f"{platform.python_implementation()} {platform.python_version()}, {', '.join(_libraries())}; {_compiler()}."
    )


def processor() -> str:
    """The processor's name, and the speed at which its clock counts, as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    known = dict(
        reversed([(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines)])
    )
    model = f"family {known.get('cpu family', '?')} model {known.get('model', '?')}"
    vectors = [name for name in ("avx512f", "avx2", "avx") if name in known.get("flags", "").split()]
    return f"{known.get('model name', platform.machine())} ({model}{', ' + vectors[0] if vectors else ''})"


def _caches() -> str:
    found = []
    for each in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((each / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            found.append(f"L{level} {size.replace('K', ' KiB')}")
    return f" ({', '.join(found)})" if found else ""


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release().split('-')[0]} {platform.machine()}"


def _libraries() -> list[str]:
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found


def _compiler() -> str:
    path = shutil.which(os.environ.get("CC") or "cc")
    if path is None:
        return "no C compiler"
    told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    return told.splitlines()[0] if told else Path(path).name


def load() -> str:
    """How busy the machine is."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
