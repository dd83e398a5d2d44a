"""A seat: nothing of the future is seen, a finished game is a scenario, and policies are met on equal luck."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from sim import seat
from sim.answer import FEWEST, contrast, paired_error
from sim.charts import seat as charts
from sim.cli import main
from sim.ensemble import simulate
from sim.errors import WedgeError
from sim.looks import colours
from sim.results import run
from sim.scenario import altered, load
from sim.seat.course import own_events
from sim.seat.score import RUNS

NAN = float("nan")
STANCES = (0.1, 0.3, 0.3, -0.2, 0.4, 0.4, 0.5, 0.2, 0.0, -0.6)


@pytest.fixture(scope="module")
def abe():
    return load("abe_engagement")


@pytest.fixture(scope="module")
def game(abe):
    return seat.seated(abe, run=17)


@pytest.fixture(scope="module")
def choices(game):
    return {date: {"russia": each} for date, each in zip(game.turns, STANCES, strict=True)}


@pytest.fixture(scope="module")
def score(game, choices):
    return seat.score(game, choices)


def until(choices, decisions):
    return dict(list(choices.items())[:decisions])


def foreseeing(scenario):
    """The scenario with a Moscow and a Beijing that look ahead before they answer Tokyo."""
    rows = {each: {"japan": {"policy": "quantal_response"}} for each in ("russia", "china")}
    return altered(scenario, "foreseeing", {"policies": rows, "question": None})


# --- who sits where -------------------------------------------------------------------------------


def test_the_seat_is_the_dividers_unless_told_and_decides_every_year(game):
    assert (game.actor, game.targets) == ("japan", ("russia",))
    assert game.turns == tuple(f"{year}Q1" for year in range(2012, 2022))
    assert game.end == "2022Q1"


@pytest.mark.parametrize(
    ("actor", "targets"),
    [("russia", ("japan", "china")), ("china", ("russia",)), ("europe", ("japan",))],
    ids=["a target decides on divider and adversary", "an adversary on the target", "others on the first"],
)
def test_a_part_in_a_wedge_suggests_the_targets(abe, actor, targets):
    assert seat.seated(abe, actor).targets == targets


def test_decisions_may_lie_further_apart(abe):
    assert seat.seated(abe, every=4).turns == ("2012Q1", "2016Q1", "2020Q1")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (dict(actor="japn"), "there is no actor called 'japn'; did you mean 'japan'?"),
        (dict(targets=("rusia",)), "there is no actor called 'rusia'; did you mean 'russia'?"),
        (dict(targets=("japan",)), "japan cannot be a target of its own"),
        (dict(targets=("russia", "russia")), "a target is named twice: russia, russia"),
        (dict(run=-1), "run is -1; runs of a game are numbered from 0 to 999999"),
        (dict(every=0), "every is 0; decisions lie at least 1 year apart"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_seat_that_cannot_be_is_refused_in_words(abe, given, told):
    with pytest.raises(WedgeError) as error:
        seat.seated(abe, **given)
    assert told in str(error.value)


def test_a_seat_without_targets_is_refused(abe):
    with pytest.raises(WedgeError, match="a seat needs at least one target; there are russia, china"):
        seat.Game(abe, "japan", ())


def test_a_seat_has_plain_luck():
    with pytest.raises(WedgeError, match="luck is antithetic, but a seat has plain luck"):
        seat.seated(load("abe_engagement", ["luck=antithetic"]))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"2012Q3": {"russia": 0.1}}, "'2012Q3' is no date of decision; did you mean '2012Q1'?"),
        ({"2013Q1": {"russia": 0.1}}, "no choice for 2012Q1, though there is one for a later date"),
        ({"2012Q1": {}}, "2012Q1: no stance toward russia; choose a number from -1 to 1"),
        ({"2012Q1": {"russia": 0, "chin": 0}}, "2012Q1: 'chin' is no target of this seat"),
        (
            {"2012Q1": {"russia": 1.1}},
            "2012Q1: the stance toward russia is 1.1; expected a number from -1 to 1",
        ),
        (
            {"2012Q1": {"russia": "warm"}},
            "the stance toward russia is 'warm'; expected a number from -1 to 1",
        ),
        ({"2012Q1": {"russia": float("nan")}}, "expected a number from -1 to 1"),
        ({"2012Q1": {"russia": True}}, "expected a number from -1 to 1"),
    ],
    ids=["no date", "gap", "no stance", "no target", "beyond", "word", "no number", "truth value"],
)
def test_a_choice_that_cannot_be_is_refused_in_words(game, made, told):
    with pytest.raises(WedgeError) as error:
        seat.played(game, made)
    assert told in str(error.value)


# --- nothing of the future ------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["as shipped", "others look ahead"])
def test_what_is_shown_at_a_turn_is_the_past_to_the_bit_whatever_is_chosen_later(abe, choices, world):
    game = seat.seated(abe if world == "as shipped" else foreseeing(abe), run=17)
    other = {date: {"russia": -each["russia"]} for date, each in choices.items()}
    whole = [seat.played(game, choices), seat.played(game, {**other, **until(choices, 4)})]
    now = seat.played(game, until(choices, 4))
    assert now.date == "2016Q1"
    assert len(now.years) == 17
    assert now.years[-1] == 2016.0
    for name, line in now.lines.items():
        for each in whole:
            assert np.array_equal(line, each.lines[name][: len(line)]), name
    assert any(not np.array_equal(one, whole[1].lines[name]) for name, one in whole[0].lines.items())


def test_the_news_of_a_turn_are_those_since_the_last_decision(game, choices):
    now = seat.played(game, until(choices, 3))
    assert {each.date[:4] for each in now.news if each.kind in ("event", "record", "violation")} == {"2014"}
    assert {each.date for each in now.news if each.kind in ("sanction", "credit", "order")} == {"2015Q1"}


def test_a_choice_holds_from_its_date_to_the_next_and_not_before(game, choices):
    """Conduct moves to the choice of the quarter at the rate 1 - inertia; no choice casts its shadow ahead."""
    still = {date: {"russia": 0.3} for date in game.turns}
    turned = {**still, "2016Q1": {"russia": -0.9}}
    one, other = (seat.played(game, each).lines["stance:japan:russia"] for each in (still, turned))
    assert np.array_equal(one[:17], other[:17])
    assert other[17] < one[17] - 0.2


def test_before_the_first_choice_there_is_the_start_and_no_news(game, abe):
    start = seat.played(game, {})
    assert (start.date, start.decisions, start.finished, start.news) == ("2012Q1", 0, False, ())
    assert start.now("alignment:russia:china") == 0.45
    assert start.now("stance:russia:japan") == pytest.approx(-0.1)
    assert {each.word for each in start.conduct} == {"much as before"}


# --- what is told ---------------------------------------------------------------------------------


def test_the_news_tell_of_events_violations_sanctions_and_the_order(game, choices):
    told = {(each.kind, each.text) for each in seat.played(game, until(choices, 3)).news}
    assert ("event", "Crimea annexed") in told
    assert ("record", "G7 sanctions, Japan's token") in told
    assert ("violation", "Russia violates the order.") in told
    sanctions = [text for kind, text in told if kind == "sanction"]
    assert any(each.startswith("Sanctions of United States on Russia: 0.2") for each in sanctions)
    assert all("up from 0.00 (1 would be a full break)" in each for each in sanctions)
    assert any(
        text.startswith("The strength of the rules-based order: 0.") for kind, text in told if kind == "order"
    )


def test_what_the_record_has_the_seats_own_government_do_is_told_as_record_and_left_out(game, choices):
    told = [each for each in seat.played(game, until(choices, 2)).news if "2+2" in each.text]
    assert [each.kind for each in told] == ["record"]
    assert "Japan's own step in the scenario; here it is for you to decide" in told[0].text
    assert own_events(game) == ["talks_2013", "sochi_2016", "talks_2017"]
    assert not set(own_events(game)) & set(seat.course(game, choices).data["events"])


def crises_of(scenario, run, choices):
    game = seat.seated(scenario, run=run)
    for decisions in range(1, len(game.turns) + 1):
        yield from (
            each for each in seat.played(game, until(choices, decisions)).news if each.kind == "crisis"
        )


def test_every_crisis_of_the_run_is_told_once_with_who_joined_and_who_prevailed(game, abe, choices):
    paths = simulate(seat.course(game, choices), first=17, runs=1)
    struck = [k for k in range(41) if paths.arrays["crisis"][k, 0, 0, 0]]
    told = list(crises_of(abe, 17, choices))
    assert len(told) == len(struck) > 0
    for k, each in zip(struck, told, strict=True):
        assert each.date == paths.calendar.dates()[k - 1]
        assert each.text.startswith("Crisis, Senkaku: China against Japan. ")
        assert ("Japan lost" in each.text) == bool(paths.arrays["loss"][k, 0, 0, 0])
        conduct = dict(zip(paths.ties.names, paths.arrays["joined"][k, 0, :, 0], strict=True))
        joined = (
            each.text.partition(". ")[2].partition("joined Japan")[0] if "joined Japan" in each.text else ""
        )
        assert ("United States" in joined) == (conduct["united_states"] > 0)


def test_events_by_chance_are_told_only_where_they_happen(abe):
    events = {
        "fair": {
            "at": "2013Q3",
            "label": "A fair",
            "probability": 0.5,
            "add": {"alignment.russia.china": -0.3},
        }
    }
    scenario = altered(abe, "fair", {"events": events, "question": None})
    chosen = {"2012Q1": {"russia": 0.0}, "2013Q1": {"russia": 0.0}}
    for number in range(6):
        position = seat.played(seat.seated(scenario, run=number), chosen)
        happened = any(each.text == "A fair" for each in position.news)
        line = position.lines["alignment:russia:china"]
        assert happened == (line[7] < line[6] - 0.15)


def test_an_event_that_ends_is_told(abe, game, choices):
    told = [each.text for each in seat.played(game, choices).news]
    assert "America First: over" in told


def test_conduct_tells_how_each_other_treats_the_seat(game, choices):
    position = seat.played(game, until(choices, 5))
    assert [each.actor for each in position.conduct] == ["russia", "china", "united_states", "europe"]
    for each in position.conduct:
        line = position.lines[f"stance:{each.actor}:japan"]
        assert (each.before, each.now) == (line[-5], line[-1])
        change = each.now - each.before
        assert each.word == ("much as before" if abs(change) < 0.05 else "warmer" if change > 0 else "cooler")


# --- a finished game is a scenario ----------------------------------------------------------------


def invoked(*words):
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_a_finished_game_is_a_small_file_that_checks_and_runs_to_the_same_bits(
    game, choices, score, tmp_path
):
    file = tmp_path / "mine.yaml"
    file.write_text(seat.as_yaml(game, choices), encoding="utf-8")
    assert file.read_text().startswith("format: 1\nextends: abe_engagement\n")
    assert len(file.read_text().splitlines()) < 60
    assert invoked("check", str(file)).exit_code == 0
    scenario = load(file)
    paths, position = simulate(scenario, first=17, runs=1), seat.played(game, choices)
    assert np.array_equal(
        paths.of("alignment", "russia", "china")[:, 0], position.lines["alignment:russia:china"]
    )
    found = run(scenario, runs=40)
    again = seat.score(game, choices, runs=40)
    assert again["front.index"].once == found.columns["front.index"][17]
    assert again["front.index"].mean == pytest.approx(found.columns["front.index"].mean(), abs=1e-12)


@pytest.mark.parametrize("step", ["month", "year"])
def test_a_game_in_other_steps_is_the_run_of_its_scenario_too(step, choices):
    """Whatever the steps, a position is that of the same run of the finished scenario, at the dates it computes."""
    game = seat.seated(load("abe_engagement", [f"step={step}"]), run=17)
    assert game.turns == tuple(choices)
    position, paths = (
        seat.played(game, until(choices, 3)),
        simulate(seat.course(game, choices), first=17, runs=1),
    )
    assert position.years == tuple(paths.calendar.years()[: len(position.years)])
    assert position.years[-1] == 2015.0
    whole = paths.of("stance", "russia", "japan")[:, 0]
    assert np.array_equal(position.lines["stance:russia:japan"], whole[: len(position.years)])
    assert "Crimea annexed" in [each.text for each in position.news]


def test_the_command_runs_the_file(game, choices, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(seat.as_yaml(game, choices), encoding="utf-8")
    made = invoked("run", str(file), "--runs", "20", "--out", str(tmp_path / "out"))
    assert made.exit_code == 0
    assert "What did the course of Japan toward Russia change" in made.output


@pytest.mark.parametrize(
    ("name", "actor", "targets"),
    [
        ("abe_engagement", "japan", ("russia",)),
        ("neutrality_pact_1941", "japan", ("russia", "united_states")),
        ("outlook_2036", "japan", ("russia",)),
        ("principled_engagement", "japan", ("russia", "china")),
        ("us_china_1969", "united_states", ("china",)),
    ],
)
def test_the_scenario_as_it_was_is_asked_about_and_is_the_one_played(name, actor, targets, tmp_path):
    """Events and policies that the seat takes over come back in the alternative, bit for bit."""
    game = seat.Game(load(name), actor, targets, 3)
    file = tmp_path / "mine.yaml"
    chosen = {date: dict.fromkeys(targets, -0.4) for date in game.turns}
    file.write_text(seat.as_yaml(game, chosen), encoding="utf-8")
    before, after = (simulate(each, runs=5).arrays for each in (load(name), load(file).arms["as_it_was"]))
    for quantity, each in before.items():
        assert np.array_equal(each, after[quantity]), quantity
    played = simulate(load(file), first=3, runs=1).arrays["stance"]
    assert not np.array_equal(played, before["stance"][..., 3:4])


def test_what_an_event_does_besides_stays(tmp_path):
    """Pearl Harbor moves Washington too; a Tokyo that decides for itself takes only its own part away."""
    game = seat.Game(load("neutrality_pact_1941"), "japan", ("united_states",))
    chosen = {date: {"united_states": 0.2} for date in game.turns}
    left = seat.course(game, chosen).data["events"]["pearl_harbor"]["set"]
    assert "engagement.japan.united_states" not in left
    assert left["engagement.united_states.japan"] == -0.8


def test_a_seats_policy_leaves_nothing_of_one_of_the_same_kind(abe):
    """Dates of a schedule that the scenario has do not stay between those chosen."""
    policies = {"japan": {"russia": {"policy": "schedule", "stances": {"2012Q1": 0.9, "2012Q3": -0.9}}}}
    scenario = altered(abe, "scheduled", {"policies": policies, "question": None})
    game = seat.seated(scenario)
    chosen = {date: {"russia": 0.2} for date in game.turns}
    stances = seat.course(game, chosen).data["policies"]["japan"]["russia"]["stances"]
    assert stances == dict.fromkeys(game.turns, 0.2)


def test_uncertain_numbers_of_a_policy_go_with_it(abe):
    policies = {"japan": {"russia": {"policy": "fixed", "stance": 0.1}}}
    uncertain = {**abe.data["uncertainties"], "policies.japan.russia.stance": {"uniform": [0.0, 0.4]}}
    game = seat.seated(
        altered(abe, "wide", {"policies": policies, "uncertainties": uncertain, "question": None})
    )
    made = seat.course(game, {date: {"russia": 0.2} for date in game.turns})
    assert "policies.japan.russia.stance" not in made.data["uncertainties"]


def test_a_scenario_of_ones_own_is_written_in_full(abe, choices, tmp_path):
    mine = load("abe_engagement", ["parameters.isolation.weight=0.3"])
    file = tmp_path / "mine.yaml"
    game = seat.seated(mine, run=17)
    file.write_text(seat.as_yaml(game, choices), encoding="utf-8")
    assert "extends" not in file.read_text()
    assert load(file).data == seat.course(game, choices).data


# --- the score ------------------------------------------------------------------------------------


def test_policies_that_the_part_has_no_use_for_are_left_out(abe):
    of = {
        each: {one.name for one in seat.rivals(seat.seated(abe, each))}
        for each in ("japan", "russia", "china")
    }
    assert {"wedge", "hedge"} <= of["japan"]
    assert not {"wedge", "hedge", "bind"} & of["russia"]
    assert "bind" not in of["china"], "the scenario has counter-binding of its own"
    bound = "parameters.norms.counter_binding"
    kept = {path: each for path, each in abe.data["uncertainties"].items() if path != bound}
    alone = altered(abe, "alone", {"uncertainties": kept})
    assert "bind" in {one.name for one in seat.rivals(seat.seated(alone, "china"))}


def test_the_scenarios_own_course_comes_first_and_is_the_scenario(game):
    own, *others = seat.rivals(game)
    assert (own.name, own.policies) == ("course", None)
    assert own.scenario(game).data == {
        key: each for key, each in game.scenario.data.items() if key != "question"
    }
    assert len(others) == len({each.name for each in others}) == 15


def test_a_score_wants_a_finished_game(game, choices):
    with pytest.raises(WedgeError, match="the game is not over: no choice yet for 2016Q1"):
        seat.score(game, until(choices, 4))


def test_the_runs_of_a_score_hold_the_games_own(abe, choices):
    found = seat.score(seat.seated(abe, run=47), choices, runs=20)
    assert (found.first, found.runs) == (40, 20)
    paths = simulate(seat.course(found.game, choices), first=47, runs=1)
    assert found["sino_russian"].once == pytest.approx(
        paths.of("alignment", "russia", "china")[-8:].mean(), abs=1e-12
    )


def test_a_course_that_is_a_policy_is_the_same_in_every_run(game):
    """Equal choices at every date are the fixed policy, run for run."""
    found = seat.score(game, {date: {"russia": 0.25} for date in game.turns}, runs=20)
    for standing in found.standings:
        twin = next(each for each in standing.against if each.rival.name == "fixed_25")
        assert twin.difference.same
        assert twin.mean == standing.mean
        assert twin in standing.alike


def test_differences_are_paired_and_hold_for_all_policies_together(game, choices, score):
    standing = score["sino_russian"]
    each = next(each for each in standing.against if each.rival.name == "fixed_minus_50")
    mine, theirs = (
        simulate(one, first=score.first, runs=RUNS).of("alignment", "russia", "china")[-8:].mean(axis=0)
        for one in (seat.course(game, choices), each.rival.scenario(game))
    )
    gap = mine - theirs
    half = 2.9856 * gap.std(ddof=1) / np.sqrt(RUNS)
    assert each.difference.difference == pytest.approx(gap.mean(), abs=1e-12)
    assert each.difference.high - each.difference.difference == pytest.approx(half, rel=0.01)
    assert half == pytest.approx(paired_error(gap, "", tests=16), rel=0.01)
    plain = contrast("", "", mine, theirs, unit="")
    assert plain.high - plain.low < each.difference.high - each.difference.low


def test_a_place_tells_only_what_can_be_told(score):
    for each in score.standings:
        surely = len(each.told_apart(1)) + len(each.told_apart(-1))
        assert surely + len(each.alike) == len(each.against) == 16
        for rival in each.told_apart(1):
            assert rival.difference.low > 0.0
        assert f"{len(each.alike)} {'is' if len(each.alike) == 1 else 'are'} not dist" in each.place or not (
            each.alike and surely
        )


def test_confrontation_throughout_draws_russia_away_and_is_told_so(game):
    """Below a stance of minus .5 in every year no shipped policy leaves Japan and Russia further apart."""
    found = seat.score(game, {date: {"russia": -0.9} for date in game.turns}, runs=60)
    assert found["japan_russia"].place == "None is lower: of 16 policies 16 are higher."
    assert found["moscow_to_tokyo"].place == "None is worse: of 16 policies 16 are better."
    assert found["moscow_to_tokyo"].ranked[-1] is None
    assert found["security.threat"].place.startswith("None is worse: ")


AIMS = [
    ("japan", "front", -1), ("united_states", "front", -1), ("china", "front", 0), ("europe", "front", 0),
    ("japan", "sino_russian", -1), ("japan", "japan_russia", 0), ("japan", "tokyo_to_moscow", 0),
    ("japan", "moscow_to_tokyo", 1), ("russia", "tokyo_to_moscow", 1), ("japan", "senkaku_conduct", -1),
    ("china", "senkaku_conduct", 1), ("russia", "senkaku_conduct", 0), ("japan", "nightmare", -1),
    ("japan", "security", 1), ("china", "security", 0), ("japan", "abandonment", -1),
    ("united_states", "abandonment", 0), ("japan", "order", 1), ("russia", "order", 0),
    ("japan", "allied_cohesion", 0), ("japan", "northern_activity", -1), ("japan", "settlement", 1),
    ("russia", "settlement", 0),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "outcome", "way"), AIMS)
def test_a_better_way_is_told_only_where_an_actors_part_makes_it_plain(abe, actor, outcome, way):
    assert seat.aim(abe, actor, outcome).way == way
    assert seat.aim(abe, actor, outcome).why


def test_one_number_for_all_counts_as_it_does_in_the_model(abe):
    """A resolve or an alignment given once for all actors is every actor's own."""
    scenario = load("abe_engagement", ["parameters.norms.resolve=0.1", "initial.alignment=-0.2"])
    assert [seat.aim(scenario, each, "order").way for each in ("russia", "china", "japan")] == [1, 1, 1]
    assert seat.aim(scenario, "europe", "front").way == -1, "at odds with both"


def test_no_total_is_made_of_the_outcomes(score, abe):
    assert {each.name for each in score.standings} == {*abe.spec.outcomes, "front.index", "security.threat"}


# --- charts ---------------------------------------------------------------------------------------


def test_the_charts_of_a_turn_end_now_and_leave_the_future_blank(game, choices):
    position = seat.played(game, until(choices, 6))
    for chart in (charts.course(position, "russia"), charts.alignments(position)):
        assert chart.figure["layout"]["xaxis"]["range"] == [2012.0, 2022.0]
        assert {trace["x"][-1] for trace in chart.figure["data"]} == {2018.0}
        assert chart.rows[-1][0] == "2018Q1"
        assert all(len(row) == len(chart.head) for row in chart.rows)
        json.dumps(chart.figure, allow_nan=False)
    chosen = charts.course(position, "russia").figure["data"][0]
    assert chosen["y"] == [*STANCES[:6], STANCES[5]]
    assert chosen["x"] == [2012, 2013, 2014, 2015, 2016, 2017, 2018]


def test_the_first_turns_chart_says_that_nothing_is_chosen(game):
    chart = charts.course(seat.played(game, {}), "russia")
    assert chart.alt.startswith("Nothing is chosen yet. On 2012Q1 Japan's stance toward Russia is 0.00")
    assert [trace["mode"] for trace in chart.figure["data"]] == ["markers", "markers"]


def test_a_comparisons_whiskers_cross_the_line_of_the_choices_unless_a_policy_is_told_apart(score):
    """A policy that few runs tell from the choices is not told apart whatever its whiskers; here there are both."""
    seen = set()
    for chart, standing in zip(charts.comparisons(score), score.standings, strict=True):
        json.dumps(chart.figure, allow_nan=False)
        (line,) = chart.figure["layout"]["shapes"]
        assert line["x0"] == line["x1"] == standing.mean
        assert len(chart.rows) == 17
        for name, each, low, high in whiskers(chart, standing):
            gap, crosses = each.difference, low <= standing.mean <= high
            assert (low, high) == pytest.approx(
                (standing.mean - gap.high, standing.mean - gap.low), abs=1e-12
            )
            told_apart = name == "policy, distinguishable"
            assert told_apart == bool(gap.direction)
            if told_apart or gap.differing >= FEWEST:
                assert crosses == (not told_apart), (standing.name, each.rival.name)
                seen.add((told_apart, standing.unit == "0 or 1"))
    assert seen == {(True, True), (True, False), (False, True), (False, False)}


def whiskers(chart, standing):
    """Each policy that is drawn: in which trace, and the ends of its whisker. All are drawn, and once."""
    against = {each.rival.title: each for each in standing.against}
    dots = [trace for trace in chart.figure["data"] if trace["name"].startswith("policy")]
    assert sorted(title for trace in dots for title in trace["y"]) == sorted(against)
    for trace in dots:
        ends = zip(
            trace["y"], trace["x"], *(trace["error_x"][key] for key in ("arrayminus", "array")), strict=True
        )
        for title, x, below, above in ends:
            assert min(below, above) >= 0.0
            yield trace["name"], against[title], x - below, x + above


def test_a_dot_is_the_mean_of_its_policy_where_every_run_has_a_value(score):
    for name in ("front.index", "front", "security"):
        chart = charts.comparison(score, name)
        for x, each in placed(chart, score[name]):
            assert x == pytest.approx(each.mean, abs=1e-12)
        assert "no value" not in chart.reading


def test_a_dot_is_as_far_from_the_line_as_the_difference_where_some_runs_have_no_value(score):
    """The mean is over all runs that have a value, the difference over those that have one under both."""
    whole = score["front.index"]
    part = replace(whole, against=tuple(replace(each, mean=each.mean + 0.1) for each in whole.against))
    chart = charts.comparison(changed(score, part), "front.index")
    for x, each in placed(chart, part):
        assert x == pytest.approx(part.mean - each.difference.difference, abs=1e-12)
    assert "Some runs have no value" in chart.reading
    assert chart.rows[1][1] == f"{part.ranked[1].mean:.3f}"


def changed(score, standing):
    """The score with another standing in place of that of the same name."""
    others = tuple(standing if each.name == standing.name else each for each in score.standings)
    return replace(score, standings=others)


def placed(chart, standing):
    against = {each.rival.title: each for each in standing.against}
    for trace in chart.figure["data"]:
        if trace["name"].startswith("policy"):
            yield from ((x, against[title]) for x, title in zip(trace["x"], trace["y"], strict=True))


def lacking(standing, *, own):
    """A standing as a plugin's outcome may have it: without a value under the first policy, or under the choices."""
    nowhere = dict.fromkeys(("once", "mean", "low", "high"), NAN)
    unknown = dict.fromkeys(("here", "there", "difference", "low", "high", "q05", "q95"), NAN)
    against = [
        replace(each, difference=replace(each.difference, **unknown, differing=0))
        for each in standing.against
    ]
    if own:
        return replace(standing, **nowhere, against=tuple(against))
    return replace(standing, against=(replace(against[0], **nowhere), *standing.against[1:]))


@pytest.mark.parametrize("own", [False, True], ids=["under a policy", "under the choices"])
def test_an_outcome_without_a_value_is_told_in_words_and_not_drawn(score, own):
    name = "front.index"
    made = lacking(score[name], own=own)
    chart = charts.comparison(changed(score, made), name)
    json.dumps(chart.figure, allow_nan=False)
    assert "nan" not in json.dumps([chart.figure, chart.rows, chart.alt])
    assert made.ranked[-1] is (None if own else made.against[0])
    assert chart.rows[-1][1] == "not known"
    assert chart.rows[-1][-1] == ("" if own else "not known")
    assert ("you not known" in chart.alt) == own
    assert bool(chart.figure["layout"]["shapes"]) != own
    assert ("you" in {each["name"] for each in chart.figure["data"]}) != own


def test_an_actor_has_the_colour_that_it_has_in_every_figure(abe, choices):
    bare = {name: {**each, "colour": None} for name, each in abe.data["actors"].items()}
    bare = {name: {key: value for key, value in each.items() if value} for name, each in bare.items()}
    for scenario in (abe, altered(abe, "bare", {"actors": bare})):
        position = seat.played(seat.seated(scenario, run=17), until(choices, 3))
        own = colours(scenario)
        drawn = [each["line"]["color"] for each in charts.course(position, "russia").figure["data"]]
        assert drawn[1:] == [own["japan"], own["russia"]]
        pairs = [each["line"] for each in charts.alignments(position).figure["data"]]
        assert len(pairs) == 6
        assert len({each["color"] for each in pairs}) == len({each["dash"] for each in pairs}) == 6
        assert not {each["color"] for each in pairs} & set(own.values())


def test_the_charts_of_a_seat_write_numbers_as_all_others_do(game, choices, score):
    position = seat.played(game, until(choices, 4))
    for chart in (charts.course(position, "russia"), charts.alignments(position), *charts.comparisons(score)):
        said = json.dumps([chart.figure, chart.alt, chart.reading, chart.rows], ensure_ascii=False)
        assert "95 %" not in said
        assert not re.search(r"[+\N{MINUS SIGN}]0\.0+(?![0-9])", said)
        assert not re.search(r"(?<![\w)])-[0-9]", json.dumps([chart.alt, chart.reading, chart.rows]))


def test_the_comparison_tells_its_numbers_in_words(score):
    chart = charts.comparison(score, "front.index")
    assert chart.title == "Front, index: where do you stand among the policies for Japan?"
    assert f"you {score['front.index'].mean:.3f}" in chart.alt
    assert score["front.index"].place in chart.alt
    verdicts = {row[-1] for row in chart.rows}
    assert verdicts <= {
        "",
        "lower than yours",
        "higher than yours",
        "not distinguishable",
        "the same in every run",
    }
