"""Two cases that belong together are linked, or become one: looked at before, and never of two customers."""

import pytest

from tests.cast import ANNA, BERND, CLARA, signed_in
from tests.desk.cases import desk, does, mails, merges, messages, notes
from tests.questions.people import ask, ask_as_guest, give_answer, holding, later


def test_two_cases_are_linked_and_each_shows_the_other(app, clara):
    first, second = ask(app), ask(app, BERND, subject="Auch kein Netz")
    typed = second.number.replace("-", " ").lower()
    assert does(clara, first, "links", other=typed).status == 303
    assert "Auch kein Netz" in clara.opens(desk(first)).text and first.number in clara.opens(desk(second)).text
    does(clara, second, "links/removal", other=first.number)
    assert "Auch kein Netz" not in clara.opens(desk(first)).text


@pytest.mark.parametrize("verb", ["links", "merging/proposal", "merging"])
def test_a_number_that_is_no_other_case_is_refused(app, clara, verb):
    asked = ask(app)
    wrong = asked.number[:-1] + str((int(asked.number[-1]) + 1) % 10)
    for typed in (asked.number, wrong, "", "%00", "Q26-99999-0", "x" * 40):
        assert does(clara, asked, verb, other=typed).status == 422, typed


def test_merging_moves_everything_into_the_older_number(app):
    clara, anna = signed_in(app, CLARA), signed_in(app, ANNA)
    first = ask(app, subject="Kein Netz")
    with later(minutes=1):
        second = ask(app, subject="Immer noch kein Netz", body="Es geht weiter nicht.")
        does(clara, second, "notes", note="Doppelt gefragt")
        does(clara, second, "tags", tag="netz")
        page = merges(clara, second, first)
    assert page.location.endswith(f"{first.number}?said=merged")
    assert [each.body for each in messages(first)][-1] == "Es geht weiter nicht." and messages(second) == []
    assert [each.body for each in notes(first)] == ["Doppelt gefragt"]
    merged = second.row
    assert (merged.status, merged.closed_by, merged.merged_into_id) == ("closed", "merge", first.id)
    assert merged.reopen_until is None and mails(app)[-1].kind == "question_merged"
    assert "Es geht weiter nicht." in anna.opens(first.address).text
    assert first.number in clara.opens(desk(second)).text
    again = clara.opens(f"{desk(second)}/merging?other={first.number}")
    assert "schon zusammengeführt" in again.text and again.all("form", action=f"{desk(second)}/merging") == []


def test_both_cases_are_seen_with_what_will_be_before_anything_is_merged(app, clara):
    first, second = ask(app, subject="Kein Netz"), ask(app, subject="Immer noch kein Netz")
    moved = does(clara, second, "merging/proposal", other=first.number)
    page = clara.opens(moved.location)
    for shown in (first.number, second.number, "Immer noch kein Netz", ANNA.email, "nicht rückgängig machen"):
        assert shown in page.text, shown
    assert f"in Ihren Anfragen {first.number} und {second.number}" in page.text and second.row.status == "open"
    assert mails(app)[-1].kind != "question_merged"
    assert clara.submits(page, f"{desk(second)}/merging").location.endswith(f"{first.number}?said=merged")
    assert mails(app)[-1].kind == "question_merged"


def test_whatever_happens_between_the_look_and_the_button_is_looked_at_first(app, clara):
    first, second = ask(app), ask(app)
    page = clara.opens(f"{desk(first)}/merging?other={second.number}")
    does(clara, second, "closure", **{"as": "solved"})
    refused = clara.submits(page, f"{desk(first)}/merging")
    assert refused.status == 409 and "noch einmal hin" in refused.text and second.row.closed_by != "merge"
    assert clara.submits(refused, f"{desk(first)}/merging").status == 303


def test_nothing_is_merged_by_a_form_that_nobody_has_looked_at(app, clara):
    first, second = ask(app), ask(app)
    refused = does(clara, first, "merging", other=second.number)
    assert refused.status == 409 and second.row.status == "open"


def test_the_earlier_of_two_promises_holds_after_merging(app, clara):
    first = ask(app)
    does(clara, first, "promise", promise_day="22.12.2026", promise_time="12:00", promise_reason="Später")
    second = ask(app)
    due_at = second.row.answer_due_at
    merges(clara, first, second)
    assert first.row.answer_due_at == due_at


def test_merging_opens_a_case_again_when_the_other_one_waits_for_us(app, clara):
    first = ask(app)
    give_answer(first)
    second = ask(app)
    merges(clara, first, second)
    assert first.row.status == "open" and first.row.answer_due_at is not None


def test_cases_of_two_customers_are_never_merged(app, clara):
    first, second = ask(app), ask(app, BERND)
    page = clara.opens(f"{desk(first)}/merging?other={second.number}")
    assert "zwei verschiedenen Personen" in page.text and page.all("form", action=f"{desk(first)}/merging") == []
    assert does(clara, first, "merging", other=second.number, seen="1.1").status == 409
    assert clara.submits(page, f"{desk(first)}/links").status == 303
    assert len(messages(first)) == len(messages(second)) == 1


def test_the_browser_of_a_guest_who_proved_nothing_does_not_read_what_was_merged(app, clara):
    first, second = ask_as_guest(app), ask_as_guest(app, subject="Noch etwas")
    stranger = holding(app, first.key)
    assert stranger.opens(first.address).status == 200
    merges(clara, first, second)
    assert stranger.opens(first.address).status == 404


def test_the_customer_of_a_merged_question_is_led_to_the_one_that_stays(app, anna, clara):
    first, second = ask(app), ask(app, subject="Noch einmal dasselbe")
    merges(clara, second, first)
    page = anna.opens(second.address)
    assert f"/de/questions/{first.number}" in page.links.values() and not page.all("textarea", id="body")
    assert anna.opens(first.address).status == 200


def test_nobody_answers_in_a_case_that_was_merged(app, clara):
    first, second = ask(app), ask(app)
    page = clara.opens(desk(second))
    merges(clara, second, first)
    late = clara.submits(page, f"{desk(second)}/answers", body="Zu spät", then="our_turn")
    assert late.status == 409 and [each.body for each in messages(first)] == ["Bitte prüfen Sie den November."] * 2
