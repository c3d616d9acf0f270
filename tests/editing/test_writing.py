"""An article is written in the browser as carefully as in git: checked, whole, and nobody's words are lost."""

import resource
import sys
from importlib import import_module

import pytest
from sqlalchemy import select

from portal.editing.models import ArticleVersion
from portal.editing.queries.versions import versions_of
from portal.faq.library import KEEPER
from portal.faq.library.tools.trial import try_text
from portal.faq.library.tools.writing import NotWritten, Trouble, digest_of, write
from portal.foundation.database import db
from portal.journal.models import Event
from tests.attachments.files import picture
from tests.cast import DORA, signed_in
from tests.conftest import make_app, running
from tests.editing.folder import TEXT, fields, page_of, saves

PNG = picture()
FILE = "faq/de/rechnung/finden.md"
HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
]


def _new(editor, **typed):
    page = editor.opens("/desk/articles/new?language=de")
    return saves(editor, page, **({"title": "T", "body": "x", "category": "faq/de/rechnung"} | typed))


def versions(app):
    with app.app_context():
        return list(db.session.scalars(select(ArticleVersion).order_by(ArticleVersion.id)))


def test_saving_changes_only_what_was_changed_and_keeps_what_was_there(own, folder, editor):
    page = editor.opens(page_of(FILE))
    assert page.status == 200 and fields(page)["title"] == "Wo liegt meine Rechnung?"
    saved = saves(editor, page, keywords="abrechnung, wo: ist, sie", title="Wo finde ich meine Rechnung?")
    assert saved.status == 303
    text = (folder / "content" / FILE).read_text()
    assert 'title: "Wo finde ich meine Rechnung?"' in text or "title: Wo finde ich meine Rechnung?" in text
    assert 'keywords: [abrechnung, "wo: ist", sie]' in text
    assert "# von Hand geschrieben" in text and "aliases: [rechnung/alt]" in text and "id: 7" in text
    assert "changed_on: 2026-12-16" in text and text.endswith("3. Herunterladen\n")
    assert [each.kind for each in versions(own)] == ["found", "saved"]
    with own.app_context():
        event = db.session.scalars(select(Event).filter_by(verb="article.saved")).one()
        assert event.actor_name == "Emil Brandt" and event.subject_id == 7
    assert KEEPER.of(own).settle(seconds=60)
    assert editor.opens("/de/faq/rechnung/finden").heading == "Wo finde ich meine Rechnung?"


@pytest.mark.once
def test_a_new_article_in_both_languages_is_one_article(own, folder, editor):
    page = editor.opens("/desk/articles/new?language=de&title=Rechnung+als+PDF&keywords=pdf")
    assert fields(page)["title"] == "Rechnung als PDF"
    made = saves(editor, page, category="faq/de/rechnung", body="Mit einem Klick.", status="published")
    assert made.status == 303 and editor.opens(made.location).status == 200
    assert KEEPER.of(own).settle(seconds=60)
    german = editor.opens(made.location.partition("?")[0])
    link = german.links["Übersetzung schreiben: English"]
    english = editor.opens(link)
    assert fields(english)["category"] == "faq/en/billing" and "Mit einem Klick." in english.text
    translated = saves(editor, english, title="Bill as PDF", body="One click.", status="published")
    assert translated.status == 303
    assert "translation_of: rechnung/rechnung-als-pdf" in (folder / "content/faq/en/billing/bill-as-pdf.md").read_text()
    assert KEEPER.of(own).settle(seconds=60)
    numbers = {each.number for each in KEEPER.of(own).library.articles.values() if "pdf" in each.path}
    assert len(numbers) == 1


def test_two_editors_save_the_same_article_and_nothing_is_lost(own, folder, editor):
    dora = signed_in(own, DORA)
    first, second = editor.opens(page_of(FILE)), dora.opens(page_of(FILE))
    assert saves(editor, first, body="Von Emil.").status == 303
    refused = saves(dora, second, body="Von Dora.")
    assert refused.status == 409
    assert "hat sich geändert, seit Sie sie geöffnet haben" in refused.text
    assert [each.text for each in refused.all("del")] == ["Emil"] and fields(refused)["body"].strip() == "Von Dora."
    assert "Von Emil." in (folder / "content" / FILE).read_text()
    assert saves(dora, refused).status == 303
    assert "Von Dora." in (folder / "content" / FILE).read_text()
    assert any("Von Emil." in each.text for each in versions(own))


def test_a_file_that_changed_by_hand_is_seen_and_kept_as_a_version(own, folder, editor):
    page = editor.opens(page_of(FILE))
    (folder / "content" / FILE).write_text("---\ntitle: Von Hand\n---\nIm Editor geschrieben.\n")
    refused = saves(editor, page, body="Im Browser geschrieben.")
    assert refused.status == 409 and "Im Editor geschrieben." in refused.text
    assert saves(editor, refused).status == 303
    kept = versions(own)
    assert [each.kind for each in kept] == ["found", "saved"] and "Im Editor geschrieben." in kept[0].text


def test_a_file_that_was_removed_meanwhile_is_made_anew_only_on_purpose(own, folder, editor):
    page = editor.opens(page_of(FILE))
    (folder / "content" / FILE).unlink()
    refused = saves(editor, page, body="Ich schreibe noch.")
    assert refused.status == 409 and "entfernt oder umbenannt" in refused.text
    assert fields(refused)["body"].strip() == "Ich schreibe noch." and not (folder / "content" / FILE).exists()
    assert saves(editor, refused).status == 303
    assert "Ich schreibe noch." in (folder / "content" / FILE).read_text()


@pytest.mark.once
def test_a_file_made_invalid_by_hand_is_edited_as_a_whole_and_the_site_keeps_the_last_good_one(own, folder, editor):
    (folder / "content" / FILE).write_text("---\ntitle: [kaputt\n---\nText.\n")
    assert KEEPER.of(own).settle(seconds=60)
    assert editor.opens("/de/faq/rechnung/finden").heading == "Wo liegt meine Rechnung?"
    assert "Wo liegt meine Rechnung?" in editor.opens("/desk/articles/?show=faulty").text
    page = editor.opens(page_of(FILE))
    assert "source" in fields(page) and "title: [kaputt" in fields(page)["source"]
    assert saves(editor, page).status == 422
    assert saves(editor, page, source=TEXT.replace("Anmelden", "Einloggen")).status == 303
    assert "Einloggen" in (folder / "content" / FILE).read_text()


@pytest.mark.once
def test_the_preview_of_a_text_that_was_refused_shows_that_text(own, folder, editor):
    page = saves(editor, editor.opens(page_of(FILE)), body="Ganz neu, siehe [dort](nichts.md).")
    assert page.status == 422
    (shown,) = [each for each in page.all("div") if each.get("id") == "preview"]
    assert "Ganz neu, siehe dort." in " ".join("".join(shown.itertext()).split())


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"publish_from": "morgen"}, "Bitte das Datum wie 2026-12-31 schreiben."),
        ({"body": "Siehe [dort](nichts.md)."}, "Der Link „nichts.md“ führt ins Leere."),
        ({"body": ""}, "Der Hilfeartikel hat keinen Text."),
        ({"related": "gibt-es-nicht"}, "„related“ nennt „gibt-es-nicht“; das gibt es nicht."),
        ({"title": ""}, "Bitte einen Titel schreiben."),
        ({"title": "Mahnung"}, "Diesen Titel hat schon ein anderer Hilfeartikel"),
        ({"status": "offen"}, "Bitte einen Status wählen."),
        ({"body": "Hallo [entfernt: Name]."}, "Bitte die Markierungen ersetzen"),
        ({"token": "x"}, "Bitte senden Sie es noch einmal"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy_and_nothing_is_saved_or_lost(own, folder, editor, typed, said):
    page = saves(editor, editor.opens(page_of(FILE)), **({"summary": "Mein Kurztext"} | typed))
    assert page.status in (409, 422), page.status
    assert said in page.text or "token" in typed
    assert fields(page)["summary"] == "Mein Kurztext"
    assert (folder / "content" / FILE).read_text() == TEXT


@pytest.mark.once
def test_of_several_wrong_days_each_says_so_at_its_field(own, editor):
    wrong = {"publish_from": "31.02.2026", "reviewed_on": "gestern", "review_every": "oft"}
    page = saves(editor, editor.opens(page_of(FILE)), **wrong)
    assert {each.get("id") for each in page.all("input") if each.get("aria-invalid")} == set(wrong)
    assert {name: fields(page)[name] for name in wrong} == wrong


@pytest.mark.once
def test_hostile_markdown_is_shown_as_text_in_the_preview_and_on_the_site(own, editor):
    body = "\n\n".join(HOSTILE)
    page = saves(editor, editor.opens(page_of(FILE)), do="preview", body=body)
    assert (
        page.status == 200 and not page.all("img") and not [a for a in page.links.values() if "javascript" in (a or "")]
    )
    fragment = editor.sends("/desk/articles/preview", fields(page) | {"body": body, "mark": page_of(FILE)[-16:]})
    assert fragment.status == 200 and "<script" not in fragment.html and "<img" not in fragment.html


@pytest.mark.once
def test_a_hostile_head_never_becomes_more_than_a_word(own, folder, editor):
    typed = {"title": 'x"\nstatus: draft\nid: 3', "owner": "{{ 7*7 }} # & *a", "keywords": "a: b, [c], 'd"}
    assert saves(editor, editor.opens(page_of(FILE)), **typed).status == 303
    assert KEEPER.of(own).settle(seconds=60)
    article = next(each for each in KEEPER.of(own).library.articles.values() if each.file == FILE)
    assert article.number == 7 and article.status == "published" and article.owner == "{{ 7*7 }} # & *a"
    assert article.keywords == ("a: b", "[c]", "'d")


def test_three_hundred_thousand_characters_come_through_or_back(own, folder, editor):
    long = "Ein Satz mit Wörtern.\n\n" * 13_500
    page = saves(editor, editor.opens(page_of(FILE)), body=long)
    assert page.status in (303, 422)
    if page.status == 422:
        assert fields(page)["body"].strip() == long.strip()
        assert (folder / "content" / FILE).read_text() == TEXT
    else:
        assert long.strip() in (folder / "content" / FILE).read_text()


def test_a_text_that_is_looked_at_for_long_holds_no_connection(own, editor, monkeypatch):
    held = []

    def noting(*given: object, **named: object) -> object:
        # The pool of either database counts who has a connection.
        held.append(db.engine.pool.checkedout())
        return try_text(*given, **named)

    monkeypatch.setattr(import_module("portal.editing.checking"), "try_text", noting)
    page = editor.opens(page_of(FILE))
    assert saves(editor, page, body="Siehe [dort](nichts.md).").status == 422
    assert saves(editor, page, body="Kurz.").status == 303
    assert held == [0] * len(held) and len(held) >= 2


@pytest.mark.once
def test_a_picture_is_made_anew_and_what_is_none_is_refused_with_the_text_kept(own, folder, editor):
    page = editor.opens(page_of(FILE))
    added = saves(editor, page, do="picture", body="Neu.", alt="Der Router", files=[("picture", "Mein Bild.png", PNG)])
    assert added.status == 200 and "![Der Router](mein-bild.webp)" in fields(added)["body"]
    assert (folder / "content/faq/de/rechnung/mein-bild.webp").read_bytes()[:4] == b"RIFF"
    for name, content in (
        ("x.png", b"<svg onload=alert(1)>"),
        ("x.svg", b"<svg/>"),
        ("x.txt", b"hallo"),
        ("x.png", PNG[:40]),
    ):
        refused = saves(editor, page, do="picture", body="Bleibt.", files=[("picture", name, content)])
        assert refused.status == 422 and fields(refused)["body"].strip() == "Bleibt."
    assert [each.name for each in (folder / "content/faq/de/rechnung").glob("*.webp")] == ["mein-bild.webp"]


@pytest.mark.once
def test_a_place_is_chosen_from_what_is_there_never_typed(own, folder, editor):
    for category in ("faq/de/../../..", "/etc", "faq/de/neu", "pages/de"):
        page = _new(editor, category=category)
        assert page.status == 422 and "Bitte eine Kategorie wählen." in page.text
    page = _new(editor, slug="../x")
    assert page.status == 422 and fields(page)["slug"] == "../x"
    page = _new(editor, slug="finden")
    assert page.status == 422 and "gibt es schon" in page.text


def test_versions_show_words_and_one_is_put_back(own, folder, editor):
    assert saves(editor, editor.opens(page_of(FILE)), body="Der rote Knopf.").status == 303
    assert saves(editor, editor.opens(page_of(FILE)), body="Der blaue Knopf.").status == 303
    found, _red, blue = versions(own)
    page = editor.opens(f"{page_of(FILE)}/versions?show={blue.id}&changed=yes")
    assert [each.text for each in page.all("del")] == ["rote"] and [each.text for each in page.all("ins")] == ["blaue"]
    page = editor.opens(f"{page_of(FILE)}/versions?show={found.id}")
    back = editor.submits(page, f"{page_of(FILE)}/versions")
    assert back.status == 303 and (folder / "content" / FILE).read_text() == TEXT
    assert versions(own)[-1].kind == "restored"


def test_versions_go_on_to_the_oldest_and_each_knows_the_one_before_it(own, folder, editor, monkeypatch):
    monkeypatch.setattr(sys.modules[versions_of.__module__], "LIST_SIZE", 2)
    for colour in ("rote", "blaue", "gelbe"):
        assert saves(editor, editor.opens(page_of(FILE)), body=f"Der {colour} Knopf.").status == 303
    page, asked = editor.opens(f"{page_of(FILE)}/versions"), []
    while True:
        asked += [each.get("href") for each in page.all("a") if "changed=yes" in each.get("href")]
        if "Nächste Seite" not in page.links:
            break
        page = editor.opens(page.links["Nächste Seite"])
    shown = [editor.opens(each) for each in asked]
    assert [page.find("ins").text for page in shown[:2]] == ["gelbe", "blaue"] and len(shown) == 3
    assert "Vorige Seite" in shown[2].links, "whoever looks at a version stays on the page of the list it stands on"


def test_faults_of_what_is_new_are_named_in_the_order_of_their_fields(own, folder, editor):
    page = _new(editor, category="", slug="A b", title="", publish_from="bald", publish_until="nie")
    assert [each.get("href") for each in page.all("a", class_="summary__link")] == [
        *("#category", "#slug", "#title", "#publish_from", "#publish_until"),
    ]


def test_a_full_disk_leaves_the_file_as_it_was(folder):
    content = folder / "content"
    before = (content / FILE).read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(NotWritten) as refused:
            write(content, FILE, b"x" * 5_000, seen=digest_of(before))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.trouble is Trouble.FULL
    assert (content / FILE).read_bytes() == before
    assert not [each for each in (content / FILE).parent.iterdir() if each.name.startswith(".")]


@pytest.mark.once
def test_a_folder_that_leads_elsewhere_or_is_gone_is_not_written_to(own, folder, editor, tmp_path):
    page = editor.opens(page_of(FILE))
    place = folder / "content/faq/de/rechnung"
    place.rename(tmp_path / "fort")
    gone = saves(editor, page, body="Neu.")
    assert gone.status in (409, 503) and fields(gone)["body"].strip() == "Neu."
    place.symlink_to(tmp_path / "fort")
    refused = saves(editor, gone, seen=digest_of(TEXT.encode()), body="Neu.")
    assert refused.status == 503 and fields(refused)["body"].strip() == "Neu."
    assert (tmp_path / "fort/finden.md").read_text() == TEXT


def test_an_installation_that_edits_in_git_gets_the_file_for_download(folder):
    with running(make_app(folder / "data", folder / "content", edit_content=False)) as app:
        dora = signed_in(app, DORA)
        page = dora.opens(page_of(FILE))
        assert not page.all("button", value="save")
        given = saves(dora, page, do="download", body="Neuer Text.")
        assert given.status == 200 and "attachment" in given.response.headers["Content-Disposition"]
        assert given.html.startswith("---\nid: 7") and given.html.endswith("Neuer Text.\n")
        assert saves(dora, page, body="Neuer Text.").status == 409
        both = saves(dora, dora.opens(f"{page_of(FILE)}/languages"), do="download-en", **{"en-body": "New."})
        assert both.html.startswith("---\nid: 7\ntitle: Where is it?") and both.html.endswith("New.\n")
        shelf = saves(dora, dora.opens("/desk/articles/categories/new?language=de"), do="download", name="Geräte")
        assert shelf.html == 'name = "Geräte"\nicon = "question"\n'
        assert (folder / "content" / FILE).read_text() == TEXT


def test_an_article_that_was_never_saved_here_says_so_on_the_page_of_versions(editor):
    page = editor.opens(f"{page_of(FILE)}/versions")
    assert page.status == 200 and "Hier wurde noch nichts gespeichert" in page.text
