"""What is measured on saved paths: each outcome a small class with unit, meaning and columns.

An outcome is a pure function of a block of paths. It names the quantities it reads, so that it can
be applied in memory, on trajectories read back from disk, or on a replay of (seed, run). A user's
own outcome is a class like these in a plugin file. Read `ensemble.py` next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from .axes import Array, add_up, logistic, over_targets
from .calendar import Calendar
from .mechanisms import Ties
from .parameters import kinds_of

CUTS = (0.15, 0.30, 0.45, 0.55, 0.75, 0.88, 0.95)
"""Alignment at which each stage above the first begins (assumption A16)."""

STAGES = (
    "border agreements, confidence building",
    "treaty, consultations",
    "arms transfers",
    "regular drills",
    "interoperability",
    "integrated command",
    "joint deployment",
    "common defence policy",
)
"""The stages of military alignment, after Korolev 2018."""

STAGE_WIDTH = 0.2
"""Width of stage 5 in alignment, the yardstick for "how much is much" (A16)."""

THRESHOLDS = (0.50, 0.55, 0.60, 0.65, 0.70)
"""Alignments at which a united front may be said to begin; verdicts are given for all (A17)."""


@dataclass(frozen=True)
class Paths:
    """Recorded quantities `(time, ..., run)` of some runs, with what is needed to read them."""

    ties: Ties
    calendar: Calendar
    arrays: Mapping[str, Array]
    parameters: Mapping[str, Array]
    found: dict[Hashable, Array] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, work: Callable[[], Array]) -> Array:
        """What `work` gives, of any shape, computed the first time that `key` is asked for; not to be written to."""
        if key not in self.found:
            self.found[key] = work()
        return self.found[key]

    def of(self, quantity: str, *actors: str) -> Array:
        """A quantity of an actor, a dyad, a tie, or the world, `(time, R)`, the start first.

        Raises ValueError where an actor is not in the scenario, KeyError where the quantity is not recorded.
        """
        first, second = cell_of(self.ties, quantity, *actors)
        return self.arrays[quantity][:, first, second]

    def last(self, years: float) -> slice:
        """The records of the last years, the final one included."""
        return slice(-max(1, round(years * self.calendar.per_year)), None)

    @property
    def year(self) -> int:
        """Records in a year."""
        return self.calendar.per_year


Cells = frozenset[tuple[int, int]] | None
"""Some cells of a quantity by index, or (None) all of them."""


def cell_of(ties: Ties, quantity: str, *actors: str) -> tuple[int, int]:
    """Where a quantity of an actor, a dyad, a tie, or the world stands; a pair's alignment has one place."""
    cell = [ties.names.index(each) for each in actors]
    if quantity == "alignment":
        cell.sort()
    return (cell[0] if cell else 0), (cell[1] if len(cell) > 1 else 0)


def pairs_of(ties: Ties) -> Cells:
    """Where the alignments of all pairs stand."""
    return frozenset((i, j) for j in range(ties.n) for i in range(j))


def named(kind: str, meaning: str, *, many: bool = False, default: Any = ...) -> Any:
    """A field of an outcome that names an actor or a tie (`kind`), or several."""
    facts = {"names": kind, "many": many, "meaning": meaning}
    return field(metadata=facts) if default is ... else field(default=default, metadata=facts)


def chosen(default: float, low: float, high: float, meaning: str) -> Any:
    """A field of an outcome that is a number."""
    return field(default=default, metadata={"number": (low, high), "meaning": meaning})


@dataclass(frozen=True)
class Outcome:
    """Base of all outcomes. `columns` maps each column's suffix to its unit and meaning."""

    measure: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    columns: ClassVar[dict[str, tuple[str, str]]]

    def of(self, paths: Paths) -> dict[str, Array]:
        """Each column, one value a run, `(R,)`."""
        raise NotImplementedError

    def cells(self, ties: Ties) -> dict[str, Cells]:  # noqa: ARG002
        """The cells of each quantity that it reads; others need not be recorded, and may be NaN."""
        return dict.fromkeys(self.reads)

    def series(self, paths: Paths) -> dict[str, Array]:  # noqa: ARG002
        """What can be drawn through time, `(time, R)`, by name; empty where there is nothing."""
        return {}

    def lines(self) -> dict[str, tuple[float, float]]:
        """The names of the series, each with the range it lies in."""
        return {}


@dataclass(frozen=True)
class AlignmentOutcome(Outcome):
    """How aligned a pair is at the end, on average over the last years.

    Stage 1 lies below .15, and the others begin at .15, .30, .45, .55, .75, .88 and .95 (assumption A16).
    """

    measure: ClassVar[str] = "alignment"
    reads: ClassVar[tuple[str, ...]] = ("alignment",)
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("alignment, -1 to 1", "mean over the last years"),
        "change": ("alignment", "the same, less the alignment at the start"),
        "stage": ("stage 1 to 8", "rung on the ladder of military alignment (Korolev 2018)"),
    }

    pair: tuple[str, str] = named("actor", "the two actors", many=True)
    years: float = chosen(2.0, 0.25, 50.0, "years at the end to average over")

    def cells(self, ties: Ties) -> dict[str, Cells]:
        """The pair's."""
        return {"alignment": frozenset([cell_of(ties, "alignment", *self.pair)])}

    def of(self, paths: Paths) -> dict[str, Array]:
        """Mean, change and stage, `(R,)` each."""
        path = paths.of("alignment", *self.pair)
        end = _mean(path[paths.last(self.years)])
        return {"": end, "change": end - path[0], "stage": stage(end)}

    def series(self, paths: Paths) -> dict[str, Array]:
        """The stage through time, `(time, R)`."""
        return {"stage": stage(paths.of("alignment", *self.pair))}

    def lines(self) -> dict[str, tuple[float, float]]:
        """The stage."""
        return {"stage": (0.0, 8.0)}


@dataclass(frozen=True)
class StanceOutcome(Outcome):
    """How one actor treats another at the end, on average over the last years."""

    measure: ClassVar[str] = "stance"
    reads: ClassVar[tuple[str, ...]] = ("stance",)
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("stance, -1 to 1", "mean over the last years"),
        "change": ("stance", "the same, less the stance at the start"),
    }

    actor: str = named("actor", "whose stance")
    target: str = named("actor", "toward whom")
    years: float = chosen(2.0, 0.25, 50.0, "years at the end to average over")

    def of(self, paths: Paths) -> dict[str, Array]:
        """Mean and change, `(R,)` each."""
        path = paths.of("stance", self.actor, self.target)
        end = _mean(path[paths.last(self.years)])
        return {"": end, "change": end - path[0]}


@dataclass(frozen=True)
class UnitedFront(Outcome):
    """Whether two actors come to form a united front against a common adversary, and when.

    On when alignment has held the threshold for a year while both were at odds with the strongest
    actor negative to both; off when it has stayed 0.05 below for a year. Nothing in it is set
    directly by a policy. Given for every threshold, because the threshold may decide the verdict.
    At odds: the better of the two alignments with that adversary is `hostility` or lower, on average
    over a year. The index is ``max(0, x_ij) sqrt(max(0, -x_iL) max(0, -x_jL))`` with the L that makes it
    largest. Assumption A17.
    """

    measure: ClassVar[str] = "united_front"
    reads: ClassVar[tuple[str, ...]] = ("alignment", "capability")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("0 or 1", "a front formed at some time, at the main threshold"),
        "first": ("years from the start", "time to the first front; empty where none formed"),
        "share": ("share of time", "time with a front, at the main threshold"),
        "aligned": ("0 or 1", "the same without asking for a common adversary"),
        "index": ("0 to 1", "alignment times common hostility to the adversary, last two years"),
        **{
            f"at_{round(100 * level)}": (
                "0 or 1",
                f"a front formed at some time, at threshold {level:.2f}",
            )
            for level in THRESHOLDS
        },
    }

    pair: tuple[str, str] = named("actor", "the two actors of the front", many=True)
    threshold: float = chosen(0.60, 0.0, 1.0, "alignment at which the front counts (A17)")
    hostility: float = chosen(
        -0.2, -1.0, 0.0, "alignment with the adversary below which both are at odds with it"
    )
    margin: float = chosen(0.05, 0.0, 0.5, "how far below the threshold a front dissolves")

    def cells(self, ties: Ties) -> dict[str, Cells]:
        """The alignments of all pairs, and how capable each actor is."""
        return {"alignment": pairs_of(ties), "capability": None}

    def of(self, paths: Paths) -> dict[str, Array]:
        """Ever, first time, share of time, with and without adversary, and for every threshold; `(R,)` each.

        The first time is NaN where no front formed.
        """
        on = self._on(paths, self.threshold)
        ever = on.max(axis=0)
        first = np.where(ever > 0, on.argmax(axis=0) / paths.year, np.nan)
        path = paths.of("alignment", *self.pair)
        alone = self.on(path, np.ones((1, 1)), self.threshold, paths.year)
        return {
            "": ever,
            "first": first,
            "share": on[1:].mean(axis=0),
            "aligned": alone.max(axis=0),
            "index": _mean(self.index(paths, paths.last(2.0))),
            **{f"at_{round(100 * each)}": self._on(paths, each).max(axis=0) for each in THRESHOLDS},
        }

    def series(self, paths: Paths) -> dict[str, Array]:
        """Whether the front is on, 0 or 1, through time, at each threshold; `(time, R)` each."""
        return {f"on at {level:.2f}": self._on(paths, level) for level in THRESHOLDS}

    def lines(self) -> dict[str, tuple[float, float]]:
        """Whether the front is on, at each threshold."""
        return {f"on at {level:.2f}": (0.0, 1.0) for level in THRESHOLDS}

    def _on(self, paths: Paths, threshold: float) -> Array:
        """1 while the front is on at this threshold, `(time, R)`."""
        path, at_odds = paths.of("alignment", *self.pair), self.at_odds(paths)
        return paths.once((self, threshold), lambda: self.on(path, at_odds, threshold, paths.year))

    def on(self, alignment: Array, at_odds: Array, threshold: float, year: int) -> Array:
        """1 while the front is on, `(time, R)`; it starts and ends after a full year of records.

        `alignment` is the pair's, `(time, R)`; `at_odds` 0 or 1, `(time, R)` or `(1, 1)`; `year` is the
        number of records in a year.
        """
        begins = _lasting(alignment >= threshold, year) & (at_odds > 0)
        stays = ~_lasting(alignment < threshold - self.margin, year)
        now = begins.copy()
        for k in range(1, len(now)):
            now[k] |= now[k - 1] & stays[k]
        return now * 1.0

    def at_odds(self, paths: Paths) -> Array:
        """1 where both have been at odds with their strongest common adversary for a year, `(time, R)`."""
        return paths.once((self, "at odds"), lambda: self._at_odds(paths))

    def _at_odds(self, paths: Paths) -> Array:
        hostility, year = self._adversary_alignment(paths), paths.year
        means = np.empty_like(hostility)
        for k in range(min(year - 1, len(means))):
            means[k] = _mean(hostility[: k + 1])
        whole = max(0, len(means) - year + 1)
        means[year - 1 :] = add_up(hostility[k : k + whole] for k in range(year)) / float(year)
        return (means <= self.hostility) * 1.0

    def index(self, paths: Paths, when: slice = slice(None)) -> Array:
        """``max(0, x_ij) sqrt(max(0, -x_iL) max(0, -x_jL))`` with the L that makes it largest, `(time, R)`."""
        bond = np.maximum(paths.of("alignment", *self.pair)[when], 0.0)
        best = np.zeros_like(bond)
        for other in self._others(paths):
            cold = [np.maximum(-paths.of("alignment", each, other)[when], 0.0) for each in self.pair]
            best = np.maximum(best, bond * np.sqrt(cold[0] * cold[1]))
        return best

    def _others(self, paths: Paths) -> list[str]:
        return [each for each in paths.ties.names if each not in self.pair]

    def _adversary_alignment(self, paths: Paths) -> Array:
        """The better of the two alignments with the strongest actor negative to both; 1 if none."""
        shape = paths.of("alignment", *self.pair).shape
        top, worst = np.zeros(shape), np.ones(shape)
        for other in self._others(paths):
            both = np.maximum(*(paths.of("alignment", each, other) for each in self.pair))
            strength = np.where(both < 0.0, paths.of("capability", other), 0.0)
            tied = (strength == top) & (strength > 0.0)
            np.copyto(worst, both, where=strength > top)
            if tied.any():
                np.maximum(worst, both, out=worst, where=tied)
            np.maximum(top, strength, out=top)
        return worst


@dataclass(frozen=True)
class CrisisConduct(Outcome):
    """What a third party does in a crisis, and through which channel accommodation works on it.

    The chance is ``1 / (1 + exp(-(affinity x_ka - restraint x_kd - aloofness)))`` with the parameters of
    the crisis mechanism at the start: to join attacker a rather than stand aside, were it free to.
    Defender d's part is then held as it was at the start, to tell the two channels apart.
    """

    measure: ClassVar[str] = "crisis_conduct"
    reads: ClassVar[tuple[str, ...]] = ("alignment", "crisis", "joined")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": (
            "probability",
            "that it would join the attacker, were there a crisis (last two years)",
        ),
        "alliance": ("probability", "the same, had its tie to the defender stayed as at the start"),
        "bribe": ("probability", "the rest: what its tie to the defender has changed"),
        "crises": ("crises", "number of crises"),
        "joined": ("crises", "number of crises in which it joined the attacker"),
    }

    flashpoint: str = named("flashpoint", "where the crisis is")
    actor: str = named("actor", "the third party")

    def cells(self, ties: Ties) -> dict[str, Cells]:
        """Its own alignments, and all crises."""
        return {"alignment": pairs_of(ties), "crisis": None, "joined": None}

    def of(self, paths: Paths) -> dict[str, Array]:
        """The counterfactual probe, split by channel, and what happened; `(R,)` each."""
        at = next(each for each in paths.ties.flashpoints if each.name == self.flashpoint)
        row = paths.ties.flashpoints.index(at)
        third = paths.ties.names.index(self.actor)
        names = paths.ties.names
        toward = [paths.of("alignment", self.actor, names[each]) for each in (at.attacker, at.defender)]
        end = paths.last(2.0)
        full = self._probe(paths, toward[0][end], toward[1][end])
        alliance = self._probe(paths, toward[0][end], toward[1][:1])
        conduct = paths.arrays["joined"][:, row, third]
        return {
            "": _mean(full),
            "alliance": _mean(alliance),
            "bribe": _mean(full) - _mean(alliance),
            "crises": paths.arrays["crisis"][:, row, 0].sum(axis=0),
            "joined": (conduct < 0.0).sum(axis=0) * 1.0,
        }

    def _probe(self, paths: Paths, attacker: Array, defender: Array) -> Array:
        """Chance to join the attacker rather than stand aside, by the crisis mechanism's logit."""
        names = ("aloofness", "affinity", "restraint")
        aloofness, affinity, restraint = (paths.parameters[f"crisis.{name}"][0] for name in names)
        return logistic(affinity * attacker - restraint * defender - aloofness)


@dataclass(frozen=True)
class Nightmare(Outcome):
    """A crisis in which a third party joins the attacker while a patron stands aside."""

    measure: ClassVar[str] = "nightmare"
    reads: ClassVar[tuple[str, ...]] = ("crisis", "joined", "loss")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("0 or 1", "it happened at least once"),
        "count": ("crises", "how often it happened"),
        "aside": ("crises", "crises in which the patron stood aside"),
    }

    flashpoint: str = named("flashpoint", "where the crisis is")
    third: str = named("actor", "who might join the attacker")
    patron: str = named("actor", "whose support is in doubt")

    def of(self, paths: Paths) -> dict[str, Array]:
        """Counted crisis by crisis, not as a product of averages; `(R,)` each."""
        names = [each.name for each in paths.ties.flashpoints]
        row = names.index(self.flashpoint)
        conduct = paths.arrays["joined"][:, row]
        crisis = paths.arrays["crisis"][:, row, 0] > 0.0
        aside = crisis & (conduct[:, paths.ties.names.index(self.patron)] <= 0.0)
        worst = aside & (conduct[:, paths.ties.names.index(self.third)] < 0.0)
        return {
            "": worst.any(axis=0) * 1.0,
            "count": worst.sum(axis=0) * 1.0,
            "aside": aside.sum(axis=0) * 1.0,
        }


@dataclass(frozen=True)
class Security(Outcome):
    """How safe an actor is: crises against it, and whether it prevailed."""

    measure: ClassVar[str] = "security"
    reads: ClassVar[tuple[str, ...]] = ("crisis", "loss", "threat")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("0 to 1", "1 less the stakes of the crises lost, not below 0"),
        "crises": ("crises", "crises against it"),
        "losses": ("crises", "crises lost"),
        "threat": ("threat", "sum of the threats it perceives, last two years"),
    }

    actor: str = named("actor", "whose security")

    def cells(self, ties: Ties) -> dict[str, Cells]:
        """Of threats its own row, of crises all."""
        me = ties.names.index(self.actor)
        return {"crisis": None, "loss": None, "threat": frozenset((me, other) for other in range(ties.n))}

    def of(self, paths: Paths) -> dict[str, Array]:
        """Counted over all flashpoints where it is the defender; `(R,)` each, the threats a mean over two years."""
        me = paths.ties.names.index(self.actor)
        rows = [k for k, each in enumerate(paths.ties.flashpoints) if each.defender == me]
        runs = paths.arrays["threat"].shape[-1]
        none = np.zeros(runs)
        stakes = paths.parameters["crisis.stake"]
        losses = [paths.arrays["loss"][:, k, 0].sum(axis=0) for k in rows]
        crises = [paths.arrays["crisis"][:, k, 0].sum(axis=0) for k in rows]
        cost = add_up([none, *(stakes[k, 0] * each for k, each in zip(rows, losses, strict=True))])
        threats = over_targets(paths.arrays["threat"][paths.last(2.0), me])[:, 0]
        return {
            "": np.maximum(1.0 - cost, 0.0),
            "crises": add_up([none, *crises]),
            "losses": add_up([none, *losses]),
            "threat": _mean(threats),
        }


@dataclass(frozen=True)
class Abandonment(Outcome):
    """The risk that a client's patron does not stand by it."""

    measure: ClassVar[str] = "abandonment"
    reads: ClassVar[tuple[str, ...]] = ("commitment",)
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("probability", "1 less commitment, mean over the last two years"),
        "change": ("probability", "the same, less its value at the start"),
    }

    patron: str = named("actor", "the patron")
    client: str = named("actor", "the client")

    def of(self, paths: Paths) -> dict[str, Array]:
        """One less perceived commitment, and how it has changed; `(R,)` each."""
        path = paths.of("commitment", self.patron, self.client)
        end = _mean(path[paths.last(2.0)])
        return {"": 1.0 - end, "change": path[0] - end}


@dataclass(frozen=True)
class Cohesion(Outcome):
    """How alike a group of allies sanctions a third party."""

    measure: ClassVar[str] = "cohesion"
    reads: ClassVar[tuple[str, ...]] = ("sanction", "stance")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("0 to 1", "1 less the mean gap between members' sanctions, last two years"),
        "stance": ("0 to 1", "1 less half the mean gap between members' stances, last two years"),
    }

    members: tuple[str, ...] = named("actor", "the allies", many=True)
    toward: str = named("actor", "the third party")

    def cells(self, ties: Ties) -> dict[str, Cells]:
        """What the members do to the third party."""
        return {
            name: frozenset(cell_of(ties, name, each, self.toward) for each in self.members)
            for name in self.reads
        }

    def of(self, paths: Paths) -> dict[str, Array]:
        """Mean over pairs of members, `(R,)` each.

        ``1 - mean |s_ik - s_jk|`` and ``1 - mean |a_ik - a_jk| / 2`` over pairs i, j and the last two years.
        """
        end = paths.last(2.0)
        gaps = {name: self._gap(paths, name, end) for name in ("sanction", "stance")}
        return {"": 1.0 - gaps["sanction"], "stance": 1.0 - 0.5 * gaps["stance"]}

    def _gap(self, paths: Paths, quantity: str, end: slice) -> Array:
        held = [paths.of(quantity, each, self.toward)[end] for each in self.members]
        gaps = [np.abs(a - b) for k, a in enumerate(held) for b in held[:k]]
        return _mean(add_up(gaps) / len(gaps))


@dataclass(frozen=True)
class Order(Outcome):
    """The rules-based order at the end, and how often it was violated."""

    measure: ClassVar[str] = "order"
    reads: ClassVar[tuple[str, ...]] = ("order", "violation")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("0 to 1", "strength of the order, mean over the last two years"),
        "violations": ("violations", "number of violations, dated ones included"),
    }

    def of(self, paths: Paths) -> dict[str, Array]:
        """Mean order and count of violations, `(R,)` each."""
        return {
            "": _mean(paths.of("order")[paths.last(2.0)]),
            "violations": paths.arrays["violation"][:, :, 0].sum(axis=(0, 1)),
        }


@dataclass(frozen=True)
class Activity(Outcome):
    """Military activity of the holder of a disputed territory near the claimant."""

    measure: ClassVar[str] = "activity"
    reads: ClassVar[tuple[str, ...]] = ("activity",)
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("sorties a year", "mean over the last two years"),
        "whole": ("sorties a year", "mean over the whole run"),
    }

    dispute: str = named("dispute", "the disputed territory")

    def of(self, paths: Paths) -> dict[str, Array]:
        """Mean activity over the last two years, and over the run without its start; `(R,)` each."""
        row = [each.name for each in paths.ties.disputes].index(self.dispute)
        path = paths.arrays["activity"][:, row, 0]
        return {"": _mean(path[paths.last(2.0)]), "whole": _mean(path[1:])}


@dataclass(frozen=True)
class Settlement(Outcome):
    """Whether a territorial dispute is settled."""

    measure: ClassVar[str] = "settlement"
    reads: ClassVar[tuple[str, ...]] = ("settlement",)
    columns: ClassVar[dict[str, tuple[str, str]]] = {"": ("0 or 1", "settled by the end")}

    dispute: str = named("dispute", "the disputed territory")

    def of(self, paths: Paths) -> dict[str, Array]:
        """State at the end, 0 or 1, `(R,)`."""
        row = [each.name for each in paths.ties.disputes].index(self.dispute)
        return {"": paths.arrays["settlement"][-1, row, 0]}


@dataclass(frozen=True)
class IssueHelp(Outcome):
    """Whether a helper would help a seeker against an opponent on a single issue (no feedback).

    ``1 / (1 + exp(-(base + courtship e - loyalty x)))``: e is the seeker's engagement toward the helper, x
    the helper's alignment with the opponent. Form and numbers are assumption A18; not validated.
    """

    measure: ClassVar[str] = "issue_help"
    reads: ClassVar[tuple[str, ...]] = ("engagement", "alignment")
    columns: ClassVar[dict[str, tuple[str, str]]] = {
        "": ("probability", "that the helper helps, mean over the last two years"),
        "peak": ("probability", "highest during the run"),
    }

    seeker: str = named("actor", "who asks")
    helper: str = named("actor", "who is asked")
    opponent: str = named("actor", "against whom")
    base: float = chosen(-0.5, -10.0, 10.0, "logit with no engagement and no tie (A18)")
    courtship: float = chosen(
        1.5,
        -10.0,
        10.0,
        "effect of the seeker's engagement; both signs are meant to be tried (A18)",
    )
    loyalty: float = chosen(2.0, -10.0, 10.0, "effect of the helper's alignment with the opponent (A18)")

    def cells(self, ties: Ties) -> dict[str, Cells]:
        """The seeker's engagement with the helper, and the helper's alignment."""
        return {
            "engagement": frozenset([cell_of(ties, "engagement", self.seeker, self.helper)]),
            "alignment": frozenset([cell_of(ties, "alignment", self.helper, self.opponent)]),
        }

    def of(self, paths: Paths) -> dict[str, Array]:
        """Logistic in the seeker's engagement and the helper's alignment with the opponent; `(R,)` each."""
        courted = paths.of("engagement", self.seeker, self.helper)
        tied = paths.of("alignment", self.helper, self.opponent)
        help_ = logistic(self.base + self.courtship * courted - self.loyalty * tied)
        return {"": _mean(help_[paths.last(2.0)]), "peak": help_.max(axis=0)}


def stage(alignment: Array) -> Array:
    """Stage 1 to 8 of an alignment, same shape: 1 and one more for each of `CUTS` reached (A16)."""
    return 1.0 + add_up((alignment >= cut) * 1.0 for cut in CUTS)


def _lasting(holds: Array, records: int) -> Array:
    """Where something has held for so many records in a row, `(time, R)`; never before there are as many."""
    found = np.zeros_like(holds)
    whole = max(0, len(holds) - records + 1)
    found[records - 1 :] = holds[records - 1 :]
    for k in range(records - 1):
        found[records - 1 :] &= holds[k : k + whole]
    return found


def _mean(path: Array) -> Array:
    """Mean over time, added record by record so that bits do not depend on the run count."""
    return add_up(list(path)) / float(len(path))


def outcomes() -> dict[str, type[Outcome]]:
    """Every kind of outcome there is, by the name that scenarios use."""
    return kinds_of(Outcome, "measure")


def reads(chosen_outcomes: Mapping[str, Outcome], ties: Ties) -> dict[str, Cells]:
    """The cells of quantities that these outcomes need to have recorded."""
    return all_of(each.cells(ties) for each in chosen_outcomes.values())


def all_of(parts: Iterable[Mapping[str, Cells]]) -> dict[str, Cells]:
    """The cells of any of these."""
    found: dict[str, Cells] = {}
    for part in parts:
        for name, cells in part.items():
            known = found.get(name, frozenset())
            found[name] = None if cells is None or known is None else known | cells
    return found
