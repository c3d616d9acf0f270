"""A language whose sentences were never compiled is noticed at the start, not by its readers."""

import logging

import pytest

from portal.foundation.errors import SettingError
from portal.foundation.i18n import require_compiled


@pytest.fixture
def folder(tmp_path):
    catalog = tmp_path / "de" / "LC_MESSAGES"
    catalog.mkdir(parents=True)
    (catalog / "messages.po").write_text("")
    return tmp_path


def test_the_start_warns_of_a_catalog_that_was_not_compiled(folder, caplog):
    with caplog.at_level(logging.WARNING):
        require_compiled([folder], is_production=False)
    assert "The sentences of de are not compiled" in caplog.text


def test_in_production_the_start_stops_and_says_what_compiles_it(folder):
    with pytest.raises(SettingError, match="`make run` compiles them"):
        require_compiled([folder], is_production=True)


def test_a_compiled_catalog_is_no_matter(folder, caplog):
    (folder / "de" / "LC_MESSAGES" / "messages.mo").write_bytes(b"")
    require_compiled([folder], is_production=True)
    assert not caplog.text
