"""The story of a question in a real browser: answers are offered, news arrives by itself, typed text stays."""

import re

import pytest

from tests.attachments.files import picture
from tests.cast import ANNA
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_accessibility import complaints
from tests.mailbox import Mailbox
from tests.questions.people import Asked, ask, give_answer

pytestmark = pytest.mark.browser
NUMBER = re.compile(r"Q\d\d-\d{5}-\d")


def write_question(tab, *, email: str, subject: str = "Die Internet-Lampe leuchtet rot") -> None:
    tab.goto("/de/questions/new")
    tab.get_by_label("Internet oder Telefon gestört").check()
    tab.get_by_label("Rot", exact=True).check()
    tab.fill("#subject", subject)
    tab.fill("#body", "Seit heute früh geht nichts mehr. Ein Neustart hilft nicht.")
    tab.get_by_label("Nein, es geht nichts mehr").check()
    tab.fill("#name", "Anna Berger")
    tab.fill("#email", email)


def send(tab) -> str:
    """Press the button; the number on the receipt."""
    # A form that comes back within a moment is looked at once more, as for machines.
    tab.wait_for_timeout(2100)
    tab.get_by_role("button", name="Anfrage senden").last.click()
    tab.wait_for_url("**/receipt")
    return NUMBER.search(tab.locator("h1").inner_text())[0]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "wide"])
def test_a_guest_asks_follows_the_link_sees_the_answer_arrive_and_ends_it(new_tab, beside, viewport):
    address = f"anna{viewport['width']}@example.org"
    tab = new_tab(viewport=viewport)
    write_question(tab, email=address)
    tab.wait_for_selector("#offers details")
    assert 1 <= tab.locator("#offers details").count() <= 4
    asked = Asked(beside, send(tab), "")
    assert "key=" not in tab.url and complaints(tab) == []

    link = Mailbox(beside).newest(to=address).link(f"Anfrage {asked.number} öffnen")
    phone = new_tab(viewport=viewport)
    phone.goto(link)
    assert phone.url.endswith(asked.address) and "Antwort bis" in phone.locator("h1").inner_text()
    assert complaints(phone) == []

    # Somebody writes while the answer comes: the answer appears, the typed text stays.
    phone.fill("#body", "Was ich gerade")
    give_answer(asked, "Bitte schicken Sie uns ein Bild der Lampen.")
    phone.get_by_text("Bitte schicken Sie uns ein Bild").wait_for(timeout=30_000)
    assert phone.locator("#body").input_value() == "Was ich gerade"
    assert phone.locator("[data-news-said]").inner_text()

    phone.fill("#body", "Hier ist das Bild.")
    phone.set_input_files("[name=attachments]", {"name": "Lampen.png", "mimeType": "image/png", "buffer": picture()})
    phone.wait_for_selector(".uploads__picture")
    phone.get_by_role("button", name="Senden", exact=True).click()
    phone.get_by_text("Hier ist das Bild.").wait_for()
    shown = phone.locator("main img").last
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("async picture => { await picture.decode(); return picture.naturalWidth }") == 60
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    phone.get_by_role("button", name="Als gelöst markieren").click()
    assert "Gelöst am" in phone.locator("h1").inner_text()
    phone.get_by_label("Gut", exact=True).check()
    phone.get_by_role("button", name="Bewertung senden").click()
    assert "Gut" in phone.locator(".rating").inner_text() and complaints(phone) == []
    phone.fill("#body", "Es ist wieder aus.")
    phone.get_by_role("button", name="Senden").click()
    assert "Antwort bis" in phone.locator("h1").inner_text()


def test_an_answer_that_helps_is_not_sent_and_what_was_typed_survives_a_reload(new_tab):
    tab = new_tab()
    write_question(tab, email="berta@example.org", subject="Wo finde ich meine Rechnung")
    tab.wait_for_selector("#offers details")
    tab.wait_for_timeout(1500)
    tab.reload()
    assert tab.locator("#subject").input_value() == "Wo finde ich meine Rechnung"
    assert tab.locator("#email").input_value() == "berta@example.org"


def test_a_lost_connection_costs_no_word(new_tab):
    tab = new_tab()
    write_question(tab, email="carla@example.org")
    tab.context.set_offline(True)
    tab.wait_for_timeout(2100)
    tab.get_by_role("button", name="Anfrage senden").last.click()
    tab.wait_for_timeout(500)
    tab.context.set_offline(False)
    tab.goto("/de/questions/new")
    assert "Seit heute früh" in tab.locator("#body").input_value()


def test_beside_the_conversation_stands_what_ends_it_where_there_is_room(tab_of, beside):
    asked = ask(beside, ANNA)
    for viewport in (DESKTOP, PHONE):
        tab = tab_of(ANNA, viewport=viewport)
        tab.goto(asked.address)
        thread, reply, ending = (tab.locator(place).bounding_box() for place in (".thread", "#reply", "#ending"))
        assert thread["y"] + thread["height"] < reply["y"]
        if viewport is DESKTOP:
            assert ending["x"] > thread["x"] + thread["width"] and ending["y"] < reply["y"]
        else:
            assert ending["x"] == reply["x"] and ending["y"] > reply["y"] + reply["height"]
        # The keyboard goes through the conversation first, in every window.
        tab.focus("#body")
        while not tab.evaluate("document.activeElement.closest('#ending')"):
            assert tab.evaluate("!!document.activeElement.closest('#reply')")
            tab.keyboard.press("Tab")
