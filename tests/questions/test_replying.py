"""Writing back: once, whole, never lost; a reply starts our turn and reopens what was closed."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.attachments.models import Attachment
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import Event
from portal.notifications.models import StaffNotice
from portal.questions.actions.closing import mark_solved
from portal.questions.actions.replying import Written, reply
from portal.questions.models import Draft, Message
from tests.cast import ANNA, signed_in
from tests.conftest import NOON
from tests.questions.people import ask, ask_as_guest, at, give_answer, holding, later, opened, write
from tests.visitor import Visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f0005000"
    "1ff5b0e3e2a0000000049454e44ae426082"
)


def messages(asked) -> list[Message]:
    with asked.app.app_context():
        return list(db.session.scalars(select(Message).filter_by(question_id=asked.id).order_by(Message.id)))


def form_of(visitor, asked) -> dict[str, str]:
    page = visitor.opens(asked.address)
    return {name: page.find("input", name=name).get("value", "") for name in ("stamp", "token")} | {
        "is_complete": "yes"
    }


def test_anna_writes_back_without_script_and_it_is_our_turn(app, anna):
    asked = ask(app)
    give_answer(asked)
    page = anna.opens(asked.address)
    sent = anna.submits(page, f"{asked.address}/messages", body="Noch eine Frage.")
    assert sent.status == 303 and f"#message-{messages(asked)[-1].id}" in sent.location
    shown = anna.opens(sent.location)
    assert shown.heading.startswith("Antwort bis") and "Noch eine Frage." in shown.text


def test_a_reply_on_our_turn_leaves_the_promise_as_it_is(app):
    asked = ask(app)
    before = asked.row.answer_due_at
    with later(hours=2):
        write(asked)
    assert asked.row.answer_due_at == before and len(asked.ledger) == 1


def test_a_reply_after_an_answer_starts_a_fresh_promise_for_the_next_one(app):
    asked = ask(app)
    give_answer(asked)
    with later(hours=3):
        write(asked)
        first, second = asked.ledger
    assert (first.outcome, second.kind) == ("kept", "next_answer")
    assert second.counted_from == NOON + timedelta(hours=3) and second.ended_at is None


def test_the_desk_is_told_of_the_reply(app):
    asked = ask(app)
    write(asked)
    with app.app_context():
        assert db.session.scalars(select(StaffNotice.kind)).all().count("question.replied") == 1


def test_the_same_form_twice_is_one_message(app, anna):
    asked = ask(app)
    form = form_of(anna, asked) | {"body": "Nur einmal."}
    first, second = anna.sends(f"{asked.address}/messages", form), anna.sends(f"{asked.address}/messages", form)
    assert first.location == second.location and len(messages(asked)) == 2


def test_the_same_form_leads_to_its_message_also_when_no_more_messages_are_taken(app, anna):
    asked, pages = ask(app), []
    for _ in range(30):
        form = form_of(anna, asked)
        pages.append(anna.sends(f"{asked.address}/messages", form | {"body": "Noch etwas."}))
    assert {page.status for page in pages} == {303}
    again = anna.sends(f"{asked.address}/messages", form | {"body": "Noch etwas."})
    assert again.status == 303 and again.location == pages[-1].location
    refused = anna.sends(f"{asked.address}/messages", form_of(anna, asked) | {"body": "Eine zu viel."})
    assert refused.status == 429 and "Eine zu viel." in refused.text


def test_the_same_form_with_a_file_twice_is_one_message_with_one_file(app, anna):
    asked = ask(app)
    form, files = form_of(anna, asked) | {"body": "Mit Bild."}, [("attachments", "bild.png", PNG)]
    first = anna.sends(f"{asked.address}/messages", form, files=files)
    second = anna.sends(f"{asked.address}/messages", form, files=files)
    assert first.status == 303, first.text
    assert first.location == second.location and len(messages(asked)) == 2
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Attachment.owner_type == "message")) == 1


def test_another_text_with_a_used_stamp_is_refused_and_kept(app, anna):
    asked = ask(app)
    form = form_of(anna, asked)
    anna.sends(f"{asked.address}/messages", form | {"body": "Erster Text"})
    page = anna.sends(f"{asked.address}/messages", form | {"body": "Zweiter Text"})
    assert page.status == 409 and page.find("textarea", id="body").text.strip() == "Zweiter Text"
    assert page.find("input", name="stamp").get("value") != form["stamp"]
    assert anna.submits(page, f"{asked.address}/messages", body="Zweiter Text").status == 303
    assert len(messages(asked)) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Bitte schreiben Sie etwas"),
        ("\u200b\u202e", "Bitte schreiben Sie etwas"),
        ("x" * 20_001, "20.001 Zeichen; bitte kürzen Sie auf 20.000"),
    ],
)
def test_nothing_and_too_much_come_back_with_a_sentence_and_the_focus_on_it(app, anna, text, sentence):
    asked = ask(app)
    page = anna.submits(anna.opens(asked.address), f"{asked.address}/messages", body=text)
    summary = page.find("div", role="alert")
    assert page.status == 422 and sentence in "".join(summary.itertext())
    assert summary.get("autofocus") is not None and page.find("a", href="#body") is not None
    field = page.find("textarea", id="body", aria_invalid="true", aria_describedby="body-hint body-error")
    assert (field.text or "").strip() == text.strip("\u200b\u202e") and page.find("p", id="body-error") is not None
    assert len(messages(asked)) == 1


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE messages; --",
    "{{ 7*7 }}",
    "\u202eabc",
    "😀" * 500,
    "a\x00b\x07c",
    "Bcc: x@y.z\r\n\r\n",
]


@pytest.mark.together
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_stays_text(app, anna, text):
    asked = ask(app)
    assert anna.submits(anna.opens(asked.address), f"{asked.address}/messages", body=text).status == 303
    page = anna.opens(asked.address)
    assert "<script>alert" not in page.html and page.status == 200
    assert "\x00" not in messages(asked)[-1].body


def test_a_cut_request_body_stores_nothing(app, anna):
    asked = ask(app)
    form = form_of(anna, asked)
    form.pop("is_complete")
    for verb in ("messages", "closure", "rating", "sheet/objection"):
        assert anna.sends(f"{asked.address}/{verb}", form | {"body": "Halb", "face": "good"}).status == 400
    assert len(messages(asked)) == 1 and asked.row.status == "open"


def test_a_form_of_another_sign_in_comes_back_filled(app, anna):
    asked = ask(app)
    page = anna.sends(f"{asked.address}/messages", form_of(anna, asked) | {"body": "Mein Text", "token": "x"})
    assert page.status == 409 and page.find("textarea", id="body").text.strip() == "Mein Text"
    assert len(messages(asked)) == 1


def test_after_a_lost_sign_in_the_text_is_kept_and_can_be_sent_again(app, anna):
    asked = ask(app)
    form = form_of(anna, asked) | {"body": "Ein langer Text"}
    stranger = Visitor(app)
    page = stranger.sends(f"{asked.address}/messages", form)
    assert page.status == 403 and page.find("textarea", id="body").text.strip() == "Ein langer Text"
    assert f"next={asked.address}" in page.links["Anmelden"].replace("%2F", "/")
    again = {"body": "Ein langer Text", "stamp": form["stamp"], "token": form["token"], "is_complete": "yes"}
    assert anna.sends(f"{asked.address}/messages", again).status == 303
    assert len(messages(asked)) == 2


def test_a_lost_sign_in_with_a_mistyped_number_keeps_the_text_too(app):
    page = Visitor(app).sends("/de/questions/Q26-00001-9/messages", {"body": "Ein Text", "is_complete": "yes"})
    assert page.status == 403 and page.find("textarea", id="body").text.strip() == "Ein Text"


def test_a_reply_reopens_a_closed_question_until_the_shown_date(app, anna):
    asked = ask(app)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    page = anna.opens(asked.address)
    assert page.heading == "Gelöst am 16. Dezember 2026." and "30. Dezember 2026" in page.text
    assert anna.submits(page, f"{asked.address}/reopening", body="Doch nicht.").status == 303
    row = asked.row
    assert (row.status, row.closed_by, row.closed_at, row.reopen_until) == ("open", "", None, None)
    assert row.answer_due_at > NOON


def test_reopening_is_never_late_at_once(app):
    asked = ask(app)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    with at(NOON + timedelta(days=14)):
        write(asked)
        assert asked.row.answer_due_at > clock.now() and asked.row.breached_at is None


def test_a_reply_that_arrives_after_somebody_closed_reopens_by_itself(app, anna):
    asked = ask(app)
    page = anna.opens(asked.address)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    assert anna.submits(page, f"{asked.address}/messages", body="Halt!").status == 303
    assert asked.row.status == "open"


def test_after_that_date_the_text_is_kept_and_a_new_question_is_offered(app):
    asked = ask(app)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    with at(NOON + timedelta(days=15)):
        anna = signed_in(app, ANNA)
        page = anna.opens(asked.address)
        assert page.links["Neue Anfrage dazu stellen"] == f"/de/questions/new?after={asked.number}"
        with app.app_context():
            token = page.find("input", name="token").get("value")
        late = anna.sends(f"{asked.address}/messages", {"body": "Zu spät", "token": token, "is_complete": "yes"})
        assert late.status == 409 and late.find("textarea", id="body").text.strip() == "Zu spät"
    assert len(messages(asked)) == 1


def test_an_own_message_can_be_withdrawn_for_five_minutes_and_leaves_a_line(app, anna):
    asked = ask(app)
    message_id = write(asked, "Versehen")
    address = f"{asked.address}/messages/{message_id}/withdrawal"
    with later(minutes=5):
        assert anna.submits(anna.opens(asked.address), address).status == 303
    page = anna.opens(asked.address)
    assert "Versehen" not in page.text and "Diese Nachricht wurde zurückgenommen." in page.text
    assert messages(asked)[-1].body == ""


def test_after_five_minutes_a_message_stays(app, anna):
    asked = ask(app)
    message_id = write(asked, "Bleibt")
    page = anna.opens(asked.address)
    with later(minutes=5, seconds=1):
        late = anna.submits(page, f"{asked.address}/messages/{message_id}/withdrawal")
        assert late.status == 409 and "Bleibt" in late.text
        assert "Nachricht zurücknehmen" not in late.text


def test_nobody_withdraws_the_words_of_staff_or_of_another_question(app, anna):
    asked, other = ask(app), ask_as_guest(app)
    answer_id, foreign_id = give_answer(asked), write(other)
    form = form_of(anna, asked)
    assert anna.sends(f"{asked.address}/messages/{answer_id}/withdrawal", form).status == 409
    assert anna.sends(f"{asked.address}/messages/{foreign_id}/withdrawal", form).status == 404
    assert all(each.withdrawn_at is None for each in [*messages(asked), *messages(other)])


def test_the_file_of_a_withdrawn_message_is_gone(app, anna):
    asked = ask(app)
    form = form_of(anna, asked) | {"body": "Mit Bild."}
    anna.sends(f"{asked.address}/messages", form, files=[("attachments", "bild.png", PNG)])
    page = anna.opens(asked.address)
    address = page.links["bild.png"]
    assert anna.opens(address).status == 200
    assert Visitor(app).opens(address).status == 404
    message_id = messages(asked)[-1].id
    anna.submits(page, f"{asked.address}/messages/{message_id}/withdrawal")
    assert anna.opens(address).status == 404


def test_bernd_opens_no_file_of_anna_also_not_through_his_own_question(app, anna, bernd):
    asked = ask(app)
    anna.sends(
        f"{asked.address}/messages", form_of(anna, asked) | {"body": "x"}, files=[("attachments", "bild.png", PNG)]
    )
    address = anna.opens(asked.address).links["bild.png"]
    his = ask(app, bernd.person)
    for tried in (address, address.replace(asked.number, his.number), address + "?shown=yes"):
        assert bernd.opens(tried).status == 404
    assert anna.opens(address + "?shown=yes").status == 200


def test_sending_forgets_the_draft(app, anna):
    asked = ask(app)
    form = form_of(anna, asked)
    kept = anna.sends(f"{asked.address}/draft", form | {"body": "Angefangen"})
    assert kept.status == 204
    page = anna.opens(asked.address)
    assert page.find("textarea", id="body").text.strip() == "Angefangen"
    anna.submits(page, f"{asked.address}/messages", body="Fertig")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_many_replies_at_one_moment_are_all_kept_and_change_the_turn_once(app):
    asked = ask(app)
    give_answer(asked)

    def send(number: int) -> int:
        with app.app_context():
            return reply(opened(asked), Written(f"Nachricht {number}", secrets.token_urlsafe(24)), now=clock.now())

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(send, range(24)))
    assert len(set(ids)) == 24 and len(messages(asked)) == 26
    assert [each.outcome for each in asked.ledger] == ["kept", ""]
    assert asked.row.version == 1 + 1 + 24


def test_one_form_pressed_by_many_fingers_is_one_message(app):
    asked = ask(app)
    stamp = secrets.token_urlsafe(24)

    def press(_finger: int) -> int:
        with app.app_context():
            return reply(opened(asked), Written("Einmal", stamp), now=clock.now())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(press, range(16)))) == 1
    assert len(messages(asked)) == 2


def test_each_reply_is_one_entry_of_the_history(app):
    asked = ask(app)
    message_id = write(asked)
    with app.app_context():
        events = db.session.scalars(select(Event).filter_by(subject_type="question", subject_id=asked.id)).all()
    assert [each.verb for each in events] == ["question.asked", "question.replied"]
    assert events[-1].details["message"] == message_id


def test_a_guest_with_the_key_of_the_browser_writes_too(app):
    asked = ask_as_guest(app)
    guest = holding(app, asked.key)
    assert guest.submits(guest.opens(asked.address), f"{asked.address}/messages", body="Hallo").status == 303
    assert messages(asked)[-1].author_name == "Gerda Blum"


def test_nobody_else_keeps_or_changes_a_draft_of_anna_s_reply(app, anna, bernd):
    asked = ask(app)
    anna.sends(f"{asked.address}/draft", form_of(anna, asked) | {"body": "Angefangen"})
    assert bernd.sends(f"{asked.address}/draft", {"body": "Fremd"}).status == 403
    assert Visitor(app).sends(f"{asked.address}/draft", {"body": "Fremd"}).status == 403
    assert anna.opens(asked.address).find("textarea", id="body").text.strip() == "Angefangen"
