"""`flask leaving …`: what waits in files, whether the record is whole, and what billing needs."""

import sys

import click

from portal.departure.shop import WANTED, check_shop, shop_html
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.files.csv_export import csv_lines
from portal.foundation.outside.fetching import NotFetched
from portal.journal.rules import SYSTEM
from portal.leaving import proving
from portal.leaving.actions import taking
from portal.leaving.actions.holding import set_hold
from portal.leaving.queries.billing import BILLING_COLUMNS, billing_rows

_LANGUAGE = click.option(
    "--language",
    type=click.Choice(sorted(WANTED)),
    default="de",
    show_default=True,
    help="Language of the page: both links have the words and the target of that language.",
)


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


@leaving.command("hold")
@click.argument("reference")
@click.option("--lift", is_flag=True, help="End the hold: the declaration goes when its years are over.")
def hold(reference: str, *, lift: bool) -> None:
    """Keep a declaration beyond its years, while a dispute about it runs."""
    if not set_hold(reference.strip().upper(), is_held=not lift, by=SYSTEM, now=clock.now()):
        raise click.ClickException(f"There is no declaration {reference}.")
    click.echo(f"{reference} is {'no longer ' if lift else ''}on hold.")


@leaving.command("shop-link")
@_LANGUAGE
def show_shop_link(language: str) -> None:
    """Print the HTML that belongs into the footer of every page of your shop (§ 312k (2), § 356a BGB)."""
    click.echo(shop_html(CONFIG.here().url, language), nl=False)


@leaving.command("check-shop")
@click.argument("url")
@_LANGUAGE
def look_at_shop(url: str, language: str) -> None:
    """Look whether the page at URL carries both links: their text, their target, and that they can be seen."""
    try:
        found = check_shop(url, language)
    except NotFetched as error:
        raise click.ClickException(str(error)) from error
    for fault in found:
        click.echo(f"fault  {fault}")
    click.echo("Both links are there." if not found else f"{len(found)} faults.")
    sys.exit(1 if found else 0)
