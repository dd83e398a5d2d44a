"""What the documents say is so: pages made from the code are fresh, and every command works."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sim import experiment
from sim.analyses import analyses
from sim.designs import designs
from sim.scenario import names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
WEDGE = [sys.executable, "-c", "from sim.cli import main; main(prog_name='wedge')"]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_reference_is_made_from_the_code():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from make_reference import PAGE, reference
    finally:
        sys.path.pop(0)
    assert PAGE.read_text(encoding="utf-8") == reference(), "run `make docs`"


def test_every_link_of_the_documents_leads_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


SHORTER = {
    "run": ["--runs", "20"],
    "hindcast": ["--help"],
    "calibrate": ["--draws", "1000"],
    "claims": ["C3", "--runs", "20"],
    "cases": ["germany_russia_1890", "--runs", "20"],
    "provenance": ["--runs", "2048"],
}


def test_every_command_of_the_readme_works(tmp_path):
    """In a folder of its own, in order; long runs are cut short, the hindcast to its help (it has a slow test)."""
    lines = [line.partition("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    env = {**os.environ, "MPLBACKEND": "Agg"}
    for line in filter(None, lines):
        words = shlex.split(line)
        assert words[0] == "wedge"
        words += SHORTER.get(words[1], [])
        if words[1] == "sweep":
            words += ["--set", "replications=2"]
            words += (
                ["--set", "design.points=8"] if "binding" not in words[2] else ["--set", "design.levels=2"]
            )
        if words[1] == "show" and not (tmp_path / words[2]).exists():
            subprocess.run(
                [*WEDGE, "run", "--runs", "20", "--out", words[2]], cwd=tmp_path, env=env, check=True
            )
        done = subprocess.run([*WEDGE, *words[1:]], cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stderr)


def test_the_scenario_of_the_readme_is_sound(tmp_path):
    file = tmp_path / "more.yaml"
    file.write_text(blocks("yaml")[0])
    done = subprocess.run([*WEDGE, "check", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "sound" in done.stdout


def test_the_python_of_the_readme_runs():
    code = blocks("python")[0].replace("runs=500", "runs=10")
    exec(compile(code, "README.md", "exec"), {})


def test_the_experiment_of_its_page_runs_and_answers(tmp_path):
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    (part,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "mine.yaml").write_text(part)
    for words in (
        ["check", "mine.yaml"],
        ["describe", "mine.yaml"],
        ["sweep", "mine.yaml", "--workers", "1", "--plot"],
    ):
        done = subprocess.run([*WEDGE, *words], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "turns most on" in done.stdout
    assert list(tmp_path.glob("results/mine-*/figures/drivers.png"))
    exec(
        compile(
            code.replace("workers=2", "workers=1").replace('Path("results")', f"Path({str(tmp_path)!r})"),
            "page",
            "exec",
        ),
        {"__name__": "__main__"},
    )


def test_the_page_of_experiments_tells_of_every_design_and_analysis():
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    assert not [name for name in (*designs(), *analyses()) if name not in page]


def test_the_schema_file_of_experiments_is_what_wedge_prints():
    kept = json.loads((ROOT / "experiments" / "experiment.schema.json").read_text(encoding="utf-8"))
    done = subprocess.run([*WEDGE, "schema", "--experiment"], capture_output=True, text=True)
    assert kept == json.loads(done.stdout), (
        "run `wedge schema --experiment > experiments/experiment.schema.json`"
    )


def test_every_experiment_has_its_place_in_the_gallery_and_in_its_folders_page():
    page = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")
    for name in experiment.names():
        folder = ROOT / "results" / "gallery" / "experiments" / name
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        assert not summary["unanswered"]
        assert all((folder / f"{each}.png").stat().st_size > 20_000 for each in summary["answers"])
        assert f"[{name}]({name}.yaml)" in page


def test_the_policy_of_the_guide_works(tmp_path):
    page = (ROOT / "docs" / "howto" / "policy.md").read_text(encoding="utf-8")
    for file in ("charm.py", "mine.yaml"):
        (text,) = re.findall(rf"^```\w+ {file}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        (tmp_path / file).write_text(text)
    words = ["run", "mine.yaml", "--plugin", "charm.py", "--runs", "20", "--out", "r"]
    done = subprocess.run([*WEDGE, *words], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for words, code in ((["show", "r"], 2), (["show", "r", "--plugin", "charm.py"], 0)):
        done = subprocess.run([*WEDGE, *words], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
    assert "charm.py" in json.loads((tmp_path / "r" / "manifest.json").read_text())["plugins"]


def test_the_readme_counts_the_sources_of_the_default_scenario_right():
    done = subprocess.run([*WEDGE, "check"], capture_output=True, text=True)
    told = re.search(r"(\d+) numbers: (\d+) sourced", done.stdout)
    assert f"of {told[1]} in the default scenario {told[2]} are sourced" in README


@pytest.mark.parametrize("name", names())
def test_every_scenario_has_its_place_in_the_gallery(name):
    folder = ROOT / "results" / "gallery" / name
    assert (folder / "overview.png").stat().st_size > 50_000
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["scenario"] == name
    assert summary["answer"]


def test_no_document_names_a_machine_or_a_registry():
    for page in [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*"),
        *ROOT.glob("requirements*.lock"),
        ROOT / "Makefile",
    ]:
        if page.is_file() and page.suffix != ".png":
            text = page.read_text(encoding="utf-8")
            assert "http://" not in text
            for found in re.findall(r"https://[^\s)]+", text):
                assert "keepachangelog" in found, found
