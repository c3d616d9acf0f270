"""View as customer: the same page, at another time, that can do nothing and tells nothing that is ours alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification
from portal.questions.models import Message
from tests.cast import ANNA, signed_in
from tests.desk.cases import does
from tests.questions.people import ask, ask_as_guest, give_answer

VIEW = "/desk/preview/page"


def looks(clara, **asked: str):
    page = clara.opens("/desk/preview")
    return clara.submits(page, VIEW, **{"as": "visitor", "who": "", "at": "", "path": "/de/", **asked})


def state(app) -> tuple:
    with app.app_context():
        counted = [db.session.scalar(select(func.count()).select_from(each)) for each in (Message, Notification)]
        return (*counted, db.session.scalar(select(func.max(AuditEntry.id))))


def test_a_customer_s_own_page_is_seen_as_they_see_it_without_internal_notes(app, clara):
    asked = ask(app)
    give_answer(asked, "Der Betrag stimmt.")
    does(clara, asked, "notes", note="Vorsicht, streng geheim.")
    page = looks(clara, **{"as": "customer", "who": asked.number, "path": asked.address})
    assert page.status == 200 and "Der Betrag stimmt." in page.text
    assert "streng geheim" not in page.html and "Dies ist nur eine Ansicht." in page.text
    assert ANNA.name in page.text
    own = signed_in(app, ANNA).opens(asked.address)
    assert own.heading == page.heading


def test_a_guest_with_the_link_sees_the_question_and_nothing_else(app, clara):
    asked, other = ask_as_guest(app), ask(app)
    page = looks(clara, **{"as": "guest", "who": asked.number, "path": asked.address})
    assert page.status == 200 and asked.row.subject in page.text
    foreign = looks(clara, **{"as": "guest", "who": asked.number, "path": other.address})
    assert foreign.status == 404 and other.row.subject not in foreign.text


def test_a_new_visitor_sees_no_question_and_the_desk_is_no_part_of_the_view(app, clara):
    asked = ask(app)
    assert looks(clara, path=asked.address).status == 404
    for path in (
        "/desk/queues/mine",
        "/de/account/sign-in",
        "//evil.example/",
        "https://evil.example/",
        "/\\evil",
        "x",
    ):
        page = looks(clara, path=path)
        assert page.status == 422 and "gehört nicht zur Ansicht" in page.text, path


def test_at_another_time_the_page_is_as_it_would_be_then(app, clara):
    asked = ask(app)
    then = (clock.now() + timedelta(days=30)).replace(tzinfo=None).isoformat(timespec="minutes")
    now = looks(clara, **{"as": "customer", "who": asked.number, "path": asked.address})
    late = looks(clara, **{"as": "customer", "who": asked.number, "path": asked.address, "at": then})
    assert now.heading != late.heading or now.text != late.text
    closed = looks(clara, at="2026-12-25T12:00", path="/de/contact")
    assert "geschlossen" in closed.text.lower() or "wieder" in closed.text
    assert clock.now().year == 2026 and looks(clara, path="/de/contact").status == 200


def test_the_view_can_do_nothing_sends_nothing_and_is_written_down(app, clara):
    asked = ask(app)
    before = state(app)
    page = looks(clara, **{"as": "customer", "who": asked.number, "path": asked.address})
    after = state(app)
    assert after[:2] == before[:2] and (after[2] or 0) > (before[2] or 0)
    policy = page.response.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "allow-forms" not in policy and "allow-scripts" not in policy
    assert "form-action 'none'" in policy and "<script" not in page.html
    assert all(each.get("inert") is not None for each in page.all("form"))
    assert "Set-Cookie" not in page.response.headers
    for link in page.all("a"):
        href = link.get("href")
        assert not href.startswith("/") or href.startswith("/desk/preview"), href
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).filter_by(verb="preview.opened")).one()
        assert (entry.actor_id, entry.details["path"]) == (clara.user_id, asked.address)


def test_what_a_customer_has_typed_and_not_sent_stays_theirs(app, clara):
    asked, anna = ask(app), signed_in(app, ANNA)
    page = anna.opens(asked.address)
    token = page.find("input", name="token").get("value")
    kept = anna.sends(f"{asked.address}/draft", {"token": token, "body": "Noch nicht gesendet", "is_complete": "yes"})
    assert kept.status < 400 and "Noch nicht gesendet" in anna.opens(asked.address).html
    seen = looks(clara, **{"as": "customer", "who": asked.number, "path": asked.address})
    assert seen.status == 200 and "Noch nicht gesendet" not in seen.html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"as": "guest", "who": ""}, "Bitte schreiben Sie die Nummer einer Anfrage."),
        ({"as": "customer", "who": "nichts"}, "Nummer einer Anfrage oder die Adresse"),
        ({"at": "gestern"}, "Bitte schreiben Sie Tag und Uhrzeit"),
        ({"at": "0001-01-01T00:00"}, "Bitte schreiben Sie Tag und Uhrzeit"),
        ({"as": "customer", "who": "nobody@example.org"}, "Nummer einer Anfrage oder die Adresse"),
    ],
)
def test_what_makes_no_sense_is_said_with_the_form_as_it_was(app, clara, asked, said):
    page = looks(clara, **asked)
    assert page.status == 422 and said in page.text
    if asked.get("who"):
        assert page.find("input", name="who").get("value") == asked["who"]


def test_customers_have_no_such_view(app, anna, guest):
    assert anna.opens("/desk/preview").status == 404
    assert guest.opens(f"{VIEW}?as=visitor&path=/de/").status == 303
