"""What Clara opens of the row of verbs on a case stands below it, and the row stays as it is."""

import pytest

from tests.cast import CLARA
from tests.desk.cases import desk
from tests.questions.people import ask

pytestmark = pytest.mark.browser
PLACES = "each => each.filter(one => one.offsetParent).map(one => [one.innerText, one.offsetLeft, one.offsetTop])"


def names(tab):
    """What stands in the row, and where."""
    return tab.locator(".verbs > .verb > .verb__name").evaluate_all(PLACES)


@pytest.mark.parametrize("width", [768, 1280])
def test_what_is_opened_stands_below_its_row_and_moves_no_name_of_it(tab_of, beside, width):
    tab = tab_of(CLARA)
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(desk(ask(beside)))
    before = names(tab)
    for name, field in (("Zuweisen", "#user"), ("Mehr", ".verb__more"), ("Zusage verschieben", "#promise_day")):
        tab.locator(".verbs > .verb > summary", has_text=name).press("Enter")
        opened = tab.locator(field).bounding_box()
        assert names(tab) == before, name
        last = tab.locator(".verbs > .verb--more > .verb__name").bounding_box()
        assert opened["y"] >= last["y"] + last["height"]
        assert opened["x"] + opened["width"] <= width
    # One alone is open, so that it is known whose it is; the next key reaches what is in it.
    assert tab.locator(".verbs > .verb[open]").count() == 1
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "promise_day"


def test_on_a_phone_the_row_is_one_line_to_push_aside_and_what_is_opened_fits(tab_of, beside):
    tab = tab_of(CLARA)
    tab.set_viewport_size({"width": 390, "height": 780})
    tab.goto(desk(ask(beside)))
    heights = tab.locator(".verbs .verb__name:visible").evaluate_all("each => each.map(one => one.offsetHeight)")
    assert len(heights) > 4 and len(set(heights)) == 1
    for name, field in (("Zuweisen", "#user"), ("Mehr", ".verb__more")):
        tab.locator(".verbs > .verb > summary", has_text=name).press("Enter")
        opened = tab.locator(field).bounding_box()
        assert opened["x"] >= 0 and opened["x"] + opened["width"] <= 390
