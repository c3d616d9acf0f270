"""`flask seed`: people and questions to look at."""

import click

from portal.foundation import clock
from portal.seeds import PEOPLE, can_seed, seed


@click.command("seed")
@click.option("--if-empty", is_flag=True, help="Say nothing when there are people or questions already.")
def seed_demo(if_empty: bool) -> None:
    """Fill an empty development portal with people who can sign in and with questions in every state."""
    if can_seed():
        amount = seed(clock.now())
        click.echo(f"\n  {amount} questions of the demo company are there. These people can sign in:\n")
        for person in PEOPLE:
            click.echo(f"    {person.email:24} {person.password:24} {person.role.value}")
        click.echo()
    elif not if_empty:
        raise click.ClickException("There are people or questions already, or this is production: nothing was changed.")
