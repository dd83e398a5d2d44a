"""The model description is made from the code, and what it tells of a step is what a step does."""

import ast
import re
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from sim.luck import UNCERTAINTY
from sim.mechanisms import MECHANISMS
from sim.moves import acted, answered
from sim.parameters import Kind
from sim.policies import Policy
from sim.rules import Rules
from sim.state import quantities
from sim.world import World
from tests.test_reference import SCENARIOS, TOLERANCE, fast_frames, gaps, scenario

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")

sys.path.insert(0, str(ROOT / "docs"))
try:
    import make_odd
    import odd_watching
finally:
    sys.path.pop(0)


def step():
    """The calls of a watched step in order, with their depths."""
    return odd_watching.watched(odd_watching.small()).root.flat()


def test_the_model_description_is_made_from_the_code():
    assert make_odd.odd() == PAGE, "run `make docs`"


def test_it_has_the_seven_elements_of_odd_and_the_eleven_design_concepts_in_their_order():
    elements = re.findall(r"^## \d\. (.*)", PAGE, re.MULTILINE)
    assert elements == [
        "Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
        "Design concepts", "Initialization", "Input data", "Submodels",
    ]  # fmt: skip
    concepts = PAGE.partition("## 4. ")[2].partition("## 5. ")[0]
    assert re.findall(r"^\*\*([\w ]+)\.\*\*", concepts, re.MULTILINE) == [
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
        "Interaction", "Stochasticity", "Collectives", "Observation",
    ]  # fmt: skip


def test_nothing_worth_telling_of_a_step_is_left_out_of_the_schedule():
    """Of policies only those that the small world has."""
    seen = {function for _, function, _ in step()}
    optional = {kind.decide for kind in Policy.__subclasses__()} | {
        each for each in odd_watching.TOLD if each.__name__ == "decide" and each is not World.decide
    }
    assert set(odd_watching.TOLD) - seen <= optional
    assert len(seen & optional) == 1


def test_events_strike_before_anyone_decides_and_all_decide_before_anyone_acts():
    names = [function.__name__ for _, function, _ in step()]
    order = ["look", "struck", "routine", "decide", "respond", "acted", "answered"]
    assert sorted(order, key=names.index) == order


def test_a_step_made_in_another_order_is_told_in_that_order(monkeypatch):
    """So that the schedule is seen in the code and not only written beside it."""

    def respond(self, view, decisions, k, trace=None):
        state = answered(view.scene, view.rules, self.luck, k, {})
        return acted(view.scene, view.rules, decisions, self.luck, k, {}) and state

    monkeypatch.setattr(World, "respond", respond)
    names = [function.__name__ for _, function, _ in step()]
    assert names.index("answered") < names.index("acted")
    assert make_odd.odd() != PAGE


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_order_of_mechanisms_is_of_no_consequence_but_for_rounding(name, monkeypatch):
    plain = list(fast_frames(scenario(name), 0))
    forward = Rules.active.func
    turned = property(lambda self: forward(self)[::-1])
    monkeypatch.setattr(Rules, "active", turned)
    seen = list(gaps(iter(plain), fast_frames(scenario(name), 0)))
    assert max(size for _, _, size in seen) <= TOLERANCE
    assert any(size > 0.0 for _, _, size in seen), "as it was turned round, some bit should differ"


def test_every_quantity_moves_by_terms_or_is_made_anew():
    moved = odd_watching.moved(odd_watching.watched(odd_watching.routine()))
    anew = {"stance", "threat", "guarantee", "intent"}
    assert {each.name for each in quantities()} == set(moved) | anew
    assert not set(moved) & anew


def test_every_stream_of_luck_that_the_code_asks_for_is_told_of():
    """Streams as they stand in the code, whether or not the small world reaches them."""
    found = {UNCERTAINTY}
    for file in (ROOT / "sim").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                stream = node.args[0] if node.args else None
                if node.func.attr in ("normal", "uniform") and isinstance(stream, ast.Constant):
                    found.add(stream.value)
    assert {each for each in found if isinstance(each, str)} == set(make_odd.DECIDES)
    assert set(odd_watching.streams(odd_watching.small())) == set(make_odd.DECIDES)


def test_every_kind_of_rate_is_told_with_how_it_is_rescaled():
    assert set(make_odd.RESCALED) == set(get_args(Kind))


@pytest.mark.parametrize("name", MECHANISMS)
def test_whatever_a_mechanism_does_in_a_step_is_told_with_its_equation(name):
    kind = MECHANISMS[name]
    for hook in odd_watching.HOOKS:
        if hook in vars(kind):
            assert "``" in vars(kind)[hook].__doc__, hook
    assert f"reference.md#{name}-mechanism" in PAGE


def test_every_place_that_it_points_to_in_another_page_is_there():
    for file, anchor in re.findall(r"\]\(([\w./]+)#([\w-]+)\)", PAGE):
        text = (ROOT / "docs" / file).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)", text, re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
        assert anchor in slugs, f"{file}#{anchor}"
    for file in re.findall(r"`((?:tests|docs|scenarios|sim)/[\w./]+)`", PAGE):
        assert (ROOT / file).exists(), file


def test_the_equations_of_a_step_as_written_give_the_step_that_the_code_takes():
    """Engagement, alignment and order of a step, done by hand from the page, for one pair of actors."""
    world = odd_watching.build(odd_watching.routine(), luck=odd_watching.dealt(odd_watching.small(), 0, 1))
    before, trace = world.start, []
    after, rules = world.step(before, 0, trace), world.rules_at(0)
    terms = {name: value.item() for name, value in _at(trace[0]["engagement"], 0, 1).items()}
    decided = ("disposition", "reciprocity", "alignment feedback", "hedging", "detachment",
               "emboldenment", "counter-binding")  # fmt: skip
    gain = 1.0 - rules.conduct.inertia.item()
    intent = np.clip(sum(terms[each] for each in decided) / gain, -1.0, 1.0)
    shock = rules.conduct.noise.item() * world.luck.normal("engagement", [("client", "patron")], 0).item()
    moved = before.engagement[0, 1, 0] + gain * (intent - before.engagement[0, 1, 0]) + shock
    assert after.engagement[0, 1, 0] == pytest.approx(np.clip(moved + terms["crisis"], -1.0, 1.0), abs=1e-12)

    x, law = before.alignment[0, 1, 0], rules.alignment
    d, m, x0 = law.adjustment.item(), law.reversion.item(), law.rest[0, 1, 0]
    pulls = _at(trace[0]["alignment"], 0, 1)
    inner = {"return to rest", "luck", "bound"}
    damping = d * m * (x0 - x) / pulls["return to rest"].item() if x0 != x else None
    force = sum(value.item() for name, value in pulls.items() if name not in inner)
    assert damping is not None
    force *= damping / (d * (1.0 - x * x))
    assert damping == pytest.approx(1.0 + d * (force * x + m / 2.0), abs=1e-12)
    shock = law.noise.item() * world.luck.normal("alignment", [("client", "patron")], 0).item()
    assert pulls["luck"].item() == pytest.approx(shock * (1.0 - x * x), abs=1e-15)


def _at(terms, i, j):
    """The terms of one cell."""
    return {name: np.broadcast_to(each, (4, 4, 1))[i, j] for name, each in terms.items()}
