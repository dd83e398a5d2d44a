"""The wheel alone, in an empty folder, does what the checkout does."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_wheel_carries_the_scenarios_and_runs_without_the_checkout(tmp_path):
    made = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(made, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "sim/shipped/scenarios/abe_engagement.yaml" in names
    assert "sim/shipped/scenarios/cases/us_egypt_1973.yaml" in names
    assert "sim/shipped/experiments/where_it_works.yaml" in names
    assert "sim/shipped/assumptions.md" in names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)
    home = tmp_path / "env"
    venv.create(home, system_site_packages=False, with_pip=True)
    python = home / "bin" / "python"
    site = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    installed = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)]
    subprocess.run(installed, check=True)
    work = tmp_path / "work"
    work.mkdir()
    small = ["--set", "design.levels=2", "--set", "replications=2", "--workers", "1"]
    compiled = ["run", "--runs", "5", "--backend", "compiled"]
    for words in (["run", "--runs", "5"], compiled, ["sweep", "wedge_against_binding", *small]):
        code = f"import sys; sys.path.append({str(site)!r}); from sim.cli import main; main({words!r})"
        done = subprocess.run([str(python), "-c", code], cwd=work, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (work / "results" / "abe_engagement-001" / "manifest.json").is_file()
    assert list((work / "results").glob("wedge_against_binding-*/outcomes.nc"))
    where = subprocess.run(
        [str(python), "-c", "import sim; print(sim.__file__)"], cwd=work, capture_output=True, text=True
    )
    assert str(home) in where.stdout
