"""Interactive charts: data that Plotly takes, with the numbers of the results and words that hold them."""

import ast
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from scipy.stats import norm

from sim import charts
from sim.answer import share_interval
from sim.charts.chart import figure
from sim.charts.network import medians, ring
from sim.charts.outcomes import measured, per_chart
from sim.charts.stage import stage_shares
from sim.charts.time import MOST_POINTS, MOST_ROWS, as_json, event_marks, thinned, yearly
from sim.charts.trade_off import MOST_DOTS
from sim.comparing import compare
from sim.ensemble import simulate
from sim.errors import WedgeError
from sim.looks import colours, looks, marks, pairs
from sim.outcomes import CUTS, STAGES, THRESHOLDS, stage
from sim.results import load, run, save
from sim.scenario import load as load_scenario
from tests.worlds import scenario

RUNS = 30


@pytest.fixture(scope="module")
def found():
    return run(load_scenario(), runs=RUNS)


@pytest.fixture(scope="module")
def compared():
    return compare(["abe_engagement", "firm_line", "no_isolation"], runs=RUNS, branch_at="2014Q2")


@pytest.fixture(scope="module")
def bare():
    """Two actors, nothing asked, nothing measured, nothing beside."""
    return run(scenario(n=2, years=2), runs=10, contrast=False)


@pytest.fixture(scope="module")
def many():
    """Sixteen actors by months."""
    return run(scenario({"step": "month"}, n=16, years=2), runs=5)


def every(results):
    """Each chart that there is of results."""
    one, other = results.scenario.actors[:2]
    made = [
        charts.alignments(results),
        charts.all_alignments(results),
        charts.stances(results, one, other),
        charts.front(results),
        charts.front_thresholds(results),
        charts.stage(results),
        charts.outcomes(results),
        charts.contrasts(results),
        charts.network(results, results.scenario.calendar.dates()[0]),
        charts.network(results),
        charts.gaps(results),
    ]
    names = measured(results)
    return made + ([charts.trade_off(results, names[1], names[-1])] if len(names) > 1 else [])


def shown(chart, name):
    """The trace whose name in the legend holds these words."""
    (trace,) = [each for each in chart.figure["data"] if name in str(each.get("name", ""))]
    return trace


@pytest.mark.parametrize("which", ["found", "compared", "bare", "many"])
def test_every_chart_is_a_figure_of_plotlys_with_question_words_and_a_name_of_its_own(which, request):
    made = every(request.getfixturevalue(which))
    assert len({each.name for each in made}) == len(made)
    for each in made:
        go.Figure(each.figure)
        json.dumps(each.figure, allow_nan=False)
        assert each.title.endswith("?")
        assert each.alt.endswith(".")
        assert re.fullmatch(r"[a-z0-9-]+", each.name)
        if each.rows:
            assert re.search(r"\d", each.alt), each.name
            assert all(len(row) == len(each.head) for row in each.rows)
            assert len(each.rows) <= max(MOST_ROWS + 1, 16 * 15 / 2)
            assert each.reading
        titles = [key for key in each.figure["layout"] if re.match(r"[xy]axis", key)]
        units = [each.figure["layout"][key].get("title", {}).get("text") for key in titles]
        assert any(units) or each.name.startswith("network") or not each.rows


def nowhere(results):
    """The same results in which nothing that is measured has a value in any run."""
    names = measured(results)
    gone = lambda columns: {  # noqa: E731
        name: np.full(len(each), np.nan) if name.split(".")[0] in names else each
        for name, each in columns.items()
    }
    arms = {name: replace(arm, columns=gone(arm.columns)) for name, arm in results.arms.items()}
    return replace(results, columns=gone(results.columns), arms=arms)


FEW = {
    "quasi-random luck": lambda: run(load_scenario("abe_engagement", ["luck=quasi_random"]), runs=200),
    "quasi-random comparison": lambda: compare(
        ["abe_engagement", "firm_line"], runs=400, luck="quasi_random"
    ),
    "mirrored luck": lambda: run(load_scenario("abe_engagement", ["luck=antithetic"]), runs=2),
    "one run": lambda: run(load_scenario(), runs=1),
    "two runs": lambda: run(load_scenario(), runs=2),
    "a comparison of one run": lambda: compare(["abe_engagement", "firm_line"], runs=1),
    "no value in any run": lambda: nowhere(run(load_scenario(), runs=RUNS)),
    "no value in any arm but one": lambda: replace(
        nowhere(run(load_scenario(), runs=RUNS)), columns=run(load_scenario(), runs=RUNS).columns
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("few", FEW)
def test_what_is_not_known_is_no_number_in_any_chart(few):
    """Neither in what is drawn, nor in what is read; JSON has no NaN."""
    for each in every(FEW[few]()):
        json.dumps(each.figure, allow_nan=False)
        told = json.dumps([each.figure, each.alt, each.reading, *each.rows])
        assert not re.search(r"\b(nan|inf)\b", told), each.name


@pytest.mark.parametrize("runs", [200, 400])
def test_an_interval_that_is_not_known_is_said_to_be_so(runs):
    """Quasi-random runs hang together by 128, so that these make fewer than eight groups."""
    made = run(load_scenario("abe_engagement", ["luck=quasi_random"]), runs=runs)
    ever = charts.front_thresholds(made)
    assert [each[1] for each in ever.figure["data"][0]["customdata"]] == ["not known"] * 5
    assert ever.figure["data"][0]["y"][0] == round(100 * made.runs["front.at_50"].mean(), 2)
    assert all(cell.endswith(" (not known)") for row in ever.rows for cell in row[1:])
    why = "o interval, as the runs hang together in fewer than 8 groups"
    for each in (ever, charts.front(made), charts.outcomes(made), charts.contrasts(made)):
        assert why in each.reading, each.name
        assert "95%" not in each.reading, each.name


def test_intervals_that_are_known_are_told_under_the_pointer(found):
    row = next(each for each in found.summary["outcomes"] if each["name"] == "front.at_50")
    story = shown(charts.front_thresholds(found), "Abe's")
    assert story["customdata"][0] == [0.5, f"{100 * row['low']:.1f} to {100 * row['high']:.1f}"]


def test_a_mark_is_hollow_too_where_few_runs_differ_and_the_reading_says_so(found):
    assert "fewer than 10 runs differ, too few to tell" in charts.contrasts(found).reading
    here = np.zeros(RUNS)
    there = np.where(np.arange(RUNS) < 9, 0.5, 0.0)
    arms = {
        "firm_line": replace(
            found.arms["firm_line"], columns={**found.arms["firm_line"].columns, "japan_russia": there}
        )
    }
    few = replace(found, columns={**found.columns, "japan_russia": here}, arms=arms)
    (mark,) = [
        each for each in charts.contrasts(few, ["japan_russia"]).figure["data"] if each["mode"] == "markers"
    ]
    assert mark["marker"]["color"] == "#FFFFFF"
    assert "9 runs differ" in mark["customdata"][0]


EVERY = """
import sys
from sim import charts, seat
from sim.charts.accounts import account_chart, change_chart, decision_chart
from sim.charts.ledger import charts_of
from sim.charts.outcomes import measured
from sim.charts.seat import alignments, comparisons, course
from sim.comparing import compare
from sim.explaining import traced
from sim.results import run
from sim.scenario import load

abe = load("abe_engagement")
for each in (run(abe, runs=10), compare(["abe_engagement", "firm_line"], runs=10, branch_at="2014Q2")):
    charts.alignments(each), charts.all_alignments(each), charts.stances(each, "japan", "russia")
    charts.front(each), charts.front_thresholds(each), charts.stage(each), charts.network(each), charts.gaps(each)
    charts.outcomes(each), charts.contrasts(each), charts.trade_off(each, *measured(each)[1:3])
charts.board("Who?", {"a": ("A", "#000000", 0.5), "b": ("B", "#000000", 0.2)}, {("a", "b"): 0.3})
trace = traced(abe, 3)
account_chart(trace.alignment("russia", "china")), decision_chart(trace, "japan", 8), change_chart(trace, 8)
game = seat.seated(abe)
choices = {date: {"russia": 0.2} for date in game.turns}
position = seat.played(game, choices)
course(position, "russia"), alignments(position), comparisons(seat.score(game, choices, runs=10))
row = {"number": "C1", "title": "T", "outcome": "order", "expected": "rises", "smallest": 0.1, "unit": "0 to 1",
       "effect": 0.2, "low": 0.1, "high": 0.3, "verdict": "supported", "told": "supported", "draws": 9,
       "as_claimed": 0.8, "against": 0.1}
charts_of([{"prior": row}])
print(sorted({"plotly", "matplotlib", "pandas"} & set(sys.modules)))
"""


def test_no_chart_that_is_drawn_loads_plotly_matplotlib_or_pandas():
    """They are data; a page must not wait for a drawing library."""
    made = subprocess.run([sys.executable, "-c", EVERY], capture_output=True, text=True)
    assert (made.stdout, made.stderr) == ("[]\n", "")


def imported(file):
    """What a file of charts imports anywhere within it, whatever is for type checking only left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typed = [
        node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    skipped = {id(each) for node in typed for each in ast.walk(node)}
    for node in (each for each in ast.walk(tree) if id(each) not in skipped):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ([node.module] if node.module else [each.name for each in node.names])


@pytest.mark.parametrize(
    "file", sorted(Path(charts.__file__).parent.rglob("*.py")), ids=lambda file: file.stem
)
def test_no_room_of_charts_imports_a_library_or_a_room_that_draws(file):
    """Charts of findings too, whose analyses come with pandas."""
    assert not {each.split(".")[0] for each in imported(file)} & {"plotly", "matplotlib", "pandas", "plots"}


def test_a_fan_holds_the_quantiles_of_the_results(found):
    chart, line = charts.alignments(found), found.line("alignment:russia:china")
    median = shown(chart, "Abe's engagement")
    assert median["y"] == line["q50"].round(4).tolist()
    assert [each[0] for each in median["customdata"]] == line["q05"].round(4).tolist()
    filled = [each for each in chart.figure["data"] if each.get("fill") == "tonexty"]
    assert filled[0]["y"] == line["q95"].round(4).tolist()
    assert filled[1]["y"] == line["q75"].round(4).tolist()
    assert median["x"][0] == "2012-01-01"
    firm = shown(chart, "does not court Moscow")
    assert firm["y"] == found.arms["firm_line"].line("alignment:russia:china")["q50"].round(4).tolist()
    assert f"{line['q50'].iloc[-1]:.2f}" in chart.alt
    assert chart.rows[-1][0] == "2022Q1"
    assert chart.rows[-1][1] == f"{line['q50'].iloc[-1]:.2f}"
    assert len(chart.rows) == 11


def test_arms_differ_in_colour_and_in_dash(found):
    lines = [each["line"] for each in charts.front(found).figure["data"] if "name" in each]
    assert len({each["color"] for each in lines}) == len({each["dash"] for each in lines}) == 4


def test_the_pair_that_matters_comes_first_and_any_other_can_be_asked_for(found):
    assert "Russia and China" in charts.alignments(found).title
    other = charts.alignments(found, ("united_states", "japan"))
    assert "Japan and United States" in other.title
    assert other.name == "alignment-japan-united-states"
    assert charts.stances(found, "russia", "japan").figure["data"][4]["y"] == (
        found.line("stance:russia:japan")["q50"].round(4).tolist()
    )
    assert pairs(found.scenario)[0] == ("russia", "china")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda r: charts.alignments(r, ("japan", "rusia")),
            "no actor called 'rusia'; did you mean 'russia'?",
        ),
        (lambda r: charts.stances(r, "japan", "japan"), "'japan' is given twice; two actors are needed"),
        (lambda r: charts.outcomes(r, ["frond"]), "no outcome called 'frond'; did you mean 'front'?"),
        (
            lambda r: charts.trade_off(r, "front", "orders"),
            "no outcome called 'orders'; did you mean 'order'?",
        ),
        (
            lambda r: charts.network(r, "2031"),
            "date: 2031-01 is outside the run, which goes from 2012Q1 to 2022Q1",
        ),
        (
            lambda r: charts.network(r, "soon"),
            "date: 'soon' is no date; write 2014, 2014Q2, 2014-05 or 2014-05-18",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_line(found, draw, message):
    with pytest.raises(WedgeError, match=re.escape(message)):
        draw(found)


def test_what_is_missing_is_said_in_the_chart(found, bare):
    for chart, why in (
        (charts.front(bare), "No united front is among the outcomes of this scenario."),
        (charts.front_thresholds(bare), "No united front is among the outcomes of this scenario."),
        (charts.outcomes(bare), "The scenario measures no outcomes."),
        (charts.contrasts(bare), "Nothing was run beside the scenario, so there is nothing to compare with."),
        (charts.gaps(found), "How far paths lie apart through time is kept by wedge compare only."),
    ):
        assert chart.alt == why
        assert chart.figure["layout"]["annotations"][0]["text"] == why
        assert not chart.rows


def test_the_chance_of_a_front_is_the_share_of_runs_that_have_it(found):
    chart = charts.front(found)
    line = found.line("front:on at 0.60")
    assert shown(chart, "Abe's")["y"] == (100 * line["mean"]).round(4).tolist()
    assert chart.rows[-1][1] == f"{100 * line['mean'].iloc[-1]:.1f}"
    ever = charts.front_thresholds(found)
    story = shown(ever, "Abe's")
    shares = [found.runs[f"front.at_{round(100 * each)}"].mean() for each in THRESHOLDS]
    assert story["y"] == [round(100 * each, 2) for each in shares]
    low, high = share_interval(shares[0], RUNS)
    assert story["error_y"]["array"][0] == pytest.approx(100 * (high - shares[0]), abs=0.01)
    assert story["error_y"]["arrayminus"][0] == pytest.approx(100 * (shares[0] - low), abs=0.01)
    assert f"{100 * shares[0]:.1f}% at 0.50" in ever.alt


def test_shares_of_stages_add_up_and_are_those_of_a_normal_alignment():
    scores = norm.ppf((0.05, 0.25, 0.5, 0.75, 0.95))
    path = {
        f"q{k:02d}": np.array([0.5 + 0.2 * z, 0.45]) for k, z in zip((5, 25, 50, 75, 95), scores, strict=True)
    }
    shares = stage_shares(path)
    assert shares.sum(axis=0) == pytest.approx([1.0, 1.0])
    edges = norm.cdf(np.array([-np.inf, *CUTS, np.inf]), 0.5, 0.2)
    assert shares[:, 0] == pytest.approx(np.diff(edges), abs=1e-6)
    assert shares[:, 1].tolist() == [0, 0, 0, 1, 0, 0, 0, 0], "0.45 is where stage 4 begins"


def test_shares_of_stages_are_near_those_counted_run_by_run(found):
    """They are read off five quantiles; counted on whole paths they are within 12 points at any date."""
    block = simulate(found.scenario, runs=RUNS)
    names = list(found.scenario.actors)
    path = block.arrays["alignment"][:, names.index("russia"), names.index("china")]
    counted = np.stack([(stage(path) == k + 1).mean(axis=1) for k in range(len(STAGES))])
    line = found.line("alignment:russia:china")
    read = stage_shares({key: line[key].to_numpy() for key in ("q05", "q25", "q50", "q75", "q95")})
    assert np.abs(read - counted)[:, 1:].max() < 0.12
    chart = charts.stage(found)
    assert sum(float(each) for each in chart.rows[-1][1:]) == pytest.approx(100, abs=2)
    assert "as if it were normal" in chart.reading


def test_runs_that_begin_on_the_line_between_two_stages_are_told_to_be_shared_out_by_it(found):
    """China and Russia begin at 0.45, where stage 4 begins, Japan and Russia far from any line."""
    said = (
        "All runs begin at 0.45, on the line between stages 3 and 4: the least step up or down shares them out between "
        "the two, so the jump at the start is of that line and no rupture."
    )
    assert said in charts.stage(found).reading.replace("\N{MINUS SIGN}", "-")
    assert found.line("alignment:japan:russia")["q50"].iloc[0] == pytest.approx(-0.1, abs=0.2)
    assert "All runs begin" not in charts.stage(found, ("japan", "russia")).reading


def test_outcomes_and_contrasts_hold_the_numbers_of_the_summary(found):
    chart = charts.outcomes(found, ["front", "sino_russian"])
    rows = {each["name"]: each for each in found.summary["outcomes"]}
    assert chart.rows[0][:2] == ("Front", "% of runs")
    front = rows["front"]
    assert (
        chart.rows[0][2]
        == f"{100 * front['mean']:.1f} ({100 * front['low']:.1f} to {100 * front['high']:.1f})"
    )
    dots = [each for each in chart.figure["data"] if each["mode"] == "markers" and each["xaxis"] == "x2"]
    assert dots[1]["x"][0] == pytest.approx(rows["sino_russian"]["median"], abs=1e-5)
    paired = charts.contrasts(found, ["front", "japan_russia"])
    told = {(each["name"], each["against"]): each for each in found.summary["contrasts"]}
    marked = [each for each in paired.figure["data"] if each["mode"] == "markers"]
    for (name, scale), arms in zip(
        (("front", 100), ("japan_russia", 1)), (marked[:3], marked[3:]), strict=True
    ):
        for against, mark in zip(("no_courtship", "firm_line"), arms[:2], strict=True):
            row = told[name, against]
            assert mark["x"][0] == pytest.approx(scale * row["difference"], abs=1e-4)
            open_ = mark["marker"]["color"] == "#FFFFFF"
            assert open_ == (row["differing"] < 10 or row["low"] <= 0 <= row["high"])
    assert paired.rows[0][1] == "percentage points"
    assert "difference, percentage points" in paired.figure["layout"]["xaxis"]["title"]["text"]


def test_panels_fit_a_sheet_of_paper_whatever_is_measured(found):
    names, most = measured(found), per_chart(4)
    assert 1 <= most < len(names)
    assert len(charts.outcomes(found).rows) == most
    for k in range(0, len(names), most):
        assert charts.outcomes(found, names[k : k + most]).figure["layout"]["height"] <= 900


def test_a_trade_off_has_a_mean_an_arm_and_no_more_dots_than_can_be_seen(found):
    chart = charts.trade_off(found, "sino_russian", "tokyo_to_moscow")
    means = [each for each in chart.figure["data"] if "error_x" in each]
    assert [each["x"][0] for each in means] == [
        pytest.approx(arm.runs["sino_russian"].mean(), abs=1e-5) for _, arm in looks(found)
    ]
    clouds = [each for each in chart.figure["data"] if "error_x" not in each]
    assert all(len(each["x"]) == min(RUNS, MOST_DOTS) for each in clouds)
    error = 1.96 * found.runs["sino_russian"].std() / RUNS**0.5
    assert means[0]["error_x"]["array"][0] == pytest.approx(error, rel=1e-3)
    shares = charts.trade_off(found, "front", "sino_russian")
    assert not [each for each in shares.figure["data"] if "error_x" not in each], "0 and 1 make no cloud"


def test_gaps_are_the_first_less_the_other_and_nothing_before_the_branch(compared):
    chart = charts.gaps(compared)
    line = compared.arms["firm_line"].gaps
    rows = line[line["line"] == "alignment:russia:china"]
    firm = shown(chart, "A firm line")
    assert firm["y"] == rows["q50"].round(4).tolist()
    before = [y for x, y in zip(firm["x"], firm["y"], strict=True) if x <= "2014-04-01"]
    assert set(before) == {0.0}
    assert "the branch at 2014Q2" in chart.reading
    assert [each for each in chart.figure["layout"]["shapes"] if each["line"].get("dash") == "dot"]


# --- the map --------------------------------------------------------------------------------------


def test_a_map_has_the_colours_of_actors_and_the_medians_of_the_results(found):
    chart = charts.network(found)
    nodes = next(each for each in chart.figure["data"] if "textposition" in each)
    own = colours(found.scenario)
    titles = {found.scenario.title(name): own[name] for name in found.scenario.actors}
    assert dict(zip(nodes["text"], nodes["marker"]["color"], strict=True)) == titles
    row = next(each for each in chart.rows if set(each[0].split(", ")) == {"China", "Russia"})
    middle = found.line("alignment:russia:china")["q50"].iloc[-1]
    assert row[1] == f"{middle:+.2f}".replace("-", "−")
    first = charts.network(found, "2012Q1")
    again = next(each for each in first.figure["data"] if "textposition" in each)
    assert (again["x"], again["y"], again["text"]) == (nodes["x"], nodes["y"], nodes["text"])


def test_a_map_of_plain_numbers_tells_friends_from_foes_in_colour_and_dash():
    actors = {
        "a": ("Alpha", "#0072B2", 0.4),
        "b": ("Beta", "#E69F00", 0.1),
        "c": ("Gamma & <i>", "#009E73", 0.4),
    }
    chart = charts.board(
        "Who?",
        actors,
        {("a", "b"): 0.8, ("c", "b"): -0.4, ("a", "c"): 0.01},
        {("a", "b"): 0.25, ("b", "a"): None},
    )
    edges = [each for each in chart.figure["data"] if each["mode"] == "lines" and each["x"] != [None]]
    assert {(each["line"]["dash"], each["line"]["color"]) for each in edges} == {
        ("solid", "#2166AC"),
        ("6px,4px", "#B2182B"),
    }
    widths = {each["line"]["dash"]: each["line"]["width"] for each in edges}
    assert widths["solid"] == pytest.approx(2 * widths["6px,4px"], abs=1)
    assert chart.rows[0] == ("Alpha, Beta", "+0.80", "+0.25", "not known")
    assert len(chart.rows) == 3
    sizes = next(each for each in chart.figure["data"] if "textposition" in each)["marker"]["size"]
    assert sizes[0] == sizes[2] == pytest.approx(2 * sizes[1], abs=0.2), "area goes by capability"
    assert "Gamma &amp; &lt;i&gt;" in json.dumps(chart.figure)
    assert "<i>" not in json.dumps(chart.figure).replace("&lt;i&gt;", "")
    assert chart.alt.startswith("Alignments, strongest first: Alpha and Beta +0.80; ")


def test_an_uncertain_sign_is_pale_and_allies_sit_beside_each_other():
    actors = {each: (each.upper(), "#0072B2", 0.3) for each in "abcd"}
    alignment = {("a", "b"): -0.5, ("a", "c"): 0.9, ("c", "d"): 0.7}
    assert ring("abcd", alignment) == ["a", "c", "d", "b"]
    chart = charts.board("Who?", actors, alignment, sure={pair: pair != ("a", "b") for pair in alignment})
    opacity = {each["line"]["dash"]: each["opacity"] for each in chart.figure["data"] if "opacity" in each}
    assert opacity["6px,4px"] < opacity["solid"]


def placed(chart):
    """Where each actor stands, by its name on the map."""
    nodes = next(each for each in chart.figure["data"] if "textposition" in each)
    return dict(zip(nodes["text"], zip(nodes["x"], nodes["y"], strict=True), strict=True))


def test_maps_of_one_scenario_agree_where_each_actor_stands(found):
    """At any date, of the medians of results or of the plain numbers of its start, in whatever order they are given."""
    given = found.scenario
    start = {(a, b): value for (what, a, b), value in medians(found, 0).items() if what == "alignment"}
    faces = {each: (given.title(each), "#000000", 0.3) for each in given.actors}
    plain = placed(charts.board("Who?", faces, start))
    assert plain == placed(charts.network(found)) == placed(charts.network(found, "2015"))
    now = {(a, b): value for (what, a, b), value in medians(found, 30).items() if what == "alignment"}
    assert placed(charts.board("Who?", faces, now, order=ring(given.actors, start))) == plain
    assert list(plain) != [title for title, *_ in faces.values()], "not the order of the file"


def test_a_map_may_be_given_an_order():
    actors = {each: (each.upper(), "#0072B2", 0.3) for each in "abcd"}
    alignment = {("a", "b"): -0.5, ("a", "c"): 0.9, ("c", "d"): 0.7}
    assert list(placed(charts.board("Who?", actors, alignment))) == ["A", "C", "D", "B"]
    told = charts.board("Who?", actors, alignment, order="dcba")
    assert list(placed(told)) == ["D", "C", "B", "A"]
    assert placed(told)["D"] == (0.0, 1.0), "the first is at the top"
    assert [row[0] for row in told.rows] == ["A, B", "A, C", "C, D"]


def test_medians_are_read_at_any_record(found):
    line = found.line("stance:japan:russia")
    assert medians(found, 7)["stance", "japan", "russia"] == line["q50"].iloc[7]
    assert medians(found, 0, "mean")["alignment", "japan", "china"] == pytest.approx(-0.4)


# --- time, marks, sizes ---------------------------------------------------------------------------


def test_charts_of_saved_results_are_those_of_the_results_in_memory(found, tmp_path):
    again = load(save(found, tmp_path / "r", seconds=1.0))
    assert [each.figure for each in every(again)] == [each.figure for each in every(found)]


def test_every_event_has_its_number_even_where_they_are_dense(found):
    _, numbers = event_marks(found.scenario)
    told = [each for text in numbers["customdata"] for each in text.split("<br>")]
    assert [int(each.split()[0]) for each in told] == [each.number for each in marks(found.scenario)]
    assert len(numbers["text"]) < len(told)
    assert numbers["x"] == sorted(numbers["x"])


def test_long_lines_are_thinned_and_keep_both_ends():
    values = list(range(6001))
    few = thinned(values)
    assert (few[0], few[-1]) == (0, 6000)
    assert len(few) <= MOST_POINTS + 2
    assert thinned([4.0]) == [4.0]
    assert as_json(np.array([0.123456, np.nan])) == [0.1235, None]
    long = scenario({"step": "month"}, n=2, years=100)
    assert len(yearly(long)) <= MOST_ROWS + 1


def test_a_legend_has_its_room_beside_the_height_of_the_figure():
    named = [{"name": "a"}, {"name": "b", "showlegend": False}, {}]
    assert figure(named, height=300)["layout"]["height"] == 320
