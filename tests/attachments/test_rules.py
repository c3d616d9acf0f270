"""What a file may be called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.attachments.rules import LONGEST_NAME, cleaned_name, ending

NAMES = {
    "Rechnung März.pdf": "Rechnung März.pdf",
    "  zwei   Leerzeichen .pdf": "zwei Leerzeichen .pdf",
    "../../etc/passwd.txt": "passwd.txt",
    "C:\\Users\\Anna\\Foto.jpg": "Foto.jpg",
    "/absolute/path.pdf": "path.pdf",
    "rechnung\u202efdp.exe": "rechnungfdp.exe",
    "rech\u200bnung\u2066.pdf": "rechnung.pdf",
    "nul\x00byte.pdf\x00.exe": "nulbyte.pdf.exe",
    "zeile\r\nSet-Cookie: a=b.pdf": "zeile Set-Cookie_ a=b.pdf",
    '<b>"frech"</b>.pdf': "b_.pdf",
    'frage?"<>|*:.pdf': "frage_______.pdf",
    "con.pdf": "_con.pdf",
    "LPT1": "_LPT1",
    "konto.pdf": "konto.pdf",
    "punkt.pdf. . .": "punkt.pdf",
    ".htaccess": "htaccess",
    "...": "",
    "": "",
    "\ud800kaputt.pdf": "kaputt.pdf",
    "emoji 😀.png": "emoji 😀.png",
    "u\u0308ber.pdf": "über.pdf",
    "請求書.pdf": "請求書.pdf",
}


@pytest.mark.parametrize(("sent", "shown"), NAMES.items(), ids=[ascii(name) for name in NAMES])
def test_a_name_is_cleaned_and_stays_readable(sent, shown):
    assert cleaned_name(sent) == shown


def test_a_long_name_is_shortened_in_its_middle_so_that_its_ending_stays():
    name = cleaned_name("x" * 5000 + ".pdf")
    assert len(name) == LONGEST_NAME and name.endswith("….pdf")
    assert len(cleaned_name("x." + "y" * 5000)) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.PDF", "pdf"), ("a.pdf.exe", "exe"), ("pdf", ""), ("a.", ""), (".pdf", ""), ("a.ｐｄｆ", "ｐｄｆ"), ("", "")],
)
def test_the_ending_is_what_stands_behind_the_last_dot(name, expected):
    assert ending(name) == expected


@given(st.text(max_size=400))
def test_no_name_keeps_anything_that_could_leave_its_folder_its_line_or_its_direction(sent):
    name = cleaned_name(sent)
    assert len(name) <= LONGEST_NAME + 1
    assert not set(name) & set('/\\<>:"|?*\n\r\0')
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name)
    assert name == name.strip(" ") and not name.startswith(".")
    assert cleaned_name(name) == name or name.startswith("_") or "…" in name
