"""What customers see in each language on each day, and how addresses live on."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from portal.faq.rules import number_from_path
from tests.faq.library_folder import TODAY, ContentFolder


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    made = ContentFolder(tmp_path)
    made.write("faq/de/rechnung/_category.toml", 'name = "Rechnung"\norder = 10\nicon = "receipt"\n')
    made.write("faq/en/billing/_category.toml", 'name = "Billing"\norder = 10\ntranslation_of = "rechnung"\n')
    made.article("rechnung/lesen", id=7, title="Rechnung lesen")
    made.article("rechnung/bezahlen/bar", title="Bar bezahlen")
    made.article("billing/read", language="en", title="Read your bill", translation_of="rechnung/lesen")
    return made


def test_an_article_stands_at_its_address_in_its_category(folder):
    edition = folder.edition()
    entry = edition.entry("rechnung/lesen")
    assert (entry.title, entry.url, entry.number) == ("Rechnung lesen", "/de/faq/rechnung/lesen", 7)
    assert [(c.name, c.url, c.count, c.icon) for c in edition.categories] == [
        ("Rechnung", "/de/faq/rechnung/", 2, "receipt")
    ]
    assert [child.name for child in edition.categories[0].children] == ["Bezahlen"]


def test_an_untranslated_article_is_shown_in_the_matching_category_as_a_fallback(folder):
    edition = folder.edition("en")
    entry = edition.entry("billing/bezahlen/bar")
    assert entry.is_fallback and entry.url == "/en/faq/billing/bezahlen/bar" and entry.title == "Bar bezahlen"
    assert edition.category("billing").count == 2
    assert not edition.entry("billing/read").is_fallback


def test_an_article_without_an_original_is_shown_in_the_default_language_as_well(folder):
    folder.article("billing/vat", language="en", title="VAT")
    assert folder.edition("de").entry("rechnung/vat").is_fallback


def test_a_translation_being_prepared_lets_the_original_through_and_a_withdrawn_one_does_not(folder):
    folder.article("billing/read", language="en", translation_of="rechnung/lesen", status="draft")
    assert folder.edition("en").by_source("rechnung/lesen").is_fallback
    folder.article("billing/read", language="en", translation_of="rechnung/lesen", status="archived")
    assert folder.edition("en").by_source("rechnung/lesen") is None


@pytest.mark.parametrize("status", ["draft", "internal", "archived"])
def test_only_published_articles_are_in_an_edition(folder, status):
    folder.article("rechnung/geheim", status=status)
    library = folder.build()
    assert library.edition("de", TODAY).entry("rechnung/geheim") is None
    assert "de/rechnung/geheim" in library.articles


def test_an_article_appears_on_its_first_day_and_is_gone_after_its_last(folder):
    folder.article("rechnung/aktion", publish_from="2026-12-10", publish_until="2026-12-20")
    library = folder.build()
    shown = [day for day in range(8, 23) if library.edition("de", date(2026, 12, day)).entry("rechnung/aktion")]
    assert shown == list(range(10, 21))


def test_the_index_is_only_renewed_on_days_when_something_appears_or_goes(folder):
    folder.article("rechnung/aktion", publish_from="2026-12-10")
    library = folder.build()
    before, first, later = (library.index_fingerprint(date(2026, 12, day)) for day in (9, 10, 11))
    assert before != first == later


def test_a_renamed_article_keeps_its_short_address_and_its_old_address_redirects(folder):
    number = folder.edition().entry("rechnung/bezahlen/bar").number
    folder.remove("faq/de/rechnung/bezahlen/bar.md")
    earlier = "[rechnung/bezahlen/bar, /de/faq/rechnung/uralt, https://hilfe.example/de/faq/geld/bar?x#y]"
    folder.article("rechnung/bargeld", title="Bar bezahlen", aliases=earlier)
    library = folder.build()
    edition = library.edition("de", TODAY)
    assert library.numbered(number, "de", TODAY).url == "/de/faq/rechnung/bargeld"
    assert edition.by_number(number).url == "/de/faq/rechnung/bargeld"
    assert edition.redirect("rechnung/bezahlen/bar") == "/de/faq/rechnung/bargeld"
    assert edition.redirect("rechnung/uralt") == edition.redirect("geld/bar") == "/de/faq/rechnung/bargeld"
    assert edition.redirect("rechnung/nie-da-gewesen") is None


def test_the_address_of_a_category_that_is_gone_leads_to_where_its_articles_are(folder):
    folder.article("geld/bar", aliases="[kasse/laden/bar]")
    folder.article("geld/karte/kredit", aliases="[kasse/kredit]")
    folder.article("rechnung/zwei", aliases="[zettel/zwei]")
    folder.article("geld/drei", aliases="[zettel/drei]")
    edition = folder.edition()
    assert edition.redirect("kasse/laden/") == edition.redirect("kasse") == "/de/faq/geld/"
    assert edition.redirect("zettel") is None, "nobody knows which of the two"


def test_a_short_address_handed_out_before_an_id_was_given_still_leads_to_the_article(folder):
    early = number_from_path("rechnung/lesen")
    assert folder.build().numbered(early, "de", TODAY).url == "/de/faq/rechnung/lesen"


def test_the_short_address_is_the_same_in_every_language(folder):
    library = folder.build()
    assert library.numbered(7, "de", TODAY).url == "/de/faq/rechnung/lesen"
    assert library.numbered(7, "en", TODAY).url == "/en/faq/billing/read"
    assert library.numbered(8, "de", TODAY) is None


def test_the_address_of_a_fallback_redirects_once_the_translation_is_there(folder):
    edition = folder.edition("en")
    assert edition.redirect("billing/lesen") == "/en/faq/billing/read"
    assert edition.redirect("rechnung/lesen") == "/en/faq/billing/read"
    assert edition.redirect("rechnung/") == "/en/faq/billing/"


def test_translations_name_real_ones_and_addresses_fallbacks_too(folder):
    library = folder.build()
    edition = library.edition("de", TODAY)
    read, cash = edition.entry("rechnung/lesen"), edition.entry("rechnung/bezahlen/bar")
    assert library.translations(read, TODAY) == {"de": read.url, "en": "/en/faq/billing/read"}
    assert library.translations(cash, TODAY) == {"de": cash.url}
    assert library.addresses(cash, TODAY)["en"] == "/en/faq/billing/bezahlen/bar"
    assert library.category_addresses("rechnung", TODAY) == {"de": "/de/faq/rechnung/", "en": "/en/faq/billing/"}


def test_related_articles_are_the_hand_set_ones_then_neighbours(folder):
    folder.article("rechnung/lesen", id=7, related="[bezahlen/bar]")
    folder.article("rechnung/a")
    edition = folder.edition()
    assert [e.url for e in edition.related(edition.entry("rechnung/lesen"))] == [
        "/de/faq/rechnung/bezahlen/bar",
        "/de/faq/rechnung/a",
    ]


def test_articles_without_a_category_stand_under_more(folder):
    folder.article("lose")
    edition = folder.edition()
    assert edition.entry("other/lose").url == "/de/faq/other/lose"
    assert edition.category("other").name == "Weiteres" and edition.categories[-1].path == "other"


def test_folders_below_the_second_level_belong_to_the_second_with_addresses_of_their_own(folder):
    folder.article("a/b/c/d")
    folder.article("a/b/e/d")
    edition = folder.edition()
    assert {entry.url for entry in edition.category("a/b").entries} == {"/de/faq/a/b/c-d", "/de/faq/a/b/e-d"}


def test_categories_stand_by_order_then_name_and_empty_ones_are_not_there(folder):
    folder.write("faq/de/aaa/_category.toml", 'name = "Aaa"\n')
    folder.article("bbb/x")
    folder.article("ccc/x", status="draft")
    assert [category.name for category in folder.edition().categories] == ["Rechnung", "Bbb"]


def test_pinned_and_newest_articles(folder):
    folder.article("rechnung/alt", changed_on="2020-01-01", pinned="true")
    folder.article("rechnung/neu", changed_on="2030-01-01")
    edition = folder.edition()
    assert [entry.article.slug for entry in edition.pinned] == ["alt"]
    assert edition.newest(1)[0].article.slug == "neu" and edition.newest(9)[-1].article.slug == "alt"


def test_every_key_of_the_head_arrives(folder):
    folder.article(
        "rechnung/voll",
        "Text.\n\n## Teil",
        title="No",
        summary="Kurz.",
        keywords="[eins, 007, no]",
        reviewed_on="2026-10-05",
        review_every="6 months",
        owner="Redaktion",
        order=-3,
    )
    article = folder.build().articles["de/rechnung/voll"]
    assert (article.title, article.summary, article.owner, article.order) == ("No", "Kurz.", "Redaktion", -3)
    assert article.keywords == ("eins", "007", "no")
    assert article.review_every == timedelta(days=183) and article.reviewed_on == date(2026, 10, 5)
    assert [heading.anchor for heading in article.headings] == ["teil"]
    assert article.file == "faq/de/rechnung/voll.md"


@pytest.mark.parametrize(
    ("written", "days"), [("90 Tage", 90), ("1 Tag", 1), ("2 Wochen", 14), ("6 Monate", 183), ("1 Jahr", 365)]
)
def test_how_often_to_review_is_also_said_in_german(folder, written, days):
    folder.article("rechnung/oft", review_every=written)
    assert folder.build().articles["de/rechnung/oft"].review_every == timedelta(days=days)


def test_the_summary_is_the_first_paragraph_when_none_is_given(folder):
    folder.article("rechnung/kurz", "**Erster** Absatz mit `Wort`.\n\nZweiter.")
    assert folder.build().articles["de/rechnung/kurz"].summary == "Erster Absatz mit Wort."


def test_a_company_page_has_sections_and_translations(folder):
    folder.write("pages/de/impressum.md", "---\ntitle: Impressum\n---\n## A\n\nx\n\n## B\n\ny\n")
    folder.write("pages/en/imprint.md", "---\ntitle: Imprint\ntranslation_of: impressum\n---\nx\n")
    library = folder.build()
    page = library.page("de", "impressum")
    assert page.url == "/de/pages/impressum" and page.body.count("<section>") == 2
    assert library.page("en", "impressum").slug == "imprint"
    assert library.page_translations(page) == {"de": "/de/pages/impressum", "en": "/en/pages/imprint"}
    assert library.page("de", "nichts") is None


def test_demo_content_has_no_errors(tmp_path):
    folder = ContentFolder(tmp_path)
    (tmp_path / "content").symlink_to(Path(__file__).parents[2] / "content")
    library = folder.build()
    assert [str(fault) for fault in library.faults if fault.is_error] == []
    assert len(library.articles) > 100
