"""Commands for promises: `flask promises preview` and `flask promises apply`, after changed levels or hours."""

from collections.abc import Iterable
from datetime import datetime

import click
from flask.cli import AppGroup

from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.questions.actions.recomputing import Recomputed, recompute, recomputed

promises = AppGroup("promises", help="Recompute running promises after changed service levels or opening hours.")


@promises.command("preview")
def preview() -> None:
    """Show which running promises would have another date; nothing is changed."""
    changes = list(recomputed(clock.now()))
    _show(changes)
    later = sum(each.is_later for each in changes)
    click.echo(f"{len(changes)} promises would change, {later} of them to a later date. Nothing was changed.")


@promises.command("apply")
@click.option("--reason", required=True, help="Why, in a sentence for customers: it stands beside the old date.")
@click.option("--yes", is_flag=True, help="Do not ask before.")
def apply(reason: str, yes: bool) -> None:
    """Give running promises the dates by today's levels and hours; customers are told of later ones."""
    if not reason.strip():
        raise click.ClickException("Write a reason: customers read it beside the old date.")
    now = clock.now()
    changes = list(recomputed(now))
    _show(changes)
    if not changes or not (yes or click.confirm(f"Change {len(changes)} promises?")):
        click.echo("Nothing was changed.")
        return
    done = sum(recompute(each.question_id, reason=reason.strip(), now=now) for each in changes)
    click.echo(f"{done} promises have another date now.")


def _show(changes: Iterable[Recomputed]) -> None:
    for each in changes:
        word = "later" if each.is_later else "earlier" if each.after < each.before else "same"
        click.echo(f"{each.number:<14}  {each.level:<12}  {_local(each.before)}  ->  {_local(each.after)}  {word}")


def _local(moment: datetime) -> str:
    return moment.astimezone(COMPANY.here().zone).strftime("%Y-%m-%d %H:%M")
