"""The letter of question numbers never is one of declarations: C26-00042-7 must mean one thing."""

import pytest

from portal import create_app
from portal.cli.tables import table_faults
from portal.foundation.company import company_from
from portal.foundation.errors import SettingError
from portal.leaving.rules.declarations import LETTERS
from portal.numbers.format import OF_DECLARATIONS
from tests.conftest import CONTENT, make_config


def _faults(letter):
    company = company_from({"questions": {"letter": letter}}, CONTENT)
    return [str(each) for each in table_faults(CONTENT, company) if each.file == "company.toml"]


@pytest.mark.parametrize("letter", ["C", "W"])
def test_the_portal_does_not_start_with_a_letter_of_declarations(tmp_path, letter):
    content = tmp_path / "content"
    content.mkdir()
    (content / "company.toml").write_text(f'[questions]\nletter = "{letter}"\n', encoding="utf-8")
    with pytest.raises(SettingError, match=r'is C or W, as declarations have; write letter = "Q"'):
        create_app(make_config(tmp_path / "data", content))
    assert ["C or W" in fault for fault in _faults(letter)] == [True]


def test_every_other_letter_will_do(shared_app):
    assert set(LETTERS.values()) == OF_DECLARATIONS
    assert [_faults(letter) for letter in "QABVXZ"] == [[]] * 6
