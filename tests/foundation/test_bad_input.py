"""Whatever is typed into an address: a clear page, never a fault of ours, never something that runs."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.visitor import Visitor

WORDS = {
    "nothing": "",
    "spaces": "   \t\n ",
    "one letter": "r",
    "NUL": "rechnung\x00zahlen",
    "only NUL": "\x00\x00",
    "control characters": "\x01\x07\x1b[31mrechnung\x7f\x9f",
    "a lone surrogate": "%ED%A0%80rechnung",
    "bytes that are no text": "%ff%fe%fd",
    "cut UTF-8": "rechnung%C3",
    "overlong UTF-8": "%c0%af%c0%ae",
    "emoji": "😀 rechnung 👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "\u202egnunhcer\u202c \u062e\u062f\u0645\u0629 \u05e9\u05dc\u05d5\u05dd",
    "invisible": "\u200b\u200d\ufeff\u2060",
    "combining": "e" + "\u0301" * 150,
    "query syntax": '* " ( AND NOT : ^ ~ [ TO',
    "more query syntax": 'title:rechnung^5 AND ("a b"~3 OR [a TO z]) NOT {x} -y +z /r.*e/ a?b*',
    "unbalanced": '((((((((("""""]]]]',
    "only operators": "AND OR NOT",
    "wildcards": "* ? % _ ** ??",
    "fifty words": " ".join(f"wort{number}" for number in range(50)),
    "fifty times the same": "rechnung " * 50,
    "200 characters": "x" * 200,
    "201 characters": "x" * 201,
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{{ 7*7 }} {% raw %} ${7*7} #{7}",
    "quotes": '"\' onmouseover="alert(1)" x=\'',
    "SQL": "'; DROP TABLE article_feedback; --",
    "a path": "../../../../etc/passwd",
    "line ends": "rechnung\r\nSet-Cookie: a=b",
    "format": "%s %d %(query)s {0} {query}",
    "numbers": "9" * 200,
    "sharp s and umlauts": "ẞß ÄÖÜ äöü İı ﬁ ǆ",
    "other scripts": "счёт 請求書 ใบแจ้งหนี้ 🧾",
}
# Sent as they are: they are already percent encoded, or broken on purpose.
RAW = {"a lone surrogate", "bytes that are no text", "cut UTF-8", "overlong UTF-8"}
PLACES = {
    "search": "/de/search?q={}",
    "search in a category": "/de/search?q=rechnung&category={}",
    "page": "/de/search?q=rechnung&page={}",
    "suggestions": "/en/search/suggestions?q={}",
    "contact words": "/de/contact?words={}",
    "contact about": "/de/contact?about={}",
    "version of a file": "/de/faq/stoerung/internet/lampen-am-router.svg?v={}",
    "unknown parameter": "/de/?x={}",
    "name of a parameter": "/de/search?{}=rechnung",
    "path of an article": "/de/faq/{}",
    "slug of a page": "/en/pages/{}",
    "language": "/{}/search?q=a",
    "anything": "/{}",
    "number": "/faq/{}",
}
NUMBERS = ["0", "-1", "1.5", "1e3", "2147483647", "2147483648", "9223372036854775808", "9" * 40, "9" * 4200]
ODD_NUMBERS = ["１２１", "١٢١", "²", "½", "Ⅷ", "०", "1_21", " 121", "+121", "0x79", "121\x00", "NaN", "Infinity"]


def encoded(name: str) -> str:
    return WORDS[name] if name in RAW else quote(WORDS[name], safe="")


def opened(app, url: str):
    page = Visitor(app).opens(url)
    assert page.status < 500, f"{page.status}: {url[:120]}"
    return page


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("place", PLACES)
def test_odd_words_get_a_clear_answer_wherever_they_stand(shared_app, place, name):
    page = opened(shared_app, PLACES[place].format(encoded(name)))
    assert page.status in (200, 301, 302, 308, 400, 404, 414)
    assert "Traceback" not in page.html and "<script>alert" not in page.html
    assert "\x00" not in page.html


@pytest.mark.parametrize("name", WORDS)
def test_the_search_takes_every_words_and_repeats_them_as_text(reader, name):
    page = reader.opens(f"/de/search?q={encoded(name)}")
    assert page.status == 200
    assert page.find("input", id="search") is not None
    assert not page.all("img", src="x")


@pytest.mark.parametrize("place", ["search", "contact words", "suggestions"])
def test_20000_characters_in_an_address_are_too_long_and_the_page_says_so(reader, place):
    page = reader.opens(PLACES[place].format("x" * 20_000))
    assert page.status == 414
    assert "zu lang" in page.heading or "too long" in page.heading


@pytest.mark.parametrize("number", NUMBERS + ODD_NUMBERS)
@pytest.mark.parametrize(
    "url", ["/faq/{}", "/de/feedback/{}", "/de/contact?about={}", "/de/search?q=rechnung&page={}"], ids=str
)
def test_impossible_numbers_are_no_fault(shared_app, url, number):
    page = opened(shared_app, url.format(quote(number)))
    assert page.status in (200, 404) or (page.status == 414 and len(number) > 4000)


@pytest.mark.parametrize("number", NUMBERS + ODD_NUMBERS)
def test_impossible_numbers_in_forms_are_no_fault(shared_app, number):
    visitor = Visitor(shared_app)
    fields = {"verdict": "yes", "is_complete": "yes"}
    assert visitor.sends(f"/de/feedback/{quote(number)}", fields).status in (404, 414)
    assert visitor.sends("/de/search/clicks", {"q": "rechnung", "number": number}).status == 204


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_digits_of_other_scripts_are_no_numbers(reader, number):
    assert reader.opens(f"/faq/{quote(number)}").status == 404
    assert "article" not in reader.opens(f"/de/contact?about={quote(number)}").html.partition('class="about"')[2][:400]


# Names that the function which makes addresses takes for itself.
@pytest.mark.parametrize(
    "name",
    ["endpoint", "_external", "_scheme", "_method", "_anchor", "language", "_cls", "self", "values", "path", "q"],
)
@pytest.mark.parametrize(
    "url", ["/de/search", "/de/contact", "/de/faq/", "/de/", "/de/faq/rechnung/rechnung-finden", "/de/feedback/121"]
)
def test_no_name_of_a_parameter_changes_where_links_lead(shared_app, url, name):
    for value in ("1", "javascript", "https", "POST", "//evil.example", "en"):
        page = opened(shared_app, f"{url}?{urlencode({name: value})}")
        assert page.status == 200
        for link in page.switch.values():
            assert link.startswith(("/de/", "/en/")), link


@pytest.mark.parametrize(
    "url", ["//evil.example/", "///evil.example", "/de//evil.example/..", "/\\evil.example", "/de/faq//evil.example/"]
)
def test_no_address_leads_to_another_site(reader, url):
    page = reader.opens(url)
    assert page.status in (301, 308, 400, 404)
    assert not page.location.startswith("//") and "://evil" not in page.location


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/fr/", 404),
        ("/fr/faq/rechnung/", 404),
        ("/DE/", 404),
        ("/de/faq/gibt-es-nicht/", 404),
        ("/de/faq/rechnung/gibt-es-nicht", 404),
        ("/de/faq/gibt-es-nicht/rechnung-finden", 404),
        ("/de/pages/gibt-es-nicht", 404),
        ("/faq/99999", 404),
        ("/de/feedback/99999", 404),
        ("/de/search?q=rechnung&category=gibt-es-nicht", 200),
    ],
)
def test_what_does_not_exist_is_not_found_and_offers_a_way_on(reader, url, status):
    page = reader.opens(url)
    assert page.status == status
    assert page.all("form", role="search")


HEADERS = [
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "If-None-Match",
    "User-Agent",
    "Cookie",
    "Referer",
    "HX-Request",
    "Range",
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "value",
    [
        "",
        ",;=",
        "*",
        "x" * 3000,
        "\x01",
        "ü",
        'de;q=NaN,en;q=1e309,"',
        "voter=%00",
        "voter=" + "a" * 43,
        "bytes=0-999999999999",
    ],
)
def test_odd_headers_are_no_fault(shared_app, header, value):
    for url in ("/", "/de/", "/faq/121", "/de/feedback/121", "/de/search?q=rechnung", "/de/nichts"):
        page = Visitor(shared_app).opens(url, inspected=False, **{header.replace("-", "_"): value})
        assert page.status < 500, f"{header}: {value[:40]} on {url}"


TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
SYNTAX = st.lists(
    st.sampled_from(
        [
            "rechnung",
            "kündigen",
            "AND",
            "NOT",
            "*",
            '"',
            "(",
            ")",
            "[",
            "TO",
            "~",
            "^",
            ":",
            "-",
            "\x00",
            "\u202e",
            "😀",
            " ",
        ]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(st.one_of(TYPED, SYNTAX))
def test_nothing_that_can_be_typed_breaks_the_search(shared_app, typed):
    for path in ("/de/search", "/en/search", "/de/search/suggestions", "/de/contact"):
        name = "words" if path.endswith("contact") else "q"
        page = opened(shared_app, f"{path}?{urlencode({name: typed})}")
        assert page.status in (200, 414)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["q", "page", "category", "words", "about", "v", "x"]), TYPED, max_size=5))
def test_no_combination_of_parameters_breaks_a_page(shared_app, given_):
    for path in ("/de/search", "/de/contact", "/en/", "/de/faq/rechnung/rechnung-finden"):
        opened(shared_app, f"{path}?{urlencode(given_)}")


@settings(max_examples=60, deadline=None)
@given(TYPED)
@example("/0000::")
def test_no_path_breaks_the_portal(shared_app, typed):
    for before in ("/", "/de/", "/de/faq/", "/en/pages/", "/faq/", "/static/", "/.well-known/"):
        # Slashes encoded: two at the beginning would be read as a host by the client, not by the portal.
        opened(shared_app, before + quote(typed, safe=""))


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={name: TYPED for name in ("verdict", "reason", "remark", "is_complete", "x")})
)
def test_no_form_breaks_a_vote(shared_app, fields):
    page = Visitor(shared_app).sends("/de/feedback/121", fields)
    assert page.status in (303, 400, 422)
