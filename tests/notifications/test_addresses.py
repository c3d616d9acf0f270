"""Nothing a visitor types becomes a line in the head of a mail."""

import email
from email.policy import SMTP, default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.notifications.addresses import NoAddress, clean_header, masked, one_address
from portal.notifications.composing import Sender, compose
from portal.notifications.models import Notification
from portal.notifications.rendering import Words
from portal.notifications.rules import MailKind
from tests.conftest import NOON

HOSTILE = [
    "Rechnung\r\nBcc: bernd@example.org",
    "Rechnung\nBcc: bernd@example.org",
    "=?UTF-8?Q?Rechnung=0D=0ABcc:_bernd@example.org?=",
    "=?UTF-8?B?UmVjaG51bmcNCkJjYzogYmVybmRAZXhhbXBsZS5vcmc=?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3FA=3D0ABcc=3A_b=40example.org=3F=3D?=",
    "=?no-such-charset?Q?A=0ABcc:_b?=",
    "a\x00b\x0bc\x85d\u2028Bcc: e",
    "\u202egnunhceR\u202c",
    "=?utf-8?q?" * 50,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_header_stays_one_line_without_hidden_marks(text):
    cleaned = clean_header(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in cleaned)
    assert "\u202e" not in cleaned and "=?" not in cleaned
    assert len(cleaned.splitlines()) == 1


@pytest.mark.parametrize("text", ["Größe 7,5 – „Frage“ 😀", "1 = ? 2", "a" * 200])
def test_an_honest_header_stays_as_it_is(text):
    assert clean_header(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@example.org, bernd@example.org",
        "anna@example.org\r\nBcc: bernd@example.org",
        "anna@example.org <bernd@example.org>",
        "Anna <anna@example.org>",
        "anna@example.org>",
        '"a b"@example.org',
        "anna@[127.0.0.1]",
        "anna@example.org\x00",
        "anna@localhost",
        "a" * 65 + "@example.org",
    ],
)
def test_what_is_not_exactly_one_address_is_refused(text):
    with pytest.raises(NoAddress):
        one_address(text)


def test_a_domain_with_umlauts_becomes_what_mail_servers_understand():
    assert one_address("anna@müller.example") == "anna@xn--mller-kva.example"


def test_addresses_in_logs_show_one_letter_and_the_domain():
    assert masked("anna@example.org") == "a…@example.org"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_whatever_stands_in_the_subject_no_head_is_added(text):
    row = Notification(
        id=1,
        kind="notification_test",
        recipient="anna@example.org",
        language="de",
        message_id="m",
        thread="Q26-01042-7",
        created_at=NOON,
    )
    sender = Sender("Talwind", "hilfe@talwind.example", "localhost")
    envelope = compose(row, Words(text, "Text\n", "<p>Text"), MailKind("x"), sender=sender, now=NOON)
    read = email.message_from_bytes(envelope.message.as_bytes(policy=SMTP), policy=default)
    assert read.keys() == EXPECTED
    assert read["Bcc"] is None and read["To"] == "anna@example.org"


EXPECTED = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]
