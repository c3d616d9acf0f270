"""Two cancellations of one contract, one of which falls away: what the other one says holds (specification 2.14)."""

from datetime import date, timedelta

from portal.foundation import clock
from portal.leaving.actions import objecting, retracting, settling
from portal.mails import KINDS
from portal.notifications.rendering import Printer
from tests.conftest import NOON
from tests.contracts.books import contract, kept
from tests.leaving.declaring import declarations, receipt_path, send, standings
from tests.leaving.test_following import ENDS, KNOWN, declares, does, mails, own_receipt, staff, stands, works
from tests.mailbox import Mailbox
from tests.visitor import Visitor


def test_where_a_strangers_cancellation_is_void_the_holders_own_ends_the_contract(app):
    """It had no effect only because the contract was to end already; nobody has to declare twice."""
    contract(app)
    first, own = declares(app, email="someone@else.example"), declares(app)
    assert (stands(app, own).state, stands(app, own).work) == ("matched", "already")
    does(app, objecting.object_to, first, "")
    does(app, objecting.decide_objection, first, is_valid=False, why="", by=staff(app))
    standing = stands(app, own)
    assert (standing.state, standing.effective_on, standing.work) == ("effective_set", ENDS, "")
    assert "already_ended" not in standing.flags and kept(app)[0].ends_on == ENDS
    mail = Mailbox(app).newest(to="anna@example.org")
    assert "Eine andere Kündigung dieses Vertrags gilt jedoch weiter" in mail.words
    assert "other_end" not in mails(app, "leaving_decided")[-1].payload


def test_a_void_cancellation_that_moved_nothing_leaves_the_end_of_the_books(app):
    contract(app, ends_on="31.12.2026")
    number = declares(app, email="someone@else.example")
    assert (stands(app, number).state, stands(app, number).work) == ("matched", "already")
    does(app, objecting.object_to, number, "")
    does(app, objecting.decide_objection, number, is_valid=False, why="", by=staff(app))
    assert stands(app, number).state == "rejected_agent" and kept(app)[0].ends_on == date(2026, 12, 31)


def test_what_only_says_the_same_again_is_taken_back_along(app):
    contract(app)
    first, again = declares(app), declares(app, reason="noch einmal")
    does(app, retracting.wish_back, first, way="receipt")
    assert [stands(app, each).state for each in (first, again)] == ["taken_back"] * 2
    assert kept(app)[0].ends_on is None and stands(app, again).work == ""
    assert "gilt jedoch weiter" not in Mailbox(app).newest().words


def test_whoever_takes_one_of_two_ends_back_reads_that_the_other_stands(app):
    contract(app)
    declares(app, end="date", date="30.06.2027")
    earlier = declares(app)
    assert kept(app)[0].ends_on == ENDS
    does(app, retracting.wish_back, earlier, way="receipt")
    assert kept(app)[0].ends_on == date(2027, 6, 30)
    assert "gilt jedoch weiter: Er endet mit Ablauf von Mittwoch, 30. Juni 2027" in Mailbox(app).newest().words


LATER = date(2027, 6, 30)


def printed(app) -> str:
    """The newest mail with an exact date, as the holder reads it, whenever it goes out."""
    mail = mails(app, "leaving_date")[-1]
    words = Printer(app, KINDS).words(mail.kind, mail.payload, language="de", is_confirmed=True)
    return " ".join(words.text.split())


def newest_receipt(app) -> str:
    return f"/receipt/{mails(app, 'leaving_date')[-1].payload['receipt_key']}"


def two_ends(app) -> tuple[int, int, str]:
    """Anna cancels to the earliest day, then to the end of June; both numbers, and the receipt behind the mail."""
    contract(app)
    first, second = declares(app), declares(app, end="date", date="30.06.2027")
    return first, second, newest_receipt(app)


def test_a_later_day_after_the_first_cancellation_moves_nothing_and_the_holder_is_asked(app):
    first, second, path = two_ends(app)
    standing = stands(app, second)
    assert (standing.state, standing.work, kept(app)[0].ends_on) == ("matched", "ends", ENDS)
    words = printed(app)
    assert "Zu diesem Vertrag liegen jetzt zwei Kündigungen vor" in words and "30. Juni 2027" in words
    assert "Sagen, welches Ende gelten soll:" in words and "Sie müssen nichts weiter tun" not in words
    page = Visitor(app).opens(path)
    assert [each.get("value") for each in page.all("button") if each.get("name") == "end"] == ["earlier", "later"]
    assert "Sie müssen nichts weiter tun" not in page.text and stands(app, first).state == "effective_set"


def test_the_later_day_holds_once_the_holder_says_so_and_the_same_press_twice_is_one(app):
    first, second, path = two_ends(app)
    visitor = Visitor(app)
    for _press in range(2):
        assert visitor.sends(f"{path}/end", {"end": "later"}).status == 303
    assert (stands(app, first).state, stands(app, second).state) == ("taken_back", "effective_set")
    assert kept(app)[0].ends_on == stands(app, second).effective_on == LATER
    assert stands(app, second).work == "" and "30. Juni 2027" in visitor.opens(path).text


def test_the_earlier_day_stays_where_the_holder_says_so_and_nobody_is_asked_again(app):
    _first, second, path = two_ends(app)
    visitor = Visitor(app)
    for _press in range(2):
        assert visitor.sends(f"{path}/end", {"end": "earlier"}).status == 303
    assert (stands(app, second).state, stands(app, second).work, kept(app)[0].ends_on) == ("matched", "", ENDS)
    assert not [each for each in visitor.opens(path).all("button") if each.get("name") == "end"]


def test_whoever_only_pressed_the_button_can_choose_no_end(app):
    contract(app)
    declares(app)
    visitor = Visitor(app)
    path = receipt_path(send(visitor, **KNOWN, end="date", date="30.06.2027"))
    works(app)
    assert "zwei Kündigungen" not in visitor.opens(path).text
    assert visitor.sends(f"{path}/end", {"end": "later"}).status == 404 and kept(app)[0].ends_on == ENDS


def test_a_lead_lets_the_later_day_hold(app):
    first, second, _path = two_ends(app)
    does(app, settling.let_later_hold, second, by=staff(app))
    assert (stands(app, first).state, kept(app)[0].ends_on) == ("taken_back", LATER)


def test_a_day_without_a_wish_is_the_same_again_and_nobody_is_asked(app):
    contract(app)
    declares(app)
    assert stands(app, declares(app, reason="noch einmal")).work == "already"


def test_an_earlier_day_holds_at_once_and_both_receipts_name_the_other(app):
    contract(app)
    declares(app, end="date", date="30.06.2027")
    old = own_receipt(app)
    declares(app)
    assert "nennt ein späteres Ende" in printed(app)
    assert "nennt ein späteres Ende" in Visitor(app).opens(newest_receipt(app)).text
    assert "beendet den Vertrag früher" in Visitor(app).opens(old).text


def test_the_same_words_after_more_than_a_day_have_a_receipt_that_names_the_first(app):
    send(Visitor(app))
    with clock.frozen(NOON + timedelta(days=2)):
        again = send(Visitor(app))
    assert [each.state for each in standings(app)] == ["received", "received"]
    first = declarations(app)[0].reference
    assert f"Dieselben Worte sind schon einmal eingegangen: {first}, 16.12.2026" in again.text


def test_a_press_without_a_choice_settles_nothing_and_says_so(app):
    _first, second, path = two_ends(app)
    visitor = Visitor(app)
    for typed in ({}, {"end": "sooner"}):
        answer = visitor.sends(f"{path}/end", typed)
        assert "Es wurde kein Ende gewählt" in visitor.opens(answer.location).text
    assert (stands(app, second).work, kept(app)[0].ends_on) == ("ends", ENDS)
