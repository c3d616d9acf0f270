"""What a reader finds at the addresses of articles and categories."""

import re

import pytest

from portal.faq.library import KEEPER
from portal.faq.rules import Category, number_from_path
from portal.foundation import clock
from tests.faq.conftest import HIDDEN
from tests.visitor import HTML, Visitor

ARTICLE = "/de/faq/stoerung/internet/lampen-am-router"


@pytest.fixture(scope="module")
def editions(shared_app):
    library = KEEPER.of(shared_app).library
    return {language: library.edition(language, clock.now().date()) for language in ("de", "en")}


def every_category(categories) -> list[Category]:
    return [found for each in categories for found in (each, *every_category(each.children))]


def test_every_article_and_category_of_the_demo_can_be_read_in_both_languages(shared_app, editions):
    for language, edition in editions.items():
        visitor = Visitor(shared_app, languages=language)
        for entry in edition.entries():
            assert visitor.opens(entry.url).heading == entry.title
        for category in every_category(edition.categories):
            assert visitor.opens(category.url).heading == category.name


def test_an_article_shows_title_answer_crumbs_review_and_related_ones(reader):
    page = reader.opens(ARTICLE)
    assert page.heading == "Was bedeuten die Lampen am Router?"
    assert [each.text for each in page.find("nav", class_="crumbs").iter() if each.get("href")] == [
        "Hilfe",
        "Störung und Hilfe",
        "Internet gestört",
    ]
    assert "Zuletzt geprüft am" in page.text and "2026" in page.text
    assert "/de/faq/stoerung/internet/internet-geht-nicht" in page.links.values()
    assert "Hat Ihnen das geholfen?" in page.text


def test_related_articles_are_those_of_the_author_first_and_never_the_article_itself(reader):
    section = next(
        each for each in reader.opens(ARTICLE).all("section") if each.get("aria-labelledby") == "related-title"
    )
    urls = [each.get("href") for each in section.iter() if each.get("href")]
    assert urls[0] == "/de/faq/stoerung/internet/internet-geht-nicht"
    assert ARTICLE not in urls and 1 <= len(urls) <= 5


def test_where_the_author_names_none_the_articles_that_share_telling_words_are_related(small):
    assert "/de/faq/rechnung/mahnung/frist" in small.opens("/de/faq/nur-deutsch/dialekt").links.values()


def test_what_an_article_says_runs_from_the_right_or_the_left_as_its_words_do(small):
    page, found = small.opens("/de/faq/nur-deutsch/dialekt"), small.opens("/de/search?q=Gsälz")
    stands = [page.find("h1"), page.find("div", class_="prose prose--article"), found.find("a", class_="results__link")]
    assert [each.get("dir") for each in stands] == ["auto"] * 3
    listed = [*page.all("span", class_="entries__title"), found.find("p", class_="results__snippet")]
    assert len(listed) > 1 and all(each.find(f"{HTML}bdi") is not None for each in listed)


def test_every_heading_of_an_article_can_be_linked_to(reader):
    page = reader.opens(ARTICLE)
    text = page.find("article")
    headings = [each for level in ("h2", "h3") for each in text.iter(f"{HTML}{level}")]
    assert headings
    for heading in headings:
        assert page.all("a", href=f"#{heading.get('id')}"), heading.get("id")


def test_a_long_article_has_a_list_of_contents_and_a_short_one_has_none(small):
    page = small.opens("/de/faq/lang/lang")
    assert "Auf dieser Seite" in page.text
    listed = [each.get("href") for each in page.find("ul", class_="contents__list").iter() if each.get("href")]
    assert listed == [f"#teil-{number}" for number in range(1, 6)]
    assert "Auf dieser Seite" not in small.opens("/de/faq/rechnung/neu").text


def test_some_articles_of_the_demo_are_long_enough_for_a_list_of_contents(shared_app, editions):
    visitor = Visitor(shared_app)
    assert any("Auf dieser Seite" in visitor.opens(entry.url).text for entry in editions["de"].entries())


@pytest.mark.parametrize(
    ("languages", "url"), [("de", "/de/faq/rechnung/rechnung-finden"), ("en", "/en/faq/billing/find-bill")]
)
def test_the_short_address_leads_to_the_article_in_the_reader_s_language(shared_app, languages, url):
    page = Visitor(shared_app, languages=languages).opens("/faq/121")
    assert (page.status, page.location) == (302, url)
    assert "Accept-Language" in page.response.headers["Vary"]


@pytest.mark.parametrize("path", ["rechnung/neu", "rechnung/alt", "konto/ganz-alt"])
def test_a_short_address_of_days_without_id_or_under_an_older_name_still_leads_there(small, path):
    page = small.opens(f"/faq/{number_from_path(path)}")
    assert (page.status, page.location) == (302, "/de/faq/rechnung/neu")


def test_the_article_names_its_short_address(reader):
    assert "http://localhost/faq/121" in reader.opens("/de/faq/rechnung/rechnung-finden").links.values()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/de/faq/rechnung/alt", "/de/faq/rechnung/neu"),
        ("/de/faq/konto/ganz-alt", "/de/faq/rechnung/neu"),
        ("/de/faq/konto/", "/de/faq/rechnung/"),
        ("/de/faq/rechnung/neu/", "/de/faq/rechnung/neu"),
        ("/de/faq/rechnung", "/de/faq/rechnung/"),
        ("/de/faq/rechnung/mahnung", "/de/faq/rechnung/mahnung/"),
        ("/en/faq/rechnung/neu", "/en/faq/billing/new"),
        ("/en/faq/rechnung/", "/en/faq/billing/"),
        ("/en/faq/rechnung", "/en/faq/billing/"),
    ],
)
def test_an_older_or_slightly_wrong_address_leads_to_the_right_one_for_ever(small, old, new):
    page = small.opens(old)
    assert (page.status, page.location) == (301, new)
    assert small.opens(new).status == 200


def test_an_article_that_is_not_translated_is_shown_in_its_language_with_a_note(shared_app, editions):
    entry = next(each for each in editions["en"].entries() if each.is_fallback)
    page = Visitor(shared_app, languages="en").opens(entry.url)
    assert page.tree.get("lang") == "en" and page.find("article").get("lang") == "de"
    note = next(each for each in page.find("article").iter() if each.get("class") == "article-note")
    assert note.get("lang") == "en"
    assert "not translated yet" in page.text and "Deutsch" in page.text
    assert ("en" not in page.alternates and page.switch["de"] == entry.url.replace("/en/", "/de/", 1)) or page.switch[
        "de"
    ]


def test_a_fallback_names_the_original_as_the_address_for_search_engines(small):
    page = small.opens("/en/faq/nur-deutsch/dialekt")
    assert page.alternates == {"de": "http://localhost/de/faq/nur-deutsch/dialekt"}
    assert page.canonical == page.alternates["de"]


def test_translations_name_each_other(reader):
    german, english = reader.opens("/de/faq/rechnung/rechnung-finden"), reader.opens("/en/faq/billing/find-bill")
    assert (
        german.alternates
        == english.alternates
        == {
            "de": "http://localhost/de/faq/rechnung/rechnung-finden",
            "en": "http://localhost/en/faq/billing/find-bill",
            "x-default": "http://localhost/de/faq/rechnung/rechnung-finden",
        }
    )
    assert german.canonical == german.alternates["de"] and english.canonical == english.alternates["en"]


@pytest.mark.parametrize(
    "url",
    [
        "/de/",
        "/de/faq/",
        "/de/faq/rechnung/",
        "/de/faq/rechnung/verstehen/",
        "/de/faq/rechnung/rechnung-finden",
        "/de/contact",
        "/de/contact?about=121",
        "/de/contact?words=router+rot",
        "/de/pages/impressum",
        "/de/search?q=router",
        "/de/feedback/121",
    ],
)
def test_switching_the_language_stays_on_the_page_and_leads_back(reader, url):
    german = reader.opens(url)
    english = reader.opens(german.switch["en"])
    assert english.status == 200 and english.tree.get("lang") == "en"
    assert english.switch["de"] == url


def test_switching_the_language_keeps_the_category_of_a_search(reader):
    english = reader.opens(reader.opens("/de/search?q=pdf&category=rechnung").switch["en"])
    assert english.find("a", class_="filters__link", aria_current="true").get("href").endswith("category=billing")
    assert reader.opens(english.switch["de"]).find("a", class_="filters__link", aria_current="true") is not None


def test_search_engines_are_told_question_answer_and_the_way_to_it(reader):
    crumbs, faq = reader.opens("/de/faq/rechnung/verstehen/rechnung-lesen").structured
    assert [(each["position"], each["name"]) for each in crumbs["itemListElement"]] == [
        (1, "Hilfe"),
        (2, "Rechnung und Zahlung"),
        (3, "Rechnung verstehen"),
        (4, "Wie lese ich meine Rechnung?"),
    ]
    assert all(each["item"].startswith("http://localhost/de/") for each in crumbs["itemListElement"])
    question = faq["mainEntity"][0]
    assert (crumbs["@type"], faq["@type"], question["@type"]) == ("BreadcrumbList", "FAQPage", "Question")
    assert faq["inLanguage"] == "de" and question["name"] == "Wie lese ich meine Rechnung?"
    answer = question["acceptedAnswer"]["text"]
    assert answer.startswith("Grundpreise stehen auf der Rechnung") and "Was steht wo?" not in answer
    assert answer in reader.opens("/de/faq/rechnung/verstehen/rechnung-lesen").text


def test_structured_data_cannot_end_its_script(small):
    page = small.opens("/de/faq/rechnung/skript")
    assert page.structured[1]["mainEntity"][0]["name"] == "</script><script>alert(1)</script>"


def test_an_article_says_what_it_is_when_it_is_shared(reader):
    page = reader.opens("/de/faq/rechnung/rechnung-finden")
    assert page.meta("og:type") == "article" and page.meta("og:site_name") == "Talwind"
    assert page.meta("og:title") == page.title and page.meta("og:url") == page.canonical
    assert page.meta("description") == page.meta("og:description")
    assert page.meta("og:locale") == "de_DE"


def test_categories_stand_on_two_levels_with_their_counts(shared_app, editions, reader):
    for category in editions["de"].categories:
        assert category.count == len(
            {entry.url for entry in editions["de"].entries() if entry.url.startswith(category.url)}
        )
        for child in category.children:
            assert child.count >= 1 and not child.children
    grid = reader.opens("/de/faq/")
    for category in every_category(editions["de"].categories):
        item = next(each for each in grid.all("a", href=category.url))
        assert item.text == category.name
    assert f"{editions['de'].categories[0].count} Hilfeartikel" in grid.text


def test_a_category_lists_its_articles_and_those_of_its_sub_categories(editions, reader):
    category = editions["de"].category("rechnung")
    links = set(reader.opens(category.url).links.values())
    assert {entry.url for entry in editions["de"].entries() if entry.url.startswith(category.url)} <= links
    assert {child.url for child in category.children} <= links


@pytest.mark.parametrize("slug", HIDDEN)
def test_an_article_that_is_not_public_is_not_found_under_any_address(small, slug):
    number = 50 + list(HIDDEN).index(slug)
    for url in (
        f"/de/faq/geheim/{slug}",
        f"/en/faq/geheim/{slug}",
        f"/faq/{number}",
        f"/de/feedback/{number}",
        "/de/faq/geheim/",
    ):
        assert small.opens(url).status == 404, url
    assert small.sends(f"/de/feedback/{number}", {"verdict": "yes", "is_complete": "yes"}).status == 404
    assert "Geheimnis" not in small.opens(f"/de/contact?about={number}").text


@pytest.mark.parametrize(
    "url",
    [
        "/de/",
        "/en/",
        "/de/faq/",
        "/de/search?q=quietschente",
        "/de/search?q=Geheimnis",
        "/de/search/suggestions?q=quietschente",
        "/de/search/suggestions?q=Gehei",
        "/sitemap.xml",
        "/de/faq/feed.xml",
        "/de/faq/rechnung/neu",
    ],
)
def test_an_article_that_is_not_public_is_mentioned_nowhere(small, url):
    html = small.opens(url).html
    assert "/geheim" not in html
    assert not re.search("Geheimnis (entwurf|intern|archiviert|zukunft|vorbei)", html)


def test_an_article_appears_on_its_first_day_and_goes_after_its_last(small):
    assert small.opens("/de/faq/heute/von").status == small.opens("/de/faq/heute/bis").status == 200


@pytest.mark.parametrize(("day", "first", "last"), [(15, 404, 200), (16, 200, 200), (17, 200, 404)])
def test_the_day_at_the_company_decides_what_is_public(small_app, held_clock, day, first, last):
    # Half past midnight in Berlin is still the day before in UTC.
    with clock.frozen(held_clock.replace(day=day - 1, hour=23, minute=30)):
        visitor = Visitor(small_app)
        assert visitor.opens("/de/faq/heute/von").status == first
        assert visitor.opens("/de/faq/heute/bis").status == last
