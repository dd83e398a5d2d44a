"""Formulas from the literature, on arrays only. Each stands here once, with its source.

Nothing here knows of scenarios, parameters or steps. Shapes as in `axes.py`: dyads `(n, n, R)`,
actors `(n, 1, R)`, scalars `(1, 1, R)`. Mechanisms call these; `docs/reference.md` prints them.
"""

from __future__ import annotations

from collections.abc import Iterator

from .axes import (
    Array,
    add_up,
    exp,
    largest,
    logistic,
    mirror,
    over_actors,
    over_targets,
    over_third_parties,
    positive,
    power,
    ratio,
    scalar,
    stack,
    xp,
)

LOGIT = 300.0
"""Utilities beyond this are as good as certain; held here so that no exponential overflows."""


def reciprocal_stance(disposition: Array, response: Array, received: Array) -> tuple[Array, Array]:
    """What one's own disposition and the other's conduct each call for.

    ``(1 - |r|) b`` and ``r a_ji``; with r below 0 toughness is answered softly ("bullying"). All of one
    shape, dyads `(n, n, R)` or one cell of them; r within -1 and 1.
    Source: Goldstein & Freeman 1991; Goldstein & Pevehouse 1997. The two-sided rest point is
    ``a_12 = [(1 - r1) b1 + r1 (1 - r2) b2] / (1 - r1 r2)``, stable if and only if ``|r1 r2| < 1``.
    """
    return (1.0 - xp.abs(response)) * disposition, response * received


def disposition_at_rest(engagement: Array, response: Array, received: Array, push: Array) -> Array:
    """The disposition under which an engagement stays as it is, given all that pushes on it.

    ``b_ij = (e_ij - r_ij a_ji - push_ij) / (1 - |r_ij|)``, `(n, n, R)`, r strictly within -1 and 1; may lie
    beyond -1 and 1. Inverts `reciprocal_stance`; derived, so that a scenario starts at rest.
    """
    return (engagement - response * received - push) / (1.0 - xp.abs(response))


def threat(capability: Array, proximity: Array, stance: Array, exponent: Array, scale: Array) -> Array:
    """Threat that each actor (row) perceives from each other (column), 0 or more.

    ``T_ij = K_j p_ij ((1 - a_ji) / 2)**g / T0``: capability `(n, 1, R)`, nearness and shown intention
    `(n, n, R)`; exponent g and scale T0, above 0, `(1, 1, R)`. Gives `(n, n, R)`, 1 at the scale.
    Source: Walt 1987, chapter 2; the product form is assumption A4.
    """
    hostility = power((1.0 - mirror(stance)) * 0.5, exponent)
    return mirror(capability) * proximity * hostility / scale


def common_threat(threats: Array) -> Array:
    """How far third parties threaten both members of a pair, ``sum_k sqrt(T_ik T_jk)``, `(n, n, R)`.

    Threats are `(n, n, R)` with a diagonal of 0; of i and j themselves nothing is counted.
    Source: balancing against a shared threat, Walt 1987; the geometric mean is assumption A4.
    """
    return over_third_parties(xp.sqrt(threats))


def mutual_threat(threats: Array) -> Array:
    """How far the members of a pair threaten each other, ``(T_ij + T_ji) / 2``, `(n, n, R)`. Source: Walt 1987."""
    return 0.5 * (threats + mirror(threats))


def unshared_threat(threats: Array) -> Array:
    """How far the members of a pair face different threats, ``sum_k |T_ik - T_jk| / 2``.

    Each would be drawn into quarrels that are not its own; k is other than i and j. `(n, n, R)`, with a
    diagonal of 0 in the threats. Source: entrapment in Snyder 1984;
    the reason why no full alliance forms in Brown 2018. The form is assumption A5.
    """
    columns = (threats[:, k : k + 1] for k in range(len(threats)))
    gaps = add_up(xp.abs(column - mirror(column)) for column in columns)
    return 0.5 * (gaps - (threats + mirror(threats)))


def balance(alignment: Array, size: Array) -> Array:
    """The pull of third parties, ``sum_k q_k x_ik x_kj / sum_k q_k`` over k other than i and j.

    A friend's friend and an enemy's enemy attract. Alignment and result are `(n, n, R)`, sizes
    `(n, 1, R)`, 0 or more. With equal sizes it is the mean over third
    parties; 0 where there are none. Source: Heider 1946; Kulakowski, Gawronski & Gronek 2005;
    Marvel et al. 2011. Weighing third parties by size is assumption A6.
    """
    third = over_actors(size) - (size + mirror(size))
    return ratio(over_third_parties(alignment * xp.sqrt(mirror(size))), third)


def isolation(stance: Array, opportunity: Array) -> Array:
    """How far an actor's opportunities are closed to it, `(n, 1, R)`: ``max(0, -sum_k w_ik a_ki)``.

    Stances and opportunities are `(n, n, R)`; a row of opportunities adds up to 1 at most, so this does
    not pass 1. Source: the outside option in Crawford 2011; the linear form is assumption A7.
    """
    return positive(-over_targets(opportunity * mirror(stance)))


def outside_option(stance: Array, engagement: Array, opportunity: Array) -> Array:
    """Pull between a pair when one is isolated and the other offers something.

    ``(h_ij + h_ji) / 2`` with ``h_ij = S_i e_ji c_ij``, where c is j's share of all friendly offers
    that reach i, weighted by i's opportunities: a suitor counts by its reward power, not by its
    smile. All are `(n, n, R)`, the result symmetric. S is `isolation`, e what is offered above 0.
    Source: relative reward power in Crawford 2011 and Izumikawa 2013; form assumption A7.
    """
    offers = positive(mirror(engagement))
    weighed = opportunity * offers
    share = ratio(weighed, over_targets(weighed))
    half = isolation(stance, opportunity) * offers * share
    return 0.5 * (half + mirror(half))


def alignment_terms(
    alignment: Array, forces: dict[str, Array], rest: Array, reversion: Array, rate: Array, off: Array
) -> Iterator[tuple[str, Array]]:
    """The change of alignment over one step, force by force, and the return to rest.

    The equation of motion is ``dx/dt = d [F (1 - x**2) - m (x - x0)]`` (Kulakowski et al. 2005 for
    the bounding factor). The step is linearly implicit at its midpoint: the explicit step divided
    by ``1 + d (F x + m/2)``, held at 1/2 or above. It keeps every rest point, splits exactly into
    terms, and is accurate to second order; near rest the gap shrinks by
    ``(1 - z/2) / (1 + z/2)`` a step, ``z = d (m + 2 F x)``. `alignment`, `rest` and each of the forces
    are `(n, n, R)`; `reversion` m and `rate` d, per step, `(1, 1, R)`; `off` is 1 off the diagonal.
    """
    force = add_up(forces.values())
    damping = xp.maximum(1.0 + rate * (force * alignment + 0.5 * reversion), 0.5)
    gain = off * rate / damping
    room = gain * (1.0 - alignment * alignment)
    for name, each in forces.items():
        yield name, room * each
    yield "return to rest", gain * (reversion * (rest - alignment))


def alignment_at_rest(alignment: Array, force: Array, reversion: Array) -> Array:
    """The rest affinity under which an alignment stays as it is, ``x0 = x - F (1 - x**2) / m``, `(n, n, R)`.

    `force` is the sum of all forces, m above 0. May lie beyond -1 and 1. Derived from `alignment_terms`.
    """
    return alignment - force * (1.0 - alignment * alignment) / reversion


def single_dyad_rest(force: Array, reversion: Array, rest: Array) -> Array:
    """Where a pair under a constant force comes to rest: the positive root of the cubic's factor.

    ``x* = [-m + sqrt(m**2 + 4 F (F + m x0))] / (2 F)``, all of one shape, F other than 0. Exact; used to
    check the step.
    """
    return (-reversion + xp.sqrt(reversion * reversion + 4 * force * (force + reversion * rest))) / (
        2 * force
    )


def solidarity(patron: Array, client: Array, threats: Array) -> Array:
    """How far a client's sanctions match its patron's, 0 (same) down to -1/2 (opposite), `(1, 1, R)`.

    ``S_pj = -sum_k w_pk |s_jk - s_pk| / 2`` with ``w_pk = T_pk / sum_k T_pk``. Arguments are the
    sanctions of patron and client and the threats that the patron perceives, `(1, n, R)` each; third
    parties weigh by their threat, so the patron's own place and the client's must be 0 in `threats`.
    Source: burden and solidarity in Snyder 1984; the form is assumption A9.
    """
    return -0.5 * ratio(over_targets(threats * xp.abs(client - patron)), over_targets(threats))


def guarantee(commitment: Array, capability: Array, patrons: Array) -> Array:
    """How far a client can count on its patrons, `(n, 1, R)`: the chance that one stands by it.

    ``1 - prod_p (1 - C_pj K_p / max K)`` over its patrons p, max K being that of the strongest of them:
    it counts in full, weaker ones in proportion, so a further partner never lowers it. Commitment
    itself where there is one patron, 0 where there is none. `commitment` is `(n, n, R)`, patron first;
    `capability` `(n, 1, R)`, 0 or more; `patrons` a mask `(n, n, 1)`. Form: assumption A9.
    """
    pledged = [p for p in range(len(patrons)) if patrons[p].any()]
    if not pledged:
        return xp.zeros_like(capability)
    strength = stack([capability[p : p + 1] * patrons[p : p + 1] for p in pledged])
    relative = ratio(strength, largest(strength))
    doubt: Array = xp.zeros_like(relative[:1]) + 1.0
    for row, p in enumerate(pledged):
        doubt = doubt * (1.0 - relative[row : row + 1] * commitment[p : p + 1])
    return 1.0 - mirror(doubt)


def entrapment(commitment: Array, stance: Array, capability: Array, patrons: Array) -> Array:
    """How far a client (row) is exposed to its patrons' quarrels with each other actor (column).

    ``sum_p K_p C_pi max(0, -a_pk) / sum_p K_p`` over the patrons p of client i, `(n, n, R)`; 0 without
    patrons. `commitment` and `stance` are `(n, n, R)`, `capability` `(n, 1, R)`, `patrons` a mask
    `(n, n, 1)`. Source: Snyder 1984; weighing patrons is assumption A9.
    """
    quarrels = positive(-stance)
    n = len(stance)
    total, weight = [], []
    for p in range(n):
        bond = mirror(patrons[p : p + 1] * capability[p : p + 1])
        total.append(bond * mirror(commitment[p : p + 1]) * quarrels[p : p + 1])
        weight.append(bond)
    return ratio(add_up(total), add_up(weight))


def punishment(sanction: Array, size: Array) -> Array:
    """How hard the others punish each actor, on average by size, `(n, 1, R)`; 1 is a full break by all.

    ``sum_k q_k s_kv / sum_k q_k`` over k other than v: sanctions only, not standing hostility. Sanctions
    are `(n, n, R)`, sizes `(n, 1, R)`. The weights are assumption A6.
    """
    return ratio(mirror(over_actors(size * sanction)), over_actors(size) - size)


def expected_punishment(deterrent: Array, size: Array, spillover: Array) -> Array:
    """What an actor expects from its own case and, by `spillover`, from everybody's, `(n, 1, R)`.

    ``(1 - xi) P_v + xi sum_k q_k P_k / sum_k q_k``, deterrents P and sizes q `(n, 1, R)`, xi `(1, 1, R)`,
    0 to 1. Source: that to ignore a distant violation
    weakens the principle at home is Brown 2018's argument; its strength is a free parameter (A11).
    """
    pooled = ratio(over_actors(size * deterrent), over_actors(size))
    return (1.0 - spillover) * deterrent + spillover * pooled


def contest(attackers: Array, defenders: Array, decisiveness: Array) -> Array:
    """The defender's chance to prevail, ``D**m / (D**m + A**m)``. Source: Tullock 1980.

    Capabilities A and D, 0 or more, and m, 0 or more, of one shape. 0.5 at m = 0; the stronger wins surely
    as m grows; 0 with no force of its own at all.
    """
    strongest = xp.maximum(attackers, defenders)
    defence = power(ratio(defenders, strongest), decisiveness)
    attack = power(ratio(attackers, strongest), decisiveness)
    return ratio(defence, defence + attack)


def joining(side: Array, against: Array) -> tuple[Array, Array]:
    """Chances to join either side of a crisis rather than stand aside (multinomial logit).

    ``exp(U) / (1 + exp(U) + exp(U'))`` for each side. Arguments are the utilities U of joining each side
    in logits, of one shape, 0 being to stand aside; they are held within `LOGIT`. Source: the quantal
    response of McKelvey & Palfrey 1995, as in Signorino 1999.
    """
    one, other = exp(xp.clip(side, -LOGIT, LOGIT)), exp(xp.clip(against, -LOGIT, LOGIT))
    total = 1.0 + one + other
    return one / total, other / total


def chance(expected: Array) -> Array:
    """Probability that at least one of `expected` events happens: ``1 - exp(-expected)``, of the same shape.

    A Poisson process; `expected` is a number of events, 0 or more.
    """
    return 1.0 - exp(-expected)


def settlement_chance(logit: Array, step: float) -> Array:
    """Probability over `step` quarters of an event whose quarterly probability is logistic, shaped as `logit`.

    ``1 - (1 - 1 / (1 + exp(-L)))**h``. Not validated: that it is as likely in each quarter is assumed (A14).
    """
    none = 1.0 - logistic(logit)
    return 1.0 - power(none, scalar(step))


def leaders(weight: Array) -> Array:
    """1 for the actor (row) with most weight, shared evenly in a tie, 0 where nobody has any.

    `weight` is `(n, m, R)`, 0 or more; shares `(n, m, R)` add up to 1 in each column, or to 0.
    """
    best = ((weight == largest(weight)) & (weight > 0.0)) * 1.0
    return ratio(best, over_actors(best))


def quantal_response(utilities: Array, precision: Array, scale: float) -> Array:
    """Choice probabilities over a menu, `(menu, 1, R)`: ``P ~ exp(L U / s)``.

    Utilities U are `(menu, 1, R)`, the precision L `(1, 1, R)` or one number, s the unit of utility.
    Utilities are rounded to 1e-9 first, so that ties stay ties on every machine. Uniform at
    precision 0, the best choice as it grows. Source: McKelvey & Palfrey 1995.
    """
    rounded = xp.round(utilities * 1e9) * 1e-9
    weights = exp(precision * (rounded - largest(rounded)) / scale)
    return weights / over_actors(weights)
