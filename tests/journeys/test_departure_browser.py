"""Somebody closes the account and comes back, takes the data along, has it erased: in a real browser, seen by axe."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.sessions import add_session
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.sessions import cookie_name
from tests.cast import Person, account
from tests.conftest import make_app, running
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_accessibility import complaints
from tests.questions.people import ask

pytestmark = pytest.mark.browser
GITTA = Person("Gitta Sand", "gitta@example.org")


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    """Nobody holds the clock here: the server lives in the time of the world."""
    with clock.frozen(None):
        yield


@pytest.fixture
def beside(server) -> Iterator[Flask]:
    """The same data in this process."""
    with running(make_app(server.data, server.content, url=server.origin)) as app:
        yield app


def signed_in_tab(beside, server, new_tab, **options):
    user_id = account(beside, GITTA)
    with beside.app_context(), transaction():
        key, _ = add_session(db.session.get(User, user_id), now=clock.now(), network="127.0.0.0/24", browser="Test")
    tab = new_tab(**options)
    tab.context.add_cookies([{"name": cookie_name(beside), "value": key, "url": server.origin}])
    return tab


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_somebody_closes_the_account_comes_back_takes_the_data_along_and_goes(beside, server, new_tab, has_script):
    """Checklist 57, 58: one press each, by keyboard, with and without script."""
    number = ask(beside, GITTA).number
    tab = signed_in_tab(beside, server, new_tab, viewport=PHONE, java_script_enabled=has_script)
    tab.goto("/de/account/overview")
    tab.get_by_role("link", name="Konto schließen", exact=True).click()
    tab.get_by_role("button", name="Konto jetzt schließen", exact=True).focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Ihr Konto ist geschlossen").wait_for()
    assert number in tab.content()
    tab.get_by_role("button", name="Konto wieder öffnen", exact=True).click()
    tab.get_by_role("heading", name="Ihr Konto ist wieder offen").wait_for()

    tab = signed_in_tab(beside, server, new_tab, viewport=PHONE, java_script_enabled=has_script)
    tab.goto("/daten/export")
    with tab.expect_download() as taken:
        tab.get_by_role("button", name="Meine Daten herunterladen", exact=True).click()
    assert taken.value.suggested_filename.startswith("meine-daten-")
    tab.goto("/daten/loeschen")
    tab.get_by_role("button", name="Meine Daten jetzt löschen", exact=True).click()
    tab.get_by_role("heading", name="Ihre Daten sind gelöscht").wait_for()
    with beside.app_context():
        assert db.session.scalar(select(User).filter_by(email=GITTA.email)) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_these_pages(beside, server, new_tab, scheme):
    """Checklist 67."""
    ask(beside, GITTA)
    tab = signed_in_tab(beside, server, new_tab, viewport=DESKTOP, color_scheme=scheme)
    for place in ("closing", "data", "erasure"):
        tab.goto(f"/{'de' if scheme == 'light' else 'en'}/account/{place}")
        assert complaints(tab) == [], place
