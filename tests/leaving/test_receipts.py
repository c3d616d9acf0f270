"""The receipt: its order and words, its file, its mail, a corrected address, and the voluntary feedback below it."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.leaving.chores import forget_texts, has_old_texts
from portal.leaving.models import LeavingFeedback
from portal.leaving.rules.documents import sha256
from portal.notifications.channels import DeliveryError, Failure
from portal.notifications.models import Notification
from tests.leaving.declaring import CANCEL, WITHDRAW, declarations, only, press, receipt_path
from tests.mailbox import Mailbox
from tests.visitor import Visitor

# Nothing may say that anything else is needed, or that a mail has arrived at somebody (checklist 39; spec 2.4).
NEVER = ("zugestellt", "erst wirksam", "rufen sie uns an", "bestätigen sie", "only valid", "please call", "delivered")


def test_the_receipt_says_what_was_declared_when_and_how(app, guest):
    """Checklist 29, 30: content, both times to the second with zone, the button, its address, and the hash."""
    receipt = press(guest, reason="Umzug ins Ausland", date="30.6.2027")
    text = receipt.text
    assert receipt.status == 200 and receipt.response.headers["Cache-Control"] == "no-store"
    assert receipt.response.headers["Referrer-Policy"] == "no-referrer"
    for said in (
        "Vorgang: C26-00001-4",
        "An: Talwind Netz GmbH, Mühlgasse 12, 79999 Lärchental",
        "Art der Kündigung: ordentliche Kündigung",
        "Kündigungsgrund: Umzug ins Ausland",
        "Name: Anna Berger",
        "Kundennummer oder Anschrift: Kundennummer 20417",
        "Vertrag: Glasfaser 100",
        "Ende des Vertrags: am 30.6.2027",
        "E-Mail-Adresse für die Bestätigung: anna@example.org",
        "Abgegeben: 16.12.2026, 11:00:00 Uhr (MEZ, UTC+01:00)",
        "Eingegangen: 16.12.2026, 11:00:00 Uhr (MEZ, UTC+01:00)",
        "durch Drücken der Schaltfläche „jetzt kündigen“ auf http://localhost/kuendigen abgegeben.",
        only(app).sha256,
    ):
        assert said in text, said


def test_the_parts_stand_in_the_order_of_the_specification(app, guest):
    """Spec 2.9."""
    text = press(guest).text
    parts = ("Ihre Kündigung ist eingegangen", "Vorgang:", "Wortlaut der Erklärung", "Kündigung speichern")
    parts += ("Bestätigung per E-Mail", "Wie es weitergeht", "Freiwillig: Was können wir besser machen?")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert press(guest).find("h1").get("autofocus") is not None


@pytest.mark.parametrize("place", [CANCEL, WITHDRAW])
def test_nothing_on_the_receipt_offers_asks_back_or_conditions(app, guest, place):
    """Checklist 39."""
    text = press(guest, place).text.lower()
    assert not [word for word in NEVER if word in text]


def test_the_file_holds_the_wording_and_its_hash(app, guest):
    """Checklist 30, 72: a plain text that anybody can check."""
    receipt = press(guest)
    file = guest.opens(receipt_path(receipt) + "/download")
    assert file.response.mimetype == "text/plain" and file.response.headers["Content-Disposition"].endswith(
        'filename="kuendigung-C26-00001-4.txt"'
    )
    _, wording, rest = file.html.split("-" * 40 + "\n")
    assert sha256(wording) == rest.split()[-1] == only(app).sha256
    assert "Drücken der Schaltfläche „jetzt kündigen“" in wording


def test_several_lines_of_a_field_cannot_pretend_to_be_ours(app, guest):
    receipt = press(guest, about="Glasfaser\nEingegangen: 01.01.2020, 00:00:00 Uhr")
    assert "    Eingegangen: 01.01.2020" in receipt.find("pre").text


def test_the_receipt_stays_at_its_address_for_three_years_and_opens_nothing_else(app, guest):
    """Spec 2.14: valid for at least twelve months; strangers get what does not exist."""
    path = receipt_path(press(guest))
    with clock.frozen(clock.now() + timedelta(days=3 * 365)):
        assert Visitor(app).opens(path).status == 200
    unknown = guest.opens("/receipt/" + "a" * 43)
    assert unknown.status == 404 and unknown.links["Alle Wege zu uns"].endswith("/contact")
    with clock.frozen(clock.now() + timedelta(days=3 * 366, hours=1)):
        assert guest.opens(path).status == 404


def test_the_answer_is_the_same_whoever_is_a_customer(app, anna):
    """Checklist 37: nothing tells whether a name, an address or a number is known."""
    known, unknown = press(Visitor(app)), press(Visitor(app), name="Nie Mand", email="niemand@example.net")

    def neutral(page):
        words = re.sub(r"[CW]\d\d-\d{5}-\d|[0-9a-f]{64}|\w…@[\w.]+|[\w.]+@[\w.]+", "…", page.text)
        words = words.replace("Anna Berger", "…").replace("Nie Mand", "…")
        return sorted(words.split())

    assert neutral(known) == neutral(unknown)


def test_no_exact_end_and_no_state_are_shown_to_whoever_only_pressed_the_button(app, guest):
    """Checklist 38."""
    path = receipt_path(press(guest))
    with app.app_context(), transaction():
        standing = db.session.merge(declarations(app)[0]).standing
        standing.state, standing.effective_on = "effective_set", date(2027, 4, 1)
    text = guest.opens(path).text
    assert "April 2027" not in text and "01.04.2027" not in text and "gefunden" not in text


@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "@", "a@b@c.de", "anna@exa mple.org", "x" * 300 + "@example.org"]
)
def test_an_address_that_is_none_is_taken_and_can_be_corrected(app, guest, typed):
    """Checklist 24: the declaration stands; one field sends the confirmation later."""
    receipt = press(guest, email=typed)
    assert receipt.status == 200 and "Ihre Erklärung ist trotzdem eingegangen" in receipt.text
    path = receipt_path(receipt)
    assert guest.submits(receipt, f"{path}/address", email="nichts").status == 422
    assert guest.submits(receipt, f"{path}/address", email=" Anna@Example.org ").status == 303
    assert "Die Bestätigung geht an a…@example.org." in guest.opens(path).text
    assert [mail.to for mail in Mailbox(app).mails()] == ["anna@example.org"]
    assert only(app).email == typed.strip() and only(app).standing.email == "anna@example.org"


def test_the_address_can_be_corrected_three_times_and_then_the_file_is_left(app, guest):
    """Limits throttle mails, never declarations."""
    path = receipt_path(press(guest))
    for number in range(4):
        Mailbox(app).deliver()
        answer = guest.sends(f"{path}/address", {"email": f"anna{number}@example.org"})
    assert answer.status == 422 and "Sie können Ihre Erklärung hier speichern" in answer.text
    assert len(Mailbox(app).mails()) == 4


class Refusing:
    """A mail server that knows nobody."""

    def send(self, _envelope):
        raise DeliveryError("550 no such user", Failure.FINAL)


def test_a_mail_that_is_refused_is_told_on_the_receipt_and_changes_nothing_else(app, guest):
    """Checklist 36."""
    receipt = press(guest)
    Mailbox(app, channel=Refusing()).deliver()
    page = guest.opens(receipt_path(receipt))
    assert (
        "Wir konnten die Adresse a…@example.org nicht verwenden. Ihre Erklärung ist trotzdem eingegangen." in page.text
    )
    assert page.all("input", name="email") and only(app).standing.state == "received"


def test_the_confirmation_is_in_the_outbox_with_the_declaration_and_due_at_once(app, guest):
    """Checklist 31."""
    press(guest)
    with app.app_context():
        row = db.session.scalar(select(Notification))
        assert (row.kind, row.due_at, row.created_at) == ("leaving_cancellation", clock.now(), clock.now())


def test_the_mail_says_what_was_declared_when_it_came_and_when_it_shall_end(app, guest):
    """Checklist 32, 33, 34, 39: text and HTML, nothing from elsewhere, no offer, no question, the facts of a letter."""
    press(guest, date="30.6.2027")
    mail = Mailbox(app).newest()
    assert mail.subject == "Bestätigung Ihrer Kündigung, Vorgang C26-00001-4"
    assert "am 16.12.2026 um 11:00:00 Uhr (MEZ, UTC+01:00) ist Ihre Kündigung bei uns eingegangen." in mail.words
    assert "Name: Anna Berger" in mail.words and "Vertrag: Glasfaser 100" in mail.words
    assert "Der Vertrag soll, wie gewünscht, am Mittwoch, 30. Juni 2027 enden" in mail.words
    assert "Das genaue Datum teilen wir gesondert mit, spätestens am Donnerstag, 17. Dezember 2026." in mail.words
    assert "Registergericht:" in mail.text and "Sitz:" in mail.text and "Geschäftsführung:" in mail.text
    assert not re.search(r"<img|src=|http://(?!localhost)", mail.html)
    assert not [word for word in (*NEVER, "angebot", "bewert", "umfrage", "freiwillig") if word in mail.words.lower()]
    (file,) = mail.message.iter_attachments()
    assert file.get_filename() == "kuendigung-C26-00001-4.txt" and only(app).sha256 in file.get_content()


def test_the_receipt_opens_by_the_link_in_the_mail(app, guest):
    press(guest)
    assert (
        Visitor(app).opens(Mailbox(app).newest().path_of("Erklärung und Stand ansehen")).heading
        == "Ihre Kündigung ist eingegangen"
    )


def test_the_mail_of_a_withdrawal_only_confirms_the_receipt(app, guest):
    """Checklist 35: § 356a BGB."""
    press(guest, WITHDRAW)
    mail = Mailbox(app).newest()
    assert "Diese Nachricht bestätigt nur den Eingang." in mail.words
    assert "erstatt" not in mail.words.lower() and "wirksam" not in mail.words.lower()


def test_the_mail_shortens_what_was_typed_and_makes_no_links_of_it(app, guest):
    """SR-51, spec 2.15: a stranger's words reach an address cut and without links; the file has them whole."""
    press(guest, name="Gewonnen http://evil.example/x www.evil.example", reason="x" * 3000)
    mail = Mailbox(app).newest()
    assert "evil.example" not in mail.text and "evil.example" not in mail.html and "evil . example" in mail.text
    assert "x" * 501 not in mail.words.replace(" ", "")
    (file,) = mail.message.iter_attachments()
    assert "x" * 3000 in file.get_content()


def test_feedback_comes_after_the_receipt_and_leaves_no_trace_of_who_gave_it(app, guest):
    """Checklist 54, 55: no person, no contract, no time but the day; skipping it changes nothing."""
    receipt = press(guest)
    assert "Bitte keine persönlichen Angaben" in receipt.text
    assert not [each for each in receipt.all("input", name="reason") if each.get("checked") is not None]
    # Nothing said is nothing stored; pressed twice is said once.
    nothing = guest.sends(f"{receipt_path(receipt)}/feedback", {})
    assert "deshalb ist auch nichts gespeichert" in guest.opens(nothing.location).text
    for _press in range(2):
        thanks = guest.submits(receipt, f"{receipt_path(receipt)}/feedback", reason="price", text="Zu viel Geld")
        assert thanks.status == 303 and "Danke für die Rückmeldung" in guest.opens(thanks.location).text
    with app.app_context():
        (row,) = db.session.scalars(select(LeavingFeedback)).all()
        assert (row.day, row.kind, row.reason, row.text) == (
            date(2026, 12, 16),
            "cancellation",
            "price",
            "Zu viel Geld",
        )
        assert {column.name for column in LeavingFeedback.__table__.columns} == {
            *("mark", "day", "kind", "language", "reason", "text")
        }
    assert only(app).standing.state == "received"


def test_reasons_stand_in_another_order_each_time(app, guest):
    """Spec 2.10: none is favoured."""
    path = receipt_path(press(guest))
    orders = {tuple(each.get("value") for each in guest.opens(path).all("input", name="reason")) for _ in range(8)}
    assert len(orders) > 1 and len({frozenset(order) for order in orders}) == 1


def test_feedback_without_a_receipt_is_nowhere_to_give_and_nobody_is_asked_by_mail(app, guest):
    """Checklist 54, 56."""
    assert guest.sends(f"/receipt/{'a' * 43}/feedback", {"reason": "price"}).status == 404
    receipt = press(guest)
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert "Freiwillig" not in guest.opens(receipt_path(receipt)).text
    assert len(Mailbox(app).mails()) == 1


@pytest.mark.parametrize("fields", [{}, {"reason": "😀", "text": "\u200b"}, {"text": "x" * 5000}])
def test_odd_feedback_is_taken_as_far_as_it_says_something(app, guest, fields):
    receipt = press(guest)
    assert guest.sends(f"{receipt_path(receipt)}/feedback", fields).status == 303
    with app.app_context():
        rows = db.session.scalars(select(LeavingFeedback)).all()
        assert [len(each.text) for each in rows] == ([1000] if len(fields.get("text", "")) > 1 else [])


def test_the_words_of_feedback_are_gone_after_a_year(app, guest):
    """Checklist 55."""
    receipt = press(guest)
    guest.sends(f"{receipt_path(receipt)}/feedback", {"reason": "price", "text": "Zu viel"})
    with app.app_context():
        later = clock.now() + timedelta(days=367)
        assert not has_old_texts(clock.now()) and has_old_texts(later)
        forget_texts(later)
        assert [(each.reason, each.text) for each in db.session.scalars(select(LeavingFeedback))] == [("price", "")]
