"""Clara attaches a file to an answer, takes it back, sends it; Anna downloads it. With and without script."""

import pytest

from tests.attachments.files import PDF, picture
from tests.cast import ANNA, CLARA
from tests.desk.cases import desk, goes_out, messages
from tests.journeys.conftest import PHONE, eventually
from tests.journeys.test_uploads_browser import PASTE
from tests.questions.people import ask

pytestmark = pytest.mark.browser
TEXT = "In der Anleitung steht, wie es geht."
GUIDE = {"name": "Anleitung.pdf", "mimeType": "application/pdf", "buffer": PDF}
FILM = {"name": "film.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}


def names(tab) -> list[str]:
    """The files in the box."""
    return tab.locator("#answer .uploads__file .uploads__name").all_inner_texts()


def has(tab, text: str, *files: str) -> bool:
    """Whether the box comes to hold this text and these files; a press without script opens the page anew."""
    return eventually(lambda: names(tab) == [*files] and tab.input_value("#body").strip() == text)


def send(tab) -> None:
    tab.locator("#answer").get_by_role("button", name="An Kundin oder Kunden senden").click()
    tab.wait_for_selector(".waiting__files")
    # Whoever hears the page is told what waits, and the next key reaches what takes it back; without script as well.
    # A browser goes to the place that the address names a moment after it shows the page.
    assert eventually(lambda: tab.evaluate("document.activeElement.className") == "waiting")


def downloads(tab, asked) -> None:
    """Anna reads the answer and saves its file."""
    tab.goto(asked.address)
    with tab.expect_download() as saved:
        tab.get_by_role("link", name="Anleitung.pdf").click()
    assert saved.value.suggested_filename == "Anleitung.pdf"
    assert saved.value.path().read_bytes() == PDF


def test_clara_attaches_undoes_and_sends_and_anna_downloads(tab_of, beside):
    asked, tab = ask(beside), tab_of(CLARA)
    tab.goto(desk(asked))
    tab.set_input_files("#attachments", [GUIDE, FILM])
    tab.locator("#answer .uploads__file--refused").wait_for()
    assert (
        names(tab)[0] == "Anleitung.pdf" and "film.exe" in tab.locator("#answer .uploads__file--refused").inner_text()
    )
    tab.evaluate(PASTE.replace("form [type=file]", "#attachments"), list(picture()))
    tab.locator("#answer .uploads__picture").wait_for()
    # It is kept at once: nothing has been sent, and the page is opened anew.
    tab.goto(desk(asked))
    assert len(names(tab)) == 2
    tab.get_by_role("button", name="Entfernen image.png").press("Enter")
    assert eventually(lambda: names(tab) == ["Anleitung.pdf"])
    tab.fill("#body", TEXT)
    send(tab)
    assert "Anleitung.pdf" in tab.locator(".waiting").inner_text() and names(tab) == []
    tab.get_by_role("button", name="Rückgängig").click()
    tab.wait_for_selector(".insert__draft")
    assert has(tab, TEXT, "Anleitung.pdf")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    send(tab)
    goes_out(beside)
    assert [each.body for each in messages(asked)][1:] == [TEXT]
    downloads(tab_of(ANNA, viewport=PHONE), asked)


def test_the_same_without_script(tab_of, beside):
    asked, tab = ask(beside), tab_of(CLARA, java_script_enabled=False)
    tab.goto(desk(asked))
    tab.fill("#body", TEXT)
    tab.set_input_files("#attachments", [GUIDE, FILM])
    tab.locator("#answer").get_by_role("button", name="Ansehen und prüfen").click()
    assert "film.exe" in tab.locator("#attachments-error").inner_text()
    assert has(tab, TEXT, "Anleitung.pdf")
    tab.set_input_files("#attachments", [{**GUIDE, "name": "zweite.pdf"}])
    tab.locator("#answer").get_by_role("button", name="Ansehen und prüfen").click()
    tab.get_by_role("button", name="Entfernen zweite.pdf").click()
    assert has(tab, TEXT, "Anleitung.pdf")
    send(tab)
    tab.get_by_role("button", name="Rückgängig").click()
    assert has(tab, TEXT, "Anleitung.pdf")
    send(tab)
    goes_out(beside)
    downloads(tab_of(ANNA, java_script_enabled=False), asked)
