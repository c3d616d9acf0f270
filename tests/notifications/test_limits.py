"""Nobody can have the portal write to strangers: not their own words, not often, not to those who said no (SR-41)."""

from datetime import timedelta

import pytest

from portal.foundation import clock
from portal.foundation.database import db
from portal.mails import KINDS
from portal.notifications.models import StaffNotice
from portal.notifications.rules import CONTACTS_PER_HOUR, MailKind
from tests.mailbox import Mailbox
from tests.notifications.conftest import ANNA, BERND, announce, attempts, mail_row
from tests.visitor import Visitor

TYPED = "KAUFEN SIE JETZT http://boese.example"


@pytest.fixture
def link_kind(monkeypatch):
    """A kind of mail that a stranger can have sent to a known address."""
    kind = MailKind("notification_test", anyone_can_cause=True)
    monkeypatch.setitem(KINDS, "notification_test", kind)


@pytest.mark.once
@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_unconfirmed_address_never_gets_a_word_that_a_visitor_typed(app, kind, language):
    shown = KINDS[kind].shown_unconfirmed
    typed = {name: TYPED for name in ("name", "subject", "body", "text", "reason", "remark", "topic", "browser")}
    ours = {name: _plausible(name) for name in shown}
    number = announce(app, kind=kind, payload=typed | ours, is_confirmed=False, language=language)
    for mail in Mailbox(app).mails():
        assert "KAUFEN" not in mail.raw.decode() and "boese" not in mail.raw.decode()
        assert "/not-me?key=" in mail.text
    problem = mail_row(app, number).problem
    assert not problem or "UndefinedError" in problem, "it is sent, or refused because it needs more than it may show"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_kind_declares_a_value_that_people_type(kind):
    assert not KINDS[kind].shown_unconfirmed & {"name", "subject", "body", "text", "reason", "remark", "sentence"}


def test_the_fourth_mail_of_an_hour_to_an_unconfirmed_address_is_held_not_lost(app, later):
    numbers = [announce(app, is_confirmed=False) for _each in range(5)]
    box = Mailbox(app)
    assert len(box.mails(ANNA)) == 3
    held = mail_row(app, numbers[3])
    assert held.held_at and held.due_at == clock.now() + timedelta(hours=1) and held.tries == 0
    assert attempts(app, numbers[3]) == ["held"]
    later(timedelta(minutes=61))
    assert len(box.mails(ANNA)) == 5
    assert mail_row(app, numbers[3]).held_at is None


def test_an_unconfirmed_address_gets_at_most_ten_mails_a_day(app, later):
    for _each in range(14):
        announce(app, is_confirmed=False)
    box = Mailbox(app)
    for _hour in range(8):
        box.deliver()
        later(timedelta(minutes=61))
    assert len(box.mails(ANNA)) == 10
    later(timedelta(hours=20))
    assert len(box.mails(ANNA)) > 10


def test_a_confirmed_address_gets_as_many_mails_as_there_is_to_say(app):
    for _each in range(6):
        announce(app)
    assert len(Mailbox(app).mails(ANNA)) == 6


def test_links_that_anybody_can_have_sent_are_limited_for_confirmed_addresses_too(app, link_kind):
    for _each in range(6):
        announce(app)
    assert len(Mailbox(app).mails(ANNA)) == 3


def test_more_than_a_hundred_new_addresses_in_an_hour_are_held_and_somebody_is_called(app, caplog, later):
    for each in range(CONTACTS_PER_HOUR + 2):
        announce(app, to=f"anna{each}@example.org", is_confirmed=False)
    announce(app, to=BERND)
    box = Mailbox(app)
    assert len(box.mails()) == CONTACTS_PER_HOUR + 1, "a known address is written to as ever"
    assert "alarm: more than 100 first contacts in an hour" in caplog.text
    later(timedelta(minutes=61))
    assert len(box.mails()) == CONTACTS_PER_HOUR + 3


def test_whoever_says_not_me_gets_no_more_of_these_mails_and_the_desk_is_told(app):
    announce(app, is_confirmed=False)
    mail = Mailbox(app).newest(to=ANNA)
    stranger = Visitor(app)
    page = stranger.opens(mail.path_of("nicht erwartet"))
    assert page.status == 200 and page.response.headers["Referrer-Policy"] == "no-referrer"
    assert "a…@example.org" in page.text and ANNA not in page.text
    answer = stranger.submits(page, "/de/not-me")
    assert answer.status == 303 and "key" not in answer.location
    assert "beendet" in stranger.opens(answer.location).text
    number = announce(app, is_confirmed=False)
    assert len(Mailbox(app).mails(ANNA)) == 1
    assert "wants no such mails" in mail_row(app, number).problem
    with app.app_context():
        (notice,) = db.session.query(StaffNotice)
        assert notice.kind == "address_refused" and (notice.subject_type, notice.subject_id) == ("question", 1)


def test_opening_the_page_changes_nothing_because_machines_open_links(app):
    announce(app, is_confirmed=False)
    link = Mailbox(app).newest(to=ANNA).path_of("nicht erwartet")
    for _each in range(3):
        Visitor(app).opens(link)
    announce(app, is_confirmed=False)
    assert len(Mailbox(app).mails(ANNA)) == 2


def test_pressing_twice_is_as_good_as_once(app):
    announce(app, is_confirmed=False)
    link = Mailbox(app).newest(to=ANNA).path_of("nicht erwartet")
    page = Visitor(app).opens(link)
    assert [Visitor(app).submits(page, "/de/not-me").status for _each in range(2)] == [303, 303]
    assert "beendet" in Visitor(app).opens(link).text
    with app.app_context():
        assert db.session.query(StaffNotice).count() == 1


@pytest.mark.parametrize("key", ["x", "k" * 43, "%00", "k" * 4000, "😀"])
def test_a_key_that_is_none_refuses_nothing(app, key):
    assert Visitor(app).opens(f"/de/not-me?key={key}").status in (404, 414)
    answer = Visitor(app).sends("/de/not-me", {"key": key, "is_complete": "yes"})
    assert answer.status == 404


def test_a_form_that_was_cut_refuses_nothing(app):
    assert Visitor(app).sends("/de/not-me", {"key": "k" * 43}).status == 400


def test_the_page_without_a_key_says_where_the_link_is(reader, english_reader):
    assert "Ende der E-Mail" in reader.opens("/de/not-me").text
    assert "end of the email" in english_reader.opens("/en/not-me").text


def test_the_holder_still_gets_what_only_they_can_cause(app):
    announce(app, is_confirmed=False)
    page = Visitor(app).opens(Mailbox(app).newest(to=ANNA).path_of("nicht erwartet"))
    Visitor(app).submits(page, "/de/not-me")
    announce(app, is_confirmed=True)
    assert len(Mailbox(app).mails(ANNA)) == 2


def _plausible(name: str) -> str | int:
    if name in {"article", "files"}:
        return 121
    return clock.now().isoformat() if name.endswith(("_at", "_until", "before")) else "Q26-00001-5"
