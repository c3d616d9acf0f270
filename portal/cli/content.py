"""Commands for content: `flask setup`, `flask reindex`, `flask check-content`, `flask import-content` …."""

import sys
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from portal.cli.backup import folder_for_backups
from portal.cli.company import company_faults
from portal.cli.pages import page_faults
from portal.cli.seed import show_demo
from portal.cli.tables import table_faults
from portal.cli.telling import reason_of
from portal.faq.library import KEEPER
from portal.faq.library.building.snapshot import pointer_of
from portal.faq.library.tools.checks import check_content
from portal.faq.library.tools.importing import ImportRefused, import_folder
from portal.faq.library.tools.json_lines import jsonl_to_markdown
from portal.foundation import clock
from portal.foundation.company import COMPANY, LANGUAGES
from portal.foundation.config import CONFIG, Config
from portal.foundation.errors import SettingError
from portal.operation.backup import BackupFailed
from portal.operation.upgrading import ForeignSchema, StillLocked, bring_up_to_date

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(path_type=Path)


@click.command("setup")
@click.option("--demo", is_flag=True, help="Give an unused development portal people and questions to look at.")
def setup(demo: bool) -> None:
    """Bring the database up to date and prepare content and index; safe to run again."""
    _refuse_missing_content(CONFIG.here())
    _bring_up_to_date()
    if not KEEPER.here().settle():
        raise click.ClickException("The content could not be prepared in half an hour; the lines above say why.")
    if demo:
        show_demo()


@click.command("reindex")
@click.option("--accept-vanished", is_flag=True, help="Take over that most articles are gone.")
def reindex(accept_vanished: bool) -> None:
    """Render every article and build the search index anew; running processes notice by themselves.

    With SEARCH_BY_MEANING also what that needs of articles that lack it.
    """
    keeper = KEEPER.here()
    if not keeper.rebuild(accept_vanished=accept_vanished):
        raise click.ClickException("The running portal is building just now, or the lines above say what is wrong.")
    if keeper.meaning is not None and not keeper.rethink():
        raise click.ClickException(f"Articles lack what search by meaning needs. {keeper.meaning.problem}".rstrip())


@click.command("check-content")
@click.option("--strict", is_flag=True, help="Exit with 1 for notes as well: missing translations, overdue reviews.")
def check(strict: bool) -> None:
    """Name file, line and remedy of every fault in the content; exits with 1 when one of them is an error.

    What is not filled in on the company's own pages is an error in production, and a note before.
    """
    company = COMPANY.here()
    content, today = CONFIG.here().content, clock.today(company.zone)
    pages = page_faults(content, company, is_production=CONFIG.here().is_production)
    tables = [*company_faults(content), *table_faults(content, company)]
    faults = [*tables, *pages, *check_content(content, languages=company.languages, on=today)]
    # Errors last: they stand just above the sum, however many notes there are.
    for fault in sorted(faults, key=lambda each: each.is_error):
        click.echo(f"{'error' if fault.is_error else 'note '}  {fault}")
    errors = sum(fault.is_error for fault in faults)
    click.echo(f"{errors} errors, {len(faults) - errors} notes.")
    sys.exit(1 if errors or (strict and faults) else 0)


@click.command("import-content")
@click.argument("folder", type=_FOLDER)
@click.argument("target", type=_NEW_FOLDER)
@click.option(
    "--language", type=click.Choice(sorted(LANGUAGES)), default="de", show_default=True, help="Language of the texts."
)
def import_content(folder: Path, target: Path, language: str) -> None:
    """Turn any FOLDER of Markdown into content for the portal, in the new folder TARGET; FOLDER stays as it is."""
    try:
        click.echo(str(import_folder(folder, target, language=language)))
    except (ImportRefused, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.command("jsonl-to-markdown")
@click.argument("lines", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=_NEW_FOLDER)
def convert_lines(lines: Path, target: Path) -> None:
    """Turn a file of JSON LINES (id, lang, title, body_markdown, tags; .gz too) into a folder of Markdown."""
    try:
        click.echo(str(jsonl_to_markdown(lines, target)))
    except (ImportRefused, OSError) as error:
        raise click.ClickException(str(error)) from error


def _bring_up_to_date() -> None:
    try:
        saved = bring_up_to_date(folder_for_backups(), clock.now())
    except ForeignSchema as error:
        raise click.ClickException(
            f"The database has the schema {error}, which this version does not know. Start the version that made it, "
            "or restore the backup that was made before."
        ) from error
    except (BackupFailed, StillLocked, OSError) as error:
        raise click.ClickException(f"Nothing was changed: no backup could be made before. {error}") from error
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"The schema is as it was before this step: {reason_of(error)}") from error
    except RuntimeError as error:
        raise click.ClickException(f"The step was taken back, the schema is as before: {error}") from error
    if saved:
        click.echo(f"  Saved before: {saved.folder}")


def _refuse_missing_content(config: Config) -> None:
    """A folder that is away for a while is bridged by what was published; a wrong path at the first start is not."""
    if not config.content.is_dir() and not pointer_of(config.data / "derived"):
        raise click.ClickException(f"PORTAL_CONTENT='{config.content}' cannot be used: write the path of a folder.")
