"""Files in a real browser: chosen, dragged, pasted, refused, removed, and sent with the form."""

import pytest

from tests.attachments.files import PDF, picture
from tests.journeys.conftest import eventually

pytestmark = pytest.mark.browser
# A picture from the clipboard has a type and a name, and no text beside it.
PASTE = """(bytes) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  document.querySelector("form [type=file]").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
}"""
DROP = """([name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name));
  document.querySelector("form [type=file]").dispatchEvent(
    new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def form(new_tab, **options):
    tab = new_tab(**options)
    tab.goto("/de/questions/new?topic=other")
    if not tab.locator(".uploads").count():
        tab.goto("/de/questions/new")
    return tab


def lines(tab):
    return tab.locator(".uploads__list > li")


def test_a_chosen_picture_is_sent_at_once_shown_small_and_announced(new_tab):
    tab = form(new_tab)
    tab.set_input_files("[name=attachments]", {"name": "Router.png", "mimeType": "image/png", "buffer": picture()})
    tab.wait_for_selector(".uploads__picture")
    assert tab.locator("[name=uploads]:checked").count() == 1
    # The picture is in the list a moment before the browser has read it.
    assert eventually(lambda: tab.evaluate("document.querySelector('.uploads__picture').naturalWidth") == 60)
    assert "Router.png" in tab.locator(".uploads [role=status]").text_content()
    assert tab.evaluate("document.querySelector('[name=attachments]').files.length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_dragged_and_pasted_files_are_taken_and_others_refused_by_name(new_tab):
    tab = form(new_tab)
    tab.evaluate(DROP, ["Rechnung.pdf", list(PDF)])
    tab.evaluate(PASTE, list(picture()))
    tab.evaluate(DROP, ["film.exe", [77, 90]])
    tab.wait_for_selector(".uploads__file--refused")
    assert lines(tab).count() == 3 and tab.locator("[name=uploads]:checked").count() == 2
    assert "film.exe" in tab.locator(".uploads__file--refused").inner_text()


def test_a_sixth_file_is_refused_and_a_removed_one_makes_room(new_tab):
    tab = form(new_tab)
    files = [{"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": PDF} for number in range(6)]
    tab.set_input_files("[name=attachments]", files)
    tab.wait_for_selector(".uploads__file--refused")
    assert tab.locator("[name=uploads]").count() == 5
    tab.get_by_role("button", name="Entfernen 0.pdf").press("Enter")
    assert tab.locator("[name=uploads]").count() == 4
    assert tab.evaluate("document.activeElement.name") == "attachments"
    tab.set_input_files("[name=attachments]", files[5:])
    tab.locator("[name=uploads]").nth(4).wait_for(state="attached")


def test_a_file_that_is_too_large_is_refused_without_being_sent(new_tab):
    tab = form(new_tab)
    sent = []
    tab.on("request", lambda request: sent.append(request.url) if request.url.endswith("/uploads") else None)
    tab.evaluate(DROP.replace("new Uint8Array(bytes)", "new Uint8Array(10485761)"), ["film.pdf", []])
    tab.wait_for_selector(".uploads__file--refused")
    assert "10 MB" in lines(tab).first.inner_text() and not sent


def test_a_lost_connection_costs_a_press_of_send_again(new_tab):
    tab = form(new_tab)
    tab.route("**/questions/uploads", lambda route: route.fulfill(status=429, body=""))
    tab.set_input_files("[name=attachments]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF})
    again = tab.get_by_role("button", name="Noch einmal senden")
    again.wait_for()
    assert "a.pdf" in tab.locator(".uploads__file--refused").inner_text()
    tab.unroute("**/questions/uploads")
    again.click()
    tab.wait_for_selector("[name=uploads]", state="attached")


def test_without_script_there_is_a_plain_field(new_tab):
    tab = form(new_tab, java_script_enabled=False)
    assert tab.locator("[name=attachments]").is_visible() and not tab.locator(".uploads__ways").is_visible()
