"""Where mail for the portal goes, by `[mail]` of company.toml; without `incoming` none is taken and none is named."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.foundation.company import COMPANY, Company
from portal.foundation.errors import SettingError
from portal.inbox.rules.judging import House
from portal.notifications.addresses import NoAddress, one_address
from portal.questions.topics import TOPICS_FILE, Topic

_ADDRESSES = ("incoming", "reply", "from", "reply_to", "bounces")


@dataclass(frozen=True)
class Incoming:
    """Mail is taken: at which address, what we know of ourselves, and the slug of the topic new questions get."""

    address: str
    house: House
    topic: str = ""


def read_incoming(company: Company) -> Incoming | None:
    """How mail is taken; None when it is not. SettingError says what to write instead."""
    written = company.sections.get("mail", {})
    if not isinstance(written, Mapping) or not written.get("incoming"):
        return None
    try:
        given = {name: one_address(str(written[name])).lower() for name in _ADDRESSES if written.get(name)}
    except NoAddress as error:
        raise SettingError(
            "company.toml cannot be used: incoming and reply of mail must each be one address."
        ) from error
    if "+" in given.get("reply", ""):
        raise SettingError("company.toml cannot be used: reply of mail must be an address without a +.")
    house = House(frozenset(given.values()), given.get("reply", ""), str(written.get("authserv_id", "")))
    return Incoming(given["incoming"], house, str(written.get("topic", "")))


def incoming() -> Incoming | None:
    """How this application takes mail; None when it does not."""
    return read_incoming(COMPANY.here())


def takes_mail() -> bool:
    """Whether mail is taken at all, without looking closer."""
    mail = COMPANY.here().sections.get("mail", {})
    return isinstance(mail, Mapping) and bool(mail.get("incoming"))


def topic_of_mails(taken: Incoming) -> Topic | None:
    """What a new question by mail is about: the topic that the company names, else the last one of the file."""
    topics = TOPICS_FILE.here().topics
    return topics.get(taken.topic) or next(reversed(list(topics)), None)
