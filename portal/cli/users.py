"""`flask user …`: accounts of the staff, from the invitation to the last day."""

import sys
from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from portal.accounts.actions import staff
from portal.accounts.models import User
from portal.accounts.queries import linked_people
from portal.accounts.rules import STAFF, Role
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.files.vault import new_vault_key, reseal

user = AppGroup("user", help="Accounts of the staff.")
_ROLES = click.Choice(sorted(role.value for role in STAFF))


class Address(click.ParamType):
    """A mail address, in the spelling that is kept."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The normalised address; click's own failure for anything else."""
        try:
            return normalised(str(value))
        except ValueError:
            self.fail(f"{value!r} is no mail address.", param, ctx)


@user.command("add")
@click.argument("address", type=Address())
@click.option("--name", required=True, help="Name as customers read it.")
@click.option("--role", type=_ROLES, required=True, help="What they may do: docs/accounts.md.")
@click.option("--language", help="Language of the mails. Default: the company's own.")
def add(address: str, name: str, role: str, language: str | None) -> None:
    """Invite a colleague: the link is printed here and mailed; it works for 72 hours."""
    spoken = language or COMPANY.here().default_language
    key = _do(lambda: staff.invite(address, name=name, role=Role(role), language=spoken, now=clock.now()))
    _print_link(address, key, spoken)


@user.command("list")
@click.option("--all", "everybody", is_flag=True, help="Customers too.")
def list_users(everybody: bool) -> None:
    """Who may sign in, in which role, how."""
    linked = linked_people()
    for each in db.session.scalars(select(User).order_by(User.role, User.email)):
        if everybody or each.is_staff:
            also = ", company sign-in" if each.id in linked else ""
            click.echo(f"{each.role:9} {each.email:40} {each.name:30} {_state(each)}{also}")


@user.command("role")
@click.argument("address", type=Address())
@click.argument("role", type=click.Choice([role.value for role in Role]))
def give_role(address: str, role: str) -> None:
    """Give another role; it counts at once, and every session ends."""
    _do(lambda: staff.give_role(address, Role(role), now=clock.now()))


@user.command("disable")
@click.argument("address", type=Address())
def disable(address: str) -> None:
    """Let somebody in no more; what they wrote stays."""
    _do(lambda: staff.disable(address, now=clock.now()))


@user.command("enable")
@click.argument("address", type=Address())
def enable(address: str) -> None:
    """Let somebody in again."""
    _do(lambda: staff.enable(address, now=clock.now()))


@user.command("password")
@click.argument("address", type=Address())
def password(address: str) -> None:
    """End every session and print and mail a link for a new password."""
    key = _do(lambda: staff.send_reset(address, now=clock.now()))
    _print_link(address, key, COMPANY.here().default_language)


@user.command("reset-second-factor")
@click.argument("address", type=Address())
def reset_second_factor(address: str) -> None:
    """Forget the second factor of somebody who lost it; they set up a new one at the next sign-in."""
    _do(lambda: staff.reset_factor(address, now=clock.now()))


@user.command("let-in")
@click.argument("address", type=Address())
def let_in(address: str) -> None:
    """Print a link that signs in a colleague once, within half an hour, where the company's own sign-in fails.

    Nothing is mailed; the second factor is asked for.
    """
    key = _do(lambda: staff.let_in(address, now=clock.now()))
    config, company = CONFIG.here(), COMPANY.here()
    click.echo(f"{config.url}/{company.default_language}/account/sign-in/link?key={key}")


@user.command("unlink")
@click.argument("address", type=Address())
def unlink(address: str) -> None:
    """Forget the link of somebody with the company's own sign-in; every session ends, and they are told."""
    _do(lambda: staff.unlink(address, now=clock.now()))


@user.command("new-vault-key")
def print_vault_key() -> None:
    """Print a new key for VAULT_KEYS or for the file `vault-keys`; put it first and keep the old one behind it."""
    click.echo(new_vault_key())


@user.command("reseal")
def reseal_seeds() -> None:
    """Encrypt every seed with the first vault key, so that the older ones can be taken away."""
    with transaction():
        sealed = db.session.scalars(select(User).where(User.totp_secret.is_not(None))).all()
        for each in sealed:
            each.totp_secret = reseal(str(each.totp_secret))
    click.echo(f"{len(sealed)} seeds are sealed with the first key.")


def _do(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except PortalError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


def _print_link(address: str, key: str, language: str) -> None:
    site = CONFIG.here().url
    click.echo(f"A mail is on its way to {address}. The link in it:\n")
    click.echo(f"  {site}/{language}/account/password/new?key={key}\n")


def _state(user: User) -> str:
    if user.disabled_at:
        return "disabled"
    if user.confirmed_at is None:
        return "invited"
    return "second factor" if user.has_second_factor else "password only"
