"""Files go with an answer: kept while it is written and while it waits, read by its customer, and by nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attachments.discarding import remove_discarded
from portal.attachments.models import Attachment, DiscardedFile
from portal.attachments.rules import KEPT, UPLOAD
from portal.desk.actions.joining import merge_cases, merging_mark
from portal.desk.actions.pending import UNDO_FOR, send
from portal.desk.chores import forget_files, send_answers
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.mails import KINDS
from portal.notifications.rendering import Printer
from portal.questions.drafts import discard_draft, draft_of
from tests.attachments.files import PDF
from tests.cast import ANNA, BERND, CLARA, DORA, signed_in
from tests.desk.answer_files import GUIDE, PHOTO, TEXT, adds, box, fields_of, is_sound, pending, sends, shown, stored
from tests.desk.cases import desk, does, goes_out, mails, messages, staff_notices
from tests.faults.dying import dies
from tests.questions.people import ask, counted, write
from tests.questions.people import clara as clara_actor
from tests.visitor import Visitor


def test_a_file_waits_with_the_answer_and_its_customer_alone_downloads_it(app):
    asked, clara, anna = ask(app), signed_in(app, CLARA), signed_in(app, ANNA)
    assert sends(clara, asked, GUIDE, PHOTO).status == 303
    page = clara.opens(desk(asked))
    assert "Anleitung.pdf" in page.text and "Router.png" in page.text and shown(page, asked) == 0
    assert "Anleitung.pdf" in signed_in(app, DORA).opens(desk(asked)).text
    assert "Anleitung" not in anna.opens(asked.address).text
    goes_out(app)
    (guide, photo) = stored(app, owner_type="message")
    assert guide.owner_id == photo.owner_id == messages(asked)[-1].id and guide.keeper_id is None
    read = anna.opens(asked.address)
    assert "Anleitung.pdf" in read.text and "Router.png" in read.text
    url = f"{asked.address}/attachments/{guide.public_id}"
    answer = anna.opens(url, inspected=False).response
    assert answer.data == PDF and "attachment" in answer.headers["Content-Disposition"]
    assert anna.opens(f"{asked.address}/attachments/{photo.public_id}?shown", inspected=False).status == 200
    for stranger in (signed_in(app, BERND), Visitor(app)):
        assert stranger.opens(url).status == 404
    assert "Anleitung.pdf" in clara.opens(desk(asked)).text
    assert clara.opens(f"{desk(asked)}/attachments/{guide.public_id}", inspected=False).response.data == PDF
    assert is_sound(app)


@pytest.mark.parametrize("then", ["our_turn", "customers_turn", "asks_back", "solved"])
@pytest.mark.parametrize(("language", "words"), [("de", "Dateien liegen für Sie"), ("en", "files wait for you")])
def test_the_mail_says_how_many_files_wait_on_the_page_and_carries_none(app, clara, then, language, words):
    asked = ask(app, language=language)
    sends(clara, asked, GUIDE, PHOTO, then=then)
    goes_out(app)
    mail = mails(app)[-1]
    printed = Printer(app, KINDS).words(mail.kind, mail.payload, language=language, is_confirmed=False)
    assert f"2 {words}" in printed.text and "Anleitung" not in printed.text


def test_a_mail_without_files_says_nothing_of_files(app, clara):
    asked = ask(app)
    sends(clara, asked)
    goes_out(app)
    mail = mails(app)[-1]
    printed = Printer(app, KINDS).words(mail.kind, mail.payload, language="de", is_confirmed=True)
    assert "Datei" not in printed.text
    # A mail that the version before wrote down.
    before = {name: value for name, value in mail.payload.items() if name != "files"}
    assert Printer(app, KINDS).words(mail.kind, before, language="de", is_confirmed=True)


def test_undo_brings_text_and_files_back_and_they_are_sent_once(app):
    asked, clara = ask(app), signed_in(app, CLARA)
    sends(clara, asked, GUIDE)
    undo = f"{desk(asked)}/answers/{pending(app)[-1].id}/undo"
    assert clara.submits(clara.opens(desk(asked)), undo).status == 303
    page = clara.opens(desk(asked))
    assert page.find("textarea", name="body").text.strip() == TEXT and shown(page, asked) == 1
    assert "Anleitung.pdf" in page.text and "Zurückgenommen" in page.text
    goes_out(app)
    assert len(messages(asked)) == 1 and [each.owner_type for each in stored(app)] == [KEPT]
    assert sends(clara, asked).status == 303
    goes_out(app)
    goes_out(app)
    assert len(messages(asked)) == 2
    assert [each.owner_id for each in stored(app)] == [messages(asked)[-1].id]


def test_a_text_that_was_changed_after_undo_is_the_one_that_stays(app, clara):
    asked = ask(app)
    sends(clara, asked)
    clara.submits(clara.opens(desk(asked)), f"{desk(asked)}/answers/{pending(app)[-1].id}/undo")
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        sends(clara, asked, verb="draft", body="Anders gesagt.")
        assert clara.opens(desk(asked)).find("textarea", name="body").text.strip() == "Anders gesagt."
        does(clara, asked, "draft", do="discard")
        page = clara.opens(desk(asked))
    assert "Anders gesagt." not in page.text and TEXT not in page.text and "Zurückgenommen" not in page.text


def test_something_newer_stops_the_answer_and_gives_its_files_back(app):
    asked, clara = ask(app), signed_in(app, CLARA)
    sends(clara, asked, GUIDE)
    write(asked, "Es hat sich erledigt.")
    goes_out(app)
    assert len(messages(asked)) == 2 and len(staff_notices(app, "answer.stopped")) == 1
    page = clara.opens(desk(asked))
    assert shown(page, asked) == 1 and page.find("textarea", name="body").text.strip() == TEXT
    undo = f"{desk(asked)}/answers/{pending(app)[-1].id}/undo"
    assert clara.submits(page, undo).status == 303
    page = clara.opens(desk(asked))
    assert shown(page, asked) == 0 and TEXT not in page.text and stored(app) == []


def test_something_newer_at_once_keeps_text_and_files(app, clara):
    asked = ask(app)
    filled = {**box(clara, asked), "body": TEXT, "then": "our_turn"}
    write(asked)
    page = clara.sends(f"{desk(asked)}/answers", filled, files=[("attachments", *GUIDE)])
    assert page.status == 409 and page.find("textarea", name="body").text.strip() == TEXT
    assert shown(page, asked) == 1 and pending(app) == []


def test_the_same_form_twice_is_one_answer_with_its_files_once(app):
    asked, clara = ask(app), signed_in(app, CLARA)
    adds(clara, asked, PHOTO)
    filled = {**box(clara, asked), "body": TEXT, "then": "our_turn"}
    for _ in range(2):
        page = clara.sends(f"{desk(asked)}/answers", filled, files=[("attachments", *GUIDE)])
        assert page.status == 303
    assert len(pending(app)) == 1 and shown(clara.opens(desk(asked)), asked) == 0
    goes_out(app)
    assert [each.name for each in stored(app, owner_type="message")] == ["Router.png", "Anleitung.pdf"]
    # What came a second time belongs to nobody, and goes after a day.
    assert len(stored(app, owner_type=UPLOAD)) == 1 and shown(clara.opens(desk(asked)), asked) == 0


def test_a_chosen_file_is_kept_at_once_and_stands_in_the_box_until_it_is_removed(app):
    asked, clara = ask(app), signed_in(app, CLARA)
    line = adds(clara, asked, PHOTO)
    assert line.status == 200 and "<html" not in line.html and line.html.count("<li") == 1
    page = clara.opens(desk(asked))
    (name,) = fields_of(page, asked)["uploads"]
    assert "Router.png" in page.text and page.find("button", name="remove").get("value") == name
    assert clara.opens(f"{desk(asked)}/files/{name}", inspected=False).response.mimetype == "image/webp"
    removed = sends(clara, asked, verb="files/removal", remove=name)
    assert removed.status == 200 and shown(removed, asked) == 0
    assert removed.find("textarea", name="body").text.strip() == TEXT
    assert stored(app) == []
    with app.app_context():
        assert len(db.session.scalars(select(DiscardedFile)).all()) == 2


def test_without_script_a_file_is_kept_by_every_button_of_the_form(app, clara):
    asked = ask(app)
    for number, (verb, more) in enumerate({"draft": {}, "insertion": {"do": "find", "words": "Router"}}.items(), 1):
        page = sends(clara, asked, (f"{number}.pdf", PDF), verb=verb, **more)
        assert page.status == 200 and shown(page, asked) == number
        assert page.find("textarea", name="body").text.strip() == TEXT
    assert sends(clara, asked, ("3.pdf", PDF)).status == 303
    goes_out(app)
    assert [each.name for each in stored(app, owner_type="message")] == ["1.pdf", "2.pdf", "3.pdf"]


def test_what_the_page_did_not_show_is_not_sent_and_stays(app, clara):
    asked = ask(app)
    filled = {**box(clara, asked), "body": TEXT, "then": "our_turn"}
    adds(clara, asked, GUIDE)
    assert clara.sends(f"{desk(asked)}/answers", filled).status == 303
    goes_out(app)
    assert stored(app, owner_type="message") == [] and shown(clara.opens(desk(asked)), asked) == 1


def test_a_file_that_is_about_to_go_out_cannot_be_removed(app, clara):
    asked = ask(app)
    adds(clara, asked, GUIDE)
    (name,) = box(clara, asked)["uploads"]
    sends(clara, asked)
    sends(clara, asked, verb="files/removal", key=name)
    does(clara, asked, "draft", do="discard")
    goes_out(app)
    assert [each.name for each in stored(app, owner_type="message")] == ["Anleitung.pdf"]


def test_a_file_that_vanished_stops_its_answer(app, clara):
    asked = ask(app)
    sends(clara, asked, GUIDE)
    with app.app_context(), transaction():
        db.session.query(Attachment).delete()
    goes_out(app)
    assert len(messages(asked)) == 1 and pending(app)[-1].stopped_at is not None


def test_a_worker_of_the_version_before_leaves_answers_with_files_to_others(app, clara):
    # It sends with `details["stamp"]`, and would send the text alone.
    asked = ask(app)
    sends(clara, asked, GUIDE)
    assert "stamp" not in pending(app)[-1].details
    undo = f"{desk(asked)}/answers/{pending(app)[-1].id}/undo"
    clara.submits(clara.opens(desk(asked)), undo)
    sends(clara, asked, uploads=[])
    assert "stamp" in pending(app)[-1].details


def test_a_draft_is_discarded_with_its_files(app, clara):
    asked = ask(app)
    sends(clara, asked, GUIDE, verb="draft")
    does(clara, asked, "draft", do="discard")
    page = clara.opens(desk(asked))
    assert TEXT not in page.text and shown(page, asked) == 0 and stored(app) == []


def test_files_are_kept_as_long_as_the_draft(app):
    asked, clara = ask(app), signed_in(app, CLARA)
    sends(clara, asked, GUIDE, verb="draft")
    later = clock.now() + timedelta(days=31)
    with app.app_context():
        forget_files(later)
        assert len(stored(app)) == 1 and draft_of(clara.user_id, f"answer:{asked.id}")
    with app.app_context():
        discard_draft(clara.user_id, f"answer:{asked.id}")
        forget_files(clock.now() + timedelta(days=29))
        assert len(stored(app)) == 1
        forget_files(later)
        remove_discarded(later)
    assert stored(app) == [] and is_sound(app)


def test_files_that_came_back_are_kept_with_their_text(app, clara):
    asked = ask(app)
    sends(clara, asked, GUIDE)
    write(asked)
    goes_out(app)
    with app.app_context():
        forget_files(clock.now() + timedelta(days=31))
    assert shown(clara.opens(desk(asked)), asked) == 1


def merges(app, asked, older) -> None:
    with app.app_context():
        merge_cases(asked.row, older.row, seen=merging_mark(asked.row, older.row), by=clara_actor(app), now=clock.now())


def test_files_of_a_draft_move_with_a_merged_case(app, clara):
    older, asked = ask(app), ask(app)
    adds(clara, asked, GUIDE)
    merges(app, asked, older)
    assert shown(clara.opens(desk(older)), older) == 1


def test_an_answer_that_waits_goes_out_with_its_files_in_the_case_that_stays(app, clara):
    older, asked = ask(app), ask(app)
    sends(clara, asked, GUIDE)
    merges(app, asked, older)
    goes_out(app)
    assert messages(older)[-1].body == TEXT
    assert [each.owner_id for each in stored(app)] == [messages(older)[-1].id]


def test_two_workers_send_the_files_once(app):
    asked, clara = ask(app), signed_in(app, CLARA)
    sends(clara, asked, GUIDE)
    (waiting,) = pending(app)
    for _ in range(2):
        with app.app_context():
            send(waiting.id, now=clock.now() + UNDO_FOR)
    assert len(messages(asked)) == 2 and len(stored(app, owner_type="message")) == 1


@pytest.mark.parametrize("point", ["after_attachment_rows", "before_commit", "after_commit_before_response"])
def test_killed_while_an_answer_with_a_file_is_kept(app, point):
    asked, clara = ask(app), signed_in(app, CLARA)
    adds(clara, asked, PHOTO)
    filled = {**box(clara, asked), "body": TEXT, "then": "our_turn"}

    def presses():
        return clara.sends(f"{desk(asked)}/answers", filled, files=[("attachments", *GUIDE)])

    assert dies(app, point, presses)
    assert is_sound(app) and len(stored(app, owner_type=KEPT)) in (1, 2)
    assert presses().status == 303
    goes_out(app)
    assert [each.body for each in messages(asked)][1:] == [TEXT]
    assert [each.name for each in stored(app, owner_type="message")] == ["Router.png", "Anleitung.pdf"]


@pytest.mark.parametrize("point", ["after_kept_files", "after_outbox", "before_commit"])
def test_killed_while_an_answer_with_a_file_goes_out(app, point):
    asked, clara = ask(app), signed_in(app, CLARA)
    sends(clara, asked, GUIDE)

    def goes():
        with app.app_context():
            send_answers(clock.now() + UNDO_FOR)

    assert dies(app, point, goes)
    assert len(messages(asked)) == 1 and len(stored(app, owner_type=KEPT)) == 1
    goes()
    assert len(messages(asked)) == 2 and len(stored(app, owner_type="message")) == 1
    assert is_sound(app)


def test_a_case_without_files_asks_for_none(app, clara):
    asked, read = ask(app), "SELECT attachments.id"
    with counted(app) as without:
        clara.opens(desk(asked))
    assert without and not any(read in each for each in without)
    adds(clara, asked, GUIDE)
    with counted(app) as with_files:
        clara.opens(desk(asked))
    assert len([each for each in with_files if read in each]) == 1
