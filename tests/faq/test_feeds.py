"""What machines read: feed and sitemap, well-formed and complete."""

from datetime import datetime
from xml.etree import ElementTree

import pytest

from portal.faq.library import KEEPER
from portal.foundation import clock
from tests.visitor import Visitor

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed(app, language: str) -> ElementTree.Element:
    page = Visitor(app, languages=language).opens(f"/{language}/faq/feed.xml")
    assert page.response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(page.html)


def sitemap(app) -> dict[str, str | None]:
    page = Visitor(app).opens("/sitemap.xml")
    assert page.response.mimetype == "application/xml"
    places = ElementTree.fromstring(page.html)
    assert places.tag == f"{MAP}urlset"
    found = [(each.findtext(f"{MAP}loc"), each.findtext(f"{MAP}lastmod")) for each in places]
    assert len(dict(found)) == len(found), "an address stands twice"
    return dict(found)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_feed_has_what_atom_demands(shared_app, language):
    root = feed(shared_app, language)
    for element in (root, *root.findall(f"{ATOM}entry")):
        assert element.findtext(f"{ATOM}id").startswith("http://localhost/")
        assert element.findtext(f"{ATOM}title").strip()
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo
        assert element.find(f"{ATOM}link").get("href").startswith(f"http://localhost/{language}/")
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Talwind"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language


def test_the_feed_holds_the_twenty_newest_articles_each_once_newest_first(shared_app):
    entries = feed(shared_app, "de").findall(f"{ATOM}entry")
    times = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert len(entries) == 20 == len({entry.findtext(f"{ATOM}id") for entry in entries})
    assert times == sorted(times, reverse=True)
    assert feed(shared_app, "de").findtext(f"{ATOM}updated") == times[0]


def test_every_page_tells_browsers_of_the_feed(reader):
    assert reader.opens("/de/contact").find("link", type="application/atom+xml").get("href") == "/de/faq/feed.xml"


def test_the_sitemap_names_every_public_page_once_in_every_language(shared_app):
    library, today = KEEPER.of(shared_app).library, clock.now().date()
    wanted = {f"http://localhost/{language}/{page}" for language in ("de", "en") for page in ("", "faq/", "contact")}
    for language in ("de", "en"):
        edition = library.edition(language, today)
        wanted |= {f"http://localhost{entry.url}" for entry in edition.entries() if not entry.is_fallback}
        wanted |= {f"http://localhost{page.url}" for page in library.pages_in(language)}
        for category in edition.categories:
            wanted |= {f"http://localhost{each.url}" for each in (category, *category.children)}
    assert wanted <= set(sitemap(shared_app))


def test_everything_in_the_sitemap_can_be_opened_and_wants_to_be_found(shared_app):
    visitor = Visitor(shared_app)
    for address in sitemap(shared_app):
        page = visitor.opens(address.removeprefix("http://localhost"))
        assert page.status == 200 and page.meta("robots") is None
        assert page.canonical == address


def test_fallbacks_stand_in_the_sitemap_in_their_own_language_only(small_app):
    addresses = sitemap(small_app)
    assert "http://localhost/de/faq/nur-deutsch/dialekt" in addresses
    assert "http://localhost/en/faq/nur-deutsch/dialekt" not in addresses


def test_articles_in_the_sitemap_say_when_they_changed(shared_app):
    changes = [changed for url, changed in sitemap(shared_app).items() if "/faq/" in url and changed]
    assert changes and all(datetime.fromisoformat(changed) for changed in changes)
