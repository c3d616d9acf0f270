"""Anna asks: a number, a promise, a receipt, a mail; and nothing happens twice."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import request_started

from portal.customers.models import Customer
from portal.foundation import clock
from portal.journal.models import Event
from portal.keys.models import FormStamp, Key
from portal.notifications.models import Notification, StaffNotice
from portal.questions.models import Draft, Message, PromiseEntry, Question
from tests.cast import ANNA, anna, bernd, signed_in  # noqa: F401
from tests.conftest import NOON
from tests.mailbox import Mailbox
from tests.questions.asking import BODY, NEW, SUBJECT, asks, faults, filled, fills_in, number_on, rows, sends
from tests.visitor import Visitor


def test_a_guest_asks_and_receives_number_date_and_reason(app):
    receipt = asks(Visitor(app))
    assert number_on(receipt) == "Q26-00001-2"
    assert "Antwort bis Mittwoch, 16. Dezember 2026, 15:00 Uhr (MEZ)" in receipt.text
    assert "„Einschränkung“" in receipt.text and "4 Stunden" in receipt.text and "Mo–Fr 8:00–18:00" in receipt.text
    assert "Team Netz und Störungen" in receipt.text and "anna@example.org" in receipt.text
    question, message, promise = (rows(app, each)[0] for each in (Question, Message, PromiseEntry))
    assert (question.subject, message.body) == (SUBJECT, BODY)
    assert (question.level, question.confirmed_at, question.version) == ("hindrance", None, 1)
    assert question.answer_due_at == promise.due_at == datetime(2026, 12, 16, 14, 0, tzinfo=UTC)
    assert {each.verb for each in rows(app, Event, subject_type="question")} == {"question.asked"}
    assert [each.kind for each in rows(app, StaffNotice)] == ["question_new"]
    assert [each.result for each in rows(app, FormStamp)] == ["Q26-00001-2"]


def test_everybody_who_opens_the_empty_form_gets_a_stamp_and_the_promise_of_this_minute(app):
    pages = [Visitor(app).opens(NEW) for _ in range(3)]
    stamps = {page.find("input", name="stamp").get("value") for page in pages}
    assert len(stamps) == 3 and all(len(stamp) == 32 for stamp in stamps)
    promised = pages[0].find("p", class_="outlook__promise").text
    with clock.frozen(NOON + timedelta(hours=1)):
        later = Visitor(app).opens(NEW).find("p", class_="outlook__promise").text
    assert promised and later and promised != later, "an hour later it is another one"
    assert ANNA.name in signed_in(app, ANNA).opens(NEW).text and ANNA.name not in Visitor(app).opens(NEW).text
    assert Visitor(app).opens("/en/questions/new").heading == "Ask a question"


def test_the_empty_form_is_the_same_to_the_letter_where_flask_is_not_woken_for_it(app):
    woken = []
    with request_started.connected_to(lambda *_, **__: woken.append(True), app):
        by_flask, answer = (Visitor(app).opens(address) for address in (f"{NEW}?nobody=knows", NEW))
        assert len(woken) == 1
        own = re.compile(r'(name="(stamp|opened_at)"[^>]* value=)"[^"]{20,}"')
        assert own.sub(r"\1", answer.html) == own.sub(r"\1", by_flask.html)
        assert answer.html != by_flask.html, "each has a stamp of its own"
        headers = [dict(page.response.headers) for page in (answer, by_flask)]
        for each in headers:
            del each["X-Request-Id"], each["Content-Length"]
        assert headers[0] == headers[1] and headers[0]["Cache-Control"] == "no-store"
        known = signed_in(app, ANNA)
        woken.clear()
        Visitor(app).opens(f"{NEW}?topic=bill")
        Visitor(app).opens("/fr/questions/new", inspected=False)
        assert ANNA.name in known.opens(NEW).text
        assert len(woken) == 3, "whoever brings something along or is known is answered by Flask"


def test_the_receipt_names_the_days_that_were_skipped(app, visitor):
    with clock.frozen(datetime(2026, 12, 23, 15, 0, tzinfo=UTC)):
        receipt = asks(visitor)
    assert "Übersprungen" in receipt.text and "Betriebsruhe" in receipt.text and "1. Januar 2027" in receipt.text


def test_the_mail_to_an_unconfirmed_address_holds_nothing_that_was_typed(app, visitor):
    asks(visitor, subject="Kaufen Sie jetzt", body="Besuchen Sie http://schlecht.example", name="Gewinn Ihr Gewinn")
    mail = Mailbox(app).newest(to="anna@example.org")
    for typed in ("Kaufen", "schlecht", "Gewinn"):
        assert typed not in mail.subject + mail.text + mail.html
    assert mail.subject == "Ihre Anfrage Q26-00001-2 ist angekommen" and "16. Dezember 2026" in mail.text
    page = Visitor(app).follows(mail.path_of("Anfrage Q26-00001-2 öffnen"))
    assert page.status == 200 and "Kaufen Sie jetzt" in page.text


def test_somebody_signed_in_is_not_asked_for_name_or_address_and_the_mail_names_the_subject(app, anna):  # noqa: F811
    page = anna.opens(NEW)
    assert not page.all("input", name="email") and not page.all("input", name="name")
    receipt = asks(anna)
    question = rows(app, Question)[0]
    assert question.confirmed_at == NOON and rows(app, Message)[0].user_id == anna.user_id
    assert number_on(receipt) == question.number
    mail = Mailbox(app).newest(to=ANNA.email)
    assert SUBJECT in mail.words and "Anna Berger" in mail.words


def test_a_browser_with_cookies_is_led_to_an_address_without_the_key(app, visitor):
    check = sends(visitor, fills_in(visitor))
    sent = sends(visitor, filled(check))
    assert "key=" in sent.location and visitor.cookies == ["guest"]
    clean = visitor.opens(sent.location)
    assert (clean.status, clean.location) == (303, "/de/questions/Q26-00001-2/receipt")
    assert visitor.opens(clean.location).status == 200


def test_a_browser_without_cookies_reads_its_receipt_all_the_same(app, visitor):
    sent = sends(visitor, filled(sends(visitor, fills_in(visitor))))
    page = Visitor(app).opens(sent.location)
    assert page.status == 200 and number_on(page) == "Q26-00001-2"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    link = page.links["Meine Anfrage öffnen"]
    assert Visitor(app).follows(link).status == 200


def test_bernd_never_sees_annas_receipt(app, visitor, bernd):  # noqa: F811
    sent = sends(visitor, filled(sends(visitor, fills_in(visitor))))
    path, key = sent.location.split("?key=")
    for stranger in (bernd, Visitor(app)):
        for url in (
            path,
            f"{path}?key=",
            f"{path}?key={'x' * 43}",
            f"{path}?key={key[::-1]}",
            path.replace("1-2", "2-0"),
        ):
            assert stranger.opens(url).status == 404, url


def test_pressing_twice_going_back_and_reloading_is_one_question_with_one_receipt(app):
    visitor = Visitor(app)
    fields = filled(sends(visitor, fills_in(visitor)))
    answers = [sends(visitor, fields) for _ in range(3)]
    assert [each.status for each in answers] == [303] * 3
    assert {number_on(visitor.follows(each.location)) for each in answers} == {"Q26-00001-2"}
    # Another browser of the same person that kept the form, without the cookie.
    assert number_on(Visitor(app).follows(sends(Visitor(app), fields).location)) == "Q26-00001-2"
    for table, amount in ((Question, 1), (Message, 1), (PromiseEntry, 1), (Notification, 1), (Customer, 1)):
        assert len(rows(app, table)) == amount, table


def test_going_back_to_a_form_with_a_file_leads_to_the_receipt_whatever_the_browser_kept_of_the_file(app):
    """The file chosen anew, held by the page between, or gone from the form: nothing comes that was not sent."""
    visitor, file = Visitor(app), [("attachments", "notiz.txt", b"Lampe rot")]
    form = fills_in(visitor)
    between = filled(visitor.sends(NEW, form, files=file))
    assert between["uploads"]
    answers = [sends(visitor, between), sends(visitor, between)]
    answers += [sends(visitor, filled(visitor.sends(NEW, form, files=files))) for files in (file, [])]
    assert [each.status for each in answers] == [303] * 4
    assert {number_on(visitor.follows(each.location)) for each in answers} == {"Q26-00001-2"}
    other = sends(visitor, filled(visitor.sends(NEW, form, files=[("attachments", "b.txt", b"Lampe blau")])))
    assert other.status == 409 and "b.txt" in other.text and len(rows(app, Question)) == 1


def test_other_text_with_the_same_stamp_is_refused_and_comes_back(app, visitor):
    fields = filled(sends(visitor, fills_in(visitor)))
    assert sends(visitor, fields).status == 303
    again = sends(visitor, fields | {"body": "Etwas ganz anderes, mit viel Mühe geschrieben."})
    assert again.status == 409 and "mit viel Mühe" in again.find("textarea", name="body").text
    assert len(rows(app, Question)) == 1
    # The form that came back has a new stamp: it can be sent.
    check = sends(visitor, filled(again))
    assert sends(visitor, filled(check)).status == 303
    assert len(rows(app, Question)) == 2


def test_with_script_no_page_stands_between_and_without_it_the_same_answers_do(app, visitor):
    fields = fills_in(visitor) | {"is_checked": "yes"}
    with clock.frozen(NOON + timedelta(seconds=10)):
        assert sends(visitor, fields).status == 303
    check = sends(visitor, fills_in(visitor))
    assert "Antwort bis Mi., 16. Dezember, 15:00 Uhr" in check.text
    assert len(check.all("details")) == 4 and "Mein Internet oder WLAN geht nicht" in check.text
    ways = [each for each in check.all("p", class_="offers__ways")[0]]
    assert [each.text for each in ways] == ["Das beantwortet es", "Anfrage trotzdem senden"]
    assert {each.get("class") for each in ways} == {"button button--quiet"}


def test_article_words_and_earlier_question_travel_along(app, visitor):
    asks(visitor, url=f"{NEW}?about=207")
    asks(visitor, url=f"{NEW}?words=router%20blinkt%20rot")
    asks(visitor, url=f"{NEW}?after=Q26-00001-2")
    first, second, third = rows(app, Question)
    assert (first.article_number, first.searched_words) == (207, "")
    assert (second.article_number, second.searched_words) == (None, "router blinkt rot")
    assert third.previous_id == first.id


def test_an_earlier_question_of_somebody_else_is_not_taken_along(app, visitor, bernd):  # noqa: F811
    asks(visitor)
    page = bernd.opens(f"{NEW}?after=Q26-00001-2")
    assert SUBJECT not in page.text and page.find("input", name="after").get("value") == "Q26-00001-2"
    asks(bernd, url=f"{NEW}?after=Q26-00001-2")
    assert rows(app, Question)[1].previous_id is None


def test_facts_of_the_topic_are_asked_and_kept(app, visitor):
    page = visitor.opens(f"{NEW}?topic=moving")
    assert page.find("input", name="fact_moving_on").get("type") == "date"
    asks(visitor, url=f"{NEW}?topic=moving", topic="moving", fact_moving_on="2027-03-01", fact_new_address="Am Bach 3")
    assert rows(app, Question)[0].facts == {"moving_on": "2027-03-01", "new_address": "Am Bach 3"}


def test_choosing_a_topic_without_script_keeps_what_was_typed(app, visitor):
    page = sends(visitor, fills_in(visitor, topic="mobile") | {"step": "topic"})
    assert page.status == 200 and page.find("input", name="fact_mobile_number") is not None
    assert page.find("textarea", name="body").text.strip() == BODY and not rows(app, Question)


def test_a_wrong_fact_says_how_it_should_look(app, visitor):
    page = sends(visitor, fills_in(visitor, url=f"{NEW}?topic=bill", topic="bill", fact_bill_number="12"))
    assert page.status == 422
    assert faults(page) == {
        "fact_bill_number": "Rechnungsnummer: Bitte schreiben Sie es wie R-2026-001234, oder lassen Sie das Feld leer."
    }
    assert page.find("input", name="fact_bill_number").get("value") == "12"


def test_the_answer_of_the_three_questions_decides_the_level(app, visitor):
    for typed, level in (
        ({"can_continue": "no"}, "outage"),
        ({"can_continue": "yes", "topic": "other"}, "calm"),
        ({"can_continue": "yes", "topic": "other", "needed_by": "17.12.2026"}, "hindrance"),
        ({"can_continue": "yes", "topic": "leaving"}, "question"),
    ):
        asks(visitor, **typed)
        assert rows(app, Question)[-1].level == level, typed
    assert rows(app, Question)[2].needed_by.isoformat() == "2026-12-17"


def test_an_open_question_on_the_topic_is_offered_to_its_owner_alone(app, visitor, anna):  # noqa: F811
    asks(visitor)
    own = visitor.opens(f"{NEW}?topic=fault")
    assert "Q26-00001-2" in own.text and "schon eine offene Anfrage" in own.text
    assert "Q26-00001-2" not in visitor.opens(f"{NEW}?topic=bill").text
    # The same address typed by somebody else tells nothing.
    other = Visitor(app)
    assert "Q26-00001-2" not in sends(other, fills_in(other)).text
    assert "Q26-00001-2" not in anna.opens(f"{NEW}?topic=fault").text


def test_one_press_adds_the_text_to_the_open_question(app, visitor):
    asks(visitor)
    fields = fills_in(visitor, url=f"{NEW}?topic=fault", body="Jetzt auch tagsüber.")
    button = next(
        each for each in visitor.opens(f"{NEW}?topic=fault").all("button") if "/messages" in each.get("formaction", "")
    )
    assert visitor.sends(button.get("formaction"), fields).status == 303
    assert [each.body for each in rows(app, Message)] == [BODY, "Jetzt auch tagsüber."]
    assert len(rows(app, Question)) == 1


def test_a_guest_who_came_by_a_mailed_link_is_believed(app, visitor):
    asks(visitor)
    link = Mailbox(app).newest(to="anna@example.org").path_of("öffnen")
    reader = Visitor(app)
    reader.follows(link)
    asks(reader, subject="Noch eine Frage")
    assert [each.confirmed_at for each in rows(app, Question)] == [None, NOON]
    # A third browser types the same address and has proven nothing.
    asks(Visitor(app), subject="Wieder eine")
    assert rows(app, Question)[2].confirmed_at is None


def test_a_guest_gets_a_key_for_the_browser_and_another_for_the_mail(app, visitor):
    asks(visitor)
    purposes = [each.purpose for each in rows(app, Key)]
    assert sorted(purposes) == ["question.asked", "question.mailed"]


def test_an_account_needs_no_keys_and_its_draft_is_forgotten_with_the_question(app, anna):  # noqa: F811
    fields = fills_in(anna)
    assert anna.sends("/de/questions/draft", fields).status == 204
    assert rows(app, Draft)[0].content["body"] == BODY
    asks(anna)
    assert rows(app, Draft) == [] and rows(app, Key) == []


def test_the_year_of_a_number_is_that_of_the_company(app, visitor):
    with clock.frozen(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        assert number_on(asks(visitor)).startswith("Q27-00001-")


def test_a_question_with_too_many_links_is_marked_for_staff_and_never_refused(app, visitor, anna):  # noqa: F811
    links = "Siehe http://a.example und https://b.example und http://c.example"
    asks(visitor, body=links)
    asks(anna, body=links)
    assert [each.payload["marks"] for each in rows(app, StaffNotice)] == [["links"], []]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_of_asking_exists_in_both_languages(app, language):
    visitor = Visitor(app, languages=language)
    receipt = asks(visitor, url=f"/{language}/questions/new")
    assert receipt.tree.get("lang") == language
    expected = {"de": "Wie es weitergeht", "en": "What happens next"}[language]
    assert expected in receipt.text
