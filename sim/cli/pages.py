"""The command of the page: app."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from ..errors import WedgeError
from .common import backend_option, plugged, plugin_option


@click.command(short_help="Open the page: sliders, one run step by step, a seat at the table.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to answer at; 8050 or the next free one unless given."
)
@click.option("--no-browser", is_flag=True, help="Only tell the address, and open no browser.")
@backend_option
@plugin_option
def app(
    files: tuple[Path, ...], port: int | None, no_browser: bool, backend: str, plugins: tuple[Path, ...]
) -> None:  # fmt: skip
    """Open the page in a browser: move sliders, step through one run, take a seat.

    FILEs are scenarios of your own to choose from, beside the shipped ones. The page is served by this
    machine to itself alone; nothing leaves it. Ctrl-C ends it. Needs the extra `app`. For a class of readers
    the compiled backend answers some four times as fast, once it has seen a kind of setting.
    """
    if missing := [each for each in ("flask", "waitress") if find_spec(each) is None]:
        raise WedgeError(
            f"the page needs {' and '.join(missing)}; install it with: pip install 'wedge-sim[app]'"
        )
    import webbrowser

    from ..app.server import HOST, made, served
    from ..app.setting import Options
    from ..backends import libraries
    from ..scenario import load

    plugged(plugins)
    libraries(backend)
    named = _by_name(files)
    for each in files:
        load(each)
    server = served(made(Options(named, backend)), port)
    address = f"http://{HOST}:{server.effective_port}/"
    click.echo(f"The page is at {address} (Ctrl-C ends it)")
    if not no_browser:
        webbrowser.open(address)
    server.run()


def _by_name(files: tuple[Path, ...]) -> dict[str, Path]:
    """Files by the names that they have on the page."""
    from ..scenario import case_names, names

    found: dict[str, Path] = {}
    for each in files:
        if each.stem in found or each.stem in (*names(), *case_names()):
            other = found.get(each.stem, "a shipped scenario")
            raise WedgeError(f"{each}: the name {each.stem} is taken by {other}; rename one")
        found[each.stem] = each
    return found
