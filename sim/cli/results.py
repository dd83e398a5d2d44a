"""The commands about results of runs and of sweeps: list, show, plot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import WedgeError
from .common import folder_of, plugged, plugin_option, reading, told

if TYPE_CHECKING:
    from ..results import Results


@click.command(name="list", short_help="List what is shipped, and the results in ./results.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """List the shipped scenarios and experiments, and the results in ./results."""
    from ..describing.listing import listed

    with reading(Path("results")):
        found = listed(Path("results"))
    click.echo(json.dumps(found.data, indent=1, ensure_ascii=False) if as_json else "\n".join(found.lines))


@click.command(short_help="Show the answer and tables of results again.")
@click.argument("results", type=click.Path(path_type=Path), required=False)
@click.option("--all", "everything", is_flag=True, help="Show every column of every outcome.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@plugin_option
def show(results: Path | None, everything: bool, as_json: bool, plugins: tuple[Path, ...]) -> None:
    """Show the answer of a results folder, of a run or of a sweep (the latest unless given)."""
    from ..results import load
    from ..sweeping import is_sweep

    plugged(plugins)
    folder = folder_of(results)
    with reading(folder):
        if is_sweep(folder):
            _show_sweep(_finished(folder), as_json=as_json)
            return
        loaded = load(folder)
        if as_json:
            click.echo(json.dumps(loaded.summary, indent=1, ensure_ascii=False))
        else:
            tell_results(loaded, everything=everything)


@click.command(short_help="Draw the figures of results.")
@click.argument("results", type=click.Path(path_type=Path), required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the figures; FOLDER/figures unless given."
)
@click.option(
    "--format", "kinds", multiple=True, type=click.Choice(["png", "svg"]), help="Both unless given."
)
@click.option("--only", multiple=True, help="Draw only the figures of this name; may be repeated.")
@plugin_option
def plot(
    results: Path | None, out: Path | None, kinds: tuple[str, ...], only: tuple[str, ...], plugins: tuple[Path, ...]
) -> None:  # fmt: skip
    """Draw the figures of a results folder, of a run or of a sweep (the latest unless given)."""
    from ..results import load
    from ..sweeping import is_sweep

    plugged(plugins)
    folder = folder_of(results)
    with reading(folder):
        if is_sweep(folder):
            _draw_sweep(_finished(folder), out, kinds, only)
            return
        loaded = load(folder)
        _ = loaded.summary  # whatever is wrong with the tables shows here
    draw_results(loaded, out, kinds, only)


def _finished(folder: Path) -> Path:
    """A sweep's folder. Raises WedgeError, with how far it is, where it is not finished."""
    from ..describing.listing import unfinished

    if said := unfinished(folder):
        raise WedgeError(f"{folder}: {said}")
    return folder


def _show_sweep(folder: Path, *, as_json: bool) -> None:
    from ..understanding import lines_of, summary_of

    summary = summary_of(folder)
    if as_json:
        click.echo(json.dumps(summary, indent=1, ensure_ascii=False))
    else:
        told(lines_of(summary))


def _draw_sweep(folder: Path, out: Path | None, kinds: tuple[str, ...], only: tuple[str, ...]) -> None:
    from ..understanding import draw, understood

    found = understood(folder, only)
    for name, why in found.failures.items():
        click.echo(f"{name}: not drawn: {why}", err=True)
    for file in draw(found, out or folder / "figures", kinds=kinds or ("png", "svg")):
        click.echo(f"Drew {file}", err=True)


def draw_results(
    results: Results, out: Path | None = None, kinds: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> None:
    """Draw the figures of a run, and name their files."""
    from ..plots import draw_all

    folder = out or (results.folder or Path()) / "figures"
    for file in draw_all(results, folder, kinds=kinds or ("png", "svg"), only=only):
        click.echo(f"Drew {file}", err=True)


def tell_results(results: Results, *, everything: bool = False) -> None:
    """Print the answer of a run, and its tables."""
    from ..describing.results import result_lines

    told(result_lines(results, everything=everything))
