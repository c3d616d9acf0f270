"""Taking a declaration: never refused, once, with its time, and with everything that proves it."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.journal.models import Event
from portal.journal.rules import SYSTEM
from portal.leaving.actions.bundling import bundle_held
from portal.leaving.actions.recording import StateRefused, pass_to
from portal.leaving.counting import LEAVING_TALLY
from portal.leaving.following import match_new
from portal.leaving.forms import FIELD_LIMIT
from portal.leaving.models import Delivery, FormPage, LeavingCount, RecordEntry
from portal.leaving.rules.declarations import State
from portal.leaving.rules.wishes import read_wished
from portal.notifications.models import Notification
from tests.cast import CLARA, signed_in
from tests.leaving.declaring import CANCEL, TYPED, WITHDRAW, declarations, only, press, receipt_path, send, standings
from tests.visitor import Visitor

HOSTILE = {
    "arabic": "أحمد بن علي",
    "georgian": "ნინო ბერიძე",
    "emoji": "👩‍👩‍👧‍👦 Familie",
    "markup": "<script>alert(1)</script>\"'&",
    "formula": '=HYPERLINK("http://evil.example";"x")',
    "sql": "'; DROP TABLE declarations; --",
    "template": "{{ 71*73 }}{% raw %}",
    "header": "Anna\r\nBcc: all@example.org",
    "nul": "An\x00na",
    "percent": "100 % %(name)s %s",
    "turned": "\u202eannA",
    "long": "x" * 30_000,
}


def test_a_declaration_is_stored_with_its_time_its_page_and_its_standing(app, guest):
    """Checklist 28, 53: before the answer there are row, standing, record, key and mail."""
    press(guest)
    declared = only(app)
    assert (declared.reference, declared.kind, declared.channel) == ("C26-00001-4", "cancellation", "web")
    assert declared.received_at == declared.declared_at == clock.now()
    assert (declared.zone, declared.language) == ("Europe/Berlin", "de")
    assert declared.url == "http://localhost/kuendigen" and declared.label_version
    assert declared.page_version == declared.form_sha256[:12]
    assert declared.raw_fields["name"] == "Anna Berger"
    standing = declared.standing
    assert (standing.state, standing.work, standing.flags) == ("received", "match", [])
    assert standing.work_due_at == clock.now() + timedelta(days=1)


def test_the_form_that_was_seen_is_kept_word_for_word(app, guest):
    """Checklist 53: which page somebody saw can be proven."""
    press(guest)
    with app.app_context():
        LEAVING_TALLY.of(app).write()
        page = db.session.get(FormPage, only(app).form_sha256)
        assert hashlib.sha256(page.html.encode()).hexdigest() == page.sha256
        assert "jetzt kündigen</button>" in page.html and "Anna" not in page.html


def test_nothing_about_the_network_or_the_browser_is_kept(app, guest):
    """Checklist 61: neither the declaration nor the record knows an address of a network or a browser."""
    guest.sends(CANCEL, TYPED, User_Agent="Secret/1.0")
    with app.app_context():
        for table in ("declarations", "declaration_standings", "leaving_records", "events"):
            for row in db.session.execute(text(f"SELECT * FROM {table}")).all():
                assert guest._address not in str(row) and "Secret/1.0" not in str(row)


def test_an_ordinary_cancellation_needs_no_reason_and_no_date(app, guest):
    """Checklist 19, 21."""
    press(guest)
    declared = only(app)
    assert (declared.cause, declared.reason, declared.is_on_date, declared.wished) == ("ordinary", "", False, "")
    assert "Kündigungsgrund: nicht angegeben" in declared.canonical_text
    assert "Ende des Vertrags: zum frühestmöglichen Zeitpunkt" in declared.canonical_text


def test_a_cancellation_for_cause_needs_no_reason_and_is_flagged(app, guest):
    """Checklist 20; W11."""
    press(guest, cause="for_cause")
    assert (only(app).cause, only(app).standing.flags) == ("for_cause", ["for_cause", "no_reason"])


@pytest.mark.together
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("30.6.2027", "2027-06-30"),
        ("30.06.27", "2027-06-30"),
        ("2027-06-30", "2027-06-30"),
        ("30. Juni 2027", "2027-06-30"),
        ("zum 1. März 2027 bitte", "2027-03-01"),
        ("30 June 2027", "2027-06-30"),
        ("June 30th, 2027", "2027-06-30"),
        ("1.1.1999", "1999-01-01"),
        ("31.2.2027", None),
        ("sofort", None),
        ("nächsten Monat", None),
        ("1.3.2027 oder 1.4.2027", None),
        ("٣٠.٦.٢٠٢٧", None),
        ("9" * 500, None),
    ],
)
def test_a_wished_end_is_read_where_it_is_one_date_and_kept_word_for_word(app, guest, typed, read):
    """Checklist 21, 22; W8, W9: past dates and nonsense are kept, not refused."""
    before = len(declarations(app))
    press(guest, date=typed)
    (declared,) = declarations(app)[before:]
    assert declared.wished == typed and declared.is_on_date
    assert f"Ende des Vertrags: am {typed}" in declared.canonical_text
    assert str(declared.standing.wished_on or "") == (read or "")


def test_a_date_counts_also_where_the_round_button_beside_it_was_not_pressed(app, guest):
    """Read by meaning (§ 133 BGB)."""
    press(guest, end="earliest", date="30.6.2027")
    assert only(app).is_on_date and read_wished(only(app).wished).year == 2027


@pytest.mark.together
@pytest.mark.parametrize("field", ["name", "email", "identity", "about", "reason", "date"])
@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_typed_is_taken_and_shown_as_text(app, guest, field, typed):
    """Checklist 22, 23, 24: hostile, foreign and long texts in every field."""
    before = len(declarations(app))
    receipt = press(guest, **{field: typed})
    assert receipt.status == 200 and len(declarations(app)) == before + 1
    assert "<script>alert" not in receipt.html and "5183" not in receipt.find("pre").text.split("SHA-256")[0]


def test_every_choice_may_be_nonsense(app, guest):
    """Checklist 19: an unknown choice counts as none."""
    assert send(guest, cause="😀", end="nie").status == 200 and only(app).cause == "ordinary"


def test_fields_may_be_missing_come_twice_or_be_unknown(app, guest):
    """Checklist 28: first value counts, every value is kept."""
    body = "name=Anna&name=Bernd&iban=DE00&about=%ff%fe"
    answer = guest._client.post(CANCEL, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert only(app).name == "Anna" and only(app).raw_fields["name"] == ["Anna", "Bernd"]
    assert "iban" not in only(app).raw_fields


def test_a_body_that_is_no_form_points_to_nobody(app, guest):
    answer = guest._client.post(CANCEL, data='{"name": "Anna"}', content_type="application/json")
    assert answer.status_code == 422 and declarations(app) == []


def test_a_long_text_is_kept_whole_and_documents_say_that_they_show_the_beginning(app, guest):
    """Nothing is cut silently: the row keeps all, the document names the length."""
    press(guest, reason="Ärger " * 10_000)
    declared = only(app)
    assert declared.reason == ("Ärger " * 10_000).strip() and len(declared.raw_fields["reason"]) == 60_000
    assert "[hier gekürzt: 59999 Zeichen eingegeben; alle sind bei uns gespeichert]" in declared.canonical_text


def test_a_text_that_no_person_types_is_cut_visibly(app, guest):
    """The limit of a single field, and its mark."""
    press(guest, reason="x" * (FIELD_LIMIT + 5))
    assert only(app).reason.endswith("x […]") and len(only(app).reason) == FIELD_LIMIT + 4


def test_characters_that_cannot_be_kept_are_written_as_their_number(app, guest):
    press(guest, name="An\x00na")
    assert only(app).name == "Anna" and only(app).raw_fields["name"] == "An\\u0000na"


def test_pressing_twice_going_back_and_loading_anew_make_one_declaration(app, guest):
    """Checklist 49: the same form with the same content shows the same receipt at the same address."""
    page = guest.opens(CANCEL)
    receipts = [guest.submits(page, CANCEL, **TYPED) for _ in range(3)]
    assert len(declarations(app)) == 1
    assert len({receipt_path(each) for each in receipts}) == 1
    assert {re.search(r"C26-\d{5}-\d", each.text)[0] for each in receipts} == {"C26-00001-4"}


def test_the_same_form_changed_and_sent_again_is_a_second_declaration(app, guest):
    """Spec 2.14: other date or kind: both are kept."""
    page = guest.opens(CANCEL)
    guest.submits(page, CANCEL, **TYPED)
    guest.submits(page, CANCEL, **TYPED | {"date": "30.6.2027"})
    assert [each.standing.state for each in declarations(app)] == ["received", "received"]


def test_the_same_words_within_a_day_show_the_first_receipt_and_send_nothing_more(app, guest):
    """Checklist 49: kept, linked, without a second effect; the first time counts."""
    press(guest)
    with clock.frozen(clock.now() + timedelta(hours=23)):
        receipt = press(Visitor(app))
    first, second = declarations(app)
    assert "C26-00001-4" in receipt.text and second.reference not in receipt.text
    assert (second.standing.state, second.standing.duplicate_of_id) == ("duplicate_of", first.id)
    assert second.standing.work_due_at is None
    with app.app_context():
        assert len(db.session.scalars(select(Notification)).all()) == 1
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert press(Visitor(app)).status == 200
    assert declarations(app)[2].standing.state == "received"


def test_the_same_words_in_another_language_are_one_declaration_that_is_read_in_the_language_of_now(app, guest):
    """The wording stays as it was stored; page, file and confirmation speak the language of whoever reads."""
    press(guest)
    english = Visitor(app)
    for _press in range(2):
        page = send(english, "/cancel")
    again = english.opens(receipt_path(page))
    for shown in (page, again):
        assert shown.heading == "We have received your cancellation" and shown.tree.get("lang") == "en"
        assert "C26-00001-4" in shown.text and shown.find("pre", lang="de").text.startswith("Kündigung")
    first, *others = declarations(app)
    assert {each.standing.duplicate_of_id for each in others} == {first.id}
    with app.app_context():
        mails = db.session.scalars(select(Notification).order_by(Notification.id)).all()
        assert [each.language for each in mails] == ["de", "en"]
        assert mails[1].payload["reference"] == first.reference and mails[1].payload["fields"][2][0] == "Name"
    assert english.opens(f"/receipt/{mails[1].payload['key']}").tree.get("lang") == "en"


def test_a_hundred_declarations_from_one_address_are_all_stored(app, mailbox):
    """Checklist 48: none is refused, at most three mails reach one address in a day, all others come in one mail."""
    bot = Visitor(app, address="203.0.113.9")
    for number in range(100):
        assert send(bot, about=f"Vertrag {number}").status == 200
    assert len(declarations(app)) == 100
    assert [each.declaration_id for each in standings(app) if "crowd" in each.flags] == list(range(21, 101))
    assert len(mailbox.mails("anna@example.org")) == 3
    with app.app_context():
        match_new(clock.now())
        match_new(clock.now())
    queue = signed_in(app, CLARA).opens("/desk/declarations")
    assert "80 Erklärungen von sehr vielen auf einmal" in queue.text and len(queue.all("li")) < 60
    clara = signed_in(app, CLARA)
    crowd = clara.opens(clara.opens("/desk/declarations?list=crowd").links["Nächste Seite"])
    assert "C26-00100" in crowd.text and "C26-00021" in clara.opens(crowd.links["Vorige Seite"]).text
    with app.app_context():
        while bundle_held(clock.now()):
            pass
        assert len(db.session.scalars(select(Notification)).all()) == 4
    assert len(mailbox.mails("anna@example.org")) == 3
    with clock.frozen(clock.now() + timedelta(hours=25)):
        *singly, together = mailbox.mails("anna@example.org")
    assert len(singly) == 3 and together.subject == "Bestätigung von 97 weiteren Erklärungen"
    (file,) = together.message.iter_attachments()
    for each in declarations(app)[3:]:
        assert each.reference in together.text and f"Vorgang: {each.reference}" in file.get_content()


def test_a_filled_trap_is_marked_and_nothing_more(app, guest):
    """Spec 2.15: flagged for the staff, taken like every other."""
    assert send(guest, website="http://spam.example").status == 200 and only(app).standing.flags == ["trap"]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 22, 22, 58, 41, tzinfo=UTC), "22.11.2026, 23:58:41 Uhr (MEZ, UTC+01:00)"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25.10.2026, 02:30:00 Uhr (MESZ, UTC+02:00)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25.10.2026, 02:30:00 Uhr (MEZ, UTC+01:00)"),
        (datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC), "28.03.2027, 01:59:59 Uhr (MEZ, UTC+01:00)"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "28.03.2027, 03:00:00 Uhr (MESZ, UTC+02:00)"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "01.01.2027, 00:30:00 Uhr (MEZ, UTC+01:00)"),
    ],
)
def test_times_are_right_on_the_night_the_clocks_change_and_at_the_turn_of_the_year(app, guest, moment, shown):
    """Checklist 29, 42; W1, W6, W7, W16: from UTC only, with zone and offset."""
    with clock.frozen(moment):
        receipt = press(guest)
        reference = only(app).reference
    assert f"Eingegangen: {shown}" in receipt.text and f"Abgegeben: {shown}" in receipt.text
    assert reference.startswith("C27" if moment.year == 2026 and moment.month == 12 else f"C{moment.year % 100}")


def test_two_presses_in_the_doubled_hour_stay_in_order(app, guest):
    """Checklist 42; W6."""
    for hour in (0, 1):
        with clock.frozen(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)):
            press(guest, about=f"Vertrag {hour}")
    first, second = declarations(app)
    assert second.received_at - first.received_at == timedelta(hours=1)


def test_english_pages_make_english_declarations(app, english_visitor):
    """Spec 2.2."""
    receipt = press(english_visitor, "/cancel")
    assert receipt.heading == "We have received your cancellation"
    assert "by pressing the button “cancel now” on http://localhost/cancel." in only(app).canonical_text
    assert "16 Dec 2026, 11:00:00 (CET, UTC+01:00)" in only(app).canonical_text


def test_a_withdrawal_has_its_own_numbers_and_asks_for_no_reason(app, guest):
    """Checklist 26."""
    receipt = press(guest, WITHDRAW, part="nur den Router")
    declared = only(app)
    assert (declared.reference[0], declared.kind, declared.cause) == ("W", "withdrawal", "")
    assert "Nur diese Teile: nur den Router" in declared.canonical_text and "Grund" not in declared.canonical_text
    assert receipt.heading == "Ihr Widerruf ist eingegangen"


def test_the_record_holds_no_word_of_what_was_typed(app, guest):
    """Spec 2.13: circumstances and hashes."""
    press(guest, reason="Umzug nach Kreta")
    with app.app_context():
        (entry,) = db.session.scalars(select(RecordEntry)).all()
        assert (entry.verb, entry.reference, entry.position) == ("cancellation.received", "C26-00001-4", 1)
        assert "Kreta" not in str(entry.facts) and "Anna" not in str(entry.facts)
        assert db.session.scalar(select(Event.verb)) == "cancellation.received"


def test_what_was_declared_cannot_be_changed_and_the_record_only_grows(app):
    """Checklist 52: the database itself refuses, on both systems."""
    press(Visitor(app))
    changes = (
        "UPDATE declarations SET received_at = declared_at",
        "UPDATE leaving_records SET verb = 'nothing'",
        "DELETE FROM leaving_records",
    )
    for change in changes:
        with app.app_context():
            with pytest.raises(DatabaseError), transaction():
                db.session.execute(text(change))
            db.session.rollback()


def test_it_works_on_both_databases(app):
    """Checklist 28, 49: numbers, duplicates and mails on SQLite and PostgreSQL."""
    visitor = Visitor(app)
    for typed in ({}, {}, {"name": "ნინო \x00 👩‍👧", "about": "2"}):
        assert press(visitor, **typed).status == 200
    assert [each.standing.state for each in declarations(app)] == ["received", "duplicate_of", "received"]
    with app.app_context():
        LEAVING_TALLY.of(app).write()
        assert len(db.session.scalars(select(Delivery)).all()) == 2
        sums = {each.measure: each.amount for each in db.session.scalars(select(LeavingCount))}
        assert sums == {"opened": 3, "sent": 2, "took_15": 2}


def test_a_declaration_passes_only_where_the_way_is_open(app, guest):
    """Spec 2.4."""
    press(guest)
    with app.app_context():
        declared = declarations(app)[0]
        declared = db.session.merge(declared)
        with pytest.raises(StateRefused), transaction():
            pass_to(declared, State.ENDED, "cancellation.ended", by=SYSTEM, at=clock.now())
        db.session.rollback()
        with transaction():
            pass_to(declared, State.MATCHED, "cancellation.matched", by=SYSTEM, at=clock.now(), contract=7)
        entry = db.session.scalar(select(RecordEntry).order_by(RecordEntry.position.desc()))
        assert entry.facts == {"before": "received", "state": "matched", "contract": 7}


def test_whoever_bought_in_an_app_store_reads_where_it_is_charged_and_is_not_refused(app, guest):
    """Specification 2.14: a plain note on the receipt, whether or not there is such a contract."""
    receipt = press(guest, about="Talwind TV, gekauft im App Store")
    assert receipt.status == 200 and "rechnet dieser Store ab" in receipt.text
    assert "rechnet dieser Store ab" not in press(guest).text
