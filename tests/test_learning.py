"""The pages to learn from: every command and snippet of them is run as a reader would, in an empty folder."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import sim
from sim import experiment
from sim.cases import cases
from sim.cli import main
from sim.mechanisms import MECHANISMS
from sim.scenario import names

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))
from following import Astray, blocks, follow  # noqa: E402
from make_gallery_page import PAGE, gallery  # noqa: E402
from make_tutorial import FIGURES, FILES  # noqa: E402

PAGES = [*sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("howto/*.md")), ROOT / "CONTRIBUTING.md"]
ELSEWHERE = {
    "interoperation.md": "test_interoperation.py",
    "theories.md": "test_theories.py",
    "experiments.md": "test_docs.py",
}
"""Pages whose blocks another test runs, and where."""

APART = {"mechanism.md", "tutorial.md", "provenance.md"}
"""Pages that have a test of their own below."""

BEFOREHAND = {"cases.md": "mine.yaml", "claims.md": "mine.yaml"}
"""Pages with one YAML file that the commands above it name already; test_cases and test_claims run it too."""

INSTEAD = {
    "wedge calibrate": "wedge calibrate --draws 1000",
    "wedge calibrate --until 2013": "",
    "wedge calibrate --truths 200": "",
    "wedge hindcast": "wedge hindcast --help",
    "wedge hindcast --observations newer.csv": "wedge hindcast --observations newer.csv --help",
    "wedge calibrate --observations newer.csv --draws 2000 --out learned": "wedge calibrate --observations newer.csv --draws 1000 --out learned",
    "wedge cases": "",
    "wedge cases us_egypt_1973 soviet_japan_1955": "wedge cases us_egypt_1973 --runs 20",
    "wedge cases mine.yaml --runs 500": "wedge cases mine.yaml --runs 20",
    "wedge cases --set parameters.norms.counter_binding=0 --out cases": "",
    "wedge run mine.yaml --runs 1024": "wedge run mine.yaml --runs 256",
    "wedge explain": "wedge explain --runs 20",
    "wedge explain --stance japan,russia --from 2014 --to 2018 --by step": "wedge explain --stance japan,russia --runs 20 --by step",
    "wedge explain firm_line --dyad japan,russia --plot why.png": "wedge explain firm_line --dyad japan,russia --runs 20",
    "wedge explain abe_engagement --against firm_line": "wedge explain abe_engagement --against firm_line --runs 20",
    "wedge run --runs 100": "wedge run --runs 20",
    "wedge run --runs 100 --report": "wedge run --runs 20 --report",
    "wedge report --out to_send.html": "",
    "wedge run us_egypt_1973 --plot": "wedge run us_egypt_1973 --runs 20",
    "wedge claims --backend compiled": "",
    "wedge claims C3 C7 --runs 200": "",
    "wedge claims --posterior fitted.csv": "",
    "wedge run --runs 100000 --backend compiled": "wedge run --runs 100 --backend compiled",
    "wedge sweep where_it_works --backend compiled": "",
}
"""Long commands, cut short or (with nothing) left to the tests of the command itself."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_snippet_of_a_page_works(page, tmp_path):
    if page.name in APART:
        return
    if page.name in ELSEWHERE:
        assert page.name.removesuffix(".md") in (ROOT / "tests" / ELSEWHERE[page.name]).read_text("utf-8")
        return
    if page.name in BEFOREHAND:
        (block,) = (each for each in blocks(page) if each.language == "yaml")
        (tmp_path / BEFOREHAND[page.name]).write_text(block.text)
    follow(page, tmp_path, INSTEAD, BEFOREHAND.get(page.name))


def test_what_is_cut_short_stands_on_a_page():
    commands = {
        each for page in PAGES for block in blocks(page) if block.language == "sh" for each in block.commands
    }
    assert set(INSTEAD) <= commands


def test_the_tutorial_leads_from_nothing_to_the_files_that_are_kept(tmp_path):
    """From top to bottom, in an empty folder, without figures; each output shown is held against the real one."""
    page = DOCS / "tutorial.md"
    drawn = [each for block in blocks(page) for each in block.commands if each.endswith(" --plot")]
    follow(page, tmp_path, {each: each.removesuffix(" --plot") for each in drawn})
    assert len(drawn) == len(FIGURES)
    for file in FILES:
        assert (tmp_path / file).read_text() == (DOCS / "tutorial" / file).read_text(), "run `make docs`"


@pytest.mark.slow
def test_the_tutorial_draws_the_figures_that_it_shows(tmp_path):
    page = DOCS / "tutorial.md"
    follow(page, tmp_path)
    for figure, where in FIGURES.items():
        (drawn,) = tmp_path.glob(f"{where}/{figure}")
        kept = DOCS / "tutorial" / figure
        assert f"](tutorial/{figure})" in page.read_text("utf-8")
        assert drawn.stat().st_size == pytest.approx(kept.stat().st_size, rel=0.1)


def test_the_scenario_of_the_tutorial_extends_nothing_and_has_a_word_for_every_number():
    told = (DOCS / "tutorial" / "turkey.yaml").read_text()
    assert "extends" not in yaml.safe_load(told)
    from sim.scenario import load

    numbers = [(path, note) for path, _, note in load(str(DOCS / "tutorial" / "turkey.yaml")).numbers()]
    assert numbers
    assert not [path for path, note in numbers if not note.source]


def test_the_mechanism_of_the_guide_is_off_at_0_and_moves_results_at_1(tmp_path):
    """In a copy of the checkout, whose own package its commands run."""
    for each in ("sim", "scenarios", "experiments", "docs"):
        shutil.copytree(ROOT / each, tmp_path / each, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    follow(DOCS / "howto" / "mechanism.md", tmp_path)
    assert "exchange" not in MECHANISMS
    assert "### exchange (mechanism)" in (tmp_path / "docs" / "reference.md").read_text("utf-8")
    assert "### Exchange" in (tmp_path / "docs" / "odd.md").read_text("utf-8")
    assert '"exchange"' in (tmp_path / "scenarios" / "scenario.schema.json").read_text("utf-8")


@pytest.mark.slow
def test_the_ledger_that_the_page_of_provenance_shows_is_what_is_printed(tmp_path):
    follow(DOCS / "provenance.md", tmp_path)


def test_a_page_that_says_what_is_not_so_is_told_with_its_line(tmp_path, monkeypatch):
    page = tmp_path / "page.md"

    def astray(text, message):
        page.write_text(text)
        with pytest.raises(Astray, match=message):
            follow(page, tmp_path)

    astray("a\n\n```sh\nfalse\n```\n", r"page.md:3: false")
    astray("```sh fails\ntrue\n```\n", r"page.md:1: true")
    astray("```sh\necho 1; echo 2\n```\n\n```text\n2\n1\n```\n", r"page.md:5: shown")
    astray("```python\nprint(1)\n```\n```text\n12\n```\n", r"page.md:4: shown")
    monkeypatch.setattr("following.LONGEST", 1)
    astray("```sh\nsleep 60 & wait\n```\n", r"page.md:1: sleep 60 & wait\nstill running after 1 seconds")
    astray("```yaml\na: 1\n```\n", r"page.md:1: say which file this is")
    page.write_text(
        "```sh\necho one two; echo 2; echo 3\n```\n```text\none ...\n...\n3\n```\n```r\nstop()\n```\n"
    )
    assert [printed for _, printed in follow(page, tmp_path)] == ["one two\n2\n3\n"]


def test_a_section_takes_the_place_of_its_name_or_comes_last(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```yaml a.yaml\n# top\na: 1\nb:\n  c: 2\n```\n```yaml in a.yaml\nb:\n  c: 3\n\nd: 4\n```\n```yaml in a.yaml\na: 5\n```\n"
    )
    follow(page, tmp_path)
    assert (tmp_path / "a.yaml").read_text() == "a: 5\nb:\n  c: 3\n\nd: 4\n"


def test_python_dash_m_sim_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "sim", "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == f"wedge, version {sim.__version__}\n"


def links(page):
    """Targets of the links of a page or a notebook, as (file, anchor)."""
    text = page.read_text("utf-8")
    if page.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield ((page.parent / file).resolve() if file else page), anchor


def anchors(page):
    """What GitHub names the headings of a page."""
    heads = re.findall(
        r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S), re.M
    )
    return {
        re.sub(r"[^\w\- ]", "", re.sub(r"\[(.*?)\]\(.*?\)", r"\1", head)).strip().lower().replace(" ", "-")
        for head in heads
    }


WITH_LINKS = [
    *PAGES,
    ROOT / "README.md",
    PAGE,
    ROOT / "results" / "README.md",
    ROOT / "experiments" / "README.md",
    *DOCS.glob("notebooks/*"),
]


@pytest.mark.parametrize("page", WITH_LINKS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere_and_every_anchor_is_a_heading(page):
    for file, anchor in links(page):
        assert file.exists(), file
        assert not anchor or anchor in anchors(file), f"{file.name}#{anchor}"


def test_every_page_is_reached_from_the_map_by_one_line():
    reached = [file for file, _ in links(DOCS / "README.md")]
    there = {
        page.resolve()
        for page in (*PAGES, PAGE, *DOCS.glob("notebooks/*.ipynb"))
        if page != DOCS / "README.md"
    }
    assert there <= set(reached)


def test_every_guide_has_goal_steps_check_and_pitfalls():
    for page in DOCS.glob("howto/*.md"):
        text = page.read_text("utf-8")
        assert all(each in text for each in ("\n**Goal.**", "\n## How to check\n", "\n## Pitfalls\n")), (
            page.name
        )


def test_every_command_has_a_page_that_tells_of_it():
    told = "".join(page.read_text("utf-8") for page in (*PAGES, ROOT / "README.md"))
    assert not [name for name in main.commands if f"wedge {name}" not in told]


def test_the_gallery_is_made_from_the_code_and_shows_everything_shipped():
    text = PAGE.read_text("utf-8")
    assert text == gallery(), "run `make docs`"
    assert all(f"/{name}.yaml)" in text for name in (*names(), *experiment.names(), *cases()))
    for file in re.findall(r"!\[.*\]\((.*)\)", text):
        assert (PAGE.parent / file).stat().st_size > 20_000


def test_the_notebook_runs_and_is_stored_without_outputs(tmp_path, monkeypatch):
    """With a kernel of this interpreter, whatever kernels the machine has."""
    import nbformat
    from nbclient import NotebookClient

    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(DOCS / "notebooks" / "first_look.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_name="python3", resources=resources, timeout=120).execute()
    shown = [kind for cell in code for each in cell.outputs for kind in each.get("data", {})]
    assert shown.count("image/png") == 2
    assert "as in row 17" in code[-1].outputs[0].text


def test_the_citation_is_whole_and_of_this_version():
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(told)  # those that the format requires
    assert all(author.get("name") or author.get("family-names") for author in told["authors"])
    assert (told["cff-version"], told["type"], told["version"]) == ("1.2.0", "software", sim.__version__)
    assert told["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")
