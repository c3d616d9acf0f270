"""What follows on a declaration: the table of states, the end, the holder's mails, objection and taking back."""

from datetime import date, datetime, timedelta

import pytest

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.leaving.actions import deciding, matching, objecting, retracting
from portal.leaving.following import end_contracts, match_new, watch_clock
from portal.leaving.models import Declaration, RecordEntry, Standing
from portal.leaving.rules.declarations import State
from portal.notifications.models import Notification, RefusedAddress, StaffNotice
from tests.cast import ANNA, BERND, account, signed_in
from tests.conftest import NOON
from tests.contracts.books import contract, kept
from tests.leaving.declaring import send
from tests.mailbox import Mailbox
from tests.questions.people import clara as clara_actor
from tests.visitor import Visitor

KNOWN = {"name": "Anna Berger", "email": "anna@example.org", "about": "TW-2025-00417"}
# NOON is 16 December 2026; a month later.
ENDS = date(2027, 1, 16)


def declares(app, **said) -> int:
    """A declaration by the public page, matched by the worker; its number."""
    assert send(Visitor(app), **{**KNOWN, **said}).status == 200
    # Beside a browser nobody holds the clock: an entry of the record in the future would make the portal doubt its own.
    works(app, clock.now())
    with app.app_context():
        return db.session.scalar(db.select(db.func.max(Declaration.id)))


def works(app, at: datetime = NOON) -> None:
    with app.app_context():
        match_new(at)
        end_contracts(at)
        watch_clock(at)


def stands(app, declaration_id: int) -> Standing:
    with app.app_context():
        return db.session.get_one(Standing, declaration_id)


def mails(app, *kinds: str) -> list[Notification]:
    """Mails that the holder or the sender was sent afterwards, oldest first."""
    with app.app_context():
        rows = db.select(Notification).where(Notification.kind.startswith("leaving_")).order_by(Notification.id)
        return [each for each in db.session.scalars(rows) if not kinds or each.kind in kinds]


def told(app, kind: str) -> list[str]:
    return sorted(each.recipient for each in mails(app, kind))


def verbs(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(RecordEntry.verb).order_by(RecordEntry.position)))


def does(app, act, *given, **named):
    with app.test_request_context("/de/"):
        return act(*given, **{"now": clock.now(), **named})


def staff(app):
    return clara_actor(app)


def test_a_strong_match_sets_the_end_and_tells_the_holder_the_exact_date(app):
    """States received → matched → effective_set; points 38 and 44."""
    contract(app)
    number = declares(app)
    standing = stands(app, number)
    assert (standing.state, standing.effective_on, standing.work) == ("effective_set", ENDS, "")
    assert kept(app)[0].ends_on == ENDS and kept(app)[0].ended_at is None
    assert f"{standing.retention_until}" == "2032-12-31"
    sent = mails(app, "leaving_date", "leaving_notice")
    assert [(each.kind, each.recipient, each.payload["ends_on"]) for each in sent] == [
        ("leaving_date", "anna@example.org", "2027-01-16")
    ]
    assert verbs(app) == ["cancellation.received", "cancellation.matched", "cancellation.effective"]


def test_the_exact_date_goes_only_to_the_address_on_file(app):
    """Point 38; D3 of the specification carries no address of the sender."""
    contract(app)
    declares(app, email="someone@else.example")
    typed, on_file = mails(app, "leaving_cancellation"), mails(app, "leaving_notice")
    assert [each.recipient for each in typed] == ["someone@else.example"]
    assert "2027-01-16" not in str(typed[0].payload)
    assert [each.recipient for each in on_file] == ["anna@example.org"]
    assert on_file[0].payload["ends_on"] == "2027-01-16" and "someone" not in str(on_file[0].payload)


def test_the_holder_reads_time_and_kind_in_their_own_language_whatever_the_sender_wrote_in(app):
    account(app, ANNA)
    contract(app)
    declares(app, email="someone@else.example", place="/cancel")
    told = mails(app, "leaving_notice")[0]
    assert told.language == "de" and "Uhr (MEZ" in told.payload["received"]
    assert told.payload["cause_word"] == "ordentliche Kündigung"
    assert "16 Dec 2026 at 11:00:00 (CET" in signed_in(app, ANNA).opens("/en/account/overview").text


def test_the_answer_is_the_same_whether_a_contract_is_known_or_not(app):
    contract(app)
    pages = [send(Visitor(app), **{**KNOWN, "about": about}) for about in ("TW-2025-00417", "TW-2025-99999")]
    texts = [page.text.replace("TW-2025-99999", "TW-2025-00417") for page in pages]
    assert texts[0].split("Vorgang")[0] == texts[1].split("Vorgang")[0] and pages[0].status == pages[1].status == 200


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"about": "", "name": "Carla", "email": "carla@example.org"}, State.UNMATCHED),
        ({"about": "TW-2025-00418", "email": ""}, State.UNMATCHED),  # mistyped by one
        ({"name": "Anna Schmidt", "email": ""}, State.UNMATCHED),  # another name
        ({"about": "alle Verträge"}, State.AMBIGUOUS),  # two contracts of one address
    ],
)
def test_what_is_not_sure_waits_for_a_person_until_the_next_working_day(app, said, state):
    contract(app)
    contract(app, number="TW-2026-00981", product="Talwind Mobil M")
    standing = stands(app, declares(app, **said))
    assert (standing.state, standing.work, standing.contract_id) == (state, "assign", None)
    assert f"{standing.work_due_at:%Y-%m-%d}" == "2026-12-17"
    assert mails(app, "leaving_date", "leaving_notice") == [] and all(each.ends_on is None for each in kept(app))


def test_the_end_counts_from_the_original_receipt_however_late_somebody_finds_the_contract(app):
    number = declares(app)
    contract(app)
    by, found = staff(app), kept(app)[0]
    with app.app_context():
        row = matching.contract_by_id(found.id)
        matching.assign_by_hand(number, row, by=by, now=NOON + timedelta(days=40))
    standing = stands(app, number)
    assert (standing.state, standing.effective_on, standing.match_rule) == ("effective_set", ENDS, "by_hand")


def test_a_second_declaration_for_an_ended_or_cancelled_contract_has_no_second_effect(app):
    contract(app)
    declares(app)
    second = stands(app, declares(app, reason="noch einmal"))
    assert (second.state, second.work, second.effective_on) == ("matched", "already", ENDS)
    assert kept(app)[0].ends_on == ENDS


def test_the_earlier_of_two_ends_wins(app):
    contract(app)
    declares(app, end="date", date="30.06.2027")
    assert kept(app)[0].ends_on == date(2027, 6, 30)
    assert stands(app, declares(app)).state == "effective_set" and kept(app)[0].ends_on == ENDS


def test_for_cause_ends_in_the_alternative_until_a_person_has_looked_at_the_cause(app):
    """W10 and W11."""
    contract(app)
    number = declares(app, cause="for_cause", reason="Kein Netz seit Wochen.")
    standing = stands(app, number)
    assert (standing.state, standing.effective_on, standing.work) == ("effective_set", ENDS, "for_cause")
    assert mails(app, "leaving_date")[0].payload["claimed_on"] == "2026-12-16"
    does(app, deciding.judge_cause, number, is_accepted=True, by=staff(app))
    standing = stands(app, number)
    assert (standing.effective_on, standing.work) == (date(2026, 12, 16), "")
    works(app, NOON + timedelta(days=13))
    assert kept(app)[0].ended_at is None  # the days for an objection are not over
    works(app, NOON + timedelta(days=15))
    assert stands(app, number).state == "ended" and kept(app)[0].ended_at is not None


def test_a_missing_button_sets_aside_every_notice(app):
    """W13."""
    contract(app, first_term_end="2027-03-31")
    number = declares(app)
    assert stands(app, number).effective_on == date(2027, 3, 31)
    does(app, deciding.mark_missing_button, number, is_missing=True, by=staff(app))
    assert stands(app, number).effective_on == kept(app)[0].ends_on == date(2026, 12, 16)
    does(app, deciding.mark_missing_button, number, is_missing=False, by=staff(app))
    assert stands(app, number).effective_on == kept(app)[0].ends_on == date(2027, 3, 31)


def test_nothing_that_cannot_be_undone_happens_before_the_end_and_fourteen_days(app):
    """Points 44 and 45: only the renewal stops; the contract ends when its last day is over, in its own zone."""
    contract(app)
    number = declares(app)
    works(app, datetime.fromisoformat("2027-01-16T22:59:59+00:00"))
    assert stands(app, number).state == "effective_set"
    works(app, datetime.fromisoformat("2027-01-16T23:00:00+00:00"))
    assert stands(app, number).state == "ended" and verbs(app)[-1] == "cancellation.ended"


def objection(app) -> str:
    return f"/objection/{mails(app, 'leaving_date', 'leaving_notice')[0].payload['objection_key']}"


def test_the_objection_link_freezes_and_informs_both_sides_without_signing_in(app):
    """Point 46."""
    contract(app)
    number = declares(app, email="someone@else.example")
    path, stranger = objection(app), Visitor(app)
    page = stranger.opens(path)
    assert "TW-2025-00417" in page.text and "16. Januar 2027" in page.text
    assert stranger.cookies == []
    assert stranger.submits(page, path, remark="Das ist mein Ex-Mann.").status == 303
    assert stranger.sends(path, {}).status == 303  # twice is once
    standing = stands(app, number)
    assert (standing.state, standing.work) == ("contested", "objection")
    assert sorted(each.recipient for each in mails(app, "leaving_contested")) == [
        "anna@example.org",
        "someone@else.example",
    ]
    assert "Ihr Widerspruch ist eingegangen" in stranger.opens(path).text
    works(app, NOON + timedelta(days=60))
    assert stands(app, number).state == "contested" and kept(app)[0].ended_at is None


@pytest.mark.parametrize(
    ("is_valid", "state", "ends_on"), [(True, "effective_set", ENDS), (False, "rejected_agent", None)]
)
def test_people_decide_about_an_objection_and_both_sides_are_told(app, is_valid, state, ends_on):
    contract(app)
    number = declares(app, email="someone@else.example")
    does(app, objecting.object_to, number, "")
    does(app, objecting.decide_objection, number, is_valid=is_valid, why="Anruf", by=staff(app))
    assert (stands(app, number).state, kept(app)[0].ends_on) == (state, ends_on)
    assert len(mails(app, "leaving_decided")) == 2


def test_an_objection_is_possible_until_the_end_and_never_less_than_fourteen_days(app):
    contract(app)
    declares(app)
    path = objection(app)
    with clock.frozen(datetime.fromisoformat("2027-01-16T22:59:00+00:00")):
        assert Visitor(app).opens(path).status == 200
    with clock.frozen(datetime.fromisoformat("2027-01-16T23:01:00+00:00")):
        expired = Visitor(app).opens(path)
        unknown = Visitor(app).opens(f"/objection/{'a' * 43}")
    assert expired.status == unknown.status == 404 and expired.links == unknown.links
    assert "Dieser Link ist abgelaufen oder unvollständig" in expired.text and "TW-2025" not in expired.text


def own_receipt(app) -> str:
    return f"/receipt/{mails(app, 'leaving_date')[0].payload['receipt_key']}"


def test_the_holder_takes_a_cancellation_back_with_the_receipt_and_nothing_new_begins(app):
    """Point 47."""
    contract(app, first_term_end="2027-03-31", price="39,90 €")
    before = kept(app)[0].terms
    number = declares(app)
    path, holder = own_receipt(app), Visitor(app)
    page = holder.opens(path)
    assert "endet mit Ablauf des 31. März 2027" in page.text
    assert holder.submits(page, f"{path}/retraction").status == 303
    assert stands(app, number).state == "taken_back"
    found = kept(app)[0]
    assert (found.ends_on, found.terms, found.price) == (None, before, "39,90 €")
    text = mails(app, "leaving_retracted")
    assert [each.recipient for each in text] == ["anna@example.org"] and text[0].payload["price"] == "39,90 €"
    assert "zurückgenommen" in holder.opens(path).text
    assert "back=agreed" in holder.sends(f"{path}/retraction", {}).location
    assert len(mails(app, "leaving_retracted")) == 1


def test_a_receipt_that_proves_no_holder_takes_nothing_back_and_tells_nothing(app):
    contract(app)
    number = declares(app, email="someone@else.example")
    key = mails(app, "leaving_cancellation")[0].payload["key"]
    stranger = Visitor(app)
    assert "2027" not in stranger.opens(f"/receipt/{key}").text
    assert stranger.sends(f"/receipt/{key}/retraction", {}).status == 404
    assert stands(app, number).state == "effective_set"


def test_somebody_who_is_signed_in_takes_their_own_back_and_nobody_else_can(app):
    account(app, ANNA)
    contract(app)
    number = declares(app)
    with app.app_context():
        reference = db.session.get_one(Declaration, number).reference
    path = f"/de/account/declarations/{reference}/retraction"
    assert signed_in(app, BERND).sends(path, {"is_complete": "yes"}).status == 404
    anna = signed_in(app, ANNA)
    page = anna.opens("/de/account/overview")
    assert "endet mit Ablauf des 16. Januar 2027" in page.text
    assert anna.submits(page, path).status == 303
    assert stands(app, number).state == "taken_back"
    assert "Der Vertrag läuft weiter" in anna.opens("/de/account/overview?back=agreed").text


def test_taking_back_ends_with_the_contract(app):
    contract(app)
    number = declares(app)
    with clock.frozen(NOON + timedelta(days=40)), pytest.raises(retracting.TooLate):
        does(app, retracting.wish_back, number, way="receipt")


def test_a_company_may_want_to_agree_itself(app):
    contract(app)
    number = declares(app)
    with app.app_context():
        assert retracting.accepts_retractions() is True
    does(app, retracting.decide_retraction, number, is_accepted=False, by=staff(app))
    assert stands(app, number).state == "effective_set"
    assert mails(app, "leaving_kept")[0].payload["ends_on"] == "2027-01-16"


def test_a_missing_authority_is_rejected_within_three_days_and_then_silence_accepts(app):
    """Point 51, § 174 BGB."""
    contract(app)
    number = declares(app, email="service@agent.example", reason="Im Auftrag von Anna Berger")
    assert "authority" in stands(app, number).flags
    assert stands(app, number).authority_due_at == NOON + timedelta(days=3)
    does(app, deciding.reject_agent, number, by=staff(app))
    assert (stands(app, number).state, kept(app)[0].ends_on) == ("rejected_agent", None)
    assert sorted(each.recipient for each in mails(app, "leaving_rejected")) == [
        "anna@example.org",
        "service@agent.example",
    ]
    other = declares(app, email="service@agent.example", reason="Vollmacht liegt vor")
    with clock.frozen(NOON + timedelta(days=3, seconds=1)), pytest.raises(deciding.RejectionTooLate):
        does(app, deciding.reject_agent, other, by=staff(app))
    works(app, NOON + timedelta(days=3, seconds=1))
    assert stands(app, other).authority_due_at is None and "cancellation.authority_accepted" in verbs(app)


def test_work_that_nobody_did_in_a_working_day_sounds_an_alarm_once(app):
    number = declares(app)
    for hours in (25, 26, 200):
        works(app, NOON + timedelta(hours=hours))
    with app.app_context():
        told = list(db.session.scalars(db.select(StaffNotice).filter_by(kind="declaration.overdue")))
    assert len(told) == 1 and "overdue" in stands(app, number).flags


def test_a_withdrawal_waits_for_a_person_and_ends_the_contract_with_its_receipt(app):
    contract(app, started_on="2026-12-10")
    number = declares(app, place="/widerrufen", about="TW-2025-00417")
    assert (stands(app, number).state, stands(app, number).work) == ("matched", "withdrawal")
    does(app, deciding.accept_withdrawal, number, by=staff(app))
    assert (stands(app, number).state, kept(app)[0].ends_on) == ("effective_set", date(2026, 12, 16))


@pytest.mark.parametrize(
    ("started_on", "flags"), [("2026-12-02", []), ("2026-12-01", ["perhaps_late"]), ("2026-11-20", ["too_late"])]
)
def test_a_withdrawal_that_comes_late_is_a_remark_for_a_person_and_never_refused(app, started_on, flags):
    """W14 and W15: fourteen days from 1 December end on Tuesday the 15th; four minutes later a person looks."""
    contract(app, started_on=started_on)
    moment = datetime.fromisoformat("2026-12-15T23:04:00+00:00")
    with clock.frozen(moment):
        number = declares(app, place="/widerrufen", about="TW-2025-00417")
    standing = stands(app, number)
    assert (standing.state, standing.work, standing.flags) == ("matched", "withdrawal", flags)


def test_words_that_mean_the_other_declaration_are_a_hint_to_staff(app):
    contract(app)
    assert "seems_withdrawal" in stands(app, declares(app, reason="Hiermit widerrufe ich")).flags


def test_a_holder_is_told_three_times_a_day_at_most_whatever_strangers_declare_and_also_after_saying_not_me(app):
    """Point 48: at most three mails to one recipient in a day; the rest waits, and no declaration is refused."""
    contract(app)
    with app.app_context(), transaction():
        db.session.add(RefusedAddress(address="anna@example.org", created_at=NOON))
    for each in range(6):
        declares(app, email="", reason=f"Fassung {each}")
    Mailbox(app).deliver()
    rows = mails(app, "leaving_notice", "leaving_cancellation")
    assert len(rows) == 12 and len([each for each in rows if each.sent_at]) == 3
    assert rows[0].kind == "leaving_notice" and rows[0].sent_at


def test_matching_twice_is_matching_once(app):
    contract(app)
    number = declares(app)
    does(app, matching.match_declaration, number)
    assert len(mails(app, "leaving_date")) == 1 and verbs(app).count("cancellation.effective") == 1


def test_it_works_on_both_databases(app):
    contract(app)
    number = declares(app)
    does(app, objecting.object_to, number, "nein")
    does(app, objecting.decide_objection, number, is_valid=True, why="", by=staff(app))
    does(app, retracting.wish_back, number, way="receipt")
    assert stands(app, number).state == "taken_back"
