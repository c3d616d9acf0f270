"""Every parser of the house is given whatever there is: it reads it, or says no in its own words, and soon."""

import io
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from unicodedata import category
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.accounts.rules import browser_name, guessed_words, refusal_of, short_network
from portal.attachments.inspecting import Refused, inspect
from portal.attachments.rules import Incoming
from portal.contracts.importing import preview
from portal.contracts.reading import FIELDS, read_contract, read_day, read_span
from portal.contracts.rules.spelling import is_same_name, names_number, near_keys, number_key, same_text
from portal.desk.actions.moments import UnreadableDay, UnreadableTime, read_moment
from portal.desk.actions.tags import NoTag, read_tag
from portal.desk.forms.declarations import read_local
from portal.desk.queries.search import numbers_like
from portal.desk.queries.words import words_of
from portal.desk.replies import read_reply
from portal.desk.routes.fairness import read_amount
from portal.desk.rules import read_filter
from portal.faq.library.faults import FileUnusable
from portal.faq.library.texts.front_matter import split
from portal.foundation.addresses import ADDRESS_LIMIT, normalised
from portal.foundation.company import read_company
from portal.foundation.config import read_settings
from portal.foundation.errors import SettingError
from portal.foundation.files.csv_export import csv_cell
from portal.foundation.files.table_files import TroubledFile
from portal.foundation.markdown import MarkdownUnusable, render_answer
from portal.foundation.process.logs import masked
from portal.foundation.rendering.paging import read_cursor
from portal.foundation.security import clean_text, safe_next
from portal.foundation.settings.known import SETTINGS
from portal.foundation.settings.mail_url import read_mail_url
from portal.keys.rules import digest, looks_like_key
from portal.leaving.forms import read_raw, read_said, read_stamp
from portal.leaving.rules.declarations import Kind
from portal.leaving.rules.wishes import read_wished
from portal.notifications.addresses import NoAddress, clean_header, one_address
from portal.numbers.format import Mistyped, read_number
from portal.questions.topics.file import read_topics
from portal.questions.topics.patterns import number_pattern
from portal.questions.topics.values import read_date
from portal.reports.rules import read_period
from portal.search.language.synonyms import parse_synonyms
from portal.search.language.text import words
from portal.service_levels.business_hours import read_week
from portal.service_levels.levels_file import read_levels
from tests.attacks.strategies import BOUNDED, CLASSICS, IS_LONG, nearly

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 28)


@dataclass(frozen=True)
class Parser:
    """What reads, what it may say no with, what is right, and what must hold of what was read."""

    read: object
    right: tuple[str, ...]
    refuses: tuple[type[Exception], ...] = ()
    holds: object = lambda _value: True


def is_small_positive(value: object) -> bool:
    return value is None or (0 <= value.value < 10**17 and 0 <= value.id < 10**9)


PARSERS = {
    "numbers": Parser(read_number, ("Q26-01042-7", "q 26 01042 7", "C26-00001-4"), (Mistyped,)),
    "cursors": Parser(read_cursor, ("1700000000000000.17", "5.1", "17"), (), is_small_positive),
    "filters": Parser(
        lambda text: read_filter(dict.fromkeys(("text", "tag", "topic", "level", "assignee", "state"), text)),
        ("nobody", "open", "17"),
        (),
        lambda found: len(found.text) <= 100 and found.state in ("", "open", "waiting", "closed"),
    ),
    "keys": Parser(looks_like_key, ("a" * 43,)),
    "hashes": Parser(digest, ("a" * 43,), (), lambda found: len(found) == 64),
    "forms' keys": Parser(
        lambda text: read_stamp(MultiDict({"stamp": text})), ("1700000000-0123456789ab-" + "k" * 43,), (),
        lambda found: found.opened < 10**10,
    ),
    "declarations": Parser(
        lambda text: [
            (read_said(form, kind), read_raw(form, kind))
            for kind in Kind
            for form in [MultiDict(dict.fromkeys(("name", "email", "contract", "about", "reason", "date"), text))]
        ],
        ("Anna Berger", "TW-2025-00417", "31.12.2026"), (),
    ),
    "dates of declarations": Parser(read_wished, ("31.12.2026", "2026-12-31", "zum 3. März 2027", "March 3rd, 2027")),
    "days of contracts": Parser(read_day, ("2026-11-30", "30.11.2026"), (ValueError,)),
    "spans of contracts": Parser(read_span, ("1 month", "4 Wochen", "0"), (ValueError,)),
    "days of forms": Parser(
        read_date, ("2026-12-24", "24.12.2026"), (), lambda day: day is None or 1900 <= day.year <= 2100
    ),
    "moments of the desk": Parser(
        lambda text: read_moment("24.12.2026", text, BERLIN, usual=datetime(2026, 1, 1, 9, tzinfo=UTC).time()),
        ("14:30", "9"), (UnreadableTime,),
    ),
    "days of the desk": Parser(
        lambda text: read_moment(text, "", BERLIN, usual=datetime(2026, 1, 1, 9, tzinfo=UTC).time()),
        ("24.12.2026", "1.1.27"), (UnreadableDay,),
    ),
    "moments of arrival": Parser(read_local, ("30.11.2026 14:20", "2026-11-30T14:20")),
    "amounts": Parser(
        read_amount, ("25", "25,50 €", "0.01"), (InvalidOperation,), lambda sum_: sum_ is None or sum_ == round(sum_, 2)
    ),
    "tags": Parser(read_tag, ("rechnung", "zwei worte"), (NoTag,), lambda tag: 0 < len(tag) <= 40),
    "words of the desk": Parser(words_of, ("Rechnung zu hoch",), (), lambda found: len(found) <= 6),
    "words of the search": Parser(lambda text: [words(text, each) for each in ("de", "en")], ("Kündigungsfrist",)),
    "numbers without letters": Parser(numbers_like, ("1042", "000000001")),
    "periods of reports": Parser(lambda text: read_period(text, text, TODAY), ("2026-11-01",)),
    "synonyms": Parser(
        lambda text: parse_synonyms(text, language="de"), ("a, b\nc => d", "router ~ modem"), (ValueError,)
    ),
    "patterns": Parser(number_pattern, ("K-?\\d{6,8}", "[A-Z]{2}\\d"), (ValueError,)),
    "opening hours": Parser(
        lambda text: read_week({"mon": [text], "sat": text}), ("8:00-18:00", "22:00-24:00"), (ValueError,)
    ),
    "mail addresses": Parser(
        normalised, ("anna@example.org", "ä@exämple.org"), (ValueError,),
        lambda found: len(found) <= ADDRESS_LIMIT and found == normalised(found) and not set(found) & set("\r\n\0 "),
    ),
    "recipients": Parser(
        one_address, ("anna@example.org",), (NoAddress,), lambda found: not set(found) & set("\r\n\0,; <>")
    ),
    "lines of mails": Parser(
        clean_header, ("Ihre Frage", "=?utf-8?q?x?="), (),
        lambda line: not any(category(each) in ("Cc", "Zl", "Zp", "Cs") for each in line) and "=?" not in line
    ),
    "mail servers": Parser(read_mail_url, ("smtp://u:p@h:587", "smtps://h?ca=/x"), (ValueError,)),
    "networks": Parser(short_network, ("192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7")),
    "browsers": Parser(browser_name, ("Mozilla/5.0 (X11; Linux) Firefox/130",)),
    "passwords": Parser(
        lambda text: refusal_of(text, has_second_factor=False, words=guessed_words(text)), ("pferd batterie klammer",)
    ),
    "targets": Parser(
        lambda text: safe_next(text, "/default"), ("/de/", "/desk/?a=b#c"), (),
        lambda path: path.startswith("/") and not path.startswith("//") and not set(path) & set("\\\r\n\t\0"),
    ),
    "typed text": Parser(clean_text, ("a\r\nb",), (), lambda text: text == clean_text(text) and "\0" not in text),
    "cells": Parser(csv_cell, ("=1+1", " -x"), (), lambda cell: cell.lstrip(" \u00a0")[:1] not in tuple("=+-@\t\r|%")),
    "lines of the log": Parser(masked, ("anna@example.org " + "k" * 43,), (), lambda line: "k" * 43 not in line),
    "numbers of contracts": Parser(
        lambda text: [number_key(text), names_number(text, "tw202500417"), near_keys(number_key(text)[:24])],
        ("TW-2025-00417",),
    ),
    "names of holders": Parser(
        lambda text: [is_same_name(text, "Anna Berger"), same_text(text, text)], ("Frau Dr. Anna Berger",)
    ),
    "heads of articles": Parser(
        lambda text: split(text, "faq/de/x.md"), ("---\ntitle: A\n---\nText", "---\na: [\n---\n"), (FileUnusable,)
    ),
    "answers": Parser(
        render_answer, ("* a\n* b", "**x** [y](https://z.example)"), (MarkdownUnusable,),
        lambda html: html is None or not any(each in html.lower() for each in ("<script", "<img", "href=\"javascript")),
    ),
}  # fmt: skip
SECONDS = 1.0


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_it_is_given_a_parser_reads_it_or_says_no(shared_app, name):
    parser = PARSERS[name]

    @BOUNDED
    @given(nearly(*parser.right))
    def reads(text):
        begun = time.process_time()
        try:
            value = parser.read(text)
        except parser.refuses:
            value = None
        else:
            assert parser.holds(value), (text, value)
        assert not IS_LONG or time.process_time() - begun < SECONDS, f"{text[:40]!r} takes too long"

    with shared_app.test_request_context("/de/"):
        reads()
        for text in CLASSICS:
            reads.hypothesis.inner_test(text)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_read_or_refused_with_its_name(setting):
    @BOUNDED
    @given(nearly(setting.default or "x", "https://h.example", "postgresql://u:p@h/n", "1", "127.0.0.1:8000"))
    def reads(text):
        try:
            read_settings({setting.name: text})
        except SettingError as error:
            said = str(error)
        else:
            said = setting.name
        assert setting.name in said

    reads()
    for text in CLASSICS:
        reads.hypothesis.inner_test(text)


TOML = nearly(
    *(
        'name = "X"',
        "[hours]\nmon = ['8:00-18:00']",
        "[[notice]]\nfrom = 2026-01-01",
        "[place]\nzone = 'Europe/Berlin'",
    ),
    *("[retention]\nnotices_days = 90", "[look]\ncolour = '#123'", "[[topic]]\nslug = 'x'", "[levels.a]\nname = 'x'"),
)


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("company.toml", lambda path: read_company(path.parent)),
        ("topics.toml", lambda path: read_topics(path, ("de", "en"))),
        ("service-levels.toml", lambda path: read_levels(path, ("de", "en"))),
        ("reply.md", read_reply),
    ],
)
def test_a_file_of_the_company_is_read_or_refused_in_words(tmp_path, file, read):
    path = tmp_path / file

    @BOUNDED
    @given(TOML.map(lambda text: text.encode("utf-8", "surrogatepass")))
    def reads(content):
        path.write_bytes(content)
        with suppress(SettingError):
            read(path)

    reads()
    for content in (
        b"\xff\xfe",
        b"a=" + b"[" * 5000,
        b"\xef\xbb\xbfname='x'",
        b"name = 1",
        b"place = 1",
        b"language = []",
    ):
        reads.hypothesis.inner_test(content)


HEAD = "number;holder;email;product;started_on;notice;grid;billing;country;is_consumer\n"
LINE = "TW-1;Anna Berger;anna@example.org;Glasfaser;2025-01-01;1 month;any;1 month;DE;yes\n"


@BOUNDED
@given(
    nearly(HEAD + LINE, HEAD, HEAD.replace(";", ",") + LINE, HEAD + LINE * 3),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_a_file_of_contracts_is_a_table_or_none(shared_app, text, encoding):
    with shared_app.app_context():
        try:
            found = preview(text.encode(encoding, "replace"))
        except TroubledFile:
            return
    assert all(line.at > 0 for line in found.lines)


@BOUNDED
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, nearly("2025-01-01", "1 month", "Anna", "yes", "DE"))))
def test_a_contract_is_read_or_every_fault_of_it_is_named(given_):
    contract, faults = read_contract(given_)
    assert (contract is None) == bool(faults)


@BOUNDED
@given(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"%PDF-1.7\n",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"RIFF0000WEBP",
            b"PK\x03\x04",
            b"PK\x05\x06",
            b"<svg>",
        ]
    ),
    nearly("a.pdf", "b.png", "c.docx", "d.txt", "e.svg", "f.pdf.html", "g.xlsx"),
    nearly("", "application/pdf", "text/html", "image/svg+xml", "application/octet-stream"),
)
def test_a_file_that_people_send_is_what_it_says_or_is_refused(shared_app, content, start, name, declared):
    with shared_app.app_context():
        try:
            seen = inspect(Incoming(name, declared, io.BytesIO(start + content)))
        except Refused:
            return
    assert seen.size == len(start + content) and not seen.name.lower().endswith((".svg", ".html", ".htm", ".js"))
    assert "/" not in seen.name and "\\" not in seen.name


def test_amounts_are_exact():
    assert read_amount("25,50") == Decimal("25.50")
