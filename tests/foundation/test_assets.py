"""Style sheet, scripts and logo: named by their content, so that browsers keep them for ever and never an old one."""

import re
import shutil

import pytest

from portal.foundation.rendering.assets import ASSETS, is_hashed
from tests.conftest import make_app, running

NAMES = ["portal.css", "portal.js", "desk.css", "desk.js", "favicon.svg", "logo", "logo_dark"]
KINDS = [("portal.css", "text/css"), ("portal.js", "text/javascript"), ("logo", "image/svg+xml")]
UNPUBLISHED = ["", "portal.css", "portal.000000000000.css", "../app.py", "%2e%2e/app.py"]
HASHED = [("portal.0123456789ab.css", True), ("portal.css", False), ("a.b.css", False), ("a.css.gz", False)]


@pytest.mark.parametrize("name", NAMES)
def test_an_asset_carries_its_hash_and_may_be_kept_for_ever(shared_app, reader, name):
    url = ASSETS.of(shared_app).url(name)
    assert re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.(css|js|svg)", url)
    answer = reader.opens(url).response
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"] and "max-age=315360000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_an_asset_has_its_type(shared_app, reader, name, kind):
    assert reader.opens(ASSETS.of(shared_app).url(name)).response.mimetype == kind


def test_an_asset_that_does_not_exist_has_no_address(shared_app):
    assert ASSETS.of(shared_app).url("nothing.css") is None


@pytest.mark.parametrize("name", UNPUBLISHED)
def test_only_what_was_published_can_be_loaded(reader, name):
    assert reader.opens(f"/static/{name}").status == 404


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_assets_are_sent_compressed(shared_app, encoding):
    url = ASSETS.of(shared_app).url("portal.css")
    answer = shared_app.test_client().get(url, headers={"Accept-Encoding": encoding})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_unchanged_content_keeps_its_address_over_a_restart(shared_app, app):
    before, after = ([ASSETS.of(each).url(name) for name in NAMES] for each in (shared_app, app))
    assert before == after


@pytest.mark.parametrize("pattern", ["*", "*.br"])
def test_what_was_deleted_while_the_portal_runs_is_there_again(app, data, pattern):
    url, client = ASSETS.of(app).url("portal.css"), app.test_client()
    before = client.get(url, headers={"Accept-Encoding": "br"})
    for path in (data / "assets").glob(pattern):
        path.unlink()
    after = client.get(url, headers={"Accept-Encoding": "br"})
    assert (after.status_code, after.data, after.headers["Content-Encoding"]) == (200, before.data, "br")
    assert client.get(ASSETS.of(app).url("logo")).status_code == 200


def test_deleted_files_of_an_earlier_version_are_not_found(data, content):
    (data / "assets").mkdir(parents=True, exist_ok=True)
    old = data / "assets" / "portal.000000000000.css"
    old.write_text("a{}")
    with running(make_app(data, content)) as app:
        assert app.test_client().get(f"/static/{old.name}").status_code == 200
        old.unlink()
        assert app.test_client().get(f"/static/{old.name}").status_code == 404


def test_a_page_is_found_though_its_style_can_be_written_nowhere(app, data):
    url = ASSETS.of(app).url("portal.css")
    shutil.rmtree(data / "assets")
    (data / "assets").write_text("a file stands where the folder was")
    assert app.test_client().get(url).status_code == 404
    assert app.test_client().get("/de/").status_code == 200


@pytest.mark.parametrize(("name", "answer"), HASHED)
def test_only_hashed_names_count_as_unchanging(name, answer):
    assert is_hashed("", f"/static/{name}") is answer
