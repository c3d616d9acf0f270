"""Categories are made and renamed in the browser, and refused where the check of the content would refuse them."""

import pytest

from portal.editing.access import mark_of
from portal.faq.library import KEEPER
from tests.cast import CLARA, signed_in
from tests.editing.folder import fields, saves

LIST = "/desk/articles/categories/"
BILLS = "faq/de/rechnung/_category.toml"
WRITTEN = '# von Hand\nname = "Rechnung"  # so heißt sie\norder = 20\n'


def page_of(file):
    return f"{LIST}{mark_of(file)}"


def test_a_category_is_renamed_and_what_nobody_changed_stays_as_it_was_written(own, folder, editor):
    (folder / "content" / BILLS).write_text(WRITTEN)
    page = editor.opens(editor.opens(LIST).links["Rechnung"])
    assert fields(page)["name"] == "Rechnung" and fields(page)["order"] == "20"
    assert saves(editor, page, description='Alles "rund" ums Geld \\ #1', icon="receipt").status == 303
    kept = (folder / "content" / BILLS).read_text()
    assert kept.startswith(WRITTEN) and kept.endswith('icon = "receipt"\n')
    renamed = saves(editor, editor.opens(page_of(BILLS)), name="Geld und Rechnung", order="5")
    assert renamed.status == 303 and "Gespeichert." in editor.opens(renamed.location).text
    assert KEEPER.of(own).settle(seconds=60)
    site = editor.opens("/de/faq/rechnung/")
    assert site.heading == "Geld und Rechnung" and 'Alles "rund" ums Geld \\ #1' in site.text
    versions = editor.opens(f"{page_of(BILLS)}/versions")
    assert versions.status == 200 and len(versions.all("li", **{"class": "articles__one"})) == 3


def test_a_new_category_takes_articles_at_once_and_stands_in_both_languages(own, folder, editor):
    new = f"{LIST}new?language=de"
    assert saves(editor, editor.opens(new), name="Große Geräte", icon="tool", order="30").status == 303
    made = folder / "content/faq/de/grosse-geraete/_category.toml"
    assert made.read_text() == 'name = "Große Geräte"\norder = 30\nicon = "tool"\n'
    english = saves(editor, editor.opens(f"{LIST}new?language=en"), name="Big things", translation_of="grosse-geraete")
    assert "Einen Hilfeartikel in Big things schreiben" in editor.opens(english.location).links
    page = editor.opens("/desk/articles/new?language=de&category=faq/de/grosse-geraete")
    assert fields(page)["category"] == "faq/de/grosse-geraete"
    assert saves(editor, page, title="Router", body="Ein Kasten.", status="published").status == 303
    assert KEEPER.of(own).settle(seconds=60)
    assert "Router" in editor.opens("/de/faq/grosse-geraete/").text
    beside = editor.opens(f"/desk/articles/{mark_of('faq/de/grosse-geraete/router.md')}/languages")
    assert fields(beside)["en-category"] == "faq/en/big-things"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Bitte einen Namen schreiben."),
        ({"name": "rechnung"}, "Eine Kategorie daneben heißt schon so"),
        ({"order": "zuerst"}, "Bitte eine ganze Zahl schreiben"),
        ({"icon": "skull"}, "Bitte ein Zeichen wählen."),
        ({"slug": "../oben"}, "einzelne Bindestriche"),
        ({"slug": "rechnung"}, "Einen Ordner dieses Namens gibt es schon"),
        ({"above": "../../etc"}, "Bitte eine Kategorie wählen."),
        ({"language": "en", "translation_of": "nichts"}, "Bitte eine Kategorie wählen."),
        ({"token": "x"}, "Bitte senden Sie es noch einmal"),
    ],
)
def test_a_category_that_cannot_be_is_refused_with_what_was_typed(own, folder, editor, typed, said):
    page = saves(editor, editor.opens(f"{LIST}new"), **({"name": "Neues", "description": "Bleibt stehen."} | typed))
    assert page.status in (409, 422) and (said in page.text or "token" in typed)
    assert fields(page)["description"] == "Bleibt stehen."
    assert [each.name for each in (folder / "content/faq/de").iterdir()] == ["rechnung"]


@pytest.mark.parametrize("typed", [{"slug": "x" * 300}, {"slug": "a\nb"}, {"slug": "../../x"}, {"above": "../.."}])
def test_what_is_no_name_of_a_file_is_never_one(own, folder, editor, typed):
    for address in (f"{LIST}new", "/desk/articles/new?language=de&category=faq/de/rechnung"):
        page = editor.opens(address)
        got = saves(editor, page, do="download", **({"name": "N", "title": "T"} | typed))
        assert got.status == 200 and "/" not in got.response.headers["Content-Disposition"]
    refused = saves(editor, editor.opens(f"{LIST}new"), name="", **typed)
    assert refused.status == 422 and refused.find("a", **{"class": "summary__link"}).get("href") in (
        "#slug",
        "#above",
    )


def test_a_category_goes_when_nothing_lies_in_it_and_never_before(own, folder, editor):
    assert saves(editor, editor.opens(f"{LIST}new?language=de"), name="Geräte").status == 303
    made, page = folder / "content/faq/de/geraete", page_of("faq/de/geraete/_category.toml")
    assert "Diese Kategorie entfernen" in editor.opens(page).text
    assert "Diese Kategorie entfernen" not in editor.opens(page_of(BILLS)).text
    press = {"token": fields(editor.opens(page))["token"], "is_complete": "yes"}
    for held in (BILLS, "faq/de/geraete/_category.toml"):
        (made / "bild.png").write_bytes(b"x")
        refused = editor.sends(f"{page_of(held)}/remove", press)
        assert refused.status == 409 and "Nichts wurde entfernt" in refused.text
    assert (made / "_category.toml").exists() and (folder / "content" / BILLS).exists()
    (made / "bild.png").unlink()
    assert editor.sends(f"{page}/remove", {**press, "token": "x"}).status == 409
    assert signed_in(own, CLARA).sends(f"{page}/remove", press).status in (403, 404)
    gone = editor.sends(f"{page}/remove", press)
    assert "Die Kategorie wurde entfernt." in editor.opens(gone.location).text and editor.opens(page).status == 404
    assert sorted(each.name for each in (folder / "content/faq/de").iterdir()) == ["rechnung"]
    assert saves(editor, editor.opens(f"{LIST}new?language=de"), name="Geräte").status == 303
    assert len(editor.opens(f"{page}/versions").all("li", **{"class": "articles__one"})) >= 1


def test_a_file_changed_or_broken_by_hand_is_never_overwritten_unseen(own, folder, editor):
    page, file = editor.opens(page_of(BILLS)), folder / "content" / BILLS
    file.write_text('name = "Von Hand"\n')
    refused = saves(editor, page, name="Im Browser")
    assert (
        refused.status == 409 and fields(refused)["name"] == "Im Browser" and file.read_text() == 'name = "Von Hand"\n'
    )
    assert saves(editor, refused).status == 303 and 'name = "Im Browser"' in file.read_text()
    file.write_text("name = [kaputt\n")
    whole = editor.opens(page_of(BILLS))
    assert fields(whole)["source"] == "name = [kaputt\n" or "kaputt" in fields(whole)["source"]
    still = saves(editor, whole)
    assert still.status == 422 and "Die Datei ist kein TOML" in still.text
    assert saves(editor, still, source='name = "Heil"\nicon = "skull"').status == 422
    assert saves(editor, still, source='name = "Heil"').status == 303 and file.read_text() == 'name = "Heil"\n'
    assert signed_in(own, CLARA).opens(page_of(BILLS)).status in (403, 404)
