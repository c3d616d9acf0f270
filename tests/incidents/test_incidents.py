"""One problem, many cases: shown on the pages, told once to each, closed together."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.desk.actions.incidents import send_messages
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.incidents.models import IncidentLetter
from portal.questions.models import Message
from portal.rounds import ROUNDS
from tests.cast import BERND, CLARA, signed_in
from tests.desk.cases import desk, mails
from tests.questions.people import ask, later, write
from tests.visitor import Visitor

TITLES = {"de": "Kein Netz in der Mühlgasse", "en": "No connection in Mühlgasse"}
TEXTS = {"de": "Ein Bagger hat das Kabel getroffen.", "en": "A digger has hit the cable."}
MESSAGES = {"body_de": "Das Kabel ist geflickt.", "body_en": "The cable is mended."}


def typed(**changed: str) -> dict[str, str]:
    words = {f"title_{code}": each for code, each in TITLES.items()}
    words |= {f"text_{code}": each for code, each in TEXTS.items()}
    return {**words, "topics": "fault", "state": "begun", "is_public": "y", **changed}


def begin(clara, **changed: str) -> str:
    """The address of an incident that Clara has just begun."""
    page = clara.opens("/desk/incidents/new")
    made = clara.submits(page, "/desk/incidents/new", **typed(**changed))
    assert made.status == 303, made.text
    again = clara.submits(page, "/desk/incidents/new", **typed(**changed))
    assert again.location == made.location, "a double press begins one incident"
    assert clara.submits(page, "/desk/incidents/new", **typed(title_de="Anderes")).status == 409
    return made.location.partition("?")[0]


def attach(clara, address: str, *cases) -> None:
    page = clara.opens(address)
    token = page.find("input", name="token").get("value")
    sent = clara.sends(f"{address}/cases", {"token": token, "case": [each.id for each in cases], "is_complete": "yes"})
    assert sent.status == 303


def tell(clara, address: str, then: str = "our_turn", **texts: str):
    page = clara.opens(address)
    return clara.submits(page, f"{address}/messages", then=then, **(texts or MESSAGES))


def work(app: Flask, seconds: float = 16) -> None:
    with app.app_context():
        while send_messages(clock.now() + timedelta(seconds=seconds)):
            pass


def letters(asked) -> list[str]:
    with asked.app.app_context():
        rows = select(Message.body).filter_by(question_id=asked.id, author="staff").order_by(Message.id)
        return list(db.session.scalars(rows))


def test_everybody_reads_of_an_incident_before_writing_in_their_language(app, clara):
    address = begin(clara)
    for language in ("de", "en"):
        reader = Visitor(app, languages=language)
        places = [f"/{language}/", f"/{language}/questions/new?topic=fault"]
        for url in places:
            assert TITLES[language] in reader.opens(url).text, url
        assert TEXTS[language] in reader.opens(f"/{language}/questions/new?topic=fault").text
        own = reader.opens(f"/{language}/incidents/{address.rpartition('/')[2]}")
        assert own.heading == TITLES[language] and TEXTS[language] in own.text
    reader = Visitor(app)
    assert TITLES["de"] in reader.opens("/de/faq/stoerung/").text
    assert TITLES["de"] not in reader.opens("/de/faq/rechnung/").text
    assert TEXTS["de"] not in reader.opens("/de/questions/new?topic=bill").text


def test_pages_that_are_kept_are_made_anew_when_an_incident_changes_also_in_another_process(app, demo, data, clara):
    from tests.conftest import make_app, running

    url = CONFIG.of(app).database_url
    with running(make_app(data, demo / "content", database_url=url)) as other:
        reader = Visitor(other)
        assert TITLES["de"] not in reader.opens("/de/").text
        address = begin(clara)
        assert TITLES["de"] in Visitor(app).opens("/de/").text
        ROUNDS.of(other).once()
        assert TITLES["de"] in reader.opens("/de/").text
        page = clara.opens(address)
        clara.submits(page, address, **typed(state="over", title_de="Das Netz ist wieder da"))
        ROUNDS.of(other).once()
        assert "Behoben: Das Netz ist wieder da" in reader.opens("/de/").text
    with later(hours=25):
        assert "Das Netz ist wieder da" not in Visitor(app).opens("/de/").text
        assert Visitor(app).opens(f"/de/incidents/{address.rpartition('/')[2]}").status == 200
    with later(days=31):
        assert Visitor(app).opens(f"/de/incidents/{address.rpartition('/')[2]}").status == 404


def test_what_is_not_public_stays_at_the_desk(app, clara):
    address = begin(clara, is_public="")
    assert TITLES["de"] not in Visitor(app).opens("/de/").text
    assert Visitor(app).opens(f"/de/incidents/{address.rpartition('/')[2]}").status == 404


def test_a_message_is_written_once_and_reaches_each_in_their_language_with_their_name(app):
    clara = signed_in(app, CLARA)
    annas, bernds = ask(app, topic="fault"), ask(app, BERND, topic="fault", language="en")
    address = begin(clara)
    attach(clara, address, annas, bernds)
    before = len(mails(app))
    assert tell(clara, address).status == 303
    work(app, seconds=10)
    assert not letters(annas), "it can still be taken back"
    work(app), work(app)
    assert (
        letters(annas)[0].startswith("Guten Tag Anna Berger,\n\nDas Kabel ist geflickt.") and len(letters(annas)) == 1
    )
    assert letters(bernds)[0].startswith("Hello Bernd Kolb,\n\nThe cable is mended.")
    assert [mail.language for mail in mails(app)[before:]] == ["de", "en"]
    assert annas.row.status == "open" and annas.row.first_answered_at
    assert "Gesendet an 2 von 2." in clara.opens(address).text


def test_a_message_taken_back_reaches_nobody(app, clara):
    asked = ask(app, topic="fault")
    address = begin(clara)
    attach(clara, address, asked)
    tell(clara, address)
    page = clara.opens(address)
    undo = next(each.get("action") for each in page.all("form") if each.get("action").endswith("/undoing"))
    back = clara.opens(clara.submits(page, undo).location)
    assert "Zurückgenommen." in back.text and back.find("textarea", id="body_de").text.strip() == MESSAGES["body_de"]
    work(app)
    assert not letters(asked)
    assert "schon versendet" not in clara.opens(clara.submits(page, undo).location).text


def test_who_wrote_meanwhile_or_is_done_is_left_out_and_named(app, clara):
    wrote, closed, quiet = (ask(app, topic="fault", subject=each) for each in ("Eins", "Zwei", "Drei"))
    address = begin(clara)
    attach(clara, address, wrote, closed, quiet)
    tell(clara, address)
    with later(seconds=5):
        write(wrote, "Jetzt ist auch das Telefon tot.")
        page = clara.opens(desk(closed))
        clara.submits(page, f"{desk(closed)}/closure", **{"as": "solved"})
    work(app)
    assert not letters(wrote) and not letters(closed) and len(letters(quiet)) == 1
    page = clara.opens(address)
    assert "Gesendet an 1 von 3." in page.text
    assert {wrote.number, closed.number} <= set(page.links)


def test_several_workers_send_each_letter_once(app):
    clara = signed_in(app, CLARA)
    cases = [ask(app, topic="fault", subject=f"Nummer {number}") for number in range(8)]
    address = begin(clara)
    attach(clara, address, *cases)
    tell(clara, address)
    moment = clock.now() + timedelta(seconds=20)

    def worker() -> None:
        with app.app_context():
            send_messages(moment)

    threads = [Thread(target=worker) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    work(app, 30)
    assert [len(letters(each)) for each in cases] == [1] * 8
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(IncidentLetter.settled_at.is_not(None))) == 8


def test_when_it_is_over_all_cases_are_solved_together(app, clara):
    cases = [ask(app, topic="fault", subject=f"Nummer {number}") for number in range(3)]
    address = begin(clara)
    page = clara.opens(address)
    assert all(each.row.subject in page.text for each in cases), "open cases on the topic are suggested"
    refused = clara.submits(page, f"{address}/cases", token="of another sign-in", case=[cases[1].id])
    ticked = [each.get("value") for each in refused.all("input", name="case") if each.get("checked") is not None]
    assert refused.status == 409 and ticked == [str(cases[1].id)]
    attach(clara, address, *cases)
    assert clara.submits(clara.opens(address), f"{address}/closure").status == 303
    assert {each.row.status for each in cases} == {"closed"}
    assert "Zu dieser Störung gehört keine offene Anfrage" in clara.opens(address).text


def test_a_case_is_put_there_from_its_own_page_and_from_a_choice_in_a_queue(app, clara):
    first, second = ask(app, subject="Eins"), ask(app, subject="Zwei")
    address = begin(clara)
    number = address.rpartition("/")[2]
    assert clara.submits(clara.opens(desk(first)), f"{desk(first)}/incidents", incident=number).status == 303
    assert "Gehört zur Störung „Kein Netz in der Mühlgasse“." in clara.opens(desk(first)).text
    queue = "/desk/queues/free"
    token = clara.opens(queue).find("input", name="token").get("value")
    sent = {"token": token, "case": second.id, "do": "incident", "incident": number, "is_complete": "yes"}
    assert clara.sends(queue, sent).status == 303
    page = clara.opens("/desk/queues/incidents")
    assert first.row.subject in page.text and second.row.subject in page.text
    assert clara.opens(f"/desk/queues/all?incident={number}").text.count("Q26-") >= 2
    clara.submits(clara.opens(desk(first)), f"{desk(first)}/incidents/removal", incident=number)
    assert first.row.subject not in clara.opens("/desk/queues/incidents").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title_en": ""}, "Bitte schreiben Sie das in jeder Sprache."),
        ({"text_de": "x" * 2001}, "Das sind 2.001 Zeichen; bitte kürzen Sie auf 2.000."),
        ({"topics": "nichts"}, "Bitte wählen Sie die Themen noch einmal."),
        ({"state": "weg"}, "Bitte wählen Sie einen Stand."),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_filled_in(app, clara, changed, said):
    page = clara.submits(clara.opens("/desk/incidents/new"), "/desk/incidents/new", **typed(**changed))
    assert page.status == 422 and said in page.text
    assert said in "".join(page.find("div", class_="summary").itertext())
    assert page.find("input", name="title_de").get("value") == TITLES["de"]


def test_a_message_needs_every_language_in_which_somebody_reads_it(app, clara):
    asked = ask(app, BERND, topic="fault", language="en")
    address = begin(clara)
    attach(clara, address, asked)
    page = tell(clara, address, body_de="Nur deutsch.", body_en=" ")
    assert page.status == 422 and "Jemand liest das auf Englisch." in page.text
    assert page.find("a", class_="summary__link").get("href") == "#body_en"
    work(app)
    assert not letters(asked)


def test_who_reads_english_chooses_topics_and_languages_in_english(app):
    carol = signed_in(app, replace(CLARA, email="carol@talwind.example", language="en"))
    page = carol.opens("/desk/incidents/new").text
    assert "Bill and payment" in page and "Rechnung und Zahlung" not in page
    assert "German" in page and "Deutsch" not in page
    address = begin(carol)
    attach(carol, address, ask(app, topic="fault"))
    assert "Message in German" in carol.opens(address).text


def test_hostile_words_stay_words(app, clara):
    begin(clara, title_de="<script>alert(1)</script>", text_de="<img src=x onerror=alert(1)>{{ 7*7 }}")
    page = Visitor(app).opens("/de/questions/new?topic=fault")
    assert "<script>alert(1)</script>" in page.text and "<img src=x" in page.text and "49" not in page.text
