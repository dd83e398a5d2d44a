"""What each term means, in a sentence, and the part of the model that it comes from: the one place for both."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from ..moves import BEYOND
from ..policies import policies
from ..rules import GROUPS
from .sums import BOUND


@dataclass(frozen=True)
class Meaning:
    """A term in one sentence, and the group of parameters or the policy that it comes from, '' where from none."""

    text: str
    origin: str = ""

    @property
    def title(self) -> str:
        """The first line of the manual of where it comes from; `wedge describe` with its name tells the rest."""
        kind = {**GROUPS, **policies()}.get(self.origin)
        return _first_line(kind) if kind is not None else ""


EVENT = Meaning("what a dated event of the scenario sets or adds at once")
CUT = Meaning(
    "what is cut off at the lowest and highest value that it can have, and the last digit of rounding"
)

ROUTINE = {
    "disposition": Meaning("the engagement that the actor tends to by itself", "conduct"),
    "reciprocity": Meaning("its answer in kind to the other's stance", "reciprocity"),
    "alignment feedback": Meaning("warmth or coldness that follows a change of their alignment", "conduct"),
    "hedging": Meaning("a client warms to its patron's rival as the patron's guarantee falls", "commitment"),
    "detachment": Meaning(
        "a client warms to its patron's rival as their quarrel could entrap it", "commitment"
    ),
    "emboldenment": Meaning("an unpunished violator hardens against its strongest opponent", "norms"),
    "counter-binding": Meaning("the adversary of a wedge outbids whoever woos its partner", "norms"),
}
"""What routine is made of: habit, and what mechanisms press for."""

OWN = {
    "fixed": "fixed",
    "schedule": "schedule",
    "principled": "principled",
    "gesture": "reciprocity",
    "hedge": "hedge",
    "threat": "balance_threat",
    "wedge": "wedge",
    "counter-offer": "bind",
    "quantal response": "quantal_response",
    "roth-erev": "roth_erev",
}
"""Terms that policies add of their own, and which policy it is; what they mean is its manual's first line."""


def _first_line(kind: type) -> str:
    return inspect.cleandoc(kind.__doc__ or "").splitlines()[0].rstrip(".")


def _of_policy(name: str) -> Meaning:
    line = _first_line(policies()[name])
    return Meaning(f"the policy {name}: {line[:1].lower()}{line[1:]}", name)


INTENDED = {
    **ROUTINE,
    **{term: _of_policy(name) for term, name in OWN.items()},
    BEYOND: Meaning("what an intent beyond -1 or 1 is cut by"),
}

MEANINGS: dict[str, dict[str, Meaning]] = {
    "intent": INTENDED,
    "engagement": {
        **INTENDED,
        "inertia": Meaning("what conduct lets go of its last level to move to the intent", "conduct"),
        "luck": Meaning("the random shock to an engagement", "conduct"),
        "crisis": Meaning("resentment between attacker and defender that a crisis leaves", "crisis"),
    },
    "sanction": {
        "punishment": Meaning("sanctions move up to what resolve calls for on standing violations", "norms"),
        "lapse": Meaning("sanctions in force lapse unless renewed", "norms"),
    },
    "alignment": {
        "mutual posture": Meaning("cordial conduct both ways draws the pair together", "reciprocity"),
        "common threat": Meaning("a threat that both perceive draws the pair together", "threat"),
        "mutual threat": Meaning("the threat that each poses to the other drives the pair apart", "threat"),
        "unshared quarrels": Meaning(
            "neither wants to be drawn into quarrels that only the other has", "threat"
        ),
        "third parties": Meaning("a friend's friend and an enemy's enemy become friends", "balance"),
        "outside option": Meaning("who is shut out elsewhere turns to who offers something", "isolation"),
        "return to rest": Meaning("the pull back to the affinity of the pair without any force", "alignment"),
        "luck": Meaning("the random shock to an alignment", "alignment"),
    },
    "commitment": {
        "return to rest": Meaning("the return to the commitment to expect of this patron", "commitment"),
        "solidarity": Meaning(
            "what a client's sanctions, unlike its patron's, cost or win it back", "commitment"
        ),
        "desertion": Meaning("credit lost by a patron that stood aside in a crisis", "crisis"),
    },
    "capability": {"growth": Meaning("growth relative to the rest of the world", "setting")},
    "grievance": {
        "violation": Meaning("violations by chance; dated ones come with their event", "norms"),
        "forgetting": Meaning("violations that are not undone cease to matter", "norms"),
    },
    "deterrent": {
        "lesson": Meaning("the punishment that it meets, or not, teaches it what to expect", "norms"),
    },
    "order": {
        "violations": Meaning("violations erode the order, unpunished ones most", "norms"),
        "recovery": Meaning("the return of the order to its rest value", "norms"),
    },
    "settlement": {"struck": Meaning("the dispute is settled", "territory")},
    "activity": {
        "base": Meaning("activity when the holder confronts nobody", "territory"),
        "against the patron": Meaning(
            "activity added as the holder confronts the claimant's patron", "territory"
        ),
        "against the claimant": Meaning("activity added as the holder confronts the claimant", "territory"),
        "luck": Meaning("random swings of the activity", "territory"),
    },
    "violation": {"violation": Meaning("violations in the step, by chance and dated", "norms")},
    "crisis": {"outbreak": Meaning("a crisis breaks out, by chance or dated", "crisis")},
    "joined": {"joining": Meaning("who joins the defender (+1) or the attacker (-1)", "crisis")},
    "loss": {"defeat": Meaning("the defender loses the crisis", "crisis")},
}
"""Quantity -> term -> meaning; `EVENT` and `CUT` are those of all quantities."""


def meaning(quantity: str, term: str) -> Meaning:
    """What a term of a quantity means. A term that is in no table is of a policy of the user's own."""
    shared = {"event": EVENT, BOUND: CUT}
    if quantity == "stance":
        return meaning("sanction" if term in MEANINGS["sanction"] else "engagement", term)
    return MEANINGS[quantity].get(term) or shared.get(term) or Meaning("a term of a policy of your own")
