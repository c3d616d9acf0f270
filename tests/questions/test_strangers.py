"""Whoever types somebody else's address gains nothing by it: no name, no mail of their words, no way to read on."""

from portal.customers.models import Customer
from portal.foundation.database import transaction
from portal.keys.actions import give_key
from portal.keys.rules import Purpose
from portal.mails import KINDS
from portal.questions.models import Message
from tests.accounts.people import key_for, mails
from tests.cast import ANNA, account, signed_in
from tests.conftest import NOON
from tests.questions.asking import asks, number_on, rows
from tests.questions.people import Asked, ask_as_guest, give_answer, holding, write
from tests.visitor import Visitor

SCORN = "Herr Geizhals"


def mailed_key(app, asked: Asked) -> str:
    with app.app_context(), transaction():
        return give_key(Purpose.QUESTION_MAILED, asked.id, now=NOON, lasts=NOON - NOON.replace(year=2025))


def confirms(app, asked: Asked) -> Visitor:
    """Whoever reads the address opens the mailed link and presses."""
    owner = Visitor(app)
    page = owner.follows(f"{asked.address}?key={mailed_key(app, asked)}")
    assert owner.submits(page, f"{asked.address}/confirmation").status == 303
    return owner


def test_each_question_of_an_address_is_written_under_its_own_name(app):
    stranger, own = ask_as_guest(app, name=SCORN), ask_as_guest(app, name="Gerda Blum")
    write(stranger, "Ich war es.")
    write(own, "Ich war es nicht.")
    assert [row.author_name for row in rows(app, Message)] == [SCORN, "Gerda Blum", SCORN, "Gerda Blum"]


def test_a_newer_name_replaces_the_older_one_until_the_address_is_proven(app):
    ask_as_guest(app, name=SCORN)
    own = ask_as_guest(app, name="Gerda Blum")
    assert [row.name for row in rows(app, Customer)] == ["Gerda Blum"]
    ask_as_guest(app, name=SCORN)
    assert [row.name for row in rows(app, Customer)] == [SCORN]
    confirms(app, own)
    ask_as_guest(app, name=SCORN)
    assert [row.name for row in rows(app, Customer)] == ["Gerda Blum"]


def test_a_mail_greets_with_the_name_of_its_question(app):
    own = ask_as_guest(app, name="Gerda Blum")
    ask_as_guest(app, name=SCORN)
    give_answer(own)
    mail = mails(app, "gerda@example.org", "question_answered")[-1]
    assert mail.payload["name"] == "Gerda Blum"


def test_an_account_keeps_its_name_whatever_a_guest_of_its_address_typed(app, anna):
    asked = ask_as_guest(app, email=ANNA.email, name=SCORN)
    confirms(app, asked)
    give_answer(asked)
    assert mails(app, ANNA.email, "question_answered")[-1].payload["name"] == ANNA.name
    anna.submits(anna.opens(asked.address), f"{asked.address}/messages", body="Danke.")
    assert rows(app, Message)[-1].author_name == ANNA.name


def test_a_stranger_who_asks_with_anna_s_address_reads_nothing_once_she_has_an_account(app):
    stranger, own = Visitor(app), Visitor(app)
    receipt = asks(stranger, email=ANNA.email, name=SCORN)
    asked = Asked(app, number_on(receipt), "")
    assert stranger.opens(asked.address).status == 200
    own.sends("/de/account/register", {"email": ANNA.email, "is_complete": "yes"})
    key = key_for(app, ANNA.email, "account_confirm")
    own.sends("/de/account/confirm", {"key": key, "name": ANNA.name, "is_complete": "yes"})

    for tail in ("", "/news", "/receipt"):
        assert stranger.opens(asked.address + tail).status == 404, tail
    typed = {"body": "Noch da?", "is_complete": "yes"}
    assert stranger.sends(f"{asked.address}/messages", typed).status == 403
    assert asked.number not in stranger.opens("/de/questions/").html
    assert signed_in(app, ANNA).opens(asked.address).status == 200


def test_joining_an_account_confirms_no_question_at_which_nobody_pressed(app):
    proven, typed = ask_as_guest(app, email=ANNA.email), ask_as_guest(app, email=ANNA.email, subject="Kaufen Sie hier")
    account(app, ANNA)
    confirms(app, proven)
    assert proven.row.customer_id == typed.row.customer_id
    assert (proven.row.confirmed_at, typed.row.confirmed_at) == (NOON, None)
    give_answer(typed)
    assert not mails(app, ANNA.email, "question_answered")[-1].is_confirmed


def test_writing_with_the_account_of_the_address_confirms_a_joined_question(app, anna):
    proven, typed = ask_as_guest(app, email=ANNA.email), ask_as_guest(app, email=ANNA.email)
    confirms(app, proven)
    anna.submits(anna.opens(typed.address), f"{typed.address}/messages", body="Das war ich auch.")
    assert typed.row.confirmed_at == NOON


def test_only_unconfirmed_addresses_are_limited_in_how_many_receipts_they_get():
    assert not KINDS["question_received"].anyone_can_cause


def test_not_me_ends_every_link_to_the_question_that_the_mail_was_about(app):
    asked, other = ask_as_guest(app), ask_as_guest(app)
    stranger = holding(app, asked.key, mailed_key(app, asked), other.key)
    assert stranger.opens(asked.address).status == 200
    mail = mails(app, "gerda@example.org", "question_received")[0]
    with app.app_context(), transaction():
        lasts = NOON - NOON.replace(year=2025)
        key = give_key(Purpose.NOT_ME, mail.id, now=NOON, lasts=lasts, address=mail.recipient)
    assert Visitor(app).sends("/de/not-me", {"key": key, "is_complete": "yes"}).status == 303
    assert stranger.opens(asked.address).status == 404
    assert stranger.opens(other.address).status == 200
