"""The commands that hold the model against the record: calibrate, hindcast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import backend_option, must_be_free, progress, workers_option

if TYPE_CHECKING:
    from ..history import History

observations_option = click.option(
    "--observations", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="More observations, as a CSV of year,series,value, or shares of world capability, as one of "
    "year,state,share. Rows replace those of the same year before them. May be repeated.",
)  # fmt: skip
draws_option = click.option(
    "--draws", type=click.IntRange(1000, 10_000_000), default=100_000, show_default=True,
    help="Draws of the model's inputs before they are weighed by the record.",
)  # fmt: skip


def place(name: str, out: Path | None) -> Path:
    """The folder to create: the one named, or the next of this name in ./results."""
    from ..folders import next_folder

    must_be_free(out)
    return out or next_folder(Path("results"), name)


def history_of(files: tuple[Path, ...]) -> History:
    """The record, with these files laid over."""
    from ..history import load

    return load(*files)


def staged(*, quiet: bool) -> Callable[[str], None]:
    """Says what begins."""
    return lambda stage: None if quiet else click.echo(f"{stage} ...", err=True)


@click.command(short_help="Learn the model's parameters from the yearly record.")
@click.option(
    "--until", type=int, metavar="YEAR", help="Last year to learn from; the last observed unless given."
)
@draws_option
@click.option(
    "--truths", type=click.IntRange(20, 2000), default=None, metavar="N",
    help="Check the calibration too: recover N known inputs from made-up records (200 takes a minute or two).",
)  # fmt: skip
@observations_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/calibration-NNN unless given."
)
@workers_option
@backend_option
def calibrate(
    until: int | None, draws: int, truths: int | None, files: tuple[Path, ...], out: Path | None,
    workers: int | None, backend: str,
) -> None:  # fmt: skip
    """Weigh drawn inputs by how likely they make the yearly record since 2000.

    Writes posterior.csv, which any scenario can use by `parameters: {posterior: FILE}` (unless the record
    informs nothing), learned.csv, and figures of prior against posterior; with --truths, of the ranks of known inputs.
    """
    from contextlib import ExitStack

    from ..calibration.study import calibration
    from ..calibration.telling import cautions, learned_lines, rank_lines, save
    from ..folders import new_folder
    from ..plots.calibrations import draw

    folder, history = place("calibration", out), history_of(files)
    with ExitStack() as stack:
        report = progress(stack, draws, quiet=False)
        found, ranks = calibration(
            history, until, draws=draws, truths=truths, workers=workers, backend=backend, report=report
        )
    with new_folder(folder) as made:
        save(found, ranks, made)
        draw(found, ranks, made)
    for line in [*learned_lines(found), *(["", *rank_lines(ranks)] if ranks else [])]:
        click.echo(line)
    click.echo("")
    for line in cautions(found, folder):
        click.echo(line)
    click.echo(f"Tables and figures: {folder}")


@click.command(short_help="Forecast what has since been observed, and score it.")
@click.option(
    "--cut", "cuts", type=int, multiple=True, metavar="YEAR",
    help="Last year that a forecast may know; may be repeated. 2013, 2016 and 2018 unless given, and 2020 once "
    "later years are observed.",
)  # fmt: skip
@draws_option
@observations_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to create; results/hindcast-NNN unless given."
)
@workers_option
@backend_option
def hindcast(
    cuts: tuple[int, ...],
    draws: int,
    files: tuple[Path, ...],
    out: Path | None,
    workers: int | None,
    backend: str,
) -> None:
    """Calibrate up to a cut, forecast to the last year observed, and score every series.

    Against no change, a linear trend and a small vector autoregression; from every year since 2011 as
    well as from the cuts; told of dated events (conditional) and not (unconditional). Writes scores.csv,
    hindcast.txt and figures.
    """
    from ..folders import new_folder
    from ..hindcast import hindcast as computed
    from ..hindcast.telling import lines, save
    from ..plots.hindcasts import draw

    folder, history = place("hindcast", out), history_of(files)
    found = computed(history, cuts, draws=draws, workers=workers, backend=backend, report=staged(quiet=False))
    with new_folder(folder) as made:
        save(found, made)
        draw(found, made)
    for line in lines(found):
        click.echo(line)
    click.echo(f"\nResults: {folder}")
