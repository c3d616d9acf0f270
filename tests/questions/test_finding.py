"""Find my questions: a link goes to the stored address alone, and the answer never tells whether there was one."""

import pytest
from sqlalchemy import func, select

from portal.foundation.database import db
from portal.notifications.models import Notification
from portal.numbers.format import Number
from tests.accounts.people import statements
from tests.cast import ANNA
from tests.mailbox import Mailbox
from tests.questions.people import GUEST, ask, ask_as_guest
from tests.visitor import Visitor

FIND = "/de/questions/find"


def sends(visitor, **typed):
    return visitor.submits(visitor.opens(FIND), FIND, **typed)


def mails(app, kind: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Notification.kind == kind))


def test_number_and_address_mail_a_link_that_opens_the_question(app):
    asked = ask_as_guest(app)
    page = sends(Visitor(app), number=asked.number, email=GUEST)
    assert page.status == 200 and page.heading == "Bitte sehen Sie in Ihr Postfach"
    mail = Mailbox(app).newest(to=GUEST)
    assert asked.number in mail.subject
    guest = Visitor(app)
    assert guest.follows(mail.path_of("Anfrage öffnen")).status == 200


def test_a_number_written_down_without_its_zeros_is_understood_and_a_wrong_digit_named(app):
    asked = ask_as_guest(app)
    letter_and_year, sequence, check = asked.number.split("-")
    assert sequence.startswith("0")
    heard = f"{letter_and_year.lower()} {int(sequence)} {check}"
    assert sends(Visitor(app), number=heard, email=GUEST).heading == "Bitte sehen Sie in Ihr Postfach"
    assert asked.number in Mailbox(app).newest(to=GUEST).subject
    wrong = sends(Visitor(app), number=f"{heard[:-1]}{(int(check) + 1) % 10}", email=GUEST)
    assert wrong.status == 422 and "Tippfehler" in wrong.text


def test_everything_that_is_wrong_is_named_at_once_and_leads_to_its_field(app):
    wrong = sends(Visitor(app), number="Q26-00001-3", email="anna@")
    (summary,) = wrong.all("div", role="alert")
    assert [each.get("href") for each in summary.iter() if each.get("href")] == ["#email", "#number"]
    said = "".join(summary.itertext())
    assert "Nummer Ihrer Anfrage: In dieser Nummer ist ein Tippfehler" in said and "freiwillig" not in said
    assert {each.get("id") for each in wrong.all("input") if each.get("aria-invalid")} == {"email", "number"}


def test_number_and_address_alone_open_nothing(app):
    asked = ask_as_guest(app)
    guest = Visitor(app)
    sends(guest, number=asked.number, email=GUEST)
    assert guest.opens(asked.address).status == 404


@pytest.mark.parametrize("email", ["bernd@example.org", "gerda@example.com", GUEST.upper()])
def test_the_answer_is_the_same_whether_the_pair_exists_or_not(app, email):
    asked = ask_as_guest(app)
    unknown = str(Number("Q", 26, 77777))
    one = sends(Visitor(app), number=asked.number, email=email)
    two = sends(Visitor(app), number=unknown, email=email)
    assert one.status == two.status == 200
    assert one.html.replace(one.response.headers["X-Request-Id"], "") == two.html.replace(
        two.response.headers["X-Request-Id"], ""
    )
    assert mails(app, "question_link") == (email.lower() == GUEST)


@pytest.mark.parametrize("number", [None, ""], ids=["a question", "all questions"])
def test_a_known_and_an_unknown_pair_cost_the_same_statements(app, number):
    """SR-09: whoever measures how long the answer takes learns no more than whoever reads it."""
    asked = ask_as_guest(app)
    typed = {"number": asked.number if number is None else number}
    cost = []
    for email in (GUEST, "gerda@example.com"):
        with statements(app) as seen:
            assert sends(Visitor(app), email=email, **typed).status == 200
        cost.append([each.split()[0] for each in seen])
    assert cost[0] == cost[1]


def test_an_address_alone_mails_one_link_to_all_of_its_questions(app):
    ask_as_guest(app, subject="Eins"), ask_as_guest(app, subject="Zwei")
    sends(Visitor(app), number="", email=GUEST)
    guest = Visitor(app)
    page = guest.follows(Mailbox(app).newest(to=GUEST).path_of("Anfragen öffnen"))
    assert "Eins" in page.text and "Zwei" in page.text


def test_an_unknown_address_gets_no_mail(app):
    ask_as_guest(app)
    page = sends(Visitor(app), number="", email="nobody@example.org")
    assert page.status == 200 and mails(app, "question_list") == 0


def test_the_link_to_somebody_with_an_account_carries_no_key(app):
    asked = ask(app)
    sends(Visitor(app), number=asked.number, email=ANNA.email)
    assert "key=" not in Mailbox(app).newest(to=ANNA.email).text


@pytest.mark.together
@pytest.mark.parametrize(
    ("number", "email", "sentence", "field"),
    [
        ("Q26-00001-3", GUEST, "Tippfehler", "number"),
        ("hallo", GUEST, "wie Q26-01042-7", "number"),
        ("x" * 500, GUEST, "wie Q26-01042-7", "number"),
        ("", "", "E-Mail-Adresse", "email"),
        ("", "anna@", "E-Mail-Adresse", "email"),
        ("", "a@b.de\r\nBcc: c@d.de", "E-Mail-Adresse", "email"),
        ("", "x" * 300 + "@example.org", "E-Mail-Adresse", "email"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_comes_back_filled(app, number, email, sentence, field):
    page = sends(Visitor(app), number=number, email=email)
    assert page.status == 422 and sentence in "".join(page.find("div", role="alert").itertext())
    assert page.find("input", id="number").get("value") == number
    assert page.find("input", id=field).get("aria-invalid") == "true"


def test_the_sixth_try_of_one_connection_is_too_much_and_keeps_what_was_typed(app):
    visitor = Visitor(app)
    pages = [sends(visitor, number="", email=f"a{number}@example.org") for number in range(6)]
    assert [page.status for page in pages] == [200] * 5 + [429]
    assert pages[-1].find("input", id="email").get("value") == "a5@example.org"
    assert int(pages[-1].response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("email", [GUEST, "nobody@example.org"])
def test_the_fourth_try_for_one_address_is_too_much_whoever_asks(app, email):
    ask_as_guest(app)
    assert [sends(Visitor(app), number="", email=email).status for _ in range(4)] == [200, 200, 200, 429]
    assert mails(app, "question_list") == (3 if email == GUEST else 0)
