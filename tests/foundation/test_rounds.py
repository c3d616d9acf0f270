"""What a process does besides answering: a changed company file is taken over, a broken one is not."""

import logging
import os

import pytest

from portal.foundation.errors import SettingError
from portal.rounds import ROUNDS
from tests.conftest import make_app, running
from tests.visitor import Visitor


@pytest.fixture
def company(data, content):
    """The portal on a company file that may be changed; `write` replaces words in it and goes round."""
    with running(make_app(data, content)) as app:
        yield Company(app, content / "company.toml")


class Company:
    def __init__(self, app, path) -> None:
        self.app, self.path, self.visitor = app, path, Visitor(app)

    def write(self, text: str) -> None:
        before = self.path.stat().st_mtime_ns if self.path.exists() else 0
        self.path.write_text(text, encoding="utf-8")
        os.utime(self.path, ns=(before + 10**9, before + 10**9))
        ROUNDS.of(self.app).once()

    def change(self, old: str, new: str) -> None:
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new))


def test_a_new_name_stands_on_every_page_after_the_next_round(company):
    assert "Talwind" in company.visitor.opens("/de/").title
    company.change('name = "Talwind"', 'name = "Bergwind"')
    assert "Bergwind" in company.visitor.opens("/de/").title


def test_new_hours_and_notices_are_shown_after_the_next_round(company):
    company.change('mon = ["8:00-18:00"], tue = ["8:00-18:00"], wed = ["8:00-18:00"]', 'wed = ["8:00-20:00"]')
    assert "bis 20:00 Uhr" in company.visitor.opens("/de/contact").text
    company.change("Vom 24. bis 31. Dezember ist unser Team nicht erreichbar.", "Heute ist alles anders.")
    assert "Heute ist alles anders." in company.visitor.opens("/de/").text


def test_a_new_colour_is_a_new_style_sheet(company):
    before = company.visitor.opens("/de/").find("link", rel="stylesheet").get("href")
    company.change('colour = "#0f6b6b"', 'colour = "#7a1f5c"')
    after = company.visitor.opens("/de/").find("link", rel="stylesheet").get("href")
    assert after != before
    assert "#7a1f5c" in company.visitor.opens(after).html
    assert company.visitor.opens(before).status == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Talwind"', "name = "),
        ('name = "Talwind"', "name = 7"),
        ('colour = "#0f6b6b"', 'colour = "#ffff00"'),
        ('time_zone = "Europe/Berlin"', 'time_zone = "Mond/Krater"'),
        ('kind = "phone"', 'kind = "fax"'),
        ('wed = ["8:00-18:00"]', 'wed = ["18:00-8:00"]'),
        ('wed = ["8:00-18:00"]', 'wed = "immer"'),
        ('state = "BW"', 'state = "XX"'),
        ("from = 2026-12-24", 'from = "bald"'),
        ('logo = "logo.svg"', 'logo = "weg.svg"'),
    ],
)
def test_a_broken_company_file_is_reported_and_the_last_good_one_stays(company, caplog, old, new):
    company.change(old, new) if old != "[[contact]]" else company.write(
        company.path.read_text(encoding="utf-8").partition("[[contact]]")[0] + '[contact]\nkind = "phone"\n'
    )
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 1 and told[0].startswith("company.toml")
    for url in ("/de/", "/en/contact", "/de/faq/rechnung/rechnung-finden"):
        assert company.visitor.opens(f"{url}?fresh=1").status == 200
    assert "Talwind" in company.visitor.opens("/de/?fresh=1").title
    assert "Jetzt erreichbar" in company.visitor.opens("/de/contact?fresh=1").text


@pytest.mark.parametrize(
    "written", ['contact = ["x"]', 'contact = "x"', '[contact]\nkind = "phone"', "closed = 7", "[[contact]]\nhours = 7"]
)
def test_a_file_of_another_shape_is_reported_as_well(company, caplog, written):
    company.write(f"{written}\n")
    assert "The last good one stays" in caplog.text
    assert company.visitor.opens("/de/contact?fresh=1").status == 200


def test_a_mended_company_file_is_taken_over_again(company):
    company.change('name = "Talwind"', "name = ")
    company.change("name = \n", 'name = "Bergwind"\n')
    assert "Bergwind" in company.visitor.opens("/de/").title


def test_a_company_file_that_vanished_for_a_moment_changes_nothing(company, caplog):
    company.path.unlink()
    ROUNDS.of(company.app).once()
    assert "Talwind" in company.visitor.opens("/de/?fresh=1").title
    assert "company.toml" in caplog.text


def test_one_failing_duty_does_not_stop_the_others(app, caplog):
    rounds = ROUNDS.of(app)
    done = []
    rounds._duties = (lambda: 1 / 0, lambda: done.append("second"))
    rounds.once()
    assert done == ["second"] and "a duty of the round failed" in caplog.text


@pytest.mark.parametrize(("old", "new"), [('kind = "phone"', 'kind = "fax"'), ('state = "BW"', 'state = "XX"')])
def test_a_wrong_contact_table_stops_the_start_with_a_sentence(data, content, old, new):
    path = content / "company.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SettingError, match=r"company\.toml"):
        make_app(data, content)
