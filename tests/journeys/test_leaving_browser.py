"""Somebody leaves, in a real browser: with and without script, on a small phone, and looked at by axe."""

import pytest

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_accessibility import complaints

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 640}
PLACES = {"/kuendigen": "jetzt kündigen", "/withdraw": "Confirm withdrawal"}


def declare(page, place="/kuendigen", name="Anna Berger"):
    page.goto(place)
    page.locator("#name").fill(name)
    page.locator("#email").fill("anna@example.org")
    page.get_by_role("button", name=PLACES[place], exact=True).click()
    page.locator("h1.declared__title").wait_for()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_somebody_cancels_saves_the_declaration_and_may_load_the_receipt_anew(new_tab, has_script):
    """Checklist 9, 10, 29, 30, 68 to 70: find, fill in by keyboard, press, read, save."""
    page = new_tab(java_script_enabled=has_script)
    page.goto("/de/")
    page.get_by_role("contentinfo").get_by_role("link", name="Verträge hier kündigen", exact=True).click()
    assert page.url.endswith("/kuendigen") and page.get_by_role("button").count() == 1
    page.locator("#name").focus()
    page.keyboard.type("Anna Berger")
    page.keyboard.press("Tab")
    page.keyboard.type("anna@example.org")
    page.keyboard.press("Enter")
    page.locator("h1.declared__title").wait_for()
    assert page.locator("h1").inner_text().split() == ["Ihre", "Kündigung", "ist", "eingegangen"]
    assert page.evaluate("document.activeElement.tagName") == "H1" if has_script else True
    assert page.get_by_role("button", name="Drucken").is_visible() is has_script
    if has_script:
        assert "/receipt/" in page.url
    with page.expect_download() as saved:
        page.get_by_role("link", name="Kündigung speichern", exact=True).click()
    assert "Name: Anna Berger" in saved.value.path().read_text()
    page.get_by_role("link", name="Bestätigung öffnen").click()
    page.get_by_label("Der Preis").check()
    page.get_by_role("button", name="Rückmeldung senden").click()
    assert page.get_by_text("Danke für die Rückmeldung").is_visible()


def test_the_form_comes_back_with_the_focus_on_what_is_missing(new_tab):
    """Checklist 25, 69."""
    page = new_tab()
    page.goto("/kuendigen")
    page.locator("#reason").fill("Umzug")
    page.locator("#send").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator("#reason").input_value() == "Umzug"
    assert complaints(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_on_the_sealed_pages_and_the_receipt(new_tab, place, scheme):
    """Checklist 67."""
    page = new_tab(viewport=DESKTOP, color_scheme=scheme)
    page.goto(place)
    assert complaints(page) == []
    declare(page, place, name=f"Anna {scheme}")
    assert complaints(page) == []


@pytest.mark.parametrize("viewport", [SMALL, PHONE, DESKTOP], ids=["small", "phone", "desk"])
def test_both_ways_out_are_seen_at_every_width_as_large_as_the_text_and_the_second_is_framed(new_tab, viewport):
    """Checklist 3, 5, 6: visible without script, at least body size, contrast of 4.5, a border around withdrawing."""
    page = new_tab(viewport=viewport)
    page.goto("/de/faq/rechnung/rechnung-finden")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".leaving__link")].map(link => {
          const style = getComputedStyle(link);
          return [parseFloat(style.fontSize), parseFloat(style.borderTopWidth)]; })"""
    )
    body = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    (cancel, no_line), (withdraw, line) = sizes
    assert min(cancel, withdraw) >= body and line > no_line == 0
    for name in ("Verträge hier kündigen", "Vertrag widerrufen"):
        link = page.get_by_role("link", name=name, exact=True)
        link.scroll_into_view_if_needed()
        assert link.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("place", PLACES)
def test_a_sealed_page_fits_the_smallest_screen_and_asks_nobody_else(new_tab, place):
    """Checklist 3, 62, 69: no line runs out of the page at 320 px (400 % of 1280); targets are large enough."""
    page = new_tab(viewport=SMALL)
    page.goto(place)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    low = page.evaluate(
        """() => [...document.querySelectorAll("form input:not([type=hidden]), button, textarea, a")]
          .filter(each => each.type !== "radio" && each.getBoundingClientRect().height < 24).length"""
    )
    assert low == 0 and page.context.cookies() == []
