"""`flask seed`: people and questions to look at."""

import click

from portal.foundation import clock
from portal.seeds import PEOPLE, can_seed, is_demo, seed


@click.command("seed")
@click.option("--year", "with_year", is_flag=True, help="A year of ended questions before them, for reports.")
def seed_demo(with_year: bool) -> None:
    """Fill an empty development portal with people who can sign in and with questions in every state."""
    if not can_seed():
        raise click.ClickException(
            "There are people or questions already, or others can reach it: nothing was changed."
        )
    click.echo(f"\n  {seed(clock.now(), with_year=with_year)} questions of the demo company are there.")
    _introduce()


def show_demo() -> None:
    """Fill a portal that nobody has used yet, and say who can sign in as long as the people of the demo are there."""
    if can_seed():
        seed(clock.now(), with_year=True)
    if is_demo():
        _introduce()


def _introduce() -> None:
    click.echo("\n  These people of the demo can sign in:\n")
    for person in PEOPLE:
        click.echo(f"    {person.email:24} {person.password:24} {person.role.value}")
