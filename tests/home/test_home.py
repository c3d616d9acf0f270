"""The front door, the company pages, and what machines read about the site."""

import re

import pytest

from portal import create_app
from portal.faq.library import KEEPER
from portal.faq.library.library import EMPTY
from portal.foundation import clock
from portal.rounds import ROUNDS
from tests.conftest import make_app, make_config, running
from tests.visitor import HTML, Visitor


@pytest.mark.parametrize(
    ("languages", "url"),
    [
        ("de", "/de/"),
        ("en-GB,en;q=0.9", "/en/"),
        ("fr,en;q=0.5", "/en/"),
        ("fr", "/de/"),
        ("", "/de/"),
        ("de;q=0,en", "/en/"),
    ],
)
def test_the_first_address_leads_to_the_language_that_the_browser_asks_for(shared_app, languages, url):
    page = Visitor(shared_app, languages=languages).opens("/")
    assert (page.status, page.location) == (302, url)
    assert "Accept-Language" in page.response.headers["Vary"] and page.response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", ["de", "en"])
def test_home_invites_to_search_and_leads_to_topics_needed_articles_and_people(shared_app, language):
    page = Visitor(shared_app).opens(f"/{language}/")
    edition = KEEPER.of(shared_app).library.edition(language, clock.now().date())
    addresses = set(page.links.values())
    assert page.find("form", role="search", action=f"/{language}/search") is not None
    assert {category.url for category in edition.categories} <= addresses
    assert edition.pinned and {entry.url for entry in edition.pinned} <= addresses
    assert {f"/{language}/contact", "tel:+498999998100"} <= addresses
    assert {found.url for found in KEEPER.of(shared_app).library.pages_in(language)} <= addresses
    # Once on the page itself, once below it.
    assert len(page.all("a", class_="leaving__link")) == 2


def test_every_public_page_leads_to_the_account_of_whoever_has_one(reader):
    assert reader.opens("/de/").links["Konto"] == "/de/account/overview"
    assert reader.follows("/de/account/overview").heading == "Anmelden"


def test_home_tells_search_engines_what_it_is(reader):
    (site,) = reader.opens("/en/").structured
    assert (site["@type"], site["name"], site["inLanguage"]) == ("WebSite", "Talwind", "en")
    assert site["potentialAction"]["target"] == "http://localhost/en/search?q={search_term_string}"
    assert reader.opens("/en/").alternates == {
        "de": "http://localhost/de/",
        "en": "http://localhost/en/",
        "x-default": "http://localhost/",
    }


@pytest.mark.parametrize(
    ("url", "default"),
    [
        ("/en/contact", "/de/contact"),
        ("/en/faq/", "/de/faq/"),
        ("/en/pages/imprint", "/de/pages/impressum"),
        ("/cancel", "/kuendigen"),
    ],
)
def test_whoever_reads_another_language_is_led_to_the_first_one_of_the_company(reader, url, default):
    page = reader.opens(url)
    assert page.alternates["x-default"] == page.alternates["de"] == f"http://localhost{default}"
    assert not page.all("a", hreflang="x-default")


@pytest.mark.parametrize(("day", "is_shown"), [(13, False), (14, True), (31, True)])
def test_a_notice_of_the_company_stands_on_every_page_from_its_first_to_its_last_day(app, held_clock, day, is_shown):
    with clock.frozen(held_clock.replace(day=day)):
        for url in ("/de/", "/de/faq/rechnung/", "/de/contact", "/de/search?q=a"):
            assert ("nicht erreichbar. Störungen" in Visitor(app).opens(url).text) is is_shown


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_company_page_can_be_read_and_says_as_of_when(shared_app, language):
    pages = KEEPER.of(shared_app).library.pages_in(language)
    assert len(pages) == 4
    for each in pages:
        page = Visitor(shared_app, languages=language).opens(each.url)
        assert page.heading == each.title
        assert set(page.alternates) == {"de", "en", "x-default"}
        assert page.meta("description") == each.summary


def test_a_company_page_is_found_by_its_name_in_the_other_language(reader):
    page = reader.follows("/en/pages/impressum")
    assert page.status == 200


def test_the_terms_say_in_short_what_the_wording_says_and_what_may_displease(reader):
    page = reader.opens("/de/pages/agb")
    boxes = [each.get("class") for each in page.all("div") if "admonition" in (each.get("class") or "")]
    assert sum("short" in each for each in boxes) >= 8
    assert sum("dislike" in each for each in boxes) == 1
    assert len(page.all("h2")) >= 8
    assert "Muster" in page.text


def test_robots_may_read_everything_but_result_pages_and_votes(reader):
    lines = reader.opens("/robots.txt").html.splitlines()
    assert lines[0] == "User-agent: *" and "Sitemap: http://localhost/sitemap.xml" in lines
    assert {f"Disallow: /{language}/feedback/" for language in ("de", "en")} <= set(lines)
    assert not [line for line in lines if line in ("Disallow: /", "Disallow: /de/", "Disallow: /de/faq/")]


def test_absolute_addresses_come_from_the_settings_never_from_the_request(data, demo):
    with running(make_app(data, demo / "content", url="https://hilfe.example", hosts=("localhost",))) as app:
        for url in ("/robots.txt", "/sitemap.xml", "/de/faq/feed.xml", "/de/faq/rechnung/rechnung-finden", "/de/"):
            html = Visitor(app).opens(url).html
            assert "https://hilfe.example/" in html and "http://localhost" not in html


def test_without_an_address_for_security_there_is_no_security_txt(reader):
    assert reader.opens("/.well-known/security.txt").status == 404


def test_security_txt_names_where_to_report(tmp_path, demo):
    content = tmp_path / "content"
    content.mkdir()
    content.joinpath("company.toml").write_text('[security]\ncontact = "mailto:a@b.example"\nexpires = 2027-06-30\n')
    with running(make_app(tmp_path / "data", content)) as app:
        page = Visitor(app).opens("/.well-known/security.txt")
    assert page.response.mimetype == "text/plain"
    assert page.html.splitlines()[:2] == ["Contact: mailto:a@b.example", "Expires: 2027-06-30T00:00:00Z"]


def test_the_portal_of_an_empty_content_folder_can_be_opened(tmp_path):
    (tmp_path / "content").mkdir()
    with running(make_app(tmp_path / "data", tmp_path / "content")) as app:
        for url in (
            "/de/",
            "/en/",
            "/de/faq/",
            "/de/search?q=router",
            "/de/contact",
            "/sitemap.xml",
            "/de/faq/feed.xml",
        ):
            assert Visitor(app).opens(url).status == 200
        assert Visitor(app).opens("/de/faq/rechnung/").status == 404


def test_a_portal_without_index_still_serves_and_says_so(app):
    KEEPER.of(app).searcher = None
    page = Visitor(app, address="127.0.0.1").opens("/readyz")
    assert (page.status, page.json()["status"], page.json()["index"]) == (200, "degraded", False)


def test_a_portal_whose_database_was_never_set_up_is_not_ready(data, demo):
    (data / "portal.sqlite").unlink()
    with running(make_app(data, demo / "content")) as app:
        page = Visitor(app, address="127.0.0.1").opens("/readyz")
        assert (page.status, page.json()["status"], page.json()["database"]) == (503, "unavailable", False)


def test_a_portal_whose_database_is_gone_is_not_ready_but_alive(data, demo):
    with running(make_app(data, demo / "content", database_url=f"sqlite:///{data}/nowhere/portal.sqlite")) as app:
        assert Visitor(app).opens("/readyz").status == 503
        assert Visitor(app).opens("/healthz").json() == {"status": "ok"}
        assert Visitor(app).opens("/de/faq/rechnung/rechnung-finden").status == 200


def test_a_process_without_content_yet_asks_for_patience_and_nobody_keeps_its_answers(app):
    KEEPER.of(app).library = EMPTY
    for url in (
        "/de/",
        "/de/faq/",
        "/de/faq/rechnung/rechnung-finden",
        "/de/pages/agb",
        "/de/search?q=router",
        "/faq/121",
    ):
        page = Visitor(app).opens(url)
        assert (page.status, page.response.headers["Retry-After"]) == (503, "5"), url
        assert page.response.headers["Cache-Control"] == "no-store"
    assert Visitor(app).opens("/readyz").status == 503
    assert "089 99998 100" in Visitor(app).opens("/de/contact").text


def test_a_process_begins_with_what_is_published_before_it_answers_anybody(data, demo):
    app = create_app(make_config(data, demo / "content"), {"TESTING": True})
    ROUNDS.of(app).start()
    with running(app):
        assert Visitor(app).opens("/de/faq/rechnung/rechnung-finden").status == 200
        ROUNDS.of(app).stop()


def test_the_style_guide_is_for_development_only(data, demo, reader):
    assert reader.opens("/styleguide").status == 200
    with running(make_app(data, demo / "content", stage="production", url="https://localhost")) as app:
        assert Visitor(app).opens("/styleguide").status == 404


@pytest.mark.parametrize(
    "url", ["/de/", "/de/faq/rechnung/rechnung-finden", "/de/search?q=xqzvy", "/de/pages/agb", "/de/faq/"]
)
def test_a_person_is_in_reach_on_every_page(reader, url):
    assert "/de/contact" in {(link or "").partition("?")[0] for link in reader.opens(url).links.values()}


def test_every_link_inside_the_portal_leads_somewhere(shared_app):
    """From the two home pages over every link, as somebody with much time would."""
    visitor = Visitor(shared_app)
    waiting, seen = ["/de/", "/en/"], set()
    while waiting:
        url = waiting.pop()
        page = visitor.opens(url, inspected=False)
        assert page.status in (200, 301, 302, 303), f"{url}: {page.status}"
        if page.tree is None:
            continue
        found = [each.get("href") for each in page.tree.iter(f"{HTML}a")] + [
            each.get("src") for each in page.all("img")
        ]
        for link in found:
            plain = (link or "").removeprefix("http://localhost").partition("#")[0]
            is_the_same = re.match(r"/(de|en)/(contact|questions/new)\?", plain)
            if plain.startswith("/") and plain not in seen and not is_the_same:
                seen.add(plain)
                waiting.append(plain)
    assert len(seen) > 150
