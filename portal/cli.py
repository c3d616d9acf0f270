"""What an operator or an editor types: `flask setup`, `flask reindex`, `flask check-content`, `flask import-content`."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask_migrate import upgrade

from portal.faq.library import check_content, import_folder, jsonl_to_markdown
from portal.foundation import clock


def set_up_cli(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (setup, reindex, check, import_content, jsonl_command):
        app.cli.add_command(command)


@click.command("setup")
def setup() -> None:
    """Bring the database up to date and prepare content and index; safe to run again."""
    upgrade()
    current_app.extensions["faq"].refresh()


@click.command("reindex")
@click.option("--accept-vanished", is_flag=True, help="Take over that most articles are gone.")
def reindex(accept_vanished: bool) -> None:
    """Render every article anew and build the search index anew."""
    current_app.extensions["faq"].rebuild(accept_vanished=accept_vanished)
    library = current_app.extensions["faq"].library
    click.echo(f"{len(library.articles)} articles, {sum(fault.is_error for fault in library.faults)} errors.")


@click.command("check-content")
def check() -> None:
    """Name file, line and remedy of every fault in the content; exits with 1 when one of them is an error."""
    config, company = current_app.extensions["config"], current_app.extensions["company"]
    faults = check_content(config.content, languages=company.languages, on=clock.today(company.zone))
    for fault in faults:
        click.echo(str(fault))
    errors = sum(fault.is_error for fault in faults)
    click.echo(f"{errors} errors, {len(faults) - errors} notes.")
    sys.exit(1 if errors else 0)


@click.command("import-content")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--language", default="de", show_default=True, help="Language of the texts.")
def import_content(folder: Path, target: Path, language: str) -> None:
    """Turn any FOLDER of Markdown into content for the portal, written to the new folder TARGET."""
    click.echo(str(import_folder(folder, target, language=language)))


@click.command("jsonl-to-markdown")
@click.argument("lines", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def jsonl_command(lines: Path, target: Path) -> None:
    """Turn JSON lines (id, lang, title, body_markdown, tags; .gz too) into a folder of Markdown."""
    click.echo(str(jsonl_to_markdown(lines, target)))
