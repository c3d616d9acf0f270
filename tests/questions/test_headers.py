"""The head of every page of questions says who is signed in, also where something could not be shown."""

import pytest

from tests.cast import ANNA
from tests.questions.people import ask
from tests.visitor import Visitor

ADDRESSES = ("/de/questions/", "/de/questions/find", "/de/questions/Q26-00001-9")


def head(page) -> str:
    return " ".join("".join(page.find("nav", class_="person").itertext()).split())


@pytest.mark.parametrize("address", ADDRESSES)
def test_anna_reads_her_name_and_can_sign_out(app, anna, address):
    words = head(anna.opens(address))
    assert ANNA.name in words and "Abmelden" in words


def test_anna_can_sign_out_on_the_page_of_her_question(app, anna):
    page = anna.opens(ask(app).address)
    assert ANNA.name in head(page) and "Abmelden" in head(page)
    assert "no-store" in page.response.headers["Cache-Control"]


@pytest.mark.parametrize("address", ADDRESSES[1:])
def test_somebody_who_is_not_signed_in_finds_the_way(app, address):
    page = Visitor(app).opens(address)
    assert "Anmelden" in head(page) and "Abmelden" not in head(page)


def test_the_lost_text_and_the_promise_of_a_link_have_the_same_head(app):
    asked, visitor = ask(app), Visitor(app)
    lost = visitor.sends(f"{asked.address}/messages", {"body": "Ein Text", "is_complete": "yes"})
    page = visitor.opens("/de/questions/find")
    sent = visitor.submits(page, "/de/questions/find", email=ANNA.email)
    assert "Anmelden" in head(lost) and "Anmelden" in head(sent)
