"""Contracts from a file: every way such files are written, what is wrong line by line, and twice is once."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from portal.contracts.books import Outcome, import_from, imported
from portal.contracts.importing import CONTRACTS, preview
from portal.contracts.models import Contract
from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.files.table_files import TroubledFile
from portal.journal.models import Event
from portal.journal.rules import SYSTEM
from tests.contracts.books import ANNAS, BERNDS, contract, in_the_file, kept

UMLAUTS = ANNAS | {"holder": "Änne Größe", "product": "Glas “L”"}


def imports(app, content):
    with app.app_context():
        return import_from(CONTRACTS, content, origin=imported(SYSTEM, ""), by=SYSTEM, now=clock.now())


@pytest.mark.once
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_tables_that_offices_write_are_read(app, encoding, separator):
    imports(app, in_the_file(UMLAUTS, separator=separator).encode(encoding))
    assert [(each.holder, each.product) for each in kept(app)] == [("Änne Größe", "Glas “L”")]


def test_the_same_file_twice_changes_nothing_and_a_changed_line_changes_its_contract(app):
    imports(app, in_the_file(ANNAS, BERNDS).encode())
    before = [each.version for each in kept(app)]
    again = imports(app, in_the_file(ANNAS, BERNDS).encode())
    assert again.count(Outcome.SAME) == 2 and [each.version for each in kept(app)] == before
    other = imports(app, in_the_file(ANNAS | {"product": "Talwind Glas 600", "number": "tw 2025/00417"}).encode())
    assert other.lines[0].changed == ("number", "product")
    assert [each.product for each in kept(app)] == ["Talwind Glas 600", "Talwind DSL 100"]
    with app.app_context():
        rows = db.select(Event.verb).where(Event.subject_type == "contract").order_by(Event.id)
        verbs = list(db.session.scalars(rows))
    assert verbs == ["contract.added", "contract.added", "contract.changed"]


def test_a_look_changes_nothing(app):
    with app.app_context():
        assert preview(in_the_file(ANNAS).encode()).count(Outcome.NEW) == 1
    assert kept(app) == []


def test_what_is_wrong_is_said_of_each_line_and_the_others_are_imported(app):
    rows = [
        ANNAS,
        BERNDS | {"email": "bernd"},
        ANNAS | {"number": "tw2025 OO417"},  # the same number, spelled otherwise
        BERNDS | {"number": "TW-1", "started_on": "31.02.2026", "notice": "bald"},
        BERNDS | {"number": "TW-2", "notice": "3 months"},
    ]
    done = imports(app, in_the_file(*rows).encode())
    assert [(line.at, line.outcome.value) for line in done.lines] == [
        (2, "new"),
        (3, "faulty"),
        (4, "faulty"),
        (5, "faulty"),
        (6, "faulty"),
    ]
    said = [[getattr(each, "field", str(each)) for each in line.faults] for line in done.lines]
    assert said == [[], ["email"], ["twice"], ["started_on", "notice"], ["notice"]]
    assert [each.number for each in kept(app)] == ["TW-2025-00417"]


def test_a_cell_with_line_breaks_keeps_the_numbers_of_lines(app):
    address = ANNAS | {"postal_address": '"Talweg 1\r\n79999 Lärchental"'}
    wrong = BERNDS | {"postal_address": "", "email": ""}
    with app.app_context():
        found = preview(in_the_file(address, wrong).encode())
    assert [(line.at, line.outcome) for line in found.lines] == [(2, Outcome.NEW), (4, Outcome.FAULTY)]


@pytest.mark.together
@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b";;;\n;;\n", "empty"),
        (b"PK\x03\x04\x00\x00;", "no_encoding"),
        (b"\xff\xd8\xff\xe0\x81;", "no_encoding"),
        (b"hello", "no_table"),
        (b"number;email\nx;y", "missing_columns"),
        (b"colour;number;number;email\nx;y", "missing_columns, double_columns, unknown_columns"),
        (b"number;email;holder;product;started_on;colour\n", "unknown_columns"),
        (b"number;vertragsnummer;email;holder;product;started_on\n", "double_columns"),
        (b'number;email;holder;product;started_on\n"x;y', "no_table"),
    ],
)
def test_a_file_that_is_no_table_of_contracts_is_named_as_what_it_is(app, content, trouble):
    with app.app_context(), pytest.raises(TroubledFile) as raised:
        preview(content)
    assert str(raised.value) == trouble


def test_what_somebody_imports_at_the_same_moment_is_met_and_not_added_again(app):
    tries = []

    def keep(*given, **named):
        tries.append(given)
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception("number_key"))
        return CONTRACTS.keep(*given, **named)

    content, by = in_the_file(ANNAS, BERNDS).encode(), SYSTEM
    with app.app_context():
        import_from(replace(CONTRACTS, keep=keep), content, origin=imported(by, "books.csv"), by=by, now=clock.now())
    assert [each.number for each in kept(app)] == [ANNAS["number"], BERNDS["number"]]


@pytest.mark.parametrize("field", ["number", "customer_number"])
def test_a_number_must_fit_in_the_spelling_in_which_it_is_compared_too(app, field):
    done = imports(app, in_the_file(ANNAS | {field: "ß" * 40}).encode())
    assert [(each.field, each.what) for each in done.faulty[0].faults] == [(field, "too_long")]


def test_an_import_never_takes_away_an_end_that_the_portal_knows(app):
    contract(app, ends_on="2027-01-16")
    done = imports(app, in_the_file(ANNAS | {"ends_on": ""}).encode())
    assert done.lines[0].outcome == Outcome.SAME
    assert f"{kept(app)[0].ends_on}" == "2027-01-16"


def test_a_contract_belongs_to_the_account_with_the_proven_address(app, anna):
    contract(app)
    assert "Talwind Glas 300" in anna.opens("/de/account/overview").text


def test_the_command_tells_first_and_imports_when_it_is_told_to(app, tmp_path):
    path = tmp_path / "books.csv"
    path.write_text(in_the_file(ANNAS, BERNDS | {"email": "bernd"}), encoding="cp1252")
    runner = app.test_cli_runner()
    told = runner.invoke(args=["contracts", "import", str(path)])
    assert told.exit_code == 1 and "“bernd” is not an email address." in told.output and kept(app) == []
    done = runner.invoke(args=["contracts", "import", str(path), "--apply"])
    assert "1 new, 0 changed, 0 same, 1 faulty. Imported." in done.output
    assert [each.number for each in kept(app)] == ["TW-2025-00417"]


def without(given, *names):
    return {name: value for name, value in given.items() if name not in names}


WHOLE = ANNAS | {
    "postal_address": "Talweg 1",
    "price": "39,90 €",
    "country": "AT",
    "is_consumer": "no",
    "first_term_end": "2026-03-31",
    "notice": "3 months",
    "renewal": "12 months",
    "billed_from": "2025-05-01",
}


def test_what_the_file_has_no_column_for_stays_and_an_empty_field_empties(app):
    contract(app, WHOLE)
    before = kept(app)[0]
    # The law is asked about the whole: by German law alone these terms would be refused.
    shorter = without(WHOLE, "customer_number", "postal_address", "country", "is_consumer", "billed_from", "price")
    done = imports(app, in_the_file(shorter | {"product": "Glas 600"}).encode())
    assert (done.lines[0].changed, done.lines[0].emptied) == (("product",), ())
    assert {"customer_number", "price", "zone"} < set(done.left_alone) and "notice" not in done.left_alone
    after = kept(app)[0]
    columns = [each.name for each in Contract.__table__.columns]
    changed = {name for name in columns if getattr(before, name) != getattr(after, name)}
    assert changed - {"source", "told_by", "told_in", "known_at"} == {"product", "version"}
    empty = imports(app, in_the_file(shorter | {"product": "Glas 600", "customer_number": "", "price": ""}).encode())
    assert empty.lines[0].changed == empty.lines[0].emptied == ("customer_number", "price")
    assert (kept(app)[0].customer_number, kept(app)[0].customer_number_key, kept(app)[0].price) == ("", "", "")


def test_a_line_that_ends_early_has_empty_fields_and_not_missing_columns(app):
    contract(app, WHOLE)
    rows = in_the_file(without(ANNAS, "customer_number") | {"price": ""}).replace(";\r\n", "\r\n")
    assert imports(app, rows.encode()).lines[0].emptied == ("price",)
