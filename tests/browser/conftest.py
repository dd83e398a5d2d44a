"""Fixtures: a browser that is kept off the network, pages that are watched, and what is left of each test."""

import os
import re
from pathlib import Path

import pytest

from . import chromium
from .watching import Watch

ARTEFACTS = Path(__file__).parent / "artefacts"
"""Pictures of every page at the end of its test, and the browser's record of its traffic."""


@pytest.fixture(scope="module")
def browser(request):
    """Chromium for the tests of a module; at its end its own record must tell of no traffic beyond this machine."""
    file = chromium.found()
    if file is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(chromium.MISSING)
    from playwright.sync_api import sync_playwright

    ARTEFACTS.mkdir(exist_ok=True)
    log = ARTEFACTS / f"{request.module.__name__.rpartition('.')[2]}-{os.getpid()}.net.json"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=file, args=chromium.flags(log))
        yield started
        started.close()
    assert chromium.reached(log) == []
    log.unlink()


@pytest.fixture
def watch():
    """What the pages of a test ask for and complain of; both must have come to nothing at its end."""
    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture
def visit(browser, watch, request):
    """A function that opens an address in a window so many pixels wide; a picture of each is kept."""
    contexts, pages = [], []

    def opened(url, width=1280, height=900):
        context = browser.new_context(viewport={"width": width, "height": height}, service_workers="block")
        contexts.append(watch.over(context))
        page = context.new_page()
        pages.append(page)
        page.goto(url)
        return page

    yield opened
    name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    for k, page in enumerate(pages, start=1):
        page.screenshot(path=ARTEFACTS / f"{name}-{k}.png", full_page=True)
    for context in contexts:
        context.close()
