"""A company may say du: every sentence that addresses the reader changes, everything else stays."""

from pathlib import Path

from tests.conftest import make_app, running
from tests.visitor import Visitor


def test_a_company_that_says_du_addresses_its_readers_so(data: Path, content: Path):
    company = content / "company.toml"
    company.write_text(company.read_text().replace('address = "Sie"', 'address = "Du"'))
    with running(make_app(data, content)) as app:
        page = Visitor(app).opens("/de/")
    assert "Möchtest du lieber mit einem Menschen sprechen?" in page.text
    assert "Möchten Sie" not in page.text
    assert "Wie können wir helfen?" in page.text
