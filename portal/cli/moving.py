"""`flask db copy`: from SQLite to PostgreSQL."""

import sys

import click
from flask_migrate.cli import db as db_commands
from sqlalchemy.exc import SQLAlchemyError

from portal.cli.telling import reason_of
from portal.foundation.database import db, open_database
from portal.foundation.errors import SettingError
from portal.foundation.settings.readers import database_address
from portal.foundation.sql.schema import newest_revision, revision_of
from portal.operation.migrating import migrate
from portal.operation.restoring import RestoreRefused, move_into


@click.command("copy")
@click.argument("target")
def copy(target: str) -> None:
    """Copy the whole database to TARGET (postgresql://user:password@host/name), which must be empty, and prove it.

    A - takes the address from standard input, so that its password stands in no list of processes. Nobody can write
    meanwhile; stop the services before, so that nothing is written afterwards to the old one. It is
    one transaction: when it is interrupted, TARGET is as empty as before, and the command can be run again.
    """
    try:
        address = database_address(sys.stdin.readline().strip() if target == "-" else target)
    except ValueError as error:
        raise click.ClickException(f"TARGET cannot be used: {error}.") from error
    with db.engine.connect() as connection:
        if revision_of(connection) != newest_revision():
            raise click.ClickException("Run `flask setup` first: this database has another schema.")
    engine = open_database(address)
    try:
        migrate(engine)
        done = move_into(db.engine, engine)
    except (RestoreRefused, SettingError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"The copy was given up, TARGET is as it was: {reason_of(error)}") from error
    finally:
        engine.dispose()
    for name, each in sorted(done.items()):
        click.echo(f"{name:<28}{each.rows:>10}  {each.digest[:16]}")
    click.echo(f"{sum(each.rows for each in done.values())} rows in {len(done)} tables, equal in number and content.")
    click.echo("Files stay where they are. Set DATABASE_URL and start the services.")


def add_copy() -> None:
    """Put it beside the other commands of `flask db`."""
    db_commands.add_command(copy)
