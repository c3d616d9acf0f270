"""Tokens: shown once, kept as a hash, never more than their owner may, ended at once."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.api.chores import forget_tokens
from portal.api.models import ApiToken
from portal.api.rules import MOST_TOKENS, NEEDED
from portal.audiences import AUDIENCES
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.process.logs import masked
from portal.foundation.security import Audience
from portal.journal.models import AuditEntry
from portal.keys.rules import digest
from tests.api.programs import Program, program_of, token_for
from tests.cast import DORA, FRIDA, signed_in
from tests.questions.people import later

SENT = {"name": "Buchhaltung", "days": "30", "scopes": "contracts:write"}


def made_token(page) -> str:
    return page.find("input", id="new-token").get("value")


def rows(app) -> list[ApiToken]:
    with app.app_context():
        return list(db.session.scalars(select(ApiToken).order_by(ApiToken.id)))


def audited(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.startswith("token."))))


def change(app, email: str, **values) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.email == email).values(**values))


def test_a_lead_makes_a_token_which_is_shown_once_and_opens_what_was_chosen(app, dora):
    page = dora.submits(dora.opens("/desk/tokens"), "/desk/tokens", **SENT)
    assert page.status == 200 and "nur dieses eine Mal gezeigt" in page.text
    token = made_token(page)
    answer = Program(app, token).gets("/token")
    assert answer.thing == {"name": "Buchhaltung", "scopes": ["contracts:write"], "expires_at": "2027-01-15T10:00:00Z"}
    after = dora.opens("/desk/tokens")
    assert token not in after.html and token[-4:] in after.text and "zuletzt benutzt" in after.text
    assert audited(app) == ["token.made", "token.used"]
    assert "hat ein Token für ein Programm erstellt" in dora.opens("/desk/audit").text


def test_only_a_hash_of_a_token_is_kept_and_no_log_names_it(app, dora, caplog):
    with caplog.at_level(logging.DEBUG):
        token = token_for(app)
        Program(app, token).gets("/token")
    (row,) = rows(app)
    assert row.digest == digest(token) and token not in str(vars(row))
    assert token not in caplog.text and token not in masked(f"Authorization: Bearer {token}")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "für welches Programm"),
        ({"scopes": "everything"}, "was das Programm darf"),
        ({"days": "0"}, "wie lange das Token gilt"),
        ({"days": ""}, "wie lange das Token gilt"),
    ],
)
def test_a_wrong_form_comes_back_as_it_was_filled_in_and_makes_nothing(app, dora, changed, said):
    page = dora.submits(dora.opens("/desk/tokens"), "/desk/tokens", **{**SENT, **changed})
    assert page.status == 422 and said in page.text and rows(app) == []
    assert page.find("input", name="name").get("value") == {**SENT, **changed}["name"]


def test_the_same_form_twice_makes_one_token(app, dora):
    form = dora.opens("/desk/tokens")
    assert dora.submits(form, "/desk/tokens", **SENT).status == 200
    again = dora.submits(form, "/desk/tokens", **SENT)
    assert again.status == 409 and "schon erstellt" in again.text and not again.all("input", id="new-token")
    assert len(rows(app)) == 1


def test_nobody_has_more_than_twenty(app, dora):
    for _ in range(MOST_TOKENS):
        token_for(app)
    page = dora.submits(dora.opens("/desk/tokens"), "/desk/tokens", **SENT)
    assert page.status == 409 and "schon 20 Token" in page.text
    with later(days=91):
        fresh = signed_in(app, DORA)
        assert fresh.submits(fresh.opens("/desk/tokens"), "/desk/tokens", **SENT).status == 200


def test_whoever_makes_a_token_has_just_shown_who_they_are(app, dora):
    form = dora.opens("/desk/tokens")
    with later(minutes=11):
        page = dora.submits(form, "/desk/tokens", **SENT)
    assert page.status == 403 and "/account/proof" in page.html and rows(app) == []


@pytest.mark.together
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Basic ZG9yYTp4",
        "Bearer portal_" + "a" * 43,
        "portal_" + "a" * 43,
        "Bearer \x80",
    ],
)
def test_without_a_token_that_is_known_there_is_nothing(app, header):
    program = Program(app, "")
    program.headers = {} if header is None else {"Authorization": header}
    answer = program.gets("/token")
    assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith('Bearer realm="portal"')


def test_a_token_counts_in_the_header_alone(app):
    token = token_for(app)
    program = Program(app, "")
    program.headers = {"Cookie": f"token={token}"}
    assert program.gets(f"/token?access_token={token}&token={token}").status == 401


def test_a_token_ends_on_its_day(app):
    program = program_of(app)
    with later(days=89):
        assert program.gets("/token").status == 200
    with later(days=90):
        answer = program.gets("/token")
    assert answer.status == 401 and answer.thing["detail"] == "This token has expired. Please make a new one."


def test_a_revoked_token_opens_nothing_from_that_moment_on(app, dora):
    program = program_of(app)
    page = dora.opens("/desk/tokens")
    assert dora.submits(page, f"/desk/tokens/{rows(app)[0].id}/revocation").status == 303
    assert program.gets("/token").status == 401
    assert audited(app) == ["token.made", "token.revoked"]
    assert "widerrufen" in dora.opens("/desk/tokens").text


@pytest.mark.parametrize(
    "change_of_dora",
    [{"role": "agent"}, {"role": "customer"}, {"role": "editor"}, {"disabled_at": True}, {"closed_at": True}],
)
def test_a_token_never_outlives_the_rights_of_its_owner(app, change_of_dora):
    program = program_of(app)
    assert program.gets("/token").status == 200
    change(app, DORA.email, **{name: clock.now() if value is True else value for name, value in change_of_dora.items()})
    answer = program.gets("/token")
    assert answer.status == 401 and "may not do this any more" in answer.thing["detail"]


def test_leads_revoke_their_own_and_administrators_everybodys(app, dora, frida):
    token_for(app, DORA), token_for(app, FRIDA)
    of_dora, of_frida = (row.id for row in rows(app))
    token = dora.opens("/desk/tokens").find("input", name="token").get("value")
    sent = {"token": token, "is_complete": "yes"}
    assert dora.sends(f"/desk/tokens/{of_frida}/revocation", sent).status == 404
    assert frida.submits(frida.opens("/desk/tokens"), f"/desk/tokens/{of_dora}/revocation").status == 303
    assert [row.revoked_at is None for row in rows(app)] == [False, True]


def test_the_page_is_for_those_who_lead(app, clara):
    assert clara.opens("/desk/tokens").status == 404
    assert not [each for each in clara.opens("/desk/saved-views").links.values() if each == "/desk/tokens"]


def test_each_token_has_its_own_hundred_and_twenty_a_minute(app):
    first, second = program_of(app), program_of(app)
    answers = [first.gets("/token") for _ in range(121)]
    assert [each.status for each in answers] == [200] * 120 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert second.gets("/token").status == 200
    with later(seconds=61):
        assert first.gets("/token").status == 200


def test_a_network_that_tries_tokens_is_stopped(app):
    answers = [Program(app, f"portal_{number:043}").gets("/token").status for number in range(601)]
    assert answers == [401] * 600 + [429]
    assert Program(app, token_for(app), address="203.0.113.10").gets("/token").status == 200


def test_a_day_of_use_is_one_entry_of_the_audit(app):
    program = program_of(app)
    for minutes in (0, 1, 6, 60):
        with later(minutes=minutes):
            program.gets("/token")
    with later(days=1):
        program.gets("/token")
    assert audited(app) == ["token.made", "token.used", "token.used"]


def test_tokens_that_ended_are_cleared_away_after_a_while(app):
    program_of(app)
    for days, left in ((124, 1), (126, 0)):
        with app.app_context():
            forget_tokens(clock.now() + timedelta(days=days))
        assert len(rows(app)) == left


def test_every_address_for_programs_says_what_a_token_must_open(shared_app):
    for_programs = {endpoint for endpoint, audience in AUDIENCES.items() if audience is Audience.MACHINE}
    assert set(NEEDED) == for_programs
    below = {rule.endpoint for rule in shared_app.url_map.iter_rules() if str(rule).startswith("/api/")}
    assert below - for_programs <= {"api.describe"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/token", 405), ("GET", "/token/" + "x" * 5000, 414)],
)
def test_what_is_not_there_is_said_to_a_program_in_its_language(app, method, path, status):
    token = token_for(app)
    english, german = (Program(app, token, language=language).asks(method, path) for language in ("", "de"))
    assert english.status == german.status == status
    assert english.thing["detail"] != german.thing["detail"]
