"""`flask clock`: how far our clock is from others."""

import sys

import click

from portal.foundation.process.skew import ALARM_SECONDS, CLOCK_COMPARISON


@click.command("clock")
def compare_clock() -> None:
    """Compare the clock of this machine with every other one that answers; exits with 1 when it is wrong."""
    found = CLOCK_COMPARISON.here().ask()
    for each in found:
        click.echo(f"{each.seconds:+9.2f} s  {each.source}")
    if not found:
        click.echo("No other clock answers. Name a time server in TIME_SERVER.")
    sys.exit(1 if any(abs(each.seconds) > ALARM_SECONDS for each in found) else 0)
