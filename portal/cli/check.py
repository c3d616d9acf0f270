"""`flask check`: whether everything fits together."""

import sys

import click

from portal.foundation import clock
from portal.integrity import check as faults


@click.command("check")
def check_data() -> None:
    """Prove that nothing is lost or doubled: numbers, messages, files, mails, promises; exits with 1 for a fault."""
    found = 0
    for fault in faults(clock.now()):
        found += 1
        click.echo(f"fault  {fault}")
    click.echo(f"{found} faults.")
    sys.exit(1 if found else 0)
