"""An incident with fifty cases in a real browser: opened, shown, messaged, closed; and what leads look at."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.desk.actions.incidents import send_messages
from portal.foundation import clock
from portal.foundation.database import db
from portal.questions.models import Message, Question
from portal.reports.chores import count_everything
from tests.cast import BERND, DORA, FRIDA
from tests.journeys.conftest import DESKTOP, PHONE, Server, eventually, serving
from tests.journeys.test_accessibility import complaints
from tests.questions.people import ask

pytestmark = pytest.mark.browser
TITLE, TITLE_EN = "Kein Netz in der Mühlgasse", "No connection in Mühlgasse"


@pytest.fixture(scope="module")
def server(demo, tmp_path_factory) -> Iterator[Server]:
    """A portal of its own: cases of other stories would be suggested for the incident, too."""
    with serving(demo, tmp_path_factory.mktemp("incidents")) as served:
        yield served


def work(app: Flask) -> None:
    """The worker's part, when the seconds of undo are over."""
    with app.app_context():
        while send_messages(clock.now() + timedelta(seconds=20)):
            pass


def letters(app: Flask, ids: list[int]) -> list[Message]:
    """What these customers have been written, after the worker came by: it tries again what a busy database refused."""
    work(app)
    with app.app_context():
        rows = select(Message).where(Message.question_id.in_(ids), Message.author == "staff")
        return list(db.session.scalars(rows))


def test_an_incident_with_fifty_cases_is_opened_shown_messaged_and_closed(new_tab, tab_of, server, beside):
    cases = [ask(beside, topic="fault", subject=f"Kein Netz {number}") for number in range(49)]
    cases.append(ask(beside, BERND, topic="fault", subject="No connection", language="en"))
    dora = tab_of(DORA)
    dora.goto("/desk/incidents/new")
    assert complaints(dora) == []
    for code, title, text in (("de", TITLE, "Ein Bagger."), ("en", TITLE_EN, "A digger.")):
        dora.fill(f"#title_{code}", title)
        dora.fill(f"#text_{code}", text)
    dora.get_by_label("Internet oder Telefon gestört").check()
    dora.get_by_role("button", name="Beginnen").click()
    dora.get_by_role("heading", name=TITLE).wait_for()
    address = dora.url
    for box in dora.get_by_role("checkbox", name="Auswählen").all():
        box.check()
    dora.get_by_role("button", name="Ausgewählte zuordnen").click()
    dora.get_by_text("50 Anfragen gehören dazu").wait_for()
    assert complaints(dora) == []

    # Every process shows it within seconds, in both languages, before somebody writes.
    assert eventually(lambda: all(TITLE in server.get("/de/")[1] for _ in range(8)), seconds=6)
    reader = new_tab(viewport=PHONE)
    for url, title in (("/de/", TITLE), ("/en/", TITLE_EN), ("/de/faq/stoerung/", TITLE), ("/de/questions/new", TITLE)):
        reader.goto(url)
        assert reader.get_by_role("link", name=title).first.is_visible() and complaints(reader) == [], url
    reader.get_by_label("Internet oder Telefon gestört").check()
    reader.get_by_text("Ein Bagger.").wait_for()
    reader.get_by_role("link", name=TITLE).first.click()
    reader.get_by_role("heading", name=TITLE).wait_for()
    assert complaints(reader) == []

    dora.fill("#body_de", "Das Kabel ist geflickt.")
    dora.fill("#body_en", "The cable is mended.")
    dora.get_by_label("Es ist gelöst").check()
    dora.get_by_role("button", name="An 50 Personen senden").click()
    dora.get_by_role("button", name="Rückgängig").wait_for()
    ids = [case.id for case in cases]
    assert eventually(lambda: len(letters(beside, ids)) == 50, seconds=60)
    rows = letters(beside, ids)
    with beside.app_context():
        closed = db.session.scalars(select(Question.status).where(Question.id.in_(ids))).all()
    assert len(rows) == 50 and set(closed) == {"closed"}
    assert sum("The cable is mended." in row.body for row in rows) == 1

    dora.goto(address)
    dora.get_by_text("Gesendet an 50 von 50.").wait_for()
    dora.get_by_text("Neu melden oder Stand ändern").click()
    dora.get_by_label("Behoben").check()
    dora.get_by_role("button", name="Speichern").click()
    dora.get_by_text("Behoben.").first.wait_for()
    assert eventually(lambda: all("Behoben: <a" in server.get("/de/")[1] for _ in range(8)), seconds=6)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_leads_and_charts_have_their_tables(tab_of, beside, scheme):
    ask(beside)
    with beside.app_context():
        count_everything()
    frida = tab_of(FRIDA, viewport=PHONE if scheme == "light" else DESKTOP, color_scheme=scheme)
    rooms = ("incidents", "people", "tags", "tokens", "saved-views", "mails", "audit", "first-steps", "preview")
    reports = ("promises", "answers", "work", "ratings", "self-service", "leaving")
    for url in (*(f"/desk/{each}" for each in rooms), *(f"/desk/reports/{each}" for each in reports)):
        frida.goto(url)
        assert complaints(frida) == [], url
        assert frida.locator("svg.chart__picture").count() <= frida.locator("table").count(), url
        assert frida.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_the_view_as_a_customer_leads_on_and_lets_nothing_be_sent(tab_of, beside):
    asked = ask(beside, subject="Ansicht")
    dora = tab_of(DORA)
    dora.goto(f"/desk/questions/{asked.number}")
    dora.get_by_role("link", name="Aus Kundensicht ansehen").click()
    dora.get_by_text("Dies ist nur eine Ansicht.").wait_for()
    assert dora.get_by_role("heading", name="Antwort bis").count() == 1
    assert dora.locator("form:not([inert])").count() == 0
    dora.get_by_role("link", name="Meine Anfragen").first.click()
    dora.get_by_role("link", name="Ansicht").first.wait_for()
    assert "/desk/preview/page" in dora.url
