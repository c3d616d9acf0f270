"""`flask contracts …`, `flask orders …`, `flask invoices …`: what the books say, from a file, with a dry run first."""

import sys
from pathlib import Path

import click
from flask import g
from flask.cli import AppGroup

from portal.contracts.books import Book, Line, Outcome, Preview, import_from, imported, look_at
from portal.contracts.importing import CONTRACTS
from portal.contracts.reading import Fault
from portal.contracts.words import fault_sentence, trouble_sentence
from portal.foundation import clock
from portal.foundation.files.table_files import TroubledFile
from portal.journal.rules import SYSTEM
from portal.orders.importing import INVOICES, ORDERS


def _group(name: str, book: Book, help_text: str) -> AppGroup:
    group = AppGroup(name, help=help_text)

    @group.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--apply", "does_apply", is_flag=True, help="Import the correct lines; without this nothing is changed."
    )
    def import_file(file: Path, does_apply: bool) -> None:
        """Show what every line of FILE would do, and with --apply do it. Ends with 1 when a line is wrong."""
        _import(book, file, does_apply=does_apply)

    return group


def _import(book: Book, file: Path, *, does_apply: bool) -> None:
    g.language = "en"
    content = file.read_bytes()
    try:
        done = _applied(book, content, file.name) if does_apply else look_at(book, content)
    except TroubledFile as error:
        raise click.ClickException(trouble_sentence(error)) from error
    for line in done.lines:
        if line.outcome != Outcome.SAME:
            _show(line)
    _sum_up(done, does_apply=does_apply)
    sys.exit(1 if done.faulty else 0)


def _applied(book: Book, content: bytes, file_name: str) -> Preview:
    return import_from(book, content, origin=imported(SYSTEM, file_name), by=SYSTEM, now=clock.now())


def _show(line: Line) -> None:
    names = [f"{name} becomes empty" if name in line.emptied else name for name in line.changed]
    changed = f"  ({', '.join(names)})" if names else ""
    click.echo(f"line {line.at:>6}  {line.outcome.value:<8}  {line.number}{changed}")
    for each in line.faults:
        where = f"{each.field}: " if isinstance(each, Fault) else ""
        click.echo(f"             {where}{fault_sentence(each)}")


def _sum_up(done: Preview, *, does_apply: bool) -> None:
    if done.left_alone and (done.count(Outcome.CHANGED) or done.count(Outcome.SAME)):
        click.echo(f"The file has no column for {', '.join(done.left_alone)}: what is kept there stays as it is.")
    counted = ", ".join(f"{done.count(each)} {each.value}" for each in Outcome)
    click.echo(f"{counted}. {'Imported.' if does_apply else 'Nothing was changed; --apply imports the correct lines.'}")


contracts = _group("contracts", CONTRACTS, "Contracts of customers.")
orders = _group("orders", ORDERS, "Orders of customers.")
invoices = _group("invoices", INVOICES, "Invoices of customers.")
