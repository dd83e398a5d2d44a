"""A report in a browser: from disk, without a network, by eye, by keyboard, by ear and on paper."""

import re
import shutil
import subprocess

import pytest

from sim.charts import Chart
from sim.charts import seat as seat_charts
from sim.charts.chart import axis, figure
from sim.report import Page, Section, write
from sim.report.page import Code, Table
from sim.scenario import load
from sim.seat import played, seated

from .reach import accessible, by_keyboard, overflow

pytestmark = pytest.mark.browser

WIDE, NARROW = 1280, 390
"""Windows in pixels: a desk's and a telephone's."""


def chart(name, title, unit):
    lines = [
        {"type": "scatter", "mode": "lines", "name": who, "x": [2012, 2014, 2016], "y": [0.1, level, 0.3],
         "line": {"color": colour, "dash": dash}}
        for who, level, colour, dash in (("Japan", 0.6, "#CC3311", "solid"), ("Russia", -0.4, "#0077BB", "dash"))
    ]  # fmt: skip
    rows = [(str(year), "0.10", "0.30") for year in range(2012, 2017)]
    return Chart(
        name, title, figure(lines, xaxis=axis("year"), yaxis=axis(unit)),
        alt=f"{title} Japan from 0.10 to 0.60, Russia from 0.10 to \N{MINUS SIGN}0.40.",
        reading="Lines are means.", head=("year", "Japan", "Russia"), rows=rows,
    )  # fmt: skip


def small():
    """A page with one of everything that a report is made of, and what a user may have written."""
    wide = Table(
        ("outcome", "unit", *(f"column {k}" for k in range(9))),
        [(f"outcome {k}", "0 to 1", *("0.1234",) * 9) for k in range(30)],
        caption="Outcomes", words=2,
    )  # fmt: skip
    parts = [
        Section("Paths", ["What came of it.", chart("paths", "How did they move?", "stance units"), wide]),
        Section(
            "Assumptions",
            [chart("hidden", "What lies folded?", "folded units"), Code("wedge run --runs 5")],
            True,
        ),
    ]
    question = "Does <b>it</b> matter? </script><script>throw new Error('run')</script>"
    return Page(
        "A small report", "A run", question, ["It does.", "Surely."], parts, {"runs": "5"}, ["Guessed."]
    )


def game():
    """A page with the charts of a game in its sixth year."""
    here = seated(load("abe_engagement"), run=17)
    position = played(here, {date: {"russia": 0.3} for date in here.turns[:6]})
    charts = [seat_charts.course(position, "russia"), seat_charts.alignments(position)]
    news = Table(("date", "what"), [(each.date, each.text) for each in position.news], "News", words=2)
    return Page("Japan's seat", "A game", "What next?", ["Decide."], [Section("So far", [*charts, news])])


PAGES = {"small": small, "game": game}
"""The pages that everything here is asked of, by name: add a report's page to have it asked of that, too."""


@pytest.fixture(scope="module", params=PAGES)
def page_and_file(request, tmp_path_factory):
    page = PAGES[request.param]()
    return page, write(page, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture
def report(page_and_file, visit):
    """A function that opens the report from disk, its figures drawn, in a window so many pixels wide."""

    def opened(width=WIDE):
        page = visit(page_and_file[1].as_uri(), width)
        page.wait_for_selector("html[data-drawn]", timeout=20_000)
        return page

    return opened


@pytest.fixture
def told(page_and_file):
    return page_and_file[0]


def unfold(page):
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def test_it_opens_from_disk_and_asks_for_nothing_else(report, watch, page_and_file):
    page = report()
    assert watch.requests == [page_and_file[1].as_uri()]
    assert page.title() == f"{page_and_file[0].title} · Wedge"


def test_every_figure_is_drawn_with_its_marks_and_axes(report, told):
    page = report()
    unfold(page)
    assert page.locator(".plot").count() == len(told.charts) > 0
    for each in told.charts:
        place = page.locator(f"#chart-{each.name}")
        place.scroll_into_view_if_needed()
        box = place.locator("svg.main-svg").first.bounding_box()
        assert box["width"] > 300
        assert box["height"] > 200
        drawn = [trace for trace in each.figure["data"] if "lines" in trace["mode"]]
        assert place.locator(".scatterlayer .trace path.js-line").count() == len(drawn) > 0
        assert place.locator(".xtick, .ytick").count() > 3


def test_a_figure_has_its_title_above_and_its_numbers_in_words_for_those_who_do_not_see_it(report, told):
    page = report()
    unfold(page)
    for each in told.charts:
        place = page.locator(f"#chart-{each.name}")
        assert place.get_attribute("aria-label") == each.alt
        assert place.get_attribute("role") == "img"
        assert page.locator("figure", has=place).locator("figcaption").inner_text() == each.title
        assert page.locator("figure", has=place).locator("tbody tr").count() == len(each.rows)


def test_pointing_at_a_figure_tells_its_values(report, told):
    page = report()
    place = page.locator(f"#chart-{told.charts[0].name}")
    place.scroll_into_view_if_needed()
    box = place.locator(".nsewdrag").first.bounding_box()
    told_by = place.locator(".hoverlayer text")
    for share in range(5, 100, 3):
        page.mouse.move(box["x"] + share / 100 * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_timeout(60)
        if told_by.count():
            break
    said = " ".join(told_by.all_text_contents())
    assert re.search(r"\d", said), f"nothing is told: {said!r}"


def words_of(file):
    """The words of a PDF on one line; None where pdftotext (poppler-utils) is not here."""
    if shutil.which("pdftotext") is None:
        return None
    command = ["pdftotext", "-layout", file, "-"]
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_on_paper_all_figures_are_there_the_folded_ones_too(report, told, tmp_path):
    """Two figures and their tables fill more than a page; their words can be read where there is pdftotext."""
    page = report()
    page.emulate_media(media="print")
    file = tmp_path / "report.pdf"
    page.pdf(path=file, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) >= 2
    if (words := words_of(file)) is not None:
        for each in told.charts:
            assert each.title in words
            assert each.figure["layout"]["yaxis"]["title"]["text"].split(",")[0] in words
    assert page.evaluate("() => [...document.querySelectorAll('details.folded')].every((each) => !each.open)")


def test_figures_on_paper_are_no_wider_than_the_paper(report, told):
    page = report()
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size({"width": 690, "height": 900})
    page.wait_for_timeout(300)
    widths = page.evaluate(
        "() => [...document.querySelectorAll('.plot .main-svg')].map((s) => s.clientWidth)"
    )
    assert widths
    assert all(0 < each <= 690 for each in widths)
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_wrong(report, width):
    page = report(width)
    accessible(page)
    unfold(page)
    page.wait_for_timeout(200)
    accessible(page)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_is_no_wider_than_the_window(report, width):
    page = report(width)
    assert overflow(page) == [0, []]
    unfold(page)
    page.wait_for_timeout(300)
    assert overflow(page) == [0, []]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_stop_of_the_tab_key_has_a_name_and_shows_its_focus(report, width):
    stops = by_keyboard(report(width))
    assert (stops[0].role, stops[0].name) == ("link", "To the answer")


def test_the_first_stop_skips_to_the_answer(report):
    page = report()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => location.hash") == "#answer"


def test_folds_open_and_close_by_keyboard(report):
    page = report()
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert summary.evaluate("(each) => each.parentElement.open")
    page.keyboard.press("Space")
    assert not summary.evaluate("(each) => each.parentElement.open")


def test_a_table_wider_than_the_window_scrolls_by_keyboard(report):
    page = report(NARROW)
    unfold(page)
    wide = "(each) => each.scrollWidth > each.clientWidth + 5"
    tables = [each for each in page.locator(".scroll").all() if each.evaluate(wide)]
    for each in tables:
        each.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("(each) => each.scrollLeft > 0", arg=each.element_handle(), timeout=3_000)
    assert tables or page.locator("table").count()


def test_what_a_user_wrote_is_shown_and_never_run(report, told):
    page = report()
    assert page.locator(".question").inner_text() == told.question


# --- the tests' own tools -------------------------------------------------------------------------


def shown(visit, tmp_path, body, head=""):
    file = tmp_path / "page.html"
    file.write_text(
        f"<!DOCTYPE html><html lang='en'><head><title>x</title>{head}</head><body>{body}</body></html>"
    )
    return visit(file.as_uri())


@pytest.mark.parametrize(
    "asks",
    [
        "<img alt='' src='https://192.0.2.1/x.png'>",
        "<script src='http://nobody.invalid/x.js'></script>",
        "<script>fetch('https://nobody.invalid/').catch(() => {})</script>",
        "<script>new WebSocket('ws://192.0.2.1/')</script>",
        "<link rel='stylesheet' href='//nobody.invalid/x.css'><style>@import 'http://nobody.invalid/y.css';</style>",
    ],
    ids=["picture", "script", "fetch", "socket", "style"],
)
def test_a_page_that_asks_for_something_elsewhere_is_found_out(visit, watch, tmp_path, asks):
    shown(visit, tmp_path, asks).wait_for_timeout(300)
    assert watch.refused
    with pytest.raises(AssertionError, match="asked for what is not on this machine"):
        watch.check()
    watch.refused.clear()
    watch.errors.clear()


@pytest.mark.parametrize(
    "fails", ["throw new Error('oh')", "console.error('oh')", "Promise.reject(new Error('oh'))"]
)
def test_a_page_that_complains_is_found_out(visit, watch, tmp_path, fails):
    shown(visit, tmp_path, f"<script>{fails}</script>").wait_for_timeout(200)
    with pytest.raises(AssertionError, match="the page complained:\n.*oh"):
        watch.check()
    watch.errors.clear()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<main><h1>x</h1><p style='color:#aaa'>pale</p></main>", "color-contrast"),
        ("<main><h1>x</h1><input></main>", "label"),
        ("<main><h1>x</h1><button></button></main>", "button-name"),
        ("<main><h1>x</h1><h3>y</h3></main>", "heading-order"),
        ("<main><h1>x</h1><img src='data:,'></main>", "image-alt"),
    ],
    ids=["contrast", "label", "name", "order", "picture"],
)
def test_axe_tells_of_what_is_not_accessible(visit, tmp_path, body, told):
    with pytest.raises(AssertionError, match=rf"axe finds:\n  {told} \("):
        accessible(shown(visit, tmp_path, body))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<button></button>", "a stop without a name"),
        ("<style>:focus { outline: none }</style><button>x</button>", "does not show its focus"),
        ("<button style='position:absolute; left:-999px'>x</button>", "a stop that cannot be seen"),
        ("<p>x</p>", "the Tab key leads nowhere"),
    ],
    ids=["no name", "no ring", "off the page", "no stop"],
)
def test_the_way_by_keyboard_tells_of_what_is_wrong_with_it(visit, tmp_path, body, told):
    with pytest.raises(AssertionError, match=told):
        by_keyboard(shown(visit, tmp_path, body))


def test_a_page_wider_than_its_window_is_found_out(visit, tmp_path):
    page = shown(visit, tmp_path, "<div class='wide' style='width:2000px'>x</div>")
    assert overflow(page)[1] == ["DIV.wide"]
