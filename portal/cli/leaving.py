"""`flask leaving …`: what waits in files, whether the record is whole, and what billing needs."""

import sys

import click

from portal.foundation import clock
from portal.foundation.csv_export import csv_lines
from portal.leaving import proving
from portal.leaving.actions import taking
from portal.leaving.queries.billing import BILLING_COLUMNS, billing_rows


@click.group("leaving")
def leaving() -> None:
    """Declarations of people who end a contract."""


@leaving.command("replay")
def replay() -> None:
    """Bring declarations that wait in files into the database, with their original time."""
    moved = taking.replay(clock.now())
    click.echo(f"{moved} declaration{'' if moved == 1 else 's'} taken over.")


@leaving.command("billing-csv")
def billing_csv() -> None:
    """Cancellations that are matched with a contract, as a table for billing; every cell is safe for spreadsheets."""
    for line in csv_lines(BILLING_COLUMNS, billing_rows()):
        click.echo(line, nl=False)


@leaving.command("verify")
def verify() -> None:
    """Prove that no declaration and no step of one was changed, added or removed; exits with 1 for a fault."""
    found = 0
    for fault in proving.faults(clock.now()):
        found += 1
        click.echo(f"fault  {fault}")
    entries, head = proving.head()
    click.echo(f"{entries} entries, newest hash {head or '-'}, {found} faults.")
    sys.exit(1 if found else 0)
