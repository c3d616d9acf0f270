"""`flask export …`, `flask erase …`: the rights of people without an account, whose identity somebody has checked."""

import os
import shutil
from pathlib import Path

import click
from flask import g

from portal.departure.actions.erasing import erase_unknown, written
from portal.departure.actions.exporting import export_unknown
from portal.departure.archive import NoRoomForArchive
from portal.departure.queries import is_unknown, kept_of, trail_of_address
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.company import LANGUAGES
from portal.foundation.personal_data import Trail


@click.command("export")
@click.argument("address")
@click.argument("target", type=click.Path(exists=False, dir_okay=False, path_type=Path))
@click.option(
    "--language", type=click.Choice(sorted(LANGUAGES)), default="de", show_default=True, help="Language of its page."
)
def export_address(address: str, target: Path, language: str) -> None:
    """Write what is held under ADDRESS into the new file TARGET, a ZIP archive. First make sure who asks."""
    g.language = language
    trail = _known(address)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{target} cannot be made: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file, export_unknown(trail) as archive:
            shutil.copyfileobj(archive, file)
    except (NoRoomForArchive, OSError) as error:
        target.unlink(missing_ok=True)
        raise click.ClickException(f"Nothing was exported: {error}") from error
    click.echo(f"Written to {target}. Only its owner may read it; remove it once it was handed over.")


@click.command("erase")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
def erase_address(address: str, *, yes: bool) -> None:
    """Erase everything under ADDRESS that no norm keeps, an account as well. First make sure who asks."""
    g.language = "en"
    trail = _known(address)
    for each in written(kept_of(trail)):
        click.echo(f"stays  {each['what']}: {each['norm']}{', until ' + each['until'] if each['until'] else ''}")
    if not yes:
        click.confirm("Everything else under this address is erased for good. Is that meant?", abort=True)
    kept = erase_unknown(trail)
    amount = len(trail.things.get("question", ()))
    click.echo(f"Erased: {amount} question{'' if amount == 1 else 's'} and all that belongs to them; {len(kept)} kept.")
    click.echo("Other people may have written about this person: search for name and address at the desk.")


def _known(address: str) -> Trail:
    """The same, refused where nothing at all is held: most likely the address is mistyped."""
    trail = _trail(address)
    if is_unknown(trail):
        raise click.ClickException("Nothing is held under this address: no account, question, declaration or mail.")
    return trail


def _trail(address: str) -> Trail:
    """What the address leads to; ClickException when it is none, or one of the staff."""
    try:
        trail = trail_of_address(normalised(address), now=clock.now())
    except ValueError as error:
        raise click.ClickException("This is not an e-mail address.") from error
    if trail is None:
        raise click.ClickException("Somebody of the staff has this address; end their account with `flask user`.")
    return trail
