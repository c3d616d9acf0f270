"""Templates that are compiled for each language say in each language what their sentences mean in it."""

import pytest
from jinja2 import DictLoader

from portal.foundation.rendering.spoken import SpokenTemplates

PAGE = """
{% macro hello(name) %}{{ _("Answer by %(date)s.", date=name) }}{% endmacro %}
{% set label = _("Send") %}
<p title="{{ label }}">{{ _("Your message") }}</p>
<p>{{ hello(name) }}</p>
<textarea>
{{ name }}</textarea>
"""


@pytest.fixture
def templates(app):
    made = SpokenTemplates(app, loader=DictLoader({"spoken.html": PAGE}), autoescape=True)
    made.globals.update(app.jinja_env.globals)
    return made


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        ("/de/", ('title="Senden"', ">Ihre Nachricht</p>", "Antwort bis &lt;b&gt;.")),
        ("/en/", ('title="Send"', ">Your message</p>", "Answer by &lt;b&gt;.")),
    ],
)
def test_a_page_speaks_the_language_of_its_address_and_escapes_what_fills_its_gaps(app, templates, path, sentences):
    for asked in ("/de/", "/en/", path):
        with app.test_request_context(asked):
            printed = templates.get_template("spoken.html").render(name="<b>")
    for sentence in sentences:
        assert sentence in printed
    assert "<textarea>\n&lt;b&gt;</textarea>" in printed
