"""The figures: all are drawn, for every kind of scenario; they say what they are; equal results, equal bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import matplotlib
import numpy as np
import pytest
import yaml
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim import plots
from sim.errors import WedgeError
from sim.plots import events, style, words
from sim.results import Results, run
from sim.scenario import load as load_scenario

LONG = "words " * 20
EVENTS = {
    f"event_{k}": {
        "at": f"{2012 + k // 16}-{k % 12 + 1:02d}",
        "label": f"Event {k}: costs $5bn, not $3bn, {LONG}",
    }
    for k in range(60)
}
MANY = {f"state_{k}": {"capability": 0.01 * (k + 1), "title": f"Republic no. {k}"} for k in range(30)}

ODD: dict[str, dict] = {
    "two actors, one run, nothing else": {
        "runs": 1, "end": "2012-04", "step": "month",
        "actors": {"one": {"capability": 0.0}, "other": {"capability": 0.0}},
    },
    "thirty actors": {
        "runs": 5, "end": 2016, "actors": MANY, "events": EVENTS,
        "initial": {"alignment": {"state_0": {"state_1": 0.9, "state_2": -0.7}, "state_5": {"state_9": -0.9}}},
        "ties": {"alliances": {f"pact_{k}": {"patron": "state_0", "client": f"state_{k}", "commitment": 0.5}
                               for k in range(1, 13)}},
        "outcomes": {"front": {"measure": "united_front", "pair": ["state_3", "state_4"], "threshold": 0.62}},
    },
    "long names, many alternatives": {
        "runs": 4, "end": "2062Q1", "step": "year", "title": "A very long title of a scenario " * 8,
        "description": "What is this? " * 60,
        "actors": {name: {"capability": 0.2, "title": f"The {name} United Kingdom of Very Long Names and of Others"}
                   for name in ("red", "green", "blue", "grey")},
        "question": {
            "text": "Does it cost $5, or is it $6, that such a long question is asked? " * 6,
            "outcome": "near",
            "against": {f"way_{k}": {"title": f"Another way, number {k}, at length " * 3} for k in range(8)},
        },
        "outcomes": {
            "near": {"measure": "alignment", "pair": ["red", "blue"]},
            "front": {"measure": "united_front", "pair": ["red", "blue"]},
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def default() -> Results:
    """The default scenario, with few runs."""
    return run(load_scenario(), runs=40)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Results]:
    """Scenarios at the edges of what can be written."""
    folder, found = tmp_path_factory.mktemp("odd"), {}
    for k, (name, given) in enumerate(ODD.items()):
        file = folder / f"odd_{k}.yaml"
        data = {"format": 1, "title": name, "start": "2012Q1", "end": "2030Q1", "seed": 1, **given}
        file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        found[name] = run(load_scenario(file))
    return found


def written(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is really drawn, with its box in pixels, but for those at a slant, whose box is no true one."""
    drawn: list[Text] = []
    original = Text.draw

    def record(text: Text, renderer: RendererBase) -> None:
        if text.get_visible() and text.get_text().strip():
            drawn.append(text)
        original(text, renderer)

    canvas = FigureCanvasAgg(figure)
    with plots.style.drawing(), patch.object(Text, "draw", record):
        canvas.draw()
    renderer = canvas.get_renderer()
    return [
        (each.get_text(), each.get_window_extent(renderer)) for each in drawn if each.get_rotation() % 90 == 0
    ]


def overlapping(found: list[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other by more than a pixel."""
    boxes = np.array([[b.x0 + 0.5, b.y0 + 0.5, b.x1 - 0.5, b.y1 - 0.5] for _, b in found])
    clashes = []
    for k, (x0, y0, x1, y1) in enumerate(boxes[:-1]):
        rest = boxes[k + 1 :]
        hit = (rest[:, 0] < x1) & (rest[:, 2] > x0) & (rest[:, 1] < y1) & (rest[:, 3] > y0)
        clashes += [(found[k][0], found[k + 1 + j][0]) for j in np.flatnonzero(hit)]
    return clashes


def clipped(figure: Figure, found: list[tuple[str, Bbox]]) -> list[str]:
    """Texts that leave the page."""
    width, height = figure.bbox.width, figure.bbox.height
    return [
        told for told, b in found if b.x0 < -0.5 or b.y0 < -0.5 or b.x1 > width + 0.5 or b.y1 > height + 0.5
    ]


SEEN: dict[tuple[int, str], tuple[Figure, list[tuple[str, Bbox]]]] = {}


def seen(results: Results, name: str) -> tuple[Figure, list[tuple[str, Bbox]]]:
    """A figure and its words, drawn once for all tests."""
    if (id(results), name) not in SEEN:
        figure = plots.figure(results, name)
        SEEN[id(results), name] = figure, written(figure)
    return SEEN[id(results), name]


def said(results: Results, name: str) -> str:
    """All words of a figure on one line."""
    return " ".join(" ".join(told.split()) for told, _ in seen(results, name)[1])


@pytest.mark.parametrize("name", plots.FIGURES)
def test_no_words_overlap_or_leave_the_page_in_the_default_scenario(default: Results, name: str) -> None:
    figure, found = seen(default, name)
    assert overlapping(found) == []
    assert clipped(figure, found) == []


@pytest.mark.parametrize("name", plots.FIGURES)
@pytest.mark.parametrize("case", ODD)
def test_no_words_overlap_or_leave_the_page_in_odd_scenarios(
    odd: dict[str, Results], case: str, name: str
) -> None:
    figure, found = seen(odd[case], name)
    assert overlapping(found) == []
    assert clipped(figure, found) == []


def test_each_figure_asks_a_question_and_says_where_it_comes_from(default: Results) -> None:
    for name in plots.FIGURES:
        told = said(default, name)
        assert "?" in told
        assert "Scenario abe_engagement" in told
        assert "40 runs, seed 2018. wedge-sim" in told


@pytest.mark.parametrize(
    ("name", "units"),
    [
        (
            "overview",
            ["year", "alignment, \N{MINUS SIGN}1 to 1", "% of runs with a front on", "standard deviations"],
        ),
        ("alignments", ["year", "alignment, \N{MINUS SIGN}1 to 1", "90% of runs"]),
        ("front", ["year", "% of runs with a front on", "percentage points", "95% Monte Carlo"]),
        ("stage", ["year", "% of runs", "4 regular drills", "5 interoperability"]),
        ("network", ["2012Q1, at the start", "2015Q2, a year after: Crimea annexed", "2022Q1, at the end"]),
        ("postures", ["stance, \N{MINUS SIGN}1 confronts to +1 accommodates", "toward", "change in stance"]),
        ("outcomes", ["% of runs", "sorties a year", "probability", "stance, \N{MINUS SIGN}1 to 1"]),
        ("security", ["sorties a year", "commitment, 0 to 1", "order, 0 to 1"]),
    ],
)
def test_each_figure_has_its_units(default: Results, name: str, units: list[str]) -> None:
    told = said(default, name)
    assert [each for each in units if each not in told] == []


def test_the_overview_gives_the_answer_in_words(default: Results) -> None:
    told = said(default, "overview")
    assert default.scenario.spec.question.text in told
    for sentence in default.summary["answer"]:
        assert words.true_minus(" ".join(sentence.split())) in told


def test_what_does_not_apply_is_said(odd: dict[str, Results]) -> None:
    bare, many = odd["two actors, one run, nothing else"], odd["thirty actors"]
    assert "No united front is among the outcomes" in said(bare, "front")
    assert "there are no stages to show" in said(bare, "stage")
    assert "The scenario measures no outcomes" in said(bare, "outcomes")
    assert "The scenario has no alliances" in said(bare, "security")
    assert "nothing to compare with" in said(bare, "overview")
    assert "420 of 435 pairs are left out" in said(many, "alignments")
    assert "and 12 more events" in said(many, "alignments")
    assert "numbers are left out" in said(many, "postures")
    assert "The front's own threshold is 0.62" in said(many, "front")


def test_equal_results_give_equal_bytes(
    default: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "DPI", 50)  # fewer pixels to set; what is written is the same
    kinds, only = ("png", "svg", "pdf"), ("network", "front")
    first = plots.draw_all(default, tmp_path / "first", kinds=kinds, only=only)
    again = plots.draw_all(run(load_scenario(), runs=40), tmp_path / "again", kinds=kinds, only=only)
    names = [f"{name}.{kind}" for name in ("front", "network") for kind in kinds]
    assert [each.name for each in first] == names
    assert sorted(each.name for each in (tmp_path / "first").iterdir()) == sorted(names)
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_the_users_settings_do_not_matter_and_are_left_alone(default: Results, tmp_path: Path) -> None:
    plain = plots.draw_all(default, tmp_path / "plain", kinds=("png",), only=("network",))
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": "mine"}):
        other = plots.draw_all(default, tmp_path / "other", kinds=("png",), only=("network",))
        assert matplotlib.rcParams["font.size"] == 30
        assert matplotlib.rcParams["svg.hashsalt"] == "mine"
    assert plain[0].read_bytes() == other[0].read_bytes()


def test_threads_may_draw_at_once(default: Results, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        folders = [tmp_path / f"{k}" for k in range(2)]
        files = list(
            pool.map(lambda each: plots.draw_all(default, each, kinds=("svg",), only=("network",)), folders)
        )
    assert len({each[0].read_bytes() for each in files}) == 1


def test_an_unknown_figure_or_kind_is_refused_before_anything_is_written(
    default: Results, tmp_path: Path
) -> None:
    with pytest.raises(WedgeError, match="no figure called 'netwrk'; did you mean 'network'"):
        plots.draw_all(default, tmp_path / "none", only=("front", "netwrk"))
    with pytest.raises(WedgeError, match=r"no kind of figure file called 'pgn'; did you mean 'png'"):
        plots.draw_all(default, tmp_path / "none", kinds=("pgn",))
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written_is_told(default: Results, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WedgeError, match="figures cannot be written"):
        plots.draw_all(default, tmp_path / "file", only=("network",))


def test_a_figure_takes_axes_and_gives_them_back(default: Results) -> None:
    for draw in (plots.front, plots.front_ever, plots.front_difference, plots.front_thresholds, plots.stage,
                 plots.stage_shares, plots.network, plots.postures, plots.contrasts):  # fmt: skip
        axes = Figure().subplots()
        assert draw(default, axes) is axes
    for draw in (plots.alignments, plots.outcomes, plots.security):
        several = list(Figure().subplots(1, 3))
        assert draw(default, several) is several


def test_each_actor_keeps_its_colour_and_nobody_shares_a_given_one(default: Results) -> None:
    assert style.colours(default.scenario)["japan"] == "#CC3311"
    bare = replace(default.scenario, spec=default.scenario.spec.model_copy(
        update={"actors": {name: each.model_copy(update={"colour": style.ACTORS[0] if name == "china" else None})
                           for name, each in default.scenario.spec.actors.items()}}))  # fmt: skip
    found = style.colours(bare)
    assert found["china"] == style.ACTORS[0]
    assert len(set(found.values())) == 5


def test_numbers_of_events_keep_their_order_and_room() -> None:
    wanted, room = [0.0, 0.01, 0.02, 2.0, 2.0], [0.1, 0.1, 0.2, 0.1, 0.1]
    places = np.array(events.spread(wanted, room))
    assert (np.diff(places) >= [0.1 - 1e-12, 0.15 - 1e-12, 0.1 - 1e-12, 0.1 - 1e-12]).all()
    assert np.allclose(places[3:], [1.95, 2.05])
    assert events.spread([], []) == []


def test_marks_are_the_labelled_events_in_order_of_date(default: Results) -> None:
    found = events.marks(default.scenario)
    assert found[0].label == "First 2+2 talks"
    assert found[0].date == "2013-11"
    assert [each.number for each in found] == list(range(1, 19))
    assert found[8].date == "2017-01 to 2021-01"


def test_words_are_wrapped_to_their_room() -> None:
    for line in words.wrapped("A question that is long, and longer still, and does not end " * 3, 2.0, 9):
        assert words.width_of(line, 9) <= 2.0
    assert words.wrapped("many words that go on and on", 0.6, 9, most=2)[-1].endswith("…")
    assert words.signed(-0.001) == "0.00"
    assert words.signed(-0.5) == "\N{MINUS SIGN}0.50"


def test_dashes_are_explained_where_they_are_drawn_only(default: Results) -> None:
    bare = replace(default, arms={name: arm for name, arm in default.arms.items() if name != "no_events"})
    assert "Dashed: median without any of the events" in said(default, "overview")
    assert "Dashed" not in " ".join(told for told, _ in written(plots.figure(bare, "overview")))


def test_outcomes_are_called_as_in_the_tables(default: Results) -> None:
    for name in ("overview", "outcomes"):
        assert {"sino_russian", "tokyo_to_moscow"} <= {told for told, _ in seen(default, name)[1]}


def test_names_that_the_texts_write_with_a_capital_keep_it(default: Results) -> None:
    assert words.name_in_words(default.scenario, "tokyo_to_moscow") == "Tokyo to Moscow"
    assert words.name_in_words(default.scenario, "allied_cohesion") == "Allied cohesion"
