"""Whether everybody can use a page: axe's rules of WCAG 2, levels A and AA, and the way through it by keyboard."""

from dataclasses import dataclass

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MORE = ["heading-order", "tabindex", "landmark-one-main", "page-has-heading-one"]
"""Rules on order beyond those levels, which assistive technology needs all the same."""

FOCUS = """() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
    && !/^rgba\\(.*, 0\\)$|^transparent$/.test(style.outlineColor);
  return {
    tag: each.tagName.toLowerCase(),
    text: (each.innerText || each.value || "").trim().slice(0, 60),
    ringed: ring || style.boxShadow !== "none",
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}"""


def accessible(page):
    """Fail with what axe finds wrong: rule, why it matters, where, and what would mend it."""
    from axe_playwright_python.sync_playwright import Axe

    asked = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {name: {"enabled": True} for name in MORE},
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=asked).response["violations"]
    assert not found, "axe finds:\n" + "\n".join(_told(each) for each in found)


def _told(violation):
    where = [
        f"    {' '.join(map(str, node['target']))}\n      {' '.join((node.get('failureSummary') or '').split())}"
        for node in violation["nodes"][:5]
    ]
    more = f"\n    and {len(violation['nodes']) - 5} more" if len(violation["nodes"]) > 5 else ""
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n" + "\n".join(where) + more


@dataclass(frozen=True)
class Stop:
    """Where the Tab key leads: the element, its role and accessible name, whether focus and it are to be seen."""

    tag: str
    role: str
    name: str
    text: str
    ringed: bool
    seen: bool


def tab_stops(page, most=150):
    """The stops of the Tab key from the top of the page to its end.

    Raises AssertionError where there are more than `most`, which is a trap or a page nobody gets through.
    """
    session, stops = page.context.new_cdp_session(page), []
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    page.evaluate(
        "() => { const top = document.createElement('span'); top.tabIndex = -1; document.body.prepend(top); "
        "top.focus(); top.remove(); }"
    )
    page.evaluate(
        "() => document.querySelectorAll('[data-stop]').forEach((each) => delete each.dataset.stop)"
    )
    while True:
        page.keyboard.press("Tab")
        if page.evaluate(
            "() => document.activeElement === document.body || 'stop' in document.activeElement.dataset"
        ):
            return stops
        page.evaluate("() => { document.activeElement.dataset.stop = ''; }")
        stops.append(_stop(page, session))
        assert len(stops) <= most, f"more than {most} stops of the Tab key; the last is {stops[-1]}"


def _stop(page, session):
    held = session.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    asked = {"objectId": held, "fetchRelatives": False}
    node = session.send("Accessibility.getPartialAXTree", asked)["nodes"][0]
    role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
    return Stop(role=role, name=name, **page.evaluate(FOCUS))


def by_keyboard(page):
    """The stops of the Tab key; fails where one has no name, cannot be seen, or does not show its focus."""
    stops = tab_stops(page)
    assert stops, "the Tab key leads nowhere"
    for each in stops:
        assert each.name, f"a stop without a name: {each}"
        assert each.seen, f"a stop that cannot be seen: {each}"
        assert each.ringed, f"a stop that does not show its focus: {each}"
    return stops


def overflow(page):
    """Pixels by which a page is wider than its window, and the elements that stick out."""
    return page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          const inside = (each) => { for (let up = each.parentElement; up && up !== document.body; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== "visible") return true; return false; };
          const out = [...document.body.querySelectorAll("*")].filter((each) =>
            each.getBoundingClientRect().right > wide + 1 && !inside(each)).slice(0, 5);
          return [document.documentElement.scrollWidth - wide,
            out.map((each) => each.tagName + "." + (each.getAttribute("class") || ""))];
        }"""
    )
