"""Whoever is not seen as the owner of a number is told the ways back, the same for every number (SR-02)."""

import re
import secrets

from portal.numbers.format import Number
from tests.cast import ANNA, BERND, carry_key, signed_in
from tests.mailbox import Mailbox
from tests.questions.people import ask, ask_as_guest, give_answer, holding
from tests.visitor import Visitor

HEADING = "Wir sehen im Moment nicht, dass diese Anfrage Ihre ist"
UNKNOWN = str(Number("Q", 26, 99999))


def test_the_link_of_a_mail_leads_through_signing_in_to_the_question(app):
    asked = ask(app)
    give_answer(asked)
    path = Mailbox(app).newest(to=ANNA.email).path_of("Anfrage öffnen")
    visitor = Visitor(app)
    page = visitor.follows(path)
    assert page.status == 404 and page.heading == HEADING
    form = visitor.opens(page.links["Anmelden"])
    assert form.find("input", name="next").get("value") == asked.address
    # The forms of signing in are tried in their own tests; here the session is simply there.
    anna = signed_in(app, ANNA)
    onward = anna.opens(form.url)
    assert onward.location == asked.address and anna.follows(onward.location).status == 200


def test_every_number_is_answered_alike_to_the_last_header(app):
    asked = ask(app)
    for visitor in (Visitor(app), signed_in(app, BERND), holding(app, secrets.token_urlsafe(32))):
        for tail in ("", f"?key={secrets.token_urlsafe(32)}", "/receipt", "/news", "/attachments/x"):
            here, there = visitor.opens(asked.address + tail), visitor.opens(f"/de/questions/{UNKNOWN}{tail}")
            assert here.heading == there.heading == HEADING, tail
            assert _same(here, asked.number) == _same(there, UNKNOWN), tail


def test_a_link_can_be_asked_for_with_the_number_already_written(app):
    asked, visitor = ask_as_guest(app), Visitor(app)
    page = visitor.opens(visitor.opens(asked.address).links["Link zusenden lassen"])
    assert page.find("input", name="number").get("value") == asked.number


def test_a_receipt_of_another_browser_says_that_cookies_may_be_missing(app):
    asked = ask_as_guest(app)
    assert "behält von dieser Seite keine Cookies" in Visitor(app).opens(f"{asked.address}/receipt").text


def test_somebody_signed_in_changes_the_account_and_arrives(app, bernd):
    asked = ask(app)
    page = bernd.opens(asked.address)
    assert page.status == 404 and BERND.email in page.text
    forms = [form for form in page.all("form") if form.get("class") is None and _named(form, "next")]
    fields = {each.get("name"): each.get("value") for each in forms[0].iter() if each.get("name")}
    sent = bernd.sends(forms[0].get("action"), fields)
    assert sent.status == 303 and sent.location.replace("%2F", "/").endswith(f"?next={asked.address}")
    assert "Abmelden" not in bernd.opens(asked.address).text


def test_an_ended_session_is_told_the_same(app, anna):
    asked = ask(app)
    carry_key(anna, app, secrets.token_urlsafe(32))
    assert anna.opens(asked.address).heading == HEADING


def test_a_page_that_is_not_shown_names_no_address_for_search_engines(app, bernd):
    page = bernd.opens(ask(app).address)
    assert page.status == 404 and page.heading == HEADING and not page.names_an_address
    assert bernd.opens("/de/questions/").names_an_address


def test_a_text_lost_in_another_account_does_not_ask_to_sign_in_again(app, bernd):
    asked = ask(app)
    page = bernd.sends(f"{asked.address}/messages", {"body": "Mein Text", "is_complete": "yes"})
    assert page.status == 403 and page.heading == HEADING and BERND.email in page.text
    assert not page.names_an_address
    assert page.find("textarea", id="body").text.strip() == "Mein Text"


def _named(form, name: str) -> bool:
    return any(each.get("name") == name for each in form.iter())


def _same(page, number: str):
    """Status, headers and body without what must differ: the request and the number itself."""
    known = page.response.headers["X-Request-Id"]
    lines = [f"{name}: {value}" for name, value in page.response.headers if name not in ("X-Request-Id", "Date")]
    text = re.sub("Content-Length: .*", "", "\n".join(lines)) + page.html
    return page.status, text.replace(number, "NUMBER").replace(known, "ID")
