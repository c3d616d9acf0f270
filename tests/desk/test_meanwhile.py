"""What staff wrote comes back, whatever happened to the case or to their sign-in while they wrote."""

import pytest

from portal.desk.actions.joining import merge_cases, merging_mark
from portal.foundation import clock
from portal.questions.actions.closing import close_question
from portal.questions.drafts import save_draft
from tests.cast import carry_key
from tests.desk.cases import desk
from tests.questions.people import Asked, ask
from tests.questions.people import clara as clara_actor
from tests.visitor import HTML

TYPED = {
    "answers": {"body": "Wir tauschen das Modem", "then": "our_turn"},
    "notes": {"note": "Herr Kolb ist ungehalten"},
    "calls": {"call": "Hat angerufen, alles gut"},
    "sheet/found": {"line_text": "Modem ist defekt"},
    "level": {"level": "outage", "level_reason": "Alle sind betroffen"},
    "promise": {"promise_day": "31.12.2099", "promise_reason": "Ein Teil fehlt noch"},
    "fairness/answer": {"fair_answer": "accepted", "explanation": "Das ist nur fair"},
}


def sends(clara, asked: Asked, verb: str, meanwhile):
    """What Clara gets back when that happened after she had opened the case."""
    page = clara.opens(desk(asked))
    hidden = {
        each.get("name"): each.get("value", "")
        for each in page.find("form", action=f"{desk(asked)}/answers").iter(f"{HTML}input")
        if each.get("name") in ("token", "stamp", "seen")
    }
    meanwhile()
    return clara.sends(f"{desk(asked)}/{verb}", {**hidden, "is_complete": "yes", **TYPED[verb]})


def kept(form) -> dict[str, str]:
    """What stands in a form."""
    chosen = {each.get("name"): option for each in form.iter(f"{HTML}select") for option in _chosen(each)}
    typed = {each.get("name"): (each.text or "").strip() for each in form.iter(f"{HTML}textarea")}
    return {each.get("name"): each.get("value", "") for each in form.iter(f"{HTML}input")} | typed | chosen


def _chosen(select) -> list[str]:
    return [each.get("value") for each in select.iter(f"{HTML}option") if each.get("selected") is not None]


@pytest.mark.parametrize("verb", TYPED)
def test_whoever_is_not_signed_in_any_more_gets_the_text_back(app, clara, verb):
    asked = ask(app)
    back = sends(clara, asked, verb, lambda: clara._client.delete_cookie("session"))
    form = back.find("form", action=f"{desk(asked)}/{verb}")
    assert back.status == 403 and TYPED[verb].items() <= kept(form).items()


def test_what_waits_for_a_sign_in_is_sent_after_it_once_it_was_seen_again(app, clara):
    asked, key = ask(app), clara._client.get_cookie("session").value
    back = sends(clara, asked, "level", lambda: clara._client.delete_cookie("session"))
    action = f"{desk(asked)}/level"
    carry_key(clara, app, key)
    again = clara.sends(action, kept(back.find("form", action=action)))
    assert again.status == 409 and again.title.startswith("Bitte prüfen: ") and asked.row.level != "outage"
    assert clara.sends(action, kept(again.find("form", action=action))).status == 303
    assert asked.row.level == "outage"


@pytest.mark.parametrize("verb", ["answers", "promise"])
def test_a_case_that_was_merged_meanwhile(app, clara, verb):
    def merge() -> None:
        with app.app_context():
            merge_cases(
                asked.row, older.row, seen=merging_mark(asked.row, older.row), by=clara_actor(app), now=clock.now()
            )

    older, asked = ask(app), ask(app)
    back = sends(clara, asked, verb, merge)
    assert back.status == 409 and any(each in back.text for each in TYPED[verb].values()) and older.number in back.text


def test_a_case_that_was_closed_meanwhile_has_no_promise_to_be_moved(app, clara):
    def close() -> None:
        with app.app_context():
            close_question(asked.id, by=clara_actor(app), now=clock.now())

    asked = ask(app)
    back = sends(clara, asked, "promise", close)
    assert back.status == 409 and "Ein Teil fehlt noch" in back.text and "31.12.2099" not in back.text


def test_an_answer_that_was_begun_waits_in_the_case_that_stays(app, clara):
    older, asked = ask(app), ask(app)
    with app.app_context():
        save_draft(clara.user_id, f"answer:{asked.id}", {"body": "Wir tauschen"}, now=clock.now())
        merge_cases(asked.row, older.row, seen=merging_mark(asked.row, older.row), by=clara_actor(app), now=clock.now())
    assert "Wir tauschen" in clara.opens(desk(older)).text
