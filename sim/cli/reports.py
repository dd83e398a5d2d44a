"""The command that writes reports: report."""

from __future__ import annotations

from pathlib import Path

import click

from .common import folder_of, plugged, plugin_option, reading


@click.command(short_help="Write results as one HTML file that opens without a network.")
@click.argument("results", type=click.Path(path_type=Path), required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; FOLDER/report.html unless given."
)
@plugin_option
def report(results: Path | None, out: Path | None, plugins: tuple[Path, ...]) -> None:
    """Write the report of a results folder (the latest unless given): one file, to be sent to anybody.

    It holds the question, the answer and how sure it is, interactive figures, the scenario with its
    sources, what is assumed, and how to make it again. It opens in any browser from 2023 on, without a
    network, and can be printed.

    In the folder an older report.html that Wedge made is replaced, as it holds nothing but what the
    results say; no other file is ever overwritten.
    """
    plugged(plugins)
    click.echo(f"Report: {written(folder_of(results), out)}")


def written(folder: Path, out: Path | None = None) -> Path:
    """Write a report, what is damaged told in one line, and give its place."""
    from ..report import report as write_report

    with reading(folder):
        return write_report(folder, out)
