"""Parts of pages that are printed once: what is filled in is always this reader's own, and escaped."""

import pytest
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup

from portal.foundation.rendering.printed import printed, printed_again, printed_rows
from tests.accounts.test_access import cookies_of

PART = """
{% if is_late %}<b>{{ _("Send") }}</b>{% endif %}
<form action="{{ here }}"><input name="token" value="{{ form_token() }}"></form>
<textarea>
{{ gap("text") }}</textarea>
"""


@pytest.fixture
def part(app):
    app.jinja_env.loader = ChoiceLoader([DictLoader({"part.html": PART}), app.jinja_env.loader])
    return lambda *, is_late, **gaps: str(printed("part.html", {"is_late": is_late}, gaps))


def test_each_reader_gets_their_own_words_and_token_in_their_own_language(app, part, anna, bernd):
    pages = []
    for visitor, path, text in ((anna, "/de/", "<Anna>"), (bernd, "/en/", Markup("<i>Bernd</i>")), (anna, "/de/", "")):
        with app.test_request_context(path, headers=cookies_of(visitor)):
            pages.append(part(is_late=True, here="/?a=1&b=2", text=text))
    first, second, third = pages
    assert '<form action="/?a=1&amp;b=2">' in first
    assert "<textarea>\n&lt;Anna&gt;</textarea>" in first and "<b>Senden</b>" in first
    assert "<textarea>\n<i>Bernd</i></textarea>" in second and "<b>Send</b>" in second
    assert first.replace("&lt;Anna&gt;", "") == third
    assert first.partition('value="')[2][:64] != second.partition('value="')[2][:64]


def test_another_shape_is_printed_anew(app, part):
    with app.test_request_context("/de/"):
        assert "Senden" in part(is_late=True, here="/", text="")
        assert "Senden" not in part(is_late=False, here="/", text="")


def test_what_somebody_wrote_is_never_taken_for_a_gap(app, part):
    with app.test_request_context("/de/"):
        for _ in range(2):
            assert "\x02here\x03" in part(is_late=False, here="/secret", text="\x02here\x03")


@pytest.mark.parametrize("odd", ["plain", "with \x1f inside", Markup("<i>printed</i>")])
def test_each_row_of_a_list_is_escaped_and_keeps_its_own_values(app, odd):
    app.jinja_env.loader = ChoiceLoader(
        [DictLoader({"row.html": "<p>{{ name }}: {{ share }} of 100 %</p>"}), app.jinja_env.loader]
    )
    rows = [({"is_any": True}, {"name": name, "share": share}) for name, share in (("<a>", "50 %s"), (odd, "&"))]
    with app.test_request_context("/de/"):
        found = [str(printed_rows("row.html", rows)) for _ in range(2)]
    assert found == [f"<p>&lt;a&gt;: 50 %s of 100 %</p>\n<p>{odd}: &amp; of 100 %</p>"] * 2


def test_a_part_that_is_kept_whole_stays_each_readers_own(app, part, anna, bernd):
    def again(*key):
        return str(printed_again(key, lambda: printed("part.html", {"is_late": True}, {"here": "/", "text": key[0]})))

    with app.test_request_context("/de/", headers=cookies_of(anna)):
        own = again("<a>")
        assert own == again("<a>") and own.replace("&lt;a&gt;", "&lt;b&gt;") == again("<b>")
    with app.test_request_context("/de/", headers=cookies_of(bernd)):
        assert own != again("<a>")
    with app.test_request_context("/en/", headers=cookies_of(anna)):
        assert "Send</b>" in again("<a>")


def test_parts_in_parts_are_escaped_once(app):
    app.jinja_env.loader = ChoiceLoader([DictLoader({"p.html": "<p>{{ a }}{{ b }}</p>"}), app.jinja_env.loader])
    with app.test_request_context("/de/"):
        inner = printed("p.html", {}, {"a": "<", "b": 7})
        assert str(printed("p.html", {}, {"a": inner, "b": inner})) == "<p><p>&lt;7</p><p>&lt;7</p></p>"
        assert "&lt;7" in inner and not printed_rows("p.html", [])
