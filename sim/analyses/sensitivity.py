"""What drives an outcome: which of the uncertain inputs it turns on, together or alone, and how much is luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..answer import FEWEST
from ..axes import Array
from ..designs import Design, Morris, OneAtATime, Saltelli
from ..errors import WedgeError
from ..study import Study
from . import effects
from .base import Analysis, Finding, asked, must_vary, response, response_name
from .telling import (
    amount,
    between,
    capital,
    count,
    listed,
    no_order,
    number,
    percent,
    rows,
    scale_of,
    subject,
)

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("auto", "sobol", "morris", "ranks", "one_at_a_time")
NEEDS: dict[str, type[Design]] = {"sobol": Saltelli, "morris": Morris, "one_at_a_time": OneAtATime}
"""The methods that only one kind of design can feed."""

SETTLED = 0.1
"""Full width of a 95 % interval below which an index is told to be settled: known to 0.05 either way.

Sarrazin, Pianosi & Wagener 2016 ask for half of it to call indices converged.
"""

MUCH = 0.1
"""Share of the variance of the points' means that may be luck before that is told."""

NAMED = 4
"""Inputs that the first sentence names at most."""


MOST_RANKED = 20_000
"""Points that a screen looks at; more would take minutes and change no digit that is told."""


@dataclass(frozen=True)
class Sensitivity(Analysis):
    """What drives an outcome, or the difference that one option makes to it.

    `sobol` shares the variance of the outcome (mean over replications) out among the inputs: the
    first-order index is what an input explains by itself, the total index what it explains with all
    interactions; needs a saltelli design. `morris` gives the mean change of the outcome as an input
    crosses its whole range (mu, without sign mu_star) and how unlike these changes are (sigma);
    needs a morris design. `ranks` screens any random sample: partial rank correlations, and PAWN,
    the mean distance between the outcome's distribution and that in slices of an input, beside what
    inputs that do nothing would get. `one_at_a_time` moves one input at a time, all others kept.

    Luck, the variance of the replications at a point, is told beside the indices and is no part of
    them. Intervals (95 %) are bootstrapped over the rows of the base sample, the walks, or the
    points; they say what a larger design would shrink. An input that does nothing has exactly 0
    in all methods but `ranks`, whose floor tells it from chance. Saltelli 2010; Morris 1991;
    Campolongo 2007; Pianosi & Wagener 2018; Khorashadi Zadeh 2017.
    """

    analysis: ClassVar[str] = "sensitivity"

    outcome: str = asked("outcome", "the outcome to explain")
    option: str | None = asked("option", "the option to look at; the first unless given", None)
    against: str | None = asked("option", "explain the difference from this option instead", None)
    method: str = asked("word", "how to tell; auto goes by the design", "auto", words=METHODS)

    def of(self, study: Study) -> Finding:
        """Indices by input in order of weight, and how much of the variance is luck."""
        must_vary(study)
        method = self._method(study)
        values = response(study, self.outcome, self.option, self.against)
        asked_about = response_name(study, self.outcome, self.option, self.against)
        name = subject(study, self.outcome, self.option, self.against)
        found = {
            "sobol": self._sobol,
            "morris": self._morris,
            "ranks": self._ranks,
            "one_at_a_time": self._one_at_a_time,
        }[method](study, values, name)
        return Finding(self, f"What drives {asked_about}?", *found)

    def _method(self, study: Study) -> str:
        """The method that the design feeds. Raises WedgeError where the one asked for does not fit."""
        if self.method == "auto":
            fits = [name for name, kind in NEEDS.items() if isinstance(study.design, kind)]
            return fits[0] if fits else "ranks"
        wanted = NEEDS.get(self.method)
        if wanted is not None and not isinstance(study.design, wanted):
            raise WedgeError(
                f"sensitivity with method {self.method} needs a design of kind {wanted.kind}; "
                f"this sweep's is {study.design.kind}"
            )
        if self.method == "ranks" and isinstance(study.design, Morris | OneAtATime):
            raise WedgeError(
                f"sensitivity with method ranks needs points drawn at random; this sweep's design is "
                f"{study.design.kind}, so use method {study.design.kind}"
            )
        return self.method

    def _unit(self, study: Study) -> tuple[float, str]:
        return scale_of(study, self.outcome)

    def _sobol(self, study: Study, values: Array, name: str) -> tuple[list[str], dict[str, pd.DataFrame]]:
        assert isinstance(study.design, Saltelli)
        _complete(self, study, values)
        second = study.design.second_order
        base = values[effects.base_rows(len(values), len(study.inputs), second_order=second)]
        luck = effects.luck_share(base, study.seed, own_luck=False)
        mean = values.mean(axis=1)
        if _constant(mean):
            return [_nothing(name, mean), *_luck(luck)], {"luck": _as_table(luck)}
        paths = [each.path for each in study.inputs]
        table, sums, pairs = effects.sobol(paths, mean, study.seed, second_order=second)
        table = table.sort_values(["total", "first_order"], ascending=False, kind="stable", ignore_index=True)
        tables = {"inputs": table, "sum": _as_table(sums), "luck": _as_table(luck)}
        if pairs is not None:
            tables["pairs"] = pairs
        answer = [_led_by(name, table), *_rest(table, "total"), _together(table, sums)]
        answer += [*_pair(pairs), *_luck(luck), *_enough(table, study.design.points)]
        return answer, tables

    def _morris(self, study: Study, values: Array, name: str) -> tuple[list[str], dict[str, pd.DataFrame]]:
        assert isinstance(study.design, Morris)
        _complete(self, study, values)
        luck, mean = effects.luck_share(values, study.seed, own_luck=False), values.mean(axis=1)
        if _constant(mean):
            return [_nothing(name, mean), *_luck(luck)], {"luck": _as_table(luck)}
        shares = study.design.shares(study.inputs, study.seed)
        table = effects.morris(study.inputs, shares, mean, study.design.levels, study.seed)
        table = table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
        answer = _moved_by(name, table, *self._unit(study), study.design.trajectories)
        answer += [*_rest(table, "mu_star"), *no_order(study), *_luck(luck), *_order(table)]
        return answer, {"inputs": table, "luck": _as_table(luck)}

    def _ranks(self, study: Study, values: Array, name: str) -> tuple[list[str], dict[str, pd.DataFrame]]:
        points, values = sampled(study, values)
        known = ~np.isnan(values).all(axis=1)
        points, values, thinned = thin(points[known], values[known], MOST_RANKED, study.seed)
        if len(values) < max(50, 2 * len(study.inputs)):
            raise WedgeError(
                f"{count(len(values), 'point')} with a value of {self.outcome} are too few to screen "
                f"{count(len(study.inputs), 'input')}; at least {max(50, 2 * len(study.inputs))} are needed"
            )
        luck = effects.luck_share(values[~np.isnan(values).any(axis=1)], study.seed, own_luck=study.own_luck)
        mean = np.nanmean(values, axis=1)
        if _constant(mean):
            return [_nothing(name, mean), *_luck(luck)], {"luck": _as_table(luck)}
        table, floor = effects.ranks(study.inputs, points, mean, study.seed)
        table = table.sort_values(["above_chance", "pawn"], ascending=False, kind="stable", ignore_index=True)
        answer = [
            *_screened(name, table, floor, len(mean)),
            *_left_out(known),
            *thinned,
            *no_order(study),
            *_luck(luck),
        ]
        return answer, {"inputs": table, "luck": _as_table(luck)}

    def _one_at_a_time(
        self, study: Study, values: Array, name: str
    ) -> tuple[list[str], dict[str, pd.DataFrame]]:
        assert isinstance(study.design, OneAtATime)
        levels = [len(each.levels(study.design.levels)) for each in study.inputs]
        luck = effects.luck_share(values[:1], study.seed, own_luck=False)
        # A difference of two shares is no share.
        unit = study.columns[self.outcome][0] if self.against is None else "points"
        table = effects.one_at_a_time(study.inputs, study.points, values, levels, unit=unit)
        table = table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)
        told = {
            "deviation_of_luck": float(np.sqrt(luck["variance_luck"])),
            "nominal": float(np.nanmean(values[0])),
        }
        answer = _swung(name, table, *self._unit(study), study.replications)
        answer += [*_rest(table, "swing"), *_nominal_luck(told["deviation_of_luck"], self._unit(study))]
        answer.append(
            "Each input was moved by itself from the scenario's own numbers, so nothing is said of interactions."
        )
        return answer, {"inputs": table, "luck": _as_table(told)}


def sampled(study: Study, values: Array) -> tuple[Array, Array]:
    """Points that are independent draws, and their values: of a saltelli design the two base samples.

    `values` are `(point, replication)` in the order of the study's points; gives `(point, input)` and
    `(point, replication)`.
    """
    if not isinstance(study.design, Saltelli):
        return study.points, values
    rows = effects.base_rows(len(values), len(study.inputs), second_order=study.design.second_order)
    return study.points[rows], values[rows]


def thin(points: Array, values: Array, most: int, seed: int) -> tuple[Array, Array, list[str]]:
    """So many of the points at most, drawn at random, with a sentence that says so if some are left out.

    `points` are `(point, input)`, `values` `(point, ...)`; their order stays.
    """
    if len(points) <= most:
        return points, values, []
    rows = np.sort(np.random.default_rng(seed).choice(len(points), most, replace=False))
    return points[rows], values[rows], [f"Told from {most:,} of {len(points):,} points, drawn at random."]


def _complete(asked_for: Sensitivity, study: Study, values: Array) -> None:
    """Refuse gaps: a design whose points belong together cannot do without some."""
    gaps = int(np.isnan(values).sum())
    if not gaps:
        return
    whole = _whole_column(asked_for, study)
    instead = f"use {whole!r} instead" if whole else "use an outcome that every run has"
    raise WedgeError(
        f"{asked_for.outcome} has no value in {gaps:,} of {values.size:,} runs, and a design of kind "
        f"{study.design.kind} needs them all; {instead}"
    )


def _whole_column(asked_for: Sensitivity, study: Study) -> str | None:
    """A column without gaps, of the same outcome if there is one, shares of time first."""
    same = asked_for.outcome.split(".")[0]
    order = sorted(
        (each for each in study.columns if each != asked_for.outcome),
        key=lambda each: (
            each.split(".")[0] != same,
            not each.endswith(".share"),
            "share" not in study.columns[each][0],
        ),
    )
    for each in order:
        values = response(study, each, asked_for.option, asked_for.against)
        if not np.isnan(values).any() and np.ptp(values):
            return each
    return None


def _constant(mean: Array) -> bool:
    """Whether a response does not vary but for rounding."""
    return bool(np.ptp(mean) <= 1e-12 * max(1e-300, np.abs(mean).max()))


def _as_table(facts: dict[str, float]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([facts])


# --- sentences ------------------------------------------------------------------------------------


def _nothing(name: str, mean: Array) -> str:
    return (
        f"Nothing varies: {name} is {number(float(mean[0]))} at each of {count(len(mean), 'point')} "
        "(mean over replications), so what drives it is not defined."
    )


def _index(row: Any, column: str) -> str:
    low, high = getattr(row, f"{column}_low"), getattr(row, f"{column}_high")
    return f"{number(getattr(row, column), high - low)} ({between(low, high)})"


def _led_by(name: str, table: pd.DataFrame) -> str:
    """The inputs of most weight: those that it takes to reach four fifths of all total indices."""
    shares = (table["total"].cumsum() / table["total"].sum()).to_numpy()
    most = min(NAMED, int(np.searchsorted(shares, 0.8)) + 1)
    told = [
        f"{row.input}, total index {_index(row, 'total')}, by itself {_index(row, 'first_order')}"
        for row in rows(table.head(most))
    ]
    rest = table["total"].iloc[most:]
    more = (
        f" Each of the other {len(rest)} has a total index of at most {number(rest.max(), 0.1)}."
        if rest.any()
        else ""
    )
    return f"{capital(name)} varies most with {'; then '.join(told)}.{more}"


def _rest(table: pd.DataFrame, column: str) -> list[str]:
    none = int((table[column] == 0.0).sum())
    if not none:
        return []
    names = listed(list(table.loc[table[column] == 0.0, "input"])) if none <= NAMED else count(none, "input")
    return [f"Of {count(len(table), 'input')} {none} {'does' if none == 1 else 'do'} nothing at all, exactly: {names}."
            if none <= NAMED else f"{capital(names)} of {len(table)} do nothing at all, exactly."]  # fmt: skip


def _together(table: pd.DataFrame, sums: dict[str, float]) -> str:
    """How much of the variance inputs explain only together."""
    width = sums["high"] - sums["low"]
    head = (
        f"By themselves the inputs explain {number(sums['first_orders'], width)} of the variance over points "
        f"({between(sums['low'], sums['high'])})"
    )
    if sums["low"] <= 1.0 <= sums["high"]:
        return f"{head}, so that interactions are not distinguishable from none."
    if sums["high"] < 1.0:
        top = table.sort_values("interaction", ascending=False, kind="stable").iloc[0]
        return (
            f"{head}; interactions explain the rest, {number(1 - sums['first_orders'], width)}, "
            f"most with {top['input']} (total less first-order {number(top['interaction'], width)})."
        )
    return f"{head}, which is more than there is: the sample is too small to tell."


def _pair(pairs: pd.DataFrame | None) -> list[str]:
    if pairs is None or not len(pairs):
        return []
    sure = pairs[pairs["low"] > 0.0]
    if not len(sure):
        return ["No pair of inputs has an interaction distinguishable from none."]
    top = sure.iloc[0]
    return [
        f"The pair that matters most is {top['input']} with {top['with']}: second-order index "
        f"{number(top['second_order'], top['high'] - top['low'])} ({between(top['low'], top['high'])})."
    ]


def _luck(luck: dict[str, float]) -> list[str]:
    if not np.isfinite(luck["variance_luck"]):
        return ["With one replication at a point, luck cannot be told apart from the inputs."]
    if not np.isfinite(luck["luck"]):
        return ["Neither inputs nor luck vary it."]
    width = luck["luck_high"] - luck["luck_low"]
    lines = [
        "Luck (the variance of replications at a point), which is left out above, is "
        f"{number(100 * luck['luck'], 100 * width)}% of the total "
        f"variance over runs ({between(100 * luck['luck_low'], 100 * luck['luck_high'])}); the inputs make the rest."
    ]
    if luck["left_in_means"] > MUCH:
        lines.append(
            f"Of the variance of the points' means {percent(luck['left_in_means'])} is luck all the same, "
            "which acts differently from "
            "point to point and is not averaged out: more replications would take it out of the indices."
        )
    return lines


def _enough(table: pd.DataFrame, points: int) -> list[str]:
    """Whether the sample is large enough: widths of intervals, and negative indices."""
    width = float((table["total_high"] - table["total_low"]).max())
    beyond = table[(table["first_order"] < 0) & (table["first_order_high"] < 0)]
    below = int((table["first_order"] < 0).sum())
    # One in twenty may be so by chance.
    if len(beyond) > max(1, 0.05 * len(table)):
        return [
            f"The sample is too small: {len(beyond)} first-order indices, that of {beyond.iloc[0]['input']} "
            f"among them, are below 0 by more than their error. Take more than {points:,} points."
        ]
    error = (
        f" {count(below, 'first-order index', 'first-order indices')} below 0 "
        f"{'is' if below == 1 else 'are'} so within error."
        if below
        else ""
    )
    wide = f"the widest interval of a total index is {number(width, width)}"
    if width <= SETTLED:
        return [f"The sample is large enough: {wide} (at most {SETTLED:g} is asked for).{error}"]
    settled = len(table) < 2 or table["total_low"][0] > table["total_high"][1]
    first = "who comes first is settled" if settled else "even who comes first is not settled"
    return [
        f"The indices have not converged: {wide}, above {SETTLED:g}; {first}. "
        f"Doubling the base sample of {points:,} narrows intervals by about 30%.{error}"
    ]


def _moved_by(name: str, table: pd.DataFrame, scale: float, unit: str, walks: int) -> list[str]:
    told = []
    for row in rows(table.head(3)):
        if row.mu_star == 0.0:
            continue
        change = amount(row.mu_star, row.mu_star_low, row.mu_star_high, scale, unit).lstrip("+")
        told.append(f"{row.input} by {change}, {_way(row)}")
    lines = [
        f"{capital(name)} moves most as an input crosses its whole range, the others lying anywhere (mean "
        "change, mu*, "
        f"over {walks} walks): with {'; with '.join(told)}."
    ]
    bent = [row.input for row in rows(table.head(NAMED)) if row.mu_star > 0 and row.sigma > row.mu_star]
    if bent:
        lines.append(
            f"For {listed(bent)} the effect depends on where it is taken (sigma above mu*): it bends or interacts."
        )
    return lines


def _way(row: Any) -> str:
    if row.mu_low > 0:
        return "upward"
    return "downward" if row.mu_high < 0 else "up in some places and down in others"


def _order(table: pd.DataFrame) -> list[str]:
    """Whether the first is distinguishable from the second, and the second from the rest."""
    if len(table) < 2:
        return []
    sure = table["mu_star_low"][0] > table["mu_star_high"][1]
    return [
        f"The first place of {table['input'][0]} is {'' if sure else 'not '}settled: "
        f"its interval {'lies above' if sure else 'overlaps with'} that of {table['input'][1]}."
    ]


def _screened(name: str, table: pd.DataFrame, floor: float, points: int) -> list[str]:
    above = table[table["above_chance"]]
    if not len(above):
        return [
            f"No input stands out from chance: over {points:,} points {name} has no rank correlation with "
            "any that is "
            "distinguishable, and no distribution that differs along one by more than inputs that do "
            "nothing would give "
            f"(PAWN at most {number(table['pawn'].max(), 0.1)}, chance {number(floor, 0.1)})."
        ]
    told = [
        f"{row.input} (PAWN {number(row.pawn, 0.1)}; partial rank correlation "
        f"{row.partial_rank:+.2f}, {between(row.partial_rank_low, row.partial_rank_high)})"
        for row in rows(above.head(NAMED))
    ]
    more = f", and {len(above) - NAMED} more" if len(above) > NAMED else ""
    return [
        f"{capital(name)} turns most on {listed(told)}{more}.",
        f"Of {count(len(table), 'input')} {len(above)} stand{'s' if len(above) == 1 else ''} out from "
        f"chance over {points:,} points: "
        f"a PAWN above {number(floor, 0.1)} or a partial rank correlation distinguishable from none, by "
        "bounds that as "
        "many inputs that do nothing all keep in 95% of studies.",
    ]


def _left_out(known: Array) -> list[str]:
    gone = int((~known).sum())
    return (
        [f"{count(gone, 'point')} of {len(known):,} without a value {'is' if gone == 1 else 'are'} left out."]
        if gone
        else []
    )


def _swung(name: str, table: pd.DataFrame, scale: float, unit: str, replications: int) -> list[str]:
    told = table[table["told"]]
    if not len(told):
        most = int(table["differing"].max())
        head = f"{capital(name)} is moved distinguishably by no input by itself"
        if replications < FEWEST:
            return [
                f"{head}: {count(replications, 'replication')}; at least {FEWEST} are needed to tell: raise "
                "replications."
            ]
        few = f", and at least {FEWEST} must to tell" if most < FEWEST else ""
        return [f"{head}: with none do more than {most} of {count(replications, 'replication')} differ{few}."]
    lines = [
        f"{row.input} by {amount(row.swing, row.swing_low, row.swing_high, scale, unit).lstrip('+')}, "
        f"least at {row.least_at:g} and most at {row.most_at:g}"
        for row in rows(told.head(NAMED))
    ]
    answer = [
        f"{capital(name)} swings most, as an input alone crosses its range on equal luck "
        f"({count(replications, 'replication')}), with {'; with '.join(lines)}."
    ]
    if bent := list(told.loc[told["turns"], "input"].head(NAMED)):
        answer.append(f"The extreme lies inside the range, not at its ends, for {listed(bent)}.")
    return answer


def _nominal_luck(deviation: float, unit: tuple[float, str]) -> list[str]:
    if not np.isfinite(deviation):
        return ["With one replication, luck is not known."]
    told = amount(deviation, 0.0, deviation, *unit).split(" (")[0].lstrip("+")
    return [f"At the scenario's own numbers luck alone has a standard deviation of {told} over replications."]
