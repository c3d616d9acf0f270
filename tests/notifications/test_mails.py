"""Every mail of the house as a person reads it, in both languages; see the folder `mails` beside this file.

`UPDATE_MAILS=1 make test ARGS=tests/notifications/test_mails.py` writes them anew; read what has changed.
"""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from portal.accounts import notices as accounts
from portal.departure import notices as departure
from portal.desk import notices as desk
from portal.editing import notices as editing
from portal.leaving.notices import bundles, confirming, holders
from portal.mails import KINDS
from portal.notifications import notices as notifications
from portal.notifications.layout import WIDTH
from portal.notifications.rendering import TEMPLATES, Printer, Words
from portal.questions.notices import asking, fairness, thread
from tests.markup import parsed
from tests.notifications.samples import payload_of

HTML = "{http://www.w3.org/1999/xhtml}"
MAILS = Path(__file__).parent / "mails"
NOT_ME = "NotMeNotMeNotMeNotMeNotMeNotMeNotMeNotMe123"
_ROOMS = (accounts, asking, bundles, confirming, departure, desk, editing, fairness, holders, notifications, thread)
CASES = [(kind, language) for kind in sorted(KINDS) for language in ("de", "en")]


# Words that are written large only where a sentence begins.
_SMALL = r"(A[bmu][sf]?|Bei|D(as|er|em|en|ie|ies\w*)|Es|Für|Gerade|I[mn]|Jemand|Mit|Um|Vo[mn]|Wir|Zu\w?)\b"


@pytest.fixture(scope="module")
def printer(shared_app) -> Printer:
    return Printer(shared_app, KINDS)


def printed(printer: Printer, kind: str, language: str, *, is_confirmed: bool = True) -> Words:
    not_me = "" if is_confirmed else NOT_ME
    return printer.words(kind, payload_of(kind), language=language, is_confirmed=is_confirmed, not_me=not_me)


def may_be_unconfirmed(kind: str) -> bool:
    return bool(KINDS[kind].shown_unconfirmed or KINDS[kind].statutory_per_day)


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_mail_reads_as_it_was_approved(printer, kind, language):
    shown = _sheet(printed(printer, kind, language))
    if may_be_unconfirmed(kind):
        shown += f"\n{'=' * WIDTH}\n(to an address that nobody has confirmed)\n\n"
        shown += _sheet(printed(printer, kind, language, is_confirmed=False))
    path = MAILS / f"{kind}.{language}.txt"
    if os.environ.get("UPDATE_MAILS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown)
    assert shown == path.read_text(), "read the change, then run again with UPDATE_MAILS=1"


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_mail_fits_a_text_client(printer, kind, language):
    for line in printed(printer, kind, language).text.splitlines():
        assert len(line) <= WIDTH or re.fullmatch(r"https?://\S+", line), line


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_mail_names_the_company_its_address_and_the_imprint_and_has_links_on_lines_of_their_own(
    printer, kind, language
):
    text = printed(printer, kind, language).text
    assert "Talwind Netz GmbH\nMühlgasse 12\n79999 Lärchental\n" in text
    assert f"http://localhost/{language}/pages/{'impressum' if language == 'de' else 'imprint'}\n" in text
    for line in text.splitlines():
        assert "://" not in line or re.fullmatch(r"http://localhost/\S*", line), "a link is a line, and one of ours"


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_the_html_says_the_same_as_the_text_and_loads_nothing(printer, kind, language):
    words = printed(printer, kind, language, is_confirmed=not may_be_unconfirmed(kind))
    tree, faults = parsed(words.html)
    assert not faults and tree.get("lang") == language
    names = {each.tag.removeprefix(HTML) for each in tree.iter()}
    assert not names & {"img", "script", "link", "iframe", "object", "video", "audio", "form", "input"}
    assert not re.search(r"url\(|@import|src=|\son[a-z]+=", words.html)
    said = " ".join("".join(tree.find(f"{HTML}body").itertext()).split())
    links = {each.get("href") for each in tree.iter(f"{HTML}a")}
    for paragraph in words.text.split("\n\n"):
        lines = [line.strip("> ").removeprefix("- ") for line in paragraph.splitlines() if line != "-- "]
        for line in lines:
            assert line in links or line.rstrip(":") in said, line


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_what_stands_on_a_button_is_short(printer, kind, language):
    buttons = re.findall(r'<p class="link"><a [^>]*>(.*?)</a>', printed(printer, kind, language).html)
    assert all(len(label) <= 60 for label in buttons), buttons


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_in_german_the_sentence_after_the_greeting_goes_on_in_small_letters(printer, kind):
    greeting, first = printed(printer, kind, "de").text.split("\n\n")[:2]
    assert greeting.endswith(",") and not re.match(_SMALL, first), first


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_subject_is_short_and_calm(printer, kind, language):
    subject = printed(printer, kind, language).subject
    assert 0 < len(subject) <= 78 and "!" not in subject


def test_no_two_rooms_declare_the_same_kind():
    declared = [kind.name for room in _ROOMS for kind in room.MAILS]
    assert not [name for name, amount in Counter(declared).items() if amount > 1]
    assert sorted(KINDS) == sorted(declared)


def test_every_template_of_a_mail_has_a_kind_and_every_kind_a_template():
    files = {path.stem for path in (TEMPLATES / "mails").glob("*.txt") if not path.stem.startswith("_")}
    assert files == set(KINDS)


def test_no_approved_mail_is_left_over():
    assert {path.name for path in MAILS.glob("*.txt")} == {f"{kind}.{language}.txt" for kind, language in CASES}


def _sheet(words: Words) -> str:
    return f"Subject: {words.subject}\n\n{words.text}"
