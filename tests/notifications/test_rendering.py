"""How a mail gets its words: language, dates, absolute addresses, and what people typed."""

import pytest
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from portal.mails import KINDS
from portal.notifications.layout import WIDTH, blocks, quoted, tidy
from portal.notifications.rendering import Printer, UnknownMail
from tests.conftest import make_app, running

SITE = "https://help.example.org"


@pytest.fixture
def printer(data, demo):
    with running(make_app(data, demo / "content", url=SITE)) as app:
        yield Printer(app, KINDS)


def words(printer, source: str, *, language: str = "de", **payload):
    """A mail of these few words, printed with everything that mails have."""
    template = '{% extends "mails/_base.txt" %}{% block subject %}S{% endblock %}{% block body %}\n' + source
    own = DictLoader({"mails/x.txt": template + "\n{% endblock %}\n"})
    printer._env.loader = ChoiceLoader([own, printer._env.loader])
    printer._kinds = {"x": type(KINDS["notification_test"])("x")}
    return printer.words("x", payload, language=language, is_confirmed=True)


def test_a_name_written_from_right_to_left_turns_no_number_beside_it_around(printer):
    source = "  {{ _('Contract: %(product)s, number %(number)s', product=product|isolated, number='V-1') }}"
    turned = words(printer, source, product="فايبر 100")
    assert "Vertrag: \u2068فايبر 100\u2069, Nummer V-1" in turned.text and "\u2068فايبر 100\u2069, " in turned.html
    assert "Vertrag: Glas 100, Nummer V-1" in words(printer, source, product="Glas 100").text


@pytest.mark.parametrize(
    ("source", "language", "shown"),
    [
        ("{{ at|moment }}", "de", "Donnerstag, 17. Dezember 2026, 12:00 Uhr (MEZ)"),
        ("{{ at|moment }}", "en", "Thursday, 17 December 2026, 12:00 (CET)"),
        ("{{ at|day }}", "de", "Donnerstag, 17. Dezember 2026"),
        ("{{ at[:10]|day }}", "en", "Thursday, 17 December 2026"),
        ("{{ amount|number }}", "de", "1.234"),
        ('{{ link("home.index") }}', "de", f"{SITE}/de/"),
        ('{{ link("faq.show", path="rechnung/", key="a b&c") }}', "en", f"{SITE}/en/faq/rechnung/?key=a+b%26c"),
    ],
)
def test_dates_numbers_and_addresses_are_those_of_the_reader(printer, source, language, shown):
    given = {"at": "2026-12-17T11:00:00+00:00", "amount": 1234}
    assert shown in words(printer, source, language=language, **given).text


def test_in_summer_the_clock_is_an_hour_ahead(printer):
    shown = words(printer, "{{ at|moment }}", at="2026-07-01T22:30:00+00:00").text
    assert "Donnerstag, 2. Juli 2026, 00:30 Uhr (MESZ)" in shown


def test_a_language_the_company_does_not_offer_becomes_its_own(printer):
    assert "Freundliche Grüße" in words(printer, "x", language="fr").text


@pytest.mark.parametrize("name", ["Gewinn https://x.example", "WWW.x.example", "x.example", "kauf@x.example"])
def test_a_name_that_mail_programs_make_a_link_of_greets_nobody(printer, name):
    shown = words(printer, "x", name=name)
    assert "Guten Tag,\n" in shown.text and name not in shown.text + shown.html


def test_a_name_with_a_title_greets(printer):
    assert "Guten Tag Dr. Anna Berger-Öz," in words(printer, "x", name="Dr. Anna Berger-Öz").text


def test_a_name_that_nobody_gave_is_an_error_and_no_gap(printer):
    with pytest.raises(UndefinedError):
        words(printer, "{{ nothing }}")


def test_a_kind_that_nobody_declared_is_an_error(printer):
    with pytest.raises(UnknownMail):
        printer.words("nothing", {}, language="de", is_confirmed=True)


def test_what_a_person_typed_stays_words_in_the_html(printer):
    typed = '<script>alert(1)</script> & "x"\nhttp://boese.example/\nMehr:\nhttps://help.example.org.boese.example/'
    html = words(printer, "{{ text|quoted }}", text=typed).html
    assert "<script" not in html and "&lt;script&gt;" in html
    assert 'href="http://boese' not in html and 'href="https://help.example.org.boese' not in html


def test_the_company_may_say_du(data, content):
    file = content / "company.toml"
    file.write_text(file.read_text().replace('address = "Sie"', 'address = "Du"'))
    with running(make_app(data, content)) as app:
        shown = Printer(app, KINDS).words("notification_test", {}, language="de", is_confirmed=True).text
    assert "dir schreiben kann" in shown


def test_a_company_whose_answers_are_read_does_not_say_otherwise(data, content):
    file = content / "company.toml"
    file.write_text(file.read_text().replace("[mail]\n", '[mail]\nreply_to = "hilfe@talwind.example"\n'))
    with running(make_app(data, content)) as app:
        shown = Printer(app, KINDS).words("notification_test", {}, language="de", is_confirmed=True).text
    assert "liest niemand" not in shown


def test_lines_fit_and_addresses_stay_whole():
    long = "Wort " * 40 + "https://example.org/" + "x" * 90
    lines = tidy(long).splitlines()
    assert all(len(line) <= WIDTH or line.startswith("https://") for line in lines)
    assert tidy("> " + "Wort " * 40).count("\n> ") == 2
    assert tidy("- " + "Wort " * 20).splitlines()[1].startswith("  Wort")
    assert tidy("a\n\n\n\nb") == "a\n\nb\n"


def test_paragraphs_become_blocks():
    text = "Hallo\n\nÖffnen:\nhttps://a.example/x\n\n  bis morgen\n\n- eins\n- zwei\n\n> so\n\n-- \nAdresse\n"
    shaped = list(blocks(text, site="https://a.example"))
    assert [block.kind for block in shaped] == ["words", "link", "facts", "list", "quote", "frame"]
    assert (shaped[1].lines, shaped[1].url) == (("Öffnen",), "https://a.example/x")


def test_a_link_after_several_sentences_stands_in_the_text_and_a_date_ends_no_sentence():
    lead = "Das waren Sie nicht? Sagen Sie es bis Samstag, 16. Januar:\nhttps://a.example/x"
    (shaped,) = blocks(lead, site="https://a.example")
    assert shaped.kind == "way"
    assert shaped.lines == ("Das waren Sie nicht?", "Sagen Sie es bis Samstag, 16. Januar")


def test_a_line_of_its_own_above_facts_is_a_title_and_a_sentence_there_is_none():
    shaped = blocks("Kündigung C26\n\n  Name: Anna\n\nSie haben erklärt:\n\n  Name: Anna", site="https://a.example")
    assert [block.kind for block in shaped] == ["title", "facts", "words", "facts"]


def test_a_quotation_marks_every_line():
    assert quoted("eins\n\nzwei\n-- \nNiemand") == "> eins\n>\n> zwei\n> --\n> Niemand"
