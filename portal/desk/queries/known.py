"""What the customer has told already, so that nobody asks for it again."""

import re
from collections.abc import Iterator

from flask_babel import gettext as _

from portal.attachments.queries import attachments_of
from portal.contracts.queries import contracts_of
from portal.desk.access import Case
from portal.desk.advice import KnownFact
from portal.desk.queries.case import customer_messages
from portal.foundation.i18n import current_language
from portal.questions.models import Message
from portal.questions.topics import TOPICS_FILE, Fact, FactKind, Topics

_TOKEN = re.compile(r"[^\W_][\w-]{3,63}")
_MOST_TOKENS = 2_000
_FILE_NAMES = ("Foto", "Bild", "Screenshot", "Anhang", "Datei", "photo", "picture", "screenshot", "attachment", "file")
_RECORD, _ADDRESS = "record-title", ("E-Mail-Adresse", "e-mail address", "email address")
_CONTRACT = ("Vertragsnummer", "Nummer des Vertrags", "contract number")
_CUSTOMER = ("Kundennummer", "customer number")
_HOME = ("Anschrift", "Postanschrift", "Wohnadresse", "postal address", "home address")


def known_facts(case: Case) -> list[KnownFact]:
    """Facts of the form, numbers and files in the customer's messages, the address and the contracts; each once."""
    topics = TOPICS_FILE.here().topics
    written = [each for each in customer_messages(case.question.id) if each.withdrawn_at is None]
    found = [*_given(case, topics), *_in_messages(written, topics), *_files(written), *_address(case)]
    found += _contracts(case)
    return list({(each.label, each.value): each for each in reversed(found)}.values())[::-1]


def _given(case: Case, topics: Topics) -> Iterator[KnownFact]:
    topic = topics.get(case.question.topic)
    for fact in topic.facts if topic else ():
        kept = case.question.facts.get(fact.name)
        if kept:
            yield _fact(fact, fact.shown(str(kept), current_language()), _RECORD)


def _in_messages(written: list[Message], topics: Topics) -> Iterator[KnownFact]:
    """Numbers of a shape that some topic asks for, wherever the customer wrote them."""
    numbers = [each for topic in topics for each in topic.facts if each.kind is FactKind.NUMBER and each.pattern]
    for message in written:
        for token in _TOKEN.findall(message.body)[:_MOST_TOKENS]:
            yield from (_fact(each, token, f"message-{message.id}") for each in numbers if each.fits(token))


def _files(written: list[Message]) -> Iterator[KnownFact]:
    for owner, files in attachments_of("message", [each.id for each in written]).items():
        yield from (KnownFact(_("File"), each.name, f"message-{owner}", _FILE_NAMES) for each in files)


def _address(case: Case) -> Iterator[KnownFact]:
    if case.customer.email:
        yield KnownFact(_("E-mail"), case.customer.email, _RECORD, _ADDRESS)


def _contracts(case: Case) -> Iterator[KnownFact]:
    """What the company's books say, which stands beside the case."""
    for each in contracts_of(case.customer.id) if case.has.contracts else ():
        yield KnownFact(_("Contract number"), each.number, _RECORD, _CONTRACT)
        if each.customer_number:
            yield KnownFact(_("Customer number"), each.customer_number, _RECORD, _CUSTOMER)
        if each.postal_address:
            yield KnownFact(_("Postal address"), " ".join(each.postal_address.split()), _RECORD, _HOME)


def _fact(fact: Fact, value: str, anchor: str) -> KnownFact:
    label = fact.labels.get(current_language()) or next(iter(fact.labels.values()))
    return KnownFact(label, value, anchor, tuple(fact.labels.values()))
