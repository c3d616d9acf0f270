"""Markdown becomes HTML that cannot harm, whatever an author wrote."""

import re
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.foundation.markdown import Labels, MarkdownUnusable, Picture, Rendered, render


def rendered(text: str, **options: object) -> Rendered:
    return render(text, resolve_link=lambda target: f"/de/faq/{target}", resolve_image=_picture, **options)


def _picture(target: str) -> Picture | None:
    return None if "missing" in target else Picture(f"/de/faq/{target}?v=1", 640, 360)


class Tags(HTMLParser):
    """Every tag with its attributes, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](https://example.org/pixel.png)",
    "![x](//example.org/pixel.png)",
    "![x](/\\example.org/pixel.png)",
    "[![x](https://example.org/a.png)](https://example.org)",
    "text {: onclick=alert(1) style=position:fixed }",
    "[x](a.md){onclick=alert(1) style=x target=_blank}",
    "# x {: onmouseover=alert(1) }",
    "[x][r]\n\n[r]: javascript:alert(1) 'title'",
    "```html\n<script>alert(1)</script>\n```",
    "```{.python onclick=alert(1)}\nx\n```",
    "`<script>`",
    "| <script>a</script> |\n|---|\n| <b onclick=x>y</b> |",
    '!!! note "<script>alert(1)</script>"\n    x',
    '!!! "onclick=alert(1)"\n    x',
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "<iframe src=https://example.org></iframe>",
    "<style>body{display:none}</style>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<a href="x" onclick="alert(1)">x</a>',
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0001\x03",
    "\x00<scr\x00ipt>alert(1)</script>",
]
ALLOWED_SCHEMES = ("http:", "https:", "mailto:", "tel:", "/", "#")


def assert_harmless(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag not in ("script", "style", "iframe", "svg", "object", "form", "base", "link", "meta"), html
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("style", "target", "srcset", "formaction"), html
            if name == "href":
                assert value.startswith(ALLOWED_SCHEMES) and not value.startswith("//"), html
            if name == "src":
                assert value.startswith("/") and not value.startswith(("//", "/\\")), html


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_becomes_a_tag_an_event_or_a_foreign_request(text):
    assert_harmless(rendered(text).html)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, *"[]()!<>`*_#|-:\n &\\\"'{}", "> ", "    ", "1. ", "ä", "\u202e", "a"])))
def test_no_mixture_of_hostile_pieces_harms_or_crashes(pieces):
    with suppress(MarkdownUnusable):
        assert_harmless(rendered("".join(pieces)).html)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_rendered(text):
    assert_harmless(rendered(text).html)


def test_raw_html_is_shown_as_text():
    assert "&lt;b&gt;fett&lt;/b&gt;" in rendered("So: <b>fett</b>").html


def test_headings_have_anchors_without_umlauts_and_are_listed():
    found = rendered("## Größe & Maß\n\n### Größe & Maß\n")
    assert [(h.level, h.text, h.anchor) for h in found.headings] == [
        (2, "Größe & Maß", "groesse-mass"),
        (3, "Größe & Maß", "groesse-mass_1"),
    ]
    assert 'href="#groesse-mass"' in found.html


def test_a_heading_never_takes_an_id_that_the_page_uses_itself():
    found = rendered("## Main\n\n## Other {#search}\n")
    assert [heading.anchor for heading in found.headings] == ["main-1", "search-1"]


def test_first_level_headings_are_lowered_with_everything_below_them():
    assert [heading.level for heading in rendered("# A\n\n## B\n\n# C").headings] == [2, 3, 2]


def test_labels_are_those_of_the_language():
    labels = Labels(anchor="Link zu", table="Tabelle", back="Zurück", done="Erledigt", boxes={"note": "Hinweis"})
    found = rendered(
        "## A\n\n| a |\n|---|\n| b |\n\n- [x] c\n\n!!! note\n    d\n\ne[^1]\n\n[^1]: f", labels=labels
    ).html
    for words in ("Link zu: A", "Tabelle 1", "Erledigt", "Hinweis", "Zurück"):
        assert words in found
    assert "Jump back" not in found


def test_tables_can_be_scrolled_by_keyboard_and_say_what_they_are():
    found = Tags(rendered("| a | b |\n|:--|--:|\n| 1 | 2 |").html).found
    assert ("div", {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": "Table 1"}) in found
    assert ("td", {"class": "align-right"}) in found


def test_a_corner_without_words_is_no_heading_of_a_table():
    found = Tags(rendered("| | b |\n|:--|--:|\n| 1 | 2 |").html).found
    assert [kept for tag, kept in found if tag == "th"] == [{"class": "align-right", "scope": "col"}]


def test_external_links_are_marked_and_open_in_the_same_window():
    found = Tags(rendered("[x](https://example.org){target=_blank}").html).found
    assert ("a", {"href": "https://example.org", "rel": "noopener"}) in found


def test_a_dead_link_leaves_its_words():
    found = render("[**Da** hin](weg.md)", resolve_link=lambda _: None, resolve_image=_picture)
    assert "<a" not in found.html and "Da" in found.html and found.links[0].url is None


def test_an_image_has_its_size_and_only_the_first_one_loads_at_once():
    first, second = [a for tag, a in Tags(rendered("![a](1.png) ![b](2.png)").html).found if tag == "img"]
    assert (first["width"], first["height"]) == ("640", "360")
    assert "loading" not in first and second["loading"] == "lazy"


def test_the_authors_size_of_an_image_wins():
    found = Tags(rendered("![a](1.png){width=300}").html).found
    assert next(a for tag, a in found if tag == "img")["width"] == "300"


def test_a_missing_image_leaves_its_description():
    found = rendered("![Rote Lampe](missing.png)")
    assert "<img" not in found.html and "Rote Lampe" in found.text and found.images[0].url is None


def test_a_remote_image_becomes_a_link():
    assert (
        '<a href="https://example.org/a.png" rel="noopener">Lampe</a>'
        in rendered("![Lampe](https://example.org/a.png)").html
    )


def test_task_lists_boxes_definitions_code_and_video_cards_keep_their_classes():
    text = (
        '- [ ] a\n\n!!! warning "W"\n    b\n\nc\n:   d\n\n```python\ne\n```\n\n[f](https://example.org){.video .evil}'
    )
    found = rendered(text).html
    for piece in ("task-list-item", "admonition warning", "<dt>c</dt>", "language-python", 'class="video"'):
        assert piece in found
    assert "evil" not in found


def test_plain_text_has_no_markup_no_anchor_signs_and_one_line_per_block():
    assert rendered("## A\n\nb *c* `d<e>`\n\n- f\n- g[^1]\n\n[^1]: h").text == "A\nb c d<e>\nf\ng\nh"


def test_every_second_level_part_becomes_a_section():
    html = rendered("x\n\n## A\n\n> ## quoted\n\n## B\n\ny", sections=True).html
    assert html.count("<section>") == 2 == html.count("</section>")
    assert re.search(r"<section>\s*<h2 id=\"a\">", html)


def test_deep_nesting_ends_with_a_named_error_or_html_but_never_a_crash():
    for text in ("> " * 3000 + "x", "\n".join("  " * n + "- x" for n in range(700)), "*" * 5000 + "x"):
        with suppress(MarkdownUnusable):
            assert_harmless(rendered(text).html)
        assert rendered("- a").html == "<ul>\n<li>a</li>\n</ul>"


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(MarkdownUnusable):
        rendered("x" * 1_000_001)


def test_the_same_text_gives_the_same_bytes_every_time():
    text = "## A\n\nx[^1] ![a](1.png){width=3 height=4}\n\n[^1]: y"
    assert rendered(text).html == rendered(text).html
