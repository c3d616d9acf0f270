"""Somebody closes the account and comes back, takes the data along, has it erased: in a real browser, seen by axe."""

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation.database import db
from tests.cast import Person
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_accessibility import complaints
from tests.questions.people import ask

pytestmark = pytest.mark.browser
GITTA = Person("Gitta Sand", "gitta@example.org")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_somebody_closes_the_account_comes_back_takes_the_data_along_and_goes(beside, tab_of, has_script):
    """Checklist 57, 58: one press each, by keyboard, with and without script."""
    number = ask(beside, GITTA).number
    tab = tab_of(GITTA, viewport=PHONE, java_script_enabled=has_script)
    tab.goto("/de/account/overview")
    tab.get_by_role("link", name="Konto schließen", exact=True).click()
    tab.get_by_role("button", name="Konto jetzt schließen", exact=True).focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Ihr Konto ist geschlossen").wait_for()
    assert number in tab.content()
    tab.get_by_role("button", name="Konto wieder öffnen", exact=True).click()
    tab.get_by_role("heading", name="Ihr Konto ist wieder offen").wait_for()

    tab = tab_of(GITTA, viewport=PHONE, java_script_enabled=has_script)
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
def test_axe_finds_nothing_on_these_pages(beside, tab_of, scheme):
    """Checklist 67."""
    ask(beside, GITTA)
    tab = tab_of(GITTA, viewport=DESKTOP, color_scheme=scheme)
    for place in ("closing", "data", "erasure"):
        tab.goto(f"/{'de' if scheme == 'light' else 'en'}/account/{place}")
        assert complaints(tab) == [], place
