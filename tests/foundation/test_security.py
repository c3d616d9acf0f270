"""What every answer carries, and what is refused before any view sees it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from portal.foundation.limits import caller
from portal.foundation.security import CONTENT_SECURITY_POLICY, HEADERS, clean_text, is_own_origin, typed_text
from portal.foundation.web.proxies import BehindProxies
from portal.foundation.web.strict_request import StrictRequest
from tests.conftest import make_app, running
from tests.visitor import Visitor

ANSWERS = {
    "a page": ("/de/", {}),
    "the same page from memory": ("/de/", {}),
    "an article": ("/de/faq/rechnung/rechnung-finden", {}),
    "an error page": ("/de/nichts", {}),
    "an error for a program": ("/de/nichts", {"Accept": "application/json"}),
    "a redirect": ("/", {}),
    "a short address": ("/faq/121", {}),
    "a moved address": ("/de/faq/rechnung", {}),
    "a fragment": ("/de/search/suggestions?q=rechnung", {"HX_Request": "true"}),
    "results": ("/de/search?q=rechnung", {}),
    "a health address": ("/healthz", {}),
    "the feed": ("/de/faq/feed.xml", {}),
    "the sitemap": ("/sitemap.xml", {}),
    "robots.txt": ("/robots.txt", {}),
}
READ_PAGES = [url for url, _ in ANSWERS.values()] + [
    "/en/contact",
    "/de/contact?about=121",
    "/de/pages/impressum",
    "/de/feedback/121",
    "/en/search?q=qqqq",
    "/de/faq/",
    "/de/faq/rechnung/",
    "/readyz",
]


def asset(visitor, ending):
    page = visitor.opens("/de/")
    return next(
        each
        for each in [link.get("href") for link in page.all("link")]
        + [script.get("src") for script in page.all("script")]
        if each and each.endswith(ending)
    )


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_carries_the_security_headers(reader, kind):
    url, headers = ANSWERS[kind]
    answer = reader.opens(url, inspected=False, **headers).response
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, name
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1


@pytest.mark.parametrize("ending", [".css", ".js", ".svg"])
def test_static_files_carry_the_security_headers_as_well(reader, ending):
    answer = reader.opens(asset(reader, ending)).response
    assert answer.status_code == 200
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, name


def test_the_policy_allows_nothing_but_the_own_site():
    parts = dict(each.split(" ", 1) for each in CONTENT_SECURITY_POLICY.split("; "))
    assert parts.pop("default-src") == parts.pop("base-uri") == parts.pop("frame-ancestors") == "'none'"
    assert set(parts.values()) == {"'self'"}
    assert set(parts) == {"script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"}


@pytest.mark.parametrize("url", ["/de/", "/de/nichts", "/", "/de/search?q=a", "static"])
def test_browsers_are_told_to_come_back_encrypted_where_the_portal_is(data, demo, url):
    app = make_app(data, demo / "content", url="https://hilfe.example", hosts=("localhost",))
    with running(app):
        visitor = Visitor(app)
        answer = visitor.opens(asset(visitor, ".css") if url == "static" else url).response
        assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]


def test_without_encryption_nothing_is_promised(reader):
    assert "Strict-Transport-Security" not in reader.opens("/de/").response.headers


@pytest.mark.parametrize("url", sorted(set(READ_PAGES)))
def test_a_reader_gets_no_cookie_on_any_page(reader, url):
    page = reader.opens(url)
    assert "Set-Cookie" not in page.response.headers and reader.cookies == []
    assert "cookie" not in page.response.headers.get("Vary", "").lower()


@pytest.mark.parametrize("url", sorted(set(READ_PAGES)))
def test_no_page_allows_foreign_sites_to_read_it(reader, url):
    answer = reader.opens(url, Origin="https://evil.example").response
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec_Fetch_Site": "same-origin"}, 400),
        ({"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"}, 403),
        ({}, 400),
    ],
)
def test_a_form_from_nowhere_counts_only_where_the_browser_names_our_site(reader, headers, status):
    assert reader.sends("/de/not-me", {}, **headers).status == status


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "", "[::2]", "a b", "@", "ü"]
)
@pytest.mark.parametrize("url", ["/de/", "/", "/de/search?q=a", "/faq/121", "/de/nichts", "/healthz"])
def test_an_unknown_host_is_refused_and_never_repeated(reader, host, url):
    page = reader.opens(url, Host=host)
    if host:
        assert page.status == 400
    assert "evil" not in page.html and "evil" not in page.location


def test_a_page_kept_for_a_known_host_is_not_given_to_an_unknown_one(reader):
    reader.opens("/de/contact")
    assert reader.opens("/de/contact", Host="evil.example").status == 400


@pytest.mark.together
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://["},
        {"Origin": "http://[::1"},
        {"Origin": "\x7f"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": "nonsense"},
    ],
    ids=str,
)
@pytest.mark.parametrize("url", ["/de/feedback/121", "/de/search/clicks"])
def test_a_form_sent_from_another_site_is_refused(visitor, url, headers):
    page = visitor.sends(url, {"verdict": "yes", "is_complete": "yes"}, **headers)
    assert page.status == 403
    assert visitor.cookies == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_a_form_sent_from_the_own_site_is_accepted(visitor, headers):
    assert visitor.sends("/de/feedback/121", {"verdict": "yes", "is_complete": "yes"}, **headers).status == 303


@pytest.mark.parametrize(
    ("origin", "host", "address", "is_own"),
    [
        ("https://help.example.org", "help.example.org", "https://help.example.org", True),
        ("http://help.example.org", "help.example.org", "https://help.example.org", False),
        ("HTTP://HELP.example.org", "HELP.example.org", "https://help.example.org", False),
        ("ftp://help.example.org", "help.example.org", "https://help.example.org", False),
        ("https://help.example.org", "help.example.org", "http://help.example.org", True),
        ("http://help.example.org", "help.example.org", "http://help.example.org", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "https://help.example.org", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("https://help.example.org:8443", "help.example.org:8443", "https://help.example.org:8443", True),
    ],
)
def test_the_public_address_of_https_takes_no_form_of_its_own_name_without_encryption(origin, host, address, is_own):
    assert is_own_origin(origin, host=host, address=address) is is_own


def posted(app, body: bytes, *, length: int | None = None, kind: str = "application/x-www-form-urlencoded"):
    environ = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body) if length is None else length)}
    return app.test_client().post("/de/feedback/121", environ_overrides=environ, content_type=kind)


WHOLE = b"verdict=no&reason=wrong&remark=Die+Frist+fehlt&is_complete=yes"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="verdict"\r\n\r\nyes\r\n'
    b'--x\r\nContent-Disposition: form-data; name="is_complete"\r\n\r\nyes\r\n--x--\r\n'
)


@pytest.mark.once
@pytest.mark.parametrize(
    ("hops", "sent", "address"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (1, '"198.51.100.1, 203.0.113.7', "203.0.113.7"),  # a quotation mark hides nobody
        (1, " , ,203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.1"),  # too few have said something
        (1, "", "10.0.0.1"),
    ],
)
def test_who_asks_is_whom_our_own_proxies_have_seen_whatever_was_sent_to_them(hops, sent, address):
    seen = []
    front = BehindProxies(lambda environ, _start: seen.append(environ) or [], hops)
    asked = {"REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_FOR": sent}
    front({**asked, "HTTP_X_FORWARDED_PROTO": ", ".join(["https"] * hops), "HTTP_X_FORWARDED_HOST": "x.example"}, None)
    assert seen[0]["REMOTE_ADDR"] == address and seen[0]["wsgi.url_scheme"] == "https" and "HTTP_HOST" not in seen[0]


@pytest.mark.together
@pytest.mark.parametrize("cut", range(0, len(WHOLE), 5))
def test_a_body_cut_on_the_way_is_refused_at_every_point(app, cut):
    assert posted(app, WHOLE[:cut], length=len(WHOLE)).status_code == 400


@pytest.mark.together
@pytest.mark.parametrize("cut", range(0, len(PARTS), 20))
def test_a_multipart_body_cut_on_the_way_is_refused_at_every_point(app, cut):
    answer = posted(app, PARTS[:cut], length=len(PARTS), kind="multipart/form-data; boundary=x")
    assert answer.status_code == 400


@pytest.mark.together
@pytest.mark.parametrize("cut", range(0, len(PARTS) - 4, 20))
def test_a_multipart_body_that_does_not_end_is_refused(app, cut):
    assert posted(app, PARTS[:cut], kind="multipart/form-data; boundary=x").status_code == 400


@pytest.mark.together
@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", "application/json", ""]
)
def test_a_body_of_another_kind_is_refused(app, kind):
    assert posted(app, WHOLE, kind=kind).status_code == 400


@pytest.mark.together
@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "９", "99999999999999999999"])
def test_an_impossible_length_is_refused(app, length):
    environ = {"wsgi.input": io.BytesIO(WHOLE), "CONTENT_LENGTH": length}
    kind = "application/x-www-form-urlencoded"
    answer = app.test_client().post("/de/feedback/121", environ_overrides=environ, content_type=kind)
    assert answer.status_code in (400, 413)


def test_a_body_of_300_kilobytes_is_refused(app):
    assert posted(app, b"remark=" + b"x" * 300_000).status_code == 413


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_form_with_150_fields_is_refused(app, kind):
    fields = {f"field{number}": "x" for number in range(150)} | {"verdict": "yes", "is_complete": "yes"}
    if kind == "multipart":
        assert (
            app.test_client().post("/de/feedback/121", data=fields, content_type="multipart/form-data").status_code
            == 413
        )
    else:
        assert app.test_client().post("/de/feedback/121", data=fields).status_code == 413


@pytest.mark.parametrize("url", ["/de/search?q=" + "x" * 5000, "/de/faq/" + "x" * 5000, "/de/faq/" + "%C3%A4" * 2500])
def test_an_address_of_5000_characters_is_refused(reader, url):
    assert reader.opens(url).status == 414


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_cleaned_text_keeps_what_a_keyboard_makes_and_nothing_else(text):
    cleaned = clean_text(text)
    assert not [char for char in cleaned if char not in "\n\t" and (ord(char) < 32 or 0x7F <= ord(char) < 0xA0)]
    assert cleaned.encode().decode() == cleaned
    assert clean_text(cleaned) == cleaned


UNSEEN = [
    "\u200b",
    "\u2060\u2060",
    "\u202e",
    "\u200e \u200f",
    "\u00a0\u3000",
    "\u00ad",
    "\u0301",
    "\u2800",
    "\u3164\n\ufe0f",
]


@pytest.mark.parametrize("text", [*UNSEEN, "", " \t\n", "\x00"])
def test_text_of_which_nothing_can_be_seen_is_no_text(text):
    assert typed_text(text) == typed_text(text, is_line=True) == ""


@pytest.mark.parametrize("text", ["a", "1", "?", "🧑‍💻", "👍🏽", "1️⃣", "é", "नमस्ते", "שלום", "م", "\U0001fae8"])
def test_text_of_every_script_and_joined_emoji_stay_as_they_are(text):
    assert typed_text(f" {text} ") == typed_text(text, is_line=True) == text


def test_a_line_loses_the_marks_that_turn_it_round_and_a_body_keeps_them():
    typed = "Rechnung \u202egpj.exe\u202c \u2066x\u2069"
    assert typed_text(typed, is_line=True) == "Rechnung gpj.exe x"
    assert typed_text(typed) == typed


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_no_body_whatsoever_is_a_fault_of_ours(shared_app, body):
    visitor = Visitor(shared_app)
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = visitor._client.post(
            "/de/feedback/121", data=body, content_type=kind, environ_base={"REMOTE_ADDR": visitor._address}
        )
        assert answer.status_code in (400, 413, 422, 303)


class BrokenChunks(io.BytesIO):
    """What a server gives a view to read when a chunk of the body is none."""

    def read(self, *_size):
        raise RuntimeError("invalid chunk size")

    readinto = read


def chunked(stream):
    """A form that comes in chunks, without a length."""
    environ = EnvironBuilder("/de/feedback/121", method="POST").get_environ()
    environ |= {"wsgi.input": stream, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    environ.pop("CONTENT_LENGTH", None)
    return StrictRequest(environ)


def test_a_chunk_that_is_none_is_the_fault_of_the_sender():
    with pytest.raises(BadRequest):
        chunked(BrokenChunks()).check()


def test_a_body_without_length_is_never_cut_silently():
    with pytest.raises(RequestEntityTooLarge):
        chunked(io.BytesIO(b"is_complete=yes&remark=" + b"a" * 400_000)).check()
    chunked(io.BytesIO(b"is_complete=yes&remark=" + b"a" * 4_000)).check()


@pytest.mark.together
@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("nonsense", "unknown"),
    ],
)
def test_callers_are_counted_by_address_or_household(app, address, counted):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert caller() == counted
