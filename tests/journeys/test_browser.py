"""A customer with a real browser: on a phone, by keyboard, with and without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.cast import ANNA
from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

LAMPS = "/de/faq/stoerung/internet/lampen-am-router"
PAGES = {
    "home": "/de/",
    "topics": "/de/faq/",
    "category": "/de/faq/rechnung/",
    "article": LAMPS,
    "article in English": "/en/faq/faults/internet/router-lamps",
    "article with contents": "/de/faq/stoerung/internet/internet-geht-nicht",
    "results": "/de/search?q=vertrag",
    "nothing found": "/de/search?q=xqzvy",
    "a long word": "/de/search?q=" + "Donaudampfschifffahrtsgesellschaftskapitän" * 4,
    "contact": "/de/contact?about=207",
    "terms": "/de/pages/agb",
    "error": "/de/nichts",
    "feedback": "/de/feedback/207",
    "styleguide": "/styleguide",
    "signing in": "/de/account/sign-in",
    "registering": "/en/account/register",
}


def type_and_wait(page: Page, words: str) -> None:
    page.get_by_role("combobox").press_sequentially(words, delay=20)
    expect(page.get_by_role("listbox")).to_be_visible()


def test_on_a_phone_the_answer_is_found_by_typing_and_choosing_a_suggestion_by_keyboard(new_tab):
    page = new_tab(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto("/de/")
    type_and_wait(page, "lampe rou")
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_contain_text("Vorschl")
    expect(page.get_by_role("option").first).to_contain_text("Lampen am Router")
    field.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Lampen am Router")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"{LAMPS}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Was bedeuten die Lampen am Router?")


def test_a_suggestion_can_be_tapped_and_the_last_one_leads_to_all_answers(new_tab):
    page = new_tab(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto("/de/")
    type_and_wait(page, "vertrag")
    page.get_by_role("option").last.tap()
    expect(page).to_have_url(re.compile(r"/de/search\?q=vertrag$"))
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox"))).to_have_value("vertrag")


def test_escape_closes_the_suggestions_and_enter_searches_for_what_was_typed(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto("/de/")
    type_and_wait(page, "rechnung")
    field = page.get_by_role("combobox")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/de/search\?q=rechnung$"))


def test_the_arrow_keys_go_round_and_back_to_what_was_typed(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto("/de/")
    type_and_wait(page, "router")
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(0)
    expect(field).to_have_value("router")


def test_a_list_that_would_come_late_does_not_take_away_what_was_chosen(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto("/de/")
    type_and_wait(page, "router")
    page.route("**/search/suggestions*", lambda _route: None)
    field, chosen = page.get_by_role("combobox"), page.get_by_role("option", selected=True)
    with page.expect_request("**/search/suggestions*"):
        field.press_sequentially(" lampe")
    with page.expect_event("requestfailed", lambda request: "/search/suggestions" in request.url, timeout=5000):
        field.press("ArrowDown")
    expect(chosen).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))


def test_without_script_the_same_answer_is_found_by_the_form(new_tab):
    page = new_tab(viewport=PHONE, java_script_enabled=False)
    page.goto("/de/")
    page.locator("#search").fill("lampe router")
    page.locator("#search").press("Enter")
    page.get_by_role("link", name="Was bedeuten die Lampen am Router?").click()
    assert page.url.endswith(LAMPS)


def test_without_script_a_no_with_a_reason_can_be_given(new_tab):
    page = new_tab(viewport=PHONE, java_script_enabled=False)
    page.goto("/de/faq/rechnung/verstehen/rechnung-lesen")
    page.get_by_role("button", name="Nein", exact=True).click()
    page.locator("input[type=radio][value=unclear]").check()
    page.locator("textarea").fill("Zu viele Posten.")
    page.locator("#feedback button").first.click()
    assert page.locator("#feedback input[type=radio]").count() == 0
    assert page.locator("#feedback-title").inner_text()


def test_a_no_is_followed_by_reasons_in_place_and_the_keyboard_goes_on_there(new_tab):
    page = new_tab()
    page.goto(LAMPS)
    page.get_by_role("button", name="Nein", exact=True).click()
    expect(page.locator("#feedback input[type=radio]")).to_have_count(4)
    expect(page.locator("#feedback-title")).to_be_focused()
    assert page.url.endswith(LAMPS)
    page.locator("input[type=radio][value=missing]").check()
    page.locator("textarea").fill("Meine Lampe ist gelb.")
    page.locator("#feedback button").first.click()
    expect(page.locator("#feedback input[type=radio]")).to_have_count(0)
    expect(page.locator("#feedback-title")).to_be_focused()
    page.goto("/de/feedback/207")
    expect(page.locator("#feedback input[type=radio]")).to_have_count(0)


def test_switching_the_language_stays_on_the_page(new_tab):
    page = new_tab()
    page.goto(LAMPS)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile("/en/faq/faults/internet/router-lamps$"))
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Deutsch").click()
    expect(page).to_have_url(re.compile(f"{LAMPS}$"))


def test_the_keyboard_reaches_everything_on_home_beginning_with_the_skip_link(new_tab):
    page = new_tab(viewport=DESKTOP, reduced_motion="reduce")
    page.goto("/de/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.goto("/de/search")
    page.goto("/de/")
    stops = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    assert {"/de/search", "/de/faq/rechnung/", "/de/contact", "/en/"} <= {stop["leads"] for stop in stops} | {
        "/de/search"
    }
    hidden = [stop for stop in stops if not stop["is_visible"] or not stop["has_ring"]]
    assert hidden == []
    tops = page.evaluate(
        "[...document.querySelectorAll('a[href],button,input')].filter(e => e.checkVisibility()).length"
    )
    assert len(stops) >= tops - 1


FOCUSED = """() => {
  const found = document.activeElement;
  if (!found || found === document.body) return null;
  const style = getComputedStyle(found), around = found.closest('form') ? getComputedStyle(found.parentElement) : style;
  const box = found.getBoundingClientRect();
  const outlined = (each) => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) > 0;
  const ring = (each) => outlined(each) || each.boxShadow !== 'none';
  return {
    leads: found.getAttribute('href') || found.getAttribute('name') || found.textContent.trim(),
    is_visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    has_ring: [style, around, getComputedStyle(found, '::after'), getComputedStyle(found, '::before')].some(ring),
  };
}"""


def test_the_slash_key_leads_to_the_search_unless_somebody_is_typing(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto(LAMPS)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("#search")).to_have_value("a/b")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(new_tab, name):
    page = new_tab(viewport={"width": 320, "height": 800})
    page.goto(PAGES[name])
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_search_that_has_no_room_in_the_first_line_fills_the_next(tab_of):
    page = tab_of(ANNA)
    page.goto(LAMPS)
    for width in (390, 900):
        page.set_viewport_size({"width": width, "height": 800})
        line, search = (page.locator(each).bounding_box() for each in (".header > .wrap", ".header__search"))
        assert search["width"] == line["width"], width


@pytest.mark.parametrize("name", ["home", "article", "terms", "results"])
def test_text_at_twice_the_size_does_not_scroll_sideways(new_tab, name):
    page = new_tab(viewport={"width": 390, "height": 800})
    page.goto(PAGES[name])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", ["home", "article", "article with contents", "category", "results"])
def test_the_first_view_is_small(new_tab, name):
    page = new_tab(viewport=PHONE)
    wire = page.context.new_cdp_session(page)
    sizes = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(PAGES[name], wait_until="networkidle")
    assert len(sizes) <= 6
    assert sum(sizes) <= 45_000, f"{sum(sizes):.0f} bytes in {len(sizes)} requests"


def test_a_second_page_loads_nothing_but_itself(new_tab):
    page, asked = new_tab(), []
    page.on("response", lambda answer: asked.append(answer.url))
    page.goto("/de/", wait_until="networkidle")
    first = set(asked)
    asked.clear()
    page.goto(PAGES["category"], wait_until="networkidle")
    # A browser asks for the icon of a site when it has time: on a busy machine that is the second page.
    fresh = [url for url in asked if "/static/" in url and (url in first or not url.endswith(".svg"))]
    assert all(
        page.evaluate("(url) => performance.getEntriesByName(url).every(e => e.transferSize === 0)", url)
        for url in fresh
    )


def test_an_image_of_an_article_is_shown(new_tab):
    page = new_tab()
    page.goto(LAMPS, wait_until="networkidle")
    images = page.locator("article img")
    assert images.count() >= 1
    images.first.scroll_into_view_if_needed()
    expect(images.first).to_have_js_property("complete", True)
    assert images.first.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0


def test_a_click_on_a_result_is_counted_without_keeping_the_reader_waiting(new_tab):
    page = new_tab()
    page.goto("/de/search?q=lampe+router")
    with page.expect_request("**/de/search/clicks") as sent:
        page.get_by_role("link", name="Was bedeuten die Lampen am Router?").click()
    assert "number=207" in sent.value.post_data and sent.value.method == "POST"
    expect(page).to_have_url(re.compile(f"{LAMPS}$"))
    assert page.context.cookies() == []
