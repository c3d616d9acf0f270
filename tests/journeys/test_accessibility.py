"""axe finds nothing on any kind of page, light and dark, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.mails import KINDS
from portal.notifications.rendering import Printer
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_browser import PAGES
from tests.notifications.samples import payload_of

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": RULES}
# In the dark nothing else is different.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
CHECKED = [name for name in PAGES if name != "a long word"]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("name", CHECKED)
def test_axe_finds_nothing_to_complain_about(new_tab, name, viewport):
    page = new_tab(viewport=viewport, color_scheme="light", reduced_motion="reduce")
    page.goto(PAGES[name])
    assert complaints(page) == []
    page.emulate_media(color_scheme="dark")
    assert complaints(page, looked_at=COLOURS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_open_suggestions(new_tab, scheme):
    page = new_tab(color_scheme=scheme)
    page.goto("/de/")
    page.get_by_role("combobox").press_sequentially("rechnung")
    page.get_by_role("option").first.wait_for()
    page.get_by_role("combobox").press("ArrowDown")
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_reasons_after_a_no_and_on_a_wrong_answer(new_tab, scheme):
    page = new_tab(color_scheme=scheme)
    page.goto("/de/faq/rechnung/rechnung-finden")
    page.get_by_role("button", name="Nein", exact=True).click()
    page.locator("#feedback textarea").wait_for()
    assert complaints(page) == []
    page.locator("#feedback textarea").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(1001) }"
    )
    page.locator("#feedback button").first.click()
    page.locator("#feedback .field__error").wait_for()
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_mails_that_have_every_shape_and_long_words_stay_inside(new_tab, shared_app, scheme):
    page = new_tab(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    printer, long = Printer(shared_app, KINDS), {"subject": "Donaudampfschifffahrt" * 9, "name": "Anna" * 40}
    for kind in ("leaving_confirmations", "leaving_notice", "question_answered"):
        words = printer.words(kind, payload_of(kind) | long, language="de", is_confirmed=True)
        page.set_content(words.html)
        assert complaints(page) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), kind


def complaints(page, *, looked_at: dict = EVERYTHING) -> list[str]:
    """What axe found: where, the rule, and the first element that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # What is right would come along, and takes as long to tell.
    ask = "options => axe.run(options).then(found => found.violations)"
    found = page.evaluate(ask, {"runOnly": looked_at, "resultTypes": ["violations"]})
    return [f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
