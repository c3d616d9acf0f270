"""What [mail] of company.toml says about mail that comes in, and what is said where it is wrong."""

from dataclasses import replace

import pytest

from portal.cli.tables import table_faults
from portal.foundation.company import read_company
from portal.foundation.errors import SettingError
from portal.inbox.addresses import read_incoming
from tests.conftest import CONTENT

COMPANY = read_company(CONTENT)


def company(**mail: str):
    return replace(COMPANY, sections={**COMPANY.sections, "mail": mail})


def test_without_an_address_no_mail_is_taken():
    assert read_incoming(COMPANY) is None and read_incoming(company(reply="a@b.example")) is None


def test_our_addresses_are_known_in_small_letters():
    taken = read_incoming(company(incoming="Hilfe@In.example.org", reply="A@in.example.org", bounces="b@example.org"))
    assert taken.address == "hilfe@in.example.org" and taken.house.answers == "a@in.example.org"
    assert taken.house.own == {"hilfe@in.example.org", "a@in.example.org", "b@example.org"}
    assert taken.house.domains == {"in.example.org", "example.org"}


@pytest.mark.parametrize(
    "mail",
    [{"incoming": "nobody"}, {"incoming": "a@b.example, c@b.example"}, {"incoming": "a@b.example", "reply": "x"}],
)
def test_what_is_no_address_stops_the_start(mail):
    with pytest.raises(SettingError, match="one address"):
        read_incoming(company(**mail))


def test_the_address_of_answers_has_no_plus():
    with pytest.raises(SettingError, match="without a"):
        read_incoming(company(incoming="a@b.example", reply="a+c@b.example"))


@pytest.mark.parametrize(
    ("mail", "said"),
    [({"incoming": "nobody"}, "one address"), ({"incoming": "a@b.example", "topic": "weather"}, "does not exist")],
)
def test_a_fault_of_the_setting_is_named(mail, said):
    assert any(said in str(each) for each in table_faults(CONTENT, company(**mail)))
    assert not any(
        "mail" in str(each) for each in table_faults(CONTENT, company(incoming="a@b.example", topic="fault"))
    )
