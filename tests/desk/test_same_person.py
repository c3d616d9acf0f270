"""Two records of one person stand together at the desk, and nobody may read a word more than before."""

import pytest

from portal.accounts.models import User
from portal.customers.actions import join_guest
from portal.departure.actions.erasing import erase_person
from portal.desk.models import SamePerson
from portal.foundation import clock
from portal.foundation.database import db, transaction
from tests.cast import ANNA, BERND, CLARA, signed_in
from tests.desk.cases import desk, does, mails
from tests.questions.people import ask, ask_as_guest


def pairs(app) -> set[tuple[int, int]]:
    with app.app_context():
        return {(row.customer_id, row.other_id) for row in db.session.scalars(db.select(SamePerson))}


def puts_together(clara, asked, other):
    """What comes back after the record of the other question was found by its number and chosen."""
    page = clara.opens(f"{desk(asked)}/same-person?who={other.number}")
    return clara.submits(page, f"{desk(asked)}/same-person/addition")


def test_each_record_shows_the_other_one_and_its_questions_until_it_is_taken_back(app):
    clara = signed_in(app, CLARA)
    asked, other = ask(app), ask(app, BERND, subject="Bernds Umzug")
    together = puts_together(clara, asked, other)
    assert together.status == 303 and len(pairs(app)) == 2
    assert "gelten jetzt als dieselbe Person" in clara.opens(together.location).text
    page = clara.opens(desk(asked))
    assert BERND.email in page.text and page.find("a", href=desk(other)) is not None
    assert clara.opens(desk(other)).find("a", href=desk(asked)) is not None
    changed = clara.opens(f"{desk(other)}/same-person")
    clara.submits(changed, f"{desk(other)}/same-person/removal")
    assert pairs(app) == set() and BERND.email not in clara.opens(desk(asked)).text


def test_customers_see_nothing_of_it_are_told_nothing_and_may_read_nothing_more(app, clara, anna, bernd):
    asked, other = ask(app, subject="Annas Rechnung"), ask(app, BERND, subject="Bernds Umzug")
    before = len(mails(app))
    puts_together(clara, asked, other)
    assert anna.opens(other.address).status == bernd.opens(asked.address).status == 404
    assert "Bernds Umzug" not in anna.opens("/de/questions/").text and "Bernd" not in anna.opens(asked.address).text
    assert len(mails(app)) == before
    page = clara.opens(f"{desk(asked)}/merging?other={other.number}")
    assert page.all("form", action=f"{desk(asked)}/merging") == []
    for person in (anna, bernd):
        assert person.opens(f"{desk(asked)}/same-person").status == 404


def test_the_way_there_is_offered_where_two_customers_were_to_be_merged(app, clara):
    asked, other = ask(app), ask(app, BERND)
    page = clara.opens(f"{desk(asked)}/merging?other={other.number}")
    found = clara.opens(page.links["Es ist dieselbe Person"])
    assert BERND.email in found.text and found.find("form", action=f"{desk(asked)}/same-person/addition") is not None


@pytest.mark.parametrize("who", ["Zwiebelmoser", "%", "self"])
def test_nobody_else_is_found_and_the_words_stay(app, clara, who):
    asked = ask(app)
    who = asked.number if who == "self" else who
    page = clara.opens(f"{desk(asked)}/same-person?who={who.replace('%', '%25')}")
    assert "keinen anderen Eintrag" in page.text and page.find("input", id="who").get("value") == who


@pytest.mark.parametrize("customer", ["", "0", "x", "999999", "99999999999999999999"])
def test_a_record_that_is_none_is_refused(app, clara, customer):
    asked, _other = ask(app), ask(app, BERND)
    refused = does(clara, asked, "same-person/addition", customer=customer)
    assert refused.status == 422 and pairs(app) == set()
    own = str(asked.row.customer_id)
    assert does(clara, asked, "same-person/addition", customer=own).status == 422 and pairs(app) == set()


def test_what_was_said_of_a_guest_holds_for_the_account_the_guest_joins(app, clara, anna):
    asked, other = ask_as_guest(app, email=ANNA.email), ask(app, BERND)
    puts_together(clara, other, asked)
    with app.app_context(), transaction():
        user = db.session.get(User, anna.user_id)
        joined_id = join_guest(user, clock.now()).id
    assert pairs(app) == {(joined_id, other.row.customer_id), (other.row.customer_id, joined_id)}


def test_it_goes_when_one_of_the_two_is_erased(app, clara, anna):
    asked, other = ask(app), ask(app, BERND)
    puts_together(clara, asked, other)
    with app.app_context():
        erase_person(db.session.get(User, anna.user_id), now=clock.now())
    assert pairs(app) == set() and "Dieselbe Person unter" not in clara.opens(desk(other)).text
