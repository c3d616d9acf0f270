"""An editor breaks files and mends them, an operator deletes what can be made again: readers notice only the new."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from tests.journeys.conftest import eventually

PATH = "/de/faq/rechnung/rechnung-finden"
FILE = "faq/de/rechnung/rechnung-finden.md"


def delete(folder: Path) -> None:
    """The portal may be writing into it at that moment, which `rm` refuses as well: then once more."""
    for _ in range(20):
        with suppress(OSError):
            return shutil.rmtree(folder)
        time.sleep(0.1)
    raise AssertionError(f"{folder} could not be deleted")


def test_an_editor_breaks_a_file_and_the_last_good_one_stays_until_it_is_mended(own_server):
    file = own_server.content / FILE
    good = file.read_text(encoding="utf-8")
    title = own_server.get(PATH)[1].partition("<h1")[2].partition("</h1>")[0]

    file.write_bytes(b"---\ntitle: [kaputt\n---\n\xff\xfe")
    # A second, whole file shows when the change was noticed.
    marker = own_server.content / "faq/de/rechnung/zeichen.md"
    marker.write_text("---\ntitle: Ein Zeichen\n---\nDa.\n", encoding="utf-8")
    assert eventually(lambda: own_server.get("/de/faq/rechnung/zeichen")[0] == 200)
    for _ in range(6):
        status, html = own_server.get(PATH)
        assert status == 200 and title in html and "kaputt" not in html

    file.write_text(good.replace("title: ", "title: Neu und "), encoding="utf-8")
    assert eventually(lambda: all("Neu und" in own_server.get(PATH)[1] for _ in range(6)))


def test_a_new_article_is_found_by_the_search_and_a_removed_one_is_gone_from_every_process(own_server):
    file = own_server.content / "faq/de/rechnung/quietschente.md"
    file.write_text("---\ntitle: Was kostet die Quietschente?\n---\nNichts.\n", encoding="utf-8")
    found = "/de/faq/rechnung/quietschente"
    # A busy machine needs a while for a new index.
    searched = "/de/search?q=quietschente"
    assert eventually(lambda: all(found in own_server.get(searched)[1] for _ in range(4)), seconds=90)
    file.unlink()
    assert eventually(lambda: all(own_server.get(found)[0] == 404 for _ in range(6)))
    assert eventually(lambda: all(found not in own_server.get("/de/search?q=quietschente")[1] for _ in range(4)))


def test_an_operator_deletes_the_index_and_it_comes_back_while_pages_answer(own_server):
    delete(own_server.data / "derived" / "index")
    for path in ("/de/", PATH, "/de/search?q=rechnung", "/de/search/suggestions?q=re"):
        assert own_server.get(path)[0] == 200
    assert eventually((own_server.data / "derived" / "index").exists)
    assert eventually(lambda: all('"status":"ok"' in own_server.get("/readyz")[1].replace(" ", "") for _ in range(4)))
    assert PATH in own_server.get("/de/search?q=wo+finde+ich+meine+rechnung")[1]


def test_an_operator_deletes_everything_derived_and_readers_notice_nothing(own_server):
    delete(own_server.data / "derived")
    for path in ("/de/", PATH, "/de/search?q=rechnung"):
        assert own_server.get(path)[0] == 200
    assert eventually(lambda: list((own_server.data / "derived").glob("snapshot-*.sqlite")) != [])
    assert own_server.get(PATH)[0] == 200


def test_all_articles_vanish_at_once_and_the_site_keeps_them(own_server, tmp_path):
    (own_server.content / "faq").rename(tmp_path / "away")
    marker = own_server.content / "pages/de/zeichen.md"
    marker.write_text("---\ntitle: Ein Zeichen\n---\nDa.\n", encoding="utf-8")
    assert not eventually(lambda: own_server.get(PATH)[0] != 200, seconds=6)
    (tmp_path / "away").rename(own_server.content / "faq")
    assert eventually(lambda: own_server.get("/de/pages/zeichen")[0] == 200)
    assert own_server.get(PATH)[0] == 200
