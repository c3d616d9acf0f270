"""Finished pages of the real portal: the same for every reader, compressed, and asked for again by one question."""

import gzip

import brotli
import pytest

# Too small to be worth compressing.
SMALL = ["/robots.txt"]
PAGES = ["/de/", "/en/", "/de/faq/", "/de/faq/rechnung/", "/de/faq/rechnung/rechnung-finden", "/de/contact"]
PAGES += ["/de/pages/agb", "/de/search", "/sitemap.xml", "/de/faq/feed.xml"]
FORMS = [("gzip", gzip.decompress), ("br", brotli.decompress), ("identity", bytes)]


def get(app, url: str, **headers: str):
    return app.test_client().get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("url", PAGES + SMALL)
def test_a_page_may_be_kept_by_a_cdn_and_has_a_mark(shared_app, url):
    answer = get(shared_app, url)
    assert "s-maxage" in answer.headers["Cache-Control"] and answer.headers["ETag"]
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize(("encoding", "unpack"), FORMS)
def test_a_page_comes_in_the_form_that_the_browser_takes_and_says_the_same(shared_app, url, encoding, unpack):
    plain, packed = get(shared_app, url), get(shared_app, url, Accept_Encoding=encoding)
    assert packed.headers.get("Content-Encoding", "identity") == encoding
    assert unpack(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert encoding == "identity" or packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("url", PAGES)
def test_a_browser_that_has_the_page_gets_an_empty_answer(shared_app, url):
    known = get(shared_app, url, Accept_Encoding="gzip").headers["ETag"]
    for asked in (known, f"W/{known}", f'"other", {known}'):
        again = get(shared_app, url, Accept_Encoding="gzip", If_None_Match=asked)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == known and again.headers["Cache-Control"]
    assert get(shared_app, url, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_the_head_of_a_page_is_that_of_the_page(shared_app, url):
    head, page = shared_app.test_client().head(url), get(shared_app, url)
    assert head.status_code == 200 and head.data == b""
    for name in ("Content-Type", "ETag", "Content-Length", "Cache-Control"):
        assert head.headers[name] == page.headers[name]


@pytest.mark.parametrize("url", ["/de/search?q=router", "/de/feedback/121", "/de/nichts", "/faq/121", "/healthz", "/"])
def test_the_head_of_every_other_address_is_empty_too(shared_app, url):
    assert shared_app.test_client().head(url).data == b""
    assert shared_app.test_client().head(url).status_code == get(shared_app, url).status_code


@pytest.mark.parametrize("url", PAGES)
def test_a_reader_with_cookies_gets_the_same_bytes(shared_app, url):
    plain = get(shared_app, url)
    assert get(shared_app, url, Cookie="voter=" + "a" * 43 + "; session=x").data == plain.data
    assert get(shared_app, url, Accept_Language="en", User_Agent="other").data == plain.data


@pytest.mark.parametrize("url", ["/de/feedback/121", "/de/nichts", "/healthz", "/readyz"])
def test_what_is_about_one_moment_or_reader_is_kept_by_nobody(shared_app, url):
    assert get(shared_app, url).headers["Cache-Control"] == "no-store"


def test_a_page_of_memory_carries_no_request_number_of_somebody_else(shared_app):
    get(shared_app, "/de/contact")
    assert "X-Request-Id" not in get(shared_app, "/de/contact").headers
