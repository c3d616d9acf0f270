"""A declaration by letter, phone, mail or in person is taken down at the desk and counts from its arrival."""

from datetime import UTC, datetime

import pytest

from tests.contracts.books import contract
from tests.leaving.declaring import declarations, only
from tests.leaving.test_following import mails, works
from tests.visitor import Visitor

PATH, NEW = "/desk/declarations", "/desk/declarations/new"
LETTER = {
    "kind": "cancellation",
    "channel": "letter",
    "arrived": "14.12.26 09:30",
    "name": "Anna Berger",
    "email": "anna@example.org",
    "about": "TW-2025-00417",
    "identity": "K-10417",
    "cause": "ordinary",
    "language": "de",
}


def takes_down(clara, **typed):
    return clara.submits(clara.opens(NEW), PATH, **LETTER | typed)


def test_a_letter_counts_from_its_arrival_and_is_confirmed_like_every_other(app, clara):
    contract(app)
    assert clara.opens(PATH).find("a", href=NEW) is not None
    page = clara.opens(NEW)
    for _double_press in range(2):
        answer = clara.submits(page, PATH, **LETTER)
    assert answer.status == 303
    made = only(app)
    assert (made.channel, made.received_at) == ("letter", datetime(2026, 12, 14, 8, 30, tzinfo=UTC))
    assert "auf anderem Weg eingegangen (Brief)" in made.canonical_text
    assert [each.recipient for each in mails(app, "leaving_cancellation")] == ["anna@example.org"]
    works(app)
    assert f"{only(app).standing.effective_on}" == "2027-01-14"
    shown = clara.opens(f"{PATH}/{made.reference}").text
    assert "per Brief, aufgenommen von Clara" in shown


def test_a_letter_that_is_taken_down_days_later_is_promised_no_day_that_is_over(app, clara):
    """NOON is Wednesday, 16 December: the exact date is promised from then on, and the receipt names no past day."""
    takes_down(clara, arrived="10.12.26 09:30", about="")
    payload = mails(app, "leaving_cancellation")[0].payload
    assert payload["work_due_at"].startswith("2026-12-17")
    assert "spätestens" not in Visitor(app).opens(f"/receipt/{payload['key']}").text


@pytest.mark.parametrize("typed", [{"email": "", "about": "", "identity": ""}, {"kind": "withdrawal"}])
def test_a_letter_that_is_taken_down_days_later_is_not_overdue_at_once(app, clara, typed):
    contract(app)
    takes_down(clara, arrived="10.12.26 09:30", **typed)
    works(app)
    standing = only(app).standing
    assert (bool(standing.work), standing.work_due_at.date().isoformat()) == (True, "2026-12-17")
    assert "überfällig" not in clara.opens(f"{PATH}/{only(app).reference}").text


def test_a_withdrawal_by_phone_can_be_confirmed_in_english(app, clara):
    takes_down(clara, kind="withdrawal", channel="phone", part="the router", language="en")
    made = only(app)
    assert (made.kind, made.channel, made.part, made.language) == ("withdrawal", "phone", "the router", "en")
    assert "in another way (phone)" in made.canonical_text


@pytest.mark.together
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"arrived": ""}, "Bitte schreiben Sie Datum und Uhrzeit"),
        ({"arrived": "31.02.2026 10:00"}, "Bitte schreiben Sie Datum und Uhrzeit"),
        ({"arrived": "17.12.2026 10:00"}, "Dieser Zeitpunkt liegt in der Zukunft"),
        ({"arrived": "14.12.2016 10:00"}, "mehr als ein Jahr her"),
        ({"channel": "web"}, "Bitte wählen Sie"),
        ({"email": "anna(at)example"}, "Das ist keine E-Mail-Adresse"),
        ({"kind": "x"}, "Bitte wählen Sie"),
        ({"name": "", "email": "", "about": "", "identity": " "}, "Bitte füllen Sie"),
    ],
)
def test_what_is_wrong_comes_back_with_everything_that_was_typed(app, clara, wrong, sentence):
    refused = takes_down(clara, **{"reason": "Umzug", **wrong})
    assert refused.status == 422 and sentence in refused.text
    assert refused.find("textarea", id="reason").text.strip() == "Umzug"
    assert declarations(app) == []
