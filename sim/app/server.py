"""The pages and their answers, and who may ask: this machine alone.

Every answer is JSON: a piece of the page, its figures, and a word on what was done; or the faults of
what was asked, in the words of the command line. Nothing is kept between two requests but a cache.
"""

from __future__ import annotations

import gzip
import importlib.resources
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from .. import __version__, report
from ..charts import Chart
from ..errors import WedgeError
from ..executors import cores
from ..report.page import number_like
from ..scenario import case_names, names
from . import downloads, explore, seats, steps
from .form import Form, fields
from .setting import COURSES, Options, source_of, takes_stance, titles

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

HOST, PORT, MOST_PORTS = "127.0.0.1", 8050, 20
"""Where the page is: on the loopback interface, which no other machine reaches; how many ports are tried."""

LOCAL = {"127.0.0.1", "localhost", "[::1]"}
"""Names under which a browser of this machine may ask; others would be a stranger's page posing as this one."""

OWN_SITE = ("", "none", "same-origin")
"""What a browser says of a request that this page, or the reader alone, has made."""

MOST_BYTES = 1_000_000
"""Size of a form: a scenario of the reader's own, many times over."""

THREADS = 16
"""Readers who are heard at once; one a core is computed for."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: this server's own files. A browser refuses the rest, whatever a page holds."""


def made(options: Options | None = None) -> Flask:
    """The page as a WSGI application."""
    from flask import Flask, abort, request
    from jinja2 import FileSystemLoader

    options = options or Options()

    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    ours = FileSystemLoader([Path(__file__).parent / "templates", Path(report.__file__).parent / "templates"])
    app.jinja_env.loader, app.jinja_env.tests["number_like"] = ours, number_like
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {"version": __version__}

    @app.before_request
    def of_this_machine() -> None:
        origin, site = (request.headers.get(each, "") for each in ("Origin", "Sec-Fetch-Site"))
        strange = origin not in ("", f"{request.scheme}://{request.host}") or site not in OWN_SITE
        if _bare(request.host) not in LOCAL or strange:
            abort(403, "Wedge answers this machine alone.")

    @app.after_request
    def kept_in(response: Any) -> Any:
        response.headers |= {
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        if request.endpoint not in ("static", "plotly"):
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/plotly.js")
    def plotly() -> ResponseReturnValue:
        kind = {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "max-age=86400"}
        return _plotly(), 200, {**kind, "Content-Encoding": "gzip"}

    for view in (explore, steps, seats):
        _add(app, view, options)
    for what, make in downloads.KINDS.items():
        _add_download(app, what, make, options)
    return app


def _add(app: Flask, view: Any, options: Options) -> None:
    """A page and its answers."""
    from flask import render_template, request

    name = view.__name__.rpartition(".")[2]

    def page() -> ResponseReturnValue:
        form = _form(request.values, options)
        try:
            told = view.page(form, options)
        except WedgeError as error:
            told = {"faults": _told(error)}
        choices = {
            "shipped": titles(names(), Options()),
            "cases": titles(case_names(), Options()),
            "files": titles(list(options.files), options),
        }
        shared = {"view": name, "courses": COURSES, "takes_stance": takes_stance(), "choices": choices}
        of = source_of(form, options).known
        return render_template(f"{name}.html", form=form, of=of, **shared, **told)

    def answer() -> ResponseReturnValue:
        return _answer(view.answer, _form(request.values, options), options, name)

    app.add_url_rule(view.PATH, name, page, methods=["GET", "POST"])
    app.add_url_rule(f"{view.PATH.rstrip('/')}/answer", f"{name}_answer", answer, methods=["POST"])


def _form(given: Any, options: Options) -> Form:
    """What was sent, a werkzeug MultiDict, less what belongs to another scenario."""
    from werkzeug.datastructures import MultiDict

    kept: Any = MultiDict(fields(given.items(multi=True), source_of(given, options).known))
    return kept


def _answer(
    view: Callable[..., tuple[dict[str, Any], Sequence[Chart], str]],
    form: Form,
    options: Options,
    name: str,
) -> ResponseReturnValue:
    from flask import render_template

    try:
        told, charts, status = _crew().submit(view, form, options).result()
    except WedgeError as error:
        return _json({"faults": _told(error)})
    figures = {each.name: each.figure for each in charts}
    return _json(
        {"html": render_template(f"{name}_answer.html", **told), "figures": figures, "status": status}
    )


def _told(error: WedgeError) -> list[str]:
    """The faults, a line each; an override of one line has no place in it that would help."""
    return [re.sub(r"^(Changes \S+):1:1: ", r"\1: ", line) for line in str(error).splitlines()]


def _json(told: Mapping[str, Any]) -> ResponseReturnValue:
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text, 200, {"Content-Type": "application/json"}


def _add_download(app: Flask, what: str, make: Callable[..., downloads.File], options: Options) -> None:
    from flask import request

    def download() -> ResponseReturnValue:
        try:
            file = _crew().submit(make, _form(request.values, options), options).result()
        except WedgeError as error:
            return _json({"faults": _told(error)})
        return (
            file.content,
            200,
            {"Content-Type": file.kind, "Content-Disposition": f'attachment; filename="{file.name}"'},
        )

    app.add_url_rule(f"/{what}", f"download_{what}", download, methods=["POST"])


def _bare(host: str) -> str:
    """A host without its port."""
    return host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host


@cache
def _crew() -> ThreadPoolExecutor:
    """Who computes: a thread a core. More would be no faster, and each thread keeps memory of its own."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="answers")


@cache
def _plotly() -> bytes:
    script = importlib.resources.files("plotly") / "package_data" / "plotly.min.js"
    return gzip.compress(script.read_bytes(), 6, mtime=0)


def served(app: Flask, port: int | None = None) -> Any:
    """A server of the page on the loopback interface: at this port, or at `PORT` or the next free one.

    It answers from `run()` on; its port is `effective_port`. Raises WedgeError where the port is taken.
    """
    import waitress

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    for each in [port] if port is not None else range(PORT, PORT + MOST_PORTS):
        try:
            found = waitress.create_server(app, host=HOST, port=each, threads=THREADS, ident=None)
        except OSError as error:
            if port is not None:
                raise WedgeError(
                    f"port {port} cannot be used ({error.strerror}); choose another --port"
                ) from None
            continue
        Thread(target=warmed, args=(app,), daemon=True).start()
        return found
    raise WedgeError(f"no free port from {PORT} to {PORT + MOST_PORTS - 1}; choose one with --port")


def warmed(app: Flask) -> None:
    """Answer one question for nobody, so that the first reader need not wait for libraries to load."""
    app.test_client().post("/answer", data={"runs": "200"}, base_url=f"http://{HOST}")
