"""What an operator or an editor types: `flask setup`, `flask reindex`, `flask check-content`, `flask import-content`."""

import click
from flask import Flask, current_app
from flask_migrate import upgrade



def set_up_cli(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (setup, reindex):
        app.cli.add_command(command)


@click.command("setup")
def setup() -> None:
    """Bring the database up to date and prepare content and index; safe to run again."""
    upgrade()
    current_app.extensions["faq"].settle()


@click.command("reindex")
@click.option("--accept-vanished", is_flag=True, help="Take over that most articles are gone.")
def reindex(accept_vanished: bool) -> None:
    """Render every article anew and build the search index anew."""
    current_app.extensions["faq"].rebuild(accept_vanished=accept_vanished)
    library = current_app.extensions["faq"].library
    click.echo(f"{len(library.articles)} articles, {sum(fault.is_error for fault in library.faults)} errors.")
