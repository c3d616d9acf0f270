"""What would be fair: asked or said by the customer, answered beside the company's limits, decided after two rounds."""

from decimal import Decimal

import pytest

from portal.foundation import clock
from portal.foundation.database import db
from portal.questions.actions.closing import solve_question
from portal.questions.actions.rating import rate
from portal.questions.chores import record_breaches
from portal.questions.models import FairnessRound
from portal.questions.rules import Face
from tests.cast import ANNA, CLARA, DORA, signed_in
from tests.desk.cases import desk, does, mails, staff_notices
from tests.mailbox import Mailbox
from tests.questions.people import ask, give_answer, later, opened
from tests.questions.people import clara as clara_actor

WISH = {"fair": "Ein halber Monat frei", "just_enough": "Eine Entschuldigung", "matters_most": "Zeit"}


def rounds(app):
    with app.app_context():
        return list(db.session.scalars(db.select(FairnessRound).order_by(FairnessRound.turn)))


def wishes(anna, asked, **said):
    return anna.submits(anna.opens(asked.address), f"{asked.address}/fairness", **{**WISH, **said})


def judged_badly(asked):
    give_answer(asked)
    with asked.app.app_context():
        solve_question(asked.id, by=clara_actor(asked.app), now=clock.now())
        rate(opened(asked), Face.BAD, "Zu langsam", now=clock.now())


def answers(person, asked, answer, amount="", text="Das machen wir."):
    return does(person, asked, "fairness/answer", fair_answer=answer, fair_amount=amount, explanation=text)


def test_nobody_is_asked_without_a_reason(app, anna):
    asked = ask(app)
    page = anna.opens(asked.address)
    assert not page.all("section", id="fairness")
    assert anna.sends(f"{asked.address}/fairness", {**_token(page), **WISH, "is_complete": "yes"}).status == 409
    assert rounds(app) == []


def _token(page):
    return {"token": page.all("input", name="token")[0].get("value")}


def test_a_missed_promise_lets_the_customer_say_what_would_be_fair(app, anna):
    asked = ask(app)
    with later(hours=23):
        with app.app_context():
            record_breaches(clock.now())
        assert wishes(anna, asked).status == 303
    (row,) = rounds(app)
    assert (row.fair, row.opened_by) == ("Ein halber Monat frei", "customer")
    assert len(staff_notices(app, "question.fairness")) == 1


def test_a_bad_judgement_does_too_and_begins_our_turn(app, anna):
    asked = ask(app)
    judged_badly(asked)
    assert wishes(anna, asked).status == 303
    assert asked.row.status == "open" and asked.row.answer_due_at is not None


def test_staff_may_ask_and_the_customer_is_told(app, anna, clara):
    asked, box = ask(app), Mailbox(app)
    assert does(clara, asked, "fairness").status == 303
    assert does(clara, asked, "fairness").status == 303
    assert [each.kind for each in mails(app)].count("question_fairness") == 1
    assert wishes(anna, asked).status == 303
    page = clara.opens(desk(asked))
    assert "Ein halber Monat frei" in page.text and "25" in page.text
    assert answers(clara, asked, "accepted", "25,50").status == 303
    assert rounds(app)[0].amount == Decimal("25.50")
    assert "25,50" in anna.opens(asked.address).text
    box.deliver()
    assert "fairness" not in box.newest().text and asked.number in box.newest().text


def test_a_proposal_can_be_agreed_to(app, anna, clara):
    asked = ask(app)
    does(clara, asked, "fairness"), wishes(anna, asked), answers(clara, asked, "countered", "10")
    page = anna.opens(asked.address)
    assert page.text.index("Unser Vorschlag:") < page.text.index("Zurückschreiben")
    assert anna.submits(page, f"{asked.address}/fairness/agreement").status == 303
    assert rounds(app)[0].agreed_at is not None
    assert not anna.opens(asked.address).all("textarea", id="fair")


def test_after_two_rounds_a_named_person_decides_and_nobody_else(app, anna, clara):
    asked, dora = ask(app), signed_in(app, DORA)
    does(clara, asked, "fairness"), wishes(anna, asked), answers(clara, asked, "explained")
    assert wishes(anna, asked, fair="Wenigstens zehn Euro").status == 303
    assert answers(clara, asked, "explained").status == 404
    assert answers(clara, asked, "decided").status == 404
    assert answers(dora, asked, "decided", "10", "Zehn Euro.").status == 303
    _first, second = rounds(app)
    assert (second.answer, second.answered_by, second.amount) == ("decided", "Dora Lindner", Decimal("10.00"))
    page = anna.opens(asked.address)
    assert "Dora Lindner" in page.text and not page.all("textarea", id="fair")


@pytest.mark.parametrize("amount", ["viel", "-1", "1,234", "1e9", "NaN", "999999999"])
def test_an_amount_that_is_none_is_refused_with_the_text(app, anna, clara, amount):
    asked = ask(app)
    does(clara, asked, "fairness"), wishes(anna, asked)
    page = answers(clara, asked, "accepted", amount)
    assert page.status == 422 and "Das machen wir." in page.text
    assert rounds(app)[0].answer == ""


def test_an_empty_wish_comes_back(app, anna, clara):
    asked = ask(app)
    does(clara, asked, "fairness")
    page = wishes(anna, asked, fair=" ")
    assert page.status == 422 and "Eine Entschuldigung" in page.text


def test_a_wish_is_text_and_stays_with_its_owner(app, anna, bernd, clara):
    asked = ask(app)
    does(clara, asked, "fairness"), wishes(anna, asked, fair="<img src=x>")
    assert not clara.opens(desk(asked)).all("img")
    assert bernd.sends(f"{asked.address}/fairness", {**WISH, "is_complete": "yes"}).status == 403


def test_the_same_wish_on_both_databases_is_one(app):
    asked, anna, clara = ask(app), signed_in(app, ANNA), signed_in(app, CLARA)
    does(clara, asked, "fairness")
    page = anna.opens(asked.address)
    for _ in range(2):
        assert anna.submits(page, f"{asked.address}/fairness", **WISH).status == 303
    assert answers(clara, asked, "accepted", "5").status == 303
    assert [(each.answer, each.amount) for each in rounds(app)] == [("accepted", Decimal("5.00"))]
