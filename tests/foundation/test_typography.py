"""A number keeps its unit, a section sign its number; code stays as it was typed."""

from html import unescape

import pytest

from portal.foundation.markdown import render
from portal.foundation.markdown.typography import tied


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("34,90 € im Monat", "34,90\u00a0€ im Monat"),
        ("150 Mbit/s", "150\u00a0Mbit/s"),
        ("von 8 Uhr bis 18:00 Uhr", "von 8\u00a0Uhr bis 18:00\u00a0Uhr"),
        ("20 % weniger", "20\u00a0% weniger"),
        ("nach § 60 TKG (§ 57)", "nach §\u00a060 TKG (§\u00a057)"),
        ("5 Gründe", "5 Gründe"),
        ("2 Menschen, 3 Anrufe", "2 Menschen, 3 Anrufe"),
        ("am 5. Mai", "am 5. Mai"),
    ],
)
def test_what_belongs_together_stays_on_one_line(typed, printed):
    assert tied(typed) == printed


def test_rendered_text_is_tied_and_code_is_not():
    rendered = render(
        "Es kostet **5 €** oder `5 €`.\n\n| Preis |\n|---|\n| 9 € |",
        resolve_link=lambda _target: None,
        resolve_image=lambda _target: None,
    )
    html = unescape(rendered.html)
    assert "<strong>5\u00a0€</strong>" in html
    assert "<code>5 €</code>" in html
    assert "9\u00a0€" in html
