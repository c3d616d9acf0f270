"""Both languages are written side by side: one page, and each file is saved whole, checked and guarded on its own."""

from tests.editing.folder import TEXT, fields, page_of, saves

GERMAN, ENGLISH = "faq/de/rechnung/finden.md", "faq/en/billing/find.md"
REMINDER = "faq/de/rechnung/mahnung.md"
BOTH = f"{page_of(GERMAN)}/languages"


def read(folder, file):
    return (folder / "content" / file).read_text()


def test_both_languages_are_saved_by_one_press_and_what_nobody_touched_stays_untouched(folder, editor):
    page = editor.opens(BOTH)
    assert fields(page)["de-title"] == "Wo liegt meine Rechnung?" and fields(page)["en-title"] == "Where is it?"
    typed = {"de-body": "Ganz oben.", "en-title": "Where is my bill?", "en-body": "At the top."}
    saved = saves(editor, page, **typed)
    assert saved.status == 303 and "Gespeichert." in editor.opens(saved.location).text
    assert "Ganz oben." in read(folder, GERMAN) and "# von Hand geschrieben" in read(folder, GERMAN)
    assert "At the top." in read(folder, ENGLISH) and "title: Where is my bill?" in read(folder, ENGLISH)
    before = (folder / "content" / ENGLISH).stat()
    again = saves(editor, editor.opens(BOTH), **{"de-body": "Noch weiter oben."})
    assert again.status == 303 and "Noch weiter oben." in read(folder, GERMAN)
    assert (folder / "content" / ENGLISH).stat() == before


def test_what_is_refused_in_one_language_holds_up_no_other_and_nothing_typed_is_lost(folder, editor):
    page = editor.opens(BOTH)
    (folder / "content" / ENGLISH).write_text(
        "---\nid: 7\ntitle: By hand\ntranslation_of: rechnung/finden\n---\nBy hand.\n"
    )
    typed = {"de-body": "Siehe [dort](nichts.md).", "en-body": "Mine."}
    refused = saves(editor, page, **typed)
    assert refused.status == 422 and read(folder, GERMAN) == TEXT and "By hand." in read(folder, ENGLISH)
    assert "Der Link „nichts.md“ führt ins Leere." in refused.text and "hat sich geändert, seit" in refused.text
    assert fields(refused)["de-body"].strip() == typed["de-body"] and fields(refused)["en-body"].strip() == "Mine."
    english = saves(editor, refused, do="save-en")
    assert english.status == 200 and "Mine." in read(folder, ENGLISH) and read(folder, GERMAN) == TEXT
    assert fields(english)["de-body"].strip() == typed["de-body"]
    assert saves(editor, english, **{"de-body": "Siehe dort."}).status == 303
    assert "Siehe dort." in read(folder, GERMAN) and "Mine." in read(folder, ENGLISH)


def test_a_missing_language_is_written_beside_or_left_empty_and_then_makes_nothing(folder, editor):
    address = f"{page_of(REMINDER)}/languages"
    page = editor.opens(address)
    assert fields(page)["en-category"] == "faq/en/billing" and "noch niemand geschrieben" in page.text
    assert saves(editor, page, **{"de-body": "Eine Mahnung."}).status == 303
    assert len(list((folder / "content/faq/en/billing").glob("*.md"))) == 1
    typed = {"en-title": "Reminder", "en-body": "A reminder.", "en-status": "published"}
    nowhere = saves(editor, editor.opens(address), **typed, **{"en-category": "../../etc"})
    assert nowhere.status == 422 and "Bitte eine Kategorie wählen." in nowhere.text
    saved = saves(editor, nowhere, **{"en-category": "faq/en/billing"})
    assert saved.status == 303
    assert "translation_of: rechnung/mahnung" in read(folder, "faq/en/billing/reminder.md")
    # The library has not read it yet; the page knows it all the same, and writes no second one.
    assert fields(editor.opens(saved.location))["en-body"].strip() == "A reminder."
