"""Interactive charts of findings: what is drawn are the finding's numbers, and nothing is told by colour alone."""

import json
import re

import numpy as np
import pytest

from sim import looks
from sim.analyses import analyses, effects
from sim.analyses.attribution import Attribution
from sim.analyses.break_even import BreakEven
from sim.analyses.decision import COMBINED, Decision
from sim.analyses.discovery import Discovery
from sim.analyses.flip import Flip, borders
from sim.analyses.map import Map
from sim.analyses.sensitivity import Sensitivity
from sim.analyses.trade_off import TradeOff
from sim.charts.findings import charts_of, parts
from sim.charts.findings import trade_off as trade_offs
from sim.charts.findings.discovery import WORLDS
from sim.designs import Grid, LatinHypercube, MonteCarlo, Morris, OneAtATime, Saltelli
from sim.study import Lever
from sim.wording import MINUS
from tests.test_deciding import amount, amounts, at_work, cause, study, uniform
from tests.test_understanding import inputs, ishigami
from tests.test_understanding import study as responding


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Fewer than users get, for speed; no expected number hangs on them."""
    monkeypatch.setattr(effects, "RESAMPLES", 100)
    monkeypatch.setattr(effects, "DUMMIES", 100)


# --- studies, planted -----------------------------------------------------------------------------


def linear(x, option, z):
    """3 x0 - x1 in the first option, nothing but luck in the second."""
    return (3.0 * x[:, [0]] - x[:, [1]] if option == 0 else 0.0) + z


def cornered(x, option, z):
    """1 where both inputs are above a half, else 0, and luck."""
    return ((x[:, [0]] > 0.5) & (x[:, [1]] > 0.5)) * 1.0 + z


VALUES = (0.0, 0.5, 1.0, 1.5)


def climbing(column, settings, x, luck):
    """The amount less an input, so that it passes 0.2 at 0.2 above the input."""
    return amount(settings, VALUES) - x["parameters.a"] + 0.01 * luck


def two_causes(column, settings, x, luck):
    """The first raises it by 2, the second lowers it by 1, the third does nothing."""
    there = at_work(settings)
    return 2.0 * ("push" in there) - 1.0 * ("pull" in there) + 0.1 * luck


def turning(column, settings, x, luck):
    """Courtship helps as long as `a` is below 0.7; nothing else bears on it."""
    return (0.7 - x["parameters.a"]) * (settings["tokyo"] == "courtship") + 0.01 * luck


def choosing(column, settings, x, luck):
    """Bold costs more and is safer; a front forms with neither; idle is beaten by both."""
    bold, idle = settings["tokyo"] == "bold", settings["tokyo"] == "idle"
    if column == "cost":
        return 10.0 * bold + 20.0 * idle + x["parameters.a"] + 0.1 * luck
    if column == "safety":
        return 0.5 + 0.3 * bold - 0.2 * idle + 0.01 * luck + 0.0 * x["parameters.a"]
    return 0.2 - 0.1 * bold + 0.1 * idle + 0.01 * luck + 0.0 * x["parameters.a"]


A = uniform("parameters.a")
TOKYO = Lever("tokyo", "Tokyo", ("careful", "bold", "idle"))
COURTING = Lever("tokyo", "Tokyo", ("courtship", "none"))


def found(kind, made):
    return made, kind.of(made)


def every():
    """A study and a finding of each kind of analysis, and of each way in which it is drawn."""
    levers = [amounts(VALUES)]
    worlds = LatinHypercube(points=40)
    three = [cause("push"), cause("pull"), cause("none")]
    return {
        "sobol": found(Sensitivity("y"), responding(Saltelli(points=32), inputs(4, -3.0, 3.0), ishigami)),
        "ranks": found(Sensitivity("y"), responding(MonteCarlo(points=80), inputs(3), linear)),
        "morris": found(Sensitivity("y"), responding(Morris(trajectories=8), inputs(3), linear)),
        "tornado": found(Sensitivity("y"), responding(OneAtATime(levels=3), inputs(3), linear)),
        "discovery": found(
            Discovery("y", above=0.5, resamples=2),
            responding(LatinHypercube(points=200), inputs(3), cornered, luck=0.05),
        ),
        "map": found(
            Map("parameters.x0", "parameters.x1", "y", against="none"),
            responding(Grid(levels=4), inputs(2), linear),
        ),
        "attribution": found(Attribution("alignment"), study(two_causes, three, [A], worlds, 3)),
        "break_even": found(
            BreakEven("alignment", "stance", above=0.2, feasible_to=1.0),
            study(climbing, levers, [A], worlds, 3),
        ),
        "flip": found(
            Flip("alignment"),
            study(turning, [COURTING], [A, uniform("parameters.b")], OneAtATime(levels=5), 30),
        ),
        "decision": found(
            Decision(less=("cost", "front"), more=("safety",), satisfied=("cost <= 5", "safety >= 0.6")),
            study(choosing, [TOKYO], [A], worlds, 3),
        ),
        "trade_off": found(
            TradeOff(less=("cost", "front"), more=("safety",)), study(choosing, [TOKYO], [A], worlds, 3)
        ),
    }


@pytest.fixture(scope="module")
def made():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effects, "RESAMPLES", 100)
        patch.setattr(effects, "DUMMIES", 100)
        yield every()


def charts(made, name):
    return {each.name.removeprefix("it-"): each for each in charts_of(*made[name], "it")}


def trace(chart, name):
    """The trace whose name in the legend begins so."""
    return next(each for each in chart.figure["data"] if str(each.get("name", "")).startswith(name))


# --- all of them ----------------------------------------------------------------------------------


def test_every_kind_of_analysis_has_a_chart(made):
    assert {found.analysis.analysis for _, found in made.values()} == set(analyses())
    for name in made:
        assert charts(made, name), name


def test_every_chart_asks_a_question_tells_its_numbers_and_is_plain_json(made):
    for name in made:
        for each in charts(made, name).values():
            assert each.title.endswith("?"), each.title
            assert re.search(r"\d", each.alt), each.alt
            assert len(each.reading) > 40
            assert all(len(row) == len(each.head) for row in each.rows)
            assert all(isinstance(cell, str) for row in each.rows for cell in row)
            json.dumps(each.figure, allow_nan=False)
            for axis in ("xaxis", "yaxis"):
                said = each.figure["layout"][axis]
                assert (
                    said.get("title", {}).get("text") or said.get("ticktext") or said.get("visible") is False
                )


def test_equal_findings_give_equal_charts(made):
    for name in made:
        one, other = (json.dumps([each.figure for each in charts(made, name).values()]) for _ in range(2))
        assert one == other


def test_marks_that_differ_in_colour_differ_in_pattern_symbol_dash_or_sign_too(made):
    """Bars by pattern, sign or width; points by symbol or hollowness; lines by dash."""
    for name in made:
        for each in charts(made, name).values():
            looks = {}
            for one in each.figure["data"]:
                marker, line = one.get("marker", {}), one.get("line", {})
                if one["type"] not in ("bar", "scatter") or one.get("showlegend") is False:
                    continue
                sign = (
                    one["type"], one.get("mode"), marker.get("pattern", {}).get("shape"), str(marker.get("symbol")),
                    marker.get("color") == "#FFFFFF", line.get("dash"), line.get("width"), one.get("fill"),
                    one.get("width"), str(set(one.get("text", []))), one.get("opacity"), one.get("orientation"),
                )  # fmt: skip
                assert looks.setdefault(sign, one["name"]) == one["name"], (
                    each.name,
                    one["name"],
                    looks[sign],
                )


def test_colours_are_those_of_the_drawn_figures():
    from sim.plots.findings import attribution, flip
    from sim.plots.style import FAN, HOSTILE

    assert (looks.FAN, looks.HOSTILE) == (FAN, HOSTILE)
    assert (looks.UP, looks.DOWN, looks.UNSURE) == (attribution.UP, attribution.DOWN, attribution.UNSURE)
    from sim.charts.findings import flip as charted

    assert [charted.LOOKS[sign][1] for sign in (1, -1, 0)] == [flip.HIGHER, flip.LOWER, flip.UNSURE]


def test_words_of_a_user_are_shown_and_never_taken_for_markup():
    levers = [Lever("stance", "<b>Bold</b> & <a href='x'>", ("s0", "s1", "s2", "s3"), values=VALUES)]
    made = study(climbing, levers, [A], LatinHypercube(points=8), 2)
    (curve, _) = charts_of(made, BreakEven("alignment", "stance", above=0.2).of(made), "it")
    told = json.dumps(curve.figure)
    assert "&lt;b&gt;Bold" in told
    assert "<b>Bold" not in told
    assert "<a " not in told


def test_an_analysis_without_a_chart_of_its_own_gives_none(made):
    study_, finding = made["map"]

    class Other(Map):
        analysis = "something_else"

    object.__setattr__(finding, "analysis", Other(**vars(finding.analysis)))
    try:
        assert charts_of(study_, finding, "it") == []
    finally:
        object.__setattr__(finding, "analysis", Map(**vars(finding.analysis)))


# --- one by one -----------------------------------------------------------------------------------


def test_bars_of_indices_are_the_indices(made):
    table = made["sobol"][1].tables["inputs"]
    (chart,) = charts(made, "sobol").values()
    assert trace(chart, "total")["x"] == pytest.approx(table["total"].tolist(), rel=1e-4)
    assert trace(chart, "first-order")["x"] == pytest.approx(
        table["first_order"].tolist(), rel=1e-4, abs=1e-9
    )
    assert chart.rows[-1][1:] == ("0", "0")  # x3 idles
    assert "Luck" in chart.reading


def test_a_screen_draws_chance_beside_the_inputs_and_the_direction_of_each(made):
    shown = charts(made, "ranks")
    table = made["ranks"][1].tables["inputs"].set_index("input")
    assert trace(shown["pawn"], "what chance gives")["x"] == pytest.approx(
        [table["chance"].iloc[0]] * 2, rel=1e-4
    )
    sure = trace(shown["ranks"], "distinguishable from none")
    assert max(sure["x"]) == pytest.approx(table.loc["parameters.x0", "partial_rank"], rel=1e-4)
    assert min(sure["x"]) == pytest.approx(table.loc["parameters.x1", "partial_rank"], rel=1e-4)


def test_a_tornado_has_the_change_at_either_end_of_each_input(made):
    """3 x0 from 0 to 1 about a half: 1.5 either way; x2 does nothing."""
    (chart,) = charts(made, "tornado").values()
    high, low = trace(chart, "input at its highest"), trace(chart, "input at its lowest")
    assert high["x"][0] == pytest.approx(1.5)
    assert low["x"][0] == pytest.approx(-1.5)
    assert high["x"][1] == pytest.approx(-0.5)
    assert chart.figure["layout"]["yaxis"]["ticktext"][-1] == "luck"
    alone = trace(chart, "luck alone")
    assert alone["base"][0] == pytest.approx(-alone["x"][0] / 2, rel=1e-4)  # one deviation either way


def test_effects_stand_at_their_mean_and_spread(made):
    """Linear effects have no spread: 3 and 1 across the range."""
    (chart,) = charts(made, "morris").values()
    points = trace(chart, "an input")
    assert points["x"] == pytest.approx([3.0, 1.0])
    assert points["y"] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert points["text"] == ["1", "2"]
    assert "Do nothing at all: 1" in chart.reading


def test_the_worlds_of_a_box_are_all_drawn_where_they_are_few(made):
    shown = charts(made, "discovery")
    happens, others = trace(shown["worlds"], "such a world"), trace(shown["worlds"], "another world")
    assert len(happens["x"]) + len(others["x"]) == 200
    assert all(x > 0.45 for x in happens["x"])
    box = trace(shown["box"], "the box")
    assert all(50 - 8 < base < 50 + 8 for base in box["base"])  # each of both from a half on
    assert "evenly spaced" not in shown["worlds"].reading


def test_a_large_cloud_of_worlds_is_thinned_alike_each_time_and_says_so():
    made = responding(LatinHypercube(points=2000), inputs(2), cornered, luck=0.05)
    finding = Discovery("y", above=0.5, resamples=0).of(made)
    chart = {each.name: each for each in charts_of(made, finding, "it")}["it-worlds"]
    drawn = sum(len(each["x"]) for each in chart.figure["data"][:2])
    assert drawn == WORLDS == 1500
    assert "Drawn: 1,500 of 2,000 worlds, evenly spaced in the order of the design." in chart.reading
    assert len(json.dumps(chart.figure)) < 200_000


def test_a_box_that_is_not_found_is_not_drawn():
    noise = np.random.default_rng(5).random((300, 1))
    made = responding(LatinHypercube(points=300), inputs(2), lambda x, o, z: noise + 0.0 * z, luck=0.0)
    finding = Discovery("y", above=0.5, resamples=0).of(made)
    assert not finding.tables["box"]["found"][0]
    assert "box" not in {each.name for each in charts_of(made, finding, "box")}
    assert all(each.name == "it-trajectory" for each in charts_of(made, finding, "it"))


def test_a_map_holds_each_cell_and_brackets_what_it_cannot_tell(made):
    """3 x0 - x1 on a grid of four: 0 at the lowest corner, where luck alone decides nothing."""
    (chart,) = charts(made, "map").values()
    heat, contour = chart.figure["data"]
    expected = [[3 * x - y for x in (0, 1 / 3, 2 / 3, 1)] for y in (0, 1 / 3, 2 / 3, 1)]
    assert np.array(heat["z"]) == pytest.approx(np.array(expected), abs=1e-5)
    assert contour["contours"]["start"] == contour["contours"]["end"] == 0.0
    assert heat["zmax"] == -heat["zmin"] == pytest.approx(3.0)
    cells = made["map"][1].tables["cells"]
    untold = (cells["side"] == 0) & ~cells["few"]
    assert [text.startswith("(") for row in heat["text"] for text in row] == untold.tolist()


def test_a_waterfall_begins_where_the_one_before_ends(made):
    """+2 and -1 in the mean: from 0 by 2 up, then by 1 down, to 1."""
    (chart,) = charts(made, "attribution").values()
    up, down = trace(chart, "raises it"), trace(chart, "lowers it")
    none, everything = trace(chart, "with none")["x"]
    assert up["base"][0] == pytest.approx(none, rel=1e-4)
    assert up["x"][0] == pytest.approx(2.0)
    assert down["base"][0] == pytest.approx(none + 2.0, rel=1e-4)
    assert down["x"][0] == pytest.approx(-1.0)
    assert everything == pytest.approx(none + 1.0, abs=1e-4)
    assert down["marker"]["pattern"]["shape"]
    assert len(chart.rows) == 5


def test_a_curve_shows_the_level_its_crossing_and_what_is_not_feasible(made):
    """The mean of the input is a half: the mean passes 0.2 at 0.7."""
    shown = charts(made, "break_even")
    curve = shown["curve"]
    assert trace(curve, "mean over runs")["x"] == list(VALUES)
    assert trace(curve, "the level, 0.2 (above it is asked for)")["y"] == [0.2, 0.2]
    assert trace(curve, "crossing")["x"][0] == pytest.approx(0.7, abs=0.02)
    (shaded,) = curve.figure["layout"]["shapes"]
    assert shaded["x0"] == 1.0
    assert "Grey: outside what is feasible (0 to 1)." in curve.reading
    counted = trace(shown["needed"], "worlds that need so much")
    reached = (made["break_even"][1].tables["worlds"]["needed"] <= 1.0).mean()
    assert sum(counted["y"]) == pytest.approx(100 * reached, abs=1e-3)


def test_few_worlds_are_marked_one_by_one():
    made = study(climbing, [amounts(VALUES)], [A], LatinHypercube(points=5), 2)
    chart = charts_of(made, BreakEven("alignment", "stance", above=0.2).of(made), "it")[1]
    (worlds,) = chart.figure["data"]
    needed = np.sort(made.input("parameters.a") + 0.2)
    assert np.sort(worlds["x"]) == pytest.approx(needed, abs=0.05)


def test_strips_end_where_the_verdict_turns_and_alike_neighbours_are_one(made):
    """The difference is 0.7 - a: lower from 0.7 on; b does nothing, so that its strip is of one piece."""
    (chart,) = charts(made, "flip").values()
    higher, lower = trace(chart, "+"), trace(chart, MINUS)
    assert higher["y"] == [0, 1]
    assert higher["x"][1] == 1.0
    assert lower["base"][0] == pytest.approx(0.7, abs=0.06)
    assert set(higher["text"]) == {"+"}
    assert set(lower["text"]) == {MINUS}
    assert "turns at 0.7" in chart.figure["layout"]["yaxis"]["ticktext"][0]
    assert "turns" not in chart.figure["layout"]["yaxis"]["ticktext"][1]


def test_borders_lie_half_way_or_where_the_difference_is_none():
    import pandas as pd

    levels = pd.DataFrame({"difference": [3.0, 2.0, -1.0, -1.0], "sign": [1, 1, -1, 0]})
    at = np.array([0.0, 0.4, 0.7, 1.0])
    assert borders(at, levels, steps=False) == pytest.approx([0.2, 0.6, 0.85])
    assert borders(at, levels, steps=True) == pytest.approx([0.2, 0.55, 0.85])


def test_regret_stands_in_cells_and_a_star_where_it_is_surely_least(made):
    """Careful costs 10 less than bold in every world; bold is safer by 0.3 and has fewer fronts."""
    shown = charts(made, "decision")
    (block,) = [each for name, each in shown.items() if name.startswith("regret")]
    (heat,) = block.figure["data"]
    assert heat["text"][0][0].startswith("<b>★ 0</b>")
    assert heat["text"][1][0].startswith("<b>10")
    assert heat["text"][1][2].startswith("<b>★ 0</b>")
    assert heat["z"][2][0] == 1.0  # idle costs 20 more, most of the range
    assert COMBINED in " ".join(block.head)
    met = trace(shown["satisfied"], "cost ≤ 5")
    assert met["x"] == [100.0, 0.0, 0.0]


def test_options_go_from_the_worst_mean_to_the_best_and_the_beaten_are_hollow(made):
    shown = charts(made, "trade_off")
    lines = [each for each in shown["profiles"].figure["data"] if each["mode"] == "lines+markers"]
    assert [each["y"][0] for each in lines] == pytest.approx([1.0, 0.5, 0.0], abs=0.01)  # cost: 0, 10, 20
    assert [each["marker"]["color"] == "#FFFFFF" for each in lines] == [False, False, True]
    assert "Beaten: idle" in shown["profiles"].alt


def test_the_plane_is_that_of_a_pair_by_which_most_options_are_unbeaten(made):
    """By front and safety bold beats careful; by cost and either of them neither beats the other."""
    table = made["trade_off"][1].tables["outcomes"]
    assert trade_offs.sharpest(table, ["cost", "front", "safety"]) == ("cost", "front")
    assert trade_offs.sharpest(table, ["front", "safety", "cost"]) == ("front", "cost")
    assert charts(made, "trade_off")["plane"].title == "How do options trade cost against front?"


def test_points_that_all_but_coincide_share_a_label():
    x, y = np.array([0.0, 1.0, 0.001]), np.array([0.0, 1.0, 0.0])
    assert trade_offs._labels(x, y) == ["A, C", "B", ""]


def test_numbers_are_no_more_exact_than_their_interval_and_carry_a_true_minus():
    assert parts.stated(-0.4512, -0.61, -0.30) == "−0.45 (−0.61 to −0.30)"
    assert parts.stated(0.1234, 0.1, 0.15, 100.0) == "12.3 (10.0 to 15.0)"
    assert parts.stated(0.0, 0.0, 0.0) == "0"
    assert parts.stated(float("nan"), 0.0, 1.0) == "not known"
    assert parts.known([1.23456789, float("inf"), float("nan")]) == [1.23457, None, None]
