"""A confirmation that failed for good: the address on file, then a letter, else undeliverable (specification 2.14)."""

from datetime import timedelta

import pytest

from portal.accounts.models import User
from portal.foundation.database import db, transaction
from portal.journal.models import AuditEntry
from portal.leaving.following import find_other_ways
from portal.leaving.models import Declaration
from portal.leaving.receipts import mail_state
from portal.leaving.rules.declarations import State
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.contracts.books import contract
from tests.leaving.test_following import declares, mails, stands, verbs
from tests.mailbox import Mailbox

POSTAL = "Am Hang 3\n79999 Lärchental"


def fails(app, which: int = -1) -> None:
    """The newest confirmation can finally not be sent; then the worker looks, twice."""
    sent = mails(app, "leaving_cancellation")[which].id
    with app.app_context():
        with transaction():
            db.session.get_one(Notification, sent).failed_at = NOON
        for _twice in range(2):
            find_other_ways(NOON)


def state_of_mail(app, number: int, *, is_proven: bool) -> str:
    with app.test_request_context("/de/"):
        return mail_state(db.session.get_one(Declaration, number), is_proven=is_proven).name


def test_it_goes_once_to_the_address_on_file_and_whoever_typed_learns_nothing(app):
    contract(app)
    number = declares(app, email="dead@else.example")
    fails(app)
    assert [each.recipient for each in mails(app, "leaving_cancellation")] == ["dead@else.example", "anna@example.org"]
    assert state_of_mail(app, number, is_proven=False) == "failed"
    assert state_of_mail(app, number, is_proven=True) == "waiting"


@pytest.mark.parametrize("typed", ["", "keine Adresse"])
def test_without_an_address_it_goes_to_the_one_on_file_with_the_exact_date_once_the_contract_is_found(app, typed):
    contract(app)
    number = declares(app, email=typed, identity="20417")
    assert [each.recipient for each in mails(app)] == ["anna@example.org"] * 2
    assert [each.kind for each in mails(app)] == ["leaving_notice", "leaving_cancellation"]
    mail = Mailbox(app).newest(to="anna@example.org")
    assert "Bestätigung Ihrer Kündigung" in mail.subject and "16. Januar 2027" in mail.text
    assert state_of_mail(app, number, is_proven=False) == "none"
    unknown = declares(app, email=typed, about="TW-2025-99999", identity="")
    assert state_of_mail(app, unknown, is_proven=False) == "none" and len(mails(app)) == 2


def test_then_a_letter_is_work_until_somebody_has_posted_it(app, clara):
    contract(app, postal_address=POSTAL)
    number = declares(app)
    fails(app)
    assert (stands(app, number).state, stands(app, number).work) == (State.EFFECTIVE_SET, "letter")
    with app.app_context():
        path = f"/desk/declarations/{db.session.get_one(Declaration, number).reference}"
    letter = clara.opens(f"{path}/letter").text
    assert "Am Hang 3" in letter and "16. Januar 2027" in letter and "Wortlaut der Erklärung" in letter
    assert "Das waren nicht Sie?" in letter and "HRB 000000" in letter and "Arbeitsplatz" not in letter
    assert "per Brief" in clara.opens("/desk/declarations").text
    assert state_of_mail(app, number, is_proven=True) == "letter"
    page = clara.opens(path)
    assert clara.submits(page, f"{path}/letter").status == 303
    assert (stands(app, number).work, state_of_mail(app, number, is_proven=True)) == ("", "posted")
    assert clara.submits(page, f"{path}/letter").status == 303
    assert verbs(app).count("cancellation.letter_posted") == 1
    assert clara.opens(f"{path}/letter").status == 404


@pytest.mark.parametrize("is_known", [True, False])
def test_without_a_postal_address_it_is_undeliverable_and_the_declaration_stays(app, is_known):
    if is_known:
        contract(app)
    number = declares(app)
    before = stands(app, number).state
    fails(app)
    assert stands(app, number).state == before
    assert ("cancellation.undeliverable" in verbs(app)) is is_known
    assert state_of_mail(app, number, is_proven=True) == ("undeliverable" if is_known else "failed")


@pytest.mark.parametrize("postal", [POSTAL, ""])
def test_a_notice_to_the_holder_that_comes_back_is_a_letter_without_a_word_of_the_sender(app, clara, postal):
    """Specification 2.15: the holder must learn that a stranger declared; neither words nor address go along."""
    contract(app, postal_address=postal)
    number = declares(app, email="stranger@else.example", reason="Ich bin es wirklich")
    (notice,) = mails(app, "leaving_notice")
    with app.app_context():
        with transaction():
            db.session.get_one(Notification, notice.id).failed_at = NOON
        for _twice in range(2):
            find_other_ways(NOON)
        path = f"/desk/declarations/{db.session.get_one(Declaration, number).reference}"
    if not postal:
        assert (stands(app, number).work, stands(app, number).flags) == ("", ["unreached"])
        assert (
            "weder per E-Mail noch per Post" in clara.opens(path).text and clara.opens(f"{path}/letter").status == 404
        )
        return
    assert stands(app, number).work == "letter" and verbs(app).count("cancellation.notice_letter_needed") == 1
    letter = clara.opens(f"{path}/letter").text
    assert "Am Hang 3" in letter and "16. Januar 2027" in letter and "Das waren nicht Sie?" in letter
    assert "Ich bin es" not in letter and "stranger@" not in letter
    assert clara.submits(clara.opens(path), f"{path}/letter").status == 303 and stands(app, number).work == ""


def test_whoever_is_written_to_with_the_confirmation_gets_no_second_letter_for_the_date(app):
    contract(app, postal_address=POSTAL)
    number = declares(app)
    with app.app_context(), transaction():
        for each in mails(app, "leaving_date"):
            db.session.get_one(Notification, each.id).failed_at = NOON
    fails(app)
    assert stands(app, number).work == "letter" and "cancellation.notice_letter_needed" not in verbs(app)


@pytest.mark.parametrize(("days", "is_written"), [(29, True), (31, False)])
def test_whoever_has_a_new_address_on_file_is_written_to_by_post_as_well(app, anna, clara, days, is_written):
    """Specification 2.15: somebody with access to the mailbox may have put an address of their own there."""
    contract(app, postal_address=POSTAL)
    with app.app_context(), transaction():
        user = db.session.scalar(db.select(User.id).filter_by(email="anna@example.org"))
        db.session.add(AuditEntry(at=NOON - timedelta(days=days), verb="address.changed", user_id=user))
    number = declares(app)
    assert (stands(app, number).work, stands(app, number).flags) == (
        ("letter", ["address_new"]) if is_written else ("", [])
    )
    if is_written:
        letter = clara.opens("/desk/declarations/C26-00001-4/letter").text
        assert "wurde kürzlich geändert" in letter and "anna@example.org" not in letter
