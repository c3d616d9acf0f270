"""The mails of accounts, as people read them."""

import pytest
from sqlalchemy import select

from portal.accounts.models import CompanyLink
from portal.accounts.notices import MAILS
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.notifications.models import Notification
from tests.accounts.people import NEW_PASSWORD, code_of, signs_in, with_password
from tests.cast import ANNA, BERND, Person, account, signed_in
from tests.mailbox import Mailbox
from tests.visitor import Visitor

HOSTILE = 'Anna <b>"Böse"</b> http://evil.example'


def asks(visitor, path, email, lang="de"):
    assert visitor.sends(f"/{lang}/account/{path}", {"email": email, "is_complete": "yes"}).status == 202


def presses(visitor, url, **typed):
    page = visitor.opens(url)
    actions = [each.get("action") for each in page.all("form", method="post")]
    return visitor.submits(page, next(each for each in actions if "sign-out" not in each), **typed)


def test_anna_registers_signs_out_and_in_again_by_her_mails_alone(app, visitor):
    box = Mailbox(app)
    asks(visitor, "register", ANNA.email)
    mail = box.newest(ANNA.email)
    assert mail.subject == "Ihre Adresse für Talwind bestätigen"
    assert presses(visitor, mail.path_of("Adresse bestätigen"), name="Anna Berger").location == "/de/account/overview"
    visitor.submits(visitor.opens("/de/account/overview"), "/de/account/sign-out")
    asks(visitor, "sign-in/link", ANNA.email)
    mail = box.newest(ANNA.email)
    assert "Guten Tag Anna Berger" in mail.words
    assert presses(visitor, mail.path_of("Anmelden")).location == "/de/account/overview"


def test_the_reset_is_done_by_the_mail(app, visitor):
    with_password(app, ANNA)
    asks(visitor, "reset", ANNA.email)
    link = Mailbox(app).newest(ANNA.email).path_of("Neues Passwort")
    assert presses(visitor, link, password=NEW_PASSWORD).status == 200
    assert signs_in(visitor, ANNA, NEW_PASSWORD).status == 303
    assert Mailbox(app).newest(ANNA.email).subject == "Ihr Passwort für Talwind wurde geändert"


def test_an_unconfirmed_address_never_gets_what_somebody_typed(app, visitor):
    asks(visitor, "register", "opfer@example.org")
    asks(visitor, "reset", "opfer@example.org")
    anna = signed_in(app, Person(HOSTILE, ANNA.email))
    anna.submits(anna.opens("/de/account/address"), "/de/account/address", email="opfer@example.org")
    mails = Mailbox(app).mails("opfer@example.org")
    assert len(mails) == 3
    for mail in mails:
        assert "evil.example" not in mail.text + mail.html + mail.subject
        assert "Guten Tag," in mail.words
        assert "not-me" in mail.text


def test_an_english_reader_gets_english_mails(app, english_visitor):
    asks(english_visitor, "register", ANNA.email, "en")
    mail = Mailbox(app).newest(ANNA.email)
    assert mail.subject == "Confirm your address for Talwind"
    assert mail.link("Confirm address").startswith("http://localhost/en/account/confirm?key=")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_kind_of_mail_can_be_printed(app, lang):
    person = Person("Anna", ANNA.email, language=lang)
    with_password(app, person)
    account(app, Person("Bernd", BERND.email, language=lang))
    anna = signed_in(app, person)
    for path, email in (
        ("register", ANNA.email),
        ("register", "neu@example.org"),
        ("sign-in/link", ANNA.email),
        ("sign-in/link", "neu@example.org"),
        ("reset", ANNA.email),
    ):
        asks(Visitor(app), path, email, lang)
    base = f"/{lang}/account"
    set_up = f"{base}/second-factor/set-up"
    anna.submits(anna.opens(set_up), f"{base}/second-factor/seed")
    anna.submits(anna.opens(set_up), set_up, code=code_of(app, person))
    anna.submits(anna.opens(set_up), f"{base}/second-factor/codes")
    anna.submits(anna.opens(set_up), f"{base}/second-factor/removal")
    anna.submits(anna.opens(f"{base}/password"), f"{base}/password", password=NEW_PASSWORD)
    anna.submits(anna.opens(f"{base}/address"), f"{base}/address", email="anna.neu@example.org")
    box = Mailbox(app)
    key = box.newest("anna.neu@example.org").path_of("Adresse bestätigen" if lang == "de" else "Confirm address")
    presses(Visitor(app), key)
    invite = ["user", "add", "gerd@example.org", "--name", "Gerd", "--role", "agent", "--language", lang]
    assert app.test_cli_runner().invoke(args=invite).exit_code == 0
    with app.app_context(), transaction():
        linked = {"user_id": anna.user_id, "issuer": "https://login.example.org", "subject": "4711", "called": "anna"}
        db.session.add(CompanyLink(**linked, created_at=clock.now()))
    assert app.test_cli_runner().invoke(args=["user", "unlink", "anna.neu@example.org"]).exit_code == 0
    arrived = box.mails()
    with app.app_context():
        rows = db.session.scalars(select(Notification)).all()
    assert {row.kind for row in rows} == {kind.name for kind in MAILS}
    assert len(arrived) == len(rows) and all(row.problem == "" for row in rows)
