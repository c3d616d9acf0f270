"""`flask mail …`: which mails wait or failed, why, and what to do about it; taking mails that come in."""

import secrets
import sys
from pathlib import Path

import click

from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.inbox.actions.keeping import LARGEST as LARGEST_MAIL
from portal.inbox.actions.keeping import Arrival, keep_mail
from portal.inbox.addresses import incoming
from portal.notifications.actions import allow_mails, notify
from portal.notifications.addresses import NoAddress, one_address
from portal.notifications.bounces import LARGEST, mails_in
from portal.notifications.chores import take_in
from portal.notifications.models import Notification
from portal.notifications.outbox import send_again
from portal.notifications.queries import attempts_of, listed

# Of sysexits.h: the mail server reports to the sender, or keeps the mail and brings it again.
_WRONG_DATA, _AGAIN_LATER = 65, 75
_STATES = ("failed", "held", "waiting", "sent", "all")


@click.group("mail")
def mail() -> None:
    """Mails that wait, were sent, have failed or come in."""


@mail.command("list")
@click.option("--state", type=click.Choice(_STATES), default="failed", show_default=True, help="Where they are.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
def list_mails(state: str, limit: int) -> None:
    """The newest mails of one state, one on a line."""
    found = listed(state, limit=limit).rows
    for row in found:
        click.echo(f"{row.id:>8}  {state_of(row):<8} {row.created_at:%Y-%m-%d %H:%M}  {row.kind:<24} {row.recipient}")
        if row.problem:
            click.echo(f"          {row.problem}")
    click.echo(f"{len(found)} mails.")


@mail.command("show")
@click.argument("number", type=int)
def show_mail(number: int) -> None:
    """Everything about one mail but its keys and its words."""
    row = _mail(number)
    facts = {
        "kind": row.kind,
        "state": state_of(row),
        "to": row.recipient,
        "language": row.language,
        "about": f"{row.subject_type} {row.subject_id}",
        "message": row.message_id,
        "made": f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC",
        "next": f"{row.due_at:%Y-%m-%d %H:%M:%S} UTC" if row.due_at else "",
        "problem": row.problem,
    }
    for name, value in facts.items():
        if value:
            click.echo(f"{name:<10}{value}")
    for attempt in attempts_of(number):
        click.echo(f"{attempt.at:%Y-%m-%d %H:%M:%S}  {attempt.outcome:<12} {attempt.detail}")


@mail.command("retry")
@click.argument("numbers", type=int, nargs=-1)
@click.option("--failed", is_flag=True, help="All that have failed.")
@click.option("--held", is_flag=True, help="All that are kept back, by limits or after a restore.")
def retry(numbers: tuple[int, ...], failed: bool, held: bool) -> None:
    """Send mails again that failed or wait, as soon as the worker gets to them."""
    states = [name for name, is_wanted in (("failed", failed), ("held", held)) if is_wanted]
    wanted = {*numbers, *(row.id for state in states for row in listed(state, limit=1000).rows)}
    sent = {number for number in sorted(wanted) if send_again(number, now=clock.now())}
    click.echo(f"{len(sent)} mails will be sent again.")
    if left := sorted({*numbers} - sent):
        raise click.ClickException(f"Not sent again: {', '.join(map(str, left))}. They were sent, or there are none.")


@mail.command("test")
@click.argument("address")
def send_test(address: str) -> None:
    """Put a mail to ADDRESS into the outbox, to see whether mails arrive."""
    company = COMPANY.here()
    with transaction():
        notify(
            "notification_test",
            to=_checked(address),
            language=company.default_language,
            about=("notification", 0),
            stamp=secrets.token_hex(8),
            payload={},
            now=clock.now(),
            is_confirmed=True,
        )
    click.echo("The mail is in the outbox; the worker sends it.")


@mail.command("allow")
@click.argument("address")
def allow(address: str) -> None:
    """Write to ADDRESS again, whose holder had said "not me" and now asks for mails."""
    was_refused = allow_mails(_checked(address).lower())
    click.echo("Mails go there again." if was_refused else "Nobody had refused mails for this address.")


@mail.command("returned")
@click.argument("source", type=click.Path(exists=True, allow_dash=True, path_type=Path))
def returned(source: Path) -> None:
    """Read mails that came back from SOURCE: a Maildir, an mbox file, a folder of mails, or - for one on stdin."""
    given = iter([sys.stdin.buffer.read(LARGEST)]) if str(source) == "-" else mails_in(source)
    try:
        found = [take_in(raw, clock.now()) for raw in given]
    except OSError as error:
        raise click.ClickException(f"{source} cannot be read: {error.strerror}.") from error
    click.echo(f"{len(found)} mails were read. {sum(found)} of ours did not arrive, as was not known before.")


@mail.command("take")
@click.option("--sender", default=None, help="Sender of the envelope, where the mail server tells it.")
@click.option("--recipient", "recipients", multiple=True, help="Recipient of the envelope; several are possible.")
def take(sender: str | None, recipients: tuple[str, ...]) -> None:
    """Take one mail from standard input, as mail servers hand it over (codes of sysexits.h: 75 means "again later")."""
    try:
        _take(sys.stdin.buffer.read(LARGEST_MAIL + 1), sender, tuple(filter(None, recipients)))
    except Exception as error:
        # Any other end would send the mail back to its sender.
        click.echo(f"This mail cannot be kept at the moment: {type(error).__name__}.", err=True)
        sys.exit(_AGAIN_LATER)


def _take(raw: bytes, sender: str | None, recipients: tuple[str, ...]) -> None:
    # Mailboxes begin a mail with a line of their own.
    raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
    if not raw.strip() or len(raw) > LARGEST_MAIL:
        click.echo(f"Nothing, or more than {LARGEST_MAIL // 1024 // 1024} MB, cannot be taken.", err=True)
        sys.exit(_WRONG_DATA)
    if incoming() is None:
        click.echo("No mail is taken here: [mail] of company.toml names no address as `incoming`.", err=True)
        sys.exit(_AGAIN_LATER)
    now = clock.now()
    keep_mail(Arrival(raw, "pipe", now, sender, recipients), now=now)


def state_of(row: Notification) -> str:
    """One word for where a mail is."""
    if row.failed_at:
        return "returned" if row.sent_at else "failed"
    if row.sent_at:
        return "sent"
    return "held" if row.held_at else "waiting"


def _mail(number: int) -> Notification:
    row = db.session.get(Notification, number) if number < 2**31 else None
    if row is None:
        raise click.ClickException(f"There is no mail {number}.")
    return row


def _checked(address: str) -> str:
    try:
        return one_address(address)
    except NoAddress as error:
        raise click.ClickException(f"{address!r} is not one mail address.") from error
