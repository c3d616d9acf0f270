"""The search as readers see it: results, suggestions, nothing found, and an address that can be passed on."""

import os
import re
import shutil
from datetime import date

import pytest

from portal.faq.actions import SEARCH_TALLY
from portal.faq.library import KEEPER, Edition
from portal.faq.models import SearchCount
from portal.foundation.database import db
from portal.search import Searcher
from tests.visitor import HTML, Visitor


def urls(page) -> list[str]:
    return [each.get("href") for each in page.all("a", class_="results__link")]


def counted(page) -> int:
    return int(re.search(r"(\d+) (?:Antwort|answer)", page.text)[1])


def test_the_words_lead_to_the_article_with_marks_in_title_or_snippet(reader):
    page = reader.opens("/de/search?q=lampe+rot")
    assert "/de/faq/stoerung/internet/lampen-am-router" in urls(page)[:3]
    assert any("lampe" in mark.text.lower() for mark in page.all("mark"))
    assert page.find("input", id="search").get("value") == "lampe rot"


@pytest.mark.parametrize(
    ("language", "words", "url"),
    [
        ("de", "rehcnung", "/de/faq/rechnung/"),
        ("de", "kuendigung", "/de/faq/kuendigen/"),
        ("de", "Kündigungsfrist", "/de/faq/kuendigen/kuendigungsfrist"),
        ("de", "wlan passw", "/de/faq/internet/wlan/wlan-passwort"),
        ("de", "wlan geht ned", "/de/faq/stoerung/internet/internet-geht-nicht"),
        ("de", "koa internet", "/de/faq/stoerung/internet/internet-geht-nicht"),
        ("de", "rächnig", "/de/faq/rechnung/"),
        ("en", "wifi not working", "/en/faq/faults/internet/internet-down"),
        ("en", "my bill is wrong", "/en/faq/billing/"),
        ("en", "cancell contract", "/en/faq/cancelling/"),
    ],
)
def test_badly_typed_and_half_typed_words_find_the_answer(reader, language, words, url):
    assert urls(reader.opens(f"/{language}/search?q={words}"))[0].startswith(url)


def test_the_words_of_an_article_that_is_not_translated_are_marked_as_those_of_its_language(small):
    found = small.opens("/en/search?q=Gsälz").find("a", class_="results__link")
    assert (found.get("href"), found.get("lang")) == ("/en/faq/nur-deutsch/dialekt", "de")
    assert '<span dir="auto" lang="de">' in small.opens("/en/search/suggestions?q=Gsä").html
    assert small.opens("/en/search?q=bill").find("a", class_="results__link").get("lang") is None


def test_a_question_is_answered_in_the_language_of_the_page(reader):
    for language in ("de", "en"):
        found = urls(reader.opens(f"/{language}/search?q=router"))
        assert found and all(url.startswith(f"/{language}/faq/") for url in found)


@pytest.mark.parametrize(
    ("language", "words", "other", "said"),
    [
        ("de", "i+moved+house", "en", "Suchen Sie auf Englisch? {} Treffer"),
        ("de", "change+my+address", "en", "Suchen Sie auf Englisch? {} Treffer"),
        ("en", "passwort+vergessen", "de", "Are you searching in German? {} answers"),
    ],
)
def test_words_of_the_other_language_lead_to_the_same_search_there(reader, language, words, other, said):
    leads = f"/{other}/search?q={words}"
    page = reader.opens(f"/{language}/search?q={words}")
    assert page.links[said.format(counted(reader.opens(leads)))] == leads
    assert "Meinten Sie" not in page.text and "Did you mean" not in page.text


@pytest.mark.parametrize(
    "url",
    [
        *("/de/search?q=rechnung+zu+hoch", "/de/search?q=rehcnung", "/de/search?q=roaming", "/de/search?q=xqzvbnmw"),
        *("/en/search?q=my+bill+is+wrong", "/en/search?q=router", "/en/search?q=i+moved+house", "/en/search?q="),
        "/de/search?q=i+moved+house&page=2",
    ],
)
def test_nobody_is_asked_for_another_language_whose_words_the_articles_know(reader, url):
    text = reader.opens(url).text
    assert "Suchen Sie auf" not in text and "Are you searching in" not in text


def test_no_article_stands_twice_and_the_pages_together_hold_all(reader):
    first = reader.opens("/de/search?q=vertrag")
    total, found, page = counted(first), urls(first), first
    assert total > 10 and len(found) == 10
    while "Nächste Seite" in page.links:
        page = reader.opens(page.links["Nächste Seite"])
        found += urls(page)
    assert len(found) == len(set(found)) == total


def test_the_way_back_leads_to_the_page_before(reader):
    second = reader.opens("/de/search?q=vertrag&page=2")
    assert urls(reader.opens(second.find("a", rel="prev").get("href"))) == urls(reader.opens("/de/search?q=vertrag"))


@pytest.mark.parametrize("page", ["0", "-3", "999", "abc", "1.5", "", "١"])
def test_an_impossible_page_is_answered_with_one_that_exists_or_none(reader, page):
    assert reader.opens(f"/de/search?q=vertrag&page={page}").status == 200


def test_a_filter_shows_one_category_with_the_number_it_announced(reader):
    page = reader.opens("/de/search?q=router")
    filters = [each for each in page.all("a", class_="filters__link") if "category=" in each.get("href")]
    assert filters
    for each in filters:
        number = int(re.search(r"(\d+)", "".join(each.itertext()))[1])
        filtered = reader.opens(each.get("href"))
        category = each.get("href").rpartition("category=")[2].partition("&")[0]
        assert counted(filtered) == number
        assert all(url.startswith(f"/de/faq/{category}/") for url in urls(filtered))
        current = [link for link in filtered.all("a", class_="filters__link") if link.get("aria-current")]
        assert [link.get("href") for link in current] == [each.get("href")]


def test_the_address_of_a_search_can_be_passed_on(shared_app, reader):
    url = "/de/search?q=vertrag&page=2"
    assert urls(reader.opens(url)) == urls(Visitor(shared_app).opens(url))


def test_a_word_nobody_knows_is_answered_with_a_better_one(reader):
    page = reader.opens("/de/search?q=rouetr")
    link = next(each for paragraph in page.all("p", class_="results__instead") for each in paragraph.iter(f"{HTML}a"))
    assert link.text.lower() == "router" and urls(reader.opens(link.get("href")))


def test_nothing_found_helps_with_topics_and_a_person_and_takes_the_words_along(reader):
    page = reader.opens("/de/search?q=xqzvy+wvqxz")
    assert urls(page) == [] and "xqzvy wvqxz" in page.text
    assert "/de/faq/rechnung/" in page.links.values()
    contact = next(url for url in page.links.values() if url.startswith("/de/questions/new?words="))
    assert "xqzvy wvqxz" in reader.opens(contact).text


def test_results_offer_to_ask_with_these_words_too(reader):
    page = reader.opens("/en/search?q=router")
    assert any(url.startswith("/en/questions/new?words=router") for url in page.links.values() if url)


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?category=rechnung", "?page=3", "?q=%00"])
def test_an_empty_search_offers_the_field_and_the_topics(reader, query):
    page = reader.opens(f"/de/search{query}")
    assert page.status == 200 and urls(page) == []
    assert page.all("input", id="search") and "/de/faq/rechnung/" in page.links.values()


def test_a_search_that_is_too_long_says_how_much_was_searched(reader):
    page = reader.opens("/de/search?q=" + "router+" * 40)
    assert page.status == 200 and urls(page)
    assert "200" in page.text
    assert "länger" in page.text
    assert "länger" not in reader.opens("/de/search?q=" + "r" * 200).text


def test_suggestions_are_links_that_a_screen_reader_understands(reader):
    page = reader.opens("/de/search/suggestions?q=rech", HX_Request="true")
    options = page.all("a", role="option")
    assert 2 <= len(options) <= 7 and page.find("div", role="listbox").get("aria-label")
    assert len({each.get("id") for each in options}) == len(options)
    assert options[-1].get("href") == "/de/search?q=rech"
    for option in options[:-1]:
        assert reader.opens(option.get("href")).status == 200


@pytest.mark.parametrize("words", ["", "r", "%20r%20", "%00r"])
def test_fewer_than_two_letters_suggest_nothing(reader, words):
    assert reader.opens(f"/de/search/suggestions?q={words}").html.strip() == ""


def test_somebody_who_types_very_fast_for_long_is_slowed_down(app, visitor):
    answers = [visitor.opens("/de/search/suggestions?q=re", inspected=False).status for _ in range(62)]
    assert answers == [200] * 60 + [429] * 2


@pytest.fixture
def without_index(app, visitor):
    KEEPER.of(app).searcher = None
    return visitor


def test_without_an_index_titles_and_keywords_are_searched_and_the_page_says_so(without_index):
    page = without_index.opens("/de/search?q=lampen+router")
    assert "/de/faq/stoerung/internet/lampen-am-router" in urls(page)[:3]
    assert "Die Suche wird gerade" in page.text
    assert "Die Suche wird gerade" not in without_index.opens("/de/").text


def test_without_an_index_every_page_of_the_search_still_answers(without_index):
    assert without_index.opens("/de/search?q=qqqqq").status == 200
    assert "option" in without_index.opens("/de/search/suggestions?q=rechnung").html
    assert without_index.opens("/de/").status == 200


@pytest.mark.parametrize("address", ["/de/search?q=lampen+router", "/de/search/suggestions?q=lampen+rou"])
def test_an_index_that_is_cut_while_it_is_read_costs_readers_only_its_ranking(app, visitor, tmp_path, address):
    keeper = KEEPER.of(app)
    shutil.copytree(keeper.derived / "index", tmp_path / "index")
    keeper.searcher = Searcher.open(tmp_path / "index")
    for tables in (tmp_path / "index").rglob("tables"):
        os.truncate(tables, 100)
    page = visitor.opens(address)
    assert page.status == 200 and "lampen-am-router" in page.html and keeper.searcher is None


def test_without_an_index_pages_and_filters_still_hold_what_they_say(without_index):
    first, second = (without_index.opens(f"/de/search?q=vertrag&page={page}") for page in (1, 2))
    assert counted(first) > 10 and not set(urls(first)) & set(urls(second))
    filtered = without_index.opens("/de/search?q=vertrag&category=umzug")
    assert urls(filtered) and all(url.startswith("/de/faq/umzug/") for url in urls(filtered))


def test_an_article_that_went_after_the_index_was_written_is_left_out(app, visitor, monkeypatch):
    whole = Edition.entry
    monkeypatch.setattr(Edition, "entry", lambda self, path: None if "lampen" in path else whole(self, path))
    page = visitor.opens("/de/search?q=lampe+rot")
    assert page.status == 200 and not [url for url in urls(page) if "lampen" in url]


def test_what_only_looks_alike_is_said_to_be_nothing_and_counts_as_a_gap(app, visitor):
    page = visitor.opens("/de/search?q=qqqqqqqq+zzzzzzzz")
    assert "haben wir nichts gefunden" in page.text
    assert "klingen nur ähnlich" in page.text
    with app.app_context():
        SEARCH_TALLY.of(app).write()
        gap = db.session.get(SearchCount, (date(2026, 12, 16), "de", "qqqqqqqq zzzzzzzz"))
    assert (gap.searches, gap.without_result) == (1, 1)


@pytest.mark.parametrize(
    ("language", "words", "title", "url"),
    [
        ("de", "Öffnungszeiten", "Kontakt", "/de/contact"),
        ("de", "wie kann ich euch telefonisch erreichen?", "Kontakt", "/de/contact"),
        ("de", "ich möchte meinen Vertrag kündigen", "Verträge hier kündigen", "/kuendigen"),
        ("de", "widerrufsformular", "Vertrag widerrufen", "/widerrufen"),
        ("de", "AGB", "Allgemeine Geschäftsbedingungen", "/de/pages/agb"),
        ("de", "meine Anfragen", "Meine Anfragen", "/de/questions/"),
        ("de", "was ist mit meiner Anfrage", "Meine Anfragen", "/de/questions/"),
        ("de", "ich habe immer noch keine Antwort bekommen", "Meine Anfragen", "/de/questions/"),
        ("en", "what happened to my request?", "My questions", "/en/questions/"),
        ("de", "mit einem Menschen reden", "Kontakt", "/de/contact"),
        ("de", "habt ihr Samstag offen", "Kontakt", "/de/contact"),
        ("en", "when are you open", "Contact", "/en/contact"),
        ("de", "Konto löschen", "Konto schließen", "/de/account/closing"),
        ("en", "cancel my contract", "Cancel contracts here", "/cancel"),
        ("en", "how do I sign up?", "Create an account", "/en/account/register"),
        ("en", "log in", "Sign in", "/en/account/sign-in"),
        ("en", "imprint", "Imprint", "/en/pages/imprint"),
    ],
)
def test_a_search_that_means_a_page_of_the_portal_shows_it_above_the_results(reader, language, words, title, url):
    shown = reader.opens(f"/{language}/search?q={words}").find("a", class_="signpost__link")
    assert (shown.text.strip(), shown.get("href")) == (title, url)
    first = reader.opens(f"/{language}/search/suggestions?q={words}").find("a", class_="suggestions__item")
    assert first.get("href") == url


OTHER_THINGS = (
    "kündigungsfrist",
    "Kündigung zurücknehmen",
    "Telefonnummer mitnehmen",
    "WLAN Passwort vergessen",
    "ins Ausland anrufen",
)


@pytest.mark.parametrize("words", [*OTHER_THINGS, "wie", "???"])
def test_a_search_that_means_something_else_shows_no_page(reader, words):
    assert not reader.opens(f"/de/search?q={words}").all("a", class_="signpost__link")


def test_a_page_that_is_found_is_no_gap_although_no_article_says_the_words(small, small_app):
    page = small.opens("/de/search?q=Kundendienst")
    assert page.find("a", class_="signpost__link").get("href") == "/de/contact"
    assert "nothing__note" not in page.html
    with small_app.app_context():
        SEARCH_TALLY.of(small_app).write()
        asked = db.session.query(SearchCount).filter_by(words="kundendienst").one()
    assert (asked.searches, asked.without_result) == (1, 0)
