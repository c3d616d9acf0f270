"""One case: everything on one page, two places to write, and nothing internal ever reaches the customer."""

import re

import pytest
from sqlalchemy import event

from portal.desk.actions.answering import NewerArrived, answer_case
from portal.desk.queries.case import newest_of
from portal.foundation import clock
from portal.foundation.database import db
from portal.questions.actions.answering import Answer
from portal.questions.actions.sheet import object_to_line, write_line
from portal.questions.rules import SheetLine
from tests.cast import ANNA, BERND, CLARA, DORA, signed_in
from tests.desk.cases import desk, does, goes_out, messages, notes
from tests.mailbox import Mailbox
from tests.questions.people import ask, ask_as_guest, counted, give_answer, later, opened, write
from tests.questions.people import clara as clara_actor
from tests.visitor import Visitor

SECRET = "Sie hat schon dreimal gemahnt"


def test_a_case_shows_everything_that_is_known(app, clara):
    asked = ask(app, subject="Kein Netz im Keller")
    with app.app_context():
        write_line(asked.id, SheetLine.ABOUT, "Der Keller hat kein WLAN.", by=clara_actor(app), now=clock.now())
    page = clara.opens(desk(asked))
    assert page.status == 200 and page.heading == "Kein Netz im Keller"
    for word in (ANNA.name, ANNA.email, "Der Keller hat kein WLAN.", asked.number):
        assert word in page.text, word


def test_an_unknown_number_is_no_case_and_a_wrong_digit_is_named(app, clara):
    asked = ask(app)
    assert clara.opens("/desk/questions/Q26-99999-9").status == 404
    wrong = asked.number[:-1] + str((int(asked.number[-1]) + 1) % 10)
    assert clara.opens(f"/desk/questions/{wrong}").status == 404


def test_two_cases_that_look_alike_never_bring_along_each_others_words(app, clara):
    first, second = ask(app, subject="Kein Netz im Keller"), ask(app, BERND, subject="Kein Bild im Saal")
    token = {}
    for visitor in (clara, signed_in(app, DORA)):
        for asked, other, words in ((first, second, BERND.email), (second, first, ANNA.email)):
            page = visitor.opens(desk(asked))
            assert asked.number in page.html and other.number not in page.html and words not in page.html
            token[visitor] = page.find("input", name="token").get("value")
            assert page.html.count(token[visitor]) > 10
    assert len(set(token.values())) == 2


@pytest.mark.parametrize("person", [None, ANNA, BERND])
def test_nobody_but_staff_opens_a_case(app, person):
    asked = ask(app)
    visitor = signed_in(app, person) if person else Visitor(app)
    page = visitor.opens(desk(asked))
    assert page.status == (404 if person else 303)
    assert visitor.sends(f"{desk(asked)}/notes", {"note": "x", "is_complete": "yes"}).status in (403, 404)
    assert notes(asked) == []


@pytest.mark.parametrize("person", [CLARA, DORA])
def test_an_answer_reaches_the_customer(app, anna, person):
    asked = ask(app)
    page = does(signed_in(app, person), asked, "answers", body="Der Keller wird morgen vermessen.", then="our_turn")
    assert page.status == 303
    goes_out(app)
    assert "Der Keller wird morgen vermessen." in anna.opens(asked.address).text
    assert asked.row.status == "open" and asked.row.first_answered_at is not None


def test_an_empty_answer_is_not_sent_and_an_unknown_ending_neither(app, clara):
    asked = ask(app)
    assert does(clara, asked, "answers", body="  ", then="our_turn").status == 422
    page = does(clara, asked, "answers", body="Der Text bleibt.", then="never")
    assert page.status == 422 and "Der Text bleibt." in page.text
    assert len(messages(asked)) == 1


def test_something_newer_stops_the_answer_and_the_text_comes_back(app, clara):
    asked = ask(app)
    page = clara.opens(desk(asked))
    write(asked, "Es hat sich erledigt, nur die Lampe blinkt.")
    answer = clara.submits(page, f"{desk(asked)}/answers", body="Bitte starten Sie neu.", then="customers_turn")
    assert answer.status == 409
    assert "nur die Lampe blinkt" in answer.text and "Bitte starten Sie neu." in answer.text
    assert [each.author for each in messages(asked)] == ["customer", "customer"]
    # Whoever looks at another case first finds the text again.
    assert "Bitte starten Sie neu." in clara.opens(desk(asked)).text


def test_two_who_answer_at_once_lose_nothing(app):
    asked = ask(app)
    first, second = signed_in(app, CLARA), signed_in(app, DORA)
    mine, hers = first.opens(desk(asked)), second.opens(desk(asked))
    action = f"{desk(asked)}/answers"
    assert first.submits(mine, action, body="Claras Antwort", then="our_turn").status == 303
    for _ in range(2):
        late = second.submits(hers, action, body="Doras Antwort", then="our_turn")
        assert late.status == 409 and "Claras Antwort" in late.text and "Doras Antwort" in late.text
        goes_out(app)
    assert second.submits(late, action, body="Doras Antwort", then="our_turn").status == 303
    goes_out(app)
    assert [each.body for each in messages(asked)][1:] == ["Claras Antwort", "Doras Antwort"]


def test_the_same_answer_form_twice_is_one_answer(app, clara):
    asked = ask(app)
    page = clara.opens(desk(asked))
    for _ in range(2):
        assert clara.submits(page, f"{desk(asked)}/answers", body="Einmal.", then="our_turn").status == 303
        goes_out(app)
    assert len(messages(asked)) == 2


def test_a_colleague_s_note_stops_an_answer_too(app):
    asked = ask(app)
    with app.app_context():
        seen = newest_of(asked.id)
    does(signed_in(app, DORA), asked, "notes", note="Bitte noch nicht antworten.")
    with app.test_request_context("/desk/"), pytest.raises(NewerArrived):
        answer_case(asked.id, Answer("Hallo", "s" * 24), seen=seen, by=clara_actor(app), now=clock.now())


def test_a_note_never_reaches_the_customer(app, anna, clara):
    asked = ask(app)
    assert does(clara, asked, "notes", note=SECRET).status == 303
    assert SECRET in clara.opens(desk(asked)).text
    for url in (asked.address, f"{asked.address}/news", "/de/questions/", "/de/questions/?q=gemahnt"):
        assert SECRET not in anna.opens(url, inspected=False).html, url


def test_a_note_is_in_no_mail(app, clara):
    asked, box = ask(app), Mailbox(app)
    does(clara, asked, "notes", note=SECRET)
    give_answer(asked)
    box.deliver()
    assert len(box.mails()) == 2 and not [mail for mail in box.mails() if "gemahnt" in mail.text + mail.html]


def test_a_call_is_logged_inside_or_as_an_answer(app, anna, clara):
    asked = ask(app)
    assert does(clara, asked, "calls", call="Niemand nahm ab.", **{"as": "note"}).status == 303
    assert does(clara, asked, "calls", call="Wir haben telefoniert.", **{"as": "answer"}).status == 303
    page = anna.opens(asked.address).text
    assert "Wir haben telefoniert." in page and "Niemand nahm ab." not in page
    assert [each.kind for each in notes(asked)] == ["call"]
    assert messages(asked)[-1].channel == "phone" and asked.row.status == "waiting"


def test_what_customers_typed_is_text_and_nothing_else(app, clara):
    script = "<script>alert(1)</script><img src=x onerror=y>"
    asked = ask(app, subject=script, body=script)
    page = clara.opens(desk(asked))
    assert script in page.text and not page.all("img")
    assert page.heading == script


def test_the_case_sheet_is_written_and_objections_are_seen(app, clara):
    asked = ask(app)
    assert does(clara, asked, "sheet/found", line_text="Das Kabel ist defekt.").status == 303
    with app.app_context():
        object_to_line(opened(asked), SheetLine.FOUND, "Es ist neu.", now=clock.now())
    page = clara.opens(desk(asked))
    assert "Das Kabel ist defekt." in page.text and "Es ist neu." in page.text
    assert does(clara, asked, "sheet/nothing", line_text="x").status == 404
    long = does(clara, asked, "sheet/found", line_text="x" * 2001)
    assert long.status == 422 and "x" * 2001 in long.text


def test_a_form_of_another_session_is_refused_with_the_text(app, clara):
    asked = ask(app)
    page = clara.sends(f"{desk(asked)}/notes", {"token": "x", "note": "Bleibt.", "is_complete": "yes"})
    assert page.status == 409 and "Bleibt." in page.text and notes(asked) == []


def test_opening_a_case_takes_few_statements(app, clara):
    asked = ask(app)
    for number in range(12):
        ask(app, subject=f"Frage {number}")
        give_answer(asked, f"Antwort {number}")
    does(clara, asked, "notes", note="x")
    with counted(app) as seen:
        clara.opens(desk(asked))
    assert len(seen) <= 15, "\n".join(seen)


@pytest.mark.sqlite_only
def test_no_table_that_grows_is_read_as_a_whole_for_a_case(app, clara):
    asked, sent = ask(app), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append((given[2], given[3])))
        clara.opens(desk(asked))
        connection = db.session.connection()
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in list(sent)]
    read = {found[1] for plan in plans for row in plan if (found := re.match(r"SCAN (\w+)", row[-1]))}
    # Incidents, their cases and saved views are few; the rest are parts of the statements themselves.
    named = {each for each in read if not each.startswith("anon_")}
    assert named <= {"incidents", "ic", "v", "capped", "CONSTANT"}, named


def test_a_long_case_is_read_in_pieces(app, clara):
    asked = ask(app)
    for number in range(60):
        with later(seconds=number + 1):
            write(asked, f"Nachricht {number}.")
    page = clara.opens(desk(asked))
    assert "Nachricht 59." in page.text and "Nachricht 5." not in page.text
    older = next(each.get("href") for each in page.all("a", rel="prev"))
    assert "Nachricht 5." in clara.opens(older).text


def test_a_guest_s_case_says_that_the_address_is_not_confirmed(app, clara):
    asked = ask_as_guest(app)
    assert "gerda@example.org" in clara.opens(desk(asked)).text
