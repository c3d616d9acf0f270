"""The frame is printed once for many pages, and yet always tells the truth."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.faq.library import KEEPER
from portal.foundation import clock
from portal.foundation.company import COMPANY, Notice
from tests.conftest import NOON, make_app, running
from tests.visitor import Visitor

SEARCHES = [f"/de/search?q={word}" for word in ("rechnung", "router", "umzug")]


@pytest.fixture
def printed(app, monkeypatch) -> list[str]:
    """The templates that are printed from now on."""
    asked = app.jinja_env.get_template
    seen: list[str] = []

    def get_template(name, *rest, **more):
        seen.append(name if isinstance(name, str) else name.name)
        return asked(name, *rest, **more)

    monkeypatch.setattr(app.jinja_env, "get_template", get_template)
    return seen


def test_pages_of_one_language_share_a_frame_that_is_printed_once(visitor, printed):
    addresses = [*SEARCHES, "/de/contact", "/de/questions/new"]
    assert {visitor.opens(address).status for address in addresses} == {200}
    # Pages of results differ in their gaps alone: the first of them prints the layout for all.
    assert printed.count("frame.html") == 1 and printed.count("layout.html") == 3


def test_a_minute_later_the_frame_knows_that_the_shop_has_closed(visitor):
    open_now = visitor.opens(SEARCHES[0]).text
    with clock.frozen(NOON + timedelta(hours=12)):
        at_night = visitor.opens(SEARCHES[1]).text
    assert "Jetzt erreichbar, bis 18:00 Uhr" in open_now and "Jetzt erreichbar" not in at_night


def test_a_new_notice_stands_on_the_next_page(app, visitor):
    visitor.opens(SEARCHES[0])
    notice = Notice({"de": "Heute <Störung> in Lärchental", "en": "Faults today"}, "warning")
    COMPANY.put(app, replace(COMPANY.of(app), notices=(notice,)))
    page = visitor.opens(SEARCHES[1])
    assert "Heute <Störung> in Lärchental" in page.text and "&lt;Störung&gt;" in page.html


def test_languages_and_companies_in_one_process_never_mix(app, demo, data, tmp_path):
    content = tmp_path / "other"
    content.mkdir()
    (content / "company.toml").write_text('name = "Bergwerk Netz"\n[language]\noffered = ["en", "de"]\n')
    reader = Visitor(app)
    with running(make_app(tmp_path / "other-data", content)) as other:
        KEEPER.of(other).settle(seconds=60)
        stranger = Visitor(other)
        for _ in range(2):
            pages = {
                name: each.opens(f"/{name[:2]}/contact")
                for name, each in {"de": reader, "en": reader, "de other": stranger, "en other": stranger}.items()
            }
            footers = {name: "".join(page.find("footer").itertext()) for name, page in pages.items()}
            assert [("Bergwerk Netz" in text, "Kontakt" in text) for text in footers.values()] == [
                (False, True), (False, False), (True, True), (True, False)
            ]  # fmt: skip


def test_a_page_made_for_one_reader_is_compressed_lightly_and_one_that_is_kept_well(app):
    client = app.test_client()
    for address in ("/de/", "/de/faq/", SEARCHES[0]):
        sizes = {
            encoding: len(client.get(address, headers={"Accept-Encoding": encoding}).get_data())
            for encoding in ("identity", "gzip", "br")
        }
        assert sizes["br"] < sizes["identity"] / 2.5 and sizes["gzip"] < sizes["identity"] / 2.5, (address, sizes)
