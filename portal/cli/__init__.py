"""What an operator or an editor types after `flask`; each room's commands have a file of their own."""

from flask import Flask
from flask_migrate import Migrate

from portal import tables
from portal.cli.backup import backup, restore_all
from portal.cli.books import contracts, invoices, orders
from portal.cli.check import check_data
from portal.cli.clock import compare_clock
from portal.cli.content import check, convert_lines, import_content, reindex, setup
from portal.cli.leaving import leaving
from portal.cli.mail import mail
from portal.cli.moving import add_copy
from portal.cli.people import erase_address, export_address
from portal.cli.promises import promises
from portal.cli.seed import seed_demo
from portal.cli.users import user
from portal.cli.work import work
from portal.foundation.config import ROOT
from portal.foundation.database import db

COMMANDS = (
    work,
    contracts,
    orders,
    invoices,
    leaving,
    mail,
    promises,
    user,
    setup,
    reindex,
    check,
    import_content,
    convert_lines,
    check_data,
    compare_clock,
    backup,
    restore_all,
    export_address,
    erase_address,
    seed_demo,
)


def set_up_cli(app: Flask) -> None:
    """Add the commands to `flask`, and `flask db` for migrations; a web process does without and stays small."""
    Migrate(app, db, directory=str(ROOT / "portal" / "migrations"), render_as_batch=True)
    add_copy()
    for command in COMMANDS:
        app.cli.add_command(command)
