"""What somebody wrote comes back, whatever happened to the question while they wrote."""

import pytest

from portal.desk.actions.ending import mark_spam
from portal.desk.actions.joining import merge_cases, merging_mark
from portal.foundation import clock
from portal.questions.actions.answering import Then
from portal.questions.actions.closing import reopen_question
from portal.questions.actions.fairness import open_round
from portal.questions.drafts import draft_of, save_draft
from tests.questions.people import Asked, ask, ask_as_guest, clara, give_answer, holding

TYPED = {
    "messages": {"body": "Das steht noch aus"},
    "rating": {"sentence": "So war es gemeint", "face": "bad"},
    "fairness": {"fair": "Ein Monat frei", "just_enough": "Eine Woche frei", "matters_most": "Ein ehrliches Wort"},
}


def merge(asked: Asked, older: Asked) -> None:
    with asked.app.app_context():
        merge_cases(asked.row, older.row, seen=merging_mark(asked.row, older.row), by=clara(asked.app), now=clock.now())


def to_be_written_to(app, verb: str) -> tuple[Asked, Asked]:
    """A question on which that form stands, and an older one of Anna."""
    older, asked = ask(app, subject="Die erste"), ask(app)
    give_answer(asked, then=Then.SOLVED if verb == "rating" else Then.CUSTOMERS_TURN)
    if verb == "fairness":
        with app.app_context():
            open_round(asked.id, by=clara(app), now=clock.now())
    return older, asked


def sends(anna, asked: Asked, verb: str, meanwhile):
    """What Anna gets back when that happened after she had opened the page."""
    page = anna.opens(asked.address)
    meanwhile()
    return anna.submits(page, f"{asked.address}/{verb}", **TYPED[verb])


def texts(page) -> list[str]:
    return [each.text.strip() for each in page.all("textarea") if each.text]


@pytest.mark.parametrize("verb", TYPED)
def test_a_question_that_was_merged_meanwhile(app, anna, verb):
    older, asked = to_be_written_to(app, verb)
    back = sends(anna, asked, verb, lambda: merge(asked, older))
    assert back.status == 409 and {each for name, each in TYPED[verb].items() if name != "face"} <= set(texts(back))
    assert older.number in back.text and back.html.index('class="summary"') < back.html.index('class="typed"')


def test_the_news_of_a_merged_question_tell_a_guest_as_much_as_its_page(app):
    older, asked = ask_as_guest(app), ask_as_guest(app)
    guest = holding(app, asked.key)
    merge(asked, older)
    page, news = guest.opens(asked.address), guest.opens(f"{asked.address}/news")
    assert "Der Link in unserer" in page.text and "Der Link in unserer" in news.text


@pytest.mark.parametrize("verb", ["rating", "fairness"])
def test_a_question_that_was_taken_for_advertising_meanwhile(app, anna, verb):
    def meanwhile() -> None:
        with app.app_context():
            mark_spam(asked.id, by=clara(app), now=clock.now())

    _older, asked = to_be_written_to(app, verb)
    back = sends(anna, asked, verb, meanwhile)
    assert back.status == 409 and {each for name, each in TYPED[verb].items() if name != "face"} <= set(texts(back))


def test_a_judgement_of_a_question_that_was_opened_again_meanwhile(app, anna):
    def meanwhile() -> None:
        with app.app_context():
            reopen_question(asked.id, by=clara(app), now=clock.now(), reason="")

    _older, asked = to_be_written_to(app, "rating")
    back = sends(anna, asked, "rating", meanwhile)
    assert back.status == 409 and "So war es gemeint" in texts(back)


@pytest.mark.parametrize("verb", TYPED)
def test_a_sign_in_that_ended_meanwhile_keeps_everything_for_sending_again(app, anna, verb):
    _older, asked = to_be_written_to(app, verb)
    back = sends(anna, asked, verb, lambda: anna._client.delete_cookie("session"))
    form = back.find("form", action=f"{asked.address}/{verb}")
    kept = {each.get("name") for each in form.iter() if each.get("name")}
    assert back.status == 403 and set(TYPED[verb]) <= kept


def test_a_reply_that_was_begun_waits_in_the_question_that_stays(app, anna):
    older, asked = ask(app), ask(app)
    with app.app_context():
        save_draft(anna.user_id, f"reply:{asked.id}", {"body": "Noch ein Gedanke"}, now=clock.now())
    merge(asked, older)
    assert "Noch ein Gedanke" in texts(anna.opens(older.address))


def test_a_reply_that_was_begun_in_both_is_overwritten_by_none(app, anna):
    older, asked = ask(app), ask(app)
    with app.app_context():
        save_draft(anna.user_id, f"reply:{asked.id}", {"body": "Im jüngeren"}, now=clock.now())
        save_draft(anna.user_id, f"reply:{older.id}", {"body": "Im älteren"}, now=clock.now())
    merge(asked, older)
    with app.app_context():
        assert draft_of(anna.user_id, f"reply:{older.id}").content == {"body": "Im älteren"}
        assert draft_of(anna.user_id, f"reply:{asked.id}").content == {"body": "Im jüngeren"}
