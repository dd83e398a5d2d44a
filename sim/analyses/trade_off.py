"""`trade_off`: which options are not beaten in every outcome at once by another (Pareto)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..answer import FEWEST
from ..axes import Array
from ..errors import WedgeError
from ..study import Study, by_world
from .base import Analysis, Finding, asked
from .deciding import directions
from .resampling import SURE, level_interval, mean_of, resampled_means, spread
from .telling import cautions, count, listed, no_sample

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TradeOff(Analysis):
    """Sorts options into those that no other beats (the Pareto front) and those that one does.

    An option is beaten where another is at least as good in every outcome's mean over worlds and
    better in one. With many outcomes hardly any option is beaten, which says little. A place on the
    front is told with the share of resamples of worlds (and luck that they share) in which it is
    there, and with the share of single worlds in which it is; a world's mean rests on its replications.
    """

    analysis: ClassVar[str] = "trade_off"

    less: tuple[str, ...] = asked("outcome", "outcomes of which less is better", (), many=True)
    more: tuple[str, ...] = asked("outcome", "outcomes of which more is better", (), many=True)

    def of(self, study: Study) -> Finding:
        """Options with their place, and their means in each outcome."""
        import pandas as pd

        better = directions(study, self.less, self.more, "trade_off")
        if len(better) < 2:
            raise WedgeError("trade_off needs two outcomes or more, named under less and more")
        if len(study.options) < 2:
            raise WedgeError("trade_off compares options, and this sweep has only one; give it levers")
        values = _values(study, better)
        if not (~np.isnan(values)).all(axis=(0, 1)).any():
            raise WedgeError(f"no run has a value of {listed(list(better))} in every option")
        left_out = int(np.isnan(values).any(axis=(0, 1)).sum())
        values = np.where(np.isnan(values).any(axis=(0, 1)), np.nan, values)
        signs = np.array(list(better.values()), dtype=float)
        means, boots = mean_of(values), _resampled(study, values)
        options = pd.DataFrame(_options(study, signs, values, means, boots))
        outcomes = pd.DataFrame(_outcomes(study, better, values, means, boots))
        question = f"Which of {len(study.options)} options does no other beat in {_all(len(better))} at once?"
        told = _sentences(better, options) + no_sample(study) + cautions(study, left_out)
        return Finding(self, question, told, {"options": options, "outcomes": outcomes})


def _all(count: int) -> str:
    return "both outcomes" if count == 2 else f"all {count} outcomes"


def _values(study: Study, better: Mapping[str, int]) -> Array:
    """`(outcome, option, point, replication)`."""
    return np.array([[study.values(each, one.name) for one in study.options] for each in better], dtype=float)


def _resampled(study: Study, values: Array) -> Array:
    """Means by resample, `(resample, outcome, option)`."""
    flat = values.reshape(-1, *values.shape[2:])
    return resampled_means(study, flat).reshape(-1, *values.shape[:2])


def beats(values: Array) -> Array:
    """Whether each option beats each other, `(..., option, option)`, of `(..., outcome, option)`, more being better."""
    here, there = values[..., :, :, None], values[..., :, None, :]
    return np.asarray((here >= there).all(axis=-3) & (here > there).any(axis=-3))


def unbeaten(values: Array) -> Array:
    """Whether no other option beats each, `(..., option)`, of `(..., outcome, option)`, more being better."""
    return np.asarray(~beats(values).any(axis=-2))


def _options(study: Study, signs: Array, values: Array, means: Array, boots: Array) -> list[dict]:
    good = boots * signs[:, None]
    on, sure = unbeaten(means * signs[:, None]), unbeaten(good).mean(axis=0)
    worlds = by_world(values) * signs[:, None, None]
    worlds = np.moveaxis(worlds[:, :, ~np.isnan(worlds).any(axis=(0, 1))], -1, 0)
    in_worlds = unbeaten(worlds).mean(axis=0)
    beaten, by = beats(means * signs[:, None]), beats(good).mean(axis=0)
    rows = []
    for k, each in enumerate(study.options):
        others = [j for j in np.argsort(-by[:, k], kind="stable") if beaten[j, k]]
        row: dict[str, Any] = {"option": each.name, "title": each.title, "unbeaten": bool(on[k])}
        row |= {"in_resamples": float(sure[k]), "in_worlds": float(in_worlds[k]), "worlds": len(worlds)}
        row["beaten_by"] = ", ".join(study.options[j].name for j in others)
        row["beaten_by_first"] = study.options[others[0]].title if others else ""
        row["beaten_in_resamples"] = float(by[others[0], k]) if others else 0.0
        differing = int((values[:, others[0]] != values[:, k]).any(axis=0).sum()) if others else 0
        rows.append(row | {"beaten_surely": row["beaten_in_resamples"] >= SURE and differing >= FEWEST})
    return rows


def _outcomes(
    study: Study, better: Mapping[str, int], values: Array, means: Array, boots: Array
) -> list[dict]:
    rows = []
    for c, (outcome, sign) in enumerate(better.items()):
        unit = study.columns[outcome][0]
        for k, each in enumerate(study.options):
            low, high = level_interval(study, values[c, k], boots[:, c, k], unit)
            q05, q95 = spread(by_world(values[c, k]))
            row: dict[str, Any] = {
                "outcome": outcome,
                "option": each.name,
                "better": "more" if sign > 0 else "less",
            }
            row |= {"mean": float(means[c, k]), "low": low, "high": high, "q05": q05, "q95": q95}
            rows.append(row | {"unit": unit})
    return rows


# --- sentences ------------------------------------------------------------------------------------


def _sentences(better: Mapping[str, int], options: pd.DataFrame) -> list[str]:
    aims = listed([f"{'more' if sign > 0 else 'less'} '{each}'" for each, sign in better.items()])
    rows = options.to_dict("records")
    sure = [each for each in rows if each["unbeaten"] and each["in_resamples"] >= SURE]
    unsure = [each for each in rows if each["unbeaten"] and each["in_resamples"] < SURE]
    beaten = [each for each in rows if not each["unbeaten"]]
    head = f"Judged by {aims}, means over {count(rows[0]['worlds'], 'world')}"
    told = [f"{head}: no other option beats {_named(sure)}."]
    if not sure:
        told = [f"{head}: no option is unbeaten in {100 * SURE:.0f}% of resamples."]
    if unsure:
        told.append(
            f"{'Unbeaten' if not sure else 'Unbeaten too'}, but not distinguishably: {_named(unsure)}."
        )
    told += [_beaten(each) for each in beaten[:6]]
    if len(beaten) > 6:
        told.append(f"{count(len(beaten) - 6, 'other option')} are beaten as well.")
    if rows[0]["worlds"] > 1:
        shares = [f"{each['title']} {100 * each['in_worlds']:.0f}%" for each in rows[:8]]
        more = f" and {len(rows) - 8} more" if len(rows) > 8 else ""
        told.append(f"Share of single worlds in which an option is unbeaten: {', '.join(shares)}{more}.")
    return told


def _named(rows: list[dict]) -> str:
    return listed([f"{each['title']} ({100 * each['in_resamples']:.0f}% of resamples)" for each in rows])


def _beaten(row: dict) -> str:
    share = row["beaten_in_resamples"]
    how = f"in {100 * share:.0f}% of resamples"
    if not row["beaten_surely"]:
        return f"{row['title']} is beaten by {row['beaten_by_first']}, but not distinguishably ({how})."
    return f"{row['title']} is beaten by {row['beaten_by_first']} ({how})."
