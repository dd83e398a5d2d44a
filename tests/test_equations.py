"""Formulas against closed forms, hand sums and limits."""

import numpy as np
import pytest

from sim import equations as eq
from sim.axes import scalar

rng = np.random.default_rng(3)


def dyads(n, low=-1.0, high=1.0, runs=1):
    values = rng.uniform(low, high, (n, n, runs))
    values[np.arange(n), np.arange(n)] = 0.0
    return values


def symmetric(n, runs=1):
    values = dyads(n, runs=runs)
    return 0.5 * (values + values.swapaxes(0, 1))


def off(n):
    return (1.0 - np.eye(n))[:, :, None]


def test_a_single_pair_under_constant_force_rests_where_theory_says():
    found = eq.single_dyad_rest(scalar(0.4), scalar(0.5), scalar(0.1))
    assert found.item() == pytest.approx(0.6061072, abs=1e-7)


def test_two_reciprocating_states_meet_at_the_published_point():
    r1, r2, b1, b2 = 0.6, 0.3, 0.4, -0.5
    a1, a2 = 0.0, 0.0
    for _ in range(500):
        a1, a2 = sum(eq.reciprocal_stance(b1, r1, a2)), sum(eq.reciprocal_stance(b2, r2, a1))
    assert (a1, a2) == pytest.approx((-0.0609756, -0.3682927), abs=1e-7)


def test_a_disposition_at_rest_gives_back_the_engagement_it_was_made_from():
    engagement, received, response = dyads(4), dyads(4), dyads(4, -0.9, 0.9)
    push = dyads(4, -0.1, 0.1)
    b = eq.disposition_at_rest(engagement, response, received, push)
    again = sum(eq.reciprocal_stance(b, response, received)) + push
    assert np.allclose(again, engagement, atol=1e-14)


def test_threat_follows_capability_nearness_and_hostility():
    capability = np.array([0.1, 0.4])[:, None, None]
    stance = np.zeros((2, 2, 1))
    stance[1, 0] = -1.0
    felt = eq.threat(capability, off(2) * 0.5, stance, scalar(2.0), scalar(0.25))
    assert felt[0, 1].item() == pytest.approx(0.4 * 0.5 * 1.0 / 0.25)
    assert felt[1, 0].item() == pytest.approx(0.1 * 0.5 * 0.25 / 0.25)
    assert felt[0, 0].item() == 0.0


def test_common_threat_is_a_sum_over_third_parties_by_hand():
    threats = dyads(4, 0.0, 1.0)
    found = eq.common_threat(threats)
    for i in range(4):
        for j in range(4):
            if i != j:
                third = [k for k in range(4) if k not in (i, j)]
                by_hand = sum(np.sqrt(threats[i, k, 0] * threats[j, k, 0]) for k in third)
                assert found[i, j, 0] == pytest.approx(by_hand)


def test_unshared_threat_counts_third_parties_only():
    threats = dyads(4, 0.0, 1.0)
    found = eq.unshared_threat(threats)
    third = (2, 3)
    by_hand = 0.5 * sum(abs(threats[0, k, 0] - threats[1, k, 0]) for k in third)
    assert found[0, 1, 0] == pytest.approx(by_hand)
    assert np.allclose(found, found.swapaxes(0, 1))


def test_a_power_split_in_two_equal_halves_leaves_others_common_threat_unchanged():
    whole = dyads(3, 0.1, 1.0)
    halves = np.zeros((4, 4, 1))
    halves[:3, :3] = whole
    halves[:2, 2] = halves[:2, 3] = whole[:2, 2] / 2
    assert eq.common_threat(halves)[0, 1].item() == pytest.approx(eq.common_threat(whole)[0, 1].item())


def test_balance_with_equal_sizes_is_the_mean_over_third_parties():
    x = symmetric(5)
    found = eq.balance(x, np.ones((5, 1, 1)))
    by_hand = np.mean([x[0, k, 0] * x[k, 1, 0] for k in (2, 3, 4)])
    assert found[0, 1, 0] == pytest.approx(by_hand)


def test_two_actors_have_no_third_party():
    x = symmetric(2)
    assert eq.balance(x, np.ones((2, 1, 1)))[0, 1, 0] == 0.0


def test_an_actor_without_size_weighs_nothing_in_balance():
    x = symmetric(4)
    size = np.array([0.3, 0.2, 0.5, 0.0])[:, None, None]
    with_it = eq.balance(x, size)[:3, :3] * off(3)
    without = eq.balance(x[:3, :3], size[:3]) * off(3)
    assert np.allclose(with_it, without, atol=1e-15)


def test_isolation_is_what_is_closed_weighed_by_opportunity():
    stance = dyads(3)
    stance[1, 0], stance[2, 0] = -0.8, 0.2
    opportunity = np.zeros((3, 3, 1))
    opportunity[0, 1], opportunity[0, 2] = 0.7, 0.3
    assert eq.isolation(stance, opportunity)[0, 0, 0] == pytest.approx(0.7 * 0.8 - 0.3 * 0.2)
    assert np.all(eq.isolation(np.abs(stance), opportunity) == 0.0)


def test_a_suitor_counts_by_its_reward_power_not_by_its_smile():
    stance = np.zeros((4, 4, 1))
    stance[1, 0] = -1.0
    offers = np.zeros((4, 4, 1))
    offers[2, 0] = offers[3, 0] = 0.5
    opportunity = np.zeros((4, 4, 1))
    opportunity[0, 1:, 0] = (0.7, 0.25, 0.05)
    pull = eq.outside_option(stance, offers, opportunity)
    assert pull[0, 2, 0] == pytest.approx(0.5 * 0.7 * 0.5 * 0.25 / 0.30)
    assert pull[0, 2, 0] / pull[0, 3, 0] == pytest.approx(5.0)
    assert np.all(eq.outside_option(stance, offers * 0.0, opportunity) == 0.0)


def test_solidarity_is_lost_by_unlike_sanctions_against_who_threatens_the_patron():
    patron, client, threats = np.zeros((1, 4, 1)), np.zeros((1, 4, 1)), np.zeros((1, 4, 1))
    patron[0, 2], client[0, 2], threats[0, 2], threats[0, 3] = 0.9, 0.1, 0.3, 0.1
    assert eq.solidarity(patron, client, threats).item() == pytest.approx(-0.5 * 0.8 * 0.75)
    client[0, 2] = 0.9
    assert eq.solidarity(patron, client, threats).item() == 0.0


def test_a_guarantee_is_the_chance_that_some_patron_stands_by_its_client():
    commitment, patrons = np.zeros((3, 3, 1)), np.zeros((3, 3, 1))
    commitment[0, 2], patrons[0, 2] = 0.8, 1.0
    capability = np.array([0.2, 0.1, 0.5])[:, None, None]
    assert eq.guarantee(commitment, capability, patrons)[2].item() == pytest.approx(0.8)
    commitment[1, 2], patrons[1, 2] = 0.3, 1.0
    assert eq.guarantee(commitment, capability, patrons)[2].item() == pytest.approx(1 - 0.2 * (1 - 0.15))
    assert eq.guarantee(commitment, capability, patrons)[0].item() == 0.0


def test_entrapment_is_commitment_times_the_patrons_quarrel():
    commitment, patrons, stance = (np.zeros((3, 3, 1)) for _ in range(3))
    commitment[0, 1], patrons[0, 1], stance[0, 2] = 0.8, 1.0, -0.5
    found = eq.entrapment(commitment, stance, np.ones((3, 1, 1)), patrons)
    assert found[1, 2].item() == pytest.approx(0.4)
    assert found[0, 2].item() == 0.0


def test_punishment_is_the_share_of_the_others_that_sanctions():
    sanction = np.zeros((3, 3, 1))
    sanction[0, 2] = 0.6
    size = np.array([1.0, 3.0, 7.0])[:, None, None]
    assert eq.punishment(sanction, size)[2].item() == pytest.approx(0.15)


def test_spillover_pools_what_is_learnt():
    learnt, size = np.array([0.8, 0.2])[:, None, None], np.ones((2, 1, 1))
    assert np.allclose(eq.expected_punishment(learnt, size, scalar(0.0)), learnt)
    assert np.allclose(eq.expected_punishment(learnt, size, scalar(1.0)), 0.5)


def test_a_contest_has_one_winner_and_knows_its_limits():
    a, d = scalar(3.0), scalar(1.0)
    m = scalar(1.7)
    assert (eq.contest(a, d, m) + eq.contest(d, a, m)).item() == pytest.approx(1.0)
    assert eq.contest(10 * a, 10 * d, m).item() == pytest.approx(eq.contest(a, d, m).item())
    assert eq.contest(a, d, scalar(0.0)).item() == 0.5
    assert eq.contest(a, d, scalar(50.0)).item() < 1e-20
    assert eq.contest(a, scalar(0.0), m).item() == 0.0


def test_joining_is_a_logit_over_two_sides_and_standing_aside():
    one, other = eq.joining(scalar(0.3), scalar(-1.2))
    total = np.exp(0.3) + np.exp(-1.2) + 1.0
    assert one.item() == pytest.approx(np.exp(0.3) / total)
    assert other.item() == pytest.approx(np.exp(-1.2) / total)
    far, _ = eq.joining(scalar(900.0), scalar(-900.0))
    assert far.item() == 1.0


def test_quantal_response_is_uniform_at_zero_precision_and_best_reply_in_the_limit():
    utilities = np.array([0.1, 0.5, 0.3])[:, None, None]
    assert np.allclose(eq.quantal_response(utilities, scalar(0.0), 1.0), 1 / 3)
    assert eq.quantal_response(utilities, scalar(1e6), 1.0)[1].item() == 1.0
    shifted = eq.quantal_response(utilities + 7.0, scalar(4.0), 1.0)
    plain = eq.quantal_response(utilities, scalar(4.0), 1.0)
    assert np.allclose(shifted, plain, atol=1e-7)
    assert (plain[1] / plain[0]).item() == pytest.approx(np.exp(4.0 * 0.4))


def test_leaders_share_evenly_in_a_tie_and_nobody_leads_where_nobody_acts():
    weight = np.zeros((3, 3, 1))
    weight[0, 2], weight[1, 2] = 0.3, 0.3
    lead = eq.leaders(weight)
    assert lead[:, 2, 0].tolist() == [0.5, 0.5, 0.0]
    assert np.all(lead[:, :2] == 0.0)


def test_a_settlement_chance_compounds_over_time():
    month, quarter = (eq.settlement_chance(scalar(-1.3), h).item() for h in (1 / 3, 1.0))
    assert quarter == pytest.approx(1 / (1 + np.exp(1.3)))
    assert (1 - month) ** 3 == pytest.approx(1 - quarter)


@pytest.mark.parametrize("n", [2, 3, 4, 7])
def test_forces_are_symmetric_and_follow_a_relabelling(n):
    order = rng.permutation(n)
    stance, engagement, x = dyads(n), dyads(n), symmetric(n)
    opportunity, threats = np.abs(dyads(n)) / n, np.abs(dyads(n))
    size = rng.uniform(0.1, 1.0, (n, 1, 1))

    def shuffled(a):
        return a[order][:, order] if a.shape[1] == n else a[order]

    for force in (
        lambda s, e, x, w, t, q: eq.common_threat(t),
        lambda s, e, x, w, t, q: eq.mutual_threat(t),
        lambda s, e, x, w, t, q: eq.unshared_threat(t),
        lambda s, e, x, w, t, q: eq.balance(x, q) * off(n),
        lambda s, e, x, w, t, q: eq.outside_option(s, e, w) * off(n),
    ):
        inputs = (stance, engagement, x, opportunity, threats, size)
        found = force(*inputs)
        assert np.array_equal(found, found.swapaxes(0, 1))
        assert np.allclose(force(*map(shuffled, inputs)), shuffled(found), atol=1e-14)


def test_rows_of_a_turned_square_are_put_together_as_they_are():
    from sim.axes import joined_rows, mirror

    square = dyads(4, runs=3)
    for whole in (square, mirror(square)):
        rows = [whole[i : i + 1] for i in range(4)]
        assert np.array_equal(joined_rows(rows), whole)
    turned = [square[3 - i : 4 - i] for i in range(4)]
    assert np.array_equal(joined_rows(turned), square[::-1])
