"""The second factor: codes, recovery codes, and what half a sign-in may do."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal.accounts.models import RecoveryCode, User
from portal.accounts.second_factor import readable_seed
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.files.vault import new_vault_key
from tests.accounts.people import PASSWORD, code_of, mails, signs_in, user_row, with_password
from tests.cast import ANNA, CLARA, account, carry_key, sessions_of, signed_in
from tests.conftest import NOON, make_app, running
from tests.visitor import Visitor

SET_UP = "/de/account/second-factor/set-up"


def sets_up(app, visitor, person):
    """Press the button, read the picture, write the code; gives back the recovery codes."""
    visitor.submits(visitor.opens(SET_UP), "/de/account/second-factor/seed")
    page = visitor.submits(visitor.opens(SET_UP), SET_UP, code=code_of(app, person))
    assert page.status == 200, page.text
    return [each.text for each in page.all("code")]


def gives(visitor, code):
    """What comes back after filling in the code."""
    page = visitor.opens("/de/account/second-factor")
    return visitor.submits(page, "/de/account/second-factor", code=code)


def later(seconds=60):
    return clock.frozen(NOON + timedelta(seconds=seconds))


@pytest.fixture
def guarded(app, anna):
    """Anna has a password and a second factor; her recovery codes."""
    with_password(app, ANNA)
    return sets_up(app, anna, ANNA)


def test_anna_sets_up_a_second_factor_with_her_phone(app, anna):
    assert "Einrichten" in anna.opens(SET_UP).html or "Set up" in anna.opens(SET_UP).html
    anna.submits(anna.opens(SET_UP), "/de/account/second-factor/seed")
    page = anna.opens(SET_UP)
    picture = page.find("img", alt=page.all("img")[-1].get("alt")).get("src")
    image = anna.opens(picture)
    assert image.response.mimetype == "image/svg+xml" and image.html.lstrip().startswith("<?xml")
    assert image.response.headers["Cache-Control"] == "no-store"
    assert "style=" not in image.html, "the policy of the page allows no inline style"
    assert anna.submits(page, SET_UP, code="000000").status == 422
    codes = anna.submits(anna.opens(SET_UP), SET_UP, code=code_of(app, ANNA))
    assert len(codes.all("code")) == 10
    assert user_row(app, ANNA).has_second_factor
    assert [mail.payload["what"] for mail in mails(app, ANNA.email, "account_factor")] == ["set_up"]
    assert anna.opens(picture).status == 404, "the seed is never shown again"


def test_the_first_code_sent_twice_says_how_to_come_by_recovery_codes(app, anna):
    anna.submits(anna.opens(SET_UP), "/de/account/second-factor/seed")
    form, code = anna.opens(SET_UP), code_of(app, ANNA)
    for _double_press in range(2):
        page = anna.submits(form, SET_UP, code=code)
    assert "Ersatzcodes nicht gesehen" in anna.opens(page.location).text
    assert "Ersatzcodes nicht gesehen" not in anna.opens(SET_UP).text


def test_the_seed_is_encrypted_and_the_recovery_codes_are_hashed(app, anna, guarded):
    with app.app_context():
        user = db.session.scalar(select(User).filter_by(email=ANNA.email))
        seed = readable_seed(user)
        raw = db.session.execute(text("SELECT totp_secret FROM users WHERE totp_secret IS NOT NULL")).scalar_one()
        digests = list(db.session.scalars(select(RecoveryCode.digest)))
    assert len(seed) == 32 and seed not in raw
    assert len(digests) == 10 and not set(digests) & set(guarded)


def test_password_alone_is_half_a_sign_in(app, visitor, guarded):
    page = signs_in(visitor, ANNA)
    assert page.location.startswith("/de/account/second-factor")
    for path in ("overview", "sessions", "password", "address"):
        refused = visitor.opens(f"/de/account/{path}")
        assert refused.location.startswith("/de/account/second-factor"), path
    assert visitor.opens(SET_UP).location == "/de/account/sign-in", "half a sign-in cannot replace the factor"
    assert visitor.sends("/de/account/second-factor/seed", {"is_complete": "yes"}).status == 303
    assert visitor.sends("/de/account/second-factor/removal", {"is_complete": "yes"}).status == 403
    assert user_row(app, ANNA).has_second_factor


def test_the_code_makes_it_whole_under_a_new_key(app, visitor, guarded):
    signs_in(visitor, ANNA, next="/de/account/sessions")
    before = visitor._client._cookies
    half = next(iter(before.values())).value
    with later():
        page = visitor.opens("/de/account/second-factor?next=/de/account/sessions")
        done = visitor.submits(page, "/de/account/second-factor", code=code_of(app, ANNA))
        assert (done.status, done.location) == (303, "/de/account/sessions")
        assert visitor.opens("/de/account/overview").status == 200
        stale = Visitor(app)
        carry_key(stale, app, half)
        assert stale.opens("/de/account/overview").status == 303


def test_a_code_works_once_even_within_its_half_minute(app, guarded):
    with later():
        code = code_of(app, ANNA)
        first, second = Visitor(app), Visitor(app)
        for visitor in (first, second):
            signs_in(visitor, ANNA)
        assert gives(first, code).status == 303
        assert gives(second, code).status == 422


def test_the_code_of_the_set_up_does_not_sign_in(app, visitor, guarded):
    signs_in(visitor, ANNA)
    assert gives(visitor, code_of(app, ANNA)).status == 422


def test_a_code_sent_from_elsewhere_is_not_looked_at(app, visitor, guarded):
    signs_in(visitor, ANNA)
    with later():
        form = {"code": code_of(app, ANNA), "is_complete": "yes"}
        assert visitor.sends("/de/account/second-factor", form).status == 409
        assert gives(visitor, code_of(app, ANNA)).status == 303


def test_half_a_sign_in_ends_after_ten_minutes(app, visitor, guarded):
    signs_in(visitor, ANNA)
    with later(601):
        code = {"code": code_of(app, ANNA), "is_complete": "yes"}
        assert visitor.sends("/de/account/second-factor", code).location == "/de/account/sign-in"


def test_a_recovery_code_works_once_and_is_told_by_mail(app, guarded):
    code = guarded[3].upper().replace("-", " ")
    first, second = Visitor(app), Visitor(app)
    for visitor in (first, second):
        signs_in(visitor, ANNA)
    assert gives(first, code).status == 303
    assert gives(second, code).status == 422
    told = mails(app, ANNA.email, "account_factor")[-1].payload
    assert (told["what"], told["left"]) == ("recovery", 9)


def test_the_sixth_code_in_five_minutes_waits(app, visitor, guarded):
    signs_in(visitor, ANNA)
    # The set-up was one try.
    for _ in range(4):
        assert gives(visitor, "123456").status == 422
    page = gives(visitor, "123456")
    assert page.status == 429 and int(page.response.headers["Retry-After"]) > 0
    assert page.find("input", name="code").get("value") is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "abc", "x" * 5000, "%00"])
def test_strange_codes_are_only_wrong(app, visitor, guarded, code):
    signs_in(visitor, ANNA)
    assert gives(visitor, code).status == 422


def test_the_mailed_link_does_not_go_around_the_factor(app, visitor, guarded):
    visitor.sends("/de/account/sign-in/link", {"email": ANNA.email, "is_complete": "yes"})
    key = mails(app, ANNA.email, "account_sign_in")[-1].payload["key"]
    page = visitor.sends("/de/account/sign-in/open", {"key": key, "is_complete": "yes"})
    assert page.location == "/de/account/second-factor"


def test_a_new_password_does_not_take_the_factor_away(app, visitor, guarded):
    visitor.sends("/de/account/reset", {"email": ANNA.email, "is_complete": "yes"})
    key = mails(app, ANNA.email, "account_reset")[-1].payload["key"]
    form = {"key": key, "password": "acht-Störche", "is_complete": "yes"}
    assert visitor.sends("/de/account/password/new", form).status == 200, (
        "with a second factor ten characters are enough"
    )
    assert visitor.cookies == []
    assert signs_in(visitor, ANNA, "acht-Störche").location.startswith("/de/account/second-factor")


def test_anna_takes_her_factor_away_and_every_other_browser_is_out(app, anna, guarded):
    other = signed_in(app, ANNA)
    page = anna.submits(anna.opens(SET_UP), "/de/account/second-factor/removal")
    assert page.status == 303
    assert not user_row(app, ANNA).has_second_factor
    assert other.opens("/de/account/overview").status == 303
    assert anna.opens("/de/account/overview").status == 200


def test_new_recovery_codes_replace_the_old_ones(app, anna, guarded):
    page = anna.submits(anna.opens(SET_UP), "/de/account/second-factor/codes")
    fresh = [each.text for each in page.all("code")]
    assert len(fresh) == 10 and not set(fresh) & set(guarded)
    visitor = Visitor(app)
    signs_in(visitor, ANNA)
    assert gives(visitor, guarded[0]).status == 422
    assert gives(visitor, fresh[0]).status == 303


def test_the_factor_changes_only_for_somebody_who_has_just_proven_who_it_is(app, anna, guarded):
    with later(11 * 60):
        page = anna.opens(SET_UP)
        assert page.location == f"/de/account/proof?next={SET_UP}"
        token = anna.opens(page.location).find("input", name="token").get("value")
        form = {"token": token, "is_complete": "yes"}
        assert anna.sends("/de/account/second-factor/removal", form).location.startswith("/de/account/proof")
        assert user_row(app, ANNA).has_second_factor


def test_in_production_staff_without_a_factor_can_only_set_one_up(demo, data):
    with running(make_app(data, demo / "content", stage="production", url="https://localhost")) as app:
        account(app, CLARA)
        clara = signed_in(app, CLARA, is_half=True)
        with app.test_request_context():
            assert CONFIG.of(app).is_production
        cookie = next(iter(clara._client._cookies.values()))
        headers = {"Cookie": f"{cookie.key}={cookie.value}"}
        client = app.test_client(use_cookies=False)
        here = {"base_url": "https://localhost", "headers": headers}
        assert client.get("/de/account/overview", **here).location.startswith(SET_UP)
        assert client.get(SET_UP, **here).status_code == 200


def test_a_sign_in_of_staff_in_production_is_half_without_a_factor(demo, data):
    with running(make_app(data, demo / "content", stage="production", url="https://localhost")) as app:
        user_id = with_password(app, CLARA)
        client = app.test_client()
        form = {"email": CLARA.email, "password": PASSWORD, "is_complete": "yes"}
        answer = client.post("/de/account/sign-in", data=form, base_url="https://localhost")
        assert answer.location == SET_UP
        assert [row.is_half for row in sessions_of(app, user_id)] == [True]


def test_seeds_move_to_a_new_vault_key(demo, data, app, anna, guarded):
    old, new = (data / "vault-keys").read_text().split()[0], new_vault_key()
    url = CONFIG.of(app).database_url
    with running(make_app(data, demo / "content", vault_keys=(new, old), database_url=url)) as both:
        assert "1 seeds" in both.test_cli_runner().invoke(args=["user", "reseal"]).output
    newer = make_app(data, demo / "content", vault_keys=(new,), database_url=url)
    with running(newer), newer.app_context():
        assert len(readable_seed(db.session.scalar(select(User).filter_by(email=ANNA.email)))) == 32
    with app.app_context():
        assert readable_seed(db.session.scalar(select(User).filter_by(email=ANNA.email))) == "", "the old key is out"


def test_an_unreadable_seed_lets_nobody_in(app, visitor, guarded):
    with app.app_context(), transaction():
        db.session.scalar(select(User).filter_by(email=ANNA.email)).totp_secret = "broken"
    signs_in(visitor, ANNA)
    assert gives(visitor, "123456").status == 422
    assert gives(visitor, guarded[0]).status == 303
