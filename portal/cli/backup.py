"""`flask backup`, `flask backup verify`, `flask restore`: save everything, prove it, bring it back."""

import sys
from pathlib import Path

import click
from flask import current_app, g

from portal.departure.actions.erasing import erase_again
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.errors import SettingError
from portal.foundation.files.erased import erased_since
from portal.foundation.files.vault import Sealed, set_up_vault
from portal.operation.backup import (
    CONTENT,
    DAILY,
    Backup,
    BackupFailed,
    faults_of,
    make_verified,
    read_backup,
    remove_old,
)
from portal.operation.restoring import RestoreRefused, restore
from portal.operation.rules import NUMBERS_SKIPPED
from portal.operation.saved import list_backups

_FOLDER = click.Path(file_okay=False, path_type=Path)
_THERE = click.Path(exists=True, file_okay=False, path_type=Path)


class _MakesByDefault(click.Group):
    """`flask backup FOLDER` is short for `flask backup make FOLDER`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=_MakesByDefault)
def backup() -> None:
    """Save everything: `flask backup [FOLDER]`; `flask backup verify BACKUP` proves one."""


@backup.command("make")
@click.argument("folder", type=_FOLDER, required=False)
@click.option(
    "--rotate", is_flag=True, help="Keep it like those of the worker: of each day the newest, 14 days, 8 weeks."
)
def make(folder: Path | None, *, rotate: bool) -> None:
    """Write a backup below FOLDER (else BACKUP_FOLDER, else PORTAL_DATA/backups) and read it again; work goes on.

    It stays until somebody removes it, unless it is to --rotate.
    """
    place = folder or folder_for_backups()
    try:
        made = make_verified(place, clock.now(), **{"why": DAILY} if rotate else {})
        if rotate:
            remove_old(place)
    except (BackupFailed, OSError) as error:
        raise click.ClickException(f"No backup was made. {error}") from error
    click.echo(f"{made.folder}: {made.rows} rows and {made.files} files, read again and found right.")


@backup.command("verify")
@click.argument("folder", type=_THERE)
def verify(folder: Path) -> None:
    """Prove that the backup in FOLDER is whole and unchanged; exits with 1 when it is not."""
    found = read_backup(folder)
    if found is None:
        raise _no_backup(folder)
    faults = list(faults_of(found))
    for fault in faults:
        click.echo(f"fault  {fault}")
    click.echo(
        f"{found.rows} rows and {found.files} files of {found.made_at:%Y-%m-%d %H:%M} UTC, {len(faults)} faults."
    )
    sys.exit(1 if faults else 0)


@click.command("restore")
@click.argument("folder", type=_THERE)
@click.option(
    "--skip",
    default=NUMBERS_SKIPPED,
    show_default=True,
    type=click.IntRange(0, 1_000_000),
    help="How many numbers are left out.",
)
def restore_all(folder: Path, skip: int) -> None:
    """Fill this portal, which must be unused, from the backup in FOLDER.

    Numbers go on after a gap of --skip, more than could have been given out since the backup.
    """
    found = read_backup(folder)
    if found is None:
        raise _no_backup(folder)
    try:
        done = restore(found, clock.now(), skip=skip)
    except (RestoreRefused, SettingError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done.rows} rows and {done.files} files are back, as of {found.made_at:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"{done.frozen} unsent mails are kept back: `flask mail list --state held`, `flask mail retry --held`.")
    click.echo(f"{done.sessions} sign-ins ended, {done.keys} single-use links revoked, numbers go on {skip} further.")
    _erase_again(found)
    if found.has_content:
        click.echo(f"PORTAL_CONTENT was left alone; what it was then stands in {folder / CONTENT}.")
    click.echo("Run `flask setup`, `flask check`, then start the services.")


def _erase_again(found: Backup) -> None:
    """Whoever was erased since the backup was made is not there again (Art. 17 GDPR)."""
    config = CONFIG.here()
    g.language = "en"
    try:
        # With the keys that have just come back.
        set_up_vault(current_app, config.vault_keys, config.data)
        noted = list(erased_since(found.folder.parent, found.made_at))
        amount = erase_again(noted, now=clock.now())
    except (Sealed, OSError, ValueError) as error:
        click.echo(f"What is noted beside the backup about erasures since then cannot be read: {error!r}.", err=True)
        return
    click.echo(f"{len(noted)} erasures since then are noted beside it: {amount} were there again and are erased anew.")


def folder_for_backups() -> Path:
    """Where backups go when nobody says otherwise."""
    config = CONFIG.here()
    return config.backup_folder or config.data / "backups"


def _no_backup(folder: Path) -> click.ClickException:
    """Where a folder of backups was named, the newest in it is."""
    said = "".join(f" The newest backup in it is {newest}." for newest in list_backups(folder)[-1:])
    return click.ClickException(f"{folder} is no backup: it has no list that can be read.{said}")
