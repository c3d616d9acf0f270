"""The whole story of a question: asked without script, answered, solved, rated, reopened; closed to all others."""

import pytest

from portal.questions.models import Message
from tests.attachments.files import picture
from tests.cast import BERND, signed_in
from tests.mailbox import Mailbox
from tests.questions.asking import BODY, SUBJECT, asks, number_on, rows
from tests.questions.people import Asked, give_answer
from tests.visitor import HTML, Visitor

ADDRESS = "anna@example.org"


@pytest.fixture
def gerda(app):
    """A browser of somebody without an account, without script."""
    return Visitor(app)


def hidden(page, action: str) -> dict[str, str]:
    form = page.find("form", action=action)
    fields = [each for each in form.iter(f"{HTML}input") if each.get("type") == "hidden"]
    return {each.get("name"): each.get("value", "") for each in fields}


def test_a_guest_asks_reads_the_mail_replies_with_a_picture_solves_rates_and_reopens(app, gerda):
    asked = Asked(app, number_on(asks(gerda)), "")
    mails = Mailbox(app)
    link = mails.newest(to=ADDRESS).path_of(f"Anfrage {asked.number} öffnen")

    # On another device, from the mail: the key leaves the address, and the question is there.
    phone = Visitor(app)
    page = phone.follows(link)
    assert "key=" not in page.url and page.heading.startswith("Antwort bis") and BODY[:30] in page.text

    give_answer(asked, "Bitte schicken Sie uns ein Bild der Lampen.")
    assert asked.number in mails.newest(to=ADDRESS).subject
    page = phone.opens(asked.address)
    messages = f"{asked.address}/messages"
    fields = hidden(page, messages) | {"body": "Hier ist das Bild."}
    sent = phone.sends(messages, fields, files=[("attachments", "Lampen.png", picture())])
    assert sent.status == 303
    page = phone.follows(sent.location)
    shown = [each.get("src") for each in page.all("img") if "/attachments/" in each.get("src", "")]
    assert "Hier ist das Bild." in page.text and len(shown) == 1
    assert phone.opens(shown[0]).status == 200

    give_answer(asked, "Die Leitung ist repariert.")
    closure, rating = f"{asked.address}/closure", f"{asked.address}/rating"
    assert phone.sends(closure, hidden(phone.opens(asked.address), closure)).status == 303
    page = phone.opens(asked.address)
    assert page.heading.startswith("Gelöst am 16. Dezember 2026")
    assert phone.sends(rating, hidden(page, rating) | {"face": "good", "sentence": "Schnell."}).status == 303
    assert "Schnell." in phone.opens(asked.address).text

    reopening = f"{asked.address}/reopening"
    page = phone.opens(asked.address)
    assert phone.sends(reopening, hidden(page, reopening) | {"body": "Es ist wieder aus."}).status == 303
    page = phone.opens(asked.address)
    assert page.heading.startswith("Antwort bis") and "Es ist wieder aus." in page.text


def test_bernd_never_sees_it_by_number_link_file_news_list_or_search(app, gerda):
    asked = Asked(app, number_on(asks(gerda)), "")
    page = gerda.opens(asked.address)
    messages = f"{asked.address}/messages"
    fields = hidden(page, messages) | {"body": "Mit Bild."}
    gerda.sends(messages, fields, files=[("attachments", "geheim.png", picture())])
    files = [each.get("src") for each in gerda.opens(asked.address).all("img") if "/attachments/" in each.get("src")]
    bernd, nobody = signed_in(app, BERND), Visitor(app)
    wrong = "A" * 43
    variants = [asked.address, f"{asked.address}?key={wrong}", f"{asked.address}?key=", f"{asked.address}/receipt"]
    variants += [f"{asked.address}/receipt?key={wrong}", f"{asked.address}/news", *files]
    variants += [asked.address.lower(), asked.address.replace("-", "")]
    for person in (bernd, nobody):
        unknown = person.opens("/de/questions/Q26-09999-7", inspected=False)
        for url in variants:
            answer = person.opens(url, inspected=False)
            assert answer.status == 404, f"{url}: {answer.status}"
            assert SUBJECT not in answer.html and "geheim" not in answer.html
        assert person.opens(asked.address).heading == unknown.heading
    assert asked.number not in bernd.opens("/de/questions/").html
    assert asked.number not in bernd.opens("/de/questions/?q=Internet").html
    for verb, more in (("messages", {"body": "Ich bin Anna."}), ("closure", {}), ("rating", {"face": "bad"})):
        answer = bernd.sends(f"{asked.address}/{verb}", {"is_complete": "yes", "stamp": wrong, **more})
        assert answer.status in (403, 404), f"{verb}: {answer.status}"
    assert len(rows(app, Message)) == 2
