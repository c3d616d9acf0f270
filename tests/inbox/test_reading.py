"""A mail is taken apart in a child process: text in whatever letters, files, and what breaks other readers."""

import pytest

from portal.inbox.reading.html_text import text_of_html
from portal.inbox.reading.parsed import read_mail
from tests.inbox.letters import ANNA, letter


def plain(body: bytes, kind: str = "text/plain", **heads: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in heads.items())
    return f"From: {ANNA}\nSubject: x\nContent-Type: {kind}\n{more}\n".encode() + body


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (plain("Größe".encode("latin-1"), "text/plain; charset=iso-8859-1"), "Größe"),
        (plain("Größe".encode("latin-1"), "text/plain; charset=utf-8"), "Größe"),
        (plain("Größe".encode(), "text/plain; charset=nonsense"), "Größe"),
        (plain("Größe".encode()), "Größe"),
        (plain(b"Gr=F6=DFe", "text/plain; charset=iso-8859-1", Content_Transfer_Encoding="quoted-printable"), "Größe"),
        (plain(b"R3LDtsOfZQ==", Content_Transfer_Encoding="base64"), "Größe"),
        (plain(b"a\x00b\x07\r\nc"), "ab\nc"),
        (plain(b"eins \nzwei\n", "text/plain; format=flowed"), "eins zwei"),
        (plain(b"<p>Hallo&nbsp;<b>Anna</b></p><script>x</script>", "text/html"), "Hallo Anna"),
        (plain(b"", "text/plain"), ""),
        (b"", ""),
        (b"\xff\x00" * 3, "ÿÿÿ"),
    ],
)
def test_every_text_is_read(raw, text):
    mail = read_mail(raw)
    assert mail is not None and mail.text == text


def test_head_and_files_come_in_their_own_letters():
    raw = letter(
        sender=f"Bérénice Groß <{ANNA.upper()}>", subject="Größe 😀", files=[("Größe.pdf", "application/pdf", b"%PDF")]
    )
    mail = read_mail(raw)
    assert mail is not None
    assert (mail.name, mail.head.sender, mail.subject) == ("Bérénice Groß", ANNA, "Größe 😀")
    assert [(each.name, each.content) for each in mail.files] == [("Größe.pdf", b"%PDF")]


def test_of_two_ways_to_say_it_the_plain_one_is_read():
    mail = read_mail(letter("schlicht", html="<p>bunt</p>"))
    assert mail is not None and mail.text == "schlicht" and not mail.files


def test_a_mail_in_a_mail_becomes_a_text_file_with_its_files_beside_it():
    inner = letter("innen", subject="Alt", files=[("a.txt", "text/plain", b"drin")])
    whole = b"--b\n\naussen\n--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    mail = read_mail(plain(whole, "multipart/mixed; boundary=b"))
    assert mail is not None and mail.text == "aussen"
    assert [each.name for each in mail.files] == ["a.txt", "mail-2.txt"]
    assert b"innen" in mail.files[1].content and b"Alt" in mail.files[1].content


def test_the_envelope_is_believed_before_the_head():
    delivered = b"Delivered-To: b@example.org\nDelivered-To: c@example.org\n"
    raw = b"Return-Path: <a@example.org>\n" + delivered + b"From: d@example.org\n\n"
    known, unknown = read_mail(raw, sender="", recipients=("E@example.org",)), read_mail(raw)
    assert known is not None and (known.head.envelope_sender, known.head.delivered) == ("", ("e@example.org",))
    assert unknown is not None and unknown.head.envelope_sender == "a@example.org"
    assert unknown.head.delivered == ("b@example.org",)


def test_encoded_words_make_no_syntax():
    raw = (
        b"From: =?utf-8?q?anna=40example=2Eorg=2C?= <eve@evil.example>\n"
        b'Authentication-Results: mx; spf=pass smtp.mailfrom="=?utf-8?q?x=3B_dmarc=3Dpass?="\n\n'
    )
    mail = read_mail(raw)
    assert mail is not None and mail.head.sender == "eve@evil.example"
    assert "dmarc=pass" not in mail.head.results[0]


@pytest.mark.parametrize(
    ("line", "is_plain"),
    [
        ("Anna <anna@example.org>", True),
        ("anna@example.org", True),
        ("Dr. A. Berger <anna@example.org>", True),
        ('"Berger, Anna (privat)" <anna@example.org> (zu Hause)', True),
        ("Bérénice <anna@example.org>", True),
        ("=?utf-8?q?B=C3=A9r=C3=A9nice?= =?utf-8?q?_Gro=C3=9F?= <anna@example.org>", True),
        ("anna@example.org <eve@evil.example>", False),
        ("anna@example.org eve@evil.example", False),
        ("<anna@example.org> <eve@evil.example>", False),
        ("Anna <anna@example.org", False),
        ("Alle: anna@example.org;", False),
        ("anna@example.org" + " " * 20_000 + "<eve@evil.example>", False),
    ],
)
def test_a_sender_is_plain_only_where_nobody_can_read_it_otherwise(line, is_plain):
    mail = read_mail(f"From: {line}\n\nx".encode())
    assert mail is not None and mail.head.is_from_plain is is_plain


@pytest.mark.parametrize(
    "raw",
    [
        plain(b"--b\nContent-Type: text/plain\n\nx\n" * 5000, "multipart/mixed; boundary=b"),
        plain(b"--b\nContent-Disposition: attachment; filename=x\n\nx\n" * 5000, "multipart/mixed; boundary=b"),
    ],
)
def test_of_a_thousand_parts_some_are_read_and_the_rest_is_counted(raw):
    mail = read_mail(raw)
    assert mail is not None and mail.left_out > 4000


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5000)),
        b"Content-Type: message/rfc822\n\n" * 10_000,
    ],
)
def test_what_no_reader_survives_is_none(raw):
    assert read_mail(raw) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>eins</div><div>zwei<br>drei</div>", "eins\nzwei\ndrei"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ('<a href="https://x.example/y">hier</a>', "hier (https://x.example/y)"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="javascript:x">hier</a>', "hier"),
        ("Neu<blockquote><p>alt</p>älter</blockquote>", "Neu\n\n> alt\n>\n> älter"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>x{}</style><title>t</title>&lt;b&gt;", "<b>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
    ],
)
def test_html_becomes_what_somebody_would_read(html, text):
    assert text_of_html(html) == text
