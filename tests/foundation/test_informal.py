"""A company may say du: every sentence that addresses the reader changes, everything else stays."""

import shutil

from tests.conftest import CONTENT, make_app
from tests.visitor import Visitor


def test_a_company_that_says_du_addresses_its_readers_so(demo_data, tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    company = content / "company.toml"
    company.write_text(company.read_text().replace('address = "Sie"', 'address = "Du"'))
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    page = Visitor(make_app(data, content)).opens("/de/")
    assert "Möchtest du lieber mit einem Menschen sprechen?" in page.text
    assert "Möchten Sie" not in page.text
    assert "Wie können wir helfen?" in page.text
