"""A guest asks in a real browser, with script and without: nothing typed is lost, nothing is asked twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

NEW = "/de/questions/new"
SUBJECT, BODY = "Internet fällt jeden Abend aus", "Seit Montag ist abends für eine Stunde kein Netz da."


def fill_in(page: Page, *, email: str = "anna@example.org") -> None:
    page.get_by_role("radio", name="Internet oder Telefon gestört").check()
    page.get_by_label("Ihre Frage in einem Satz").fill(SUBJECT)
    page.get_by_label("Was ist geschehen", exact=False).fill(BODY)
    page.get_by_label("Ihr Name").fill("Anna Berger")
    page.get_by_label("Ihre E-Mail-Adresse").fill(email)


def test_with_script_facts_promise_and_answers_come_while_writing_and_one_press_sends(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto(NEW)
    before = page.locator("#promise").inner_text()
    fill_in(page)
    expect(page.get_by_label("Kundennummer")).to_be_visible()
    expect(page.get_by_text("Vielleicht steht die Antwort schon hier")).to_be_visible()
    page.get_by_label("Nein, es geht nichts mehr").check()
    expect(page.locator("#promise")).not_to_have_text(before)
    page.locator(".offers__item summary").first.click()
    expect(page.locator(".offers__item .offers__body").first).to_be_visible()
    page.wait_for_timeout(2000)  # nobody fills in this form in less
    page.get_by_role("button", name="Anfrage senden").last.click()
    expect(page).to_have_url(re.compile(r"/de/questions/Q\d\d-\d{5}-\d/receipt$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Q\d\d-\d{5}-\d"))
    # What was sent is no draft any more.
    page.goto(NEW)
    expect(page.get_by_label("Ihre Frage in einem Satz")).to_have_value("")


def test_who_goes_back_and_sends_the_same_text_again_has_asked_once(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto(NEW)
    fill_in(page, email="zurueck@example.org")
    first = send_from(page)
    page.go_back()
    expect(page.get_by_label("Ihre Frage in einem Satz")).to_have_value(SUBJECT)
    assert send_from(page) == first
    page.go_back()
    page.get_by_label("Was ist geschehen", exact=False).fill(f"{BODY} Jetzt auch morgens.")
    assert send_from(page) != first, "other text is another question"


def send_from(page: Page) -> str:
    """The address of the receipt."""
    page.wait_for_timeout(2000)  # nobody fills in this form in less
    page.get_by_role("button", name="Anfrage senden").last.click()
    expect(page).to_have_url(re.compile("/receipt$"))
    return page.url


def test_without_script_the_same_page_asks_once_more_and_one_press_sends(new_tab):
    page = new_tab(viewport=PHONE, java_script_enabled=False)
    page.goto(NEW)
    page.get_by_role("radio", name="Umzug").check()
    page.get_by_role("button", name="Zeigen, was wir zu diesem Thema wissen müssen").click()
    page.get_by_role("textbox", name="Neue Adresse").fill("Am Bach 3")
    page.get_by_label("Ihre Frage in einem Satz").fill("Umzug im März")
    page.get_by_label("Was ist geschehen", exact=False).fill("Wir ziehen um.\nWas ist zu tun?")
    page.get_by_label("Ihr Name").fill("Anna Berger")
    page.get_by_label("Ihre E-Mail-Adresse").fill("anna2@example.org")
    page.get_by_role("button", name="Anfrage senden").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vor dem Senden")
    expect(page.get_by_text("Am Bach 3")).to_be_visible()
    page.get_by_role("button", name="Anfrage jetzt senden").click()
    expect(page).to_have_url(re.compile("/receipt$"))


def test_what_a_guest_typed_survives_a_reload_and_starting_afresh_forgets_it(new_tab):
    page = new_tab(viewport=DESKTOP)
    page.goto(NEW)
    fill_in(page)
    page.reload()
    expect(page.get_by_label("Ihre Frage in einem Satz")).to_have_value(SUBJECT)
    expect(page.get_by_label("Was ist geschehen", exact=False)).to_have_value(BODY)
    expect(page.get_by_role("radio", name="Internet oder Telefon gestört")).to_be_checked()
    page.get_by_role("button", name="Neu beginnen").click()
    expect(page.get_by_label("Ihre Frage in einem Satz")).to_have_value("")


def test_faults_are_read_first_and_lead_to_their_field(new_tab):
    page = new_tab(viewport=PHONE)
    page.goto(NEW)
    fill_in(page, email="anna")
    page.get_by_role("button", name="Anfrage senden").last.click()
    summary = page.get_by_role("alert").first
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page).to_have_url(re.compile("#email$"))
    expect(page.get_by_label("Ihre Frage in einem Satz")).to_have_value(SUBJECT)


def test_sending_anyway_leads_to_what_is_still_empty(new_tab):
    page = new_tab(viewport=PHONE)
    page.goto(NEW)
    fill_in(page)
    page.get_by_label("Ihr Name").fill("")
    page.get_by_role("button", name="Anfrage trotzdem senden").click()
    expect(page.get_by_label("Ihr Name")).to_be_focused()
    expect(page).to_have_url(re.compile(f"{NEW}$"))


def test_a_mended_field_loses_its_red_sentence(new_tab):
    page = new_tab(viewport=PHONE)
    page.goto(NEW)
    fill_in(page, email="")
    page.wait_for_timeout(2000)  # nobody fills in this form in less
    page.get_by_role("button", name="Anfrage senden").last.click()
    expect(page.locator("#email-error")).to_be_visible()
    page.get_by_label("Ihre E-Mail-Adresse").fill("anna@example.org")
    expect(page.locator("#email-error")).to_have_count(0)


def test_a_printed_question_form_has_no_links_of_its_head(new_tab):
    page = new_tab(viewport=DESKTOP, color_scheme="dark")
    page.goto("/de/questions/find")
    expect(page.locator(".person")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".person")).to_be_hidden()
