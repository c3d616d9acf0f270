"""A mail becomes a numbered question with a promise, like a form that a guest has sent."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError

from portal.attachments.models import Attachment
from portal.attachments.storage import STORAGE, StorageFailed
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.inbox.actions.keeping import Arrival, keep_mail
from portal.inbox.chores import look_into_new
from portal.inbox.models import IncomingMail
from portal.questions.models import MailedMessage
from tests.inbox.letters import ANNA, arrives, hand_over, kept, letter, look, messages, newest, questions, takes_mail
from tests.mailbox import Mailbox
from tests.notifications.conftest import announce, mail_row
from tests.notifications.test_returned import report
from tests.visitor import Visitor


def test_a_mail_becomes_a_question_with_a_number_and_a_promise(app):
    row = arrives(takes_mail(app), letter())
    (question,) = questions(app)
    ((message, mailed),) = messages(app)
    assert row.state == "question" and row.question_id == question.id
    assert (question.subject, question.source, question.topic) == ("Kein Internet", "mail", "other")
    assert question.answer_due_at is not None and question.confirmed_at is None
    assert (message.body, message.channel) == ("Seit gestern geht das Internet nicht.", "mail")
    assert message.author_name == "Anna Berger" and mailed is not None and not mailed.is_proven


def test_the_receipt_has_number_and_link_and_no_word_that_was_written(app):
    arrives(takes_mail(app), letter())
    mail = Mailbox(app).newest(to=ANNA)
    assert questions(app)[0].number in mail.subject
    assert "Internet" not in mail.text and "Anna" not in mail.text


def test_the_same_mail_twice_is_one_question(app):
    raw = letter()
    arrives(takes_mail(app), raw)
    arrives(app, raw)
    assert (kept(app), len(questions(app))) == (1, 1)


def test_without_the_setting_nothing_is_taken_and_the_mail_server_keeps_the_mail(app):
    result = hand_over(app, letter())
    assert result.exit_code == 75 and "incoming" in result.output
    look(app)
    assert (kept(app), questions(app)) == (0, [])


PDF = b"%PDF-1.4\n" + b"x" * 3000


def test_files_go_along_and_what_is_refused_is_said_to_both_sides(app, clara):
    files = [("Rechnung.pdf", "application/pdf", PDF), ("virus.exe", "application/x-msdownload", b"MZ" * 2000)]
    arrives(takes_mail(app), letter(files=files))
    number = questions(app)[0].number
    case = clara.opens(f"/desk/questions/{number}")
    assert "Rechnung.pdf" in case.text and "virus.exe wurde nicht" in case.text
    link = Mailbox(app).newest(to=ANNA).path_of("öffnen")
    page = Visitor(app).follows(link)
    assert "Rechnung.pdf" in page.text and "virus.exe wurde nicht" in page.text and "per E-Mail" in page.text


def test_small_pictures_that_decorate_and_files_that_come_twice_are_left_out(app):
    dot = ("dot.png", "image/png", b"\x89PNG" + b"x" * 50)
    again = ("Rechnung.pdf", "application/pdf", PDF)
    arrives(takes_mail(app), letter(files=[dot, again, again]))
    ((_message, mailed),) = messages(app)
    assert mailed.notes == []
    with app.app_context():
        assert [each.name for each in db.session.query(Attachment).filter_by(owner_type="message")] == ["Rechnung.pdf"]


def test_of_many_files_five_go_along_and_the_others_are_named(app):
    files = [(f"{n}.txt", "text/plain", f"Text {n}".encode()) for n in range(8)]
    arrives(takes_mail(app), letter(files=files))
    ((_message, mailed),) = messages(app)
    assert [each["name"] for each in mailed.notes] == ["5.txt", "6.txt", "7.txt"]


def test_a_long_text_is_whole_in_a_file(app):
    long = "\n".join(f"Zeile {n} mit Wörtern" for n in range(2000))
    arrives(takes_mail(app), letter(long))
    ((message, mailed),) = messages(app)
    assert len(message.body) <= 20_000 and mailed.notes == [{"name": "text.txt", "reason": "long"}]
    with app.app_context():
        file = db.session.query(Attachment).filter_by(owner_type="message").one()
        assert STORAGE.here().open(file.storage_name).read().decode() == long


def test_where_no_text_files_are_taken_the_rest_of_a_long_text_is_folded_away(app):
    config = CONFIG.of(app)
    CONFIG.put(app, replace(config, upload_types=("pdf",)))
    long = "\n".join(f"Zeile {n} mit Wörtern" for n in range(2000))
    arrives(takes_mail(app), letter(long))
    ((message, mailed),) = messages(app)
    assert f"{message.body}\n{mailed.quoted}" == long


def test_an_older_mail_below_is_folded_away_and_kept(app, clara):
    arrives(takes_mail(app), letter("Neu\n\nAm 3. Nov. 2026 schrieb Hilfe:\n> alt <b>"))
    ((message, mailed),) = messages(app)
    assert (message.body, mailed.quoted) == ("Neu", "Am 3. Nov. 2026 schrieb Hilfe:\n> alt <b>")
    case = clara.opens(f"/desk/questions/{questions(app)[0].number}")
    assert "> alt <b>" in "".join(case.find("details", **{"class": "mailed__old"}).itertext())


def test_a_mail_without_text_is_its_subject_and_one_without_subject_its_text(app):
    arrives(takes_mail(app), letter("\n"))
    arrives(app, letter(subject=""))
    assert [each.subject for each in questions(app)] == ["Kein Internet", "E-Mail ohne Betreff"]
    assert messages(app)[0][0].body == "Kein Internet"


def test_somebody_is_answered_in_the_language_of_their_mail(app):
    arrives(takes_mail(app), letter(Content_Language="en-GB"))
    arrives(app, letter("Noch eine", Content_Language="de"))
    assert questions(app)[0].language == "en"
    # Who is known keeps the language that they have with us.
    assert questions(app)[1].language == "en"


def test_the_topic_is_the_one_that_the_company_names(app):
    arrives(takes_mail(app, topic="fault"), letter())
    assert questions(app)[0].topic == "fault"


def test_more_than_five_questions_of_one_address_in_an_hour_wait_for_a_person(app):
    takes_mail(app)
    for n in range(7):
        row = arrives(app, letter(f"Frage {n}"))
    assert len(questions(app)) == 5 and (row.state, row.reason) == ("waiting", "many")
    assert arrives(app, letter("Bernd fragt", sender="bernd@example.org")).state == "question"


def test_mails_that_had_to_wait_for_the_worker_count_for_the_hour_in_which_it_takes_them(app):
    takes_mail(app)
    with app.app_context():
        for n in range(7):
            came = clock.now() - timedelta(hours=3)
            keep_mail(Arrival(letter(f"Frage {n}"), "pipe", came), now=clock.now())
    look(app)
    assert len(questions(app)) == 5 and newest(app).reason == "many"


def test_a_mail_that_was_made_a_question_when_the_worker_died_is_one_question(app, monkeypatch):
    hand_over(takes_mail(app), letter(files=[("Rechnung.pdf", "application/pdf", PDF)]))

    def die(_point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.inbox.actions.taking.crash_point", die)
    with pytest.raises(KeyboardInterrupt):
        look(app)
    assert newest(app).state == "new" and len(questions(app)) == 1
    monkeypatch.undo()
    look(app)
    assert newest(app).state == "question" and len(questions(app)) == 1 and len(messages(app)) == 1


def test_a_mail_that_cannot_be_dealt_with_stops_no_other_and_waits_with_its_head(app):
    hand_over(takes_mail(app), b"Subject: =?utf-8?q?kaputt?=\n" + b"Content-Type: message/rfc822\n\n" * 10_000)
    row = arrives(app, letter())
    assert row.state == "question"
    with app.app_context():
        broken = db.session.query(IncomingMail).order_by(IncomingMail.id).first()
        assert (broken.state, broken.reason) == ("waiting", "unreadable") and "kaputt" in broken.lines


def test_a_mail_that_the_database_refuses_stops_no_other(app):
    hand_over(takes_mail(app), letter("Kaputt", subject="Erste"))

    @event.listens_for(Engine, "before_cursor_execute")
    def refuse(_connection, _cursor, statement, given, *_more):
        if "INTO questions" in statement and "Erste" in str(given):
            raise DataError(statement, given, ValueError("no such letters"))

    try:
        row = arrives(app, letter("Geht", subject="Zweite"))
        look(app)
        look(app)
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)
    assert row.state == "question" and [each.subject for each in questions(app)] == ["Zweite"]
    with app.app_context():
        assert [each.state for each in db.session.query(IncomingMail).order_by(IncomingMail.id)] == [
            "waiting",
            "question",
        ]


def test_mails_that_take_long_let_other_duties_have_their_turn(app, monkeypatch):
    takes_mail(app)
    for n in range(3):
        hand_over(app, letter(f"Frage {n}"))
    monkeypatch.setattr("portal.inbox.actions.taking.clock", SimpleNamespace(seconds=count(0, 11).__next__))
    with app.app_context():
        assert look_into_new(clock.now()) is True
    assert len(questions(app)) == 1
    look(app)
    assert len(questions(app)) == 3


def test_what_machines_write_is_put_aside_and_nobody_is_answered(app):
    row = arrives(takes_mail(app), letter("Ich bin im Urlaub.", Auto_Submitted="auto-replied"))
    assert (row.state, row.reason) == ("aside", "automatic") and row.text == "Ich bin im Urlaub."
    assert questions(app) == [] and Mailbox(app).mails() == []


def test_a_report_about_a_mail_of_ours_marks_it_as_returned(app):
    number = announce(app, to=ANNA)
    Mailbox(app).deliver()
    row = arrives(takes_mail(app), report(mail_row(app, number).message_id))
    assert (row.state, row.reason) == ("aside", "returned") and mail_row(app, number).failed_at is not None


@pytest.mark.parametrize("raw", [b"", b" \n", b"From: x\n\n" + b"x" * 75 * 1024 * 1024])
@pytest.mark.once
def test_nothing_and_too_much_go_back_to_their_sender(app, raw):
    assert hand_over(takes_mail(app), raw).exit_code == 65 and kept(app) == 0


@pytest.mark.once
def test_while_the_database_is_away_the_mail_server_keeps_the_mail(app):
    takes_mail(app)
    with app.app_context():
        db.session.execute(text("DROP TABLE incoming_mails"))
        db.session.commit()
    assert hand_over(app, letter()).exit_code == 75


@pytest.mark.once
def test_while_there_is_no_place_for_files_the_mail_server_keeps_the_mail(app, monkeypatch):
    def fail(_content: bytes) -> None:
        raise StorageFailed("no room")

    monkeypatch.setattr("portal.inbox.actions.keeping.save_original", fail)
    assert hand_over(takes_mail(app), letter()).exit_code == 75 and kept(app) == 0


def test_what_is_left_of_a_full_disk_takes_texts_and_no_large_mails(app, monkeypatch):
    monkeypatch.setattr("portal.attachments.storage.disk.DiskStorage.has_room", lambda *_: False)
    large = letter(files=[("a.bin", "application/octet-stream", b"x" * 256 * 1024)])
    assert hand_over(takes_mail(app), large).exit_code == 75 and kept(app) == 0
    assert arrives(app, letter()).state == "question"


@pytest.mark.parametrize("fault", [RuntimeError("x"), MemoryError(), KeyError("x")])
def test_whatever_goes_wrong_the_mail_server_keeps_the_mail(app, monkeypatch, fault):
    def fail(*_given: object, **_named: object) -> None:
        raise fault

    monkeypatch.setattr("portal.inbox.actions.keeping.save_original", fail)
    result = hand_over(takes_mail(app), letter())
    assert result.exit_code == 75 and type(fault).__name__ in result.output


def test_everything_of_a_person_goes_with_them(app):
    arrives(takes_mail(app), letter())
    arrives(app, letter("Nein", Auto_Submitted="auto-replied"))
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["erase", ANNA], input="y\n" * 3)
        assert result.exit_code == 0, result.output
        assert db.session.query(MailedMessage).count() == 0
        left = db.session.query(Attachment).filter_by(owner_type="incoming_mail").count()
    assert kept(app) == left == 0
