"""A call at a chosen time: a numbered question whose promise is that time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal.contact.rules import slots
from portal.foundation import clock
from portal.foundation.database import db
from portal.questions.chores import CHORES
from portal.questions.models import Message, PromiseEntry, Question
from portal.service_levels.business_hours import BusinessHours, read_week
from tests.conftest import NOON
from tests.mailbox import Mailbox
from tests.visitor import Visitor

BERLIN = ZoneInfo("Europe/Berlin")
TYPED = {"phone": "0170 1234567", "about": "Die Rechnung.", "name": "Gerda Blum", "email": "gerda@example.org"}


def asks(visitor: Visitor, language: str = "de", **typed: str):
    page = visitor.opens(f"/{language}/contact/callback")
    hidden = {each.get("name"): each.get("value", "") for each in page.all("input", type="hidden")}
    first = page.all("input", name="slot")[0].get("value")
    return visitor.sends(f"/{language}/contact/callback", {**hidden, "slot": first, **TYPED, **typed})


def question(app) -> Question:
    with app.app_context():
        return db.session.scalars(select(Question)).one()


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (["9:00-17:00"], ["13–15", "15–17"]),
        (["11:00-12:30", "13:30-18:00"], ["13–15", "15–17"]),
        (["9:00-11:45"], []),
    ],
)
def test_times_to_choose_begin_with_the_opening_and_lie_ahead(periods, expected):
    now = datetime(2026, 12, 16, 11, 45, tzinfo=BERLIN)
    found = slots(BusinessHours(BERLIN, read_week({"wed": periods})), now)
    today = [each for each in found if each.begins_at - now < timedelta(days=1)]
    assert [
        f"{each.begins_at.astimezone(BERLIN):%-H}–{each.ends_at.astimezone(BERLIN):%-H}" for each in today
    ] == expected


def test_slots_of_a_spring_day_keep_their_local_hours_and_a_rest_below_an_hour_belongs_to_none():
    hours = BusinessHours(BERLIN, read_week({"sun": ["1:00-6:30"]}))
    found = slots(hours, datetime(2027, 3, 27, 12, tzinfo=UTC))[:2]
    assert [(each.begins_at.hour, each.ends_at.hour) for each in found] == [(0, 2), (2, 4)]


def test_a_guest_chooses_a_time_and_has_a_number_with_that_promise(app, guest):
    page = asks(guest)
    assert page.status == 303
    asked = question(app)
    assert asked.number in page.location and asked.source == "callback"
    with app.app_context():
        promise = db.session.scalars(select(PromiseEntry)).one()
        message = db.session.scalars(select(Message)).one()
    # A Wednesday at eleven: calls are made from nine to five, and the first time that lies ahead begins at one.
    assert asked.answer_due_at == promise.due_at == datetime(2026, 12, 16, 14, tzinfo=UTC)
    assert "0170 1234567" in message.body and "Mittwoch, 16. Dezember, 13:00 bis 15:00 Uhr" in asked.subject
    receipt = guest.opens(f"/de/questions/{asked.number}/receipt")
    assert "Sie haben diese Zeit für unseren Anruf gewählt." in receipt.text and asked.number in receipt.text


def test_whoever_waits_for_a_call_reads_of_a_call_everywhere(app, guest):
    asks(guest)
    number, moment = question(app).number, "Mittwoch, 16. Dezember 2026, 15:00 Uhr (MEZ)"
    receipt, page = (guest.opens(f"/de/questions/{number}{part}") for part in ("/receipt", ""))
    assert f"Unser Anruf kommt bis {moment}" in receipt.text and "beantwortet" not in receipt.text
    assert "Servicezeiten: " not in receipt.text and "Die Zeit läuft" not in receipt.text
    assert page.heading == "Unser Anruf kommt bis Mi., 16. Dezember, 15:00 Uhr. Wir sind dran."
    mail = Mailbox(app).newest(to=TYPED["email"])
    assert f"Ihr Rückrufwunsch ist angekommen. Unser Anruf kommt spätestens am:\n\n  {moment}" in mail.text
    assert "erste Antwort" not in mail.text


def test_the_same_form_twice_is_one_call_and_a_signed_in_customer_types_no_address(app, anna):
    page = anna.opens("/de/contact/callback")
    assert not page.all("input", name="email")
    hidden = {each.get("name"): each.get("value", "") for each in page.all("input", type="hidden")}
    sent = {**hidden, "slot": page.all("input", name="slot")[0].get("value"), "phone": "089 123456", "about": "Umzug"}
    assert {anna.sends("/de/contact/callback", sent).status for _ in range(2)} == {303}
    assert question(app).asker_name == anna.person.name


@pytest.mark.together
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("slot", "20200101T0000"),
        ("slot", ""),
        ("phone", "ruf mich an"),
        ("phone", "1" * 50),
        ("phone", "١٢٣٤٥٦٧"),
        ("about", ""),
        ("about", "x" * 2001),
        ("name", ""),
        ("email", "gerda"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_comes_back(app, guest, field, typed):
    page = asks(guest, **{field: typed})
    assert page.status == 422 and page.all("a", href=f"#{field}")
    kept = {**TYPED, field: typed}
    assert all(kept[name] in page.html for name in ("name", "email") if name != field)
    with app.app_context():
        assert db.session.scalar(select(Question)) is None


def test_a_call_that_was_missed_is_a_missed_promise(app, guest):
    asks(guest)
    with clock.frozen(NOON + timedelta(hours=5)), app.app_context():
        for chore in CHORES:
            chore.run(clock.now())
    assert question(app).breached_at is not None


def test_the_desk_has_a_queue_of_calls_and_a_case_says_what_it_is(app, guest, clara):
    asks(guest)
    queue = clara.opens("/desk/queues/callbacks")
    assert question(app).number in queue.text
    assert "Rückruf" in clara.opens(f"/desk/questions/{question(app).number}").text


def test_a_call_can_be_chosen_by_night_and_the_page_says_when_the_first_may_come(app):
    moments = {21: "Die nächste Zeit beginnt morgen um 9:00 Uhr", 9: "Die nächste Zeit beginnt heute um 11:00 Uhr"}
    for hour, said in moments.items():
        with clock.frozen(NOON.replace(hour=hour)):
            # A finished page is kept for a moment, which a clock that jumps does not end.
            assert said in Visitor(app).opens(f"/de/contact?{hour}").text


def test_the_contact_page_leads_there_in_both_languages(reader, english_reader):
    assert reader.opens("/de/contact").all("a", href="/de/contact/callback")
    assert english_reader.opens("/en/contact").all("a", href="/en/contact/callback")
