"""Take the pictures of docs/page.md: the page as Chromium shows it (`make pictures`)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).parent
WIDTH, HEIGHT = 1280, 860


def answered(page: Page, times: int = 1) -> None:
    """Wait until the page has been answered so often."""
    page.wait_for_selector(f'html[data-answers="{times}"]', timeout=60_000)
    page.wait_for_timeout(500)


def what_if(page: Page, address: str) -> None:
    """The page as it opens: a firmer line held against what was."""
    page.goto(address)
    answered(page)


def why(page: Page, address: str) -> None:
    """One run in the quarter after the annexation of Crimea: why Russia did what it did."""
    page.goto(f"{address}run?start=&run=17&k=10&who=russia")
    answered(page)
    page.locator("h2", has_text="why it did that").evaluate("each => scrollTo(0, each.offsetTop - 8)")


def seat(page: Page, address: str) -> None:
    """Japan's seat at its third decision."""
    page.goto(f"{address}seat")
    for turn in (1, 2):
        answered(page, turn)
        page.get_by_role("button", name="Decide").click()
    answered(page, 3)


PICTURES = {"page.png": what_if, "page_why.png": why, "page_seat.png": seat}


def main() -> None:
    """Start the page, and take each picture."""
    command = [sys.executable, "-m", "sim", "app", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[4]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            for name, show in PICTURES.items():
                show(page, address)
                page.screenshot(path=DOCS / name)
                print(f"Wrote docs/{name}")
            browser.close()
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
