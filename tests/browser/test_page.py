"""The page in a browser: what a reader does with it, by mouse and by keyboard, with nothing beyond this machine."""

import sys

import pytest

from .loopback import guarded
from .reach import accessible, by_keyboard, overflow

pytestmark = pytest.mark.browser

WIDE, NARROW = 1280, 390
SERVER = [sys.executable, "-c", "from sim.cli import main; main(prog_name='wedge')", "app", "--no-browser"]
PATHS = ("", "run?run=17&k=10", "seat")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server under guard: whatever it asks of the network beyond this machine is refused and told."""
    with guarded(SERVER, tmp_path_factory.mktemp("server") / "network.jsonl") as found:
        line = found.process.stdout.readline()
        assert line.startswith("The page is at http://127.0.0.1:"), line
        yield line.split()[4]
        assert found.refused == []
        assert {each.host for each in found.tries} <= {"127.0.0.1", ""}


@pytest.fixture
def at(visit, server):
    """A function that opens a path of the page and waits for its first answer."""

    def opened(path="", width=WIDE):
        page = visit(server + path, width)
        page.wait_for_selector("html[data-answers]", timeout=30_000)
        return page

    return opened


def answered(page, act, faults=False):
    """Do something, and wait for the answer to it."""
    before = int(page.get_attribute("html", "data-answers"))
    act()
    if faults:
        page.wait_for_selector("#faults:not([hidden])", timeout=30_000)
    else:
        page.wait_for_selector(f'html[data-answers="{before + 1}"]', timeout=60_000)
    page.wait_for_selector('#answer[aria-busy="false"]')


def drawn(page, name):
    """The numbers of a figure as it is drawn."""
    return page.evaluate(
        f"() => JSON.stringify(document.getElementById('chart-{name}').data.map((t) => [t.x, t.y]))"
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_wrong_and_nothing_sticks_out(at, path, width):
    page = at(path, width)
    accessible(page)
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.wait_for_timeout(300)
    accessible(page)
    assert overflow(page) == [0, []]


@pytest.mark.parametrize("path", PATHS)
def test_every_control_is_reached_by_the_tab_key_with_its_name_and_its_focus_to_be_seen(at, path):
    stops = by_keyboard(at(path))
    assert {"slider", "combobox", "button"} <= {each.role for each in stops}


def test_the_page_opens_with_the_answer_to_whether_a_firmer_line_would_have_changed_anything(at):
    page = at()
    assert page.locator("#start").input_value() == "firm_line"
    lead = page.locator(".lead").inner_text()
    assert "the probability of 'united front (China–Russia)' is higher" in lead
    assert "95% Monte Carlo interval" in lead
    assert page.locator(".tile").count() >= 4


def test_every_figure_is_drawn(at):
    page = at()
    names = [each.get_attribute("id") for each in page.locator(".plot").all()]
    assert len(names) >= 7
    for each in names:
        page.locator(f"#{each}").scroll_into_view_if_needed()
        assert page.locator(f"#{each} svg.main-svg").first.bounding_box()["width"] > 200, each


def test_moving_the_stance_by_keyboard_moves_the_figures_and_is_told(at):
    page = at()
    before = drawn(page, "front")
    page.locator("#stance").focus()
    answered(page, lambda: page.keyboard.press("End"))
    assert page.locator("#course").input_value() == "fixed"
    assert page.locator('output[for="stance"]').inner_text() == "1"
    assert "Japan holds a stance of +1.00 toward Russia" in page.locator(".pair").inner_text()
    assert drawn(page, "front") != before


@pytest.mark.parametrize(
    "label", ["How firmly others punish Russia", "United States's commitment to Japan", "Isolation"]
)
def test_a_slider_that_is_moved_is_fixed_and_set_free_again(at, label):
    page = at()
    page.evaluate("() => document.querySelectorAll('aside details').forEach((each) => { each.open = true; })")
    slider, before = page.get_by_label(label, exact=True), drawn(page, "front")
    slider.focus()
    answered(page, lambda: page.keyboard.press("Home"))
    fix = page.get_by_label(f"Fix: {label}")
    assert fix.is_checked()
    moved = drawn(page, "front")
    assert moved != before
    answered(page, fix.uncheck)
    assert drawn(page, "front") == before


def test_a_setting_that_was_kept_is_what_the_next_is_held_against(at):
    page = at()
    page.locator("#stance").focus()
    answered(page, lambda: page.keyboard.press("End"))
    answered(page, page.get_by_role("button", name="Keep B as A").click)
    assert "A and B are the same so far" in page.locator("#answer").inner_text()
    page.locator("#stance").focus()
    answered(page, lambda: page.keyboard.press("Home"))
    told = page.locator(".pair").inner_text()
    assert "stance of +1.00" in told
    assert "stance of \N{MINUS SIGN}1.00" in told


def test_a_fault_is_told_and_goes_when_it_is_mended(at):
    page = at()
    page.locator("#further summary").click()
    answered(page, lambda: page.locator("#lines").fill("parameters.isolation.wieght=1"), faults=True)
    assert (
        "there is no setting called 'wieght' here; did you mean 'weight'?"
        in page.locator("#faults").inner_text()
    )
    answered(page, lambda: page.locator("#lines").fill("parameters.isolation.weight=1"))
    assert not page.locator("#faults").is_visible()


def test_another_scenario_brings_its_own_levers(at):
    page = at()
    page.locator("#scenario").select_option("germany_russia_1890")
    page.wait_for_selector('label:has-text("Stance of Germany toward Russia")')
    page.wait_for_selector("html[data-answers]", timeout=30_000)
    assert page.locator(".plot svg.main-svg").count() > 3


def test_the_report_that_is_taken_away_opens_by_itself(at, visit, tmp_path):
    page = at()
    with page.expect_download(timeout=60_000) as got:
        page.get_by_role("button", name="Report (HTML)").click()
    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)
    report = visit(file.as_uri())
    report.wait_for_selector("html[data-drawn]", timeout=30_000)
    assert report.locator(".plot svg.main-svg").count() > 3


def test_one_run_is_stepped_forward_and_each_country_asked_why(at):
    page = at("run?run=17")
    first = page.locator("#status").inner_text()
    answered(page, page.get_by_role("button", name="Next").click)
    assert page.locator("#status").inner_text() != first
    assert page.locator('output[for="k"]').inner_text() == "2"
    before = drawn(page, "why")
    answered(page, lambda: page.locator("#who").select_option("russia"))
    assert "Russia: why it did that" in page.locator("#answer").inner_text()
    assert drawn(page, "why") != before
    answered(page, page.get_by_role("button", name="Back").click)
    assert page.locator("#status").inner_text() == first


def test_play_goes_on_by_itself_until_it_is_paused(at):
    page = at("run")
    answered(page, page.get_by_role("button", name="Play").click)
    page.wait_for_selector('output[for="k"]:has-text("3")', timeout=20_000)
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Play").is_visible()


def test_the_seat_is_played_to_its_end_by_keyboard_and_compared(at):
    page = at("seat")
    for turn in range(1, 11):
        assert f"({turn} of 10)" in page.locator("#turn").inner_text()
        page.get_by_label("Japan toward Russia").focus()
        page.keyboard.press("ArrowRight")
        page.get_by_role("button", name="Decide").focus()
        answered(page, lambda: page.keyboard.press("Enter"))
    assert "the game is over" in page.locator("#turn").inner_text()
    assert "policies" in page.locator("#answer").inner_text()
    assert page.locator(".plot svg.main-svg").count() > 3
    with page.expect_download() as got:
        page.get_by_role("button", name="Your course as a scenario").click()
    assert "extends: abe_engagement" in got.value.path().read_text(encoding="utf-8")
    answered(page, page.get_by_role("button", name="Take the last one back").click)
    assert "(10 of 10)" in page.locator("#turn").inner_text()


def test_back_and_reload_keep_what_was_moved(at):
    page = at()
    page.locator("#stance").focus()
    answered(page, lambda: page.keyboard.press("End"))
    page.reload()
    page.wait_for_selector("html[data-answers]")
    assert page.locator("#stance").input_value() == "1"
    page.get_by_role("button", name="One run, step by step").click()
    page.wait_for_selector("#who")
    page.go_back()
    page.wait_for_selector("#stance")
    assert page.locator("#course").input_value() == "fixed"
    assert page.locator("#stance").input_value() == "1"


def test_a_game_goes_on_after_a_reload(at):
    page = at("seat")
    answered(page, page.get_by_role("button", name="Decide").click)
    page.reload()
    page.wait_for_selector("html[data-answers]")
    assert "(2 of 10)" in page.locator("#turn").inner_text()


def test_enter_in_a_field_asks_again_and_goes_nowhere(at):
    page = at("run")
    page.locator("#run").fill("5")
    answered(page, lambda: page.locator("#run").press("Enter"))
    assert page.url.partition("?")[0].endswith("/run")
    assert page.locator("#status").inner_text().startswith("Run 5,")


def test_a_policy_is_chosen_with_its_own_stance(at):
    page = at()
    answered(page, lambda: page.locator("#course").select_option("wedge"))
    assert page.locator("#stance").input_value() == "0.5"
    assert "woos while that divides (wedge) of +0.50" in page.locator(".pair").inner_text()


def test_a_fault_in_what_is_taken_away_leaves_the_page_as_it_is(at):
    page = at()
    page.locator("#further summary").click()
    answered(page, lambda: page.locator("#lines").fill("order=2"), faults=True)
    page.get_by_role("button", name="Report (HTML)").click()
    page.wait_for_selector('#faults:has-text("order")')
    assert page.locator("#lines").input_value() == "order=2"


def test_what_was_moved_goes_along_from_page_to_page(at):
    page = at()
    page.locator("#stance").focus()
    answered(page, lambda: page.keyboard.press("End"))
    page.get_by_role("button", name="One run, step by step").click()
    page.wait_for_selector("#who")
    assert "holds a stance of +1.00" in page.locator("#which option").first.inner_text()
    page.get_by_role("button", name="What if?").click()
    page.wait_for_selector("#stance")
    assert page.locator("#course").input_value() == "fixed"
    assert page.locator("#stance").input_value() == "1"
