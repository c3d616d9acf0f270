"""Typed text stays text: nothing in it becomes markup but http and https addresses (SR-25)."""

import pytest

from portal.questions.thread.text import customer_text

LINK = '<a href="{0}" rel="nofollow noopener noreferrer ugc">{0}</a>'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Hallo", "<p>Hallo</p>"),
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("a\n \n\n\nc", "<p>a</p><p>c</p>"),
        ("<b>&\"'", "<p>&lt;b&gt;&amp;&#34;&#39;</p>"),
        ("", ""),
        ("   \n  ", ""),
    ],
)
def test_lines_and_paragraphs_are_kept_and_markup_is_escaped(typed, shown):
    assert customer_text(typed) == shown


@pytest.mark.parametrize(
    ("typed", "address", "rest"),
    [
        ("https://example.org.", "https://example.org", "."),
        ("http://a.b/c?d=e&f=g!", "http://a.b/c?d=e&amp;f=g", "!"),
        ("HTTPS://EXAMPLE.ORG/x", "HTTPS://EXAMPLE.ORG/x", ""),
        ("https://de.wikipedia.org/wiki/A_(B)", "https://de.wikipedia.org/wiki/A_(B)", ""),
        ("https://example.org/a)", "https://example.org/a", ")"),
    ],
)
def test_an_address_of_the_web_becomes_a_link_without_the_sentence_s_punctuation(typed, address, rest):
    assert customer_text(typed) == f"<p>{LINK.format(address)}{rest}</p>"


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x",
        "//example.org",
        "mailto:a@b.de",
        "https:/x",
        "file:///etc",
        "https://",
    ],
)
def test_nothing_else_becomes_a_link(typed):
    assert "<a" not in customer_text(typed)


@pytest.mark.parametrize("typed", ['https://x"onmouseover="a', "https://x'><script>", "https://x`y", "https://x<b>"])
def test_an_address_ends_where_it_could_leave_its_attribute(typed):
    shown = customer_text(typed)
    assert 'href="https://x"' in shown and "<script" not in shown and '" onmouse' not in shown


def test_a_very_long_text_is_shown_whole():
    assert customer_text("a" * 20_000).count("a") >= 20_000
    assert customer_text("https://" * 5_000).count("https://") >= 5_000
