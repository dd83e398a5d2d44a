"""Analyses of choices, against planted answers: attribution, break-even, flips, regret, Pareto fronts."""

from itertools import permutations, product
from math import factorial

import numpy as np
import pytest
from scipy.special import ndtr

from sim.analyses import analyses
from sim.analyses.attribution import Attribution, interaction, shapley
from sim.analyses.break_even import BreakEven, quantile
from sim.analyses.decision import COMBINED, Decision, requirement
from sim.analyses.flip import Flip
from sim.analyses.resampling import percentiles, resampled_means
from sim.analyses.trade_off import TradeOff, beats, unbeaten
from sim.designs import Grid, Input, LatinHypercube, MonteCarlo, Morris, OneAtATime, Sobol
from sim.distributions import Distribution
from sim.errors import WedgeError
from sim.plots import style
from sim.plots.findings import figure_of
from sim.study import Lever, Option, Study
from tests.test_plots import clipped, overlapping, written

UNITS = {
    "front": ("0 or 1", "a front forms"),
    "alignment": ("alignment, -1 to 1", "mean over the last years"),
    "cost": ("sorties a year", "mean over the last years"),
    "safety": ("0 to 1", "one less what is lost"),
}


def uniform(name, low=0.0, high=1.0, nominal=0.5):
    return Input(name, Distribution("uniform", (low, high)), nominal)


def study(outcome, levers, inputs=(), design=None, replications=1, units=UNITS, seed=7):
    """`outcome(column, settings, x, luck)`: x by input `(point, 1)`, luck `(point or 1, replication)`."""
    design = design or MonteCarlo(points=1)
    inputs = tuple(inputs)
    points = design.block(inputs, seed, 0, design.size(inputs))
    names = [each.name for each in levers]
    settings = [dict(zip(names, each, strict=True)) for each in product(*(each.settings for each in levers))]
    options = [
        Option(
            "-".join(each.values()),
            " and ".join(one.told(each[one.name]) for one in levers),
            each,
        )
        for each in settings
    ]
    own = len(points) if design.own_luck else 1
    luck = np.random.default_rng(seed).normal(size=(own, replications))
    x = {each.path: points[:, [k]] for k, each in enumerate(inputs)}

    def read(column, k):
        found = outcome(column, options[k].settings, x, luck)
        return np.broadcast_to(np.asarray(found, dtype=float), (len(points), replications))

    return Study(
        "planted", "Planted", "Is it found?", "Experiment planted, seed 7.", design, seed, inputs, points,
        tuple(levers), tuple(options), units, replications, read, design.own_luck,
    )  # fmt: skip


def cause(name, title=""):
    return Lever(name, title or name.capitalize(), ("at_work", "away"), cause=True)


def at_work(settings):
    return {name for name, each in settings.items() if each == "at_work"}


def amounts(values, title="Stance"):
    return Lever("stance", title, tuple(f"s{k}" for k in range(len(values))), values=tuple(values))


def amount(settings, values):
    return values[int(settings["stance"][1:])]


CHOICE = Lever("policy", "Policy", ("court", "abstain"))
"""Two options, the first of which is judged."""


def rows(table, key):
    return {each[key]: each for each in table.to_dict("records")}


# --- what all share -------------------------------------------------------------------------------


def test_all_five_are_found_by_name():
    assert {"attribution", "break_even", "flip", "decision", "trade_off"} <= set(analyses())


def test_the_interval_over_worlds_is_that_of_a_mean_of_independent_worlds():
    made = study(lambda c, s, x, luck: luck, [CHOICE], [uniform("x")], MonteCarlo(points=900))
    low, high = percentiles(resampled_means(made, made.values("alignment")[None])[:, 0])
    assert high - low == pytest.approx(2 * 1.96 * made.values("alignment").std() / 30, rel=0.12)


def test_luck_that_all_worlds_share_widens_the_interval():
    """With 36 histories of luck in 400 worlds the mean is as sure as one of 36 runs, not of 14,400."""
    made = study(lambda c, s, x, luck: luck, [CHOICE], [uniform("x")], LatinHypercube(points=400), 36)
    low, high = percentiles(resampled_means(made, made.values("alignment")[None])[:, 0])
    assert high - low == pytest.approx(2 * 1.96 * made.values("alignment").std() / 6, rel=0.12)


def test_luck_of_their_own_makes_replications_count_in_full():
    """400 worlds with 4 runs of their own each make a mean as sure as 1,600 runs do."""
    made = study(lambda c, s, x, luck: luck, [CHOICE], [uniform("x")], MonteCarlo(points=400), 4)
    low, high = percentiles(resampled_means(made, made.values("alignment")[None])[:, 0])
    assert high - low == pytest.approx(2 * 1.96 * made.values("alignment").std() / 40, rel=0.12)


def test_runs_without_a_value_are_left_out_and_counted():
    def outcome(column, settings, x, luck):
        return np.where(luck > 1.0, np.nan, 1.0 * len(at_work(settings)))

    made = study(outcome, [cause("a"), cause("b")], replications=50)
    empty = int((made.read("alignment", 0) != made.read("alignment", 0)).sum())
    found = Attribution("alignment").of(made)
    assert empty > 0
    assert found.tables["combinations"]["runs"].tolist() == [50 - empty] * 4
    assert any(f"{empty} runs without a value are left out" in each for each in found.answer)


def test_equal_studies_give_equal_findings():
    def outcome(column, settings, x, luck):
        return luck * (1 + len(at_work(settings))) + x["x"]

    one, other = (
        Attribution("alignment").of(
            study(outcome, [cause("a"), cause("b")], [uniform("x")], Sobol(points=16), 4)
        )
        for _ in range(2)
    )
    assert one.answer == other.answer
    assert all(one.tables[each].equals(other.tables[each]) for each in one.tables)


# --- attribution ----------------------------------------------------------------------------------


def game(worth, players):
    """Worth by set of players as the array that `shapley` takes."""
    return np.array([worth({k for k in range(players) if each >> k & 1}) for each in range(2**players)])


def by_orders(values, players):
    """Shapley's own definition: the mean over all orders of what a player adds on arrival."""
    shares = np.zeros(players)
    for order in permutations(range(players)):
        there = 0
        for each in order:
            shares[each] += values[there | 1 << each] - values[there]
            there |= 1 << each
    return shares / factorial(players)


def test_the_glove_game_is_divided_as_in_textbooks():
    """One left glove and two right ones; a pair is worth 1: 2/3, 1/6, 1/6."""
    values = game(lambda who: float(0 in who and len(who) > 1), 3)
    assert shapley(values) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)


def test_shares_are_what_is_added_averaged_over_all_orders():
    values = np.random.default_rng(1).normal(size=16)
    assert shapley(values) == pytest.approx(by_orders(values, 4), abs=1e-14)


def test_shares_add_up_to_all_less_none():
    values = np.random.default_rng(2).normal(size=(32, 5, 3))
    assert shapley(values).sum(axis=0) == pytest.approx(values[-1] - values[0], abs=1e-13)


def test_causes_that_do_the_same_have_the_same_share():
    shares = shapley(game(lambda who: len(who) ** 2.0, 4))
    assert shares.tolist() == [4.0] * 4


def test_a_cause_that_adds_nothing_has_exactly_no_share():
    rng = np.random.default_rng(3)
    worth = {key: rng.normal() for key in ("", "0", "1", "01")}
    values = game(lambda who: worth["".join(str(k) for k in sorted(who) if k < 2)], 3)
    assert shapley(values)[2] == 0.0


def test_shares_of_a_sum_are_the_sums_of_shares():
    one, other = np.random.default_rng(4).normal(size=(2, 16))
    assert shapley(one + other) == pytest.approx(shapley(one) + shapley(other), abs=1e-13)


def test_interaction_of_a_pair_has_its_known_values():
    """Both needed: 1. Either enough: -1. A pair of the three that are all needed: 1/2 (Grabisch & Roubens)."""
    assert interaction(game(lambda who: float(len(who) == 2), 2), 0, 1) == 1.0
    assert interaction(game(lambda who: float(len(who) > 0), 2), 0, 1) == -1.0
    assert interaction(game(lambda who: float(len(who) == 3), 3), 0, 1) == 0.5
    assert interaction(game(lambda who: 3.0 * (0 in who) - (1 in who), 3), 0, 1) == 0.0


def test_two_causes_that_need_each_other_do_nothing_alone_and_all_last():
    made = study(lambda c, s, x, luck: len(at_work(s)) == 2, [cause("a"), cause("b")], replications=40)
    for row in Attribution("front").of(made).tables["shares"].to_dict("records"):
        assert (row["share"], row["alone"], row["last"], row["of_total"]) == (0.5, 0.0, 1.0, 0.5)
        assert (row["least"], row["most"]) == (0.0, 1.0)


def test_causes_are_ranked_by_size_and_neighbours_told_apart_only_where_they_are():
    effects = {"strong": 0.9, "weak": -0.3, "twin": 0.3, "idle": 0.0}

    def outcome(column, settings, x, luck):
        return sum(effects[each] for each in at_work(settings)) + 0.5 * (x["x"] - 0.5) * (
            "weak" in at_work(settings)
        )

    made = study(outcome, [cause(each) for each in effects], [uniform("x")], LatinHypercube(points=200))
    found = Attribution("alignment").of(made)
    shares = found.tables["shares"]
    assert shares["cause"].tolist()[0] == "strong"
    assert shares["cause"].tolist()[-1] == "idle"
    told = dict(zip(shares["cause"], shares["above_next"], strict=True))
    assert told["strong"] is True
    assert told[shares["cause"].tolist()[1]] is False  # 0.3 and -0.3 are as large
    assert rows(shares, "cause")["idle"]["direction"] == 0
    assert "Idle: nothing; no run differs with and without it." in found.answer
    assert any("cannot be told apart" in each and "Weak" in each and "Twin" in each for each in found.answer)


def test_few_runs_that_differ_give_no_share_a_direction():
    made = study(
        lambda c, s, x, luck: (luck > np.sort(luck)[0, -10]) & ("a" in at_work(s)),
        [cause("a")],
        replications=90,
    )
    row = Attribution("front").of(made).tables["shares"].iloc[0]
    assert row["differing"] == 9
    assert row["low"] > 0.0
    assert row["direction"] == 0


def test_attribution_refuses_what_it_cannot_divide():
    with pytest.raises(WedgeError, match="attribution needs levers marked as causes; this sweep has none"):
        Attribution("front").of(study(lambda c, s, x, luck: luck, [CHOICE]))
    three = Lever("a", "A", ("x", "y", "z"), cause=True)
    with pytest.raises(WedgeError, match="the cause a has 3 settings; expected two, at work and away"):
        Attribution("front").of(study(lambda c, s, x, luck: luck, [three]))
    whole = study(lambda c, s, x, luck: luck, [cause("a"), cause("b")])
    part = Study(**{**vars(whole), "options": whole.options[:3]})
    message = "needs all 4 combinations of the causes, but this sweep has none with a=away, b=away"
    with pytest.raises(WedgeError, match=message):
        Attribution("front").of(part)
    with pytest.raises(WedgeError, match="no outcome called 'frnt'; did you mean 'front'"):
        Attribution("frnt").of(whole)


# --- break-even -----------------------------------------------------------------------------------

FIVE = (0.0, 0.25, 0.5, 0.75, 1.0)


def line(function, values=FIVE, noise=0.0):
    return lambda c, s, x, luck: function(amount(s, values)) + noise * luck


def test_a_line_breaks_even_where_it_was_planted():
    made = study(line(lambda v: 1.0 - v), [amounts(FIVE)], replications=20)
    found = BreakEven("alignment", "stance", below=0.35).of(made)
    crossings = found.tables["crossings"]
    assert crossings["amount"].tolist() == pytest.approx([0.65])
    assert crossings["then"].tolist() == ["holds"]
    assert "falls under 0.35 as Stance rises past 0.65" in found.answer[0]


def test_the_settings_may_come_in_any_order():
    values = (0.75, 0.0, 1.0, 0.25, 0.5)
    made = study(line(lambda v: 1.0 - v, values), [amounts(values)], replications=20)
    found = BreakEven("alignment", "stance", below=0.35).of(made)
    assert found.tables["crossings"]["amount"].tolist() == pytest.approx([0.65])


def test_a_difference_breaks_even_where_two_lines_meet():
    """Courting gives 2 s - 1, abstaining s - 0.7: they meet at s = 0.3, on either side of which they differ in sign."""
    tried = [0.0, 0.4, 1.0]
    line = lambda c, s, x, luck: (  # noqa: E731
        2 * amount(s, tried) - 1 if s["policy"] == "court" else amount(s, tried) - 0.7
    )
    made = study(line, [CHOICE, amounts(tried)])
    found = BreakEven("alignment", "stance", above=0.0, option="court-s0", against="abstain-s0").of(made)
    assert found.tables["crossings"]["amount"].tolist() == pytest.approx([0.3])
    assert (
        "with Policy court, less that with Policy abstain, rises above 0 as Stance rises past 0.3"
        in found.answer[0]
    )
    against_one = BreakEven("alignment", "stance", above=0.0, option="court-s0", against="abstain-s2").of(
        made
    )
    assert against_one.tables["crossings"]["amount"].tolist() == pytest.approx([0.65])  # 2 s - 1 = 0.3


FALLING = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3)


def test_a_lever_written_as_falling_is_followed_down():
    """1 - v rises above 0.45 as v falls to 0.55; world by world u + 1 - v > 1.2 needs v < u - 0.2."""
    made = study(line(lambda v: 1.0 - v, FALLING), [amounts(FALLING)], replications=20)
    found = BreakEven("alignment", "stance", above=0.45).of(made)
    assert found.question.startswith("At which value of Stance does the mean of 'alignment'")
    assert found.tables["crossings"]["amount"].tolist() == pytest.approx([0.55])
    assert found.tables["crossings"]["then"].tolist() == ["holds"]
    assert "rises above 0.45 as Stance falls to 0.55" in found.answer[0]
    ceases = BreakEven("alignment", "stance", below=0.45).of(made)
    assert (
        "is under 0.45 already at the first setting of Stance, 0.8, and rises above it as that falls to 0.55"
        in (ceases.answer[0])
    )


def test_each_world_of_a_falling_lever_needs_the_highest_amount_at_which_it_holds():
    """World u, of 0 to 1 in quarters, holds where u + 1 - v exceeds 1, so at v < u: at 0.25 it never comes so low."""
    made = study(
        lambda c, s, x, luck: x["u"] + 1.0 - amount(s, FALLING),
        [amounts(FALLING)],
        [uniform("u")],
        Grid(levels=5),
    )
    found = BreakEven("alignment", "stance", above=1.0).of(made)
    needed = found.tables["worlds"]["needed"].to_numpy()
    assert needed.tolist() == pytest.approx([-np.inf, -np.inf, 0.5, 0.75, 0.8])
    assert any("from 0.8 to 0.3 in 60.0% of 5 worlds" in each for each in found.answer)
    assert any("in 20.0% already at the first setting, 0.8" in each for each in found.answer)
    assert any("half of all worlds need it to fall no lower than 0.50" in each for each in found.answer)
    within = BreakEven("alignment", "stance", above=1.0, feasible_to=0.7, feasible_from=0.6).of(made)
    assert within.tables["worlds"]["needed"].tolist() == pytest.approx([-np.inf, -np.inf, -np.inf, 0.7, 0.7])


def test_what_holds_from_the_first_setting_on_is_not_told_as_an_amount_needed():
    made = study(
        lambda c, s, x, luck: x["u"] + amount(s, FIVE), [amounts(FIVE)], [uniform("u")], Grid(levels=5)
    )
    answer = BreakEven("alignment", "stance", above=0.1).of(made).answer
    assert "it already holds at the first setting, 0;" in answer[0]
    assert answer[1].endswith("in 80.0% already at the first setting, 0; more than half hold there already.")


@pytest.mark.parametrize(
    ("asks", "message"),
    [
        (BreakEven("front", "stance", below=12.5), r"front is a probability, 0 to 1; did you mean 0.125\?"),
        (BreakEven("safety", "stance", above=1.2), r"safety is a number, 0 to 1; did you mean 0.012\?"),
        (BreakEven("front", "stance", above=-5, against="s0"), r"-1 to 1; did you mean -0.05\?"),
        (
            Decision(satisfied=("front <= 20",)),
            r"'front <= 20': front is a probability, 0 to 1; did you mean 0.2\?",
        ),
    ],
)
def test_a_level_that_no_probability_can_have_is_refused(asks, message):
    made = study(line(lambda v: v > 0.5), [amounts(FIVE)], replications=20)
    with pytest.raises(WedgeError, match=message):
        asks.of(made)


def test_a_curve_that_turns_back_is_told_with_all_its_crossings():
    """(v - 1/2)^2 at the five settings is 1/4, 1/16, 0, 1/16, 1/4: straight lines pass 0.1 at 0.2 and 0.8."""
    made = study(line(lambda v: (v - 0.5) ** 2), [amounts(FIVE)], replications=20)
    found = BreakEven("alignment", "stance", below=0.1).of(made)
    assert found.tables["crossings"]["amount"].tolist() == pytest.approx([0.2, 0.8])
    assert found.tables["crossings"]["then"].tolist() == ["holds", "ceases"]
    assert "is not monotone in Stance and passes 0.1 2 times" in found.answer[0]


def test_a_level_out_of_reach_is_told_with_the_nearest_that_was_had():
    made = study(line(lambda v: v * (1.0 - v)), [amounts(FIVE)], replications=20)
    found = BreakEven("alignment", "stance", above=0.3).of(made)
    assert found.tables["crossings"].empty
    assert (
        "is not above 0.3 at any of the settings of Stance tried, 0 to 1: it is at most 0.25"
        in found.answer[0]
    )
    assert found.answer[0].endswith("at 0.5.")


def test_a_level_that_is_only_touched_is_not_passed():
    made = study(line(lambda v: abs(v - 0.5)), [amounts(FIVE)], replications=20)
    assert BreakEven("alignment", "stance", below=0.0).of(made).tables["crossings"].empty


def test_the_interval_of_a_crossing_is_the_means_by_the_slope():
    """A mean of 400 runs of deviation 1, on a slope of 20, places the crossing to +-1.96 / 20 / 20."""
    made = study(line(lambda v: 20.0 * (1.0 - v), noise=1.0), [amounts(FIVE)], replications=400)
    row = BreakEven("alignment", "stance", below=10.0).of(made).tables["crossings"].iloc[0]
    deviation = made.values("alignment").std()
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * deviation / 20 / 20, rel=0.12)


def test_a_crossing_that_may_lie_beyond_what_was_tried_has_an_open_interval():
    made = study(line(lambda v: 1.0 - v, noise=3.0), [amounts(FIVE)], replications=100)
    found = BreakEven("alignment", "stance", below=made.mean("alignment")[0] - 0.95).of(made)
    assert found.tables["crossings"].iloc[0]["high"] == np.inf
    assert "to more than 1)" in found.answer[0]


def test_each_world_needs_its_own_amount():
    """World u holds u + v; above 1 it needs v > 1 - u, which up to 0.6 three of five worlds can have."""
    inputs = [uniform("u")]
    made = study(lambda c, s, x, luck: x["u"] + amount(s, FIVE), [amounts(FIVE)], inputs, Grid(levels=5))
    found = BreakEven("alignment", "stance", above=1.0, feasible_to=0.6).of(made)
    needed = found.tables["worlds"]["needed"].to_numpy()
    assert needed.tolist() == pytest.approx([np.inf, np.inf, 0.5, 0.25, 0.0])
    assert found.tables["needed"].iloc[0]["value"] == 0.6
    assert any("in 60.0% of 5 worlds" in each for each in found.answer)


def test_what_is_needed_may_be_more_than_is_feasible():
    made = study(line(lambda v: 1.0 - v), [amounts(FIVE)], replications=20)
    found = BreakEven("alignment", "stance", below=0.35, feasible_to=0.5).of(made)
    assert found.tables["crossings"]["feasible"].tolist() == [False]
    assert "Within what is feasible (0 to 0.5) it is nowhere under the level." in found.answer


def test_the_interval_of_a_median_is_that_of_textbooks():
    """Of 100 ordered values the 40th and the 61st bound the median."""
    assert quantile(np.arange(1.0, 101.0), 0.5) == (50.0, 40.0, 61.0)


def test_other_levers_keep_the_settings_of_the_option():
    other = Lever("ally", "Ally", ("near", "far"))
    made = study(
        lambda c, s, x, luck: amount(s, FIVE) + 0.5 * (s["ally"] == "far"),
        [other, amounts(FIVE)],
        replications=20,
    )
    for option, place in (("near-s0", 0.9), ("far-s3", 0.4)):
        found = BreakEven("alignment", "stance", above=0.9, option=option).of(made)
        assert found.tables["crossings"]["amount"].tolist() == pytest.approx([place])


@pytest.mark.parametrize(
    ("asks", "message"),
    [
        ({}, "break_even needs a level: give either below or above"),
        ({"below": 0.1, "above": 0.2}, "give either below or above"),
        ({"lever": "ally", "below": 0.1}, "ally has none; levers with numbers are stance"),
        ({"lever": "stanc", "below": 0.1}, "there is no lever called 'stanc'; did you mean 'stance'"),
        ({"below": 0.1, "feasible_from": 2.0}, "feasible_from is 2, above feasible_to, 1"),
        ({"below": 0.1, "feasible_from": 2.0, "feasible_to": 3.0}, "nothing between 2 and 3 was tried"),
    ],
)
def test_break_even_says_what_it_lacks(asks, message):
    other = Lever("ally", "Ally", ("near", "far"))
    made = study(line(lambda v: v), [other, amounts(FIVE)], replications=20)
    with pytest.raises(WedgeError, match=message):
        BreakEven(**{"outcome": "alignment", "lever": "stance", **asks}).of(made)


# --- flips ----------------------------------------------------------------------------------------


def difference(function):
    """A difference between the two options, with luck that both share and that goes out."""
    return lambda c, s, x, luck: luck + (function(x, luck) if s["policy"] == "court" else 0.0)


def test_the_nearest_assumption_that_turns_a_verdict_is_found():
    """At 0.5 each: (a - 0.3) + (b - 0.5) / 2 + (c - 0.5) / 10 is 0.2; it is none at a = 0.3 or at b = 0.1."""
    inputs = [uniform("c"), uniform("b"), uniform("a")]
    made = study(
        difference(lambda x, luck: (x["a"] - 0.3) + (x["b"] - 0.5) / 2 + (x["c"] - 0.5) / 10), [CHOICE],
        inputs, OneAtATime(levels=5), 20,
    )  # fmt: skip
    found = Flip("alignment").of(made)
    flips = found.tables["flips"]
    assert flips["input"].tolist() == ["a", "b", "c"]
    assert flips["verdict"].tolist() == ["flips", "flips", "none"]
    assert flips["value"].tolist()[:2] == pytest.approx([0.3, 0.1])
    assert flips["share"].tolist()[:2] == pytest.approx([0.2, 0.4])
    assert "turns it is a from 0.5 to 0.3 (20% of its range" in found.answer[1]
    assert "higher (+0.2" in found.answer[0]


def test_the_interval_of_a_turn_is_that_of_the_difference_by_its_slope():
    made = study(
        difference(lambda x, luck: x["a"] - 0.3 + 0.2 * luck),
        [CHOICE],
        [uniform("a")],
        OneAtATime(levels=5),
        100,
    )
    row = Flip("alignment").of(made).tables["flips"].iloc[0]
    deviation = 0.2 * made.values("alignment", "abstain").std()
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * deviation / 10, rel=0.12)


def test_a_logarithmic_range_is_measured_in_logarithms():
    """From 1 to 10 is one of the four decades of 0.01 to 100."""
    wide = Input("a", Distribution("log_uniform", (0.01, 100.0)), 1.0)
    made = study(
        difference(lambda x, luck: 1.0 - np.log10(x["a"])), [CHOICE], [wide], OneAtATime(levels=9), 20
    )
    row = Flip("alignment").of(made).tables["flips"].iloc[0]
    assert (row["value"], row["share"]) == pytest.approx((10.0, 0.25))


def test_a_choice_turns_at_one_of_its_values():
    kinds = Input("a", Distribution("choice", (1.0, 2.0, 5.0)), 1.0)
    made = study(difference(lambda x, luck: 4.0 - x["a"]), [CHOICE], [kinds], OneAtATime(), 20)
    found = Flip("alignment").of(made)
    row = found.tables["flips"].iloc[0]
    assert (row["value"], row["share"]) == (5.0, 1.0)
    assert "a step between two values" in found.answer[1]


def test_a_verdict_that_cannot_be_told_has_nothing_to_turn():
    made = study(difference(lambda x, luck: 0.0), [CHOICE], [uniform("a")], OneAtATime(levels=5), 20)
    found = Flip("alignment").of(made)
    assert "is not told: only 0 of 20 runs differ" in found.answer[0]
    assert "so there is none to turn round" in found.answer[1]
    assert found.tables["flips"]["verdict"].tolist() == ["nothing to turn"]


def test_a_sign_that_changes_within_its_error_is_no_flip():
    """The difference falls from 0.4 to -0.02 with an error of about 0.1."""
    made = study(
        difference(lambda x, luck: 0.4 * (0.95 - x["a"]) / 0.95 + 0.5 * (luck - luck.mean()) * x["a"]), [CHOICE],
        [uniform("a", nominal=0.0)], OneAtATime(levels=5), 25,
    )  # fmt: skip
    found = Flip("alignment").of(made)
    assert found.tables["flips"]["verdict"].tolist() == ["not distinguishable"]
    assert "With a the mean difference changes sign, but not distinguishably." in found.answer


def test_in_sampled_worlds_the_turn_is_where_the_conditional_difference_is_none():
    inputs = [uniform("a"), uniform("b")]
    made = study(
        difference(lambda x, luck: x["a"] - 0.3 + 0.1 * (x["b"] - 0.5)),
        [CHOICE],
        inputs,
        Sobol(points=512),
        2,
    )
    found = Flip("alignment").of(made)
    flips = rows(found.tables["flips"], "input")
    assert flips["a"]["verdict"] == "flips"
    assert (flips["a"]["at_lowest"], flips["a"]["at_highest"]) == (-1, 1)
    assert flips["a"]["low"] < 0.3 < flips["a"]["high"]
    assert flips["a"]["value"] == pytest.approx(0.3, abs=0.02)
    assert flips["b"]["verdict"] == "higher"
    assert "It turns with a: lower where that is lowest, higher where it is highest" in found.answer[1]


def test_noise_turns_no_verdict():
    """Without any effect no input of ten, in bins of 200 worlds, may have bins of both signs."""
    inputs = [uniform(f"x{k}") for k in range(10)]
    for seed in range(5):
        made = study(difference(lambda x, luck: luck), [CHOICE], inputs, MonteCarlo(points=1200), seed=seed)
        assert not (Flip("alignment").of(made).tables["flips"]["verdict"] == "flips").any()


def test_the_verdict_is_given_at_every_threshold():
    units = {"front": UNITS["front"]} | {f"front.at_{each}": UNITS["front"] for each in (50, 55, 60, 65, 70)}

    def outcome(column, settings, x, luck):
        level = 0.6 if column == "front" else float(column[-2:]) / 100
        shift = {0.5: 1.5, 0.55: 1.5, 0.6: 1.5, 0.65: 0.0, 0.7: -1.5}[level]
        return luck + shift * (settings["policy"] == "court") > 0

    made = study(outcome, [CHOICE], [uniform("a")], OneAtATime(levels=3), 200, units)
    found = Flip("front").of(made)
    verdicts = rows(found.tables["verdict"], "outcome")
    assert [verdicts[f"front.at_{each}"]["direction"] for each in (50, 55, 60, 65, 70)] == [1, 1, 1, 0, -1]
    assert (
        "By threshold of a front it is higher at 0.50, 0.55, 0.60; lower at 0.70; not distinguishable at 0.65."
        in (found.answer)
    )


def test_flip_says_what_it_lacks():
    made = study(
        difference(lambda x, luck: luck), [CHOICE], [uniform("a"), uniform("b")], Morris(trajectories=4), 3
    )
    with pytest.raises(
        WedgeError, match="flip needs a design of kind one_at_a_time, .*; this sweep's is morris"
    ):
        Flip("alignment").of(made)
    three = Lever("policy", "Policy", ("court", "abstain", "hedge"))
    made = study(difference(lambda x, luck: luck), [three], [uniform("a")], OneAtATime(levels=3), 3)
    with pytest.raises(WedgeError, match=r"give against \(this sweep has court, abstain, hedge\)"):
        Flip("alignment").of(made)
    with pytest.raises(WedgeError, match="option and against are both hedge"):
        Flip("alignment", option="hedge", against="hedge").of(made)


# --- decision -------------------------------------------------------------------------------------

WORLDS = {"court": (0.0, 4.0, 2.0), "abstain": (1.0, 1.0, 1.0), "hedge": (3.0, 2.0, 0.0)}
"""Costs in three worlds; the least are 0, 1, 0."""

POLICIES = Lever("policy", "Policy", tuple(WORLDS))


def by_world(table):
    """Outcomes given world by world; worlds are the three levels of one input."""
    return lambda c, s, x, luck: np.array(table[s["policy"]])[np.rint(2 * x["w"]).astype(int)]


def test_regret_is_what_the_best_option_of_each_world_would_have_spared():
    """By hand: court 0, 3, 2; abstain 1, 0, 1; hedge 3, 1, 0."""
    made = study(by_world(WORLDS), [POLICIES], [uniform("w")], Grid(levels=3))
    regret = rows(Decision(less=("cost",)).of(made).tables["regret"], "option")
    assert [regret[each]["mean"] for each in WORLDS] == pytest.approx([5 / 3, 2 / 3, 4 / 3])
    assert [regret[each]["maximum"] for each in WORLDS] == [3.0, 1.0, 3.0]
    assert [regret[each]["p90"] for each in WORLDS] == pytest.approx([2.8, 1.0, 2.6])


def test_regret_turns_round_where_more_is_better():
    """The most are 3, 4, 2: court misses 3, 0, 0."""
    made = study(by_world(WORLDS), [POLICIES], [uniform("w")], Grid(levels=3))
    regret = rows(Decision(more=("cost",)).of(made).tables["regret"], "option")
    assert regret["court"]["mean"] == 1.0
    assert regret["abstain"]["maximum"] == 3.0


def test_an_option_is_first_only_where_resamples_agree():
    def outcome(column, settings, x, luck):
        return {"court": 0.2, "abstain": 0.2, "hedge": 0.0}[settings["policy"]] + x["w"] * (
            settings["policy"] == "abstain"
        ) / 9

    levels = [uniform("w", -1.0, 1.0, 0.0)]
    made = study(outcome, [POLICIES], levels, MonteCarlo(points=200))
    found = Decision(less=("cost",)).of(made)
    ranking = found.tables["ranking"]
    first = ranking[ranking["first"]]
    assert set(first["option"]) == {"hedge"}
    assert "mean regret is least with hedge, 0 against 0.2 with" in found.answer[0]
    pair = Study(**{**vars(made), "options": made.options[:2]})
    found = Decision(less=("cost",)).of(pair)
    mean = found.tables["ranking"].query("criterion == 'mean'")
    assert not mean["first"].any()
    assert "the least mean regret is not distinguishable" in found.answer[0]


def test_options_that_do_the_same_share_the_first_place():
    made = study(lambda c, s, x, luck: luck, [CHOICE], [uniform("w")], MonteCarlo(points=50))
    ranking = Decision(less=("cost",), satisfied=("cost <= 0",)).of(made).tables["ranking"]
    assert ranking["first_in_resamples"].tolist() == [0.5] * 6
    assert not ranking["first"].any()


def test_satisficing_counts_the_worlds_in_which_all_requirements_hold():
    made = study(by_world(WORLDS), [POLICIES], [uniform("w")], Grid(levels=3))
    table = Decision(satisfied=("cost <= 1", "alignment>0")).of(made).tables["satisficing"]
    shares = {(each["requirement"], each["option"]): each["share"] for each in table.to_dict("records")}
    assert [shares["cost <= 1", each] for each in WORLDS] == pytest.approx([1 / 3, 1, 1 / 3])
    assert [shares["alignment > 0", each] for each in WORLDS] == pytest.approx([2 / 3, 1, 2 / 3])
    assert [shares["all of them", each] for each in WORLDS] == pytest.approx([0, 1, 0])


def test_weights_decide_between_options_that_are_best_in_one_thing_each():
    """Opposite options: whoever's outcome weighs more than half is first, in half of all weightings."""

    def outcome(column, settings, x, luck):
        return float((column == "cost") == (settings["policy"] == "court")) + 0.01 * x["w"]

    made = study(outcome, [CHOICE], [uniform("w")], Grid(levels=3))
    found = Decision(less=("cost", "safety")).of(made)
    shares = found.tables["weights"].query("criterion == 'mean'")["first_in_weightings"].tolist()
    assert sum(shares) == pytest.approx(1.0)
    assert shares[0] == pytest.approx(0.5, abs=0.06)
    ranking = found.tables["ranking"]
    assert not ranking.loc[ranking["outcome"] == COMBINED, "first"].any()


def test_units_do_not_bear_on_the_combined_ranking():
    def outcome(scale):
        return lambda c, s, x, luck: (
            (scale if c == "cost" else 1.0)
            * by_world(WORLDS if c == "cost" else {**WORLDS, "court": (9.0, 0.0, 1.0)})(c, s, x, luck)
        )

    tables = [
        Decision(less=("cost", "safety"))
        .of(study(outcome(scale), [POLICIES], [uniform("w")], Grid(levels=3)))
        .tables
        for scale in (1.0, 1000.0)
    ]
    one, other = (each["regret"].groupby("outcome")["mean"].get_group(COMBINED).tolist() for each in tables)
    assert one == pytest.approx(other, rel=1e-12)
    assert tables[0]["regret"].iloc[0]["mean"] * 1000 == pytest.approx(tables[1]["regret"].iloc[0]["mean"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("front", "'front' is no requirement; expected outcome, <, <=, > or >=, number"),
        ("front = 0.2", "is no requirement"),
        ("0.1 < front < 0.2", "is no requirement"),
        ("frnt <= 0.2", "there is no outcome called 'frnt'; did you mean 'front'"),
        ("front <= 20%", "'20%' is no number"),
        ("front <= nan", "'nan' is no finite number"),
    ],
)
def test_a_requirement_is_read_strictly(text, message):
    made = study(lambda c, s, x, luck: luck, [CHOICE])
    with pytest.raises(WedgeError, match=message):
        requirement(made, text)


def test_decision_says_what_it_lacks():
    made = study(lambda c, s, x, luck: luck, [CHOICE])
    with pytest.raises(WedgeError, match="decision needs less or more"):
        Decision().of(made)
    with pytest.raises(WedgeError, match="cost is named twice; is less or more of it better"):
        Decision(less=("cost",), more=("cost",)).of(made)
    with pytest.raises(WedgeError, match="compares options, and this sweep has only one"):
        Decision(less=("cost",)).of(Study(**{**vars(made), "options": made.options[:1]}))


# --- trade-offs -----------------------------------------------------------------------------------


def test_an_option_is_beaten_by_one_as_good_in_all_and_better_in_one():
    """Options (1,1), (2,1), (1,2), (2,2), (2,2): only the last two, which are alike, are not beaten."""
    values = np.array([[1.0, 2.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0, 2.0]])
    assert unbeaten(values).tolist() == [False, False, False, True, True]
    assert beats(values)[3].tolist() == [True, True, True, False, False]


def test_the_front_is_that_of_the_means_and_worlds_are_told_apart():
    """Costs as in WORLDS, safety 1, 2, 0: means of cost 2, 1, 5/3. Abstaining beats both on average.

    In the world where courting costs nothing it is not beaten, nor is hedging where that costs nothing.
    """

    def outcome(column, settings, x, luck):
        safety = {"court": 1.0, "abstain": 2.0, "hedge": 0.0}[settings["policy"]] + 0.0 * x["w"]
        return by_world(WORLDS)(column, settings, x, luck) if column == "cost" else safety

    made = study(outcome, [POLICIES], [uniform("w")], Grid(levels=3))
    options = rows(TradeOff(less=("cost",), more=("safety",)).of(made).tables["options"], "option")
    assert {name: each["unbeaten"] for name, each in options.items()} == {
        "court": False, "abstain": True, "hedge": False,
    }  # fmt: skip
    assert options["court"]["beaten_by"] == "abstain"
    assert [options[each]["in_worlds"] for each in WORLDS] == pytest.approx([1 / 3, 1, 1 / 3])


def test_a_place_on_the_front_that_hangs_on_luck_is_told_as_such():
    def outcome(column, settings, x, luck):
        even = (luck - luck.mean()) + 0.01 * x["w"]
        return even if settings["policy"] == "court" else 0.0

    made = study(outcome, [CHOICE], [uniform("w")], MonteCarlo(points=40))
    found = TradeOff(less=("cost", "safety")).of(made)
    shares = found.tables["options"]["in_resamples"].tolist()
    assert sum(shares) == 1.0
    assert shares == pytest.approx([0.5, 0.5], abs=0.08)
    assert any("not distinguishably" in each for each in found.answer)


def test_trade_off_says_what_it_lacks():
    made = study(lambda c, s, x, luck: luck, [CHOICE])
    with pytest.raises(WedgeError, match="trade_off needs two outcomes or more"):
        TradeOff(less=("cost",)).of(made)
    with pytest.raises(WedgeError, match="there is no outcome called 'safty'; did you mean 'safety'"):
        TradeOff(less=("cost",), more=("safty",)).of(made)


# --- figures --------------------------------------------------------------------------------------

LONG = "A courtship of Moscow by Tokyo that goes on at length, costs $5bn and is told of in very many words"
MANY = Lever(
    "policy", "Policy", tuple(f"p{k}" for k in range(9)), titles={"p0": LONG, "p4": LONG + ", twice"}
)
PATHS = [
    f"parameters.{each}.a_very_long_name_of_a_parameter.russia.china"
    for each in ("norms", "threat", "isolation")
]


def many(column, settings, x, luck):
    k = int(settings["policy"][1:])
    found = np.sin(2.0 * k + len(column)) + x["w"] * np.cos(k) + 0.3 * luck
    return found > 0 if column == "front" else 900.0 * found if column == "cost" else found


SHOWN = {
    "attribution, one cause": lambda: (
        study(lambda c, s, x, luck: at_work(s) == {"a"}, [cause("a")], replications=20), Attribution("front")),
    "attribution, six causes, long names": lambda: (
        study(lambda c, s, x, luck: len(at_work(s)) ** 2 - 9 * ("c" in at_work(s)) + luck * ("d" in at_work(s)),
              [cause(each, f"{each}: {LONG}") for each in "abcdef"], replications=20), Attribution("alignment")),
    "break_even, one world": lambda: (
        study(line(lambda v: v), [amounts(FIVE)], replications=20), BreakEven("alignment", "stance", above=3.0)),
    "break_even, a falling lever": lambda: (
        study(lambda c, s, x, luck: x["w"] + 0.3 * luck - amount(s, FALLING), [amounts(FALLING, LONG)], [uniform("w")],
              LatinHypercube(points=60), 12), BreakEven("alignment", "stance", above=0.0, feasible_from=0.4)),
    "break_even, many crossings": lambda: (
        study(lambda c, s, x, luck: np.sin(7 * amount(s, FIVE)) + x["w"] + luck, [amounts(FIVE, LONG)], [uniform("w")],
              LatinHypercube(points=60), 12), BreakEven("alignment", "stance", below=0.4, feasible_to=0.8)),
    "flip, one at a time": lambda: (
        study(difference(lambda x, luck: x[PATHS[0]] - 0.3), [CHOICE], [uniform(each) for each in PATHS],
              OneAtATime(levels=5), 20), Flip("alignment")),
    "flip, sampled, thirty inputs": lambda: (
        study(difference(lambda x, luck: x["x3"] - 0.3), [CHOICE], [uniform(f"x{k}", -1e5, 1e5, 0.0) for k in range(30)],
              LatinHypercube(points=100), 2), Flip("alignment")),
    "decision, many options": lambda: (
        study(many, [MANY], [uniform("w")], LatinHypercube(points=16), 4),
        Decision(("front", "cost"), ("alignment", "safety"), ("front <= 0.5", "alignment >= -0.123"))),
    "decision, requirements only": lambda: (
        study(many, [MANY], [uniform("w")], LatinHypercube(points=16), 4), Decision(satisfied=("front < .5",))),
    "trade_off, four outcomes": lambda: (
        study(many, [MANY], [uniform("w")], LatinHypercube(points=16), 4),
        TradeOff(("front", "cost"), ("alignment", "safety"))),
    "trade_off, two options": lambda: (
        study(lambda c, s, x, luck: many(c, {"policy": "p1"}, x, luck), [CHOICE], [uniform("w")],
              LatinHypercube(points=16), 4), TradeOff(("front", "cost"))),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_figures_ask_their_question_and_no_words_overlap_or_leave_the_page(name):
    made, asks = SHOWN[name]()
    found = asks.of(made)
    with style.drawing():
        figure = figure_of(made, found)
    words = written(figure)
    assert not overlapping(words)
    assert not clipped(figure, words)
    said = " ".join(" ".join(told.split()) for told, _ in words)
    assert found.question[:20] in said
    assert made.origin in said


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BreakEven("alignment", "stance", below=float("nan")), "below is nan, outside"),
        (lambda: BreakEven("alignment", "stance", above=float("inf")), "above is inf, outside"),
        (lambda: BreakEven("alignment", "stance", below="0.1"), "below is '0.1'; expected a number"),
        (lambda: Flip("alignment", bins=1), "bins is 1, outside 2 to 100"),
        (lambda: Flip("alignment", bins=2.5), "bins is 2.5; expected a whole number"),
    ],
)
def test_a_setting_outside_what_it_may_be_is_refused(make, message):
    with pytest.raises(WedgeError, match=message):
        make()


def test_who_satisfies_most_often_is_not_told_where_it_hangs_on_luck_that_all_worlds_share():
    """One option meets it in every world or in none, as the mean of 20 shared draws turns out."""

    def costs(column, settings, x, luck):
        mean = luck - luck.mean() - 0.05
        return mean + 0 * x["w"] if settings["stance"] == "s0" else x["w"] - 0.5 + 0 * luck

    made = study(costs, [amounts([0.0, 1.0])], [uniform("w")], LatinHypercube(points=200), 20)
    table = Decision(satisfied=("cost <= 0",)).of(made).tables["satisficing"].set_index("option")
    draws = np.random.default_rng(7).normal(size=20)
    above = float(ndtr(0.05 / (draws.std() / np.sqrt(20))))
    assert table.loc["s0", "share"] == 1.0
    assert table.loc["s0", "first_in_resamples"] == pytest.approx(above, abs=0.06)
    assert not table["first"].any()


def test_means_over_points_that_are_no_sample_are_told_to_be_none():
    told = "The points of a one_at_a_time design are no sample of worlds"
    levers, inputs = [amounts([0.0, 1.0])], [uniform("w")]

    def costs(column, settings, x, luck):
        return x["w"] * (settings["stance"] == "s0") + 0 * luck

    for design, expected in ((OneAtATime(levels=3), True), (MonteCarlo(points=5), False)):
        answer = Decision(less=("cost",)).of(study(costs, levers, inputs, design, 20)).answer
        assert any(line.startswith(told) for line in answer) is expected
