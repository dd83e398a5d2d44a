"""Reports: one file without a network, that tells what was asked, what came of it, and what it rests on."""

import html
import json
import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim import report
from sim.answer import FEWEST, verdicts
from sim.cli import main
from sim.comparing import compare, compare_and_save, planned, run_plan
from sim.describing.scenarios import source_lines
from sim.errors import WedgeError
from sim.report import Page, Section, Table, html_of, page, write
from sim.report.again import by_file, by_name
from sim.report.glossary import WORDS, assumptions
from sim.report.runs import FEW_RUNS, page_of
from sim.report.setting import events, noted, sources
from sim.report.verdict import background, parameter_of
from sim.results import load, run, with_notes
from sim.running import run_and_save
from sim.scenario import altered, from_data
from sim.scenario import load as load_scenario
from tests.worlds import deep, scenario

ROOT = Path(__file__).parent.parent
RUNS = 40
HOSTILE = "</script><img src=x onerror=alert(1)> & 'Tokyo' \u2028"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The default scenario, saved."""
    return run_and_save(load_scenario(), runs=RUNS, out=tmp_path_factory.mktemp("r") / "abe").folder


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    plan = planned(["abe_engagement", "firm_line"], branch_at="2014Q2")
    return compare_and_save(plan, RUNS, out=tmp_path_factory.mktemp("r") / "versus").folder


@pytest.fixture(scope="module")
def told(folder):
    return report.page_of(folder)


def wedge(*words):
    return CliRunner().invoke(main, [str(each) for each in words])


def text_of(made):
    """The words of a page, without its figures and script."""
    bare = re.sub(r"<script.*?</script>|<style.*?</style>", " ", html_of(made), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


class Outline(HTMLParser):
    """Tags in order, with their attributes."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def outline(made):
    parser = Outline()
    parser.feed(html_of(made))
    return parser.tags


# --- what a stranger reads ------------------------------------------------------------------------


def test_the_answer_says_what_a_firmer_line_would_have_changed_and_how_sure_it_is(folder, told):
    """From `wedge run abe_engagement` alone."""
    results = load(folder)
    row = next(
        each
        for each in results.summary["contrasts"]
        if (each["name"], each["against"]) == ("front", "firm_line")
    )
    assert told.question == results.scenario.spec.question.text
    here, firm = told.answer[0], told.answer[2]
    assert (
        f"a united front of China and Russia (alignment 0.60 or more, for a year) forms in {100 * row['here']:.1f}% of 40 runs"
        in here
    )
    assert firm.startswith(
        "With 'Tokyo sanctions like the other G7 members and does not court Moscow' it would be in "
    )
    assert f"{100 * row['there']:.1f}% of runs" in firm
    assert row["differing"] < FEWEST
    assert f"of runs: only {row['differing']} of 40 runs differ, too few to tell." in firm
    assert "interval" not in firm
    assert "0.50" in firm
    assert "0.70" in firm
    why = told.sections[0]
    assert why.title == "What each alternative would have changed"
    assert any(
        "turns" in each or "it cannot be told" in each or "end closer" in each
        for each in why.blocks
        if isinstance(each, str)
    )


def more_often(here, there, runs=200):
    """Results in which a thing happens in so many of the runs here, and in so many there."""
    given = scenario(
        {
            "question": {"text": "Does it?", "outcome": "deal", "against": {"other": {"title": "Other"}}},
            "ties": {"disputes": {"rock": {"holder": "a", "claimant": "b"}}},
            "outcomes": {"deal": {"measure": "settlement", "dispute": "rock"}},
        },
        n=2,
        years=2,
    )
    made = run(given, runs=runs)
    column = lambda count: np.where(np.arange(runs) < count, 1.0, 0.0)  # noqa: E731
    arms = {
        "other": replace(made.arms["other"], columns={**made.arms["other"].columns, "deal": column(there)})
    }
    return replace(made, columns={**made.columns, "deal": column(here)}, arms=arms)


def test_directions_are_told_of_the_alternative_with_the_interval_the_same_way_round():
    """Agresti & Min 2005 by hand: 1.96 sqrt(41 - 40²/202) / 202 is 5.6 points, 1.96 sqrt(19 - 18²/202) / 202 is 4.0."""
    up, down, none, same = (page_of(more_often(20, there)).answer[1] for there in (60, 2, 22, 20))
    assert up.startswith(
        "With 'Other' it would be in 30.0% of runs, more often by 20.0 percentage points (95% Monte Carlo interval 14.4 to 25.6"
    )
    assert "; 40 of 200 runs differ)" in up
    assert down.startswith(
        "With 'Other' it would be in 1.0% of runs, less often by 9.0 percentage points (95% Monte Carlo interval 5.0 to 13.0"
    )
    assert none.startswith(
        "With 'Other' it would be in 11.0% of runs: only 2 of 200 runs differ, too few to tell."
    )
    assert "interval" not in none
    assert same == "With 'Other' no run differs in this."


def test_what_is_undecided_is_told_as_the_alternative_less_the_scenario_whichever_is_larger():
    """20 runs have it in one arm alone and 14 in the other: 1.96 sqrt(35 - 6²/202) / 202 is 5.7 points, about -6/202."""
    made = more_often(0, 0)
    one, other = (np.where(np.isin(np.arange(200), each), 1.0, 0.0) for each in (range(20), range(20, 34)))
    for here, there, told in (
        (
            one,
            other,
            "the alternative less the scenario is −3.0 percentage points (95% Monte Carlo interval −8.7 to +2.7;",
        ),
        (
            other,
            one,
            "the alternative less the scenario is +3.0 percentage points (95% Monte Carlo interval −2.7 to +8.7;",
        ),
    ):
        arm = made.arms["other"]
        arms = {"other": replace(arm, columns={**arm.columns, "deal": there})}
        found = page_of(replace(made, columns={**made.columns, "deal": here}, arms=arms)).answer[1]
        assert f"no difference can be told from these runs; {told} 34 of 200 runs differ)." in found


def test_an_undecided_alignment_is_told_the_same_way_round_in_parts_of_a_stage(folder):
    results = load(folder)
    noise = np.where(np.arange(RUNS) % 2 == 0, 0.05, -0.03)
    arm = results.arms["firm_line"]
    mean = np.asarray(results.columns["sino_russian"])
    arms = {**results.arms, "firm_line": replace(arm, columns={**arm.columns, "sino_russian": mean + noise})}
    (told, *_) = background(replace(results, arms=arms), "firm_line", "front")
    assert (
        "cannot be told whether China and Russia end closer together or farther apart (on average +0.05 of"
        in told
    )
    assert "in 90% of runs the alternative less the scenario is −0.030 to +0.050)" in told
    few = {
        **results.arms,
        "firm_line": replace(
            arm, columns={**arm.columns, "sino_russian": mean + noise * (np.arange(RUNS) < 9)}
        ),
    }
    (told, *_) = background(replace(results, arms=few), "firm_line", "front")
    assert told.endswith("or farther apart: only 9 of 40 runs differ.")


def test_where_few_runs_differ_tables_give_no_interval(folder):
    made = report.page_of(folder)
    (table,) = [
        each
        for each in made.sections[0].blocks
        if isinstance(each, Table) and "sanctions like" in each.caption
    ]
    rows = {row[0]: row for row in table.rows}
    assert rows["Front"][5:] == ("too few to tell", "", "8")
    assert all((int(row[-1]) < FEWEST) == (row[5] in ("too few to tell", "")) for row in table.rows)


def test_a_mean_is_over_the_runs_that_have_a_value():
    made = run(load_scenario("neutrality_pact_1941"), runs=RUNS)
    values = np.where(np.arange(RUNS) < 30, 0.25, np.nan)
    some = replace(made, columns={**made.columns, "sino_russian": values})
    assert "is 0.25 over 30 runs, those of 40 that have a value." in page_of(some).answer[0]
    none = replace(made, columns={**made.columns, "sino_russian": np.full(RUNS, np.nan)})
    assert page_of(none).answer[0].endswith("is not known: no run has a value.")
    assert (
        page_of(none)
        .answer[1]
        .startswith("With 'No pact' nothing can be told: 'Sino russian' has a value in no run of both.")
    )
    (told,) = [each for each in none.summary["answer"] if "'No pact'" in each]
    assert (
        told
        == "Compared with 'No pact': 'sino_russian' has a value in no run of both, so nothing can be told."
    )
    assert not re.search(r"\bnan\b", text_of(page_of(none)))


def test_what_a_verdict_turns_on_is_named_in_words_before_its_path(folder):
    """Who reads a report need not know the names of parameters."""
    results = run(load_scenario("neutrality_pact_1941"), runs=100)
    told = background(results, "no_pact", "sino_russian")[-1]
    driver = verdicts(results.scenario, {"scenario": results.measured, "no_pact": results.arms["no_pact"].measured},
                      {"no_pact": "No pact"})["no_pact"].driver  # fmt: skip
    assert driver.path == "parameters.threat.weight"
    rho = f"{driver.correlation:+.2f}".replace("-", "−")
    assert told.startswith(
        "The difference from 'No pact', the scenario less it, turns most on how strongly threats move alignment "
        f"(parameters.threat.weight; rank correlation {rho}): 'Sino russian' is higher than in the alternative in "
    )
    assert (
        "in the highest. Below 0 states bandwagon. Plausible values go from 0.1 to 0.6; it is not measured, so"
        in told
    )
    assert parameter_of("parameters.norms.resolve.japan.russia").name == "resolve"
    assert parameter_of("initial.alignment.japan.russia") is None


def test_which_side_fixes_what_the_other_draws_is_told_with_both_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = "parameters.isolation.weight"
    Path("still.yaml").write_text(
        "format: 1\nextends: abe_engagement\ntitle: Still\n"
        f"parameters: {{isolation: {{weight: 0.0}}}}\nuncertainties: {{{path}: null}}\n"
    )
    own = load_scenario("abe_engagement").spec.title
    for names, said in (
        (
            ("still.yaml", "abe_engagement"),
            f"'Still' fixes what is drawn in '{own}' run by run: {path}. So the ",
        ),
        (("abe_engagement", "still.yaml"), f"'Still' fixes what is drawn here run by run: {path}. So the "),
    ):
        made = run_plan(planned([load_scenario(each) for each in names]), 60)
        (against,) = made.alternatives
        fixed, turns = background(made, against, "front")[-2:]
        assert fixed.startswith(said)
        assert f"({path}; rank correlation " in turns


def test_the_answer_is_the_sentences_on_each_alternative_kind_by_kind(folder):
    results = load(folder)
    columns = {name: each.measured for name, each in {"scenario": results, **results.arms}.items()}
    titles = {name: arm.scenario.spec.title for name, arm in results.alternatives.items()}
    found = verdicts(results.scenario, columns, titles)
    assert list(found) == ["no_courtship", "firm_line"]
    assert [line for each in found.values() for kind in each.sentences.values() for line in kind] == (
        results.summary["answer"]
    )
    firm = found["firm_line"]
    (line,) = firm.sentences["driver"]
    low, high = (f"{100 * each:.0f}%" for each in firm.driver.shares)
    assert line == (
        f"It turns most on parameters.isolation.weight (rank correlation {firm.driver.correlation:+.2f}): 'sino_russian' "
        f"is higher than in the alternative in {low} of runs in the lowest third of its values, in {high} in the highest."
    )


def test_alternatives_of_one_title_keep_their_own_sentences(folder):
    """Sentences go by the names of alternatives, so that no title can mislead them."""
    results = load(folder)
    own = background(results, "firm_line", "front")
    arms = {
        name: replace(
            arm, scenario=altered(arm.scenario, name, {"title": "Compared with 'x': It turns most"})
        )
        for name, arm in results.arms.items()
    }
    again = background(replace(results, arms=arms), "firm_line", "front")
    title = results.arms["firm_line"].scenario.spec.title
    assert again == [each.replace(title, "Compared with 'x': It turns most") for each in own]
    assert any("turns most on how strongly isolation drives" in each for each in own)


def test_what_is_asked_of_a_mean_is_answered_in_its_unit():
    made = run(load_scenario("neutrality_pact_1941"), runs=RUNS)
    first, other, *_ = page_of(made).answer
    mean = made.runs["sino_russian"].mean()
    assert f"is {mean:.3g} over 40 runs" in first
    assert re.search(r"(higher|lower) by 0\.\d+ \(95% Monte Carlo interval|no difference can be told", other)


def test_a_scenario_that_asks_nothing_says_so_and_tells_what_comes_of_it():
    bare = page_of(run(scenario(n=2, years=2), runs=5, contrast=False))
    assert bare.answer == ["The scenario asks no question, so this report only tells what comes of it."]
    assert bare.question == "What comes of 'test'?"
    assert html_of(bare)
    alone = page_of(run(load_scenario(), runs=5, contrast=False))
    assert alone.answer[0].startswith("No alternative was run beside the scenario")
    assert any("'Front' (united front (China–Russia)" in each for each in alone.answer)


def test_results_without_an_interval_have_a_report_that_says_why(tmp_path):
    """200 quasi-random runs are two groups of 128 at most, and eight are needed."""
    dealt = ("run", "abe_engagement", "--luck", "quasi_random", "--runs", "200", "--workers", "1")
    done = wedge(*dealt, "--out", tmp_path / "r", "--report")
    assert done.exit_code == 0, done.output
    (firm,) = [each for each in report.page_of(tmp_path / "r").answer if "sanctions like the other" in each]
    assert "runs differ; no interval, as the runs hang together in fewer than 8 groups." in firm


def test_cautions_are_those_that_are_true(folder):
    results = load(folder)
    few = "\n".join(page_of(results).beware)
    assert "There are only 40 runs. A share of runs may be off by 15 percentage points" in few
    assert "84 of the scenario's 99 numbers are assumed, not sourced." in few
    assert "not fitted to the record" in few
    assert "stopped" not in few
    stopped = replace(results, asked=4000, finished=FEW_RUNS)
    many = "\n".join(page_of(stopped).beware)
    assert "The run was stopped: 200 of 4,000 runs were finished." in many
    assert "There are only" not in many
    fitted = load_scenario("abe_engagement", ["parameters.posterior=posterior"])
    fitted_page = page_of(run(fitted, runs=5))
    assert "not fitted to the record" not in "\n".join(fitted_page.beware)
    assert "Posterior" in fitted_page.facts
    sure = run(
        scenario(
            {"parameters": {"setting": {"opportunity": {"a": {"b": 1.0}, "b": {"a": 1.0}}}}}, n=2, years=2
        ),
        runs=5,
    )
    assert "Nothing is uncertain, so intervals hold luck only." in page_of(sure).beware


def test_a_comparison_tells_of_its_branch_and_gives_the_files_of_all(compared):
    made = report.page_of(compared)
    assert made.kind == "A comparison of scenarios"
    assert "Until 2014Q2 all follow" in made.sections[0].blocks[0]
    files = made.sections[-1].blocks
    assert [each.caption for each in files] == ["abe_engagement.yaml", "firm_line.yaml"]
    assert (
        "wedge compare abe_engagement firm_line --runs 40 --seed 2018 --branch-at 2014Q2 --outcome front"
        in text_of(made)
    )


# --- what it rests on -----------------------------------------------------------------------------


def test_every_number_of_the_scenario_stands_in_the_report_with_its_source(folder):
    results = load(folder)
    rows = sources(results).rows
    told = sum(len(each[-1].split("; ")) for each in rows)
    assert told == len(source_lines(load_scenario())) == 99
    assert not [each for each in rows if each[1] == "without a word"]
    trade = next(each for each in rows if "0.18" in each[-1] and "russia.china" in each[-1])
    assert "Russian customs via Interfax, 2015" in trade[2]


def test_events_keep_why_and_source_on_disk_even_where_they_move_nothing(folder):
    scenario_ = noted(load(folder))
    rows = {each[2]: each for each in events(scenario_).rows}
    mark = rows["Loan to Sberbank"]
    assert mark[0] == "6"
    assert mark[1] == "2016-10"
    assert mark[3:] == (
        "moves nothing; a mark",
        "marks the figures; Sberbank is under Western sanctions; source: Brown 2017",
    )
    assert rows["Crimea annexed"][3] == "violation.russia +1"
    assert rows["America First"][1] == "2017-01 to 2021-01"


def test_a_saved_scenario_reads_back_with_the_same_notes():
    given = load_scenario("abe_engagement", ["events.crimea.add={violation.russia: 0.5}"])
    assert given.note("events", "crimea", "add", "violation.russia").source == ""
    again = from_data(with_notes(given))
    assert again.data == given.data
    assert {k: v for k, v in again.document.notes.items() if k[0] == "events" and k[-1] != "label"} == {
        k: v for k, v in given.document.notes.items() if k[0] == "events" and k[-1] != "label"
    }


def test_the_scenario_is_told_in_words_with_what_the_alternatives_change(told):
    words = text_of(told)
    for each in (
        "United States is pledged to defend Japan; commitment, as the client sees it, 0.8",
        "China may bring a crisis on Japan",
        "Japan woos Russia away from China",
        "Russia holds what Japan claims",
        "plausible: −0.5 to 1.5",
        "parameters.norms.resolve.japan.russia 0.05 0.35",
        "Sochi, eight-point plan does not happen",
        "how strongly isolation drives an actor to its suitors",
    ):
        assert each in words, each


def test_assumptions_are_those_of_the_list_by_number():
    rows = assumptions().rows
    listed = re.findall(r"^## (A\d+) (.+)$", (ROOT / "docs" / "assumptions.md").read_text(), re.MULTILINE)
    assert [each[:2] for each in rows] == listed
    assert all(len(each[2]) > 40 for each in rows)


def test_the_words_that_charts_use_are_explained():
    known = {each for each, _ in WORDS}
    assert {"alignment", "stance", "united front", "stage", "threshold", "Monte Carlo interval"} <= known
    assert [each for each, _ in WORDS] == sorted((each for each, _ in WORDS), key=str.lower)


def test_the_commands_that_make_it_again_make_the_same(folder, tmp_path, monkeypatch):
    made = report.page_of(folder)
    again = next(each for each in made.sections if each.title == "How to make this again")
    shipped, by_file = (each.text for each in again.blocks if not isinstance(each, str))
    assert shipped == "wedge run abe_engagement --runs 40 --seed 2018"
    monkeypatch.chdir(tmp_path)
    files = made.sections[-1].blocks
    for each in files:
        Path(each.caption).write_text(each.text)
    assert wedge(*by_file.split()[1:], "--out", "again", "--workers", "1").exit_code == 0
    assert Path("again/runs.csv").read_bytes() == (folder / "runs.csv").read_bytes()
    assert (
        Path("again/arms/firm_line/paths.csv").read_bytes()
        == (folder / "arms/firm_line/paths.csv").read_bytes()
    )


ASKED = {
    "another outcome": (["abe_engagement", "firm_line"], ["--outcome", "sino_russian"]),
    "a change": (["abe_engagement"], ["--change", "parameters.isolation.weight=0.2", "--outcome", "japan_russia"]),
    "changes with commas, beside another": (
        ["abe_engagement", "firm_line"],
        ["--change", "policies.japan.russia={policy: fixed, stance: 0.5}", "--change", "parameters.threat.weight = 0.3",
         "--set", "actors.japan.capability=0.07", "--luck", "quasi_random"],
    ),
    "a branch in the middle of a quarter": (
        ["abe_engagement", "firm_line"],
        ["--set", "step=month", "--branch-at", "2014-05", "--outcome", "japan_russia"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_the_commands_of_a_comparison_ask_the_same_again(asked, tmp_path, monkeypatch):
    """The same question, answer and runs, by name and by file, from the words of the report alone."""
    names, options = ASKED[asked]
    monkeypatch.chdir(tmp_path)
    dealt = ("--runs", "5", "--workers", "1")
    assert wedge("compare", *names, *options, *dealt, "--out", "first").exit_code == 0
    made = report.page_of(Path("first"))
    again = next(each for each in made.sections if each.title == "How to make this again")
    shipped, by_file = (each.text for each in again.blocks if not isinstance(each, str))
    assert ("--change" in shipped) == ("--change" in options)
    for each in made.sections[-1].blocks:
        Path(each.caption).write_text(each.text)
    first = json.loads(Path("first/summary.json").read_text())
    for place, command in (("named", shipped), ("filed", by_file)):
        done = wedge(*shlex.split(command)[1:], "--out", place, "--workers", "1")
        assert done.exit_code == 0, done.output
        told = json.loads(Path(place, "summary.json").read_text())
        assert [told[key] for key in ("question", "answer", "contrasts")] == (
            [first[key] for key in ("question", "answer", "contrasts")]
        )
        tables = [each.relative_to("first") for each in sorted(Path("first").rglob("*.csv"))]
        assert len(tables) >= 5
        assert all(Path(place, each).read_bytes() == Path("first", each).read_bytes() for each in tables)


def test_a_change_that_the_title_does_not_tell_is_given_as_a_file():
    renamed = compare(["abe_engagement"], changes=["parameters.isolation.weight=0.2", "title=Mild"], runs=5)
    assert by_name(renamed) is None
    assert by_file(renamed).startswith(
        "wedge compare abe_engagement.yaml abe_engagement_changed.yaml --runs 5"
    )


def test_overrides_are_in_the_command_and_a_scenario_of_ones_own_only_in_the_file():
    changed = run(load_scenario("firm_line", ["parameters.isolation.weight=0"]), runs=5)
    assert by_name(changed) == "wedge run firm_line --set parameters.isolation.weight=0 --runs 5 --seed 2018"
    own = deep(load_scenario().data, {"actors": {"japan": {"capability": 0.2}}})
    assert by_name(run(from_data(own, "abe_engagement"), runs=5)) is None
    asks = deep(load_scenario().data, {"question": {"outcome": "japan_russia"}})
    assert by_name(run(from_data(asks, "abe_engagement"), runs=5)) is None


# --- the file -------------------------------------------------------------------------------------


def test_equal_results_give_equal_bytes_on_disk_and_in_memory(folder, tmp_path):
    results = load(folder)
    one = html_of(page_of(results))
    assert one == html_of(report.page_of(folder))
    other = run_and_save(load_scenario(), runs=RUNS, out=tmp_path / "other").folder
    assert html_of(report.page_of(other)) == one


@pytest.mark.parametrize("which", ["folder", "compared"])
def test_it_can_be_sent_and_asks_nothing_of_the_network(which, request):
    made = html_of(report.page_of(request.getfixturevalue(which)))
    assert len(made.encode()) < page.MOST / 2
    bare = re.sub(r'<script type="application/octet-stream".*?</script>', "", made, flags=re.DOTALL)
    assert not re.search(r"""(src|href)=["']?(https?:|//)|@import|url\(""", bare)
    assert "default-src 'none'" in bare


def test_what_a_user_wrote_is_shown_and_never_run(tmp_path):
    given = load_scenario().data
    nasty = deep(
        given,
        {
            "title": HOSTILE, "description": HOSTILE, "question": {"text": HOSTILE, "against": {"firm_line": {"title": HOSTILE}}},
            "actors": {"japan": {"title": HOSTILE}}, "events": {"crimea": {"label": HOSTILE}},
        },
    )  # fmt: skip
    made = html_of(page_of(run(from_data(nasty, "nasty"), runs=5)))
    assert "<img" not in made
    assert "&lt;img src=x onerror=alert(1)&gt;" in made
    assert made.count("<script") == made.count("</script>") == 3
    figures = re.search(r'<script type="application/json" id="figures">(.*?)</script>', made, re.DOTALL)[1]
    assert "<" not in figures
    assert "\u2028" not in figures
    drawn = json.dumps(json.loads(figures))
    assert "<img" not in drawn.replace("&lt;img", "")


def test_headings_are_in_order_tables_have_heads_and_figures_have_words(told):
    tags = outline(told)
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    plots = [facts for tag, facts in tags if facts.get("class") == "plot"]
    assert len(plots) == len(told.charts)
    assert all(re.search(r"\d", facts["aria-label"]) for facts in plots)
    assert len({facts["id"] for _, facts in tags if "id" in facts}) == len(
        [1 for _, facts in tags if "id" in facts]
    )
    assert sum(tag == "thead" for tag, _ in tags) == sum(tag == "table" for tag, _ in tags)
    assert ("html", {"lang": "en"}) in tags


def test_numbers_line_up_at_the_right_and_words_at_the_left():
    table = Table(("what", "unit", "value"), [("front", "% of runs", "13.5")], words=2)
    made = html_of(Page("t", "k", "q?", ["a"], [Section("s", [table])]))
    assert '<th scope="row">front</th><td>% of runs</td><td class="number">13.5</td>' in made
    assert '<th scope="col">unit</th><th scope="col" class="number">value</th>' in made


def test_a_report_too_large_to_be_sent_is_refused_with_what_to_do(told, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MOST", 1_000_000)
    with pytest.raises(
        WedgeError, match=r"would have 2\.\d MB, more than the 1 MB that can be sent; run it with fewer"
    ):
        write(told, tmp_path / "r.html")
    assert not list(tmp_path.iterdir())


# --- the command ----------------------------------------------------------------------------------


def test_the_command_writes_into_the_folder_and_replaces_only_what_it_made(folder):
    file = folder / "report.html"
    done = wedge("report", folder)
    assert (done.exit_code, done.output) == (0, f"Report: {file}\n")
    first = file.read_bytes()
    assert wedge("report", folder).exit_code == 0
    assert file.read_bytes() == first
    file.write_text("my own notes")
    refused = wedge("report", folder)
    assert refused.exit_code == 2
    assert (
        f"{file} exists already; it was not made by Wedge, so it is not overwritten. Choose another --out"
        in refused.output
    )
    assert file.read_text() == "my own notes"
    file.unlink()


def test_a_place_that_was_given_is_never_overwritten_not_even_a_report(folder, tmp_path):
    out = tmp_path / "deep" / "mine.html"
    assert wedge("report", folder, "--out", out).exit_code == 0
    assert out.read_text().startswith("<!DOCTYPE html>")
    again = wedge("report", folder, "--out", out)
    assert again.exit_code == 2
    assert f"{out} exists already; nothing is overwritten. Choose another --out" in again.output
    (tmp_path / "file").write_text("")
    blocked = wedge("report", folder, "--out", tmp_path / "file" / "r.html")
    assert blocked.exit_code == 2
    assert "cannot be written" in blocked.output
    assert not (folder / "report.html").exists()


def test_without_a_folder_it_takes_the_latest_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "no results in ./results" in wedge("report").output
    run_and_save(scenario(n=2, years=2), runs=5)
    done = wedge("report")
    assert done.exit_code == 0
    assert Path("results/scenario-001/report.html").is_file()


def test_what_has_no_report_is_told_with_what_to_read_instead(tmp_path):
    assert f"{tmp_path}: no results here (no readable manifest.json)" in wedge("report", tmp_path).output
    for name in ("cases.csv", "cases.png"):
        (tmp_path / name).write_text("")
    done = wedge("report", tmp_path)
    assert done.exit_code == 2
    assert (
        f"{tmp_path}: historical cases cannot be reported yet; see cases.png in that folder. There are reports of "
        "a sweep, a ledger of claims, a run or a comparison"
    ) in done.output


def test_a_sweep_has_its_report_by_the_same_command(tmp_path):
    small = ("--set", "design.levels=2", "--set", "replications=2", "--workers", "1", "--out", tmp_path)
    assert wedge("sweep", "wedge_against_binding", *small).exit_code == 0
    (out,) = (each.parent for each in tmp_path.rglob("manifest.json"))
    assert wedge("report", out).output == f"Report: {out}/report.html\n"
    assert "Report of a sweep" in (out / "report.html").read_text()


def test_damaged_results_are_told_in_one_line(folder, tmp_path):
    place = tmp_path / "broken"
    place.mkdir()
    (place / "manifest.json").write_text((folder / "manifest.json").read_text())
    done = wedge("report", place)
    assert done.exit_code == 2
    assert "these results are damaged; run it again" in done.output
    assert "Traceback" not in done.output
    assert not (place / "report.html").exists()


def test_run_and_compare_write_the_report_where_they_are_asked_to(tmp_path):
    out = tmp_path / "r"
    done = wedge("run", "--runs", "5", "--out", out, "--workers", "1", "--report")
    assert f"Report: {out}/report.html" in done.output
    assert (out / "report.html").is_file()
    plain = wedge("run", "--runs", "5", "--out", tmp_path / "plain", "--workers", "1")
    assert f"Report: wedge report {tmp_path / 'plain'}" in plain.output
    assert not (tmp_path / "plain" / "report.html").exists()
    versus = tmp_path / "v"
    words = (
        "compare",
        "abe_engagement",
        "firm_line",
        "--runs",
        "5",
        "--out",
        versus,
        "--workers",
        "1",
        "--report",
        "--json",
    )
    told = json.loads(wedge(*words).stdout)
    assert told["report"] == f"{versus}/report.html"
    assert Path(told["report"]).is_file()
