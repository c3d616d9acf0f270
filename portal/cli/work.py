"""`flask work`: send mails and do the recurring duties."""

import sys
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.foundation.config import ROOT
from portal.foundation.database import db
from portal.foundation.errors import SettingError
from portal.foundation.sql.schema import refuse_foreign_schema
from portal.foundation.sql.waiting import give_jobs_time
from portal.worker import Worker


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def work(once: bool) -> None:
    """Send mails as soon as they are due, and do the recurring duties, until SIGTERM or Ctrl-C."""
    try:
        _refuse_foreign_schema()
        give_jobs_time()
        worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    if once:
        worker.once()
        return
    click.echo(f"  Mails go to {_shown(worker.office.destination)}.")
    sys.exit(worker.run())


def _refuse_foreign_schema() -> None:
    """A database that is away is waited for by the worker itself."""
    with suppress(SQLAlchemyError), db.engine.connect() as connection:
        refuse_foreign_schema(connection)


def _shown(destination: str) -> str:
    path = Path(destination)
    return str(path.relative_to(ROOT)) + "/" if path.is_absolute() and path.is_relative_to(ROOT) else destination
