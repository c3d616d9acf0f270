"""What one address was not sent singly on a day goes there in one mail (specification 2.15): three, then one."""

from datetime import timedelta

import pytest

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.leaving.actions.bundling import bundle_held
from portal.leaving.following import find_other_ways
from portal.leaving.models import RecordEntry
from portal.notifications.models import Notification
from portal.notifications.outbox import claim
from tests.contracts.books import ANNAS, contract
from tests.leaving.declaring import declarations, receipt_path, send
from tests.leaving.test_following import KNOWN, declares, mails
from tests.mailbox import Mailbox
from tests.visitor import Visitor

LATER = timedelta(hours=25)


def bundles(app) -> None:
    with app.app_context():
        while bundle_held(clock.now()):
            pass


def declare(app, amount: int, *, first: int = 0, place: str = "/kuendigen") -> list[str]:
    """So many declarations to one address, sent and put together; the addresses of their receipts."""
    pages = [send(Visitor(app), place, about=f"Vertrag {each}") for each in range(first, first + amount)]
    Mailbox(app).deliver()
    bundles(app)
    Mailbox(app).deliver()
    return [receipt_path(page) for page in pages]


def test_three_go_out_singly_and_every_other_one_in_one_mail_that_the_record_and_the_receipt_name(app):
    receipts = declare(app, 4) + declare(app, 1, place="/widerrufen") + declare(app, 2, first=9)
    waits = Visitor(app).opens(receipts[5]).text
    assert "höchstens drei Bestätigungen am Tag" in waits and "17. Dez. 2026" in waits
    assert len(Mailbox(app).mails()) == 3
    with clock.frozen(clock.now() + LATER):
        together = Mailbox(app).newest(to="anna@example.org")
        assert len(Mailbox(app).mails()) == 4 and together.subject == "Bestätigung von 4 weiteren Erklärungen"
        for each, path in zip(declarations(app)[3:], receipts[3:], strict=True):
            opened = Visitor(app).opens(together.path_of(f"Eingangsbestätigung zu {each.reference}"))
            assert opened.status == 200 and each.reference in opened.text
            assert "in einer E-Mail mit anderen" in Visitor(app).opens(path).text
    (file,) = together.message.iter_attachments()
    assert all(f"Vorgang: {each.reference}" in file.get_content() for each in declarations(app)[3:])
    assert (
        "Vertrag 3" in together.text
        and "Bei einem Widerruf bestätigt diese Nachricht nur den Eingang" in together.words
    )
    (row,) = mails(app, "leaving_confirmations")
    assert "key" not in str([list(each) for each in row.payload["items"]])
    with app.app_context():
        noted = db.session.scalars(db.select(RecordEntry).where(RecordEntry.verb.endswith(".bundled"))).all()
        assert {each.reference for each in noted} == {each.reference for each in declarations(app)[3:]}
        assert {each.facts["mail"] for each in noted} == {row.id}


def test_one_that_is_held_alone_goes_out_alone_and_another_address_is_not_touched(app):
    declare(app, 4)
    send(Visitor(app), email="bernd@example.org")
    assert len(Mailbox(app).mails(to="bernd@example.org")) == 1 and not mails(app, "leaving_confirmations")
    with clock.frozen(clock.now() + LATER):
        assert "Bestätigung Ihrer Kündigung" in Mailbox(app).newest(to="anna@example.org").subject


def test_what_a_worker_has_just_begun_to_send_is_left_to_it(app):
    declare(app, 4)
    (held,) = [each for each in mails(app) if each.held_at]
    send(Visitor(app), about="noch einer")
    Mailbox(app).deliver()
    with app.app_context():
        row = db.session.get_one(Notification, held.id)
        assert claim(row, worker="another:1:1", now=clock.now())
    bundles(app)
    assert not mails(app, "leaving_confirmations")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_bundle_that_comes_back_is_every_confirmation_in_it_that_came_back(app, is_known):
    """Specification 2.14: the address on file is tried for each of them."""
    if is_known:
        contract(app, ANNAS)
        contract(app, ANNAS, number="TW-2026-00981")
    said = [{"about": "TW-2025-00417"}, {"about": "TW-2026-00981"}]
    numbers = [declares(app, **said[each % 2], email="dead@else.example", reason=f"{each}") for each in range(6)]
    Mailbox(app).deliver()
    bundles(app)
    (row,) = mails(app, "leaving_confirmations")
    with app.app_context():
        with transaction():
            db.session.get_one(Notification, row.id).failed_at = clock.now()
        find_other_ways(clock.now())
    on_file = [each for each in mails(app, "leaving_cancellation") if each.recipient == "anna@example.org"]
    assert [each.subject_id for each in on_file] == (numbers[3:] if is_known else [])


def test_what_a_holder_is_told_goes_together_with_each_exact_date_and_each_way_to_object(app):
    contract(app, ANNAS)
    for each in range(2, 7):
        contract(app, ANNAS, number=f"TW-2026-0098{each}", product=f"Talwind {each}")
    declares(app, email="")
    for each in range(2, 7):
        declares(app, **KNOWN | {"about": f"TW-2026-0098{each}", "email": "someone@else.example"})
    Mailbox(app).deliver()
    bundles(app)
    with clock.frozen(clock.now() + LATER):
        *_others, together = (each for each in Mailbox(app).mails(to="anna@example.org") if "weitere" in each.subject)
        for each in declarations(app)[-3:]:
            page = Visitor(app).opens(together.path_of(f"Das war ich nicht ({each.reference})"))
            assert page.status == 200 and each.reference in page.text
    assert "16. Januar 2027" in together.text and "someone" not in together.text


def test_hostile_words_make_no_mail_that_is_too_large_to_be_sent(app):
    """Whoever fills every field to the brim with what HTML writes longer only makes a second mail of it."""
    for each in range(12):
        send(Visitor(app), about=f"{each}" + "&" * 4_900, reason="<" * 5_000, date='"' * 5_000, identity="ß" * 5_000)
    Mailbox(app).deliver()
    bundles(app)
    with clock.frozen(clock.now() + LATER):
        Mailbox(app).deliver()
    rows = mails(app, "leaving_confirmations")
    assert len(rows) == 2 and all(each.sent_at and not each.failed_at for each in rows)
