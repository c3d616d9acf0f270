"""The company file: sensible without, complete with, and clear about every mistake."""

from datetime import date
from pathlib import Path

import pytest

from portal.cli.company import company_faults
from portal.foundation.company import read_company
from portal.foundation.errors import SettingError

CONTENT = Path(__file__).resolve().parents[2] / "content"


def written(folder, text):
    (folder / "company.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_a_company_file_still_has_a_company(tmp_path):
    folder = tmp_path / "my-product-docs"
    folder.mkdir()
    company = read_company(folder)
    assert company.name == "My Product Docs"
    assert company.default_language == "de"


def test_texts_may_be_the_same_in_both_languages(tmp_path):
    assert read_company(written(tmp_path, 'name = "X"\ntagline = "Immer da"')).taglines == {
        "de": "Immer da",
        "en": "Immer da",
    }


def test_a_notice_is_shown_from_its_first_to_its_last_day(tmp_path):
    company = read_company(written(tmp_path, '[[notice]]\ntext = "Zu"\nsince = 2026-12-24\nuntil = 2026-12-26'))
    assert [company.notices[0].is_shown(date(2026, 12, day)) for day in (23, 24, 26, 27)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = ", "cannot be used"),
        ("name = 7", "name must be a text"),
        ('look = "red"', r"\[look\]"),
        ('[look]\ncolour = "#ffff00"', "nearest readable colour"),
        ('[look]\nlogo = "missing.svg"', "beside company.toml"),
        ('[look]\nlogo = "../secret.svg"', "beside company.toml"),
        ('[look]\npicture = "company.toml"', r"one of \.png, \.jpg"),
        ('[language]\noffered = ["de", "fr"]', "fr is not known"),
        ('[language]\naddress = "Ihr"', "one of Sie, Du"),
        ('[place]\ntime_zone = "Europe/Lärchental"', "Europe/Berlin"),
        ('[[notice]]\ntext = "x"\nsince = "morgen"', "must be dates"),
        ('[[notice]]\ntext = "x"\nsince = 2026-12-24T08:00:00', "must be dates"),
        ('[[notice]]\ntext = "x"\nurl = ["x"]', "url must be a text"),
        ('[[notice]]\ntext = "x"\ntone = "alarm"', "one of info, warning"),
        ('security = "mail"', r"\[security\]"),
        ("[security]\ncontact = 7", "contact must be a text"),
        ('[security]\nexpires = "soon"', "must be a date"),
        ("name = " + "[" * 5000, "cannot be used"),
    ],
)
def test_a_mistake_is_named_with_what_to_write_instead(tmp_path, text, problem):
    with pytest.raises(SettingError, match=problem):
        read_company(written(tmp_path, text))


def test_a_file_that_is_not_text_is_named(tmp_path):
    (tmp_path / "company.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError, match=r"company\.toml"):
        read_company(tmp_path)


def test_a_key_that_nobody_reads_is_named_with_its_line_and_the_one_that_was_meant(tmp_path):
    text = 'name = "X"\n[look]\ncolor = "#0f6b6b"\n\n[[contact]]\nkind = "mail"\nphone = "0"\n[kontakt]\n'
    folder = written(tmp_path, f"{text}[[fairness.limit]]\nto = 5\n")
    assert [str(each) for each in company_faults(folder)] == [
        "company.toml:3: The key “color” of [look] is unknown. Did you mean “colour”?",
        "company.toml:7: The key “phone” of [contact] is unknown. Remove it, or look it up in docs/content.md.",
        "company.toml:8: The key “kontakt” is unknown. Remove it, or look it up in docs/content.md.",
        "company.toml:10: The key “to” of [fairness.limit] is unknown. Remove it, or look it up in docs/content.md.",
    ]


def test_the_demo_company_has_no_key_that_nobody_reads():
    assert list(company_faults(CONTENT)) == []
