"""How a state moves: decisions become stances, and everything answers; each change a sum of terms.

The two halves of `World.respond`, and what a policy does to a row of intents.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from .axes import Array, Terms, accumulate, add_up, joined_rows, put, scalar, stack, xp
from .equations import alignment_terms
from .errors import Unknowable, WedgeError
from .luck import Luck
from .mechanisms import Changes, Scene, Ties
from .policies import Decision, Observation, Policy, PolicyLuck
from .rest import struck_stances, with_guarantees
from .rules import Rules
from .state import BOUNDS, FLOWS, State

Moves = Iterable[tuple[str, Array]]
"""Named terms, made as they are asked for."""

BEYOND = "limit of intent"
"""Term of an engagement: what an intent beyond -1 or 1 is cut by."""


def acted(
    scene: Scene, rules: Rules, decisions: Sequence[Decision], luck: Luck, k: int, changes: Changes | None
) -> Scene:
    """The scene once crises have broken out and engagements and sanctions have moved.

    ``u_ij = clip(sum of the terms decided, -1, 1)``, then ``e_ij = clip(e_ij + (1 - k) (u_ij - e_ij) +
    noise z_ij + marks of crises, -1, 1)``: k is `conduct.inertia`, z standard normal. Then stances and
    threats are made anew: ``a_ij = clip(e_ij - s_ij, -1, 1)``.
    """
    state, ties = scene.state, scene.ties
    scene = replace(scene, resolve=_firmer(scene.resolve, decisions, ties))
    acts: Changes = {}
    for mechanism in rules.active:
        _join(acts, mechanism.acts(scene, luck, k))
    terms = _rows(decisions)
    free = add_up(terms.values())
    intent = xp.clip(free, -1.0, 1.0)
    noise = rules.conduct.noise * _square(luck.normal("engagement", ties.directed, k), ties.n)
    moves: dict[str, Moves] = {name: each.items() for name, each in acts.items()}
    toward = _toward(terms, intent - free, 1.0 - rules.conduct.inertia, state.engagement)
    moves["engagement"] = chain(toward, [("luck", noise)], acts.get("engagement", {}).items())
    quiet: dict[str, Any] = {name: xp.zeros_like(getattr(state, name)) for name in FLOWS}
    state = _moved(replace(state, intent=intent, **quiet), moves, changes)
    return replace(scene, state=struck_stances(state, rules))


def _toward(terms: Terms, beyond: Array, gain: Array, engagement: Array) -> Moves:
    """How an engagement moves to its intent, term by term."""
    for name, each in terms.items():
        yield name, gain * each
    yield BEYOND, gain * beyond
    yield "inertia", -gain * engagement


def answered(scene: Scene, rules: Rules, luck: Luck, k: int, changes: Changes | None) -> State:
    """The state once alignments, commitments, norms and territory have answered.

    ``dx_ij = step + noise z_ij (1 - x_ij**2)``, the step being that of `equations.alignment_terms` under the sum of
    all forces and z standard normal, one for each pair; ``dK_i = growth_i K_i``; the rest as each
    mechanism says. Then guarantees are made anew.
    """
    state, law, ties = scene.state, rules.alignment, scene.ties
    answers: Changes = {}
    for mechanism in rules.active:
        _join(answers, mechanism.changes(scene, luck, k))
    moves: dict[str, Moves] = {name: each.items() for name, each in answers.items()}
    moves["capability"] = [("growth", state.capability * rules.setting.growth)]
    pulls = alignment_terms(
        state.alignment, rules.forces(scene), law.rest, law.reversion, law.adjustment, ties.off
    )
    noise = law.noise * _pairwise(luck.normal("alignment", ties.pairs, k), ties)
    moves["alignment"] = chain(pulls, [("luck", noise * (1.0 - state.alignment * state.alignment))])
    return with_guarantees(_moved(state, moves, changes), ties)


def overruled(decision: Decision, policy: Policy, seen: Observation, luck: PolicyLuck) -> Decision:
    """A row of intents with one target decided by a policy instead of routine."""
    made = checked_decision(policy, seen, luck)
    blank, none = np.zeros((1, len(seen.names), 1)), np.zeros((1, 1, 1))
    terms = {
        name: put(decision.terms.get(name, blank), (0, seen.target), made.terms.get(name, none)[0, 0])
        for name in dict.fromkeys([*decision.terms, *made.terms])
    }
    memory = decision.memory | {f"{seen.target}.{name}": each for name, each in made.memory.items()}
    firmer = [each for each in (decision.condemn, made.condemn) if each is not None]
    return Decision(terms, memory, xp.maximum(firmer[0], firmer[-1]) if firmer else None)


def checked_decision(policy: Policy, seen: Observation, luck: PolicyLuck) -> Decision:
    """What a policy decides, its terms `(1, 1, 1|R)`.

    Raises WedgeError, with the line, where a user's policy fails or gives something else.
    """
    try:
        made = policy.decide(seen, seen.memory or policy.begin(seen), luck)
    except Unknowable as error:
        raise Unknowable(
            f"the policy {policy.name!r} cannot be compiled ({_line_of(error, policy)}): {error}"
        ) from error
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{Path(line.filename).name}, line {line.lineno}: {type(error).__name__}: {error}"
        raise WedgeError(f"the policy {policy.name!r} failed ({told})") from error
    if not isinstance(made, Decision):
        raise WedgeError(f"the policy {policy.name!r} must return a Decision, not {type(made).__name__}")
    terms = {
        name: term if isinstance(term, np.ndarray) else scalar(term) for name, term in made.terms.items()
    }
    for name, term in terms.items():
        if term.ndim != 3 or term.shape[:2] != (1, 1):
            raise WedgeError(
                f"the policy {policy.name!r} gives a term {name!r} of shape {term.shape}; expected (1, 1, runs), "
                "one number a run for this target"
            )
    memory = {
        name: each if isinstance(each, np.ndarray) else scalar(each) for name, each in made.memory.items()
    }
    return replace(made, terms=terms, memory=memory)


def _line_of(error: BaseException, policy: Policy) -> str:
    """The last line of a policy's own text on the way to an error."""
    file = inspect.getsourcefile(type(policy))
    lines = [each for each in traceback.extract_tb(error.__traceback__) if each.filename == file]
    return f"{Path(lines[-1].filename).name}, line {lines[-1].lineno}" if lines else "no line known"


def _join(found: Changes, more: Changes) -> None:
    """Add a mechanism's terms; two mechanisms may not call a term of one quantity the same."""
    for quantity, terms in more.items():
        known = found.setdefault(quantity, {})
        for name, term in terms.items():
            if name in known:
                raise ValueError(f"two mechanisms call a term of {quantity} {name!r}")
            known[name] = term


def _moved(state: State, moves: Mapping[str, Moves], changes: Changes | None) -> State:
    """The state plus the moves of each quantity, within bounds; `changes` keeps the terms.

    Terms are made one by one as they are added, so that few arrays live at a time.
    """
    after: dict[str, Any] = {}
    for name, terms in moves.items():
        before = getattr(state, name)
        if changes is None:
            after[name] = xp.clip(add_up(chain([before], (each for _, each in terms))), *BOUNDS[name])
        else:
            kept = dict(terms)
            free = accumulate(before, kept)
            after[name] = xp.clip(free, *BOUNDS[name])
            changes[name] = {**changes.get(name, {}), **kept, "bound": after[name] - free}
    return replace(state, **after)


def _rows(decisions: Sequence[Decision]) -> Terms:
    """The actors' rows of intents as dyads, `(n, n, R)`, term by term."""
    names = dict.fromkeys(name for each in decisions for name in each.terms)
    blank = np.zeros((1, len(decisions), 1))
    return {name: joined_rows([each.terms.get(name, blank) for each in decisions]) for name in names}


def _square(rows: Array, n: int) -> Array:
    """Rows of directed dyads `(n * n, 1, R)` as `(n, n, R)`."""
    return rows.reshape(n, n, -1)


def _pairwise(rows: Array, ties: Ties) -> Array:
    """Rows of pairs `(pairs, 1, R)`, and a last row of zeros, as symmetric dyads `(n, n, R)`."""
    return rows[ties.pair_rows, 0]


def _firmer(resolve: Array, decisions: Sequence[Decision], ties: Ties) -> Array:
    """Resolve to punish, where a policy condemns: whichever is firmer."""
    if all(each.condemn is None for each in decisions):
        return resolve
    none = np.zeros((1, 1, 1))
    condemn = stack([none if each.condemn is None else each.condemn for each in decisions])
    return xp.maximum(resolve, condemn) * ties.off
