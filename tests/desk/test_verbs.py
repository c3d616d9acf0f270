"""The verbs of a case: each does one thing, is written down, and refuses with a sentence."""

import pytest

from portal.desk.models import QuestionTag, Reminder, StepTick
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import Event
from portal.leaving.models import Declaration
from portal.questions.actions.sheet import write_line
from portal.questions.queries import service_levels
from portal.questions.rules import SheetLine
from tests.cast import BERND, CLARA, DORA, FRIDA, account, signed_in
from tests.conftest import NOON
from tests.desk.cases import desk, does, goes_out, mails, messages, staff_notices
from tests.mailbox import Mailbox
from tests.questions.people import ask, ask_as_guest, give_answer, later, write
from tests.questions.people import clara as clara_actor
from tests.visitor import HTML


def rows(app, table):
    with app.app_context():
        return list(db.session.scalars(db.select(table)))


def verbs(asked):
    with asked.app.app_context():
        found = db.select(Event.verb).where(Event.subject_type == "question", Event.subject_id == asked.id)
        return list(db.session.scalars(found.order_by(Event.id)))


def sheet(asked, text="Das Modem ist defekt."):
    with asked.app.app_context():
        write_line(asked.id, SheetLine.FOUND, text, by=clara_actor(asked.app), now=clock.now())


def test_somebody_takes_a_case(app, clara):
    asked = ask(app)
    assert does(clara, asked, "assignment", user=str(clara.user_id)).status == 303
    assert asked.row.assignee_id == clara.user_id and "Clara Vogt" in clara.opens(desk(asked)).text


def test_a_case_without_an_answer_goes_back_to_everybody(app, clara):
    asked = ask(app)
    does(clara, asked, "assignment", user=str(clara.user_id))
    assert does(clara, asked, "assignment", user="").status == 303
    assert asked.row.assignee_id is None


def test_after_the_first_answer_somebody_stays_responsible(app, clara):
    asked = ask(app)
    give_answer(asked)
    assert does(clara, asked, "assignment", user="").status == 409
    assert asked.row.assignee_id == clara.user_id


@pytest.mark.parametrize("user", ["999999", "x", "-1", "９"])
def test_nobody_else_can_be_responsible(app, clara, user):
    asked = ask(app)
    assert does(clara, asked, "assignment", user=user).status == 422
    assert asked.row.assignee_id is None


def test_a_customer_cannot_be_responsible(app, clara):
    asked = ask(app)
    assert does(clara, asked, "assignment", user=str(account(app, BERND))).status == 422


def test_handing_over_needs_a_case_sheet_newer_than_the_customer_s_last_word(app, clara):
    asked, dora = ask(app), str(account(app, DORA))
    give_answer(asked)
    refused = does(clara, asked, "assignment", user=dora)
    field = refused.find("select", id="user", aria_invalid="true", aria_describedby="user-error")
    assert refused.status == 409 and refused.find("p", id="user-error") is not None
    assert [each.get("value") for each in field if each.get("selected") is not None] == [dora]
    sheet(asked)
    with later(minutes=5):
        write(asked, "Die Lampe blinkt jetzt.")
        assert does(clara, asked, "assignment", user=dora).status == 409
    with later(minutes=6):
        sheet(asked, "Die Lampe blinkt.")
        assert does(clara, asked, "assignment", user=dora).status == 303
    assert asked.row.assignee_id == int(dora)


def test_the_customer_is_told_in_one_sentence_who_takes_over(app, anna, clara):
    asked, box = ask(app), Mailbox(app)
    give_answer(asked)
    with later(minutes=5):
        sheet(asked)
        does(clara, asked, "assignment", user=str(account(app, DORA)))
        box.deliver()
        assert "Dora Lindner" in anna.opens(asked.address).text
        assert "Dora Lindner" in messages(asked)[-1].body and "Clara Vogt" in messages(asked)[-1].body
    mail = box.newest()
    assert "Dora Lindner" in mail.text and asked.number in mail.subject
    assert [each.user_id for each in staff_notices(app, "question.assigned")] == [account(app, DORA)]


def test_the_lead_is_asked_at_the_third_person(app, clara):
    asked = ask(app)
    give_answer(asked)
    with later(minutes=5):
        sheet(asked)
        does(clara, asked, "assignment", user=str(account(app, DORA)))
        assert staff_notices(app, "question.third_person") == []
        frida = signed_in(app, FRIDA)
        assert does(frida, asked, "answers", body="Ich helfe mit.", then="our_turn").status == 303
        goes_out(app)
        (notice,) = staff_notices(app, "question.third_person")
        assert (notice.role, notice.payload["persons"]) == ("lead", 3)
        assert "3" in next(each for each in [frida.opens(desk(asked)).text])


def test_another_level_needs_a_reason_unless_it_is_the_proposal(app, clara):
    asked = ask(app)
    proposed = asked.row.level
    refused = does(clara, asked, "level", level="outage", level_reason="")
    assert refused.status == 400
    assert "Bitte sagen Sie, warum sich die Stufe ändert." in refused.text and "Termin" not in refused.text
    assert does(clara, asked, "level", level="outage", level_reason="Das ganze Haus ist betroffen.").status == 303
    assert asked.row.level == "outage"
    assert does(clara, asked, "level", level=proposed, level_reason="").status == 303
    assert asked.row.level == proposed


def test_every_level_is_chosen_beside_its_criteria(app, clara):
    chosen = clara.opens(desk(ask(app))).find("fieldset", id="level")
    with app.test_request_context("/de/"):
        levels = [each.in_language("de") for each in service_levels().levels.values()]
    said = " ".join("".join(chosen.itertext()).split())
    for each in levels:
        assert all(words in said for words in (each.name, each.definition, *each.examples, *each.counter_examples))
    assert len(levels) == len(chosen.findall(f".//{HTML}input")) > 2


def test_what_is_wrong_is_said_at_the_field_it_belongs_to(app, clara):
    asked = ask(app)
    page = does(clara, asked, "level", level="nothing", level_reason="x")
    assert page.status == 400 and page.find("fieldset", id="level").get("aria-describedby") == "level-error"
    page = does(clara, asked, "promise", promise_day="18.12.2026", promise_time="12:00", promise_reason="")
    assert page.status == 422
    assert page.find("input", id="promise_reason").get("aria-describedby") == "promise_reason-error"
    assert page.find("input", id="promise_day").get("aria-invalid") is None


def blamed(page):
    """Field and sentence of everything that the summary names; the same sentence stands beside each field."""
    found = [(each.get("href")[1:], each.text) for each in page.all("a", class_="summary__link")]
    for field, sentence in found:
        assert page.find("input", id=field).get("aria-describedby") == f"{field}-error"
        assert "".join(page.find("p", id=f"{field}-error").itertext()).strip() == sentence
    return found


def test_every_fault_of_a_form_is_named_above_it_and_said_beside_its_field(app, clara):
    asked = ask(app)
    page = does(clara, asked, "promise", promise_day="30.02.2027", promise_time="25:00", promise_reason=" ")
    assert blamed(page) == [
        ("promise_day", "Diesen Tag gibt es im Kalender nicht. Bitte so schreiben: 24.12.2026."),
        ("promise_time", "Bitte die Uhrzeit so schreiben: 14:30."),
        (
            "promise_reason",
            "Bitte nennen Sie den Grund. Er steht für die Kundin oder den Kunden neben dem alten Termin.",
        ),
    ]
    page = does(clara, asked, "reminders", remind_day="31.12.9999", remind_time="bald")
    assert [field for field, _said in blamed(page)] == ["remind_day", "remind_time"] and "Jahreszahl" in page.text
    page = does(clara, asked, "flags", flag_words="Einhorn", flag_kind="wrong", flag="")
    assert [field for field, _said in blamed(page)] == ["flag_words", "flag"]


def test_a_moment_that_has_passed_is_a_matter_of_the_time_only_on_the_same_day(app, clara):
    asked = ask(app)
    page = does(clara, asked, "promise", promise_day="16.12.26", promise_time="9:00", promise_reason="x")
    assert blamed(page) == [("promise_time", "Dieser Zeitpunkt ist vorbei. Bitte einen späteren wählen.")]
    page = does(clara, asked, "reminders", remind_day="15.12.2026", remind_time="9:00")
    assert [field for field, _said in blamed(page)] == ["remind_day"]
    page = does(clara, asked, "promise", promise_day="18.12.2099", promise_time="", promise_reason="x")
    assert blamed(page) == [("promise_day", "Dieser Tag liegt zu weit weg: Zusagen reichen höchstens 400 Tage voraus.")]


def test_what_is_not_possible_any_more_is_said_in_the_language_of_whoever_pressed(app, clara):
    asked = ask(app)
    does(clara, asked, "waiting")
    page = does(clara, asked, "promise", promise_day="18.12.2026", promise_reason="x")
    assert page.status == 409 and "Das geht nicht mehr: Inzwischen hat sich etwas geändert." in page.text


@pytest.mark.parametrize("day", ["18.12.2026", "2026-12-18", "18.12.26"])
def test_a_promise_moves_with_a_reason_and_a_date_as_people_write_it(app, anna, clara, day):
    asked = ask(app)
    typed = {"promise_day": day, "promise_time": "14:30", "promise_reason": "Der Techniker kommt am Freitag."}
    assert does(clara, asked, "promise", **typed).status == 303
    assert asked.row.answer_due_at == NOON.replace(day=18, hour=13, minute=30)
    assert "Der Techniker kommt am Freitag." in anna.opens(asked.address).text


@pytest.mark.together
@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (("31.02.2026", "", "x"), 422),
        (("morgen", "", "x"), 422),
        (("18.12.2026", "25:00", "x"), 422),
        (("18.12.2026", "bald", "x"), 422),
        (("", "", "x"), 422),
        (("18.12.2026", "12:00", " "), 422),
        (("15.12.2026", "12:00", "x"), 422),
        (("18.12.2099", "12:00", "x"), 422),
        (("31.12.9999", "12:00", "x"), 422),
    ],
)
def test_a_date_that_is_none_is_refused_with_everything_typed(app, clara, typed, status):
    asked, (day, time, reason) = ask(app), typed
    before = asked.row.answer_due_at
    page = does(clara, asked, "promise", promise_day=day, promise_time=time, promise_reason=reason)
    assert page.status == status and page.find("input", id="promise_day").get("value") == day
    assert asked.row.answer_due_at == before


def test_waiting_stops_the_clock(app, clara):
    asked = ask(app)
    assert does(clara, asked, "waiting").status == 303
    assert asked.row.status == "waiting" and mails(app)[-1].kind == "question_waiting"


def test_a_reminder_is_set_shown_and_taken_back(app, clara):
    asked = ask(app)
    assert clara.opens(desk(asked)).find("input", id="remind_day").get("value") == "17.12.2026"
    assert does(clara, asked, "reminders", remind_day="17.12.2026", remark="Techniker fragen").status == 303
    text = clara.opens(desk(asked)).text
    assert "Techniker fragen" in text and "Erinnern (1)" in text
    (reminder,) = rows(app, Reminder)
    assert reminder.remind_at == NOON.replace(day=17, hour=8)
    dora = signed_in(app, DORA)
    assert "Techniker fragen" not in dora.opens(desk(asked)).text
    does(dora, asked, f"reminders/{reminder.id}/removal")
    assert rows(app, Reminder)[0].done_at is None
    does(clara, asked, f"reminders/{reminder.id}/removal")
    assert rows(app, Reminder)[0].done_at == NOON
    assert does(clara, asked, "reminders", remind_day="15.12.2026").status == 422


def test_steps_are_ticked_and_unticked(app, clara):
    asked = ask(app)
    step = clara.opens(desk(asked)).find("input", name="step").get("value")
    does(clara, asked, "steps", step=step, is_done="yes"), does(clara, asked, "steps", step=step, is_done="yes")
    assert [each.author_name for each in rows(app, StepTick)] == ["Clara Vogt"]
    does(clara, asked, "steps", step=step, is_done="no")
    assert rows(app, StepTick) == [] and verbs(asked)[-2:] == ["question.step_done", "question.step_undone"]
    assert does(clara, asked, "steps", step="nothing:0", is_done="yes").status == 404


def test_tags_are_added_and_removed(app, clara):
    asked = ask(app)
    assert does(clara, asked, "tags", tag=" Router  Tausch ").status == 303
    assert [each.tag for each in rows(app, QuestionTag)] == ["router tausch"]
    assert does(clara, asked, "tags", tag=" ").status == 422
    does(clara, asked, "tags/removal", tag="router tausch")
    assert rows(app, QuestionTag) == []


def test_a_case_is_solved_closed_and_opened_again(app, clara):
    asked, other = ask(app), ask(app)
    assert does(clara, asked, "closure", **{"as": "solved"}).status == 303
    assert asked.row.solved_at == NOON
    does(clara, other, "closure", end_reason="Hat sich erledigt", **{"as": "closed"})
    assert other.row.status == "closed" and other.row.solved_at is None
    assert does(clara, other, "reopening").status == 303
    assert other.row.status == "open" and other.row.answer_due_at is not None


def test_what_somebody_faster_has_prevented_is_not_said_to_be_done(app, clara):
    asked = ask(app)
    page = clara.opens(desk(asked))
    does(clara, asked, "closure", end_reason="Doppelt", **{"as": "closed"})
    for verb, typed in (("closure", {"as": "solved"}), ("waiting", {})):
        late = clara.opens(clara.submits(page, f"{desk(asked)}/{verb}", **typed).location)
        assert "Nichts wurde geändert" in "".join(late.find("p", class_="desk-said").itertext())
    assert asked.row.solved_at is None


def test_spam_is_closed_without_a_word(app, clara):
    asked = ask_as_guest(app)
    before = len(mails(app))
    assert does(clara, asked, "spam").status == 303
    row = asked.row
    assert (row.status, row.closed_by, row.reopen_until) == ("closed", "spam", None)
    assert len(mails(app)) == before


def test_a_cancellation_keeps_the_moment_of_its_arrival(app, clara):
    asked = ask(app, body="Ich kündige zum Jahresende.")
    message = messages(asked)[0]
    with later(minutes=20):
        for _ in range(2):
            assert does(clara, asked, "cancellation", message=str(message.id)).status == 303
    with app.app_context():
        (event,) = db.session.scalars(db.select(Event).filter_by(verb="question.cancellation"))
        assert event.details["arrived_at"] == NOON.isoformat()
    assert [each.tag for each in rows(app, QuestionTag)] == ["cancellation"]
    other = ask(app)
    assert does(clara, asked, "cancellation", message=str(messages(other)[0].id)).status == 404


@pytest.mark.parametrize(("kind", "word"), [("cancellation", "Kündigung"), ("withdrawal", "Widerruf")])
def test_the_tag_of_a_declaration_is_a_word_of_the_reader_and_is_found_by_it(app, clara, kind, word):
    asked = ask(app)
    does(clara, asked, "cancellation", message=str(messages(asked)[0].id), kind=kind)

    def tags(url, css):
        return ["".join(each.itertext()) for each in clara.opens(url).all("a", class_=css)]

    assert tags(desk(asked), "tag") == tags(f"/desk/queues/all?tag={word}", "cases__tag") == [word]
    assert does(clara, asked, "tags", tag=word.upper()).status == 303
    assert [each.tag for each in rows(app, QuestionTag)] == [kind]
    does(clara, asked, "tags/removal", tag=kind)
    assert f"Schlagwort entfernt: {word}" in clara.opens(desk(asked)).text


def test_whatever_is_sent_without_its_end_is_refused(app, clara):
    asked = ask(app)
    for verb in ("assignment", "level", "promise", "waiting", "closure", "spam", "merging", "tags"):
        assert clara.sends(f"{desk(asked)}/{verb}", {}).status == 400, verb


@pytest.mark.together
@pytest.mark.parametrize("verb", ["assignment", "level", "promise", "waiting", "closure", "spam", "merging", "answers"])
def test_a_form_of_another_session_does_nothing(app, clara, verb):
    asked = ask(app)
    page = clara.sends(f"{desk(asked)}/{verb}", {"token": "wrong", "is_complete": "yes", "body": "x"})
    assert page.status in (409, 422) and asked.row.version == 1


def test_the_history_tells_everything_in_words(app, clara):
    asked = ask(app)
    does(clara, asked, "assignment", user=str(clara.user_id))
    does(clara, asked, "tags", tag="router")
    does(clara, asked, "level", level="outage", level_reason="Alle betroffen")
    with later(minutes=5):
        give_answer(asked)
        page = clara.opens(desk(asked))
    assert "question." not in page.text and "router" in page.text and "Alle betroffen" in page.text


def test_numbers_in_the_history_lead_to_the_case_and_to_the_declaration(app, clara):
    asked, other = ask(app, body="Ich kündige zum Jahresende."), ask(app, subject="Der Router")
    does(clara, asked, "links", other=other.number)
    does(clara, asked, "cancellation", message=str(messages(asked)[0].id))
    does(clara, asked, "tags", tag="<b>eilt</b>")
    with app.app_context():
        (reference,) = db.session.scalars(db.select(Declaration.reference))
    page = clara.opens(desk(asked))
    happened = [each for line in page.all("p") if "happened" in (line.get("class") or "") for each in line.iter()]
    leads_to = {each.get("href") for each in happened if each.get("href")}
    assert leads_to == {desk(other), f"/desk/declarations/{reference}"} and "<b>eilt" not in page.html
    assert clara.opens(f"/desk/declarations/{reference}").status == 200


def test_a_reply_to_a_missed_promise_is_told_without_a_date_that_is_over(app):
    asked = ask(app)
    with later(days=60):
        write(asked, "Noch jemand da?")
        said = signed_in(app, CLARA).opens(desk(asked)).text
    assert "Noch jemand da?" in said and said.count("Zugesagt: Antwort bis") == 1
